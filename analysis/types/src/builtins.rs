//! Calls of builtin functions (Go spec, "Built-in functions"), over type sets where an argument is of a type parameter.

use amigos_syntax::ast::{BinaryOp, ChanDir, ExprId, ExprKind};

use crate::call::CallParts;
use crate::checker::{Checker, Code};
use crate::codes;
use crate::expr::Exclude;
use crate::facts::{Mode, Selection, SelectionKind};
use crate::konst::{self, Const};
use crate::lookup::Found;
use crate::operand::Operand;
use crate::predicates::{default_type, is_type_param, is_untyped};
use crate::returns::unparen;
use crate::ty::{Basic, Param, Signature, Ty, TyKind};
use crate::universe::{self, Builtin};

/// The signature that a call of a builtin is recorded with.
fn make_sig(result: Option<Ty>, params: impl IntoIterator<Item = Ty>) -> Signature {
    let param = |ty: Ty| Param { name: None, ty };
    Signature {
        params: params.into_iter().map(|ty| param(default_type(ty))).collect(),
        results: result.into_iter().map(param).collect(),
        ..Signature::default()
    }
}

impl<'a> Checker<'a> {
    /// Checks the call of a builtin; true: `x` is its result.
    pub(crate) fn builtin(&mut self, x: &mut Operand, call: &CallParts<'a>, id: Builtin) -> bool {
        let info = id.info();
        if call.ellipsis.is_some() && id != Builtin::Append {
            let message = format!("invalid operation: invalid use of ... with built-in {}", info.name);
            self.error(codes::InvalidDotDotDot, call.ellipsis_range(), message);
            self.use_exprs(call.args);
            return false;
        }
        // len(x) and cap(x) are constant if x holds no calls or receives.
        let outer = self.env.has_call_or_recv;
        let measures = matches!(id, Builtin::Len | Builtin::Cap);
        if measures {
            self.env.has_call_or_recv = false;
        }
        let mut args = Vec::new();
        let mut nargs = call.args.len();
        if !matches!(id, Builtin::Make | Builtin::New | Builtin::UnsafeOffsetof | Builtin::Trace) {
            args = self.expr_list(call.args);
            nargs = args.len();
            if args.iter().any(|a| a.mode == Mode::Invalid) {
                if measures {
                    self.env.has_call_or_recv = outer;
                }
                return false;
            }
            if let Some(first) = args.first() {
                *x = first.clone();
            }
        }
        let wrong = if nargs < info.nargs {
            "not enough"
        } else if !info.variadic && nargs > info.nargs {
            "too many"
        } else {
            ""
        };
        let ok = if wrong.is_empty() {
            self.builtin_args(x, call, id, &mut args)
        } else {
            let text = self.expr_str(call.expr);
            let message = format!("invalid operation: {wrong} arguments for {text} (expected {}, found {nargs})", info.nargs);
            self.error(codes::WrongArgCount, call.arg_err_range(), message);
            false
        };
        if measures {
            self.env.has_call_or_recv = outer;
        }
        ok
    }

    fn builtin_args(&mut self, x: &mut Operand, call: &CallParts<'a>, id: Builtin, args: &mut [Operand]) -> bool {
        match id {
            Builtin::Append => self.builtin_append(x, call, args),
            Builtin::Len | Builtin::Cap => self.builtin_len(x, call, id),
            Builtin::Clear => self.builtin_clear(x, call),
            Builtin::Close => self.builtin_close(x, call),
            Builtin::Complex => self.builtin_complex(x, call, args),
            Builtin::Copy => self.builtin_copy(x, call, args),
            Builtin::Delete => self.builtin_delete(x, call, args),
            Builtin::Real | Builtin::Imag => self.builtin_real(x, call, id),
            Builtin::Make => self.builtin_make(x, call),
            Builtin::Max | Builtin::Min => self.builtin_max(x, call, id, args),
            Builtin::New => self.builtin_new(x, call),
            Builtin::Panic => {
                self.env.is_panic.insert(call.expr);
                self.assignment(x, Some(Ty::empty_interface()), "argument to panic");
                if x.mode == Mode::Invalid {
                    return false;
                }
                self.record_builtin_type(call.fun, make_sig(None, [Ty::empty_interface()]));
                self.no_value(x)
            }
            Builtin::Print | Builtin::Println => {
                let context = format!("argument to built-in {}", id.info().name);
                for a in args.iter_mut() {
                    self.assignment(a, None, &context);
                    if a.mode == Mode::Invalid {
                        return false;
                    }
                }
                let types: Vec<Ty> = args.iter().map(|a| a.ty).collect();
                self.record_builtin_type(call.fun, make_sig(None, types));
                self.no_value(x)
            }
            Builtin::Recover => {
                let any = Ty::empty_interface();
                self.record_builtin_type(call.fun, make_sig(Some(any), []));
                self.value(x, any)
            }
            Builtin::Assert => self.builtin_assert(x, call),
            Builtin::Trace => {
                self.no_value(x);
                for (i, arg) in call.args.iter().enumerate() {
                    let mut other = Operand::default();
                    let into = if i == 0 { &mut *x } else { &mut other };
                    self.raw_expr(None, into, *arg, None, false);
                }
                x.mode != Mode::Invalid
            }
            _ => self.builtin_unsafe(x, call, id, args),
        }
    }

    fn value(&self, x: &mut Operand, ty: Ty) -> bool {
        x.mode = Mode::Value;
        x.ty = ty;
        x.val = None;
        true
    }

    fn no_value(&self, x: &mut Operand) -> bool {
        x.mode = Mode::NoValue;
        x.ty = Ty::tuple([]);
        x.val = None;
        true
    }

    fn arg_error(&mut self, code: Code, x: &Operand, message: String) -> bool {
        self.error(code, self.operand_range(x), message);
        false
    }

    /// Whether all types of a type's type set are byte slices or strings; the second tells if there are strings.
    fn bytes_or_strings(&self, ty: Ty) -> Option<bool> {
        let mut has_string = false;
        for pair in self.type_pairs(ty) {
            let (_, u) = pair?;
            match u.kind() {
                TyKind::Slice(elem) if self.identical(*elem, universe::byte()) => {}
                _ if self.is_string(u) => has_string = true,
                _ => return None,
            }
        }
        Some(has_string)
    }

    /// The element type that all slice types of an operand's type set have.
    fn slice_elem(&self, x: &Operand) -> Result<Ty, String> {
        let mut elem: Option<Ty> = None;
        for pair in self.type_pairs(x.ty) {
            let Some(TyKind::Slice(e)) = pair.map(|(_, u)| u.kind()) else {
                let have = if x.is_nil() { "untyped nil".to_owned() } else { self.operand_str(x) };
                return Err(format!("argument must be a slice; have {have}"));
            };
            match elem {
                Some(known) if !self.identical(known, *e) => {
                    let (a, b) = (self.ty_str(known), self.ty_str(*e));
                    return Err(format!("mismatched slice element types {a} and {b} in {}", self.operand_str(x)));
                }
                _ => elem = Some(*e),
            }
        }
        elem.ok_or_else(|| format!("argument must be a slice; have {}", self.operand_str(x)))
    }

    fn builtin_append(&mut self, x: &mut Operand, call: &CallParts<'a>, args: &mut [Operand]) -> bool {
        let slice = x.ty;
        let elem = match self.slice_elem(x) {
            Ok(elem) => elem,
            Err(cause) => return self.arg_error(codes::InvalidAppend, x, format!("invalid append: {cause}")),
        };
        let mut sig = None;
        // append([]byte, string...)
        if call.ellipsis.is_some()
            && let [_, y] = &mut *args
        {
            let bytes = Ty::slice(universe::byte());
            let mut ignored = String::new();
            if self.assignable_to(x, bytes, &mut ignored).is_ok() && self.bytes_or_strings(y.ty) == Some(true) {
                sig = Some(Signature { variadic: true, ..make_sig(Some(slice), [slice, y.ty]) });
            }
        }
        let sig = match sig {
            Some(sig) => sig,
            None => {
                let sig = Signature { variadic: true, ..make_sig(Some(slice), [slice, Ty::slice(elem)]) };
                self.arguments(call, Ty::new(TyKind::Signature(sig.clone())), &[], &[], args, &[]);
                sig
            }
        };
        self.record_builtin_type(call.fun, sig);
        self.value(x, slice)
    }

    /// What a pointer to an array points to; else the type itself.
    fn array_ptr_deref(&self, under: Ty) -> Ty {
        if let TyKind::Pointer(to) = under.kind() {
            let to = self.under(*to);
            if matches!(to.kind(), TyKind::Array { .. }) {
                return to;
            }
        }
        under
    }

    fn builtin_len(&mut self, x: &mut Operand, call: &CallParts<'a>, id: Builtin) -> bool {
        let is_len = id == Builtin::Len;
        let mut mode = Mode::Invalid;
        let mut val = None;
        if is_type_param(x.ty) {
            let measurable = |u: Ty| match self.array_ptr_deref(u).kind() {
                TyKind::Basic(_) => is_len && self.is_string(u),
                TyKind::Array { .. } | TyKind::Slice(_) | TyKind::Chan { .. } => true,
                TyKind::Map { .. } => is_len,
                _ => false,
            };
            if self.under_is(x.ty, |u| u.is_some_and(measurable)) {
                mode = Mode::Value;
            }
        } else {
            let under = self.array_ptr_deref(self.under(x.ty));
            match under.kind() {
                TyKind::Basic(_) if is_len && self.is_string(under) => {
                    mode = Mode::Value;
                    if x.mode == Mode::Const {
                        mode = Mode::Const;
                        val = Some(x.val.as_ref().and_then(Const::as_str).map_or(Const::Unknown, |s| Const::from(s.len() as i64)));
                    }
                }
                TyKind::Array { len, .. } => {
                    mode = Mode::Value;
                    if !self.env.has_call_or_recv {
                        mode = Mode::Const;
                        val = Some(if *len >= 0 { Const::from(*len) } else { Const::Unknown });
                    }
                }
                TyKind::Slice(_) | TyKind::Chan { .. } => mode = Mode::Value,
                TyKind::Map { .. } if is_len => mode = Mode::Value,
                _ => {}
            }
        }
        if mode == Mode::Invalid {
            if !self.under(x.ty).is_invalid() {
                let code = if is_len { codes::InvalidLen } else { codes::InvalidCap };
                let message = format!("invalid argument: {} for built-in {}", self.operand_str(x), id.info().name);
                self.error(code, self.operand_range(x), message);
            }
            return false;
        }
        // An untyped string argument that isn't needed as a constant is a string.
        if is_untyped(x.ty) && mode != Mode::Const {
            self.convert_untyped(x, Ty::basic(Basic::String));
        }
        let int = Ty::basic(Basic::Int);
        if mode != Mode::Const {
            self.record_builtin_type(call.fun, make_sig(Some(int), [x.ty]));
        }
        x.mode = mode;
        x.ty = int;
        x.val = val;
        true
    }

    fn builtin_clear(&mut self, x: &mut Operand, call: &CallParts<'a>) -> bool {
        self.verify_version(self.range(call.fun), 21, "clear");
        if !self.under_is(x.ty, |u| matches!(u.map(Ty::kind), Some(TyKind::Map { .. } | TyKind::Slice(_)))) {
            let message =
                format!("invalid argument: cannot clear {}: argument must be (or constrained by) map or slice", self.operand_str(x));
            return self.arg_error(codes::InvalidClear, x, message);
        }
        self.record_builtin_type(call.fun, make_sig(None, [x.ty]));
        self.no_value(x)
    }

    fn builtin_close(&mut self, x: &mut Operand, call: &CallParts<'a>) -> bool {
        for pair in self.type_pairs(x.ty) {
            let what = match pair.map(|(_, u)| u.kind()) {
                Some(TyKind::Chan { dir: ChanDir::Recv, .. }) => "receive-only channel",
                Some(TyKind::Chan { .. }) => continue,
                _ => "non-channel",
            };
            let message = format!("invalid operation: cannot close {what} {}", self.operand_str(x));
            return self.arg_error(codes::InvalidClose, x, message);
        }
        self.record_builtin_type(call.fun, make_sig(None, [x.ty]));
        self.no_value(x)
    }

    fn builtin_complex(&mut self, x: &mut Operand, call: &CallParts<'a>, args: &mut [Operand]) -> bool {
        let Some(y) = args.get_mut(1) else { return false };
        match (is_untyped(x.ty), is_untyped(y.ty)) {
            (false, false) => {}
            (true, false) => self.convert_untyped(x, y.ty),
            (false, true) => self.convert_untyped(y, x.ty),
            (true, true) if x.mode == Mode::Const && y.mode == Mode::Const => {
                for operand in [&mut *x, &mut *y] {
                    if self.is_numeric(operand.ty) && operand.val.as_ref().is_some_and(|v| v.imag().sign() == 0) {
                        operand.ty = Ty::basic(Basic::UntypedFloat);
                    }
                }
            }
            (true, true) => {
                let float = Ty::basic(Basic::Float64);
                self.convert_untyped(x, float);
                self.convert_untyped(y, float);
            }
        }
        if x.mode == Mode::Invalid || y.mode == Mode::Invalid {
            return false;
        }
        if !self.identical(x.ty, y.ty) {
            let (a, b) = (self.ty_str(x.ty), self.ty_str(y.ty));
            let message = format!("invalid operation: {} (mismatched types {a} and {b})", self.expr_str(call.expr));
            return self.arg_error(codes::InvalidComplex, x, message);
        }
        let whole = |basic: Basic| match basic {
            Basic::Float32 => Some(Basic::Complex64),
            Basic::Float64 => Some(Basic::Complex128),
            Basic::UntypedFloat => Some(Basic::UntypedComplex),
            _ => None,
        };
        let Some(result) = self.apply_type_func(whole, x, Builtin::Complex) else {
            let message = format!("invalid argument: arguments have type {}, expected floating-point", self.ty_str(x.ty));
            return self.arg_error(codes::InvalidComplex, x, message);
        };
        if x.mode == Mode::Const && y.mode == Mode::Const {
            let part = |o: &Operand| o.val.as_ref().map_or(Const::Unknown, Const::to_float);
            x.val = Some(Const::complex(&part(x), &part(y)));
        } else {
            x.mode = Mode::Value;
            x.val = None;
            self.record_builtin_type(call.fun, make_sig(Some(result), [x.ty, x.ty]));
        }
        x.ty = result;
        true
    }

    fn builtin_copy(&mut self, x: &mut Operand, call: &CallParts<'a>, args: &mut [Operand]) -> bool {
        let Some(y) = args.get_mut(1) else { return false };
        // nil is assignable to []byte, but no slice.
        let to = match self.slice_elem(x) {
            Ok(elem) => elem,
            Err(cause) => return self.arg_error(codes::InvalidCopy, x, format!("invalid copy: {cause}")),
        };
        let mut ignored = String::new();
        // copy([]byte, string)
        let bytes = Ty::slice(universe::byte());
        let special = self.assignable_to(x, bytes, &mut ignored).is_ok() && self.bytes_or_strings(y.ty).is_some();
        if !special {
            let from = match self.slice_elem(y) {
                Ok(elem) => elem,
                Err(_) if self.all_string(y.ty) => universe::byte(),
                Err(cause) => return self.arg_error(codes::InvalidCopy, y, format!("invalid copy: {cause}")),
            };
            if !self.identical(to, from) {
                let message = format!(
                    "invalid copy: arguments {} and {} have different element types {} and {}",
                    self.operand_str(x),
                    self.operand_str(y),
                    self.ty_str(to),
                    self.ty_str(from)
                );
                return self.arg_error(codes::InvalidCopy, x, message);
            }
        }
        let int = Ty::basic(Basic::Int);
        self.record_builtin_type(call.fun, make_sig(Some(int), [x.ty, y.ty]));
        self.value(x, int)
    }

    fn builtin_delete(&mut self, x: &mut Operand, call: &CallParts<'a>, args: &mut [Operand]) -> bool {
        let map = x.ty;
        let mut key: Option<Ty> = None;
        for pair in self.type_pairs(map) {
            let Some(TyKind::Map { key: k, .. }) = pair.map(|(_, u)| u.kind()) else {
                let message = format!("invalid argument: {} is not a map", self.operand_str(x));
                return self.arg_error(codes::InvalidDelete, x, message);
            };
            if key.is_some_and(|known| !self.identical(known, *k)) {
                let message = format!("invalid argument: maps of {} must have identical key types", self.operand_str(x));
                return self.arg_error(codes::InvalidDelete, x, message);
            }
            key = Some(*k);
        }
        let (Some(key), Some(arg)) = (key, args.get(1)) else { return false };
        *x = arg.clone();
        self.assignment(x, Some(key), "argument to delete");
        if x.mode == Mode::Invalid {
            return false;
        }
        self.record_builtin_type(call.fun, make_sig(None, [map, key]));
        self.no_value(x)
    }

    fn builtin_real(&mut self, x: &mut Operand, call: &CallParts<'a>, id: Builtin) -> bool {
        if is_untyped(x.ty) {
            if x.mode == Mode::Const {
                if self.is_numeric(x.ty) {
                    x.ty = Ty::basic(Basic::UntypedComplex);
                }
            } else {
                self.convert_untyped(x, Ty::basic(Basic::Complex128));
                if x.mode == Mode::Invalid {
                    return false;
                }
            }
        }
        let part = |basic: Basic| match basic {
            Basic::Complex64 => Some(Basic::Float32),
            Basic::Complex128 => Some(Basic::Float64),
            Basic::UntypedComplex => Some(Basic::UntypedFloat),
            _ => None,
        };
        let Some(result) = self.apply_type_func(part, x, id) else {
            let code = if id == Builtin::Real { codes::InvalidReal } else { codes::InvalidImag };
            let message = format!("invalid argument: argument has type {}, expected complex type", self.ty_str(x.ty));
            return self.arg_error(code, x, message);
        };
        if x.mode == Mode::Const {
            x.val = x.val.as_ref().map(|v| if id == Builtin::Real { v.real() } else { v.imag() });
        } else {
            x.mode = Mode::Value;
            self.record_builtin_type(call.fun, make_sig(Some(result), [x.ty]));
        }
        x.ty = result;
        true
    }

    fn apply_type_func(&mut self, f: impl Fn(Basic) -> Option<Basic>, x: &Operand, id: Builtin) -> Option<Ty> {
        if !is_type_param(x.ty) {
            return self.basic(x.ty).and_then(f).map(Ty::basic);
        }
        let mut terms = Vec::new();
        for term in self.param_terms(x.ty.unalias()) {
            terms.push(self.basic(term?).and_then(&f).map(Ty::basic)?);
        }
        let code = match id {
            Builtin::Real => codes::InvalidReal,
            Builtin::Imag => codes::InvalidImag,
            _ => codes::InvalidComplex,
        };
        let message =
            format!("{} not supported as argument to built-in {} for go1.18 (see go.dev/issue/50937)", self.operand_str(x), id.info().name);
        self.soft_error(code, self.operand_range(x), message);
        terms.first().copied()
    }

    fn builtin_make(&mut self, x: &mut Operand, call: &CallParts<'a>) -> bool {
        let Some((arg0, sizes)) = call.args.split_first() else { return false };
        let ty = self.var_type(*arg0);
        if ty.is_invalid() {
            self.use_exprs(sizes);
            return false;
        }
        let under = self.common_under(
            ty,
            Some(&mut |pair| match pair.map(|(_, u)| u.kind()) {
                Some(TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Chan { .. }) => Ok(()),
                None => Err("no specific type".to_owned()),
                _ => Err("type must be slice, map, or channel".to_owned()),
            }),
        );
        let least = match under {
            Ok(under) if matches!(under.kind(), TyKind::Slice(_)) => 2,
            Ok(_) => 1,
            Err(cause) => {
                let message = format!("invalid argument: cannot make {}: {cause}", self.expr_str(*arg0));
                self.error(codes::InvalidMake, self.range(*arg0), message);
                self.use_exprs(sizes);
                return false;
            }
        };
        let nargs = call.args.len();
        if nargs < least || least + 1 < nargs {
            let text = self.expr_str(call.expr);
            let message = format!("invalid operation: {text} expects {least} or {} arguments; found {nargs}", least + 1);
            self.error(codes::WrongArgCount, self.range(call.expr), message);
            return false;
        }
        let mut types = vec![ty];
        let mut values = Vec::new();
        for arg in sizes {
            let (arg_ty, value) = self.index(*arg, None);
            types.push(arg_ty);
            if value >= 0 {
                values.push(value);
            }
        }
        if let [len, cap] = values.as_slice()
            && len > cap
        {
            self.error(codes::SwappedMakeArgs, self.range(sizes[0]), "invalid argument: length and capacity swapped");
        }
        self.record_builtin_type(call.fun, make_sig(Some(ty), types));
        self.value(x, ty)
    }

    fn builtin_max(&mut self, x: &mut Operand, call: &CallParts<'a>, id: Builtin, args: &mut [Operand]) -> bool {
        let name = id.info().name;
        self.verify_version(self.range(call.fun), 21, format!("built-in {name}"));
        let op = if id == Builtin::Max { BinaryOp::Gt } else { BinaryOp::Lt };
        for (i, a) in args.iter_mut().enumerate() {
            if a.mode == Mode::Invalid {
                return false;
            }
            if !self.all_ordered(a.ty) {
                let message = format!("invalid argument: {} cannot be ordered", self.operand_str(a));
                return self.arg_error(codes::InvalidMinMaxOperand, a, message);
            }
            if i == 0 {
                continue;
            }
            self.match_types(x, a);
            if x.mode == Mode::Invalid {
                return false;
            }
            if !self.identical(x.ty, a.ty) {
                let message = format!(
                    "invalid argument: mismatched types {} (previous argument) and {} (type of {})",
                    self.ty_str(x.ty),
                    self.ty_str(a.ty),
                    self.operand_expr_str(a)
                );
                return self.arg_error(codes::MismatchedTypes, a, message);
            }
            if x.mode == Mode::Const && a.mode == Mode::Const {
                if let (Some(known), Some(val)) = (&x.val, &a.val)
                    && konst::compare(val, op, known)
                {
                    *x = a.clone();
                }
            } else {
                x.mode = Mode::Value;
                x.val = None;
            }
        }
        // A value that isn't constant is typed.
        if x.mode != Mode::Const {
            x.mode = Mode::Value;
            x.val = None;
            self.assignment(x, Some(Ty::empty_interface()), &format!("argument to built-in {name}"));
            if x.mode == Mode::Invalid {
                return false;
            }
        }
        for a in args.iter() {
            self.update_expr_type(a.expr, x.ty, true);
        }
        if x.mode != Mode::Const {
            let params = std::iter::repeat_n(x.ty, args.len());
            self.record_builtin_type(call.fun, make_sig(Some(x.ty), params));
        }
        true
    }

    fn builtin_new(&mut self, x: &mut Operand, call: &CallParts<'a>) -> bool {
        let Some(arg) = call.args.first().copied() else { return false };
        self.expr_or_type(x, arg, false);
        self.exclude(x, Exclude { builtin: true, ty: false });
        match x.mode {
            Mode::Invalid => return false,
            Mode::Type => self.valid_var_type(arg, x.ty),
            _ => {
                if is_untyped(x.ty) {
                    self.assignment(x, None, "argument to new");
                    if x.mode == Mode::Invalid {
                        return false;
                    }
                }
                let what = format!("new({})", self.expr_str(arg));
                self.verify_version(self.range(call.fun), 26, what);
            }
        }
        let (ty, pointer) = (x.ty, Ty::pointer(x.ty));
        self.record_builtin_type(call.fun, make_sig(Some(pointer), [ty]));
        self.value(x, pointer)
    }

    fn builtin_assert(&mut self, x: &mut Operand, call: &CallParts<'a>) -> bool {
        if x.mode != Mode::Const || !self.is_boolean(x.ty) {
            let message = format!("invalid argument: {} is not a boolean constant", self.operand_str(x));
            return self.arg_error(codes::Test, x, message);
        }
        let Some(Const::Bool(holds)) = x.val else {
            let message = format!("internal error: value of {} should be a boolean constant", self.operand_str(x));
            return self.arg_error(codes::Test, x, message);
        };
        if !holds {
            let message = format!("{} failed", self.expr_str(call.expr));
            self.error(codes::Test, self.range(call.expr), message);
        }
        // The constant stays: its recorded type is what matters.
        true
    }

    // ---- package unsafe ----

    fn builtin_unsafe(&mut self, x: &mut Operand, call: &CallParts<'a>, id: Builtin, args: &mut [Operand]) -> bool {
        let pointer = Ty::basic(Basic::UnsafePointer);
        let fun = self.range(call.fun);
        match id {
            Builtin::UnsafeAdd => {
                self.verify_version(fun, 17, "unsafe.Add");
                self.assignment(x, Some(pointer), "argument to unsafe.Add");
                let Some(y) = args.get_mut(1) else { return false };
                if x.mode == Mode::Invalid || !self.is_valid_index(y, codes::InvalidUnsafeAdd, "length", true) {
                    return false;
                }
                self.record_builtin_type(call.fun, make_sig(Some(pointer), [pointer, y.ty]));
                self.value(x, pointer)
            }
            Builtin::UnsafeAlignof | Builtin::UnsafeSizeof => {
                let name = id.info().name;
                self.assignment(x, None, &format!("argument to unsafe.{name}"));
                if x.mode == Mode::Invalid {
                    return false;
                }
                let ty = x.ty;
                let size = if id == Builtin::UnsafeSizeof { self.size_of(ty) } else { Some(self.align_of(ty)) };
                self.unsafe_size(x, call, ty, size)
            }
            Builtin::UnsafeOffsetof => self.builtin_offsetof(x, call),
            Builtin::UnsafeSlice => {
                self.verify_version(fun, 17, "unsafe.Slice");
                let base = match self.common_under(x.ty, None).map(Ty::kind) {
                    Ok(TyKind::Pointer(base)) => *base,
                    _ => {
                        let message = format!("invalid argument: {} is not a pointer", self.operand_str(x));
                        return self.arg_error(codes::InvalidUnsafeSlice, x, message);
                    }
                };
                let Some(y) = args.get_mut(1) else { return false };
                if !self.is_valid_index(y, codes::InvalidUnsafeSlice, "length", false) {
                    return false;
                }
                let slice = Ty::slice(base);
                self.record_builtin_type(call.fun, make_sig(Some(slice), [Ty::pointer(base), y.ty]));
                self.value(x, slice)
            }
            Builtin::UnsafeSliceData => {
                self.verify_version(fun, 20, "unsafe.SliceData");
                let elem = match self.common_under(x.ty, None).map(Ty::kind) {
                    Ok(TyKind::Slice(elem)) => *elem,
                    _ => {
                        let message = format!("invalid argument: {} is not a slice", self.operand_str(x));
                        return self.arg_error(codes::InvalidUnsafeSliceData, x, message);
                    }
                };
                let result = Ty::pointer(elem);
                self.record_builtin_type(call.fun, make_sig(Some(result), [Ty::slice(elem)]));
                self.value(x, result)
            }
            Builtin::UnsafeString => {
                self.verify_version(fun, 20, "unsafe.String");
                let bytes = Ty::pointer(universe::byte());
                self.assignment(x, Some(bytes), "argument to unsafe.String");
                let Some(y) = args.get_mut(1) else { return false };
                if x.mode == Mode::Invalid || !self.is_valid_index(y, codes::InvalidUnsafeString, "length", false) {
                    return false;
                }
                let string = Ty::basic(Basic::String);
                self.record_builtin_type(call.fun, make_sig(Some(string), [bytes, y.ty]));
                self.value(x, string)
            }
            Builtin::UnsafeStringData => {
                self.verify_version(fun, 20, "unsafe.StringData");
                let string = Ty::basic(Basic::String);
                self.assignment(x, Some(string), "argument to unsafe.StringData");
                if x.mode == Mode::Invalid {
                    return false;
                }
                let result = Ty::pointer(universe::byte());
                self.record_builtin_type(call.fun, make_sig(Some(result), [string]));
                self.value(x, result)
            }
            _ => false,
        }
    }

    /// The result of `Sizeof` and its like: constant, unless a type parameter decides it. `None`: too large.
    fn unsafe_size(&mut self, x: &mut Operand, call: &CallParts<'a>, of: Ty, size: Option<i64>) -> bool {
        let uintptr = Ty::basic(Basic::Uintptr);
        if self.has_var_size(of) {
            self.record_builtin_type(call.fun, make_sig(Some(uintptr), [of]));
            return self.value(x, uintptr);
        }
        let Some(size) = size else {
            let message = format!("{} is too large", self.operand_str(x));
            return self.arg_error(codes::TypeTooLarge, x, message);
        };
        x.mode = Mode::Const;
        x.val = Some(Const::from(size));
        x.ty = uintptr;
        true
    }

    fn builtin_offsetof(&mut self, x: &mut Operand, call: &CallParts<'a>) -> bool {
        let Some(arg) = call.args.first().copied() else { return false };
        let selector: ExprId = unparen(self.ast(), arg);
        let ExprKind::Selector { x: base_expr, sel } = &self.ast()[selector].kind else {
            let message = format!("invalid argument: {} is not a selector expression", self.expr_str(arg));
            self.error(codes::BadOffsetofSyntax, self.range(arg), message);
            self.use_exprs(&[arg]);
            return false;
        };
        self.expr(None, x, *base_expr);
        if x.mode == Mode::Invalid {
            return false;
        }
        let base = self.deref_struct_ptr(x.ty);
        let name = self.name(*sel);
        let lookup = self.lookup_field_or_method(base, false, self.pkg(), name, false);
        let base_str = self.ty_str(base);
        let field = match lookup.found {
            Some(Found::Field(field)) => field,
            Some(Found::Method(_)) => {
                let message = format!("invalid argument: {} is a method value", self.expr_str(arg));
                self.error(codes::InvalidOffsetof, self.range(arg), message);
                return false;
            }
            None => {
                let message = format!("invalid argument: {base_str} has no single field {name}");
                return self.arg_error(codes::MissingFieldOrMethod, x, message);
            }
        };
        if lookup.indirect {
            let message = format!("invalid argument: field {name} is embedded via a pointer in {base_str}");
            return self.arg_error(codes::InvalidOffsetof, x, message);
        }
        let index: Box<[u32]> = lookup.index.as_deref().unwrap_or_default().into();
        let offset = self.offset_of(base, &index);
        let selection = Selection {
            kind: SelectionKind::Field,
            recv: base,
            index,
            indirect: false,
            method_of: None,
            pointer_recv: false,
            ty: field.ty,
        };
        self.record_selection(selector, *sel, selection);
        let mode = if x.mode == Mode::Var { Mode::Var } else { Mode::Value };
        self.record_type_and_value(selector, mode, field.ty, None);
        self.unsafe_size(x, call, base, offset)
    }

    /// The offset of the field that a path leads to, without following pointers; `None` if it is too large.
    fn offset_of(&self, ty: Ty, path: &[u32]) -> Option<i64> {
        let (mut ty, mut total) = (ty, 0i64);
        for index in path {
            let TyKind::Struct(fields) = self.under(ty).kind() else { return None };
            let offset = self.offsets_of(fields).get(*index as usize).copied().flatten()?;
            total = total.checked_add(offset)?;
            ty = fields.get(*index as usize)?.ty;
        }
        Some(total)
    }
}
