//! The requests about Go code: definition, completion, symbols, folding.

use amigos_ide as ide;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::lsp_types::*;

use super::super::capabilities::ClientFeatures;
use super::super::snapshot::{FileText, Snapshot};
use super::super::{documents, to_proto};
use super::Failure;

/// More completions than this help nobody.
const COMPLETION_LIMIT: usize = 300;

pub fn definition(snapshot: &Snapshot, params: GotoDefinitionParams) -> Result<Vec<Location>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let mut found = Vec::new();
    for target in snapshot.analysis.definition(file.file, file.offset(at.position))? {
        found.extend(to_proto::location(snapshot, &target)?);
    }
    Ok(found)
}

pub fn completion(snapshot: &Snapshot, params: CompletionParams) -> Result<CompletionList, Failure> {
    let at = params.text_document_position;
    let file = snapshot.file(&at.text_document.uri)?;
    if super::manifest::is_manifest(&file.key) {
        return Ok(super::manifest::completion(snapshot, &file, at.position));
    }
    let mut found = snapshot.analysis.completions(file.file, file.offset(at.position))?;
    found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
    let is_incomplete = found.len() > COMPLETION_LIMIT;
    found.truncate(COMPLETION_LIMIT);
    let snippets = snapshot.negotiated.client.snippets && snapshot.settings.completion_snippets;
    let later = snapshot.negotiated.client.resolves_completions.then(|| json!({ "uri": at.text_document.uri, "position": at.position }));
    let items = found
        .into_iter()
        .map(|one| {
            // What takes room is sent when the item is looked at.
            let more = !one.doc.is_empty() || !one.extra.is_empty();
            let mut item = completion_item(&snapshot.negotiated.client, &file, one, snippets);
            if let Some(data) = later.as_ref().filter(|_| more) {
                (item.documentation, item.additional_text_edits, item.data) = (None, None, Some(data.clone()));
            }
            item
        })
        .collect();
    Ok(CompletionList { is_incomplete, items })
}

/// Where an item was offered.
#[derive(Deserialize)]
struct Offered {
    uri: Url,
    position: Position,
}

/// The docs of an item, and its edits elsewhere.
pub fn resolve_completion(snapshot: &Snapshot, mut item: CompletionItem) -> Result<CompletionItem, Failure> {
    let Some(data) = item.data.take() else { return Ok(item) };
    let offered: Offered = serde_json::from_value(data).map_err(|e| Failure::BadParameters(format!("the item's `data`: {e}")))?;
    let file = snapshot.file(&offered.uri)?;
    let found = snapshot.analysis.completions(file.file, file.offset(offered.position))?;
    let same = |one: &ide::Completion| one.label == item.label && item.sort_text.as_ref().is_none_or(|sort| *sort == one.sort);
    if let Some(one) = found.into_iter().find(same) {
        let whole = completion_item(&snapshot.negotiated.client, &file, one, false);
        (item.documentation, item.additional_text_edits) = (whole.documentation, whole.additional_text_edits);
    }
    Ok(item)
}

fn completion_item(client: &ClientFeatures, file: &FileText, one: ide::Completion, snippets: bool) -> CompletionItem {
    // Edits in other files are not allowed here.
    let extra: Vec<TextEdit> =
        one.extra.into_iter().filter(|edit| edit.file == file.file).map(|edit| file.edit(edit.range, edit.new_text)).collect();
    let snippet = one.snippet.filter(|_| snippets);
    let format = snippet.is_some().then_some(InsertTextFormat::SNIPPET);
    CompletionItem {
        insert_text_format: format,
        insert_text_mode: format.map(|_| InsertTextMode::ADJUST_INDENTATION),
        additional_text_edits: (!extra.is_empty()).then_some(extra),
        kind: Some(to_proto::completion_kind(one.kind)),
        detail: (!one.detail.is_empty()).then_some(one.detail),
        documentation: (!one.doc.is_empty()).then(|| Documentation::MarkupContent(to_proto::markup(client.markdown.completions, one.doc))),
        sort_text: Some(one.sort),
        filter_text: Some(one.label.clone()),
        text_edit: Some(CompletionTextEdit::Edit(file.edit(one.range, snippet.unwrap_or(one.insert)))),
        label: one.label,
        ..CompletionItem::default()
    }
}

pub fn document_symbol(snapshot: &Snapshot, params: DocumentSymbolParams) -> Result<DocumentSymbolResponse, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let symbols = snapshot.analysis.document_symbols(file.file)?;
    if snapshot.negotiated.client.nested_symbols {
        return Ok(DocumentSymbolResponse::Nested(symbols.into_iter().map(|s| nested(&file, s)).collect()));
    }
    let mut flat = Vec::new();
    flatten(&file, &params.text_document.uri, symbols, None, &mut flat);
    Ok(DocumentSymbolResponse::Flat(flat))
}

#[allow(deprecated, reason = "the struct has no other constructor")]
fn nested(file: &FileText, symbol: ide::DocumentSymbol) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = symbol.children.into_iter().map(|child| nested(file, child)).collect();
    DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: to_proto::symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: file.range(symbol.full),
        selection_range: file.range(symbol.focus),
        children: (!children.is_empty()).then_some(children),
    }
}

#[allow(deprecated, reason = "the struct has no other constructor")]
fn flatten(file: &FileText, uri: &Url, symbols: Vec<ide::DocumentSymbol>, container: Option<&str>, into: &mut Vec<SymbolInformation>) {
    for symbol in symbols {
        into.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: to_proto::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: file.range(symbol.full) },
            container_name: container.map(str::to_owned),
        });
        flatten(file, uri, symbol.children, Some(&symbol.name), into);
    }
}

pub fn folding_range(snapshot: &Snapshot, params: FoldingRangeParams) -> Result<Vec<FoldingRange>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let folds = snapshot.analysis.folding_ranges(file.file)?;
    Ok(folds
        .into_iter()
        .filter_map(|fold| {
            let range = file.range(fold.range);
            (range.start.line < range.end.line).then_some(FoldingRange {
                start_line: range.start.line,
                start_character: Some(range.start.character),
                end_line: range.end.line,
                end_character: Some(range.end.character),
                kind: match fold.kind {
                    // Regions are what marks of the author make.
                    ide::FoldKind::Code => None,
                    ide::FoldKind::Comment => Some(FoldingRangeKind::Comment),
                    ide::FoldKind::Imports => Some(FoldingRangeKind::Imports),
                },
                collapsed_text: None,
            })
        })
        .collect())
}

#[derive(Deserialize)]
pub struct VirtualDocumentParams {
    uri: Url,
}

#[derive(Serialize)]
pub struct VirtualDocument {
    text: String,
}

/// `amigos/virtualDocument`: the text of a document that is not on disk.
pub fn virtual_document(snapshot: &Snapshot, params: VirtualDocumentParams) -> Result<VirtualDocument, Failure> {
    let key = documents::key_of(&params.uri);
    match to_proto::virtual_text(snapshot, &key)? {
        Some(text) => Ok(VirtualDocument { text: text.to_string() }),
        None => {
            Err(Failure::Failed(format!("there is no document `{}`; it may belong to a package that is not imported any more", params.uri)))
        }
    }
}
