//! Expressions (Go spec, "Expressions").
//!
//! Each function checks an expression and describes it in an [`Operand`], which is invalid if an error was reported. Untyped expressions
//! are remembered in [`Checker::untyped`] until it is known what they become; [`Checker::update_expr_type`] then walks down the expression
//! again and records final types. So the left operand of a non-constant shift gets the type it would have without the shift.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{ChanDir, ExprId, ExprKind, UnaryOp};

use crate::checker::{Checker, MAX_DEPTH};
use crate::codes;
use crate::consts::integer_bits;
use crate::facts::{Mode, ObjRef, SelectionKind};
use crate::konst;
use crate::operand::Operand;
use crate::predicates::is_type_param;
use crate::ty::{Basic, Ty, TyKind};

/// How an expression may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExprUse {
    /// A conversion: not as a statement.
    Conversion,
    /// An expression: not as a statement.
    Expression,
    /// A call or receive: also as a statement.
    Statement,
}

/// What a generic function is assigned to: its type arguments may be inferred from it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The function type.
    pub sig: Ty,
    /// The variable, for messages.
    pub desc: String,
}

/// A set of modes, for [`Checker::exclude`].
#[derive(Clone, Copy)]
pub(crate) struct Exclude {
    pub builtin: bool,
    pub ty: bool,
}

impl<'a> Checker<'a> {
    // ---- entry points ----

    /// Checks a single-valued expression.
    pub fn expr(&mut self, target: Option<&Target>, x: &mut Operand, e: ExprId) {
        self.raw_expr(target, x, e, None, false);
        self.exclude(x, Exclude { builtin: true, ty: true });
        self.single_value(x);
    }

    /// Like [`Checker::expr`]; the expression may be a generic function without instantiation.
    /// `hint` is the type of an element of a composite literal, whose own type may be left out.
    pub(crate) fn generic_expr(&mut self, x: &mut Operand, e: ExprId, hint: Option<Ty>) {
        self.raw_expr(None, x, e, hint, true);
        self.exclude(x, Exclude { builtin: true, ty: true });
        self.single_value(x);
    }

    /// Checks an expression that may have several values: the result has one operand for each. Of a comma-ok expression the second is added if
    /// allowed; the flag says whether it was.
    pub fn multi_expr(&mut self, e: ExprId, allow_comma_ok: bool) -> (Vec<Operand>, bool) {
        let mut x = Operand::default();
        self.raw_expr(None, &mut x, e, None, false);
        self.exclude(&mut x, Exclude { builtin: true, ty: true });
        if x.mode != Mode::Invalid
            && let TyKind::Tuple(list) = x.ty.kind()
        {
            let result = |(i, p): (usize, &crate::ty::Param)| {
                let label = Some(nth(i + 1, "function result").into());
                Operand { label, ..Operand::new(Mode::Value, p.ty, Some(e)) }
            };
            return (list.iter().enumerate().map(result).collect(), false);
        }
        if allow_comma_ok && matches!(x.mode, Mode::MapIndex | Mode::CommaOk) {
            let label = Some("ok value of (comma, ok) expression".into());
            let second = Operand { label, ..Operand::new(Mode::Value, Ty::basic(Basic::UntypedBool), Some(e)) };
            return (vec![x, second], true);
        }
        (vec![x], false)
    }

    /// Checks an expression or a type.
    pub fn expr_or_type(&mut self, x: &mut Operand, e: ExprId, allow_generic: bool) {
        self.raw_expr(None, x, e, None, allow_generic);
        self.exclude(x, Exclude { builtin: false, ty: false });
        self.single_value(x);
    }

    /// Reports operands of modes that aren't values.
    pub(crate) fn exclude(&mut self, x: &mut Operand, modes: Exclude) {
        let (code, what) = match x.mode {
            Mode::NoValue if modes.ty => (codes::TooManyValues, "used as value"),
            Mode::NoValue => (codes::TooManyValues, "used as value or type"),
            Mode::Builtin if modes.builtin => (codes::UncalledBuiltin, "must be called"),
            Mode::Type if modes.ty => (codes::NotAnExpr, "is not an expression"),
            _ => return,
        };
        let message = format!("{} {what}", self.operand_str(x));
        self.error(code, self.operand_range(x), message);
        x.invalidate();
    }

    /// Reports an operand with several values.
    pub(crate) fn single_value(&mut self, x: &mut Operand) {
        if x.mode == Mode::Value && matches!(x.ty.kind(), TyKind::Tuple(_)) {
            let message = format!("multiple-value {} in single-value context", self.operand_str(x));
            self.error(codes::TooManyValues, self.operand_range(x), message);
            x.invalidate();
        }
    }

    /// The target of an assignment to a variable of that type, if it is a function type.
    pub(crate) fn new_target(&self, ty: Option<Ty>, desc: impl Into<String>) -> Option<Target> {
        let sig = self.common_under(ty?, None).ok()?;
        matches!(sig.kind(), TyKind::Signature(_)).then(|| Target { sig, desc: desc.into() })
    }

    /// Checks an expression of any kind and records it.
    pub fn raw_expr(&mut self, target: Option<&Target>, x: &mut Operand, e: ExprId, hint: Option<Ty>, allow_generic: bool) -> ExprUse {
        if self.depth.get() > MAX_DEPTH {
            *x = Operand::invalid(Some(e));
            return ExprUse::Statement;
        }
        self.depth.set(self.depth.get() + 1);
        let kind = self.expr_internal(target, x, e, hint);
        self.depth.set(self.depth.get() - 1);
        self.finish_expr(target, x, allow_generic);
        kind
    }

    /// What follows the check of every expression.
    pub(crate) fn finish_expr(&mut self, target: Option<&Target>, x: &mut Operand, allow_generic: bool) {
        if !allow_generic {
            self.non_generic(target, x);
        }
        self.record(x);
    }

    /// Reports a generic type or function without instantiation, or instantiates the latter for its target.
    pub(crate) fn non_generic(&mut self, target: Option<&Target>, x: &mut Operand) {
        if matches!(x.mode, Mode::Invalid | Mode::NoValue) {
            return;
        }
        let what = match x.ty.kind() {
            TyKind::Named { .. } | TyKind::Alias { .. } if self.is_generic(x.ty) => "type",
            TyKind::Signature(sig) if !sig.tparams.is_empty() => {
                if let (Some(target), Some(e)) = (target, x.expr) {
                    self.func_inst(Some(target), self.range(e), x, None, true);
                    return;
                }
                "function"
            }
            _ => return,
        };
        let message = format!("cannot use generic {what} {} without instantiation", self.operand_expr_str(x));
        self.error(codes::WrongTypeArgCount, self.operand_range(x), message);
        *x = Operand::invalid(x.expr);
    }

    /// The text of an operand's expression, or what stands for it.
    pub(crate) fn operand_expr_str(&self, x: &Operand) -> String {
        if let Some(label) = &x.label {
            return label.to_string();
        }
        match (x.expr, &x.val) {
            (Some(e), _) => self.expr_str(e),
            (None, Some(val)) => val.to_string(),
            _ => String::new(),
        }
    }

    fn expr_internal(&mut self, target: Option<&Target>, x: &mut Operand, e: ExprId, hint: Option<Ty>) -> ExprUse {
        *x = Operand::invalid(Some(e));
        let ast = self.ast();
        let mut kind = ExprUse::Expression;
        match &ast[e].kind {
            ExprKind::Bad => {}
            ExprKind::Ident(_) => self.ident(x, e, false),
            ExprKind::Ellipsis(_) => self.error(codes::InvalidSyntaxTree, self.range(e), "invalid use of ..."),
            ExprKind::BasicLit { kind, text } => self.basic_lit(x, e, *kind, text),
            ExprKind::FuncLit { ty, body } => self.func_lit(x, e, ty, body),
            ExprKind::CompositeLit { ty, elems, rbrace } => self.composite_lit(x, e, *ty, elems, *rbrace, hint),
            ExprKind::Paren(inner) => {
                let kind = self.raw_expr(None, x, *inner, None, false);
                x.expr = Some(e);
                return kind;
            }
            ExprKind::Selector { .. } => self.selector(x, e, false),
            ExprKind::Index { x: base, indices } => {
                if self.index_expr(x, e, *base, indices) {
                    self.func_inst(target, self.range(e), x, Some(e), true);
                }
            }
            ExprKind::Slice { x: base, low, high, max, three } => self.slice_expr(x, e, *base, [*low, *high, *max], *three),
            ExprKind::TypeAssert { x: base, ty } => self.type_assert(x, e, *base, *ty),
            ExprKind::Call { .. } => return self.call_expr(x, e),
            ExprKind::Star(base) => self.star(x, *base),
            ExprKind::Unary { op, x: operand } => {
                self.unary(x, e, *op, *operand);
                if *op == UnaryOp::Recv && x.mode != Mode::Invalid {
                    kind = ExprUse::Statement;
                }
            }
            ExprKind::Binary { .. } => self.binary_chain(x, e),
            ExprKind::KeyValue { .. } => self.error(codes::InvalidSyntaxTree, self.range(e), "no key:value expected"),
            ExprKind::ArrayType { .. }
            | ExprKind::StructType { .. }
            | ExprKind::FuncType(_)
            | ExprKind::InterfaceType { .. }
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. } => {
                x.ty = self.typ(e);
                x.mode = Mode::Type;
            }
        }
        x.expr = Some(e);
        // After an error the kind must not cause another.
        if x.mode == Mode::Invalid { ExprUse::Statement } else { kind }
    }

    // ---- unary ----

    fn unary(&mut self, x: &mut Operand, e: ExprId, op: UnaryOp, operand: ExprId) {
        self.expr(None, x, operand);
        if x.mode == Mode::Invalid {
            return;
        }
        let mut op = op;
        match op {
            UnaryOp::Addr => {
                let inner = crate::returns::unparen(self.ast(), operand);
                if x.mode != Mode::Var && !matches!(self.ast()[inner].kind, ExprKind::CompositeLit { .. }) {
                    let message = format!("invalid operation: cannot take address of {}", self.operand_str(x));
                    self.error(codes::UnaddressableOperand, self.operand_range(x), message);
                    x.invalidate();
                    return;
                }
                self.mark_address_taken(operand);
                x.mode = Mode::Value;
                x.ty = Ty::pointer(x.ty);
                return;
            }
            UnaryOp::Recv => {
                match self.chan_elem(self.operand_range(x), x, true) {
                    Some(elem) if !self.is_complete(elem) => x.invalidate(),
                    Some(elem) => {
                        x.mode = Mode::CommaOk;
                        x.ty = elem;
                        self.env.has_call_or_recv = true;
                    }
                    None => x.invalidate(),
                }
                return;
            }
            UnaryOp::Tilde => {
                let message = "cannot use ~ outside of interface or type constraint";
                if !self.all_integer(x.ty) {
                    self.error(codes::UndefinedOp, self.range(e), message);
                    x.invalidate();
                    return;
                }
                self.error(codes::UndefinedOp, self.range(e), format!("{message} (use ^ for bitwise complement)"));
                op = UnaryOp::Xor;
            }
            _ => {}
        }
        let defined = match op {
            UnaryOp::Xor => self.all_integer(x.ty),
            UnaryOp::Not => self.all_boolean(x.ty),
            _ => self.all_numeric(x.ty),
        };
        if !defined {
            self.undefined_op(op.as_str(), x);
            return;
        }
        if x.mode == Mode::Const {
            let Some(val) = x.val.as_ref().filter(|v| !v.is_unknown()) else { return };
            let bits = match self.basic(x.ty).and_then(integer_bits) {
                Some((false, bits)) => bits,
                _ => 0,
            };
            x.val = Some(konst::unary_op(op, val, bits));
            x.expr = Some(e);
            self.overflow(x, self.range(e));
            return;
        }
        x.mode = Mode::Value;
    }

    pub(crate) fn undefined_op(&mut self, op: &str, x: &mut Operand) {
        let message = format!("invalid operation: operator {op} not defined on {}", self.operand_str(x));
        self.error(codes::UndefinedOp, self.operand_range(x), message);
        x.invalidate();
    }

    /// Notes that the address of the variable that an addressable expression is part of is taken.
    pub(crate) fn mark_address_taken(&mut self, e: ExprId) {
        let ast = self.ast();
        let mut at = e;
        loop {
            match &ast[at].kind {
                ExprKind::Paren(inner) => at = *inner,
                ExprKind::Ident(ident) => {
                    if let Some(ObjRef::Local(local)) = self.facts_ref().uses.get(ident).copied() {
                        self.local_mut(local).address_taken = true;
                    }
                    return;
                }
                ExprKind::Selector { x, .. } => match self.facts_ref().selections.get(&at) {
                    Some(selection) if selection.kind == SelectionKind::Field && !selection.indirect => at = *x,
                    _ => return,
                },
                ExprKind::Index { x, .. } => {
                    let ty = self.facts_ref().type_of(*x).ty;
                    // Of a type parameter it may turn out to be an array.
                    let generic = matches!(ty.unalias().kind(), TyKind::TypeParam(_));
                    if !generic && !matches!(self.under(ty).kind(), TyKind::Array { .. }) {
                        return;
                    }
                    at = *x;
                }
                _ => return,
            }
        }
    }

    /// The element type of the channel that is sent to or received from.
    pub(crate) fn chan_elem(&mut self, at: TextRange, x: &Operand, recv: bool) -> Option<Ty> {
        let result = self.common_under(
            x.ty,
            Some(&mut |pair| {
                let Some((t, u)) = pair else { return Err("no specific channel type".to_owned()) };
                let TyKind::Chan { dir, .. } = u.kind() else { return Err(format!("non-channel {}", self.ty_str(t))) };
                match dir {
                    ChanDir::Send if recv => Err(format!("send-only channel {}", self.ty_str(t))),
                    ChanDir::Recv if !recv => Err(format!("receive-only channel {}", self.ty_str(t))),
                    _ => Ok(()),
                }
            }),
        );
        let cause = match result {
            Ok(u) => match u.kind() {
                TyKind::Chan { elem, .. } => return Some(*elem),
                _ => String::new(),
            },
            Err(cause) => cause,
        };
        let operand = self.operand_str(x);
        let (code, verb) = if recv { (codes::InvalidReceive, "receive from") } else { (codes::InvalidSend, "send to") };
        let message = if is_type_param(x.ty) {
            format!("invalid operation: cannot {verb} {operand}: {cause}")
        } else {
            format!("invalid operation: cannot {verb} {cause} {operand}")
        };
        self.error(code, at, message);
        None
    }

    fn star(&mut self, x: &mut Operand, base: ExprId) {
        self.expr_or_type(x, base, false);
        match x.mode {
            Mode::Invalid => {}
            Mode::Type => {
                self.valid_var_type(base, x.ty);
                x.ty = Ty::pointer(x.ty);
            }
            _ => {
                let mut elem: Option<Ty> = None;
                for pair in self.type_pairs(x.ty) {
                    let to = match pair.map(|(_, u)| u.kind()) {
                        Some(TyKind::Pointer(to)) => *to,
                        _ => {
                            let message = format!("invalid operation: cannot indirect {}", self.operand_str(x));
                            self.error(codes::InvalidIndirection, self.operand_range(x), message);
                            x.invalidate();
                            return;
                        }
                    };
                    if elem.is_some_and(|known| !self.identical(known, to)) {
                        let message = format!("invalid operation: pointers of {} must have identical base types", self.operand_str(x));
                        self.error(codes::InvalidIndirection, self.operand_range(x), message);
                        x.invalidate();
                        return;
                    }
                    elem = Some(to);
                }
                match elem {
                    Some(elem) if !self.is_complete(elem) => x.invalidate(),
                    Some(elem) => {
                        x.mode = Mode::Var;
                        x.ty = elem;
                    }
                    None => x.invalidate(),
                }
            }
        }
    }

    fn type_assert(&mut self, x: &mut Operand, e: ExprId, base: ExprId, ty: Option<ExprId>) {
        self.expr(None, x, base);
        if x.mode == Mode::Invalid {
            return;
        }
        let Some(ty) = ty else {
            self.error(codes::BadTypeKeyword, self.range(e), "use of .(type) outside type switch");
            x.invalidate();
            return;
        };
        if is_type_param(x.ty) {
            let message = format!("invalid operation: cannot use type assertion on type parameter value {}", self.operand_str(x));
            self.error(codes::InvalidAssert, self.operand_range(x), message);
            x.invalidate();
            return;
        }
        if !matches!(self.under(x.ty).kind(), TyKind::Interface(_)) {
            if !self.under(x.ty).is_invalid() {
                let message = format!("invalid operation: {} is not an interface", self.operand_str(x));
                self.error(codes::InvalidAssert, self.operand_range(x), message);
            }
            x.invalidate();
            return;
        }
        let to = self.var_type(ty);
        if to.is_invalid() || !self.is_complete(to) {
            x.invalidate();
            return;
        }
        self.type_assertion(e, x, to, false);
        x.mode = Mode::CommaOk;
        x.ty = to;
    }

    /// Reports a type assertion (or type switch case) that can never hold.
    pub(crate) fn type_assertion(&mut self, e: ExprId, x: &Operand, to: Ty, type_switch: bool) {
        let mut cause = String::new();
        if self.assertable_to(x.ty, to, &mut cause) {
            return;
        }
        let (e_str, to_str) = (self.expr_str(e), self.ty_str(to));
        let message = if type_switch {
            format!("impossible type switch case: {e_str}\n\t{} cannot have dynamic type {to_str} {cause}", self.operand_str(x))
        } else {
            format!("impossible type assertion: {e_str}\n\t{to_str} does not implement {} {cause}", self.ty_str(x.ty))
        };
        self.error(codes::ImpossibleAssert, self.range(e), message);
    }

    // ---- uses without checking ----

    /// Checks expressions only for what they use, after an error. Returns whether they are all valid.
    pub fn use_exprs(&mut self, list: &[ExprId]) -> bool {
        list.iter().map(|e| self.use_one(*e, false)).filter(|ok| !ok).count() == 0
    }

    /// Like [`Checker::use_exprs`] for left-hand sides: assigning to a variable does not use it.
    pub(crate) fn use_lhs(&mut self, list: &[ExprId]) -> bool {
        list.iter().map(|e| self.use_one(*e, true)).filter(|ok| !ok).count() == 0
    }

    fn use_one(&mut self, e: ExprId, lhs: bool) -> bool {
        let mut x = Operand::default();
        let inner = crate::returns::unparen(self.ast(), e);
        match &self.ast()[inner].kind {
            ExprKind::Ident(ident) if self.name(*ident).is_blank() => return true,
            ExprKind::Ident(ident) if lhs => {
                let kept = self.local_var_used(*ident);
                self.expr_or_type(&mut x, inner, true);
                self.restore_used(kept);
            }
            _ => {
                self.raw_expr(None, &mut x, e, None, true);
            }
        }
        x.mode != Mode::Invalid
    }
}

/// The kind of a composite (underlying) type; empty for basic types.
pub(crate) fn composite_kind(under: Ty) -> &'static str {
    match under.kind() {
        TyKind::Array { .. } => "array",
        TyKind::Slice(_) => "slice",
        TyKind::Struct(_) => "struct",
        TyKind::Pointer(_) => "pointer",
        TyKind::Signature(_) => "func",
        TyKind::Interface(_) => "interface",
        TyKind::Map { .. } => "map",
        TyKind::Chan { .. } => "chan",
        TyKind::Tuple(_) => "tuple",
        TyKind::Union(_) => "union",
        _ => "",
    }
}

/// `2nd what`
fn nth(n: usize, what: &str) -> String {
    let ending = match n {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{n}{ending} {what}")
}
