//! The memory of a call: an arena of words, one of bytes, and a table of objects in them. Nothing is freed before the call ends.
//!
//! A pointer is `handle << 32 | offset`; handle 0 is nil. Offsets count slots, in an object of packed bytes bytes. The pointer of a string is its offset in the arena
//! of bytes: strings never change, so they need no object.

use std::sync::Arc;

use crate::image::PkgIdx;
use crate::maps::MapObj;
use crate::types::TypeId;

/// Nobody owns the object: whoever holds it may change it.
pub const FREE: PkgIdx = 0;
/// A library's, initialised: nobody may change it.
pub const FROZEN: PkgIdx = u16::MAX;

/// What an object is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ObjKind {
    /// Slots.
    Words,
    /// Packed bytes.
    Bytes,
    /// A map: `start` is its number.
    Map,
    /// A function value: function | maker, kind | count, captured words.
    Closure,
}

/// The object is not an ordinary object of words.
pub const GATE_KIND: u8 = 1;
/// The object has not been read from state yet.
pub const GATE_UNLOADED: u8 = 2;
/// Some of its chunks have not been read from state yet.
pub const GATE_PARTIAL: u8 = 4;

/// An earlier call of the session has read it, this one has not.
pub const GATE_COLD: u8 = 8;

/// It was written in this call (and the write was charged).
pub const FLAG_DIRTY: u8 = 1;
/// It is a box of an interface value or a closure: never written.
pub const FLAG_SEALED: u8 = 2;

/// An object. Compiled code reads owner, kind and gate as one word.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Obj {
    /// Where it starts in its arena.
    pub start: u32,
    /// Slots, or bytes.
    pub len: u32,
    /// The type of its elements (of a box, of the value); of a map, the map's.
    pub ty: TypeId,
    /// The package that owns it.
    pub owner: PkgIdx,
    /// What it is made of.
    pub kind: ObjKind,
    /// Why reading it needs a closer look; 0 if it doesn't.
    pub gate: u8,
    /// Other facts.
    pub flags: u8,
    /// Gas of reading its record.
    pub price: u32,
    /// Its number in the state of its owner; 0 if it has none yet.
    pub oid: u64,
}

const _: () = assert!(size_of::<Obj>() == 32);

/// Why memory could not be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory;

/// The memory of a call.
#[derive(Clone)]
pub struct Mem {
    /// The arena of slots.
    pub words: Vec<u64>,
    /// The arena of bytes.
    pub bytes: Vec<u8>,
    /// Objects; number 0 is none.
    pub objs: Vec<Obj>,
    /// Maps.
    pub maps: Vec<MapObj>,
    /// Where string constants lie, plus one; 0 if not yet.
    consts: Vec<u32>,
    /// Bytes used by maps.
    pub map_bytes: u64,
    /// Bytes that may be used.
    pub limit: u64,
    /// Whether something was put here since the last [`Mem::mark`] that outlives the call: what was read from state, a string constant, what state refers to now.
    pub keeps: bool,
}

/// How much memory was in use at some time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    words: usize,
    bytes: usize,
    objs: usize,
    maps: usize,
    map_bytes: u64,
}

/// The pointer to slot `off` of an object.
pub const fn pointer(handle: u32, off: u32) -> u64 {
    (handle as u64) << 32 | off as u64
}
/// The object of a pointer.
pub const fn handle(p: u64) -> u32 {
    (p >> 32) as u32
}
/// The offset of a pointer.
pub const fn offset(p: u64) -> u32 {
    p as u32
}

impl Mem {
    /// Empty memory of at most `limit` bytes.
    pub fn new(limit: u64) -> Mem {
        let none = Obj { start: 0, len: 0, ty: 0, owner: FREE, kind: ObjKind::Words, gate: 0, flags: 0, price: 0, oid: 0 };
        Mem {
            words: Vec::new(),
            bytes: Vec::new(),
            objs: vec![none],
            maps: Vec::new(),
            consts: Vec::new(),
            map_bytes: 0,
            limit,
            keeps: false,
        }
    }

    /// Notes what is in use now.
    pub fn mark(&mut self) -> Mark {
        self.keeps = false;
        Mark { words: self.words.len(), bytes: self.bytes.len(), objs: self.objs.len(), maps: self.maps.len(), map_bytes: self.map_bytes }
    }

    /// Gives up what was made since `mark`, if nothing of it is needed any more.
    pub fn release(&mut self, mark: Mark) {
        if self.keeps {
            return;
        }
        self.words.truncate(mark.words);
        self.bytes.truncate(mark.bytes);
        self.objs.truncate(mark.objs);
        self.maps.truncate(mark.maps);
        self.map_bytes = mark.map_bytes;
    }

    /// Bytes used.
    pub fn used(&self) -> u64 {
        self.words.len() as u64 * 8 + self.bytes.len() as u64 + self.objs.len() as u64 * 32 + self.map_bytes
    }

    /// Whether `more` bytes still fit.
    pub fn room(&self, more: u64) -> Result<(), OutOfMemory> {
        if self.used().saturating_add(more) > self.limit { Err(OutOfMemory) } else { Ok(()) }
    }

    fn push(&mut self, obj: Obj) -> u32 {
        self.objs.push(obj);
        self.objs.len() as u32 - 1
    }

    /// A new object of `slots` zeroed slots.
    pub fn new_words(&mut self, ty: TypeId, slots: u32) -> Result<u32, OutOfMemory> {
        self.room(u64::from(slots) * 8 + 32)?;
        let start = self.words.len() as u32;
        self.words.resize(self.words.len() + slots as usize, 0);
        Ok(self.push(Obj { start, len: slots, ty, owner: FREE, kind: ObjKind::Words, gate: 0, flags: 0, price: 0, oid: 0 }))
    }

    /// A new object of `len` zeroed bytes.
    pub fn new_bytes(&mut self, ty: TypeId, len: u32) -> Result<u32, OutOfMemory> {
        self.room(u64::from(len) + 32)?;
        let start = self.bytes.len() as u32;
        self.bytes.resize(self.bytes.len() + len as usize, 0);
        Ok(self.push(Obj { start, len, ty, owner: FREE, kind: ObjKind::Bytes, gate: GATE_KIND, flags: 0, price: 0, oid: 0 }))
    }

    /// A new map of type `ty`.
    pub fn new_map(&mut self, ty: TypeId, key_slots: u32, value_slots: u32) -> Result<u32, OutOfMemory> {
        self.room(128)?;
        self.map_bytes += 96;
        let start = self.maps.len() as u32;
        self.maps.push(MapObj::new(key_slots, value_slots));
        Ok(self.push(Obj { start, len: 0, ty, owner: FREE, kind: ObjKind::Map, gate: GATE_KIND, flags: 0, price: 0, oid: 0 }))
    }

    /// A new function value.
    pub fn new_closure(&mut self, words: &[u64]) -> Result<u32, OutOfMemory> {
        let h = self.new_words(0, words.len() as u32)?;
        let o = &mut self.objs[h as usize];
        o.kind = ObjKind::Closure;
        o.gate = GATE_KIND;
        o.flags = FLAG_SEALED;
        let start = o.start as usize;
        self.words[start..start + words.len()].copy_from_slice(words);
        Ok(h)
    }

    /// An object that stands in state and has not been read.
    pub fn new_unloaded(&mut self, owner: PkgIdx, oid: u64) -> Result<u32, OutOfMemory> {
        self.room(32)?;
        self.keeps = true;
        Ok(self.push(Obj { start: 0, len: 0, ty: 0, owner, kind: ObjKind::Words, gate: GATE_UNLOADED, flags: 0, price: 0, oid }))
    }

    /// A new string.
    pub fn new_str(&mut self, text: &[u8]) -> Result<(u64, u64), OutOfMemory> {
        self.room(text.len() as u64)?;
        let start = self.bytes.len() as u64;
        self.bytes.extend_from_slice(text);
        Ok((start, text.len() as u64))
    }

    /// String constant number `n` of the image.
    pub fn const_str(&mut self, n: u32, strings: &[Arc<[u8]>]) -> Result<(u64, u64), OutOfMemory> {
        let text = strings.get(n as usize).map_or(&[][..], |s| s);
        if let Some(at) = self.consts.get(n as usize)
            && *at != 0
        {
            return Ok((u64::from(*at) - 1, text.len() as u64));
        }
        let (p, len) = self.new_str(text)?;
        if self.consts.len() <= n as usize {
            self.consts.resize(n as usize + 1, 0);
        }
        self.consts[n as usize] = p as u32 + 1;
        self.keeps = true;
        Ok((p, len))
    }

    /// The bytes of a string; empty if the pointer is none.
    pub fn str(&self, p: u64, len: u64) -> &[u8] {
        let (from, to) = (p as usize, (p as usize).saturating_add(len as usize));
        self.bytes.get(from..to).unwrap_or(&[])
    }

    /// A string as text, bytes that are no UTF-8 replaced.
    pub fn text(&self, p: u64, len: u64) -> String {
        String::from_utf8_lossy(self.str(p, len)).into_owned()
    }

    /// The object with a handle.
    pub fn obj(&self, h: u32) -> &Obj {
        self.objs.get(h as usize).unwrap_or(&self.objs[0])
    }

    /// The slots of an object of words, from `off` on; empty if they are not there.
    pub fn slots(&self, h: u32, off: u32, n: u32) -> &[u64] {
        let o = self.obj(h);
        let from = o.start as usize + off as usize;
        if off.saturating_add(n) > o.len {
            return &[];
        }
        self.words.get(from..from + n as usize).unwrap_or(&[])
    }
}
