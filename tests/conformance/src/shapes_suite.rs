//! The tree for form (tree-sitter's) beside the tree that has a meaning (ours): on all code that both accept, calls, operators,
//! literals, types, statements and declarations must cover the same text. What the grammar is known to shape otherwise is put in one class with what
//! it should be, or left out (see [`class`]).

use std::collections::{BTreeMap, HashSet};

use amigos_syntax::ast::*;
use amigos_syntax::cst::Cst;
use amigos_syntax::parse::parse_file;
use anyhow::Result;

use crate::Arguments;
use crate::oracle::go_files;
use crate::report::{Report, percent};

/// A class of nodes, with start and end.
type Span = (&'static str, u32, u32);

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let src = args.goroot.join("src");
    let is_test_data = |file: &std::path::Path| file.components().any(|part| part.as_os_str() == "testdata");
    let files: Vec<_> = go_files(&src).into_iter().filter(|f| !is_test_data(f) && args.wants(&f.display().to_string())).collect();
    let (mut both, mut alike, mut nodes, mut other) = (0, 0, 0, 0);
    let mut report = Report::new("shapes", "");
    let files = args.every(&files, 20);
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let ours = parse_file(&text);
        let Some(theirs) = Cst::parse(&text).filter(|tree| !tree.has_errors() && ours.errors.is_empty()) else { continue };
        both += 1;
        let mut counts: BTreeMap<Span, i32> = BTreeMap::new();
        for span in theirs.nodes().iter().filter_map(|(kind, range)| Some((class(kind)?, range.start, range.end))) {
            *counts.entry(span).or_default() -= 1;
        }
        for span in ours.decls.iter().flat_map(spans) {
            nodes += 1;
            *counts.entry(span).or_default() += 1;
        }
        let odd: Vec<_> = counts.iter().filter(|(_, count)| **count != 0).collect();
        other += odd.len();
        if odd.is_empty() {
            alike += 1;
            continue;
        }
        let name = file.strip_prefix(&src).unwrap_or(file).display().to_string();
        report.difference(&name, || {
            let line = |((class, start, end), count): &(&Span, &i32)| {
                let whose = if **count > 0 { "only ours" } else { "only the grammar's" };
                let at = text[..*start as usize].bytes().filter(|b| *b == b'\n').count() + 1;
                let what: String = text.get(*start as usize..*end as usize).unwrap_or("").chars().take(80).collect();
                format!("line {at}: {class} {whose}: {what:?}")
            };
            odd.iter().map(line).take(20).collect::<Vec<_>>().join("\n  ")
        });
    }
    report.figure(format!("{alike} of {both} files that both accept have one shape, of {} in all", files.len()));
    report.figure(format!("{other} of {nodes} nodes differ"));
    report.must(percent(nodes - other.min(nodes), nodes) >= 99.99);
    Ok(report)
}

/// The class of a node of the grammar, or `None` if it isn't compared.
fn class(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "function_declaration" => "function",
        "method_declaration" => "method",
        "const_spec" => "const",
        "var_spec" => "var",
        // What a conversion is only types can tell; the grammar guesses.
        "call_expression" | "type_conversion_expression" => "call",
        "binary_expression" => "binary",
        "type_assertion_expression" => "assertion",
        "slice_expression" => "slice",
        "func_literal" => "func literal",
        "literal_value" => "literal",
        "keyed_element" => "pair",
        "struct_type" => "struct",
        "interface_type" => "interface",
        "map_type" => "map",
        "array_type" | "slice_type" | "implicit_length_array_type" => "array",
        "block" => "block",
        "if_statement" => "if",
        "for_statement" => "for",
        "expression_switch_statement" | "type_switch_statement" => "switch",
        "select_statement" => "select",
        "return_statement" => "return",
        "go_statement" => "go",
        "defer_statement" => "defer",
        "inc_statement" | "dec_statement" => "inc",
        "assignment_statement" => "assign",
        "short_var_declaration" => "define",
        _ => return None,
    })
}

/// The nodes of a declaration that have a class.
fn spans(decl: &DeclAst) -> Vec<Span> {
    let mut out = Vec::new();
    match &decl.kind {
        DeclKind::Func(func) => {
            let end = decl.bodies.first().filter(|_| func.has_body).map_or(func.ty.range.end, |b| b.block.range.end);
            out.push((if func.recv.is_some() { "method" } else { "function" }, func.ty.range.start, end));
        }
        DeclKind::Gen(group) => specs(decl, &decl.sig, group, &mut out),
        _ => {}
    }
    for body in decl.bodies.iter() {
        out.push(("block", body.block.range.start, body.block.range.end));
    }
    for ast in std::iter::once(&*decl.sig).chain(decl.bodies.iter().map(|b| &b.ast)) {
        let unions = unions(decl, ast);
        for id in (0..ast.exprs.len() as u32).map(ExprId).filter(|id| !unions.contains(id)) {
            expr(decl, ast, id, &mut out);
        }
        let headers = clause_headers(ast);
        for (_, stmt) in ast.stmts.iter().enumerate().filter(|(id, _)| !headers.contains(&StmtId(*id as u32))) {
            statement(decl, ast, stmt, &mut out);
        }
    }
    out
}

/// The unions of constraints, which are no binary expressions in the grammar.
fn unions(decl: &DeclAst, ast: &Ast) -> HashSet<ExprId> {
    let mut todo: Vec<ExprId> = Vec::new();
    let fields = |fields: &[Field], todo: &mut Vec<ExprId>| todo.extend(fields.iter().map(|f| f.ty));
    if std::ptr::eq(ast, &*decl.sig) {
        match &decl.kind {
            DeclKind::Func(func) => fields(&func.ty.tparams, &mut todo),
            DeclKind::Gen(group) => type_parameters(group, &mut todo),
            _ => {}
        }
    }
    for stmt in &ast.stmts {
        if let StmtKind::Decl(group) = &stmt.kind {
            type_parameters(group, &mut todo);
        }
    }
    for node in &ast.exprs {
        if let ExprKind::InterfaceType { elems } = &node.kind {
            todo.extend(elems.iter().filter_map(|elem| match elem {
                InterfaceElem::Embed(x) => Some(*x),
                InterfaceElem::Method { .. } => None,
            }));
        }
    }
    let mut found = HashSet::new();
    while let Some(e) = todo.pop() {
        if let ExprKind::Binary { x, y, .. } = ast[e].kind {
            found.insert(e);
            todo.extend([x, y]);
        }
    }
    found
}

fn type_parameters(group: &GenDecl, todo: &mut Vec<ExprId>) {
    for spec in &group.specs {
        if let Spec::Type { tparams, .. } = spec {
            todo.extend(tparams.iter().map(|f| f.ty));
        }
    }
}

/// The statements in headers that are of a kind of their own in the grammar: receives of `select`, guards of type switches.
fn clause_headers(ast: &Ast) -> HashSet<StmtId> {
    let mut found = HashSet::new();
    for (id, stmt) in ast.stmts.iter().enumerate() {
        match &stmt.kind {
            StmtKind::Select { clauses, .. } => found.extend(clauses.iter().filter_map(|c| c.comm)),
            StmtKind::Assign { rhs, .. } if rhs.iter().any(|x| matches!(ast[*x].kind, ExprKind::TypeAssert { ty: None, .. })) => {
                found.insert(StmtId(id as u32));
            }
            _ => {}
        }
    }
    found
}

fn specs(decl: &DeclAst, ast: &Ast, group: &GenDecl, out: &mut Vec<Span>) {
    for spec in &group.specs {
        let (class, range, values) = match spec {
            Spec::Const { range, values, .. } => ("const", range, values),
            Spec::Var { range, values, .. } => ("var", range, values),
            _ => continue,
        };
        out.push((class, range.start, values.last().map_or(range.end, |v| end(decl, ast, *v))));
    }
}

/// Where an expression ends; function literals outside of bodies end before theirs in the tree.
fn end(decl: &DeclAst, ast: &Ast, e: ExprId) -> u32 {
    match &ast[e].kind {
        ExprKind::FuncLit { body: LitBody::Body(i), .. } => decl.bodies[*i as usize].block.range.end,
        ExprKind::Binary { y, .. } => end(decl, ast, *y),
        ExprKind::Unary { x, .. } | ExprKind::Star(x) => end(decl, ast, *x),
        ExprKind::KeyValue { value, .. } => end(decl, ast, *value),
        _ => ast[e].range.end,
    }
}

fn expr(decl: &DeclAst, ast: &Ast, id: ExprId, out: &mut Vec<Span>) {
    let node = &ast[id];
    let class = match &node.kind {
        ExprKind::Call { .. } => "call",
        ExprKind::Binary { .. } => "binary",
        ExprKind::TypeAssert { ty: Some(_), .. } => "assertion",
        ExprKind::Slice { .. } => "slice",
        ExprKind::FuncLit { body, .. } => {
            if let LitBody::Here(block) = body {
                out.push(("block", block.range.start, block.range.end));
            }
            "func literal"
        }
        ExprKind::CompositeLit { rbrace, .. } => {
            out.push(("literal", node.op, rbrace + 1));
            return;
        }
        ExprKind::KeyValue { .. } => "pair",
        ExprKind::StructType { .. } => "struct",
        ExprKind::InterfaceType { .. } => "interface",
        ExprKind::MapType { .. } => "map",
        ExprKind::ArrayType { .. } => "array",
        _ => return,
    };
    out.push((class, node.range.start, end(decl, ast, id)));
}

fn statement(decl: &DeclAst, ast: &Ast, stmt: &Stmt, out: &mut Vec<Span>) {
    let mut block = |b: &Block| out.push(("block", b.range.start, b.range.end));
    let class = match &stmt.kind {
        StmtKind::Block(b) => {
            block(b);
            return;
        }
        StmtKind::If { then, .. } => {
            block(then);
            "if"
        }
        StmtKind::For { body, .. } | StmtKind::Range { body, .. } => {
            block(body);
            "for"
        }
        StmtKind::Switch { .. } | StmtKind::TypeSwitch { .. } => "switch",
        StmtKind::Select { .. } => "select",
        StmtKind::Return(_) => "return",
        StmtKind::Go(_) => "go",
        StmtKind::Defer(_) => "defer",
        StmtKind::IncDec { .. } => "inc",
        StmtKind::Assign { op: AssignOp::Define, .. } => "define",
        StmtKind::Assign { .. } => "assign",
        StmtKind::Decl(group) => return specs(decl, ast, group, out),
        _ => return,
    };
    out.push((class, stmt.range.start, stmt.range.end));
}
