//! Go's packages in the product's database, for the suites of incrementality, recovery and speed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use amigos_db::host::ExecutionLog;
use amigos_db::input::{Origin, Package, Profile, Root, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_db::{Database, diagnostics};
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};

use crate::goroot;

/// The stack of the server's threads, in bytes: what overflows it there must overflow it here.
pub const STACK_BYTES: usize = 64 << 20;

/// A package's files by name, sorted.
pub type Texts = Vec<(String, String)>;

/// A database with packages of Go's in it, loaded with everything they import.
pub struct Lab {
    /// The database.
    pub db: Database,
    packages: FxHashMap<PkgKey, Package>,
    owners: FxHashMap<SourceFile, Vec<Package>>,
}

impl Lab {
    /// A database without any packages: those of Go's standard library are added like others, for an edited one may stand below them.
    pub fn new(log: Option<ExecutionLog>) -> Lab {
        let db = Database::with_library(Vec::new(), 27, log);
        Lab { db, packages: FxHashMap::default(), owners: FxHashMap::default() }
    }

    /// A database whose standard library is these packages of Go's and all that they import, as it is in the product: known for good.
    pub fn with_library(root: &Path, paths: &[String]) -> Lab {
        let mut work = paths.to_vec();
        let mut library: BTreeMap<String, Texts> = BTreeMap::new();
        while let Some(path) = work.pop() {
            if let Some(files) = (!library.contains_key(&path)).then(|| load(root, &path)).flatten() {
                work.extend(imports(&files));
                library.insert(path, files);
            }
        }
        Lab::of_library(library.into_iter().collect())
    }

    /// A database whose standard library is these packages.
    pub fn of_library(library: Vec<(String, Texts)>) -> Lab {
        let files = |files: Texts| files.into_iter().map(|(name, text)| (name, Arc::from(text))).collect();
        let db = Database::with_library(library.into_iter().map(|(path, texts)| (path, files(texts))).collect(), 27, None);
        let packages = Root::get(&db).packages(&db).clone();
        let owners = packages.values().flat_map(|p| p.files(&db).iter().map(|f| (*f, vec![*p]))).collect();
        let mut lab = Lab { db, packages, owners };
        lab.publish();
        lab
    }

    /// Adds the package, or puts new files in its place. Its imports have to be added by [`Lab::load`].
    pub fn put(&mut self, path: &str, files: &[(String, String)], durability: Durability) -> Package {
        let key = PkgKey(Name::new(path));
        let inputs: Vec<SourceFile> = files
            .iter()
            .map(|(name, text)| SourceFile::builder(Name::new(name), Arc::from(text.as_str())).durability(durability).new(&self.db))
            .collect();
        if let Some(old) = self.packages.get(&key) {
            let old = *old;
            self.owners.retain(|_, packages| packages[0] != old);
        }
        let package = Package::builder(key, inputs.clone(), Origin::Std, Profile::Go, true, Name::new(""), 27, vec![], vec![]);
        let package = package.durability(durability).new(&self.db);
        self.packages.insert(key, package);
        self.owners.extend(inputs.into_iter().map(|f| (f, vec![package])));
        package
    }

    /// Adds packages of the installation that aren't there yet, and those that they import.
    pub fn load(&mut self, root: &Path, paths: &[&str]) {
        let mut work: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
        while let Some(path) = work.pop() {
            if self.packages.contains_key(&PkgKey(Name::new(&path))) {
                continue;
            }
            let Some(files) = load(root, &path) else { continue };
            let package = self.put(&path, &files, Durability::HIGH);
            work.extend(imports(&files));
            let _ = package;
        }
        self.publish();
    }

    /// Makes what was put known to the database.
    pub fn publish(&mut self) {
        let root = Root::get(&self.db);
        root.set_packages(&mut self.db).with_durability(Durability::MEDIUM).to(self.packages.clone());
        root.set_owners(&mut self.db).with_durability(Durability::MEDIUM).to(self.owners.clone());
    }

    /// A package by path.
    pub fn package(&self, path: &str) -> Option<Package> {
        self.packages.get(&PkgKey(Name::new(path))).copied()
    }

    /// A file of a package.
    pub fn file(&self, path: &str, name: &str) -> Option<SourceFile> {
        let package = self.package(path)?;
        package.files(&self.db).iter().copied().find(|f| f.name(&self.db).as_str() == name)
    }

    /// Sets the text of a file.
    pub fn edit(&mut self, file: SourceFile, text: &str) {
        file.set_text(&mut self.db).to(Arc::from(text));
    }
}

/// The files of a package of the installation, sorted.
pub fn load(root: &Path, path: &str) -> Option<Texts> {
    let mut files = goroot::load(root, path).ok()?;
    files.sort();
    Some(files)
}

/// What files import, as written.
pub fn imports(files: &[(String, String)]) -> Vec<String> {
    let mut paths = Vec::new();
    for (_, text) in files {
        let chunks = amigos_syntax::split::split(text);
        let head = amigos_syntax::file::file_head(text, &chunks);
        paths.extend(head.imports.iter().map(|i| i.path.to_string()));
    }
    paths.sort();
    paths.dedup();
    paths
}

/// An error of a file, without anything that belongs to one database.
#[derive(PartialEq, Debug)]
pub struct PlainError {
    range: TextRange,
    code: &'static str,
    message: Box<str>,
    related: Vec<(Name, TextRange, Box<str>)>,
}

/// The errors of a file.
pub fn errors(db: &Database, file: SourceFile) -> Vec<PlainError> {
    let all = diagnostics::file_diagnostics(db, file).iter();
    all.map(|d| PlainError {
        range: d.range,
        code: d.code,
        message: d.message.clone(),
        related: d.related.iter().map(|(f, range, text)| (f.name(db), *range, text.clone())).collect(),
    })
    .collect()
}

/// The first difference between what two databases know of a package, errors and facts; `None` if they know the same.
pub fn difference(a: &Database, pa: Package, b: &Database, pb: Package) -> Option<String> {
    let (da, dbs) = (q::package_decls(a, pa), q::package_decls(b, pb));
    if da.len() != dbs.len() {
        return Some(format!("{} declarations, from scratch {}", da.len(), dbs.len()));
    }
    for (x, y) in da.iter().zip(dbs) {
        let head = x.head(a);
        if x.start(a) != y.start(b) || x.text(a) != y.text(b) || x.nth(a) != y.nth(b) {
            return Some(format!("`{head}` has another place or text"));
        }
        if q::syntax_errors(a, *x) != q::syntax_errors(b, *y) {
            return Some(format!("`{head}` has other syntax errors"));
        }
        let (fa, fb) = (q::sig_facts(a, pa, *x), q::sig_facts(b, pb, *y));
        if fa != fb {
            return Some(format!("`{head}`: facts of the signature differ: {}", which(&fa, &fb)));
        }
        let (fa, fb) = (q::body_facts(a, pa, *x), q::body_facts(b, pb, *y));
        if fa != fb {
            let pair = fa.iter().zip(&fb).find(|(m, n)| m != n);
            return Some(format!("`{head}`: facts of a body differ: {}", pair.map_or_else(String::new, |(m, n)| which(m, n))));
        }
    }
    for (x, y) in pa.files(a).iter().zip(pb.files(b)) {
        let (ea, eb) = (errors(a, *x), errors(b, *y));
        if ea != eb {
            let differing = ea.iter().zip(&eb).find(|(m, n)| m != n);
            return Some(format!("errors of {} differ: {} and {}; first {differing:?}", x.name(a), ea.len(), eb.len()));
        }
    }
    if q::init_order(a, pa) != q::init_order(b, pb) {
        return Some("the order of initialisation differs".into());
    }
    None
}

fn which(a: &amigos_types::facts::Facts, b: &amigos_types::facts::Facts) -> String {
    if a.types != b.types {
        let at = a.types.iter().zip(&b.types).position(|(x, y)| x != y);
        return match at {
            Some(i) => format!("type of expression {i}: {:?}, from scratch {:?}", a.types[i], b.types[i]),
            None => format!("{} expressions, from scratch {}", a.types.len(), b.types.len()),
        };
    }
    let parts = [
        ("defs", a.defs != b.defs),
        ("uses", a.uses != b.uses),
        ("locals", a.locals != b.locals),
        ("selections", a.selections != b.selections),
        ("instances", a.instances != b.instances),
        ("errors", a.errors != b.errors),
        ("named", a.named != b.named),
    ];
    match parts.iter().find(|p| p.1) {
        Some(("defs", _)) => format!("definitions: {:?}, from scratch {:?}", a.defs, b.defs),
        Some(("errors", _)) => format!("errors: {:?}, from scratch {:?}", a.errors, b.errors),
        Some((name, _)) => (*name).to_owned(),
        None => "something else".to_owned(),
    }
}

/// Signature halves of a package by declaration, to see whether an edit moved one.
pub fn signatures(db: &Database, package: Package) -> Vec<Arc<amigos_types::source::SigDecl>> {
    q::package_decls(db, package).iter().map(|d| q::decl_sig(db, *d)).collect()
}

/// The texts of a package's declarations.
pub fn decl_texts(db: &Database, package: Package) -> BTreeMap<(String, String, u32), Arc<str>> {
    let key = |d: &Decl<'_>| (d.file(db).name(db).to_string(), d.head(db).to_string(), d.nth(db));
    q::package_decls(db, package).iter().map(|d| (key(d), d.text(db).clone())).collect()
}

/// Says when something takes too long, with what it was; a hang ends the process.
pub struct Watchdog {
    now: Arc<Mutex<Option<(Instant, String)>>>,
    over: Arc<AtomicBool>,
}

impl Watchdog {
    /// A watchdog that ends the process if one thing takes longer than `limit`.
    pub fn new(limit: Duration) -> Watchdog {
        let now: Arc<Mutex<Option<(Instant, String)>>> = Arc::default();
        let over = Arc::new(AtomicBool::new(false));
        let (watched, end) = (now.clone(), over.clone());
        std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(200));
                let under_way = watched.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if let Some((since, what)) = under_way
                    && since.elapsed() > limit
                {
                    println!("hang: {what} takes longer than {} s", limit.as_secs());
                    std::process::exit(1);
                }
            }
        });
        Watchdog { now, over }
    }

    /// Runs `f` under watch.
    pub fn watch<T>(&self, what: impl FnOnce() -> String, f: impl FnOnce() -> T) -> T {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), what()));
        let value = f();
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = None;
        value
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Runs a suite on a thread with the server's stack.
pub fn on_server_stack<T: Send>(body: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, body).ok()?.join().ok())
}
