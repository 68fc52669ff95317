use amigos_syntax::TextRange;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM8002",
    name: "bidi-control",
    severity: Severity::High,
    summary: "invisible characters turn the order of the text round",
    why: "Control characters for right-to-left text make code look like something else than what runs: a comment that hides a statement, a \
          check that compares with another text. There is no honest use for them in code; in a string write `\\u202e`.",
    flagged: example!("am8002_flagged.go"),
    clean: example!("am8002_clean.go"),
    fixed: Some(example!("am8002_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for (at, c) in cx.text.char_indices() {
        if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            let range = TextRange::new(at as u32, (at + c.len_utf8()) as u32);
            let message = format!("an invisible U+{:04X} turns the order of the text round: what is seen is not what runs", c as u32);
            out.push(RULE.finding(range, message).fix("remove the character", vec![(range, String::new())]));
        }
    }
}
