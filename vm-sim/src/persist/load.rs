//! Reading objects when they are first touched.

use std::sync::Arc;

use super::decode::{Decoder, Fixup};
use super::{FIRST_OBJECT, FrozenNames, RUN_BYTES, Reader, Runs, key, schema, single};
use crate::compare::iface_type;
use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::maps::{MapObj, StoredMap};
use crate::memory::{FROZEN, GATE_COLD, GATE_KIND, GATE_PARTIAL, GATE_UNLOADED, ObjKind, handle, pointer};
use crate::trap::{Res, Trap, broken};
use crate::types::{Kind, TypeId};
use amigos_mir::gas;

/// Elements in a run of an array, by the slots of an element (or packed).
pub fn run_elems(stride: u32, packed: bool) -> u32 {
    let bytes = if packed { 1 } else { stride.max(1) * 8 };
    let n = (RUN_BYTES / bytes).max(1);
    1 << n.ilog2()
}

/// The gas of reading a run whose record has so many bytes; none if there is no record.
pub fn run_price(bytes: u64) -> u64 {
    gas::STATE_READ_BASE + gas::STATE_READ.of(bytes)
}

impl Machine<'_> {
    /// The object of a package with a number.
    pub fn object(&mut self, owner: PkgIdx, oid: u64) -> Res<u32> {
        if let Some(h) = self.state.by_oid.get(&(owner, oid)) {
            return Ok(*h);
        }
        let h = self.mem.new_unloaded(owner, oid)?;
        self.state.by_oid.insert((owner, oid), h);
        Ok(h)
    }

    /// The pointer to a global.
    pub fn global(&mut self, image: &Image, g: u32) -> Res<u64> {
        if let Some(p) = self.globals.get(g as usize)
            && *p != 0
        {
            return Ok(*p);
        }
        let Some(info) = image.globals.get(g as usize) else { return broken("a variable that is not there") };
        let h = if image.pkgs[usize::from(info.pkg)].contract && self.env.persists {
            let number = self.global_number(image, g)?;
            let h = self.object(info.pkg, number)?;
            self.mem.objs[h as usize].ty = info.ty;
            h
        } else {
            self.mem.keeps = true;
            self.mem.new_words(info.ty, image.types.get(info.ty).slots)?
        };
        if self.globals.len() <= g as usize {
            self.globals.resize(g as usize + 1, 0);
        }
        self.globals[g as usize] = pointer(h, 0);
        Ok(pointer(h, 0))
    }

    /// The permanent number of a global.
    pub fn global_number(&mut self, image: &Image, g: u32) -> Res<u64> {
        let info = &image.globals[g as usize];
        let schema = self.schema(image, info.pkg)?;
        let index = image.globals_of(info.pkg).position(|(i, _)| i == g).unwrap_or(0);
        let number = schema.globals.by_name.get(info.key.name.as_str()).map_or(index as u64 + 1, |n| u64::from(*n));
        if number >= FIRST_OBJECT {
            return broken("too many globals");
        }
        Ok(number)
    }

    /// The schema of a package.
    pub fn schema(&mut self, image: &Image, pkg: PkgIdx) -> Res<Arc<schema::Schema>> {
        if let Some(s) = self.state.schemas.get(&pkg) {
            return Ok(s.clone());
        }
        let p = &image.pkgs[usize::from(pkg)];
        let found = if p.contract && self.env.persists {
            match self.state.get(&single(p.key.0.as_str(), b's'))? {
                Some(bytes) => match schema::Schema::read(&bytes) {
                    Some(s) => s,
                    None => return broken(format!("the schema of `{}` is damaged", p.key.0)),
                },
                None => schema::Schema::default(),
            }
        } else {
            schema::Schema::default()
        };
        let found = Arc::new(found);
        self.state.schemas.insert(pkg, found.clone());
        Ok(found)
    }

    /// Whether a package has state.
    pub fn has_schema(&mut self, image: &Image, pkg: PkgIdx) -> Res<bool> {
        let namespace = image.pkgs[usize::from(pkg)].namespace.clone();
        Ok(self.env.persists && self.state.get(&single(&namespace, b's'))?.is_some())
    }

    /// The permanent numbers of a struct type's fields.
    pub fn numbers(&mut self, image: &Image, ty: TypeId) -> Res<Arc<[u32]>> {
        if let Some(n) = self.numbers.get(&ty) {
            return Ok(n.clone());
        }
        let pkg = match image.types.get(ty).ty.kind() {
            amigos_types::ty::TyKind::Named { key, .. } => key.pkg.and_then(|p| image.pkg(p)),
            _ => None,
        };
        let schema = match pkg {
            Some(p) if image.pkgs[usize::from(p)].contract => Some(self.schema(image, p)?),
            _ => None,
        };
        let numbers: Arc<[u32]> = schema::field_numbers(image, schema.as_deref(), ty).into();
        self.numbers.insert(ty, numbers.clone());
        Ok(numbers)
    }

    /// Makes sure that slots (or packed bytes) `off..off+n` of an object have been read.
    pub fn ready(&mut self, image: &Image, h: u32, off: u32, n: u32) -> Res<()> {
        let gate = self.mem.obj(h).gate;
        if gate & GATE_COLD != 0 {
            self.touch(h)?;
        }
        if gate & GATE_UNLOADED != 0 {
            self.load_object(image, h)?;
        }
        if self.mem.obj(h).gate & GATE_PARTIAL != 0 {
            self.load_runs(image, h, off, n)?;
        }
        Ok(())
    }

    /// Reads an object's record; of a large array only the header.
    fn load_object(&mut self, image: &Image, h: u32) -> Res<()> {
        self.mem.keeps = true;
        let mut open = vec![(h, None::<(u32, Fixup)>)];
        // objects that hold pointers into others need those read too, which may need others
        while let Some((h, fix)) = open.pop() {
            if self.mem.obj(h).gate & GATE_UNLOADED != 0 {
                let fixups = self.load_one(image, h)?;
                if let Some(f) = fix {
                    open.push((h, Some(f)));
                }
                for f in fixups {
                    open.push((f.h, Some((h, f))));
                }
            } else if let Some((holder, f)) = fix {
                let off = self.offset_of(image, &f)?;
                let at = self.mem.obj(holder).start as usize + f.slot;
                if let Some(w) = self.mem.words.get_mut(at) {
                    *w = pointer(f.h, off);
                }
            }
        }
        Ok(())
    }

    fn load_one(&mut self, image: &Image, h: u32) -> Res<Vec<Fixup>> {
        let (used, gas) = (self.mem.used(), self.gas);
        let fixups = self.load_record(image, h)?;
        if self.keeps {
            let o = &mut self.mem.objs[h as usize];
            o.price = u32::try_from(gas - self.gas).unwrap_or(u32::MAX);
            // what a pointer into an object makes a call read besides is not noted
            self.unfit |= !fixups.is_empty();
            self.weight += self.mem.used().saturating_sub(used) + 64;
            self.touched.push(h);
        }
        Ok(fixups)
    }

    fn load_record(&mut self, image: &Image, h: u32) -> Res<Vec<Fixup>> {
        let mut o = *self.mem.obj(h);
        if o.oid < FIRST_OBJECT && o.ty == 0 {
            // a global that a pointer named before the code did
            let list: Vec<(u32, TypeId)> = image.globals_of(o.owner).map(|(g, i)| (g, i.ty)).collect();
            for (g, ty) in list {
                if self.global_number(image, g)? == o.oid {
                    o.ty = ty;
                }
            }
            self.mem.objs[h as usize].ty = o.ty;
        }
        let bytes = self.state.get(&key(image, o.owner, b'o', o.oid, None))?;
        let Some(bytes) = bytes else {
            if o.oid >= FIRST_OBJECT {
                return broken(format!("object {} of `{}` is missing", o.oid, Self::pkg_name(image, o.owner)));
            }
            // a global that was never written
            self.charge(gas::STATE_READ_BASE)?;
            self.place_words(h, o.ty, image.types.get(o.ty).slots)?;
            return Ok(Vec::new());
        };
        let bad = || Box::new(Trap::Broken(format!("object {} of `{}` is damaged", o.oid, Self::pkg_name(image, o.owner))));
        let mut r = Reader::new(&bytes);
        let kind = r.byte().ok_or_else(bad)?;
        let ty = self.decode_type(image, r.str().ok_or_else(bad)?)?;
        // a global has the type of its declaration, which may have grown
        let ty = if o.oid < FIRST_OBJECT { o.ty } else { ty };
        let mut fixups = Vec::new();
        match kind {
            b'W' => {
                let n = r.uint().ok_or_else(bad)?;
                let mut d = Decoder { owner: o.owner, fixups: Vec::new() };
                let mut slots = Vec::new();
                for _ in 0..n {
                    let before = d.fixups.len();
                    let at = slots.len();
                    let mut value = Vec::new();
                    self.decode(image, &mut d, ty, &mut r, &mut value, 0)?;
                    d.fixups[before..].iter_mut().for_each(|f| f.slot += at);
                    slots.extend_from_slice(&value);
                }
                self.charge(gas::STATE_READ_BASE + gas::STATE_READ.of(bytes.len() as u64))?;
                self.place_words(h, ty, slots.len() as u32)?;
                let at = self.mem.obj(h).start as usize;
                self.mem.words[at..at + slots.len()].copy_from_slice(&slots);
                fixups = d.fixups;
            }
            b'B' => {
                let data = r.text().ok_or_else(bad)?;
                self.charge(gas::STATE_READ_BASE + gas::STATE_READ.of(bytes.len() as u64))?;
                self.place_bytes(h, ty, data.len() as u32)?;
                let at = self.mem.obj(h).start as usize;
                self.mem.bytes[at..at + data.len()].copy_from_slice(data);
            }
            b'R' => {
                let (n, elems, packed) = (r.uint32().ok_or_else(bad)?, r.uint32().ok_or_else(bad)?, r.byte().ok_or_else(bad)?);
                self.charge(gas::STATE_READ_BASE)?;
                let stride = if packed == 1 { 1 } else { image.types.get(ty).slots };
                let len = n.checked_mul(stride).ok_or_else(bad)?;
                if packed == 1 {
                    self.place_bytes(h, ty, len)?;
                } else {
                    self.place_words(h, ty, len)?;
                }
                self.mem.objs[h as usize].gate |= GATE_PARTIAL;
                let slots = elems.max(1) * stride.max(1);
                let (loaded, resident) = Default::default();
                self.state.runs.insert(h, Runs { elems: elems.max(1), slots, loaded, resident });
            }
            b'M' => {
                let (next_seq, live) = (r.uint32().ok_or_else(bad)?, r.uint32().ok_or_else(bad)?);
                let Kind::Map(k, v) = image.types.get(ty).kind else { return Err(bad()) };
                // however long its counters are: who else put entries in must not change the price
                let counters = super::uint_len(u64::from(next_seq)) + super::uint_len(u64::from(live));
                self.charge(gas::STATE_READ_BASE + gas::STATE_READ.of((bytes.len() + 2 - counters) as u64))?;
                self.mem.room(128)?;
                let mut map = MapObj::new(image.types.get(k).slots, image.types.get(v).slots);
                (map.next_seq, map.live) = (next_seq, live as usize);
                map.stored = Some(Box::new(StoredMap { next_seq, live, ..StoredMap::default() }));
                self.mem.map_bytes += 128;
                let at = self.mem.maps.len() as u32;
                self.mem.maps.push(map);
                let o = &mut self.mem.objs[h as usize];
                (o.start, o.len, o.ty, o.kind, o.gate) = (at, 0, ty, ObjKind::Map, GATE_KIND);
            }
            _ => return Err(bad()),
        }
        Ok(fixups)
    }

    fn place_words(&mut self, h: u32, ty: TypeId, slots: u32) -> Res<()> {
        self.mem.room(u64::from(slots) * 8)?;
        let start = self.mem.words.len();
        self.mem.words.resize(start + slots as usize, 0);
        let o = &mut self.mem.objs[h as usize];
        (o.start, o.len, o.ty, o.kind, o.gate) = (start as u32, slots, ty, ObjKind::Words, 0);
        Ok(())
    }

    fn place_bytes(&mut self, h: u32, ty: TypeId, len: u32) -> Res<()> {
        self.mem.room(u64::from(len))?;
        let start = self.mem.bytes.len();
        self.mem.bytes.resize(start + len as usize, 0);
        let o = &mut self.mem.objs[h as usize];
        (o.start, o.len, o.ty, o.kind, o.gate) = (start as u32, len, ty, ObjKind::Bytes, GATE_KIND);
        Ok(())
    }

    /// Reads the runs of a large array that hold some slots.
    fn load_runs(&mut self, image: &Image, h: u32, off: u32, n: u32) -> Res<()> {
        let Some(runs) = self.state.runs.get(&h) else { return Ok(()) };
        let (size, elems) = (runs.slots, runs.elems);
        let first = off / size;
        let last = off.saturating_add(n.max(1) - 1) / size;
        let missing: Vec<u32> = (first..=last).filter(|i| !runs.loaded.contains(i)).collect();
        for i in missing {
            self.mem.keeps = true;
            let o = *self.mem.obj(h);
            let from = i.saturating_mul(size);
            if from >= o.len {
                break;
            }
            if let Some(price) = self.state.runs.get(&h).and_then(|r| r.resident.get(&i)).copied() {
                self.charge(price)?;
                if let Some(runs) = self.state.runs.get_mut(&h) {
                    runs.loaded.insert(i);
                }
                continue;
            }
            let used = self.mem.used();
            let bytes = self.state.get(&key(image, o.owner, b'c', o.oid, Some(i)))?;
            let len = size.min(o.len - from) as usize;
            let at = (o.start + from) as usize;
            let mut cost = 0;
            if let Some(bytes) = bytes {
                cost = bytes.len() as u64;
                if o.kind == ObjKind::Bytes {
                    let Some(data) = bytes.get(..len) else { return broken("a run of an array is damaged") };
                    self.mem.bytes[at..at + len].copy_from_slice(data);
                } else {
                    let mut r = Reader::new(&bytes);
                    let mut d = Decoder { owner: o.owner, fixups: Vec::new() };
                    let mut slots = Vec::new();
                    let stride = image.types.get(o.ty).slots.max(1);
                    for _ in 0..elems.min(len as u32 / stride) {
                        let before = d.fixups.len();
                        let mut value = Vec::new();
                        self.decode(image, &mut d, o.ty, &mut r, &mut value, 0)?;
                        d.fixups[before..].iter_mut().for_each(|f| f.slot += slots.len());
                        slots.extend_from_slice(&value);
                    }
                    if slots.len() != len {
                        return broken("a run of an array is damaged");
                    }
                    self.mem.words[at..at + len].copy_from_slice(&slots);
                    self.unfit |= !d.fixups.is_empty();
                    for f in d.fixups {
                        if self.mem.obj(f.h).gate & GATE_UNLOADED != 0 {
                            self.load_object(image, f.h)?;
                        }
                        let off = self.offset_of(image, &f)?;
                        self.mem.words[at + f.slot] = pointer(f.h, off);
                    }
                }
            }
            let price = run_price(cost);
            self.charge(price)?;
            self.weight += self.mem.used().saturating_sub(used) + 64;
            if let Some(runs) = self.state.runs.get_mut(&h) {
                runs.loaded.insert(i);
                runs.resident.insert(i, price);
            }
        }
        Ok(())
    }

    /// The name of a library's frozen object.
    pub fn frozen_name(&mut self, image: &Image, h: u32) -> Res<(PkgIdx, u32)> {
        self.name_frozen(image);
        match self.state.frozen.as_ref().and_then(|f| f.name.get(&h)) {
            Some(n) => Ok(*n),
            None => broken("a frozen object that no library's variable reaches"),
        }
    }

    /// A library's frozen object by name.
    pub fn frozen_handle(&mut self, image: &Image, pkg: PkgIdx, place: u32) -> Res<u32> {
        self.name_frozen(image);
        match self.state.frozen.as_ref().and_then(|f| f.handle.get(&(pkg, place))) {
            Some(h) => Ok(*h),
            None => broken(format!("state refers to an object of library `{}` that is not there", Self::pkg_name(image, pkg))),
        }
    }

    /// Numbers the frozen objects of each library in the order of a walk over its globals.
    fn name_frozen(&mut self, image: &Image) {
        if self.state.frozen.is_some() {
            return;
        }
        let mut names = FrozenNames::default();
        for pkg in 1..image.pkgs.len() as PkgIdx {
            if image.pkgs[usize::from(pkg)].contract {
                continue;
            }
            let mut place = 0;
            let mut open: Vec<u32> =
                image.globals_of(pkg).filter_map(|(g, _)| self.globals.get(g as usize).map(|p| handle(*p))).filter(|h| *h != 0).collect();
            open.reverse();
            while let Some(h) = open.pop() {
                if self.mem.obj(h).owner != FROZEN || names.name.contains_key(&h) {
                    continue;
                }
                names.name.insert(h, (pkg, place));
                names.handle.insert((pkg, place), h);
                place += 1;
                let mut reached = Vec::new();
                self.reached(image, h, &mut reached);
                reached.reverse();
                open.extend(reached);
            }
        }
        self.state.frozen = Some(names);
    }

    /// The objects that an object in memory refers to, in order.
    pub fn reached(&self, image: &Image, h: u32, out: &mut Vec<u32>) {
        let o = *self.mem.obj(h);
        match o.kind {
            ObjKind::Words if o.gate == 0 || o.gate == GATE_PARTIAL => {
                let n = image.types.get(o.ty).slots.max(1);
                if !image.types.get(o.ty).refs {
                    return;
                }
                for at in (0..o.len).step_by(n as usize) {
                    self.refs(image, o.ty, self.mem.slots(h, at, n), out, 0);
                }
            }
            ObjKind::Map if o.gate & GATE_UNLOADED == 0 => {
                let Kind::Map(k, v) = image.types.get(o.ty).kind else { return };
                let map = &self.mem.maps[o.start as usize];
                for i in 0..map.entries.len() {
                    if map.entries[i].flags & crate::maps::ENTRY_LIVE != 0 {
                        self.refs(image, k, map.key(i), out, 0);
                        self.refs(image, v, map.value(i), out, 0);
                    }
                }
            }
            ObjKind::Closure => {
                // captured boxes, or a bound receiver: what looks like a handle of one is taken for one
                let words = self.mem.slots(h, 2, o.len.saturating_sub(2));
                out.extend(words.iter().map(|w| handle(*w)).filter(|h| *h != 0 && (*h as usize) < self.mem.objs.len()));
            }
            _ => {}
        }
    }

    /// The objects that a value refers to, in order.
    pub fn refs(&self, image: &Image, ty: TypeId, value: &[u64], out: &mut Vec<u32>, depth: u32) {
        let rt = image.types.get(ty);
        if !rt.refs || depth > crate::compare::MAX_NESTING {
            return;
        }
        let word = |i: usize| value.get(i).copied().unwrap_or(0);
        match &rt.kind {
            Kind::Ptr(_) | Kind::Slice(_) | Kind::Map(..) | Kind::Func if handle(word(0)) != 0 => {
                out.push(handle(word(0)));
            }
            Kind::Iface(_) => {
                let t = iface_type(word(0));
                match image.types.get(t).slots {
                    0 => {}
                    1 => self.refs(image, t, &[word(1)], out, depth + 1),
                    n => self.refs(image, t, self.mem.slots(handle(word(1)), 0, n), out, depth + 1),
                }
            }
            Kind::Struct(fields) => {
                for f in fields.iter() {
                    let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                    self.refs(image, f.ty, value.get(at..at + n).unwrap_or(&[]), out, depth + 1);
                }
            }
            Kind::Array(elem, _) => {
                let n = image.types.get(*elem).slots.max(1) as usize;
                value.chunks(n).for_each(|v| self.refs(image, *elem, v, out, depth + 1));
            }
            _ => {}
        }
    }
}
