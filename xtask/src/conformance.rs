//! `cargo xtask conformance [SUITE] [ARGUMENTS]`: our front end and the virtual machine beside the pinned Go toolchain.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::process::{command, env_cargo, in_view};
use crate::project;
use crate::setup::{self, Tool};

/// The suites that run programs; all others compare the front end.
const RUNNING: [&str; 5] = ["vm", "stdlib", "pages", "differential", "cases"];

#[derive(Args)]
pub struct Options {
    /// Only this suite: vm, stdlib, pages, differential, cases, or one of the front end's
    suite: Option<String>,
    /// A part of the front end's suites and of generated programs, the same one in every run, in less than ten minutes
    #[arg(long)]
    sample: bool,
    /// Further arguments of the suite, such as `--filter NAME`, or `--count N`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let suite = options.suite.as_deref();
    let mut tools = vec![Tool::Go];
    if suite.is_none_or(|s| s == "vm" || s.contains("errorcheck")) {
        tools.push(Tool::GoTests);
    }
    setup::ensure_installed(&tools)?;
    let goroot = setup::goroot().context("the Go toolchain is installed, but its folder is not where it should be")?;
    let mut well = true;
    if suite.is_none_or(|s| !RUNNING.contains(&s)) {
        let mut cargo = command(env_cargo());
        // Millions of facts are compared, so it is built with optimisations.
        cargo.current_dir(project::root()).args(["run", "--quiet", "--release", "--package", "amigos-conformance", "--", "--goroot"]);
        cargo.arg(&goroot).arg("--go-tests").arg(setup::go_tests_dir()).arg("--out").arg(project::target_dir().join("conformance"));
        if options.sample {
            cargo.arg("--sample");
        }
        if let Some(suite) = suite {
            cargo.args(["--suite", suite]);
        }
        well &= in_view(cargo.args(&options.arguments))?;
    }
    if suite.is_none_or(|s| RUNNING.contains(&s)) {
        // Programs run, so it is built with optimisations.
        let mut cargo = command(env_cargo());
        cargo.current_dir(project::root()).args(["run", "--quiet", "--release", "--package", "program-conformance", "--", "--goroot"]);
        cargo.arg(&goroot).arg("--go-tests").arg(setup::go_tests_dir()).arg("--out").arg(project::target_dir().join("conformance"));
        if let Some(suite) = suite {
            cargo.args(["--suite", suite]);
        }
        well &= in_view(cargo.args(&options.arguments))?;
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
