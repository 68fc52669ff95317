//! Fixes of type errors that need the types around: missing methods, results, declarations.

use amigos_db::input::SourceFile;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, DeclKind, ExprId, ExprKind, StmtKind};
use amigos_types::ty::{Ty, TyKind};

use crate::analysis::View;
use crate::assists::site::Site;
use crate::data::Fix;

fn site(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Site<'_>> {
    Site::new(view, file, range)
}

fn fix(title: impl Into<String>, edits: Vec<crate::data::TextEdit>) -> Option<Fix> {
    Some(Fix { title: title.into(), edits })
}

/// "does not implement": the methods that are missing.
pub(crate) fn implement(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    crate::assists::stubs::fix(&site(view, file, range)?)
}

/// Too few results in a `return`: zero values for those that none of the given ones fits; too many: the rest goes.
pub(crate) fn results(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let site = site(view, file, range)?;
    let ast = site.ast();
    let line = |r: TextRange| r.start <= site.range.start && site.range.start <= r.end;
    let stmt =
        ast.stmts.iter().filter(|s| matches!(s.kind, StmtKind::Return(_)) && line(s.range)).min_by_key(|s| s.range.end - s.range.start)?;
    let StmtKind::Return(values) = &stmt.kind else { return None };
    let own = crate::expected::enclosing(&site.spot)?;
    let wanted: Vec<Ty> = own.results.iter().filter_map(|r| site.spot.facts.locals.get(r.0 as usize)).map(|l| l.ty).collect();
    if values.len() > wanted.len() {
        if wanted.is_empty() {
            return fix("remove the values", vec![site.edit(stmt.range, "return")]);
        }
        return None;
    }
    // Each value keeps its place if it fits there, else it goes to the next place that it fits.
    let mut given = values.iter().copied().peekable();
    let mut texts: Vec<String> = Vec::new();
    for (n, ty) in wanted.iter().enumerate() {
        let places_left = wanted.len() - n;
        let takes = match given.peek().copied() {
            None => false,
            Some(e) => given.len() >= places_left || fits(&site, e, *ty),
        };
        match given.next_if(|_| takes) {
            Some(e) => texts.push(site.expr_text(e).to_owned()),
            None => texts.push(site.zero(*ty)?),
        }
    }
    if given.next().is_some() {
        return None;
    }
    let text = format!("return {}", texts.join(", "));
    fix(format!("change to `{text}`"), vec![site.edit(stmt.range, text.as_str())])
}

fn fits(site: &Site<'_>, e: ExprId, to: Ty) -> bool {
    let from = site.spot.facts.type_of(e).ty;
    // A value that could not be checked in its place may be checked by what it is.
    if from.is_invalid() {
        return match &site.ast()[e].kind {
            ExprKind::Ident(i) => site
                .local_of(*i)
                .and_then(|l| site.spot.facts.locals.get(l.0 as usize))
                .is_some_and(|l| site.with_types(|types| crate::expected::fits(types, l.ty, to))),
            _ => true,
        };
    }
    site.with_types(|types| crate::expected::fits(types, from, to))
}

/// `x := 1` of a known `x` → `x = 1`.
pub(crate) fn assign(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let site = site(view, file, range)?;
    let s = site.stmt_around(|k| matches!(k, StmtKind::Assign { op: AssignOp::Define, .. }))?;
    let StmtKind::Assign { op_pos, .. } = site.ast()[s].kind else { return None };
    fix("assign with `=`", vec![site.edit(TextRange::new(op_pos, op_pos + 2), "=")])
}

/// An undeclared name: a variable, a parameter, or a function that makes it known.
pub(crate) fn declare(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<Fix> {
    let Some(site) = site(view, file, range) else { return vec![] };
    let ast = site.ast();
    let Some(e) = ast.exprs.iter().position(|e| e.range == site.range && matches!(e.kind, ExprKind::Ident(_))) else { return vec![] };
    let e = ExprId(e as u32);
    let name = site.of(site.range);
    let mut out = Vec::new();
    let called = ast.exprs.iter().find(|x| matches!(x.kind, ExprKind::Call { fun, .. } if fun == e));
    let selected = ast.exprs.iter().any(|x| matches!(x.kind, ExprKind::Selector { x, .. } if x == e));
    if site.root().is_none() || selected {
        return out;
    }
    if let Some(call) = called {
        out.extend(function(&site, call, name));
        return out;
    }
    // `x = 1` → `x := 1`
    for s in &ast.stmts {
        if let StmtKind::Assign { lhs, op: AssignOp::Assign, op_pos, .. } = &s.kind
            && lhs.contains(&e)
        {
            out.extend(fix(format!("declare `{name}` with `:=`"), vec![site.edit(TextRange::new(*op_pos, op_pos + 1), ":=")]));
            return out;
        }
    }
    let ty = expected_type(&site, e);
    if let Some((list, at)) = site.listed(site.range)
        && let Some(value) = ty.and_then(|ty| site.zero(ty)).or(Some("0".to_owned()))
    {
        let start = ast[list[at]].range.start;
        let indent = site.indent(start);
        out.extend(fix(format!("declare variable `{name}`"), vec![site.insert(start, format!("{name} := {value}\n{indent}"))]));
    }
    if let DeclKind::Func(func) = &site.spot.decl_ast().kind
        && let Some(ty) = ty
    {
        let sig = &site.spot.decl_ast().sig;
        let written = site.spot.type_text(ty);
        let edit = match func.ty.params.last() {
            Some(last) if matches!(sig[last.ty].kind, ExprKind::Ellipsis(_)) => None,
            Some(last) => Some(site.insert(sig[last.ty].range.end, format!(", {name} {written}"))),
            None => {
                let from = sig[func.name].range.end;
                let open = site.of(TextRange::new(from, func.ty.range.end)).find('(');
                open.map(|i| site.insert(from + i as u32 + 1, format!("{name} {written}")))
            }
        };
        out.extend(edit.and_then(|edit| fix(format!("declare parameter `{name}`"), vec![edit])));
    }
    out
}

/// The type that an expression should have where it stands.
fn expected_type(site: &Site<'_>, e: ExprId) -> Option<Ty> {
    let ast = site.ast();
    let facts = &site.spot.facts;
    let known = |ty: Ty| (!ty.is_invalid()).then_some(default_type(ty));
    for x in &ast.exprs {
        match &x.kind {
            ExprKind::Call { fun, args, .. } => {
                let Some(n) = args.iter().position(|a| *a == e) else { continue };
                let under = site.with_types(|types| types.under(facts.type_of(*fun).ty));
                if let Some(sig) = under.as_signature() {
                    return crate::expected::parameter(sig, n).and_then(known);
                }
            }
            ExprKind::Binary { x: a, y: b, .. } if *a == e => return known(facts.type_of(*b).ty),
            ExprKind::Binary { x: a, y: b, .. } if *b == e => return known(facts.type_of(*a).ty),
            _ => {}
        }
    }
    for s in &ast.stmts {
        match &s.kind {
            StmtKind::Assign { lhs, rhs, op: AssignOp::Assign, .. } => {
                let Some(n) = rhs.iter().position(|r| *r == e) else { continue };
                return known(facts.type_of(*lhs.get(n)?).ty);
            }
            StmtKind::Return(values) => {
                let Some(n) = values.iter().position(|v| *v == e) else { continue };
                let own = crate::expected::enclosing(&site.spot)?;
                return facts.locals.get(own.results.get(n)?.0 as usize).and_then(|l| known(l.ty));
            }
            StmtKind::If { cond, .. } if *cond == e => return Some(Ty::basic(amigos_types::ty::Basic::Bool)),
            _ => {}
        }
    }
    None
}

/// The type that an untyped constant's variable has.
pub(crate) fn default_type(ty: Ty) -> Ty {
    use amigos_types::ty::Basic;
    match ty.kind() {
        TyKind::Basic(Basic::UntypedBool) => Ty::basic(Basic::Bool),
        TyKind::Basic(Basic::UntypedInt) => Ty::basic(Basic::Int),
        TyKind::Basic(Basic::UntypedRune) => Ty::basic(Basic::Int32),
        TyKind::Basic(Basic::UntypedFloat) => Ty::basic(Basic::Float64),
        TyKind::Basic(Basic::UntypedString) => Ty::basic(Basic::String),
        TyKind::Basic(Basic::UntypedNil) => Ty::empty_interface(),
        _ => ty,
    }
}

/// A function with the parameters and results that a call of it needs.
fn function(site: &Site<'_>, call: &amigos_syntax::ast::Expr, name: &str) -> Option<Fix> {
    let end = site.spot.decl_ast().bodies.first()?.block.range.end;
    let text = format!("\n\nfunc {name}{} {{\n\tpanic(\"not implemented\")\n}}", wanted_signature(site, call)?);
    fix(format!("declare function `{name}`"), vec![site.insert(end, text)])
}

/// A selected name that its type does not have: a method if it is called, else a field of a struct.
pub(crate) fn declare_member(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let site = site(view, file, range)?;
    let ast = site.ast();
    let ident = site.spot.ident()?;
    let (selector, x) = site.spot.selector_of(ident)?;
    let name = ast[ident].name;
    let of = site.spot.facts.type_of(x);
    let key = crate::locate::named_key(of.ty)?;
    let home = crate::locate::package(view.db, key.pkg?)?;
    // Nobody outside of a package can use what it does not export.
    let own = home == site.spot.package;
    if of.mode == amigos_types::facts::Mode::Type || key.local.is_some() || !crate::references::is_own(view.db, key.pkg?) {
        return None;
    }
    if !own && !name.is_exported() {
        return None;
    }
    let declared = crate::definition::declared(view.db, &crate::locate::Entity::Member { pkg: key.pkg?, name: key.name })?;
    let id = view.file_id(declared.decl.file(view.db))?;
    let start = declared.decl.start(view.db);
    let text = declared.decl.text(view.db);
    let info = amigos_db::query::named(view.db, home, key)?;
    if let Some(call) = ast.exprs.iter().find(|e| matches!(e.kind, ExprKind::Call { fun, .. } if fun == selector)) {
        // Types are written as this package writes them.
        if !own || !info.tparams.is_empty() {
            return None;
        }
        let receiver = key.name.chars().next()?.to_lowercase();
        let star = if info.methods.iter().any(|m| m.pointer) { "*" } else { "" };
        let signature = wanted_signature(&site, call)?;
        let method = format!("\n\nfunc ({receiver} {star}{}) {name}{signature} {{\n\tpanic(\"not implemented\")\n}}", key.name);
        let at = start + text.trim_end().len() as u32;
        let edit = crate::data::TextEdit { file: id, range: TextRange::at(at), new_text: method };
        return fix(format!("declare method `{}.{name}`", key.name), vec![edit]);
    }
    let TyKind::Struct(_) = info.underlying.kind() else { return None };
    let ty = expected_type(&site, selector).or_else(|| assigned_type(&site, selector))?;
    let written = crate::locate::type_text(view.db, home.key(view.db), ty);
    // In front of the closing brace of the struct.
    let ast = amigos_db::query::parse_decl(view.db, declared.decl);
    let spec = declared.full;
    let body = ast.sig.exprs.iter().find(|e| {
        matches!(e.kind, ExprKind::StructType { .. })
            && spec.start <= e.range.start
            && e.range.end <= spec.end
            && e.range.of(text).ends_with('}')
    })?;
    let inside = body.range.of(text);
    let line = text.get(..body.range.start as usize)?.rsplit('\n').next()?;
    let indent = &line[..line.len() - line.trim_start().len()];
    let close = body.range.end - 1;
    let field = match inside.contains('\n') {
        true => crate::data::TextEdit {
            file: id,
            range: TextRange::at(start + close - indent.len() as u32),
            new_text: format!("{indent}\t{name} {written}\n"),
        },
        false => {
            let kept = inside.strip_prefix("struct")?.trim_start().strip_prefix('{')?.strip_suffix('}')?.trim();
            let kept = if kept.is_empty() { String::new() } else { format!("{indent}\t{kept}\n") };
            crate::data::TextEdit {
                file: id,
                range: body.range.shift(start),
                new_text: format!("struct {{\n{kept}{indent}\t{name} {written}\n{indent}}}"),
            }
        }
    };
    fix(format!("declare field `{}.{name}`", key.name), vec![field])
}

/// The type of what is assigned to an expression.
fn assigned_type(site: &Site<'_>, e: ExprId) -> Option<Ty> {
    let ast = site.ast();
    ast.stmts.iter().find_map(|s| match &s.kind {
        StmtKind::Assign { lhs, rhs, op: AssignOp::Assign, .. } if lhs.len() == rhs.len() => {
            let ty = default_type(site.spot.facts.type_of(*rhs.get(lhs.iter().position(|l| *l == e)?)?).ty);
            (!ty.is_invalid()).then_some(ty)
        }
        _ => None,
    })
}

/// Parameters and results as a call wants them: `(n int) string`.
fn wanted_signature(site: &Site<'_>, call: &amigos_syntax::ast::Expr) -> Option<String> {
    let ast = site.ast();
    let ExprKind::Call { args, .. } = &call.kind else { return None };
    let mut names: Vec<String> = Vec::new();
    let mut params: Vec<String> = Vec::new();
    for arg in args {
        let ty = default_type(site.spot.facts.type_of(*arg).ty);
        if ty.is_invalid() || matches!(ty.kind(), TyKind::Tuple(_)) {
            return None;
        }
        let base = match &ast[*arg].kind {
            ExprKind::Ident(i) if !ast[*i].name.is_blank() && !matches!(ast[*i].name.as_str(), "true" | "false" | "nil") => {
                ast[*i].name.to_string()
            }
            _ => crate::assists::site::name_for(site, *arg),
        };
        let free = (1..100u32).map(|n| if n == 1 { base.clone() } else { format!("{base}{n}") }).find(|n| !names.contains(n))?;
        let written = if ty == Ty::empty_interface() { "any".to_owned() } else { site.spot.type_text(ty) };
        params.push(format!("{free} {written}"));
        names.push(free);
    }
    let at = ast.exprs.iter().position(|e| std::ptr::eq(e, call))?;
    let results = call_results(site, ExprId(at as u32));
    let written = match &results[..] {
        [] => String::new(),
        [one] => format!(" {one}"),
        many => format!(" ({})", many.join(", ")),
    };
    Some(format!("({}){written}", params.join(", ")))
}

/// The types that are wanted of a call.
fn call_results(site: &Site<'_>, call: ExprId) -> Vec<String> {
    let ast = site.ast();
    // The header of an `if` has a statement of its own for its condition: only those in blocks count.
    let alone =
        |s: &amigos_syntax::ast::StmtId| matches!(ast[*s].kind, StmtKind::Expr(e) | StmtKind::Go(e) | StmtKind::Defer(e) if e == call);
    if site.lists().into_iter().flatten().any(alone) {
        return vec![];
    }
    for s in &ast.stmts {
        if let StmtKind::Assign { lhs, rhs, op, .. } = &s.kind
            && rhs.as_slice() == [call]
        {
            let ty = |e: &ExprId| {
                let ty = site.spot.facts.type_of(*e).ty;
                let is_err = matches!(&ast[*e].kind, ExprKind::Ident(i) if ast[*i].name.as_str() == "err");
                match (ty.is_invalid() || *op == AssignOp::Define, is_err) {
                    (_, true) => "error".to_owned(),
                    (true, _) => "any".to_owned(),
                    _ => site.spot.type_text(ty),
                }
            };
            return lhs.iter().map(ty).collect();
        }
        if let StmtKind::Return(values) = &s.kind
            && values.as_slice() == [call]
            && let Some(own) = crate::expected::enclosing(&site.spot)
        {
            return own
                .results
                .iter()
                .filter_map(|r| site.spot.facts.locals.get(r.0 as usize))
                .map(|l| site.spot.type_text(l.ty))
                .collect();
        }
    }
    vec![expected_type(site, call).map_or("any".to_owned(), |ty| site.spot.type_text(ty))]
}

/// A call with more arguments than the function has parameters: parameters for the rest, zero values in the other calls.
pub(crate) fn add_parameter(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    use crate::references::{Meaning, is_own, meaning, occurrences};
    let site = site(view, file, range)?;
    let ast = site.ast();
    let (fun, args) = ast
        .exprs
        .iter()
        .filter(|e| e.range.start <= site.range.start && site.range.start <= e.range.end)
        .filter_map(|e| match &e.kind {
            ExprKind::Call { fun, args, ellipsis: None, .. } => Some((*fun, args, e.range)),
            _ => None,
        })
        .min_by_key(|(_, _, r)| r.end - r.start)
        .map(|(f, a, _)| (f, a))?;
    let ident = match ast[fun].kind {
        ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } => i,
        _ => return None,
    };
    let entity = site.spot.entity(ident)?;
    let wanted = meaning(&site.spot, ident)?;
    let Meaning::Shared(thing) = &wanted else { return None };
    if !is_own(view.db, crate::rename_family::home(thing)?) || crate::rename_family::family(view, thing).len() > 1 {
        return None;
    }
    let declared = crate::definition::declared(view.db, &entity)?;
    let decl = amigos_db::query::parse_decl(view.db, declared.decl);
    let DeclKind::Func(func) = &decl.kind else { return None };
    let count: usize = func.ty.params.iter().map(|f| f.names.len().max(1)).sum();
    if args.len() != count + 1 || func.ty.params.last().is_some_and(|f| matches!(decl.sig[f.ty].kind, ExprKind::Ellipsis(_))) {
        return None;
    }
    let new = *args.last()?;
    let ty = default_type(site.spot.facts.type_of(new).ty);
    if ty.is_invalid() {
        return None;
    }
    let zero = site.zero(ty)?;
    let used = |n: &str| decl.sig.idents.iter().chain(decl.bodies.iter().flat_map(|b| &b.ast.idents)).any(|i| i.name.as_str() == n);
    let base = match &ast[new].kind {
        ExprKind::Ident(i) if !matches!(ast[*i].name.as_str(), "true" | "false" | "nil" | "_") => ast[*i].name.to_string(),
        _ => crate::assists::site::name_for(&site, new),
    };
    let name = (1u32..).map(|n| if n == 1 { base.clone() } else { format!("{base}{n}") }).find(|n| !used(n))?;
    let home = crate::locate::package(view.db, crate::rename_family::home(thing)?)?;
    let written = format!("{name} {}", crate::locate::type_text(view.db, home.key(view.db), ty));
    let start = declared.decl.start(view.db);
    let id = view.file_id(declared.decl.file(view.db))?;
    let (at, text) = match func.ty.params.last() {
        Some(last) => (decl.sig[last.ty].range.end, format!(", {written}")),
        None => {
            let from = decl.sig[func.name].range.end;
            let text = declared.decl.text(view.db).get(from as usize..)?;
            (from + text.find('(')? as u32 + 1, written.clone())
        }
    };
    let mut edits = vec![crate::data::TextEdit { file: id, range: TextRange::at(at + start), new_text: text }];
    // The other calls pass a zero value.
    for o in occurrences(view, ast[ident].name, &wanted) {
        let ast = o.spot.ast();
        let Some(callee) =
            ast.exprs.iter().position(|e| matches!(e.kind, ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } if i == o.ident))
        else {
            continue;
        };
        let Some(call) = ast.exprs.iter().find_map(|e| match &e.kind {
            ExprKind::Call { fun, args, rparen, .. } if fun.idx() == callee => Some((args, *rparen)),
            _ => None,
        }) else {
            continue;
        };
        if call.0.len() == count && is_own(view.db, o.spot.package.key(view.db)) {
            let id = view.file_id(o.file())?;
            let text = if count == 0 { zero.clone() } else { format!(", {zero}") };
            edits.push(crate::data::TextEdit { file: id, range: TextRange::at(call.1 + o.spot.start), new_text: text });
        }
    }
    fix(format!("add parameter `{written}` to `{}`", ast[ident].name), edits)
}
