//! The parser beside go/parser: all of Go's sources, the broken ones in its test data, and sources that we break.

use std::fs;
use std::path::{Path, PathBuf};

use amigos_syntax::GoVersion;
use amigos_syntax::lex::lex;
use amigos_syntax::parse::parse_file_errors;
use amigos_syntax::split::split;
use amigos_syntax::text::LineIndex;
use anyhow::Result;

use crate::Score;
use crate::oracle::{Error, go_files, syntax_errors};

pub fn run(goroot: &Path, out: &Path, broken: usize) -> Result<Vec<Score>> {
    let (test_data, sources): (Vec<_>, Vec<_>) =
        go_files(&goroot.join("src")).into_iter().partition(|file| file.components().any(|part| part.as_os_str() == "testdata"));
    let mut scores = Vec::new();

    let mut accepted = score("the standard library and commands: accepted", true);
    let mut in_pieces = score("the same, declaration by declaration", true);
    for file in &sources {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let errors = ours(&text);
        accepted.compare(file, errors.is_empty(), || list("ours", &errors));
        let pieces = declaration_by_declaration(&text);
        in_pieces.compare(file, pieces.is_empty(), || pieces.join("\n"));
    }
    scores.extend([accepted, in_pieces]);

    scores.extend(beside_go(goroot, &test_data, ["Go's test data: accepted or rejected", "its first error", "all its errors"])?);
    let folder = out.join("broken");
    let files = break_some(&sources, &folder, broken)?;
    scores.extend(beside_go(
        goroot,
        &files,
        ["one token missing or doubled: accepted or rejected", "the first error then", "all errors then"],
    )?);
    Ok(scores)
}

fn score(name: &'static str, must_be_all: bool) -> Score {
    Score { name, same: 0, of: 0, differences: Vec::new(), must_be_all }
}

impl Score {
    fn compare(&mut self, file: &Path, same: bool, difference: impl FnOnce() -> String) {
        self.of += 1;
        if same {
            self.same += 1;
        } else {
            self.differences.push(format!("{}\n{}\n", file.display(), difference()));
        }
    }
}

/// Compares verdict, first error and all errors; the last two only where Go has errors.
fn beside_go(goroot: &Path, files: &[PathBuf], names: [&'static str; 3]) -> Result<Vec<Score>> {
    let theirs = syntax_errors(goroot, files)?;
    let [verdict, first, all] = names;
    let (mut verdict, mut first, mut all) = (score(verdict, true), score(first, false), score(all, false));
    let none = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let (wanted, got) = (theirs.get(file).unwrap_or(&none), ours(&text));
        let difference = || format!("{}\n{}", list("go", wanted), list("ours", &got));
        verdict.compare(file, wanted.is_empty() == got.is_empty(), difference);
        if !wanted.is_empty() {
            first.compare(file, wanted.first() == got.first(), difference);
            all.compare(file, *wanted == got, difference);
        }
    }
    Ok(vec![verdict, first, all])
}

/// Our errors of a file, as Go would print them.
fn ours(text: &str) -> Vec<Error> {
    let lines = LineIndex::new(text);
    parse_file_errors(text, GoVersion::LATEST)
        .into_iter()
        .map(|error| {
            let at = lines.byte_line_col(error.range.start);
            Error { line: at.line + 1, column: at.col + 1, message: error.message.into() }
        })
        .collect()
}

/// The errors that an editor would show: those of each declaration by itself.
fn declaration_by_declaration(text: &str) -> Vec<String> {
    split(text)
        .iter()
        .flat_map(|chunk| {
            let errors = amigos_syntax::parse_decl(chunk.text(text), GoVersion::LATEST).errors;
            errors.into_iter().map(|error| format!("  byte {}: {}", chunk.start + error.range.start, error.message))
        })
        .collect()
}

fn list(who: &str, errors: &[Error]) -> String {
    let lines: Vec<String> = errors.iter().take(12).map(|error| format!("  {who}: {error}")).collect();
    if lines.is_empty() { format!("  {who}: no error") } else { lines.join("\n") }
}

/// Writes copies of sources in which one token is missing or doubled, the same ones in every run.
fn break_some(sources: &[PathBuf], folder: &Path, count: usize) -> Result<Vec<PathBuf>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut files = Vec::new();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % bound.max(1) as u64) as usize
    };
    for attempt in 0..count {
        let Some(file) = sources.get(next(sources.len())) else { break };
        let Ok(text) = fs::read_to_string(file) else { continue };
        if text.len() > 60_000 {
            continue;
        }
        let tokens = lex(&text).tokens;
        let Some(range) = tokens.get(next(tokens.len())).map(|token| token.range()) else { continue };
        let (start, end) = (range.start as usize, range.end as usize);
        let (Some(before), Some(token), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..)) else { continue };
        let changed = if next(3) == 0 { format!("{before}{token} {token}{after}") } else { format!("{before}{after}") };
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let copy = folder.join(format!("{attempt:05}_{name}.go"));
        fs::write(&copy, changed)?;
        files.push(copy);
    }
    Ok(files)
}
