//! The machine: what one call has, from start to outcome.

use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_mir::gas;
use amigos_mir::mir::FuncKey;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;

use crate::identity::Ctx;
use crate::image::{Image, Need, PkgIdx, Source};
use crate::memory::{FROZEN, Mem};
use crate::outcome::{Event, Trace};
use crate::ownership::{Savepoint, Undo};
use crate::persist::{Source as StateFrom, State};
use crate::state::StateSource;
use crate::trap::{Res, Trap, broken};
use crate::types::TypeId;

/// What a call is about, as its code can see it.
#[derive(Clone, Debug)]
pub struct Env {
    /// The height of the block that the call is in.
    pub height: i64,
    /// The block's time: seconds since 1970 and nanoseconds.
    pub time: (i64, i64),
    /// The chain.
    pub chain_id: Arc<str>,
    /// The account that signed.
    pub origin: Arc<str>,
    /// Whether old heights may be read and output may be written.
    pub transaction: bool,
    /// Whether contracts' globals stand in state. If not (a run of `main`, a test in fresh memory), they are plain memory.
    pub persists: bool,
}

impl Default for Env {
    fn default() -> Env {
        Env { height: 0, time: (0, 0), chain_id: "".into(), origin: "".into(), transaction: false, persists: false }
    }
}

/// A frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The function.
    pub func: u32,
    /// The instruction it stands at.
    pub pc: u32,
    /// Its first register.
    pub base: u32,
    /// Ranges over maps that were open when it began.
    pub iters: u32,
    /// Its function's package.
    pub pkg: PkgIdx,
    /// Contexts that were pushed for it.
    pub ctxs: u8,
    /// Whether it is a sub-transaction: the last of [`Machine::saves`] says where to roll back to.
    pub saved: bool,
    /// If it is a deferred call of a panicking function: the panic's number plus one.
    pub panic: u32,
    /// Whether it is a deferred call.
    pub deferred: bool,
    /// If threaded code called it: where the caller's threaded code goes on; else 0.
    pub resume: u32,
}

/// Whom a deferred call calls.
#[derive(Clone, Copy, Debug)]
pub enum DeferTarget {
    /// A function.
    Func(u32),
    /// A function value.
    Value(u64),
    /// A method of an interface value.
    Iface([u64; 2], u32),
}

/// A deferred call.
#[derive(Clone, Debug)]
pub struct Deferred {
    /// Index of the frame that deferred it.
    pub frame: u32,
    /// Whom it calls.
    pub target: DeferTarget,
    /// Its arguments.
    pub args: Box<[u64]>,
}

/// A panic under way.
#[derive(Clone, Debug)]
pub struct PanicRecord {
    /// Its value.
    pub value: [u64; 2],
    /// Whether it was recovered.
    pub recovered: bool,
    /// Whether a later panic took its place.
    pub aborted: bool,
    /// Where it was raised: function and instruction, innermost first.
    pub stack: Vec<(u32, u32)>,
}

/// A range over a map.
#[derive(Clone, Copy, Debug)]
pub struct MapRange {
    /// The map.
    pub h: u32,
    /// The next place.
    pub seq: u32,
    /// Places on entry.
    pub end: u32,
    /// Where the next entry may lie in memory.
    pub hint: usize,
    /// The map's epoch when that was noted.
    pub epoch: u32,
}

/// The entry of a map that was found last. A key of the same slots leads to the same entry: strings never change.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    h: u32,
    key: [u64; 2],
    /// The number of the entry.
    pub i: usize,
    /// The map's epoch when it was found.
    pub epoch: u32,
}

impl Found {
    /// An entry with a key of one or two slots; others are not kept.
    pub fn new(h: u32, key: &[u64], i: usize, epoch: u32) -> Option<Found> {
        match *key {
            [a] => Some(Found { h, key: [a, 0], i, epoch }),
            [a, b] => Some(Found { h, key: [a, b], i, epoch }),
            _ => None,
        }
    }

    /// Whether it is the entry of this key.
    pub fn is(&self, h: u32, key: &[u64]) -> bool {
        self.h == h && self.key.get(..key.len()) == Some(key)
    }
}

/// All of a call but its registers.
pub struct Machine<'s> {
    /// Memory.
    pub mem: Mem,
    /// Gas left.
    pub gas: u64,
    /// Gas when its user last changed.
    pub gas_mark: u64,
    /// Whose code uses gas now.
    pub gas_pkg: PkgIdx,
    /// Gas by package.
    pub gas_by_pkg: Vec<u64>,
    /// Frames, the running one last.
    pub frames: Vec<Frame>,
    /// Frames that there may be.
    pub depth_limit: usize,
    /// Where sub-transactions on the stack began.
    pub saves: Vec<Savepoint>,
    /// Contexts, the one in force last.
    pub ctxs: Vec<Ctx>,
    /// Who acts.
    pub acting: PkgIdx,
    /// Deferred calls.
    pub defers: Vec<Deferred>,
    /// Panics under way.
    pub panics: Vec<PanicRecord>,
    /// Whether the youngest panic looks for its next deferred call.
    pub unwinding: bool,
    /// Ranges over maps.
    pub iters: Vec<MapRange>,
    /// Other fibers, and channels.
    pub fibers: crate::fibers::Fibers,
    /// What undoes changes of owned state.
    pub undo: Vec<Undo>,
    /// The old values that it refers to.
    pub undo_slots: Vec<u64>,
    /// Events.
    pub events: Vec<Event>,
    /// Coins of the addresses that were looked at.
    pub coins: BTreeMap<Arc<str>, u64>,
    /// Pointers to globals by number; 0 if not yet.
    pub globals: Vec<u64>,
    /// Objects written or made owned, in order.
    pub dirty: Vec<u32>,
    /// Object numbers given out, by package.
    pub next_oids: BTreeMap<PkgIdx, u64>,
    /// Whether one was given out since the last commit.
    pub numbered: bool,
    /// Permanent numbers of fields by type.
    pub numbers: FxHashMap<TypeId, Arc<[u32]>>,
    /// Regular expressions that were used.
    pub regexps: crate::natives::regexp::Programs,
    /// The numbers of the references that were printed.
    pub printed: FxHashMap<u64, u64>,
    /// The package whose permanent numbers this call fixes.
    pub new_schema: Option<PkgIdx>,
    /// Persistent state.
    pub state: State<'s>,
    /// Machines that see committed state only, by height (0 is the last).
    pub shadows: BTreeMap<i64, Box<Machine<'s>>>,
    /// The call.
    pub env: Env,
    /// Whether a session keeps this machine for further calls.
    pub keeps: bool,
    /// Whether something asked for the call to be made on its own.
    pub wants_cold: bool,
    /// Whether something was read that cannot be kept.
    pub unfit: bool,
    /// An upper bound of what reading all that is kept would take, in bytes.
    pub weight: u64,
    /// Objects that this call has read.
    pub touched: Vec<u32>,
    /// Entries of maps that this call has changed: map object and number.
    pub marked: Vec<(u32, u32)>,
    /// Maps whose pages and index are still to be written, sorted.
    pub pending: Vec<u32>,
    /// The entry of a map that was found last; none where entries may have got other numbers, or memory other strings.
    pub last_found: Option<Found>,
    /// Memory in use when this call of a session began.
    pub mark: crate::memory::Mark,
    /// Room for lists of entries, kept from call to call.
    pub changed: Vec<usize>,
    /// Room for lists of objects, kept from call to call.
    pub queue: Vec<u32>,
    /// Records that others write, as far as they were read.
    pub foreign: Vec<crate::state::ObjKey>,
    /// What was printed.
    pub output: String,
    /// Whether a trace is kept.
    pub tracing: bool,
    /// The trace.
    pub trace: Trace,
    /// Blocks and gas by place, if a trace is kept.
    pub profile: crate::trace::Profile,
    /// Functions that called `testing.T.Helper`.
    pub test_helpers: std::collections::BTreeSet<u32>,
    /// What the run knows of compiled code.
    #[cfg(feature = "jit")]
    pub jit: crate::jit::Run,
}

/// A machine with its registers.
pub struct Vm<'s> {
    /// Registers of all frames.
    pub stack: Vec<u64>,
    /// The rest.
    pub m: Machine<'s>,
}

/// How a run ended, if not well.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// It has to start again: the image knows more now.
    Again,
    /// It has to start again with another package linked.
    Link(PkgKey),
    /// A trap that is the outcome.
    Trap(Trap),
}

/// Bytes of output that are kept.
const MAX_OUTPUT: usize = 1 << 20;

impl<'s> Machine<'s> {
    /// A machine with an image's libraries initialised.
    pub fn new(image: &Image, source: &'s dyn StateSource, env: Env, gas: u64, memory: u64) -> Machine<'s> {
        Machine::with_source(image, StateFrom::Borrowed(source), env, gas, memory)
    }

    /// See [`Machine::new`].
    pub fn with_source(image: &Image, source: StateFrom<'s>, env: Env, gas: u64, memory: u64) -> Machine<'s> {
        let mut mem = image.base.as_ref().map_or_else(|| Mem::new(memory), Mem::clone);
        // what libraries hold is the node's business
        mem.limit = memory.saturating_add(mem.used());
        Machine {
            mem,
            gas,
            gas_mark: gas,
            gas_pkg: 0,
            gas_by_pkg: Vec::new(),
            frames: Vec::new(),
            depth_limit: gas::CALL_DEPTH as usize,
            saves: Vec::new(),
            ctxs: Vec::new(),
            acting: 0,
            defers: Vec::new(),
            panics: Vec::new(),
            unwinding: false,
            iters: Vec::new(),
            fibers: Default::default(),
            undo: Vec::new(),
            undo_slots: Vec::new(),
            events: Vec::new(),
            coins: BTreeMap::new(),
            globals: image.base_globals.clone(),
            dirty: Vec::new(),
            next_oids: BTreeMap::new(),
            numbered: false,
            numbers: FxHashMap::default(),
            regexps: Default::default(),
            printed: FxHashMap::default(),
            new_schema: None,
            state: State::new(source),
            shadows: BTreeMap::new(),
            env,
            keeps: false,
            wants_cold: false,
            unfit: false,
            weight: 0,
            touched: Vec::new(),
            marked: Vec::new(),
            pending: Vec::new(),
            last_found: None,
            mark: Default::default(),
            changed: Vec::new(),
            queue: Vec::new(),
            foreign: Vec::new(),
            output: String::new(),
            tracing: false,
            trace: Trace::default(),
            profile: Default::default(),
            test_helpers: Default::default(),
            #[cfg(feature = "jit")]
            jit: Default::default(),
        }
    }

    /// The functions on the stack with the instruction each stands at, innermost first.
    pub fn backtrace(&self, _image: &Image) -> Vec<(u32, u32)> {
        self.frames.iter().rev().take(64).map(|f| (f.func, f.pc)).collect()
    }

    /// Writes to the output; what is too much is left out.
    pub fn write_output(&mut self, text: &str, _stderr: bool) -> Res<()> {
        let room = MAX_OUTPUT.saturating_sub(self.output.len());
        let mut end = text.len().min(room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.output.push_str(&text[..end]);
        Ok(())
    }
}

impl<'s> Vm<'s> {
    /// A machine without registers yet.
    pub fn new(m: Machine<'s>) -> Vm<'s> {
        Vm { stack: Vec::new(), m }
    }

    /// Calls a function with arguments and runs it to its end, compiling what it needs. Returns the slots of its results.
    pub fn invoke(&mut self, image: &mut Image, f: u32, args: &[u64]) -> Result<Vec<u64>, Stop> {
        let slots = image.funcs[f as usize].result_slots as usize;
        let room = args.len().max(slots) + 64;
        if self.stack.len() < room {
            self.stack.resize(room, 0);
        }
        self.stack[..args.len()].copy_from_slice(args);
        let mut begun = false;
        loop {
            let result = if begun { self.run(image) } else { self.begin(image, f, &mut begun) };
            match result {
                Ok(()) if begun && self.m.frames.is_empty() => break,
                Ok(()) => {}
                Err(t) => supply(image, *t)?,
            }
        }
        Ok(self.stack.get(..slots).unwrap_or(&[]).to_vec())
    }

    /// Calls a method of an interface value.
    pub fn invoke_method(&mut self, image: &mut Image, value: [u64; 2], method: u32, args: &[u64]) -> Result<Vec<u64>, Stop> {
        let room = args.len() + 256;
        if self.stack.len() < room {
            self.stack.resize(room, 0);
        }
        self.stack[..args.len()].copy_from_slice(args);
        let mut begun = false;
        let mut slots = 0;
        loop {
            let result = if begun {
                self.run(image)
            } else {
                let started = self.enter_method(image, value, method, args.len() as u32);
                begun = started.is_ok();
                slots = self.m.frames.last().map_or(0, |f| image.funcs[f.func as usize].result_slots as usize);
                started
            };
            match result {
                Ok(()) if begun && self.m.frames.is_empty() => break,
                Ok(()) => {}
                Err(t) => supply(image, *t)?,
            }
        }
        Ok(self.stack.get(..slots).unwrap_or(&[]).to_vec())
    }

    fn begin(&mut self, image: &Image, f: u32, begun: &mut bool) -> Res<()> {
        let func = &image.funcs[f as usize];
        if let Source::Native(..) = func.source {
            return broken(format!("`{}` cannot be called from outside", func.name));
        }
        self.enter(image, f)?;
        *begun = true;
        Ok(())
    }
}

/// Gives an image what a trap says it lacks; other traps stop the run.
fn supply(image: &mut Image, t: Trap) -> Result<(), Stop> {
    match t {
        Trap::Need(Need::Package(key)) => Err(Stop::Link(key)),
        Trap::Need(need) => {
            let again = matches!(need, Need::Type(_) | Need::Bound(..) | Need::Layout(_) | Need::Function(_) | Need::ImplementsAgain(..));
            image.supply(&need).map_err(|e| Stop::Trap(Trap::Broken(e)))?;
            if again { Err(Stop::Again) } else { Ok(()) }
        }
        other => Err(Stop::Trap(other)),
    }
}

/// Initialises the libraries of an image once, and freezes what their variables reach.
pub fn init_libraries(image: &mut Image) -> Result<(), Stop> {
    if image.base.is_some() {
        return Ok(());
    }
    let memory = gas::CALL_MEMORY * 4;
    let budget = u64::MAX / 4;
    'again: loop {
        let empty = crate::state::EmptyState;
        let mut vm = Vm::new(Machine::new(image, &empty, Env::default(), budget, memory));
        for pkg in 1..image.pkgs.len() as PkgIdx {
            let p = &image.pkgs[usize::from(pkg)];
            if p.contract {
                continue;
            }
            let (key, name) = (p.key, Name::new("$init"));
            let list: Vec<u32> = image.globals_of(pkg).map(|(g, _)| g).collect();
            for g in list {
                vm.m.global(image, g).map_err(|t| Stop::Trap(*t))?;
            }
            if !p.mir.funcs.contains_key(&name) {
                continue;
            }
            let f = image.func(FuncKey { pkg: key, name }, &[], 0).map_err(|e| Stop::Trap(Trap::Broken(e)))?;
            match vm.invoke(image, f, &[]) {
                Ok(_) => {}
                Err(Stop::Again) => continue 'again,
                Err(Stop::Trap(Trap::Uncaught)) => {
                    let text = vm.m.panics.last().map_or_else(String::new, |p| crate::natives::fmt::panic_text(&vm.m, image, p.value));
                    return Err(Stop::Trap(Trap::Broken(format!("library `{}` panics in its initialisation: {text}", key.0))));
                }
                Err(stop) => return Err(stop),
            }
        }
        let mut mem = vm.m.mem;
        mem.objs.iter_mut().skip(1).for_each(|o| o.owner = FROZEN);
        image.base_globals = vm.m.globals;
        image.base = Some(mem);
        return Ok(());
    }
}
