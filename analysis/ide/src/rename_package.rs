//! Renaming packages: the name in their clauses, and the name under which one file knows another package.

use amigos_db::input::{Package, Root, SourceFile};
use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, IdentId, ImportSpec, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::ObjRef;
use amigos_types::ty::PkgKey;

use crate::analysis::View;
use crate::data::TextEdit;
use crate::locate::{Entity, Spot};
use crate::references::{arenas, base, is_own};

/// What a package's name means at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PackageName {
    /// The clause of the package itself.
    Clause,
    /// The name under which this file knows it.
    Import(PkgKey),
}

/// Whether the identifier is a package's name.
pub(crate) fn package_name(spot: &Spot<'_>, ident: IdentId) -> Option<PackageName> {
    match &spot.decl_ast().kind {
        DeclKind::Package(name) if spot.body.is_none() && *name == ident => return Some(PackageName::Clause),
        DeclKind::Gen(group) if spot.body.is_none() => {
            let here = group.specs.iter().find_map(|s| match s {
                Spec::Import(spec) if spec.name == Some(ident) => Some(spec.path),
                _ => None,
            });
            if let Some(path) = here {
                return amigos_db::resolve::resolve(spot.db, spot.package, path).ok().map(PackageName::Import);
            }
        }
        _ => {}
    }
    match spot.entity(ident) {
        Some(Entity::Package(key)) => Some(PackageName::Import(key)),
        _ => None,
    }
}

/// The edits that give a package another name in its clauses and wherever it is imported without a name of its own.
pub(crate) fn rename_clause(view: View<'_>, owner: Package, old: Name, new: Name) -> Result<Vec<TextEdit>, String> {
    let db = view.db;
    let plain = old.as_str().strip_suffix("_test").filter(|_| owner.key(db).0.as_str().ends_with("[xtest]")).unwrap_or(old.as_str());
    let key = PkgKey(Name::new(crate::hover::base_key(owner.key(db))));
    if !is_own(db, owner.key(db)) {
        return Err(format!("it is declared in `{}`, which is not part of this workspace", key.0));
    }
    let new = new.as_str().strip_suffix("_test").filter(|_| old.as_str() != plain).unwrap_or(new.as_str());
    let mut edits = Vec::new();
    for (package_key, package) in Root::get(db).packages(db) {
        if crate::hover::base_key(*package_key) != key.0.as_str() {
            continue;
        }
        for file in package.files(db) {
            let Some(id) = view.file_id(*file) else { continue };
            for decl in q::split_file(db, *file) {
                let ast = q::parse_decl(db, *decl);
                let DeclKind::Package(ident) = ast.kind else { continue };
                let written = ast.sig[ident];
                let suffix = if written.name.ends_with("_test") && !plain.ends_with("_test") { "_test" } else { "" };
                edits.push(TextEdit { file: id, range: written.range.shift(decl.start(db)), new_text: format!("{new}{suffix}") });
            }
        }
    }
    for (importer_key, importer) in Root::get(db).packages(db) {
        for file in importer.files(db) {
            let Some(spec) = import_in(view, *importer, *file, key) else { continue };
            if spec.name.is_some() {
                continue;
            }
            if !is_own(db, *importer_key) {
                return Err(format!("it is imported by `{}`, which is not part of this workspace", crate::hover::base_key(*importer_key)));
            }
            edits.extend(qualifiers(view, *importer, *file, key, Name::new(new))?);
        }
    }
    Ok(edits)
}

/// The edits that let one file know a package under another name.
pub(crate) fn rename_import(view: View<'_>, owner: Package, file: SourceFile, key: PkgKey, new: Name) -> Result<Vec<TextEdit>, String> {
    let db = view.db;
    let id = view.file_id(file).ok_or("the file is not known")?;
    let no_import = || format!("`{}` is predeclared, not imported: its name cannot be changed here", crate::hover::base_key(key));
    let mut edits = Vec::new();
    for decl in q::split_file(db, file) {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { continue };
        for spec in &group.specs {
            let Spec::Import(spec) = spec else { continue };
            if amigos_db::resolve::resolve(db, owner, spec.path) != Ok(key) {
                continue;
            }
            let start = decl.start(db);
            let natural = crate::locate::package(db, key).map(|p| q::package_name(db, p));
            edits.push(match spec.name {
                // The package's own name needs not be written.
                Some(name) if natural == Some(new) => {
                    let range = TextRange::new(ast.sig[name].range.start, spec.path_range.start);
                    TextEdit { file: id, range: range.shift(start), new_text: String::new() }
                }
                Some(name) => TextEdit { file: id, range: ast.sig[name].range.shift(start), new_text: new.to_string() },
                None => TextEdit { file: id, range: TextRange::at(spec.path_range.start).shift(start), new_text: format!("{new} ") },
            });
        }
    }
    if edits.is_empty() {
        return Err(no_import());
    }
    edits.extend(qualifiers(view, owner, file, key, new)?);
    Ok(edits)
}

/// The import of `key` in a file.
fn import_in(view: View<'_>, owner: Package, file: SourceFile, key: PkgKey) -> Option<ImportSpec> {
    let db = view.db;
    for decl in q::split_file(db, file) {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { continue };
        for spec in &group.specs {
            if let Spec::Import(spec) = spec
                && amigos_db::resolve::resolve(db, owner, spec.path).is_ok_and(|found| base(found) == key)
            {
                return Some(spec.clone());
            }
        }
    }
    None
}

/// The edits of the names in front of dots in one file; an error if the new name means something else at one of them.
fn qualifiers(view: View<'_>, owner: Package, file: SourceFile, key: PkgKey, new: Name) -> Result<Vec<TextEdit>, String> {
    let db = view.db;
    let Some(id) = view.file_id(file) else { return Ok(vec![]) };
    if q::member(db, owner, new).is_some() {
        return Err(format!("`{new}` is already declared in package `{}`", q::package_name(db, owner)));
    }
    let mut edits = Vec::new();
    for decl in q::split_file(db, file) {
        let ast = q::parse_decl(db, *decl);
        if let DeclKind::Gen(group) = &ast.kind {
            for spec in &group.specs {
                let Spec::Import(spec) = spec else { continue };
                let Ok(found) = amigos_db::resolve::resolve(db, owner, spec.path) else { continue };
                let name = spec.name.map(|i| ast.sig[i].name).or_else(|| crate::locate::package(db, found).map(|p| q::package_name(db, p)));
                if base(found) != base(key) && name == Some(new) {
                    return Err(format!("`{new}` is already the name of `{}` in `{}`", spec.path, file.name(db)));
                }
            }
        }
        for spot in arenas(db, owner, *decl) {
            for (i, ident) in spot.ast().idents.iter().enumerate() {
                let used = spot.facts.uses.get(&IdentId(i as u32));
                if !matches!(used, Some(ObjRef::Package(found)) if base(*found) == base(key)) {
                    continue;
                }
                let hidden = spot
                    .facts
                    .locals
                    .iter()
                    .any(|l| l.name == new && l.scope.start <= ident.range.start && ident.range.start <= l.scope.end);
                if hidden {
                    return Err(format!("a local `{new}` would hide it in `{}`", file.name(db)));
                }
                edits.push(TextEdit { file: id, range: ident.range.shift(spot.start), new_text: new.to_string() });
            }
        }
    }
    Ok(edits)
}
