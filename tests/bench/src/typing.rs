//! What an editor asks while a person types in a file of 3,000 lines: every answer is to a text that was not seen before.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::client::{Client, Server, uri_of};
use crate::corpus::Subject;
use crate::report::{Budget, Row, quantile};

/// Opens the subject and waits until it is known.
fn opened(server: &Server, scratch: &Path, root: &Path, subject: &Subject) -> Result<Client> {
    let mut client = server.start(root, &scratch.join("home"))?;
    client.open(&subject.file, &subject.text)?;
    client.diagnostics(&subject.file, |_, errors| errors == 0)?;
    Ok(client)
}

/// From one typed character to the diagnostics it causes, and from its removal to their end. No text comes twice. Alone, and among 100 packages, in
/// turns, so that a busy machine is busy for both.
pub fn keystrokes(server: &Server, scratch: &Path, alone: &Subject, among: &Subject, samples: usize) -> Result<Vec<Row>> {
    let mut subjects = Vec::new();
    for (root, subject) in [("alone", alone), ("among", among)] {
        let client = opened(server, scratch, &scratch.join(root), subject)?;
        subjects.push((client, subject, subject.columns, Vec::new()));
    }
    for round in 0..samples {
        for (text, errors) in [(format!("missing{round}"), 1), (format!("{}", 1000 + round), 0)] {
            for (client, subject, columns, times) in &mut subjects {
                times.push(client.edit(&subject.file, subject.line, *columns, &text, |found| found == errors)?);
                columns.1 = columns.0 + text.len();
            }
        }
    }
    let budget = Some(Budget { p50: 2.0, p95: 8.0 });
    let names = ["keystroke to diagnostics, file of 3,000 lines", "the same, 100 packages in the workspace"];
    let mut rows = Vec::new();
    for (name, (client, _, _, times)) in names.into_iter().zip(subjects) {
        client.stop()?;
        rows.push(Row { name, times, budget });
    }
    Ok(rows)
}

/// By how much half of the second row takes longer than half of the first.
pub fn factor(rows: &[Row]) -> Option<f64> {
    let [alone, among] = rows else { return None };
    Some(quantile(&mut among.times.clone(), 50) / quantile(&mut alone.times.clone(), 50))
}

/// Asks; what gopls refuses is no row of it.
fn ask(server: &Server, client: &mut Client, method: &str, params: Value) -> Result<Option<(Value, Duration)>> {
    match client.request(method, params) {
        Err(_) if !server.is_ours() => Ok(None),
        answer => answer.map(Some),
    }
}

/// Completion, hover, definition, signature help, tokens, hints and lenses, each right behind an edit.
pub fn answers(server: &Server, scratch: &Path, root: &Path, subject: &Subject, samples: usize) -> Result<Vec<Row>> {
    let mut client = opened(server, scratch, root, subject)?;
    let document = json!({ "uri": uri_of(&subject.file) });
    // `\ttotal := 187` and behind it in the function `return Step186(total % 3) + ...`.
    let call = subject.line + 4;
    let text = subject.text.lines().nth(call).context("the subject has no call")?;
    let name = text.find("Step").context("the subject has no call")?;
    let inside = text.find('(').context("the subject has no call")? + 1;
    let at = |line: usize, character: usize| json!({ "textDocument": document, "position": { "line": line, "character": character } });
    let end = subject.text.lines().count();
    let lines = |from: usize, to: usize| json!({ "textDocument": document, "range": { "start": { "line": from, "character": 0 }, "end": { "line": to, "character": 0 } } });
    let typing = Budget { p50: 3.0, p95: 10.0 };
    let shown = Budget { p50: 5.0, p95: 15.0 };
    let asked: [(&'static str, &str, Value, Budget); 6] = [
        ("hover, right after an edit", "textDocument/hover", at(call, name + 1), typing),
        ("definition, right after an edit", "textDocument/definition", at(call, name + 1), typing),
        ("signature help, right after an edit", "textDocument/signatureHelp", at(call, inside), typing),
        ("inlay hints of the whole file, after an edit", "textDocument/inlayHint", lines(0, end), shown),
        ("inlay hints of what is on the screen, after an edit", "textDocument/inlayHint", lines(subject.line, subject.line + 60), shown),
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
    for (_, method, params, _) in &asked {
        ask(server, &mut client, method, params.clone())?;
    }
    let mut rows = Vec::new();
    for (name, method, params, budget) in asked {
        let mut times = Vec::new();
        for _ in 0..samples {
            round += 1;
            edit(&mut client, (1000 + round).to_string())?;
            let Some((found, time)) = ask(server, &mut client, method, params.clone())? else { break };
            // gopls has no lenses here, and few hints.
            ensure!(!server.is_ours() || !found.is_null(), "`{method}` answers nothing");
            times.push(time);
        }
        rows.push(Row { name, times, budget: Some(budget) });
    }
    let mut times = Vec::new();
    for word in ["S", "St", "to", "tot", "le", "I"].iter().cycle().take(samples) {
        round += 1;
        let column = edit(&mut client, format!("{round} + {word}"))?;
        let Some((found, time)) = ask(server, &mut client, "textDocument/completion", at(subject.line, column))? else { break };
        ensure!(
            !server.is_ours() || found["items"].as_array().is_some_and(|items| !items.is_empty()),
            "nothing is offered behind `{word}`"
        );
        times.push(time);
    }
    rows.push(Row { name: "completion while typing", times, budget: Some(Budget { p50: 5.0, p95: 20.0 }) });
    let full = ask(server, &mut client, "textDocument/semanticTokens/full", json!({ "textDocument": document }))?;
    let mut id = full.map_or(Value::Null, |(full, _)| full["resultId"].clone());
    // gopls has no deltas: all tokens each time.
    let method = if id.is_null() { "textDocument/semanticTokens/full" } else { "textDocument/semanticTokens/full/delta" };
    let mut times = Vec::new();
    for _ in 0..samples {
        round += 1;
        edit(&mut client, (1000 + round).to_string())?;
        let params = json!({ "textDocument": document, "previousResultId": id });
        let Some((delta, time)) = ask(server, &mut client, method, params)? else { break };
        id = delta["resultId"].clone();
        times.push(time);
    }
    rows.push(Row { name: "semantic tokens as a delta, after an edit", times, budget: Some(shown) });
    client.stop()?;
    Ok(rows)
}

/// From `$/cancelRequest` to the answer of the request.
pub fn cancelled(server: &Server, scratch: &Path, root: &Path, subject: &Subject, samples: usize) -> Result<Vec<Row>> {
    let mut client = opened(server, scratch, root, subject)?;
    let mut times = Vec::new();
    for _ in 0..samples {
        times.push(client.cancel("amigos/debug/sleep", json!({ "ms": 20_000 }))?);
    }
    client.stop()?;
    Ok(vec![Row { name: "a cancelled request to its answer", times, budget: Some(Budget { p50: 0.3, p95: 1.0 }) }])
}

/// References and renaming of what 100 packages name, the first question after start.
pub fn everywhere(server: &Server, scratch: &Path, root: &Path, file: &Path, samples: usize) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().position(|l| l.starts_with("func Shared(")).context("nothing is shared")?;
    let place = json!({ "textDocument": { "uri": uri_of(file) }, "position": { "line": line, "character": 6 } });
    let mut rename = place.clone();
    rename["newName"] = json!("Common");
    let mut references = place.clone();
    references["context"] = json!({ "includeDeclaration": true });
    let mut rows = Vec::new();
    for (name, method, params) in [
        ("references over 100 packages, the first time", "textDocument/references", references),
        ("renaming over 100 packages, the first time", "textDocument/rename", rename),
    ] {
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..samples.clamp(1, 5) {
            let mut client = server.start(root, &scratch.join("home"))?;
            client.open(file, &text)?;
            client.diagnostics(file, |_, errors| errors == 0)?;
            let (found, time) = client.request(method, params.clone())?;
            let documents =
                found["changes"].as_object().map(serde_json::Map::len).or_else(|| Some(found["documentChanges"].as_array()?.len()));
            let places = found.as_array().map(Vec::len).or(documents).unwrap_or(0);
            ensure!(places > 100, "`{method}` finds {places} places");
            times.push(time);
            client.stop()?;
        }
        rows.push(Row { name, times, budget: Some(Budget { p50: 150.0, p95: 400.0 }) });
    }
    Ok(rows)
}

/// Memory in MiB when the server has come to rest: it checks all packages once nobody types.
fn memory_at_rest(client: &Client) -> Option<f64> {
    let mut last = client.memory()?;
    let mut same = 0;
    while same < 8 {
        std::thread::sleep(Duration::from_millis(250));
        let now = client.memory()?;
        same = if (now - last).abs() < 0.005 * last { same + 1 } else { 0 };
        last = now;
    }
    Some(last)
}

/// Memory in MiB on a workspace of 100 packages, after a twentieth of the edits and after all of them, both at rest.
pub fn memory(server: &Server, scratch: &Path, root: &Path, subject: &Subject, edits: usize) -> Result<(f64, f64)> {
    let mut client = opened(server, scratch, root, subject)?;
    let mut columns = subject.columns;
    let mut after_some = None;
    for round in 0..edits {
        let text = if round % 2 == 0 { format!("missing{round}") } else { format!("{}", 1000 + round) };
        let errors = usize::from(round % 2 == 0);
        client.edit(&subject.file, subject.line, columns, &text, |found| found == errors)?;
        columns.1 = columns.0 + text.len();
        if round == edits / 20 {
            after_some = memory_at_rest(&client);
        }
    }
    let memory = after_some.zip(memory_at_rest(&client)).context("the system does not say how much memory a process has")?;
    client.stop()?;
    Ok(memory)
}
