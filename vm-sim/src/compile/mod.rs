//! MIR → bytecode, one function instance at a time. A block of bytecode has the price of its MIR block.

mod calls;
mod consts;
mod ops;
mod place;
mod uses;

use amigos_mir::gas;
use amigos_mir::layout;
use amigos_mir::mir::{Block, BlockId, Body, Callee, LocalId, Op, Operand, Term};
use amigos_syntax::ast::BinaryOp;
use amigos_types::ty::Ty;
use rustc_hash::FxHashMap;

use crate::code::{CodeBlock, FuncCode, Heavy, I, Price, Reg, ResultFrom, VarInfo};
use crate::image::{Image, LinkError};
use crate::types::{Kind, Rt, TypeId};

/// Registers beyond which a function is refused.
const MAX_FRAME: u64 = 1 << 22;

#[derive(Clone, Copy)]
struct LocalSlot {
    reg: Reg,
    ty: TypeId,
    slots: u32,
    boxed: bool,
}

struct Compiler<'i> {
    image: &'i mut Image,
    func: u32,
    body: &'i Body,
    targs: Box<[Ty]>,
    out: FuncCode,
    locals: Vec<LocalSlot>,
    uses: Vec<u32>,
    /// A local whose value goes to a register that is not its own.
    redirect: Option<(LocalId, Reg)>,
    /// Temporaries of the block at hand whose value stands in other registers than their own.
    forwarded: Vec<(LocalId, Reg)>,
    known: FxHashMap<Ty, TypeId>,
    /// First register behind the locals: scratch space and callees' windows.
    base: Reg,
    scratch: Reg,
    top: Reg,
    span: u32,
}

/// Compiles the body of function number `func`.
pub fn compile(image: &mut Image, func: u32, body: &Body) -> Result<FuncCode, LinkError> {
    let targs = image.funcs[func as usize].targs.clone();
    let mut c = Compiler {
        image,
        func,
        body,
        targs,
        out: FuncCode::default(),
        locals: Vec::new(),
        uses: uses(body),
        redirect: None,
        forwarded: Vec::new(),
        known: FxHashMap::default(),
        base: 0,
        scratch: 0,
        top: 0,
        span: body.span.start,
    };
    c.frame()?;
    for n in 0..body.blocks.len() {
        c.block(BlockId(n as u32))?;
    }
    if body.has_defer {
        // where a panicking function goes on when it has recovered
        c.emit(I::RetDefer);
    }
    c.out.frame = c.top;
    c.out.has_defer = body.has_defer;
    #[cfg(vm_threaded)]
    {
        c.out.threaded = crate::interp::threaded::translate(&c.out, &c.image.types, c.image.funcs.len());
    }
    Ok(c.out)
}

impl Compiler<'_> {
    fn ty(&mut self, ty: Ty) -> TypeId {
        if let Some(id) = self.known.get(&ty) {
            return *id;
        }
        let id = self.image.ty(layout::subst(ty, &self.body.tparams, &self.targs));
        self.known.insert(ty, id);
        id
    }

    fn rt(&self, id: TypeId) -> &Rt {
        self.image.types.get(id)
    }

    fn kind(&self, id: TypeId) -> Kind {
        self.image.types.get(id).kind.clone()
    }

    fn slots(&self, id: TypeId) -> u32 {
        self.image.types.get(id).slots
    }

    /// Lays out parameters, captures and locals.
    fn frame(&mut self) -> Result<(), LinkError> {
        let body = self.body;
        let mut next = 0u64;
        let none = LocalSlot { reg: 0, ty: 0, slots: 0, boxed: false };
        self.locals = vec![none; body.locals.len()];
        let mut placed = vec![false; body.locals.len()];
        let order = body.params.iter().chain(&body.captures).copied().chain((0..body.locals.len() as u32).map(LocalId));
        for (i, l) in order.enumerate() {
            if placed.get(l.idx()).copied().unwrap_or(true) {
                continue;
            }
            placed[l.idx()] = true;
            let local = &body.locals[l.idx()];
            let ty = self.ty(local.ty);
            let slots = self.slots(ty);
            let room = if local.boxed { 1 } else { slots };
            self.locals[l.idx()] = LocalSlot { reg: next as Reg, ty, slots, boxed: local.boxed };
            if room > 1 {
                self.out.wide.push((next as Reg, room));
            }
            next += u64::from(room);
            if next > MAX_FRAME {
                return Err(format!("the local variables of `{}` are too large; allocate with `make` or `new`", body.func.name));
            }
            if i + 1 == body.params.len() {
                self.out.params = next as u32;
            }
            if let Some(name) = local.name {
                let var = VarInfo { name, reg: self.locals[l.idx()].reg, ty, boxed: local.boxed, scope: local.scope };
                self.out.vars.push(var);
            }
        }
        self.out.captures = body.captures.len() as u32;
        for r in &body.results {
            let l = self.locals[r.idx()];
            self.out.results.push(ResultFrom { reg: l.reg, slots: l.slots, boxed: l.boxed });
            self.out.result_slots += l.slots;
        }
        self.base = next as Reg;
        self.out.locals = self.base;
        self.scratch = self.base;
        self.top = self.base.max(self.out.result_slots);
        Ok(())
    }

    fn block(&mut self, id: BlockId) -> Result<(), LinkError> {
        let body = self.body;
        let b = &body.blocks[id.idx()];
        let price = {
            let types = &self.image.types;
            let program = &*self.image.program;
            let targs = &self.targs;
            let slots = |ty: Ty| {
                let ty = layout::subst(ty, &body.tparams, targs);
                types.find(ty).map_or_else(|| layout::slots_of(program, ty), |id| types.get(id).slots)
            };
            let block = self.out.code.len() as u32;
            let prices = &mut self.out.prices;
            let mut part = |at: u32, gas: u64| {
                let gas = u32::try_from(gas).unwrap_or(u32::MAX);
                match prices.last_mut().filter(|last| last.block == block && last.at == at) {
                    Some(last) => last.gas = last.gas.saturating_add(gas),
                    None if gas > 0 => prices.push(Price { block, at, gas }),
                    None => {}
                }
            };
            if id.0 == 0 {
                part(body.span.start, gas::frame_price(body, &slots));
            }
            b.insts.iter().for_each(|inst| part(inst.span.start, gas::op_price(body, &inst.op, &slots)));
            // Where a branch ends a block is known only when its arms are: the statement that decides stands before it.
            let bare = if matches!(b.term, Term::Goto(_)) { body.span.start } else { b.term_span.start };
            let end = b.insts.last().map_or(bare, |last| last.span.start);
            part(end, gas::term_price(body, &b.term, &slots));
            gas::block_price(body, id, &slots)
        };
        let gas = u32::try_from(price).unwrap_or(u32::MAX);
        self.out.blocks.push(CodeBlock { pc: self.out.code.len() as u32, gas });
        let fused = self.fusable(id);
        let count = b.insts.len() - usize::from(fused);
        let mut at = 0;
        self.forwarded.clear();
        while let Some(inst) = b.insts.get(at).filter(|_| at < count) {
            self.span = inst.span.start;
            self.scratch = self.base;
            if let Some(forward) = self.forwardable(b, at) {
                self.forwarded.push(forward);
                at += 1;
                continue;
            }
            if let Some(argument) = b.insts.get(at + 1).filter(|_| at + 1 < count).and_then(|next| self.argument(&inst.op, &next.op)) {
                self.redirect = Some(argument);
                self.op(&inst.op)?;
                self.redirect = None;
                self.forwarded.push(argument);
                at += 1;
                continue;
            }
            // a temporary that is only copied to a variable is computed there
            let copied = b.insts.get(at + 1).filter(|_| at + 1 < count).and_then(|next| self.copied(&inst.op, &next.op));
            self.redirect = copied;
            self.op(&inst.op)?;
            self.redirect = None;
            at += if copied.is_some() { 2 } else { 1 };
        }
        self.scratch = self.base;
        self.span = b.term_span.start;
        if fused
            && let Some(inst) = b.insts.last()
            && let Op::Binary { op, x, y, .. } = &inst.op
            && let Term::If { then, els, .. } = &b.term
        {
            self.span = inst.span.start;
            return self.compare_branch(*op, x, y, then.0 as u16, els.0 as u16);
        }
        match &b.term {
            Term::Goto(t) => self.emit(I::Jmp { t: t.0 }),
            Term::If { cond, then, els } => {
                let c = self.operand(cond)?;
                self.emit(I::Br { c, t: then.0, e: els.0 });
            }
            Term::Return => self.emit(if body.has_defer { I::RetDefer } else { I::Ret }),
            Term::Panic(x) => {
                let x = self.operand(x)?;
                self.heavy(Heavy::Panic { x });
                self.emit(I::Unreachable);
            }
            Term::Unreachable => self.emit(I::Unreachable),
        }
        Ok(())
    }

    /// If instruction `at` copies a variable to a temporary whose only use comes later in the block, before the variable is written again: the temporary, and the
    /// variable's register.
    fn forwardable(&self, b: &Block, at: usize) -> Option<(LocalId, Reg)> {
        let Op::Copy { dst, src: Operand::Local(from) } = &b.insts.get(at)?.op else { return None };
        let (temp, source) = (self.local(*dst), self.local(*from));
        if self.uses.get(dst.idx()) != Some(&1) || self.body.locals.get(dst.idx())?.name.is_some() {
            return None;
        }
        if dst == from || temp.boxed || source.boxed || temp.slots != source.slots {
            return None;
        }
        // what the variable itself stands for must not be written either
        let named = self.locals.iter().position(|l| l.reg == source.reg && l.slots > 0).map(|i| LocalId(i as u32));
        let mut used = false;
        for inst in &b.insts[at + 1..] {
            uses::reads(&inst.op, &mut |l| used |= l == *dst);
            if used {
                return Some((*dst, source.reg));
            }
            let mut written = false;
            uses::writes(&inst.op, &mut |l| written |= l == *from || Some(l) == named || l == *dst);
            if written {
                return None;
            }
        }
        matches!(&b.term, Term::If { cond: Operand::Local(l), .. } | Term::Panic(Operand::Local(l)) if l == dst)
            .then_some((*dst, source.reg))
    }

    /// If `op` yields one slot in a temporary whose only use is as an argument of `next`, a call: the temporary, and where that argument stands.
    fn argument(&mut self, op: &Op, next: &Op) -> Option<(LocalId, Reg)> {
        let dst = one_result(op)?;
        let Op::Call { callee: Callee::Static { .. }, args, .. } = next else { return None };
        let temp = self.local(dst);
        if self.uses.get(dst.idx()) != Some(&1) || self.body.locals.get(dst.idx())?.name.is_some() || temp.slots != 1 || temp.boxed {
            return None;
        }
        let mut to = self.base;
        for a in args {
            if *a == Operand::Local(dst) {
                return Some((dst, to));
            }
            let ty = self.operand_ty(a);
            to = to.checked_add(self.slots(ty))?;
        }
        None
    }

    /// If `op` yields one slot in a temporary whose only use is that `next` copies it: the temporary, and the register it goes to.
    fn copied(&self, op: &Op, next: &Op) -> Option<(LocalId, Reg)> {
        let dst = one_result(op)?;
        let Op::Copy { dst: to, src: Operand::Local(from) } = next else { return None };
        let (temp, target) = (self.local(dst), self.local(*to));
        let only = *from == dst && self.uses.get(dst.idx()) == Some(&1) && self.body.locals.get(dst.idx())?.name.is_none();
        let one = temp.slots == 1 && target.slots == 1 && !temp.boxed && !target.boxed;
        (only && one).then_some((dst, target.reg))
    }

    /// Whether the block ends in a comparison of words that only its branch reads.
    fn fusable(&mut self, id: BlockId) -> bool {
        let body = self.body;
        let b = &body.blocks[id.idx()];
        if body.blocks.len() > usize::from(u16::MAX) {
            return false;
        }
        let (Some(inst), Term::If { cond: Operand::Local(c), .. }) = (b.insts.last(), &b.term) else { return false };
        let Op::Binary { dst, op, x, y } = &inst.op else { return false };
        if dst != c || self.uses[c.idx()] != 1 || body.locals[c.idx()].name.is_some() {
            return false;
        }
        if !matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge) {
            return false;
        }
        let (tx, ty) = (self.operand_ty(x), self.operand_ty(y));
        let word = |k: &Kind| matches!(k, Kind::Int(_) | Kind::Uint(_) | Kind::Bool | Kind::Ptr(_));
        word(&self.kind(tx)) && word(&self.kind(ty))
    }

    fn emit(&mut self, i: I) {
        self.out.code.push(i);
        self.out.spans.push(self.span);
    }

    fn heavy(&mut self, h: Heavy) {
        let x = self.out.heavy.len() as u32;
        self.out.heavy.push(h);
        self.emit(I::Heavy { x });
    }

    /// Scratch registers that live until the end of the instruction.
    fn temp(&mut self, n: u32) -> Reg {
        let r = self.scratch;
        self.scratch = self.scratch.saturating_add(n);
        self.top = self.top.max(self.scratch);
        r
    }

    fn local(&self, l: LocalId) -> LocalSlot {
        let mut slot = self.locals.get(l.idx()).copied().unwrap_or(LocalSlot { reg: 0, ty: 0, slots: 0, boxed: false });
        if let Some((_, reg)) = self.forwarded.iter().rev().find(|(temp, _)| *temp == l) {
            slot.reg = *reg;
        }
        slot
    }

    fn operand_ty(&mut self, x: &Operand) -> TypeId {
        match x {
            Operand::Local(l) => self.local(*l).ty,
            Operand::Const(_, ty) | Operand::Zero(ty) => self.ty(*ty),
        }
    }

    fn mov(&mut self, d: Reg, a: Reg, n: u32) {
        match n {
            _ if d == a => {}
            0 => {}
            1 => self.emit(I::Mov { d, a }),
            n => self.emit(I::MovN { d, a, n }),
        }
    }
}

/// The destination of an operation whose result is written last.
fn one_result(op: &Op) -> Option<LocalId> {
    match op {
        Op::Copy { dst, .. }
        | Op::Unary { dst, .. }
        | Op::Binary { dst, .. }
        | Op::Load { dst, .. }
        | Op::Len { dst, .. }
        | Op::Cap { dst, .. }
        | Op::StringIndex { dst, .. }
        | Op::Extract { dst, .. }
        | Op::Convert { dst, .. } => Some(*dst),
        _ => None,
    }
}

/// How often each local is read.
fn uses(body: &Body) -> Vec<u32> {
    let mut n = vec![0u32; body.locals.len()];
    let mut count = |l: LocalId| {
        if let Some(c) = n.get_mut(l.idx()) {
            *c += 1;
        }
    };
    for b in &body.blocks {
        b.insts.iter().for_each(|inst| uses::reads(&inst.op, &mut count));
        if let Term::If { cond: Operand::Local(l), .. } | Term::Panic(Operand::Local(l)) = &b.term {
            count(*l);
        }
    }
    body.results.iter().for_each(|l| count(*l));
    n
}
