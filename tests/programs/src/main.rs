//! `cargo xtask conformance vm | stdlib | pages | differential | cases | determinism`: plain Go programs in the virtual machine beside the real Go.
//!
//! It may never hold an expectation of its own: what is right is what the pinned Go toolchain's program prints. Nothing of that toolchain is copied; its
//! test programs are read where they are installed. Start reading at `vm_suite.rs` (Go's own test programs), then the library's `machine.rs` and `golang.rs`, the two
//! sides that are compared.

mod cases_suite;
mod determinism_suite;
mod differential_suite;
mod generator;
mod golang;
mod pages_suite;
mod stdlib_suite;
mod vm_suite;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

/// Compares what programs do in the virtual machine and when the real Go has built them.
#[derive(Parser)]
struct Arguments {
    /// The Go installation to compare with
    #[arg(long)]
    goroot: PathBuf,
    /// Go's `test/` folder
    #[arg(long)]
    go_tests: PathBuf,
    /// Where differences and Go's builds go
    #[arg(long, default_value = "target/conformance")]
    out: PathBuf,
    /// Only this suite: vm, stdlib, pages, differential, cases, determinism
    #[arg(long)]
    suite: Option<String>,
    /// Only programs whose name contains this
    #[arg(long)]
    filter: Option<String>,
    /// Of suites `differential`, `cases` and `determinism`: which programs are generated
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Of suite `pages`: write what Go prints onto the pages
    #[arg(long)]
    bless: bool,
    /// Print each difference
    #[arg(long, short)]
    verbose: bool,
    /// At most so many programs, evenly chosen; of `determinism` so many generated ones, and blocks of calls
    #[arg(long)]
    count: Option<usize>,
    /// Read the standard library's Go text from this folder, not as it was built in (of packages that were built in)
    #[arg(long)]
    library: Option<PathBuf>,
    /// Of `determinism`: a part of each of its lists
    #[arg(long)]
    sample: bool,
    /// One of the processes of `determinism`
    #[arg(long, hide = true)]
    child: bool,
}

fn main() -> Result<ExitCode> {
    // Checking recurses with the nesting of the source.
    let worker = std::thread::Builder::new().stack_size(512 << 20).spawn(run)?;
    worker.join().unwrap_or(Ok(ExitCode::from(101)))
}

fn run() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    const SUITES: [&str; 6] = ["pages", "differential", "cases", "vm", "stdlib", "determinism"];
    if let Some(unknown) = arguments.suite.as_deref().filter(|s| !SUITES.contains(s)) {
        anyhow::bail!("there is no suite `{unknown}`: there are {}", SUITES.join(", "));
    }
    let wants = |suite: &str| arguments.suite.as_deref().is_none_or(|s| s == suite);
    std::fs::create_dir_all(&arguments.out).with_context(|| format!("cannot make `{}`", arguments.out.display()))?;
    if arguments.child {
        determinism_suite::run(&arguments)?;
        return Ok(ExitCode::SUCCESS);
    }
    let go = golang::Go::new(&arguments.goroot, &arguments.out)?;
    println!("{}", go.version());
    let mut passed = Vec::new();
    if wants("pages") {
        passed.push(pages_suite::run(&arguments, &go)?);
    }
    if wants("differential") {
        passed.push(differential_suite::run(&arguments, &go)?);
    }
    if wants("cases") {
        passed.push(cases_suite::run(&arguments, &go)?);
    }
    if wants("vm") {
        passed.push(vm_suite::run(&arguments, &go)?);
    }
    if wants("stdlib") {
        passed.push(stdlib_suite::run(&arguments, &go)?);
    }
    if wants("determinism") {
        passed.push(determinism_suite::run(&arguments)?);
    }
    let failed = passed.iter().filter(|p| !**p).count();
    println!("{} passed, {failed} failed", passed.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
