//! What `cargo xtask bench` prints: how long the language server takes for what a person waits for, and how much memory.
//!
//! It may never reach into the server: it drives the real binary over its pipes, as an editor does. Start reading at
//! `main`, which is the list of figures.

mod beside;
mod client;
mod corpus;
mod report;
mod typing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;

use client::{Client, uri_of};
use corpus::Subject;
use report::{Budget, Report, quantile};

/// Measures the `amigos` binary.
#[derive(Parser)]
struct Arguments {
    /// The binary to measure
    #[arg(long)]
    server: PathBuf,
    /// The contracts to measure on
    #[arg(long)]
    contracts: PathBuf,
    /// How often each thing is measured
    #[arg(long, default_value_t = 100)]
    samples: usize,
    /// Over how many edits the growth of memory is measured
    #[arg(long, default_value_t = 10_000)]
    edits: usize,
    /// The `gopls` command: measured beside ours on `net/http`; left out without it
    #[arg(long)]
    gopls: Option<PathBuf>,
    /// The `go` command that gopls uses
    #[arg(long, default_value = "go")]
    go: PathBuf,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let scratch = tempfile::tempdir()?;
    let scratch = scratch.path();
    let mut report = Report::new();
    let contracts = scratch.join("contracts");
    copy(&arguments.contracts, &contracts)?;
    let social = contracts.join("social");
    let alone = corpus::package(&scratch.join("alone/large"), "hub.amigos.dev/bench/large", 375)?;
    let among = corpus::package(&scratch.join("among/large"), "hub.amigos.dev/bench/large", 375)?;
    corpus::workspace(&scratch.join("among"), 100)?;
    let shared = corpus::shared(&scratch.join("shared"), 100)?;
    let (server, root) = (arguments.server.as_path(), scratch.join("alone"));
    let mut problems: Vec<anyhow::Error> = Vec::new();
    let mut keep = |outcome: Result<()>| problems.extend(outcome.err());
    keep(starts(&mut report, &arguments, scratch, &social.join("post/post.go")));
    keep(hovers(&mut report, &arguments, scratch, &social.join("forum/forum.go")));
    keep(simulations(&mut report, &arguments, scratch, &social.join("post/post.go")));
    keep(keystrokes(&mut report, &arguments, scratch, &alone, &among));
    keep(typing::answers(&mut report, server, scratch, &root, &alone, arguments.samples));
    keep(typing::cancelled(&mut report, server, scratch, &root, &alone, arguments.samples));
    keep(typing::everywhere(&mut report, server, scratch, &scratch.join("shared"), &shared, arguments.samples));
    keep(typing::memory(&mut report, server, scratch, &scratch.join("among"), &among, arguments.edits));
    if let Some(gopls) = &arguments.gopls {
        let gopls = beside::Gopls { gopls: gopls.clone(), go: arguments.go.clone() };
        keep(beside::net_http(&mut report, server, scratch, &gopls, arguments.samples));
    }
    for problem in &problems {
        println!("not measured: {problem:#}");
    }
    report.close();
    // Budgets are kept on a quiet machine: what is over is said and is no failure of the run.
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// From starting the process to the first diagnostics of an opened contract.
fn starts(report: &mut Report, arguments: &Arguments, scratch: &Path, file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let root = file.parent().context("the contract has no folder")?;
    let mut times = Vec::new();
    for _ in 0..arguments.samples.min(20) {
        let start = Instant::now();
        let mut client = Client::start(&arguments.server, root, &scratch.join("home"))?;
        client.open(file, &text)?;
        times.push(client.diagnostics(file, |_, _| true)? - start);
        client.stop()?;
    }
    report.times("start to first diagnostics, contracts/social/post", times, Some(Budget { p50: 150.0, p95: 300.0 }));
    Ok(())
}

/// Starts a server for the file's folder and opens the file.
fn opened(arguments: &Arguments, scratch: &Path, file: &Path) -> Result<(Client, String)> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let root = file.parent().context("the contract has no folder")?;
    let mut client = Client::start(&arguments.server, root, &scratch.join("home"))?;
    client.open(file, &text)?;
    Ok((client, text))
}

/// Hovers on a global: until its live value is there for the first time, and later ones.
fn hovers(report: &mut Report, arguments: &Arguments, scratch: &Path, file: &Path) -> Result<()> {
    let (mut client, text) = opened(arguments, scratch, file)?;
    let line = text.lines().position(|line| line.starts_with("\tPosts []Post")).context("the forum has no `Posts`")?;
    let position = json!({ "line": line, "character": 2 });
    let hover = json!({ "textDocument": { "uri": uri_of(file) }, "position": position });
    let start = Instant::now();
    while !client.request("textDocument/hover", hover.clone())?.0.to_string().contains("live at height") {
        anyhow::ensure!(start.elapsed() < Duration::from_secs(60), "hover shows no live value in 60 s");
        std::thread::sleep(Duration::from_millis(1));
    }
    report.times("hover on a live value, the first after start", vec![start.elapsed()], None);
    let times = repeat(arguments.samples, || Ok(client.request("textDocument/hover", hover.clone())?.1))?;
    report.times("hover on a live value, cached", times, Some(Budget { p50: 3.0, p95: 10.0 }));
    client.stop()?;
    // The hub runs now: servers that have not read the value yet.
    let mut times = Vec::new();
    for _ in 0..arguments.samples.min(10) {
        let mut client = Client::start(&arguments.server, file.parent().context("the contract has no folder")?, &scratch.join("home"))?;
        client.open(file, &text)?;
        client.notification("amigos/status", |status| status["height"].as_u64().is_some_and(|height| height > 0))?;
        let start = Instant::now();
        while !client.request("textDocument/hover", hover.clone())?.0.to_string().contains("live at height") {
            anyhow::ensure!(start.elapsed() < Duration::from_secs(60), "hover shows no live value in 60 s");
        }
        times.push(start.elapsed());
        client.stop()?;
    }
    report.times("hover on a live value, not cached", times, Some(Budget { p50: 50.0, p95: 150.0 }));
    Ok(())
}

/// The lens that simulates, as often as it is clicked.
fn simulations(report: &mut Report, arguments: &Arguments, scratch: &Path, file: &Path) -> Result<()> {
    let (mut client, _) = opened(arguments, scratch, file)?;
    let (lenses, _) = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri_of(file) } }))?;
    let lens = lenses.as_array().into_iter().flatten().find(|lens| lens["command"]["command"] == "amigos.simulate");
    let lens = lens.context("no lens simulates")?["command"].clone();
    let call = json!({ "command": lens["command"], "arguments": lens["arguments"] });
    report.times("simulate from the lens, the first", vec![client.request("workspace/executeCommand", call.clone())?.1], None);
    let times = repeat(arguments.samples, || Ok(client.request("workspace/executeCommand", call.clone())?.1))?;
    report.times("simulate from the lens, state cached", times, Some(Budget { p50: 3.0, p95: 10.0 }));
    if let Some(mebibytes) = client.memory() {
        report.memory("resident memory with the contracts", mebibytes, None);
    }
    client.stop()
}

/// From one typed character to the diagnostics it causes, and from its removal to their end. No text comes twice. Alone, and among 100 packages, in
/// turns, so that a busy machine is busy for both.
fn keystrokes(report: &mut Report, arguments: &Arguments, scratch: &Path, alone: &Subject, among: &Subject) -> Result<()> {
    let mut subjects = Vec::new();
    for (root, subject) in [("alone", alone), ("among", among)] {
        let mut client = Client::start(&arguments.server, &scratch.join(root), &scratch.join("home"))?;
        client.open(&subject.file, &subject.text)?;
        client.diagnostics(&subject.file, |_, errors| errors == 0)?;
        subjects.push((client, subject, subject.columns, Vec::new()));
    }
    for round in 0..arguments.samples {
        for (text, errors) in [(format!("missing{round}"), 1), (format!("{}", 1000 + round), 0)] {
            for (client, subject, columns, times) in &mut subjects {
                times.push(client.edit(&subject.file, subject.line, *columns, &text, |found| found == errors)?);
                columns.1 = columns.0 + text.len();
            }
        }
    }
    let budget = Some(Budget { p50: 2.0, p95: 8.0 });
    let mut halves = Vec::new();
    let names = ["keystroke to diagnostics, file of 3,000 lines", "the same, 100 packages in the workspace"];
    for (name, (client, _, _, mut times)) in names.into_iter().zip(subjects) {
        halves.push(quantile(&mut times, 50));
        report.times(name, times, budget);
        client.stop()?;
    }
    if let [alone, among] = halves[..] {
        report.factor("100 packages beside none", among / alone, 1.2);
    }
    Ok(())
}

fn repeat(times: usize, mut measure: impl FnMut() -> Result<Duration>) -> Result<Vec<Duration>> {
    (0..times).map(|_| measure()).collect()
}

/// Gives a process folders of its own for data, caches and settings: never the user's.
fn own_home(command: &mut Command, home: &Path) {
    for (variable, folder) in [("DATA", "data"), ("CACHE", "cache"), ("CONFIG", "config"), ("STATE", "state")] {
        command.env(format!("XDG_{variable}_HOME"), home.join(folder));
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read `{}`", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
