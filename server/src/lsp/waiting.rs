//! Requests that came before they can be answered well: the package of their document is still being read from the disk, or the
//! network that was chosen has not said a word yet. The main loop keeps them here and runs them when what they need is there.

use serde_json::Value;
use tower_lsp::lsp_types::Url;
use tower_lsp::lsp_types::request::{ExecuteCommand, Request};

use super::documents::{DocKey, key_of};
use super::front::PendingRequest;

/// Commands that read live state, or run code against it with all its imports.
const ON_LIVE_STATE: [&str; 8] = [
    "amigos.simulate",
    "amigos.trace",
    "amigos.scenario",
    "amigos.saveTest",
    "amigos.replay",
    "amigos.state",
    "amigos.render",
    "amigos.runTest",
];

/// A request that waits.
pub struct Waiting {
    /// The request.
    pub request: PendingRequest,
    /// The document that it is about, if it is open, and its version when the request came: a later one makes its positions void.
    pub about: Option<(DocKey, i32)>,
    /// How many edits the request saw.
    pub edits: u64,
}

/// The document that a request is about.
pub fn subject(params: &Value) -> Option<DocKey> {
    let uri = ["/textDocument/uri", "/arguments/0/uri", "/item/uri"].iter().find_map(|place| params.pointer(place)?.as_str())?;
    Some(key_of(&Url::parse(uri).ok()?))
}

/// Whether a request can only be answered well with the network.
pub fn needs_network(method: &str, params: &Value) -> bool {
    method == ExecuteCommand::METHOD
        && params.get("command").and_then(Value::as_str).is_some_and(|command| ON_LIVE_STATE.contains(&command))
}
