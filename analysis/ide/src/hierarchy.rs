//! Who calls whom, and which types stand above and below which.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, ExprId, ExprKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::MemberKind;

use crate::analysis::View;
use crate::data::{Call, HierarchyItem, SymbolKind, Target};
use crate::definition::{declared, target};
use crate::implementation::{type_named, type_target};
use crate::locate::{Entity, Spot, package, spot};
use crate::references::{Meaning, meaning, occurrences};
use crate::relations;

/// The function or method at `offset`.
pub(crate) fn prepare_calls(view: View<'_>, file: SourceFile, offset: u32) -> Vec<HierarchyItem> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let entity = spot.ident().and_then(|i| spot.entity(i)).filter(|e| is_function(view, e));
    let found = match entity {
        Some(entity) => function_item(view, &entity),
        // Anywhere else in a function: that function.
        None => enclosing_item(view, &spot),
    };
    found.into_iter().collect()
}

fn is_function(view: View<'_>, entity: &Entity) -> bool {
    match entity {
        Entity::Method { .. } | Entity::InterfaceMethod { of: Some(_), .. } => true,
        Entity::Member { pkg, name } => {
            package(view.db, *pkg).and_then(|p| q::member(view.db, p, *name)).is_some_and(|m| matches!(m.kind, MemberKind::Func))
        }
        _ => false,
    }
}

fn function_item(view: View<'_>, entity: &Entity) -> Option<HierarchyItem> {
    let found = declared(view.db, entity)?;
    let place = target(view, found.decl, found.full, found.focus)?;
    let (name, kind, pkg) = match entity {
        Entity::Member { pkg, name } => (name.to_string(), SymbolKind::Func, Some(*pkg)),
        Entity::Method { of, name } | Entity::InterfaceMethod { of: Some(of), name, .. } => {
            (format!("{}.{name}", of.name), SymbolKind::Method, of.pkg)
        }
        _ => return None,
    };
    let detail = pkg.map_or(String::new(), |p| crate::hover::base_key(p).to_owned());
    Some(HierarchyItem { name, kind, detail, target: whole_function(view, found.decl, place) })
}

/// A function's target reaches to the end of its body.
fn whole_function(view: View<'_>, decl: q::Decl<'_>, place: Target) -> Target {
    let ast = q::parse_decl(view.db, decl);
    match (&ast.kind, ast.bodies.first()) {
        (DeclKind::Func(_), Some(body)) => Target { full: place.full.cover(body.block.range.shift(decl.start(view.db))), ..place },
        _ => place,
    }
}

/// The declaration around a place as an item: a function, or the variable whose initialiser it is.
fn enclosing_item(view: View<'_>, spot: &Spot<'_>) -> Option<HierarchyItem> {
    let ast = spot.decl_ast();
    let key = spot.package.key(view.db);
    match &ast.kind {
        DeclKind::Func(func) => {
            let name = ast.sig[func.name].name;
            let full = amigos_mir::lower::decl_func_name(&ast.sig, func, 0);
            let entity = match full.split_once('.') {
                Some((of, _)) if func.recv.is_some() => {
                    let of = amigos_types::ty::NamedKey { pkg: Some(key), name: Name::new(of), local: None };
                    Entity::Method { of, name }
                }
                _ => Entity::Member { pkg: key, name },
            };
            let place = target(view, spot.decl, func.ty.range, ast.sig[func.name].range)?;
            let found = function_item(view, &entity);
            Some(found.unwrap_or_else(|| HierarchyItem {
                name: name.to_string(),
                kind: SymbolKind::Func,
                detail: crate::hover::base_key(key).to_owned(),
                target: whole_function(view, spot.decl, place),
            }))
        }
        DeclKind::Gen(group) => {
            let spec = group.specs.iter().find_map(|s| match s {
                amigos_syntax::ast::Spec::Var { names, range, .. } if range.touches(spot.offset) => names.first().map(|n| (*n, *range)),
                _ => None,
            });
            let (name, range) = spec?;
            let focus = ast.sig[name].range;
            Some(HierarchyItem {
                name: ast.sig[name].name.to_string(),
                kind: SymbolKind::Var,
                detail: crate::hover::base_key(key).to_owned(),
                target: target(view, spot.decl, range, focus)?,
            })
        }
        _ => None,
    }
}

/// The places that name the function at `offset`, by the function they stand in.
pub(crate) fn incoming(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Call> {
    let Some(at) = spot(view.db, file, offset) else { return vec![] };
    let Some(ident) = at.ident() else { return vec![] };
    let Some(wanted @ Meaning::Shared(_)) = meaning(&at, ident) else { return vec![] };
    let name = at.ast()[ident].name;
    let mut out: Vec<Call> = Vec::new();
    for occurrence in occurrences(view, name, &wanted) {
        if occurrence.declares() || occurrence.spot.body.is_none() && matches!(occurrence.spot.decl_ast().kind, DeclKind::Func(_)) {
            continue;
        }
        let range = occurrence.range();
        let mut inside = occurrence.spot.clone();
        inside.offset = range.start - inside.start;
        let Some(item) = enclosing_item(view, &inside) else { continue };
        add(&mut out, item, range);
    }
    out
}

/// What the function at `offset` calls, with the places of the calls.
pub(crate) fn outgoing(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Call> {
    let db = view.db;
    let Some(decl) = crate::locate::decl_at(db, file, offset) else { return vec![] };
    let Some(owner) = q::owner(db, file) else { return vec![] };
    let mut out: Vec<Call> = Vec::new();
    for arena in crate::references::arenas(db, owner, decl) {
        if arena.body.is_none() && matches!(arena.decl_ast().kind, DeclKind::Func(_)) {
            continue;
        }
        let mut calls: Vec<ExprId> = arena.ast().exprs.iter().filter_map(|e| called(e.kind.clone())).collect();
        calls.sort_by_key(|f| arena.ast()[*f].range.end);
        for mut at in calls {
            let ident = loop {
                match arena.ast()[at].kind {
                    ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } => break Some(i),
                    ExprKind::Index { x, .. } | ExprKind::Paren(x) => at = x,
                    _ => break None,
                }
            };
            let Some(ident) = ident else { continue };
            let Some(entity) = arena.entity(ident).filter(|e| is_function(view, e)) else { continue };
            let Some(item) = function_item(view, &entity) else { continue };
            add(&mut out, item, arena.ast()[ident].range.shift(arena.start));
        }
    }
    out
}

fn called(kind: ExprKind) -> Option<ExprId> {
    match kind {
        ExprKind::Call { fun, .. } => Some(fun),
        _ => None,
    }
}

fn add(out: &mut Vec<Call>, item: HierarchyItem, range: TextRange) {
    match out.iter_mut().find(|c| c.item.target == item.target) {
        Some(call) => {
            if !call.ranges.contains(&range) {
                call.ranges.push(range);
            }
        }
        None => out.push(Call { item, ranges: vec![range] }),
    }
}

/// The declared type at `offset`: one that is named there, or that of the variable or field there.
pub(crate) fn prepare_types(view: View<'_>, file: SourceFile, offset: u32) -> Vec<HierarchyItem> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let Some(ident) = spot.ident() else { return vec![] };
    let entity = spot.entity(ident);
    let key = entity.as_ref().and_then(|e| type_named(&spot, e));
    let Some((_, found)) = key.and_then(|k| relations::find(view.db, k)) else { return vec![] };
    type_item(view, &found).into_iter().collect()
}

fn type_item(view: View<'_>, of: &relations::Declared) -> Option<HierarchyItem> {
    use amigos_types::ty::TyKind;
    let kind = match of.info.underlying.kind() {
        TyKind::Struct(_) => SymbolKind::Struct,
        TyKind::Interface(_) => SymbolKind::Interface,
        _ => SymbolKind::Type,
    };
    let detail = of.key.pkg.map_or(String::new(), |p| crate::hover::base_key(p).to_owned());
    Some(HierarchyItem { name: of.key.name.to_string(), kind, detail, target: type_target(view, of)? })
}

/// The interfaces that the type at `offset` implements, or (`below`) the types that implement it.
pub(crate) fn related_types(view: View<'_>, file: SourceFile, offset: u32, below: bool) -> Vec<HierarchyItem> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let Some(ident) = spot.ident() else { return vec![] };
    let key = spot.entity(ident).as_ref().and_then(|e| type_named(&spot, e));
    let Some((_, found)) = key.and_then(|k| relations::find(view.db, k)) else { return vec![] };
    let relatives = relations::relatives(view.db, &found);
    let wanted = if below { relatives.subtypes } else { relatives.supertypes };
    wanted.iter().filter_map(|d| type_item(view, d)).collect()
}
