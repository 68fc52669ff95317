//! What instructions read and write, what is live where, and which blocks are paid for together.

use amigos_mir::mir::MsgField;

use crate::code::{Arith, FuncCode, Heavy, I, Num, Reg, Sliced, Target};
use crate::image::{Image, Source};
use crate::types::{Kind, TypeId};

/// Ranges of registers: the first, and how many.
type Ranges = Vec<(Reg, u32)>;

/// What an instruction reads and writes. It may write less.
#[derive(Default)]
pub(super) struct Operands {
    pub(super) reads: Ranges,
    pub(super) writes: Ranges,
}

/// How an instruction is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// To instructions.
    Inline,
    /// To a call of the machine, which does what the loop does.
    Machine,
    /// Not at all: the interpreter goes on.
    Leave,
}

/// The blocks that an instruction which ends a block goes to; `None` if it doesn't end one.
pub(super) fn successors(i: &I) -> Option<Vec<usize>> {
    Some(match *i {
        I::Jmp { t } => vec![t as usize],
        I::Br { t, e, .. } => vec![t as usize, e as usize],
        I::BrEq { t, e, .. }
        | I::BrNe { t, e, .. }
        | I::BrLtS { t, e, .. }
        | I::BrLeS { t, e, .. }
        | I::BrLtU { t, e, .. }
        | I::BrLeU { t, e, .. }
        | I::BrEqI { t, e, .. }
        | I::BrNeI { t, e, .. }
        | I::BrLtI { t, e, .. }
        | I::BrLeI { t, e, .. }
        | I::BrGtI { t, e, .. }
        | I::BrGeI { t, e, .. }
        | I::BrLtUI { t, e, .. }
        | I::BrLeUI { t, e, .. } => vec![t.into(), e.into()],
        I::Ret | I::RetDefer | I::Unreachable => Vec::new(),
        _ => return None,
    })
}

/// What an instruction reads and writes; `None` if that isn't known.
pub(super) fn operands(image: &Image, code: &FuncCode, i: &I) -> Option<Operands> {
    let slots = |ty: TypeId| image.types.get(ty).slots;
    let of = |reads: &[(Reg, u32)], writes: &[(Reg, u32)]| Some(Operands { reads: reads.to_vec(), writes: writes.to_vec() });
    match *i {
        I::Jmp { .. } | I::Unreachable => of(&[], &[]),
        I::Br { c, .. } => of(&[(c, 1)], &[]),
        I::BrEq { a, b, .. }
        | I::BrNe { a, b, .. }
        | I::BrLtS { a, b, .. }
        | I::BrLeS { a, b, .. }
        | I::BrLtU { a, b, .. }
        | I::BrLeU { a, b, .. } => of(&[(a, 1), (b, 1)], &[]),
        I::BrEqI { a, .. }
        | I::BrNeI { a, .. }
        | I::BrLtI { a, .. }
        | I::BrLeI { a, .. }
        | I::BrGtI { a, .. }
        | I::BrGeI { a, .. }
        | I::BrLtUI { a, .. }
        | I::BrLeUI { a, .. } => of(&[(a, 1)], &[]),
        I::Ret | I::RetDefer => {
            let reads = code.results.iter().map(|r| (r.reg, if r.boxed { 1 } else { r.slots })).collect();
            Some(Operands { reads, writes: Vec::new() })
        }
        I::Mov { d, a }
        | I::AddI { d, a, .. }
        | I::MulI { d, a, .. }
        | I::AndI { d, a, .. }
        | I::ShlI { d, a, .. }
        | I::ShrSI { d, a, .. }
        | I::ShrUI { d, a, .. }
        | I::Neg { d, a }
        | I::Com { d, a }
        | I::Not { d, a }
        | I::Norm { d, a, .. }
        | I::MapLen { d, m: a }
        | I::Load { d, p: a, .. } => of(&[(a, 1)], &[(d, 1)]),
        I::MovN { d, a, n } => of(&[(a, n)], &[(d, n)]),
        I::Imm { d, .. } | I::Imm64 { d, .. } | I::Global { d, .. } => of(&[], &[(d, 1)]),
        I::Zero { d, n } => of(&[], &[(d, n)]),
        I::Str { d, .. } => of(&[], &[(d, 2)]),
        I::Add { d, a, b }
        | I::Sub { d, a, b }
        | I::Mul { d, a, b }
        | I::And { d, a, b }
        | I::Or { d, a, b }
        | I::Xor { d, a, b }
        | I::AndNot { d, a, b }
        | I::DivS { d, a, b }
        | I::DivU { d, a, b }
        | I::RemS { d, a, b }
        | I::RemU { d, a, b }
        | I::Shl { d, a, b }
        | I::ShrS { d, a, b }
        | I::ShrU { d, a, b }
        | I::Eq { d, a, b }
        | I::Ne { d, a, b }
        | I::LtS { d, a, b }
        | I::LeS { d, a, b }
        | I::LtU { d, a, b }
        | I::LeU { d, a, b }
        | I::AddF { d, a, b }
        | I::SubF { d, a, b }
        | I::MulF { d, a, b }
        | I::DivF { d, a, b }
        | I::LtF { d, a, b }
        | I::LeF { d, a, b }
        | I::EqF { d, a, b }
        | I::PtrIdx { d, p: a, i: b, .. } => of(&[(a, 1), (b, 1)], &[(d, 1)]),
        I::StrEq { d, a, b } => of(&[(a, 2), (b, 2)], &[(d, 1)]),
        I::ChkShift { a } | I::NilChk { p: a } | I::Chk { i: a, .. } => of(&[(a, 1)], &[]),
        I::StrIndex { d, s, i } | I::LoadElem { d, s, i, .. } | I::ElemPtr { d, s, i, .. } => of(&[(s, 2), (i, 1)], &[(d, 1)]),
        I::LoadN { d, p, n, .. } => of(&[(p, 1)], &[(d, n.into())]),
        I::Store { p, s, ty, .. } => of(&[(p, 1), (s, slots(ty))], &[]),
        I::StoreElem { s, i, v, .. } => of(&[(s, 2), (i, 1), (v, 1)], &[]),
        I::LoadReg { d, a, i, n } => {
            let (_, end) = extent(code, a)?;
            of(&[(a, end - a), (i, 1)], &[(d, n.into())])
        }
        I::StoreReg { a, i, s, n } => {
            // what it leaves of the array is read later
            let (_, end) = extent(code, a)?;
            of(&[(a, end - a), (i, 1), (s, n.into())], &[(a, end - a)])
        }
        I::Call { f, at } => {
            let f = image.funcs.get(f as usize)?;
            of(&[(at, f.param_slots)], &[(at, f.result_slots)])
        }
        I::CallAs { f, at, .. } => of(&[(at, image.funcs.get(f as usize)?.param_slots)], &[]),
        I::CallValue { f, at, n } => of(&[(f, 1), (at, n)], &[]),
        I::CallIface { x, at, n, .. } => of(&[(x, 2), (at, n.into())], &[]),
        I::Heavy { x } => heavy_operands(image, code, code.heavy.get(x as usize)?),
    }
}

fn heavy_operands(image: &Image, code: &FuncCode, h: &Heavy) -> Option<Operands> {
    let slots = |ty: TypeId| image.types.get(ty).slots;
    let of = |reads: &[(Reg, u32)], writes: &[(Reg, u32)]| Some(Operands { reads: reads.to_vec(), writes: writes.to_vec() });
    let map = |ty: TypeId| match image.types.get(ty).kind {
        Kind::Map(k, v) => Some((slots(k), slots(v))),
        _ => None,
    };
    let with = |mut o: Operands, ok: &Option<Reg>| {
        o.writes.extend(ok.map(|r| (r, 1)));
        Some(o)
    };
    match h {
        Heavy::NewObj { d, .. }
        | Heavy::MakeMap { d, .. }
        | Heavy::MethodExprIface { d, .. }
        | Heavy::FrameToken { d }
        | Heavy::Depth { d } => of(&[], &[(*d, 1)]),
        Heavy::LoadBig { d, p, n, .. } => of(&[(*p, 1)], &[(*d, *n)]),
        Heavy::StoreBig { p, s, ty, .. } => of(&[(*p, 1), (*s, slots(*ty))], &[]),
        Heavy::ElemPtrBig { d, s, i, .. } => of(&[(*s, 2), (*i, 1)], &[(*d, 1)]),
        Heavy::PtrIdxBig { d, p, i, .. } => of(&[(*p, 1), (*i, 1)], &[(*d, 1)]),
        Heavy::RegIdx { d, i, .. } => of(&[(*i, 1)], &[(*d, 1)]),
        Heavy::LoadRegBig { d, a, i, n } => {
            let (_, end) = extent(code, *a)?;
            of(&[(*a, end - *a), (*i, 1)], &[(*d, *n)])
        }
        Heavy::StoreRegBig { a, i, s, n } => {
            let (_, end) = extent(code, *a)?;
            of(&[(*a, end - *a), (*i, 1), (*s, *n)], &[(*a, end - *a)])
        }
        Heavy::Concat { d, parts } => Some(Operands { reads: parts.iter().map(|p| (*p, 2)).collect(), writes: vec![(*d, 2)] }),
        Heavy::StrCmp { d, a, b, .. } => of(&[(*a, 2), (*b, 2)], &[(*d, 1)]),
        Heavy::EqAny { d, a, b, ty, .. } => of(&[(*a, slots(*ty)), (*b, slots(*ty))], &[(*d, 1)]),
        Heavy::F32 { d, a, b, .. } => of(&[(*a, 1), (*b, 1)], &[(*d, 1)]),
        Heavy::NegF { d, a, .. } => of(&[(*a, 1)], &[(*d, 1)]),
        Heavy::Cx { d, a, b, op, .. } => {
            let n = if matches!(op, Arith::Eq | Arith::Ne | Arith::Lt | Arith::Le) { 1 } else { 2 };
            of(&[(*a, 2), (*b, 2)], &[(*d, n)])
        }
        Heavy::NegCx { d, a, .. } => of(&[(*a, 2)], &[(*d, 2)]),
        Heavy::Convert { d, a, from, to } => {
            let words = |n: &Num| if matches!(n, Num::C(_)) { 2 } else { 1 };
            of(&[(*a, words(from))], &[(*d, words(to))])
        }
        Heavy::IntToStr { d, a, .. } => of(&[(*a, 1)], &[(*d, 2)]),
        Heavy::BytesToStr { d, a } | Heavy::RunesToStr { d, a } => of(&[(*a, 3)], &[(*d, 2)]),
        Heavy::StrToBytes { d, a, .. } | Heavy::StrToRunes { d, a, .. } => of(&[(*a, 2)], &[(*d, 3)]),
        Heavy::SliceToArray { d, a, elem, len } => of(&[(*a, 3)], &[(*d, slots(*elem).checked_mul(*len)?)]),
        Heavy::SliceToArrayPtr { d, a, .. } => of(&[(*a, 3)], &[(*d, 1)]),
        Heavy::MakeIface { d, a, ty } => of(&[(*a, slots(*ty))], &[(*d, 2)]),
        Heavy::Assert { d, ok, x, ty, .. } => with(of(&[(*x, 2)], &[(*d, slots(*ty))])?, ok),
        Heavy::Slice { d, x, what, low, high, max } => {
            let (from, to) = match what {
                Sliced::Str => (2, 2),
                Sliced::Slice { .. } => (3, 3),
                Sliced::Array { .. } => (1, 3),
            };
            let mut o = of(&[(*x, from)], &[(*d, to)])?;
            o.reads.extend([low, high, max].into_iter().filter_map(|r| r.map(|r| (r, 1))));
            Some(o)
        }
        Heavy::MakeSlice { d, len, cap, .. } => {
            let mut o = of(&[(*len, 1)], &[(*d, 3)])?;
            o.reads.extend(cap.map(|c| (c, 1)));
            Some(o)
        }
        Heavy::AppendElems { d, s, elem, from, n } => of(&[(*s, 3), (*from, slots(*elem).checked_mul(*n)?)], &[(*d, 3)]),
        Heavy::AppendSlice { d, s, x, .. } => of(&[(*s, 3), (*x, 3)], &[(*d, 3)]),
        Heavy::AppendStr { d, s, x, .. } => of(&[(*s, 3), (*x, 2)], &[(*d, 3)]),
        Heavy::CopyElems { d, to, from, .. } => with(of(&[(*to, 3), (*from, 2)], &[])?, d),
        Heavy::ClearMap { m } => of(&[(*m, 1)], &[]),
        Heavy::ClearSlice { s, .. } => of(&[(*s, 2)], &[]),
        Heavy::MapGet { d, ok, m, k, ty } => {
            let (kn, vn) = map(*ty)?;
            with(of(&[(*m, 1), (*k, kn)], &[(*d, vn)])?, ok)
        }
        Heavy::MapSet { m, k, v, ty } => {
            let (kn, vn) = map(*ty)?;
            of(&[(*m, 1), (*k, kn), (*v, vn)], &[])
        }
        Heavy::MapDelete { m, k, ty } => of(&[(*m, 1), (*k, map(*ty)?.0)], &[]),
        Heavy::DecodeRune { r, w, x, at } => of(&[(*x, 2), (*at, 1)], &[(*r, 1), (*w, 1)]),
        Heavy::MinMax { d, args, ty, .. } => {
            let n = slots(*ty);
            Some(Operands { reads: args.iter().map(|a| (*a, n)).collect(), writes: vec![(*d, n)] })
        }
        Heavy::Closure { d, captures, .. } => Some(Operands { reads: captures.iter().map(|c| (*c, 1)).collect(), writes: vec![(*d, 1)] }),
        Heavy::Bind { d, recv, n, .. } => of(&[(*recv, *n)], &[(*d, 1)]),
        Heavy::BindIface { d, x, .. } => of(&[(*x, 2)], &[(*d, 1)]),
        Heavy::MakeChan { d, cap, .. } => Some(Operands { reads: cap.iter().map(|c| (*c, 1)).collect(), writes: vec![(*d, 1)] }),
        Heavy::ChanLen { d, c, .. } => of(&[(*c, 1)], &[(*d, 1)]),
        Heavy::Msg { d, field } => of(&[], &[(*d, if *field == MsgField::Value { 1 } else { 2 })]),
        Heavy::Panic { x } => of(&[(*x, 2)], &[]),
        Heavy::Unsupported { .. } => of(&[], &[]),
        Heavy::Recover { d } => of(&[], &[(*d, 2)]),
        Heavy::Defer { target, at, n, frame } => {
            let mut o = of(&[(*at, *n)], &[])?;
            o.reads.extend(frame.map(|r| (r, 1)));
            match target {
                Target::Func(_) => {}
                Target::Value(r) => o.reads.push((*r, 1)),
                Target::Iface { x, .. } => o.reads.push((*x, 2)),
            }
            Some(o)
        }
        // what they read or write depends on more than themselves
        Heavy::Go { .. }
        | Heavy::MapIter { .. }
        | Heavy::MapNext { .. }
        | Heavy::Send { .. }
        | Heavy::Recv { .. }
        | Heavy::Close { .. }
        | Heavy::Select { .. }
        | Heavy::Print { .. } => None,
    }
}

/// The variable of several registers that a register belongs to: its first register, and the one behind it.
pub(super) fn extent(code: &FuncCode, r: Reg) -> Option<(Reg, Reg)> {
    let at = code.wide.partition_point(|(first, _)| *first <= r).checked_sub(1)?;
    let (first, slots) = code.wide[at];
    (r < first + slots).then_some((first, first + slots))
}

/// How an instruction is compiled that isn't a call.
pub(super) fn way(image: &Image, code: &FuncCode, i: &I) -> Way {
    match i {
        I::Str { .. } | I::StrEq { .. } | I::MapLen { .. } => Way::Machine,
        I::Ret if code.results.iter().any(|r| r.boxed) => Way::Leave,
        I::RetDefer | I::Unreachable | I::CallValue { .. } | I::CallIface { .. } | I::CallAs { .. } => Way::Leave,
        I::LoadReg { a, n, .. } | I::StoreReg { a, n, .. } => match extent(code, *a) {
            Some((_, end)) if u32::from(*n) <= end - a => Way::Inline,
            _ => Way::Leave,
        },
        I::Call { f, .. } => match image.funcs.get(*f as usize).map(|f| &f.source) {
            Some(Source::Native(..)) => Way::Leave,
            _ => Way::Inline,
        },
        I::LoadN { n, .. } if *n > 16 => Way::Machine,
        I::Store { ty, .. } if image.types.get(*ty).slots > 16 => Way::Machine,
        I::Zero { n, .. } | I::MovN { n, .. } if *n > 64 => Way::Leave,
        I::Heavy { x } => match code.heavy.get(*x as usize) {
            None => Way::Leave,
            Some(h) => match h {
                // what concerns frames, fibers or panics
                Heavy::Panic { .. }
                | Heavy::Unsupported { .. }
                | Heavy::Recover { .. }
                | Heavy::Defer { .. }
                | Heavy::FrameToken { .. }
                | Heavy::Depth { .. }
                | Heavy::LoadRegBig { .. }
                | Heavy::StoreRegBig { .. } => Way::Leave,
                _ if heavy_operands(image, code, h).is_none() => Way::Leave,
                _ => Way::Machine,
            },
        },
        _ => Way::Inline,
    }
}

/// A set of registers.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn of(n: u32) -> Set {
        Set(vec![0; (n as usize).div_ceil(64)])
    }
    pub(super) fn add(&mut self, (r, n): (Reg, u32)) {
        for r in r..r.saturating_add(n) {
            if let Some(w) = self.0.get_mut(r as usize / 64) {
                *w |= 1 << (r % 64);
            }
        }
    }
    pub(super) fn remove(&mut self, (r, n): (Reg, u32)) {
        for r in r..r.saturating_add(n) {
            if let Some(w) = self.0.get_mut(r as usize / 64) {
                *w &= !(1 << (r % 64));
            }
        }
    }
    pub(super) fn has(&self, r: Reg) -> bool {
        self.0.get(r as usize / 64).is_some_and(|w| w >> (r % 64) & 1 != 0)
    }
    fn join(&mut self, other: &Set) -> bool {
        let mut more = false;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            more |= *b & !*a != 0;
            *a |= b;
        }
        more
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = Reg> {
        (0..self.0.len() as Reg * 64).filter(|r| self.has(*r))
    }
}

/// What is known of a function's code before it is compiled.
pub(super) struct Flow {
    /// Registers.
    pub(super) top: u32,
    /// The instruction behind each block's last.
    pub(super) ends: Vec<usize>,
    /// What is live where each block begins.
    live: Vec<Set>,
    /// What entering each block costs, with the blocks that follow it in any case.
    pub(super) costs: Vec<i64>,
    /// Whether the block that each block jumps to is paid for with it.
    pub(super) chained: Vec<bool>,
    /// What is always live: the results of functions that defer.
    always: Set,
}

/// Jumps that are followed to find what can be paid for at once.
const CHAIN: usize = 16;

impl Flow {
    /// `None` if the code is not as the compiler makes it.
    pub(super) fn new(image: &Image, code: &FuncCode) -> Option<Flow> {
        let mut top = code.frame.max(code.result_slots);
        // arguments of calls may lie behind the frame
        for i in &code.code {
            if let Some(o) = operands(image, code, i) {
                top = o.reads.iter().chain(&o.writes).fold(top, |top, (r, n)| top.max(r.saturating_add(*n)));
            }
        }
        let mut ends = Vec::new();
        let mut next = Vec::new();
        for b in &code.blocks {
            let begin = b.pc as usize;
            let len = code.code.get(begin..)?.iter().position(|i| successors(i).is_some())?;
            ends.push(begin + len + 1);
            let to = successors(&code.code[begin + len])?;
            if to.iter().any(|t| *t >= code.blocks.len()) {
                return None;
            }
            next.push(to);
        }
        let mut always = Set::of(top);
        if code.has_defer {
            code.results.iter().for_each(|r| always.add((r.reg, if r.boxed { 1 } else { r.slots })));
        }
        let n = code.blocks.len();
        let mut flow = Flow { top, ends, live: vec![Set::of(top); n], costs: vec![0; n], chained: vec![false; n], always };
        let mut changed = true;
        while changed {
            changed = false;
            for b in (0..n).rev() {
                let mut live = flow.live_out(&next[b]);
                for pc in (code.blocks[b].pc as usize..flow.ends[b]).rev() {
                    flow.step(image, code, pc, &mut live);
                }
                changed |= flow.live[b].join(&live);
            }
        }
        let pure: Vec<bool> = (0..n)
            .map(|b| {
                let insts = &code.code[code.blocks[b].pc as usize..flow.ends[b]];
                insts.iter().all(|i| !matches!(i, I::Call { .. }) && way(image, code, i) == Way::Inline)
            })
            .collect();
        let jumps = |b: usize| match code.code[flow.ends[b] - 1] {
            I::Jmp { t } if pure[b] => Some(t as usize),
            _ => None,
        };
        for b in 0..n {
            let mut at = b;
            for _ in 0..CHAIN {
                match jumps(at) {
                    Some(t) => at = t,
                    None => {
                        flow.chained[b] = at != b;
                        break;
                    }
                }
            }
        }
        for b in 0..n {
            let mut at = b;
            flow.costs[b] = i64::from(code.blocks[b].gas);
            while flow.chained[at]
                && let Some(t) = jumps(at)
            {
                at = t;
                flow.costs[b] += i64::from(code.blocks[at].gas);
            }
        }
        Some(flow)
    }

    fn live_out(&self, next: &[usize]) -> Set {
        let mut live = self.always.clone();
        next.iter().for_each(|t| {
            live.join(&self.live[*t]);
        });
        live
    }

    /// Goes from behind an instruction to before it.
    fn step(&self, image: &Image, code: &FuncCode, pc: usize, live: &mut Set) {
        match operands(image, code, &code.code[pc]) {
            Some(o) => {
                o.writes.iter().for_each(|w| live.remove(*w));
                o.reads.iter().for_each(|r| live.add(*r));
                live.join(&self.always);
            }
            None => live.add((0, self.top)),
        }
    }

    /// What is live before each instruction of a block, and at its end.
    pub(super) fn live_in(&self, image: &Image, code: &FuncCode, b: usize) -> Vec<Set> {
        let begin = code.blocks[b].pc as usize;
        let next = successors(&code.code[self.ends[b] - 1]).unwrap_or_default();
        let mut live = self.live_out(&next);
        let mut all = vec![live.clone()];
        for pc in (begin..self.ends[b]).rev() {
            self.step(image, code, pc, &mut live);
            all.push(live.clone());
        }
        all.reverse();
        all
    }

    /// What is live where a block begins.
    pub(super) fn live_at(&self, b: usize) -> &Set {
        &self.live[b]
    }
}
