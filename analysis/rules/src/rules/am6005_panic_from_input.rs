use crate::flow::Val;
use amigos_mir::mir::{Op, PlaceBase};
use amigos_syntax::ast::BinaryOp;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6005",
    name: "panic-from-input",
    severity: Severity::Low,
    summary: "an index from outside is used without a look at the length",
    why: "An index that is out of range panics with `index out of range`. That undoes the call, which is safe, but it says nothing to the \
          user; and a contract that calls this one must be ready for a panic where it expects an error. Check the index and say what is \
          missing.",
    flagged: example!("am6005_flagged.go"),
    clean: example!("am6005_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    let mut reported = Vec::new();
    for (block, inst) in flow.insts() {
        let (Op::Load { place, .. } | Op::Store { place, .. } | Op::Addr { place, .. }) = &inst.op else { continue };
        let PlaceBase::Elem { slice, index } = &place.base else { continue };
        let (slice, index) = (flow.val(slice), flow.val(index));
        let (Some(root), Val::Param(n)) = (slice.root(), index.plain()) else { continue };
        if reported.contains(n) {
            continue;
        }
        let param = Val::Param(*n);
        let asked = flow.conditions(block).iter().any(|c| {
            matches!(c.val, Val::Bin(BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, ..)) && c.val.mentions(&param)
                || c.val.any(&mut |v| matches!(v, Val::Call(_, args, _) if args.iter().any(|a| a.mentions(&param))))
        });
        let helped = flow.calls_before(block, inst.span).iter().any(|(_, args)| args.iter().any(|a| a.mentions(&param)));
        if !asked && !helped {
            reported.push(*n);
            let name = cx.param_name(*n).map_or("the index".to_owned(), |n| format!("`{n}`"));
            out.push(
                RULE.finding(inst.span, format!("{name} may be out of the range of `{}`: check it and say what is missing", root.name)),
            );
        }
    }
}
