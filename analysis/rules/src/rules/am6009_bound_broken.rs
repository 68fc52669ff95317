use amigos_mir::bound::resolve;
use amigos_syntax::Name;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::bound::{BOUND, WrittenBound, bounds};
use amigos_syntax::file::directive;
use amigos_syntax::parse::bound_places;
use amigos_types::ty::Ty;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

/// That the live state breaks a bound is found by who knows it: the editor (`analysis/ide`) and `amigos check --live`.
pub(crate) const RULE: Rule = Rule {
    code: "AM6009",
    name: "bound-broken",
    severity: Severity::High,
    summary: "a `//amigos:bound` says nothing that could be checked, or live state is above it",
    why: "`//amigos:bound len(queue)<=100` above a function or a variable is checked by the machine when a function begins (of a variable: each function of the \
          package that names it), and gas bounds count on it. One that is wrong is checked by nobody; and where live state is above one, every call of these \
          functions fails: refuse what would go over it before it is stored.",
    flagged: example!("am6009_flagged.go"),
    clean: example!("am6009_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if !cx.text.contains("//amigos:bound") {
        return;
    }
    let places = bound_places(cx.ast.doc, &cx.ast.kind);
    for range in &cx.ast.comments {
        let is_bound = directive(cx.text, *range).is_some_and(|d| &*d.name == BOUND);
        if is_bound && !places.iter().any(|p| p.start <= range.start && range.end <= p.end) {
            let message = "a bound stands above a function or a package variable, and this one is checked by nobody";
            out.push(RULE.finding(*range, message.to_owned()));
        }
    }
    for found in places.into_iter().flat_map(|place| bounds(cx.text, place)) {
        let problem = match &found {
            Ok(bound) => wrong(cx, bound).map(|message| (bound.range, message)),
            Err((range, message)) => Some((*range, message.clone())),
        };
        out.extend(problem.map(|(range, message)| RULE.finding(range, message)));
    }
}

/// What is wrong with a bound that can be read.
fn wrong(cx: &Context, bound: &WrittenBound) -> Option<String> {
    let ast = &cx.ast.sig;
    match &cx.ast.kind {
        DeclKind::Func(func) if func.has_body => {
            let facts = cx.body_facts.first()?;
            let params: Vec<(Name, Ty)> = facts.parameters();
            let generic = cx.sig_facts.locals.iter().any(|l| l.kind == amigos_types::facts::LocalKind::TypeParam);
            resolve(cx.types, cx.package, Some(ast[func.name].name), generic, &params, bound).err()
        }
        DeclKind::Gen(group) => {
            let names: Vec<Name> = group
                .specs
                .iter()
                .flat_map(|s| if let Spec::Var { names, .. } = s { &names[..] } else { &[] })
                .map(|n| ast[*n].name)
                .collect();
            if bound.path.first().is_none_or(|first| names.contains(first)) && !names.is_empty() {
                return resolve(cx.types, cx.package, None, false, &[], bound).err();
            }
            Some(format!("`{}` is no bound of what is declared here", bound.text()))
        }
        _ => Some(format!("`{}` stands above nothing that it could bound", bound.text())),
    }
}
