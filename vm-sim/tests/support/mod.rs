//! Programs made of text, for tests of the machine.
#![allow(dead_code, reason = "each test file uses another part of it")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use amigos_db::diagnostics::file_diagnostics;
use amigos_db::{Database, Package, Profile, Root, SourceFile};
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Engine, Mode};
use amigos_vm::outcome::Outcome;
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use salsa::Setter;

/// A package under test.
pub struct Pkg<'t> {
    /// Its path; a major version other than 1 after `@v`.
    pub path: &'t str,
    /// Its text.
    pub text: &'t str,
    /// Whether it is a library.
    pub library: bool,
}

/// A contract.
pub fn contract<'t>(path: &'t str, text: &'t str) -> Pkg<'t> {
    Pkg { path, text, library: false }
}

/// A library.
pub fn library<'t>(path: &'t str, text: &'t str) -> Pkg<'t> {
    Pkg { path, text, library: true }
}

/// Compiles packages; panics with the diagnostics if there are any.
pub fn program(packages: &[Pkg], profile: Profile) -> OwnedProgram {
    let mut db = Database::default();
    let root = Root::get(&db);
    let (mut map, mut owners, mut majors) = (root.packages(&db).clone(), root.owners(&db).clone(), root.majors(&db).clone());
    let mut keys = Vec::new();
    let mut files = Vec::new();
    for p in packages {
        let (path, major) = p.path.split_once("@v").map_or((p.path, 1), |(path, n)| (path, n.parse().expect("a number")));
        let key = PkgKey(Name::new(&format!("{path}@v{major}")));
        let file = SourceFile::new(&db, Name::new("main.go"), Arc::from(p.text));
        let origin = amigos_db::input::Origin::Workspace;
        let version = Name::new("1.0.0");
        let package = Package::new(&db, key, vec![file], origin, profile, p.library, version, 26, vec![], vec![]);
        map.insert(key, package);
        owners.insert(file, vec![package]);
        majors.entry(Name::new(path)).or_insert_with(Vec::new).push(major);
        keys.push(key);
        files.push((p.path, file));
    }
    root.set_packages(&mut db).to(map);
    root.set_owners(&mut db).to(owners);
    root.set_majors(&mut db).to(majors);
    let mut problems = String::new();
    for (path, file) in files {
        for d in file_diagnostics(&db, file) {
            let text = file.text(&db);
            let line = text[..d.range.start as usize].lines().count();
            if !d.soft {
                problems.push_str(&format!("{path}:{line}: {}\n", d.message));
            }
        }
    }
    assert!(problems.is_empty(), "{problems}");
    match OwnedProgram::collect(&db, &keys) {
        Ok(p) => p,
        Err(broken) => panic!("cannot be compiled: {broken:?}"),
    }
}

/// State in memory, at the last height.
#[derive(Default)]
pub struct Store {
    pub records: BTreeMap<ObjKey, Bytes>,
    pub height: i64,
    /// How many records were asked for.
    pub reads: AtomicUsize,
    pub history: BTreeMap<i64, BTreeMap<ObjKey, Bytes>>,
}

impl StateSource for Store {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        self.reads.fetch_add(keys.len(), Ordering::Relaxed);
        Ok(keys.iter().map(|k| self.records.get(k).cloned()).collect())
    }
    fn height(&self) -> i64 {
        self.height
    }
    fn at(&self, height: i64) -> Option<Arc<dyn StateSource>> {
        let records = self.history.get(&height)?.clone();
        Some(Arc::new(Store { records, height, ..Store::default() }))
    }
}

/// A chain of one engine and one store. In builds with compiled code every call is made in it too, and has to end alike.
pub struct Chain {
    pub engine: Arc<Engine>,
    #[cfg(feature = "jit")]
    pub compiled: Engine,
    pub store: Store,
    pub sender: String,
}

pub const ALICE: &str = "alice";

impl Chain {
    /// Deploys packages in order; panics if one fails.
    pub fn new(packages: &[Pkg]) -> Chain {
        Chain::with_sender(packages, ALICE)
    }

    /// The same, deployed and called by somebody else than [`ALICE`].
    pub fn with_sender(packages: &[Pkg], sender: &str) -> Chain {
        let engine = Arc::new(Engine::new(Arc::new(program(packages, Profile::Contract))));
        let mut chain = Chain {
            #[cfg(feature = "jit")]
            compiled: Engine::new(engine.program()).compiling(amigos_vm::jit::Policy::Always),
            engine,
            store: Store::default(),
            sender: sender.to_owned(),
        };
        for p in packages.iter().filter(|p| !p.library) {
            let out = chain.deploy(p.path, false);
            assert!(out.is_ok(), "{}: {:?}", p.path, out.error);
        }
        chain
    }

    /// From now on calls are made in another engine.
    pub fn replace(&mut self, engine: impl Into<Arc<Engine>>) {
        let engine = engine.into();
        #[cfg(feature = "jit")]
        {
            self.compiled = Engine::new(engine.program()).compiling(amigos_vm::jit::Policy::Always);
        }
        self.engine = engine;
    }

    fn key(path: &str) -> String {
        if path.contains('@') { path.to_owned() } else { format!("{path}@v1") }
    }

    pub fn request(&self, package: &str, target: &str, args: &[&str]) -> CallRequest {
        let args = args.iter().map(|a| ArgValue::Go((*a).to_owned())).collect();
        let mut r = CallRequest::new(&Chain::key(package), target, args);
        (r.sender, r.origin) = (self.sender.clone(), self.sender.clone());
        r.height = self.store.height + 1;
        r
    }

    pub fn deploy(&mut self, package: &str, upgrade: bool) -> Outcome {
        let r = self.request(package, "init", &[]);
        let out = self.engine.deploy(&r, upgrade, &self.store).expect("nothing to fetch");
        #[cfg(feature = "jit")]
        self.compare(&out, |compiled, store| compiled.deploy(&r, upgrade, store));
        self.apply(&out);
        out
    }

    /// Does the same with compiled code; what that reads isn't counted.
    #[cfg(feature = "jit")]
    fn compare(&self, out: &Outcome, again: impl FnOnce(&Engine, &Store) -> Result<Outcome, Fetch>) {
        let reads = self.store.reads.load(Ordering::Relaxed);
        alike(out, &again(&self.compiled, &self.store).expect("nothing to fetch"));
        self.store.reads.store(reads, Ordering::Relaxed);
    }

    pub fn apply(&mut self, out: &Outcome) {
        self.store.height += 1;
        for (k, v) in &out.writes {
            match v {
                Some(v) => self.store.records.insert(k.clone(), v.clone()),
                None => self.store.records.remove(k),
            };
        }
        self.store.history.insert(self.store.height, self.store.records.clone());
    }

    /// A transaction.
    pub fn call(&mut self, package: &str, target: &str, args: &[&str]) -> Outcome {
        let r = self.request(package, target, args);
        let out = self.engine.call(&r, &self.store).expect("nothing to fetch");
        #[cfg(feature = "jit")]
        self.compare(&out, |compiled, store| compiled.call(&r, store));
        self.apply(&out);
        out
    }

    /// A query.
    pub fn query(&self, package: &str, target: &str, args: &[&str]) -> Outcome {
        let mut r = self.request(package, target, args);
        r.mode = Mode::Query;
        let out = self.engine.call(&r, &self.store).expect("nothing to fetch");
        #[cfg(feature = "jit")]
        self.compare(&out, |compiled, store| compiled.call(&r, store));
        out
    }

    /// Results, or the error, as text.
    pub fn show(&mut self, package: &str, target: &str, args: &[&str]) -> String {
        show(&self.call(package, target, args))
    }

    /// A part of state as text.
    pub fn state(&self, package: &str, path: &str) -> String {
        let key = PkgKey(Name::new(&Chain::key(package)));
        match self.engine.read_state(key, path, Default::default(), &self.store) {
            Ok(Ok(Some(tree))) => tree.value.go(),
            Ok(Ok(None)) => "nothing".to_owned(),
            Ok(Err(why)) => format!("error: {why}"),
            Err(f) => format!("{f:?}"),
        }
    }
}

/// Panics unless two outcomes are the same in every respect.
pub fn alike(one: &Outcome, other: &Outcome) {
    let parts = |o: &Outcome| {
        let end = format!("{:?} {:?} {:?} {}", o.error, o.gas_used, o.gas_by_package, o.output);
        (end, format!("{:?} {:?} {:?} {:?}", o.results, o.events, o.writes, o.read_set))
    };
    let (one, other) = (parts(one), parts(other));
    assert_eq!(one.0, other.0);
    assert_eq!(one.1, other.1);
}

/// Results, or the error, as text.
pub fn show(out: &Outcome) -> String {
    match &out.error {
        Some(e) => format!("{:?}: {}", e.kind, e.text),
        None => out.results.iter().map(|v| v.go()).collect::<Vec<_>>().join(", "),
    }
}

/// Runs `func main` of a program and gives what it prints, with the panic if there is one.
pub fn run(text: &str) -> String {
    let engine = Engine::new(Arc::new(program(&[contract("main", text)], Profile::Go)));
    let out = engine.run_main(PkgKey(Name::new("main@v1")), Default::default());
    #[cfg(feature = "jit")]
    {
        let compiled = engine.compiling(amigos_vm::jit::Policy::Always);
        alike(&out, &compiled.run_main(PkgKey(Name::new("main@v1")), Default::default()));
    }
    match out.error {
        Some(e) => format!("{}{:?}: {}\n", out.output, e.kind, e.text),
        None => out.output,
    }
}
