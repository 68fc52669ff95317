//! The same questions to gopls and to ours, on `net/http` of Go's standard library, one after the other.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use crate::client::{Client, uri_of};
use crate::report::Report;

/// Where gopls and the `go` command are.
pub struct Gopls {
    /// The `gopls` command.
    pub gopls: PathBuf,
    /// The `go` command.
    pub go: PathBuf,
}

#[derive(Default)]
struct Times {
    start: Vec<Duration>,
    edit: Vec<Duration>,
    completion: Vec<Duration>,
    hover: Vec<Duration>,
}

/// Start, edits, completion and hover in `net/http/server.go`.
pub fn net_http(report: &mut Report, server: &Path, scratch: &Path, gopls: &Gopls, samples: usize) -> Result<()> {
    let output = std::process::Command::new(&gopls.go).args(["env", "GOROOT"]).env_remove("GOROOT").output()?;
    let root = PathBuf::from(String::from_utf8(output.stdout)?.trim()).join("src");
    let file = root.join("net/http/server.go");
    let samples = samples.min(20);
    let theirs = measured(samples, &file, || Client::start_gopls(&gopls.gopls, &gopls.go, &root, &scratch.join("home")))?;
    let ours = measured(samples, &file, || Client::start(server, &root.join("net/http"), &scratch.join("home")))?;
    println!("{:<58} {:>10} {:>10}", "net/http/server.go, p50", "ours", "gopls");
    report.beside("start to first diagnostics, caches warm", ours.start, theirs.start, 0.25);
    report.beside("edit to diagnostics", ours.edit, theirs.edit, 0.05);
    report.beside("completion right after an edit", ours.completion, theirs.completion, 0.05);
    report.beside("hover right after an edit", ours.hover, theirs.hover, 0.05);
    Ok(())
}

fn measured(samples: usize, file: &Path, start: impl Fn() -> Result<Client>) -> Result<Times> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let line = text.lines().position(|l| l.starts_with("func (c *conn) serve(")).context("`conn.serve` is not there")? + 1;
    let mut times = Times::default();
    // The first start fills caches.
    for round in 0..4 {
        let begin = Instant::now();
        let mut client = start()?;
        client.open(file, &text)?;
        let end = client.diagnostics(file, |_, _| true)?;
        if round > 0 {
            times.start.push(end - begin);
        }
        client.stop()?;
    }
    let mut client = start()?;
    client.open(file, &text)?;
    client.diagnostics(file, |_, _| true)?;
    let place = |character: usize| json!({ "textDocument": { "uri": uri_of(file) }, "position": { "line": line, "character": character } });
    let mut columns = (0, 0);
    for round in 0..samples {
        let statement = format!("\tmissing{round}()\n");
        // As a line of its own, in place of the one before.
        let insert = if round == 0 { statement.clone() } else { statement.trim_end().to_owned() };
        times.edit.push(client.edit(file, line, columns, &insert, |_| true)?);
        columns = (0, statement.trim_end().len());
        let typed = format!("\tc.r{}", "e".repeat(round % 3));
        client.change(file, line, columns, &typed)?;
        times.completion.push(client.request("textDocument/completion", place(typed.len()))?.1);
        columns = (0, typed.len());
        let named = format!("\t_ = c.server // {round}");
        client.change(file, line, columns, &named)?;
        times.hover.push(client.request("textDocument/hover", place(8))?.1);
        columns = (0, named.len());
    }
    client.stop()?;
    Ok(times)
}
