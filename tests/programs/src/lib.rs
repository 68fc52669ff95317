//! Plain Go programs in the virtual machine: running them, and the blocks of the language pages that hold them.
//!
//! It may never hold an expectation of its own. Start reading at [`machine`] (a program run), then [`plain`] (a block of a page: a program, the errors and
//! types it says it has, and its output). What Go itself says to the same is asked by this crate's binary.

pub mod machine;
pub mod page;
pub mod plain;
