//! All places that mean the same thing.

use amigos_db::Db;
use amigos_db::input::{Package, Root, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_syntax::ast::{Ast, ExprKind, IdentId, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::{NamedKey, PkgKey};

use crate::analysis::View;
use crate::data::Reference;
use crate::locate::{Entity, Spot, package, spot};
use crate::rename_package::{PackageName, package_name};

/// What can be referred to, the same whichever variant of a package is looked at.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Thing {
    Member { pkg: PkgKey, name: Name },
    Method { of: NamedKey, name: Name },
    InterfaceMethod { of: NamedKey, name: Name },
    Field { of: NamedKey, name: Name },
    Package(PkgKey),
}

/// A local by the identifier that declares it: the arena (`None` for the signature half) and its index there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LocalThing {
    arena: Option<u32>,
    ident: IdentId,
}

/// What an identifier refers to.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Meaning<'db> {
    Local(Decl<'db>, LocalThing),
    Shared(Thing),
}

/// A package and the variant with its tests are one; its external tests are another.
pub(crate) fn base(key: PkgKey) -> PkgKey {
    match key.0.as_str().strip_suffix(" [test]") {
        Some(base) => PkgKey(Name::new(base)),
        None => key,
    }
}

fn base_named(key: NamedKey) -> NamedKey {
    NamedKey { pkg: key.pkg.map(base), ..key }
}

/// What the identifier means, if it can be referred to.
pub(crate) fn meaning<'db>(spot: &Spot<'db>, ident: IdentId) -> Option<Meaning<'db>> {
    let shared = |thing| Some(Meaning::Shared(thing));
    match spot.entity(ident)? {
        Entity::Local(local) => {
            let found = spot.facts.locals.get(local.0 as usize)?;
            let here = spot.body.is_none() || spot.facts.declared_here(local).is_some();
            let arena = if here { spot.body } else { None };
            Some(Meaning::Local(spot.decl, LocalThing { arena, ident: found.ident? }))
        }
        Entity::Member { pkg, name } => shared(Thing::Member { pkg: base(pkg), name }),
        Entity::Method { of, name } => shared(Thing::Method { of: base_named(of), name }),
        Entity::InterfaceMethod { of: Some(of), name, .. } => shared(Thing::InterfaceMethod { of: base_named(of), name }),
        Entity::Field { of: Some(of), name, .. } => shared(Thing::Field { of: base_named(of), name }),
        Entity::Package(key) => shared(Thing::Package(base(key))),
        _ => None,
    }
}

/// The arenas of a declaration: the signature half, then the bodies.
pub(crate) fn arenas<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Vec<Spot<'db>> {
    arenas_at(db, package, decl, decl.start(db))
}

/// The same, for who says where the declaration starts: queries that know only what is relative to it say 0.
pub(crate) fn arenas_at<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>, start: u32) -> Vec<Spot<'db>> {
    let bodies = q::parse_decl(db, decl).bodies.len() as u32;
    let sig = Spot { db, package, decl, body: None, facts: q::sig_facts(db, package, decl), start, offset: 0 };
    let body = |index| Spot { body: Some(index), facts: q::check_body(db, package, decl, index), ..sig.clone() };
    std::iter::once(sig.clone()).chain((0..bodies).map(body)).collect()
}

/// A place where a thing is named.
pub(crate) struct Occurrence<'db> {
    pub spot: Spot<'db>,
    pub ident: IdentId,
}

impl Occurrence<'_> {
    pub fn range(&self) -> TextRange {
        self.spot.ast()[self.ident].range.shift(self.spot.start)
    }
    pub fn file(&self) -> SourceFile {
        self.spot.decl.file(self.spot.db)
    }
    /// Whether it declares the thing.
    pub fn declares(&self) -> bool {
        let bound = |s: &amigos_syntax::ast::Stmt| matches!(s.kind, StmtKind::TypeSwitch { bind: Some(b), .. } if b == self.ident);
        self.spot.facts.defs.contains_key(&self.ident) || self.spot.ast().stmts.iter().any(bound)
    }
}

/// All occurrences of what `meaning` is, the declaration among them, in files that have a number.
pub(crate) fn occurrences<'db>(view: View<'db>, name: Name, wanted: &Meaning<'db>) -> Vec<Occurrence<'db>> {
    let db = view.db;
    let mut out = Vec::new();
    match wanted {
        Meaning::Local(decl, _) => {
            if let Some(package) = q::owner(db, decl.file(db)) {
                in_decl(db, package, *decl, name, wanted, &mut out);
            }
        }
        Meaning::Shared(thing) => {
            for file in candidates(view, thing, name) {
                let Some(package) = q::owner(db, file) else { continue };
                for decl in q::split_file(db, file) {
                    db.unwind_if_revision_cancelled();
                    // Packages go by names that the text need not contain.
                    if matches!(thing, Thing::Package(_)) || decl.text(db).contains(name.as_str()) {
                        in_decl(db, package, *decl, name, wanted, &mut out);
                    }
                }
            }
        }
    }
    out
}

fn in_decl<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>, name: Name, wanted: &Meaning<'db>, out: &mut Vec<Occurrence<'db>>) {
    let any_name = matches!(wanted, Meaning::Shared(Thing::Package(_)));
    for spot in arenas(db, package, decl) {
        for (i, ident) in spot.ast().idents.iter().enumerate() {
            if (!any_name && ident.name != name) || ident.range.is_empty() {
                continue;
            }
            let ident = IdentId(i as u32);
            if meaning(&spot, ident).as_ref() == Some(wanted) {
                out.push(Occurrence { spot: spot.clone(), ident });
            }
        }
    }
}

/// The files in which a thing can be named: those of its package if it isn't exported, and those that have its name in their text.
pub(crate) fn candidates(view: View<'_>, thing: &Thing, name: Name) -> Vec<SourceFile> {
    let db = view.db;
    let home = match thing {
        Thing::Member { pkg, .. } | Thing::Package(pkg) => Some(*pkg),
        Thing::Method { of, .. } | Thing::InterfaceMethod { of, .. } | Thing::Field { of, .. } => of.pkg,
    };
    let everywhere = matches!(thing, Thing::Package(_)) || name.is_exported();
    let mut files: Vec<SourceFile> = Vec::new();
    for (key, package) in Root::get(db).packages(db) {
        if !everywhere && Some(base(*key)) != home {
            continue;
        }
        files.extend(package.files(db).iter().filter(|f| view.file_id(**f).is_some()));
    }
    files.sort_by_key(|f| view.file_id(*f));
    files.dedup();
    if !matches!(thing, Thing::Package(_)) {
        files.retain(|f| f.text(db).contains(name.as_str()));
    }
    files
}

/// All references to what is at `offset`, in order of file and place.
pub(crate) fn references(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Reference> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    if let Some(key) = crate::definition::imported_at(&spot) {
        return of_import(view, &spot, file, base(key));
    }
    let Some(ident) = spot.ident() else { return vec![] };
    let Some(wanted) = meaning(&spot, ident) else { return vec![] };
    if let Meaning::Shared(Thing::Package(key)) = wanted
        && package_name(&spot, ident) != Some(PackageName::Clause)
    {
        return of_import(view, &spot, file, key);
    }
    let name = spot.ast()[ident].name;
    let mut found = occurrences(view, name, &wanted);
    // What is called through an interface can be the method, and the other way round.
    if let Meaning::Shared(thing) = &wanted {
        for other in crate::rename_family::counterparts(view, thing) {
            found.extend(occurrences(view, name, &Meaning::Shared(other)).into_iter().filter(|o| !o.declares()));
        }
    }
    let one = |o: &Occurrence| {
        Some(Reference {
            file: view.file_id(o.file())?,
            range: o.range(),
            write: is_written(o.spot.ast(), o.ident),
            declaration: o.declares(),
        })
    };
    let mut out: Vec<Reference> = found.iter().filter_map(one).collect();
    out.extend(embedded(view, &spot, ident, &wanted));
    out.sort_by_key(|r| (r.file, r.range));
    out.dedup();
    out
}

/// The declaration of an embedded field, where its name is that of its type.
fn embedded(view: View<'_>, spot: &Spot<'_>, ident: IdentId, wanted: &Meaning<'_>) -> Option<Reference> {
    let Meaning::Shared(Thing::Field { .. }) = wanted else { return None };
    let found = crate::definition::declared(view.db, &spot.entity(ident)?)?;
    let file = view.file_id(found.decl.file(view.db))?;
    Some(Reference { file, range: found.focus.shift(found.decl.start(view.db)), write: false, declaration: true })
}

/// The uses of an imported package's name in one file, and the import.
fn of_import(view: View<'_>, spot: &Spot<'_>, file: SourceFile, key: PkgKey) -> Vec<Reference> {
    let Some(id) = view.file_id(file) else { return vec![] };
    let wanted = Meaning::Shared(Thing::Package(key));
    let mut found = Vec::new();
    for decl in q::split_file(view.db, file) {
        in_decl(view.db, spot.package, *decl, Name::new("_"), &wanted, &mut found);
    }
    let mut out: Vec<Reference> =
        found.iter().map(|o| Reference { file: id, range: o.range(), write: false, declaration: o.declares() }).collect();
    if let Some(import) = crate::definition::import_of(view, spot, key) {
        out.push(Reference { file: id, range: import.focus, write: false, declaration: true });
    }
    out.sort_by_key(|r| (r.range, !r.declaration));
    out.dedup_by_key(|r| r.range);
    out
}

/// The uses of a predeclared name in one file.
fn of_universe(view: View<'_>, spot: &Spot<'_>, file: SourceFile, name: Name) -> Vec<Reference> {
    let Some(id) = view.file_id(file) else { return vec![] };
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        for arena in arenas(view.db, spot.package, *decl) {
            let named = arena.ast().idents.iter().enumerate().filter(|(i, ident)| {
                ident.name == name
                    && !ident.range.is_empty()
                    && arena.facts.uses.get(&IdentId(*i as u32)) == Some(&amigos_types::facts::ObjRef::Universe(name))
            });
            out.extend(named.map(|(_, i)| Reference { file: id, range: i.range.shift(arena.start), write: false, declaration: false }));
        }
    }
    out.sort_by_key(|r| r.range);
    out.dedup();
    out
}

/// The references in the same file.
pub(crate) fn highlights(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Reference> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let Some(id) = view.file_id(file) else { return vec![] };
    let imported = crate::definition::imported_at(&spot);
    let Some(ident) = spot.ident().filter(|_| imported.is_none()) else {
        let read = |range: TextRange| Reference { file: id, range: range.shift(spot.start), write: false, declaration: false };
        return match imported {
            Some(key) => of_import(view, &spot, file, base(key)),
            None => crate::control_flow::together(&spot).into_iter().map(read).collect(),
        };
    };
    if let Some(Entity::Universe(name)) = spot.entity(ident) {
        return of_universe(view, &spot, file, name);
    }
    let Some(wanted) = meaning(&spot, ident) else { return vec![] };
    if let Meaning::Shared(Thing::Package(key)) = wanted
        && package_name(&spot, ident) != Some(PackageName::Clause)
    {
        return of_import(view, &spot, file, key);
    }
    let name = spot.ast()[ident].name;
    let mut found = Vec::new();
    match &wanted {
        Meaning::Local(decl, _) => in_decl(view.db, spot.package, *decl, name, &wanted, &mut found),
        Meaning::Shared(_) => {
            for decl in q::split_file(view.db, file) {
                in_decl(view.db, spot.package, *decl, name, &wanted, &mut found);
            }
        }
    }
    let one =
        |o: &Occurrence| Reference { file: id, range: o.range(), write: is_written(o.spot.ast(), o.ident), declaration: o.declares() };
    let mut out: Vec<Reference> = found.iter().map(one).collect();
    out.sort_by_key(|r| r.range);
    out.dedup();
    out
}

/// Whether the variable or field that an identifier names is assigned there.
fn is_written(ast: &Ast, ident: IdentId) -> bool {
    let names = |e: amigos_syntax::ast::ExprId| match ast[e].kind {
        ExprKind::Ident(i) => i == ident,
        ExprKind::Selector { sel, .. } => sel == ident,
        _ => false,
    };
    ast.stmts.iter().any(|s| match &s.kind {
        StmtKind::Assign { lhs, .. } => lhs.iter().any(|e| names(*e)),
        StmtKind::IncDec { x, .. } => names(*x),
        StmtKind::Range { key, value, .. } => [key, value].into_iter().flatten().any(|e| names(*e)),
        _ => false,
    })
}

/// Whether a package is one whose files may be changed.
pub(crate) fn is_own(db: &dyn Db, key: PkgKey) -> bool {
    package(db, key).is_some_and(|p| p.origin(db) == amigos_db::input::Origin::Workspace)
}
