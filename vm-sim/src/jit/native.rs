//! Where compiled code is entered, and where it calls the machine.
//!
//! # Safety
//!
//! This module has all the `unsafe` code of the tier; [`super::emit`] writes the code that it runs. Why it is sound:
//! - **Code.** An [`Entry`] names code in a [`Unit`] of the same [`super::Tier`]; units are kept as long as the tier, which an image owns, and an image that runs is
//!   borrowed. Signatures are made in one place for both sides ([`super::Tier`]'s `window` and `machine`).
//! - **Registers.** Compiled code writes the registers of its own frame only: all that its instructions name lie below `slots`, the largest frame of its unit. [`run`]
//!   makes the stack of registers so long that `room` further frames of that size fit, and compiled code calls only as long as `room` lasts. Registers that an
//!   instruction reaches by index are compared with the variable that they belong to.
//! - **Host's stack.** `room` also bounds the frames on the host's stack: `native` is the size of the largest, and all together stay below [`NATIVE_STACK`].
//! - **Memory.** Objects, slots, bytes and globals are reached through pointers and lengths in [`Cx`]. Nothing but [`machine`] changes what they point to, and compiled
//!   code reads them anew behind each call of it. A handle is compared with the number of objects, an index with the object's and the arena's length. What is read of
//!   an object's entry before the comparison is read of an entry that exists.
//! - **Frames left.** Each compiled frame that is left adds one to `exits`, which has room for `room` and the first.
//! - **Aliasing.** From entry to leaving, the machine, the image and the stack are used through the pointers in [`Cx`] only; [`machine`] makes references of them, and
//!   drops these before it returns.
//! - **Unwinding.** [`machine`] catches panics, and [`run`] goes on with them when compiled code has been left.
#![allow(unsafe_code, reason = "the named module: see its safety argument")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use cranelift_jit::JITModule;

use super::Entry;
use super::cx::{Cx, Left};
use crate::image::Image;
use crate::machine::{Frame, Machine, Vm};
use crate::trap::Trap;

/// Bytes of the host's stack that compiled code may take.
const NATIVE_STACK: usize = 192 << 10;
/// Registers that compiled code may take at once.
const REGISTERS: usize = 1 << 16;
/// Registers behind the last frame that arguments may lie in.
const SLACK: usize = 64;

/// Compiled code, freed with it.
pub(super) struct Unit(Option<JITModule>);

impl Unit {
    pub(super) fn new(module: JITModule) -> Unit {
        Unit(Some(module))
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        if let Some(module) = self.0.take() {
            // SAFETY: see "Code": nobody runs it any more
            unsafe { module.free_memory() }
        }
    }
}

/// How compiled code ended.
pub(super) enum End {
    /// The function returned; its results lie at its frame's begin.
    Returned,
    /// The interpreter goes on with the last frame.
    Left,
    /// An instruction failed.
    Failed(Box<Trap>),
}

type Code = unsafe extern "C" fn(*mut Cx, *mut u64, i64, i64) -> i64;

/// Runs the last frame from the block that `entry` is of.
pub(super) fn run(vm: &mut Vm, image: &Image, entry: &Entry) -> End {
    let Some(frame) = vm.m.frames.last() else { return End::Left };
    let (base, iters) = (frame.base as usize, frame.iters);
    let iters = iters.max(vm.m.iters.len() as u32);
    let slots = entry.slots as usize + SLACK;
    let room = (vm.m.depth_limit.saturating_sub(vm.m.frames.len()))
        .min(NATIVE_STACK / (entry.native as usize).max(1))
        .min(REGISTERS / slots)
        .min(((vm.m.mem.limit / 8) as usize).saturating_sub(base) / slots);
    let top = base + (room + 1) * slots;
    if vm.stack.len() < top {
        vm.stack.resize(top, 0);
    }
    let mut exits = std::mem::take(&mut vm.m.jit.exits);
    exits.clear();
    exits.reserve(room + 1);
    let registers = vm.stack.as_mut_ptr_range();
    let mut cx = Cx {
        objs: std::ptr::null(),
        objs_len: 0,
        words: std::ptr::null_mut(),
        words_len: 0,
        bytes: std::ptr::null_mut(),
        bytes_len: 0,
        globals: std::ptr::null(),
        globals_len: 0,
        exits: exits.as_mut_ptr(),
        exits_len: 0,
        gas: 0,
        machine: (&raw mut vm.m).cast(),
        image,
        end: registers.end,
        trap: None,
        panic: None,
    };
    show(&mut cx, &mut vm.m);
    let gas = vm.m.gas as i64;
    // SAFETY: see the module's argument; `base` is below the length of the stack (above)
    let left = unsafe {
        let code = std::mem::transmute::<usize, Code>(entry.code);
        let left = code(&raw mut cx, registers.start.add(base), room as i64, gas);
        exits.set_len(cx.exits_len);
        left
    };
    if let Some(panic) = cx.panic {
        resume_unwind(panic);
    }
    if left >= 0 {
        vm.m.gas = left as u64;
        vm.m.jit.exits = exits;
        return End::Returned;
    }
    if cx.trap.is_none() {
        vm.m.gas = cx.gas as u64;
    }
    // the outermost was there before
    let at = |l: &Left| l.win.wrapping_sub(registers.start as usize) / 8;
    for (i, l) in exits.iter().rev().enumerate() {
        if i == 0 {
            vm.m.frame_pc(l.pc as usize);
            continue;
        }
        vm.m.frames.push(Frame {
            func: l.func,
            pc: l.pc,
            base: at(l) as u32,
            iters,
            pkg: image.funcs[l.func as usize].pkg,
            ctxs: 0,
            saved: false,
            panic: 0,
            deferred: false,
            resume: 0,
        });
    }
    exits.clear();
    vm.m.jit.exits = exits;
    match cx.trap {
        Some(trap) => End::Failed(trap),
        None => End::Left,
    }
}

/// Shows compiled code where the machine's memory lies.
fn show(cx: &mut Cx, m: &mut Machine) {
    (cx.objs, cx.objs_len) = (m.mem.objs.as_ptr(), m.mem.objs.len());
    (cx.words, cx.words_len) = (m.mem.words.as_mut_ptr(), m.mem.words.len());
    (cx.bytes, cx.bytes_len) = (m.mem.bytes.as_mut_ptr(), m.mem.bytes.len());
    (cx.globals, cx.globals_len) = (m.globals.as_ptr(), m.globals.len());
}

/// Runs an instruction of a frame: `place` is its function, and its number in the upper half. Returns the gas left, or -1 if it failed.
pub(super) unsafe extern "C" fn machine(cx: *mut Cx, win: *mut u64, place: u64, gas: i64) -> i64 {
    // SAFETY: see the module's argument: compiled code passes what it was given
    let (m, image, regs) = unsafe {
        let len = (*cx).end.offset_from(win).max(0) as usize;
        (&mut *(*cx).machine.cast::<Machine>(), &*(*cx).image, std::slice::from_raw_parts_mut(win, len))
    };
    // SAFETY: the same
    let cx = unsafe { &mut *cx };
    m.gas = gas.max(0) as u64;
    let done = catch_unwind(AssertUnwindSafe(|| super::instruction(m, image, place as u32, (place >> 32) as u32, regs)));
    match done {
        Ok(Ok(())) => {
            show(cx, m);
            m.gas as i64
        }
        Ok(Err(trap)) => {
            cx.trap = Some(trap);
            -1
        }
        Err(panic) => {
            cx.panic = Some(panic);
            -1
        }
    }
}
