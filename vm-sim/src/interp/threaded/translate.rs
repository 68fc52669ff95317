//! Instructions as threaded code. What cannot be one becomes an op that leaves, so that every function can be translated.

use super::handlers as h;
use super::{Code, Data, Edge, Edges, Handler, Op, Threaded};
use crate::code::{CodeBlock, FuncCode, I, Reg, Small};
use crate::types::TypeTable;

/// The threaded code of a function; `funcs` functions are known by number.
pub fn translate(code: &FuncCode, types: &TypeTable, funcs: usize) -> Threaded {
    let mut t = Translator {
        code,
        types,
        funcs,
        top: code.frame.max(code.result_slots),
        ops: Vec::new(),
        at: Vec::new(),
        pcs: Vec::new(),
        edges: Vec::new(),
        skip: false,
    };
    let starts: rustc_hash::FxHashSet<u32> = code.blocks.iter().map(|b| b.pc).collect();
    for (pc, i) in code.code.iter().enumerate() {
        if std::mem::take(&mut t.skip) {
            t.at.push(u32::MAX);
            continue;
        }
        t.at.push(t.ops.len() as u32);
        let begin = t.ops.len();
        let fused = !starts.contains(&(pc as u32 + 1))
            && (t.add_and_branch(i, code.code.get(pc + 1), 0).is_some() || t.with_constant(i, code.code.get(pc + 1)).is_some());
        if !fused {
            t.ops.truncate(begin);
            t.instruction(pc, i);
        }
        t.pcs.resize(t.ops.len(), pc as u32);
    }
    // nothing runs past the end
    t.put(h::slow, 0, 0, 0);
    t.pcs.push(code.code.len() as u32);
    // instructions that the op before them has done too stand behind all others, for whoever comes there from the loop
    for pc in (0..t.at.len()).filter(|pc| t.at[*pc] == u32::MAX).collect::<Vec<_>>() {
        t.at[pc] = t.ops.len() as u32;
        t.put(h::slow, 0, 0, 0);
        t.pcs.push(pc as u32);
    }
    t.finish()
}

/// Where an op's way goes: the block, or the op's own position if there is none.
#[derive(Clone, Copy)]
struct Way {
    block: usize,
    /// Gas besides the block's.
    more: u32,
}

struct Translator<'c> {
    code: &'c FuncCode,
    types: &'c TypeTable,
    funcs: usize,
    top: u32,
    ops: Vec<Op>,
    at: Vec<u32>,
    pcs: Vec<u32>,
    /// Branches: the op, and its two ways.
    edges: Vec<(usize, Way, Way)>,
    /// Whether the op at hand has done the next instruction too.
    skip: bool,
}

impl Translator<'_> {
    fn put(&mut self, run: Handler, d: u16, a: u16, x: u32) {
        self.ops.push(Op { code: Code { run, d, a, x } });
    }

    fn data(&mut self, x: u32, y: u32, z: u64) {
        self.ops.push(Op { data: Data { x, y, z } });
    }

    /// A register, if it and `n - 1` more lie in the frame.
    fn reg(&self, r: Reg, n: u32) -> Option<u16> {
        let end = r.checked_add(n)?;
        if end > self.top { None } else { u16::try_from(r).ok() }
    }

    fn block(&self, b: usize) -> Option<CodeBlock> {
        let b = self.code.blocks.get(b).copied()?;
        ((b.pc as usize) < self.code.code.len()).then_some(b)
    }

    fn finish(mut self) -> Threaded {
        for (op, then, els) in std::mem::take(&mut self.edges) {
            let edge = |w: Way| {
                let b = self.code.blocks[w.block];
                Edge { by: self.at[b.pc as usize] as i32 - op as i32, gas: b.gas + w.more }
            };
            let edges = Edges { then: edge(then), els: edge(els) };
            self.ops[op + 1] = Op { edges };
        }
        let first = self.code.blocks.first().copied().unwrap_or_default();
        let Some(&entry) = self.at.get(first.pc as usize) else { return Threaded::default() };
        let args = self.code.params + self.code.captures;
        // distances between ops have to fit an `i32`
        if self.ops.len() > i32::MAX as usize || args > self.top {
            return Threaded::default();
        }
        Threaded {
            ops: self.ops.into(),
            at: self.at.into(),
            pcs: self.pcs.into(),
            entry,
            entry_pc: first.pc,
            entry_gas: first.gas,
            args,
            fresh: self.code.locals.saturating_sub(args),
            top: self.top,
            #[cfg(feature = "jit")]
            compiled: Default::default(),
        }
    }

    fn instruction(&mut self, pc: usize, i: &I) {
        let begin = self.ops.len();
        if self.fast(pc, i).is_none() {
            self.ops.truncate(begin);
            self.edges.retain(|(op, ..)| *op < begin);
            self.put(h::slow, 0, 0, 0);
        }
    }

    /// Puts the ops of an instruction; `None` if it is for the loop.
    fn fast(&mut self, pc: usize, i: &I) -> Option<()> {
        let three = |t: &mut Self, run: Handler, d: Reg, a: Reg, b: Reg| {
            let (d, a, b) = (t.reg(d, 1)?, t.reg(a, 1)?, t.reg(b, 1)?);
            t.put(run, d, a, u32::from(b));
            Some(())
        };
        let with = |t: &mut Self, run: Handler, d: Reg, a: Reg, v: u32| {
            let (d, a) = (t.reg(d, 1)?, t.reg(a, 1)?);
            t.put(run, d, a, v);
            Some(())
        };
        match *i {
            I::Jmp { t } => self.jump(t as usize),
            I::Br { c, t, e } => {
                let a = self.reg(c, 1)?;
                let (then, els) = self.ways(t as usize, e as usize, 0)?;
                self.branch(h::br, 0, a, 0, then, els)
            }
            I::Mov { d, a } => with(self, h::mov, d, a, 0),
            I::MovN { d, a, n } => {
                let (d, a) = (self.reg(d, n)?, self.reg(a, n)?);
                self.put(if n == 2 { h::mov2 } else { h::mov_n }, d, a, n);
                Some(())
            }
            I::Imm { d, v } => {
                let d = self.reg(d, 1)?;
                self.put(h::imm, d, 0, v as u32);
                Some(())
            }
            I::Imm64 { d, lo, hi } => {
                let d = self.reg(d, 1)?;
                self.put(h::imm64, d, 0, 0);
                self.data(0, 0, u64::from(lo) | u64::from(hi) << 32);
                Some(())
            }
            I::Zero { d, n } => {
                let d = self.reg(d, n)?;
                self.put(h::zero, d, 0, n);
                Some(())
            }
            I::Add { d, a, b } => three(self, h::add, d, a, b),
            I::Sub { d, a, b } => three(self, h::sub, d, a, b),
            I::Mul { d, a, b } => three(self, h::mul, d, a, b),
            I::And { d, a, b } => three(self, h::and, d, a, b),
            I::Or { d, a, b } => three(self, h::or, d, a, b),
            I::Xor { d, a, b } => three(self, h::xor, d, a, b),
            I::AndNot { d, a, b } => three(self, h::and_not, d, a, b),
            I::Shl { d, a, b } => three(self, h::shl, d, a, b),
            I::ShrS { d, a, b } => three(self, h::shr_s, d, a, b),
            I::ShrU { d, a, b } => three(self, h::shr_u, d, a, b),
            I::Eq { d, a, b } => three(self, h::eq, d, a, b),
            I::Ne { d, a, b } => three(self, h::ne, d, a, b),
            I::LtS { d, a, b } => three(self, h::lt_s, d, a, b),
            I::LeS { d, a, b } => three(self, h::le_s, d, a, b),
            I::LtU { d, a, b } => three(self, h::lt_u, d, a, b),
            I::LeU { d, a, b } => three(self, h::le_u, d, a, b),
            I::AddF { d, a, b } => three(self, h::add_f, d, a, b),
            I::SubF { d, a, b } => three(self, h::sub_f, d, a, b),
            I::MulF { d, a, b } => three(self, h::mul_f, d, a, b),
            I::DivF { d, a, b } => three(self, h::div_f, d, a, b),
            I::LtF { d, a, b } => three(self, h::lt_f, d, a, b),
            I::LeF { d, a, b } => three(self, h::le_f, d, a, b),
            I::EqF { d, a, b } => three(self, h::eq_f, d, a, b),
            I::DivS { d, a, b } => three(self, h::div_s, d, a, b),
            I::DivU { d, a, b } => three(self, h::div_u, d, a, b),
            I::RemS { d, a, b } => three(self, h::rem_s, d, a, b),
            I::RemU { d, a, b } => three(self, h::rem_u, d, a, b),
            I::AddI { d, a, v } => with(self, h::add_i, d, a, v as u32),
            I::MulI { d, a, v } => with(self, h::mul_i, d, a, v as u32),
            I::AndI { d, a, v } => with(self, h::and_i, d, a, v as u32),
            I::ShlI { d, a, v } => with(self, h::shl_i, d, a, v),
            I::ShrSI { d, a, v } => with(self, h::shr_si, d, a, v),
            I::ShrUI { d, a, v } => with(self, h::shr_ui, d, a, v),
            I::Neg { d, a } => with(self, h::neg, d, a, 0),
            I::Com { d, a } => with(self, h::com, d, a, 0),
            I::Not { d, a } => with(self, h::not, d, a, 0),
            I::Norm { d, a, k } => {
                let run = match k {
                    Small::I8 => h::norm_i8,
                    Small::I16 => h::norm_i16,
                    Small::I32 => h::norm_i32,
                    Small::U8 => h::norm_u8,
                    Small::U16 => h::norm_u16,
                    Small::U32 => h::norm_u32,
                };
                with(self, run, d, a, 0)
            }
            I::ChkShift { a } => with(self, h::chk_shift, a, a, 0),
            I::NilChk { p } => with(self, h::nil_chk, p, p, 0),
            I::Chk { i, len } => with(self, h::chk, i, i, len),
            I::StrIndex { d, s, i } => {
                self.reg(s, 2)?;
                three(self, h::str_index, d, s, i)
            }
            I::LoadElem { d, s, i, .. } => {
                self.reg(s, 2)?;
                three(self, h::load_elem, d, s, i)
            }
            I::StoreElem { s, i, v, .. } => {
                self.reg(s, 2)?;
                three(self, h::store_elem, v, s, i)
            }
            I::ElemPtr { d, s, i, stride } => {
                self.reg(s, 2)?;
                three(self, h::elem_ptr, d, s, i)?;
                self.data(0, 0, u64::from(stride));
                Some(())
            }
            I::PtrIdx { d, p, i, stride } => {
                three(self, h::ptr_idx, d, p, i)?;
                self.data(0, 0, u64::from(stride));
                Some(())
            }
            I::LoadReg { d, a, i, n: 1 } => {
                three(self, h::load_reg, d, a, i)?;
                self.data(self.top, 0, 0);
                Some(())
            }
            I::StoreReg { a, i, s, n: 1 } => {
                three(self, h::store_reg, s, a, i)?;
                self.data(self.top, 0, 0);
                Some(())
            }
            I::Load { d, p, off } => with(self, h::load, d, p, off),
            I::LoadN { d, p, off, n } => {
                self.reg(d, u32::from(n))?;
                with(self, h::load_n, d, p, u32::from(off))?;
                self.data(u32::from(n), 0, 0);
                Some(())
            }
            I::Store { p, s, ty, off } => {
                let n = self.types.get(ty).slots;
                self.reg(s, n)?;
                with(self, h::store, s, p, u32::from(off))?;
                self.data(n, pc as u32, u64::from(ty));
                Some(())
            }
            I::Global { d, g } => {
                let d = self.reg(d, 1)?;
                self.put(h::global, d, 0, g);
                Some(())
            }
            I::Call { f, at } => {
                let at = self.reg(at, 0)?;
                if f as usize >= self.funcs {
                    return None;
                }
                self.put(h::call, at, 0, f);
                self.site(pc, 0)
            }
            I::CallAs { f, at, maker } => {
                let at = self.reg(at, 0)?;
                if f as usize >= self.funcs {
                    return None;
                }
                self.put(h::call_as, at, maker, f);
                self.site(pc, 0)
            }
            I::CallValue { f, at, n } => {
                let (at, f) = (self.reg(at, 0)?, self.reg(f, 1)?);
                self.put(h::call_value, at, f, 0);
                self.site(pc, n)
            }
            I::CallIface { x, at, m, n } => {
                let (at, x) = (self.reg(at, 0)?, self.reg(x, 2)?);
                self.put(h::call_iface, at, x, m);
                self.site(pc, u32::from(n))
            }
            I::Heavy { x } => {
                self.put(h::heavy, 0, 0, x);
                self.site(pc, 0)
            }
            I::Str { d, s } => {
                let d = self.reg(d, 2)?;
                self.put(h::const_str, d, 0, s);
                self.site(pc, 0)
            }
            I::StrEq { d, a, b } => {
                let (d, a, b) = (self.reg(d, 1)?, self.reg(a, 2)?, self.reg(b, 2)?);
                self.put(h::str_eq, d, a, u32::from(b));
                self.site(pc, 0)
            }
            I::MapLen { d, m } => {
                with(self, h::map_len, d, m, 0)?;
                self.site(pc, 0)
            }
            I::Ret => self.ret(),
            _ => self.compare(i, 0, false),
        }
    }

    /// What stands behind a call or a step: its instruction, where a caller resumes, and slots of arguments.
    fn site(&mut self, pc: usize, n: u32) -> Option<()> {
        let resume = self.ops.len() as u32 + 1;
        self.data(pc as u32, resume, u64::from(n));
        Some(())
    }

    /// A constant in scratch space and the operation whose right side it is: one op, which does not write the scratch register.
    fn with_constant(&mut self, i: &I, next: Option<&I>) -> Option<()> {
        let (s, v) = match *i {
            I::Imm { d, v } => (d, i64::from(v) as u64),
            I::Imm64 { d, lo, hi } => (d, u64::from(lo) | u64::from(hi) << 32),
            _ => return None,
        };
        let (run, d, a, b): (Handler, Reg, Reg, Reg) = match *next? {
            I::Add { d, a, b } => (h::add_w, d, a, b),
            I::Sub { d, a, b } => (h::sub_w, d, a, b),
            I::Mul { d, a, b } => (h::mul_w, d, a, b),
            I::And { d, a, b } => (h::and_w, d, a, b),
            I::Or { d, a, b } => (h::or_w, d, a, b),
            I::Xor { d, a, b } => (h::xor_w, d, a, b),
            _ => return None,
        };
        if b != s || a == s || s < self.code.locals {
            return None;
        }
        let (d, a) = (self.reg(d, 1)?, self.reg(a, 1)?);
        self.put(run, d, a, 0);
        self.data(0, 0, v);
        self.skip = true;
        Some(())
    }

    /// The right side of a comparison: a register of the frame or a constant.
    fn right(&self, x: Right) -> Option<u32> {
        match x {
            Right::Reg(b) => self.reg(b, 1).map(u32::from),
            Right::Const(v) => Some(v as u32),
        }
    }

    fn ret(&mut self) -> Option<()> {
        if self.code.results.iter().any(|r| r.boxed) {
            return None;
        }
        let parts: Vec<(u16, u32)> =
            self.code.results.iter().map(|r| self.reg(r.reg, r.slots).map(|at| (at, r.slots))).collect::<Option<_>>()?;
        match parts[..] {
            [] => self.put(h::ret, 0, 0, 0),
            [(at, 1)] => self.put(h::ret_1, 0, at, 0),
            [(at, 2)] => self.put(h::ret_2, 0, at, 0),
            _ => {
                self.put(h::ret_n, u16::try_from(parts.len()).ok()?, 0, 0);
                for (at, n) in parts {
                    self.data(u32::from(at), n, 0);
                }
            }
        }
        Some(())
    }

    /// Where a way to a block leads in the end: blocks that are only a jump are passed, and paid for.
    fn way(&self, block: usize) -> Way {
        let mut way = Way { block, more: 0 };
        for _ in 0..8 {
            let Some(b) = self.block(way.block) else { break };
            let Some(I::Jmp { t }) = self.code.code.get(b.pc as usize) else { break };
            let (Some(more), Some(next)) = (way.more.checked_add(b.gas), self.block(*t as usize)) else { break };
            if more.checked_add(next.gas).is_none() {
                break;
            }
            way = Way { block: *t as usize, more };
        }
        way
    }

    /// A branch; its ways are filled in at the end.
    fn branch(&mut self, run: Handler, d: u16, a: u16, x: u32, then: Way, els: Way) -> Option<()> {
        for w in [then, els] {
            self.block(w.block)?.gas.checked_add(w.more)?;
        }
        self.edges.push((self.ops.len(), then, els));
        self.put(run, d, a, x);
        let none = Edge { by: 0, gas: 0 };
        self.ops.push(Op { edges: Edges { then: none, els: none } });
        Some(())
    }

    /// A comparison's two ways, paid for with `more` besides.
    fn ways(&self, t: usize, e: usize, more: u32) -> Option<(Way, Way)> {
        let add = |w: Way| w.more.checked_add(more).map(|more| Way { more, ..w });
        Some((add(self.way(t))?, add(self.way(e))?))
    }

    /// A jump. One to a block that is only a comparison, or only an addition and a jump to one, takes that with it.
    fn jump(&mut self, t: usize) -> Option<()> {
        let way = self.way(t);
        let b = self.block(way.block)?;
        let paid = way.more.checked_add(b.gas)?;
        let (first, second) = (self.code.code.get(b.pc as usize), self.code.code.get(b.pc as usize + 1));
        let begin = self.ops.len();
        if let Some(i) = first {
            if self.add_and_branch(i, second, paid).is_some() || self.compare(i, paid, true).is_some() {
                return Some(());
            }
            self.ops.truncate(begin);
        }
        self.branch(h::jmp, 0, 0, 0, way, way)
    }

    /// A comparison that branches; `jumped`: as the end of a jump.
    fn compare(&mut self, i: &I, more: u32, jumped: bool) -> Option<()> {
        let c = branch_of(i)?;
        let (a, x) = (self.reg(c.a, 1)?, self.right(c.b)?);
        let (then, els) = self.ways(c.then, c.els, more)?;
        self.branch(if jumped { c.jumped } else { c.plain }, 0, a, x, then, els)
    }

    /// An addition to a register that the next instruction compares, by way of a jump or at once: one op.
    fn add_and_branch(&mut self, i: &I, next: Option<&I>, paid: u32) -> Option<()> {
        enum By {
            Const(i16),
            Reg(Reg),
        }
        let (d, by) = match *i {
            I::AddI { d, a, v } if d == a => (d, By::Const(i16::try_from(v).ok()?)),
            I::Add { d, a, b } if d == a && d != b => (d, By::Reg(b)),
            _ => return None,
        };
        let (branch, more) = match *next? {
            I::Jmp { t } => {
                let way = self.way(t as usize);
                let b = self.block(way.block)?;
                (*self.code.code.get(b.pc as usize)?, paid.checked_add(way.more)?.checked_add(b.gas)?)
            }
            other => (other, paid),
        };
        let c = branch_of(&branch)?;
        if c.a != d || matches!(c.b, Right::Reg(b) if b == d) {
            return None;
        }
        let (a, right) = (self.reg(c.a, 1)?, self.right(c.b)?);
        let (run, d) = match by {
            By::Const(v) => (c.with_const, v as u16),
            By::Reg(b) => (c.with_reg?, self.reg(b, 1)?),
        };
        let (then, els) = self.ways(c.then, c.els, more)?;
        self.branch(run, d, a, right, then, els)
    }
}

#[derive(Clone, Copy)]
enum Right {
    Reg(Reg),
    Const(i32),
}

/// A comparison that branches.
struct Comparison {
    /// Its handler, and the one where it ends a jump.
    plain: Handler,
    jumped: Handler,
    /// Those that add a constant or a register to the left side first.
    with_const: Handler,
    with_reg: Option<Handler>,
    a: Reg,
    b: Right,
    then: usize,
    els: usize,
}

fn branch_of(i: &I) -> Option<Comparison> {
    macro_rules! both {
        ($br:ident $jmp:ident $inc:ident $acc:ident, $a:expr, $b:expr, $t:expr, $e:expr) => {
            Some(Comparison {
                plain: h::$br,
                jumped: h::$jmp,
                with_const: h::$inc,
                with_reg: Some(h::$acc),
                a: $a,
                b: Right::Reg($b),
                then: $t.into(),
                els: $e.into(),
            })
        };
    }
    macro_rules! constant {
        ($br:ident $inc:ident, $a:expr, $v:expr, $t:expr, $e:expr) => {
            Some(Comparison {
                plain: h::$br,
                jumped: h::$br,
                with_const: h::$inc,
                with_reg: None,
                a: $a,
                b: Right::Const($v),
                then: $t.into(),
                els: $e.into(),
            })
        };
    }
    match *i {
        I::BrEq { a, b, t, e } => both!(br_eq j_eq i_eq a_eq, a, b, t, e),
        I::BrNe { a, b, t, e } => both!(br_ne j_ne i_ne a_ne, a, b, t, e),
        I::BrLtS { a, b, t, e } => both!(br_lt_s j_lt_s i_lt_s a_lt_s, a, b, t, e),
        I::BrLeS { a, b, t, e } => both!(br_le_s j_le_s i_le_s a_le_s, a, b, t, e),
        I::BrLtU { a, b, t, e } => both!(br_lt_u j_lt_u i_lt_u a_lt_u, a, b, t, e),
        I::BrLeU { a, b, t, e } => both!(br_le_u j_le_u i_le_u a_le_u, a, b, t, e),
        I::BrEqI { a, v, t, e } => constant!(br_eq_i i_eq_i, a, v, t, e),
        I::BrNeI { a, v, t, e } => constant!(br_ne_i i_ne_i, a, v, t, e),
        I::BrLtI { a, v, t, e } => constant!(br_lt_i i_lt_i, a, v, t, e),
        I::BrLeI { a, v, t, e } => constant!(br_le_i i_le_i, a, v, t, e),
        I::BrGtI { a, v, t, e } => constant!(br_gt_i i_gt_i, a, v, t, e),
        I::BrLtUI { a, v, t, e } => constant!(br_lt_ui i_lt_ui, a, v, t, e),
        I::BrLeUI { a, v, t, e } => constant!(br_le_ui i_le_ui, a, v, t, e),
        I::BrGeI { a, v, t, e } => constant!(br_ge_i i_ge_i, a, v, t, e),
        _ => None,
    }
}
