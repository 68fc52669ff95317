//! The requests whose answers carry live state: hover, inlay hints, code lenses.

use std::time::Duration;

use amigos_ide as ide;
use serde_json::{Value, json};
use tower_lsp::lsp_types::*;

use super::super::snapshot::Snapshot;
use super::super::to_proto;
use super::Failure;

/// How long a hover waits for a value that is not there yet.
const HOVER_PATIENCE: Duration = Duration::from_millis(120);

pub fn hover(snapshot: Snapshot, params: HoverParams) -> Result<Option<Hover>, Failure> {
    let at = params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    if super::manifest::is_manifest(&file.key) {
        return Ok(super::manifest::hover(&snapshot, &file, at.position));
    }
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
    let takes_markdown = snapshot.negotiated.client.markdown.hovers;
    drop(snapshot);
    if let Some(target) = &found.live
        && let Some(shown) = live.shown(target, HOVER_PATIENCE)
    {
        text += &format!("```text\n{}\n```\n", shown.trim_end());
    }
    Ok(Some(Hover { contents: HoverContents::Markup(to_proto::markup(takes_markdown, text)), range }))
}

pub fn inlay_hint(snapshot: &Snapshot, params: InlayHintParams) -> Result<Vec<InlayHint>, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let range = ide::TextRange::new(file.offset(params.range.start), file.offset(params.range.end));
    let resolves = snapshot.negotiated.client.resolves_hints;
    let settings = &snapshot.settings;
    let choice = ide::HintChoice { gas: settings.gas_hints, live: settings.live_hints, code: settings.code_hints, tooltips: !resolves };
    let mut hints = Vec::new();
    for hint in snapshot.analysis.inlay_hints(file.file, range, &choice)? {
        let (mut kind, mut left, mut right) = (None, true, None);
        let label = match &hint.label {
            ide::HintLabel::Gas(text) => Some(text.clone()),
            ide::HintLabel::Live(target) => snapshot.live.hint(target),
            ide::HintLabel::Code(of, text) => {
                use ide::HintKind as K;
                if matches!(of, K::ParameterNames | K::LiteralFields) {
                    (kind, left, right) = (Some(InlayHintKind::PARAMETER), false, Some(true));
                }
                if matches!(of, K::VariableTypes | K::RangeTypes) {
                    kind = Some(InlayHintKind::TYPE);
                }
                if matches!(of, K::TypeArguments | K::LiteralTypes) {
                    left = false;
                }
                Some(text.clone())
            }
        };
        let Some(label) = label else { continue };
        let position = file.position(hint.at);
        // Only those have one.
        let later = resolves && matches!(hint.label, ide::HintLabel::Gas(_));
        hints.push(InlayHint {
            position,
            label: InlayHintLabel::String(label),
            kind,
            text_edits: None,
            tooltip: (!hint.tooltip.is_empty()).then(|| InlayHintTooltip::MarkupContent(to_proto::markup(true, hint.tooltip.clone()))),
            padding_left: left.then_some(true),
            padding_right: right,
            data: later.then(|| json!({ "uri": params.text_document.uri, "position": position, "what": hint_name(&hint) })),
        });
    }
    Ok(hints)
}

/// What tells a hint from others at the same place; its text may have changed since with the chain.
fn hint_name(hint: &ide::InlayHint) -> String {
    match &hint.label {
        ide::HintLabel::Gas(_) => "gas".to_owned(),
        ide::HintLabel::Live(target) => format!("live {}", target.path),
        ide::HintLabel::Code(kind, text) => format!("{} {text}", kind.name()),
    }
}

/// Which hint it is whose tooltip is asked for.
#[derive(serde::Deserialize)]
struct Hinted {
    uri: Url,
    position: Position,
    what: String,
}

/// What is shown over a hint.
pub fn resolve_hint(snapshot: &Snapshot, mut hint: InlayHint) -> Result<InlayHint, Failure> {
    let Some(data) = hint.data.take() else { return Ok(hint) };
    let about: Hinted = serde_json::from_value(data).map_err(|e| Failure::BadParameters(format!("the hint's `data`: {e}")))?;
    let file = snapshot.file(&about.uri)?;
    let at = file.offset(about.position);
    let found = snapshot.analysis.inlay_hints(file.file, ide::TextRange::new(at, at), &ide::HintChoice::EVERYTHING)?;
    if let Some(one) = found.into_iter().find(|h| h.at == at && hint_name(h) == about.what && !h.tooltip.is_empty()) {
        hint.tooltip = Some(InlayHintTooltip::MarkupContent(to_proto::markup(true, one.tooltip)));
    }
    Ok(hint)
}

pub fn code_lens(snapshot: &Snapshot, params: CodeLensParams) -> Result<Value, Failure> {
    if !snapshot.settings.lenses {
        return Ok(json!([]));
    }
    let file = snapshot.file(&params.text_document.uri)?;
    let uri = params.text_document.uri.as_str();
    let mut out = Vec::new();
    for lens in snapshot.analysis.code_lenses(file.file)? {
        let range = file.range(lens.range);
        let (title, command, argument) = match lens.command {
            ide::LensCommand::Simulate { function, args } => {
                let title = if args.is_empty() { "simulate".to_owned() } else { format!("simulate({})", args.join(", ")) };
                (title, "amigos.simulate", json!({ "uri": uri, "function": function, "args": args, "from": "alice" }))
            }
            ide::LensCommand::Scenario { steps, .. } => {
                let shape: Vec<_> = steps.iter().map(|(function, args)| json!({ "function": function, "args": args })).collect();
                let title = format!("run all {} examples", steps.len());
                (title, "amigos.scenario", json!({ "uri": uri, "steps": shape, "from": "alice" }))
            }
            ide::LensCommand::RunTest { function } => {
                ("run test".to_owned(), "amigos.runTest", json!({ "uri": uri, "function": function }))
            }
            ide::LensCommand::Deploy { version } => (format!("deploy {version}"), "amigos.deploy", json!({ "uri": uri })),
            // How many there are is found when the lens is looked at.
            ide::LensCommand::References | ide::LensCommand::Implementations => {
                let what = if lens.command == ide::LensCommand::References { "references" } else { "implementations" };
                if snapshot.settings.lens_references {
                    out.push(json!({ "range": range, "data": { "uri": uri, "what": what } }));
                }
                continue;
            }
        };
        out.push(json!({ "range": range, "command": { "title": title, "command": command, "arguments": [argument] } }));
    }
    Ok(Value::Array(out))
}

/// What a lens counts; where is in its range.
#[derive(serde::Deserialize)]
struct Counted {
    uri: Url,
    what: String,
}

/// Counts what a lens is about; the command shows the places.
pub fn resolve_lens(snapshot: &Snapshot, mut lens: CodeLens) -> Result<CodeLens, Failure> {
    let Some(data) = lens.data.take() else { return Ok(lens) };
    let about: Counted = serde_json::from_value(data).map_err(|e| Failure::BadParameters(format!("the lens' `data`: {e}")))?;
    let file = snapshot.file(&about.uri)?;
    let start = lens.range.start;
    let at = file.offset(start);
    let mut places: Vec<Location> = Vec::new();
    if about.what == "references" {
        for one in snapshot.analysis.references(file.file, at)?.into_iter().filter(|r| !r.declaration) {
            let Some(text) = snapshot.text(one.file)? else { continue };
            places.extend(text.uri().map(|uri| Location { uri, range: text.range(one.range) }));
        }
    } else {
        for target in snapshot.analysis.implementation(file.file, at)? {
            places.extend(to_proto::location(snapshot, &target)?);
        }
    }
    let (one, many) = if about.what == "references" { ("reference", "references") } else { ("implementation", "implementations") };
    let title = format!("{} {}", places.len(), if places.len() == 1 { one } else { many });
    let arguments = vec![json!(about.uri), json!(start), json!(places)];
    lens.command = Some(Command { title, command: "amigos.showReferences".to_owned(), arguments: Some(arguments) });
    Ok(lens)
}
