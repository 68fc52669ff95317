//! Constant values (Go spec, "Constants"): exact, of arbitrary size within go/types' limits.

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;
use dashu_int::IBig;
use dashu_ratio::RBig;
use std::sync::Arc;

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
