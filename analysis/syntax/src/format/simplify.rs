//! `gofmt -s`: simpler code that means the same. Element types that the composite literal around them gives, `s[a:len(s)]`, and
//! blank variables of `range` are dropped.

use std::sync::Arc;

use crate::ast::*;

/// Simplifies a declaration.
pub(super) fn simplify(decl: &mut DeclAst) {
    simplify_arena(Arc::make_mut(&mut decl.sig));
    for body in Arc::make_mut(&mut decl.bodies) {
        simplify_arena(&mut body.ast);
    }
}

fn simplify_arena(ast: &mut Ast) {
    // Inner expressions come before outer ones.
    for id in (0..ast.exprs.len() as u32).map(ExprId) {
        match ast[id].kind.clone() {
            ExprKind::CompositeLit { ty: Some(ty), elems, .. } => {
                let (key_ty, elem_ty) = match ast[ty].kind {
                    ExprKind::ArrayType { elem, .. } => (None, elem),
                    ExprKind::MapType { key, value } => (Some(key), value),
                    _ => continue,
                };
                for (i, elem) in elems.into_iter().enumerate() {
                    match ast[elem].kind {
                        ExprKind::KeyValue { key, value } => {
                            let key = key_ty.map_or(key, |ty| simplify_element(ast, ty, key));
                            let value = simplify_element(ast, elem_ty, value);
                            ast.exprs[elem.idx()].kind = ExprKind::KeyValue { key, value };
                            ast.exprs[elem.idx()].range.start = ast[key].range.start;
                        }
                        _ => {
                            let simple = simplify_element(ast, elem_ty, elem);
                            if let ExprKind::CompositeLit { elems, .. } = &mut ast.exprs[id.idx()].kind {
                                elems[i] = simple;
                            }
                        }
                    }
                }
            }
            ExprKind::Slice { x, low, high: Some(high), max: None, three: false } if is_len_of(ast, high, x) => {
                ast.exprs[id.idx()].kind = ExprKind::Slice { x, low, high: None, max: None, three: false };
            }
            _ => {}
        }
    }
    for i in 0..ast.stmts.len() {
        let StmtKind::Range { key, value, .. } = ast.stmts[i].kind else { continue };
        let value = value.filter(|v| !is_blank(ast, *v));
        let key = key.filter(|k| value.is_some() || !is_blank(ast, *k));
        if let StmtKind::Range { key: k, value: v, .. } = &mut ast.stmts[i].kind {
            (*k, *v) = (key, value);
        }
    }
}

/// An element of a composite literal without the type that the literal gives it.
fn simplify_element(ast: &mut Ast, ty: ExprId, elem: ExprId) -> ExprId {
    if let ExprKind::CompositeLit { ty: Some(own), .. } = ast[elem].kind
        && same_type(ast, ty, own)
    {
        drop_type(ast, elem);
    }
    if let ExprKind::Star(base) = ast[ty].kind
        && let ExprKind::Unary { op: UnaryOp::Addr, x } = ast[elem].kind
        && let ExprKind::CompositeLit { ty: Some(own), .. } = ast[x].kind
        && same_type(ast, base, own)
    {
        drop_type(ast, x);
        return x;
    }
    elem
}

fn drop_type(ast: &mut Ast, literal: ExprId) {
    let node = &mut ast.exprs[literal.idx()];
    node.range.start = node.op;
    if let ExprKind::CompositeLit { ty, .. } = &mut node.kind {
        *ty = None;
    }
}

fn is_blank(ast: &Ast, e: ExprId) -> bool {
    matches!(ast[e].kind, ExprKind::Ident(id) if ast[id].name.as_str() == "_")
}

/// Whether `e` is `len(x)`, `x` being a name.
fn is_len_of(ast: &Ast, e: ExprId, x: ExprId) -> bool {
    let name = |e: ExprId| match ast[e].kind {
        ExprKind::Ident(id) => Some(ast[id].name),
        _ => None,
    };
    let ExprKind::Call { fun, args, ellipsis: None, .. } = &ast[e].kind else { return false };
    let [arg] = args[..] else { return false };
    name(*fun).is_some_and(|f| f.as_str() == "len") && name(x).is_some() && name(x) == name(arg)
}

/// Whether two types are written the same way.
fn same_type(ast: &Ast, a: ExprId, b: ExprId) -> bool {
    let all = |a: &[ExprId], b: &[ExprId]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_type(ast, *a, *b));
    let maybe = |a: Option<ExprId>, b: Option<ExprId>| match (a, b) {
        (Some(a), Some(b)) => same_type(ast, a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    match (&ast[a].kind, &ast[b].kind) {
        (ExprKind::Ident(a), ExprKind::Ident(b)) => ast[*a].name == ast[*b].name,
        (ExprKind::BasicLit { kind: k, text: a }, ExprKind::BasicLit { kind: l, text: b }) => k == l && a == b,
        (ExprKind::Paren(a), ExprKind::Paren(b)) | (ExprKind::Star(a), ExprKind::Star(b)) => same_type(ast, *a, *b),
        (ExprKind::Selector { x: a, sel: s }, ExprKind::Selector { x: b, sel: t }) => {
            ast[*s].name == ast[*t].name && same_type(ast, *a, *b)
        }
        (ExprKind::Index { x: a, indices: i }, ExprKind::Index { x: b, indices: j }) => same_type(ast, *a, *b) && all(i, j),
        (ExprKind::Unary { op: o, x: a }, ExprKind::Unary { op: p, x: b }) => o == p && same_type(ast, *a, *b),
        (ExprKind::Binary { op: o, x: a, y: c }, ExprKind::Binary { op: p, x: b, y: d }) => {
            o == p && same_type(ast, *a, *b) && same_type(ast, *c, *d)
        }
        (ExprKind::Call { fun: a, args: c, ellipsis: e, .. }, ExprKind::Call { fun: b, args: d, ellipsis: f, .. }) => {
            e.is_some() == f.is_some() && same_type(ast, *a, *b) && all(c, d)
        }
        (ExprKind::ArrayType { len: k, elem: a }, ExprKind::ArrayType { len: l, elem: b }) => {
            let same_len = match (k, l) {
                (ArrayLen::Expr(k), ArrayLen::Expr(l)) => same_type(ast, *k, *l),
                (ArrayLen::Slice, ArrayLen::Slice) | (ArrayLen::Ellipsis(_), ArrayLen::Ellipsis(_)) => true,
                _ => false,
            };
            same_len && same_type(ast, *a, *b)
        }
        (ExprKind::MapType { key: k, value: a }, ExprKind::MapType { key: l, value: b }) => {
            same_type(ast, *k, *l) && same_type(ast, *a, *b)
        }
        (ExprKind::ChanType { dir: k, elem: a }, ExprKind::ChanType { dir: l, elem: b }) => k == l && same_type(ast, *a, *b),
        (ExprKind::Ellipsis(a), ExprKind::Ellipsis(b)) => maybe(*a, *b),
        (ExprKind::StructType { fields: a }, ExprKind::StructType { fields: b }) => same_fields(ast, a, b),
        (ExprKind::FuncType(a), ExprKind::FuncType(b)) => same_func(ast, a, b),
        (ExprKind::InterfaceType { elems: a }, ExprKind::InterfaceType { elems: b }) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|pair| match pair {
                    (InterfaceElem::Method { name: a, ty: s, .. }, InterfaceElem::Method { name: b, ty: t, .. }) => {
                        ast[*a].name == ast[*b].name && same_func(ast, s, t)
                    }
                    (InterfaceElem::Embed(a), InterfaceElem::Embed(b)) => same_type(ast, *a, *b),
                    _ => false,
                })
        }
        _ => false,
    }
}

fn same_func(ast: &Ast, a: &FuncType, b: &FuncType) -> bool {
    same_fields(ast, &a.tparams, &b.tparams) && same_fields(ast, &a.params, &b.params) && same_fields(ast, &a.results, &b.results)
}

fn same_fields(ast: &Ast, a: &[Field], b: &[Field]) -> bool {
    let names = |f: &Field| f.names.iter().map(|n| ast[*n].name).collect::<Vec<_>>();
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            let tags = match (a.tag, b.tag) {
                (Some(a), Some(b)) => same_type(ast, a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            names(a) == names(b) && same_type(ast, a.ty, b.ty) && tags
        })
}
