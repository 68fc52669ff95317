//! Recording what was found out about expressions.

use amigos_syntax::ast::{ExprId, ExprKind};

use crate::checker::{Checker, ExprInfo};
use crate::facts::{Mode, TypeAndValue};
use crate::konst::Const;
use crate::operand::Operand;
use crate::predicates::is_untyped;
use crate::ty::{Basic, Signature, Ty, TyKind};

impl Checker<'_> {
    /// Records an operand's expression: at once if it is typed, else when its final type is known.
    pub(crate) fn record(&mut self, x: &Operand) {
        let Some(expr) = x.expr else { return };
        let (ty, val) = match x.mode {
            Mode::Invalid => (Ty::invalid(), None),
            Mode::NoValue => (Ty::tuple([]), None),
            Mode::Const => (x.ty, x.val.clone()),
            _ => (x.ty, None),
        };
        if is_untyped(ty) {
            let key = (self.env.facts_at, expr);
            self.untyped.insert(key, ExprInfo { is_lhs: false, mode: x.mode, ty, val });
        } else {
            self.record_type_and_value(expr, x.mode, ty, val);
        }
    }

    /// Records the untyped expressions that never got a type with the types they have.
    pub(crate) fn record_untyped(&mut self) {
        for ((at, expr), info) in std::mem::take(&mut self.untyped) {
            let Some(facts) = self.all_facts.get_mut(at) else { continue };
            if facts.types.len() <= expr.idx() {
                facts.types.resize(expr.idx() + 1, TypeAndValue::default());
            }
            let nil = info.mode == Mode::Value && matches!(info.ty.kind(), TyKind::Basic(Basic::UntypedNil));
            let mode = if nil { Mode::Nil } else { info.mode };
            facts.types[expr.idx()] = TypeAndValue { mode, ty: info.ty, value: info.val };
        }
    }

    /// Records the type that a builtin function has in a call, on all parentheses around its name.
    pub(crate) fn record_builtin_type(&mut self, fun: ExprId, sig: Signature) {
        let ty = Ty::new(TyKind::Signature(sig));
        let mut at = fun;
        loop {
            self.record_type_and_value(at, Mode::Builtin, ty, None);
            match &self.ast()[at].kind {
                ExprKind::Paren(inner) => at = *inner,
                _ => return,
            }
        }
    }

    /// Records that a comma-ok expression is used with both its values.
    pub(crate) fn record_comma_ok_types(&mut self, expr: ExprId, first: Ty, second: Ty) {
        if first.is_invalid() || second.is_invalid() {
            return;
        }
        let tuple = Ty::tuple([first, second]);
        let mut at = expr;
        loop {
            if let Some(slot) = self.facts().types.get_mut(at.idx())
                && slot.mode != Mode::Invalid
            {
                slot.ty = tuple;
            }
            match &self.ast()[at].kind {
                ExprKind::Paren(inner) => at = *inner,
                _ => return,
            }
        }
    }

    /// Changes the recorded value of an untyped expression.
    pub(crate) fn update_expr_val(&mut self, expr: Option<ExprId>, val: &Const) {
        let Some(expr) = expr else { return };
        if let Some(info) = self.untyped.get_mut(&(self.env.facts_at, expr)) {
            info.val = Some(val.clone());
        }
    }
}
