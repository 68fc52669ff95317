use crate::walk::{exprs_in, stmts_in};
use amigos_syntax::ast::{ExprKind, LitBody, StmtKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5005",
    name: "recover-swallow",
    severity: Severity::High,
    summary: "a panic is swallowed and half of the work is kept",
    why: "A panic undoes the whole call. Who recovers from it and goes on keeps what was written before it: half a transfer, half a vote. \
          Look at what `recover` returns and make the call fail, or call what may panic before anything is written.",
    flagged: example!("am5005_flagged.go"),
    clean: example!("am5005_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    let leaves_something = || {
        let effects = crate::effects::effects(cx.db, cx.input, flow.body.func.name);
        !effects.writes.is_empty() || effects.sends
    };
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Defer(call) = &stmt.kind else { continue };
            let ExprKind::Call { fun, .. } = &arena.ast[*call].kind else { continue };
            let ExprKind::FuncLit { body: LitBody::Here(block), .. } = &arena.ast[*fun].kind else { continue };
            let is_call = |e: amigos_syntax::ast::ExprId, name: &str| matches!(&arena.ast[e].kind, ExprKind::Call { fun, .. } if cx.text_of(arena.ast[*fun].range) == name);
            let Some(recover) = exprs_in(arena.ast, block.range).find(|e| is_call(*e, "recover")) else { continue };
            let fails_again = exprs_in(arena.ast, block.range).any(|e| is_call(e, "panic"));
            // `err = ...` makes the call fail too.
            let sets_result = stmts_in(arena.ast, block.range).any(|(_, kind)| match kind {
                StmtKind::Assign { lhs, op, .. } => {
                    *op == amigos_syntax::ast::AssignOp::Assign && lhs.iter().any(|x| cx.text_of(arena.ast[*x].range) != "_")
                }
                _ => false,
            });
            if !fails_again && !sets_result && leaves_something() {
                out.push(
                    RULE.finding(arena.ast[recover].range, "this keeps what was written before the panic: return an error, or panic again"),
                );
            }
        }
    }
}
