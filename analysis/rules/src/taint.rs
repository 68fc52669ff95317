//! Where values flow: labels are put on what instructions give and on parameters, and follow the values through registers, parts and memory that a
//! register refers to. An assignment takes the old labels away.

use amigos_mir::graph::results;
use amigos_mir::mir::*;
use amigos_syntax::ast::BinaryOp;
use rustc_hash::FxHashMap;

use crate::dataflow::{Domain, solve};
use crate::flow::Flow;

/// A set of up to 64 labels, by bit.
pub type Labels = u64;

/// Where labels come from and what they pass.
pub struct Spec<'s> {
    /// What an instruction puts on its results.
    pub source: &'s dyn Fn((BlockId, usize), &Inst) -> Labels,
    /// What a parameter brings.
    pub param: &'s dyn Fn(u32) -> Labels,
    /// What the results of a call have, by the labels of its arguments.
    pub call: &'s dyn Fn(&Callee, &[Labels]) -> Labels,
    /// Whether a result of arithmetic has the labels of its operands; for texts that are put together, `Add`.
    pub arithmetic: &'s dyn Fn(BinaryOp) -> bool,
}

/// What is done at each instruction: its place, itself, and the labels before it.
pub type Visit<'v, 'a> = dyn FnMut((BlockId, usize), &'a Inst, &Here) + 'v;

/// The labels of registers at a place.
type State = FxHashMap<LocalId, Labels>;

/// The labels of a body.
pub struct Taint<'f, 'a, 's> {
    flow: &'f Flow<'a>,
    spec: Spec<'s>,
    entry: Vec<Option<State>>,
}

/// The labels right before an instruction.
pub struct Here<'t> {
    state: &'t State,
}

impl Here<'_> {
    /// Of an operand.
    pub fn of(&self, x: &Operand) -> Labels {
        labels(self.state, x)
    }
}

fn labels(state: &State, x: &Operand) -> Labels {
    match x {
        Operand::Local(l) => state.get(l).copied().unwrap_or(0),
        _ => 0,
    }
}

impl<'f, 'a, 's> Taint<'f, 'a, 's> {
    /// Looks at a body.
    pub fn new(flow: &'f Flow<'a>, spec: Spec<'s>) -> Taint<'f, 'a, 's> {
        let mut taint = Taint { flow, spec, entry: Vec::new() };
        taint.entry = solve(flow, &taint);
        taint
    }

    /// Goes over the instructions that can be reached, each with the labels before it.
    pub fn walk(&self, f: &mut Visit<'_, 'a>) {
        for &block in self.flow.order() {
            let Some(mut state) = self.entry.get(block.idx()).and_then(Clone::clone) else { continue };
            for (at, inst) in self.flow.body.blocks[block.idx()].insts.iter().enumerate() {
                f((block, at), inst, &Here { state: &state });
                self.inst(&mut state, block, at, inst);
            }
        }
    }

    /// The labels of the results wherever the body returns.
    pub fn returned(&self) -> Vec<Labels> {
        let mut out = vec![0; self.flow.body.results.len()];
        for &block in self.flow.order() {
            let b = &self.flow.body.blocks[block.idx()];
            let (Term::Return, Some(mut state)) = (&b.term, self.entry.get(block.idx()).and_then(Clone::clone)) else { continue };
            b.insts.iter().enumerate().for_each(|(at, inst)| self.inst(&mut state, block, at, inst));
            for (out, result) in out.iter_mut().zip(&self.flow.body.results) {
                *out |= state.get(result).copied().unwrap_or(0);
            }
        }
        out
    }

    /// What is written into the thing that `x` refers to.
    fn add_behind(&self, state: &mut State, x: &Operand, new: Labels) {
        if new == 0 {
            return;
        }
        if let Operand::Local(l) = x {
            *state.entry(*l).or_default() |= new;
        }
        if let Some(Inst { op: Op::Addr { place: Place { base: PlaceBase::Local(l), .. }, .. }, .. }) = self.flow.maker(x) {
            *state.entry(*l).or_default() |= new;
        }
    }

    fn place(&self, state: &State, place: &Place) -> Labels {
        match &place.base {
            PlaceBase::Local(l) => state.get(l).copied().unwrap_or(0),
            PlaceBase::Deref(x) | PlaceBase::Elem { slice: x, .. } => labels(state, x),
            PlaceBase::Global(_) => 0,
        }
    }

    fn value(&self, state: &State, op: &Op) -> Labels {
        let of = |x: &Operand| labels(state, x);
        match op {
            Op::Copy { src: x, .. }
            | Op::Convert { x, .. }
            | Op::MakeInterface { x, .. }
            | Op::ChangeInterface { x, .. }
            | Op::TypeAssert { x, .. }
            | Op::Extract { x, .. }
            | Op::Slice { x, .. }
            | Op::Unary { x, .. }
            | Op::MapGet { map: x, .. }
            | Op::StringIndex { x, .. } => of(x),
            Op::Load { place, .. } | Op::Addr { place, .. } => self.place(state, place),
            Op::Binary { op, x, y, .. } if (self.spec.arithmetic)(*op) => of(x) | of(y),
            Op::Concat { parts, .. } if (self.spec.arithmetic)(BinaryOp::Add) => parts.iter().map(of).fold(0, |a, b| a | b),
            Op::Aggregate { parts, .. } => parts.iter().map(|(_, x)| of(x)).fold(0, |a, b| a | b),
            Op::MinMax { args, .. } => args.iter().map(of).fold(0, |a, b| a | b),
            Op::Append { slice, what, .. } => {
                of(slice)
                    | match what {
                        Appended::Elems(list) => list.iter().map(of).fold(0, |a, b| a | b),
                        Appended::Slice(x) | Appended::String(x) => of(x),
                    }
            }
            Op::MapIter { map, .. } => of(map),
            Op::MapNext { iter, .. } => state.get(iter).copied().unwrap_or(0),
            _ => 0,
        }
    }
}

impl<'a> Domain<'a> for Taint<'_, 'a, '_> {
    type State = State;

    fn start(&self) -> State {
        let params = self.flow.body.params.iter().enumerate();
        params.map(|(n, l)| (*l, (self.spec.param)(n as u32))).filter(|(_, labels)| *labels != 0).collect()
    }

    fn inst(&self, state: &mut State, block: BlockId, at: usize, inst: &'a Inst) {
        let source = (self.spec.source)((block, at), inst);
        match &inst.op {
            Op::Store { place, src } => {
                let new = labels(state, src);
                match &place.base {
                    PlaceBase::Local(l) if place.proj.is_empty() => {
                        state.insert(*l, new);
                    }
                    PlaceBase::Local(l) if new != 0 => *state.entry(*l).or_default() |= new,
                    PlaceBase::Deref(x) | PlaceBase::Elem { slice: x, .. } => self.add_behind(state, x, new),
                    _ => {}
                }
            }
            Op::MapSet { map, value, .. } => {
                let new = labels(state, value);
                self.add_behind(state, map, new);
            }
            Op::NewBox { local } => {
                state.remove(local);
            }
            Op::Call { dsts, callee, args } => {
                let given: Vec<Labels> = args.iter().map(|x| labels(state, x)).collect();
                let new = (self.spec.call)(callee, &given) | source;
                for dst in dsts {
                    state.insert(*dst, new);
                }
                // A builder keeps what it is given.
                if let (Some(first), Some((_, rest))) = (args.first(), given.split_first()) {
                    let kept = rest.iter().fold(0, |a, b| a | b);
                    if kept != 0 && matches!(self.flow.maker(first), Some(Inst { op: Op::Addr { .. }, .. })) {
                        self.add_behind(state, first, kept);
                    }
                }
            }
            op => {
                let new = self.value(state, op) | source;
                for dst in results(op) {
                    if new == 0 {
                        state.remove(&dst);
                    } else {
                        state.insert(dst, new);
                    }
                }
            }
        }
    }

    fn branch(&self, _: &mut State, _: &'a Block, _: bool) -> bool {
        true
    }

    fn join(&self, state: &mut State, other: &State, _: bool) {
        for (l, labels) in other {
            *state.entry(*l).or_default() |= labels;
        }
    }
}
