//! Places: where a value stands, read, written and addressed.

use amigos_mir::mir::{Operand, Place, PlaceBase, Proj};

use super::Compiler;
use crate::code::{Heavy, I, Reg};
use crate::image::LinkError;
use crate::types::{Kind, TypeId};

/// Where a place stands.
#[derive(Clone, Copy)]
pub(super) enum Addr {
    /// In registers from here on.
    Reg(Reg),
    /// In registers at a base plus an offset held by a register.
    RegDyn { base: Reg, offset: Reg },
    /// In memory.
    Mem { ptr: Reg, off: u32 },
    /// A one-slot element of a slice, of a type that is packed into bytes or not.
    Elem { slice: Reg, index: Reg, packed: bool },
}

impl Compiler<'_> {
    fn pointee(&self, ty: TypeId) -> TypeId {
        match self.kind(ty) {
            Kind::Ptr(t) => t,
            _ => 0,
        }
    }

    /// Emits what finds a place.
    pub(super) fn addr(&mut self, place: &Place) -> Result<(Addr, TypeId), LinkError> {
        let (addr, ty) = match &place.base {
            PlaceBase::Local(l) => {
                let l = self.local(*l);
                (if l.boxed { Addr::Mem { ptr: l.reg, off: 0 } } else { Addr::Reg(l.reg) }, l.ty)
            }
            PlaceBase::Deref(x) => {
                let ty = self.operand_ty(x);
                let ptr = self.operand(x)?;
                (Addr::Mem { ptr, off: 0 }, self.pointee(ty))
            }
            PlaceBase::Elem { slice, index } => {
                let ty = self.operand_ty(slice);
                let elem = match self.kind(ty) {
                    Kind::Slice(t) => t,
                    // generic code that indexes slices and arrays alike
                    Kind::Array(t, len) => {
                        let base = self.operand(slice)?;
                        let addr = self.index(Addr::Reg(base), index, self.slots(t), len)?;
                        return self.project(addr, t, &place.proj);
                    }
                    Kind::Ptr(array) => {
                        let Kind::Array(t, len) = self.kind(array) else { return Err("index of a pointer to no array".to_owned()) };
                        let ptr = self.operand(slice)?;
                        let addr = self.index(Addr::Mem { ptr, off: 0 }, index, self.slots(t), len)?;
                        return self.project(addr, t, &place.proj);
                    }
                    _ => return Err(format!("index of what is no slice in `{}`", self.body.func.name)),
                };
                let stride = self.slots(elem);
                let (slice, index) = (self.operand(slice)?, self.operand(index)?);
                if stride == 1 && place.proj.is_empty() {
                    return Ok((Addr::Elem { slice, index, packed: self.image.types.packs(elem) }, elem));
                }
                let d = self.temp(1);
                match u16::try_from(stride) {
                    Ok(stride) => self.emit(I::ElemPtr { d, s: slice, i: index, stride }),
                    Err(_) => self.heavy(Heavy::ElemPtrBig { d, s: slice, i: index, stride }),
                }
                (Addr::Mem { ptr: d, off: 0 }, elem)
            }
            PlaceBase::Global(key) => {
                let Some(g) = self.image.global(*key) else {
                    return Err(format!("variable `{}.{}` is unknown", key.pkg.0, key.name));
                };
                let d = self.temp(1);
                self.emit(I::Global { d, g });
                (Addr::Mem { ptr: d, off: 0 }, self.image.globals[g as usize].ty)
            }
        };
        self.project(addr, ty, &place.proj)
    }

    /// Follows projections.
    pub(super) fn project(&mut self, mut addr: Addr, mut ty: TypeId, proj: &[Proj]) -> Result<(Addr, TypeId), LinkError> {
        for p in proj {
            match p {
                Proj::Field(n) => {
                    let Kind::Struct(fields) = self.kind(ty) else {
                        return Err(format!("field of what is no struct in `{}`", self.body.func.name));
                    };
                    let Some(f) = fields.get(*n as usize) else { return Err("a field that is not there".to_owned()) };
                    addr = shifted(addr, f.offset);
                    ty = f.ty;
                }
                Proj::Index(i) => (addr, ty) = self.element(addr, ty, i)?,
            }
        }
        Ok((addr, ty))
    }

    /// An element of an array; in generic code also of a slice or of what a pointer to an array points to.
    fn element(&mut self, addr: Addr, ty: TypeId, i: &Operand) -> Result<(Addr, TypeId), LinkError> {
        match self.kind(ty) {
            Kind::Array(elem, len) => Ok((self.index(addr, i, self.slots(elem), len)?, elem)),
            Kind::Slice(elem) => {
                let slice = self.temp(3);
                self.load(slice, addr, 3);
                let index = self.operand(i)?;
                let (d, stride) = (self.temp(1), self.slots(elem));
                match u16::try_from(stride) {
                    Ok(stride) => self.emit(I::ElemPtr { d, s: slice, i: index, stride }),
                    Err(_) => self.heavy(Heavy::ElemPtrBig { d, s: slice, i: index, stride }),
                }
                Ok((Addr::Mem { ptr: d, off: 0 }, elem))
            }
            Kind::Ptr(array) => {
                let Kind::Array(elem, len) = self.kind(array) else { return Err("index of a pointer to no array".to_owned()) };
                let ptr = self.temp(1);
                self.load(ptr, addr, 1);
                Ok((self.index(Addr::Mem { ptr, off: 0 }, i, self.slots(elem), len)?, elem))
            }
            _ => Err(format!("index of what is no array in `{}`", self.body.func.name)),
        }
    }

    fn index(&mut self, addr: Addr, i: &Operand, stride: u32, len: u32) -> Result<Addr, LinkError> {
        if let Some(n) = self.small_const(i)
            && (n as u32) < len
            && n >= 0
        {
            return Ok(shifted(addr, n as u32 * stride));
        }
        let i = self.operand(i)?;
        self.emit(I::Chk { i, len });
        Ok(match addr {
            Addr::Reg(base) => {
                let offset = self.temp(1);
                self.heavy_index(offset, i, stride);
                Addr::RegDyn { base, offset }
            }
            Addr::RegDyn { base, offset } => {
                let d = self.temp(1);
                self.heavy_index(d, i, stride);
                self.emit(I::Add { d, a: d, b: offset });
                Addr::RegDyn { base, offset: d }
            }
            Addr::Mem { ptr, off } => {
                let d = self.temp(1);
                match u16::try_from(stride) {
                    Ok(stride) => self.emit(I::PtrIdx { d, p: ptr, i, stride }),
                    Err(_) => self.heavy(Heavy::PtrIdxBig { d, p: ptr, i, stride }),
                }
                Addr::Mem { ptr: d, off }
            }
            Addr::Elem { .. } => return Err("index of an element that is no array".to_owned()),
        })
    }

    fn heavy_index(&mut self, d: Reg, i: Reg, stride: u32) {
        match i32::try_from(stride) {
            Ok(1) => self.emit(I::Mov { d, a: i }),
            Ok(v) => self.emit(I::MulI { d, a: i, v }),
            Err(_) => self.heavy(Heavy::RegIdx { d, i, stride }),
        }
    }

    /// Reads a place into registers from `d` on.
    pub(super) fn load(&mut self, d: Reg, addr: Addr, n: u32) {
        match addr {
            Addr::Reg(a) => self.mov(d, a, n),
            Addr::RegDyn { base, offset } => match u16::try_from(n) {
                Ok(n) => self.emit(I::LoadReg { d, a: base, i: offset, n }),
                Err(_) => self.heavy(Heavy::LoadRegBig { d, a: base, i: offset, n }),
            },
            Addr::Elem { slice, index, packed } => self.emit(I::LoadElem { d, s: slice, i: index, packed }),
            Addr::Mem { ptr, off } => match (n, u16::try_from(off), u16::try_from(n)) {
                (0, ..) => self.emit(I::NilChk { p: ptr }),
                (1, ..) => self.emit(I::Load { d, p: ptr, off }),
                (_, Ok(off), Ok(n)) => self.emit(I::LoadN { d, p: ptr, off, n }),
                _ => self.heavy(Heavy::LoadBig { d, p: ptr, off, n }),
            },
        }
    }

    /// Writes registers from `s` on, a value of type `ty`, to a place.
    pub(super) fn store(&mut self, addr: Addr, s: Reg, ty: TypeId) {
        let n = self.slots(ty);
        match addr {
            Addr::Reg(d) => self.mov(d, s, n),
            Addr::RegDyn { base, offset } => match u16::try_from(n) {
                Ok(n) => self.emit(I::StoreReg { a: base, i: offset, s, n }),
                Err(_) => self.heavy(Heavy::StoreRegBig { a: base, i: offset, s, n }),
            },
            Addr::Elem { slice, index, packed } => {
                if self.rt(ty).refs {
                    let d = self.temp(1);
                    self.emit(I::ElemPtr { d, s: slice, i: index, stride: 1 });
                    self.emit(I::Store { p: d, s, ty, off: 0 });
                } else {
                    self.emit(I::StoreElem { s: slice, i: index, v: s, packed });
                }
            }
            Addr::Mem { ptr, off } => match (n, u16::try_from(off)) {
                (0, _) => self.emit(I::NilChk { p: ptr }),
                (_, Ok(off)) => self.emit(I::Store { p: ptr, s, ty, off }),
                _ => self.heavy(Heavy::StoreBig { p: ptr, s, ty, off }),
            },
        }
    }

    /// The address of a place in memory.
    pub(super) fn address(&mut self, d: Reg, addr: Addr) -> Result<(), LinkError> {
        match addr {
            Addr::Mem { ptr, off } => {
                self.emit(I::NilChk { p: ptr });
                match i32::try_from(off) {
                    Ok(0) => self.mov(d, ptr, 1),
                    Ok(v) => self.emit(I::AddI { d, a: ptr, v }),
                    Err(_) => return Err("an offset that is too large".to_owned()),
                }
                Ok(())
            }
            Addr::Elem { slice, index, .. } => {
                self.emit(I::ElemPtr { d, s: slice, i: index, stride: 1 });
                Ok(())
            }
            Addr::Reg(_) | Addr::RegDyn { .. } => Err(format!("address of a register in `{}`", self.body.func.name)),
        }
    }
}

fn shifted(addr: Addr, by: u32) -> Addr {
    match addr {
        Addr::Reg(r) => Addr::Reg(r + by),
        Addr::RegDyn { base, offset } => Addr::RegDyn { base: base + by, offset },
        Addr::Mem { ptr, off } => Addr::Mem { ptr, off: off + by },
        Addr::Elem { .. } => addr,
    }
}
