//! What implements an interface or a method of one; and of a concrete type or method, the interfaces it is for.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::Name;
use amigos_types::ctx::MemberKind;
use amigos_types::ty::NamedKey;

use crate::analysis::View;
use crate::data::Target;
use crate::definition::{declared, target};
use crate::locate::{Entity, Spot, package, spot};
use crate::relations::{self, Declared};

/// Interface ↔ concrete type, in both directions.
pub(crate) fn implementation(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Target> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let Some(entity) = spot.ident().and_then(|i| spot.entity(i)) else { return vec![] };
    match entity {
        Entity::Method { of, name } | Entity::InterfaceMethod { of: Some(of), name, .. } => methods(view, of, name),
        other => type_named(&spot, &other).map(|of| types(view, of)).unwrap_or_default(),
    }
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

/// Where what is at `offset` was promised: of a method the interfaces' methods it is for, of a package's name the import; of all else the definition.
pub(crate) fn declaration(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Target> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    match spot.ident().and_then(|i| spot.entity(i)) {
        Some(Entity::Method { of, name }) => {
            let promised = methods(view, of, name);
            if !promised.is_empty() {
                return promised;
            }
        }
        Some(Entity::Package(key)) => {
            if let Some(import) = import_of(view, &spot, key) {
                return vec![import];
            }
        }
        _ => {}
    }
    crate::definition::definition(view, file, offset)
}

/// The import of a package in the file of `spot`.
fn import_of(view: View<'_>, spot: &Spot<'_>, key: amigos_types::ty::PkgKey) -> Option<Target> {
    use amigos_syntax::ast::{DeclKind, Spec};
    let db = view.db;
    for decl in q::split_file(db, spot.decl.file(db)) {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { continue };
        for spec in &group.specs {
            let Spec::Import(spec) = spec else { continue };
            if amigos_db::resolve::resolve(db, spot.package, spec.path) == Ok(key) {
                return target(view, *decl, spec.range, spec.path_range);
            }
        }
    }
    None
}
