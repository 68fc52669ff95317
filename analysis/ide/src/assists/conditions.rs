//! `if c { a } else { b }` → `if !c { b } else { a }`.

use amigos_syntax::ast::{BinaryOp, ExprId, ExprKind, StmtKind, UnaryOp};

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};

pub(super) fn invert(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(s) = site.stmt_around(|k| matches!(k, StmtKind::If { .. })) else { return };
    let ast = site.ast();
    let StmtKind::If { cond, then, els, .. } = &ast[s].kind else { return };
    // On the `if` and its condition, not in its blocks.
    if site.range.end > then.range.start {
        return;
    }
    // Half of it is no `if` yet.
    let is_closed = |block: amigos_syntax::TextRange| site.of(block).ends_with('}');
    let cond_range = ast[*cond].range;
    let has_hole = |e: &amigos_syntax::ast::Expr| {
        matches!(e.kind, ExprKind::Bad) && cond_range.start <= e.range.start && e.range.end <= then.range.start
    };
    if !is_closed(then.range) || ast.exprs.iter().any(has_hole) {
        return;
    }
    let negated = site.edit(ast[*cond].range, negation(site, *cond, 0));
    match els {
        Some(els) => {
            let StmtKind::Block(other) = &ast[*els].kind else { return };
            if !is_closed(other.range) {
                return;
            }
            let edits = vec![negated, site.edit(then.range, site.of(other.range)), site.edit(other.range, site.of(then.range))];
            out.push(assist(AssistKind::Rewrite, "invert `if`", edits));
        }
        None => {
            // `if ok { ...rest of the function }` at the end of a body → `if !ok { return }`; of a loop's, `continue`.
            let Some(root) = site.root() else { return };
            let results = crate::expected::enclosing(&site.spot).map(|l| l.results.len());
            let has_init = matches!(&ast[s].kind, StmtKind::If { init: Some(_), .. });
            let ends_loop = ast.stmts.iter().any(|st| match &st.kind {
                StmtKind::For { body, .. } | StmtKind::Range { body, .. } => body.stmts.last() == Some(&s),
                _ => false,
            });
            let ends_body = root.stmts.last() == Some(&s) && results == Some(0);
            if !(ends_body || ends_loop) || then.stmts.is_empty() || has_init {
                return;
            }
            let (leave, title) =
                if ends_loop { ("continue", "invert `if` and continue early") } else { ("return", "invert `if` and return early") };
            let inside = site.of(amigos_syntax::TextRange::new(then.range.start + 1, then.range.end - 1));
            let indent = site.indent(ast[s].range.start);
            let deeper = format!("{indent}\t");
            let lines: Vec<String> = inside
                .trim_matches('\n')
                .trim_end()
                .split('\n')
                .map(|l| match l.strip_prefix(&deeper) {
                    Some(rest) => format!("{indent}{rest}"),
                    None => l.to_owned(),
                })
                .collect();
            let text = format!("{{\n{indent}\t{leave}\n{indent}}}\n{}", lines.join("\n"));
            if inside.contains('\n') {
                out.push(assist(AssistKind::Rewrite, title, vec![negated, site.edit(then.range, text)]));
            }
        }
    }
}

/// The opposite of a condition, as one would write it.
pub(super) fn negation(site: &Site<'_>, e: ExprId, depth: u32) -> String {
    let ast = site.ast();
    let text = site.expr_text(e);
    if depth > 16 {
        return format!("!({text})");
    }
    match &ast[e].kind {
        ExprKind::Paren(x) => match &ast[*x].kind {
            ExprKind::Unary { op: UnaryOp::Not, .. } => negation(site, *x, depth + 1),
            _ => format!("!{text}"),
        },
        ExprKind::Unary { op: UnaryOp::Not, x } => match &ast[*x].kind {
            ExprKind::Paren(inner) => site.expr_text(*inner).to_owned(),
            _ => site.expr_text(*x).to_owned(),
        },
        ExprKind::Ident(i) if ast[*i].name.as_str() == "true" => "false".to_owned(),
        ExprKind::Ident(i) if ast[*i].name.as_str() == "false" => "true".to_owned(),
        ExprKind::Binary { op, x, y } => {
            let other = match op {
                BinaryOp::Eq => "!=",
                BinaryOp::Ne => "==",
                // Of floats, `!(a < b)` is not `a >= b`.
                BinaryOp::Lt if !is_float(site, *x) => ">=",
                BinaryOp::Ge if !is_float(site, *x) => "<",
                BinaryOp::Gt if !is_float(site, *x) => "<=",
                BinaryOp::Le if !is_float(site, *x) => ">",
                BinaryOp::LAnd | BinaryOp::LOr => {
                    let part = |e: ExprId| {
                        let negated = negation(site, e, depth + 1);
                        // `a || b` in an `&&` needs brackets.
                        let or = matches!(&ast[e].kind, ExprKind::Binary { op: BinaryOp::LAnd, .. });
                        if or && *op == BinaryOp::LOr { format!("({negated})") } else { negated }
                    };
                    let word = if *op == BinaryOp::LAnd { "||" } else { "&&" };
                    return format!("{} {word} {}", part(*x), part(*y));
                }
                _ => return format!("!({text})"),
            };
            format!("{} {other} {}", site.expr_text(*x), site.expr_text(*y))
        }
        _ => format!("!{text}"),
    }
}

fn is_float(site: &Site<'_>, e: ExprId) -> bool {
    use amigos_types::ty::{Basic, TyKind};
    let ty = site.spot.facts.type_of(e).ty;
    let under = site.with_types(|types| types.under(ty));
    match under.kind() {
        TyKind::Basic(b) => matches!(b, Basic::Float32 | Basic::Float64 | Basic::UntypedFloat),
        _ => true,
    }
}
