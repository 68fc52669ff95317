//! Operands and constants into registers.

use amigos_mir::mir::Operand;
use amigos_types::konst::Const;
use dashu_base::{Abs, ConversionError};
use dashu_int::IBig;

use super::Compiler;
use crate::code::{I, Reg};
use crate::image::LinkError;
use crate::types::{Kind, TypeId};

impl Compiler<'_> {
    /// The register that holds an operand; constants go to scratch.
    pub(super) fn operand(&mut self, x: &Operand) -> Result<Reg, LinkError> {
        if let Operand::Local(l) = x {
            return Ok(self.local(*l).reg);
        }
        let ty = self.operand_ty(x);
        let d = self.temp(self.slots(ty).max(1));
        self.operand_into(d, x)?;
        Ok(d)
    }

    /// Puts an operand into registers from `d` on; returns its slots.
    pub(super) fn operand_into(&mut self, d: Reg, x: &Operand) -> Result<u32, LinkError> {
        match x {
            Operand::Local(l) => {
                let l = self.local(*l);
                self.mov(d, l.reg, l.slots);
                Ok(l.slots)
            }
            Operand::Zero(ty) => {
                let ty = self.ty(*ty);
                let n = self.slots(ty);
                if n == 1 {
                    self.emit(I::Imm { d, v: 0 });
                } else if n > 0 {
                    self.emit(I::Zero { d, n });
                }
                Ok(n)
            }
            Operand::Const(c, ty) => {
                let ty = self.ty(*ty);
                self.constant(d, c, ty)?;
                Ok(self.slots(ty))
            }
        }
    }

    /// The value of an integer constant operand that fits into 32 bits.
    pub(super) fn small_const(&mut self, x: &Operand) -> Option<i32> {
        let Operand::Const(c, _) = x else {
            if let Operand::Zero(_) = x {
                let ty = self.operand_ty(x);
                return matches!(self.kind(ty), Kind::Int(_) | Kind::Uint(_) | Kind::Ptr(_)).then_some(0);
            }
            return None;
        };
        let ty = self.operand_ty(x);
        if !matches!(self.kind(ty), Kind::Int(_) | Kind::Uint(_)) {
            return None;
        }
        integer(c).ok().and_then(|n| i32::try_from(n as i64).ok()).filter(|n| *n >= 0 || matches!(self.kind(ty), Kind::Int(_)))
    }

    fn word(&mut self, d: Reg, v: u64) {
        match i32::try_from(v as i64) {
            Ok(v) => self.emit(I::Imm { d, v }),
            Err(_) => self.emit(I::Imm64 { d, lo: v as u32, hi: (v >> 32) as u32 }),
        }
    }

    fn constant(&mut self, d: Reg, c: &Const, ty: TypeId) -> Result<(), LinkError> {
        match (self.kind(ty), c) {
            (Kind::Bool, Const::Bool(b)) => self.word(d, u64::from(*b)),
            (Kind::Str, Const::Str(bytes)) => {
                let s = self.image.string(bytes);
                self.emit(I::Str { d, s });
            }
            (Kind::Int(_) | Kind::Uint(_), c) => {
                let v = integer(c)?;
                self.word(d, v);
            }
            (Kind::Float(bits), c) => {
                let v = float(c, bits)?;
                self.word(d, v);
            }
            (Kind::Complex(bits), c) => {
                let (re, im) = match c {
                    Const::Complex(parts) => (float(&parts.0, bits)?, float(&parts.1, bits)?),
                    c => (float(c, bits)?, 0),
                };
                self.word(d, re);
                self.word(d + 1, im);
            }
            (Kind::Ptr(_) | Kind::Other, Const::Int(_)) => {
                let v = integer(c)?;
                self.word(d, v);
            }
            _ => return Err(format!("constant of a type it cannot have in `{}`", self.body.func.name)),
        }
        Ok(())
    }
}

/// The low 64 bits of an integer constant.
pub(crate) fn integer(c: &Const) -> Result<u64, LinkError> {
    match c {
        Const::Int(n) => Ok(wrap(n)),
        Const::Rat(r) if *r.denominator() == dashu_int::UBig::ONE => Ok(wrap(r.numerator())),
        Const::Float(f) => match IBig::try_from((**f).clone()) {
            Ok(n) => Ok(wrap(&n)),
            Err(ConversionError::OutOfBounds | ConversionError::LossOfPrecision) => Err("constant is no integer".to_owned()),
        },
        Const::Complex(parts) => integer(&parts.0),
        _ => Err("constant is no integer".to_owned()),
    }
}

fn wrap(n: &IBig) -> u64 {
    if let Ok(v) = i64::try_from(n) {
        return v as u64;
    }
    if let Ok(v) = u64::try_from(n) {
        return v;
    }
    let low = n.clone().abs() % (IBig::ONE << 64);
    let low = u64::try_from(&low).unwrap_or(0);
    if *n < IBig::ZERO { low.wrapping_neg() } else { low }
}

/// The bits of a constant as a float of the given size.
pub(crate) fn float(c: &Const, bits: u8) -> Result<u64, LinkError> {
    // The checker's own rounding is exact; the big numbers' conversions are not always.
    Ok(match (c, bits) {
        (Const::Int(_) | Const::Rat(_) | Const::Float(_), 32) => u64::from(c.f32_value().to_bits()),
        (Const::Int(_) | Const::Rat(_) | Const::Float(_), _) => c.f64_value().to_bits(),
        (Const::Complex(parts), bits) => return float(&parts.0, bits),
        _ => return Err("constant is no number".to_owned()),
    })
}
