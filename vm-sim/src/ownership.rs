//! Who may write what (language.md, section 4), the undo log that sub-transactions roll back by, and how objects become owned.

use crate::code::Reg;
use crate::compare::iface_type;
use crate::identity::NOBODY;
use crate::image::{Image, PkgIdx};
use crate::interp::calls::VALUE_BOUND;
use crate::machine::Machine;
use crate::maps::ENTRY_DIRTY;
use crate::memory::{FLAG_DIRTY, FREE, FROZEN, ObjKind, handle, offset};
use crate::trap::{Res, broken, nil, panic};
use crate::types::{Kind, TypeId};
use amigos_mir::gas;

/// A change of owned state, as what undoes it.
#[derive(Clone, Debug)]
pub enum Undo {
    /// That many slots of an object had the values that stand last in [`Machine::undo_slots`].
    Words { h: u32, off: u32, n: u32 },
    /// Bytes of an object had these values.
    Bytes { h: u32, off: u32, old: Box<[u8]> },
    /// An object was free.
    Adopt { h: u32 },
    /// An entry of a map was not there.
    Insert { h: u32, i: u32 },
    /// The value of an entry was the one that stands last in [`Machine::undo_slots`].
    Value { h: u32, i: u32 },
    /// An entry was there.
    Delete { h: u32, i: u32 },
    /// An address had this many coins.
    Coins { address: std::sync::Arc<str>, old: u64 },
}

/// Where the log stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Savepoint {
    undo: usize,
    events: usize,
}

impl Savepoint {
    /// Before everything.
    pub const START: Savepoint = Savepoint { undo: 0, events: 0 };
}

impl Machine<'_> {
    /// A point to come back to.
    pub fn savepoint(&self) -> Savepoint {
        Savepoint { undo: self.undo.len(), events: self.events.len() }
    }

    /// Undoes what was done to state, coins and events since `to`. Free memory stays as written.
    pub fn rollback(&mut self, to: Savepoint) {
        while self.undo.len() > to.undo {
            match self.undo.pop() {
                Some(Undo::Words { h, off, n }) => {
                    let start = (self.mem.obj(h).start + off) as usize;
                    let from = self.undo_slots.len().saturating_sub(n as usize);
                    let old = &self.undo_slots[from..];
                    if let Some(w) = self.mem.words.get_mut(start..start + old.len()) {
                        w.copy_from_slice(old);
                    }
                    self.undo_slots.truncate(from);
                }
                Some(Undo::Bytes { h, off, old }) => {
                    let start = (self.mem.obj(h).start + off) as usize;
                    if let Some(w) = self.mem.bytes.get_mut(start..start + old.len()) {
                        w.copy_from_slice(&old);
                    }
                }
                Some(Undo::Adopt { h }) => self.mem.objs[h as usize].owner = FREE,
                Some(Undo::Insert { h, i }) => self.map_mut(h).forget(i as usize),
                Some(Undo::Value { h, i }) => {
                    let map = &mut self.mem.maps[self.mem.objs[h as usize].start as usize];
                    let from = self.undo_slots.len().saturating_sub(map.value_slots as usize);
                    map.value_mut(i as usize).copy_from_slice(&self.undo_slots[from..]);
                    self.undo_slots.truncate(from);
                }
                Some(Undo::Delete { h, i }) => self.map_mut(h).restore(i as usize),
                Some(Undo::Coins { address, old }) => {
                    self.coins.insert(address, old);
                }
                None => break,
            }
        }
        self.events.truncate(to.events);
        self.last_found = None;
    }

    /// The map of an object that is known to be one.
    pub fn map_mut(&mut self, h: u32) -> &mut crate::maps::MapObj {
        let at = self.mem.obj(h).start as usize;
        &mut self.mem.maps[at]
    }

    /// Refuses a write to an object that the acting package doesn't own.
    fn may_write(&self, image: &Image, owner: PkgIdx) -> Res<()> {
        if owner == self.acting && owner != NOBODY {
            return Ok(());
        }
        let acting = Self::pkg_name(image, self.acting);
        if owner == FROZEN {
            return panic(format!(
                "write to a library's variable, or to what it reaches: it is frozen after its initialisation; `{acting}` may not change it"
            ));
        }
        panic(format!(
            "write to an object that `{}` owns; `{acting}` may not change it: call a function of its owner",
            Self::pkg_name(image, owner)
        ))
    }

    /// Before slots or bytes `off..off+n` of an object are written: checks the owner, and for owned ones charges the first write and logs the old values.
    pub fn before_write(&mut self, image: &Image, h: u32, off: u32, n: u32) -> Res<()> {
        if self.mem.obj(h).owner == FREE {
            return Ok(());
        }
        self.log_write(image, h, off, n)?;
        self.mem.keeps |= !image.types.get(self.mem.obj(h).ty).self_contained();
        Ok(())
    }

    fn log_write(&mut self, image: &Image, h: u32, off: u32, n: u32) -> Res<()> {
        let o = *self.mem.obj(h);
        self.may_write(image, o.owner)?;
        self.ready(image, h, off, n)?;
        self.charge_write(h)?;
        let o = *self.mem.obj(h);
        let (from, to) = ((o.start + off) as usize, (o.start + off + n) as usize);
        if o.kind == ObjKind::Bytes {
            let old = self.mem.bytes.get(from..to).unwrap_or(&[]).into();
            self.undo.push(Undo::Bytes { h, off, old });
        } else {
            let old = self.mem.words.get(from..to).unwrap_or(&[]);
            self.undo_slots.extend_from_slice(old);
            self.undo.push(Undo::Words { h, off, n: old.len() as u32 });
        }
        Ok(())
    }

    /// Charges the first write of an object in this call.
    fn charge_write(&mut self, h: u32) -> Res<()> {
        let o = *self.mem.obj(h);
        if o.flags & FLAG_DIRTY != 0 {
            return Ok(());
        }
        let bytes = if o.kind == ObjKind::Bytes { u64::from(o.len) } else { u64::from(o.len) * 8 };
        self.charge(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(bytes.min(4096)))?;
        self.mem.objs[h as usize].flags |= FLAG_DIRTY;
        self.dirty.push(h);
        Ok(())
    }

    /// Before a map is changed: checks the owner. Whether changes have to be logged.
    pub fn before_map_write(&mut self, image: &Image, h: u32) -> Res<bool> {
        let o = *self.mem.obj(h);
        if o.owner == FREE {
            return Ok(false);
        }
        self.may_write(image, o.owner)?;
        if o.flags & FLAG_DIRTY == 0 {
            self.mem.objs[h as usize].flags |= FLAG_DIRTY;
            self.dirty.push(h);
        }
        Ok(true)
    }

    /// Charges the first write of a map's entry in this call.
    pub fn charge_entry(&mut self, h: u32, i: usize) -> Res<()> {
        let at = self.mem.obj(h).start as usize;
        let map = &self.mem.maps[at];
        let flags = map.entries[i].flags;
        if flags & ENTRY_DIRTY != 0 {
            return Ok(());
        }
        let bytes = map.entry_bytes();
        self.charge(gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(bytes))?;
        self.mem.maps[at].entries[i].flags |= ENTRY_DIRTY;
        self.mark(h, i);
        Ok(())
    }

    /// Notes that a map's entry was changed, for a session.
    pub fn mark(&mut self, h: u32, i: usize) {
        if self.keeps {
            self.marked.push((h, i as u32));
        }
    }

    /// Makes everything free that a value reaches `owner`'s; refuses what may not persist there.
    pub fn adopt(&mut self, image: &Image, owner: PkgIdx, ty: TypeId, value: &[u64]) -> Res<()> {
        let mut open = Vec::new();
        self.adopt_value(image, owner, ty, value, &mut open, 0)?;
        while let Some(h) = open.pop() {
            let o = *self.mem.obj(h);
            match o.kind {
                ObjKind::Words => {
                    if !image.types.get(o.ty).refs {
                        continue;
                    }
                    let n = image.types.get(o.ty).slots.max(1);
                    let mut at = 0;
                    while at + n <= o.len {
                        let value: Vec<u64> = self.mem.slots(h, at, n).to_vec();
                        self.adopt_value(image, owner, o.ty, &value, &mut open, 0)?;
                        at += n;
                    }
                }
                ObjKind::Map => {
                    let Kind::Map(k, v) = image.types.get(o.ty).kind else { continue };
                    let (rk, rv) = (image.types.get(k).refs, image.types.get(v).refs);
                    let count = self.mem.maps[o.start as usize].entries.len();
                    for i in 0..count {
                        let map = &self.mem.maps[o.start as usize];
                        if map.entries[i].flags & crate::maps::ENTRY_LIVE == 0 {
                            continue;
                        }
                        let (key, value) = (map.key(i).to_vec(), map.value(i).to_vec());
                        if rk {
                            self.adopt_value(image, owner, k, &key, &mut open, 0)?;
                        }
                        if rv {
                            self.adopt_value(image, owner, v, &value, &mut open, 0)?;
                        }
                        self.charge_entry(h, i)?;
                    }
                }
                ObjKind::Bytes | ObjKind::Closure => {}
            }
        }
        Ok(())
    }

    fn adopt_value(&mut self, image: &Image, owner: PkgIdx, ty: TypeId, value: &[u64], open: &mut Vec<u32>, depth: u32) -> Res<()> {
        let rt = image.types.get(ty);
        if !rt.refs {
            return Ok(());
        }
        if depth > crate::compare::MAX_NESTING {
            return panic("a value whose interfaces nest too deeply cannot be stored");
        }
        let word = |i: usize| value.get(i).copied().unwrap_or(0);
        match &rt.kind {
            Kind::Ptr(_) | Kind::Slice(_) | Kind::Map(..) => self.adopt_object(image, owner, handle(word(0)), open),
            Kind::Func => {
                let h = handle(word(0));
                if h == 0 {
                    return Ok(());
                }
                let words = self.mem.slots(h, 0, self.mem.obj(h).len).to_vec();
                let plain = words.len() == 2 && words[1] == 0;
                let func = image.funcs.get(words.first().copied().unwrap_or(0) as u32 as usize);
                match func {
                    Some(f) if plain && f.named => Ok(()),
                    Some(f) if words.get(1).is_some_and(|k| *k >= u64::from(VALUE_BOUND)) => panic(format!(
                        "a method value (`{}` bound to its receiver) cannot be stored: store the receiver, or a named function",
                        f.name
                    )),
                    Some(f) => panic(format!("a closure (`{}`) cannot be stored: store a named function", f.name)),
                    None => panic("a function value that cannot be stored".to_owned()),
                }
            }
            Kind::Iface(_) => {
                let t = iface_type(word(0));
                if t == 0 {
                    return Ok(());
                }
                if t == crate::types::RUNTIME_ERROR {
                    return panic("a run-time error cannot be stored: store its text");
                }
                let slots = image.types.get(t).slots;
                let inner: Vec<u64> = match slots {
                    0 => Vec::new(),
                    1 => vec![word(1)],
                    n => self.mem.slots(handle(word(1)), 0, n).to_vec(),
                };
                self.adopt_value(image, owner, t, &inner, open, depth + 1)
            }
            Kind::Struct(fields) => {
                for f in fields.iter() {
                    let n = image.types.get(f.ty).slots as usize;
                    let at = f.offset as usize;
                    self.adopt_value(image, owner, f.ty, value.get(at..at + n).unwrap_or(&[]), open, depth + 1)?;
                }
                Ok(())
            }
            Kind::Array(elem, _) => {
                let n = image.types.get(*elem).slots.max(1) as usize;
                for x in value.chunks(n) {
                    self.adopt_value(image, owner, *elem, x, open, depth + 1)?;
                }
                Ok(())
            }
            Kind::Other => panic("a channel cannot be stored"),
            _ => Ok(()),
        }
    }

    fn adopt_object(&mut self, image: &Image, owner: PkgIdx, h: u32, open: &mut Vec<u32>) -> Res<()> {
        if h == 0 {
            return Ok(());
        }
        let o = *self.mem.obj(h);
        if o.owner == owner || o.owner == FROZEN {
            return Ok(());
        }
        if o.owner != FREE {
            let (theirs, ours) = (Self::pkg_name(image, o.owner), Self::pkg_name(image, owner));
            return panic(format!("an object that `{theirs}` owns cannot be stored in the state of `{ours}`: store a copy or a key"));
        }
        let bytes = if o.kind == ObjKind::Bytes { u64::from(o.len) } else { u64::from(o.len) * 8 };
        self.charge(gas::ADOPT + gas::STATE_WRITE.of(bytes))?;
        self.mem.keeps = true;
        let o = &mut self.mem.objs[h as usize];
        o.owner = owner;
        if o.flags & FLAG_DIRTY == 0 {
            o.flags |= FLAG_DIRTY;
            self.dirty.push(h);
        }
        self.undo.push(Undo::Adopt { h });
        open.push(h);
        Ok(())
    }

    /// Writes a value of type `ty` at a pointer.
    pub fn store(&mut self, image: &Image, p: u64, off: u32, value: &[u64], ty: TypeId) -> Res<()> {
        let h = handle(p);
        if h == 0 {
            return nil();
        }
        let off = offset(p).wrapping_add(off);
        let n = value.len() as u32;
        let o = *self.mem.obj(h);
        if o.owner != FREE {
            self.log_write(image, h, off, n)?;
            let rt = image.types.get(ty);
            self.mem.keeps |= !rt.self_contained();
            if rt.refs {
                self.adopt(image, o.owner, ty, value)?;
            }
        }
        let o = *self.mem.obj(h);
        if off.saturating_add(n) > o.len {
            return broken("a store outside its object");
        }
        let at = (o.start + off) as usize;
        match o.kind {
            ObjKind::Words => self.mem.words[at..at + value.len()].copy_from_slice(value),
            ObjKind::Bytes => self.mem.bytes[at..at + value.len()].iter_mut().zip(value).for_each(|(b, w)| *b = *w as u8),
            _ => return broken("a store into a map or function"),
        }
        Ok(())
    }

    /// Reads slots at a pointer into registers.
    pub fn load(&mut self, image: &Image, p: u64, off: u32, n: u32, regs: &mut [u64], d: Reg) -> Res<()> {
        let h = handle(p);
        if h == 0 {
            return nil();
        }
        let off = offset(p).wrapping_add(off);
        if self.mem.obj(h).gate != 0 {
            self.ready(image, h, off, n)?;
        }
        let o = *self.mem.obj(h);
        if off.saturating_add(n) > o.len {
            return broken("a load outside its object");
        }
        let at = (o.start + off) as usize;
        let Some(to) = regs.get_mut(d as usize..(d + n) as usize) else { return broken("a load outside the frame") };
        match o.kind {
            ObjKind::Words => to.copy_from_slice(&self.mem.words[at..at + n as usize]),
            ObjKind::Bytes => to.iter_mut().zip(&self.mem.bytes[at..at + n as usize]).for_each(|(w, b)| *w = u64::from(*b)),
            _ => return broken("a load from a map or function"),
        }
        Ok(())
    }
}
