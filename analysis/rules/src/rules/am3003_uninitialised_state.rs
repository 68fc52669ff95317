use crate::flow::Val;
use amigos_mir::mir::Op;
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3003",
    name: "uninitialised-state",
    severity: Severity::Medium,
    summary: "an entry is stored in a map that nobody made",
    why: "A map variable without initialiser is nil, and storing an entry in a nil map panics: every call that reaches this line fails. \
          Declare it with `= map[K]V{}`.",
    flagged: example!("am3003_flagged.go"),
    clean: example!("am3003_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    for (block, inst) in flow.insts() {
        let Op::MapSet { map, .. } = &inst.op else { continue };
        let Val::Global(key) = flow.val(map) else { continue };
        let is_map = cx.global_type(key).is_some_and(|t| matches!(cx.underlying(t).kind(), TyKind::Map { .. }));
        let asked = flow.conditions(block).iter().any(|c| c.val.mentions(&Val::Global(key)));
        if key.pkg == cx.package && is_map && !asked && !cx.package_facts().assigned.contains(&key) {
            let message = format!("`{}` is a nil map, since nothing ever makes it: this panics", key.name);
            out.push(RULE.finding(inst.span, message));
        }
    }
}
