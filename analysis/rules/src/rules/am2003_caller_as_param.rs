use crate::flow::Val;
use amigos_mir::mir::MsgField;
use amigos_syntax::ast::BinaryOp;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM2003",
    name: "caller-as-param",
    severity: Severity::High,
    summary: "the caller is taken from a parameter",
    why: "Whoever calls a function chooses its arguments. A parameter that is compared with the owner proves nothing: anyone can pass the \
          owner's address. Who calls is in `msg.Sender`.",
    flagged: example!("am2003_flagged.go"),
    clean: example!("am2003_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, _)) = cx.entry() else { return };
    let asks = flow.blocks().any(|(_, b)| match &b.term {
        amigos_mir::mir::Term::If { cond, .. } => flow.val(cond).mentions(&Val::Msg(MsgField::Sender)),
        _ => false,
    });
    if asks {
        return;
    }
    let mut reported = Vec::new();
    for write in flow.writes() {
        if crate::guards::caller_is_checked(cx.db, flow, write.block, write.span) {
            continue;
        }
        for cond in flow.conditions(write.block) {
            let (Val::Bin(op, a, b), truth) = (&cond.val, cond.truth) else { continue };
            let equal = (*op == BinaryOp::Eq && truth) || (*op == BinaryOp::Ne && !truth);
            let param = [(a, b), (b, a)].into_iter().find_map(|(x, y)| match (&**x, &**y) {
                (Val::Param(n), y) if y.root().is_some() => Some(*n),
                _ => None,
            });
            let Some(n) = param.filter(|_| equal) else { continue };
            let is_authority = |v: &Val| matches!(v, Val::Global(_) | Val::Field(..));
            if !cx.param_type(n).is_some_and(|t| cx.is_address(t)) || !(is_authority(a) || is_authority(b)) || reported.contains(&cond.span)
            {
                continue;
            }
            reported.push(cond.span);
            let name = cx.param_name(n).map_or("the parameter".to_owned(), |n| format!("`{n}`"));
            let message = format!("{name} is what the caller says it is; who calls is `msg.Sender`");
            out.push(RULE.finding(cond.span, message));
        }
    }
}
