use super::example;
use super::reentry::{calls_others, common, entered, touched};
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5002",
    name: "read-only-reentrancy",
    severity: Severity::Medium,
    summary: "others' code can read state between two writes that belong together",
    why: "A function or interface value that this contract gave away can be called while the contract waits for others' code. If it reads what \
          is written only afterwards, it gives an answer that was never meant to be seen: a price between the two halves of a swap. Write \
          everything before the call.",
    flagged: example!("am5002_flagged.go"),
    clean: example!("am5002_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    if !calls_others(cx, flow) {
        return;
    }
    let provenance = cx.provenance(flow);
    for call in entered(cx, flow, provenance) {
        let touched: Vec<_> = flow.places().map(|(at, inst)| (at, inst, touched(cx, provenance, inst))).collect();
        // Between two writes: one is done, the other isn't.
        let begun = touched.iter().any(|(at, _, (_, writes))| flow.leads_to(*at, call.at) && !writes.is_empty());
        if !begun {
            continue;
        }
        let found = touched.iter().find_map(|(at, inst, (_, writes))| {
            if !flow.leads_to(call.at, *at) || writes.is_empty() {
                return None;
            }
            // A write through the value is the other rule's.
            let back = call.back.iter().find(|h| common(writes, &h.reads).is_some() && common(writes, &h.writes).is_none())?;
            Some((*inst, common(writes, &back.reads)?.clone(), back.what.clone()))
        });
        if let Some((write, path, what)) = found {
            let name = path.global().map_or("state".into(), |k| k.name.to_string());
            let message = format!("{} can call {what}, which reads `{name}` before it is written here: write before the call", call.what);
            out.push(RULE.finding(write.span, message).because(call.inst.span, "others' code runs here"));
        }
    }
}
