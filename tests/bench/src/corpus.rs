//! Sources of a known size to measure on.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// A file and the place in it that is edited.
pub struct Subject {
    pub file: PathBuf,
    pub text: String,
    /// Line, from 0, and the columns of the operand that is replaced.
    pub line: usize,
    pub columns: (usize, usize),
}

/// So many functions call each other, each the one before: as deep as calls of contracts go.
const DEPTH: usize = 8;

/// Writes a package whose one file has `functions` functions of eight lines (375 of them are 3,000 lines).
pub fn package(folder: &Path, path: &str, functions: usize) -> Result<Subject> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("amigos.toml"), format!("path = \"{path}\"\nversion = \"1.0.0\"\n"))?;
    let name = path.rsplit('/').next().unwrap_or("bench");
    let mut text = format!("// Package {name} is made to be measured on.\npackage {name}\n\n");
    text.push_str("type Item struct {\n\tID    int\n\tTitle string\n}\n\nvar Items []Item\n\n");
    for number in 0..functions {
        writeln!(text, "func Step{number}(limit int) int {{")?;
        writeln!(text, "\ttotal := {number}")?;
        writeln!(text, "\tfor index := 0; index < limit; index++ {{")?;
        writeln!(text, "\t\ttotal += index * {}", number % 7 + 1)?;
        writeln!(text, "\t}}")?;
        let next = if number % DEPTH == 0 { "total".to_owned() } else { format!("Step{}(total % 3)", number - 1) };
        writeln!(text, "\treturn {next} + len(Items)")?;
        writeln!(text, "}}\n")?;
    }
    let file = folder.join(format!("{name}.go"));
    fs::write(&file, &text)?;
    let wanted = format!("\ttotal := {}", functions / 2);
    let line = text.lines().position(|line| line == wanted).unwrap_or_default();
    let start = "\ttotal := ".len();
    Ok(Subject { file, line, columns: (start, wanted.len()), text })
}

/// Writes `count` packages of 1,000 lines beside one another.
pub fn workspace(folder: &Path, count: usize) -> Result<()> {
    for number in 0..count {
        package(&folder.join(format!("side{number}")), &format!("hub.amigos.dev/bench/side{number}"), 124)?;
    }
    Ok(())
}

/// Writes a package with a function that `count` other packages call; its file.
pub fn shared(folder: &Path, count: usize) -> Result<PathBuf> {
    let home = folder.join("shared");
    let file = home.join("shared.go");
    fs::create_dir_all(&home)?;
    fs::write(home.join("amigos.toml"), "path = \"hub.amigos.dev/bench/shared\"\nversion = \"1.0.0\"\n")?;
    fs::write(
        &file,
        "// Package shared is used everywhere.\npackage shared\n\n// Shared is named by all.\nfunc Shared(x int) int { return x + 1 }\n",
    )?;
    for number in 0..count {
        let user = folder.join(format!("user{number}"));
        package(&user, &format!("hub.amigos.dev/bench/user{number}"), 124)?;
        let text = format!(
            "package user{number}\n\nimport \"hub.amigos.dev/bench/shared\"\n\nfunc Use(x int) int {{ return shared.Shared(x) + shared.Shared({number}) }}\n"
        );
        fs::write(user.join("use.go"), text)?;
    }
    Ok(file)
}

/// Makes a folder of packages a module of Go too, so that gopls knows them.
pub fn go_module(folder: &Path) -> Result<()> {
    fs::write(folder.join("go.mod"), "module hub.amigos.dev/bench\n\ngo 1.26\n")?;
    Ok(())
}

/// Writes a package that uses `count` others of 250 lines, with one error that only shows to who knows their types; its file.
pub fn dependent(folder: &Path, count: usize) -> Result<PathBuf> {
    let mut text = String::from("// Package user uses many.\npackage user\n\nimport (\n");
    for number in 0..count {
        package(&folder.join(format!("dep{number}")), &format!("hub.amigos.dev/bench/dep{number}"), 31)?;
        writeln!(text, "\t\"hub.amigos.dev/bench/dep{number}\"")?;
    }
    text.push_str(")\n\n// Sum adds what they say.\nfunc Sum(x int) int {\n\tsum := 0\n");
    for number in 0..count {
        writeln!(text, "\tsum += dep{number}.Step3(x)")?;
    }
    writeln!(text, "\treturn sum\n}}\n\n// Wrong is no text.\nvar Wrong string = dep{}.Step0(1)", count.saturating_sub(1))?;
    let home = folder.join("user");
    fs::create_dir_all(&home)?;
    fs::write(home.join("amigos.toml"), "path = \"hub.amigos.dev/bench/user\"\nversion = \"1.0.0\"\n")?;
    let file = home.join("user.go");
    fs::write(&file, text)?;
    Ok(file)
}
