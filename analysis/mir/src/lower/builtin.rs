//! Builtin functions (Go spec, "Built-in functions").

use amigos_syntax::ast::{ExprId, ExprKind, IdentId};
use amigos_types::facts::{Mode, ObjRef};
use amigos_types::ty::{Basic, Ty, TyKind};

use super::build::Func;
use crate::mir::*;

impl<'a> Func<'a> {
    pub fn builtin(&mut self, e: ExprId, fun: ExprId, args: &[ExprId], spread: bool) -> Vec<Operand> {
        let ty = self.ty(e);
        let Some(name) = self.builtin_name(fun) else { return vec![self.unsupported("a builtin function that is unknown", ty)] };
        let arg = |i: usize| args.get(i).copied();
        let Some(first) = arg(0) else {
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
        match name {
            "len" | "cap" => {
                let x = match self.core(self.ty(first)).kind() {
                    // Only the type of an array counts, but a call in it is still made.
                    TyKind::Array { len, .. } => {
                        self.expr(first);
                        return vec![Func::int(*len)];
                    }
                    _ => self.expr(first),
                };
                let dst = self.temp(Ty::basic(Basic::Int));
                self.emit(if name == "len" { Op::Len { dst, x } } else { Op::Cap { dst, x } });
                vec![Operand::Local(dst)]
            }
            "new" => {
                let pointer = ty;
                let TyKind::Pointer(elem) = self.under(ty).kind() else { return vec![Operand::Zero(ty)] };
                let value = if self.fact(first).mode == Mode::Type { Operand::Zero(*elem) } else { self.expr_to(first, *elem) };
                vec![self.heap(value, *elem, pointer)]
            }
            "make" => vec![self.make(ty, arg(1), arg(2))],
            "append" => {
                let slice = self.expr_to(first, ty);
                let slice = self.freeze(slice);
                let elem = match self.core(ty).kind() {
                    TyKind::Slice(elem) => *elem,
                    _ => Ty::invalid(),
                };
                let what = match arg(1) {
                    Some(rest) if spread => {
                        let x = self.expr(rest);
                        if self.is_string(self.ty(rest)) {
                            Appended::String(x)
                        } else {
                            // append([]byte, nil...) is allowed.
                            Appended::Slice(if matches!(x, Operand::Zero(_)) { Operand::Zero(ty) } else { x })
                        }
                    }
                    _ => {
                        let elems = args[1..].iter().map(|x| {
                            let value = self.expr_to(*x, elem);
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
                let to = self.expr(first);
                let to = self.freeze(to);
                let Some(from) = arg(1) else { return vec![] };
                let from = self.expr(from);
                let dst = self.temp(Ty::basic(Basic::Int));
                self.emit(Op::CopyElems { dst: Some(dst), to, from });
                vec![Operand::Local(dst)]
            }
            "clear" => {
                let x = self.expr(first);
                self.emit(Op::Clear { x });
                vec![]
            }
            "delete" => {
                let key_ty = match self.core(self.ty(first)).kind() {
                    TyKind::Map { key, .. } => *key,
                    _ => Ty::invalid(),
                };
                let map = self.expr(first);
                let map = self.freeze(map);
                let Some(key) = arg(1) else { return vec![] };
                let key = self.expr_to(key, key_ty);
                self.emit(Op::MapDelete { map, key });
                vec![]
            }
            "min" | "max" => {
                let args = args.iter().map(|x| self.expr_to(*x, ty)).collect();
                let dst = self.temp(ty);
                self.emit(Op::MinMax { dst, max: name == "max", args });
                vec![Operand::Local(dst)]
            }
            "panic" => {
                let value = self.expr_to(first, Ty::empty_interface());
                self.end(Term::Panic(value));
                vec![]
            }
            "complex" => {
                let part = match self.under(ty).kind() {
                    TyKind::Basic(Basic::Complex64) => Ty::basic(Basic::Float32),
                    _ => Ty::basic(Basic::Float64),
                };
                let re = self.expr_to(first, part);
                let im = arg(1).map_or(Operand::Zero(part), |x| self.expr_to(x, part));
                let dst = self.temp(ty);
                self.emit(Op::Complex { dst, re, im });
                vec![Operand::Local(dst)]
            }
            "real" | "imag" => {
                let x = self.expr(first);
                let x = self.typed_constant(x);
                let dst = self.temp(ty);
                self.emit(Op::ComplexPart { dst, imag: name == "imag", x });
                vec![Operand::Local(dst)]
            }
            "print" | "println" => self.print(args, name == "println"),
            "close" => vec![self.unsupported("closing a channel", ty)],
            _ => vec![self.unsupported("a builtin function of package unsafe", ty)],
        }
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

    fn print(&mut self, args: &[ExprId], newline: bool) -> Vec<Operand> {
        let mut values = Vec::new();
        for arg in args {
            let value = self.expr(*arg);
            let value = self.typed_constant(value);
            values.push(value);
        }
        self.emit(Op::Print { args: values, newline });
        vec![]
    }

    fn make(&mut self, ty: Ty, len: Option<ExprId>, cap: Option<ExprId>) -> Operand {
        let len = len.map(|e| self.index_operand(e));
        let cap = cap.map(|e| self.index_operand(e));
        let dst = self.temp(ty);
        match self.core(ty).kind() {
            TyKind::Slice(elem) => {
                let len = len.unwrap_or_else(|| Func::int(0));
                self.emit(Op::MakeSlice { dst, elem: *elem, len, cap });
            }
            TyKind::Map { .. } => self.emit(Op::MakeMap { dst, ty, hint: len }),
            _ => return self.unsupported("making a channel", ty),
        }
        Operand::Local(dst)
    }

    /// `defer` of a call: callee and arguments are evaluated now. A builtin becomes a closure that finds its arguments evaluated.
    pub fn defer(&mut self, e: ExprId) {
        let ast = self.here.arena.ast;
        self.here.has_defer = true;
        let ExprKind::Call { fun, args, ellipsis, .. } = &ast[e].kind else {
            if let ExprKind::Paren(x) = &ast[e].kind {
                self.defer(*x);
            }
            return;
        };
        let mode = self.fact(*fun).mode;
        if mode != Mode::Builtin && mode != Mode::Type {
            match self.callee_and_args(*fun, args, ellipsis.is_some()) {
                Some((callee, args)) => self.emit(Op::Defer { callee, args }),
                None => self.emit(Op::Unsupported { what: "deferring something that is no function" }),
            }
            return;
        }
        let mut boxes = Vec::new();
        for arg in args {
            let fact = self.fact(*arg);
            if matches!(fact.mode, Mode::Type | Mode::Const | Mode::Nil) {
                continue;
            }
            let value = self.expr(*arg);
            let ty = fact.ty;
            let local = self.boxed_temp(ty);
            self.emit(Op::Store { place: Place { base: PlaceBase::Local(local), proj: vec![], ty }, src: value });
            boxes.push((*arg, local));
        }
        let arena = self.here.arena;
        self.push_function(arena, ast[e].range);
        for (arg, local) in &boxes {
            let inside = self.capture_temp(*local);
            self.evaluated.insert((self.arena_key(), *arg), inside);
        }
        self.call(e);
        for (arg, _) in &boxes {
            self.evaluated.remove(&(self.arena_key(), *arg));
        }
        let (closure, captures) = self.pop_function();
        let ty = Ty::new(TyKind::Signature(amigos_types::ty::Signature::default()));
        let dst = self.temp(ty);
        self.emit(Op::Closure { dst, closure, captures });
        self.emit(Op::Defer { callee: Callee::Value(Operand::Local(dst)), args: vec![] });
    }
}
