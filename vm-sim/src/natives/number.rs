//! strconv's numbers and the bits of numbers.

use super::{Call, NativeFn, float};
use crate::trap::{Res, runtime};

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("strconv", "formatBits", |c| {
        let (n, base) = (c.word(), c.word());
        let text = digits(n, base.clamp(2, 36), false);
        c.ret_str(text.as_bytes())
    }),
    ("strconv", "formatFloat", |c| {
        let (f, verb, prec, bits) = (c.float(), c.word() as u8, c.int(), c.word() as u8);
        let text = float::format(f, verb, prec, bits);
        c.ret_str(text.as_bytes())
    }),
    ("strconv", "parseFloat", parse_float),
    ("math", "Float32bits", |c| {
        let v = c.word();
        c.ret(v)
    }),
    ("math", "Float32frombits", |c| {
        let v = f32::from_bits(c.word() as u32);
        c.ret(crate::interp::canonical32(v))
    }),
    ("math", "Float64bits", |c| {
        let v = c.word();
        c.ret(v)
    }),
    ("math", "Float64frombits", |c| {
        let v = c.float();
        c.ret_float(v)
    }),
    ("math/bits", "Mul64", |c| {
        let p = u128::from(c.word()) * u128::from(c.word());
        c.ret((p >> 64) as u64)?;
        c.ret(p as u64)
    }),
    ("math/bits", "div64", |c| {
        let (hi, lo, y) = (c.word(), c.word(), c.word());
        if y == 0 {
            return runtime("integer divide by zero");
        }
        let n = u128::from(hi) << 64 | u128::from(lo);
        let q = n / u128::from(y);
        if q > u128::from(u64::MAX) {
            return runtime("integer overflow");
        }
        c.ret(q as u64)?;
        c.ret((n % u128::from(y)) as u64)
    }),
    ("math/bits", "Len64", |c| {
        let n = 64 - c.word().leading_zeros();
        c.ret(u64::from(n))
    }),
    ("math/bits", "OnesCount64", |c| {
        let n = c.word().count_ones();
        c.ret(u64::from(n))
    }),
    ("math/bits", "Reverse64", |c| {
        let n = c.word().reverse_bits();
        c.ret(n)
    }),
    ("math/bits", "ReverseBytes64", |c| {
        let n = c.word().swap_bytes();
        c.ret(n)
    }),
    ("math/bits", "TrailingZeros64", |c| {
        let n = c.word().trailing_zeros();
        c.ret(u64::from(n))
    }),
];

/// The digits of a number.
pub fn digits(mut n: u64, base: u64, upper: bool) -> String {
    if n == 0 {
        return "0".to_owned();
    }
    let mut out = Vec::new();
    while n > 0 {
        let d = (n % base) as u32;
        let c = char::from_digit(d, 36).unwrap_or('0');
        out.push(if upper { c.to_ascii_uppercase() } else { c } as u8);
        n /= base;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

fn parse_float(c: &mut Call) -> Res<()> {
    let (s, bits) = (c.text(), c.word());
    let (f, status) = match read_float(&s, bits) {
        None => (0.0, 1),
        Some((f, true)) => (f, 2),
        Some((f, false)) => (f, 0),
    };
    c.ret_float(f)?;
    c.ret(status)
}

/// A number and whether it is too large; `None` if the text is none.
pub fn read_float(s: &str, bits: u64) -> Option<(f64, bool)> {
    let (negative, body) = match s.as_bytes().first()? {
        b'+' => (false, &s[1..]),
        b'-' => (true, &s[1..]),
        _ => (false, s),
    };
    let signed = |f: f64| if negative { -f } else { f };
    let lower = body.to_ascii_lowercase();
    if lower == "inf" || lower == "infinity" {
        return Some((signed(f64::INFINITY), false));
    }
    if lower == "nan" {
        return Some((f64::NAN, false));
    }
    if let Some(hex) = lower.strip_prefix("0x") {
        return hex_float(hex, bits).map(|(f, over)| (signed(f), over));
    }
    // underscores are allowed only where the base is read from the text, which floats of base ten are not
    let mut seen = false;
    let mut chars = body.bytes().peekable();
    let mut point = false;
    while let Some(b) = chars.peek() {
        match b {
            b'0'..=b'9' => seen = true,
            b'.' if !point => point = true,
            _ => break,
        }
        chars.next();
    }
    if !seen {
        return None;
    }
    if let Some(e) = chars.next() {
        if !matches!(e, b'e' | b'E') {
            return None;
        }
        if matches!(chars.peek(), Some(b'+' | b'-')) {
            chars.next();
        }
        chars.peek()?;
        if !chars.all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    let f = if bits == 32 { f64::from(body.parse::<f32>().ok()?) } else { body.parse::<f64>().ok()? };
    Some((signed(f), f.is_infinite()))
}

fn hex_float(text: &str, bits: u64) -> Option<(f64, bool)> {
    let (mantissa, exp) = text.split_once('p')?;
    let exp: i64 =
        if exp.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_digit()) && !exp.trim_start_matches(['+', '-']).is_empty() {
            exp.strip_prefix('+').unwrap_or(exp).parse::<i64>().unwrap_or(if exp.starts_with('-') { -1 << 40 } else { 1 << 40 })
        } else {
            return None;
        };
    let mut m = 0u128;
    let mut shift = exp;
    let (mut seen, mut point, mut sticky) = (false, false, false);
    for c in mantissa.chars() {
        if c == '_' {
            continue;
        }
        if c == '.' {
            if point {
                return None;
            }
            point = true;
            continue;
        }
        let d = c.to_digit(16)?;
        seen = true;
        if m >> 100 == 0 {
            m = m << 4 | u128::from(d);
            if point {
                shift -= 4;
            }
        } else {
            sticky |= d != 0;
            if !point {
                shift += 4;
            }
        }
    }
    if !seen {
        return None;
    }
    if m == 0 {
        return Some((0.0, false));
    }
    // round once, to even, at the precision of the result
    let (precision, least, most) = if bits == 32 { (24i64, -149i64, 127i64) } else { (53, -1074, 1023) };
    let length = 128 - i64::from(m.leading_zeros());
    let drop = (length - precision).max(least - shift).max(0);
    let (kept, rest) = if drop >= 128 { (0, m) } else { (m >> drop, m & ((1u128 << drop) - 1)) };
    let half = if drop == 0 || drop > 127 { u128::MAX } else { 1u128 << (drop - 1) };
    let up = drop > 0 && (rest > half || rest == half && (sticky || kept & 1 == 1));
    let kept = kept + u128::from(up);
    let top = 128 - i64::from(kept.leading_zeros()) + shift + drop - 1;
    if kept != 0 && top > most {
        return Some((f64::INFINITY, true));
    }
    Some((libm::ldexp(kept as f64, (shift + drop).clamp(-2000, 2000) as i32), false))
}
