//! What a call of a function does, as a query for each function: a caller is looked at again only if the summary of what it calls is another one.

use std::collections::BTreeSet;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Package, Root};
use amigos_mir::mir::*;
use amigos_mir::query::package_kind;
use amigos_syntax::Name;
use amigos_types::ty::{Ty, TyKind};

use crate::effects::declaration;
use crate::guards::bodies;
use crate::provenance::{Path, PathRoot, Provenance, Step, Target, package_of};

/// What a function does, all that it is known to call included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// State of contracts, and what parameters lead to, that is read.
    pub reads: BTreeSet<Path>,
    /// The same, that is written.
    pub writes: BTreeSet<Path>,
    /// The same, that is made longer: lists that are appended to, maps that get entries.
    pub grows: BTreeSet<Path>,
    /// The function and interface values that it calls and that aren't known here.
    pub calls: BTreeSet<Called>,
    /// Whether it sends coins or emits events.
    pub acts: bool,
    /// Whether it says `panic`, itself or further down; out of range and the like aside.
    pub panics: bool,
    /// Whether its last result is an error that may be another than nil.
    pub fails: bool,
    /// What each result may share memory with.
    pub aliases: Vec<BTreeSet<Path>>,
}

/// Whose function or interface value is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Called {
    /// What a parameter brings.
    Param(u32),
    /// What is stored in a variable.
    State(GlobalKey),
    /// Another one.
    Unknown,
}

impl Summary {
    /// Whether a call changes nothing and lets nobody else run.
    pub fn is_view(&self) -> bool {
        self.writes.is_empty() && !self.acts && self.calls.is_empty()
    }

    /// Whether others' code may run before it returns.
    pub fn may_call_back(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Whether a call of it can fail otherwise than by a run-time error.
    pub fn may_fail(&self) -> bool {
        self.panics || self.fails
    }
}

fn nothing_yet(_: &dyn Db, _: salsa::Id, _: Package, _: Name) -> Arc<Summary> {
    Arc::default()
}

/// The summary of function `name` (`F`, `T.M`) of a package.
#[salsa::tracked(returns(clone), cycle_initial = nothing_yet)]
pub fn summary(db: &dyn Db, package: Package, name: Name) -> Arc<Summary> {
    let key = package.key(db);
    if key.0.as_str() == "amigos" && matches!(name.as_str(), "Send" | "Emit") {
        return Arc::new(Summary { acts: true, fails: name.as_str() == "Send", ..Summary::default() });
    }
    if let Some(native) = amigos_std::native(key.0.as_str(), name.as_str()) {
        // What sorts or fills does it to its first argument.
        let writes = matches!(key.0.as_str(), "sort" | "slices" | "maps") || native.full_name().contains("Append");
        let writes = writes.then(|| Path::new(PathRoot::Param(0))).into_iter().collect();
        return Arc::new(Summary { writes, ..Summary::default() });
    }
    let Some(decl) = declaration(db, package, name) else { return Arc::default() };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return Arc::default() };
    let provenance = Provenance::new(db, body);
    let mut out = Summary { aliases: body.results.iter().map(|r| aliases(db, body, &provenance, *r)).collect(), ..Summary::default() };
    out.fails =
        body.results.last().is_some_and(|r| body.locals.get(r.idx()).is_some_and(|l| is_error(l.ty)) && gives_more_than_nil(body, *r));
    collect(db, body, &provenance, &mut out, 0);
    Arc::new(out)
}

/// What is known of the function that `func` names.
pub fn summary_of(db: &dyn Db, func: &FuncKey) -> Option<Arc<Summary>> {
    Some(summary(db, package_of(db, func)?, func.name))
}

/// What a function literal of a body does when it is called; what it captures belongs to the body.
pub fn closure_summary<'a>(db: &'a dyn Db, outer: &Provenance<'a>, body: &'a Body, closure: u32) -> Summary {
    let mut out = Summary::default();
    collect_closure(db, body, outer, closure, &mut out, 1);
    // Its own parameters are nobody's business.
    let known = |p: &Path| p.global().is_some();
    out.reads.retain(known);
    out.writes.retain(known);
    out.grows.retain(known);
    out
}

fn collect_closure<'a>(db: &'a dyn Db, body: &'a Body, outer: &Provenance<'a>, closure: u32, out: &mut Summary, depth: u32) {
    let Some(inner) = body.closures.get(closure as usize) else { return };
    for inst in body.blocks.iter().flat_map(|b| &b.insts) {
        if let Op::Closure { closure: made, captures, .. } = &inst.op
            && *made == closure
        {
            let provenance = outer.inner(inner, captures);
            collect(db, inner, &provenance, out, depth);
        }
    }
}

/// How deep function literals are followed.
const CLOSURES: u32 = 16;

fn collect<'a>(db: &'a dyn Db, body: &'a Body, provenance: &Provenance<'a>, out: &mut Summary, depth: u32) {
    let state = |p: &Path| is_state(db, p) && (depth == 0 || p.global().is_some());
    for block in &body.blocks {
        out.panics |= matches!(block.term, Term::Panic(_)) && !body.has_defer;
        for inst in &block.insts {
            match &inst.op {
                Op::Load { place, .. } => out.reads.extend(provenance.place(place).into_iter().filter(state)),
                Op::MapGet { map: x, .. } | Op::MapIter { map: x, .. } => {
                    out.reads.extend(provenance.of(x).iter().map(|p| p.then([Step::Elem])).filter(state));
                }
                Op::Store { place, src } => {
                    if let PlaceBase::Local(l) = place.base
                        && !provenance.is_shared(l)
                    {
                        continue;
                    }
                    let paths: BTreeSet<Path> = provenance.place(place).into_iter().filter(state).collect();
                    if appends(provenance, src, &paths) {
                        out.grows.extend(paths.iter().cloned());
                    }
                    out.writes.extend(paths);
                }
                Op::MapSet { map: x, .. } => {
                    let paths: BTreeSet<Path> = provenance.of(x).into_iter().filter(state).collect();
                    out.writes.extend(paths.iter().map(|p| p.then([Step::Elem])));
                    out.grows.extend(paths);
                }
                Op::MapDelete { map: x, .. } | Op::Clear { x } | Op::CopyElems { to: x, .. } => {
                    out.writes.extend(provenance.of(x).iter().map(|p| p.then([Step::Elem])).filter(state));
                }
                Op::Call { callee, args, .. } | Op::Defer { callee, args, .. } => called(db, provenance, callee, args, out, depth),
                // Whoever gets it may call it.
                Op::Closure { closure, .. } if depth < CLOSURES => collect_closure(db, body, provenance, *closure, out, depth + 1),
                _ => {}
            }
        }
    }
}

fn called<'a>(db: &'a dyn Db, provenance: &Provenance<'a>, callee: &Callee, args: &[Operand], out: &mut Summary, depth: u32) {
    match callee {
        Callee::Static { func, .. } => {
            if let Some(called) = summary_of(db, func) {
                merge(db, provenance, &called, args, out, depth);
            }
        }
        Callee::Value(x) => {
            for target in provenance.targets(x) {
                match target {
                    // Counted where it is made.
                    Target::Closure(_) => {}
                    Target::Func(func) => {
                        if let Some(called) = summary_of(db, &func) {
                            merge(db, provenance, &called, args, out, depth);
                        }
                    }
                    other => drop(out.calls.insert(origin(&other, depth))),
                }
            }
        }
        Callee::Interface { x, method, iface, .. } => {
            if is_error(*iface) {
                return;
            }
            for target in provenance.targets(x) {
                match target {
                    Target::Value(pkg, ty) => {
                        let func = FuncKey { pkg, name: Name::new(&format!("{ty}.{method}")) };
                        if let Some(called) = summary_of(db, &func) {
                            let all: Vec<Operand> = std::iter::once(x.clone()).chain(args.iter().cloned()).collect();
                            merge(db, provenance, &called, &all, out, depth);
                        }
                    }
                    other => drop(out.calls.insert(origin(&other, depth))),
                }
            }
        }
        Callee::TypeParamMethod { .. } => {}
    }
}

/// What a called function does, seen by its caller.
fn merge(db: &dyn Db, provenance: &Provenance, called: &Summary, args: &[Operand], out: &mut Summary, depth: u32) {
    let here = |list: &BTreeSet<Path>, into: &mut BTreeSet<Path>| {
        for path in list {
            match path.root {
                PathRoot::Global(_) => drop(into.insert(path.clone())),
                PathRoot::Param(n) => {
                    let Some(arg) = args.get(n as usize) else { continue };
                    let paths = provenance.of(arg).into_iter().filter(|p| is_state(db, p) && (depth == 0 || p.global().is_some()));
                    into.extend(paths.map(|p| p.then(path.steps.iter().copied())));
                }
            }
        }
    };
    here(&called.reads, &mut out.reads);
    here(&called.writes, &mut out.writes);
    here(&called.grows, &mut out.grows);
    out.acts |= called.acts;
    out.panics |= called.panics;
    for value in &called.calls {
        match value {
            Called::Param(n) => {
                let Some(arg) = args.get(*n as usize) else { continue };
                for target in provenance.targets(arg) {
                    match target {
                        Target::Closure(_) | Target::Func(_) | Target::Value(..) => {}
                        other => drop(out.calls.insert(origin(&other, depth))),
                    }
                }
            }
            other => drop(out.calls.insert(*other)),
        }
    }
}

fn origin(target: &Target, depth: u32) -> Called {
    match target {
        Target::Path(Path { root: PathRoot::Param(n), .. }) if depth == 0 => Called::Param(*n),
        Target::Path(Path { root: PathRoot::Global(key), .. }) => Called::State(*key),
        _ => Called::Unknown,
    }
}

/// Whether a value is the old one of the place with more elements.
fn appends(provenance: &Provenance, src: &Operand, into: &BTreeSet<Path>) -> bool {
    provenance.givers(src).any(|op| matches!(op, Op::Append { slice, .. } if !provenance.of(slice).is_disjoint(into)))
}

/// Only what refers to memory shares it.
fn aliases(db: &dyn Db, body: &Body, provenance: &Provenance, result: LocalId) -> BTreeSet<Path> {
    let Some(local) = body.locals.get(result.idx()) else { return BTreeSet::new() };
    if is_error(local.ty) || !refers(db, body, local.ty) {
        return BTreeSet::new();
    }
    provenance.of(&Operand::Local(result))
}

fn refers(db: &dyn Db, body: &Body, ty: Ty) -> bool {
    let Some(package) = package_of(db, &body.func) else { return false };
    let types = amigos_db::context::DbCtx::new(db, package);
    !matches!(amigos_mir::typequery::underlying(&types, ty).kind(), TyKind::Basic(_) | TyKind::Signature(_))
}

/// Whether a path begins at a contract's variable or at a parameter.
fn is_state(db: &dyn Db, path: &Path) -> bool {
    match path.root {
        PathRoot::Param(_) => true,
        PathRoot::Global(key) => {
            let package = Root::get(db).packages(db).get(&key.pkg).copied();
            package.is_some_and(|p| package_kind(db, p) == PackageKind::Contract)
        }
    }
}

/// Whether something else than nil is returned.
fn gives_more_than_nil(body: &Body, result: LocalId) -> bool {
    let gives = |src: &Operand| !matches!(src, Operand::Zero(_));
    let mut found = false;
    bodies(body, 0, &mut |inner| {
        found |= inner.blocks.iter().flat_map(|b| &b.insts).any(|i| match &i.op {
            Op::Copy { dst, src } => *dst == result && gives(src),
            Op::Store { place: Place { base: PlaceBase::Local(l), .. }, src } => *l == result && gives(src),
            op => amigos_mir::graph::results(op).contains(&result),
        });
    });
    found
}

/// Whether the type is `error`.
pub fn is_error(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name.as_str() == "error")
}
