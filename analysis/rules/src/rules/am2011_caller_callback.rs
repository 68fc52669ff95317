use amigos_mir::mir::{Callee, Op};
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::leaks::{Hold, mutator_behind, mutator_in};
use crate::provenance::{PathRoot, Target};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2011",
    name: "caller-callback",
    severity: Severity::High,
    summary: "a function of the caller is given a reference into state, and a method changes what it leads to",
    why: "A callback runs for whoever made it, so it cannot write to this contract's objects; but the methods of what it is given act for this \
          contract. `ForEach(func(it *Item) { it.SetOwner(me) })` is then everyone's. Give the callback values, or let the method look at `msg.Sender`.",
    flagged: example!("am2011_flagged.go"),
    clean: example!("am2011_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    let calls = |op: &Op| matches!(op, Op::Call { callee: Callee::Value(_) | Callee::Interface { .. }, .. });
    if !flow.insts().any(|(_, i)| calls(&i.op)) || *crate::guards::checks_caller(cx.db, cx.input, name) {
        return;
    }
    let provenance = cx.provenance(flow);
    for (_, inst) in flow.insts() {
        let Op::Call { callee: Callee::Value(x) | Callee::Interface { x, .. }, args, .. } = &inst.op else { continue };
        let from_caller = provenance.targets(x).iter().any(|t| matches!(t, Target::Path(p) if matches!(p.root, PathRoot::Param(_))));
        if !from_caller {
            continue;
        }
        for arg in args {
            let Some(root) = provenance.of(arg).iter().find_map(|p| p.global().filter(|k| k.pkg == cx.package)) else { continue };
            let ty = flow.ty(arg);
            let mutator = match cx.underlying(ty).kind() {
                TyKind::Interface(_) => mutator_in(cx.db, &provenance.targets(arg)),
                _ => mutator_behind(cx.db, cx.input, ty, Hold::Copy),
            };
            if let Some(mutator) = mutator {
                let message =
                    format!("the caller's function gets what leads into `{}` and can call `{mutator}`: give it a copy", root.name);
                out.push(RULE.finding(inst.span, message));
                break;
            }
        }
    }
}
