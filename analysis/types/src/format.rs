//! How expressions and operands are written in messages.

use amigos_syntax::ast::ExprId;

use crate::checker::Checker;
use crate::expr::composite_kind;
use crate::facts::Mode;
use crate::operand::Operand;
use crate::predicates::{is_type_param, is_untyped};
use crate::ty::{Basic, Ty, TyKind};

impl Checker<'_> {
    /// An expression of the current arena as text, function bodies and composite literals' elements left out.
    pub fn expr_str(&self, expr: ExprId) -> String {
        amigos_syntax::print::expr_string(self.ast(), expr)
    }

    /// An operand as text: `x (variable of type int)`.
    pub fn operand_str(&self, x: &Operand) -> String {
        if x.is_nil() {
            return "nil".to_owned();
        }
        let expr = match (x.expr, x.mode) {
            _ if x.label.is_some() => x.label.as_deref().unwrap_or_default().to_owned(),
            (Some(e), _) => self.expr_str(e),
            (None, Mode::Builtin) => x.builtin.map_or("", |b| b.info().name).to_owned(),
            (None, Mode::Type) => self.ty_str(x.ty),
            (None, Mode::Const) => x.val.as_ref().map(ToString::to_string).unwrap_or_default(),
            _ => String::new(),
        };
        let mut text = String::new();
        let valued = !matches!(x.mode, Mode::Invalid | Mode::NoValue | Mode::Builtin | Mode::Type);
        let untyped = valued && is_untyped(x.ty);
        if untyped {
            text.push_str(&self.ty_str(x.ty));
            text.push(' ');
        }
        text.push_str(match x.mode {
            Mode::Invalid => "invalid operand",
            Mode::NoValue => "no value",
            Mode::Builtin => "built-in",
            Mode::Type => "type",
            Mode::Const => "constant",
            Mode::Var => "variable",
            Mode::MapIndex => "map index expression",
            Mode::Value => "value",
            Mode::Nil => "nil",
            Mode::CommaOk => "comma, ok expression",
        });
        if x.mode == Mode::Const
            && let Some(val) = &x.val
        {
            let val = val.to_string();
            if val != expr {
                text.push(' ');
                text.push_str(&val);
            }
        }
        if valued && !untyped {
            text.push_str(&self.of_type(x.ty));
        }
        if expr.is_empty() { text } else { format!("{expr} ({text})") }
    }

    fn of_type(&self, ty: Ty) -> String {
        if ty.is_invalid() {
            return " with invalid type".to_owned();
        }
        let generic = if self.is_generic(ty) { "generic " } else { "" };
        let mut kind = String::new();
        let param = is_type_param(ty);
        let predeclared =
            matches!(ty.kind(), TyKind::Alias { key, actual, .. } if key.pkg.is_none() && matches!(actual.kind(), TyKind::Basic(_)));
        if !param && !predeclared && matches!(ty.kind(), TyKind::Named { .. } | TyKind::Alias { .. }) {
            let under = self.under(ty);
            kind = match (composite_kind(under), under.kind()) {
                ("", TyKind::Basic(Basic::Invalid)) => String::new(),
                ("", _) => format!("{} ", self.ty_str(under)),
                (kind, _) => format!("{kind} "),
            };
        }
        let mut text = format!(" of {generic}{kind}type {}", self.ty_str(ty));
        if param && let TyKind::TypeParam(key) = ty.unalias().kind() {
            if let Some(bound) = self.bound_of(*key) {
                text.push_str(&format!(" constrained by {}", self.ty_str(bound)));
            }
            if self.has_empty_typeset(ty) {
                text.push_str(" with empty type set");
            }
        }
        text
    }
}
