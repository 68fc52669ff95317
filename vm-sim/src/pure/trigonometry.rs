//! Sine, cosine and tangent, as Cephes computes them: by eighths of a turn, and a polynomial within one.
#![allow(clippy::excessive_precision, reason = "coefficients are written as they were published")]

use super::math::polynomial;

const SIN: [f64; 6] = [
    1.589_623_015_765_465_680_60e-10,
    -2.505_074_776_285_780_728_66e-8,
    2.755_731_362_138_572_452_13e-6,
    -1.984_126_982_958_953_859_96e-4,
    8.333_333_333_322_118_588_78e-3,
    -1.666_666_666_666_663_072_95e-1,
];
const COS: [f64; 6] = [
    -1.135_853_652_138_768_173_00e-11,
    2.087_570_084_197_473_167_78e-9,
    -2.755_731_417_929_673_881_12e-7,
    2.480_158_728_885_170_453_48e-5,
    -1.388_888_888_887_305_641_16e-3,
    4.166_666_666_666_659_292_18e-2,
];
const TAN_P: [f64; 3] = [-1.309_369_391_813_837_776_46e4, 1.153_516_648_385_874_161_40e6, -1.795_652_519_764_848_779_88e7];
const TAN_Q: [f64; 5] =
    [1.0, 1.368_129_634_706_929_546_78e4, -1.320_892_344_402_109_674_47e6, 2.500_838_018_233_579_158_39e7, -5.386_957_559_294_546_298_81e7];

/// From here on a float times 4/π needs more bits than a float has.
const LARGE: f64 = 536_870_912.0;

/// In which eighth of a turn a number lies, made even, and how far it is from there.
fn eighth(x: f64) -> (u64, f64) {
    // π/4 in three parts
    const PARTS: [f64; 3] = [7.853_981_256_484_985_351_56e-1, 3.774_894_707_930_798_176_68e-8, 2.695_151_429_079_059_526_45e-15];
    if x >= LARGE {
        return large_eighth(x);
    }
    let j = (x * 1.273_239_544_735_162_686_15) as u64;
    let j = j + (j & 1);
    let y = j as f64;
    (j & 7, ((x - y * PARTS[0]) - y * PARTS[1]) - y * PARTS[2])
}

/// The bits of 4/π.
const FOUR_BY_PI: [u64; 20] = [
    0x1,
    0x45f3_06dc_9c88_2a53,
    0xf84e_afa3_ea69_bb81,
    0xb6c5_2b32_7887_2083,
    0xfca2_c757_bd77_8ac3,
    0x6e48_dc74_849b_a5c0,
    0x0c92_5dd4_13a3_2439,
    0xfc3b_d639_6253_4e7d,
    0xd104_6bea_5d76_8909,
    0xd338_e04d_68be_fc82,
    0x7323_ac73_06a6_73e9,
    0x3908_bf17_7bf2_5076,
    0x3ff1_2fff_bc0b_301f,
    0xde5e_2316_b414_da3e,
    0xda6c_fd9e_4f96_136e,
    0x9e8c_7ecd_3cbf_d45a,
    0xea4f_758f_d7cb_e2f6,
    0x7a0e_73ef_14a5_25d4,
    0xd7f6_bf62_3f1a_ba10,
    0xac06_608d_f8f6_d757,
];

/// The same of a large number, by a product of integers (Payne and Hanek).
fn large_eighth(x: f64) -> (u64, f64) {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1023 - 52;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let (digit, shift) = ((exponent + 61) as usize / 64, (exponent + 61) as u32 % 64);
    let word = |i: usize| {
        let pair = u128::from(FOUR_BY_PI.get(i).copied().unwrap_or(0)) << 64 | u128::from(FOUR_BY_PI.get(i + 1).copied().unwrap_or(0));
        (pair >> (64 - shift)) as u64
    };
    let product = |w: u64| u128::from(w) * u128::from(mantissa);
    let middle = product(word(digit + 1)) + (product(word(digit + 2)) >> 64);
    let sum = (u128::from(word(digit).wrapping_mul(mantissa)) << 64).wrapping_add(middle);
    let j = (sum >> 125) as u64;
    // The fraction as a float below one, its leading bit implied. What is shifted in from below are the low word's first bits, as Go has it, though they are
    // three places off.
    let (high, low) = ((sum << 3 >> 64) as u64, sum as u64);
    let shift = high.leading_zeros() + 1;
    let digits = high.checked_shl(shift).unwrap_or(0) | low.checked_shr(64_u32.saturating_sub(shift)).unwrap_or(0);
    let rest = digits >> 12;
    let z = f64::from_bits((1023 - u64::from(shift)) << 52 | rest);
    if j & 1 == 1 { ((j + 1) & 7, (z - 1.0) * std::f64::consts::FRAC_PI_4) } else { (j, z * std::f64::consts::FRAC_PI_4) }
}

fn sine_within(z: f64) -> f64 {
    let square = z * z;
    z + z * square * polynomial(square, &SIN)
}

fn cosine_within(z: f64) -> f64 {
    let square = z * z;
    1.0 - 0.5 * square + square * square * polynomial(square, &COS)
}

/// math.Sin.
pub fn sin(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return f64::NAN;
    }
    let (j, z) = eighth(x.abs());
    let y = if matches!(j & 3, 1 | 2) { cosine_within(z) } else { sine_within(z) };
    if (j > 3) != (x < 0.0) { -y } else { y }
}

/// math.Cos.
pub fn cos(x: f64) -> f64 {
    if x.is_nan() || x.is_infinite() {
        return f64::NAN;
    }
    let (j, z) = eighth(x.abs());
    let y = if matches!(j & 3, 1 | 2) { sine_within(z) } else { cosine_within(z) };
    if (j > 3) != (j & 3 > 1) { -y } else { y }
}

/// math.Tan.
pub fn tan(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return f64::NAN;
    }
    let (j, z) = eighth(x.abs());
    let square = z * z;
    let mut y = z;
    if square > 1e-14 {
        y = z + z * (square * polynomial(square, &TAN_P) / polynomial(square, &TAN_Q));
    }
    if j & 2 == 2 {
        y = -1.0 / y;
    }
    if x < 0.0 { -y } else { y }
}
