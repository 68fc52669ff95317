//! Renaming, with a check that everything still means the same afterwards.

use amigos_db::input::{Root, SourceFile};
use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::LocalKind;
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::analysis::View;
use crate::data::TextEdit;
use crate::locate::{Entity, Spot, is_contract, package, spot};
use crate::references::{Meaning, Occurrence, Thing, is_own, meaning, occurrences};

/// The name at `offset` and its place, if it can be renamed; else why not.
pub(crate) fn prepare(view: View<'_>, file: SourceFile, offset: u32) -> Result<(TextRange, String), String> {
    let nothing = || "there is no name here that can be changed".to_owned();
    let spot = spot(view.db, file, offset).ok_or_else(nothing)?;
    let ident = spot.ident().ok_or_else(nothing)?;
    let found = spot.ast()[ident];
    let wanted = meaning(&spot, ident).ok_or_else(|| match spot.entity(ident) {
        Some(Entity::Universe(name)) => format!("`{name}` is predeclared"),
        Some(Entity::Msg | Entity::MsgField { .. }) => "`msg` is part of the language".to_owned(),
        _ => nothing(),
    })?;
    changeable(view, &wanted)?;
    Ok((found.range.shift(spot.start), found.name.to_string()))
}

/// Whether a thing is declared in the workspace and has a name of its own.
fn changeable(view: View<'_>, wanted: &Meaning<'_>) -> Result<(), String> {
    let home = match wanted {
        Meaning::Local(..) => return Ok(()),
        Meaning::Shared(Thing::Package(_)) => return Err("a package is renamed in its manifest and folder, not here".to_owned()),
        Meaning::Shared(Thing::Member { pkg, name }) => {
            if matches!(name.as_str(), "init" | "main") {
                return Err(format!("`{name}` has a meaning of its own"));
            }
            Some(*pkg)
        }
        Meaning::Shared(Thing::Method { of, .. } | Thing::InterfaceMethod { of, .. } | Thing::Field { of, .. }) => of.pkg,
    };
    match home {
        Some(key) if is_own(view.db, key) => Ok(()),
        Some(key) => Err(format!("it is declared in `{}`, which is not part of this workspace", crate::hover::base_key(key))),
        None => Err("it is declared in no package".to_owned()),
    }
}

/// The edits that rename what is at `offset`; the error says what stands against it.
pub(crate) fn rename(view: View<'_>, file: SourceFile, offset: u32, new: &str) -> Result<Vec<TextEdit>, String> {
    let (_, old) = prepare(view, file, offset)?;
    if new == old {
        return Ok(vec![]);
    }
    if !amigos_syntax::lex::is_identifier(new) || new == "_" {
        return Err(format!("`{new}` is not a name in Go"));
    }
    let (old, new) = (Name::new(&old), Name::new(new));
    let spot = spot(view.db, file, offset).ok_or("there is no name here")?;
    let ident = spot.ident().ok_or("there is no name here")?;
    let wanted = meaning(&spot, ident).ok_or("there is no name here")?;
    let found = occurrences(view, old, &wanted);
    match &wanted {
        Meaning::Local(..) => local_conflict(&spot, new)?,
        Meaning::Shared(thing) => {
            shared_conflict(view, thing, new)?;
            sites_conflict(view, thing, &found, old, new)?;
        }
    }
    let mut edits = Vec::new();
    for occurrence in &found {
        let Some(id) = view.file_id(occurrence.file()) else { continue };
        if !is_own(view.db, occurrence.spot.package.key(view.db)) {
            let key = crate::hover::base_key(occurrence.spot.package.key(view.db));
            return Err(format!("`{old}` is used by `{key}`, which is not part of this workspace"));
        }
        edits.push(TextEdit { file: id, range: occurrence.range(), new_text: new.to_string() });
    }
    if let Meaning::Shared(Thing::Member { pkg, name }) = &wanted {
        edits.extend(keep_state(view, *pkg, *name));
    }
    edits.sort_by_key(|e| (e.file, e.range));
    edits.dedup();
    Ok(edits)
}

/// A local may take a name that nothing else in its declaration uses: then nothing can be captured either way.
fn local_conflict(spot: &Spot<'_>, new: Name) -> Result<(), String> {
    let decl = spot.decl_ast();
    let used = std::iter::once(&decl.sig).chain(decl.bodies.iter().map(|b| &b.ast)).any(|ast| ast.idents.iter().any(|i| i.name == new));
    if used { Err(format!("`{new}` is already used in this declaration")) } else { Ok(()) }
}

fn shared_conflict(view: View<'_>, thing: &Thing, new: Name) -> Result<(), String> {
    let db = view.db;
    match thing {
        Thing::Member { pkg, .. } => {
            let taken = variants(*pkg).into_iter().filter_map(|key| package(db, key)).any(|p| q::member(db, p, new).is_some());
            if taken { Err(format!("`{new}` is already declared in this package")) } else { Ok(()) }
        }
        Thing::Method { of, name } | Thing::Field { of, name } | Thing::InterfaceMethod { of, name } => {
            let info = of.pkg.and_then(|key| package(db, key)).and_then(|p| q::named(db, p, *of));
            let taken = info.as_ref().is_some_and(|info| {
                info.methods.iter().any(|m| m.name == new)
                    || match info.underlying.kind() {
                        TyKind::Struct(fields) => fields.iter().any(|f| f.name == new),
                        TyKind::Interface(i) => i.methods.iter().any(|m| m.name == new),
                        _ => false,
                    }
            });
            if taken {
                return Err(format!("`{}` has a field or method `{new}` already", of.name));
            }
            if matches!(thing, Thing::InterfaceMethod { .. }) {
                return Err(format!(
                    "`{name}` is a method of an interface: every type that has it would have to follow, which is not supported yet"
                ));
            }
            match interface_with(view, *name) {
                Some(interface) if matches!(thing, Thing::Method { .. }) => {
                    Err(format!("`{name}` is also a method of interface `{interface}`, which `{}` might not satisfy any more", of.name))
                }
                _ => Ok(()),
            }
        }
        Thing::Package(_) => Ok(()),
    }
}

/// A package's key and that of the variant with its tests.
fn variants(key: PkgKey) -> [PkgKey; 2] {
    [key, PkgKey(Name::new(&format!("{} [test]", key.0)))]
}

/// An interface that has a method of this name.
fn interface_with(view: View<'_>, name: Name) -> Option<String> {
    let db = view.db;
    if name.as_str() == "Error" {
        return Some("error".to_owned());
    }
    for (key, package) in Root::get(db).packages(db) {
        if key.0.as_str().ends_with("test]") {
            continue;
        }
        for file in package.files(db).iter().filter(|f| f.text(db).contains(name.as_str())) {
            for decl in q::split_file(db, *file) {
                let sig = q::decl_sig(db, *decl);
                let DeclKind::Gen(group) = &sig.kind else { continue };
                for spec in &group.specs {
                    let Spec::Type { name: of, .. } = spec else { continue };
                    let of = NamedKey { pkg: Some(*key), name: sig.sig[*of].name, local: None };
                    let Some(info) = q::named(db, *package, of) else { continue };
                    if matches!(info.underlying.kind(), TyKind::Interface(i) if i.methods.iter().any(|m| m.name == name)) {
                        return Some(of.name.to_string());
                    }
                }
            }
        }
    }
    None
}

/// At every place the new name must mean the same: no local of that name may be in scope there, and other packages must still see it.
fn sites_conflict(view: View<'_>, thing: &Thing, found: &[Occurrence<'_>], old: Name, new: Name) -> Result<(), String> {
    let db = view.db;
    let home = match thing {
        Thing::Member { pkg, .. } => Some(*pkg),
        Thing::Method { of, .. } | Thing::InterfaceMethod { of, .. } | Thing::Field { of, .. } => of.pkg,
        Thing::Package(_) => None,
    };
    for occurrence in found {
        let spot = &occurrence.spot;
        let key = crate::hover::base_key(spot.package.key(db));
        let outside = home.is_some_and(|h| h.0.as_str() != key) || spot.package.key(db).0.as_str().ends_with("[xtest]");
        if old.is_exported() && !new.is_exported() && outside {
            return Err(format!("`{old}` is used by `{key}`, which could not see `{new}`"));
        }
        if matches!(thing, Thing::Member { .. }) && !outside {
            let at = spot.ast()[occurrence.ident].range.start;
            let shadows = spot
                .facts
                .locals
                .iter()
                .any(|l| l.name == new && !matches!(l.kind, LocalKind::Label) && l.scope.start <= at && at <= l.scope.end);
            if shadows {
                return Err(format!("a local `{new}` would hide it in `{}`", occurrence.file().name(db)));
            }
        }
    }
    // A type that is embedded is also the name of a field.
    if let Thing::Member { pkg, name } = thing {
        let embeds = |p: &amigos_db::input::Package| {
            let types = q::package_types(db, *p);
            types.named.iter().find_map(|(key, info)| match info.underlying.kind() {
                TyKind::Struct(fields) => fields
                    .iter()
                    .any(|f| f.embedded && f.name == *name && crate::locate::named_key(f.ty).is_some_and(|k| k.pkg == Some(*pkg)))
                    .then_some(key.name),
                _ => None,
            })
        };
        if let Some(by) = Root::get(db).packages(db).values().filter(|p| is_own(db, p.key(db))).find_map(embeds) {
            return Err(format!("`{name}` is embedded in `{by}`, whose field would have to follow, which is not supported yet"));
        }
    }
    Ok(())
}

/// What is deployed keeps its state under the old name: `//amigos:was` says so (language.md, section 4).
fn keep_state(view: View<'_>, pkg: PkgKey, name: Name) -> Option<TextEdit> {
    let db = view.db;
    let owner = package(db, pkg).filter(|p| is_contract(db, *p))?;
    view.network_facts(pkg)?;
    let member = q::member(db, owner, name)?;
    if !matches!(member.kind, amigos_types::ctx::MemberKind::Var) {
        return None;
    }
    let place = crate::definition::declared(db, &Entity::Member { pkg, name })?;
    let file = place.decl.file(db);
    let id = view.file_id(file)?;
    let text = file.text(db);
    let at = place.decl.start(db) + place.full.start;
    let line = text.get(..at as usize)?.rfind('\n').map_or(0, |i| i + 1);
    let indent: String = text[line..].chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
    let new_text = format!("{indent}//amigos:was {name}\n");
    Some(TextEdit { file: id, range: TextRange::at(line as u32), new_text })
}
