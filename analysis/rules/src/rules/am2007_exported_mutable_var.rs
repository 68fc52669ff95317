use amigos_syntax::ast::{DeclKind, Spec};

use super::example;
use crate::context::Context;
use crate::leaks::{Hold, mutator_behind};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2007",
    name: "exported-mutable-var",
    severity: Severity::High,
    summary: "an exported variable offers a method by which anyone changes it",
    why: "Nobody outside can assign to an exported variable: the language refuses it. But an exported method with a pointer receiver acts for this \
          contract, whoever calls it: `Store.Set(key, value)` from another package writes here. Keep the variable unexported, or let the \
          method look at `msg.Sender`. Methods that take nothing from their caller, such as a vote, are not reported.",
    flagged: example!("am2007_flagged.go"),
    clean: example!("am2007_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let DeclKind::Gen(group) = &cx.ast.kind else { return };
    if !cx.contract || cx.test {
        return;
    }
    for spec in &group.specs {
        let Spec::Var { names, .. } = spec else { continue };
        for ident in names {
            let name = cx.ast.sig[*ident].name;
            if !name.starts_with(char::is_uppercase) {
                continue;
            }
            let Some(member) = cx.types.member(cx.package, name) else { continue };
            if let Some(mutator) = mutator_behind(cx.db, cx.input, member.ty, Hold::Place) {
                let message = format!("anyone can change `{name}` by `{mutator}`: unexport it, or check `msg.Sender` in the method");
                out.push(RULE.finding(cx.ast.sig[*ident].range, message));
            }
        }
    }
}
