//! What an editor asks while a person types in a file of 3,000 lines: every answer is to a text that was not seen before.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::client::{Client, uri_of};
use crate::corpus::Subject;
use crate::report::{Budget, Report};

/// Opens the subject and waits until it is known.
fn opened(server: &Path, scratch: &Path, root: &Path, subject: &Subject) -> Result<Client> {
    let mut client = Client::start(server, root, &scratch.join("home"))?;
    client.open(&subject.file, &subject.text)?;
    client.diagnostics(&subject.file, |_, errors| errors == 0)?;
    Ok(client)
}

/// Completion, hover, definition, signature help, tokens, hints and lenses, each right behind an edit.
pub fn answers(report: &mut Report, server: &Path, scratch: &Path, root: &Path, subject: &Subject, samples: usize) -> Result<()> {
    let mut client = opened(server, scratch, root, subject)?;
    let document = json!({ "uri": uri_of(&subject.file) });
    // `\ttotal := 187` and behind it in the function `return Step186(total % 3) + ...`.
    let call = subject.line + 4;
    let text = subject.text.lines().nth(call).context("the subject has no call")?;
    let name = text.find("Step").context("the subject has no call")?;
    let inside = text.find('(').context("the subject has no call")? + 1;
    let at = |line: usize, character: usize| json!({ "textDocument": document, "position": { "line": line, "character": character } });
    let end = subject.text.lines().count();
    let whole =
        json!({ "textDocument": document, "range": { "start": { "line": 0, "character": 0 }, "end": { "line": end, "character": 0 } } });
    let view = json!({ "textDocument": document, "range": { "start": { "line": subject.line, "character": 0 }, "end": { "line": subject.line + 60, "character": 0 } } });
    let typing = Budget { p50: 3.0, p95: 10.0 };
    let shown = Budget { p50: 5.0, p95: 15.0 };
    let rows: [(&str, &str, Value, Budget); 6] = [
        ("hover, right after an edit", "textDocument/hover", at(call, name + 1), typing),
        ("definition, right after an edit", "textDocument/definition", at(call, name + 1), typing),
        ("signature help, right after an edit", "textDocument/signatureHelp", at(call, inside), typing),
        ("inlay hints of the whole file, after an edit", "textDocument/inlayHint", whole, shown),
        ("inlay hints of what is on the screen, after an edit", "textDocument/inlayHint", view, shown),
        ("code lenses, after an edit", "textDocument/codeLens", json!({ "textDocument": document }), shown),
    ];
    let mut columns = subject.columns;
    let mut round = 0usize;
    let mut edit = |client: &mut Client, text: String| -> Result<usize> {
        client.change(&subject.file, subject.line, columns, &text)?;
        columns.1 = columns.0 + text.len();
        Ok(columns.1)
    };
    // Nothing is measured cold here: starting is a row of its own.
    for (_, method, params, _) in &rows {
        client.request(method, params.clone())?;
    }
    for (name, method, params, budget) in rows {
        let mut times = Vec::new();
        for _ in 0..samples {
            round += 1;
            edit(&mut client, (1000 + round).to_string())?;
            let (found, time) = client.request(method, params.clone())?;
            ensure!(!found.is_null(), "`{method}` answers nothing");
            times.push(time);
        }
        report.times(name, times, Some(budget));
    }
    let mut times = Vec::new();
    for word in ["S", "St", "to", "tot", "le", "I"].iter().cycle().take(samples) {
        round += 1;
        let column = edit(&mut client, format!("{round} + {word}"))?;
        let (found, time) = client.request("textDocument/completion", at(subject.line, column))?;
        ensure!(found["items"].as_array().is_some_and(|items| !items.is_empty()), "nothing is offered behind `{word}`");
        times.push(time);
    }
    report.times("completion while typing", times, Some(Budget { p50: 5.0, p95: 20.0 }));
    let (full, _) = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }))?;
    let mut id = full["resultId"].clone();
    let mut times = Vec::new();
    for _ in 0..samples {
        round += 1;
        edit(&mut client, (1000 + round).to_string())?;
        let params = json!({ "textDocument": document, "previousResultId": id });
        let (delta, time) = client.request("textDocument/semanticTokens/full/delta", params)?;
        id = delta["resultId"].clone();
        times.push(time);
    }
    report.times("semantic tokens as a delta, after an edit", times, Some(shown));
    client.stop()
}

/// From `$/cancelRequest` to the answer of the request.
pub fn cancelled(report: &mut Report, server: &Path, scratch: &Path, root: &Path, subject: &Subject, samples: usize) -> Result<()> {
    let mut client = opened(server, scratch, root, subject)?;
    let mut times = Vec::new();
    for _ in 0..samples {
        times.push(client.cancel("amigos/debug/sleep", json!({ "ms": 20_000 }))?);
    }
    report.times("a cancelled request to its answer", times, Some(Budget { p50: 0.3, p95: 1.0 }));
    client.stop()
}

/// References and renaming of what 100 packages name, the first question after start.
pub fn everywhere(report: &mut Report, server: &Path, scratch: &Path, root: &Path, file: &Path, samples: usize) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().position(|l| l.starts_with("func Shared(")).context("nothing is shared")?;
    let place = json!({ "textDocument": { "uri": uri_of(file) }, "position": { "line": line, "character": 6 } });
    let mut rename = place.clone();
    rename["newName"] = json!("Common");
    let mut references = place.clone();
    references["context"] = json!({ "includeDeclaration": true });
    for (name, method, params) in [
        ("references over 100 packages, the first time", "textDocument/references", references),
        ("renaming over 100 packages, the first time", "textDocument/rename", rename),
    ] {
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..samples.clamp(1, 5) {
            let mut client = Client::start(server, root, &scratch.join("home"))?;
            client.open(file, &text)?;
            client.diagnostics(file, |_, errors| errors == 0)?;
            let (found, time) = client.request(method, params.clone())?;
            let places = found.as_array().map(Vec::len).or_else(|| found["changes"].as_object().map(serde_json::Map::len)).unwrap_or(0);
            ensure!(places > 100, "`{method}` finds {places} places");
            times.push(time);
            client.stop()?;
        }
        report.times(name, times, Some(Budget { p50: 150.0, p95: 400.0 }));
    }
    Ok(())
}

/// Memory on a workspace of 100 packages, and its growth over many edits.
pub fn memory(report: &mut Report, server: &Path, scratch: &Path, root: &Path, subject: &Subject, edits: usize) -> Result<()> {
    let mut client = opened(server, scratch, root, subject)?;
    let mut columns = subject.columns;
    let mut after_some = None;
    for round in 0..edits {
        let text = if round % 2 == 0 { format!("missing{round}") } else { format!("{}", 1000 + round) };
        let errors = usize::from(round % 2 == 0);
        client.edit(&subject.file, subject.line, columns, &text, |found| found == errors)?;
        columns.1 = columns.0 + text.len();
        if round == edits / 20 {
            after_some = client.memory();
            if let Some(mebibytes) = after_some {
                report.memory("resident memory, 100 packages in the workspace", mebibytes, Some(150.0));
            }
        }
    }
    if let (Some(before), Some(after)) = (after_some, client.memory()) {
        report.growth(&format!("growth of memory over {edits} edits"), 100.0 * (after - before) / before, 10.0);
    }
    client.stop()
}
