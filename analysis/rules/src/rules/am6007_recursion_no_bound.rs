use amigos_mir::mir::{Callee, Op};

use super::example;
use crate::context::Context;
use crate::provenance::{PathRoot, named};
use crate::text::{call_graph, persistent_types, reached};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM6007",
    name: "recursion-no-bound",
    severity: Severity::Medium,
    summary: "a function calls itself along stored objects, as deep as users make them",
    why: "Replies to replies, folders in folders: whoever adds one more level makes the calls one deeper, until they no longer fit into the frames or the \
          gas of a call; and then the page or the payment is gone for everybody. Hand a depth down and stop at a limit.",
    flagged: example!("am6007_flagged.go"),
    clean: example!("am6007_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    let own = |op: &Op| matches!(op, Op::Call { callee: Callee::Static { func, .. }, .. } if func.pkg == cx.package);
    if !flow.insts().any(|(_, i)| own(&i.op)) {
        return;
    }
    let graph = call_graph(cx.db, cx.input);
    let Some(calls) = graph.get(&name) else { return };
    // Ways back that count nothing.
    let back = |callee| reached(&graph, callee, &|c| !c.bounded).contains(&name);
    if !calls.iter().any(|c| !c.bounded && back(c.callee)) {
        return;
    }
    let provenance = cx.provenance(flow);
    let persistent = persistent_types(cx.db, cx.input);
    let mut reported = Vec::new();
    for (_, inst) in flow.insts() {
        let Op::Call { callee: Callee::Static { func, .. }, args, .. } = &inst.op else { continue };
        let unbounded = calls.iter().any(|c| c.callee == func.name && !c.bounded);
        if func.pkg != cx.package || !unbounded || reported.contains(&func.name) || !back(func.name) {
            continue;
        }
        // Deeper into what is stored: a part of an argument whose type is kept in state, or of state itself.
        let deeper = args.iter().any(|x| {
            provenance.of(x).iter().any(|p| match p.root {
                PathRoot::Global(key) => key.pkg == cx.package && !p.steps.is_empty(),
                PathRoot::Param(n) => {
                    let key = cx.param_type(n).and_then(named);
                    !p.steps.is_empty() && key.is_some_and(|k| k.pkg == Some(cx.package) && persistent.contains(&k.name))
                }
            })
        });
        if deeper {
            reported.push(func.name);
            let way = if func.name == name { format!("`{name}` calls itself") } else { format!("`{}` leads back to `{name}`", func.name) };
            out.push(RULE.finding(inst.span, format!("{way} as deep as what is stored: hand a depth down and stop at a limit")));
        }
    }
}
