//! Whether what stands behind a declared type's name changed in a way that its users notice.

use std::collections::BTreeMap;

use amigos_syntax::Name;
use amigos_syntax::ast::ChanDir;
use amigos_types::checker::Checker;
use amigos_types::ty::{Basic, FieldTy, IfaceMethod, NamedKey, Ty, TyKind};

use super::correspond::right_hand_side;
use super::messages::{MethodObject, Object};
use super::{Differ, Holes, Side};

/// A method of a method set.
#[derive(Clone, Copy)]
struct Found {
    object: MethodObject,
    sig: Ty,
}

impl Differ<'_, '_, '_> {
    /// Compares two types that correspond: the declared type `old`, and `new`, which may be basic.
    pub(super) fn declared_types(&mut self, key: NamedKey, old: Ty, new: Ty) {
        let (old_under, new_under) = (self.old_checker.under(old), self.new_checker.under(new));
        self.underlying(key, (old, old_under), (new, new_under));
        if std::mem::discriminant(old_under.kind()) != std::mem::discriminant(new_under.kind())
            || matches!(old_under.kind(), TyKind::Interface(_))
        {
            return;
        }
        self.method_sets(key, (old, old), (new, new), true);
        self.method_sets(key, (old, Ty::pointer(old)), (new, Ty::pointer(new)), true);
    }

    fn underlying(&mut self, key: NamedKey, (old, old_under): (Ty, Ty), (new, new_under): (Ty, Ty)) {
        let object = Object::old(key.name);
        match (old_under.kind(), new_under.kind()) {
            (TyKind::Interface(_), TyKind::Interface(_)) => self.interfaces(key, (old, old_under), (new, new_under)),
            (TyKind::Struct(a), TyKind::Struct(b)) => self.structs(&object, (old_under, a), (new_under, b)),
            (TyKind::Chan { dir: d, elem: a }, TyKind::Chan { dir: e, elem: b }) => {
                self.must_correspond(&object, ", element type", *a, *b);
                match e {
                    _ if d == e => {}
                    ChanDir::Both => self.compatible(&object, "", "removed direction"),
                    _ => self.incompatible(&object, "", "changed direction"),
                }
            }
            (TyKind::Basic(a), TyKind::Basic(b)) => {
                // As written: `byte` stays `byte`.
                let (was, is) = (self.written(self.old, old, old_under), self.written(self.new, new, new_under));
                if a == b {
                } else if widens(*a, *b) {
                    let text = format!("changed from {} to {}", self.text(self.old, was, false), self.text(self.new, is, false));
                    self.compatible(&object, "", text);
                } else {
                    self.basic_changed(&object, was, is);
                }
            }
            (TyKind::Interface(_) | TyKind::Struct(_) | TyKind::Chan { .. } | TyKind::Basic(_), _) => {
                let (was, is) = (self.written(self.old, old, old_under), self.written(self.new, new, new_under));
                self.basic_changed(&object, was, is);
            }
            _ => self.must_correspond(&object, "", old_under, new_under),
        }
    }

    fn basic_changed(&mut self, object: &Object, was: Ty, is: Ty) {
        let text = format!("changed from {} to {}", self.text(self.old, was, false), self.text(self.new, is, false));
        self.incompatible(object, "", text);
    }

    /// The underlying type with the name it was declared by, if that is a basic type's.
    fn written(&self, side: Side, ty: Ty, under: Ty) -> Ty {
        if !matches!(under.kind(), TyKind::Basic(_)) {
            return under;
        }
        let mut ty = ty;
        for _ in 0..100 {
            match ty.kind() {
                TyKind::Named { key, .. } => match right_hand_side(side, *key) {
                    Some(next) => ty = next,
                    None => return under,
                },
                TyKind::Alias { key, .. } if key.pkg.is_none() => return ty,
                TyKind::Alias { actual, .. } => ty = *actual,
                _ => return under,
            }
        }
        under
    }

    /// Who implements an interface can no more if it grows, unless nobody outside could.
    fn interfaces(&mut self, key: NamedKey, (old, old_under): (Ty, Ty), (new, new_under): (Ty, Ty)) {
        let hidden = |methods: &[IfaceMethod]| methods.iter().find(|m| !m.name.is_exported()).map(|m| m.name);
        let closed = hidden(&self.old_checker.type_set(old_under).methods).is_some();
        self.method_sets(key, (old, old_under), (new, new_under), closed);
        if !closed && let Some(added) = hidden(&self.new_checker.type_set(new_under).methods) {
            self.incompatible(&Object::old(key.name), added.as_str(), "added unexported method");
        }
        if self.holes == Holes::Closed && !self.type_sets_correspond(old_under, new_under) {
            self.basic_changed(&Object::old(key.name), old_under, new_under);
        }
    }

    /// Literals with field names, selections and comparisons must go on compiling.
    fn structs(&mut self, object: &Object, (old, a): (Ty, &[FieldTy]), (new, b): (Ty, &[FieldTy])) {
        let direct = |fields: &[FieldTy]| fields.iter().filter(|f| f.name.is_exported()).map(|f| (f.name, f.ty)).collect();
        self.fields(object, &direct(a), &direct(b));
        let (a, b) = (selectable(self.old_checker, old), selectable(self.new_checker, new));
        self.fields(object, &a, &b);
        if self.old_checker.comparable(old) && !self.new_checker.comparable(new) {
            self.incompatible(object, "", "old is comparable, new is not");
        }
    }

    fn fields(&mut self, object: &Object, old: &BTreeMap<Name, Ty>, new: &BTreeMap<Name, Ty>) {
        let by_text = |fields: &BTreeMap<Name, Ty>| {
            let mut list: Vec<(Name, Ty)> = fields.iter().map(|(n, t)| (*n, *t)).collect();
            list.sort_by_key(|(n, _)| n.as_str());
            list
        };
        for (name, ty) in by_text(old) {
            match new.get(&name) {
                Some(new) => self.must_correspond(object, name.as_str(), ty, *new),
                None => self.incompatible(object, name.as_str(), "removed"),
            }
        }
        for (name, _) in by_text(new) {
            if !old.contains_key(&name) {
                self.compatible(object, name.as_str(), "added");
            }
        }
    }

    /// The exported methods of types `old.1` and `new.1`, which belong to the declared types `old.0` and `new.0`.
    fn method_sets(&mut self, key: NamedKey, old: (Ty, Ty), new: (Ty, Ty), may_grow: bool) {
        let was = exported_methods(self.old, self.old_checker, old);
        let is = exported_methods(self.new, self.new_checker, new);
        let pointer = matches!(old.1.kind(), TyKind::Pointer(_));
        let object = |method: MethodObject, new: bool| Object { new, name: key.name, method: Some(method) };
        for (name, method) in &was {
            match is.get(name) {
                Some(found) => {
                    // A method that became a pointer's and changed too has two messages.
                    let at = if !method.object.pointer && found.object.pointer {
                        object(found.object, true)
                    } else {
                        object(method.object, false)
                    };
                    self.must_correspond(&at, "", method.sig, found.sig);
                }
                None => {
                    let own = matches!(method.object.recv.map(Ty::kind), Some(TyKind::Named { key: of, .. }) if *of == key);
                    let mut part = String::new();
                    if !own {
                        // What is embedded is reported once, for the pointer's method set. An interface has none: apidiff says nothing of it.
                        let interface = matches!(old.1.kind(), TyKind::Interface(_));
                        if !(pointer || interface && self.holes == Holes::Closed) {
                            continue;
                        }
                        part = format!(", method set of {}{}", if pointer { "*" } else { "" }, key.name);
                    }
                    self.incompatible(&object(method.object, false), &part, "removed");
                }
            }
        }
        for (name, method) in &is {
            if was.contains_key(name) {
            } else if may_grow {
                self.compatible(&object(method.object, true), "", "added");
            } else {
                self.incompatible(&object(method.object, true), "", "added");
            }
        }
    }
}

/// The exported methods of `ty`, a form of the declared type `declared`.
fn exported_methods(side: Side, checker: &Checker, (declared, ty): (Ty, Ty)) -> BTreeMap<&'static str, Found> {
    if matches!(ty.kind(), TyKind::Interface(_)) {
        let of =
            |m: &IfaceMethod| MethodObject { pkg: m.pkg, recv: declares(side, checker, declared, m.name, 0), pointer: false, name: m.name };
        let set = checker.type_set(ty);
        let exported = set.methods.iter().filter(|m| m.name.is_exported());
        return exported.map(|m| (m.name.as_str(), Found { object: of(m), sig: m.sig })).collect();
    }
    checker
        .method_set(ty, false)
        .into_iter()
        .filter(|m| m.name.is_exported())
        .map(|m| {
            let recv = m.recv.or_else(|| embedded_interface(side, checker, declared, m.name, 0));
            let pkg = match recv.map(Ty::kind) {
                Some(TyKind::Named { key, .. }) => key.pkg,
                _ => m.pkg,
            };
            let object = MethodObject { pkg, recv, pointer: m.pointer, name: m.name };
            (m.name.as_str(), Found { object, sig: m.sig.unwrap_or(Ty::invalid()) })
        })
        .collect()
}

/// The declared interface whose literal has the method; `None` if the literal that has it has no name.
fn declares(side: Side, checker: &Checker, ty: Ty, method: Name, depth: u32) -> Option<Ty> {
    if depth > 50 {
        return None;
    }
    let ty = ty.unalias();
    let literal = match ty.kind() {
        TyKind::Named { key, .. } => match right_hand_side(side, *key).map(Ty::unalias) {
            Some(next) if matches!(next.kind(), TyKind::Named { .. }) => return declares(side, checker, next, method, depth + 1),
            _ => checker.under(ty),
        },
        _ => ty,
    };
    let TyKind::Interface(shape) = literal.kind() else { return None };
    if shape.methods.iter().any(|m| m.name == method) {
        return matches!(ty.kind(), TyKind::Named { .. }).then_some(ty);
    }
    shape.embeds.iter().find_map(|e| declares(side, checker, *e, method, depth + 1))
}

/// The declared interface that gives a struct type a method by being embedded, at whatever depth.
fn embedded_interface(side: Side, checker: &Checker, ty: Ty, method: Name, depth: u32) -> Option<Ty> {
    if depth > 20 {
        return None;
    }
    match checker.under(checker.deref(ty).0).kind() {
        TyKind::Interface(_) => declares(side, checker, ty, method, 0),
        TyKind::Struct(fields) => {
            let mut embedded = fields.iter().filter(|f| f.embedded);
            embedded.find_map(|f| embedded_interface(side, checker, f.ty, method, depth + 1))
        }
        _ => None,
    }
}

/// All fields that a selector can name, by name: those of embedded structs too, unless two at one depth have the same name.
fn selectable(checker: &Checker, ty: Ty) -> BTreeMap<Name, Ty> {
    let mut out: BTreeMap<Name, Ty> = BTreeMap::new();
    let mut seen: Vec<Ty> = Vec::new();
    let mut current = vec![ty];
    while !current.is_empty() {
        seen.extend(&current);
        let mut next = Vec::new();
        let mut fields: BTreeMap<&str, Option<FieldTy>> = BTreeMap::new();
        for ty in &current {
            let TyKind::Struct(list) = ty.kind() else { continue };
            for field in list.iter() {
                fields.entry(field.name.as_str()).and_modify(|f| *f = None).or_insert(Some(*field));
            }
        }
        for field in fields.into_values().flatten() {
            if field.name.is_exported() {
                out.entry(field.name).or_insert(field.ty);
            }
            if !field.embedded {
                continue;
            }
            let mut under = checker.under(field.ty);
            if let TyKind::Pointer(to) = under.kind() {
                under = checker.under(*to);
            }
            if matches!(under.kind(), TyKind::Struct(_)) && !seen.iter().any(|s| checker.identical(*s, under)) {
                next.push(under);
            }
        }
        current = next;
    }
    out
}

/// Whether all values of basic type `a` are values of `b`, a type of the same sort, on every machine.
fn widens(a: Basic, b: Basic) -> bool {
    use Basic::*;
    const UNSIGNED: [Basic; 5] = [Uint8, Uint16, Uint32, Uint, Uint64];
    const SIGNED: [Basic; 5] = [Int8, Int16, Int32, Int, Int64];
    let rises = |order: &[Basic]| {
        let at = |x: Basic| order.iter().position(|o| *o == x);
        matches!((at(a), at(b)), (Some(i), Some(j)) if i < j)
    };
    rises(&UNSIGNED) || rises(&SIGNED) || rises(&[Float32, Float64]) || rises(&[Complex64, Complex128])
}
