//! What callers choose: the parameters through which a number or text of theirs comes in, followed from exported functions into others of the package, and
//! whether anything has been asked about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::Package;
use amigos_mir::mir::*;
use amigos_syntax::ast::BinaryOp;
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::PkgKey;

use crate::flow::{Flow, Val};
use crate::local::{LocalFacts, is_init, local_facts, package_code};
use crate::taint::{Labels, Spec, Taint, Visit};

/// A parameter that is handed on: the function that gets it, as which argument, and whose parameter it is.
pub type Pass = (Name, u32, u32);

/// What a function hands on of its parameters to others of its package without having limited it, sorted.
pub(crate) fn passes(flow: &Flow) -> Vec<Pass> {
    let body = flow.body;
    let mut out = BTreeSet::new();
    for (block, inst) in flow.insts() {
        let Op::Call { callee: Callee::Static { func, .. }, args, .. } = &inst.op else { continue };
        if func.pkg != body.func.pkg {
            continue;
        }
        for (at, arg) in args.iter().enumerate() {
            let val = flow.val(arg);
            for n in 0..body.params.len() as u32 {
                let param = Val::Param(n);
                if val.mentions(&param) && !is_limited(flow, block, inst.span, &param) {
                    out.insert((func.name, at as u32, n));
                }
            }
        }
    }
    out.into_iter().collect()
}

/// For each function of a contract the parameters that callers choose.
#[salsa::tracked(returns(clone))]
pub fn chosen(db: &dyn Db, package: Package) -> Arc<BTreeMap<Name, BTreeSet<u32>>> {
    let mut out: BTreeMap<Name, BTreeSet<u32>> = BTreeMap::new();
    let mut passed: Vec<(Name, Arc<LocalFacts>)> = Vec::new();
    for decl in package_code(db, package).iter() {
        let local = local_facts(db, package, *decl);
        let Some(name) = local.name.filter(|name| !is_init(*name)) else { continue };
        if name.split('.').all(|part| part.starts_with(char::is_uppercase)) {
            out.insert(name, (0..local.params).collect());
        }
        passed.push((name, local));
    }
    loop {
        let mut changed = false;
        for (from, local) in &passed {
            for (to, at, param) in &local.passes {
                if out.get(from).is_some_and(|p| p.contains(param)) {
                    changed |= out.entry(*to).or_default().insert(*at);
                }
            }
        }
        if !changed {
            return Arc::new(out);
        }
    }
}

/// Whether something limits a value at a place: a comparison with something else than zero, or a function that was given it and may refuse.
pub fn is_limited(flow: &Flow, block: BlockId, span: TextRange, val: &Val) -> bool {
    let weak = |v: &Val| match v.plain() {
        Val::Zero => true,
        Val::Const(c) => c.i64_value().is_some_and(|n| (-1..=1).contains(&n)),
        _ => false,
    };
    limited(flow, block, span, val, &weak)
}

/// The same, comparisons with constants aside, which value ranges know of.
pub fn is_limited_otherwise(flow: &Flow, block: BlockId, span: TextRange, val: &Val) -> bool {
    limited(flow, block, span, val, &|v| matches!(v.plain(), Val::Zero | Val::Const(_)))
}

fn limited(flow: &Flow, block: BlockId, span: TextRange, val: &Val, weak: &dyn Fn(&Val) -> bool) -> bool {
    flow.conditions(block).iter().any(|c| limits(&c.val, val, weak))
        || flow.calls_before(block, span).iter().any(|(func, args)| {
            if func.pkg.0.as_str() == "amigos" {
                return func.name.as_str() == "Assert" && args.iter().any(|a| limits(a, val, weak));
            }
            args.iter().any(|a| a.plain() == val) && amigos_std::package(func.pkg.0.as_str()).is_none() && *func != flow.body.func
        })
}

fn limits(cond: &Val, val: &Val, weak: &dyn Fn(&Val) -> bool) -> bool {
    cond.any(&mut |v| match v {
        Val::Bin(BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Eq | BinaryOp::Ne, a, b) => {
            a.mentions(val) && !weak(b) || b.mentions(val) && !weak(a)
        }
        // That a text is a number says nothing of the number.
        Val::Call(func, args, _) => func.pkg.0.as_str() != "strconv" && args.iter().any(|a| a.mentions(val)),
        Val::Has(_, key) => key.mentions(val),
        _ => false,
    })
}

/// Where what callers choose as numbers goes: each parameter's label is the bit of its index, those from 63 on share one.
pub fn numbers<'a>(flow: &Flow<'a>, chosen: &BTreeSet<u32>, f: &mut Visit<'_, 'a>) {
    let spec = Spec {
        source: &|_, _| 0,
        param: &|n| if chosen.contains(&n) { 1 << n.min(63) } else { 0 },
        call: &|callee, args| if reads_number(callee) { union(args) } else { 0 },
        arithmetic: &keeps_size,
    };
    Taint::new(flow, spec).walk(f);
}

/// All labels of a list.
pub fn union(labels: &[Labels]) -> Labels {
    labels.iter().fold(0, |a, b| a | b)
}

/// Whether the result of an operation is as large as an operand can make it.
pub fn keeps_size(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Shl)
}

fn reads_number(callee: &Callee) -> bool {
    matches!(callee, Callee::Static { func, .. } if func.pkg == PkgKey(Name::new("strconv")) && matches!(func.name.as_str(), "Atoi" | "ParseInt" | "ParseUint"))
}

/// What becomes of an amount.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sink {
    /// It is stored in a variable.
    State(GlobalKey),
    /// It is paid.
    Payment,
}

/// What an instruction does with a value that carries labels: the labels, and what becomes of it.
pub fn sink(flow: &Flow, inst: &Inst, here: &crate::taint::Here) -> Option<(Labels, Sink)> {
    match &inst.op {
        Op::Store { place, src } if !matches!(place.base, PlaceBase::Local(_)) => {
            let labels = here.of(src);
            let root = (labels != 0).then(|| flow.place(place).root()).flatten()?;
            Some((labels, Sink::State(root)))
        }
        Op::MapSet { map, value, .. } => {
            let labels = here.of(value);
            let root = (labels != 0).then(|| flow.val(map).root()).flatten()?;
            Some((labels, Sink::State(root)))
        }
        Op::Call { callee: Callee::Static { func, .. }, args, .. } if pays(func) => {
            let labels = union(&args.iter().map(|a| here.of(a)).collect::<Vec<_>>());
            (labels != 0).then_some((labels, Sink::Payment))
        }
        _ => None,
    }
}

/// Whether a function moves coins or tokens.
pub fn pays(func: &FuncKey) -> bool {
    if func.pkg.0.as_str() == "amigos" {
        return func.name.as_str() == "Send";
    }
    let name = func.name.rsplit('.').next().unwrap_or("");
    func.pkg.0.as_str().starts_with(amigos_db::resolve::HUB) && matches!(name, "Transfer" | "TransferFrom" | "Pay" | "Mint" | "Send")
}
