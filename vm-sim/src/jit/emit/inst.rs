//! What single instructions become: arithmetic, comparisons, conversions, and what they reach of the machine's memory.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Type, Value};

use super::super::flow::extent;
use super::{At, Base, Emitter, Why, fixed, none, trusted};
use crate::code::{I, Reg, Small};
use crate::memory::{GATE_KIND, Obj, ObjKind};

impl Emitter<'_, '_> {
    fn bool(&mut self, c: Value) -> Value {
        self.b.ins().uextend(I64, c)
    }

    fn compare(&mut self, cc: IntCC, d: Reg, a: Reg, b: Reg) {
        let (x, y) = (self.get(a), self.get(b));
        let c = self.b.ins().icmp(cc, x, y);
        let v = self.bool(c);
        self.set(d, v);
    }

    fn float(&mut self, r: Reg) -> Value {
        let v = self.get(r);
        self.b.ins().bitcast(F64, MemFlagsData::new(), v)
    }

    /// The bits of a float; there is one NaN.
    fn set_float(&mut self, d: Reg, f: Value) {
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), f);
        let nan = self.int(0x7ff8_0000_0000_0001);
        let is = self.b.ins().fcmp(FloatCC::Unordered, f, f);
        let v = self.b.ins().select(is, nan, bits);
        self.set(d, v);
    }

    fn compare_float(&mut self, cc: FloatCC, d: Reg, a: Reg, b: Reg) {
        let (x, y) = (self.float(a), self.float(b));
        let c = self.b.ins().fcmp(cc, x, y);
        let v = self.bool(c);
        self.set(d, v);
    }

    fn narrow(&mut self, v: Value, ty: Type, signed: bool) -> Value {
        let v = self.b.ins().ireduce(ty, v);
        if signed { self.b.ins().sextend(I64, v) } else { self.b.ins().uextend(I64, v) }
    }

    /// The table's entry of a pointer's object; that of the object which is none if there isn't one.
    fn object(&mut self, p: Value) -> Value {
        let by = self.int(32);
        let h = self.b.ins().ushr(p, by);
        let len = self.base(Base::ObjsLen);
        let zero = self.int(0);
        let has = self.b.ins().icmp(IntCC::UnsignedLessThan, h, len);
        let h = self.b.ins().select(has, h, zero);
        let size = self.int(size_of::<Obj>() as i64);
        let by = self.b.ins().imul(h, size);
        let objs = self.base(Base::Objs);
        self.b.ins().iadd(objs, by)
    }

    fn field(&mut self, o: Value, at: usize) -> Value {
        // (only plain loads are moved out of loops)
        let v = self.b.ins().load(I32, fixed(), o, at as i32);
        self.b.ins().uextend(I64, v)
    }

    /// Of an object: where it starts, and how much of it lies in the arena of `len` units.
    fn span(&mut self, o: Value, len: Base) -> (Value, Value) {
        let start = self.field(o, std::mem::offset_of!(Obj, start));
        let have = self.field(o, std::mem::offset_of!(Obj, len));
        let arena = self.base(len);
        let rest = self.b.ins().isub(arena, start);
        let zero = self.int(0);
        let rest = self.b.ins().smax(rest, zero);
        (start, self.b.ins().umin(have, rest))
    }

    /// Whether an object is one of words that can be read, or written, without ado.
    fn plain_words(&mut self, o: Value, write: bool) -> Value {
        // owner, kind and gate as one word
        let tag = self.field(o, std::mem::offset_of!(Obj, owner));
        if write {
            let zero = self.int(0);
            return self.b.ins().icmp(IntCC::Equal, tag, zero);
        }
        let gate = self.int(1 << 24);
        self.b.ins().icmp(IntCC::UnsignedLessThan, tag, gate)
    }

    /// The same of bytes.
    fn plain_bytes(&mut self, o: Value, write: bool) -> Value {
        let mut tag = self.field(o, std::mem::offset_of!(Obj, owner));
        let mut want = u64::from(GATE_KIND) << 24 | (ObjKind::Bytes as u64) << 16;
        if !write {
            let by = self.int(16);
            tag = self.b.ins().ushr(tag, by);
            want >>= 16;
        }
        let want = self.int(want as i64);
        self.b.ins().icmp(IntCC::Equal, tag, want)
    }

    /// Where `n` slots at a pointer lie; leaves if they cannot be reached without ado.
    fn slots(&mut self, p: Reg, off: u32, n: u32, write: bool, at: At) -> Value {
        let p = self.get(p);
        let o = self.object(p);
        let plain = self.plain_words(o, write);
        let (start, have) = self.span(o, Base::WordsLen);
        let mask = self.int(0xffff_ffff);
        let off = self.int(off.into());
        let off = self.b.ins().iadd(p, off);
        let off = self.b.ins().band(off, mask);
        let n = self.int(n.into());
        let end = self.b.ins().iadd(off, n);
        let zero = self.int(0);
        let have = self.b.ins().select(plain, have, zero);
        let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, have);
        self.refuse_if(bad, at);
        let words = self.base(Base::Words);
        let from = self.b.ins().iadd(start, off);
        let three = self.int(3);
        let by = self.b.ins().ishl(from, three);
        self.b.ins().iadd(words, by)
    }

    /// Elements of a slice that can be reached without ado, in an arena whose units are of `1 << shift` bytes: how many, and where they lie.
    fn elems(&mut self, s: Reg, packed: bool, write: bool) -> (Value, Value) {
        let (p, len) = (self.get(s), self.get(s + 1));
        let o = self.object(p);
        let plain = if packed { self.plain_bytes(o, write) } else { self.plain_words(o, write) };
        let (start, have) = self.span(o, if packed { Base::BytesLen } else { Base::WordsLen });
        let mask = self.int(0xffff_ffff);
        let off = self.b.ins().band(p, mask);
        let rest = self.b.ins().isub(have, off);
        let zero = self.int(0);
        let rest = self.b.ins().smax(rest, zero);
        let rest = self.b.ins().umin(rest, len);
        let count = self.b.ins().select(plain, rest, zero);
        let base = self.base(if packed { Base::Bytes } else { Base::Words });
        let mut by = self.b.ins().iadd(start, off);
        if !packed {
            let three = self.int(3);
            by = self.b.ins().ishl(by, three);
        }
        (count, self.b.ins().iadd(base, by))
    }

    /// An element of a slice of one-slot elements. Those of types that are packed may still lie in words, as a part of another object.
    fn elem(&mut self, s: Reg, i: Reg, packed: bool, write: Option<Reg>, at: At) -> Value {
        let index = self.get(i);
        let value = write.map(|v| self.get(v));
        let done = self.b.create_block();
        self.b.append_block_param(done, I64);
        let (count, from) = self.elems(s, packed, write.is_some());
        let has = self.b.ins().icmp(IntCC::UnsignedLessThan, index, count);
        let (fast, other) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        self.b.ins().brif(has, fast, &none(), other, &none());
        self.b.seal_block(fast);
        self.b.seal_block(other);
        self.b.switch_to_block(fast);
        let v = self.access(from, index, packed, value);
        self.b.ins().jump(done, &[BlockArg::Value(v)]);
        self.b.switch_to_block(other);
        if packed {
            let (count, from) = self.elems(s, false, write.is_some());
            let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, count);
            self.refuse_if(bad, at);
            let v = self.access(from, index, false, value);
            self.b.ins().jump(done, &[BlockArg::Value(v)]);
        } else {
            self.leave(at.pc, Why::Undone { refund: at.refund }, at.before());
        }
        self.b.seal_block(done);
        self.b.switch_to_block(done);
        self.b.block_params(done)[0]
    }

    fn access(&mut self, from: Value, index: Value, packed: bool, value: Option<Value>) -> Value {
        let by = if packed {
            index
        } else {
            let three = self.int(3);
            self.b.ins().ishl(index, three)
        };
        let place = self.b.ins().iadd(from, by);
        match (value, packed) {
            (Some(v), true) => {
                self.b.ins().istore8(trusted(), v, place, 0);
                v
            }
            (Some(v), false) => {
                self.b.ins().store(trusted(), v, place, 0);
                v
            }
            (None, true) => self.b.ins().uload8(I64, trusted(), place, 0),
            (None, false) => self.b.ins().load(I64, trusted(), place, 0),
        }
    }

    /// The registers of a variable that an instruction reaches by index: where the first meant one lies in the frame. Leaves if they are not all the variable's.
    fn indexed(&mut self, a: Reg, i: Reg, n: u32, at: At) -> Option<Value> {
        let (_, end) = extent(self.code, a)?;
        let index = self.get(i);
        let last = self.int(i64::from(end - a) - i64::from(n));
        let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThan, index, last);
        self.refuse_if(bad, at);
        let three = self.int(3);
        let by = self.b.ins().ishl(index, three);
        let win = self.win();
        let from = self.b.ins().iadd(win, by);
        let first = self.int(self.place(a).into());
        Some(self.b.ins().iadd(from, first))
    }

    pub(super) fn inst(&mut self, i: &I, at: At) -> Option<()> {
        macro_rules! binary {
            ($d:expr, $a:expr, $b:expr, $op:ident) => {{
                let (x, y) = (self.get($a), self.get($b));
                let v = self.b.ins().$op(x, y);
                self.set($d, v);
            }};
        }
        macro_rules! with_const {
            ($d:expr, $a:expr, $v:expr, $op:ident) => {{
                let (x, y) = (self.get($a), self.int(i64::from($v)));
                let v = self.b.ins().$op(x, y);
                self.set($d, v);
            }};
        }
        macro_rules! floats {
            ($d:expr, $a:expr, $b:expr, $op:ident) => {{
                let (x, y) = (self.float($a), self.float($b));
                let v = self.b.ins().$op(x, y);
                self.set_float($d, v);
            }};
        }
        match *i {
            I::Mov { d, a } => {
                let v = self.get(a);
                self.set(d, v);
            }
            I::MovN { d, a, n } => {
                let values: Vec<Value> = (0..n).map(|k| self.get(a + k)).collect();
                values.into_iter().enumerate().for_each(|(k, v)| self.set(d + k as Reg, v));
            }
            I::Imm { d, v } => {
                let v = self.int(v.into());
                self.set(d, v);
            }
            I::Imm64 { d, lo, hi } => {
                let v = self.int((u64::from(lo) | u64::from(hi) << 32) as i64);
                self.set(d, v);
            }
            I::Zero { d, n } => {
                let v = self.int(0);
                (d..d + n).for_each(|r| self.set(r, v));
            }
            I::Add { d, a, b } => binary!(d, a, b, iadd),
            I::AddI { d, a, v } => with_const!(d, a, v, iadd),
            I::Sub { d, a, b } => binary!(d, a, b, isub),
            I::Mul { d, a, b } => binary!(d, a, b, imul),
            I::MulI { d, a, v } => with_const!(d, a, v, imul),
            I::And { d, a, b } => binary!(d, a, b, band),
            I::AndI { d, a, v } => with_const!(d, a, v, band),
            I::Or { d, a, b } => binary!(d, a, b, bor),
            I::Xor { d, a, b } => binary!(d, a, b, bxor),
            I::AndNot { d, a, b } => {
                let (x, y) = (self.get(a), self.get(b));
                let y = self.b.ins().bnot(y);
                let v = self.b.ins().band(x, y);
                self.set(d, v);
            }
            I::DivS { d, a, b } | I::RemS { d, a, b } => {
                let (x, y) = (self.get(a), self.get(b));
                let (zero, one, minus) = (self.int(0), self.int(1), self.int(-1));
                let none = self.b.ins().icmp(IntCC::Equal, y, zero);
                self.refuse_if(none, at);
                // by -1, which could overflow, is done apart
                let negates = self.b.ins().icmp(IntCC::Equal, y, minus);
                let y = self.b.ins().select(negates, one, y);
                let v = if matches!(i, I::DivS { .. }) {
                    let q = self.b.ins().sdiv(x, y);
                    let n = self.b.ins().ineg(x);
                    self.b.ins().select(negates, n, q)
                } else {
                    // by 1 as by -1 nothing is left
                    self.b.ins().srem(x, y)
                };
                self.set(d, v);
            }
            I::DivU { d, a, b } | I::RemU { d, a, b } => {
                let (x, y) = (self.get(a), self.get(b));
                let zero = self.int(0);
                let none = self.b.ins().icmp(IntCC::Equal, y, zero);
                self.refuse_if(none, at);
                let v = if matches!(i, I::DivU { .. }) { self.b.ins().udiv(x, y) } else { self.b.ins().urem(x, y) };
                self.set(d, v);
            }
            I::Shl { d, a, b } | I::ShrU { d, a, b } => {
                let (x, y) = (self.get(a), self.get(b));
                let v = if matches!(i, I::Shl { .. }) { self.b.ins().ishl(x, y) } else { self.b.ins().ushr(x, y) };
                let (zero, width) = (self.int(0), self.int(64));
                let fits = self.b.ins().icmp(IntCC::UnsignedLessThan, y, width);
                let v = self.b.ins().select(fits, v, zero);
                self.set(d, v);
            }
            I::ShrS { d, a, b } => {
                let (x, y, most) = (self.get(a), self.get(b), self.int(63));
                let y = self.b.ins().umin(y, most);
                let v = self.b.ins().sshr(x, y);
                self.set(d, v);
            }
            I::ShlI { d, a, v } => with_const!(d, a, v & 63, ishl),
            I::ShrSI { d, a, v } => with_const!(d, a, v & 63, sshr),
            I::ShrUI { d, a, v } => with_const!(d, a, v & 63, ushr),
            I::ChkShift { a } => {
                let (x, zero) = (self.get(a), self.int(0));
                let bad = self.b.ins().icmp(IntCC::SignedLessThan, x, zero);
                self.refuse_if(bad, at);
            }
            I::Neg { d, a } => {
                let x = self.get(a);
                let v = self.b.ins().ineg(x);
                self.set(d, v);
            }
            I::Com { d, a } => {
                let x = self.get(a);
                let v = self.b.ins().bnot(x);
                self.set(d, v);
            }
            I::Not { d, a } => {
                let (x, zero) = (self.get(a), self.int(0));
                let c = self.b.ins().icmp(IntCC::Equal, x, zero);
                let v = self.bool(c);
                self.set(d, v);
            }
            I::Norm { d, a, k } => {
                let x = self.get(a);
                let (ty, signed) = match k {
                    Small::I8 => (I8, true),
                    Small::I16 => (I16, true),
                    Small::I32 => (I32, true),
                    Small::U8 => (I8, false),
                    Small::U16 => (I16, false),
                    Small::U32 => (I32, false),
                };
                let v = self.narrow(x, ty, signed);
                self.set(d, v);
            }
            I::Eq { d, a, b } => self.compare(IntCC::Equal, d, a, b),
            I::Ne { d, a, b } => self.compare(IntCC::NotEqual, d, a, b),
            I::LtS { d, a, b } => self.compare(IntCC::SignedLessThan, d, a, b),
            I::LeS { d, a, b } => self.compare(IntCC::SignedLessThanOrEqual, d, a, b),
            I::LtU { d, a, b } => self.compare(IntCC::UnsignedLessThan, d, a, b),
            I::LeU { d, a, b } => self.compare(IntCC::UnsignedLessThanOrEqual, d, a, b),
            I::AddF { d, a, b } => floats!(d, a, b, fadd),
            I::SubF { d, a, b } => floats!(d, a, b, fsub),
            I::MulF { d, a, b } => floats!(d, a, b, fmul),
            I::DivF { d, a, b } => floats!(d, a, b, fdiv),
            I::LtF { d, a, b } => self.compare_float(FloatCC::LessThan, d, a, b),
            I::LeF { d, a, b } => self.compare_float(FloatCC::LessThanOrEqual, d, a, b),
            I::EqF { d, a, b } => self.compare_float(FloatCC::Equal, d, a, b),
            I::StrIndex { d, s, i } => {
                let (p, len, index) = (self.get(s), self.get(s + 1), self.get(i));
                let (arena, zero) = (self.base(Base::BytesLen), self.int(0));
                let rest = self.b.ins().isub(arena, p);
                let inside = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, p, arena);
                let rest = self.b.ins().select(inside, rest, zero);
                let count = self.b.ins().umin(len, rest);
                let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, count);
                self.refuse_if(bad, at);
                let bytes = self.base(Base::Bytes);
                let from = self.b.ins().iadd(bytes, p);
                let v = self.access(from, index, true, None);
                self.set(d, v);
            }
            I::Load { d, p, off } => {
                let from = self.slots(p, off, 1, false, at);
                let v = self.b.ins().load(I64, trusted(), from, 0);
                self.set(d, v);
            }
            I::LoadN { d, p, off, n } => {
                let from = self.slots(p, off.into(), n.into(), false, at);
                let values: Vec<Value> = (0..n).map(|k| self.b.ins().load(I64, trusted(), from, i32::from(k) * 8)).collect();
                values.into_iter().enumerate().for_each(|(k, v)| self.set(d + k as Reg, v));
            }
            I::Store { p, s, ty, off } => {
                let n = self.image.types.get(ty).slots;
                let to = self.slots(p, off.into(), n, true, at);
                for k in 0..n {
                    let v = self.get(s + k);
                    self.b.ins().store(trusted(), v, to, k as i32 * 8);
                }
            }
            I::NilChk { p } => {
                let (x, by, zero) = (self.get(p), self.int(32), self.int(0));
                let h = self.b.ins().ushr(x, by);
                let bad = self.b.ins().icmp(IntCC::Equal, h, zero);
                self.refuse_if(bad, at);
            }
            I::LoadElem { d, s, i, packed } => {
                let v = self.elem(s, i, packed, None, at);
                self.set(d, v);
            }
            I::StoreElem { s, i, v, packed } => {
                self.elem(s, i, packed, Some(v), at);
            }
            I::ElemPtr { d, s, i, stride } => {
                let (p, len, index) = (self.get(s), self.get(s + 1), self.get(i));
                let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, len);
                self.refuse_if(bad, at);
                let stride = self.int(stride.into());
                let by = self.b.ins().imul(index, stride);
                let v = self.b.ins().iadd(p, by);
                self.set(d, v);
            }
            I::Chk { i, len } => {
                let (x, len) = (self.get(i), self.int(len.into()));
                let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, x, len);
                self.refuse_if(bad, at);
            }
            I::PtrIdx { d, p, i, stride } => {
                let (p, index, stride) = (self.get(p), self.get(i), self.int(stride.into()));
                let by = self.b.ins().imul(index, stride);
                let v = self.b.ins().iadd(p, by);
                self.set(d, v);
            }
            I::LoadReg { d, a, i, n } => {
                let from = self.indexed(a, i, n.into(), at)?;
                let values: Vec<Value> = (0..n).map(|k| self.b.ins().load(I64, trusted(), from, i32::from(k) * 8)).collect();
                values.into_iter().enumerate().for_each(|(k, v)| self.set(d + k as Reg, v));
            }
            I::StoreReg { a, i, s, n } => {
                let to = self.indexed(a, i, n.into(), at)?;
                let values: Vec<Value> = (0..u32::from(n)).map(|k| self.get(s + k)).collect();
                for (k, v) in values.into_iter().enumerate() {
                    self.b.ins().store(trusted(), v, to, k as i32 * 8);
                }
            }
            I::Global { d, g } => {
                let (index, len) = (self.int(g.into()), self.base(Base::GlobalsLen));
                let bad = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, len);
                self.refuse_if(bad, at);
                let globals = self.base(Base::Globals);
                let v = self.b.ins().load(I64, trusted(), globals, i32::try_from(g).ok()?.checked_mul(8)?);
                let zero = self.int(0);
                let bad = self.b.ins().icmp(IntCC::Equal, v, zero);
                self.refuse_if(bad, at);
                self.set(d, v);
            }
            _ => return None,
        }
        Some(())
    }
}
