use crate::flow::Flow;
use amigos_mir::mir::{Appended, Op, Operand};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3001",
    name: "unserialisable-global",
    severity: Severity::Critical,
    summary: "a closure is stored where it would have to persist",
    why: "State is data: a function literal that uses variables around it, or a method value such as `t.Close`, holds what cannot be \
          written to the state, and the store fails when the call ends. Named functions and literals that use nothing from outside persist.",
    flagged: example!("am3001_flagged.go"),
    clean: example!("am3001_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.function() else { return };
    for (_, inst) in flow.insts() {
        let (root, value) = match &inst.op {
            Op::Store { place, src } => (flow.place(place).root(), src),
            Op::MapSet { map, value, .. } => (flow.val(map).root(), value),
            _ => continue,
        };
        let (Some(root), Some(what)) = (root, closure(flow, value, 0)) else { continue };
        let message = format!("`{}` persists, and {what} doesn't: store data or a named function", root.name);
        out.push(RULE.finding(inst.span, message));
    }
}

/// What about a value can't persist.
fn closure(flow: &Flow, x: &Operand, depth: u32) -> Option<&'static str> {
    let made = flow.maker(x).filter(|_| depth < 8)?;
    match &made.op {
        Op::Closure { captures, .. } if !captures.is_empty() => Some("a function with variables from around it"),
        Op::Bind { .. } => Some("a method bound to its receiver"),
        Op::Append { what: Appended::Elems(list), .. } => list.iter().find_map(|x| closure(flow, x, depth + 1)),
        Op::Aggregate { parts, .. } => parts.iter().find_map(|(_, x)| closure(flow, x, depth + 1)),
        _ => None,
    }
}
