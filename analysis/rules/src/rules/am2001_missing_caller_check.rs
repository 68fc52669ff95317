use crate::flow::Val;
use crate::guards::{Manner, caller_is_checked, written};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2001",
    name: "missing-caller-check",
    severity: Severity::High,
    summary: "state that others change only after a check of the caller is changed without one",
    why: "A contract's exported functions are open to everyone. Where one function changes a variable only after it looked at `msg.Sender`, \
          another that changes the same thing in the same way without looking is most likely a forgotten check. A variable that the caller \
          is compared with, and that anyone may set, gives the contract away.",
    flagged: example!("am2001_flagged.go"),
    clean: example!("am2001_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    if flow.writes().is_empty() {
        return;
    }
    let facts = cx.package_facts();
    let mut reported = Vec::new();
    for write in flow.writes() {
        let own = write.target.mentions_sender() || write.value.as_ref().is_some_and(Val::mentions_sender);
        if own || reported.contains(&write.root) || caller_is_checked(cx.db, flow, write.block, write.span) {
            continue;
        }
        let what = written(write);
        let variable = write.root.name;
        let from_caller = write.value.as_ref().is_some_and(|v| matches!(v, Val::Param(_)));
        // Something else may decide who comes first: `if owner != "" { return }`.
        let asked = flow.conditions(write.block).iter().any(|c| c.val.mentions(&Val::Global(write.root)));
        let sibling = facts.guarded.get(&what).filter(|_| what.2 != Manner::Counted);
        let message = if let Some(sibling) = sibling {
            format!("anyone can call `{name}` and change `{variable}`; `{sibling}` looks at `msg.Sender` before it does so")
        } else if facts.authorities.contains(&write.root)
            && what.2 == Manner::Set
            && from_caller
            && !asked
            && !super::am2005_unprotected_init::is_init(name.as_str())
        {
            format!("anyone can call `{name}` and become what `msg.Sender` is compared with: check the caller before `{variable}` is set")
        } else {
            continue;
        };
        reported.push(write.root);
        out.push(RULE.finding(write.span, message));
    }
}
