//! Channels: send, receive, range, `select` (Go spec, "Send statements", "Receive operator", "Select statements").

use amigos_syntax::Name;
use amigos_syntax::ast::{AssignOp, BinaryOp, CommClause, ExprId, ExprKind, StmtId, StmtKind, UnaryOp};
use amigos_types::ty::{Basic, Ty, TyKind};

use super::build::{Func, Jump, Target};
use super::stmt::strip;
use crate::mir::*;

/// What a clause does with what it receives.
struct Received<'a> {
    lhs: &'a [ExprId],
    define: bool,
    values: [Option<LocalId>; 2],
}

impl<'a> Func<'a> {
    /// The type of a channel's elements.
    pub fn chan_elem(&self, chan: Ty) -> Ty {
        let elem = |ty: Ty| match self.under(ty).kind() {
            TyKind::Chan { elem, .. } => Some(*elem),
            _ => None,
        };
        elem(chan).or_else(|| self.types().terms(chan)?.into_iter().find_map(elem)).unwrap_or_else(Ty::invalid)
    }

    /// Channel and value of a send.
    pub fn sent(&mut self, chan: ExprId, value: ExprId) -> (Operand, Operand) {
        let elem = self.chan_elem(self.ty(chan));
        let chan = self.expr(chan);
        let chan = self.freeze(chan);
        let value = self.expr_to(value, elem);
        (chan, self.freeze(value))
    }

    /// `<-chan`
    pub fn receive(&mut self, chan: ExprId, ty: Ty, ok: Option<LocalId>) -> Operand {
        let chan = self.expr(chan);
        let dst = self.temp(ty);
        self.emit(Op::Recv { dst, ok, chan });
        Operand::Local(dst)
    }

    pub fn select(&mut self, clauses: &'a [CommClause], label: Option<Name>) {
        let int = Ty::basic(Basic::Int);
        let mut cases = Vec::new();
        let mut received = Vec::new();
        for clause in clauses {
            let Some(comm) = clause.comm else {
                received.push(None);
                continue;
            };
            let (case, takes) = self.select_case(comm);
            cases.push(case);
            received.push(takes);
        }
        let default = clauses.iter().any(|c| c.comm.is_none());
        let chosen = self.temp(int);
        self.emit(Op::Select { chosen, cases, default });
        let blocks: Vec<BlockId> = clauses.iter().map(|_| self.new_block()).collect();
        let done = self.new_block();
        let mut index = 0;
        for (clause, block) in clauses.iter().zip(&blocks) {
            if clause.comm.is_none() {
                continue;
            }
            let next = self.new_block();
            let cond = self.emit_binary(BinaryOp::Eq, Operand::Local(chosen), Func::int(index), Ty::basic(Basic::Bool));
            self.end(Term::If { cond, then: *block, els: next });
            self.resume(next);
            index += 1;
        }
        match clauses.iter().position(|c| c.comm.is_none()) {
            Some(at) => self.end(Term::Goto(blocks[at])),
            None => self.end(Term::Unreachable),
        }
        self.here.targets.push(Target { label, break_to: Jump::Block(done), continue_to: None, switch: true });
        let mut arms = Vec::new();
        for ((clause, block), takes) in clauses.iter().zip(&blocks).zip(received) {
            self.open_region();
            self.resume(*block);
            if let Some(takes) = takes {
                self.take(&takes, clause);
            }
            self.block(&clause.body);
            self.end(Term::Goto(done));
            arms.push(self.close_region());
        }
        self.here.targets.pop();
        self.add_region(Region::Arms(arms));
        self.resume(done);
    }

    /// Channel and value of a clause, evaluated, and what happens with what is received.
    fn select_case(&mut self, comm: StmtId) -> (SelectCase, Option<Received<'a>>) {
        let ast = self.here.arena.ast;
        let (lhs, define, x): (&'a [ExprId], bool, ExprId) = match &ast[comm].kind {
            StmtKind::Send { chan, value, .. } => {
                let (chan, value) = self.sent(*chan, *value);
                return (SelectCase { chan, send: Some(value), recv: None, ok: None }, None);
            }
            StmtKind::Assign { lhs, rhs, op, .. } if rhs.len() == 1 => (lhs, *op == AssignOp::Define, rhs[0]),
            StmtKind::Expr(x) => (&[], false, *x),
            _ => return (SelectCase { chan: Operand::Zero(Ty::invalid()), send: None, recv: None, ok: None }, None),
        };
        let mut x = x;
        while let ExprKind::Paren(inner) = &ast[x].kind {
            x = *inner;
        }
        let chan = match &ast[x].kind {
            ExprKind::Unary { op: UnaryOp::Recv, x } => *x,
            _ => x,
        };
        let elem = self.chan_elem(self.ty(chan));
        let chan = self.expr(chan);
        let chan = self.freeze(chan);
        let recv = self.temp(elem);
        let ok = (lhs.len() > 1).then(|| self.temp(Ty::basic(Basic::Bool)));
        (SelectCase { chan, send: None, recv: Some(recv), ok }, Some(Received { lhs, define, values: [Some(recv), ok] }))
    }

    /// Gives what was received to the variables of the clause, which are evaluated only now.
    fn take(&mut self, takes: &Received<'a>, clause: &CommClause) {
        let ast = self.here.arena.ast;
        let mut assigned = Vec::new();
        for (e, value) in takes.lhs.iter().zip(takes.values) {
            let Some(value) = value else { continue };
            match strip(ast, *e) {
                ExprKind::Ident(ident) if takes.define => {
                    if let Some(local) = self.declare(*ident, clause.range) {
                        let ty = self.local_ty(local);
                        let value = self.coerce(Operand::Local(value), ty);
                        self.init_var(local, value);
                    }
                }
                _ => assigned.push((*e, Operand::Local(value))),
            }
        }
        self.assign_pairs(assigned);
    }
}
