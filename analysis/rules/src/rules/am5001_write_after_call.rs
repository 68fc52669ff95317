use super::example;
use super::reentry::{calls_others, common, entered, touched};
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5001",
    name: "write-after-call",
    severity: Severity::High,
    summary: "state is read, others' code runs that can change it, and then it is written",
    why: "A contract under way cannot be entered by others, except through function and interface values that it made itself. Where it gives such a \
          value away and then calls others, the value can be called before the call returns: what was read before is old by then, and what is \
          written afterwards takes the change back. Write first, then call. Calls that cannot come back, or change nothing that matters here, are \
          not reported.",
    flagged: example!("am5001_flagged.go"),
    clean: example!("am5001_clean.go"),
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
        let found = touched.iter().find_map(|(at, inst, (_, writes))| {
            if !flow.leads_to(call.at, *at) || writes.is_empty() {
                return None;
            }
            let back = call.back.iter().find(|h| common(writes, &h.writes).is_some())?;
            let path = common(writes, &back.writes)?;
            let one = std::collections::BTreeSet::from([path.clone()]);
            let read = touched.iter().find(|(before, _, (reads, _))| {
                *before != *at
                    && flow.leads_to(*before, call.at)
                    && reads.iter().any(|r| !r.steps.is_empty() || path.steps.is_empty())
                    && common(reads, &one).is_some()
            })?;
            // Who comes back is stopped by what is written before the call and asked there.
            let stopped = touched.iter().any(|(before, _, (_, writes))| {
                flow.leads_to(*before, call.at) && writes.iter().any(|w| w.steps.is_empty() && back.reads.contains(w) && !w.overlaps(path))
            });
            (!stopped).then_some((*inst, path.clone(), back.what.clone(), read.1.span))
        });
        if let Some((write, path, what, read)) = found {
            let name = path.global().map_or("state".into(), |k| k.name.to_string());
            let message = format!(
                "`{name}` was read before {} ran, which can call {what}, and that writes `{name}`: write before the call",
                call.what
            );
            out.push(RULE.finding(write.span, message).because(read, "read here").because(call.inst.span, "others' code runs here"));
        }
    }
}
