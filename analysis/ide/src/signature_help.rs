//! The signature of the call around the cursor.

use amigos_db::input::SourceFile;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::ExprKind;
use amigos_syntax::token::Tok;
use amigos_types::facts::Mode;

use crate::analysis::View;
use crate::cursor::{Cursor, call_at};
use crate::data::SignatureHelp;
use crate::definition::declared;
use crate::locate::{Spot, markdown_doc, spot, text_of};

/// The innermost call whose arguments are being written at `offset`.
pub(crate) fn signature_help(view: View<'_>, file: SourceFile, offset: u32) -> Option<SignatureHelp> {
    let spot = spot(view.db, file, offset)?;
    let text = spot.decl.text(view.db);
    let at = (spot.offset as usize).min(text.len());
    if !text.is_char_boundary(at) {
        return None;
    }
    let cursor = Cursor::new(text, at);
    // A function literal among the arguments is another place.
    let frames = cursor.frames.iter().rev().take_while(|f| f.open.tok != Tok::LBrace || literal(&spot, text, f.open.start));
    frames.filter(|f| f.open.tok == Tok::LParen).find_map(|frame| {
        let call = call_at(spot.ast(), text, frame.open.start)?;
        of_call(&spot, call, frame.commas)
    })
}

fn literal(spot: &Spot<'_>, text: &str, open: u32) -> bool {
    crate::cursor::literal_at(spot.ast(), text, open).is_some()
}

fn of_call(spot: &Spot<'_>, call: amigos_syntax::ast::ExprId, commas: usize) -> Option<SignatureHelp> {
    let ast = spot.ast();
    let ExprKind::Call { fun, .. } = ast[call].kind else { return None };
    let mut at = fun;
    let ident = loop {
        match ast[at].kind {
            ExprKind::Ident(ident) | ExprKind::Selector { sel: ident, .. } => break Some(ident),
            ExprKind::Index { x, .. } | ExprKind::Paren(x) => at = x,
            _ => break None,
        }
    };
    let fact = spot.facts.type_of(fun);
    if fact.mode == Mode::Type {
        return None;
    }
    let entity = ident.and_then(|i| spot.entity(i));
    let name = ident.map_or("func".to_owned(), |i| ast[i].name.to_string());
    if let Some(crate::locate::Entity::Universe(builtin)) = entity {
        return builtin_help(&crate::hover::universe_text(builtin), commas);
    }
    let ctx = spot.types();
    let types = TypeView { ctx: &ctx, facts: Some(&spot.facts) };
    let under = types.core(fact.ty);
    let sig = under.as_signature()?;
    let mut label = format!("{name}(");
    let mut params = Vec::new();
    for (i, param) in sig.params.iter().enumerate() {
        if i > 0 {
            label.push_str(", ");
        }
        let start = label.len() as u32;
        if let Some(name) = param.name.filter(|n| !n.is_blank()) {
            label.push_str(&name);
            label.push(' ');
        }
        let text = spot.type_text(param.ty);
        if sig.variadic && i + 1 == sig.params.len() {
            label.push_str("...");
            label.push_str(text.strip_prefix("[]").unwrap_or(&text));
        } else {
            label.push_str(&text);
        }
        params.push((start, label.len() as u32));
    }
    label.push(')');
    let results: Vec<String> = sig
        .results
        .iter()
        .map(|r| match r.name {
            Some(name) => format!("{name} {}", spot.type_text(r.ty)),
            None => spot.type_text(r.ty),
        })
        .collect();
    match &results[..] {
        [] => {}
        [one] if sig.results.iter().all(|r| r.name.is_none()) => label.push_str(&format!(" {one}")),
        many => label.push_str(&format!(" ({})", many.join(", "))),
    }
    let doc =
        entity.and_then(|e| declared(spot.db, &e)).and_then(|d| Some(markdown_doc(text_of(spot.db, d.decl, d.doc?)))).unwrap_or_default();
    let last = params.len().saturating_sub(1);
    let active = if sig.variadic { commas.min(last) } else { commas };
    Some(SignatureHelp { label, doc, params, active: active as u32 })
}

/// The signature of a predeclared function, as its text says it.
fn builtin_help(text: &str, commas: usize) -> Option<SignatureHelp> {
    let label = text.strip_prefix("func ")?.to_owned();
    let open = label.find('(')? + 1;
    let close = label[open..].find(')')? + open;
    let mut params = Vec::new();
    let mut start = open;
    for part in label[open..close].split(", ") {
        if !part.is_empty() {
            params.push((start as u32, (start + part.len()) as u32));
        }
        start += part.len() + 2;
    }
    let last = params.len().saturating_sub(1);
    let variadic = label[open..close].contains("...");
    let active = if variadic { commas.min(last) } else { commas };
    Some(SignatureHelp { label, doc: String::new(), params, active: active as u32 })
}
