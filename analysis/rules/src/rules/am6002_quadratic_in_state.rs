use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6002",
    name: "quadratic-in-state",
    severity: Severity::High,
    summary: "loops in loops over lists that anyone can make longer",
    why: "The work grows with the square of the number of entries: a list that is ten times as long costs a hundred times as much gas. An \
          index (a map by key) makes one loop of two.",
    flagged: example!("am6002_flagged.go"),
    clean: example!("am6002_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    let loops = flow.loops();
    for l in &loops {
        let Some(key) = super::am6001_unbounded_iteration::grown_by_anyone(cx, l) else { continue };
        let outer =
            l.around.iter().filter_map(|at| loops.get(*at)).find(|o| super::am6001_unbounded_iteration::grown_by_anyone(cx, o).is_some());
        if let Some(outer) = outer {
            let message =
                format!("`{name}` goes over all of `{}` for each entry of a list that anyone can make longer: keep a map by key", key.name);
            out.push(RULE.finding(l.head, message).because(outer.head, "the loop around it"));
        }
    }
}
