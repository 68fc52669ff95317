use amigos_syntax::ast::ExprKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM7001",
    name: "oracle-single-source",
    severity: Severity::High,
    summary: "a price from fewer than three sources",
    why: "One source that is wrong, bought or gone decides over all payments that use its price; of two nobody can say which is right. The \
          median of three or more stands if one of them fails.",
    flagged: example!("am7001_flagged.go"),
    clean: example!("am7001_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let ExprKind::Call { args, ellipsis: None, .. } = kind else { continue };
            let fetch = arena.called(e).is_some_and(|(pkg, name)| pkg.0.as_str() == "oracle" && name.as_str() == "Fetch");
            if !fetch || args.len() >= 4 || args.is_empty() {
                continue;
            }
            // What is named twice counts once.
            let said = match args.len() - 1 {
                0 => "no source: this panics".to_owned(),
                1 => "one source decides alone: name three or more".to_owned(),
                _ => "of two sources nobody can say which is right: name three or more".to_owned(),
            };
            out.push(RULE.finding(arena.ast[e].range, said));
        }
    }
}
