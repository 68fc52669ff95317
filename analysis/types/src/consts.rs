//! Constant expressions' values (Go spec, "Constants", "Representability", "Constant expressions").

use amigos_syntax::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};

use crate::checker::{Checker, Code};
use crate::codes;
use crate::konst::{self, Const, ConstKind};
use crate::operand::Operand;
use crate::predicates::{is_type_param, is_typed};
use crate::ty::{Basic, Ty, TyKind};

/// Bits of an untyped integer constant.
const MAX_UNTYPED_BITS: usize = 512;

/// The range of an integer type: whether it is signed, and its bits.
pub(crate) fn integer_bits(basic: Basic) -> Option<(bool, u32)> {
    Some(match basic {
        Basic::Int | Basic::Int64 => (true, 64),
        Basic::Int8 => (true, 8),
        Basic::Int16 => (true, 16),
        Basic::Int32 => (true, 32),
        Basic::Uint | Basic::Uint64 | Basic::Uintptr => (false, 64),
        Basic::Uint8 => (false, 8),
        Basic::Uint16 => (false, 16),
        Basic::Uint32 => (false, 32),
        _ => return None,
    })
}

fn round_f32(x: &Const) -> Option<Const> {
    let f = x.f32_value();
    f.is_finite().then(|| Const::from_f64(f64::from(f) + 0.0))
}

fn round_f64(x: &Const) -> Option<Const> {
    let f = x.f64_value();
    f.is_finite().then(|| Const::from_f64(f + 0.0))
}

/// The value `x` has in the basic type, if it is representable there (rounded, for floating-point types).
pub(crate) fn representable_const(x: &Const, basic: Basic) -> Option<Const> {
    if x.is_unknown() {
        return Some(Const::Unknown);
    }
    match basic {
        Basic::UntypedInt | Basic::UntypedRune => {
            let x = x.to_int();
            (x.kind() == ConstKind::Int).then_some(x)
        }
        Basic::UntypedFloat => {
            let f = x.to_float();
            (f.kind() == ConstKind::Float).then(|| x.clone())
        }
        Basic::UntypedComplex => {
            let c = x.to_complex();
            (c.kind() == ConstKind::Complex).then(|| x.clone())
        }
        Basic::Float32 | Basic::Float64 => {
            let f = x.to_float();
            if f.kind() != ConstKind::Float {
                return None;
            }
            if basic == Basic::Float32 { round_f32(&f) } else { round_f64(&f) }
        }
        Basic::Complex64 | Basic::Complex128 => {
            let c = x.to_complex();
            if c.kind() != ConstKind::Complex {
                return None;
            }
            let round = if basic == Basic::Complex64 { round_f32 } else { round_f64 };
            Some(Const::complex(&round(&c.real())?, &round(&c.imag())?))
        }
        Basic::String | Basic::UntypedString => (x.kind() == ConstKind::String).then(|| x.clone()),
        Basic::Bool | Basic::UntypedBool => (x.kind() == ConstKind::Bool).then(|| x.clone()),
        _ => {
            let (signed, bits) = integer_bits(basic)?;
            let x = x.to_int();
            if x.kind() != ConstKind::Int {
                return None;
            }
            let fits = match (signed, x.sign() < 0) {
                (false, true) => false,
                (false, false) => x.bit_len() <= bits as usize,
                (true, false) => x.bit_len() < bits as usize,
                // -2^(n-1) is the one negative number whose magnitude has n bits.
                (true, true) => {
                    x.bit_len() < bits as usize
                        || konst::compare(
                            &x,
                            BinaryOp::Eq,
                            &konst::unary_op(UnaryOp::Neg, &konst::shift(&Const::from(1i64), true, bits - 1), 0),
                        )
                }
            };
            fits.then_some(x)
        }
    }
}

impl Checker<'_> {
    /// The basic type under a type.
    pub(crate) fn basic(&self, ty: Ty) -> Option<Basic> {
        match self.under(ty).kind() {
            TyKind::Basic(basic) => Some(*basic),
            _ => None,
        }
    }

    /// Checks a constant operand against its type, or against the limit of untyped integers; `at` is the operator's position.
    pub(crate) fn overflow(&mut self, x: &mut Operand, at: amigos_syntax::TextRange) {
        let Some(val) = x.val.clone() else { return };
        if val.is_unknown() {
            self.error(codes::InvalidConstVal, at, "constant result is not representable");
            return;
        }
        if is_typed(x.ty) {
            if let Some(basic) = self.basic(x.ty) {
                let shown = self.shown_basic(x.ty);
                self.representable_as(x, basic, shown);
            }
            return;
        }
        if val.kind() == ConstKind::Int && val.bit_len() > MAX_UNTYPED_BITS {
            let op = x.expr.map_or("", |e| self.op_name(e));
            let space = if op.is_empty() { "" } else { " " };
            self.error(codes::InvalidConstVal, at, format!("constant {op}{space}overflow"));
            x.val = Some(Const::Unknown);
        }
    }

    fn op_name(&self, e: ExprId) -> &'static str {
        match &self.ast()[e].kind {
            ExprKind::Binary { op: BinaryOp::Add, .. } => "addition",
            ExprKind::Binary { op: BinaryOp::Sub, .. } => "subtraction",
            ExprKind::Binary { op: BinaryOp::Xor, .. } => "bitwise XOR",
            ExprKind::Binary { op: BinaryOp::Mul, .. } => "multiplication",
            ExprKind::Binary { op: BinaryOp::Shl, .. } => "shift",
            ExprKind::Unary { op: UnaryOp::Xor, .. } => "bitwise complement",
            _ => "",
        }
    }

    /// Gives a constant operand its value in the basic type, or reports that it has none there.
    pub(crate) fn representable(&mut self, x: &mut Operand, basic: Basic) {
        self.representable_as(x, basic, Ty::basic(basic));
    }

    /// The underlying type as messages show it: `byte` and `rune` keep their names.
    fn shown_basic(&self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Alias { key, .. } if key.pkg.is_none() => ty,
            _ => self.under(ty),
        }
    }

    fn representable_as(&mut self, x: &mut Operand, basic: Basic, shown: Ty) {
        match self.representation(x, basic) {
            Ok(val) => x.val = Some(val),
            Err(code) => {
                self.invalid_conversion(code, x, shown);
                x.invalidate();
            }
        }
    }

    /// The value of a constant operand in the basic type.
    pub(crate) fn representation(&self, x: &Operand, basic: Basic) -> Result<Const, Code> {
        let val = x.val.as_ref().unwrap_or(&Const::Unknown);
        if let Some(val) = representable_const(val, basic) {
            return Ok(val);
        }
        let target = Ty::basic(basic);
        if self.is_numeric(x.ty) && self.is_numeric(target) {
            if !self.is_integer(x.ty) && self.is_integer(target) {
                return Err(codes::TruncatedFloat);
            }
            return Err(codes::NumericOverflow);
        }
        Err(codes::InvalidConstVal)
    }

    pub(crate) fn invalid_conversion(&mut self, code: Code, x: &Operand, target: Ty) {
        let (x_str, t_str) = (self.operand_str(x), self.ty_str(target));
        let message = match code {
            codes::TruncatedFloat => format!("{x_str} truncated to {t_str}"),
            codes::NumericOverflow => format!("{x_str} overflows {t_str}"),
            _ => format!("cannot convert {x_str} to type {t_str}"),
        };
        self.error(code, self.operand_range(x), message);
    }

    /// Converts an untyped operand to the target type, or reports that it can't be.
    pub(crate) fn convert_untyped(&mut self, x: &mut Operand, target: Ty) {
        match self.implicit_type_and_value(x, target) {
            Err(code) => {
                let shown = if is_type_param(target) { target } else { self.shown_basic(target) };
                self.invalid_conversion(code, x, shown);
                x.invalidate();
            }
            Ok((ty, val)) => self.set_converted(x, ty, val),
        }
    }

    /// Gives an untyped operand the type (and value) that [`Checker::implicit_type_and_value`] found, in its recorded expression too.
    pub(crate) fn set_converted(&mut self, x: &mut Operand, ty: Ty, val: Option<Const>) {
        if let Some(val) = val {
            self.update_expr_val(x.expr, &val);
            x.val = Some(val);
        }
        if ty != x.ty {
            x.ty = ty;
            self.update_expr_type(x.expr, ty, false);
        }
    }
}
