//! The same programs built and run by the installed Go. What they did is kept by the hash of their text and of Go's version.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use program_conformance::machine::Ran;

/// The installed Go and the folder in which it works.
pub struct Go {
    root: PathBuf,
    work: PathBuf,
    version: String,
}

/// How what is kept is written; another number forgets it.
const KEPT: u8 = 1;
/// Programs built by one call of `go build`.
const BATCH: usize = 40;
/// How long a program may run.
const PATIENCE: Duration = Duration::from_secs(60);

impl Go {
    /// A Go; builds go to folders below `out`.
    pub fn new(root: &Path, out: &Path) -> Result<Go> {
        let work = fs::canonicalize(out)?.join("go-work");
        fs::create_dir_all(&work)?;
        let mut go = Go { root: fs::canonicalize(root)?, work, version: String::new() };
        let said = go.command().arg("version").output().context("cannot start the installed Go")?;
        go.version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        Ok(go)
    }

    /// Its version, as it says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.root.join("bin/go"));
        command.env("GOROOT", &self.root).env("GOTOOLCHAIN", "local").env("GOFLAGS", "-mod=mod").env("GOPROXY", "off");
        command.env("GOWORK", "off").env("CGO_ENABLED", "0").stdin(Stdio::null());
        command
    }

    /// Runs a Go program of our own, which needs the standard library's sources, with this input.
    pub fn run_source(&self, file: &Path, input: &str) -> Result<String> {
        let mut command = self.command();
        command.arg("run").arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start the installed Go")?;
        let mut stdin = child.stdin.take().context("a program without input")?;
        let input = input.to_owned();
        let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output()?;
        let _ = writing.join();
        anyhow::ensure!(output.status.success(), "`go run {}` ended with {}", file.display(), output.status);
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn kept(&self, text: &str) -> PathBuf {
        let mut hash = Sha256::new();
        hash.update(self.version.as_bytes());
        hash.update([KEPT]);
        hash.update(text.as_bytes());
        let name: String = hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect();
        self.work.join("kept").join(name)
    }

    /// Runs programs: of each what it did, or why it could not be built or run.
    pub fn run_all(&self, texts: &[&str]) -> Result<Vec<Result<Ran, String>>> {
        fs::create_dir_all(self.work.join("kept"))?;
        let missing: Vec<&str> = texts.iter().copied().filter(|t| !self.kept(t).exists()).collect();
        for batch in missing.chunks(BATCH) {
            self.build_and_run(batch)?;
        }
        texts
            .iter()
            .map(|text| {
                let kept = fs::read_to_string(self.kept(text))?;
                Ok(read_kept(&kept))
            })
            .collect()
    }

    fn build_and_run(&self, batch: &[&str]) -> Result<()> {
        let dir = self.work.join(format!("batch-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("bin"))?;
        fs::write(dir.join("go.mod"), "module batch\n\ngo 1.27\n")?;
        for (i, text) in batch.iter().enumerate() {
            fs::create_dir_all(dir.join(format!("p{i:04}")))?;
            fs::write(dir.join(format!("p{i:04}/main.go")), text)?;
        }
        let built = self.command().current_dir(&dir).args(["build", "-o", "bin/", "./..."]).output()?;
        let said = String::from_utf8_lossy(&built.stderr).into_owned();
        for (i, text) in batch.iter().enumerate() {
            let program = dir.join(format!("bin/p{i:04}"));
            let kept = if program.exists() {
                let ran = run_program(&program)?;
                format!("{}\n{}\n{}", ran.status, ran.panic.as_deref().unwrap_or("-").escape_debug(), ran.output)
            } else {
                let name = format!("p{i:04}/main.go:");
                let lines: Vec<&str> = said.lines().filter(|l| l.starts_with(&name)).collect();
                format!("rejected\n{}", lines.join("\n"))
            };
            fs::write(self.kept(text), kept)?;
        }
        let _ = fs::remove_dir_all(&dir);
        Ok(())
    }
}

fn read_kept(text: &str) -> Result<Ran, String> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let Ok(status) = first.parse::<i32>() else { return Err(format!("Go does not build it: {rest}")) };
    let (panic, output) = rest.split_once('\n').unwrap_or((rest, ""));
    Ok(Ran { output: output.to_owned(), panic: (panic != "-").then(|| unescape(panic)), status })
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('u') => {
                    let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out
}

/// Runs a program with one stream for both outputs, and cuts off the report of a panic.
fn run_program(program: &Path) -> Result<Ran> {
    let (mut reader, writer) = std::io::pipe()?;
    let mut child = {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).env("GOMAXPROCS", "2");
        command.spawn()?
    };
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = reader.read_to_end(&mut bytes);
        bytes
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status.code().unwrap_or(-1);
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            break -2;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let bytes = reading.join().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let cut = if status == 2 { cut_report(&text) } else { None };
    Ok(match cut {
        Some((output, panic)) => Ran { output: output.to_owned(), panic: Some(panic), status },
        None => Ran { output: text, panic: None, status },
    })
}

/// What was printed before the report of a panic, and its text.
fn cut_report(text: &str) -> Option<(&str, String)> {
    let end = text.find("\n\ngoroutine ")?;
    let head = &text[..end];
    let words = ["panic: ", "fatal error: "];
    let at = words
        .iter()
        .filter_map(|word| first_line_with(head, word))
        .min()
        .or_else(|| words.iter().filter_map(|word| head.find(word)).min())?;
    let mut report = head[at..].to_owned();
    // A nil dereference is followed by a line on the signal.
    if let Some(signal) = report.find("\n[signal ") {
        report.truncate(signal);
    }
    Some((&text[..at], report))
}

/// Where a line begins with `word`: the last run of such lines, for a panic in a deferred call is reported after the first.
fn first_line_with(text: &str, word: &str) -> Option<usize> {
    if text.starts_with(word) {
        return Some(0);
    }
    text.find(&format!("\n{word}")).map(|at| at + 1)
}
