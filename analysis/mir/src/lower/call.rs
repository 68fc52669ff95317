//! Calls, conversions, and functions and methods as values.

use amigos_syntax::ast::{ExprId, ExprKind, IdentId};
use amigos_types::facts::{Mode, ObjRef, Selection, SelectionKind};
use amigos_types::ty::{Basic, NamedKey, Signature, Ty, TyKind};

use super::build::Func;
use super::place::Loc;
use crate::mir::*;

impl<'a> Func<'a> {
    /// A call, conversion or builtin: its results.
    pub fn call(&mut self, e: ExprId) -> Vec<Operand> {
        let ast = self.here.arena.ast;
        let ExprKind::Call { fun, args, ellipsis, .. } = &ast[e].kind else { return vec![] };
        let outer = std::mem::replace(&mut self.span, ast[e].range);
        let results = match self.fact(*fun).mode {
            Mode::Type => {
                let to = self.ty(e);
                args.first().map(|x| self.conversion(*x, to)).into_iter().collect()
            }
            Mode::Builtin => self.builtin(e, *fun, args, ellipsis.is_some()),
            _ => {
                let Some((callee, args)) = self.callee_and_args(*fun, args, ellipsis.is_some()) else {
                    self.span = outer;
                    return vec![self.unsupported("a call of something that is no function", self.ty(e))];
                };
                let dsts: Vec<LocalId> = self.result_types(e).into_iter().map(|ty| self.temp(ty)).collect();
                self.emit(Op::Call { dsts: dsts.clone(), callee, args });
                dsts.into_iter().map(Operand::Local).collect()
            }
        };
        self.span = outer;
        results
    }

    /// The types of a call's results.
    pub fn result_types(&self, e: ExprId) -> Vec<Ty> {
        let fact = self.fact(e);
        match (fact.mode, fact.ty.kind()) {
            (Mode::NoValue, _) => vec![],
            (_, TyKind::Tuple(parts)) => parts.iter().map(|p| p.ty).collect(),
            _ => vec![fact.ty],
        }
    }

    /// Callee and arguments, evaluated; a method's receiver is the first.
    pub fn callee_and_args(&mut self, fun: ExprId, args: &[ExprId], spread: bool) -> Option<(Callee, Vec<Operand>)> {
        let core = self.core(self.ty(fun));
        let TyKind::Signature(sig) = core.kind() else { return None };
        let (callee, recv) = self.callee(fun);
        let callee = match callee {
            Callee::Value(x) => Callee::Value(self.freeze(x)),
            other => other,
        };
        let mut values: Vec<Operand> = recv.into_iter().collect();
        self.arguments(sig, args, spread, &mut values);
        Some((callee, values))
    }

    fn callee(&mut self, fun: ExprId) -> (Callee, Option<Operand>) {
        let ast = self.here.arena.ast;
        match &ast[fun].kind {
            ExprKind::Paren(x) => return self.callee(*x),
            ExprKind::Ident(ident) => {
                if let Some(func) = self.function_named(fun, *ident) {
                    return (Callee::Static { func, targs: self.instance_args(*ident) }, None);
                }
            }
            ExprKind::Selector { x, sel } => match self.facts().selections.get(&fun) {
                Some(selection) if matches!(selection.kind, SelectionKind::Method | SelectionKind::InterfaceMethod) => {
                    return self.method_callee(*x, *sel, selection);
                }
                Some(_) => {}
                None => {
                    if let Some(func) = self.function_named(fun, *sel) {
                        return (Callee::Static { func, targs: self.instance_args(*sel) }, None);
                    }
                }
            },
            ExprKind::Index { x, .. }
                if self.fact(fun).mode == Mode::Value && matches!(self.under(self.ty(*x)).kind(), TyKind::Signature(_)) =>
            {
                return self.callee(*x);
            }
            _ => {}
        }
        (Callee::Value(self.expr(fun)), None)
    }

    fn function_named(&self, e: ExprId, ident: IdentId) -> Option<FuncKey> {
        match self.use_of(ident) {
            Some(ObjRef::Member { pkg, name }) if self.fact(e).mode != Mode::Var => Some(FuncKey { pkg, name }),
            _ => None,
        }
    }

    fn instance_args(&self, ident: IdentId) -> Box<[Ty]> {
        self.facts().instances.get(&ident).map(|i| i.args.clone()).unwrap_or_default()
    }

    /// The callee of `x.sel` and the receiver as its first argument (an interface's method has it inside).
    pub fn method_callee(&mut self, x: ExprId, sel: IdentId, selection: &Selection) -> (Callee, Option<Operand>) {
        let name = self.here.arena.ast[sel].name;
        let path = selection.index.split_last().map_or(&[][..], |(_, path)| path);
        match selection.method_of {
            Some(key) => {
                let recv = self.receiver(x, selection);
                let targs = self.method_args(self.operand_ty(&recv), sel);
                (Callee::Static { func: method_key(key, name), targs }, Some(recv))
            }
            None => {
                let base = self.loc(x);
                let at = self.walk(base, path);
                let ty = at.ty();
                let value = self.read(at);
                if self.types().is_interface(ty) {
                    let value = self.freeze(value);
                    let pkg = (!name.is_exported()).then_some(self.input.pkg);
                    (Callee::Interface { x: value, iface: ty, method: name, pkg }, None)
                } else {
                    (Callee::TypeParamMethod { recv: ty, name, by_address: false }, Some(value))
                }
            }
        }
    }

    /// The type arguments of a receiver's declared type.
    fn receiver_args(&self, ty: Ty) -> Box<[Ty]> {
        let mut ty = ty.unalias();
        if let TyKind::Pointer(elem) = ty.kind() {
            ty = elem.unalias();
        }
        match ty.kind() {
            TyKind::Named { args, .. } => args.clone(),
            _ => Box::default(),
        }
    }

    /// The type arguments of a method: its receiver's, then its own.
    fn method_args(&self, recv: Ty, sel: IdentId) -> Box<[Ty]> {
        let own = self.instance_args(sel);
        let of_receiver = self.receiver_args(recv);
        if own.is_empty() { of_receiver } else { of_receiver.iter().chain(&own).copied().collect() }
    }

    /// `T.m` as a function whose first parameter is the receiver.
    pub fn method_expr(&mut self, e: ExprId, selection: &Selection, ty: Ty) -> Operand {
        let ast = self.here.arena.ast;
        let ExprKind::Selector { sel, .. } = &ast[e].kind else { return Operand::Zero(ty) };
        let name = ast[*sel].name;
        let TyKind::Signature(sig) = self.core(ty).kind() else { return Operand::Zero(ty) };
        let direct = selection.index.len() == 1 && selection.pointer_recv == matches!(selection.recv.unalias().kind(), TyKind::Pointer(_));
        if let (Some(key), true) = (selection.method_of, direct) {
            let callee = Callee::Static { func: method_key(key, name), targs: self.method_args(selection.recv, *sel) };
            let dst = self.temp(ty);
            self.emit(Op::FuncValue { dst, callee });
            return Operand::Local(dst);
        }
        // Promoted, of an interface, or with another kind of receiver: the closure `func(recv, args...) { return recv.m(args...) }`.
        let arena = self.here.arena;
        self.push_function(arena, ast[e].range);
        let mut params = Vec::new();
        for param in &sig.params {
            let local = self.temp(param.ty);
            self.here.params.push(local);
            params.push(Operand::Local(local));
        }
        for result in &sig.results {
            let local = self.temp(result.ty);
            self.here.results.push(local);
        }
        let recv = params.remove(0);
        let path = selection.index.split_last().map_or(&[][..], |(_, path)| path);
        let at = self.walk(Loc::Value(recv, vec![], selection.recv), path);
        let at_ty = at.ty();
        let value = self.read(at);
        let callee = match selection.method_of {
            Some(key) => {
                let is_pointer = matches!(self.under(at_ty).kind(), TyKind::Pointer(_));
                let value = match (selection.pointer_recv, is_pointer, self.under(at_ty).kind()) {
                    (false, true, TyKind::Pointer(elem)) => {
                        self.read(Loc::Place(Place { base: PlaceBase::Deref(value), proj: vec![], ty: *elem }))
                    }
                    (true, false, _) => self.heap(value, at_ty, Ty::pointer(at_ty)),
                    _ => value,
                };
                params.insert(0, value);
                Callee::Static { func: method_key(key, name), targs: self.method_args(at_ty, *sel) }
            }
            None if self.types().is_interface(at_ty) => {
                Callee::Interface { x: value, iface: at_ty, method: name, pkg: (!name.is_exported()).then_some(self.input.pkg) }
            }
            None => {
                params.insert(0, value);
                Callee::TypeParamMethod { recv: at_ty, name, by_address: false }
            }
        };
        let dsts = self.here.results.clone();
        self.emit(Op::Call { dsts, callee, args: params });
        self.end(Term::Return);
        let (closure, captures) = self.pop_function();
        let dst = self.temp(ty);
        self.emit(Op::Closure { dst, closure, captures });
        Operand::Local(dst)
    }

    /// A named function as a value.
    pub fn function_value(&mut self, e: ExprId, func: FuncKey, ty: Ty) -> Operand {
        let ast = self.here.arena.ast;
        let ident = match &ast[e].kind {
            ExprKind::Ident(ident) | ExprKind::Selector { sel: ident, .. } => Some(*ident),
            _ => None,
        };
        let targs = ident.map(|i| self.instance_args(i)).unwrap_or_default();
        let dst = self.temp(ty);
        self.emit(Op::FuncValue { dst, callee: Callee::Static { func, targs } });
        Operand::Local(dst)
    }

    /// `f[T]` as a value.
    pub fn generic_function(&mut self, x: ExprId, ty: Ty) -> Operand {
        let (callee, _) = self.callee(x);
        let dst = self.temp(ty);
        self.emit(Op::FuncValue { dst, callee });
        Operand::Local(dst)
    }

    /// Arguments as the parameters want them, variadic ones packed into a slice.
    fn arguments(&mut self, sig: &Signature, args: &[ExprId], spread: bool, out: &mut Vec<Operand>) {
        let mut values = Vec::new();
        match args {
            [only] if matches!(self.ty(*only).kind(), TyKind::Tuple(_)) => values = self.call(*only),
            _ => {
                let fixed = sig.params.len() - usize::from(sig.variadic && !spread);
                for (i, arg) in args.iter().enumerate() {
                    let to = match sig.params.get(i) {
                        Some(p) if i < fixed => p.ty,
                        _ => self.variadic_elem(sig),
                    };
                    let value = self.expr_to(*arg, to);
                    // A later argument may assign to a variable this one reads only through a closure, and then it is loaded already.
                    values.push(value);
                }
            }
        }
        let fixed = if sig.variadic && !spread { sig.params.len() - 1 } else { sig.params.len() };
        let rest = values.split_off(fixed.min(values.len()));
        for (value, param) in values.into_iter().zip(sig.params.iter()) {
            let value = self.coerce(value, param.ty);
            out.push(value);
        }
        if sig.variadic && !spread {
            let Some(last) = sig.params.last() else { return };
            let elem = self.variadic_elem(sig);
            if rest.is_empty() {
                out.push(Operand::Zero(last.ty));
                return;
            }
            let mut parts = Vec::new();
            for (i, value) in rest.into_iter().enumerate() {
                let value = self.coerce(value, elem);
                parts.push((i as u32, value));
            }
            let slice = self.slice_of(parts, elem, last.ty);
            out.push(slice);
        }
    }

    fn variadic_elem(&self, sig: &Signature) -> Ty {
        let last = sig.params.last().map_or_else(Ty::invalid, |p| p.ty);
        match self.core(last).kind() {
            TyKind::Slice(elem) => *elem,
            _ => last,
        }
    }

    /// `T(x)`
    pub fn conversion(&mut self, x: ExprId, to: Ty) -> Operand {
        let value = self.expr(x);
        self.convert(value, to)
    }

    /// An explicit conversion.
    pub fn convert(&mut self, value: Operand, to: Ty) -> Operand {
        let value = match &value {
            Operand::Zero(_) => return self.coerce(value, to),
            Operand::Const(..) => self.typed_constant(value),
            Operand::Local(_) => value,
        };
        let from = self.operand_ty(&value);
        if self.types().is_interface(to) {
            return self.coerce(value, to);
        }
        let conv = self.conversion_kind(from, to);
        if conv == Conv::Same {
            return self.retype(value, to);
        }
        let dst = self.temp(to);
        self.emit(Op::Convert { dst, x: value, conv });
        Operand::Local(dst)
    }

    fn conversion_kind(&self, from: Ty, to: Ty) -> Conv {
        let (a, b) = (self.under(from), self.under(to));
        if matches!(a.kind(), TyKind::TypeParam(_)) || matches!(b.kind(), TyKind::TypeParam(_)) {
            return Conv::Generic;
        }
        conversion_between(a, b, &|t| self.under(t))
    }

    /// An expression with several values, or one: all of them.
    pub fn values(&mut self, e: ExprId) -> Vec<Operand> {
        let ast = self.here.arena.ast;
        match &ast[e].kind {
            ExprKind::Paren(x) => self.values(*x),
            ExprKind::Call { .. } if matches!(self.ty(e).kind(), TyKind::Tuple(_)) => self.call(e),
            _ => vec![self.expr(e)],
        }
    }
}

/// The key of a declared type's method.
pub(crate) fn method_key(key: NamedKey, name: amigos_syntax::Name) -> FuncKey {
    let pkg = key.pkg.unwrap_or(amigos_types::ty::PkgKey(amigos_syntax::Name::new("")));
    FuncKey { pkg, name: amigos_syntax::Name::new(&format!("{}.{}", key.name, name)) }
}

/// How a value of underlying type `from` is converted to underlying type `to`; `under` answers for element types.
pub fn conversion_between(from: Ty, to: Ty, under: &dyn Fn(Ty) -> Ty) -> Conv {
    let element = |t: Ty| match t.kind() {
        TyKind::Slice(e) => match under(*e).kind() {
            TyKind::Basic(Basic::Uint8) => Some(true),
            TyKind::Basic(Basic::Int32) => Some(false),
            _ => None,
        },
        _ => None,
    };
    match (from.kind(), to.kind()) {
        (TyKind::Basic(Basic::String | Basic::UntypedString), TyKind::Basic(_)) => Conv::Same,
        (TyKind::Basic(Basic::String | Basic::UntypedString), _) => match element(to) {
            Some(true) => Conv::StringToBytes,
            Some(false) => Conv::StringToRunes,
            None => Conv::Same,
        },
        (TyKind::Basic(_), TyKind::Basic(Basic::String)) => Conv::IntToString,
        (TyKind::Slice(_), TyKind::Basic(Basic::String)) => match element(from) {
            Some(false) => Conv::RunesToString,
            _ => Conv::BytesToString,
        },
        (TyKind::Slice(_), TyKind::Array { .. }) => Conv::SliceToArray,
        (TyKind::Slice(_), TyKind::Pointer(_)) => Conv::SliceToArrayPtr,
        (TyKind::Basic(a), TyKind::Basic(b)) if a != b && is_number(*a) && is_number(*b) => Conv::Number,
        _ => Conv::Same,
    }
}

fn is_number(basic: Basic) -> bool {
    matches!(basic as u8, b if b >= Basic::Int as u8 && b <= Basic::Complex128 as u8)
        || matches!(basic, Basic::UntypedInt | Basic::UntypedRune | Basic::UntypedFloat | Basic::UntypedComplex)
}
