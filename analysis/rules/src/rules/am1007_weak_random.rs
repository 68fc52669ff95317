use amigos_syntax::ast::{AssignOp, BinaryOp, ExprId, ExprKind, StmtKind};
use amigos_types::facts::LocalId;

use super::effects::transfer_in;
use super::example;
use crate::context::{Arena, Context};
use crate::walk::exprs_in;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1007",
    name: "weak-random",
    severity: Severity::High,
    summary: "a payment depends on a number that can be predicted",
    why: "The height and the time of a block are known before a call is sent, and whoever makes blocks chooses them: a lottery that draws from them is won by those \
          who look first. Let the players commit to secrets and reveal them later, or take the number from an oracle.",
    flagged: example!("am1007_flagged.go"),
    clean: example!("am1007_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        let tainted = tainted_locals(arena);
        let is_drawn =
            |e: ExprId| exprs_in(arena.ast, arena.ast[e].range).any(|x| is_draw(arena, x, &tainted)) || mentions(arena, e, &tainted);
        for stmt in &arena.ast.stmts {
            let (cond, guarded) = match &stmt.kind {
                StmtKind::If { cond, then, els, .. } => (*cond, els.map_or(then.range, |e| then.range.cover(arena.ast[e].range))),
                StmtKind::Switch { tag: Some(tag), body, .. } => (*tag, *body),
                _ => continue,
            };
            if is_drawn(cond)
                && let Some(call) = transfer_in(cx, arena, guarded)
            {
                let message = "this decides over a payment by a number that is known beforehand (height or time of the block): use commit and reveal, or an oracle";
                out.push(RULE.finding(arena.ast[cond].range, message).because(arena.ast[call].range, "the payment"));
            }
        }
        for (e, kind) in arena.exprs() {
            let ExprKind::Call { args, .. } = kind else { continue };
            if transfer_in(cx, arena, arena.ast[e].range) != Some(e) {
                continue;
            }
            if let Some(arg) = args.iter().find(|a| is_drawn(**a)) {
                let message = "who is paid is drawn by a number that is known beforehand (height or time of the block): use commit and reveal, or an oracle";
                out.push(RULE.finding(arena.ast[*arg].range, message));
            }
        }
    }
}

/// Whether an expression reads height or time of the block.
fn is_source(arena: Arena, e: ExprId) -> bool {
    arena.called(e).is_some_and(|(pkg, name)| pkg.0.as_str() == "amigos" && matches!(name.as_str(), "Height" | "Now"))
}

/// A draw: `x % n` of a source or of a variable that holds one. A plain comparison with a deadline is none.
fn is_draw(arena: Arena, e: ExprId, drawn: &[LocalId]) -> bool {
    let ExprKind::Binary { op: BinaryOp::Rem, x, .. } = &arena.ast[e].kind else { return false };
    exprs_in(arena.ast, arena.ast[*x].range).any(|s| is_source(arena, s))
        || mentions(arena, *x, drawn)
        || mentions(arena, *x, &source_locals(arena))
}

fn mentions(arena: Arena, e: ExprId, locals: &[LocalId]) -> bool {
    exprs_in(arena.ast, arena.ast[e].range).any(|x| local_of(arena, x).is_some_and(|l| locals.contains(&l)))
}

fn local_of(arena: Arena, e: ExprId) -> Option<LocalId> {
    match &arena.ast[e].kind {
        ExprKind::Ident(i) => match arena.object(*i) {
            Some(amigos_types::facts::ObjRef::Local(local)) => Some(local),
            _ => None,
        },
        _ => None,
    }
}

/// Locals that are assigned from an expression for which `holds`.
fn assigned(arena: Arena, holds: &dyn Fn(ExprId, &[LocalId]) -> bool) -> Vec<LocalId> {
    let mut found: Vec<LocalId> = Vec::new();
    loop {
        let before = found.len();
        for stmt in &arena.ast.stmts {
            let StmtKind::Assign { lhs, rhs, op: AssignOp::Assign | AssignOp::Define, .. } = &stmt.kind else { continue };
            if lhs.len() != rhs.len() {
                continue;
            }
            for (x, y) in lhs.iter().zip(rhs) {
                if let Some(local) = local_of(arena, *x)
                    && !found.contains(&local)
                    && holds(*y, &found)
                {
                    found.push(local);
                }
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Locals that hold height or time.
fn source_locals(arena: Arena) -> Vec<LocalId> {
    assigned(arena, &|e, found| exprs_in(arena.ast, arena.ast[e].range).any(|x| is_source(arena, x)) || mentions(arena, e, found))
}

/// Locals that hold a draw.
fn tainted_locals(arena: Arena) -> Vec<LocalId> {
    assigned(arena, &|e, found| exprs_in(arena.ast, arena.ast[e].range).any(|x| is_draw(arena, x, found)) || mentions(arena, e, found))
}
