//! Text that users wrote: which fields and variables of a contract hold it as it came, and which functions make its pages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::Package;
use amigos_db::query::{self as q, Decl};
use amigos_mir::mir::*;
use amigos_mir::typequery::underlying;
use amigos_syntax::ast::BinaryOp;
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::{Basic, NamedKey, Ty, TyKind};

use crate::flow::{Condition, Flow, Val};
use crate::local::{local_facts, package_code};
use crate::taint::{Labels, Spec, Taint};
use crate::user::{chosen, union};

/// Where text is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TextPlace {
    /// A field of a declared type of the package.
    Field(Name, u32),
    /// A variable: a text, or a list or map of texts.
    Global(GlobalKey),
}

/// Whether the type's values are texts; addresses aside, which have a form of their own.
pub fn is_text(db: &dyn Db, package: Package, ty: Ty) -> bool {
    let named = matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.name.as_str() == "Address");
    !named && matches!(underlying(&DbCtx::new(db, package), ty).kind(), TyKind::Basic(Basic::String | Basic::UntypedString))
}

/// The text that a place or a part of a value is.
fn text_of(db: &dyn Db, package: Package, base: Ty, proj: &[Proj], ty: Ty) -> Option<TextPlace> {
    let (Proj::Field(last), before) = proj.split_last()? else { return None };
    if !is_text(db, package, ty) {
        return None;
    }
    let types = DbCtx::new(db, package);
    let mut at = base;
    for step in before {
        at = match (underlying(&types, at).kind(), step) {
            (TyKind::Struct(fields), Proj::Field(n)) => fields.get(*n as usize)?.ty,
            (TyKind::Array { elem, .. }, Proj::Index(_)) => *elem,
            _ => return None,
        };
    }
    match at.unalias().kind() {
        TyKind::Named { key: NamedKey { pkg: Some(pkg), name, local: None }, .. } if *pkg == package.key(db) => {
            Some(TextPlace::Field(*name, *last))
        }
        _ => None,
    }
}

/// The text that an instruction reads.
pub fn read(db: &dyn Db, package: Package, flow: &Flow, op: &Op) -> Option<TextPlace> {
    let types = DbCtx::new(db, package);
    match op {
        Op::Load { place, .. } => place_text(db, package, flow, place),
        Op::Extract { x, proj, dst } => text_of(db, package, flow.ty(x), proj, flow.ty(&Operand::Local(*dst))),
        Op::MapGet { map, .. } => {
            let TyKind::Map { value, .. } = underlying(&types, flow.ty(map)).kind() else { return None };
            let root = flow.val(map).root().filter(|_| is_text(db, package, *value))?;
            Some(TextPlace::Global(root))
        }
        _ => None,
    }
}

fn place_text(db: &dyn Db, package: Package, flow: &Flow, place: &Place) -> Option<TextPlace> {
    let types = DbCtx::new(db, package);
    let base = match &place.base {
        PlaceBase::Local(l) => flow.ty(&Operand::Local(*l)),
        PlaceBase::Deref(x) => match underlying(&types, flow.ty(x)).kind() {
            TyKind::Pointer(to) => *to,
            _ => return None,
        },
        PlaceBase::Elem { slice, .. } => match underlying(&types, flow.ty(slice)).kind() {
            TyKind::Slice(elem) => *elem,
            _ => return None,
        },
        PlaceBase::Global(key) => {
            q::member(db, crate::provenance::package_of(db, &FuncKey { pkg: key.pkg, name: key.name })?, key.name)?.ty
        }
    };
    if let Some(found) = text_of(db, package, base, &place.proj, place.ty) {
        return Some(found);
    }
    let whole = place.proj.is_empty() && is_text(db, package, place.ty);
    match &place.base {
        PlaceBase::Global(key) if whole => Some(TextPlace::Global(*key)),
        PlaceBase::Elem { slice, .. } if whole => flow.val(slice).root().map(TextPlace::Global),
        _ => None,
    }
}

/// Functions that give a text back as it was, its edges and case aside.
pub fn keeps_text(callee: &Callee, args: &[Labels]) -> Labels {
    let Callee::Static { func, .. } = callee else { return 0 };
    let keeps = matches!(func.name.as_str(), "TrimSpace" | "Trim" | "TrimPrefix" | "TrimSuffix" | "ToLower" | "ToUpper" | "Title" | "Join");
    if func.pkg.0.as_str() == "strings" && keeps { union(args) } else { 0 }
}

/// Whether something has been asked about what is in a text; how long it is and that it isn't empty say nothing. With `known`, that it is a key of a
/// map counts.
pub fn is_checked(flow: &Flow, block: BlockId, span: TextRange, text: &Val, known: bool) -> bool {
    // That it isn't one certain text says nothing of the others.
    let is_other = |c: &Condition| match &c.val {
        Val::Bin(op @ (BinaryOp::Eq | BinaryOp::Ne), a, b) => {
            c.truth == (*op == BinaryOp::Ne) && (matches!(**a, Val::Const(_)) || matches!(**b, Val::Const(_)))
        }
        _ => false,
    };
    flow.conditions(block).iter().any(|c| !is_other(c) && asks(&c.val, text, known))
        || flow.calls_before(block, span).iter().any(|(func, args)| {
            amigos_std::package(func.pkg.0.as_str()).is_none() && args.iter().any(|a| a.mentions(text)) && *func != flow.body.func
        })
}

fn asks(cond: &Val, text: &Val, known: bool) -> bool {
    let empty = |v: &Val| match v {
        Val::Zero => true,
        Val::Const(c) => c.as_str().is_some_and(|s| s.is_empty()),
        _ => false,
    };
    match cond {
        Val::Bin(BinaryOp::Eq | BinaryOp::Ne, a, b) if empty(a) || empty(b) => known && (in_lookup(a, text) || in_lookup(b, text)),
        Val::Bin(_, a, b) => asks(a, text, known) || asks(b, text, known) || is_part(a, text) || is_part(b, text),
        Val::Call(_, args, _) => args.iter().any(|a| a.mentions(text)),
        Val::Has(_, key) => known && key.mentions(text),
        Val::Made(parts) => parts.iter().any(|p| asks(p, text, known)),
        Val::Un(_, x) => asks(x, text, known),
        Val::Elem(..) => known && in_lookup(cond, text),
        _ => false,
    }
}

fn in_lookup(v: &Val, text: &Val) -> bool {
    v.any(&mut |v| matches!(v, Val::Elem(_, key) if key.mentions(text)))
}

/// The text itself or a part of it, and not its length.
fn is_part(v: &Val, text: &Val) -> bool {
    match v.plain() {
        v if v == text => true,
        Val::Elem(x, _) | Val::Field(x, _) => is_part(x, text),
        _ => false,
    }
}

/// Where a declared function puts text that its caller chose and that nothing was asked about.
#[salsa::tracked(returns(clone))]
pub fn stored_by<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<BTreeSet<TextPlace>> {
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = mir.func.as_ref().filter(|b| !b.params.is_empty()) else { return Arc::default() };
    let chosen = chosen(db, package);
    let Some(chosen) = chosen.get(&body.func.name).filter(|c| !c.is_empty()) else { return Arc::default() };
    let flow = Flow::new(body);
    let types = DbCtx::new(db, package);
    let spec = Spec {
        source: &|_, _| 0,
        param: &|n| if chosen.contains(&n) { 1 << n.min(63) } else { 0 },
        call: &keeps_text,
        arithmetic: &|_| true,
    };
    let mut out = BTreeSet::new();
    Taint::new(&flow, spec).walk(&mut |(block, _), inst, here| {
        // A part of a parameter is checked as that part.
        let free = |x: &Operand| {
            let labels = here.of(x);
            let val = flow.val(x);
            labels != 0
                && !is_checked(&flow, block, inst.span, &val, false)
                && !(0..64).filter(|n| labels >> n & 1 == 1).any(|n| is_checked(&flow, block, inst.span, &Val::Param(n), false))
        };
        match &inst.op {
            Op::Aggregate { ty, parts, .. } => {
                let TyKind::Named { key: NamedKey { pkg: Some(pkg), name, local: None }, .. } = ty.unalias().kind() else { return };
                let texts = parts.iter().filter(|(_, x)| *pkg == package.key(db) && is_text(db, package, flow.ty(x)) && free(x));
                out.extend(texts.map(|(n, _)| TextPlace::Field(*name, *n)));
            }
            Op::Store { place, src } if !matches!(place.base, PlaceBase::Local(_)) => {
                let list = match underlying(&types, place.ty).kind() {
                    TyKind::Slice(elem) => is_text(db, package, *elem),
                    _ => false,
                };
                match (place_text(db, package, &flow, place), &place.base) {
                    (Some(found), _) if free(src) => drop(out.insert(found)),
                    (None, PlaceBase::Global(key)) if list && free(src) => drop(out.insert(TextPlace::Global(*key))),
                    _ => {}
                }
            }
            Op::MapSet { map, value, .. } if is_text(db, package, flow.ty(value)) && free(value) => {
                out.extend(flow.val(map).root().map(TextPlace::Global));
            }
            _ => {}
        }
    });
    Arc::new(out)
}

/// The places of a contract's state that hold text as users wrote it.
#[salsa::tracked(returns(clone))]
pub fn stored(db: &dyn Db, package: Package) -> Arc<BTreeSet<TextPlace>> {
    let mut out = BTreeSet::new();
    for decl in package_code(db, package).iter() {
        out.extend(stored_by(db, package, *decl).iter().copied());
    }
    let persistent = persistent_types(db, package);
    out.retain(|p| match p {
        TextPlace::Field(ty, _) => persistent.contains(ty),
        TextPlace::Global(key) => key.pkg == package.key(db),
    });
    Arc::new(out)
}

/// The declared types of a package that its variables are made of.
#[salsa::tracked(returns(clone))]
pub fn persistent_types(db: &dyn Db, package: Package) -> Arc<BTreeSet<Name>> {
    let types = DbCtx::new(db, package);
    let mut out = BTreeSet::new();
    let mut work: Vec<Ty> = Vec::new();
    for member in q::package_types(db, package).members.values() {
        if member.member.kind == amigos_types::ctx::MemberKind::Var {
            work.push(member.member.ty);
        }
    }
    while let Some(ty) = work.pop() {
        if let TyKind::Named { key, .. } = ty.unalias().kind()
            && (key.pkg != Some(package.key(db)) || !out.insert(key.name))
        {
            continue;
        }
        match underlying(&types, ty).kind() {
            TyKind::Pointer(x) | TyKind::Slice(x) | TyKind::Array { elem: x, .. } => work.push(*x),
            TyKind::Map { key, value } => work.extend([*key, *value]),
            TyKind::Struct(fields) => work.extend(fields.iter().map(|f| f.ty)),
            _ => {}
        }
    }
    Arc::new(out)
}

/// A call of a function of the same package.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct OwnCall {
    /// Whom it calls.
    pub callee: Name,
    /// Whether an argument counts down or up and is compared before.
    pub bounded: bool,
}

/// The functions of its package that a declared function calls.
pub(crate) fn own_calls(flow: &Flow) -> BTreeSet<OwnCall> {
    let mut out = BTreeSet::new();
    let own = flow.body.func.pkg;
    crate::guards::flows(flow, &mut |flow| {
        for (block, inst) in flow.insts() {
            let Op::Call { callee: Callee::Static { func, .. }, args, .. } = &inst.op else { continue };
            if func.pkg == own {
                out.insert(OwnCall { callee: func.name, bounded: args.iter().any(|x| counts(flow, block, x)) });
            }
        }
    });
    out
}

/// `depth + 1` behind a comparison of `depth`, or a shorter part of a list.
fn counts(flow: &Flow, block: BlockId, x: &Operand) -> bool {
    if flow.maker(x).is_some_and(|i| matches!(i.op, Op::Slice { .. })) {
        return true;
    }
    let val = flow.val(x);
    let Val::Bin(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Div | BinaryOp::Shr, from, by) = val.plain() else { return false };
    let from = from.plain();
    matches!(by.plain(), Val::Const(_)) && matches!(from, Val::Param(_)) && flow.conditions(block).iter().any(|c| c.val.mentions(from))
}

/// For each function of a contract those that it calls, directly.
#[salsa::tracked(returns(clone))]
pub fn call_graph(db: &dyn Db, package: Package) -> Arc<BTreeMap<Name, BTreeSet<OwnCall>>> {
    let locals = package_code(db, package).iter().map(|decl| local_facts(db, package, *decl)).collect::<Vec<_>>();
    Arc::new(locals.iter().filter_map(|local| Some((local.name?, local.calls.clone()))).collect())
}

/// `Render` and the functions of its package that it calls, directly or not.
#[salsa::tracked(returns(clone))]
pub fn page_makers(db: &dyn Db, package: Package) -> Arc<BTreeSet<Name>> {
    Arc::new(reached(&call_graph(db, package), Name::new("Render"), &|_| true))
}

/// A function, if there is one, and all that it calls by calls for which `follow`.
pub fn reached(graph: &BTreeMap<Name, BTreeSet<OwnCall>>, from: Name, follow: &dyn Fn(&OwnCall) -> bool) -> BTreeSet<Name> {
    let mut out = BTreeSet::new();
    let mut work = vec![from];
    while let Some(name) = work.pop() {
        let Some(calls) = graph.get(&name) else { continue };
        if out.insert(name) {
            work.extend(calls.iter().filter(|c| follow(c)).map(|c| c.callee));
        }
    }
    out
}
