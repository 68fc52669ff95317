//! What is known of a function's gas: one query per function, of its MIR and the summaries of what it calls.

use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::mir::Span;
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_types::ty::{Basic, NamedKey, PkgKey, TyKind};

use crate::poly::Poly;
use crate::value::Shape;
use crate::walk::analyse;

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
    pub cost: Poly,
    /// Loops and calls that contribute, in source order.
    pub parts: Vec<Part>,
}

/// The summary of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The bound, or why there is none.
    pub gas: Result<Bound, Reason>,
    /// Upper bounds of the sizes of its results, in terms of its parameters'.
    pub(crate) results: Vec<Shape>,
}

impl Summary {
    pub(crate) fn unbounded(text: impl Into<String>) -> Summary {
        Summary { gas: Err(Reason { text: text.into(), span: Span::default() }), results: vec![] }
    }
}

fn recursive(_db: &dyn Db, _id: salsa::Id, _package: Package, _name: Name) -> Arc<Summary> {
    Arc::new(Summary::unbounded("calls itself"))
}

/// The summary of function `name` (`F`, `T.M`) of a package.
#[salsa::tracked(returns(clone), cycle_result = recursive)]
pub fn gas_summary(db: &dyn Db, package: Package, name: Name) -> Arc<Summary> {
    let key = package.key(db);
    if let Some(native) = amigos_std::native(key.0.as_str(), name.as_str()) {
        let allocates =
            declaration(db, package, key, name).and_then(|d| amigos_mir::query::mir(db, package, d).native.clone()).is_none_or(|n| {
                let ctx = DbCtx::new(db, package);
                let types = TypeView { ctx: &ctx, facts: None };
                n.results.iter().any(|ty| match types.core(*ty).kind() {
                    TyKind::Basic(b) => *b == Basic::String,
                    _ => true,
                })
            });
        return Arc::new(crate::native::summary(native, allocates));
    }
    let Some(decl) = declaration(db, package, key, name) else { return Arc::new(Summary::unbounded("its body is not known")) };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return Arc::new(Summary::unbounded("its body is not known")) };
    let ctx = DbCtx::new(db, package);
    let callee = |pkg: PkgKey, name: Name| {
        let package = Root::get(db).packages(db).get(&pkg).copied()?;
        Some(gas_summary(db, package, name))
    };
    let contract = amigos_mir::query::package_kind(db, package) == amigos_mir::mir::PackageKind::Contract;
    Arc::new(analyse(body, &ctx, contract, &callee))
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
