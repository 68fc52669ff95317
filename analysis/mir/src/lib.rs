//! The mid-level representation: typed bodies as basic blocks of three-address instructions, beside them the region tree of
//! loops, arms and early exits; and the versioned gas table, which is defined on it.
//!
//! It may never know how code is executed, stored or shown. MIR is generic, one body per declaration; instances are made where
//! bytecode is made. What the editor says about a function (flow rules, gas bounds) and what runs read the same MIR.
//!
//! Start reading at [`mir`] (the shapes), then `lower` (typed AST → MIR), [`query`], [`graph`] (control flow) and [`gas`] (prices).

pub mod bound;
pub mod gas;
pub mod graph;
pub mod layout;
pub mod lower;
pub mod mir;
pub mod query;
pub mod typequery;
