//! Frames: calls, returns, deferred calls, panics.

use super::Flow;
use crate::code::FuncCode;
use crate::compare::{iface_maker, iface_type};
use crate::image::{End, Func, Image, Need, PkgIdx, Source, Step};
use crate::machine::{DeferTarget, Deferred, Frame, Machine, PanicRecord, Vm};
use crate::memory::{handle, pointer};
use crate::trap::{self, Res, Trap};
use crate::types::{Kind, RUNTIME_ERROR, TypeId};
use amigos_mir::gas;

/// Slots kept free behind a frame for its callees' arguments.
const SLACK: usize = 64;

/// What kind of function value a closure object holds, in its second word's low half.
pub const VALUE_FUNC: u32 = 0;
/// Captured boxes follow.
pub const VALUE_CLOSURE: u32 = 1;
/// A receiver follows.
pub const VALUE_BOUND: u32 = 2;
/// An interface value follows; the first word's low half is a method.
pub const VALUE_BOUND_IFACE: u32 = 3;
/// The first word's low half is a method; the receiver is the first argument.
pub const VALUE_METHOD_EXPR: u32 = 4;

impl Vm<'_> {
    fn reserve(&mut self, top: usize) -> Res<()> {
        if top as u64 * 8 > self.m.mem.limit {
            return Err(Box::new(Trap::Memory));
        }
        if self.stack.len() < top + SLACK {
            self.stack.resize((top + SLACK) * 3 / 2, 0);
        }
        Ok(())
    }

    /// Enters the function that a run begins with; its arguments lie at the bottom.
    pub fn enter(&mut self, image: &Image, f: u32) -> Res<()> {
        self.call(image, f, 0, 0)
    }

    /// Enters the method that a run begins with; `n` slots of arguments lie at the bottom.
    pub fn enter_method(&mut self, image: &Image, value: [u64; 2], method: u32, n: u32) -> Res<()> {
        self.call_iface(image, value, method, 0, n).map(|_| ())
    }

    /// Enters a function with code whose arguments lie at `base`. `extra` contexts were pushed for it already, which makes the call a sub-transaction.
    pub(super) fn call(&mut self, image: &Image, f: u32, base: u32, extra: u8) -> Res<()> {
        self.call_saved(image, f, base, extra, None)
    }

    fn call_saved(&mut self, image: &Image, f: u32, base: u32, extra: u8, saved: Option<crate::ownership::Savepoint>) -> Res<()> {
        let func = &image.funcs[f as usize];
        let Some(code) = &func.code else {
            self.m.leave(extra);
            return Err(Need::Code(f).into());
        };
        if self.m.frames.len() >= self.m.depth_limit {
            return Err(Box::new(Trap::Depth));
        }
        let mut ctxs = extra;
        let mut save = saved;
        if func.contract && self.m.acting != crate::identity::NOBODY {
            if func.render {
                self.m.enter_nobody(func.key.name);
                ctxs += 1;
            } else if func.pkg != self.m.acting {
                if func.migrate {
                    self.m.leave(extra);
                    return crate::trap::panic("`Migrate` runs when its version is deployed: other contracts cannot call it");
                }
                save = save.or_else(|| Some(self.m.savepoint()));
                if let Err(t) = self.m.enter(image, func.pkg, func.key.name, false) {
                    self.m.leave(extra);
                    return Err(t);
                }
                ctxs += 1;
                self.m.charge(gas::SUB_TRANSACTION)?;
            }
        }
        let top = base as usize + code.frame.max(code.result_slots) as usize;
        self.reserve(top)?;
        let from = base as usize + (code.params + code.captures) as usize;
        self.stack[from..top.max(from)].fill(0);
        let block = code.blocks.first().copied().unwrap_or_default();
        self.m.switch_pkg(func.pkg);
        let iters = self.m.iters.len() as u32;
        self.m.frames.push(Frame {
            func: f,
            pc: block.pc,
            base,
            iters,
            pkg: func.pkg,
            ctxs,
            saved: save.is_some(),
            panic: 0,
            deferred: false,
            resume: 0,
        });
        self.m.saves.extend(save);
        // the profile knows blocks' prices
        let tracing = std::mem::replace(&mut self.m.tracing, false);
        let paid = self.m.charge(u64::from(block.gas));
        self.m.tracing = tracing;
        paid?;
        if tracing {
            self.m.trace_call(image, f);
        }
        Ok(())
    }

    /// Enters a function of any kind; natives run at once.
    fn call_any(&mut self, image: &Image, f: u32, base: u32, extra: u8, save: Option<crate::ownership::Savepoint>) -> Res<Flow> {
        let func = &image.funcs[f as usize];
        if let Source::Native(..) = func.source {
            self.reserve(base as usize + (func.param_slots.max(func.result_slots)) as usize)?;
            let regs = &mut self.stack[base as usize..];
            let result = self.m.native(image, func, regs);
            self.m.leave(extra);
            result?;
            self.m.skip();
            return Ok(Flow::Switch);
        }
        self.call_saved(image, f, base, extra, save)?;
        Ok(Flow::Switch)
    }

    /// Calls a function as if `maker` had written a closure around it.
    pub(super) fn call_as(&mut self, image: &Image, f: u32, base: u32, maker: PkgIdx) -> Res<Flow> {
        let (extra, save) = self.act_for(image, f, maker)?;
        self.call_any(image, f, base, extra, save)
    }

    /// Lets the maker of a value act, if another does.
    fn act_for(&mut self, image: &Image, f: u32, maker: PkgIdx) -> Res<(u8, Option<crate::ownership::Savepoint>)> {
        let func = &image.funcs[f as usize];
        if matches!(func.source, Source::Body(_)) && func.code.is_none() {
            return Err(Need::Code(f).into());
        }
        if maker == 0 || maker == self.m.acting || self.m.acting == crate::identity::NOBODY {
            return Ok((0, None));
        }
        let save = self.m.savepoint();
        self.m.enter(image, maker, func.key.name, true)?;
        self.m.charge(gas::SUB_TRANSACTION)?;
        Ok((1, Some(save)))
    }

    /// Calls a function value with `n` slots of arguments at `base`.
    pub(super) fn call_value(&mut self, image: &Image, value: u64, base: u32, n: u32) -> Res<Flow> {
        let h = handle(value);
        if h == 0 {
            return trap::nil();
        }
        let len = self.m.mem.obj(h).len;
        let (first, second) = match self.m.mem.slots(h, 0, 2) {
            [a, b] => (*a, *b),
            _ => return trap::broken("a call of what is no function"),
        };
        let (f, maker, kind) = (first as u32, (first >> 32) as PkgIdx, second as u32);
        let data = len - 2;
        self.reserve((base + n + data) as usize + 2)?;
        match kind {
            VALUE_FUNC | VALUE_CLOSURE => {
                let (extra, save) = self.act_for(image, f, maker)?;
                if data > 0 {
                    let captured = self.m.mem.slots(h, 2, data);
                    let at = (base + n) as usize;
                    self.stack[at..at + data as usize].copy_from_slice(captured);
                }
                self.call_any(image, f, base, extra, save)
            }
            VALUE_BOUND => {
                let (extra, save) = self.act_for(image, f, maker)?;
                self.shift(base, n, data);
                let recv = self.m.mem.slots(h, 2, data);
                self.stack[base as usize..(base + data) as usize].copy_from_slice(recv);
                self.call_any(image, f, base, extra, save)
            }
            VALUE_BOUND_IFACE => {
                let x = match self.m.mem.slots(h, 2, 2) {
                    [a, b] => [*a, *b],
                    _ => return trap::broken("a method value without receiver"),
                };
                self.call_iface(image, x, f, base, n)
            }
            _ => {
                let x = [self.stack[base as usize], self.stack[base as usize + 1]];
                self.stack.copy_within((base + 2) as usize..(base + n.max(2)) as usize, base as usize);
                let flow = self.call_iface(image, x, f, base, n.saturating_sub(2));
                if let Err(t) = &flow
                    && matches!(**t, Trap::Need(_))
                {
                    // the call will be tried again: the arguments go back
                    self.stack.copy_within(base as usize..(base + n.saturating_sub(2)) as usize, base as usize + 2);
                    self.stack[base as usize] = x[0];
                    self.stack[base as usize + 1] = x[1];
                }
                flow
            }
        }
    }

    /// Makes room for `by` slots in front of `n` slots of arguments.
    fn shift(&mut self, base: u32, n: u32, by: u32) {
        let (from, to) = (base as usize, (base + by) as usize);
        self.stack.copy_within(from..from + n as usize, to);
    }

    /// Calls method `method` of an interface value with `n` slots of arguments at `base`.
    pub(super) fn call_iface(&mut self, image: &Image, value: [u64; 2], method: u32, base: u32, n: u32) -> Res<Flow> {
        let mut value = value;
        let mut maker = iface_maker(value[0]);
        for _ in 0..32 {
            let ty = iface_type(value[0]);
            if ty == 0 {
                return trap::nil();
            }
            let target = match image.dispatch.get(&(ty, method)) {
                None => return Err(Need::Method(ty, method).into()),
                Some(None) => return trap::broken(format!("`{}` has no such method", image.types.name(&*image.program, ty))),
                Some(Some(t)) => t,
            };
            if let End::Func { f, .. } = target.end
                && let func = &image.funcs[f as usize]
                && matches!(func.source, Source::Body(_))
                && func.code.is_none()
            {
                return Err(Need::Code(f).into());
            }
            let (at, inline) = self.walk(image, ty, value[1], &target.steps)?;
            match target.end {
                End::Iface(_) => {
                    let mut x = [0u64; 2];
                    match at {
                        Some(p) => self.m.load(image, p, 0, 2, &mut x, 0)?,
                        None => return trap::broken("an embedded interface in one slot"),
                    }
                    // a promoted method of an embedded interface value keeps that value's maker
                    maker = iface_maker(x[0]);
                    value = x;
                }
                End::Func { f, recv, by_ptr } => {
                    self.reserve((base + n + recv) as usize + 2)?;
                    let (extra, save) = self.act_for(image, f, maker)?;
                    self.shift(base, n, recv);
                    let to = base as usize;
                    if by_ptr {
                        self.stack[to] = at.unwrap_or(inline);
                    } else {
                        match at {
                            Some(p) if recv > 0 => {
                                let regs = &mut self.stack[to..];
                                if let Err(t) = self.m.load(image, p, 0, recv, regs, 0) {
                                    self.m.leave(extra);
                                    return Err(t);
                                }
                            }
                            Some(_) => {}
                            None if recv == 1 => self.stack[to] = inline,
                            None => {}
                        }
                    }
                    return self.call_any(image, f, base, extra, save);
                }
            }
        }
        trap::broken("interfaces embedded too deeply")
    }

    /// Follows the way to a receiver: where it lies in memory, or its one slot.
    fn walk(&mut self, image: &Image, ty: TypeId, word: u64, steps: &[Step]) -> Res<(Option<u64>, u64)> {
        let rt = image.types.get(ty);
        let mut at = match rt.kind {
            Kind::Ptr(_) => Some(word),
            // the payload of the pseudo type of run-time errors is a boxed string
            _ if rt.slots > 1 => Some(word),
            _ => None,
        };
        let mut inline = word;
        for step in steps {
            match (step, at) {
                (Step::Field(off), Some(p)) => {
                    if handle(p) == 0 {
                        return trap::nil();
                    }
                    at = Some(p + u64::from(*off));
                }
                (Step::Field(_), None) => {}
                (Step::Deref, Some(p)) => {
                    let mut x = [0u64];
                    self.m.load(image, p, 0, 1, &mut x, 0)?;
                    at = Some(x[0]);
                    inline = x[0];
                }
                (Step::Deref, None) => at = Some(inline),
            }
        }
        Ok((at, inline))
    }

    /// Leaves the running frame, whose results lie at its base.
    pub(super) fn ret(&mut self, image: &Image) -> Res<Flow> {
        let Some(frame) = self.m.frames.pop() else { return Ok(Flow::Done) };
        self.m.iters.truncate(frame.iters as usize);
        if self.m.tracing {
            self.m.trace_return();
        }
        if frame.ctxs > 0 {
            self.m.leave(frame.ctxs);
            if frame.saved
                && let Some(save) = self.m.saves.pop()
            {
                let failed = match image.funcs[frame.func as usize].error_at {
                    Some(at) => self.stack[(frame.base + at) as usize] as u32 != 0,
                    None => false,
                };
                if failed {
                    self.m.rollback(save);
                }
            }
        }
        let Some(caller) = self.m.frames.last_mut() else {
            self.m.switch_pkg(0);
            return Ok(Flow::Done);
        };
        let pkg = caller.pkg;
        if frame.panic > 0 {
            // a deferred call of a panicking function came back
            let k = frame.panic as usize - 1;
            if self.m.panics.get(k).is_some_and(|p| p.recovered) {
                self.m.panics.truncate(k);
                while self.m.panics.last().is_some_and(|p| p.aborted) {
                    self.m.panics.pop();
                }
            } else {
                self.m.unwinding = true;
            }
        } else if !frame.deferred {
            caller.pc += 1;
        }
        self.m.switch_pkg(pkg);
        Ok(Flow::Switch)
    }

    /// Runs the youngest deferred call of the running frame, for panic number `panic` less one if it isn't 0.
    pub(super) fn start_deferred(&mut self, image: &Image, panic: u32) -> Res<Flow> {
        let Some(d) = self.m.defers.last().cloned() else { return Ok(Flow::Switch) };
        let Some(frame) = self.m.frames.last() else { return Ok(Flow::Switch) };
        let code = image.funcs[frame.func as usize].code.as_ref();
        let base = frame.base + code.map_or(0, |c| c.frame.max(c.result_slots));
        let depth = self.m.frames.len();
        let n = d.args.len() as u32;
        let at = base as usize;
        self.reserve(at + d.args.len() + 4)?;
        self.stack[at..at + d.args.len()].copy_from_slice(&d.args);
        // What lacks code is tried again later, so the record goes only when the call has begun; a call of nil panics here and is done with.
        let begun = match &d.target {
            DeferTarget::Func(f) => self.call_any(image, *f, base, 0, None),
            DeferTarget::Value(v) => self.call_value(image, *v, base, n),
            DeferTarget::Iface(x, method) => self.call_iface(image, *x, *method, base, n),
        };
        match &begun {
            Err(t) if matches!(**t, Trap::Need(_)) => return begun,
            _ => {
                if let Some(at) = self.m.defers.iter().rposition(|x| x.frame as usize + 1 == depth) {
                    self.m.defers.remove(at);
                }
            }
        }
        begun?;
        if self.m.frames.len() > depth {
            if let Some(f) = self.m.frames.last_mut() {
                f.panic = panic;
                f.deferred = true;
            }
            self.m.unwinding = false;
        } else {
            // a native ran at once, and moved the caller on
            self.m.unskip();
        }
        Ok(Flow::Switch)
    }

    /// Begins a fiber's first call; its frames begin at the bottom of its registers.
    pub(crate) fn start_fiber(&mut self, image: &Image, target: &DeferTarget, args: &[u64]) -> Res<()> {
        self.reserve(args.len() + 4)?;
        self.stack[..args.len()].copy_from_slice(args);
        match target {
            DeferTarget::Func(f) => self.call_any(image, *f, 0, 0, None),
            DeferTarget::Value(v) => self.call_value(image, *v, 0, args.len() as u32),
            DeferTarget::Iface(x, method) => self.call_iface(image, *x, *method, 0, args.len() as u32),
        }
        .map(|_| ())
    }

    /// Goes on with the youngest panic: the next deferred call of any frame, or the end of the run.
    pub(super) fn unwind(&mut self, image: &Image) -> Res<Flow> {
        let Some(d) = self.m.defers.last() else {
            self.drop_frames(0);
            self.m.unwinding = false;
            return Err(Box::new(Trap::Uncaught));
        };
        let keep = d.frame as usize + 1;
        self.drop_frames(keep);
        let Some(frame) = self.m.frames.last_mut() else { return trap::broken("a deferred call without its frame") };
        let (func, pkg) = (frame.func, frame.pkg);
        if let Some(code) = &image.funcs[func as usize].code {
            // functions that defer end in the instruction that runs what is deferred
            frame.pc = code.code.len() as u32 - 1;
        }
        self.m.switch_pkg(pkg);
        let panic = self.m.panics.len() as u32;
        self.start_deferred(image, panic)
    }

    /// Drops frames above the first `keep`, undoing sub-transactions among them.
    fn drop_frames(&mut self, keep: usize) {
        while self.m.frames.len() > keep {
            let Some(frame) = self.m.frames.pop() else { break };
            self.m.iters.truncate(frame.iters as usize);
            if self.m.tracing {
                self.m.trace_return();
            }
            if frame.panic > 0
                && let Some(p) = self.m.panics.get_mut(frame.panic as usize - 1)
            {
                p.aborted = true;
            }
            self.m.leave(frame.ctxs);
            if frame.saved
                && let Some(save) = self.m.saves.pop()
            {
                self.m.rollback(save);
            }
        }
    }
}

impl Machine<'_> {
    /// Starts a panic with an interface value.
    pub(super) fn raise(&mut self, image: &Image, value: [u64; 2]) {
        let stack = self.backtrace(image);
        self.panics.push(PanicRecord { value, recovered: false, aborted: false, stack });
        self.unwinding = true;
    }

    /// Whether the running frame has deferred calls left.
    pub(super) fn has_deferred(&self) -> bool {
        self.defers.last().is_some_and(|d| d.frame as usize + 1 == self.frames.len())
    }

    /// Remembers a deferred call of the running frame, or of the one below it that `frame` is the index of.
    pub(super) fn defer(&mut self, target: DeferTarget, args: &[u64], frame: Option<u64>) -> Res<()> {
        self.charge(gas::ALLOC.of(args.len() as u64 * 8))?;
        self.mem.room(args.len() as u64 * 8 + 48)?;
        self.mem.map_bytes += args.len() as u64 * 8 + 48;
        let running = self.frames.len().saturating_sub(1) as u32;
        let frame = frame.and_then(|f| u32::try_from(f).ok()).map_or(running, |f| f.min(running));
        // Those of the frames in between come first.
        let at = self.defers.iter().rposition(|d| d.frame <= frame).map_or(0, |at| at + 1);
        self.defers.insert(at, Deferred { frame, target, args: args.into() });
        Ok(())
    }

    /// `recover()`
    pub(super) fn recover(&mut self) -> [u64; 2] {
        let panic = self.frames.last().map_or(0, |f| f.panic) as usize;
        if panic == 0 || panic != self.panics.len() {
            return [0, 0];
        }
        match self.panics.last_mut() {
            Some(p) if !p.recovered => {
                p.recovered = true;
                p.value
            }
            _ => [0, 0],
        }
    }

    /// The interface value of a run-time panic.
    pub fn panic_value(&mut self, text: &str) -> Res<[u64; 2]> {
        let (p, len) = self.mem.new_str(text.as_bytes())?;
        let h = self.mem.new_words(RUNTIME_ERROR, 2)?;
        let at = self.mem.obj(h).start as usize;
        self.mem.words[at] = p;
        self.mem.words[at + 1] = len;
        Ok([crate::compare::iface_word(RUNTIME_ERROR, 0), pointer(h, 0)])
    }

    /// Moves the running frame behind its call.
    fn skip(&mut self) {
        if let Some(f) = self.frames.last_mut() {
            f.pc += 1;
        }
    }

    fn unskip(&mut self) {
        if let Some(f) = self.frames.last_mut() {
            f.pc -= 1;
        }
    }

    /// Notes to whom gas goes from here on.
    pub fn switch_pkg(&mut self, pkg: PkgIdx) {
        if pkg != self.gas_pkg {
            self.flush_gas();
            self.gas_pkg = pkg;
        }
    }

    /// Puts the gas used since the last switch to the package that used it.
    pub fn flush_gas(&mut self) {
        let used = self.gas_mark.saturating_sub(self.gas);
        self.gas_mark = self.gas;
        let at = usize::from(self.gas_pkg);
        if self.gas_by_pkg.len() <= at {
            self.gas_by_pkg.resize(at + 1, 0);
        }
        self.gas_by_pkg[at] += used;
    }

    /// Copies the results to the frame's base.
    pub(super) fn results(&mut self, image: &Image, code: &FuncCode, regs: &mut [u64]) -> Res<()> {
        if code.results.iter().all(|r| !r.boxed) {
            let mut to = 0usize;
            for r in &code.results {
                let from = r.reg as usize;
                if r.slots == 1 {
                    regs[to] = regs[from];
                } else {
                    regs.copy_within(from..from + r.slots as usize, to);
                }
                to += r.slots as usize;
            }
            return Ok(());
        }
        let mut all = vec![0u64; code.result_slots as usize];
        let mut to = 0u32;
        for r in &code.results {
            if r.boxed {
                self.load(image, regs[r.reg as usize], 0, r.slots, &mut all, to)?;
            } else {
                let from = r.reg as usize;
                all[to as usize..(to + r.slots) as usize].copy_from_slice(&regs[from..from + r.slots as usize]);
            }
            to += r.slots;
        }
        regs[..all.len()].copy_from_slice(&all);
        Ok(())
    }

    /// Runs a native whose arguments lie at the start of `regs`.
    pub(crate) fn native(&mut self, image: &Image, func: &Func, regs: &mut [u64]) -> Res<()> {
        let Source::Native(_, Some(native), _) = &func.source else {
            return trap::broken(format!("`{}` has no implementation", func.name));
        };
        crate::natives::run(self, image, func, *native, regs)
    }
}
