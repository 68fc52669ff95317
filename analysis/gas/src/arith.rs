//! Numbers, comparisons and conversions.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_syntax::ast::BinaryOp;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::State;
use crate::loops::constant;
use crate::poly::Poly;
use crate::value::{Value, range_of};
use crate::walk::{Res, Walk};

impl Walk<'_> {
    pub fn compare(&mut self, st: &mut State, x: &Operand, a: &Value, b: &Value) -> Res<()> {
        let ty = self.ty(x);
        match self.core(ty) {
            TyKind::Basic(Basic::String | Basic::UntypedString) => {
                // No more than the shorter one is looked at; equality of unequal lengths costs nothing.
                let shorter = match (&a.hi, &b.hi) {
                    (Some(a), Some(b)) if (b.degree(), b.constant_part()) < (a.degree(), a.constant_part()) => Some(b.clone()),
                    (Some(a), _) => Some(a.clone()),
                    (None, b) => b.clone(),
                };
                let n = self.need(shorter, || "the length of a compared string is not known".into())?;
                self.charge(st, gas::BYTES, &n)
            }
            TyKind::Basic(_) | TyKind::Pointer(_) | TyKind::Map { .. } | TyKind::Signature(_) | TyKind::Slice(_) => Ok(()),
            TyKind::Interface(_) => {
                let mut most = Poly::constant(2);
                for v in [a, b] {
                    for d in v.dyns.iter().flat_map(|d| d.iter()) {
                        let Some(t) = d.ty else {
                            // A run-time error is compared as its text.
                            most = self.large(most.join(&Poly::constant(gas::BYTES.of(400))))?;
                            continue;
                        };
                        let one = if self.is_string(t) {
                            let n = self.need(d.value.hi.clone(), || "the length of a compared string is not known".into())?;
                            self.slope(gas::BYTES, &n)?
                        } else {
                            Poly::constant(gas::COPY.of(self.slots(t)))
                        };
                        most = self.large(most.join(&one))?;
                    }
                    if v.dyns.is_none() && !matches!(x, Operand::Zero(_)) {
                        // A comparison looks at strings, if there are any in it.
                        let error = ty.canonical() == Ty::error();
                        if !error && self.dry == 0 {
                            return Err(self.reason("compares values of unknown type"));
                        }
                    }
                }
                self.pay(st, &most)
            }
            _ => self.pay(st, &Poly::constant(gas::COPY.of(self.slots(ty)))),
        }
    }

    pub fn arithmetic(&self, op: BinaryOp, a: &Value, b: &Value, y: &Operand, ty: Ty) -> Value {
        let TyKind::Basic(basic) = self.core(ty) else { return Value::unknown() };
        if !(Basic::Int..=Basic::Uintptr).contains(basic) && *basic < Basic::UntypedInt {
            return Value::unknown();
        }
        let (top, down) = range_of(*basic);
        let unsigned = down == Some(0);
        let plus = |a: &Option<Poly>, b: &Option<Poly>| a.as_ref().zip(b.as_ref()).and_then(|(a, b)| a.plus(b).ok());
        let times = |a: &Option<Poly>, b: &Option<Poly>| a.as_ref().zip(b.as_ref()).and_then(|(a, b)| a.times(b).ok());
        let zero = Some(Poly::default());
        let positive = constant(y).filter(|n| *n > 0).map(i64::unsigned_abs);
        let (hi, lo) = match op {
            BinaryOp::Add => (plus(&a.hi, &b.hi), plus(&a.lo, &b.lo)),
            BinaryOp::Sub if unsigned => (None, zero.clone()),
            BinaryOp::Sub => match positive.filter(|_| a.hi.as_ref().is_some_and(Poly::is_constant)) {
                Some(n) => (a.hi.as_ref().map(|hi| hi.less(n)), plus(&a.lo, &b.hi)),
                None => (plus(&a.hi, &b.lo), plus(&a.lo, &b.hi)),
            },
            BinaryOp::Mul => (plus(&times(&a.hi, &b.hi), &times(&a.lo, &b.lo)), plus(&times(&a.hi, &b.lo), &times(&a.lo, &b.hi))),
            BinaryOp::Div => match positive {
                Some(n) => {
                    let by = |x: &Option<Poly>| x.as_ref().and_then(|x| x.scaled(1, n).ok());
                    (by(&a.hi), by(&a.lo))
                }
                None if unsigned => (a.hi.clone(), zero.clone()),
                None => (plus(&a.hi, &a.lo), plus(&a.hi, &a.lo)),
            },
            BinaryOp::Rem => match positive {
                Some(n) => {
                    let low = if a.lo.as_ref().is_some_and(Poly::is_zero) { zero.clone() } else { Some(Poly::constant(n - 1)) };
                    (Some(Poly::constant(n - 1)), low)
                }
                None if unsigned => (b.hi.clone(), zero.clone()),
                None => (plus(&b.hi, &b.lo), plus(&b.hi, &b.lo)),
            },
            BinaryOp::And if b.lo.as_ref().is_some_and(Poly::is_zero) => (b.hi.clone(), zero.clone()),
            BinaryOp::And if a.lo.as_ref().is_some_and(Poly::is_zero) => (a.hi.clone(), zero.clone()),
            BinaryOp::Or | BinaryOp::Xor if [a, b].iter().all(|v| v.lo.as_ref().is_some_and(Poly::is_zero)) => {
                // At most the next power of two, less one: twice the larger.
                (plus(&a.hi, &b.hi).and_then(|p| p.scaled(2, 1).ok()), zero.clone())
            }
            BinaryOp::Shr => match positive {
                Some(n) if n < 63 => {
                    let by = |x: &Option<Poly>| x.as_ref().and_then(|x| x.scaled(1, 1 << n).ok());
                    (by(&a.hi), by(&a.lo).and_then(|l| if l.is_zero() { Some(l) } else { l.plus(&Poly::constant(1)).ok() }))
                }
                _ => (a.hi.clone(), a.lo.clone()),
            },
            BinaryOp::Shl => match positive {
                Some(n) if n < 32 => {
                    let by = |x: &Option<Poly>| x.as_ref().and_then(|x| x.scaled(1 << n, 1).ok());
                    (by(&a.hi), by(&a.lo))
                }
                _ => (None, None),
            },
            BinaryOp::AndNot if a.lo.as_ref().is_some_and(Poly::is_zero) => (a.hi.clone(), zero.clone()),
            _ => (None, None),
        };
        // A narrow type holds no more than it can.
        let clamp = |size: Option<Poly>, limit: Option<u64>| match (size, limit) {
            (Some(p), Some(n)) if p.is_constant() && p.constant_part() <= n => Some(p),
            (_, Some(n)) => Some(Poly::constant(n)),
            (p, None) => p,
        };
        Value::number(clamp(hi, top), clamp(lo, down))
    }

    pub fn convert(&mut self, st: &mut State, inst: &Inst, dst: LocalId, x: &Operand, conv: Conv) -> Res<()> {
        let v = self.value(st, x);
        let (from, to) = (self.ty(x), self.inst_ty(self.body().locals[dst.idx()].ty));
        let conv = if conv == Conv::Generic {
            let types = self.types;
            amigos_mir::lower::conversion_between(types.core(from), types.core(to), &|t| types.core(t))
        } else {
            conv
        };
        let value = match conv {
            Conv::BytesToString | Conv::RunesToString => {
                let n = self.size(st, x, "is converted")?;
                if let TyKind::Slice(elem) = self.core(from) {
                    let slice = self.numbered(st, x);
                    self.touch_elem(st, &slice, *elem, None, false)?;
                }
                let bytes = if conv == Conv::RunesToString { self.large(n.scaled(4, 1))? } else { n.clone() };
                self.charge(st, if conv == Conv::RunesToString { gas::RUNES } else { gas::BYTES }, &n)?;
                self.charge(st, gas::ALLOC, &bytes)?;
                Value::number(v.hi.map(|_| bytes), Some(Poly::default()))
            }
            Conv::StringToBytes | Conv::StringToRunes => {
                let n = self.size(st, x, "is converted")?;
                let runes = conv == Conv::StringToRunes;
                self.charge(st, if runes { gas::RUNES } else { gas::BYTES }, &n)?;
                let bytes = self.large(n.scaled(if runes { 8 } else { 1 }, 1))?;
                self.charge(st, gas::ALLOC, &bytes)?;
                let id = self.id(inst, 1);
                let mut obj = self.object(Value::constant(if runes { 0x10_FFFF } else { 255 }), 0);
                obj.len = v.hi.clone();
                let pointer = self.make(st, id, obj, dst);
                Value { hi: v.hi, ..pointer }
            }
            Conv::IntToString => {
                self.charge(st, gas::ALLOC, &Poly::constant(4))?;
                Value::constant(4)
            }
            Conv::Number => {
                let (TyKind::Basic(a), TyKind::Basic(b)) = (self.core(from), self.core(to)) else { return Ok(()) };
                let integer = |b: &Basic| (Basic::Int..=Basic::Uintptr).contains(b);
                if !integer(a) || !integer(b) {
                    Value::any(self.types, to)
                } else {
                    let (top, down) = range_of(*b);
                    let fits = |p: &Option<Poly>, limit: Option<u64>| match limit {
                        None => true,
                        Some(n) => p.as_ref().is_some_and(|p| p.is_constant() && p.constant_part() <= n),
                    };
                    let low_is_zero = v.lo.as_ref().is_some_and(Poly::is_zero);
                    let narrow = matches!(b, Basic::Int32 | Basic::Uint32)
                        && !matches!(a, Basic::Int32 | Basic::Uint32)
                        && !matches!(a, Basic::Int8 | Basic::Int16 | Basic::Uint8 | Basic::Uint16);
                    if fits(&v.hi, top) && (fits(&v.lo, down) && down != Some(0) || low_is_zero) && !narrow {
                        // From an unsigned type of which nothing is known it may come out negative.
                        let lo = if v.hi.is_none() && down.is_none() && range_of(*a).1 == Some(0) { None } else { v.lo.clone() };
                        Value::number(v.hi.clone(), lo)
                    } else if narrow && low_is_zero && *b == Basic::Uint32 {
                        Value::number(v.hi.clone(), Some(Poly::default()))
                    } else if narrow && v.hi.as_ref().is_some_and(|p| p.is_constant() && p.constant_part() < 1 << 31) && low_is_zero {
                        Value::number(v.hi.clone(), v.lo.clone())
                    } else {
                        Value::any(self.types, to)
                    }
                }
            }
            Conv::SliceToArray => {
                let TyKind::Slice(elem) = self.core(from) else { return Ok(()) };
                let slice = self.numbered(st, x);
                self.touch_elem(st, &slice, *elem, None, false)?;
                let one = self.element(st, &slice, *elem, None);
                Value { parts: Rc::new(vec![one]), ..Value::default() }
            }
            Conv::SliceToArrayPtr => Value::unknown(),
            Conv::Same | Conv::Generic => v,
        };
        self.set(st, dst, value);
        Ok(())
    }
}
