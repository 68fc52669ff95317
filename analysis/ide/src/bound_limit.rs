//! AM6009: `//amigos:bound` that live state is above. What is wrong with the comment itself is found by the rule.

use amigos_db::input::Package;
use amigos_db::query as q;
use amigos_gas::poly::grouped;
use amigos_gas::{Atom, Path, Root, Seg};
use amigos_mir::bound::{Limit, LimitRoot, resolve};
use amigos_rules::Finding;
use amigos_syntax::ast::DeclKind;
use amigos_syntax::bound::Measure;

use crate::analysis::View;
use crate::gas::Sizes;

/// What a limit is of, in live state; `None` if that is not known, or nothing of the state.
pub(crate) fn live(view: View<'_>, limit: &Limit) -> Option<u64> {
    let LimitRoot::Global(key) = limit.root? else { return None };
    let path = Path { root: Root::Global(key.pkg, key.name), segs: limit.fields.iter().map(|(_, name)| Seg::Field(*name)).collect() };
    Sizes { view }.of(&if limit.measure == Measure::Len { Atom::Len(path) } else { Atom::Value(path) })
}

/// The findings for a declaration, relative to it. Nothing where no sizes are known.
pub(crate) fn findings<'db>(view: View<'db>, package: Package, decl: q::Decl<'db>) -> Vec<Finding> {
    let sig = q::decl_sig(view.db, decl);
    if sig.bounds.is_empty() {
        return vec![];
    }
    let Some(rule) = amigos_rules::rule("AM6009") else { return vec![] };
    let ctx = amigos_db::context::DbCtx::new(view.db, package);
    let params = match &sig.kind {
        DeclKind::Func(_) => q::body_facts(view.db, package, decl).first().map(|f| f.parameters()).unwrap_or_default(),
        _ => vec![],
    };
    let mut out = Vec::new();
    for bound in sig.bounds.iter().filter(|b| b.measure != Measure::Depth) {
        let Ok(limit) = resolve(&ctx, package.key(view.db), None, false, &params, bound) else { continue };
        let Some(now) = live(view, &limit).filter(|now| *now > limit.most) else { continue };
        let text = bound.text();
        let size = text.split("<=").next().unwrap_or("");
        let who = match &sig.kind {
            DeclKind::Func(func) => format!("calls of `{}` fail", sig.sig[func.name].name),
            _ => "calls of functions that name it fail".to_owned(),
        };
        let message = format!("`{size}` is {} now, above its bound of {}: {who}", grouped(now), grouped(limit.most));
        if !amigos_rules::is_allowed(view.db, decl, rule.code, rule.severity, bound.range) {
            out.push(rule.finding(bound.range, message));
        }
    }
    out
}
