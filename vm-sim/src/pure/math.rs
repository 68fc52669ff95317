//! Functions of floats, as Go's package math has them on amd64, to the bit. What is not exact is computed in software here, never by the processor's or the system's
//! functions, so that all nodes agree: the algorithms are those that Go uses (FreeBSD's msun, Cephes, and for the exponential function SLEEF's).
//!
//! Multiplications and additions are rounded each for itself unless [`fused`] says otherwise.
#![allow(clippy::excessive_precision, reason = "coefficients are written as they were published")]

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LOG2_E, LOG10_E, PI, SQRT_2};

pub use libm::{expm1, fmod};

pub use super::trigonometry::{cos, sin, tan};

/// math.Sqrt; exact.
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// math.Floor; exact.
pub fn floor(x: f64) -> f64 {
    x.floor()
}

/// math.Ceil; exact.
pub fn ceil(x: f64) -> f64 {
    x.ceil()
}

/// math.Trunc; exact.
pub fn trunc(x: f64) -> f64 {
    x.trunc()
}

/// math.Round, halves away from zero; exact.
pub fn round(x: f64) -> f64 {
    x.round()
}

/// math.RoundToEven; exact.
pub fn round_to_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// math.Ldexp: `frac × 2^exp`, rounded once.
pub fn ldexp(frac: f64, exp: i64) -> f64 {
    libm::ldexp(frac, exp.clamp(-5000, 5000) as i32)
}

/// `x × y + z`, rounded once.
fn fused(x: f64, y: f64, z: f64) -> f64 {
    x.mul_add(y, z)
}

/// A polynomial, its highest coefficient first, by Horner's rule.
pub(super) fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// The power of two with this exponent, which must be one of a normal number.
fn power_of_two(exp: i64) -> f64 {
    f64::from_bits(((exp + 1023) as u64) << 52)
}

const LN2_HIGH: f64 = 6.931_471_803_691_238_164_90e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_700_02e-10;

/// math.Remainder; exact.
pub fn remainder(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() || x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    if y.is_infinite() {
        return x;
    }
    let (mut a, y) = (x.abs(), y.abs());
    if y <= f64::MAX / 2.0 {
        a = fmod(a, y + y);
    }
    // half of a tiny number may not be a float
    let beyond = |a: f64, or_equal: bool| {
        let (twice, one) = if y < 2.0 * f64::MIN_POSITIVE { (a + a, y) } else { (a, 0.5 * y) };
        twice > one || or_equal && twice == one
    };
    if beyond(a, false) {
        a -= y;
        if beyond(a, true) {
            a -= y;
        }
    }
    if x.is_sign_negative() { -a } else { a }
}

/// math.Cbrt: a root of a few bits from the float's own, then two steps of Newton's.
pub fn cbrt(x: f64) -> f64 {
    const NORMAL: u64 = 715_094_163;
    const SUBNORMAL: u64 = 696_219_795;
    if x == 0.0 || x.is_nan() || x.is_infinite() {
        return x;
    }
    let a = x.abs();
    let third = |f: f64, shift: u64| f64::from_bits(f.to_bits() / 3 + (shift << 32));
    let rough = if a < f64::MIN_POSITIVE { third(a * 18_014_398_509_481_984.0, SUBNORMAL) } else { third(a, NORMAL) };
    let s = 19.0 / 35.0 + rough * rough / a * rough;
    let better = rough * (5.0 / 14.0 + 45.0 / 28.0 / (s + 99.0 / 70.0 + -864.0 / 1225.0 / s));
    // cut off and rounded up, so that its square is exact
    let t = f64::from_bits((better.to_bits() & (0xf_ffff_fffc << 28)) + (1 << 30));
    let r = a / (t * t);
    (t + t * ((r - t) / (t + t + r))).copysign(x)
}

/// math.Exp.
pub fn exp(x: f64) -> f64 {
    const UPPER: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LOWER: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254_120_68e-12;
    const TAYLOR: [f64; 8] = [
        2.480_158_730_158_730_158_7e-5,
        1.984_126_984_126_984_127e-4,
        1.388_888_888_888_888_888_9e-3,
        8.333_333_333_333_333_333_3e-3,
        4.166_666_666_666_666_666_7e-2,
        1.666_666_666_666_666_666_7e-1,
        0.5,
        1.0,
    ];
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x > 7.097_827_128_933_84e2 {
        return f64::INFINITY;
    }
    if x < -1_000.0 {
        return 0.0;
    }
    let n = (x * LOG2_E).round_ties_even();
    let mut r = fused(-n, UPPER, x);
    r = fused(-n, LOWER, r) * 0.0625;
    let series = TAYLOR[1..].iter().fold(TAYLOR[0], |sum, c| fused(sum, r, *c));
    r *= series;
    for _ in 0..3 {
        r *= r + 2.0;
    }
    r = fused(r + 2.0, r, 1.0);
    match n as i64 {
        n if n >= 1024 => f64::INFINITY,
        n if n > -1023 => r * power_of_two(n),
        n if n >= -1075 => r * power_of_two(n + 1022) * power_of_two(-1022),
        _ => 0.0,
    }
}

/// math.Exp2.
pub fn exp2(x: f64) -> f64 {
    const OVERFLOW: f64 = 1.023_999_999_999_999_9e3;
    const P: [f64; 5] = [
        4.138_136_797_057_238_460_39e-8,
        -1.653_390_220_546_525_153_90e-6,
        6.613_756_321_437_934_361_17e-5,
        -2.777_777_777_701_559_338_42e-3,
        1.666_666_666_666_666_574_15e-1,
    ];
    if x.is_nan() {
        return x;
    }
    if x > OVERFLOW {
        return f64::INFINITY;
    }
    if x < -1074.0 {
        return 0.0;
    }
    let k = (x + 0.5_f64.copysign(x)).trunc();
    let k = if x == 0.0 { 0.0 } else { k };
    let t = x - k;
    let (high, low) = (t * LN2_HIGH, -t * LN2_LOW);
    let r = high - low;
    let square = r * r;
    let c = r - square * polynomial(square, &P);
    let y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    ldexp(y, k as i64)
}

/// math.Log.
pub fn log(x: f64) -> f64 {
    const ODD: [f64; 4] =
        [1.479_819_860_511_658_591e-1, 1.818_357_216_161_805_012e-1, 2.857_142_874_366_239_149e-1, 6.666_666_666_666_735_130e-1];
    const EVEN: [f64; 3] = [1.531_383_769_920_937_332e-1, 2.222_219_843_214_978_396e-1, 3.999_999_999_940_941_908e-1];
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut fraction, mut exponent) = libm::frexp(x);
    if fraction < SQRT_2 / 2.0 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let (f, k) = (fraction - 1.0, f64::from(exponent));
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let rest = s2 * polynomial(s4, &ODD) + s4 * polynomial(s4, &EVEN);
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + rest) + k * LN2_LOW)) - f)
}

/// math.Log1p: the logarithm of `1 + x`, with what that sum cuts off.
pub fn log1p(x: f64) -> f64 {
    const P: [f64; 7] = [
        1.479_819_860_511_658_591e-1,
        1.531_383_769_920_937_332e-1,
        1.818_357_216_161_805_012e-1,
        2.222_219_843_214_978_396e-1,
        2.857_142_874_366_239_149e-1,
        3.999_999_999_940_941_908e-1,
        6.666_666_666_666_735_130e-1,
    ];
    const SQRT_2_LESS_1: f64 = 4.142_135_623_730_950_488_017e-1;
    const HALF_SQRT_2_LESS_1: f64 = -2.928_932_188_134_524_755_992e-1;
    const FRACTION: u64 = (1 << 52) - 1;
    /// The fraction of the root of two.
    const ROOT: u64 = 0x6_a09e_667f_3bcd;
    if x < -1.0 || x.is_nan() {
        return f64::NAN;
    }
    if x == -1.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return x;
    }
    let a = x.abs();
    if a < 1.0 / (1_u64 << 54) as f64 {
        return x;
    }
    if a < 1.0 / (1_u64 << 29) as f64 {
        return x - x * x * 0.5;
    }
    // 1 + x = 2^k × (1 + f), and how far off that sum is
    let (mut k, f, near, low);
    if a < SQRT_2_LESS_1 && x > HALF_SQRT_2_LESS_1 {
        (k, f, near, low) = (0, x, false, 0.0);
    } else {
        let large = a >= 9_007_199_254_740_992.0;
        let u = if large { x } else { 1.0 + x };
        k = (u.to_bits() >> 52) as i64 - 1023;
        low = match (large, k > 0) {
            (true, _) => 0.0,
            (false, true) => (1.0 - (u - x)) / u,
            (false, false) => (x - (u - 1.0)) / u,
        };
        let fraction = u.to_bits() & FRACTION;
        if fraction < ROOT {
            f = f64::from_bits(fraction | 0x3ff << 52) - 1.0;
            near = fraction == 0;
        } else {
            k += 1;
            f = f64::from_bits(fraction | 0x3fe << 52) - 1.0;
            near = ((1 << 52) - fraction) >> 2 == 0;
        }
    }
    let exponent = k as f64;
    let half = 0.5 * f * f;
    if near {
        if f == 0.0 {
            return if k == 0 { 0.0 } else { exponent * LN2_HIGH + (low + exponent * LN2_LOW) };
        }
        let rest = half * (1.0 - 0.666_666_666_666_666_66 * f);
        return if k == 0 { f - rest } else { exponent * LN2_HIGH - ((rest - (exponent * LN2_LOW + low)) - f) };
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let rest = z * polynomial(z, &P);
    if k == 0 {
        return f - (half - s * (half + rest));
    }
    exponent * LN2_HIGH - ((half - (s * (half + rest) + (exponent * LN2_LOW + low))) - f)
}

/// math.Log10.
pub fn log10(x: f64) -> f64 {
    log(x) * LOG10_E
}

/// math.Log2.
pub fn log2(x: f64) -> f64 {
    let (fraction, exponent) = libm::frexp(x);
    if fraction == 0.5 { f64::from(exponent - 1) } else { log(fraction) * LOG2_E + f64::from(exponent) }
}

fn is_odd(x: f64) -> bool {
    x.abs() < 9_007_199_254_740_992.0 && x.fract() == 0.0 && (x as i64) & 1 == 1
}

/// math.Pow.
pub fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        let signed = x.is_sign_negative() && is_odd(y);
        return match (y < 0.0, signed) {
            (true, true) => f64::NEG_INFINITY,
            (true, false) => f64::INFINITY,
            (false, true) => x,
            (false, false) => 0.0,
        };
    }
    if y.is_infinite() {
        return to_infinity(x, y > 0.0);
    }
    if x == f64::NEG_INFINITY {
        return pow(-0.0, -y);
    }
    if x == f64::INFINITY {
        return if y < 0.0 { 0.0 } else { f64::INFINITY };
    }
    if y == 0.5 {
        return sqrt(x);
    }
    if y == -0.5 {
        return 1.0 / sqrt(x);
    }
    let (mut whole, mut part) = (y.abs().trunc(), y.abs().fract());
    if part != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9_223_372_036_854_775_808.0 {
        return to_infinity(x, y > 0.0);
    }
    let (mut result, mut exponent) = (1.0, 0_i64);
    if part != 0.0 {
        if part > 0.5 {
            part -= 1.0;
            whole += 1.0;
        }
        result = exp(part * log(x));
    }
    // squares, each with a fraction between a half and one and an exponent of its own
    let (mut square, e) = libm::frexp(x);
    let mut at = i64::from(e);
    let mut bits = whole as i64;
    while bits != 0 {
        if !(-4096..=4096).contains(&at) {
            // overflow, or underflow
            exponent += at;
            break;
        }
        if bits & 1 == 1 {
            result *= square;
            exponent += at;
        }
        square *= square;
        at <<= 1;
        if square < 0.5 {
            square += square;
            at -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    ldexp(result, exponent)
}

/// A power beyond all bounds.
fn to_infinity(x: f64, up: bool) -> f64 {
    match (x == -1.0, (x.abs() < 1.0) == up) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => f64::INFINITY,
    }
}

/// math.Hypot.
pub fn hypot(p: f64, q: f64) -> f64 {
    let (p, q) = (p.abs(), q.abs());
    if p.is_infinite() || q.is_infinite() {
        return f64::INFINITY;
    }
    if p.is_nan() || q.is_nan() {
        return f64::NAN;
    }
    let (large, small) = if p < q { (q, p) } else { (p, q) };
    if large == 0.0 {
        return 0.0;
    }
    let ratio = small / large;
    large * sqrt(1.0 + ratio * ratio)
}

/// math.Sinh.
pub fn sinh(x: f64) -> f64 {
    const P: [f64; 4] = [
        -0.263_056_321_339_749_706_281_948_9e2,
        -0.289_421_135_598_956_380_728_466_036_6e4,
        -0.899_127_202_203_950_935_539_801_351_1e5,
        -0.630_767_364_049_771_699_118_478_725_1e6,
    ];
    const Q: [f64; 4] = [
        1.0,
        -0.173_678_953_558_233_699_533_450_911e3,
        0.152_151_737_879_001_907_069_648_517_6e5,
        -0.630_767_364_049_771_699_121_207_727_7e6,
    ];
    // not the absolute value: of -0 the result is -0
    let a = if x < 0.0 { -x } else { x };
    let y = if a > 21.0 {
        exp(a) * 0.5
    } else if a > 0.5 {
        let e = exp(a);
        (e - 1.0 / e) * 0.5
    } else {
        let square = a * a;
        polynomial(square, &P) * a / polynomial(square, &Q)
    };
    if x < 0.0 { -y } else { y }
}

/// math.Cosh.
pub fn cosh(x: f64) -> f64 {
    let a = x.abs();
    let e = exp(a);
    if a > 21.0 { e * 0.5 } else { (e + 1.0 / e) * 0.5 }
}

/// math.Tanh.
pub fn tanh(x: f64) -> f64 {
    const LARGE: f64 = 0.5 * 8.802_969_193_111_305_429_598_8e1;
    const P: [f64; 3] = [-9.643_991_794_250_522_386_28e-1, -9.928_772_310_019_185_865_64e1, -1.614_687_684_417_084_479_52e3];
    const Q: [f64; 4] = [1.0, 1.128_116_784_916_329_314_02e2, 2.235_488_390_601_004_485_83e3, 4.844_063_053_251_254_860_48e3];
    let a = x.abs();
    if a > LARGE {
        return 1.0_f64.copysign(x);
    }
    if a >= 0.625 {
        let y = 1.0 - 2.0 / (exp(2.0 * a) + 1.0);
        return if x < 0.0 { -y } else { y };
    }
    if x == 0.0 {
        return x;
    }
    let square = x * x;
    x + x * square * polynomial(square, &P) / polynomial(square, &Q)
}

/// The arctangent of a number from 0 to 0.66.
fn atan_small(x: f64) -> f64 {
    const P: [f64; 5] = [
        -8.750_608_600_031_904_122_785e-1,
        -1.615_753_718_733_365_076_637e1,
        -7.500_855_792_314_704_667_340e1,
        -1.228_866_684_490_136_173_410e2,
        -6.485_021_904_942_025_371_773e1,
    ];
    const Q: [f64; 6] = [
        1.0,
        2.485_846_490_142_306_297_962e1,
        1.650_270_098_316_988_542_046e2,
        4.328_810_604_912_902_668_951e2,
        4.853_903_996_359_136_964_868e2,
        1.945_506_571_482_613_964_425e2,
    ];
    let square = x * x;
    let z = square * polynomial(square, &P) / polynomial(square, &Q);
    x * z + x
}

/// The arctangent of a number that is not negative.
fn atan_positive(x: f64) -> f64 {
    /// What π/2 is larger than its float.
    const MORE: f64 = 6.123_233_995_736_765_886_130e-17;
    const TAN_3_PI_8: f64 = 2.414_213_562_373_095_048_80;
    if x <= 0.66 {
        return atan_small(x);
    }
    if x > TAN_3_PI_8 {
        return FRAC_PI_2 - atan_small(1.0 / x) + MORE;
    }
    FRAC_PI_4 + atan_small((x - 1.0) / (x + 1.0)) + 0.5 * MORE
}

/// math.Atan.
pub fn atan(x: f64) -> f64 {
    if x == 0.0 {
        x
    } else if x > 0.0 {
        atan_positive(x)
    } else {
        -atan_positive(-x)
    }
}

/// math.Asin.
pub fn asin(x: f64) -> f64 {
    if x == 0.0 {
        return x;
    }
    let a = x.abs();
    if a > 1.0 {
        return f64::NAN;
    }
    let root = sqrt(1.0 - a * a);
    let y = if a > 0.7 { FRAC_PI_2 - atan_positive(root / a) } else { atan_positive(a / root) };
    if x < 0.0 { -y } else { y }
}

/// math.Acos.
pub fn acos(x: f64) -> f64 {
    FRAC_PI_2 - asin(x)
}

/// math.Atan2.
pub fn atan2(y: f64, x: f64) -> f64 {
    if y.is_nan() || x.is_nan() {
        return f64::NAN;
    }
    if y == 0.0 {
        return if x >= 0.0 && x.is_sign_positive() { 0.0_f64.copysign(y) } else { PI.copysign(y) };
    }
    if x == 0.0 {
        return FRAC_PI_2.copysign(y);
    }
    match (x.is_infinite(), y.is_infinite()) {
        (true, true) if x > 0.0 => return FRAC_PI_4.copysign(y),
        (true, true) => return (3.0 * FRAC_PI_4).copysign(y),
        (true, false) if x > 0.0 => return 0.0_f64.copysign(y),
        (true, false) => return PI.copysign(y),
        (false, true) => return FRAC_PI_2.copysign(y),
        (false, false) => {}
    }
    let q = atan(y / x);
    if x >= 0.0 {
        q
    } else if q <= 0.0 {
        q + PI
    } else {
        q - PI
    }
}
