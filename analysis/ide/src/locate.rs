//! From an offset in a file to the identifier there, and from the identifier to what it means.

use std::sync::Arc;

use amigos_db::input::{Origin, Package, Root, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_db::{Db, context::DbCtx};
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{Ast, DeclAst, DeclKind, ExprId, ExprKind, IdentId, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::{Facts, LocalId, ObjRef, SelectionKind};
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use amigos_types::typestring::type_string;

/// A place in a declaration: the arena that holds it, with its facts.
#[derive(Clone)]
pub(crate) struct Spot<'db> {
    pub db: &'db dyn Db,
    pub package: Package,
    pub decl: Decl<'db>,
    /// The body, or the signature half.
    pub body: Option<u32>,
    pub facts: Arc<Facts>,
    /// Where the declaration starts in its file.
    pub start: u32,
    /// The offset that was asked for, relative to it.
    pub offset: u32,
}

/// What an identifier means.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Entity {
    Universe(Name),
    Member {
        pkg: PkgKey,
        name: Name,
    },
    Method {
        of: NamedKey,
        name: Name,
    },
    /// A method of an interface, by the interface's name if it has one.
    InterfaceMethod {
        of: Option<NamedKey>,
        name: Name,
        ty: Ty,
    },
    Field {
        of: Option<NamedKey>,
        name: Name,
        ty: Ty,
    },
    Local(LocalId),
    Package(PkgKey),
    Msg,
    MsgField {
        name: Name,
        ty: Ty,
    },
}

/// The declaration at an offset.
pub(crate) fn decl_at(db: &dyn Db, file: SourceFile, offset: u32) -> Option<Decl<'_>> {
    let decls = q::split_file(db, file);
    let after = decls.partition_point(|d| d.start(db) <= offset);
    decls.get(after.checked_sub(1)?).copied()
}

/// The innermost arena at an offset.
pub(crate) fn spot(db: &dyn Db, file: SourceFile, offset: u32) -> Option<Spot<'_>> {
    let package = q::owner(db, file)?;
    let decl = decl_at(db, file, offset)?;
    let start = decl.start(db);
    let offset = offset - start;
    let ast = q::parse_decl(db, decl);
    let inside = |b: &amigos_syntax::ast::BodyAst| b.block.range.start < offset && offset <= b.block.range.end;
    // A body that is being written goes on to the end of its declaration.
    let is_open = |b: &amigos_syntax::ast::BodyAst| b.block.range.end < offset && !b.block.range.of(decl.text(db)).ends_with('}');
    let body = ast.bodies.iter().position(inside).or_else(|| ast.bodies.iter().rposition(is_open)).map(|i| i as u32);
    let facts = match body {
        Some(index) => q::check_body(db, package, decl, index),
        None => q::sig_facts(db, package, decl),
    };
    Some(Spot { db, package, decl, body, facts, start, offset })
}

impl<'db> Spot<'db> {
    pub fn decl_ast(&self) -> &'db DeclAst {
        q::parse_decl(self.db, self.decl)
    }

    pub fn ast(&self) -> &'db Ast {
        let decl = self.decl_ast();
        match self.body.and_then(|i| decl.bodies.get(i as usize)) {
            Some(body) => &body.ast,
            None => &decl.sig,
        }
    }

    /// The identifier at the offset; of two that touch it, the one that starts there.
    pub fn ident(&self) -> Option<IdentId> {
        let touching = |(i, ident): (usize, &amigos_syntax::ast::Ident)| {
            (ident.range.touches(self.offset) && !ident.range.is_empty()).then_some(IdentId(i as u32))
        };
        self.ast().idents.iter().enumerate().filter_map(touching).next_back()
    }

    /// The selector expression whose selected name is `ident`.
    pub fn selector_of(&self, ident: IdentId) -> Option<(ExprId, ExprId)> {
        self.ast().exprs.iter().enumerate().find_map(|(i, e)| match e.kind {
            ExprKind::Selector { x, sel } if sel == ident => Some((ExprId(i as u32), x)),
            _ => None,
        })
    }

    pub fn types(&self) -> DbCtx<'db> {
        DbCtx::new(self.db, self.package)
    }

    /// What an identifier means.
    pub fn entity(&self, ident: IdentId) -> Option<Entity> {
        let object = self.facts.uses.get(&ident).or_else(|| self.facts.defs.get(&ident)).copied();
        let name = self.ast()[ident].name;
        if let Some((e, x)) = self.selector_of(ident)
            && let ExprKind::Ident(base) = self.ast()[x].kind
            && self.facts.uses.get(&base) == Some(&ObjRef::Msg)
        {
            return Some(Entity::MsgField { name, ty: self.facts.type_of(e).ty });
        }
        match object {
            Some(ObjRef::Universe(name)) => return Some(Entity::Universe(name)),
            Some(ObjRef::Member { pkg, name }) => return Some(Entity::Member { pkg, name }),
            Some(ObjRef::Local(local)) => return Some(Entity::Local(local)),
            Some(ObjRef::Package(pkg)) => return Some(Entity::Package(pkg)),
            Some(ObjRef::Msg) => return Some(Entity::Msg),
            Some(ObjRef::Field(_) | ObjRef::Decl) | None => {}
        }
        if let Some((e, _)) = self.selector_of(ident) {
            return self.selected(e, name);
        }
        self.literal_key(ident, name).or_else(|| self.bound(ident)).or_else(|| self.declared_here(ident, name))
    }

    /// The name in `switch v := x.(type)`: it declares a variable in every clause; the first one stands for all.
    fn bound(&self, ident: IdentId) -> Option<Entity> {
        self.bound_locals(ident).next().map(Entity::Local)
    }

    /// The locals that the name in `switch v := x.(type)` declares, one a clause.
    pub fn bound_locals(&self, ident: IdentId) -> impl Iterator<Item = LocalId> + '_ {
        (0..self.facts.locals.len()).map(|i| LocalId(i as u32)).filter(move |l| self.facts.declared_here(*l) == Some(ident))
    }

    fn selected(&self, e: ExprId, name: Name) -> Option<Entity> {
        let ctx = self.types();
        let types = TypeView { ctx: &ctx, facts: Some(&self.facts) };
        let selection = self.facts.selections.get(&e)?;
        if let Some(of) = selection.method_of {
            return Some(Entity::Method { of, name });
        }
        let path = selection.index.split_last().map_or(&[][..], |(_, path)| path);
        let owner = walk(types, selection.recv, path);
        // Of a type parameter it is its constraint that has the methods.
        let owner = if let TyKind::TypeParam(key) = owner.kind() { types.bound(*key).unwrap_or(owner) } else { owner };
        let of = named_key(owner);
        if selection.kind == SelectionKind::Field {
            return Some(Entity::Field { of, name, ty: selection.ty });
        }
        // It is written down in the interface, or in one that it embeds.
        let written_in = |key| crate::relations::interface_owner(self.db, key, name, 0);
        let of = match (of, types.under(owner).kind()) {
            (Some(of), _) => Some(written_in(of).unwrap_or(of)),
            (None, TyKind::Interface(interface)) if interface.methods.iter().all(|m| m.name != name) => {
                interface.embeds.iter().filter_map(|e| named_key(*e)).find_map(written_in)
            }
            _ => None,
        };
        Some(Entity::InterfaceMethod { of, name, ty: selection.ty })
    }

    /// A key of a composite literal of struct type.
    fn literal_key(&self, ident: IdentId, name: Name) -> Option<Entity> {
        let ast = self.ast();
        let key = ast.exprs.iter().position(|e| matches!(e.kind, ExprKind::Ident(i) if i == ident))?;
        let pair = ast.exprs.iter().position(|e| matches!(e.kind, ExprKind::KeyValue { key: k, .. } if k.idx() == key))?;
        let literal = ast
            .exprs
            .iter()
            .position(|e| matches!(&e.kind, ExprKind::CompositeLit { elems, .. } if elems.iter().any(|x| x.idx() == pair)))?;
        let ty = self.facts.type_of(ExprId(literal as u32)).ty;
        let ctx = self.types();
        let types = TypeView { ctx: &ctx, facts: Some(&self.facts) };
        let owner = pointee(types, ty);
        let TyKind::Struct(fields) = types.under(owner).kind() else { return None };
        let field = fields.iter().find(|f| f.name == name)?;
        Some(Entity::Field { of: named_key(owner), name, ty: field.ty })
    }

    /// The name of a method in its declaration, or of a field in the type that declares it.
    fn declared_here(&self, ident: IdentId, name: Name) -> Option<Entity> {
        if self.body.is_some() {
            return None;
        }
        let decl = self.decl_ast();
        match &decl.kind {
            DeclKind::Func(func) if func.name == ident && func.recv.is_some() => {
                let of = amigos_mir::lower::decl_func_name(&decl.sig, func, 0);
                let base = of.split_once('.')?.0;
                Some(Entity::Method { of: NamedKey { pkg: Some(self.package.key(self.db)), name: Name::new(base), local: None }, name })
            }
            DeclKind::Gen(group) => group.specs.iter().find_map(|spec| {
                let Spec::Type { name: type_name, range, .. } = spec else { return None };
                if !range.touches(self.ast()[ident].range.start) {
                    return None;
                }
                let of = NamedKey { pkg: Some(self.package.key(self.db)), name: self.ast()[*type_name].name, local: None };
                let ctx = self.types();
                let types = TypeView { ctx: &ctx, facts: Some(&self.facts) };
                match types.named(of)?.underlying.kind() {
                    TyKind::Struct(fields) => {
                        let field = fields.iter().find(|f| f.name == name)?;
                        Some(Entity::Field { of: Some(of), name, ty: field.ty })
                    }
                    TyKind::Interface(interface) => {
                        let method = interface.methods.iter().find(|m| m.name == name)?;
                        Some(Entity::InterfaceMethod { of: Some(of), name, ty: method.sig })
                    }
                    _ => None,
                }
            }),
            _ => None,
        }
    }

    /// A type as it is written in this file.
    pub fn type_text(&self, ty: Ty) -> String {
        let here = self.package.key(self.db);
        type_string(ty, &|pkg| if pkg == here { String::new() } else { self.package_text(pkg) })
    }

    /// A package's name as this file knows it: the one that its import gives, or its own.
    pub fn package_text(&self, pkg: PkgKey) -> String {
        let db = self.db;
        for decl in q::split_file(db, self.decl.file(db)) {
            let ast = q::parse_decl(db, *decl);
            match &ast.kind {
                DeclKind::Package(_) => {}
                DeclKind::Gen(group) if matches!(group.specs.first(), Some(Spec::Import(_))) => {
                    for spec in &group.specs {
                        if let Spec::Import(spec) = spec
                            && let Some(name) = spec.name.map(|i| ast.sig[i].name).filter(|n| !n.is_blank() && n.as_str() != ".")
                            && amigos_db::resolve::resolve(db, self.package, spec.path) == Ok(pkg)
                        {
                            return name.to_string();
                        }
                    }
                }
                // Imports stand in front of all else.
                _ => break,
            }
        }
        package(db, pkg).map_or_else(|| pkg.0.to_string(), |p| q::package_name(db, p).to_string())
    }
}

/// A type as it is written in package `here`.
pub(crate) fn type_text(db: &dyn Db, here: PkgKey, ty: Ty) -> String {
    type_string(ty, &|pkg| {
        if pkg == here {
            return String::new();
        }
        package(db, pkg).map_or_else(|| pkg.0.to_string(), |p| q::package_name(db, p).to_string())
    })
}

/// A package by key.
pub(crate) fn package(db: &dyn Db, key: PkgKey) -> Option<Package> {
    Root::get(db).packages(db).get(&key).copied()
}

/// Whether the package's variables persist.
pub(crate) fn is_contract(db: &dyn Db, package: Package) -> bool {
    package.origin(db) != Origin::Std && !package.library(db) && package.profile(db) == amigos_db::Profile::Contract
}

/// The declared type behind a type, pointers followed.
pub(crate) fn named_key(ty: Ty) -> Option<NamedKey> {
    match ty.unalias().kind() {
        TyKind::Named { key, .. } => Some(*key),
        TyKind::Pointer(to) => named_key(*to),
        _ => None,
    }
}

/// The type itself, or what it points to.
pub(crate) fn pointee(types: TypeView, ty: Ty) -> Ty {
    match types.under(ty).kind() {
        TyKind::Pointer(to) => *to,
        _ => ty,
    }
}

/// The type at the end of a path of embedded fields.
fn walk(types: TypeView, from: Ty, path: &[u32]) -> Ty {
    path.iter().fold(pointee(types, from), |ty, index| match types.under(ty).kind() {
        TyKind::Struct(fields) => fields.get(*index as usize).map_or(ty, |f| pointee(types, f.ty)),
        _ => ty,
    })
}

/// A comment as Markdown. It may come from the network: nothing in it becomes HTML, an image or a link to anything but a page.
pub(crate) fn markdown_doc(comment: &str) -> String {
    /// Longer comments are cut off, in bytes.
    const MAX: usize = 16 << 10;
    let mut text = amigos_syntax::doc::comment_text(comment);
    if text.len() > MAX {
        let cut = (0..=MAX).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        text.truncate(cut);
        text.push_str("\n...");
    }
    amigos_syntax::doc::to_markdown(&text, &|_| None)
}

/// A comment as plain text.
pub(crate) fn comment_text(comment: &str) -> String {
    amigos_syntax::doc::comment_text(comment)
}

/// The text of a range of a declaration.
pub(crate) fn text_of<'db>(db: &'db dyn Db, decl: Decl<'db>, range: TextRange) -> &'db str {
    decl.text(db).get(range.start as usize..range.end as usize).unwrap_or("")
}
