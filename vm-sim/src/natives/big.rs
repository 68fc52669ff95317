//! math/big: arithmetic on numbers without sign. A number is its bytes, the highest first and not zero.

use super::{Call, NativeFn};
use crate::pure::big;
use crate::trap::{Res, broken};

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("math/big", "add", |c| two(c, big::add)),
    ("math/big", "sub", |c| two(c, big::sub)),
    ("math/big", "mul", |c| two(c, big::mul)),
    ("math/big", "div", |c| two(c, big::div)),
    ("math/big", "mod", |c| two(c, big::rem)),
    ("math/big", "gcd", |c| two(c, big::gcd)),
    ("math/big", "pow", |c| {
        let (x, n) = (c.str(), c.int());
        let n = usize::try_from(n).unwrap_or(0);
        c.m.mem.room((x.len() as u64).saturating_mul(n as u64))?;
        c.ret_str(&big::pow(&x, n))
    }),
    ("math/big", "modPow", |c| {
        let (x, y, m) = (c.str(), c.str(), c.str());
        answer(c, big::mod_pow(&x, &y, &m))
    }),
    ("math/big", "sqrt", |c| {
        let x = c.str();
        c.ret_str(&big::sqrt(&x))
    }),
    ("math/big", "shl", |c| {
        let (x, n) = (c.str(), c.int());
        let n = usize::try_from(n).unwrap_or(0);
        c.m.mem.room(n as u64 / 8)?;
        c.ret_str(&big::shl(&x, n))
    }),
    ("math/big", "shr", |c| {
        let (x, n) = (c.str(), c.int());
        c.ret_str(&big::shr(&x, usize::try_from(n).unwrap_or(0)))
    }),
    ("math/big", "bitop", |c| {
        let (op, x, y) = (c.word(), c.str(), c.str());
        c.ret_str(&big::bitop(op, &x, &y))
    }),
    ("math/big", "text", |c| {
        let (x, base) = (c.str(), c.int());
        answer(c, big::text(&x, base))
    }),
    ("math/big", "parse", |c| {
        let (s, base) = (c.str(), c.int());
        answer(c, big::parse(&s, base))
    }),
];

fn two(c: &mut Call, f: fn(&[u8], &[u8]) -> Option<Vec<u8>>) -> Res<()> {
    let (x, y) = (c.str(), c.str());
    answer(c, f(&x, &y))
}

fn answer(c: &mut Call, bytes: Option<Vec<u8>>) -> Res<()> {
    match bytes {
        Some(bytes) => c.ret_str(&bytes),
        None => broken("math/big: an operation without result"),
    }
}
