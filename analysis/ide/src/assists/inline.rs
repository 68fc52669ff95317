//! A variable's value, or a function's body, in place of its name.

use amigos_db::query as q;
use amigos_syntax::ast::{AssignOp, Ast, BodyAst, DeclKind, ExprId, ExprKind, FuncDecl, Spec, StmtId, StmtKind, UnaryOp};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::ObjRef;

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};
use crate::locate::Entity;

/// `x := e` at the cursor, or a use of such an `x`: its uses become `e`.
pub(super) fn variable(site: &Site<'_>, out: &mut Vec<Assist>) {
    let ast = site.ast();
    let Some(ident) = site.spot.ident() else { return };
    let Some(local) = site.local_of(ident) else { return };
    let Some(declared) = site.spot.facts.declared_here(local) else { return };
    let Some((stmt, value)) = definition(ast, declared) else { return };
    let Some((list, at)) = site.listed(ast[stmt].range) else { return };
    if list[at] != stmt || site.value_type(value).is_none() {
        return;
    }
    let uses: Vec<ExprId> = ast
        .exprs
        .iter()
        .enumerate()
        .filter(|(_, e)| matches!(e.kind, ExprKind::Ident(i) if site.spot.facts.uses.get(&i) == Some(&ObjRef::Local(local))))
        .map(|(i, _)| ExprId(i as u32))
        .collect();
    let written = uses.iter().any(|u| is_written(ast, *u));
    if uses.is_empty() || written || (uses.len() > 1 && !site.is_plain(value)) {
        return;
    }
    // What the value is made of must still be the same where it is used: nothing in it is assigned in between.
    let end = uses.iter().map(|u| ast[*u].range.end).max().unwrap_or(0);
    let between = TextRange::new(ast[stmt].range.end, end);
    let changes = site.idents_in(ast[value].range).any(|i| match site.local_of(i) {
        Some(id) => ast.exprs.iter().enumerate().any(|(n, e)| {
            matches!(e.kind, ExprKind::Ident(x) if site.local_of(x) == Some(id))
                && between.start <= e.range.start
                && e.range.end <= between.end
                && is_written(ast, ExprId(n as u32))
        }),
        None => false,
    });
    if changes {
        return;
    }
    // Nor does a name in it mean something else where it is used.
    if uses.iter().any(|u| is_hidden_at(site, value, ast[*u].range.start)) {
        return;
    }
    let text = site.expr_text(value);
    let mut edits: Vec<_> = uses
        .iter()
        .map(|u| {
            let brackets = site.needs_brackets(value) && site.is_operand(*u);
            site.edit(ast[*u].range, if brackets { format!("({text})") } else { text.to_owned() })
        })
        .collect();
    edits.push(site.edit(whole_lines(site.text, ast[stmt].range), ""));
    out.push(assist(AssistKind::Inline, format!("inline variable `{}`", ast[declared].name), edits));
}

/// Whether a name in an expression is that of a local at `at` which is not there where the expression stands.
fn is_hidden_at(site: &Site<'_>, value: ExprId, at: u32) -> bool {
    let ast = site.ast();
    let range = ast[value].range;
    site.idents_in(range).any(|i| {
        let name = ast[i].name;
        let holds = |l: &amigos_types::facts::Local, at: u32| l.scope.start <= at && at <= l.scope.end;
        site.spot.facts.locals.iter().any(|l| l.name == name && holds(l, at) && !holds(l, range.start))
    })
}

/// The statement that declares exactly this name, with its value.
fn definition(ast: &Ast, declared: amigos_syntax::ast::IdentId) -> Option<(StmtId, ExprId)> {
    ast.stmts.iter().enumerate().find_map(|(i, s)| {
        let id = StmtId(i as u32);
        match &s.kind {
            StmtKind::Assign { lhs, rhs, op: AssignOp::Define, .. } => match (&lhs[..], &rhs[..]) {
                ([l], [r]) if matches!(ast[*l].kind, ExprKind::Ident(x) if x == declared) => Some((id, *r)),
                _ => None,
            },
            StmtKind::Decl(group) => match &group.specs[..] {
                [Spec::Var { names, values, ty: None, .. }] => match (&names[..], &values[..]) {
                    ([n], [v]) if *n == declared => Some((id, *v)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    })
}

fn is_written(ast: &Ast, e: ExprId) -> bool {
    ast.stmts.iter().any(|s| match &s.kind {
        StmtKind::Assign { lhs, .. } => lhs.contains(&e),
        StmtKind::IncDec { x, .. } => *x == e,
        StmtKind::Range { key, value, .. } => *key == Some(e) || *value == Some(e),
        _ => false,
    }) || ast.exprs.iter().any(|x| matches!(x.kind, ExprKind::Unary { op: UnaryOp::Addr, x } if x == e))
}

/// A range with its line, if nothing else stands on it.
pub(super) fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let line = text[..range.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let rest = text[range.end as usize..].split('\n').next().unwrap_or("");
    if text[line..range.start as usize].trim().is_empty() && rest.trim().is_empty() {
        let end = (range.end as usize + rest.len() + 1).min(text.len());
        return TextRange::new(line as u32, end as u32);
    }
    range
}

/// A call of a function or method of the same package whose body is `return e`, or statements without `return`.
pub(super) fn call(site: &Site<'_>, out: &mut Vec<Assist>) {
    let ast = site.ast();
    let Some(ident) = site.spot.ident() else { return };
    let called = ast.exprs.iter().enumerate().find_map(|(at, e)| {
        let ExprKind::Call { fun, .. } = e.kind else { return None };
        match ast[fun].kind {
            ExprKind::Ident(i) if i == ident => Some((at, None)),
            ExprKind::Selector { x, sel } if sel == ident => Some((at, Some(x))),
            _ => None,
        }
    });
    let Some((call, receiver)) = called else { return };
    let db = site.view.db;
    let here = site.spot.package.key(db);
    let types = q::package_types(db, site.spot.package);
    let (name, index) = match site.spot.entity(ident) {
        Some(Entity::Member { pkg, name }) if pkg == here => (name, types.members.get(&name).map(|m| m.decl)),
        Some(Entity::Method { of, name }) if of.pkg == Some(here) => (name, types.methods.get(&(of, name)).copied()),
        _ => return,
    };
    let Some(decl) = index.and_then(|i| q::package_decls(db, site.spot.package).get(i.0 as usize).copied()) else { return };
    let target = q::parse_decl(db, decl);
    let (DeclKind::Func(func), Some(body)) = (&target.kind, target.bodies.first()) else { return };
    if func.recv.is_some() != receiver.is_some() || !func.ty.tparams.is_empty() || decl == site.spot.decl || !target.errors.is_empty() {
        return;
    }
    let facts = q::check_body(db, site.spot.package, decl, 0);
    // A receiver is taken as it is: no address of it, and nothing that it points to.
    if let Some(x) = receiver {
        let own = facts.params.get(&None).and_then(|p| p.recv).and_then(|l| facts.locals.get(l.0 as usize));
        if own.is_none_or(|own| own.ty.canonical() != site.spot.facts.type_of(x).ty.canonical()) {
            return;
        }
    }
    let call = ExprId(call as u32);
    let Some(edits) = Inlined { site, call, receiver, func, sig: &target.sig, body, facts: &facts, text: decl.text(db) }.edits() else {
        return;
    };
    out.push(assist(AssistKind::Inline, format!("inline call of `{name}`"), edits));
}

struct Inlined<'a, 'db> {
    site: &'a Site<'db>,
    call: ExprId,
    /// What a method is called on.
    receiver: Option<ExprId>,
    func: &'a FuncDecl,
    sig: &'a Ast,
    body: &'a BodyAst,
    facts: &'a amigos_types::facts::Facts,
    text: &'a str,
}

impl Inlined<'_, '_> {
    fn edits(&self) -> Option<Vec<crate::data::TextEdit>> {
        let site = self.site;
        let ast = site.ast();
        let ExprKind::Call { args, ellipsis: None, .. } = &ast[self.call].kind else { return None };
        // A call that is being written is not replaced.
        if !site.of(ast[self.call].range).ends_with(')') {
            return None;
        }
        let mut params: Vec<Name> = self.func.ty.params.iter().flat_map(|f| f.names.iter().map(|n| self.sig[*n].name)).collect();
        if params.len() != args.len()
            || self.func.ty.params.iter().any(|f| f.names.is_empty() || matches!(self.sig[f.ty].kind, ExprKind::Ellipsis(_)))
        {
            return None;
        }
        let mut args = args.clone();
        if let Some(x) = self.receiver {
            let name = self.func.recv.as_ref().and_then(|r| r.first()?.names.first().map(|n| self.sig[*n].name));
            params.insert(0, name.unwrap_or(Name::new("_")));
            args.insert(0, x);
        }
        let args = &args[..];
        // Names of the package that the body uses must mean the same at the call.
        let hidden = self.body.ast.idents.iter().enumerate().any(|(i, ident)| {
            let used = self.facts.uses.get(&amigos_syntax::ast::IdentId(i as u32));
            matches!(used, Some(ObjRef::Member { .. } | ObjRef::Package(_) | ObjRef::Universe(_)))
                && site.spot.facts.locals.iter().any(|l| {
                    l.name == ident.name && l.scope.start <= ast[self.call].range.start && ast[self.call].range.start <= l.scope.end
                })
        });
        let other_file = self.facts.uses.values().any(|u| matches!(u, ObjRef::Package(_)));
        if hidden || (other_file && !self.same_file()) {
            return None;
        }
        match &self.body.block.stmts[..] {
            [one] => match &self.body.ast[*one].kind {
                StmtKind::Return(values) if values.len() == 1 => self.expression(values[0], &params, args),
                _ => self.block(&params, args),
            },
            _ => self.block(&params, args),
        }
    }

    fn same_file(&self) -> bool {
        self.site.text.contains(self.text) || std::ptr::eq(self.text, self.site.text) || {
            let whole = self.site.file.text(self.site.view.db);
            whole.contains(self.text)
        }
    }

    /// `f(a, b)` → the expression with `a` and `b` in the places of the parameters.
    fn expression(&self, value: ExprId, params: &[Name], args: &[ExprId]) -> Option<Vec<crate::data::TextEdit>> {
        let site = self.site;
        let ast = &self.body.ast;
        let range = ast[value].range;
        if ast.exprs.iter().any(|e| matches!(e.kind, ExprKind::FuncLit { .. })) {
            return None;
        }
        let mut replaced: Vec<(TextRange, String)> = Vec::new();
        for (i, param) in params.iter().enumerate() {
            let uses: Vec<ExprId> = ast
                .exprs
                .iter()
                .enumerate()
                .filter(|(_, e)| matches!(e.kind, ExprKind::Ident(x) if ast[x].name == *param && matches!(self.facts.uses.get(&x), Some(ObjRef::Local(_)))))
                .map(|(i, _)| ExprId(i as u32))
                .collect();
            // An argument with effects is evaluated once and in its turn.
            if !site.is_plain(args[i]) && (uses.len() != 1 || args.iter().filter(|a| !site.is_plain(**a)).count() > 1) {
                return None;
            }
            let text = site.expr_text(args[i]);
            for e in uses {
                if is_written(ast, e) {
                    return None;
                }
                let operand = ast.exprs.iter().any(|p| operand_of(&p.kind, e));
                let text = if operand && site.needs_brackets(args[i]) { format!("({text})") } else { text.to_owned() };
                replaced.push((ast[e].range, text));
            }
        }
        replaced.sort_by_key(|(r, _)| r.start);
        let mut text = String::new();
        let mut at = range.start;
        for (r, new) in replaced {
            text.push_str(self.text.get(at as usize..r.start as usize)?);
            text.push_str(&new);
            at = r.end;
        }
        text.push_str(self.text.get(at as usize..range.end as usize)?);
        let brackets =
            matches!(ast[value].kind, ExprKind::Binary { .. } | ExprKind::Unary { .. } | ExprKind::Star(_)) && site.is_operand(self.call);
        Some(vec![site.edit(site.ast()[self.call].range, if brackets { format!("({text})") } else { text })])
    }

    /// A call as a statement → a block that binds the parameters and does what the body does.
    fn block(&self, params: &[Name], args: &[ExprId]) -> Option<Vec<crate::data::TextEdit>> {
        let site = self.site;
        let ast = &self.body.ast;
        let (list, at) = site.listed(site.ast()[self.call].range)?;
        let stmt = &site.ast()[list[at]];
        let is_statement = matches!(stmt.kind, StmtKind::Expr(e) if e == self.call);
        let leaves = ast.stmts.iter().any(|s| matches!(s.kind, StmtKind::Return(_) | StmtKind::Defer(_) | StmtKind::Labeled { .. }))
            || ast.exprs.iter().any(|e| matches!(e.kind, ExprKind::FuncLit { .. }));
        if !is_statement || leaves || self.body.block.stmts.is_empty() {
            return None;
        }
        // What nobody names is still evaluated.
        if params.iter().zip(args).any(|(p, a)| p.is_blank() && !site.is_plain(*a)) {
            return None;
        }
        let indent = site.indent(stmt.range.start);
        let mut out = String::from("{\n");
        let bound: Vec<(&Name, &str)> =
            params.iter().zip(args).map(|(p, a)| (p, site.expr_text(*a))).filter(|(p, a)| !p.is_blank() && p.as_str() != *a).collect();
        if !bound.is_empty() {
            let names: Vec<&str> = bound.iter().map(|(p, _)| p.as_str()).collect();
            let values: Vec<&str> = bound.iter().map(|(_, a)| *a).collect();
            out.push_str(&format!("{indent}\t{} := {}\n", names.join(", "), values.join(", ")));
        }
        let first = ast[*self.body.block.stmts.first()?].range.start;
        let last = ast[*self.body.block.stmts.last()?].range.end;
        let text = self.text.get(first as usize..last as usize)?;
        for (i, line) in text.split('\n').enumerate() {
            let line = if i == 0 { line } else { line.strip_prefix('\t').unwrap_or(line) };
            if line.trim().is_empty() {
                out.push('\n');
            } else {
                out.push_str(&format!("{indent}\t{line}\n"));
            }
        }
        out.push_str(&format!("{indent}}}"));
        Some(vec![site.edit(stmt.range, out)])
    }
}

fn operand_of(kind: &ExprKind, e: ExprId) -> bool {
    match kind {
        ExprKind::Binary { x, y, .. } => *x == e || *y == e,
        ExprKind::Unary { x, .. }
        | ExprKind::Star(x)
        | ExprKind::Selector { x, .. }
        | ExprKind::Index { x, .. }
        | ExprKind::Slice { x, .. } => *x == e,
        ExprKind::TypeAssert { x, .. } => *x == e,
        ExprKind::Call { fun, .. } => *fun == e,
        _ => false,
    }
}
