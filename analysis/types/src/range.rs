//! `for range` (Go spec, "For statements with range clause").

use amigos_syntax::TextRange;
use amigos_syntax::ast::{Block, ChanDir, ExprId, ExprKind, StmtId};

use crate::checker::{Checker, Obj};
use crate::codes;
use crate::facts::{LocalKind, Mode, ObjRef};
use crate::operand::Operand;
use crate::stmt::Context;
use crate::ty::{Basic, Ty, TyKind};
use crate::universe;

/// What a range clause gives: types of the iteration variables, or why there are none.
pub(crate) enum RangeOver {
    Over { key: Option<Ty>, value: Option<Ty> },
    Bad(String),
}

/// The parts of a range statement.
pub(crate) struct RangeParts<'r> {
    pub stmt: StmtId,
    pub key: Option<ExprId>,
    pub value: Option<ExprId>,
    pub extra: &'r [ExprId],
    pub define: bool,
    pub op_pos: u32,
    pub x: ExprId,
    pub body: &'r Block,
}

impl<'a> Checker<'a> {
    pub(crate) fn range_stmt(&mut self, inner: Context, parts: &RangeParts<'a>) {
        let mut x = Operand::default();
        self.expr(None, &mut x, parts.x);
        let mut lhs_types = [None, None];
        if x.mode != Mode::Invalid {
            match self.range_key_value(x.ty) {
                RangeOver::Bad(cause) => {
                    let mut message = format!("cannot range over {}", self.operand_str(&x));
                    if !cause.is_empty() {
                        message = format!("{message}: {cause}");
                    }
                    self.soft_error(codes::InvalidRangeExpr, self.operand_range(&x), message);
                }
                RangeOver::Over { key, value } => {
                    let (operand, code) = (self.operand_str(&x), codes::InvalidIterVar);
                    match (parts.key, parts.value) {
                        // The parser has reported that there are too many.
                        _ if !parts.extra.is_empty() => {}
                        (Some(at), _) if key.is_none() => {
                            self.soft_error(code, self.range(at), format!("range over {operand} permits no iteration variables"));
                        }
                        (_, Some(at)) if value.is_none() => {
                            self.soft_error(code, self.range(at), format!("range over {operand} permits only one iteration variable"));
                        }
                        _ => {}
                    }
                    lhs_types = [key, value];
                }
            }
        }
        self.open_scope(self.stmt_range(parts.stmt));
        let over_int = x.mode != Mode::Invalid && self.is_integer(x.ty);
        let lhs = [parts.key, parts.value];
        if parts.define {
            self.range_define(parts, &mut x, lhs, lhs_types, over_int);
        } else if parts.key.is_some() {
            for (lhs, ty) in lhs.into_iter().zip(lhs_types) {
                let (Some(lhs), Some(ty)) = (lhs, ty.filter(|t| !t.is_invalid())) else { continue };
                if over_int {
                    self.assign_operand(lhs, &mut x, "range clause");
                    // The variable's type decides the constant's: it must be an integer type.
                    if x.mode != Mode::Invalid && !self.is_integer(x.ty) {
                        let message = format!("cannot use iteration variable of type {}", self.ty_str(x.ty));
                        self.soft_error(codes::InvalidRangeExpr, self.range(lhs), message);
                    }
                } else {
                    let mut y = Operand::new(Mode::Value, ty, Some(lhs));
                    self.assign_operand(lhs, &mut y, "assignment");
                }
            }
            self.use_exprs(parts.extra);
        } else if over_int {
            // Without a variable an untyped constant becomes int.
            self.assignment(&mut x, None, "range clause");
        }
        self.block_stmt(inner, parts.body);
        self.close_scope();
    }

    fn range_define(
        &mut self,
        parts: &RangeParts<'a>,
        x: &mut Operand,
        lhs: [Option<ExprId>; 2],
        lhs_types: [Option<Ty>; 2],
        over_int: bool,
    ) {
        let mut vars = Vec::new();
        let extra = parts.extra.iter().map(|e| (Some(*e), None));
        for (lhs, ty) in lhs.into_iter().zip(lhs_types).chain(extra) {
            let Some(lhs) = lhs else { continue };
            let local = match &self.ast()[lhs].kind {
                ExprKind::Ident(ident) => {
                    let name = self.name(*ident);
                    let local = self.new_local(name, LocalKind::Var, Some(*ident), None);
                    self.record_def(*ident, ObjRef::Local(local));
                    if !name.is_blank() {
                        vars.push(local);
                    }
                    local
                }
                kind => {
                    if !matches!(kind, ExprKind::Bad) {
                        let message = format!("cannot declare {}", self.expr_str(lhs));
                        self.error(codes::InvalidSyntaxTree, self.range(lhs), message);
                    }
                    self.new_local("_".into(), LocalKind::Var, None, None)
                }
            };
            let obj = Obj::Local(local);
            let Some(ty) = ty.filter(|t| !t.is_invalid()) else {
                self.set_obj_type(obj, Ty::invalid());
                // Nothing more about it.
                self.local_mut(local).used = true;
                continue;
            };
            if over_int {
                self.init_var(obj, x, "range clause");
            } else {
                let mut y = Operand::new(Mode::Value, ty, Some(lhs));
                self.init_var(obj, &mut y, "assignment");
            }
            let ty = self.local(local).ty;
            if !ty.is_invalid() {
                self.record_type_and_value(lhs, Mode::Var, ty, None);
            }
        }
        if vars.is_empty() {
            let at = TextRange::new(parts.op_pos, parts.op_pos + 2);
            self.error(codes::NoNewVar, at, "no new variables on left side of :=");
        }
        for local in vars {
            self.declare(None, local, parts.body.range.start);
        }
    }

    /// What ranging over a type gives.
    pub(crate) fn range_key_value(&self, orig: Ty) -> RangeOver {
        let over = |key: Ty, value: Option<Ty>| RangeOver::Over { key: Some(key), value };
        let bad = |cause: &str| RangeOver::Bad(cause.to_owned());
        let under = self.common_under(
            orig,
            Some(&mut |pair| match pair.map(|(t, u)| (t, u.kind())) {
                Some((t, TyKind::Chan { dir: ChanDir::Send, .. })) => Err(format!("receive from send-only channel {}", self.ty_str(t))),
                _ => Ok(()),
            }),
        );
        let under = match under {
            Ok(under) => under,
            Err(cause) => return RangeOver::Bad(cause),
        };
        let int = Ty::basic(Basic::Int);
        match under.kind() {
            TyKind::Basic(Basic::String | Basic::UntypedString) => over(int, Some(universe::rune())),
            TyKind::Basic(_) if self.is_integer(under) => {
                if !self.allow_version(22) {
                    return bad("requires go1.22 or later");
                }
                over(orig, None)
            }
            TyKind::Array { elem, .. } | TyKind::Slice(elem) => over(int, Some(*elem)),
            TyKind::Pointer(to) => match self.under(*to).kind() {
                TyKind::Array { elem, .. } => over(int, Some(*elem)),
                _ => bad(""),
            },
            TyKind::Map { key, value } => over(*key, Some(*value)),
            TyKind::Chan { elem, .. } => over(*elem, None),
            TyKind::Signature(sig) => {
                if !self.allow_version(23) {
                    return bad("requires go1.23 or later");
                }
                const SHAPE: &str = "func must be func(yield func(...) bool)";
                let [param] = &*sig.params else { return RangeOver::Bad(format!("{SHAPE}: wrong argument count")) };
                if !sig.results.is_empty() {
                    return RangeOver::Bad(format!("{SHAPE}: unexpected results"));
                }
                let callback = match self.common_under(param.ty, None) {
                    Ok(under) => under,
                    Err(cause) => return RangeOver::Bad(format!("{SHAPE}: in yield type, {cause}")),
                };
                let TyKind::Signature(callback) = callback.kind() else {
                    return RangeOver::Bad(format!("{SHAPE}: argument is not func"));
                };
                if callback.variadic {
                    return RangeOver::Bad(format!(
                        "yield func of type {} cannot be variadic",
                        self.ty_str(Ty::new(TyKind::Signature(callback.clone())))
                    ));
                }
                if callback.params.len() > 2 {
                    return RangeOver::Bad(format!("{SHAPE}: yield func has too many parameters"));
                }
                match &*callback.results {
                    [result] if self.identical(result.ty, Ty::basic(Basic::Bool)) => {}
                    [result] if self.is_boolean(result.ty) => {
                        return RangeOver::Bad(format!("{SHAPE}: yield func returns user-defined boolean, not bool"));
                    }
                    _ => return RangeOver::Bad(format!("{SHAPE}: yield func does not return bool")),
                }
                RangeOver::Over { key: callback.params.first().map(|p| p.ty), value: callback.params.get(1).map(|p| p.ty) }
            }
            _ => bad(""),
        }
    }
}
