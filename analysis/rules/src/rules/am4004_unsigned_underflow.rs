use crate::flow::Val;
use amigos_mir::mir::{Op, Operand};
use amigos_syntax::ast::BinaryOp;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4004",
    name: "unsigned-underflow",
    severity: Severity::High,
    summary: "an unsigned balance is reduced without a look at it",
    why: "An unsigned number that is reduced below zero becomes the largest there is: who has 1 and spends 2 owns everything. Compare \
          before: `if balances[from] < n { return ErrFunds }`.",
    flagged: example!("am4004_flagged.go"),
    clean: example!("am4004_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    let writes = flow.writes();
    for (block, inst) in flow.insts() {
        let Op::Binary { dst, op: BinaryOp::Sub, x, y } = &inst.op else { continue };
        let whole = flow.val(&Operand::Local(*dst));
        let (x, y) = (flow.val(x), flow.val(y));
        let (Some(root), Some(false)) = (x.root(), cx.integer(flow.ty(&Operand::Local(*dst)))) else { continue };
        // Only what is stored again, of what the caller names.
        let stored = writes.iter().any(|w| w.root == root && w.value.as_ref().is_some_and(|v| v.mentions(&whole)));
        let from_caller = y.any(&mut |v| matches!(v, Val::Param(_) | Val::Msg(_)));
        if !stored || !from_caller || y.mentions(&x) {
            continue;
        }
        let compared = flow.conditions(block).iter().any(|c| c.compares(x.plain(), y.plain()));
        let helped = flow.calls_before(block, inst.span).iter().any(|(_, args)| args.iter().any(|a| a.mentions(y.plain())));
        if !compared && !helped {
            out.push(RULE.finding(
                inst.span,
                format!("`{}` wraps around to a huge number if this is more than there is: compare before", root.name),
            ));
        }
    }
}
