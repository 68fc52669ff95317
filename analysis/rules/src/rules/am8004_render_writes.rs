use crate::effects::effects;
use amigos_mir::mir::{Callee, Op};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM8004",
    name: "render-writes",
    severity: Severity::Medium,
    summary: "showing a page changes state",
    why: "Whoever looks at a page acts for nobody: a write to state, a payment or an event in `Render`, or in what it calls, panics. Keep \
          what is computed for a page in local variables.",
    flagged: example!("am8004_flagged.go"),
    clean: example!("am8004_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    if name.as_str() != "Render" {
        return;
    }
    for write in flow.writes() {
        out.push(RULE.finding(write.span, format!("a page may not write `{}`: this panics when it is shown", write.root.name)));
    }
    for (_, inst) in flow.insts() {
        let Op::Call { callee: Callee::Static { func, .. }, .. } = &inst.op else { continue };
        let what = match (func.pkg.0.as_str(), func.name.as_str()) {
            ("amigos", "Send") => "send coins".to_owned(),
            ("amigos", "Emit") => "emit events".to_owned(),
            _ if func.pkg == cx.package => {
                let effects = effects(cx.db, cx.input, func.name);
                match effects.writes.iter().next() {
                    Some(key) => format!("write `{}`, which `{}` does", key.name, func.name),
                    None if effects.sends => format!("send coins, which `{}` does", func.name),
                    None => continue,
                }
            }
            _ => continue,
        };
        out.push(RULE.finding(inst.span, format!("a page may not {what}: this panics when it is shown")));
    }
}
