use crate::flow::Val;
use amigos_mir::mir::{Op, Place, PlaceBase};
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5007",
    name: "nil-deref-after-lookup",
    severity: Severity::Medium,
    summary: "what a map doesn't have is used as if it were there",
    why: "Looking up a key that isn't there gives a nil pointer, and using it panics with a text that says nothing to the user. Ask with \
          `x, ok := m[key]` and say what is missing.",
    flagged: example!("am5007_flagged.go"),
    clean: example!("am5007_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    let mut reported = Vec::new();
    for (block, inst) in flow.insts() {
        let (Op::Load { place, .. } | Op::Store { place, .. } | Op::Addr { place, .. }) = &inst.op else { continue };
        let Place { base: PlaceBase::Deref(pointer), .. } = place else { continue };
        let val = flow.val(pointer);
        let Val::Elem(map, key) = &val else { continue };
        // Only a plain lookup, by a key that comes from outside.
        let looked_up = flow.maker(pointer).is_some_and(|made| matches!(made.op, Op::MapGet { ok: None, .. }));
        let given =
            key.any(&mut |v| matches!(v, Val::Param(_) | Val::Msg(_))) && !key.any(&mut |v| matches!(v, Val::Elem(..) | Val::Call(..)));
        if !looked_up || !given || !matches!(cx.underlying(flow.ty(pointer)).kind(), TyKind::Pointer(_)) || reported.contains(&val) {
            continue;
        }
        let has = Val::Has(map.clone(), key.clone());
        let asked = flow.conditions(block).iter().any(|c| c.val.mentions(&val) || c.val.mentions(&has) || c.val.mentions(key));
        let helped = flow.calls_before(block, inst.span).iter().any(|(_, args)| args.iter().any(|a| a.mentions(key)));
        let stored = flow.writes().iter().any(|w| w.target == val && w.span.start < inst.span.start);
        if !asked && !helped && !stored {
            out.push(RULE.finding(inst.span, "this panics if the map has no such key: ask with `x, ok := ...` before"));
            reported.push(val);
        }
    }
}
