//! Who may write what: for each function the persistent variables that it writes and whether the caller is checked before; for each package what
//! its functions have in common. Rules that compare a function with its siblings read these.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::mir::*;
use amigos_syntax::ast::{BinaryOp, DeclKind};

use crate::effects::effects;
use crate::flow::{Flow, Val, Write};
use crate::local::{is_init, local_facts, package_code};

/// How a variable is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Manner {
    /// The whole variable is given a value that doesn't come from its old one.
    Set,
    /// A field or element is given a value.
    Part,
    /// A constant is added or taken away.
    Counted,
    /// Something is added.
    Added,
    /// Something is taken away.
    Reduced,
    /// The new value comes from the old one in another way: appended lists.
    Changed,
}

/// What is written and how: the variable, the way to the field or element in it, and the manner.
pub type Written = (GlobalKey, String, Manner);

/// What a write writes.
pub fn written(write: &Write) -> Written {
    (write.root, shape(&write.target), manner(write))
}

/// `[].2` for the third field of any element.
fn shape(target: &Val) -> String {
    match target {
        Val::Field(x, n) => format!("{}.{n}", shape(x)),
        Val::Elem(x, _) => format!("{}[]", shape(x)),
        _ => String::new(),
    }
}

/// What a function does to persistent variables, by itself; of a declaration of variables, what its initialisers do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FunctionFacts {
    /// Written only after a check of the caller.
    pub guarded: BTreeSet<Written>,
    /// Written without one; entries of the caller's own left out.
    pub open: BTreeSet<Written>,
    /// Given more elements: appended to, or an entry added.
    pub grown: BTreeSet<GlobalKey>,
    /// Written at all.
    pub written: BTreeSet<GlobalKey>,
    /// Compared with the caller.
    pub authorities: BTreeSet<GlobalKey>,
    /// Whether the caller decides how it goes on.
    pub checks_caller: bool,
    /// Variables whose function or interface value is called.
    pub called: BTreeSet<GlobalKey>,
}

/// What the functions of a package do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PackageFacts {
    /// Variables that a function writes only after a check of the caller, with one of these functions.
    pub guarded: BTreeMap<Written, String>,
    /// Variables that anyone's call makes longer.
    pub grown: BTreeSet<GlobalKey>,
    /// Variables that a function writes in whole, or that have an initialiser.
    pub assigned: BTreeSet<GlobalKey>,
    /// Variables that the caller is compared with.
    pub authorities: BTreeSet<GlobalKey>,
    /// Variables whose function or interface value is called.
    pub called: BTreeSet<GlobalKey>,
}

/// How a write changes its variable.
pub fn manner(write: &Write) -> Manner {
    if let Some(Val::Bin(op @ (BinaryOp::Add | BinaryOp::Sub), x, y)) = &write.value
        && **x == write.target
    {
        return match (op, &**y) {
            (_, Val::Const(_)) => Manner::Counted,
            (BinaryOp::Add, _) => Manner::Added,
            _ => Manner::Reduced,
        };
    }
    let from_old = write.value.as_ref().is_some_and(|v| v.mentions(&write.target) || v.root() == Some(write.root));
    match (&write.target, from_old) {
        (_, true) => Manner::Changed,
        (Val::Global(_), false) => Manner::Set,
        _ => Manner::Part,
    }
}

/// Whether the caller is looked at on every way to a place.
pub fn caller_is_checked(db: &dyn Db, flow: &Flow, block: BlockId, span: amigos_syntax::TextRange) -> bool {
    if flow.conditions(block).iter().any(|c| c.val.mentions_sender()) {
        return true;
    }
    flow.calls_before(block, span).iter().any(|(func, args)| {
        if func.pkg.0.as_str() == "amigos" && func.name.as_str() == "Assert" {
            return args.iter().any(Val::mentions_sender);
        }
        let Some(package) = Root::get(db).packages(db).get(&func.pkg).copied() else { return false };
        let own = func.pkg == flow.body.func.pkg;
        own && *checks_caller(db, package, func.name) || args.iter().any(Val::mentions_sender) && !own && may_refuse(flow, func)
    })
}

/// Whether the caller is compared on every way to a place with what the whole package knows it by: a variable, or a set of callers. Whose entry it
/// is that is written (`entry.Owner == msg.Sender`) is another matter.
fn authority_is_checked(db: &dyn Db, flow: &Flow, block: BlockId, span: amigos_syntax::TextRange) -> bool {
    let sender = Val::Msg(MsgField::Sender);
    let is_authority = |v: &Val| {
        v.any(&mut |v| match v {
            Val::Bin(BinaryOp::Eq | BinaryOp::Ne, a, b) => {
                [(a, b), (b, a)].into_iter().any(|(x, y)| **x == sender && matches!(**y, Val::Global(_)))
            }
            Val::Call(_, args, _) => args.contains(&sender),
            _ => false,
        }) || matches!(v, Val::Elem(map, key) if matches!(**map, Val::Global(_)) && **key == sender)
    };
    flow.conditions(block).iter().any(|c| is_authority(&c.val))
        || flow.calls_before(block, span).iter().any(|(func, args)| {
            if func.pkg.0.as_str() == "amigos" {
                return func.name.as_str() == "Assert" && args.iter().any(is_authority);
            }
            let package = Root::get(db).packages(db).get(&func.pkg).copied();
            func.pkg == flow.body.func.pkg && package.is_some_and(|p| !effects(db, p, func.name).checks_sender.is_empty())
        })
}

/// Whether what a call returns decides about a way.
fn may_refuse(flow: &Flow, func: &FuncKey) -> bool {
    flow.blocks().any(|(_, b)| match &b.term {
        Term::If { cond, .. } => flow.val(cond).any(&mut |v| matches!(v, Val::Call(f, _, _) if f == func)),
        _ => false,
    })
}

fn no_check(_db: &dyn Db, _id: salsa::Id, _package: Package, _name: amigos_syntax::Name) -> bool {
    false
}

/// Whether a function of the package lets the caller decide how it goes on, itself or in a function that it calls.
#[salsa::tracked(cycle_initial = no_check)]
pub fn checks_caller(db: &dyn Db, package: Package, name: amigos_syntax::Name) -> bool {
    if !effects(db, package, name).checks_sender.is_empty() {
        return true;
    }
    let Some(decl) = crate::effects::declaration(db, package, name) else { return false };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return false };
    if asks_for_caller(&Flow::new(body)) {
        return true;
    }
    body.blocks.iter().flat_map(|b| &b.insts).any(|i| match &i.op {
        Op::Call { callee: Callee::Static { func, .. }, .. } if func.pkg == body.func.pkg && func.name != name => {
            *checks_caller(db, package, func.name)
        }
        _ => false,
    })
}

/// Whether a condition or an assertion of a body is about the caller.
pub(crate) fn asks_for_caller(flow: &Flow) -> bool {
    flow.blocks().any(|(_, b)| matches!(&b.term, Term::If { cond, .. } if flow.val(cond).mentions_sender()))
        || flow.insts().any(|(_, i)| match &i.op {
            Op::Call { callee: Callee::Static { func, .. }, args, .. } => {
                func.pkg.0.as_str() == "amigos" && func.name.as_str() == "Assert" && args.iter().any(|a| flow.val(a).mentions_sender())
            }
            _ => false,
        })
}

/// What a declared function does by itself; of `Migrate`, which nobody calls, only what it writes at all.
pub(crate) fn function_facts(db: &dyn Db, flow: &Flow) -> FunctionFacts {
    let mut out = FunctionFacts { checks_caller: asks_for_caller(flow), authorities: authorities(flow), ..FunctionFacts::default() };
    let migration = crate::compat::migrate::is_migration(flow.body);
    flows(flow, &mut |flow| {
        for write in flow.writes() {
            let key = written(write);
            out.written.insert(write.root);
            if migration {
                continue;
            }
            if is_growth(write) {
                out.grown.insert(write.root);
            }
            if write.target.mentions_sender() || write.value.as_ref().is_some_and(Val::mentions_sender) {
                continue;
            }
            if authority_is_checked(db, flow, write.block, write.span) {
                out.guarded.insert(key);
            } else if !out.checks_caller {
                out.open.insert(key);
            }
        }
        for (_, inst) in flow.insts() {
            if let Op::Call { callee: Callee::Value(x) | Callee::Interface { x, .. }, .. } = &inst.op {
                out.called.extend(flow.val(x).root());
            }
        }
    });
    out
}

/// What the initialisers of a declaration of variables write.
pub(crate) fn initialised<T>(bodies: &[(T, Arc<Body>)]) -> FunctionFacts {
    let written = bodies.iter().flat_map(|(_, body)| Flow::new(body).writes().iter().map(|w| w.root).collect::<Vec<_>>()).collect();
    FunctionFacts { written, ..FunctionFacts::default() }
}

/// Whether a write adds an element.
fn is_growth(write: &Write) -> bool {
    match &write.value {
        Some(Val::Made(parts)) => parts.first() == Some(&write.target),
        Some(_) => {
            write.entry && matches!(&write.target, Val::Elem(map, _) if matches!(**map, Val::Global(_))) && manner(write) == Manner::Part
        }
        None => false,
    }
}

/// A body and the function literals in it.
pub fn bodies(body: &Body, depth: u32, f: &mut dyn FnMut(&Body)) {
    f(body);
    if depth < 16 {
        body.closures.iter().for_each(|c| bodies(c, depth + 1, f));
    }
}

/// A body that is looked at, and the function literals in it.
pub(crate) fn flows(flow: &Flow, f: &mut dyn FnMut(&Flow)) {
    f(flow);
    for closure in &flow.body.closures {
        bodies(closure, 1, &mut |inner| f(&Flow::new(inner)));
    }
}

/// What the functions of a package do; tests left out.
#[salsa::tracked(returns(clone))]
pub fn package_facts(db: &dyn Db, package: Package) -> Arc<PackageFacts> {
    let mut out = PackageFacts::default();
    for decl in package_code(db, package).iter() {
        let local = local_facts(db, package, *decl);
        let facts = &local.facts;
        let Some(name) = local.name else {
            out.assigned.extend(&facts.written);
            continue;
        };
        out.called.extend(facts.called.iter().copied());
        let whole = facts.guarded.iter().chain(&facts.open).filter(|(_, _, m)| *m == Manner::Set).map(|(k, _, _)| *k);
        out.assigned.extend(whole);
        if is_init(name) {
            continue;
        }
        if !facts.checks_caller {
            out.grown.extend(facts.grown.iter().copied());
        }
        for key in facts.guarded.difference(&facts.open) {
            out.guarded.entry(key.clone()).or_insert_with(|| name.rsplit('.').next().unwrap_or("").to_owned());
        }
        out.authorities.extend(&facts.authorities);
    }
    Arc::new(out)
}

/// The variables that the caller is compared with.
fn authorities(flow: &Flow) -> BTreeSet<GlobalKey> {
    let mut out = BTreeSet::new();
    for (_, inst) in flow.insts() {
        if let Op::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } = &inst.op {
            let (x, y) = (flow.val(x), flow.val(y));
            for (a, b) in [(&x, &y), (&y, &x)] {
                if *a == Val::Msg(MsgField::Sender)
                    && let Val::Global(key) = b
                {
                    out.insert(*key);
                }
            }
        }
    }
    out
}

/// The guards that `//amigos:guard NAME` in the doc comment of a variable declares: variable and function.
#[salsa::tracked(returns(clone))]
pub fn declared_guards(db: &dyn Db, package: Package) -> Arc<BTreeMap<GlobalKey, amigos_syntax::Name>> {
    use amigos_syntax::ast::Spec;
    let mut out = BTreeMap::new();
    let pkg = package.key(db);
    for decl in q::package_decls(db, package).iter() {
        // A body that changes is no reason to look again.
        if !matches!(q::decl_sig(db, *decl).kind, DeclKind::Gen(_)) {
            continue;
        }
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { continue };
        let text = decl.text(db);
        let guard = |doc: Option<amigos_syntax::TextRange>| {
            let doc = text.get(doc?.start as usize..doc?.end as usize)?;
            let name = doc.lines().find_map(|l| l.trim().strip_prefix("//amigos:guard "))?;
            Some(amigos_syntax::Name::new(name.trim()))
        };
        for spec in &group.specs {
            let Spec::Var { names, doc, .. } = spec else { continue };
            let Some(name) = guard(*doc).or_else(|| guard(ast.doc)) else { continue };
            out.extend(names.iter().map(|n| (GlobalKey { pkg, name: ast.sig[*n].name }, name)));
        }
    }
    Arc::new(out)
}

fn no_panic(_db: &dyn Db, _id: salsa::Id, _package: Package, _name: amigos_syntax::Name) -> bool {
    false
}

/// Whether a function of the package says `panic`, itself or in a function of the package that it calls.
#[salsa::tracked(cycle_initial = no_panic)]
pub fn says_panic(db: &dyn Db, package: Package, name: amigos_syntax::Name) -> bool {
    let Some(decl) = crate::effects::declaration(db, package, name) else { return false };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return false };
    let flow = Flow::new(body);
    let recovers = body.has_defer;
    !recovers
        && (flow.blocks().any(|(_, b)| matches!(b.term, Term::Panic(_)))
            || flow.insts().any(|(_, i)| match &i.op {
                Op::Call { callee: Callee::Static { func, .. }, .. } => {
                    func.pkg == body.func.pkg && func.name != name && *says_panic(db, package, func.name)
                }
                _ => false,
            }))
}
