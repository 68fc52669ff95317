//! Writing what a call changed.

use std::collections::{BTreeMap, BTreeSet};

use super::encode::Encoder;
use super::load::run_elems;
use super::map::{bucket_of, buckets, read_bucket, stable_hash};
use super::{FIRST_OBJECT, PAGE, RUN_BYTES, key, put_text, put_uint, single};
use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::maps::{ENTRY_DIRTY, ENTRY_GONE, ENTRY_LIVE, ENTRY_PENDING, ENTRY_STORED};
use crate::memory::{FREE, FROZEN, GATE_PARTIAL, GATE_UNLOADED, ObjKind};
use crate::state::{Bytes, ObjKey, Write};
use crate::trap::{Res, broken};
use crate::types::Kind;

impl Machine<'_> {
    /// The next number for an object of a package.
    pub fn next_oid(&mut self, image: &Image, pkg: PkgIdx) -> Res<u64> {
        self.numbered = true;
        if let Some(n) = self.next_oids.get_mut(&pkg) {
            *n += 1;
            return Ok(*n);
        }
        let name = image.pkgs[usize::from(pkg)].key.0.as_str();
        let record = self.state.get(&single(name, b'n'))?;
        let last = match record.as_deref().map(<[u8; 8]>::try_from) {
            None => FIRST_OBJECT,
            Some(Ok(bytes)) => u64::from_le_bytes(bytes),
            Some(Err(_)) => return broken(format!("the object counter of `{name}` is damaged")),
        };
        self.next_oids.insert(pkg, last + 1);
        Ok(last + 1)
    }

    /// The writes that make this call's changes part of state, sorted by key. Objects get their numbers in the order in which they are reached.
    pub fn commit(&mut self, image: &Image) -> Res<Vec<Write>> {
        let mut out: BTreeMap<ObjKey, Option<Bytes>> = BTreeMap::new();
        let mut roots: Vec<(&str, u64, u32)> = Vec::new();
        for h in &self.dirty {
            let o = self.mem.obj(*h);
            if o.owner != FREE && o.owner != FROZEN && o.oid != 0 {
                roots.push((image.pkgs[usize::from(o.owner)].key.0.as_str(), o.oid, *h));
            }
        }
        roots.sort_unstable();
        let mut queue = std::mem::take(&mut self.queue);
        for (_, _, root) in roots {
            queue.push(root);
            let mut at = 0;
            while let Some(h) = queue.get(at).copied() {
                at += 1;
                self.commit_object(image, h, &mut queue, &mut out)?;
            }
            queue.clear();
        }
        self.queue = queue;
        if std::mem::take(&mut self.numbered) {
            for (pkg, last) in &self.next_oids {
                let name = image.pkgs[usize::from(*pkg)].key.0.as_str();
                out.insert(single(name, b'n'), Some(last.to_le_bytes().as_slice().into()));
            }
        }
        for (address, amount) in &self.coins {
            let key = ObjKey { package: super::BANK.into(), key: address.as_bytes().into() };
            out.insert(key, (*amount > 0).then(|| amount.to_le_bytes().as_slice().into()));
        }
        let records = &self.state.records;
        Ok(out.into_iter().filter(|(k, v)| records.get(k).map_or(v.is_some(), |old| old != v)).collect())
    }

    fn commit_object(&mut self, image: &Image, h: u32, queue: &mut Vec<u32>, out: &mut BTreeMap<ObjKey, Option<Bytes>>) -> Res<()> {
        let o = *self.mem.obj(h);
        if o.gate & GATE_UNLOADED != 0 {
            return Ok(());
        }
        if o.kind == ObjKind::Map {
            return if self.keeps { self.settle_map(image, h, queue) } else { self.commit_map(image, h, queue, out) };
        }
        let type_text = image.types.get(o.ty).state_name();
        let mut e = Encoder { owner: o.owner, queue: Some(queue), unnumbered: false };
        let mut bytes = Vec::new();
        let head = key(image, o.owner, b'o', o.oid, None);
        match o.kind {
            ObjKind::Map => return broken("a map among other objects"),
            ObjKind::Closure => return broken("a function value among stored objects"),
            ObjKind::Bytes if o.gate & GATE_PARTIAL == 0 && o.len <= RUN_BYTES => {
                bytes.push(b'B');
                put_text(&mut bytes, type_text.as_bytes());
                let (from, to) = (o.start as usize, (o.start + o.len) as usize);
                put_text(&mut bytes, &self.mem.bytes[from..to]);
            }
            ObjKind::Words if o.gate & GATE_PARTIAL == 0 && (o.len * 8 <= RUN_BYTES || o.len <= image.types.get(o.ty).slots) => {
                let stride = image.types.get(o.ty).slots;
                let n = o.len.checked_div(stride).unwrap_or(0);
                bytes.push(b'W');
                put_text(&mut bytes, type_text.as_bytes());
                put_uint(&mut bytes, u64::from(n));
                for i in 0..n {
                    let value = self.mem.slots(h, i * stride, stride).to_vec();
                    self.encode(image, &mut e, o.ty, &value, &mut bytes)?;
                }
            }
            _ => {
                let packed = o.kind == ObjKind::Bytes;
                let stride = if packed { 1 } else { image.types.get(o.ty).slots.max(1) };
                let elems = self.state.runs.get(&h).map_or_else(|| run_elems(stride, packed), |r| r.elems);
                let n = o.len / stride;
                bytes.push(b'R');
                put_text(&mut bytes, type_text.as_bytes());
                put_uint(&mut bytes, u64::from(n));
                put_uint(&mut bytes, u64::from(elems));
                bytes.push(u8::from(packed));
                for i in 0..n.div_ceil(elems) {
                    if o.gate & GATE_PARTIAL != 0 && self.state.runs.get(&h).is_some_and(|r| !r.loaded.contains(&i)) {
                        continue;
                    }
                    let from = i * elems * stride;
                    let len = (elems * stride).min(o.len - from);
                    let mut run = Vec::new();
                    let mut zero = true;
                    if packed {
                        let at = (o.start + from) as usize;
                        run.extend_from_slice(&self.mem.bytes[at..at + len as usize]);
                        zero = run.iter().all(|b| *b == 0);
                    } else {
                        for at in (from..from + len).step_by(stride as usize) {
                            let value = self.mem.slots(h, at, stride).to_vec();
                            zero = zero && Self::is_zero(image, o.ty, &value);
                            self.encode(image, &mut e, o.ty, &value, &mut run)?;
                        }
                    }
                    if self.keeps {
                        self.settle_run(image, h, (elems, elems * stride), i, if zero { 0 } else { run.len() as u64 });
                    }
                    out.insert(key(image, o.owner, b'c', o.oid, Some(i)), (!zero).then(|| run.into()));
                }
            }
        }
        if self.keeps && bytes.first() != Some(&b'R') {
            self.settle_object(image, h, bytes.len());
        }
        out.insert(head, Some(bytes.into()));
        Ok(())
    }

    pub(super) fn commit_map(&mut self, image: &Image, h: u32, queue: &mut Vec<u32>, out: &mut BTreeMap<ObjKey, Option<Bytes>>) -> Res<()> {
        let o = *self.mem.obj(h);
        let Kind::Map(kt, vt) = image.types.get(o.ty).kind else { return broken("a map that is none") };
        let at = o.start as usize;
        let stored_next = self.mem.maps[at].stored.as_ref().map_or(0, |s| s.next_seq);
        if self.mem.maps[at].stored.is_none() {
            // a map that is new to state: its entries are numbered from 0, without holes
            self.mem.maps[at].number_anew();
        }
        // the last page may be half full, with entries that were not read
        if !stored_next.is_multiple_of(PAGE) && self.mem.maps[at].next_seq > stored_next {
            self.load_page(image, h, stored_next / PAGE)?;
        }
        let map = &self.mem.maps[at];
        let mut by_seq: BTreeMap<u32, usize> = BTreeMap::new();
        let mut pages = BTreeSet::new();
        let mut changed = Vec::new();
        for (i, e) in map.entries.iter().enumerate() {
            if e.flags & ENTRY_GONE != 0 {
                continue;
            }
            if e.flags & ENTRY_LIVE != 0 {
                by_seq.insert(e.seq, i);
            }
            if e.flags & (ENTRY_DIRTY | ENTRY_PENDING) != 0 {
                pages.insert(e.seq / PAGE);
                let (was, is) = (e.flags & ENTRY_STORED != 0, e.flags & ENTRY_LIVE != 0);
                if was != is {
                    changed.push((i, e.seq, is));
                }
            }
        }
        let (next_seq, live) = (map.next_seq, map.live);
        for page in pages {
            let mut bytes = Vec::new();
            let entries: Vec<(u32, usize)> = by_seq.range(page * PAGE..(page + 1) * PAGE).map(|(s, i)| (*s, *i)).collect();
            for (seq, i) in entries {
                let (k, v) = (self.mem.maps[at].key(i).to_vec(), self.mem.maps[at].value(i).to_vec());
                bytes.push((seq % PAGE) as u8);
                let mut e = Encoder { owner: o.owner, queue: Some(queue), unnumbered: false };
                self.encode(image, &mut e, kt, &k, &mut bytes)?;
                self.encode(image, &mut e, vt, &v, &mut bytes)?;
            }
            out.insert(key(image, o.owner, b'e', o.oid, Some(page)), (!bytes.is_empty()).then(|| bytes.into()));
        }
        // the index
        let (old, new) = (if stored_next == 0 { 0 } else { buckets(stored_next) }, buckets(next_seq));
        let mut open: BTreeMap<u32, Vec<(u64, u32)>> = BTreeMap::new();
        for b in old.max(1)..new {
            let source = b - (1 << b.ilog2());
            self.open_bucket(image, h, source, old, &mut open)?;
            let all = open.insert(source, Vec::new()).unwrap_or_default();
            for (hash, seq) in all {
                open.entry(bucket_of(hash, b + 1)).or_default().push((hash, seq));
            }
            open.entry(b).or_default();
        }
        for (i, seq, is) in changed {
            let k = self.mem.maps[at].key(i).to_vec();
            let mut e = Encoder { owner: o.owner, queue: Some(queue), unnumbered: false };
            let mut canonical = Vec::new();
            self.encode(image, &mut e, kt, &k, &mut canonical)?;
            let hash = stable_hash(&canonical);
            let b = bucket_of(hash, new);
            self.open_bucket(image, h, b, old, &mut open)?;
            let list = open.entry(b).or_default();
            if is {
                list.push((hash, seq));
            } else {
                list.retain(|(_, s)| *s != seq);
            }
        }
        for (b, mut list) in open {
            list.sort_by_key(|(_, seq)| *seq);
            let mut bytes = Vec::new();
            for (hash, seq) in &list {
                bytes.extend_from_slice(&hash.to_le_bytes());
                put_uint(&mut bytes, u64::from(*seq));
            }
            out.insert(key(image, o.owner, b'i', o.oid, Some(b)), (!bytes.is_empty()).then(|| bytes.into()));
        }
        let mut bytes = vec![b'M'];
        put_text(&mut bytes, image.types.get(o.ty).state_name().as_bytes());
        put_uint(&mut bytes, u64::from(next_seq));
        put_uint(&mut bytes, live as u64);
        out.insert(key(image, o.owner, b'o', o.oid, None), Some(bytes.into()));
        Ok(())
    }

    fn open_bucket(&mut self, image: &Image, h: u32, b: u32, stored: u32, open: &mut BTreeMap<u32, Vec<(u64, u32)>>) -> Res<()> {
        if open.contains_key(&b) {
            return Ok(());
        }
        let o = *self.mem.obj(h);
        let mut list = Vec::new();
        if b < stored
            && let Some(bytes) = self.state.get(&key(image, o.owner, b'i', o.oid, Some(b)))?
        {
            let Some(read) = read_bucket(&bytes) else { return broken("the index of a map is damaged") };
            list = read;
        }
        open.insert(b, list);
        Ok(())
    }
}
