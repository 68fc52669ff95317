//! What the natives of the standard library compute, as plain functions of plain values: no machine, no memory, no gas.
//!
//! It may never know the machine's types. Results are Go's, byte for byte; texts are bytes, since Go's strings need not be UTF-8. Whoever calls has charged for
//! the work already, and bounds what is unbounded in it (see [`fmt::render`]).
//!
//! Start reading at [`utf8`] (how Go reads text), then [`fmt`].

pub mod big;
pub mod casing;
pub mod content;
pub mod digest;
pub mod entities;
pub mod exact;
pub mod float;
pub mod fmt;
pub mod math;
pub mod quote;
pub mod regexp;
pub mod scan;
pub mod search;
pub mod trigonometry;
pub mod unicode;
pub mod unicode_sets;
pub mod utf8;
