//! Calls from outside: what a hub, an editor or a command line asks of the machine.

mod attempt;
mod request;
mod session;
mod sleep;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use amigos_mir::gas;
use amigos_mir::mir::FuncKey;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

pub use request::{CallRequest, Callable, Mode, Recorded, RunLimits, StateTree, TestRun};
pub use session::Session;

use crate::identity::package_address;
use crate::image::{Image, PkgIdx, SharedProgram};
use crate::machine::{Env, Machine, Stop, init_libraries};
use crate::outcome::{ErrorKind, Outcome};
use crate::path::{self, Found};
use crate::state::{EmptyState, Fetch, StateSource};
use crate::trap::Trap;
use crate::types::{Kind, TypeId};
use crate::value::{GuestValue, Limits};
use attempt::{Job, Setup, attempt, callable, failed, stop};

/// Runs programs. Linked images are kept, so that a second call of the same package starts at once. It can be shared among threads.
pub struct Engine {
    program: SharedProgram,
    images: Mutex<Vec<(Vec<PkgKey>, Image)>>,
    /// What is compiled to machine code.
    #[cfg(feature = "jit")]
    jit: crate::jit::Policy,
}

/// Whose address calls tests and `main`.
const TESTER: &str = "testing";
/// Images that are kept.
const MAX_IMAGES: usize = 32;
/// How often a call may start again because the image had to learn something.
const MAX_ROUNDS: usize = 10_000;

impl Engine {
    /// An engine for a program, which must not change.
    pub fn new(program: SharedProgram) -> Engine {
        Engine {
            program,
            images: Mutex::new(Vec::new()),
            #[cfg(feature = "jit")]
            jit: Default::default(),
        }
    }

    /// Entries of compiled code that there are, and those that could not be made.
    #[cfg(feature = "jit")]
    pub fn compiled(&self) -> (usize, usize) {
        let images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        images.iter().map(|(_, image)| image.jit.counts()).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    }

    /// Compiles what `policy` says to machine code. No outcome depends on it.
    #[cfg(feature = "jit")]
    pub fn compiling(mut self, policy: crate::jit::Policy) -> Engine {
        self.jit = policy;
        let images = self.images.get_mut().unwrap_or_else(PoisonError::into_inner);
        images.iter_mut().for_each(|(_, image)| image.jit.policy = policy);
        self
    }

    /// The program.
    pub fn program(&self) -> SharedProgram {
        self.program.clone()
    }

    /// An engine for another program that keeps what both have in common: images all of whose packages are the same.
    pub fn with_program(&self, program: SharedProgram) -> Engine {
        let mut kept = Vec::new();
        let mut images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        for (roots, mut image) in images.drain(..) {
            let same = image.pkgs.iter().skip(1).all(|p| program.package(p.key).is_some_and(|new| Arc::ptr_eq(&new, &p.mir)));
            if same {
                image.program = program.clone();
                kept.push((roots, image));
            }
        }
        Engine {
            program,
            images: Mutex::new(kept),
            #[cfg(feature = "jit")]
            jit: self.jit,
        }
    }

    fn take(&self, roots: &[PkgKey]) -> Result<Image, String> {
        let mut images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = images.iter().position(|(r, _)| r == roots) {
            return Ok(images.swap_remove(at).1);
        }
        drop(images);
        let image = Image::new(self.program.clone(), roots);
        #[cfg(feature = "jit")]
        let image = image.map(|mut image| {
            image.jit.policy = self.jit;
            image
        });
        image
    }

    fn give_back(&self, roots: Vec<PkgKey>, image: Image) {
        let mut images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        if images.len() >= MAX_IMAGES {
            images.remove(0);
        }
        images.push((roots, image));
    }

    /// Makes a call. Its failure is part of the outcome; the error is that state has to be fetched first, or could not be.
    pub fn call(&self, request: &CallRequest, state: &dyn StateSource) -> Result<Outcome, Fetch> {
        let setup = Setup::of(request, request.mode == Mode::Transaction);
        self.rounds(request.package, state, |image| attempt(image, &setup, &Job::Call(request), request.package, state))
    }

    /// Deploys a package: runs the initialisers of its variables and its `init` functions, and fixes permanent numbers. `upgrade`: its state stays, variables and
    /// fields that are new get numbers, and only the initialisers of new variables run. With a package to migrate from, `Migrate` runs after them; if it
    /// fails, the deployment fails.
    pub fn deploy(&self, request: &CallRequest, upgrade: bool, state: &dyn StateSource) -> Result<Outcome, Fetch> {
        let setup = Setup::of(request, true);
        self.rounds(request.package, state, |image| {
            attempt(image, &setup, &Job::Deploy { upgrade, renames: &request.renames, migrate: request.migrate }, request.package, state)
        })
    }

    /// Runs `func main` of a package in memory, as `go run` would.
    pub fn run_main(&self, package: PkgKey, limits: RunLimits) -> Outcome {
        self.run_local(package, &TestRun { limits, ..TestRun::default() }, &Job::Main, false)
    }

    /// Runs a test function of a package in fresh state. The results of a `TestX` are its verdict (`PASS`, `FAIL`, `SKIP`) and what it said; of an
    /// `ExampleX` the output counts.
    pub fn run_test(&self, package: PkgKey, name: &str, limits: RunLimits) -> Outcome {
        self.run_test_with(package, name, &TestRun { limits, ..TestRun::default() })
    }

    /// The same in other circumstances. Packages whose state was recorded are not initialised but upgraded, as if the program had just been deployed there.
    pub fn run_test_with(&self, package: PkgKey, name: &str, run: &TestRun) -> Outcome {
        self.run_local(package, run, &Job::Test(name), true)
    }

    /// The lines of a package that have code, by file; none if it is unknown.
    pub fn code_lines(&self, package: PkgKey) -> BTreeMap<String, std::collections::BTreeSet<u32>> {
        self.program.package(package).map(|mir| crate::trace::code_lines(&mir)).unwrap_or_default()
    }

    fn run_local(&self, package: PkgKey, run: &TestRun, job: &Job, persists: bool) -> Outcome {
        // Someone has to call: an account that no key has.
        let caller: Arc<str> = match &run.recorded {
            Some(recorded) => recorded.sender.as_str().into(),
            None => package_address(TESTER).into(),
        };
        let fresh =
            Env { height: 1, time: (1_700_000_000, 0), chain_id: "test".into(), origin: caller.clone(), persists, ..Env::default() };
        let env = match &run.recorded {
            Some(r) => Env { height: r.height, time: r.time, chain_id: r.chain_id.as_str().into(), ..fresh },
            None => fresh,
        };
        let setup = Setup {
            env,
            sender: caller,
            value: run.recorded.as_ref().map_or(0, |r| r.value),
            gas: run.limits.gas,
            memory: run.limits.memory,
            depth: run.limits.depth,
            trace: run.trace,
            diff: false,
        };
        let empty = EmptyState;
        let state: &dyn StateSource = run.recorded.as_ref().map_or(&empty, |recorded| recorded.state);
        self.rounds(package, state, |image| attempt(image, &setup, job, package, state)).unwrap_or_else(|fetch| match fetch {
            Fetch::Failed(why) => failed(ErrorKind::Broken, &why),
            Fetch::Pending(_) => failed(ErrorKind::Broken, "a test's state had something to fetch"),
        })
    }

    /// Links, attempts, and starts again as long as the image has to learn something.
    fn rounds(
        &self,
        package: PkgKey,
        _state: &dyn StateSource,
        mut attempt: impl FnMut(&mut Image) -> Result<Outcome, Stop>,
    ) -> Result<Outcome, Fetch> {
        let mut roots = vec![package];
        let mut image = match self.take(&roots) {
            Ok(i) => i,
            Err(why) => return Ok(failed(ErrorKind::Broken, &why)),
        };
        for _ in 0..MAX_ROUNDS {
            let result = match init_libraries(&mut image) {
                Ok(()) => attempt(&mut image),
                Err(stop) => Err(stop),
            };
            match result {
                Ok(outcome) => {
                    self.give_back(roots, image);
                    return Ok(outcome);
                }
                Err(Stop::Again) => {}
                Err(Stop::Link(key)) => {
                    if roots.contains(&key) {
                        return Ok(failed(ErrorKind::Broken, &format!("package `{}` cannot be linked", key.0)));
                    }
                    self.give_back(roots.clone(), image);
                    roots.push(key);
                    roots[1..].sort();
                    image = match self.take(&roots) {
                        Ok(i) => i,
                        Err(why) => return Ok(failed(ErrorKind::Broken, &why)),
                    };
                }
                Err(Stop::Trap(Trap::Fetch(f))) => {
                    self.give_back(roots, image);
                    return Err(f);
                }
                Err(Stop::Trap(t)) => {
                    self.give_back(roots, image);
                    let text = match t {
                        Trap::Broken(text) | Trap::Panic(text) => text,
                        other => format!("{other:?}"),
                    };
                    return Ok(failed(ErrorKind::Broken, &text));
                }
            }
        }
        Ok(failed(ErrorKind::Broken, "the program needs too many types and packages"))
    }

    /// A part of a package's state as committed, for people. `path` may be empty: all variables as one struct.
    ///
    /// Errors: state has to be fetched. An inner error says in words why the path leads nowhere; `None` that nothing is there.
    pub fn read_state(
        &self,
        package: PkgKey,
        path: &str,
        limits: Limits,
        state: &dyn StateSource,
    ) -> Result<Result<Option<StateTree>, String>, Fetch> {
        let mut answer = Ok(None);
        let outcome = self.rounds(package, state, |image| {
            let Some(pkg) = image.pkg(package) else { return Err(Stop::Link(package)) };
            let env = Env { persists: true, height: state.height(), ..Env::default() };
            let mut m = Machine::new(image, state, env, u64::MAX / 2, gas::CALL_MEMORY * 4);
            answer = match read(&mut m, image, pkg, path, limits) {
                Ok(tree) => Ok(tree),
                Err(t) => match *t {
                    Trap::Panic(text) | Trap::Broken(text) => Err(text),
                    Trap::Memory => Err("it is too large to be shown at once; choose a part".to_owned()),
                    other => return Err(stop(image, other)),
                },
            };
            Ok(Outcome::default())
        })?;
        match outcome.error {
            Some(e) => Ok(Err(e.text)),
            None => Ok(answer),
        }
    }

    /// The exported functions of a package, sorted.
    pub fn callables(&self, package: PkgKey) -> Result<Vec<Callable>, String> {
        let mut image = self.take(&[package])?;
        let Some(pkg) = image.pkg(package) else { return Err(format!("package `{}` is unknown", package.0)) };
        let mir = image.pkgs[usize::from(pkg)].mir.clone();
        let mut names: Vec<Name> = mir.funcs.iter().filter(|(n, b)| callable(n) && b.tparams.is_empty()).map(|(n, _)| *n).collect();
        names.sort();
        let mut out = Vec::new();
        for name in names {
            let f = image.func(FuncKey { pkg: package, name }, &[], 0)?;
            let list = |ids: &[TypeId]| ids.iter().map(|t| image.types.name(&*image.program, *t)).collect();
            let func = &image.funcs[f as usize];
            out.push(Callable { name: name.to_string(), params: list(&func.params), results: list(&func.results) });
        }
        self.give_back(vec![package], image);
        Ok(out)
    }
}

fn read(m: &mut Machine, image: &Image, pkg: PkgIdx, path: &str, limits: Limits) -> Result<Option<StateTree>, Box<Trap>> {
    let (value, items) = if path.is_empty() {
        let mut fields = Vec::new();
        for (name, ty, p) in m.global_list(image, pkg)? {
            fields.push((name, m.guest_value_at(image, ty, p, limits)?));
        }
        let n = fields.len() as u64;
        (GuestValue { ty: "struct {}".into(), kind: crate::value::GuestKind::Struct(fields) }, n)
    } else {
        let segments = path::parse(path).map_err(|e| Box::new(Trap::Panic(e)))?;
        let found = m.follow(image, pkg, &segments, false)?;
        if matches!(found, Found::Nothing) {
            return Ok(None);
        }
        let slots = m.found_slots(image, &found)?;
        let items = match image.types.get(found.ty()).kind {
            Kind::Str | Kind::Slice(_) => slots.get(1).copied().unwrap_or(0),
            Kind::Array(_, n) => u64::from(n),
            Kind::Map(..) => {
                let h = crate::memory::handle(slots.first().copied().unwrap_or(0));
                if h == 0 {
                    0
                } else {
                    m.map_ready(image, h)?;
                    m.map_mut(h).live as u64
                }
            }
            _ => 0,
        };
        (m.guest_value(image, found.ty(), &slots, limits)?, items)
    };
    let bytes = m.state.records.values().flatten().map(|b| b.len() as u64).sum();
    Ok(Some(StateTree { ty: value.ty.to_string(), value, items, bytes }))
}
