//! Expressions.

use amigos_syntax::Name;
use amigos_syntax::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};
use amigos_types::facts::{Mode, ObjRef, SelectionKind};
use amigos_types::konst::Const;
use amigos_types::ty::{Basic, Ty, TyKind};

use super::build::Func;
use super::literal_body;
use super::place::Loc;
use crate::mir::*;

/// A part of a struct literal: the path to its field through embedded structs, and its value.
type PartAt = (Box<[u32]>, Operand);

impl<'a> Func<'a> {
    /// The value of an expression (of one with several values, the first).
    pub fn expr(&mut self, e: ExprId) -> Operand {
        let fact = self.fact(e);
        if fact.mode == Mode::Const
            && let Some(value) = &fact.value
        {
            return Operand::Const(Box::new(value.clone()), fact.ty);
        }
        if fact.mode == Mode::Nil {
            return Operand::Zero(fact.ty);
        }
        let outer = std::mem::replace(&mut self.span, self.here.arena.ast[e].range);
        let value = self.expr_kind(e, fact.ty);
        self.span = outer;
        value
    }

    /// The value of an expression, converted implicitly to `to`.
    pub fn expr_to(&mut self, e: ExprId, to: Ty) -> Operand {
        let value = self.expr(e);
        self.coerce(value, to)
    }

    fn expr_kind(&mut self, e: ExprId, ty: Ty) -> Operand {
        let ast = self.here.arena.ast;
        match &ast[e].kind {
            ExprKind::Paren(x) => self.expr(*x),
            ExprKind::Ident(ident) => match self.use_of(*ident) {
                Some(ObjRef::Member { pkg, name }) if !matches!(self.fact(e).mode, Mode::Var) => {
                    self.function_value(e, FuncKey { pkg, name }, ty)
                }
                Some(ObjRef::Universe(name)) if name.as_str() == "nil" => Operand::Zero(ty),
                Some(ObjRef::Local(_) | ObjRef::Member { .. }) => {
                    let loc = self.loc_of_variable(e);
                    self.read(loc)
                }
                _ => self.unsupported("a name without value", ty),
            },
            ExprKind::FuncLit { body, .. } => {
                let here = self.here.arena;
                let Some((arena, block)) = literal_body(&self.input, here, body) else {
                    return self.unsupported("a function literal without body", ty);
                };
                self.push_function(arena, ast[e].range);
                let same_arena = std::ptr::eq(arena.ast, here.ast);
                if !same_arena {
                    self.find_yield_bodies(block.range);
                }
                self.enter_function(same_arena.then_some(e), block.range);
                self.block(block);
                let (closure, captures) = self.pop_function();
                let dst = self.temp(ty);
                self.emit(Op::Closure { dst, closure, captures });
                Operand::Local(dst)
            }
            ExprKind::CompositeLit { elems, .. } => self.composite(elems, ty),
            ExprKind::Selector { x, sel } => match self.facts().selections.get(&e) {
                Some(selection) => match selection.kind {
                    SelectionKind::Field => {
                        let loc = self.loc(e);
                        self.read(loc)
                    }
                    SelectionKind::MethodExpr => self.method_expr(e, selection, ty),
                    SelectionKind::Method | SelectionKind::InterfaceMethod => {
                        let (callee, recv) = self.method_callee(*x, *sel, selection);
                        let dst = self.temp(ty);
                        self.emit(Op::Bind { dst, callee, recv });
                        Operand::Local(dst)
                    }
                },
                None => match self.use_of(*sel) {
                    Some(ObjRef::Member { pkg, name }) if !matches!(self.fact(e).mode, Mode::Var) => {
                        self.function_value(*x, FuncKey { pkg, name }, ty)
                    }
                    Some(ObjRef::Member { .. }) => {
                        let loc = self.loc(e);
                        self.read(loc)
                    }
                    _ => self.msg_field(ast[*sel].name, ty),
                },
            },
            ExprKind::Index { x, indices } => self.index(e, *x, indices, ty),
            ExprKind::Slice { x, low, high, max, .. } => {
                let base = match self.core(self.ty(*x)).kind() {
                    TyKind::Array { .. } => {
                        let pointer = Ty::pointer(self.ty(*x));
                        self.address_of(*x, pointer)
                    }
                    _ => self.expr(*x),
                };
                let base = self.freeze(base);
                let mut bound = |e: &Option<ExprId>| e.map(|e| self.index_operand(e));
                let (low, high, max) = (bound(low), bound(high), bound(max));
                let dst = self.temp(ty);
                self.emit(Op::Slice { dst, x: base, low, high, max });
                Operand::Local(dst)
            }
            ExprKind::TypeAssert { x, ty: Some(_) } => self.type_assert(*x, self.asserted_ty(e), None),
            ExprKind::Call { .. } => {
                let values = self.call(e);
                values.into_iter().next().unwrap_or(Operand::Zero(ty))
            }
            ExprKind::Star(_) => {
                let loc = self.loc(e);
                self.read(loc)
            }
            ExprKind::Unary { op, x } => match op {
                UnaryOp::Addr => self.address_of(*x, ty),
                UnaryOp::Recv => self.receive(*x, ty, None),
                UnaryOp::Add => self.expr(*x),
                UnaryOp::Neg | UnaryOp::Not | UnaryOp::Xor | UnaryOp::Tilde => {
                    let x = self.expr_to(*x, ty);
                    let dst = self.temp(ty);
                    self.emit(Op::Unary { dst, op: *op, x });
                    Operand::Local(dst)
                }
            },
            ExprKind::Binary { op, x, y } => self.binary(e, *op, *x, *y, ty),
            _ => self.unsupported("an expression that has no value", ty),
        }
    }

    fn loc_of_variable(&mut self, e: ExprId) -> Loc {
        let ast = self.here.arena.ast;
        if let ExprKind::Ident(ident) = &ast[e].kind
            && let Some(ObjRef::Local(var)) = self.use_of(*ident)
            && self.var(var).is_none()
        {
            let ty = self.ty(e);
            return Loc::Value(self.unsupported("a variable that is not declared", ty), vec![], ty);
        }
        self.loc(e)
    }

    /// The type of a comma-ok expression's value.
    fn asserted_ty(&self, e: ExprId) -> Ty {
        match self.ty(e).kind() {
            TyKind::Tuple(parts) => parts.first().map_or_else(Ty::invalid, |p| p.ty),
            _ => self.ty(e),
        }
    }

    fn type_assert(&mut self, x: ExprId, ty: Ty, ok: Option<LocalId>) -> Operand {
        let x = self.expr(x);
        let dst = self.temp(ty);
        self.emit(Op::TypeAssert { dst, ok, x, ty });
        Operand::Local(dst)
    }

    fn index(&mut self, e: ExprId, x: ExprId, indices: &[ExprId], ty: Ty) -> Operand {
        // f[int]: an instance of a generic function.
        if matches!(self.fact(e).mode, Mode::Value) && matches!(self.under(self.ty(x)).kind(), TyKind::Signature(_)) {
            return self.generic_function(x, ty);
        }
        let Some(index) = indices.first() else { return self.unsupported("an index that is missing", ty) };
        let terms = self.types().terms(self.ty(x));
        // Strings and slices or arrays of bytes alike.
        if terms.as_ref().is_some_and(|terms| terms.iter().any(|t| self.is_string(*t))) {
            return self.byte_at(x, *index, ty);
        }
        match self.core(self.ty(x)).kind() {
            TyKind::Map { .. } => self.map_get(x, *index, self.asserted_ty(e), None),
            TyKind::Basic(_) => self.byte_at(x, *index, ty),
            TyKind::Array { .. } | TyKind::Slice(_) | TyKind::Pointer(_) => {
                let loc = self.loc(e);
                self.read(loc)
            }
            _ if terms.is_some() => {
                let loc = self.loc(e);
                self.read(loc)
            }
            _ => self.unsupported("an index into a value that has none", ty),
        }
    }

    fn byte_at(&mut self, x: ExprId, index: ExprId, ty: Ty) -> Operand {
        let x = self.expr(x);
        let x = self.typed_constant(x);
        let x = self.freeze(x);
        let index = self.index_operand(index);
        let dst = self.temp(ty);
        self.emit(Op::StringIndex { dst, x, index });
        Operand::Local(dst)
    }

    fn map_get(&mut self, x: ExprId, index: ExprId, ty: Ty, ok: Option<LocalId>) -> Operand {
        let key_ty = match self.core(self.ty(x)).kind() {
            TyKind::Map { key, .. } => *key,
            _ => self.ty(index),
        };
        let map = self.expr(x);
        let map = self.freeze(map);
        let key = self.expr_to(index, key_ty);
        let dst = self.temp(ty);
        self.emit(Op::MapGet { dst, ok, map, key });
        Operand::Local(dst)
    }

    /// The two values of `v, ok = x` (map index, type assertion, receive).
    pub fn comma_ok(&mut self, e: ExprId) -> (Operand, Operand) {
        let ast = self.here.arena.ast;
        let ok = self.temp(Ty::basic(Basic::Bool));
        let ty = self.asserted_ty(e);
        let value = match &ast[e].kind {
            ExprKind::Paren(x) => return self.comma_ok(*x),
            ExprKind::Index { x, indices } if !indices.is_empty() => self.map_get(*x, indices[0], ty, Some(ok)),
            ExprKind::TypeAssert { x, ty: Some(_) } => self.type_assert(*x, ty, Some(ok)),
            ExprKind::Unary { op: UnaryOp::Recv, x } => self.receive(*x, ty, Some(ok)),
            _ => {
                self.emit(Op::Copy { dst: ok, src: Func::bool(false) });
                self.unsupported("an expression that has no value", ty)
            }
        };
        (value, Operand::Local(ok))
    }

    fn binary(&mut self, e: ExprId, op: BinaryOp, x: ExprId, y: ExprId, ty: Ty) -> Operand {
        match op {
            BinaryOp::LAnd | BinaryOp::LOr => self.short_circuit(e, ty),
            BinaryOp::Shl | BinaryOp::Shr => {
                let x = self.expr_to(x, ty);
                let y = self.expr(y);
                let y = self.typed_constant(y);
                self.emit_binary(op, x, y, ty)
            }
            BinaryOp::Add if self.is_string(ty) => {
                let mut parts = Vec::new();
                self.concat_parts(e, &mut parts);
                let dst = self.temp(ty);
                self.emit(Op::Concat { dst, parts });
                Operand::Local(dst)
            }
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let operand_ty = self.compared_ty(x, y);
                let a = self.expr_to(x, operand_ty);
                let b = self.expr_to(y, operand_ty);
                self.emit_binary(op, a, b, ty)
            }
            _ => {
                let a = self.expr_to(x, ty);
                let b = self.expr_to(y, ty);
                self.emit_binary(op, a, b, ty)
            }
        }
    }

    pub fn emit_binary(&mut self, op: BinaryOp, x: Operand, y: Operand, ty: Ty) -> Operand {
        let dst = self.temp(match ty.kind() {
            TyKind::Basic(Basic::UntypedBool) => Ty::basic(Basic::Bool),
            _ => ty,
        });
        self.emit(Op::Binary { dst, op, x, y });
        Operand::Local(dst)
    }

    /// The parts of a chain of string additions, left to right.
    fn concat_parts(&mut self, e: ExprId, parts: &mut Vec<Operand>) {
        let ast = self.here.arena.ast;
        let mut chain = Vec::new();
        let mut at = e;
        while let ExprKind::Binary { op: BinaryOp::Add, x, y } = &ast[at].kind
            && self.fact(at).mode != Mode::Const
        {
            chain.push(*y);
            at = *x;
        }
        let ty = self.ty(e);
        chain.push(at);
        for part in chain.into_iter().rev() {
            let value = self.expr_to(part, ty);
            parts.push(value);
        }
    }

    pub fn is_string(&self, ty: Ty) -> bool {
        matches!(self.core(ty).kind(), TyKind::Basic(Basic::String | Basic::UntypedString))
    }

    /// The type in which two operands are compared: that of the interface, if one is; of the typed one, if one is a constant or nil.
    fn compared_ty(&self, x: ExprId, y: ExprId) -> Ty {
        let (a, b) = (self.ty(x), self.ty(y));
        let untyped = |t: Ty| matches!(t.unalias().kind(), TyKind::Basic(basic) if *basic >= Basic::UntypedBool);
        match (self.types().is_interface(a), self.types().is_interface(b)) {
            (true, false) => a,
            (false, true) => b,
            _ if untyped(a) => b,
            _ => a,
        }
    }

    fn short_circuit(&mut self, e: ExprId, ty: Ty) -> Operand {
        let dst = self.temp(match ty.kind() {
            TyKind::Basic(Basic::UntypedBool) => Ty::basic(Basic::Bool),
            _ => ty,
        });
        let (yes, no, done) = (self.new_block(), self.new_block(), self.new_block());
        self.condition(e, yes, no);
        self.open_region();
        self.resume(yes);
        self.emit(Op::Copy { dst, src: Operand::Const(Box::new(Const::Bool(true)), ty) });
        self.end(Term::Goto(done));
        let first = self.close_region();
        self.open_region();
        self.resume(no);
        self.emit(Op::Copy { dst, src: Operand::Const(Box::new(Const::Bool(false)), ty) });
        self.end(Term::Goto(done));
        let second = self.close_region();
        self.add_region(Region::Arms(vec![first, second]));
        self.resume(done);
        Operand::Local(dst)
    }

    /// Branches on a condition.
    pub fn condition(&mut self, e: ExprId, yes: BlockId, no: BlockId) {
        let ast = self.here.arena.ast;
        if self.fact(e).mode != Mode::Const {
            match &ast[e].kind {
                ExprKind::Paren(x) => return self.condition(*x, yes, no),
                ExprKind::Unary { op: UnaryOp::Not, x } => return self.condition(*x, no, yes),
                ExprKind::Binary { op: BinaryOp::LAnd, x, y } => {
                    let next = self.new_block();
                    self.condition(*x, next, no);
                    self.resume(next);
                    return self.condition(*y, yes, no);
                }
                ExprKind::Binary { op: BinaryOp::LOr, x, y } => {
                    let next = self.new_block();
                    self.condition(*x, yes, next);
                    self.resume(next);
                    return self.condition(*y, yes, no);
                }
                _ => {}
            }
        }
        let cond = self.expr(e);
        self.end(Term::If { cond, then: yes, els: no });
    }

    /// The two values of `msg.Sender` and its like.
    fn msg_field(&mut self, name: Name, ty: Ty) -> Operand {
        let field = match name.as_str() {
            "Sender" => MsgField::Sender,
            "Origin" => MsgField::Origin,
            "Value" => MsgField::Value,
            "Func" => MsgField::Func,
            _ => return self.unsupported("a name without value", ty),
        };
        let dst = self.temp(ty);
        self.emit(Op::Msg { dst, field });
        Operand::Local(dst)
    }

    /// A composite literal of type `ty` (an elided `&T` has a pointer type).
    fn composite(&mut self, elems: &[ExprId], ty: Ty) -> Operand {
        let under = self.core(ty);
        match under.kind() {
            TyKind::Pointer(elem) => {
                let value = self.composite(elems, *elem);
                self.heap(value, *elem, ty)
            }
            TyKind::Struct(fields) => {
                let parts = self.struct_parts(elems, fields);
                self.aggregate(ty, parts)
            }
            TyKind::Array { elem, .. } => {
                let parts = self.element_parts(elems, *elem);
                self.aggregate(ty, parts)
            }
            TyKind::Slice(elem) => {
                let parts = self.element_parts(elems, *elem);
                self.slice_of(parts, *elem, ty)
            }
            TyKind::Map { key, value } => {
                let map = self.temp(ty);
                self.emit(Op::MakeMap { dst: map, ty, hint: Some(Func::int(elems.len() as i64)) });
                let ast = self.here.arena.ast;
                for e in elems {
                    let ExprKind::KeyValue { key: k, value: v } = &ast[*e].kind else { continue };
                    let k = self.literal_elem(*k, *key);
                    let v = self.literal_elem(*v, *value);
                    self.emit(Op::MapSet { map: Operand::Local(map), key: k, value: v });
                }
                Operand::Local(map)
            }
            _ => self.unsupported("a composite literal of this type", ty),
        }
    }

    /// A new slice with these elements.
    pub fn slice_of(&mut self, parts: Vec<(u32, Operand)>, elem: Ty, ty: Ty) -> Operand {
        let len = parts.iter().map(|(i, _)| i64::from(*i) + 1).max().unwrap_or(0);
        let slice = self.temp(ty);
        self.emit(Op::MakeSlice { dst: slice, elem, len: Func::int(len), cap: None });
        for (index, src) in parts {
            let base = PlaceBase::Elem { slice: Operand::Local(slice), index: Func::int(i64::from(index)) };
            self.emit(Op::Store { place: Place { base, proj: vec![], ty: elem }, src });
        }
        Operand::Local(slice)
    }

    fn aggregate(&mut self, ty: Ty, parts: Vec<(u32, Operand)>) -> Operand {
        if parts.is_empty() {
            return Operand::Zero(ty);
        }
        let dst = self.temp(ty);
        self.emit(Op::Aggregate { dst, ty, parts });
        Operand::Local(dst)
    }

    fn struct_parts(&mut self, elems: &[ExprId], fields: &[amigos_types::ty::FieldTy]) -> Vec<(u32, Operand)> {
        let ast = self.here.arena.ast;
        let mut parts: Vec<(Box<[u32]>, Operand)> = Vec::new();
        for (i, e) in elems.iter().enumerate() {
            let (path, ty, value): (Box<[u32]>, Ty, ExprId) = match &ast[*e].kind {
                ExprKind::KeyValue { key, value } => match self.facts().selections.get(key) {
                    // A promoted field (Go 1.27).
                    Some(selection) => (selection.index.clone(), selection.ty, *value),
                    None => {
                        let ExprKind::Ident(name) = &ast[*key].kind else { continue };
                        let Some(index) = fields.iter().position(|f| f.name == ast[*name].name) else { continue };
                        (Box::new([index as u32]), fields[index].ty, *value)
                    }
                },
                _ => match fields.get(i) {
                    Some(field) => (Box::new([i as u32]), field.ty, *e),
                    None => continue,
                },
            };
            let value = self.literal_elem(value, ty);
            parts.push((path, value));
        }
        self.nested_parts(parts, fields)
    }

    /// Parts of a struct by their paths as parts by field: those inside an embedded struct make one value of it.
    fn nested_parts(&mut self, parts: Vec<PartAt>, fields: &[amigos_types::ty::FieldTy]) -> Vec<(u32, Operand)> {
        let mut out = Vec::new();
        let mut inner: Vec<(u32, Vec<PartAt>)> = Vec::new();
        for (path, value) in parts {
            match &path[..] {
                [] => {}
                [field] => out.push((*field, value)),
                [field, rest @ ..] => match inner.iter_mut().find(|(f, _)| f == field) {
                    Some((_, list)) => list.push((rest.into(), value)),
                    None => inner.push((*field, vec![(rest.into(), value)])),
                },
            }
        }
        for (field, list) in inner {
            let Some(ty) = fields.get(field as usize).map(|f| f.ty) else { continue };
            let TyKind::Struct(inside) = self.core(ty).kind() else { continue };
            let list = self.nested_parts(list, inside);
            let value = self.aggregate(ty, list);
            out.push((field, value));
        }
        out
    }

    fn element_parts(&mut self, elems: &[ExprId], elem: Ty) -> Vec<(u32, Operand)> {
        let ast = self.here.arena.ast;
        let mut parts = Vec::new();
        let mut next = 0u32;
        for e in elems {
            let value = match &ast[*e].kind {
                ExprKind::KeyValue { key, value } => {
                    if let Some(Const::Int(index)) = &self.fact(*key).value {
                        next = u32::try_from(index).unwrap_or(next);
                    }
                    *value
                }
                _ => *e,
            };
            let value = self.literal_elem(value, elem);
            parts.push((next, value));
            next = next.saturating_add(1);
        }
        parts
    }

    /// An element of a composite literal, whose own type may be left out.
    fn literal_elem(&mut self, e: ExprId, to: Ty) -> Operand {
        let ast = self.here.arena.ast;
        if let ExprKind::CompositeLit { ty: None, elems, .. } = &ast[e].kind {
            let outer = std::mem::replace(&mut self.span, ast[e].range);
            let value = self.composite(elems, to);
            self.span = outer;
            return value;
        }
        let value = self.expr_to(e, to);
        self.freeze(value)
    }
}
