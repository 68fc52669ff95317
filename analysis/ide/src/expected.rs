//! What type an expression at the cursor should have, and whether a type fits: for ranking, so a guess that is often right is enough.

use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{Ast, ExprId, ExprKind, LitBody, StmtKind};
use amigos_syntax::token::Tok;
use amigos_types::facts::{FuncLocals, Mode};
use amigos_types::ty::{Basic, Signature, Ty, TyKind};

use crate::cursor::{Cursor, call_at, literal_at, operand_before};
use crate::locate::{Spot, pointee};

/// The type that what is being written should have.
pub(crate) fn expected(spot: &Spot<'_>, cursor: &Cursor, text: &str) -> Option<Ty> {
    let ast = spot.ast();
    let known = |ty: Ty| (!ty.is_invalid() && !is_untyped_nil(ty)).then_some(ty);
    let ctx = spot.types();
    let types = TypeView { ctx: &ctx, facts: Some(&spot.facts) };
    let statement = cursor.statement();
    // `x == `, `x + `: like the other side.
    if let Some(before) = cursor.before()
        && is_binary(before.tok)
        && let Some(x) = cursor.tokens.len().checked_sub(2).and_then(|i| cursor.tokens.get(i)).and_then(|t| operand_before(ast, t.end))
    {
        return known(spot.facts.type_of(x).ty);
    }
    match cursor.frames.last().map(|f| (f.open.tok, f)) {
        Some((Tok::LParen, frame)) => {
            let call = call_at(ast, text, frame.open.start)?;
            let ExprKind::Call { fun, .. } = ast[call].kind else { return None };
            let fact = spot.facts.type_of(fun);
            if fact.mode == Mode::Type {
                return None;
            }
            let under = types.under(fact.ty);
            return parameter(under.as_signature()?, frame.commas).and_then(known);
        }
        Some((Tok::LBrace, frame)) => {
            if let Some(literal) = literal_at(ast, text, frame.open.start) {
                let ty = types.under(pointee(types, spot.facts.type_of(literal).ty));
                return match ty.kind() {
                    TyKind::Struct(fields) => match frame.colon {
                        Some(colon) => {
                            let key = cursor.tokens.get(colon.checked_sub(1)?)?.range().of(text);
                            fields.iter().find(|f| f.name.as_str() == key).map(|f| f.ty)
                        }
                        None if keyed(ast, literal) => None,
                        None => fields.get(frame.commas).map(|f| f.ty),
                    },
                    TyKind::Map { key, value } => Some(if frame.colon.is_some() { *value } else { *key }),
                    TyKind::Slice(elem) | TyKind::Array { elem, .. } => Some(*elem),
                    _ => None,
                };
            }
        }
        _ => {}
    }
    // `return a, `
    if let Some((index, _)) = statement.iter().rev().find(|(_, t)| t.tok == Tok::Return) {
        let nth = statement.iter().filter(|(i, t)| i > index && t.tok == Tok::Comma).count();
        let results = &enclosing(spot)?.results;
        let local = results.get(nth)?;
        return known(spot.facts.locals.get(local.0 as usize)?.ty);
    }
    // `case `
    if statement.first().is_some_and(|(_, t)| t.tok == Tok::Case) {
        let tag = ast.stmts.iter().rev().find_map(|s| match s.kind {
            StmtKind::Switch { tag: Some(tag), body, .. } if body.start < spot.offset && spot.offset <= s.range.end => Some(tag),
            _ => None,
        })?;
        return known(spot.facts.type_of(tag).ty);
    }
    // `x = `
    if let Some((index, _)) = statement.iter().rev().find(|(_, t)| t.tok == Tok::Assign || t.tok.is_op_assign()) {
        let end = cursor.tokens.get(index.checked_sub(1)?)?.end;
        let x = operand_before(ast, end)?;
        return known(spot.facts.type_of(x).ty);
    }
    // `if `, `for ... ;`
    match cursor.before().map(|t| t.tok) {
        Some(Tok::If | Tok::Not | Tok::LAnd | Tok::LOr) => Some(Ty::basic(Basic::Bool)),
        _ => None,
    }
}

/// In a `case` of a type switch: the type of what is switched on.
pub(crate) fn switched(spot: &Spot<'_>, cursor: &Cursor) -> Option<Ty> {
    if cursor.statement().first().is_none_or(|(_, t)| t.tok != Tok::Case) {
        return None;
    }
    let ast = spot.ast();
    let x = ast.stmts.iter().rev().find_map(|s| match s.kind {
        StmtKind::TypeSwitch { x, body, .. } if body.start < spot.offset && spot.offset <= s.range.end => Some(x),
        _ => None,
    })?;
    Some(spot.facts.type_of(x).ty).filter(|ty| !ty.is_invalid())
}

/// The name of the parameter or field that what is being written fills.
pub(crate) fn expected_name(spot: &Spot<'_>, cursor: &Cursor, text: &str) -> Option<String> {
    let ast = spot.ast();
    let frame = cursor.frames.last()?;
    match frame.open.tok {
        Tok::LParen => {
            let call = call_at(ast, text, frame.open.start)?;
            let ExprKind::Call { fun, .. } = ast[call].kind else { return None };
            let ctx = spot.types();
            let types = TypeView { ctx: &ctx, facts: Some(&spot.facts) };
            let under = types.under(spot.facts.type_of(fun).ty);
            let sig = under.as_signature()?;
            sig.params.get(frame.commas.min(sig.params.len().checked_sub(1)?))?.name.map(|n| n.to_string())
        }
        Tok::LBrace => {
            literal_at(ast, text, frame.open.start)?;
            let colon = frame.colon?;
            Some(cursor.tokens.get(colon.checked_sub(1)?)?.range().of(text).to_owned())
        }
        _ => None,
    }
}

/// Whether a literal names its fields.
fn keyed(ast: &Ast, literal: ExprId) -> bool {
    let ExprKind::CompositeLit { elems, .. } = &ast[literal].kind else { return false };
    elems.iter().any(|e| matches!(ast[*e].kind, ExprKind::KeyValue { .. }))
}

/// The parameter that argument `n` goes to.
pub(crate) fn parameter(sig: &Signature, n: usize) -> Option<Ty> {
    let last = sig.params.len().checked_sub(1)?;
    let param = sig.params.get(n.min(last))?;
    if n >= last && sig.variadic {
        return Some(match param.ty.kind() {
            TyKind::Slice(elem) => *elem,
            _ => param.ty,
        });
    }
    (n <= last).then_some(param.ty)
}

/// Receiver, parameters and results of the innermost function around the spot.
pub(crate) fn enclosing<'a>(spot: &'a Spot<'_>) -> Option<&'a FuncLocals> {
    let literal = spot
        .ast()
        .exprs
        .iter()
        .enumerate()
        .filter(|(_, e)| matches!(&e.kind, ExprKind::FuncLit { body: LitBody::Here(block), .. } if block.range.start < spot.offset && spot.offset <= block.range.end))
        .min_by_key(|(_, e)| e.range.end - e.range.start)
        .map(|(i, _)| ExprId(i as u32));
    spot.facts.params.get(&literal)
}

fn is_binary(tok: Tok) -> bool {
    matches!(
        tok,
        Tok::Add
            | Tok::Sub
            | Tok::Mul
            | Tok::Quo
            | Tok::Rem
            | Tok::Or
            | Tok::Xor
            | Tok::Eql
            | Tok::Neq
            | Tok::Lss
            | Tok::Leq
            | Tok::Gtr
            | Tok::Geq
    )
}

fn is_untyped_nil(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Basic(Basic::UntypedNil))
}

/// Whether a value of type `from` can probably stand where `to` is expected.
pub(crate) fn fits(types: TypeView<'_>, from: Ty, to: Ty) -> bool {
    if from.is_invalid() || to.is_invalid() {
        return false;
    }
    if from.canonical() == to.canonical() {
        return true;
    }
    let (a, b) = (types.under(from), types.under(to));
    match (a.kind(), b.kind()) {
        (TyKind::Basic(Basic::UntypedNil), TyKind::Interface(_)) => true,
        (_, TyKind::Interface(_)) => {
            let wanted = types.interface_methods(to);
            // Everything fits `any`; that says nothing.
            if wanted.is_empty() {
                return false;
            }
            if matches!(a.kind(), TyKind::Interface(_)) {
                let own = types.interface_methods(from);
                return wanted.iter().all(|w| own.iter().any(|o| o.0 == w.0));
            }
            let Some(info) = crate::locate::named_key(from).and_then(|k| types.named(k)) else { return false };
            let pointer = matches!(from.unalias().kind(), TyKind::Pointer(_));
            wanted.iter().all(|w| info.methods.iter().any(|m| m.name == w.0 && (pointer || !m.pointer)))
        }
        (TyKind::Basic(x), TyKind::Basic(y)) => untyped_fits(*x, *y),
        (TyKind::Basic(Basic::UntypedNil), TyKind::Pointer(_) | TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Signature(_)) => true,
        _ => {
            let named = |ty: Ty| matches!(ty.unalias().kind(), TyKind::Named { .. });
            a.canonical() == b.canonical() && !(named(from) && named(to))
        }
    }
}

fn untyped_fits(from: Basic, to: Basic) -> bool {
    match from {
        Basic::UntypedBool => to == Basic::Bool,
        Basic::UntypedString => to == Basic::String,
        Basic::UntypedInt | Basic::UntypedRune => (Basic::Int..=Basic::Float64).contains(&to),
        Basic::UntypedFloat => matches!(to, Basic::Float32 | Basic::Float64),
        _ => false,
    }
}

/// What can be had of a value: itself, or the result of calling it.
pub(crate) fn yields(types: TypeView<'_>, ty: Ty) -> Option<Ty> {
    match types.under(ty).as_signature() {
        Some(sig) if sig.results.len() == 1 => sig.results.first().map(|r| r.ty),
        _ => None,
    }
}
