//! A session's machine between two calls: it borrows no state.
//!
//! # Safety
//!
//! A machine's lifetime is that of the state that it reads. It stands in [`crate::persist::State::source`] and in the machines of [`Machine::shadows`], which have such
//! a field each, and nowhere else. [`asleep`] replaces the first by a source without borrows and drops the others; so what is left holds for any lifetime, and lifetimes
//! do not change how values lie in memory.
//!
//! [`Machine::shadows`]: crate::machine::Machine::shadows

use crate::machine::Vm;
use crate::persist::Source;
use crate::state::StateSource;

/// The machine on a source, for a call.
pub(super) fn awake<'s>(vm: Box<Vm<'static>>, source: &'s dyn StateSource) -> Box<Vm<'s>> {
    let mut vm: Box<Vm<'s>> = vm;
    vm.m.state.source = Source::Borrowed(source);
    vm
}

/// The machine after a call.
#[allow(unsafe_code, reason = "the named module: see its safety argument")]
pub(super) fn asleep(mut vm: Box<Vm<'_>>) -> Box<Vm<'static>> {
    vm.m.state.source = Source::None;
    // they see what was committed before the call
    vm.m.shadows.clear();
    // SAFETY: the module's argument
    unsafe { std::mem::transmute::<Box<Vm<'_>>, Box<Vm<'static>>>(vm) }
}
