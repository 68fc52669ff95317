//! Where things are declared.

use amigos_db::Db;
use amigos_db::input::{Origin, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_syntax::ast::{Ast, DeclKind, ExprKind, Field, GenDecl, InterfaceElem, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::analysis::View;
use crate::data::{Place, Target};
use crate::locate::{Entity, Spot, named_key, package, spot};

/// A declared thing: its declaration, the part of it that declares the thing, the name in it, and its doc comment; ranges relative to the
/// declaration.
pub(crate) struct Declared<'db> {
    pub decl: Decl<'db>,
    pub full: TextRange,
    pub focus: TextRange,
    pub doc: Option<TextRange>,
}

/// Where what is at `offset` is declared.
pub(crate) fn definition(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Target> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    if let Some(target) = import_at(view, &spot) {
        return vec![target];
    }
    let named = spot.ident().and_then(|i| spot.entity(i));
    let Some(entity) = named.or_else(|| crate::doc_links::at(&spot).map(|(entity, _)| entity)) else {
        return crate::control_flow::target(&spot).and_then(|range| target(view, spot.decl, range, range)).into_iter().collect();
    };
    if let Entity::Local(local) = entity {
        // Parameters and results stand in the signature half.
        let range = match spot.facts.declared_here(local) {
            Some(ident) => spot.ast().idents.get(ident.idx()).map(|i| i.range),
            None => spot
                .facts
                .locals
                .get(local.0 as usize)
                .and_then(|l| l.ident)
                .and_then(|i| spot.decl_ast().sig.idents.get(i.idx()))
                .map(|i| i.range),
        };
        let Some(range) = range else { return vec![] };
        return target(view, spot.decl, range, range).into_iter().collect();
    }
    if let Entity::Package(key) = entity {
        return import_of(view, &spot, key).or_else(|| package_target(view, key)).into_iter().collect();
    }
    declared(view.db, &entity).and_then(|d| target(view, d.decl, d.full, d.focus)).into_iter().collect()
}

fn import_at(view: View<'_>, spot: &Spot<'_>) -> Option<Target> {
    package_target(view, imported_at(spot)?)
}

/// The package whose path in an import the spot is on.
pub(crate) fn imported_at(spot: &Spot<'_>) -> Option<PkgKey> {
    let DeclKind::Gen(group) = &spot.decl_ast().kind else { return None };
    let path = group.specs.iter().find_map(|s| match s {
        Spec::Import(spec) if spec.path_range.touches(spot.offset) => Some(spec.path),
        _ => None,
    })?;
    amigos_db::resolve::resolve(spot.db, spot.package, path).ok()
}

/// The import of a package in the file of `spot`: the name it is given there, or its path. None for packages that are predeclared, and at the
/// import itself.
pub(crate) fn import_of(view: View<'_>, spot: &Spot<'_>, key: PkgKey) -> Option<Target> {
    let db = view.db;
    for decl in q::split_file(db, spot.decl.file(db)) {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { continue };
        for spec in &group.specs {
            let Spec::Import(spec) = spec else { continue };
            if *decl != spot.decl && amigos_db::resolve::resolve(db, spot.package, spec.path) == Ok(key) {
                return target(view, *decl, spec.range, spec.name.map_or(spec.path_range, |name| ast.sig[name].range));
            }
        }
    }
    None
}

/// The package clause of a package's first file; one with a doc comment is preferred.
pub(crate) fn package_target(view: View<'_>, key: PkgKey) -> Option<Target> {
    let (decl, clause, _) = package_clause(view.db, key)?;
    target(view, decl, clause, clause)
}

/// The package clause with the package's doc comment: declaration, range of the name, range of the comment.
pub(crate) fn package_clause(db: &dyn Db, key: PkgKey) -> Option<(Decl<'_>, TextRange, Option<TextRange>)> {
    let mut first = None;
    for decl in q::package_decls(db, package(db, key)?) {
        let ast = q::parse_decl(db, *decl);
        if let DeclKind::Package(ident) = ast.kind {
            let found = (*decl, ast.sig[ident].range, ast.doc);
            if ast.doc.is_some() {
                return Some(found);
            }
            first.get_or_insert(found);
        }
    }
    first
}

pub(crate) fn target(view: View<'_>, decl: Decl<'_>, full: TextRange, focus: TextRange) -> Option<Target> {
    let file = decl.file(view.db);
    let start = decl.start(view.db);
    let place = match view.file_id(file) {
        Some(id) => Place::File(id),
        None => {
            let package = std_package(view.db, file)?;
            Place::Std(package.0.as_str().into(), file.name(view.db).as_str().into())
        }
    };
    Some(Target { place, full: full.shift(start), focus: focus.shift(start) })
}

fn std_package(db: &dyn Db, file: SourceFile) -> Option<PkgKey> {
    let packages = amigos_db::Root::get(db).packages(db);
    packages.values().find(|p| p.origin(db) == Origin::Std && p.files(db).contains(&file)).map(|p| p.key(db))
}

/// The declaration of a package-level thing.
pub(crate) fn declared<'db>(db: &'db dyn Db, entity: &Entity) -> Option<Declared<'db>> {
    match entity {
        Entity::Member { pkg, name } => member(db, *pkg, *name),
        Entity::Method { of, name } => {
            let package = package(db, of.pkg?)?;
            let index = *q::package_types(db, package).methods.get(&(*of, *name))?;
            let decl = *q::package_decls(db, package).get(index.0 as usize)?;
            func(db, decl)
        }
        Entity::Field { of: Some(of), name, .. } => type_part(db, *of, *name, true),
        Entity::InterfaceMethod { of: Some(of), name, .. } => interface_method(db, *of, *name, 0),
        Entity::Msg | Entity::MsgField { .. } => msg(db, entity),
        _ => None,
    }
}

fn member(db: &dyn Db, pkg: PkgKey, name: Name) -> Option<Declared<'_>> {
    let package = package(db, pkg)?;
    let at = q::package_types(db, package).members.get(&name).map(|m| m.decl)?;
    let decl = *q::package_decls(db, package).get(at.0 as usize)?;
    let ast = q::parse_decl(db, decl);
    match &ast.kind {
        DeclKind::Func(_) => func(db, decl),
        DeclKind::Gen(group) => {
            let (spec, focus) = spec_of(&ast.sig, group, name)?;
            let (full, doc) = match spec {
                Spec::Const { range, doc, .. } | Spec::Var { range, doc, .. } | Spec::Type { range, doc, .. } => (*range, *doc),
                Spec::Import(_) => return None,
            };
            let doc = doc.or(if group.specs.len() == 1 { ast.doc } else { None });
            Some(Declared { decl, full, focus, doc })
        }
        _ => None,
    }
}

/// The spec that declares a name, and the name's range in it.
pub(crate) fn spec_of<'a>(ast: &Ast, group: &'a GenDecl, name: Name) -> Option<(&'a Spec, TextRange)> {
    group.specs.iter().find_map(|spec| {
        let names = match spec {
            Spec::Const { names, .. } | Spec::Var { names, .. } => names.as_slice(),
            Spec::Type { name, .. } => std::slice::from_ref(name),
            Spec::Import(_) => &[],
        };
        names.iter().find(|i| ast[**i].name == name).map(|i| (spec, ast[*i].range))
    })
}

fn func<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Option<Declared<'db>> {
    let ast = q::parse_decl(db, decl);
    let DeclKind::Func(func) = &ast.kind else { return None };
    Some(Declared { decl, full: func.ty.range, focus: ast.sig[func.name].range, doc: ast.doc })
}

/// A field or method in the declaration of its type.
fn type_part<'db>(db: &'db dyn Db, of: NamedKey, name: Name, field: bool) -> Option<Declared<'db>> {
    let owner = member(db, of.pkg?, of.name)?;
    let ast = q::parse_decl(db, owner.decl);
    let DeclKind::Gen(group) = &ast.kind else { return None };
    let Some((Spec::Type { ty, .. }, _)) = spec_of(&ast.sig, group, of.name) else { return None };
    let sig = &ast.sig;
    match &sig[*ty].kind {
        ExprKind::StructType { fields } if field => fields.iter().find_map(|f| field_named(sig, f, name, owner.decl)),
        ExprKind::InterfaceType { elems } if !field => elems.iter().find_map(|e| match e {
            InterfaceElem::Method { name: ident, ty, doc } if sig[*ident].name == name => {
                Some(Declared { decl: owner.decl, full: ty.range, focus: sig[*ident].range, doc: *doc })
            }
            _ => None,
        }),
        _ => None,
    }
}

/// A method of an interface, or of one that it embeds.
fn interface_method<'db>(db: &'db dyn Db, of: NamedKey, name: Name, depth: u32) -> Option<Declared<'db>> {
    if let Some(found) = type_part(db, of, name, false) {
        return Some(found);
    }
    if depth > 16 {
        return None;
    }
    let info = q::named(db, package(db, of.pkg?)?, of)?;
    let TyKind::Interface(interface) = info.underlying.kind() else { return None };
    interface.embeds.iter().filter_map(|e| named_key(*e)).find_map(|key| interface_method(db, key, name, depth + 1))
}

fn field_named<'db>(sig: &Ast, field: &Field, name: Name, decl: Decl<'db>) -> Option<Declared<'db>> {
    let ty = sig[field.ty].range;
    let embedded = || embedded_ident(sig, field).filter(|i| field.names.is_empty() && sig[*i].name == name);
    let focus = sig[field.names.iter().copied().find(|i| sig[*i].name == name).or_else(embedded)?].range;
    Some(Declared { decl, full: focus.cover(ty), focus, doc: field.doc })
}

/// The name of an embedded field.
pub(crate) fn embedded_name(sig: &Ast, field: &Field) -> Option<Name> {
    embedded_ident(sig, field).map(|i| sig[i].name)
}

fn embedded_ident(sig: &Ast, field: &Field) -> Option<amigos_syntax::ast::IdentId> {
    let mut at = field.ty;
    loop {
        match &sig[at].kind {
            ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } => return Some(*i),
            ExprKind::Star(x) | ExprKind::Paren(x) | ExprKind::Index { x, .. } => at = *x,
            _ => return None,
        }
    }
}

/// `msg` and its fields are documented by a struct type of package `amigos`.
fn msg<'db>(db: &'db dyn Db, entity: &Entity) -> Option<Declared<'db>> {
    let of = NamedKey { pkg: Some(PkgKey(Name::new("amigos"))), name: Name::new("call"), local: None };
    match entity {
        Entity::MsgField { name, .. } => type_part(db, of, *name, true),
        _ => member(db, of.pkg?, of.name),
    }
}
