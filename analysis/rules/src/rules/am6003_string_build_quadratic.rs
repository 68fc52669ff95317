use crate::walk::stmts_in;
use amigos_syntax::ast::{AssignOp, BinaryOp, ExprKind, StmtKind};
use amigos_types::facts::ObjRef;
use amigos_types::ty::{Basic, TyKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6003",
    name: "string-build-quadratic",
    severity: Severity::Medium,
    summary: "a text is put together piece by piece in a loop over state",
    why: "Each `out += piece` copies all that was there before: a list that is ten times as long costs a hundred times as much gas. A \
          `strings.Builder` copies each piece once.",
    flagged: example!("am6003_flagged.go"),
    clean: example!("am6003_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test || !cx.contract {
        return;
    }
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Range { x, body, .. } = &stmt.kind else { continue };
            let state = matches!(&arena.ast[*x].kind, ExprKind::Ident(i) if matches!(arena.object(*i), Some(ObjRef::Member { .. })));
            if !state {
                continue;
            }
            for (id, kind) in stmts_in(arena.ast, body.range) {
                let StmtKind::Assign { lhs, rhs, op, .. } = kind else { continue };
                let ([left], [right]) = (&lhs[..], &rhs[..]) else { continue };
                let ExprKind::Ident(ident) = &arena.ast[*left].kind else { continue };
                if !matches!(cx.under(arena, arena.ty(*left)).kind(), TyKind::Basic(Basic::String)) {
                    continue;
                }
                let object = arena.object(*ident);
                let outside = match object {
                    Some(ObjRef::Local(l)) => arena.facts.declared_here(l).is_none_or(|i| arena.ast[i].range.start < body.range.start),
                    _ => false,
                };
                let extends = match op {
                    AssignOp::Op(BinaryOp::Add) => true,
                    AssignOp::Assign => match &arena.ast[*right].kind {
                        ExprKind::Binary { op: BinaryOp::Add, x, .. } => {
                            let mut first = *x;
                            while let ExprKind::Binary { op: BinaryOp::Add, x, .. } = &arena.ast[first].kind {
                                first = *x;
                            }
                            matches!(&arena.ast[first].kind, ExprKind::Ident(i) if arena.object(*i) == object)
                        }
                        _ => false,
                    },
                    _ => false,
                };
                if outside && extends {
                    let name = arena.ast[*ident].name;
                    let list = cx.text_of(arena.ast[*x].range);
                    let message =
                        format!("each step copies all of `{name}`: gas grows with the square of `len({list})`; use a `strings.Builder`");
                    out.push(RULE.finding(arena.ast[id].range, message));
                    break;
                }
            }
        }
    }
}
