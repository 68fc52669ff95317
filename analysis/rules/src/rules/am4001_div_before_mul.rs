use crate::flow::{Flow, Val};
use amigos_mir::mir::Op;
use amigos_syntax::ast::BinaryOp;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4001",
    name: "div-before-mul",
    severity: Severity::Medium,
    summary: "a quotient is multiplied: what was cut off is multiplied too",
    why: "Integer division cuts off. `amount / 100 * rate` is 0 for every amount below 100; `amount * rate / 100` is not. Rounding down to \
          a multiple, `n / step * step`, is meant that way and not reported; nor is a quotient whose remainder is used, too.",
    flagged: example!("am4001_flagged.go"),
    clean: example!("am4001_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    for (_, inst) in flow.insts() {
        let Op::Binary { dst, op: BinaryOp::Mul, x, y } = &inst.op else { continue };
        let ty = flow.ty(&amigos_mir::mir::Operand::Local(*dst));
        if cx.integer(ty).is_none() || is_time(ty) {
            continue;
        }
        let (x, y) = (flow.val(x), flow.val(y));
        for (quotient, factor) in [(&x, &y), (&y, &x)] {
            let Val::Bin(BinaryOp::Div, of, by) = quotient.plain() else { continue };
            let constant = |v: &Val| matches!(v.plain(), Val::Const(_));
            let aligned = by.plain() == factor.plain() || factor.mentions(by) || by.mentions(factor);
            if aligned || constant(by) && constant(factor) || constant(of) || has_remainder(flow, of, by) {
                continue;
            }
            out.push(RULE.finding(inst.span, "the division cuts off before the multiplication: multiply first, then divide"));
            break;
        }
    }
}

/// Whether the function takes the remainder of the same division: then it knows what is cut off.
fn has_remainder(flow: &Flow, of: &Val, by: &Val) -> bool {
    flow.insts().any(|(_, inst)| match &inst.op {
        Op::Binary { op: BinaryOp::Rem, x, y, .. } => flow.val(x).plain() == of.plain() && flow.val(y).plain() == by.plain(),
        _ => false,
    })
}

/// Durations are made and taken apart by dividing and multiplying.
fn is_time(ty: amigos_types::ty::Ty) -> bool {
    matches!(ty.unalias().kind(), amigos_types::ty::TyKind::Named { key, .. } if key.pkg.is_some_and(|p| p.0.as_str() == "time"))
}
