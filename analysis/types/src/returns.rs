//! Terminating statements (Go spec, "Terminating statements"): whether control can reach the end of a function.

use amigos_syntax::Name;
use amigos_syntax::ast::{Ast, Block, BranchKind, CaseClause, ExprId, ExprKind, StmtId, StmtKind};
use rustc_hash::FxHashSet;

/// What the analysis looks at: the arena, and the calls in it that are calls of the predeclared `panic`.
pub(crate) struct Terminating<'t> {
    pub ast: &'t Ast,
    pub panics: &'t FxHashSet<ExprId>,
}

/// The expression without enclosing parentheses.
pub(crate) fn unparen(ast: &Ast, mut e: ExprId) -> ExprId {
    while let ExprKind::Paren(inner) = &ast[e].kind {
        e = *inner;
    }
    e
}

impl Terminating<'_> {
    /// Whether the block ends in a terminating statement.
    pub(crate) fn block(&self, block: &Block) -> bool {
        self.list(&block.stmts, None)
    }

    fn list(&self, list: &[StmtId], label: Option<Name>) -> bool {
        let last = list.iter().rev().find(|s| !matches!(self.ast[**s].kind, StmtKind::Empty));
        last.is_some_and(|s| self.stmt(*s, label))
    }

    fn stmt(&self, s: StmtId, label: Option<Name>) -> bool {
        match &self.ast[s].kind {
            StmtKind::Labeled { label, stmt } => self.stmt(*stmt, Some(self.ast[*label].name)),
            StmtKind::Expr(e) => self.panics.contains(&unparen(self.ast, *e)),
            StmtKind::Return(_) => true,
            StmtKind::Branch { kind, .. } => matches!(kind, BranchKind::Goto | BranchKind::Fallthrough),
            StmtKind::Block(block) => self.list(&block.stmts, None),
            StmtKind::If { then, els: Some(els), .. } => self.list(&then.stmts, None) && self.stmt(*els, None),
            StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => self.switch(cases, label),
            StmtKind::Select { clauses, .. } => {
                clauses.iter().all(|c| self.list(&c.body.stmts, None) && !self.has_break_list(&c.body.stmts, label, true))
            }
            StmtKind::For { cond: None, body, .. } => !self.has_break_list(&body.stmts, label, true),
            _ => false,
        }
    }

    fn switch(&self, cases: &[CaseClause], label: Option<Name>) -> bool {
        cases.iter().any(|c| c.default)
            && cases.iter().all(|c| self.list(&c.body.stmts, None) && !self.has_break_list(&c.body.stmts, label, true))
    }

    fn has_break_list(&self, list: &[StmtId], label: Option<Name>, implicit: bool) -> bool {
        list.iter().any(|s| self.has_break(*s, label, implicit))
    }

    /// Whether a `break` in the statement leaves the statement labelled `label`, or, if `implicit`, the enclosing one.
    fn has_break(&self, s: StmtId, label: Option<Name>, implicit: bool) -> bool {
        match &self.ast[s].kind {
            StmtKind::Labeled { stmt, .. } => self.has_break(*stmt, label, implicit),
            StmtKind::Branch { kind: BranchKind::Break, label: None } => implicit,
            StmtKind::Branch { kind: BranchKind::Break, label: Some(to) } => Some(self.ast[*to].name) == label,
            StmtKind::Block(block) => self.has_break_list(&block.stmts, label, implicit),
            StmtKind::If { then, els, .. } => {
                self.has_break_list(&then.stmts, label, implicit) || els.is_some_and(|e| self.has_break(e, label, implicit))
            }
            StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => {
                label.is_some() && cases.iter().any(|c| self.has_break_list(&c.body.stmts, label, false))
            }
            StmtKind::Select { clauses, .. } => label.is_some() && clauses.iter().any(|c| self.has_break_list(&c.body.stmts, label, false)),
            StmtKind::For { body, .. } | StmtKind::Range { body, .. } => label.is_some() && self.has_break_list(&body.stmts, label, false),
            _ => false,
        }
    }
}
