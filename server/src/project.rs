//! What a command of the command line works on: the packages it was given, what they import, and an analyzer that knows both.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amigos_ide::{AnalysisHost, Change, FileId};

use crate::cli::{ProfileArg, Stop};
use crate::files::{FileKey, key_of_path};
use crate::imports::{imports_of, split_major};
use crate::manifest::{self, Manifest};
use crate::workspace::{self, Workspace};

/// Packages that were loaded together.
pub struct Project {
    /// All that is known.
    pub workspace: Workspace,
    /// The analyzer.
    pub host: AnalysisHost,
    /// The folders of the packages that were asked for.
    pub asked: Vec<PathBuf>,
    /// A single file that was asked for, if it was one.
    pub single: Option<PathBuf>,
    /// What can't be read or is wrong with a manifest: (file, message).
    pub problems: Vec<Unreadable>,
}

/// A file that is not as it should be, outside of its Go code.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The file.
    pub file: PathBuf,
    /// Its text, if it has one.
    pub text: Arc<str>,
    /// Where, in bytes.
    pub range: std::ops::Range<usize>,
    /// What, and what to do.
    pub message: String,
}

/// Loads the packages at `paths`: a file, a package's folder, or a folder with packages below it (`...` at the end is allowed).
/// What they import is taken from the workspace, which is the current folder.
pub fn open(paths: &[PathBuf], profile: ProfileArg) -> Result<Project, Stop> {
    let mut project = Project::empty(profile);
    for path in paths {
        project.ask(path)?;
    }
    project.load();
    Ok(project)
}

impl Project {
    /// A project without packages.
    pub fn empty(profile: ProfileArg) -> Project {
        let mut workspace = Workspace::default();
        workspace.plain_go = profile == ProfileArg::Go;
        Project { workspace, host: AnalysisHost::new(), asked: Vec::new(), single: None, problems: Vec::new() }
    }

    fn ask(&mut self, path: &Path) -> Result<(), Stop> {
        let shown = path.display();
        let path = match path.file_name() {
            Some(name) if name == "..." => path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
            _ => path,
        };
        let full = path.canonicalize().map_err(|e| Stop::usage(format!("`{shown}` cannot be read: {e}")))?;
        if full.is_file() {
            let folder = full.parent().unwrap_or(Path::new("/")).to_owned();
            self.single = Some(full);
            self.asked.push(folder);
            return Ok(());
        }
        let mut found = workspace::discover(&full);
        if found.is_empty() && has_sources(&full) {
            found.push(full);
        }
        if found.is_empty() {
            return Err(Stop::usage(format!(
                "there is no package in `{shown}`: a package is a folder with `.go` files and an `amigos.toml`; `amigos new` makes one"
            )));
        }
        self.asked.extend(found);
        Ok(())
    }

    /// Reads the packages asked for and, through their imports, those of the workspace; then tells the analyzer.
    fn load(&mut self) {
        self.asked.sort();
        self.asked.dedup();
        let nearby = nearby_packages();
        let mut open: Vec<PathBuf> = self.asked.clone();
        let mut seen: BTreeSet<PathBuf> = open.iter().cloned().collect();
        let mut texts: Vec<(FileKey, Option<Arc<str>>)> = Vec::new();
        while let Some(folder) = open.pop() {
            let mut package = workspace::load(&folder);
            if let Some(single) = self.single.as_ref().filter(|single| single.parent() == Some(&folder) && package.manifest.is_none()) {
                // a file on its own, as with `go run file.go`
                package.sources.retain(|source| single.file_name().is_some_and(|name| name == source.name.as_str()));
            }
            self.note_problems(&package);
            for source in &package.sources {
                let Ok(text) = &source.text else { continue };
                for import in imports_of(text).into_iter().filter(|path| path.starts_with(manifest::HUB)) {
                    let (path, major) = split_major(&import);
                    let candidates = nearby.get(path).map(Vec::as_slice).unwrap_or_default();
                    let fitting = candidates.iter().filter(|(_, found)| major.is_none_or(|major| found.version.major == major));
                    for (folder, _) in fitting {
                        if seen.insert(folder.clone()) {
                            open.push(folder.clone());
                        }
                    }
                }
            }
            texts.extend(self.workspace.set_folder(package));
        }
        self.tell(texts);
    }

    /// Hands texts and the set of packages to the analyzer.
    pub fn tell(&mut self, texts: Vec<(FileKey, Option<Arc<str>>)>) {
        let mut change = Change::default();
        for (key, text) in texts {
            let id = self.workspace.file(&key);
            change.files.push((id, text));
        }
        change.packages = Some(self.workspace.packages());
        self.host.apply_change(change);
    }

    /// The imports from the hub that no known package satisfies.
    pub fn find_unresolved(&self) -> BTreeSet<String> {
        let texts = self.workspace.folders().flat_map(|p| p.sources.iter().filter_map(|s| s.text.as_ref().ok()));
        let imports = texts.flat_map(|text| imports_of(text)).filter(|path| path.starts_with(manifest::HUB));
        imports
            .filter(|import| {
                let (path, major) = split_major(import);
                !self.workspace.has_package(path, major)
            })
            .collect()
    }

    /// The same, for fetched packages as well.
    pub fn unresolved_everywhere(&self) -> BTreeSet<String> {
        let mut open = self.find_unresolved();
        for package in self.workspace.fetched_packages() {
            for import in package.sources.iter().flat_map(|(_, text)| imports_of(text)) {
                let (path, major) = split_major(&import);
                if import.starts_with(manifest::HUB) && !self.workspace.has_package(path, major) {
                    open.insert(import);
                }
            }
        }
        open
    }

    fn note_problems(&mut self, package: &workspace::PackageFolder) {
        let text = package.manifest_text.clone().unwrap_or_default();
        let file = package.folder.join(manifest::FILE_NAME);
        for problem in &package.problems {
            self.problems.push(Unreadable {
                file: file.clone(),
                text: text.clone(),
                range: problem.range.clone(),
                message: problem.message.clone(),
            });
        }
        let mut plain = |file: PathBuf, message: &str| {
            self.problems.push(Unreadable { file, text: Arc::from(""), range: 0..0, message: message.to_owned() });
        };
        if let Err(problem) = &package.lock {
            plain(workspace::lock_path(&package.folder), problem);
        }
        for source in &package.sources {
            if let Err(problem) = &source.text {
                plain(package.folder.join(&source.name), problem);
            }
        }
    }

    /// The files of the packages asked for, or the single file.
    pub fn asked_files(&self) -> Vec<(PathBuf, FileId)> {
        let mut files = Vec::new();
        for folder in &self.asked {
            let Some(package) = self.workspace.folder(folder) else { continue };
            for source in package.sources.iter().filter(|source| source.text.is_ok()) {
                let path = folder.join(&source.name);
                if let Some(id) = self.workspace.files.id(&key_of_path(&path)) {
                    files.push((path, id));
                }
            }
        }
        files
    }

    /// The files of all packages on disk that were loaded.
    pub fn all_files(&self) -> Vec<(PathBuf, FileId)> {
        let mut files = Vec::new();
        for package in self.workspace.folders() {
            for source in package.sources.iter().filter(|source| source.text.is_ok()) {
                let path = package.folder.join(&source.name);
                if let Some(id) = self.workspace.files.id(&key_of_path(&path)) {
                    files.push((path, id));
                }
            }
        }
        files
    }
}

fn has_sources(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_str().is_some_and(workspace::is_source_name))
}

/// The packages of the current folder, by import path.
fn nearby_packages() -> BTreeMap<String, Vec<(PathBuf, Manifest)>> {
    let mut nearby: BTreeMap<String, Vec<(PathBuf, Manifest)>> = BTreeMap::new();
    let Ok(here) = std::env::current_dir().and_then(|here| here.canonicalize()) else { return nearby };
    for folder in workspace::discover(&here) {
        let Ok(text) = workspace::read_text(&folder.join(manifest::FILE_NAME)) else { continue };
        if let (Some(manifest), _) = manifest::parse(&text) {
            nearby.entry(manifest.path.clone()).or_default().push((folder, manifest));
        }
    }
    nearby
}

/// A path as a person would write it: relative to the current folder if it is below it.
pub fn shown_path(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    match here.ok().and_then(|here| path.strip_prefix(&here).ok().map(Path::to_owned)) {
        Some(relative) if relative.as_os_str().is_empty() => ".".to_owned(),
        Some(relative) => relative.display().to_string(),
        None => path.display().to_string(),
    }
}
