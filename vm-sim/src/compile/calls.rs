//! Calls, function values and `defer`. Arguments are put behind the caller's registers, where the callee's frame begins.

use amigos_mir::mir::{Callee, LocalId, Operand};
use amigos_types::ty::Ty;

use super::Compiler;
use crate::code::{Heavy, I, Reg, Target};
use crate::image::{End, LinkError, PkgIdx, Step};
use crate::types::{Kind, MethodKey};

/// A callee whose receiver, if it had to be found, is in place.
enum Found {
    Func { f: u32, maker: PkgIdx },
    Value(Reg),
    Iface { x: Reg, m: u32 },
}

impl Compiler<'_> {
    /// The package that instances made here remember: this one, or where type arguments are handed on, whoever they come from.
    fn maker(&self, targs: &[Ty]) -> PkgIdx {
        let f = &self.image.funcs[self.func as usize];
        let handed_on = f.maker != 0 && targs.iter().any(|t| t.has_type_param());
        if f.contract && !handed_on { f.pkg } else { f.maker }
    }

    /// Puts arguments at `at` and finds whom to call. Returns also the slots of the arguments.
    fn prepare(&mut self, at: Reg, callee: &Callee, args: &[Operand]) -> Result<(Found, u32), LinkError> {
        let mut next = at;
        let mut rest = args;
        let mut promoted = None;
        if let Callee::TypeParamMethod { recv, name, by_address } = callee {
            let Some((first, others)) = args.split_first() else { return Err("a method call without receiver".to_owned()) };
            rest = others;
            let (end, slots) = self.receiver(at, first, *recv, *name, *by_address)?;
            promoted = Some(end);
            next += slots;
        }
        for a in rest {
            next += self.operand_into(next, a)?;
        }
        let n = next - at;
        self.scratch = self.scratch.max(next);
        self.top = self.top.max(self.scratch);
        let found = match callee {
            Callee::Static { func, targs } => {
                let maker = self.maker(targs);
                let targs: Vec<Ty> = targs.iter().map(|t| amigos_mir::layout::subst(*t, &self.body.tparams, &self.targs)).collect();
                Found::Func { f: self.image.func(*func, &targs, maker)?, maker: 0 }
            }
            Callee::TypeParamMethod { .. } => match promoted {
                Some(Found::Iface { x, m }) => {
                    // the receiver is an interface value: it stands in front of the arguments, which move down
                    let t = self.temp(2);
                    self.mov(t, x, 2);
                    self.mov(at, at + 2, n - 2);
                    return Ok((Found::Iface { x: t, m }, n - 2));
                }
                Some(found) => found,
                None => return Err("a method call without receiver".to_owned()),
            },
            Callee::Interface { x, iface, method, pkg } => {
                let _ = iface;
                let m = self.image.method(MethodKey::new(*method, *pkg));
                Found::Iface { x: self.operand(x)?, m }
            }
            Callee::Value(f) => Found::Value(self.operand(f)?),
        };
        Ok((found, n))
    }

    /// Puts the receiver of a method of a type argument at `at`.
    fn receiver(&mut self, at: Reg, x: &Operand, recv: Ty, name: amigos_syntax::Name, by_address: bool) -> Result<(Found, u32), LinkError> {
        let recv = self.ty(recv);
        let key = MethodKey::new(name, None);
        let concrete = self.rt(recv).ty;
        let maker = self.image.funcs[self.func as usize].maker;
        let x = self.operand(x)?;
        if matches!(self.kind(recv), Kind::Iface(_)) {
            if by_address {
                self.emit(I::LoadN { d: at, p: x, off: 0, n: 2 });
            } else {
                self.mov(at, x, 2);
            }
            let m = self.interface_method(recv, key);
            return Ok((Found::Iface { x: at, m }, 2));
        }
        let Some(target) = self.image.find_method(concrete, key)? else {
            let pkg = self.body.func.pkg;
            return self.private_method(at, x, recv, MethodKey::new(name, Some(pkg)), by_address, maker);
        };
        self.walk_receiver(at, x, recv, target, by_address, maker)
    }

    /// The number of an interface's method, whose name may be another package's.
    fn interface_method(&mut self, iface: u32, key: MethodKey) -> u32 {
        let found = match self.kind(iface) {
            Kind::Iface(methods) => methods.iter().find(|m| m.name == key.name).copied(),
            _ => None,
        };
        self.image.method(found.unwrap_or(key))
    }

    fn private_method(
        &mut self,
        at: Reg,
        x: Reg,
        recv: u32,
        key: MethodKey,
        by_address: bool,
        maker: PkgIdx,
    ) -> Result<(Found, u32), LinkError> {
        let concrete = self.rt(recv).ty;
        match self.image.find_method(concrete, key)? {
            Some(target) => self.walk_receiver(at, x, recv, target, by_address, maker),
            None => Err(format!("`{}` has no method `{}`", self.image.types.name(&*self.image.program, recv), key.name)),
        }
    }

    fn walk_receiver(
        &mut self,
        at: Reg,
        x: Reg,
        recv: u32,
        target: crate::image::MethodTarget,
        by_address: bool,
        maker: PkgIdx,
    ) -> Result<(Found, u32), LinkError> {
        // Either the register of an address, or the first register of a value.
        let mut ptr = (by_address || matches!(self.kind(recv), Kind::Ptr(_))).then_some(x);
        if by_address && matches!(self.kind(recv), Kind::Ptr(_)) {
            // the address of a pointer
            let d = self.temp(1);
            self.emit(I::Load { d, p: x, off: 0 });
            ptr = Some(d);
        }
        let mut value = x;
        for step in &target.steps {
            match (step, ptr) {
                (Step::Field(off), Some(p)) => {
                    let d = self.temp(1);
                    let v = i32::try_from(*off).map_err(|_| "an offset that is too large")?;
                    self.emit(I::NilChk { p });
                    self.emit(I::AddI { d, a: p, v });
                    ptr = Some(d);
                }
                (Step::Field(off), None) => value += off,
                (Step::Deref, Some(p)) => {
                    let d = self.temp(1);
                    self.emit(I::Load { d, p, off: 0 });
                    ptr = Some(d);
                }
                (Step::Deref, None) => ptr = Some(value),
            }
        }
        match target.end {
            End::Func { f, by_ptr: true, .. } => {
                let Some(p) = ptr else { return Err("a pointer method of a value".to_owned()) };
                self.mov(at, p, 1);
                Ok((Found::Func { f, maker }, 1))
            }
            End::Func { f, recv, .. } => {
                match ptr {
                    Some(p) => self.load(at, super::place::Addr::Mem { ptr: p, off: 0 }, recv),
                    None => self.mov(at, value, recv),
                }
                Ok((Found::Func { f, maker }, recv))
            }
            End::Iface(m) => {
                match ptr {
                    Some(p) => self.load(at, super::place::Addr::Mem { ptr: p, off: 0 }, 2),
                    None => self.mov(at, value, 2),
                }
                Ok((Found::Iface { x: at, m }, 2))
            }
        }
    }

    pub(super) fn call(&mut self, dsts: &[LocalId], callee: &Callee, args: &[Operand]) -> Result<(), LinkError> {
        let results: u32 = dsts.iter().map(|l| self.local(*l).slots).sum();
        let at = self.scratch;
        let args_n = {
            // room for the arguments, so that what is computed meanwhile lies behind them
            let mut n = 0u32;
            for a in args {
                let ty = self.operand_ty(a);
                n = n.saturating_add(self.slots(ty).max(1));
            }
            n
        };
        self.temp(args_n.max(results) + 2);
        let (found, n) = self.prepare(at, callee, args)?;
        match found {
            Found::Func { f, maker } => {
                if maker != 0 {
                    self.emit(I::CallAs { f, at, maker });
                } else {
                    self.emit(I::Call { f, at });
                }
            }
            Found::Value(f) => self.emit(I::CallValue { f, at, n }),
            Found::Iface { x, m } => {
                let n = u16::try_from(n).map_err(|_| "too many arguments of a method call")?;
                self.emit(I::CallIface { x, at, m, n });
            }
        }
        let mut from = at;
        for l in dsts {
            let l = self.local(*l);
            self.mov(l.reg, from, l.slots);
            from += l.slots;
        }
        Ok(())
    }

    pub(super) fn defer(&mut self, callee: &Callee, args: &[Operand], frame: Option<&Operand>) -> Result<(), LinkError> {
        let frame = frame.map(|x| self.operand(x)).transpose()?;
        let (target, at, n) = self.later(callee, args)?;
        self.heavy(Heavy::Defer { target, at, n, frame });
        Ok(())
    }

    pub(super) fn go(&mut self, callee: &Callee, args: &[Operand]) -> Result<(), LinkError> {
        let (target, at, n) = self.later(callee, args)?;
        self.heavy(Heavy::Go { target, at, n });
        Ok(())
    }

    /// Callee and arguments of a call that is made later.
    fn later(&mut self, callee: &Callee, args: &[Operand]) -> Result<(Target, Reg, u32), LinkError> {
        let at = self.scratch;
        let mut room = 2u32;
        for a in args {
            let ty = self.operand_ty(a);
            room = room.saturating_add(self.slots(ty).max(1));
        }
        self.temp(room);
        let (found, n) = self.prepare(at, callee, args)?;
        let target = match found {
            Found::Func { f, .. } => Target::Func(f),
            Found::Value(r) => Target::Value(r),
            Found::Iface { x, m } => Target::Iface { x, m },
        };
        Ok((target, at, n))
    }

    pub(super) fn func_value(&mut self, d: Reg, callee: &Callee) -> Result<(), LinkError> {
        match callee {
            Callee::Static { func, targs } => {
                let maker = self.maker(targs);
                let targs: Vec<Ty> = targs.iter().map(|t| amigos_mir::layout::subst(*t, &self.body.tparams, &self.targs)).collect();
                let f = self.image.func(*func, &targs, maker)?;
                self.heavy(Heavy::Closure { d, f, captures: Box::new([]) });
                Ok(())
            }
            Callee::Interface { method, pkg, .. } => {
                let m = self.image.method(MethodKey::new(*method, *pkg));
                self.heavy(Heavy::MethodExprIface { d, m });
                Ok(())
            }
            Callee::Value(f) => {
                self.operand_into(d, f)?;
                Ok(())
            }
            Callee::TypeParamMethod { recv, name, .. } => {
                let recv = self.ty(*recv);
                let key = MethodKey::new(*name, None);
                if matches!(self.kind(recv), Kind::Iface(_)) {
                    let m = self.interface_method(recv, key);
                    self.heavy(Heavy::MethodExprIface { d, m });
                    return Ok(());
                }
                let concrete = self.rt(recv).ty;
                match self.image.find_method(concrete, key)? {
                    Some(t) if t.steps.is_empty() => match t.end {
                        End::Func { f, .. } => {
                            self.heavy(Heavy::Closure { d, f, captures: Box::new([]) });
                            Ok(())
                        }
                        End::Iface(_) => Err("a method expression of a promoted interface method".to_owned()),
                    },
                    _ => Err(format!("method expression `{name}` of a type argument")),
                }
            }
        }
    }

    pub(super) fn bind(&mut self, d: Reg, callee: &Callee, recv: Option<&Operand>) -> Result<(), LinkError> {
        let at = self.scratch;
        let mut room = 2;
        if let Some(r) = recv {
            let ty = self.operand_ty(r);
            room += self.slots(ty);
        }
        self.temp(room);
        let args: Vec<Operand> = recv.into_iter().cloned().collect();
        let (found, n) = self.prepare(at, callee, &args)?;
        match found {
            Found::Func { f, .. } => self.heavy(Heavy::Bind { d, f, recv: at, n }),
            Found::Iface { x, m } => self.heavy(Heavy::BindIface { d, x, m }),
            Found::Value(_) => return Err("a method value of a function value".to_owned()),
        }
        Ok(())
    }
}
