//! Floats as text, in the forms of Go's strconv.FormatFloat. Few digits are found by the standard library; many by [`exact`], whose work is bounded by a few
//! microseconds, so that a call can be paid for by the length of what it gives.

use super::exact;

/// The digits of a finite, positive float: `0.d1d2d3... × 10^point`, without zeros at either end. Zero has none.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

/// No float has more decimal digits than that.
const MOST_DIGITS: i64 = 800;

/// So many digits the standard library finds fast.
const FEW: i64 = 17;

/// No float has more digits behind the point than that.
const MOST_PLACES: i64 = 1100;

impl Digits {
    /// The fewest digits that only this float is nearest to.
    fn shortest(f: f64, bits: u8) -> Digits {
        let shortest = Digits::read(&if bits == 32 { format!("{:e}", f as f32) } else { format!("{f:e}") });
        // of two that are as near, Go takes the even one
        let rounded = format!("{f:.*e}", shortest.digits.len().saturating_sub(1));
        let same = if bits == 32 { rounded.parse() == Ok(f as f32) } else { rounded.parse() == Ok(f) };
        if same { Digits::read(&rounded) } else { shortest }
    }

    /// The first `n` digits, rounded exactly, halves to even.
    fn first(f: f64, n: i64) -> Digits {
        if n > FEW {
            return Digits::exact(f, |_| n);
        }
        Digits::read(&format!("{f:.*e}", (n - 1).clamp(0, MOST_DIGITS) as usize))
    }

    /// As many digits as `wanted` says when it is told where the point is, rounded exactly, halves to even.
    fn exact(f: f64, wanted: impl FnOnce(i64) -> i64) -> Digits {
        let (digits, point) = exact::digits(f);
        let n = wanted(point);
        let (digits, point) = exact::rounded(digits, point, n);
        Digits { digits, point }
    }

    fn read(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        digits.truncate(digits.iter().rposition(|d| *d != b'0').map_or(0, |last| last + 1));
        let point = if digits.is_empty() { 0 } else { exponent.parse::<i64>().unwrap_or(0) + 1 };
        Digits { digits, point }
    }

    fn len(&self) -> i64 {
        self.digits.len() as i64
    }

    fn digit(&self, i: i64) -> u8 {
        usize::try_from(i).ok().and_then(|i| self.digits.get(i)).copied().unwrap_or(b'0')
    }

    /// `d.ddde±dd` with `places` digits behind the point.
    fn with_exponent(&self, out: &mut Vec<u8>, letter: u8, places: i64) {
        out.push(self.digit(0));
        if places > 0 {
            out.push(b'.');
            out.extend((1..=places).map(|i| self.digit(i)));
        }
        out.push(letter);
        exponent(out, if self.digits.is_empty() { 0 } else { self.point - 1 });
    }

    /// `ddd.ddd` with `places` digits behind the point, of which there are enough.
    fn with_point(&self, out: &mut Vec<u8>, places: i64) {
        if self.point > 0 {
            out.extend((0..self.point).map(|i| self.digit(i)));
        } else {
            out.push(b'0');
        }
        if places > 0 {
            out.push(b'.');
            out.extend((0..places).map(|i| self.digit(self.point + i)));
        }
    }
}

/// An exponent with its sign and at least two digits.
fn exponent(out: &mut Vec<u8>, exp: i64) {
    out.extend_from_slice(format!("{}{:02}", if exp < 0 { '-' } else { '+' }, exp.abs()).as_bytes());
}

/// strconv.FormatFloat: `verb` is one of `b e E f g G x X`; a negative `prec` asks for the fewest digits that give the float back; `bits` is 32 or 64.
/// The text has about `prec` bytes.
pub fn format(f: f64, verb: u8, prec: i64, bits: u8) -> Vec<u8> {
    let f = if bits == 32 { f64::from(f as f32) } else { f };
    if f.is_nan() {
        return b"NaN".to_vec();
    }
    if f.is_infinite() {
        return if f > 0.0 { b"+Inf".to_vec() } else { b"-Inf".to_vec() };
    }
    let mut out = Vec::new();
    if f.is_sign_negative() {
        out.push(b'-');
    }
    let f = f.abs();
    match verb {
        b'b' => {
            let (mantissa, exp) = parts(f, bits);
            out.extend_from_slice(format!("{mantissa}p{exp:+}").as_bytes());
        }
        b'x' | b'X' => hexadecimal(&mut out, f, verb, prec, bits),
        b'e' | b'E' => {
            let digits = if prec < 0 { Digits::shortest(f, bits) } else { Digits::first(f, prec.saturating_add(1)) };
            digits.with_exponent(&mut out, verb, if prec < 0 { digits.len() - 1 } else { prec });
        }
        b'f' if prec < 0 => {
            let digits = Digits::shortest(f, bits);
            digits.with_point(&mut out, (digits.len() - digits.point).max(0));
        }
        b'f' => {
            let places = prec.min(MOST_PLACES);
            if places > FEW || f >= 1e17 {
                Digits::exact(f, |point| point + places).with_point(&mut out, places);
            } else {
                out.extend_from_slice(format!("{f:.*}", places as usize).as_bytes());
            }
            out.resize(out.len() + (prec - places) as usize, b'0');
        }
        b'g' | b'G' => general(&mut out, f, verb, prec, bits),
        _ => return vec![b'%', verb],
    }
    out
}

/// `%g`: with an exponent if that is below -4 or too large.
fn general(out: &mut Vec<u8>, f: f64, verb: u8, prec: i64, bits: u8) {
    let digits = if prec < 0 { Digits::shortest(f, bits) } else { Digits::first(f, prec.max(1)) };
    let (asked, limit) = if prec < 0 {
        (digits.len(), 6)
    } else {
        let asked = prec.max(1);
        (asked, if asked > digits.len() && digits.len() >= digits.point { digits.len() } else { asked })
    };
    let exp = digits.point - 1;
    if exp < -4 || exp >= limit {
        digits.with_exponent(out, verb - (b'g' - b'e'), asked.min(digits.len()) - 1);
    } else {
        digits.with_point(out, (digits.len() - digits.point).max(0));
    }
}

/// Mantissa and exponent of a finite, positive float: `mantissa × 2^exponent`.
fn parts(f: f64, bits: u8) -> (u64, i64) {
    let (raw, width, bias) = if bits == 32 { (u64::from((f as f32).to_bits()), 23, 127) } else { (f.to_bits(), 52, 1023) };
    let (exp, fraction) = ((raw >> width) as i64, raw & ((1 << width) - 1));
    let first = bias + width as i64;
    if exp == 0 { (fraction, 1 - first) } else { (fraction | 1 << width, exp - first) }
}

fn hexadecimal(out: &mut Vec<u8>, f: f64, verb: u8, prec: i64, bits: u8) {
    let (mut mantissa, mut exp) = parts(f, bits);
    if mantissa == 0 {
        exp = 0;
    } else {
        // one bit before the point and 60 behind it
        let shift = mantissa.leading_zeros() as i64 - 3;
        mantissa <<= shift;
        exp += 60 - shift;
    }
    if (0..15).contains(&prec) {
        let dropped = 60 - 4 * prec;
        let (rest, half) = (mantissa & ((1 << dropped) - 1), 1 << (dropped - 1));
        mantissa >>= dropped;
        if rest > half || rest == half && mantissa & 1 == 1 {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exp += 1;
        }
    }
    let mut digits = format!("{:015x}", mantissa & ((1 << 60) - 1)).into_bytes();
    if prec < 0 {
        digits.truncate(digits.iter().rposition(|d| *d != b'0').map_or(0, |last| last + 1));
    } else {
        digits.resize(prec as usize, b'0');
    }
    let start = out.len();
    out.extend_from_slice(format!("0x{}", mantissa >> 60).as_bytes());
    if !digits.is_empty() {
        out.push(b'.');
        out.extend(digits);
    }
    out.push(b'p');
    exponent(out, exp);
    if verb == b'X' {
        out.iter_mut().skip(start).for_each(|b| b.make_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(f: f64, verb: u8, prec: i64) -> String {
        String::from_utf8(format(f, verb, prec, 64)).expect("digits are text")
    }

    #[test]
    fn precision_beyond_all_digits_adds_zeros() {
        let long = text(f64::from_bits(1), b'f', 5000);
        assert_eq!(long.len(), 5002);
        assert!(long.trim_end_matches('0').len() == 1076, "{}", long.trim_end_matches('0').len());
        assert_eq!(text(0.1, b'e', 3000).len(), 3006);
        assert_eq!(text(1e300, b'g', 100_000).len(), 301);
        assert_eq!(text(1.0, b'x', 70_000).len(), 70_000 + 8);
    }

    #[test]
    fn many_digits_are_those_of_the_standard_library() {
        let mut bits = 88_172_645_463_325_252_u64;
        for round in 0..20_000_usize {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            // of all sizes, and of those around one
            let f = f64::from_bits(if round % 2 == 0 { bits } else { bits & !(0x7ff << 52) | (960 + bits % 128) << 52 }).abs();
            if !f.is_finite() {
                continue;
            }
            let places = [0, 1, 18, 25, 60, 330, 1074][round % 7];
            assert_eq!(text(f, b'f', places as i64), format!("{f:.places$}"), "{f:e} with {places} places");
            let e = text(f, b'e', places as i64);
            let (mantissa, exp) = e.split_once('e').expect("an exponent");
            let want = format!("{f:.places$e}");
            let (want_mantissa, want_exp) = want.split_once('e').expect("an exponent");
            assert_eq!((mantissa, exp.parse::<i32>()), (want_mantissa, want_exp.parse::<i32>()), "{f:e} with {places} places");
        }
    }

    #[test]
    fn halves_round_to_even() {
        assert_eq!([0.5, 1.5, 2.5, 0.125, 0.375].map(|f| text(f, b'f', 0)), ["0", "2", "2", "0", "0"]);
        assert_eq!([0.125, 0.375].map(|f| text(f, b'f', 2)), ["0.12", "0.38"]);
    }

    #[test]
    fn an_unknown_verb_is_named() {
        assert_eq!(text(-1.0, b'q', -1), "%q");
    }
}
