//! Binary operations, comparisons and shifts (Go spec, "Arithmetic operators", "Comparison operators", "Logical operators").

use amigos_syntax::TextRange;
use amigos_syntax::ast::{BinaryOp, ExprId, ExprKind};

use crate::checker::{Checker, Code};
use crate::codes;
use crate::expr::composite_kind;
use crate::facts::Mode;
use crate::konst::{self, Const, ConstKind};
use crate::operand::Operand;
use crate::predicates::{default_type, is_type_param, is_untyped};
use crate::ty::{Basic, Ty, TyKind};

/// The right operand of a binary operation.
#[derive(Clone, Copy)]
pub(crate) enum Rhs {
    Expr(ExprId),
    /// The 1 of `x++`.
    One,
}

pub(crate) fn is_shift(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Shl | BinaryOp::Shr)
}

pub(crate) fn is_comparison(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

impl Checker<'_> {
    /// A binary expression. Its left spine is walked in a loop: chains of operators can be long.
    pub(crate) fn binary_chain(&mut self, x: &mut Operand, e: ExprId) {
        let ast = self.ast();
        let mut spine = vec![e];
        let mut at = e;
        while let ExprKind::Binary { x: lhs, .. } = &ast[at].kind {
            at = *lhs;
            if matches!(ast[at].kind, ExprKind::Binary { .. }) {
                spine.push(at);
            }
        }
        self.expr(None, x, at);
        for (i, at) in spine.iter().enumerate().rev() {
            let ExprKind::Binary { op, y, .. } = &ast[*at].kind else { return };
            self.binary(x, Some(*at), *op, Rhs::Expr(*y), self.op_range(*at));
            if x.mode == Mode::Invalid {
                x.expr = Some(*at);
            }
            if i > 0 {
                x.expr = Some(*at);
                self.finish_expr(None, x, false);
                self.single_value(x);
            }
        }
    }

    /// Checks `x op rhs`, `x` being checked already. `e` is the whole expression, if there is one (not so in `x += y`).
    pub(crate) fn binary(&mut self, x: &mut Operand, e: Option<ExprId>, op: BinaryOp, rhs: Rhs, op_pos: TextRange) {
        let lhs = x.clone();
        let mut y = Operand::default();
        match rhs {
            Rhs::Expr(rhs) => self.expr(None, &mut y, rhs),
            Rhs::One => y = Operand { val: Some(Const::from(1i64)), ..Operand::new(Mode::Const, Ty::basic(Basic::UntypedInt), None) },
        }
        if x.mode == Mode::Invalid {
            return;
        }
        if y.mode == Mode::Invalid {
            x.invalidate();
            x.expr = y.expr;
            return;
        }
        if is_shift(op) {
            self.shift(x, &mut y, e, op, op_pos);
            return;
        }
        self.match_types(x, &mut y);
        if x.mode == Mode::Invalid {
            return;
        }
        if is_comparison(op) {
            self.comparison(x, &mut y, op, false);
            return;
        }
        if !self.identical(x.ty, y.ty) {
            if !x.ty.is_invalid() && !y.ty.is_invalid() {
                let types = format!("(mismatched types {} and {})", self.ty_str(x.ty), self.ty_str(y.ty));
                let (range, what) = match e {
                    Some(e) => (self.range(e), self.expr_str(e)),
                    None => {
                        let what = format!("{} {}= {}", self.operand_expr_str(&lhs), op.as_str(), self.operand_expr_str(&y));
                        (self.operand_range(x), what)
                    }
                };
                self.error(codes::MismatchedTypes, range, format!("invalid operation: {what} {types}"));
            }
            x.invalidate();
            return;
        }
        let defined = match op {
            BinaryOp::Add => self.all_numeric_or_string(x.ty),
            BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => self.all_numeric(x.ty),
            BinaryOp::LAnd | BinaryOp::LOr => self.all_boolean(x.ty),
            _ => self.all_integer(x.ty),
        };
        if !defined {
            self.undefined_op(op.as_str(), x);
            return;
        }
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && y.mode == Mode::Const {
            let y_val = y.val.as_ref().unwrap_or(&Const::Unknown);
            let zero = y_val.sign() == 0 && (x.mode == Mode::Const || self.all_integer(x.ty));
            if zero || x.mode == Mode::Const && self.is_complex(x.ty) && y_val.real().sign() == 0 && y_val.imag().sign() == 0 {
                self.error(codes::DivByZero, self.operand_range(&y), "invalid operation: division by zero");
                x.invalidate();
                return;
            }
        }
        if x.mode == Mode::Const && y.mode == Mode::Const {
            let (Some(a), Some(b)) = (&x.val, &y.val) else { return };
            if a.is_unknown() || b.is_unknown() {
                x.val = Some(Const::Unknown);
                return;
            }
            if let (Const::Str(a), Const::Str(b)) = (a, b)
                && a.len() + b.len() > konst::MAX_STRING
            {
                self.error(codes::InvalidConstVal, op_pos, "constant string too long");
                x.val = Some(Const::Unknown);
                return;
            }
            let int_div = op == BinaryOp::Div && self.is_integer(x.ty);
            x.val = Some(konst::binary_op(a, op, b, int_div));
            x.expr = e.or(x.expr);
            self.overflow(x, op_pos);
            return;
        }
        x.mode = Mode::Value;
        x.val = None;
    }

    /// Checks the comparison of two operands; of a switch case `x` is the case's value and `y` the switch's.
    pub(crate) fn comparison(&mut self, x: &mut Operand, y: &mut Operand, op: BinaryOp, switch_case: bool) {
        if x.ty.is_invalid() || y.ty.is_invalid() {
            x.invalidate();
            return;
        }
        let op = if switch_case { BinaryOp::Eq } else { op };
        match self.comparison_error(x, y, op) {
            None => {
                if x.mode == Mode::Const && y.mode == Mode::Const {
                    let (a, b) = (x.val.as_ref().unwrap_or(&Const::Unknown), y.val.as_ref().unwrap_or(&Const::Unknown));
                    let unknown = a.is_unknown() || b.is_unknown();
                    x.val = Some(if unknown { Const::Unknown } else { Const::Bool(konst::compare(a, op, b)) });
                } else {
                    x.mode = Mode::Value;
                    x.val = None;
                    // The operands are what they are; only the result is untyped.
                    let (x_ty, y_ty) = (default_type(x.ty), default_type(y.ty));
                    self.update_expr_type(x.expr, x_ty, true);
                    self.update_expr_type(y.expr, y_ty, true);
                }
                x.ty = Ty::basic(Basic::UntypedBool);
            }
            Some((code, at_y, cause)) => {
                let (x_str, y_str) = (self.operand_expr_str(x), self.operand_expr_str(y));
                if switch_case {
                    let message = format!("invalid case {x_str} in switch on {y_str} ({cause})");
                    self.error(code, self.operand_range(x), message);
                } else {
                    let range = if at_y { self.operand_range(y) } else { self.operand_range(x) };
                    self.error(code, range, format!("invalid operation: {x_str} {} {y_str} ({cause})", op.as_str()));
                }
                x.invalidate();
            }
        }
    }

    /// Why operands can't be compared: code, whether the second is to blame, and cause.
    fn comparison_error(&mut self, x: &Operand, y: &Operand, op: BinaryOp) -> Option<(Code, bool, String)> {
        let mut ignored = String::new();
        if self.assignable_to(x, y.ty, &mut ignored).is_err() && self.assignable_to(y, x.ty, &mut ignored).is_err() {
            let cause = format!("mismatched types {} and {}", self.ty_str(x.ty), self.ty_str(y.ty));
            return Some((codes::MismatchedTypes, true, cause));
        }
        let at_y = if matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            if x.is_nil() || y.is_nil() {
                let ty = if x.is_nil() { y.ty } else { x.ty };
                if self.has_nil(ty) {
                    return None;
                }
                true
            } else if !self.comparable(x.ty) {
                return Some((codes::UndefinedOp, false, self.incomparable_cause(x.ty)));
            } else if !self.comparable(y.ty) {
                return Some((codes::UndefinedOp, true, self.incomparable_cause(y.ty)));
            } else {
                return None;
            }
        } else if !self.all_ordered(x.ty) {
            false
        } else if !self.all_ordered(y.ty) {
            true
        } else {
            return None;
        };
        let op = op.as_str();
        if is_type_param(x.ty) || is_type_param(y.ty) {
            let at_y = at_y || !is_type_param(x.ty);
            let ty = if at_y { y.ty } else { x.ty };
            return Some((codes::UndefinedOp, at_y, format!("type parameter {} cannot use operator {op}", self.ty_str(ty))));
        }
        let ty = if at_y { y.ty } else { x.ty };
        let what = match composite_kind(self.under(ty)) {
            "" => self.ty_str(ty),
            kind => kind.to_owned(),
        };
        Some((codes::UndefinedOp, at_y, format!("operator {op} not defined on {what}")))
    }

    /// Why values of a type can't be compared.
    fn incomparable_cause(&self, ty: Ty) -> String {
        let under = self.under(ty);
        if matches!(under.kind(), TyKind::Slice(_) | TyKind::Signature(_) | TyKind::Map { .. }) {
            return format!("{} can only be compared to nil", composite_kind(under));
        }
        self.comparable_type(ty, true).err().unwrap_or_default()
    }

    fn shift(&mut self, x: &mut Operand, y: &mut Operand, e: Option<ExprId>, op: BinaryOp, op_pos: TextRange) {
        let x_int = if x.mode == Mode::Const { x.val.as_ref().map(Const::to_int) } else { None };
        let integral = x_int.as_ref().is_some_and(|v| v.kind() == ConstKind::Int);
        let unknown = x.mode == Mode::Const && x.val.as_ref().is_some_and(Const::is_unknown);
        if !(self.all_integer(x.ty) || is_untyped(x.ty) && (integral || unknown && self.is_numeric(x.ty))) {
            self.not_integer(x);
            return;
        }
        let mut count = None;
        if y.mode == Mode::Const {
            let y_int = y.val.as_ref().map_or(Const::Unknown, Const::to_int);
            if y_int.kind() == ConstKind::Int && y_int.sign() < 0 {
                let message = format!("invalid operation: negative shift count {}", self.operand_str(y));
                self.error(codes::InvalidShiftCount, self.operand_range(y), message);
                x.invalidate();
                return;
            }
            if is_untyped(y.ty) {
                // The count must be representable as uint; if it is not a constant shift, it becomes one.
                self.representable(y, Basic::Uint);
                if y.mode == Mode::Invalid {
                    x.invalidate();
                    return;
                }
            }
            count = Some(y_int);
        } else if self.all_integer(y.ty) {
            if !self.all_unsigned(y.ty) && !self.allow_version(13) {
                let message = format!("invalid operation: signed shift count {}", self.operand_str(y));
                self.verify_version(self.operand_range(y), 13, message);
                x.invalidate();
                return;
            }
        } else if is_untyped(y.ty) {
            // A comparison or shift of unknown value: it becomes of type uint, if it can.
            self.convert_untyped(y, Ty::basic(Basic::Uint));
            if y.mode == Mode::Invalid {
                x.invalidate();
                return;
            }
        } else {
            self.bad_count(x, y);
            return;
        }
        if x.mode == Mode::Const {
            if let Some(count) = count {
                let unknown = unknown || y.val.as_ref().is_none_or(Const::is_unknown);
                if !unknown {
                    const BOUND: u64 = 1023 - 1 + 52;
                    let Some(n) = count.u64_value().filter(|n| *n <= BOUND) else {
                        let message = format!("invalid operation: invalid shift count {}", self.operand_str(y));
                        self.error(codes::InvalidShiftCount, self.operand_range(y), message);
                        x.invalidate();
                        return;
                    };
                    x.val = Some(konst::shift(&x_int.unwrap_or(Const::Unknown), op == BinaryOp::Shl, n as u32));
                } else {
                    x.val = Some(Const::Unknown);
                }
                // 1.0 << 1 is an integer.
                if !self.is_integer(x.ty) {
                    x.ty = Ty::basic(Basic::UntypedInt);
                }
                if !unknown {
                    x.expr = e.or(x.expr);
                    let at = e.map_or(op_pos, |e| self.op_range(e));
                    self.overflow(x, at);
                }
                return;
            }
            if is_untyped(x.ty) {
                // A non-constant shift of a constant: what it becomes decides later whether it may.
                if let Some(e) = x.expr
                    && let Some(info) = self.untyped.get_mut(&(self.env.facts_at, e))
                {
                    info.is_lhs = true;
                }
                x.mode = Mode::Value;
                x.val = None;
                return;
            }
        }
        if !self.all_integer(x.ty) {
            self.not_integer(x);
            return;
        }
        x.mode = Mode::Value;
        x.val = None;
    }

    fn not_integer(&mut self, x: &mut Operand) {
        let message = format!("invalid operation: shifted operand {} must be integer", self.operand_str(x));
        self.error(codes::InvalidShiftOperand, self.operand_range(x), message);
        x.invalidate();
    }

    fn bad_count(&mut self, x: &mut Operand, y: &Operand) {
        let message = format!("invalid operation: shift count {} must be integer", self.operand_str(y));
        self.error(codes::InvalidShiftCount, self.operand_range(y), message);
        x.invalidate();
    }
}
