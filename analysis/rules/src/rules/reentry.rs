//! Calls during which others' code can come back, and what it then does: shared by the rules on re-entry.

use std::collections::BTreeSet;

use amigos_mir::mir::{BlockId, Callee, Inst, Op, PlaceBase};

use crate::context::Context;
use crate::flow::Flow;
use crate::handed::{Handed, handed, outside, ways_back};
use crate::provenance::{Path, Provenance, Step};
use crate::summary::summary_of;

/// A call during which the contract can be entered.
pub(super) struct Entered<'a> {
    pub at: (BlockId, usize),
    pub inst: &'a Inst,
    /// Whom it calls.
    pub what: String,
    /// The ways back.
    pub back: Vec<Handed>,
}

/// Whether a body calls anything but its own package's functions; most that don't need no closer look.
pub(super) fn calls_others(cx: &Context, flow: &Flow) -> bool {
    flow.insts().any(|(_, i)| match &i.op {
        Op::Call { callee: Callee::Static { func, .. }, .. } => {
            func.pkg != cx.package && func.pkg.0.as_str().starts_with(amigos_db::resolve::HUB)
        }
        Op::Call { .. } => true,
        _ => false,
    })
}

/// The calls of a function during which others can come back through values that the contract made.
pub(super) fn entered<'a>(cx: &'a Context, flow: &Flow<'a>, provenance: &Provenance<'a>) -> Vec<Entered<'a>> {
    let mut out = Vec::new();
    for (at, inst) in flow.places() {
        let Some(call) = outside(cx.db, flow.body, provenance, &inst.op) else { continue };
        let mut back: Vec<Handed> = call.given.iter().flat_map(|x| ways_back(cx.db, flow.body, provenance, x)).collect();
        if call.others {
            back.extend(handed(cx.db, cx.input).iter().cloned());
        }
        if !back.is_empty() {
            out.push(Entered { at, inst, what: call.what, back });
        }
    }
    out
}

/// The contract's own state that an instruction reads and writes, calls of its own functions included.
pub(super) fn touched(cx: &Context, provenance: &Provenance, inst: &Inst) -> (BTreeSet<Path>, BTreeSet<Path>) {
    let own = |paths: BTreeSet<Path>| -> BTreeSet<Path> {
        paths.into_iter().filter(|p| p.global().is_some_and(|k| k.pkg == cx.package)).collect()
    };
    let elems = |paths: BTreeSet<Path>| paths.iter().map(|p| p.then([Step::Elem])).collect::<BTreeSet<Path>>();
    match &inst.op {
        Op::Load { place, .. } => (own(provenance.place(place)), BTreeSet::new()),
        Op::MapGet { map, .. } | Op::MapIter { map, .. } => (own(elems(provenance.of(map))), BTreeSet::new()),
        Op::Store { place, .. } if !matches!(place.base, PlaceBase::Local(_)) => (BTreeSet::new(), own(provenance.place(place))),
        Op::MapSet { map, .. } | Op::MapDelete { map, .. } => (BTreeSet::new(), own(elems(provenance.of(map)))),
        Op::Call { callee: Callee::Static { func, .. }, .. } if func.pkg == cx.package => match summary_of(cx.db, func) {
            Some(summary) => (own(summary.reads.clone()), own(summary.writes.clone())),
            None => Default::default(),
        },
        _ => Default::default(),
    }
}

/// Whether two sets of paths have to do with the same state; the path, if so. A load of a map or list to get at an element is no read of the others.
pub(super) fn common<'p>(a: &'p BTreeSet<Path>, b: &BTreeSet<Path>) -> Option<&'p Path> {
    a.iter().find(|p| b.iter().any(|q| p.overlaps(q)))
}
