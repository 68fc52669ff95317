//! The natives of `std/`: functions without a Go body, by package and name. Their prices stand with their declarations and are charged before they run.

mod big;
mod chain;
pub mod fmt;
mod hash;
mod math;
mod number;
mod reflect;
pub mod regexp;
mod testing;
mod text;
pub(crate) mod tree;
mod unicode;
mod value;

use std::sync::LazyLock;

use amigos_std::Count;
use rustc_hash::FxHashMap;

use crate::compare::{iface_type, payload};
use crate::image::{Func, Image, Need};
use crate::machine::Machine;
use crate::memory::handle;
use crate::pure::{float, quote, scan};
use crate::trap::{Res, Trap};
use crate::types::{Kind, TypeId};

/// A native: arguments are taken from the call, results put into it.
pub type NativeFn = fn(&mut Call) -> Res<()>;

/// A call of a native.
pub struct Call<'c, 's> {
    /// The machine.
    pub m: &'c mut Machine<'s>,
    /// The program.
    pub image: &'c Image,
    /// The native.
    pub func: &'c Func,
    /// Its arguments, and later its results.
    regs: &'c mut [u64],
    /// Slots of arguments taken.
    taken: usize,
    /// Slots of results put.
    put: usize,
}

impl Call<'_, '_> {
    /// The next slot of the arguments.
    pub fn word(&mut self) -> u64 {
        let v = self.regs.get(self.taken).copied().unwrap_or(0);
        self.taken += 1;
        v
    }

    /// The next argument, an `int64` or smaller.
    pub fn int(&mut self) -> i64 {
        self.word() as i64
    }

    /// The next argument, a `float64`.
    pub fn float(&mut self) -> f64 {
        f64::from_bits(self.word())
    }

    /// The next argument, a string.
    pub fn str(&mut self) -> Vec<u8> {
        let (p, len) = (self.word(), self.word());
        self.m.mem.str(p, len).to_vec()
    }

    /// The next argument, a string, as text.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.str()).into_owned()
    }

    /// The next argument, a `[]byte`.
    pub fn bytes(&mut self) -> Res<Vec<u8>> {
        let (p, len, _) = (self.word(), self.word(), self.word());
        self.m.bytes_of(self.image, p, len)
    }

    /// The next argument, an interface value.
    pub fn iface(&mut self) -> [u64; 2] {
        [self.word(), self.word()]
    }

    /// The next argument, a slice.
    pub fn slice(&mut self) -> [u64; 3] {
        [self.word(), self.word(), self.word()]
    }

    /// The next argument, a `[]any`: its values.
    pub fn ifaces(&mut self) -> Res<Vec<[u64; 2]>> {
        let [p, len, _] = self.slice();
        let words = self.m.words_of(self.image, p, len, 2)?;
        Ok(words.chunks(2).map(|c| [c[0], c[1]]).collect())
    }

    /// The next argument, a `[]string`: its values.
    pub fn strs(&mut self) -> Res<Vec<Vec<u8>>> {
        let pairs = self.ifaces()?;
        Ok(pairs.into_iter().map(|[p, len]| self.m.mem.str(p, len).to_vec()).collect())
    }

    /// Puts the next slot of the results.
    pub fn ret(&mut self, v: u64) -> Res<()> {
        if let Some(r) = self.regs.get_mut(self.put) {
            *r = v;
        }
        self.put += 1;
        Ok(())
    }

    /// Puts the next result, a bool.
    pub fn ret_bool(&mut self, v: bool) -> Res<()> {
        self.ret(u64::from(v))
    }

    /// Puts the next result, a `float64`.
    pub fn ret_float(&mut self, v: f64) -> Res<()> {
        self.ret(crate::interp::canonical(v))
    }

    /// Puts the next result, a string.
    pub fn ret_str(&mut self, text: &[u8]) -> Res<()> {
        let [p, len] = self.m.make_str(text)?;
        self.ret(p)?;
        self.ret(len)
    }

    /// Puts the next result, slots.
    pub fn ret_words(&mut self, words: &[u64]) -> Res<()> {
        words.iter().try_for_each(|w| self.ret(*w))
    }
}

type Table = FxHashMap<(&'static str, &'static str), NativeFn>;

type List = &'static [(&'static str, &'static str, NativeFn)];

/// All natives: package path, full name, and the function.
const LISTS: [List; 13] = [
    hash::NATIVES,
    value::NATIVES,
    big::NATIVES,
    chain::NATIVES,
    math::NATIVES,
    number::NATIVES,
    reflect::NATIVES,
    regexp::NATIVES,
    testing::NATIVES,
    text::NATIVES,
    tree::NATIVES,
    unicode::NATIVES,
    fmt::NATIVES,
];

static TABLE: LazyLock<Table> = LazyLock::new(|| LISTS.iter().copied().flatten().map(|(pkg, name, f)| ((*pkg, *name), *f)).collect());

/// The native of a function: package path, and name (`T.M` of a method).
pub fn find(pkg: &str, name: &str) -> Option<NativeFn> {
    TABLE.get(&(pkg, name)).copied()
}

static PRICES: LazyLock<FxHashMap<(&'static str, String), &'static amigos_std::Native>> =
    LazyLock::new(|| amigos_std::natives().iter().map(|n| ((n.package, n.full_name()), n)).collect());

/// The price of a native.
pub fn price(pkg: &str, name: &str) -> Option<&'static amigos_std::Native> {
    PRICES.iter().find(|((p, n), _)| *p == pkg && n == name).map(|(_, n)| *n)
}

/// Runs a native whose arguments lie at the start of `regs`; results take their place.
pub fn run(m: &mut Machine, image: &Image, func: &Func, native: NativeFn, regs: &mut [u64]) -> Res<()> {
    let before = m.gas;
    charge(m, image, func, regs)?;
    let mut call = Call { m, image, func, regs, taken: 0, put: 0 };
    let result = native(&mut call);
    if let Err(t) = &result
        && let Trap::Need(Need::Implements(t, i)) = **t
    {
        // what was charged and read meanwhile must not count twice
        m.gas = before;
        return Err(Need::ImplementsAgain(t, i).into());
    }
    result
}

/// Charges a native's price.
fn charge(m: &mut Machine, image: &Image, func: &Func, regs: &[u64]) -> Res<()> {
    let crate::image::Source::Native(_, _, Some(native)) = &func.source else { return m.charge(50) };
    let mut gas = native.base;
    for unit in &native.units {
        let Some((slots, ty)) = argument(image, func, regs, unit.parameter) else { continue };
        let n = match unit.count {
            Count::Len => slots.get(1).copied().unwrap_or(0),
            Count::Value => (slots.first().copied().unwrap_or(0) as i64).max(0) as u64,
            Count::Walk => {
                let limit = m.gas.saturating_mul(native.den).saturating_add(1);
                let mut n = 0;
                match image.types.get(ty).kind {
                    // operands are visited each for itself: what pointers among them point to counts
                    Kind::Slice(elem) => {
                        n += 1;
                        let stride = image.types.get(elem).slots;
                        let (p, len) = (slots.first().copied().unwrap_or(0), slots.get(1).copied().unwrap_or(0));
                        let (mut few, many);
                        let words = match len.saturating_mul(u64::from(stride)) as usize {
                            count @ 1..=32 => {
                                few = [0; 32];
                                m.load(image, p, 0, count as u32, &mut few, 0)?;
                                &few[..count]
                            }
                            _ => {
                                many = m.words_of(image, p, len, stride)?;
                                &many[..]
                            }
                        };
                        for operand in words.chunks(stride.max(1) as usize) {
                            walk(m, image, elem, operand, 0, &mut n, limit)?;
                        }
                    }
                    _ => walk(m, image, ty, slots, 0, &mut n, limit)?,
                }
                n
            }
        };
        gas = gas.saturating_add(native.variable_gas(n));
    }
    m.charge(gas)
}

/// The slots and type of a parameter.
fn argument<'r>(image: &Image, func: &Func, regs: &'r [u64], index: u32) -> Option<(&'r [u64], TypeId)> {
    let index = index as usize;
    let before: u32 = func.params.get(..index)?.iter().map(|t| image.types.get(*t).slots).sum();
    let ty = *func.params.get(index)?;
    let n = image.types.get(ty).slots;
    Some((regs.get(before as usize..(before + n) as usize)?, ty))
}

/// Elements that a deep visit reads at once.
const RUN: u64 = 256;

/// What a deep visit of a value meets: one for each value and each byte of a string. Pointers are followed where printing follows them: at the top.
fn walk(m: &mut Machine, image: &Image, ty: TypeId, value: &[u64], depth: u32, n: &mut u64, limit: u64) -> Res<()> {
    *n += 1;
    if *n > limit || depth > fmt::MAX_DEPTH {
        return Ok(());
    }
    let word = |i: usize| value.get(i).copied().unwrap_or(0);
    match &image.types.get(ty).kind {
        Kind::Str => *n = n.saturating_add(word(1)),
        Kind::Iface(_) => {
            let t = iface_type(word(0));
            if t != 0 {
                let w = word(1);
                let inner = payload(&m.mem, &image.types, t, &w);
                match (&image.types.get(t).kind, inner) {
                    (Kind::Str, [_, len]) => *n = n.saturating_add(1).saturating_add(*len),
                    (_, []) => walk(m, image, t, &[], depth, n, limit)?,
                    (_, [one]) => walk(m, image, t, &[*one], depth, n, limit)?,
                    (_, more) => {
                        let more = more.to_vec();
                        walk(m, image, t, &more, depth, n, limit)?;
                    }
                }
            }
        }
        Kind::Struct(fields) => {
            for f in fields.iter() {
                let (at, k) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                walk(m, image, f.ty, value.get(at..at + k).unwrap_or(&[]), depth + 1, n, limit)?;
            }
        }
        Kind::Array(elem, _) => {
            let k = image.types.get(*elem).slots.max(1) as usize;
            for v in value.chunks(k) {
                walk(m, image, *elem, v, depth + 1, n, limit)?;
            }
        }
        Kind::Slice(elem) => {
            let (p, len) = (word(0), word(1));
            if image.types.packs(*elem) {
                *n = n.saturating_add(len);
                return Ok(());
            }
            let k = image.types.get(*elem).slots;
            let mut i = 0;
            while i < len && *n <= limit {
                let run = RUN.min(len - i);
                let words = m.words_of(image, p + i * u64::from(k), run, k)?;
                i += run;
                if k == 0 || single(&image.types.get(*elem).kind) {
                    *n = n.saturating_add(run);
                    continue;
                }
                for v in words.chunks(k as usize) {
                    if *n > limit {
                        break;
                    }
                    walk(m, image, *elem, v, depth + 1, n, limit)?;
                }
            }
        }
        Kind::Map(kt, vt) => {
            let h = handle(word(0));
            if h != 0 {
                m.map_ready(image, h)?;
                let live = m.map_mut(h).live as u64;
                *n = n.saturating_add(live);
                if *n > limit {
                    return Ok(());
                }
                m.map_load_all(image, h)?;
                for i in 0..m.map_mut(h).entries.len() {
                    let map = m.map_mut(h);
                    if map.entries[i].flags & crate::maps::ENTRY_LIVE == 0 {
                        continue;
                    }
                    let (k, v) = (map.key(i).to_vec(), map.value(i).to_vec());
                    walk(m, image, *kt, &k, depth + 1, n, limit)?;
                    walk(m, image, *vt, &v, depth + 1, n, limit)?;
                }
            }
        }
        Kind::Ptr(to) if depth == 0 && handle(word(0)) != 0 => {
            let k = image.types.get(*to).slots;
            let mut v = vec![0; k as usize];
            if matches!(image.types.get(*to).kind, Kind::Struct(_) | Kind::Array(..) | Kind::Slice(_) | Kind::Map(..)) {
                m.load(image, word(0), 0, k, &mut v, 0)?;
                walk(m, image, *to, &v, depth + 1, n, limit)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether an element of this kind counts as one, whatever it is.
fn single(kind: &Kind) -> bool {
    matches!(kind, Kind::Bool | Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) | Kind::Complex(_) | Kind::Ptr(_) | Kind::Func | Kind::Other)
}

/// Go's size of a type in bytes, and whether it holds pointers: what append's growth is computed from.
pub fn go_size(image: &Image, ty: TypeId) -> (u64, bool) {
    fn size(image: &Image, ty: TypeId) -> (u64, u64, bool) {
        // size, alignment, pointers
        match &image.types.get(ty).kind {
            Kind::Bool => (1, 1, false),
            Kind::Int(b) | Kind::Uint(b) | Kind::Float(b) => (u64::from(*b) / 8, u64::from(*b) / 8, false),
            Kind::Complex(b) => (u64::from(*b) / 4, u64::from(*b) / 8, false),
            Kind::Str => (16, 8, true),
            Kind::Slice(_) => (24, 8, true),
            Kind::Iface(_) => (16, 8, true),
            Kind::Ptr(_) | Kind::Map(..) | Kind::Func | Kind::Other => (8, 8, true),
            Kind::Array(t, n) => {
                let (s, a, p) = size(image, *t);
                (s.saturating_mul(u64::from(*n)), a, p)
            }
            Kind::Struct(fields) => {
                let (mut at, mut align, mut pointers) = (0u64, 1u64, false);
                let mut last = 1;
                for f in fields.iter() {
                    let (s, a, p) = size(image, f.ty);
                    at = at.next_multiple_of(a.max(1)).saturating_add(s);
                    align = align.max(a);
                    pointers |= p;
                    last = s;
                }
                if last == 0 && at > 0 {
                    at += 1;
                }
                (at.next_multiple_of(align), align, pointers)
            }
        }
    }
    let (s, _, p) = size(image, ty);
    (s, p)
}

/// A float as `%v` prints it.
pub fn float_text(f: f64, bits: u8) -> String {
    String::from_utf8(float::format(f, b'g', -1, bits)).unwrap_or_default()
}

/// Text as a Go string literal.
pub fn quote_text(text: &str) -> String {
    String::from_utf8(quote::quote(text.as_bytes(), quote::Plain::Printable)).unwrap_or_default()
}

/// The text of a Go string or character literal.
pub fn unquote_literal(literal: &str) -> Option<Vec<u8>> {
    quote::unquote(literal.as_bytes())
}

/// A float that a text holds.
pub fn read_float(text: &str, bits: u64) -> Option<f64> {
    scan::parse_float(text.as_bytes(), if bits == 32 { 32 } else { 64 }).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_native_of_the_library_is_there_once_and_no_other() {
        let declared: BTreeSet<_> = amigos_std::natives().iter().map(|n| (n.package, n.full_name())).collect();
        let mut there = BTreeSet::new();
        for (pkg, name, _) in super::LISTS.iter().copied().flatten() {
            assert!(there.insert((*pkg, (*name).to_owned())), "{pkg}.{name} is there twice");
        }
        let missing: Vec<_> = declared.difference(&there).collect();
        let unknown: Vec<_> = there.difference(&declared).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "missing: {missing:?}\nnot declared: {unknown:?}");
    }
}
