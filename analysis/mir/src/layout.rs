//! How many 64-bit slots a value of a type takes: the only thing about representation that prices depend on. Numbers, bools, pointers, maps, functions
//! and channels take one; strings, interfaces and complex numbers two; slices three; structs and arrays the sum of their parts.

use std::cell::RefCell;

use amigos_types::ctx::TyCtx;
use amigos_types::ty::{Basic, Ty, TyKind};
use rustc_hash::FxHashMap;

/// Slots beyond which a type has no layout: values of such types are refused when they are made.
pub const MAX_SLOTS: u32 = 1 << 27;

/// Nesting of types beyond which nothing is looked into (the checker refuses types that contain themselves).
const MAX_DEPTH: u32 = 200;

pub use crate::typequery::{subst, underlying};

/// Slot counts of types, remembered.
pub struct Layouts<'a> {
    ctx: &'a dyn TyCtx,
    known: RefCell<FxHashMap<Ty, u32>>,
}

impl<'a> Layouts<'a> {
    /// Layouts of the types that `ctx` knows.
    pub fn new(ctx: &'a dyn TyCtx) -> Layouts<'a> {
        Layouts { ctx, known: RefCell::default() }
    }

    /// The slots of a value of the type; of a type parameter, whose size only instances know, one. At most [`MAX_SLOTS`].
    pub fn slots(&self, ty: Ty) -> u32 {
        if let Some(n) = self.known.borrow().get(&ty) {
            return *n;
        }
        let n = slots(self.ctx, ty, 0);
        self.known.borrow_mut().insert(ty, n);
        n
    }
}

/// The slots of a value of the type (see [`Layouts::slots`]).
pub fn slots_of(ctx: &dyn TyCtx, ty: Ty) -> u32 {
    slots(ctx, ty, 0)
}

fn slots(ctx: &dyn TyCtx, ty: Ty, depth: u32) -> u32 {
    if depth > MAX_DEPTH {
        return 1;
    }
    match underlying(ctx, ty).kind() {
        TyKind::Basic(Basic::String | Basic::UntypedString | Basic::Complex64 | Basic::Complex128 | Basic::UntypedComplex) => 2,
        TyKind::Interface(_) => 2,
        TyKind::Slice(_) => 3,
        TyKind::Struct(fields) => fields.iter().fold(0u32, |n, f| n.saturating_add(slots(ctx, f.ty, depth + 1))).min(MAX_SLOTS),
        TyKind::Array { len, elem } => {
            let n = u64::from(slots(ctx, *elem, depth + 1)).saturating_mul((*len).max(0) as u64);
            n.min(u64::from(MAX_SLOTS)) as u32
        }
        TyKind::Tuple(parts) => parts.iter().fold(0u32, |n, p| n.saturating_add(slots(ctx, p.ty, depth + 1))).min(MAX_SLOTS),
        _ => 1,
    }
}
