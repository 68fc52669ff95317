//! Packages on disk: finding them, reading them, and putting them together with what was fetched into the analyzer's input.
//!
//! Only the functions here touch the disk; they are called from the command line and from the server's loader thread, never
//! from a request handler.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amigos_ide::{FileId, Origin, PackageInput, Profile};

use crate::files::{FileKey, FileTable, key_of_fetched, key_of_path};
use crate::imports::split_major;
use crate::lockfile::{self, Lock};
use crate::manifest::{self, Manifest, Problem, Version};
use crate::slice;

/// Sources above this size are not read, in bytes.
const SOURCE_LIMIT: u64 = 64 << 20;
/// Folders deeper than this below a root are not looked at.
const DEPTH_LIMIT: usize = 16;
/// After so many packages the search ends.
const PACKAGE_LIMIT: usize = 5_000;
/// So many slices of a package are read.
const SLICE_LIMIT: usize = 1_000;

/// A source file on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its name without folder.
    pub name: String,
    /// Its text, or why there is none.
    pub text: Result<Arc<str>, String>,
}

/// A folder with Go files, as it is on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageFolder {
    /// The folder.
    pub folder: PathBuf,
    /// The text of its `amigos.toml`, if it has one.
    pub manifest_text: Option<Arc<str>>,
    /// The manifest, if it could be read.
    pub manifest: Option<Manifest>,
    /// What is wrong with the manifest.
    pub problems: Vec<Problem>,
    /// Its lock, or what is wrong with it.
    pub lock: Result<Lock, String>,
    /// Its Go files, sorted by name.
    pub sources: Vec<Source>,
    /// Its `README.md`, which is deployed with it.
    pub readme: Option<Arc<str>>,
    /// Its recorded slices of state, by path in the folder.
    pub slices: BTreeMap<String, Arc<str>>,
}

impl PackageFolder {
    /// The folder of a file that is not on disk and has no folder there.
    pub fn empty(folder: PathBuf) -> PackageFolder {
        PackageFolder {
            folder,
            manifest_text: None,
            manifest: None,
            problems: Vec::new(),
            lock: Ok(Lock::default()),
            sources: Vec::new(),
            readme: None,
            slices: BTreeMap::new(),
        }
    }
}

/// Reads the package in `folder`. What can't be read is said in the result.
pub fn load(folder: &Path) -> PackageFolder {
    let mut package = PackageFolder::empty(folder.to_owned());
    let manifest_path = folder.join(manifest::FILE_NAME);
    match read_text(&manifest_path) {
        Ok(text) => {
            (package.manifest, package.problems) = manifest::parse(&text);
            package.manifest_text = Some(text);
        }
        Err(None) => {}
        Err(Some(message)) => {
            package.manifest_text = Some(Arc::from(""));
            package.problems = vec![Problem { range: 0..0, message: format!("`amigos.toml` {message}") }];
        }
    }
    package.lock = Lock::read(folder);
    package.readme = read_text(&folder.join("README.md")).ok();
    for entry in std::fs::read_dir(folder.join(slice::FOLDER)).into_iter().flatten().flatten().take(SLICE_LIMIT) {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.ends_with(slice::EXTENSION)) else { continue };
        if let Ok(text) = read_text(&entry.path()) {
            package.slices.insert(format!("{}/{name}", slice::FOLDER), text);
        }
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !is_source_name(name) || !path.is_file() {
            continue;
        }
        match read_text(&path) {
            Ok(text) => package.sources.push(Source { name: name.to_owned(), text: Ok(text) }),
            Err(Some(message)) => package.sources.push(Source { name: name.to_owned(), text: Err(format!("`{name}` {message}")) }),
            Err(None) => {}
        }
    }
    package.sources.sort_by(|a, b| a.name.cmp(&b.name));
    package
}

/// Whether a file of this name is compiled (Go leaves out names that start with `_` or `.`).
pub fn is_source_name(name: &str) -> bool {
    name.ends_with(".go") && !name.starts_with(['_', '.'])
}

/// The text of a file; `Err(None)` if there is no such file, else why it can't be used.
pub fn read_text(path: &Path) -> Result<Arc<str>, Option<String>> {
    let absent = |error: std::io::Error| {
        let gone = matches!(error.kind(), std::io::ErrorKind::NotFound);
        if gone { None } else { Some(format!("cannot be read: {error}")) }
    };
    let size = std::fs::metadata(path).map_err(absent)?.len();
    if size > SOURCE_LIMIT {
        return Err(Some(format!("has {size} bytes, the limit is {SOURCE_LIMIT}: split it")));
    }
    let bytes = std::fs::read(path).map_err(absent)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Arc::from(text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
            Err(Some(format!("is not UTF-8 at byte {at} (line {line}): save it as UTF-8")))
        }
    }
}

/// The folders at and below `root` that hold an `amigos.toml`, sorted. Hidden folders, `target`, `vendor` and `node_modules` are left out.
pub fn discover(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        if found.len() >= PACKAGE_LIMIT {
            break;
        }
        if folder.join(manifest::FILE_NAME).is_file() {
            found.push(folder.clone());
        }
        if depth >= DEPTH_LIMIT {
            continue;
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let skipped =
                name.to_str().is_none_or(|name| name.starts_with('.') || matches!(name, "target" | "vendor" | "node_modules" | "testdata"));
            // Links are not followed: they can close a circle.
            if !skipped && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push((entry.path(), depth + 1));
            }
        }
    }
    found.sort();
    found
}

/// A package from the network, by way of the cache.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FetchedPackage {
    /// The path, without major.
    pub path: String,
    /// Its version.
    pub version: Version,
    /// Whether it is a library.
    pub library: bool,
    /// The content hash of its sources.
    pub hash: String,
    /// Its sources: name and text.
    pub sources: Vec<(String, Arc<str>)>,
}

impl FetchedPackage {
    /// Its identity, `path@vN`.
    pub fn key(&self) -> String {
        format!("{}@v{}", self.path, self.version.major)
    }

    /// Path and full version: `hub.amigos.dev/token@1.2.0`.
    pub fn versioned(&self) -> String {
        format!("{}@{}", self.path, self.version)
    }
}

/// All packages that are known, and the numbers of their files.
#[derive(Clone, Default)]
pub struct Workspace {
    /// The numbers of all files.
    pub files: Arc<FileTable>,
    folders: BTreeMap<PathBuf, PackageFolder>,
    /// Open buffers with Go code, by folder: they belong to its package even before they are saved.
    buffers: BTreeMap<PathBuf, BTreeSet<String>>,
    fetched: BTreeMap<String, FetchedPackage>,
    /// The versions of workspace packages that are live on the network, by key.
    live: BTreeMap<String, FetchedPackage>,
    /// Imports (path with or without major) that were looked for and not found, with the reason.
    missing: BTreeMap<String, String>,
    /// Whether the folders of the workspace were looked through: before that, every import would look as if it was not there.
    pub discovered: bool,
    /// Whether everything is checked as plain Go.
    pub plain_go: bool,
}

impl Workspace {
    /// The number of a file.
    pub fn file(&mut self, key: &FileKey) -> FileId {
        match self.files.id(key) {
            Some(id) => id,
            None => Arc::make_mut(&mut self.files).intern(key),
        }
    }

    /// Takes a slice of state that is about to be written, so that its test can be run before its folder was read again.
    pub fn record_slice(&mut self, folder: &Path, file: String, text: Arc<str>) {
        if let Some(package) = self.folders.get_mut(folder) {
            package.slices.insert(file, text);
        }
    }

    /// Takes a folder as it is on disk now. The texts that are new or different, by key; `None` for a source that is gone.
    pub fn set_folder(&mut self, package: PackageFolder) -> Vec<(FileKey, Option<Arc<str>>)> {
        let old = self.folders.get(&package.folder);
        let old_text = |name: &str| old.and_then(|old| old.sources.iter().find(|source| source.name == name)).map(|source| &source.text);
        let mut texts = Vec::new();
        for source in &package.sources {
            if old_text(&source.name) != Some(&source.text) {
                texts.push((key_of_path(&package.folder.join(&source.name)), source.text.clone().ok()));
            }
        }
        for source in old.iter().flat_map(|old| &old.sources) {
            if !package.sources.iter().any(|new| new.name == source.name) {
                texts.push((key_of_path(&package.folder.join(&source.name)), None));
            }
        }
        self.folders.insert(package.folder.clone(), package);
        texts
    }

    /// Forgets a folder; the keys of its sources. What is open there stays a package, without a manifest.
    pub fn remove_folder(&mut self, folder: &Path) -> Vec<FileKey> {
        let package = self.folders.remove(folder);
        if self.buffers.contains_key(folder) {
            self.folders.insert(folder.to_owned(), PackageFolder::empty(folder.to_owned()));
        }
        package.iter().flat_map(|p| p.sources.iter().map(|source| key_of_path(&p.folder.join(&source.name)))).collect()
    }

    /// Says that a buffer of this path is open. True if that is a new file of its package.
    pub fn open_buffer(&mut self, path: &Path) -> bool {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else { return false };
        is_source_name(name) && self.buffers.entry(folder.to_owned()).or_default().insert(name.to_owned())
    }

    /// Says that the buffer of this path is closed.
    pub fn close_buffer(&mut self, path: &Path) {
        if let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str()))
            && let Some(names) = self.buffers.get_mut(folder)
        {
            names.remove(name);
            if names.is_empty() {
                self.buffers.remove(folder);
            }
        }
    }

    /// Whether the package of a file is not known yet, because its folder or the whole workspace is still to be read. Until then
    /// nobody knows which imports it has and whether it is a contract.
    pub fn awaits_folder_of(&self, file: &str) -> bool {
        let open_in = Path::new(file).parent().filter(|folder| self.buffers.contains_key(*folder));
        !self.discovered || open_in.is_some_and(|folder| !self.folders.contains_key(folder))
    }

    /// The names of the open Go buffers in a folder.
    pub fn buffers_in(&self, folder: &Path) -> impl Iterator<Item = &str> {
        self.buffers.get(folder).into_iter().flatten().map(String::as_str)
    }

    /// Takes a fetched package; its texts by key.
    pub fn add_fetched(&mut self, package: FetchedPackage) -> Vec<(FileKey, Option<Arc<str>>)> {
        let key = package.key();
        let texts = package.sources.iter().map(|(name, text)| (key_of_fetched(&key, name), Some(text.clone()))).collect();
        self.missing.remove(&key);
        self.missing.remove(&package.path);
        self.fetched.insert(key, package);
        texts
    }

    /// Takes the version of the workspace package `key` that is live on the network (or another, to compare with), or notes that there is none; the
    /// texts that are new, by key.
    pub fn set_live(&mut self, key: &str, package: Option<FetchedPackage>) -> Vec<(FileKey, Option<Arc<str>>)> {
        let file_keys = |package: &FetchedPackage| -> Vec<FileKey> {
            package.sources.iter().map(|(name, _)| key_of_fetched(&package.versioned(), name)).collect()
        };
        let mut texts = Vec::new();
        if let Some(old) = self.live.remove(key) {
            texts.extend(file_keys(&old).into_iter().map(|file| (file, None)));
        }
        if let Some(package) = package {
            let new = file_keys(&package).into_iter().zip(&package.sources).map(|(file, (_, text))| (file, Some(text.clone())));
            texts.extend(new);
            self.live.insert(key.to_owned(), package);
        }
        texts
    }

    /// Forgets all live versions: another network. The keys of their files.
    pub fn forget_live(&mut self) -> Vec<FileKey> {
        let all = std::mem::take(&mut self.live);
        all.values().flat_map(|live| live.sources.iter().map(|(name, _)| key_of_fetched(&live.versioned(), name))).collect()
    }

    /// The keys of the packages on disk.
    pub fn own_keys(&self) -> BTreeSet<String> {
        self.folders.values().filter_map(|package| package.manifest.as_ref()).map(Manifest::key).collect()
    }

    /// Whether the network has a version of the workspace package `key`.
    pub fn is_live(&self, key: &str) -> bool {
        self.live.contains_key(key)
    }

    /// Says that `import` (a path with or without major) can't be had, and why.
    pub fn set_missing(&mut self, import: &str, reason: String) {
        self.missing.insert(import.to_owned(), reason);
    }

    /// Forgets which imports can't be had, so that they are looked for again.
    pub fn forget_missing(&mut self) -> bool {
        let had = !self.missing.is_empty();
        self.missing.clear();
        had
    }

    /// The folders with packages.
    pub fn folders(&self) -> impl Iterator<Item = &PackageFolder> {
        self.folders.values()
    }

    /// The package in `folder`.
    pub fn folder(&self, folder: &Path) -> Option<&PackageFolder> {
        self.folders.get(folder)
    }

    /// The text of a fetched source (`amigos://path@vN/name`).
    pub fn fetched_text(&self, file: &str) -> Option<Arc<str>> {
        let (key, name) = file.strip_prefix("amigos://")?.rsplit_once('/')?;
        let package = self.fetched.get(key).or_else(|| self.live.values().find(|live| live.versioned() == key))?;
        package.sources.iter().find(|(known, _)| **known == *name).map(|(_, text)| text.clone())
    }

    /// The keys (`path@vN`) of all packages of the hub that are known, each once.
    pub fn keys(&self) -> BTreeSet<String> {
        self.own_keys().into_iter().chain(self.fetched.keys().cloned()).collect()
    }

    /// All fetched packages.
    pub fn fetched_packages(&self) -> impl Iterator<Item = &FetchedPackage> {
        self.fetched.values()
    }

    /// The text of a file of a folder that was read.
    pub fn text_on_disk(&self, file: &str) -> Option<Arc<str>> {
        let path = Path::new(file);
        let name = path.file_name()?.to_string_lossy();
        self.folder(path.parent()?)?.sources.iter().find(|source| *source.name == *name)?.text.clone().ok()
    }

    /// The key (`path@vN`) of the package that a file belongs to.
    pub fn package_key_of(&self, file: &str) -> Option<String> {
        if let Some(rest) = file.strip_prefix("amigos://") {
            return rest.rsplit_once('/').map(|(key, _)| key.to_owned());
        }
        let folder = Path::new(file).parent()?;
        Some(match self.folders.get(folder).and_then(|package| package.manifest.as_ref()) {
            Some(manifest) => manifest.key(),
            None => format!("{}@v0", loose_path(folder)),
        })
    }

    /// The files of the workspace package with this key, buffers included.
    pub fn files_of(&self, package: &str) -> Vec<(FileKey, FileId)> {
        let mut files = Vec::new();
        for folder in self.folders.values().filter(|folder| folder.manifest.as_ref().is_some_and(|manifest| manifest.key() == package)) {
            let names = folder.sources.iter().map(|source| source.name.as_str()).chain(self.buffers_in(&folder.folder));
            let keys: BTreeSet<FileKey> = names.map(|name| key_of_path(&folder.folder.join(name))).collect();
            files.extend(keys.into_iter().filter_map(|key| self.files.id(&key).map(|id| (key, id))));
        }
        files
    }

    /// The levels that the manifest of a file's package gives to rules.
    pub fn rule_levels_of(&self, file: &str) -> Option<&BTreeMap<String, String>> {
        Some(&self.folders.get(Path::new(file).parent()?)?.manifest.as_ref()?.rules)
    }

    /// Whether some package with this path and, if given, major is known.
    pub fn has_package(&self, path: &str, major: Option<u32>) -> bool {
        let fits = |version: Version| major.is_none_or(|major| major == version.major);
        let mut manifests = self.folders.values().filter_map(|p| p.manifest.as_ref());
        manifests.any(|m| m.path == path && fits(m.version)) || self.fetched.values().any(|p| p.path == path && fits(p.version))
    }

    /// Whether `import` was looked for and not found.
    pub fn is_missing(&self, import: &str) -> bool {
        self.missing.contains_key(import)
    }

    /// The files of all packages on disk and all buffers, in order of path.
    pub fn workspace_files(&self) -> Vec<FileId> {
        let on_disk = self.folders.values().flat_map(|p| p.sources.iter().map(|source| p.folder.join(&source.name)));
        let buffers = self.buffers.iter().flat_map(|(folder, names)| names.iter().map(|name| folder.join(name)));
        let paths: BTreeSet<PathBuf> = on_disk.chain(buffers).collect();
        paths.iter().filter_map(|path| self.files.id(&key_of_path(path))).collect()
    }

    /// All packages as the analyzer takes them.
    pub fn packages(&mut self) -> Vec<PackageInput> {
        let mut folders: BTreeMap<PathBuf, BTreeSet<String>> = self.buffers.clone();
        for (folder, package) in &self.folders {
            folders.entry(folder.clone()).or_default().extend(package.sources.iter().map(|source| source.name.clone()));
        }
        let newest = self.newest_majors();
        let missing: Vec<(Arc<str>, Arc<str>)> = self.missing.iter().map(|(k, v)| (Arc::from(k.as_str()), Arc::from(v.as_str()))).collect();
        let mut inputs = Vec::new();
        for (folder, names) in folders {
            let files = names.iter().map(|name| (Arc::from(name.as_str()), self.file(&key_of_path(&folder.join(name))))).collect();
            let package = self.folders.get(&folder);
            inputs.push(match package.and_then(|package| package.manifest.as_ref()) {
                Some(manifest) => PackageInput {
                    path: Arc::from(manifest.path.as_str()),
                    version: Arc::from(manifest.version.to_string()),
                    major: manifest.version.major,
                    origin: Origin::Workspace,
                    profile: if self.plain_go { Profile::Go } else { Profile::Contract },
                    library: manifest.library,
                    go_minor: manifest.go_minor,
                    files,
                    pins: pins(&newest, package.and_then(|package| package.lock.as_ref().ok()), &manifest.dependencies),
                    missing: missing.clone(),
                },
                None => PackageInput {
                    path: Arc::from(loose_path(&folder)),
                    version: Arc::from("0.0.0"),
                    major: 0,
                    origin: Origin::Workspace,
                    profile: if self.plain_go || !package.is_some_and(looks_like_contract) { Profile::Go } else { Profile::Contract },
                    library: false,
                    go_minor: manifest::DEFAULT_GO,
                    files,
                    pins: pins(&newest, None, &BTreeMap::new()),
                    missing: missing.clone(),
                },
            });
        }
        let fetched = self.fetched.values().map(|package| (package.key(), package.key(), Origin::Fetched, package));
        let live = self.live.iter().map(|(key, package)| (key.clone(), package.versioned(), Origin::Live, package));
        let fetched: Vec<_> = fetched.chain(live).map(|(of, files, origin, package)| (of, files, origin, package.clone())).collect();
        for (of, key, origin, package) in fetched {
            let (path, major) = split_major(&of);
            let mut files: Vec<(Arc<str>, FileId)> = package
                .sources
                .iter()
                .filter(|(name, _)| is_source_name(name))
                .map(|(name, _)| (Arc::from(name.as_str()), self.file(&key_of_fetched(&key, name))))
                .collect();
            files.sort();
            inputs.push(PackageInput {
                path: Arc::from(path),
                version: Arc::from(package.version.to_string()),
                major: major.unwrap_or(package.version.major),
                origin,
                profile: Profile::Contract,
                library: package.library,
                go_minor: manifest::DEFAULT_GO,
                files,
                pins: pins(&newest, None, &BTreeMap::new()),
                missing: missing.clone(),
            });
        }
        inputs
    }

    fn newest_majors(&self) -> BTreeMap<String, u32> {
        let mut newest = BTreeMap::new();
        let manifests = self.folders.values().filter_map(|p| p.manifest.as_ref()).map(|m| (&m.path, m.version.major));
        for (path, major) in manifests.chain(self.fetched.values().map(|p| (&p.path, p.version.major))) {
            let entry = newest.entry(path.clone()).or_insert(major);
            *entry = major.max(*entry);
        }
        newest
    }
}

/// The major that an import without one means: the manifest's, else the lock's, else the newest known.
fn pins(newest: &BTreeMap<String, u32>, lock: Option<&Lock>, dependencies: &BTreeMap<String, u32>) -> Vec<(Arc<str>, u32)> {
    let mut pins = newest.clone();
    if let Some(lock) = lock {
        let mut locked: BTreeMap<&str, u32> = BTreeMap::new();
        for (key, entry) in &lock.packages {
            let path = key.split_once('@').map_or(key.as_str(), |(path, _)| path);
            let highest = locked.entry(path).or_insert(entry.version.major);
            *highest = entry.version.major.max(*highest);
        }
        pins.extend(locked.into_iter().map(|(path, major)| (path.to_owned(), major)));
    }
    pins.extend(dependencies.iter().map(|(path, major)| (path.clone(), *major)));
    pins.into_iter().map(|(path, major)| (Arc::from(path), major)).collect()
}

/// The path of a package whose folder has no manifest.
fn loose_path(folder: &Path) -> String {
    format!("loose{}", folder.display())
}

/// Whether code without manifest is meant as a contract: it imports from the hub, or is in a folder with a manifest that can't be read.
fn looks_like_contract(package: &PackageFolder) -> bool {
    let quoted = format!("\"{}", manifest::HUB);
    package.manifest_text.is_some() || package.sources.iter().any(|source| source.text.as_ref().is_ok_and(|text| text.contains(&quoted)))
}

/// The path of the lock file of a package.
pub fn lock_path(folder: &Path) -> PathBuf {
    folder.join(lockfile::FILE_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, name: &str, content: &[u8]) {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[test]
    fn packages_are_found_read_and_put_together() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "a/amigos.toml", b"path = \"hub.amigos.dev/a\"\nversion = \"1.0.0\"\n");
        write(root, "a/a.go", b"package a\n");
        write(root, "a/bad.go", b"package a\n\xff");
        write(root, "a/.hidden.go", b"package a\n");
        write(root, "b/v2/amigos.toml", b"path = \"hub.amigos.dev/b\"\nversion = \"2.1.0\"\n");
        write(root, "b/v1/amigos.toml", b"path = \"hub.amigos.dev/b\"\nversion = \"1.1.0\"\n");
        write(root, "broken/amigos.toml", b"path = 7");
        write(root, "node_modules/x/amigos.toml", b"");
        let found = discover(root);
        assert_eq!(found, ["a", "b/v1", "b/v2", "broken"].map(|name| root.join(name)));
        let mut workspace = Workspace::default();
        for folder in &found {
            workspace.set_folder(load(folder));
        }
        let a = workspace.folder(&root.join("a")).unwrap();
        assert_eq!(a.sources[1].text, Err("`bad.go` is not UTF-8 at byte 10 (line 2): save it as UTF-8".to_owned()));
        assert!(workspace.open_buffer(&root.join("a/new.go")));
        let packages = workspace.packages();
        let a = packages.iter().find(|p| &*p.path == "hub.amigos.dev/a").unwrap();
        assert_eq!(a.files.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["a.go", "bad.go", "new.go"]);
        assert_eq!(a.pins.iter().find(|(path, _)| &**path == "hub.amigos.dev/b").unwrap().1, 2);
        assert_eq!(packages.len(), 4);
        assert!(workspace.has_package("hub.amigos.dev/b", Some(1)) && !workspace.has_package("hub.amigos.dev/b", Some(3)));
        assert_eq!(workspace.package_key_of(&root.join("a/a.go").to_string_lossy()), Some("hub.amigos.dev/a@v1".to_owned()));
    }

    #[test]
    fn only_what_changed_on_disk_is_handed_on() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "a.go", b"package a\n");
        write(root, "b.go", b"package a\n");
        let mut workspace = Workspace::default();
        assert_eq!(workspace.set_folder(load(root)).len(), 2);
        assert_eq!(workspace.set_folder(load(root)), []);
        std::fs::remove_file(root.join("a.go")).unwrap();
        write(root, "b.go", b"package b\n");
        let changed = workspace.set_folder(load(root));
        assert_eq!(changed.iter().map(|(_, text)| text.as_deref()).collect::<Vec<_>>(), [Some("package b\n"), None]);
    }
}
