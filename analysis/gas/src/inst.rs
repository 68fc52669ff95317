//! What single instructions cost beside their fixed price, and what is known of their results.

use std::rc::Rc;

use amigos_mir::gas::{self, Slope};
use amigos_mir::mir::*;
use amigos_syntax::ast::{BinaryOp, UnaryOp};
use amigos_types::ty::{Ty, TyKind};

use crate::heap::{Class, Obj, State};
use crate::loops::constant;
use crate::memory::Target as Written;
use crate::poly::Poly;
use crate::value::{Dyn, Func, Target, Value, range_of};
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
        // Rounding up adds less than one.
        self.large(units.scaled(slope.num, slope.den).and_then(|p| p.plus(&Poly::fraction(slope.den.max(1) - 1, slope.den))))
    }

    pub fn charge(&self, st: &mut State, slope: Slope, units: &Poly) -> Res<()> {
        let price = self.slope(slope, units)?;
        self.pay(st, &price)
    }

    pub fn bytes_of(&self, elem: Ty) -> u64 {
        if self.packed(elem) { 1 } else { 8 * self.slots(elem) }
    }

    pub fn object(&self, content: Value, slots: u64) -> Obj {
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
                self.store_elem(st, &a, None, &Written::elements(*elem), moved)?;
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
            Op::FrameToken { dst } | Op::Depth { dst } => self.set(st, *dst, Value::unknown()),
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
}

fn iter_of(op: &Op) -> LocalId {
    match op {
        Op::MapIter { iter, .. } => *iter,
        _ => LocalId(0),
    }
}

impl Value {
    pub(crate) fn of_opt(size: Option<Poly>) -> Value {
        Value::number(size, Some(Poly::default()))
    }
}
