use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, ExprId, ExprKind, IdentId, StmtKind};
use amigos_types::facts::{LocalId, LocalKind, ObjRef};
use amigos_types::ty::TyKind;

use super::example;
use crate::context::{Arena, Context};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3005",
    name: "append-lost",
    severity: Severity::Medium,
    summary: "what is appended is never seen by anyone",
    why: "`append` gives a new slice; the old one stays as long as it was. A slice that is a local variable, a parameter or a field of a copy, and that \
          nobody reads afterwards, was appended to for nothing: return it, or append to what is stored.",
    flagged: example!("am3005_flagged.go"),
    clean: example!("am3005_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Assign { lhs, rhs, op, .. } = &stmt.kind else { continue };
            let ([target], [value]) = (lhs.as_slice(), rhs.as_slice()) else { continue };
            let Some(list) = appended_to(arena, *value) else { continue };
            if *op == AssignOp::Assign && cx.text_of(arena.ast[*target].range) == "_" {
                let message = "what `append` gives is thrown away: nothing is appended to anything";
                out.push(RULE.finding(stmt.range, message));
                continue;
            }
            // `x = append(x, ...)`, `b.items = append(b.items, ...)`
            if *op != AssignOp::Assign || cx.text_of(arena.ast[*target].range) != cx.text_of(arena.ast[list].range) {
                continue;
            }
            let Some((local, is_field)) = base(arena, *target) else { continue };
            let Some(own) = arena.facts.locals.get(local.0 as usize) else { continue };
            let held = cx.under(arena, own.ty);
            let copied = if is_field { matches!(held.kind(), TyKind::Struct(_)) } else { matches!(held.kind(), TyKind::Slice(_)) };
            let kind = matches!(own.kind, LocalKind::Var | LocalKind::Param);
            if !copied || !kind || own.captured || own.address_taken || seen_later(arena, local, stmt.range) {
                continue;
            }
            let what = cx.text_of(arena.ast[*target].range);
            let message = if own.kind == LocalKind::Param && is_field {
                format!("`{}` is a copy: what is appended to `{what}` is lost with it", own.name)
            } else if own.kind == LocalKind::Param {
                format!("`{what}` is the caller's slice under a name of its own: the caller does not see what is appended")
            } else {
                format!("nobody reads `{what}` after this: what is appended is lost")
            };
            out.push(RULE.finding(stmt.range, message));
        }
    }
}

/// The first argument of a call of `append`.
fn appended_to(arena: Arena, call: ExprId) -> Option<ExprId> {
    let ExprKind::Call { fun, args, .. } = &arena.ast[call].kind else { return None };
    let ExprKind::Ident(name) = &arena.ast[*fun].kind else { return None };
    let builtin = matches!(arena.object(*name), Some(ObjRef::Universe(n)) if n.as_str() == "append");
    (builtin && args.len() > 1).then(|| args[0])
}

/// The local variable that an expression is, or is a field of without a pointer on the way.
fn base(arena: Arena, e: ExprId) -> Option<(LocalId, bool)> {
    let mut at = e;
    let mut is_field = false;
    loop {
        match &arena.ast[at].kind {
            ExprKind::Selector { x, .. } => {
                if matches!(arena.ty(*x).unalias().kind(), TyKind::Pointer(_)) {
                    return None;
                }
                is_field = true;
                at = *x;
            }
            ExprKind::Paren(x) => at = *x,
            ExprKind::Ident(ident) => {
                let Some(ObjRef::Local(local)) = arena.object(*ident) else { return None };
                return Some((local, is_field));
            }
            _ => return None,
        }
    }
}

/// Whether the variable is used after a statement, or anywhere in a loop around it, otherwise than to be appended to.
fn seen_later(arena: Arena, local: LocalId, stmt: TextRange) -> bool {
    let around = |range: TextRange| range.start <= stmt.start && stmt.end <= range.end;
    let from = arena
        .ast
        .stmts
        .iter()
        .filter(|s| matches!(s.kind, StmtKind::For { .. } | StmtKind::Range { .. } | StmtKind::Labeled { .. }) && around(s.range))
        .map(|s| s.range.start)
        .min()
        .unwrap_or(stmt.end);
    let appends: Vec<TextRange> = own_appends(arena, local);
    let is_read = |ident: IdentId| {
        let at = arena.ast[ident].range;
        at.start >= from && !appends.iter().any(|a| a.start <= at.start && at.end <= a.end)
    };
    // Where a named result is returned without being named, it is read at the end.
    let is_result = arena.facts.params.values().any(|p| p.results.contains(&local));
    is_result || arena.facts.uses.iter().any(|(ident, object)| *object == ObjRef::Local(local) && is_read(*ident))
}

/// Both mentions of the variable in each `x = append(x, ...)`; what is appended may mention it too, which counts as a use.
fn own_appends(arena: Arena, local: LocalId) -> Vec<TextRange> {
    let mut out = Vec::new();
    for stmt in &arena.ast.stmts {
        if let StmtKind::Assign { lhs, rhs, op: AssignOp::Assign, .. } = &stmt.kind
            && let ([target], [value]) = (lhs.as_slice(), rhs.as_slice())
            && let Some(list) = appended_to(arena, *value)
            && base(arena, *target).is_some_and(|b| b.0 == local)
            && base(arena, list).is_some_and(|b| b.0 == local)
        {
            out.extend([arena.ast[*target].range, arena.ast[list].range]);
        }
    }
    out
}
