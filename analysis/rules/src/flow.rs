//! What is known at a place of a function: its control-flow graph with dominators, the conditions that hold there, and what a register's value was
//! made of, down to parameters, persistent variables and `msg`.
//!
//! A value that is assigned more than once is a [`Val::Var`], of which nothing is known: so nothing needs to be forgotten when it changes.

use std::cell::OnceCell;

use amigos_mir::graph;
use amigos_mir::mir::*;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{BinaryOp, UnaryOp};
use amigos_types::konst::Const;
use amigos_types::ty::Ty;
use rustc_hash::FxHashMap;

/// How deep values are followed.
const MAX_DEPTH: u32 = 12;

/// What a value was made of.
#[derive(Clone, PartialEq, Debug)]
pub enum Val {
    /// A parameter, or the receiver as the first one, that is never assigned.
    Param(u32),
    /// A persistent variable.
    Global(GlobalKey),
    /// `msg.Sender` and its like
    Msg(MsgField),
    /// A constant.
    Const(Const),
    /// The zero value of some type.
    Zero,
    /// A field of a struct, or of what a pointer to one points to.
    Field(Box<Val>, u32),
    /// An element of an array, slice, string or map.
    Elem(Box<Val>, Box<Val>),
    /// Whether a map has a key.
    Has(Box<Val>, Box<Val>),
    /// The length.
    Len(Box<Val>),
    /// Arithmetic and comparison.
    Bin(BinaryOp, Box<Val>, Box<Val>),
    /// `!x`, `-x`, `^x`
    Un(UnaryOp, Box<Val>),
    /// The value as a number of another type.
    Number(Box<Val>, Ty),
    /// The n-th result of a call of a known function.
    Call(FuncKey, Vec<Val>, u32),
    /// A new value made of others: strings put together, structs, slices.
    Made(Vec<Val>),
    /// A variable that is assigned more than once, or something else that nothing is known of.
    Var(LocalId),
}

impl Val {
    /// Whether a part of it satisfies `f`.
    pub fn any(&self, f: &mut dyn FnMut(&Val) -> bool) -> bool {
        if f(self) {
            return true;
        }
        match self {
            Val::Field(x, _) | Val::Len(x) | Val::Un(_, x) | Val::Number(x, _) => x.any(f),
            Val::Elem(x, y) | Val::Has(x, y) | Val::Bin(_, x, y) => x.any(f) || y.any(f),
            Val::Call(_, list, _) | Val::Made(list) => list.iter().any(|v| v.any(f)),
            _ => false,
        }
    }

    /// Whether `part` occurs in it.
    pub fn mentions(&self, part: &Val) -> bool {
        self.any(&mut |v| v == part)
    }

    /// Whether the caller occurs in it.
    pub fn mentions_sender(&self) -> bool {
        self.mentions(&Val::Msg(MsgField::Sender))
    }

    /// The persistent variable that it is a part of.
    pub fn root(&self) -> Option<GlobalKey> {
        match self {
            Val::Global(key) => Some(*key),
            Val::Field(x, _) | Val::Elem(x, _) => x.root(),
            _ => None,
        }
    }

    /// Without conversions between numbers.
    pub fn plain(&self) -> &Val {
        match self {
            Val::Number(x, _) => x.plain(),
            _ => self,
        }
    }
}

/// A write to a persistent variable.
#[derive(Clone, PartialEq, Debug)]
pub struct Write {
    /// Where it happens.
    pub block: BlockId,
    /// Where it stands.
    pub span: TextRange,
    /// What is written: `balances[to]`
    pub target: Val,
    /// The variable that it belongs to.
    pub root: GlobalKey,
    /// The new value; `None` for deletions and the like.
    pub value: Option<Val>,
    /// Whether it is an entry of a map, which may be new.
    pub entry: bool,
}

/// A condition that holds at a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// What is asked.
    pub val: Val,
    /// The answer there.
    pub truth: bool,
    /// Where it is asked.
    pub span: TextRange,
}

impl Condition {
    /// Whether it compares something of `x` with something of `y`.
    pub fn compares(&self, x: &Val, y: &Val) -> bool {
        match &self.val {
            Val::Bin(BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Eq | BinaryOp::Ne, a, b) => {
                a.mentions(x) && b.mentions(y) || a.mentions(y) && b.mentions(x)
            }
            _ => false,
        }
    }
}

/// A body with what can be said of its places.
pub struct Flow<'a> {
    /// The body.
    pub body: &'a Body,
    preds: Vec<Vec<BlockId>>,
    /// The immediate dominator of each block; of the first and of those that cannot be reached, none.
    idom: Vec<Option<BlockId>>,
    reached: Vec<bool>,
    /// Blocks that can be reached, each before those it leads to (back edges apart).
    order: Vec<BlockId>,
    /// Registers that pointers or closures know of.
    shared: Vec<bool>,
    /// The only instruction that sets a register.
    defs: FxHashMap<LocalId, (BlockId, usize)>,
    /// The copies that set a truth value: what `&&` and `||` come to.
    truths: FxHashMap<LocalId, Vec<(BlockId, Operand)>>,
    /// The only value that a boxed register is given.
    boxed: FxHashMap<LocalId, Operand>,
    /// See [`Flow::writes`]; found when a rule first asks.
    writes: OnceCell<Vec<Write>>,
}

impl<'a> Flow<'a> {
    /// Looks at a body.
    pub fn new(body: &'a Body) -> Flow<'a> {
        let order = graph::reverse_postorder(body);
        let preds = graph::predecessors(body, &order);
        let idom = graph::dominators(body, &preds, &order);
        let mut reached = vec![false; body.blocks.len()];
        order.iter().for_each(|b| reached[b.idx()] = true);
        let mut defs: FxHashMap<LocalId, (BlockId, usize)> = FxHashMap::default();
        let mut truths: FxHashMap<LocalId, Vec<(BlockId, Operand)>> = FxHashMap::default();
        let mut often: Vec<u32> = vec![0; body.locals.len()];
        let mut stores: FxHashMap<LocalId, Vec<Operand>> = FxHashMap::default();
        let mut partly: Vec<bool> = vec![false; body.locals.len()];
        let mut shared: Vec<bool> = vec![false; body.locals.len()];
        body.captures.iter().for_each(|l| shared[l.idx()] = true);
        let mark = |list: &mut Vec<bool>, l: LocalId| {
            if let Some(at) = list.get_mut(l.idx()) {
                *at = true;
            }
        };
        for (b, block) in body.blocks.iter().enumerate() {
            for (i, inst) in block.insts.iter().enumerate() {
                if let Op::Copy { dst, src } = &inst.op
                    && body.locals.get(dst.idx()).is_some_and(|l| l.name.is_none())
                {
                    truths.entry(*dst).or_default().push((BlockId(b as u32), src.clone()));
                }
                for dst in graph::results(&inst.op) {
                    if let Some(n) = often.get_mut(dst.idx()) {
                        *n += 1;
                    }
                    defs.insert(dst, (BlockId(b as u32), i));
                }
                match &inst.op {
                    Op::Store { place: Place { base: PlaceBase::Local(l), proj, .. }, src } => {
                        if proj.is_empty() {
                            stores.entry(*l).or_default().push(src.clone());
                        } else {
                            mark(&mut partly, *l);
                        }
                    }
                    Op::Addr { place: Place { base: PlaceBase::Local(l), .. }, .. } => {
                        mark(&mut partly, *l);
                        mark(&mut shared, *l);
                    }
                    Op::Closure { captures, .. } => captures.iter().for_each(|l| {
                        mark(&mut partly, *l);
                        mark(&mut shared, *l);
                    }),
                    _ => {}
                }
            }
        }
        // A register that stores give a value too, or that arrives as a parameter, has more than one.
        defs.retain(|l, _| often[l.idx()] == 1 && !stores.contains_key(l) && !partly[l.idx()] && !body.params.contains(l));
        let assigned: Vec<LocalId> =
            body.params.iter().copied().filter(|p| often.get(p.idx()).is_some_and(|n| *n > 0) || stores.contains_key(p)).collect();
        for l in assigned {
            mark(&mut partly, l);
        }
        truths.retain(|l, list| list.len() > 1 && list.len() as u32 == often[l.idx()]);
        let boxed = stores
            .into_iter()
            .filter(|(l, list)| list.len() == 1 && !partly[l.idx()] && often[l.idx()] == 0 && !body.captures.contains(l))
            .filter_map(|(l, mut list)| Some((l, list.pop()?)))
            .collect();
        let mut flow = Flow { body, preds, idom, reached, order, shared, defs, truths, boxed, writes: OnceCell::new() };
        // A parameter with more than one value is no parameter.
        flow.boxed.retain(|l, _| !partly[l.idx()]);
        for l in body.params.iter().filter(|l| partly[l.idx()]) {
            flow.boxed.remove(l);
            flow.defs.insert(*l, (BlockId(u32::MAX), 0));
        }
        flow
    }

    /// The blocks that can be reached, each before those it leads to (back edges apart).
    pub fn order(&self) -> &[BlockId] {
        &self.order
    }

    /// The blocks from which a block is reached.
    pub fn preds(&self, block: BlockId) -> &[BlockId] {
        self.preds.get(block.idx()).map_or(&[], Vec::as_slice)
    }

    /// Whether a pointer or a closure may change the register.
    pub fn is_shared(&self, l: LocalId) -> bool {
        self.shared.get(l.idx()).copied().unwrap_or(false)
    }

    /// Whether control can get from one place to another: later in the same block, or by way of others.
    pub fn leads_to(&self, from: (BlockId, usize), to: (BlockId, usize)) -> bool {
        if from.0 == to.0 && from.1 < to.1 {
            return true;
        }
        let mut seen = vec![false; self.body.blocks.len()];
        let mut work = vec![from.0];
        while let Some(at) = work.pop() {
            for next in graph::successors(&self.body.blocks[at.idx()].term) {
                if next == to.0 {
                    return true;
                }
                if seen.get(next.idx()) == Some(&false) {
                    seen[next.idx()] = true;
                    work.push(next);
                }
            }
        }
        false
    }

    /// All instructions that can be reached, with their places.
    pub fn places(&self) -> impl Iterator<Item = ((BlockId, usize), &'a Inst)> + '_ {
        self.blocks().flat_map(|(id, block)| block.insts.iter().enumerate().map(move |(at, inst)| ((id, at), inst)))
    }

    /// Blocks that can be reached, with their ids.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockId, &'a Block)> + '_ {
        self.body.blocks.iter().enumerate().filter(|(i, _)| self.reached[*i]).map(|(i, b)| (BlockId(i as u32), b))
    }

    /// All instructions that can be reached.
    pub fn insts(&self) -> impl Iterator<Item = (BlockId, &'a Inst)> + '_ {
        self.blocks().flat_map(|(id, block)| block.insts.iter().map(move |inst| (id, inst)))
    }

    /// What an operand was made of.
    pub fn val(&self, x: &Operand) -> Val {
        self.val_at(x, 0)
    }

    fn val_at(&self, x: &Operand, depth: u32) -> Val {
        match x {
            Operand::Const(c, _) => Val::Const((**c).clone()),
            Operand::Zero(_) => Val::Zero,
            Operand::Local(l) => self.local(*l, depth),
        }
    }

    fn local(&self, l: LocalId, depth: u32) -> Val {
        if depth > MAX_DEPTH {
            return Val::Var(l);
        }
        if let Some((block, at)) = self.defs.get(&l) {
            let inst = self.body.blocks.get(block.idx()).and_then(|b| b.insts.get(*at));
            return inst.and_then(|i| self.result(&i.op, l, depth + 1)).unwrap_or(Val::Var(l));
        }
        if let Some(at) = self.body.params.iter().position(|p| *p == l) {
            return Val::Param(at as u32);
        }
        if let Some(list) = self.truths.get(&l) {
            // Of all the values and of what chooses between them.
            let mut parts = Vec::new();
            for (block, x) in list {
                parts.push(self.val_at(x, depth + 3));
                if let [pred] = self.preds[block.idx()][..]
                    && let Term::If { cond, .. } = &self.body.blocks[pred.idx()].term
                {
                    parts.push(self.val_at(cond, depth + 3));
                }
            }
            return Val::Made(parts);
        }
        match self.boxed.get(&l) {
            Some(x) => self.val_at(x, depth + 1),
            None => Val::Var(l),
        }
    }

    /// The value that an instruction gives to `dst`.
    fn result(&self, op: &Op, dst: LocalId, depth: u32) -> Option<Val> {
        let val = |x: &Operand| self.val_at(x, depth);
        let sub = |x: &Operand| Box::new(self.val_at(x, depth));
        Some(match op {
            Op::Copy { src: x, .. } | Op::MakeInterface { x, .. } | Op::ChangeInterface { x, .. } => val(x),
            Op::Convert { x, conv, .. } => match conv {
                Conv::Number => Val::Number(sub(x), self.body.locals.get(dst.idx())?.ty),
                Conv::Same => val(x),
                _ => Val::Made(vec![val(x)]),
            },
            Op::Load { place, .. } => self.place_at(place, depth),
            Op::Addr { place, .. } => self.place_at(place, depth),
            Op::Extract { x, proj, .. } => self.part(x, proj, depth).unwrap_or_else(|| self.project(val(x), proj, depth)),
            Op::Unary { op, x, .. } => Val::Un(*op, sub(x)),
            Op::Binary { op, x, y, .. } => Val::Bin(*op, sub(x), sub(y)),
            Op::Len { x, .. } => Val::Len(sub(x)),
            Op::MapGet { ok, map, key, .. } if *ok == Some(dst) => Val::Has(sub(map), sub(key)),
            Op::MapGet { map, key, .. } => Val::Elem(sub(map), sub(key)),
            Op::StringIndex { x, index, .. } => Val::Elem(sub(x), sub(index)),
            Op::Msg { field, .. } => Val::Msg(*field),
            Op::Concat { parts, .. } => Val::Made(parts.iter().map(val).collect()),
            Op::Aggregate { parts, .. } => Val::Made(parts.iter().map(|(_, x)| val(x)).collect()),
            Op::TypeAssert { x, ok, .. } if *ok != Some(dst) => val(x),
            Op::Slice { x, .. } => val(x),
            Op::MinMax { args, .. } => Val::Made(args.iter().map(val).collect()),
            Op::Append { slice, what, .. } => {
                let mut parts = vec![val(slice)];
                match what {
                    Appended::Elems(list) => parts.extend(list.iter().map(val)),
                    Appended::Slice(x) | Appended::String(x) => parts.push(val(x)),
                }
                Val::Made(parts)
            }
            Op::Call { dsts, callee: Callee::Static { func, .. }, args } => {
                let at = dsts.iter().position(|d| *d == dst)?;
                Val::Call(*func, args.iter().map(val).collect(), at as u32)
            }
            _ => return None,
        })
    }

    /// What a place is.
    pub fn place(&self, place: &Place) -> Val {
        self.place_at(place, 0)
    }

    fn place_at(&self, place: &Place, depth: u32) -> Val {
        if let PlaceBase::Local(l) = &place.base
            && let Some(part) = self.part(&Operand::Local(*l), &place.proj, depth)
        {
            return part;
        }
        let base = match &place.base {
            PlaceBase::Global(key) => Val::Global(*key),
            PlaceBase::Local(l) => self.local(*l, depth + 1),
            PlaceBase::Deref(x) => self.val_at(x, depth + 1),
            PlaceBase::Elem { slice, index } => Val::Elem(Box::new(self.val_at(slice, depth + 1)), Box::new(self.val_at(index, depth + 1))),
        };
        self.project(base, &place.proj, depth)
    }

    /// A field of a struct that is made of known parts and never changed.
    fn part(&self, x: &Operand, proj: &[Proj], depth: u32) -> Option<Val> {
        let (Proj::Field(at), rest) = proj.split_first()? else { return None };
        let Op::Aggregate { parts, .. } = &self.maker(x)?.op else { return None };
        let (_, part) = parts.iter().find(|(n, _)| n == at)?;
        (depth < MAX_DEPTH).then(|| self.project(self.val_at(part, depth + 1), rest, depth))
    }

    fn project(&self, base: Val, proj: &[Proj], depth: u32) -> Val {
        proj.iter().fold(base, |x, step| match step {
            Proj::Field(i) => Val::Field(Box::new(x), *i),
            Proj::Index(i) => Val::Elem(Box::new(x), Box::new(self.val_at(i, depth + 1))),
        })
    }

    /// The conditions that hold in a block, with the truth they have there, nearest first.
    pub fn conditions(&self, block: BlockId) -> Vec<Condition> {
        let mut out = Vec::new();
        for at in self.dominating(block) {
            let [pred] = self.preds[at.idx()][..] else { continue };
            out.extend(self.way(pred, at));
        }
        out
    }

    /// The condition on the way from a block to one of those that it leads to, if there is one.
    pub fn way(&self, from: BlockId, to: BlockId) -> Option<Condition> {
        let from = self.body.blocks.get(from.idx())?;
        let Term::If { cond, then, els } = &from.term else { return None };
        if then == els {
            return None;
        }
        let mut val = self.val(cond);
        let mut truth = *then == to;
        while let Val::Un(UnaryOp::Not, inner) = val {
            val = *inner;
            truth = !truth;
        }
        Some(Condition { val, truth, span: from.term_span })
    }

    /// The block itself and those that are passed on every way to it, nearest first.
    pub fn dominating(&self, block: BlockId) -> Vec<BlockId> {
        let mut out = vec![block];
        let mut at = block;
        while let Some(next) = self.idom.get(at.idx()).copied().flatten() {
            out.push(next);
            at = next;
        }
        out
    }

    /// The calls of known functions that are made on every way to (or in) a block, before `span`.
    pub fn calls_before(&self, block: BlockId, span: TextRange) -> Vec<(FuncKey, Vec<Val>)> {
        let mut out = Vec::new();
        for at in self.dominating(block) {
            for inst in &self.body.blocks[at.idx()].insts {
                if let Op::Call { callee: Callee::Static { func, .. }, args, .. } = &inst.op
                    && (at != block || inst.span.end <= span.end && inst.span != span)
                {
                    out.push((*func, args.iter().map(|a| self.val(a)).collect()));
                }
            }
        }
        out
    }

    /// The writes to persistent variables in this body.
    pub fn writes(&self) -> &[Write] {
        self.writes.get_or_init(|| self.find_writes())
    }

    fn find_writes(&self) -> Vec<Write> {
        let mut out = Vec::new();
        for (block, inst) in self.insts() {
            let span = inst.span;
            let (target, value) = match &inst.op {
                Op::Store { place, src } => {
                    if matches!(place.base, PlaceBase::Local(_)) {
                        continue;
                    }
                    (self.place(place), Some(self.val(src)))
                }
                Op::MapSet { map, key, value } => (Val::Elem(Box::new(self.val(map)), Box::new(self.val(key))), Some(self.val(value))),
                Op::MapDelete { map, key } => (Val::Elem(Box::new(self.val(map)), Box::new(self.val(key))), None),
                Op::Clear { x } | Op::CopyElems { to: x, .. } => (self.val(x), None),
                _ => continue,
            };
            if let Some(root) = target.root() {
                out.push(Write { block, span, target, root, value, entry: matches!(inst.op, Op::MapSet { .. }) });
            }
        }
        out
    }

    /// The instruction that made a value, copies and conversions to interfaces looked through.
    pub fn maker(&self, x: &Operand) -> Option<&'a Inst> {
        let mut x = x.clone();
        for _ in 0..MAX_DEPTH {
            let Operand::Local(l) = x else { return None };
            if let Some(inner) = self.boxed.get(&l) {
                x = inner.clone();
                continue;
            }
            let (block, at) = self.defs.get(&l)?;
            let inst = self.body.blocks.get(block.idx())?.insts.get(*at)?;
            match &inst.op {
                Op::Copy { src, .. } => x = src.clone(),
                Op::MakeInterface { x: inner, .. } | Op::ChangeInterface { x: inner, .. } => x = inner.clone(),
                Op::Convert { x: inner, conv: Conv::Same, .. } => x = inner.clone(),
                Op::Load { place: Place { base: PlaceBase::Local(l), proj, .. }, .. } if proj.is_empty() => x = Operand::Local(*l),
                _ => return Some(inst),
            }
        }
        None
    }

    /// The loops, outermost first, each with the values whose length or size decides how often it runs, and the loops around it.
    pub fn loops(&self) -> Vec<LoopFacts> {
        let mut out = Vec::new();
        self.loops_in(&self.body.region, &[], &mut out, 0);
        out
    }

    fn loops_in(&self, region: &Region, around: &[usize], out: &mut Vec<LoopFacts>, depth: u32) {
        if depth > 200 {
            return;
        }
        match region {
            Region::Block(_) | Region::Irreducible(_) => {}
            Region::Seq(list) | Region::Arms(list) => list.iter().for_each(|r| self.loops_in(r, around, out, depth + 1)),
            Region::Loop(l) => {
                let mut counts = Vec::new();
                match &l.kind {
                    LoopKind::Range { count } => counts.push(self.local(*count, 0)),
                    LoopKind::For => {
                        for block in region_blocks(&l.cond) {
                            if let Some(Term::If { cond, .. }) = self.body.blocks.get(block.idx()).map(|b| &b.term) {
                                self.val(cond).any(&mut |v| {
                                    if matches!(v, Val::Len(_)) {
                                        counts.push(v.clone());
                                    }
                                    false
                                });
                            }
                        }
                    }
                    LoopKind::RangeFunc => {}
                }
                let blocks = region_blocks(&l.body);
                out.push(LoopFacts { head: l.head, counts, blocks, around: around.to_vec() });
                let mut inner = around.to_vec();
                inner.push(out.len() - 1);
                self.loops_in(&l.body, &inner, out, depth + 1);
            }
        }
    }

    /// The type of an operand.
    pub fn ty(&self, x: &Operand) -> Ty {
        match x {
            Operand::Local(l) => self.body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty),
            Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
        }
    }
}

/// A loop.
#[derive(Clone, Debug)]
pub struct LoopFacts {
    /// From `for` to before `{`.
    pub head: TextRange,
    /// What decides how often it runs: `len(x)`, or a number.
    pub counts: Vec<Val>,
    /// The blocks of its body.
    pub blocks: Vec<BlockId>,
    /// The loops around it, by index.
    pub around: Vec<usize>,
}

fn region_blocks(region: &Region) -> Vec<BlockId> {
    let mut out = Vec::new();
    let mut work = vec![region];
    while let Some(region) = work.pop() {
        match region {
            Region::Block(b) => out.push(*b),
            Region::Seq(list) | Region::Arms(list) => work.extend(list),
            Region::Loop(l) => work.extend([&l.cond, &l.body, &l.post]),
            Region::Irreducible(list) => out.extend(list),
        }
    }
    out
}
