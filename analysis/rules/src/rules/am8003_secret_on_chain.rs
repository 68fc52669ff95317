use amigos_syntax::ast::{ExprKind, LitKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM8003",
    name: "secret-on-chain",
    severity: Severity::High,
    summary: "what looks like a secret is written into the code",
    why: "Source and state are public: whatever is in them is known to everyone from then on. Revoke the key. A contract cannot keep \
          secrets; who may do something is decided by signatures.",
    flagged: example!("am8003_flagged.go"),
    clean: example!("am8003_clean.go"),
    fixed: None,
    check,
};

/// How keys of well-known services begin, and how long they are at least.
const KEYS: &[(&str, usize)] = &[
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("ghp_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("AKIA", 20),
    ("AIza", 35),
    ("SG.", 40),
    ("-----BEGIN PRIVATE KEY-----", 27),
    ("-----BEGIN EC PRIVATE KEY-----", 30),
    ("-----BEGIN RSA PRIVATE KEY-----", 31),
];

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let ExprKind::BasicLit { kind: LitKind::String, text } = kind else { continue };
            let text = text.trim_matches(['"', '`']).trim();
            let whole = |start: &str| start.starts_with("-----") || text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
            if KEYS.iter().any(|(start, len)| text.starts_with(start) && text.len() >= *len && whole(start)) {
                out.push(RULE.finding(arena.ast[e].range, "this looks like a secret key, and code is public: revoke it"));
            }
        }
    }
}
