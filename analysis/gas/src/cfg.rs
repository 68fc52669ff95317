//! The control flow of a body as the walk needs it: an order of its blocks, and its loops.

use std::collections::BTreeSet;

use amigos_mir::graph::{results, reverse_postorder, successors};
use amigos_mir::mir::*;

/// Where control goes when the function returns.
pub(crate) const EXIT: BlockId = BlockId(u32::MAX);
/// Where control goes when it panics.
pub(crate) const PANIC: BlockId = BlockId(u32::MAX - 1);

/// A loop.
#[derive(Debug)]
pub(crate) struct Loop {
    /// Its blocks, those of inner loops included.
    pub blocks: BTreeSet<BlockId>,
    /// Where it is entered; `None` if in several places.
    pub header: Option<BlockId>,
    /// The register with the number of steps, of a range.
    pub count: Option<LocalId>,
    /// From `for` to before `{`.
    pub head: Span,
}

/// The control flow of a body.
#[derive(Debug)]
pub(crate) struct Cfg {
    /// Reachable blocks, each before those it leads to (back edges apart).
    pub order: Vec<BlockId>,
    /// The place of each block in `order`.
    pub place: Vec<u32>,
    /// Loops, outer ones first.
    pub loops: Vec<Loop>,
}

impl Cfg {
    pub fn new(body: &Body) -> Cfg {
        let n = body.blocks.len();
        let order = reverse_postorder(body);
        let mut place = vec![u32::MAX; n];
        for (i, b) in order.iter().enumerate() {
            place[b.idx()] = i as u32;
        }
        let mut loops = Vec::new();
        collect(&body.region, &mut loops, 0);
        for l in &mut loops {
            l.blocks.retain(|b| place.get(b.idx()).is_some_and(|p| *p != u32::MAX));
            let mut entries: BTreeSet<BlockId> = BTreeSet::new();
            for from in order.iter().filter(|b| !l.blocks.contains(b)) {
                entries.extend(successors(&body.blocks[from.idx()].term).filter(|to| l.blocks.contains(to)));
            }
            l.header = if entries.len() == 1 { entries.first().copied() } else { None };
        }
        // What cannot get back to the start is no part of the loop: the way out of it.
        for l in &mut loops {
            let Some(header) = l.header else { continue };
            let mut back = BTreeSet::from([header]);
            loop {
                let more: Vec<BlockId> = l
                    .blocks
                    .iter()
                    .copied()
                    .filter(|b| !back.contains(b) && successors(&body.blocks[b.idx()].term).any(|s| back.contains(&s)))
                    .collect();
                if more.is_empty() {
                    break;
                }
                back.extend(more);
            }
            l.blocks = back;
        }
        // A body that always leaves is no loop.
        loops.retain(|l| match l.header {
            Some(h) => l.blocks.iter().any(|b| successors(&body.blocks[b.idx()].term).any(|s| s == h)),
            None => !l.blocks.is_empty(),
        });
        Cfg { order, place, loops }
    }

    /// The loops directly in loop `of` (or in the body).
    pub fn inner(&self, of: Option<usize>) -> Vec<usize> {
        let inside = |i: usize, o: usize| i != o && self.loops[i].blocks.is_subset(&self.loops[o].blocks) && i > o;
        let all: Vec<usize> = (0..self.loops.len()).filter(|i| of.is_none_or(|o| inside(*i, o))).collect();
        all.iter().copied().filter(|i| !all.iter().any(|o| inside(*i, *o))).collect()
    }
}

fn collect(region: &Region, out: &mut Vec<Loop>, depth: u32) {
    if depth > 400 {
        return;
    }
    match region {
        Region::Block(_) | Region::Irreducible(_) => {}
        Region::Seq(list) | Region::Arms(list) => list.iter().for_each(|r| collect(r, out, depth + 1)),
        Region::Loop(l) => {
            let mut all = BTreeSet::new();
            [&l.cond, &l.body, &l.post].into_iter().for_each(|r| blocks(r, &mut all, depth));
            let count = match l.kind {
                LoopKind::Range { count } => Some(count),
                LoopKind::RangeFunc | LoopKind::For => None,
            };
            out.push(Loop { blocks: all, header: None, count, head: l.head });
            [&l.cond, &l.body, &l.post].into_iter().for_each(|r| collect(r, out, depth + 1));
        }
    }
}

fn blocks(region: &Region, out: &mut BTreeSet<BlockId>, depth: u32) {
    if depth > 800 {
        return;
    }
    match region {
        Region::Block(b) => {
            out.insert(*b);
        }
        Region::Seq(list) | Region::Arms(list) => list.iter().for_each(|r| blocks(r, out, depth + 1)),
        Region::Loop(l) => [&l.cond, &l.body, &l.post].into_iter().for_each(|r| blocks(r, out, depth + 1)),
        Region::Irreducible(list) => out.extend(list),
    }
}

/// The registers that an instruction writes; boxed ones (whose variable it may write) are not among them.
pub(crate) fn destinations(op: &Op) -> Vec<LocalId> {
    match op {
        Op::Store { place: Place { base: PlaceBase::Local(local), .. }, .. } | Op::NewBox { local } => vec![*local],
        op => results(op),
    }
}

/// Whether an instruction writes a register.
pub(crate) fn sets(op: &Op, local: LocalId) -> bool {
    destinations(op).contains(&local)
}
