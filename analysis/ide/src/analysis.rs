//! The host that takes changes, and the snapshots that answer.

use std::sync::Arc;

use amigos_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::data::*;

/// An edit overtook the computation: ask again, of a newer snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

/// A result, unless an edit overtook it.
pub type Cancellable<T> = Result<T, Cancelled>;

/// The owner of all inputs. There is one per server, on one thread.
#[derive(Default)]
pub struct AnalysisHost {
    files: Arc<FxHashMap<FileId, Arc<str>>>,
}

impl AnalysisHost {
    /// An analyzer that knows the standard library and nothing else.
    pub fn new() -> AnalysisHost {
        AnalysisHost::default()
    }

    /// Takes a change. Computations on older snapshots end with [`Cancelled`]; this waits for them.
    pub fn apply_change(&mut self, change: Change) {
        let files = Arc::make_mut(&mut self.files);
        for (file, text) in change.files {
            match text {
                Some(text) => files.insert(file, text),
                None => files.remove(&file),
            };
        }
    }

    /// A snapshot to ask. It must be dropped before the next change can be applied: never keep one.
    pub fn analysis(&self) -> Analysis {
        Analysis { files: self.files.clone() }
    }
}

/// An immutable view of everything as of the last change. Files that do not exist have empty answers.
pub struct Analysis {
    files: Arc<FxHashMap<FileId, Arc<str>>>,
}

impl Analysis {
    /// The text of a file.
    pub fn file_text(&self, file: FileId) -> Cancellable<Option<Arc<str>>> {
        Ok(self.files.get(&file).cloned())
    }
    /// The text of a file of the standard library, by package and name.
    pub fn std_text(&self, _package: &str, _name: &str) -> Cancellable<Option<Arc<str>>> {
        Ok(None)
    }
    /// The syntax errors of a file: the first wave.
    pub fn syntax_diagnostics(&self, _file: FileId) -> Cancellable<Vec<Diagnostic>> {
        Ok(Vec::new())
    }
    /// All findings in a file, in order of place.
    pub fn diagnostics(&self, _file: FileId) -> Cancellable<Vec<Diagnostic>> {
        Ok(Vec::new())
    }
    /// What is at `offset`.
    pub fn hover(&self, _file: FileId, _offset: u32) -> Cancellable<Option<Hover>> {
        Ok(None)
    }
    /// What can be written at `offset`.
    pub fn completions(&self, _file: FileId, _offset: u32) -> Cancellable<Vec<Completion>> {
        Ok(Vec::new())
    }
    /// Where what is at `offset` is declared.
    pub fn definition(&self, _file: FileId, _offset: u32) -> Cancellable<Vec<Target>> {
        Ok(Vec::new())
    }
    /// The hints in `range`.
    pub fn inlay_hints(&self, _file: FileId, _range: TextRange) -> Cancellable<Vec<InlayHint>> {
        Ok(Vec::new())
    }
    /// The lenses of a file.
    pub fn code_lenses(&self, _file: FileId) -> Cancellable<Vec<CodeLens>> {
        Ok(Vec::new())
    }
    /// The outline of a file.
    pub fn document_symbols(&self, _file: FileId) -> Cancellable<Vec<DocumentSymbol>> {
        Ok(Vec::new())
    }
    /// What can be folded.
    pub fn folding_ranges(&self, _file: FileId) -> Cancellable<Vec<Fold>> {
        Ok(Vec::new())
    }
}
