//! The cache of fetched packages: sources by content hash, and per chain which hash an identity had last. What it holds is checked
//! against its hash on every read, so a damaged entry is as good as none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use amigos_hub::package::content_hash;
use amigos_hub::proto::File;
use serde::{Deserialize, Serialize};

use crate::manifest::Version;
use crate::workspace::FetchedPackage;

/// The folders of the user that Amigos uses.
pub fn folders() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "amigos")
}

/// A folder of cached packages.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

/// One line of the index: what an identity was on a chain.
#[derive(Serialize, Deserialize)]
struct Entry {
    path: String,
    version: String,
    library: bool,
    hash: String,
}

/// One package as it lies in the cache.
#[derive(Serialize, Deserialize)]
struct Stored {
    files: Vec<(String, String)>,
}

impl Cache {
    /// The user's cache; none where the system has no such folder.
    pub fn of_user() -> Option<Cache> {
        Some(Cache { root: folders()?.cache_dir().join("packages") })
    }

    /// The user's cache folder, of which packages are one part.
    pub fn folder_of_user() -> Option<PathBuf> {
        Some(folders()?.cache_dir().to_owned())
    }

    /// A cache in `root`.
    #[cfg(test)]
    pub fn in_folder(root: &Path) -> Cache {
        Cache { root: root.to_owned() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `identity` (`path@vN`) was on `chain` when it was last fetched.
    pub fn latest(&self, chain: &str, identity: &str) -> Option<FetchedPackage> {
        let text = std::fs::read_to_string(self.index_path(chain, identity)).ok()?;
        let entry: Entry = serde_json::from_str(&text).ok()?;
        let version = Version::parse(&entry.version)?;
        let sources = self.sources(&entry.hash)?;
        let found = FetchedPackage { path: entry.path, version, library: entry.library, hash: entry.hash, sources };
        (found.key() == identity).then_some(found)
    }

    /// The chains that something was fetched from.
    pub fn chains(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.join("index")).into_iter().flatten().flatten();
        let mut chains: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        chains.sort();
        chains
    }

    /// The majors of `path` that were fetched from `chain`, ascending.
    pub fn majors(&self, chain: &str, path: &str) -> Vec<u32> {
        let name = file_name(path);
        let mut majors: Vec<u32> = std::fs::read_dir(self.root.join("index").join(file_name(chain)))
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.strip_prefix(&name)?.strip_prefix("@v")?.strip_suffix(".json")?.parse().ok())
            .collect();
        majors.sort_unstable();
        majors
    }

    /// Path and version of all that was fetched from `chain`.
    pub fn known(&self, chain: &str) -> Vec<(String, Version)> {
        let entries = std::fs::read_dir(self.root.join("index").join(file_name(chain))).into_iter().flatten().flatten();
        let read = |path: std::path::PathBuf| {
            let entry: Entry = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
            Some((entry.path, Version::parse(&entry.version)?))
        };
        entries.filter_map(|entry| read(entry.path())).collect()
    }

    /// The sources with this content hash, if they are there and undamaged.
    pub fn sources(&self, hash: &str) -> Option<Vec<(String, Arc<str>)>> {
        let text = std::fs::read_to_string(self.sources_path(hash)?).ok()?;
        let stored: Stored = serde_json::from_str(&text).ok()?;
        let files: Vec<(String, Arc<str>)> = stored.files.into_iter().map(|(name, text)| (name, Arc::from(text))).collect();
        (hash_of(&files) == hash).then_some(files)
    }

    /// Keeps a package that was fetched from `chain`. Failures to write are no failure: the cache is a help.
    pub fn keep(&self, chain: &str, package: &FetchedPackage) {
        let files = package.sources.iter().map(|(name, text)| (name.clone(), text.to_string())).collect();
        let Some(target) = self.sources_path(&package.hash) else { return };
        if let Ok(text) = serde_json::to_string(&Stored { files }) {
            let _ = write_whole(&target, &text);
        }
        let entry = Entry {
            path: package.path.clone(),
            version: package.version.to_string(),
            library: package.library,
            hash: package.hash.clone(),
        };
        if let Ok(text) = serde_json::to_string(&entry) {
            let _ = write_whole(&self.index_path(chain, &package.key()), &text);
        }
    }

    fn sources_path(&self, hash: &str) -> Option<PathBuf> {
        let digits = hash.strip_prefix("sha256:").unwrap_or(hash);
        let plain = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| self.root.join("sources").join(format!("{digits}.json")))
    }

    fn index_path(&self, chain: &str, identity: &str) -> PathBuf {
        self.root.join("index").join(file_name(chain)).join(format!("{}.json", file_name(identity)))
    }
}

/// The content hash of sources as the hub and lock files state it: `sha256:` and hexadecimal digits.
pub fn hash_of(sources: &[(String, Arc<str>)]) -> String {
    let files: Vec<File> = sources.iter().map(|(name, text)| File { name: name.clone(), text: text.to_string() }).collect();
    let digits: String = content_hash(&files).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// A name for a file: paths have `/`, and a chain's name may have anything.
fn file_name(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '@' | '_' => out.push(c),
            '/' => out.push('+'),
            other => out += &format!("%{:x}", u32::from(other)),
        }
    }
    // `.` and `..` are no names
    if out.chars().all(|c| c == '.') { format!("%{out}") } else { out }
}

/// The file appears whole or not at all, also with several writers.
fn write_whole(target: &Path, text: &str) -> std::io::Result<()> {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let folder = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let temporary = folder.join(format!(".{}-{count}", std::process::id()));
    std::fs::write(&temporary, text)?;
    std::fs::rename(&temporary, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> FetchedPackage {
        let sources: Vec<(String, Arc<str>)> = vec![("t.go".to_owned(), Arc::from("package t\n"))];
        let version = Version { major: 2, minor: 0, patch: 1 };
        FetchedPackage { path: "hub.amigos.dev/t".to_owned(), version, library: false, hash: hash_of(&sources), sources }
    }

    #[test]
    fn what_is_kept_is_found_again_by_chain_and_identity() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::in_folder(root.path());
        cache.keep("a/../b", &package());
        assert_eq!(cache.latest("a/../b", "hub.amigos.dev/t@v2"), Some(package()));
        assert_eq!(cache.latest("other", "hub.amigos.dev/t@v2"), None);
        assert_eq!(cache.majors("a/../b", "hub.amigos.dev/t"), [2]);
    }

    #[test]
    fn damaged_entries_are_as_good_as_none() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::in_folder(root.path());
        cache.keep("c", &package());
        let path = cache.sources_path(&package().hash).unwrap();
        for damage in ["", "{", r#"{"files":[["t.go","package evil\n"]]}"#] {
            std::fs::write(&path, damage).unwrap();
            assert_eq!(cache.latest("c", "hub.amigos.dev/t@v2"), None);
        }
        assert_eq!(cache.sources("../../etc/passwd"), None);
    }
}
