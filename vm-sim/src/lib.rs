//! The virtual machine: bytecode from MIR, interpreter, memory, natives of the standard library, persistent objects, gas metering,
//! traces, and simulation against a state source.
//!
//! It may never know sockets, disks, clocks, threads or editors: state comes through [`state::StateSource`], everything else through the call's environment.
//!
//! Start reading at [`state`] (where state comes from), then [`engine`] (a call from start to outcome), [`machine`] (what a call has) and [`interp`].

pub mod args;
pub mod code;
pub mod compare;
pub mod compile;
pub mod diff;
pub mod engine;
pub mod fibers;
pub mod identity;
pub mod image;
pub mod interp;
#[cfg(feature = "jit")]
pub mod jit;
pub mod machine;
pub mod maps;
pub mod memory;
pub mod natives;
pub mod outcome;
pub mod ownership;
pub mod path;
pub mod persist;
pub mod pure;
pub mod state;
pub mod trace;
pub mod trap;
pub mod types;
pub mod value;
