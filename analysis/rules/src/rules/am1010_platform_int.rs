use amigos_syntax::TextRange;
use amigos_types::ty::{Basic, TyKind};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1010",
    name: "platform-int",
    severity: Severity::Low,
    summary: "a number that plain Go gives no room on every platform",
    why: "Here `int` and `uint` have 64 bits. Plain Go lets the platform choose, and with 32 bits such a constant doesn't compile: tests \
          and tools that build this package elsewhere fail. Write `int64` or `uint64`.",
    flagged: example!("am1010_flagged.go"),
    clean: example!("am1010_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.arenas() {
        let mut ranges: Vec<(TextRange, String)> = Vec::new();
        for (e, kind) in arena.exprs() {
            let tv = arena.facts.type_of(e);
            let TyKind::Basic(basic) = cx.under(arena, tv.ty).kind() else { continue };
            let Some(value) = &tv.value else { continue };
            // Only what is written out: a named limit (`math.MaxInt`, `int(^uint(0) >> 1)`) says itself what it is.
            if matches!(kind, amigos_syntax::ast::ExprKind::Ident(_))
                || crate::walk::idents_in(arena.ast, arena.ast[e].range).next().is_some()
            {
                continue;
            }
            let too_big = match basic {
                Basic::Int => value.i64_value().is_some_and(|v| i32::try_from(v).is_err()),
                Basic::Uint => value.u64_value().is_some_and(|v| u32::try_from(v).is_err()),
                _ => false,
            };
            if too_big {
                let name = if *basic == Basic::Int { "int" } else { "uint" };
                ranges.push((
                    arena.ast[e].range,
                    format!("this needs more than 32 bits, which plain Go's `{name}` may not have: use `{name}64`"),
                ));
            }
        }
        for (range, message) in &ranges {
            let inner = ranges.iter().any(|(r, _)| r != range && r.start <= range.start && range.end <= r.end);
            if !inner {
                out.push(RULE.finding(*range, message.clone()));
            }
        }
    }
}
