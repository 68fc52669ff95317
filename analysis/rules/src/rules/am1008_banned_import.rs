use amigos_syntax::ast::{DeclKind, Spec};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1008",
    name: "banned-import",
    severity: Severity::Critical,
    summary: "a package is imported that contracts do not have",
    why: "What reaches outside (files, sockets, the clock, other threads) or depends on the machine would make nodes disagree. Contracts have an allow-list: the \
          standard library of contracts and the packages of the hub.",
    flagged: example!("am1008_flagged.go"),
    clean: example!("am1008_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let DeclKind::Gen(group) = &cx.ast.kind else { return };
    for spec in &group.specs {
        let Spec::Import(spec) = spec else { continue };
        let path = spec.path.as_str();
        if path.is_empty()
            || path.starts_with(amigos_db::resolve::HUB)
            || amigos_std::package(path).is_some() && !amigos_std::PLAIN_ONLY.contains(&path)
        {
            continue;
        }
        let message = match amigos_std::refused(path) {
            Some(refusal) => super::refusal_text(path, &refusal),
            None => format!(
                "`{path}` is not in the standard library of contracts; packages of the hub start with `{}`",
                amigos_db::resolve::HUB
            ),
        };
        out.push(RULE.finding(spec.path_range, message));
    }
}
