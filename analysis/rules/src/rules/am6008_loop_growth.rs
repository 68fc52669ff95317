use amigos_syntax::ast::{BinaryOp, ExprKind, StmtKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6008",
    name: "loop-growth",
    severity: Severity::High,
    summary: "a loop makes the list longer that it goes over",
    why: "The length is asked again in each step, and each step adds an element: the loop never ends, or ends when the gas does. `for range \
          list` goes over what was there at the start.",
    flagged: example!("am6008_flagged.go"),
    clean: example!("am6008_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::For { cond: Some(cond), body, .. } = &stmt.kind else { continue };
            let ExprKind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Ne, y, .. } = &arena.ast[*cond].kind else { continue };
            let ExprKind::Call { fun, args, .. } = &arena.ast[*y].kind else { continue };
            let ([list], "len") = (&args[..], cx.text_of(arena.ast[*fun].range)) else { continue };
            let list = cx.text_of(arena.ast[*list].range);
            // In every step: not below a condition, with no way out before or after.
            let leaves =
                crate::walk::stmts_in(arena.ast, body.range).any(|(_, k)| matches!(k, StmtKind::Return(_) | StmtKind::Branch { .. }));
            for id in &body.stmts {
                let StmtKind::Assign { lhs, rhs, .. } = &arena.ast[*id].kind else { continue };
                let ([x], [value]) = (&lhs[..], &rhs[..]) else { continue };
                let ExprKind::Call { fun, args, .. } = &arena.ast[*value].kind else { continue };
                let grows = cx.text_of(arena.ast[*fun].range) == "append"
                    && args.len() > 1
                    && cx.text_of(arena.ast[*x].range) == list
                    && args.first().is_some_and(|a| cx.text_of(arena.ast[*a].range) == list);
                let shrinks = body.stmts.iter().any(|other| {
                    other != id && matches!(&arena.ast[*other].kind, StmtKind::Assign { lhs, .. } if lhs.iter().any(|l| cx.text_of(arena.ast[*l].range) == list))
                });
                if grows && !leaves && !shrinks {
                    let message = format!("each step makes `{list}` longer, so that the loop never ends: use `for range {list}`");
                    out.push(RULE.finding(arena.ast[*id].range, message).because(arena.ast[*cond].range, "the condition"));
                }
            }
        }
    }
}
