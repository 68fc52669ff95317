use amigos_syntax::TextRange;

use super::am1003_map_order::{map_ranges, sorted_keys, trimmed};
use super::effects::transfer_in;
use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1004",
    name: "map-order-transfer",
    severity: Severity::High,
    summary: "coins or tokens are moved in the order of a map",
    why: "Payments in the order of a map reach other people when the loop ends early (out of gas, a failing payment), and whoever can influence the order of \
          insertion chooses who is paid first. Pay over sorted keys, and better let everyone withdraw by themselves.",
    flagged: example!("am1004_flagged.go"),
    clean: example!("am1004_clean.go"),
    fixed: Some(example!("am1004_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for range in map_ranges(cx) {
        let Some(call) = transfer_in(cx, range.arena, range.body) else { continue };
        let head = TextRange::new(range.range.start, range.body.start.max(range.range.start));
        let mut finding = RULE
            .finding(
                trimmed(cx, head),
                "payments are made in the order of this map: if the loop ends early, the order decides who is paid; go over sorted keys",
            )
            .because(range.arena.ast[call].range, "the payment");
        finding.fix = sorted_keys(cx, &range);
        out.push(finding);
    }
}
