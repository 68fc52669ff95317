//! Instructions without calls.

use amigos_mir::mir::{Appended, Conv, LocalId, Op, Operand, Proj};
use amigos_syntax::ast::{BinaryOp, UnaryOp};

use super::Compiler;
use super::place::Addr;
use crate::code::{Arith, Heavy, I, Num, Reg, Sliced, Small};
use crate::image::LinkError;
use crate::types::{Kind, TypeId};

impl Compiler<'_> {
    fn reg(&self, l: &LocalId) -> Reg {
        match self.redirect {
            Some((from, to)) if from == *l => to,
            _ => self.local(*l).reg,
        }
    }

    pub(super) fn op(&mut self, op: &Op) -> Result<(), LinkError> {
        match op {
            Op::Copy { dst, src } => {
                let d = self.reg(dst);
                self.operand_into(d, src)?;
            }
            Op::NewBox { local } => {
                let l = self.local(*local);
                self.heavy(Heavy::NewObj { d: l.reg, ty: l.ty });
            }
            Op::New { dst, ty } => {
                let (d, ty) = (self.reg(dst), self.ty(*ty));
                self.heavy(Heavy::NewObj { d, ty });
            }
            Op::Load { dst, place } => {
                let (addr, ty) = self.addr(place)?;
                let (d, n) = (self.reg(dst), self.slots(ty));
                self.load(d, addr, n);
            }
            Op::Store { place, src } => {
                let s = self.operand(src)?;
                let (addr, ty) = self.addr(place)?;
                self.store(addr, s, ty);
            }
            Op::Addr { dst, place } => {
                let (addr, _) = self.addr(place)?;
                let d = self.reg(dst);
                self.address(d, addr)?;
            }
            Op::Unary { dst, op, x } => self.unary(self.reg(dst), *op, x)?,
            Op::Binary { dst, op, x, y } => self.binary(self.reg(dst), *op, x, y)?,
            Op::Concat { dst, parts } => {
                let d = self.reg(dst);
                let ty = self.local(*dst).ty;
                if matches!(self.kind(ty), Kind::Str) {
                    let parts = parts.iter().map(|p| self.operand(p)).collect::<Result<Box<[Reg]>, _>>()?;
                    self.heavy(Heavy::Concat { d, parts });
                } else if let [first, rest @ ..] = &parts[..] {
                    // `+` of a type parameter whose argument is no string
                    let sum = self.temp(self.slots(ty));
                    self.operand_into(sum, first)?;
                    for p in rest {
                        let y = self.operand(p)?;
                        self.arith(sum, BinaryOp::Add, sum, y, ty)?;
                    }
                    self.mov(d, sum, self.slots(ty));
                }
            }
            Op::Convert { dst, x, conv } => self.convert(*dst, x, *conv)?,
            Op::MakeInterface { dst, x } => {
                let ty = self.operand_ty(x);
                let a = self.operand(x)?;
                let d = self.reg(dst);
                if matches!(self.kind(ty), Kind::Iface(_)) {
                    // a type parameter whose argument is an interface
                    self.mov(d, a, 2);
                } else {
                    self.heavy(Heavy::MakeIface { d, a, ty });
                }
            }
            Op::ChangeInterface { dst, x } => {
                let d = self.reg(dst);
                self.operand_into(d, x)?;
            }
            Op::TypeAssert { dst, ok, x, ty } => {
                let from = self.operand_ty(x);
                let x = self.operand(x)?;
                let ty = self.ty(*ty);
                let (d, ok) = (self.reg(dst), ok.as_ref().map(|l| self.reg(l)));
                self.heavy(Heavy::Assert { d, ok, x, ty, from });
            }
            Op::Aggregate { dst, ty, parts } => self.aggregate(self.reg(dst), *ty, parts)?,
            Op::Extract { dst, x, proj } => {
                let ty = self.operand_ty(x);
                let a = self.operand(x)?;
                let (addr, ty) = self.project(Addr::Reg(a), ty, proj)?;
                let d = self.reg(dst);
                self.load(d, addr, self.slots(ty));
            }
            Op::StringIndex { dst, x, index } => {
                let ty = self.operand_ty(x);
                let d = self.reg(dst);
                match self.kind(ty) {
                    // generic code that indexes strings and slices or arrays of bytes alike
                    Kind::Slice(elem) => {
                        let packed = self.image.types.packs(elem);
                        let (s, i) = (self.operand(x)?, self.operand(index)?);
                        self.emit(I::LoadElem { d, s, i, packed });
                    }
                    Kind::Array(..) | Kind::Ptr(_) => {
                        let a = self.operand(x)?;
                        let (addr, _) = self.project(Addr::Reg(a), ty, &[Proj::Index(index.clone())])?;
                        self.load(d, addr, 1);
                    }
                    _ => {
                        let (s, i) = (self.operand(x)?, self.operand(index)?);
                        self.emit(I::StrIndex { d, s, i });
                    }
                }
            }
            Op::Slice { dst, x, low, high, max } => {
                let ty = self.operand_ty(x);
                let what = match self.kind(ty) {
                    Kind::Str => Sliced::Str,
                    Kind::Slice(t) => Sliced::Slice { stride: self.slots(t) },
                    Kind::Ptr(t) => match self.kind(t) {
                        Kind::Array(t, len) => Sliced::Array { stride: self.slots(t), len },
                        _ => return Err("slice of a pointer to no array".to_owned()),
                    },
                    _ => return Err("slice of what cannot be sliced".to_owned()),
                };
                let x = self.operand(x)?;
                let mut part = |p: &Option<Operand>| p.as_ref().map(|p| self.operand(p)).transpose();
                let (low, high, max) = (part(low)?, part(high)?, part(max)?);
                let d = self.reg(dst);
                self.heavy(Heavy::Slice { d, x, what, low, high, max });
            }
            Op::Len { dst, x } => self.len(self.reg(dst), x, 1)?,
            Op::Cap { dst, x } => self.len(self.reg(dst), x, 2)?,
            Op::MakeSlice { dst, elem, len, cap } => {
                let elem = self.ty(*elem);
                let len = self.operand(len)?;
                let cap = cap.as_ref().map(|c| self.operand(c)).transpose()?;
                let d = self.reg(dst);
                self.heavy(Heavy::MakeSlice { d, elem, len, cap });
            }
            Op::MakeMap { dst, ty, .. } => {
                let (d, ty) = (self.reg(dst), self.ty(*ty));
                self.heavy(Heavy::MakeMap { d, ty });
            }
            Op::Append { dst, slice, what } => self.append(self.reg(dst), slice, what)?,
            Op::CopyElems { dst, to, from } => {
                let (tt, tf) = (self.operand_ty(to), self.operand_ty(from));
                let Kind::Slice(elem) = self.kind(tt) else { return Err("copy to what is no slice".to_owned()) };
                let string = matches!(self.kind(tf), Kind::Str);
                let (to, from) = (self.operand(to)?, self.operand(from)?);
                let d = dst.as_ref().map(|l| self.reg(l));
                self.heavy(Heavy::CopyElems { d, to, from, elem, string });
            }
            Op::Clear { x } => {
                let ty = self.operand_ty(x);
                let r = self.operand(x)?;
                match self.kind(ty) {
                    Kind::Map(..) => self.heavy(Heavy::ClearMap { m: r }),
                    Kind::Slice(elem) => self.heavy(Heavy::ClearSlice { s: r, elem }),
                    _ => return Err("clear of what is neither map nor slice".to_owned()),
                }
            }
            Op::MapGet { dst, ok, map, key } => {
                let ty = self.operand_ty(map);
                let (m, k) = (self.operand(map)?, self.operand(key)?);
                let (d, ok) = (self.reg(dst), ok.as_ref().map(|l| self.reg(l)));
                self.heavy(Heavy::MapGet { d, ok, m, k, ty });
            }
            Op::MapSet { map, key, value } => {
                let ty = self.operand_ty(map);
                let (m, k, v) = (self.operand(map)?, self.operand(key)?, self.operand(value)?);
                self.heavy(Heavy::MapSet { m, k, v, ty });
            }
            Op::MapDelete { map, key } => {
                let ty = self.operand_ty(map);
                let (m, k) = (self.operand(map)?, self.operand(key)?);
                self.heavy(Heavy::MapDelete { m, k, ty });
            }
            Op::MapIter { iter, map } => {
                let m = self.operand(map)?;
                let it = self.reg(iter);
                self.heavy(Heavy::MapIter { it, m });
            }
            Op::MapNext { iter, ok, key, value } => {
                let (it, ok) = (self.reg(iter), self.reg(ok));
                let (k, v) = (key.as_ref().map(|l| self.reg(l)), value.as_ref().map(|l| self.reg(l)));
                self.heavy(Heavy::MapNext { it, ok, k, v });
            }
            Op::DecodeRune { rune, width, x, at } => {
                let (x, at) = (self.operand(x)?, self.operand(at)?);
                let (r, w) = (self.reg(rune), self.reg(width));
                self.heavy(Heavy::DecodeRune { r, w, x, at });
            }
            Op::MinMax { dst, max, args } => {
                let ty = self.local(*dst).ty;
                let args = args.iter().map(|a| self.operand(a)).collect::<Result<Box<[Reg]>, _>>()?;
                let d = self.reg(dst);
                self.heavy(Heavy::MinMax { d, args, max: *max, ty });
            }
            Op::Complex { dst, re, im } => {
                let t = self.temp(2);
                self.operand_into(t, re)?;
                self.operand_into(t + 1, im)?;
                let d = self.reg(dst);
                self.mov(d, t, 2);
            }
            Op::ComplexPart { dst, imag, x } => {
                let a = self.operand(x)?;
                let d = self.reg(dst);
                self.mov(d, a + u32::from(*imag), 1);
            }
            Op::Call { dsts, callee, args } => self.call(dsts, callee, args)?,
            Op::Closure { dst, closure, captures } => {
                let f = self.image.closure(self.func, *closure)?;
                let captures = captures.iter().map(|l| self.reg(l)).collect();
                let d = self.reg(dst);
                self.heavy(Heavy::Closure { d, f, captures });
            }
            Op::FuncValue { dst, callee } => self.func_value(self.reg(dst), callee)?,
            Op::Bind { dst, callee, recv } => self.bind(self.reg(dst), callee, recv.as_ref())?,
            Op::Defer { callee, args, frame } => self.defer(callee, args, frame.as_ref())?,
            Op::FrameToken { dst } => {
                let d = self.reg(dst);
                self.heavy(Heavy::FrameToken { d });
            }
            Op::Depth { dst } => {
                let d = self.reg(dst);
                self.heavy(Heavy::Depth { d });
            }
            Op::RuntimePanic { text } => self.heavy(Heavy::Unsupported { what: text }),
            Op::Go { callee, args } => self.go(callee, args)?,
            Op::MakeChan { dst, ty, cap } => {
                let cap = cap.as_ref().map(|c| self.operand(c)).transpose()?;
                let (d, ty) = (self.reg(dst), self.ty(*ty));
                self.heavy(Heavy::MakeChan { d, ty, cap });
            }
            Op::Send { chan, value } => {
                let ty = self.operand_ty(value);
                let n = self.slots(ty);
                let (c, v) = (self.operand(chan)?, self.operand(value)?);
                self.heavy(Heavy::Send { c, v, n });
            }
            Op::Recv { dst, ok, chan } => {
                let c = self.operand(chan)?;
                let n = self.local(*dst).slots;
                let (d, ok) = (self.reg(dst), ok.as_ref().map(|l| self.reg(l)));
                self.heavy(Heavy::Recv { d, n, ok, c });
            }
            Op::Close { chan } => {
                let c = self.operand(chan)?;
                self.heavy(Heavy::Close { c });
            }
            Op::Select { chosen, cases, default } => {
                let mut list = Vec::new();
                for case in cases {
                    let chan = self.operand(&case.chan)?;
                    let mut send = None;
                    if let Some(value) = &case.send {
                        let ty = self.operand_ty(value);
                        send = Some((self.operand(value)?, self.slots(ty)));
                    }
                    let to = case.recv.as_ref().map(|l| (self.reg(l), self.local(*l).slots));
                    list.push(crate::fibers::Case { chan, send, to, ok: case.ok.as_ref().map(|l| self.reg(l)) });
                }
                let d = self.reg(chosen);
                self.heavy(Heavy::Select { d, cases: list.into(), default: *default });
            }
            Op::Recover { dst } => {
                let d = self.reg(dst);
                self.heavy(Heavy::Recover { d });
            }
            Op::Print { args, newline } => {
                let mut list = Vec::new();
                for a in args {
                    let ty = self.operand_ty(a);
                    list.push((self.operand(a)?, ty));
                }
                self.heavy(Heavy::Print { args: list.into(), newline: *newline });
            }
            Op::Msg { dst, field } => {
                let d = self.reg(dst);
                self.heavy(Heavy::Msg { d, field: *field });
            }
            Op::Unsupported { what } => self.heavy(Heavy::Unsupported { what }),
        }
        Ok(())
    }

    fn len(&mut self, d: Reg, x: &Operand, part: u32) -> Result<(), LinkError> {
        let ty = self.operand_ty(x);
        match self.kind(ty) {
            Kind::Str | Kind::Slice(_) => {
                let a = self.operand(x)?;
                self.mov(d, a + part, 1);
            }
            Kind::Map(..) => {
                let m = self.operand(x)?;
                self.emit(I::MapLen { d, m });
            }
            Kind::Array(_, n) => self.emit(I::Imm64 { d, lo: n, hi: 0 }),
            Kind::Ptr(t) => {
                let n = if let Kind::Array(_, n) = self.kind(t) { n } else { 0 };
                self.emit(I::Imm64 { d, lo: n, hi: 0 });
            }
            _ => {
                let c = self.operand(x)?;
                self.heavy(Heavy::ChanLen { d, c, cap: part == 2 });
            }
        }
        Ok(())
    }

    fn aggregate(&mut self, d: Reg, ty: amigos_types::ty::Ty, parts: &[(u32, Operand)]) -> Result<(), LinkError> {
        let ty = self.ty(ty);
        let n = self.slots(ty);
        let t = self.temp(n);
        let offset = |c: &Compiler, i: u32| match c.kind(ty) {
            Kind::Struct(fields) => fields.get(i as usize).map(|f| f.offset),
            Kind::Array(elem, len) => (i < len).then(|| i * c.slots(elem)),
            _ => None,
        };
        let mut covered = 0u32;
        for (_, x) in parts {
            let tx = self.operand_ty(x);
            covered = covered.saturating_add(self.slots(tx));
        }
        if covered < n {
            self.emit(I::Zero { d: t, n });
        }
        for (i, x) in parts {
            let Some(at) = offset(self, *i) else { return Err("a part that is not there".to_owned()) };
            self.operand_into(t + at, x)?;
        }
        self.mov(d, t, n);
        Ok(())
    }

    fn append(&mut self, d: Reg, slice: &Operand, what: &Appended) -> Result<(), LinkError> {
        let ty = self.operand_ty(slice);
        let Kind::Slice(elem) = self.kind(ty) else { return Err("append to what is no slice".to_owned()) };
        let s = self.operand(slice)?;
        match what {
            Appended::Elems(list) => {
                let stride = self.slots(elem);
                let from = self.temp(stride * list.len() as u32);
                for (i, x) in list.iter().enumerate() {
                    self.operand_into(from + i as u32 * stride, x)?;
                }
                self.heavy(Heavy::AppendElems { d, s, elem, from, n: list.len() as u32 });
            }
            Appended::Slice(x) => {
                let tx = self.operand_ty(x);
                let x = self.operand(x)?;
                if matches!(self.kind(tx), Kind::Str) {
                    self.heavy(Heavy::AppendStr { d, s, elem, x });
                } else {
                    self.heavy(Heavy::AppendSlice { d, s, elem, x });
                }
            }
            Appended::String(x) => {
                let x = self.operand(x)?;
                self.heavy(Heavy::AppendStr { d, s, elem, x });
            }
        }
        Ok(())
    }

    fn norm(&mut self, d: Reg, ty: TypeId) {
        if let Some(k) = small(&self.kind(ty)) {
            self.emit(I::Norm { d, a: d, k });
        }
    }

    fn unary(&mut self, d: Reg, op: UnaryOp, x: &Operand) -> Result<(), LinkError> {
        let ty = self.operand_ty(x);
        let a = self.operand(x)?;
        match (op, self.kind(ty)) {
            (UnaryOp::Neg, Kind::Float(bits)) => self.heavy(Heavy::NegF { d, a, bits }),
            (UnaryOp::Neg, Kind::Complex(bits)) => self.heavy(Heavy::NegCx { d, a, bits }),
            (UnaryOp::Neg, _) => {
                self.emit(I::Neg { d, a });
                self.norm(d, ty);
            }
            (UnaryOp::Xor, _) => {
                self.emit(I::Com { d, a });
                self.norm(d, ty);
            }
            (UnaryOp::Not, _) => self.emit(I::Not { d, a }),
            (UnaryOp::Add, _) => self.mov(d, a, self.slots(ty)),
            _ => return Err("a unary operation that is no arithmetic".to_owned()),
        }
        Ok(())
    }

    fn binary(&mut self, d: Reg, op: BinaryOp, x: &Operand, y: &Operand) -> Result<(), LinkError> {
        let (tx, ty) = (self.operand_ty(x), self.operand_ty(y));
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            return self.shift(d, op, x, y);
        }
        // an interface compared with a concrete value
        let (ix, iy) = (matches!(self.kind(tx), Kind::Iface(_)), matches!(self.kind(ty), Kind::Iface(_)));
        if ix != iy && matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            let (a, b) = (self.operand(x)?, self.operand(y)?);
            let (concrete, t, iface, r) = if ix { (b, ty, tx, a) } else { (a, tx, ty, b) };
            let boxed = self.temp(2);
            self.heavy(Heavy::MakeIface { d: boxed, a: concrete, ty: t });
            self.heavy(Heavy::EqAny { d, a: r, b: boxed, ty: iface, neg: op == BinaryOp::Ne });
            return Ok(());
        }
        if let (Kind::Int(64) | Kind::Uint(64), Some(v)) = (self.kind(tx), self.small_const(y)) {
            let simple = match op {
                BinaryOp::Add => Some(v),
                BinaryOp::Sub => v.checked_neg(),
                _ => None,
            };
            if let Some(v) = simple {
                let a = self.operand(x)?;
                self.emit(I::AddI { d, a, v });
                return Ok(());
            }
            if op == BinaryOp::Mul {
                let a = self.operand(x)?;
                self.emit(I::MulI { d, a, v });
                return Ok(());
            }
            if op == BinaryOp::And && v >= 0 {
                let a = self.operand(x)?;
                self.emit(I::AndI { d, a, v });
                return Ok(());
            }
        }
        let (a, b) = (self.operand(x)?, self.operand(y)?);
        self.arith(d, op, a, b, tx)
    }

    /// `d = a op b` of registers that hold values of type `ty`.
    fn arith(&mut self, d: Reg, op: BinaryOp, a: Reg, b: Reg, ty: TypeId) -> Result<(), LinkError> {
        use BinaryOp as B;
        let kind = self.kind(ty);
        match kind {
            Kind::Int(_) | Kind::Uint(_) | Kind::Bool | Kind::Ptr(_) | Kind::Slice(_) | Kind::Map(..) | Kind::Func | Kind::Other => {
                let signed = matches!(kind, Kind::Int(_));
                let mut norm = true;
                self.emit(match op {
                    B::Add => I::Add { d, a, b },
                    B::Sub => I::Sub { d, a, b },
                    B::Mul => I::Mul { d, a, b },
                    B::Div if signed => I::DivS { d, a, b },
                    B::Div => I::DivU { d, a, b },
                    B::Rem if signed => I::RemS { d, a, b },
                    B::Rem => I::RemU { d, a, b },
                    B::And | B::LAnd => I::And { d, a, b },
                    B::Or | B::LOr => I::Or { d, a, b },
                    B::Xor => I::Xor { d, a, b },
                    B::AndNot => I::AndNot { d, a, b },
                    _ => {
                        norm = false;
                        match op {
                            B::Eq => I::Eq { d, a, b },
                            B::Ne => I::Ne { d, a, b },
                            B::Lt if signed => I::LtS { d, a, b },
                            B::Lt => I::LtU { d, a, b },
                            B::Le if signed => I::LeS { d, a, b },
                            B::Le => I::LeU { d, a, b },
                            B::Gt if signed => I::LtS { d, a: b, b: a },
                            B::Gt => I::LtU { d, a: b, b: a },
                            B::Ge if signed => I::LeS { d, a: b, b: a },
                            _ => I::LeU { d, a: b, b: a },
                        }
                    }
                });
                if norm && matches!(op, B::Add | B::Sub | B::Mul | B::Div) {
                    self.norm(d, ty);
                }
            }
            Kind::Float(64) => match op {
                B::Add => self.emit(I::AddF { d, a, b }),
                B::Sub => self.emit(I::SubF { d, a, b }),
                B::Mul => self.emit(I::MulF { d, a, b }),
                B::Div => self.emit(I::DivF { d, a, b }),
                B::Lt => self.emit(I::LtF { d, a, b }),
                B::Le => self.emit(I::LeF { d, a, b }),
                B::Gt => self.emit(I::LtF { d, a: b, b: a }),
                B::Ge => self.emit(I::LeF { d, a: b, b: a }),
                B::Eq => self.emit(I::EqF { d, a, b }),
                B::Ne => {
                    self.emit(I::EqF { d, a, b });
                    self.emit(I::Not { d, a: d });
                }
                _ => return Err("an operation that floats do not have".to_owned()),
            },
            Kind::Float(_) => {
                let (op, a, b) = arith_op(op, a, b).ok_or("an operation that floats do not have")?;
                self.heavy(Heavy::F32 { d, a, b, op });
            }
            Kind::Complex(bits) => {
                let (op, a, b) = arith_op(op, a, b).ok_or("an operation that complex numbers do not have")?;
                self.heavy(Heavy::Cx { d, a, b, op, bits });
            }
            Kind::Str => match op {
                B::Add => self.heavy(Heavy::Concat { d, parts: Box::new([a, b]) }),
                B::Eq => self.emit(I::StrEq { d, a, b }),
                B::Ne => {
                    self.emit(I::StrEq { d, a, b });
                    self.emit(I::Not { d, a: d });
                }
                _ => {
                    let (op, a, b) = arith_op(op, a, b).ok_or("an operation that strings do not have")?;
                    self.heavy(Heavy::StrCmp { d, a, b, op });
                }
            },
            Kind::Struct(_) | Kind::Array(..) | Kind::Iface(_) => {
                self.heavy(Heavy::EqAny { d, a, b, ty, neg: op == B::Ne });
            }
        }
        Ok(())
    }

    fn shift(&mut self, d: Reg, op: BinaryOp, x: &Operand, y: &Operand) -> Result<(), LinkError> {
        let tx = self.operand_ty(x);
        let ty = self.operand_ty(y);
        let signed = matches!(self.kind(tx), Kind::Int(_));
        let a = self.operand(x)?;
        // a constant count may be written as any number that is whole
        let count = match y {
            Operand::Const(c, _) => Some(super::consts::integer(c)?),
            Operand::Zero(_) => Some(0),
            Operand::Local(_) => None,
        };
        if let Some(v) = count {
            if op == BinaryOp::Shr && signed {
                self.emit(I::ShrSI { d, a, v: v.min(63) as u32 });
                return Ok(());
            }
            if v >= 64 {
                self.emit(I::Imm { d, v: 0 });
                return Ok(());
            }
            let v = v as u32;
            self.emit(match (op, signed) {
                (BinaryOp::Shl, _) => I::ShlI { d, a, v },
                (_, true) => I::ShrSI { d, a, v },
                _ => I::ShrUI { d, a, v },
            });
        } else {
            let b = self.operand(y)?;
            if matches!(self.kind(ty), Kind::Int(_)) {
                self.emit(I::ChkShift { a: b });
            }
            self.emit(match (op, signed) {
                (BinaryOp::Shl, _) => I::Shl { d, a, b },
                (_, true) => I::ShrS { d, a, b },
                _ => I::ShrU { d, a, b },
            });
        }
        if op == BinaryOp::Shl {
            self.norm(d, tx);
        }
        Ok(())
    }

    /// A comparison of words fused with the branch on it.
    pub(super) fn compare_branch(&mut self, op: BinaryOp, x: &Operand, y: &Operand, t: u16, e: u16) -> Result<(), LinkError> {
        use BinaryOp as B;
        let tx = self.operand_ty(x);
        let signed = matches!(self.kind(tx), Kind::Int(_));
        let eq = matches!(op, B::Eq | B::Ne);
        if (signed || eq)
            && let Some(v) = self.small_const(y)
        {
            let a = self.operand(x)?;
            self.emit(match op {
                B::Eq => I::BrEqI { a, v, t, e },
                B::Ne => I::BrNeI { a, v, t, e },
                B::Lt => I::BrLtI { a, v, t, e },
                B::Le => I::BrLeI { a, v, t, e },
                B::Gt => I::BrGtI { a, v, t, e },
                _ => I::BrGeI { a, v, t, e },
            });
            return Ok(());
        }
        // of two ways the other one, where the constant stands on the other side of the comparison
        if let Some(v) = self.small_const(y).filter(|v| *v >= 0) {
            let a = self.operand(x)?;
            self.emit(match op {
                B::Lt => I::BrLtUI { a, v, t, e },
                B::Le => I::BrLeUI { a, v, t, e },
                B::Gt => I::BrLeUI { a, v, t: e, e: t },
                _ => I::BrLtUI { a, v, t: e, e: t },
            });
            return Ok(());
        }
        let (a, b) = (self.operand(x)?, self.operand(y)?);
        self.emit(match (op, signed) {
            (B::Eq, _) => I::BrEq { a, b, t, e },
            (B::Ne, _) => I::BrNe { a, b, t, e },
            (B::Lt, true) => I::BrLtS { a, b, t, e },
            (B::Le, true) => I::BrLeS { a, b, t, e },
            (B::Gt, true) => I::BrLtS { a: b, b: a, t, e },
            (B::Ge, true) => I::BrLeS { a: b, b: a, t, e },
            (B::Lt, _) => I::BrLtU { a, b, t, e },
            (B::Le, _) => I::BrLeU { a, b, t, e },
            (B::Gt, _) => I::BrLtU { a: b, b: a, t, e },
            _ => I::BrLeU { a: b, b: a, t, e },
        });
        Ok(())
    }

    fn convert(&mut self, dst: LocalId, x: &Operand, conv: Conv) -> Result<(), LinkError> {
        let (from, to) = (self.operand_ty(x), self.local(dst).ty);
        let d = self.reg(&dst);
        let a = self.operand(x)?;
        let (kf, kt) = (self.kind(from), self.kind(to));
        let conv = match conv {
            Conv::Generic => self.generic(&kf, &kt),
            conv => conv,
        };
        match conv {
            Conv::Same | Conv::Generic => self.mov(d, a, self.slots(to)),
            Conv::Number => match (num(&kf), num(&kt)) {
                (Some(Num::I(_) | Num::U(_)), Some(Num::I(_) | Num::U(_))) => match small(&kt) {
                    Some(k) => self.emit(I::Norm { d, a, k }),
                    None => self.mov(d, a, 1),
                },
                (Some(f), Some(t)) => self.heavy(Heavy::Convert { d, a, from: f, to: t }),
                _ => self.mov(d, a, self.slots(to)),
            },
            Conv::IntToString => self.heavy(Heavy::IntToStr { d, a, unsigned: matches!(kf, Kind::Uint(_)) }),
            Conv::BytesToString => self.heavy(Heavy::BytesToStr { d, a }),
            Conv::RunesToString => self.heavy(Heavy::RunesToStr { d, a }),
            Conv::StringToBytes | Conv::StringToRunes => {
                let Kind::Slice(elem) = kt else { return Err("conversion to what is no slice".to_owned()) };
                self.heavy(if conv == Conv::StringToBytes { Heavy::StrToBytes { d, a, elem } } else { Heavy::StrToRunes { d, a, elem } });
            }
            Conv::SliceToArray => {
                let Kind::Array(elem, len) = kt else { return Err("conversion to what is no array".to_owned()) };
                self.heavy(Heavy::SliceToArray { d, a, elem, len });
            }
            Conv::SliceToArrayPtr => {
                let Kind::Ptr(t) = kt else { return Err("conversion to what is no pointer".to_owned()) };
                let Kind::Array(_, len) = self.kind(t) else { return Err("conversion to a pointer to no array".to_owned()) };
                self.heavy(Heavy::SliceToArrayPtr { d, a, len });
            }
        }
        Ok(())
    }

    fn generic(&self, from: &Kind, to: &Kind) -> Conv {
        match (from, to) {
            (Kind::Int(_) | Kind::Uint(_), Kind::Str) => Conv::IntToString,
            (Kind::Slice(t), Kind::Str) if matches!(self.kind(*t), Kind::Uint(8)) => Conv::BytesToString,
            (Kind::Slice(_), Kind::Str) => Conv::RunesToString,
            (Kind::Str, Kind::Slice(t)) if matches!(self.kind(*t), Kind::Uint(8)) => Conv::StringToBytes,
            (Kind::Str, Kind::Slice(_)) => Conv::StringToRunes,
            (Kind::Slice(_), Kind::Array(..)) => Conv::SliceToArray,
            (Kind::Slice(_), Kind::Ptr(_)) => Conv::SliceToArrayPtr,
            (f, t) if num(f).is_some() && num(t).is_some() => Conv::Number,
            _ => Conv::Same,
        }
    }
}

fn arith_op(op: BinaryOp, a: Reg, b: Reg) -> Option<(Arith, Reg, Reg)> {
    Some(match op {
        BinaryOp::Add => (Arith::Add, a, b),
        BinaryOp::Sub => (Arith::Sub, a, b),
        BinaryOp::Mul => (Arith::Mul, a, b),
        BinaryOp::Div => (Arith::Div, a, b),
        BinaryOp::Lt => (Arith::Lt, a, b),
        BinaryOp::Le => (Arith::Le, a, b),
        BinaryOp::Gt => (Arith::Lt, b, a),
        BinaryOp::Ge => (Arith::Le, b, a),
        BinaryOp::Eq => (Arith::Eq, a, b),
        BinaryOp::Ne => (Arith::Ne, a, b),
        _ => return None,
    })
}

fn small(kind: &Kind) -> Option<Small> {
    Some(match kind {
        Kind::Int(8) => Small::I8,
        Kind::Int(16) => Small::I16,
        Kind::Int(32) => Small::I32,
        Kind::Uint(8) => Small::U8,
        Kind::Uint(16) => Small::U16,
        Kind::Uint(32) => Small::U32,
        _ => return None,
    })
}

fn num(kind: &Kind) -> Option<Num> {
    Some(match kind {
        Kind::Int(b) => Num::I(*b),
        Kind::Uint(b) => Num::U(*b),
        Kind::Float(b) => Num::F(*b),
        Kind::Complex(b) => Num::C(*b),
        _ => return None,
    })
}
