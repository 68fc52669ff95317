//! Goroutines and channels of plain Go, as fibers that take turns: one runs until it waits for a channel or ends, then the one that has been ready longest
//! goes on. So the same program always runs alike. Contracts have neither (language.md, section 5).

use std::collections::VecDeque;

use crate::code::Reg;
use crate::identity::Ctx;
use crate::image::{Image, PkgIdx};
use crate::machine::{DeferTarget, Deferred, Frame, Machine, MapRange, PanicRecord, Vm};
use crate::memory::{handle, pointer};
use crate::ownership::Savepoint;
use crate::trap::{self, Res, Trap};
use crate::types::TypeId;
use amigos_mir::gas;

/// What belongs to one fiber, while another runs.
#[derive(Default)]
struct Fiber {
    stack: Vec<u64>,
    frames: Vec<Frame>,
    saves: Vec<Savepoint>,
    ctxs: Vec<Ctx>,
    acting: PkgIdx,
    defers: Vec<Deferred>,
    panics: Vec<PanicRecord>,
    unwinding: bool,
    iters: Vec<MapRange>,
    now: Now,
}

/// What is special about the fiber that runs.
#[derive(Default)]
struct Now {
    /// The call that it begins with, until it has begun.
    start: Option<(DeferTarget, Box<[u64]>)>,
    /// The panic that what it waited for ended in.
    fault: Option<&'static str>,
    /// What it waits for; 0 for nothing. Of several waiters of a select with the same number the first counts.
    ticket: u64,
}

/// A fiber that waits for a channel.
struct Waiter {
    fiber: usize,
    ticket: u64,
    /// What it sends.
    value: Box<[u64]>,
    /// Where it wants what it receives: register and slots.
    to: Option<(Reg, u32)>,
    ok: Option<Reg>,
    /// Of a select: the register that takes the number of the case, and that number.
    chosen: Option<(Reg, u64)>,
}

#[derive(Default)]
struct Chan {
    cap: usize,
    closed: bool,
    buffer: VecDeque<Box<[u64]>>,
    receivers: VecDeque<Waiter>,
    senders: VecDeque<Waiter>,
}

/// The fibers and channels of a run.
#[derive(Default)]
pub struct Fibers {
    /// Those that don't run, by number; 0 is `main`.
    parked: Vec<Option<Box<Fiber>>>,
    /// Which one runs.
    current: usize,
    now: Now,
    /// Numbers of those that have ended.
    free: Vec<usize>,
    ready: VecDeque<usize>,
    chans: Vec<Chan>,
    tickets: u64,
    turn: u64,
}

/// A case of a select, its operands evaluated.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// The register of the channel.
    pub chan: Reg,
    /// Where the value to send begins, and its slots.
    pub send: Option<(Reg, u32)>,
    /// What takes what is received, and its slots.
    pub to: Option<(Reg, u32)>,
    /// What takes whether it was sent.
    pub ok: Option<Reg>,
}

impl Fibers {
    /// Whether the running fiber waited for what ended in a panic.
    pub fn has_fault(&self) -> bool {
        self.now.fault.is_some()
    }

    /// Whether `main` runs.
    pub fn in_main(&self) -> bool {
        self.current == 0
    }

    fn new_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.now.ticket = self.tickets;
        self.tickets
    }

    /// The first of `waiters` that still waits.
    fn first(&mut self, chan: usize, senders: bool) -> Option<Waiter> {
        loop {
            let chan = self.chans.get_mut(chan)?;
            let waiter = if senders { chan.senders.pop_front()? } else { chan.receivers.pop_front()? };
            let waits = self.parked.get(waiter.fiber).and_then(|f| f.as_ref()).is_some_and(|f| f.now.ticket == waiter.ticket);
            if waits {
                return Some(waiter);
            }
        }
    }

    /// Lets a waiter go on: behind its instruction with what it received, or with a panic.
    fn wake(&mut self, waiter: &Waiter, value: Option<&[u64]>, fault: Option<&'static str>) {
        let Some(Some(fiber)) = self.parked.get_mut(waiter.fiber) else { return };
        let Some(frame) = fiber.frames.last_mut() else { return };
        let base = frame.base as usize;
        fiber.now.ticket = 0;
        fiber.now.fault = fault;
        if fault.is_none() {
            frame.pc += 1;
            if let Some((d, n)) = waiter.to {
                put(&mut fiber.stack[base..], d, n, value);
            }
            if let Some(ok) = waiter.ok {
                fiber.stack[base + ok as usize] = u64::from(value.is_some());
            }
            if let Some((d, case)) = waiter.chosen {
                fiber.stack[base + d as usize] = case;
            }
        }
        self.ready.push_back(waiter.fiber);
    }
}

fn put(regs: &mut [u64], d: Reg, n: u32, value: Option<&[u64]>) {
    let to = &mut regs[d as usize..(d + n) as usize];
    match value {
        Some(value) if value.len() == to.len() => to.copy_from_slice(value),
        _ => to.fill(0),
    }
}

fn wait<T>() -> Res<T> {
    Err(Box::new(Trap::Wait))
}

impl Machine<'_> {
    fn chan(&self, c: u64) -> Option<usize> {
        let slot = self.mem.slots(handle(c), 0, 1).first()?;
        usize::try_from(*slot).ok().filter(|i| *i < self.fibers.chans.len())
    }

    /// `make(chan T, cap)`
    pub(crate) fn make_chan(&mut self, ty: TypeId, cap: u64) -> Res<u64> {
        let Some(cap) = usize::try_from(cap as i64).ok().filter(|c| *c < 1 << 32) else {
            return trap::panic("makechan: size out of range");
        };
        let h = self.mem.new_words(ty, 1)?;
        self.charge(gas::ALLOC.of(128))?;
        self.mem.map_bytes += 128;
        let at = self.mem.obj(h).start as usize;
        self.mem.words[at] = self.fibers.chans.len() as u64;
        self.fibers.chans.push(Chan { cap, ..Chan::default() });
        Ok(pointer(h, 0))
    }

    /// `len` or `cap` of a channel.
    pub(crate) fn chan_len(&self, c: u64, cap: bool) -> u64 {
        let chan = self.chan(c).and_then(|i| self.fibers.chans.get(i));
        chan.map_or(0, |c| if cap { c.cap } else { c.buffer.len() }) as u64
    }

    /// Sends if that can be done at once.
    fn try_send(&mut self, i: usize, value: &[u64]) -> Res<bool> {
        let Some(chan) = self.fibers.chans.get(i) else { return Ok(false) };
        if chan.closed {
            return trap::panic("send on closed channel");
        }
        if let Some(waiter) = self.fibers.first(i, false) {
            self.fibers.wake(&waiter, Some(value), None);
            return Ok(true);
        }
        let chan = &mut self.fibers.chans[i];
        if chan.buffer.len() >= chan.cap {
            return Ok(false);
        }
        let bytes = value.len() as u64 * 8 + 16;
        self.charge(gas::ALLOC.of(bytes))?;
        self.mem.room(bytes)?;
        self.mem.map_bytes += bytes;
        self.fibers.chans[i].buffer.push_back(value.into());
        Ok(true)
    }

    /// Receives if that can be done at once: the value, none of a closed channel.
    fn try_recv(&mut self, i: usize) -> Option<Option<Box<[u64]>>> {
        let chan = self.fibers.chans.get_mut(i)?;
        if let Some(value) = chan.buffer.pop_front() {
            self.mem.map_bytes = self.mem.map_bytes.saturating_sub(value.len() as u64 * 8 + 16);
            if let Some(waiter) = self.fibers.first(i, true) {
                self.fibers.wake(&waiter, None, None);
                self.mem.map_bytes += waiter.value.len() as u64 * 8 + 16;
                self.fibers.chans[i].buffer.push_back(waiter.value);
            }
            return Some(Some(value));
        }
        if let Some(waiter) = self.fibers.first(i, true) {
            self.fibers.wake(&waiter, None, None);
            return Some(Some(waiter.value));
        }
        self.fibers.chans[i].closed.then_some(None)
    }

    /// `c <- value`
    pub(crate) fn send(&mut self, c: u64, value: &[u64]) -> Res<()> {
        let Some(i) = self.chan(c) else { return wait() };
        if self.try_send(i, value)? {
            return Ok(());
        }
        let ticket = self.fibers.new_ticket();
        let waiter = Waiter { fiber: self.fibers.current, ticket, value: value.into(), to: None, ok: None, chosen: None };
        self.fibers.chans[i].senders.push_back(waiter);
        wait()
    }

    /// `<-c` into `n` registers from `d` on.
    pub(crate) fn recv(&mut self, c: u64, regs: &mut [u64], (d, n): (Reg, u32), ok: Option<Reg>) -> Res<()> {
        let Some(i) = self.chan(c) else { return wait() };
        if let Some(value) = self.try_recv(i) {
            put(regs, d, n, value.as_deref());
            if let Some(ok) = ok {
                regs[ok as usize] = u64::from(value.is_some());
            }
            return Ok(());
        }
        let ticket = self.fibers.new_ticket();
        let waiter = Waiter { fiber: self.fibers.current, ticket, value: Box::default(), to: Some((d, n)), ok, chosen: None };
        self.fibers.chans[i].receivers.push_back(waiter);
        wait()
    }

    /// `close(c)`
    pub(crate) fn close(&mut self, c: u64) -> Res<()> {
        let Some(i) = self.chan(c) else { return trap::panic("close of nil channel") };
        if self.fibers.chans[i].closed {
            return trap::panic("close of closed channel");
        }
        self.fibers.chans[i].closed = true;
        while let Some(waiter) = self.fibers.first(i, false) {
            self.fibers.wake(&waiter, None, None);
        }
        while let Some(waiter) = self.fibers.first(i, true) {
            self.fibers.wake(&waiter, None, Some("send on closed channel"));
        }
        Ok(())
    }

    /// `select`: the case that is done goes to register `chosen`, -1 for the default.
    pub(crate) fn select(&mut self, regs: &mut [u64], cases: &[Case], default: bool, chosen: Reg) -> Res<()> {
        // Which of several is taken changes from select to select, so that none starves.
        self.fibers.turn = self.fibers.turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let first = (self.fibers.turn >> 33) as usize;
        for k in 0..cases.len() {
            let at = (first + k) % cases.len();
            let case = &cases[at];
            let Some(i) = self.chan(regs[case.chan as usize]) else { continue };
            let done = match case.send {
                Some((s, n)) => {
                    let value: Box<[u64]> = regs[s as usize..(s + n) as usize].into();
                    self.try_send(i, &value)?
                }
                None => match self.try_recv(i) {
                    Some(value) => {
                        if let Some((d, n)) = case.to {
                            put(regs, d, n, value.as_deref());
                        }
                        if let Some(ok) = case.ok {
                            regs[ok as usize] = u64::from(value.is_some());
                        }
                        true
                    }
                    None => false,
                },
            };
            if done {
                regs[chosen as usize] = at as u64;
                return Ok(());
            }
        }
        if default {
            regs[chosen as usize] = u64::MAX;
            return Ok(());
        }
        let ticket = self.fibers.new_ticket();
        for (at, case) in cases.iter().enumerate() {
            let Some(i) = self.chan(regs[case.chan as usize]) else { continue };
            let value: Box<[u64]> = case.send.map_or_else(Box::default, |(s, n)| regs[s as usize..(s + n) as usize].into());
            let waiter = Waiter { fiber: self.fibers.current, ticket, value, to: case.to, ok: case.ok, chosen: Some((chosen, at as u64)) };
            let chan = &mut self.fibers.chans[i];
            if case.send.is_some() { chan.senders.push_back(waiter) } else { chan.receivers.push_back(waiter) }
        }
        wait()
    }

    /// `go`: a fiber that begins with this call when its turn comes.
    pub(crate) fn spawn(&mut self, target: DeferTarget, args: &[u64]) -> Res<()> {
        if matches!(target, DeferTarget::Value(v) if handle(v) == 0) {
            return Err(Box::new(Trap::Fatal("go of nil func value".to_owned())));
        }
        let bytes = args.len() as u64 * 8 + 1024;
        self.charge(gas::ALLOC.of(bytes))?;
        self.mem.room(bytes)?;
        self.mem.map_bytes += bytes;
        let now = Now { start: Some((target, args.into())), ..Now::default() };
        let fiber = Box::new(Fiber { ctxs: self.ctxs.clone(), acting: self.acting, now, ..Fiber::default() });
        let fibers = &mut self.fibers;
        if fibers.parked.is_empty() {
            fibers.parked.push(None);
        }
        // The place of one that has ended, or a new one.
        let at = fibers.free.pop().unwrap_or_else(|| {
            fibers.parked.push(None);
            fibers.parked.len() - 1
        });
        fibers.parked[at] = Some(fiber);
        fibers.ready.push_back(at);
        Ok(())
    }
}

impl Vm<'_> {
    /// Begins the running fiber's first call, if it hasn't begun.
    pub(crate) fn begin_fiber(&mut self, image: &Image) -> Res<bool> {
        if let Some(text) = self.m.fibers.now.fault.take() {
            return trap::panic(text);
        }
        let Some((target, args)) = self.m.fibers.now.start.take() else { return Ok(false) };
        let begun = self.start_fiber(image, &target, &args);
        if matches!(&begun, Err(t) if matches!(**t, Trap::Need(_))) {
            // It is tried again when that is there.
            self.m.fibers.now.start = Some((target, args));
        }
        begun.map(|()| true)
    }

    /// Goes on with the fiber that has been ready longest; the running one waits.
    pub(crate) fn next_fiber(&mut self) -> Res<()> {
        let Some(next) = self.m.fibers.ready.pop_front() else {
            return Err(Box::new(Trap::Fatal("all goroutines are asleep - deadlock!".to_owned())));
        };
        if self.m.fibers.parked.is_empty() {
            self.m.fibers.parked.push(None);
        }
        let Some(mut fiber) = self.m.fibers.parked.get_mut(next).and_then(Option::take) else { return Ok(()) };
        self.swap(&mut fiber);
        let current = std::mem::replace(&mut self.m.fibers.current, next);
        self.m.fibers.parked[current] = Some(fiber);
        Ok(())
    }

    /// Ends the running fiber, which isn't `main`, and goes on with the next.
    pub(crate) fn end_fiber(&mut self) -> Res<()> {
        let ended = self.m.fibers.current;
        self.m.mem.map_bytes = self.m.mem.map_bytes.saturating_sub(1024);
        self.next_fiber()?;
        if ended != self.m.fibers.current {
            self.m.fibers.parked[ended] = None;
            self.m.fibers.free.push(ended);
        }
        Ok(())
    }

    fn swap(&mut self, fiber: &mut Fiber) {
        use std::mem::swap;
        let m = &mut self.m;
        swap(&mut self.stack, &mut fiber.stack);
        swap(&mut m.frames, &mut fiber.frames);
        swap(&mut m.saves, &mut fiber.saves);
        swap(&mut m.ctxs, &mut fiber.ctxs);
        swap(&mut m.acting, &mut fiber.acting);
        swap(&mut m.defers, &mut fiber.defers);
        swap(&mut m.panics, &mut fiber.panics);
        swap(&mut m.unwinding, &mut fiber.unwinding);
        swap(&mut m.iters, &mut fiber.iters);
        swap(&mut m.fibers.now, &mut fiber.now);
        let pkg = m.frames.last().map_or(0, |f| f.pkg);
        m.switch_pkg(pkg);
    }
}
