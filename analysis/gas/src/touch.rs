//! What persistent objects cost when a call touches them first.

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::{Key, State};
use crate::poly::{Path, Poly, Root, Seg};
use crate::value::{Dyn, Value, step};
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
pub(crate) const WINDOW: u8 = 11;

/// What of a [`Key`] of all runs says that they are those of a slice of a known length, and not all of the array.
pub(crate) const OF_SLICE: u32 = 1;
/// Runs of a slice of a known length up to which that counts more than the length of the array.
const FEW_RUNS: u64 = 24;

/// Bytes of memory of a run of an array's elements.
const RUN_BYTES: u64 = 2048;
/// Bytes of a written object that are paid for at most.
const WRITTEN: u64 = 4096;
/// Bytes of a reference in a record.
const REFERENCE: u64 = 12;

/// An `append` to an array of the state.
pub(crate) struct AppendToState {
    /// Where the array is.
    pub path: Path,
    /// How many elements are appended; not none.
    pub added: u64,
    /// What becomes owned if the array has no room for them.
    pub owned: Key,
    /// What copying it costs then.
    pub copied: Poly,
}

/// An array of the state.
pub(crate) struct StoredArray {
    /// Bytes of an element.
    one: Poly,
    /// Elements of a run.
    elems: u64,
    /// The price of its head.
    head: Poly,
}

/// Runs in which so many elements that follow each other can lie.
pub(crate) fn runs_of(n: u64, elems: u64) -> u64 {
    if n == 0 { 0 } else { n.saturating_add(elems).saturating_sub(2) / elems.max(1) + 1 }
}

/// The elements of a run.
pub(crate) fn run_elems(stride: u64, packed: bool) -> u64 {
    let bytes = if packed { 1 } else { stride.max(1) * 8 };
    1 << (RUN_BYTES / bytes).max(1).ilog2()
}

impl Walk<'_> {
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
        let price = self.slope(gas::STATE_READ, bytes)?;
        self.large(price.plus(&Poly::constant(gas::STATE_READ_BASE)))
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
        if !self.is_paid(st, &key(READ)) {
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

    /// What is known of an array of the state without looking at its elements.
    pub fn stored_array(&self, path: &Path, elem: Ty) -> Res<StoredArray> {
        let packed = self.packed(elem);
        let one = if packed { Poly::constant(1) } else { self.record(&step(path, Seg::Elem), elem, 0)? };
        // A small array is read whole, with its type, a large one's head costs no bytes, but each of its runs has a base: which is as much as such a type.
        let text = gas::STATE_READ.of(12 + self.type_text(elem, 0)) + 1;
        let head = gas::STATE_READ_BASE + text.saturating_sub(gas::STATE_READ_BASE);
        Ok(StoredArray { one, elems: run_elems(self.slots(elem), packed), head: Poly::constant(head) })
    }

    /// The price of all runs of an array, with the elements in them: behind the last element there are zeros, unless something was cut off.
    fn whole_price(&self, path: &Path, elem: Ty, array: &StoredArray) -> Res<Poly> {
        let StoredArray { one, elems, .. } = array;
        let resliced = self.world.habits(self.owner(path)).reslices(elem);
        let n = Poly::len(path.clone());
        let rest = if resliced { self.large(one.scaled(2 * elems, 1))? } else { Poly::constant(*elems) };
        let bytes = self.large(n.times(one).and_then(|p| p.plus(&rest)))?;
        let runs = self.large(n.scaled(gas::STATE_READ_BASE + 1, *elems))?;
        let price = self.large(self.read_price(&bytes)?.plus(&runs))?;
        if resliced { self.large(price.plus(&Poly::constant(gas::STATE_READ_BASE))) } else { Ok(price) }
    }

    /// The price of all runs that elements of a slice lie in, if it has few for certain.
    fn slice_price(&self, slice: &Value, array: &StoredArray) -> Res<Option<Poly>> {
        let runs = match &slice.hi {
            Some(n) if n.is_constant() => runs_of(n.constant_part(), array.elems),
            _ => return Ok(None),
        };
        if runs > FEW_RUNS {
            return Ok(None);
        }
        let one = self.read_price(&self.large(array.one.scaled(array.elems, 1))?)?;
        self.large(one.scaled(runs, 1)).map(Some)
    }

    /// Touches an element of a slice, at an index and, where it stands for itself, the variable that this is; `None` for all of them.
    pub fn touch_elem(
        &mut self,
        st: &mut State,
        slice: &Value,
        elem: Ty,
        index: Option<(&Value, Option<LocalId>)>,
        write: bool,
    ) -> Res<()> {
        for path in slice.refs.paths.clone() {
            if !self.persists(&path) {
                continue;
            }
            let vn = self.array_number(&path, slice);
            let level = if vn == 0 { 0 } else { self.level_of(vn) };
            let key = |what, vn| Key { what, path: Some(path.clone()), vn, obj: 0 };
            let array = self.stored_array(&path, elem)?;
            self.once(st, key(HEAD, vn), level, &array.head)?;
            let in_loop = index.is_some_and(|(i, _)| {
                let of = self.level_of(i.vn);
                of > level && self.trips.iter().take(of as usize).skip(level as usize).all(Option::is_none)
            });
            // A slice of a known length is one by itself, wherever in the array it lies.
            let of_slice = if slice.vn != 0 && slice.refs.paths.len() == 1 { self.slice_price(slice, &array)? } else { None };
            let whole = match &of_slice {
                Some(_) => Key { obj: OF_SLICE, ..key(WHOLE, slice.vn) },
                None => key(WHOLE, vn),
            };
            let paid = self.is_paid(st, &whole) || self.is_paid(st, &key(WHOLE, vn));
            let near = match index {
                Some((_, Some(moving))) if of_slice.is_none() => self.window(vn, moving, &path, array.elems),
                _ => None,
            };
            let run = self.read_price(&self.large(array.one.scaled(array.elems, 1))?)?;
            if let (true, true, Some(near)) = (in_loop, self.trial > 0, &near) {
                // If the loop turns out to be short, this is charged and not the whole.
                let level = self.level_of(near.vn);
                self.once(st, near.clone(), level, &run)?;
            }
            if !paid && (index.is_none() || in_loop) {
                let (price, level) = match of_slice {
                    Some(price) => (price, self.level_of(slice.vn)),
                    None => (self.whole_price(&path, elem, &array)?, level),
                };
                self.once(st, whole, level, &price)?;
            } else if let (false, Some((index, _))) = (paid || near.is_some_and(|near| self.is_paid(st, &near)), index) {
                let of = self.number(4, vn, index.vn);
                self.once(st, key(RUN, of), self.level_of(of), &run)?;
            }
            if write {
                self.once(st, key(ARRAY_WRITE, vn), level, &Self::write_price(WRITTEN))?;
            }
        }
        Ok(())
    }

    /// What is charged for the elements that a loop looks at one after the other, by a variable that moves by one from iteration to iteration.
    fn window(&mut self, array: u32, moving: LocalId, path: &Path, elems: u64) -> Option<Key> {
        let frame = self.frames.last()?;
        let cfg = frame.cfg.clone();
        let around = cfg.loops.iter().filter(|l| l.blocks.contains(&self.current_block)).min_by_key(|l| l.blocks.len())?;
        if frame.loops == 0 || !crate::loops::moves_by_one(&frame.body, &cfg, around, moving) {
            return None;
        }
        let vn = self.part_number(15, array, moving.0);
        let vn = self.part_number(16, vn, self.ctx());
        let vn = self.at_level(vn, self.level.checked_sub(1)?);
        Some(Key { what: WINDOW, path: Some(path.clone()), vn, obj: u32::try_from(elems).ok()? })
    }

    fn array_number(&self, path: &Path, slice: &Value) -> u32 {
        if path.segs.iter().any(|s| !matches!(s, Seg::Field(_))) { slice.vn } else { 0 }
    }

    /// What an `append` of few elements to an array of the state costs: either it has room, its end is read and written, and nothing new becomes owned; or it
    /// is read as a whole and copied.
    pub fn touch_end(&mut self, st: &mut State, slice: &Value, elem: Ty, append: AppendToState) -> Res<()> {
        let AppendToState { path, added, owned, copied } = append;
        let path = &path;
        let vn = self.array_number(path, slice);
        let key = |what, vn| Key { what, path: Some(path.clone()), vn, obj: 0 };
        let array = self.stored_array(path, elem)?;
        self.once(st, key(HEAD, vn), 0, &array.head)?;
        // What is appended may go into two runs.
        let runs = if added == 1 { 1 } else { 2 };
        let run = self.read_price(&self.large(array.one.scaled(runs * array.elems, 1))?)?;
        let run = self.large(run.plus(&Poly::constant((runs - 1) * (gas::STATE_READ_BASE + 1))))?;
        let end = self.number(12, vn, added as u32);
        let whole = self.whole_price(path, elem, &array)?;
        if self.is_paid(st, &key(WHOLE, vn)) {
            let end = self.key(&key(RUN, end));
            st.acc.note(end);
        }
        let in_place = if self.world.habits(self.owner(path)).leaves_room(elem) {
            vec![(Some(key(RUN, end)), run), (Some(key(ARRAY_WRITE, vn)), Self::write_price(WRITTEN)), (Some(owned), Poly::default())]
        } else {
            // It has no more room than `append` left.
            let room = self.grown(Some(&Poly::len(path.clone())), elem)?.unwrap_or_default();
            let bytes = self.large(room.scaled(self.bytes_of(elem), 1))?;
            let write = self.slope(gas::STATE_WRITE, &bytes)?;
            let write = self.large(write.plus(&Poly::constant(gas::STATE_WRITE_BASE)))?;
            vec![(Some(key(WHOLE, vn)), whole.clone()), (Some(key(ARRAY_WRITE, vn)), write), (Some(owned), Poly::default())]
        };
        let grown = vec![(Some(key(WHOLE, vn)), whole), (None, copied)];
        self.either(st, vec![in_place, grown])
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
                let moving = match index {
                    Operand::Local(l) => Some(crate::loops::original(&self.body().blocks[self.current_block.idx()], *l)),
                    _ => None,
                };
                let (slice, index) = (self.numbered(st, slice), self.numbered(st, index));
                self.touch_elem(st, &slice, ty, Some((&index, moving)), write)
            }
        }
    }
}
