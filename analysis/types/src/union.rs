//! Unions: the elements of constraints.

use amigos_syntax::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};

use crate::checker::Checker;
use crate::codes;
use crate::facts::Mode;
use crate::predicates::is_type_param;
use crate::ty::{Term, Ty, TyKind};
use crate::typeset::{MAX_TERMS, SetTerm};
use crate::universe;

impl<'a> Checker<'a> {
    /// Checks an element of an interface: `A`, `~A`, `A | ~B | C`.
    pub(crate) fn parse_union(&mut self, expr: ExprId) -> Ty {
        let ast = self.ast();
        // The operands of the tree of `|`, left to right, and its inner nodes in the same order.
        let mut leaves: Vec<ExprId> = Vec::new();
        let mut nodes: Vec<ExprId> = Vec::new();
        let mut at = expr;
        while let ExprKind::Binary { op: BinaryOp::Or, x, y } = &ast[at].kind {
            leaves.push(*y);
            nodes.push(at);
            at = *x;
        }
        leaves.push(at);
        leaves.reverse();
        nodes.reverse();
        let mut terms: Vec<Term> = Vec::new();
        let mut union = Ty::invalid();
        let mut overflow = false;
        for (i, leaf) in leaves.iter().enumerate() {
            let term = self.parse_tilde(*leaf);
            if leaves.len() == 1 && !term.tilde {
                return term.ty;
            }
            if terms.len() >= MAX_TERMS {
                if !overflow {
                    let text = format!("cannot handle more than {MAX_TERMS} union terms (implementation limitation)");
                    self.error(codes::InvalidUnion, self.range(*leaf), text);
                    overflow = true;
                    union = Ty::invalid();
                }
            } else {
                terms.push(term);
                union = Ty::new(TyKind::Union(terms.clone().into()));
            }
            if i > 0 {
                self.record_type_and_value(nodes[i - 1], Mode::Type, union, None);
            }
        }
        if overflow {
            return Ty::invalid();
        }
        self.later(move |c| c.check_terms(&terms, &leaves));
        union
    }

    fn check_terms(&mut self, terms: &[Term], leaves: &[ExprId]) {
        for (i, term) in terms.iter().enumerate() {
            if term.ty.is_invalid() {
                continue;
            }
            let range = self.range(leaves[i]);
            let under = self.under(term.ty);
            let is_interface = matches!(under.kind(), TyKind::Interface(_));
            let text = self.ty_str(term.ty);
            let full = self.full_ty_str(term.ty);
            if term.tilde {
                if is_interface {
                    self.error(codes::InvalidUnion, range, format!("invalid use of ~ ({text} is an interface)"));
                    continue;
                }
                if !self.identical(under, term.ty) {
                    let under = self.ty_str(under);
                    self.error(codes::InvalidUnion, range, format!("invalid use of ~ (underlying type of {text} is {under})"));
                    continue;
                }
            }
            if is_interface {
                let is_comparable = matches!(term.ty.unalias().kind(), TyKind::Named { key, .. } if *key == universe::comparable_key());
                let set = self.type_set(under);
                if !set.methods.is_empty() {
                    self.error(codes::InvalidUnion, range, format!("cannot use {full} in union ({full} contains methods)"));
                } else if is_comparable {
                    self.error(codes::InvalidUnion, range, "cannot use comparable in union");
                } else if set.comparable {
                    self.error(codes::InvalidUnion, range, format!("cannot use {full} in union ({full} embeds comparable)"));
                }
                continue;
            }
            let this = SetTerm { tilde: term.tilde, ty: term.ty };
            let other = terms[..i].iter().find(|t| {
                !t.ty.is_invalid() && !self.is_interface(t.ty) && !self.terms_disjoint(SetTerm { tilde: t.tilde, ty: t.ty }, this)
            });
            if let Some(other) = other {
                let show = |t: &Term| format!("{}{}", if t.tilde { "~" } else { "" }, self.full_ty_str(t.ty));
                let text = format!("overlapping terms {} and {}", show(term), show(other));
                self.soft_error(codes::InvalidUnion, range, text);
            }
        }
    }

    fn parse_tilde(&mut self, expr: ExprId) -> Term {
        let ast = self.ast();
        let (inner, tilde) = match &ast[expr].kind {
            ExprKind::Unary { op: UnaryOp::Tilde, x } => (*x, true),
            _ => (expr, false),
        };
        let mut ty = self.typ(inner);
        if is_type_param(ty) {
            if tilde {
                let text = format!("type in term {} cannot be a type parameter", self.expr_str(expr));
                self.error(codes::MisplacedTypeParam, self.range(inner), text);
            } else {
                self.error(codes::MisplacedTypeParam, self.range(inner), "term cannot be a type parameter");
            }
            ty = Ty::invalid();
        }
        let term = Term { tilde, ty };
        if tilde {
            self.record_type_and_value(expr, Mode::Type, Ty::new(TyKind::Union(Box::new([term]))), None);
        }
        term
    }
}
