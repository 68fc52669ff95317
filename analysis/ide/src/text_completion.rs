//! What can be written inside texts that mean something: codes of rules in comments, pairs of the oracle in strings. `directives.rs` has the names of
//! directives.

use std::collections::BTreeSet;

use amigos_db::input::{Origin, Root};
use amigos_syntax::TextRange;
use amigos_syntax::ast::{Ast, ExprKind, LitKind};

use crate::data::{Completion, SymbolKind};
use crate::locate::{Spot, is_contract};

/// So many names of pairs are offered.
const MOST_PAIRS: usize = 50;

/// What can be written in the comment or string at the offset, if it is one with a meaning; `None` elsewhere.
pub(crate) fn in_text(spot: &Spot<'_>, at: usize) -> Option<Vec<Completion>> {
    in_suppression(spot, at).or_else(|| in_pair(spot, at))
}

fn one(label: &str, detail: &str, doc: &str, range: TextRange) -> Completion {
    Completion {
        label: label.to_owned(),
        kind: SymbolKind::Text,
        detail: detail.to_owned(),
        doc: doc.to_owned(),
        range,
        insert: label.to_owned(),
        sort: label.to_owned(),
        extra: vec![],
        snippet: None,
    }
}

/// The line up to the offset.
fn line(text: &str, at: usize) -> Option<&str> {
    let head = text.get(..at)?;
    Some(&head[head.rfind('\n').map_or(0, |i| i + 1)..])
}

/// The range of the last letters in front of the offset.
fn word_range(spot: &Spot<'_>, word: &str, at: usize) -> TextRange {
    TextRange::new((at - word.len()) as u32, at as u32).shift(spot.start)
}

/// Codes of rules in `//amigos:allow ` comments.
fn in_suppression(spot: &Spot<'_>, at: usize) -> Option<Vec<Completion>> {
    let line = line(spot.decl.text(spot.db), at)?;
    let rest = ["//amigos:allow ", "//amigos:fp "].iter().find_map(|p| line.rfind(p).map(|i| &line[i + p.len()..]))?;
    if rest.contains("--") {
        return Some(vec![]);
    }
    let range = word_range(spot, rest.rsplit([' ', ',']).next().unwrap_or(""), at);
    Some(amigos_rules::rules::ALL.iter().map(|rule| one(rule.code, rule.name, rule.summary, range)).collect())
}

/// The first argument of `oracle.Fetch`: the pairs that packages at hand ask for.
fn in_pair(spot: &Spot<'_>, at: usize) -> Option<Vec<Completion>> {
    let text = spot.decl.text(spot.db);
    let head = line(text, at)?;
    let quote = head.rfind('"')?;
    let typed = &head[quote + 1..];
    let asks = head[..quote].trim_end().strip_suffix('(')?.trim_end().ends_with("oracle.Fetch");
    if !asks || !is_contract(spot.db, spot.package) || typed.contains(|c: char| !c.is_alphanumeric() && !"/-.".contains(c)) {
        return None;
    }
    // The rest of the pair that stands there goes with it.
    let rest = text.get(at..)?;
    let behind = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || "/-.".contains(c)).len();
    let mut range = word_range(spot, typed, at);
    range.end += behind as u32;
    let own = spot.start + at as u32;
    let pairs = pairs(spot, own);
    Some(pairs.iter().filter(|p| p.starts_with(typed)).take(MOST_PAIRS).map(|p| one(p, "pair of the oracle", "", range)).collect())
}

/// The pairs that contracts at hand fetch, the one that is being written left out.
fn pairs(spot: &Spot<'_>, at: u32) -> BTreeSet<String> {
    let db = spot.db;
    let mut out = BTreeSet::new();
    for package in Root::get(db).packages(db).values().filter(|p| p.origin(db) != Origin::Std) {
        for file in package.files(db) {
            if !file.text(db).contains("oracle.Fetch") {
                continue;
            }
            db.unwind_if_revision_cancelled();
            for decl in amigos_db::query::split_file(db, *file) {
                let ast = amigos_db::query::parse_decl(db, *decl);
                let text = decl.text(db);
                let here = *decl == spot.decl;
                for arena in std::iter::once(&*ast.sig).chain(ast.bodies.iter().map(|b| &b.ast)) {
                    out.extend(fetched(arena, text, if here { at.checked_sub(spot.start) } else { None }));
                }
            }
        }
    }
    out
}

/// The first arguments of the calls of `oracle.Fetch` in a declaration.
fn fetched(ast: &Ast, text: &str, but: Option<u32>) -> Vec<String> {
    let calls = ast.exprs.iter().filter_map(|e| match &e.kind {
        ExprKind::Call { fun, args, .. } if ast[*fun].range.of(text) == "oracle.Fetch" => args.first().map(|a| &ast[*a]),
        _ => None,
    });
    let literals = calls.filter(|e| matches!(e.kind, ExprKind::BasicLit { kind: LitKind::String, .. }));
    let others = literals.filter(|e| but.is_none_or(|at| !e.range.touches(at)));
    others.filter_map(|e| String::from_utf8(amigos_syntax::lex::unquote_string(e.range.of(text))?).ok()).collect()
}
