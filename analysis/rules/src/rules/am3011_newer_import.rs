use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Package, Root, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_db::resolve::{HUB, package_key, split_major};
use amigos_syntax::Name;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_types::ty::PkgKey;

use super::example;
use crate::apidiff::Change;
use crate::compat::{comparison, state_layout, uses::uses_in};
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3011",
    name: "newer-import",
    severity: Severity::Low,
    summary: "there is a newer major version of an import",
    why: "Where everything that the file uses is the same in the newer version, a fix imports it; where something is not, it says what. Two major versions \
          are two contracts, each with its own state: look where the balances and names are that you mean before you change over.",
    flagged: example!("am3011_flagged.go"),
    clean: example!("am3011_clean.go"),
    fixed: Some(example!("am3011_fixed.go")),
    check,
};

/// Breaking changes that are named; the rest is counted.
const NAMED: usize = 3;

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let DeclKind::Gen(group) = &cx.ast.kind else { return };
    if cx.test {
        return;
    }
    for spec in &group.specs {
        let Spec::Import(import) = spec else { continue };
        if !import.path.starts_with(HUB) {
            continue;
        }
        let Ok((path, Some(major))) = split_major(import.path.as_str()) else { continue };
        let Some(newest) = Root::get(cx.db).majors(cx.db).get(&Name::new(path)).and_then(|m| m.last()).filter(|n| **n > major) else {
            continue;
        };
        let (old_key, new_key) = (package_key(path, major), package_key(path, *newest));
        let (Some(old), Some(new)) = (q::package_of(cx.db, old_key), q::package_of(cx.db, new_key)) else { continue };
        let comparison = comparison(cx.db, old, new);
        if comparison.unknown {
            continue;
        }
        let used = file_uses(cx.db, cx.input, cx.file, old_key);
        if used.is_empty() {
            continue;
        }
        let hit = |change: &&Change| {
            used.iter().any(|(object, member)| {
                *object == change.object && (change.member.is_none() || member.is_none() || *member == change.member)
            })
        };
        let broken: Vec<&Change> = comparison.broken().filter(hit).collect();
        if !broken.is_empty() {
            let named: Vec<&str> = broken.iter().take(NAMED).map(|c| c.message.as_str()).collect();
            let rest = broken.len().saturating_sub(NAMED);
            let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
            let message = format!("`{}` is there, and breaks what this file uses: {}{more}", new_key.0, named.join("; "));
            out.push(RULE.finding(import.path_range, message));
            continue;
        }
        // Its types may come and go by way of others, or lie in the state: then one can't stand for the other.
        let mixed = q::package_imports(cx.db, cx.input)
            .iter()
            .filter(|key| **key != old_key)
            .any(|key| q::package_of(cx.db, *key).is_some_and(|p| q::package_imports(cx.db, p).contains(&old_key)));
        let stored = state_layout(cx.db, cx.input).values().any(|ty| ty.contains(&format!("{}.", old_key.0)));
        if mixed || stored {
            continue;
        }
        let message = format!("`{}` is there, and has all that this file uses as it is", new_key.0);
        let edit = (import.path_range, format!("\"{}\"", new_key.0));
        out.push(RULE.finding(import.path_range, message).fix(format!("import `{}`", new_key.0), vec![edit]));
    }
}

type Names = Arc<Vec<(Name, Option<Name>)>>;

/// What a file uses of a package.
#[salsa::tracked(returns(clone))]
fn file_uses(db: &dyn Db, package: Package, file: SourceFile, of: PkgKey) -> Names {
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        out.extend(declaration_uses(db, package, *decl, of).iter().copied());
    }
    out.sort();
    out.dedup();
    Arc::new(out)
}

/// A firewall between a body and the import.
#[salsa::tracked(returns(clone))]
fn declaration_uses<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>, of: PkgKey) -> Names {
    let mut out: Vec<(Name, Option<Name>)> = uses_in(db, package, decl, of).into_iter().map(|u| (u.object, u.member)).collect();
    out.sort();
    out.dedup();
    Arc::new(out)
}
