use amigos_mir::mir::{Appended, Op, Operand, PlaceBase};
use amigos_syntax::TextRange;
use amigos_syntax::ast::ExprKind;
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::provenance::{PathRoot, Provenance};
use crate::walk::exprs_in;
use crate::{Finding, Fix, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2010",
    name: "stored-caller-slice",
    severity: Severity::Medium,
    summary: "a slice or map of the caller is stored as it is",
    why: "What is stored belongs to this contract from then on. A caller that goes on using the slice can no longer change it, and a caller whose \
          own state holds it cannot call at all: state may not refer to another package's objects. Store a clone.",
    flagged: example!("am2010_flagged.go"),
    clean: example!("am2010_clean.go"),
    fixed: Some(example!("am2010_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    let shared = |n: u32| cx.param_type(n).is_some_and(|t| matches!(cx.underlying(t).kind(), TyKind::Slice(_) | TyKind::Map { .. }));
    let params: Vec<u32> = (u32::from(name.contains('.'))..flow.body.params.len() as u32).filter(|n| shared(*n)).collect();
    if params.is_empty() {
        return;
    }
    let provenance = cx.provenance(flow);
    for (_, inst) in flow.insts() {
        let (into, value) = match &inst.op {
            Op::Store { place, src } if !matches!(place.base, PlaceBase::Local(_)) => (provenance.place(place), src),
            Op::MapSet { map, value, .. } => (provenance.of(map), value),
            _ => continue,
        };
        if !into.iter().any(|p| p.global().is_some_and(|k| k.pkg == cx.package)) {
            continue;
        }
        for n in &params {
            if !holds(provenance, value, *n, 0) {
                continue;
            }
            let name = cx.param_name(*n).map_or("argument".to_owned(), |n| n.to_string());
            let map = cx.param_type(*n).is_some_and(|t| matches!(cx.underlying(t).kind(), TyKind::Map { .. }));
            let package = if map { "maps" } else { "slices" };
            let kind = if map { "map" } else { "slice" };
            let use_ = only_use(cx, inst.span, &name);
            let message = format!("`{name}` is the caller's {kind}: store `{package}.Clone({name})`");
            let mut found = RULE.finding(use_.unwrap_or(inst.span), message);
            if let Some(range) = use_ {
                let edits = vec![(range, format!("{package}.Clone({name})"))];
                found.fix = Some(Fix { title: "store a clone".to_owned(), edits, imports: vec![package] });
            }
            out.push(found);
            break;
        }
    }
}

/// Whether a value is the parameter itself, or has it as a part.
fn holds(provenance: &Provenance, x: &Operand, param: u32, depth: u32) -> bool {
    if depth > 6 {
        return false;
    }
    if provenance.of(x).iter().any(|p| p.root == PathRoot::Param(param) && p.steps.is_empty()) {
        // The first elements of an argument that was appended to are the argument's.
        return true;
    }
    provenance.givers(x).any(|op| match op {
        Op::Aggregate { parts, .. } => parts.iter().any(|(_, x)| holds(provenance, x, param, depth + 1)),
        Op::Append { what: Appended::Elems(list), .. } => list.iter().any(|x| holds(provenance, x, param, depth + 1)),
        _ => false,
    })
}

/// Where the parameter is named in a statement, if only once.
fn only_use(cx: &Context, at: TextRange, name: &str) -> Option<TextRange> {
    let mut found = None;
    for arena in cx.bodies() {
        let stmt =
            arena.ast.stmts.iter().map(|s| s.range).filter(|r| r.start <= at.start && at.end <= r.end).min_by_key(|r| r.end - r.start);
        for e in exprs_in(arena.ast, stmt.unwrap_or(at)) {
            if matches!(arena.ast[e].kind, ExprKind::Ident(_)) && cx.text_of(arena.ast[e].range) == name {
                if found.is_some() {
                    return None;
                }
                found = Some(arena.ast[e].range);
            }
        }
    }
    found
}
