//! Calls, instantiation of functions, and selectors (Go spec, "Calls", "Instantiations", "Selectors", "Method expressions").

use amigos_syntax::TextRange;
use amigos_syntax::ast::{ExprId, ExprKind, IdentId};

use crate::checker::{Checker, Entity};
use crate::codes;
use crate::ctx::MemberKind;
use crate::expr::{Exclude, ExprUse, Target};
use crate::facts::{Mode, ObjRef, Selection, SelectionKind};
use crate::infer::InferError;
use crate::lookup::Found;
use crate::mono::Instantiation;
use crate::named::Method;
use crate::operand::Operand;
use crate::predicates::is_type_param;
use crate::ty::{Basic, NamedKey, Param, PkgKey, Signature, Ty, TyKind};
use crate::universe::{Builtin, BuiltinKind};

/// A call expression taken apart.
#[derive(Clone, Copy)]
pub(crate) struct CallParts<'a> {
    pub expr: ExprId,
    pub fun: ExprId,
    pub args: &'a [ExprId],
    pub ellipsis: Option<u32>,
    pub rparen: u32,
}

impl CallParts<'_> {
    fn rparen_range(&self) -> TextRange {
        TextRange::new(self.rparen, self.rparen + 1)
    }

    /// Where `...` stands.
    pub(crate) fn ellipsis_range(&self) -> TextRange {
        self.ellipsis.map_or(self.rparen_range(), |at| TextRange::new(at, at + 3))
    }

    /// Where a wrong number of arguments is reported.
    pub(crate) fn arg_err_range(&self) -> TextRange {
        self.rparen_range()
    }
}

fn signature(ty: Ty) -> &'static Signature {
    static NONE: std::sync::OnceLock<Signature> = std::sync::OnceLock::new();
    ty.as_signature().unwrap_or_else(|| NONE.get_or_init(Signature::default))
}

impl<'a> Checker<'a> {
    // ---- instantiation ----

    /// Instantiates the generic function in `x` with the indices of `inst`, inferring what is missing (from the target, if there is one). With
    /// `infer` off, too few type arguments are given back instead.
    pub(crate) fn func_inst(
        &mut self,
        target: Option<&Target>,
        range: TextRange,
        x: &mut Operand,
        inst: Option<ExprId>,
        infer: bool,
    ) -> Option<Vec<Ty>> {
        let mut at = TextRange::at(range.start);
        let mut indices: &'a [ExprId] = &[];
        if let Some(inst) = inst
            && let ExprKind::Index { indices: list, .. } = &self.ast()[inst].kind
        {
            at = TextRange::at(self.ast()[inst].op);
            indices = list;
            x.expr = Some(inst);
        }
        let version_ok = self.verify_version(at, 18, "function instantiation");
        let mut targs = Vec::new();
        if !indices.is_empty() {
            match self.type_list(indices) {
                Some(list) => targs = list,
                None => {
                    x.invalidate();
                    return None;
                }
            }
        }
        let sig_ty = self.under(x.ty);
        let sig = signature(sig_ty);
        let (got, want) = (targs.len(), sig.tparams.len());
        if got > want {
            let range = self.range(indices[got - 1]);
            self.error(codes::WrongTypeArgCount, range, format!("got {got} type arguments but want {want}"));
            x.invalidate();
            return None;
        }
        if got < want {
            if !infer {
                return Some(targs);
            }
            let mut params = Vec::new();
            let mut args = Vec::new();
            if let Some(target) = target {
                let plain = Ty::new(TyKind::Signature(Signature { tparams: Box::default(), ..sig.clone() }));
                params.push(plain);
                args.push(Operand::new(Mode::Value, target.sig, x.expr));
                let what = if inst.is_some() { "partially" } else { "implicitly" };
                if version_ok {
                    self.verify_version(at, 21, format!("{what} instantiated function in assignment"));
                }
            }
            let (tparams, params) = self.rename_call_tparams(&sig.tparams, 0, &params);
            let params: Vec<Param> = params.into_iter().map(|ty| Param { name: None, ty }).collect();
            let known: Vec<Option<Ty>> = targs.iter().copied().map(Some).collect();
            let desc = target.map(|t| t.desc.as_str());
            match self.infer(TextRange::at(range.start), &tparams, &known, &params, &args, desc) {
                Ok(all) => targs = all,
                Err(err) => {
                    if !err.message.is_empty() {
                        self.error(codes::CannotInferTypeArgs, err.range, err.message);
                    }
                    x.invalidate();
                    return None;
                }
            }
        }
        let expr = x.expr;
        x.ty = self.instantiate_signature(range, expr, sig_ty, &targs, indices);
        x.mode = Mode::Value;
        None
    }

    /// The signature with type arguments; whether they satisfy their constraints is verified later.
    fn instantiate_signature(&mut self, range: TextRange, expr: Option<ExprId>, sig_ty: Ty, targs: &[Ty], indices: &'a [ExprId]) -> Ty {
        let sig = signature(sig_ty);
        let inst = self.instantiate_sig_type(sig, targs);
        if let Some(expr) = expr {
            self.record_instance(expr, targs, inst);
        }
        let (tparams, args) = (sig.tparams.clone(), targs.to_vec());
        self.later(move |check| match check.verify(&tparams, &args) {
            Ok(()) => {
                let decl = check.env.decl;
                let ranges = indices.iter().map(|e| check.range(*e)).collect();
                check.instantiations.push(Instantiation { decl, range, tparams, args: args.into(), ranges });
            }
            Err((i, cause)) => {
                let range = indices.get(i).map_or(range, |e| check.range(*e));
                check.soft_error(codes::InvalidTypeArg, range, cause);
            }
        });
        inst
    }

    // ---- calls ----

    /// Checks a call, a conversion, or a call of a builtin.
    pub(crate) fn call_expr(&mut self, x: &mut Operand, e: ExprId) -> ExprUse {
        let ExprKind::Call { fun, args, ellipsis, rparen } = &self.ast()[e].kind else { return ExprUse::Statement };
        let call = CallParts { expr: e, fun: *fun, args, ellipsis: *ellipsis, rparen: *rparen };
        let kind = self.call_parts(x, &call);
        x.expr = Some(e);
        kind
    }

    fn call_parts(&mut self, x: &mut Operand, call: &CallParts<'a>) -> ExprUse {
        let mut indices: Option<&'a [ExprId]> = None;
        if let ExprKind::Index { x: base, indices: list } = &self.ast()[call.fun].kind {
            if self.index_expr(x, call.fun, *base, list) {
                indices = Some(list);
            }
            x.expr = Some(call.fun);
            self.record(x);
        } else {
            self.expr_or_type(x, call.fun, true);
        }
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(call.args);
                return ExprUse::Statement;
            }
            Mode::Type => {
                self.conversion_call(x, call);
                return ExprUse::Conversion;
            }
            Mode::Builtin => {
                let Some(builtin) = x.builtin else { return ExprUse::Statement };
                if !self.builtin(x, call, builtin) {
                    x.invalidate();
                }
                x.builtin = None;
                if !matches!(x.mode, Mode::Invalid | Mode::Const) {
                    self.env.has_call_or_recv = true;
                }
                if x.mode == Mode::Invalid {
                    return ExprUse::Statement;
                }
                return match builtin.info().kind {
                    BuiltinKind::Conversion => ExprUse::Conversion,
                    BuiltinKind::Expression => ExprUse::Expression,
                    BuiltinKind::Statement => ExprUse::Statement,
                };
            }
            _ => {}
        }
        self.function_call(x, call, indices);
        ExprUse::Statement
    }

    fn conversion_call(&mut self, x: &mut Operand, call: &CallParts<'a>) {
        self.non_generic(None, x);
        if x.mode == Mode::Invalid {
            self.use_exprs(call.args);
            return;
        }
        let ty = x.ty;
        x.invalidate();
        if !self.is_complete(ty) {
            return;
        }
        match call.args {
            [] => {
                let message = format!("missing argument in conversion to {}", self.ty_str(ty));
                self.error(codes::WrongArgCount, call.rparen_range(), message);
            }
            [arg] => {
                let target = self.new_target(Some(ty), "conversion");
                self.expr(target.as_ref(), x, *arg);
                if x.mode == Mode::Invalid {
                    return;
                }
                if call.ellipsis.is_some() {
                    let message = format!("invalid use of ... in conversion to {}", self.ty_str(ty));
                    self.error(codes::BadDotDotDotSyntax, self.range(*arg), message);
                    x.invalidate();
                    return;
                }
                let under = self.under(ty);
                if matches!(under.kind(), TyKind::Interface(_)) && !is_type_param(ty) && !self.type_set(under).is_method_set() {
                    let message = format!(
                        "cannot use interface {} in conversion (contains specific type constraints or is comparable)",
                        self.ty_str(ty)
                    );
                    self.error(codes::MisplacedConstraintIface, self.range(call.expr), message);
                    x.invalidate();
                    return;
                }
                self.conversion(x, ty);
            }
            [.., last] => {
                self.use_exprs(call.args);
                let message = format!("too many arguments in conversion to {}", self.ty_str(ty));
                self.error(codes::WrongArgCount, self.range(*last), message);
            }
        }
    }

    fn function_call(&mut self, x: &mut Operand, call: &CallParts<'a>, indices: Option<&'a [ExprId]>) {
        let under = self.common_under(
            x.ty,
            Some(&mut |pair| match pair.map(|(t, u)| (t, u.kind())) {
                None | Some((_, TyKind::Signature(_))) => Ok(()),
                Some((t, _)) => Err(format!("{} is not a function", self.ty_str(t))),
            }),
        );
        let mut sig_ty = match under {
            Ok(under) => under,
            Err(_) if self.under(x.ty).is_invalid() => {
                self.use_exprs(call.args);
                x.invalidate();
                return;
            }
            Err(cause) => {
                let message = format!("invalid operation: cannot call {}: {cause}", self.operand_str(x));
                self.error(codes::InvalidCall, self.operand_range(x), message);
                x.invalidate();
                return;
            }
        };
        let was_generic = !signature(sig_ty).tparams.is_empty();
        let mut targs = Vec::new();
        let mut xlist: &'a [ExprId] = indices.unwrap_or_default();
        if let Some(indices) = indices {
            let Some(list) = self.type_list(indices) else {
                self.use_exprs(call.args);
                x.invalidate();
                return;
            };
            let (got, want) = (list.len(), signature(sig_ty).tparams.len());
            if got > want {
                let range = self.range(indices[want]);
                self.error(codes::WrongTypeArgCount, range, format!("got {got} type arguments but want {want}"));
                self.use_exprs(call.args);
                x.invalidate();
                return;
            }
            if got == want && want > 0 {
                self.verify_version(TextRange::at(self.ast()[call.fun].op), 18, "function instantiation");
                sig_ty = self.instantiate_signature(self.range(call.fun), Some(call.fun), sig_ty, &list, indices);
                xlist = &[];
            } else {
                targs = list;
            }
        }
        let (mut args, atargs) = self.generic_expr_list(call.args);
        let sig_ty = self.arguments(call, sig_ty, &targs, xlist, &mut args, &atargs);
        let sig = signature(sig_ty);
        if was_generic && sig.tparams.is_empty() {
            self.record_type_and_value(call.fun, Mode::Value, sig_ty, None);
        }
        x.val = None;
        match &*sig.results {
            // Its type stays that of the function: messages about the missing value show it.
            [] => x.mode = Mode::NoValue,
            [one] => {
                if !self.is_complete(one.ty) {
                    x.invalidate();
                    return;
                }
                x.mode = Mode::Value;
                x.ty = one.ty;
            }
            many => {
                x.mode = Mode::Value;
                x.ty = Ty::new(TyKind::Tuple(many.into()));
            }
        }
        self.env.has_call_or_recv = true;
        // A result that still has the function's type parameters would only cause follow-up errors.
        if x.mode == Mode::Value && !sig.tparams.is_empty() && self.is_parameterized(&sig.tparams, x.ty) {
            x.invalidate();
        }
    }

    /// Checks expressions; a single one may have several values.
    pub(crate) fn expr_list(&mut self, list: &[ExprId]) -> Vec<Operand> {
        if let [one] = list {
            return self.multi_expr(*one, false).0;
        }
        list.iter()
            .map(|e| {
                let mut x = Operand::default();
                self.expr(None, &mut x, *e);
                x
            })
            .collect()
    }

    /// Like [`Checker::expr_list`] for arguments, which may be generic functions; with the type arguments of partially instantiated ones.
    fn generic_expr_list(&mut self, list: &'a [ExprId]) -> (Vec<Operand>, Vec<Vec<Ty>>) {
        // Before Go 1.21 arguments are instantiated on their own.
        let infer = !self.allow_version(21);
        let mut operands = Vec::with_capacity(list.len());
        let mut all_targs = Vec::with_capacity(list.len());
        for e in list {
            let mut x = Operand::default();
            let mut targs = Vec::new();
            if let ExprKind::Index { x: base, indices } = &self.ast()[*e].kind {
                if self.index_expr(&mut x, *e, *base, indices) {
                    let range = self.range(*e);
                    match self.func_inst(None, range, &mut x, Some(*e), infer) {
                        Some(partial) => {
                            targs = partial;
                            x.expr = Some(*e);
                        }
                        None => self.record(&x),
                    }
                } else {
                    // As raw_expr ends.
                    x.expr = Some(*e);
                    self.record(&x);
                    self.exclude(&mut x, Exclude { builtin: true, ty: true });
                }
            } else if list.len() == 1 {
                self.raw_expr(None, &mut x, *e, None, true);
                self.exclude(&mut x, Exclude { builtin: true, ty: true });
                if x.mode != Mode::Invalid
                    && let TyKind::Tuple(values) = x.ty.kind()
                {
                    return (values.iter().map(|p| Operand::new(Mode::Value, p.ty, Some(*e))).collect(), Vec::new());
                }
            } else {
                self.generic_expr(&mut x, *e, None);
            }
            operands.push(x);
            all_targs.push(targs);
        }
        (operands, all_targs)
    }

    /// Checks arguments against parameters, inferring type arguments if the function (or an argument) is generic. Returns the function's
    /// signature, instantiated if that was possible.
    pub(crate) fn arguments(
        &mut self,
        call: &CallParts<'a>,
        sig_ty: Ty,
        targs: &[Ty],
        xlist: &'a [ExprId],
        args: &mut [Operand],
        atargs: &[Vec<Ty>],
    ) -> Ty {
        let sig = signature(sig_ty);
        let nargs = args.len();
        let mut npars = sig.params.len();
        let ddd = call.ellipsis.is_some();
        let mut params: Vec<Param> = sig.params.to_vec();
        let mut adjusted = false;
        if sig.variadic && npars > 0 {
            if ddd {
                // f(g()...) with several values
                if let ([only], true) = (call.args, nargs > 1) {
                    let message = format!("cannot use ... with {nargs}-valued {}", self.expr_str(*only));
                    self.error(codes::InvalidDotDotDot, call.ellipsis_range(), message);
                    return sig_ty;
                }
            } else if nargs + 1 >= npars {
                let last = params.pop();
                let elem = match last.map(|p| (p, self.under(p.ty).kind())) {
                    Some((p, TyKind::Slice(elem))) => Param { name: p.name, ty: *elem },
                    Some((p, _)) => p,
                    None => return sig_ty,
                };
                params.resize(nargs, elem);
                adjusted = true;
                npars = nargs;
            } else {
                npars -= 1;
            }
        } else if ddd {
            let message = format!("cannot use ... in call to non-variadic {}", self.expr_str(call.fun));
            self.error(codes::NonVariadicDotDotDot, call.ellipsis_range(), message);
            return sig_ty;
        }
        if nargs != npars {
            let (at, qualifier) =
                if nargs > npars { (self.operand_range(&args[npars]), "too many") } else { (call.rparen_range(), "not enough") };
            let have: Vec<Ty> = args.iter().map(|a| a.ty).collect();
            let want: Vec<Ty> = sig.params.iter().map(|p| p.ty).collect();
            let message = format!(
                "{qualifier} arguments in call to {}\n\thave {}\n\twant {}",
                self.expr_str(call.fun),
                self.types_summary(&have, false, ddd),
                self.types_summary(&want, sig.variadic, false)
            );
            self.error(codes::WrongArgCount, at, message);
            return sig_ty;
        }
        // Type parameters to infer: the function's, then those of generic arguments.
        let mut tparams: Vec<Ty> = Vec::new();
        let mut known: Vec<Option<Ty>> = targs.iter().copied().map(Some).collect();
        let n = sig.tparams.len();
        if n > 0 {
            self.verify_version(TextRange::at(self.ast()[call.expr].op), 18, "implicit function instantiation");
            let types: Vec<Ty> = params.iter().map(|p| p.ty).collect();
            let (renamed, types) = self.rename_call_tparams(&sig.tparams, 0, &types);
            tparams = renamed;
            for (p, ty) in params.iter_mut().zip(types) {
                p.ty = ty;
            }
            known.resize(n, None);
        }
        let mut generic_args: Vec<(usize, Ty)> = Vec::new();
        for (i, arg) in args.iter_mut().enumerate() {
            let Some(arg_sig) = arg.ty.as_signature().filter(|s| !s.tparams.is_empty()) else { continue };
            let plain = Ty::new(TyKind::Signature(Signature { tparams: Box::default(), ..arg_sig.clone() }));
            let (renamed, types) = self.rename_call_tparams(&arg_sig.tparams, i + 1, &[plain]);
            generic_args.push((i, arg.ty));
            arg.ty = types.first().copied().unwrap_or(plain);
            tparams.extend(renamed);
            known.extend(atargs.get(i).into_iter().flatten().copied().map(Some));
            known.resize(tparams.len(), None);
        }
        if let Some((first, _)) = generic_args.first() {
            let range = self.operand_range(&args[*first]);
            self.verify_version(range, 21, "implicitly instantiated function as argument");
        }
        let mut result = sig_ty;
        if !tparams.is_empty() {
            let at = self.range(call.expr);
            let inferred = match self.infer(at, &tparams, &known, &params, args, None) {
                Ok(inferred) => inferred,
                Err(InferError { range, message }) => {
                    if !message.is_empty() {
                        let message = format!("in call to {}, {message}", self.expr_str(call.fun));
                        self.error(codes::CannotInferTypeArgs, range, message);
                    }
                    return sig_ty;
                }
            };
            if n > 0 {
                result = self.instantiate_signature(self.range(call.expr), Some(call.fun), sig_ty, &inferred[..n], xlist);
                if adjusted {
                    let (own, own_args) = (&tparams[..n], &inferred[..n]);
                    for p in &mut params {
                        p.ty = self.subst(p.ty, &crate::subst::Subst::new(own, own_args));
                    }
                } else {
                    params = signature(result).params.to_vec();
                }
            }
            // Instantiate the generic arguments, too.
            let mut j = n;
            for (i, generic) in generic_args {
                let k = j + signature(generic).tparams.len();
                let (range, expr) = (self.operand_range(&args[i]), args[i].expr);
                args[i].ty = self.instantiate_signature(range, expr, generic, &inferred[j..k], &[]);
                let arg = args[i].clone();
                self.record(&arg);
                j = k;
            }
        }
        let context = format!("argument to {}", self.expr_str(call.fun));
        for (arg, param) in args.iter_mut().zip(&params) {
            self.assignment(arg, Some(param.ty), &context);
        }
        result
    }

    // ---- selectors ----

    /// Checks `x.sel`; with `want_type` it must be a type.
    pub fn selector(&mut self, x: &mut Operand, e: ExprId, want_type: bool) {
        *x = Operand::invalid(Some(e));
        let ExprKind::Selector { x: base, sel } = &self.ast()[e].kind else { return };
        let (base, sel) = (*base, *sel);
        if let ExprKind::Ident(ident) = &self.ast()[base].kind {
            let entity = self.lookup(self.name(*ident));
            match entity {
                Some(Entity::Msg) => {
                    self.record_use(*ident, ObjRef::Msg);
                    self.msg_selector(x, e, sel);
                    return;
                }
                Some(entity @ Entity::Predeclared(pkg)) => {
                    self.record_use(*ident, self.entity_ref(entity));
                    self.package_selector(x, e, sel, pkg);
                    return;
                }
                Some(entity @ Entity::Import(at)) => {
                    self.record_use(*ident, self.entity_ref(entity));
                    self.use_import(at);
                    let pkg = self.files.get(self.env.file).and_then(|f| f.imports.get(at as usize)).and_then(|i| i.pkg);
                    if let Some(pkg) = pkg {
                        self.package_selector(x, e, sel, pkg);
                    }
                    return;
                }
                _ => {}
            }
        }
        self.value_selector(x, e, base, sel, want_type);
        x.expr = Some(e);
        if x.mode == Mode::Invalid {
            x.ty = Ty::invalid();
        }
    }

    fn package_selector(&mut self, x: &mut Operand, e: ExprId, sel: IdentId, pkg: PkgKey) {
        let (name, range) = (self.name(sel), self.ident_range(sel));
        if range.is_empty() {
            return;
        }
        if pkg.0.as_str() == "unsafe" {
            self.record_use(sel, ObjRef::Member { pkg, name });
            if name.as_str() == "Pointer" {
                x.mode = Mode::Type;
                x.ty = Ty::basic(Basic::UnsafePointer);
                return;
            }
            if let Some(builtin) = Builtin::of_unsafe(name.as_str()) {
                x.mode = Mode::Builtin;
                x.builtin = Some(builtin);
                return;
            }
        }
        let Some(member) = self.ctx.member(pkg, name) else {
            let mut message = format!("undefined: {}", self.expr_str(e));
            let folded = name.to_lowercase();
            if let Some(other) = self.ctx.member_names(pkg).iter().find(|n| n.is_exported() && n.to_lowercase() == folded) {
                message = format!("{message} (but have {other})");
            }
            self.error(codes::UndeclaredImportedName, range, message);
            return;
        };
        if !name.is_exported() {
            let package = self.ctx.package_name(pkg).unwrap_or(pkg.0);
            self.error(codes::UnexportedName, range, format!("name {name} not exported by package {package}"));
        }
        self.record_use(sel, ObjRef::Member { pkg, name });
        if member.ty.is_invalid() && !matches!(member.kind, MemberKind::Type { .. }) {
            return;
        }
        x.ty = member.ty;
        match &member.kind {
            MemberKind::Const(val) => {
                x.mode = Mode::Const;
                x.val = Some(val.clone());
            }
            MemberKind::Type { .. } => x.mode = Mode::Type,
            MemberKind::Var => x.mode = Mode::Var,
            MemberKind::Func => x.mode = Mode::Value,
        }
    }

    /// `msg.Sender` and its like: read-only values (language.md, section 2).
    fn msg_selector(&mut self, x: &mut Operand, e: ExprId, sel: IdentId) {
        let (name, range) = (self.name(sel), self.ident_range(sel));
        self.record_use(sel, ObjRef::Msg);
        let amigos = self.ctx.predeclared_packages().iter().find(|(n, _)| n.as_str() == "amigos").map(|(_, pkg)| *pkg);
        let named = |ty: &str| Ty::named(NamedKey { pkg: amigos, name: ty.into(), local: None }, []);
        x.ty = match name.as_str() {
            "Sender" | "Origin" => named("Address"),
            "Value" => named("Coins"),
            "Func" => Ty::basic(Basic::String),
            _ => {
                if !range.is_empty() {
                    let message = format!("undefined: {} (msg has Sender, Origin, Value and Func)", self.expr_str(e));
                    self.error(codes::UndeclaredImportedName, range, message);
                }
                return;
            }
        };
        x.mode = Mode::Value;
    }

    fn value_selector(&mut self, x: &mut Operand, e: ExprId, base: ExprId, sel: IdentId, want_type: bool) {
        self.expr_or_type(x, base, false);
        let (name, range) = (self.name(sel), self.ident_range(sel));
        match x.mode {
            Mode::Invalid => return,
            Mode::Builtin => {
                let message = format!("invalid use of {} in selector expression", self.operand_str(x));
                self.error(codes::UncalledBuiltin, range, message);
                x.invalidate();
                return;
            }
            _ => {}
        }
        if range.is_empty() {
            // Half-typed: the parser has reported it.
            x.invalidate();
            return;
        }
        if !self.is_complete(x.ty) {
            x.invalidate();
            return;
        }
        if want_type {
            self.error(codes::NotAType, range, format!("{} is not a type", self.expr_str(e)));
            x.invalidate();
            return;
        }
        // Selecting through a pointer dereferences it.
        if let TyKind::Pointer(to) = self.under(x.ty).kind()
            && !self.is_complete(*to)
        {
            x.invalidate();
            return;
        }
        let pkg = self.pkg();
        let lookup = self.lookup_field_or_method(x.ty, x.mode == Mode::Var, pkg, name, false);
        let index: Box<[u32]> = lookup.index.as_deref().unwrap_or_default().into();
        let Some(found) = lookup.found else {
            self.selector_error(x, range, name, lookup.index.is_some(), lookup.indirect);
            x.invalidate();
            return;
        };
        let recv = x.ty;
        match found {
            Found::Field(field) => {
                if x.mode == Mode::Type {
                    let message = format!("operand for field selector {name} must be value of type {}", self.ty_str(recv));
                    self.error(codes::MissingFieldOrMethod, self.range(base), message);
                    x.invalidate();
                    return;
                }
                let indirect = lookup.indirect;
                let selection =
                    Selection { kind: SelectionKind::Field, recv, index, indirect, method_of: None, pointer_recv: false, ty: field.ty };
                self.record_selection(e, sel, selection);
                x.mode = if x.mode == Mode::Var || indirect { Mode::Var } else { Mode::Value };
                x.ty = field.ty;
                if field.ty.is_invalid() {
                    x.invalidate();
                }
            }
            Found::Method(method) => {
                let sig_ty = self.method_sig(&method);
                self.method_dep(&method);
                let method_of = method.recv.and_then(|r| match r.kind() {
                    TyKind::Named { key, .. } => Some(*key),
                    _ => None,
                });
                let mut selection = Selection {
                    kind: SelectionKind::Method,
                    recv,
                    index,
                    indirect: lookup.indirect,
                    method_of,
                    pointer_recv: method.pointer,
                    ty: sig_ty,
                };
                if x.mode == Mode::Type {
                    let sig = signature(sig_ty);
                    // The receiver becomes the first parameter.
                    let named = sig.params.first().is_some_and(|p| p.name.is_some());
                    let recv_name = named.then(|| self.recv_name(&method).unwrap_or_else(|| "_".into()));
                    let first = Param { name: recv_name, ty: recv };
                    let params = std::iter::once(first).chain(sig.params.iter().copied()).collect();
                    selection.ty = Ty::new(TyKind::Signature(Signature { params, ..sig.clone() }));
                    selection.kind = SelectionKind::MethodExpr;
                } else {
                    if method.recv.is_none() && !is_type_param(recv) && self.is_interface_value(recv, &selection.index) {
                        selection.kind = SelectionKind::InterfaceMethod;
                    }
                    // x.m() means (&x).m() if m has a pointer receiver.
                    if method.pointer && !lookup.indirect && x.mode == Mode::Var {
                        self.mark_address_taken(base);
                    }
                }
                x.mode = Mode::Value;
                x.ty = selection.ty;
                self.record_selection(e, sel, selection);
            }
        }
        x.val = None;
    }

    /// Whether a method found without declared receiver is that of an interface value (perhaps embedded), not of a type parameter's constraint.
    fn is_interface_value(&self, recv: Ty, index: &[u32]) -> bool {
        let (base, _) = self.deref(recv);
        index.len() > 1 || !is_type_param(base)
    }

    fn method_dep(&mut self, method: &Method) {
        if let Some(TyKind::Named { key, .. }) = method.recv.map(Ty::kind)
            && key.pkg == Some(self.pkg())
            && key.local.is_none()
        {
            self.add_decl_dep(format!("{}.{}", key.name, method.name).as_str().into());
        }
    }

    fn selector_error(&mut self, x: &Operand, range: TextRange, sel: amigos_syntax::Name, ambiguous: bool, indirect: bool) {
        if self.under(x.ty).is_invalid() {
            return;
        }
        let (expr, ty) = (self.operand_expr_str(x), self.ty_str(x.ty));
        if ambiguous {
            self.error(codes::AmbiguousSelector, range, format!("ambiguous selector {expr}.{sel}"));
            return;
        }
        if indirect {
            let message = if x.mode == Mode::Type {
                format!("invalid method expression {ty}.{sel} (needs pointer receiver (*{ty}).{sel})")
            } else {
                format!("cannot call pointer method {sel} on {ty}")
            };
            self.error(codes::InvalidMethodExpr, range, message);
            return;
        }
        let why = if self.is_interface_ptr(x.ty) {
            self.interface_ptr_error(x.ty)
        } else {
            let alt = self.lookup_field_or_method(x.ty, x.mode == Mode::Var, self.pkg(), sel, true).found;
            self.lookup_error(x.ty, sel, alt.as_ref(), false)
        };
        self.error(codes::MissingFieldOrMethod, range, format!("{expr}.{sel} undefined ({why})"));
    }
}
