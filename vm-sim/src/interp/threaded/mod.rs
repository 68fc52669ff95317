//! The fast backend: instructions that need nothing but registers, gas and loaded memory, as threaded code. Each handler ends in a sibling call of the next, which
//! optimised builds turn into a jump; elsewhere this module is not compiled and the loop in [`super`] does it all. What a handler cannot do (a panic, an allocation, a
//! load from state, too little gas for the next block) it leaves undone: it *leaves*, the loop runs that one instruction as the definition has it, and comes back.
//! What is a call of the machine in the loop too (natives, maps, slices, strings, stores into state) is the same call here, in between: a *step*. So there is one
//! definition of everything that can fail, and gas is the same to the unit.
//!
//! # Safety
//!
//! This is the interpreter's only module with `unsafe` code. Why it is sound:
//! - **Code.** Handlers get a pointer to their own [`Op`]. They go on to the next one, or to one that a branch names. [`translate`] makes a list of ops whose last one
//!   leaves or jumps, gives each branch a target inside the list, and the list is not changed while the image is borrowed.
//! - **Registers.** A handler reads and writes registers `0..top` of the running frame only: [`translate`] checks each operand, with its length, against the frame's
//!   size when the function is compiled, and makes what does not fit an op that leaves. [`run`] checks that the whole frame lies in the stack of registers, and
//!   the handler of a call that the callee's does. Indexes that are known at run time only (`LoadReg`) are compared with the frame.
//! - **Memory.** Objects, slots and bytes are reached through pointers and lengths taken from `Mem` on entry. Only steps change their number, and they take them anew
//!   ([`Cx::show`]). A handle is compared with the number of objects, an offset with the object's length, and the sum with the arena's length.
//! - **Frames.** A call pushes only where the list of frames has room; a return pops only what such a call pushed, so that there is a caller below.
//! - **Aliasing.** From entry to leaving, the machine, its memory and the stack are used through the raw pointers in [`Cx`] only; a step makes references of them, and
//!   drops these before it returns. (It sees the machine with a longer lifetime than it has; what it calls is generic over that, and cannot tell.)
//! - **Unwinding.** No handler panics: a step catches what the machine's code raises, and [`run`] goes on with it when handlers have been left.

mod handlers;
mod translate;

pub use translate::translate;

use std::any::Any;

use crate::code::FuncCode;
use crate::image::{Func, Image};
use crate::machine::{Frame, Machine};
use crate::memory::Obj;
use crate::trap::{Res, Trap};

/// A handler: its op, the frame's first register, gas left, and all else.
type Handler = unsafe extern "C" fn(*const Op, *mut u64, u64, *mut Cx);

/// An op: an instruction, or what an instruction needs besides.
#[derive(Clone, Copy)]
#[repr(C)]
union Op {
    code: Code,
    edges: Edges,
    data: Data,
}

/// An instruction: its handler and operands, mostly registers.
#[derive(Clone, Copy)]
#[repr(C)]
struct Code {
    run: Handler,
    d: u16,
    a: u16,
    x: u32,
}

/// Where a branch goes if its condition holds, and if not.
#[derive(Clone, Copy)]
#[repr(C)]
struct Edges {
    then: Edge,
    els: Edge,
}

/// A way into a block: ops from the branch to there, and what it costs.
#[derive(Clone, Copy)]
#[repr(C)]
struct Edge {
    by: i32,
    gas: u32,
}

/// More operands.
#[derive(Clone, Copy)]
#[repr(C)]
struct Data {
    x: u32,
    y: u32,
    z: u64,
}

const _: () = assert!(size_of::<Op>() == 16);

/// A function as threaded code; empty if it has none.
#[derive(Clone, Default)]
pub struct Threaded {
    ops: Box<[Op]>,
    /// The op of each instruction.
    at: Box<[u32]>,
    /// The instruction of each op.
    pcs: Box<[u32]>,
    /// The op that the function begins with, its instruction, and the price of the first block.
    entry: u32,
    entry_pc: u32,
    entry_gas: u32,
    /// Registers that hold arguments, those of variables behind them, which begin as zero, and all. (What is neither holds nothing that is read before it is written.)
    args: u32,
    fresh: u32,
    top: u32,
    /// Whether calls go to compiled code, which the loop enters.
    #[cfg(feature = "jit")]
    pub(crate) compiled: std::cell::Cell<bool>,
}

impl PartialEq for Threaded {
    /// It follows from the instructions, which are compared.
    fn eq(&self, _: &Threaded) -> bool {
        true
    }
}

impl std::fmt::Debug for Threaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ops", self.ops.len())
    }
}

/// Registers behind a frame that a callee's arguments may take without asking.
const SLACK: usize = 64;

/// What handlers need besides registers and gas.
#[repr(C)]
struct Cx {
    objs: *const Obj,
    objs_len: usize,
    words: *mut u64,
    words_len: usize,
    bytes: *mut u8,
    bytes_len: usize,
    globals: *const u64,
    globals_len: usize,
    /// The stack of registers, and how far frames may reach.
    stack: *mut u64,
    room: usize,
    funcs: *const Func,
    frames: *mut Frame,
    frames_len: usize,
    /// Frames that there may be without allocating, and without a trap.
    frames_max: usize,
    iters: u32,
    /// The package that runs, and the one that acts.
    pkg: u16,
    acting: u16,
    /// Gas of the run besides what handlers count.
    held: u64,
    /// See [`Machine::gas_mark`] and [`Machine::gas_by_pkg`], which has all packages.
    gas_mark: u64,
    gas_by: *mut u64,
    // for steps
    machine: *mut Machine<'static>,
    image: *const Image,
    stack_len: usize,
    funcs_len: usize,
    /// Why a step failed.
    trap: Option<Box<Trap>>,
    panic: Option<Box<dyn Any + Send>>,
    // where a handler left
    ip: *const Op,
    gas: u64,
}

impl Cx {
    /// Takes pointers and lengths from a machine.
    fn show(&mut self, m: &mut Machine) {
        (self.objs, self.objs_len) = (m.mem.objs.as_ptr(), m.mem.objs.len());
        (self.words, self.words_len) = (m.mem.words.as_mut_ptr(), m.mem.words.len());
        (self.bytes, self.bytes_len) = (m.mem.bytes.as_mut_ptr(), m.mem.bytes.len());
        (self.globals, self.globals_len) = (m.globals.as_ptr(), m.globals.len());
        (self.frames, self.frames_len) = (m.frames.as_mut_ptr(), m.frames.len());
        self.frames_max = m.frames.capacity().min(m.depth_limit);
        self.iters = m.iters.len() as u32;
        (self.pkg, self.acting) = (m.gas_pkg, m.acting);
        (self.gas_mark, self.gas_by) = (m.gas_mark, m.gas_by_pkg.as_mut_ptr());
    }
}

/// Where threaded code stopped.
pub struct Exit {
    /// The instruction of the running frame that the loop has to run.
    pub pc: usize,
    /// Gas left, and how much of it is left of the slice.
    pub gas: u64,
    /// See `gas`.
    pub slice: u64,
    /// Whether the running frame is another one than on entry.
    pub moved: bool,
}

/// Runs from instruction `pc` of the running frame, whose code is `code`, as far as it goes, with a slice of the gas; the rest is `held`.
///
/// Errors: why an instruction failed; the frame stands at it.
#[allow(unsafe_code, reason = "the named module: see its safety argument")]
pub fn run(m: &mut Machine, stack: &mut [u64], image: &Image, code: &FuncCode, pc: usize, (gas, held): (u64, u64)) -> Res<Exit> {
    let stay = Exit { pc, gas: gas + held, slice: gas, moved: false };
    let t = &code.threaded;
    let (Some(&at), Some(frame)) = (t.at.get(pc), m.frames.last()) else { return Ok(stay) };
    let (func, base) = (frame.func, frame.base as usize);
    let room = (stack.len().saturating_sub(SLACK)).min((m.mem.limit / 8) as usize);
    if at as usize >= t.ops.len() || base + t.top as usize > stack.len() {
        return Ok(stay);
    }
    let before = m.frames.len();
    if m.gas_by_pkg.len() < image.pkgs.len() {
        m.gas_by_pkg.resize(image.pkgs.len(), 0);
    }
    let mut cx = Cx {
        objs: std::ptr::null(),
        objs_len: 0,
        words: std::ptr::null_mut(),
        words_len: 0,
        bytes: std::ptr::null_mut(),
        bytes_len: 0,
        globals: std::ptr::null(),
        globals_len: 0,
        stack: stack.as_mut_ptr(),
        room,
        funcs: image.funcs.as_ptr(),
        frames: std::ptr::null_mut(),
        frames_len: 0,
        frames_max: 0,
        iters: 0,
        pkg: 0,
        acting: 0,
        held,
        gas_mark: 0,
        gas_by: std::ptr::null_mut(),
        machine: std::ptr::null_mut(),
        image,
        stack_len: stack.len(),
        funcs_len: image.funcs.len(),
        trap: None,
        panic: None,
        ip: std::ptr::null(),
        gas,
    };
    let machine: *mut Machine<'static> = std::ptr::from_mut(m).cast();
    cx.machine = machine;
    // SAFETY: see the module's argument. `at` is below the number of ops and the frame lies in the stack (checked above). The list of frames has `frames_len` valid
    // elements when a handler leaves: pushes stay below its capacity and write the element first.
    unsafe {
        cx.show(&mut *machine);
        let ip = t.ops.as_ptr().add(at as usize);
        ((*ip).code.run)(ip, cx.stack.add(base), gas, &raw mut cx);
        m.frames.set_len(cx.frames_len);
    }
    (m.gas_pkg, m.gas_mark) = (cx.pkg, cx.gas_mark);
    if let Some(panic) = cx.panic {
        std::panic::resume_unwind(panic);
    }
    if let Some(trap) = cx.trap {
        return Err(trap);
    }
    let left = cx.gas + cx.held;
    let moved = cx.frames_len != before || m.frames.last().is_some_and(|f| f.base as usize != base || f.func != func);
    let running = m.frames.last().and_then(|f| image.funcs.get(f.func as usize)).and_then(|f| f.code.as_ref());
    let Some(now) = running.map(|c| &c.threaded) else {
        return Ok(Exit { pc, gas: left, slice: cx.gas, moved });
    };
    let index = (cx.ip as usize).wrapping_sub(now.ops.as_ptr() as usize) / size_of::<Op>();
    Ok(Exit { pc: now.pcs.get(index).map_or(pc, |pc| *pc as usize), gas: left, slice: cx.gas, moved })
}
