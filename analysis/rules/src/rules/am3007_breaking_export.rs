use std::sync::Arc;

use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, ExprKind, Spec};
use amigos_syntax::{Name, TextRange};

use super::example;
use crate::compat::Comparison;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3007",
    name: "breaking-export",
    severity: Severity::High,
    summary: "what the live version exports is gone or different, within the same major version",
    why: "Contracts that are deployed import this package and are compiled with its live version. Within a major version the exported API may only \
          grow: the chain refuses an upgrade that takes something away. Keep the old function beside the new one, or make it a new major version. \
          `amigos check --against` says who uses it.",
    flagged: example!("am3007_flagged.go"),
    clean: example!("am3007_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some(comparison) = cx.live() else { return };
    let old = &comparison.old_version;
    for change in comparison.broken() {
        let member = change.member;
        let Some(range) = place(cx, change.object, member) else { continue };
        let message = format!(
            "{}: version {old}, which is live, has importers that were compiled with it; within a major version the exported API may only grow",
            change.message
        );
        out.push(RULE.finding(range, message));
    }
    if comparison.other_kind
        && let Some(range) = clause(cx)
    {
        out.push(RULE.finding(range, format!("version {old}, which is live, is of the other kind: whether a package is a library or a contract is fixed for a major version")));
    }
}

/// The place in this declaration where a change is reported: where the object is declared, or the clause of the package's first file if it is gone.
pub(super) fn place(cx: &Context, object: Name, member: Option<Name>) -> Option<TextRange> {
    let types = q::package_types(cx.db, cx.input);
    if !types.members.contains_key(&object) {
        return clause(cx);
    }
    let own = amigos_types::ty::NamedKey { pkg: Some(cx.package), name: object, local: None };
    let is_method = member.is_some_and(|m| types.methods.contains_key(&(own, m)));
    let ast = &cx.ast.sig;
    match &cx.ast.kind {
        DeclKind::Func(func) => {
            let name = &ast[func.name];
            let receiver = func.recv.as_ref().and_then(|r| r.first()).and_then(|r| receiver_name(cx, r.ty));
            let hit = match receiver {
                Some(receiver) => is_method && receiver == object && member == Some(name.name),
                None => !is_method && name.name == object,
            };
            hit.then_some(name.range)
        }
        DeclKind::Gen(decl) if !is_method => decl.specs.iter().find_map(|spec| match spec {
            Spec::Const { names, .. } | Spec::Var { names, .. } => names.iter().find(|n| ast[**n].name == object).map(|n| ast[*n].range),
            Spec::Type { name, ty, .. } if ast[*name].name == object => {
                let field = match &ast[*ty].kind {
                    ExprKind::StructType { fields } => fields.iter().flat_map(|f| &f.names).find(|n| Some(ast[**n].name) == member),
                    _ => None,
                };
                Some(ast[*field.unwrap_or(name)].range)
            }
            _ => None,
        }),
        _ => None,
    }
}

/// The name of a receiver's type.
fn receiver_name(cx: &Context, ty: amigos_syntax::ast::ExprId) -> Option<Name> {
    let text = cx.text_of(cx.ast.sig[ty].range);
    let name = text.trim_start_matches(['*', '(']).split(['[', ')']).next()?;
    Some(Name::new(name.trim()))
}

/// The package clause, if this declaration is that of the package's first file.
pub(super) fn clause(cx: &Context) -> Option<TextRange> {
    let DeclKind::Package(name) = &cx.ast.kind else { return None };
    let first = cx.input.files(cx.db).iter().find(|f| !f.name(cx.db).ends_with("_test.go"))?;
    (*first == cx.file).then(|| cx.ast.sig[*name].range)
}

impl Context<'_> {
    /// How the package differs from its version that is live; `None` if that isn't known, or in tests.
    pub(crate) fn live(&self) -> Option<Arc<Comparison>> {
        if self.test {
            return None;
        }
        crate::compat::against_live(self.db, self.input)
    }
}
