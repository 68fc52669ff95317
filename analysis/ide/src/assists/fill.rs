//! The missing fields of a struct literal, the missing cases of a switch.

use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{ExprKind, StmtKind};
use amigos_types::ctx::MemberKind;
use amigos_types::ty::{Ty, TyKind};

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};
use crate::locate::{named_key, package, pointee};
use crate::relations;

/// `T{}` → `T{A: 0, B: ""}`, on lines of their own.
pub(super) fn fields(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(e) = site.expr_around(|k| matches!(k, ExprKind::CompositeLit { .. })) else { return };
    let ast = site.ast();
    let ExprKind::CompositeLit { elems, rbrace, ty } = &ast[e].kind else { return };
    let literal = site.with_types(|types| pointee(types, site.spot.facts.type_of(e).ty));
    let under = site.with_types(|types| types.under(literal));
    let TyKind::Struct(fields) = under.kind() else { return };
    let here = site.spot.package.key(site.view.db);
    let given: Vec<&str> = elems
        .iter()
        .filter_map(|x| match &ast[*x].kind {
            ExprKind::KeyValue { key, .. } => Some(site.expr_text(*key)),
            _ => None,
        })
        .collect();
    // Values by position are all there, or an error of their own.
    if given.len() != elems.len() || site.of(TextRange::new(*rbrace, *rbrace + 1)) != "}" {
        return;
    }
    let missing: Vec<_> = fields
        .iter()
        .filter(|f| (f.name.is_exported() || f.pkg == Some(here)) && !f.name.is_blank() && !given.contains(&f.name.as_str()))
        .filter_map(|f| Some((f.name, site.zero(f.ty)?)))
        .collect();
    if missing.is_empty() {
        return;
    }
    let indent = site.indent(ast[e].range.start);
    let lines: String = missing.iter().map(|(name, zero)| format!("{indent}\t{name}: {zero},\n")).collect();
    let open = ty.map_or(ast[e].range.start, |t| ast[t].range.end) + 1;
    let inside = site.of(TextRange::new(open, *rbrace));
    let edit = if elems.is_empty() {
        site.edit(TextRange::new(open, *rbrace), format!("\n{lines}{indent}"))
    } else if inside.contains('\n') && inside.trim_end_matches([' ', '\t']).ends_with('\n') {
        let at = open + inside.trim_end_matches([' ', '\t']).len() as u32;
        site.edit(TextRange::new(at, *rbrace), format!("{lines}{indent}"))
    } else {
        let kept = inside.trim().trim_end_matches(',');
        site.edit(TextRange::new(open, *rbrace), format!("\n{indent}\t{kept},\n{lines}{indent}"))
    };
    let name = named_key(literal).map_or("struct".to_owned(), |k| k.name.to_string());
    out.push(assist(AssistKind::Rewrite, format!("fill `{name}`"), vec![edit]));
}

/// The constants of a type, or the types that implement an interface, that a switch has no case for.
pub(super) fn cases(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(s) = site.stmt_around(|k| matches!(k, StmtKind::Switch { tag: Some(_), .. } | StmtKind::TypeSwitch { .. })) else { return };
    let ast = site.ast();
    let stmt = &ast[s];
    let (cases, body, wanted) = match &stmt.kind {
        StmtKind::Switch { tag: Some(tag), cases, body, .. } => (cases, *body, constants(site, site.spot.facts.type_of(*tag).ty)),
        StmtKind::TypeSwitch { x, cases, body, .. } => (cases, *body, implementers(site, site.spot.facts.type_of(*x).ty)),
        _ => return,
    };
    // Inside a case it is rather the code there that is looked at.
    let in_case = cases.iter().flat_map(|c| &c.body.stmts).any(|st| {
        let r = ast[*st].range;
        r.start <= site.range.start && site.range.end <= r.end
    });
    if in_case || wanted.is_empty() {
        return;
    }
    let given: Vec<&str> = cases.iter().flat_map(|c| &c.exprs).map(|e| site.expr_text(*e)).collect();
    // Of two names of one value the first one does.
    let mut there: Vec<&Case> = wanted.iter().filter(|w| given.contains(&w.text.as_str())).collect();
    let mut missing: Vec<&String> = Vec::new();
    for case in wanted.iter().filter(|w| !given.contains(&w.text.as_str())) {
        if !there.iter().any(|t| t.value.is_some() && t.value == case.value) {
            there.push(case);
            missing.push(&case.text);
        }
    }
    if missing.is_empty() || site.of(TextRange::new(body.end.saturating_sub(1), body.end)) != "}" {
        return;
    }
    let indent = site.indent(stmt.range.start);
    let mut text: String = missing.iter().map(|m| format!("{indent}case {m}:\n")).collect();
    if !cases.iter().any(|c| c.default) && matches!(stmt.kind, StmtKind::Switch { .. }) {
        text += &format!("{indent}default:\n{indent}\tpanic(\"unexpected value\")\n");
    }
    // In front of `default`, else at the end.
    let edit = match cases.iter().find(|c| c.default) {
        Some(default) => site.insert(default.range.start, format!("{}{indent}", text.trim_start_matches(indent))),
        None => {
            let inside = site.of(TextRange::new(body.start, body.end - 1));
            let kept = inside.trim_end_matches([' ', '\t']);
            let newline = if kept.ends_with('\n') { "" } else { "\n" };
            site.edit(TextRange::new(body.start + kept.len() as u32, body.end - 1), format!("{newline}{text}{indent}"))
        }
    };
    out.push(assist(AssistKind::Rewrite, "add the missing cases", vec![edit]));
}

/// What a switch can have a case for.
struct Case {
    /// As it is written here.
    text: String,
    /// Of a constant.
    value: Option<amigos_types::konst::Const>,
}

/// The constants of a declared type in its package, in the order of their values' declaration.
fn constants(site: &Site<'_>, ty: Ty) -> Vec<Case> {
    let db = site.view.db;
    let Some(key) = named_key(ty).filter(|_| !matches!(ty.unalias().kind(), TyKind::Pointer(_))) else { return vec![] };
    let Some(owner) = key.pkg.and_then(|p| package(db, p)) else { return vec![] };
    let own = owner == site.spot.package;
    let types = q::package_types(db, owner);
    let mut found: Vec<_> = types
        .members
        .iter()
        .filter(|(name, m)| {
            matches!(m.member.kind, MemberKind::Const(_)) && m.member.ty == ty && (own || name.is_exported()) && !name.is_blank()
        })
        .map(|(name, m)| ((m.decl, m.ident), *name, &m.member.kind))
        .collect();
    found.sort_by_key(|(place, name, _)| (*place, *name));
    let qualifier = qualifier(site, key.pkg);
    let value = |kind: &MemberKind| if let MemberKind::Const(value) = kind { Some(value.clone()) } else { None };
    found.into_iter().map(|(_, name, kind)| Case { text: format!("{qualifier}{name}"), value: value(kind) }).collect()
}

fn implementers(site: &Site<'_>, ty: Ty) -> Vec<Case> {
    let db = site.view.db;
    let Some(key) = named_key(ty) else { return vec![] };
    let Some((_, interface)) = relations::find(db, key) else { return vec![] };
    if !interface.is_interface() || !interface.info.tparams.is_empty() {
        return vec![];
    }
    let home = site.spot.package;
    let Some(seen) = relations::seen_from(db, home, &interface) else { return vec![] };
    relations::with_checker(db, home, |checker| {
        let mut out = Vec::new();
        for t in relations::declared_types(db, home) {
            if t.is_interface() || !t.info.tparams.is_empty() || !relations::implements(checker, t.ty(), seen.ty()) {
                continue;
            }
            let by_value = checker.implements(t.ty(), seen.ty(), false, &mut String::new());
            out.push(Case { text: format!("{}{}", if by_value { "" } else { "*" }, t.key.name), value: None });
        }
        out
    })
}

/// `pkg.` for what another package declares.
fn qualifier(site: &Site<'_>, pkg: Option<amigos_types::ty::PkgKey>) -> String {
    let db = site.view.db;
    match pkg {
        Some(key) if key != site.spot.package.key(db) => package(db, key).map_or(String::new(), |p| format!("{}.", q::package_name(db, p))),
        _ => String::new(),
    }
}
