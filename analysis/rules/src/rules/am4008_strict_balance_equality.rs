use crate::walk::exprs_in;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{BinaryOp, ExprKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4008",
    name: "strict-balance-equality",
    severity: Severity::Medium,
    summary: "a balance is compared for being exactly so much",
    why: "Anyone can send a coin to a contract, and then its balance is never again exactly what was expected: the branch that waits for it \
          is closed for good. Compare with `>=`, or count in a variable of your own.",
    flagged: example!("am4008_flagged.go"),
    clean: example!("am4008_clean.go"),
    fixed: Some(example!("am4008_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        for (e, kind) in arena.exprs() {
            let ExprKind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), x, y } = kind else { continue };
            let balance = |side: amigos_syntax::ast::ExprId| {
                exprs_in(arena.ast, arena.ast[side].range)
                    .any(|e| arena.called(e).is_some_and(|(pkg, name)| pkg.0.as_str() == "amigos" && name.as_str() == "Balance"))
            };
            let zero = |e| arena.facts.type_of(e).value.as_ref().is_some_and(|v| v.i64_value() == Some(0));
            if balance(*x) == balance(*y) || zero(*x) || zero(*y) {
                continue;
            }
            let mut finding =
                RULE.finding(arena.ast[e].range, "anyone can change this balance by sending a coin: compare with `>=`, or count yourself");
            if *op == BinaryOp::Eq && balance(*x) {
                let at = arena.ast[e].op;
                finding = finding.fix("compare with `>=`", vec![(TextRange::new(at, at + 2), ">=".to_owned())]);
            }
            out.push(finding);
        }
    }
}
