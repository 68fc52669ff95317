//! The requests whose answers carry live state: hover, inlay hints, code lenses.

use std::time::Duration;

use amigos_ide as ide;
use serde_json::json;
use tower_lsp::lsp_types::*;

use super::super::settings::HintLevel;
use super::super::snapshot::Snapshot;
use super::super::to_proto;
use super::Failure;

/// How long a hover waits for a value that is not there yet.
const HOVER_PATIENCE: Duration = Duration::from_millis(120);

pub fn hover(snapshot: Snapshot, params: HoverParams) -> Result<Option<Hover>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let Some(found) = snapshot.analysis.hover(file.file, file.offset(at.position))? else { return Ok(None) };
    let mut text = format!("```go\n{}\n```\n", found.signature);
    if let Some(note) = &found.note {
        text += &format!("{note}\n\n");
    }
    if !found.doc.is_empty() {
        text += &format!("{}\n\n", found.doc.trim_end());
    }
    if !found.table.is_empty() {
        text += &format!("```text\n{}\n```\n", found.table.trim_end());
    }
    let range = Some(file.range(found.range));
    let live = snapshot.live.clone();
    drop(snapshot);
    if let Some(target) = &found.live
        && let Some(shown) = live.shown(target, HOVER_PATIENCE)
    {
        text += &format!("```text\n{}\n```\n", shown.trim_end());
    }
    Ok(Some(Hover { contents: HoverContents::Markup(to_proto::markdown(text)), range }))
}

pub fn inlay_hint(snapshot: &Snapshot, params: InlayHintParams) -> Result<Vec<InlayHint>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let range = ide::TextRange::new(file.offset(params.range.start), file.offset(params.range.end));
    let mut hints = Vec::new();
    for hint in snapshot.analysis.inlay_hints(file.file, range)? {
        let label = match &hint.label {
            ide::HintLabel::Gas(text) => {
                let wanted = match snapshot.settings.gas_hints {
                    HintLevel::Off => false,
                    HintLevel::Important => hint.important,
                    HintLevel::All => true,
                };
                wanted.then(|| text.clone())
            }
            ide::HintLabel::Live(target) if snapshot.settings.live_hints => snapshot.live.hint(target),
            ide::HintLabel::Live(_) => None,
        };
        let Some(label) = label else { continue };
        hints.push(InlayHint {
            position: file.position(hint.at),
            label: InlayHintLabel::String(label),
            kind: None,
            text_edits: None,
            tooltip: (!hint.tooltip.is_empty()).then(|| InlayHintTooltip::MarkupContent(to_proto::markdown(hint.tooltip))),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        });
    }
    Ok(hints)
}

pub fn code_lens(snapshot: &Snapshot, params: CodeLensParams) -> Result<Vec<CodeLens>, Failure> {
    if !snapshot.settings.lenses {
        return Ok(Vec::new());
    }
    let file = snapshot.file(&params.text_document.uri)?;
    let uri = params.text_document.uri.as_str();
    let lenses = snapshot.analysis.code_lenses(file.file)?;
    Ok(lenses
        .into_iter()
        .map(|lens| {
            let (title, command, argument) = match lens.command {
                ide::LensCommand::Simulate { function, args } => {
                    let title = if args.is_empty() { "simulate".to_owned() } else { format!("simulate({})", args.join(", ")) };
                    (title, "amigos.simulate", json!({ "uri": uri, "function": function, "args": args, "from": "alice" }))
                }
                ide::LensCommand::RunTest { function } => {
                    ("run test".to_owned(), "amigos.runTest", json!({ "uri": uri, "function": function }))
                }
            };
            let command = Command { title, command: command.to_owned(), arguments: Some(vec![argument]) };
            CodeLens { range: file.range(lens.range), command: Some(command), data: None }
        })
        .collect())
}
