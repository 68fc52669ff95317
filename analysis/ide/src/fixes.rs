//! Fixes that need more than the declaration they are about: imports.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};

use crate::analysis::View;
use crate::data::{Fix, TextEdit};

/// The removal of the import at `range`: its line, or the whole declaration if it imports nothing else.
pub(crate) fn remove_import(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let db = view.db;
    let id = view.file_id(file)?;
    let decl = crate::locate::decl_at(db, file, range.start)?;
    let ast = q::parse_decl(db, decl);
    let DeclKind::Gen(group) = &ast.kind else { return None };
    let spec = group.specs.iter().find_map(|s| match s {
        Spec::Import(spec) if spec.range.shift(decl.start(db)).touches(range.start) => Some(spec),
        _ => None,
    })?;
    let text = file.text(db);
    let what = if group.specs.len() == 1 { group.range } else { spec.range }.shift(decl.start(db));
    let removed = whole_lines(text, what);
    Some(Fix { title: "remove the import".to_owned(), edits: vec![TextEdit { file: id, range: removed, new_text: String::new() }] })
}

/// The range with the lines it stands on, if nothing else does (a comment behind it goes too).
fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let (start, end) = (range.start as usize, range.end as usize);
    let (Some(before), Some(behind)) = (text.get(..start), text.get(end..)) else { return range };
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let rest = behind.split('\n').next().unwrap_or("");
    let alone = before[line_start..].trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with("//"));
    if !alone {
        return range;
    }
    let line_end = (end + rest.len() + 1).min(text.len());
    TextRange::new(line_start as u32, line_end as u32)
}

/// An undeclared name in front of a dot that is the name of a known package: imports of it.
pub(crate) fn add_imports(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<Fix> {
    /// More choices than this help nobody.
    const MAX: usize = 4;
    let db = view.db;
    let text = file.text(db);
    let Some(package) = q::owner(db, file) else { return vec![] };
    let Some(name) = text.get(range.start as usize..range.end as usize) else { return vec![] };
    if !text[range.end as usize..].trim_start().starts_with('.') {
        return vec![];
    }
    let one = |path: String| {
        let edits = crate::imports::edits(view, file, &[&path]);
        (!edits.is_empty()).then(|| Fix { title: format!("import \"{path}\""), edits })
    };
    crate::imports::known(view, package, name).into_iter().take(MAX).filter_map(one).collect()
}
