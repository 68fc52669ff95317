use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, BinaryOp, ExprKind, StmtKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1005",
    name: "float-arith",
    severity: Severity::High,
    summary: "arithmetic on floating-point numbers",
    why: "Floating-point results are rounded: amounts that should add up don't, and a sum depends on its order. Amounts are integers of the smallest unit; a fee \
          of 3 % is `n * 3 / 100`, a price is a fixed-point `oracle.Price`. Constant expressions are exact and not reported.",
    flagged: example!("am1005_flagged.go"),
    clean: example!("am1005_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    let arithmetic = |op: BinaryOp| matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div);
    for arena in cx.arenas() {
        let mut ranges: Vec<TextRange> = Vec::new();
        for (e, kind) in arena.exprs() {
            if let ExprKind::Binary { op, .. } = kind
                && arithmetic(*op)
                && !arena.is_constant(e)
                && arena.is_float(cx, e)
            {
                ranges.push(arena.ast[e].range);
            }
        }
        for stmt in &arena.ast.stmts {
            if let StmtKind::Assign { lhs, op: AssignOp::Op(op), .. } = &stmt.kind
                && arithmetic(*op)
                && lhs.first().is_some_and(|x| arena.is_float(cx, *x))
            {
                ranges.push(stmt.range);
            }
        }
        // The outermost expression is the cause.
        for range in &ranges {
            let inner = ranges.iter().any(|r| r != range && r.start <= range.start && range.end <= r.end);
            if !inner {
                out.push(
                    RULE.finding(*range, "floating-point arithmetic rounds: keep amounts as integers of the smallest unit (`n * 3 / 100`)"),
                );
            }
        }
    }
}
