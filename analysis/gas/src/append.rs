//! `append`, whose growth is paid for by what was appended.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_types::ty::{Ty, TyKind};

use crate::account::Once;
use crate::cfg::sets;
use crate::heap::{Class, Key, Obj, State};
use crate::poly::Poly;
use crate::touch::{ADOPTED, AppendToState, GROWN};
use crate::value::{Refs, Value};
use crate::walk::{Res, Walk};

impl Walk<'_> {
    pub fn store_op(&mut self, st: &mut State, place: &Place, src: &Operand) -> Res<()> {
        let value = self.value(st, src);
        let paid = match src {
            Operand::Local(l) => self.amortized.get(&(self.ctx(), *l)).cloned(),
            _ => None,
        };
        match paid {
            Some(price) => {
                // The array was grown in place, as it were: its adoption is spread over what is appended.
                let keys =
                    value.refs.objs.iter().filter_map(|id| st.objs.get(id).map(|o| Key { what: ADOPTED, path: None, vn: o.vn, obj: *id }));
                let mut fresh: Vec<Once> = keys.map(|k| self.key(&k)).collect();
                fresh.retain(|k| !st.acc.has(*k));
                fresh.iter().for_each(|k| st.acc.note(*k));
                self.store(st, place, value)?;
                fresh.iter().for_each(|k| st.acc.forget(*k));
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

    pub fn append(&mut self, st: &mut State, block: BlockId, inst: &Inst, dst: LocalId, slice: &Operand, what: &Appended) -> Res<()> {
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
        // Whether it can be told apart if the array has room: outside loops, of one array that was there.
        let few = added
            .is_constant()
            .then(|| added.constant_part())
            .filter(|n| *n > 0 && *n <= crate::touch::run_elems(slots, self.packed(elem)));
        let one_array = match &v.refs.paths[..] {
            [path] if v.refs.objs.is_empty() && !v.refs.unknown && self.persists(path) && self.level == 0 => few.map(|n| (path.clone(), n)),
            _ => None,
        };
        let mut vn_of_new = 0;
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
                    let old = v.hi.clone().unwrap_or_default();
                    let moved = self.large(old.scaled(slots, 1))?;
                    let copied = self.large(self.slope(gas::ALLOC, &made)?.plus(&self.slope(gas::COPY, &moved)?))?;
                    match &one_array {
                        Some((path, n)) => {
                            vn_of_new = self.fresh();
                            let owned = Key { what: ADOPTED, path: None, vn: vn_of_new, obj: id };
                            self.touch_end(st, &v, elem, AppendToState { path: path.clone(), added: *n, owned, copied })?;
                        }
                        None => self.pay(st, &copied)?,
                    }
                }
            }
        }
        if one_array.is_none() {
            self.touch_elem(st, &v, elem, None, true)?;
        }
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
            (obj.len, obj.vn) = (None, vn_of_new);
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
        let each = self.aside(st, &mut |walk, st| walk.adopt(st, one, ty, 0))?;
        let all = self.large(each.times(n))?;
        self.pay(st, &all)
    }
}

/// Where a slice that is appended to lives.
enum Home {
    Register(LocalId),
    Place(Place),
}

/// Whether an instruction sets a register to something else than what was appended to it, or a part of it.
fn sets_otherwise(block: &Block, at: usize, op: &Op, local: LocalId) -> bool {
    if !sets(op, local) {
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
            let made = block.insts[..at].iter().rev().find(|i| sets(&i.op, *from));
            !made.is_some_and(|i| own(&i.op))
        }
        Op::Copy { src: Operand::Zero(_), .. } => false,
        op => !own(op),
    }
}
