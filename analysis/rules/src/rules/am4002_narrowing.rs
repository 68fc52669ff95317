use amigos_mir::mir::{BlockId, Conv, Op, Operand};

use super::example;
use crate::context::Context;
use crate::flow::Val;
use crate::guards::caller_is_checked;
use crate::intervals::{Interval, Ranges};
use crate::taint::{Spec, Taint};
use crate::user::{self, Sink, is_limited_otherwise, keeps_size, numbers};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4002",
    name: "narrowing",
    severity: Severity::Medium,
    summary: "a number that the caller chooses is converted to a type that may not hold it",
    why: "A conversion between integer types keeps the low bits and says nothing: `uint8(256)` is 0 and `uint64(-1)` is the largest number there is. \
          It is reported where the value ranges say that the number may not fit and the result is stored or, with high severity, paid. \
          `if n > 255 { ... }`, `n & 0xff`, `min(n, 255)` and the like are understood.",
    flagged: example!("am4002_flagged.go"),
    clean: example!("am4002_clean.go"),
    fixed: None,
    check,
};

/// A conversion that may lose something.
struct Candidate {
    at: (BlockId, usize),
    params: u64,
    range: Interval,
}

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    if !flow.insts().any(|(_, i)| matches!(i.op, Op::Convert { conv: Conv::Number, .. })) {
        return;
    }
    let chosen = user::chosen(cx.db, cx.input);
    let Some(chosen) = chosen.get(&name).filter(|c| !c.is_empty()) else { return };
    let mut carried = Vec::new();
    numbers(flow, chosen, &mut |at, inst, here| {
        if let Op::Convert { x, conv: Conv::Number, .. } = &inst.op
            && here.of(x) != 0
        {
            carried.push((at, here.of(x)));
        }
    });
    if carried.is_empty() {
        return;
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    Ranges::new(flow, cx.types).walk(&mut |block, at, inst, here| {
        let Some((_, params)) = carried.iter().find(|(place, _)| *place == (block, at)) else { return };
        let Op::Convert { dst, x, .. } = &inst.op else { return };
        let (Some(range), Some(ty)) = (here.of(x), Interval::of_type(cx.types, flow.ty(&Operand::Local(*dst)))) else { return };
        if !ty.contains(range) && candidates.len() < 64 {
            candidates.push(Candidate { at: (block, at), params: *params, range });
        }
    });
    let free = |c: &Candidate, block: BlockId, span| {
        (0..64).any(|n| c.params >> n & 1 == 1 && !is_limited_otherwise(flow, block, span, &Val::Param(n)))
    };
    candidates.retain(|c| {
        let span = flow.body.blocks[c.at.0.idx()].insts[c.at.1].span;
        free(c, c.at.0, span) && !caller_is_checked(cx.db, flow, c.at.0, span)
    });
    if candidates.is_empty() {
        return;
    }
    let spec = Spec {
        source: &|place, _| candidates.iter().position(|c| c.at == place).map_or(0, |n| 1 << n),
        param: &|_| 0,
        call: &|_, _| 0,
        arithmetic: &keeps_size,
    };
    let mut reported = 0u64;
    Taint::new(flow, spec).walk(&mut |(block, _), inst, here| {
        let Some((labels, sink)) = user::sink(flow, inst, here) else { return };
        for (n, candidate) in candidates.iter().enumerate().filter(|(n, _)| labels >> n & 1 == 1) {
            if reported >> n & 1 == 1 || !free(candidate, block, inst.span) {
                continue;
            }
            reported |= 1 << n;
            let place = &flow.body.blocks[candidate.at.0.idx()].insts[candidate.at.1];
            let Op::Convert { dst, .. } = &place.op else { continue };
            let unsigned = cx.integer(flow.ty(&Operand::Local(*dst))) == Some(false);
            let lost =
                if candidate.range.low < 0 && unsigned { "makes a negative number a large one" } else { "cuts off what doesn't fit" };
            let (goes, severity) = match sink {
                Sink::State(key) => (format!("stored in `{}`", key.name), Severity::Medium),
                Sink::Payment => ("paid".to_owned(), Severity::High),
            };
            let message = format!("`{}` {lost}, and the result is {goes}: check the number first", cx.text_of(place.span));
            let mut found = RULE.finding(place.span, message);
            found.severity = severity;
            out.push(found);
        }
    });
}
