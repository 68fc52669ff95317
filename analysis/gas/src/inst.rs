//! What single instructions cost beside their fixed price, and what is known of their results.

use amigos_mir::gas::{self, Slope};
use amigos_mir::mir::*;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::BinaryOp;
use amigos_types::konst::Const;
use amigos_types::ty::{Ty, TyKind};

use crate::loops::destinations;
use crate::poly::{Atom, Poly, Root, Seg};
use crate::summary::Part;
use crate::value::Shape;
use crate::walk::{Res, Walk};

/// Bytes of the largest piece of a persistent object that is read or written at once.
const CHUNK: u64 = 4096;

impl Walk<'_> {
    pub fn block(&mut self, id: BlockId) -> Res<Poly> {
        let layouts = self.layouts;
        let slots = |ty: Ty| layouts.slots(ty);
        let mut cost = Poly::constant(gas::block_price(self.body, id, &slots));
        let body = self.body;
        for inst in &body.blocks[id.idx()].insts {
            let outer = self.span;
            if !inst.span.is_empty() {
                self.span = inst.span;
            }
            let more = self.inst(&inst.op)?;
            self.span = outer;
            cost = self.large(cost.plus(&more))?;
        }
        Ok(cost)
    }

    fn slope(&self, slope: Slope, units: &Poly) -> Res<Poly> {
        self.large(units.scaled(slope.num, slope.den))
    }

    fn sum(&self, parts: &[Poly]) -> Res<Poly> {
        let mut sum = Poly::default();
        for p in parts {
            sum = self.large(sum.plus(p))?;
        }
        Ok(sum)
    }

    /// The first read of a persistent object of up to `bytes` bytes.
    fn touch(&self, bytes: u64) -> Poly {
        if !self.contract {
            return Poly::default();
        }
        Poly::constant(gas::STATE_READ_BASE + gas::STATE_READ.of(bytes.min(CHUNK)))
    }

    /// The first write.
    fn touch_write(&self, bytes: u64) -> Poly {
        if !self.contract {
            return Poly::default();
        }
        Poly::constant(
            gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(bytes.min(CHUNK)) + gas::STATE_READ_BASE + gas::STATE_READ.of(bytes.min(CHUNK)),
        )
    }

    fn bytes(&self, ty: Ty) -> u64 {
        8 * u64::from(self.layouts.slots(ty))
    }

    /// Bytes of the record of an object: numbers take up to ten, references name an object and a way into it, and there is a head.
    fn record_bytes(&self, ty: Ty) -> u64 {
        32 + 16 * u64::from(self.layouts.slots(ty))
    }

    /// The state that reading or writing a place may touch.
    fn place_touch(&self, place: &Place, write: bool) -> Poly {
        let bytes = match &place.base {
            PlaceBase::Local(_) => return Poly::default(),
            PlaceBase::Global(_) | PlaceBase::Deref(_) => self.base_ty(place).map_or(CHUNK, |ty| self.record_bytes(ty)),
            PlaceBase::Elem { .. } => CHUNK,
        };
        if write { self.touch_write(bytes) } else { self.touch(bytes) }
    }

    /// What an instruction costs beside its fixed price, and what is known of its results.
    fn inst(&mut self, op: &Op) -> Res<Poly> {
        match op {
            Op::Copy { dst, src } => {
                let shape = self.shape(src);
                self.set(*dst, shape);
                Ok(Poly::default())
            }
            Op::Load { dst, place } => {
                let boxed = matches!(place.base, PlaceBase::Local(_)) && place.proj.is_empty();
                let shape = match (&place.base, self.path_of(place)) {
                    (PlaceBase::Local(l), _) if boxed => self.env.get(l).cloned().unwrap_or_default(),
                    (_, Some(path)) => Shape::at(self.types, path, place.ty),
                    (_, None) => Shape::unknown(),
                };
                self.set(*dst, shape);
                Ok(self.place_touch(place, false))
            }
            Op::Store { place, src } => {
                if let PlaceBase::Local(l) = place.base {
                    let shape = if place.proj.is_empty() { self.shape(src) } else { Shape::unknown() };
                    self.set(l, shape);
                }
                if let PlaceBase::Elem { slice: Operand::Local(l), .. } = place.base
                    && place.proj.is_empty()
                {
                    // What a fresh slice holds: the arguments of a variadic call.
                    let held = self.env.get(&l).cloned().unwrap_or_default();
                    let walk = held.walk.clone().zip(self.shape(src).walked(self.types, self.ty(src))).and_then(|(a, b)| a.plus(&b).ok());
                    self.set(l, Shape { walk, ..held });
                }
                let adopt = if self.contract && !matches!(place.base, PlaceBase::Local(_)) && self.refers(self.ty(src)) {
                    // What becomes owned is charged by object: as many as the value can reach is known only of fresh ones.
                    Poly::constant(gas::ADOPT + gas::STATE_WRITE.of(CHUNK))
                } else {
                    Poly::default()
                };
                let touch = self.place_touch(place, true);
                self.sum(&[adopt, touch])
            }
            Op::Len { dst, x } => {
                let size = Shape { size: self.shape(x).size, ..Shape::default() };
                self.set(*dst, size);
                Ok(Poly::default())
            }
            Op::Binary { dst, op, x, y } => {
                let shape = self.arithmetic(*op, x, y);
                self.set(*dst, shape);
                if matches!(self.types.core(self.ty(x)).kind(), TyKind::Basic(b) if *b == amigos_types::ty::Basic::String) {
                    // A comparison looks at no more than the shorter one.
                    let shorter = match (self.shape(x).size, self.shape(y).size) {
                        (Some(a), Some(b)) if b.is_constant() || !a.is_constant() && b.degree() < a.degree() => b,
                        (Some(a), _) => a,
                        (None, Some(b)) => b,
                        (None, None) => return Err(self.reason("the length of a compared string is not known")),
                    };
                    return self.slope(gas::BYTES, &shorter).and_then(|p| self.sum(&[p, Poly::constant(1)]));
                }
                Ok(Poly::default())
            }
            Op::Concat { dst, parts } => {
                let mut total = Poly::default();
                for part in parts {
                    let size = self.size(part, "is put together")?;
                    total = self.large(total.plus(&size))?;
                }
                self.set(*dst, Shape::of_size(total.clone()));
                let cost = [self.slope(gas::BYTES, &total)?, self.slope(gas::ALLOC, &total)?, Poly::constant(2)];
                self.sum(&cost)
            }
            Op::Convert { dst, x, conv } => {
                let shape = self.shape(x);
                let cost = match conv {
                    Conv::BytesToString | Conv::StringToBytes | Conv::RunesToString | Conv::StringToRunes => {
                        let n = self.size(x, "is converted")?;
                        let wide = self.large(n.scaled(8, 1))?;
                        self.sum(&[
                            self.slope(gas::BYTES, &n)?,
                            self.slope(gas::RUNES, &n)?,
                            self.slope(gas::ALLOC, &wide)?,
                            Poly::constant(3),
                        ])?
                    }
                    _ => Poly::default(),
                };
                let shape = match conv {
                    Conv::RunesToString => Shape { size: shape.size.and_then(|s| s.scaled(4, 1).ok()), ..Shape::default() },
                    Conv::IntToString => Shape::constant(4),
                    Conv::Number => Shape { size: shape.size, ..Shape::default() },
                    _ => shape,
                };
                self.set(*dst, shape);
                Ok(cost)
            }
            Op::Extract { dst, x, proj } => {
                let mut path = self.shape(x).path;
                let mut ty = Some(self.ty(x));
                for p in proj {
                    (path, ty) = match (p, ty.map(|t| self.types.core(t).kind())) {
                        (Proj::Field(i), Some(TyKind::Struct(fields))) => match fields.get(*i as usize) {
                            Some(f) => (path.map(|p| p.then(Seg::Field(f.name))), Some(f.ty)),
                            None => (None, None),
                        },
                        (Proj::Index(_), Some(TyKind::Array { elem, .. })) => (path.map(|p| p.then(Seg::Elem)), Some(*elem)),
                        _ => (None, None),
                    };
                }
                let shape = match (path, ty) {
                    (Some(path), Some(ty)) => Shape::at(self.types, path, ty),
                    _ => Shape::unknown(),
                };
                self.set(*dst, shape);
                Ok(Poly::default())
            }
            Op::Slice { dst, x, high, .. } => {
                let whole = match self.types.core(self.ty(x)).kind() {
                    TyKind::Pointer(to) => match self.types.core(*to).kind() {
                        TyKind::Array { len, .. } => Shape { walk: self.shape(x).walk, ..Shape::constant((*len).max(0) as u64) },
                        _ => Shape::unknown(),
                    },
                    _ => self.shape(x),
                };
                // Up to the capacity can be sliced: `high` bounds the length, the old length only where there is no `high`.
                let shape = match high {
                    Some(high) if !matches!(self.types.core(self.ty(x)).kind(), TyKind::Basic(_)) => {
                        Shape { size: self.shape(high).size, path: whole.path, walk: whole.walk }
                    }
                    _ => whole,
                };
                self.set(*dst, shape);
                Ok(Poly::default())
            }
            Op::MakeSlice { dst, elem, len, cap } => {
                let n = match cap {
                    Some(cap) => self.size(cap, "is made")?,
                    None => self.size(len, "is made")?,
                };
                let bytes = self.large(n.scaled(self.bytes(*elem).max(1), 1))?;
                let size = self.shape(len).size;
                // Zero values: one each; what is stored later comes on top.
                let walk = size.as_ref().filter(|s| s.is_constant()).and_then(|s| s.scaled(self.bytes(*elem) / 8 + 1, 1).ok());
                let walk = walk.and_then(|w| w.plus(&Poly::constant(1)).ok());
                self.set(*dst, Shape { size, walk, ..Shape::default() });
                self.sum(&[self.slope(gas::ALLOC, &bytes)?, Poly::constant(1)])
            }
            Op::MakeMap { dst, hint, .. } => {
                let hint = match hint {
                    Some(hint) => self.size(hint, "is made")?,
                    None => Poly::default(),
                };
                self.set(*dst, Shape::constant(0));
                let bytes = self.large(hint.scaled(64, 1))?;
                self.sum(&[self.slope(gas::ALLOC, &bytes)?, Poly::constant(8)])
            }
            Op::Append { dst, slice, what } => self.append(*dst, slice, what),
            Op::CopyElems { dst, to, from } => {
                let n = match (self.shape(to).size, self.shape(from).size) {
                    (Some(a), _) => a,
                    (None, Some(b)) => b,
                    _ => return Err(self.reason("how much is copied is not known")),
                };
                if let Some(dst) = dst {
                    self.set(*dst, Shape::of_size(n.clone()));
                }
                let slots = self.large(n.scaled(self.elem_slots(self.ty(to)), 1))?;
                let state = self.large(n.scaled(gas::STATE_READ.of(8) + gas::STATE_WRITE.of(8), 1))?;
                let touch = self.touch_write(CHUNK);
                self.sum(&[self.slope(gas::COPY, &slots)?, state, touch, Poly::constant(1)])
            }
            Op::Clear { x } => {
                let n = self.size(x, "is cleared")?;
                let slots = self.large(n.scaled(self.elem_slots(self.ty(x)).max(1), 1))?;
                let each = self.touch_write(64);
                let state = self.large(n.times(&each))?;
                self.sum(&[self.slope(gas::COPY, &slots)?, state, self.touch_write(CHUNK)])
            }
            Op::MapGet { dst, ok, map, key } => {
                let value = match self.types.core(self.ty(map)).kind() {
                    TyKind::Map { value, .. } => *value,
                    _ => Ty::invalid(),
                };
                let shape = self.shape(map).elem(self.types, value);
                self.set(*dst, shape);
                if let Some(ok) = ok {
                    self.set(*ok, Shape::constant(1));
                }
                let key = self.key_cost(key)?;
                self.sum(&[key, self.touch(self.bytes(value) + 64), self.touch(64)])
            }
            Op::MapSet { map, key, value } => {
                let hash = self.key_cost(key)?;
                let bytes = self.bytes(self.ty(key)) + self.bytes(self.ty(value)) + 64;
                // Growth is paid for when it happens: at most the entries there are.
                let entries = self.size(map, "is grown").unwrap_or_default();
                let grow = self.slope(gas::MAP_GROW, &entries)?;
                let fixed = Poly::constant(gas::ALLOC.of(2 * bytes) + gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(bytes));
                let adopt = if self.contract { Poly::constant(gas::ADOPT + gas::STATE_WRITE.of(CHUNK)) } else { Poly::default() };
                self.sum(&[hash, grow, fixed, adopt, self.touch_write(bytes), self.touch_write(64)])
            }
            Op::MapDelete { key, .. } => {
                let hash = self.key_cost(key)?;
                self.sum(&[hash, self.touch_write(128)])
            }
            Op::MapIter { .. } => Ok(self.touch(64)),
            Op::MapNext { key, value, .. } => {
                for l in [key, value].into_iter().flatten() {
                    self.set(*l, Shape::unknown());
                }
                Ok(self.touch(256))
            }
            Op::MinMax { dst, max, args } => {
                let shapes: Vec<Shape> = args.iter().map(|a| self.shape(a)).collect();
                let size = if *max {
                    shapes.iter().skip(1).fold(shapes.first().cloned().unwrap_or_default(), |a, b| a.join(b)).size
                } else {
                    // The smallest is at most any of them: a constant says most.
                    let known: Vec<Poly> = shapes.into_iter().filter_map(|s| s.size).collect();
                    known.iter().min_by_key(|p| (p.degree(), p.constant_part())).cloned()
                };
                self.set(*dst, Shape { size, ..Shape::default() });
                Ok(Poly::default())
            }
            Op::Print { args, .. } => {
                let mut total = Poly::constant(1);
                for a in args {
                    if matches!(self.types.core(self.ty(a)).kind(), TyKind::Basic(amigos_types::ty::Basic::String)) {
                        let size = self.size(a, "is printed")?;
                        total = self.large(total.plus(&size))?;
                    }
                }
                Ok(total)
            }
            Op::DecodeRune { rune, width, .. } => {
                self.set(*rune, Shape::constant(0x10_FFFF));
                self.set(*width, Shape::constant(4));
                Ok(Poly::default())
            }
            Op::StringIndex { dst, .. } => {
                self.set(*dst, Shape::constant(255));
                Ok(Poly::default())
            }
            Op::Msg { dst, field } => {
                let size = match field {
                    MsgField::Sender | MsgField::Origin => Shape::constant(64),
                    MsgField::Func => Shape::constant(128),
                    MsgField::Value => Shape::unknown(),
                };
                // The text is made anew.
                let made = size.size.clone().unwrap_or_default();
                self.set(*dst, size);
                self.slope(gas::ALLOC, &made)
            }
            Op::Call { dsts, callee, args } => self.call(dsts, callee, args),
            Op::RuntimePanic { .. }
            | Op::Closure { .. }
            | Op::FuncValue { .. }
            | Op::Bind { .. }
            | Op::Unsupported { .. }
            | Op::NewBox { .. }
            | Op::New { .. } => {
                self.forget(op);
                Ok(Poly::default())
            }
            Op::Aggregate { dst, ty, parts } => {
                let mut walk = Some(Poly::constant(u64::from(self.layouts.slots(*ty)) + 1));
                for (_, part) in parts {
                    let part = self.shape(part).walked(self.types, self.ty(part));
                    walk = walk.zip(part).and_then(|(a, b)| a.plus(&b).ok());
                }
                self.set(*dst, Shape { walk, ..Shape::default() });
                Ok(Poly::default())
            }
            Op::MakeInterface { dst, x } => {
                let walk = self.shape(x).walked(self.types, self.ty(x));
                self.set(*dst, Shape { walk, ..Shape::default() });
                Ok(Poly::default())
            }
            Op::ChangeInterface { dst, x } => {
                let shape = self.shape(x);
                self.set(*dst, shape);
                Ok(Poly::default())
            }
            Op::Defer { .. } | Op::FrameToken { .. } | Op::Recover { .. } => Err(self.reason("defers calls")),
            Op::Go { .. } | Op::MakeChan { .. } | Op::Send { .. } | Op::Recv { .. } | Op::Close { .. } | Op::Select { .. } => {
                Err(self.reason("uses goroutines or channels"))
            }
            Op::Addr { dst, place } => {
                let path = self.path_of(place);
                self.set(*dst, Shape { path, ..Shape::default() });
                Ok(Poly::default())
            }
            Op::TypeAssert { .. } | Op::Unary { .. } | Op::Cap { .. } | Op::Complex { .. } | Op::ComplexPart { .. } => {
                self.forget(op);
                Ok(Poly::default())
            }
        }
    }

    fn forget(&mut self, op: &Op) {
        let mut dsts = Vec::new();
        destinations(op, &mut dsts);
        dsts.into_iter().for_each(|l| self.set(l, Shape::unknown()));
    }

    /// Whether a value of the type refers to objects.
    fn refers(&self, ty: Ty) -> bool {
        match self.types.core(ty).kind() {
            TyKind::Basic(b) => *b == amigos_types::ty::Basic::String,
            TyKind::Struct(fields) => fields.iter().any(|f| self.refers(f.ty)),
            TyKind::Array { elem, .. } => self.refers(*elem),
            _ => true,
        }
    }

    fn elem_slots(&self, ty: Ty) -> u64 {
        match self.types.core(ty).kind() {
            TyKind::Slice(elem) => u64::from(self.layouts.slots(*elem)),
            _ => 1,
        }
    }

    fn key_cost(&self, key: &Operand) -> Res<Poly> {
        let ty = self.ty(key);
        let bytes = match self.types.core(ty).kind() {
            TyKind::Basic(amigos_types::ty::Basic::String) => self.size(key, "is a map's key")?,
            _ => Poly::constant(self.bytes(ty)),
        };
        let hash = self.slope(gas::HASH, &bytes)?;
        let compare = self.slope(gas::BYTES, &bytes)?;
        self.sum(&[hash, compare, Poly::constant(2)])
    }

    fn arithmetic(&self, op: BinaryOp, x: &Operand, y: &Operand) -> Shape {
        let (a, b) = (self.shape(x).size, self.shape(y).size);
        let size = match op {
            BinaryOp::Add => a.zip(b).and_then(|(a, b)| a.plus(&b).ok()),
            // Sizes are of values from zero up; a product of two negative ones would be larger, so that only constants may be multiplied.
            BinaryOp::Mul => a
                .zip(b)
                .filter(|(a, b)| a.is_constant() || b.is_constant())
                .filter(|_| non_negative_factor(x) || non_negative_factor(y))
                .and_then(|(a, b)| a.times(&b).ok()),
            BinaryOp::Sub if non_negative_factor(y) => a,
            BinaryOp::Div | BinaryOp::Shr if non_negative_factor(y) => a,
            BinaryOp::Rem => b.filter(|_| non_negative_factor(y)),
            BinaryOp::And if non_negative_factor(y) => b,
            _ => None,
        };
        Shape { size, ..Shape::default() }
    }

    fn append(&mut self, dst: LocalId, slice: &Operand, what: &Appended) -> Res<Poly> {
        let old = self.shape(slice).size;
        let added = match what {
            Appended::Elems(elems) => Poly::constant(elems.len() as u64),
            Appended::Slice(x) | Appended::String(x) => self.size(x, "is appended")?,
        };
        let slots = self.elem_slots(self.ty(slice));
        let adopt = if self.contract { Poly::constant(gas::ADOPT) } else { Poly::default() };
        let cost = match &old {
            // Growth copies what there is and doubles at most.
            Some(old) => {
                let all = self.large(old.plus(&added))?;
                let moved = self.large(all.scaled(slots, 1))?;
                let made = self.large(all.scaled(2 * 8 * slots, 1))?;
                let state = if self.contract { self.large(all.scaled(gas::STATE_READ.of(8) * slots, 1))? } else { Poly::default() };
                let touch = self.touch_write(CHUNK);
                self.sum(&[self.slope(gas::COPY, &moved)?, self.slope(gas::ALLOC, &made)?, state, touch, adopt, Poly::constant(64)])?
            }
            None => return Err(self.reason("the length of the slice that is appended to is not known")),
        };
        let size = old.and_then(|o| o.plus(&added).ok());
        let path = self.shape(slice).path;
        self.set(dst, Shape { size, path, walk: None });
        Ok(cost)
    }

    fn call(&mut self, dsts: &[LocalId], callee: &Callee, args: &[Operand]) -> Res<Poly> {
        let (func, text) = match callee {
            Callee::Static { func, .. } => (*func, func.name.to_string()),
            Callee::TypeParamMethod { name, .. } => return Err(self.reason(format!("calls `{name}` of a type parameter"))),
            Callee::Interface { iface, method, .. } => {
                let of = match iface.unalias().kind() {
                    TyKind::Named { key, .. } => format!("{}.", key.name),
                    _ => String::new(),
                };
                return Err(self.reason(format!("calls `{of}{method}` through an interface")));
            }
            Callee::Value(_) => return Err(self.reason("calls a function value")),
        };
        let Some(summary) = (self.callees)(func.pkg, func.name) else {
            return Err(self.reason(format!("calls `{text}`, of which nothing is known")));
        };
        let shapes: Vec<Shape> = args.iter().map(|a| self.shape(a)).collect();
        let types = self.types;
        let tys: Vec<Ty> = args.iter().map(|a| self.ty(a)).collect();
        let mut lookup = |atom: &Atom| actual(types, &shapes, &tys, atom);
        let cost = match &summary.gas {
            Err(reason) => return Err(self.reason(format!("calls `{text}`, which has no bound: {}", reason.text))),
            Ok(bound) => match bound.cost.substitute(&mut lookup) {
                Some(cost) => self.large(cost)?,
                None => return Err(self.reason(format!("calls `{text}` with a value of unknown size"))),
            },
        };
        for (i, dst) in dsts.iter().enumerate() {
            let shape = summary.results.get(i).cloned().unwrap_or_default();
            let size = shape.size.and_then(|s| s.substitute(&mut lookup)).and_then(Result::ok);
            self.set(*dst, Shape { size, ..Shape::default() });
        }
        let cross = if func.pkg != self.body.func.pkg { Poly::constant(gas::SUB_TRANSACTION) } else { Poly::default() };
        let cost = self.sum(&[cost, cross])?;
        self.parts.push(Part { span: self.span, cost: cost.clone() });
        Ok(cost)
    }
}

/// What an atom of a callee is at a call.
fn actual(types: TypeView, shapes: &[Shape], tys: &[Ty], atom: &Atom) -> Option<Poly> {
    let path = atom.path()?;
    let Root::Param(i, _) = path.root else { return Some(Poly::atom(atom.clone())) };
    let shape = shapes.get(i as usize)?;
    if path.segs.is_empty() {
        return match atom {
            Atom::Walk(_) => shape.walked(types, *tys.get(i as usize)?),
            _ => shape.size.clone(),
        };
    }
    let mut full = shape.path.clone()?;
    full.segs.extend_from_slice(&path.segs);
    if full.segs.len() > 8 {
        return None;
    }
    Some(Poly::atom(match atom {
        Atom::Len(_) => Atom::Len(full),
        Atom::Walk(_) => Atom::Walk(full),
        _ => Atom::Value(full),
    }))
}

fn non_negative_factor(x: &Operand) -> bool {
    matches!(x, Operand::Const(value, _) if matches!(&**value, Const::Int(n) if *n >= 0.into()))
}
