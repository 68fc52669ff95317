use amigos_mir::mir::Operand;
use amigos_types::ty::TyKind;

use super::example;
use super::returned::returned;
use crate::context::Context;
use crate::leaks::{Hold, mutator_behind};
use crate::{Finding, Fix, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2009",
    name: "leaked-slice-or-map",
    severity: Severity::Medium,
    summary: "a list of state is given out whose elements have a method that changes them",
    why: "A slice shares its elements with the state that it was taken from. Nobody else may write to them, but `list[0].SetName(...)` acts for this \
          contract, whoever calls it. Give out a clone; of a list of pointers, copies of what they point to.",
    flagged: example!("am2009_flagged.go"),
    clean: example!("am2009_clean.go"),
    fixed: Some(example!("am2009_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    let wanted = |ty| matches!(cx.underlying(ty).kind(), TyKind::Slice(_) | TyKind::Map { .. });
    if !flow.body.results.iter().any(|r| wanted(flow.ty(&Operand::Local(*r)))) {
        return;
    }
    let provenance = cx.provenance(flow);
    for value in returned(cx, provenance, &wanted) {
        let Some(root) = value.state.first().and_then(|p| p.global()) else { continue };
        let Some(mutator) = mutator_behind(cx.db, cx.input, value.ty, Hold::Copy) else { continue };
        // A clone helps if the elements themselves are what is changed.
        let elem = match cx.underlying(value.ty).kind() {
            TyKind::Slice(elem) => Some(*elem),
            _ => None,
        };
        let clone = elem.is_some_and(|e| mutator_behind(cx.db, cx.input, e, Hold::Copy).is_none());
        let advice = if clone { "return a clone" } else { "return copies of what it points to" };
        let message = format!("this shares the elements of `{}`, and anyone can call `{mutator}` on them: {advice}", root.name);
        let mut found = RULE.finding(value.range, message);
        if clone {
            let text = format!("slices.Clone({})", cx.text_of(value.range));
            found.fix = Some(Fix { title: "return a clone".to_owned(), edits: vec![(value.range, text)], imports: vec!["slices"] });
        }
        out.push(found);
    }
}
