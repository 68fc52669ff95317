//! Builtin functions (Go spec, "Built-in functions").

use amigos_syntax::ast::{ExprId, ExprKind, IdentId};
use amigos_types::facts::{Mode, ObjRef};
use amigos_types::ty::{Basic, Ty, TyKind};

use super::build::Func;
use super::place::Loc;
use crate::mir::*;

/// An argument of a builtin: an expression, or a value that is there already.
#[derive(Clone)]
pub(crate) enum Arg {
    Expr(ExprId),
    Value(Operand),
}

impl<'a> Func<'a> {
    pub fn builtin(&mut self, e: ExprId, fun: ExprId, args: &[ExprId], spread: bool) -> Vec<Operand> {
        let args = self.builtin_args(args);
        self.builtin_call(e, fun, &args, spread)
    }

    /// The arguments of a builtin; the only one may be a call with several results.
    fn builtin_args(&mut self, args: &[ExprId]) -> Vec<Arg> {
        match args {
            [only] if matches!(self.ty(*only).kind(), TyKind::Tuple(_)) => self.values(*only).into_iter().map(Arg::Value).collect(),
            _ => args.iter().map(|e| Arg::Expr(*e)).collect(),
        }
    }

    fn arg_ty(&self, arg: &Arg) -> Ty {
        match arg {
            Arg::Expr(e) => self.ty(*e),
            Arg::Value(x) => self.operand_ty(x),
        }
    }

    fn arg(&mut self, arg: &Arg) -> Operand {
        match arg {
            Arg::Expr(e) => self.expr(*e),
            Arg::Value(x) => x.clone(),
        }
    }

    fn arg_to(&mut self, arg: &Arg, to: Ty) -> Operand {
        let value = self.arg(arg);
        self.coerce(value, to)
    }

    /// A length, capacity or index.
    fn arg_int(&mut self, arg: &Arg) -> Operand {
        let value = self.arg(arg);
        let value = self.typed_constant(value);
        self.freeze(value)
    }

    fn builtin_call(&mut self, e: ExprId, fun: ExprId, args: &[Arg], spread: bool) -> Vec<Operand> {
        let ty = self.ty(e);
        let Some(name) = self.builtin_name(fun) else { return vec![self.unsupported("a builtin function that is unknown", ty)] };
        let Some(first) = args.first() else {
            return match name {
                "recover" => {
                    let dst = self.temp(ty);
                    self.emit(Op::Recover { dst });
                    vec![Operand::Local(dst)]
                }
                "print" | "println" => self.print(args, name == "println"),
                _ => vec![],
            };
        };
        let second = args.get(1);
        match name {
            "len" | "cap" => vec![self.length_of(first, name == "cap")],
            "new" => {
                let pointer = ty;
                let TyKind::Pointer(elem) = self.under(ty).kind() else { return vec![Operand::Zero(ty)] };
                let is_type = matches!(first, Arg::Expr(e) if self.fact(*e).mode == Mode::Type);
                let value = if is_type { Operand::Zero(*elem) } else { self.arg_to(first, *elem) };
                vec![self.heap(value, *elem, pointer)]
            }
            "make" => vec![self.make(ty, second, args.get(2))],
            "append" => {
                let slice = self.arg_to(first, ty);
                let slice = self.freeze(slice);
                let elem = match self.core(ty).kind() {
                    TyKind::Slice(elem) => *elem,
                    _ => Ty::invalid(),
                };
                let what = match second {
                    Some(rest) if spread => {
                        let x = self.arg(rest);
                        if self.is_string(self.arg_ty(rest)) {
                            Appended::String(x)
                        } else {
                            // append([]byte, nil...) is allowed.
                            Appended::Slice(if matches!(x, Operand::Zero(_)) { Operand::Zero(ty) } else { x })
                        }
                    }
                    _ => {
                        let elems = args[1..].iter().map(|x| {
                            let value = self.arg_to(x, elem);
                            self.freeze(value)
                        });
                        Appended::Elems(elems.collect())
                    }
                };
                let dst = self.temp(ty);
                self.emit(Op::Append { dst, slice, what });
                vec![Operand::Local(dst)]
            }
            "copy" => {
                let to = self.arg(first);
                let to = self.freeze(to);
                let Some(from) = second else { return vec![] };
                let from = self.arg(from);
                let from = self.typed_constant(from);
                let dst = self.temp(Ty::basic(Basic::Int));
                self.emit(Op::CopyElems { dst: Some(dst), to, from });
                vec![Operand::Local(dst)]
            }
            "clear" => {
                let x = self.arg(first);
                self.emit(Op::Clear { x });
                vec![]
            }
            "delete" => {
                let key_ty = match self.core(self.arg_ty(first)).kind() {
                    TyKind::Map { key, .. } => *key,
                    _ => Ty::invalid(),
                };
                let map = self.arg(first);
                let map = self.freeze(map);
                let Some(key) = second else { return vec![] };
                let key = self.arg_to(key, key_ty);
                self.emit(Op::MapDelete { map, key });
                vec![]
            }
            "min" | "max" => {
                let args = args.iter().map(|x| self.arg_to(x, ty)).collect();
                let dst = self.temp(ty);
                self.emit(Op::MinMax { dst, max: name == "max", args });
                vec![Operand::Local(dst)]
            }
            "panic" => {
                let value = self.arg_to(first, Ty::empty_interface());
                self.end(Term::Panic(value));
                vec![]
            }
            "complex" => {
                let part = match self.under(ty).kind() {
                    TyKind::Basic(Basic::Complex64) => Ty::basic(Basic::Float32),
                    _ => Ty::basic(Basic::Float64),
                };
                let re = self.arg_to(first, part);
                let im = second.map_or(Operand::Zero(part), |x| self.arg_to(x, part));
                let dst = self.temp(ty);
                self.emit(Op::Complex { dst, re, im });
                vec![Operand::Local(dst)]
            }
            "real" | "imag" => {
                let x = self.arg(first);
                let x = self.typed_constant(x);
                let dst = self.temp(ty);
                self.emit(Op::ComplexPart { dst, imag: name == "imag", x });
                vec![Operand::Local(dst)]
            }
            "print" | "println" => self.print(args, name == "println"),
            "close" => {
                let chan = self.arg(first);
                self.emit(Op::Close { chan });
                vec![]
            }
            _ => vec![self.unsupported("a builtin function of package unsafe", ty)],
        }
    }

    /// `len(x)`, `cap(x)`. Only the type of an array counts, but what the expression does is still done.
    fn length_of(&mut self, x: &Arg, cap: bool) -> Operand {
        let dst = self.temp(Ty::basic(Basic::Int));
        let core = self.core(self.arg_ty(x));
        let value = self.arg(x);
        if let TyKind::Array { len, .. } = core.kind() {
            return Func::int(*len);
        }
        self.emit(if cap { Op::Cap { dst, x: value } } else { Op::Len { dst, x: value } });
        Operand::Local(dst)
    }

    fn builtin_name(&self, fun: ExprId) -> Option<&'static str> {
        let ident = |id: IdentId| match self.use_of(id) {
            Some(ObjRef::Universe(name)) => Some(name.as_str()),
            _ => None,
        };
        match &self.here.arena.ast[fun].kind {
            ExprKind::Paren(x) => self.builtin_name(*x),
            ExprKind::Ident(id) => ident(*id),
            ExprKind::Selector { sel, .. } => ident(*sel),
            _ => None,
        }
    }

    fn print(&mut self, args: &[Arg], newline: bool) -> Vec<Operand> {
        let mut values = Vec::new();
        for arg in args {
            let value = self.arg(arg);
            let value = self.typed_constant(value);
            values.push(value);
        }
        self.emit(Op::Print { args: values, newline });
        vec![]
    }

    fn make(&mut self, ty: Ty, len: Option<&Arg>, cap: Option<&Arg>) -> Operand {
        let len = len.map(|e| self.arg_int(e));
        let cap = cap.map(|e| self.arg_int(e));
        let dst = self.temp(ty);
        match self.core(ty).kind() {
            TyKind::Slice(elem) => {
                let len = len.unwrap_or_else(|| Func::int(0));
                self.emit(Op::MakeSlice { dst, elem: *elem, len, cap });
            }
            TyKind::Map { .. } => self.emit(Op::MakeMap { dst, ty, hint: len }),
            _ => self.emit(Op::MakeChan { dst, ty, cap: len }),
        }
        Operand::Local(dst)
    }

    /// `defer f(x)`
    pub fn defer(&mut self, e: ExprId) {
        if let Some((callee, args)) = self.later_call(e) {
            self.emit_defer(callee, args);
        }
    }

    /// `go f(x)`
    pub fn go(&mut self, e: ExprId) {
        if let Some((callee, args)) = self.later_call(e) {
            self.emit(Op::Go { callee, args });
        }
    }

    /// A call that is made later, with callee and arguments evaluated now. A builtin becomes a closure that finds its arguments evaluated.
    fn later_call(&mut self, e: ExprId) -> Option<(Callee, Vec<Operand>)> {
        let ast = self.here.arena.ast;
        let ExprKind::Call { fun, args, ellipsis, .. } = &ast[e].kind else {
            return if let ExprKind::Paren(x) = &ast[e].kind { self.later_call(*x) } else { None };
        };
        let mode = self.fact(*fun).mode;
        if mode != Mode::Builtin && mode != Mode::Type {
            let found = self.callee_and_args(*fun, args, ellipsis.is_some());
            if found.is_none() {
                self.emit(Op::Unsupported { what: "deferring something that is no function" });
            }
            return found;
        }
        let mut given = Vec::new();
        for arg in self.builtin_args(args) {
            if matches!(&arg, Arg::Expr(e) if matches!(self.fact(*e).mode, Mode::Type | Mode::Const | Mode::Nil)) {
                given.push((arg, None));
                continue;
            }
            let value = self.arg(&arg);
            let ty = self.operand_ty(&value);
            let local = self.boxed_temp(ty);
            self.emit(Op::Store { place: Place { base: PlaceBase::Local(local), proj: vec![], ty }, src: value });
            given.push((arg, Some(local)));
        }
        let arena = self.here.arena;
        self.push_function(arena, ast[e].range);
        let mut inside = Vec::new();
        for (arg, local) in given {
            inside.push(match local {
                Some(local) => {
                    let local = self.capture_temp(local);
                    let ty = self.local_ty(local);
                    Arg::Value(self.read(Loc::Place(Place { base: PlaceBase::Local(local), proj: vec![], ty })))
                }
                None => arg,
            });
        }
        self.builtin_call(e, *fun, &inside, ellipsis.is_some());
        let (closure, captures) = self.pop_function();
        let ty = Ty::new(TyKind::Signature(amigos_types::ty::Signature::default()));
        let dst = self.temp(ty);
        self.emit(Op::Closure { dst, closure, captures });
        Some((Callee::Value(Operand::Local(dst)), vec![]))
    }

    /// The body of a range over a function defers for the function that contains the range.
    fn emit_defer(&mut self, callee: Callee, args: Vec<Operand>) {
        let frame = self.here.yield_body.as_ref().and_then(|body| body.frame).map(|local| {
            let ty = self.local_ty(local);
            self.read(Loc::Place(Place { base: PlaceBase::Local(local), proj: vec![], ty }))
        });
        self.here.has_defer |= frame.is_none();
        self.emit(Op::Defer { callee, args, frame });
    }
}
