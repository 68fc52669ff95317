//! From deployed source to checked, compiled programs: the analyzer's database with the packages of the chain in it. The same
//! engine that the editor uses is the gate.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use amigos_db::diagnostics::file_diagnostics;
use amigos_db::host::Database;
use amigos_db::input::{Origin, Package, Profile, Root, SourceFile};
use amigos_db::query as q;
use amigos_mir::query::OwnedProgram;
use amigos_rules::Severity;
use amigos_rules::compat::layout;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use salsa::Setter;

use crate::api;
use crate::exec::{Checked, Finding, Refusal, World};
use crate::package::{Deployed, PackageSource, Version, hash_text, split_identity};
use crate::proto::{File, Pin};
use crate::registry::pin_identity;

const GO_MINOR: u32 = 26;
const MAX_PACKAGES: usize = 1024;

/// The analyzer with the chain's packages.
#[derive(Default)]
pub struct Compiler {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    db: Database,
    /// What each package in the database was made from.
    loaded: HashMap<PkgKey, Loaded>,
}

struct Loaded {
    hash: Vec<u8>,
    pins: Vec<(Name, u32)>,
    package: Package,
}

/// A package that is to be in the database.
struct Wanted<'a> {
    identity: String,
    version: String,
    library: bool,
    files: &'a [File],
    lock: &'a [Pin],
    hash: &'a [u8],
}

impl<'a> Wanted<'a> {
    fn deployed(package: &'a Deployed) -> Wanted<'a> {
        Wanted {
            identity: package.identity(),
            version: package.version.clone(),
            library: package.library,
            files: &package.files,
            lock: &package.lock,
            hash: &package.hash,
        }
    }
}

/// A package and all that it imports, in the versions that count on this chain.
type Closure = BTreeMap<String, Arc<Deployed>>;

impl Compiler {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The compiled program of all packages that are deployed in `world`, in the versions that count there; what does not
    /// compile (which the gate should have seen) is left out, with all that imports it.
    ///
    /// Errors, in words: the store fails.
    pub fn program(&self, world: &dyn World) -> Result<Arc<OwnedProgram>, String> {
        let mut closure = Closure::new();
        let mut roots = Vec::new();
        for name in world.identities()? {
            if let Some(package) = world.package(&name)? {
                gather(&mut closure, package, world)?;
                roots.push(PkgKey(Name::new(&name)));
            }
        }
        let mut inner = self.lock();
        inner.load(closure.values().map(|package| Wanted::deployed(package)));
        match OwnedProgram::collect(&inner.db, &roots) {
            Ok(program) => Ok(Arc::new(program)),
            Err(_) => {
                roots.retain(|root| OwnedProgram::collect(&inner.db, &[*root]).is_ok());
                Ok(Arc::new(OwnedProgram::collect(&inner.db, &roots).unwrap_or_default()))
            }
        }
    }

    /// The gate: syntax, types, rules, and compatibility with the version before.
    pub fn check(&self, source: &PackageSource, previous: Option<&Deployed>, world: &dyn World) -> Result<Checked, Refusal> {
        let whole = |message: String| Finding { message, ..Finding::default() };
        let mut closure = Closure::new();
        for pin in &source.lock {
            let gathered = pin_identity(&pin.path, &pin.version)
                .map_err(|e| e.message)
                .and_then(|name| gather_pinned(&mut closure, &name, &pin.hash, world));
            gathered.map_err(|message| Refusal { findings: vec![whole(message)] })?;
        }
        let identity = source.identity();
        // The version before may import what this one does not.
        for pin in previous.iter().flat_map(|previous| &previous.lock) {
            if let Ok(name) = pin_identity(&pin.path, &pin.version)
                && !closure.contains_key(&name)
            {
                let _ = gather_pinned(&mut closure, &name, &pin.hash, world);
            }
        }
        closure.remove(&identity);
        let mut inner = self.lock();
        let own = Wanted {
            identity: identity.clone(),
            version: source.version.to_string(),
            library: source.library,
            files: &source.files,
            lock: &source.lock,
            hash: &source.hash,
        };
        inner.load(closure.values().map(|package| Wanted::deployed(package)).chain([own]));
        inner.set_live(previous);
        let key = PkgKey(Name::new(&identity));
        let db = &inner.db;
        let Some(package) = Root::get(db).packages(db).get(&key).copied() else {
            return Err(Refusal { findings: vec![whole("the package could not be read".into())] });
        };
        let mut findings = findings(db, package);
        let types = q::package_types(db, package);
        let api = api::describe(key, &types);
        let layout = if source.library { layout::Layout::new() } else { layout::describe(key, &types) };
        if let Some(previous) = previous
            && findings.is_empty()
        {
            match amigos_rules::compat::against_live(db, package) {
                Some(comparison) if !comparison.unknown => findings.extend(comparison.broken().map(|change| {
                    whole(format!("`{}`: {}; within a major version the exported API may only grow", change.object, change.message))
                })),
                // The version before does not compile any more: what is recorded of it.
                _ => findings.extend(api::breaking(&api::decode(&previous.api), &api).into_iter().map(whole)),
            }
            let dropped = source.files.iter().flat_map(|file| layout::dropped(&file.text)).collect();
            let renamed: Vec<_> = source.files.iter().flat_map(|file| layout::renamed(&file.text)).collect();
            let old = layout::with_new_names(&api::decode(&previous.layout), &layout, &renamed, &identity);
            findings.extend(layout::breaking(&old, &layout, &dropped).iter().map(|b| whole(b.message())));
        }
        if findings.is_empty() && amigos_mir::query::has_errors(db, package) {
            findings.push(whole("the package has errors".into()));
        }
        if !findings.is_empty() {
            return Err(Refusal { findings });
        }
        let migrates = !source.library && amigos_rules::compat::migrate::declares(db, package);
        let paths = q::package_import_paths(db, package);
        let imports = paths.iter().map(|path| path.to_string()).filter(|path| amigos_std::package(path).is_none()).collect();
        Ok(Checked { api: api::encode(&api), layout: api::encode(&layout), bytecode: Vec::new(), imports, migrates })
    }
}

/// What the analyzer has against a package: all errors, and findings of rules that are critical.
fn findings(db: &Database, package: Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in package.files(db) {
        let name = file.name(db).to_string();
        let text = file.text(db);
        let mut add = |offset: u32, code: &str, message: String| {
            let (line, column) = position(text, offset as usize);
            findings.push(Finding { file: name.clone(), line, column, code: code.into(), message });
        };
        let mut explained = Vec::new();
        for decl in q::split_file(db, *file) {
            for found in amigos_rules::declaration_findings(db, package, *decl).iter() {
                // The chain refuses a breaking change too, though it is the author's to make in a new major version.
                if found.severity >= Severity::Critical || found.code == "AM3007" {
                    let range = found.range.shift(decl.start(db));
                    add(range.start, found.code, found.message.clone());
                    explained.push(range);
                }
            }
        }
        for error in file_diagnostics(db, *file) {
            // Where a rule says why a name is refused, "undefined" adds nothing.
            let covered = explained.iter().any(|range| range.start <= error.range.start && error.range.end <= range.end);
            if !error.soft && !covered {
                add(error.range.start, error.code, error.message.to_string());
            }
        }
    }
    findings.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    findings
}

/// Line and column, from 1, of a byte.
fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    (line as u32, column as u32)
}

impl Inner {
    /// Says which version of the package that is checked is live.
    fn set_live(&mut self, previous: Option<&Deployed>) {
        let mut live = rustc_hash::FxHashMap::default();
        if let Some(previous) = previous {
            let key = PkgKey(Name::new(&format!("{}{}", previous.identity(), amigos_db::input::LIVE)));
            let sources = previous.files.iter().filter(|file| file.name.ends_with(".go") && !file.name.ends_with("_test.go"));
            let mut files: Vec<SourceFile> =
                sources.map(|file| SourceFile::new(&self.db, Name::new(&file.name), Arc::from(file.text.as_str()))).collect();
            files.sort_by_key(|file| file.name(&self.db));
            let version = Name::new(&previous.version);
            let pins = pins_of(&previous.lock);
            let package =
                Package::new(&self.db, key, files, Origin::Fetched, Profile::Contract, previous.library, version, GO_MINOR, pins, vec![]);
            live.insert(key, package);
        }
        Root::get(&self.db).set_live(&mut self.db).to(live);
    }

    /// Sees to it that the database has these packages, in these versions.
    fn load<'a>(&mut self, wanted: impl Iterator<Item = Wanted<'a>>) {
        let root = Root::get(&self.db);
        let (mut packages, mut owners, mut majors) =
            (root.packages(&self.db).clone(), root.owners(&self.db).clone(), root.majors(&self.db).clone());
        let mut changed = false;
        for wanted in wanted {
            let key = PkgKey(Name::new(&wanted.identity));
            let pins = pins_of(wanted.lock);
            if self.loaded.get(&key).is_some_and(|loaded| loaded.hash == wanted.hash && loaded.pins == pins) {
                continue;
            }
            changed = true;
            let mut files: Vec<SourceFile> = wanted
                .files
                .iter()
                .filter(|file| file.name.ends_with(".go"))
                .map(|file| SourceFile::new(&self.db, Name::new(&file.name), Arc::from(file.text.as_str())))
                .collect();
            files.sort_by_key(|file| file.name(&self.db));
            let version = Name::new(&wanted.version);
            let package = Package::new(
                &self.db,
                key,
                files.clone(),
                Origin::Workspace,
                Profile::Contract,
                wanted.library,
                version,
                GO_MINOR,
                pins.clone(),
                vec![],
            );
            for file in files {
                owners.insert(file, vec![package]);
            }
            if let Some(old) = self.loaded.insert(key, Loaded { hash: wanted.hash.to_vec(), pins, package }) {
                for file in old.package.files(&self.db) {
                    owners.remove(file);
                }
            }
            packages.insert(key, package);
            if let Ok((path, Some(major))) = split_identity(&wanted.identity) {
                let list = majors.entry(Name::new(path)).or_default();
                if let Err(at) = list.binary_search(&major) {
                    list.insert(at, major);
                }
            }
        }
        if changed {
            root.set_packages(&mut self.db).to(packages);
            root.set_owners(&mut self.db).to(owners);
            root.set_majors(&mut self.db).to(majors);
        }
    }
}

/// The majors that imports without one mean, by path.
fn pins_of(lock: &[Pin]) -> Vec<(Name, u32)> {
    let pin = |pin: &Pin| Some((Name::new(split_identity(&pin.path).ok()?.0), pin.version.parse::<Version>().ok()?.major));
    lock.iter().filter_map(pin).collect()
}

/// Adds a pinned package and its dependencies: of a contract the live version, of a library that with the hash.
fn gather_pinned(closure: &mut Closure, name: &str, hash: &[u8], world: &dyn World) -> Result<(), String> {
    let package =
        world.pinned(name, hash)?.ok_or_else(|| format!("there is no package `{name}` with the content hash {}", hash_text(hash)))?;
    let package = if package.library { package } else { world.package(name)?.unwrap_or(package) };
    gather(closure, package, world)
}

/// Adds a package and its dependencies.
fn gather(closure: &mut Closure, package: Arc<Deployed>, world: &dyn World) -> Result<(), String> {
    let mut work = vec![package];
    while let Some(package) = work.pop() {
        let name = package.identity();
        // Two pins of one library: the newer has all that the older has.
        let newer = |old: &Arc<Deployed>| old.version.parse::<Version>().ok() >= package.version.parse::<Version>().ok();
        if closure.get(&name).is_some_and(newer) {
            continue;
        }
        for pin in &package.lock {
            let name = pin_identity(&pin.path, &pin.version).map_err(|e| e.message)?;
            let pinned = world
                .pinned(&name, &pin.hash)?
                .ok_or_else(|| format!("there is no package `{name}` with the content hash {}", hash_text(&pin.hash)))?;
            work.push(if pinned.library { pinned } else { world.package(&name)?.unwrap_or(pinned) });
        }
        closure.insert(name, package);
        if closure.len() > MAX_PACKAGES {
            return Err(format!("more than {MAX_PACKAGES} packages would be needed"));
        }
    }
    Ok(())
}
