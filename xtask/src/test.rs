//! `cargo xtask test`: every test there is, and one closing line with the figures. `cargo xtask bless`: new expectations.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::process::{build_amigos, command, env_cargo, in_view, in_view_with};
use crate::setup::Tool;
use crate::{matrix, package, project, setup};

#[derive(Args)]
pub struct Options {
    /// Run only this part (may be given several times)
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
}

/// The parts of the tests, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// `cargo test --workspace`: unit tests, contracts, language server sessions, hub
    Workspace,
    /// the virtual machine's tests with compiled code (its feature `jit`)
    Jit,
    /// the extension's own unit tests
    Extension,
    /// the plugin in a real Neovim
    Nvim,
    /// the extension in a real VS Code workbench in Chromium
    Vscode,
}

/// What has to be installed for a part.
fn tools_of(part: Part) -> &'static [Tool] {
    match part {
        Part::Workspace | Part::Jit => &[],
        Part::Extension => &[Tool::Extension],
        Part::Nvim => &[Tool::System, Tool::Nvim],
        Part::Vscode => &[Tool::System, Tool::Tools, Tool::Extension, Tool::CodeServer],
    }
}

/// What was counted. A part that ends badly without saying how many failed counts as one failure.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    failed_parts: Vec<String>,
}

impl Tally {
    fn add(&mut self, part: &str, passed: u64, failed: u64, well: bool) {
        self.passed += passed;
        self.failed += if well { failed } else { failed.max(1) };
        if failed > 0 || !well {
            self.failed_parts.push(part.to_owned());
        }
    }
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let start = Instant::now();
    let parts = if options.only.is_empty() { Part::value_variants() } else { options.only.as_slice() };
    let mut tally = Tally::default();
    let tools: Vec<Tool> = parts.iter().flat_map(|&part| tools_of(part)).copied().collect();
    if !tools.is_empty()
        && let Err(error) = setup::ensure_installed(&tools)
    {
        // the tests of the workspace need nothing of it: run them, and say at the end what is missing
        eprintln!("error: {error:#}");
        tally.add("setup", 0, 1, false);
    }
    let editors_can_run = tally.failed == 0;
    for &part in parts {
        match part {
            Part::Workspace => {
                let what = ["--workspace", "--no-fail-fast"];
                cargo_tests(&mut tally, "the workspace's tests", &what)?;
            }
            Part::Jit => {
                let what = ["--package", "amigos-vm", "--features", "jit", "--tests", "--no-fail-fast"];
                cargo_tests(&mut tally, "the virtual machine's tests with compiled code", &what)?;
            }
            _ if !editors_can_run => {}
            Part::Extension => extension(&mut tally)?,
            Part::Nvim => nvim(&mut tally)?,
            Part::Vscode => vscode(&mut tally)?,
        }
    }
    // With runs in both editors the page about them must be theirs.
    if parts.contains(&Part::Nvim) && parts.contains(&Part::Vscode) && tally.failed == 0 {
        heading("docs/features.md");
        let well = matrix::run(&matrix::Options { write: false, complete: true })? == ExitCode::SUCCESS;
        tally.add("docs/features.md", u64::from(well), 0, well);
    }
    println!();
    for part in &tally.failed_parts {
        println!("failed: {part}");
    }
    println!("time: {:.0} s", start.elapsed().as_secs_f64());
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Rewrites all snapshots that tests compare with.
pub fn bless() -> Result<ExitCode> {
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["test", "--workspace", "--no-fail-fast"]).env("UPDATE_EXPECT", "1");
    let well = in_view(&mut cargo)?;
    println!("snapshots are rewritten: review `git diff` before committing");
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn heading(text: &str) {
    println!("\n=== {text}");
}

fn cargo_tests(tally: &mut Tally, title: &str, what: &[&str]) -> Result<()> {
    heading(title);
    let (mut passed, mut failed) = (0, 0);
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).arg("test").args(what);
    let well = in_view_with(&mut cargo, |line| {
        if let Some((p, f)) = cargo_result(line) {
            passed += p;
            failed += f;
        }
    })?;
    tally.add(&format!("cargo test {}", what.join(" ")), passed, failed, well);
    Ok(())
}

fn extension(tally: &mut Tally) -> Result<()> {
    heading("the VS Code extension's own tests");
    let mut npm = setup::with_node("npm")?;
    npm.current_dir(project::extension_dir()).args(["test", "--silent"]);
    script(tally, "editors/vscode: npm test", &mut npm)
}

fn nvim(tally: &mut Tally) -> Result<()> {
    heading("the plugin in Neovim");
    let server = build_amigos(false)?;
    let mut editor = command(setup::nvim());
    editor.current_dir(project::root()).args(["--clean", "--headless", "-l", "tests/editors/nvim/session.lua"]);
    editor_test(tally, "tests/editors/nvim/session.lua", &mut editor, &server, "nvim")?;
    let mut features = command(setup::nvim());
    features.current_dir(project::root()).args(["--clean", "--headless", "-l", "tests/editors/nvim/features.lua"]);
    editor_test(tally, "tests/editors/nvim/features.lua", &mut features, &server, "nvim-features")?;
    let mut chain = command(setup::nvim());
    chain.current_dir(project::root()).args(["--clean", "--headless", "-l", "tests/editors/nvim/chain.lua"]);
    editor_test(tally, "tests/editors/nvim/chain.lua", &mut chain, &server, "nvim-chain")?;
    let mut terminal = command(project::root().join("tests/editors/nvim/terminal.sh"));
    terminal.current_dir(project::root()).env("AMIGOS_NVIM", setup::nvim());
    editor_test(tally, "tests/editors/nvim/terminal.sh", &mut terminal, &server, "nvim-terminal")
}

fn vscode(tally: &mut Tally) -> Result<()> {
    heading("the extension in VS Code's workbench");
    let server = build_amigos(false)?;
    let file = package::extension_for_tests()?;
    let mut node = setup::with_node(setup::node_bin().join("node"))?;
    node.current_dir(project::root()).arg("tests/editors/vscode/session.mjs").env("AMIGOS_VSIX", file);
    editor_test(tally, "tests/editors/vscode", &mut node, &server, "vscode")
}

/// What an editor's test is told: the server's binary, the tools, and where to leave screenshots and logs.
fn editor_test(tally: &mut Tally, name: &str, test: &mut Command, server: &Path, out: &str) -> Result<()> {
    setup::describe(test);
    let out = project::target_dir().join("editors").join(out);
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot empty `{}`", out.display()))?;
    }
    test.env("AMIGOS_SERVER", server).env("AMIGOS_TEST_OUT", &out);
    // a hub, caches and settings of its own, not the user's
    for (variable, folder) in [("DATA", "data"), ("CACHE", "cache"), ("CONFIG", "config"), ("STATE", "state")] {
        let folder = out.join("home").join(folder);
        fs::create_dir_all(&folder)?;
        test.env(format!("XDG_{variable}_HOME"), folder);
    }
    let outcome = script(tally, name, test);
    end_hub(&out.join("home/data"));
    println!("logs and screenshots: {}", out.display());
    outcome
}

/// Ends the hub that a test's server started in the background, which would wait for others to use it.
fn end_hub(data: &Path) {
    let address = fs::read_to_string(data.join("amigos/hub/address.json")).unwrap_or_default();
    let digits =
        address.split("\"pid\":").nth(1).map(|rest| rest.trim_start().chars().take_while(char::is_ascii_digit).collect::<String>());
    if let Some(pid) = digits.filter(|digits| !digits.is_empty()) {
        // it may have ended by itself: nothing to say then
        let _ = command("kill").arg(pid).output();
    }
}

/// Runs a test that closes with `N passed, N failed`.
fn script(tally: &mut Tally, name: &str, test: &mut Command) -> Result<()> {
    let mut counted = None;
    let well = in_view_with(test, |line| counted = closing_line(line).or(counted))?;
    let (passed, failed) = counted.unwrap_or((0, 1));
    tally.add(name, passed, failed, well);
    Ok(())
}

/// Reads cargo's `test result: ok. 3 passed; 0 failed; ...`.
fn cargo_result(line: &str) -> Option<(u64, u64)> {
    let counts = line.strip_prefix("test result: ")?;
    Some((number_before(counts, " passed")?, number_before(counts, " failed")?))
}

/// Reads `3 passed, 0 failed`.
fn closing_line(line: &str) -> Option<(u64, u64)> {
    let (passed, failed) = line.trim().split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

fn number_before(text: &str, word: &str) -> Option<u64> {
    text.get(..text.find(word)?)?.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{cargo_result, closing_line};

    #[test]
    fn reads_the_lines_that_count() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(cargo_result(line), Some((12, 3)));
        assert_eq!(cargo_result("running 3 tests"), None);
        assert_eq!(closing_line("7 passed, 1 failed"), Some((7, 1)));
        assert_eq!(closing_line("all passed, none failed"), None);
    }
}
