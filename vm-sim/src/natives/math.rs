//! math: exact where IEEE 754 is, and else a fixed implementation in software, the same on every machine.

use super::{Call, NativeFn};
use crate::trap::Res;

fn one(c: &mut Call, f: fn(f64) -> f64) -> Res<()> {
    let x = c.float();
    c.ret_float(f(x))
}

fn two(c: &mut Call, f: fn(f64, f64) -> f64) -> Res<()> {
    let (x, y) = (c.float(), c.float());
    c.ret_float(f(x, y))
}

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("math", "Sqrt", |c| one(c, f64::sqrt)),
    ("math", "Floor", |c| one(c, f64::floor)),
    ("math", "Ceil", |c| one(c, f64::ceil)),
    ("math", "Trunc", |c| one(c, f64::trunc)),
    ("math", "Round", |c| one(c, f64::round)),
    ("math", "RoundToEven", |c| one(c, f64::round_ties_even)),
    ("math", "Acos", |c| one(c, libm::acos)),
    ("math", "Asin", |c| one(c, libm::asin)),
    ("math", "Atan", |c| one(c, libm::atan)),
    ("math", "Atan2", |c| two(c, libm::atan2)),
    ("math", "Cbrt", |c| one(c, libm::cbrt)),
    ("math", "Cos", |c| one(c, libm::cos)),
    ("math", "Cosh", |c| one(c, libm::cosh)),
    ("math", "Exp", |c| one(c, libm::exp)),
    ("math", "Exp2", |c| one(c, libm::exp2)),
    ("math", "Expm1", |c| one(c, libm::expm1)),
    ("math", "Hypot", |c| two(c, libm::hypot)),
    ("math", "Log", |c| one(c, libm::log)),
    ("math", "Log10", |c| one(c, libm::log10)),
    ("math", "Log1p", |c| one(c, libm::log1p)),
    ("math", "Log2", |c| one(c, libm::log2)),
    ("math", "Mod", |c| two(c, libm::fmod)),
    ("math", "Pow", |c| two(c, libm::pow)),
    ("math", "Remainder", |c| two(c, libm::remainder)),
    ("math", "Sin", |c| one(c, libm::sin)),
    ("math", "Sinh", |c| one(c, libm::sinh)),
    ("math", "Tan", |c| one(c, libm::tan)),
    ("math", "Tanh", |c| one(c, libm::tanh)),
    ("math", "Ldexp", |c| {
        let (f, e) = (c.float(), c.int());
        c.ret_float(libm::ldexp(f, e.clamp(-5000, 5000) as i32))
    }),
];
