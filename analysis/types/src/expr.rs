//! Expressions (Go spec, "Expressions").
//!
//! Each function checks an expression and describes it in an [`Operand`], which is invalid if an error was reported. Untyped expressions
//! are remembered in [`Checker::untyped`] until it is known what they become; [`Checker::update_expr_type`] then walks down the expression
//! again and records final types. So the left operand of a non-constant shift gets the type it would have without the shift.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{BinaryOp, ChanDir, ExprId, ExprKind, UnaryOp};

use crate::checker::{Checker, Code, MAX_DEPTH};
use crate::codes;
use crate::consts::integer_bits;
use crate::facts::{Mode, ObjRef, SelectionKind};
use crate::konst::{self, Const, ConstKind};
use crate::operand::Operand;
use crate::predicates::{default_type, is_type_param, is_typed, is_untyped, max_type};
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
    fn finish_expr(&mut self, target: Option<&Target>, x: &mut Operand, allow_generic: bool) {
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

    fn undefined_op(&mut self, op: &str, x: &mut Operand) {
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

    // ---- untyped operands ----

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

    // ---- binary ----

    /// A binary expression. Its left spine is walked in a loop: chains of operators can be long.
    fn binary_chain(&mut self, x: &mut Operand, e: ExprId) {
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
