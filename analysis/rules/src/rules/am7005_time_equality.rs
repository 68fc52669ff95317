use crate::walk::exprs_in;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{BinaryOp, ExprKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM7005",
    name: "time-equality",
    severity: Severity::Low,
    summary: "waiting for one exact block or moment",
    why: "No block need have exactly this time, and a call need not be in exactly this block: what waits for equality may wait for ever. \
          Compare with `>=`.",
    flagged: example!("am7005_flagged.go"),
    clean: example!("am7005_clean.go"),
    fixed: Some(example!("am7005_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.bodies() {
        for (e, kind) in arena.exprs() {
            let source = |side: amigos_syntax::ast::ExprId| {
                // Modulo is another matter: every tenth block.
                let rest = exprs_in(arena.ast, arena.ast[side].range)
                    .any(|e| matches!(arena.ast[e].kind, ExprKind::Binary { op: BinaryOp::Rem, .. }));
                !rest
                    && exprs_in(arena.ast, arena.ast[side].range).any(|e| {
                        arena.called(e).is_some_and(|(pkg, name)| pkg.0.as_str() == "amigos" && matches!(name.as_str(), "Now" | "Height"))
                    })
            };
            let message = "this may never be exactly so: compare with `>=`";
            match kind {
                ExprKind::Binary { op: BinaryOp::Eq, x, y } if source(*x) != source(*y) => {
                    let mut finding = RULE.finding(arena.ast[e].range, message);
                    if source(*x) && cx.integer(arena.ty(*x)).is_some() {
                        let at = arena.ast[e].op;
                        finding = finding.fix("compare with `>=`", vec![(TextRange::new(at, at + 2), ">=".to_owned())]);
                    }
                    out.push(finding);
                }
                ExprKind::Call { fun, .. } => {
                    if let ExprKind::Selector { x, sel } = &arena.ast[*fun].kind
                        && arena.ast[*sel].name.as_str() == "Equal"
                        && source(*x)
                    {
                        out.push(RULE.finding(arena.ast[e].range, message));
                    }
                }
                _ => {}
            }
        }
    }
}
