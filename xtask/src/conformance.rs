//! `cargo xtask conformance`: our front end beside the pinned Go toolchain.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::process::{command, env_cargo, in_view};
use crate::project;
use crate::setup::{self, Tool};

pub fn run() -> Result<ExitCode> {
    setup::ensure_installed(&[Tool::Go])?;
    let goroot = setup::goroot().context("the Go toolchain is installed, but its folder is not where it should be")?;
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["run", "--quiet", "--package", "amigos-conformance", "--", "--goroot"]).arg(goroot);
    cargo.arg("--out").arg(project::target_dir().join("conformance"));
    Ok(if in_view(&mut cargo)? { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
