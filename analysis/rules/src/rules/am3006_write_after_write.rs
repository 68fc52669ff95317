use amigos_mir::mir::{Op, Operand, PlaceBase};
use amigos_syntax::TextRange;
use amigos_types::ty::TyKind;

use crate::flow::Val;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3006",
    name: "write-after-write",
    severity: Severity::Low,
    summary: "state is written twice, and nothing reads it in between",
    why: "The first value is never seen by anyone, and the write is paid for. Most often the second write was meant for something else, or a condition \
          is missing.",
    flagged: example!("am3006_flagged.go"),
    clean: example!("am3006_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    for (_, block) in flow.blocks() {
        // What was written and not read since, with the place.
        let mut pending: Vec<(Val, TextRange)> = Vec::new();
        for inst in &block.insts {
            let written = match &inst.op {
                Op::Store { place, .. } if !matches!(place.base, PlaceBase::Local(_)) => Some(flow.place(place)),
                Op::MapSet { map, key, .. } => Some(Val::Elem(Box::new(flow.val(map)), Box::new(flow.val(key)))),
                // A map itself is only where its entries are.
                Op::Load { dst, .. } if matches!(cx.underlying(flow.ty(&Operand::Local(*dst))).kind(), TyKind::Map { .. }) => None,
                Op::Load { place, .. } => {
                    forget(&mut pending, &flow.place(place));
                    None
                }
                Op::MapGet { map, .. } => {
                    forget(&mut pending, &flow.val(map));
                    None
                }
                // What computes on registers reads no state.
                Op::Copy { .. }
                | Op::Unary { .. }
                | Op::Binary { .. }
                | Op::Convert { .. }
                | Op::MakeInterface { .. }
                | Op::ChangeInterface { .. }
                | Op::Aggregate { .. }
                | Op::Extract { .. }
                | Op::Concat { .. }
                | Op::MinMax { .. }
                | Op::New { .. }
                | Op::NewBox { .. }
                | Op::MakeMap { .. }
                | Op::MakeSlice { .. }
                | Op::Msg { .. } => None,
                Op::Store { .. } => None,
                _ => {
                    pending.clear();
                    None
                }
            };
            let Some(target) = written else { continue };
            if target.root().is_none() || target.any(&mut |v| matches!(v, Val::Var(_))) {
                // Where it goes isn't known: it may be anything.
                pending.clear();
                continue;
            }
            if let Some((_, first)) = pending.iter().find(|(other, _)| *other == target) {
                let name = cx.text_of(inst.span).split(['=', ':', '+', '-']).next().unwrap_or("").trim().to_owned();
                let name = if name.is_empty() { target.root().map_or_else(String::new, |r| r.name.to_string()) } else { name };
                let found = RULE.finding(*first, format!("`{name}` is written again before anyone could read this value"));
                out.push(found.because(inst.span, "here it is written again"));
            }
            // A write of the whole takes the place of writes of parts, which were for nothing too; of a part, others stay.
            pending.retain(|(other, _)| *other != target);
            pending.push((target, inst.span));
        }
    }
}

/// Takes out what a read of `place` may see: everything of the same variable.
fn forget(pending: &mut Vec<(Val, TextRange)>, place: &Val) {
    match place.root() {
        Some(root) => pending.retain(|(other, _)| other.root() != Some(root)),
        // A local variable is no state; what else is read may be any.
        None if matches!(place, Val::Var(_) | Val::Param(_)) => {}
        None => pending.clear(),
    }
}
