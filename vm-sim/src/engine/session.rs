//! Calls one after the other on the same state, as a block has them. What a call has read stays in memory, what it has changed stays there until somebody asks for
//! the writes of all. Each call's results, events, gas and state are those that it has on its own: see [`crate::persist::settle`] for how.

use std::sync::Arc;

use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;

use super::attempt::{Job, RunError, Setup, act, called, conclude, failed, run};
use super::sleep::{asleep, awake};
use super::{CallRequest, Engine, MAX_ROUNDS, Mode};
use crate::image::Image;
use crate::machine::{Machine, Stop, Vm, init_libraries};
use crate::outcome::{ErrorKind, Outcome};
use crate::persist::{BANK, Source};
use crate::state::{Bytes, Fetch, ObjKey, StateSource, Write};
use crate::trap::Trap;

/// Bytes that a session keeps of earlier calls, as memory and as what a call on its own would need for reading it anew.
const KEPT_ARENA: u64 = 32 << 20;
const KEPT_WEIGHT: u64 = 16 << 20;
/// Registers that it keeps.
const KEPT_STACK: usize = 1 << 16;

/// Calls one after the other. The source that each call gets must be the same state throughout, without the writes of this session's calls to packages (which the
/// session has), and with their writes to coins (which each outcome tells).
pub struct Session {
    engine: Arc<Engine>,
    /// The packages of its image that were asked for.
    roots: Vec<PkgKey>,
    image: Option<Box<Image>>,
    /// What the last call left.
    warm: Option<Box<Vm<'static>>>,
    /// What calls have written and is no longer in memory alone.
    written: FxHashMap<ObjKey, Option<Bytes>>,
}

/// A state under what a session has written.
struct Over<'a> {
    written: &'a FxHashMap<ObjKey, Option<Bytes>>,
    state: &'a dyn StateSource,
}

impl StateSource for Over<'_> {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        let known: Vec<Option<&Option<Bytes>>> = keys.iter().map(|k| self.written.get(k)).collect();
        if known.iter().all(Option::is_none) {
            return self.state.get(keys);
        }
        let rest: Vec<ObjKey> = keys.iter().zip(&known).filter(|(_, w)| w.is_none()).map(|(k, _)| k.clone()).collect();
        let mut fetched = if rest.is_empty() { Vec::new() } else { self.state.get(&rest)? }.into_iter();
        Ok(known.into_iter().map(|w| w.map_or_else(|| fetched.next().flatten(), Clone::clone)).collect())
    }
    fn height(&self) -> i64 {
        self.state.height()
    }
    fn at(&self, height: i64) -> Option<Arc<dyn StateSource>> {
        self.state.at(height)
    }
}

/// Why an attempt has no outcome.
enum Tried {
    /// Once more.
    Again,
    /// Once more, with nothing in memory.
    Cold,
    /// Once more, with this package linked.
    Link(PkgKey),
    Fetch(Fetch),
    Broken(String),
}

impl Engine {
    /// Calls one after the other on the same state.
    pub fn session(self: &Arc<Engine>) -> Session {
        Session { engine: self.clone(), roots: Vec::new(), image: None, warm: None, written: FxHashMap::default() }
    }
}

impl Session {
    /// Makes a transaction's call, as [`Engine::call`] does; what it changes is there for the next. Of the outcome's writes only those to coins are told now, the others
    /// by [`Session::take_writes`]; its read set is empty.
    ///
    /// Errors: state has to be fetched first, or could not be.
    pub fn call(&mut self, request: &CallRequest, state: &dyn StateSource) -> Result<Outcome, Fetch> {
        self.attempts(request, state, true)
    }

    /// The same, but everything is undone at once: what if?
    pub fn simulate(&mut self, request: &CallRequest, state: &dyn StateSource) -> Result<Outcome, Fetch> {
        self.attempts(request, state, false)
    }

    /// The writes of all calls since the last time, coins apart, sorted by key. From now on the source must have them.
    ///
    /// Errors: a record is damaged, or the source fails; then the session's changes are lost.
    pub fn take_writes(&mut self, state: &dyn StateSource) -> Result<Vec<Write>, Fetch> {
        self.flush(state)?;
        let mut list: Vec<Write> = self.written.drain().collect();
        list.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(list)
    }

    fn attempts(&mut self, request: &CallRequest, state: &dyn StateSource, keep: bool) -> Result<Outcome, Fetch> {
        if request.mode != Mode::Transaction || request.trace || request.diff || !request.overrides.is_empty() {
            return self.apart(request, state, keep);
        }
        if !self.roots.contains(&request.package) {
            self.link(request.package, state)?;
        }
        for _ in 0..MAX_ROUNDS {
            let mut image = match self.image.take() {
                Some(image) => image,
                None => match self.engine.take(&self.roots) {
                    Ok(image) => Box::new(image),
                    Err(why) => {
                        self.roots.retain(|r| *r != request.package);
                        return Ok(failed(ErrorKind::Broken, &why));
                    }
                },
            };
            let tried = self.attempt(&mut image, request, state, keep);
            self.image = Some(image);
            match tried {
                Ok(outcome) => return Ok(outcome),
                Err(Tried::Again) => {}
                Err(Tried::Cold) => {
                    self.flush(state)?;
                    self.warm = None;
                }
                Err(Tried::Link(key)) if self.roots.contains(&key) => {
                    return Ok(failed(ErrorKind::Broken, &format!("package `{}` cannot be linked", key.0)));
                }
                Err(Tried::Link(key)) => self.link(key, state)?,
                Err(Tried::Fetch(fetch)) => return Err(fetch),
                Err(Tried::Broken(text)) => return Ok(failed(ErrorKind::Broken, &text)),
            }
        }
        Ok(failed(ErrorKind::Broken, "the program needs too many types and packages"))
    }

    fn attempt(&mut self, image: &mut Image, request: &CallRequest, state: &dyn StateSource, keep: bool) -> Result<Outcome, Tried> {
        let stopped = |stop: Stop| match stop {
            Stop::Again => Tried::Again,
            Stop::Link(key) => Tried::Link(key),
            Stop::Trap(Trap::Fetch(fetch)) => Tried::Fetch(fetch),
            Stop::Trap(Trap::Cold) => Tried::Cold,
            Stop::Trap(Trap::Broken(text) | Trap::Panic(text)) => Tried::Broken(text),
            Stop::Trap(other) => Tried::Broken(format!("{other:?}")),
        };
        if let Err(stop) = init_libraries(image) {
            return Err(stopped(stop));
        }
        let Some(pkg) = image.pkg(request.package) else { return Err(Tried::Link(request.package)) };
        let setup = match &self.warm {
            Some(vm) => Setup::after(request, true, &vm.m.env.chain_id),
            None => Setup::of(request, true),
        };
        let over = Over { written: &self.written, state };
        let warm = self.warm.take();
        let was_warm = warm.is_some();
        let mut vm = match warm {
            Some(vm) => awake(vm, &over),
            None => {
                let mut m = Machine::with_source(image, Source::Borrowed(&over), setup.env.clone(), setup.gas, setup.memory);
                m.keeps = true;
                m.weight = image.strings.iter().map(|s| s.len() as u64).sum();
                Box::new(Vm::new(m))
            }
        };
        vm.m.begin_call(setup.env.clone(), setup.gas, setup.memory);
        let (used, weight) = (vm.m.mem.used(), vm.m.weight);
        act(&mut vm.m, pkg, &setup, called(image, pkg, request));
        let ran = run(&mut vm, image, &setup, &Job::Call(request), pkg);
        let ran = match ran {
            Err(RunError::Stop(Stop::Trap(Trap::Memory))) if was_warm => Err(RunError::Stop(Stop::Trap(Trap::Cold))),
            ran => ran,
        };
        let mut result = conclude(&mut vm, image, &setup, pkg, ran);
        // what a call on its own would have needed could have been too much: then that decides
        let own = vm.m.mem.used().saturating_sub(used) + vm.stack.len() as u64 * 8;
        if was_warm && (vm.m.wants_cold || own.saturating_add(weight) > setup.memory) {
            result = Err(Stop::Trap(Trap::Cold));
        }
        let mut late = Vec::new();
        let mut broken = false;
        if let Ok(out) = &mut result
            && out.error.is_none()
            && keep
        {
            vm.m.gas = u64::MAX / 2;
            match vm.m.settle(image) {
                Ok(writes) => {
                    out.events = std::mem::take(&mut vm.m.events);
                    out.output = std::mem::take(&mut vm.m.output);
                    for (key, value) in writes {
                        if &*key.package == BANK {
                            out.writes.push((key, value));
                        } else {
                            vm.m.state.records.insert(key.clone(), value.clone());
                            late.push((key, value));
                        }
                    }
                }
                Err(t) => {
                    // numbers were given out that are not in state: what earlier calls left is written, and memory given up
                    vm.m.undo_call();
                    broken = true;
                    result = Err(super::attempt::stop(image, *t));
                }
            }
        } else {
            if let Ok(out) = &mut result {
                if out.error.is_none() {
                    out.events = std::mem::take(&mut vm.m.events);
                }
                out.output = std::mem::take(&mut vm.m.output);
            }
            vm.m.undo_call();
        }
        if vm.stack.len() > KEPT_STACK {
            vm.stack = Vec::new();
        }
        let unfit = broken || vm.m.unfit;
        let full = vm.m.mem.used() > KEPT_ARENA || vm.m.weight > KEPT_WEIGHT;
        self.warm = Some(asleep(vm));
        self.written.extend(late);
        if unfit || full {
            let flushed = self.flush_with(image, state);
            self.warm = None;
            if let Err(fetch) = flushed {
                return Err(Tried::Fetch(fetch));
            }
        }
        result.map_err(stopped)
    }

    /// What a session cannot do: on its own, on all that was written so far.
    fn apart(&mut self, request: &CallRequest, state: &dyn StateSource, keep: bool) -> Result<Outcome, Fetch> {
        self.flush(state)?;
        let mut out = self.engine.call(request, &Over { written: &self.written, state })?;
        if keep && request.mode == Mode::Transaction {
            self.warm = None;
            let (coins, others): (Vec<Write>, Vec<Write>) =
                std::mem::take(&mut out.writes).into_iter().partition(|w| &*w.0.package == BANK);
            self.written.extend(others);
            out.writes = coins;
        }
        Ok(out)
    }

    /// Goes over to an image with one more package.
    fn link(&mut self, key: PkgKey, state: &dyn StateSource) -> Result<(), Fetch> {
        self.flush(state)?;
        self.warm = None;
        if let Some(image) = self.image.take() {
            self.engine.give_back(self.roots.clone(), *image);
        }
        self.roots.push(key);
        self.roots.sort();
        Ok(())
    }

    /// Writes what is in memory alone.
    fn flush(&mut self, state: &dyn StateSource) -> Result<(), Fetch> {
        let Some(mut image) = self.image.take() else { return Ok(()) };
        let done = self.flush_with(&mut image, state);
        self.image = Some(image);
        done
    }

    fn flush_with(&mut self, image: &mut Image, state: &dyn StateSource) -> Result<(), Fetch> {
        let Some(vm) = self.warm.take() else { return Ok(()) };
        let over = Over { written: &self.written, state };
        let mut vm = awake(vm, &over);
        vm.m.gas = u64::MAX / 2;
        let writes = match vm.m.flush(image) {
            Ok(writes) => writes,
            Err(t) => {
                return Err(match *t {
                    Trap::Fetch(fetch) => fetch,
                    other => Fetch::Failed(format!("the changes of a session cannot be written: {other:?}").into()),
                });
            }
        };
        for (key, value) in &writes {
            vm.m.state.records.insert(key.clone(), value.clone());
        }
        self.warm = Some(asleep(vm));
        self.written.extend(writes);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(image) = self.image.take() {
            self.engine.give_back(self.roots.clone(), *image);
        }
    }
}
