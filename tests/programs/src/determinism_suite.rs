//! The same programs and calls, again and again: results, gas, events, output, writes and the state in the end must be equal, whatever the circumstances.
//!
//! The suite runs itself as two processes, each with hash seeds of its own. In each of them a program runs on a new engine, once more on the same engine,
//! and in compiled code that is forced everywhere; a call of a contract besides within a session of calls, as a block has them. A process prints a line with
//! a hash for each unit, and says what differed within it; here the lines of both are compared.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use amigos_bounds::inputs::{ACCOUNTS, Random, account};
use amigos_bounds::world::World;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Engine, Session};
use amigos_vm::outcome::Outcome;
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use anyhow::{Context, Result, bail};
use program_conformance::machine::Workbench;
use program_conformance::{page, plain};
use sha2::{Digest, Sha256};

use crate::Arguments;
use crate::{generator, stdlib_suite, vm_suite};

/// Generated programs, and blocks of calls, if no number is given.
const COUNT: usize = 300;
/// Of everything so much is taken in a sample.
const SAMPLE: usize = 12;
/// Gas of a program. Those that use more end there, which is an outcome, too.
const GAS: u64 = 300_000_000;
/// Gas of a program of a table of the standard library.
const LIBRARY_GAS: u64 = 3_000_000_000;
/// Calls of a block, at most.
const CALLS: u64 = 8;
/// How large arguments get.
const LARGEST: u64 = 12;

/// Runs the suite; true if nothing differs.
pub fn run(args: &Arguments) -> Result<bool> {
    if args.child {
        units(args)?;
        return Ok(true);
    }
    let start = Instant::now();
    let told = std::thread::scope(|scope| {
        let children = [scope.spawn(|| child(args)), scope.spawn(|| child(args))];
        children.map(|c| c.join().unwrap_or_else(|_| bail!("a thread that waits for a process panicked")))
    });
    let [first, second] = told;
    let (first, second) = (first?, second?);
    let mut report: Vec<String> = first.lines().chain(second.lines()).filter(|l| l.starts_with('!')).map(str::to_owned).collect();
    let lines = |text: &str| -> Vec<String> { text.lines().filter(|l| l.starts_with('=')).map(str::to_owned).collect() };
    let (ours, theirs) = (lines(&first), lines(&second));
    report.extend(ours.iter().zip(&theirs).filter(|(a, b)| a != b).map(|(a, b)| format!("with other hash seeds: {a} and {b}")));
    if ours.len() != theirs.len() {
        report.push(format!("one process ran {} units, the other {}", ours.len(), theirs.len()));
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &ours {
        *kinds.entry(line[1..].split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} of {kind}")).collect();
    std::fs::write(args.out.join("determinism.txt"), report.join("\n"))?;
    let ways = if cfg!(feature = "jit") { "interpreted and compiled" } else { "interpreted only: built without the feature `jit`" };
    println!(
        "determinism: {} units ({}), in two processes, cold and warm, {ways}: {} differ, {:.0} s",
        ours.len(),
        kinds.join(", "),
        report.len(),
        start.elapsed().as_secs_f64()
    );
    report.iter().take(20).for_each(|r| println!("  {r}"));
    Ok(report.is_empty() && !ours.is_empty())
}

/// One of the processes: what it printed.
fn child(args: &Arguments) -> Result<String> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--suite", "determinism", "--child", "--seed", &args.seed.to_string()]);
    command.arg("--goroot").arg(&args.goroot).arg("--go-tests").arg(&args.go_tests).arg("--out").arg(&args.out);
    if args.sample {
        command.arg("--sample");
    }
    if let Some(count) = args.count {
        command.args(["--count", &count.to_string()]);
    }
    if let Some(filter) = &args.filter {
        command.args(["--filter", filter]);
    }
    let out = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start a second process")?;
    anyhow::ensure!(out.status.success(), "a process of the suite `determinism` ended with {}", out.status);
    Ok(String::from_utf8(out.stdout)?)
}

/// What a process does.
fn units(args: &Arguments) -> Result<()> {
    let wants = |name: &str| args.filter.as_deref().is_none_or(|f| name.contains(f));
    let count = args.count.unwrap_or(if args.sample { COUNT / SAMPLE } else { COUNT });
    let mut programs: Vec<(String, String, u64)> = Vec::new();
    let mut texts: Vec<(String, String)> = pages()?;
    texts.extend(vm_suite::programs(&args.go_tests)?.0.into_iter().map(|(name, text)| (format!("test {name}"), text)));
    let step = if args.sample { SAMPLE } else { 1 };
    programs.extend(texts.into_iter().step_by(step).map(|(name, text)| (name, text, GAS)));
    let tables = stdlib_suite::tables()?;
    programs.extend(tables.into_iter().step_by(step).map(|(name, text)| (format!("table {name}"), text, LIBRARY_GAS)));
    programs.extend((0..count as u64).map(|i| {
        let seed = args.seed.wrapping_mul(2_000_003).wrapping_add(i);
        (format!("generated {seed}"), format!("package main\n{}\nfunc main() {{ Main_() }}\n", generator::program(seed, "_")), GAS)
    }));
    programs.retain(|(name, ..)| wants(name));
    let mut bench = Workbench::new(GAS);
    for (name, text, gas) in &programs {
        match bench.compile(text) {
            Ok(program) => program_unit(&bench, name, program, *gas),
            Err(why) => println!("={name}\t{}", hash(&why)),
        }
    }
    if wants("call") {
        calls(args.seed, count)?;
    }
    Ok(())
}

/// The plain Go programs of the language pages that print something.
fn pages() -> Result<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../language");
    let mut pages: Vec<_> =
        std::fs::read_dir(&folder)?.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    pages.sort();
    let mut found = Vec::new();
    for path in pages {
        let text = std::fs::read_to_string(&path)?;
        let blocks = page::sections(&text).iter().flat_map(plain::blocks).collect::<Vec<_>>();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        found.extend(blocks.into_iter().filter(|b| b.output.is_some()).map(|b| (format!("page {name}:{}", b.line), b.text)));
    }
    Ok(found)
}

/// Runs a program in each way.
fn program_unit(bench: &Workbench, name: &str, program: Arc<amigos_mir::query::OwnedProgram>, gas: u64) {
    let engine = Engine::new(program.clone());
    let cold = told(&bench.outcome(&engine, gas), true);
    compare(name, "on an engine that has run it", &cold, &told(&bench.outcome(&engine, gas), true));
    #[cfg(feature = "jit")]
    {
        let compiled = Engine::new(program).compiling(amigos_vm::jit::Policy::Always);
        compare(name, "compiled", &cold, &told(&bench.outcome(&compiled, gas), true));
    }
    println!("={name}\t{}", hash(&cold));
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// All of an outcome; without what a session leaves out, if it is not `whole`.
fn told(o: &Outcome, whole: bool) -> String {
    let mut text = format!("{:?} {} {:?} {:?} {:?} {}", o.error, o.gas_used, o.gas_by_package, o.results, o.events, o.output);
    if whole {
        let _ = write!(text, "{:?} {:?} {:?}", o.writes, o.read_set, o.state_diff);
    }
    text
}

fn compare(name: &str, how: &str, one: &str, other: &str) {
    if one == other {
        return;
    }
    let at = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count().saturating_sub(60);
    let part = |text: &str| String::from_utf8_lossy(text.as_bytes().get(at..).unwrap_or_default()).chars().take(200).collect::<String>();
    println!("!{name} {how}: {:?} and {:?}", part(one), part(other));
}

/// A state in memory, as one of the ways to make calls has left it.
#[derive(Clone, Default)]
struct State {
    height: i64,
    records: BTreeMap<ObjKey, Bytes>,
}

impl StateSource for State {
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

impl State {
    fn apply(&mut self, writes: &[(ObjKey, Option<Bytes>)]) {
        for (key, bytes) in writes {
            match bytes {
                Some(bytes) => self.records.insert(key.clone(), bytes.clone()),
                None => self.records.remove(key),
            };
        }
    }

    /// What stands for the state's root: a hash of every record.
    fn root(&self) -> String {
        hash(&format!("{:?}", self.records))
    }
}

/// Who makes a call.
enum Maker {
    /// A new engine for each call.
    Cold,
    /// One engine.
    Warm(Arc<Engine>),
    /// A session for each block.
    Session(Arc<Engine>, Option<Session>),
}

/// Blocks of generated calls of all contracts, and of the corpus of gas bounds.
fn calls(seed: u64, blocks: usize) -> Result<()> {
    let world = World::new().map_err(anyhow::Error::msg)?;
    let program = world.engine.program();
    let genesis = State { height: 1, records: world.genesis().records().clone() };
    let engine = || Arc::new(Engine::new(program.clone()));
    let mut ways = vec![
        ("on a new engine", Maker::Cold, genesis.clone()),
        ("on an engine that has seen all before", Maker::Warm(engine()), genesis.clone()),
        ("in a session", Maker::Session(engine(), None), genesis.clone()),
    ];
    #[cfg(feature = "jit")]
    {
        let compiled = || Arc::new(Engine::new(program.clone()).compiling(amigos_vm::jit::Policy::Always));
        ways.push(("compiled", Maker::Warm(compiled()), genesis.clone()));
        ways.push(("compiled, in a session", Maker::Session(compiled(), None), genesis.clone()));
    }
    let mut random = Random::new(seed);
    for block in 0..blocks {
        let mut requests = Vec::new();
        for _ in 0..1 + random.below(CALLS) {
            let package = &world.packages[random.below(world.packages.len() as u64) as usize];
            let Some(callable) = package.callables.get(random.below(package.callables.len() as u64) as usize) else { continue };
            let Some(input) = world.input(callable, &mut random, LARGEST, false) else { continue };
            let mut request =
                CallRequest::new(package.key.0.as_str(), &callable.name, input.args.into_iter().map(ArgValue::Json).collect());
            (request.sender, request.origin) = (account(input.sender), account(random.below(ACCOUNTS)));
            (request.height, request.time) = (2 + block as i64, (1_700_000_000 + block as i64, 0));
            request.chain_id = "determinism".to_owned();
            // now and then one ends for want of gas
            request.gas_limit = if random.below(10) == 0 { random.below(20_000) } else { 3_000_000 };
            requests.push(request);
        }
        let mut first: Vec<String> = Vec::new();
        let mut roots = Vec::new();
        for (how, maker, state) in &mut ways {
            let name = format!("calls {block}");
            let mut outcomes = Vec::new();
            for request in &requests {
                let outcome = match maker {
                    Maker::Cold => engine().call(request, state),
                    Maker::Warm(engine) => engine.call(request, state),
                    Maker::Session(engine, session) => session.get_or_insert_with(|| engine.session()).call(request, state),
                };
                let outcome = outcome.map_err(|fetch| anyhow::anyhow!("{}: {fetch:?}", request.target))?;
                state.apply(&outcome.writes);
                outcomes.push(outcome);
            }
            if let Maker::Session(_, session) = maker
                && let Some(mut session) = session.take()
            {
                let writes = session.take_writes(state).map_err(|fetch| anyhow::anyhow!("{fetch:?}"))?;
                state.apply(&writes);
            }
            state.height += 1;
            let in_session = matches!(maker, Maker::Session(..));
            if first.is_empty() {
                first = outcomes.iter().map(|o| told(o, true)).collect();
                first.extend(outcomes.iter().map(|o| told(o, false)));
            }
            let from = if in_session { requests.len() } else { 0 };
            for ((i, outcome), one) in outcomes.iter().enumerate().zip(first.iter().skip(from)) {
                compare(&format!("{name}, {} {:?}", requests[i].target, requests[i].args), how, one, &told(outcome, !in_session));
            }
            roots.push(state.root());
        }
        if let Some(i) = roots.iter().position(|r| *r != roots[0]) {
            println!("!calls {block}: another state {}", ways[i].0);
        }
        println!("=calls {block}\t{} {}", hash(&first.concat()), roots[0]);
    }
    Ok(())
}
