//! What `cargo xtask bench` prints: how long the language server takes for what a person waits for, and how much memory.
//!
//! It may never reach into the server: it drives the real binary over its pipes, as an editor does. Start reading at
//! `main`, which is the list of figures.

mod client;
mod corpus;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;

use client::{Client, uri_of};
use corpus::Subject;

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
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let scratch = tempfile::tempdir()?;
    let scratch = scratch.path();
    println!("{:<58} {:>10} {:>10} {:>6}", "milliseconds", "p50", "p95", "n");

    let contracts = scratch.join("contracts");
    copy(&arguments.contracts, &contracts)?;
    let social = contracts.join("social");
    let alone = corpus::package(&scratch.join("alone/large"), "hub.amigos.dev/bench/large", 375)?;
    let among = corpus::package(&scratch.join("among/large"), "hub.amigos.dev/bench/large", 375)?;
    corpus::workspace(&scratch.join("among"), 100)?;
    let outcomes = [
        starts(&arguments, scratch, &social.join("post/post.go")),
        hovers(&arguments, scratch, &social.join("forum/forum.go")),
        simulations(&arguments, scratch, &social.join("post/post.go")),
        keystrokes(&arguments, scratch, "keystroke to diagnostics, file of 3,000 lines", &scratch.join("alone"), &alone),
        keystrokes(&arguments, scratch, "the same, 100 packages in the workspace", &scratch.join("among"), &among),
    ];
    let mut code = ExitCode::SUCCESS;
    for problem in outcomes.into_iter().filter_map(Result::err) {
        println!("not measured: {problem:#}");
        code = ExitCode::from(1);
    }
    Ok(code)
}

/// From starting the process to the first diagnostics of an opened contract.
fn starts(arguments: &Arguments, scratch: &Path, file: &Path) -> Result<()> {
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
    report("start to first diagnostics, contracts/social/post", times);
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
fn hovers(arguments: &Arguments, scratch: &Path, file: &Path) -> Result<()> {
    let (mut client, text) = opened(arguments, scratch, file)?;
    let line = text.lines().position(|line| line.starts_with("\tPosts []Post")).context("the forum has no `Posts`")?;
    let position = json!({ "line": line, "character": 2 });
    let hover = json!({ "textDocument": { "uri": uri_of(file) }, "position": position });
    let start = Instant::now();
    while !client.request("textDocument/hover", hover.clone())?.0.to_string().contains("live at height") {
        anyhow::ensure!(start.elapsed() < Duration::from_secs(60), "hover shows no live value in 60 s");
        std::thread::sleep(Duration::from_millis(1));
    }
    report("hover on a live value, the first after start", vec![start.elapsed()]);
    let times = repeat(arguments.samples, || Ok(client.request("textDocument/hover", hover.clone())?.1))?;
    report("hover on a live value, cached", times);
    client.stop()
}

/// The lens that simulates, as often as it is clicked.
fn simulations(arguments: &Arguments, scratch: &Path, file: &Path) -> Result<()> {
    let (mut client, _) = opened(arguments, scratch, file)?;
    let (lenses, _) = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri_of(file) } }))?;
    let lens = lenses.as_array().into_iter().flatten().find(|lens| lens["command"]["command"] == "amigos.simulate");
    let lens = lens.context("no lens simulates")?["command"].clone();
    let call = json!({ "command": lens["command"], "arguments": lens["arguments"] });
    report("simulate from the lens, the first", vec![client.request("workspace/executeCommand", call.clone())?.1]);
    let times = repeat(arguments.samples, || Ok(client.request("workspace/executeCommand", call.clone())?.1))?;
    report("simulate from the lens, state cached", times);
    memory("resident memory with the contracts", &client);
    client.stop()
}

/// From one typed character to the diagnostics it causes, and from its removal to their end. No text comes twice.
fn keystrokes(arguments: &Arguments, scratch: &Path, name: &str, root: &Path, subject: &Subject) -> Result<()> {
    let mut client = Client::start(&arguments.server, root, &scratch.join("home"))?;
    client.open(&subject.file, &subject.text)?;
    client.diagnostics(&subject.file, |_, errors| errors == 0)?;
    let mut columns = subject.columns;
    let mut times = Vec::new();
    for round in 0..arguments.samples {
        for (text, errors) in [(format!("missing{round}"), 1), (format!("{}", 1000 + round), 0)] {
            times.push(client.edit(&subject.file, subject.line, columns, &text, |found| found == errors)?);
            columns.1 = columns.0 + text.len();
        }
    }
    report(name, times);
    memory("resident memory after that", &client);
    client.stop()
}

fn repeat(times: usize, mut measure: impl FnMut() -> Result<Duration>) -> Result<Vec<Duration>> {
    (0..times).map(|_| measure()).collect()
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!("{name:<58} {:>10.2} {:>10.2} {:>6}", at(50), at(95), times.len());
}

fn memory(name: &str, client: &Client) {
    if let Some(mebibytes) = client.memory() {
        println!("{name:<58} {mebibytes:>6.0} MiB");
    }
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
