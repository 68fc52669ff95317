//! One attempt at a call, a deployment or a run: from its arguments to its outcome.

use std::sync::Arc;

use amigos_mir::gas;
use amigos_mir::mir::{Callee, FuncKey, Op, PackageKind, PlaceBase};
use amigos_syntax::Name;
use amigos_types::ty::{PkgKey, Ty};
use sha2::{Digest, Sha256};

use super::request::{CallRequest, Mode};
use crate::args::{self, ArgValue};
use crate::compare::{iface_type, iface_word};
use crate::identity::Ctx;
use crate::image::{End, Image, PkgIdx};
use crate::interp::calls::VALUE_FUNC;
use crate::machine::{Env, Machine, Stop, Vm};
use crate::memory::pointer;
use crate::outcome::{ErrorKind, GuestError, Outcome, Place};
use crate::path::{self, Found, Segment};
use crate::persist::schema::{Declared, Schema};
use crate::persist::single;
use crate::state::StateSource;
use crate::trap::Trap;
use crate::types::{Kind, MethodKey, TypeId};
use crate::value::Limits;

/// How a run is set up.
pub(super) struct Setup {
    pub(super) env: Env,
    pub(super) sender: Arc<str>,
    pub(super) value: u64,
    pub(super) gas: u64,
    pub(super) memory: u64,
    pub(super) depth: usize,
    pub(super) trace: bool,
    pub(super) diff: bool,
}

impl Setup {
    /// That of a call or a deployment, which changes state if `transaction`.
    pub(super) fn of(request: &CallRequest, transaction: bool) -> Setup {
        Setup::after(request, transaction, &"".into())
    }

    /// The same behind a call on the chain `chain_id`.
    pub(super) fn after(request: &CallRequest, transaction: bool, chain_id: &Arc<str>) -> Setup {
        let shared = |text: &str, known: &Arc<str>| if **known == *text { known.clone() } else { text.into() };
        let origin: Arc<str> = request.origin.as_str().into();
        Setup {
            sender: shared(&request.sender, &origin),
            env: Env {
                height: request.height,
                time: request.time,
                chain_id: shared(&request.chain_id, chain_id),
                origin,
                transaction,
                persists: true,
            },
            value: request.value,
            gas: request.gas_limit,
            memory: gas::CALL_MEMORY,
            depth: gas::CALL_DEPTH as usize,
            trace: request.trace,
            diff: request.diff,
        }
    }
}

pub(super) enum Job<'r> {
    Call(&'r CallRequest),
    Deploy { upgrade: bool, renames: &'r [(String, String)], migrate: Option<PkgKey> },
    Main,
    Test(&'r str),
}

/// Whether a function of this name can be called from outside.
pub(super) fn callable(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase) && !name.contains(['.', '#'])
}

pub(super) fn failed(kind: ErrorKind, text: &str) -> Outcome {
    Outcome { error: Some(GuestError { kind, text: text.to_owned(), stack: Vec::new() }), ..Outcome::default() }
}

/// A trap outside a run: what the image lacks is supplied.
pub(super) fn stop(image: &mut Image, t: Trap) -> Stop {
    match t {
        Trap::Need(crate::image::Need::Package(key)) => Stop::Link(key),
        Trap::Need(need) => match image.supply(&need) {
            Ok(()) => Stop::Again,
            Err(e) => Stop::Trap(Trap::Broken(e)),
        },
        other => Stop::Trap(other),
    }
}

/// One attempt at a job.
pub(super) fn attempt(image: &mut Image, setup: &Setup, job: &Job, package: PkgKey, state: &dyn StateSource) -> Result<Outcome, Stop> {
    let Some(pkg) = image.pkg(package) else { return Err(Stop::Link(package)) };
    let mut m = Machine::new(image, state, setup.env.clone(), setup.gas, setup.memory);
    m.tracing = setup.trace;
    m.depth_limit = setup.depth;
    let mut vm = Vm::new(m);
    let func = match job {
        Job::Call(r) => called(image, pkg, r),
        Job::Deploy { .. } => Name::new("init"),
        Job::Main => Name::new("main"),
        Job::Test(name) => Name::new(name),
    };
    act(&mut vm.m, pkg, setup, func);
    let ran = run(&mut vm, image, setup, job, pkg);
    finish(vm, image, setup, job, pkg, ran, state)
}

/// The name of what a request calls.
pub(super) fn called(image: &Image, pkg: PkgIdx, r: &CallRequest) -> Name {
    match image.pkgs[usize::from(pkg)].entries.get(r.target.as_str()) {
        Some(f) => image.funcs[*f as usize].key.name,
        None => Name::new(r.target.rsplit('.').next().unwrap_or(&r.target)),
    }
}

/// Makes a package act, called by the sender.
pub(super) fn act(m: &mut Machine, pkg: PkgIdx, setup: &Setup, func: Name) {
    m.ctxs.clear();
    m.ctxs.push(Ctx { acting: pkg, sender: setup.sender.clone(), value: setup.value, func });
    m.acting = pkg;
}

/// What a run returned: the types and slots of its results.
pub(super) type Ran = Result<(Arc<[TypeId]>, Vec<u64>), RunError>;

fn nothing() -> (Arc<[TypeId]>, Vec<u64>) {
    (Arc::new([]), Vec::new())
}

pub(super) enum RunError {
    Stop(Stop),
    BadCall(String),
}

impl From<Stop> for RunError {
    fn from(s: Stop) -> RunError {
        RunError::Stop(s)
    }
}

pub(super) fn run(vm: &mut Vm, image: &mut Image, setup: &Setup, job: &Job, pkg: PkgIdx) -> Ran {
    let key = image.pkgs[usize::from(pkg)].key;
    let bad = |e: String| RunError::BadCall(e);
    match job {
        Job::Deploy { upgrade, renames, migrate } => {
            if image.pkgs[usize::from(pkg)].contract {
                let old = deploy_schema(vm, image, pkg, renames)?;
                if *upgrade {
                    init_added(vm, image, pkg, &old)?;
                } else {
                    init_package(vm, image, pkg)?;
                    if let Some(old) = migrate {
                        return take_over(vm, image, setup, pkg, *old);
                    }
                }
            }
            Ok(nothing())
        }
        Job::Main | Job::Test(_) => {
            for p in 1..image.pkgs.len() as PkgIdx {
                if image.pkgs[usize::from(p)].mir.kind == PackageKind::Contract {
                    act(&mut vm.m, p, setup, Name::new("init"));
                    let recorded = vm.m.has_schema(image, p).map_err(|t| stop(image, *t))?;
                    if recorded {
                        let old = deploy_schema(vm, image, p, &[])?;
                        init_added(vm, image, p, &old)?;
                    } else {
                        init_package(vm, image, p)?;
                    }
                }
            }
            let name = if let Job::Test(name) = job { name } else { "main" };
            act(&mut vm.m, pkg, setup, Name::new(name));
            let missing = |_| bad(format!("there is no `func {name}` in `{}`", key.0));
            let f = image.func(FuncKey { pkg: key, name: Name::new(name) }, &[], 0).map_err(missing)?;
            if image.funcs[f as usize].params.is_empty() {
                let slots = vm.invoke(image, f, &[])?;
                return Ok((image.funcs[f as usize].results.clone(), slots));
            }
            test(vm, image, pkg, name, f)
        }
        Job::Call(r) => call(vm, image, r, pkg),
    }
}

/// Runs a test by way of `testing.runTest`, which catches its failures: the results are the verdict and what it said.
fn test(vm: &mut Vm, image: &mut Image, pkg: PkgIdx, name: &str, f: u32) -> Ran {
    let runner = FuncKey { pkg: PkgKey(Name::new("testing")), name: Name::new("runTest") };
    let runner =
        image.func(runner, &[], 0).map_err(|_| RunError::BadCall(format!("`{name}` is no test: it should take one `*testing.T`")))?;
    let memory = |_| Stop::Trap(Trap::Memory);
    let (text, len) = vm.m.mem.new_str(name.as_bytes()).map_err(memory)?;
    let value = vm.m.mem.new_closure(&[iface_word(f, pkg), u64::from(VALUE_FUNC)]).map_err(memory)?;
    let slots = vm.invoke(image, runner, &[text, len, pointer(value, 0)])?;
    Ok((image.funcs[runner as usize].results.clone(), slots))
}

/// Runs a package's initialisers and `init` functions.
fn init_package(vm: &mut Vm, image: &mut Image, pkg: PkgIdx) -> Result<(), Stop> {
    let key = image.pkgs[usize::from(pkg)].key;
    let name = Name::new("$init");
    if !image.pkgs[usize::from(pkg)].mir.funcs.contains_key(&name) {
        return Ok(());
    }
    let f = image.func(FuncKey { pkg: key, name }, &[], 0).map_err(|e| Stop::Trap(Trap::Broken(e)))?;
    vm.invoke(image, f, &[]).map(|_| ())
}

/// Runs `Migrate` of a new major version, if it has one, on the state of an earlier one as it is before this deployment.
fn take_over(vm: &mut Vm, image: &mut Image, setup: &Setup, pkg: PkgIdx, old: PkgKey) -> Ran {
    let (key, name) = (image.pkgs[usize::from(pkg)].key, Name::new("Migrate"));
    let f = image.func(FuncKey { pkg: key, name }, &[], 0).ok().filter(|f| image.funcs[*f as usize].migrate);
    let Some(f) = f else { return Ok(nothing()) };
    act(&mut vm.m, pkg, setup, name);
    let place = crate::natives::tree::place(old.0.as_str());
    let (text, len) = vm.m.mem.new_str(place.as_bytes()).map_err(|_| Stop::Trap(Trap::Memory))?;
    // A tree is a height, 0 for now, and a place.
    let slots = vm.invoke(image, f, &[0, text, len])?;
    Ok((image.funcs[f as usize].results.clone(), slots))
}

/// Runs the initialisers of variables that an upgrade adds, in order.
fn init_added(vm: &mut Vm, image: &mut Image, pkg: PkgIdx, old: &Schema) -> Result<(), Stop> {
    let mir = image.pkgs[usize::from(pkg)].mir.clone();
    let Some(init) = mir.funcs.get(&Name::new("$init")) else { return Ok(()) };
    let calls = init.blocks.iter().flat_map(|b| &b.insts).filter_map(|i| match &i.op {
        Op::Call { callee: Callee::Static { func, .. }, .. } if func.name.starts_with("$var#") => Some(*func),
        _ => None,
    });
    for func in calls {
        let Some(body) = mir.funcs.get(&func.name) else { continue };
        let mut sets = body.blocks.iter().flat_map(|b| &b.insts).filter_map(|i| match &i.op {
            Op::Store { place, .. } => match place.base {
                PlaceBase::Global(g) if g.pkg == func.pkg => Some(g.name),
                _ => None,
            },
            _ => None,
        });
        let first = sets.next();
        if first.into_iter().chain(sets).all(|name| !old.globals.by_name.contains_key(name.as_str())) && first.is_some() {
            let f = image.func(func, &[], 0).map_err(|e| Stop::Trap(Trap::Broken(e)))?;
            vm.invoke(image, f, &[])?;
        }
    }
    Ok(())
}

/// Gives permanent numbers to what is new; the schema before.
fn deploy_schema(vm: &mut Vm, image: &mut Image, pkg: PkgIdx, renames: &[(String, String)]) -> Result<Arc<Schema>, Stop> {
    let mut old = vm.m.schema(image, pkg).map_err(|t| stop(image, *t))?;
    let new: Schema = old.upgraded(image, pkg, renames);
    let declared = Declared::of(image, pkg);
    if let Some((was, now)) = new.renamed.iter().find(|(was, _)| declared.has_type(was)) {
        let text = format!("the state knows `{now}` as `{was}` too: no other type can have that name within this major version");
        return Err(Stop::Trap(Trap::Panic(text)));
    }
    // a variable with a new name is no new variable
    Arc::make_mut(&mut old).rename(renames, &declared);
    vm.m.state.schemas.insert(pkg, Arc::new(new));
    vm.m.new_schema = Some(pkg);
    Ok(old)
}

fn call(vm: &mut Vm, image: &mut Image, r: &CallRequest, pkg: PkgIdx) -> Ran {
    let bad = |e: String| RunError::BadCall(e);
    let key = image.pkgs[usize::from(pkg)].key;
    if !image.pkgs[usize::from(pkg)].contract {
        return Err(bad(format!("`{}` is a library; only contracts can be called", key.0)));
    }
    // arguments and overrides cost nothing: the transaction pays for its bytes
    let budget = std::mem::replace(&mut vm.m.gas, u64::MAX / 2);
    for (path, value) in &r.overrides {
        set(&mut vm.m, image, pkg, path, value)?;
    }
    if let Some(f) = image.pkgs[usize::from(pkg)].entries.get(r.target.as_str()).copied() {
        return enter(vm, image, r, f, budget);
    }
    let mut segments = path::parse(&r.target).map_err(bad)?;
    let Some(Segment::Name(last)) = segments.pop() else { return Err(bad(format!("`{}` names no function", r.target))) };
    if !last.chars().next().is_some_and(char::is_uppercase) {
        return Err(bad(format!("`{last}` is not exported: only exported functions and methods can be called from outside")));
    }
    if r.mode == Mode::Transaction && segments.is_empty() && last == "Render" {
        return Err(bad("`Render` is for pages: query it; a transaction cannot call it".to_owned()));
    }
    if segments.is_empty() {
        let mir = image.pkgs[usize::from(pkg)].mir.clone();
        let name = Name::new(&last);
        let Some(body) = mir.funcs.get(&name).filter(|_| callable(&last)) else {
            return Err(bad(format!("`{}` has no exported function `{last}`", key.0)));
        };
        if !body.tparams.is_empty() {
            return Err(bad(format!("`{last}` has type parameters: it cannot be called from outside")));
        }
        let f = image.func(FuncKey { pkg: key, name }, &[], 0).map_err(bad)?;
        if image.funcs[f as usize].migrate {
            return Err(bad("`Migrate` runs when its version is deployed, and at no other time".to_owned()));
        }
        if last != "Render" && last == r.target {
            image.pkgs[usize::from(pkg)].entries.insert(last.into(), f);
        }
        return enter(vm, image, r, f, budget);
    }
    let found = guest(&mut vm.m, image, |m, image| {
        let at = m.follow(image, pkg, &segments, true)?;
        m.look_through(image, at)
    })?;
    let (ty, word) = match &found {
        Found::Nothing => return Err(bad(format!("there is nothing at `{}`", r.target))),
        Found::Var { p, ty } => (image.ty(Ty::pointer(image.types.get(*ty).ty)), *p),
        Found::Value { ty, .. } => {
            let p = guest(&mut vm.m, image, |m, image| m.as_var(image, &found))?;
            match (image.types.get(*ty).slots, &found) {
                (1, Found::Value { slots, .. }) => (*ty, slots[0]),
                _ => (*ty, p),
            }
        }
    };
    let method = MethodKey { name: Name::new(&last), pkg: None };
    if image.types.get(ty).ty.has_type_param() {
        return Err(bad(format!("`{}` cannot be called", r.target)));
    }
    let target = image.find_method(image.types.get(ty).ty, method).map_err(bad)?;
    let Some(f) = target.as_ref().and_then(|t| if let End::Func { f, .. } = t.end { Some(f) } else { None }) else {
        return Err(bad(format!("`{}` has no method `{last}`", image.types.name(&*image.program, found.ty()))));
    };
    if let Some(End::Func { by_ptr: true, .. }) = target.map(|t| t.end)
        && matches!(found, Found::Value { .. })
    {
        return Err(bad(format!("`{last}` changes its receiver, and an entry of a map cannot be changed in place")));
    }
    let args = arguments(&mut vm.m, image, f, 1, r)?;
    let m = image.method(method);
    begin(vm, budget);
    let slots = vm.invoke_method(image, [iface_word(ty, 0), word], m, &args)?;
    Ok((image.funcs[f as usize].results.clone(), slots))
}

/// Calls a function with the request's arguments.
fn enter(vm: &mut Vm, image: &mut Image, r: &CallRequest, f: u32, budget: u64) -> Ran {
    let args = arguments(&mut vm.m, image, f, 0, r)?;
    begin(vm, budget);
    let slots = vm.invoke(image, f, &args)?;
    Ok((image.funcs[f as usize].results.clone(), slots))
}

/// The call itself starts: from here on gas counts.
fn begin(vm: &mut Vm, budget: u64) {
    vm.m.gas = budget;
    vm.m.gas_mark = budget;
}

/// Runs something on the machine outside a run.
fn guest<T>(m: &mut Machine, image: &mut Image, f: impl FnOnce(&mut Machine, &Image) -> Result<T, Box<Trap>>) -> Result<T, RunError> {
    match f(m, image) {
        Ok(v) => Ok(v),
        Err(t) => match *t {
            Trap::Panic(text) => Err(RunError::BadCall(text)),
            other => Err(RunError::Stop(stop(image, other))),
        },
    }
}

fn arguments(m: &mut Machine, image: &mut Image, f: u32, skip: usize, r: &CallRequest) -> Result<Vec<u64>, RunError> {
    let image = &*image;
    let params = image.funcs[f as usize].params.get(skip..).unwrap_or(&[]);
    let name = image.funcs[f as usize].name;
    if params.len() != r.args.len() {
        let types: Vec<String> = params.iter().map(|t| image.types.name(&*image.program, *t)).collect();
        return Err(RunError::BadCall(format!("`{name}` takes {} arguments ({}), not {}", params.len(), types.join(", "), r.args.len())));
    }
    let mut out = Vec::with_capacity(image.funcs[f as usize].param_slots as usize);
    for (i, (arg, ty)) in r.args.iter().zip(params).enumerate() {
        args::make_into(m, image, arg, *ty, &mut out).map_err(|why| RunError::BadCall(format!("argument {} of `{name}`: {why}", i + 1)))?;
    }
    Ok(out)
}

/// Sets a variable before a call.
fn set(m: &mut Machine, image: &mut Image, pkg: PkgIdx, path: &str, value: &ArgValue) -> Result<(), RunError> {
    let mut segments = path::parse(path).map_err(RunError::BadCall)?;
    // an entry of a map is set in its map
    let last = segments.pop();
    if let (Some(Segment::Index(key)), false) = (&last, segments.is_empty()) {
        let done = guest(m, image, |m, image| {
            let at = m.follow(image, pkg, &segments, false)?;
            let at = m.look_through(image, at)?;
            let Kind::Map(kt, vt) = image.types.get(at.ty()).kind else { return Ok(false) };
            let map = m.found_slots(image, &at)?.first().copied().unwrap_or(0);
            let key = args::key_value(m, image, key, kt).map_err(|e| Box::new(Trap::Panic(e)))?;
            let value = args::make(m, image, value, vt).map_err(|e| Box::new(Trap::Panic(e)))?;
            m.map_set(image, map, (kt, vt), &key, &value)?;
            Ok(true)
        })?;
        if done {
            return Ok(());
        }
    }
    segments.extend(last);
    guest(m, image, |m, image| match m.follow(image, pkg, &segments, false)? {
        Found::Var { p, ty } => {
            let slots = args::make(m, image, value, ty).map_err(|e| Box::new(Trap::Panic(e)))?;
            m.store(image, p, 0, &slots, ty)
        }
        _ => path::refuse(format!("there is no variable at `{path}`")),
    })
}

/// Makes the outcome of a run.
fn finish<'s>(
    mut vm: Vm<'s>,
    image: &mut Image,
    setup: &Setup,
    job: &Job,
    pkg: PkgIdx,
    ran: Ran,
    state: &'s dyn StateSource,
) -> Result<Outcome, Stop> {
    let mut out = conclude(&mut vm, image, setup, pkg, ran)?;
    if out.error.is_none() && setup.env.persists && matches!(job, Job::Call(_) | Job::Deploy { .. }) {
        if setup.diff {
            out.state_diff = crate::diff::difference(&mut vm.m, image, state).map_err(|t| stop(image, *t))?;
        }
        vm.m.gas = u64::MAX / 2;
        out.writes = vm.m.commit(image).map_err(|t| stop(image, *t))?;
        if let Some(p) = vm.m.new_schema
            && let Some(schema) = vm.m.state.schemas.get(&p)
        {
            let key = single(image.pkgs[usize::from(p)].key.0.as_str(), b's');
            let bytes = schema.write();
            if vm.m.state.records.get(&key).and_then(|r| r.as_deref()) != Some(&bytes[..]) {
                out.writes.push((key, Some(bytes.into())));
                out.writes.sort_by(|a, b| a.0.cmp(&b.0));
            }
        }
        out.events = std::mem::take(&mut vm.m.events);
    }
    let hash = |b: &Option<crate::state::Bytes>| b.as_ref().map_or([0; 32], |b| Sha256::digest(b).into());
    out.read_set = vm.m.state.records.iter().map(|(k, v)| (k.clone(), hash(v))).collect();
    out.output = std::mem::take(&mut vm.m.output);
    if setup.trace {
        vm.m.trace.lines = vm.m.lines_used(image);
        out.trace = Some(std::mem::take(&mut vm.m.trace));
    }
    Ok(out)
}

/// What a run came to: its results or its error, and its gas.
pub(super) fn conclude(vm: &mut Vm, image: &mut Image, setup: &Setup, pkg: PkgIdx, ran: Ran) -> Result<Outcome, Stop> {
    let mut out = Outcome::default();
    let called = !matches!(&ran, Err(RunError::BadCall(_)));
    vm.m.flush_gas();
    out.gas_used = if called { setup.gas.saturating_sub(vm.m.gas) } else { 0 };
    out.gas_by_package = gas_split(&vm.m, image, pkg, out.gas_used);
    match ran {
        Err(RunError::BadCall(text)) => out.error = Some(GuestError { kind: ErrorKind::BadCall, text, stack: Vec::new() }),
        Err(RunError::Stop(Stop::Trap(t))) => out.error = Some(trap_error(vm, image, t, setup.memory)?),
        Err(RunError::Stop(stop)) => return Err(stop),
        Ok((types, slots)) => {
            let mut at = 0;
            for t in types.iter() {
                let n = image.types.get(*t).slots as usize;
                let v = slots.get(at..at + n).unwrap_or(&[]);
                let value = vm.m.guest_value(image, *t, v, Limits::default()).map_err(|t| stop(image, *t))?;
                out.results.push(value);
                at += n;
            }
            if let (Some(last), [.., a, b]) = (types.last(), &slots[..])
                && iface_type(*a) != 0
                && image.types.get(*last).ty == Ty::error()
            {
                let text = describe(vm, image, [*a, *b]);
                out.error = Some(GuestError { kind: ErrorKind::ErrorResult, text, stack: Vec::new() });
            }
        }
    }
    Ok(out)
}

/// Gas by package name; what nobody used goes to the called one.
fn gas_split(m: &Machine, image: &Image, pkg: PkgIdx, used: u64) -> Vec<(Name, u64)> {
    let mut split: Vec<(Name, u64)> = Vec::new();
    let mut rest = used;
    let mut add = |i: usize, gas: u64| {
        let name = image.pkgs[i].key.0;
        match split.binary_search_by_key(&name, |(name, _)| *name) {
            Ok(at) => split[at].1 += gas,
            Err(at) => split.insert(at, (name, gas)),
        }
    };
    for (i, gas) in m.gas_by_pkg.iter().enumerate().skip(1) {
        let gas = (*gas).min(rest);
        if gas > 0 {
            rest -= gas;
            add(i, gas);
        }
    }
    if rest > 0 {
        add(usize::from(pkg), rest);
    }
    split
}

fn places(image: &Image, stack: &[(u32, u32)]) -> Vec<Place> {
    stack
        .iter()
        .map(|(f, pc)| {
            let func = &image.funcs[*f as usize];
            let (file, line) = image.place(*f, *pc);
            let package = image.pkgs[usize::from(func.pkg)].key.0.to_string();
            Place { func: func.name.to_string(), package, file: file.to_string(), line }
        })
        .collect()
}

fn trap_error(vm: &mut Vm, image: &mut Image, t: Trap, memory: u64) -> Result<GuestError, Stop> {
    let here = vm.m.backtrace(image);
    let (kind, text, stack) = match t {
        Trap::Uncaught => {
            let record = vm.m.panics.last().cloned();
            let (value, stack) = record.map_or(([0, 0], Vec::new()), |p| (p.value, p.stack));
            (ErrorKind::Panic, describe(vm, image, value), stack)
        }
        Trap::Panic(text) => (ErrorKind::Panic, text, here),
        Trap::OutOfGas => (ErrorKind::OutOfGas, "out of gas".to_owned(), here),
        Trap::Depth => (ErrorKind::Depth, format!("more than {} frames", vm.m.depth_limit), here),
        Trap::Fatal(text) => (ErrorKind::Fatal, text, here),
        Trap::Memory => (ErrorKind::Memory, format!("more than {} MiB of memory", memory >> 20), here),
        Trap::Broken(text) => (ErrorKind::Broken, text, here),
        other => return Err(Stop::Trap(other)),
    };
    Ok(GuestError { kind, text, stack: places(image, &stack) })
}

/// The text of a panic's value or an error: by its method `Error` or `String` if it has one. The method runs on what the call left, with gas of its own.
fn describe(vm: &mut Vm, image: &mut Image, value: [u64; 2]) -> String {
    let plain = crate::natives::fmt::panic_text(&vm.m, image, value);
    for name in ["Error", "String"] {
        let key = MethodKey { name: Name::new(name), pkg: None };
        let ty = image.types.get(iface_type(value[0])).ty;
        let Ok(Some(target)) = image.find_method(ty, key) else { continue };
        let string = |t: &TypeId| matches!(image.types.get(*t).kind, Kind::Str);
        match target.end {
            End::Func { f, .. } if image.funcs[f as usize].results.iter().all(string) && image.funcs[f as usize].params.len() == 1 => {}
            _ => continue,
        }
        let m = image.method(key);
        vm.m.frames.clear();
        vm.m.defers.clear();
        vm.m.fibers = Default::default();
        vm.m.unwinding = false;
        vm.m.gas = 10_000_000;
        vm.m.tracing = false;
        let ran = vm.invoke_method(image, value, m, &[]);
        if let Ok(slots) = ran
            && let [p, len] = slots[..]
        {
            return vm.m.mem.text(p, len);
        }
    }
    plain
}
