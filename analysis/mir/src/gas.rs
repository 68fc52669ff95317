//! The gas table, and the price of a basic block (language.md, section 6). The static estimate, the interpreter and the hover read the same figures.
//!
//! The price of a block is the sum of the fixed prices of its instructions and its terminator, charged on entry. What depends on data is a
//! [`Slope`], charged when the operation runs, before its work is done: `ceil(units × num / den)` on top of the fixed price.

mod table;

use amigos_syntax::ast::BinaryOp;
use amigos_types::ty::Ty;

use crate::mir::{Appended, BlockId, Body, Callee, Op, Operand, Place, PlaceBase, Proj, Term};

pub use table::*;

/// How many slots a value of a type takes.
pub type SlotsOf<'a> = &'a dyn Fn(Ty) -> u32;

/// The price of entering a block. `slots` gives the slots of a type of this body (for an instance, with its type arguments put in). Block 0 also
/// pays for the frame.
pub fn block_price(body: &Body, block: BlockId, slots: SlotsOf) -> u64 {
    let Some(b) = body.blocks.get(block.idx()) else { return 0 };
    let mut gas = b.insts.iter().fold(0u64, |sum, i| sum.saturating_add(op_price(body, &i.op, slots)));
    gas = gas.saturating_add(term_price(body, &b.term, slots));
    if block.0 == 0 {
        gas = gas.saturating_add(frame_price(body, slots));
    }
    gas
}

/// The price of a call's frame: its registers are zeroed.
pub fn frame_price(body: &Body, slots: SlotsOf) -> u64 {
    let n: u64 = body.locals.iter().map(|l| if l.boxed { 1 } else { u64::from(slots(l.ty)) }).sum();
    FRAME + n / 16
}

fn ty_of(body: &Body, x: &Operand) -> Ty {
    match x {
        Operand::Local(l) => body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty),
        Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
    }
}

fn copied(n: u32) -> u64 {
    COPIED + u64::from(n) / 4
}

fn place_price(place: &Place) -> u64 {
    let base = match &place.base {
        PlaceBase::Local(_) => 0,
        PlaceBase::Deref(_) | PlaceBase::Global(_) => DEREFERENCE,
        PlaceBase::Elem { .. } => ELEMENT,
    };
    base + place.proj.iter().map(|p| if matches!(p, Proj::Index(_)) { INDEX } else { 0 }).sum::<u64>()
}

/// The fixed price of an instruction.
pub fn op_price(body: &Body, op: &Op, slots: SlotsOf) -> u64 {
    let size = |x: &Operand| slots(ty_of(body, x));
    let local = |l: &crate::mir::LocalId| body.locals.get(l.idx()).map_or(1, |l| slots(l.ty));
    match op {
        Op::Copy { src, .. } => copied(size(src)),
        Op::NewBox { local: l } => NEW + ALLOC.of(8 * u64::from(local(l))),
        Op::New { ty, .. } => NEW + ALLOC.of(8 * u64::from(slots(*ty))),
        Op::Load { place, .. } => copied(slots(place.ty)) + place_price(place),
        Op::Store { place, src } => STORE + copied(size(src)) + place_price(place),
        Op::Addr { place, .. } => ADDRESS + place_price(place),
        Op::Unary { .. } => ARITHMETIC,
        Op::Binary { op, x, .. } => match op {
            BinaryOp::Div | BinaryOp::Rem => DIVIDE,
            BinaryOp::Mul => MULTIPLY,
            _ => ARITHMETIC * u64::from(size(x)).max(1),
        },
        Op::Concat { parts, .. } => CONCAT + CONCAT_PART * parts.len() as u64,
        Op::Convert { dst, .. } => CONVERT + copied(local(dst)),
        Op::MakeInterface { x, .. } => match size(x) {
            0 | 1 => INTERFACE,
            n => NEW + ALLOC.of(8 * u64::from(n)),
        },
        Op::ChangeInterface { .. } => INTERFACE,
        Op::TypeAssert { ty, .. } => ASSERT + copied(slots(*ty)),
        Op::Aggregate { ty, .. } => copied(slots(*ty)),
        Op::Extract { dst, proj, .. } => copied(local(dst)) + proj.len() as u64,
        Op::StringIndex { .. } => STRING_INDEX,
        Op::Slice { .. } => SLICING,
        Op::Len { .. } | Op::Cap { .. } => SIZE,
        Op::MakeSlice { .. } => MAKE_SLICE,
        Op::MakeMap { .. } => MAP_MAKE,
        Op::Append { what, .. } => match what {
            Appended::Elems(elems) => APPEND + elems.iter().map(|e| copied(size(e))).sum::<u64>(),
            Appended::Slice(_) | Appended::String(_) => APPEND_ALL,
        },
        Op::CopyElems { .. } | Op::Clear { .. } => COPY_ALL,
        Op::MapGet { dst, .. } => MAP_GET + copied(local(dst)),
        Op::MapSet { value, .. } => MAP_SET + copied(size(value)),
        Op::MapDelete { .. } => MAP_DELETE,
        Op::MapIter { .. } => MAP_RANGE,
        Op::MapNext { key, value, .. } => {
            MAP_RANGE + key.as_ref().map_or(0, |l| copied(local(l))) + value.as_ref().map_or(0, |l| copied(local(l)))
        }
        Op::DecodeRune { .. } => RUNE,
        Op::MinMax { args, .. } => args.len() as u64 * MIN_MAX,
        Op::Complex { .. } | Op::ComplexPart { .. } => COMPLEX,
        Op::Call { callee, args, .. } => call_price(callee) + args.iter().map(|a| copied(size(a))).sum::<u64>(),
        Op::Closure { captures, .. } => FUNCTION + ALLOC.of(16 + 8 * captures.len() as u64),
        Op::FuncValue { .. } => FUNCTION,
        Op::Bind { recv, .. } => BIND + ALLOC.of(16 + 8 * recv.as_ref().map_or(2, |r| u64::from(size(r)))),
        Op::Defer { callee, args, .. } => DEFER + call_price(callee) + args.iter().map(|a| copied(size(a))).sum::<u64>(),
        Op::Go { callee, args } => GO + call_price(callee) + args.iter().map(|a| copied(size(a))).sum::<u64>(),
        Op::MakeChan { .. } => CHANNEL,
        Op::Send { value, .. } => CHANNEL + copied(size(value)),
        Op::Recv { dst, .. } => CHANNEL + copied(local(dst)),
        Op::Close { .. } => CLOSE,
        Op::Select { cases, .. } => CHANNEL + CHANNEL * cases.len() as u64,
        Op::Recover { .. } => RECOVER,
        Op::FrameToken { .. } => SIZE,
        Op::Depth { .. } => DEPTH,
        Op::Print { args, .. } => PRINT + PRINT_PART * args.len() as u64,
        Op::Msg { .. } => MESSAGE,
        Op::Unsupported { .. } | Op::RuntimePanic { .. } => FAIL,
    }
}

fn call_price(callee: &Callee) -> u64 {
    match callee {
        Callee::Static { .. } | Callee::TypeParamMethod { .. } => CALL,
        Callee::Interface { .. } | Callee::Value(_) => CALL + DYNAMIC_CALL,
    }
}

/// The price of a terminator.
pub fn term_price(body: &Body, term: &Term, slots: SlotsOf) -> u64 {
    match term {
        Term::Goto(_) | Term::If { .. } | Term::Unreachable => JUMP,
        Term::Return => RETURN + body.results.iter().map(|r| body.locals.get(r.idx()).map_or(1, |l| copied(slots(l.ty)))).sum::<u64>(),
        Term::Panic(_) => PANIC,
    }
}

/// What an instruction costs beside its fixed price, per unit; empty if its work depends on no data. First reads and writes of
/// persistent objects come on top wherever memory is read or written.
pub fn op_slopes(op: &Op) -> &'static [Slope] {
    const CONCAT: &[Slope] = &[BYTES, ALLOC];
    const SLICE: &[Slope] = &[ALLOC];
    const APPEND: &[Slope] = &[COPY, ALLOC];
    const COPIED: &[Slope] = &[COPY];
    const RUNE: &[Slope] = &[RUNES, ALLOC];
    const KEY: &[Slope] = &[HASH];
    const SET: &[Slope] = &[HASH, ALLOC];
    const SCAN: &[Slope] = &[BYTES];
    const SKIP: &[Slope] = &[MAP_SKIP];
    match op {
        Op::Concat { .. } => CONCAT,
        Op::MakeSlice { .. } | Op::MakeMap { .. } => SLICE,
        Op::Append { .. } => APPEND,
        Op::CopyElems { .. } | Op::Clear { .. } => COPIED,
        Op::Convert { conv, .. } => match conv {
            crate::mir::Conv::BytesToString | crate::mir::Conv::StringToBytes => CONCAT,
            crate::mir::Conv::RunesToString | crate::mir::Conv::StringToRunes => RUNE,
            _ => &[],
        },
        Op::MapGet { .. } | Op::MapDelete { .. } => KEY,
        Op::MapSet { .. } => SET,
        Op::MapNext { .. } => SKIP,
        Op::Binary { .. } | Op::Print { .. } => SCAN,
        _ => &[],
    }
}
