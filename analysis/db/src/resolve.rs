//! Import resolution (language.md, section 1): the standard library, then the packages the owner of the database has found (open buffers and workspace
//! before cache and network), in the major that the path, the lock or the newest package says.

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_types::ctx::ImportError;
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashSet;

use crate::Db;
use crate::input::{Origin, Package, Profile, Root};
use crate::query::{package_import_paths, package_of};

/// What hub paths start with.
pub const HUB: &str = "hub.amigos.dev/";

/// A path with an optional major: `hub.amigos.dev/token@v2` → (`hub.amigos.dev/token`, 2).
pub fn split_major(path: &str) -> Result<(&str, Option<u32>), Arc<str>> {
    let Some((base, version)) = path.split_once('@') else { return Ok((path, None)) };
    match version.strip_prefix('v').and_then(|v| v.parse::<u32>().ok()).filter(|v| *v > 0) {
        Some(major) if !version.starts_with("v0") => Ok((base, Some(major))),
        _ => Err(Arc::from(format!("malformed version `@{version}` in import path: write a major version such as `{base}@v2`"))),
    }
}

/// The identity of a package by path and major.
pub fn package_key(path: &str, major: u32) -> PkgKey {
    PkgKey(Name::new(&format!("{path}@v{major}")))
}

/// The package that an import means.
pub fn resolve(db: &dyn Db, importer: Package, path: Name) -> Result<PkgKey, ImportError> {
    let key = lookup(db, importer, path)?;
    if on_import_cycle(db, importer)
        && let Some(cycle) = import_cycle(db, importer, key)
    {
        return Err(ImportError::Cycle(cycle.clone()));
    }
    Ok(key)
}

fn lookup(db: &dyn Db, importer: Package, path: Name) -> Result<PkgKey, ImportError> {
    let direct = PkgKey(path);
    let plain_only = amigos_std::PLAIN_ONLY.contains(&path.as_str());
    let sees = !plain_only || importer.profile(db) == Profile::Go || importer.origin(db) == Origin::Std;
    if sees && package_of(db, direct).is_some_and(|p| p.origin(db) == Origin::Std) {
        return Ok(direct);
    }
    let (base, major) = split_major(path.as_str()).map_err(ImportError::Malformed)?;
    let base_name = Name::new(base);
    let pinned = importer.pins(db).iter().find(|(p, _)| *p == base_name).map(|(_, major)| *major);
    let newest = || newest_major(db, Root::get(db), base_name);
    if let Some(major) = major.or(pinned).or_else(newest) {
        let key = package_key(base, major);
        // An external test imports the package under test together with its internal tests.
        if let Some(own) = importer.key(db).0.as_str().strip_suffix(" [xtest]")
            && own == key.0.as_str()
            && let test = PkgKey(Name::new(&format!("{own} [test]")))
            && package_of(db, test).is_some()
        {
            return Ok(test);
        }
        if package_of(db, key).is_some() {
            return Ok(key);
        }
    }
    if let Some((_, text)) = importer.missing(db).iter().find(|(p, _)| *p == path || *p == base_name) {
        return Err(ImportError::NotFound(text.clone()));
    }
    if path.starts_with(HUB) {
        return Err(ImportError::Unknown);
    }
    match importer.profile(db) {
        // The contract profile has its own word on packages that it refuses (AM1008), with the reason.
        Profile::Contract => Err(ImportError::Unknown),
        Profile::Go => {
            Err(ImportError::NotFound(Arc::from(format!("package {path} is not in the standard library (`std/` of this program)"))))
        }
    }
}

/// The newest major there is of a path.
#[salsa::tracked(returns(copy))]
fn newest_major(db: &dyn Db, root: Root, path: Name) -> Option<u32> {
    root.majors(db).get(&path).and_then(|m| m.last()).copied()
}

/// Whether a package imports itself, by way of others or directly.
#[salsa::tracked(returns(copy))]
fn on_import_cycle(db: &dyn Db, package: Package) -> bool {
    let start = package.key(db);
    let mut seen = FxHashSet::default();
    let mut work = vec![package];
    while let Some(next) = work.pop() {
        for key in direct_imports(db, next) {
            if *key == start {
                return true;
            }
            if seen.insert(*key) {
                work.extend(package_of(db, *key));
            }
        }
    }
    false
}

/// The packages on an import cycle that `importer` → `target` closes.
#[salsa::tracked(returns(as_ref))]
pub fn import_cycle(db: &dyn Db, importer: Package, target: PkgKey) -> Option<Vec<PkgKey>> {
    let start = importer.key(db);
    // Depth first, with the path; each package is entered once.
    let direct = |key: PkgKey| package_of(db, key).map_or(&[][..], |p| direct_imports(db, p));
    let mut path: Vec<(PkgKey, &[PkgKey])> = Vec::new();
    let mut seen = FxHashSet::default();
    seen.insert(target);
    if target == start {
        return Some(vec![start]);
    }
    path.push((target, direct(target)));
    while let Some((_, rest)) = path.last_mut() {
        let Some((next, before)) = rest.split_last() else {
            path.pop();
            continue;
        };
        *rest = before;
        if *next == start {
            return Some(std::iter::once(start).chain(path.iter().map(|(k, _)| *k)).collect());
        }
        if seen.insert(*next) {
            path.push((*next, direct(*next)));
        }
    }
    None
}

/// The packages that a package imports, whether or not that closes a cycle.
#[salsa::tracked(returns(deref))]
fn direct_imports(db: &dyn Db, package: Package) -> Vec<PkgKey> {
    package_import_paths(db, package).iter().filter_map(|path| lookup(db, package, *path).ok()).collect()
}
