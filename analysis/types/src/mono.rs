//! The check that instantiation doesn't go on for ever.

use amigos_syntax::TextRange;

use crate::facts::DeclIdx;
use crate::ty::Ty;

/// An instantiation seen while checking.
#[derive(Clone, Debug, PartialEq)]
pub struct Instantiation {
    /// Where.
    pub decl: DeclIdx,
    /// Where, in the declaration.
    pub range: TextRange,
    /// The type parameters.
    pub tparams: Box<[Ty]>,
    /// The type arguments.
    pub args: Box<[Ty]>,
    /// Where they are written; empty if they were inferred.
    pub ranges: Vec<TextRange>,
}
