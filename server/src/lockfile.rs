//! `amigos.lock`: which version of each import a package was checked with, by content hash, and on which chain.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::manifest::Version;

/// The file's name.
pub const FILE_NAME: &str = "amigos.lock";
const HEADER: &str = "# Written by amigos. Commit it: it pins every import by content hash.\n";
const FORMAT: u32 = 1;

/// The content of a lock file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lock {
    /// The chain's id, once something was locked from it.
    pub chain: Option<String>,
    /// The locked packages, by key (`path@vN`).
    pub packages: BTreeMap<String, Locked>,
}

/// A locked package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locked {
    /// Its version.
    pub version: Version,
    /// The content hash of its sources, as the hub states it.
    pub hash: String,
}

#[derive(Serialize, Deserialize)]
struct LockToml {
    format: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain: Option<String>,
    #[serde(default, rename = "package")]
    packages: Vec<PackageToml>,
}

#[derive(Serialize, Deserialize)]
struct PackageToml {
    path: String,
    version: String,
    hash: String,
}

impl Lock {
    /// Reads the text of a lock file. The error says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Lock, String> {
        let remedy = "delete the file and run `amigos check` to write it anew";
        let toml: LockToml = toml::from_str(text).map_err(|e| format!("`amigos.lock` cannot be read: {}; {remedy}", e.message()))?;
        if toml.format != FORMAT {
            return Err(format!("`amigos.lock` has format {}, this `amigos` knows {FORMAT}: update `amigos`, or {remedy}", toml.format));
        }
        let mut packages = BTreeMap::new();
        for package in toml.packages {
            let version = Version::parse(&package.version)
                .ok_or_else(|| format!("`amigos.lock`: `{}` is not a version of `{}`; {remedy}", package.version, package.path))?;
            packages.insert(package.path, Locked { version, hash: package.hash });
        }
        Ok(Lock { chain: toml.chain, packages })
    }

    /// The text of the lock file: entries sorted, so that it changes only where the content does.
    pub fn to_text(&self) -> String {
        let packages = self
            .packages
            .iter()
            .map(|(path, locked)| PackageToml { path: path.clone(), version: locked.version.to_string(), hash: locked.hash.clone() })
            .collect();
        let toml = LockToml { format: FORMAT, chain: self.chain.clone(), packages };
        HEADER.to_owned() + &toml::to_string(&toml).unwrap_or_default()
    }

    /// Reads the lock of the package in `folder`; empty if there is none.
    pub fn read(folder: &Path) -> Result<Lock, String> {
        match std::fs::read_to_string(folder.join(FILE_NAME)) {
            Ok(text) => Lock::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Lock::default()),
            Err(error) => Err(format!("`{}` cannot be read: {error}", folder.join(FILE_NAME).display())),
        }
    }

    /// Writes the lock of the package in `folder`, if it says anything new. The file appears whole or not at all.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let target = folder.join(FILE_NAME);
        let text = self.to_text();
        if std::fs::read_to_string(&target).is_ok_and(|old| old == text) {
            return Ok(());
        }
        let temporary = folder.join(format!(".{FILE_NAME}.{}", std::process::id()));
        std::fs::write(&temporary, text)?;
        std::fs::rename(&temporary, &target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock { chain: Some("amigos-local-1".to_owned()), packages: BTreeMap::new() };
        let version = Version { major: 2, minor: 0, patch: 1 };
        lock.packages.insert("hub.amigos.dev/token@v2".to_owned(), Locked { version, hash: "sha256:aa".to_owned() });
        let text = lock.to_text();
        assert_eq!(Lock::parse(&text), Ok(lock));
        assert!(text.contains("[[package]]\npath = \"hub.amigos.dev/token@v2\"\nversion = \"2.0.1\"\nhash = \"sha256:aa\"\n"), "{text}");
    }

    #[test]
    fn a_bad_lock_says_what_to_do() {
        for bad in ["format = 9", "x", "format = 1\n[[package]]\npath = \"a\"\nversion = \"?\"\nhash = \"\""] {
            let problem = Lock::parse(bad).unwrap_err();
            assert!(problem.contains("delete the file and run `amigos check`"), "{problem}");
        }
    }
}
