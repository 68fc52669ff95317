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

use client::{Client, Server, uri_of};
use corpus::Subject;
use report::{Budget, Report, Row};

/// The groups of rows, as `--only` names them.
const GROUPS: [&str; 8] = ["start", "live", "keystrokes", "answers", "cancel", "everywhere", "memory", "net/http"];

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
    /// Only these groups of rows
    #[arg(long, value_parser = GROUPS, value_delimiter = ',')]
    only: Vec<String>,
    /// The `gopls` command: measured beside ours on `net/http`; left out without it
    #[arg(long)]
    gopls: Option<PathBuf>,
    /// The `go` command that gopls uses
    #[arg(long, default_value = "go")]
    go: PathBuf,
}

/// Runs the measurements, and prints them.
struct Bench {
    ours: Server,
    gopls: Option<Server>,
    report: Report,
    problems: Vec<anyhow::Error>,
}

impl Bench {
    /// Measures ours, and gopls where it has the feature, and prints both; the rows of each.
    fn both(&mut self, measure: impl Fn(&Server) -> Result<Vec<Row>>) -> (Vec<Row>, Vec<Row>) {
        let ours = self.kept(measure(&self.ours)).unwrap_or_default();
        let theirs = self.gopls.as_ref().map(|gopls| measure(gopls).context("gopls"));
        let theirs = theirs.and_then(|outcome| self.kept(outcome)).unwrap_or_default();
        for row in &ours {
            let beside = theirs.iter().find(|one| one.name == row.name).map(|one| one.times.clone());
            self.report.times(Row { times: row.times.clone(), ..*row }, beside);
        }
        (ours, theirs)
    }

    /// Measures ours, of what gopls has not.
    fn ours(&mut self, measure: impl Fn(&Server) -> Result<Vec<Row>>) {
        for row in self.kept(measure(&self.ours)).unwrap_or_default() {
            self.report.times(row, None);
        }
    }

    fn kept<T>(&mut self, outcome: Result<T>) -> Option<T> {
        outcome.map_err(|problem| self.problems.push(problem)).ok()
    }
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let scratch = tempfile::tempdir()?;
    let scratch = scratch.path();
    let contracts = scratch.join("contracts");
    copy(&arguments.contracts, &contracts)?;
    let social = contracts.join("social");
    let alone = corpus::package(&scratch.join("alone/large"), "hub.amigos.dev/bench/large", 375)?;
    let among = corpus::package(&scratch.join("among/large"), "hub.amigos.dev/bench/large", 375)?;
    corpus::workspace(&scratch.join("among"), 100)?;
    let shared = corpus::shared(&scratch.join("shared"), 100)?;
    let dependent = corpus::dependent(&scratch.join("dependent"), 20)?;
    for root in ["alone", "among", "shared", "dependent"] {
        corpus::go_module(&scratch.join(root))?;
    }
    let gopls = arguments.gopls.as_ref().map(|gopls| Server::Gopls { gopls: gopls.clone(), go: arguments.go.clone() });
    let ours = Server::Ours(arguments.server.clone());
    let mut bench = Bench { ours, gopls, report: Report::new(), problems: Vec::new() };
    let (samples, root) = (arguments.samples, scratch.join("alone"));
    let wanted = |group: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == group);
    if wanted("start") {
        bench.both(|server| starts(server, scratch, &scratch.join("dependent"), &dependent, samples));
    }
    if wanted("live") {
        bench.ours(|server| hovers(server, scratch, &social.join("forum/forum.go"), samples));
        bench.ours(|server| simulations(server, scratch, &social.join("post/post.go"), samples));
    }
    if wanted("keystrokes") {
        let (ours, theirs) = bench.both(|server| typing::keystrokes(server, scratch, &alone, &among, samples));
        if let Some(factor) = typing::factor(&ours) {
            bench.report.factor("100 packages beside none", factor, typing::factor(&theirs), 1.2);
        }
    }
    if wanted("answers") {
        bench.both(|server| typing::answers(server, scratch, &root, &alone, samples));
    }
    if wanted("cancel") {
        bench.ours(|server| typing::cancelled(server, scratch, &root, &alone, samples));
    }
    if wanted("everywhere") {
        bench.both(|server| typing::everywhere(server, scratch, &scratch.join("shared"), &shared, samples));
    }
    if wanted("memory") {
        memory(&mut bench, scratch, &among, arguments.edits);
    }
    if wanted("net/http")
        && let Some(gopls) = bench.gopls.clone()
    {
        let outcome = beside::net_http(&mut bench.report, &bench.ours, &gopls, &arguments.go, scratch, samples);
        bench.kept(outcome.context("net/http"));
    }
    for problem in &bench.problems {
        println!("not measured: {problem:#}");
    }
    bench.report.close();
    // Budgets are kept on a quiet machine: what is over is said and is no failure of the run.
    Ok(if bench.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Resident memory on 100 packages, and its growth over many edits; gopls gets a tenth of them, since it needs longer.
fn memory(bench: &mut Bench, scratch: &Path, among: &Subject, edits: usize) {
    let root = scratch.join("among");
    let ours = typing::memory(&bench.ours, scratch, &root, among, edits);
    let theirs = bench.gopls.as_ref().map(|gopls| typing::memory(gopls, scratch, &root, among, edits / 10).context("gopls"));
    let theirs = theirs.and_then(|outcome| bench.kept(outcome));
    let Some((some, all)) = bench.kept(ours) else { return };
    let growth = |(before, after): (f64, f64)| 100.0 * (after - before) / before;
    bench.report.memory("resident memory, 100 packages in the workspace", some.max(all), theirs.map(|(_, all)| all), Some(150.0));
    bench.report.growth(&format!("growth of memory over {edits} edits"), growth((some, all)), theirs.map(growth), 10.0);
}

/// From starting the process to the diagnostics of an opened contract that need its 20 dependencies.
fn starts(server: &Server, scratch: &Path, root: &Path, file: &Path, samples: usize) -> Result<Vec<Row>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut times = Vec::new();
    for _ in 0..samples.min(20) {
        let start = Instant::now();
        let mut client = server.start(root, &scratch.join("home"))?;
        client.open(file, &text)?;
        times.push(client.diagnostics(file, |_, errors| errors == 1)? - start);
        client.stop()?;
    }
    let budget = Some(Budget { p50: 150.0, p95: 300.0 });
    Ok(vec![Row { name: "start to first diagnostics, 20 dependencies", times, budget }])
}

/// Starts a server for the file's folder and opens the file.
fn opened(server: &Server, scratch: &Path, file: &Path) -> Result<(Client, String)> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let root = file.parent().context("the contract has no folder")?;
    let mut client = server.start(root, &scratch.join("home"))?;
    client.open(file, &text)?;
    Ok((client, text))
}

/// Hovers on a global: until its live value is there for the first time, and later ones.
fn hovers(server: &Server, scratch: &Path, file: &Path, samples: usize) -> Result<Vec<Row>> {
    let (mut client, text) = opened(server, scratch, file)?;
    let line = text.lines().position(|line| line.starts_with("\tPosts []Post")).context("the forum has no `Posts`")?;
    let position = json!({ "line": line, "character": 2 });
    let hover = json!({ "textDocument": { "uri": uri_of(file) }, "position": position });
    let until_live = |client: &mut Client| -> Result<Duration> {
        let start = Instant::now();
        while !client.request("textDocument/hover", hover.clone())?.0.to_string().contains("live at height") {
            anyhow::ensure!(start.elapsed() < Duration::from_secs(60), "hover shows no live value in 60 s");
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(start.elapsed())
    };
    let first = vec![until_live(&mut client)?];
    let cached = repeat(samples, || Ok(client.request("textDocument/hover", hover.clone())?.1))?;
    client.stop()?;
    // The hub runs now: servers that have not read the value yet.
    let mut fresh = Vec::new();
    for _ in 0..samples.min(10) {
        let (mut client, _) = opened(server, scratch, file)?;
        client.notification("amigos/status", |status| status["height"].as_u64().is_some_and(|height| height > 0))?;
        fresh.push(until_live(&mut client)?);
        client.stop()?;
    }
    Ok(vec![
        Row { name: "hover on a live value, the first after start", times: first, budget: None },
        Row { name: "hover on a live value, cached", times: cached, budget: Some(Budget { p50: 3.0, p95: 10.0 }) },
        Row { name: "hover on a live value, not cached", times: fresh, budget: Some(Budget { p50: 50.0, p95: 150.0 }) },
    ])
}

/// The lens that simulates, as often as it is clicked.
fn simulations(server: &Server, scratch: &Path, file: &Path, samples: usize) -> Result<Vec<Row>> {
    let (mut client, _) = opened(server, scratch, file)?;
    let (lenses, _) = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri_of(file) } }))?;
    let lens = lenses.as_array().into_iter().flatten().find(|lens| lens["command"]["command"] == "amigos.simulate");
    let lens = lens.context("no lens simulates")?["command"].clone();
    let call = json!({ "command": lens["command"], "arguments": lens["arguments"] });
    let first = vec![client.request("workspace/executeCommand", call.clone())?.1];
    let cached = repeat(samples, || Ok(client.request("workspace/executeCommand", call.clone())?.1))?;
    client.stop()?;
    Ok(vec![
        Row { name: "simulate from the lens, the first", times: first, budget: None },
        Row { name: "simulate from the lens, state cached", times: cached, budget: Some(Budget { p50: 3.0, p95: 10.0 }) },
    ])
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
