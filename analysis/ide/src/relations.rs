//! How declared types relate: which implement which interfaces, and where a method that a type has is declared.

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Origin, Package, Root};
use amigos_db::query as q;
use amigos_syntax::Name;
use amigos_syntax::ast::Ast;
use amigos_types::checker::Checker;
use amigos_types::ctx::{NamedInfo, TyCtx};
use amigos_types::lookup::Found;
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use rustc_hash::FxHashSet;
use std::sync::Arc;

use crate::locate::package;
use crate::references::base;

/// A declared type of a package, without type arguments.
#[derive(Clone)]
pub(crate) struct Declared {
    /// Its key, in the variant of the package it was found in.
    pub key: NamedKey,
    /// What is known of it.
    pub info: Arc<NamedInfo>,
}

impl Declared {
    /// The type itself.
    pub fn ty(&self) -> Ty {
        Ty::named(self.key, self.info.tparams.iter().copied())
    }
    /// Whether it is an interface type.
    pub fn is_interface(&self) -> bool {
        matches!(self.info.underlying.kind(), TyKind::Interface(_))
    }
}

/// The checker of a finished package, for questions about its types.
pub(crate) fn with_checker<T>(db: &dyn Db, owner: Package, ask: impl FnOnce(&mut Checker<'_>) -> T) -> T {
    let ctx = DbCtx::new(db, owner);
    let source = q::package_source(db, owner);
    let types = q::package_types(db, owner);
    let empty = Ast::default();
    let mut checker = Checker::new(&ctx, &source, Some(&types), &empty);
    ask(&mut checker)
}

/// The variants of packages that are looked at: of a package with tests in it the one with the tests, which has all the other has; of the standard
/// library what the others import.
pub(crate) fn packages(db: &dyn Db) -> Vec<Package> {
    let all = Root::get(db).packages(db);
    let imported = imported_std(db);
    let mut out: Vec<Package> = all
        .iter()
        .filter(|(key, package)| package.origin(db) != Origin::Std || imported.contains(key))
        .filter(|(key, _)| !all.contains_key(&PkgKey(Name::new(&format!("{} [test]", key.0)))))
        .map(|(_, package)| *package)
        .collect();
    out.sort_by_key(|p| p.key(db));
    out
}

/// The packages of the standard library that the others import or that are predeclared, with all they import.
fn imported_std(db: &dyn Db) -> FxHashSet<PkgKey> {
    let all = Root::get(db).packages(db);
    let mut out: FxHashSet<PkgKey> = FxHashSet::default();
    let mut todo: Vec<Package> = all.values().filter(|p| p.origin(db) != Origin::Std).copied().collect();
    let mut at = 0;
    while let Some(next) = todo.get(at).copied() {
        at += 1;
        let ctx = DbCtx::new(db, next);
        let predeclared = ctx.predeclared_packages().iter().map(|(_, key)| *key);
        for key in q::package_imports(db, next).iter().copied().chain(predeclared) {
            if let Some(found) = all.get(&key)
                && found.origin(db) == Origin::Std
                && out.insert(key)
            {
                todo.push(*found);
            }
        }
    }
    out
}

/// The declared types of a package, sorted by name.
pub(crate) fn declared_types(db: &dyn Db, owner: Package) -> Vec<Declared> {
    let here = owner.key(db);
    let types = q::package_types(db, owner);
    let mut out: Vec<Declared> = types
        .named
        .iter()
        .filter(|(key, _)| key.pkg == Some(here) && key.local.is_none())
        .map(|(key, info)| Declared { key: *key, info: info.clone() })
        .collect();
    out.sort_by_key(|d| d.key.name.as_str());
    out
}

/// Whether a declared type, or a pointer to it, has all methods of an interface; `checker` is of the type's package. Empty interfaces relate to nothing.
pub(crate) fn implements(checker: &mut Checker<'_>, ty: Ty, interface: Ty) -> bool {
    let under = checker.under(interface);
    if !matches!(under.kind(), TyKind::Interface(_)) || checker.type_set(under).methods.is_empty() {
        return false;
    }
    let mut why = String::new();
    let is_interface = matches!(checker.under(ty).kind(), TyKind::Interface(_));
    checker.implements(ty, interface, false, &mut why) || (!is_interface && checker.implements(Ty::pointer(ty), interface, false, &mut why))
}

/// The names of the methods of an interface type.
pub(crate) fn method_names(checker: &Checker<'_>, interface: Ty) -> Vec<Name> {
    let under = checker.under(interface);
    match under.kind() {
        TyKind::Interface(_) => checker.type_set(under).methods.iter().map(|m| m.name).collect(),
        _ => vec![],
    }
}

/// Where a method that a type has (promoted ones included) is declared: the declared type whose it is, and whether that is an interface.
pub(crate) fn method_owner(db: &dyn Db, checker: &Checker<'_>, of: &Declared, name: Name) -> Option<(NamedKey, bool)> {
    if of.is_interface() {
        return interface_owner(db, of.key, name, 0).map(|key| (key, true));
    }
    let pkg = of.key.pkg?;
    let lookup = checker.lookup_field_or_method(of.ty(), true, pkg, name, false);
    let Some(Found::Method(method)) = lookup.found else { return None };
    match method.recv {
        Some(recv) => crate::locate::named_key(recv).map(|key| (key, false)),
        None => {
            // Of an embedded interface: follow the path to it.
            let path = lookup.index?;
            let (_, path) = path.split_last()?;
            let mut at = of.ty();
            for index in path {
                let base = checker.deref(at).0;
                let TyKind::Struct(fields) = checker.under(base).kind() else { return None };
                at = fields.get(*index as usize)?.ty;
            }
            let key = crate::locate::named_key(at)?;
            interface_owner(db, key, name, 0).map(|key| (key, true))
        }
    }
}

/// The interface that writes a method down: the one asked for, or one that it embeds.
pub(crate) fn interface_owner(db: &dyn Db, of: NamedKey, name: Name, depth: u32) -> Option<NamedKey> {
    if of.pkg.is_none() {
        return (of.name.as_str() == "error" && name.as_str() == "Error").then_some(of);
    }
    let info = q::named(db, package(db, of.pkg?)?, of)?;
    let TyKind::Interface(interface) = info.underlying.kind() else { return None };
    if interface.methods.iter().any(|m| m.name == name) {
        return Some(of);
    }
    if depth > 16 {
        return None;
    }
    interface.embeds.iter().filter_map(|e| crate::locate::named_key(*e)).find_map(|key| interface_owner(db, key, name, depth + 1))
}

/// Whether two keys name the same type whichever variant of a package they are of.
pub(crate) fn same(a: NamedKey, b: NamedKey) -> bool {
    a.name == b.name && a.local == b.local && a.pkg.map(base) == b.pkg.map(base)
}

/// The declared type behind a key, as the variant with the tests knows it.
pub(crate) fn find(db: &dyn Db, of: NamedKey) -> Option<(Package, Declared)> {
    let key = base(of.pkg?);
    let with_tests = PkgKey(Name::new(&format!("{} [test]", key.0)));
    let owner = package(db, with_tests).or_else(|| package(db, key)).or_else(|| package(db, of.pkg?))?;
    let key = NamedKey { pkg: Some(owner.key(db)), ..of };
    let info = q::named(db, owner, key)?;
    Some((owner, Declared { key, info }))
}

/// The type that `interface` is in the eyes of package `owner`: types of a package under test are those of its variant with tests.
pub(crate) fn seen_from(db: &dyn Db, owner: Package, of: &Declared) -> Option<Declared> {
    let here = owner.key(db);
    match of.key.pkg {
        Some(pkg) if pkg != here && base(pkg) == base(here) => find_in(db, owner, of.key),
        // Other packages see the variant without tests.
        Some(pkg) if pkg != here && base(pkg) != pkg => find_in(db, package(db, base(pkg))?, of.key),
        _ => Some(of.clone()),
    }
}

fn find_in(db: &dyn Db, owner: Package, of: NamedKey) -> Option<Declared> {
    let key = NamedKey { pkg: Some(owner.key(db)), ..of };
    Some(Declared { key, info: q::named(db, owner, key)? })
}

/// All pairs (type, interface) in which one of both is `of`: with an interface those that implement it, with any type the interfaces it implements.
pub(crate) struct Relatives {
    /// Types and interfaces that have all methods of the type asked about, if that is an interface.
    pub subtypes: Vec<Declared>,
    /// Interfaces whose methods the type asked about has.
    pub supertypes: Vec<Declared>,
}

/// The relatives of a declared type among all packages.
pub(crate) fn relatives(db: &dyn Db, of: &Declared) -> Relatives {
    let mut out = Relatives { subtypes: vec![], supertypes: vec![] };
    let Some(home) = of.key.pkg.and_then(|pkg| package(db, pkg)) else { return out };
    let wanted: Vec<Name> = with_checker(db, home, |c| method_names(c, of.ty()));
    for owner in packages(db) {
        db.unwind_if_revision_cancelled();
        let types = declared_types(db, owner);
        if of.is_interface() && !wanted.is_empty() {
            let Some(interface) = seen_from(db, owner, of) else { continue };
            with_checker(db, owner, |checker| {
                for ty in &types {
                    if !same(ty.key, of.key) && may_have(db, checker, ty, &wanted) && implements(checker, ty.ty(), interface.ty()) {
                        out.subtypes.push(ty.clone());
                    }
                }
            });
        }
        let interfaces: Vec<&Declared> = types.iter().filter(|t| t.is_interface() && !same(t.key, of.key)).collect();
        if !interfaces.is_empty() {
            with_checker(db, home, |checker| {
                for interface in interfaces {
                    let Some(seen) = seen_from(db, home, interface) else { continue };
                    if implements(checker, of.ty(), seen.ty()) {
                        out.supertypes.push(interface.clone());
                    }
                }
            });
        }
    }
    out
}

/// A cheap look before the expensive one: whether the type can have a method of the first wanted name.
fn may_have(db: &dyn Db, checker: &Checker<'_>, ty: &Declared, wanted: &[Name]) -> bool {
    let Some(first) = wanted.first() else { return false };
    method_owner(db, checker, ty, *first).is_some()
}
