//! What identifiers are, for colouring: semantic tokens.

use amigos_db::Db;
use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, ExprKind, IdentId, Spec};
use amigos_types::ctx::MemberKind;
use amigos_types::facts::{LocalKind, ObjRef, SelectionKind};
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;

use crate::analysis::View;
use crate::data::{SemanticToken, TokenKind, TokenModifiers};
use crate::locate::{Spot, is_contract, package};
use crate::references::arenas;

/// The tokens of the identifiers in `range`, in order.
pub(crate) fn tokens(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<SemanticToken> {
    let db = view.db;
    let Some(owner) = q::owner(db, file) else { return vec![] };
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        let start = decl.start(db);
        if start > range.end || start + (decl.text(db).len() as u32) < range.start {
            continue;
        }
        for spot in arenas(db, owner, *decl) {
            of_arena(&spot, &mut out);
        }
    }
    out.retain(|t| t.range.start >= range.start && t.range.end <= range.end);
    out.sort_by_key(|t| t.range);
    out.dedup_by_key(|t| t.range.start);
    out
}

fn of_arena(spot: &Spot<'_>, out: &mut Vec<SemanticToken>) {
    let ast = spot.ast();
    let mut selectors: FxHashMap<IdentId, amigos_syntax::ast::ExprId> = FxHashMap::default();
    for (i, e) in ast.exprs.iter().enumerate() {
        if let ExprKind::Selector { sel, .. } = e.kind {
            selectors.insert(sel, amigos_syntax::ast::ExprId(i as u32));
        }
    }
    for (i, ident) in ast.idents.iter().enumerate() {
        if ident.range.is_empty() || ident.name.is_blank() {
            continue;
        }
        let id = IdentId(i as u32);
        let found = kind(spot, id, selectors.get(&id).copied());
        if let Some((kind, mut modifiers)) = found {
            modifiers.declaration = spot.facts.defs.contains_key(&id);
            out.push(SemanticToken { range: ident.range.shift(spot.start), kind, modifiers });
        }
    }
}

fn kind(spot: &Spot<'_>, ident: IdentId, selector: Option<amigos_syntax::ast::ExprId>) -> Option<(TokenKind, TokenModifiers)> {
    let plain = |kind| Some((kind, TokenModifiers::default()));
    let object = spot.facts.uses.get(&ident).or_else(|| spot.facts.defs.get(&ident)).copied();
    if let Some(selection) = selector.and_then(|e| spot.facts.selections.get(&e)) {
        return plain(if selection.kind == SelectionKind::Field { TokenKind::Field } else { TokenKind::Method });
    }
    match object? {
        ObjRef::Universe(name) => {
            let kind = match name.as_str() {
                "true" | "false" | "nil" | "iota" => TokenKind::Constant,
                name if crate::hover::universe_text(amigos_syntax::Name::new(name)).starts_with("func") => TokenKind::Function,
                _ => TokenKind::Type,
            };
            Some((kind, TokenModifiers { predeclared: true, ..TokenModifiers::default() }))
        }
        ObjRef::Member { pkg, name } => member(spot.db, pkg, name),
        ObjRef::Local(local) => plain(match spot.facts.locals.get(local.0 as usize)?.kind {
            LocalKind::Var | LocalKind::Result => TokenKind::Variable,
            LocalKind::Param => TokenKind::Parameter,
            LocalKind::Const(_) => TokenKind::Constant,
            LocalKind::Type => TokenKind::Type,
            LocalKind::TypeParam => TokenKind::TypeParameter,
            LocalKind::Label => TokenKind::Label,
        }),
        ObjRef::Package(_) => plain(TokenKind::Package),
        ObjRef::Msg => match selector {
            Some(_) => plain(TokenKind::Field),
            None => Some((TokenKind::Variable, TokenModifiers { predeclared: true, ..TokenModifiers::default() })),
        },
        ObjRef::Field(_) => plain(TokenKind::Field),
        ObjRef::Decl => {
            let DeclKind::Gen(group) = &spot.decl_ast().kind else { return plain(TokenKind::Method) };
            let interface = group.specs.iter().any(|s| match s {
                Spec::Type { ty, range, .. } => {
                    range.touches(spot.ast()[ident].range.start) && matches!(spot.ast()[*ty].kind, ExprKind::InterfaceType { .. })
                }
                _ => false,
            });
            plain(if interface { TokenKind::Method } else { TokenKind::Field })
        }
    }
}

fn member(db: &dyn Db, pkg: PkgKey, name: amigos_syntax::Name) -> Option<(TokenKind, TokenModifiers)> {
    let owner = package(db, pkg)?;
    let found = q::member(db, owner, name)?;
    let kind = match found.kind {
        MemberKind::Const(_) => TokenKind::Constant,
        MemberKind::Type { .. } => TokenKind::Type,
        MemberKind::Func => TokenKind::Function,
        MemberKind::Var => TokenKind::Variable,
    };
    let persistent = kind == TokenKind::Variable && is_contract(db, owner);
    Some((kind, TokenModifiers { persistent, ..TokenModifiers::default() }))
}
