use amigos_syntax::ast::ExprKind;
use amigos_types::konst::Const;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1009",
    name: "pointer-identity",
    severity: Severity::High,
    summary: "the address of an object is printed",
    why: "An address says where something happens to lie. Here `%p` prints a stable number of the object, in plain Go something else at every run; either way it means \
          nothing to whoever reads it. Print the value, or give the object a number of its own.",
    flagged: example!("am1009_flagged.go"),
    clean: example!("am1009_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    if cx.test {
        return;
    }
    for arena in cx.arenas() {
        for (e, kind) in arena.exprs() {
            let ExprKind::Call { args, .. } = kind else { continue };
            let Some((pkg, name)) = arena.called(e) else { continue };
            if pkg.0.as_str() != "fmt" || !name.ends_with('f') {
                continue;
            }
            for arg in args {
                let Some(Const::Str(format)) = &arena.facts.type_of(*arg).value else { continue };
                if has_pointer_verb(format) {
                    let message = format!(
                        "`%p` in `fmt.{name}` prints where an object lies, which is no property of it: print its value or a number of its own"
                    );
                    out.push(RULE.finding(arena.ast[*arg].range, message));
                    break;
                }
            }
        }
    }
}

/// Whether a format has the verb `%p`, flags and widths allowed.
fn has_pointer_verb(format: &[u8]) -> bool {
    let mut at = 0;
    while let Some(i) = format[at..].iter().position(|b| *b == b'%') {
        at += i + 1;
        let verb = format[at..].iter().position(|b| !b"+-# 0123456789.[]*".contains(b)).map(|i| at + i);
        match verb.map(|v| format[v]) {
            Some(b'p') => return true,
            Some(_) => at = verb.map_or(format.len(), |v| v + 1),
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_pointer_verb;

    #[test]
    fn verbs_are_found_behind_flags() {
        assert!(has_pointer_verb(b"%p"));
        assert!(has_pointer_verb(b"%d %#10p"));
        assert!(!has_pointer_verb(b"100%% p"));
        assert!(!has_pointer_verb(b"%d p %v"));
    }
}
