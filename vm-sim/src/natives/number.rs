//! strconv's numbers and the bits of numbers.

use super::NativeFn;
use crate::pure::float;
use crate::pure::scan::{Problem, parse_float};
use crate::trap::runtime;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("strconv", "formatBits", |c| {
        let (n, base) = (c.word(), c.word());
        c.ret_str(&digits(n, base.clamp(2, 36)))
    }),
    ("strconv", "formatFloat", |c| {
        let (f, verb, prec, bits) = (c.float(), c.word() as u8, c.int(), c.word() as u8);
        let text = float::format(f, verb, prec, bits);
        c.ret_str(&text)
    }),
    ("strconv", "parseFloat", |c| {
        let (text, bits) = (c.str(), c.word());
        let (f, status) = match parse_float(&text, if bits == 32 { 32 } else { 64 }) {
            Ok(f) => (f, 0),
            Err(Problem::Syntax) => (0.0, 1),
            Err(Problem::Range(f)) => (f, 2),
        };
        c.ret_float(f)?;
        c.ret(status)
    }),
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

/// The digits of a number in a base from 2 to 36.
fn digits(mut n: u64, base: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        out.push(char::from_digit((n % base) as u32, 36).map_or(b'0', |c| c as u8));
        n /= base;
        if n == 0 {
            break;
        }
    }
    out.reverse();
    out
}
