//! Typed AST → MIR. Lowering never fails: what has no type (an error was reported) becomes [`Op::Unsupported`], and a package with errors is not
//! compiled.
//!
//! `build` holds the function being built; `place`, `expr`, `call`, `stmt`, `range`, `switch` lower what they are named for; `package` puts a
//! package together.

mod bound;
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

use amigos_syntax::ast::{Ast, Block, BodyAst, LitBody};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::TyCtx;
use amigos_types::facts::Facts;
use amigos_types::ty::{PkgKey, Ty};

use crate::bound::Limit;
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

/// The bounds that hold in a function with these parameters, each with the place of its check.
pub(crate) type LimitsOf<'f> = &'f dyn Fn(&[(Name, Ty)]) -> Vec<(Limit, TextRange)>;

/// Lowers the body of a function declaration: `bodies[0]`.
pub(crate) fn lower_function(input: &BodyInput, limits: LimitsOf) -> Option<Body> {
    let body = input.bodies.first()?;
    let facts = input.facts.first()?;
    let arena = Arena { ast: &body.ast, facts };
    let mut func = Func::new(input, arena);
    func.find_yield_bodies(body.block.range);
    func.enter_function(None, body.block.range);
    let limits = limits(&facts.parameters());
    func.check_limits(&limits);
    func.block(&body.block);
    let mut body = func.finish_function();
    body.limits = limits.into_iter().map(|(limit, _)| limit).collect();
    Some(body)
}

/// An arena with its facts.
#[derive(Clone, Copy)]
pub(crate) struct Arena<'a> {
    pub ast: &'a Ast,
    pub facts: &'a Facts,
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
