//! Findings: syntax first, then types.

use amigos_db::diagnostics::FileDiagnostic;
use amigos_db::input::SourceFile;
use amigos_db::{diagnostics as d, query as q};

use crate::analysis::View;
use crate::data::{Diagnostic, Fix, Related, Severity, TextEdit};

/// The syntax errors of a file.
pub(crate) fn syntax(view: View<'_>, file: SourceFile) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        for error in q::syntax_errors(view.db, *decl) {
            out.push(Diagnostic {
                range: error.range.shift(decl.start(view.db)),
                severity: Severity::Error,
                code: "Syntax".into(),
                message: with_hint(&error.message, error.hint.as_deref()),
                related: vec![],
                fixes: vec![],
                unnecessary: false,
            });
        }
    }
    out
}

fn with_hint(message: &str, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{message} ({hint})"),
        None => message.to_owned(),
    }
}

/// All findings of a file.
pub(crate) fn all(view: View<'_>, file: SourceFile) -> Vec<Diagnostic> {
    d::file_diagnostics(view.db, file).iter().map(|found| convert(view, file, found)).collect()
}

fn convert(view: View<'_>, file: SourceFile, found: &FileDiagnostic) -> Diagnostic {
    let related = found
        .related
        .iter()
        .filter_map(|(file, range, message)| Some(Related { file: view.file_id(*file)?, range: *range, message: message.to_string() }));
    let fixes = found.fixes.iter().filter_map(|fix| {
        let id = view.file_id(file)?;
        let edits = fix.edits.iter().map(|(range, text)| TextEdit { file: id, range: *range, new_text: text.to_string() });
        Some(Fix { title: fix.title.to_string(), edits: edits.collect() })
    });
    Diagnostic {
        range: found.range,
        severity: Severity::Error,
        code: found.code.into(),
        message: found.message.to_string(),
        related: related.collect(),
        fixes: fixes.collect(),
        unnecessary: matches!(found.code, "UnusedVar" | "UnusedImport" | "UnusedLabel"),
    }
}
