//! Index and slice expressions (Go spec, "Index expressions", "Slice expressions").

use amigos_syntax::ast::ExprId;

use crate::checker::{Checker, Code};
use crate::codes;
use crate::consts::representable_const;
use crate::facts::Mode;
use crate::konst::Const;
use crate::operand::Operand;
use crate::predicates::{is_type_param, is_untyped};
use crate::ty::{Basic, Ty, TyKind};
use crate::universe;

/// What indexing a type gives.
struct Indexed {
    elem: Ty,
    /// Number of elements, if known.
    len: Option<i64>,
    /// The key type of a map.
    key: Option<Ty>,
    mode: Mode,
}

impl Checker<'_> {
    /// Checks `base[indices]`. True: `base` is a generic function (in `x`) that is to be instantiated with the indices.
    pub(crate) fn index_expr(&mut self, x: &mut Operand, e: ExprId, base: ExprId, indices: &[ExprId]) -> bool {
        self.expr_or_type(x, base, true);
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(indices);
                return false;
            }
            Mode::Type => {
                // A generic type: checked as a whole.
                x.mode = Mode::Invalid;
                x.ty = self.var_type(e);
                if !x.ty.is_invalid() {
                    x.mode = Mode::Type;
                }
                return false;
            }
            Mode::Value => {
                if let TyKind::Signature(sig) = self.under(x.ty).kind()
                    && !sig.tparams.is_empty()
                {
                    return true;
                }
            }
            _ => {}
        }
        self.non_generic(None, x);
        if x.mode == Mode::Invalid {
            return false;
        }
        let through = match self.under(x.ty).kind() {
            TyKind::Pointer(to) => *to,
            TyKind::Map { value, .. } => *value,
            _ => x.ty,
        };
        if !self.is_complete(x.ty) || !self.is_complete(through) {
            x.invalidate();
            return false;
        }
        let Some(found) = self.indexed(x) else {
            if x.mode == Mode::Builtin || !self.under(x.ty).is_invalid() {
                let message = format!("cannot index {}", self.operand_str(x));
                self.error(codes::NonIndexableOperand, self.operand_range(x), message);
            }
            self.use_exprs(indices);
            x.invalidate();
            return false;
        };
        let Some(index) = indices.first().copied() else {
            x.invalidate();
            return false;
        };
        if let Some(second) = indices.get(1) {
            self.error(codes::InvalidIndex, self.range(*second), "invalid operation: more than one index");
        }
        x.mode = found.mode;
        x.ty = found.elem;
        x.val = None;
        match found.key {
            Some(key) => {
                let mut k = Operand::default();
                self.generic_expr(&mut k, index, None);
                self.assignment(&mut k, Some(key), "map index");
                x.expr = Some(e);
            }
            None => {
                self.index(index, found.len);
            }
        }
        false
    }

    fn indexed(&self, x: &Operand) -> Option<Indexed> {
        if !is_type_param(x.ty) {
            return self.indexed_one(self.under(x.ty), x);
        }
        let mut all: Option<Indexed> = None;
        for pair in self.type_pairs(x.ty) {
            let next = self.indexed_one(pair?.1, x)?;
            let Some(known) = &mut all else {
                all = Some(next);
                continue;
            };
            let same_key = match (known.key, next.key) {
                (None, None) => true,
                (Some(a), Some(b)) => self.identical(a, b),
                _ => false,
            };
            if !same_key || !self.identical(known.elem, next.elem) {
                return None;
            }
            known.len = match (known.len, next.len) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (known, next) => known.or(next),
            };
            if next.mode == Mode::Value {
                known.mode = Mode::Value;
            }
        }
        all
    }

    fn indexed_one(&self, under: Ty, x: &Operand) -> Option<Indexed> {
        let variable = |elem: Ty, len: Option<i64>| Indexed { elem, len, key: None, mode: Mode::Var };
        match under.kind() {
            TyKind::Basic(Basic::String | Basic::UntypedString) => {
                let len = if x.mode == Mode::Const { x.val.as_ref().and_then(Const::as_str).map(|s| s.len() as i64) } else { None };
                Some(Indexed { elem: universe::byte(), len, key: None, mode: Mode::Value })
            }
            TyKind::Array { len, elem } => {
                let mode = if x.mode == Mode::Var { Mode::Var } else { Mode::Value };
                Some(Indexed { mode, ..variable(*elem, (*len >= 0).then_some(*len)) })
            }
            TyKind::Pointer(to) => match self.under(*to).kind() {
                TyKind::Array { len, elem } => Some(variable(*elem, (*len >= 0).then_some(*len))),
                _ => None,
            },
            TyKind::Slice(elem) => Some(variable(*elem, None)),
            TyKind::Map { key, value } => Some(Indexed { elem: *value, len: None, key: Some(*key), mode: Mode::MapIndex }),
            _ => None,
        }
    }

    /// Checks `base[low:high:max]`.
    pub(crate) fn slice_expr(&mut self, x: &mut Operand, e: ExprId, base: ExprId, parts: [Option<ExprId>; 3], three: bool) {
        self.expr(None, x, base);
        let given: Vec<ExprId> = parts.iter().flatten().copied().collect();
        if x.mode == Mode::Invalid {
            self.use_exprs(&given);
            return;
        }
        if let TyKind::Pointer(to) = self.under(x.ty).kind()
            && !self.is_complete(*to)
        {
            x.invalidate();
            return;
        }
        // The common underlying type; strings count as []byte where both occur.
        let mut common: Option<(Ty, Ty)> = None;
        let mut has_string = false;
        for pair in self.type_pairs(x.ty) {
            let Some((t, mut u)) = pair else {
                let message = format!("cannot slice {}: no specific type in {}", self.operand_str(x), self.ty_str(x.ty));
                self.error(codes::NonSliceableOperand, self.operand_range(x), message);
                x.invalidate();
                return;
            };
            if self.is_string(u) {
                u = Ty::slice(universe::byte());
                has_string = true;
            }
            match common {
                None => common = Some((t, u)),
                Some((first, known)) if !self.identical(known, u) => {
                    let message = format!(
                        "cannot slice {}: {} and {} have different underlying types",
                        self.operand_str(x),
                        self.ty_str(first),
                        self.ty_str(t)
                    );
                    self.error(codes::NonSliceableOperand, self.operand_range(x), message);
                    x.invalidate();
                    return;
                }
                _ => {}
            }
        }
        let Some((_, mut under)) = common else {
            x.invalidate();
            return;
        };
        if has_string {
            under = if is_type_param(x.ty) { Ty::basic(Basic::String) } else { self.under(x.ty) };
        }
        let mut len = None;
        let valid = match under.kind() {
            TyKind::Basic(Basic::String | Basic::UntypedString) => {
                if three {
                    let at = parts[2].map_or(self.range(e), |m| self.range(m));
                    self.error(codes::InvalidSliceExpr, at, "invalid operation: 3-index slice of string");
                    self.use_exprs(&given);
                    x.invalidate();
                    return;
                }
                if x.mode == Mode::Const {
                    len = x.val.as_ref().and_then(Const::as_str).map(|s| s.len() as i64);
                }
                // The result is not constant, so it can't be untyped; the operand stays what it is.
                if is_untyped(x.ty) {
                    x.ty = Ty::basic(Basic::String);
                }
                true
            }
            TyKind::Array { len: n, elem } => {
                if x.mode != Mode::Var {
                    let message = format!("cannot slice unaddressable value {}", self.operand_str(x));
                    self.error(codes::NonSliceableOperand, self.operand_range(x), message);
                    x.invalidate();
                    return;
                }
                self.mark_address_taken(base);
                len = (*n >= 0).then_some(*n);
                x.ty = Ty::slice(*elem);
                true
            }
            TyKind::Pointer(to) => match self.under(*to).kind() {
                TyKind::Array { len: n, elem } => {
                    len = (*n >= 0).then_some(*n);
                    x.ty = Ty::slice(*elem);
                    true
                }
                _ => false,
            },
            TyKind::Slice(_) => true,
            _ => false,
        };
        if !valid {
            if !under.is_invalid() {
                let message = format!("cannot slice {}", self.operand_str(x));
                self.error(codes::NonSliceableOperand, self.operand_range(x), message);
            }
            self.use_exprs(&given);
            x.invalidate();
            return;
        }
        x.mode = Mode::Value;
        x.val = None;
        if three && (parts[1].is_none() || parts[2].is_none()) {
            // The parser has reported it.
            x.invalidate();
            return;
        }
        let mut bounds = [-1i64; 3];
        for (i, part) in parts.iter().enumerate() {
            bounds[i] = match part {
                Some(part) => self.index(*part, len.map(|n| n + 1)).1,
                None if i == 0 => 0,
                None => len.unwrap_or(-1),
            };
        }
        // Constant indices must be in order: one error is enough.
        for i in 0..2 {
            for j in i + 1..3 {
                if bounds[i] > 0 && bounds[j] >= 0 && bounds[j] < bounds[i] {
                    let at = parts[j].or(parts[i]).map_or(self.range(e), |p| self.range(p));
                    self.error(codes::SwappedSliceIndices, at, format!("invalid slice indices: {} < {}", bounds[j], bounds[i]));
                    return;
                }
            }
        }
    }

    /// Checks an index; `max` is the first value that is too large. Returns its type (invalid after an error) and its value, or -1.
    pub(crate) fn index(&mut self, index: ExprId, max: Option<i64>) -> (Ty, i64) {
        let bad = (Ty::invalid(), -1);
        let mut x = Operand::default();
        self.expr(None, &mut x, index);
        if !self.is_valid_index(&mut x, codes::InvalidIndex, "index", false) {
            return bad;
        }
        if x.mode != Mode::Const {
            return (x.ty, -1);
        }
        let Some(v) = x.val.as_ref().and_then(Const::i64_value) else { return bad };
        if let Some(max) = max
            && v >= max
        {
            self.error(codes::InvalidIndex, self.operand_range(&x), format!("invalid argument: index {v} out of bounds [0:{max}]"));
            return bad;
        }
        (x.ty, v)
    }

    /// Whether an operand can be an index, length or the like; reports it if not.
    pub(crate) fn is_valid_index(&mut self, x: &mut Operand, code: Code, what: &str, allow_negative: bool) -> bool {
        if x.mode == Mode::Invalid {
            return false;
        }
        // Untyped constants become int.
        self.convert_untyped(x, Ty::basic(Basic::Int));
        if x.mode == Mode::Invalid {
            return false;
        }
        if !self.all_integer(x.ty) {
            let message = format!("invalid argument: {what} {} must be integer", self.operand_str(x));
            self.error(code, self.operand_range(x), message);
            return false;
        }
        if x.mode == Mode::Const {
            let val = x.val.clone().unwrap_or(Const::Unknown);
            if !allow_negative && val.sign() < 0 {
                let message = format!("invalid argument: {what} {} must not be negative", self.operand_str(x));
                self.error(code, self.operand_range(x), message);
                return false;
            }
            match representable_const(&val, Basic::Int) {
                Some(val) => x.val = Some(val),
                None => {
                    let message = format!("invalid argument: {what} {} overflows int", self.operand_str(x));
                    self.error(code, self.operand_range(x), message);
                    return false;
                }
            }
        }
        true
    }
}
