//! Recording what was found out about expressions.

use amigos_syntax::ast::{ExprId, ExprKind, IdentId};

use crate::checker::{Checker, ExprInfo};
use crate::facts::{Instance, Mode, ObjRef, Selection, TypeAndValue};
use crate::konst::Const;
use crate::operand::Operand;
use crate::predicates::is_untyped;
use crate::ty::{Basic, Signature, Ty, TyKind};

impl Checker<'_> {
    /// Records the type and value of an expression.
    pub fn record_type_and_value(&mut self, expr: ExprId, mode: Mode, ty: Ty, value: Option<Const>) {
        if mode == Mode::Invalid {
            return;
        }
        let nil = mode == Mode::Value && matches!(ty.kind(), TyKind::Basic(Basic::UntypedNil));
        let mode = if nil { Mode::Nil } else { mode };
        let len = self.env.ast.exprs.len();
        let types = &mut self.facts().types;
        if types.len() < len {
            types.resize(len, TypeAndValue::default());
        }
        if let Some(slot) = types.get_mut(expr.idx()) {
            *slot = TypeAndValue { mode, ty, value };
        }
    }

    /// Records what an identifier declares.
    pub fn record_def(&mut self, ident: IdentId, obj: ObjRef) {
        self.facts().defs.insert(ident, obj);
    }

    /// Records what an identifier refers to.
    pub fn record_use(&mut self, ident: IdentId, obj: ObjRef) {
        self.facts().uses.insert(ident, obj);
    }

    /// Records a selection, and the use of its identifier.
    pub fn record_selection(&mut self, expr: ExprId, sel: IdentId, selection: Selection) {
        let last = selection.index.last().copied().unwrap_or(0);
        self.record_use(sel, ObjRef::Field(last));
        self.facts().selections.insert(expr, selection);
    }

    /// Records an instantiation at the identifier of the generic function or type in `expr` (an identifier, selector or index expression).
    pub fn record_instance(&mut self, expr: ExprId, args: &[Ty], ty: Ty) {
        if let Some(ident) = self.instantiated_ident(expr) {
            self.facts().instances.insert(ident, Instance { args: args.into(), ty });
        }
    }

    fn instantiated_ident(&self, expr: ExprId) -> Option<IdentId> {
        let mut at = expr;
        loop {
            match &self.env.ast[at].kind {
                ExprKind::Index { x, .. } | ExprKind::Paren(x) => at = *x,
                ExprKind::Ident(ident) => return Some(*ident),
                ExprKind::Selector { sel, .. } => return Some(*sel),
                _ => return None,
            }
        }
    }

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
