//! Formatting: of documents, of ranges, and while typing. Files with syntax errors are formatted as far as they can be read.

use amigos_ide as ide;
use amigos_syntax::format::edits::{Edit, edits};
use amigos_syntax::format::range::{format_closed_block, format_new_line, format_range};
use amigos_syntax::format::{Options, format_what_parses};
use tower_lsp::lsp_types::*;

use super::super::snapshot::{FileText, Snapshot};
use super::Failure;

/// What formats while typing: the end of a block and of a line.
pub fn on_type_options() -> DocumentOnTypeFormattingOptions {
    DocumentOnTypeFormattingOptions { first_trigger_character: "}".to_owned(), more_trigger_character: Some(vec!["\n".to_owned()]) }
}

fn options(snapshot: &Snapshot) -> Options {
    Options { simplify: snapshot.settings.simplify }
}

/// Edits of a part: the rest keeps the ends of its lines, and so do these.
fn part_to_proto(file: &FileText, edits: Vec<Edit>) -> Vec<TextEdit> {
    // Nor does half of such an end go.
    let half = |e: &Edit| e.new_text.is_empty() && e.range.of(&file.text) == "\r";
    edits.into_iter().filter(|e| !half(e)).map(|e| file.edit(e.range, e.new_text)).collect()
}

fn to_proto(file: &FileText, edits: Vec<Edit>) -> Vec<TextEdit> {
    edits.into_iter().map(|e| TextEdit { range: file.range(e.range), new_text: e.new_text }).collect()
}

pub fn formatting(snapshot: &Snapshot, params: DocumentFormattingParams) -> Result<Vec<TextEdit>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let formatted = format_what_parses(&file.text, options(snapshot));
    Ok(to_proto(&file, edits(&file.text, &formatted)))
}

pub fn range_formatting(snapshot: &Snapshot, params: DocumentRangeFormattingParams) -> Result<Vec<TextEdit>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let start = file.offset(params.range.start);
    let range = ide::TextRange::new(start, file.offset(params.range.end).max(start));
    Ok(part_to_proto(&file, format_range(&file.text, range, options(snapshot))))
}

pub fn on_type_formatting(snapshot: &Snapshot, params: DocumentOnTypeFormattingParams) -> Result<Vec<TextEdit>, Failure> {
    if !snapshot.settings.format_on_type {
        return Ok(Vec::new());
    }
    let position = params.text_document_position;
    let file = snapshot.file(&position.text_document.uri)?;
    let offset = file.offset(position.position);
    let edits = match params.ch.as_str() {
        "}" => format_closed_block(&file.text, offset, options(snapshot)),
        "\n" => format_new_line(&file.text, offset, options(snapshot)),
        _ => Vec::new(),
    };
    Ok(part_to_proto(&file, edits))
}

/// The action that organises imports; none if there is nothing to do.
pub fn organize_imports(snapshot: &Snapshot, file: &FileText) -> Result<Option<CodeAction>, Failure> {
    let edits = snapshot.analysis.organize_imports(file.file)?;
    let Some(uri) = file.uri().filter(|_| !edits.is_empty()) else { return Ok(None) };
    let changes = Some([(uri, to_proto(file, edits))].into());
    Ok(Some(CodeAction {
        title: "organize imports".to_owned(),
        kind: Some(CodeActionKind::SOURCE_ORGANIZE_IMPORTS),
        edit: Some(WorkspaceEdit { changes, ..WorkspaceEdit::default() }),
        ..CodeAction::default()
    }))
}
