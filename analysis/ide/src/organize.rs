//! Organising imports: what is unused goes, what is missing and can only mean one package comes, each group is sorted. The standard
//! library stands first; groups that the author made stay.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::format::edits::{Edit, apply, edits};
use amigos_syntax::format::{Options, format_declaration};
use amigos_syntax::split::{ChunkKind, split};

use crate::analysis::View;
use crate::imports::is_std;

/// The edits that organise the imports of a file; none if they are as they should be, or if an import can't be read.
pub(crate) fn organize(view: View<'_>, file: SourceFile) -> Vec<Edit> {
    let text = file.text(view.db).to_string();
    let broken = q::split_file(view.db, file).iter().any(|decl| {
        let is_import = matches!(&q::parse_decl(view.db, *decl).kind, DeclKind::Gen(d) if matches!(d.specs.first(), Some(Spec::Import(_))));
        is_import && !q::syntax_errors(view.db, *decl).is_empty()
    });
    if broken {
        return Vec::new();
    }
    let (unused, missing) = changes(view, file);
    let without = remove(&text, &unused);
    let with = missing.iter().fold(without, |text, path| add(&text, path));
    edits(&text, &sorted(&with))
}

/// The unused imports' ranges, and the paths of missing packages.
fn changes(view: View<'_>, file: SourceFile) -> (Vec<TextRange>, Vec<String>) {
    let text = file.text(view.db);
    let (mut unused, mut missing) = (Vec::new(), Vec::new());
    let Some(package) = q::owner(view.db, file) else { return (unused, missing) };
    for found in crate::diagnostics::all(view, file) {
        match found.code.as_str() {
            "UnusedImport" => unused.push(found.range),
            "UndeclaredName" => {
                let Some(name) = text.get(found.range.start as usize..found.range.end as usize) else { continue };
                if !text[found.range.end as usize..].starts_with('.') {
                    continue;
                }
                // More than one package of that name: that is for the author to choose.
                if let [path] = &crate::imports::known(view, package, name)[..]
                    && !missing.contains(path)
                {
                    missing.push(path.clone());
                }
            }
            _ => {}
        }
    }
    missing.sort();
    (unused, missing)
}

/// An import of a text: its declaration and itself, as ranges of the text.
struct Import {
    decl: TextRange,
    grouped: bool,
    alone: bool,
    range: TextRange,
    path: String,
}

fn imports(text: &str) -> Vec<Import> {
    let mut out = Vec::new();
    for chunk in split(text).iter().filter(|c| c.kind == ChunkKind::Import) {
        let parsed = amigos_syntax::parse_decl(chunk.text(text), amigos_syntax::GoVersion::LATEST);
        let DeclKind::Gen(decl) = &parsed.kind else { continue };
        for spec in &decl.specs {
            let Spec::Import(spec) = spec else { continue };
            let grouped = decl.range.of(chunk.text(text)).ends_with(')');
            let (decl_range, range) = (decl.range.shift(chunk.start), spec.range.shift(chunk.start));
            out.push(Import { decl: decl_range, grouped, alone: decl.specs.len() == 1, range, path: spec.path.to_string() });
        }
    }
    out
}

/// The text without these imports, and without the lines and declarations that are empty then.
fn remove(text: &str, unused: &[TextRange]) -> String {
    let mut gone: Vec<Edit> = Vec::new();
    let all = imports(text);
    for import in &all {
        let is_unused = |i: &Import| unused.iter().any(|u| i.range.touches(u.start));
        if !is_unused(import) {
            continue;
        }
        let whole = import.alone || all.iter().filter(|i| i.decl == import.decl).all(is_unused);
        let range = whole_lines(text, if whole { import.decl } else { import.range });
        if gone.last().is_none_or(|last| last.range.end <= range.start) {
            gone.push(Edit { range, new_text: String::new() });
        }
    }
    apply(text, &gone)
}

/// The range with its lines if nothing else stands on them; a comment behind it goes too, and of two blank lines around it one.
fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let line_start = text[..range.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let behind = &text[range.end as usize..];
    let rest = behind.split('\n').next().unwrap_or("");
    let alone = text[line_start..range.start as usize].trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with("//"));
    if !alone {
        return range;
    }
    let mut end = (range.end as usize + rest.len() + 1).min(text.len());
    if text[..line_start].ends_with("\n\n") && text[end..].starts_with('\n') {
        end += 1;
    }
    TextRange::new(line_start as u32, end as u32)
}

/// The text with one import more: behind the last one of its kind, else in a group of its own.
fn add(text: &str, path: &str) -> String {
    let all = imports(text);
    if all.iter().any(|i| i.path == path) {
        return text.to_owned();
    }
    let insert = |at: u32, new: String| apply(text, &[Edit { range: TextRange::at(at), new_text: new }]);
    let line_end = |at: u32| text[at as usize..].find('\n').map_or(text.len(), |i| at as usize + i) as u32;
    let grouped: Vec<&Import> = all.iter().filter(|i| i.grouped).collect();
    if let Some(like) = grouped.iter().rfind(|i| is_std(&i.path) == is_std(path)) {
        return insert(line_end(like.range.end), format!("\n\t\"{path}\""));
    }
    if let (Some(first), Some(last)) = (grouped.first(), grouped.last()) {
        return if is_std(path) {
            let line = text[..first.range.start as usize].rfind('\n').map_or(first.range.start as usize, |i| i + 1);
            insert(line as u32, format!("\t\"{path}\"\n\n"))
        } else {
            insert(line_end(last.range.end), format!("\n\n\t\"{path}\""))
        };
    }
    if let [only] = &all[..] {
        // One becomes a group of two.
        let old = only.range.of(text);
        let new = format!("\"{path}\"");
        let (first, second) = if is_std(path) { (new.as_str(), old) } else { (old, new.as_str()) };
        let gap = if is_std(path) == is_std(&only.path) { "" } else { "\n" };
        let edit = Edit { range: only.decl, new_text: format!("import (\n\t{first}\n{gap}\t{second}\n)") };
        return apply(text, &[edit]);
    }
    let after = all.last().map_or_else(|| package_end(text), |i| Some(i.decl.end));
    match after {
        Some(at) => insert(line_end(at), format!("{}import \"{path}\"", if all.is_empty() { "\n\n" } else { "\n" })),
        None => text.to_owned(),
    }
}

/// The end of the package clause.
fn package_end(text: &str) -> Option<u32> {
    let chunk = split(text).into_iter().find(|c| c.kind == ChunkKind::Package)?;
    let parsed = amigos_syntax::parse_decl(chunk.text(text), amigos_syntax::GoVersion::LATEST);
    let DeclKind::Package(name) = parsed.kind else { return None };
    Some(chunk.start + parsed.sig[name].range.end)
}

/// The text with its import declarations formatted.
fn sorted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in split(text) {
        let code = chunk.text(text);
        let trimmed = code.trim_end();
        match format_declaration(trimmed, Options::default()).filter(|_| chunk.kind == ChunkKind::Import) {
            Some(formatted) => {
                out.push_str(formatted.trim_end());
                out.push_str(&code[trimmed.len()..]);
            }
            None => out.push_str(code),
        }
    }
    out
}
