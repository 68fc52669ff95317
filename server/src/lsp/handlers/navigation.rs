//! The requests that follow names: references, renaming, highlights, signatures, selections, symbols of the workspace.

use amigos_ide as ide;
use tower_lsp::lsp_types::*;

use super::super::snapshot::Snapshot;
use super::super::to_proto;
use super::Failure;

pub fn references(snapshot: &Snapshot, params: ReferenceParams) -> Result<Vec<Location>, Failure> {
    let at = params.text_document_position;
    let file = snapshot.file(&at.text_document.uri)?;
    let mut found = Vec::new();
    for one in snapshot.analysis.references(file.file, file.offset(at.position))? {
        if one.declaration && !params.context.include_declaration {
            continue;
        }
        let Some(text) = snapshot.text(one.file)? else { continue };
        if let Some(uri) = text.uri() {
            found.push(Location { uri, range: text.range(one.range) });
        }
    }
    Ok(found)
}

pub fn document_highlight(snapshot: &Snapshot, params: DocumentHighlightParams) -> Result<Vec<DocumentHighlight>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let found = snapshot.analysis.highlights(file.file, file.offset(at.position))?;
    let kind = |r: &ide::Reference| if r.write || r.declaration { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
    Ok(found.iter().map(|r| DocumentHighlight { range: file.range(r.range), kind: Some(kind(r)) }).collect())
}

pub fn prepare_rename(snapshot: &Snapshot, params: TextDocumentPositionParams) -> Result<PrepareRenameResponse, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let (range, placeholder) = snapshot.analysis.prepare_rename(file.file, file.offset(params.position))?.map_err(Failure::Failed)?;
    Ok(PrepareRenameResponse::RangeWithPlaceholder { range: file.range(range), placeholder })
}

pub fn rename(snapshot: &Snapshot, params: RenameParams) -> Result<WorkspaceEdit, Failure> {
    let at = params.text_document_position;
    let file = snapshot.file(&at.text_document.uri)?;
    let edits = snapshot.analysis.rename(file.file, file.offset(at.position), &params.new_name)?.map_err(Failure::Failed)?;
    Ok(to_proto::workspace_edit(snapshot, &edits)?)
}

pub fn signature_help(snapshot: &Snapshot, params: SignatureHelpParams) -> Result<Option<SignatureHelp>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let Some(found) = snapshot.analysis.signature_help(file.file, file.offset(at.position))? else { return Ok(None) };
    // Parameters as texts: offsets in a label are in UTF-16 whatever was agreed, which clients get wrong.
    let parameters = found.params.iter().map(|(start, end)| ParameterInformation {
        label: ParameterLabel::Simple(found.label.get(*start as usize..*end as usize).unwrap_or("").to_owned()),
        documentation: None,
    });
    let signature = SignatureInformation {
        parameters: Some(parameters.collect()),
        documentation: (!found.doc.is_empty())
            .then(|| Documentation::MarkupContent(to_proto::markup(snapshot.negotiated.client.markdown.signatures, found.doc.as_str()))),
        active_parameter: Some(found.active),
        label: found.label,
    };
    Ok(Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: Some(found.active) }))
}

pub fn selection_range(snapshot: &Snapshot, params: SelectionRangeParams) -> Result<Vec<SelectionRange>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let mut out = Vec::new();
    for position in params.positions {
        let ranges = snapshot.analysis.selection_ranges(file.file, file.offset(position))?;
        let outward = ranges.iter().rev();
        let nested = outward
            .fold(None, |parent: Option<Box<SelectionRange>>, range| Some(Box::new(SelectionRange { range: file.range(*range), parent })));
        out.push(nested.map_or(SelectionRange { range: Range::new(position, position), parent: None }, |b| *b));
    }
    Ok(out)
}

pub fn type_definition(snapshot: &Snapshot, params: GotoDefinitionParams) -> Result<Vec<Location>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let mut found = Vec::new();
    for target in snapshot.analysis.type_definition(file.file, file.offset(at.position))? {
        found.extend(to_proto::location(snapshot, &target)?);
    }
    Ok(found)
}

#[allow(deprecated, reason = "the struct has no other constructor")]
pub fn workspace_symbol(snapshot: &Snapshot, params: WorkspaceSymbolParams) -> Result<Vec<SymbolInformation>, Failure> {
    let mut out = Vec::new();
    for symbol in snapshot.analysis.workspace_symbols(&params.query)? {
        let Some(text) = snapshot.text(symbol.file)? else { continue };
        let Some(uri) = text.uri() else { continue };
        out.push(SymbolInformation {
            name: symbol.name,
            kind: to_proto::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location { uri, range: text.range(symbol.range) },
            container_name: (!symbol.container.is_empty()).then_some(symbol.container),
        });
    }
    Ok(out)
}
