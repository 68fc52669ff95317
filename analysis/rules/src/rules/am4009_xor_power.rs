use amigos_syntax::TextRange;
use amigos_syntax::ast::{BinaryOp, ExprKind, LitKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4009",
    name: "xor-power",
    severity: Severity::Medium,
    summary: "exclusive or where a power is meant",
    why: "In Go `10 ^ 6` is 12. A power of two is `1 << n`; a power of ten is a constant such as `1_000_000` or a loop.",
    flagged: example!("am4009_flagged.go"),
    clean: example!("am4009_clean.go"),
    fixed: Some(example!("am4009_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let ExprKind::Binary { op: BinaryOp::Xor, x, y } = kind else { continue };
            let literal = |e: amigos_syntax::ast::ExprId| match &arena.ast[e].kind {
                ExprKind::BasicLit { kind: LitKind::Int, text } => Some(&**text),
                _ => None,
            };
            let Some(base @ ("2" | "10")) = literal(*x) else { continue };
            // `2 ^ 0x1f` is about bits.
            if literal(*y).is_some_and(|t| t.starts_with('0') && t.len() > 1) {
                continue;
            }
            let exponent = cx.text_of(arena.ast[*y].range);
            let mut finding = RULE.finding(arena.ast[e].range, format!("`{base} ^ {exponent}` is exclusive or, not a power"));
            if base == "2" {
                let range = TextRange::new(arena.ast[*x].range.start, arena.ast[*y].range.start);
                finding = finding.fix(format!("use `1 << {exponent}`"), vec![(range, "1 << ".to_owned())]);
            }
            out.push(finding);
        }
    }
}
