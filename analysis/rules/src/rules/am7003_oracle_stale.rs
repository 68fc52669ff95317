use amigos_mir::mir::{BlockId, Callee, FuncKey, Op};

use super::example;
use super::oracle::is_price_method;
use crate::context::Context;
use crate::flow::Val;
use crate::taint::{Spec, Taint};
use crate::user::{self, keeps_size, union};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM7003",
    name: "oracle-stale",
    severity: Severity::High,
    summary: "money depends on a price that was stored at some time",
    why: "`oracle.Fetch` answers only with fresh reports. A price that was stored is as old as the last call that stored it: whoever calls at the \
          right moment trades at yesterday's price. Look at `Age()` before, or fetch it anew.",
    flagged: example!("am7003_flagged.go"),
    clean: example!("am7003_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    let amount =
        |op: &Op| matches!(op, Op::Call { callee: Callee::Static { func, .. }, .. } if is_price_method(func, &["Units", "Int", "Mul"]));
    if !flow.insts().any(|(_, i)| amount(&i.op)) {
        return;
    }
    let provenance = cx.provenance(flow);
    let mut uses: Vec<(BlockId, usize)> = Vec::new();
    for (at, inst) in flow.places() {
        let Op::Call { args, .. } = &inst.op else { continue };
        let stored = |x| provenance.of(x).iter().any(|p| p.global().is_some());
        let asked = flow.conditions(at.0).iter().any(|c| asks_age(&c.val))
            || flow
                .calls_before(at.0, inst.span)
                .iter()
                .any(|(func, args)| own_check(cx, func) && args.iter().any(asks_price) || args.iter().any(asks_age));
        if amount(&inst.op) && uses.len() < 64 && args.first().is_some_and(stored) && !asked {
            uses.push(at);
        }
    }
    if uses.is_empty() {
        return;
    }
    let spec = Spec {
        source: &|at, _| uses.iter().position(|u| *u == at).map_or(0, |n| 1 << n),
        param: &|_| 0,
        call: &|callee, args| {
            if matches!(callee, Callee::Static { func, .. } if is_price_method(func, &["Mul"])) { union(args) } else { 0 }
        },
        arithmetic: &keeps_size,
    };
    let mut reported = 0u64;
    Taint::new(flow, spec).walk(&mut |(block, _), inst, here| {
        let Some((labels, sink)) = user::sink(flow, inst, here) else { return };
        if flow.conditions(block).iter().any(|c| asks_age(&c.val)) {
            return;
        }
        for (n, at) in uses.iter().enumerate().filter(|(n, _)| labels >> n & 1 == 1) {
            if reported >> n & 1 == 1 {
                continue;
            }
            reported |= 1 << n;
            let goes = match sink {
                user::Sink::State(key) => format!("`{}` depends on it", key.name),
                user::Sink::Payment => "a payment depends on it".to_owned(),
            };
            let range = flow.body.blocks[at.0.idx()].insts[at.1].span;
            out.push(RULE.finding(range, format!("this price was stored, and {goes}: look at its `Age()`, or fetch it anew")));
        }
    });
}

/// Whether a condition is about the age or height of a price.
fn asks_age(val: &Val) -> bool {
    val.any(&mut |v| matches!(v, Val::Call(func, _, _) if is_price_method(func, &["Age", "Height"])))
}

fn asks_price(val: &Val) -> bool {
    val.root().is_some() || matches!(val, Val::Call(..))
}

fn own_check(cx: &Context, func: &FuncKey) -> bool {
    func.pkg == cx.package
}
