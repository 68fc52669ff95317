//! What is done with errors: wrapped on their way out, handled where a call's are ignored.

use amigos_syntax::ast::{DeclKind, ExprKind, StmtKind};
use amigos_types::ty::{Ty, TyKind};

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};

fn is_error(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name.as_str() == "error")
}

/// `return err` → `return fmt.Errorf("publish: %w", err)`.
pub(super) fn wrap_error(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(s) = site.stmt_around(|k| matches!(k, StmtKind::Return(_))) else { return };
    let ast = site.ast();
    let StmtKind::Return(values) = &ast[s].kind else { return };
    let Some(value) = values.last().copied().filter(|v| is_error(site.spot.facts.type_of(*v).ty)) else { return };
    if !matches!(ast[value].kind, ExprKind::Ident(_) | ExprKind::Selector { .. }) || site.expr_text(value) == "nil" {
        return;
    }
    let DeclKind::Func(func) = &site.spot.decl_ast().kind else { return };
    let what = words(site.spot.decl_ast().sig[func.name].name.as_str());
    let text = site.expr_text(value);
    let mut edits = vec![site.edit(ast[value].range, format!("fmt.Errorf(\"{what}: %w\", {text})"))];
    edits.extend(crate::imports::edits(site.view, site.file, &["fmt"]));
    out.push(assist(AssistKind::Rewrite, "wrap the error", edits));
}

/// `CreatePost` → `create post`.
fn words(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.char_indices() {
        if c.is_uppercase() && i > 0 {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `f()` whose error nobody looks at → `if err := f(); err != nil { return ... }`.
pub(super) fn handle_error(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(s) = site.stmt_around(|k| matches!(k, StmtKind::Expr(_) | StmtKind::Assign { .. })) else { return };
    let ast = site.ast();
    let stmt = &ast[s];
    let indent = site.indent(stmt.range.start);
    let Some((list, at)) = site.listed(stmt.range).filter(|(list, at)| list[*at] == s) else { return };
    match &stmt.kind {
        StmtKind::Expr(e) if matches!(ast[*e].kind, ExprKind::Call { .. }) => {
            let types: Vec<Ty> = match site.spot.facts.type_of(*e).ty.kind() {
                TyKind::Tuple(params) => params.iter().map(|p| p.ty).collect(),
                _ => vec![site.spot.facts.type_of(*e).ty],
            };
            if !types.last().is_some_and(|t| is_error(*t)) {
                return;
            }
            let Some(leave) = leave(site) else { return };
            let blanks = "_, ".repeat(types.len() - 1);
            let edits = vec![
                site.insert(stmt.range.start, format!("if {blanks}err := ")),
                site.insert(stmt.range.end, format!("; err != nil {{\n{indent}\t{leave}\n{indent}}}")),
            ];
            out.push(assist(AssistKind::Rewrite, "handle the error", edits));
        }
        StmtKind::Assign { lhs, .. } => {
            let Some(last) = lhs.last().copied() else { return };
            let ExprKind::Ident(ident) = ast[last].kind else { return };
            let name = ast[ident].name;
            let is = site.local_of(ident).and_then(|l| site.spot.facts.locals.get(l.0 as usize)).is_some_and(|l| is_error(l.ty));
            if !is || name.is_blank() {
                return;
            }
            // It is looked at already.
            let looked_at = list
                .get(at + 1)
                .is_some_and(|next| matches!(&ast[*next].kind, StmtKind::If { cond, .. } if site.expr_text(*cond).contains(name.as_str())));
            if looked_at {
                return;
            }
            let Some(leave) = leave(site) else { return };
            let leave = if name.as_str() == "err" { leave } else { leave.replace("err", &name) };
            let text = format!("\n{indent}if {name} != nil {{\n{indent}\t{leave}\n{indent}}}");
            out.push(assist(AssistKind::Rewrite, "handle the error", vec![site.insert(stmt.range.end, text)]));
        }
        _ => {}
    }
}

/// How the function around is left with `err`: `return nil, err`, or `panic(err)` where it has no error to give.
pub(crate) fn leave(site: &Site<'_>) -> Option<String> {
    let own = crate::expected::enclosing(&site.spot)?;
    let types: Vec<Ty> = own.results.iter().filter_map(|r| site.spot.facts.locals.get(r.0 as usize)).map(|l| l.ty).collect();
    match types.split_last() {
        Some((last, rest)) if is_error(*last) => {
            let zeros: Option<Vec<String>> = rest.iter().map(|t| site.zero(*t)).collect();
            Some(format!("return {}", zeros?.into_iter().chain(["err".to_owned()]).collect::<Vec<_>>().join(", ")))
        }
        _ => Some("panic(err)".to_owned()),
    }
}
