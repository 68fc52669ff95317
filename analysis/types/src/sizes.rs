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
        self.align_in(ty, &mut Vec::new())
    }

    fn align_in(&self, ty: Ty, stack: &mut Vec<Ty>) -> i64 {
        // A type that holds itself is an error elsewhere.
        if stack.contains(&ty) || stack.len() > MAX_DEPTH as usize {
            return WORD;
        }
        stack.push(ty);
        let align = self.align_of_kind(ty, stack);
        stack.pop();
        align
    }

    fn align_of_kind(&self, ty: Ty, stack: &mut Vec<Ty>) -> i64 {
        match self.under(ty).kind() {
            TyKind::Array { elem, .. } => self.align_in(*elem, stack),
            TyKind::Struct(fields) => fields.iter().map(|f| self.align_in(f.ty, stack)).max().unwrap_or(1),
            TyKind::Basic(Basic::Complex64) => 4,
            TyKind::Basic(basic) => basic_size(*basic).min(WORD),
            _ => WORD,
        }
    }

    /// The size of a type's values, in bytes; `None` if it is too large.
    pub fn size_of(&self, ty: Ty) -> Option<i64> {
        self.size_in(ty, &mut Vec::new())
    }

    fn size_in(&self, ty: Ty, stack: &mut Vec<Ty>) -> Option<i64> {
        if stack.contains(&ty) || stack.len() > MAX_DEPTH as usize {
            return None;
        }
        stack.push(ty);
        let size = self.size_of_kind(ty, stack);
        stack.pop();
        size
    }

    fn size_of_kind(&self, ty: Ty, stack: &mut Vec<Ty>) -> Option<i64> {
        match self.under(ty).kind() {
            TyKind::Basic(basic) => Some(basic_size(*basic)),
            TyKind::Array { len, elem } => self.size_in(*elem, stack)?.checked_mul((*len).max(0)),
            TyKind::Slice(_) => Some(3 * WORD),
            TyKind::Interface(_) => Some(2 * WORD),
            TyKind::Struct(fields) => {
                let Some(last) = fields.last() else { return Some(0) };
                let offset = self.offsets_in(fields, stack).last().copied().flatten()?;
                let size = self.size_in(last.ty, stack)?;
                // A pointer past a last field of size zero must not leave the struct.
                let size = if offset > 0 && size == 0 { 1 } else { size };
                align_up(offset.checked_add(size)?, self.align_in(Ty::new(TyKind::Struct(fields.clone())), stack))
            }
            _ => Some(WORD),
        }
    }

    /// The offsets of a struct's fields, in bytes; `None` for what is too far away.
    pub fn offsets_of(&self, fields: &[FieldTy]) -> Vec<Option<i64>> {
        self.offsets_in(fields, &mut Vec::new())
    }

    fn offsets_in(&self, fields: &[FieldTy], stack: &mut Vec<Ty>) -> Vec<Option<i64>> {
        let mut end = Some(0i64);
        fields
            .iter()
            .map(|field| {
                let at = end.and_then(|end| align_up(end, self.align_in(field.ty, stack)));
                end = at.and_then(|at| at.checked_add(self.size_in(field.ty, stack)?));
                at
            })
            .collect()
    }
}
