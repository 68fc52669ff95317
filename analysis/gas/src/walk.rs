//! The walk: bodies are executed on what is known of values, blocks in the order of control, loops by one symbolic iteration. Calls are followed, each in
//! its own context, so that a callee's bound is in terms of what the caller knows.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use amigos_mir::bound::{Limit, LimitRoot};
use amigos_mir::layout::Layouts;
use amigos_mir::mir::*;
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_syntax::bound::Measure;
use amigos_types::konst::Const;
use amigos_types::ty::{PkgKey, Ty};
use rustc_hash::FxHashMap;

use crate::account::Once;
use crate::cfg::Cfg;
use crate::cost::Cost;
use crate::exec::Invocation;
use crate::heap::{Key, State};
use crate::loops::constant;
use crate::poly::{Atom, Path, Poly, Root, Seg, TooLarge};
use crate::summary::{Bound, Part, Reason};
use crate::value::{Func, ObjId, Value};

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
    /// What `//amigos:bound` says above the variables of a package: every function of it that names one checks it first.
    fn variable_limits(&self, pkg: PkgKey) -> Arc<Vec<Limit>>;
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
    /// In how many walks we are that need not know everything: trials, and what never happens.
    pub dry: u32,
    /// In how many trial walks of loops we are: nothing is charged there.
    pub trial: u32,
    /// Numbers of what is charged once.
    pub keys: FxHashMap<Key, Once>,
    pub level: u32,
    pub symbols: u32,
    pub numbers: FxHashMap<(u32, u32, u32), u32>,
    pub number_level: Vec<u32>,
    pub positive: BTreeSet<u32>,
    pub ids: FxHashMap<(u32, usize, u32, u32), u32>,
    pub hoists: Vec<BTreeMap<Key, Poly>>,
    /// For each loop around, how often it runs, if that is a known number.
    pub trips: Vec<Option<u64>>,
    /// The instruction that is executed.
    pub site: usize,
    /// Arrays that `append` makes.
    pub appended: BTreeSet<ObjId>,
    /// Results of an `append` to a variable that goes back into it, with what becoming owned costs them.
    pub amortized: FxHashMap<(u32, LocalId), Poly>,
    pub probes: FxHashMap<(u32, BlockId, LocalId), (Value, Value)>,
    pub cfgs: FxHashMap<usize, Rc<Cfg>>,
    pub prices: FxHashMap<(usize, u32), u64>,
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
    /// A function of which only its cost is known, that was called: what the state is afterwards is not known.
    pub opaque: Option<String>,
    /// Of calls only those are looked at that go through this block; with all blocks from which a way leads to it.
    pub only: Option<(BlockId, BTreeSet<BlockId>)>,
}

impl<'a> Walk<'a> {
    pub fn new(types: TypeView<'a>, layouts: &'a Layouts<'a>, world: &'a dyn World, home: PkgKey) -> Walk<'a> {
        Walk {
            types,
            layouts,
            world,
            frames: Vec::new(),
            dry: 0,
            trial: 0,
            keys: FxHashMap::default(),
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
            opaque: None,
            only: None,
        }
    }

    /// The bound of a call of `func` from outside; of one that goes through block `only`, if that is given.
    pub fn whole(&mut self, func: FuncKey, body: &Arc<Body>, only: Option<BlockId>) -> Res<Bound> {
        self.only = only.map(|block| (block, crate::arms::reaching(body, &[block])));
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
        let out =
            self.call_body(State::default(), Invocation { body: body.clone(), targs: Rc::default(), args, captures: vec![], acting })?;
        let mut account = out.acc;
        let ended = account.end_all();
        let cost = Cost::largest(ended);
        if cost.mentions(&|a| matches!(a, Atom::Symbol(_))) {
            return Err(self.reason("its bound depends on what a loop does"));
        }
        let limits: Vec<(Atom, u64)> = self.promises(body);
        let mut bound = Bound { cost, parts: std::mem::take(&mut self.parts) };
        if !limits.is_empty() {
            let put_in = &mut |atom: &Atom| {
                limits.iter().find(|(a, _)| a == atom).map_or_else(|| Poly::atom(atom.clone()), |(_, n)| Poly::constant(*n))
            };
            bound.cost = bound.cost.put_in(put_in);
            for part in &mut bound.parts {
                if let Some(Ok(cost)) = part.cost.substitute(&mut |atom| Some(put_in(atom))) {
                    part.cost = cost;
                }
            }
        }
        Ok(bound)
    }

    /// Sizes at the start of a call that `//amigos:bound` limits: a call in which one is larger ends at the check of it, before anything depends on it. That is
    /// not so of a text in the state, which is read to be measured.
    fn promises(&self, body: &Body) -> Vec<(Atom, u64)> {
        let variables = self.world.variable_limits(body.func.pkg);
        let atom = |limit: &Limit| {
            let root = match limit.root? {
                LimitRoot::Global(g) => Root::Global(g.pkg, g.name),
                LimitRoot::Param(n) => {
                    let local = *body.params.get(n as usize)?;
                    let name = body.locals[local.idx()].name.or_else(|| named_copy(body, local))?;
                    Root::Param(n, name)
                }
            };
            let path = Path { root, segs: limit.fields.iter().map(|(_, name)| Seg::Field(*name)).collect() };
            if self.is_string(limit.ty) && (self.persists(&path) || matches!(root, Root::Global(..))) {
                return None;
            }
            Some(match limit.measure {
                Measure::Len => Atom::Len(path),
                Measure::Value => Atom::Value(path),
                Measure::Depth => return None,
            })
        };
        let mut out: Vec<(Atom, u64)> = body.limits.iter().chain(variables.iter()).filter_map(|l| Some((atom(l)?, l.most))).collect();
        out.sort();
        out.dedup_by(|a, b| a.0 == b.0);
        out
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
        Ok(Bound { cost: Cost::largest(out.acc.costs()), parts: vec![] })
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
            None => match &self.opaque {
                Some(callee) => Err(self.reason(format!("{} after the call of `{callee}`, which may change anything", text()))),
                None => Err(self.reason(text())),
            },
        }
    }

    pub fn pay(&self, st: &mut State, gas: &Poly) -> Res<()> {
        if self.trial > 0 || gas.is_zero() { Ok(()) } else { self.large(st.acc.pay(gas)) }
    }

    /// The number of something that is charged once.
    pub fn key(&mut self, key: &Key) -> Once {
        if let Some(n) = self.keys.get(key) {
            return *n;
        }
        let n = self.keys.len() as Once;
        self.keys.insert(key.clone(), n);
        n
    }

    /// Whether something that is charged once is paid for.
    pub fn is_paid(&mut self, st: &State, key: &Key) -> bool {
        let key = self.key(key);
        st.acc.has(key)
    }

    /// Goes on in one of several ways: each says what it charges, and for what if that is charged once.
    pub fn either(&mut self, st: &mut State, ways: Vec<Vec<(Option<Key>, Poly)>>) -> Res<()> {
        if self.trial > 0 {
            return Ok(());
        }
        let mut into = Vec::new();
        for way in ways {
            into.push(way.into_iter().map(|(key, price)| (key.map(|k| self.key(&k)), price)).collect());
        }
        self.large(st.acc.fork(&into))
    }

    /// What `f` charges, apart from what was charged before; nothing of it is charged.
    pub fn aside(&mut self, st: &mut State, f: &mut dyn FnMut(&mut Self, &mut State) -> Res<()>) -> Res<Poly> {
        let fresh = st.acc.anew();
        let before = std::mem::replace(&mut st.acc, fresh);
        f(self, st)?;
        Ok(std::mem::replace(&mut st.acc, before).joined())
    }

    /// Charges something that is charged once for what `key` names, which is the same in all iterations of loops nested deeper than `level`.
    pub fn once(&mut self, st: &mut State, key: Key, level: u32, price: &Poly) -> Res<()> {
        let number = self.key(&key);
        if st.acc.has(number) {
            return Ok(());
        }
        if level < self.level
            && !price.mentions(&|a| matches!(a, Atom::Symbol(_)))
            && let Some(hoist) = self.hoists.get_mut(level as usize)
        {
            hoist.insert(key, price.clone());
        }
        if self.trial > 0 {
            st.acc.note(number);
            return Ok(());
        }
        self.large(st.acc.once(number, price))
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

/// The name of the variable that a boxed parameter becomes.
fn named_copy(body: &Body, param: LocalId) -> Option<Name> {
    body.blocks.first()?.insts.iter().find_map(|i| match &i.op {
        Op::Store { place: Place { base: PlaceBase::Local(l), .. }, src: Operand::Local(p) } if *p == param => body.locals[l.idx()].name,
        _ => None,
    })
}
