//! Packages as the chain knows them: names, versions, sources, records.

use std::fmt;
use std::str::FromStr;

use prost::Message;

use crate::address::short;
use crate::encode::{Hash, hex, sha256, unhex};
use crate::proto::{File, Pin};

/// What all paths begin with.
pub const HOST: &str = "hub.amigos.dev/";
/// No package has more source than this, in bytes.
pub const MAX_SOURCE: usize = 1 << 20;
const MAX_PATH: usize = 200;
const MAX_FILES: usize = 256;
const MAX_PINS: usize = 256;

/// A full version, `1.2.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Another major is another package.
    pub major: u32,
    /// Grows with what was added.
    pub minor: u32,
    /// Grows with what was mended.
    pub patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Version, String> {
        let number = |part: &str| {
            let plain = part == "0" || (!part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()));
            part.parse::<u32>().ok().filter(|n| plain && *n < 1_000_000)
        };
        let parts: Option<Vec<u32>> = text.split('.').map(number).collect();
        match parts.as_deref() {
            Some([major, minor, patch]) => Ok(Version { major: *major, minor: *minor, patch: *patch }),
            _ => Err(format!("`{}` is not a version; write three numbers, as in `1.2.0`", short(text))),
        }
    }
}

/// The identity of a package: `path@vN`.
pub fn identity(path: &str, major: u32) -> String {
    format!("{path}@v{major}")
}

/// Splits `path@vN`; without a major, `None`.
pub fn split_identity(text: &str) -> Result<(&str, Option<u32>), String> {
    match text.rsplit_once('@') {
        None => Ok((text, None)),
        Some((path, version)) => {
            let digits = version.strip_prefix('v').filter(|d| *d == "0" || (!d.starts_with('0') && d.bytes().all(|b| b.is_ascii_digit())));
            match digits.and_then(|d| d.parse().ok()) {
                Some(major) => Ok((path, Some(major))),
                None => Err(format!("`{}` has no major version behind `@`; write it as `@v2`", short(text))),
            }
        }
    }
}

/// Checks that a path may name a package.
pub fn check_path(path: &str) -> Result<(), String> {
    let Some(rest) = path.strip_prefix(HOST) else {
        return Err(format!("the path `{}` does not begin with `{HOST}`", short(path)));
    };
    let element = |e: &str| {
        e.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && e.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
    };
    if path.len() > MAX_PATH {
        return Err(format!("the path `{}` is longer than {MAX_PATH} bytes", short(path)));
    }
    match rest.split('/').find(|e| !element(e)) {
        None => Ok(()),
        Some(bad) => Err(format!(
            "the path `{}` has the element `{}`; elements begin with a letter from a to z and go on with letters, digits, `_` and `-`",
            short(path),
            short(bad)
        )),
    }
}

/// The content hash of a package: over names and texts of its files, in order of name.
pub fn content_hash(files: &[File]) -> Hash {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut bytes = b"amigos package 1\n".to_vec();
    for file in files {
        for part in [&file.name, &file.text] {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    sha256(&bytes)
}

/// A content hash as lock files have it: `sha256:` and hex.
pub fn hash_text(hash: &[u8]) -> String {
    format!("sha256:{}", hex(hash).to_lowercase())
}

/// The bytes of a content hash as lock files have it.
pub fn parse_hash(text: &str) -> Option<Hash> {
    unhex(text.strip_prefix("sha256:")?)?.try_into().ok()
}

/// A package that is about to be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageSource {
    /// Its path without a major.
    pub path: String,
    /// Its version.
    pub version: Version,
    /// Whether it is a library.
    pub library: bool,
    /// Its files, in order of name.
    pub files: Vec<File>,
    /// Its lock.
    pub lock: Vec<Pin>,
    /// Its content hash.
    pub hash: Hash,
}

impl PackageSource {
    /// Checks names and sizes.
    pub fn new(path: &str, version: &str, library: bool, mut files: Vec<File>, mut lock: Vec<Pin>) -> Result<PackageSource, String> {
        check_path(path)?;
        let version = version.parse()?;
        if files.len() > MAX_FILES || lock.len() > MAX_PINS {
            return Err(format!(
                "the package has {} files and {} lock lines; at most {MAX_FILES} and {MAX_PINS} are allowed",
                files.len(),
                lock.len()
            ));
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        lock.sort_by(|a, b| a.path.cmp(&b.path));
        for file in &files {
            let good = file.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)) && !file.name.starts_with('.');
            if !good || !(file.name.ends_with(".go") || file.name == "amigos.toml" || file.name == "README.md") {
                return Err(format!(
                    "`{}` cannot be deployed; a package has `.go` files, `amigos.toml` and `README.md`",
                    short(&file.name)
                ));
            }
            if file.name.ends_with("_test.go") {
                return Err(format!("`{}` is a test; tests are not deployed", short(&file.name)));
            }
        }
        if let Some(pair) = files.windows(2).find(|pair| matches!(pair, [a, b] if a.name == b.name)) {
            return Err(format!("there are two files `{}`", pair.first().map(|f| short(&f.name)).unwrap_or_default()));
        }
        if !files.iter().any(|file| file.name.ends_with(".go")) {
            return Err("the package has no `.go` file".into());
        }
        let size: usize = files.iter().map(|file| file.text.len()).sum();
        if size > MAX_SOURCE {
            return Err(format!("the package has {size} bytes of source; at most {MAX_SOURCE} are allowed"));
        }
        for pin in &lock {
            check_path(split_identity(&pin.path)?.0)?;
            let version = pin.version.parse::<Version>()?;
            if split_identity(&pin.path)?.1.is_some_and(|major| major != version.major) {
                return Err(format!("the lock has version {version} for `{}`", short(&pin.path)));
            }
        }
        let hash = content_hash(&files);
        Ok(PackageSource { path: path.into(), version, library, files, lock, hash })
    }

    /// `path@vN`.
    pub fn identity(&self) -> String {
        identity(&self.path, self.version.major)
    }

    /// Bytes of source.
    pub fn size(&self) -> usize {
        self.files.iter().map(|file| file.name.len() + file.text.len()).sum()
    }
}

/// What the chain records of a path: which majors there are.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct PathRecord {
    #[prost(uint32, repeated, tag = "1")]
    pub majors: Vec<u32>,
}

/// What the chain records of `path@vN`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct PackageRecord {
    /// The number of its namespace in the store.
    #[prost(uint32, tag = "1")]
    pub number: u32,
    #[prost(string, tag = "2")]
    pub path: String,
    #[prost(uint32, tag = "3")]
    pub major: u32,
    #[prost(bool, tag = "4")]
    pub library: bool,
    /// Who deployed it first; receives the author's part of fees.
    #[prost(string, tag = "5")]
    pub author: String,
    /// Who may upgrade it; empty: nobody, ever.
    #[prost(string, tag = "6")]
    pub authority: String,
    /// Closed to writes for good by a later major's migration.
    #[prost(bool, tag = "7")]
    pub closed: bool,
    /// All its versions, ascending; the last is live.
    #[prost(message, repeated, tag = "8")]
    pub versions: Vec<VersionRecord>,
}

/// A deployed version, in short.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct VersionRecord {
    #[prost(string, tag = "1")]
    pub version: String,
    #[prost(bytes = "vec", tag = "2")]
    pub hash: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub height: u64,
}

impl PackageRecord {
    /// `path@vN`.
    pub fn identity(&self) -> String {
        identity(&self.path, self.major)
    }

    /// The live version.
    pub fn live(&self) -> Option<&VersionRecord> {
        self.versions.last()
    }
}

/// A deployed version with all that is recorded of it.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Deployed {
    #[prost(string, tag = "1")]
    pub path: String,
    #[prost(string, tag = "2")]
    pub version: String,
    #[prost(bool, tag = "3")]
    pub library: bool,
    #[prost(message, repeated, tag = "4")]
    pub files: Vec<File>,
    #[prost(message, repeated, tag = "5")]
    pub lock: Vec<Pin>,
    #[prost(bytes = "vec", tag = "6")]
    pub hash: Vec<u8>,
    /// The exported API, in the executor's encoding.
    #[prost(bytes = "vec", tag = "7")]
    pub api: Vec<u8>,
    #[prost(bytes = "vec", tag = "8")]
    pub bytecode: Vec<u8>,
    #[prost(uint32, tag = "9")]
    pub compiler: u32,
    #[prost(uint32, tag = "10")]
    pub gas_table: u32,
    #[prost(uint32, tag = "11")]
    pub rules: u32,
    #[prost(uint64, tag = "12")]
    pub height: u64,
    #[prost(string, tag = "13")]
    pub author: String,
    /// The layout of persistent state, in the executor's encoding.
    #[prost(bytes = "vec", tag = "14")]
    pub layout: Vec<u8>,
}

impl Deployed {
    /// `path@vN`.
    pub fn identity(&self) -> String {
        identity(&self.path, self.version.parse::<Version>().map_or(0, |v| v.major))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File { name: name.into(), text: text.into() }
    }

    #[test]
    fn versions_and_identities() {
        assert_eq!("1.2.10".parse(), Ok(Version { major: 1, minor: 2, patch: 10 }));
        assert!("1.2.10".parse::<Version>() > "1.2.9".parse());
        for wrong in ["", "1", "1.2", "1.2.3.4", "01.2.3", "+1.2.3", "1.2.x", "1.2.99999999999"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
        assert_eq!(split_identity("a/b@v2"), Ok(("a/b", Some(2))));
        assert_eq!(split_identity("a/b"), Ok(("a/b", None)));
        assert!(split_identity("a/b@2").is_err());
        assert!(split_identity("a/b@v+2").is_err());
    }

    #[test]
    fn paths() {
        assert!(check_path("hub.amigos.dev/social/forum").is_ok());
        for wrong in [
            "",
            "hub.amigos.dev/",
            "hub.amigos.dev",
            "github.com/a",
            "hub.amigos.dev/A",
            "hub.amigos.dev/a//b",
            "hub.amigos.dev/../x",
            "hub.amigos.dev/1",
        ] {
            assert!(check_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_hash_depends_on_names_and_texts_and_not_on_order() {
        let a = content_hash(&[file("a.go", "x"), file("b.go", "y")]);
        assert_eq!(a, content_hash(&[file("b.go", "y"), file("a.go", "x")]));
        assert_ne!(a, content_hash(&[file("a.go", "xy"), file("b.go", "")]));
        assert_ne!(a, content_hash(&[file("a.go", "x"), file("c.go", "y")]));
    }

    #[test]
    fn what_may_be_deployed() {
        let try_files = |files: Vec<File>| PackageSource::new("hub.amigos.dev/a", "1.0.0", false, files, vec![]);
        assert!(try_files(vec![file("a.go", "package a")]).is_ok());
        for (files, text) in [
            (vec![], "no `.go` file"),
            (vec![file("a_test.go", "")], "is a test"),
            (vec![file("../a.go", "")], "cannot be deployed"),
            (vec![file("a.go", ""), file("a.go", "")], "two files `a.go`"),
            (vec![file("a.go", &"x".repeat(MAX_SOURCE + 1))], "bytes of source"),
        ] {
            let error = try_files(files).unwrap_err();
            assert!(error.contains(text), "{error}");
        }
    }
}
