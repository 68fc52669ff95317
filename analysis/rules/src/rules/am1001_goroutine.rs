use amigos_syntax::TextRange;
use amigos_syntax::ast::StmtKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1001",
    name: "goroutine",
    severity: Severity::Critical,
    summary: "a goroutine is started",
    why: "Goroutines run in an order that nothing fixes, so that two nodes would come to different results. A contract runs on one thread; \
          call the function, or defer it.",
    flagged: example!("am1001_flagged.go"),
    clean: example!("am1001_clean.go"),
    fixed: Some(example!("am1001_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.arenas() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Go(call) = stmt.kind else { continue };
            let start = stmt.range.start;
            let callee = arena.ast[call].range;
            let finding = RULE.finding(
                TextRange::new(start, start + 2),
                "`go` starts a goroutine, which runs in another order on every node: call the function directly",
            );
            out.push(finding.fix("call it directly", vec![(TextRange::new(start, callee.start), String::new())]));
        }
    }
}
