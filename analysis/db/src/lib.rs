//! The salsa database: inputs (files, packages, what is known of imports), import resolution, the queries that wrap parser and checker, and
//! their firewalls. An edit in one body runs `split_file` once and `parse_decl`, `decl_sig`, `check_body` once, for that declaration.
//!
//! It may never know the disk, the network, a clock or an editor: its owner sets all inputs in one change per turn; a query is a pure function of
//! them. All ranges below [`diagnostics::file_diagnostics`] are relative to a declaration's start.
//!
//! Start reading at [`input`] (what goes in), then [`query`] (text → declarations → types → bodies), [`resolve`] (imports), [`context`] (how the
//! checker asks), [`diagnostics`].

pub mod context;
pub mod diagnostics;
pub mod host;
pub mod input;
pub mod query;
pub mod resolve;

pub use host::Database;
pub use input::{Package, Profile, Root, SourceFile};

/// The database as queries see it.
#[salsa::db]
pub trait Db: salsa::Database {}
