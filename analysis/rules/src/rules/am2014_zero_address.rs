use crate::flow::Val;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2014",
    name: "zero-address",
    severity: Severity::Low,
    summary: "an address is stored without a look at it",
    why: "An empty or mistyped address cannot call anything: an owner that is set to one is lost for good. `to.IsValid()` checks form and \
          checksum.",
    flagged: example!("am2014_flagged.go"),
    clean: example!("am2014_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    if flow.writes().is_empty() {
        return;
    }
    let facts = cx.package_facts();
    for write in flow.writes() {
        let (Val::Global(_), Some(Val::Param(n))) = (&write.target, &write.value) else { continue };
        if !facts.authorities.contains(&write.root) || !cx.param_type(*n).is_some_and(|t| cx.is_address(t)) {
            continue;
        }
        // Who may set it at all is another rule's question; here somebody was meant to.
        if !crate::guards::caller_is_checked(cx.db, flow, write.block, write.span) {
            continue;
        }
        let param = Val::Param(*n);
        let asked = flow.conditions(write.block).iter().any(|c| c.val.mentions(&param))
            || flow.calls_before(write.block, write.span).iter().any(|(_, args)| args.iter().any(|a| a.mentions(&param)));
        if !asked {
            let name = cx.param_name(*n).map_or("address".to_owned(), |n| n.to_string());
            let message = format!("`{}` may become an address that nobody has: check `{name}.IsValid()` before", write.root.name);
            out.push(RULE.finding(write.span, message));
        }
    }
}
