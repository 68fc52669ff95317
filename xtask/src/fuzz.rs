//! `cargo xtask fuzz [TARGET...] [--seconds N] [--together]`: cargo-fuzz on the stable compiler, in rounds, so that a finding doesn't end
//! the hour.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{command, env_cargo, quietly};
use crate::{project, setup};

/// The targets, and whether their inputs begin with bytes that are no text.
const TARGETS: [(&str, usize); 4] = [("parse", 0), ("format", 0), ("check", 0), ("edit", 25)];
const CARGO_FUZZ: &str = "0.13.2";
/// One process runs so long at most, in seconds: interned names are never given back. A round begins with running all seeds.
const ROUND_SECONDS: u64 = 1200;
/// An input that takes longer is a finding, in seconds.
const TIMEOUT_SECONDS: u64 = 15;
const MEMORY_MB: u64 = 5000;
/// Longer programs are no seeds, in bytes: many small inputs find more than few large ones.
const SEED_BYTES: usize = 6000;

#[derive(Args)]
pub struct Options {
    /// Which run: parse, format, check, edit; all if left out
    #[arg(value_name = "TARGET", value_parser = ["parse", "format", "check", "edit"])]
    targets: Vec<String>,
    /// How long each runs
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Side by side instead of one after another
    #[arg(long)]
    together: bool,
}

/// What became of a target.
struct Outcome {
    target: &'static str,
    executions: u64,
    findings: u64,
    seconds: u64,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let wanted = |target: &str| options.targets.is_empty() || options.targets.iter().any(|t| t == target);
    let home = project::target_dir().join("fuzz");
    fs::create_dir_all(&home)?;
    build(&home)?;
    let mut ready = Vec::new();
    for (target, head) in TARGETS.into_iter().filter(|(target, _)| wanted(target)) {
        let corpus = home.join("corpus").join(target);
        let seeds = seed(&corpus, head)?;
        println!("{target}: {seeds} seeds, {} s", options.seconds);
        ready.push((target, corpus));
    }
    let fuzz = |(target, corpus): &(&'static str, PathBuf)| rounds(&home, target, corpus, options.seconds);
    let outcomes: Vec<Result<Outcome>> = if options.together {
        std::thread::scope(|scope| {
            let running: Vec<_> = ready.iter().map(|one| scope.spawn(|| fuzz(one))).collect();
            running.into_iter().map(|r| r.join().unwrap_or_else(|_| bail!("a thread has crashed"))).collect()
        })
    } else {
        ready.iter().map(fuzz).collect()
    };
    let (mut executions, mut findings) = (0, 0);
    for outcome in outcomes {
        let outcome = outcome?;
        println!(
            "C11 fuzzing `{}`: {} executions in {} s, {} findings",
            outcome.target, outcome.executions, outcome.seconds, outcome.findings
        );
        executions += outcome.executions;
        findings += outcome.findings;
    }
    println!("{} targets, {executions} executions, {findings} findings", ready.len());
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Installs cargo-fuzz if it isn't there, and builds all targets.
fn build(home: &Path) -> Result<()> {
    let root = project::setup_dir().join("cargo-fuzz");
    let program = root.join("bin/cargo-fuzz");
    let log = home.join("build.log");
    if !program.is_file() {
        println!("installing cargo-fuzz {CARGO_FUZZ}");
        let mut install = command(env_cargo());
        install.args(["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ, "--root"]).arg(&root);
        quietly(&mut install, &log)?;
    }
    println!("building the targets; the log is {}", log.display());
    let mut build = command(program);
    // No memory is handled by hand here: the sanitizers would only cost time.
    build.current_dir(project::root()).args(["fuzz", "build", "--sanitizer", "none", "--target-dir"]).arg(home.join("build"));
    // libFuzzer's hooks are unstable flags of the compiler.
    build.env("RUSTC_BOOTSTRAP", "1");
    quietly(&mut build, &log)
}

fn program(home: &Path, target: &str) -> Result<PathBuf> {
    for entry in fs::read_dir(home.join("build"))?.flatten() {
        let file = entry.path().join("release").join(target);
        if file.is_file() {
            return Ok(file);
        }
    }
    bail!("the fuzz target `{target}` was built but is not there")
}

/// Fills the corpus with the project's Go, the language pages' and, where Go is installed, small files of its library.
fn seed(corpus: &Path, head: usize) -> Result<usize> {
    fs::create_dir_all(corpus)?;
    let root = project::root();
    let mut own = Vec::new();
    for folder in ["std", "contracts"] {
        go_files(&root.join(folder), &mut own);
    }
    let mut texts: Vec<String> = own.iter().filter_map(|f| fs::read_to_string(f).ok()).collect();
    for page in fs::read_dir(root.join("tests/language"))?.flatten().filter_map(|e| fs::read_to_string(e.path()).ok()) {
        let blocks = page.split("```go").skip(1).filter_map(|b| b.split_once('\n')?.1.split("```").next().map(str::to_owned));
        texts.extend(blocks);
    }
    if let Some(goroot) = setup::goroot() {
        let mut theirs = Vec::new();
        go_files(&goroot.join("src"), &mut theirs);
        theirs.sort();
        let step = (theirs.len() / 600).max(1);
        let plain = theirs.iter().step_by(step).filter_map(|f| fs::read_to_string(f).ok());
        texts.extend(plain.map(|text| format!("//go\n{text}")));
    }
    texts.retain(|t| t.len() <= SEED_BYTES);
    for (i, text) in texts.iter().enumerate() {
        let mut bytes: Vec<u8> = (0..head).map(|n| (i * 31 + n * 7) as u8).collect();
        bytes.extend_from_slice(text.as_bytes());
        fs::write(corpus.join(format!("seed-{i}")), bytes)?;
    }
    Ok(texts.len())
}

fn go_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            go_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "go") {
            out.push(path);
        }
    }
}

/// Runs a target again and again for so many seconds. An input that crashes, stalls or takes too much memory is a finding, and so is a target that can't
/// be started.
fn rounds(home: &Path, target: &'static str, corpus: &Path, seconds: u64) -> Result<Outcome> {
    let program = program(home, target)?;
    let artifacts = home.join("artifacts").join(target);
    fs::create_dir_all(&artifacts)?;
    let begin = Instant::now();
    let mut outcome = Outcome { target, executions: 0, findings: 0, seconds: 0 };
    for round in 1.. {
        let left = Duration::from_secs(seconds).saturating_sub(begin.elapsed()).as_secs();
        if left == 0 {
            break;
        }
        let mut fuzzer = command(&program);
        fuzzer.arg(corpus).arg(format!("-max_total_time={}", left.min(ROUND_SECONDS)));
        fuzzer.args([format!("-timeout={TIMEOUT_SECONDS}"), format!("-rss_limit_mb={MEMORY_MB}"), "-max_len=12000".into()]);
        fuzzer.args(["-print_final_stats=1".to_owned(), format!("-artifact_prefix={}/", artifacts.display())]);
        // A stack overflow leaves no time to save the input: it is written down before it runs.
        let last = artifacts.join("last");
        fuzzer.env("AMIGOS_FUZZ_LAST", &last);
        let output = fuzzer.output().with_context(|| format!("cannot run `{}`", program.display()))?;
        let text = String::from_utf8_lossy(&output.stderr);
        outcome.executions += executions(&text);
        if !output.status.success() {
            outcome.findings += 1;
            let log = artifacts.join(format!("finding-{round}.log"));
            fs::write(&log, &output.stderr)?;
            if last.is_file() {
                fs::copy(&last, artifacts.join(format!("finding-{round}.input")))?;
            }
            println!("{target}: a finding after {} s: {}", begin.elapsed().as_secs(), log.display());
        }
        outcome.seconds = begin.elapsed().as_secs();
        if outcome.findings > 0 && outcome.executions == 0 {
            bail!("`{target}` runs no input at all; see {}", artifacts.display());
        }
    }
    Ok(outcome)
}

/// How many inputs a process says it ran: at its end, or, if a crash ended it, by the last line of its progress.
fn executions(log: &str) -> u64 {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let end = log.lines().rev().find_map(|l| number(l.strip_prefix("stat::number_of_executed_units:")?));
    let progress = || log.lines().rev().find_map(|l| number(l.strip_prefix('#')?.split_whitespace().next()?));
    end.or_else(progress).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::executions;

    #[test]
    fn executions_are_counted_after_a_crash_too() {
        let progress = "INFO: seed corpus\n#812\tINITED cov: 7 ft: 9\n#4096\tpulse  cov: 8 exec/s: 400\nthread panicked\n";
        assert_eq!(executions(progress), 4096);
        assert_eq!(executions(&format!("{progress}stat::number_of_executed_units: 5000\n")), 5000);
        assert_eq!(executions("nothing ran"), 0);
    }
}
