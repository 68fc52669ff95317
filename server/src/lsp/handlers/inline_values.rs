//! `textDocument/inlineValue`: which variables' values are worth showing where an execution stopped.

use amigos_ide as ide;
use tower_lsp::lsp_types::*;

use super::super::snapshot::Snapshot;
use super::Failure;

/// The variables named in the range up to where the execution stopped; the debugger looks their values up.
pub fn inline_value(snapshot: &Snapshot, params: InlineValueParams) -> Result<Vec<InlineValue>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let range = ide::TextRange::new(file.offset(params.range.start), file.offset(params.range.end));
    let stopped = file.offset(params.context.stopped_location.start);
    let found = snapshot.analysis.inline_values(file.file, range, stopped)?;
    let one = |v: ide::InlineValue| {
        InlineValue::VariableLookup(InlineValueVariableLookup {
            range: file.range(v.range),
            variable_name: Some(v.name),
            case_sensitive_lookup: true,
        })
    };
    Ok(found.into_iter().map(one).collect())
}
