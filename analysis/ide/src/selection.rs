//! Growing selections: the ranges around a place, each in the next.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{Ast, DeclKind, ExprKind, Field, FuncType, LitBody, Spec, StmtKind};

use crate::analysis::View;

/// The ranges of syntax around `offset`, the smallest first; the last one is the whole file.
pub(crate) fn selection(view: View<'_>, file: SourceFile, offset: u32) -> Vec<TextRange> {
    let db = view.db;
    let whole = TextRange::new(0, file.text(db).len() as u32);
    let mut out = vec![whole];
    let Some(decl) = crate::locate::decl_at(db, file, offset) else { return out };
    let start = decl.start(db);
    let at = offset - start;
    let text = decl.text(db);
    let ast = q::parse_decl(db, decl);
    let mut push = |range: TextRange| {
        if range.start <= at && at <= range.end && !range.is_empty() && range.end as usize <= text.len() {
            out.push(range.shift(start));
        }
    };
    // The declaration with its comment; and what is inside the brackets of a block.
    push(TextRange::new(0, text.trim_end().len() as u32));
    let inside = |range: TextRange| TextRange::new(range.start + 1, range.end.saturating_sub(1).max(range.start + 1));
    match &ast.kind {
        DeclKind::Func(func) => {
            let end = ast.bodies.first().map_or(func.ty.range.end, |b| b.block.range.end);
            push(TextRange::new(func.ty.range.start, end));
            push(func.ty.range);
            func.recv.iter().for_each(|list| fields(&ast.sig, list, &mut push));
            lists_of(&func.ty).into_iter().for_each(|list| fields(&ast.sig, list, &mut push));
        }
        DeclKind::Gen(group) => {
            push(group.range);
            for spec in &group.specs {
                match spec {
                    Spec::Import(spec) => {
                        push(spec.range);
                        push(spec.path_range);
                        push(inside(spec.path_range));
                    }
                    Spec::Const { range, .. } | Spec::Var { range, .. } | Spec::Type { range, .. } => push(*range),
                }
            }
        }
        _ => {}
    }
    ast.comments.iter().for_each(|c| push(*c));
    for body in ast.bodies.iter() {
        push(body.block.range);
        push(inside(body.block.range));
    }
    for arena in std::iter::once(&*ast.sig).chain(ast.bodies.iter().map(|b| &b.ast)) {
        arena.idents.iter().for_each(|i| push(i.range));
        for stmt in &arena.stmts {
            push(stmt.range);
            let block = match &stmt.kind {
                StmtKind::Block(b) => b.range,
                StmtKind::If { then, .. } => then.range,
                StmtKind::For { body, .. } | StmtKind::Range { body, .. } => body.range,
                StmtKind::Switch { body, cases, .. } | StmtKind::TypeSwitch { body, cases, .. } => {
                    cases.iter().for_each(|c| push(c.range));
                    *body
                }
                _ => continue,
            };
            push(block);
            push(inside(block));
        }
        for e in &arena.exprs {
            push(e.range);
            match &e.kind {
                ExprKind::StructType { fields: list } => fields(arena, list, &mut push),
                ExprKind::FuncType(ty) => lists_of(ty).into_iter().for_each(|list| fields(arena, list, &mut push)),
                ExprKind::FuncLit { body: LitBody::Here(block), ty } => {
                    lists_of(ty).into_iter().for_each(|list| fields(arena, list, &mut push));
                    push(block.range);
                    push(inside(block.range));
                }
                ExprKind::Call { fun, args, rparen, .. } if !args.is_empty() => {
                    let open =
                        text.get(arena[*fun].range.end as usize..).and_then(|t| t.find('(')).map(|i| arena[*fun].range.end + i as u32 + 1);
                    if let Some(open) = open.filter(|o| o <= rparen) {
                        push(TextRange::new(open, *rparen));
                    }
                }
                _ => {}
            }
        }
    }
    // Each must lie in the next: what overlaps only in part (broken code) is left out.
    out.sort_by_key(|r| (r.end - r.start, r.start));
    out.dedup();
    let mut nested: Vec<TextRange> = Vec::new();
    for range in out {
        if nested.last().is_none_or(|last| range.start <= last.start && last.end <= range.end) {
            nested.push(range);
        }
    }
    nested
}

fn lists_of(ty: &FuncType) -> [&[Field]; 3] {
    [&ty.tparams, &ty.params, &ty.results]
}

/// The fields of a struct or the parameters of a function: each with its names, type and tag, and all of them.
fn fields(arena: &Ast, list: &[Field], push: &mut impl FnMut(TextRange)) {
    let range_of = |field: &Field| {
        let ty = arena[field.ty].range;
        let start = field.names.first().map_or(ty.start, |name| arena[*name].range.start);
        let end = field.tag.map_or(ty.end, |tag| arena[tag].range.end);
        TextRange::new(start.min(end), end)
    };
    list.iter().for_each(|field| push(range_of(field)));
    if let (Some(first), Some(last)) = (list.first(), list.last()) {
        let (start, end) = (range_of(first).start, range_of(last).end);
        push(TextRange::new(start.min(end), end));
    }
}
