use crate::flow::Val;
use amigos_mir::mir::{Op, Operand};
use amigos_syntax::ast::BinaryOp;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4005",
    name: "negative-amount",
    severity: Severity::High,
    summary: "a negative amount turns a payment round",
    why: "`balances[from] -= n` with a negative `n` adds; so whoever pays -100 receives 100. Amounts are unsigned (`uint64`, \
          `amigos.Coins`), or the function begins with `if n <= 0`.",
    flagged: example!("am4005_flagged.go"),
    clean: example!("am4005_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    let writes = flow.writes();
    let mut reported = Vec::new();
    for (block, inst) in flow.insts() {
        let Op::Binary { dst, op: BinaryOp::Sub, x, y } = &inst.op else { continue };
        let (x, y) = (flow.val(x), flow.val(y));
        let (Some(root), Val::Param(n)) = (x.root(), y.plain()) else { continue };
        if reported.contains(n) || cx.param_type(*n).is_none_or(|t| cx.integer(t) != Some(true)) {
            continue;
        }
        let whole = flow.val(&Operand::Local(*dst));
        let stored = writes.iter().any(|w| w.root == root && w.value.as_ref().is_some_and(|v| v.mentions(&whole)));
        let param = Val::Param(*n);
        let bounded = flow.conditions(block).iter().any(|c| match &c.val {
            Val::Bin(BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, a, b) => {
                let constant = |v: &Val| matches!(v.plain(), Val::Const(_) | Val::Zero);
                a.plain() == &param && constant(b) || b.plain() == &param && constant(a)
            }
            _ => false,
        });
        let helped = flow.calls_before(block, inst.span).iter().any(|(_, args)| args.iter().any(|a| a.mentions(&param)));
        if stored && !bounded && !helped {
            reported.push(*n);
            let name = cx.param_name(*n).map_or("the amount".to_owned(), |n| format!("`{n}`"));
            out.push(
                RULE.finding(inst.span, format!("a negative {name} adds to `{}` here: use an unsigned type, or refuse `<= 0`", root.name)),
            );
        }
    }
}
