use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::Package;
use amigos_db::query::{self as q, Decl};
use amigos_syntax::Name;
use amigos_syntax::ast::{AssignOp, Ast, DeclKind, ExprId, ExprKind, IdentId, Spec, StmtKind};
use amigos_types::facts::{Facts, ObjRef};
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashSet;

use super::example;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3010",
    name: "state-never-used",
    severity: Severity::Low,
    summary: "a persistent variable is only written, or only read",
    why: "What is written and never read is paid for and shows nowhere: most often the line that should use it is missing. What is read and never written \
          is always the same: a constant, or the function that sets it is missing.",
    flagged: example!("am3010_flagged.go"),
    clean: example!("am3010_clean.go"),
    fixed: None,
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let DeclKind::Gen(group) = &cx.ast.kind else { return };
    // Who uses exported ones is not known here.
    let concerns = |name: &IdentId| !cx.ast.sig[*name].name.is_exported() && !cx.ast.sig[*name].name.is_blank();
    let any = group.specs.iter().any(|s| matches!(s, Spec::Var { names, .. } if names.iter().any(concerns)));
    if cx.test || !cx.contract || !any {
        return;
    }
    let uses = package_uses(cx.db, cx.input);
    if uses.unsure {
        return;
    }
    for spec in &group.specs {
        let Spec::Var { names, values, .. } = spec else { continue };
        for name in names.iter().filter(|name| concerns(name)) {
            let ident = cx.ast.sig[*name];
            let name = ident.name;
            let message = match uses.of.get(&name).copied().unwrap_or_default() {
                Used { read: false, written: true } => {
                    format!("`{name}` is written and never read: nobody sees it but through `amigos.State()`")
                }
                Used { read: true, written: false } if values.is_empty() => {
                    format!("`{name}` is read and never written: it is always the zero value")
                }
                // What nothing uses at all is most often being written just now.
                _ => continue,
            };
            out.push(RULE.finding(ident.range, message));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Used {
    read: bool,
    written: bool,
}

/// How the functions of a package, or one of them, use its variables.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Uses {
    of: BTreeMap<Name, Used>,
    /// Whether something could not be looked at.
    unsure: bool,
}

impl Uses {
    fn add(&mut self, other: &Uses) {
        self.unsure |= other.unsure;
        for (name, used) in &other.of {
            let own = self.of.entry(*name).or_default();
            own.read |= used.read;
            own.written |= used.written;
        }
    }
}

/// Tests left out.
#[salsa::tracked(returns(clone))]
fn package_uses(db: &dyn Db, package: Package) -> Arc<Uses> {
    let mut out = Uses::default();
    for decl in q::package_decls(db, package) {
        if !decl.file(db).name(db).ends_with("_test.go") {
            out.add(&declaration_uses(db, package, *decl));
        }
    }
    Arc::new(out)
}

/// A firewall between a body and the package.
#[salsa::tracked(returns(clone))]
fn declaration_uses<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<Uses> {
    let ast = q::parse_decl(db, decl);
    let mut out = Uses { unsure: !ast.errors.is_empty(), ..Uses::default() };
    let sig = q::sig_facts(db, package, decl);
    let bodies = q::body_facts(db, package, decl);
    let halves = std::iter::once((&*ast.sig, &*sig)).chain(ast.bodies.iter().map(|b| &b.ast).zip(bodies.iter().map(|f| &**f)));
    for (ast, facts) in halves {
        out.unsure |= facts.errors.iter().any(|e| !e.soft);
        in_arena(ast, facts, package.key(db), &mut out);
    }
    Arc::new(out)
}

fn in_arena(ast: &Ast, facts: &Facts, own: PkgKey, out: &mut Uses) {
    // Identifiers that stand where something is only written, and those where it is read as well to be written.
    let mut targets: FxHashSet<IdentId> = FxHashSet::default();
    for stmt in &ast.stmts {
        match &stmt.kind {
            StmtKind::IncDec { x, .. } => targets.extend(root(ast, *x)),
            StmtKind::Assign { lhs, rhs, op, .. } if *op != AssignOp::Define => {
                targets.extend(lhs.iter().filter_map(|e| root(ast, *e)));
                // `x = append(x, ...)` looks at nothing.
                if let ([target], [value]) = (lhs.as_slice(), rhs.as_slice())
                    && let ExprKind::Call { fun, args, .. } = &ast[*value].kind
                    && is_builtin(ast, facts, *fun, "append")
                    && let Some(list) = args.first().and_then(|e| root(ast, *e))
                    && root(ast, *target).is_some_and(|t| ast[t].name == ast[list].name)
                {
                    targets.insert(list);
                }
            }
            StmtKind::Range { key, value, define: false, .. } => {
                targets.extend([key, value].into_iter().flatten().filter_map(|e| root(ast, *e)))
            }
            StmtKind::Expr(e) => {
                if let ExprKind::Call { fun, args, .. } = &ast[*e].kind
                    && (is_builtin(ast, facts, *fun, "delete") || is_builtin(ast, facts, *fun, "clear"))
                {
                    targets.extend(args.first().and_then(|e| root(ast, *e)));
                }
            }
            _ => {}
        }
    }
    for (ident, object) in &facts.uses {
        let ObjRef::Member { pkg, name } = object else { continue };
        if *pkg != own {
            continue;
        }
        let used = out.of.entry(*name).or_default();
        if targets.contains(ident) {
            used.written = true;
        } else {
            used.read = true;
        }
    }
    // A method with a pointer receiver, `&x` and the like may do both.
    for (i, expr) in ast.exprs.iter().enumerate() {
        let through = match &expr.kind {
            ExprKind::Unary { op: amigos_syntax::ast::UnaryOp::Addr, x } => Some(*x),
            ExprKind::Selector { x, .. } if facts.selections.get(&ExprId(i as u32)).is_some_and(|s| s.pointer_recv) => Some(*x),
            ExprKind::Slice { x, .. } => Some(*x),
            _ => None,
        };
        if let Some(ident) = through.and_then(|x| root(ast, x))
            && let Some(ObjRef::Member { pkg, name }) = facts.uses.get(&ident)
            && *pkg == own
        {
            out.of.insert(*name, Used { read: true, written: true });
        }
    }
    // What refers to something can be written through another name: `p := posts[i]; p.Likes++`.
    for (ident, object) in &facts.uses {
        if let ObjRef::Member { pkg, name } = object
            && *pkg == own
            && !targets.contains(ident)
            && out.of.get(name).is_some_and(|u| u.read)
            && refers(facts, ast, *ident)
        {
            out.of.insert(*name, Used { read: true, written: true });
        }
    }
}

/// Whether the value that an identifier names leads to something that can be written: it is a pointer, slice, map or interface, or may hold one.
fn refers(facts: &Facts, ast: &Ast, ident: IdentId) -> bool {
    use amigos_types::ty::TyKind;
    let found = ast.exprs.iter().position(|e| matches!(e.kind, ExprKind::Ident(i) if i == ident));
    let Some(at) = found else { return true };
    !matches!(facts.type_of(ExprId(at as u32)).ty.unalias().kind(), TyKind::Basic(_))
}

fn is_builtin(ast: &Ast, facts: &Facts, fun: ExprId, wanted: &str) -> bool {
    matches!(&ast[fun].kind, ExprKind::Ident(i) if matches!(facts.uses.get(i), Some(ObjRef::Universe(n)) if n.as_str() == wanted))
}

/// The identifier that an assignable expression starts with: `m` of `m[k].f`.
fn root(ast: &Ast, e: ExprId) -> Option<IdentId> {
    let mut at = e;
    loop {
        match &ast[at].kind {
            ExprKind::Ident(ident) => return Some(*ident),
            ExprKind::Selector { x, .. } | ExprKind::Paren(x) | ExprKind::Star(x) => at = *x,
            ExprKind::Index { x, .. } => at = *x,
            _ => return None,
        }
    }
}
