//! Operands: what the checker knows of an expression while it checks it.

use amigos_syntax::TextRange;
use amigos_syntax::ast::ExprId;

use crate::checker::Checker;
use crate::facts::Mode;
use crate::konst::Const;
use crate::ty::{Basic, Ty, TyKind};
use crate::universe::Builtin;

/// An intermediate value of checking (go/types' `operand`).
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is. `nil` has [`Mode::Value`] and the type untyped nil here; recording makes it [`Mode::Nil`].
    pub mode: Mode,
    /// Its type; invalid while the mode is.
    pub ty: Ty,
    /// Its value, if [`Mode::Const`].
    pub val: Option<Const>,
    /// Its expression, in the current arena.
    pub expr: Option<ExprId>,
    /// Which builtin, if [`Mode::Builtin`].
    pub builtin: Option<Builtin>,
    /// What messages call it, where that is not the text of its expression: `2nd function result`.
    pub label: Option<Box<str>>,
}

impl Default for Operand {
    fn default() -> Operand {
        Operand { mode: Mode::Invalid, ty: Ty::invalid(), val: None, expr: None, builtin: None, label: None }
    }
}

impl Operand {
    /// An operand that isn't valid.
    pub fn invalid(expr: Option<ExprId>) -> Operand {
        Operand { expr, ..Operand::default() }
    }

    /// An operand of a mode and type without value.
    pub fn new(mode: Mode, ty: Ty, expr: Option<ExprId>) -> Operand {
        Operand { mode, ty, expr, ..Operand::default() }
    }

    /// Whether something was wrong with it.
    pub fn is_invalid(&self) -> bool {
        self.mode == Mode::Invalid
    }

    /// Makes it invalid.
    pub fn invalidate(&mut self) {
        self.mode = Mode::Invalid;
    }

    /// Whether it is the predeclared `nil`.
    pub fn is_nil(&self) -> bool {
        matches!(self.mode, Mode::Value | Mode::Nil) && matches!(self.ty.kind(), TyKind::Basic(Basic::UntypedNil))
    }
}

impl<'a> Checker<'a> {
    /// The range of an operand's expression.
    pub fn operand_range(&self, x: &Operand) -> TextRange {
        x.expr.map_or(TextRange::at(0), |e| self.range(e))
    }
}
