//! What implements an interface or a method of one; and of a concrete type or method, the interfaces it is for.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{ExprId, ExprKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::MemberKind;
use amigos_types::facts::Mode;
use amigos_types::ty::{NamedKey, Ty};

use crate::analysis::View;
use crate::cursor::call_at;
use crate::data::Target;
use crate::definition::{declared, target};
use crate::locate::{Entity, Spot, package, spot};
use crate::references::arenas;
use crate::relations::{self, Declared};

/// Interface ↔ concrete type, in both directions; at the `(` of a call of a function value, the functions that it can be.
pub(crate) fn implementation(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Target> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    if let Some(called) = dynamic_call(view, &spot) {
        return functions(view, &spot, called);
    }
    let Some(entity) = spot.ident().and_then(|i| spot.entity(i)) else { return vec![] };
    match entity {
        Entity::Method { of, name } | Entity::InterfaceMethod { of: Some(of), name, .. } => methods(view, of, name),
        other => type_named(&spot, &other).map(|of| types(view, of)).unwrap_or_default(),
    }
}

/// The type of the function value that is called by the `(` in front of the offset; none if the callee is known by name.
fn dynamic_call(view: View<'_>, spot: &Spot<'_>) -> Option<Ty> {
    let text = spot.decl.text(view.db);
    let open = spot.offset.checked_sub(1)?;
    if text.as_bytes().get(open as usize) != Some(&b'(') {
        return None;
    }
    let ast = spot.ast();
    let ExprKind::Call { fun, .. } = ast[call_at(ast, text, open)?].kind else { return None };
    let fact = spot.facts.type_of(fun);
    if matches!(fact.mode, Mode::Type | Mode::Builtin | Mode::Invalid) {
        return None;
    }
    let by_name = match ast[fun].kind {
        ExprKind::Ident(ident) | ExprKind::Selector { sel: ident, .. } => match spot.entity(ident) {
            Some(Entity::Member { pkg, name }) => {
                package(view.db, pkg).and_then(|p| q::member(view.db, p, name)).is_some_and(|m| matches!(m.kind, MemberKind::Func))
            }
            Some(Entity::Method { .. } | Entity::InterfaceMethod { .. }) => true,
            _ => false,
        },
        ExprKind::FuncLit { .. } => true,
        _ => false,
    };
    let ctx = spot.types();
    let under = TypeView { ctx: &ctx, facts: Some(&spot.facts) }.under(fact.ty);
    (!by_name && under.as_signature().is_some()).then_some(under)
}

/// The functions, methods and function literals of the package whose type is `wanted`: what a value of that type can be.
fn functions(view: View<'_>, spot: &Spot<'_>, wanted: Ty) -> Vec<Target> {
    let db = view.db;
    let wanted = wanted.canonical();
    let here = spot.package.key(db);
    // Literals have no name: the word `func` stands for all.
    let word_func = |d: crate::definition::Declared<'_>| target(view, d.decl, d.full, TextRange::new(d.full.start, d.full.start + 4));
    let mut out = Vec::new();
    for name in q::member_names(db, spot.package).iter() {
        let Some(member) = q::member(db, spot.package, *name).filter(|m| matches!(m.kind, MemberKind::Func)) else { continue };
        if member.ty.canonical() == wanted {
            out.extend(declared(db, &Entity::Member { pkg: here, name: *name }).and_then(word_func));
        }
    }
    for ty in relations::declared_types(db, spot.package) {
        for method in ty.info.methods.iter().filter(|m| m.sig.canonical() == wanted) {
            out.extend(declared(db, &Entity::Method { of: ty.key, name: method.name }).and_then(word_func));
        }
    }
    for decl in q::package_decls(db, spot.package) {
        db.unwind_if_revision_cancelled();
        if !decl.text(db).contains("func") {
            continue;
        }
        for arena in arenas(db, spot.package, *decl) {
            for (i, e) in arena.ast().exprs.iter().enumerate() {
                if matches!(e.kind, ExprKind::FuncLit { .. }) && arena.facts.type_of(ExprId(i as u32)).ty.canonical() == wanted {
                    out.extend(target(view, *decl, e.range, TextRange::new(e.range.start, e.range.start + 4)));
                }
            }
        }
    }
    out
}

/// The declared type that an identifier names.
pub(crate) fn type_named(spot: &Spot<'_>, entity: &Entity) -> Option<NamedKey> {
    let Entity::Member { pkg, name } = entity else { return None };
    let member = q::member(spot.db, package(spot.db, *pkg)?, *name)?;
    match member.kind {
        MemberKind::Type { .. } => crate::locate::named_key(member.ty),
        _ => None,
    }
}

fn types(view: View<'_>, of: NamedKey) -> Vec<Target> {
    let Some((_, found)) = relations::find(view.db, of) else { return vec![] };
    let relatives = relations::relatives(view.db, &found);
    let wanted = if found.is_interface() { relatives.subtypes } else { relatives.supertypes };
    wanted.iter().filter(|d| !found.is_interface() || !d.is_interface()).filter_map(|d| type_target(view, d)).collect()
}

fn methods(view: View<'_>, of: NamedKey, name: Name) -> Vec<Target> {
    let db = view.db;
    let Some((_, found)) = relations::find(db, of) else { return vec![] };
    let relatives = relations::relatives(db, &found);
    let wanted = if found.is_interface() { relatives.subtypes } else { relatives.supertypes };
    let mut out: Vec<Target> = Vec::new();
    for ty in wanted.iter().filter(|d| !found.is_interface() || !d.is_interface()) {
        let Some(home) = ty.key.pkg.and_then(|p| package(db, p)) else { continue };
        let owner = relations::with_checker(db, home, |c| relations::method_owner(db, c, ty, name));
        let Some((owner, is_interface)) = owner else { continue };
        let entity =
            if is_interface { Entity::InterfaceMethod { of: Some(owner), name, ty: ty.ty() } } else { Entity::Method { of: owner, name } };
        let Some(place) = declared(db, &entity).and_then(|d| target(view, d.decl, d.full, d.focus)) else { continue };
        if !out.contains(&place) {
            out.push(place);
        }
    }
    out
}

/// Where a declared type is declared.
pub(crate) fn type_target(view: View<'_>, of: &Declared) -> Option<Target> {
    let found = declared(view.db, &Entity::Member { pkg: of.key.pkg?, name: of.key.name })?;
    target(view, found.decl, found.full, found.focus)
}

/// Where what is at `offset` was promised: of a method the interfaces' methods it is for; of all else the definition.
pub(crate) fn declaration(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Target> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    if let Some(Entity::Method { of, name }) = spot.ident().and_then(|i| spot.entity(i)) {
        let promised = methods(view, of, name);
        if !promised.is_empty() {
            return promised;
        }
    }
    crate::definition::definition(view, file, offset)
}
