//! What references lead to: access paths into persistent variables and parameters, and the functions that a function or interface value may hold. It
//! doesn't know of control flow: a register that is assigned twice leads to both.

use std::collections::BTreeSet;

use amigos_db::Db;
use amigos_db::input::Root;
use amigos_mir::graph::results;
use amigos_mir::mir::*;
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use rustc_hash::FxHashMap;

/// Steps beyond these are cut off: a path stands for all that lies behind it.
const MAX_STEPS: usize = 6;
/// How many registers are gone through for one answer.
const MAX_WORK: usize = 400;

/// A step into a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A field, by index.
    Field(u32),
    /// Any element or entry.
    Elem,
}

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathRoot {
    /// A package-level variable.
    Global(GlobalKey),
    /// A parameter, or the receiver as the first one.
    Param(u32),
}

/// An access path; pointers are followed silently.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Path {
    /// Where it begins.
    pub root: PathRoot,
    /// The way from there.
    pub steps: Vec<Step>,
}

impl Path {
    /// A path without steps.
    pub fn new(root: PathRoot) -> Path {
        Path { root, steps: Vec::new() }
    }

    /// With more steps.
    #[must_use]
    pub fn then(&self, steps: impl IntoIterator<Item = Step>) -> Path {
        let steps = self.steps.iter().copied().chain(steps).take(MAX_STEPS).collect();
        Path { root: self.root, steps }
    }

    /// Whether one leads to a part of the other.
    pub fn overlaps(&self, other: &Path) -> bool {
        self.root == other.root && self.steps.iter().zip(&other.steps).all(|(a, b)| a == b)
    }

    /// The persistent variable that it begins at.
    pub fn global(&self) -> Option<GlobalKey> {
        match self.root {
            PathRoot::Global(key) => Some(key),
            PathRoot::Param(_) => None,
        }
    }
}

/// What a function or interface value may hold.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// A declared function or method.
    Func(FuncKey),
    /// A function literal of this body, by index.
    Closure(u32),
    /// A value of a declared type in an interface, or a pointer to one.
    Value(PkgKey, Name),
    /// What a parameter brings, or what is found in state.
    Path(Path),
    /// Nothing is known.
    Unknown,
}

/// What the references in a body lead to.
pub struct Provenance<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    /// The operations that give a register its value.
    givers: FxHashMap<LocalId, Vec<&'a Op>>,
    /// Of a function literal: what its captures lead to.
    captured: FxHashMap<LocalId, BTreeSet<Path>>,
}

impl<'a> Provenance<'a> {
    /// Looks at a body.
    pub fn new(db: &'a dyn Db, body: &'a Body) -> Provenance<'a> {
        let mut givers: FxHashMap<LocalId, Vec<&Op>> = FxHashMap::default();
        for inst in body.blocks.iter().flat_map(|b| &b.insts) {
            for dst in results(&inst.op) {
                givers.entry(dst).or_default().push(&inst.op);
            }
            if let Op::Store { place: Place { base: PlaceBase::Local(l), .. }, .. } = &inst.op {
                givers.entry(*l).or_default().push(&inst.op);
            }
        }
        Provenance { db, body, givers, captured: FxHashMap::default() }
    }

    /// Looks at a function literal that `self`'s body makes by capturing these registers.
    pub fn inner(&self, body: &'a Body, captures: &[LocalId]) -> Provenance<'a> {
        let mut inner = Provenance::new(self.db, body);
        for (own, outer) in body.captures.iter().zip(captures) {
            inner.captured.insert(*own, self.of(&Operand::Local(*outer)));
        }
        inner
    }

    /// What a reference leads to, or where a value was read.
    pub fn of(&self, x: &Operand) -> BTreeSet<Path> {
        let mut out = BTreeSet::new();
        let mut seen = BTreeSet::new();
        self.collect(x, &[], &mut seen, &mut out, 0);
        out
    }

    /// What a place is a part of; nothing for registers of the body.
    pub fn place(&self, place: &Place) -> BTreeSet<Path> {
        let mut out = BTreeSet::new();
        self.collect_place(place, &[], &mut BTreeSet::new(), &mut out, 0);
        out
    }

    fn collect(&self, x: &Operand, steps: &[Step], seen: &mut BTreeSet<LocalId>, out: &mut BTreeSet<Path>, depth: usize) {
        let Operand::Local(l) = x else { return };
        if depth > 40 || seen.len() > MAX_WORK || !seen.insert(*l) {
            return;
        }
        if let Some(n) = self.body.params.iter().position(|p| p == l) {
            out.insert(Path::new(PathRoot::Param(n as u32)).then(steps.iter().copied()));
        }
        if let Some(paths) = self.captured.get(l) {
            out.extend(paths.iter().map(|p| p.then(steps.iter().copied())));
        }
        for op in self.givers.get(l).into_iter().flatten() {
            self.collect_op(op, *l, steps, seen, out, depth + 1);
        }
        seen.remove(l);
    }

    fn collect_op(&self, op: &Op, dst: LocalId, steps: &[Step], seen: &mut BTreeSet<LocalId>, out: &mut BTreeSet<Path>, depth: usize) {
        let elem = |steps: &[Step]| [&[Step::Elem], steps].concat();
        match op {
            Op::Copy { src: x, .. }
            | Op::Convert { x, conv: Conv::Same, .. }
            | Op::MakeInterface { x, .. }
            | Op::ChangeInterface { x, .. }
            | Op::Slice { x, .. } => self.collect(x, steps, seen, out, depth),
            Op::TypeAssert { x, ok, .. } if *ok != Some(dst) => self.collect(x, steps, seen, out, depth),
            Op::Append { slice, .. } => self.collect(slice, steps, seen, out, depth),
            // A register's own memory is nobody's state; what a pointer in it leads to may be.
            Op::Addr { place: place @ Place { base: PlaceBase::Local(_), .. }, .. } if !self.crosses(place.ty, steps) => {}
            Op::Load { place, .. } | Op::Addr { place, .. } => self.collect_place(place, steps, seen, out, depth),
            Op::Extract { x, proj, .. } => self.collect(x, &[&walk(proj)[..], steps].concat(), seen, out, depth),
            Op::MapGet { map, ok, .. } if *ok != Some(dst) => self.collect(map, &elem(steps), seen, out, depth),
            Op::MapNext { iter, value, .. } if *value == Some(dst) => {
                for op in self.givers.get(iter).into_iter().flatten() {
                    if let Op::MapIter { map, .. } = op {
                        self.collect(map, &elem(steps), seen, out, depth);
                    }
                }
            }
            // A store into a register: the whole, or the part that is asked for.
            Op::Store { place, src } => {
                let into = walk(&place.proj);
                if let Some(rest) = steps.strip_prefix(&into[..]) {
                    self.collect(src, rest, seen, out, depth);
                }
            }
            Op::Aggregate { parts, .. } => {
                if let Some((Step::Field(at), rest)) = steps.split_first() {
                    let part = parts.iter().find(|(n, _)| n == at);
                    part.iter().for_each(|(_, x)| self.collect(x, rest, seen, out, depth));
                }
            }
            Op::Call { dsts, callee: Callee::Static { func, .. }, args } => {
                let Some(nth) = dsts.iter().position(|d| *d == dst) else { return };
                let Some(package) = package_of(self.db, func) else { return };
                let called = crate::summary::summary(self.db, package, func.name);
                for path in called.aliases.get(nth).into_iter().flatten() {
                    let steps = [&path.steps[..], steps].concat();
                    match path.root {
                        PathRoot::Global(_) => drop(out.insert(Path::new(path.root).then(steps))),
                        PathRoot::Param(n) => args.get(n as usize).iter().for_each(|x| self.collect(x, &steps, seen, out, depth)),
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the way from a value of the type goes through a reference.
    fn crosses(&self, ty: Ty, steps: &[Step]) -> bool {
        let Some(package) = package_of(self.db, &self.body.func) else { return true };
        let types = amigos_db::context::DbCtx::new(self.db, package);
        let mut ty = ty;
        for step in steps {
            ty = match (amigos_mir::typequery::underlying(&types, ty).kind(), step) {
                (TyKind::Struct(fields), Step::Field(n)) => match fields.get(*n as usize) {
                    Some(field) => field.ty,
                    None => return true,
                },
                (TyKind::Array { elem, .. }, Step::Elem) => *elem,
                _ => return true,
            };
        }
        false
    }

    fn collect_place(&self, place: &Place, steps: &[Step], seen: &mut BTreeSet<LocalId>, out: &mut BTreeSet<Path>, depth: usize) {
        let inside = [&walk(&place.proj)[..], steps].concat();
        match &place.base {
            PlaceBase::Global(key) => drop(out.insert(Path::new(PathRoot::Global(*key)).then(inside))),
            PlaceBase::Deref(x) => self.collect(x, &inside, seen, out, depth),
            PlaceBase::Elem { slice, .. } => self.collect(slice, &[&[Step::Elem], &inside[..]].concat(), seen, out, depth),
            PlaceBase::Local(l) => self.collect(&Operand::Local(*l), &inside, seen, out, depth),
        }
    }

    /// The operations that give a register its value, copies looked through.
    pub fn givers(&self, x: &Operand) -> impl Iterator<Item = &'a Op> {
        let mut out = Vec::new();
        let mut seen = BTreeSet::new();
        let mut work = vec![x.clone()];
        while let Some(x) = work.pop() {
            let Operand::Local(l) = x else { continue };
            if !seen.insert(l) || seen.len() > MAX_WORK {
                continue;
            }
            for op in self.givers.get(&l).into_iter().flatten() {
                match op {
                    Op::Copy { src, .. } => work.push(src.clone()),
                    Op::Store { place, src } if place.proj.is_empty() => work.push(src.clone()),
                    Op::Load { place: Place { base: PlaceBase::Local(from), proj, .. }, .. } if proj.is_empty() => {
                        work.push(Operand::Local(*from));
                    }
                    op => out.push(*op),
                }
            }
        }
        out.into_iter()
    }

    /// Whether a register stands for memory that others know: a captured variable, or one that a path leads to.
    pub fn is_shared(&self, l: LocalId) -> bool {
        self.captured.contains_key(&l)
    }

    /// What a function or interface value may hold.
    pub fn targets(&self, x: &Operand) -> BTreeSet<Target> {
        let mut out = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut work = vec![x.clone()];
        while let Some(x) = work.pop() {
            let Operand::Local(l) = x else { continue };
            if !seen.insert(l) {
                continue;
            }
            if let Some(n) = self.body.params.iter().position(|p| *p == l) {
                out.insert(Target::Path(Path::new(PathRoot::Param(n as u32))));
            }
            for op in self.givers.get(&l).into_iter().flatten() {
                match op {
                    Op::Copy { src: x, .. } | Op::ChangeInterface { x, .. } | Op::Convert { x, conv: Conv::Same, .. } => {
                        work.push(x.clone())
                    }
                    Op::Store { place, src } if place.proj.is_empty() => work.push(src.clone()),
                    Op::Load { place: Place { base: PlaceBase::Local(from), proj, .. }, .. } if proj.is_empty() => {
                        work.push(Operand::Local(*from));
                    }
                    Op::MakeInterface { x, .. } => {
                        let key = named(self.ty(x)).filter(|k| k.local.is_none());
                        out.insert(key.and_then(|k| Some(Target::Value(k.pkg?, k.name))).unwrap_or(Target::Unknown));
                    }
                    Op::Closure { closure, .. } => drop(out.insert(Target::Closure(*closure))),
                    Op::FuncValue { callee: Callee::Static { func, .. }, .. } | Op::Bind { callee: Callee::Static { func, .. }, .. } => {
                        out.insert(Target::Func(*func));
                    }
                    _ => {
                        let paths = self.of(&Operand::Local(l));
                        if paths.is_empty() {
                            out.insert(Target::Unknown);
                        }
                        out.extend(paths.into_iter().map(Target::Path));
                    }
                }
            }
        }
        out
    }

    /// The type of an operand.
    pub fn ty(&self, x: &Operand) -> Ty {
        match x {
            Operand::Local(l) => self.body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty),
            Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
        }
    }
}

fn walk(proj: &[Proj]) -> Vec<Step> {
    proj.iter()
        .map(|p| match p {
            Proj::Field(n) => Step::Field(*n),
            Proj::Index(_) => Step::Elem,
        })
        .collect()
}

/// The declared type that a type is or points to.
pub fn named(ty: Ty) -> Option<NamedKey> {
    match ty.unalias().kind() {
        TyKind::Named { key, .. } => Some(*key),
        TyKind::Pointer(to) => match to.unalias().kind() {
            TyKind::Named { key, .. } => Some(*key),
            _ => None,
        },
        _ => None,
    }
}

/// The package of a function.
pub fn package_of(db: &dyn Db, func: &FuncKey) -> Option<amigos_db::input::Package> {
    Root::get(db).packages(db).get(&func.pkg).copied()
}
