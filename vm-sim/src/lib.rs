//! The virtual machine: bytecode from MIR, interpreter, memory, natives of the standard library, persistent objects, gas metering,
//! traces, and simulation against a state source.
//!
//! It may never know sockets, disks, clocks, threads or editors: state comes through [`state::StateSource`], everything else through the call's environment.
//!
//! Start reading at [`state`] (where state comes from), then `machine` (a call from start to outcome).

pub mod state;
