//! Starting other programs: quietly with a log, or in view; never with our standard input.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A command that reads nothing from the terminal.
pub fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.stdin(Stdio::null());
    command
}

/// How a command is written in messages.
fn shown(command: &Command) -> String {
    let mut text = Path::new(command.get_program()).file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs a command with its output added to the file `log`; on failure the error carries the log's last lines.
pub fn quietly(command: &mut Command, log: &Path) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let out = File::options().create(true).append(true).open(log).with_context(|| format!("cannot write `{}`", log.display()))?;
    let status = command.stdout(out.try_clone()?).stderr(out).status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if status.success() {
        return Ok(());
    }
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(30)..).unwrap_or_default().join("\n  ");
    bail!("`{}` ended with {status}; the end of {}:\n  {tail}", shown(command), log.display())
}

/// Runs a command in view of the user; says whether it succeeded.
pub fn in_view(command: &mut Command) -> Result<bool> {
    Ok(command.status().with_context(|| format!("cannot start `{}`", shown(command)))?.success())
}

/// Runs a command in view of the user, handing each line of its standard output to `line` as well; says whether it succeeded.
pub fn in_view_with(command: &mut Command, mut line: impl FnMut(&str)) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if let Some(out) = child.stdout.take() {
        for raw in BufReader::new(out).split(b'\n') {
            let raw = raw?;
            let text = String::from_utf8_lossy(&raw);
            println!("{text}");
            line(&text);
        }
    }
    Ok(child.wait()?.success())
}

/// Builds the `amigos` binary in view of the user and says where it is.
pub fn build_amigos(release: bool) -> Result<PathBuf> {
    let mut cargo = command(env_cargo());
    cargo.current_dir(crate::project::root()).args(["build", "--package", "amigos", "--bin", "amigos"]);
    if release {
        cargo.arg("--release");
    }
    finish_amigos(cargo, release)
}

/// Builds it as it is given to users: optimised, with the tier of compiled code.
pub fn build_amigos_to_give() -> Result<PathBuf> {
    let mut cargo = command(env_cargo());
    cargo.current_dir(crate::project::root()).args(["build", "--package", "amigos", "--bin", "amigos", "--release", "--features", "jit"]);
    finish_amigos(cargo, true)
}

fn finish_amigos(mut cargo: Command, release: bool) -> Result<PathBuf> {
    if !in_view(&mut cargo)? {
        bail!("`amigos` does not build");
    }
    let name = if cfg!(windows) { "amigos.exe" } else { "amigos" };
    let file = crate::project::target_dir().join(if release { "release" } else { "debug" }).join(name);
    if !file.is_file() {
        bail!("`{}` was built but is not there; is a build target set in cargo's configuration?", file.display());
    }
    Ok(file)
}

/// The cargo that started us.
pub fn env_cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}
