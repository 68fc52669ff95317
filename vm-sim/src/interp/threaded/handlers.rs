//! The handlers. See the parent module for why they are sound; each `unsafe` block is covered by that argument.
#![allow(unsafe_code, reason = "the named module: see its safety argument")]
#![allow(improper_ctypes_definitions, reason = "nobody but Rust calls these functions")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Code, Cx, Data, Edge, Op};
use crate::code::FuncCode;
use crate::compare::{iface_maker, iface_type};
use crate::identity::NOBODY;
use crate::image::{End, Image, MethodTarget, Source};
use crate::interp::calls::VALUE_BOUND;
use crate::interp::num;
use crate::machine::{Frame, Machine};
use crate::memory::{FREE, GATE_KIND, Obj, ObjKind, handle, offset};
use crate::trap::{Res, broken};
use crate::types::{Kind, TypeId};

/// Handlers by name: `ip` is the op, `r` the frame's registers, `gas` what is left, `cx` all else.
macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident |$ip:ident, $r:ident, $gas:ident, $cx:ident| $body:block)*) => { $(
        $(#[$doc])*
        pub(super) unsafe extern "C" fn $name($ip: *const Op, $r: *mut u64, $gas: u64, $cx: *mut Cx) {
            // SAFETY: the module's argument
            unsafe { $body }
        }
    )* };
}

/// Goes on with the op at `$ip`.
macro_rules! go {
    ($ip:expr, $r:expr, $gas:expr, $cx:expr) => {{
        let ip = $ip;
        return ((*ip).code.run)(ip, $r, $gas, $cx);
    }};
}

/// Register `$x` of the frame.
macro_rules! reg {
    ($r:ident, $x:expr) => {
        *$r.add($x as usize)
    };
}

/// Leaves before the op: the loop does it.
macro_rules! leave {
    ($ip:ident, $gas:ident, $cx:ident) => {
        return left($ip, $gas, $cx)
    };
}

#[cold]
#[inline(never)]
unsafe extern "C" fn left(ip: *const Op, gas: u64, cx: *mut Cx) {
    // SAFETY: the module's argument
    unsafe {
        (*cx).ip = ip;
        (*cx).gas = gas;
    }
}

/// Takes a way: pays for the block and goes there.
macro_rules! take {
    ($edge:expr, $ip:ident, $r:ident, $gas:ident, $cx:ident $(, $before:expr)?) => {{
        let edge: Edge = $edge;
        let (rest, poor) = $gas.overflowing_sub(u64::from(edge.gas));
        if poor {
            leave!($ip, $gas, $cx)
        }
        $($before;)?
        go!($ip.offset(edge.by as isize), $r, rest, $cx)
    }};
}

handlers! {
    slow |ip, _r, gas, cx| { leave!(ip, gas, cx) }
    jmp |ip, r, gas, cx| { take!((*ip.add(1)).edges.then, ip, r, gas, cx) }
    br |ip, r, gas, cx| {
        if reg!(r, (*ip).code.a) != 0 { take!((*ip.add(1)).edges.then, ip, r, gas, cx) }
        take!((*ip.add(1)).edges.els, ip, r, gas, cx)
    }
    mov |ip, r, gas, cx| {
        let o = (*ip).code;
        reg!(r, o.d) = reg!(r, o.a);
        go!(ip.add(1), r, gas, cx)
    }
    mov2 |ip, r, gas, cx| {
        let o = (*ip).code;
        let (x, y) = (reg!(r, o.a), *r.add(o.a as usize + 1));
        reg!(r, o.d) = x;
        *r.add(o.d as usize + 1) = y;
        go!(ip.add(1), r, gas, cx)
    }
    mov_n |ip, r, gas, cx| {
        let o = (*ip).code;
        std::ptr::copy(r.add(o.a as usize), r.add(o.d as usize), o.x as usize);
        go!(ip.add(1), r, gas, cx)
    }
    imm |ip, r, gas, cx| {
        let o = (*ip).code;
        reg!(r, o.d) = i64::from(o.x as i32) as u64;
        go!(ip.add(1), r, gas, cx)
    }
    imm64 |ip, r, gas, cx| {
        reg!(r, (*ip).code.d) = (*ip.add(1)).data.z;
        go!(ip.add(2), r, gas, cx)
    }
    zero |ip, r, gas, cx| {
        let o = (*ip).code;
        std::ptr::write_bytes(r.add(o.d as usize), 0, o.x as usize);
        go!(ip.add(1), r, gas, cx)
    }
}

/// Zeroes `n` registers and up to three behind them. (Written one by one: for the few that there are, that is faster than a call.)
#[inline(always)]
unsafe fn clear(at: *mut u64, n: usize) {
    let mut i = 0;
    while i < n {
        // SAFETY: the caller's frame holds them, and there is slack behind every frame
        unsafe {
            std::ptr::write_volatile(at.add(i), 0);
            std::ptr::write_volatile(at.add(i + 1), 0);
            std::ptr::write_volatile(at.add(i + 2), 0);
            std::ptr::write_volatile(at.add(i + 3), 0);
        }
        i += 4;
    }
}

/// `d = f(a, b)`
macro_rules! binary {
    ($($name:ident |$a:ident, $b:ident| $e:expr;)*) => { handlers! { $(
        $name |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a), reg!(r, o.x));
            reg!(r, o.d) = $e;
            go!(ip.add(1), r, gas, cx)
        }
    )* } };
}

/// `d = f(a, constant)`
macro_rules! with_const {
    ($($name:ident |$a:ident, $v:ident| $e:expr;)*) => { handlers! { $(
        $name |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $v) = (reg!(r, o.a), o.x as i32);
            reg!(r, o.d) = $e;
            go!(ip.add(1), r, gas, cx)
        }
    )* } };
}

binary! {
    add |a, b| a.wrapping_add(b);
    sub |a, b| a.wrapping_sub(b);
    mul |a, b| a.wrapping_mul(b);
    and |a, b| a & b;
    or |a, b| a | b;
    xor |a, b| a ^ b;
    and_not |a, b| a & !b;
    shl |a, b| num::shl(a, b);
    shr_s |a, b| num::shr_s(a, b);
    shr_u |a, b| num::shr_u(a, b);
    eq |a, b| u64::from(a == b);
    ne |a, b| u64::from(a != b);
    lt_s |a, b| u64::from((a as i64) < b as i64);
    le_s |a, b| u64::from(a as i64 <= b as i64);
    lt_u |a, b| u64::from(a < b);
    le_u |a, b| u64::from(a <= b);
    add_f |a, b| num::canonical(f64::from_bits(a) + f64::from_bits(b));
    sub_f |a, b| num::canonical(f64::from_bits(a) - f64::from_bits(b));
    mul_f |a, b| num::canonical(f64::from_bits(a) * f64::from_bits(b));
    div_f |a, b| num::canonical(f64::from_bits(a) / f64::from_bits(b));
    lt_f |a, b| u64::from(f64::from_bits(a) < f64::from_bits(b));
    le_f |a, b| u64::from(f64::from_bits(a) <= f64::from_bits(b));
    eq_f |a, b| u64::from(f64::from_bits(a) == f64::from_bits(b));
}

with_const! {
    add_i |a, v| a.wrapping_add(i64::from(v) as u64);
    mul_i |a, v| a.wrapping_mul(i64::from(v) as u64);
    and_i |a, v| a & i64::from(v) as u64;
    shl_i |a, v| a << (v as u32 & 63);
    shr_si |a, v| (a as i64 >> (v as u32 & 63)) as u64;
    shr_ui |a, v| a >> (v as u32 & 63);
    neg |a, _v| a.wrapping_neg();
    com |a, _v| !a;
    not |a, _v| u64::from(a == 0);
    norm_i8 |a, _v| i64::from(a as i8) as u64;
    norm_i16 |a, _v| i64::from(a as i16) as u64;
    norm_i32 |a, _v| i64::from(a as i32) as u64;
    norm_u8 |a, _v| u64::from(a as u8);
    norm_u16 |a, _v| u64::from(a as u16);
    norm_u32 |a, _v| u64::from(a as u32);
}

/// `d = f(a, constant of 64 bits)`
macro_rules! with_wide {
    ($($name:ident |$a:ident, $v:ident| $e:expr;)*) => { handlers! { $(
        $name |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $v) = (reg!(r, o.a), (*ip.add(1)).data.z);
            reg!(r, o.d) = $e;
            go!(ip.add(2), r, gas, cx)
        }
    )* } };
}

with_wide! {
    add_w |a, v| a.wrapping_add(v);
    sub_w |a, v| a.wrapping_sub(v);
    mul_w |a, v| a.wrapping_mul(v);
    and_w |a, v| a & v;
    or_w |a, v| a | v;
    xor_w |a, v| a ^ v;
}

/// `d = f(a, b)`, which leaves where it has no result.
macro_rules! partial {
    ($($name:ident |$a:ident, $b:ident| $e:expr;)*) => { handlers! { $(
        $name |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a), reg!(r, o.x));
            match $e {
                Some(v) => reg!(r, o.d) = v,
                None => leave!(ip, gas, cx),
            }
            go!(ip.add(1), r, gas, cx)
        }
    )* } };
}

partial! {
    div_s |a, b| if b == 0 { None } else { Some((a as i64).wrapping_div(b as i64) as u64) };
    div_u |a, b| a.checked_div(b);
    rem_s |a, b| if b == 0 { None } else { Some((a as i64).wrapping_rem(b as i64) as u64) };
    rem_u |a, b| a.checked_rem(b);
}

/// Branches on `f(a, b)`; `j_` ones stand for a jump to such a branch, whose price is in both ways; `i_` ones add to the compared register first: a constant, `a_` ones a
/// register.
macro_rules! branches {
    ($($br:ident $jmp:ident $inc:ident $acc:ident |$a:ident, $b:ident| $e:expr;)*) => { handlers! { $(
        $br |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a), reg!(r, o.x));
            if $e { take!((*ip.add(1)).edges.then, ip, r, gas, cx) }
            take!((*ip.add(1)).edges.els, ip, r, gas, cx)
        }
        $jmp |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a), reg!(r, o.x));
            if $e { take!((*ip.add(1)).edges.then, ip, r, gas, cx) }
            take!((*ip.add(1)).edges.els, ip, r, gas, cx)
        }
        $inc |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a).wrapping_add(i64::from(o.d as i16) as u64), reg!(r, o.x));
            if $e { take!((*ip.add(1)).edges.then, ip, r, gas, cx, reg!(r, o.a) = $a) }
            take!((*ip.add(1)).edges.els, ip, r, gas, cx, reg!(r, o.a) = $a)
        }
        $acc |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a).wrapping_add(reg!(r, o.d)), reg!(r, o.x));
            if $e { take!((*ip.add(1)).edges.then, ip, r, gas, cx, reg!(r, o.a) = $a) }
            take!((*ip.add(1)).edges.els, ip, r, gas, cx, reg!(r, o.a) = $a)
        }
    )* } };
}

branches! {
    br_eq j_eq i_eq a_eq |a, b| a == b;
    br_ne j_ne i_ne a_ne |a, b| a != b;
    br_lt_s j_lt_s i_lt_s a_lt_s |a, b| (a as i64) < b as i64;
    br_le_s j_le_s i_le_s a_le_s |a, b| a as i64 <= b as i64;
    br_lt_u j_lt_u i_lt_u a_lt_u |a, b| a < b;
    br_le_u j_le_u i_le_u a_le_u |a, b| a <= b;
}

/// The same with a constant on the right.
macro_rules! const_branches {
    ($($br:ident $inc:ident |$a:ident, $b:ident| $e:expr;)*) => { handlers! { $(
        $br |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a) as i64, i64::from(o.x as i32));
            if $e { take!((*ip.add(1)).edges.then, ip, r, gas, cx) }
            take!((*ip.add(1)).edges.els, ip, r, gas, cx)
        }
        $inc |ip, r, gas, cx| {
            let o = (*ip).code;
            let ($a, $b) = (reg!(r, o.a).wrapping_add(i64::from(o.d as i16) as u64) as i64, i64::from(o.x as i32));
            if $e { take!((*ip.add(1)).edges.then, ip, r, gas, cx, reg!(r, o.a) = $a as u64) }
            take!((*ip.add(1)).edges.els, ip, r, gas, cx, reg!(r, o.a) = $a as u64)
        }
    )* } };
}

const_branches! {
    br_eq_i i_eq_i |a, b| a == b;
    br_ne_i i_ne_i |a, b| a != b;
    br_lt_i i_lt_i |a, b| a < b;
    br_le_i i_le_i |a, b| a <= b;
    br_gt_i i_gt_i |a, b| a > b;
    br_ge_i i_ge_i |a, b| a >= b;
    br_lt_ui i_lt_ui |a, b| (a as u64) < b as u64;
    br_le_ui i_le_ui |a, b| a as u64 <= b as u64;
}

/// The object of a pointer; leaves where there is none.
macro_rules! object {
    ($p:expr, $ip:ident, $gas:ident, $cx:ident) => {{
        let h = handle($p) as usize;
        if h >= (*$cx).objs_len {
            leave!($ip, $gas, $cx)
        }
        let o: *const Obj = (*$cx).objs.add(h);
        o
    }};
}

/// Where `n` slots at offset `at` of an object of words lie, if they can be read without ado.
macro_rules! slots {
    ($o:expr, $at:expr, $n:expr, $ip:ident, $gas:ident, $cx:ident) => {{
        let (o, at, n) = ($o, $at as u64, $n as u64);
        let from = u64::from((*o).start) + at;
        if (*o).gate != 0 || at + n > u64::from((*o).len) || from + n > (*$cx).words_len as u64 {
            leave!($ip, $gas, $cx)
        }
        (*$cx).words.add(from as usize)
    }};
}

/// Goes back to the caller, if threaded code called; what is done before puts the results where the frame began.
macro_rules! back {
    ($ip:ident, $gas:ident, $cx:ident $(, $results:expr)?) => {{
        let c = &mut *$cx;
        let frame = c.frames.add(c.frames_len - 1);
        // only frames that `call` pushed have a place to resume at
        let resume = (*frame).resume as usize;
        if resume == 0 || (*frame).deferred || (*frame).iters != c.iters {
            leave!($ip, $gas, $cx)
        }
        $($results;)?
        c.frames_len -= 1;
        let caller = frame.sub(1);
        (*caller).pc += 1;
        switch(c, (*caller).pkg, $gas);
        let Some(code) = &(*c.funcs.add((*caller).func as usize)).code else { std::hint::unreachable_unchecked() };
        go!(code.threaded.ops.as_ptr().add(resume), c.stack.add((*caller).base as usize), $gas, $cx)
    }};
}

/// Notes to whom gas goes from here on.
#[inline(always)]
unsafe fn switch(c: &mut Cx, pkg: u16, gas: u64) {
    if pkg != c.pkg {
        let now = gas + c.held;
        // SAFETY: all packages of the image have a place, and both are packages of functions
        let used = unsafe { &mut *c.gas_by.add(c.pkg as usize) };
        *used = used.wrapping_add(c.gas_mark.saturating_sub(now));
        (c.gas_mark, c.pkg) = (now, pkg);
    }
}

/// Whether a value that `maker` made can be called without another package acting.
#[inline(always)]
unsafe fn acts(cx: *const Cx, maker: u16) -> bool {
    // SAFETY: the module's argument
    let acting = unsafe { (*cx).acting };
    maker == 0 || maker == acting || acting == NOBODY
}

/// The way to a method, if it is known; else null. (A function of its own, as [`step`] is.)
#[inline(never)]
extern "C" fn method(image: &Image, ty: TypeId, method: u32) -> *const MethodTarget {
    match image.dispatch.get(&(ty, method)) {
        Some(Some(target)) => target,
        _ => std::ptr::null(),
    }
}

/// Enters a function whose arguments lie at `$to`; `$move` is done first, when nothing keeps it from that any more.
macro_rules! enter {
    ($f:expr, $to:expr, $ip:ident, $r:ident, $gas:ident, $cx:ident $(, $move:expr)?) => {{
        let (f, to): (u32, *mut u64) = ($f, $to);
        let c = &mut *$cx;
        let func = &*c.funcs.add(f as usize);
        let Some(code) = &func.code else { leave!($ip, $gas, $cx) };
        let t = &code.threaded;
        let free = !func.contract || ((func.pkg == c.acting || c.acting == NOBODY) && !func.render);
        #[cfg(feature = "jit")]
        let free = free && !t.compiled.get();
        let (rest, poor) = $gas.overflowing_sub(u64::from(t.entry_gas));
        let base = to.offset_from_unsigned(c.stack);
        if !free || t.ops.is_empty() || poor || base + t.top as usize > c.room || c.frames_len >= c.frames_max {
            leave!($ip, $gas, $cx)
        }
        $($move;)?
        clear(to.add(t.args as usize), t.fresh as usize);
        let site = (*$ip.add(1)).data;
        (*c.frames.add(c.frames_len - 1)).pc = site.x;
        c.frames.add(c.frames_len).write(Frame {
            func: f,
            pc: t.entry_pc,
            base: base as u32,
            iters: c.iters,
            pkg: func.pkg,
            ctxs: 0,
            saved: false,
            panic: 0,
            deferred: false,
            resume: site.y,
        });
        c.frames_len += 1;
        switch(c, func.pkg, $gas);
        go!(t.ops.as_ptr().add(t.entry as usize), to, rest, $cx)
    }};
}

/// What a step does, with its op and the one behind it.
type Work = fn(Code, Data, &mut Machine, &Image, &mut [u64], &FuncCode) -> Res<()>;

/// What the machine does between two handlers; the gas left. If it failed, [`Cx::trap`] or [`Cx::panic`] says why. (A function of its own, and `work` one without
/// captures: a handler that has anything on the host's stack cannot end in a jump.)
#[inline(never)]
unsafe extern "C" fn step(ip: *const Op, r: *mut u64, gas: u64, cx: *mut Cx, pc: u32, work: Work) -> u64 {
    // SAFETY: the module's argument; the frame's registers end with the stack
    unsafe {
        let (o, data) = ((*ip).code, (*ip.add(1)).data);
        let c = &mut *cx;
        let m = &mut *c.machine;
        let image = &*c.image;
        m.frames.set_len(c.frames_len);
        (m.gas, m.gas_pkg, m.gas_mark) = (gas + c.held, c.pkg, c.gas_mark);
        let regs = std::slice::from_raw_parts_mut(r, c.stack_len - r.offset_from_unsigned(c.stack));
        let done = catch_unwind(AssertUnwindSafe(|| {
            let Some(frame) = m.frames.last_mut() else { return broken("an instruction without a frame") };
            frame.pc = pc;
            match image.funcs.get(frame.func as usize).and_then(|f| f.code.as_ref()) {
                Some(code) => work(o, data, m, image, regs, code),
                None => broken("a frame without code"),
            }
        }));
        c.show(m);
        match done {
            Ok(Ok(())) => {}
            Ok(Err(trap)) => c.trap = Some(trap),
            Err(panic) => c.panic = Some(panic),
        }
        if m.gas < c.held {
            c.held = m.gas;
        }
        m.gas - c.held
    }
}

/// Handlers that are a step; in it, `o` is the op, `m` the machine, `image` and `code` its code, `regs` the frame's registers.
macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident |$o:ident, $m:ident, $image:ident, $code:ident, $regs:ident| $body:block)*) => { handlers! { $(
        $(#[$doc])*
        $name |ip, r, gas, cx| {
            let rest = step(ip, r, gas, cx, (*ip.add(1)).data.x, |$o, _, $m, $image, $regs, $code| $body);
            if (*cx).trap.is_some() || (*cx).panic.is_some() {
                leave!(ip, rest, cx)
            }
            go!(ip.add(2), r, rest, cx)
        }
    )* } };
}

steps! {
    heavy |o, m, image, code, regs| {
        m.heavy(image, &code.heavy[o.x as usize], regs, code)
    }
    /// A call of what has no code: a native, or what the loop has to compile first.
    native_step |o, m, image, _code, regs| {
        m.native(image, &image.funcs[o.x as usize], &mut regs[o.d as usize..])
    }
    const_str |o, m, image, _code, regs| {
        let (p, len) = m.mem.const_str(o.x, &image.strings)?;
        regs[o.d as usize..o.d as usize + 2].copy_from_slice(&[p, len]);
        Ok(())
    }
    same_text |o, m, _image, _code, regs| {
        let text = |r: usize| [regs[r], regs[r + 1]];
        let same = m.same_text(text(o.a as usize), text(o.x as usize))?;
        regs[o.d as usize] = u64::from(same);
        Ok(())
    }
    map_len |o, m, image, _code, regs| {
        regs[o.d as usize] = m.map_len(image, regs[o.a as usize])?;
        Ok(())
    }
}

handlers! {
    native |ip, r, gas, cx| {
        if matches!((*(*cx).funcs.add((*ip).code.x as usize)).source, Source::Native(..)) {
            return native_step(ip, r, gas, cx);
        }
        leave!(ip, gas, cx)
    }
    str_eq |ip, r, gas, cx| {
        let o = (*ip).code;
        let (a, b) = (r.add(o.a as usize), r.add(o.x as usize));
        if *a.add(1) != *b.add(1) || *a == *b {
            reg!(r, o.d) = u64::from(*a.add(1) == *b.add(1));
            go!(ip.add(2), r, gas, cx)
        }
        same_text(ip, r, gas, cx)
    }
    /// A store into what somebody owns.
    store_owned |ip, r, gas, cx| {
        let rest = step(ip, r, gas, cx, (*ip.add(1)).data.y, |o, data, m, image, regs, _code| {
            let value = &regs[o.d as usize..o.d as usize + data.x as usize];
            m.store(image, regs[o.a as usize], o.x, value, data.z as u32)
        });
        if (*cx).trap.is_some() || (*cx).panic.is_some() {
            leave!(ip, rest, cx)
        }
        go!(ip.add(2), r, rest, cx)
    }
    load |ip, r, gas, cx| {
        let o = (*ip).code;
        let p = reg!(r, o.a);
        let obj = object!(p, ip, gas, cx);
        let at = slots!(obj, offset(p).wrapping_add(o.x), 1, ip, gas, cx);
        reg!(r, o.d) = *at;
        go!(ip.add(1), r, gas, cx)
    }
    load_n |ip, r, gas, cx| {
        let o = (*ip).code;
        let n = (*ip.add(1)).data.x;
        let p = reg!(r, o.a);
        let obj = object!(p, ip, gas, cx);
        let at = slots!(obj, offset(p).wrapping_add(o.x), n, ip, gas, cx);
        copy(at, r.add(o.d as usize), n as usize);
        go!(ip.add(2), r, gas, cx)
    }
    store |ip, r, gas, cx| {
        let o = (*ip).code;
        let n = (*ip.add(1)).data.x;
        let p = reg!(r, o.a);
        let obj = object!(p, ip, gas, cx);
        if (*obj).owner != FREE {
            return store_owned(ip, r, gas, cx);
        }
        let at = slots!(obj, offset(p).wrapping_add(o.x), n, ip, gas, cx);
        copy(r.add(o.d as usize), at, n as usize);
        go!(ip.add(2), r, gas, cx)
    }
    nil_chk |ip, r, gas, cx| {
        if handle(reg!(r, (*ip).code.a)) == 0 {
            leave!(ip, gas, cx)
        }
        go!(ip.add(1), r, gas, cx)
    }
    chk_shift |ip, r, gas, cx| {
        if (reg!(r, (*ip).code.a) as i64) < 0 {
            leave!(ip, gas, cx)
        }
        go!(ip.add(1), r, gas, cx)
    }
    chk |ip, r, gas, cx| {
        let o = (*ip).code;
        if reg!(r, o.a) >= u64::from(o.x) {
            leave!(ip, gas, cx)
        }
        go!(ip.add(1), r, gas, cx)
    }
    load_elem |ip, r, gas, cx| {
        let o = (*ip).code;
        let s = r.add(o.a as usize);
        let (p, len, i) = (*s, *s.add(1), reg!(r, o.x));
        let obj = object!(p, ip, gas, cx);
        let at = u64::from(offset(p).wrapping_add(i as u32));
        let from = u64::from((*obj).start) + at;
        if i >= len || at >= u64::from((*obj).len) {
            leave!(ip, gas, cx)
        }
        if (*obj).gate == 0 && from < (*cx).words_len as u64 {
            reg!(r, o.d) = *(*cx).words.add(from as usize);
            go!(ip.add(1), r, gas, cx)
        }
        if (*obj).gate == GATE_KIND && matches!((*obj).kind, ObjKind::Bytes) && from < (*cx).bytes_len as u64 {
            reg!(r, o.d) = u64::from(*(*cx).bytes.add(from as usize));
            go!(ip.add(1), r, gas, cx)
        }
        leave!(ip, gas, cx)
    }
    store_elem |ip, r, gas, cx| {
        let o = (*ip).code;
        let s = r.add(o.a as usize);
        let (p, len, i) = (*s, *s.add(1), reg!(r, o.x));
        let obj = object!(p, ip, gas, cx);
        let at = u64::from(offset(p).wrapping_add(i as u32));
        let from = u64::from((*obj).start) + at;
        if i >= len || at >= u64::from((*obj).len) || (*obj).owner != FREE {
            leave!(ip, gas, cx)
        }
        if (*obj).gate == 0 && from < (*cx).words_len as u64 {
            *(*cx).words.add(from as usize) = reg!(r, o.d);
            go!(ip.add(1), r, gas, cx)
        }
        if (*obj).gate == GATE_KIND && matches!((*obj).kind, ObjKind::Bytes) && from < (*cx).bytes_len as u64 {
            *(*cx).bytes.add(from as usize) = reg!(r, o.d) as u8;
            go!(ip.add(1), r, gas, cx)
        }
        leave!(ip, gas, cx)
    }
    elem_ptr |ip, r, gas, cx| {
        let o = (*ip).code;
        let s = r.add(o.a as usize);
        let data = (*ip.add(1)).data;
        let (p, len, i) = (*s, *s.add(1), reg!(r, o.x));
        if i >= len {
            leave!(ip, gas, cx)
        }
        reg!(r, o.d) = p.wrapping_add(i.wrapping_mul(data.z));
        go!(ip.add(2), r, gas, cx)
    }
    ptr_idx |ip, r, gas, cx| {
        let o = (*ip).code;
        reg!(r, o.d) = reg!(r, o.a).wrapping_add(reg!(r, o.x).wrapping_mul((*ip.add(1)).data.z));
        go!(ip.add(2), r, gas, cx)
    }
    str_index |ip, r, gas, cx| {
        let o = (*ip).code;
        let s = r.add(o.a as usize);
        let (p, len, i) = (*s, *s.add(1), reg!(r, o.x));
        let at = p.wrapping_add(i);
        if i >= len || at >= (*cx).bytes_len as u64 {
            leave!(ip, gas, cx)
        }
        reg!(r, o.d) = u64::from(*(*cx).bytes.add(at as usize));
        go!(ip.add(1), r, gas, cx)
    }
    load_reg |ip, r, gas, cx| {
        // one register at `a + regs[x]`, below the frame's end
        let o = (*ip).code;
        let at = u64::from(o.a).saturating_add(reg!(r, o.x));
        if at >= u64::from((*ip.add(1)).data.x) {
            leave!(ip, gas, cx)
        }
        reg!(r, o.d) = reg!(r, at);
        go!(ip.add(2), r, gas, cx)
    }
    store_reg |ip, r, gas, cx| {
        let o = (*ip).code;
        let at = u64::from(o.a).saturating_add(reg!(r, o.x));
        if at >= u64::from((*ip.add(1)).data.x) {
            leave!(ip, gas, cx)
        }
        reg!(r, at) = reg!(r, o.d);
        go!(ip.add(2), r, gas, cx)
    }
    global |ip, r, gas, cx| {
        let o = (*ip).code;
        if o.x as usize >= (*cx).globals_len {
            leave!(ip, gas, cx)
        }
        let p = *(*cx).globals.add(o.x as usize);
        if p == 0 {
            leave!(ip, gas, cx)
        }
        reg!(r, o.d) = p;
        go!(ip.add(1), r, gas, cx)
    }
    call |ip, r, gas, cx| {
        let o = (*ip).code;
        if (*(*cx).funcs.add(o.x as usize)).code.is_none() {
            return native(ip, r, gas, cx);
        }
        enter!(o.x, r.add(o.d as usize), ip, r, gas, cx)
    }
    call_as |ip, r, gas, cx| {
        let o = (*ip).code;
        if !acts(cx, o.a) {
            leave!(ip, gas, cx)
        }
        enter!(o.x, r.add(o.d as usize), ip, r, gas, cx)
    }
    call_value |ip, r, gas, cx| {
        let o = (*ip).code;
        let n = (*ip.add(1)).data.z as usize;
        let obj = object!(reg!(r, o.a), ip, gas, cx);
        let (from, len) = ((*obj).start as usize, (*obj).len as usize);
        if !matches!((*obj).kind, ObjKind::Closure) || len < 2 || from + len > (*cx).words_len {
            leave!(ip, gas, cx)
        }
        let words = (*cx).words.add(from);
        let (first, kind, data) = (*words, *words.add(1) as u32, len - 2);
        let to = r.add(o.d as usize);
        // arguments, what is captured or bound, and as much again as the loop reserves
        let fits = to.offset_from_unsigned((*cx).stack) + n + data + 2 <= (*cx).room;
        if kind > VALUE_BOUND || !fits || first as u32 as usize >= (*cx).funcs_len || !acts(cx, (first >> 32) as u16) {
            leave!(ip, gas, cx)
        }
        if kind == VALUE_BOUND {
            enter!(first as u32, to, ip, r, gas, cx, {
                std::ptr::copy(to, to.add(data), n);
                std::ptr::copy_nonoverlapping(words.add(2), to, data);
            })
        }
        std::ptr::copy_nonoverlapping(words.add(2), to.add(n), data);
        enter!(first as u32, to, ip, r, gas, cx)
    }
    call_iface |ip, r, gas, cx| {
        let o = (*ip).code;
        let n = (*ip.add(1)).data.z as usize;
        let x = r.add(o.a as usize);
        let (first, word) = (*x, *x.add(1));
        let image = &*(*cx).image;
        let ty = iface_type(first);
        let target = method(image, ty, o.x);
        if target.is_null() {
            leave!(ip, gas, cx)
        }
        let MethodTarget { steps, end: End::Func { f, recv, by_ptr } } = &*target else { leave!(ip, gas, cx) };
        let rt = image.types.get(ty);
        let (f, recv) = (*f, *recv as usize);
        let boxed = rt.slots > 1 || matches!(rt.kind, Kind::Ptr(_));
        let to = r.add(o.d as usize);
        let fits = to.offset_from_unsigned((*cx).stack) + n + recv + 2 <= (*cx).room;
        if !steps.is_empty() || !fits || f as usize >= (*cx).funcs_len || !acts(cx, iface_maker(first)) {
            leave!(ip, gas, cx)
        }
        if *by_ptr || (!boxed && recv == 1) {
            enter!(f, to, ip, r, gas, cx, {
                std::ptr::copy(to, to.add(recv), n);
                *to = word;
            })
        }
        if !boxed || recv == 0 {
            leave!(ip, gas, cx)
        }
        let obj = object!(word, ip, gas, cx);
        let value = slots!(obj, offset(word), recv, ip, gas, cx);
        enter!(f, to, ip, r, gas, cx, {
            std::ptr::copy(to, to.add(recv), n);
            std::ptr::copy_nonoverlapping(value, to, recv);
        })
    }
    ret |ip, r, gas, cx| {
        let _ = r;
        back!(ip, gas, cx)
    }
    ret_1 |ip, r, gas, cx| {
        back!(ip, gas, cx, *r = reg!(r, (*ip).code.a))
    }
    ret_2 |ip, r, gas, cx| {
        back!(ip, gas, cx, {
            let a = (*ip).code.a;
            let (x, y) = (reg!(r, a), *r.add(a as usize + 1));
            *r = x;
            *r.add(1) = y;
        })
    }
    ret_n |ip, r, gas, cx| {
        // where each result comes from follows
        back!(ip, gas, cx, {
            let mut to = r;
            for k in 0..(*ip).code.d {
                let part = (*ip.add(1 + k as usize)).data;
                std::ptr::copy(r.add(part.x as usize), to, part.y as usize);
                to = to.add(part.y as usize);
            }
        })
    }
}

/// Copies a few slots.
#[inline(always)]
unsafe fn copy(from: *const u64, to: *mut u64, n: usize) {
    // SAFETY: the caller checked both sides; registers and the arena of words are different allocations
    unsafe {
        match n {
            2 => {
                let (x, y) = (*from, *from.add(1));
                *to = x;
                *to.add(1) = y;
            }
            n => std::ptr::copy_nonoverlapping(from, to, n),
        }
    }
}
