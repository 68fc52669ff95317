//! What can be called from outside of a package, with what a form needs to know of it.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::ast::DeclKind;

use crate::analysis::View;
use crate::data::Callable;
use crate::locate::{comment_text, text_of, type_text};

/// The exported functions of a file, in order.
pub(crate) fn callable(view: View<'_>, file: SourceFile) -> Vec<Callable> {
    let db = view.db;
    let Some(owner) = q::owner(db, file) else { return vec![] };
    let here = owner.key(db);
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Func(func) = &ast.kind else { continue };
        let ident = ast.sig[func.name];
        if func.recv.is_some() || !ident.name.is_exported() || !func.ty.tparams.is_empty() {
            continue;
        }
        let Some(member) = q::member(db, owner, ident.name) else { continue };
        let Some(sig) = member.ty.as_signature() else { continue };
        let params = sig.params.iter().enumerate().map(|(i, p)| {
            let text = type_text(db, here, p.ty);
            let variadic = sig.variadic && i + 1 == sig.params.len();
            let text = if variadic { format!("...{}", text.strip_prefix("[]").unwrap_or(&text)) } else { text };
            (p.name.map_or("_".to_owned(), |n| n.to_string()), text)
        });
        out.push(Callable {
            name: ident.name.to_string(),
            params: params.collect(),
            results: sig.results.iter().map(|r| type_text(db, here, r.ty)).collect(),
            doc: ast.doc.map(|range| comment_text(text_of(db, *decl, range))).unwrap_or_default(),
            range: ident.range.shift(decl.start(db)),
        });
    }
    out
}
