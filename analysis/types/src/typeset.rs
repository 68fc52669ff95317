//! The type sets of interfaces (Go spec, "Interface types").

use crate::ty::{IfaceMethod, Ty};

/// A term of a type set in normal form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetTerm {
    /// Whether it is `~T`.
    pub tilde: bool,
    /// The type.
    pub ty: Ty,
}

/// The type set of an interface.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TypeSet {
    /// All methods, sorted by name (unexported ones by package as well).
    pub methods: Vec<IfaceMethod>,
    /// The types in it; `None`: all types.
    pub terms: Option<Vec<SetTerm>>,
    /// Whether all types in it must be comparable. Only without terms: else the terms are the comparable ones.
    pub comparable: bool,
}
