//! Constants as text: short, and exact.

use std::fmt;

use super::*;

/// Short, for messages: as go/constant's `String` has it.
impl fmt::Display for Const {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Const::Unknown => f.write_str("unknown"),
            Const::Bool(b) => write!(f, "{b}"),
            Const::Str(s) => {
                let quoted = quote(s);
                if quoted.chars().count() <= 72 {
                    return f.write_str(&quoted);
                }
                let cut: String = quoted.chars().take(69).collect();
                write!(f, "{cut}...")
            }
            Const::Int(x) => write!(f, "{x}"),
            Const::Rat(_) | Const::Float(_) => f.write_str(&short_float(&self.big())),
            Const::Complex(parts) => write!(f, "({} + {}i)", parts.0, parts.1),
        }
    }
}

pub(super) fn short_float(x: &Big) -> String {
    let zero = x.repr().significand().is_zero();
    let value = Const::Float(Box::new(x.clone())).f64_value();
    if zero == (value == 0.0) && value.is_finite() {
        let text = format_g(value, Some(6));
        let is_int = x.repr().exponent() >= 0 || (small_big(x) && big_to_ratio(x).is_int());
        if !is_int && !text.contains('.') {
            return format_g(value, None);
        }
        return text;
    }
    // Outside float64's range: mantissa and decimal exponent by logarithms, good enough for six digits.
    let binary = big_exponent(x);
    let (sign, magnitude) = x.repr().significand().clone().into_parts();
    let bits = magnitude.bit_len();
    let top = if bits > 60 { &magnitude >> (bits - 60) } else { &magnitude << (60 - bits) };
    let mut m = u64::try_from(top).unwrap_or(0) as f64 / (1u64 << 60) as f64;
    if sign == Sign::Negative {
        m = -m;
    }
    let decimal = binary as f64 * std::f64::consts::LOG10_2;
    let mut e = decimal as i64;
    m *= 10f64.powf(decimal - e as f64);
    let magnitude = m.abs();
    if magnitude < 1.0 - 0.5e-6 {
        m *= 10.0;
        e -= 1;
    } else if magnitude >= 10.0 {
        m /= 10.0;
        e += 1;
    }
    format!("{}e{e:+}", format_g(m, Some(6)))
}

/// The shortest digits that are read back as `x`; of two that are equally near, the even ones.
pub(super) fn shortest(x: f64) -> String {
    let short = format!("{x:e}");
    let digits = short.bytes().take_while(|b| *b != b'e').filter(u8::is_ascii_digit).count();
    let even = format!("{:.*e}", digits.max(1) - 1, x);
    if even.parse() == Ok(x) { even } else { short }
}

/// C's `%g`, as Go prints it: `digits` significant digits, or as many as are needed to read the number back.
pub fn format_g(x: f64, digits: Option<usize>) -> String {
    if x == 0.0 {
        return if x.is_sign_negative() { "-0".to_owned() } else { "0".to_owned() };
    }
    if !x.is_finite() {
        return if x.is_nan() {
            "NaN"
        } else if x > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        }
        .to_owned();
    }
    let text = match digits {
        Some(n) => format!("{:.*e}", n.max(1) - 1, x.abs()),
        None => shortest(x.abs()),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = all.trim_end_matches('0');
    let significant = if significant.is_empty() { "0" } else { significant };
    let count = significant.len() as i32;
    let mut limit = digits.map_or(6, |n| n as i32);
    if digits.is_some() && limit > count && count > exponent {
        limit = count;
    }
    let sign = if x < 0.0 { "-" } else { "" };
    if exponent < -4 || exponent >= limit {
        let (head, tail) = significant.split_at(1);
        let point = if tail.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{head}{point}{tail}e{exponent_sign}{:02}", exponent.abs());
    }
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return format!("{sign}0.{zeros}{significant}");
    }
    let whole = exponent as usize + 1;
    if significant.len() <= whole {
        return format!("{sign}{significant}{}", "0".repeat(whole - significant.len()));
    }
    format!("{sign}{}.{}", &significant[..whole], &significant[whole..])
}

/// `0x.8p+1`: big.Float's `p` format.
pub(super) fn big_hex(x: &Big) -> String {
    let repr = x.repr();
    if repr.significand().is_zero() {
        return "0".to_owned();
    }
    let (sign, magnitude) = repr.significand().clone().into_parts();
    let bits = magnitude.bit_len();
    let padded = bits.div_ceil(4) * 4;
    let digits = format!("{:x}", magnitude << (padded - bits));
    let sign = if sign == Sign::Negative { "-" } else { "" };
    format!("{sign}0x.{}p{:+}", digits.trim_end_matches('0'), big_exponent(x))
}
