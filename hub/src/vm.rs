//! The virtual machine as an executor: the world as its state source, its outcomes as ours.

use std::sync::{Arc, Mutex};

use amigos_types::ty::PkgKey;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Engine, Mode, Session};
use amigos_vm::outcome::{self, ErrorKind, StepKind};
use amigos_vm::persist::reports::{self, Report};
use amigos_vm::persist::{BANK, ORACLE};
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use amigos_vm::value::{GuestValue, Limits};
use serde_json::{Value, json};

use crate::address::{Address, short};
use crate::compile::Compiler;
use crate::exec::*;
use crate::package::{Deployed, PackageSource};

/// Engines are kept for this many sets of deployed packages.
const ENGINES: usize = 4;
/// Decimal places of a price.
const DECIMALS: usize = 8;
/// Values in one answer.
const TREE_VALUES: usize = 20_000;
/// Entries of a list or map in one answer.
const TREE_ITEMS: usize = 200;

/// The virtual machine, and the compiler before it.
#[derive(Default)]
pub struct VmExecutor {
    compiler: Compiler,
    /// By the hash over all deployments, the one used last at the end.
    engines: Mutex<Vec<([u8; 32], Arc<Engine>)>>,
}

impl VmExecutor {
    /// An executor that has compiled nothing yet.
    pub fn new() -> VmExecutor {
        VmExecutor::default()
    }

    /// The engine for what is deployed in a world.
    fn engine(&self, world: &dyn World) -> Result<Arc<Engine>, String> {
        let key = world.deployments()?;
        let mut engines = self.engines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(at) = engines.iter().position(|(known, _)| *known == key) {
            let found = engines.remove(at);
            let engine = found.1.clone();
            engines.push(found);
            return Ok(engine);
        }
        let program = self.compiler.program(world)?;
        let engine = Arc::new(match engines.last() {
            // What was linked stays linked where a deployment did not touch it.
            Some((_, last)) => last.with_program(program),
            #[cfg(feature = "jit")]
            None => Engine::new(program).compiling(amigos_vm::jit::HOT),
            #[cfg(not(feature = "jit"))]
            None => Engine::new(program),
        });
        if engines.len() >= ENGINES {
            engines.remove(0);
        }
        engines.push((key, engine.clone()));
        Ok(engine)
    }

    fn run(&self, request: &CallRequest, world: &dyn World) -> Outcome {
        let engine = match self.engine(world) {
            Ok(engine) => engine,
            Err(message) => return broken(message),
        };
        match engine.call(request, &Source(world)) {
            Ok(outcome) => translate(outcome),
            Err(fetch) => broken(fetch_text(fetch)),
        }
    }
}

impl Executor for VmExecutor {
    fn rules(&self) -> Rules {
        Rules { compiler: 1, gas: amigos_mir::gas::GAS_TABLE_VERSION, rules: 1, bytecode: 1, encoding: 1 }
    }

    fn check(&self, package: &PackageSource, previous: Option<&Deployed>, world: &dyn World) -> Result<Checked, Refusal> {
        self.compiler.check(package, previous, world)
    }

    fn initialise(&self, package: &Deployed, before: Before<'_>, origin: Address, gas_limit: u64, world: &dyn World) -> Outcome {
        let name = package.identity();
        if package.library {
            return Outcome::default();
        }
        let engine = match self.engine(world) {
            Ok(engine) => engine,
            Err(message) => return broken(message),
        };
        let mut request = request(&name, "", Vec::new(), origin, gas_limit, world);
        request.renames = package.files.iter().flat_map(|file| amigos_rules::compat::layout::renamed(&file.text)).collect();
        if let Before::Major(old) = before {
            request.migrate = Some(key(old));
        }
        match engine.deploy(&request, matches!(before, Before::Version(_)), &Source(world)) {
            Ok(outcome) => translate(outcome),
            Err(fetch) => broken(fetch_text(fetch)),
        }
    }

    fn call(&self, call: &Call, world: &dyn World) -> Outcome {
        match prepare(call, world) {
            Ok(request) => self.run(&request, world),
            Err(refused) => *refused,
        }
    }

    fn batch(&self) -> Option<Box<dyn Batch + '_>> {
        Some(Box::new(VmBatch { executor: self, session: None }))
    }

    fn eval(&self, package: &str, expression: &str, world: &dyn World) -> Result<Value, QueryError> {
        let Some((target, arguments)) = split_call(expression) else { return self.state(package, expression, 8, world) };
        let outcome = self.ask(package, target, arguments, world)?;
        Ok(match outcome.results.as_slice() {
            [one] => one.clone(),
            many => json!({"type": "", "value": many, "text": ""}),
        })
    }

    fn render(&self, package: &str, path: &str, world: &dyn World) -> Result<String, QueryError> {
        let outcome = self.ask(package, "Render", vec![ArgValue::Json(Value::String(path.into()))], world)?;
        match outcome.results.first().and_then(|value| value.get("value")).and_then(Value::as_str) {
            Some(text) => Ok(text.to_string()),
            None => Err(QueryError::Failed(format!("`Render` of `{package}` does not return a string"))),
        }
    }

    fn state(&self, package: &str, path: &str, depth: u32, world: &dyn World) -> Result<Value, QueryError> {
        let engine = self.engine(world).map_err(QueryError::Failed)?;
        let limits = Limits { depth, items: TREE_ITEMS, total: TREE_VALUES, ..Limits::default() };
        let read = engine.read_state(key(package), path, limits, &Source(world)).map_err(|fetch| QueryError::Failed(fetch_text(fetch)))?;
        match read {
            Ok(Some(tree)) => {
                let mut shape = tree.value.to_json();
                shape["items"] = json!(tree.items);
                shape["bytes"] = json!(tree.bytes);
                Ok(shape)
            }
            Ok(None) => Err(QueryError::NotFound(format!("`{package}` has nothing at `{}`", short(path)))),
            Err(text) => Err(QueryError::Malformed(text)),
        }
    }
}

/// The calls of a block in a session of the machine.
struct VmBatch<'x> {
    executor: &'x VmExecutor,
    session: Option<Session>,
}

impl Batch for VmBatch<'_> {
    fn call(&mut self, call: &Call, world: &dyn World) -> Outcome {
        let request = match prepare(call, world) {
            Ok(request) => request,
            Err(refused) => return *refused,
        };
        let session = match &mut self.session {
            Some(session) => session,
            None => match self.executor.engine(world) {
                Ok(engine) => self.session.insert(engine.session()),
                Err(message) => return broken(message),
            },
        };
        match session.call(&request, &Source(world)) {
            Ok(outcome) => translate(outcome),
            Err(fetch) => broken(fetch_text(fetch)),
        }
    }

    fn take_writes(&mut self, world: &dyn World) -> Result<Vec<Write>, String> {
        // what others write next is not in the session's memory
        let Some(mut session) = self.session.take() else { return Ok(Vec::new()) };
        let writes = session.take_writes(&Source(world)).map_err(fetch_text)?;
        Ok(writes.into_iter().map(write).collect())
    }
}

/// The request of a call; else why it is none.
fn prepare(call: &Call, world: &dyn World) -> Result<CallRequest, Box<Outcome>> {
    let arguments = match &call.arguments {
        Arguments::Go(texts) => texts.iter().map(|text| ArgValue::Go(text.clone())).collect(),
        Arguments::Json(texts) => {
            let mut values = Vec::new();
            for (i, text) in texts.iter().enumerate() {
                match serde_json::from_str(text) {
                    Ok(value) => values.push(ArgValue::Json(value)),
                    Err(error) => {
                        let message = format!("argument {} is not JSON: {error}", i + 1);
                        return Err(Box::new(Outcome { status: Status::BadCall, message, ..Outcome::default() }));
                    }
                }
            }
            values
        }
    };
    let mut request = request(&call.package, &call.target, arguments, call.origin, call.gas_limit, world);
    request.value = call.value;
    // A transaction cannot call `Render`, but what it would say can be looked at.
    if call.explain.differences && call.target == "Render" {
        request.mode = Mode::Query;
    }
    request.trace = call.explain.trace;
    request.diff = call.explain.differences;
    request.overrides = call.overrides.iter().map(|(path, value)| (path.clone(), ArgValue::Go(value.clone()))).collect();
    Ok(request)
}

impl VmExecutor {
    /// Calls a function for its results.
    fn ask(&self, package: &str, target: &str, arguments: Vec<ArgValue>, world: &dyn World) -> Result<Outcome, QueryError> {
        let mut request = request(package, target, arguments, Address([0; 20]), crate::execute::BLOCK_GAS, world);
        request.mode = Mode::Query;
        (request.sender, request.origin) = (String::new(), String::new());
        let outcome = self.run(&request, world);
        match outcome.status {
            Status::Done => Ok(outcome),
            Status::BadCall => Err(QueryError::NotFound(outcome.message)),
            _ => Err(QueryError::Failed(outcome.message)),
        }
    }
}

fn key(package: &str) -> PkgKey {
    PkgKey(amigos_syntax::Name::new(package))
}

fn request(package: &str, target: &str, arguments: Vec<ArgValue>, origin: Address, gas_limit: u64, world: &dyn World) -> CallRequest {
    let mut request = CallRequest::new(package, target, arguments);
    request.sender = origin.to_string();
    request.origin = origin.to_string();
    request.gas_limit = gas_limit;
    request.height = world.height() as i64;
    request.time = ((world.time() / 1_000_000_000) as i64, (world.time() % 1_000_000_000) as i64);
    request.chain_id = world.chain_id().to_string();
    request
}

fn broken(message: String) -> Outcome {
    Outcome { status: Status::Broken, message, ..Outcome::default() }
}

fn fetch_text(fetch: Fetch) -> String {
    match fetch {
        Fetch::Pending(keys) => format!("{} records of state are not here", keys.len()),
        Fetch::Failed(text) => text.to_string(),
    }
}

fn translate(outcome: outcome::Outcome) -> Outcome {
    let mut out = Outcome {
        results: outcome.results.iter().map(GuestValue::to_json).collect(),
        gas_used: outcome.gas_used,
        gas_by_package: outcome.gas_by_package.into_iter().map(|(package, gas)| (package.to_string(), gas)).collect(),
        output: outcome.output,
        ..Outcome::default()
    };
    if let Some(error) = &outcome.error {
        out.message = error.to_string();
        out.stack = error.stack.iter().map(|p| json!({"func": p.func, "package": p.package, "file": p.file, "line": p.line})).collect();
        out.status = match error.kind {
            ErrorKind::Panic | ErrorKind::Fatal => Status::Panicked,
            ErrorKind::ErrorResult => Status::Failed,
            ErrorKind::OutOfGas => Status::OutOfGas,
            ErrorKind::Depth | ErrorKind::Memory => Status::Exhausted,
            ErrorKind::BadCall => Status::BadCall,
            ErrorKind::Broken => Status::Broken,
        };
    }
    for event in outcome.events {
        let attributes = event.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        out.events.push(Event { name: event.name().to_owned(), package: event.package.to_string(), attributes });
    }
    for (key, value) in outcome.writes {
        match &*key.package {
            BANK => {
                let address = std::str::from_utf8(&key.key).ok().and_then(|text| text.parse::<Address>().ok());
                let amount = value.as_deref().map_or(Some(0), |bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
                match (address, amount) {
                    (Some(address), Some(amount)) => out.balances.push((address, amount)),
                    _ => return broken("a call wrote a balance that is none".into()),
                }
            }
            _ => out.writes.push(write((key, value))),
        }
    }
    out.reads = outcome.read_set.into_iter().map(|(key, _)| (key.package.to_string(), key.key.into_vec())).collect();
    let tree = |value: &Option<GuestValue>| value.as_ref().map_or(Value::Null, GuestValue::to_json);
    for d in &outcome.state_diff {
        out.differences.push(Difference {
            package: d.package.clone(),
            path: d.path.clone(),
            before: tree(&d.before),
            after: tree(&d.after),
        });
    }
    out.trace = outcome.trace.as_ref().map(trace);
    out
}

fn write((key, value): amigos_vm::state::Write) -> Write {
    Write { package: key.package.to_string(), key: key.key.into_vec(), value: value.map(|bytes| bytes.to_vec()) }
}

fn trace(trace: &outcome::Trace) -> Value {
    let word = |what: StepKind| match what {
        StepKind::Call => "call",
        StepKind::Line => "line",
        StepKind::Return => "return",
    };
    let steps: Vec<Value> = trace
        .steps
        .iter()
        .map(|s| json!({"depth": s.depth, "what": word(s.what), "func": s.func, "file": s.file, "line": s.line, "gas_left": s.gas_left}))
        .collect();
    let lines: Vec<Value> = trace
        .lines
        .iter()
        .map(|(at, used)| json!({"package": at.package, "file": at.file, "line": at.line, "gas": used.gas, "hits": used.hits}))
        .collect();
    json!({"steps": steps, "truncated": trace.truncated, "gas_by_line": lines})
}

/// A world as the machine's state source.
struct Source<'w>(&'w dyn World);

impl StateSource for Source<'_> {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        fetch(self.0, keys)
    }
    fn height(&self) -> i64 {
        self.0.committed() as i64
    }
    fn at(&self, height: i64) -> Option<Arc<dyn StateSource>> {
        earlier(self.0, height)
    }
}

/// The same for a world of an earlier height.
struct Earlier(Arc<dyn World>);

impl StateSource for Earlier {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        fetch(&*self.0, keys)
    }
    fn height(&self) -> i64 {
        self.0.committed() as i64
    }
    fn at(&self, height: i64) -> Option<Arc<dyn StateSource>> {
        earlier(&*self.0, height)
    }
}

fn earlier(world: &dyn World, height: i64) -> Option<Arc<dyn StateSource>> {
    let world = world.at(u64::try_from(height).ok()?)?;
    Some(Arc::new(Earlier(world)))
}

/// A record as the machine reads it in a world: of a package by `path@vN`, of coins and of the oracle in the machine's form.
///
/// Errors: the store's failure, in words.
pub fn record(world: &dyn World, package: &str, key: &[u8]) -> Result<Option<Bytes>, String> {
    match fetch(world, &[ObjKey { package: package.into(), key: key.into() }]) {
        Ok(found) => Ok(found.into_iter().next().flatten()),
        Err(failed) => Err(fetch_text(failed)),
    }
}

fn fetch(world: &dyn World, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
    let failed = |text: String| Fetch::Failed(text.into());
    let mut values = Vec::with_capacity(keys.len());
    for key in keys {
        let text = || std::str::from_utf8(&key.key).unwrap_or_default();
        values.push(match &*key.package {
            BANK => match text().parse::<Address>() {
                Ok(address) => {
                    Some(world.balance(&address).map_err(failed)?).filter(|amount| *amount > 0).map(|n| n.to_le_bytes().as_slice().into())
                }
                Err(_) => None,
            },
            ORACLE => price_record(world, text()).map_err(failed)?,
            package => world.records(package, &[&key.key]).map_err(failed)?.into_iter().next().flatten(),
        });
    }
    Ok(values)
}

/// The reports of a pair as the machine reads them. On a development hub a fixture stands until it is replaced: in each block
/// it is as if its source had reported it again, in the block before. What came in this very block does not count yet.
fn price_record(world: &dyn World, pair: &str) -> Result<Option<Bytes>, String> {
    let held = world.reports(pair)?;
    let reported = held.iter().filter(|held| held.height <= world.committed()).filter_map(|held| held.report.as_ref());
    let list: Vec<Report> = reported
        .filter_map(|report| {
            Some(Report {
                source: report.source.clone(),
                units: units(&report.value)?,
                height: world.committed() as i64,
                seconds: (world.time() / 1_000_000_000) as i64,
                fresh: true,
            })
        })
        .collect();
    Ok((!list.is_empty()).then(|| reports::write(&list).into()))
}

/// A decimal text in units of 10^-8; what is finer is cut off.
fn units(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(DECIMALS).collect();
    let units: i64 = format!("{whole}{fraction}").parse().ok()?;
    units.checked_mul(sign)
}

/// Splits `F("a", 2)` into the function and its arguments; `None` if it is no call.
fn split_call(expression: &str) -> Option<(&str, Vec<ArgValue>)> {
    let expression = expression.trim();
    let inner = expression.strip_suffix(')')?;
    // The call's own parenthesis is the first one that is not inside brackets or a text.
    let mut scan = Scan::default();
    let open = inner.char_indices().find(|(_, c)| {
        let top = scan.top();
        scan.step(*c);
        top && *c == '('
    })?;
    let (target, arguments) = (inner[..open.0].trim(), &inner[open.0 + 1..]);
    if target.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    let mut scan = Scan::default();
    let mut from = 0;
    for (at, c) in arguments.char_indices() {
        if scan.top() && c == ',' {
            parts.push(&arguments[from..at]);
            from = at + 1;
        }
        scan.step(c);
    }
    parts.push(&arguments[from..]);
    if parts.last().is_some_and(|last| last.trim().is_empty()) {
        parts.pop();
    }
    Some((target, parts.into_iter().map(|part| ArgValue::Go(part.trim().to_string())).collect()))
}

/// Where one is in a Go expression: how deep in brackets, and in which quotes.
#[derive(Default)]
struct Scan {
    depth: i32,
    quote: Option<char>,
    escaped: bool,
}

impl Scan {
    fn top(&self) -> bool {
        self.depth == 0 && self.quote.is_none()
    }

    fn step(&mut self, c: char) {
        match (self.quote, c) {
            (Some(_), _) if self.escaped => self.escaped = false,
            (Some(quote), '\\') if quote != '`' => self.escaped = true,
            (Some(quote), c) if c == quote => self.quote = None,
            (Some(_), _) => {}
            (None, '"' | '`' | '\'') => self.quote = Some(c),
            (None, '(' | '[' | '{') => self.depth += 1,
            (None, ')' | ']' | '}') => self.depth -= 1,
            (None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_prices() {
        assert_eq!(units("3120.55"), Some(312_055_000_000));
        assert_eq!(units("-0.5"), Some(-50_000_000));
        assert_eq!(units("7"), Some(700_000_000));
        assert_eq!(units("0.123456789"), Some(12_345_678));
        assert_eq!(units("99999999999999999999"), None);
    }

    #[test]
    fn calls_in_expressions() {
        let split = |text: &'static str| {
            split_call(text).map(|(target, arguments)| {
                let arguments: Vec<String> =
                    arguments.into_iter().map(|a| if let ArgValue::Go(text) = a { text } else { String::new() }).collect();
                (target, arguments)
            })
        };
        assert_eq!(split("Posts[3].Title"), None);
        assert_eq!(split("F()"), Some(("F", vec![])));
        assert_eq!(split(r#"F("a,)(", []int{1, 2}, 'x')"#), Some(("F", vec![r#""a,)(""#.into(), "[]int{1, 2}".into(), "'x'".into()])));
        assert_eq!(split(r#"Posts["a("].Up(1)"#), Some((r#"Posts["a("].Up"#, vec!["1".into()])));
        assert_eq!(split("(x)"), None);
    }
}
