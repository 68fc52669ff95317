//! `cargo xtask package`: what users install, in `target/package/`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{build_amigos, build_amigos_to_give, command, in_view, quietly};
use crate::setup::{self, Tool};
use crate::{project, setup::with_node};

#[derive(Args)]
pub struct Options {
    /// Pack the development build of the server instead of the optimised one
    #[arg(long)]
    debug: bool,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    setup::ensure_installed(&[Tool::Tools, Tool::Extension])?;
    let server = if options.debug { build_amigos(false)? } else { build_amigos_to_give()? };
    let vsix = extension_with(&server, platform()?)?;
    println!("{}", vsix.display());
    println!("{}", nvim_archive()?.display());
    Ok(ExitCode::SUCCESS)
}

/// The extension without a server inside, for tests that name the server themselves.
pub fn extension_for_tests() -> Result<PathBuf> {
    let file = package_dir()?.join("amigos-test.vsix");
    let _ = fs::remove_dir_all(project::extension_dir().join("bin"));
    vsce_package(&file, None)?;
    Ok(file)
}

/// The extension with the server of this platform inside.
fn extension_with(server: &std::path::Path, platform: &str) -> Result<PathBuf> {
    let bin = project::extension_dir().join("bin");
    fs::create_dir_all(&bin)?;
    let name = server.file_name().context("the server's path has no file name")?;
    fs::copy(server, bin.join(name)).with_context(|| format!("cannot copy `{}`", server.display()))?;
    let file = package_dir()?.join(format!("amigos-{}-{platform}.vsix", env!("CARGO_PKG_VERSION")));
    let outcome = vsce_package(&file, Some(platform));
    fs::remove_dir_all(&bin)?;
    outcome.map(|()| file)
}

/// The licences stand in the project's root; a package carries its own copy.
fn copy_licences() -> Result<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let file = project::root().join(name);
        if file.is_file() {
            fs::copy(&file, project::extension_dir().join(name))?;
        }
    }
    Ok(())
}

/// vsce runs the extension's `vscode:prepublish` script, which checks the types and bundles.
fn vsce_package(file: &std::path::Path, platform: Option<&str>) -> Result<()> {
    copy_licences()?;
    let mut vsce = with_node(setup::node_bin().join("node"))?;
    vsce.current_dir(project::extension_dir())
        .arg(setup::vsce())
        .args(["package", "--no-dependencies", "--skip-license", "--allow-missing-repository", "--out"])
        .arg(file);
    if let Some(platform) = platform {
        vsce.args(["--target", platform]);
    }
    quietly(&mut vsce, &project::target_dir().join("package/vsce.log"))
}

fn nvim_archive() -> Result<PathBuf> {
    let file = package_dir()?.join(format!("amigos-nvim-{}.tar.gz", env!("CARGO_PKG_VERSION")));
    let mut tar = command("tar");
    tar.current_dir(project::root().join("editors")).arg("-czf").arg(&file).args(["--exclude=doc/tags", "nvim"]);
    if !in_view(&mut tar)? {
        bail!("`tar` failed");
    }
    Ok(file)
}

fn package_dir() -> Result<PathBuf> {
    let folder = project::target_dir().join("package");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    Ok(folder)
}

/// VS Code's name of the platform that this program was built for.
fn platform() -> Result<&'static str> {
    Ok(match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        ("windows", "x86_64") => "win32-x64",
        (os, machine) => bail!("VS Code has no platform for {machine} {os}"),
    })
}
