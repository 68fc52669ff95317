//! What is known of a value: upper bounds of its size, what it refers to, which types and functions it can be.

use std::rc::Rc;
use std::sync::Arc;

use amigos_mir::mir::{Body, FuncKey};
use amigos_mir::typequery::TypeView;
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};

use crate::poly::{Atom, Path, Poly, Seg};

/// An object that the analysed call makes: those of one instruction in one calling context.
pub(crate) type ObjId = u32;

/// Gives new sizes for those at a key; `None` where they stay.
pub(crate) type Changes<'f> = &'f mut dyn FnMut(&[u32], &Option<Poly>) -> Option<Option<Poly>>;

/// Ways into the state at the start beyond which nothing is known.
const MAX_PATHS: usize = 4;
const MAX_OBJS: usize = 24;
const MAX_DYNS: usize = 12;
const MAX_SEGS: usize = 8;

/// What a pointer, slice or map can refer to; of a struct or array, where it was copied from. Nothing at all: nil, or the zero value.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Refs {
    /// Places that were there at the start.
    pub paths: Vec<Path>,
    /// Objects made since.
    pub objs: Vec<ObjId>,
    /// Anything.
    pub unknown: bool,
}

impl Refs {
    pub fn path(path: Path) -> Refs {
        Refs { paths: vec![path], ..Refs::default() }
    }
    pub fn obj(id: ObjId) -> Refs {
        Refs { objs: vec![id], ..Refs::default() }
    }
    pub fn anything() -> Refs {
        Refs { unknown: true, ..Refs::default() }
    }
    pub fn join(&mut self, other: &Refs) {
        self.unknown |= other.unknown;
        for p in &other.paths {
            if !self.paths.contains(p) {
                self.paths.push(p.clone());
            }
        }
        for o in &other.objs {
            if !self.objs.contains(o) {
                self.objs.push(*o);
            }
        }
        if self.paths.len() > MAX_PATHS || self.objs.len() > MAX_OBJS {
            *self = Refs::anything();
        }
    }
}

/// A concrete type that an interface value can hold.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Dyn {
    /// The type; `None` for the run-time's own errors.
    pub ty: Option<Ty>,
    /// The value in it.
    pub value: Value,
    /// Who made it; `None`: not known.
    pub maker: Option<Option<PkgKey>>,
}

/// A function that a function value can be.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A literal: its body and type arguments.
    Closure(Arc<Body>, Rc<[Ty]>),
    /// A named function or method.
    Named(FuncKey, Rc<[Ty]>),
    /// A method of an interface value, which is the first of the bound values.
    Interface(amigos_syntax::Name),
}

impl PartialEq for Target {
    fn eq(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Closure(a, x), Target::Closure(b, y)) => Arc::ptr_eq(a, b) && x == y,
            (Target::Named(a, x), Target::Named(b, y)) => a == b && x == y,
            (Target::Interface(a), Target::Interface(b)) => a == b,
            _ => false,
        }
    }
}

/// A function value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Func {
    pub target: Target,
    /// Pointers to captured variables, or a bound receiver.
    pub bound: Vec<Value>,
    /// Who made it.
    pub maker: Option<PkgKey>,
}

/// What is known of a value. The default is the zero value of any type.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Value {
    /// An upper bound of its size: of a string, slice or map its length, of an integer its value if that is positive. `None`: not known.
    pub hi: Option<Poly>,
    /// Of an integer an upper bound of how far it is below zero.
    pub lo: Option<Poly>,
    /// What it refers to.
    pub refs: Refs,
    /// Of a struct its fields, as far as they are not where `refs` says.
    pub parts: Rc<Vec<Value>>,
    /// Of an interface value what it can hold.
    pub dyns: Option<Rc<Vec<Dyn>>>,
    /// Of a function value what it can be.
    pub funcs: Option<Rc<Vec<Func>>>,
    /// Of a string constant, the text.
    pub text: Option<Rc<str>>,
    /// Of a pointer, whether it was made to point into something larger, which was read then.
    pub inner: bool,
    /// Values with the same number are the same in one iteration; 0 is none.
    pub vn: u32,
}

impl Default for Value {
    fn default() -> Value {
        Value {
            hi: Some(Poly::default()),
            lo: Some(Poly::default()),
            refs: Refs::default(),
            parts: Rc::default(),
            dyns: Some(Rc::default()),
            funcs: Some(Rc::default()),
            text: None,
            inner: false,
            vn: 0,
        }
    }
}

fn join_size(a: &Option<Poly>, b: &Option<Poly>) -> Option<Poly> {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Some(a.clone()),
        (Some(a), Some(b)) => a.join(b).ok(),
        _ => None,
    }
}

impl Value {
    pub fn unknown() -> Value {
        Value { hi: None, lo: None, refs: Refs::anything(), dyns: None, funcs: None, ..Value::default() }
    }
    pub fn of_size(size: Poly) -> Value {
        Value { hi: Some(size), ..Value::default() }
    }
    pub fn constant(value: u64) -> Value {
        Value::of_size(Poly::constant(value))
    }
    pub fn number(hi: Option<Poly>, lo: Option<Poly>) -> Value {
        Value { hi, lo, ..Value::default() }
    }
    pub fn refers(refs: Refs) -> Value {
        Value { refs, ..Value::default() }
    }
    pub fn interface(dyns: Vec<Dyn>) -> Value {
        Value { dyns: Some(Rc::new(dyns)), ..Value::default() }
    }
    pub fn function(func: Func) -> Value {
        Value { funcs: Some(Rc::new(vec![func])), ..Value::default() }
    }
    /// Nothing is known but the type.
    pub fn any(types: TypeView, ty: Ty) -> Value {
        match types.core(ty).kind() {
            TyKind::Basic(b) => {
                let (hi, lo) = range_of(*b);
                Value::number(hi.map(Poly::constant), lo.map(Poly::constant))
            }
            _ => Value::unknown(),
        }
    }
    /// What was at a path at the start.
    pub fn at(types: TypeView, path: Path, ty: Ty) -> Value {
        if path.segs.len() > MAX_SEGS {
            return Value::any(types, ty);
        }
        match types.core(ty).kind() {
            TyKind::Basic(Basic::String) => Value::of_size(Poly::len(path)),
            TyKind::Basic(b) => {
                let (hi, lo) = range_of(*b);
                let integer = (Basic::Int..=Basic::Uintptr).contains(b);
                Value {
                    hi: hi.map(Poly::constant).or_else(|| integer.then(|| Poly::atom(Atom::Value(path.clone())))),
                    lo: lo.map(Poly::constant).or_else(|| integer.then(|| Poly::atom(Atom::Neg(path.clone())))),
                    ..Value::default()
                }
            }
            TyKind::Slice(_) | TyKind::Map { .. } => {
                Value { hi: Some(Poly::len(path.clone())), refs: Refs::path(path), ..Value::default() }
            }
            TyKind::Interface(_) => Value { refs: Refs::path(path), dyns: None, ..Value::default() },
            TyKind::Signature(_) => Value { refs: Refs::path(path), funcs: None, ..Value::default() },
            TyKind::TypeParam(_) => Value::unknown(),
            _ => Value::refers(Refs::path(path)),
        }
    }
    /// Either of two.
    pub fn join(&self, other: &Value) -> Value {
        if self == other {
            return self.clone();
        }
        let mut refs = self.refs.clone();
        refs.join(&other.refs);
        let parts = match (self.parts.is_empty(), other.parts.is_empty()) {
            (_, true) => self.parts.clone(),
            (true, _) => other.parts.clone(),
            _ if Rc::ptr_eq(&self.parts, &other.parts) => self.parts.clone(),
            _ => Rc::new(self.parts.iter().zip(other.parts.iter()).map(|(a, b)| a.join(b)).collect()),
        };
        let dyns = match (&self.dyns, &other.dyns) {
            (Some(a), Some(b)) => {
                let mut all = (**a).clone();
                for d in b.iter() {
                    match all.iter_mut().find(|x| x.ty == d.ty && x.maker == d.maker) {
                        Some(x) => x.value = x.value.join(&d.value),
                        None => all.push(d.clone()),
                    }
                }
                (all.len() <= MAX_DYNS).then(|| Rc::new(all))
            }
            _ => None,
        };
        let funcs = match (&self.funcs, &other.funcs) {
            (Some(a), Some(b)) => {
                let mut all = (**a).clone();
                for f in b.iter() {
                    match all.iter_mut().find(|x| x.target == f.target && x.maker == f.maker && x.bound.len() == f.bound.len()) {
                        Some(x) => x.bound = x.bound.iter().zip(&f.bound).map(|(a, b)| a.join(b)).collect(),
                        None => all.push(f.clone()),
                    }
                }
                (all.len() <= MAX_DYNS).then(|| Rc::new(all))
            }
            _ => None,
        };
        Value {
            hi: join_size(&self.hi, &other.hi),
            lo: join_size(&self.lo, &other.lo),
            refs,
            parts,
            dyns,
            funcs,
            text: if self.text == other.text { self.text.clone() } else { None },
            inner: self.inner | other.inner,
            vn: if self.vn == other.vn { self.vn } else { 0 },
        }
    }
    /// Whether two are the same but for their sizes.
    pub fn same_structure(&self, other: &Value) -> bool {
        let dyns = match (&self.dyns, &other.dyns) {
            (Some(a), Some(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(x, y)| x.ty == y.ty && x.maker == y.maker && x.value.same_structure(&y.value))
            }
            (a, b) => a.is_none() == b.is_none(),
        };
        let funcs = match (&self.funcs, &other.funcs) {
            (Some(a), Some(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(x, y)| {
                        x.target == y.target
                            && x.bound.len() == y.bound.len()
                            && x.bound.iter().zip(&y.bound).all(|(p, q)| p.same_structure(q))
                    })
            }
            (a, b) => a.is_none() == b.is_none(),
        };
        self.refs == other.refs
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(other.parts.iter()).all(|(a, b)| a.same_structure(b))
            && dyns
            && funcs
            && self.text == other.text
    }
    /// Visits all sizes in it, each with a key that says where it is.
    pub fn sizes(&self, key: &mut Vec<u32>, f: &mut dyn FnMut(&[u32], &Option<Poly>)) {
        let mut at = |key: &mut Vec<u32>, n: u32, size: &Option<Poly>| {
            key.push(n);
            f(key, size);
            key.pop();
        };
        at(key, 0, &self.hi);
        at(key, 1, &self.lo);
        let mut inner = |key: &mut Vec<u32>, n: u32, v: &Value| {
            key.push(n);
            v.sizes(key, f);
            key.pop();
        };
        for (i, p) in self.parts.iter().enumerate() {
            inner(key, 1000 + i as u32, p);
        }
        for (i, d) in self.dyns.iter().flat_map(|d| d.iter()).enumerate() {
            inner(key, 2_000_000 + i as u32, &d.value);
        }
        for (i, b) in self.funcs.iter().flat_map(|d| d.iter()).flat_map(|f| &f.bound).enumerate() {
            inner(key, 3_000_000 + i as u32, b);
        }
    }
    /// Changes sizes in it: `f` gives the new ones.
    pub fn set_sizes(&mut self, key: &mut Vec<u32>, f: Changes) {
        for (n, size) in [(0, &mut self.hi), (1, &mut self.lo)] {
            key.push(n);
            if let Some(new) = f(key, size) {
                *size = new;
            }
            key.pop();
        }
        let mut inner = |key: &mut Vec<u32>, n: u32, v: &mut Value| {
            key.push(n);
            v.set_sizes(key, f);
            key.pop();
        };
        if !self.parts.is_empty() {
            for (i, p) in Rc::make_mut(&mut self.parts).iter_mut().enumerate() {
                inner(key, 1000 + i as u32, p);
            }
        }
        if let Some(dyns) = self.dyns.as_mut().filter(|d| !d.is_empty()) {
            for (i, d) in Rc::make_mut(dyns).iter_mut().enumerate() {
                inner(key, 2_000_000 + i as u32, &mut d.value);
            }
        }
        if let Some(funcs) = self.funcs.as_mut().filter(|d| !d.is_empty()) {
            for (i, b) in Rc::make_mut(funcs).iter_mut().flat_map(|f| &mut f.bound).enumerate() {
                inner(key, 3_000_000 + i as u32, b);
            }
        }
    }
    /// Whether it can lead to an object.
    pub fn reaches(&self, id: ObjId) -> bool {
        self.refs.objs.contains(&id)
            || self.parts.iter().any(|p| p.reaches(id))
            || self.dyns.iter().flat_map(|d| d.iter()).any(|d| d.value.reaches(id))
            || self.funcs.iter().flat_map(|d| d.iter()).any(|f| f.bound.iter().any(|b| b.reaches(id)))
    }
}

/// The largest value of a type and how far below zero it goes; `None` where it is as good as infinite.
pub(crate) fn range_of(basic: Basic) -> (Option<u64>, Option<u64>) {
    match basic {
        Basic::Bool | Basic::UntypedBool => (Some(1), Some(0)),
        Basic::Int8 => (Some(127), Some(128)),
        Basic::Uint8 => (Some(255), Some(0)),
        Basic::Int16 => (Some(0x7fff), Some(0x8000)),
        Basic::Uint16 => (Some(0xffff), Some(0)),
        Basic::Uint | Basic::Uint32 | Basic::Uint64 | Basic::Uintptr => (None, Some(0)),
        Basic::String | Basic::UntypedString => (None, Some(0)),
        _ => (None, None),
    }
}

/// A path of one step more. Following a list (`next.next`) stays where it is: the path stands for all of its elements.
pub(crate) fn step(path: &Path, seg: Seg) -> Path {
    if path.segs.last() == Some(&seg) && matches!(seg, Seg::Field(_)) {
        return path.clone();
    }
    path.then(seg)
}
