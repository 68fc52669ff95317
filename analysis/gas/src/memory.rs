//! Reading and writing memory: what is known of a variable's value, and what persistent objects cost when they are touched first.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::{Class, Key, Obj, State};
use crate::loops::constant;
use crate::poly::{Path, Poly, Root, Seg};
use crate::value::{Dyn, ObjId, Refs, Value, step};
use crate::walk::{Res, Walk};

/// What a [`Key`] is of.
pub(crate) const READ: u8 = 1;
pub(crate) const WRITE: u8 = 2;
pub(crate) const HEAD: u8 = 3;
pub(crate) const WHOLE: u8 = 4;
pub(crate) const RUN: u8 = 5;
pub(crate) const ARRAY_WRITE: u8 = 6;
pub(crate) const MAP: u8 = 7;
pub(crate) const ENTRY: u8 = 8;
pub(crate) const ADOPTED: u8 = 9;
pub(crate) const GROWN: u8 = 10;

/// Bytes of memory of a run of an array's elements.
const RUN_BYTES: u64 = 2048;
/// Bytes of a written object that are paid for at most.
const WRITTEN: u64 = 4096;
/// Bytes of a reference in a record.
const REFERENCE: u64 = 12;

/// The elements of a run.
pub(crate) fn run_elems(stride: u64, packed: bool) -> u64 {
    let bytes = if packed { 1 } else { stride.max(1) * 8 };
    1 << (RUN_BYTES / bytes).max(1).ilog2()
}

impl Walk<'_> {
    // ---- what records cost

    pub fn packed(&self, elem: Ty) -> bool {
        matches!(self.core(elem), TyKind::Basic(Basic::Uint8 | Basic::Bool | Basic::UntypedBool))
    }

    fn type_text(&self, ty: Ty, depth: u32) -> u64 {
        if depth > 6 {
            return 200;
        }
        let list = |ps: &[amigos_types::ty::Param]| ps.iter().map(|p| 1 + self.type_text(p.ty, depth + 1)).sum::<u64>();
        match ty.canonical().kind() {
            TyKind::Basic(_) => 10,
            TyKind::Named { key, args } => {
                let pkg = key.pkg.map_or(0, |p| p.0.as_str().len() as u64 + 3);
                pkg + key.name.as_str().len() as u64
                    + 20 * u64::from(key.local.is_some())
                    + args.iter().map(|a| 2 + self.type_text(*a, depth + 1)).sum::<u64>()
            }
            TyKind::Pointer(t) => 1 + self.type_text(*t, depth + 1),
            TyKind::Slice(t) => 2 + self.type_text(*t, depth + 1),
            TyKind::Array { elem, .. } => 12 + self.type_text(*elem, depth + 1),
            TyKind::Map { key, value } => 5 + self.type_text(*key, depth + 1) + self.type_text(*value, depth + 1),
            TyKind::Struct(fields) => {
                8 + fields
                    .iter()
                    .map(|f| {
                        f.name.as_str().len() as u64 + f.pkg.map_or(0, |p| p.0.as_str().len() as u64) + 5 + self.type_text(f.ty, depth + 1)
                    })
                    .sum::<u64>()
            }
            TyKind::Signature(s) => 10 + list(&s.params) + list(&s.results),
            _ => 120,
        }
    }

    /// Bytes that a value at a path takes in a record.
    fn record(&self, path: &Path, ty: Ty, depth: u32) -> Res<Poly> {
        let constant = |n: u64| Ok(Poly::constant(n));
        if depth > 8 {
            return Err(self.reason("its state is nested too deep"));
        }
        match self.core(ty) {
            TyKind::Basic(b) => match b {
                Basic::String => self.large(Poly::len(path.clone()).plus(&Poly::constant(3))),
                Basic::Bool => constant(1),
                Basic::Uint8 | Basic::Int8 => constant(2),
                Basic::Uint16 | Basic::Int16 => constant(3),
                Basic::Uint32 | Basic::Int32 => constant(5),
                Basic::Complex64 | Basic::Float64 => constant(8),
                Basic::Complex128 => constant(16),
                _ => constant(10),
            },
            TyKind::Slice(_) => constant(REFERENCE + 6),
            TyKind::Signature(_) => constant(120),
            TyKind::Interface(_) => {
                let pointers = |d: &Dyn| d.ty.is_some_and(|t| matches!(self.core(t), TyKind::Pointer(_)));
                let held = self.start_of(path, ty).dyns;
                let error = *ty.canonical().kind() == *Ty::error().kind();
                if error || held.is_some_and(|d| d.iter().all(pointers)) {
                    return constant(120 + REFERENCE);
                }
                let parts = Poly::atom(crate::poly::Atom::Walk(path.clone()));
                self.large(parts.scaled(14, 1).and_then(|p| p.plus(&Poly::constant(150))))
            }
            TyKind::Struct(fields) => {
                let mut sum = Poly::constant(1);
                for f in fields.iter() {
                    let one = self.record(&step(path, Seg::Field(f.name)), f.ty, depth + 1)?;
                    let head = if one.is_constant() && one.constant_part() < 128 { 2 } else { 3 };
                    sum = self.large(sum.plus(&one).and_then(|s| s.plus(&Poly::constant(head))))?;
                }
                Ok(sum)
            }
            TyKind::Array { len, elem } => {
                let one = self.record(&step(path, Seg::Elem), *elem, depth + 1)?;
                self.large(one.scaled((*len).max(0) as u64, 1))
            }
            _ => constant(REFERENCE),
        }
    }

    /// The first read of an object whose record has so many bytes.
    fn read_price(&self, bytes: &Poly) -> Res<Poly> {
        self.large(bytes.scaled(gas::STATE_READ.num, gas::STATE_READ.den).and_then(|p| p.plus(&Poly::constant(gas::STATE_READ_BASE + 1))))
    }

    fn write_price(bytes: u64) -> Poly {
        Poly::constant(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(bytes.min(WRITTEN)))
    }

    /// Whether what is at a path persists.
    pub fn persists(&self, path: &Path) -> bool {
        match path.root {
            Root::Global(pkg, _) => self.world.is_contract(pkg),
            Root::Param(index, _) => index == 0 && self.is_method,
        }
    }

    fn owner(&self, path: &Path) -> amigos_types::ty::PkgKey {
        match path.root {
            Root::Global(pkg, _) => pkg,
            Root::Param(..) => self.home,
        }
    }

    /// The number by which an object at a path is told from others at it: none if there is only one.
    fn identity(&self, path: &Path, ty: Ty, vn: u32) -> u32 {
        let many = path.segs.iter().any(|s| !matches!(s, Seg::Field(_)));
        let listed = match (path.segs.last(), self.core(ty)) {
            (Some(Seg::Field(name)), TyKind::Struct(fields)) => fields.iter().any(|f| f.name == *name),
            _ => false,
        };
        if many || listed { vn } else { 0 }
    }

    /// Touches an object that a pointer leads to.
    pub fn touch_object(&mut self, st: &mut State, path: &Path, ty: Ty, vn: u32, write: bool) -> Res<()> {
        // A pointer to a variable leads to the variable.
        let variable = path.segs.is_empty()
            && matches!(path.root, Root::Global(pkg, name) if self.types.ctx.member(pkg, name).is_some_and(|m| m.ty == ty));
        self.touch_in(st, path, ty, vn, write, u32::from(variable))
    }

    fn touch_in(&mut self, st: &mut State, path: &Path, ty: Ty, vn: u32, write: bool, variable: u32) -> Res<()> {
        if !self.persists(path) {
            return Ok(());
        }
        let vn = self.identity(path, ty, vn);
        let level = if vn == 0 { 0 } else { self.level_of(vn) };
        let key = |what| Key { what, path: Some(path.clone()), vn, obj: variable };
        if !st.seen.contains(&key(READ)) {
            let interior = self.world.habits(self.owner(path)).interior.contains(&ty.canonical()) && !path.segs.is_empty();
            let head = 8 + self.type_text(ty, 0);
            let record = self.record(path, ty, 0)?;
            let bytes = self.large(record.plus(&Poly::constant(head)))?;
            let bytes = if interior {
                // It may be one of the elements of an array, which is read with its neighbours.
                let elems = run_elems(self.slots(ty), self.packed(ty));
                self.large(record.scaled(elems, 1).and_then(|p| p.plus(&bytes)))?
            } else {
                bytes
            };
            let mut price = self.read_price(&bytes)?;
            if interior {
                price = self.large(price.plus(&Poly::constant(gas::STATE_READ_BASE)))?;
            }
            self.once(st, key(READ), level, &price)?;
        }
        if write {
            let interior = self.world.habits(self.owner(path)).interior.contains(&ty.canonical()) && !path.segs.is_empty();
            let bytes = if interior { WRITTEN } else { 8 * self.slots(ty) };
            self.once(st, key(WRITE), level, &Self::write_price(bytes))?;
        }
        Ok(())
    }

    /// Touches an element of a slice; `None` for all of them.
    pub fn touch_elem(&mut self, st: &mut State, slice: &Value, elem: Ty, index: Option<&Value>, write: bool) -> Res<()> {
        for path in slice.refs.paths.clone() {
            if !self.persists(&path) {
                continue;
            }
            let vn = if path.segs.iter().any(|s| !matches!(s, Seg::Field(_))) { slice.vn } else { 0 };
            let level = if vn == 0 { 0 } else { self.level_of(vn) };
            let key = |what, vn| Key { what, path: Some(path.clone()), vn, obj: 0 };
            let packed = self.packed(elem);
            let elems = run_elems(self.slots(elem), packed);
            let one = if packed { Poly::constant(1) } else { self.record(&step(&path, Seg::Elem), elem, 0)? };
            let head = 12 + self.type_text(elem, 0);
            self.once(st, key(HEAD, vn), level, &Poly::constant(gas::STATE_READ_BASE + gas::STATE_READ.of(head) + 1))?;
            let resliced = self.world.habits(self.owner(&path)).resliced.contains(&elem.canonical());
            let whole = key(WHOLE, vn);
            let in_loop = index.is_some_and(|i| {
                let of = self.level_of(i.vn);
                of > level && self.trips.iter().take(of as usize).skip(level as usize).all(Option::is_none)
            });
            let paid = st.seen.contains(&whole);
            if !paid && (index.is_none() || in_loop) {
                // Runs, and the elements in them; behind the last element there are zeros, unless something was cut off.
                let n = Poly::len(path.clone());
                let rest = if resliced { self.large(one.scaled(2 * elems, 1))? } else { Poly::constant(elems) };
                let bytes = self.large(n.times(&one).and_then(|p| p.plus(&rest)))?;
                let runs = self.large(n.scaled(gas::STATE_READ_BASE + 1, elems))?;
                let price = self.large(self.read_price(&bytes)?.plus(&runs))?;
                let price = if resliced { self.large(price.plus(&Poly::constant(gas::STATE_READ_BASE)))? } else { price };
                self.once(st, whole, level, &price)?;
            } else if let (false, Some(index)) = (paid, index) {
                let of = self.number(4, vn, index.vn);
                let price = self.read_price(&self.large(one.scaled(elems, 1))?)?;
                self.once(st, key(RUN, of), self.level_of(of), &price)?;
            }
            if write {
                self.once(st, key(ARRAY_WRITE, vn), level, &Self::write_price(WRITTEN))?;
            }
        }
        Ok(())
    }

    /// Touches a map's head.
    pub fn touch_map(&mut self, st: &mut State, map: &Value, ty: Ty) -> Res<bool> {
        let mut any = false;
        for path in map.refs.paths.clone() {
            if self.persists(&path) {
                any = true;
                let vn = if path.segs.iter().any(|s| !matches!(s, Seg::Field(_))) { map.vn } else { 0 };
                let level = if vn == 0 { 0 } else { self.level_of(vn) };
                let price = Poly::constant(gas::STATE_READ_BASE + gas::STATE_READ.of(16 + self.type_text(ty, 0)));
                self.once(st, Key { what: MAP, path: Some(path), vn, obj: 0 }, level, &price)?;
            }
        }
        Ok(any || map.refs.unknown)
    }

    // ---- values at the start

    /// The value of a package variable at the start.
    pub fn global_at_start(&self, g: GlobalKey) -> Value {
        let Some(member) = self.types.ctx.member(g.pkg, g.name) else { return Value::unknown() };
        self.start_of(&Path { root: Root::Global(g.pkg, g.name), segs: vec![] }, member.ty)
    }

    /// What was at a path at the start.
    pub fn start_of(&self, path: &Path, ty: Ty) -> Value {
        let mut value = Value::at(self.types, path.clone(), ty);
        if let (Root::Global(pkg, name), true) = (path.root, path.segs.is_empty())
            && (value.dyns.is_none() || value.funcs.is_none())
            && let Some(held) = self.world.held(GlobalKey { pkg, name })
        {
            let mut dyns = Vec::new();
            let mut funcs = Vec::new();
            for h in held.iter() {
                match h {
                    crate::facts::Held::Type(t) => {
                        dyns.push(Dyn { ty: Some(*t), value: Value::at(self.types, path.clone(), *t), maker: Some(Some(pkg)) })
                    }
                    crate::facts::Held::Func(f) => funcs.push(crate::value::Func {
                        target: crate::value::Target::Named(*f, Rc::default()),
                        bound: vec![],
                        maker: Some(pkg),
                    }),
                }
            }
            if value.dyns.is_none() {
                value = Value { dyns: Some(Rc::new(dyns)), ..Value::default() };
            } else {
                value = Value { funcs: Some(Rc::new(funcs)), ..Value::default() };
            }
        }
        value
    }

    fn over(&self, st: &State, class: Class) -> Option<Value> {
        st.overlay.iter().find(|(c, _)| *c == class).map(|(_, v)| Value { vn: 0, ..v.clone() })
    }

    fn written_over(&self, st: &State, start: Value, class: Class, ty: Ty) -> Value {
        if st.havoc {
            return Value::any(self.types, ty);
        }
        match self.over(st, class) {
            Some(over) => start.join(&over),
            None => start,
        }
    }

    fn gather(&self, values: Vec<Value>) -> Value {
        let mut all = values.into_iter();
        let Some(first) = all.next() else { return Value::default() };
        all.fold(first, |a, b| a.join(&b))
    }

    /// A field of a struct value.
    pub fn field(&mut self, st: &State, value: &Value, ty: Ty, index: u32) -> Value {
        let TyKind::Struct(fields) = self.core(ty) else { return Value::unknown() };
        let Some(field) = fields.get(index as usize) else { return Value::unknown() };
        let class = Class::Field(self.types.core(ty).canonical(), index);
        let mut found = Vec::new();
        let mut stable = value.vn != 0 && value.parts.is_empty() && !st.havoc && !st.overlay.iter().any(|(c, _)| *c == class);
        for path in &value.refs.paths {
            let start = self.start_of(&step(path, Seg::Field(field.name)), field.ty);
            found.push(self.written_over(st, start, class, field.ty));
        }
        if let Some(part) = value.parts.get(index as usize) {
            found.push(part.clone());
        }
        if value.refs.unknown {
            stable = false;
            found.push(Value::any(self.types, field.ty));
        }
        let mut out = self.gather(found);
        if stable {
            out.vn = self.part_number(2, value.vn, index);
        }
        out
    }

    fn with_field(&mut self, st: &State, value: &Value, ty: Ty, proj: &[Proj], new: Value) -> Value {
        let Some((first, rest)) = proj.split_first() else { return new };
        match (first, self.core(ty)) {
            (Proj::Field(i), TyKind::Struct(fields)) => {
                let mut parts: Vec<Value> = (0..fields.len() as u32).map(|k| self.field(st, value, ty, k)).collect();
                if let (Some(old), Some(field)) = (parts.get(*i as usize).cloned(), fields.get(*i as usize)) {
                    parts[*i as usize] = self.with_field(st, &old, field.ty, rest, new);
                }
                Value { parts: Rc::new(parts), ..Value::default() }
            }
            (Proj::Index(_), TyKind::Array { elem, .. }) => {
                let old = self.array_elem(st, value, *elem);
                let one = self.with_field(st, &old, *elem, rest, new);
                Value { parts: Rc::new(vec![old.join(&one)]), ..Value::default() }
            }
            _ => Value::unknown(),
        }
    }

    /// Any element of an array value.
    pub fn array_elem(&mut self, st: &State, value: &Value, elem: Ty) -> Value {
        let mut found: Vec<Value> = value.parts.iter().cloned().collect();
        for path in &value.refs.paths {
            let start = self.start_of(&step(path, Seg::Elem), elem);
            found.push(self.written_over(st, start, Class::Elem(elem.canonical()), elem));
        }
        if value.refs.unknown {
            found.push(Value::any(self.types, elem));
        }
        let mut out = self.gather(found);
        out.vn = 0;
        out
    }

    pub fn project(&mut self, st: &State, value: Value, ty: Ty, proj: &[Proj]) -> Value {
        let (mut value, mut ty) = (value, ty);
        for p in proj {
            match (p, self.core(ty)) {
                (Proj::Field(i), TyKind::Struct(fields)) => {
                    let Some(field) = fields.get(*i as usize) else { return Value::unknown() };
                    value = self.field(st, &value, ty, *i);
                    ty = field.ty;
                }
                (Proj::Index(_), TyKind::Array { elem, .. }) => {
                    value = self.array_elem(st, &value, *elem);
                    ty = *elem;
                }
                _ => return Value::unknown(),
            }
        }
        value
    }

    /// What a pointer points to, of type `ty`.
    pub fn pointee(&mut self, st: &State, pointer: &Value, ty: Ty) -> Value {
        let mut found = Vec::new();
        let mut single = pointer.refs.objs.len() == 1 && pointer.refs.paths.is_empty() && !pointer.refs.unknown;
        for path in &pointer.refs.paths {
            let start = match (path.root, path.segs.is_empty()) {
                (Root::Global(pkg, name), true) if self.types.ctx.member(pkg, name).is_some_and(|m| m.ty == ty) => {
                    let g = GlobalKey { pkg, name };
                    match st.globals.iter().find(|(x, _)| *x == g) {
                        Some((_, v)) => v.clone(),
                        None => self.start_of(path, ty),
                    }
                }
                _ => self.start_of(path, ty),
            };
            found.push(match self.core(ty) {
                TyKind::Struct(_) | TyKind::Array { .. } if !st.havoc => start,
                _ => self.written_over(st, start, Class::Variable(ty.canonical()), ty),
            });
        }
        for id in &pointer.refs.objs {
            if let Some(obj) = st.objs.get(id) {
                single &= !obj.many;
                found.push(obj.content.clone());
            }
        }
        if pointer.refs.unknown {
            found.push(Value::any(self.types, ty));
        }
        let whole = matches!(self.core(ty), TyKind::Struct(_) | TyKind::Array { .. });
        let mut out = self.gather(found);
        if whole && pointer.refs.objs.is_empty() && pointer.vn != 0 {
            // Fields are numbered after the pointer.
            out.vn = pointer.vn;
        } else if !single {
            out.vn = 0;
        }
        out
    }

    /// Any element of a slice, or the one at a known index.
    pub fn element(&mut self, st: &State, slice: &Value, elem: Ty, index: Option<i64>) -> Value {
        let mut found = Vec::new();
        for path in &slice.refs.paths {
            let start = self.start_of(&step(path, Seg::Elem), elem);
            found.push(match self.core(elem) {
                TyKind::Struct(_) | TyKind::Array { .. } if !st.havoc => start,
                _ => self.written_over(st, start, Class::Elem(elem.canonical()), elem),
            });
        }
        for obj in slice.refs.objs.iter().filter_map(|id| st.objs.get(id)) {
            let one = index.and_then(|i| usize::try_from(i).ok()).and_then(|i| obj.elems.as_ref()?.get(i));
            match (one, &obj.elems) {
                (Some(v), _) => found.push(v.clone()),
                (None, Some(elems)) => found.extend(elems.iter().cloned()),
                (None, None) => {}
            }
            if obj.elems.is_none() {
                // What `make` leaves is zero.
                found.push(obj.content.clone());
            }
        }
        if slice.refs.unknown {
            found.push(Value::any(self.types, elem));
        }
        let mut out = self.gather(found);
        out.vn = 0;
        out
    }

    // ---- places

    pub fn base_ty(&self, place: &Place) -> Ty {
        match &place.base {
            PlaceBase::Local(l) => self.inst_ty(self.body().locals[l.idx()].ty),
            PlaceBase::Global(g) => self.types.ctx.member(g.pkg, g.name).map_or_else(Ty::invalid, |m| m.ty),
            PlaceBase::Deref(x) => match self.core(self.ty(x)) {
                TyKind::Pointer(to) => *to,
                _ => Ty::invalid(),
            },
            PlaceBase::Elem { slice, .. } => match self.core(self.ty(slice)) {
                TyKind::Slice(elem) => *elem,
                _ => Ty::invalid(),
            },
        }
    }

    /// Touches the object that a place is in.
    pub fn touch(&mut self, st: &mut State, place: &Place, write: bool) -> Res<()> {
        let ty = self.base_ty(place);
        match &place.base {
            PlaceBase::Local(_) => Ok(()),
            PlaceBase::Global(g) => self.touch_in(st, &Path { root: Root::Global(g.pkg, g.name), segs: vec![] }, ty, 0, write, 1),
            PlaceBase::Deref(x) => {
                let pointer = self.numbered(st, x);
                for path in pointer.refs.paths.clone() {
                    if pointer.inner {
                        if write && self.persists(&path) {
                            let key = Key { what: WRITE, path: Some(path), vn: pointer.vn, obj: 0 };
                            self.once(st, key, self.level_of(pointer.vn), &Self::write_price(WRITTEN))?;
                        }
                    } else {
                        self.touch_object(st, &path, ty, pointer.vn, write)?;
                    }
                }
                Ok(())
            }
            PlaceBase::Elem { slice, index } => {
                let (slice, index) = (self.numbered(st, slice), self.numbered(st, index));
                self.touch_elem(st, &slice, ty, Some(&index), write)
            }
        }
    }

    /// Reads a place.
    pub fn load(&mut self, st: &mut State, place: &Place) -> Res<Value> {
        self.touch(st, place, false)?;
        let ty = self.base_ty(place);
        let base = match &place.base {
            PlaceBase::Local(l) => {
                let held = st.env.get(l).map(|v| (**v).clone()).unwrap_or_default();
                if self.body().locals[l.idx()].boxed { self.pointee(st, &held, ty) } else { held }
            }
            PlaceBase::Global(g) => match st.globals.iter().find(|(x, _)| x == g) {
                Some((_, v)) if !st.havoc => v.clone(),
                Some(_) => Value::any(self.types, ty),
                None if st.havoc => Value::any(self.types, ty),
                None => {
                    let mut value = self.global_at_start(*g);
                    let n = self.global_number(*g);
                    value.vn = n;
                    value
                }
            },
            PlaceBase::Deref(x) => {
                let pointer = self.numbered(st, x);
                self.pointee(st, &pointer, ty)
            }
            PlaceBase::Elem { slice, index } => {
                let at = constant(index);
                let (slice, index) = (self.numbered(st, slice), self.numbered(st, index));
                let mut v = self.element(st, &slice, ty, at);
                if slice.refs.objs.is_empty() && matches!(self.core(ty), TyKind::Struct(_)) {
                    v.vn = self.number(5, slice.vn, index.vn);
                }
                v
            }
        };
        let value = self.project(st, base, ty, &place.proj);
        Ok(value)
    }

    fn global_number(&mut self, g: GlobalKey) -> u32 {
        use std::hash::{Hash, Hasher};
        let mut hasher = rustc_hash::FxHasher::default();
        g.hash(&mut hasher);
        let h = hasher.finish();
        self.constant_number((h >> 1) as i64 | 1 << 62)
    }

    /// Notes that a variable that was there at the start may be written.
    fn write_over(&mut self, st: &mut State, class: Class, ty: Ty, value: &Value, depth: u32) {
        match self.core(ty) {
            TyKind::Struct(fields) if depth < 8 => {
                let canonical = self.types.core(ty).canonical();
                for i in 0..fields.len() as u32 {
                    let part = self.field(st, value, ty, i);
                    self.write_over(st, Class::Field(canonical, i), fields[i as usize].ty, &part, depth + 1);
                }
            }
            TyKind::Array { elem, .. } if depth < 8 => {
                let part = self.array_elem(st, value, *elem);
                self.write_over(st, Class::Elem(elem.canonical()), *elem, &part, depth + 1);
            }
            _ => match st.overlay.iter_mut().find(|(c, _)| *c == class) {
                Some((_, old)) => *old = old.join(value),
                None => st.overlay.push((class, value.clone())),
            },
        }
    }

    /// Writes a place.
    pub fn store(&mut self, st: &mut State, place: &Place, value: Value) -> Res<()> {
        self.touch(st, place, true)?;
        let ty = self.base_ty(place);
        // The class of the variable that is written, wherever it is.
        let mut at = ty;
        let mut class = match &place.base {
            PlaceBase::Elem { .. } => Class::Elem(ty.canonical()),
            _ => Class::Variable(ty.canonical()),
        };
        for p in &place.proj {
            match (p, self.core(at)) {
                (Proj::Field(i), TyKind::Struct(fields)) => {
                    class = Class::Field(self.types.core(at).canonical(), *i);
                    at = fields.get(*i as usize).map_or_else(Ty::invalid, |f| f.ty);
                }
                (Proj::Index(_), TyKind::Array { elem, .. }) => {
                    class = Class::Elem(elem.canonical());
                    at = *elem;
                }
                _ => {}
            }
        }
        match &place.base {
            PlaceBase::Local(l) if !self.body().locals[l.idx()].boxed => {
                let old = st.env.get(l).map(|v| (**v).clone()).unwrap_or_default();
                let new = self.with_field(st, &old, ty, &place.proj, value);
                self.set(st, *l, Value { vn: 0, ..new });
            }
            PlaceBase::Local(l) => {
                let pointer = st.env.get(l).map(|v| (**v).clone()).unwrap_or_default();
                self.store_at(st, &pointer, ty, &place.proj, value, class, at)?;
            }
            PlaceBase::Global(g) => {
                let old = match st.globals.iter().find(|(x, _)| x == g) {
                    Some((_, v)) => v.clone(),
                    None => self.global_at_start(*g),
                };
                let new = self.with_field(st, &old, ty, &place.proj, value.clone());
                match st.globals.iter_mut().find(|(x, _)| x == g) {
                    Some((_, v)) => *v = new,
                    None => st.globals.push((*g, new)),
                }
                self.write_over(st, class, at, &value, 0);
                if self.world.is_contract(g.pkg) {
                    self.adopt(st, &value, at, 0)?;
                }
            }
            PlaceBase::Deref(x) => {
                let pointer = self.numbered(st, x);
                self.store_at(st, &pointer, ty, &place.proj, value, class, at)?;
            }
            PlaceBase::Elem { slice, index } => {
                let slice = self.numbered(st, slice);
                self.store_elem(st, &slice, ty, constant(index), &place.proj, value, class, at)?;
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn store_at(&mut self, st: &mut State, pointer: &Value, ty: Ty, proj: &[Proj], value: Value, class: Class, at: Ty) -> Res<()> {
        let single = pointer.refs.objs.len() == 1 && pointer.refs.paths.is_empty() && !pointer.refs.unknown;
        for id in pointer.refs.objs.clone() {
            let Some(obj) = st.objs.get(&id).cloned() else { continue };
            let new = self.with_field(st, &obj.content, ty, proj, value.clone());
            // Through a pointer to a part of it nothing is known of where that part is.
            let new = if pointer.inner { obj.content.join(&new).join(&Value::unknown()) } else { new };
            let content = if single && !obj.many { new } else { obj.content.join(&new) };
            st.objs.insert(id, Rc::new(Obj { content, ..(*obj).clone() }));
        }
        if !pointer.refs.paths.is_empty() || pointer.refs.unknown {
            self.write_over(st, class, at, &value, 0);
            for path in &pointer.refs.paths {
                if let Root::Global(pkg, name) = path.root
                    && let Some((_, v)) = st.globals.iter_mut().find(|(x, _)| *x == GlobalKey { pkg, name })
                {
                    v.refs.join(&Refs::path(Path { root: path.root, segs: vec![] }));
                }
            }
            if pointer.refs.unknown {
                self.anything_written(st);
            }
            if pointer.refs.unknown || pointer.refs.paths.iter().any(|p| self.persists(p)) {
                self.adopt(st, &value, at, 0)?;
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    pub fn store_elem(
        &mut self,
        st: &mut State,
        slice: &Value,
        elem: Ty,
        index: Option<i64>,
        proj: &[Proj],
        value: Value,
        class: Class,
        at: Ty,
    ) -> Res<()> {
        let single = slice.refs.objs.len() == 1 && slice.refs.paths.is_empty() && !slice.refs.unknown;
        for id in slice.refs.objs.clone() {
            let Some(obj) = st.objs.get(&id).cloned() else { continue };
            let mut new = (*obj).clone();
            match (&obj.elems, index.and_then(|i| usize::try_from(i).ok())) {
                (Some(elems), Some(i)) if i < elems.len() => {
                    let one = self.with_field(st, &elems[i], elem, proj, value.clone());
                    let mut all = (**elems).clone();
                    all[i] = if single && !obj.many { one } else { all[i].join(&one) };
                    new.elems = Some(Rc::new(all));
                }
                _ => {
                    let old = self.element(st, &Value::refers(Refs::obj(id)), elem, None);
                    let one = self.with_field(st, &old, elem, proj, value.clone());
                    new.content = old.join(&one);
                    new.elems = None;
                }
            }
            st.objs.insert(id, Rc::new(new));
        }
        if !slice.refs.paths.is_empty() || slice.refs.unknown {
            self.write_over(st, class, at, &value, 0);
            if slice.refs.unknown {
                self.anything_written(st);
            }
            if slice.refs.unknown || slice.refs.paths.iter().any(|p| self.persists(p)) {
                self.adopt(st, &value, at, 0)?;
            }
        }
        Ok(())
    }

    /// Something was written nobody knows where.
    pub fn anything_written(&mut self, st: &mut State) {
        st.havoc = true;
        for obj in st.objs.values_mut() {
            let o = Rc::make_mut(obj);
            o.content = o.content.join(&Value::unknown());
            o.elems = None;
        }
    }

    /// Makes an object; a pointer to it.
    pub fn make(&mut self, st: &mut State, id: ObjId, obj: Obj, except: LocalId) -> Value {
        let mut obj = obj;
        if obj.vn == 0 {
            obj.vn = self.fresh();
        }
        if let Some(old) = st.objs.get(&id)
            && st.reachable(id, except)
        {
            obj.content = obj.content.join(&old.content);
            obj.key = obj.key.join(&old.key);
            obj.elems = None;
            if let Some(elems) = &old.elems {
                obj.content = elems.iter().fold(obj.content, |a, b| a.join(b));
            }
            obj.len = obj.len.as_ref().zip(old.len.as_ref()).and_then(|(a, b)| a.join(b).ok());
            obj.adopt = obj.adopt.as_ref().zip(old.adopt.as_ref()).and_then(|(a, b)| a.join(b).ok());
            obj.many = true;
        }
        let vn = obj.vn;
        st.objs.insert(id, Rc::new(obj));
        Value { vn, ..Value::refers(Refs::obj(id)) }
    }

    // ---- becoming owned

    pub fn refers(&self, ty: Ty, depth: u32) -> bool {
        match self.core(ty) {
            TyKind::Basic(_) | TyKind::Signature(_) => false,
            TyKind::Struct(fields) => depth < 8 && fields.iter().any(|f| self.refers(f.ty, depth + 1)),
            TyKind::Array { elem, .. } => depth < 8 && self.refers(*elem, depth + 1),
            _ => true,
        }
    }

    /// The price of a slice's array when it becomes owned.
    pub fn array_adopt(&self, elem: Ty, elems: &Poly) -> Res<Poly> {
        let bytes = if self.packed(elem) { 1 } else { 8 * self.slots(elem) };
        self.large(elems.scaled(bytes * gas::STATE_WRITE.num, gas::STATE_WRITE.den).and_then(|p| p.plus(&Poly::constant(gas::ADOPT))))
    }

    /// A value is stored in state: what it refers to and nobody owns becomes owned.
    pub fn adopt(&mut self, st: &mut State, value: &Value, ty: Ty, depth: u32) -> Res<()> {
        if depth > 12 || !self.refers(ty, 0) {
            return Ok(());
        }
        match self.core(ty) {
            TyKind::Struct(fields) => {
                for (i, f) in fields.iter().enumerate() {
                    if self.refers(f.ty, 0) {
                        let part = self.field(st, value, ty, i as u32);
                        self.adopt(st, &part, f.ty, depth + 1)?;
                    }
                }
                return Ok(());
            }
            TyKind::Array { elem, .. } => {
                let part = self.array_elem(st, value, *elem);
                return self.adopt(st, &part, *elem, depth + 1);
            }
            TyKind::Interface(_) => {
                for d in value.dyns.iter().flat_map(|d| d.iter()).cloned().collect::<Vec<_>>() {
                    if let Some(t) = d.ty {
                        self.adopt(st, &d.value, t, depth + 1)?;
                    }
                }
                // What was in the state is owned already.
                if value.dyns.is_none() && (value.refs.unknown || value.refs.paths.iter().any(|p| !self.persists(p))) {
                    return self.need(None, || "what it stores in the state is not known".into()).map(drop);
                }
                return Ok(());
            }
            _ => {}
        }
        if value.refs.unknown {
            return self.need(None, || "what it stores in the state is not known".into()).map(drop);
        }
        for path in value.refs.paths.clone() {
            if !self.persists(&path) {
                let price = self.argument_adopt(&path, ty, 0)?;
                self.once(st, Key { what: ADOPTED, path: Some(path), vn: 0, obj: 0 }, 0, &price)?;
            }
        }
        for id in value.refs.objs.clone() {
            let Some(obj) = st.objs.get(&id).cloned() else { continue };
            let key = Key { what: ADOPTED, path: None, vn: obj.vn, obj: id };
            let again = st.seen.contains(&key) && !obj.many;
            let level = self.level_of(obj.vn);
            match self.core(ty) {
                TyKind::Slice(elem) => {
                    let elems = if self.appended.contains(&id) { self.grown(value.hi.as_ref(), *elem)? } else { obj.len.clone() };
                    if !again {
                        let elems = self.need(elems, || "how much it stores in the state is not known".into())?;
                        let price = self.array_adopt(*elem, &elems)?;
                        self.once(st, key, level, &price)?;
                    }
                    if self.refers(*elem, 0) && depth < 6 {
                        let one = self.element(st, &Value::refers(Refs::obj(id)), *elem, None);
                        self.adopt_all(st, &one, *elem, value.hi.clone(), depth)?;
                    }
                }
                TyKind::Map { key: k, value: v } => {
                    if !again {
                        let entry = 8 * (self.slots(*k) + self.slots(*v)) + 20;
                        let len = self.need(obj.len.clone(), || "how much it stores in the state is not known".into())?;
                        let price = self.large(len.scaled(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(entry), 1))?;
                        let price = self.large(price.plus(&Poly::constant(gas::ADOPT)))?;
                        self.once(st, key, level, &price)?;
                    }
                    if depth < 6 {
                        self.adopt_all(st, &obj.content, *v, obj.len.clone(), depth)?;
                        self.adopt_all(st, &obj.key, *k, obj.len.clone(), depth)?;
                    }
                }
                TyKind::Pointer(to) => {
                    if !again {
                        let price = self.need(obj.adopt.clone(), || "how much it stores in the state is not known".into())?;
                        self.once(st, key, level, &price)?;
                    }
                    if depth < 8 && !again {
                        let content = obj.content.clone();
                        self.adopt(st, &content, *to, depth + 1)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Elements of a container become owned: as many objects as elements.
    fn adopt_all(&mut self, st: &mut State, one: &Value, ty: Ty, n: Option<Poly>, depth: u32) -> Res<()> {
        if !self.refers(ty, 0) {
            return Ok(());
        }
        let before = st.acc.clone();
        st.acc = Poly::default();
        let seen = st.seen.clone();
        self.adopt(st, one, ty, depth + 1)?;
        let each = std::mem::replace(&mut st.acc, before);
        if each.is_zero() {
            return Ok(());
        }
        st.seen = seen;
        let n = self.need(n, || "how much it stores in the state is not known".into())?;
        let all = self.large(each.times(&n))?;
        self.pay(st, &all)
    }

    /// The elements that an array made by `append` has room for, if the slice has at most `len`.
    pub fn grown(&self, len: Option<&Poly>, elem: Ty) -> Res<Option<Poly>> {
        let pad = (16 / self.go_size(elem, 0).max(1)).max(1) + 1;
        match len {
            None => Ok(None),
            Some(len) => self.large(len.scaled(5, 2).and_then(|p| p.plus(&Poly::constant(pad)))).map(Some),
        }
    }

    /// Go's size of a type in bytes, not too large.
    pub fn go_size(&self, ty: Ty, depth: u32) -> u64 {
        match self.core(ty) {
            TyKind::Basic(b) => match b {
                Basic::Bool | Basic::Int8 | Basic::Uint8 => 1,
                Basic::Int16 | Basic::Uint16 => 2,
                Basic::Int32 | Basic::Uint32 | Basic::Float32 => 4,
                _ => 8,
            },
            TyKind::Struct(fields) if depth < 6 => fields.iter().map(|f| self.go_size(f.ty, depth + 1)).sum(),
            _ => 8,
        }
    }

    /// What an argument from outside costs when it becomes owned.
    fn argument_adopt(&self, path: &Path, ty: Ty, depth: u32) -> Res<Poly> {
        if depth > 4 {
            return self.need(None, || "what it stores in the state is nested too deep".into());
        }
        match self.core(ty) {
            TyKind::Slice(elem) => {
                let n = Poly::len(path.clone());
                let mut price = self.array_adopt(*elem, &n)?;
                if self.refers(*elem, 0) {
                    let each = self.argument_adopt(&step(path, Seg::Elem), *elem, depth + 1)?;
                    price = self.large(n.times(&each).and_then(|p| p.plus(&price)))?;
                }
                Ok(price)
            }
            TyKind::Map { key, value } => {
                let n = Poly::len(path.clone());
                let entry = 8 * (self.slots(*key) + self.slots(*value)) + 20;
                let each = Poly::constant(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(entry));
                let inner = self.argument_adopt(&step(path, Seg::Elem), *value, depth + 1)?;
                let each = self.large(each.plus(&inner))?;
                self.large(n.times(&each).and_then(|p| p.plus(&Poly::constant(gas::ADOPT))))
            }
            TyKind::Pointer(to) => {
                let mut price = Poly::constant(gas::ADOPT + gas::STATE_WRITE.of(8 * self.slots(*to)));
                if self.refers(*to, 0) {
                    price = self.large(price.plus(&self.argument_adopt(path, *to, depth + 1)?))?;
                }
                Ok(price)
            }
            TyKind::Struct(fields) => {
                let mut price = Poly::default();
                for f in fields.iter().filter(|f| self.refers(f.ty, 0)) {
                    price = self.large(price.plus(&self.argument_adopt(&step(path, Seg::Field(f.name)), f.ty, depth + 1)?))?;
                }
                Ok(price)
            }
            TyKind::Array { len, elem } => {
                let each = self.argument_adopt(&step(path, Seg::Elem), *elem, depth + 1)?;
                self.large(each.scaled((*len).max(0) as u64, 1))
            }
            TyKind::Basic(_) | TyKind::Signature(_) => Ok(Poly::default()),
            _ => self.need(None, || "what it stores in the state is not known".into()),
        }
    }
}
