//! Adding imports to a file.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};

use crate::analysis::View;

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
        // Before the closing bracket, which stands on a line of its own.
        Some((start, true, range)) => (TextRange::at(start + range.end - 1), lines),
        Some((start, false, range)) => (TextRange::at(start + range.end), format!("\nimport (\n{lines})")),
        None => (TextRange::at(clause_end), format!("\n\nimport (\n{lines})")),
    })
}
