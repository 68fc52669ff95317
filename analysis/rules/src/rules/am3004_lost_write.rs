use crate::Fix;
use crate::context::Arena;
use crate::walk::idents_in;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, ExprId, ExprKind, IdentId, StmtKind};
use amigos_types::facts::{LocalId, ObjRef};
use amigos_types::ty::TyKind;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3004",
    name: "lost-write",
    severity: Severity::Medium,
    summary: "a change is made to a copy that is thrown away",
    why: "The variable of a range loop holds a copy of the element: a change to its fields is gone with the next step. Change the element \
          itself: `for i := range posts { posts[i].Likes++ }`.",
    flagged: example!("am3004_flagged.go"),
    clean: example!("am3004_clean.go"),
    fixed: Some(example!("am3004_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Range { key, value: Some(value), x, body, define: true, .. } = &stmt.kind else { continue };
            let ExprKind::Ident(ident) = &arena.ast[*value].kind else { continue };
            let Some(ObjRef::Local(local)) = arena.facts.defs.get(ident).copied() else { continue };
            let Some(own) = arena.facts.locals.get(local.0 as usize) else { continue };
            if own.address_taken || own.captured || !matches!(cx.under(arena, own.ty).kind(), TyKind::Struct(_)) {
                continue;
            }
            let range = body.range;
            let uses: Vec<IdentId> = idents_in(arena.ast, range).filter(|i| arena.object(*i) == Some(ObjRef::Local(local))).collect();
            let writes = field_writes(arena, local, range);
            let Some(first) = writes.first() else { continue };
            // Who reads it after the first write means the copy.
            let read_later = uses.iter().any(|u| {
                let at = arena.ast[*u].range.start;
                at > first.start && !writes.iter().any(|w| w.start <= at && at < w.end)
            });
            if read_later {
                continue;
            }
            let name = own.name;
            let list = cx.text_of(arena.ast[*x].range);
            let mut finding = RULE.finding(*first, format!("`{name}` is a copy of the element: this change is lost"));
            let simple =
                matches!(arena.ast[*x].kind, ExprKind::Ident(_)) && matches!(cx.under(arena, arena.ty(*x)).kind(), TyKind::Slice(_));
            let blank = key.is_none_or(|k| cx.text_of(arena.ast[k].range) == "_");
            let free = !idents_in(arena.ast, range).any(|i| arena.ast[i].name.as_str() == "i");
            if simple && blank && free {
                let head =
                    TextRange::new(key.map_or(arena.ast[*value].range.start, |k| arena.ast[k].range.start), arena.ast[*value].range.end);
                let mut edits = vec![(head, "i".to_owned())];
                edits.extend(uses.iter().map(|u| (arena.ast[*u].range, format!("{list}[i]"))));
                finding.fix = Some(Fix { title: "change the element itself".into(), edits, imports: vec![] });
            }
            out.push(finding);
        }
    }
}

/// Statements that assign to a field of the variable.
fn field_writes(arena: Arena, local: LocalId, range: TextRange) -> Vec<TextRange> {
    let is_field = |e: ExprId| {
        let mut at = e;
        let mut fields = 0;
        while let ExprKind::Selector { x, .. } = &arena.ast[at].kind {
            if matches!(arena.ty(*x).unalias().kind(), TyKind::Pointer(_)) {
                return false;
            }
            at = *x;
            fields += 1;
        }
        fields > 0 && matches!(&arena.ast[at].kind, ExprKind::Ident(i) if arena.object(*i) == Some(ObjRef::Local(local)))
    };
    crate::walk::stmts_in(arena.ast, range)
        .filter(|(_, kind)| match kind {
            StmtKind::IncDec { x, .. } => is_field(*x),
            StmtKind::Assign { lhs, op, .. } => *op != AssignOp::Define && lhs.len() == 1 && is_field(lhs[0]),
            _ => false,
        })
        .map(|(id, _)| arena.ast[id].range)
        .collect()
}
