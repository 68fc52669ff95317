use amigos_mir::mir::Op;
use amigos_types::ty::PkgKey;

use crate::flow::Val;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM5006",
    name: "unchecked-type-assert",
    severity: Severity::Low,
    summary: "a type is asserted of what another package gave",
    why: "What comes from another contract can hold any type: its next version, or another contract that implements the interface, makes the assertion \
          panic, and with it every call that comes by here. Ask first: `v, ok := x.(T)`.",
    flagged: example!("am5006_flagged.go"),
    clean: example!("am5006_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    let is_entry = cx.entry().is_some();
    for (_, inst) in flow.insts() {
        let Op::TypeAssert { ok: None, x, .. } = &inst.op else { continue };
        let Some(from) = origin(&flow.val(x), cx.package, is_entry) else { continue };
        let from = match from {
            From::Parameter(n) => match cx.param_name(n) {
                Some(param) => format!("whoever calls `{name}` chooses what `{param}` holds"),
                None => continue,
            },
            From::Package(pkg) => format!("`{}` chooses what this holds", amigos_db::query::plain_key(pkg)),
        };
        out.push(RULE.finding(inst.span, format!("{from}: if it is something else the call panics; ask with `v, ok :=`")));
    }
}

enum From {
    Parameter(u32),
    Package(PkgKey),
}

/// Where a value is from, if that is another contract.
fn origin(val: &Val, own: PkgKey, is_entry: bool) -> Option<From> {
    match val {
        Val::Param(n) if is_entry => Some(From::Parameter(*n)),
        Val::Call(func, _, _) if func.pkg != own && func.pkg.0.starts_with(amigos_db::resolve::HUB) => Some(From::Package(func.pkg)),
        Val::Field(x, _) | Val::Elem(x, _) => origin(x, own, is_entry),
        _ => None,
    }
}
