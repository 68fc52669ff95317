//! Untyped operands: what they become (Go spec, "Constants", "Conversions").

use amigos_syntax::ast::{ExprId, ExprKind};

use crate::binary::{is_comparison, is_shift};
use crate::checker::{Checker, Code};
use crate::codes;
use crate::facts::Mode;
use crate::konst::Const;
use crate::operand::Operand;
use crate::predicates::{default_type, is_type_param, is_typed, is_untyped, max_type};
use crate::ty::{Basic, Ty, TyKind};

impl Checker<'_> {
    /// Records the type that an untyped expression, and those it is made of, turn out to have. If not `last`, and the type is untyped, only
    /// the kind changes.
    pub(crate) fn update_expr_type(&mut self, expr: Option<ExprId>, ty: Ty, last: bool) {
        let Some(mut e) = expr else { return };
        let ast = self.ast();
        // The left spine is walked in a loop: chains of operators can be long.
        let mut spine = Vec::new();
        while let Some(info) = self.untyped.get(&(self.env.facts_at, e)) {
            spine.push(e);
            // Constant subexpressions stay as they are: only the root's value counts.
            let constant = info.val.is_some();
            match &ast[e].kind {
                ExprKind::Paren(inner) => e = *inner,
                ExprKind::Unary { x, .. } if !constant => e = *x,
                ExprKind::Binary { op, x, y } if !constant && !is_comparison(*op) => {
                    if !is_shift(*op) {
                        self.update_expr_type(Some(*y), ty, last);
                    }
                    e = *x;
                }
                _ => break,
            }
        }
        for e in spine.into_iter().rev() {
            self.update_one(e, ty, last);
        }
    }

    fn update_one(&mut self, e: ExprId, ty: Ty, last: bool) {
        let key = (self.env.facts_at, e);
        let Some(info) = self.untyped.get_mut(&key) else { return };
        if !last && matches!(ty.kind(), TyKind::Basic(b) if *b >= Basic::UntypedBool) {
            info.ty = ty;
            return;
        }
        let Some(info) = self.untyped.remove(&key) else { return };
        if info.is_lhs && !self.all_integer(ty) {
            let message = format!("invalid operation: shifted operand {} (type {}) must be integer", self.expr_str(e), self.ty_str(ty));
            self.error(codes::InvalidShiftOperand, self.range(e), message);
            return;
        }
        if let Some(val) = info.val.clone() {
            let mut c = Operand { mode: info.mode, ty: info.ty, val: Some(val), expr: Some(e), builtin: None, label: None };
            self.convert_untyped(&mut c, ty);
            if c.mode == Mode::Invalid {
                return;
            }
        }
        self.record_type_and_value(e, info.mode, ty, info.val);
    }

    /// The type and value that an operand has if it is implicitly converted to the target type.
    pub(crate) fn implicit_type_and_value(&self, x: &Operand, target: Ty) -> Result<(Ty, Option<Const>), Code> {
        const BAD: Code = codes::InvalidUntypedConversion;
        if x.mode == Mode::Invalid || is_typed(x.ty) || target.is_invalid() {
            return Ok((x.ty, None));
        }
        let nil = Ty::basic(Basic::UntypedNil);
        if is_untyped(target) {
            return max_type(x.ty, target).map(|ty| (ty, None)).ok_or(BAD);
        }
        if is_type_param(target) {
            for pair in self.type_pairs(target) {
                let Some((_, u)) = pair else { return Err(BAD) };
                self.implicit_type_and_value(x, u).map_err(|_| BAD)?;
            }
            return Ok(if x.is_nil() { (nil, None) } else { (target, None) });
        }
        let under = self.under(target);
        match under.kind() {
            TyKind::Basic(basic) => {
                if x.mode == Mode::Const {
                    return self.representation(x, *basic).map(|val| (target, Some(val)));
                }
                let TyKind::Basic(kind) = x.ty.kind() else { return Err(BAD) };
                let fits = match kind {
                    Basic::UntypedBool => self.is_boolean(target),
                    Basic::UntypedInt | Basic::UntypedRune | Basic::UntypedFloat | Basic::UntypedComplex => self.is_numeric(target),
                    Basic::UntypedString => self.is_string(target),
                    Basic::UntypedNil if self.has_nil(target) => return Ok((nil, None)),
                    _ => false,
                };
                if fits { Ok((target, None)) } else { Err(BAD) }
            }
            TyKind::Interface(_) => {
                if x.is_nil() {
                    return Ok((nil, None));
                }
                let set = self.type_set(under);
                if !set.methods.is_empty() || set.terms.is_some() || set.comparable {
                    return Err(BAD);
                }
                Ok((default_type(x.ty), None))
            }
            TyKind::Pointer(_) | TyKind::Signature(_) | TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Chan { .. } if x.is_nil() => {
                Ok((nil, None))
            }
            _ => Err(BAD),
        }
    }

    /// Gives untyped operands of a binary operation the type of the other operand, where that is possible.
    pub(crate) fn match_types(&mut self, x: &mut Operand, y: &mut Operand) {
        if !self.may_convert(x, y) {
            return;
        }
        self.convert_untyped(x, y.ty);
        if x.mode == Mode::Invalid {
            return;
        }
        self.convert_untyped(y, x.ty);
        if y.mode == Mode::Invalid {
            x.invalidate();
        }
    }

    fn may_convert(&self, x: &Operand, y: &Operand) -> bool {
        if is_typed(x.ty) && is_typed(y.ty) || self.all_numeric(x.ty) != self.all_numeric(y.ty) {
            return false;
        }
        if self.is_non_type_param_interface(x.ty) || self.is_non_type_param_interface(y.ty) {
            return true;
        }
        if self.all_boolean(x.ty) != self.all_boolean(y.ty) || self.all_string(x.ty) != self.all_string(y.ty) {
            return false;
        }
        if x.is_nil() {
            return self.has_nil(y.ty);
        }
        if y.is_nil() {
            return self.has_nil(x.ty);
        }
        let pointer = |ty: Ty| matches!(self.under(ty).kind(), TyKind::Pointer(_));
        !pointer(x.ty) && !pointer(y.ty)
    }
}
