//! What single instructions cost beside their fixed price, and what is known of their results.

use std::rc::Rc;

use amigos_mir::gas::{self, Slope};
use amigos_mir::mir::*;
use amigos_syntax::ast::{BinaryOp, UnaryOp};
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::{Class, Key, Obj, State};
use crate::loops::constant;
use crate::memory::{ENTRY, GROWN};
use crate::poly::{Path, Poly, Root, Seg};
use crate::value::{Dyn, Func, Refs, Target, Value, range_of, step};
use crate::walk::{Res, Walk};

/// Elements of an array that are followed one by one.
const FOLLOWED: u64 = 24;
/// Bytes of an address.
const ADDRESS: u64 = 70;

impl Walk<'_> {
    /// `slope` of `units`, rounded up.
    pub fn slope(&self, slope: Slope, units: &Poly) -> Res<Poly> {
        if units.is_zero() {
            return Ok(Poly::default());
        }
        if units.is_constant() {
            return Ok(Poly::constant(slope.of(units.constant_part())));
        }
        let round = if slope.den > 1 { 1 } else { 0 };
        self.large(units.scaled(slope.num, slope.den).and_then(|p| p.plus(&Poly::constant(round))))
    }

    fn charge(&self, st: &mut State, slope: Slope, units: &Poly) -> Res<()> {
        let price = self.slope(slope, units)?;
        self.pay(st, &price)
    }

    pub fn bytes_of(&self, elem: Ty) -> u64 {
        if self.packed(elem) { 1 } else { 8 * self.slots(elem) }
    }

    fn object(&self, content: Value, slots: u64) -> Obj {
        Obj {
            content,
            elems: None,
            key: Value::default(),
            len: Some(Poly::default()),
            adopt: Some(Poly::constant(gas::ADOPT + gas::STATE_WRITE.of(8 * slots))),
            vn: 0,
            many: false,
        }
    }

    /// Executes an instruction.
    pub fn inst(&mut self, st: &mut State, block: BlockId, inst: &Inst) -> Res<()> {
        match &inst.op {
            Op::Copy { dst, src } => {
                let value = self.numbered(st, src);
                self.set(st, *dst, value);
            }
            Op::NewBox { local } => {
                let slots = self.slots(self.inst_ty(self.body().locals[local.idx()].ty));
                let id = self.id(inst, 1);
                let obj = self.object(Value::default(), slots);
                let pointer = self.make(st, id, obj, *local);
                self.set(st, *local, pointer);
            }
            Op::New { dst, ty } => {
                let slots = self.slots(self.inst_ty(*ty));
                let id = self.id(inst, 1);
                let obj = self.object(Value::default(), slots);
                let pointer = self.make(st, id, obj, *dst);
                self.set(st, *dst, pointer);
            }
            Op::Load { dst, place } => {
                let value = self.load(st, place)?;
                self.set(st, *dst, value);
            }
            Op::Store { place, src } => self.store_op(st, place, src)?,
            Op::Addr { dst, place } => self.addr(st, *dst, place)?,
            Op::Unary { dst, op, x } => {
                let v = self.value(st, x);
                let ty = self.ty(x);
                let value = match (op, self.core(ty)) {
                    (UnaryOp::Neg, TyKind::Basic(b)) if range_of(*b).1 != Some(0) => Value::number(v.lo, v.hi),
                    (UnaryOp::Not, _) => Value::constant(1),
                    _ => Value::any(self.types, ty),
                };
                self.set(st, *dst, value);
            }
            Op::Binary { dst, op, x, y } => {
                let (a, b) = (self.numbered(st, x), self.numbered(st, y));
                if matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge) {
                    self.compare(st, x, &a, &b)?;
                    if self.level > 0 {
                        self.note(block, *dst, a, b);
                    }
                    self.set(st, *dst, Value::constant(1));
                } else {
                    let value = self.arithmetic(*op, &a, &b, y, self.ty(x));
                    self.set(st, *dst, value);
                }
            }
            Op::Concat { dst, parts } => {
                let mut total = Poly::default();
                for part in parts {
                    let size = self.size(st, part, "is put together")?;
                    total = self.large(total.plus(&size))?;
                }
                self.charge(st, gas::BYTES, &total)?;
                self.charge(st, gas::ALLOC, &total)?;
                let known = parts.iter().all(|p| self.value(st, p).hi.is_some());
                let value = Value::number(known.then_some(total), Some(Poly::default()));
                self.set(st, *dst, value);
            }
            Op::Convert { dst, x, conv } => self.convert(st, inst, *dst, x, *conv)?,
            Op::MakeInterface { dst, x } => {
                let value = self.value(st, x);
                let ty = self.ty(x);
                let maker = self.frame().acting;
                let value = if matches!(self.core(ty), TyKind::Interface(_)) {
                    value
                } else {
                    Value::interface(vec![Dyn { ty: Some(ty.canonical()), value, maker: Some(maker) }])
                };
                self.set(st, *dst, value);
            }
            Op::ChangeInterface { dst, x } => {
                let value = self.value(st, x);
                self.set(st, *dst, value);
            }
            Op::TypeAssert { dst, ok, x, ty } => self.assert(st, *dst, *ok, x, *ty),
            Op::Aggregate { dst, ty, parts } => {
                let ty = self.inst_ty(*ty);
                let value = match self.core(ty) {
                    TyKind::Struct(fields) => {
                        let mut all = vec![Value::default(); fields.len()];
                        for (i, x) in parts {
                            let v = self.value(st, x);
                            if let Some(slot) = all.get_mut(*i as usize) {
                                *slot = v;
                            }
                        }
                        all
                    }
                    _ => vec![parts.iter().map(|(_, x)| self.value(st, x)).fold(Value::default(), |a, b| a.join(&b))],
                };
                self.set(st, *dst, Value { parts: Rc::new(value), ..Value::default() });
            }
            Op::Extract { dst, x, proj } => {
                let value = self.numbered(st, x);
                let ty = self.ty(x);
                let value = self.project(st, value, ty, proj);
                self.set(st, *dst, value);
            }
            Op::StringIndex { dst, .. } => self.set(st, *dst, Value::constant(255)),
            Op::Slice { dst, x, low, high, .. } => self.slice(st, *dst, x, low.as_ref(), high.as_ref())?,
            Op::Len { dst, x } => {
                let value = self.length(st, x)?;
                self.set(st, *dst, value);
            }
            Op::Cap { dst, .. } => self.set(st, *dst, Value::number(None, Some(Poly::default()))),
            Op::MakeSlice { dst, elem, len, cap } => {
                let elem = self.inst_ty(*elem);
                let n = self.value(st, len);
                let cap = match cap {
                    Some(cap) => self.size(st, cap, "is made")?,
                    None => self.size(st, len, "is made")?,
                };
                let bytes = self.large(cap.scaled(self.bytes_of(elem), 1))?;
                self.charge(st, gas::ALLOC, &bytes)?;
                let id = self.id(inst, 1);
                let mut obj = self.object(Value::default(), 0);
                obj.len = Some(cap);
                if let Some(n) = constant(len).and_then(|n| u64::try_from(n).ok()).filter(|n| *n <= FOLLOWED && *n > 0) {
                    obj.elems = Some(Rc::new(vec![Value::default(); n as usize]));
                }
                let pointer = self.make(st, id, obj, *dst);
                self.set(st, *dst, Value { hi: n.hi, ..pointer });
            }
            Op::MakeMap { dst, .. } => {
                let id = self.id(inst, 1);
                let obj = self.object(Value::default(), 0);
                let pointer = self.make(st, id, obj, *dst);
                self.set(st, *dst, pointer);
            }
            Op::Append { dst, slice, what } => self.append(st, block, inst, *dst, slice, what)?,
            Op::CopyElems { dst, to, from } => {
                let (a, b) = (self.numbered(st, to), self.numbered(st, from));
                let n = match (&a.hi, &b.hi) {
                    (Some(a), Some(b)) if b.is_constant() || !a.is_constant() && b.degree() < a.degree() => Some(b.clone()),
                    (Some(a), _) => Some(a.clone()),
                    (None, b) => b.clone(),
                };
                let n = self.need(n, || "how much is copied is not known".into())?;
                let TyKind::Slice(elem) = self.core(self.ty(to)) else { return Ok(()) };
                let slots = self.large(n.scaled(self.slots(*elem), 1))?;
                self.charge(st, gas::COPY, &slots)?;
                let is_string = self.is_string(self.ty(from));
                let moved = if is_string { Value::constant(255) } else { self.element(st, &b, *elem, None) };
                if !is_string {
                    self.touch_elem(st, &b, *elem, None, false)?;
                }
                self.touch_elem(st, &a, *elem, None, true)?;
                self.store_elem(st, &a, *elem, None, &[], moved, Class::Elem(elem.canonical()), *elem)?;
                if let Some(dst) = dst {
                    self.set(st, *dst, Value::of_size(n));
                }
            }
            Op::Clear { x } => self.clear(st, x)?,
            Op::MapGet { dst, ok, map, key } => {
                let ty = self.ty(map);
                let TyKind::Map { value: value_ty, .. } = self.core(ty) else { return Ok(()) };
                let (m, k) = (self.numbered(st, map), self.numbered(st, key));
                self.locate(st, &m, ty, key)?;
                let class = Class::MapValue(ty.canonical());
                let stable = m.refs.objs.is_empty() && !st.havoc && !st.overlay.iter().any(|(c, _)| *c == class);
                let mut value = self.map_value(st, &m, ty, *value_ty);
                if stable {
                    value.vn = self.number(8, m.vn, k.vn);
                }
                self.set(st, *dst, value);
                if let Some(ok) = ok {
                    self.set(st, *ok, Value::constant(1));
                }
            }
            Op::MapSet { map, key, value } => self.map_set(st, map, key, value)?,
            Op::MapDelete { map, key } => {
                let ty = self.ty(map);
                let m = self.numbered(st, map);
                self.locate(st, &m, ty, key)?;
                self.deleted = true;
                if m.refs.unknown || m.refs.paths.iter().any(|p| self.persists(p)) {
                    let price = Poly::constant(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(self.entry_bytes(ty)));
                    self.pay(st, &price)?;
                }
            }
            Op::MapIter { map, .. } => {
                let ty = self.ty(map);
                let m = self.numbered(st, map);
                self.touch_map(st, &m, ty)?;
                self.set(st, iter_of(&inst.op), Value { ..m });
            }
            Op::MapNext { iter, ok, key, value } => self.map_next(st, *iter, *ok, *key, *value)?,
            Op::DecodeRune { rune, width, .. } => {
                self.set(st, *rune, Value::constant(0x10_FFFF));
                self.set(st, *width, Value::constant(4));
            }
            Op::MinMax { dst, max, args } => {
                let values: Vec<Value> = args.iter().map(|a| self.value(st, a)).collect();
                let ty = args.first().map_or_else(Ty::invalid, |a| self.ty(a));
                if self.is_string(ty) {
                    let mut all = Poly::default();
                    for a in args {
                        let n = self.size(st, a, "is compared")?;
                        all = self.large(all.plus(&n).and_then(|p| p.plus(&Poly::constant(16))))?;
                    }
                    self.charge(st, gas::BYTES, &all)?;
                    let value = values.iter().skip(1).fold(values.first().cloned().unwrap_or_default(), |a, b| a.join(b));
                    self.set(st, *dst, Value { vn: 0, text: None, ..value });
                    return Ok(());
                }
                let largest = |all: &mut dyn Iterator<Item = Option<Poly>>| {
                    let all: Option<Vec<Poly>> = all.collect();
                    all.and_then(|v| v.into_iter().try_fold(Poly::default(), |a, b| a.join(&b).ok()))
                };
                let smallest = |all: &mut dyn Iterator<Item = Option<Poly>>| all.flatten().min_by_key(|p| (p.degree(), p.constant_part()));
                let mut his = values.iter().map(|v| v.hi.clone());
                let mut los = values.iter().map(|v| v.lo.clone());
                let value = if *max {
                    Value::number(largest(&mut his), smallest(&mut los))
                } else {
                    Value::number(smallest(&mut his), largest(&mut los))
                };
                self.set(st, *dst, value);
            }
            Op::Complex { dst, .. } | Op::ComplexPart { dst, .. } => self.set(st, *dst, Value::unknown()),
            Op::Call { dsts, callee, args } => self.call(st, dsts, callee, args)?,
            Op::Closure { dst, closure, captures } => {
                let Some(body) = self.body().closures.get(*closure as usize).cloned() else { return Ok(()) };
                let bound = captures.iter().map(|c| st.env.get(c).map(|v| (**v).clone()).unwrap_or_default()).collect();
                let target = Target::Closure(body, self.frame().targs.clone());
                let func = Func { target, bound, maker: self.frame().acting };
                self.set(st, *dst, Value::function(func));
            }
            Op::FuncValue { dst, callee } | Op::Bind { dst, callee, .. } => {
                let recv = match &inst.op {
                    Op::Bind { recv: Some(recv), .. } => Some(self.value(st, recv)),
                    _ => None,
                };
                let maker = self.frame().acting;
                let value = match callee {
                    Callee::Static { func, targs } => {
                        let targs: Rc<[Ty]> = targs.iter().map(|t| self.inst_ty(*t)).collect();
                        Value::function(Func { target: Target::Named(*func, targs), bound: recv.into_iter().collect(), maker })
                    }
                    Callee::Interface { x, method, .. } => {
                        let bound = vec![self.value(st, x)];
                        Value::function(Func { target: Target::Interface(*method), bound, maker })
                    }
                    Callee::Value(x) => self.value(st, x),
                    Callee::TypeParamMethod { .. } => Value::unknown(),
                };
                self.set(st, *dst, value);
            }
            Op::FrameToken { dst } => self.set(st, *dst, Value::unknown()),
            Op::RuntimePanic { .. } => {}
            Op::Go { .. } | Op::MakeChan { .. } | Op::Send { .. } | Op::Recv { .. } | Op::Close { .. } | Op::Select { .. } => {
                return Err(self.reason("uses goroutines or channels"));
            }
            Op::Defer { callee, args, frame } => {
                if self.frame().loops > 0 || frame.is_some() {
                    return Err(self.reason("defers calls in a loop"));
                }
                let mut values: Vec<Value> = Vec::new();
                let funcs = match callee {
                    Callee::Static { func, targs } => {
                        let targs: Rc<[Ty]> = targs.iter().map(|t| self.inst_ty(*t)).collect();
                        vec![Func { target: Target::Named(*func, targs), bound: vec![], maker: self.frame().acting }]
                    }
                    Callee::Value(x) => match self.value(st, x).funcs {
                        Some(funcs) => (*funcs).clone(),
                        None => return Err(self.reason("defers a function value that is not known")),
                    },
                    Callee::Interface { x, method, .. } => {
                        vec![Func { target: Target::Interface(*method), bound: vec![self.value(st, x)], maker: self.frame().acting }]
                    }
                    Callee::TypeParamMethod { .. } => return Err(self.reason("defers a method of a type parameter")),
                };
                values.extend(args.iter().map(|a| self.value(st, a)));
                let slots: u64 = args.iter().map(|a| self.slots(self.ty(a))).sum();
                self.pay(st, &Poly::constant(gas::ALLOC.of(8 * slots)))?;
                if let Some(frame) = self.frames.last_mut() {
                    frame.defers.push((funcs, values));
                }
            }
            Op::Recover { dst } => {
                let runtime = Dyn { ty: None, value: Value::unknown(), maker: Some(None) };
                let panics = self.panics.clone();
                let value = panics.iter().fold(Value::interface(vec![runtime]), |a, b| a.join(b));
                self.set(st, *dst, value);
            }
            Op::Print { args, .. } => {
                let mut total = Poly::default();
                for a in args {
                    let n = if self.is_string(self.ty(a)) { self.size(st, a, "is printed")? } else { Poly::constant(64) };
                    total = self.large(total.plus(&n).and_then(|p| p.plus(&Poly::constant(1))))?;
                }
                self.charge(st, gas::BYTES, &total)?;
                self.charge(st, gas::ALLOC, &total)?;
            }
            Op::Msg { dst, field } => {
                let n = match field {
                    MsgField::Sender | MsgField::Origin => ADDRESS,
                    MsgField::Func => 64,
                    MsgField::Value => {
                        self.set(st, *dst, Value::number(None, Some(Poly::default())));
                        return Ok(());
                    }
                };
                self.pay(st, &Poly::constant(gas::ALLOC.of(n)))?;
                let ctx = self.ctx();
                let vn = self.constant_number(1 << 61 | i64::from(ctx) << 4 | *field as i64);
                self.set(st, *dst, Value { vn, ..Value::constant(n) });
            }
            Op::Unsupported { .. } => {
                crate::cfg::destinations(&inst.op).into_iter().for_each(|d| self.set(st, d, Value::unknown()));
            }
        }
        Ok(())
    }

    fn compare(&mut self, st: &mut State, x: &Operand, a: &Value, b: &Value) -> Res<()> {
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

    fn arithmetic(&self, op: BinaryOp, a: &Value, b: &Value, y: &Operand, ty: Ty) -> Value {
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

    fn convert(&mut self, st: &mut State, inst: &Inst, dst: LocalId, x: &Operand, conv: Conv) -> Res<()> {
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

    fn assert(&mut self, st: &mut State, dst: LocalId, ok: Option<LocalId>, x: &Operand, ty: Ty) {
        let v = self.value(st, x);
        let ty = self.inst_ty(ty);
        let mut possible = true;
        let value = if matches!(self.core(ty), TyKind::Interface(_)) {
            match &v.dyns {
                Some(dyns) => {
                    let fit: Vec<Dyn> = dyns.iter().filter(|d| d.ty.is_none_or(|t| self.implements(t, ty))).cloned().collect();
                    possible = !fit.is_empty();
                    Value::interface(fit)
                }
                None => Value { text: None, vn: 0, ..v },
            }
        } else {
            match &v.dyns {
                Some(dyns) => {
                    let found = dyns.iter().filter(|d| d.ty.is_some_and(|t| t.canonical() == ty.canonical())).map(|d| d.value.clone());
                    possible = found.clone().next().is_some();
                    found.fold(Value::default(), |a, b| a.join(&b))
                }
                None if !v.refs.unknown => {
                    let of = v.refs.paths.iter().map(|p| self.start_of(p, ty));
                    of.fold(Value::default(), |a, b| a.join(&b))
                }
                None => Value::any(self.types, ty),
            }
        };
        self.set(st, dst, Value { vn: 0, ..value });
        if let Some(ok) = ok {
            self.set(st, ok, Value::constant(u64::from(possible)));
        }
    }

    fn slice(&mut self, st: &mut State, dst: LocalId, x: &Operand, low: Option<&Operand>, high: Option<&Operand>) -> Res<()> {
        let v = self.numbered(st, x);
        let ty = self.ty(x);
        let from = low.and_then(constant).filter(|n| *n > 0).map_or(0, i64::unsigned_abs);
        let value = match self.core(ty) {
            TyKind::Pointer(to) => match self.core(*to) {
                TyKind::Array { len, .. } => {
                    // The array's elements are the object's content.
                    let mut refs = Refs { paths: v.refs.paths.clone(), objs: vec![], unknown: v.refs.unknown };
                    if !v.refs.objs.is_empty() {
                        refs.unknown = true;
                    }
                    let top = match high {
                        Some(h) => self.value(st, h).hi,
                        None => None,
                    };
                    let len = Poly::constant((*len).max(0) as u64);
                    Value { hi: Some(top.filter(Poly::is_constant).unwrap_or(len)), ..Value::refers(refs) }
                }
                _ => Value::unknown(),
            },
            kind => {
                let text = matches!(kind, TyKind::Basic(_));
                // Up to the capacity can be sliced: `high` bounds the length, the old length only where there is no `high`.
                let size = match high {
                    Some(h) => {
                        let top = self.value(st, h).hi;
                        match (top, &v.hi) {
                            (Some(top), Some(whole))
                                if text && (whole.degree(), whole.constant_part()) < (top.degree(), top.constant_part()) =>
                            {
                                Some(whole.clone())
                            }
                            (Some(top), _) => Some(top),
                            (None, whole) if text => whole.clone(),
                            (None, _) => None,
                        }
                    }
                    None => v.hi.clone(),
                };
                Value { hi: size.map(|s| s.less(from)), text: None, vn: 0, ..v }
            }
        };
        self.set(st, dst, value);
        Ok(())
    }

    fn length(&mut self, st: &mut State, x: &Operand) -> Res<Value> {
        let v = self.numbered(st, x);
        let ty = self.ty(x);
        Ok(match self.core(ty) {
            TyKind::Map { .. } => {
                self.touch_map(st, &v, ty)?;
                Value::of_opt(self.map_len(st, &v, ty))
            }
            TyKind::Pointer(to) => match self.core(*to) {
                TyKind::Array { len, .. } => Value::constant((*len).max(0) as u64),
                _ => Value::unknown(),
            },
            TyKind::Array { len, .. } => Value::constant((*len).max(0) as u64),
            _ => {
                let vn = self.number(6, v.vn, 0);
                Value { vn, ..Value::of_opt(v.hi) }
            }
        })
    }

    fn addr(&mut self, st: &mut State, dst: LocalId, place: &Place) -> Res<()> {
        let base_ty = self.base_ty(place);
        let inner = !place.proj.is_empty() || matches!(place.base, PlaceBase::Elem { .. });
        let pointer = match &place.base {
            PlaceBase::Local(l) => st.env.get(l).map(|v| (**v).clone()).unwrap_or_default(),
            PlaceBase::Global(g) => {
                let path = Path { root: Root::Global(g.pkg, g.name), segs: vec![] };
                Value::refers(Refs::path(path))
            }
            PlaceBase::Deref(x) => self.numbered(st, x),
            PlaceBase::Elem { slice, index } => {
                let (s, i) = (self.numbered(st, slice), self.numbered(st, index));
                let paths = s.refs.paths.iter().map(|p| step(p, Seg::Elem)).collect();
                let vn = self.number(5, s.vn, i.vn);
                // An element of an array made here: its content is that of the array.
                Value { refs: Refs { paths, objs: s.refs.objs.clone(), unknown: s.refs.unknown }, vn, ..Value::default() }
            }
        };
        if inner {
            self.touch(st, place, false)?;
        }
        let mut refs = pointer.refs.clone();
        let mut ty = base_ty;
        for p in &place.proj {
            match (p, self.core(ty)) {
                (Proj::Field(i), TyKind::Struct(fields)) => {
                    let Some(f) = fields.get(*i as usize) else { break };
                    refs.paths = refs.paths.iter().map(|p| step(p, Seg::Field(f.name))).collect();
                    ty = f.ty;
                }
                (Proj::Index(_), TyKind::Array { elem, .. }) => {
                    refs.paths = refs.paths.iter().map(|p| step(p, Seg::Elem)).collect();
                    ty = *elem;
                }
                _ => {}
            }
        }
        if !place.proj.is_empty() && !refs.objs.is_empty() {
            // Parts of objects made here are not followed.
            refs = Refs::anything();
            self.anything_reachable(st, &pointer);
        }
        let vn = if place.proj.is_empty() { pointer.vn } else { 0 };
        self.set(st, dst, Value { refs, inner: inner || pointer.inner, vn, ..Value::default() });
        Ok(())
    }

    /// A pointer into an object goes where it is not followed.
    fn anything_reachable(&mut self, st: &mut State, pointer: &Value) {
        for id in &pointer.refs.objs {
            if let Some(obj) = st.objs.get_mut(id) {
                let o = Rc::make_mut(obj);
                o.content = o.content.join(&Value::unknown());
                o.many = true;
            }
        }
    }

    fn clear(&mut self, st: &mut State, x: &Operand) -> Res<()> {
        let v = self.numbered(st, x);
        let ty = self.ty(x);
        match self.core(ty) {
            TyKind::Slice(elem) => {
                let n = self.size(st, x, "is cleared")?;
                let slots = self.large(n.scaled(self.slots(*elem), 1))?;
                self.charge(st, gas::COPY, &slots)?;
                self.touch_elem(st, &v, *elem, None, true)?;
                self.store_elem(st, &v, *elem, None, &[], Value::default(), Class::Elem(elem.canonical()), *elem)
            }
            TyKind::Map { .. } => {
                let n = self.map_len(st, &v, ty);
                let n = self.need(n, || "the length of a cleared map is not known".into())?;
                self.charge(st, gas::COPY, &n)?;
                self.deleted = true;
                if self.touch_map(st, &v, ty)? {
                    let each = gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(self.entry_bytes(ty));
                    let all = self.large(n.scaled(each, 1))?;
                    self.pay(st, &all)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    // ---- maps

    pub fn entry_bytes(&self, ty: Ty) -> u64 {
        match self.core(ty) {
            TyKind::Map { key, value } => 8 * (self.slots(*key) + self.slots(*value)) + 20,
            _ => 0,
        }
    }

    pub fn map_len(&self, st: &State, map: &Value, ty: Ty) -> Option<Poly> {
        if map.refs.unknown || st.havoc && !map.refs.paths.is_empty() {
            return None;
        }
        let mut most = Poly::default();
        for path in &map.refs.paths {
            let mut n = Poly::len(path.clone());
            if let Some((_, added)) = st.added.iter().find(|(t, _)| *t == ty.canonical()) {
                n = n.plus(added.as_ref()?).ok()?;
            }
            most = most.join(&n).ok()?;
        }
        for obj in map.refs.objs.iter().filter_map(|id| st.objs.get(id)) {
            most = most.join(obj.len.as_ref()?).ok()?;
        }
        Some(most)
    }

    /// Looks a key up: hashes it, compares it, and reads what is stored.
    fn locate(&mut self, st: &mut State, map: &Value, ty: Ty, key: &Operand) -> Res<()> {
        let TyKind::Map { key: key_ty, .. } = self.core(ty) else { return Ok(()) };
        let k = self.value(st, key);
        let bytes = match self.core(*key_ty) {
            TyKind::Basic(Basic::String | Basic::UntypedString) => self.size(st, key, "is a map's key")?,
            TyKind::Interface(_) => {
                let mut most = Poly::constant(16);
                for d in k.dyns.iter().flat_map(|d| d.iter()) {
                    let Some(t) = d.ty else { continue };
                    let n = if self.is_string(t) {
                        self.need(d.value.hi.clone(), || "a map's key is of unknown length".into())?
                    } else {
                        Poly::constant(8 * self.slots(t))
                    };
                    most = self.large(most.join(&n))?;
                }
                if k.dyns.is_none() {
                    return self.need(None, || "a map's key is of unknown type".into()).map(drop);
                }
                most
            }
            _ => Poly::constant(8 * self.slots(*key_ty)),
        };
        self.charge(st, gas::HASH, &bytes)?;
        if self.touch_map(st, map, ty)? {
            self.pay(st, &Poly::constant(gas::STATE_READ_BASE))?;
        }
        Ok(())
    }

    fn map_value(&mut self, st: &State, map: &Value, ty: Ty, value_ty: Ty) -> Value {
        let mut found = Vec::new();
        for path in &map.refs.paths {
            let start = self.start_of(&step(path, Seg::Elem), value_ty);
            found.push(match self.core(value_ty) {
                TyKind::Struct(_) | TyKind::Array { .. } if !st.havoc => start,
                _ => self.with_overlay(st, start, Class::MapValue(ty.canonical()), value_ty),
            });
        }
        found.extend(map.refs.objs.iter().filter_map(|id| st.objs.get(id)).map(|o| o.content.clone()));
        if map.refs.unknown {
            found.push(Value::any(self.types, value_ty));
        }
        let mut out = found.into_iter().fold(Value::default(), |a, b| a.join(&b));
        out.vn = 0;
        out
    }

    fn map_key(&mut self, st: &State, map: &Value, ty: Ty, key_ty: Ty) -> Value {
        let mut found = Vec::new();
        for path in &map.refs.paths {
            let start = self.start_of(&step(path, Seg::Key), key_ty);
            found.push(self.with_overlay(st, start, Class::MapKey(ty.canonical()), key_ty));
        }
        found.extend(map.refs.objs.iter().filter_map(|id| st.objs.get(id)).map(|o| o.key.clone()));
        if map.refs.unknown {
            found.push(Value::any(self.types, key_ty));
        }
        let mut out = found.into_iter().fold(Value::default(), |a, b| a.join(&b));
        out.vn = 0;
        out
    }

    fn with_overlay(&self, st: &State, start: Value, class: Class, ty: Ty) -> Value {
        if st.havoc {
            return Value::any(self.types, ty);
        }
        match st.overlay.iter().find(|(c, _)| *c == class) {
            Some((_, over)) => start.join(over),
            None => start,
        }
    }

    fn map_set(&mut self, st: &mut State, map: &Operand, key: &Operand, value: &Operand) -> Res<()> {
        let ty = self.ty(map);
        let TyKind::Map { key: key_ty, value: value_ty } = self.core(ty) else { return Ok(()) };
        let (m, k) = (self.numbered(st, map), self.numbered(st, key));
        let v = self.value(st, value);
        self.locate(st, &m, ty, key)?;
        let entry = self.entry_bytes(ty);
        let stored = m.refs.unknown || m.refs.paths.iter().any(|p| self.persists(p));
        self.pay(st, &Poly::constant(gas::ALLOC.of(entry + 8)))?;
        if stored {
            let price = Poly::constant(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(entry + 8));
            if self.deleted || m.refs.paths.len() != 1 || m.refs.unknown {
                self.pay(st, &price)?;
            } else {
                let vn = self.number(10, m.vn, k.vn);
                let key = Key { what: ENTRY, path: m.refs.paths.first().cloned(), vn, obj: 0 };
                self.once(st, key, self.level_of(vn), &price)?;
            }
            self.adopt(st, &v, *value_ty, 0)?;
            self.adopt(st, &k, *key_ty, 0)?;
        }
        let one = Poly::constant(1);
        for id in m.refs.objs.clone() {
            let Some(obj) = st.objs.get(&id).cloned() else { continue };
            let mut new = (*obj).clone();
            new.content = obj.content.join(&v);
            new.key = obj.key.join(&k);
            new.len = obj.len.as_ref().and_then(|n| n.plus(&one).ok());
            st.objs.insert(id, Rc::new(new));
        }
        if !m.refs.paths.is_empty() || m.refs.unknown {
            self.overwrite(st, Class::MapValue(ty.canonical()), *value_ty, &v);
            self.overwrite(st, Class::MapKey(ty.canonical()), *key_ty, &k);
            match st.added.iter_mut().find(|(t, _)| *t == ty.canonical()) {
                Some((_, n)) => *n = n.as_ref().and_then(|n| n.plus(&one).ok()),
                None => st.added.push((ty.canonical(), Some(one))),
            }
            if m.refs.unknown {
                self.anything_written(st);
            }
        }
        Ok(())
    }

    fn map_next(&mut self, st: &mut State, iter: LocalId, ok: LocalId, key: Option<LocalId>, value: Option<LocalId>) -> Res<()> {
        let ranged = self.body().blocks.iter().flat_map(|b| &b.insts).find_map(|i| match &i.op {
            Op::MapIter { iter: of, map } if *of == iter => Some(self.ty(map)),
            _ => None,
        });
        let m = st.env.get(&iter).map(|v| (**v).clone()).unwrap_or_else(Value::unknown);
        let Some(ty) = ranged else { return Ok(()) };
        let TyKind::Map { key: key_ty, value: value_ty } = self.core(ty) else { return Ok(()) };
        if let Some(key) = key {
            let k = self.map_key(st, &m, ty, *key_ty);
            self.set(st, key, k);
        }
        if let Some(value) = value {
            let v = self.map_value(st, &m, ty, *value_ty);
            self.set(st, value, v);
        }
        self.set(st, ok, Value::constant(1));
        Ok(())
    }

    // ---- append

    fn store_op(&mut self, st: &mut State, place: &Place, src: &Operand) -> Res<()> {
        let value = self.value(st, src);
        let paid = match src {
            Operand::Local(l) => self.amortized.get(&(self.ctx(), *l)).cloned(),
            _ => None,
        };
        match paid {
            Some(price) => {
                // The array was grown in place, as it were: its adoption is spread over what is appended.
                let fresh: Vec<Key> = value
                    .refs
                    .objs
                    .iter()
                    .filter_map(|id| st.objs.get(id).map(|o| Key { what: crate::memory::ADOPTED, path: None, vn: o.vn, obj: *id }))
                    .filter(|k| !st.seen.contains(k))
                    .collect();
                st.seen.extend(fresh.iter().cloned());
                self.store(st, place, value)?;
                fresh.iter().for_each(|k| {
                    st.seen.remove(k);
                });
                self.pay(st, &price)
            }
            None => self.store(st, place, value),
        }
    }

    /// Whether what an `append` in a block returns goes back where its slice came from, and where that is.
    fn goes_back(&self, block: BlockId, inst: &Inst, dst: LocalId, slice: &Operand) -> Option<Home> {
        let body = self.body();
        let insts = &body.blocks[block.idx()].insts;
        let at = insts.iter().position(|i| std::ptr::eq(i, inst))?;
        let from = match slice {
            Operand::Local(l) => crate::loops::original(&body.blocks[block.idx()], *l),
            _ => return None,
        };
        if from == dst {
            return Some(Home::Register(dst));
        }
        let loaded = insts[..at].iter().rev().find_map(|i| match &i.op {
            Op::Load { dst, place } if *dst == from => Some(place.clone()),
            _ => None,
        });
        insts[at + 1..].iter().find_map(|i| match &i.op {
            Op::Copy { dst: to, src: Operand::Local(l) } if *l == dst && *to == from => Some(Home::Register(from)),
            Op::Store { place, src: Operand::Local(l) } if *l == dst && loaded.as_ref() == Some(place) => Some(Home::Place(place.clone())),
            _ => None,
        })
    }

    fn append(&mut self, st: &mut State, block: BlockId, inst: &Inst, dst: LocalId, slice: &Operand, what: &Appended) -> Res<()> {
        let ty = self.ty(slice);
        let TyKind::Slice(elem) = self.core(ty) else { return Ok(()) };
        let elem = *elem;
        let v = self.numbered(st, slice);
        let (added, one) = match what {
            Appended::Elems(elems) => {
                let values = elems.iter().map(|e| self.value(st, e));
                (Some(Poly::constant(elems.len() as u64)), values.reduce(|a, b| a.join(&b)).unwrap_or_default())
            }
            Appended::String(x) => (self.value(st, x).hi, Value::constant(255)),
            Appended::Slice(x) => {
                let from = self.numbered(st, x);
                self.touch_elem(st, &from, elem, None, false)?;
                (from.hi.clone(), self.element(st, &from, elem, None))
            }
        };
        let slots = self.slots(elem);
        let bytes = self.bytes_of(elem);
        let known = added.is_some();
        let added = self.need(added, || "how much is appended is not known".into())?;
        let copied = self.large(added.scaled(slots, 1))?;
        self.charge(st, gas::COPY, &copied)?;
        let id = self.id(inst, 1);
        self.appended.insert(id);
        let persists = v.refs.unknown || v.refs.paths.iter().any(|p| self.persists(p));
        let home = self.goes_back(block, inst, dst, slice);
        let total = v.hi.as_ref().and_then(|n| n.plus(&added).ok()).filter(|_| known);
        self.amortized.remove(&(self.ctx(), dst));
        // What the slice had before the first of these appends.
        let old = self.length_before(st, &v);
        let level = match (&home, &old) {
            (Some(home), Some(_)) => self.home_level(st, home, &v),
            _ => None,
        };
        let pad = self.grown(Some(&Poly::default()), elem)?.unwrap_or_default().constant_part();
        match (level, old) {
            (Some((level, vn)), Some(old)) if self.level > 0 => {
                // Growth doubles, or adds a quarter: each element pays for a few others.
                let room = self.large(added.scaled(13, 2))?;
                let made = self.large(room.scaled(bytes, 1))?;
                self.pay(st, &self.large(made.scaled(gas::ALLOC.num, gas::ALLOC.den))?)?;
                let moved = self.large(added.scaled(5 * slots, 1))?;
                self.pay(st, &self.large(moved.scaled(gas::COPY.num, gas::COPY.den))?)?;
                let first = self.large(old.scaled(5, 2).and_then(|p| p.plus(&Poly::constant(6 * pad))))?;
                let first_bytes = self.large(first.scaled(bytes, 1))?;
                let mut price = self.large(first_bytes.scaled(gas::ALLOC.num, gas::ALLOC.den))?;
                let copy = self.large(old.scaled(slots, 1))?;
                price = self.large(price.plus(&self.slope(gas::COPY, &copy)?).and_then(|p| p.plus(&Poly::constant(16))))?;
                let owned = match &home {
                    Some(Home::Place(place)) => self.is_owned(st, place),
                    _ => false,
                };
                if owned {
                    let adopt = self.array_adopt(elem, &first)?;
                    price = self.large(price.plus(&adopt).and_then(|p| p.plus(&Poly::constant(5 * gas::ADOPT))))?;
                    let each = self.large(made.scaled(gas::STATE_WRITE.num, gas::STATE_WRITE.den))?;
                    let each = self.large(added.scaled(gas::ADOPT, 8).and_then(|p| p.plus(&each)))?;
                    self.amortized.insert((self.ctx(), dst), each);
                } else {
                    self.amortized.insert((self.ctx(), dst), Poly::default());
                }
                self.once(st, Key { what: GROWN, path: None, vn, obj: id }, level, &price)?;
            }
            _ => {
                // It may be grown now.
                let total = self.need(total.clone(), || "the length of the slice that is appended to is not known".into())?;
                if !added.is_zero() {
                    let room = self.grown(Some(&total), elem)?.unwrap_or_default();
                    let made = self.large(room.scaled(bytes, 1))?;
                    self.charge(st, gas::ALLOC, &made)?;
                    let old = v.hi.clone().unwrap_or_default();
                    let moved = self.large(old.scaled(slots, 1))?;
                    self.charge(st, gas::COPY, &moved)?;
                }
            }
        }
        self.touch_elem(st, &v, elem, None, true)?;
        // The elements are in the old array or in a new one.
        let before = self.element(st, &v, elem, None);
        let mut refs = v.refs.clone();
        for old in v.refs.objs.clone() {
            let Some(obj) = st.objs.get(&old).cloned() else { continue };
            let all = self.element(st, &Value::refers(Refs::obj(old)), elem, None);
            st.objs.insert(old, Rc::new(Obj { content: all.join(&one), elems: None, ..(*obj).clone() }));
        }
        if !v.refs.paths.is_empty() || v.refs.unknown {
            self.overwrite(st, Class::Elem(elem.canonical()), elem, &one);
            if persists {
                let n = added.clone();
                self.adopt_each(st, &one, elem, &n)?;
            }
        }
        let content = before.join(&one);
        if refs.objs.contains(&id) {
            if let Some(obj) = st.objs.get(&id).cloned() {
                st.objs.insert(id, Rc::new(Obj { content: obj.content.join(&content), elems: None, ..(*obj).clone() }));
            }
        } else {
            let mut obj = self.object(content, 0);
            obj.len = None;
            let pointer = self.make(st, id, obj, dst);
            refs.join(&pointer.refs);
        }
        let hi = v.hi.as_ref().and_then(|n| n.plus(&added).ok()).filter(|_| known);
        self.set(st, dst, Value { hi, ..Value::refers(refs) });
        Ok(())
    }

    /// The length that a slice has apart from what `append` added.
    fn length_before(&self, st: &State, v: &Value) -> Option<Poly> {
        if v.refs.unknown || v.refs.paths.len() > 1 {
            return None;
        }
        let mut most = Poly::default();
        for path in &v.refs.paths {
            most = most.plus(&Poly::len(path.clone())).ok()?;
        }
        for id in v.refs.objs.iter().filter(|id| !self.appended.contains(id)) {
            most = most.plus(st.objs.get(id)?.len.as_ref()?).ok()?;
        }
        (!most.mentions(&|a| matches!(a, crate::poly::Atom::Symbol(_)))).then_some(most)
    }

    /// The nesting of loops in which a variable that is appended to stays the same one, and its number.
    fn home_level(&mut self, st: &State, home: &Home, v: &Value) -> Option<(u32, u32)> {
        match home {
            Home::Register(local) => {
                // Loops in which it is set otherwise start anew.
                let cfg = self.frame().cfg.clone();
                let body = self.frame().body.clone();
                let mut inside: Vec<usize> = (0..cfg.loops.len()).filter(|i| cfg.loops[*i].blocks.contains(&self.current_block)).collect();
                inside.sort_by_key(|i| std::cmp::Reverse(cfg.loops[*i].blocks.len()));
                let outside = self.level.saturating_sub(inside.len() as u32);
                let mut level = outside;
                for i in &inside {
                    let reset = cfg.loops[*i].blocks.iter().any(|b| {
                        body.blocks[b.idx()]
                            .insts
                            .iter()
                            .enumerate()
                            .any(|(at, inst)| sets_otherwise(&body.blocks[b.idx()], at, &inst.op, *local))
                    });
                    if reset {
                        level += 1;
                    } else {
                        break;
                    }
                }
                let vn = self.part_number(11, 0, local.0);
                let vn = self.at_level(vn, level);
                Some((level, vn))
            }
            Home::Place(place) => {
                let own = |id: &crate::value::ObjId| self.appended.contains(id);
                if !v.refs.objs.iter().all(own) {
                    return None;
                }
                let vn = match &place.base {
                    PlaceBase::Global(_) => self.number(13, 0, 0),
                    PlaceBase::Local(l) => st.env.get(l).map_or(0, |v| v.vn),
                    PlaceBase::Deref(x) => self.value(st, x).vn,
                    PlaceBase::Elem { .. } => return None,
                };
                if vn == 0 {
                    return None;
                }
                let field = place.proj.iter().fold(1u32, |n, p| match p {
                    Proj::Field(i) => n * 31 + i + 1,
                    Proj::Index(_) => n * 31,
                });
                if place.proj.iter().any(|p| matches!(p, Proj::Index(_))) {
                    return None;
                }
                let level = self.level_of(vn);
                let vn = self.part_number(14, vn, field);
                Some((level, vn))
            }
        }
    }

    fn is_owned(&self, st: &State, place: &Place) -> bool {
        match &place.base {
            PlaceBase::Global(g) => self.world.is_contract(g.pkg),
            PlaceBase::Deref(x) => {
                let v = self.value(st, x);
                v.refs.unknown || v.refs.paths.iter().any(|p| self.persists(p))
            }
            PlaceBase::Local(_) => false,
            PlaceBase::Elem { .. } => true,
        }
    }

    /// What becomes owned when so many elements like `one` are stored.
    fn adopt_each(&mut self, st: &mut State, one: &Value, ty: Ty, n: &Poly) -> Res<()> {
        if n.is_constant() && n.constant_part() <= 1 {
            return self.adopt(st, one, ty, 0);
        }
        let before = std::mem::take(&mut st.acc);
        self.adopt(st, one, ty, 0)?;
        let each = std::mem::replace(&mut st.acc, before);
        let all = self.large(each.times(n))?;
        self.pay(st, &all)
    }

    /// Notes that variables of a class may have been written.
    pub fn overwrite(&mut self, st: &mut State, class: Class, ty: Ty, value: &Value) {
        match self.core(ty) {
            TyKind::Struct(fields) => {
                let canonical = self.types.core(ty).canonical();
                for i in 0..fields.len() as u32 {
                    let part = self.field(st, value, ty, i);
                    self.overwrite(st, Class::Field(canonical, i), fields[i as usize].ty, &part);
                }
            }
            TyKind::Array { elem, .. } => {
                let part = self.array_elem(st, value, *elem);
                self.overwrite(st, Class::Elem(elem.canonical()), *elem, &part);
            }
            _ => match st.overlay.iter_mut().find(|(c, _)| *c == class) {
                Some((_, old)) => *old = old.join(value),
                None => st.overlay.push((class, value.clone())),
            },
        }
    }
}

/// Where a slice that is appended to lives.
enum Home {
    Register(LocalId),
    Place(Place),
}

fn iter_of(op: &Op) -> LocalId {
    match op {
        Op::MapIter { iter, .. } => *iter,
        _ => LocalId(0),
    }
}

/// Whether an instruction sets a register to something else than what was appended to it, or a part of it.
fn sets_otherwise(block: &Block, at: usize, op: &Op, local: LocalId) -> bool {
    if !crate::cfg::sets(op, local) {
        return false;
    }
    let of = |l: LocalId| l == local || crate::loops::original(block, l) == local;
    let own = |op: &Op| match op {
        Op::Append { slice: Operand::Local(l), .. } => of(*l),
        Op::Slice { x: Operand::Local(l), max: None, .. } => of(*l),
        _ => false,
    };
    match op {
        Op::Copy { src: Operand::Local(from), .. } => {
            let made = block.insts[..at].iter().rev().find(|i| crate::cfg::sets(&i.op, *from));
            !made.is_some_and(|i| own(&i.op))
        }
        Op::Copy { src: Operand::Zero(_), .. } => false,
        op => !own(op),
    }
}

impl Value {
    pub(crate) fn of_opt(size: Option<Poly>) -> Value {
        Value::number(size, Some(Poly::default()))
    }
}
