use crate::context::Arena;
use amigos_syntax::ast::{ExprKind, StmtKind};
use amigos_types::facts::ObjRef;
use amigos_types::ty::{Ty, TyKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5004",
    name: "unchecked-error",
    severity: Severity::High,
    summary: "an error that says whether something happened is thrown away",
    why: "A payment, a transfer or another call that changes state says by its error that nothing happened; who doesn't look goes on as if \
          it had. Calls that never fail (`strings.Builder`, printing) are left alone.",
    flagged: example!("am5004_flagged.go"),
    clean: example!("am5004_clean.go"),
    fixed: Some(example!("am5004_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            match &stmt.kind {
                StmtKind::Expr(e) => {
                    let ExprKind::Call { fun, .. } = &arena.ast[*e].kind else { continue };
                    let Some(sig) = cx.under(arena, arena.ty(*fun)).as_signature() else { continue };
                    if !sig.results.last().is_some_and(|r| is_error(r.ty)) || never_fails(arena, *fun) || !changes_state(cx, arena, *fun) {
                        continue;
                    }
                    let range = arena.ast[*e].range;
                    let text = cx.text_of(arena.ast[*fun].range);
                    let mut finding = RULE.finding(range, format!("`{text}` says by its error that nothing happened: look at it"));
                    if sig.results.len() == 1 && returns_error(cx) {
                        let line = cx.text[..range.start as usize].rfind('\n').map_or(0, |i| i + 1);
                        let indent: String = cx.text[line..].chars().take_while(|c| c.is_whitespace()).collect();
                        let call = cx.text_of(range);
                        let new = format!("if err := {call}; err != nil {{\n{indent}\treturn err\n{indent}}}");
                        finding = finding.fix("return the error", vec![(range, new)]);
                    }
                    out.push(finding);
                }
                StmtKind::Assign { lhs, rhs, .. } => {
                    let (Some(last), [e]) = (lhs.last(), &rhs[..]) else { continue };
                    if lhs.len() < 2 || cx.text_of(arena.ast[*last].range) != "_" {
                        continue;
                    }
                    // A number that wasn't one is 0 from here on.
                    if let Some((pkg, name)) = arena.called(*e)
                        && pkg.0.as_str() == "strconv"
                        && (name.as_str() == "Atoi" || name.starts_with("Parse"))
                    {
                        let message = format!("`{name}` gives 0 for what is no number: look at the error");
                        let mut finding = RULE.finding(arena.ast[*last].range, message);
                        finding.severity = Severity::Medium;
                        out.push(finding);
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_error(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name.as_str() == "error")
}

/// Whether the function declared here returns an error and nothing else.
fn returns_error(cx: &Context) -> bool {
    let amigos_syntax::ast::DeclKind::Func(func) = &cx.ast.kind else { return false };
    let results: Vec<&str> = func.ty.results.iter().map(|f| cx.text_of(cx.ast.sig[f.ty].range)).collect();
    results == ["error"] && cx.bodies().all(|b| !b.ast.exprs.iter().any(|e| matches!(e.kind, ExprKind::FuncLit { .. })))
}

/// Standard library calls whose error is always nil, or matters to nobody here.
fn never_fails(arena: Arena, fun: amigos_syntax::ast::ExprId) -> bool {
    if let Some((pkg, _)) = arena.qualified(fun) {
        return amigos_std::package(pkg.0.as_str()).is_some() && pkg.0.as_str() != "amigos";
    }
    let of = arena.facts.selections.get(&fun).and_then(|s| s.method_of).and_then(|k| k.pkg);
    of.is_some_and(|p| amigos_std::package(p.0.as_str()).is_some())
}

/// Whether a call changes something: a payment, a call of another contract, or a function of the package that writes state.
fn changes_state(cx: &Context, arena: Arena, fun: amigos_syntax::ast::ExprId) -> bool {
    let effects = |pkg: amigos_types::ty::PkgKey, name: &str| {
        let package = amigos_db::input::Root::get(cx.db).packages(cx.db).get(&pkg).copied();
        package.map(|p| crate::effects::effects(cx.db, p, amigos_syntax::Name::new(name)))
    };
    let (pkg, name) = match &arena.ast[fun].kind {
        ExprKind::Ident(i) => match arena.object(*i) {
            Some(ObjRef::Member { pkg, name }) => (pkg, name.to_string()),
            _ => return false,
        },
        ExprKind::Selector { sel, .. } => match (arena.qualified(fun), arena.facts.selections.get(&fun).and_then(|s| s.method_of)) {
            (Some((pkg, name)), _) => (pkg, name.to_string()),
            (None, Some(key)) => match key.pkg {
                Some(pkg) => (pkg, format!("{}.{}", key.name, arena.ast[*sel].name)),
                None => return false,
            },
            _ => return false,
        },
        _ => return false,
    };
    if pkg.0.as_str() == "amigos" {
        return name == "Send";
    }
    effects(pkg, &name).is_some_and(|e| !e.writes.is_empty() || e.sends)
}
