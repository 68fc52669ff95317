//! Lists in brackets on one line or one element a line; strings in the other kind of quotes.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, ExprId, ExprKind, Field, FuncType, LitKind};

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};

/// A list: from behind its opening to its closing bracket, and its elements.
struct List {
    inside: TextRange,
    elems: Vec<TextRange>,
    what: &'static str,
}

pub(super) fn split_or_join(site: &Site<'_>, out: &mut Vec<Assist>) {
    let touches = |l: &List| l.inside.start <= site.range.start && site.range.end <= l.inside.end;
    let mut lists: Vec<List> = lists(site).into_iter().filter(touches).collect();
    lists.sort_by_key(|l| l.inside.end - l.inside.start);
    let Some(list) = lists.into_iter().find(|l| l.elems.len() > 1 || (l.elems.len() == 1 && site.of(l.inside).contains('\n'))) else {
        return;
    };
    // A list with a hole is being written.
    if list.elems.iter().any(|e| site.of(*e).trim().is_empty()) {
        return;
    }
    let text = site.of(list.inside);
    // Comments would end up in the wrong place.
    let comments = &site.spot.decl_ast().comments;
    if comments.iter().any(|c| list.inside.start <= c.start && c.end <= list.inside.end) {
        return;
    }
    // A list that ends with `...` keeps it.
    let mut parts: Vec<String> = list.elems.iter().map(|e| site.of(*e).to_owned()).collect();
    if let (Some(last), Some(range)) = (parts.last_mut(), list.elems.last()) {
        let rest = site.of(TextRange::new(range.end, list.inside.end)).trim().trim_end_matches(',').trim();
        if rest == "..." {
            last.push_str("...");
        } else if !rest.is_empty() {
            return;
        }
    }
    let start = list.elems.first().map_or(list.inside.end, |e| e.start);
    let breaks = site.of(TextRange::new(list.inside.start, start)).contains('\n');
    let between = list.elems.windows(2).any(|w| site.of(TextRange::new(w[0].end, w[1].start)).contains('\n'));
    let indent = site.indent(list.inside.start);
    if !breaks && !between && parts.len() > 1 {
        let lines: String = parts.iter().map(|p| format!("{indent}\t{p},\n")).collect();
        let edit = site.edit(list.inside, format!("\n{lines}{indent}"));
        out.push(assist(AssistKind::Rewrite, format!("split {} into lines", list.what), vec![edit]));
    } else if text.contains('\n') && !parts.iter().any(|p| p.contains('\n')) {
        out.push(assist(AssistKind::Rewrite, format!("join {} into one line", list.what), vec![site.edit(list.inside, parts.join(", "))]));
    }
}

fn lists(site: &Site<'_>) -> Vec<List> {
    let ast = site.ast();
    let mut out = Vec::new();
    let ranges = |es: &[ExprId]| es.iter().map(|e| ast[*e].range).collect::<Vec<_>>();
    for e in &ast.exprs {
        match &e.kind {
            ExprKind::Call { fun, args, rparen, .. } => {
                let from = ast[*fun].range.end;
                let Some(open) = site.of(TextRange::new(from, *rparen)).find('(') else { continue };
                if site.of(TextRange::new(*rparen, *rparen + 1)) == ")" {
                    out.push(List { inside: TextRange::new(from + open as u32 + 1, *rparen), elems: ranges(args), what: "arguments" });
                }
            }
            ExprKind::CompositeLit { ty, elems, rbrace } => {
                let from = ty.map_or(e.range.start, |t| ast[t].range.end);
                let Some(open) = site.of(TextRange::new(from, *rbrace)).find('{') else { continue };
                if site.of(TextRange::new(*rbrace, *rbrace + 1)) == "}" {
                    out.push(List { inside: TextRange::new(from + open as u32 + 1, *rbrace), elems: ranges(elems), what: "elements" });
                }
            }
            ExprKind::FuncLit { ty, .. } => parameters(site, ty, &mut out),
            _ => {}
        }
    }
    if let (DeclKind::Func(func), None) = (&site.spot.decl_ast().kind, site.spot.body) {
        parameters(site, &func.ty, &mut out);
    }
    out
}

fn parameters(site: &Site<'_>, ty: &FuncType, out: &mut Vec<List>) {
    let ast = site.ast();
    let mut one = |fields: &[Field], what| {
        let (Some(first), Some(last)) = (fields.first(), fields.last()) else { return };
        let range = |f: &Field| f.names.first().map_or(ast[f.ty].range, |n| ast[*n].range.cover(ast[f.ty].range));
        let before = &site.text[..range(first).start as usize];
        let Some(open) = before.rfind('(').filter(|i| before[i + 1..].trim().is_empty()) else { return };
        let behind = &site.text[range(last).end as usize..];
        let Some(close) = behind.find(')').filter(|i| behind[..*i].trim().trim_end_matches(',').is_empty()) else { return };
        let inside = TextRange::new(open as u32 + 1, range(last).end + close as u32);
        out.push(List { inside, elems: fields.iter().map(range).collect(), what });
    };
    one(&ty.params, "parameters");
    one(&ty.results, "results");
}

/// "a" ↔ `a`.
pub(super) fn quotes(site: &Site<'_>, out: &mut Vec<Assist>) {
    let Some(e) = site.expr_around(|k| matches!(k, ExprKind::BasicLit { kind: LitKind::String, .. })) else { return };
    let range = site.ast()[e].range;
    let text = site.of(range);
    let Some(value) = amigos_syntax::lex::unquote_string(text).and_then(|b| String::from_utf8(b).ok()) else { return };
    if text.starts_with('"') {
        let printable = |c: char| c == '\t' || c == '\n' || !c.is_control();
        if !value.contains('`') && !value.contains('\r') && value.chars().all(printable) {
            out.push(assist(AssistKind::Rewrite, "change to a raw string", vec![site.edit(range, format!("`{value}`"))]));
        }
    } else {
        let mut quoted = String::from("\"");
        for c in value.chars() {
            match c {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", c as u32)),
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        out.push(assist(AssistKind::Rewrite, "change to a quoted string", vec![site.edit(range, quoted)]));
    }
}
