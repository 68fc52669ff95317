//! `cargo xtask conformance`: our front end beside the real Go's, on Go's own sources and on broken versions of them.
//!
//! It may never hold an expectation of its own: what is right is what the pinned Go toolchain says. Nothing of that
//! toolchain's sources is copied; they are read where they are installed. Start reading at `syntax.rs` (the parser) and
//! `types_suite.rs` (the type checker).

mod codes_suite;
mod comments;
mod crash_suite;
mod facts_suite;
mod goroot;
mod mutant_suite;
mod oracle;
mod std_suite;
mod syntax;
mod types_suite;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

/// Compares our front end with the real Go's.
#[derive(Parser)]
struct Arguments {
    /// The Go installation to compare with
    #[arg(long)]
    goroot: PathBuf,
    /// Where differences are written to
    #[arg(long, default_value = "target/conformance")]
    out: PathBuf,
    /// Only this suite: syntax, types, codes, facts, mutants, crash, std (with bodies); std-decls and cmd run only so
    #[arg(long)]
    suite: Option<String>,
    /// Only units whose name contains this
    #[arg(long)]
    filter: Option<String>,
    /// Print the differences of the checker's suites too
    #[arg(long, short)]
    verbose: bool,
    /// How many broken programs to make of the standard library's sources (for the checker a fourth of it)
    #[arg(long, default_value_t = 2000)]
    broken: usize,
}

/// What was compared and how often both said the same.
struct Score {
    name: &'static str,
    same: usize,
    of: usize,
    /// One text a difference.
    differences: Vec<String>,
    /// Whether a difference is a failure; otherwise the figure is only reported.
    must_be_all: bool,
}

fn main() -> Result<ExitCode> {
    // Checking recurses with the nesting of the source.
    let worker = std::thread::Builder::new().stack_size(512 << 20).spawn(run)?;
    worker.join().unwrap_or(Ok(ExitCode::from(101)))
}

fn run() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let wants = |suite: &str| arguments.suite.as_deref().is_none_or(|s| s == suite);
    std::fs::create_dir_all(&arguments.out).with_context(|| format!("cannot make `{}`", arguments.out.display()))?;
    // Each says its figures itself, and whether they are good enough.
    let mut passed: Vec<bool> = Vec::new();
    if wants("types") {
        passed.push(types_suite::run(&arguments));
    }
    if wants("codes") {
        passed.push(codes_suite::run(&arguments));
    }
    if wants("facts") {
        passed.push(facts_suite::run(&arguments)?);
    }
    if wants("mutants") {
        passed.push(mutant_suite::run(&arguments)?);
    }
    if wants("crash") {
        passed.push(crash_suite::run(&arguments));
    }
    if wants("std") || arguments.suite.as_deref() == Some("cmd") {
        passed.push(std_suite::run(&arguments, true));
    }
    if arguments.suite.as_deref() == Some("std-decls") {
        passed.push(std_suite::run(&arguments, false));
    }
    let scores = if wants("syntax") { syntax::run(&arguments.goroot, &arguments.out, arguments.broken)? } else { Vec::new() };
    let mut failed = passed.iter().filter(|p| !**p).count();
    for score in &scores {
        println!("{:<56} {:>6} of {:>6} alike", score.name, score.same, score.of);
        let file = arguments.out.join(format!("{}.txt", score.name.replace([' ', ',', ':'], "-")));
        std::fs::write(&file, score.differences.join("\n"))?;
        if score.must_be_all && score.same < score.of {
            failed += 1;
            println!("  differences: {}", file.display());
        }
    }
    println!("{} passed, {failed} failed", scores.len() + passed.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
