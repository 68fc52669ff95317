use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

/// Found by who knows live sizes and gas bounds: the editor (`analysis/ide`) and `amigos check`.
pub(crate) const RULE: Rule = Rule {
    code: "AM6004",
    name: "gas-over-limit",
    severity: Severity::High,
    summary: "at the sizes that live state has now, a call may take more gas than a block has",
    why: "The bound of the function, with the lengths that its lists and maps have on the network, is above the gas of a block, or soon will be: then nobody \
          can call it any more. Work on a part of the list per call. Nothing is said without a network, or where there is no bound.",
    flagged: example!("am6004_flagged.go"),
    clean: example!("am6004_clean.go"),
    fixed: None,
    check,
};

fn check(_: &Context, _: &mut Vec<Finding>) {}
