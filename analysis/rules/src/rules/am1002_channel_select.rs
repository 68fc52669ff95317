use amigos_syntax::TextRange;
use amigos_syntax::ast::{ExprKind, StmtKind, UnaryOp};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1002",
    name: "channel-select",
    severity: Severity::Critical,
    summary: "a channel or `select` is used",
    why: "Channels pass values between goroutines, of which a contract has none: a send or receive could only block for ever, and `select` chooses \
          at random. Pass values by call, and keep queues in a slice.",
    flagged: example!("am1002_flagged.go"),
    clean: example!("am1002_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.arenas() {
        let mut selects = Vec::new();
        for stmt in &arena.ast.stmts {
            match &stmt.kind {
                StmtKind::Select { body, .. } => {
                    selects.push(stmt.range);
                    let head = TextRange::new(stmt.range.start, body.start.max(stmt.range.start));
                    out.push(RULE.finding(head, "`select` waits for channels, which contracts do not have: use a `switch` over values"));
                }
                StmtKind::Send { .. } if !inside(&selects, stmt.range) => {
                    out.push(
                        RULE.finding(stmt.range, "sending to a channel blocks for ever without goroutines: call a function with the value"),
                    );
                }
                _ => {}
            }
        }
        for e in &arena.ast.exprs {
            match &e.kind {
                ExprKind::ChanType { .. } => {
                    out.push(RULE.finding(e.range, "channels connect goroutines, which contracts do not have: use a slice or a function"));
                }
                ExprKind::Unary { op: UnaryOp::Recv, .. } if !inside(&selects, e.range) => {
                    out.push(
                        RULE.finding(e.range, "receiving from a channel blocks for ever without goroutines: take the value as a parameter"),
                    );
                }
                _ => {}
            }
        }
    }
}

fn inside(selects: &[TextRange], range: TextRange) -> bool {
    selects.iter().any(|s| s.start <= range.start && range.end <= s.end)
}
