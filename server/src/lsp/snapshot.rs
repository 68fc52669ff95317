//! What a request handler sees: everything as it was at the request's place in the stream.

use std::collections::HashMap;
use std::sync::Arc;

use tower_lsp::lsp_types::Url;

use super::capabilities::Negotiated;
use super::documents::{DocKey, DocumentView, key_of};
use super::front::CancelFlag;

/// An immutable view of the server; sent to a pool thread and dropped with the answer.
pub struct Snapshot {
    /// What was agreed at `initialize`.
    pub negotiated: Arc<Negotiated>,
    /// The open documents.
    pub documents: Arc<HashMap<DocKey, Arc<DocumentView>>>,
    /// Tripped when the client cancels the request.
    pub cancel: CancelFlag,
}

impl Snapshot {
    /// The open document with this URI.
    pub fn document(&self, uri: &Url) -> Option<&Arc<DocumentView>> {
        self.documents.get(&key_of(uri))
    }
}
