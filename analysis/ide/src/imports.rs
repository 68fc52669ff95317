//! Adding imports to a file.

use amigos_db::input::{Package, Root, SourceFile};
use amigos_db::query as q;
use amigos_db::resolve::{HUB, split_major};
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{Name, TextRange};

use crate::analysis::View;
use crate::data::TextEdit;
use crate::hover::base_key;

/// The edit that adds those of `paths` that the file doesn't import yet, to its first import declaration or behind its package clause.
pub(crate) fn missing(view: View<'_>, file: SourceFile, paths: &[&str]) -> Option<(TextRange, String)> {
    let mut wanted: Vec<&str> = paths.to_vec();
    let mut clause_end = 0;
    let mut group: Option<(u32, bool, TextRange)> = None;
    for decl in q::split_file(view.db, file) {
        let ast = q::parse_decl(view.db, *decl);
        let start = decl.start(view.db);
        match &ast.kind {
            DeclKind::Package(ident) => clause_end = start + ast.sig[*ident].range.end,
            DeclKind::Gen(found) if matches!(found.specs.first(), Some(Spec::Import(_))) => {
                for spec in &found.specs {
                    if let Spec::Import(spec) = spec {
                        wanted.retain(|p| *p != spec.path.as_str());
                    }
                }
                let text = decl.text(view.db);
                let grouped = found.range.of(text).ends_with(')');
                if group.is_none() {
                    group = Some((start, grouped, found.range));
                }
            }
            _ => {}
        }
    }
    if wanted.is_empty() {
        return None;
    }
    let lines: String = wanted.iter().map(|p| format!("\t\"{p}\"\n")).collect();
    Some(match group {
        // Before the closing bracket, which should stand on a line of its own.
        Some((start, true, range)) => {
            let at = start + range.end - 1;
            let before = file.text(view.db).get(..at as usize).unwrap_or("").trim_end_matches([' ', '\t']);
            (TextRange::at(at), if before.ends_with('\n') { lines } else { format!("\n{lines}") })
        }
        Some((start, false, range)) => (TextRange::at(start + range.end), format!("\nimport (\n{lines})")),
        None => (TextRange::at(clause_end), format!("\n\nimport (\n{lines})")),
    })
}

/// The edits of [`missing`].
pub(crate) fn edits(view: View<'_>, file: SourceFile, paths: &[&str]) -> Vec<TextEdit> {
    let Some(id) = view.file_id(file) else { return vec![] };
    missing(view, file, paths).map(|(range, new_text)| TextEdit { file: id, range, new_text }).into_iter().collect()
}

/// All packages that can be imported by `importer`: name (by the last element of the path) and path; the standard library first, then by path. Of a hub
/// package the newest major goes without `@vN`.
fn all(view: View<'_>, importer: Package) -> Vec<(String, String)> {
    let db = view.db;
    let root = Root::get(db);
    let own = base_key(importer.key(db));
    let mut out = Vec::new();
    for key in root.packages(db).keys() {
        let key = key.0.as_str();
        if key.contains(' ') || key == own {
            continue;
        }
        let (path, label) = match split_major(key) {
            Ok((path, Some(major))) => {
                let newest = root.majors(db).get(&Name::new(path)).and_then(|m| m.last()) == Some(&major);
                (path, if newest { path.to_owned() } else { key.to_owned() })
            }
            _ => (key, key.to_owned()),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        out.push((name.to_owned(), label));
    }
    out.sort_by(|a, b| (a.1.starts_with(HUB), a.1.contains('@'), &a.1).cmp(&(b.1.starts_with(HUB), b.1.contains('@'), &b.1)));
    out
}

/// The paths of packages called `name`, the likeliest first.
pub(crate) fn known(view: View<'_>, importer: Package, name: &str) -> Vec<String> {
    all(view, importer).into_iter().filter(|(n, _)| n == name).map(|(_, path)| path).collect()
}

/// Names and paths of packages whose name starts with `prefix`.
pub(crate) fn known_by_prefix(view: View<'_>, importer: Package, prefix: &str) -> Vec<(String, String)> {
    all(view, importer).into_iter().filter(|(n, _)| n.starts_with(prefix)).collect()
}
