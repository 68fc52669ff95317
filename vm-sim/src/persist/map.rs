//! Maps in state: entries in pages of insertion order, found through an index whose buckets grow one at a time with the places given out.

use sha2::{Digest, Sha256};

use super::decode::Decoder;
use super::encode::Encoder;
use super::{BUCKET, PAGE, Reader, key};
use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::maps::{ENTRY_LIVE, ENTRY_SETTLED, ENTRY_STORED};
use crate::memory::{GATE_COLD, GATE_UNLOADED};
use crate::trap::{Res, broken};
use crate::types::{Kind, TypeId};
use amigos_mir::gas;

/// The buckets of the index of a map that gave out `next_seq` places.
pub fn buckets(next_seq: u32) -> u32 {
    next_seq.div_ceil(BUCKET).max(1)
}

/// The bucket of a hash among `n`.
pub fn bucket_of(hash: u64, n: u32) -> u32 {
    let level = n.ilog2();
    let wide = (hash & ((2u64 << level) - 1)) as u32;
    if wide < n { wide } else { (hash & ((1u64 << level) - 1)) as u32 }
}

/// The hash that places a key, the same on every node.
pub fn stable_hash(canonical: &[u8]) -> u64 {
    let digest = Sha256::digest(canonical);
    let mut first = [0u8; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first)
}

/// Reads a bucket: hash and place of each entry.
pub fn read_bucket(bytes: &[u8]) -> Option<Vec<(u64, u32)>> {
    let mut r = Reader::new(bytes);
    let mut out = Vec::new();
    while !r.is_empty() {
        let hash = u64::from_le_bytes(r.take(8)?.try_into().ok()?);
        out.push((hash, r.uint32()?));
    }
    Some(out)
}

impl Machine<'_> {
    /// Makes sure that a map's header has been read.
    pub fn map_ready(&mut self, image: &Image, h: u32) -> Res<()> {
        if self.mem.obj(h).gate & (GATE_UNLOADED | GATE_COLD) != 0 {
            self.ready(image, h, 0, 0)?;
        }
        match self.mem.obj(h).kind {
            crate::memory::ObjKind::Map => Ok(()),
            _ => broken("a map that is none"),
        }
    }

    /// Looks for a key that is not in memory in the map's records.
    pub fn map_fetch(&mut self, image: &Image, h: u32, hash: u32, kt: TypeId, key_slots: &[u64]) -> Res<Option<usize>> {
        let o = *self.mem.obj(h);
        let Some(stored) = &self.mem.maps[o.start as usize].stored else { return Ok(None) };
        if stored.live == 0 {
            return Ok(None);
        }
        let n = buckets(stored.next_seq);
        let mut e = Encoder { owner: o.owner, queue: None, unnumbered: false };
        let mut canonical = Vec::new();
        if self.encode(image, &mut e, kt, key_slots, &mut canonical).is_err() || e.unnumbered {
            // a key that refers to what is not in this state cannot be in this map
            return Ok(None);
        }
        let stable = stable_hash(&canonical);
        let record = self.state.get(&key(image, o.owner, b'i', o.oid, Some(bucket_of(stable, n))))?;
        let Some(list) = record.as_deref().map_or(Some(Vec::new()), read_bucket) else { return broken("the index of a map is damaged") };
        let mut fetched = false;
        for (_, seq) in list.into_iter().filter(|(h, _)| *h == stable) {
            fetched |= self.load_page(image, h, seq / PAGE)?;
        }
        self.charge(gas::STATE_READ_BASE)?;
        if !fetched {
            return Ok(None);
        }
        Ok(self.map_look(image, h, hash, kt, key_slots))
    }

    /// Reads a page of entries; whether there was anything to read.
    pub fn load_page(&mut self, image: &Image, h: u32, page: u32) -> Res<bool> {
        let o = *self.mem.obj(h);
        let Kind::Map(kt, vt) = image.types.get(o.ty).kind else { return broken("a map that is none") };
        match &self.mem.maps[o.start as usize].stored {
            Some(s) if !s.resident.contains(&page) && page * PAGE < s.next_seq => {}
            _ => return Ok(false),
        }
        self.mem.keeps = true;
        let before = self.mem.used();
        let bytes = self.state.get(&key(image, o.owner, b'e', o.oid, Some(page)))?;
        let mut found = Vec::new();
        if let Some(bytes) = bytes {
            let mut r = Reader::new(&bytes);
            while let Some(place) = r.byte() {
                let mut d = Decoder { owner: o.owner, fixups: Vec::new() };
                let (mut k, mut v) = (Vec::new(), Vec::new());
                self.decode(image, &mut d, kt, &mut r, &mut k, 0)?;
                let in_key = d.fixups.len();
                self.decode(image, &mut d, vt, &mut r, &mut v, 0)?;
                for (i, f) in d.fixups.into_iter().enumerate() {
                    self.ready(image, f.h, 0, 0)?;
                    let off = self.offset_of(image, &f)?;
                    let to = if i < in_key { &mut k } else { &mut v };
                    if let Some(w) = to.get_mut(f.slot) {
                        *w = crate::memory::pointer(f.h, off);
                    }
                }
                found.push((page * PAGE + u32::from(place), k, v));
            }
        }
        let any = !found.is_empty();
        for (seq, k, v) in found {
            // an entry that this session put on a page that was not full
            if self.mem.maps[o.start as usize].stored.as_ref().is_some_and(|s| s.by_seq.contains_key(&seq)) {
                continue;
            }
            let hash = match crate::compare::hash(&self.mem, &image.types, kt, &k) {
                Ok(h) => h,
                Err(_) => return broken("a key of a map cannot be hashed"),
            };
            let bytes = self.mem.maps[o.start as usize].entry_bytes() + 8;
            self.mem.room(bytes)?;
            self.mem.map_bytes += bytes;
            self.mem.maps[o.start as usize].insert(hash, &k, &v, seq, ENTRY_LIVE | ENTRY_STORED | ENTRY_SETTLED);
        }
        if let Some(s) = &mut self.mem.maps[o.start as usize].stored {
            s.pages.insert(page);
            s.resident.insert(page);
        }
        self.weight += self.mem.used().saturating_sub(before) + 64;
        Ok(any)
    }

    /// Reads all entries that are not in memory yet.
    pub fn map_load_all(&mut self, image: &Image, h: u32) -> Res<()> {
        if self.is_warm(h) {
            return self.cold();
        }
        let at = self.mem.obj(h).start as usize;
        let Some(pages) = self.mem.maps[at].stored.as_ref().map(|s| s.next_seq.div_ceil(PAGE)) else { return Ok(()) };
        for page in 0..pages {
            self.load_page(image, h, page)?;
        }
        Ok(())
    }

    /// Reads pages until the next live entry at or behind place `seq` is in memory, or there is none before `end`.
    pub fn map_load_from(&mut self, image: &Image, h: u32, seq: u32, end: u32) -> Res<()> {
        if self.is_warm(h) {
            return self.cold();
        }
        let at = self.mem.obj(h).start as usize;
        let Some(stored) = self.mem.maps[at].stored.as_ref().map(|s| s.next_seq) else { return Ok(()) };
        let mut page = seq / PAGE;
        while page * PAGE < stored.min(end) {
            if !self.load_page(image, h, page)? && self.mem.maps[at].next_from(page * PAGE, (page + 1) * PAGE, 0).is_none() {
                // a page all of whose entries were deleted
                self.charge(gas::MAP_SKIP.of(u64::from(PAGE)))?;
            }
            let top = ((page + 1) * PAGE).min(end);
            if self.mem.maps[at].next_from(seq, top.max(seq), 0).is_some() {
                break;
            }
            page += 1;
        }
        Ok(())
    }

    /// The namespace that owns a map's records.
    pub fn map_owner(&self, h: u32) -> (PkgIdx, u64) {
        let o = self.mem.obj(h);
        (o.owner, o.oid)
    }
}
