//! What exported functions return: shared by the rules on leaks.

use std::collections::BTreeSet;

use amigos_mir::mir::{LocalId, Op, Operand, Place, PlaceBase};
use amigos_syntax::TextRange;
use amigos_syntax::ast::StmtKind;
use amigos_types::ty::Ty;

use crate::context::Context;
use crate::provenance::{Path, Provenance};

/// A value that an exported function returns.
pub(super) struct Returned {
    /// What it is made of.
    pub value: Operand,
    /// Its type, that of the result.
    pub ty: Ty,
    /// Where it stands: the expression, if it is one.
    pub range: TextRange,
    /// The persistent variables of this package that it refers to.
    pub state: BTreeSet<Path>,
}

/// The values that an exported function or method gives to whoever calls it; none if it looks at who that is.
pub(super) fn returned(cx: &Context, provenance: &Provenance, wanted: &dyn Fn(Ty) -> bool) -> Vec<Returned> {
    let Some((flow, name)) = cx.entry() else { return Vec::new() };
    let results = &flow.body.results;
    let ty = |l: LocalId| flow.body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty);
    if !results.iter().any(|r| wanted(ty(*r))) || *crate::guards::checks_caller(cx.db, cx.input, name) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (_, inst) in flow.insts() {
        let (dst, value) = match &inst.op {
            Op::Copy { dst, src } => (dst, src),
            Op::Store { place: Place { base: PlaceBase::Local(dst), proj, .. }, src } if proj.is_empty() => (dst, src),
            _ => continue,
        };
        let Some(nth) = results.iter().position(|r| r == dst).filter(|_| wanted(ty(*dst))) else { continue };
        let state = provenance.of(value).into_iter().filter(|p| p.global().is_some_and(|k| k.pkg == cx.package)).collect();
        out.push(Returned { value: value.clone(), ty: ty(*dst), range: expression(cx, inst.span, nth).unwrap_or(inst.span), state });
    }
    out
}

/// The expression of the n-th result in the `return` around a place.
fn expression(cx: &Context, at: TextRange, nth: usize) -> Option<TextRange> {
    cx.bodies().find_map(|arena| {
        arena.ast.stmts.iter().find_map(|s| match &s.kind {
            StmtKind::Return(values) if s.range.start <= at.start && at.end <= s.range.end => Some(arena.ast[*values.get(nth)?].range),
            _ => None,
        })
    })
}
