//! `amigos.toml` in an editor: completion and hover.

use serde_json::{Value, json};
use tower_lsp::lsp_types::*;

use super::super::snapshot::{FileText, Snapshot};
use super::super::to_proto;
use crate::manifest::FILE_NAME;
use crate::manifest_help;

/// Whether a document is a manifest.
pub fn is_manifest(key: &str) -> bool {
    key.rsplit('/').next() == Some(FILE_NAME)
}

/// The answer to what is asked about a manifest as if it were Go: nothing.
pub fn answer_of_no_go(method: &str) -> Option<Value> {
    match method {
        "textDocument/completion" | "textDocument/hover" => None,
        "textDocument/diagnostic" => Some(json!({ "kind": "full", "items": [] })),
        _ => method.starts_with("textDocument/").then_some(Value::Null),
    }
}

pub fn completion(snapshot: &Snapshot, file: &FileText, at: Position) -> CompletionList {
    let offset = file.offset(at);
    let (start, offers) = manifest_help::offers(&file.text, offset as usize);
    let range = Range { start: file.position(start as u32), end: at };
    let snippets = snapshot.negotiated.client.snippets;
    let item = |(i, offer): (usize, manifest_help::Offer)| CompletionItem {
        kind: Some(CompletionItemKind::PROPERTY),
        insert_text_format: snippets.then_some(InsertTextFormat::SNIPPET),
        documentation: (!offer.doc.is_empty())
            .then(|| Documentation::MarkupContent(to_proto::markup(snapshot.negotiated.client.markdown.completions, offer.doc))),
        sort_text: Some(format!("{i:04}")),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range,
            new_text: if snippets { offer.insert } else { offer.insert.replace("$0", "") },
        })),
        label: offer.label,
        ..CompletionItem::default()
    };
    CompletionList { is_incomplete: false, items: offers.into_iter().enumerate().map(item).collect() }
}

pub fn hover(snapshot: &Snapshot, file: &FileText, at: Position) -> Option<Hover> {
    let (range, text) = manifest_help::meaning(&file.text, file.offset(at) as usize)?;
    let range = Some(Range { start: file.position(range.start as u32), end: file.position(range.end as u32) });
    Some(Hover { contents: HoverContents::Markup(to_proto::markup(snapshot.negotiated.client.markdown.hovers, text)), range })
}
