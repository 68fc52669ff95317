//! Constant values (Go spec, "Constants"): exact, of arbitrary size within go/types' limits.
//!
//! A number is kept in the smallest form that holds it: integer, rational with parts of less than 4,096 bits, binary
//! floating-point number of 512 bits. [`Const::to_int`] and its siblings convert where the value allows it.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use amigos_syntax::ast::{BinaryOp, LitKind, UnaryOp};
use dashu_base::{BitTest, Sign, Signed};
use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use crate::quote::{quote, unquote, unquote_rune};

/// A binary floating-point number of 512 bits, as go/constant uses beyond small rationals.
pub type Big = FBig<HalfEven, 2>;

/// The value of a constant expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// The value is unknown because of an error elsewhere.
    Unknown,
    /// A truth value.
    Bool(bool),
    /// A string (bytes, for Go's strings need not be UTF-8).
    Str(Arc<[u8]>),
    /// An integer.
    Int(IBig),
    /// A rational number.
    Rat(Box<RBig>),
    /// A number beyond what a small rational can hold.
    Float(Box<Big>),
    /// A complex number; its parts are never complex.
    Complex(Box<(Const, Const)>),
}

/// What sort of value a constant has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ConstKind {
    Unknown,
    Bool,
    String,
    Int,
    Float,
    Complex,
}

/// Bits of precision of [`Const::Float`].
const PRECISION: usize = 512;
/// Rationals' parts have fewer bits than this.
const MAX_RATIONAL_BITS: usize = 4 << 10;
/// Longest constant string, in bytes; longer ones become unknown.
pub const MAX_STRING: usize = 1 << 26;
/// Binary exponents beyond this are infinite, or zero.
const MAX_EXPONENT: i64 = 1 << 31;

/// Bits of the magnitude.
fn bit_len(x: &IBig) -> usize {
    x.clone().unsigned_abs_big().bit_len()
}

trait UnsignedAbsBig {
    fn unsigned_abs_big(self) -> UBig;
}
impl UnsignedAbsBig for IBig {
    fn unsigned_abs_big(self) -> UBig {
        self.into_parts().1
    }
}

fn big_from_int(x: &IBig) -> Big {
    Big::from_parts(x.clone(), 0).with_precision(PRECISION).value()
}

/// The nearest 512-bit number to a fraction.
fn big_from_ratio(num: &IBig, den: &UBig) -> Big {
    let shift = (PRECISION + 8 + den.bit_len()).saturating_sub(bit_len(num));
    let (sign, magnitude) = num.clone().into_parts();
    let scaled = magnitude << shift;
    let quotient = &scaled / den;
    // A sticky bit below the last one makes the rounding that follows exact.
    let sticky = if &quotient * den == scaled { UBig::ZERO } else { UBig::ONE };
    let significand = (quotient << 1usize) | sticky;
    Big::from_parts(IBig::from_parts(sign, significand), -(shift as isize) - 1).with_precision(PRECISION).value()
}

/// The exponent `e` of a non-zero number `m × 2^e` with `0.5 <= |m| < 1`.
fn big_exponent(x: &Big) -> i64 {
    let repr = x.repr();
    bit_len(repr.significand()) as i64 + repr.exponent() as i64
}

fn small_big(x: &Big) -> bool {
    let e = if x.repr().significand().is_zero() { 0 } else { big_exponent(x) };
    -(MAX_RATIONAL_BITS as i64) < e && e < MAX_RATIONAL_BITS as i64
}

/// The exact value of a (small) floating-point number.
fn big_to_ratio(x: &Big) -> RBig {
    let (significand, exponent) = (x.repr().significand().clone(), x.repr().exponent());
    if exponent >= 0 {
        RBig::from(significand << exponent as usize)
    } else {
        RBig::from_parts(significand, UBig::ONE << exponent.unsigned_abs())
    }
}

fn make_ratio(x: RBig) -> Const {
    if bit_len(x.numerator()) < MAX_RATIONAL_BITS && x.denominator().bit_len() < MAX_RATIONAL_BITS {
        Const::Rat(Box::new(x))
    } else {
        make_float(big_from_ratio(x.numerator(), x.denominator()))
    }
}

fn make_float(x: Big) -> Const {
    if x.repr().is_infinite() {
        return Const::Unknown;
    }
    // Once a number is no fraction, it never becomes one again, not even 0.
    let e = if x.repr().significand().is_zero() { -MAX_EXPONENT } else { big_exponent(&x) };
    if e >= MAX_EXPONENT {
        Const::Unknown
    } else if e <= -MAX_EXPONENT {
        Const::Float(Box::new(Big::ZERO))
    } else {
        Const::Float(Box::new(x))
    }
}

/// `significand × 2^exponent`, rounded once.
fn round_big(significand: IBig, exponent: isize) -> Big {
    Big::from_parts(significand, exponent).with_precision(PRECISION).value()
}

/// `x + y`, rounded once.
fn add_big(x: &Big, y: &Big) -> Big {
    let (a, b) = (x.repr(), y.repr());
    if a.significand().is_zero() || b.significand().is_zero() {
        return if a.significand().is_zero() { y.clone() } else { x.clone() };
    }
    if big_exponent(x) < big_exponent(y) {
        return add_big(y, x);
    }
    if big_exponent(x) - big_exponent(y) > 4 * PRECISION as i64 {
        // The smaller one only decides which way to round.
        let shift = 2 * PRECISION;
        let sticky = if b.sign() == Sign::Negative { IBig::NEG_ONE } else { IBig::ONE };
        return round_big((a.significand() << shift) + sticky, a.exponent() - shift as isize);
    }
    let low = a.exponent().min(b.exponent());
    let scaled = |r: &dashu_float::Repr<2>| r.significand() << (r.exponent() - low) as usize;
    round_big(scaled(a) + scaled(b), low)
}

/// `x * y`, rounded once.
fn mul_big(x: &Big, y: &Big) -> Big {
    round_big(x.repr().significand() * y.repr().significand(), x.repr().exponent() + y.repr().exponent())
}

/// `x / y`, rounded once; `y` is not 0.
fn div_big(x: &Big, y: &Big) -> Big {
    let (sign, divisor) = y.repr().significand().clone().into_parts();
    let quotient = big_from_ratio(&(x.repr().significand() * IBig::from_parts(sign, UBig::ONE)), &divisor);
    let (significand, exponent) = quotient.into_repr().into_parts();
    Big::from_parts(significand, exponent + x.repr().exponent() - y.repr().exponent()).with_precision(PRECISION).value()
}

fn make_complex(re: Const, im: Const) -> Const {
    if re == Const::Unknown || im == Const::Unknown { Const::Unknown } else { Const::Complex(Box::new((re, im))) }
}

impl From<bool> for Const {
    fn from(x: bool) -> Const {
        Const::Bool(x)
    }
}
impl From<i64> for Const {
    fn from(x: i64) -> Const {
        Const::Int(IBig::from(x))
    }
}
impl From<u64> for Const {
    fn from(x: u64) -> Const {
        Const::Int(IBig::from(x))
    }
}
impl From<&str> for Const {
    fn from(x: &str) -> Const {
        Const::Str(x.as_bytes().into())
    }
}

impl Const {
    /// The constant a finite float is; unknown for infinities and NaN.
    pub fn from_f64(x: f64) -> Const {
        if !x.is_finite() {
            return Const::Unknown;
        }
        RBig::try_from(x).map_or(Const::Unknown, |r| Const::Rat(Box::new(r)))
    }

    /// The value of a literal; unknown if it is malformed.
    pub fn from_literal(kind: LitKind, text: &str) -> Const {
        let value = match kind {
            LitKind::Int => parse_int(text).map(Const::Int),
            LitKind::Float => parse_float(text),
            LitKind::Imag => text.strip_suffix('i').and_then(parse_imaginary).map(|im| make_complex(Const::from(0i64), im)),
            LitKind::Char => unquote_rune(text).map(|c| Const::from(i64::from(c))),
            LitKind::String => unquote(text).map(|s| Const::Str(s.into())),
        };
        value.unwrap_or(Const::Unknown)
    }

    /// What sort of value this is.
    pub fn kind(&self) -> ConstKind {
        match self {
            Const::Unknown => ConstKind::Unknown,
            Const::Bool(_) => ConstKind::Bool,
            Const::Str(_) => ConstKind::String,
            Const::Int(_) => ConstKind::Int,
            Const::Rat(_) | Const::Float(_) => ConstKind::Float,
            Const::Complex(_) => ConstKind::Complex,
        }
    }

    /// Whether the value is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Const::Unknown)
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Const::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The string's bytes, if it is one.
    pub fn as_str(&self) -> Option<&Arc<[u8]>> {
        match self {
            Const::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The integer, if this is kept as one.
    pub fn as_int(&self) -> Option<&IBig> {
        match self {
            Const::Int(x) => Some(x),
            _ => None,
        }
    }

    /// The integer, if this is one that fits.
    pub fn i64_value(&self) -> Option<i64> {
        self.as_int().and_then(|x| i64::try_from(x.clone()).ok())
    }

    /// The integer, if this is one that fits.
    pub fn u64_value(&self) -> Option<u64> {
        self.as_int().and_then(|x| u64::try_from(x.clone()).ok())
    }

    /// The nearest float to a real number (possibly infinite); 0 for what is none.
    pub fn f64_value(&self) -> f64 {
        self.nearest(FloatFormat { digits: 53, lowest: -1021, highest: 1024 })
    }

    /// The nearest float to a real number (possibly infinite); 0 for what is none.
    pub fn f32_value(&self) -> f32 {
        // Exact, for the result has a float32's digits.
        self.nearest(FloatFormat { digits: 24, lowest: -125, highest: 128 }) as f32
    }

    fn nearest(&self, format: FloatFormat) -> f64 {
        match self {
            Const::Int(x) => {
                let (sign, magnitude) = x.clone().into_parts();
                round_to(sign, &magnitude, 0, format)
            }
            Const::Rat(x) => {
                // Enough digits of the quotient for any rounding, and a sticky bit for the rest.
                let shift = (128 + x.denominator().bit_len()).saturating_sub(bit_len(x.numerator()));
                let (sign, magnitude) = x.numerator().clone().into_parts();
                let scaled = magnitude << shift;
                let quotient = &scaled / x.denominator();
                let sticky = if &quotient * x.denominator() == scaled { UBig::ZERO } else { UBig::ONE };
                round_to(sign, &((quotient << 1usize) | sticky), -(shift as i64) - 1, format)
            }
            Const::Float(x) => {
                let (sign, magnitude) = x.repr().significand().clone().into_parts();
                round_to(sign, &magnitude, x.repr().exponent() as i64, format)
            }
            _ => 0.0,
        }
    }

    /// Bits of an integer's magnitude; 0 for other values.
    pub fn bit_len(&self) -> usize {
        self.as_int().map_or(0, bit_len)
    }

    /// -1, 0 or 1 for numbers (for complex ones 0 only if both parts are 0); 1 for unknown values, which avoids follow-up errors.
    pub fn sign(&self) -> i32 {
        let of = |negative: bool, zero: bool| if zero { 0 } else { 1 - 2 * i32::from(negative) };
        match self {
            Const::Int(x) => of(x.is_negative(), x.is_zero()),
            Const::Rat(x) => of(x.numerator().is_negative(), x.is_zero()),
            Const::Float(x) => of(x.repr().significand().is_negative(), x.repr().significand().is_zero()),
            Const::Complex(parts) => parts.0.sign() | parts.1.sign(),
            _ => 1,
        }
    }

    /// The real part of a number.
    pub fn real(&self) -> Const {
        match self {
            Const::Complex(parts) => parts.0.clone(),
            Const::Bool(_) | Const::Str(_) => Const::Unknown,
            _ => self.clone(),
        }
    }

    /// The imaginary part of a number.
    pub fn imag(&self) -> Const {
        match self {
            Const::Complex(parts) => parts.1.clone(),
            Const::Int(_) | Const::Rat(_) | Const::Float(_) => Const::from(0i64),
            _ => Const::Unknown,
        }
    }

    /// The complex number with these (real) parts.
    pub fn complex(re: &Const, im: &Const) -> Const {
        make_complex(re.clone(), im.clone())
    }

    /// The value as an integer, if it is one; unknown otherwise.
    pub fn to_int(&self) -> Const {
        match self {
            Const::Int(_) => self.clone(),
            Const::Rat(x) if x.is_int() => Const::Int(x.numerator().clone()),
            Const::Float(x) if small_big(x) => {
                let exact = big_to_ratio(x);
                if exact.is_int() {
                    return Const::Int(exact.numerator().clone());
                }
                // A few bits of rounding error at the end of a long computation are forgiven.
                let (sign, magnitude) = x.repr().significand().clone().into_parts();
                let exponent = x.repr().exponent();
                let excess = magnitude.bit_len().saturating_sub(PRECISION - 4);
                if excess == 0 {
                    return Const::Unknown;
                }
                let truncated = &magnitude >> excess;
                for candidate in [truncated.clone(), truncated + UBig::ONE] {
                    let rounded = Big::from_parts(IBig::from_parts(sign, candidate), exponent + excess as isize);
                    let exact = big_to_ratio(&rounded);
                    if exact.is_int() {
                        return Const::Int(exact.numerator().clone());
                    }
                }
                Const::Unknown
            }
            Const::Complex(_) => match self.to_float() {
                Const::Unknown => Const::Unknown,
                re => re.to_int(),
            },
            _ => Const::Unknown,
        }
    }

    /// The value as a real number, if it is one; unknown otherwise.
    pub fn to_float(&self) -> Const {
        match self {
            Const::Int(x) if bit_len(x) < MAX_RATIONAL_BITS => Const::Rat(Box::new(RBig::from(x.clone()))),
            Const::Int(x) => Const::Float(Box::new(big_from_int(x))),
            Const::Rat(_) | Const::Float(_) => self.clone(),
            Const::Complex(parts) if parts.1.sign() == 0 => parts.0.to_float(),
            _ => Const::Unknown,
        }
    }

    /// The value as a complex number; unknown if it is no number.
    pub fn to_complex(&self) -> Const {
        match self {
            Const::Int(_) | Const::Rat(_) | Const::Float(_) => make_complex(self.clone(), Const::from(0i64)),
            Const::Complex(_) => self.clone(),
            _ => Const::Unknown,
        }
    }

    /// The value exactly, as go/constant's `ExactString` has it.
    pub fn exact_string(&self) -> String {
        match self {
            Const::Str(s) => quote(s),
            Const::Rat(x) if x.is_int() => x.numerator().to_string(),
            Const::Rat(x) => format!("{}/{}", x.numerator(), x.denominator()),
            Const::Float(x) => big_hex(x),
            Const::Complex(parts) => format!("({} + {}i)", parts.0.exact_string(), parts.1.exact_string()),
            _ => self.to_string(),
        }
    }

    fn big(&self) -> Big {
        match self {
            Const::Int(x) => big_from_int(x),
            Const::Rat(x) => big_from_ratio(x.numerator(), x.denominator()),
            Const::Float(x) => (**x).clone(),
            _ => Big::ZERO,
        }
    }
}

/// A binary floating-point format: digits of the significand, and the exponents `e` of the smallest and largest normal numbers
/// `m × 2^e` with `0.5 <= m < 1`.
#[derive(Clone, Copy)]
struct FloatFormat {
    digits: i64,
    lowest: i64,
    highest: i64,
}

/// `magnitude × 2^exponent` rounded to the nearest number of the format, ties to even; infinite if it is too large.
fn round_to(sign: Sign, magnitude: &UBig, exponent: i64, format: FloatFormat) -> f64 {
    let signed = |x: f64| if sign == Sign::Negative { -x } else { x };
    let bits = magnitude.bit_len() as i64;
    if bits == 0 {
        return 0.0;
    }
    let top = bits + exponent;
    if top > format.highest {
        return signed(f64::INFINITY);
    }
    // Numbers below the normal ones have fewer digits.
    let digits = format.digits - (format.lowest - top).max(0);
    if digits < 0 {
        return signed(0.0);
    }
    let drop = (bits - digits).max(0);
    let mut kept = magnitude >> drop as usize;
    if drop > 0 {
        let rest = magnitude - (&kept << drop as usize);
        let half = UBig::ONE << (drop - 1) as usize;
        let odd = kept.bit(0);
        if rest > half || rest == half && odd {
            kept += UBig::ONE;
        }
    }
    // At most 53 digits: exact.
    let kept = u64::try_from(kept).unwrap_or(0) as f64;
    let mut scale = exponent + drop;
    let mut value = kept;
    while scale < -1000 {
        value *= 2f64.powi(-1000);
        scale += 1000;
    }
    while scale > 1000 {
        value *= 2f64.powi(1000);
        scale -= 1000;
    }
    value *= 2f64.powi(scale as i32);
    let limit = 2f64.powi(format.highest.min(1023) as i32);
    signed(if format.highest < 1024 && value >= limit { f64::INFINITY } else { value })
}

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

fn short_float(x: &Big) -> String {
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
fn shortest(x: f64) -> String {
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
fn big_hex(x: &Big) -> String {
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

fn parse_int(text: &str) -> Option<IBig> {
    let (base, digits) = strip_base(text);
    let base = if base == 10 && digits.len() > 1 && digits.starts_with('0') { 8 } else { base };
    if digits.is_empty() || !digits.bytes().all(|b| (b as char).is_digit(base)) {
        return None;
    }
    IBig::from_str_radix(&digits, base).ok()
}

/// The number before the `i` of an imaginary literal: decimal even with leading zeros, or with a base prefix.
fn parse_imaginary(text: &str) -> Option<Const> {
    let (base, digits) = strip_base(text);
    if base == 10 || (base == 16 && digits.contains(['.', 'p'])) {
        return parse_float(text);
    }
    if digits.is_empty() || !digits.bytes().all(|b| (b as char).is_digit(base)) {
        return None;
    }
    Some(make_ratio(RBig::from(IBig::from_str_radix(&digits, base).ok()?)))
}

fn parse_float(text: &str) -> Option<Const> {
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

/// `op y`. For `^` of unsigned operands `bits` is their size, 0 otherwise.
pub fn unary_op(op: UnaryOp, y: &Const, bits: u32) -> Const {
    match (op, y) {
        (UnaryOp::Add, Const::Int(_) | Const::Rat(_) | Const::Float(_) | Const::Complex(_)) => y.clone(),
        (UnaryOp::Neg, Const::Int(x)) => Const::Int(-x),
        (UnaryOp::Neg, Const::Rat(x)) => make_ratio(-(**x).clone()),
        (UnaryOp::Neg, Const::Float(x)) => make_float(-(**x).clone()),
        (UnaryOp::Neg, Const::Complex(parts)) => make_complex(unary_op(op, &parts.0, 0), unary_op(op, &parts.1, 0)),
        (UnaryOp::Xor, Const::Int(x)) => {
            let flipped = !x;
            if bits == 0 {
                return Const::Int(flipped);
            }
            let mask = (IBig::ONE << bits as usize) - IBig::ONE;
            Const::Int(flipped & mask)
        }
        (UnaryOp::Not, Const::Bool(b)) => Const::Bool(!b),
        _ => Const::Unknown,
    }
}

fn rank(x: &Const) -> u8 {
    match x {
        Const::Unknown => 0,
        Const::Bool(_) | Const::Str(_) => 1,
        Const::Int(_) => 2,
        Const::Rat(_) => 3,
        Const::Float(_) => 4,
        Const::Complex(_) => 5,
    }
}

fn lift(x: &Const, to: u8) -> Const {
    match to {
        3 => match x {
            Const::Int(i) => Const::Rat(Box::new(RBig::from(i.clone()))),
            _ => x.clone(),
        },
        4 => Const::Float(Box::new(x.big())),
        5 => x.to_complex(),
        _ => x.clone(),
    }
}

/// `x op y` for arithmetic, logical and string operators. `int_div` makes `/` of integers truncate. Division by zero (which the
/// caller has excluded), operands that don't fit the operator, and over-long strings yield an unknown value.
pub fn binary_op(x: &Const, op: BinaryOp, y: &Const, int_div: bool) -> Const {
    use BinaryOp as B;
    if x.is_unknown() || y.is_unknown() {
        return Const::Unknown;
    }
    let to = rank(x).max(rank(y));
    if to >= 3 && (rank(x) < 2 || rank(y) < 2) {
        return Const::Unknown;
    }
    let (x, y) = (if rank(x) < to { lift(x, to) } else { x.clone() }, if rank(y) < to { lift(y, to) } else { y.clone() });
    match (x, y) {
        (Const::Bool(a), Const::Bool(b)) => match op {
            B::LAnd => Const::Bool(a && b),
            B::LOr => Const::Bool(a || b),
            _ => Const::Unknown,
        },
        (Const::Str(a), Const::Str(b)) if op == B::Add && a.len() + b.len() <= MAX_STRING => Const::Str([&a[..], &b[..]].concat().into()),
        (Const::Int(a), Const::Int(b)) => match op {
            B::Add => Const::Int(a + b),
            B::Sub => Const::Int(a - b),
            B::Mul => Const::Int(a * b),
            B::Div | B::Rem if b.is_zero() => Const::Unknown,
            B::Div if int_div => Const::Int(a / b),
            B::Div => make_ratio(RBig::from_parts_signed(a, b)),
            B::Rem => Const::Int(a % b),
            B::And => Const::Int(a & b),
            B::Or => Const::Int(a | b),
            B::Xor => Const::Int(a ^ b),
            B::AndNot => Const::Int(a & !b),
            _ => Const::Unknown,
        },
        (Const::Rat(a), Const::Rat(b)) => match op {
            B::Add => make_ratio(*a + *b),
            B::Sub => make_ratio(*a - *b),
            B::Mul => make_ratio(*a * *b),
            B::Div if !b.is_zero() => make_ratio(*a / *b),
            _ => Const::Unknown,
        },
        (Const::Float(a), Const::Float(b)) => match op {
            B::Add => make_float(add_big(&a, &b)),
            B::Sub => make_float(add_big(&a, &-*b)),
            B::Mul => make_float(mul_big(&a, &b)),
            B::Div if !b.repr().significand().is_zero() => make_float(div_big(&a, &b)),
            _ => Const::Unknown,
        },
        (Const::Complex(p), Const::Complex(q)) => complex_op(&p, op, &q),
        _ => Const::Unknown,
    }
}

fn complex_op(p: &(Const, Const), op: BinaryOp, q: &(Const, Const)) -> Const {
    let ((a, b), (c, d)) = (p, q);
    let add = |x: &Const, y: &Const| binary_op(x, BinaryOp::Add, y, false);
    let sub = |x: &Const, y: &Const| binary_op(x, BinaryOp::Sub, y, false);
    let mul = |x: &Const, y: &Const| binary_op(x, BinaryOp::Mul, y, false);
    let quo = |x: &Const, y: &Const| binary_op(x, BinaryOp::Div, y, false);
    match op {
        BinaryOp::Add => make_complex(add(a, c), add(b, d)),
        BinaryOp::Sub => make_complex(sub(a, c), sub(b, d)),
        BinaryOp::Mul => make_complex(sub(&mul(a, c), &mul(b, d)), add(&mul(b, c), &mul(a, d))),
        BinaryOp::Div => {
            let norm = add(&mul(c, c), &mul(d, d));
            make_complex(quo(&add(&mul(a, c), &mul(b, d)), &norm), quo(&sub(&mul(b, c), &mul(a, d)), &norm))
        }
        _ => Const::Unknown,
    }
}

/// `x << count` or `x >> count` of an integer.
pub fn shift(x: &Const, left: bool, count: u32) -> Const {
    match x {
        Const::Int(x) if left => Const::Int(x << count as usize),
        Const::Int(x) => Const::Int(x >> count as usize),
        _ => Const::Unknown,
    }
}

/// `x op y` for comparison operators; false if a value is unknown.
pub fn compare(x: &Const, op: BinaryOp, y: &Const) -> bool {
    if x.is_unknown() || y.is_unknown() {
        return false;
    }
    if let (Const::Complex(_), _) | (_, Const::Complex(_)) = (x, y) {
        let equal = compare(&x.real(), BinaryOp::Eq, &y.real()) && compare(&x.imag(), BinaryOp::Eq, &y.imag());
        return if op == BinaryOp::Ne { !equal } else { equal };
    }
    let order = match (x, y) {
        (Const::Bool(a), Const::Bool(b)) => a.cmp(b),
        (Const::Str(a), Const::Str(b)) => a.cmp(b),
        (Const::Int(a), Const::Int(b)) => a.cmp(b),
        (Const::Float(_), _) | (_, Const::Float(_)) => x.big().partial_cmp(&y.big()).unwrap_or(Ordering::Equal),
        _ => match (lift(x, 3), lift(y, 3)) {
            (Const::Rat(a), Const::Rat(b)) => a.cmp(&b),
            _ => return false,
        },
    };
    match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Ne => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::Ge => order.is_ge(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lit(text: &str) -> Const {
        let kind = if text.ends_with('i') && !text.starts_with('"') {
            LitKind::Imag
        } else if text.starts_with("0x") && !text.contains(['p', '.']) || !text.contains(['.', 'e', 'p']) {
            LitKind::Int
        } else {
            LitKind::Float
        };
        Const::from_literal(kind, text)
    }

    #[test]
    fn literals() {
        for (text, short, exact) in [
            ("0", "0", "0"),
            ("0b1010_1", "21", "21"),
            ("0o17", "15", "15"),
            ("017", "15", "15"),
            ("0xFFFF_FFFF_FFFF_FFFF_F", "295147905179352825855", "295147905179352825855"),
            ("1.5", "1.5", "3/2"),
            ("0x1p-2", "0.25", "1/4"),
            ("0x.8p1", "1", "1"),
            ("1e3", "1000", "1000"),
            ("1e100", "1e+100", &format!("1{}", "0".repeat(100))),
            ("123456789.0", "1.23457e+08", "123456789"),
            ("0.1", "0.1", "1/10"),
            ("1e-1000", "1e-1000", &format!("1/1{}", "0".repeat(1000))),
            ("2i", "(0 + 2i)", "(0 + 2i)"),
            ("010i", "(0 + 10i)", "(0 + 10i)"),
            ("0x10i", "(0 + 16i)", "(0 + 16i)"),
        ] {
            assert_eq!(lit(text).to_string(), short, "{text}");
            assert_eq!(lit(text).exact_string(), exact, "{text}");
        }
        assert_eq!(lit("1e10000").to_string(), "1e+10000");
        assert_eq!(lit("1e1000000000"), Const::Unknown);
        assert_eq!(lit("089"), Const::Unknown);
    }

    #[test]
    fn operations() {
        let op = |a: &str, o: BinaryOp, b: &str| binary_op(&lit(a), o, &lit(b), false).exact_string();
        assert_eq!(op("1", BinaryOp::Div, "3"), "1/3");
        assert_eq!(binary_op(&lit("7"), BinaryOp::Div, &lit("2"), true).exact_string(), "3");
        assert_eq!(op("7", BinaryOp::AndNot, "2"), "5");
        assert_eq!(op("1i", BinaryOp::Mul, "1i"), "(-1 + 0i)");
        assert_eq!(op("0.5", BinaryOp::Add, "1"), "3/2");
        assert_eq!(unary_op(UnaryOp::Xor, &lit("1"), 8).exact_string(), "254");
        assert_eq!(unary_op(UnaryOp::Xor, &lit("1"), 0).exact_string(), "-2");
        assert_eq!(shift(&lit("1"), true, 100).exact_string(), "1267650600228229401496703205376");
        assert_eq!(lit("4.0").to_int(), Const::from(4i64));
        assert_eq!(lit("4.5").to_int(), Const::Unknown);
        assert!(compare(&lit("1"), BinaryOp::Lt, &lit("1.5")));
        assert_eq!(lit("0.1").f32_value(), 0.1f32);
        assert!(lit("1e400").f64_value().is_infinite());
        // Rounding of integers, of numbers below the normal ones, and at the upper end.
        assert_eq!(lit("0x9a9a9b9ef61dd60000").f64_value().to_bits(), 0x4463_5353_73de_c3bb);
        assert_eq!(lit("4.9e-324").f64_value().to_bits(), 1);
        assert_eq!(lit("2.4e-324").f64_value().to_bits(), 0);
        assert_eq!(lit("2.5e-324").f64_value().to_bits(), 1);
        assert_eq!(lit("1e-40").f32_value().to_bits(), 71362);
        assert_eq!(lit("1.7976931348623157e308").f64_value(), f64::MAX);
        assert!(lit("1.7976931348623159e308").f64_value().is_infinite());
        assert_eq!(lit("3.4028235e38").f32_value(), f32::MAX);
        assert!(lit("3.4028236e38").f32_value().is_infinite());
        // A half is no integer, however large the numbers it came from.
        let half = binary_op(&lit("71.5"), BinaryOp::Add, &lit("4e-3175"), false);
        assert_eq!(half.to_int(), Const::Unknown);
        let third = binary_op(&lit("1e5000"), BinaryOp::Div, &lit("1e4999"), false);
        assert_eq!(third.to_int(), Const::from(10i64));
    }

    #[test]
    fn printing() {
        for (x, digits, text) in [
            (100.0, Some(6), "100"),
            (1e6, Some(6), "1e+06"),
            (123456.0, Some(6), "123456"),
            (0.0001, Some(6), "0.0001"),
            (0.00001, Some(6), "1e-05"),
            (-2.5, Some(6), "-2.5"),
        ] {
            assert_eq!(format_g(x, digits), text);
        }
    }
}
