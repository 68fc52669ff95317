//! What compiled code and the machine share while compiled code runs. Compiled code reaches the first fields by their offsets.

use crate::image::Image;
use crate::memory::Obj;
use crate::trap::Trap;

/// A frame that compiled code left: its first register, its function, and the instruction it stands at.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Left {
    pub(super) win: usize,
    pub(super) func: u32,
    pub(super) pc: u32,
}

#[repr(C)]
pub(super) struct Cx {
    pub(super) objs: *const Obj,
    pub(super) objs_len: usize,
    pub(super) words: *mut u64,
    pub(super) words_len: usize,
    pub(super) bytes: *mut u8,
    pub(super) bytes_len: usize,
    pub(super) globals: *const u64,
    pub(super) globals_len: usize,
    /// Frames that were left, innermost first; and how many.
    pub(super) exits: *mut Left,
    pub(super) exits_len: usize,
    /// Gas left where the innermost one was.
    pub(super) gas: i64,
    /// The machine, whose lifetime cannot be named here.
    pub(super) machine: *mut std::ffi::c_void,
    pub(super) image: *const Image,
    /// The end of the stack of registers.
    pub(super) end: *mut u64,
    /// Why an instruction failed in the machine.
    pub(super) trap: Option<Box<Trap>>,
    /// A panic of the machine itself.
    pub(super) panic: Option<Box<dyn std::any::Any + Send>>,
}

/// Where fields of [`Cx`] are.
pub(super) mod offset {
    use super::Cx;
    use std::mem::offset_of;

    pub(in crate::jit) const OBJS: usize = offset_of!(Cx, objs);
    pub(in crate::jit) const OBJS_LEN: usize = offset_of!(Cx, objs_len);
    pub(in crate::jit) const WORDS: usize = offset_of!(Cx, words);
    pub(in crate::jit) const WORDS_LEN: usize = offset_of!(Cx, words_len);
    pub(in crate::jit) const BYTES: usize = offset_of!(Cx, bytes);
    pub(in crate::jit) const BYTES_LEN: usize = offset_of!(Cx, bytes_len);
    pub(in crate::jit) const GLOBALS: usize = offset_of!(Cx, globals);
    pub(in crate::jit) const GLOBALS_LEN: usize = offset_of!(Cx, globals_len);
    pub(in crate::jit) const EXITS: usize = offset_of!(Cx, exits);
    pub(in crate::jit) const EXITS_LEN: usize = offset_of!(Cx, exits_len);
    pub(in crate::jit) const GAS: usize = offset_of!(Cx, gas);
}

const _: () = assert!(size_of::<Left>() == 16 && std::mem::offset_of!(Left, func) == 8 && std::mem::offset_of!(Left, pc) == 12);
