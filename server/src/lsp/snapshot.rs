//! What a request handler sees: everything as it was at the request's place in the stream.

use std::collections::HashMap;
use std::sync::Arc;

use amigos_ide::{Analysis, FileId};
use tower_lsp::lsp_types::{Position, TextEdit, Url};

use super::capabilities::Negotiated;
use super::documents::{DocKey, DocumentView, key_of, uri_of};
use super::front::CancelFlag;
use super::handlers::Failure;
use super::positions::{Encoding, LineTable};
use super::settings::Settings;
use crate::live::Live;
use crate::workspace::Workspace;

/// An immutable view of the server; sent to a pool thread and dropped with the answer.
pub struct Snapshot {
    /// What was agreed at `initialize`.
    pub negotiated: Arc<Negotiated>,
    /// The settings as they are now.
    pub settings: Arc<Settings>,
    /// The open documents.
    pub documents: Arc<HashMap<DocKey, Arc<DocumentView>>>,
    /// The packages and the numbers of files.
    pub workspace: Arc<Workspace>,
    /// The analyzer.
    pub analysis: Analysis,
    /// Live state.
    pub live: Arc<Live>,
    /// The semantic tokens that the client has.
    pub tokens: Arc<super::handlers::tokens::Sent>,
    /// Leads to the client.
    pub out: super::outgoing::Outgoing,
    /// Where tests failed when they ran last.
    pub results: Arc<super::test_results::TestResults>,
    /// The networks that commands named, beside the one that is shown.
    pub others: super::net::Others,
    /// Leads to the main loop.
    pub events: crossbeam_channel::Sender<super::main_loop::Event>,
    /// The network, for handlers that may wait.
    pub network: super::net::Shared,
    /// The progress that the client shows of the request.
    pub work: Option<super::outgoing::Work>,
    /// Tripped when the client cancels the request.
    pub cancel: CancelFlag,
}

/// A text with its line table.
pub struct FileText {
    /// The file.
    pub file: FileId,
    /// Its key.
    pub key: DocKey,
    /// Its text.
    pub text: Arc<str>,
    lines: LinesOf,
    encoding: Encoding,
}

enum LinesOf {
    Document(Arc<DocumentView>),
    Own(LineTable),
}

impl FileText {
    fn lines(&self) -> &LineTable {
        match &self.lines {
            LinesOf::Document(document) => document.lines(),
            LinesOf::Own(lines) => lines,
        }
    }
    /// The offset of a position.
    pub fn offset(&self, at: Position) -> u32 {
        self.lines().offset(&self.text, at, self.encoding)
    }
    /// The position of an offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset, self.encoding)
    }
    /// The LSP range of a range of bytes.
    pub fn range(&self, range: amigos_ide::TextRange) -> tower_lsp::lsp_types::Range {
        self.lines().range(&self.text, range.start, range.end, self.encoding)
    }
    /// An edit of the file; new lines end as those of the file do.
    pub fn edit(&self, range: amigos_ide::TextRange, new_text: String) -> TextEdit {
        let foreign = new_text.contains('\n') && self.text.contains("\r\n");
        let new_text = if foreign { new_text.replace("\r\n", "\n").replace('\n', "\r\n") } else { new_text };
        TextEdit { range: self.range(range), new_text }
    }
    /// The URI, as the client spells it.
    pub fn uri(&self) -> Option<Url> {
        match &self.lines {
            LinesOf::Document(document) => Some(document.uri.clone()),
            LinesOf::Own(_) => uri_of(&self.key),
        }
    }
}

impl Snapshot {
    /// The unit of columns.
    pub fn encoding(&self) -> Encoding {
        self.negotiated.encoding
    }

    /// The open document with this URI.
    pub fn document(&self, uri: &Url) -> Option<&Arc<DocumentView>> {
        self.documents.get(&key_of(uri))
    }

    /// The file of a URI; a failure if the server does not know it.
    pub fn file(&self, uri: &Url) -> Result<FileText, Failure> {
        let key = key_of(uri);
        let file =
            self.workspace.files.id(&key).ok_or_else(|| Failure::Failed(format!("`{uri}` is not open and in no package that is")))?;
        self.text(file)?.ok_or_else(|| Failure::Failed(format!("`{uri}` cannot be read")))
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> Result<Option<FileText>, amigos_ide::Cancelled> {
        let Some(key) = self.workspace.files.key(file).cloned() else { return Ok(None) };
        let encoding = self.encoding();
        if let Some(document) = self.documents.get(&key) {
            return Ok(Some(FileText { file, key, text: document.text.clone(), lines: LinesOf::Document(document.clone()), encoding }));
        }
        let Some(text) = self.analysis.file_text(file)? else { return Ok(None) };
        let lines = LinesOf::Own(LineTable::new(&text));
        Ok(Some(FileText { file, key, text, lines, encoding }))
    }
}
