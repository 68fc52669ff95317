//! A selected expression becomes a variable or a constant.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, ExprId, ExprKind, StmtKind};
use amigos_types::facts::Mode;

use super::assist;
use super::site::{Site, name_for};
use crate::data::{Assist, AssistKind};

pub(super) fn extract(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(e) = site.selected_expr() else { return };
    let ast = site.ast();
    if site.root().is_none() || site.value_type(e).is_none() || is_target(site, e) {
        return;
    }
    let Some((list, at)) = site.listed(site.range) else { return };
    let stmt = &ast[list[at]];
    // A condition or a step that runs again and again cannot be computed once before the loop.
    if let StmtKind::For { cond, post, .. } = &stmt.kind {
        let inside = |r: TextRange| r.start <= site.range.start && site.range.end <= r.end;
        if cond.is_some_and(|c| inside(ast[c].range)) || post.is_some_and(|p| inside(ast[p].range)) {
            return;
        }
    }
    // What the statement itself declares is not there before it.
    let declared_inside = site.idents_in(site.range).any(|i| {
        let Some(local) = site.local_of(i) else { return false };
        site.spot.facts.declared_here(local).is_some_and(|d| {
            let d = ast[d].range;
            stmt.range.start <= d.start && d.end <= stmt.range.end && !(site.range.start <= d.start && d.end <= site.range.end)
        })
    });
    if declared_inside {
        return;
    }
    let text = site.of(site.range);
    let whole_statement = matches!(stmt.kind, StmtKind::Expr(x) if x == e);
    let constant = site.spot.facts.type_of(e).mode == Mode::Const;
    let name = site.fresh(&name_for(site, e));
    // A line of its own, unless the statement shares its line with others.
    let line = site.of(TextRange::new(site.line_start(stmt.range.start), stmt.range.start));
    let end = if line.trim().is_empty() { format!("\n{line}") } else { "; ".to_owned() };
    let declare = |keyword: &str| {
        if whole_statement {
            return vec![
                site.insert(stmt.range.start, if keyword.is_empty() { format!("{name} := ") } else { format!("{keyword} {name} = ") }),
            ];
        }
        let line = if keyword.is_empty() { format!("{name} := {text}{end}") } else { format!("{keyword} {name} = {text}{end}") };
        vec![site.insert(stmt.range.start, line), site.edit(site.range, name.as_str())]
    };
    if constant {
        out.push(assist(AssistKind::Extract, format!("extract constant `{name}`"), declare("const")));
    }
    out.push(assist(AssistKind::Extract, format!("extract variable `{name}`"), declare("")));
    // The same text elsewhere in the same list, behind the statement: all at once.
    let same = occurrences(site, e, text, TextRange::new(stmt.range.start, list.last().map_or(stmt.range.end, |s| ast[*s].range.end)));
    if same.len() > 1 && !whole_statement && site.is_plain(e) && same.first() == Some(&site.range) {
        let mut edits = vec![site.insert(stmt.range.start, format!("{name} := {text}{end}"))];
        edits.extend(same.iter().map(|r| site.edit(*r, name.as_str())));
        out.push(assist(AssistKind::Extract, format!("extract {} occurrences of `{text}` as `{name}`", same.len()), edits));
    }
}

/// Whether something is assigned to the expression, or it is no value by itself: a callee, a key, a selected package.
pub(super) fn is_target(site: &Site<'_>, e: ExprId) -> bool {
    let ast = site.ast();
    let assigned = ast.stmts.iter().any(|s| match &s.kind {
        StmtKind::Assign { lhs, op, .. } => *op != AssignOp::Define && lhs.contains(&e) || *op == AssignOp::Define && lhs.contains(&e),
        StmtKind::IncDec { x, .. } => *x == e,
        StmtKind::Range { key, value, .. } => *key == Some(e) || *value == Some(e),
        _ => false,
    });
    let part = ast.exprs.iter().any(|p| match &p.kind {
        ExprKind::KeyValue { key, .. } => *key == e && matches!(ast[e].kind, ExprKind::Ident(_)),
        ExprKind::Unary { op: amigos_syntax::ast::UnaryOp::Addr, x } => *x == e,
        ExprKind::Call { fun, .. } => *fun == e,
        ExprKind::CompositeLit { ty: None, .. } => false,
        _ => false,
    });
    let bare_literal = matches!(ast[e].kind, ExprKind::CompositeLit { ty: None, .. } | ExprKind::KeyValue { .. });
    assigned || part || bare_literal
}

/// The expressions in a range that have the same text and mean the same.
fn occurrences(site: &Site<'_>, e: ExprId, text: &str, within: TextRange) -> Vec<TextRange> {
    let ast = site.ast();
    let names = |r: TextRange| -> Vec<_> { site.idents_in(r).map(|i| site.spot.facts.uses.get(&i).copied()).collect() };
    let wanted = names(ast[e].range);
    let mut out: Vec<TextRange> = ast
        .exprs
        .iter()
        .enumerate()
        .filter(|(i, x)| {
            within.start <= x.range.start
                && x.range.end <= within.end
                && site.of(x.range) == text
                && names(x.range) == wanted
                && !is_target(site, ExprId(*i as u32))
        })
        .map(|(_, x)| x.range)
        .collect();
    out.sort();
    out.dedup();
    out
}
