//! How often a loop runs.

use amigos_mir::mir::*;
use amigos_syntax::ast::BinaryOp;
use amigos_types::konst::Const;

use crate::poly::Poly;
use crate::walk::Walk;

/// All blocks of a region.
pub(crate) fn blocks(region: &Region, out: &mut Vec<BlockId>) {
    match region {
        Region::Block(b) => out.push(*b),
        Region::Seq(list) | Region::Arms(list) => list.iter().for_each(|r| blocks(r, out)),
        Region::Loop(l) => [&l.cond, &l.body, &l.post].into_iter().for_each(|r| blocks(r, out)),
        Region::Irreducible(list) => out.extend_from_slice(list),
    }
}

/// Registers that instructions of `region` write.
pub(crate) fn written(body: &Body, region: &Region, out: &mut Vec<LocalId>) {
    let mut ids = Vec::new();
    blocks(region, &mut ids);
    for inst in ids.iter().flat_map(|b| &body.blocks[b.idx()].insts) {
        destinations(&inst.op, out);
    }
    out.sort();
    out.dedup();
}

/// The registers that an instruction writes, boxed ones included.
pub(crate) fn destinations(op: &Op, out: &mut Vec<LocalId>) {
    match op {
        Op::Store { place, .. } => {
            if let PlaceBase::Local(l) = place.base {
                out.push(l);
            }
        }
        Op::NewBox { local } => out.push(*local),
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
        | Op::MakeChan { dst, .. }
        | Op::Msg { dst, .. } => out.push(*dst),
        Op::TypeAssert { dst, ok, .. } | Op::MapGet { dst, ok, .. } => {
            out.push(*dst);
            out.extend(ok);
        }
        Op::CopyElems { dst, .. } => out.extend(dst),
        Op::MapIter { iter, .. } => out.push(*iter),
        Op::MapNext { iter, ok, key, value } => {
            out.extend([*iter, *ok]);
            out.extend(key);
            out.extend(value);
        }
        Op::DecodeRune { rune, width, .. } => out.extend([*rune, *width]),
        Op::Call { dsts, .. } => out.extend_from_slice(dsts),
        Op::Recv { dst, ok, .. } => {
            out.push(*dst);
            out.extend(ok);
        }
        Op::Select { chosen, cases, .. } => {
            out.push(*chosen);
            out.extend(cases.iter().flat_map(|c| c.recv.into_iter().chain(c.ok)));
        }
        Op::Go { .. } | Op::Send { .. } | Op::Close { .. } => {}
        Op::MapSet { .. }
        | Op::MapDelete { .. }
        | Op::Clear { .. }
        | Op::Defer { .. }
        | Op::Print { .. }
        | Op::Unsupported { .. }
        | Op::RuntimePanic { .. } => {}
    }
}

/// An upper bound of the number of iterations of a loop, in terms of what is known before it.
pub(crate) fn iterations(walk: &Walk, l: &LoopRegion) -> Option<Poly> {
    match l.kind {
        LoopKind::Range { count } => walk.shape(&Operand::Local(count)).size,
        LoopKind::RangeFunc => None,
        LoopKind::For => counted(walk, l),
    }
}

/// `i < E` with `i` growing by a positive constant once in the post statement and nowhere else, or `i > E` with `i` shrinking; `E` not written in the loop.
fn counted(walk: &Walk, l: &LoopRegion) -> Option<Poly> {
    let body = walk.body;
    let mut cond = Vec::new();
    blocks(&l.cond, &mut cond);
    let mut in_body = Vec::new();
    written(body, &l.body, &mut in_body);
    let mut in_post = Vec::new();
    written(body, &l.post, &mut in_post);
    // Any comparison whose failure leaves the loop will do: each is a conjunct of the condition.
    for block in &cond {
        let block = &body.blocks[block.idx()];
        let Term::If { cond: Operand::Local(flag), .. } = &block.term else { continue };
        let Some((op, x, y)) = comparison(block, *flag) else { continue };
        for (i, op, bound) in [(x, op, y), (y, mirrored(op), x)] {
            let Operand::Local(index) = i else { continue };
            let Some(step) = step_of(body, &l.post, *index) else { continue };
            if in_body.contains(index) || in_post.iter().filter(|w| *w == index).count() != 1 {
                continue;
            }
            let up = matches!(op, BinaryOp::Lt | BinaryOp::Le) && step > 0;
            let down = matches!(op, BinaryOp::Gt | BinaryOp::Ge) && step < 0;
            let limit = if up { walk.invariant(bound, &cond, &in_body, &in_post) } else { None };
            let start = if down && non_negative(bound) { walk.shape(i).size } else { None };
            let n = limit.or(start)?;
            // `<=` runs once more.
            return n.plus(&Poly::constant(u64::from(matches!(op, BinaryOp::Le | BinaryOp::Ge)))).ok();
        }
    }
    None
}

fn comparison(block: &Block, flag: LocalId) -> Option<(BinaryOp, &Operand, &Operand)> {
    block.insts.iter().rev().find_map(|i| match &i.op {
        Op::Binary { dst, op, x, y } if *dst == flag => Some((*op, x, y)),
        _ => None,
    })
}

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

fn non_negative(x: &Operand) -> bool {
    match x {
        Operand::Const(value, _) => matches!(&**value, Const::Int(n) if *n >= 0.into()),
        Operand::Zero(_) => true,
        Operand::Local(_) => false,
    }
}

/// The constant by which the post statement changes a register: `i += 2` → 2, `i--` → -1.
fn step_of(body: &Body, post: &Region, index: LocalId) -> Option<i64> {
    let mut ids = Vec::new();
    blocks(post, &mut ids);
    let insts: Vec<&Inst> = ids.iter().flat_map(|b| &body.blocks[b.idx()].insts).collect();
    let written = insts.iter().find_map(|i| match &i.op {
        Op::Copy { dst, src: Operand::Local(from) } if *dst == index => Some(*from),
        Op::Binary { dst, .. } if *dst == index => Some(*dst),
        _ => None,
    })?;
    insts.iter().find_map(|i| match &i.op {
        Op::Binary { dst, op: op @ (BinaryOp::Add | BinaryOp::Sub), x: Operand::Local(x), y: Operand::Const(value, _) }
            if *dst == written && *x == index =>
        {
            let Const::Int(n) = &**value else { return None };
            let n = i64::try_from(n).ok()?;
            Some(if *op == BinaryOp::Add { n } else { -n })
        }
        _ => None,
    })
}
