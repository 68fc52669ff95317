//! `for ... range`. A range over a function makes a closure of its body (Go spec, "For statements with range clause").

use amigos_syntax::ast::{BinaryOp, Block, BranchKind, ExprId, ExprKind, StmtId, StmtKind, UnaryOp};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::Mode;
use amigos_types::ty::{Basic, Signature, Ty, TyKind};

use super::build::{EXHAUSTED, Func, GOTO, Jump, READY, RUNNING, Target, YieldBody};
use super::place::Loc;
use super::stmt::strip;
use crate::mir::*;

/// The parts of a range statement.
#[derive(Clone, Copy)]
struct RangeStmt<'a> {
    key: Option<ExprId>,
    value: Option<ExprId>,
    define: bool,
    x: ExprId,
    body: &'a Block,
    span: TextRange,
}

impl<'a> Func<'a> {
    pub fn range_stmt(&mut self, id: StmtId, label: Option<Name>) {
        let ast = self.here.arena.ast;
        let StmtKind::Range { key, value, define, x, body, .. } = &ast[id].kind else { return };
        let blank = |e: &Option<ExprId>| e.filter(|e| !matches!(strip(ast, *e), ExprKind::Ident(i) if ast[*i].name.is_blank()));
        let range = RangeStmt { key: blank(key), value: blank(value), define: *define, x: *x, body, span: ast[id].range };
        let over = self.core(self.ty(*x));
        match over.kind() {
            TyKind::Basic(Basic::String | Basic::UntypedString) => self.range_string(range, label),
            TyKind::Basic(_) => self.range_int(range, label),
            TyKind::Slice(elem) => self.range_slice(range, *elem, label),
            TyKind::Array { len, elem } => self.range_array(range, *len, *elem, false, label),
            TyKind::Pointer(to) => {
                if let TyKind::Array { len, elem } = self.core(*to).kind() {
                    self.range_array(range, *len, *elem, true, label);
                }
            }
            TyKind::Map { .. } => self.range_map(range, label),
            TyKind::Signature(sig) => self.range_func(range, sig, label),
            _ => self.range_chan(range, label),
        }
    }

    /// Gives key and value of an iteration to the variables or places that take them: as an assignment does, operands first.
    fn bind(&mut self, range: RangeStmt<'a>, key: Option<Operand>, value: Option<Operand>) {
        let pairs = [(range.key, key), (range.value, value)].into_iter().filter_map(|(target, value)| Some((target?, value?)));
        if !range.define {
            return self.assign_pairs(pairs.collect());
        }
        for (target, value) in pairs {
            let ExprKind::Ident(ident) = strip(self.here.arena.ast, target) else { continue };
            let Some(local) = self.declare(*ident, range.body.range) else { continue };
            let ty = self.local_ty(local);
            let value = self.coerce(value, ty);
            self.init_var(local, value);
        }
    }

    /// The loop itself: `cond` ends its block with a branch to body or exit, `enter` binds key and value, `step` goes on.
    fn counted_loop(
        &mut self,
        range: RangeStmt<'a>,
        label: Option<Name>,
        kind: LoopKind,
        cond: &mut dyn FnMut(&mut Func<'a>, BlockId, BlockId),
        enter: &mut dyn FnMut(&mut Func<'a>),
        step: &mut dyn FnMut(&mut Func<'a>),
    ) {
        let head_span = TextRange::new(range.span.start, range.body.range.start.max(range.span.start));
        let (head, start, next, done) = (self.new_block(), self.new_block(), self.new_block(), self.new_block());
        self.span = head_span;
        self.end(Term::Goto(head));
        self.open_region();
        self.resume(head);
        cond(self, start, done);
        let cond_region = self.close_region();
        self.here.targets.push(Target { label, break_to: Jump::Block(done), continue_to: Some(Jump::Block(next)), switch: false });
        self.here.continued.push(false);
        self.open_region();
        self.resume(start);
        enter(self);
        self.block(range.body);
        self.end(Term::Goto(next));
        let body_region = self.close_region();
        let has_continue = self.here.continued.pop().unwrap_or(false);
        self.here.targets.pop();
        self.open_region();
        self.resume(next);
        self.span = head_span;
        step(self);
        self.end(Term::Goto(head));
        let post_region = self.close_region();
        self.add_region(Region::Loop(Box::new(LoopRegion {
            kind,
            cond: cond_region,
            body: body_region,
            post: post_region,
            span: range.span,
            head: head_span,
            has_continue,
        })));
        self.resume(done);
    }

    /// A loop with an index from 0 to `count`, of type `ty`.
    fn indexed_loop(
        &mut self,
        range: RangeStmt<'a>,
        label: Option<Name>,
        count: LocalId,
        ty: Ty,
        enter: &mut dyn FnMut(&mut Func<'a>, LocalId),
    ) {
        let index = self.temp(ty);
        self.emit(Op::Copy { dst: index, src: Operand::Zero(ty) });
        let one = Operand::Const(Box::new(amigos_types::konst::Const::Int(1.into())), ty);
        self.counted_loop(
            range,
            label,
            LoopKind::Range { count },
            &mut |func, start, done| {
                let cond = func.emit_binary(BinaryOp::Lt, Operand::Local(index), Operand::Local(count), Ty::basic(Basic::Bool));
                func.end(Term::If { cond, then: start, els: done });
            },
            &mut |func| enter(func, index),
            &mut |func| func.emit(Op::Binary { dst: index, op: BinaryOp::Add, x: Operand::Local(index), y: one.clone() }),
        );
    }

    fn range_int(&mut self, range: RangeStmt<'a>, label: Option<Name>) {
        let value = self.expr(range.x);
        let value = self.typed_constant(value);
        let mut ty = self.operand_ty(&value);
        // `for i = range 10` counts in the type of `i`.
        if let (Some(key), Operand::Const(..)) = (range.key, &value)
            && let Some(key_ty) = self.key_ty(key, range.define)
        {
            ty = key_ty;
        }
        let value = self.retype(value, ty);
        let count = self.temp(ty);
        self.emit(Op::Copy { dst: count, src: value });
        self.indexed_loop(range, label, count, ty, &mut |func, index| {
            func.bind(range, Some(Operand::Local(index)), None);
        });
    }

    fn key_ty(&self, key: ExprId, define: bool) -> Option<Ty> {
        if !define {
            return Some(self.ty(key));
        }
        let ExprKind::Ident(ident) = strip(self.here.arena.ast, key) else { return None };
        match self.facts().defs.get(ident) {
            Some(amigos_types::facts::ObjRef::Local(var)) => self.facts().locals.get(var.0 as usize).map(|l| l.ty),
            _ => None,
        }
    }

    fn length(&mut self, x: Operand) -> LocalId {
        let count = self.temp(Ty::basic(Basic::Int));
        self.emit(Op::Len { dst: count, x });
        count
    }

    fn range_slice(&mut self, range: RangeStmt<'a>, elem: Ty, label: Option<Name>) {
        let slice = self.expr(range.x);
        let slice = self.freeze(slice);
        let count = self.length(slice.clone());
        self.indexed_loop(range, label, count, Ty::basic(Basic::Int), &mut |func, index| {
            if range.value.is_some() {
                let place = Place { base: PlaceBase::Elem { slice: slice.clone(), index: Operand::Local(index) }, proj: vec![], ty: elem };
                let value = func.read(Loc::Place(place));
                func.bind(range, Some(Operand::Local(index)), Some(value));
            } else {
                func.bind(range, Some(Operand::Local(index)), None);
            }
        });
    }

    fn range_array(&mut self, range: RangeStmt<'a>, len: i64, elem: Ty, pointer: bool, label: Option<Name>) {
        let array = match (range.value, pointer) {
            // With a call or receive in it, it is evaluated all the same (Go spec, "Length and capacity").
            (None, _) if self.has_effects(range.x, 0) => {
                self.expr(range.x);
                None
            }
            (None, _) => None,
            (Some(_), true) => {
                let pointer = self.expr(range.x);
                Some(self.freeze(pointer))
            }
            (Some(_), false) => {
                // The range works on a copy of the array.
                let value = self.expr(range.x);
                Some(self.freeze(value))
            }
        };
        let int = Ty::basic(Basic::Int);
        let count = self.temp(int);
        self.emit(Op::Copy { dst: count, src: Func::int(len) });
        self.indexed_loop(range, label, count, int, &mut |func, index| {
            let value = array.clone().map(|array| {
                let proj = vec![Proj::Index(Operand::Local(index))];
                func.read(if pointer {
                    Loc::Place(Place { base: PlaceBase::Deref(array), proj, ty: elem })
                } else {
                    Loc::Value(array, proj, elem)
                })
            });
            func.bind(range, Some(Operand::Local(index)), value);
        });
    }

    /// Whether an expression holds a call or a receive.
    fn has_effects(&self, e: ExprId, depth: u32) -> bool {
        let inside = |e: &ExprId| depth > 1000 || self.has_effects(*e, depth + 1);
        match &self.here.arena.ast[e].kind {
            ExprKind::Call { fun, args, .. } => self.fact(*fun).mode != Mode::Type || args.iter().any(inside),
            ExprKind::Unary { op: UnaryOp::Recv, .. } => true,
            ExprKind::Paren(x) | ExprKind::Star(x) | ExprKind::Unary { x, .. } | ExprKind::Selector { x, .. } => inside(x),
            ExprKind::Index { x, indices } => inside(x) || indices.iter().any(inside),
            ExprKind::Binary { x, y, .. } => inside(x) || inside(y),
            ExprKind::CompositeLit { elems, .. } => elems.iter().any(inside),
            ExprKind::KeyValue { key, value } => inside(key) || inside(value),
            ExprKind::TypeAssert { x, .. } => inside(x),
            ExprKind::Slice { x, .. } => inside(x),
            _ => false,
        }
    }

    fn range_string(&mut self, range: RangeStmt<'a>, label: Option<Name>) {
        let text = self.expr(range.x);
        let text = self.typed_constant(text);
        let text = self.freeze(text);
        let count = self.length(text.clone());
        let int = Ty::basic(Basic::Int);
        let (index, rune, width) = (self.temp(int), self.temp(Ty::basic(Basic::Int32)), self.temp(int));
        self.emit(Op::Copy { dst: index, src: Func::int(0) });
        self.counted_loop(
            range,
            label,
            LoopKind::Range { count },
            &mut |func, start, done| {
                let cond = func.emit_binary(BinaryOp::Lt, Operand::Local(index), Operand::Local(count), Ty::basic(Basic::Bool));
                func.end(Term::If { cond, then: start, els: done });
            },
            &mut |func| {
                func.emit(Op::DecodeRune { rune, width, x: text.clone(), at: Operand::Local(index) });
                func.bind(range, Some(Operand::Local(index)), Some(Operand::Local(rune)));
            },
            &mut |func| func.emit(Op::Binary { dst: index, op: BinaryOp::Add, x: Operand::Local(index), y: Operand::Local(width) }),
        );
    }

    fn range_map(&mut self, range: RangeStmt<'a>, label: Option<Name>) {
        let TyKind::Map { key: key_ty, value: value_ty } = self.core(self.ty(range.x)).kind() else { return };
        let map = self.expr(range.x);
        let map = self.freeze(map);
        let count = self.length(map.clone());
        let (iter, ok) = (self.temp(Ty::basic(Basic::Int)), self.temp(Ty::basic(Basic::Bool)));
        self.emit(Op::MapIter { iter, map });
        let key = range.key.map(|_| self.temp(*key_ty));
        let value = range.value.map(|_| self.temp(*value_ty));
        self.counted_loop(
            range,
            label,
            LoopKind::Range { count },
            &mut |func, start, done| {
                func.emit(Op::MapNext { iter, ok, key, value });
                func.end(Term::If { cond: Operand::Local(ok), then: start, els: done });
            },
            &mut |func| {
                func.bind(range, key.map(Operand::Local), value.map(Operand::Local));
            },
            &mut |_| {},
        );
    }

    fn range_chan(&mut self, range: RangeStmt<'a>, label: Option<Name>) {
        let elem = self.chan_elem(self.ty(range.x));
        let chan = self.expr(range.x);
        let chan = self.freeze(chan);
        let (value, ok) = (self.temp(elem), self.temp(Ty::basic(Basic::Bool)));
        self.counted_loop(
            range,
            label,
            LoopKind::For,
            &mut |func, start, done| {
                func.emit(Op::Recv { dst: value, ok: Some(ok), chan: chan.clone() });
                func.end(Term::If { cond: Operand::Local(ok), then: start, els: done });
            },
            &mut |func| func.bind(range, Some(Operand::Local(value)), None),
            &mut |_| {},
        );
    }

    /// Leaves the closure that a range over a function made of its body.
    pub fn leave_yield_body(&mut self, code: i64) {
        let Some(body) = &mut self.here.yield_body else { return self.end(Term::Unreachable) };
        if !body.exits.contains(&code) {
            body.exits.push(code);
        }
        let state = body.state;
        let int = Ty::basic(Basic::Int);
        self.emit(Op::Store { place: Place { base: PlaceBase::Local(state), proj: vec![], ty: int }, src: Func::int(code) });
        if let Some(result) = self.here.results.first().copied() {
            self.emit(Op::Copy { dst: result, src: Func::bool(false) });
        }
        self.end(Term::Return);
    }

    /// What the deferred calls in a body name the enclosing function by, if there are any.
    fn frame_for_body(&mut self, body: TextRange) -> Option<LocalId> {
        if let Some(outer) = &self.here.yield_body {
            return outer.frame;
        }
        if !self.has_stmt(body, |stmt| matches!(stmt, StmtKind::Defer(_))) {
            return None;
        }
        self.here.has_defer = true;
        let int = Ty::basic(Basic::Int);
        let (frame, token) = (self.boxed_temp(int), self.temp(int));
        self.emit(Op::FrameToken { dst: token });
        self.emit(Op::Store { place: Place { base: PlaceBase::Local(frame), proj: vec![], ty: int }, src: Operand::Local(token) });
        Some(frame)
    }

    fn set_state(&mut self, state: LocalId, to: i64) {
        let ty = Ty::basic(Basic::Int);
        self.emit(Op::Store { place: Place { base: PlaceBase::Local(state), proj: vec![], ty }, src: Func::int(to) });
    }

    /// At the start of a body: the function must not have been told to stop, nor may it have gone on after a panic of the body or after its return.
    fn check_state(&mut self, state: LocalId) {
        let int = Ty::basic(Basic::Int);
        let now = self.temp(int);
        self.emit(Op::Load { dst: now, place: Place { base: PlaceBase::Local(state), proj: vec![], ty: int } });
        let (go, stop) = (self.new_block(), self.new_block());
        let cond = self.emit_binary(BinaryOp::Eq, Operand::Local(now), Func::int(READY), Ty::basic(Basic::Bool));
        self.end(Term::If { cond, then: go, els: stop });
        self.open_region();
        self.resume(stop);
        self.panic_if(
            BinaryOp::Gt,
            now,
            READY,
            "runtime error: range function continued iteration after function for loop body returned false",
        );
        self.panic_if(BinaryOp::Eq, now, RUNNING, "runtime error: range function continued iteration after loop body panic");
        self.panic_if(BinaryOp::Eq, now, EXHAUSTED, "runtime error: range function continued iteration after whole loop exit");
        self.end(Term::Unreachable);
        let arm = self.close_region();
        self.add_region(Region::Arms(vec![arm, Region::Seq(vec![])]));
        self.resume(go);
        self.set_state(state, RUNNING);
    }

    fn panic_if(&mut self, op: BinaryOp, state: LocalId, than: i64, text: &'static str) {
        let (yes, no) = (self.new_block(), self.new_block());
        let cond = self.emit_binary(op, Operand::Local(state), Func::int(than), Ty::basic(Basic::Bool));
        self.end(Term::If { cond, then: yes, els: no });
        self.open_region();
        self.resume(yes);
        self.emit(Op::RuntimePanic { text });
        self.end(Term::Unreachable);
        let arm = self.close_region();
        self.add_region(Region::Arms(vec![arm, Region::Seq(vec![])]));
        self.resume(no);
    }

    /// `for k, v := range f { body }`: `f(func(k, v) bool { body; return true })`, and after it the jumps that the body made. Code 0 is none, 1 `return`,
    /// 2 `break`, and from 4 on `break` (even) or `continue` (odd) of the enclosing targets, outermost first.
    fn range_func(&mut self, range: RangeStmt<'a>, sig: &'static Signature, label: Option<Name>) {
        let f = self.expr(range.x);
        let f = self.freeze(f);
        let yield_ty = sig.params.first().map_or_else(Ty::invalid, |p| p.ty);
        let TyKind::Signature(yield_sig) = self.core(yield_ty).kind() else {
            return self.emit(Op::Unsupported { what: "ranging over this function" });
        };
        let int = Ty::basic(Basic::Int);
        let state = self.boxed_temp(int);
        let frame = self.frame_for_body(range.body.range);
        let outer_targets = self.here.targets.clone();
        let outer_results = match &self.here.yield_body {
            Some(body) => body.outer_results.clone(),
            None => self.here.results.clone(),
        };
        let arena = self.here.arena;
        self.push_function(arena, range.body.range);
        let inner_state = self.capture_temp(state);
        let inner_results: Vec<LocalId> = outer_results.iter().map(|r| self.capture_temp(*r)).collect();
        let inner_frame = frame.map(|f| self.capture_temp(f));
        self.here.yield_body = Some(YieldBody { state: inner_state, frame: inner_frame, outer_results: inner_results, exits: Vec::new() });
        let mut params = Vec::new();
        for param in &yield_sig.params {
            let local = self.temp(param.ty);
            self.here.params.push(local);
            params.push(local);
        }
        let result = self.temp(Ty::basic(Basic::Bool));
        self.here.results.push(result);
        for (i, target) in outer_targets.iter().enumerate() {
            let code = 4 + 2 * i as i64;
            self.here.targets.push(Target {
                label: target.label,
                break_to: Jump::Code(code),
                continue_to: target.continue_to.map(|_| Jump::Code(code + 1)),
                switch: target.switch,
            });
        }
        let next = self.new_block();
        self.here.targets.push(Target { label, break_to: Jump::Code(2), continue_to: Some(Jump::Block(next)), switch: false });
        self.check_state(inner_state);
        self.bind(range, params.first().copied().map(Operand::Local), params.get(1).copied().map(Operand::Local));
        self.block(range.body);
        self.start(next);
        self.set_state(inner_state, READY);
        self.emit(Op::Copy { dst: result, src: Func::bool(true) });
        self.end(Term::Return);
        let exits = self.here.yield_body.take().map(|b| b.exits).unwrap_or_default();
        let (closure, captures) = self.pop_function();
        let head = TextRange::new(range.span.start, range.body.range.start.max(range.span.start));
        self.span = head;
        let body = self.temp(yield_ty);
        self.emit(Op::Closure { dst: body, closure, captures });
        self.emit(Op::Call { dsts: vec![], callee: Callee::Value(f), args: vec![Operand::Local(body)] });
        let why = self.temp(int);
        self.emit(Op::Load { dst: why, place: Place { base: PlaceBase::Local(state), proj: vec![], ty: int } });
        self.set_state(state, EXHAUSTED);
        self.panic_if(BinaryOp::Eq, why, RUNNING, "runtime error: range function recovered a loop body panic and did not resume panicking");
        for code in exits {
            if code == 2 {
                continue;
            }
            let (yes, no) = (self.new_block(), self.new_block());
            let cond = self.emit_binary(BinaryOp::Eq, Operand::Local(why), Func::int(code), Ty::basic(Basic::Bool));
            self.end(Term::If { cond, then: yes, els: no });
            self.open_region();
            self.resume(yes);
            if code >= GOTO {
                let label = self.gotos.get((code - GOTO) as usize).copied();
                self.branch(BranchKind::Goto, label);
            } else if code == 1 {
                if self.here.yield_body.is_some() { self.leave_yield_body(1) } else { self.end(Term::Return) }
            } else {
                let target = outer_targets.get(((code - 4) / 2) as usize);
                let jump = target.and_then(|t| if code % 2 == 0 { Some(t.break_to) } else { t.continue_to });
                match jump {
                    Some(Jump::Block(block)) => self.end(Term::Goto(block)),
                    Some(Jump::Code(code)) => self.leave_yield_body(code),
                    None => self.end(Term::Unreachable),
                }
            }
            let arm = self.close_region();
            self.add_region(Region::Arms(vec![arm, Region::Seq(vec![])]));
            self.resume(no);
        }
    }
}
