//! The interpreter: gas is charged on entry to each block. The loop in here has the definition of every instruction; optimised builds run what cannot fail in
//! `threaded` code and come here for the rest.

pub mod calls;
mod heavy;
mod num;
mod slices;
pub mod strings;
#[cfg(vm_threaded)]
pub mod threaded;

pub use num::{canonical, canonical32, convert as convert_number, float, slot as float_slot};
pub use slices::next_cap;

use crate::code::{I, Small};
use crate::image::{Image, Need, Source};
use crate::machine::{Machine, Vm};
use crate::memory::{FREE, ObjKind, handle, offset};
use crate::trap::{self, Res, Trap};

/// How a stretch of the loop ended.
enum Flow {
    /// Another frame is on top.
    Switch,
    /// The last frame returned.
    Done,
}

impl Vm<'_> {
    /// Runs until the last frame has returned, or a panic has left it ([`Trap::Uncaught`]). After [`Trap::Need`] of code or a method it can be called again.
    pub fn run(&mut self, image: &Image) -> Res<()> {
        loop {
            let flow = if self.m.unwinding {
                self.unwind(image)
            } else if self.m.frames.is_empty() || self.m.fibers.has_fault() {
                match self.begin_fiber(image) {
                    Ok(true) => Ok(Flow::Switch),
                    Ok(false) => Ok(Flow::Done),
                    Err(t) => Err(t),
                }
            } else if self.m.tracing {
                self.stretch::<true>(image)
            } else {
                self.stretch::<false>(image)
            };
            match flow {
                Ok(Flow::Switch) => {}
                Ok(Flow::Done) if self.m.fibers.in_main() => return Ok(()),
                Ok(Flow::Done) => self.end_fiber()?,
                Err(t) => match *t {
                    Trap::Wait => self.next_fiber()?,
                    Trap::Panic(text) => {
                        let value = self.m.panic_value(&text)?;
                        self.m.raise(image, value);
                    }
                    Trap::Value(value) => self.m.raise(image, value),
                    other => return Err(Box::new(other)),
                },
            }
        }
    }

    fn stretch<const TRACE: bool>(&mut self, image: &Image) -> Res<Flow> {
        let Some(frame) = self.m.frames.last() else { return Ok(Flow::Done) };
        let f = frame.func;
        let Some(code) = image.funcs.get(f as usize).and_then(|f| f.code.as_ref()) else {
            return Err(Need::Code(f).into());
        };
        let base = frame.base as usize;
        let mut pc = frame.pc as usize;
        #[cfg(feature = "jit")]
        if !TRACE && let Some(returned) = self.compiled(image, code, f, pc as u32)? {
            return if returned { self.ret(image) } else { Ok(Flow::Switch) };
        }
        let m = &mut self.m;
        let stack = &mut self.stack[..];
        let mut regs: &mut [u64];
        let (insts, blocks) = (&code.code[..], &code.blocks[..]);
        let mut gas = m.gas;
        #[cfg(all(vm_threaded, feature = "jit"))]
        let mut sliced = false;
        macro_rules! r {
            ($x:expr) => {
                regs[$x as usize]
            };
        }
        macro_rules! jump {
            ($t:expr) => {{
                let b = blocks[$t as usize];
                match gas.checked_sub(u64::from(b.gas)) {
                    Some(left) => gas = left,
                    None => {
                        m.gas = 0;
                        m.frame_pc(pc);
                        return Err(Box::new(Trap::OutOfGas));
                    }
                }
                pc = b.pc as usize;
                if TRACE {
                    m.gas = gas;
                    m.frame_pc(pc);
                    m.trace_line(image, f, pc as u32);
                }
                // threaded code jumps itself, unless its slice of gas has ended
                #[cfg(all(vm_threaded, feature = "jit"))]
                if !TRACE && sliced {
                    m.gas = gas;
                    m.frame_pc(pc);
                    image.jit.renew();
                    m.tick();
                    return Ok(Flow::Switch);
                }
                continue;
            }};
        }
        macro_rules! branch {
            ($c:expr, $t:expr, $e:expr) => {{ if $c { jump!($t) } else { jump!($e) } }};
        }
        // What may fail or touch the machine: gas is written back first and read again after.
        macro_rules! slow {
            ($e:expr) => {{
                m.gas = gas;
                if TRACE {
                    m.frame_pc(pc);
                }
                match $e {
                    Ok(v) => {
                        gas = m.gas;
                        v
                    }
                    Err(t) => {
                        m.frame_pc(pc);
                        return Err(t);
                    }
                }
            }};
        }
        loop {
            #[cfg(vm_threaded)]
            if !TRACE {
                #[cfg(feature = "jit")]
                let slice = image.jit.slice(gas);
                #[cfg(not(feature = "jit"))]
                let slice = gas;
                let held = gas - slice;
                #[cfg(feature = "jit")]
                {
                    sliced = held > 0;
                }
                let exit = threaded::run(m, stack, image, code, pc, (slice, held))?;
                #[cfg(feature = "jit")]
                {
                    image.jit.spend(slice.saturating_sub(exit.slice));
                    if held > 0 && exit.slice < crate::jit::ENDED && exit.moved {
                        m.tick();
                    }
                }
                if exit.moved {
                    m.gas = exit.gas;
                    m.frame_pc(exit.pc);
                    return Ok(Flow::Switch);
                }
                (pc, gas) = (exit.pc, exit.gas);
            }
            regs = &mut stack[base..];
            let i = insts[pc];
            match i {
                I::Jmp { t } => jump!(t),
                I::Br { c, t, e } => branch!(r!(c) != 0, t, e),
                I::BrEq { a, b, t, e } => branch!(r!(a) == r!(b), t, e),
                I::BrNe { a, b, t, e } => branch!(r!(a) != r!(b), t, e),
                I::BrLtS { a, b, t, e } => branch!((r!(a) as i64) < r!(b) as i64, t, e),
                I::BrLeS { a, b, t, e } => branch!((r!(a) as i64) <= r!(b) as i64, t, e),
                I::BrLtU { a, b, t, e } => branch!(r!(a) < r!(b), t, e),
                I::BrLeU { a, b, t, e } => branch!(r!(a) <= r!(b), t, e),
                I::BrEqI { a, v, t, e } => branch!(r!(a) as i64 == i64::from(v), t, e),
                I::BrNeI { a, v, t, e } => branch!(r!(a) as i64 != i64::from(v), t, e),
                I::BrLtI { a, v, t, e } => branch!((r!(a) as i64) < i64::from(v), t, e),
                I::BrLeI { a, v, t, e } => branch!((r!(a) as i64) <= i64::from(v), t, e),
                I::BrGtI { a, v, t, e } => branch!((r!(a) as i64) > i64::from(v), t, e),
                I::BrGeI { a, v, t, e } => branch!((r!(a) as i64) >= i64::from(v), t, e),
                I::BrLtUI { a, v, t, e } => branch!(r!(a) < v as u64, t, e),
                I::BrLeUI { a, v, t, e } => branch!(r!(a) <= v as u64, t, e),
                I::Ret => {
                    m.gas = gas;
                    m.frame_pc(pc);
                    m.results(image, code, regs)?;
                    return self.ret(image);
                }
                I::RetDefer => {
                    m.gas = gas;
                    m.frame_pc(pc);
                    if m.has_deferred() {
                        return self.start_deferred(image, 0);
                    }
                    m.results(image, code, regs)?;
                    return self.ret(image);
                }
                I::Unreachable => slow!(trap::broken("code that is never reached was")),
                I::Mov { d, a } => r!(d) = r!(a),
                I::MovN { d, a, n } => regs.copy_within(a as usize..(a + n) as usize, d as usize),
                I::Imm { d, v } => r!(d) = i64::from(v) as u64,
                I::Imm64 { d, lo, hi } => r!(d) = u64::from(lo) | u64::from(hi) << 32,
                I::Zero { d, n } => regs[d as usize..(d + n) as usize].fill(0),
                I::Str { d, s } => {
                    let (p, len) = slow!(m.mem.const_str(s, &image.strings).map_err(Box::<Trap>::from));
                    r!(d) = p;
                    r!(d + 1) = len;
                }
                I::Add { d, a, b } => r!(d) = r!(a).wrapping_add(r!(b)),
                I::AddI { d, a, v } => r!(d) = r!(a).wrapping_add(i64::from(v) as u64),
                I::Sub { d, a, b } => r!(d) = r!(a).wrapping_sub(r!(b)),
                I::Mul { d, a, b } => r!(d) = r!(a).wrapping_mul(r!(b)),
                I::MulI { d, a, v } => r!(d) = r!(a).wrapping_mul(i64::from(v) as u64),
                I::And { d, a, b } => r!(d) = r!(a) & r!(b),
                I::AndI { d, a, v } => r!(d) = r!(a) & i64::from(v) as u64,
                I::Or { d, a, b } => r!(d) = r!(a) | r!(b),
                I::Xor { d, a, b } => r!(d) = r!(a) ^ r!(b),
                I::AndNot { d, a, b } => r!(d) = r!(a) & !r!(b),
                I::DivS { d, a, b } => {
                    let y = r!(b) as i64;
                    if y == 0 {
                        slow!(trap::runtime("integer divide by zero"))
                    }
                    r!(d) = (r!(a) as i64).wrapping_div(y) as u64;
                }
                I::DivU { d, a, b } => match r!(a).checked_div(r!(b)) {
                    Some(q) => r!(d) = q,
                    None => slow!(trap::runtime("integer divide by zero")),
                },
                I::RemS { d, a, b } => {
                    let y = r!(b) as i64;
                    if y == 0 {
                        slow!(trap::runtime("integer divide by zero"))
                    }
                    r!(d) = (r!(a) as i64).wrapping_rem(y) as u64;
                }
                I::RemU { d, a, b } => match r!(a).checked_rem(r!(b)) {
                    Some(q) => r!(d) = q,
                    None => slow!(trap::runtime("integer divide by zero")),
                },
                I::Shl { d, a, b } => r!(d) = num::shl(r!(a), r!(b)),
                I::ShrS { d, a, b } => r!(d) = num::shr_s(r!(a), r!(b)),
                I::ShrU { d, a, b } => r!(d) = num::shr_u(r!(a), r!(b)),
                I::ShlI { d, a, v } => r!(d) = r!(a) << v,
                I::ShrSI { d, a, v } => r!(d) = (r!(a) as i64 >> v) as u64,
                I::ShrUI { d, a, v } => r!(d) = r!(a) >> v,
                I::ChkShift { a } => {
                    if (r!(a) as i64) < 0 {
                        slow!(trap::runtime("negative shift amount"))
                    }
                }
                I::Neg { d, a } => r!(d) = r!(a).wrapping_neg(),
                I::Com { d, a } => r!(d) = !r!(a),
                I::Not { d, a } => r!(d) = u64::from(r!(a) == 0),
                I::Norm { d, a, k } => {
                    let v = r!(a);
                    r!(d) = match k {
                        Small::I8 => i64::from(v as i8) as u64,
                        Small::I16 => i64::from(v as i16) as u64,
                        Small::I32 => i64::from(v as i32) as u64,
                        Small::U8 => u64::from(v as u8),
                        Small::U16 => u64::from(v as u16),
                        Small::U32 => u64::from(v as u32),
                    };
                }
                I::Eq { d, a, b } => r!(d) = u64::from(r!(a) == r!(b)),
                I::Ne { d, a, b } => r!(d) = u64::from(r!(a) != r!(b)),
                I::LtS { d, a, b } => r!(d) = u64::from((r!(a) as i64) < r!(b) as i64),
                I::LeS { d, a, b } => r!(d) = u64::from((r!(a) as i64) <= r!(b) as i64),
                I::LtU { d, a, b } => r!(d) = u64::from(r!(a) < r!(b)),
                I::LeU { d, a, b } => r!(d) = u64::from(r!(a) <= r!(b)),
                I::AddF { d, a, b } => r!(d) = num::canonical(f64::from_bits(r!(a)) + f64::from_bits(r!(b))),
                I::SubF { d, a, b } => r!(d) = num::canonical(f64::from_bits(r!(a)) - f64::from_bits(r!(b))),
                I::MulF { d, a, b } => r!(d) = num::canonical(f64::from_bits(r!(a)) * f64::from_bits(r!(b))),
                I::DivF { d, a, b } => r!(d) = num::canonical(f64::from_bits(r!(a)) / f64::from_bits(r!(b))),
                I::LtF { d, a, b } => r!(d) = u64::from(f64::from_bits(r!(a)) < f64::from_bits(r!(b))),
                I::LeF { d, a, b } => r!(d) = u64::from(f64::from_bits(r!(a)) <= f64::from_bits(r!(b))),
                I::EqF { d, a, b } => r!(d) = u64::from(f64::from_bits(r!(a)) == f64::from_bits(r!(b))),
                I::StrEq { d, a, b } => {
                    let (x, y) = ([r!(a), r!(a + 1)], [r!(b), r!(b + 1)]);
                    r!(d) = u64::from(slow!(m.same_text(x, y)));
                }
                I::StrIndex { d, s, i } => {
                    let (i, len) = (r!(i), r!(s + 1));
                    if i >= len {
                        slow!(trap::index(i, len))
                    }
                    r!(d) = u64::from(m.mem.bytes.get((r!(s) + i) as usize).copied().unwrap_or(0));
                }
                I::Load { d, p, off } => {
                    let p = r!(p);
                    let o = m.mem.obj(handle(p));
                    let at = offset(p).wrapping_add(off);
                    if o.gate == 0 && at < o.len {
                        r!(d) = m.mem.words[(o.start + at) as usize];
                    } else {
                        slow!(m.load(image, p, off, 1, regs, d));
                    }
                }
                I::LoadN { d, p, off, n } => {
                    let p = r!(p);
                    let o = m.mem.obj(handle(p));
                    let at = offset(p).wrapping_add(u32::from(off));
                    if o.gate == 0 && at.saturating_add(u32::from(n)) <= o.len {
                        let (from, n) = ((o.start + at) as usize, usize::from(n));
                        regs[d as usize..d as usize + n].copy_from_slice(&m.mem.words[from..from + n]);
                    } else {
                        slow!(m.load(image, p, u32::from(off), u32::from(n), regs, d));
                    }
                }
                I::Store { p, s, ty, off } => {
                    let p = r!(p);
                    let o = m.mem.obj(handle(p));
                    let at = offset(p).wrapping_add(u32::from(off));
                    let n = image.types.get(ty).slots;
                    if o.gate == 0 && o.owner == FREE && at.saturating_add(n) <= o.len {
                        let at = (o.start + at) as usize;
                        if n == 1 {
                            m.mem.words[at] = r!(s);
                        } else {
                            m.mem.words[at..at + n as usize].copy_from_slice(&regs[s as usize..(s + n) as usize]);
                        }
                    } else {
                        let value = &regs[s as usize..(s + n) as usize];
                        slow!(m.store(image, p, u32::from(off), value, ty));
                    }
                }
                I::NilChk { p } => {
                    if handle(r!(p)) == 0 {
                        slow!(trap::nil())
                    }
                }
                I::LoadElem { d, s, i, .. } => {
                    let (p, len, i) = (r!(s), r!(s + 1), r!(i));
                    if i >= len {
                        slow!(trap::index(i, len))
                    }
                    let o = m.mem.obj(handle(p));
                    let at = offset(p).wrapping_add(i as u32);
                    if o.gate == 0 && at < o.len {
                        r!(d) = m.mem.words[(o.start + at) as usize];
                    } else if o.gate == crate::memory::GATE_KIND && o.kind == ObjKind::Bytes && at < o.len {
                        r!(d) = u64::from(m.mem.bytes[(o.start + at) as usize]);
                    } else {
                        slow!(m.load(image, p, i as u32, 1, regs, d));
                    }
                }
                I::StoreElem { s, i, v, .. } => {
                    let (p, len, i) = (r!(s), r!(s + 1), r!(i));
                    if i >= len {
                        slow!(trap::index(i, len))
                    }
                    let o = m.mem.obj(handle(p));
                    let at = offset(p).wrapping_add(i as u32);
                    if o.owner == FREE && at < o.len && o.gate & !crate::memory::GATE_KIND == 0 {
                        let at = (o.start + at) as usize;
                        match o.kind {
                            ObjKind::Words => m.mem.words[at] = r!(v),
                            _ => m.mem.bytes[at] = r!(v) as u8,
                        }
                    } else {
                        // elements without references: the type matters to ownership only
                        let value = [r!(v)];
                        slow!(m.store(image, p, i as u32, &value, crate::types::RUNTIME_ERROR));
                    }
                }
                I::ElemPtr { d, s, i, stride } => {
                    let (i, len) = (r!(i), r!(s + 1));
                    if i >= len {
                        slow!(trap::index(i, len))
                    }
                    r!(d) = r!(s).wrapping_add(i.wrapping_mul(u64::from(stride)));
                }
                I::Chk { i, len } => {
                    if r!(i) >= u64::from(len) {
                        slow!(trap::index(r!(i), u64::from(len)))
                    }
                }
                I::PtrIdx { d, p, i, stride } => r!(d) = r!(p).wrapping_add(r!(i).wrapping_mul(u64::from(stride))),
                I::LoadReg { d, a, i, n } => {
                    let from = a as usize + r!(i) as usize;
                    if n == 1 {
                        r!(d) = regs[from];
                    } else {
                        regs.copy_within(from..from + usize::from(n), d as usize);
                    }
                }
                I::StoreReg { a, i, s, n } => {
                    let to = a as usize + r!(i) as usize;
                    regs.copy_within(s as usize..s as usize + usize::from(n), to);
                }
                I::Global { d, g } => r!(d) = slow!(m.global(image, g)),
                I::MapLen { d, m: map } => {
                    let p = r!(map);
                    r!(d) = slow!(m.map_len(image, p));
                }
                I::Heavy { x } => slow!(m.heavy(image, &code.heavy[x as usize], regs, code)),
                I::Call { f: callee, at } => {
                    let func = &image.funcs[callee as usize];
                    if let Source::Native(..) = func.source {
                        slow!(m.native(image, func, &mut regs[at as usize..]));
                        pc += 1;
                        continue;
                    }
                    m.gas = gas;
                    m.frame_pc(pc);
                    let base = (base + at as usize) as u32;
                    self.call(image, callee, base, 0)?;
                    return Ok(Flow::Switch);
                }
                I::CallAs { f: callee, at, maker } => {
                    m.gas = gas;
                    m.frame_pc(pc);
                    let base = (base + at as usize) as u32;
                    return self.call_as(image, callee, base, maker);
                }
                I::CallValue { f: value, at, n } => {
                    let value = r!(value);
                    m.gas = gas;
                    m.frame_pc(pc);
                    let base = (base + at as usize) as u32;
                    return self.call_value(image, value, base, n);
                }
                I::CallIface { x, at, m: method, n } => {
                    let value = [r!(x), r!(x + 1)];
                    m.gas = gas;
                    m.frame_pc(pc);
                    let base = (base + at as usize) as u32;
                    return self.call_iface(image, value, method, base, u32::from(n));
                }
            }
            pc += 1;
        }
    }
}

impl Machine<'_> {
    /// Notes where the running frame stands.
    pub fn frame_pc(&mut self, pc: usize) {
        if let Some(f) = self.frames.last_mut() {
            f.pc = pc as u32;
        }
    }

    /// Takes `gas`; what is left may reach zero but not less.
    pub fn charge(&mut self, gas: u64) -> Res<()> {
        if self.tracing
            && let Some(frame) = self.frames.last()
        {
            self.profile.charged(frame.func, frame.pc, gas.min(self.gas));
        }
        match self.gas.checked_sub(gas) {
            Some(left) => {
                self.gas = left;
                Ok(())
            }
            None => {
                self.gas = 0;
                Err(Box::new(Trap::OutOfGas))
            }
        }
    }
}
