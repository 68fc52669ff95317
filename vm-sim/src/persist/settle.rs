//! What stays in memory between the calls of a session, so that none of them can tell.
//!
//! Gas: an object that an earlier call has read is *cold* (`GATE_COLD`): the first access of each call pays what reading its record would cost, and no sooner. Of a
//! map, a page that an earlier call has read is paid for with the first entry of it that is looked up, as if it were read then.
//! Numbers: objects get theirs at the end of the call that made them, in the order in which a commit of that call gives them. Only the pages and the index of maps are
//! written later, from the entries that are marked for it (`ENTRY_PENDING`); they give out no numbers.
//! Memory: the limit is a call's own. [`Machine::weight`] is an upper bound of what reading all that is kept would take, so that a call that could have met the limit
//! is known, and made anew on its own.
//! Runs of large arrays are kept as pages of maps are, each with its price.
//! What this does not cover (ranges over maps, trees, pointers into objects) asks for the call to be made on its own, with [`Trap::Cold`].

use std::collections::BTreeMap;

use super::load::run_price;
use super::{PAGE, Runs, uint_len};
use crate::compare::{iface_type, payload};
use crate::image::Image;
use crate::machine::{Env, Machine};
use crate::maps::{ENTRY_DIRTY, ENTRY_GONE, ENTRY_LIVE, ENTRY_PENDING, ENTRY_SETTLED, ENTRY_STORED, StoredMap};
use crate::memory::{FLAG_DIRTY, FREE, FROZEN, GATE_COLD, GATE_PARTIAL, GATE_UNLOADED, ObjKind};
use crate::ownership::Savepoint;
use crate::state::{ObjKey, Write};
use crate::trap::{Res, Trap, broken};
use crate::types::{Kind, Plain, TypeId};
use amigos_mir::gas;

impl<'s> Machine<'s> {
    /// Makes a machine that a session kept ready for its next call.
    pub fn begin_call(&mut self, env: Env, gas: u64, memory: u64) {
        self.mem.limit = memory.saturating_add(self.mem.used());
        (self.gas, self.gas_mark, self.gas_pkg) = (gas, gas, 0);
        self.gas_by_pkg.clear();
        self.frames.clear();
        self.saves.clear();
        self.ctxs.clear();
        self.defers.clear();
        self.panics.clear();
        self.unwinding = false;
        self.iters.clear();
        self.fibers = Default::default();
        self.undo.clear();
        self.undo_slots.clear();
        self.events.clear();
        self.coins.clear();
        self.printed.clear();
        self.output.clear();
        self.regexps = Default::default();
        self.profile = Default::default();
        self.env = env;
        self.wants_cold = false;
        self.mark = self.mem.mark();
        self.last_found = None;
    }

    /// Asks for the call to be made on its own.
    pub fn cold<T>(&mut self) -> Res<T> {
        self.wants_cold = true;
        Err(Box::new(Trap::Cold))
    }

    /// The first access of this call to an object that an earlier one has read.
    pub(super) fn touch(&mut self, h: u32) -> Res<()> {
        let price = u64::from(self.mem.obj(h).price);
        self.charge(price)?;
        self.mem.objs[h as usize].gate &= !GATE_COLD;
        self.touched.push(h);
        Ok(())
    }

    /// Pays for the page of an entry that was found, if an earlier call has read it and this one has not.
    pub fn touch_entry(&mut self, h: u32, i: usize) -> Res<()> {
        let map = self.map_mut(h);
        let entry = map.entries[i];
        let Some(stored) = &mut map.stored else { return Ok(()) };
        if stored.warm && entry.flags & ENTRY_SETTLED != 0 && stored.pages.insert(entry.seq / PAGE) {
            self.charge(gas::STATE_READ_BASE)?;
        }
        Ok(())
    }

    /// Whether a map is kept from an earlier call, so that what a call on its own would have read of it is not known.
    pub(super) fn is_warm(&self, h: u32) -> bool {
        self.keeps && self.mem.maps[self.mem.obj(h).start as usize].stored.as_ref().is_some_and(|s| s.warm)
    }

    /// Ends a call that did well: its changes are the session's. Returns the writes of all but maps' pages and indexes.
    pub fn settle(&mut self, image: &Image) -> Res<Vec<Write>> {
        let writes = self.commit(image)?;
        self.undo.clear();
        self.undo_slots.clear();
        self.marked.clear();
        self.rest();
        Ok(writes)
    }

    /// Ends a call that failed, or was made to see what it would do.
    pub fn undo_call(&mut self) {
        self.rollback(Savepoint::START);
        for (h, i) in std::mem::take(&mut self.marked) {
            if let Some(e) = self.map_mut(h).entries.get_mut(i as usize) {
                e.flags &= !ENTRY_DIRTY;
            }
        }
        self.rest();
    }

    /// Makes everything cold.
    fn rest(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        let mut touched = std::mem::take(&mut self.touched);
        for h in dirty.drain(..).chain(touched.drain(..)) {
            let o = &mut self.mem.objs[h as usize];
            o.flags &= !FLAG_DIRTY;
            if o.owner == FREE || o.owner == FROZEN || o.oid == 0 || o.gate & GATE_UNLOADED != 0 {
                continue;
            }
            o.gate |= GATE_COLD;
            if let Some(runs) = self.state.runs.get_mut(&h) {
                o.gate |= GATE_PARTIAL;
                runs.loaded.clear();
            }
            if o.kind == ObjKind::Map {
                let map = &mut self.mem.maps[o.start as usize];
                let live = map.live as u32;
                if let Some(stored) = &mut map.stored {
                    stored.warm = true;
                    stored.live = live;
                    stored.pages.clear();
                }
            }
        }
        (self.dirty, self.touched) = (dirty, touched);
        self.mem.release(self.mark);
        // others write these
        for key in self.foreign.drain(..) {
            self.state.records.remove(&key);
        }
    }

    /// Notes what an object's record costs to read, and weighs its value.
    pub(super) fn settle_object(&mut self, image: &Image, h: u32, record: usize) {
        let o = *self.mem.obj(h);
        self.mem.objs[h as usize].price = u32::try_from(gas::STATE_READ_BASE + gas::STATE_READ.of(record as u64)).unwrap_or(u32::MAX);
        let mut weight = 64 + u64::from(o.len) * 8;
        if o.kind == ObjKind::Words {
            let n = image.types.get(o.ty).slots.max(1);
            for at in (0..o.len).step_by(n as usize) {
                weight += self.weigh(image, o.ty, self.mem.slots(h, at, n), 0);
            }
        }
        self.weight += weight;
    }

    /// Notes what a run of a large array costs to read, whose record has so many bytes, and weighs it.
    pub(super) fn settle_run(&mut self, image: &Image, h: u32, (elems, slots): (u32, u32), i: u32, record: u64) {
        let o = *self.mem.obj(h);
        // its header's price does not depend on its length
        self.mem.objs[h as usize].price = u32::try_from(gas::STATE_READ_BASE).unwrap_or(u32::MAX);
        let fresh = Runs { elems, slots, loaded: Default::default(), resident: Default::default() };
        let before = self.state.runs.entry(h).or_insert(fresh).resident.insert(i, run_price(record));
        let from = i.saturating_mul(slots);
        let len = slots.min(o.len.saturating_sub(from));
        let mut weight = if before.is_none() { 128 + u64::from(len) * 8 } else { 0 };
        let n = image.types.get(o.ty).slots.max(1);
        if o.kind == ObjKind::Words && image.types.get(o.ty).plain != Plain::Words {
            for at in (from..from + len).step_by(n as usize) {
                weight += self.weigh(image, o.ty, self.mem.slots(h, at, n), 0);
            }
        }
        self.weight += weight;
    }

    /// What a commit of a map does besides writing its pages and index: numbers what its entries refer to, in order, and marks them to be written.
    pub(super) fn settle_map(&mut self, image: &Image, h: u32, queue: &mut Vec<u32>) -> Res<()> {
        let o = *self.mem.obj(h);
        let Kind::Map(kt, vt) = image.types.get(o.ty).kind else { return broken("a map that is none") };
        let at = o.start as usize;
        let fresh = self.mem.maps[at].stored.is_none();
        let mut changed = std::mem::take(&mut self.changed);
        changed.clear();
        if fresh {
            let map = &mut self.mem.maps[at];
            map.number_anew();
            let mut stored = StoredMap::default();
            for (i, e) in map.entries.iter().enumerate().filter(|(_, e)| e.flags & ENTRY_GONE == 0) {
                stored.by_seq.insert(e.seq, i as u32);
            }
            map.stored = Some(Box::new(stored));
            changed.extend(0..map.entries.len());
        } else {
            changed.extend(self.marked.iter().filter(|(m, _)| *m == h).map(|(_, i)| *i as usize));
        }
        changed.sort_by_key(|i| self.mem.maps[at].entries[*i].seq);
        let refs = image.types.get(kt).refs || image.types.get(vt).refs;
        for i in changed.iter().copied() {
            let map = &self.mem.maps[at];
            let flags = map.entries[i].flags;
            if flags & ENTRY_GONE != 0 || flags & ENTRY_DIRTY == 0 {
                continue;
            }
            // what was weighed already and has one size only weighs no more
            if flags & ENTRY_LIVE != 0 && (flags & ENTRY_SETTLED == 0 || refs || image.types.get(vt).plain != Plain::Words) {
                if refs {
                    let (k, v) = (map.key(i).to_vec(), map.value(i).to_vec());
                    let mut e = super::encode::Encoder { owner: o.owner, queue: Some(queue), unnumbered: false };
                    let mut bytes = Vec::new();
                    self.encode(image, &mut e, kt, &k, &mut bytes)?;
                    self.encode(image, &mut e, vt, &v, &mut bytes)?;
                }
                let map = &self.mem.maps[at];
                self.weight += 64 + self.weigh(image, kt, map.key(i), 0) + self.weigh(image, vt, map.value(i), 0);
            }
            self.mem.maps[at].entries[i].flags = flags & !ENTRY_DIRTY | ENTRY_PENDING | ENTRY_SETTLED;
        }
        self.changed = changed;
        if let Err(place) = self.pending.binary_search(&h) {
            self.pending.insert(place, h);
        }
        if o.price == 0 {
            // the header without its counters, see `load_one`; it stays the same
            let text = image.types.get(o.ty).state_name().len();
            let header = 1 + uint_len(text as u64) + text + 2;
            self.mem.objs[h as usize].price = u32::try_from(gas::STATE_READ_BASE + gas::STATE_READ.of(header as u64)).unwrap_or(u32::MAX);
            self.weight += 128;
        }
        Ok(())
    }

    /// Writes the pages and indexes of the maps that calls have changed.
    pub fn flush(&mut self, image: &Image) -> Res<Vec<Write>> {
        let mut out: BTreeMap<ObjKey, Option<crate::state::Bytes>> = BTreeMap::new();
        let mut queue = Vec::new();
        for h in std::mem::take(&mut self.pending) {
            if self.mem.obj(h).owner == FREE {
                // of a call that failed when it was over
                continue;
            }
            self.commit_map(image, h, &mut queue, &mut out)?;
            let map = self.map_mut(h);
            let next_seq = map.next_seq;
            let Some(stored) = &mut map.stored else { continue };
            stored.next_seq = next_seq;
            // a page that was read to be written belongs to no call
            stored.pages.clear();
            for e in map.entries.iter_mut().filter(|e| e.flags & ENTRY_PENDING != 0) {
                e.flags &= !(ENTRY_PENDING | ENTRY_STORED);
                if e.flags & ENTRY_LIVE != 0 {
                    e.flags |= ENTRY_STORED;
                } else {
                    e.flags |= ENTRY_GONE;
                    stored.by_seq.remove(&e.seq);
                }
            }
        }
        if !queue.is_empty() {
            return broken("a map's entry refers to an object that has no number");
        }
        Ok(out.into_iter().collect())
    }

    /// An upper bound of the memory that a value takes, read from its record.
    fn weigh(&self, image: &Image, ty: TypeId, value: &[u64], depth: u32) -> u64 {
        let rt = image.types.get(ty);
        let mut weight = value.len() as u64 * 8;
        let word = |i: usize| value.get(i).copied().unwrap_or(0);
        if depth > crate::compare::MAX_NESTING {
            return weight;
        }
        match &rt.kind {
            Kind::Str => weight += word(1),
            Kind::Ptr(_) | Kind::Slice(_) | Kind::Map(..) | Kind::Func => weight += 64,
            Kind::Iface(_) => {
                let (t, w) = (iface_type(word(0)), word(1));
                weight += 64 + self.weigh(image, t, payload(&self.mem, &image.types, t, &w), depth + 1);
            }
            Kind::Struct(fields) => {
                for f in fields.iter() {
                    let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                    weight += self.weigh(image, f.ty, value.get(at..at + n).unwrap_or(&[]), depth + 1);
                }
            }
            Kind::Array(elem, _) => {
                let n = image.types.get(*elem).slots.max(1) as usize;
                weight += value.chunks(n).map(|v| self.weigh(image, *elem, v, depth + 1)).sum::<u64>();
            }
            _ => {}
        }
        weight
    }
}
