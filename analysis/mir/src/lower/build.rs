//! The function being built: registers, blocks, regions, variables, and the closures in it.

use std::sync::Arc;

use amigos_syntax::ast::{ExprId, IdentId, StmtId};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::{Facts, LocalId as VarId, LocalKind, ObjRef, TypeAndValue};
use amigos_types::konst::Const;
use amigos_types::ty::{Basic, Ty, TyKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Arena, BodyInput};
use crate::mir::*;
use crate::typequery::TypeView;

/// Where `break` and `continue` go.
#[derive(Clone)]
pub(crate) struct Target {
    pub label: Option<Name>,
    pub break_to: Jump,
    /// `None` for a switch or labelled block.
    pub continue_to: Option<Jump>,
    /// Whether this is a switch or select.
    pub switch: bool,
}

/// A jump out of a loop body: to a block of this function, or, out of the closure that a range over a function made of its body, by a code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jump {
    Block(BlockId),
    /// Store the code into the state variable and leave the closure.
    Code(i64),
}

/// The state of a range over a function: the body may be called.
pub(crate) const READY: i64 = 0;
/// The body runs, or has panicked.
pub(crate) const RUNNING: i64 = -1;
/// The function has returned.
pub(crate) const EXHAUSTED: i64 = -2;
/// Codes from here on are jumps to labels, by their number in [`Func::gotos`].
pub(crate) const GOTO: i64 = 1 << 20;

/// What is special inside the body of a range over a function, which is lowered as a closure.
pub(crate) struct YieldBody {
    /// Holds where the loop stands: [`READY`], [`RUNNING`], [`EXHAUSTED`], or by which code the body was left early.
    pub state: LocalId,
    /// Holds what deferred calls name the enclosing function by, if the body defers any.
    pub frame: Option<LocalId>,
    /// The results of the enclosing function as captured here, for `return` inside the body.
    pub outer_results: Vec<LocalId>,
    /// The jumps out, by code; code 1 is `return`.
    pub exits: Vec<i64>,
}

/// A function under construction; literals inside it are pushed on [`Func::outer`] while they are built.
pub(crate) struct Level<'a> {
    pub arena: Arena<'a>,
    pub locals: Vec<Local>,
    pub params: Vec<LocalId>,
    pub results: Vec<LocalId>,
    pub captures: Vec<LocalId>,
    /// For each capture, the register of the enclosing function.
    pub captured_from: Vec<LocalId>,
    pub blocks: Vec<Option<Block>>,
    pub current: BlockId,
    pub insts: Vec<Inst>,
    pub regions: Vec<Vec<Region>>,
    pub vars: FxHashMap<(usize, VarId), LocalId>,
    pub targets: Vec<Target>,
    pub labels: FxHashMap<Name, BlockId>,
    pub closures: Vec<Arc<Body>>,
    pub has_defer: bool,
    pub has_goto: bool,
    pub continued: Vec<bool>,
    pub yield_body: Option<YieldBody>,
    pub span: TextRange,
}

/// The lowering of one function with all literals in it.
pub(crate) struct Func<'a> {
    pub input: BodyInput<'a>,
    pub here: Level<'a>,
    pub outer: Vec<Level<'a>>,
    /// Variables that the body of a range over a function uses from outside: boxed, for that body becomes a closure.
    pub boxed: FxHashSet<(usize, VarId)>,
    /// Labels that bodies of ranges over functions jump out to.
    pub gotos: Vec<Name>,
    /// Where the statement being lowered stands.
    pub span: TextRange,
    /// The label of the statement being lowered, for loops and switches.
    pub pending_label: Option<Name>,
}

impl<'a> Level<'a> {
    fn new(arena: Arena<'a>, span: TextRange) -> Level<'a> {
        Level {
            arena,
            locals: Vec::new(),
            params: Vec::new(),
            results: Vec::new(),
            captures: Vec::new(),
            captured_from: Vec::new(),
            blocks: vec![None],
            current: BlockId(0),
            insts: Vec::new(),
            regions: vec![vec![Region::Block(BlockId(0))]],
            vars: FxHashMap::default(),
            targets: Vec::new(),
            labels: FxHashMap::default(),
            closures: Vec::new(),
            has_defer: false,
            has_goto: false,
            continued: Vec::new(),
            yield_body: None,
            span,
        }
    }
}

impl<'a> Func<'a> {
    pub fn new(input: &BodyInput<'a>, arena: Arena<'a>) -> Func<'a> {
        Func {
            input: *input,
            here: Level::new(arena, input.span),
            outer: Vec::new(),
            boxed: FxHashSet::default(),
            gotos: Vec::new(),
            span: input.span,
            pending_label: None,
        }
    }

    // ---- facts

    pub fn facts(&self) -> &'a Facts {
        self.here.arena.facts
    }
    pub fn types(&self) -> TypeView<'a> {
        TypeView { ctx: self.input.ctx, facts: Some(self.facts()) }
    }
    pub fn fact(&self, e: ExprId) -> &'a TypeAndValue {
        self.facts().type_of(e)
    }
    pub fn ty(&self, e: ExprId) -> Ty {
        self.fact(e).ty
    }
    pub fn under(&self, ty: Ty) -> Ty {
        self.types().under(ty)
    }
    pub fn core(&self, ty: Ty) -> Ty {
        self.types().core(ty)
    }
    pub fn use_of(&self, ident: IdentId) -> Option<ObjRef> {
        let facts = self.facts();
        facts.uses.get(&ident).or_else(|| facts.defs.get(&ident)).copied()
    }
    pub fn arena_key(&self) -> usize {
        std::ptr::from_ref(self.here.arena.facts) as usize
    }

    // ---- functions

    /// Registers for parameters and results of a function declaration (`None`) or literal.
    pub fn enter_function(&mut self, lit: Option<ExprId>, scope: TextRange) {
        self.here.span = scope;
        let Some(locals) = self.facts().params.get(&lit).cloned() else { return };
        for var in locals.recv.into_iter().chain(locals.params) {
            self.param(var, scope);
        }
        for var in locals.results {
            let local = self.declare_var(var, scope);
            self.here.results.push(local);
            self.zero_var(local);
        }
    }

    /// A function without parameters and results.
    pub fn enter_plain(&mut self, span: TextRange) {
        self.here.span = span;
    }

    fn param(&mut self, var: VarId, scope: TextRange) {
        let info = &self.facts().locals[var.0 as usize];
        let (ty, name) = (info.ty, info.name);
        if self.is_boxed(var) {
            let incoming = self.push_local(Local { ty, name: None, boxed: false, scope: TextRange::default() });
            self.here.params.push(incoming);
            let local = self.declare_var(var, scope);
            self.emit(Op::NewBox { local });
            self.emit(Op::Store { place: Place { base: PlaceBase::Local(local), proj: vec![], ty }, src: Operand::Local(incoming) });
        } else {
            let local = self.push_local(Local { ty, name: (!name.is_blank()).then_some(name), boxed: false, scope });
            self.here.params.push(local);
            let key = (self.arena_key(), var);
            self.here.vars.insert(key, local);
        }
    }

    /// Ends the outermost function.
    pub fn finish_function(mut self) -> Body {
        let arena = self.here.arena;
        let level = std::mem::replace(&mut self.here, Level::new(arena, TextRange::default()));
        self.finish_level(level)
    }

    /// Starts a function literal (or a closure that stands for one).
    pub fn push_function(&mut self, arena: Arena<'a>, span: TextRange) {
        let level = Level::new(arena, span);
        self.outer.push(std::mem::replace(&mut self.here, level));
    }

    /// Ends a function literal: its index among the enclosing function's closures, and the registers it captures there.
    pub fn pop_function(&mut self) -> (u32, Vec<LocalId>) {
        let Some(outer) = self.outer.pop() else { return (0, vec![]) };
        let inner = std::mem::replace(&mut self.here, outer);
        let captured = inner.captured_from.clone();
        let body = self.finish_level(inner);
        self.here.closures.push(Arc::new(body));
        (self.here.closures.len() as u32 - 1, captured)
    }

    fn finish_level(&self, mut level: Level<'a>) -> Body {
        // Falling off the end returns (a function with results can't, or has an error).
        let end = TextRange::at(level.span.end.saturating_sub(1).max(level.span.start));
        let insts = std::mem::take(&mut level.insts);
        level.blocks[level.current.idx()].get_or_insert(Block { insts, term: Term::Return, term_span: end });
        let blocks =
            level.blocks.into_iter().map(|b| b.unwrap_or(Block { insts: vec![], term: Term::Unreachable, term_span: end })).collect();
        let region = match level.regions.pop() {
            Some(regions) if !level.has_goto => Region::Seq(regions),
            _ => Region::Irreducible(vec![]),
        };
        let (blocks, region) = prune(blocks, region, level.has_goto);
        Body {
            func: self.input.func,
            tparams: self.input.tparams.into(),
            locals: level.locals,
            params: level.params,
            results: level.results,
            captures: level.captures,
            blocks,
            region,
            closures: level.closures,
            has_defer: level.has_defer,
            decl: self.input.decl,
            span: level.span,
            limits: Vec::new(),
        }
    }

    // ---- registers and variables

    pub fn push_local(&mut self, local: Local) -> LocalId {
        self.here.locals.push(local);
        LocalId(self.here.locals.len() as u32 - 1)
    }
    pub fn temp(&mut self, ty: Ty) -> LocalId {
        self.push_local(Local { ty, name: None, boxed: false, scope: TextRange::default() })
    }
    pub fn local_ty(&self, local: LocalId) -> Ty {
        self.here.locals[local.idx()].ty
    }
    pub fn is_boxed(&self, var: VarId) -> bool {
        let info = &self.facts().locals[var.0 as usize];
        info.captured || info.address_taken || self.boxed.contains(&(self.arena_key(), var))
    }

    /// A register for a variable that starts to exist here. Its box, if any, is made by the caller.
    pub fn declare_var(&mut self, var: VarId, scope: TextRange) -> LocalId {
        let info = &self.facts().locals[var.0 as usize];
        let boxed = matches!(info.kind, LocalKind::Var | LocalKind::Param | LocalKind::Result) && self.is_boxed(var);
        let local = self.push_local(Local { ty: info.ty, name: (!info.name.is_blank()).then_some(info.name), boxed, scope });
        let key = (self.arena_key(), var);
        self.here.vars.insert(key, local);
        local
    }

    /// A box that the lowering itself needs (state shared with a closure it makes).
    pub fn boxed_temp(&mut self, ty: Ty) -> LocalId {
        let local = self.push_local(Local { ty, name: None, boxed: true, scope: TextRange::default() });
        self.emit(Op::NewBox { local });
        local
    }

    /// Makes a variable exist with its zero value.
    pub fn zero_var(&mut self, local: LocalId) {
        let ty = self.local_ty(local);
        if self.here.locals[local.idx()].boxed {
            self.emit(Op::NewBox { local });
        } else {
            self.emit(Op::Copy { dst: local, src: Operand::Zero(ty) });
        }
    }

    /// Makes a variable exist with a value.
    pub fn init_var(&mut self, local: LocalId, value: Operand) {
        let ty = self.local_ty(local);
        if self.here.locals[local.idx()].boxed {
            self.emit(Op::NewBox { local });
            self.emit(Op::Store { place: Place { base: PlaceBase::Local(local), proj: vec![], ty }, src: value });
        } else {
            self.emit(Op::Copy { dst: local, src: value });
        }
    }

    /// The register of a variable, captured from an enclosing function if need be.
    pub fn var(&mut self, var: VarId) -> Option<LocalId> {
        let key = (self.arena_key(), var);
        if let Some(found) = self.here.vars.get(&key) {
            return Some(*found);
        }
        let depth = (0..self.outer.len()).rev().find(|i| self.outer[*i].vars.contains_key(&key))?;
        let mut from = self.outer[depth].vars[&key];
        for level in depth + 1..=self.outer.len() {
            from = self.capture_at(level, key, from);
        }
        Some(from)
    }

    /// Captures register `from` of function level `level - 1` into level `level`.
    fn capture_at(&mut self, level: usize, key: (usize, VarId), from: LocalId) -> LocalId {
        let mut local = self.outer[level - 1].locals[from.idx()].clone();
        local.boxed = true;
        let target = if level == self.outer.len() { &mut self.here } else { &mut self.outer[level] };
        target.locals.push(local);
        let new = LocalId(target.locals.len() as u32 - 1);
        target.captures.push(new);
        target.captured_from.push(from);
        target.vars.insert(key, new);
        new
    }

    /// Captures a register of the directly enclosing function that is no variable.
    pub fn capture_temp(&mut self, from: LocalId) -> LocalId {
        let Some(outer) = self.outer.last() else { return from };
        let mut local = outer.locals[from.idx()].clone();
        local.boxed = true;
        let new = self.push_local(local);
        self.here.captures.push(new);
        self.here.captured_from.push(from);
        new
    }

    // ---- blocks and regions

    pub fn emit(&mut self, op: Op) {
        self.here.insts.push(Inst { op, span: self.span });
    }
    pub fn new_block(&mut self) -> BlockId {
        self.here.blocks.push(None);
        BlockId(self.here.blocks.len() as u32 - 1)
    }
    /// Ends the current block. What follows goes to a block that nothing reaches, until [`Func::start`].
    pub fn end(&mut self, term: Term) {
        let insts = std::mem::take(&mut self.here.insts);
        let current = self.here.current;
        self.here.blocks[current.idx()].get_or_insert(Block { insts, term, term_span: self.span });
        let dead = self.new_block();
        self.here.current = dead;
        self.record(Region::Block(dead));
    }
    /// Goes on in `block`; the current block, if it is not ended, goes there.
    pub fn start(&mut self, block: BlockId) {
        let current = self.here.current;
        if self.here.blocks[current.idx()].is_none() {
            let insts = std::mem::take(&mut self.here.insts);
            self.here.blocks[current.idx()] = Some(Block { insts, term: Term::Goto(block), term_span: self.span });
        }
        self.here.current = block;
        self.record(Region::Block(block));
    }
    /// Goes on in `block` without an edge from the current one.
    pub fn resume(&mut self, block: BlockId) {
        let current = self.here.current;
        if self.here.blocks[current.idx()].is_none() {
            self.end(Term::Unreachable);
        }
        self.here.current = block;
        self.record(Region::Block(block));
    }
    fn record(&mut self, region: Region) {
        if let Some(top) = self.here.regions.last_mut() {
            top.push(region);
        }
    }
    pub fn open_region(&mut self) {
        self.here.regions.push(Vec::new());
    }
    pub fn close_region(&mut self) -> Region {
        Region::Seq(self.here.regions.pop().unwrap_or_default())
    }
    pub fn add_region(&mut self, region: Region) {
        self.record(region);
    }

    // ---- common values

    pub fn unsupported(&mut self, what: &'static str, ty: Ty) -> Operand {
        self.emit(Op::Unsupported { what });
        Operand::Zero(ty)
    }
    pub fn int(value: i64) -> Operand {
        Operand::Const(Box::new(Const::Int(value.into())), Ty::basic(Basic::Int))
    }
    pub fn bool(value: bool) -> Operand {
        Operand::Const(Box::new(Const::Bool(value)), Ty::basic(Basic::Bool))
    }
    pub fn operand_ty(&self, x: &Operand) -> Ty {
        match x {
            Operand::Local(l) => self.local_ty(*l),
            Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
        }
    }
    /// The operand as a register of its own, so that later changes of a variable don't show.
    pub fn freeze(&mut self, x: Operand) -> Operand {
        match x {
            Operand::Local(l) if self.here.locals[l.idx()].name.is_some() => {
                let copy = self.temp(self.local_ty(l));
                self.emit(Op::Copy { dst: copy, src: x });
                Operand::Local(copy)
            }
            _ => x,
        }
    }

    /// The value as one of type `to`, where Go converts implicitly (assignability).
    pub fn coerce(&mut self, x: Operand, to: Ty) -> Operand {
        let from = self.operand_ty(&x);
        if from == to || to.is_invalid() {
            return x;
        }
        if let Operand::Zero(ty) = &x
            && matches!(ty.unalias().kind(), TyKind::Basic(Basic::UntypedNil))
        {
            return Operand::Zero(to);
        }
        let (to_iface, from_iface) = (self.types().is_interface(to), self.types().is_interface(from));
        match (to_iface, from_iface) {
            (true, false) => {
                let dst = self.temp(to);
                let x = self.typed_constant(x);
                self.emit(Op::MakeInterface { dst, x });
                Operand::Local(dst)
            }
            (true, true) => {
                if self.under(to).canonical() == self.under(from).canonical() {
                    return self.retype(x, to);
                }
                let dst = self.temp(to);
                self.emit(Op::ChangeInterface { dst, x });
                Operand::Local(dst)
            }
            (false, _) => self.retype(x, to),
        }
    }

    /// The same value under another type of the same representation.
    pub fn retype(&mut self, x: Operand, to: Ty) -> Operand {
        match x {
            Operand::Const(value, _) => Operand::Const(value, to),
            Operand::Zero(_) => Operand::Zero(to),
            Operand::Local(l) if self.local_ty(l).canonical() == to.canonical() => x,
            Operand::Local(_) => {
                let dst = self.temp(to);
                self.emit(Op::Convert { dst, x, conv: Conv::Same });
                Operand::Local(dst)
            }
        }
    }

    /// An untyped constant as one of its default type.
    pub fn typed_constant(&mut self, x: Operand) -> Operand {
        let Operand::Const(value, ty) = x else { return x };
        let ty = match ty.unalias().kind() {
            TyKind::Basic(Basic::UntypedBool) => Ty::basic(Basic::Bool),
            TyKind::Basic(Basic::UntypedInt) => Ty::basic(Basic::Int),
            TyKind::Basic(Basic::UntypedRune) => Ty::basic(Basic::Int32),
            TyKind::Basic(Basic::UntypedFloat) => Ty::basic(Basic::Float64),
            TyKind::Basic(Basic::UntypedComplex) => Ty::basic(Basic::Complex128),
            TyKind::Basic(Basic::UntypedString) => Ty::basic(Basic::String),
            _ => ty,
        };
        Operand::Const(value, ty)
    }

    /// Statement ids inside a range that are ranges over functions, for boxing: see `range`.
    pub fn mark_yield_captures(&mut self, range: TextRange) {
        let facts = self.facts();
        let key = self.arena_key();
        for (index, ident) in self.here.arena.ast.idents.iter().enumerate() {
            if ident.range.start < range.start || ident.range.end > range.end {
                continue;
            }
            let Some(ObjRef::Local(var)) = facts.uses.get(&IdentId(index as u32)) else { continue };
            let inside = facts.declared_here(*var).is_some_and(|i| {
                let at = self.here.arena.ast[i].range;
                at.start >= range.start && at.end <= range.end
            });
            if !inside {
                self.boxed.insert((key, *var));
            }
        }
    }

    /// The range statements of this arena that range over functions: their bodies become closures.
    pub fn find_yield_bodies(&mut self, within: TextRange) {
        use amigos_syntax::ast::StmtKind;
        let mut has_any = false;
        for index in 0..self.here.arena.ast.stmts.len() {
            let stmt = &self.here.arena.ast[StmtId(index as u32)];
            if stmt.range.start < within.start || stmt.range.end > within.end {
                continue;
            }
            if let StmtKind::Range { x, body, .. } = &stmt.kind
                && matches!(self.core(self.ty(*x)).kind(), TyKind::Signature(_))
            {
                has_any = true;
                // The key and value, if assigned and not defined, stand before the body.
                self.mark_yield_captures(TextRange::new(stmt.range.start, body.range.end));
            }
        }
        if has_any {
            // `return` inside such a body writes the results of the function.
            let key = self.arena_key();
            let results: Vec<VarId> = self.facts().params.values().flat_map(|p| p.results.iter().copied()).collect();
            self.boxed.extend(results.into_iter().map(|v| (key, v)));
        }
    }
}

impl Func<'_> {
    /// Whether a statement of this kind stands in `within`.
    pub fn has_stmt(&self, within: TextRange, is: impl Fn(&amigos_syntax::ast::StmtKind) -> bool) -> bool {
        let ast = self.here.arena.ast;
        (0..ast.stmts.len()).any(|index| {
            let stmt = &ast[StmtId(index as u32)];
            within.start <= stmt.range.start && stmt.range.end <= within.end && is(&stmt.kind)
        })
    }
}

/// Drops blocks that nothing reaches and renumbers the rest.
fn prune(blocks: Vec<Block>, region: Region, irreducible: bool) -> (Vec<Block>, Region) {
    let mut reached = vec![false; blocks.len()];
    let mut work = vec![0usize];
    while let Some(b) = work.pop() {
        if std::mem::replace(&mut reached[b], true) {
            continue;
        }
        match &blocks[b].term {
            Term::Goto(t) => work.push(t.idx()),
            Term::If { then, els, .. } => work.extend([then.idx(), els.idx()]),
            Term::Return | Term::Panic(_) | Term::Unreachable => {}
        }
    }
    let mut map = vec![BlockId(0); blocks.len()];
    let mut next = 0;
    for (i, live) in reached.iter().enumerate() {
        if *live {
            map[i] = BlockId(next);
            next += 1;
        }
    }
    let mut kept: Vec<Block> = blocks.into_iter().zip(&reached).filter(|(_, live)| **live).map(|(b, _)| b).collect();
    for block in &mut kept {
        match &mut block.term {
            Term::Goto(t) => *t = map[t.idx()],
            Term::If { then, els, .. } => {
                *then = map[then.idx()];
                *els = map[els.idx()];
            }
            Term::Return | Term::Panic(_) | Term::Unreachable => {}
        }
    }
    let region = if irreducible {
        Region::Irreducible((0..next).map(BlockId).collect())
    } else {
        renumber(region, &reached, &map).unwrap_or(Region::Seq(vec![]))
    };
    (kept, region)
}

fn renumber(region: Region, reached: &[bool], map: &[BlockId]) -> Option<Region> {
    let list = |regions: Vec<Region>| regions.into_iter().filter_map(|r| renumber(r, reached, map)).collect::<Vec<_>>();
    match region {
        Region::Block(b) => reached[b.idx()].then(|| Region::Block(map[b.idx()])),
        Region::Seq(regions) => {
            let mut regions = list(regions);
            match regions.len() {
                0 => None,
                1 => regions.pop(),
                _ => Some(Region::Seq(regions)),
            }
        }
        Region::Arms(arms) => {
            let arms = list(arms);
            (!arms.is_empty()).then_some(Region::Arms(arms))
        }
        Region::Loop(l) => {
            let l = *l;
            let empty = || Region::Seq(vec![]);
            let cond = renumber(l.cond, reached, map)?;
            let body = renumber(l.body, reached, map).unwrap_or_else(empty);
            let post = renumber(l.post, reached, map).unwrap_or_else(empty);
            Some(Region::Loop(Box::new(LoopRegion { cond, body, post, ..l })))
        }
        Region::Irreducible(blocks) => {
            Some(Region::Irreducible(blocks.into_iter().filter(|b| reached[b.idx()]).map(|b| map[b.idx()]).collect()))
        }
    }
}
