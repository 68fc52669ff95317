//! math: the functions of [`crate::pure::math`], by name.

use super::{Call, NativeFn};
use crate::pure::math as of;
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
    ("math", "Sqrt", |c| one(c, of::sqrt)),
    ("math", "Cbrt", |c| one(c, of::cbrt)),
    ("math", "Floor", |c| one(c, of::floor)),
    ("math", "Ceil", |c| one(c, of::ceil)),
    ("math", "Trunc", |c| one(c, of::trunc)),
    ("math", "Round", |c| one(c, of::round)),
    ("math", "RoundToEven", |c| one(c, of::round_to_even)),
    ("math", "Exp", |c| one(c, of::exp)),
    ("math", "Exp2", |c| one(c, of::exp2)),
    ("math", "Expm1", |c| one(c, of::expm1)),
    ("math", "Log", |c| one(c, of::log)),
    ("math", "Log2", |c| one(c, of::log2)),
    ("math", "Log10", |c| one(c, of::log10)),
    ("math", "Log1p", |c| one(c, of::log1p)),
    ("math", "Sin", |c| one(c, of::sin)),
    ("math", "Cos", |c| one(c, of::cos)),
    ("math", "Tan", |c| one(c, of::tan)),
    ("math", "Asin", |c| one(c, of::asin)),
    ("math", "Acos", |c| one(c, of::acos)),
    ("math", "Atan", |c| one(c, of::atan)),
    ("math", "Sinh", |c| one(c, of::sinh)),
    ("math", "Cosh", |c| one(c, of::cosh)),
    ("math", "Tanh", |c| one(c, of::tanh)),
    ("math", "Pow", |c| two(c, of::pow)),
    ("math", "Mod", |c| two(c, of::fmod)),
    ("math", "Remainder", |c| two(c, of::remainder)),
    ("math", "Atan2", |c| two(c, of::atan2)),
    ("math", "Hypot", |c| two(c, of::hypot)),
    ("math", "Ldexp", |c| {
        let (frac, exp) = (c.float(), c.int());
        c.ret_float(of::ldexp(frac, exp))
    }),
];
