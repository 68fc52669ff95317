//! What has to be renamed together: the methods that interfaces tie to each other, and a type with the fields that embed it.

use amigos_db::input::Package;
use amigos_db::query as q;
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::analysis::View;
use crate::locate::package;
use crate::references::{Thing, base};
use crate::relations::{self, Declared};

/// Everything that must have the same name as `thing`, itself first.
pub(crate) fn family(view: View<'_>, thing: &Thing) -> Vec<Thing> {
    match thing {
        Thing::Method { name, .. } | Thing::InterfaceMethod { name, .. } => methods(view, thing, *name),
        Thing::Member { .. } | Thing::Field { .. } => embedded(view, thing),
        Thing::Package(_) => vec![thing.clone()],
    }
}

/// Of a method of a type the methods of interfaces that it is for; of an interface's method those of the types and interfaces that have it.
pub(crate) fn counterparts(view: View<'_>, thing: &Thing) -> Vec<Thing> {
    let db = view.db;
    let (Thing::Method { of, name } | Thing::InterfaceMethod { of, name }) = thing else { return vec![] };
    let Some((_, found)) = relations::find(db, *of) else { return vec![] };
    let relatives = relations::relatives(db, &found);
    let mut out: Vec<Thing> = Vec::new();
    for ty in relatives.subtypes.iter().chain(&relatives.supertypes) {
        let Some(home) = ty.key.pkg.and_then(|p| package(db, p)) else { continue };
        let owner = relations::with_checker(db, home, |c| relations::method_owner(db, c, ty, *name));
        if let Some(one) = owner.map(|owner| as_thing(owner, *name))
            && one != *thing
            && !out.contains(&one)
        {
            out.push(one);
        }
    }
    out
}

/// The methods of a name that stand for each other: where a type implements an interface that asks for it, both have it.
fn methods(view: View<'_>, start: &Thing, name: Name) -> Vec<Thing> {
    let db = view.db;
    // All pairs (declaration in a type, declaration in an interface), found once.
    let mut pairs: Vec<(Thing, Thing)> = Vec::new();
    let all: Vec<(Package, Vec<Declared>)> = relations::packages(db).into_iter().map(|p| (p, relations::declared_types(db, p))).collect();
    let interfaces: Vec<&Declared> = all
        .iter()
        .flat_map(|(_, types)| types)
        .filter(|t| t.is_interface() && relations::interface_owner(db, t.key, name, 0).is_some())
        .collect();
    if interfaces.is_empty() && name.as_str() != "Error" {
        return vec![start.clone()];
    }
    for (owner, types) in &all {
        db.unwind_if_revision_cancelled();
        relations::with_checker(db, *owner, |checker| {
            for ty in types {
                let Some(method) = relations::method_owner(db, checker, ty, name) else { continue };
                let own = as_thing(method, name);
                if name.as_str() == "Error" && relations::implements(checker, ty.ty(), amigos_types::ty::Ty::error()) {
                    let of = NamedKey { pkg: None, name: Name::new("error"), local: None };
                    pairs.push((own.clone(), Thing::InterfaceMethod { of, name }));
                }
                // A promoted method ties the type's name to that of the embedded one's already.
                for interface in &interfaces {
                    let Some(seen) = relations::seen_from(db, *owner, interface) else { continue };
                    if relations::same(seen.key, ty.key) || !relations::implements(checker, ty.ty(), seen.ty()) {
                        continue;
                    }
                    let Some(of) = relations::interface_owner(db, interface.key, name, 0) else { continue };
                    pairs.push((own.clone(), as_thing((of, true), name)));
                }
            }
        });
    }
    closure(start, &pairs)
}

fn as_thing((of, is_interface): (NamedKey, bool), name: Name) -> Thing {
    let of = NamedKey { pkg: of.pkg.map(base), ..of };
    if is_interface { Thing::InterfaceMethod { of, name } } else { Thing::Method { of, name } }
}

/// What the pairs connect to `start`.
fn closure(start: &Thing, pairs: &[(Thing, Thing)]) -> Vec<Thing> {
    let mut out = vec![start.clone()];
    let mut at = 0;
    while let Some(one) = out.get(at).cloned() {
        at += 1;
        for (a, b) in pairs {
            let other = if *a == one {
                b
            } else if *b == one {
                a
            } else {
                continue;
            };
            if !out.contains(other) {
                out.push(other.clone());
            }
        }
    }
    out
}

/// A type and the fields that embed it.
fn embedded(view: View<'_>, start: &Thing) -> Vec<Thing> {
    let db = view.db;
    let name = match start {
        Thing::Member { name, .. } | Thing::Field { name, .. } => *name,
        _ => return vec![start.clone()],
    };
    let mut pairs: Vec<(Thing, Thing)> = Vec::new();
    // What embeds it names it: other packages need not be checked for that.
    let names = |owner: &Package| owner.files(db).iter().any(|file| file.text(db).contains(name.as_str()));
    for owner in relations::packages(db).into_iter().filter(names) {
        for ty in relations::declared_types(db, owner) {
            let TyKind::Struct(fields) = ty.info.underlying.kind() else { continue };
            for field in fields.iter().filter(|f| f.embedded && f.name == name) {
                let Some(of) = embedded_type(field.ty) else { continue };
                let (Some(pkg), None) = (of.pkg, of.local) else { continue };
                let holder = NamedKey { pkg: ty.key.pkg.map(base), ..ty.key };
                pairs.push((Thing::Member { pkg: base(pkg), name }, Thing::Field { of: holder, name }));
            }
        }
    }
    closure(start, &pairs)
}

/// The type name that an embedded field is written with: an alias gives the field its own name.
fn embedded_type(ty: amigos_types::ty::Ty) -> Option<NamedKey> {
    match ty.kind() {
        TyKind::Alias { key, .. } | TyKind::Named { key, .. } => Some(*key),
        TyKind::Pointer(to) => embedded_type(*to),
        _ => None,
    }
}

/// The package a thing is declared in.
pub(crate) fn home(thing: &Thing) -> Option<PkgKey> {
    match thing {
        Thing::Member { pkg, .. } | Thing::Package(pkg) => Some(*pkg),
        Thing::Method { of, .. } | Thing::InterfaceMethod { of, .. } | Thing::Field { of, .. } => of.pkg,
    }
}

/// In words: `method `Publish` of `Post``.
pub(crate) fn described(thing: &Thing) -> String {
    match thing {
        Thing::Member { name, .. } => format!("`{name}`"),
        Thing::Package(key) => format!("package `{}`", key.0),
        Thing::Method { of, name } => format!("method `{name}` of `{}`", of.name),
        Thing::InterfaceMethod { of, name } => format!("method `{name}` of interface `{}`", of.name),
        Thing::Field { of, name } => format!("field `{name}` of `{}`", of.name),
    }
}

/// The variant of a type's package in which it is declared, with the type.
pub(crate) fn holder(view: View<'_>, of: NamedKey) -> Option<(Package, std::sync::Arc<amigos_types::ctx::NamedInfo>)> {
    let owner = package(view.db, of.pkg?)?;
    Some((owner, q::named(view.db, owner, of)?))
}
