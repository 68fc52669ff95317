//! Declared types: their type parameters, underlying types and methods, wherever they are declared.

use std::sync::Arc;

use amigos_syntax::Name;

use crate::checker::{Checker, MethodEntry, NamedEntry, ObjId};
use crate::ctx::NamedInfo;
use crate::subst::Subst;
use crate::ty::{NamedKey, PkgKey, Ty, TyKind, TypeParamKey};
use crate::universe;

/// A method found by lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its name.
    pub name: Name,
    /// The package whose code declares it (matters for unexported names).
    pub pkg: Option<PkgKey>,
    /// The declared type (with its arguments) whose method it is; `None`: an interface's.
    pub recv: Option<Ty>,
    /// Whether it is declared with a pointer receiver.
    pub pointer: bool,
    /// Its index in the type's method list (of an interface: in its type set).
    pub index: usize,
    /// Its signature, instantiated; `None` if its declaration wasn't checked yet: see [`Checker::method_sig`].
    pub sig: Option<Ty>,
    /// Its object, if it is declared in the package being checked.
    pub obj: Option<ObjId>,
}

impl<'a> Checker<'a> {
    /// What another package, or the finished part of this one, says of a declared type.
    pub fn foreign_named(&self, key: NamedKey) -> Option<Arc<NamedInfo>> {
        if let Some(found) = self.frozen.and_then(|f| f.named.get(&key)) {
            return Some(found.clone());
        }
        if key.pkg == Some(self.source.key) {
            return None;
        }
        if let Some(found) = self.foreign_memo.borrow().get(&key) {
            return found.clone();
        }
        let found = self.ctx.named(key);
        self.foreign_memo.borrow_mut().insert(key, found.clone());
        found
    }

    /// The type parameters of a declared type.
    pub fn named_tparams(&self, key: NamedKey) -> Box<[Ty]> {
        if let Some(entry) = self.types.borrow().get(&key) {
            return entry.tparams.clone();
        }
        if key.pkg.is_none() {
            return Box::default();
        }
        self.foreign_named(key).map(|n| n.tparams.clone()).unwrap_or_default()
    }

    /// Whether the right-hand side of a declared type is known by now.
    pub fn is_set_up(&self, key: NamedKey) -> bool {
        self.types.borrow().get(&key).is_none_or(|e| e.rhs.is_some())
    }

    /// The underlying type of a declared type, in its own type parameters; invalid while it isn't known.
    pub fn named_underlying(&self, key: NamedKey) -> Ty {
        if key.pkg.is_none() {
            return universe::underlying(key).unwrap_or(Ty::invalid());
        }
        let mut key = key;
        let mut steps = 0;
        loop {
            let rhs = match self.types.borrow().get(&key) {
                Some(entry) => entry.rhs,
                None => return self.foreign_named(key).map_or(Ty::invalid(), |n| n.underlying),
            };
            let Some(rhs) = rhs else {
                self.incomplete.set(true);
                return Ty::invalid();
            };
            match rhs.unalias().kind() {
                TyKind::Named { key: next, args } if args.is_empty() => key = *next,
                TyKind::Named { .. } => {
                    let depth = self.depth.get();
                    if depth > 100 {
                        return Ty::invalid();
                    }
                    self.depth.set(depth + 1);
                    let under = self.under(rhs);
                    self.depth.set(depth);
                    return under;
                }
                TyKind::TypeParam(_) => return Ty::invalid(),
                _ => return rhs.unalias(),
            }
            if key.pkg.is_none() {
                return universe::underlying(key).unwrap_or(Ty::invalid());
            }
            steps += 1;
            if steps > 1000 {
                return Ty::invalid();
            }
        }
    }

    /// The constraint of a type parameter.
    pub fn bound_of(&self, key: TypeParamKey) -> Option<Ty> {
        if let Some(found) = self.bounds.borrow().get(&key) {
            return Some(*found);
        }
        if let Some(found) = self.frozen.and_then(|f| f.bounds.get(&key)) {
            return Some(*found);
        }
        self.ctx.bound(key)
    }

    /// Whether names `a` (of package `a_pkg`) and `b` (of `b_pkg`) are the same identifier (Go spec, "Uniqueness of identifiers"); with
    /// `fold_case` also if they differ only in case.
    pub fn same_id(a_pkg: Option<PkgKey>, a: Name, b_pkg: Option<PkgKey>, b: Name, fold_case: bool) -> bool {
        if fold_case && a.as_str().to_lowercase() == b.as_str().to_lowercase() {
            return true;
        }
        a == b && (a.is_exported() || a_pkg == b_pkg)
    }

    /// The names of a declared type's methods with whether their receiver is a pointer, in source order.
    pub fn method_names(&self, key: NamedKey) -> Vec<(Name, bool)> {
        if let Some(entry) = self.types.borrow().get(&key) {
            return entry.methods.iter().map(|m| (m.name, m.pointer)).collect();
        }
        self.foreign_named(key).map(|n| n.methods.iter().map(|m| (m.name, m.pointer)).collect()).unwrap_or_default()
    }

    /// A method declared for a declared type.
    pub fn lookup_method(&self, named: Ty, pkg: Option<PkgKey>, name: Name, fold_case: bool) -> Option<Method> {
        let TyKind::Named { key, args } = named.unalias().kind() else { return None };
        // Unexported methods are found only from their own package.
        let same = |m: Name| Checker::same_id(key.pkg, m, pkg, name, fold_case);
        let make = |index: usize, name: Name, pointer: bool, sig: Option<Ty>, obj: Option<ObjId>| {
            let sig = sig.map(|s| self.subst_args(s, *key, args));
            Method { name, pkg: key.pkg, recv: Some(named.unalias()), pointer, index, sig, obj }
        };
        if let Some(entry) = self.types.borrow().get(key) {
            let index = entry.methods.iter().position(|m| same(m.name))?;
            let MethodEntry { name, pointer, obj, sig } = entry.methods[index].clone();
            let tparams = entry.tparams.clone();
            let sig =
                sig.map(|s| if args.is_empty() || args.len() != tparams.len() { s } else { self.subst(s, &Subst::new(&tparams, args)) });
            return Some(Method { name, pkg: key.pkg, recv: Some(named.unalias()), pointer, index, sig, obj });
        }
        let info = self.foreign_named(*key)?;
        let index = info.methods.iter().position(|m| same(m.name))?;
        let m = &info.methods[index];
        Some(make(index, m.name, m.pointer, Some(m.sig), None))
    }

    /// A type of a generic declared type expressed in its type parameters, instantiated with `args`.
    pub fn subst_args(&self, ty: Ty, key: NamedKey, args: &[Ty]) -> Ty {
        if args.is_empty() {
            return ty;
        }
        let tparams = self.named_tparams(key);
        if tparams.len() != args.len() { ty } else { self.subst(ty, &Subst::new(&tparams, args)) }
    }

    /// The signature of a method, without receiver; checks its declaration if that wasn't done yet.
    pub fn method_sig(&mut self, method: &Method) -> Ty {
        if let Some(sig) = method.sig {
            return sig;
        }
        if let Some(obj) = method.obj {
            self.obj_decl(crate::checker::Obj::Package(obj));
        }
        let Some(TyKind::Named { key, args }) = method.recv.map(Ty::kind) else { return Ty::invalid() };
        let sig = self.types.borrow().get(key).and_then(|e| e.methods.get(method.index)).and_then(|m| m.sig);
        sig.map_or(Ty::new(TyKind::Signature(Default::default())), |s| self.subst_args(s, *key, args))
    }

    /// The name of a method's receiver, if the method is declared in this package.
    pub(crate) fn recv_name(&self, method: &Method) -> Option<Name> {
        let TyKind::Named { key, .. } = method.recv?.kind() else { return None };
        let decl = match (method.obj, self.frozen) {
            (Some(obj), _) => self.objs.get(obj.0 as usize)?.decl,
            (None, Some(frozen)) => *frozen.methods.get(&(*key, method.name))?,
            _ => return None,
        };
        let decl = self.source.decls.get(decl.0 as usize)?;
        let amigos_syntax::ast::DeclKind::Func(func) = &decl.kind else { return None };
        let ident = func.recv.as_ref()?.first()?.names.first()?;
        Some(decl.sig[*ident].name)
    }

    /// Enters a declared type into the tables.
    pub fn new_named(&self, key: NamedKey, entry: NamedEntry) {
        self.types.borrow_mut().insert(key, entry);
    }

    /// Changes what is known of a declared type.
    pub fn with_named(&self, key: NamedKey, f: impl FnOnce(&mut NamedEntry)) {
        if let Some(entry) = self.types.borrow_mut().get_mut(&key) {
            f(entry);
        }
    }
}
