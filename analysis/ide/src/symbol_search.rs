//! Declarations of the whole workspace by name, and the type of what is at a place.

use amigos_db::input::{Origin, Root, SourceFile};
use amigos_db::query as q;
use amigos_syntax::ast::ExprKind;
use amigos_types::ty::{Ty, TyKind};

use crate::analysis::View;
use crate::data::{DocumentSymbol, Target, WorkspaceSymbol};
use crate::locate::{Entity, named_key, spot};

/// More than this helps nobody.
const MAX: usize = 200;

/// Declarations whose name has the letters of `query` in order, whatever their case; the closest first.
pub(crate) fn search(view: View<'_>, query: &str) -> Vec<WorkspaceSymbol> {
    let db = view.db;
    let mut packages: Vec<_> =
        Root::get(db).packages(db).values().filter(|p| p.origin(db) != Origin::Std && !p.key(db).0.as_str().ends_with("[test]")).collect();
    packages.sort_by_key(|p| (p.origin(db) != Origin::Workspace, p.key(db)));
    let mut out: Vec<(u32, WorkspaceSymbol)> = Vec::new();
    for package in packages {
        for file in package.files(db) {
            db.unwind_if_revision_cancelled();
            let Some(id) = view.file_id(*file) else { continue };
            let mut add = |symbol: &DocumentSymbol, container: &str| {
                if let Some(rank) = rank(&symbol.name, container, query) {
                    let container = container.to_owned();
                    let found = WorkspaceSymbol { name: symbol.name.clone(), kind: symbol.kind, container, file: id, range: symbol.focus };
                    out.push((rank, found));
                }
            };
            let container = crate::hover::base_key(package.key(db));
            for symbol in crate::symbols::symbols(view, *file) {
                add(&symbol, container);
                symbol.children.iter().for_each(|child| add(child, &symbol.name));
            }
        }
    }
    out.sort_by(|a, b| (a.0, a.1.name.len(), &a.1.name).cmp(&(b.0, b.1.name.len(), &b.1.name)));
    out.truncate(MAX);
    out.into_iter().map(|(_, symbol)| symbol).collect()
}

/// 0 for the name itself, 1 for its start, 2 for a part or the first letters of its words, 3 for letters in order. With a dot in the query what is in
/// front of it is the type or the package.
fn rank(name: &str, container: &str, query: &str) -> Option<u32> {
    let bare = name.rsplit(").").next().unwrap_or(name);
    let Some((front, query)) = query.rsplit_once('.') else { return rank_of(bare, query) };
    // `(*Post[T]).Publish` is of `Post`; what is in no type is of its package.
    let of_type = name.strip_prefix('(').and_then(|n| n.split([')', '[']).next()).map(|n| n.trim_start_matches('*'));
    let package = container.split('@').next().and_then(|path| path.rsplit('/').next()).unwrap_or(container);
    let fits = |of: &str| rank_of(of, front.rsplit('.').next().unwrap_or(front)).filter(|rank| *rank < 3);
    let of = of_type.into_iter().chain([package]).find_map(fits)?;
    Some(rank_of(bare, query)? + of)
}

fn rank_of(name: &str, query: &str) -> Option<u32> {
    let initials = |(at, c): (usize, char)| (at == 0 || c.is_uppercase()).then_some(c);
    let first: String = name.char_indices().filter_map(initials).flat_map(char::to_lowercase).collect();
    let (name, query) = (name.to_lowercase(), query.to_lowercase());
    if name == query {
        return Some(0);
    }
    if name.starts_with(&query) {
        return Some(1);
    }
    if name.contains(&query) || (query.chars().count() > 1 && first.starts_with(&query)) {
        return Some(2);
    }
    let mut letters = name.chars();
    query.chars().all(|q| letters.any(|l| l == q)).then_some(3)
}

/// Where the type of what is at `offset` is declared.
pub(crate) fn type_definition(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Target> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let Some(ident) = spot.ident() else { return vec![] };
    let ty = match spot.entity(ident) {
        Some(Entity::Local(local)) => spot.facts.locals.get(local.0 as usize).map(|l| l.ty),
        Some(Entity::Field { ty, .. } | Entity::MsgField { ty, .. } | Entity::InterfaceMethod { ty, .. }) => Some(ty),
        Some(Entity::Member { pkg, name }) => crate::locate::package(view.db, pkg).and_then(|p| q::member(view.db, p, name)).map(|m| m.ty),
        _ => None,
    };
    let at = spot.ast().exprs.iter().position(|e| matches!(e.kind, ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } if i == ident));
    let ty = ty.or_else(|| at.map(|i| spot.facts.type_of(amigos_syntax::ast::ExprId(i as u32)).ty));
    let Some(key) = ty.and_then(|ty| element(ty, 0)) else { return vec![] };
    let Some(pkg) = key.pkg else { return vec![] };
    let found = crate::definition::declared(view.db, &Entity::Member { pkg, name: key.name });
    found.and_then(|d| crate::definition::target(view, d.decl, d.full, d.focus)).into_iter().collect()
}

/// The declared type in a type: of a slice or map, its elements'; of a function, its first result's.
fn element(ty: Ty, depth: u32) -> Option<amigos_types::ty::NamedKey> {
    if depth > 8 {
        return None;
    }
    named_key(ty).or_else(|| match ty.unalias().kind() {
        TyKind::Slice(elem)
        | TyKind::Array { elem, .. }
        | TyKind::Map { value: elem, .. }
        | TyKind::Chan { elem, .. }
        | TyKind::Pointer(elem) => element(*elem, depth + 1),
        TyKind::Signature(sig) => element(sig.results.first()?.ty, depth + 1),
        _ => None,
    })
}
