use crate::effects::effects;
use crate::flow::{Flow, LoopFacts, Val};
use amigos_mir::mir::{Callee, GlobalKey, Op};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6001",
    name: "unbounded-iteration",
    severity: Severity::High,
    summary: "a call that changes something goes over a list that anyone can make longer",
    why: "Every entry costs gas. When anyone can add entries, someone will add so many that the call no longer fits into a block; and then \
          nobody can make it any more, whatever depends on it. Let each user take their own share, or work on a part of the list per call.",
    flagged: example!("am6001_flagged.go"),
    clean: example!("am6001_clean.go"),
    fixed: None,
    check,
};

/// The variable that anyone can make longer and whose length decides how often a loop runs.
pub(super) fn grown_by_anyone(cx: &Context, l: &LoopFacts) -> Option<GlobalKey> {
    l.counts.iter().find_map(|count| {
        let sized = match count {
            Val::Len(x) => x,
            other => other,
        };
        match sized {
            Val::Global(key) if cx.package_facts().grown.contains(key) => Some(*key),
            _ => None,
        }
    })
}

/// Whether a call of the function leaves anything behind.
pub(super) fn changes_something(cx: &Context, flow: &Flow) -> bool {
    let effects = effects(cx.db, cx.input, flow.body.func.name);
    let calls_contract = flow.insts().any(|(_, i)| match &i.op {
        Op::Call { callee: Callee::Static { func, .. }, .. } => {
            func.pkg != cx.package && func.pkg.0.as_str().starts_with(amigos_db::resolve::HUB)
        }
        _ => false,
    });
    !effects.writes.is_empty() || effects.sends || calls_contract
}

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    let loops = flow.loops();
    for l in &loops {
        // Nested ones are the next rule's.
        if !l.around.is_empty() {
            continue;
        }
        let guarded = || l.blocks.first().is_some_and(|b| crate::guards::caller_is_checked(cx.db, flow, *b, l.head));
        if let Some(key) = grown_by_anyone(cx, l)
            && !guarded()
            && changes_something(cx, flow)
        {
            let message =
                format!("anyone can make `{}` so long that `{name}` no longer fits into a block: work on a part of it per call", key.name);
            out.push(RULE.finding(l.head, message));
        }
    }
}
