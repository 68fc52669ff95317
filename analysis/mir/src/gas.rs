//! The gas table, and the price of a basic block (language.md, section 6). The static estimate, the interpreter and the hover read the same figures.
//!
//! The price of a block is the sum of the fixed prices of its instructions and its terminator, charged on entry. What depends on data is a
//! [`Slope`], charged when the operation runs, before its work is done: `ceil(units × num / den)` on top of the fixed price.

use amigos_syntax::ast::BinaryOp;
use amigos_types::ty::Ty;

use crate::mir::{Appended, BlockId, Body, Callee, Op, Operand, Place, PlaceBase, Proj, Term};

/// The version of this table; it stands in the header of every block of the chain.
pub const GAS_TABLE_VERSION: u32 = 1;

/// Gas of a block of the chain.
pub const BLOCK_GAS: u64 = 10_000_000;
/// Memory of a call, bytes.
pub const CALL_MEMORY: u64 = 64 << 20;
/// Frames of a call.
pub const CALL_DEPTH: u32 = 1024;
/// Bytes of an event.
pub const EVENT_BYTES: usize = 4096;

/// A price per unit: `ceil(units × num / den)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slope {
    /// Numerator.
    pub num: u64,
    /// Denominator, not zero.
    pub den: u64,
    /// What is counted.
    pub unit: &'static str,
}

impl Slope {
    /// The gas of `units`.
    pub const fn of(self, units: u64) -> u64 {
        match units.checked_mul(self.num) {
            Some(n) => n.div_ceil(self.den),
            None => u64::MAX,
        }
    }
}

const fn slope(num: u64, den: u64, unit: &'static str) -> Slope {
    Slope { num, den, unit }
}

/// Bytes of memory that a call allocates.
pub const ALLOC: Slope = slope(1, 8, "byte");
/// Slots (of 8 bytes) that are copied.
pub const COPY: Slope = slope(1, 4, "slot");
/// Bytes that are copied, compared or scanned.
pub const BYTES: Slope = slope(1, 16, "byte");
/// Runes that are decoded or encoded.
pub const RUNES: Slope = slope(1, 1, "rune");
/// Bytes of a map's key that are hashed.
pub const HASH: Slope = slope(1, 8, "byte");
/// First read of a persistent object or map entry in a call.
pub const STATE_READ_BASE: u64 = 100;
/// The bytes of it.
pub const STATE_READ: Slope = slope(1, 4, "byte");
/// First write of a persistent object or map entry in a call.
pub const STATE_WRITE_BASE: u64 = 500;
/// The bytes of it.
pub const STATE_WRITE: Slope = slope(1, 1, "byte");
/// An object that becomes owned.
pub const ADOPT: u64 = 200;
/// A call from one contract into another, on top of the call.
pub const SUB_TRANSACTION: u64 = 200;
/// An event.
pub const EVENT_BASE: u64 = 300;
/// The bytes of its name and attributes.
pub const EVENT: Slope = slope(2, 1, "byte");
/// A transfer of coins.
pub const SEND: u64 = 1500;
/// A call whose target is found at run time through an interface, and its like.
pub const DYNAMIC_CALL: u64 = 8;
/// A growth step or rehash of a map, per entry.
pub const MAP_GROW: Slope = slope(4, 1, "entry");

/// A deleted entry of a map that a range passes over.
pub const MAP_SKIP: Slope = slope(1, 2, "deleted entry");

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
    2 + n / 16
}

fn ty_of(body: &Body, x: &Operand) -> Ty {
    match x {
        Operand::Local(l) => body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty),
        Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
    }
}

fn copied(n: u32) -> u64 {
    1 + u64::from(n) / 4
}

fn place_price(place: &Place) -> u64 {
    let base = match &place.base {
        PlaceBase::Local(_) => 0,
        PlaceBase::Deref(_) | PlaceBase::Global(_) => 1,
        PlaceBase::Elem { .. } => 2,
    };
    base + place.proj.iter().map(|p| u64::from(matches!(p, Proj::Index(_)))).sum::<u64>()
}

/// The fixed price of an instruction.
pub fn op_price(body: &Body, op: &Op, slots: SlotsOf) -> u64 {
    let size = |x: &Operand| slots(ty_of(body, x));
    let local = |l: &crate::mir::LocalId| body.locals.get(l.idx()).map_or(1, |l| slots(l.ty));
    match op {
        Op::Copy { src, .. } => copied(size(src)),
        Op::NewBox { local: l } => 8 + ALLOC.of(8 * u64::from(local(l))),
        Op::New { ty, .. } => 8 + ALLOC.of(8 * u64::from(slots(*ty))),
        Op::Load { place, .. } => copied(slots(place.ty)) + place_price(place),
        Op::Store { place, src } => 1 + copied(size(src)) + place_price(place),
        Op::Addr { place, .. } => 1 + place_price(place),
        Op::Unary { .. } => 1,
        Op::Binary { op, x, .. } => match op {
            BinaryOp::Div | BinaryOp::Rem => 4,
            BinaryOp::Mul => 2,
            _ => u64::from(size(x)).max(1),
        },
        Op::Concat { parts, .. } => 6 + 2 * parts.len() as u64,
        Op::Convert { dst, .. } => 1 + copied(local(dst)),
        Op::MakeInterface { x, .. } => match size(x) {
            0 | 1 => 2,
            n => 8 + ALLOC.of(8 * u64::from(n)),
        },
        Op::ChangeInterface { .. } => 2,
        Op::TypeAssert { ty, .. } => 3 + copied(slots(*ty)),
        Op::Aggregate { ty, .. } => copied(slots(*ty)),
        Op::Extract { dst, proj, .. } => copied(local(dst)) + proj.len() as u64,
        Op::StringIndex { .. } => 2,
        Op::Slice { .. } => 4,
        Op::Len { .. } | Op::Cap { .. } => 1,
        Op::MakeSlice { .. } => 10,
        Op::MakeMap { .. } => 20,
        Op::Append { what, .. } => match what {
            Appended::Elems(elems) => 6 + elems.iter().map(|e| copied(size(e))).sum::<u64>(),
            Appended::Slice(_) | Appended::String(_) => 8,
        },
        Op::CopyElems { .. } => 6,
        Op::Clear { .. } => 6,
        Op::MapGet { dst, .. } => 14 + copied(local(dst)),
        Op::MapSet { value, .. } => 24 + copied(size(value)),
        Op::MapDelete { .. } => 20,
        Op::MapIter { .. } => 6,
        Op::MapNext { key, value, .. } => 6 + key.as_ref().map_or(0, |l| copied(local(l))) + value.as_ref().map_or(0, |l| copied(local(l))),
        Op::DecodeRune { .. } => 3,
        Op::MinMax { args, .. } => args.len() as u64 * 2,
        Op::Complex { .. } | Op::ComplexPart { .. } => 2,
        Op::Call { callee, args, .. } => call_price(callee) + args.iter().map(|a| copied(size(a))).sum::<u64>(),
        Op::Closure { captures, .. } => 8 + ALLOC.of(16 + 8 * captures.len() as u64),
        Op::FuncValue { .. } => 8,
        Op::Bind { recv, .. } => 10 + ALLOC.of(16 + 8 * recv.as_ref().map_or(2, |r| u64::from(size(r)))),
        Op::Defer { callee, args, .. } => 10 + call_price(callee) + args.iter().map(|a| copied(size(a))).sum::<u64>(),
        Op::Go { callee, args } => 40 + call_price(callee) + args.iter().map(|a| copied(size(a))).sum::<u64>(),
        Op::MakeChan { .. } => 20,
        Op::Send { value, .. } => 20 + copied(size(value)),
        Op::Recv { dst, .. } => 20 + copied(local(dst)),
        Op::Close { .. } => 10,
        Op::Select { cases, .. } => 20 + 20 * cases.len() as u64,
        Op::Recover { .. } => 4,
        Op::FrameToken { .. } => 1,
        // All frames are looked at.
        Op::Depth { .. } => 64,
        Op::Print { args, .. } => 10 + 4 * args.len() as u64,
        Op::Msg { .. } => 4,
        Op::Unsupported { .. } | Op::RuntimePanic { .. } => 1,
    }
}

fn call_price(callee: &Callee) -> u64 {
    match callee {
        Callee::Static { .. } | Callee::TypeParamMethod { .. } => 4,
        Callee::Interface { .. } | Callee::Value(_) => 4 + DYNAMIC_CALL,
    }
}

/// The price of a terminator.
pub fn term_price(body: &Body, term: &Term, slots: SlotsOf) -> u64 {
    match term {
        Term::Goto(_) | Term::If { .. } | Term::Unreachable => 1,
        Term::Return => 1 + body.results.iter().map(|r| body.locals.get(r.idx()).map_or(1, |l| copied(slots(l.ty)))).sum::<u64>(),
        Term::Panic(_) => 20,
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
