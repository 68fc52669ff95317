//! Source text → declarations → typed AST: a Go-exact lexer, a recovering recursive-descent parser that works on one
//! top-level declaration at a time, syntax errors in Go's words, and (beside it) the tree-sitter CST for what only looks at form.
//!
//! It may never know types, packages, salsa, the disk or the network: text comes in, trees and errors go out. All offsets
//! inside a declaration are bytes relative to that declaration's start.
//!
//! Start reading at [`ast`] (the shapes), then `split` (file → declarations) and `parse` (declaration → AST); `file` has what concerns a
//! file as a whole, `format` writes a file as gofmt does, `print` how messages quote expressions, `doc` comments, `cst` the tree for form.

pub mod ast;
pub mod bound;
pub mod cst;
pub mod doc;
pub mod file;
pub mod format;
pub mod lex;
pub mod name;
pub mod parse;
pub mod print;
pub mod split;
pub mod text;
pub mod token;
mod unicode;
pub mod version;

pub use name::Name;
pub use parse::{parse_decl, parse_header};
pub use split::{Chunk, ChunkKind, split};
pub use text::TextRange;
pub use version::GoVersion;
