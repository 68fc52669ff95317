//! Numbers: floats of 32 bits, complex numbers, conversions.

use crate::code::{Arith, Num};

/// `a << b`
#[inline(always)]
pub fn shl(a: u64, b: u64) -> u64 {
    if b < 64 { a << b } else { 0 }
}

/// `a >> b` of signed numbers.
#[inline(always)]
pub fn shr_s(a: u64, b: u64) -> u64 {
    (a as i64 >> b.min(63)) as u64
}

/// `a >> b` of unsigned numbers.
#[inline(always)]
pub fn shr_u(a: u64, b: u64) -> u64 {
    if b < 64 { a >> b } else { 0 }
}

/// The bits of a float; there is one NaN.
#[inline(always)]
pub fn canonical(f: f64) -> u64 {
    if f.is_nan() { 0x7ff8_0000_0000_0001 } else { f.to_bits() }
}

/// The bits of a float of 32 bits in a slot; there is one NaN.
pub fn canonical32(f: f32) -> u64 {
    if f.is_nan() { 0x7fc0_0000 } else { u64::from(f.to_bits()) }
}

/// An operation on floats of 32 bits.
pub fn arith32(op: Arith, a: u64, b: u64) -> u64 {
    let (x, y) = (f32::from_bits(a as u32), f32::from_bits(b as u32));
    match op {
        Arith::Add => canonical32(x + y),
        Arith::Sub => canonical32(x - y),
        Arith::Mul => canonical32(x * y),
        Arith::Div => canonical32(x / y),
        Arith::Lt => u64::from(x < y),
        Arith::Le => u64::from(x <= y),
        Arith::Eq => u64::from(x == y),
        Arith::Ne => u64::from(x != y),
    }
}

/// The value of a float slot of the given size.
pub fn float(bits: u8, v: u64) -> f64 {
    if bits == 32 { f64::from(f32::from_bits(v as u32)) } else { f64::from_bits(v) }
}

/// A float as a slot of the given size.
pub fn slot(bits: u8, f: f64) -> u64 {
    if bits == 32 { canonical32(f as f32) } else { canonical(f) }
}

/// An operation on complex numbers; comparisons yield their answer in the first word.
pub fn complex(op: Arith, bits: u8, a: [u64; 2], b: [u64; 2]) -> [u64; 2] {
    let (ar, ai, br, bi) = (float(bits, a[0]), float(bits, a[1]), float(bits, b[0]), float(bits, b[1]));
    let make = |re: f64, im: f64| [slot(bits, re), slot(bits, im)];
    match op {
        Arith::Add => make(ar + br, ai + bi),
        Arith::Sub => make(ar - br, ai - bi),
        Arith::Mul => make(ar * br - ai * bi, ar * bi + ai * br),
        Arith::Div => {
            let (re, im) = divide(ar, ai, br, bi);
            make(re, im)
        }
        Arith::Eq => [u64::from(ar == br && ai == bi), 0],
        _ => [u64::from(!(ar == br && ai == bi)), 0],
    }
}

/// Complex division that treats infinities and NaN as C99's annex G and Go do.
fn divide(ar: f64, ai: f64, br: f64, bi: f64) -> (f64, f64) {
    let nan = |r: f64, i: f64| r.is_nan() || i.is_nan();
    let inf = |r: f64, i: f64| r.is_infinite() || i.is_infinite();
    let (mut e, mut f);
    if br.abs() >= bi.abs() {
        let ratio = bi / br;
        let denom = br + ratio * bi;
        e = (ar + ai * ratio) / denom;
        f = (ai - ar * ratio) / denom;
    } else {
        let ratio = br / bi;
        let denom = bi + ratio * br;
        e = (ar * ratio + ai) / denom;
        f = (ai * ratio - ar) / denom;
    }
    if e.is_nan() && f.is_nan() {
        let sign = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
        if br == 0.0 && bi == 0.0 && (!ar.is_nan() || !ai.is_nan()) {
            let i = f64::INFINITY.copysign(br);
            (e, f) = (i * ar, i * ai);
        } else if inf(ar, ai) && !inf(br, bi) && !nan(br, bi) {
            let (a, b) = (sign(ar), sign(ai));
            e = f64::INFINITY * (a * br + b * bi);
            f = f64::INFINITY * (b * br - a * bi);
        } else if inf(br, bi) && !inf(ar, ai) && !nan(ar, ai) {
            let (c, d) = (sign(br), sign(bi));
            e = 0.0 * (ar * c + ai * d);
            f = 0.0 * (ai * c - ar * d);
        }
    }
    (e, f)
}

/// A float to a signed integer: truncated, saturated, NaN to 0.
fn to_int(f: f64, bits: u8) -> u64 {
    let v = match bits {
        8 => i64::from(f as i8),
        16 => i64::from(f as i16),
        32 => i64::from(f as i32),
        _ => f as i64,
    };
    v as u64
}

fn to_uint(f: f64, bits: u8) -> u64 {
    match bits {
        8 => u64::from(f as u8),
        16 => u64::from(f as u16),
        32 => u64::from(f as u32),
        _ => f as u64,
    }
}

/// A number of one type as one of another.
pub fn convert(v: [u64; 2], from: Num, to: Num) -> [u64; 2] {
    let one = |w: u64| [w, 0];
    match (from, to) {
        (Num::C(f), Num::C(t)) => [slot(t, float(f, v[0])), slot(t, float(f, v[1]))],
        (Num::F(f), Num::C(t)) => [slot(t, float(f, v[0])), 0],
        (Num::I(_), Num::C(t)) => [slot(t, v[0] as i64 as f64), 0],
        (Num::U(_), Num::C(t)) => [slot(t, v[0] as f64), 0],
        (Num::I(_), Num::F(32)) => one(canonical32(v[0] as i64 as f32)),
        (Num::U(_), Num::F(32)) => one(canonical32(v[0] as f32)),
        (Num::I(_), Num::F(_)) => one(canonical(v[0] as i64 as f64)),
        (Num::U(_), Num::F(_)) => one(canonical(v[0] as f64)),
        (Num::F(f), Num::F(t)) => one(slot(t, float(f, v[0]))),
        (Num::F(f), Num::I(t)) => one(to_int(float(f, v[0]), t)),
        (Num::F(f), Num::U(t)) => one(to_uint(float(f, v[0]), t)),
        (_, Num::I(t)) => one(wrap(v[0], t, true)),
        (_, Num::U(t)) => one(wrap(v[0], t, false)),
        _ => v,
    }
}

/// An integer brought into the range of a type.
pub fn wrap(v: u64, bits: u8, signed: bool) -> u64 {
    match (bits, signed) {
        (8, true) => i64::from(v as i8) as u64,
        (16, true) => i64::from(v as i16) as u64,
        (32, true) => i64::from(v as i32) as u64,
        (8, false) => u64::from(v as u8),
        (16, false) => u64::from(v as u16),
        (32, false) => u64::from(v as u32),
        _ => v,
    }
}

/// The smaller or larger of two floats as Go's `min` and `max` have it: a NaN wins, -0 is less than 0.
pub fn min_max(max: bool, x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 && y == 0.0 {
        return if x.is_sign_negative() != max { x } else { y };
    }
    if (x < y) != max { x } else { y }
}
