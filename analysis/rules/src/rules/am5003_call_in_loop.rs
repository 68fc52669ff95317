use super::effects::transfer_in;
use crate::context::Arena;
use amigos_syntax::ast::{ExprKind, StmtKind};
use amigos_types::facts::ObjRef;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5003",
    name: "call-in-loop",
    severity: Severity::Medium,
    summary: "payments in a loop: one that fails undoes all",
    why: "A payment to each entry of a list fails as a whole when one fails, and costs more gas with each entry. Note what everyone is \
          owed, and let them take it themselves.",
    flagged: example!("am5003_flagged.go"),
    clean: example!("am5003_clean.go"),
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
            if !rooted_in_state(arena, *x) {
                continue;
            }
            if let Some(call) = transfer_in(cx, arena, body.range) {
                let message = "a payment in a loop over state: if one fails, all fail; let everyone take their own";
                out.push(RULE.finding(arena.ast[call].range, message).because(arena.ast[*x].range, "the list"));
            }
        }
    }
}

/// `shares`, `book.shares`, `groups[name]` of a package-level variable.
fn rooted_in_state(arena: Arena, e: amigos_syntax::ast::ExprId) -> bool {
    let mut at = e;
    loop {
        match &arena.ast[at].kind {
            ExprKind::Ident(i) => return matches!(arena.object(*i), Some(ObjRef::Member { .. })),
            ExprKind::Selector { x, .. } | ExprKind::Index { x, .. } | ExprKind::Paren(x) | ExprKind::Star(x) => at = *x,
            _ => return false,
        }
    }
}
