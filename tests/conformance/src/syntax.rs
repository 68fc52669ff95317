//! The parser beside go/parser: all of Go's sources, the broken ones in its test data, and sources that we break.

use std::fs;
use std::path::{Path, PathBuf};

use amigos_syntax::GoVersion;
use amigos_syntax::lex::lex;
use amigos_syntax::parse::parse_file_errors;
use amigos_syntax::split::split;
use amigos_syntax::text::LineIndex;
use anyhow::Result;

use crate::Arguments;
use crate::crash_suite::Random;
use crate::oracle::{Error, go_files, line_col, syntax_errors};
use crate::report::{Report, percent};

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let all = go_files(&args.goroot.join("src"));
    let (test_data, sources): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|file| file.components().any(|part| part.as_os_str() == "testdata"));
    let mut report = Report::new("syntax", "C8");
    let whole = args.every(&sources, 5);
    let mut accepted = 0;
    for file in &whole {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let errors = ours(&text);
        let pieces = declaration_by_declaration(&text);
        if errors.is_empty() && pieces.is_empty() {
            accepted += 1;
        } else {
            report.difference(&file.display().to_string(), || format!("{}\n{}", list("ours", &errors), pieces.join("\n")));
        }
    }
    report.figure(format!("{accepted} of {} files accepted, whole and in pieces", whole.len()));
    report.must(accepted == whole.len());
    let tally = beside_go(args, &test_data, &mut report)?;
    report.figure(format!("test data: {} of {} verdicts", tally.verdict, tally.all));
    report.must(tally.verdict == tally.all);
    let folder = args.out.join("broken");
    let files = break_some(&sources, &folder, args.count(3000, 600), args.seed())?;
    for (files, what) in [(&files.0, "one token missing"), (&files.1, "one token doubled")] {
        let tally = beside_go(args, files, &mut report)?;
        let (place, same) = (percent(tally.place, tally.rejected), percent(tally.message, tally.rejected));
        report.figure(format!(
            "{what}: {} of {} verdicts, first error {place:.1} % at the same place, {same:.1} % with the same words",
            tally.verdict, tally.all
        ));
        report.must(tally.verdict == tally.all && place >= 98.0);
    }
    Ok(report)
}

/// How often both said the same.
#[derive(Default)]
struct Tally {
    all: usize,
    verdict: usize,
    rejected: usize,
    /// The first error is at the same place, and has the same words.
    place: usize,
    message: usize,
}

/// Compares verdicts, and first errors where Go has one.
fn beside_go(args: &Arguments, files: &[PathBuf], report: &mut Report) -> Result<Tally> {
    let theirs = syntax_errors(&args.goroot, files)?;
    let mut tally = Tally::default();
    let none = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let (wanted, got) = (theirs.get(file).unwrap_or(&none), ours(&text));
        tally.all += 1;
        let verdict = wanted.is_empty() == got.is_empty();
        tally.verdict += usize::from(verdict);
        let mut same = verdict;
        if let Some(first) = wanted.first() {
            tally.rejected += 1;
            let place = got.first().is_some_and(|g| (g.line, g.column) == (first.line, first.column));
            tally.place += usize::from(place);
            same = got.first() == Some(first);
            tally.message += usize::from(same);
        }
        if !same {
            report.difference(&file.display().to_string(), || format!("\n{}\n{}", list("go", wanted), list("ours", &got)));
        }
    }
    Ok(tally)
}

/// Our errors of a file, as Go would print them.
fn ours(text: &str) -> Vec<Error> {
    let lines = LineIndex::new(text);
    parse_file_errors(text, GoVersion::LATEST)
        .into_iter()
        .map(|error| {
            let (line, column) = line_col(text, &lines, error.range.start);
            Error { line, column, message: error.message.into() }
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

/// Writes copies of sources in which one token is missing, and such in which one is doubled.
fn break_some(sources: &[PathBuf], folder: &Path, count: usize, seed: u64) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let (mut missing, mut doubled) = (Vec::new(), Vec::new());
    let mut random = Random::new(seed);
    while missing.len() + doubled.len() < count && !sources.is_empty() {
        let file = &sources[random.below(sources.len())];
        let Ok(text) = fs::read_to_string(file) else { continue };
        if text.len() > 60_000 {
            continue;
        }
        let tokens = lex(&text).tokens;
        let Some(range) = tokens.get(random.below(tokens.len())).map(|token| token.range()) else { continue };
        let (start, end) = (range.start as usize, range.end as usize);
        let (Some(before), Some(token), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..)) else { continue };
        let double = random.below(4) == 0;
        let changed = if double { format!("{before}{token} {token}{after}") } else { format!("{before}{after}") };
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let copy = folder.join(format!("{:05}_{name}.go", missing.len() + doubled.len()));
        fs::write(&copy, changed)?;
        (if double { &mut doubled } else { &mut missing }).push(copy);
    }
    Ok((missing, doubled))
}
