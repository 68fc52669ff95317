//! Numbers of any size without sign, as bytes, the highest first and not zero.

use dashu_base::{BitTest, Gcd, SquareRoot};
use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;

fn read(bytes: &[u8]) -> UBig {
    UBig::from_be_bytes(bytes)
}

fn write(n: &UBig) -> Vec<u8> {
    let bytes = n.to_be_bytes();
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    bytes[zeros..].to_vec()
}

/// `x + y`
pub fn add(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    Some(write(&(read(x) + read(y))))
}

/// `x - y`; none if that is negative.
pub fn sub(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let (x, y) = (read(x), read(y));
    (x >= y).then(|| write(&(x - y)))
}

/// `x * y`
pub fn mul(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    Some(write(&(read(x) * read(y))))
}

/// `x / y`; none if `y` is zero.
pub fn div(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let y = read(y);
    (!y.is_zero()).then(|| write(&(read(x) / y)))
}

/// `x % y`; none if `y` is zero.
pub fn rem(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let y = read(y);
    (!y.is_zero()).then(|| write(&(read(x) % y)))
}

/// The greatest common divisor; of zero and a number that number.
pub fn gcd(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let (x, y) = (read(x), read(y));
    if x.is_zero() || y.is_zero() {
        return Some(write(&(x + y)));
    }
    Some(write(&x.gcd(y)))
}

/// `x` to the power of `n`.
pub fn pow(x: &[u8], n: usize) -> Vec<u8> {
    write(&read(x).pow(n))
}

/// `x` to the power of `y` modulo `m`; none if `m` is zero.
pub fn mod_pow(x: &[u8], y: &[u8], m: &[u8]) -> Option<Vec<u8>> {
    let m = read(m);
    if m.is_zero() {
        return None;
    }
    if m.is_one() {
        return Some(Vec::new());
    }
    let ring = ConstDivisor::new(m);
    Some(write(&ring.reduce(read(x)).pow(&read(y)).residue()))
}

/// The square root, rounded down.
pub fn sqrt(x: &[u8]) -> Vec<u8> {
    write(&read(x).sqrt())
}

/// `x << n`
pub fn shl(x: &[u8], n: usize) -> Vec<u8> {
    write(&(read(x) << n))
}

/// `x >> n`
pub fn shr(x: &[u8], n: usize) -> Vec<u8> {
    let x = read(x);
    if n >= x.bit_len() { Vec::new() } else { write(&(x >> n)) }
}

/// `x & y`, `x | y`, `x ^ y`, or `x &^ y`.
pub fn bitop(op: u64, x: &[u8], y: &[u8]) -> Vec<u8> {
    let (x, y) = (read(x), read(y));
    write(&match op {
        0 => x & y,
        1 => x | y,
        2 => x ^ y,
        _ => {
            let both = x.clone() & y;
            x - both
        }
    })
}

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The digits in a base from 2 to 62; none in others.
pub fn text(x: &[u8], base: i64) -> Option<Vec<u8>> {
    let n = read(x);
    let base = u32::try_from(base).ok().filter(|b| (2..=62).contains(b))?;
    if base <= 36 {
        return Some(n.in_radix(base as u8).to_string().into_bytes());
    }
    let (mut n, base) = (n, UBig::from(base));
    let mut out = Vec::new();
    while !n.is_zero() || out.is_empty() {
        let digit = usize::try_from(&n % &base).ok()?;
        out.push(*DIGITS.get(digit)?);
        n /= &base;
    }
    out.reverse();
    Some(out)
}

/// The number that digits are; none if one of them is none.
pub fn parse(s: &[u8], base: i64) -> Option<Vec<u8>> {
    let base = u32::try_from(base).ok().filter(|b| (2..=62).contains(b))?;
    if base <= 36 {
        return Some(write(&UBig::from_str_radix(std::str::from_utf8(s).ok()?, base).ok()?));
    }
    let mut n = UBig::ZERO;
    for c in s {
        let digit = DIGITS.iter().position(|d| d == c).filter(|d| *d < base as usize)?;
        n = n * base + digit;
    }
    Some(write(&n))
}
