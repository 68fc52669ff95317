//! What the fuzz targets share: a thread with the server's stack, and mutations of Go programs by whole tokens.
//!
//! It may never hold an expectation about Go: a finding is a panic, a hang, a stack overflow, or an incremental result that
//! differs from one from scratch. Start reading at `targets/`.

pub mod mutate;
pub mod worker;
