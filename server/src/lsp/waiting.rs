//! Requests that came before they can be answered well: the package of their document is still being read from the disk, or the
//! network that was chosen has not said a word yet. The main loop keeps them here and runs them when what they need is there.

use serde_json::Value;
use tower_lsp::lsp_types::Url;
use tower_lsp::lsp_types::request::{ExecuteCommand, Request};

use super::documents::{DocKey, key_of};
use super::front::PendingRequest;

/// Commands that read live state, or run code against it with all its imports; and what is shown of them while they run.
const ON_LIVE_STATE: [(&str, &str); 8] = [
    ("amigos.simulate", "simulating the call"),
    ("amigos.trace", "simulating the call"),
    ("amigos.scenario", "simulating the scenario"),
    ("amigos.saveTest", "recording the call as a test"),
    ("amigos.replay", "running past calls again"),
    ("amigos.state", "reading state"),
    ("amigos.render", "rendering the page"),
    ("amigos.runTest", "running tests"),
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

/// What is shown of a request that can only be answered well with the network; none for others.
pub fn needs_network(method: &str, params: &Value) -> Option<&'static str> {
    let command = params.get("command").and_then(Value::as_str).filter(|_| method == ExecuteCommand::METHOD)?;
    ON_LIVE_STATE.iter().find(|(name, _)| *name == command).map(|(_, shown)| *shown)
}
