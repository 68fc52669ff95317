//! What whole packages do, as far as bounds of state need it: where pointers into arrays come from, what is cut off slices, what variables can hold.

use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::mir::*;
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, Ty, TyKind};
use rustc_hash::FxHashSet;

/// What code does to memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Habits {
    /// Types of variables in arrays and structs that pointers are taken to.
    pub interior: FxHashSet<Ty>,
    /// Types of elements of slices that are sliced.
    pub resliced: FxHashSet<Ty>,
    /// Types of elements of slices that may have more room than `append` leaves: those that are made with a capacity, or come from a caller of a contract.
    pub roomy: FxHashSet<Ty>,
    /// Types of maps that entries are deleted from.
    pub deletes: FxHashSet<Ty>,
}

impl Habits {
    /// Whether elements of a type may have been cut off a slice; generic code may do it to any.
    pub fn reslices(&self, elem: Ty) -> bool {
        self.resliced.contains(&elem.canonical()) || self.resliced.iter().any(|t| t.has_type_param())
    }
    /// Whether a slice of elements of a type may have more room than `append` leaves.
    pub fn leaves_room(&self, elem: Ty) -> bool {
        self.reslices(elem) || self.roomy.contains(&elem.canonical()) || self.roomy.iter().any(|t| t.has_type_param())
    }
    fn add(&mut self, other: &Habits) {
        self.interior.extend(&other.interior);
        self.resliced.extend(&other.resliced);
        self.roomy.extend(&other.roomy);
        self.deletes.extend(&other.deletes);
    }
}

/// Whether code of a package, or of what it imports, may have cut elements of a type off a slice: what was cut off lies in the array still, and is read with it.
pub fn may_be_cut(db: &dyn Db, package: Package, elem: Ty) -> bool {
    habits(db, package).reslices(elem)
}

/// What a variable of interface or function type can hold, beside nil.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Held {
    /// A value of a type.
    Type(Ty),
    /// A function.
    Func(FuncKey),
}

/// The bodies of a declaration, literals included.
fn bodies<'db>(db: &'db dyn Db, package: Package, decl: q::Decl<'db>) -> Vec<Arc<Body>> {
    let mir = amigos_mir::query::mir(db, package, decl);
    let mut out = Vec::new();
    let mut open: Vec<Arc<Body>> = mir.func.iter().cloned().chain(mir.initialisers.iter().map(|(_, b)| b.clone())).collect();
    while let Some(body) = open.pop() {
        open.extend(body.closures.iter().cloned());
        out.push(body);
    }
    out
}

/// What a declaration's own code does.
#[salsa::tracked(returns(clone))]
fn decl_habits<'db>(db: &'db dyn Db, package: Package, decl: q::Decl<'db>) -> Arc<Habits> {
    let ctx = DbCtx::new(db, package);
    let types = TypeView { ctx: &ctx, facts: None };
    let mut habits = Habits::default();
    if let Some(func) = &amigos_mir::query::mir(db, package, decl).func
        && amigos_mir::query::package_kind(db, package) == PackageKind::Contract
        && func.func.name.split('.').next_back().is_some_and(|name| Name::new(name).is_exported())
    {
        for param in &func.params {
            let ty = func.locals.get(param.idx()).map_or_else(Ty::invalid, |l| l.ty);
            slices_in(types, ty, 0, &mut habits.roomy);
        }
    }
    for body in bodies(db, package, decl) {
        let ty = |x: &Operand| match x {
            Operand::Local(l) => body.locals.get(l.idx()).map_or_else(Ty::invalid, |l| l.ty),
            Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
        };
        for inst in body.blocks.iter().flat_map(|b| &b.insts) {
            match &inst.op {
                Op::Addr { place, .. } if !place.proj.is_empty() || matches!(place.base, PlaceBase::Elem { .. }) => {
                    habits.interior.insert(place.ty.canonical());
                }
                Op::Slice { x, .. } => {
                    if let TyKind::Slice(elem) = types.core(ty(x)).kind() {
                        habits.resliced.insert(elem.canonical());
                    }
                }
                Op::MakeSlice { elem, cap: Some(_), .. } => {
                    habits.roomy.insert(elem.canonical());
                }
                Op::MapDelete { map, .. } => {
                    habits.deletes.insert(ty(map).canonical());
                }
                Op::Clear { x } => {
                    habits.deletes.insert(ty(x).canonical());
                }
                _ => {}
            }
        }
    }
    Arc::new(habits)
}

/// The types of the elements of all slices that a value of a type can lead to.
fn slices_in(types: TypeView<'_>, ty: Ty, depth: u32, out: &mut FxHashSet<Ty>) {
    if depth > 6 {
        return;
    }
    match types.core(ty).kind() {
        TyKind::Slice(elem) if out.insert(elem.canonical()) => slices_in(types, *elem, depth + 1, out),
        TyKind::Pointer(to) | TyKind::Array { elem: to, .. } => slices_in(types, *to, depth + 1, out),
        TyKind::Map { key, value } => [key, value].into_iter().for_each(|t| slices_in(types, *t, depth + 1, out)),
        TyKind::Struct(fields) => fields.iter().for_each(|f| slices_in(types, f.ty, depth + 1, out)),
        _ => {}
    }
}

/// What a package's own code does: a declaration that is edited is looked at alone.
#[salsa::tracked(returns(clone))]
pub(crate) fn own_habits(db: &dyn Db, package: Package) -> Arc<Habits> {
    let mut all = Habits::default();
    for decl in q::package_decls(db, package) {
        all.add(&decl_habits(db, package, *decl));
    }
    Arc::new(all)
}

fn no_habits(_db: &dyn Db, _id: salsa::Id, _package: Package) -> Arc<Habits> {
    Arc::default()
}

/// What a package and all it imports do.
#[salsa::tracked(returns(clone), cycle_result = no_habits)]
pub(crate) fn habits(db: &dyn Db, package: Package) -> Arc<Habits> {
    let mut all = (*own_habits(db, package)).clone();
    let packages = Root::get(db).packages(db);
    for key in q::package_imports(db, package).iter() {
        let Some(imported) = packages.get(key).copied() else { continue };
        all.add(&habits(db, imported));
    }
    Arc::new(all)
}

/// Values and calls that are followed to find out what a variable can hold.
const MAX_FOLLOWED: u32 = 6;

/// What an operand can be; `None`: not known. A register can be whatever is put into it.
fn source(db: &dyn Db, body: &Body, x: &Operand, depth: u32) -> Option<Vec<Held>> {
    let local = match x {
        Operand::Zero(_) => return Some(vec![]),
        Operand::Const(..) => return None,
        Operand::Local(l) => *l,
    };
    if depth > MAX_FOLLOWED || body.params.contains(&local) || body.locals.get(local.idx())?.boxed {
        return None;
    }
    let mut all: Vec<Held> = Vec::new();
    let mut any = false;
    for inst in body.blocks.iter().flat_map(|b| &b.insts).filter(|i| crate::cfg::sets(&i.op, local)) {
        any = true;
        for held in made(db, body, &inst.op, depth)? {
            if !all.contains(&held) {
                all.push(held);
            }
        }
    }
    any.then_some(all)
}

/// What an instruction's result can be.
fn made(db: &dyn Db, body: &Body, op: &Op, depth: u32) -> Option<Vec<Held>> {
    match op {
        Op::Copy { src, .. } | Op::ChangeInterface { x: src, .. } => source(db, body, src, depth + 1),
        Op::MakeInterface { x, .. } => {
            let ty = match x {
                Operand::Local(l) => body.locals.get(l.idx())?.ty,
                Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
            };
            Some(vec![Held::Type(ty.canonical())])
        }
        Op::FuncValue { callee: Callee::Static { func, targs }, .. } if targs.is_empty() => Some(vec![Held::Func(*func)]),
        Op::Call { callee: Callee::Static { func, targs }, dsts, .. } if targs.is_empty() && dsts.len() == 1 => {
            // What a small function returns.
            let of = Root::get(db).packages(db).get(&func.pkg).copied()?;
            let decl = crate::summary::declaration(db, of, func.pkg, func.name)?;
            let callee = amigos_mir::query::mir(db, of, decl).func.clone()?;
            let result = callee.results.first()?;
            source(db, &callee, &Operand::Local(*result), depth + 1)
        }
        _ => None,
    }
}

/// What variables can hold; `None`: anything.
type HeldList = Vec<(Name, Option<Vec<Held>>)>;

/// Adds what `name` can hold, too.
fn hold(all: &mut HeldList, name: Name, found: Option<Vec<Held>>) {
    let at = all.iter().position(|(n, _)| *n == name).unwrap_or_else(|| {
        all.push((name, Some(vec![])));
        all.len() - 1
    });
    match (&mut all[at].1, found) {
        (Some(list), Some(found)) => found.into_iter().for_each(|h| {
            if !list.contains(&h) {
                list.push(h);
            }
        }),
        (slot, _) => *slot = None,
    }
}

/// What a declaration stores in variables of its package.
#[salsa::tracked(returns(clone))]
fn decl_held<'db>(db: &'db dyn Db, package: Package, decl: q::Decl<'db>) -> Arc<HeldList> {
    let key = package.key(db);
    let mut all = HeldList::new();
    for body in bodies(db, package, decl) {
        for inst in body.blocks.iter().flat_map(|b| &b.insts) {
            match &inst.op {
                Op::Store { place: Place { base: PlaceBase::Global(g), proj, ty }, src } if g.pkg == key && proj.is_empty() => {
                    let ctx = DbCtx::new(db, package);
                    let kind = TypeView { ctx: &ctx, facts: None }.core(*ty).kind();
                    if matches!(kind, TyKind::Interface(_) | TyKind::Signature(_)) {
                        hold(&mut all, g.name, source(db, &body, src, 0));
                    }
                }
                Op::Addr { place: Place { base: PlaceBase::Global(g), .. }, .. } if g.pkg == key => hold(&mut all, g.name, None),
                _ => {}
            }
        }
    }
    Arc::new(all)
}

/// What the variables of interface and function types of a package can hold, where all that is stored in them is known.
#[salsa::tracked(returns(clone))]
pub(crate) fn held(db: &dyn Db, package: Package) -> Arc<Vec<(Name, Arc<Vec<Held>>)>> {
    let mut all = HeldList::new();
    for decl in q::package_decls(db, package) {
        for (name, found) in decl_held(db, package, *decl).iter() {
            hold(&mut all, *name, found.clone());
        }
    }
    Arc::new(all.into_iter().filter_map(|(name, held)| Some((name, Arc::new(held?)))).collect())
}

fn no_types(_db: &dyn Db, _id: salsa::Id, _package: Package) -> Arc<Vec<Ty>> {
    Arc::default()
}

/// The declared types of a package and all it imports that have methods, and pointers to them. Generic ones are left out.
#[salsa::tracked(returns(clone), cycle_result = no_types)]
pub(crate) fn method_types(db: &dyn Db, package: Package) -> Arc<Vec<Ty>> {
    let mut all = Vec::new();
    let types = q::package_types(db, package);
    let mut names: Vec<NamedKey> =
        types.named.iter().filter(|(_, info)| !info.methods.is_empty() && info.tparams.is_empty()).map(|(k, _)| *k).collect();
    names.sort_by_key(|k| k.name);
    for named in names {
        let ty = Ty::named(named, []);
        all.push(ty);
        all.push(Ty::pointer(ty));
    }
    let packages = Root::get(db).packages(db);
    for key in q::package_imports(db, package).iter() {
        let Some(imported) = packages.get(key).copied() else { continue };
        for ty in method_types(db, imported).iter() {
            if !all.contains(ty) {
                all.push(*ty);
            }
        }
    }
    Arc::new(all)
}
