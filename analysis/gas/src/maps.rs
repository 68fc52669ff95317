//! Maps: looking up, setting, ranging, clearing.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::{Class, Key, State};
use crate::memory::Target;
use crate::poly::{Poly, Seg};
use crate::touch::ENTRY;
use crate::value::{Value, step};
use crate::walk::{Res, Walk};

impl Walk<'_> {
    pub fn clear(&mut self, st: &mut State, x: &Operand) -> Res<()> {
        let v = self.numbered(st, x);
        let ty = self.ty(x);
        match self.core(ty) {
            TyKind::Slice(elem) => {
                let n = self.size(st, x, "is cleared")?;
                let slots = self.large(n.scaled(self.slots(*elem), 1))?;
                self.charge(st, gas::COPY, &slots)?;
                self.touch_elem(st, &v, *elem, None, true)?;
                self.store_elem(st, &v, None, &Target::elements(*elem), Value::default())
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
    pub fn locate(&mut self, st: &mut State, map: &Value, ty: Ty, key: &Operand) -> Res<()> {
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

    pub fn map_value(&mut self, st: &State, map: &Value, ty: Ty, value_ty: Ty) -> Value {
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

    pub fn map_set(&mut self, st: &mut State, map: &Operand, key: &Operand, value: &Operand) -> Res<()> {
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

    pub fn map_next(&mut self, st: &mut State, iter: LocalId, ok: LocalId, key: Option<LocalId>, value: Option<LocalId>) -> Res<()> {
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
}
