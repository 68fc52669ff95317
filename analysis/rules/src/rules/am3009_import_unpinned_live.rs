use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::Package;
use amigos_db::query::{self as q, Decl};
use amigos_db::resolve::{HUB, resolve, split_major};
use amigos_mir::mir::{Callee, MsgField, Op, PackageKind};
use amigos_mir::query::package_kind;
use amigos_syntax::ast::{DeclKind, Spec};

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3009",
    name: "import-unpinned-live",
    severity: Severity::Medium,
    summary: "a contract that holds funds imports another without a major version",
    why: "An import without a version means what the lock says, and the newest version where nothing is locked yet: a contract of another major, with other \
          state and other owners. Where coins are at stake the source should say which one it trusts: `hub.amigos.dev/token@v2`. Libraries are pinned by \
          their content and need no version.",
    flagged: example!("am3009_flagged.go"),
    clean: example!("am3009_clean.go"),
    fixed: Some(example!("am3009_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let DeclKind::Gen(group) = &cx.ast.kind else { return };
    if cx.test || !cx.contract || !group.specs.iter().any(|s| matches!(s, Spec::Import(i) if i.path.starts_with(HUB))) {
        return;
    }
    for spec in &group.specs {
        let Spec::Import(import) = spec else { continue };
        if !import.path.starts_with(HUB) || !matches!(split_major(import.path.as_str()), Ok((_, None))) {
            continue;
        }
        let Ok(key) = resolve(cx.db, cx.input, import.path) else { continue };
        let Some(package) = q::package_of(cx.db, key) else { continue };
        if package_kind(cx.db, package) != PackageKind::Contract || !holds_funds(cx.db, cx.input) {
            continue;
        }
        let message =
            format!("this contract holds funds and takes whichever major version of `{}` comes: say which, `{}`", import.path, key.0);
        out.push(
            RULE.finding(import.path_range, message)
                .fix(format!("import `{}`", key.0), vec![(import.path_range, format!("\"{}\"", key.0))]),
        );
    }
}

/// Whether a package takes coins with a call or sends them; tests left out.
#[salsa::tracked(returns(copy))]
pub(crate) fn holds_funds(db: &dyn Db, package: Package) -> bool {
    q::package_decls(db, package)
        .iter()
        .any(|decl| !decl.file(db).name(db).ends_with("_test.go") && decl.head(db).starts_with("func") && *moves_coins(db, package, *decl))
}

/// A firewall between a body and what the whole package is.
#[salsa::tracked]
fn moves_coins<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> bool {
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body): Option<&Arc<_>> = mir.func.as_ref() else { return false };
    let mut found = false;
    crate::guards::bodies(body, 0, &mut |body| {
        found |= body.blocks.iter().flat_map(|b| &b.insts).any(|i| match &i.op {
            Op::Msg { field: MsgField::Value, .. } => true,
            Op::Call { callee: Callee::Static { func, .. }, .. } => func.pkg.0.as_str() == "amigos" && func.name.as_str() == "Send",
            _ => false,
        });
    });
    found
}
