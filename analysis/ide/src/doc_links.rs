//! Links in doc comments: `[Name]`, `[Type.Method]`, `[pkg.Name]`, `[pkg.Type.Method]`.

use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::MemberKind;
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::locate::{Entity, Spot, package};

/// What the link at the spot means, with the range of the word at the spot, relative to the declaration.
pub(crate) fn at(spot: &Spot<'_>) -> Option<(Entity, TextRange)> {
    let text = spot.decl.text(spot.db);
    let comment = spot.decl_ast().comments.iter().find(|c| c.start < spot.offset && spot.offset <= c.end)?;
    let offset = spot.offset.checked_sub(comment.start)? as usize;
    let body = comment.of(text);
    let line_start = body.get(..offset)?.rfind('\n').map_or(0, |i| i + 1);
    let open = line_start + body[line_start..offset].rfind('[')? + 1;
    let open = open + usize::from(body[open..].starts_with('*'));
    let link = body[open..].split_once(']')?.0;
    if open > offset || offset > open + link.len() {
        return None;
    }
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut from = open;
    for word in link.split('.') {
        if !amigos_syntax::lex::is_identifier(word) {
            return None;
        }
        words.push((from, word));
        from += word.len() + 1;
    }
    let here = words.iter().rposition(|(from, _)| *from <= offset)?;
    let (from, word) = words[here];
    let names: Vec<Name> = words[..=here].iter().map(|(_, w)| Name::new(w)).collect();
    let start = comment.start + from as u32;
    Some((entity(spot, &names)?, TextRange::new(start, start + word.len() as u32)))
}

fn entity(spot: &Spot<'_>, names: &[Name]) -> Option<Entity> {
    let own = spot.package.key(spot.db);
    match names {
        [name] => member(spot, own, *name).or_else(|| imported(spot, *name).map(Entity::Package)),
        [first, second] => part(spot, own, *first, *second).or_else(|| member(spot, imported(spot, *first)?, *second)),
        [first, second, third] => part(spot, imported(spot, *first)?, *second, *third),
        _ => None,
    }
}

fn member(spot: &Spot<'_>, pkg: PkgKey, name: Name) -> Option<Entity> {
    q::member(spot.db, package(spot.db, pkg)?, name).map(|_| Entity::Member { pkg, name })
}

/// A method or field of a declared type.
fn part(spot: &Spot<'_>, pkg: PkgKey, of: Name, name: Name) -> Option<Entity> {
    let owner = package(spot.db, pkg)?;
    if !matches!(q::member(spot.db, owner, of)?.kind, MemberKind::Type { .. }) {
        return None;
    }
    let of = NamedKey { pkg: Some(pkg), name: of, local: None };
    let info = q::named(spot.db, owner, of)?;
    if info.methods.iter().any(|m| m.name == name) {
        return Some(Entity::Method { of, name });
    }
    match info.underlying.kind() {
        TyKind::Struct(fields) => fields.iter().find(|f| f.name == name).map(|f| Entity::Field { of: Some(of), name, ty: f.ty }),
        TyKind::Interface(i) => {
            i.methods.iter().find(|m| m.name == name).map(|m| Entity::InterfaceMethod { of: Some(of), name, ty: m.sig })
        }
        _ => None,
    }
}

/// The package that the file knows by a name.
fn imported(spot: &Spot<'_>, name: Name) -> Option<PkgKey> {
    let db = spot.db;
    q::split_file(db, spot.decl.file(db)).iter().find_map(|decl| {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { return None };
        group.specs.iter().find_map(|spec| {
            let Spec::Import(spec) = spec else { return None };
            let key = amigos_db::resolve::resolve(db, spot.package, spec.path).ok()?;
            let known = spec.name.map(|i| ast.sig[i].name).or_else(|| Some(q::package_name(db, package(db, key)?)))?;
            (known == name).then_some(key)
        })
    })
}
