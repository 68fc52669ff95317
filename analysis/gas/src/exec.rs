//! Executing a body on what is known: blocks in the order of control, conditions that decide or say something of registers, deferred calls.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use amigos_mir::bound::is_failure;
use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_syntax::ast::BinaryOp;
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};

use crate::cfg::{Cfg, EXIT, PANIC, sets};
use crate::heap::State;
use crate::loops::constant;
use crate::poly::{Atom, Poly};
use crate::value::Value;
use crate::walk::{Frame, Res, Walk};

/// Instructions beyond which a function is not followed any further.
const MAX_STEPS: u64 = 60_000;
/// Calls in calls beyond which nothing is followed.
const MAX_FRAMES: usize = 48;
/// A limit up to which a number says more than a size.
const SMALL: u64 = 64;

/// A call of a body.
pub(crate) struct Invocation {
    /// What is executed.
    pub body: Arc<Body>,
    /// Its type arguments.
    pub targs: Rc<[Ty]>,
    /// The arguments, a receiver first.
    pub args: Vec<Value>,
    /// Of a literal pointers to captured variables.
    pub captures: Vec<Value>,
    /// Who acts in it; nobody in a Render.
    pub acting: Option<PkgKey>,
}

impl<'a> Walk<'a> {
    /// Executes a body. The state that comes back is the caller's, with results, memory and gas as after the call.
    pub fn run(&mut self, mut st: State, call: Invocation) -> Res<State> {
        let Invocation { body, targs, args, captures, acting } = call;
        if self.frames.len() >= MAX_FRAMES {
            return Err(self.reason("calls are nested too deep to be followed"));
        }
        let key = Arc::as_ptr(&body) as usize;
        let cfg = self.cfgs.entry(key).or_insert_with(|| Rc::new(Cfg::new(&body))).clone();
        let ctx = if self.frames.is_empty() {
            1
        } else {
            let n = self.ids.len() as u32 + 1;
            *self.ids.entry((self.ctx(), self.site, 1000, key as u32)).or_insert(n)
        };
        let caller_env = std::mem::take(&mut st.env);
        st.results = Vec::new();
        for (local, value) in body.params.iter().zip(args) {
            st.env.insert(*local, Rc::new(value));
        }
        for (local, value) in body.captures.iter().zip(captures) {
            st.env.insert(*local, Rc::new(value));
        }
        for local in &body.results {
            if !body.locals[local.idx()].boxed {
                st.env.insert(*local, Rc::default());
            }
        }
        let outer_span = self.span;
        let outer_level = self.level;
        self.frames.push(Frame { body: body.clone(), targs, cfg: cfg.clone(), ctx, acting, defers: Vec::new(), loops: 0 });
        let all: BTreeSet<BlockId> = cfg.order.iter().copied().collect();
        let out = self.blocks(&all, BlockId(0), None, st.clone());
        self.frames.pop();
        if self.frames.is_empty() {
            self.span = body.span;
        } else {
            self.span = outer_span;
        }
        self.level = outer_level;
        let mut out = out?;
        let exit = out.remove(&EXIT);
        let panic = out.remove(&PANIC);
        let mut after = match (exit, panic) {
            (Some(mut exit), Some(mut panic)) => {
                if self.recovering() {
                    exit.acc = exit.acc.or(panic.acc);
                } else {
                    panic.acc.end_all().into_iter().for_each(|gas| exit.acc.end(gas));
                }
                exit
            }
            (Some(exit), None) => exit,
            // It never returns normally: what a recovering caller sees is at most this.
            (None, Some(mut panic)) => {
                panic.results = body.results.iter().map(|_| Value::default()).collect();
                panic
            }
            (None, None) => {
                let mut st = st;
                st.results = body.results.iter().map(|_| Value::default()).collect();
                st
            }
        };
        after.env = caller_env;
        if after.results.len() < body.results.len() {
            after.results = body.results.iter().map(|_| Value::unknown()).collect();
        }
        Ok(after)
    }

    /// Executes the blocks of a set from `header` on; what comes back is the states at the edges that leave it, and at `header` again.
    pub fn blocks(&mut self, set: &BTreeSet<BlockId>, header: BlockId, of: Option<usize>, start: State) -> Res<BTreeMap<BlockId, State>> {
        let cfg = self.frame().cfg.clone();
        let inner = cfg.inner(of);
        let mut pending: BTreeMap<BlockId, State> = BTreeMap::from([(header, start)]);
        let mut out: BTreeMap<BlockId, State> = BTreeMap::new();
        let from = cfg.place.get(header.idx()).copied().unwrap_or(0) as usize;
        let mut first = true;
        for at in from..cfg.order.len() {
            let id = cfg.order[at];
            if !set.contains(&id) {
                continue;
            }
            let Some(st) = pending.remove(&id) else { continue };
            let looped = inner.iter().copied().find(|i| cfg.loops[*i].blocks.contains(&id));
            let is_header = std::mem::replace(&mut first, false) && of.is_some();
            let edges: Vec<(BlockId, State)> = match looped {
                Some(i) if !is_header || cfg.loops[i].header == Some(id) => {
                    if cfg.loops[i].header != Some(id) {
                        return Err(self.reason("uses `goto`"));
                    }
                    self.looped(i, st)?.into_iter().collect()
                }
                _ => self.block(id, st)?,
            };
            for (to, st) in edges {
                let inside = set.contains(&to) && to != header;
                if to == header && of.is_none() {
                    return Err(self.reason("uses `goto`"));
                }
                if inside && cfg.place[to.idx()] as usize <= at && looped.is_none_or(|i| !cfg.loops[i].blocks.contains(&to)) {
                    return Err(self.reason("uses `goto`"));
                }
                let list = if inside { &mut pending } else { &mut out };
                let joined = match list.remove(&to) {
                    Some(before) => self.joined(before, st),
                    None => st,
                };
                list.insert(to, joined);
            }
        }
        Ok(out)
    }

    pub fn joined(&self, a: State, b: State) -> State {
        a.join(b, &|g| self.global_at_start(g))
    }

    /// Executes a block; the edges out of it.
    fn block(&mut self, id: BlockId, mut st: State) -> Res<Vec<(BlockId, State)>> {
        let body = self.frame().body.clone();
        let Some(block) = body.blocks.get(id.idx()) else { return Ok(vec![]) };
        self.steps += 1 + block.insts.len() as u64;
        if self.steps > MAX_STEPS {
            return Err(self.reason("it is too large to be followed"));
        }
        let price = self.block_price(&body, id);
        self.pay(&mut st, &Poly::constant(price))?;
        let home = self.frames.len() == 1;
        for inst in &body.blocks[id.idx()].insts {
            if home && !inst.span.is_empty() {
                self.span = inst.span;
            }
            self.site = std::ptr::from_ref(inst) as usize;
            self.current_block = id;
            self.inst(&mut st, id, inst)?;
        }
        match &block.term {
            Term::Goto(to) => Ok(vec![(*to, st)]),
            Term::Unreachable if is_failure(&body, id) => self.panicked(st, &body),
            Term::Unreachable => Ok(vec![]),
            Term::If { cond, then, els } => {
                let mut yes = st.clone();
                let mut no = st;
                let mut edges = Vec::new();
                let (mut can, mut cannot) = (true, true);
                if let Operand::Local(flag) = cond {
                    can = !yes.env.get(flag).is_some_and(|v| v.hi.as_ref().is_some_and(Poly::is_zero));
                    if let Some(known) = self.decided(block, *flag, &yes) {
                        (can, cannot) = (known, !known);
                    }
                    self.refine(block, *flag, &mut yes, true, is_failure(&body, *els));
                    self.refine(block, *flag, &mut no, false, false);
                }
                if let (true, Some((only, toward))) = (home, &self.only)
                    && id != *only
                    && toward.contains(&id)
                {
                    can &= toward.contains(then);
                    cannot &= toward.contains(els);
                }
                if can {
                    edges.push((*then, yes));
                }
                if cannot {
                    edges.push((*els, no));
                }
                Ok(edges)
            }
            Term::Return => {
                self.run_defers(&mut st)?;
                let mut results = Vec::new();
                for local in body.results.iter() {
                    let ty = self.inst_ty(body.locals[local.idx()].ty);
                    let value = st.env.get(local).map(|v| (**v).clone()).unwrap_or_default();
                    results.push(if body.locals[local.idx()].boxed {
                        let place = Place { base: PlaceBase::Local(*local), proj: vec![], ty };
                        self.load(&mut st, &place)?
                    } else {
                        value
                    });
                }
                st.results = results;
                Ok(vec![(EXIT, st)])
            }
            Term::Panic(x) => {
                let value = self.value(&st, x);
                self.panics.push(value);
                self.panicked(st, &body)
            }
        }
    }

    /// Goes on after a panic.
    fn panicked(&mut self, mut st: State, body: &Body) -> Res<Vec<(BlockId, State)>> {
        self.run_defers(&mut st)?;
        if self.recovers(body) {
            // The call may return after all, with results as they are.
            let mut back = st.clone();
            back.results = Vec::new();
            for local in body.results.iter() {
                let ty = self.inst_ty(body.locals[local.idx()].ty);
                let value = if body.locals[local.idx()].boxed {
                    self.load(&mut back, &Place { base: PlaceBase::Local(*local), proj: vec![], ty })?
                } else {
                    back.env.get(local).map(|v| (**v).clone()).unwrap_or_default()
                };
                back.results.push(value);
            }
            return Ok(vec![(EXIT, back), (PANIC, st)]);
        }
        Ok(vec![(PANIC, st)])
    }

    /// Whether a call may go on after a panic in what it calls: with deferred functions, and what the caller of them does then.
    pub fn recovering(&self) -> bool {
        self.frames.iter().any(|f| f.body.has_defer)
    }

    /// Whether deferred literals of a body recover.
    fn recovers(&self, body: &Body) -> bool {
        body.has_defer && body.closures.iter().any(|c| c.blocks.iter().flat_map(|b| &b.insts).any(|i| matches!(i.op, Op::Recover { .. })))
    }

    fn run_defers(&mut self, st: &mut State) -> Res<()> {
        let defers = self.frames.last().map(|f| f.defers.clone()).unwrap_or_default();
        for (funcs, args) in defers.into_iter().rev() {
            // It may not have been deferred on the way here.
            let without = st.clone();
            let mut after = self.call_funcs(st.clone(), &funcs, &args)?;
            after.results = Vec::new();
            *st = self.joined(without, after);
        }
        Ok(())
    }

    fn block_price(&mut self, body: &Arc<Body>, id: BlockId) -> u64 {
        let plain = self.frame().targs.is_empty();
        let key = (Arc::as_ptr(body) as usize, id.0);
        if plain && let Some(price) = self.prices.get(&key) {
            return *price;
        }
        let slots = |ty: Ty| self.layouts.slots(self.inst_ty(ty));
        let price = gas::block_price(body, id, &slots);
        if plain {
            self.prices.insert(key, price);
        }
        price
    }

    /// Whether a comparison of a register that a block ends with is known to hold, or not to.
    fn decided(&self, block: &Block, flag: LocalId, st: &State) -> Option<bool> {
        let (at, op, x, y) = compared(block, flag)?;
        // Written again since?
        if matches!(x, Operand::Local(l) if block.insts[at + 1..].iter().any(|i| sets(&i.op, *l))) {
            return None;
        }
        let n = i128::from(constant(y)?);
        if !matches!(self.core(self.ty(x)), TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b)) {
            return None;
        }
        let value = self.value(st, x);
        let known = |p: &Option<Poly>| p.as_ref().filter(|p| p.is_constant()).map(|p| i128::from(p.constant_part()));
        let (top, bottom) = (known(&value.hi), known(&value.lo).map(|n| -n));
        let above = |n: i128| bottom.is_some_and(|b| b > n);
        let below = |n: i128| top.is_some_and(|t| t < n);
        match op {
            BinaryOp::Eq if above(n) || below(n) => Some(false),
            BinaryOp::Ne if above(n) || below(n) => Some(true),
            BinaryOp::Eq if top == Some(n) && bottom == Some(n) => Some(true),
            BinaryOp::Ne if top == Some(n) && bottom == Some(n) => Some(false),
            BinaryOp::Lt if below(n) => Some(true),
            BinaryOp::Lt if above(n - 1) => Some(false),
            BinaryOp::Le if below(n + 1) => Some(true),
            BinaryOp::Le if above(n) => Some(false),
            BinaryOp::Gt if above(n) => Some(true),
            BinaryOp::Gt if below(n + 1) => Some(false),
            BinaryOp::Ge if above(n - 1) => Some(true),
            BinaryOp::Ge if below(n) => Some(false),
            _ => None,
        }
    }

    /// What a comparison that a block ends with says of the registers in it. What is `promised`, by `//amigos:bound`, counts more than a size.
    fn refine(&self, block: &Block, flag: LocalId, st: &mut State, holds: bool, promised: bool) {
        let Some((at, op, x, y)) = compared(block, flag) else { return };
        for (x, op, y) in [(x, op, y), (y, op.mirrored(), x)] {
            let (Operand::Local(local), Some(n)) = (x, constant(y)) else { continue };
            // Written again since?
            let again = block.insts[at + 1..].iter().any(|i| crate::cfg::sets(&i.op, *local));
            if again || self.body().locals[local.idx()].boxed {
                continue;
            }
            let (top, bottom) = match (op, holds) {
                (BinaryOp::Lt, true) | (BinaryOp::Ge, false) => (n.checked_sub(1), None),
                (BinaryOp::Le, true) | (BinaryOp::Gt, false) => (Some(n), None),
                (BinaryOp::Gt, true) | (BinaryOp::Le, false) => (None, n.checked_add(1)),
                (BinaryOp::Ge, true) | (BinaryOp::Lt, false) => (None, Some(n)),
                (BinaryOp::Eq, true) | (BinaryOp::Ne, false) => (Some(n), Some(n)),
                _ => continue,
            };
            let mut locals = vec![*local];
            // The length of a register: that register's length, too.
            locals.extend(block.insts[..at].iter().filter_map(|i| match &i.op {
                Op::Len { dst, x: Operand::Local(of) } if dst == local && !self.body().locals[of.idx()].boxed => Some(*of),
                Op::Copy { dst, src: Operand::Local(of) } if dst == local && !self.body().locals[of.idx()].boxed => Some(*of),
                _ => None,
            }));
            for l in locals {
                let is_map = matches!(self.core(self.inst_ty(self.body().locals[l.idx()].ty)), TyKind::Map { .. });
                if is_map {
                    continue;
                }
                if let (true, Some(top)) = (promised, top.and_then(|n| u64::try_from(n).ok())) {
                    self.promise(block, l, st, top);
                }
                let Some(value) = st.env.get_mut(&l) else { continue };
                if let Some(top) = top {
                    let top = u64::try_from(top).unwrap_or(0);
                    // A large number says less of most calls than a size does.
                    if value.hi.as_ref().is_none_or(|hi| !hi.is_constant() && top <= SMALL || hi.is_constant() && hi.constant_part() > top)
                        && !grows(&value.hi)
                    {
                        Rc::make_mut(value).hi = Some(Poly::constant(top));
                    }
                }
                if let Some(bottom) = bottom {
                    let down = bottom.min(0).unsigned_abs();
                    if value.lo.as_ref().is_none_or(|lo| !lo.is_constant() || lo.constant_part() > down) && !grows(&value.lo) {
                        Rc::make_mut(value).lo = Some(Poly::constant(down));
                    }
                }
            }
        }
    }

    /// A register, and the package variable it was read from, is no larger than `most`.
    fn promise(&self, block: &Block, local: LocalId, st: &mut State, most: u64) {
        let smaller = |hi: &Option<Poly>| hi.as_ref().is_some_and(|hi| hi.is_constant() && hi.constant_part() <= most);
        if let Some(value) = st.env.get_mut(&local).filter(|v| !smaller(&v.hi)) {
            Rc::make_mut(value).hi = Some(Poly::constant(most));
        }
        let read = block.insts.iter().find_map(|i| match &i.op {
            Op::Load { dst, place: Place { base: PlaceBase::Global(g), proj, .. } } if *dst == local && proj.is_empty() => Some(*g),
            _ => None,
        });
        let Some(global) = read.filter(|_| !st.havoc) else { return };
        let mut value = match st.globals.iter().find(|(g, _)| *g == global) {
            Some((_, v)) => v.clone(),
            None => self.global_at_start(global),
        };
        if smaller(&value.hi) || grows(&value.hi) {
            return;
        }
        value.hi = Some(Poly::constant(most));
        match st.globals.iter_mut().find(|(g, _)| *g == global) {
            Some((_, v)) => *v = value,
            None => st.globals.push((global, value)),
        }
    }
}

/// Whether a size is the symbol of one that a loop changes: such ones are looked at as they are.
fn grows(size: &Option<Poly>) -> bool {
    size.as_ref().is_some_and(|p| p.mentions(&|a| matches!(a, Atom::Symbol(_))))
}

/// The comparison in a block whose result a register is, with its place.
fn compared(block: &Block, flag: LocalId) -> Option<(usize, BinaryOp, &Operand, &Operand)> {
    block.insts.iter().enumerate().rev().find_map(|(at, i)| match &i.op {
        Op::Binary { dst, op, x, y } if *dst == flag => Some((at, *op, x, y)),
        _ => None,
    })
}
