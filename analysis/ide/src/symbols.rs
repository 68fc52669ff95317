//! The outline of a file, and what can be folded.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_rules::authority::Who;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{Ast, DeclKind, ExprId, ExprKind, Field, InterfaceElem, LitBody, Spec, StmtKind};

use crate::analysis::View;
use crate::data::{DocumentSymbol, Fold, FoldKind, SymbolKind};

/// The outline of a file.
pub(crate) fn symbols(view: View<'_>, file: SourceFile) -> Vec<DocumentSymbol> {
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        let ast = q::parse_decl(view.db, *decl);
        let start = decl.start(view.db);
        let text = decl.text(view.db);
        let sig = &ast.sig;
        match &ast.kind {
            DeclKind::Func(func) => {
                let name = sig[func.name];
                let (label, kind) = match func.recv.as_ref().and_then(|r| r.first()) {
                    Some(recv) => (format!("({}).{}", sig[recv.ty].range.of(text), name.name), SymbolKind::Method),
                    None => (name.name.to_string(), SymbolKind::Func),
                };
                let end = ast.bodies.first().map_or(func.ty.range.end, |b| b.block.range.end);
                out.push(DocumentSymbol {
                    name: label,
                    detail: text.get(name.range.end as usize..func.ty.range.end as usize).unwrap_or("").to_owned() + &caller(view, *decl),
                    kind,
                    full: TextRange::new(func.ty.range.start.min(name.range.start), end.max(name.range.end)).shift(start),
                    focus: name.range.shift(start),
                    children: vec![],
                });
            }
            DeclKind::Gen(group) => {
                for spec in &group.specs {
                    spec_symbols(sig, text, start, spec, &mut out);
                }
            }
            _ => {}
        }
    }
    out
}

/// Who can call an exported function of a contract with effect: ` · only `owner``; nothing where it has none.
fn caller(view: View<'_>, decl: q::Decl<'_>) -> String {
    let Some(package) = q::owner(view.db, decl.file(view.db)) else { return String::new() };
    if !crate::locate::is_contract(view.db, package) || decl.file(view.db).name(view.db).ends_with("_test.go") {
        return String::new();
    }
    let mir = amigos_mir::query::mir(view.db, package, decl);
    let Some(name) = mir.func.as_ref().map(|body| body.func.name) else { return String::new() };
    if !name.split('.').all(|part| part.starts_with(char::is_uppercase)) || name.as_str() == "Render" {
        return String::new();
    }
    match &*amigos_rules::authority::who(view.db, package, name) {
        Who::NoEffect => String::new(),
        who => format!(" · {}", who.text()),
    }
}

fn spec_symbols(sig: &Ast, text: &str, start: u32, spec: &Spec, out: &mut Vec<DocumentSymbol>) {
    let (names, ty, kind, range) = match spec {
        Spec::Const { names, ty, range, .. } => (names.as_slice(), *ty, SymbolKind::Const, *range),
        Spec::Var { names, ty, range, .. } => (names.as_slice(), *ty, SymbolKind::Var, *range),
        Spec::Type { name, ty, range, .. } => (std::slice::from_ref(name), Some(*ty), SymbolKind::Type, *range),
        Spec::Import(_) => return,
    };
    for ident in names {
        let ident = sig[*ident];
        let mut symbol = DocumentSymbol {
            name: ident.name.to_string(),
            detail: ty.map(|t| sig[t].range.of(text).lines().next().unwrap_or("").to_owned()).unwrap_or_default(),
            kind,
            full: range.cover(ident.range).shift(start),
            focus: ident.range.shift(start),
            children: vec![],
        };
        if let (SymbolKind::Type, Some(ty)) = (kind, ty) {
            (symbol.kind, symbol.children) = members(sig, text, start, ty);
            if symbol.kind != SymbolKind::Type {
                symbol.detail = if symbol.kind == SymbolKind::Struct { "struct".into() } else { "interface".into() };
            }
        }
        out.push(symbol);
    }
}

fn members(sig: &Ast, text: &str, start: u32, ty: ExprId) -> (SymbolKind, Vec<DocumentSymbol>) {
    let leaf = |name: String, detail: &str, kind, full: TextRange, focus: TextRange| DocumentSymbol {
        name,
        detail: detail.to_owned(),
        kind,
        full: full.cover(focus).shift(start),
        focus: focus.shift(start),
        children: vec![],
    };
    match &sig[ty].kind {
        ExprKind::StructType { fields } => {
            let one = |field: &Field| -> Vec<DocumentSymbol> {
                let ty = sig[field.ty].range;
                if field.names.is_empty() {
                    let name = crate::definition::embedded_name(sig, field).map_or_else(|| ty.of(text).to_owned(), |n| n.to_string());
                    return vec![leaf(name, "embedded", SymbolKind::Field, ty, ty)];
                }
                field.names.iter().map(|i| leaf(sig[*i].name.to_string(), ty.of(text), SymbolKind::Field, ty, sig[*i].range)).collect()
            };
            (SymbolKind::Struct, fields.iter().flat_map(one).collect())
        }
        ExprKind::InterfaceType { elems } => {
            let one = |e: &InterfaceElem| match e {
                InterfaceElem::Method { name, ty, .. } => {
                    let name = sig[*name];
                    let detail = text.get(name.range.end as usize..ty.range.end as usize).unwrap_or("");
                    leaf(name.name.to_string(), detail, SymbolKind::Method, ty.range, name.range)
                }
                InterfaceElem::Embed(ty) => {
                    let range = sig[*ty].range;
                    leaf(range.of(text).to_owned(), "embedded", SymbolKind::Interface, range, range)
                }
            };
            (SymbolKind::Interface, elems.iter().map(one).collect())
        }
        _ => (SymbolKind::Type, vec![]),
    }
}

/// What can be folded: bodies, blocks, types, groups of imports, and comments of several lines.
pub(crate) fn folds(view: View<'_>, file: SourceFile) -> Vec<Fold> {
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        let ast = q::parse_decl(view.db, *decl);
        let start = decl.start(view.db);
        let text = decl.text(view.db);
        let mut push = |range: TextRange, kind| {
            if range.end > range.start && range.of(text).contains('\n') {
                out.push(Fold { range: range.shift(start), kind });
            }
        };
        // From behind the first `open` in the range to before the closing bracket, if there is one.
        let inside = |range: TextRange, open: char| {
            let from = range.of(text).find(open).map_or(range.start, |i| range.start + i as u32 + 1);
            let closed = range.of(text).ends_with(if open == '{' { '}' } else { ')' });
            TextRange::new(from, range.end.saturating_sub(u32::from(closed)).max(from))
        };
        if let DeclKind::Gen(group) = &ast.kind
            && group.range.of(text).contains('(')
            && group.range.of(text).ends_with(')')
        {
            let kind = if matches!(group.specs.first(), Some(Spec::Import(_))) { FoldKind::Imports } else { FoldKind::Code };
            push(inside(group.range, '('), kind);
        }
        for arena in std::iter::once(&*ast.sig).chain(ast.bodies.iter().map(|b| &b.ast)) {
            for e in &arena.exprs {
                let (range, open) = match &e.kind {
                    ExprKind::StructType { .. } | ExprKind::InterfaceType { .. } => (e.range, '{'),
                    ExprKind::CompositeLit { ty, .. } => {
                        (TextRange::new(ty.map_or(e.range.start, |t| arena[t].range.end).min(e.range.end), e.range.end), '{')
                    }
                    ExprKind::FuncLit { body: LitBody::Here(block), .. } => (block.range, '{'),
                    ExprKind::BasicLit { .. } if e.range.of(text).starts_with('`') => (e.range, '`'),
                    ExprKind::Call { fun, .. } => (TextRange::new(arena[*fun].range.end.min(e.range.end), e.range.end), '('),
                    _ => continue,
                };
                push(inside(range, open), FoldKind::Code);
            }
        }
        for body in ast.bodies.iter() {
            push(inside(body.block.range, '{'), FoldKind::Code);
            for stmt in &body.ast.stmts {
                let range = match &stmt.kind {
                    StmtKind::Block(b) => b.range,
                    StmtKind::If { then, .. } => then.range,
                    StmtKind::For { body, .. } | StmtKind::Range { body, .. } => body.range,
                    StmtKind::Switch { body: block, cases, .. } | StmtKind::TypeSwitch { body: block, cases, .. } => {
                        for case in cases {
                            let (Some(first), Some(last)) = (case.body.stmts.first(), case.body.stmts.last()) else { continue };
                            let before = TextRange::new(case.range.start, body.ast[*first].range.start);
                            let colon = before.of(text).rfind(':').map_or(before.end, |i| before.start + i as u32 + 1);
                            push(TextRange::new(colon, body.ast[*last].range.end), FoldKind::Code);
                        }
                        *block
                    }
                    StmtKind::Select { body, .. } => *body,
                    _ => continue,
                };
                push(inside(range, '{'), FoldKind::Code);
            }
        }
        comment_folds(text, &ast.comments, &mut push);
    }
    out.sort_by_key(|f| (f.range.start, f.range.end));
    out.dedup_by_key(|f| f.range);
    out
}

/// Comments of several lines, and line comments that follow each other.
fn comment_folds(text: &str, comments: &[TextRange], push: &mut dyn FnMut(TextRange, FoldKind)) {
    let mut group: Option<TextRange> = None;
    for comment in comments {
        match group {
            Some(g)
                if text[g.end as usize..comment.start as usize].trim().is_empty()
                    && text[g.end as usize..comment.start as usize].matches('\n').count() <= 1 =>
            {
                group = Some(g.cover(*comment));
            }
            other => {
                if let Some(g) = other {
                    push(g, FoldKind::Comment);
                }
                group = Some(*comment);
            }
        }
    }
    if let Some(g) = group {
        push(g, FoldKind::Comment);
    }
}
