//! What is known of a function's gas: one query per function, of its MIR and the summaries of what it calls.

use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::bound::Limit;
use amigos_mir::layout::Layouts;
use amigos_mir::mir::{Body, FuncKey, GlobalKey, NativeFunc, PackageKind, Region, Span};
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, PkgKey, Ty};

use crate::cost::Cost;
use crate::facts::{self, Habits, Held};
use crate::poly::Poly;
use crate::walk::{Walk, World};

/// Why there is no bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// What, in words: ``calls `Teller.Transfer` through an interface``.
    pub text: String,
    /// Where, relative to the declaration; in a callee, the place of the call.
    pub span: Span,
}

/// A part of a bound: what one place contributes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The place, relative to the declaration: a loop's head, or a call.
    pub span: Span,
    /// How much.
    pub cost: Poly,
}

/// A bound with what it is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bound {
    /// The gas of a call, in terms of sizes at its start.
    pub cost: Cost,
    /// Loops and calls that contribute, in source order.
    pub parts: Vec<Part>,
}

/// The summary of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The bound, or why there is none.
    pub gas: Result<Bound, Reason>,
}

impl Summary {
    fn unbounded(text: impl Into<String>) -> Summary {
        Summary { gas: Err(Reason { text: text.into(), span: Span::default() }) }
    }
}

/// The program as the database knows it.
pub(crate) struct DbWorld<'db> {
    pub db: &'db dyn Db,
}

impl DbWorld<'_> {
    fn package(&self, key: PkgKey) -> Option<Package> {
        Root::get(self.db).packages(self.db).get(&key).copied()
    }
}

impl World for DbWorld<'_> {
    fn body(&self, func: FuncKey) -> Option<Arc<Body>> {
        callee_body(self.db, self.package(func.pkg)?, func.name)
    }
    fn native(&self, func: FuncKey) -> Option<Arc<NativeFunc>> {
        amigos_std::native(func.pkg.0.as_str(), func.name.as_str())?;
        let package = self.package(func.pkg)?;
        let decl = declaration(self.db, package, func.pkg, func.name)?;
        amigos_mir::query::mir(self.db, package, decl).native.clone()
    }
    fn is_contract(&self, pkg: PkgKey) -> bool {
        self.package(pkg).is_some_and(|p| amigos_mir::query::package_kind(self.db, p) == PackageKind::Contract)
    }
    fn held(&self, global: GlobalKey) -> Option<Arc<Vec<Held>>> {
        let all = facts::held(self.db, self.package(global.pkg)?);
        all.iter().find(|(name, _)| *name == global.name).map(|(_, held)| held.clone())
    }
    fn habits(&self, pkg: PkgKey) -> Arc<Habits> {
        self.package(pkg).map(|p| facts::habits(self.db, p)).unwrap_or_default()
    }
    fn variable_limits(&self, pkg: PkgKey) -> Arc<Vec<Limit>> {
        self.package(pkg).map(|p| amigos_mir::query::variable_limits(self.db, p)).unwrap_or_default()
    }
    fn method_types(&self, pkg: PkgKey) -> Arc<Vec<Ty>> {
        self.package(pkg).map(|p| facts::method_types(self.db, p)).unwrap_or_default()
    }
}

/// The summary of function `name` (`F`, `T.M`) of a package.
#[salsa::tracked(returns(clone))]
pub fn gas_summary(db: &dyn Db, package: Package, name: Name) -> Arc<Summary> {
    let key = package.key(db);
    let world = DbWorld { db };
    let func = FuncKey { pkg: key, name };
    let ctx = DbCtx::new(db, package);
    let layouts = Layouts::new(&ctx);
    let types = TypeView { ctx: &ctx, facts: None };
    let mut walk = Walk::new(types, &layouts, &world, key);
    if let Some(native) = world.native(func) {
        return Arc::new(Summary { gas: walk.whole_native(func, &native) });
    }
    let Some(body) = own_body(db, package, name) else { return Arc::new(Summary::unbounded("its body is not known")) };
    Arc::new(Summary { gas: walk.whole(func, &body, None) })
}

/// A function's own body, with places.
pub(crate) fn own_body(db: &dyn Db, package: Package, name: Name) -> Option<Arc<Body>> {
    let decl = declaration(db, package, package.key(db), name)?;
    amigos_mir::query::mir(db, package, decl).func.clone()
}

/// A body as its callers see it: without places and names of variables. So an edit that changes only these runs no caller's summary again.
#[salsa::tracked(returns(clone))]
fn callee_body(db: &dyn Db, package: Package, name: Name) -> Option<Arc<Body>> {
    own_body(db, package, name).map(|body| Arc::new(placeless(&body)))
}

fn placeless(body: &Body) -> Body {
    let nowhere = Span::default();
    let mut out = body.clone();
    out.span = nowhere;
    out.decl = 0;
    for local in &mut out.locals {
        local.name = None;
        local.scope = nowhere;
    }
    for block in &mut out.blocks {
        block.term_span = nowhere;
        block.insts.iter_mut().for_each(|i| i.span = nowhere);
    }
    let mut open = vec![&mut out.region];
    while let Some(region) = open.pop() {
        match region {
            Region::Block(_) | Region::Irreducible(_) => {}
            Region::Seq(list) | Region::Arms(list) => open.extend(list),
            Region::Loop(l) => {
                (l.span, l.head) = (nowhere, nowhere);
                open.extend([&mut l.cond, &mut l.body, &mut l.post]);
            }
        }
    }
    out.closures = body.closures.iter().map(|c| Arc::new(placeless(c))).collect();
    out
}

/// The declaration of a function or method by its name in MIR.
pub fn declaration<'db>(db: &'db dyn Db, package: Package, key: PkgKey, name: Name) -> Option<q::Decl<'db>> {
    let types = q::package_types(db, package);
    let index = match name.split_once('.') {
        Some((base, method)) => {
            let of = NamedKey { pkg: Some(key), name: Name::new(base), local: None };
            *types.methods.get(&(of, Name::new(method)))?
        }
        None => types.members.get(&name)?.decl,
    };
    q::package_decls(db, package).get(index.0 as usize).copied()
}
