//! The walk: bodies are executed on what is known of values, blocks in the order of control, loops by one symbolic iteration. Calls are followed, each in
//! its own context, so that a callee's bound is in terms of what the caller knows.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use amigos_mir::gas;
use amigos_mir::layout::{Layouts, subst};
use amigos_mir::mir::*;
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_syntax::ast::BinaryOp;
use amigos_types::konst::Const;
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};
use rustc_hash::FxHashMap;

use crate::cfg::{Cfg, EXIT, PANIC};
use crate::heap::{Key, State};
use crate::loops::{constant, iterations};
use crate::poly::{Atom, Path, Poly, Root, TooLarge};
use crate::summary::{Bound, Part, Reason};
use crate::value::{Func, ObjId, Value};

/// Instructions beyond which a function is not followed any further.
const MAX_STEPS: u64 = 60_000;
/// Calls in calls beyond which nothing is followed.
const MAX_FRAMES: usize = 48;
const MAX_LOOPS: u32 = 10;
/// A limit up to which a number says more than a size.
const SMALL: u64 = 64;
/// Accesses that are charged one by one rather than as all there can be.
const FEW: u64 = 40;

pub(crate) type Res<T> = Result<T, Reason>;

/// What the walk asks of the program.
pub(crate) trait World {
    /// A function's body.
    fn body(&self, func: FuncKey) -> Option<Arc<Body>>;
    /// A native function.
    fn native(&self, func: FuncKey) -> Option<Arc<NativeFunc>>;
    /// Whether a package has state.
    fn is_contract(&self, pkg: PkgKey) -> bool;
    /// What a package variable of interface or function type can hold, where that is known.
    fn held(&self, global: GlobalKey) -> Option<Arc<Vec<crate::facts::Held>>>;
    /// Facts about what a package and its imports do to memory.
    fn habits(&self, pkg: PkgKey) -> Arc<crate::facts::Habits>;
    /// The types of a package and its imports that have methods.
    fn method_types(&self, pkg: PkgKey) -> Arc<Vec<Ty>>;
}

/// A running function.
pub(crate) struct Frame {
    pub body: Arc<Body>,
    pub targs: Rc<[Ty]>,
    pub cfg: Rc<Cfg>,
    /// The calling context: what objects made here are named after.
    pub ctx: u32,
    /// Who acts; nobody in a Render.
    pub acting: Option<PkgKey>,
    /// Deferred calls: the function, its arguments, and the number of loops around.
    pub defers: Vec<(Vec<Func>, Vec<Value>)>,
    pub loops: u32,
}

pub(crate) struct Walk<'a> {
    pub types: TypeView<'a>,
    pub layouts: &'a Layouts<'a>,
    pub world: &'a dyn World,
    pub frames: Vec<Frame>,
    /// In how many trial walks we are: nothing is demanded there.
    pub dry: u32,
    pub level: u32,
    pub symbols: u32,
    numbers: FxHashMap<(u32, u32, u32), u32>,
    number_level: Vec<u32>,
    positive: BTreeSet<u32>,
    ids: FxHashMap<(u32, usize, u32, u32), u32>,
    hoists: Vec<BTreeMap<Key, Poly>>,
    /// For each loop around, how often it runs, if that is a known number.
    pub trips: Vec<Option<u64>>,
    /// The instruction that is executed.
    pub site: usize,
    /// Arrays that `append` makes.
    pub appended: BTreeSet<ObjId>,
    /// Results of an `append` to a variable that goes back into it, with what becoming owned costs them.
    pub amortized: FxHashMap<(u32, LocalId), Poly>,
    probes: FxHashMap<(u32, BlockId, LocalId), (Value, Value)>,
    cfgs: FxHashMap<usize, Rc<Cfg>>,
    prices: FxHashMap<(usize, u32), u64>,
    pub parts: Vec<Part>,
    pub span: Span,
    pub steps: u64,
    /// The package whose function is looked at.
    pub home: PkgKey,
    /// The block that is executed.
    pub current_block: BlockId,
    /// Values that code panics with.
    pub panics: Vec<Value>,
    /// Types of maps from which something was deleted.
    pub deleted: bool,
    /// Recursive calls that were met, each with the functions arguments.
    pub recursive: Vec<(FuncKey, Vec<Value>)>,
    /// The function that is looked at as a loop over its own calls.
    pub unrolled: Vec<FuncKey>,
    pub root: Name,
    pub is_method: bool,
}

impl<'a> Walk<'a> {
    pub fn new(types: TypeView<'a>, layouts: &'a Layouts<'a>, world: &'a dyn World, home: PkgKey) -> Walk<'a> {
        Walk {
            types,
            layouts,
            world,
            frames: Vec::new(),
            dry: 0,
            level: 0,
            symbols: 0,
            numbers: FxHashMap::default(),
            number_level: vec![0],
            positive: BTreeSet::new(),
            ids: FxHashMap::default(),
            hoists: Vec::new(),
            trips: Vec::new(),
            site: 0,
            appended: BTreeSet::new(),
            amortized: FxHashMap::default(),
            probes: FxHashMap::default(),
            cfgs: FxHashMap::default(),
            prices: FxHashMap::default(),
            parts: Vec::new(),
            span: Span::default(),
            steps: 0,
            home,
            current_block: BlockId(0),
            panics: Vec::new(),
            deleted: false,
            recursive: Vec::new(),
            unrolled: Vec::new(),
            root: Name::new(""),
            is_method: false,
        }
    }

    /// The bound of a call of `func` from outside.
    pub fn whole(&mut self, func: FuncKey, body: &Arc<Body>) -> Res<Bound> {
        self.span = body.span;
        self.root = func.name;
        self.is_method = func.name.contains('.');
        let params = body.params.iter().enumerate().map(|(i, local)| {
            let info = &body.locals[local.idx()];
            let name = info.name.or_else(|| named_copy(body, *local)).unwrap_or(Name::new("_"));
            let path = Path { root: Root::Param(i as u32, name), segs: vec![] };
            let mut value = Value::at(self.types, path, info.ty);
            value.vn = 0;
            value
        });
        let args: Vec<Value> = params.collect();
        let acting = if self.is_render(func) { None } else { Some(func.pkg) };
        let out = self.call_body(State::default(), func, body.clone(), Rc::default(), args, acting)?;
        let cost = out.acc;
        if cost.mentions(&|a| matches!(a, Atom::Symbol(_))) {
            return Err(self.reason("its bound depends on what a loop does"));
        }
        Ok(Bound { cost, parts: std::mem::take(&mut self.parts) })
    }

    /// The bound of a call of a native.
    pub fn whole_native(&mut self, func: FuncKey, native: &NativeFunc) -> Res<Bound> {
        let named = amigos_std::native(func.pkg.0.as_str(), func.name.as_str());
        let params = native.params.iter().enumerate().map(|(i, ty)| {
            let name = named.and_then(|n| n.parameters.get(i)).map_or("x", |(name, _)| name.as_str());
            Value::at(self.types, Path { root: Root::Param(i as u32, Name::new(name)), segs: vec![] }, *ty)
        });
        let args: Vec<Value> = params.collect();
        let targs = native.tparams.to_vec();
        let out = self.native(State::default(), func, native, &targs, args)?;
        Ok(Bound { cost: out.acc, parts: vec![] })
    }

    pub fn is_render(&self, func: FuncKey) -> bool {
        func.name.as_str() == "Render" && self.world.is_contract(func.pkg)
    }

    pub fn reason(&self, text: impl Into<String>) -> Reason {
        Reason { text: text.into(), span: self.span }
    }

    pub fn large<T: Default>(&self, result: Result<T, TooLarge>) -> Res<T> {
        match result {
            Ok(p) => Ok(p),
            Err(_) if self.dry > 0 => Ok(T::default()),
            Err(_) => Err(self.reason("its bound is too large to be of use")),
        }
    }

    /// Something that has to be known; in a trial it need not be.
    pub fn need(&self, size: Option<Poly>, text: impl FnOnce() -> String) -> Res<Poly> {
        match size {
            Some(size) => Ok(size),
            None if self.dry > 0 => Ok(Poly::default()),
            None => Err(self.reason(text())),
        }
    }

    pub fn pay(&self, st: &mut State, gas: &Poly) -> Res<()> {
        if !gas.is_zero() {
            st.acc = self.large(st.acc.plus(gas))?;
        }
        Ok(())
    }

    /// Charges something that is charged once for what `key` names, which is the same in all iterations of loops nested deeper than `level`.
    pub fn once(&mut self, st: &mut State, key: Key, level: u32, price: &Poly) -> Res<()> {
        if st.seen.contains(&key) {
            return Ok(());
        }
        if level < self.level
            && !price.mentions(&|a| matches!(a, Atom::Symbol(_)))
            && let Some(hoist) = self.hoists.get_mut(level as usize)
        {
            hoist.insert(key.clone(), price.clone());
        }
        self.pay(st, price)?;
        st.seen.insert(key);
        Ok(())
    }

    pub fn frame(&self) -> &Frame {
        // A walk without a running function does nothing.
        &self.frames[self.frames.len() - 1]
    }
    pub fn body(&self) -> &Body {
        &self.frame().body
    }
    pub fn ctx(&self) -> u32 {
        self.frames.last().map_or(0, |f| f.ctx)
    }

    // ---- numbers and names

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
    fn symbol(&mut self) -> Atom {
        self.symbols += 1;
        Atom::Symbol(self.symbols)
    }
    /// Gives numbers to registers that have none: their values are the same throughout an iteration.
    fn renumber(&mut self, st: &mut State) {
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

    // ---- functions

    /// Executes a body. The state that comes back is the caller's, with results, memory and gas as after the call.
    #[allow(clippy::too_many_arguments)]
    pub fn run(
        &mut self,
        body: Arc<Body>,
        targs: Rc<[Ty]>,
        args: Vec<Value>,
        captures: Vec<Value>,
        mut st: State,
        acting: Option<PkgKey>,
    ) -> Res<State> {
        if self.frames.len() >= MAX_FRAMES {
            return Err(self.reason("calls are nested too deep to be followed"));
        }
        let key = Arc::as_ptr(&body) as usize;
        let cfg = self.cfgs.entry(key).or_insert_with(|| Rc::new(Cfg::new(&body))).clone();
        let ctx = if self.frames.is_empty() {
            1
        } else {
            let n = self.ids.len() as u32 + 1;
            *self.ids.entry((self.ctx(), self.site, 1000, key as u32)).or_insert(n)
        };
        let caller_env = std::mem::take(&mut st.env);
        st.results = Vec::new();
        for (local, value) in body.params.iter().zip(args) {
            st.env.insert(*local, Rc::new(value));
        }
        for (local, value) in body.captures.iter().zip(captures) {
            st.env.insert(*local, Rc::new(value));
        }
        for local in &body.results {
            if !body.locals[local.idx()].boxed {
                st.env.insert(*local, Rc::default());
            }
        }
        let outer_span = self.span;
        let outer_level = self.level;
        self.frames.push(Frame { body: body.clone(), targs, cfg: cfg.clone(), ctx, acting, defers: Vec::new(), loops: 0 });
        let all: BTreeSet<BlockId> = cfg.order.iter().copied().collect();
        let out = self.blocks(&all, BlockId(0), None, st.clone());
        self.frames.pop();
        if self.frames.is_empty() {
            self.span = body.span;
        } else {
            self.span = outer_span;
        }
        self.level = outer_level;
        let mut out = out?;
        let exit = out.remove(&EXIT);
        let panic = out.remove(&PANIC);
        let mut after = match (exit, panic) {
            (Some(mut exit), Some(panic)) => {
                exit.acc = self.large(exit.acc.join(&panic.acc))?;
                exit
            }
            (Some(exit), None) => exit,
            // It never returns normally: what a recovering caller sees is at most this.
            (None, Some(mut panic)) => {
                panic.results = body.results.iter().map(|_| Value::default()).collect();
                panic
            }
            (None, None) => {
                let mut st = st;
                st.results = body.results.iter().map(|_| Value::default()).collect();
                st
            }
        };
        after.env = caller_env;
        if after.results.len() < body.results.len() {
            after.results = body.results.iter().map(|_| Value::unknown()).collect();
        }
        Ok(after)
    }

    /// Executes the blocks of a set from `header` on; what comes back is the states at the edges that leave it, and at `header` again.
    fn blocks(&mut self, set: &BTreeSet<BlockId>, header: BlockId, of: Option<usize>, start: State) -> Res<BTreeMap<BlockId, State>> {
        let cfg = self.frame().cfg.clone();
        let inner = cfg.inner(of);
        let mut pending: BTreeMap<BlockId, State> = BTreeMap::from([(header, start)]);
        let mut out: BTreeMap<BlockId, State> = BTreeMap::new();
        let from = cfg.place.get(header.idx()).copied().unwrap_or(0) as usize;
        let mut first = true;
        for at in from..cfg.order.len() {
            let id = cfg.order[at];
            if !set.contains(&id) {
                continue;
            }
            let Some(st) = pending.remove(&id) else { continue };
            let looped = inner.iter().copied().find(|i| cfg.loops[*i].blocks.contains(&id));
            let is_header = std::mem::replace(&mut first, false) && of.is_some();
            let edges: Vec<(BlockId, State)> = match looped {
                Some(i) if !is_header || cfg.loops[i].header == Some(id) => {
                    if cfg.loops[i].header != Some(id) {
                        return Err(self.reason("uses `goto`"));
                    }
                    self.looped(i, st)?.into_iter().collect()
                }
                _ => self.block(id, st)?,
            };
            for (to, st) in edges {
                let inside = set.contains(&to) && to != header;
                if to == header && of.is_none() {
                    return Err(self.reason("uses `goto`"));
                }
                if inside && cfg.place[to.idx()] as usize <= at && looped.is_none_or(|i| !cfg.loops[i].blocks.contains(&to)) {
                    return Err(self.reason("uses `goto`"));
                }
                let list = if inside { &mut pending } else { &mut out };
                let joined = match list.remove(&to) {
                    Some(before) => self.joined(before, st),
                    None => st,
                };
                list.insert(to, joined);
            }
        }
        Ok(out)
    }

    pub fn joined(&self, a: State, b: State) -> State {
        a.join(b, &|g| self.global_at_start(g))
    }

    /// Executes a block; the edges out of it.
    fn block(&mut self, id: BlockId, mut st: State) -> Res<Vec<(BlockId, State)>> {
        let body = self.frame().body.clone();
        let Some(block) = body.blocks.get(id.idx()) else { return Ok(vec![]) };
        self.steps += 1 + block.insts.len() as u64;
        if self.steps > MAX_STEPS {
            self.dry = 0;
            return Err(self.reason("it is too large to be followed"));
        }
        let price = self.block_price(&body, id);
        self.pay(&mut st, &Poly::constant(price))?;
        let home = self.frames.len() == 1;
        for inst in &body.blocks[id.idx()].insts {
            if home && !inst.span.is_empty() {
                self.span = inst.span;
            }
            self.site = std::ptr::from_ref(inst) as usize;
            self.current_block = id;
            self.inst(&mut st, id, inst)?;
        }
        match &block.term {
            Term::Goto(to) => Ok(vec![(*to, st)]),
            Term::Unreachable => Ok(vec![]),
            Term::If { cond, then, els } => {
                let mut yes = st.clone();
                let mut no = st;
                let mut edges = Vec::new();
                let (mut can, mut cannot) = (true, true);
                if let Operand::Local(flag) = cond {
                    can = !yes.env.get(flag).is_some_and(|v| v.hi.as_ref().is_some_and(Poly::is_zero));
                    if let Some(known) = self.decided(block, *flag, &yes) {
                        (can, cannot) = (known, !known);
                    }
                    self.refine(block, *flag, &mut yes, true);
                    self.refine(block, *flag, &mut no, false);
                }
                if can {
                    edges.push((*then, yes));
                }
                if cannot {
                    edges.push((*els, no));
                }
                Ok(edges)
            }
            Term::Return => {
                self.run_defers(&mut st)?;
                let mut results = Vec::new();
                for local in body.results.iter() {
                    let ty = self.inst_ty(body.locals[local.idx()].ty);
                    let value = st.env.get(local).map(|v| (**v).clone()).unwrap_or_default();
                    results.push(if body.locals[local.idx()].boxed {
                        let place = Place { base: PlaceBase::Local(*local), proj: vec![], ty };
                        self.load(&mut st, &place)?
                    } else {
                        value
                    });
                }
                st.results = results;
                Ok(vec![(EXIT, st)])
            }
            Term::Panic(x) => {
                let value = self.value(&st, x);
                self.panics.push(value);
                self.run_defers(&mut st)?;
                if self.recovers(&body) {
                    // The call may return after all, with results as they are.
                    let mut back = st.clone();
                    back.results = Vec::new();
                    for local in body.results.iter() {
                        let ty = self.inst_ty(body.locals[local.idx()].ty);
                        let value = if body.locals[local.idx()].boxed {
                            self.load(&mut back, &Place { base: PlaceBase::Local(*local), proj: vec![], ty })?
                        } else {
                            back.env.get(local).map(|v| (**v).clone()).unwrap_or_default()
                        };
                        back.results.push(value);
                    }
                    return Ok(vec![(EXIT, back), (PANIC, st)]);
                }
                Ok(vec![(PANIC, st)])
            }
        }
    }

    /// Whether deferred literals of a body recover.
    fn recovers(&self, body: &Body) -> bool {
        body.has_defer && body.closures.iter().any(|c| c.blocks.iter().flat_map(|b| &b.insts).any(|i| matches!(i.op, Op::Recover { .. })))
    }

    fn run_defers(&mut self, st: &mut State) -> Res<()> {
        let defers = self.frames.last().map(|f| f.defers.clone()).unwrap_or_default();
        for (funcs, args) in defers.into_iter().rev() {
            // It may not have been deferred on the way here.
            let without = st.clone();
            let mut after = self.call_funcs(st.clone(), &funcs, &args)?;
            after.results = Vec::new();
            let acc = after.acc.clone();
            *st = self.joined(without, after);
            st.acc = self.large(acc.join(&st.acc))?;
        }
        Ok(())
    }

    fn block_price(&mut self, body: &Arc<Body>, id: BlockId) -> u64 {
        let plain = self.frame().targs.is_empty();
        let key = (Arc::as_ptr(body) as usize, id.0);
        if plain && let Some(price) = self.prices.get(&key) {
            return *price;
        }
        let slots = |ty: Ty| self.layouts.slots(self.inst_ty(ty));
        let price = gas::block_price(body, id, &slots);
        if plain {
            self.prices.insert(key, price);
        }
        price
    }

    /// Whether a comparison of a register that a block ends with is known to hold, or not to.
    fn decided(&self, block: &Block, flag: LocalId, st: &State) -> Option<bool> {
        let (op, x, y) = block.insts.iter().rev().find_map(|i| match &i.op {
            Op::Binary { dst, op, x, y } if *dst == flag => Some((*op, x, y)),
            _ => None,
        })?;
        let n = i128::from(constant(y)?);
        if !matches!(self.core(self.ty(x)), TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b)) {
            return None;
        }
        let value = self.value(st, x);
        let known = |p: &Option<Poly>| p.as_ref().filter(|p| p.is_constant()).map(|p| i128::from(p.constant_part()));
        let (top, bottom) = (known(&value.hi), known(&value.lo).map(|n| -n));
        let above = |n: i128| bottom.is_some_and(|b| b > n);
        let below = |n: i128| top.is_some_and(|t| t < n);
        match op {
            BinaryOp::Eq if above(n) || below(n) => Some(false),
            BinaryOp::Ne if above(n) || below(n) => Some(true),
            BinaryOp::Eq if top == Some(n) && bottom == Some(n) => Some(true),
            BinaryOp::Ne if top == Some(n) && bottom == Some(n) => Some(false),
            BinaryOp::Lt if below(n) => Some(true),
            BinaryOp::Lt if above(n - 1) => Some(false),
            BinaryOp::Le if below(n + 1) => Some(true),
            BinaryOp::Le if above(n) => Some(false),
            BinaryOp::Gt if above(n) => Some(true),
            BinaryOp::Gt if below(n + 1) => Some(false),
            BinaryOp::Ge if above(n - 1) => Some(true),
            BinaryOp::Ge if below(n) => Some(false),
            _ => None,
        }
    }

    /// What a comparison that a block ends with says of the registers in it.
    fn refine(&self, block: &Block, flag: LocalId, st: &mut State, holds: bool) {
        let found = block.insts.iter().enumerate().rev().find_map(|(at, i)| match &i.op {
            Op::Binary { dst, op, x, y } if *dst == flag => Some((at, *op, x, y)),
            _ => None,
        });
        let Some((at, op, x, y)) = found else { return };
        for (x, op, y) in [(x, op, y), (y, flipped(op), x)] {
            let (Operand::Local(local), Some(n)) = (x, constant(y)) else { continue };
            // Written again since?
            let again = block.insts[at + 1..].iter().any(|i| crate::cfg::sets(&i.op, *local));
            if again || self.body().locals[local.idx()].boxed {
                continue;
            }
            let (top, bottom) = match (op, holds) {
                (BinaryOp::Lt, true) | (BinaryOp::Ge, false) => (n.checked_sub(1), None),
                (BinaryOp::Le, true) | (BinaryOp::Gt, false) => (Some(n), None),
                (BinaryOp::Gt, true) | (BinaryOp::Le, false) => (None, n.checked_add(1)),
                (BinaryOp::Ge, true) | (BinaryOp::Lt, false) => (None, Some(n)),
                (BinaryOp::Eq, true) | (BinaryOp::Ne, false) => (Some(n), Some(n)),
                _ => continue,
            };
            let mut locals = vec![*local];
            // The length of a register: that register's length, too.
            locals.extend(block.insts[..at].iter().filter_map(|i| match &i.op {
                Op::Len { dst, x: Operand::Local(of) } if dst == local && !self.body().locals[of.idx()].boxed => Some(*of),
                Op::Copy { dst, src: Operand::Local(of) } if dst == local && !self.body().locals[of.idx()].boxed => Some(*of),
                _ => None,
            }));
            for l in locals {
                let is_map = matches!(self.core(self.inst_ty(self.body().locals[l.idx()].ty)), TyKind::Map { .. });
                let Some(value) = st.env.get_mut(&l).filter(|_| !is_map) else { continue };
                if let Some(top) = top {
                    let top = u64::try_from(top).unwrap_or(0);
                    // A large number says less of most calls than a size does.
                    if value.hi.as_ref().is_none_or(|hi| !hi.is_constant() && top <= SMALL || hi.is_constant() && hi.constant_part() > top)
                        && !grows(&value.hi)
                    {
                        Rc::make_mut(value).hi = Some(Poly::constant(top));
                    }
                }
                if let Some(bottom) = bottom {
                    let down = bottom.min(0).unsigned_abs();
                    if value.lo.as_ref().is_none_or(|lo| !lo.is_constant() || lo.constant_part() > down) && !grows(&value.lo) {
                        Rc::make_mut(value).lo = Some(Poly::constant(down));
                    }
                }
            }
        }
    }

    // ---- loops

    fn looped(&mut self, index: usize, entry: State) -> Res<BTreeMap<BlockId, State>> {
        let cfg = self.frame().cfg.clone();
        let l = &cfg.loops[index];
        let home = self.frames.len() == 1;
        let outer = self.span;
        if home {
            self.span = l.head;
        }
        let Some(header) = l.header else { return Err(self.reason("uses `goto`")) };
        if self.level >= MAX_LOOPS {
            return Err(self.reason("loops are nested too deep"));
        }
        let head = l.head;
        if let Some(frame) = self.frames.last_mut() {
            frame.loops += 1;
        }
        let result = self.repeat(
            entry,
            head,
            &mut |walk, st| {
                let cfg = walk.frame().cfg.clone();
                let mut out = walk.blocks(&cfg.loops[index].blocks, header, Some(index), st)?;
                Ok((out.remove(&header), out))
            },
            &mut |walk, entry| {
                let cfg = walk.frame().cfg.clone();
                iterations(walk, &cfg.loops[index], entry)
            },
        );
        if let Some(frame) = self.frames.last_mut() {
            frame.loops -= 1;
        }
        self.span = outer;
        result
    }

    /// Something that happens again and again: `once` executes it and gives the state in which it happens again, if it does, and the states in which it ends;
    /// `times` says how often. What comes back is the states in which it has ended.
    #[allow(clippy::type_complexity)]
    pub fn repeat(
        &mut self,
        entry: State,
        head: Span,
        once: &mut dyn FnMut(&mut Walk<'a>, State) -> Res<(Option<State>, BTreeMap<BlockId, State>)>,
        times: &mut dyn FnMut(&mut Walk<'a>, &State) -> Option<Poly>,
    ) -> Res<BTreeMap<BlockId, State>> {
        let parts = self.parts.len();
        let base = entry.acc.clone();
        let mut start = entry;
        start.acc = Poly::default();
        self.level += 1;
        self.dry += 1;
        self.hoists.push(BTreeMap::new());
        self.trips.push(None);
        let tried = self.try_loop(&start, once, times);
        self.dry -= 1;
        let hoist = self.hoists.pop().unwrap_or_default();
        self.parts.truncate(parts);
        let result = tried.and_then(|tried| self.cost_loop(base, start, tried, hoist, head, parts, once));
        self.trips.pop();
        self.level -= 1;
        result
    }

    #[allow(clippy::type_complexity)]
    fn try_loop(
        &mut self,
        start: &State,
        once: &mut dyn FnMut(&mut Walk<'a>, State) -> Res<(Option<State>, BTreeMap<BlockId, State>)>,
        times: &mut dyn FnMut(&mut Walk<'a>, &State) -> Option<Poly>,
    ) -> Res<Tried> {
        let first_symbol = self.symbols;
        let mut before: BTreeMap<Vec<u32>, Option<Poly>> = BTreeMap::new();
        start.sizes(&mut |k, s| {
            before.insert(k.to_vec(), s.clone());
        });
        let mut changed: BTreeMap<Vec<u32>, Atom> = BTreeMap::new();
        let mut shape = start.clone();
        let mut end = None;
        for round in 0..8 {
            let mut st = shape.clone();
            st.acc = Poly::default();
            let symbols = &changed;
            st.set_sizes(&mut |k, _| symbols.get(k).map(|a| Some(Poly::atom(a.clone()))));
            self.renumber(&mut st);
            let (back, _) = once(self, st.clone())?;
            let Some(mut back) = back else {
                return Ok(Tried { inside: start.clone(), count: Atom::Symbol(0), times: Some(Poly::constant(1)) });
            };
            back.env.retain(|l, _| start.env.contains_key(l));
            let joined = self.joined(st.clone(), back.clone());
            let stable = st.same_structure(&joined);
            let mut new = Vec::new();
            let mut now: BTreeMap<Vec<u32>, Option<Poly>> = BTreeMap::new();
            st.sizes(&mut |k, s| {
                now.insert(k.to_vec(), s.clone());
            });
            joined.sizes(&mut |k, s| {
                if !changed.contains_key(k) && now.get(k) != Some(s) {
                    new.push(k.to_vec());
                }
            });
            if stable && new.is_empty() {
                end = Some(back);
                break;
            }
            for k in new {
                let symbol = self.symbol();
                changed.insert(k, symbol);
            }
            shape = joined;
            if round == 7 {
                return Err(self.reason("what this loop does to memory is not followed"));
            }
        }
        let Some(end) = end else { return Err(self.reason("what this loop does to memory is not followed")) };
        let mut after: BTreeMap<Vec<u32>, Option<Poly>> = BTreeMap::new();
        end.sizes(&mut |k, s| {
            after.insert(k.to_vec(), s.clone());
        });
        // What each size is in the loop, from those that depend on none other on.
        let mine = |a: &Atom| matches!(a, Atom::Symbol(n) if *n > first_symbol);
        let mut deltas: BTreeMap<Vec<u32>, Change> = BTreeMap::new();
        let count = self.symbol();
        for _ in 0..4 {
            let known: BTreeMap<Atom, Option<Poly>> =
                deltas.iter().filter_map(|(k, c)| Some((changed.get(k)?.clone(), c.inside(&count)))).collect();
            let mut more = false;
            for (key, symbol) in &changed {
                if deltas.contains_key(key) {
                    continue;
                }
                let start = match before.get(key) {
                    Some(start) => start.clone(),
                    None => Some(Poly::default()),
                };
                let change = (|| {
                    let end = match after.get(key) {
                        Some(end) => end.clone(),
                        None => return Some(Change { start: start.clone(), step: Some(Poly::default()) }),
                    };
                    let Some(end) = end else { return Some(Change { start: None, step: None }) };
                    let Some(start) = start.clone() else { return Some(Change { start: None, step: None }) };
                    let Some((factor, rest)) = end.split(symbol) else { return Some(Change { start: None, step: None }) };
                    if factor.mentions(&mine) {
                        return Some(Change { start: None, step: None });
                    }
                    let rest = match rest.mentions(&mine) {
                        false => rest,
                        true => {
                            // In terms of others that are known already.
                            let waits = rest.mentions(&|a| mine(a) && !known.contains_key(a));
                            if waits {
                                return None;
                            }
                            match rest.substitute(&mut |a| known.get(a).cloned().unwrap_or_else(|| Some(Poly::atom(a.clone())))) {
                                Some(Ok(rest)) => rest,
                                _ => return Some(Change { start: None, step: None }),
                            }
                        }
                    };
                    if factor.is_zero() {
                        return Some(Change { start: start.join(&rest).ok(), step: Some(Poly::default()) });
                    }
                    if factor != Poly::constant(1) {
                        return Some(Change { start: None, step: None });
                    }
                    Some(Change { start: Some(start), step: Some(rest) })
                })();
                if let Some(change) = change {
                    deltas.insert(key.clone(), change);
                    more = true;
                }
            }
            if !more {
                break;
            }
        }
        for key in changed.keys() {
            deltas.entry(key.clone()).or_insert(Change { start: None, step: None });
        }
        // A reset to what counts iterations has no start of its own.
        let mut inside = shape;
        inside.acc = Poly::default();
        inside.seen = start.seen.clone();
        // The number of iterations may depend on what is bounded without it.
        let mut lasting = inside.clone();
        lasting.set_sizes(&mut |k, _| {
            deltas.get(k).map(|c| {
                if c.step.as_ref().is_some_and(Poly::is_zero) { c.start.clone().filter(|s| !s.mentions(&|a| *a == count)) } else { None }
            })
        });
        self.renumber(&mut lasting);
        once(self, lasting)?;
        let times = times(self, start).filter(|n| !n.mentions(&mine));
        let at = count;
        inside.set_sizes(&mut |k, _| deltas.get(k).map(|c| c.inside(&at)));
        Ok(Tried { inside, count: at, times })
    }

    #[allow(clippy::too_many_arguments, clippy::type_complexity)]
    fn cost_loop(
        &mut self,
        base: Poly,
        start: State,
        tried: Tried,
        hoist: BTreeMap<Key, Poly>,
        head: Span,
        parts: usize,
        once: &mut dyn FnMut(&mut Walk<'a>, State) -> Res<(Option<State>, BTreeMap<BlockId, State>)>,
    ) -> Res<BTreeMap<BlockId, State>> {
        let count = tried.count;
        let times = match tried.times {
            Some(n) => Some(n),
            None if self.dry > 0 => None,
            None => return Err(self.reason("the number of iterations of this loop is not known")),
        };
        let mut inside = tried.inside;
        // What is charged once for all iterations is charged before them.
        let mut before = Poly::default();
        inside.seen = start.seen.clone();
        let level = self.level - 1;
        let few = times.as_ref().filter(|n| n.is_constant()).map(Poly::constant_part);
        if let Some(trips) = self.trips.last_mut() {
            *trips = few;
        }
        for (key, price) in hoist {
            // Few accesses cost less than all there could be.
            if key.what == crate::memory::WHOLE && few.is_some_and(|n| n <= FEW) {
                continue;
            }
            if !inside.seen.contains(&key) {
                // It may be the same for loops around this one, too.
                before = self.large(before.plus(&price))?;
                inside.seen.insert(key.clone());
                self.forward(level, &key, &price);
            }
        }
        self.renumber(&mut inside);
        // What never happens need not be known.
        let never = times.as_ref().is_some_and(Poly::is_zero);
        self.dry += u32::from(never);
        let executed = once(self, inside);
        self.dry -= u32::from(never);
        let (back, exits) = executed?;
        let total = match (&back, &times) {
            (None, _) => before,
            (Some(back), Some(times)) => {
                let all = self.large(back.acc.summed(&count, times))?;
                self.large(before.plus(&all))?
            }
            (Some(_), None) => before,
        };
        let put_in = |p: &Poly| -> Option<Poly> {
            if !p.mentions(&|a| *a == count) {
                return Some(p.clone());
            }
            let times = times.as_ref()?;
            p.substitute(&mut |a| Some(if *a == count { times.clone() } else { Poly::atom(a.clone()) })).and_then(Result::ok)
        };
        let mut out = BTreeMap::new();
        let mut most = total.clone();
        for (to, mut st) in exits {
            st.set_sizes(&mut |_, s| s.as_ref().filter(|p| p.mentions(&|a| *a == count)).map(&put_in));
            let last = match put_in(&st.acc) {
                Some(acc) => acc,
                None if self.dry > 0 => Poly::default(),
                None => return Err(self.reason("its bound is too large to be of use")),
            };
            let with = self.large(total.plus(&last))?;
            most = self.large(most.join(&with))?;
            st.acc = self.large(base.plus(&with))?;
            out.insert(to, st);
        }
        if self.dry == 0 && self.frames.len() == 1 {
            for part in &mut self.parts[parts..] {
                if let Some(times) = &times
                    && let Ok(cost) = part.cost.summed(&count, times)
                {
                    part.cost = cost;
                }
            }
            self.parts.insert(parts, Part { span: head, cost: most });
        }
        Ok(out)
    }

    /// Tells loops around the current one what they can charge before their first iteration.
    fn forward(&mut self, level: u32, key: &Key, price: &Poly) {
        let of = self.key_level(key);
        if of < level
            && let Some(hoist) = self.hoists.get_mut(of as usize)
        {
            hoist.insert(key.clone(), price.clone());
        }
    }
    fn key_level(&self, key: &Key) -> u32 {
        if key.vn == 0 { 0 } else { self.level_of(key.vn) }
    }

    // ---- values

    /// What is known of an operand.
    pub fn value(&self, st: &State, x: &Operand) -> Value {
        match x {
            Operand::Local(l) => st.env.get(l).map(|v| (**v).clone()).unwrap_or_default(),
            Operand::Zero(_) => Value::default(),
            Operand::Const(value, ty) => match &**value {
                Const::Str(text) => Value {
                    hi: Some(Poly::constant(text.len() as u64)),
                    text: std::str::from_utf8(text).ok().map(Rc::from),
                    ..Value::default()
                },
                Const::Int(n) => {
                    let clamp = |n: &dashu_int::IBig| if *n < 0.into() { 0 } else { u64::try_from(n).unwrap_or(u64::MAX) };
                    Value::number(Some(Poly::constant(clamp(n))), Some(Poly::constant(clamp(&-n.clone()))))
                }
                Const::Bool(_) => Value::constant(1),
                _ => Value::any(self.types, self.inst_ty(*ty)),
            },
        }
    }

    /// The same with a number.
    pub fn numbered(&mut self, st: &State, x: &Operand) -> Value {
        let mut v = self.value(st, x);
        if let Some(n) = constant(x) {
            v.vn = self.constant_number(n);
        }
        if v.vn == 0 {
            v.vn = self.fresh();
        }
        v
    }

    pub fn set(&mut self, st: &mut State, dst: LocalId, mut value: Value) {
        if value.vn == 0 {
            value.vn = self.fresh();
        }
        st.env.insert(dst, Rc::new(value));
    }

    pub fn size(&self, st: &State, x: &Operand, what: &str) -> Res<Poly> {
        let name = match x {
            Operand::Local(l) => self.body().locals[l.idx()].name.map(|n| format!(" of `{n}`")).unwrap_or_default(),
            _ => String::new(),
        };
        self.need(self.value(st, x).hi, || format!("the length{name} that {what} is not known"))
    }
}

/// A size that changes in a loop: where it starts, and by how much it grows in an iteration. `None`: not known.
#[derive(Clone, Debug)]
struct Change {
    start: Option<Poly>,
    step: Option<Poly>,
}

impl Change {
    /// What it is in iteration `count`.
    fn inside(&self, count: &Atom) -> Option<Poly> {
        let (start, step) = (self.start.as_ref()?, self.step.as_ref()?);
        if step.is_zero() {
            return Some(start.clone());
        }
        start.plus(&Poly::atom(count.clone()).times(step).ok()?).ok()
    }
}

/// What trial walks of a loop found.
struct Tried {
    /// What holds at the start of each iteration, sizes in terms of `count`.
    inside: State,
    /// The number of the iteration.
    count: Atom,
    /// How many there are.
    times: Option<Poly>,
}

/// Whether a size is the symbol of one that a loop changes: such ones are looked at as they are.
fn grows(size: &Option<Poly>) -> bool {
    size.as_ref().is_some_and(|p| p.mentions(&|a| matches!(a, Atom::Symbol(_))))
}

fn flipped(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

/// The name of the variable that a boxed parameter becomes.
fn named_copy(body: &Body, param: LocalId) -> Option<Name> {
    body.blocks.first()?.insts.iter().find_map(|i| match &i.op {
        Op::Store { place: Place { base: PlaceBase::Local(l), .. }, src: Operand::Local(p) } if *p == param => body.locals[l.idx()].name,
        _ => None,
    })
}
