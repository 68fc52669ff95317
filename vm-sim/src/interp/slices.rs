//! Slices: making, slicing, appending, copying.

use crate::code::{Reg, Sliced};
use crate::image::Image;
use crate::machine::Machine;
use crate::memory::{FREE, ObjKind, handle, offset, pointer};
use crate::trap::{self, Res};
use crate::types::TypeId;
use amigos_mir::gas;

/// The sizes, in bytes, that Go's allocator rounds small objects up to: append's growth is defined by them.
const SIZE_CLASSES: [u64; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704,
    768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192,
    9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
];
const MAX_CLASS: u64 = 32768;
/// The largest object that has a class, less its header.
const MAX_SMALL: u64 = MAX_CLASS - 8;
const PAGE: u64 = 8192;

fn round_up(bytes: u64, pointers: bool) -> u64 {
    // objects with pointers above 512 bytes carry a header of one word
    let header = if pointers && bytes > 512 { 8 } else { 0 };
    if bytes <= MAX_SMALL {
        let size = bytes + header;
        let at = SIZE_CLASSES.partition_point(|c| *c < size);
        return SIZE_CLASSES.get(at).copied().unwrap_or(MAX_CLASS) - header;
    }
    bytes.div_ceil(PAGE).saturating_mul(PAGE)
}

/// The capacity that `append` gives a slice of capacity `cap` that must hold `len` elements of `size` bytes (Go's rule).
pub fn next_cap(cap: u64, len: u64, size: u64, pointers: bool) -> u64 {
    let doubled = cap.saturating_mul(2);
    let wanted = if len > doubled {
        len
    } else if cap < 256 {
        doubled
    } else {
        let mut new = cap;
        while new < len {
            new += (new + 3 * 256) >> 2;
        }
        new
    };
    if size == 0 {
        return len;
    }
    (round_up(wanted.saturating_mul(size), pointers) / size).max(len)
}

impl Machine<'_> {
    /// Go's size of an element: what growth is computed from.
    fn go_size(image: &Image, ty: TypeId) -> (u64, bool) {
        crate::natives::go_size(image, ty)
    }

    pub(super) fn slice(&mut self, regs: &mut [u64], d: Reg, x: Reg, what: Sliced, parts: [Option<Reg>; 3]) -> Res<()> {
        let [low, high, max] = parts.map(|p| p.map(|r| regs[r as usize]));
        let x0 = regs[x as usize];
        let (len, cap, stride) = match what {
            Sliced::Str => (regs[x as usize + 1], regs[x as usize + 1], 1),
            Sliced::Slice { stride } => (regs[x as usize + 1], regs[x as usize + 2], u64::from(stride)),
            Sliced::Array { stride, len } => {
                if handle(x0) == 0 {
                    return trap::nil();
                }
                (u64::from(len), u64::from(len), u64::from(stride))
            }
        };
        let (lo, hi) = (low.unwrap_or(0), high.unwrap_or(len));
        let text = |n: u64| if (n as i64) < 0 { format!("{}", n as i64) } else { format!("{n}") };
        let kind = match what {
            Sliced::Array { .. } => "length",
            Sliced::Str => "length",
            Sliced::Slice { .. } => "capacity",
        };
        if let Some(m) = max {
            let negative = (m as i64) < 0;
            if m > cap {
                let with = if negative { String::new() } else { format!(" with {kind} {cap}") };
                return trap::runtime(&format!("slice bounds out of range [::{}]{with}", text(m)));
            }
            if hi > m {
                let bound = if (hi as i64) < 0 { ":]".to_owned() } else { format!(":{m}]") };
                return trap::runtime(&format!("slice bounds out of range [:{}{bound}", text(hi)));
            }
            if lo > hi {
                let bound = if (lo as i64) < 0 { "::]".to_owned() } else { format!(":{hi}:]") };
                return trap::runtime(&format!("slice bounds out of range [{}{bound}", text(lo)));
            }
        } else {
            if hi > cap {
                let with = if (hi as i64) < 0 { String::new() } else { format!(" with {kind} {cap}") };
                return trap::runtime(&format!("slice bounds out of range [:{}]{with}", text(hi)));
            }
            if lo > hi {
                let bound = if (lo as i64) < 0 { ":]".to_owned() } else { format!(":{hi}]") };
                return trap::runtime(&format!("slice bounds out of range [{}{bound}", text(lo)));
            }
        }
        let top = max.unwrap_or(cap);
        // a slice without capacity keeps its start, so as not to point behind its object
        let by = if top == lo && !matches!(what, Sliced::Str) { 0 } else { lo * stride };
        regs[d as usize] = x0 + by;
        regs[d as usize + 1] = hi - lo;
        if !matches!(what, Sliced::Str) {
            regs[d as usize + 2] = top - lo;
        }
        Ok(())
    }

    /// A new backing array.
    pub fn new_array(&mut self, image: &Image, elem: TypeId, count: u64) -> Res<u32> {
        let stride = u64::from(image.types.get(elem).slots);
        let packed = image.types.packs(elem);
        let bytes = if packed { count } else { count.saturating_mul(stride * 8) };
        self.charge(gas::ALLOC.of(bytes))?;
        if bytes > self.mem.limit {
            return Err(Box::new(crate::trap::Trap::Memory));
        }
        Ok(if packed { self.mem.new_bytes(elem, count as u32)? } else { self.mem.new_words(elem, (count * stride) as u32)? })
    }

    pub(super) fn make_slice(&mut self, image: &Image, elem: TypeId, len: u64, cap: Option<u64>) -> Res<[u64; 3]> {
        // what Go can address; elements without size need no memory
        let limit: u64 = if image.types.get(elem).slots == 0 { i64::MAX as u64 } else { 1 << 47 };
        if (len as i64) < 0 || len > limit {
            return trap::runtime("makeslice: len out of range");
        }
        let cap = cap.unwrap_or(len);
        if cap < len || (cap as i64) < 0 || cap > limit {
            return trap::runtime("makeslice: cap out of range");
        }
        let h = self.new_array(image, elem, cap)?;
        Ok([pointer(h, 0), len, cap])
    }

    /// Room for `more` elements behind a slice: the slice with its new length, in place if it has the capacity. The caller writes the new elements; the
    /// write in place was checked and logged.
    fn extend(&mut self, image: &Image, s: [u64; 3], elem: TypeId, more: u64) -> Res<[u64; 3]> {
        let [p, len, cap] = s;
        let stride = image.types.get(elem).slots;
        let total = len.saturating_add(more);
        self.charge(gas::COPY.of(more.saturating_mul(u64::from(stride))))?;
        if total > i64::MAX as u64 {
            return trap::runtime("growslice: len out of range");
        }
        if total <= cap {
            if more > 0 && stride > 0 {
                let off = offset(p).wrapping_add((len as u32).wrapping_mul(stride));
                self.before_write(image, handle(p), off, more as u32 * stride)?;
            }
            return Ok([p, total, cap]);
        }
        let (size, pointers) = Self::go_size(image, elem);
        let new_cap = next_cap(cap, total, size, pointers);
        self.charge(gas::COPY.of(len.saturating_mul(u64::from(stride))))?;
        let h = self.new_array(image, elem, new_cap)?;
        if len > 0 && stride > 0 {
            self.copy_slots(image, pointer(h, 0), p, len as u32 * stride)?;
        }
        Ok([pointer(h, 0), total, new_cap])
    }

    /// Copies slots (or packed bytes) between objects; the target was checked.
    fn copy_slots(&mut self, image: &Image, to: u64, from: u64, n: u32) -> Res<()> {
        let (hf, ht) = (handle(from), handle(to));
        if self.mem.obj(hf).gate & !crate::memory::GATE_KIND != 0 {
            self.ready(image, hf, offset(from), n)?;
        }
        let (of, ot) = (*self.mem.obj(hf), *self.mem.obj(ht));
        if offset(from).saturating_add(n) > of.len || offset(to).saturating_add(n) > ot.len {
            return trap::broken("a copy outside its objects");
        }
        let (a, b, n) = ((of.start + offset(from)) as usize, (ot.start + offset(to)) as usize, n as usize);
        match (of.kind, ot.kind) {
            (ObjKind::Words, ObjKind::Words) => self.mem.words.copy_within(a..a + n, b),
            (ObjKind::Bytes, ObjKind::Bytes) => self.mem.bytes.copy_within(a..a + n, b),
            (ObjKind::Bytes, ObjKind::Words) => {
                for i in 0..n {
                    self.mem.words[b + i] = u64::from(self.mem.bytes[a + i]);
                }
            }
            (ObjKind::Words, ObjKind::Bytes) => {
                for i in 0..n {
                    self.mem.bytes[b + i] = self.mem.words[a + i] as u8;
                }
            }
            _ => return trap::broken("a copy of what is no array"),
        }
        Ok(())
    }

    /// What was just written into an owned array becomes owned.
    fn adopt_written(&mut self, image: &Image, p: u64, n: u32, elem: TypeId) -> Res<()> {
        let o = *self.mem.obj(handle(p));
        let rt = image.types.get(elem);
        if o.owner == FREE || !rt.refs || o.kind != ObjKind::Words {
            return Ok(());
        }
        let stride = rt.slots.max(1);
        let mut at = offset(p);
        let end = at + n;
        while at < end {
            let value = self.mem.slots(handle(p), at, stride).to_vec();
            self.adopt(image, o.owner, elem, &value)?;
            at += stride;
        }
        Ok(())
    }

    pub(super) fn append_elems(&mut self, image: &Image, s: [u64; 3], elem: TypeId, values: &[u64], n: u32) -> Res<[u64; 3]> {
        let out = self.extend(image, s, elem, u64::from(n))?;
        let stride = image.types.get(elem).slots;
        if stride == 0 || n == 0 {
            return Ok(out);
        }
        let p = out[0] + s[1] * u64::from(stride);
        let o = *self.mem.obj(handle(p));
        let at = (o.start + offset(p)) as usize;
        if offset(p).saturating_add(values.len() as u32) > o.len {
            return trap::broken("an append outside its object");
        }
        match o.kind {
            ObjKind::Words => self.mem.words[at..at + values.len()].copy_from_slice(values),
            _ => self.mem.bytes[at..at + values.len()].iter_mut().zip(values).for_each(|(b, w)| *b = *w as u8),
        }
        self.adopt_written(image, p, values.len() as u32, elem)?;
        Ok(out)
    }

    pub(super) fn append_slice(&mut self, image: &Image, s: [u64; 3], elem: TypeId, x: [u64; 3]) -> Res<[u64; 3]> {
        let out = self.extend(image, s, elem, x[1])?;
        let stride = image.types.get(elem).slots;
        let n = x[1] as u32 * stride;
        if n > 0 {
            let p = out[0] + s[1] * u64::from(stride);
            self.copy_slots(image, p, x[0], n)?;
            self.adopt_written(image, p, n, elem)?;
        }
        Ok(out)
    }

    pub(super) fn append_str(&mut self, image: &Image, s: [u64; 3], elem: TypeId, x: [u64; 2]) -> Res<[u64; 3]> {
        let out = self.extend(image, s, elem, x[1])?;
        if x[1] > 0 {
            self.write_str(out[0] + s[1], x, x[1] as u32)?;
        }
        Ok(out)
    }

    fn write_str(&mut self, p: u64, x: [u64; 2], n: u32) -> Res<()> {
        let o = *self.mem.obj(handle(p));
        if offset(p).saturating_add(n) > o.len {
            return trap::broken("a copy outside its object");
        }
        let (at, from, n) = ((o.start + offset(p)) as usize, x[0] as usize, n as usize);
        match o.kind {
            ObjKind::Bytes => self.mem.bytes.copy_within(from..from + n, at),
            _ => {
                for i in 0..n {
                    self.mem.words[at + i] = u64::from(self.mem.bytes[from + i]);
                }
            }
        }
        Ok(())
    }

    pub(super) fn copy_elems(&mut self, image: &Image, to: [u64; 3], from: [u64; 2], elem: TypeId, string: bool) -> Res<u64> {
        let n = to[1].min(from[1]);
        let stride = image.types.get(elem).slots;
        let slots = n as u32 * stride;
        self.charge(gas::COPY.of(u64::from(slots)))?;
        if slots == 0 {
            return Ok(n);
        }
        self.before_write(image, handle(to[0]), offset(to[0]), slots)?;
        if string {
            self.write_str(to[0], from, slots)?;
        } else {
            self.copy_slots(image, to[0], from[0], slots)?;
            self.adopt_written(image, to[0], slots, elem)?;
        }
        Ok(n)
    }

    pub(super) fn clear_slice(&mut self, image: &Image, s: [u64; 2], elem: TypeId) -> Res<()> {
        let slots = s[1] as u32 * image.types.get(elem).slots;
        self.charge(gas::COPY.of(u64::from(slots)))?;
        if slots == 0 {
            return Ok(());
        }
        self.before_write(image, handle(s[0]), offset(s[0]), slots)?;
        let o = *self.mem.obj(handle(s[0]));
        let at = (o.start + offset(s[0])) as usize;
        match o.kind {
            ObjKind::Bytes => self.mem.bytes[at..at + slots as usize].fill(0),
            _ => self.mem.words[at..at + slots as usize].fill(0),
        }
        Ok(())
    }
}
