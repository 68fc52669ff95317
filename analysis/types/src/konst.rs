//! Constant values (Go spec, "Constants"): exact, of arbitrary size within go/types' limits.
//!
//! A number is kept in the smallest form that holds it: integer, rational with parts of less than 4,096 bits, binary
//! floating-point number of 512 bits. [`Const::to_int`] and its siblings convert where the value allows it.

mod operations;
mod parse;
mod print;

use std::sync::Arc;

use amigos_syntax::ast::LitKind;
use dashu_base::{BitTest, Sign, Signed};
use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use crate::quote::{quote, unquote, unquote_rune};

use parse::{parse_float, parse_imaginary, parse_int};
use print::big_hex;

pub use operations::{binary_op, compare, shift, unary_op};
pub use print::format_g;

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

#[cfg(test)]
mod tests {
    use amigos_syntax::ast::{BinaryOp, UnaryOp};

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
