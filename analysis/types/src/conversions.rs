//! Conversions `T(x)` (Go spec, "Conversions").

use crate::checker::Checker;
use crate::codes;
use crate::consts::representable_const;
use crate::facts::Mode;
use crate::konst::Const;
use crate::operand::Operand;
use crate::predicates::{default_type, is_type_param, is_untyped};
use crate::ty::{Basic, Ty, TyKind};

impl Checker<'_> {
    /// Checks the conversion of `x` to `target`.
    pub(crate) fn conversion(&mut self, x: &mut Operand, target: Ty) {
        let const_arg = x.mode == Mode::Const;
        let mut cause = String::new();
        let ok;
        if const_arg && self.is_const_type(target) {
            match self.const_convertible_to(x, target) {
                Some(val) => {
                    x.val = Some(val);
                    ok = true;
                }
                None => {
                    if self.is_integer(x.ty) && self.is_integer(target) {
                        let message = format!("constant {} overflows {}", x.val.as_ref().unwrap_or(&Const::Unknown), self.ty_str(target));
                        self.error(codes::InvalidConversion, self.operand_range(x), message);
                        x.invalidate();
                        return;
                    }
                    ok = false;
                }
            }
        } else if const_arg && is_type_param(target) {
            let pairs = self.type_pairs(target);
            ok = pairs.iter().all(|pair| {
                let Some((_, u)) = *pair else {
                    cause = format!("{} does not contain specific types", self.ty_str(target));
                    return false;
                };
                if self.is_string(x.ty) && self.is_bytes_or_runes(u) {
                    return true;
                }
                if self.const_convertible_to(x, u).is_some() {
                    return true;
                }
                let (u_str, t_str) = (self.ty_str(u), self.ty_str(target));
                cause = if self.is_integer(x.ty) && self.is_integer(u) {
                    format!("constant {} overflows {u_str} (in {t_str})", x.val.as_ref().unwrap_or(&Const::Unknown))
                } else {
                    format!("cannot convert {} to type {u_str} (in {t_str})", self.operand_str(x))
                };
                false
            });
            x.mode = Mode::Value;
        } else {
            ok = self.convertible_to(x, target, &mut cause);
            if ok {
                x.mode = Mode::Value;
            }
        }
        if !ok {
            let mut message = format!("cannot convert {} to type {}", self.operand_str(x), self.ty_str(target));
            if !cause.is_empty() {
                message = format!("{message}: {cause}");
            }
            self.error(codes::InvalidConversion, self.operand_range(x), message);
            x.invalidate();
            return;
        }
        if is_untyped(x.ty) {
            let mut last = target;
            // An untyped operand becomes of the target type, unless that can't be a constant's.
            if self.is_non_type_param_interface(target) || const_arg && !self.is_const_type(target) || x.is_nil() {
                last = default_type(x.ty);
            } else if x.mode == Mode::Const && self.is_integer(x.ty) && self.all_string(target) {
                last = x.ty;
            }
            self.update_expr_type(x.expr, last, true);
        }
        if x.mode != Mode::Const {
            x.val = None;
        }
        x.ty = target;
    }

    /// The value of a constant operand in a constant type, if it can be converted to it.
    fn const_convertible_to(&self, x: &Operand, target: Ty) -> Option<Const> {
        let basic = self.basic(target)?;
        let val = x.val.as_ref().unwrap_or(&Const::Unknown);
        if let Some(val) = representable_const(val, basic) {
            return Some(val);
        }
        if self.is_integer(x.ty) && self.is_string(target) {
            let rune = val.u64_value().and_then(|v| u32::try_from(v).ok()).and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Some(Const::from(rune.encode_utf8(&mut [0; 4]) as &str));
        }
        None
    }

    /// Whether a non-constant operand can be converted to `target`.
    pub(crate) fn convertible_to(&mut self, x: &Operand, target: Ty, cause: &mut String) -> bool {
        if self.assignable_to(x, target, cause).is_ok() {
            return true;
        }
        let (v, t) = (x.ty.unalias(), target.unalias());
        let (vu, tu) = (self.under(v), self.under(t));
        let (v_param, t_param) = (is_type_param(v), is_type_param(t));
        if !v_param && !t_param && self.identical_ignore_tags(vu, tu) {
            return true;
        }
        if let (TyKind::Pointer(vb), TyKind::Pointer(tb)) = (v.kind(), t.kind())
            && !is_type_param(*vb)
            && !is_type_param(*tb)
            && self.identical_ignore_tags(self.under(*vb), self.under(*tb))
        {
            return true;
        }
        let real = |ty: Ty| self.is_integer(ty) || self.is_float(ty);
        if real(vu) && real(tu) || self.is_complex(vu) && self.is_complex(tu) {
            return true;
        }
        if (self.is_integer(vu) || self.is_bytes_or_runes(vu)) && self.is_string(tu) || self.is_string(vu) && self.is_bytes_or_runes(tu) {
            return true;
        }
        let unsafe_side = |ty: Ty| matches!(ty.kind(), TyKind::Basic(Basic::UnsafePointer));
        let word = |ty: Ty| matches!(ty.kind(), TyKind::Pointer(_) | TyKind::Basic(Basic::Uintptr));
        if word(vu) && unsafe_side(tu) || unsafe_side(vu) && word(tu) {
            return true;
        }
        if let TyKind::Slice(elem) = vu.kind() {
            match tu.kind() {
                TyKind::Array { elem: to, .. } if self.identical(*elem, *to) => {
                    if self.allow_version(20) {
                        return true;
                    }
                    *cause = "conversion of slice to array requires go1.20 or later".to_owned();
                    return false;
                }
                TyKind::Pointer(base) => {
                    if let TyKind::Array { elem: to, .. } = self.under(*base).kind()
                        && self.identical(*elem, *to)
                    {
                        if self.allow_version(17) {
                            return true;
                        }
                        *cause = "conversion of slice to array pointer requires go1.17 or later".to_owned();
                        return false;
                    }
                }
                _ => {}
            }
        }
        if !v_param && !t_param {
            return false;
        }
        let v_terms = if v_param { self.param_terms(v) } else { vec![Some(v)] };
        let t_terms = if t_param { self.param_terms(t) } else { vec![Some(target)] };
        for v_term in &v_terms {
            let Some(v_ty) = *v_term else { return false };
            let part = Operand { ty: v_ty, ..x.clone() };
            for t_term in &t_terms {
                let Some(t_ty) = *t_term else { return false };
                if !self.convertible_to(&part, t_ty, cause) {
                    let from = if v_param { format!("{} (in {})", self.ty_str(v_ty), self.ty_str(v)) } else { self.ty_str(x.ty) };
                    let to = if t_param { format!("{} (in {})", self.ty_str(t_ty), self.ty_str(t)) } else { self.ty_str(target) };
                    add_cause(cause, format!("cannot convert {from} to type {to}"));
                    return false;
                }
            }
        }
        true
    }

    /// The types of a type parameter's terms; one `None` if it has no specific types.
    pub(crate) fn param_terms(&self, tparam: Ty) -> Vec<Option<Ty>> {
        match &self.type_set(self.type_param_iface(tparam)).terms {
            Some(terms) if !terms.is_empty() => terms.iter().map(|t| Some(t.ty)).collect(),
            _ => vec![None],
        }
    }

    /// `[]byte` or `[]rune`, underlying.
    pub(crate) fn is_bytes_or_runes(&self, ty: Ty) -> bool {
        match self.under(ty).kind() {
            TyKind::Slice(elem) => matches!(self.basic(*elem), Some(Basic::Uint8 | Basic::Int32)),
            _ => false,
        }
    }
}

/// Puts a statement in front of the cause that explains it.
pub(crate) fn add_cause(cause: &mut String, message: String) {
    *cause = if cause.is_empty() { message } else { format!("{message}\n\t{cause}") };
}
