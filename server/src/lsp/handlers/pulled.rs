//! Diagnostics that the client asks for (`textDocument/diagnostic`, `workspace/diagnostic`), for clients that chose so; others are told by waves.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use amigos_ide::FileId;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::lsp_types::{TextDocumentIdentifier, Url};

use super::super::diagnostics::file_diagnostics;
use super::super::documents::DocKey;
use super::super::outgoing::Progress;
use super::super::snapshot::Snapshot;
use super::super::to_proto;
use super::Failure;

/// So many files go into one part of a long answer.
const FILES_PER_PART: usize = 64;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfDocument {
    text_document: TextDocumentIdentifier,
    #[serde(default)]
    previous_result_id: Option<String>,
}

/// The findings of one document, or that they are the ones the client has.
pub fn of_document(snapshot: &Snapshot, params: OfDocument) -> Result<Value, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    report(snapshot, file.file, &file.key, params.previous_result_id.as_deref())
}

#[derive(Deserialize)]
pub struct Previous {
    uri: Url,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfWorkspace {
    #[serde(default)]
    previous_result_ids: Vec<Previous>,
    #[serde(default)]
    partial_result_token: Option<Value>,
}

/// The findings of all files of the workspace, in parts if the client gave a token for them.
pub fn of_workspace(snapshot: &Snapshot, params: OfWorkspace) -> Result<Value, Failure> {
    let previous: HashMap<DocKey, String> =
        params.previous_result_ids.into_iter().map(|p| (super::super::documents::key_of(&p.uri), p.value)).collect();
    let mut items = Vec::new();
    for file in snapshot.workspace.workspace_files() {
        if snapshot.cancel.is_cancelled() {
            break;
        }
        let Some(key) = snapshot.workspace.files.key(file).cloned() else { continue };
        let Some(uri) = snapshot.text(file)?.and_then(|text| text.uri()) else { continue };
        let mut item = report(snapshot, file, &key, previous.get(&key).map(String::as_str))?;
        item["uri"] = json!(uri);
        item["version"] = json!(snapshot.documents.get(&key).map(|d| d.version));
        items.push(item);
        if let Some(token) = params.partial_result_token.as_ref().filter(|_| items.len() >= FILES_PER_PART) {
            let part = json!({ "items": std::mem::take(&mut items) });
            snapshot.out.notify::<Progress>(json!({ "token": token, "value": part }));
        }
    }
    Ok(json!({ "items": items }))
}

fn report(snapshot: &Snapshot, file: FileId, key: &DocKey, previous: Option<&str>) -> Result<Value, Failure> {
    let mut items = Vec::new();
    for found in file_diagnostics(snapshot, file, key)? {
        items.extend(to_proto::diagnostic(snapshot, file, found)?);
    }
    if let Some(text) = snapshot.text(file)? {
        items.extend(snapshot.results.of(key, &text.text, |offset| text.position(offset)));
    }
    let items = json!(items);
    // The same findings have the same name.
    let mut hasher = DefaultHasher::new();
    items.to_string().hash(&mut hasher);
    let id = format!("{:016x}", hasher.finish());
    Ok(if previous == Some(id.as_str()) {
        json!({ "kind": "unchanged", "resultId": id })
    } else {
        json!({ "kind": "full", "resultId": id, "items": items })
    })
}
