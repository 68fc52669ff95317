//! The requests about what hangs together: implementations, declarations, hierarchies, links, names edited together.

use amigos_ide as ide;
use serde_json::Value;
use tower_lsp::lsp_types::*;

use super::super::snapshot::{FileText, Snapshot};
use super::super::to_proto;
use super::Failure;

type Found = ide::Cancellable<Vec<ide::Target>>;

pub fn implementation(snapshot: &Snapshot, params: GotoDefinitionParams) -> Result<Vec<Location>, Failure> {
    locations(snapshot, params, |file, at| snapshot.analysis.implementation(file, at))
}

pub fn declaration(snapshot: &Snapshot, params: GotoDefinitionParams) -> Result<Vec<Location>, Failure> {
    locations(snapshot, params, |file, at| snapshot.analysis.declaration(file, at))
}

fn locations(snapshot: &Snapshot, params: GotoDefinitionParams, ask: impl Fn(ide::FileId, u32) -> Found) -> Result<Vec<Location>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let mut found = Vec::new();
    for target in ask(file.file, file.offset(at.position))? {
        found.extend(to_proto::location(snapshot, &target)?);
    }
    Ok(found)
}

pub fn prepare_calls(snapshot: &Snapshot, params: CallHierarchyPrepareParams) -> Result<Vec<CallHierarchyItem>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let mut out = Vec::new();
    for item in snapshot.analysis.prepare_calls(file.file, file.offset(at.position))? {
        out.extend(call_item(snapshot, &item)?);
    }
    Ok(out)
}

pub fn incoming_calls(snapshot: &Snapshot, params: CallHierarchyIncomingCallsParams) -> Result<Vec<CallHierarchyIncomingCall>, Failure> {
    let Some((file, at)) = place(snapshot, &params.item.uri, params.item.selection_range) else { return Ok(vec![]) };
    let mut out = Vec::new();
    for call in snapshot.analysis.incoming_calls(file.file, at)? {
        let Some(from) = call_item(snapshot, &call.item)? else { continue };
        let Some(caller) = file_of(snapshot, &call.item.target)? else { continue };
        out.push(CallHierarchyIncomingCall { from, from_ranges: call.ranges.iter().map(|r| caller.range(*r)).collect() });
    }
    Ok(out)
}

pub fn outgoing_calls(snapshot: &Snapshot, params: CallHierarchyOutgoingCallsParams) -> Result<Vec<CallHierarchyOutgoingCall>, Failure> {
    let Some((file, at)) = place(snapshot, &params.item.uri, params.item.selection_range) else { return Ok(vec![]) };
    let mut out = Vec::new();
    for call in snapshot.analysis.outgoing_calls(file.file, at)? {
        let Some(to) = call_item(snapshot, &call.item)? else { continue };
        out.push(CallHierarchyOutgoingCall { to, from_ranges: call.ranges.iter().map(|r| file.range(*r)).collect() });
    }
    Ok(out)
}

pub fn prepare_types(snapshot: &Snapshot, params: TypeHierarchyPrepareParams) -> Result<Vec<TypeHierarchyItem>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    type_items(snapshot, snapshot.analysis.prepare_types(file.file, file.offset(at.position))?)
}

pub fn supertypes(snapshot: &Snapshot, params: TypeHierarchySupertypesParams) -> Result<Vec<TypeHierarchyItem>, Failure> {
    let Some((file, at)) = place(snapshot, &params.item.uri, params.item.selection_range) else { return Ok(vec![]) };
    type_items(snapshot, snapshot.analysis.supertypes(file.file, at)?)
}

pub fn subtypes(snapshot: &Snapshot, params: TypeHierarchySubtypesParams) -> Result<Vec<TypeHierarchyItem>, Failure> {
    let Some((file, at)) = place(snapshot, &params.item.uri, params.item.selection_range) else { return Ok(vec![]) };
    type_items(snapshot, snapshot.analysis.subtypes(file.file, at)?)
}

/// The file and the offset of an item that the client hands back. Sources of the standard library are in no package: they have no further answers.
fn place(snapshot: &Snapshot, uri: &Url, selection: Range) -> Option<(FileText, u32)> {
    let file = snapshot.file(uri).ok()?;
    let at = file.offset(selection.start);
    Some((file, at))
}

fn file_of(snapshot: &Snapshot, target: &ide::Target) -> ide::Cancellable<Option<FileText>> {
    match target.place {
        ide::Place::File(file) => snapshot.text(file),
        ide::Place::Std(..) => Ok(None),
    }
}

/// The location of the name, and the range of the whole.
fn located(snapshot: &Snapshot, target: &ide::Target) -> ide::Cancellable<Option<(Location, Range)>> {
    let whole = ide::Target { focus: target.full, ..target.clone() };
    let (Some(name), Some(whole)) = (to_proto::location(snapshot, target)?, to_proto::location(snapshot, &whole)?) else { return Ok(None) };
    Ok(Some((name, whole.range)))
}

fn call_item(snapshot: &Snapshot, item: &ide::HierarchyItem) -> ide::Cancellable<Option<CallHierarchyItem>> {
    let Some((name, range)) = located(snapshot, &item.target)? else { return Ok(None) };
    Ok(Some(CallHierarchyItem {
        name: item.name.clone(),
        kind: to_proto::symbol_kind(item.kind),
        tags: None,
        detail: Some(item.detail.clone()),
        uri: name.uri,
        range,
        selection_range: name.range,
        data: None,
    }))
}

fn type_items(snapshot: &Snapshot, items: Vec<ide::HierarchyItem>) -> Result<Vec<TypeHierarchyItem>, Failure> {
    let mut out = Vec::new();
    for item in items {
        let Some((name, range)) = located(snapshot, &item.target)? else { continue };
        out.push(TypeHierarchyItem {
            name: item.name,
            kind: to_proto::symbol_kind(item.kind),
            tags: None,
            detail: Some(item.detail),
            uri: name.uri,
            range,
            selection_range: name.range,
            data: None,
        });
    }
    Ok(out)
}

pub fn document_link(snapshot: &Snapshot, params: DocumentLinkParams) -> Result<Vec<DocumentLink>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let mut out = Vec::new();
    for link in snapshot.analysis.document_links(file.file)? {
        let target = match &link.target {
            ide::LinkTarget::Url(url) => Url::parse(url).ok(),
            ide::LinkTarget::Place(target) => to_proto::location(snapshot, target)?.map(|l| l.uri),
        };
        if target.is_some() {
            let tooltip = (!link.tooltip.is_empty()).then_some(link.tooltip);
            out.push(DocumentLink { range: file.range(link.range), target, tooltip, data: None });
        }
    }
    Ok(out)
}

pub fn linked_editing(snapshot: &Snapshot, params: LinkedEditingRangeParams) -> Result<Value, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let ranges = snapshot.analysis.linked_ranges(file.file, file.offset(at.position))?;
    if ranges.len() < 2 {
        return Ok(Value::Null);
    }
    let ranges = ranges.iter().map(|r| file.range(*r)).collect();
    // What a word is the editor knows: regular expressions differ in how they name letters.
    let answer = LinkedEditingRanges { ranges, word_pattern: None };
    serde_json::to_value(answer).map_err(|e| Failure::Failed(e.to_string()))
}
