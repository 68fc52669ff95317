//! AM6004: functions that may not fit into a block at the sizes that live state has.

use amigos_db::input::Package;
use amigos_db::query as q;
use amigos_gas::live::at_live_sizes;
use amigos_gas::poly::grouped;
use amigos_mir::gas::BLOCK_GAS;
use amigos_rules::{Finding, Severity};

use crate::analysis::View;
use crate::gas::Sizes;

/// How much live state may grow until a limit that is then reached is worth a word: to the double.
const NEAR: u64 = 2;

/// Whether anything is known of the sizes of a package's state: without a network there is nothing to say, and nothing to compute.
pub(crate) fn has_sizes(view: View<'_>, package: Package) -> bool {
    view.network_facts(package.key(view.db)).is_some_and(|facts| !facts.sizes.is_empty())
}

/// The finding for a function of a package with known sizes, relative to its declaration.
pub(crate) fn finding<'db>(view: View<'db>, package: Package, decl: q::Decl<'db>) -> Option<Finding> {
    let rule = amigos_rules::rule("AM6004")?;
    if decl.file(view.db).name(view.db).ends_with("_test.go") || !crate::locate::is_contract(view.db, package) {
        return None;
    }
    let ast = q::parse_decl(view.db, decl);
    let amigos_syntax::ast::DeclKind::Func(func) = &ast.kind else { return None };
    let mir = amigos_mir::query::mir(view.db, package, decl);
    let name = mir.func.as_ref()?.func.name;
    if !name.split('.').all(|part| part.starts_with(char::is_uppercase)) || name.as_str() == "Render" {
        return None;
    }
    let summary = amigos_gas::gas_summary(view.db, package, name);
    let bound = summary.gas.as_ref().ok()?;
    let sizes = Sizes { view };
    let live = at_live_sizes(&bound.cost, BLOCK_GAS, &|atom| sizes.of(atom))?;
    let reached = live.reached.as_ref();
    let (severity, message) = match reached {
        _ if live.now > BLOCK_GAS => {
            let at = reached
                .map(|r| format!(", which is reached at {} of `{}`; there are {}", grouped(r.at), r.path, grouped(r.now)))
                .unwrap_or_default();
            (
                Severity::High,
                format!(
                    "a call of `{name}` may take {} gas at today's sizes: more than the {} of a block{at}",
                    grouped(live.now),
                    grouped(BLOCK_GAS)
                ),
            )
        }
        Some(r) if r.at <= r.now.saturating_mul(NEAR) => (
            Severity::Medium,
            format!(
                "a call of `{name}` may take {} gas at today's {} of `{}`; the {} of a block are reached at {}",
                grouped(live.now),
                grouped(r.now),
                r.path,
                grouped(BLOCK_GAS),
                grouped(r.at)
            ),
        ),
        _ => return None,
    };
    let range = ast.sig.idents.get(func.name.idx())?.range;
    if amigos_rules::is_allowed(view.db, decl, rule.code, severity, range) {
        return None;
    }
    let mut found = rule.finding(range, message);
    found.severity = severity;
    // Where most of it goes.
    let largest = bound.parts.iter().filter(|p| !p.cost.is_constant()).max_by_key(|p| p.cost.evaluate(&|a| Some(sizes.of(a).unwrap_or(1))));
    Some(match largest {
        Some(part) => found.because(part.span, format!("`{}` of it here", part.cost)),
        None => found,
    })
}
