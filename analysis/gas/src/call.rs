//! Calls: whom they call, and what comes back.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_syntax::Name;
use amigos_types::ty::{PkgKey, Ty, TyKind};

use crate::exec::Invocation;
use crate::heap::State;
use crate::poly::Seg;
use crate::poly::{Atom, Poly};
use crate::recursion::calls_itself;
use crate::summary::Part;
use crate::value::{Dyn, Func, Target, Value, step};
use crate::walk::{Res, Walk};

/// Implementations of an interface beyond which a call through it is not followed.
const MAX_IMPLEMENTATIONS: usize = 8;

/// How often a function may run at once: one that calls back may be called again in between.
const MAX_AGAIN: usize = 3;

/// How a method is reached.
pub(crate) struct Method {
    /// Fields to go through, each with the type it is a field of.
    pub way: Vec<(Ty, u32)>,
    /// The function; none if an embedded interface has the method.
    pub func: Option<(FuncKey, Rc<[Ty]>, bool)>,
}

impl Walk<'_> {
    pub fn call(&mut self, st: &mut State, dsts: &[LocalId], callee: &Callee, args: &[Operand]) -> Res<()> {
        let values: Vec<Value> = args.iter().map(|a| self.numbered(st, a)).collect();
        let told = self.frames.len() == 1 && self.dry == 0;
        let before = if told { st.acc.joined() } else { Poly::default() };
        let entry = std::mem::take(st);
        let after = match callee {
            Callee::Static { func, targs } => {
                let targs: Rc<[Ty]> = targs.iter().map(|t| self.inst_ty(*t)).collect();
                self.call_static(entry, *func, targs, values)?
            }
            Callee::Interface { x, iface, method, .. } => {
                let value = self.numbered(&entry, x);
                let iface = self.inst_ty(*iface);
                self.call_interface(entry, &value, iface, *method, values)?
            }
            Callee::Value(x) => {
                let value = self.numbered(&entry, x);
                match value.funcs.clone() {
                    Some(funcs) => self.call_funcs(entry, &funcs, &values)?,
                    None => self.call_unknown(entry, &value, &values, dsts)?,
                }
            }
            Callee::TypeParamMethod { recv, name, by_address } => {
                let recv_ty = self.inst_ty(*recv);
                self.call_type_param(entry, recv_ty, *name, *by_address, values)?
            }
        };
        *st = after;
        let results = std::mem::take(&mut st.results);
        for (i, dst) in dsts.iter().enumerate() {
            let value = results.get(i).cloned().unwrap_or_else(Value::unknown);
            self.set(st, *dst, value);
        }
        if told {
            // What the call added.
            let after = st.acc.joined();
            let added = difference(&after, &before);
            if !added.is_zero() && !after.is_constant() {
                self.parts.push(Part { span: self.span, cost: added });
            }
        }
        Ok(())
    }

    /// Calls one of several functions.
    pub fn call_funcs(&mut self, st: State, funcs: &[Func], args: &[Value]) -> Res<State> {
        let mut out: Option<State> = None;
        for f in funcs {
            let mut st = st.clone();
            let acting = self.frame().acting;
            let mut acts = acting;
            if f.maker.is_some() && f.maker != acting && acting.is_some() {
                self.pay(&mut st, &Poly::constant(gas::SUB_TRANSACTION))?;
                acts = f.maker;
            }
            let after = match &f.target {
                Target::Closure(body, targs) => {
                    let (body, targs) = (body.clone(), targs.clone());
                    self.run(st, Invocation { body, targs, args: args.to_vec(), captures: f.bound.clone(), acting: acts })?
                }
                Target::Named(func, targs) => {
                    let all = f.bound.iter().chain(args).cloned().collect();
                    self.call_as(st, *func, targs.clone(), all, acts)?
                }
                Target::Interface(name) => {
                    let Some(value) = f.bound.first().cloned() else { return Err(self.reason("calls a method of nothing")) };
                    self.call_interface(st, &value, Ty::invalid(), *name, args.to_vec())?
                }
            };
            out = Some(match out {
                None => after,
                Some(before) => self.joined(before, after),
            });
        }
        match out {
            Some(st) => Ok(st),
            // A call of nil panics.
            None => Ok(st),
        }
    }

    /// Calls a function of which nothing is known but where it was found.
    fn call_unknown(&mut self, mut st: State, value: &Value, args: &[Value], dsts: &[LocalId]) -> Res<State> {
        let [path] = &value.refs.paths[..] else { return self.lost(st, "calls a function value that is not known") };
        if value.refs.unknown {
            return self.lost(st, "calls a function value that is not known");
        }
        self.pay(&mut st, &Poly::atom(Atom::Cost(path.clone())))?;
        if args.iter().any(|a| a.funcs.as_ref().is_none_or(|f| !f.is_empty())) {
            // What it calls back is not followed.
            return self.lost(st, "passes a function to a function that is not known");
        }
        self.opaque = Some(path.to_string());
        self.anything_written(&mut st);
        st.results = dsts
            .iter()
            .map(|d| {
                let ty = self.inst_ty(self.body().locals[d.idx()].ty);
                Value::any(self.types, ty)
            })
            .collect();
        Ok(st)
    }

    /// Something that cannot be followed: in a trial it may have done anything.
    fn lost(&mut self, mut st: State, text: &str) -> Res<State> {
        if self.dry == 0 {
            return Err(self.reason(text));
        }
        self.anything_written(&mut st);
        st.results = Vec::new();
        Ok(st)
    }

    fn call_static(&mut self, st: State, func: FuncKey, targs: Rc<[Ty]>, args: Vec<Value>) -> Res<State> {
        let acting = self.frame().acting;
        self.call_as(st, func, targs, args, acting)
    }

    /// Calls a function while `acting` acts.
    fn call_as(&mut self, mut st: State, func: FuncKey, targs: Rc<[Ty]>, args: Vec<Value>, acting: Option<PkgKey>) -> Res<State> {
        if let Some(native) = self.world.native(func) {
            return self.native(st, func, &native, &targs, args);
        }
        let Some(body) = self.world.body(func) else {
            return Err(self.reason(format!("calls `{}`, whose body is not known", func.name)));
        };
        if let Some(done) = self.library(&st, func, &body, &args)? {
            return Ok(done);
        }
        let running = self.frames.iter().filter(|f| std::sync::Arc::ptr_eq(&f.body, &body)).count();
        if self.unrolled.contains(&func) || running >= MAX_AGAIN {
            return self.call_again(st, func, &body, args);
        }
        let mut acts = acting;
        if acting.is_some() && self.world.is_contract(func.pkg) {
            if self.is_render(func) {
                acts = None;
            } else if acting != Some(func.pkg) {
                self.pay(&mut st, &Poly::constant(gas::SUB_TRANSACTION))?;
                acts = Some(func.pkg);
            }
        }
        self.call_body(st, Invocation { body, targs, args, captures: vec![], acting: acts })
    }

    /// Executes a function with a body.
    pub fn call_body(&mut self, st: State, call: Invocation) -> Res<State> {
        if calls_itself(&call.body) { self.recursive(st, call) } else { self.run(st, call) }
    }

    // ---- interfaces

    fn call_interface(&mut self, st: State, value: &Value, iface: Ty, method: Name, args: Vec<Value>) -> Res<State> {
        let dyns: Vec<Dyn> = match &value.dyns {
            Some(dyns) => (**dyns).clone(),
            None => {
                let of = match iface.unalias().kind() {
                    TyKind::Named { key, .. } => format!("{}.", key.name),
                    _ => String::new(),
                };
                let all: Vec<Ty> = self.world.method_types(self.home).iter().copied().filter(|t| self.implements(*t, iface)).collect();
                if all.is_empty() || all.len() > MAX_IMPLEMENTATIONS || self.is_open(iface) {
                    let n = all.len();
                    return self.lost(st, &format!("calls `{of}{method}` through an interface: {n} implementations"));
                }
                all.iter()
                    .map(|t| {
                        let value = match &value.refs.paths[..] {
                            [path] if !value.refs.unknown => Value::at(self.types, path.clone(), *t),
                            _ => Value::any(self.types, *t),
                        };
                        Dyn { ty: Some(*t), value, maker: None }
                    })
                    .collect()
            }
        };
        let mut out: Option<State> = None;
        for d in &dyns {
            let after = self.call_method(st.clone(), d, method, &args)?;
            out = Some(match out {
                None => after,
                Some(before) => self.joined(before, after),
            });
        }
        Ok(out.unwrap_or(st))
    }

    /// Whether anything may implement an interface: those of the language and of the library.
    fn is_open(&self, iface: Ty) -> bool {
        match iface.unalias().kind() {
            TyKind::Named { key, .. } => key.pkg.is_none_or(|p| !p.0.as_str().contains('/') || !p.0.as_str().contains('.')),
            _ => true,
        }
    }

    pub fn call_method(&mut self, mut st: State, d: &Dyn, method: Name, args: &[Value]) -> Res<State> {
        let acting = self.frame().acting;
        let mut acts = acting;
        match d.maker {
            Some(Some(maker)) if acting.is_some() && Some(maker) != acting => {
                self.pay(&mut st, &Poly::constant(gas::SUB_TRANSACTION))?;
                acts = Some(maker);
            }
            None if acting.is_some() => self.pay(&mut st, &Poly::constant(gas::SUB_TRANSACTION))?,
            _ => {}
        }
        let Some(ty) = d.ty else {
            // The run-time's own errors.
            self.pay(&mut st, &Poly::constant(60))?;
            st.results = vec![Value::constant(400)];
            return Ok(st);
        };
        let Some(found) = self.find_method(ty, method) else { return Ok(st) };
        let mut value = d.value.clone();
        let mut at = ty;
        let mut address = None;
        if let TyKind::Pointer(to) = self.core(ty) {
            address = Some(value.clone());
            at = *to;
            if !found.way.is_empty() || found.func.as_ref().is_some_and(|(_, _, pointer)| !pointer) {
                self.touch_pointee(&mut st, &value, at)?;
                value = self.pointee(&st, &value, at);
            }
        }
        for (of, field) in &found.way {
            let TyKind::Struct(fields) = self.core(*of) else { return Ok(st) };
            let Some(f) = fields.get(*field as usize) else { return Ok(st) };
            value = self.field(&st, &value, *of, *field);
            at = f.ty;
            address = address.map(|a| {
                let mut refs = a.refs.clone();
                refs.paths = refs.paths.iter().map(|p| step(p, Seg::Field(f.name))).collect();
                refs.unknown |= !refs.objs.is_empty();
                refs.objs.clear();
                Value { refs, inner: true, vn: 0, ..Value::default() }
            });
            if let TyKind::Pointer(to) = self.core(at) {
                address = Some(value.clone());
                let to = *to;
                self.touch_pointee(&mut st, &value, to)?;
                value = self.pointee(&st, &value, to);
                at = to;
            }
        }
        match found.func {
            Some((func, targs, pointer)) => {
                let recv = if pointer { address.unwrap_or_else(Value::unknown) } else { value };
                let all = std::iter::once(recv).chain(args.iter().cloned()).collect();
                self.call_as(st, func, targs, all, acts)
            }
            None => self.call_interface(st, &value, at, method, args.to_vec()),
        }
    }

    fn touch_pointee(&mut self, st: &mut State, pointer: &Value, ty: Ty) -> Res<()> {
        for path in pointer.refs.paths.clone() {
            if !pointer.inner {
                self.touch_object(st, &path, ty, pointer.vn, false)?;
            }
        }
        Ok(())
    }

    fn call_type_param(&mut self, st: State, recv: Ty, name: Name, by_address: bool, mut args: Vec<Value>) -> Res<State> {
        if matches!(self.core(recv), TyKind::Interface(_)) {
            let value = if args.is_empty() { Value::unknown() } else { args.remove(0) };
            let value = if by_address { self.pointee(&st, &value, recv) } else { value };
            return self.call_interface(st, &value, recv, name, args);
        }
        let value = if args.is_empty() { Value::unknown() } else { args.remove(0) };
        let (ty, value) = if by_address { (Ty::pointer(recv), value) } else { (recv, value) };
        let d = Dyn { ty: Some(ty), value, maker: Some(self.frame().acting) };
        self.call_method(st, &d, name, &args)
    }

    /// How method `name` of values of type `ty` is reached.
    pub fn find_method(&self, ty: Ty, name: Name) -> Option<Method> {
        let mut level: Vec<(Ty, Vec<(Ty, u32)>)> = vec![(ty.canonical(), vec![])];
        let mut seen: Vec<Ty> = Vec::new();
        for _ in 0..16 {
            let mut next = Vec::new();
            for (at, way) in level {
                let base = match at.kind() {
                    TyKind::Pointer(t) => *t,
                    _ => at,
                };
                if seen.contains(&base) {
                    continue;
                }
                seen.push(base);
                if let TyKind::Named { key, args } = base.kind()
                    && let Some(pkg) = key.pkg
                    && let Some(info) = self.types.named(*key)
                    && let Some(m) = info.methods.iter().find(|m| m.name == name)
                {
                    let func = FuncKey { pkg, name: Name::new(&format!("{}.{}", key.name, name)) };
                    return Some(Method { way, func: Some((func, args.iter().copied().collect(), m.pointer)) });
                }
                match self.core(base) {
                    TyKind::Interface(_) if self.types.interface_methods(base).iter().any(|m| m.0 == name) => {
                        return Some(Method { way, func: None });
                    }
                    TyKind::Struct(fields) => {
                        for (i, f) in fields.iter().enumerate().filter(|(_, f)| f.embedded) {
                            let mut way = way.clone();
                            way.push((base, i as u32));
                            next.push((f.ty.canonical(), way));
                        }
                    }
                    _ => {}
                }
            }
            if next.is_empty() {
                return None;
            }
            level = next;
        }
        None
    }

    /// Whether values of a type have all methods of an interface (more may be said to have them, none fewer).
    pub fn implements(&self, ty: Ty, iface: Ty) -> bool {
        self.types.interface_methods(iface).iter().all(|m| {
            self.find_method(ty, m.0).is_some_and(|found| match found.func {
                Some((_, _, true)) => matches!(ty.canonical().kind(), TyKind::Pointer(_)) || !found.way.is_empty(),
                _ => true,
            })
        })
    }
}

/// What was added to a sum.
fn difference(after: &Poly, before: &Poly) -> Poly {
    after.minus(before)
}
