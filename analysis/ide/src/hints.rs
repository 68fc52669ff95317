//! Inlay hints: the live value of a persistent global at its declaration, and the gas bound behind the line that opens a function or a loop.

use amigos_db::Db;
use amigos_db::input::{Package, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_syntax::ast::{DeclKind, GenDecl, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::TyKind;

use crate::analysis::View;
use crate::data::{HintChoice, HintLabel, HintLevel, InlayHint, LiveTarget};
use crate::hover::base_key;
use crate::locate::is_contract;

/// The hints in `range` that are wanted.
pub(crate) fn hints(view: View<'_>, file: SourceFile, range: TextRange, choice: &HintChoice) -> Vec<InlayHint> {
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
        let first = out.len();
        let code = crate::hints_code::code_hints(db, package, *decl).iter();
        let wanted = |hint: &&InlayHint| matches!(hint.label, HintLabel::Code(kind, _) if choice.wants_code(kind, hint.important));
        out.extend(code.filter(wanted).cloned());
        if contract && !test {
            match &q::decl_sig(db, *decl).kind {
                DeclKind::Gen(group) if choice.live => live(view, package, *decl, group, &mut out),
                DeclKind::Func(_) if choice.gas != HintLevel::Off => gas(view, package, *decl, choice, &mut out, first),
                _ => {}
            }
        }
        out.iter_mut().skip(first).for_each(|hint| hint.at += start);
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

/// Places are relative to the declaration here and below.
fn live(view: View<'_>, package: Package, decl: Decl<'_>, group: &GenDecl, out: &mut Vec<InlayHint>) {
    let db = view.db;
    let sig = q::decl_sig(db, decl);
    for spec in &group.specs {
        let Spec::Var { names, range: spec_range, .. } = spec else { continue };
        let [name] = names[..] else { continue };
        let name = sig.sig[name];
        if name.name.is_blank() || is_error(view, package, name.name) {
            continue;
        }
        // At the end of the line on which the declaration starts, behind a `{` that opens there.
        let at = spec_range.end.min(line_end(decl.text(db), spec_range.start));
        out.push(InlayHint {
            at,
            label: HintLabel::Live(LiveTarget { package: base_key(package.key(db)).into(), path: name.name.to_string() }),
            tooltip: String::new(),
            important: true,
        });
    }
}

/// Where the hint of a function stands, and what of its text decides whether it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
struct GasSite {
    /// Its name in MIR.
    name: Name,
    /// The end of the line that opens its body.
    at: u32,
    exported: bool,
    /// Whether its comment says `//amigos:gas show`.
    asked_for: bool,
}

/// `None` of what is no function to be called, and while the declaration is being typed: a bound of half of it says nothing.
#[salsa::tracked(returns(ref))]
fn gas_site<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Option<GasSite> {
    let ast = q::parse_decl(db, decl);
    let DeclKind::Func(func) = &ast.kind else { return None };
    let body = ast.bodies.first()?;
    let name = amigos_mir::lower::decl_func_name(&ast.sig, func, 0);
    if !ast.errors.is_empty() || name.is_blank() || name.starts_with("init#") {
        return None;
    }
    let text = decl.text(db);
    let asked_for = ast.doc.is_some_and(|doc| doc.of(text).lines().any(|l| l.trim() == "//amigos:gas show"));
    let exported = ast.sig[func.name].name.is_exported();
    Some(GasSite { name, at: line_end(text, body.block.range.start), exported, asked_for })
}

/// `first`: where the hints of the declaration begin in `out`.
fn gas(view: View<'_>, package: Package, decl: Decl<'_>, choice: &HintChoice, out: &mut Vec<InlayHint>, first: usize) {
    let db = view.db;
    let Some(site) = gas_site(db, decl) else { return };
    // What nobody will see needs no bound.
    if !choice.gas.wants(site.asked_for || site.exported) {
        return;
    }
    // A bound of what does not check says nothing.
    let facts = [q::check_body(db, package, decl, 0), q::sig_facts(db, package, decl)];
    if facts.iter().flat_map(|f| &f.errors).any(|e| !e.soft) {
        return;
    }
    let summary = amigos_gas::gas_summary(db, package, site.name);
    let Ok(bound) = &summary.gas else { return };
    let important = site.asked_for || (site.exported && crate::gas::matters(&bound.cost));
    if choice.gas.wants(important) {
        let (label, tooltip) = crate::gas::hint(view, &bound.cost, choice.tooltips);
        out.push(InlayHint { at: site.at, label: HintLabel::Gas(label), tooltip, important });
    }
    if !choice.gas.wants(false) {
        return;
    }
    let text = decl.text(db);
    for part in &bound.parts {
        if part.cost.is_constant() || !part.span.of(text).starts_with("for") {
            continue;
        }
        let at = line_end(text, part.span.end.max(part.span.start));
        if out.iter().skip(first).any(|h| h.at == at) {
            continue;
        }
        let label = HintLabel::Gas(crate::gas::part_hint(view, &part.cost));
        let tooltip = if choice.tooltips { format!("this loop: ≤ {}", part.cost) } else { String::new() };
        out.push(InlayHint { at, label, tooltip, important: false });
    }
}
