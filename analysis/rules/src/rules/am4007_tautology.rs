use amigos_syntax::ast::{BinaryOp, ExprKind};
use amigos_types::ty::{Basic, TyKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4007",
    name: "tautology",
    severity: Severity::Medium,
    summary: "a condition that is always true, or never",
    why: "An unsigned number is never below zero, and a value equals itself: the condition decides nothing, so that what was to be checked \
          isn't.",
    flagged: example!("am4007_flagged.go"),
    clean: example!("am4007_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        for (e, kind) in arena.exprs() {
            let ExprKind::Binary { op, x, y } = kind else { continue };
            if arena.is_constant(e) {
                continue;
            }
            let zero = |e| arena.facts.type_of(e).value.as_ref().is_some_and(|v| v.i64_value() == Some(0));
            let never_negative = |e: amigos_syntax::ast::ExprId| {
                let unsigned =
                    matches!(cx.under(arena, arena.ty(e)).kind(), TyKind::Basic(b) if (Basic::Uint..=Basic::Uintptr).contains(b));
                let length =
                    matches!(&arena.ast[e].kind, ExprKind::Call { fun, .. } if matches!(cx.text_of(arena.ast[*fun].range), "len" | "cap"));
                !arena.is_constant(e) && (unsigned || length)
            };
            let always = match op {
                BinaryOp::Ge if never_negative(*x) && zero(*y) => Some(true),
                BinaryOp::Lt if never_negative(*x) && zero(*y) => Some(false),
                BinaryOp::Le if zero(*x) && never_negative(*y) => Some(true),
                BinaryOp::Gt if zero(*x) && never_negative(*y) => Some(false),
                BinaryOp::Eq | BinaryOp::Le | BinaryOp::Ge | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Gt => {
                    let plain = |e: amigos_syntax::ast::ExprId| matches!(arena.ast[e].kind, ExprKind::Ident(_) | ExprKind::Selector { .. });
                    let same = plain(*x) && plain(*y) && cx.text_of(arena.ast[*x].range) == cx.text_of(arena.ast[*y].range);
                    // A float that differs from itself is no number: an idiom.
                    let float = arena.is_float(cx, *x) || matches!(arena.ty(*x).unalias().kind(), TyKind::TypeParam(_));
                    (same && !float && !arena.is_constant(*x)).then_some(matches!(op, BinaryOp::Eq | BinaryOp::Le | BinaryOp::Ge))
                }
                _ => None,
            };
            if let Some(always) = always {
                let text = cx.text_of(arena.ast[e].range);
                out.push(RULE.finding(arena.ast[e].range, format!("`{text}` is {} true", if always { "always" } else { "never" })));
            }
        }
    }
}
