//! Where tests failed when they ran last, as diagnostics of the text that they ran on: an edit of the file takes them away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::lsp_types as lsp;

use super::documents::DocKey;
use crate::run_tests::Failure;

/// Failures by file.
#[derive(Default)]
pub struct TestResults {
    files: Mutex<HashMap<DocKey, Vec<Failed>>>,
}

/// A failure of one test in one text.
struct Failed {
    test: String,
    text: Arc<str>,
    failure: Failure,
}

impl TestResults {
    /// Takes what became of tests; `file` gives the key and the text of a file that a failure names. Gives the files whose diagnostics are others now.
    pub fn put(&self, verdicts: &[crate::run_tests::Verdict], file: impl Fn(&str) -> Option<(DocKey, Arc<str>)>) -> Vec<DocKey> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut touched: Vec<DocKey> = Vec::new();
        for (key, failed) in files.iter_mut() {
            let before = failed.len();
            failed.retain(|one| !verdicts.iter().any(|verdict| verdict.name == one.test));
            if failed.len() != before {
                touched.push(key.clone());
            }
        }
        for verdict in verdicts {
            for failure in &verdict.failures {
                let Some((key, text)) = file(&failure.file) else { continue };
                touched.push(key.clone());
                files.entry(key).or_default().push(Failed { test: verdict.name.clone(), text, failure: failure.clone() });
            }
        }
        files.retain(|_, failed| !failed.is_empty());
        touched.sort();
        touched.dedup();
        touched
    }

    /// The diagnostics of a file whose text is `text` now.
    pub fn of(&self, key: &DocKey, text: &str, position: impl Fn(u32) -> lsp::Position) -> Vec<lsp::Diagnostic> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        for one in files.get(key).into_iter().flatten().filter(|one| *one.text == *text) {
            let line_start = text.split_inclusive('\n').take(one.failure.line.saturating_sub(1) as usize).map(str::len).sum::<usize>();
            let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let from = line_start + line.len() - line.trim_start().len();
            let to = line_start + line.trim_end().len();
            let mut message = format!("{}: {}", one.test, one.failure.message);
            if let (Some(expected), Some(actual)) = (&one.failure.expected, &one.failure.actual) {
                message += &format!("\nexpected: {expected}\nactual:   {actual}");
            }
            found.push(lsp::Diagnostic {
                range: lsp::Range { start: position(from as u32), end: position(to.max(from) as u32) },
                severity: Some(lsp::DiagnosticSeverity::ERROR),
                code: Some(lsp::NumberOrString::String("test".to_owned())),
                source: Some("amigos test".to_owned()),
                message,
                ..lsp::Diagnostic::default()
            });
        }
        found
    }
}
