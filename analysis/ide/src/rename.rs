//! Renaming, with a check that everything still means the same afterwards.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::LocalKind;
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::analysis::View;
use crate::data::TextEdit;
use crate::locate::{Entity, Spot, is_contract, package, spot};
use crate::references::{Meaning, Occurrence, Thing, is_own, meaning, occurrences};
use crate::rename_comments::{in_docs, in_links, in_links_of_file};
use crate::rename_family::{described, family, holder, home};
use crate::rename_package::{PackageName, package_name, rename_clause, rename_import};

/// The name at `offset` and its place, if it can be renamed; else why not.
pub(crate) fn prepare(view: View<'_>, file: SourceFile, offset: u32) -> Result<(TextRange, String), String> {
    let nothing = || "there is no name here that can be changed".to_owned();
    let spot = spot(view.db, file, offset).ok_or_else(nothing)?;
    let ident = spot.ident().ok_or_else(nothing)?;
    let found = spot.ast()[ident];
    match package_name(&spot, ident) {
        Some(PackageName::Clause) if !is_own(view.db, spot.package.key(view.db)) => {
            return Err("it is not part of this workspace".to_owned());
        }
        Some(PackageName::Import(key)) if spot.types().predeclared().iter().any(|(name, k)| *k == key && *name == found.name) => {
            return Err(format!("`{}` is predeclared", found.name));
        }
        Some(_) => {}
        None => {
            let wanted = meaning(&spot, ident).ok_or_else(|| match spot.entity(ident) {
                Some(Entity::Universe(name)) => format!("`{name}` is predeclared"),
                Some(Entity::Msg | Entity::MsgField { .. }) => "`msg` is part of the language".to_owned(),
                _ => nothing(),
            })?;
            changeable(view, &wanted)?;
        }
    }
    Ok((found.range.shift(spot.start), found.name.to_string()))
}

/// Whether a thing is declared in the workspace and has a name of its own.
fn changeable(view: View<'_>, wanted: &Meaning<'_>) -> Result<(), String> {
    let Meaning::Shared(thing) = wanted else { return Ok(()) };
    if let Thing::Member { name, .. } = thing
        && matches!(name.as_str(), "init" | "main")
    {
        return Err(format!("`{name}` has a meaning of its own"));
    }
    match home(thing) {
        Some(key) if is_own(view.db, key) => Ok(()),
        Some(key) => Err(format!("it is declared in `{}`, which is not part of this workspace", crate::hover::base_key(key))),
        None => Err("it is part of the language".to_owned()),
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
    let mut edits = match package_name(&spot, ident) {
        Some(PackageName::Clause) => rename_clause(view, spot.package, old, new)?,
        Some(PackageName::Import(key)) => {
            let mut edits = rename_import(view, spot.package, file, key, new)?;
            edits.extend(in_links_of_file(view, file, old, new));
            edits
        }
        None => match meaning(&spot, ident).ok_or("there is no name here")? {
            wanted @ Meaning::Local(..) => {
                local_conflict(&spot, new)?;
                let found = occurrences(view, old, &wanted);
                let mut edits = edits_of(view, &found, old, new)?;
                edits.extend(in_docs(view, &found, old, new));
                edits
            }
            Meaning::Shared(thing) => shared(view, &thing, old, new)?,
        },
    };
    edits.sort_by_key(|e| (e.file, e.range));
    edits.dedup();
    Ok(edits)
}

/// The edits for a thing and all that must have its name.
fn shared(view: View<'_>, thing: &Thing, old: Name, new: Name) -> Result<Vec<TextEdit>, String> {
    let mut edits = Vec::new();
    let family = family(view, thing);
    for one in &family {
        if one != thing {
            changeable(view, &Meaning::Shared(one.clone()))
                .map_err(|why| format!("{} has to be renamed with {}: {why}", described(one), described(thing)))?;
        }
        shared_conflict(view, one, new)?;
        let found = occurrences(view, old, &Meaning::Shared(one.clone()));
        sites_conflict(view, one, &found, old, new)?;
        edits.extend(edits_of(view, &found, old, new)?);
        edits.extend(in_docs(view, &found, old, new));
        edits.extend(in_links(view, one, old, new));
        edits.extend(keep_state(view, one, old));
    }
    Ok(edits)
}

fn edits_of(view: View<'_>, found: &[Occurrence<'_>], old: Name, new: Name) -> Result<Vec<TextEdit>, String> {
    let mut edits = Vec::new();
    for occurrence in found {
        let Some(id) = view.file_id(occurrence.file()) else { continue };
        let key = occurrence.spot.package.key(view.db);
        if !is_own(view.db, key) {
            return Err(format!("`{old}` is used by `{}`, which is not part of this workspace", crate::hover::base_key(key)));
        }
        edits.push(TextEdit { file: id, range: occurrence.range(), new_text: new.to_string() });
    }
    Ok(edits)
}

/// A local may take a name that nothing else in its declaration uses: then nothing can be captured either way.
fn local_conflict(spot: &Spot<'_>, new: Name) -> Result<(), String> {
    let decl = spot.decl_ast();
    let used = std::iter::once(&*decl.sig).chain(decl.bodies.iter().map(|b| &b.ast)).any(|ast| ast.idents.iter().any(|i| i.name == new));
    if used { Err(format!("`{new}` is already used in this declaration")) } else { Ok(()) }
}

fn shared_conflict(view: View<'_>, thing: &Thing, new: Name) -> Result<(), String> {
    let db = view.db;
    match thing {
        Thing::Member { pkg, .. } => {
            let taken = variants(*pkg).into_iter().filter_map(|key| package(db, key)).any(|p| q::member(db, p, new).is_some());
            if taken { Err(format!("`{new}` is already declared in this package")) } else { Ok(()) }
        }
        Thing::Method { of, .. } | Thing::Field { of, .. } | Thing::InterfaceMethod { of, .. } => {
            let taken = variants_of(view, *of).iter().any(|info| {
                info.methods.iter().any(|m| m.name == new)
                    || match info.underlying.kind() {
                        TyKind::Struct(fields) => fields.iter().any(|f| f.name == new),
                        TyKind::Interface(i) => i.methods.iter().any(|m| m.name == new),
                        _ => false,
                    }
            });
            if taken { Err(format!("`{}` has a field or method `{new}` already", of.name)) } else { Ok(()) }
        }
        Thing::Package(_) => Ok(()),
    }
}

fn variants_of(view: View<'_>, of: NamedKey) -> Vec<std::sync::Arc<amigos_types::ctx::NamedInfo>> {
    let Some(pkg) = of.pkg else { return vec![] };
    variants(pkg).into_iter().filter_map(|key| holder(view, NamedKey { pkg: Some(key), ..of })).map(|(_, info)| info).collect()
}

/// A package's key and that of the variant with its tests.
fn variants(key: PkgKey) -> [PkgKey; 2] {
    [key, PkgKey(Name::new(&format!("{} [test]", key.0)))]
}

/// At every place the new name must mean the same: no local of that name may be in scope there, and other packages must still see it.
fn sites_conflict(view: View<'_>, thing: &Thing, found: &[Occurrence<'_>], old: Name, new: Name) -> Result<(), String> {
    let db = view.db;
    let home = home(thing);
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
    Ok(())
}

/// What is deployed keeps its state under the old name: `//amigos:was` says so (language.md, section 4).
fn keep_state(view: View<'_>, thing: &Thing, name: Name) -> Option<TextEdit> {
    let db = view.db;
    let pkg = home(thing)?;
    let owner = package(db, pkg).filter(|p| is_contract(db, *p))?;
    view.network_facts(pkg)?;
    let entity = match thing {
        Thing::Member { .. } => {
            let member = q::member(db, owner, name)?;
            // Variables, and the types that their values may be of.
            if !matches!(member.kind, amigos_types::ctx::MemberKind::Var | amigos_types::ctx::MemberKind::Type { alias: false }) {
                return None;
            }
            Entity::Member { pkg, name }
        }
        Thing::Field { of, .. } => Entity::Field { of: Some(*of), name, ty: amigos_types::ty::Ty::invalid() },
        _ => return None,
    };
    let place = crate::definition::declared(db, &entity)?;
    let file = place.decl.file(db);
    let id = view.file_id(file)?;
    let text = file.text(db);
    let at = place.decl.start(db) + place.full.start;
    let line = text.get(..at as usize)?.rfind('\n').map_or(0, |i| i + 1);
    let indent: String = text[line..].chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
    let new_text = format!("{indent}//amigos:was {name}\n");
    Some(TextEdit { file: id, range: TextRange::at(line as u32), new_text })
}
