//! Tests of the syntax crate from outside: text in, snapshots out.

mod cst;
mod doc;
mod errors;
mod files;
mod lexing;
mod printing;
mod recovery;
mod robust;
mod signature;
mod splitting;
