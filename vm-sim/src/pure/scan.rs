//! Floats from text, in the forms of Go's strconv.ParseFloat.

/// Why a text gives no float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Problem {
    /// It has not the form of one.
    Syntax,
    /// It is too large; the infinity that it rounds to.
    Range(f64),
}

/// strconv.ParseFloat: the nearest float of 32 or 64 bits.
pub fn parse_float(text: &[u8], bits: u8) -> Result<f64, Problem> {
    let (negative, body) = match text.split_first() {
        Some((b'+', rest)) => (false, rest),
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let sign = if negative { -1.0 } else { 1.0 };
    if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        return Ok(sign * f64::INFINITY);
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Ok(f64::NAN);
    }
    let form = Form::read(body).ok_or(Problem::Syntax)?;
    let f = if form.hex { form.hexadecimal(bits) } else { form.decimal(bits).ok_or(Problem::Syntax)? };
    if f.is_infinite() { Err(Problem::Range(sign * f)) } else { Ok(sign * f) }
}

/// The parts of a number without sign, underscores taken out.
struct Form {
    hex: bool,
    whole: Vec<u8>,
    fraction: Vec<u8>,
    /// Sign and digits; nothing if there is no exponent.
    exponent: Option<(bool, Vec<u8>)>,
}

impl Form {
    fn read(text: &[u8]) -> Option<Form> {
        let hex = text.len() > 2 && text.get(..2).is_some_and(|p| p.eq_ignore_ascii_case(b"0x"));
        let rest = if hex { text.get(2..)? } else { text };
        // an underscore stands between digits, or behind the prefix
        let mut after_digit = hex;
        let (mut whole, mut fraction, mut point) = (Vec::new(), Vec::new(), false);
        let mut at = 0;
        while let Some(&b) = rest.get(at) {
            match b {
                b'_' if !after_digit || !next_is_digit(rest, at, hex) => return None,
                b'_' => {}
                b'.' if point => return None,
                b'.' => point = true,
                _ if is_digit(b, hex) && point => fraction.push(b),
                _ if is_digit(b, hex) => whole.push(b),
                _ => break,
            }
            after_digit = is_digit(b, hex);
            at += 1;
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let letter = if hex { b'p' } else { b'e' };
        let exponent = match rest.get(at) {
            None => None,
            Some(b) if b.to_ascii_lowercase() == letter => Some(exponent(rest.get(at + 1..)?)?),
            Some(_) => return None,
        };
        if hex && exponent.is_none() {
            return None;
        }
        Some(Form { hex, whole, fraction, exponent })
    }

    fn decimal(&self, bits: u8) -> Option<f64> {
        let mut text = self.whole.clone();
        text.push(b'.');
        text.extend_from_slice(&self.fraction);
        if let Some((negative, digits)) = &self.exponent {
            text.push(b'e');
            text.push(if *negative { b'-' } else { b'+' });
            text.extend_from_slice(digits);
        }
        let text = std::str::from_utf8(&text).ok()?;
        if bits == 32 { text.parse::<f32>().ok().map(f64::from) } else { text.parse().ok() }
    }

    fn hexadecimal(&self, bits: u8) -> f64 {
        // the first 64 bits that count, whether any bit follows, and the exponent of the last of the 64
        let (mut mantissa, mut more, mut exp) = (0u64, false, 0i64);
        for (i, d) in self.whole.iter().chain(&self.fraction).enumerate() {
            let d = u64::from(char::from(*d).to_digit(16).unwrap_or(0));
            let behind_point = i >= self.whole.len();
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | d;
                exp -= if behind_point { 4 } else { 0 };
            } else {
                more |= d != 0;
                exp += if behind_point { 0 } else { 4 };
            }
        }
        if let Some((negative, digits)) = &self.exponent {
            let e = digits.iter().fold(0i64, |e, d| (e * 10 + i64::from(d - b'0')).min(1 << 40));
            exp += if *negative { -e } else { e };
        }
        if mantissa == 0 {
            return 0.0;
        }
        let shift = mantissa.leading_zeros();
        assemble(mantissa << shift, more, exp - i64::from(shift), bits)
    }
}

fn is_digit(b: u8, hex: bool) -> bool {
    if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() }
}

fn next_is_digit(text: &[u8], at: usize, hex: bool) -> bool {
    text.get(at + 1).is_some_and(|b| is_digit(*b, hex))
}

/// The sign and digits of an exponent that takes the rest of the text.
fn exponent(text: &[u8]) -> Option<(bool, Vec<u8>)> {
    let (negative, text) = match text.split_first()? {
        (b'+', rest) => (false, rest),
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    let mut digits = Vec::new();
    for (i, b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' => digits.push(*b),
            b'_' if i > 0 && text.get(i - 1).is_some_and(u8::is_ascii_digit) && next_is_digit(text, i, false) => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some((negative, digits))
}

/// The float nearest to `mantissa × 2^exp` and a bit more if `more`; the mantissa's highest bit is set.
fn assemble(mantissa: u64, more: bool, exp: i64, bits: u8) -> f64 {
    let (precision, lowest, highest) = if bits == 32 { (24, -149, 127) } else { (53, -1074, 1023) };
    // the exponent of the highest bit
    let top = exp.saturating_add(63);
    if top > highest {
        return f64::INFINITY;
    }
    let last = (top - (precision - 1)).max(lowest);
    let dropped = last - exp;
    if dropped > 64 {
        return 0.0;
    }
    let wide = u128::from(mantissa) << 1 | u128::from(more);
    let (kept, rest, half) = (wide >> (dropped + 1), wide & ((1 << (dropped + 1)) - 1), 1u128 << dropped);
    let kept = kept as u64 + u64::from(rest > half || rest == half && kept & 1 == 1);
    let f = libm::ldexp(kept as f64, last as i32);
    if bits == 32 { f64::from(f as f32) } else { f }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_no_numbers() {
        for bad in [
            "", "+", ".", "e1", "1e", "1e+", "0x1", "0xp1", "1_", "_1", "1__0", "1_.5", "1._5", "1e_5", "1e5_", "+nan", "--1", "1 ",
            "0x_p1", "1.2.3", "infin",
        ] {
            assert_eq!(parse_float(bad.as_bytes(), 64), Err(Problem::Syntax), "{bad}");
        }
    }

    #[test]
    fn hexadecimal_numbers_round_once() {
        let parse = |t: &str, bits| parse_float(t.as_bytes(), bits);
        assert_eq!(parse("0x1p-1074", 64), Ok(f64::from_bits(1)));
        assert_eq!(parse("0x1p-1075", 64), Ok(0.0));
        assert_eq!(parse("0x1.8p-1075", 64), Ok(f64::from_bits(1)));
        assert_eq!(parse("0x1.00000000000008p0", 64), Ok(1.0));
        assert_eq!(parse("0x1.000000000000080000000000001p0", 64), Ok(1.0 + f64::EPSILON));
        assert_eq!(parse("0x1.fffffffffffff8p1023", 64), Err(Problem::Range(f64::INFINITY)));
        assert_eq!(parse("-0x1p128", 32), Err(Problem::Range(f64::NEG_INFINITY)));
        assert_eq!(parse("0x1p99999999999999999999", 64), Err(Problem::Range(f64::INFINITY)));
        assert_eq!(parse("0x0p99999999999999999999", 64), Ok(0.0));
        assert_eq!(parse("0x_1F.8p-4", 64), Ok(1.96875));
    }
}
