//! Requests that only tests use; there with `AMIGOS_LSP_DEBUG=1` only.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tower_lsp::lsp_types::Url;

use super::super::snapshot::Snapshot;
use super::Failure;

#[derive(Deserialize)]
pub struct OfDocument {
    uri: Url,
}

/// The version of the document that this request sees.
pub fn version(snapshot: &Snapshot, params: OfDocument) -> Result<Option<i32>, Failure> {
    Ok(snapshot.document(&params.uri).map(|document| document.version))
}

/// The text of the document that this request sees.
pub fn text(snapshot: &Snapshot, params: OfDocument) -> Result<Option<String>, Failure> {
    Ok(snapshot.document(&params.uri).map(|document| document.text.to_string()))
}

/// Panics.
pub fn panic(_: &Snapshot, _: serde_json::Value) -> Result<(), Failure> {
    panic!("asked to by `amigos/debug/panic`")
}

#[derive(Deserialize)]
pub struct Sleep {
    ms: u64,
}

/// Keeps a thread busy until the time is over or the request is cancelled; says how long it was, in milliseconds.
pub fn sleep(snapshot: Snapshot, params: Sleep) -> Result<u64, Failure> {
    let cancel = snapshot.cancel.clone();
    drop(snapshot);
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(params.ms) && !cancel.is_cancelled() {
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(started.elapsed().as_millis() as u64)
}
