//! The Go type checker's core, in go/types' division of files: interned types, constants, scopes, declarations, inference,
//! generics, method sets, statements, error codes.
//!
//! It may never know salsa, files, packages' sources or the network: what lies outside the package being checked comes through
//! [`ctx::TyCtx`]. Checking never fails: it returns facts and errors, both with ranges relative to their declaration.
//!
//! Start reading at [`ty`] (types), [`facts`] (what checking yields) and [`ctx`] (what checking asks for).

pub mod codes;
pub mod ctx;
pub mod facts;
pub mod konst;
pub mod quote;
pub mod source;
pub mod ty;
