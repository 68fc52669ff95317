use crate::context::Arena;
use amigos_syntax::ast::{AssignOp, BinaryOp, ExprId, ExprKind, LitBody, StmtKind};
use amigos_types::facts::ObjRef;
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::walk::exprs_in;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1011",
    name: "unstable-sort",
    severity: Severity::Medium,
    summary: "equal elements keep their order only here",
    why: "The contract library sorts stably. Plain Go's `sort.Slice` and `slices.SortFunc` leave elements that compare as equal in an order \
          that changed between Go's versions: where the order is shown or stored, tests that run with plain Go see another one. The stable \
          functions say what is meant.",
    flagged: example!("am1011_flagged.go"),
    clean: example!("am1011_clean.go"),
    fixed: Some(example!("am1011_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let (Some((pkg, name)), ExprKind::Call { fun, args, .. }) = (arena.called(e), kind) else { continue };
            let stable = match (pkg.0.as_str(), name.as_str()) {
                ("sort", "Slice") => "SliceStable",
                ("slices", "SortFunc") => "SortStableFunc",
                _ => continue,
            };
            let ([list, less], ExprKind::Selector { sel, .. }) = (&args[..], &arena.ast[*fun].kind) else { continue };
            // By one field of several: others may differ where it is equal.
            let TyKind::Slice(elem) = cx.under(arena, arena.ty(*list)).kind() else { continue };
            let elem = match cx.under(arena, *elem).kind() {
                TyKind::Pointer(to) => *to,
                _ => *elem,
            };
            let several = matches!(cx.under(arena, elem).kind(), TyKind::Struct(fields) if fields.len() > 1);
            if several && compares_once(arena, *less) && !counts_up(arena, *less) {
                let message = format!("plain Go's `{name}` leaves equal elements in any order: use `{stable}`");
                let range = arena.ast[*sel].range;
                out.push(
                    RULE.finding(arena.ast[*fun].range, message).fix(format!("use `{}.{stable}`", pkg.0), vec![(range, stable.to_owned())]),
                );
            }
        }
    }
}

/// Whether the field that is compared is filled from a variable that counts up: then no two elements are equal.
fn counts_up(arena: Arena, less: ExprId) -> bool {
    let fields: Vec<_> = exprs_in(arena.ast, arena.ast[less].range)
        .filter_map(|e| match &arena.ast[e].kind {
            ExprKind::Selector { sel, .. } => Some(arena.ast[*sel].name),
            _ => None,
        })
        .collect();
    let local = |e: ExprId| match &arena.ast[e].kind {
        ExprKind::Ident(i) => match arena.object(*i) {
            Some(ObjRef::Local(local)) => Some(local),
            _ => None,
        },
        _ => None,
    };
    let counter = |wanted| {
        arena.ast.stmts.iter().any(|s| match &s.kind {
            StmtKind::Assign { lhs, op: AssignOp::Op(BinaryOp::Add), .. } => lhs.iter().any(|e| local(*e) == Some(wanted)),
            StmtKind::IncDec { x, inc: true } => local(*x) == Some(wanted),
            _ => false,
        })
    };
    arena.ast.stmts.iter().any(|s| match &s.kind {
        StmtKind::Assign { lhs, rhs, op: AssignOp::Assign, .. } => lhs.iter().zip(rhs).any(|(to, from)| match &arena.ast[*to].kind {
            ExprKind::Selector { sel, .. } => fields.contains(&arena.ast[*sel].name) && local(*from).is_some_and(counter),
            _ => false,
        }),
        _ => false,
    })
}

/// Whether a function literal is one `return` of one comparison.
fn compares_once(arena: Arena, less: ExprId) -> bool {
    let ExprKind::FuncLit { body: LitBody::Here(block), .. } = &arena.ast[less].kind else { return false };
    let [only] = block.stmts[..] else { return false };
    let StmtKind::Return(values) = &arena.ast[only].kind else { return false };
    let [value] = values[..] else { return false };
    match &arena.ast[value].kind {
        ExprKind::Binary { op: BinaryOp::Lt | BinaryOp::Gt | BinaryOp::Le | BinaryOp::Ge | BinaryOp::Sub, .. } => true,
        ExprKind::Call { .. } => arena.called(value).is_some_and(|(_, name)| name.as_str() == "Compare"),
        _ => false,
    }
}
