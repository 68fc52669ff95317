//! What it costs when something becomes owned by the state.

use amigos_mir::gas;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::{Key, State};
use crate::poly::{Path, Poly, Seg};
use crate::touch::ADOPTED;
use crate::value::{Refs, Value, step};
use crate::walk::{Res, Walk};

impl Walk<'_> {
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
            let again = self.is_paid(st, &key) && !obj.many;
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
        let each = self.aside(st, &mut |walk, st| walk.adopt(st, one, ty, depth + 1))?;
        if each.is_zero() {
            return Ok(());
        }
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
