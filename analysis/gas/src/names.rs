//! Numbers of values, names of objects, types as the running body sees them.

use std::rc::Rc;

use amigos_mir::layout::subst;
use amigos_mir::mir::*;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::State;
use crate::poly::Atom;
use crate::value::{ObjId, Value};
use crate::walk::Walk;

impl<'a> Walk<'a> {
    /// A new value number, of a value made at the current level.
    pub fn fresh(&mut self) -> u32 {
        self.number_level.push(self.level);
        self.number_level.len() as u32 - 1
    }

    /// The number of what is made of two numbers.
    pub fn number(&mut self, tag: u32, a: u32, b: u32) -> u32 {
        if let Some(n) = self.numbers.get(&(tag, a, b)) {
            return *n;
        }
        let level_of = |n: u32| self.number_level.get(n as usize).copied().unwrap_or(self.level);
        let level = level_of(a).max(level_of(b));
        self.number_level.push(level);
        let n = self.number_level.len() as u32 - 1;
        self.numbers.insert((tag, a, b), n);
        n
    }

    /// The number of the `part`th part of something.
    pub fn part_number(&mut self, tag: u32, whole: u32, part: u32) -> u32 {
        if let Some(n) = self.numbers.get(&(tag, whole, part)) {
            return *n;
        }
        let level = self.number_level.get(whole as usize).copied().unwrap_or(self.level);
        self.number_level.push(level);
        let n = self.number_level.len() as u32 - 1;
        self.numbers.insert((tag, whole, part), n);
        n
    }

    pub fn constant_number(&mut self, value: i64) -> u32 {
        let key = (u32::MAX, (value >> 32) as u32, value as u32);
        if let Some(n) = self.numbers.get(&key) {
            return *n;
        }
        self.number_level.push(0);
        let n = self.number_level.len() as u32 - 1;
        self.numbers.insert(key, n);
        if value > 0 {
            self.positive.insert(n);
        }
        n
    }

    /// The number of something that stays the same in loops nested deeper than `level`.
    pub fn at_level(&mut self, vn: u32, level: u32) -> u32 {
        let key = (u32::MAX - 1, vn, level);
        if let Some(n) = self.numbers.get(&key) {
            return *n;
        }
        self.number_level.push(level);
        let n = self.number_level.len() as u32 - 1;
        self.numbers.insert(key, n);
        n
    }

    pub fn level_of(&self, vn: u32) -> u32 {
        if vn == 0 { self.level } else { self.number_level.get(vn as usize).copied().unwrap_or(self.level) }
    }

    /// Whether a number is that of a constant above zero.
    pub fn positive(&self, vn: u32) -> bool {
        self.positive.contains(&vn)
    }

    /// A name for what an instruction of the running body makes in its context.
    pub fn id(&mut self, inst: *const Inst, kind: u32) -> ObjId {
        let n = self.ids.len() as u32 + 1;
        *self.ids.entry((self.ctx(), inst as usize, kind, 0)).or_insert(n)
    }

    pub fn symbol(&mut self) -> Atom {
        self.symbols += 1;
        Atom::Symbol(self.symbols)
    }

    /// Gives numbers to registers that have none: their values are the same throughout an iteration.
    pub fn renumber(&mut self, st: &mut State) {
        for value in st.env.values_mut().filter(|v| v.vn == 0) {
            self.number_level.push(self.level);
            Rc::make_mut(value).vn = self.number_level.len() as u32 - 1;
        }
    }

    pub fn probe(&self, block: BlockId, flag: LocalId) -> Option<&(Value, Value)> {
        self.probes.get(&(self.ctx(), block, flag))
    }

    pub fn note(&mut self, block: BlockId, flag: LocalId, x: Value, y: Value) {
        self.probes.insert((self.ctx(), block, flag), (x, y));
    }

    // ---- types

    /// A type of the running body with its type arguments put in.
    pub fn inst_ty(&self, ty: Ty) -> Ty {
        let frame = self.frame();
        if frame.targs.is_empty() || !ty.has_type_param() { ty } else { subst(ty, &frame.body.tparams, &frame.targs) }
    }

    pub fn ty(&self, x: &Operand) -> Ty {
        self.inst_ty(match x {
            Operand::Local(l) => self.body().locals[l.idx()].ty,
            Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
        })
    }

    pub fn core(&self, ty: Ty) -> &'static TyKind {
        self.types.core(ty).kind()
    }

    pub fn slots(&self, ty: Ty) -> u64 {
        u64::from(self.layouts.slots(ty))
    }

    pub fn is_string(&self, ty: Ty) -> bool {
        matches!(self.core(ty), TyKind::Basic(Basic::String | Basic::UntypedString))
    }
}
