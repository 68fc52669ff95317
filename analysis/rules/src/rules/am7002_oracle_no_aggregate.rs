use amigos_syntax::TextRange;
use amigos_syntax::ast::ExprKind;
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM7002",
    name: "oracle-no-aggregate",
    severity: Severity::High,
    summary: "one quote is picked out of several",
    why: "`Fetch` asks several sources so that none of them decides alone; an index takes the word of one all the same. `Median` stands if \
          a source is wrong.",
    flagged: example!("am7002_flagged.go"),
    clean: example!("am7002_clean.go"),
    fixed: Some(example!("am7002_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let ExprKind::Index { x, indices } = kind else { continue };
            let quotes = matches!(arena.ty(*x).unalias().kind(), TyKind::Named { key, .. } if key.name.as_str() == "Quotes" && key.pkg.is_some_and(|p| p.0.as_str() == "oracle"));
            let constant = indices.first().is_some_and(|i| arena.is_constant(*i));
            if !quotes || !constant {
                continue;
            }
            let mut finding = RULE.finding(arena.ast[e].range, "this takes the word of one source: use `Median()`");
            // `quotes[0].Price`
            let whole = arena
                .exprs()
                .find(|(_, k)| matches!(k, ExprKind::Selector { x, sel } if *x == e && arena.ast[*sel].name.as_str() == "Price"));
            if let Some((outer, _)) = whole {
                let range = TextRange::new(arena.ast[*x].range.end, arena.ast[outer].range.end);
                finding = finding.fix("use `Median()`", vec![(range, ".Median()".to_owned())]);
            }
            out.push(finding);
        }
    }
}
