//! Walking statements and expressions below a place.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{Ast, ExprId, IdentId, StmtId, StmtKind};

/// The statements whose range lies inside `range`.
pub(crate) fn stmts_in(ast: &Ast, range: TextRange) -> impl Iterator<Item = (StmtId, &StmtKind)> {
    ast.stmts
        .iter()
        .enumerate()
        .filter(move |(_, s)| s.range.start >= range.start && s.range.end <= range.end)
        .map(|(i, s)| (StmtId(i as u32), &s.kind))
}

/// The expressions whose range lies inside `range`.
pub(crate) fn exprs_in(ast: &Ast, range: TextRange) -> impl Iterator<Item = ExprId> {
    ast.exprs
        .iter()
        .enumerate()
        .filter(move |(_, e)| e.range.start >= range.start && e.range.end <= range.end)
        .map(|(i, _)| ExprId(i as u32))
}

/// The identifiers inside `range`.
pub(crate) fn idents_in(ast: &Ast, range: TextRange) -> impl Iterator<Item = IdentId> {
    ast.idents
        .iter()
        .enumerate()
        .filter(move |(_, i)| i.range.start >= range.start && i.range.end <= range.end && !i.range.is_empty())
        .map(|(i, _)| IdentId(i as u32))
}
