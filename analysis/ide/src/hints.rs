//! Inlay hints: the live value of a persistent global at its declaration, and the gas bound behind the line that opens a function or a loop.

use amigos_db::input::{Package, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_syntax::ast::{DeclAst, DeclKind, GenDecl, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::TyKind;

use crate::analysis::View;
use crate::data::{HintLabel, InlayHint, LiveTarget};
use crate::hover::base_key;
use crate::locate::is_contract;

/// The hints in `range`.
pub(crate) fn hints(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<InlayHint> {
    let db = view.db;
    let Some(package) = q::owner(db, file) else { return vec![] };
    let contract = is_contract(db, package);
    let test = file.name(db).ends_with("_test.go");
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        let start = decl.start(db);
        if start > range.end || start + (decl.text(db).len() as u32) < range.start {
            continue;
        }
        let ast = q::parse_decl(db, *decl);
        crate::hints_code::of_declaration(view, package, *decl, &mut out);
        if !contract {
            continue;
        }
        match &ast.kind {
            DeclKind::Gen(group) if !test => live(view, package, *decl, ast, group, &mut out),
            DeclKind::Func(_) if !test => gas(view, package, *decl, ast, &mut out),
            _ => {}
        }
    }
    out.retain(|h| range.touches(h.at));
    out.sort_by_key(|h| h.at);
    out
}

/// The end of the line that `offset` is on.
fn line_end(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("");
    offset + line.trim_end_matches('\r').len() as u32
}

/// Whether a variable is an error: what it says stands in the text already.
fn is_error(view: View<'_>, package: Package, name: Name) -> bool {
    let Some(member) = q::member(view.db, package, name) else { return false };
    matches!(member.ty.kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name == Name::new("error"))
}

fn live(view: View<'_>, package: Package, decl: Decl<'_>, ast: &DeclAst, group: &GenDecl, out: &mut Vec<InlayHint>) {
    let db = view.db;
    for spec in &group.specs {
        let Spec::Var { names, range: spec_range, .. } = spec else { continue };
        let [name] = names[..] else { continue };
        let name = ast.sig[name];
        if name.name.is_blank() || is_error(view, package, name.name) {
            continue;
        }
        // At the end of the line on which the declaration starts, behind a `{` that opens there.
        let at = spec_range.end.min(line_end(decl.text(db), spec_range.start));
        out.push(InlayHint {
            at: decl.start(db) + at,
            label: HintLabel::Live(LiveTarget { package: base_key(package.key(db)).into(), path: name.name.to_string() }),
            tooltip: String::new(),
            important: true,
        });
    }
}

fn gas(view: View<'_>, package: Package, decl: Decl<'_>, ast: &DeclAst, out: &mut Vec<InlayHint>) {
    let db = view.db;
    let DeclKind::Func(func) = &ast.kind else { return };
    let Some(body) = ast.bodies.first() else { return };
    // While the declaration is being typed, a bound of half of it says nothing.
    if !ast.errors.is_empty() {
        return;
    }
    // Nor does one of what does not check.
    let facts = [q::check_body(db, package, decl, 0), q::sig_facts(db, package, decl)];
    if facts.iter().flat_map(|f| &f.errors).any(|e| !e.soft) {
        return;
    }
    let text = decl.text(db);
    let start = decl.start(db);
    let name = amigos_mir::lower::decl_func_name(&ast.sig, func, 0);
    if name.is_blank() || name.starts_with("init#") {
        return;
    }
    let key = package.key(db);
    let Some((label, tooltip, matters)) = crate::gas::hint(view, key, name) else { return };
    let asked_for = ast.doc.is_some_and(|doc| doc.of(text).lines().any(|l| l.trim() == "//amigos:gas show"));
    let exported = ast.sig[func.name].name.is_exported();
    let at = start + line_end(text, body.block.range.start);
    out.push(InlayHint { at, label: HintLabel::Gas(label), tooltip, important: asked_for || (matters && exported) });
    let summary = amigos_gas::gas_summary(db, package, name);
    let Ok(bound) = &summary.gas else { return };
    for part in &bound.parts {
        if part.cost.is_constant() || !part.span.of(text).starts_with("for") {
            continue;
        }
        let at = start + line_end(text, part.span.end.max(part.span.start));
        if out.iter().any(|h| h.at == at) {
            continue;
        }
        let label = HintLabel::Gas(crate::gas::part_hint(view, &part.cost));
        out.push(InlayHint { at, label, tooltip: format!("this loop: ≤ {}", part.cost), important: false });
    }
}
