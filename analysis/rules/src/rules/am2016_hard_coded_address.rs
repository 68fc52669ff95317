use amigos_syntax::ast::{ExprKind, LitKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2016",
    name: "hard-coded-address",
    severity: Severity::Low,
    summary: "an address is written into the code",
    why: "An address in the code cannot change: a lost key, another network or a test needs a new deployment. Keep it in a variable that \
          its holder can hand on.",
    flagged: example!("am2016_flagged.go"),
    clean: example!("am2016_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test || !cx.contract {
        return;
    }
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let ExprKind::BasicLit { kind: LitKind::String, text } = kind else { continue };
            if is_address(text.trim_matches(['"', '`'])) {
                out.push(RULE.finding(arena.ast[e].range, "this address can't change without a new deployment: keep it in a variable"));
            }
        }
    }
}

/// `amigos1` and at least 38 characters of bech32.
fn is_address(text: &str) -> bool {
    const CHARSET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    text.strip_prefix("amigos1").is_some_and(|rest| rest.len() >= 38 && rest.chars().all(|c| CHARSET.contains(c)))
}
