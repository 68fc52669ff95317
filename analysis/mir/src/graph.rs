//! The control-flow graph of a body: who follows whom, an order of the blocks, dominators, and which registers an operation sets.

use crate::mir::{BlockId, Body, LocalId, Op, Term};

/// The blocks that a terminator leads to.
pub fn successors(term: &Term) -> impl Iterator<Item = BlockId> + use<> {
    let (a, b) = match term {
        Term::Goto(to) => (Some(*to), None),
        Term::If { then, els, .. } => (Some(*then), Some(*els)),
        Term::Return | Term::Panic(_) | Term::Unreachable => (None, None),
    };
    a.into_iter().chain(b)
}

/// The reachable blocks of a body, each before those it leads to (back edges apart).
pub fn reverse_postorder(body: &Body) -> Vec<BlockId> {
    let n = body.blocks.len();
    let mut order = Vec::new();
    let mut seen = vec![false; n];
    // Depth first, without recursion: a block is listed after all that it leads to.
    let mut stack = vec![(BlockId(0), 0usize)];
    if let Some(first) = seen.first_mut() {
        *first = true;
    }
    while let Some((block, next)) = stack.pop() {
        let Some(b) = body.blocks.get(block.idx()) else { continue };
        match successors(&b.term).filter(|s| s.idx() < n).nth(next) {
            Some(to) => {
                stack.push((block, next + 1));
                if !std::mem::replace(&mut seen[to.idx()], true) {
                    stack.push((to, 0));
                }
            }
            None => order.push(block),
        }
    }
    order.reverse();
    order
}

/// For each block those of `order` that lead to it.
pub fn predecessors(body: &Body, order: &[BlockId]) -> Vec<Vec<BlockId>> {
    let mut preds = vec![Vec::new(); body.blocks.len()];
    for from in order {
        for to in successors(&body.blocks[from.idx()].term) {
            if let Some(list) = preds.get_mut(to.idx()) {
                list.push(*from);
            }
        }
    }
    preds
}

/// Immediate dominators (Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm"); of the first block and of those that cannot be reached, none.
pub fn dominators(body: &Body, preds: &[Vec<BlockId>], order: &[BlockId]) -> Vec<Option<BlockId>> {
    let mut number = vec![usize::MAX; body.blocks.len()];
    order.iter().enumerate().for_each(|(i, b)| number[b.idx()] = i);
    // By number in the order; the first dominates itself.
    let mut dom: Vec<Option<usize>> = vec![None; order.len()];
    if let Some(first) = dom.first_mut() {
        *first = Some(0);
    }
    let mut changed = true;
    while changed {
        changed = false;
        for i in 1..order.len() {
            let mut new: Option<usize> = None;
            for pred in &preds[order[i].idx()] {
                let p = number[pred.idx()];
                if p == usize::MAX || dom[p].is_none() {
                    continue;
                }
                new = Some(match new {
                    None => p,
                    Some(other) => meet(&dom, other, p),
                });
            }
            if new.is_some() && dom[i] != new {
                dom[i] = new;
                changed = true;
            }
        }
    }
    let mut idom = vec![None; body.blocks.len()];
    for i in 1..order.len() {
        idom[order[i].idx()] = dom[i].map(|d| order[d]);
    }
    idom
}

fn meet(dom: &[Option<usize>], mut a: usize, mut b: usize) -> usize {
    while a != b {
        while a > b {
            let Some(next) = dom[a] else { return 0 };
            a = next;
        }
        while b > a {
            let Some(next) = dom[b] else { return 0 };
            b = next;
        }
    }
    a
}

/// Goes over the registers that an operation sets. What a store writes to, and what a new box is put in, are not among them.
pub fn for_each_result(op: &Op, f: &mut dyn FnMut(LocalId)) {
    match op {
        Op::Copy { dst, .. }
        | Op::New { dst, .. }
        | Op::Load { dst, .. }
        | Op::Addr { dst, .. }
        | Op::Unary { dst, .. }
        | Op::Binary { dst, .. }
        | Op::Concat { dst, .. }
        | Op::Convert { dst, .. }
        | Op::MakeInterface { dst, .. }
        | Op::ChangeInterface { dst, .. }
        | Op::Aggregate { dst, .. }
        | Op::Extract { dst, .. }
        | Op::StringIndex { dst, .. }
        | Op::Slice { dst, .. }
        | Op::Len { dst, .. }
        | Op::Cap { dst, .. }
        | Op::MakeSlice { dst, .. }
        | Op::MakeMap { dst, .. }
        | Op::Append { dst, .. }
        | Op::MinMax { dst, .. }
        | Op::Complex { dst, .. }
        | Op::ComplexPart { dst, .. }
        | Op::Closure { dst, .. }
        | Op::FuncValue { dst, .. }
        | Op::Bind { dst, .. }
        | Op::Recover { dst }
        | Op::FrameToken { dst }
        | Op::Depth { dst }
        | Op::MakeChan { dst, .. }
        | Op::Msg { dst, .. }
        | Op::MapIter { iter: dst, .. } => f(*dst),
        Op::Select { chosen, cases, .. } => {
            f(*chosen);
            cases.iter().flat_map(|c| c.recv.iter().chain(&c.ok)).for_each(|l| f(*l));
        }
        Op::TypeAssert { dst, ok, .. } | Op::Recv { dst, ok, .. } | Op::MapGet { dst, ok, .. } => {
            f(*dst);
            ok.iter().for_each(|l| f(*l));
        }
        Op::CopyElems { dst, .. } => dst.iter().for_each(|l| f(*l)),
        Op::MapNext { iter, ok, key, value } => {
            f(*iter);
            f(*ok);
            key.iter().chain(value).for_each(|l| f(*l));
        }
        Op::DecodeRune { rune, width, .. } => {
            f(*rune);
            f(*width);
        }
        Op::Call { dsts, .. } => dsts.iter().for_each(|l| f(*l)),
        Op::NewBox { .. }
        | Op::RuntimePanic { .. }
        | Op::Go { .. }
        | Op::Send { .. }
        | Op::Close { .. }
        | Op::Store { .. }
        | Op::Clear { .. }
        | Op::MapSet { .. }
        | Op::MapDelete { .. }
        | Op::Defer { .. }
        | Op::Print { .. }
        | Op::Unsupported { .. } => {}
    }
}

/// The registers that [`for_each_result`] goes over.
pub fn results(op: &Op) -> Vec<LocalId> {
    let mut out = Vec::new();
    for_each_result(op, &mut |l| out.push(l));
    out
}
