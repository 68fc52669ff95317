//! Labels and the statements that refer to them (Go spec, "Labeled statements", "Goto statements").

use amigos_syntax::ast::{Block, BranchKind, IdentId, Spec, StmtId, StmtKind};
use amigos_syntax::{Name, TextRange};
use rustc_hash::FxHashMap;

use crate::checker::{Checker, Report};
use crate::codes;
use crate::facts::{LocalId, LocalKind, ObjRef};
use crate::ty::Ty;

/// A declared label.
struct Label {
    ident: IdentId,
    local: LocalId,
    used: bool,
}

/// An enclosing block.
struct Frame {
    /// The labelled statement whose block this is.
    labelled: Option<StmtId>,
    /// The labels declared directly in it so far.
    labels: Vec<Name>,
}

/// A forward jump that hasn't met its label yet.
#[derive(Clone, Copy, PartialEq)]
struct Jump {
    stmt: StmtId,
    label: IdentId,
}

#[derive(Default)]
struct Labels {
    all: FxHashMap<Name, Label>,
    order: Vec<Name>,
    frames: Vec<Frame>,
}

/// What is pending in a block while its statements are walked.
#[derive(Default)]
struct Pending {
    forward: Vec<Jump>,
    /// Where the last variable was declared, and the jumps that were pending then.
    var_decl: Option<u32>,
    over: Vec<Jump>,
}

impl Pending {
    fn declares_var(&mut self, pos: u32) {
        self.var_decl = Some(pos);
        self.over = self.forward.clone();
    }
}

impl Checker<'_> {
    /// Checks the labels of a function body.
    pub(crate) fn labels(&mut self, body: &Block) {
        let mut labels = Labels::default();
        let forward = self.block_branches(&mut labels, None, &body.stmts);
        for jump in forward {
            let name = self.ast()[jump.label].name;
            let range = self.ast()[jump.label].range;
            if let Some(label) = labels.all.get_mut(&name) {
                label.used = true;
                self.error(codes::JumpIntoBlock, range, format!("goto {name} jumps into block"));
            } else {
                self.error(codes::UndeclaredLabel, range, format!("label {name} not declared"));
            }
        }
        for name in &labels.order {
            let label = &labels.all[name];
            if label.used {
                self.local_mut(label.local).used = true;
            } else {
                let range = self.ast()[label.ident].range;
                self.soft_error(codes::UnusedLabel, range, format!("label {name} declared and not used"));
            }
        }
    }

    fn block_branches(&mut self, labels: &mut Labels, labelled: Option<StmtId>, list: &[StmtId]) -> Vec<Jump> {
        labels.frames.push(Frame { labelled, labels: Vec::new() });
        let mut pending = Pending::default();
        for s in list {
            self.stmt_branches(labels, &mut pending, None, *s);
        }
        labels.frames.pop();
        pending.forward
    }

    fn nested(&mut self, labels: &mut Labels, pending: &mut Pending, labelled: Option<StmtId>, list: &[StmtId]) {
        let jumps = self.block_branches(labels, labelled, list);
        pending.forward.extend(jumps);
    }

    fn stmt_branches(&mut self, labels: &mut Labels, pending: &mut Pending, labelled: Option<StmtId>, s: StmtId) {
        let ast = self.ast();
        let stmt = &ast[s];
        match &stmt.kind {
            StmtKind::Decl(decl) if decl.specs.iter().any(|s| matches!(s, Spec::Var { .. })) => pending.declares_var(stmt.range.start),
            StmtKind::Assign { op: amigos_syntax::ast::AssignOp::Define, .. } => pending.declares_var(stmt.range.start),
            StmtKind::Labeled { label, stmt: inner } => {
                let ident = ast[*label];
                let mut target = labelled;
                if !ident.name.is_blank() {
                    if let Some(other) = labels.all.get(&ident.name) {
                        let related = ast[other.ident].range;
                        let report = Report::new(codes::DuplicateLabel, ident.range, format!("label {} already declared", ident.name))
                            .soft()
                            .related(self.place(related), format!("other declaration of {}", ident.name));
                        self.report(report);
                    } else {
                        let local = self.new_local(ident.name, LocalKind::Label, Some(*label), Some(Ty::invalid()));
                        self.record_def(*label, ObjRef::Local(local));
                        labels.all.insert(ident.name, Label { ident: *label, local, used: false });
                        labels.order.push(ident.name);
                        if let Some(frame) = labels.frames.last_mut() {
                            frame.labels.push(ident.name);
                        }
                    }
                    self.resolve_forward(labels, pending, ident.name);
                    target = Some(s);
                }
                self.stmt_branches(labels, pending, target, *inner);
            }
            StmtKind::Branch { kind, label: Some(label) } => self.branch(labels, pending, s, *kind, *label),
            StmtKind::Block(block) => self.nested(labels, pending, labelled, &block.stmts),
            StmtKind::If { then, els, .. } => {
                self.nested(labels, pending, labelled, &then.stmts);
                if let Some(els) = els {
                    self.stmt_branches(labels, pending, labelled, *els);
                }
            }
            StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => {
                labels.frames.push(Frame { labelled, labels: Vec::new() });
                for case in cases {
                    self.nested(labels, pending, None, &case.body.stmts);
                }
                labels.frames.pop();
            }
            StmtKind::Select { clauses, .. } => {
                labels.frames.push(Frame { labelled, labels: Vec::new() });
                for clause in clauses {
                    self.nested(labels, pending, None, &clause.body.stmts);
                }
                labels.frames.pop();
            }
            StmtKind::For { body, .. } | StmtKind::Range { body, .. } => self.nested(labels, pending, labelled, &body.stmts),
            _ => {}
        }
    }

    /// Ends the forward jumps to a label that has just been declared.
    fn resolve_forward(&mut self, labels: &mut Labels, pending: &mut Pending, name: Name) {
        let ast = self.ast();
        let (here, rest): (Vec<Jump>, Vec<Jump>) = pending.forward.iter().partition(|j| ast[j.label].name == name);
        pending.forward = rest;
        for jump in here {
            if let Some(label) = labels.all.get_mut(&name) {
                label.used = true;
                self.record_use(jump.label, ObjRef::Local(label.local));
            }
            if let Some(pos) = pending.var_decl
                && pending.over.contains(&jump)
            {
                let range = ast[jump.label].range;
                let message = format!("goto {name} jumps over variable declaration");
                let over = self.place(TextRange::at(pos));
                self.report(Report::new(codes::JumpOverDecl, range, message).soft().related(over, "variable declared here"));
            }
        }
    }

    fn branch(&mut self, labels: &mut Labels, pending: &mut Pending, s: StmtId, kind: BranchKind, label: IdentId) {
        let ast = self.ast();
        let ident = ast[label];
        let name = ident.name;
        let enclosing = labels.frames.iter().rev().filter_map(|f| f.labelled).find_map(|s| match &ast[s].kind {
            StmtKind::Labeled { label, stmt } if ast[*label].name == name => Some(&ast[*stmt].kind),
            _ => None,
        });
        match kind {
            BranchKind::Break => {
                let valid = matches!(
                    enclosing,
                    Some(
                        StmtKind::Switch { .. }
                            | StmtKind::TypeSwitch { .. }
                            | StmtKind::Select { .. }
                            | StmtKind::For { .. }
                            | StmtKind::Range { .. }
                    )
                );
                if !valid {
                    self.error(codes::MisplacedLabel, ident.range, format!("invalid break label {name}"));
                    return;
                }
            }
            BranchKind::Continue => {
                if !matches!(enclosing, Some(StmtKind::For { .. } | StmtKind::Range { .. })) {
                    self.error(codes::MisplacedLabel, ident.range, format!("invalid continue label {name}"));
                    return;
                }
            }
            BranchKind::Goto => {
                if !labels.frames.iter().any(|f| f.labels.contains(&name)) {
                    pending.forward.push(Jump { stmt: s, label });
                    return;
                }
            }
            BranchKind::Fallthrough => return,
        }
        if let Some(target) = labels.all.get_mut(&name) {
            target.used = true;
            self.record_use(label, ObjRef::Local(target.local));
        }
    }
}
