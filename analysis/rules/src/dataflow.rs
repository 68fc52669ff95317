//! Forward analysis of a body: what is known on entry to each block, found by going round until nothing changes. What is known is a [`Domain`]'s
//! business.

use amigos_mir::mir::*;

use crate::flow::Flow;

/// After so many rounds a domain is asked to widen what still changes.
const PATIENCE: usize = 3;
/// After so many rounds there is no answer.
const ROUNDS: usize = 60;
/// Rounds that win back what widening gave away.
const NARROWING: usize = 2;

/// What is known at a place, and how instructions and branches change it.
pub trait Domain<'a> {
    /// What is known.
    type State: Clone + PartialEq;
    /// On entry to the body.
    fn start(&self) -> Self::State;
    /// After an instruction.
    fn inst(&self, state: &mut Self::State, block: BlockId, at: usize, inst: &'a Inst);
    /// On the way out of a block that ends with a condition which has this truth; `false` if that way is never taken.
    fn branch(&self, state: &mut Self::State, block: &'a Block, truth: bool) -> bool;
    /// What is known if it was come by one way or another; with `widen`, chains must end soon.
    fn join(&self, state: &mut Self::State, other: &Self::State, widen: bool);
}

/// What is known on entry to each block; `None` for what is never reached. Without an answer, nothing is.
pub fn solve<'a, D: Domain<'a>>(flow: &Flow<'a>, domain: &D) -> Vec<Option<D::State>> {
    let body = flow.body;
    let mut entry: Vec<Option<D::State>> = vec![None; body.blocks.len()];
    let mut exit: Vec<Option<D::State>> = vec![None; body.blocks.len()];
    let mut stable = false;
    for round in 0..ROUNDS {
        stable = !pass(flow, domain, &mut entry, &mut exit, round >= PATIENCE, false);
        if stable {
            break;
        }
    }
    if !stable {
        return vec![None; body.blocks.len()];
    }
    for _ in 0..NARROWING {
        pass(flow, domain, &mut entry, &mut exit, false, true);
    }
    entry
}

/// One round over all blocks: whether anything changed.
fn pass<'a, D: Domain<'a>>(
    flow: &Flow<'a>,
    domain: &D,
    entry: &mut [Option<D::State>],
    exit: &mut [Option<D::State>],
    widen: bool,
    narrow: bool,
) -> bool {
    let mut changed = false;
    for (place, &block) in flow.order().iter().enumerate() {
        // Only where ways come back: everything else follows from there.
        let head = widen && flow.order()[place..].iter().any(|later| flow.preds(block).contains(later));
        let mut new = (block == BlockId(0)).then(|| domain.start());
        for (nth, pred) in flow.preds(block).iter().enumerate() {
            // A condition whose arms are one block leads there twice.
            if flow.preds(block)[..nth].contains(pred) {
                continue;
            }
            let Some(mut state) = exit.get(pred.idx()).and_then(Clone::clone) else { continue };
            let from = &flow.body.blocks[pred.idx()];
            if let Term::If { then, els, .. } = &from.term
                && then != els
                && !domain.branch(&mut state, from, *then == block)
            {
                continue;
            }
            match &mut new {
                Some(new) => domain.join(new, &state, false),
                None => new = Some(state),
            }
        }
        let (Some(mut new), Some(old)) = (new, entry.get_mut(block.idx())) else { continue };
        if let (Some(old), false) = (&*old, narrow) {
            let mut joined = old.clone();
            domain.join(&mut joined, &new, head);
            new = joined;
        }
        if old.as_ref() == Some(&new) && exit[block.idx()].is_some() {
            continue;
        }
        changed = true;
        *old = Some(new.clone());
        for (at, inst) in flow.body.blocks[block.idx()].insts.iter().enumerate() {
            domain.inst(&mut new, block, at, inst);
        }
        exit[block.idx()] = Some(new);
    }
    changed
}
