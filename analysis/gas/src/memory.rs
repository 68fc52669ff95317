//! Reading and writing memory: what is known of a variable's value, and what persistent objects cost when they are touched first.

use std::rc::Rc;

use amigos_mir::mir::*;
use amigos_types::ty::{Ty, TyKind};

use crate::heap::{Class, Obj, State};
use crate::loops::constant;
use crate::poly::{Path, Root, Seg};
use crate::value::{Dyn, ObjId, Refs, Value, step};
use crate::walk::{Res, Walk};

/// What of an object is written.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    /// The type of the variable that the way starts from.
    pub ty: Ty,
    /// The way into it.
    pub proj: &'a [Proj],
    /// What may be the same variable as the one that is written.
    pub class: Class,
    /// Its type.
    pub at: Ty,
}

impl Target<'_> {
    /// Whole elements of slices of a type.
    pub fn elements(elem: Ty) -> Target<'static> {
        Target { ty: elem, proj: &[], class: Class::Elem(elem.canonical()), at: elem }
    }
}

impl Walk<'_> {
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
        let target = Target { ty, proj: &place.proj, class, at };
        match &place.base {
            PlaceBase::Local(l) if !self.body().locals[l.idx()].boxed => {
                let old = st.env.get(l).map(|v| (**v).clone()).unwrap_or_default();
                let new = self.with_field(st, &old, ty, &place.proj, value);
                self.set(st, *l, Value { vn: 0, ..new });
            }
            PlaceBase::Local(l) => {
                let pointer = st.env.get(l).map(|v| (**v).clone()).unwrap_or_default();
                self.store_at(st, &pointer, &target, value)?;
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
                self.overwrite(st, class, at, &value);
                if self.world.is_contract(g.pkg) {
                    self.adopt(st, &value, at, 0)?;
                }
            }
            PlaceBase::Deref(x) => {
                let pointer = self.numbered(st, x);
                self.store_at(st, &pointer, &target, value)?;
            }
            PlaceBase::Elem { slice, index } => {
                let slice = self.numbered(st, slice);
                self.store_elem(st, &slice, constant(index), &target, value)?;
            }
        }
        Ok(())
    }

    fn store_at(&mut self, st: &mut State, pointer: &Value, target: &Target, value: Value) -> Res<()> {
        let Target { ty, proj, class, at } = *target;
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
            self.overwrite(st, class, at, &value);
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

    /// Writes an element of a slice, the one at a known index or any; of `target` the type is that of the elements.
    pub fn store_elem(&mut self, st: &mut State, slice: &Value, index: Option<i64>, target: &Target, value: Value) -> Res<()> {
        let Target { ty: elem, proj, class, at } = *target;
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
            self.overwrite(st, class, at, &value);
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
