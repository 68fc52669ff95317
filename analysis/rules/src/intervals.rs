//! Value ranges of integers, refined by branches: what `n` can be behind `if n > 255 { panic(...) }`. Values of persistent variables are followed from
//! a read to the next write or call.

use amigos_mir::graph::results;
use amigos_mir::mir::*;
use amigos_mir::typequery::underlying;
use amigos_syntax::ast::{BinaryOp, UnaryOp};
use amigos_types::ctx::TyCtx;
use amigos_types::konst::Const;
use amigos_types::ty::{Basic, Ty, TyKind};
use rustc_hash::FxHashMap;

use crate::dataflow::{Domain, solve};
use crate::flow::{Flow, Val};

/// Nothing in memory is longer.
const LONGEST: i128 = 1 << 40;

/// The integers from `low` to `high`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interval {
    /// The least.
    pub low: i128,
    /// The greatest.
    pub high: i128,
}

impl Interval {
    /// One number.
    pub fn exact(n: i128) -> Interval {
        Interval { low: n, high: n }
    }

    /// All values of an integer type; `int` and `uint` have 64 bits. `None` for other types.
    pub fn of_type(types: &dyn TyCtx, ty: Ty) -> Option<Interval> {
        let TyKind::Basic(basic) = underlying(types, ty).kind() else { return None };
        let signed = |bits: u32| Interval { low: -(1 << (bits - 1)), high: (1 << (bits - 1)) - 1 };
        let unsigned = |bits: u32| Interval { low: 0, high: (1 << bits) - 1 };
        Some(match basic {
            Basic::Int8 => signed(8),
            Basic::Int16 => signed(16),
            Basic::Int32 => signed(32),
            Basic::Int | Basic::Int64 => signed(64),
            Basic::Uint8 => unsigned(8),
            Basic::Uint16 => unsigned(16),
            Basic::Uint32 => unsigned(32),
            Basic::Uint | Basic::Uint64 | Basic::Uintptr => unsigned(64),
            _ => return None,
        })
    }

    /// Whether all of `other` is in it.
    pub fn contains(self, other: Interval) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The least interval around both.
    pub fn join(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What is in both.
    pub fn meet(self, other: Interval) -> Option<Interval> {
        let both = Interval { low: self.low.max(other.low), high: self.high.min(other.high) };
        (both.low <= both.high).then_some(both)
    }

    /// What the operation gives of any two of them, before it is cut to a type; `None` if nothing is known.
    pub fn apply(op: BinaryOp, a: Interval, b: Interval) -> Option<Interval> {
        let around = |list: [i128; 4]| {
            list.into_iter().map(Interval::exact).reduce(Interval::join).unwrap_or(Interval { low: i128::MIN, high: i128::MAX })
        };
        let corners = |f: &dyn Fn(i128, i128) -> i128| around([f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)]);
        Some(match op {
            BinaryOp::Add => Interval { low: a.low.saturating_add(b.low), high: a.high.saturating_add(b.high) },
            BinaryOp::Sub => Interval { low: a.low.saturating_sub(b.high), high: a.high.saturating_sub(b.low) },
            BinaryOp::Mul => corners(&i128::saturating_mul),
            BinaryOp::Div if b.low > 0 => corners(&|x, y| x / y),
            BinaryOp::Rem if b.low > 0 => {
                let most = (b.high - 1).min(a.high.max(-a.low));
                Interval { low: if a.low < 0 { -most } else { 0 }, high: most }
            }
            BinaryOp::And if a.low >= 0 && b.low >= 0 => Interval { low: 0, high: a.high.min(b.high) },
            BinaryOp::And if b.low >= 0 => Interval { low: 0, high: b.high },
            BinaryOp::And if a.low >= 0 => Interval { low: 0, high: a.high },
            BinaryOp::AndNot if a.low >= 0 => Interval { low: 0, high: a.high },
            BinaryOp::Or | BinaryOp::Xor if a.low >= 0 && b.low >= 0 => Interval { low: 0, high: ones(a.high.max(b.high)) },
            BinaryOp::Shr if b.low >= 0 => corners(&|x, y| x >> y.clamp(0, 126)),
            BinaryOp::Shl if b.low >= 0 => corners(&|x, y| x.saturating_mul(1 << y.clamp(0, 126))),
            _ => return None,
        })
    }
}

/// The least number of the form 2^k - 1 that is not below `n`.
fn ones(n: i128) -> i128 {
    (1i128 << (128 - n.max(0).leading_zeros()).min(126)) - 1
}

/// A thing with a value: a register, or a part of persistent state.
#[derive(Clone, PartialEq, Debug)]
enum Cell {
    Reg(LocalId),
    State(Val),
}

/// What is known at a place. What isn't listed can be anything of its type.
#[derive(Clone, PartialEq, Default)]
pub struct Known {
    regs: FxHashMap<LocalId, Interval>,
    /// What a register is a copy of.
    same: FxHashMap<LocalId, Cell>,
    state: Vec<(Val, Interval)>,
}

/// The value ranges of a body.
pub struct Ranges<'f, 'a> {
    flow: &'f Flow<'a>,
    types: &'f dyn TyCtx,
    entry: Vec<Option<Known>>,
}

/// What is known right before an instruction.
pub struct Here<'r, 'f, 'a> {
    ranges: &'r Ranges<'f, 'a>,
    known: &'r Known,
}

impl Here<'_, '_, '_> {
    /// What an operand can be; `None` if it is no integer.
    pub fn of(&self, x: &Operand) -> Option<Interval> {
        self.ranges.of(self.known, x)
    }
}

impl<'f, 'a> Ranges<'f, 'a> {
    /// Looks at a body.
    pub fn new(flow: &'f Flow<'a>, types: &'f dyn TyCtx) -> Ranges<'f, 'a> {
        let mut ranges = Ranges { flow, types, entry: Vec::new() };
        ranges.entry = solve(flow, &ranges);
        ranges
    }

    /// Goes over the instructions that can be reached, each with what is known before it.
    pub fn walk(&self, f: &mut dyn FnMut(BlockId, usize, &'a Inst, &Here)) {
        for &block in self.flow.order() {
            let Some(mut known) = self.entry.get(block.idx()).and_then(Clone::clone) else { continue };
            for (at, inst) in self.flow.body.blocks[block.idx()].insts.iter().enumerate() {
                f(block, at, inst, &Here { ranges: self, known: &known });
                self.inst(&mut known, block, at, inst);
            }
        }
    }

    /// What the results can be wherever the body returns; `None` for one that is no integer.
    pub fn returned(&self) -> Vec<Option<Interval>> {
        let results = &self.flow.body.results;
        let mut out: Vec<Option<Interval>> = vec![None; results.len()];
        for &block in self.flow.order() {
            let b = &self.flow.body.blocks[block.idx()];
            let (Term::Return, Some(mut known)) = (&b.term, self.entry.get(block.idx()).and_then(Clone::clone)) else { continue };
            b.insts.iter().enumerate().for_each(|(at, inst)| self.inst(&mut known, block, at, inst));
            for (out, result) in out.iter_mut().zip(results) {
                let found = self.of(&known, &Operand::Local(*result));
                *out = match (*out, found) {
                    (Some(a), Some(b)) => Some(a.join(b)),
                    (a, b) => a.or(b),
                };
            }
        }
        out
    }

    fn top(&self, ty: Ty) -> Option<Interval> {
        Interval::of_type(self.types, ty)
    }

    fn local_type(&self, l: LocalId) -> Ty {
        self.flow.body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty)
    }

    fn of(&self, known: &Known, x: &Operand) -> Option<Interval> {
        match x {
            Operand::Local(l) => known.regs.get(l).copied().or_else(|| self.top(self.local_type(*l))),
            Operand::Const(c, ty) => self.top(*ty).and_then(|top| constant(c).or(Some(top))),
            Operand::Zero(ty) => self.top(*ty).map(|_| Interval::exact(0)),
        }
    }

    fn forget_state(known: &mut Known, of: Option<&Val>) {
        let root = of.and_then(Val::root);
        let gone = |v: &Val| root.is_none() || v.any(&mut |v| matches!(v, Val::Global(key) if Some(*key) == root));
        known.state.retain(|(v, _)| !gone(v));
        known.same.retain(|_, cell| !matches!(cell, Cell::State(v) if gone(v)));
    }

    /// What a pointer or a closure may have changed.
    fn forget_shared(&self, known: &mut Known) {
        let shared: Vec<LocalId> = known.regs.keys().copied().filter(|l| self.flow.is_shared(*l)).collect();
        shared.into_iter().for_each(|l| Self::set(known, l, None));
        known.same.retain(|_, cell| !matches!(cell, Cell::Reg(l) if self.flow.is_shared(*l)));
    }

    /// A register gets another value.
    fn set(known: &mut Known, l: LocalId, value: Option<Interval>) {
        known.same.remove(&l);
        known.same.retain(|_, cell| *cell != Cell::Reg(l));
        match value {
            Some(value) => known.regs.insert(l, value),
            None => known.regs.remove(&l),
        };
    }

    fn read_state(&self, known: &mut Known, dst: LocalId, val: Val) {
        let found = known.state.iter().find(|(v, _)| *v == val).map(|(_, i)| *i);
        Self::set(known, dst, found);
        if self.top(self.local_type(dst)).is_some() && !val.any(&mut |v| matches!(v, Val::Var(_))) {
            known.same.insert(dst, Cell::State(val));
        }
    }

    /// Of the value of an instruction with one result; `None` if nothing is known.
    fn value(&self, known: &Known, dst: LocalId, op: &Op) -> Option<Interval> {
        let top = self.top(self.local_type(dst))?;
        let found = match op {
            Op::Copy { src: x, .. } | Op::Convert { x, conv: Conv::Number | Conv::Same, .. } => self.of(known, x)?,
            Op::Load { place: Place { base: PlaceBase::Local(l), proj, .. }, .. } if proj.is_empty() => {
                self.of(known, &Operand::Local(*l))?
            }
            Op::Binary { op, x, y, .. } => Interval::apply(*op, self.of(known, x)?, self.of(known, y)?)?,
            Op::Unary { op: UnaryOp::Neg, x, .. } => {
                let x = self.of(known, x)?;
                Interval { low: -x.high, high: -x.low }
            }
            Op::Len { .. } | Op::Cap { .. } => Interval { low: 0, high: LONGEST },
            Op::StringIndex { .. } => Interval { low: 0, high: 255 },
            Op::MinMax { max, args, .. } => {
                let list: Option<Vec<Interval>> = args.iter().map(|x| self.of(known, x)).collect();
                list?.into_iter().reduce(|a, b| match max {
                    true => Interval { low: a.low.max(b.low), high: a.high.max(b.high) },
                    false => Interval { low: a.low.min(b.low), high: a.high.min(b.high) },
                })?
            }
            _ => return None,
        };
        top.contains(found).then_some(found)
    }

    /// `x` is known to be in `within`; `false` if it can't be.
    fn refine(&self, known: &mut Known, x: &Operand, within: Interval) -> bool {
        let mut next = match x {
            Operand::Local(l) => Some(*l),
            _ => return self.of(known, x).is_none_or(|i| i.meet(within).is_some()),
        };
        // A copy of a copy: all of them.
        for _ in 0..8 {
            let Some(l) = next else { return true };
            let Some(old) = self.of(known, &Operand::Local(l)) else { return true };
            let Some(new) = old.meet(within) else { return false };
            known.regs.insert(l, new);
            next = match known.same.get(&l).cloned() {
                Some(Cell::Reg(from)) => Some(from),
                Some(Cell::State(val)) => {
                    known.state.retain(|(v, _)| *v != val);
                    known.state.push((val, new));
                    None
                }
                None => None,
            };
        }
        true
    }
}

impl<'a> Domain<'a> for Ranges<'_, 'a> {
    type State = Known;

    fn start(&self) -> Known {
        Known::default()
    }

    fn inst(&self, known: &mut Known, _: BlockId, _: usize, inst: &'a Inst) {
        match &inst.op {
            Op::Load { dst, place } if !matches!(place.base, PlaceBase::Local(_)) => {
                self.read_state(known, *dst, self.flow.place(place));
            }
            Op::MapGet { dst, ok, map, key } => {
                let val = Val::Elem(Box::new(self.flow.val(map)), Box::new(self.flow.val(key)));
                self.read_state(known, *dst, val);
                ok.iter().for_each(|l| Self::set(known, *l, None));
            }
            Op::Len { dst, x } => {
                let val = Val::Len(Box::new(self.flow.val(x)));
                self.read_state(known, *dst, val);
                known.regs.entry(*dst).or_insert(Interval { low: 0, high: LONGEST });
            }
            Op::Store { place, src } => match &place.base {
                PlaceBase::Local(l) if place.proj.is_empty() => {
                    let value = self.of(known, src);
                    Self::set(known, *l, value);
                    if let (Operand::Local(from), true) = (src, value.is_some()) {
                        known.same.insert(*l, Cell::Reg(*from));
                    }
                }
                PlaceBase::Local(_) => {}
                _ => {
                    let target = self.flow.place(place);
                    Self::forget_state(known, Some(&target));
                    if !matches!(place.base, PlaceBase::Global(_)) {
                        self.forget_shared(known);
                    }
                    if let (Some(value), true) = (self.of(known, src), target.root().is_some()) {
                        known.state.push((target, value));
                    }
                }
            },
            Op::MapSet { map: x, .. } | Op::MapDelete { map: x, .. } | Op::Clear { x } => {
                Self::forget_state(known, Some(&self.flow.val(x)));
            }
            Op::CopyElems { to, dst, .. } => {
                Self::forget_state(known, Some(&self.flow.val(to)));
                dst.iter().for_each(|l| Self::set(known, *l, Some(Interval { low: 0, high: LONGEST })));
            }
            Op::Call { dsts, callee, .. } => {
                // What comes with the product writes no contract's state.
                let quiet = matches!(callee, Callee::Static { func, .. } if amigos_std::package(func.pkg.0.as_str()).is_some());
                if !quiet {
                    Self::forget_state(known, None);
                }
                dsts.iter().for_each(|l| Self::set(known, *l, None));
                self.forget_shared(known);
            }
            op => {
                for dst in results(op) {
                    let value = self.value(known, dst, op);
                    let from = match op {
                        Op::Copy { src: Operand::Local(from), .. } => Some(*from),
                        Op::Load { place: Place { base: PlaceBase::Local(from), proj, .. }, .. } if proj.is_empty() => Some(*from),
                        _ => None,
                    };
                    Self::set(known, dst, value);
                    if let Some(from) = from.filter(|f| *f != dst && self.top(self.local_type(dst)).is_some()) {
                        known.same.insert(dst, Cell::Reg(from));
                    }
                }
            }
        }
    }

    fn branch(&self, known: &mut Known, block: &'a Block, truth: bool) -> bool {
        let Term::If { cond: Operand::Local(cond), .. } = &block.term else { return true };
        let Some(at) = block.insts.iter().rposition(|i| results(&i.op).contains(cond)) else { return true };
        let Op::Binary { op, x, y, .. } = &block.insts[at].op else { return true };
        let changed = |x: &Operand| match x {
            Operand::Local(l) => block.insts[at..].iter().any(|i| results(&i.op).contains(l)),
            _ => false,
        };
        let (Some(a), Some(b)) = (self.of(known, x), self.of(known, y)) else { return true };
        if changed(x) || changed(y) {
            return true;
        }
        let op = if truth { *op } else { op.negated() };
        let full = Interval { low: i128::MIN, high: i128::MAX };
        let (in_x, in_y) = match op {
            BinaryOp::Lt => (Interval { high: b.high - 1, ..full }, Interval { low: a.low + 1, ..full }),
            BinaryOp::Le => (Interval { high: b.high, ..full }, Interval { low: a.low, ..full }),
            BinaryOp::Gt => (Interval { low: b.low + 1, ..full }, Interval { high: a.high - 1, ..full }),
            BinaryOp::Ge => (Interval { low: b.low, ..full }, Interval { high: a.high, ..full }),
            BinaryOp::Eq => (b, a),
            BinaryOp::Ne => (without(a, b), without(b, a)),
            _ => return true,
        };
        self.refine(known, x, in_x) && self.refine(known, y, in_y)
    }

    fn join(&self, known: &mut Known, other: &Known, widen: bool) {
        known.regs.retain(|l, value| match other.regs.get(l) {
            Some(new) if value.contains(*new) => true,
            Some(new) if !widen => {
                *value = value.join(*new);
                true
            }
            Some(new) => match self.top(self.local_type(*l)) {
                // The side that stays is kept: most things begin at zero and grow.
                Some(top) => {
                    let low = if new.low < value.low { top.low } else { value.low };
                    let high = if new.high > value.high { top.high } else { value.high };
                    *value = Interval { low, high };
                    true
                }
                None => false,
            },
            None => false,
        });
        known.same.retain(|l, cell| other.same.get(l) == Some(cell));
        known.state.retain_mut(|(val, value)| match other.state.iter().find(|(v, _)| v == val) {
            Some((_, new)) if value.contains(*new) => true,
            Some((_, new)) if !widen => {
                *value = value.join(*new);
                true
            }
            _ => false,
        });
    }
}

/// `a` without the one number that `b` is, if it stands at an end.
fn without(a: Interval, b: Interval) -> Interval {
    match (b.low == b.high, a.low == b.low, a.high == b.high) {
        (true, true, false) => Interval { low: a.low + 1, high: a.high },
        (true, false, true) => Interval { low: a.low, high: a.high - 1 },
        _ => a,
    }
}

/// The value of an integer constant of at most 64 bits.
pub fn constant(c: &Const) -> Option<Interval> {
    let n = c.i64_value().map(i128::from).or_else(|| c.u64_value().map(i128::from))?;
    Some(Interval::exact(n))
}
