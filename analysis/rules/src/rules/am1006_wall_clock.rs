use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1006",
    name: "wall-clock",
    severity: Severity::Critical,
    summary: "the clock of the machine is read",
    why: "Every node has its own clock: what reads it gives another result on each. The time of a call is that of its block, `amigos.Now()`, the same on all nodes.",
    flagged: example!("am1006_flagged.go"),
    clean: example!("am1006_clean.go"),
    fixed: Some(example!("am1006_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.arenas() {
        for (e, _) in arena.exprs() {
            let Some((pkg, name)) = arena.qualified(e) else { continue };
            if pkg.0.as_str() != "time" {
                continue;
            }
            let Some(refusal) = amigos_std::refused_symbol("time", name.as_str()) else { continue };
            let range = arena.ast[e].range;
            let mut finding = RULE.finding(range, super::refusal_text(&format!("time.{name}"), &refusal));
            if let Some(instead) = refusal.instead {
                finding = finding.fix(format!("use `{instead}`"), vec![(range, instead.to_owned())]);
            }
            out.push(finding);
        }
    }
}
