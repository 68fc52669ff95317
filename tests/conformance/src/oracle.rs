//! What the real Go says: `gofmt -e` prints every error of go/parser.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

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
