//! Parameters taken away or moved, with the arguments of all calls.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, ExprId, ExprKind, IdentId};
use amigos_types::facts::ObjRef;

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind, TextEdit};
use crate::references::{Meaning, Occurrence, is_own, meaning, occurrences};

/// On the name of a parameter: remove it if nothing uses it; move it to the left or right.
pub(super) fn change(site: &Site<'_>, out: &mut Vec<Assist>) {
    let DeclKind::Func(func) = &site.spot.decl_ast().kind else { return };
    if site.spot.body.is_some() {
        return;
    }
    let sig = &site.spot.decl_ast().sig;
    // One parameter a group, so that a group can be taken as it is written.
    let mut params: Vec<(IdentId, TextRange, TextRange)> = Vec::new();
    for field in &func.ty.params {
        for name in &field.names {
            params.push((*name, sig[*name].range, sig[field.ty].range));
        }
    }
    let Some(at) = params.iter().position(|(_, name, _)| name.start <= site.range.start && site.range.end <= name.end) else { return };
    let variadic = func.ty.params.last().is_some_and(|f| matches!(sig[f.ty].kind, ExprKind::Ellipsis(_)));
    let used = func.has_body && {
        let facts = amigos_db::query::check_body(site.view.db, site.spot.package, site.spot.decl, 0);
        let local = facts.params.get(&None).and_then(|p| p.params.get(at).copied());
        local.is_none_or(|l| facts.uses.values().any(|u| *u == ObjRef::Local(l)))
    };
    let name = sig[params[at].0].name;
    if !used {
        let order: Vec<usize> = (0..params.len()).filter(|i| *i != at).collect();
        if let Some(edits) = reordered(site, &params, &order, variadic) {
            out.push(assist(AssistKind::Rewrite, format!("remove parameter `{name}`"), edits));
        }
    }
    let mut swap = |other: usize, title: &str| {
        if variadic && at.max(other) + 1 == params.len() {
            return;
        }
        let mut order: Vec<usize> = (0..params.len()).collect();
        order.swap(at, other);
        if let Some(edits) = reordered(site, &params, &order, variadic) {
            out.push(assist(AssistKind::Rewrite, format!("move parameter `{name}` to the {title}"), edits));
        }
    };
    if at > 0 {
        swap(at - 1, "left");
    }
    if at + 1 < params.len() {
        swap(at + 1, "right");
    }
}

/// The edits that leave the parameters in `order`, in the signature and in all calls; `None` if something stands against it: the function is used as a
/// value, belongs to an interface, or a call passes several results at once.
fn reordered(site: &Site<'_>, params: &[(IdentId, TextRange, TextRange)], order: &[usize], variadic: bool) -> Option<Vec<TextEdit>> {
    let db = site.view.db;
    let DeclKind::Func(func) = &site.spot.decl_ast().kind else { return None };
    let sig = &site.spot.decl_ast().sig;
    let wanted = meaning(&site.spot, func.name)?;
    let Meaning::Shared(thing) = &wanted else { return None };
    if crate::rename_family::family(site.view, thing).len() > 1 {
        return None;
    }
    let written: Vec<String> =
        order.iter().filter_map(|i| params.get(*i)).map(|(_, name, ty)| format!("{} {}", site.of(*name), site.of(*ty))).collect();
    let first = params.first()?.1.start;
    let last = params.last()?.2.end;
    // Parameters that are being written are not moved.
    if !site.text.get(last as usize..)?.trim_start().trim_start_matches(',').trim_start().starts_with(')') {
        return None;
    }
    let mut edits = vec![site.edit(TextRange::new(first, last), written.join(", "))];
    for occurrence in occurrences(site.view, sig[func.name].name, &wanted) {
        if occurrence.declares() || is_name_of_declaration(site, &occurrence) {
            continue;
        }
        if !is_own(db, occurrence.spot.package.key(db)) {
            return None;
        }
        edits.extend(call_edits(site, &occurrence, params.len(), order, variadic)?);
    }
    Some(edits)
}

fn is_name_of_declaration(site: &Site<'_>, o: &Occurrence<'_>) -> bool {
    matches!(&o.spot.decl_ast().kind, DeclKind::Func(f) if o.spot.body.is_none() && f.name == o.ident)
        && o.spot.decl.file(site.view.db) == site.file
        || matches!(&o.spot.decl_ast().kind, DeclKind::Func(f) if o.spot.body.is_none() && f.name == o.ident)
}

fn call_edits(site: &Site<'_>, o: &Occurrence<'_>, count: usize, order: &[usize], variadic: bool) -> Option<Vec<TextEdit>> {
    let ast = o.spot.ast();
    let callee = ast.exprs.iter().position(|e| matches!(e.kind, ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } if i == o.ident))?;
    let call = ast.exprs.iter().find(|e| matches!(&e.kind, ExprKind::Call { fun, .. } if *fun == ExprId(callee as u32)))?;
    let ExprKind::Call { args, rparen, ellipsis, .. } = &call.kind else { return None };
    let fixed = if variadic { count - 1 } else { count };
    if args.len() < fixed || (!variadic && args.len() != count) {
        return None;
    }
    // An argument that does something stays.
    let goes = |i: usize| !order.contains(&if variadic { i.min(fixed) } else { i });
    if args.iter().enumerate().any(|(i, arg)| goes(i) && !super::site::is_plain(ast, *arg)) {
        return None;
    }
    let text = o.spot.decl.text(site.view.db);
    let of = |r: TextRange| text.get(r.start as usize..r.end as usize).unwrap_or("");
    let mut parts: Vec<&str> = Vec::new();
    for i in order {
        if variadic && *i + 1 == count {
            parts.extend(args[fixed..].iter().map(|a| of(ast[*a].range)));
        } else {
            parts.push(of(ast[*args.get(*i)?].range));
        }
    }
    let mut joined = parts.join(", ");
    let keeps_rest = !variadic || order.contains(&(count - 1));
    if ellipsis.is_some() && keeps_rest {
        joined.push_str("...");
    }
    let (Some(first), Some(_)) = (args.first(), args.last()) else { return Some(vec![]) };
    let id = site.view.file_id(o.file())?;
    let range = TextRange::new(ast[*first].range.start, *rparen).shift(o.spot.start);
    Some(vec![TextEdit { file: id, range, new_text: joined }])
}
