//! Typed AST → MIR. Lowering never fails: what has no type (an error was reported) becomes [`Op::Unsupported`], and a package with errors is not
//! compiled.
//!
//! `build` holds the function being built; `place`, `expr`, `call`, `stmt`, `range`, `switch` lower what they are named for; `package` puts a
//! package together.

mod build;
mod builtin;
mod call;
mod channel;
mod expr;
mod package;
mod place;
mod range;
mod stmt;
mod switch;

pub use call::conversion_between;
pub use package::{DeclInput, DeclMir, Initialiser, PackageParts, assemble_package, decl_func_name, lower_decl};

use std::sync::Arc;

use amigos_syntax::TextRange;
use amigos_syntax::ast::{Ast, Block, BodyAst, ExprId, LitBody};
use amigos_types::ctx::TyCtx;
use amigos_types::facts::Facts;
use amigos_types::ty::{PkgKey, Ty};

use crate::mir::{Body, FuncKey};
use build::Func;

/// A function body to lower.
#[derive(Clone, Copy)]
pub struct BodyInput<'a> {
    /// The program's types.
    pub ctx: &'a dyn TyCtx,
    /// The package.
    pub pkg: PkgKey,
    /// Whose body it is.
    pub func: FuncKey,
    /// Its type parameters, a receiver's first.
    pub tparams: &'a [Ty],
    /// The declaration's index in its package.
    pub decl: u32,
    /// The function's span in its declaration.
    pub span: TextRange,
    /// The bodies of the declaration and the facts of each, by index.
    pub bodies: &'a [BodyAst],
    /// The facts of each of `bodies`.
    pub facts: &'a [Arc<Facts>],
}

/// Lowers the body of a function declaration: `bodies[0]`.
pub fn lower_function(input: &BodyInput) -> Option<Body> {
    let body = input.bodies.first()?;
    let facts = input.facts.first()?;
    let arena = Arena { ast: &body.ast, facts };
    Some(lower_block(input, arena, None, &body.block))
}

/// An arena with its facts.
#[derive(Clone, Copy)]
pub(crate) struct Arena<'a> {
    pub ast: &'a Ast,
    pub facts: &'a Facts,
}

/// Lowers a function (or, with `lit`, a function literal that stands in a signature half and therefore captures nothing).
fn lower_block<'a>(input: &BodyInput<'a>, arena: Arena<'a>, lit: Option<ExprId>, block: &'a Block) -> Body {
    let mut func = Func::new(input, arena);
    func.find_yield_bodies(block.range);
    func.enter_function(lit, block.range);
    func.block(block);
    func.finish_function()
}

/// Lowers `dst = initialiser` statements of a `var` spec: see [`package`].
pub(crate) fn lower_initialiser<'a>(input: &BodyInput<'a>, arena: Arena<'a>, emit: impl FnOnce(&mut Func<'a>)) -> Body {
    let mut func = Func::new(input, arena);
    func.enter_plain(input.span);
    emit(&mut func);
    func.finish_function()
}

/// The block of a function literal and the arena it lives in.
pub(crate) fn literal_body<'a>(input: &BodyInput<'a>, here: Arena<'a>, body: &'a LitBody) -> Option<(Arena<'a>, &'a Block)> {
    match body {
        LitBody::Here(block) => Some((here, block)),
        LitBody::Body(index) => {
            let body = input.bodies.get(*index as usize)?;
            let facts = input.facts.get(*index as usize)?;
            Some((Arena { ast: &body.ast, facts }, &body.block))
        }
    }
}
