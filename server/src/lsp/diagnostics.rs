//! Diagnostics on their way to the client: what was published last, by file, and from which revision, so that an older
//! computation never overwrites a newer one and nothing is sent twice.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use amigos_ide::{Cancellable, Diagnostic, FileId, Severity};
use tower_lsp::lsp_types as lsp;
use tower_lsp::lsp_types::notification::PublishDiagnostics;
use tower_lsp::lsp_types::request::WorkspaceDiagnosticRefresh;

use super::documents::{DocKey, uri_of};
use super::outgoing::Outgoing;
use super::snapshot::Snapshot;
use super::to_proto;
use crate::files::key_of_path;
use crate::manifest::FILE_NAME;
use crate::workspace::PackageFolder;

/// More findings than this in one file help nobody.
const PER_FILE_LIMIT: usize = 500;

#[derive(Default)]
struct Published {
    revision: u64,
    diagnostics: Vec<lsp::Diagnostic>,
}

/// What the client was told last.
pub struct Board {
    out: Outgoing,
    files: Mutex<HashMap<DocKey, Published>>,
    /// Whether the client asks for what is found in Go files.
    pulled: AtomicBool,
}

impl Board {
    /// A board that publishes through `out`.
    pub fn new(out: Outgoing) -> Board {
        Board { out, files: Mutex::default(), pulled: AtomicBool::new(false) }
    }

    /// Says whether the client asks for what is found in Go files; it is not told then.
    pub fn set_pulled(&self, pulled: bool) {
        self.pulled.store(pulled, Ordering::Release);
    }

    fn is_pulled(&self) -> bool {
        self.pulled.load(Ordering::Acquire)
    }

    /// Publishes the findings of one file as of `revision`, unless newer ones are out or nothing changed. Whether they changed.
    pub fn publish(
        &self,
        revision: u64,
        key: &DocKey,
        uri: Option<lsp::Url>,
        version: Option<i32>,
        diagnostics: Vec<lsp::Diagnostic>,
    ) -> bool {
        let Some(uri) = uri.or_else(|| uri_of(key)) else { return false };
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !files.contains_key(key);
        let published = files.entry(key.clone()).or_default();
        if published.revision > revision {
            return false;
        }
        published.revision = revision;
        // The first answer for an open file is sent even if it is empty: clients wait for it.
        if published.diagnostics == diagnostics && !(first && version.is_some()) {
            return false;
        }
        published.diagnostics.clone_from(&diagnostics);
        if !(self.is_pulled() && key.ends_with(".go")) {
            self.out.notify::<PublishDiagnostics>(lsp::PublishDiagnosticsParams { uri, diagnostics, version });
        }
        true
    }

    /// Whether nothing was published for this file yet.
    pub fn is_new(&self, key: &DocKey) -> bool {
        !self.files.lock().unwrap_or_else(PoisonError::into_inner).contains_key(key)
    }

    /// Forgets a file, so that its next findings are sent even if they are the same.
    pub fn forget(&self, key: &DocKey) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Takes back what was said of a file.
    pub fn clear(&self, revision: u64, key: &DocKey) {
        self.publish(revision, key, None, None, Vec::new());
    }
}

/// Computes and publishes the findings of `files`, in order. A first-time file gets its syntax errors ahead of the rest,
/// and nothing but them until its package is known. A client that asks is asked to ask again if findings changed in others than `edited`.
pub fn run_wave(board: &Board, snapshot: &Snapshot, revision: u64, files: &[FileId], edited: &[FileId]) -> Cancellable<()> {
    let mut elsewhere = false;
    for file in files {
        let Some(key) = snapshot.workspace.files.key(*file).cloned() else { continue };
        // A manifest is no Go, even while it is open.
        if key.ends_with(FILE_NAME) {
            continue;
        }
        let only_syntax = snapshot.workspace.awaits_folder_of(&key);
        if board.is_new(&key) {
            let syntax = snapshot.analysis.syntax_diagnostics(*file)?;
            if !syntax.is_empty() {
                publish_file(board, snapshot, revision, *file, &key, syntax)?;
            }
        }
        if only_syntax {
            continue;
        }
        let all = file_diagnostics(snapshot, *file, &key)?;
        elsewhere |= publish_file(board, snapshot, revision, *file, &key, all)? && !edited.contains(file);
    }
    if elsewhere && board.is_pulled() && snapshot.negotiated.client.refresh_diagnostics {
        board.out.request::<WorkspaceDiagnosticRefresh>(());
    }
    Ok(())
}

/// The findings of a file at the levels that its manifest sets, not more than a person can use.
pub fn file_diagnostics(snapshot: &Snapshot, file: FileId, key: &DocKey) -> Cancellable<Vec<Diagnostic>> {
    let mut diagnostics = snapshot.analysis.diagnostics(file)?;
    if let Some(levels) = snapshot.workspace.rule_levels_of(key) {
        diagnostics = crate::levels::apply(levels, diagnostics);
    }
    // What a person sets for their editor comes last.
    diagnostics = crate::levels::apply(&snapshot.settings.rules, diagnostics);
    if diagnostics.len() > PER_FILE_LIMIT {
        let rest = diagnostics.len() - PER_FILE_LIMIT;
        diagnostics.truncate(PER_FILE_LIMIT);
        if let Some(last) = diagnostics.last_mut() {
            last.message += &format!(" (and {rest} more findings in this file)");
        }
    }
    Ok(diagnostics)
}

fn publish_file(
    board: &Board,
    snapshot: &Snapshot,
    revision: u64,
    file: FileId,
    key: &DocKey,
    found: Vec<Diagnostic>,
) -> Cancellable<bool> {
    let mut converted = Vec::with_capacity(found.len());
    for diagnostic in found {
        if let Some(one) = to_proto::diagnostic(snapshot, file, diagnostic)? {
            converted.push(one);
        }
    }
    if let Some(text) = snapshot.text(file)? {
        converted.extend(snapshot.results.of(key, &text.text, |offset| text.position(offset)));
    }
    let document = snapshot.documents.get(key);
    Ok(board.publish(revision, key, document.map(|d| d.uri.clone()), document.map(|d| d.version), converted))
}

/// Publishes what is wrong with a package as a folder: its manifest, its lock, its unreadable sources.
pub fn publish_folder(board: &Board, revision: u64, package: &PackageFolder, encoding: super::positions::Encoding) {
    let manifest = key_of_path(&package.folder.join(FILE_NAME));
    let text = package.manifest_text.as_deref().unwrap_or_default();
    let lines = super::positions::LineTable::new(text);
    let found = package.problems.iter().map(|problem| {
        let range = lines.range(text, problem.range.start as u32, problem.range.end as u32, encoding);
        plain(range, "Manifest", problem.message.clone())
    });
    board.publish(revision, &manifest, None, None, found.collect());
    let lock = key_of_path(&crate::workspace::lock_path(&package.folder));
    let found = package.lock.as_ref().err().map(|problem| plain(lsp::Range::default(), "Lock", problem.clone()));
    board.publish(revision, &lock, None, None, found.into_iter().collect());
    for source in &package.sources {
        if let Err(problem) = &source.text {
            let key = key_of_path(&package.folder.join(&source.name));
            board.publish(revision, &key, None, None, vec![plain(lsp::Range::default(), "Unreadable", problem.clone())]);
        }
    }
}

fn plain(range: lsp::Range, code: &str, message: String) -> lsp::Diagnostic {
    lsp::Diagnostic {
        range,
        severity: Some(to_proto::severity(Severity::Error)),
        code: Some(lsp::NumberOrString::String(code.to_owned())),
        source: Some("amigos".to_owned()),
        message,
        ..lsp::Diagnostic::default()
    }
}
