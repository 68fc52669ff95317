use amigos_mir::mir::{BlockId, Op, Operand};
use amigos_syntax::ast::BinaryOp;

use super::example;
use crate::context::Context;
use crate::flow::Val;
use crate::guards::caller_is_checked;
use crate::intervals::{Interval, Ranges};
use crate::taint::{Spec, Taint};
use crate::user::{self, Sink, is_limited_otherwise, keeps_size, numbers};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM4003",
    name: "wrap-around",
    severity: Severity::High,
    summary: "an amount that the caller chooses can make a sum or product wrap around",
    why: "Integers in Go wrap around without a word: `balances[to] += n` with an `n` close to 2^64 leaves less than there was. Limit what the \
          caller may choose, or refuse a sum that is smaller than one of its parts. What a comparison, a check of the caller or a \
          function that was given the number may have limited is not reported.",
    flagged: example!("am4003_flagged.go"),
    clean: example!("am4003_clean.go"),
    fixed: None,
    check,
};

/// An operation whose result may not fit.
struct Candidate {
    at: (BlockId, usize),
    params: u64,
    product: bool,
}

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    let grows = |op: &Op| matches!(op, Op::Binary { op: BinaryOp::Add | BinaryOp::Mul, dst, .. } if cx.integer(flow.ty(&Operand::Local(*dst))).is_some());
    if !flow.insts().any(|(_, i)| grows(&i.op)) {
        return;
    }
    let chosen = user::chosen(cx.db, cx.input);
    let Some(chosen) = chosen.get(&name).filter(|c| !c.is_empty()) else { return };
    let mut carried = Vec::new();
    numbers(flow, chosen, &mut |at, inst, here| {
        if let Op::Binary { x, y, .. } = &inst.op
            && grows(&inst.op)
            && here.of(x) | here.of(y) != 0
        {
            carried.push((at, here.of(x), here.of(y)));
        }
    });
    if carried.is_empty() {
        return;
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    Ranges::new(flow, cx.types).walk(&mut |block, at, inst, here| {
        let Some((_, in_x, in_y)) = carried.iter().find(|(place, _, _)| *place == (block, at)) else { return };
        let Op::Binary { dst, op, x, y } = &inst.op else { return };
        let (Some(a), Some(b), Some(ty)) = (here.of(x), here.of(y), Interval::of_type(cx.types, flow.ty(&Operand::Local(*dst)))) else {
            return;
        };
        // What takes thousands of calls to wrap is no concern.
        let large = |i: Interval, labels: u64| labels != 0 && i.high >= ty.high / 2;
        let fits = Interval::apply(*op, a, b).is_some_and(|sum| ty.contains(sum));
        if !fits && (large(a, *in_x) || large(b, *in_y)) && candidates.len() < 64 {
            candidates.push(Candidate { at: (block, at), params: in_x | in_y, product: *op == BinaryOp::Mul });
        }
    });
    candidates.retain(|c| {
        let span = flow.body.blocks[c.at.0.idx()].insts[c.at.1].span;
        params(c).any(|n| !is_limited_otherwise(flow, c.at.0, span, &Val::Param(n))) && !caller_is_checked(cx.db, flow, c.at.0, span)
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
    let mut reported = 0;
    Taint::new(flow, spec).walk(&mut |(block, _), inst, here| {
        let Some((labels, sink)) = user::sink(flow, inst, here) else { return };
        for (n, candidate) in candidates.iter().enumerate().filter(|(n, _)| labels >> n & 1 == 1) {
            let free = params(candidate).find(|p| !is_limited_otherwise(flow, block, inst.span, &Val::Param(*p)));
            let (Some(param), false) = (free, reported >> n & 1 == 1) else { continue };
            reported |= 1 << n;
            let place = &flow.body.blocks[candidate.at.0.idx()].insts[candidate.at.1];
            let what = if candidate.product { "product" } else { "sum" };
            let goes = match sink {
                Sink::State(key) => format!("stored in `{}`", key.name),
                Sink::Payment => "paid".to_owned(),
            };
            let name = cx.param_name(param).map_or("the argument".to_owned(), |n| format!("`{n}`"));
            let message = format!("a large {name} makes this {what} wrap around, and it is {goes}: limit {name} first");
            let mut found = RULE.finding(place.span, message);
            if inst.span != place.span {
                found = found.because(inst.span, format!("{goes} here"));
            }
            out.push(found);
        }
    });
}

fn params(c: &Candidate) -> impl Iterator<Item = u32> + use<> {
    let bits = c.params;
    (0..64).filter(move |n| bits >> n & 1 == 1)
}
