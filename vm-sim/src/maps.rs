//! Maps in insertion order: entries in a list, found through a table of open addressing. A range visits the entries present on entry less those deleted
//! meanwhile, so entries keep their place until nothing can be ranging over them.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

/// An entry of a map.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The low half of the key's hash.
    pub hash: u32,
    /// Its place in insertion order.
    pub seq: u32,
    /// See `ENTRY_*`.
    pub flags: u8,
}

/// The entry is there (not deleted).
pub const ENTRY_LIVE: u8 = 1;
/// It was changed in this call (and the write was charged).
pub const ENTRY_DIRTY: u8 = 2;
/// Its insertion was undone: it never existed.
pub const ENTRY_GONE: u8 = 4;
/// It stands in committed state.
pub const ENTRY_STORED: u8 = 8;

/// A call of the session that is over has changed it: its page is still to be written.
pub const ENTRY_PENDING: u8 = 16;
/// It was there before this call.
pub const ENTRY_SETTLED: u8 = 32;

/// What is known of a map that stands in state.
#[derive(Clone, Debug, Default)]
pub struct StoredMap {
    /// The next place in insertion order, as committed.
    pub next_seq: u32,
    /// Entries, as committed.
    pub live: u32,
    /// Pages of entries that this call has read.
    pub pages: FxHashSet<u32>,
    /// Pages that are in memory: those, and what earlier calls of the session have read.
    pub resident: FxHashSet<u32>,
    /// Whether a session keeps it from an earlier call.
    pub warm: bool,
    /// Entries by place.
    pub by_seq: BTreeMap<u32, u32>,
}

/// A map.
#[derive(Clone, Debug)]
pub struct MapObj {
    /// Slots of a key.
    pub key_slots: u32,
    /// Slots of a value.
    pub value_slots: u32,
    /// Entries, deleted ones included.
    pub entries: Vec<Entry>,
    /// Their keys and values, each value behind its key.
    slots: Vec<u64>,
    /// Hashes and, below, numbers of entries plus one, by hash; 0 is empty, `TOMB` was deleted. (So that a search looks at no entry of another hash.)
    table: Vec<u64>,
    /// Table cells that are not empty.
    filled: usize,
    /// Entries that are there (of a stored map, also those not read).
    pub live: usize,
    /// The next place in insertion order.
    pub next_seq: u32,
    /// Counts the times that entries were thrown out, after which ranges look for their place anew.
    pub epoch: u32,
    /// Of a map in state: what was read of it.
    pub stored: Option<Box<StoredMap>>,
}

const TOMB: u64 = u32::MAX as u64;

/// The cell of an entry.
fn cell(hash: u32, i: usize) -> u64 {
    u64::from(hash) << 32 | (i as u64 + 1)
}

impl MapObj {
    /// An empty map.
    pub fn new(key_slots: u32, value_slots: u32) -> MapObj {
        MapObj {
            key_slots,
            value_slots,
            entries: Vec::new(),
            slots: Vec::new(),
            table: Vec::new(),
            filled: 0,
            live: 0,
            next_seq: 0,
            epoch: 0,
            stored: None,
        }
    }

    /// Bytes that one more entry takes.
    pub fn entry_bytes(&self) -> u64 {
        u64::from(self.key_slots + self.value_slots) * 8 + 20
    }

    fn stride(&self) -> usize {
        (self.key_slots + self.value_slots) as usize
    }

    /// The key of entry `i`.
    pub fn key(&self, i: usize) -> &[u64] {
        let at = i * self.stride();
        &self.slots[at..at + self.key_slots as usize]
    }

    /// The value of entry `i`.
    pub fn value(&self, i: usize) -> &[u64] {
        let end = (i + 1) * self.stride();
        &self.slots[end - self.value_slots as usize..end]
    }

    /// The value of entry `i`, to change.
    pub fn value_mut(&mut self, i: usize) -> &mut [u64] {
        let end = (i + 1) * self.stride();
        &mut self.slots[end - self.value_slots as usize..end]
    }

    /// The live entry whose hash is `hash` and whose key `eq` accepts.
    pub fn find(&self, hash: u32, mut eq: impl FnMut(&[u64]) -> bool) -> Option<usize> {
        if self.table.is_empty() {
            return None;
        }
        let mask = self.table.len() - 1;
        let mut at = place(hash) & mask;
        loop {
            match self.table[at] {
                0 => return None,
                TOMB => {}
                cell if (cell >> 32) as u32 == hash => {
                    let i = cell as u32 as usize - 1;
                    if eq(self.key(i)) {
                        return Some(i);
                    }
                }
                _ => {}
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entry that is not there yet; returns its number, and how many entries had to be placed anew.
    pub fn insert(&mut self, hash: u32, key: &[u64], value: &[u64], seq: u32, flags: u8) -> (usize, u64) {
        let moved = self.grow();
        let i = self.entries.len();
        self.entries.push(Entry { hash, seq, flags });
        self.slots.extend_from_slice(key);
        self.slots.extend_from_slice(value);
        if let Some(stored) = &mut self.stored {
            stored.by_seq.insert(seq, i as u32);
        }
        if flags & ENTRY_LIVE != 0 {
            self.link(hash, i);
        }
        (i, moved)
    }

    fn link(&mut self, hash: u32, i: usize) {
        let mask = self.table.len() - 1;
        let mut at = place(hash) & mask;
        while self.table[at] != 0 {
            at = (at + 1) & mask;
        }
        self.table[at] = cell(hash, i);
        self.filled += 1;
    }

    fn grow(&mut self) -> u64 {
        if (self.filled + 1) * 4 <= self.table.len() * 3 {
            return 0;
        }
        let size = ((self.live_here() + 1) * 2).next_power_of_two().max(8);
        self.rebuild(size)
    }

    fn live_here(&self) -> usize {
        self.entries.iter().filter(|e| e.flags & ENTRY_LIVE != 0).count()
    }

    fn rebuild(&mut self, size: usize) -> u64 {
        self.table.clear();
        self.table.resize(size, 0);
        self.filled = 0;
        let mut moved = 0;
        for i in 0..self.entries.len() {
            let e = self.entries[i];
            if e.flags & ENTRY_LIVE != 0 {
                self.link(e.hash, i);
                moved += 1;
            }
        }
        moved
    }

    fn cell_of(&self, i: usize) -> Option<usize> {
        let mask = self.table.len().checked_sub(1)?;
        let hash = self.entries[i].hash;
        let mut at = place(hash) & mask;
        loop {
            match self.table[at] {
                0 => return None,
                n if n == cell(hash, i) => return Some(at),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Takes entry `i` out; its key and value stay where they are.
    pub fn remove(&mut self, i: usize) {
        if let Some(cell) = self.cell_of(i) {
            self.table[cell] = TOMB;
        }
        self.entries[i].flags &= !ENTRY_LIVE;
        self.live -= 1;
    }

    /// Puts entry `i` back.
    pub fn restore(&mut self, i: usize) {
        self.entries[i].flags |= ENTRY_LIVE;
        self.live += 1;
        if self.table.is_empty() || (self.filled + 1) * 4 > self.table.len() * 3 {
            let size = ((self.live_here() + 1) * 2).next_power_of_two().max(8);
            self.rebuild(size);
        } else {
            self.link(self.entries[i].hash, i);
        }
    }

    /// Undoes the insertion of entry `i`, the youngest by `seq`.
    pub fn forget(&mut self, i: usize) {
        self.remove(i);
        self.next_seq = self.next_seq.saturating_sub(1);
        if let Some(stored) = &mut self.stored {
            stored.by_seq.remove(&self.entries[i].seq);
        }
        if i + 1 == self.entries.len() && self.stored.is_none() {
            self.entries.pop();
            self.slots.truncate(i * self.stride());
        } else {
            self.entries[i].flags |= ENTRY_GONE;
        }
    }

    /// Throws all entries out (of a map that is not in state).
    pub fn reset(&mut self) {
        self.entries.clear();
        self.slots.clear();
        self.table.clear();
        (self.filled, self.live) = (0, 0);
        self.epoch += 1;
    }

    /// Throws out the places of deleted entries if they are more than half (of a map that is not in state).
    pub fn compact(&mut self) {
        if self.stored.is_some() || self.entries.len() < 64 || self.live * 2 > self.entries.len() {
            return;
        }
        let n = self.stride();
        let mut to = 0;
        for i in 0..self.entries.len() {
            if self.entries[i].flags & ENTRY_LIVE == 0 {
                continue;
            }
            self.entries[to] = self.entries[i];
            self.slots.copy_within(i * n..(i + 1) * n, to * n);
            to += 1;
        }
        self.entries.truncate(to);
        self.slots.truncate(to * n);
        let size = ((to + 1) * 2).next_power_of_two().max(8);
        self.rebuild(size);
        self.epoch += 1;
    }

    /// Numbers the entries of a map that is new to state from 0, without holes, and marks them as changed.
    pub fn number_anew(&mut self) {
        let mut seq = 0;
        for e in self.entries.iter_mut() {
            if e.flags & ENTRY_LIVE != 0 {
                e.seq = seq;
                e.flags |= ENTRY_DIRTY;
                seq += 1;
            } else {
                e.flags |= ENTRY_GONE;
            }
        }
        self.next_seq = seq;
    }

    /// The first live entry in memory whose place is at least `seq` and below `end`.
    pub fn next_from(&self, seq: u32, end: u32, hint: usize) -> Option<usize> {
        self.next_counted(seq, end, hint, &mut 0)
    }

    /// The same; `skipped` counts the deleted entries on the way.
    pub fn next_counted(&self, seq: u32, end: u32, hint: usize, skipped: &mut u64) -> Option<usize> {
        if let Some(stored) = &self.stored {
            for i in stored.by_seq.range(seq..end.max(seq)).map(|(_, i)| *i as usize) {
                if self.entries[i].flags & ENTRY_LIVE != 0 {
                    return Some(i);
                }
                *skipped += 1;
            }
            return None;
        }
        let mut i = hint;
        if i > self.entries.len() || (i > 0 && self.entries[i - 1].seq >= seq) || self.entries.get(i).is_some_and(|e| e.seq < seq) {
            i = self.entries.partition_point(|e| e.seq < seq);
        }
        while let Some(e) = self.entries.get(i) {
            if e.seq >= end {
                return None;
            }
            if e.flags & ENTRY_LIVE != 0 {
                return Some(i);
            }
            *skipped += 1;
            i += 1;
        }
        None
    }
}

/// Where the search for a hash begins.
fn place(hash: u32) -> usize {
    (u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
}
