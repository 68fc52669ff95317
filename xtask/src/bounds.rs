//! `cargo xtask bounds`: every function that has a static gas bound, run in the machine with generated arguments and state.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::process::{command, env_cargo, in_view};
use crate::project;

#[derive(Args)]
pub struct Options {
    /// Runs of each function
    #[arg(default_value_t = 1000)]
    runs: u64,
    /// Only functions whose name has this part
    #[arg(default_value = "")]
    part: String,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["run", "--quiet", "--release", "--package", "amigos-bounds", "--"]);
    cargo.arg(options.runs.to_string()).arg(&options.part);
    Ok(if in_view(&mut cargo)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
