//! What others can do with a reference to an object of a contract: the methods through which they change it. Writes of their own are refused by the
//! language; a method of the contract's own type acts for the contract, whoever calls it.

use std::collections::BTreeSet;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::mir::*;
use amigos_mir::query::package_kind;
use amigos_mir::typequery::underlying;
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, Ty, TyKind};

use crate::guards::checks_caller;
use crate::provenance::{PathRoot, Target, package_of};
use crate::summary::summary;

/// A method by which anyone can put what they choose into an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mutator {
    /// The method.
    pub func: FuncKey,
}

impl std::fmt::Display for Mutator {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.func.name.split_once('.') {
            Some((ty, method)) => write!(f, "(*{ty}).{method}"),
            None => write!(f, "{}", self.func.name),
        }
    }
}

/// Whether a method (`T.M`) of a contract writes to what its receiver leads to, takes something from its caller, and doesn't ask who that is.
#[salsa::tracked]
pub fn is_mutator(db: &dyn Db, package: Package, method: Name) -> bool {
    if package_kind(db, package) != PackageKind::Contract || *checks_caller(db, package, method) {
        return false;
    }
    let Some(decl) = crate::effects::declaration(db, package, method) else { return false };
    let mir = amigos_mir::query::mir(db, package, decl);
    let takes = mir.func.as_ref().is_some_and(|b| b.params.len() > 1);
    takes && summary(db, package, method).writes.iter().any(|p| p.root == PathRoot::Param(0))
}

/// The first mutator of a declared type that can be called from outside.
pub fn mutator_of(db: &dyn Db, key: NamedKey) -> Option<Mutator> {
    let pkg = key.pkg.filter(|_| key.local.is_none())?;
    let package = Root::get(db).packages(db).get(&pkg).copied()?;
    if package_kind(db, package) != PackageKind::Contract {
        return None;
    }
    let info = q::named(db, package, key)?;
    info.methods.iter().filter(|m| m.pointer && m.name.starts_with(char::is_uppercase)).find_map(|m| {
        let name = Name::new(&format!("{}.{}", key.name, m.name));
        is_mutator(db, package, name).then_some(Mutator { func: FuncKey { pkg, name } })
    })
}

/// How a value is held by others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// A copy: only what it refers to is shared.
    Copy,
    /// The thing itself: `pkg.Var`, an element of a shared slice, what a pointer points to.
    Place,
}

/// A mutator that can be reached from a value through pointers, exported fields and elements.
pub fn mutator_behind(db: &dyn Db, package: Package, ty: Ty, hold: Hold) -> Option<Mutator> {
    let types = DbCtx::new(db, package);
    let mut seen: Vec<(Ty, Hold)> = Vec::new();
    let mut work = vec![(ty, hold)];
    while let Some((ty, hold)) = work.pop() {
        if seen.contains(&(ty, hold)) || seen.len() > 64 {
            continue;
        }
        seen.push((ty, hold));
        let under = underlying(&types, ty);
        if let TyKind::Named { key, .. } = ty.unalias().kind()
            && hold == Hold::Place
            && !matches!(under.kind(), TyKind::Interface(_))
            && let Some(found) = mutator_of(db, *key)
        {
            return Some(found);
        }
        match under.kind() {
            TyKind::Pointer(to) => work.push((*to, Hold::Place)),
            TyKind::Slice(elem) => work.push((*elem, Hold::Place)),
            // Entries of a map have no address.
            TyKind::Map { value, .. } => work.push((*value, Hold::Copy)),
            TyKind::Array { elem, .. } => work.push((*elem, hold)),
            TyKind::Struct(fields) => {
                work.extend(fields.iter().filter(|f| f.name.starts_with(char::is_uppercase)).map(|f| (f.ty, hold)));
            }
            _ => {}
        }
    }
    None
}

/// A mutator that an interface value of these targets offers.
pub fn mutator_in(db: &dyn Db, targets: &BTreeSet<Target>) -> Option<Mutator> {
    targets.iter().find_map(|t| match t {
        Target::Value(pkg, name) => {
            package_of(db, &FuncKey { pkg: *pkg, name: *name })?;
            mutator_of(db, NamedKey { pkg: Some(*pkg), name: *name, local: None })
        }
        _ => None,
    })
}
