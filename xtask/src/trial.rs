//! `cargo xtask try`: the main job, from source text to a call on live state, in one command.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};
use clap::Args;

use crate::process::{build_amigos, command, in_view};
use crate::setup::{self, Tool};
use crate::{package, project};

#[derive(Args)]
pub struct Options {
    /// Do not open an editor at the end
    #[arg(long)]
    no_open: bool,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let amigos = build_amigos(false)?;
    let contract = "contracts/social/post";
    // the first of these that needs live state starts the local hub, with the contracts deployed
    show(&amigos, &["check", contract])?;
    show(&amigos, &["gas", contract])?;
    show(&amigos, &["call", "hub.amigos.dev/social/post.CreatePost", "\"hello\"", "--from", "alice"])?;
    let interactive = std::io::stdin().is_terminal() && std::env::var_os("CI").is_none();
    if options.no_open || !interactive {
        println!("\nopen `{contract}` in VS Code or Neovim to see the same there; `editors/*/README.md` say how");
        return Ok(ExitCode::SUCCESS);
    }
    open(&amigos, &project::root().join(contract))
}

/// Runs one command of `amigos` as a person would, with the command line shown above it.
fn show(amigos: &Path, arguments: &[&str]) -> Result<()> {
    let shown: Vec<String> =
        arguments.iter().map(|argument| if argument.contains('"') { format!("'{argument}'") } else { (*argument).to_owned() }).collect();
    println!("\n$ amigos {}", shown.join(" "));
    if !in_view(command(amigos).current_dir(project::root()).args(arguments))? {
        bail!("`amigos {}` failed", shown.join(" "));
    }
    Ok(())
}

fn open(amigos: &Path, contract: &Path) -> Result<ExitCode> {
    if let Some(code) = project::on_path("code") {
        setup::ensure_installed(&[Tool::Tools, Tool::Extension])?;
        let vsix = package::extension_for_tests()?;
        in_view(command(&code).arg("--install-extension").arg(vsix).arg("--force"))?;
        println!("\nopening `contracts/social/post` in VS Code");
        in_view(command(code).env("AMIGOS_SERVER", amigos).arg(contract).arg(contract.join("post.go")))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(nvim) = project::on_path("nvim").filter(|nvim| is_new_enough(nvim)) {
        let plugin = project::root().join("editors/nvim");
        let mut editor = Command::new(nvim);
        editor.env("AMIGOS_SERVER", amigos).arg("--cmd").arg(format!("set runtimepath^={}", escaped(&plugin)));
        let file = contract.join("post.go");
        return Ok(if editor.arg(file).status()?.success() { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    println!("\nneither `code` nor `nvim` (0.11 or newer) is on PATH: install one and run this again to see the same in an editor");
    Ok(ExitCode::SUCCESS)
}

/// The plugin needs Neovim 0.11.
fn is_new_enough(nvim: &Path) -> bool {
    command(nvim)
        .args(["--headless", "--clean", "+lua os.exit(vim.fn.has('nvim-0.11') == 1 and 0 or 1)"])
        .status()
        .is_ok_and(|status| status.success())
}

/// A path as `:set` wants it.
fn escaped(path: &Path) -> String {
    let path: PathBuf = path.to_path_buf();
    path.to_string_lossy().replace('\\', "\\\\").replace(' ', "\\ ").replace(',', "\\\\,")
}
