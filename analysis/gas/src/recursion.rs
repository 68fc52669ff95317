//! Functions that call themselves: a loop over their calls.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_syntax::bound::Measure;

use crate::exec::Invocation;
use crate::heap::State;
use crate::poly::{Atom, Poly};
use crate::value::Value;
use crate::walk::{Res, Walk};

impl Walk<'_> {
    /// A call of a function that runs already.
    pub fn call_again(&mut self, mut st: State, func: FuncKey, body: &Body, args: Vec<Value>) -> Res<State> {
        if !self.unrolled.contains(&func) {
            return Err(self.reason(format!("`{}` calls itself through others", func.name)));
        }
        let mark = Poly::atom(self.recursion_mark());
        self.pay(&mut st, &mark)?;
        self.recursive.push((func, args));
        st.results = body
            .results
            .iter()
            .map(|r| {
                let ty = self.inst_ty(body.locals[r.idx()].ty);
                Value::any(self.types, ty)
            })
            .collect();
        Ok(st)
    }

    pub fn recursion_mark(&self) -> Atom {
        Atom::Symbol(u32::MAX - self.unrolled.len() as u32)
    }

    /// A function that calls itself at most once: a loop over its calls, of which there are no more than frames.
    pub fn recursive(&mut self, st: State, call: Invocation) -> Res<State> {
        let func = call.body.func;
        self.unrolled.push(func);
        let result = self.unroll(st, func, call);
        self.unrolled.pop();
        result
    }

    fn unroll(&mut self, st: State, func: FuncKey, call: Invocation) -> Res<State> {
        let Invocation { body, targs, args, acting, .. } = call;
        let caller_env = st.env.clone();
        let mut entry = st;
        entry.env = args.into_iter().enumerate().map(|(i, v)| (LocalId(i as u32), Rc::new(v))).collect();
        let params = body.params.len();
        let mark = self.recursion_mark();
        let depth = recursion_depth(&body);
        // Calls of itself that one call can make, where `//amigos:bound depth<=N` says that they end.
        let limit = body.limits.iter().find(|l| l.measure == Measure::Depth).map(|l| l.most);
        let branches = if limit.is_some() { calls_of_itself(&body, &crate::cfg::Cfg::new(&body)) } else { 1 };
        if branches == 0 {
            return Err(self.reason(format!("`{}` calls itself in a loop", func.name)));
        }
        let ends_once = !body.has_defer && !self.recovering();
        let exit = crate::cfg::EXIT;
        let outs = self.repeat(
            entry,
            body.span,
            &mut |walk, st| {
                let calls = walk.recursive.len();
                let args: Vec<Value> =
                    (0..params).map(|i| st.env.get(&LocalId(i as u32)).map(|v| (**v).clone()).unwrap_or_default()).collect();
                let before = st.clone();
                let mut after = walk.run(st, Invocation { body: body.clone(), targs: targs.clone(), args, captures: vec![], acting })?;
                let made: Vec<(FuncKey, Vec<Value>)> = walk.recursive.split_off(calls);
                // Only ways on which it calls itself are followed by another call.
                let more = format!("`{}` calls itself more than once", func.name);
                let mut again = |gas: &Poly| match gas.split(&mark) {
                    Some((factor, rest)) if factor == Poly::constant(1) => Ok(Some(rest)),
                    Some((factor, _)) if factor.is_zero() => Ok(None),
                    Some((factor, rest)) if factor.is_constant() && factor.constant_part() <= branches => Ok(Some(rest)),
                    _ => Err(walk.reason(more.clone())),
                };
                let going_on = after.acc.only(&mut again)?;
                after.acc.change(&mut |gas| gas.split(&mark).map(|(_, rest)| rest).ok_or_else(|| walk.reason(more.clone())))?;
                if !before.overlay.iter().zip(&after.overlay).all(|(a, b)| a == b)
                    || before.overlay.len() != after.overlay.len()
                    || before.globals.len() != after.globals.len()
                    || before.added.len() != after.added.len()
                    || after.havoc && !before.havoc
                {
                    return Err(walk.reason(format!("`{}` calls itself and writes state", func.name)));
                }
                let mut again = made.into_iter().filter(|(f, _)| *f == func).map(|(_, args)| args);
                let back = again.next().map(|first| {
                    let all = again.fold(first, |a, b| a.iter().zip(&b).map(|(x, y)| x.join(y)).collect());
                    let mut st = after.clone();
                    // Where calls branch, those that make none are as many as those that do.
                    st.acc = going_on.clone().filter(|_| branches == 1).unwrap_or_else(|| after.acc.clone());
                    st.results = Vec::new();
                    st.env = all.into_iter().enumerate().map(|(i, v)| (LocalId(i as u32), Rc::new(v))).collect();
                    st
                });
                Ok((back, std::collections::BTreeMap::from([(exit, after)])))
            },
            &mut |_, entry| {
                let frames = Poly::constant(u64::from(gas::CALL_DEPTH));
                if let Some(limit) = limit.filter(|_| branches > 1) {
                    return calls_within(limit, branches, ends_once).map(Poly::constant);
                }
                let promised = limit.map(|n| Poly::constant(n.saturating_add(1)));
                let known = depth.iter().filter_map(|d| d.times(entry)).chain(promised);
                Some(known.fold(frames, |a, b| {
                    if a.is_constant() && !b.is_constant() || b.constant_part() < a.constant_part() && b.is_constant() { b } else { a }
                }))
            },
        )?;
        let mut out = outs.into_values().next().unwrap_or_default();
        out.env = caller_env;
        Ok(out)
    }
}

/// How many calls of itself a body makes at most; 0 if one is in a loop. Calls in literals are not counted: they show when what calls cost is added.
fn calls_of_itself(body: &Body, cfg: &crate::cfg::Cfg) -> u64 {
    let mut calls = 0;
    for (at, block) in body.blocks.iter().enumerate() {
        let here =
            block.insts.iter().filter(|i| matches!(&i.op, Op::Call { callee: Callee::Static { func, .. }, .. } if *func == body.func));
        let here = here.count() as u64;
        if here > 0 && cfg.loops.iter().any(|l| l.blocks.contains(&BlockId(at as u32))) {
            return 0;
        }
        calls += here;
    }
    calls.max(1)
}

/// Calls in a tree of so many levels in which each makes `branches`. Below them only one call is made, which fails; where a failure can be caught, a whole level.
fn calls_within(levels: u64, branches: u64, ends_once: bool) -> Option<u64> {
    let (mut all, mut level) = (0u64, 1u64);
    for _ in 0..levels.min(u64::from(gas::CALL_DEPTH)) {
        all = all.checked_add(level)?;
        level = level.checked_mul(branches)?;
    }
    all.checked_add(if ends_once { 1 } else { level })
}

/// How a parameter gets smaller from call to call.
struct Shrinks {
    param: u32,
    by: u64,
    halves: bool,
}

impl Shrinks {
    fn times(&self, entry: &State) -> Option<Poly> {
        let hi = entry.env.get(&LocalId(self.param))?.hi.clone()?;
        if self.halves {
            return Some(Poly::constant(66));
        }
        hi.scaled(1, self.by).ok()?.plus(&Poly::constant(2)).ok()
    }
}

/// Parameters of which each call of the function by itself gets a smaller one: a slice or string cut at the front, a number that is not negative.
fn recursion_depth(body: &Body) -> Vec<Shrinks> {
    let mut out = Vec::new();
    let insts: Vec<&Inst> = body.blocks.iter().flat_map(|b| &b.insts).collect();
    let defined = |l: LocalId| {
        let mut made = insts.iter().filter(|i| crate::cfg::sets(&i.op, l));
        made.next().filter(|_| made.next().is_none()).map(|i| &i.op)
    };
    let calls: Vec<&Vec<Operand>> = insts
        .iter()
        .filter_map(|i| match &i.op {
            Op::Call { callee: Callee::Static { func, .. }, args, .. } if *func == body.func => Some(args),
            _ => None,
        })
        .collect();
    for (at, param) in body.params.iter().enumerate() {
        if defined(*param).is_some() || calls.is_empty() {
            continue;
        }
        let mut least: Option<Shrinks> = None;
        for args in &calls {
            let one = match args.get(at) {
                Some(Operand::Local(l)) => match defined(*l) {
                    Some(Op::Slice { x: Operand::Local(p), low: Some(low), high: None, max: None, .. }) if p == param => {
                        crate::loops::constant(low).filter(|n| *n > 0).map(|n| Shrinks {
                            param: at as u32,
                            by: n.unsigned_abs(),
                            halves: false,
                        })
                    }
                    Some(Op::Binary { op: amigos_syntax::ast::BinaryOp::Sub, x: Operand::Local(p), y, .. }) if p == param => {
                        let guarded = is_guarded(body, *param);
                        crate::loops::constant(y).filter(|n| *n > 0 && guarded).map(|n| Shrinks {
                            param: at as u32,
                            by: n.unsigned_abs(),
                            halves: false,
                        })
                    }
                    Some(Op::Binary { op: amigos_syntax::ast::BinaryOp::Div, x: Operand::Local(p), y, .. }) if p == param => {
                        let guarded = is_guarded(body, *param);
                        crate::loops::constant(y).filter(|n| *n > 1 && guarded).map(|_| Shrinks { param: at as u32, by: 1, halves: true })
                    }
                    _ => None,
                },
                _ => None,
            };
            least = match (least, one) {
                (_, None) => {
                    least = None;
                    break;
                }
                (None, Some(one)) => Some(one),
                (Some(a), Some(b)) => Some(Shrinks { param: a.param, by: a.by.min(b.by), halves: a.halves && b.halves }),
            };
        }
        out.extend(least);
    }
    out
}

/// Whether the first thing that a body does is to compare a parameter with a number from zero up, and to return if it is not larger.
fn is_guarded(body: &Body, param: LocalId) -> bool {
    use amigos_syntax::ast::BinaryOp;
    let Some(first) = body.blocks.first() else { return false };
    let Term::If { cond: Operand::Local(flag), then, els } = &first.term else { return false };
    let compared = first.insts.iter().find_map(|i| match &i.op {
        Op::Binary { dst, op, x: Operand::Local(l), y } if dst == flag && *l == param => Some((*op, crate::loops::constant(y)?)),
        _ => None,
    });
    let Some((op, n)) = compared else { return false };
    let stops = |b: BlockId| {
        let reaches = |start: BlockId| {
            let mut seen = std::collections::BTreeSet::new();
            let mut open = vec![start];
            while let Some(b) = open.pop() {
                if b.idx() >= body.blocks.len() || !seen.insert(b) {
                    continue;
                }
                if body.blocks[b.idx()]
                    .insts
                    .iter()
                    .any(|i| matches!(&i.op, Op::Call { callee: Callee::Static { func, .. }, .. } if *func == body.func))
                {
                    return true;
                }
                open.extend(amigos_mir::graph::successors(&body.blocks[b.idx()].term));
            }
            false
        };
        !reaches(b)
    };
    match op {
        BinaryOp::Le => n >= -1 && stops(*then),
        BinaryOp::Lt => n >= 0 && stops(*then),
        BinaryOp::Gt => n >= -1 && stops(*els),
        BinaryOp::Ge => n >= 0 && stops(*els),
        _ => false,
    }
}

pub(crate) fn calls_itself(body: &Body) -> bool {
    body.blocks
        .iter()
        .flat_map(|b| &b.insts)
        .any(|i| matches!(&i.op, Op::Call { callee: Callee::Static { func, .. }, .. } if *func == body.func))
}
