//! Equality and hashing of values, as `==` and maps need them.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use crate::memory::{Mem, handle};
use crate::types::{Kind, Plain, TypeId, TypeTable};

/// Why values cannot be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Uncomparable {
    /// The type has no `==`.
    Type(TypeId),
    /// Interface values nest too deeply.
    Depth,
}

/// How deep interface values may nest where they are compared, stored or shown.
pub const MAX_NESTING: u32 = 500;

/// The type of an interface value; 0 for nil.
pub const fn iface_type(word: u64) -> TypeId {
    word as u32
}
/// The package that made an interface or function value.
pub const fn iface_maker(word: u64) -> u16 {
    (word >> 32) as u16
}
/// The first word of an interface value.
pub const fn iface_word(ty: TypeId, maker: u16) -> u64 {
    ty as u64 | (maker as u64) << 32
}

/// The slots of the concrete value in an interface value.
pub fn payload<'m>(mem: &'m Mem, types: &TypeTable, ty: TypeId, word: &'m u64) -> &'m [u64] {
    match types.get(ty).slots {
        0 => &[],
        1 => std::slice::from_ref(word),
        n => mem.slots(handle(*word), 0, n),
    }
}

/// `a == b` of two values of one type.
pub fn equal(mem: &Mem, types: &TypeTable, ty: TypeId, a: &[u64], b: &[u64]) -> Result<bool, Uncomparable> {
    equal_at(mem, types, ty, a, b, 0)
}

fn equal_at(mem: &Mem, types: &TypeTable, ty: TypeId, a: &[u64], b: &[u64], depth: u32) -> Result<bool, Uncomparable> {
    if depth > MAX_NESTING {
        return Err(Uncomparable::Depth);
    }
    let rt = types.get(ty);
    match rt.plain {
        Plain::Words => return Ok(a == b),
        Plain::Str => return Ok(equal_str(mem, a, b)),
        Plain::Mixed => {}
    }
    match &rt.kind {
        Kind::Float(bits) => Ok(equal_float(*bits, word(a, 0), word(b, 0))),
        Kind::Complex(bits) => Ok((0..2).all(|i| equal_float(*bits, word(a, i), word(b, i)))),
        Kind::Iface(_) => {
            let (t, u) = (iface_type(word(a, 0)), iface_type(word(b, 0)));
            if t != u {
                return Ok(false);
            }
            if t == 0 {
                return Ok(true);
            }
            if !types.get(t).comparable {
                return Err(Uncomparable::Type(t));
            }
            let (x, y) = (word(a, 1), word(b, 1));
            equal_at(mem, types, t, payload(mem, types, t, &x), payload(mem, types, t, &y), depth + 1)
        }
        Kind::Struct(fields) => {
            for f in fields.iter().filter(|f| !f.name.is_blank()) {
                let n = types.get(f.ty).slots as usize;
                let at = f.offset as usize;
                let (Some(x), Some(y)) = (a.get(at..at + n), b.get(at..at + n)) else { return Ok(false) };
                if !equal_at(mem, types, f.ty, x, y, depth + 1)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Kind::Array(elem, _) => {
            let n = types.get(*elem).slots.max(1) as usize;
            for (x, y) in a.chunks(n).zip(b.chunks(n)) {
                if !equal_at(mem, types, *elem, x, y, depth + 1)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        // only compared with nil
        Kind::Slice(_) | Kind::Map(..) | Kind::Func => Ok(word(a, 0) == word(b, 0)),
        _ => Ok(a == b),
    }
}

fn word(s: &[u64], i: usize) -> u64 {
    s.get(i).copied().unwrap_or(0)
}

/// Whether two strings are equal.
pub fn equal_str(mem: &Mem, a: &[u64], b: &[u64]) -> bool {
    let (n, m) = (word(a, 1), word(b, 1));
    n == m && (word(a, 0) == word(b, 0) || mem.str(word(a, 0), n) == mem.str(word(b, 0), m))
}

fn equal_float(bits: u8, a: u64, b: u64) -> bool {
    if bits == 32 { f32::from_bits(a as u32) == f32::from_bits(b as u32) } else { f64::from_bits(a) == f64::from_bits(b) }
}

/// Secret of this process: results don't depend on hashes, so that nobody needs to be able to predict them.
fn secret() -> u64 {
    static SECRET: OnceLock<u64> = OnceLock::new();
    *SECRET.get_or_init(|| RandomState::new().hash_one(0x616d_6967_6f73_u64) | 1)
}

fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ secret());
    (wide as u64) ^ (wide >> 64) as u64
}

fn hash_bytes(seed: u64, bytes: &[u8]) -> u64 {
    let mut h = mix(seed, bytes.len() as u64);
    let (chunks, rest) = bytes.as_chunks::<8>();
    for c in chunks {
        h = mix(h, u64::from_le_bytes(*c));
    }
    if !rest.is_empty() {
        let mut last = [0u8; 8];
        last[..rest.len()].copy_from_slice(rest);
        h = mix(h, u64::from_le_bytes(last));
    }
    h
}

/// The hash of a value: equal values have equal hashes within this process.
pub fn hash(mem: &Mem, types: &TypeTable, ty: TypeId, a: &[u64]) -> Result<u32, Uncomparable> {
    hash_into(mem, types, ty, a, 1, 0).map(|h| (h ^ (h >> 32)) as u32)
}

fn hash_into(mem: &Mem, types: &TypeTable, ty: TypeId, a: &[u64], seed: u64, depth: u32) -> Result<u64, Uncomparable> {
    if depth > MAX_NESTING {
        return Err(Uncomparable::Depth);
    }
    let rt = types.get(ty);
    match rt.plain {
        Plain::Words => return Ok(a.iter().fold(seed, |h, w| mix(h, *w))),
        Plain::Str => return Ok(hash_bytes(seed, mem.str(word(a, 0), word(a, 1)))),
        Plain::Mixed => {}
    }
    Ok(match &rt.kind {
        // -0 equals 0; a NaN equals nothing and may hash as it likes
        Kind::Float(32) => mix(seed, u64::from((f32::from_bits(word(a, 0) as u32) + 0.0).to_bits())),
        Kind::Float(_) => mix(seed, (f64::from_bits(word(a, 0)) + 0.0).to_bits()),
        Kind::Complex(32) => a.iter().fold(seed, |h, w| mix(h, u64::from((f32::from_bits(*w as u32) + 0.0).to_bits()))),
        Kind::Complex(_) => a.iter().fold(seed, |h, w| mix(h, (f64::from_bits(*w) + 0.0).to_bits())),
        Kind::Iface(_) => {
            let t = iface_type(word(a, 0));
            if t == 0 {
                return Ok(mix(seed, 0));
            }
            if !types.get(t).comparable {
                return Err(Uncomparable::Type(t));
            }
            let x = word(a, 1);
            hash_into(mem, types, t, payload(mem, types, t, &x), mix(seed, u64::from(t)), depth + 1)?
        }
        Kind::Struct(fields) => {
            let mut h = seed;
            for f in fields.iter().filter(|f| !f.name.is_blank()) {
                let (n, at) = (types.get(f.ty).slots as usize, f.offset as usize);
                h = hash_into(mem, types, f.ty, a.get(at..at + n).unwrap_or(&[]), h, depth + 1)?;
            }
            h
        }
        Kind::Array(elem, _) => {
            let n = types.get(*elem).slots.max(1) as usize;
            let mut h = seed;
            for x in a.chunks(n) {
                h = hash_into(mem, types, *elem, x, h, depth + 1)?;
            }
            h
        }
        Kind::Slice(_) | Kind::Map(..) | Kind::Func => return Err(Uncomparable::Type(ty)),
        _ => a.iter().fold(seed, |h, w| mix(h, *w)),
    })
}
