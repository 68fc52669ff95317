use amigos_mir::mir::{Callee, Op};

use super::example;
use crate::context::Context;
use crate::flow::Val;
use crate::guards::caller_is_checked;
use crate::provenance::{PathRoot, Target};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2012",
    name: "open-interface-trust",
    severity: Severity::Medium,
    summary: "a payment is left to an implementation that the caller chooses",
    why: "Anyone can implement an interface: `t.Transfer(...)` of a parameter `t` may do nothing and say that all is well. What this contract \
          then believes was paid was not. A marker method does not help, for it can be embedded. Ask for the contract by name, or compare the \
          parameter with what is known.",
    flagged: example!("am2012_flagged.go"),
    clean: example!("am2012_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    if !flow.insts().any(|(_, i)| matches!(&i.op, Op::Call { callee: Callee::Interface { method, .. }, .. } if moves_value(method))) {
        return;
    }
    let provenance = cx.provenance(flow);
    for (block, inst) in flow.insts() {
        let Op::Call { callee: Callee::Interface { x, method, .. }, .. } = &inst.op else { continue };
        if !moves_value(method) {
            continue;
        }
        let param = provenance.targets(x).iter().find_map(|t| match t {
            Target::Path(p) if p.steps.is_empty() => match p.root {
                PathRoot::Param(n) => Some(n),
                PathRoot::Global(_) => None,
            },
            _ => None,
        });
        let Some(n) = param else { continue };
        let val = Val::Param(n);
        let asked = flow.conditions(block).iter().any(|c| asks(&c.val, &val))
            || flow.calls_before(block, inst.span).iter().any(|(_, args)| args.iter().any(|a| a.mentions(&val)));
        if asked || caller_is_checked(cx.db, flow, block, inst.span) {
            continue;
        }
        let name = cx.param_name(n).map_or("it".to_owned(), |n| format!("`{n}`"));
        out.push(RULE.finding(
            inst.span,
            format!("{name} is whatever the caller made: compare it with what this contract knows before `{method}` counts as done"),
        ));
    }
}

/// Whether a condition is about the value itself; that it isn't nil says nothing.
fn asks(cond: &Val, val: &Val) -> bool {
    match cond {
        Val::Bin(_, a, b) if **a == Val::Zero || **b == Val::Zero => false,
        _ => cond.mentions(val),
    }
}

fn moves_value(method: &str) -> bool {
    matches!(method, "Transfer" | "TransferFrom" | "Pay" | "Mint" | "Send")
}
