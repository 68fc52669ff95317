//! The input of the checker: a package as the signature halves of its declarations.

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_syntax::ast::{Ast, DeclKind};
use amigos_syntax::bound::WrittenBound;

use crate::facts::DeclIdx;
use crate::ty::PkgKey;

/// The signature half of a declaration: what [`amigos_syntax::ast::DeclAst`] holds besides bodies, comments and errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigDecl {
    /// What it is.
    pub kind: DeclKind,
    /// The arena that `kind` points into.
    pub sig: Arc<Ast>,
    /// How many bodies the declaration has.
    pub bodies: u32,
    /// The `//amigos:bound` comments above it and above what it declares.
    pub bounds: Arc<[WrittenBound]>,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// Its name without folder.
    pub name: Name,
    /// Its declarations in source order, `package` clause and imports included.
    pub decls: Vec<DeclIdx>,
    /// The Go version that a `//go:build` line sets for it, as minor number (`go1.21` → 21).
    pub go_minor: Option<u32>,
}

/// A package to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageSource {
    /// Its identity.
    pub key: PkgKey,
    /// The name in its package clauses.
    pub name: Name,
    /// Its files, sorted by name.
    pub files: Vec<FileSource>,
    /// All declarations, by [`DeclIdx`].
    pub decls: Vec<Arc<SigDecl>>,
    /// The language version, as minor number (26 for Go 1.26).
    pub go_minor: u32,
    /// Whether functions without body are allowed (the standard library's natives).
    pub natives: bool,
}
