//! Functions of floats. What is not exact is computed in software (the crate `libm`), never by the processor or the system, so that all nodes agree.

pub use libm::{
    acos, asin, atan, atan2, cbrt, cos, cosh, exp, exp2, expm1, fmod, hypot, log, log1p, log2, log10, pow, remainder, sin, sinh, tan, tanh,
};

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
