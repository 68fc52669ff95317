use crate::flow::Val;
use amigos_mir::mir::Term;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2005",
    name: "unprotected-init",
    severity: Severity::Critical,
    summary: "anyone can initialise the contract, again and again",
    why: "A function that sets the owner from an argument and asks nothing lets the next caller take the contract over. State is set up \
          where it is declared (`var owner = msg.Sender` is the account that deploys) or in `func init()`, which runs once; a function that \
          does it later must refuse to run twice.",
    flagged: example!("am2005_flagged.go"),
    clean: example!("am2005_clean.go"),
    fixed: None,
    check,
};

/// Whether a function's name says that it sets the contract up.
pub(super) fn is_init(name: &str) -> bool {
    let name = name.to_lowercase();
    ["init", "setup", "construct", "bootstrap"].iter().any(|start| name.starts_with(start))
}

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    if !is_init(name.as_str()) {
        return;
    }
    let facts = cx.package_facts();
    for write in flow.writes() {
        let set_by_caller = matches!(write.target, Val::Global(_)) && matches!(write.value, Some(Val::Param(_) | Val::Msg(_)));
        if !set_by_caller || !facts.authorities.contains(&write.root) {
            continue;
        }
        // A once-flag, the old value, the caller: whatever is asked of state or the call may be the protection.
        let asks = flow.blocks().any(|(_, b)| match &b.term {
            Term::If { cond, .. } => flow.val(cond).any(&mut |v| matches!(v, Val::Global(_) | Val::Msg(_) | Val::Call(..))),
            _ => false,
        });
        let asserts = !flow.calls_before(write.block, write.span).is_empty();
        if !asks && !asserts {
            let message = format!(
                "anyone can call `{name}` and become the owner: set `{}` where it is declared, or refuse to run twice",
                write.root.name
            );
            out.push(RULE.finding(write.span, message));
            return;
        }
    }
}
