//! What the real Go says: `gofmt -e` prints every error of go/parser, and the programs in `oracle/` what its other packages find out.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use amigos_syntax::text::LineIndex;
use anyhow::{Context, Result, bail};

use crate::Arguments;

/// A Go program of `oracle/`, built.
pub struct Program(Command);

impl Program {
    /// Builds `oracle/NAME.go`.
    pub fn build(args: &Arguments, name: &str) -> Result<Program> {
        let program = args.out.join(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(format!("{name}.go"));
        let goroot = args.goroot.canonicalize().context("there is no Go in this folder")?;
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.env("GOROOT", &goroot).env("GO111MODULE", "off").env("GOFLAGS", "").env("CGO_ENABLED", "0").env("GOTOOLCHAIN", "local");
            command
        };
        let mut go = command(&goroot.join("bin/go"));
        let built = go.arg("build").arg("-o").arg(&program).arg(&source).status().context("cannot run go build")?;
        if !built.success() {
            bail!("go build of `{}` failed", source.display());
        }
        Ok(Program(command(&program.canonicalize()?)))
    }

    /// Starts it with this text as its input.
    pub fn start(mut self, input: String) -> Result<Child> {
        let mut child = self.0.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run the oracle")?;
        if let Some(mut stdin) = child.stdin.take() {
            // It answers while it reads: feed it from a thread of its own.
            std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        }
        Ok(child)
    }

    /// Runs it with this text as its input; what it says.
    pub fn run(self, input: String) -> Result<String> {
        let output = self.start(input)?.wait_with_output()?;
        if !output.status.success() {
            bail!("the oracle ended with {}", output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The output of a program that was started.
pub fn output(child: &mut Child) -> Result<ChildStdout> {
    child.stdout.take().context("the oracle has no output")
}

/// An error as Go prints it: line and column from 1, columns in bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Error {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The syntax errors of each of these files that has any.
pub fn syntax_errors(goroot: &Path, files: &[PathBuf]) -> Result<HashMap<PathBuf, Vec<Error>>> {
    let mut found: HashMap<PathBuf, Vec<Error>> = HashMap::new();
    for batch in files.chunks(500) {
        let mut gofmt = Command::new(goroot.join("bin/gofmt"));
        gofmt.args(["-e", "-l"]).args(batch).stdin(Stdio::null());
        let output = gofmt.output().with_context(|| format!("cannot run `{}/bin/gofmt`", goroot.display()))?;
        for line in String::from_utf8_lossy(&output.stderr).lines() {
            if let Some((file, error)) = parse(line) {
                found.entry(file).or_default().push(error);
            }
        }
    }
    Ok(found)
}

/// Reads `/a/b.go:3:12: expected ';', found 'EOF'`.
fn parse(line: &str) -> Option<(PathBuf, Error)> {
    let (place, message) = line.split_once(": ")?;
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((PathBuf::from(file), Error { line: line.parse().ok()?, column: column.parse().ok()?, message: message.to_owned() }))
}

/// Line and column, from 1, of an offset as Go has them: for Go no line begins behind the last newline.
pub fn line_col(text: &str, lines: &LineIndex, offset: u32) -> (u32, u32) {
    let at_end = u32::from(offset > 0 && offset as usize == text.len() && text.ends_with('\n'));
    let at = lines.byte_line_col(offset - at_end);
    (at.line + 1, at.col + 1 + at_end)
}

/// All `.go` files below a folder, sorted.
pub fn go_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "go") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
