//! `cargo xtask bench`: the figures of the optimised build: the server over its pipes, rules and bounds, the virtual machine, the hub to its disk.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::process::{build_amigos, command, env_cargo, in_view};
use crate::project;
use crate::setup::{Tool, ensure_installed};

#[derive(Args)]
pub struct Options {
    /// How often each thing is measured
    #[arg(long, default_value_t = 100)]
    samples: usize,
    /// Only this: `vm`, the virtual machine beside Go; `gas`, the prices of the gas table beside the time that things take
    #[arg(value_parser = ["vm", "gas"])]
    what: Option<String>,
    /// Only these groups of rows of the editor: `start`, `live`, `keystrokes`, `answers`, `cancel`, `everywhere`, `memory`, `net/http` (which needs
    /// `--gopls`); or `bounds`, what rules and bounds take
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Of `vm`: beside revm and wasmi too, which takes minutes to build
    #[arg(long)]
    peers: bool,
    /// Of `vm` and `gas`: how often each program is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Over how many edits the growth of memory is measured
    #[arg(long, default_value_t = 10_000)]
    edits: usize,
    /// A `gopls`, built with the pinned Go: it is measured beside ours
    #[arg(long)]
    gopls: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    if options.what.as_deref() == Some("gas") {
        let mut cargo = command(env_cargo());
        cargo.current_dir(project::root()).args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "program-conformance",
            "--bin",
            "calibrate",
            "--",
        ]);
        cargo.arg("--rounds").arg(options.rounds.to_string());
        return Ok(if in_view(&mut cargo)? { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if options.what.is_some() {
        crate::bench_vm::run(options.rounds, options.peers)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<&String> = options.only.iter().filter(|only| *only != "bounds").collect();
    if options.only.is_empty() || !rows.is_empty() {
        editor(options, &rows)?;
    }
    for (package, example) in [("amigos-ide", "bounds"), ("amigos-vm", "bench"), ("amigos-hub", "throughput")] {
        if !options.only.is_empty() && !options.only.iter().any(|only| only == example) {
            continue;
        }
        let mut cargo = command(env_cargo());
        cargo.current_dir(project::root()).args(["run", "--quiet", "--release", "--package", package, "--example", example]);
        if !in_view(&mut cargo)? {
            bail!("the benchmark `{example}` of `{package}` did not come to its end");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The server over its pipes; all rows if none are named.
fn editor(options: &Options, rows: &[&String]) -> Result<()> {
    let server = build_amigos(true)?;
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["run", "--quiet", "--release", "--package", "amigos-bench", "--", "--server"]).arg(server);
    cargo.arg("--contracts").arg(project::root().join("contracts")).arg("--samples").arg(options.samples.to_string());
    cargo.arg("--edits").arg(options.edits.to_string());
    for group in rows {
        cargo.arg("--only").arg(group);
    }
    if let Some(gopls) = &options.gopls {
        ensure_installed(&[Tool::Go])?;
        cargo.arg("--gopls").arg(gopls).arg("--go").arg(project::root().join(".setup/go/bin/go"));
    }
    if !in_view(&mut cargo)? {
        bail!("the benchmark did not come to its end");
    }
    Ok(())
}
