//! Finding fields and methods (Go spec, "Selectors"), and why a type does not have the methods of an interface.

use amigos_syntax::Name;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use crate::checker::Checker;
use crate::named::Method;
use crate::ty::{FieldTy, PkgKey, Ty, TyKind};

/// What a selector finds.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A struct field.
    Field(FieldTy),
    /// A method.
    Method(Method),
}

impl Found {
    /// Its name.
    pub fn name(&self) -> Name {
        match self {
            Found::Field(f) => f.name,
            Found::Method(m) => m.name,
        }
    }

    /// The package of its declaration.
    pub fn pkg(&self) -> Option<PkgKey> {
        match self {
            Found::Field(f) => f.pkg,
            Found::Method(m) => m.pkg,
        }
    }
}

/// The result of a lookup. Nothing found: with an index, the name is ambiguous; with `indirect`, a method with pointer receiver isn't in
/// the method set of a value that has no address.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Lookup {
    /// What was found.
    pub found: Option<Found>,
    /// The path to it.
    pub index: Option<SmallVec<[u32; 4]>>,
    /// Whether there is a pointer on the path.
    pub indirect: bool,
}

struct Embedded {
    ty: Ty,
    index: SmallVec<[u32; 4]>,
    indirect: bool,
    multiples: bool,
}

fn concat(index: &[u32], i: usize) -> SmallVec<[u32; 4]> {
    let mut index = SmallVec::from_slice(index);
    index.push(i as u32);
    index
}

impl<'a> Checker<'a> {
    /// Looks up a field or method by the name as seen from `pkg`.
    pub fn lookup_field_or_method(&self, ty: Ty, addressable: bool, pkg: PkgKey, name: Name, fold_case: bool) -> Lookup {
        // A declared pointer type has no methods, but the fields of what it points to.
        if matches!(ty.unalias().kind(), TyKind::Named { .. }) {
            let under = self.under(ty);
            if matches!(under.kind(), TyKind::Pointer(_)) {
                let lookup = self.lookup_impl(under, false, Some(pkg), name, fold_case);
                return if matches!(lookup.found, Some(Found::Method(_))) { Lookup::default() } else { lookup };
            }
        }
        self.lookup_impl(ty, addressable, Some(pkg), name, fold_case)
    }

    pub(crate) fn lookup_impl(&self, ty: Ty, addressable: bool, pkg: Option<PkgKey>, name: Name, fold_case: bool) -> Lookup {
        if name.is_blank() {
            return Lookup::default();
        }
        let (base, is_ptr) = self.deref(ty);
        if is_ptr && matches!(self.under(base).kind(), TyKind::Interface(_)) {
            return Lookup::default();
        }
        let mut current = vec![Embedded { ty: base, index: SmallVec::new(), indirect: is_ptr, multiples: false }];
        let mut seen: FxHashSet<Ty> = FxHashSet::default();
        while !current.is_empty() {
            let mut next: Vec<Embedded> = Vec::new();
            let mut found: Option<(Found, SmallVec<[u32; 4]>, bool)> = None;
            for e in &current {
                if matches!(e.ty.unalias().kind(), TyKind::Named { .. }) {
                    if !seen.insert(self.resolve_pending(e.ty.unalias()).canonical()) {
                        continue;
                    }
                    if let Some(method) = self.lookup_method(e.ty, pkg, name, fold_case) {
                        let index = concat(&e.index, method.index);
                        if found.is_some() || e.multiples {
                            return Lookup { index: Some(index), ..Lookup::default() };
                        }
                        found = Some((Found::Method(method), index, e.indirect));
                        continue;
                    }
                }
                let under = self.under(e.ty);
                match under.kind() {
                    TyKind::Struct(fields) => {
                        for (i, field) in fields.iter().enumerate() {
                            if Checker::same_id(field.pkg, field.name, pkg, name, fold_case) && !field.name.is_blank() {
                                let index = concat(&e.index, i);
                                if found.is_some() || e.multiples {
                                    return Lookup { index: Some(index), ..Lookup::default() };
                                }
                                found = Some((Found::Field(*field), index, e.indirect));
                                continue;
                            }
                            if found.is_none() && field.embedded {
                                let (ty, is_ptr) = self.deref(field.ty);
                                next.push(Embedded {
                                    ty,
                                    index: concat(&e.index, i),
                                    indirect: e.indirect || is_ptr,
                                    multiples: e.multiples,
                                });
                            }
                        }
                    }
                    TyKind::Interface(_) => {
                        let set = self.type_set(under);
                        if let Some((i, m)) = set.lookup_method(pkg, name, fold_case) {
                            let index = concat(&e.index, i);
                            if found.is_some() || e.multiples {
                                return Lookup { index: Some(index), ..Lookup::default() };
                            }
                            let method =
                                Method { name: m.name, pkg: m.pkg, recv: None, pointer: false, index: i, sig: Some(m.sig), obj: None };
                            found = Some((Found::Method(method), index, e.indirect));
                        }
                    }
                    _ => {}
                }
            }
            if let Some((found, index, indirect)) = found {
                if let Found::Method(m) = &found
                    && m.pointer
                    && !indirect
                    && !addressable
                {
                    return Lookup { found: None, index: None, indirect: true };
                }
                return Lookup { found: Some(found), index: Some(index), indirect };
            }
            current = self.consolidate_multiples(next);
        }
        Lookup::default()
    }

    fn consolidate_multiples(&self, list: Vec<Embedded>) -> Vec<Embedded> {
        let mut result: Vec<Embedded> = Vec::new();
        for e in list {
            match result.iter_mut().find(|r| self.identical(r.ty, e.ty)) {
                Some(same) => same.multiples = true,
                None => result.push(e),
            }
        }
        result
    }

    /// The type a pointer type literal points to and `true`; other types and `false`.
    pub fn deref(&self, ty: Ty) -> (Ty, bool) {
        match ty.unalias().kind() {
            TyKind::Pointer(to) => (*to, true),
            _ => (ty, false),
        }
    }

    /// The struct type that a pointer points to; other types as they are.
    pub fn deref_struct_ptr(&self, ty: Ty) -> Ty {
        match self.under(ty).kind() {
            TyKind::Pointer(to) if matches!(self.under(*to).kind(), TyKind::Struct(_)) => *to,
            _ => ty,
        }
    }

    /// The field of that name, by index.
    pub fn field_index(&self, fields: &[FieldTy], pkg: PkgKey, name: Name, fold_case: bool) -> Option<usize> {
        if name.is_blank() {
            return None;
        }
        fields.iter().position(|f| Checker::same_id(f.pkg, f.name, Some(pkg), name, fold_case))
    }

    /// Whether the type is a pointer to an interface.
    pub fn is_interface_ptr(&self, ty: Ty) -> bool {
        matches!(self.under(ty).kind(), TyKind::Pointer(to) if self.is_interface(*to))
    }

    /// Says that a pointer to an interface isn't an interface.
    pub fn interface_ptr_error(&self, ty: Ty) -> String {
        let to_param = matches!(self.under(ty).kind(), TyKind::Pointer(to) if crate::predicates::is_type_param(*to));
        let text = self.ty_str(ty);
        if to_param {
            format!("type {text} is pointer to type parameter, not type parameter")
        } else {
            format!("type {text} is pointer to interface, not interface")
        }
    }

    /// Whether `v` has all methods of the interface type `t`; if not, `cause` says why.
    pub fn has_all_methods(&mut self, v: Ty, t: Ty, is_static: bool, cause: &mut String) -> bool {
        if v.is_invalid() {
            return true;
        }
        match self.missing_method(v, t, is_static) {
            None => true,
            Some(missing) => {
                if self.has_invalid_embedded_fields(v, &mut FxHashSet::default()) {
                    return true;
                }
                *cause = missing.cause;
                false
            }
        }
    }

    fn has_invalid_embedded_fields(&self, ty: Ty, seen: &mut FxHashSet<Ty>) -> bool {
        let base = self.under(self.deref_struct_ptr(ty));
        let TyKind::Struct(fields) = base.kind() else { return false };
        if !seen.insert(base) {
            return false;
        }
        fields.iter().any(|f| f.embedded && (f.ty.is_invalid() || self.has_invalid_embedded_fields(f.ty, seen)))
    }

    /// A method of the interface type `t` that `v` lacks. If `v` is an interface and not `is_static`, only methods that both have are compared.
    pub fn missing_method(&mut self, v: Ty, t: Ty, is_static: bool) -> Option<Missing> {
        self.missing_method_with(v, t, is_static, &mut |c, x, y| c.identical(x, y))
    }

    /// [`Checker::missing_method`] with another way of comparing signatures.
    pub fn missing_method_with(
        &mut self,
        v: Ty,
        t: Ty,
        is_static: bool,
        equivalent: &mut dyn FnMut(&mut Checker<'a>, Ty, Ty) -> bool,
    ) -> Option<Missing> {
        let wanted = self.type_set(t);
        if wanted.methods.is_empty() {
            return None;
        }
        let v_under = self.under(v);
        let v_set = matches!(v_under.kind(), TyKind::Interface(_)).then(|| self.type_set(v_under));
        for m in &wanted.methods {
            if let Some(set) = &v_set {
                match set.lookup_method(m.pkg, m.name, false) {
                    None if !is_static => {}
                    None => return Some(self.not_found(v, t, m.name)),
                    Some((_, f)) => {
                        let sig = f.sig;
                        if !equivalent(self, sig, m.sig) {
                            return Some(self.wrong_sig(m.name, sig, m.sig));
                        }
                    }
                }
                continue;
            }
            let lookup = self.lookup_impl(v, false, m.pkg, m.name, false);
            match lookup.found {
                Some(Found::Field(_)) => {
                    let cause = format!("({}.{} is a field, not a method)", self.ty_str(v), m.name);
                    return Some(Missing { name: m.name, wrong_type: false, cause });
                }
                Some(Found::Method(f)) => {
                    let sig = self.method_sig(&f);
                    if !equivalent(self, sig, m.sig) {
                        return Some(self.wrong_sig(m.name, sig, m.sig));
                    }
                }
                None if lookup.index.is_some() => {
                    let cause = format!("(ambiguous selector {}.{})", self.ty_str(v), m.name);
                    return Some(Missing { name: m.name, wrong_type: false, cause });
                }
                None if lookup.indirect => {
                    let cause = format!("(method {} has pointer receiver)", m.name);
                    return Some(Missing { name: m.name, wrong_type: true, cause });
                }
                None => {
                    let folded = self.lookup_impl(v, false, m.pkg, m.name, true);
                    let Some(Found::Method(f)) = folded.found else { return Some(self.not_found(v, t, m.name)) };
                    if f.name == m.name {
                        return Some(Missing { name: m.name, wrong_type: false, cause: format!("(unexported method {})", m.name) });
                    }
                    let sig = self.method_sig(&f);
                    let (have, want) = (self.func_str(f.name, sig, false), self.func_str(m.name, m.sig, false));
                    let cause = format!("(missing method {})\n\t\thave {have}\n\t\twant {want}", m.name);
                    return Some(Missing { name: m.name, wrong_type: false, cause });
                }
            }
        }
        None
    }

    fn not_found(&self, v: Ty, t: Ty, name: Name) -> Missing {
        let cause = if self.is_interface_ptr(v) {
            format!("({})", self.interface_ptr_error(v))
        } else if self.is_interface_ptr(t) {
            format!("({})", self.interface_ptr_error(t))
        } else {
            format!("(missing method {name})")
        };
        Missing { name, wrong_type: false, cause }
    }

    fn wrong_sig(&self, name: Name, have: Ty, want: Ty) -> Missing {
        let (mut f, mut m) = (self.func_str(name, have, false), self.func_str(name, want, false));
        if f == m {
            (f, m) = (self.func_str(name, have, true), self.func_str(name, want, true));
        }
        let mut cause = format!("(wrong type for method {name})");
        if f != m {
            cause = format!("{cause}\n\t\thave {f}\n\t\twant {m}");
        }
        Missing { name, wrong_type: true, cause }
    }

    /// Whether a value of interface type `v` may hold a `t` (type assertion).
    pub fn assertable_to(&mut self, v: Ty, t: Ty, cause: &mut String) -> bool {
        if self.is_interface(t) {
            return true;
        }
        self.has_all_methods(t, v, false, cause)
    }

    /// The message for a selector that finds nothing; `found` is what differs in case or package only.
    pub fn lookup_error(&self, ty: Ty, sel: Name, found: Option<&Found>, struct_lit: bool) -> String {
        #[derive(PartialEq)]
        enum Case {
            Missing,
            Misspelled,
            Unexported,
            Inaccessible,
        }
        fn tail(s: &str) -> &str {
            let mut chars = s.chars();
            chars.next();
            chars.as_str()
        }
        let mut case = Case::Missing;
        let alt = found.map_or("", |f| f.name().as_str());
        if let Some(found) = found {
            if found.pkg() == Some(self.source.key) {
                case = Case::Misspelled;
            } else if sel.is_exported() {
                if found.name().is_exported() {
                    case = Case::Misspelled;
                } else if tail(sel.as_str()) == tail(alt) {
                    case = Case::Unexported;
                }
            } else if found.name().is_exported() {
                if tail(sel.as_str()) == tail(alt) {
                    case = Case::Misspelled;
                }
            } else if sel.as_str() == alt {
                case = Case::Inaccessible;
            }
        }
        let ty = self.ty_str(ty);
        if struct_lit {
            return match case {
                Case::Missing => format!("unknown field {sel} in struct literal of type {ty}"),
                Case::Misspelled => format!("unknown field {sel} in struct literal of type {ty}, but does have {alt}"),
                Case::Unexported => format!("unknown field {sel} in struct literal of type {ty}, but does have unexported {alt}"),
                Case::Inaccessible => format!("cannot refer to unexported field {alt} in struct literal of type {ty}"),
            };
        }
        let what = match found {
            Some(Found::Field(_)) => "field",
            Some(Found::Method(_)) => "method",
            None => "object",
        };
        match case {
            Case::Missing => format!("type {ty} has no field or method {sel}"),
            Case::Misspelled => format!("type {ty} has no field or method {sel}, but does have {what} {alt}"),
            Case::Unexported => format!("type {ty} has no field or method {sel}, but does have unexported {what} {alt}"),
            Case::Inaccessible => format!("cannot refer to unexported {what} {alt}"),
        }
    }
}

/// A method that a type lacks.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// Its name.
    pub name: Name,
    /// Whether it is there with another signature or a pointer receiver.
    pub wrong_type: bool,
    /// Why, in parentheses.
    pub cause: String,
}
