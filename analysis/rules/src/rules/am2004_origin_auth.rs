use crate::context::Arena;
use crate::walk::exprs_in;
use amigos_syntax::ast::{BinaryOp, ExprId, ExprKind, StmtKind};
use amigos_types::facts::ObjRef;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2004",
    name: "origin-auth",
    severity: Severity::High,
    summary: "who signed is taken for who calls",
    why: "`msg.Origin` is the account that signed the transaction, whatever contracts the call went through. A contract that the owner \
          merely uses can call this one, and `msg.Origin` is still the owner. Compare `msg.Sender`.",
    flagged: example!("am2004_flagged.go"),
    clean: example!("am2004_clean.go"),
    fixed: Some(example!("am2004_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        let mut conditions: Vec<ExprId> = Vec::new();
        for stmt in &arena.ast.stmts {
            match &stmt.kind {
                StmtKind::If { cond, .. } => conditions.push(*cond),
                StmtKind::For { cond: Some(cond), .. } => conditions.push(*cond),
                StmtKind::Switch { body, .. } => {
                    // `switch { case msg.Origin == owner: }`
                    conditions.extend(exprs_in(arena.ast, *body).filter(|e| matches!(arena.ast[*e].kind, ExprKind::Binary { .. })));
                }
                _ => {}
            }
        }
        // An assertion is a condition too.
        for (e, kind) in arena.exprs() {
            if let (Some((pkg, name)), ExprKind::Call { args, .. }) = (arena.called(e), kind)
                && pkg.0.as_str() == "amigos"
                && name.as_str() == "Assert"
            {
                conditions.extend(args.first());
            }
        }
        let mut reported = Vec::new();
        for cond in conditions {
            for e in exprs_in(arena.ast, arena.ast[cond].range) {
                let ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y } = &arena.ast[e].kind else { continue };
                for (a, b) in [(*x, *y), (*y, *x)] {
                    let range = arena.ast[a].range;
                    if msg_field(arena, a) == Some("Origin") && msg_field(arena, b).is_none() && !reported.contains(&range) {
                        reported.push(range);
                        let message = "`msg.Origin` is whoever signed, also when another contract calls: compare `msg.Sender`";
                        out.push(RULE.finding(range, message).fix("compare `msg.Sender`", vec![(range, "msg.Sender".to_owned())]));
                    }
                }
            }
        }
    }
}

/// `Origin` of `msg.Origin`.
fn msg_field(arena: Arena, e: ExprId) -> Option<&'static str> {
    let ExprKind::Selector { x, sel } = &arena.ast[e].kind else { return None };
    let ExprKind::Ident(base) = &arena.ast[*x].kind else { return None };
    (arena.object(*base)? == ObjRef::Msg).then(|| arena.ast[*sel].name.as_str())
}
