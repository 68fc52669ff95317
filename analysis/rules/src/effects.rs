//! What a call of a function does beside its results: which persistent variables it reads and writes, what it emits, whom it compares with. For people
//! to read, not for proofs: calls through interfaces and function values are named and not followed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::mir::*;
use amigos_mir::query::package_kind;
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_syntax::ast::BinaryOp;
use amigos_types::konst::Const;
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};

use crate::summary::is_error;

/// What a function does, its static callees included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Effects {
    /// Variables of contracts that are written, in whole or in part.
    pub writes: BTreeSet<GlobalKey>,
    /// Variables of contracts that are read; error values aside.
    pub reads: BTreeSet<GlobalKey>,
    /// The names of events; `…` for one that is computed.
    pub emits: BTreeSet<String>,
    /// Whether coins are sent.
    pub sends: bool,
    /// Variables that `msg.Sender` is compared with.
    pub checks_sender: BTreeSet<GlobalKey>,
    /// What is called and not known here: `Teller.Transfer`, `a function value`.
    pub calls_out: BTreeSet<String>,
    /// Parameters (the receiver being 0 of a method) through which something is written.
    pub writes_params: BTreeSet<u32>,
    /// What results may share memory with.
    pub(crate) returns: BTreeSet<Origin>,
}

/// What a value shares memory with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Origin {
    Global(GlobalKey),
    Param(u32),
}

fn nothing_yet(_db: &dyn Db, _id: salsa::Id, _package: Package, _name: Name) -> Arc<Effects> {
    Arc::default()
}

/// The effects of function `name` (`F`, `T.M`) of a package.
#[salsa::tracked(returns(clone), cycle_initial = nothing_yet)]
pub fn effects(db: &dyn Db, package: Package, name: Name) -> Arc<Effects> {
    let key = package.key(db);
    match (key.0.as_str(), name.as_str()) {
        ("amigos", "Emit") => return Arc::new(Effects { emits: BTreeSet::from(["…".to_owned()]), ..Effects::default() }),
        ("amigos", "Send") => return Arc::new(Effects { sends: true, ..Effects::default() }),
        _ => {}
    }
    if let Some(native) = amigos_std::native(key.0.as_str(), name.as_str()) {
        // What sorts or fills does it to its first argument.
        let writes = matches!(key.0.as_str(), "sort" | "slices" | "maps") || native.full_name().contains("Append");
        let writes_params = if writes { BTreeSet::from([0]) } else { BTreeSet::new() };
        return Arc::new(Effects { writes_params, ..Effects::default() });
    }
    let Some(decl) = declaration(db, package, name) else { return Arc::default() };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return Arc::default() };
    let ctx = DbCtx::new(db, package);
    let mut walk = Walk { db, types: TypeView { ctx: &ctx, facts: None }, out: Effects::default(), changed: false };
    let params = body.params.iter().enumerate().map(|(i, l)| (*l, BTreeSet::from([Origin::Param(i as u32)])));
    walk.body(body, params.collect(), 0);
    Arc::new(walk.out)
}

pub(crate) fn declaration<'db>(db: &'db dyn Db, package: Package, name: Name) -> Option<q::Decl<'db>> {
    let types = q::package_types(db, package);
    let index = match name.split_once('.') {
        Some((base, method)) => {
            let of = NamedKey { pkg: Some(package.key(db)), name: Name::new(base), local: None };
            *types.methods.get(&(of, Name::new(method)))?
        }
        None => types.members.get(&name)?.decl,
    };
    q::package_decls(db, package).get(index.0 as usize).copied()
}

/// How often a body is gone through until nothing new is found; more is not worth it.
const ROUNDS: usize = 8;
/// How deep function literals are followed.
const CLOSURES: usize = 16;

struct Walk<'db> {
    db: &'db dyn Db,
    types: TypeView<'db>,
    out: Effects,
    changed: bool,
}

type Origins = BTreeMap<LocalId, BTreeSet<Origin>>;

/// What is known of the registers of one body.
struct Frame<'a> {
    body: &'a Body,
    origins: Origins,
    /// Registers that hold `msg.Sender`.
    sender: BTreeSet<LocalId>,
}

impl Walk<'_> {
    fn body(&mut self, body: &Body, origins: Origins, depth: usize) {
        let mut frame = Frame { body, origins, sender: BTreeSet::new() };
        for _ in 0..ROUNDS {
            self.changed = false;
            for inst in body.blocks.iter().flat_map(|b| &b.insts) {
                self.inst(&mut frame, &inst.op);
            }
            if !self.changed {
                break;
            }
        }
        if depth == 0 {
            let found: Vec<Origin> = body.results.iter().filter_map(|r| frame.origins.get(r)).flatten().copied().collect();
            self.out.returns.extend(found);
        }
        if depth >= CLOSURES {
            return;
        }
        for inst in body.blocks.iter().flat_map(|b| &b.insts) {
            let Op::Closure { closure, captures, .. } = &inst.op else { continue };
            let Some(inner) = body.closures.get(*closure as usize) else { continue };
            let shared = inner.captures.iter().zip(captures);
            let origins = shared.filter_map(|(own, outer)| Some((*own, frame.origins.get(outer)?.clone()))).collect();
            self.body(inner, origins, depth + 1);
        }
    }

    /// Whether something can be written through a value of the type.
    fn refers(&self, ty: Ty, depth: u32) -> bool {
        if depth > 6 {
            return true;
        }
        match self.types.under(ty).kind() {
            TyKind::Pointer(_) | TyKind::Slice(_) | TyKind::Map { .. } | TyKind::TypeParam(_) => true,
            TyKind::Interface(_) => !is_error(ty),
            TyKind::Struct(fields) => fields.iter().any(|f| self.refers(f.ty, depth + 1)),
            TyKind::Array { elem, .. } => self.refers(*elem, depth + 1),
            _ => false,
        }
    }

    fn is_state(&self, key: GlobalKey) -> bool {
        let package = Root::get(self.db).packages(self.db).get(&key.pkg).copied();
        package.is_some_and(|p| package_kind(self.db, p) == PackageKind::Contract)
    }

    fn taint(&mut self, frame: &mut Frame, dst: LocalId, from: BTreeSet<Origin>) {
        if from.is_empty() || frame.body.locals.get(dst.idx()).is_none_or(|l| !self.refers(l.ty, 0)) {
            return;
        }
        let at = frame.origins.entry(dst).or_default();
        let before = at.len();
        at.extend(from);
        self.changed |= at.len() != before;
    }

    fn of_operand(frame: &Frame, x: &Operand) -> BTreeSet<Origin> {
        match x {
            Operand::Local(l) => frame.origins.get(l).cloned().unwrap_or_default(),
            _ => BTreeSet::new(),
        }
    }

    /// What a place belongs to; `direct` leaves out what a register only refers to.
    fn of_place(frame: &Frame, place: &Place, direct: bool) -> BTreeSet<Origin> {
        match &place.base {
            PlaceBase::Global(key) => BTreeSet::from([Origin::Global(*key)]),
            PlaceBase::Deref(x) | PlaceBase::Elem { slice: x, .. } => Self::of_operand(frame, x),
            PlaceBase::Local(l) if !direct => frame.origins.get(l).cloned().unwrap_or_default(),
            PlaceBase::Local(_) => BTreeSet::new(),
        }
    }

    fn read(&mut self, key: GlobalKey, ty: Ty) {
        if !is_error(ty) && self.is_state(key) {
            self.out.reads.insert(key);
        }
    }

    fn write(&mut self, to: impl IntoIterator<Item = Origin>) {
        for origin in to {
            match origin {
                Origin::Global(key) if self.is_state(key) => {
                    self.out.writes.insert(key);
                }
                Origin::Global(_) => {}
                Origin::Param(n) => {
                    self.out.writes_params.insert(n);
                }
            }
        }
    }

    fn inst(&mut self, frame: &mut Frame, op: &Op) {
        match op {
            Op::Copy { dst, src: x }
            | Op::Convert { dst, x, .. }
            | Op::MakeInterface { dst, x }
            | Op::ChangeInterface { dst, x }
            | Op::TypeAssert { dst, x, .. }
            | Op::Extract { dst, x, .. }
            | Op::Slice { dst, x, .. }
            | Op::MapGet { dst, map: x, .. } => {
                if let Operand::Local(from) = x
                    && frame.sender.contains(from)
                {
                    frame.sender.insert(*dst);
                }
                let from = Self::of_operand(frame, x);
                self.taint(frame, *dst, from);
            }
            Op::Load { dst, place } => {
                if let PlaceBase::Global(key) = place.base {
                    self.read(key, place.ty);
                }
                let from = Self::of_place(frame, place, false);
                self.taint(frame, *dst, from);
            }
            Op::Addr { dst, place } => {
                let from = Self::of_place(frame, place, true);
                self.taint(frame, *dst, from);
            }
            Op::Store { place, src } => {
                self.write(Self::of_place(frame, place, true));
                if let PlaceBase::Local(l) = place.base {
                    let from = Self::of_operand(frame, src);
                    self.taint(frame, l, from);
                }
            }
            Op::Append { dst, slice, what } => {
                let mut from = Self::of_operand(frame, slice);
                match what {
                    Appended::Elems(elems) => elems.iter().for_each(|e| from.extend(Self::of_operand(frame, e))),
                    Appended::Slice(x) | Appended::String(x) => from.extend(Self::of_operand(frame, x)),
                }
                self.taint(frame, *dst, from);
            }
            Op::Aggregate { dst, parts, .. } => {
                let from = parts.iter().flat_map(|(_, x)| Self::of_operand(frame, x)).collect();
                self.taint(frame, *dst, from);
            }
            Op::MapIter { iter, map } => {
                // The iterator is an integer: it stands for its map here.
                let from = Self::of_operand(frame, map);
                frame.origins.entry(*iter).or_default().extend(from);
            }
            Op::MapNext { iter, key, value, .. } => {
                let from = frame.origins.get(iter).cloned().unwrap_or_default();
                for dst in [key, value].into_iter().flatten() {
                    self.taint(frame, *dst, from.clone());
                }
            }
            Op::MapSet { map: x, .. } | Op::MapDelete { map: x, .. } | Op::Clear { x } | Op::CopyElems { to: x, .. } => {
                self.write(Self::of_operand(frame, x));
            }
            Op::Msg { dst, field: MsgField::Sender } => {
                frame.sender.insert(*dst);
            }
            Op::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => self.comparison(frame, x, y),
            Op::Call { dsts, callee, args } => self.call(frame, dsts, callee, args),
            Op::Defer { callee, args, .. } => self.call(frame, &[], callee, args),
            _ => {}
        }
    }

    /// `msg.Sender == owner`: the other side is loaded from a variable.
    fn comparison(&mut self, frame: &Frame, x: &Operand, y: &Operand) {
        for (a, b) in [(x, y), (y, x)] {
            let (Operand::Local(a), Operand::Local(b)) = (a, b) else { continue };
            if !frame.sender.contains(a) {
                continue;
            }
            let loaded = frame.body.blocks.iter().flat_map(|b| &b.insts).find_map(|i| match &i.op {
                Op::Load { dst, place: Place { base: PlaceBase::Global(key), .. } } if dst == b => Some(*key),
                _ => None,
            });
            self.out.checks_sender.extend(loaded);
        }
    }

    fn call(&mut self, frame: &mut Frame, dsts: &[LocalId], callee: &Callee, args: &[Operand]) {
        let func = match callee {
            Callee::Static { func, .. } => *func,
            Callee::Interface { iface, method, .. } => {
                let name = match iface.unalias().kind() {
                    TyKind::Named { key, .. } => key.name.to_string(),
                    _ => "interface".to_owned(),
                };
                if name != "error" && name != "Stringer" {
                    self.out.calls_out.insert(format!("{name}.{method}"));
                }
                return;
            }
            Callee::Value(x) => {
                if !is_own_closure(frame.body, x) {
                    self.out.calls_out.insert("a function value".to_owned());
                }
                return;
            }
            Callee::TypeParamMethod { .. } => return,
        };
        if func == (FuncKey { pkg: PkgKey(Name::new("amigos")), name: Name::new("Emit") }) {
            let name = match args.first() {
                Some(Operand::Const(value, _)) => const_string(value),
                _ => None,
            };
            self.out.emits.insert(name.unwrap_or_else(|| "…".to_owned()));
            return;
        }
        let Some(package) = Root::get(self.db).packages(self.db).get(&func.pkg).copied() else { return };
        let called = effects(self.db, package, func.name);
        self.out.writes.extend(called.writes.iter().copied());
        self.out.reads.extend(called.reads.iter().copied());
        self.out.emits.extend(called.emits.iter().cloned());
        self.out.sends |= called.sends;
        // A check in another contract is about who calls *that* one.
        if func.pkg == frame.body.func.pkg {
            self.out.checks_sender.extend(called.checks_sender.iter().copied());
        }
        if package_kind(self.db, package) == PackageKind::Contract {
            self.out.calls_out.extend(called.calls_out.iter().cloned());
        }
        for n in &called.writes_params {
            if let Some(x) = args.get(*n as usize) {
                self.write(Self::of_operand(frame, x));
            }
        }
        let mut returned = BTreeSet::new();
        for origin in &called.returns {
            match origin {
                Origin::Global(_) => {
                    returned.insert(*origin);
                }
                Origin::Param(n) => returned.extend(args.get(*n as usize).map(|x| Self::of_operand(frame, x)).unwrap_or_default()),
            }
        }
        dsts.iter().for_each(|dst| self.taint(frame, *dst, returned.clone()));
    }
}

/// Whether a function value is a function literal of the same body, whose effects are counted anyway.
fn is_own_closure(body: &Body, x: &Operand) -> bool {
    let Operand::Local(l) = x else { return false };
    let made = |op: &Op| matches!(op, Op::Closure { dst, .. } | Op::FuncValue { dst, .. } if dst == l);
    body.blocks.iter().flat_map(|b| &b.insts).any(|i| match &i.op {
        Op::Load { dst, place } if dst == l => matches!(place.base, PlaceBase::Local(from) if body.locals.get(from.idx()).is_some_and(|v| v.name.is_some()) && !body.params.contains(&from)),
        Op::Copy { dst, src: Operand::Local(from) } if dst == l => !body.params.contains(from),
        op => made(op),
    })
}

fn const_string(value: &Const) -> Option<String> {
    match value {
        Const::Str(s) => Some(String::from_utf8_lossy(s).into_owned()),
        _ => None,
    }
}
