//! Bringing `amigos.lock` up to what a package imports: a line for every import, from the network that it is for.

use amigos_hub::client::{Client, ClientError};

use crate::imports::{imports_of, split_major};
use crate::lockfile::{Lock, Locked};
use crate::manifest::{HUB, Manifest, Version};
use crate::workspace::PackageFolder;

/// The imports from the hub of the files that are deployed, sorted, each once.
pub fn deployed_imports(package: &PackageFolder) -> Vec<String> {
    let texts = package.sources.iter().filter(|source| !source.name.ends_with("_test.go")).filter_map(|source| source.text.as_ref().ok());
    let mut imports: Vec<String> = texts.flat_map(|text| imports_of(text)).filter(|path| path.starts_with(HUB)).collect();
    imports.sort();
    imports.dedup();
    imports
}

/// The lock of a package with a line for each of its imports, as they are on `chain` now; lines of imports that are gone go.
pub fn updated(client: &Client, chain: &str, manifest: &Manifest, package: &PackageFolder) -> Result<Lock, String> {
    let old = package.lock.clone()?;
    if let Some(locked) = old.chain.as_deref().filter(|locked| *locked != chain) {
        return Err(format!(
            "`amigos.lock` is of chain `{locked}`, the network is of chain `{chain}`: choose another with `--network`, or delete the lock"
        ));
    }
    let mut lock = Lock { chain: Some(chain.to_owned()), ..Lock::default() };
    for import in deployed_imports(package) {
        let (path, major) = split_major(&import);
        let major = major.or_else(|| manifest.dependencies.get(path).copied()).or_else(|| old_major(&old, path));
        let wanted = major.map_or_else(|| path.to_owned(), |major| format!("{path}@v{major}"));
        let found = client.package(&wanted).map_err(|e: ClientError| format!("`{wanted}` cannot be locked: {e}"))?;
        let found = found.ok_or_else(|| format!("`{wanted}` is not on the network: deploy it first, or check the path"))?;
        let version = Version::parse(&found.version).ok_or_else(|| format!("`{wanted}` has no version"))?;
        lock.packages.insert(found.package, Locked { version, hash: found.hash });
    }
    Ok(lock)
}

fn old_major(lock: &Lock, path: &str) -> Option<u32> {
    lock.packages.iter().filter(|(key, _)| split_major(key).0 == path).map(|(_, locked)| locked.version.major).max()
}
