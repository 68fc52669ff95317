//! Strings and their conversions.

use crate::code::{Arith, Reg};
use crate::image::Image;
use crate::machine::Machine;
use crate::memory::pointer;
use crate::trap::Res;
use crate::types::TypeId;
use amigos_mir::gas;

/// The code point at the start of some bytes, and its width; an invalid byte is U+FFFD of width 1.
pub fn decode_rune(bytes: &[u8]) -> (u32, u32) {
    const BAD: (u32, u32) = (0xfffd, 1);
    let Some(first) = bytes.first() else { return (0xfffd, 0) };
    let n = match first {
        0..0x80 => return (u32::from(*first), 1),
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return BAD,
    };
    let Some(head) = bytes.get(..n) else { return BAD };
    match std::str::from_utf8(head) {
        Ok(s) => s.chars().next().map_or(BAD, |c| (c as u32, n as u32)),
        Err(_) => BAD,
    }
}

/// A code point as UTF-8; U+FFFD if it is none.
pub fn encode_rune(rune: u64, out: &mut Vec<u8>) {
    let c = u32::try_from(rune).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

impl Machine<'_> {
    /// A new string, its bytes charged.
    pub fn make_str(&mut self, text: &[u8]) -> Res<[u64; 2]> {
        self.charge(gas::ALLOC.of(text.len() as u64))?;
        let (p, len) = self.mem.new_str(text)?;
        Ok([p, len])
    }

    pub(super) fn concat(&mut self, regs: &mut [u64], d: Reg, parts: &[Reg]) -> Res<()> {
        let total: u64 = parts.iter().map(|p| regs[*p as usize + 1]).fold(0, u64::saturating_add);
        self.charge(gas::BYTES.of(total).saturating_add(gas::ALLOC.of(total)))?;
        self.mem.room(total)?;
        let filled: Vec<Reg> = parts.iter().copied().filter(|p| regs[*p as usize + 1] > 0).collect();
        let (p, len) = match &filled[..] {
            [] => (0, 0),
            [one] => (regs[*one as usize], regs[*one as usize + 1]),
            [first, rest @ ..] => {
                let (p, n) = (regs[*first as usize], regs[*first as usize + 1]);
                // a string at the end of the arena grows in place: nothing lies behind it, and what it shares with others stays as it is
                let start = if p + n == self.mem.bytes.len() as u64 {
                    p
                } else {
                    let start = self.mem.bytes.len() as u64;
                    self.mem.bytes.extend_from_within(p as usize..(p + n) as usize);
                    start
                };
                for r in rest {
                    let (p, n) = (regs[*r as usize] as usize, regs[*r as usize + 1] as usize);
                    self.mem.bytes.extend_from_within(p..p + n);
                }
                (start, total)
            }
        };
        regs[d as usize] = p;
        regs[d as usize + 1] = len;
        Ok(())
    }

    /// Whether two strings are the same.
    #[inline]
    pub(crate) fn same_text(&mut self, x: [u64; 2], y: [u64; 2]) -> Res<bool> {
        if x[1] != y[1] || x[0] == y[0] {
            return Ok(x[1] == y[1]);
        }
        self.charge(gas::BYTES.of(x[1]))?;
        Ok(self.mem.str(x[0], x[1]) == self.mem.str(y[0], y[1]))
    }

    pub(super) fn compare_str(&mut self, regs: &[u64], a: Reg, b: Reg, op: Arith) -> Res<bool> {
        let (x, y) = ((regs[a as usize], regs[a as usize + 1]), (regs[b as usize], regs[b as usize + 1]));
        self.charge(gas::BYTES.of(x.1.min(y.1)))?;
        let order = self.mem.str(x.0, x.1).cmp(self.mem.str(y.0, y.1));
        Ok(match op {
            Arith::Lt => order.is_lt(),
            Arith::Le => order.is_le(),
            Arith::Eq => order.is_eq(),
            _ => order.is_ne(),
        })
    }

    /// The bytes of a `[]byte`.
    pub fn bytes_of(&mut self, image: &Image, p: u64, len: u64) -> Res<Vec<u8>> {
        let (h, off) = (crate::memory::handle(p), crate::memory::offset(p));
        if h == 0 || len == 0 {
            return Ok(Vec::new());
        }
        self.ready(image, h, off, len as u32)?;
        let o = *self.mem.obj(h);
        let (from, to) = ((o.start + off) as usize, (o.start + off) as usize + len as usize);
        if u64::from(off) + len > u64::from(o.len) {
            return crate::trap::broken("a slice outside its object");
        }
        Ok(match o.kind {
            crate::memory::ObjKind::Bytes => self.mem.bytes[from..to].to_vec(),
            _ => self.mem.words[from..to].iter().map(|w| *w as u8).collect(),
        })
    }

    /// A new `[]byte`, its bytes charged.
    pub fn make_bytes(&mut self, elem: TypeId, bytes: &[u8]) -> Res<[u64; 3]> {
        let n = bytes.len() as u64;
        self.charge(gas::ALLOC.of(n))?;
        let h = self.mem.new_bytes(elem, bytes.len() as u32)?;
        let at = self.mem.obj(h).start as usize;
        self.mem.bytes[at..at + bytes.len()].copy_from_slice(bytes);
        Ok([pointer(h, 0), n, n])
    }

    /// A new slice of one-slot elements.
    pub fn make_words(&mut self, elem: TypeId, words: &[u64]) -> Res<[u64; 3]> {
        let n = words.len() as u64;
        self.charge(gas::ALLOC.of(n * 8))?;
        let h = self.mem.new_words(elem, words.len() as u32)?;
        let at = self.mem.obj(h).start as usize;
        self.mem.words[at..at + words.len()].copy_from_slice(words);
        Ok([pointer(h, 0), n, n])
    }

    /// The slots of a slice's elements.
    pub fn words_of(&mut self, image: &Image, p: u64, len: u64, stride: u32) -> Res<Vec<u64>> {
        let n = (len * u64::from(stride)) as u32;
        let mut out = vec![0; n as usize];
        if n > 0 {
            self.load(image, p, 0, n, &mut out, 0)?;
        }
        Ok(out)
    }
}
