//! What analyses of a whole package want to know of one declaration, found in one go: the firewall between bodies and those analyses. A body that is
//! edited and does the same as before runs none of them again.

use std::collections::BTreeSet;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::Package;
use amigos_db::query::{self as q, Decl};
use amigos_syntax::Name;

use crate::flow::Flow;
use crate::guards::{FunctionFacts, function_facts, initialised};
use crate::text::{OwnCall, own_calls};
use crate::user::{Pass, passes};

/// What a declaration does by itself. Of one with errors nothing is known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LocalFacts {
    /// `F`, `T.M`; `None` of what is no function.
    pub name: Option<Name>,
    /// How many parameters callers give it, the receiver included.
    pub params: u32,
    /// What it hands on of them.
    pub passes: Vec<Pass>,
    /// The functions of its package that it calls.
    pub calls: BTreeSet<OwnCall>,
    /// What it does to persistent variables.
    pub facts: FunctionFacts,
}

/// What a declaration does by itself.
#[salsa::tracked(returns(clone))]
pub fn local_facts<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<LocalFacts> {
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else {
        return Arc::new(LocalFacts { facts: initialised(&mir.initialisers), ..LocalFacts::default() });
    };
    let flow = Flow::new(body);
    Arc::new(LocalFacts {
        name: Some(body.func.name),
        // What `Migrate` is given comes from the chain.
        params: if crate::compat::migrate::is_migration(body) { 0 } else { body.params.len() as u32 },
        passes: passes(&flow),
        calls: own_calls(&flow),
        facts: function_facts(db, &flow),
    })
}

/// Whether a function is an `init`, of which there may be several.
pub(crate) fn is_init(name: Name) -> bool {
    name.as_str().split('#').next() == Some("init")
}

/// The declarations of a package outside of its tests, in order.
#[salsa::tracked(returns(clone))]
pub fn package_code<'db>(db: &'db dyn Db, package: Package) -> Arc<Vec<Decl<'db>>> {
    let tests: Vec<_> = package.files(db).iter().filter(|file| file.name(db).ends_with("_test.go")).collect();
    Arc::new(q::package_decls(db, package).iter().filter(|decl| !tests.contains(&&decl.file(db))).copied().collect())
}
