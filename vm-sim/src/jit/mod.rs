//! The tier for hot functions: the same bytecode as machine code, by Cranelift. A call's outcome does not depend on it: gas is the same to the unit, results are to the
//! bit, and so are panics and where they are raised.
//!
//! - *Entries.* A function is compiled from one of its blocks on, with the functions that it calls directly. The interpreter enters where it begins a function or comes
//!   to a block that has an entry.
//! - *Leaving.* What compiled code cannot do (a panic, too little gas, state to load, a call of another package) it leaves undone: it writes its registers to
//!   the frame, and the loop of the interpreter does that one instruction as the definition has it. Frames of compiled callers come to be in that moment only.
//! - *Calls of the machine.* Instructions that work on data of any length ([`crate::code::Heavy`]) are run by the machine in between.
//! - *Gas* stands in a register. A block is paid for where it is entered, with the blocks that follow it in any case; whoever leaves before them gets that back.
//! - *Hotness.* The interpreter gets gas in slices; where one ends, the running function is noted, and compiled when it has used as much as [`Policy::Hot`] says, in whatever calls.
//!
//! Runs with a trace use the loop. `unsafe` code is in [`native`] alone, whose head says why it is sound. Start reading at [`Tier`].

mod cx;
mod emit;
mod flow;
mod native;

use std::cell::{Cell, RefCell};

use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, Signature};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module, default_libcall_names};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{FuncCode, I};
use crate::image::{Image, Need, Source};
use crate::machine::{Machine, Vm};
use crate::trap::{Res, Trap};
use emit::{Callee, Emitter, MAX_ARGS, MAX_RESULTS};
use flow::{Flow, Way};

/// What is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Policy {
    /// Nothing.
    #[default]
    Off,
    /// Functions that have used this much gas since their image was linked.
    Hot(u64),
    /// Everything, at once: for tests.
    Always,
}

/// What seems right: compiling what is small takes about as long as running so much. What is large has to have used more, see [`PAYS`].
pub const HOT: Policy = Policy::Hot(4_000_000);

/// Gas that the interpreter gets at once.
const SLICE: u64 = 500_000;
/// A slice has ended when less than this is left of it. (No block that is worth compiling costs more.)
pub(crate) const ENDED: u64 = 1_000;
/// The same where everything is compiled, so that runs enter everywhere.
const SLICE_OF_ALWAYS: u64 = 300;
/// Instructions and registers beyond which a function is left to the interpreter.
const MAX_CODE: usize = 4_000;
const MAX_REGISTERS: u32 = 1_024;
/// Gas that a function has to have used for each instruction that compiling it takes in: so long that takes.
const PAYS: u64 = 20_000;
/// Functions that are compiled with the one that is wanted, and their instructions.
const MAX_FUNCTIONS: usize = 24;
const MAX_UNIT: usize = 8_000;
/// An entry that was taken so often, for less gas than this each time, is not worth it.
const TRIES: u32 = 64;
const WORTH: u64 = 1_000;

/// An entry of compiled code.
struct Entry {
    /// Its address.
    code: usize,
    /// Registers of the largest frame of its unit, and bytes of the largest on the host's stack.
    slots: u32,
    native: u32,
    /// How often it was taken, and the gas used in it.
    taken: Cell<(u32, u64)>,
    off: Cell<bool>,
}

/// The compiled code of an image.
#[derive(Default)]
pub struct Tier {
    /// What is compiled.
    pub policy: Policy,
    /// Entries by function and instruction.
    entries: FxHashMap<(u32, u32), Entry>,
    /// What could not be compiled.
    failed: FxHashSet<(u32, u32)>,
    isa: Option<OwnedTargetIsa>,
    units: Vec<native::Unit>,
    /// Slices of gas that ended in each function, in all calls.
    slices: RefCell<FxHashMap<u32, u64>>,
    /// What was used of the slice at hand.
    spent: Cell<u64>,
}

// images go from thread to thread
const fn sends<T: Send>() {}
const _: () = sends::<Tier>();

/// What a run knows of the tier.
#[derive(Default)]
pub struct Run {
    /// Whether the next instruction is the interpreter's: compiled code has just left it undone.
    skip: bool,
    /// Whether a slice of gas has ended.
    ticked: bool,
    exits: Vec<cx::Left>,
}

impl Tier {
    /// The gas that the interpreter gets at once.
    pub(crate) fn slice(&self, gas: u64) -> u64 {
        match self.policy {
            Policy::Off => gas,
            Policy::Hot(_) => gas.min(SLICE - self.spent.get()),
            Policy::Always => gas.min(SLICE_OF_ALWAYS),
        }
    }

    /// Notes what the interpreter has used of a slice. The next one is what is left of it, in whatever call, so that short calls count as one long one does.
    pub(crate) fn spend(&self, gas: u64) {
        let spent = self.spent.get() + gas;
        self.spent.set(if spent + ENDED > SLICE { 0 } else { spent });
    }

    /// Begins a new slice.
    pub(crate) fn renew(&self) {
        self.spent.set(0);
    }

    /// Entries that there are, and what could not be compiled.
    pub fn counts(&self) -> (usize, usize) {
        (self.entries.len(), self.failed.len())
    }

    /// Compiles a function from instruction `pc` on. What cannot be compiled is not tried again.
    fn compile(&mut self, image: &Image, f: u32, pc: u32) -> Option<()> {
        let code = image.funcs.get(f as usize)?.code.as_ref()?;
        let block = code.blocks.binary_search_by_key(&pc, |b| b.pc).ok()?;
        if self.isa.is_none() {
            self.isa = Some(isa()?);
        }
        let isa = self.isa.clone()?;
        let mut set = vec![(f, code, Flow::new(image, code).filter(|flow| flow.top <= MAX_REGISTERS)?)];
        if code.code.len() > MAX_CODE {
            return None;
        }
        let (mut at, mut total) = (0, code.code.len());
        while at < set.len() {
            for i in &set[at].1.code {
                let I::Call { f: callee, .. } = *i else { continue };
                if set.len() >= MAX_FUNCTIONS || total >= MAX_UNIT || set.iter().any(|(f, ..)| *f == callee) {
                    continue;
                }
                if let Some((code, flow)) = direct(image, f, callee) {
                    total += code.code.len();
                    set.push((callee, code, flow));
                }
            }
            at += 1;
        }
        // the wanted one too, if it can be called
        let callable: Vec<bool> = set.iter().map(|(g, ..)| direct(image, f, *g).is_some()).collect();
        let calls_move = set.iter().any(|(_, code, _)| code.code.iter().any(|i| flow::way(image, code, i) == Way::Machine));
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let mut ids: FxHashMap<u32, FuncId> = FxHashMap::default();
        let config = module.target_config();
        for ((g, code, _), _) in set.iter().zip(&callable).filter(|(_, callable)| **callable) {
            let id = module.declare_function(&format!("f{g}"), Linkage::Local, &direct_signature(code)).ok()?;
            ids.insert(*g, id);
        }
        let window = signature(config.default_call_conv, 4, 1);
        let main = module.declare_function("entry", Linkage::Export, &window).ok()?;
        let mut context = module.make_context();
        let mut builder = FunctionBuilderContext::new();
        let mut native = 0;
        let direct = set.iter().filter_map(|(g, code, flow)| Some((*ids.get(g)?, *g, *code, flow, emit::Entry::Direct)));
        let root = (main, f, code, &set[0].2, emit::Entry::Window(block));
        // what is called by nobody is not compiled
        let called: FxHashSet<u32> = set.iter().flat_map(|(_, code, _)| &code.code).filter_map(called).collect();
        for (id, g, code, flow, entry) in direct.filter(|d| called.contains(&d.1)).chain([root]) {
            context.func.signature = match entry {
                emit::Entry::Direct => direct_signature(code),
                emit::Entry::Window(_) => window.clone(),
            };
            let mut callees = FxHashMap::default();
            for (g, code, flow) in &set {
                if let Some(id) = ids.get(g) {
                    let func = module.declare_func_in_func(*id, &mut context.func);
                    callees.insert(*g, Callee { func, code, flow });
                }
            }
            let machine_sig = context.func.import_signature(signature(config.default_call_conv, 4, 1));
            let machine = (machine_sig, native::machine as *const () as usize);
            let b = FunctionBuilder::new(&mut context.func, &mut builder);
            Emitter::new(b, image, g, code, flow, entry, &callees, calls_move, machine).function(config)?;
            module.define_function(id, &mut context).ok()?;
            let layout = context.compiled_code()?.buffer.frame_layout();
            native = native.max(layout.map_or(4096, |l| l.frame_to_fp_offset) + 256);
            module.clear_context(&mut context);
        }
        module.finalize_definitions().ok()?;
        let slots = set.iter().map(|(_, _, flow)| flow.top).max()?;
        let code = module.get_finalized_function(main) as usize;
        let entry = Entry { code, slots, native, taken: Cell::default(), off: Cell::new(false) };
        self.units.push(native::Unit::new(module));
        self.entries.insert((f, pc), entry);
        Some(())
    }
}

fn called(i: &I) -> Option<u32> {
    match i {
        I::Call { f, .. } => Some(*f),
        _ => None,
    }
}

/// Instructions that compiling a function takes in, at most: its own, and those of what it calls.
fn size(image: &Image, f: u32) -> usize {
    let (mut set, mut at, mut total) = (vec![f], 0, 0);
    while let Some(f) = set.get(at).copied() {
        at += 1;
        let Some(code) = image.funcs.get(f as usize).and_then(|f| f.code.as_ref()) else { continue };
        total += code.code.len();
        for i in &code.code {
            if let I::Call { f: callee, .. } = *i
                && set.len() < MAX_FUNCTIONS
                && !set.contains(&callee)
            {
                set.push(callee);
            }
        }
    }
    total.min(MAX_UNIT)
}

/// The code of a function that compiled code of `f` can call directly.
fn direct(image: &Image, f: u32, callee: u32) -> Option<(&FuncCode, Flow)> {
    let (from, func) = (image.funcs.get(f as usize)?, image.funcs.get(callee as usize)?);
    let code = func.code.as_ref()?;
    let plain = matches!(func.source, Source::Body(_))
        && func.pkg == from.pkg
        && func.contract == from.contract
        && !func.render
        && code.captures == 0
        && code.params <= MAX_ARGS
        && code.result_slots <= MAX_RESULTS
        && code.code.len() <= MAX_CODE
        && code.results.iter().all(|r| !r.boxed);
    let flow = plain.then(|| Flow::new(image, code))??;
    (flow.top <= MAX_REGISTERS).then_some((code, flow))
}

fn signature(conv: CallConv, params: usize, results: usize) -> Signature {
    let mut s = Signature::new(conv);
    s.params.resize(params, AbiParam::new(I64));
    s.returns.resize(results, AbiParam::new(I64));
    s
}

/// Of a function that compiled code calls: what all have, and its arguments; the gas left, or -1, and its results.
fn direct_signature(code: &FuncCode) -> Signature {
    signature(CallConv::Tail, 4 + code.params as usize, 1 + code.result_slots as usize)
}

/// This processor; `None` where there is no code generator for it.
fn isa() -> Option<OwnedTargetIsa> {
    // an object's kind and gate are read as one word
    if cfg!(not(any(target_arch = "x86_64", target_arch = "aarch64"))) || cfg!(target_endian = "big") {
        return None;
    }
    let mut flags = settings::builder();
    let verify = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("unwind_info", "false"),
        ("enable_verifier", verify),
    ] {
        flags.set(name, value).ok()?;
    }
    cranelift_native::builder().ok()?.finish(settings::Flags::new(flags)).ok()
}

impl Image {
    /// Compiles a function from instruction `pc` on, if it can be.
    pub(crate) fn compile_hot(&mut self, f: u32, pc: u32) {
        let mut tier = std::mem::take(&mut self.jit);
        let first = self.funcs.get(f as usize).and_then(|f| f.code.as_ref()?.blocks.first()).map_or(pc, |b| b.pc);
        // and from its beginning, for the next call
        for pc in if first == pc { vec![pc] } else { vec![pc, first] } {
            let known = tier.entries.contains_key(&(f, pc)) || tier.failed.contains(&(f, pc));
            if known {
                continue;
            }
            match tier.compile(self, f, pc) {
                Some(()) => self.calls_leave(f, pc, true),
                None => {
                    tier.failed.insert((f, pc));
                }
            }
        }
        self.jit = tier;
    }

    /// Whether threaded code leaves calls of a function to the loop, which enters compiled code.
    fn calls_leave(&self, f: u32, pc: u32, leave: bool) {
        #[cfg(vm_threaded)]
        if let Some(code) = &self.funcs[f as usize].code
            && code.blocks.first().is_some_and(|b| b.pc == pc)
        {
            code.threaded.compiled.set(leave);
        }
        #[cfg(not(vm_threaded))]
        let _ = (f, pc, leave);
    }
}

impl Machine<'_> {
    /// Notes that the interpreter's slice of gas has ended.
    pub(crate) fn tick(&mut self) {
        self.jit.ticked = true;
    }
}

impl Vm<'_> {
    /// Runs compiled code from where the last frame stands, if there is some: whether its function returned, or there is a frame to go on with.
    ///
    /// Errors: it failed, or has to be compiled first.
    pub(crate) fn compiled(&mut self, image: &Image, code: &FuncCode, f: u32, pc: u32) -> Res<Option<bool>> {
        let tier = &image.jit;
        let run = &mut self.m.jit;
        let ticked = std::mem::take(&mut run.ticked);
        if tier.policy == Policy::Off || std::mem::take(&mut run.skip) {
            return Ok(None);
        }
        let Some(entry) = tier.entries.get(&(f, pc)) else {
            let wanted = match tier.policy {
                Policy::Always => true,
                Policy::Hot(gas) if ticked => {
                    let mut slices = tier.slices.borrow_mut();
                    let n = slices.entry(f).or_default();
                    *n += 1;
                    let used = *n * SLICE;
                    used >= gas && used >= size(image, f) as u64 * PAYS
                }
                _ => false,
            };
            // what isn't the begin of a block cannot be entered: the function can, the next time
            let begins = code.blocks.binary_search_by_key(&pc, |b| b.pc).is_ok();
            let at = match code.blocks.first() {
                Some(first) if !begins && ticked => first.pc,
                _ => pc,
            };
            let known = tier.failed.contains(&(f, at)) || tier.entries.contains_key(&(f, at));
            if wanted && !known && (begins || ticked) {
                return Err(Need::Compiled(f, at).into());
            }
            return Ok(None);
        };
        let func = &image.funcs[f as usize];
        // contracts call their own functions without ado only where they act themselves
        let acts = !func.contract || self.m.acting == func.pkg || self.m.acting == crate::identity::NOBODY;
        if entry.off.get() || !acts || self.m.gas_pkg != func.pkg || i64::try_from(self.m.gas).is_err() {
            return Ok(None);
        }
        let before = self.m.gas;
        let end = native::run(self, image, entry);
        let (times, used) = entry.taken.get();
        let taken = (times + 1, used + before.saturating_sub(self.m.gas));
        entry.taken.set(taken);
        if taken.0 == TRIES && tier.policy != Policy::Always {
            if taken.1 / u64::from(TRIES) < WORTH {
                entry.off.set(true);
                image.calls_leave(f, pc, false);
            }
            entry.taken.set((0, 0));
        }
        match end {
            native::End::Returned => Ok(Some(true)),
            native::End::Left => {
                self.m.jit.skip = true;
                Ok(Some(false))
            }
            native::End::Failed(trap) => {
                self.m.jit.skip = matches!(*trap, Trap::Need(_));
                Err(trap)
            }
        }
    }
}

/// Runs an instruction that compiled code leaves to the machine, as the loop does.
fn instruction(m: &mut Machine, image: &Image, f: u32, pc: u32, regs: &mut [u64]) -> Res<()> {
    let code = image.funcs.get(f as usize).and_then(|f| f.code.as_ref());
    let Some((code, i)) = code.and_then(|code| Some((code, code.code.get(pc as usize)?))) else {
        return crate::trap::broken("an instruction that isn't there");
    };
    match *i {
        I::Str { d, s } => {
            let (p, len) = m.mem.const_str(s, &image.strings).map_err(Box::<Trap>::from)?;
            regs[d as usize] = p;
            regs[d as usize + 1] = len;
        }
        I::StrEq { d, a, b } => {
            let [a, b] = [a, b].map(|r| [regs[r as usize], regs[r as usize + 1]]);
            regs[d as usize] = u64::from(m.same_text(a, b)?);
        }
        I::MapLen { d, m: map } => regs[d as usize] = m.map_len(image, regs[map as usize])?,
        I::LoadN { d, p, off, n } => m.load(image, regs[p as usize], off.into(), n.into(), regs, d)?,
        I::Store { p, s, ty, off } => {
            let n = image.types.get(ty).slots;
            m.store(image, regs[p as usize], off.into(), &regs[s as usize..(s + n) as usize], ty)?;
        }
        I::Heavy { x } => m.heavy(image, &code.heavy[x as usize], regs, code)?,
        _ => return crate::trap::broken("an instruction that compiled code has itself"),
    }
    Ok(())
}
