//! What identifiers are, for colouring: semantic tokens.

use amigos_db::Db;
use amigos_db::input::{Origin, Package, Profile, SourceFile};
use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, ExprKind, IdentId, Spec, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::MemberKind;
use amigos_types::facts::{LocalKind, ObjRef, SelectionKind};
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;

use crate::analysis::View;
use crate::data::{SemanticToken, TokenKind, TokenModifiers};
use crate::locate::{Spot, is_contract, package};
use crate::references::arenas;

/// How the codes of the rules about determinism start.
const DETERMINISM: &str = "AM1";

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
        let from = out.len();
        for spot in arenas(db, owner, *decl) {
            of_arena(&spot, &mut out);
        }
        let findings = amigos_rules::declaration_findings(db, owner, *decl);
        let flagged = findings.iter().filter(|f| f.code.starts_with(DETERMINISM)).map(|f| f.range.shift(start));
        for range in flagged {
            let inside = |t: &&mut SemanticToken| range.start <= t.range.start && t.range.end <= range.end;
            out[from..].iter_mut().filter(inside).for_each(|t| t.modifiers.nondeterministic = true);
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
        // The dot of an import is no name.
        if ident.range.is_empty() || ident.name.is_blank() || ident.name.as_str() == "." {
            continue;
        }
        let id = IdentId(i as u32);
        let found = kind(spot, id, selectors.get(&id).copied());
        if let Some((kind, mut modifiers)) = found {
            modifiers.declaration = spot.facts.defs.contains_key(&id) || !spot.facts.uses.contains_key(&id) && binds(spot, id);
            out.push(SemanticToken { range: ident.range.shift(spot.start), kind, modifiers });
        }
    }
}

fn kind(spot: &Spot<'_>, ident: IdentId, selector: Option<amigos_syntax::ast::ExprId>) -> Option<(TokenKind, TokenModifiers)> {
    let plain = |kind| Some((kind, TokenModifiers::default()));
    let object = spot.facts.uses.get(&ident).or_else(|| spot.facts.defs.get(&ident)).copied();
    if let Some(selection) = selector.and_then(|e| spot.facts.selections.get(&e)) {
        let owner = selection.method_of.or_else(|| crate::locate::named_key(selection.recv)).and_then(|of| Some((of, of.pkg?)));
        let mut modifiers =
            TokenModifiers { cross_package: owner.is_some_and(|(_, pkg)| is_other(spot, pkg)), ..TokenModifiers::default() };
        if selection.kind == SelectionKind::Field {
            return Some((TokenKind::Field, modifiers));
        }
        if let (Some(of), Some((_, pkg))) = (selection.method_of, owner) {
            modifiers.mutates_state = mutates(spot.db, pkg, Name::new(&format!("{}.{}", of.name, spot.ast()[ident].name)));
        }
        return Some((TokenKind::Method, modifiers));
    }
    // The name in `switch v := x.(type)` stands for a variable in each clause.
    let object = object.or_else(|| binds(spot, ident).then(|| spot.bound_locals(ident).next().map(ObjRef::Local)).flatten());
    match object? {
        ObjRef::Universe(name) => {
            let kind = match name.as_str() {
                "true" | "false" | "nil" | "iota" => TokenKind::Constant,
                name if crate::hover::universe_text(Name::new(name)).starts_with("func") => TokenKind::Function,
                _ => TokenKind::Type,
            };
            Some((kind, TokenModifiers { predeclared: true, ..TokenModifiers::default() }))
        }
        ObjRef::Member { pkg, name } => member(spot, pkg, name),
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
            let DeclKind::Gen(group) = &spot.decl_ast().kind else {
                let DeclKind::Func(func) = &spot.decl_ast().kind else { return plain(TokenKind::Method) };
                let name = amigos_mir::lower::decl_func_name(&spot.decl_ast().sig, func, 0);
                let mutates_state = mutates(spot.db, spot.package.key(spot.db), name);
                return Some((TokenKind::Method, TokenModifiers { mutates_state, ..TokenModifiers::default() }));
            };
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

/// Whether an identifier is the name in a `switch v := x.(type)`.
fn binds(spot: &Spot<'_>, ident: IdentId) -> bool {
    spot.ast().stmts.iter().any(|s| matches!(&s.kind, StmtKind::TypeSwitch { bind, .. } if *bind == Some(ident)))
}

/// Whether a name is declared in a test: what is there does not persist.
fn is_of_test(db: &dyn Db, owner: Package, name: Name) -> bool {
    let at = q::package_types(db, owner).members.get(&name).map(|found| found.decl);
    at.and_then(|at| q::package_decls(db, owner).get(at.0 as usize)).is_some_and(|decl| decl.file(db).name(db).ends_with("_test.go"))
}

fn member(spot: &Spot<'_>, pkg: PkgKey, name: Name) -> Option<(TokenKind, TokenModifiers)> {
    let db = spot.db;
    let owner = package(db, pkg)?;
    let found = q::member(db, owner, name)?;
    let kind = match found.kind {
        MemberKind::Const(_) => TokenKind::Constant,
        MemberKind::Type { .. } => TokenKind::Type,
        MemberKind::Func => TokenKind::Function,
        MemberKind::Var => TokenKind::Variable,
    };
    let modifiers = TokenModifiers {
        persistent: kind == TokenKind::Variable && is_contract(db, owner) && !is_of_test(db, owner, name),
        mutates_state: kind == TokenKind::Function && mutates(db, pkg, name),
        cross_package: is_other(spot, pkg),
        ..TokenModifiers::default()
    };
    Some((kind, modifiers))
}

/// Whether a package is another one than that of the spot, and not of the standard library.
fn is_other(spot: &Spot<'_>, pkg: PkgKey) -> bool {
    let own = crate::hover::base_key(spot.package.key(spot.db));
    crate::hover::base_key(pkg) != own && package(spot.db, pkg).is_some_and(|p| p.origin(spot.db) != Origin::Std)
}

/// Whether a function (`F`, `T.M`) changes variables of contracts or sends coins.
fn mutates(db: &dyn Db, pkg: PkgKey, name: Name) -> bool {
    let Some(owner) = package(db, pkg).filter(|p| p.profile(db) == Profile::Contract) else { return false };
    let effects = amigos_rules::effects::effects(db, owner, name);
    !effects.writes.is_empty() || effects.sends
}
