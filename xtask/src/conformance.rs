//! `cargo xtask conformance [SUITE] [ARGUMENTS]`: our front end and the virtual machine beside the pinned Go toolchain.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::process::{command, env_cargo, in_view};
use crate::project;
use crate::setup::{self, Tool};

/// The suites that run programs; all others compare the front end.
const RUNNING: [&str; 6] = ["vm", "stdlib", "pages", "differential", "cases", "determinism"];

#[derive(Args)]
pub struct Options {
    /// Only this suite: vm, stdlib, pages, differential, cases, determinism, sanitize (by name only), or one of the front end's
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
    if suite == Some("sanitize") {
        return crate::sanitize::run(&options.arguments);
    }
    let mut tools = vec![Tool::Go];
    if suite.is_none_or(|s| s == "vm" || s == "determinism" || s.contains("errorcheck")) {
        tools.push(Tool::GoTests);
    }
    setup::ensure_installed(&tools)?;
    let goroot = setup::goroot().context("the Go toolchain is installed, but its folder is not where it should be")?;
    let mut packages = Vec::new();
    if suite.is_none_or(|s| !RUNNING.contains(&s)) {
        packages.push("amigos-conformance");
    }
    if suite.is_none_or(|s| RUNNING.contains(&s)) {
        packages.push("program-conformance");
    }
    // Millions of facts are compared and programs run, so they are built with optimisations; in one build, so that they share all that both are made of.
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["build", "--quiet", "--release"]);
    for package in &packages {
        cargo.args(["--package", package]);
    }
    // compiled code is compared with the interpreter
    if suite.is_none_or(|s| s == "determinism") {
        cargo.args(["--features", "program-conformance/jit"]);
    }
    ensure!(in_view(&mut cargo)?, "the suites do not build");
    let mut well = true;
    for package in packages {
        let mut suites = command(project::target_dir().join("release").join(package));
        suites.current_dir(project::root()).arg("--goroot").arg(&goroot).arg("--go-tests").arg(setup::go_tests_dir());
        suites.arg("--out").arg(project::target_dir().join("conformance"));
        if options.sample {
            suites.arg("--sample");
        }
        if let Some(suite) = suite {
            suites.args(["--suite", suite]);
        }
        well &= in_view(suites.args(&options.arguments))?;
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
