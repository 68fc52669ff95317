//! Parts of values: type assertions, slices of slices, lengths, pointers into things.

use std::rc::Rc;

use amigos_mir::mir::*;
use amigos_types::ty::{Ty, TyKind};

use crate::heap::State;
use crate::loops::constant;
use crate::poly::{Path, Poly, Root, Seg};
use crate::value::{Dyn, Refs, Value, step};
use crate::walk::{Res, Walk};

impl Walk<'_> {
    pub fn assert(&mut self, st: &mut State, dst: LocalId, ok: Option<LocalId>, x: &Operand, ty: Ty) {
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

    pub fn slice(&mut self, st: &mut State, dst: LocalId, x: &Operand, low: Option<&Operand>, high: Option<&Operand>) -> Res<()> {
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

    pub fn length(&mut self, st: &mut State, x: &Operand) -> Res<Value> {
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

    pub fn addr(&mut self, st: &mut State, dst: LocalId, place: &Place) -> Res<()> {
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
}
