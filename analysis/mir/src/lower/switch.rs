//! Switches: a chain of conditions, then the bodies.

use amigos_syntax::ast::{BinaryOp, BranchKind, CaseClause, ExprId, StmtId, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::Mode;
use amigos_types::ty::{Basic, Ty, TyKind};

use super::build::{Func, Jump, Target};
use crate::mir::*;

impl<'a> Func<'a> {
    pub fn switch(&mut self, init: Option<StmtId>, tag: Option<ExprId>, cases: &'a [CaseClause], label: Option<Name>, span: TextRange) {
        if let Some(init) = init {
            self.stmt(init, span);
        }
        let tag = tag.map(|tag| {
            let value = self.expr(tag);
            let value = self.typed_constant(value);
            let ty = match self.ty(tag).kind() {
                TyKind::Basic(basic) if *basic >= Basic::UntypedBool => self.operand_ty(&value),
                _ => self.ty(tag),
            };
            (self.freeze(value), ty)
        });
        let blocks: Vec<BlockId> = cases.iter().map(|_| self.new_block()).collect();
        let done = self.new_block();
        let mut default = done;
        for (clause, block) in cases.iter().zip(&blocks) {
            if clause.default {
                default = *block;
            }
            for e in &clause.exprs {
                let next = self.new_block();
                self.span = self.here.arena.ast[*e].range;
                match &tag {
                    Some((tag, tag_ty)) => {
                        let ty = self.case_ty(*tag_ty, *e);
                        let value = self.expr_to(*e, ty);
                        let tag = self.coerce(tag.clone(), ty);
                        let cond = self.emit_binary(BinaryOp::Eq, tag, value, Ty::basic(Basic::Bool));
                        self.end(Term::If { cond, then: *block, els: next });
                    }
                    None => self.condition(*e, *block, next),
                }
                self.resume(next);
            }
        }
        self.end(Term::Goto(default));
        self.clauses(cases, &blocks, done, label, &mut |_, _| {});
    }

    /// The type in which tag and case are compared.
    fn case_ty(&self, tag: Ty, case: ExprId) -> Ty {
        let fact = self.fact(case);
        let case_is_interface = fact.mode != Mode::Nil && self.types().is_interface(fact.ty);
        if case_is_interface && !self.types().is_interface(tag) { fact.ty } else { tag }
    }

    pub fn type_switch(
        &mut self,
        id: StmtId,
        init: Option<StmtId>,
        x: ExprId,
        cases: &'a [CaseClause],
        label: Option<Name>,
        span: TextRange,
    ) {
        if let Some(init) = init {
            self.stmt(init, span);
        }
        let x_ty = self.ty(x);
        let x = self.expr(x);
        let x = self.freeze(x);
        let blocks: Vec<BlockId> = cases.iter().map(|_| self.new_block()).collect();
        let done = self.new_block();
        let mut default = done;
        let mut bound: Vec<Operand> = Vec::new();
        for (clause, block) in cases.iter().zip(&blocks) {
            if clause.default {
                default = *block;
            }
            let mut value = x.clone();
            for e in &clause.exprs {
                let next = self.new_block();
                self.span = self.here.arena.ast[*e].range;
                let cond = if self.fact(*e).mode == Mode::Nil || matches!(self.ty(*e).kind(), TyKind::Basic(Basic::UntypedNil)) {
                    self.emit_binary(BinaryOp::Eq, x.clone(), Operand::Zero(x_ty), Ty::basic(Basic::Bool))
                } else {
                    let ty = self.ty(*e);
                    let (dst, ok) = (self.temp(ty), self.temp(Ty::basic(Basic::Bool)));
                    self.emit(Op::TypeAssert { dst, ok: Some(ok), x: x.clone(), ty });
                    if clause.exprs.len() == 1 {
                        value = Operand::Local(dst);
                    }
                    Operand::Local(ok)
                };
                self.end(Term::If { cond, then: *block, els: next });
                self.resume(next);
            }
            bound.push(value);
        }
        self.end(Term::Goto(default));
        let range = span;
        self.clauses(cases, &blocks, done, label, &mut |func, index| {
            if let Some(var) = func.facts().clause_vars.get(&(id, index as u32)).copied() {
                let local =
                    func.declare_var(var, TextRange::new(cases[index].body.range.start, range.end.max(cases[index].body.range.start)));
                let ty = func.local_ty(local);
                let value = func.coerce(bound[index].clone(), ty);
                func.init_var(local, value);
            }
        });
    }

    /// The bodies of a switch; `enter` is called at the start of each.
    fn clauses(
        &mut self,
        cases: &'a [CaseClause],
        blocks: &[BlockId],
        done: BlockId,
        label: Option<Name>,
        enter: &mut dyn FnMut(&mut Func<'a>, usize),
    ) {
        self.here.targets.push(Target { label, break_to: Jump::Block(done), continue_to: None, switch: true });
        let mut arms = Vec::new();
        let mut falls = false;
        for (index, clause) in cases.iter().enumerate() {
            self.open_region();
            self.resume(blocks[index]);
            enter(self, index);
            self.block(&clause.body);
            let falls_through = clause
                .body
                .stmts
                .last()
                .is_some_and(|s| matches!(self.here.arena.ast[*s].kind, StmtKind::Branch { kind: BranchKind::Fallthrough, .. }));
            falls |= falls_through;
            let next = if falls_through { blocks.get(index + 1).copied().unwrap_or(done) } else { done };
            self.end(Term::Goto(next));
            arms.push(self.close_region());
        }
        self.here.targets.pop();
        // With fallthrough several bodies may run: one after the other is the sound reading.
        self.add_region(if falls { Region::Seq(arms) } else { Region::Arms(arms) });
        self.resume(done);
    }
}
