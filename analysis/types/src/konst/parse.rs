//! Literals as constants (Go spec, "Integer literals", "Floating-point literals", "Imaginary literals").

use super::*;

/// The digits of a literal without `_`, and its base.
fn strip_base(text: &str) -> (u32, String) {
    let clean: String = text.chars().filter(|c| *c != '_').collect();
    let lower = clean.to_ascii_lowercase();
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            return (base, rest.to_owned());
        }
    }
    (10, lower)
}

pub(super) fn parse_int(text: &str) -> Option<IBig> {
    let (base, digits) = strip_base(text);
    let base = if base == 10 && digits.len() > 1 && digits.starts_with('0') { 8 } else { base };
    if digits.is_empty() || !digits.bytes().all(|b| (b as char).is_digit(base)) {
        return None;
    }
    IBig::from_str_radix(&digits, base).ok()
}

/// The number before the `i` of an imaginary literal: decimal even with leading zeros, or with a base prefix.
pub(super) fn parse_imaginary(text: &str) -> Option<Const> {
    let (base, digits) = strip_base(text);
    if base == 10 || (base == 16 && digits.contains(['.', 'p'])) {
        return parse_float(text);
    }
    if digits.is_empty() || !digits.bytes().all(|b| (b as char).is_digit(base)) {
        return None;
    }
    Some(make_ratio(RBig::from(IBig::from_str_radix(&digits, base).ok()?)))
}

pub(super) fn parse_float(text: &str) -> Option<Const> {
    let (base, clean) = strip_base(text);
    let exponent_mark = if base == 16 { 'p' } else { 'e' };
    let (mantissa, exponent) = match clean.split_once(exponent_mark) {
        Some((m, e)) => (m, e.parse::<i64>().unwrap_or(if e.starts_with('-') { i64::MIN / 8 } else { i64::MAX / 8 })),
        None => (clean.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| (b as char).is_digit(base)) {
        return None;
    }
    let significand = IBig::from_str_radix(&digits, base).ok()?;
    if significand.is_zero() {
        return Some(Const::Rat(Box::new(RBig::ZERO)));
    }
    let bits = bit_len(&significand) as i64;
    let (scale, binary) = if base == 16 {
        (exponent.saturating_sub(4 * fraction.len() as i64), true)
    } else {
        (exponent.saturating_sub(fraction.len() as i64), false)
    };
    // The binary exponent, to within a few units.
    let magnitude = bits as f64 + if binary { scale as f64 } else { scale as f64 * std::f64::consts::LOG2_10 };
    if magnitude > MAX_EXPONENT as f64 {
        return Some(Const::Unknown);
    }
    if magnitude < -(MAX_EXPONENT as f64) {
        return Some(Const::Rat(Box::new(RBig::ZERO)));
    }
    if magnitude.abs() < (MAX_RATIONAL_BITS + 16) as f64 {
        let power = |n: i64| if binary { UBig::ONE << n as usize } else { UBig::from(10u8).pow(n as usize) };
        let exact =
            if scale >= 0 { RBig::from(significand * IBig::from(power(scale))) } else { RBig::from_parts(significand, power(-scale)) };
        let rounded = big_from_ratio(exact.numerator(), exact.denominator());
        return Some(if small_big(&rounded) { Const::Rat(Box::new(exact)) } else { make_float(rounded) });
    }
    if binary {
        return Some(make_float(Big::from_parts(significand, scale as isize).with_precision(PRECISION).value()));
    }
    // 5^|scale| with guard bits, by squaring; then one rounding.
    let guard = PRECISION + 128;
    let mut power = Big::from_parts(IBig::ONE, 0).with_precision(guard).value();
    let mut square = Big::from_parts(IBig::from(5), 0).with_precision(guard).value();
    let mut n = scale.unsigned_abs();
    while n > 0 {
        if n & 1 == 1 {
            power = &power * &square;
        }
        n >>= 1;
        if n > 0 {
            square = &square * &square;
        }
    }
    let significand = Big::from_parts(significand, 0).with_precision(guard).value();
    let five = if scale >= 0 { significand * power } else { significand / power };
    let (m, e) = five.into_repr().into_parts();
    Some(make_float(Big::from_parts(m, e + scale as isize).with_precision(PRECISION).value()))
}
