use crate::flow::Val;
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2006",
    name: "unprotected-upgrade",
    severity: Severity::Critical,
    summary: "anyone can replace the code that the contract runs",
    why: "A variable that holds a function or an interface value is code. If anyone may set it, anyone decides what the contract does from \
          then on.",
    flagged: example!("am2006_flagged.go"),
    clean: example!("am2006_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    if flow.writes().is_empty() {
        return;
    }
    let facts = cx.package_facts();
    for write in flow.writes() {
        let Some(Val::Param(n)) = write.value else { continue };
        let is_code = |ty| matches!(cx.underlying(ty).kind(), TyKind::Interface(_) | TyKind::Signature(_));
        if !facts.called.contains(&write.root) || !cx.param_type(n).is_some_and(is_code) {
            continue;
        }
        if !crate::guards::caller_is_checked(cx.db, flow, write.block, write.span) {
            let message = format!("anyone can call `{name}` and replace the code behind `{}`: check the caller", write.root.name);
            out.push(RULE.finding(write.span, message));
        }
    }
}
