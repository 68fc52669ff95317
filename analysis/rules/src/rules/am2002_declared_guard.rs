use crate::effects::{declaration, effects};
use crate::flow::Flow;
use amigos_db::input::{Package, Root};
use amigos_mir::mir::{Callee, Op};
use amigos_syntax::Name;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2002",
    name: "declared-guard",
    severity: Severity::High,
    summary: "a variable is written without the guard that it declares",
    why: "`//amigos:guard NAME` in the doc comment of a variable says that whoever writes it must have called function `NAME`, which checks \
          the caller. Every way from an exported function to a write of the variable must pass that call.",
    flagged: example!("am2002_flagged.go"),
    clean: example!("am2002_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.entry() else { return };
    let guards = crate::guards::declared_guards(cx.db, cx.input);
    if guards.is_empty() {
        return;
    }
    for write in flow.writes() {
        let Some(guard) = guards.get(&write.root) else { continue };
        if name != *guard && !called_before(flow, write.block, write.span, *guard) {
            let message = format!("`{}` is guarded by `{guard}`, which `{name}` doesn't call on every way to here", write.root.name);
            out.push(RULE.finding(write.span, message));
        }
    }
    for (block, inst) in flow.insts() {
        let Op::Call { callee: Callee::Static { func, .. }, .. } = &inst.op else { continue };
        if func.pkg != cx.package || func.name.starts_with(char::is_uppercase) {
            continue;
        }
        let effects = effects(cx.db, cx.input, func.name);
        let Some((key, guard)) = guards.iter().find(|(key, guard)| effects.writes.contains(*key) && func.name != **guard) else { continue };
        if name != *guard && !called_before(flow, block, inst.span, *guard) && !calls(cx.db, cx.input, func.name, *guard, 0) {
            let message = format!("`{}` writes `{}`, which is guarded by `{guard}`; `{name}` doesn't call it before", func.name, key.name);
            out.push(RULE.finding(inst.span, message));
        }
    }
}

fn called_before(flow: &Flow, block: amigos_mir::mir::BlockId, span: amigos_syntax::TextRange, guard: Name) -> bool {
    flow.calls_before(block, span).iter().any(|(func, _)| func.pkg == flow.body.func.pkg && func.name == guard)
}

/// Whether a function calls the guard, itself or in a function of the package that it calls.
fn calls(db: &dyn amigos_db::Db, package: Package, name: Name, guard: Name, depth: u32) -> bool {
    debug_assert!(Root::get(db).packages(db).contains_key(&package.key(db)));
    let Some(decl) = declaration(db, package, name) else { return false };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return false };
    depth < 8
        && body.blocks.iter().flat_map(|b| &b.insts).any(|i| match &i.op {
            Op::Call { callee: Callee::Static { func, .. }, .. } if func.pkg == body.func.pkg => {
                func.name == guard || func.name != name && calls(db, package, func.name, guard, depth + 1)
            }
            _ => false,
        })
}
