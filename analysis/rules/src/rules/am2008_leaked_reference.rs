use amigos_mir::mir::Operand;
use amigos_types::ty::TyKind;

use super::example;
use super::returned::returned;
use crate::context::Context;
use crate::leaks::{Hold, mutator_behind, mutator_in};
use crate::summary::is_error;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2008",
    name: "leaked-reference",
    severity: Severity::High,
    summary: "a reference into state is given out, and a method changes what it leads to",
    why: "Whoever gets a pointer or an interface value that leads into this contract's state cannot write through it themselves, but can call \
          its methods; and those act for this contract. Return a copy, keep the method unexported, or let it look at `msg.Sender`.",
    flagged: example!("am2008_flagged.go"),
    clean: example!("am2008_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    let wanted = |ty| matches!(cx.underlying(ty).kind(), TyKind::Pointer(_) | TyKind::Interface(_) | TyKind::Struct(_)) && !is_error(ty);
    if !flow.body.results.iter().any(|r| wanted(flow.ty(&Operand::Local(*r)))) {
        return;
    }
    let provenance = cx.provenance(flow);
    for value in returned(cx, provenance, &wanted) {
        let Some(path) = value.state.first() else { continue };
        let Some(root) = path.global() else { continue };
        let mutator = match cx.underlying(value.ty).kind() {
            TyKind::Interface(_) => mutator_in(cx.db, &provenance.targets(&value.value)),
            _ => mutator_behind(cx.db, cx.input, value.ty, Hold::Copy),
        };
        if let Some(mutator) = mutator {
            let message = format!(
                "this leads into `{}`, and anyone who gets it can call `{mutator}`: return a copy, or check `msg.Sender` there",
                root.name
            );
            out.push(RULE.finding(value.range, message));
        }
    }
}
