//! Selected statements, or a selected expression, become a function or a method.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{AssignOp, BranchKind, DeclKind, ExprKind, LitBody, StmtId, StmtKind};
use amigos_types::facts::{LocalId, LocalKind};
use amigos_types::ty::Ty;

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};

pub(super) fn extract(site: &Site<'_>, out: &mut Vec<Assist>) {
    if site.range.is_empty() || site.root().is_none() {
        return;
    }
    let DeclKind::Func(func) = &site.spot.decl_ast().kind else { return };
    let Some(part) = Part::of(site) else { return };
    let sig = &site.spot.decl_ast().sig;
    let generic = !func.ty.tparams.is_empty();
    let receiver = func.recv.as_ref().and_then(|r| r.first());
    let recv_local = site.spot.facts.params.get(&None).and_then(|p| p.recv);
    let uses_receiver = recv_local.is_some_and(|r| part.inputs.contains(&r));
    let tparams = if generic {
        let (Some(first), Some(last)) = (func.ty.tparams.first(), func.ty.tparams.last()) else { return };
        let start = first.names.first().map_or(sig[first.ty].range.start, |n| sig[*n].range.start);
        format!("[{}]", site.of(TextRange::new(start, sig[last.ty].range.end)))
    } else {
        String::new()
    };
    let generic_receiver = receiver.is_some_and(|r| matches!(without_star(sig, r.ty), ExprKind::Index { .. }));
    if !generic_receiver && let Some(edits) = part.edits(site, "newFunction", None, recv_local, &tparams) {
        out.push(assist(AssistKind::Extract, "extract function", edits));
    }
    if let (true, false, Some(receiver), Some(local)) = (uses_receiver, generic, receiver, recv_local) {
        let name = site.spot.facts.locals.get(local.0 as usize).map_or("", |l| l.name.as_str());
        let written = format!("{name} {}", site.of(sig[receiver.ty].range));
        if let Some(edits) = part.edits(site, "newMethod", Some((name, &written)), recv_local, "") {
            out.push(assist(AssistKind::Extract, "extract method", edits));
        }
    }
}

fn without_star(sig: &amigos_syntax::ast::Ast, at: amigos_syntax::ast::ExprId) -> &ExprKind {
    match &sig[at].kind {
        ExprKind::Star(x) | ExprKind::Paren(x) => &sig[*x].kind,
        kind => kind,
    }
}

/// What is taken out, and how it hangs together with what stays.
struct Part {
    range: TextRange,
    /// Locals from outside, in order of their first use.
    inputs: Vec<LocalId>,
    /// Locals that have a value afterwards that is needed: declared in the part, or changed in it.
    outputs: Vec<LocalId>,
    /// Those outputs that are declared in the part.
    declared: Vec<LocalId>,
    /// Whether the part ends with `return`.
    returns: bool,
    /// The type of a single expression.
    value: Option<Ty>,
}

impl Part {
    fn of(site: &Site<'_>) -> Option<Part> {
        if let Some(e) = site.selected_expr()
            && !matches!(site.listed(site.range), Some((list, at)) if site.ast()[list[at]].range == site.range)
        {
            let ty = site.value_type(e)?;
            if super::extract_value::is_target(site, e) {
                return None;
            }
            let inputs = inputs(site, site.range)?;
            // Its address or its place may be what is wanted of a bare name.
            if matches!(site.ast()[e].kind, ExprKind::Ident(_) | ExprKind::BasicLit { .. } | ExprKind::KeyValue { .. }) {
                return None;
            }
            return Some(Part { range: site.range, inputs, outputs: vec![], declared: vec![], returns: false, value: Some(ty) });
        }
        let ast = site.ast();
        // Whole statements of one list, with the comments in front of them.
        let comments = &site.spot.decl_ast().comments;
        let start = comments.iter().filter(|c| c.end <= site.range.end).fold(site.range.start, |at, c| {
            let between = if at <= c.start { site.of(TextRange::new(at, c.start)) } else { "-" };
            if !between.trim().is_empty() {
                return at;
            }
            let rest = site.of(TextRange::new(c.end, site.range.end));
            c.end + (rest.len() - rest.trim_start().len()) as u32
        });
        let (list, first, last) = site.lists().into_iter().find_map(|list| {
            let first = list.iter().position(|s| ast[*s].range.start == start)?;
            let last = list.iter().position(|s| ast[*s].range.end == site.range.end)?;
            (first <= last).then_some((list, first, last))
        })?;
        let taken = &list[first..=last];
        let range = site.range;
        let literals: Vec<TextRange> = ast
            .exprs
            .iter()
            .filter_map(|e| match &e.kind {
                ExprKind::FuncLit { body: LitBody::Here(b), .. } => Some(b.range),
                _ => None,
            })
            .collect();
        let in_literal =
            |r: TextRange| literals.iter().any(|l| range.start <= l.start && l.end <= range.end && l.start <= r.start && r.end <= l.end);
        let inside = |r: TextRange| range.start <= r.start && r.end <= range.end;
        let mut returns = Vec::new();
        for (i, stmt) in ast.stmts.iter().enumerate().filter(|(_, s)| inside(s.range) && !in_literal(s.range)) {
            match &stmt.kind {
                StmtKind::Return(_) => returns.push(StmtId(i as u32)),
                StmtKind::Branch { kind, label } if escapes(site, range, stmt.range, *kind, label.is_some()) => return None,
                StmtKind::Labeled { .. } | StmtKind::Defer(_) => return None,
                _ => {}
            }
        }
        let ends = matches!(returns[..], [one] if taken.last() == Some(&one));
        if !returns.is_empty() && !ends {
            return None;
        }
        let inputs = inputs(site, range)?;
        let (mut outputs, mut declared) = (Vec::new(), Vec::new());
        if !ends {
            for (i, local) in site.spot.facts.locals.iter().enumerate() {
                let id = LocalId(i as u32);
                if matches!(local.kind, LocalKind::Label | LocalKind::TypeParam) {
                    continue;
                }
                let here = site.spot.facts.declared_here(id).is_some_and(|d| inside(ast[d].range));
                let used_behind = ast.idents.iter().enumerate().any(|(n, ident)| {
                    !inside(ident.range)
                        && (ident.range.start >= range.end || looped(site, range))
                        && site.spot.facts.uses.get(&amigos_syntax::ast::IdentId(n as u32)) == Some(&amigos_types::facts::ObjRef::Local(id))
                }) || matches!(local.kind, LocalKind::Result) && !local.name.is_blank();
                if here && used_behind {
                    if matches!(local.kind, LocalKind::Type | LocalKind::Const(_)) {
                        return None;
                    }
                    outputs.push(id);
                    declared.push(id);
                } else if !here && used_behind && changed(site, range, id) {
                    outputs.push(id);
                }
            }
        }
        Some(Part { range, inputs, outputs, declared, returns: ends, value: None })
    }

    fn edits(
        &self,
        site: &Site<'_>,
        name: &str,
        method: Option<(&str, &str)>,
        recv: Option<LocalId>,
        tparams: &str,
    ) -> Option<Vec<crate::data::TextEdit>> {
        let facts = &site.spot.facts;
        let local = |id: &LocalId| facts.locals.get(id.0 as usize);
        let inputs: Vec<&LocalId> = self.inputs.iter().filter(|i| method.is_none() || Some(**i) != recv).collect();
        let ty = |id: &LocalId| Some(site.spot.type_text(amigos_or_default(site, local(id)?.ty)));
        let params: Option<Vec<String>> = inputs.iter().map(|i| Some(format!("{} {}", local(i)?.name, ty(i)?))).collect();
        let args: Option<Vec<String>> = inputs.iter().map(|i| Some(local(i)?.name.to_string())).collect();
        let results: Vec<String> = if let Some(value) = self.value {
            vec![site.spot.type_text(value)]
        } else if self.returns {
            let own = crate::expected::enclosing(&site.spot)?;
            own.results.iter().map(ty).collect::<Option<Vec<String>>>()?
        } else {
            self.outputs.iter().map(ty).collect::<Option<Vec<String>>>()?
        };
        let name = match method {
            Some(_) => name.to_owned(),
            None => site.fresh_member(name),
        };
        let callee = match method {
            Some((recv, _)) => format!("{recv}.{name}"),
            None => name.clone(),
        };
        let call = format!("{callee}({})", args?.join(", "));
        let outputs: Option<Vec<String>> = self.outputs.iter().map(|o| Some(local(o)?.name.to_string())).collect();
        let outputs = outputs?.join(", ");
        let indent = site.indent(self.range.start);
        let body = dedent(site.of(self.range), indent);
        let (replacement, body) = if self.value.is_some() {
            (call, format!("\treturn {body}\n"))
        } else if self.returns {
            let keyword = if results.is_empty() { format!("{call}\n{indent}return") } else { format!("return {call}") };
            (keyword, format!("\t{body}\n"))
        } else if self.outputs.is_empty() {
            (call, format!("\t{body}\n"))
        } else {
            let op = if self.declared.is_empty() { "=" } else { ":=" };
            // With `:=` in the same scope the others are assigned; in an inner scope they would be new.
            if !self.declared.is_empty() && self.declared.len() < self.outputs.len() {
                let declare: Option<Vec<String>> =
                    self.declared.iter().map(|d| Some(format!("var {} {}\n{indent}", local(d)?.name, ty(d)?))).collect();
                (format!("{}{outputs} = {call}", declare?.concat()), format!("\t{body}\n\treturn {outputs}\n"))
            } else {
                (format!("{outputs} {op} {call}"), format!("\t{body}\n\treturn {outputs}\n"))
            }
        };
        let results = match &results[..] {
            [] => String::new(),
            [one] => format!(" {one}"),
            many => format!(" ({})", many.join(", ")),
        };
        let receiver = method.map_or(String::new(), |(_, written)| format!("({written}) "));
        let function = format!("\n\nfunc {receiver}{name}{tparams}({}){results} {{\n{body}}}", params?.join(", "));
        let end = site.spot.decl_ast().bodies.first()?.block.range.end;
        Some(vec![site.edit(self.range, replacement), site.insert(end, function)])
    }
}

/// An untyped value's type when it becomes a parameter.
fn amigos_or_default(_site: &Site<'_>, ty: Ty) -> Ty {
    use amigos_types::ty::{Basic, TyKind};
    match ty.kind() {
        TyKind::Basic(Basic::UntypedBool) => Ty::basic(Basic::Bool),
        TyKind::Basic(Basic::UntypedInt) => Ty::basic(Basic::Int),
        TyKind::Basic(Basic::UntypedRune) => Ty::basic(Basic::Int32),
        TyKind::Basic(Basic::UntypedFloat) => Ty::basic(Basic::Float64),
        TyKind::Basic(Basic::UntypedString) => Ty::basic(Basic::String),
        _ => ty,
    }
}

/// The locals from outside that a range uses; `None` if it uses a local type or constant of the function, which cannot be handed over.
fn inputs(site: &Site<'_>, range: TextRange) -> Option<Vec<LocalId>> {
    let mut out: Vec<LocalId> = Vec::new();
    for ident in site.idents_in(range) {
        let Some(id) = site.local_of(ident) else { continue };
        let inside = site.spot.facts.declared_here(id).is_some_and(|d| {
            let r = site.ast()[d].range;
            range.start <= r.start && r.end <= range.end
        });
        if inside || out.contains(&id) {
            continue;
        }
        match site.spot.facts.locals.get(id.0 as usize)?.kind {
            LocalKind::Type | LocalKind::Const(_) => return None,
            LocalKind::Label | LocalKind::TypeParam => {}
            _ => out.push(id),
        }
    }
    Some(out)
}

/// Whether a local is assigned in a range.
fn changed(site: &Site<'_>, range: TextRange, id: LocalId) -> bool {
    let ast = site.ast();
    let names = |e: amigos_syntax::ast::ExprId| {
        let mut at = e;
        loop {
            match &ast[at].kind {
                ExprKind::Ident(i) => return site.local_of(*i) == Some(id),
                // A part of a struct or array value changes the value.
                ExprKind::Selector { x, .. } | ExprKind::Paren(x) | ExprKind::Index { x, .. } => at = *x,
                _ => return false,
            }
        }
    };
    let inside = |r: TextRange| range.start <= r.start && r.end <= range.end;
    let assigned = ast.stmts.iter().filter(|s| inside(s.range)).any(|s| match &s.kind {
        StmtKind::Assign { lhs, op, .. } => lhs.iter().any(|e| names(*e)) && (*op != AssignOp::Define || lhs.iter().any(|e| names(*e))),
        StmtKind::IncDec { x, .. } => names(*x),
        StmtKind::Range { key, value, define: false, .. } => [key, value].into_iter().flatten().any(|e| names(*e)),
        _ => false,
    });
    let addressed = ast
        .exprs
        .iter()
        .any(|e| inside(e.range) && matches!(&e.kind, ExprKind::Unary { op: amigos_syntax::ast::UnaryOp::Addr, x } if names(*x)));
    assigned || addressed
}

/// Whether a range lies in a loop, so that what stands before it runs after it too.
fn looped(site: &Site<'_>, range: TextRange) -> bool {
    site.ast().stmts.iter().any(|s| match &s.kind {
        StmtKind::For { body, .. } | StmtKind::Range { body, .. } => body.range.start <= range.start && range.end <= body.range.end,
        _ => false,
    })
}

/// Whether a branch leaves the range.
fn escapes(site: &Site<'_>, range: TextRange, at: TextRange, kind: BranchKind, labelled: bool) -> bool {
    if labelled || kind == BranchKind::Goto {
        return true;
    }
    let around = |s: &amigos_syntax::ast::Stmt| {
        range.start <= s.range.start && s.range.end <= range.end && s.range.start <= at.start && at.end <= s.range.end
    };
    !site.ast().stmts.iter().filter(|s| around(s)).any(|s| match &s.kind {
        StmtKind::For { .. } | StmtKind::Range { .. } => true,
        StmtKind::Switch { .. } | StmtKind::TypeSwitch { .. } | StmtKind::Select { .. } => kind != BranchKind::Continue,
        _ => false,
    })
}

/// A text whose lines were indented by `indent`, indented by one tab; the first line as it is.
fn dedent(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for (i, line) in text.split('\n').enumerate() {
        if i == 0 {
            out.push_str(line);
            continue;
        }
        out.push('\n');
        match line.strip_prefix(indent) {
            Some(rest) if !rest.is_empty() => {
                out.push('\t');
                out.push_str(rest);
            }
            _ => out.push_str(line.trim_start()),
        }
    }
    out
}
