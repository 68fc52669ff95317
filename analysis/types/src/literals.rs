//! Literals: basic, function and composite (Go spec, "Composite literals", "Function literals").

use std::cmp::Ordering;

use amigos_syntax::ast::{ArrayLen, ExprId, ExprKind, FuncType, LitBody, LitKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::checker::Checker;
use crate::codes;
use crate::facts::{Mode, ObjRef, Selection, SelectionKind};
use crate::konst::{Const, ConstKind};
use crate::lookup::Found;
use crate::operand::Operand;
use crate::ty::{Basic, FieldTy, Ty, TyKind};

/// Longest numeric literal, in characters.
const MAX_LITERAL: usize = 10_000;

impl<'a> Checker<'a> {
    pub(crate) fn basic_lit(&mut self, x: &mut Operand, e: ExprId, kind: LitKind, text: &str) {
        let basic = match kind {
            LitKind::Int => Basic::UntypedInt,
            LitKind::Float => Basic::UntypedFloat,
            LitKind::Imag => Basic::UntypedComplex,
            LitKind::Char => Basic::UntypedRune,
            LitKind::String => Basic::UntypedString,
        };
        if matches!(kind, LitKind::Int | LitKind::Float | LitKind::Imag) && text.len() > MAX_LITERAL {
            let head: String = text.chars().take(10).collect();
            self.error(codes::InvalidConstVal, self.range(e), format!("excessively long constant: {head}... ({} chars)", text.len()));
            return;
        }
        self.lang_compat(e, kind, text);
        let val = Const::from_literal(kind, text);
        if val.is_unknown() {
            self.error(codes::InvalidConstVal, self.range(e), format!("malformed constant: {text}"));
            return;
        }
        x.mode = Mode::Const;
        x.ty = Ty::basic(basic);
        x.val = Some(val);
        x.expr = Some(e);
        self.overflow(x, self.range(e));
    }

    /// Number literals as they are since Go 1.13.
    fn lang_compat(&mut self, e: ExprId, kind: LitKind, text: &str) {
        if text.len() <= 2 || self.allow_version(13) || matches!(kind, LitKind::Char | LitKind::String) {
            return;
        }
        let what = match text.as_bytes() {
            bytes if bytes.contains(&b'_') => "underscore in numeric literal",
            [b'0', b'b' | b'B', ..] => "binary literal",
            [b'0', b'o' | b'O', ..] => "0o/0O-style octal literal",
            [b'0', b'x' | b'X', ..] if kind != LitKind::Int => "hexadecimal floating-point literal",
            _ => return,
        };
        self.verify_version(self.range(e), 13, what);
    }

    pub(crate) fn func_lit(&mut self, x: &mut Operand, e: ExprId, ty: &'a FuncType, body: &'a LitBody) {
        self.env.func_depth += 1;
        let scope = self.env.scope;
        let info = self.func_type(None, ty, None);
        self.env.scope = scope;
        self.env.func_depth -= 1;
        let sig = info.sig;
        self.facts().params.insert(Some(e), info.locals.clone());
        match body {
            LitBody::Here(block) => {
                let iota = self.env.iota.clone();
                // What the literal declares is known to the end of its body.
                let end = block.range.end;
                self.scopes[info.scope.0 as usize].range.end = end;
                for local in info.locals.params.iter().chain(&info.locals.results) {
                    let scope = self.local(*local).scope;
                    self.local_mut(*local).scope = amigos_syntax::TextRange::new(scope.start, end.max(scope.start));
                }
                self.later(move |check| {
                    check.env.func_depth += 1;
                    check.func_body(info, block, iota);
                });
            }
            LitBody::Body(index) => {
                // Checked in the body phase.
                if let Some(object) = self.env.object {
                    self.objs[object.0 as usize].bodies.push(*index);
                }
            }
        }
        x.mode = Mode::Value;
        x.ty = sig;
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn composite_lit(
        &mut self,
        x: &mut Operand,
        e: ExprId,
        ty: Option<ExprId>,
        elems: &'a [ExprId],
        rbrace: u32,
        hint: Option<Ty>,
    ) {
        let ast = self.ast();
        let mut open_array = None;
        let (mut typ, mut base) = (Ty::invalid(), Ty::invalid());
        match (ty, hint) {
            (Some(ty), _) => {
                match &ast[ty].kind {
                    // [...]T: its length comes from the elements.
                    ExprKind::ArrayType { len: ArrayLen::Ellipsis(_), elem } => {
                        let elem = self.var_type(*elem);
                        open_array = Some((ty, elem));
                        typ = Ty::new(TyKind::Array { len: -1, elem });
                    }
                    _ => typ = self.typ(ty),
                }
                base = typ;
            }
            (None, Some(hint)) => {
                // The element type of the enclosing literal; &T may be left out as well.
                typ = hint;
                base = typ;
                if let Ok(under) = self.common_under(base, None)
                    && let TyKind::Pointer(to) = under.kind()
                {
                    base = *to;
                }
            }
            (None, None) => self.error(codes::UntypedLit, self.range(e), "missing type in composite literal"),
        }
        if !self.is_complete(base) {
            x.invalidate();
            return;
        }
        let under = if base.is_invalid() { Ok(base) } else { self.common_under(base, None) };
        match under.as_ref().map(|u| u.kind()) {
            Ok(TyKind::Struct(fields)) => self.struct_lit(x, base, fields, elems, rbrace),
            Ok(TyKind::Array { len, elem }) => {
                let n = self.indexed_elems(elems, *elem, (*len >= 0).then_some(*len));
                if let Some((ty, elem)) = open_array {
                    typ = Ty::new(TyKind::Array { len: n, elem });
                    self.record_type_and_value(ty, Mode::Type, typ, None);
                }
            }
            Ok(TyKind::Slice(elem)) => {
                self.indexed_elems(elems, *elem, None);
            }
            Ok(TyKind::Map { key, value }) => self.map_lit(x, *key, *value, elems),
            other => {
                for e in elems {
                    match &ast[*e].kind {
                        // The key might be a field's name: only the value is surely an expression.
                        ExprKind::KeyValue { value, .. } => self.use_exprs(&[*value]),
                        _ => self.use_exprs(&[*e]),
                    };
                }
                let valid = other.is_err() || under.as_ref().is_ok_and(|u| !u.is_invalid());
                if valid {
                    let qualifier = if ty.is_none() { " element" } else { "" };
                    let cause = if under.is_err() { " (no common underlying type)" } else { "" };
                    let message = format!("invalid composite literal{qualifier} type {}{cause}", self.ty_str(typ));
                    self.error(codes::InvalidLit, self.range(e), message);
                    x.invalidate();
                    return;
                }
            }
        }
        x.mode = Mode::Value;
        x.ty = typ;
        x.val = None;
    }

    fn struct_lit(&mut self, x: &mut Operand, base: Ty, fields: &'static [FieldTy], elems: &'a [ExprId], rbrace: u32) {
        let ast = self.ast();
        let Some(first) = elems.first() else { return };
        if matches!(ast[*first].kind, ExprKind::KeyValue { .. }) {
            // The paths of the fields that have a value.
            let mut visited: Vec<(SmallVec<[u32; 4]>, amigos_syntax::Name)> = Vec::new();
            for e in elems {
                let ExprKind::KeyValue { key, value } = &ast[*e].kind else {
                    self.error(codes::MixedStructLit, self.range(*e), "mixture of field:value and value elements in struct literal");
                    continue;
                };
                self.generic_expr(x, *value, None);
                let ExprKind::Ident(ident) = &ast[*key].kind else {
                    let message = format!("invalid field name {} in struct literal", self.expr_str(*key));
                    self.error(codes::InvalidLitField, self.range(*e), message);
                    continue;
                };
                let Some((field, index)) = self.lit_field(base, *key, self.name(*ident)) else { continue };
                self.record_use(*ident, ObjRef::Field(index[0]));
                if index.len() > 1 {
                    let selection = Selection {
                        kind: SelectionKind::Field,
                        recv: base,
                        index: index.as_slice().into(),
                        indirect: false,
                        method_of: None,
                        pointer_recv: false,
                        ty: field.ty,
                    };
                    self.facts().selections.insert(*key, selection);
                }
                self.assignment(x, Some(field.ty), "struct literal");
                let clash = visited.iter().find(|(path, _)| path.starts_with(&index) || index.starts_with(path));
                let Some((path, other)) = clash else {
                    visited.push((index, field.name));
                    continue;
                };
                let name = field.name;
                let message = match path.len().cmp(&index.len()) {
                    Ordering::Equal => format!("duplicate field name {name} in struct literal"),
                    Ordering::Less => format!("cannot specify promoted field {name} and enclosing embedded field {other}"),
                    Ordering::Greater => format!("cannot specify embedded field {name} and enclosed promoted field {other}"),
                };
                self.error(codes::DuplicateLitField, self.range(*e), message);
            }
            return;
        }
        for (i, e) in elems.iter().enumerate() {
            if matches!(ast[*e].kind, ExprKind::KeyValue { .. }) {
                self.error(codes::MixedStructLit, self.range(*e), "mixture of field:value and value elements in struct literal");
                continue;
            }
            self.generic_expr(x, *e, None);
            let Some(field) = fields.get(i) else {
                let message = format!("too many values in struct literal of type {}", self.ty_str(base));
                self.error(codes::InvalidStructLit, self.range(*e), message);
                break;
            };
            if !field.name.is_exported() && field.pkg != Some(self.pkg()) {
                let message =
                    format!("implicit assignment to unexported field {} in struct literal of type {}", field.name, self.ty_str(base));
                self.error(codes::UnexportedLitField, self.range(*e), message);
                continue;
            }
            self.assignment(x, Some(field.ty), "struct literal");
        }
        if elems.len() < fields.len() {
            let unexported = fields.iter().any(|f| !f.name.is_exported() && f.pkg != Some(self.pkg()));
            let hint = if unexported { " (type has unexported fields - use key:value pairs)" } else { "" };
            let message = format!("too few values in struct literal of type {}{hint}", self.ty_str(base));
            self.error(codes::InvalidStructLit, amigos_syntax::TextRange::new(rbrace, rbrace + 1), message);
        }
    }

    /// The field, promoted or not, that a key of a struct literal names, with the path to it.
    fn lit_field(&mut self, base: Ty, key: ExprId, name: amigos_syntax::Name) -> Option<(FieldTy, SmallVec<[u32; 4]>)> {
        let struct_ty = self.common_under(base, None).unwrap_or(base);
        let range = self.range(key);
        let lookup = self.lookup_field_or_method(struct_ty, false, self.pkg(), name, false);
        let (field, index) = match (lookup.found, lookup.index) {
            (Some(Found::Field(field)), Some(index)) => (field, index),
            (Some(_), _) => {
                self.error(codes::MissingLitField, range, format!("{name} is not a field"));
                return None;
            }
            _ => {
                let alt = self.lookup_field_or_method(struct_ty, false, self.pkg(), name, true).found;
                let why = self.lookup_error(base, name, alt.as_ref(), true);
                self.error(codes::MissingLitField, range, why);
                return None;
            }
        };
        if index.len() > 1 && !self.allow_version(27) {
            let path = self.field_path(struct_ty, &index);
            let what = format!("use of promoted field {path} in struct literal of type {}", self.ty_str(base));
            self.verify_version(range, 27, what);
            return None;
        }
        if lookup.indirect {
            self.error(codes::InvalidLitField, range, format!("invalid implicit pointer indirection to reach {name}"));
            return None;
        }
        Some((field, index))
    }

    /// The names of the fields on a path: `a.b.c`.
    fn field_path(&self, ty: Ty, index: &[u32]) -> String {
        let mut names: Vec<&str> = Vec::new();
        let mut at = ty;
        for i in index {
            let TyKind::Struct(fields) = self.under(self.deref_struct_ptr(at)).kind() else { break };
            let Some(field) = fields.get(*i as usize) else { break };
            names.push(field.name.as_str());
            at = field.ty;
        }
        names.join(".")
    }

    fn map_lit(&mut self, x: &mut Operand, key_ty: Ty, value_ty: Ty, elems: &'a [ExprId]) {
        let ast = self.ast();
        let mut visited: FxHashMap<String, Vec<Ty>> = FxHashMap::default();
        for e in elems {
            let ExprKind::KeyValue { key, value } = &ast[*e].kind else {
                self.error(codes::MissingLitKey, self.range(*e), "missing key in map literal");
                continue;
            };
            self.generic_expr(x, *key, Some(key_ty));
            self.assignment(x, Some(key_ty), "map literal");
            if x.mode == Mode::Invalid {
                continue;
            }
            if x.mode == Mode::Const
                && let Some(val) = x.val.clone()
                && !val.is_unknown()
            {
                // Under an interface type, 1 and 1.0 are different keys.
                let by_type = self.is_non_type_param_interface(key_ty);
                let seen = visited.entry(key_text(&val)).or_default();
                let duplicate = if by_type {
                    let seen = seen.clone();
                    seen.iter().any(|t| self.identical(*t, x.ty))
                } else {
                    !seen.is_empty()
                };
                visited.entry(key_text(&val)).or_default().push(x.ty);
                if duplicate {
                    self.error(codes::DuplicateLitKey, self.operand_range(x), format!("duplicate key {val} in map literal"));
                    continue;
                }
            }
            self.generic_expr(x, *value, Some(value_ty));
            self.assignment(x, Some(value_ty), "map literal");
        }
    }

    /// Checks the elements of an array or slice literal. Returns the length they need.
    fn indexed_elems(&mut self, elems: &'a [ExprId], ty: Ty, len: Option<i64>) -> i64 {
        let ast = self.ast();
        let mut visited = FxHashSet::default();
        let (mut index, mut max) = (0i64, 0i64);
        for e in elems {
            let mut valid = false;
            let mut value = *e;
            if let ExprKind::KeyValue { key, value: v } = &ast[*e].kind {
                let (key_ty, i) = self.index(*key, len);
                if !key_ty.is_invalid() {
                    if i >= 0 {
                        index = i;
                        valid = true;
                    } else {
                        let message = format!("index {} must be integer constant", self.expr_str(*key));
                        self.error(codes::InvalidLitIndex, self.range(*e), message);
                    }
                }
                value = *v;
            } else if let Some(len) = len.filter(|len| index >= *len) {
                self.error(codes::OversizeArrayLit, self.range(*e), format!("index {index} is out of bounds (>= {len})"));
            } else {
                valid = true;
            }
            if valid && !visited.insert(index) {
                self.error(codes::DuplicateLitKey, self.range(*e), format!("duplicate index {index} in array or slice literal"));
            }
            index = index.saturating_add(1);
            max = max.max(index);
            let mut x = Operand::default();
            self.generic_expr(&mut x, value, Some(ty));
            self.assignment(&mut x, Some(ty), "array or slice literal");
        }
        max
    }
}

/// The same text for the same value of a map key: numbers by their simplest form.
pub(crate) fn key_text(val: &Const) -> String {
    let val = match val.kind() {
        ConstKind::Float | ConstKind::Complex => match val.to_int() {
            Const::Unknown => match val.to_float() {
                Const::Unknown => val.clone(),
                float => float,
            },
            int => int,
        },
        _ => val.clone(),
    };
    let kind = match val.kind() {
        ConstKind::String => 's',
        ConstKind::Bool => 'b',
        _ => 'n',
    };
    format!("{kind}{}", val.exact_string())
}
