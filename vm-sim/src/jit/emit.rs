//! Bytecode as Cranelift's intermediate code, one function or entry at a time: blocks, calls, gas, and leaving; what single instructions become is in [`inst`].
//! Registers are variables there, written back to the frame where the interpreter goes on.

mod inst;

use cranelift_codegen::ir::condcodes::{CondCode as _, IntCC};
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, FuncRef, InstBuilder, MemFlagsData, SigRef, Value};
use cranelift_frontend::{FunctionBuilder, Variable};
use rustc_hash::FxHashMap;

use super::cx;
use super::flow::{Flow, Set, Way, extent, operands, successors, way};
use crate::code::{FuncCode, I, Reg};
use crate::image::Image;

/// The most registers that a function takes its arguments, or gives its results, in.
pub(super) const MAX_ARGS: u32 = 10;
pub(super) const MAX_RESULTS: u32 = 6;
/// Instructions of a block that is repeated where a jump leads to it.
const REPEATED: usize = 4;

/// How compiled code is entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// By compiled code, arguments in the processor's registers.
    Direct,
    /// By the machine at a block, all in the frame.
    Window(usize),
}

/// How deep calls of small functions are emitted as the functions themselves, and what is small.
const INLINE_DEPTH: usize = 2;
const INLINE_CODE: usize = 40;
const INLINE_CALLS: usize = 32;

/// A function that can be called directly.
pub(super) struct Callee<'a> {
    pub(super) func: FuncRef,
    pub(super) code: &'a FuncCode,
    pub(super) flow: &'a Flow,
}

/// Which of the machine's memory a function uses.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Base {
    Objs,
    ObjsLen,
    Words,
    WordsLen,
    Bytes,
    BytesLen,
    Globals,
    GlobalsLen,
}

const BASES: [(Base, usize); 8] = [
    (Base::Objs, cx::offset::OBJS),
    (Base::ObjsLen, cx::offset::OBJS_LEN),
    (Base::Words, cx::offset::WORDS),
    (Base::WordsLen, cx::offset::WORDS_LEN),
    (Base::Bytes, cx::offset::BYTES),
    (Base::BytesLen, cx::offset::BYTES_LEN),
    (Base::Globals, cx::offset::GLOBALS),
    (Base::GlobalsLen, cx::offset::GLOBALS_LEN),
];

/// What the interpreter finds where it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Why {
    /// The instruction has not been run; what was paid for blocks behind it is given back.
    Undone { refund: i64 },
    /// The function that it called stopped.
    Below,
    /// It failed in the machine.
    Failed,
}

/// A place where compiled code is left.
struct Exit {
    block: Block,
    pc: usize,
    why: Why,
    live: Set,
    frame: usize,
}

/// A frame that the code at hand runs in: the function's own, or one of a function emitted in place of its call, whose registers lie where its window would.
struct Inlined {
    func: u32,
    offset: Reg,
    /// The frame that it was called from, where, and what is live behind the call.
    caller: Option<(usize, usize, Set)>,
}

pub(super) struct Emitter<'a, 'b> {
    pub(super) b: FunctionBuilder<'b>,
    pub(super) image: &'a Image,
    pub(super) code: &'a FuncCode,
    pub(super) flow: &'a Flow,
    pub(super) entry: Entry,
    /// Functions that can be called directly.
    pub(super) callees: &'a FxHashMap<u32, Callee<'a>>,
    /// Whether a call of one may move or change the machine's memory.
    pub(super) calls_move: bool,
    /// The signature and address of what runs an instruction in the machine.
    pub(super) machine: (SigRef, usize),
    state: State,
}

/// What comes to be while a function is emitted.
#[derive(Default)]
struct State {
    vars: Vec<Option<Variable>>,
    /// Registers that stay in the frame, as they are reached by index.
    framed: Vec<bool>,
    gas: Option<Variable>,
    bases: Vec<Option<Variable>>,
    cx: Option<Value>,
    win: Option<Value>,
    room: Option<Value>,
    blocks: FxHashMap<usize, Block>,
    work: Vec<usize>,
    exits: Vec<Exit>,
    /// Exits of the instruction at hand, which its checks share.
    shared: Option<(usize, Why, Block)>,
    tail: Option<Block>,
    /// Frames so far, the function's own first; the one at hand, how deep it lies, and where its register 0 is.
    frames: Vec<Inlined>,
    frame: usize,
    depth: usize,
    offset: Reg,
    /// Where a function emitted in place of its call goes on.
    back: Option<Block>,
}

/// The instruction at hand.
#[derive(Clone, Copy)]
struct At<'l> {
    pc: usize,
    live: &'l [Set],
    index: usize,
    refund: i64,
}

impl At<'_> {
    fn before(&self) -> Set {
        self.live[self.index].clone()
    }
    fn behind(&self) -> Set {
        self.live[self.index + 1].clone()
    }
}

fn trusted() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// Of what no compiled code changes: it may be read again, earlier or never, as long as the memory is the same.
fn fixed() -> MemFlagsData {
    trusted().with_readonly().with_can_move()
}

fn none() -> [BlockArg; 0] {
    []
}

/// The registers of a function that are reached by index.
pub(super) fn framed(image: &Image, code: &FuncCode, top: u32) -> Vec<bool> {
    let mut out = vec![false; top as usize];
    for i in &code.code {
        if let I::LoadReg { a, .. } | I::StoreReg { a, .. } = i
            && way(image, code, i) == Way::Inline
            && let Some((first, end)) = extent(code, *a)
        {
            out.iter_mut().take(end as usize).skip(first as usize).for_each(|f| *f = true);
        }
    }
    out
}

impl<'a, 'b> Emitter<'a, 'b> {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn new(
        b: FunctionBuilder<'b>,
        image: &'a Image,
        func: u32,
        code: &'a FuncCode,
        flow: &'a Flow,
        entry: Entry,
        callees: &'a FxHashMap<u32, Callee<'a>>,
        calls_move: bool,
        machine: (SigRef, usize),
    ) -> Emitter<'a, 'b> {
        let frames = vec![Inlined { func, offset: 0, caller: None }];
        let state = State { frames, vars: vec![None; flow.top as usize], framed: framed(image, code, flow.top), ..State::default() };
        Emitter { b, image, code, flow, entry, callees, calls_move, machine, state }
    }

    /// Emits everything; `false` if the code is not as the compiler makes it.
    pub(super) fn function(mut self, config: cranelift_codegen::isa::TargetFrontendConfig) -> Option<()> {
        let begin = self.b.create_block();
        self.b.append_block_params_for_function_params(begin);
        self.b.switch_to_block(begin);
        self.b.seal_block(begin);
        let params = self.b.block_params(begin).to_vec();
        let [cx, win, room, gas, args @ ..] = &params[..] else { return None };
        (self.state.cx, self.state.win, self.state.room) = (Some(*cx), Some(*win), Some(*room));
        let var = self.b.declare_var(I64);
        self.b.def_var(var, *gas);
        self.state.gas = Some(var);
        let tail = self.b.create_block();
        self.b.append_block_param(tail, I64);
        self.b.set_cold_block(tail);
        self.state.tail = Some(tail);
        let used = self.bases_used();
        for (base, used) in BASES.iter().zip(used) {
            let var = used.then(|| self.b.declare_var(I64));
            debug_assert_eq!(base.0 as usize, self.state.bases.len());
            self.state.bases.push(var);
        }
        self.read_bases();
        let first = match self.entry {
            Entry::Direct => {
                let framed = self.state.framed.iter().rposition(|f| *f).map_or(0, |last| last as u32 + 1);
                let zero = self.int(0);
                for r in (0..framed.min(self.code.locals)).filter(|r| *r >= args.len() as u32) {
                    if self.framed(r) {
                        self.set(r, zero);
                    }
                }
                for (r, v) in args.iter().enumerate() {
                    self.set(r as Reg, *v);
                }
                0
            }
            Entry::Window(b) => {
                let live = self.flow.live_at(b).clone();
                for r in live.iter().filter(|r| *r < self.flow.top).collect::<Vec<_>>() {
                    if !self.framed(r) {
                        let v = self.b.ins().load(I64, trusted(), *win, r as i32 * 8);
                        self.set(r, v);
                    }
                }
                // what else is paid for on entry
                let more = self.flow.costs[b] - i64::from(self.code.blocks[b].gas);
                if more > 0 {
                    let pc = self.code.blocks[b].pc as usize;
                    self.charge(more, pc, Why::Undone { refund: 0 }, live);
                }
                b
            }
        };
        let to = self.block(first);
        self.b.ins().jump(to, &none());
        while let Some(b) = self.state.work.pop() {
            let at = self.state.blocks[&b];
            self.b.switch_to_block(at);
            self.body(b, false)?;
        }
        for exit in std::mem::take(&mut self.state.exits) {
            self.exit(exit)?;
        }
        self.b.switch_to_block(tail);
        self.record(tail)?;
        self.b.seal_all_blocks();
        self.b.finalize(config);
        Some(())
    }

    fn bases_used(&self) -> [bool; 8] {
        let (mut objs, mut words, mut bytes, mut globals) = (false, false, false, false);
        let inlined = self.callees.values().filter(|c| c.code.code.len() <= INLINE_CODE).flat_map(|c| &c.code.code);
        for i in self.code.code.iter().chain(inlined) {
            match i {
                I::Load { .. } | I::LoadN { .. } | I::Store { .. } => (objs, words) = (true, true),
                I::LoadElem { packed, .. } | I::StoreElem { packed, .. } => {
                    (objs, words) = (true, true);
                    bytes |= *packed;
                }
                I::StrIndex { .. } => bytes = true,
                I::Global { .. } => globals = true,
                _ => {}
            }
        }
        [objs, objs, words, words, bytes, bytes, globals, globals]
    }

    /// Reads where the machine's memory lies, which holds until the machine runs something.
    fn read_bases(&mut self) {
        let cx = self.state.cx;
        for (i, (_, at)) in BASES.iter().enumerate() {
            if let (Some(var), Some(cx)) = (self.state.bases[i], cx) {
                let v = self.b.ins().load(I64, trusted(), cx, *at as i32);
                self.b.def_var(var, v);
            }
        }
    }

    fn base(&mut self, base: Base) -> Value {
        match self.state.bases[base as usize] {
            Some(var) => self.b.use_var(var),
            None => self.int(0),
        }
    }

    fn int(&mut self, v: i64) -> Value {
        self.b.ins().iconst(I64, v)
    }

    fn framed(&self, r: Reg) -> bool {
        self.state.framed.get((self.state.offset + r) as usize).copied().unwrap_or(false)
    }

    /// Where a register of the frame at hand lies, from the function's own frame on.
    fn place(&self, r: Reg) -> i32 {
        (self.state.offset + r) as i32 * 8
    }

    fn win(&self) -> Value {
        self.state.win.unwrap_or(Value::from_u32(0))
    }

    fn cx(&self) -> Value {
        self.state.cx.unwrap_or(Value::from_u32(0))
    }

    fn var(&mut self, r: Reg) -> Variable {
        let at = (self.state.offset + r) as usize;
        if self.state.vars.len() <= at {
            self.state.vars.resize(at + 1, None);
        }
        match self.state.vars[at] {
            Some(v) => v,
            None => {
                let v = self.b.declare_var(I64);
                self.state.vars[at] = Some(v);
                v
            }
        }
    }

    fn get(&mut self, r: Reg) -> Value {
        if self.framed(r) {
            let (win, place) = (self.win(), self.place(r));
            return self.b.ins().load(I64, trusted(), win, place);
        }
        let var = self.var(r);
        self.b.use_var(var)
    }

    fn set(&mut self, r: Reg, v: Value) {
        if self.framed(r) {
            let (win, place) = (self.win(), self.place(r));
            self.b.ins().store(trusted(), v, win, place);
            return;
        }
        let var = self.var(r);
        self.b.def_var(var, v);
    }

    fn gas(&mut self) -> Value {
        match self.state.gas {
            Some(var) => self.b.use_var(var),
            None => self.int(0),
        }
    }

    fn set_gas(&mut self, v: Value) {
        if let Some(var) = self.state.gas {
            self.b.def_var(var, v);
        }
    }

    /// The block of a block of bytecode.
    fn block(&mut self, b: usize) -> Block {
        if let Some(at) = self.state.blocks.get(&b) {
            return *at;
        }
        let at = self.b.create_block();
        self.state.blocks.insert(b, at);
        self.state.work.push(b);
        at
    }

    /// A block that leaves.
    fn leaving(&mut self, pc: usize, why: Why, live: Set) -> Block {
        if let Some((p, w, block)) = self.state.shared
            && (p, w) == (pc, why)
        {
            return block;
        }
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        self.state.shared = Some((pc, why, block));
        let frame = self.state.frame;
        self.state.exits.push(Exit { block, pc, why, live, frame });
        block
    }

    /// Leaves if `c` holds.
    fn leave_if(&mut self, c: Value, pc: usize, why: Why, live: Set) {
        let out = self.leaving(pc, why, live);
        let on = self.b.create_block();
        self.b.ins().brif(c, out, &none(), on, &none());
        self.b.seal_block(on);
        self.b.switch_to_block(on);
    }

    fn leave(&mut self, pc: usize, why: Why, live: Set) {
        let out = self.leaving(pc, why, live);
        self.b.ins().jump(out, &none());
    }

    fn refuse_if(&mut self, c: Value, at: At) {
        self.leave_if(c, at.pc, Why::Undone { refund: at.refund }, at.before());
    }

    /// Pays, or leaves with nothing done.
    fn charge(&mut self, gas: i64, pc: usize, why: Why, live: Set) {
        if gas == 0 {
            return;
        }
        let have = self.gas();
        let price = self.int(gas);
        let poor = self.b.ins().icmp(IntCC::SignedLessThan, have, price);
        self.leave_if(poor, pc, why, live);
        let left = self.b.ins().isub(have, price);
        self.set_gas(left);
    }

    /// Writes the frame, and those that it lies in, and says where the interpreter goes on.
    fn exit(&mut self, exit: Exit) -> Option<()> {
        self.b.switch_to_block(exit.block);
        self.b.seal_block(exit.block);
        let (mut frame, mut pc, mut live) = (exit.frame, exit.pc, exit.live);
        if let Why::Undone { refund } = exit.why {
            let gas = self.gas();
            let refund = self.int(refund);
            let gas = self.b.ins().iadd(gas, refund);
            let cx = self.cx();
            self.b.ins().store(trusted(), gas, cx, cx::offset::GAS as i32);
        }
        let win = self.win();
        loop {
            let (func, offset) = (self.state.frames[frame].func, self.state.frames[frame].offset);
            self.state.offset = offset;
            self.show(&live);
            let place = self.int((u64::from(func) | (pc as u64) << 32) as i64);
            let Some((caller, at, behind)) = &self.state.frames[frame].caller else {
                let tail = self.state.tail?;
                self.b.ins().jump(tail, &[BlockArg::Value(place)]);
                return Some(());
            };
            (frame, pc, live) = (*caller, *at, behind.clone());
            let by = self.int(i64::from(offset) * 8);
            let win = self.b.ins().iadd(win, by);
            self.note(place, win);
        }
    }

    /// Writes registers to the frame at hand.
    fn show(&mut self, live: &Set) {
        let win = self.win();
        for r in live.iter().collect::<Vec<_>>() {
            if !self.framed(r) {
                let (v, place) = (self.get(r), self.place(r));
                self.b.ins().store(trusted(), v, win, place);
            }
        }
    }

    /// Notes a frame that is left.
    fn note(&mut self, place: Value, win: Value) {
        let cx = self.cx();
        let len = self.b.ins().load(I64, trusted(), cx, cx::offset::EXITS_LEN as i32);
        let exits = self.b.ins().load(I64, trusted(), cx, cx::offset::EXITS as i32);
        let four = self.int(4);
        let by = self.b.ins().ishl(len, four);
        let to = self.b.ins().iadd(exits, by);
        self.b.ins().store(trusted(), win, to, 0);
        self.b.ins().store(trusted(), place, to, 8);
        let one = self.int(1);
        let len = self.b.ins().iadd(len, one);
        self.b.ins().store(trusted(), len, cx, cx::offset::EXITS_LEN as i32);
    }

    /// Notes the function's own frame and returns that it did not come to its end.
    fn record(&mut self, tail: Block) -> Option<()> {
        let place = *self.b.block_params(tail).first()?;
        let win = self.win();
        self.note(place, win);
        let stopped = self.int(-1);
        let mut out = vec![stopped];
        if self.entry == Entry::Direct {
            let zero = self.int(0);
            out.resize(1 + self.code.result_slots as usize, zero);
        }
        self.b.ins().return_(&out);
        Some(())
    }

    /// The instructions of a block. `repeated`: behind the jump that leads there.
    fn body(&mut self, b: usize, repeated: bool) -> Option<()> {
        let live = self.flow.live_in(self.image, self.code, b);
        let begin = self.code.blocks[b].pc as usize;
        let refund = self.flow.costs[b] - i64::from(self.code.blocks[b].gas);
        for pc in begin..self.flow.ends[b] {
            let i = self.code.code[pc];
            self.state.shared = None;
            let at = At { pc, live: &live, index: pc - begin, refund };
            if successors(&i).is_some() {
                return self.end(&i, at, b, repeated);
            }
            match way(self.image, self.code, &i) {
                Way::Leave => {
                    self.leave(pc, Why::Undone { refund }, at.before());
                    return Some(());
                }
                Way::Machine => self.machine(&i, at)?,
                Way::Inline => {
                    if let I::Call { f, at: first } = i {
                        if !self.callees.contains_key(&f) {
                            self.leave(pc, Why::Undone { refund }, at.before());
                            return Some(());
                        }
                        self.call(f, first, at)?;
                    } else {
                        self.inst(&i, at)?;
                    }
                }
            }
        }
        None
    }

    /// A jump to a block that the block at hand has not paid for pays.
    fn goto(&mut self, t: usize, paid: bool, at: At, repeated: bool) -> Option<()> {
        if !paid {
            self.charge(self.flow.costs[t], at.pc, Why::Undone { refund: at.refund }, at.before());
        }
        let begin = self.code.blocks[t].pc as usize;
        let insts = self.code.code.get(begin..self.flow.ends[t])?;
        let decides = insts.last().and_then(successors).is_some_and(|to| to.len() == 2);
        let plain = insts.iter().all(|i| !matches!(i, I::Call { .. }) && way(self.image, self.code, i) == Way::Inline);
        if !repeated && decides && plain && insts.len() <= REPEATED {
            // a loop's condition stands at its end then, too
            return self.body(t, true);
        }
        let to = self.block(t);
        self.b.ins().jump(to, &none());
        Some(())
    }

    fn end(&mut self, i: &I, at: At, b: usize, repeated: bool) -> Option<()> {
        let unsigned = |v: i32| i64::from(v);
        let (cc, x, y) = match *i {
            I::Jmp { t } => return self.goto(t as usize, self.flow.chained[b], at, repeated),
            I::Ret => return self.ret(at),
            I::RetDefer | I::Unreachable => {
                self.leave(at.pc, Why::Undone { refund: at.refund }, at.before());
                return Some(());
            }
            I::Br { c, .. } => {
                let (x, y) = (self.get(c), self.int(0));
                (IntCC::NotEqual, x, y)
            }
            I::BrEq { a, b, .. } => (IntCC::Equal, self.get(a), self.get(b)),
            I::BrNe { a, b, .. } => (IntCC::NotEqual, self.get(a), self.get(b)),
            I::BrLtS { a, b, .. } => (IntCC::SignedLessThan, self.get(a), self.get(b)),
            I::BrLeS { a, b, .. } => (IntCC::SignedLessThanOrEqual, self.get(a), self.get(b)),
            I::BrLtU { a, b, .. } => (IntCC::UnsignedLessThan, self.get(a), self.get(b)),
            I::BrLeU { a, b, .. } => (IntCC::UnsignedLessThanOrEqual, self.get(a), self.get(b)),
            I::BrEqI { a, v, .. } => (IntCC::Equal, self.get(a), self.int(v.into())),
            I::BrNeI { a, v, .. } => (IntCC::NotEqual, self.get(a), self.int(v.into())),
            I::BrLtI { a, v, .. } => (IntCC::SignedLessThan, self.get(a), self.int(v.into())),
            I::BrLeI { a, v, .. } => (IntCC::SignedLessThanOrEqual, self.get(a), self.int(v.into())),
            I::BrGtI { a, v, .. } => (IntCC::SignedGreaterThan, self.get(a), self.int(v.into())),
            I::BrGeI { a, v, .. } => (IntCC::SignedGreaterThanOrEqual, self.get(a), self.int(v.into())),
            I::BrLtUI { a, v, .. } => (IntCC::UnsignedLessThan, self.get(a), self.int(unsigned(v))),
            I::BrLeUI { a, v, .. } => (IntCC::UnsignedLessThanOrEqual, self.get(a), self.int(unsigned(v))),
            _ => return None,
        };
        let to = successors(i)?;
        let [t, e] = to[..] else { return None };
        // the way that a condition leads to comes next in the code: it is a loop's
        let c = self.b.ins().icmp(cc.complement(), x, y);
        let (then, els) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(c, els, &none(), then, &none());
        for (edge, t) in [(then, t), (els, e)] {
            self.b.seal_block(edge);
            self.b.switch_to_block(edge);
            self.charge(self.flow.costs[t], at.pc, Why::Undone { refund: at.refund }, at.before());
            let to = self.block(t);
            self.b.ins().jump(to, &none());
        }
        Some(())
    }

    fn ret(&mut self, at: At) -> Option<()> {
        if way(self.image, self.code, &I::Ret) == Way::Leave {
            self.leave(at.pc, Why::Undone { refund: at.refund }, at.before());
            return Some(());
        }
        let mut values = Vec::new();
        for r in &self.code.results {
            for k in 0..r.slots {
                values.push(self.get(r.reg + k));
            }
        }
        if let Some(back) = self.state.back {
            for (k, v) in values.into_iter().enumerate() {
                self.set(k as Reg, v);
            }
            self.b.ins().jump(back, &none());
            return Some(());
        }
        let gas = self.gas();
        match self.entry {
            Entry::Direct => {
                values.insert(0, gas);
                self.b.ins().return_(&values);
            }
            Entry::Window(_) => {
                let win = self.win();
                for (k, v) in values.into_iter().enumerate() {
                    self.b.ins().store(trusted(), v, win, k as i32 * 8);
                }
                self.b.ins().return_(&[gas]);
            }
        }
        Some(())
    }

    /// A call of a function that is compiled too.
    fn call(&mut self, f: u32, first: Reg, at: At) -> Option<()> {
        let callees = self.callees;
        let callee = callees.get(&f)?;
        // too little gas for its first block, or no room for its frame: the interpreter calls
        let have = self.gas();
        let price = self.int(*callee.flow.costs.first()?);
        let left = self.b.ins().isub(have, price);
        let room = self.state.room?;
        let minus = self.int(-1);
        let room = self.b.ins().iadd(room, minus);
        let both = self.b.ins().bor(left, room);
        let zero = self.int(0);
        let poor = self.b.ins().icmp(IntCC::SignedLessThan, both, zero);
        self.refuse_if(poor, at);
        let mut live = at.behind();
        live.remove((first, callee.code.result_slots));
        if self.code.has_defer {
            // what the function that defers returns is never in scratch space
            self.code.results.iter().for_each(|r| live.add((r.reg, if r.boxed { 1 } else { r.slots })));
        }
        let small = callee.code.code.len() <= INLINE_CODE && !framed(self.image, callee.code, callee.flow.top).contains(&true);
        if small && self.state.depth < INLINE_DEPTH && self.state.frames.len() <= INLINE_CALLS {
            self.set_gas(left);
            return self.inline(f, callee, first, room, (at.pc, live));
        }
        let by = self.int(self.place(first).into());
        let win = self.win();
        let win = self.b.ins().iadd(win, by);
        let mut args = vec![self.cx(), win, room, left];
        for k in 0..callee.code.params {
            args.push(self.get(first + k));
        }
        let call = self.b.ins().call(callee.func, &args);
        let got = self.b.inst_results(call).to_vec();
        let gas = *got.first()?;
        let stopped = self.b.ins().icmp(IntCC::SignedLessThan, gas, zero);
        self.leave_if(stopped, at.pc, Why::Below, live);
        self.set_gas(gas);
        if self.calls_move {
            self.read_bases();
        }
        for (k, v) in got.into_iter().skip(1).enumerate() {
            self.set(first + k as Reg, v);
        }
        Some(())
    }

    /// A function in place of its call. Its registers begin where its window would.
    fn inline(&mut self, f: u32, callee: &Callee<'a>, first: Reg, room: Value, (pc, live): (usize, Set)) -> Option<()> {
        let offset = self.state.offset + first;
        let caller = self.state.frame;
        let back = self.b.create_block();
        self.state.frames.push(Inlined { func: f, offset, caller: Some((caller, pc, live)) });
        let (code, flow) = (std::mem::replace(&mut self.code, callee.code), std::mem::replace(&mut self.flow, callee.flow));
        let blocks = std::mem::take(&mut self.state.blocks);
        let work = std::mem::take(&mut self.state.work);
        let outer = (self.state.room.replace(room), self.state.back.replace(back), self.state.offset);
        self.state.frame = self.state.frames.len() - 1;
        self.state.offset = offset;
        self.state.depth += 1;
        let zero = self.int(0);
        for r in self.code.params..self.code.locals {
            self.set(r, zero);
        }
        let begin = self.block(0);
        self.b.ins().jump(begin, &none());
        while let Some(b) = self.state.work.pop() {
            let at = self.state.blocks[&b];
            self.b.switch_to_block(at);
            self.body(b, false)?;
        }
        (self.code, self.flow) = (code, flow);
        (self.state.blocks, self.state.work) = (blocks, work);
        (self.state.room, self.state.back, self.state.offset) = outer;
        self.state.frame = caller;
        self.state.depth -= 1;
        self.state.shared = None;
        self.b.switch_to_block(back);
        Some(())
    }

    /// An instruction that the machine runs.
    fn machine(&mut self, i: &I, at: At) -> Option<()> {
        let o = operands(self.image, self.code, i)?;
        let mut shown = Set::of(self.flow.top);
        o.reads.iter().chain(&o.writes).for_each(|r| shown.add(*r));
        self.show(&shown);
        let place = self.int((u64::from(self.state.frames[self.state.frame].func) | (at.pc as u64) << 32) as i64);
        let gas = self.gas();
        let (sig, address) = self.machine;
        let address = self.int(address as i64);
        let (cx, own) = (self.cx(), self.win());
        let by = self.int(self.place(0).into());
        let win = self.b.ins().iadd(own, by);
        let call = self.b.ins().call_indirect(sig, address, &[cx, win, place, gas]);
        let gas = *self.b.inst_results(call).first()?;
        let zero = self.int(0);
        let failed = self.b.ins().icmp(IntCC::SignedLessThan, gas, zero);
        self.leave_if(failed, at.pc, Why::Failed, at.before());
        self.set_gas(gas);
        self.read_bases();
        let mut written = Set::of(self.flow.top);
        o.writes.iter().for_each(|r| written.add(*r));
        for r in written.iter().collect::<Vec<_>>() {
            if !self.framed(r) {
                let place = self.place(r);
                let v = self.b.ins().load(I64, trusted(), own, place);
                self.set(r, v);
            }
        }
        Some(())
    }
}
