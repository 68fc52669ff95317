//! The database as the checker's [`TyCtx`].

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_types::ctx::{ImportError, Member, NamedInfo, TyCtx};
use amigos_types::ty::{NamedKey, PkgKey, Ty, TypeParamKey};
use amigos_types::world::{unsafe_key, unsafe_member};

use crate::Db;
use crate::input::{Origin, Package, Profile};
use crate::query;

/// What a package sees of the others.
#[derive(Clone)]
pub struct DbCtx<'db> {
    db: &'db dyn Db,
    predeclared: Vec<(Name, PkgKey)>,
}

impl<'db> DbCtx<'db> {
    /// The context of `package`.
    pub fn new(db: &'db dyn Db, package: Package) -> DbCtx<'db> {
        let universe = package.profile(db) == Profile::Contract && package.origin(db) != Origin::Std;
        let predeclared =
            if universe { amigos_std::UNIVERSE.iter().map(|n| (Name::new(n), PkgKey(Name::new(n)))).collect() } else { vec![] };
        DbCtx { db, predeclared }
    }

    /// See [`TyCtx::predeclared_packages`].
    pub fn predeclared(&self) -> &[(Name, PkgKey)] {
        &self.predeclared
    }

    fn package(&self, key: PkgKey) -> Option<Package> {
        query::package_of(self.db, key)
    }
}

impl TyCtx for DbCtx<'_> {
    fn resolve_import(&self, importer: PkgKey, path: Name) -> Result<PkgKey, ImportError> {
        match self.package(importer) {
            // The checker knows `unsafe` itself; contracts may not use it.
            Some(importer) if path.as_str() == "unsafe" && importer.profile(self.db) == Profile::Go => Ok(unsafe_key()),
            Some(importer) => crate::resolve::resolve(self.db, importer, path),
            None => Err(ImportError::Unknown),
        }
    }
    fn package_name(&self, pkg: PkgKey) -> Option<Name> {
        if pkg == unsafe_key() {
            return Some(pkg.0);
        }
        Some(query::package_name(self.db, self.package(pkg)?))
    }
    fn member(&self, pkg: PkgKey, name: Name) -> Option<Arc<Member>> {
        if pkg == unsafe_key() {
            return unsafe_member(name);
        }
        query::member(self.db, self.package(pkg)?, name)
    }
    fn member_names(&self, pkg: PkgKey) -> Arc<[Name]> {
        self.package(pkg).map(|p| query::member_names(self.db, p)).unwrap_or_default()
    }
    fn named(&self, key: NamedKey) -> Option<Arc<NamedInfo>> {
        query::named(self.db, self.package(key.pkg?)?, key)
    }
    fn bound(&self, param: TypeParamKey) -> Option<Ty> {
        let package = owner_package(param.owner.as_str()).and_then(|p| self.package(PkgKey(Name::new(p))))?;
        query::bound(self.db, package, param)
    }
    fn predeclared_packages(&self) -> &[(Name, PkgKey)] {
        &self.predeclared
    }
}

/// The package in the owner of a type parameter: `hub.amigos.dev/a/b@v1.F` → `hub.amigos.dev/a/b@v1`. Names of functions and types have no slash.
fn owner_package(owner: &str) -> Option<&str> {
    let from = owner.rfind('/').map_or(0, |i| i + 1);
    owner[from..].find('.').map(|i| &owner[..from + i])
}
