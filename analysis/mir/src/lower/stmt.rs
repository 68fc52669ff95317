//! Statements.

use amigos_syntax::ast::{AssignOp, BinaryOp, Block, BranchKind, ExprId, ExprKind, GenDecl, IdentId, Spec, StmtId, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::{LocalKind, ObjRef};
use amigos_types::konst::Const;
use amigos_types::ty::{Ty, TyKind};

use super::build::{Func, GOTO, Jump, Target};
use super::place::Loc;
use crate::mir::*;

/// The left side of an assignment, its operands evaluated.
enum Left {
    Blank,
    Place(Place),
    Map { map: Operand, key: Operand, ty: Ty },
    New(LocalId),
}

impl<'a> Func<'a> {
    pub fn block(&mut self, block: &'a Block) {
        for stmt in &block.stmts {
            self.stmt(*stmt, block.range);
        }
    }

    pub fn stmt(&mut self, id: StmtId, scope: TextRange) {
        let ast = self.here.arena.ast;
        let stmt = &ast[id];
        self.span = stmt.range;
        let label = self.pending_label.take();
        match &stmt.kind {
            StmtKind::Bad | StmtKind::Empty => {}
            StmtKind::Expr(e) => {
                if matches!(strip(ast, *e), ExprKind::Call { .. }) {
                    self.values_or_call(*e);
                } else {
                    self.expr(*e);
                }
            }
            StmtKind::Send { chan, value, .. } => {
                let (chan, value) = self.sent(*chan, *value);
                self.emit(Op::Send { chan, value });
            }
            StmtKind::IncDec { x, inc } => {
                let op = if *inc { BinaryOp::Add } else { BinaryOp::Sub };
                self.assign_op(*x, op, None);
            }
            StmtKind::Assign { lhs, rhs, op, .. } => match op {
                AssignOp::Op(op) => {
                    if let ([x], [y]) = (&lhs[..], &rhs[..]) {
                        self.assign_op(*x, *op, Some(*y));
                    }
                }
                AssignOp::Assign => self.assign(lhs, rhs, scope),
                AssignOp::Define => self.assign(lhs, rhs, scope),
            },
            StmtKind::Go(e) => self.go(*e),
            StmtKind::Defer(e) => self.defer(*e),
            StmtKind::Return(values) => self.return_stmt(values),
            StmtKind::Branch { kind, label } => self.branch(*kind, label.map(|l| ast[l].name)),
            StmtKind::Block(block) => {
                if let Some(label) = label {
                    let after = self.new_block();
                    self.here.targets.push(Target { label: Some(label), break_to: Jump::Block(after), continue_to: None, switch: false });
                    self.block(block);
                    self.here.targets.pop();
                    self.start(after);
                } else {
                    self.block(block);
                }
            }
            StmtKind::If { init, cond, then, els } => self.if_stmt(*init, *cond, then, *els, stmt.range),
            StmtKind::Switch { init, tag, cases, .. } => self.switch(*init, *tag, cases, label, stmt.range),
            StmtKind::TypeSwitch { init, x, cases, .. } => self.type_switch(id, *init, *x, cases, label, stmt.range),
            StmtKind::Select { clauses, .. } => self.select(clauses, label),
            StmtKind::For { init, cond, post, body } => self.for_stmt(*init, *cond, *post, body, label, stmt.range),
            StmtKind::Range { .. } => self.range_stmt(id, label),
            StmtKind::Labeled { label, stmt } => {
                let name = ast[*label].name;
                let target = self.label_block(name);
                self.start(target);
                self.pending_label = Some(name);
                self.stmt(*stmt, scope);
                self.pending_label = None;
            }
            StmtKind::Decl(decl) => self.decl(decl, scope),
        }
    }

    fn values_or_call(&mut self, e: ExprId) {
        match &self.here.arena.ast[e].kind {
            ExprKind::Paren(x) => self.values_or_call(*x),
            _ => {
                self.call(e);
            }
        }
    }

    fn decl(&mut self, decl: &'a GenDecl, scope: TextRange) {
        for spec in &decl.specs {
            let Spec::Var { names, values, .. } = spec else { continue };
            let locals: Vec<Option<LocalId>> = if values.is_empty() {
                names.iter().map(|n| self.declare(*n, scope)).collect()
            } else {
                let types: Vec<Option<Ty>> = names.iter().map(|n| self.declared_ty(*n)).collect();
                let values = self.right_sides(values, names.len(), &types);
                for (name, value) in names.iter().zip(values) {
                    let Some(local) = self.declare(*name, scope) else { continue };
                    let ty = self.local_ty(local);
                    let value = self.coerce(value, ty);
                    self.init_var(local, value);
                }
                continue;
            };
            locals.into_iter().flatten().for_each(|l| self.zero_var(l));
        }
    }

    /// A register for the variable that `ident` declares, if it declares one.
    pub fn declare(&mut self, ident: IdentId, scope: TextRange) -> Option<LocalId> {
        let Some(ObjRef::Local(var)) = self.facts().defs.get(&ident).copied() else { return None };
        let info = self.facts().locals.get(var.0 as usize)?;
        if info.name.is_blank() || !matches!(info.kind, LocalKind::Var) {
            return None;
        }
        let from = self.here.arena.ast[ident].range.start;
        Some(self.declare_var(var, TextRange::new(from, scope.end.max(from))))
    }

    fn declared_ty(&self, ident: IdentId) -> Option<Ty> {
        match self.facts().defs.get(&ident) {
            Some(ObjRef::Local(var)) => self.facts().locals.get(var.0 as usize).map(|l| l.ty),
            _ => None,
        }
    }

    /// The values of the right side of an assignment to `wanted` places, each in a register that assigning doesn't change.
    fn right_sides(&mut self, rhs: &[ExprId], wanted: usize, types: &[Option<Ty>]) -> Vec<Operand> {
        match rhs {
            [only] if wanted == 2 && !matches!(strip(self.here.arena.ast, *only), ExprKind::Call { .. }) => {
                let (value, ok) = self.comma_ok(*only);
                vec![value, ok]
            }
            [only] if wanted > 1 => self.values(*only),
            _ => {
                let many = rhs.len() > 1;
                let mut values = Vec::new();
                for (i, e) in rhs.iter().enumerate() {
                    let value = match types.get(i).copied().flatten() {
                        Some(ty) => self.expr_to(*e, ty),
                        None => {
                            let value = self.expr(*e);
                            self.typed_constant(value)
                        }
                    };
                    values.push(if many { self.freeze(value) } else { value });
                }
                values
            }
        }
    }

    fn assign(&mut self, lhs: &'a [ExprId], rhs: &'a [ExprId], scope: TextRange) {
        let mut lefts = Vec::new();
        let mut types = Vec::new();
        for e in lhs {
            let left = self.left(*e);
            types.push(match &left {
                Left::Blank => None,
                Left::Place(p) => Some(p.ty),
                Left::Map { ty, .. } => Some(*ty),
                Left::New(_) => None,
            });
            if let ExprKind::Ident(ident) = strip(self.here.arena.ast, *e)
                && self.facts().defs.contains_key(ident)
                && let Some(last) = types.last_mut()
            {
                *last = self.declared_ty(*ident);
            }
            lefts.push(left);
        }
        let values = self.right_sides(rhs, lhs.len(), &types);
        for ((left, value), e) in lefts.into_iter().zip(values).zip(lhs) {
            let left = match (left, strip(self.here.arena.ast, *e)) {
                (Left::Blank, ExprKind::Ident(ident)) => self.declare(*ident, scope).map_or(Left::Blank, Left::New),
                (left, _) => left,
            };
            self.assign_to(left, value);
        }
    }

    fn left(&mut self, e: ExprId) -> Left {
        let ast = self.here.arena.ast;
        match &ast[e].kind {
            ExprKind::Paren(x) => self.left(*x),
            ExprKind::Ident(ident) if ast[*ident].name.is_blank() || self.facts().defs.contains_key(ident) => Left::Blank,
            ExprKind::Index { x, indices } if matches!(self.core(self.ty(*x)).kind(), TyKind::Map { .. }) && !indices.is_empty() => {
                let TyKind::Map { key: key_ty, value } = self.core(self.ty(*x)).kind() else { return Left::Blank };
                let map = self.expr(*x);
                let map = self.freeze(map);
                let key = self.expr_to(indices[0], *key_ty);
                let key = self.freeze(key);
                Left::Map { map, key, ty: *value }
            }
            _ => match self.loc(e) {
                Loc::Place(mut place) => {
                    if let PlaceBase::Deref(pointer) = &place.base {
                        place.base = PlaceBase::Deref(self.freeze(pointer.clone()));
                    }
                    Left::Place(place)
                }
                Loc::Value(..) => Left::Blank,
            },
        }
    }

    fn assign_to(&mut self, left: Left, value: Operand) {
        match left {
            Left::Blank => {}
            Left::Place(place) => {
                let value = self.coerce(value, place.ty);
                self.write(place, value);
            }
            Left::Map { map, key, ty } => {
                let value = self.coerce(value, ty);
                self.emit(Op::MapSet { map, key, value });
            }
            Left::New(local) => {
                let ty = self.local_ty(local);
                let value = self.coerce(value, ty);
                self.init_var(local, value);
            }
        }
    }

    /// Assigns to existing places (the key and value of a range, what a select receives): first all places are found.
    pub fn assign_pairs(&mut self, pairs: Vec<(ExprId, Operand)>) {
        let lefts: Vec<(Left, Operand)> = pairs.into_iter().map(|(e, value)| (self.left(e), value)).collect();
        for (left, value) in lefts {
            self.assign_to(left, value);
        }
    }

    /// `x op= y`, and `x++` without `y`.
    fn assign_op(&mut self, x: ExprId, op: BinaryOp, y: Option<ExprId>) {
        let left = self.left(x);
        let ty = self.ty(x);
        let old = match &left {
            Left::Blank | Left::New(_) => return,
            Left::Place(place) => self.read(Loc::Place(place.clone())),
            Left::Map { map, key, ty } => {
                let dst = self.temp(*ty);
                self.emit(Op::MapGet { dst, ok: None, map: map.clone(), key: key.clone() });
                Operand::Local(dst)
            }
        };
        let value = match (op, y) {
            (_, None) => self.emit_binary(op, old, Operand::Const(Box::new(Const::Int(1.into())), ty), ty),
            (BinaryOp::Shl | BinaryOp::Shr, Some(y)) => {
                let count = self.expr(y);
                let count = self.typed_constant(count);
                self.emit_binary(op, old, count, ty)
            }
            (BinaryOp::Add, Some(y)) if self.is_string(ty) => {
                let y = self.expr_to(y, ty);
                let dst = self.temp(ty);
                self.emit(Op::Concat { dst, parts: vec![old, y] });
                Operand::Local(dst)
            }
            (_, Some(y)) => {
                let y = self.expr_to(y, ty);
                self.emit_binary(op, old, y, ty)
            }
        };
        self.assign_to(left, value);
    }

    fn return_stmt(&mut self, values: &'a [ExprId]) {
        let span = self.span;
        let results = match &self.here.yield_body {
            Some(body) => body.outer_results.clone(),
            None => self.here.results.clone(),
        };
        if !values.is_empty() {
            let types: Vec<Ty> = results.iter().map(|r| self.local_ty(*r)).collect();
            let mut operands = match values {
                [only] if results.len() > 1 => self.values(*only),
                _ => values.iter().zip(&types).map(|(e, ty)| self.expr_to(*e, *ty)).collect(),
            };
            if operands.len() > 1 {
                operands = operands.into_iter().map(|x| self.freeze(x)).collect();
            }
            for ((result, ty), value) in results.iter().zip(types).zip(operands) {
                let value = self.coerce(value, ty);
                self.write(Place { base: PlaceBase::Local(*result), proj: vec![], ty }, value);
            }
        }
        self.span = span;
        if self.here.yield_body.is_some() {
            self.leave_yield_body(1);
        } else {
            self.end(Term::Return);
        }
    }

    fn label_block(&mut self, name: Name) -> BlockId {
        if let Some(found) = self.here.labels.get(&name) {
            return *found;
        }
        let block = self.new_block();
        self.here.labels.insert(name, block);
        block
    }

    pub fn branch(&mut self, kind: BranchKind, label: Option<Name>) {
        match kind {
            BranchKind::Goto if label.is_some_and(|l| self.is_outside(l)) => {
                let Some(label) = label else { return };
                let at = self.gotos.iter().position(|l| *l == label).unwrap_or_else(|| {
                    self.gotos.push(label);
                    self.gotos.len() - 1
                });
                self.leave_yield_body(GOTO + at as i64);
            }
            BranchKind::Goto => {
                self.here.has_goto = true;
                let target = label.map(|l| self.label_block(l));
                self.end(target.map_or(Term::Unreachable, Term::Goto));
            }
            BranchKind::Fallthrough => {}
            BranchKind::Break | BranchKind::Continue => {
                let found = self.here.targets.iter().enumerate().rev().find_map(|(i, t)| {
                    let matches = label.is_none_or(|l| t.label == Some(l))
                        && (label.is_some() || kind == BranchKind::Break || t.continue_to.is_some());
                    // An unlabelled break doesn't leave a labelled block.
                    let is_block = label.is_none() && t.continue_to.is_none() && !t.switch;
                    (matches && !is_block).then_some(i)
                });
                let Some(index) = found else { return self.end(Term::Unreachable) };
                let target = self.here.targets[index].clone();
                let jump = if kind == BranchKind::Break { Some(target.break_to) } else { target.continue_to };
                if kind == BranchKind::Continue
                    && let Some(flag) = self.here.continued.last_mut()
                {
                    *flag = true;
                }
                match jump {
                    Some(Jump::Block(block)) => self.end(Term::Goto(block)),
                    Some(Jump::Code(code)) => self.leave_yield_body(code),
                    None => self.end(Term::Unreachable),
                }
            }
        }
    }

    /// Whether a label stands outside of the body of a range over a function that is being lowered.
    fn is_outside(&self, label: Name) -> bool {
        let ast = self.here.arena.ast;
        self.here.yield_body.is_some()
            && !self.has_stmt(self.here.span, |stmt| matches!(stmt, StmtKind::Labeled { label: l, .. } if ast[*l].name == label))
    }

    fn if_stmt(&mut self, init: Option<StmtId>, cond: ExprId, then: &'a Block, els: Option<StmtId>, scope: TextRange) {
        if let Some(init) = init {
            self.stmt(init, scope);
        }
        let (yes, no, done) = (self.new_block(), self.new_block(), self.new_block());
        self.span = self.here.arena.ast[cond].range;
        self.condition(cond, yes, no);
        self.open_region();
        self.resume(yes);
        self.block(then);
        self.end(Term::Goto(done));
        let first = self.close_region();
        self.open_region();
        self.resume(no);
        if let Some(els) = els {
            self.stmt(els, scope);
        }
        self.end(Term::Goto(done));
        let second = self.close_region();
        self.add_region(Region::Arms(vec![first, second]));
        self.resume(done);
    }

    fn for_stmt(
        &mut self,
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: &'a Block,
        label: Option<Name>,
        span: TextRange,
    ) {
        let first_var = self.here.locals.len();
        if let Some(init) = init {
            self.stmt(init, span);
        }
        // Variables of the init statement exist anew in each iteration (Go 1.22): a box is copied before the post statement.
        let boxed: Vec<LocalId> = (first_var..self.here.locals.len())
            .map(|i| LocalId(i as u32))
            .filter(|l| self.here.locals[l.idx()].boxed && self.here.locals[l.idx()].name.is_some())
            .collect();
        let (head, start, step, done) = (self.new_block(), self.new_block(), self.new_block(), self.new_block());
        self.end(Term::Goto(head));
        self.open_region();
        self.resume(head);
        match cond {
            Some(cond) => {
                self.span = self.here.arena.ast[cond].range;
                self.condition(cond, start, done);
            }
            None => self.end(Term::Goto(start)),
        }
        let cond_region = self.close_region();
        self.here.targets.push(Target { label, break_to: Jump::Block(done), continue_to: Some(Jump::Block(step)), switch: false });
        self.here.continued.push(false);
        self.open_region();
        self.resume(start);
        self.block(body);
        self.end(Term::Goto(step));
        let body_region = self.close_region();
        let has_continue = self.here.continued.pop().unwrap_or(false);
        self.here.targets.pop();
        self.open_region();
        self.resume(step);
        for local in boxed {
            let ty = self.local_ty(local);
            let place = Place { base: PlaceBase::Local(local), proj: vec![], ty };
            let old = self.temp(ty);
            self.emit(Op::Load { dst: old, place: place.clone() });
            self.emit(Op::NewBox { local });
            self.emit(Op::Store { place, src: Operand::Local(old) });
        }
        if let Some(post) = post {
            self.stmt(post, span);
        }
        self.end(Term::Goto(head));
        let post_region = self.close_region();
        let head_span = TextRange::new(span.start, body.range.start.max(span.start));
        self.add_region(Region::Loop(Box::new(LoopRegion {
            kind: LoopKind::For,
            cond: cond_region,
            body: body_region,
            post: post_region,
            span,
            head: head_span,
            has_continue,
        })));
        self.resume(done);
    }
}

/// The kind of an expression behind parentheses.
pub(crate) fn strip(ast: &amigos_syntax::ast::Ast, e: ExprId) -> &ExprKind {
    let mut at = e;
    while let ExprKind::Paren(x) = &ast[at].kind {
        at = *x;
    }
    &ast[at].kind
}
