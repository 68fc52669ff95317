use amigos_mir::mir::{Callee, Op, Term};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6006",
    name: "panic-in-render",
    severity: Severity::Medium,
    summary: "a page that panics shows nothing",
    why: "`Render` gives the package's page to people. A panic in it, or in a function that it calls, leaves them with an error instead of \
          a page: return a text that says what is missing.",
    flagged: example!("am6006_flagged.go"),
    clean: example!("am6006_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    if name.as_str() != "Render" || flow.body.has_defer {
        return;
    }
    for (_, block) in flow.blocks() {
        if let Term::Panic(_) = block.term {
            out.push(RULE.finding(block.term_span, "the page ends in a panic here: return a text that says what is missing"));
        }
        for inst in &block.insts {
            let Op::Call { callee: Callee::Static { func, .. }, .. } = &inst.op else { continue };
            if func.pkg == cx.package && func.name != name && *crate::guards::says_panic(cx.db, cx.input, func.name) {
                let message =
                    format!("`{}` may panic, and the page with it: ask before, or return a text that says what is missing", func.name);
                out.push(RULE.finding(inst.span, message));
            }
        }
    }
}
