//! How often a loop runs.

use std::collections::BTreeSet;

use amigos_mir::graph::successors;
use amigos_mir::mir::*;
use amigos_syntax::ast::BinaryOp;
use amigos_types::konst::Const;

use crate::cfg::{Loop, sets};
use crate::heap::State;
use crate::poly::Poly;
use crate::walk::Walk;

/// Bits of an integer: halving it oftener is for nothing.
const BITS: u64 = 64;

/// An upper bound of the number of iterations of a loop. `entry` is the state before it; comparisons were noted when the body was last looked at.
pub(crate) fn iterations(walk: &Walk, l: &Loop, entry: &State) -> Option<Poly> {
    if let Some(count) = l.count {
        return entry.env.get(&count).and_then(|v| v.hi.clone());
    }
    let header = l.header?;
    let body = walk.body();
    if let Some(n) = crate::library::known_iterations(body.func) {
        return Some(Poly::constant(n));
    }
    let mut best: Option<Poly> = None;
    for id in &l.blocks {
        let block = &body.blocks[id.idx()];
        let Term::If { cond: Operand::Local(flag), then, els } = &block.term else { continue };
        let (stay_then, stay_els) = (l.blocks.contains(then), l.blocks.contains(els));
        if stay_then == stay_els || !always(body, l, header, &BTreeSet::from([*id])) {
            continue;
        }
        let Some((op, x, y)) = comparison(block, *flag) else { continue };
        let Some((vx, vy)) = walk.probe(*id, *flag) else { continue };
        let op = if stay_then { op } else { op.negated() };
        for (i, op, bound, value) in [(x, op, y, &vy), (y, op.mirrored(), x, &vx)] {
            let found = (|| {
                let Operand::Local(index) = i else { return None };
                let index = original(block, *index);
                if op == BinaryOp::Ne && matches!(bound, Operand::Const(text, _) if matches!(&**text, Const::Str(t) if t.is_empty())) {
                    let Steps::Cut(_) = steps_of(body, l, index) else { return None };
                    return always(body, l, header, &writers(body, l, index)).then(|| entry.env.get(&index)?.hi.clone())?;
                }
                let steps = steps_of(body, l, index);
                let start = |l: LocalId| entry.env.get(&l).cloned();
                match steps {
                    Steps::Up(by) if matches!(op, BinaryOp::Lt | BinaryOp::Le) && always(body, l, header, &writers(body, l, index)) => {
                        let start = start(index)?;
                        let from = start.lo.clone()?;
                        let way = value.hi.clone()?.plus(&from).ok()?;
                        let way = if op == BinaryOp::Le { way.plus(&Poly::constant(1)).ok()? } else { way };
                        divided(&way, by)
                    }
                    Steps::Down(by) if matches!(op, BinaryOp::Gt | BinaryOp::Ge) && always(body, l, header, &writers(body, l, index)) => {
                        let way = start(index)?.hi.clone()?;
                        let way = match constant(bound) {
                            Some(n) if n > 0 => way.less(n.unsigned_abs() - u64::from(op == BinaryOp::Ge)),
                            _ => {
                                let way = way.plus(value.lo.as_ref()?).ok()?;
                                if op == BinaryOp::Ge { way.plus(&Poly::constant(1)).ok()? } else { way }
                            }
                        };
                        divided(&way, by)
                    }
                    // Dividing goes towards zero and stays there.
                    Steps::Shrink(bits)
                        if constant(bound).is_some_and(|n| n >= 0)
                            && (matches!(op, BinaryOp::Gt | BinaryOp::Ge)
                                && constant(bound).is_some_and(|n| n > 0 || op == BinaryOp::Gt)
                                || op == BinaryOp::Ne && constant(bound) == Some(0))
                            && always(body, l, header, &writers(body, l, index)) =>
                    {
                        Some(Poly::constant(BITS.div_ceil(bits)))
                    }
                    Steps::Double
                        if matches!(op, BinaryOp::Lt | BinaryOp::Le)
                            && entry.env.get(&index).is_some_and(|v| v.vn != 0 && walk.positive(v.vn))
                            && always(body, l, header, &writers(body, l, index)) =>
                    {
                        // Beyond half of all numbers it would wrap round: only what is known to be smaller counts.
                        value.hi.as_ref().filter(|hi| hi.is_constant() && hi.constant_part() < 1 << 62).map(|_| Poly::constant(BITS))
                    }
                    // A length that only gets smaller.
                    _ => {
                        let of = length_of(block, index)?;
                        let Steps::Cut(by) = steps_of(body, l, of) else { return None };
                        let more = match (op, constant(bound)?) {
                            (BinaryOp::Gt | BinaryOp::Ne, 0..) | (BinaryOp::Ge, 1..) => 0,
                            _ => return None,
                        };
                        if op == BinaryOp::Ne && constant(bound) != Some(0) || !always(body, l, header, &writers(body, l, of)) {
                            return None;
                        }
                        let way = start(of)?.hi.clone()?.plus(&Poly::constant(more)).ok()?;
                        divided(&way, if op == BinaryOp::Ne { 1 } else { by })
                    }
                }
            })();
            best = smaller(best, found);
        }
        if best.is_none() {
            best = bisection(walk, l, header, block, op, x, y);
        }
    }
    best
}

/// Of two bounds the one that grows slower.
fn smaller(a: Option<Poly>, b: Option<Poly>) -> Option<Poly> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if (b.degree(), b.constant_part()) < (a.degree(), a.constant_part()) { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn divided(way: &Poly, by: u64) -> Option<Poly> {
    if by == 1 { Some(way.clone()) } else { way.scaled(1, by).ok()?.plus(&Poly::constant(1)).ok() }
}

/// Whether no iteration gets round without one of `blocks`.
fn always(body: &Body, l: &Loop, header: BlockId, blocks: &BTreeSet<BlockId>) -> bool {
    if blocks.is_empty() {
        return false;
    }
    if blocks.contains(&header) {
        return true;
    }
    let mut seen = BTreeSet::new();
    let mut open = vec![header];
    while let Some(b) = open.pop() {
        for to in successors(&body.blocks[b.idx()].term) {
            if to == header {
                return false;
            }
            if l.blocks.contains(&to) && !blocks.contains(&to) && seen.insert(to) {
                open.push(to);
            }
        }
    }
    true
}

/// The blocks of the loop that write a register.
fn writers(body: &Body, l: &Loop, local: LocalId) -> BTreeSet<BlockId> {
    let writes = |b: &BlockId| body.blocks[b.idx()].insts.iter().any(|i| sets(&i.op, local));
    l.blocks.iter().copied().filter(writes).collect()
}

fn comparison(block: &Block, flag: LocalId) -> Option<(BinaryOp, &Operand, &Operand)> {
    block.insts.iter().rev().find_map(|i| match &i.op {
        Op::Binary { dst, op, x, y } if *dst == flag => Some((*op, x, y)),
        _ => None,
    })
}

/// The register that a temporary of the block is a copy of.
pub(crate) fn original(block: &Block, local: LocalId) -> LocalId {
    let mut local = local;
    let mut before = block.insts.len();
    for _ in 0..4 {
        let made = block.insts[..before].iter().enumerate().rev().find(|(_, i)| sets(&i.op, local));
        match made {
            Some((at, Inst { op: Op::Copy { src: Operand::Local(from), .. }, .. })) => {
                local = *from;
                before = at;
            }
            _ => return local,
        }
    }
    local
}

fn length_of(block: &Block, local: LocalId) -> Option<LocalId> {
    block.insts.iter().find_map(|i| match &i.op {
        Op::Len { dst, x: Operand::Local(of) } if *dst == local => Some(original(block, *of)),
        _ => None,
    })
}

pub(crate) fn constant(x: &Operand) -> Option<i64> {
    match x {
        Operand::Const(value, _) => match &**value {
            Const::Int(n) => i64::try_from(n).ok(),
            _ => None,
        },
        Operand::Zero(_) => Some(0),
        Operand::Local(_) => None,
    }
}

/// What all writes of a register in a loop do to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Steps {
    /// Add at least this.
    Up(u64),
    /// Take away at least this.
    Down(u64),
    /// Divide by two to at least this power.
    Shrink(u64),
    /// Multiply by two or more.
    Double,
    /// Of a slice or string: cut at least so many elements off its front.
    Cut(u64),
    Other,
}

/// Whether a register changes by at most one in an iteration of a loop: it is set once, and not in a loop inside; or it is a copy of such a one.
pub(crate) fn moves_by_one(body: &Body, cfg: &crate::cfg::Cfg, l: &Loop, local: LocalId) -> bool {
    let mut local = local;
    for _ in 0..3 {
        let mut writes = l.blocks.iter().flat_map(|b| {
            let block = &body.blocks[b.idx()];
            block.insts.iter().enumerate().filter(move |(_, i)| sets(&i.op, local)).map(move |(at, i)| (*b, at, &i.op))
        });
        let (Some((at_block, at, op)), None) = (writes.next(), writes.next()) else { return false };
        let inner = |other: &Loop| other.blocks.len() < l.blocks.len() && other.blocks.contains(&at_block);
        if cfg.loops.iter().any(inner) || body.locals[local.idx()].boxed {
            return false;
        }
        let block = &body.blocks[at_block.idx()];
        let by_one = |op: &Op| {
            let Op::Binary { op: sign, x, y, .. } = op else { return false };
            let own = |x: &Operand| matches!(x, Operand::Local(l) if *l == local || original(block, *l) == local);
            let one = |x: &Operand| matches!(constant(x), Some(1 | -1));
            match sign {
                BinaryOp::Add => own(x) && one(y) || one(x) && own(y),
                BinaryOp::Sub => own(x) && one(y),
                _ => false,
            }
        };
        match op {
            Op::Copy { src: Operand::Local(from), .. } => {
                match block.insts[..at].iter().rev().find(|i| sets(&i.op, *from)) {
                    Some(made) => return by_one(&made.op),
                    // The variable of an iteration.
                    None => local = *from,
                }
            }
            op => return by_one(op),
        }
    }
    false
}

fn steps_of(body: &Body, l: &Loop, local: LocalId) -> Steps {
    let mut all: Option<Steps> = None;
    for block in l.blocks.iter().map(|b| &body.blocks[b.idx()]) {
        for (at, inst) in block.insts.iter().enumerate() {
            if !sets(&inst.op, local) {
                continue;
            }
            let step = match &inst.op {
                Op::Copy { src: Operand::Local(from), .. } => {
                    // The copy's source was computed before, in the same block.
                    let made = block.insts[..at].iter().rev().find(|i| sets(&i.op, *from));
                    made.map_or(Steps::Other, |i| one_step(body, l, block, &i.op, local))
                }
                op => one_step(body, l, block, op, local),
            };
            all = Some(match (all, step) {
                (None, s) => s,
                (Some(Steps::Up(a)), Steps::Up(b)) => Steps::Up(a.min(b)),
                (Some(Steps::Down(a)), Steps::Down(b)) => Steps::Down(a.min(b)),
                (Some(Steps::Shrink(a)), Steps::Shrink(b)) => Steps::Shrink(a.min(b)),
                (Some(Steps::Cut(a)), Steps::Cut(b)) => Steps::Cut(a.min(b)),
                (Some(Steps::Double), Steps::Double) => Steps::Double,
                _ => Steps::Other,
            });
        }
    }
    all.unwrap_or(Steps::Other)
}

fn one_step(body: &Body, l: &Loop, block: &Block, op: &Op, local: LocalId) -> Steps {
    // A temporary that was copied from it, before it was written.
    let is = |x: &Operand| matches!(x, Operand::Local(l) if *l == local || original(block, *l) == local);
    match op {
        Op::Binary { op, x, y, .. } => {
            let (n, swapped) = match (is(x), is(y)) {
                (true, false) => (constant(y), false),
                (false, true) => (constant(x), true),
                _ => return Steps::Other,
            };
            match (op, n) {
                (BinaryOp::Add, Some(n)) if n > 0 => Steps::Up(n.unsigned_abs()),
                (BinaryOp::Add, Some(n)) if n < 0 => Steps::Down(n.unsigned_abs()),
                (BinaryOp::Sub, Some(n)) if n > 0 && !swapped => Steps::Down(n.unsigned_abs()),
                (BinaryOp::Sub, Some(n)) if n < 0 && !swapped => Steps::Up(n.unsigned_abs()),
                (BinaryOp::Div, Some(n)) if n >= 2 && !swapped => Steps::Shrink(u64::from(n.ilog2())),
                (BinaryOp::Shr, Some(n)) if (1..64).contains(&n) && !swapped => Steps::Shrink(n.unsigned_abs()),
                (BinaryOp::Mul, Some(n)) if n >= 2 => Steps::Double,
                (BinaryOp::Shl, Some(n)) if (1..64).contains(&n) && !swapped => Steps::Double,
                _ => Steps::Other,
            }
        }
        Op::Slice { x, low: Some(low), high: None, max: None, .. } if is(x) => match constant(low) {
            Some(n) if n > 0 => Steps::Cut(n.unsigned_abs()),
            None if is_width(body, l, low) => Steps::Cut(1),
            _ => Steps::Other,
        },
        // x[:len(x)-n]
        Op::Slice { x, low: None, high: Some(Operand::Local(high)), max: None, .. } if is(x) => {
            let made = block.insts.iter().find(|i| sets(&i.op, original(block, *high)));
            match made.map(|i| &i.op) {
                Some(Op::Binary { op: BinaryOp::Sub, x: Operand::Local(n), y, .. })
                    if block.insts.iter().any(|i| matches!(&i.op, Op::Len { dst, x: of } if dst == n && is(of))) =>
                {
                    match constant(y) {
                        Some(n) if n > 0 => Steps::Cut(n.unsigned_abs()),
                        None if is_width(body, l, y) => Steps::Cut(1),
                        _ => Steps::Other,
                    }
                }
                _ => Steps::Other,
            }
        }
        _ => Steps::Other,
    }
}

/// `for low < high { mid := (low + high) / 2; low = mid + 1, or high = mid }`: the distance halves.
fn bisection(walk: &Walk, l: &Loop, header: BlockId, block: &Block, op: BinaryOp, x: &Operand, y: &Operand) -> Option<Poly> {
    let body = walk.body();
    let (Operand::Local(low), Operand::Local(high)) = (x, y) else { return None };
    let (low, high) = match op {
        BinaryOp::Lt => (original(block, *low), original(block, *high)),
        BinaryOp::Gt => (original(block, *high), original(block, *low)),
        _ => return None,
    };
    let insts: Vec<&Op> = l.blocks.iter().flat_map(|b| &body.blocks[b.idx()].insts).map(|i| &i.op).collect();
    let source = |x: &Operand| source(&insts, x, &[low, high]);
    let defined = |local: LocalId| defined(&insts, local);
    let is_sum = |x: &Operand| match source(x).and_then(defined) {
        Some(Op::Binary { op: BinaryOp::Add, x, y, .. }) => {
            let pair = (source(x), source(y));
            pair == (Some(low), Some(high)) || pair == (Some(high), Some(low))
        }
        _ => false,
    };
    let is_middle = |x: &Operand| match source(x).and_then(defined) {
        Some(Op::Binary { op: BinaryOp::Div, x, y, .. }) => constant(y) == Some(2) && is_sum(x),
        Some(Op::Binary { op: BinaryOp::Shr, x, y, .. }) => constant(y) == Some(1) && is_sum(x),
        // low + (high - low) / 2
        Some(Op::Binary { op: BinaryOp::Add, x, y, .. }) => {
            source(x) == Some(low)
                && match source(y).and_then(defined) {
                    Some(Op::Binary { op: BinaryOp::Div, x, y, .. }) => {
                        constant(y) == Some(2)
                            && matches!(source(x).and_then(defined), Some(Op::Binary { op: BinaryOp::Sub, x, y, .. })
                                if source(x) == Some(high) && source(y) == Some(low))
                    }
                    _ => false,
                }
        }
        _ => false,
    };
    let mut written = writers(body, l, low);
    written.extend(writers(body, l, high));
    for op in insts.iter().copied() {
        if !sets(op, low) && !sets(op, high) {
            continue;
        }
        let good = match op {
            Op::Copy { dst, src } if *dst == high => is_middle(src),
            Op::Copy { dst, src: Operand::Local(from) } if *dst == low => match defined(*from) {
                Some(Op::Binary { op: BinaryOp::Add, x, y, .. }) => constant(y) == Some(1) && is_middle(x),
                _ => false,
            },
            Op::Binary { dst, op: BinaryOp::Add, x, y } if *dst == low => constant(y) == Some(1) && is_middle(x),
            _ => false,
        };
        if !good {
            return None;
        }
    }
    always(body, l, header, &written).then(|| Poly::constant(BITS))
}

/// Whether an operand is the width of a character that was decoded: at least one, unless there was nothing to decode.
fn is_width(body: &Body, l: &Loop, x: &Operand) -> bool {
    let insts: Vec<&Op> = l.blocks.iter().flat_map(|b| &body.blocks[b.idx()].insts).map(|i| &i.op).collect();
    let Some(local) = source(&insts, x, &[]) else { return false };
    match defined(&insts, local) {
        Some(Op::Call { dsts, callee: Callee::Static { func, .. }, .. }) => {
            func.pkg.0.as_str() == "unicode/utf8"
                && matches!(func.name.as_str(), "DecodeRune" | "DecodeRuneInString" | "DecodeLastRune" | "DecodeLastRuneInString")
                && dsts.get(1) == Some(&local)
        }
        Some(Op::DecodeRune { width, .. }) => *width == local,
        _ => false,
    }
}

/// The one instruction that writes a register.
fn defined<'b>(insts: &[&'b Op], local: LocalId) -> Option<&'b Op> {
    let mut made = insts.iter().copied().filter(|op| sets(op, local));
    let one = made.next()?;
    if made.next().is_some() { None } else { Some(one) }
}

/// A register that is written once in the loop, looked through copies and conversions.
fn source(insts: &[&Op], x: &Operand, stop: &[LocalId]) -> Option<LocalId> {
    let Operand::Local(first) = x else { return None };
    let mut local = *first;
    for _ in 0..8 {
        if stop.contains(&local) {
            return Some(local);
        }
        local = match defined(insts, local) {
            Some(Op::Copy { src: Operand::Local(from), .. } | Op::Convert { x: Operand::Local(from), conv: Conv::Number, .. }) => *from,
            _ => return Some(local),
        };
    }
    None
}
