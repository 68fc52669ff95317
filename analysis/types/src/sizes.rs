//! Sizes of types on 64-bit machines, as package `unsafe` sees them. A contract has no `unsafe`, but constants may depend on sizes
//! in plain Go.

use crate::checker::{Checker, MAX_DEPTH};
use crate::ty::{Basic, FieldTy, Ty, TyKind};

const WORD: i64 = 8;

fn align_up(x: i64, align: i64) -> Option<i64> {
    x.checked_add(align - 1).map(|y| y - y % align)
}

fn basic_size(basic: Basic) -> i64 {
    match basic {
        Basic::Bool | Basic::Int8 | Basic::Uint8 => 1,
        Basic::Int16 | Basic::Uint16 => 2,
        Basic::Int32 | Basic::Uint32 | Basic::Float32 => 4,
        Basic::Complex128 | Basic::String => 16,
        _ => WORD,
    }
}

impl Checker<'_> {
    /// The alignment of a type's values, in bytes.
    pub fn align_of(&self, ty: Ty) -> i64 {
        self.align_in(ty, 0)
    }

    fn align_in(&self, ty: Ty, depth: u32) -> i64 {
        if depth > MAX_DEPTH {
            return WORD;
        }
        match self.under(ty).kind() {
            TyKind::Array { elem, .. } => self.align_in(*elem, depth + 1),
            TyKind::Struct(fields) => fields.iter().map(|f| self.align_in(f.ty, depth + 1)).max().unwrap_or(1),
            TyKind::Basic(Basic::Complex64) => 4,
            TyKind::Basic(basic) => basic_size(*basic).min(WORD),
            _ => WORD,
        }
    }

    /// The size of a type's values, in bytes; `None` if it is too large.
    pub fn size_of(&self, ty: Ty) -> Option<i64> {
        self.size_in(ty, 0)
    }

    fn size_in(&self, ty: Ty, depth: u32) -> Option<i64> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.under(ty).kind() {
            TyKind::Basic(basic) => Some(basic_size(*basic)),
            TyKind::Array { len, elem } => self.size_in(*elem, depth + 1)?.checked_mul((*len).max(0)),
            TyKind::Slice(_) => Some(3 * WORD),
            TyKind::Interface(_) => Some(2 * WORD),
            TyKind::Struct(fields) => {
                let Some(last) = fields.last() else { return Some(0) };
                let offset = self.offsets_in(fields, depth).last().copied().flatten()?;
                let size = self.size_in(last.ty, depth + 1)?;
                // A pointer past a last field of size zero must not leave the struct.
                let size = if offset > 0 && size == 0 { 1 } else { size };
                align_up(offset.checked_add(size)?, self.align_in(Ty::new(TyKind::Struct(fields.clone())), depth + 1))
            }
            _ => Some(WORD),
        }
    }

    /// The offsets of a struct's fields, in bytes; `None` for what is too far away.
    pub fn offsets_of(&self, fields: &[FieldTy]) -> Vec<Option<i64>> {
        self.offsets_in(fields, 0)
    }

    fn offsets_in(&self, fields: &[FieldTy], depth: u32) -> Vec<Option<i64>> {
        let mut end = Some(0i64);
        fields
            .iter()
            .map(|field| {
                let at = end.and_then(|end| align_up(end, self.align_in(field.ty, depth + 1)));
                end = at.and_then(|at| at.checked_add(self.size_in(field.ty, depth + 1)?));
                at
            })
            .collect()
    }
}
