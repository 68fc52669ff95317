//! `amigos check --against PKG@VERSION`: what a version of a package breaks, for whom, which version number it needs, and the beginning of a `Migrate`
//! function where the state has to move.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Package, SourceFile};
use amigos_db::query as q;
use amigos_rules::apidiff::Change;
use amigos_rules::compat::uses::{Use, uses};
use amigos_rules::compat::{self, Comparison, Step};
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::PkgKey;
use serde_json::{Value, json};

use crate::cli::{self, Done, ProfileArg, Stop};
use crate::imports::split_major;
use crate::manifest::{HUB, Version};
use crate::network::{self, Choice, Network};
use crate::project::{self, Project, shown_path};
use crate::render::plural;
use crate::workspace::{self, FetchedPackage};

/// Uses of one change that are listed; the rest is counted.
const SHOWN_USES: usize = 5;

/// Compares.
pub fn run(against: &str, paths: &[PathBuf], wanted: &str, profile: ProfileArg, as_json: bool) -> Done {
    let mut work = Work::open(against, paths, wanted, profile)?;
    work.fetch_importers();
    let report = work.report()?;
    if as_json {
        println!("{}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    Ok(i32::from(!report.is_fine()))
}

/// The two versions and who imports them.
struct Work {
    project: Project,
    network: Option<Network>,
    /// The key of the new version.
    new: String,
    /// How the new version is called.
    shown: String,
    /// Where its files are, if that is on disk.
    folder: Option<PathBuf>,
    old: FetchedPackage,
    /// The keys of the packages that import the old version.
    importers: Vec<String>,
}

impl Work {
    fn open(against: &str, paths: &[PathBuf], wanted: &str, profile: ProfileArg) -> Result<Work, Stop> {
        let from_network = |path: &Path| path.to_str().is_some_and(|text| text.starts_with(HUB) && !path.exists());
        let named = paths.first().filter(|path| from_network(path)).and_then(|path| path.to_str());
        let mut project = match named {
            // Both versions are on the network: the folder has no say.
            Some(_) => Project::empty(profile),
            None => project::open(&cli::or_here(paths), profile)?,
        };
        let network = network::fetch_imports(&mut project, wanted);
        let mut lazy = Lazy { network, wanted: wanted.to_owned() };
        let old = lazy.version(&project, against)?;
        let (new, shown, folder) = match named {
            Some(named) => {
                let package = lazy.version(&project, named)?;
                let (key, shown) = (package.key(), package.versioned());
                let texts = project.workspace.add_fetched(package);
                project.tell(texts);
                (key, shown, None)
            }
            None => {
                let [folder] = project.asked.as_slice() else {
                    return Err(Stop::usage("`--against` takes one package: name its folder"));
                };
                let package = project.workspace.folder(folder);
                let manifest = package.and_then(|p| p.manifest.as_ref());
                let manifest = manifest.ok_or_else(|| Stop::usage(format!("`{}` has no `amigos.toml`", shown_path(folder))))?;
                let shown = format!("{} {}", shown_path(folder), manifest.version);
                (manifest.key(), shown, Some(folder.clone()))
            }
        };
        let texts = project.workspace.set_live(&new, Some(old.clone()));
        project.tell(texts);
        Ok(Work { project, network: lazy.network, new, shown, folder, old, importers: Vec::new() })
    }

    /// Takes the packages that import the old version from the network, with what they import.
    fn fetch_importers(&mut self) {
        let key = self.old.key();
        let Some(network) = &self.network else { return };
        let Ok(importers) = network.client.importers(&key) else { return };
        let mut texts = Vec::new();
        for importer in importers.into_iter().filter(|importer| *importer != self.new) {
            let (path, major) = split_major(&importer);
            if !self.project.workspace.has_package(path, major)
                && let Ok(package) = network.fetch(&importer)
            {
                texts.extend(self.project.workspace.add_fetched(package));
            }
            self.importers.push(importer);
        }
        self.project.tell(texts);
        network::fetch_imports_from(&mut self.project, Ok(network));
    }

    fn report(&self) -> Result<Report, Stop> {
        let analysis = self.project.host.analysis();
        let db = analysis.database();
        let package = |key: &str| q::package_of(db, PkgKey(Name::new(key)));
        let new = package(&self.new).ok_or_else(|| Stop::usage(format!("`{}` cannot be read", self.shown)))?;
        let old = q::live_version(db, new).ok_or_else(|| Stop::usage(format!("`{}` cannot be read", self.old.versioned())))?;
        let comparison = compat::comparison(db, old, new);
        if comparison.unknown {
            return Err(Stop::failed(format!(
                "declarations of `{}` or `{}` have errors: nothing can be compared; `amigos check` says which",
                self.shown,
                self.old.versioned()
            )));
        }
        let same_major = split_major(&self.new).1 == Some(self.old.version.major) && split_major(&self.new).0 == self.old.path;
        let mut importers = Vec::new();
        for key in &self.importers {
            let Some(importer) = package(key) else { continue };
            let of = PkgKey(Name::new(&self.old.key()));
            // With the new version in place of the old, whatever is wrong is its doing.
            let errors = if same_major { errors_of(db, importer) } else { Vec::new() };
            let name = format!("{key} {}", importer.version(db));
            importers.push(Importer { name, uses: uses(db, importer, of), errors });
        }
        let mut report = Report {
            old: self.old.versioned(),
            new: self.shown.clone(),
            same_major,
            needs: comparison.needs(),
            version_suffices: comparison.version_suffices(),
            breaks: Vec::new(),
            added: Vec::new(),
            importers: Vec::new(),
            migrate: None,
            comparison: comparison.clone(),
            asked: self.network.is_some(),
        };
        let at = |object: Name, member: Option<Name>| {
            compat::place_of(db, new, object, member).map(|(file, range)| Place::of(db, file, range, self.folder.as_deref()))
        };
        for change in &comparison.api {
            if change.compatible {
                report.added.push(change.message.clone());
                continue;
            }
            report.breaks.push(Break {
                kind: "api",
                message: change.message.clone(),
                place: at(change.object, change.member),
                users: users(db, &importers, change),
            });
        }
        for broken in comparison.broken_layout() {
            let (object, member) = broken.name().split_once('.').map_or((broken.name(), None), |(o, m)| (o, Some(Name::new(m))));
            report.breaks.push(Break { kind: "state", message: broken.message(), place: at(Name::new(object), member), users: Vec::new() });
        }
        if comparison.other_kind {
            let message = "one is a library and the other a contract: that is fixed for a major version".to_owned();
            report.breaks.push(Break { kind: "kind", message, place: None, users: Vec::new() });
        }
        for importer in importers {
            let errors = importer.errors.into_iter().map(|(file, range, message)| (Place::of(db, file, range, None), message)).collect();
            report.importers.push(ShownImporter { name: importer.name, uses: importer.uses.len(), errors });
        }
        // Renames that the source could state keep the state where it is: only what is left needs a migration.
        if !comparison.layout.is_empty() || (!same_major && comparison.step() == Step::Major) {
            report.migrate = compat::migrate::skeleton(db, old, new, &self.old.key());
        }
        Ok(report)
    }
}

/// The network, reached when it is needed.
struct Lazy {
    network: Option<Network>,
    wanted: String,
}

impl Lazy {
    fn reach(&mut self, project: &Project) -> Result<&Network, Stop> {
        if self.network.is_none() {
            let choice = Choice::of(&self.wanted, project.workspace.folders()).map_err(Stop::usage)?;
            let network =
                Network::reach(&choice).map_err(|e| Stop::usage(format!("network `{}` cannot be reached: {e}", choice.name())))?;
            self.network = Some(network);
        }
        self.network.as_ref().ok_or_else(|| Stop::usage("the network cannot be reached"))
    }

    /// A package by folder, `PATH`, `PATH@v1` or `PATH@1.2.0`.
    fn version(&mut self, project: &Project, named: &str) -> Result<FetchedPackage, Stop> {
        if !named.starts_with(HUB) {
            return from_folder(Path::new(named));
        }
        let (path, version) = named.split_once('@').map_or((named, None), |(path, version)| (path, Some(version)));
        let full = version.map(|v| v.trim_start_matches('v')).filter(|v| v.contains('.'));
        let full = match full {
            Some(text) => Some(
                Version::parse(text)
                    .ok_or_else(|| Stop::usage(format!("`{text}` is not a version: write three numbers, as in `{path}@1.2.0`")))?,
            ),
            None => None,
        };
        let import = match (full, version) {
            (Some(full), _) => format!("{path}@v{}", full.major),
            (None, Some(version)) => format!("{path}@v{}", version.trim_start_matches('v')),
            (None, None) => path.to_owned(),
        };
        let network = self.reach(project)?;
        let found = network.fetch_version(&import, full.map(|v| v.to_string()).as_deref());
        found.map_err(|problem| Stop::usage(network::missing_reason(named, &network.name, &problem)))
    }
}

fn from_folder(folder: &Path) -> Result<FetchedPackage, Stop> {
    let full = folder
        .canonicalize()
        .map_err(|e| Stop::usage(format!("`{}` is neither a path of `{HUB}...` nor a folder: {e}", folder.display())))?;
    let package = workspace::load(&full);
    let manifest = package.manifest.ok_or_else(|| Stop::usage(format!("`{}` has no `amigos.toml`", folder.display())))?;
    let sources = package.sources.into_iter().filter_map(|source| Some((source.name, source.text.ok()?))).collect();
    Ok(FetchedPackage { path: manifest.path, version: manifest.version, library: manifest.library, hash: String::new(), sources })
}

struct Importer {
    name: String,
    uses: Vec<Use>,
    errors: Vec<(SourceFile, TextRange, String)>,
}

/// The errors of a package that are no matter of style, tests left out.
fn errors_of(db: &dyn Db, package: Package) -> Vec<(SourceFile, TextRange, String)> {
    let mut out = Vec::new();
    for file in package.files(db).iter().filter(|file| !file.name(db).ends_with("_test.go")) {
        for error in amigos_db::diagnostics::file_diagnostics(db, *file).iter().filter(|e| !e.soft) {
            out.push((*file, error.range, error.message.to_string()));
        }
    }
    out
}

fn users(db: &dyn Db, importers: &[Importer], change: &Change) -> Vec<(String, Place)> {
    let mut out = Vec::new();
    for importer in importers {
        let hit = importer.uses.iter().filter(|u| u.is_hit_by(change));
        out.extend(hit.map(|u| (importer.name.clone(), Place::of(db, u.file, u.range, None))));
    }
    out
}

/// A place in a file, lines and characters from 0.
struct Place {
    file: String,
    line: u32,
    character: u32,
}

impl Place {
    fn of(db: &dyn Db, file: SourceFile, range: TextRange, folder: Option<&Path>) -> Place {
        let text = file.text(db);
        let lines = crate::lsp::positions::LineTable::new(text);
        let at = lines.position(text, range.start, crate::lsp::positions::Encoding::Utf16);
        let name = file.name(db);
        let file = folder.map_or_else(|| name.to_string(), |folder| shown_path(&folder.join(name.as_str())));
        Place { file, line: at.line, character: at.character }
    }

    fn text(&self) -> String {
        format!("{}:{}:{}", self.file, self.line + 1, self.character + 1)
    }

    fn to_json(&self) -> Value {
        json!({ "file": self.file, "line": self.line, "character": self.character })
    }
}

/// Something that breaks.
struct Break {
    kind: &'static str,
    message: String,
    place: Option<Place>,
    /// Package and place of each use.
    users: Vec<(String, Place)>,
}

struct ShownImporter {
    name: String,
    uses: usize,
    errors: Vec<(Place, String)>,
}

/// All there is to say.
struct Report {
    old: String,
    new: String,
    same_major: bool,
    needs: String,
    version_suffices: bool,
    breaks: Vec<Break>,
    added: Vec<String>,
    importers: Vec<ShownImporter>,
    migrate: Option<String>,
    comparison: Arc<Comparison>,
    /// Whether a network was asked for importers.
    asked: bool,
}

impl Report {
    /// Whether it can be deployed under the version number that it has.
    fn is_fine(&self) -> bool {
        !self.same_major || (self.breaks.is_empty() && self.version_suffices)
    }

    fn to_text(&self) -> String {
        let verdict = match self.comparison.step() {
            Step::Major => "breaking",
            Step::Minor => "compatible, something is added",
            Step::Patch => "compatible",
        };
        let mut out = format!("{} → {}: {verdict}\n", self.old, self.new);
        for broken in &self.breaks {
            let at = broken.place.as_ref().map_or_else(String::new, |place| format!("{}: ", place.text()));
            out += &format!("  {:<6} {at}{}\n", broken.kind, broken.message.replace('\n', "\n         "));
            let mut users = broken.users.iter();
            for (package, place) in users.by_ref().take(SHOWN_USES) {
                out += &format!("         used by {package}: {}\n", place.text());
            }
            let rest = users.count();
            if rest > 0 {
                out += &format!("         and in {}\n", plural(rest as u64, "more place"));
            }
        }
        for rename in &self.comparison.renames {
            out += &format!(
                "  fix    `//amigos:was {}` above `{}` keeps its state\n",
                rename.was,
                rename.place.rsplit(' ').next().unwrap_or_default()
            );
        }
        for added in &self.added {
            out += &format!("  new    {added}\n");
        }
        let broken: Vec<&ShownImporter> = self.importers.iter().filter(|i| !i.errors.is_empty()).collect();
        for importer in &broken {
            out += &format!("  breaks {}\n", importer.name);
            for (place, message) in importer.errors.iter().take(SHOWN_USES) {
                out += &format!("         {}: {message}\n", place.text());
            }
        }
        let suffices = if self.version_suffices { "" } else { ", which it is below" };
        out += &format!("  needs  {}{suffices}\n", self.needs);
        if !self.asked {
            out += "who imports it was not asked: both versions are folders\n";
        } else if self.importers.is_empty() {
            out += "no deployed package imports it\n";
        } else if self.same_major {
            let count = plural(self.importers.len() as u64, "deployed package");
            let verb = if self.importers.len() == 1 { "imports" } else { "import" };
            out += &format!(
                "{count} {verb} it · {} with this version\n",
                if broken.is_empty() { "none breaks".to_owned() } else { format!("{} would break", broken.len()) }
            );
        } else {
            let count = plural(self.importers.len() as u64, "deployed package");
            let verb = if self.importers.len() == 1 { "imports" } else { "import" };
            out += &format!("{count} {verb} the old major version, which stays as it is\n");
        }
        if let Some(migrate) = &self.migrate {
            out += &format!("\nA major version of its own starts empty, or with:\n\n{migrate}");
        }
        out
    }

    fn to_json(&self) -> Value {
        let breaking: Vec<Value> = self
            .breaks
            .iter()
            .map(|b| {
                let users: Vec<Value> =
                    b.users.iter().map(|(package, place)| json!({ "package": package, "place": place.to_json() })).collect();
                json!({ "kind": b.kind, "message": b.message, "place": b.place.as_ref().map(Place::to_json), "users": users })
            })
            .collect();
        let renames: Vec<Value> = self.comparison.renames.iter().map(|r| json!({ "place": r.place, "was": r.was })).collect();
        let importers: Vec<Value> = self
            .importers
            .iter()
            .map(|i| {
                let errors: Vec<Value> =
                    i.errors.iter().map(|(place, message)| json!({ "place": place.to_json(), "message": message })).collect();
                json!({ "package": i.name, "uses": i.uses, "errors": errors })
            })
            .collect();
        json!({
            "old": self.old, "new": self.new, "breaking": breaking, "renames": renames, "added": self.added,
            "needs": self.needs, "version_suffices": self.version_suffices, "importers": importers, "migrate": self.migrate,
        })
    }
}
