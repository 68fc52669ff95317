use crate::walk::idents_in;
use amigos_syntax::ast::{AssignOp, ExprKind, StmtKind};
use amigos_types::ctx::MemberKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3002",
    name: "shadowed-state",
    severity: Severity::Medium,
    summary: "a new local variable hides persistent state where an assignment may be meant",
    why: "`owner := x` declares a variable that is gone when the function ends; the persistent `owner` keeps its value. Where the state is \
          to change, write `=`; where not, another name saves the reader the question.",
    flagged: example!("am3002_flagged.go"),
    clean: example!("am3002_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if !cx.contract || cx.test {
        return;
    }
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Assign { lhs, rhs, op: AssignOp::Define, .. } = &stmt.kind else { continue };
            for x in lhs {
                let ExprKind::Ident(ident) = &arena.ast[*x].kind else { continue };
                let Some(amigos_types::facts::ObjRef::Local(local)) = arena.facts.defs.get(ident) else { continue };
                let name = arena.ast[*ident].name;
                let Some(member) = cx.types.member(cx.package, name).filter(|m| m.kind == MemberKind::Var) else { continue };
                let Some(own) = arena.facts.locals.get(local.0 as usize) else { continue };
                // `fee := fee` is a copy on purpose; and so is what is used again.
                let copies = rhs.iter().any(|y| idents_in(arena.ast, arena.ast[*y].range).any(|i| arena.ast[i].name == name));
                let uses = arena.facts.uses.values().filter(|o| **o == amigos_types::facts::ObjRef::Local(*local)).count();
                if own.ty.canonical() == member.ty.canonical() && !copies && uses <= 1 {
                    let message = format!("this makes a local `{name}`; the persistent `{name}` stays as it is");
                    out.push(RULE.finding(arena.ast[*ident].range, message));
                }
            }
        }
    }
}
