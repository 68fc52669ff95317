use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, BinaryOp, ExprId, ExprKind, IdentId, StmtId, StmtKind};
use amigos_types::facts::{LocalId, ObjRef};
use amigos_types::ty::{Basic, TyKind};

use super::effects::transfer_in;
use super::example;
use crate::context::{Arena, Context};
use crate::walk::{exprs_in, idents_in, stmts_in};
use crate::{Finding, Fix, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM1003",
    name: "map-order",
    severity: Severity::High,
    summary: "the order of a map range reaches a result",
    why: "Here a map is ranged over in the order of insertion, in plain Go in a random one. Code whose result depends on that order works by an accident of \
          history: the same entries inserted in another order give another text, another slice, another winner. Go over sorted keys, or do something \
          for which the order doesn't matter (sums, counts, writes to another map by key).",
    flagged: example!("am1003_flagged.go"),
    clean: example!("am1003_clean.go"),
    fixed: Some(example!("am1003_fixed.go")),
    check,
};

/// A range over a map.
pub(super) struct MapRange<'a> {
    pub key: Option<ExprId>,
    pub value: Option<ExprId>,
    pub define: bool,
    pub x: ExprId,
    pub body: TextRange,
    pub range: TextRange,
    pub arena: Arena<'a>,
}

/// The ranges over maps in the bodies of a declaration.
pub(super) fn map_ranges<'a>(cx: &Context<'a>) -> Vec<MapRange<'a>> {
    let mut out = Vec::new();
    for arena in cx.bodies() {
        for stmt in &arena.ast.stmts {
            let StmtKind::Range { key, value, define, x, body, .. } = &stmt.kind else { continue };
            if matches!(cx.under(arena, arena.ty(*x)).kind(), TyKind::Map { .. }) {
                out.push(MapRange { key: *key, value: *value, define: *define, x: *x, body: body.range, range: stmt.range, arena });
            }
        }
    }
    out
}

fn check(cx: &Context, out: &mut Vec<Finding>) {
    for range in map_ranges(cx) {
        // A transfer in the loop is worse, and has a rule of its own.
        if transfer_in(cx, range.arena, range.body).is_some() {
            continue;
        }
        let Some((place, why)) = order_shows(cx, &range) else { continue };
        let head = TextRange::new(range.range.start, range.body.start.max(range.range.start));
        let mut finding = RULE
            .finding(trimmed(cx, head), format!("the order of this range over a map shows: {why}; go over sorted keys"))
            .because(place, "here");
        finding.fix = sorted_keys(cx, &range);
        out.push(finding);
    }
}

pub(super) fn trimmed(cx: &Context, range: TextRange) -> TextRange {
    let text = cx.text_of(range);
    TextRange::new(range.start, range.start + text.trim_end().len() as u32)
}

/// Where and how the order of the range reaches something outside of it.
fn order_shows(cx: &Context, range: &MapRange) -> Option<(TextRange, String)> {
    let arena = range.arena;
    for (id, kind) in stmts_in(arena.ast, range.body) {
        let place = arena.ast[id].range;
        match kind {
            StmtKind::Assign { lhs, rhs, op, .. } => {
                let ([x], [y]) = (&lhs[..], &rhs[..]) else { continue };
                let Some(target) = outer_variable(arena, *x, range.body) else { continue };
                let name = arena.ast[target.0].name;
                let string = matches!(cx.under(arena, arena.ty(*x)).kind(), TyKind::Basic(Basic::String));
                let extends =
                    matches!(&arena.ast[*y].kind, ExprKind::Binary { op: BinaryOp::Add, x, .. } if same_variable(arena, *x, target.1));
                match op {
                    AssignOp::Op(BinaryOp::Add) if string => return Some((place, format!("`{name}` is put together in that order"))),
                    AssignOp::Assign if string && extends => return Some((place, format!("`{name}` is put together in that order"))),
                    AssignOp::Op(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div) if arena.is_float(cx, *x) => {
                        return Some((place, format!("rounding makes the sum `{name}` depend on the order")));
                    }
                    AssignOp::Assign if appends_to(arena, *y, target.1) && !sorted_later(arena, target.1, range.range.end) => {
                        return Some((place, format!("`{name}` is filled in that order and not sorted afterwards")));
                    }
                    _ => {}
                }
            }
            StmtKind::Return(values)
                if values.iter().any(|v| mentions_iteration(arena, range, *v)) && !in_literal(arena, id, range.body) =>
            {
                return Some((place, "which entry is returned depends on it".into()));
            }
            StmtKind::Expr(e) => {
                if let Some((pkg, name)) = arena.called(*e)
                    && is_output(pkg.0.as_str(), name.as_str())
                {
                    return Some((place, format!("`{}.{name}` is called in that order", pkg.0)));
                }
            }
            _ => {}
        }
    }
    None
}

fn is_output(pkg: &str, name: &str) -> bool {
    (pkg == "amigos" && name == "Emit") || (pkg == "fmt" && (name.starts_with("Print") || name.starts_with("Fprint")))
}

/// A variable that is declared before the loop: the identifier and its local, `None` for a package-level one.
fn outer_variable(arena: Arena, e: ExprId, body: TextRange) -> Option<(IdentId, ObjRef)> {
    let ExprKind::Ident(ident) = &arena.ast[e].kind else { return None };
    match arena.object(*ident)? {
        ObjRef::Local(local) => declared_before(arena, local, body).then_some((*ident, ObjRef::Local(local))),
        object @ ObjRef::Member { .. } => Some((*ident, object)),
        _ => None,
    }
}

fn declared_before(arena: Arena, local: LocalId, body: TextRange) -> bool {
    let declared = arena.facts.declared_here(local).map(|i| arena.ast[i].range.start);
    declared.is_none_or(|at| at < body.start)
}

fn same_variable(arena: Arena, e: ExprId, object: ObjRef) -> bool {
    matches!(&arena.ast[e].kind, ExprKind::Ident(i) if arena.object(*i) == Some(object))
}

fn appends_to(arena: Arena, e: ExprId, object: ObjRef) -> bool {
    let ExprKind::Call { fun, args, .. } = &arena.ast[e].kind else { return false };
    let is_append = matches!(&arena.ast[*fun].kind, ExprKind::Ident(i) if arena.ast[*i].name.as_str() == "append");
    is_append && args.first().is_some_and(|a| same_variable(arena, *a, object))
}

/// Whether a later call sorts the variable: one of packages `sort` and `slices`, or a function with `sort` in its name.
fn sorted_later(arena: Arena, object: ObjRef, after: u32) -> bool {
    arena.exprs().any(|(e, kind)| {
        let ExprKind::Call { fun, args, .. } = kind else { return false };
        if arena.ast[e].range.start < after {
            return false;
        }
        let sorts = match arena.qualified(*fun) {
            Some((pkg, name)) => {
                pkg.0.as_str() == "sort" || (pkg.0.as_str() == "slices" && name.starts_with("Sort")) || name.to_lowercase().contains("sort")
            }
            None => match &arena.ast[*fun].kind {
                ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } => arena.ast[*i].name.to_lowercase().contains("sort"),
                _ => false,
            },
        };
        let mentions = |a: &ExprId| idents_in(arena.ast, arena.ast[*a].range).any(|i| arena.object(i) == Some(object));
        sorts && args.iter().any(mentions)
    })
}

fn mentions_iteration(arena: Arena, range: &MapRange, e: ExprId) -> bool {
    let of = |v: Option<ExprId>| match v.map(|v| &arena.ast[v].kind) {
        Some(ExprKind::Ident(i)) => arena.object(*i),
        _ => None,
    };
    let variables = [of(range.key), of(range.value)];
    idents_in(arena.ast, arena.ast[e].range).any(|i| arena.object(i).is_some_and(|o| variables.contains(&Some(o))))
}

/// Whether a statement stands in a function literal inside the loop: its `return` doesn't leave the loop.
fn in_literal(arena: Arena, stmt: StmtId, body: TextRange) -> bool {
    let at = arena.ast[stmt].range;
    exprs_in(arena.ast, body).any(|e| {
        matches!(arena.ast[e].kind, ExprKind::FuncLit { .. }) && arena.ast[e].range.start <= at.start && at.end <= arena.ast[e].range.end
    })
}

/// `for k, v := range m {` → `for _, k := range slices.Sorted(maps.Keys(m)) {⏎ v := m[k]`.
pub(super) fn sorted_keys(cx: &Context, range: &MapRange) -> Option<Fix> {
    let arena = range.arena;
    let TyKind::Map { key, .. } = cx.under(arena, arena.ty(range.x)).kind() else { return None };
    let ordered =
        matches!(cx.under(arena, *key).kind(), TyKind::Basic(b) if (Basic::Int..=Basic::Float64).contains(b) || *b == Basic::String);
    let simple = matches!(arena.ast[range.x].kind, ExprKind::Ident(_) | ExprKind::Selector { .. });
    if !ordered || !simple || !range.define {
        return None;
    }
    let text = |e: ExprId| cx.text_of(arena.ast[e].range);
    let map = text(range.x);
    let (key, value) = (range.key.map(text), range.value.map(text).filter(|v| *v != "_"));
    let key = match key {
        Some("_") | None => "key",
        Some(key) => key,
    };
    let head = TextRange::new(range.range.start, range.body.start);
    let mut edits = vec![(head, format!("for _, {key} := range slices.Sorted(maps.Keys({map})) "))];
    if let Some(value) = value {
        let line = cx.text[..range.range.start as usize].rfind('\n').map_or(0, |i| i + 1);
        let indent: String = cx.text[line..].chars().take_while(|c| *c == '\t' || *c == ' ').collect();
        edits.push((TextRange::at(range.body.start + 1), format!("\n{indent}\t{value} := {map}[{key}]")));
    }
    Some(Fix { title: "go over sorted keys".into(), edits, imports: vec!["maps", "slices"] })
}
