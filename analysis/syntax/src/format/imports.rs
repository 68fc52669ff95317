//! Sorting imports: inside parentheses, each run of lines without blank ones between them is sorted by path; what is imported twice
//! goes. Comments move with their import.

use super::source::{Group, Source};
use crate::ast::*;
use crate::doc::comment_text;
use crate::lex::unquote_string;
use crate::token::Tok;

/// An import as it is to be printed.
#[derive(Clone, Debug)]
pub(super) struct ImportEntry<'a> {
    pub name: Option<&'a str>,
    /// The literal.
    pub path: &'a str,
    /// Where the name (or the path, if there is none) is taken to stand.
    pub start: u32,
    pub path_start: u32,
    /// Where it is taken to end, if sorting has said so.
    pub end: Option<u32>,
    /// The path unquoted.
    key: Vec<u8>,
    own_end: u32,
    trailing: Option<String>,
    /// The comment groups that belong to it; whether each stands before it.
    groups: Vec<(bool, Group)>,
}

/// The imports of a declaration, in the order of the source.
fn entries<'a>(src: &Source<'a>, decl: &DeclAst) -> Vec<ImportEntry<'a>> {
    let DeclKind::Gen(gen_decl) = &decl.kind else { return Vec::new() };
    let imports = gen_decl.specs.iter().filter_map(|spec| match spec {
        Spec::Import(spec) => Some(spec),
        _ => None,
    });
    let entry = |spec: &ImportSpec| {
        let name = spec.name.map(|id| decl.sig[id].range);
        let path = spec.path_range.of(src.text);
        let trailing = src.trailing_group(spec.range.end).map(|group| {
            let notes = &src.notes[group.first as usize..(group.first + group.len) as usize];
            let from = notes[0].pos as usize;
            comment_text(&src.text[from..notes[notes.len() - 1].end() as usize])
        });
        ImportEntry {
            name: name.map(|range| range.of(src.text)),
            path,
            start: name.map_or(spec.path_range.start, |range| range.start),
            path_start: spec.path_range.start,
            end: None,
            key: unquote_string(path).unwrap_or_default(),
            own_end: spec.path_range.end,
            trailing,
            groups: Vec::new(),
        }
    };
    imports.map(entry).collect()
}

/// The imports of each declaration, sorted; comments and line numbers of `src` are changed with them.
pub(super) fn sorted_imports<'a>(src: &mut Source<'a>, decls: &[DeclAst]) -> Vec<Vec<ImportEntry<'a>>> {
    let mut all = Vec::with_capacity(decls.len());
    let mut sorting = true;
    for decl in decls {
        let mut list = entries(src, decl);
        sorting &= matches!(decl.kind, DeclKind::Package(_)) || is_import(src, decl);
        if sorting && let DeclKind::Gen(gen_decl) = &decl.kind {
            let keyword = src.token_at(gen_decl.range.start);
            if src.tok(keyword + 1) == Tok::LParen {
                let close = src.start(src.partner(keyword + 1));
                list = sort_runs(src, list, close);
            }
        }
        all.push(list);
    }
    all
}

fn is_import(src: &Source, decl: &DeclAst) -> bool {
    matches!(&decl.kind, DeclKind::Gen(d) if src.tok(src.token_at(d.range.start)) == Tok::Import)
}

fn sort_runs<'a>(src: &mut Source<'a>, list: Vec<ImportEntry<'a>>, close: u32) -> Vec<ImportEntry<'a>> {
    let mut out: Vec<ImportEntry> = Vec::with_capacity(list.len());
    let mut run: Vec<ImportEntry> = Vec::new();
    for entry in list {
        let apart = run.last().is_some_and(|last| src.lines.of(entry.start) > 1 + src.lines.of(last.own_end));
        if apart {
            out.append(&mut sort_run(src, std::mem::take(&mut run), close));
        }
        run.push(entry);
    }
    out.append(&mut sort_run(src, run, close));
    if let Some(last) = out.last() {
        // What was dropped leaves no blank lines before the parenthesis.
        let last_line = src.lines.of(last.start);
        let mut close_line = src.lines.of(close);
        while close_line > last_line + 1 {
            close_line -= 1;
            src.lines.merge(close_line);
        }
    }
    out
}

fn sort_run<'a>(src: &mut Source<'a>, run: Vec<ImportEntry<'a>>, close: u32) -> Vec<ImportEntry<'a>> {
    let mut run = run;
    if run.len() <= 1 {
        return run;
    }
    let places: Vec<(u32, u32)> = run.iter().map(|e| (e.start, e.own_end)).collect();
    let groups = groups_of_run(src, places[0].0, places[places.len() - 1].1);
    assign_groups(src, &mut run, &places, groups.clone());

    let order = |e: &ImportEntry<'a>| (e.key.clone(), e.name.unwrap_or(""), e.trailing.clone().unwrap_or_default());
    run.sort_by_cached_key(order);
    let mut kept: Vec<ImportEntry> = Vec::with_capacity(run.len());
    let mut rest = run.into_iter().peekable();
    while let Some(entry) = rest.next() {
        let doubled = rest.peek().is_some_and(|next| next.key == entry.key && next.name == entry.name && entry.trailing.is_none());
        if !doubled {
            kept.push(entry);
            continue;
        }
        let line = src.lines.of(entry.start);
        if line != src.lines.of(close) {
            src.lines.merge(line);
        }
    }
    for (entry, (start, end)) in kept.iter_mut().zip(&places) {
        (entry.start, entry.path_start, entry.end) = (*start, *start, Some(*end));
        for (left, group) in &entry.groups {
            for note in &mut src.notes[group.first as usize..(group.first + group.len) as usize] {
                note.pos = if *left { start.saturating_sub(1) } else { *end };
            }
        }
    }
    let notes = &src.notes;
    src.groups[groups].sort_by_key(|g| notes[g.first as usize].pos);
    kept
}

/// The comment groups on the lines of a run of imports.
fn groups_of_run(src: &Source, start: u32, end: u32) -> std::ops::Range<usize> {
    let begin = src.lines.start(src.lines.of(start));
    let end_line = src.lines.of(end);
    let end = if end_line == src.lines.count() { end } else { src.lines.start(end_line + 1) };
    let group_end = |g: &Group| src.notes[(g.first + g.len - 1) as usize].end();
    let before_end = src.groups.iter().position(|g| group_end(g) >= end).unwrap_or(src.groups.len());
    let first = src.groups[..before_end].iter().position(|g| begin <= src.notes[g.first as usize].pos).unwrap_or(before_end);
    first..before_end
}

/// Gives each comment group to the import on its line, or to the one below.
fn assign_groups(src: &Source, run: &mut [ImportEntry], places: &[(u32, u32)], groups: std::ops::Range<usize>) {
    let mut at = 0;
    for group in &src.groups[groups] {
        let pos = src.notes[group.first as usize].pos;
        while places.get(at + 1).is_some_and(|next| next.0 <= pos) {
            at += 1;
        }
        let mut left = false;
        if at == 0 && places[at].0 > pos {
            left = true;
        } else if at + 1 < places.len() && src.lines.of(places[at].0) + 1 == src.lines.of(pos) {
            at += 1;
            left = true;
        }
        run[at].groups.push((left, *group));
    }
}
