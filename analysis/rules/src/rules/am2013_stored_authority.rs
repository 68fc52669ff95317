use amigos_mir::mir::{BlockId, Callee, Op, Operand};
use amigos_syntax::TextRange;
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::guards::{caller_is_checked, checks_caller};
use crate::leaks::mutator_of;
use crate::provenance::{Provenance, Target};
use crate::summary::{closure_summary, summary_of};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2013",
    name: "stored-authority",
    severity: Severity::High,
    summary: "who may do something is asked when a function is given out, and not when it is called",
    why: "`msg` is not a value and cannot be stored; but a function or interface value acts for the contract that made it, whoever calls it and \
          whenever. One that was given to the owner can be stored, passed on, and called by anyone after the owner has changed. Let the function \
          itself look at `msg.Sender`.",
    flagged: example!("am2013_flagged.go"),
    clean: example!("am2013_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    // What is returned, or given to another contract, and may be called there.
    let mut given: Vec<(BlockId, TextRange, &Operand)> = Vec::new();
    for (block, inst) in flow.insts() {
        let list: &[Operand] = match &inst.op {
            Op::Copy { dst, src } if flow.body.results.contains(dst) => std::slice::from_ref(src),
            Op::Call { callee: Callee::Static { func, .. }, args, .. }
                if func.pkg != cx.package && func.pkg.0.as_str().starts_with(amigos_db::resolve::HUB) =>
            {
                args
            }
            _ => continue,
        };
        let callable = |x: &&Operand| matches!(cx.underlying(flow.ty(x)).kind(), TyKind::Signature(_) | TyKind::Interface(_));
        given.extend(list.iter().filter(callable).map(|x| (block, inst.span, x)));
    }
    if given.is_empty() || !*checks_caller(cx.db, cx.input, name) {
        return;
    }
    let provenance = cx.provenance(flow);
    for (block, span, x) in given {
        if !caller_is_checked(cx.db, flow, block, span) {
            continue;
        }
        let authority = provenance.targets(x).into_iter().find_map(|t| authority(cx, provenance, &t));
        if let Some(what) = authority {
            report(span, &what, out);
        }
    }
}

fn report(range: TextRange, what: &str, out: &mut Vec<Finding>) {
    let message = format!("the caller is checked here, but {what} writes for whoever calls it later: check `msg.Sender` in it");
    out.push(RULE.finding(range, message));
}

/// What of this contract a value lets its holder do without being asked.
fn authority(cx: &Context, provenance: &Provenance, target: &Target) -> Option<String> {
    match target {
        Target::Func(func) if func.pkg == cx.package => {
            let writes = !summary_of(cx.db, func)?.writes.is_empty();
            (writes && !*checks_caller(cx.db, cx.input, func.name)).then(|| format!("`{}`", func.name))
        }
        Target::Closure(n) => {
            let body = cx.flow.as_ref()?.body;
            let inner = body.closures.get(*n as usize)?;
            let asks = crate::guards::asks_for_caller(&crate::flow::Flow::new(inner));
            (!closure_summary(cx.db, provenance, body, *n).writes.is_empty() && !asks).then(|| "this function".to_owned())
        }
        Target::Value(pkg, name) if *pkg == cx.package => {
            let key = amigos_types::ty::NamedKey { pkg: Some(*pkg), name: *name, local: None };
            mutator_of(cx.db, key).map(|m| format!("`{m}`"))
        }
        _ => None,
    }
}
