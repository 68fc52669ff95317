use amigos_mir::mir::{BlockId, Callee, Op};
use amigos_syntax::TextRange;
use amigos_syntax::ast::BinaryOp;

use super::example;
use super::oracle::is_price_method;
use crate::context::Context;
use crate::flow::{Flow, Val};
use crate::intervals::Ranges;
use crate::taint::{Spec, Taint};
use crate::user::{keeps_size, union};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM7004",
    name: "oracle-no-bounds",
    severity: Severity::Medium,
    summary: "a price is used without a look at whether it can be right",
    why: "A price can be zero when a market is empty, and a division by it ends the call. A mean moves with every source: one that reports a thousand \
          times too much decides alone. Ask `IsZero()` before dividing, and `Agree(tolerance)` before taking a mean, or take the median.",
    flagged: example!("am7004_flagged.go"),
    clean: example!("am7004_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    let quotes =
        |func: &amigos_mir::mir::FuncKey, name: &str| func.pkg.0.as_str() == "oracle" && func.name.strip_prefix("Quotes.") == Some(name);
    let mut prices = false;
    for (block, inst) in flow.insts() {
        let Op::Call { callee: Callee::Static { func, .. }, .. } = &inst.op else { continue };
        prices |= is_price_method(func, &["Units", "Int", "Mul"]);
        if quotes(func, "Mean") && !asked(flow, block, inst.span, &|v| matches!(v, Val::Call(f, _, _) if quotes(f, "Agree"))) {
            out.push(
                RULE.finding(inst.span, "one source that is far off moves the mean: ask `Agree(tolerance)` first, or take `Median()`"),
            );
        }
    }
    if !prices {
        return;
    }
    let spec = Spec {
        source: &|_, inst| {
            u64::from(
                matches!(&inst.op, Op::Call { callee: Callee::Static { func, .. }, .. } if is_price_method(func, &["Units", "Int", "Mul"])),
            )
        },
        param: &|_| 0,
        call: &|callee, args| {
            if matches!(callee, Callee::Static { func, .. } if is_price_method(func, &["Mul"])) { union(args) } else { 0 }
        },
        arithmetic: &keeps_size,
    };
    let mut divisions: Vec<(BlockId, usize)> = Vec::new();
    Taint::new(flow, spec).walk(&mut |at, inst, here| {
        if let Op::Binary { op: BinaryOp::Div | BinaryOp::Rem, y, .. } = &inst.op
            && here.of(y) != 0
        {
            divisions.push(at);
        }
    });
    if divisions.is_empty() {
        return;
    }
    let about_price = |v: &Val| matches!(v, Val::Call(f, _, _) if is_price_method(f, &["Units", "Int", "Mul", "IsZero"]));
    Ranges::new(flow, cx.types).walk(&mut |block, at, inst, here| {
        let Op::Binary { y, .. } = &inst.op else { return };
        if !divisions.contains(&(block, at)) || here.of(y).is_some_and(|i| i.low > 0 || i.high < 0) {
            return;
        }
        if !asked(flow, block, inst.span, &about_price) {
            out.push(RULE.finding(inst.span, "a price of zero ends the call here: ask `IsZero()` before dividing by it"));
        }
    });
}

/// Whether a condition or an assertion before a place is about such a value.
fn asked(flow: &Flow, block: BlockId, span: TextRange, about: &dyn Fn(&Val) -> bool) -> bool {
    flow.conditions(block).iter().any(|c| c.val.any(&mut |v| about(v)))
        || flow.calls_before(block, span).iter().any(|(func, args)| {
            func.pkg.0.as_str() == "amigos" && func.name.as_str() == "Assert" && args.iter().any(|a| a.any(&mut |v| about(v)))
        })
}
