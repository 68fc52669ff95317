//! The packages of the gate, compiled; and states that random calls lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amigos_db::resolve::package_key;
use amigos_gas::{Atom, Cost};
use amigos_ide::{AnalysisHost, Change, FileId, Origin, PackageInput, Profile, Severity};
use amigos_mir::mir::{Callee, Op};
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Callable, Engine};
use amigos_vm::outcome::Outcome;
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use amigos_vm::value::{GuestKind, GuestValue, Limits};
use serde_json::Value;

use crate::inputs::{ACCOUNTS, Full, Input, Random, account, argument};

/// A state in memory.
#[derive(Clone, Default)]
pub struct Memory {
    height: i64,
    records: BTreeMap<ObjKey, Bytes>,
}

/// Entries of maps that are read together.
const PAGE: u64 = 32;
/// Every so many blocks the oracles report.
const REPORTED: i64 = 3;
/// The time of the first block, seconds since 1970.
const START: i64 = 1_700_000_000;

impl StateSource for Memory {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        Ok(keys.iter().map(|k| self.records.get(k).cloned()).collect())
    }
    fn height(&self) -> i64 {
        self.height
    }
    fn at(&self, _height: i64) -> Option<Arc<dyn StateSource>> {
        None
    }
}

impl Memory {
    /// All records.
    pub fn records(&self) -> &BTreeMap<ObjKey, Bytes> {
        &self.records
    }

    /// Makes what a call changed part of the state.
    pub fn commit(&mut self, outcome: &Outcome) {
        for (key, bytes) in &outcome.writes {
            match bytes {
                Some(bytes) => self.records.insert(key.clone(), bytes.clone()),
                None => self.records.remove(key),
            };
        }
        self.height += 1;
        if self.height % REPORTED == 0 {
            self.report();
        }
    }

    /// Gas that ranges over maps of the state can cost for entries that were deleted: one for each at most, and a page of them where it is read. Records of maps say how many places they gave out and how many entries there are.
    pub fn deleted(&self) -> u64 {
        let number = |bytes: &mut std::slice::Iter<u8>| {
            let mut n = 0u64;
            for shift in (0..63).step_by(7) {
                let byte = *bytes.next()?;
                n |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    return Some(n);
                }
            }
            None
        };
        let of = |record: &[u8]| {
            let mut bytes = record.iter();
            bytes.next().filter(|kind| **kind == b'M')?;
            let text = number(&mut bytes)?;
            bytes.nth(usize::try_from(text).ok()?.checked_sub(1)?)?;
            let (places, live) = (number(&mut bytes)?, number(&mut bytes)?);
            let deleted = places.saturating_sub(live);
            Some(if deleted == 0 { 0 } else { deleted + PAGE })
        };
        let objects = self.records.iter().filter(|(key, _)| key.key.first() == Some(&b'o'));
        objects.filter_map(|(_, record)| of(record)).sum()
    }

    /// The oracles report, as of now.
    fn report(&mut self) {
        let report = |source: &str, units: i64| amigos_vm::persist::reports::Report {
            source: source.into(),
            units,
            height: self.height,
            seconds: START + self.height,
            fresh: true,
        };
        let reports = [report("chainlink", 300_000_000_000), report("band", 300_100_000_000), report("uma", 299_900_000_000)];
        let key = ObjKey { package: Arc::from(amigos_vm::persist::ORACLE), key: Box::from("ETH/USD".as_bytes()) };
        self.records.insert(key, Arc::from(amigos_vm::persist::reports::write(&reports)));
    }
}

/// A package of the gate.
pub struct Package {
    /// Its key.
    pub key: PkgKey,
    /// The last part of its path; of the corpus the class of its functions.
    pub name: String,
    /// Whether it is of the corpus.
    pub corpus: bool,
    /// Whether it has no state.
    pub library: bool,
    /// For each function that can be called the natives of the standard library that its code can come to.
    pub natives: BTreeMap<String, BTreeSet<String>>,
    /// What can be called.
    pub callables: Vec<Callable>,
    /// Bounds of what can be called, or why there is none.
    pub bounds: BTreeMap<String, Result<Cost, String>>,
    /// The same of all exported functions and methods.
    pub exported: BTreeMap<String, Result<Cost, String>>,
}

impl Package {
    /// Whether the cost of a function depends on no number that it is given, so that any will do.
    pub fn takes_any_number(&self, name: &str) -> bool {
        let number = |a: &Atom| matches!(a, Atom::Value(p) | Atom::Neg(p) if matches!(p.root, amigos_gas::Root::Param(..)));
        matches!(self.bounds.get(name), Some(Ok(bound)) if !bound.mentions(&number))
    }
}

/// All packages, and the machine.
pub struct World {
    /// The packages in the order in which they are deployed.
    pub packages: Vec<Package>,
    /// The machine.
    pub engine: Engine,
    genesis: Memory,
}

/// The corpus: file name without `.go`, and text; in the order in which it is deployed.
pub const CORPUS: &[(&str, &str)] = &[
    ("shapes", include_str!("../corpus/shapes.go")),
    ("straight", include_str!("../corpus/straight.go")),
    ("linear", include_str!("../corpus/linear.go")),
    ("nested", include_str!("../corpus/nested.go")),
    ("growing", include_str!("../corpus/growing.go")),
    ("texts", include_str!("../corpus/texts.go")),
    ("tables", include_str!("../corpus/tables.go")),
    ("state", include_str!("../corpus/state.go")),
    ("callbacks", include_str!("../corpus/callbacks.go")),
    ("recursion", include_str!("../corpus/recursion.go")),
    ("crossing", include_str!("../corpus/crossing.go")),
    ("traps", include_str!("../corpus/traps.go")),
    ("promises", include_str!("../corpus/promises.go")),
    (WRAPPERS, include_str!("../corpus/library.go")),
];

/// The part of the corpus that has a wrapper for each function of the standard library: it is no code that anybody wrote, and not counted with the rest.
pub const WRAPPERS: &str = "library";

struct Source {
    path: String,
    major: u32,
    version: String,
    library: bool,
    corpus: bool,
    files: Vec<(String, String)>,
}

fn sources() -> Vec<Source> {
    let mut all = Vec::new();
    for package in amigos_contracts::all() {
        let manifest = package.files.iter().find(|(n, _)| *n == "amigos.toml").map_or("", |(_, t)| *t);
        let setting = |key: &str| {
            let line = manifest.lines().find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('=')).unwrap_or("");
            line.trim().trim_matches('"').to_owned()
        };
        let version = setting("version");
        let go = package.files.iter().filter(|(n, _)| n.ends_with(".go") && !n.ends_with("_test.go"));
        all.push(Source {
            path: setting("path"),
            major: version.split('.').next().and_then(|m| m.parse().ok()).unwrap_or(1),
            version,
            library: setting("library") == "true",
            corpus: false,
            files: go.map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect(),
        });
    }
    for (name, text) in CORPUS {
        all.push(Source {
            path: format!("hub.amigos.dev/bounds/{name}"),
            major: 1,
            version: "1.0.0".to_owned(),
            library: *name == "shapes",
            corpus: true,
            files: vec![("main.go".to_owned(), (*text).to_owned())],
        });
    }
    all
}

/// The text of each file, in order, with its package's path.
fn texts(sources: &[Source]) -> impl Iterator<Item = (&str, &str)> {
    sources.iter().flat_map(|s| s.files.iter().map(|(_, text)| (s.path.as_str(), text.as_str())))
}

fn sources_again(sources: &[Source]) -> Vec<Source> {
    let again = |s: &Source| Source { path: s.path.clone(), version: s.version.clone(), files: s.files.clone(), ..*s };
    sources.iter().map(again).collect()
}

/// The packages in an analyzer; files are numbered in their order.
fn analysed(sources: &[Source]) -> AnalysisHost {
    let mut host = AnalysisHost::new();
    let mut change = Change::default();
    let mut inputs = Vec::new();
    let mut next = 0;
    for source in sources {
        let mut files = Vec::new();
        for (name, text) in &source.files {
            let id = FileId(next);
            next += 1;
            change.files.push((id, Some(Arc::from(text.as_str()))));
            files.push((Arc::from(name.as_str()), id));
        }
        files.sort();
        inputs.push(PackageInput {
            path: Arc::from(source.path.as_str()),
            version: Arc::from(source.version.as_str()),
            major: source.major,
            origin: Origin::Workspace,
            profile: Profile::Contract,
            library: source.library,
            go_minor: 26,
            files,
            pins: vec![],
            missing: vec![],
        });
    }
    change.packages = Some(inputs);
    host.apply_change(change);
    host
}

impl World {
    /// Compiles and deploys everything. Errors: what does not compile.
    pub fn new() -> Result<World, String> {
        let sources = sources();
        let keys: Vec<PkgKey> = sources.iter().map(|s| package_key(&s.path, s.major)).collect();
        let host = analysed(&sources);
        let analysis = host.analysis();
        let mut wrong = Vec::new();
        for (id, (path, text)) in texts(&sources).enumerate() {
            for d in analysis.diagnostics(FileId(id as u32)).map_err(|_| "cancelled")?.iter().filter(|d| d.severity == Severity::Error) {
                let line = text[..d.range.start as usize].matches('\n').count() + 1;
                wrong.push(format!("{path}:{line}: {} {}", d.code, d.message));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
        let program = analysis.computing(|db| OwnedProgram::collect(db, &keys)).map_err(|_| "cancelled")?;
        let program = program.map_err(|broken| format!("packages with errors: {broken:?}"))?;
        // The machine has the same packages, each with a function that fills its state.
        let mut with_fill = sources_again(&sources);
        for (source, key) in with_fill.iter_mut().zip(&keys).filter(|(s, _)| !s.library) {
            let text = analysis.computing(|db| {
                let package = amigos_db::Root::get(db).packages(db).get(key).copied()?;
                crate::fill::source(&program, *key, &|elem| amigos_gas::may_be_cut(db, package, elem))
            });
            source.files.extend(text.map_err(|_| "cancelled")?.map(|text| (crate::fill::FILE.to_owned(), text)));
        }
        let filled = analysed(&with_fill).analysis().computing(|db| OwnedProgram::collect(db, &keys)).map_err(|_| "cancelled")?;
        let filled = filled.map_err(|broken| format!("packages that cannot be filled: {broken:?}"))?;
        let engine = Engine::new(Arc::new(filled));
        let mut packages = Vec::new();
        for (source, key) in sources.iter().zip(&keys) {
            let mut callables = engine.callables(*key)?;
            callables.retain(|c| c.name != crate::fill::FILL);
            let exported = analysis.computing(|db| exported_bounds(db, *key)).map_err(|_| "cancelled")?;
            let bounds = exported.iter().filter(|(n, _)| callables.iter().any(|c| c.name == **n)).map(|(n, b)| (n.clone(), b.clone()));
            let natives = callables.iter().map(|c| {
                let met = analysis.computing(|db| natives_met(db, *key, &c.name)).map_err(|_| "cancelled")?;
                Ok::<_, String>((c.name.clone(), met))
            });
            let natives = natives.collect::<Result<_, _>>()?;
            packages.push(Package {
                natives,
                key: *key,
                name: source.path.rsplit('/').next().unwrap_or("").to_owned(),
                corpus: source.corpus,
                library: source.library,
                bounds: bounds.collect(),
                callables,
                exported,
            });
        }
        let mut world = World { packages, engine, genesis: Memory::default() };
        world.genesis = world.deployed()?;
        Ok(world)
    }

    /// The state in which everything has just been deployed.
    pub fn genesis(&self) -> &Memory {
        &self.genesis
    }

    fn deployed(&self) -> Result<Memory, String> {
        let mut state = Memory::default();
        state.report();
        for package in self.packages.iter().filter(|p| !p.library) {
            let request = request(package.key, "", vec![], 0, state.height);
            let outcome = self.engine.deploy(&request, false, &state).map_err(|e| format!("{e:?}"))?;
            if let Some(error) = &outcome.error {
                return Err(format!("deploying {}: {error}", package.key.0));
            }
            state.commit(&outcome);
        }
        Ok(state)
    }

    /// What a call can be given; `None` if no arguments can be made for it. `largest` is about how large sizes get; wild numbers are as large as they can be.
    pub fn input(&self, callable: &Callable, random: &mut Random, largest: u64, wild: bool) -> Option<Input> {
        let args: Option<Vec<Value>> = callable.params.iter().map(|ty| argument(random, ty, largest, wild)).collect();
        Some(Input { args: args?, sender: random.below(ACCOUNTS) })
    }

    /// A call's outcome.
    pub fn call(&self, package: &Package, name: &str, state: &Memory, input: &Input) -> Option<Outcome> {
        let args = input.args.iter().cloned().map(ArgValue::Json).collect();
        self.engine.call(&request(package.key, name, args, input.sender, state.height), state).ok()
    }

    /// A state that `calls` random calls of a package's functions lead to, with arguments of about `largest`. In two of three most calls are of a few functions
    /// that are chosen first, half of these always with the same arguments: then something gets large, and its parts are as large as the largest of them.
    pub fn state(&self, package: &Package, random: &mut Random, calls: u64, largest: u64) -> Memory {
        let mut state = self.genesis.clone();
        let number = package.callables.len() as u64;
        let mut chosen: Vec<(u64, Option<Input>)> = Vec::new();
        for _ in 0..if random.below(3) == 0 { 0 } else { 1 + random.below(3) } {
            let at = random.below(number);
            let always = random.below(2) == 0;
            let wild = package.callables.get(at as usize).is_some_and(|c| package.takes_any_number(&c.name));
            let input = package.callables.get(at as usize).and_then(|c| self.input(c, random, largest, wild));
            let input = input.filter(|_| always).map(|mut input| {
                if random.below(2) == 0 {
                    input.widen(random, largest, wild);
                }
                input
            });
            chosen.push((at, input));
        }
        for _ in 0..calls {
            // Now and then something else happens, too.
            let other = &self.packages[random.below(self.packages.len() as u64) as usize];
            let elsewhere = random.below(6) == 0 && !other.corpus && !package.corpus;
            let favourite = chosen.get(random.below(chosen.len() as u64) as usize).filter(|_| random.below(8) > 0 && !elsewhere);
            let package = if elsewhere { other } else { package };
            let at = favourite.map_or_else(|| random.below(package.callables.len() as u64), |(at, _)| *at);
            let Some(callable) = package.callables.get(at as usize) else { continue };
            let wild = package.takes_any_number(&callable.name);
            let input = favourite.and_then(|(_, input)| input.clone()).or_else(|| self.input(callable, random, largest, wild));
            if let Some(input) = input
                && let Some(outcome) = self.call(package, &callable.name, &state, &input)
                && outcome.is_ok()
            {
                state.commit(&outcome);
            }
        }
        state
    }

    /// A state in which something is as large as it gets, all parts of it of one size: calls of one function that changes the state, then of another; the number
    /// of the first is `at`, or the next one that does.
    pub fn full_state(&self, package: &Package, random: &mut Random, calls: u64, largest: u64, at: u64) -> Memory {
        let mut state = self.genesis.clone();
        let number = package.callables.len() as u64;
        let first = calls * random.below(9) / 8;
        // What one puts in, another finds: both have arguments of the same sizes.
        let full = Full::new(random, largest);
        for (from, calls) in [(at, first), (random.below(number), calls - first)] {
            for next in 0..number {
                let Some(callable) = package.callables.get(((from + next) % number) as usize) else { break };
                let wild = package.takes_any_number(&callable.name);
                let mut written = false;
                for call in 0..calls {
                    let Some(input) = full.input(random, &callable.params, call, wild) else { break };
                    let Some(outcome) = self.call(package, &callable.name, &state, &input) else { break };
                    if outcome.is_ok() {
                        written |= !outcome.writes.is_empty();
                        state.commit(&outcome);
                    }
                    if call > 4 && !written {
                        break;
                    }
                }
                if written {
                    break;
                }
            }
        }
        state
    }

    /// The state at the beginning, in which then everything that bounds of the package speak of was filled: all parts of one size, or parts by `seed`; and the account whose address stands in it.
    pub fn filled_state(&self, package: &Package, random: &mut Random, seed: i64) -> (Memory, u64) {
        const TEXTS: [u64; 5] = [30_000, 40, 4_000, 300, 12_000];
        // Elements of lists, and of lists in them.
        const SHAPES: [(u64, u64); 8] = [(1, 1), (6, 5), (24, 12), (60, 5), (300, 1), (2, 200), (1, 300), (120, 3)];
        let mut state = self.genesis.clone();
        let bounds = package.bounds.values().filter_map(|b| b.as_ref().ok());
        // Names that one package keeps are known to another: all have the same sizes.
        let (n, m) = SHAPES[random.below(8) as usize];
        // The whole has to fit into the memory of a call.
        let width = TEXTS[random.below(5) as usize].min(400_000 / (n * m));
        let who = random.below(ACCOUNTS);
        for key in crate::fill::named(package.key, bounds) {
            let args = [seed, n as i64, m as i64, width as i64].into_iter().map(|n| ArgValue::Json(n.into()));
            let who = ArgValue::Json(account(who).into());
            let mut request = request(key, crate::fill::FILL, args.chain([who]).collect(), 0, state.height);
            request.gas_limit = 4_000_000_000;
            if let Ok(outcome) = self.engine.call(&request, &state)
                && outcome.is_ok()
            {
                state.commit(&outcome);
            }
        }
        (state, who)
    }

    /// The variables of all packages in a state.
    pub fn values(&self, state: &Memory) -> Vec<(String, GuestValue)> {
        self.values_of(state, &|_| true)
    }

    /// The variables of some packages in a state.
    pub fn values_of(&self, state: &Memory, which: &dyn Fn(PkgKey) -> bool) -> Vec<(String, GuestValue)> {
        let limits = Limits { depth: 24, items: 100_000, text: 1 << 20, total: 100_000_000, cut: true };
        let read = |p: &Package| {
            let tree = self.engine.read_state(p.key, "", limits, state).ok()?.ok()??;
            Some((p.key.0.as_str().to_owned(), tree.value))
        };
        self.packages.iter().filter(|p| !p.library && which(p.key)).filter_map(read).collect()
    }
}

fn request(package: PkgKey, target: &str, args: Vec<ArgValue>, sender: u64, height: i64) -> CallRequest {
    let mut request = CallRequest::new(package.0.as_str(), target, args);
    request.sender = account(sender);
    request.origin = account(sender);
    request.height = height + 1;
    request.time = (START + height, 0);
    request.chain_id = "bounds".into();
    request.gas_limit = 20_000_000;
    request
}

fn exported_bounds(db: &amigos_db::Database, key: PkgKey) -> BTreeMap<String, Result<Cost, String>> {
    let Some(package) = amigos_db::Root::get(db).packages(db).get(&key).copied() else { return BTreeMap::new() };
    let types = amigos_db::query::package_types(db, package);
    let functions = types.objects.iter().filter(|o| o.kind == amigos_types::facts::InitKind::Func).map(|o| o.name);
    functions
        .filter(|name| name.split('.').all(|part| amigos_syntax::Name::new(part).is_exported()))
        .map(|name| {
            let bound = match &amigos_gas::gas_summary(db, package, name).gas {
                Ok(bound) => Ok(bound.cost.clone()),
                Err(reason) => Err(reason.text.clone()),
            };
            (name.to_string(), bound)
        })
        .collect()
}

/// The natives that the code of a function can come to by calls of known functions: `package.Name`.
fn natives_met(db: &amigos_db::Database, key: PkgKey, name: &str) -> BTreeSet<String> {
    let mut met = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![(key, Name::new(name))];
    while let Some((key, name)) = open.pop() {
        if !seen.insert((key, name)) {
            continue;
        }
        if amigos_std::native(key.0.as_str(), name.as_str()).is_some() {
            met.insert(format!("{}.{name}", key.0));
            continue;
        }
        let Some(package) = amigos_db::Root::get(db).packages(db).get(&key).copied() else { continue };
        let Some(decl) = amigos_gas::summary::declaration(db, package, key, name) else { continue };
        let mut bodies: Vec<_> = amigos_mir::query::mir(db, package, decl).func.iter().cloned().collect();
        while let Some(body) = bodies.pop() {
            bodies.extend(body.closures.iter().cloned());
            for inst in body.blocks.iter().flat_map(|b| &b.insts) {
                let (Op::Call { callee, .. } | Op::FuncValue { callee, .. } | Op::Bind { callee, .. } | Op::Defer { callee, .. }) =
                    &inst.op
                else {
                    continue;
                };
                if let Callee::Static { func, .. } = callee {
                    open.push((func.pkg, func.name));
                }
            }
        }
    }
    met
}

/// Texts that stand in a state: names under which something is known.
pub fn texts_in(values: &[(String, GuestValue)], key: &str) -> Vec<String> {
    const MOST: usize = 400;
    let mut found = Vec::new();
    let mut open: Vec<&GuestValue> = values.iter().filter(|(k, _)| k == key).map(|(_, v)| v).collect();
    while let Some(value) = open.pop().filter(|_| found.len() < MOST) {
        match &value.kind {
            GuestKind::String(text) if !text.is_empty() => found.push(text.clone()),
            GuestKind::Struct(fields) => open.extend(fields.iter().map(|(_, v)| v)),
            GuestKind::List { items, .. } => open.extend(items.iter().rev().take(50)),
            GuestKind::Map { entries, .. } => open.extend(entries.iter().rev().take(50).flat_map(|(k, v)| [v, k])),
            GuestKind::Pointer(to) => open.push(to),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}
