//! The type checker's own tests: internal/types/testdata. C1: expected errors that were reported at the right column; C2: units without any
//! difference; C3: errors that nobody expected; C7: how many of the errors that were expected have go/types' code as well.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use amigos_syntax::text::LineIndex;
use amigos_syntax::{GoVersion, Name};
use amigos_types::ctx::ImportError;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Files, Options, World};
use anyhow::Result;

use crate::comments::{Expected, expected};
use crate::mutant_suite::go_errors;
use crate::report::{Report, percent};
use crate::{Arguments, goroot, oracle};

/// An error that was reported.
struct Reported {
    line: u32,
    col: u32,
    message: String,
    code: &'static str,
}

#[derive(Default)]
struct Score {
    expected: usize,
    matched: usize,
    spurious: usize,
    units: usize,
    clean: usize,
}

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let root = args.goroot.as_path();
    let data = root.join("src/internal/types/testdata");
    let own_root = root.to_owned();
    let fake_c = Rc::new(Cell::new(false));
    let own_fake_c = fake_c.clone();
    let mut world = World::new(Box::new(move |path| match path {
        "C" if own_fake_c.get() => Err(ImportError::Unknown),
        path => goroot::load(&own_root, path),
    }));
    world.test_builtins = true;
    let mut score = Score::default();
    let mut codes = Codes::default();
    let mut report = Report::of_units("types", "C1-C3");
    for dir in ["check", "examples", "fixedbugs", "spec"] {
        let mut units: Vec<(String, Files)> = Vec::new();
        let Ok(entries) = std::fs::read_dir(data.join(dir)) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = format!("{dir}/{}", entry.file_name().to_string_lossy());
            if !args.wants(&name) {
                continue;
            }
            let mut files = Files::new();
            if path.is_dir() {
                for file in std::fs::read_dir(&path).into_iter().flatten().flatten() {
                    push_file(&mut files, &file.path());
                }
            } else {
                push_file(&mut files, &path);
            }
            if !files.is_empty() {
                units.push((name, files));
            }
        }
        units.sort();
        for (name, files) in units {
            fake_c.set(files.iter().any(|(_, text)| text.starts_with("// -fakeImportC")));
            unit(&world, &data, &name, files, &mut score, &mut codes, &mut report);
        }
    }
    let (matched, clean) = (percent(score.matched, score.expected), percent(score.clean, score.units));
    report.figure(format!("{matched:.1} % of {} expected errors", score.expected));
    report.figure(format!("{clean:.1} % of {} units clean", score.units));
    report.figure(format!("{} spurious", score.spurious));
    let same_code = codes.compare(args, &mut report)?;
    report.figure(format!("{same_code:.1} % of them with the same code"));
    report.must(same_code >= 99.0);
    report.must(args.filter.is_some() || matched >= 99.0 && clean >= 97.0 && score.spurious <= 5);
    Ok(report)
}

fn push_file(files: &mut Files, path: &Path) {
    if path.extension().is_some_and(|e| e == "go")
        && let (Some(name), Ok(bytes)) = (path.file_name(), std::fs::read(path))
    {
        files.push((name.to_string_lossy().into_owned(), String::from_utf8_lossy(&bytes).into_owned()));
    }
}

/// The codes of expected errors, by unit, file, line and column, and what the oracle is to be asked about them.
#[derive(Default)]
struct Codes {
    input: String,
    units: Vec<String>,
    ours: Vec<(usize, String, u32, u32, &'static str)>,
}

impl Codes {
    /// How many of them, in hundredths, are go/types' codes at the same places.
    fn compare(&self, args: &Arguments, report: &mut Report) -> Result<f64> {
        let theirs = go_errors(&oracle::Program::build(args, "errors")?.run(self.input.clone())?);
        let mut same = 0;
        for (unit, file, line, col, code) in &self.ours {
            let go = theirs.get(unit).map(Vec::as_slice).unwrap_or_default();
            let here: Vec<&str> = go.iter().filter(|e| e.0 == *file && e.1 == *line && e.2 == *col).map(|e| e.3.as_str()).collect();
            if here.contains(code) {
                same += 1;
            } else {
                report.note(format!("{}: {file}:{line}:{col}: CODE {code}, go {here:?}", self.units[*unit]));
            }
        }
        Ok(percent(same, self.ours.len()))
    }
}

fn unit(world: &World, data: &Path, name: &str, mut files: Files, score: &mut Score, codes: &mut Codes, report: &mut Report) {
    files.sort();
    files.retain(|(_, text)| goroot::constraint(text).is_none_or(goroot::constraint_holds));
    let Some((_, first)) = files.first() else { return };
    let flags = first.strip_prefix("//").map(|l| l.lines().next().unwrap_or("").trim()).filter(|l| l.starts_with('-')).unwrap_or("");
    let mut go_minor = 27;
    for flag in flags.split_whitespace() {
        if let Some(version) = flag.trim_start_matches('-').strip_prefix("lang=").and_then(GoVersion::parse) {
            go_minor = u32::from(version.minor);
        }
    }
    let version = GoVersion::new(1, u16::try_from(go_minor).unwrap_or(27));
    // go/types' tests name a package's path like the package.
    let clause = first.lines().find_map(|l| l.strip_prefix("package ")).unwrap_or("p").split_whitespace().next().unwrap_or("p");
    let key = PkgKey(Name::new(clause));
    let checked = world.check(key, files.clone(), Options { go_minor, natives: true });
    report.unit(name);
    let number = codes.units.len();
    codes.units.push(name.to_string());
    let place = |file: &str| if data.join(name).is_dir() { data.join(name).join(file) } else { data.join(name) }.display().to_string();
    let places: Vec<String> = files.iter().map(|(file, _)| place(file)).collect();
    let fake_c = if flags.contains("-fakeImportC") { "+C" } else { "" };
    codes.input.push_str(&format!("{number}\t\tgo1.{go_minor}+test{fake_c}\t{}\n", places.join("|")));
    let mut differences = 0;
    for (index, (file, text)) in files.iter().enumerate() {
        let lines = LineIndex::new(text);
        let mut reported: Vec<Reported> = Vec::new();
        // Syntax errors are those of the whole file, as go/parser has them.
        for error in amigos_syntax::parse::parse_file_errors(text, version) {
            let at = lines.byte_line_col(error.range.start);
            reported.push(Reported { line: at.line + 1, col: at.col + 1, message: error.message.into(), code: "syntax" });
        }
        for problem in checked.problems.iter().filter(|p| p.file == index && !p.code.is_empty()) {
            let at = lines.byte_line_col(problem.range.start);
            let mut message = problem.message.to_string();
            // Go's text holds the line of the other place, which we attach to the error.
            if let ("JumpOverDecl", Some((_, range, _))) = (problem.code, problem.related.first()) {
                message.push_str(&format!(" at line {}", lines.byte_line_col(range.start).line + 1));
            }
            reported.push(Reported { line: at.line + 1, col: at.col + 1, message, code: problem.code });
        }
        let wanted = expected(text);
        score.expected += wanted.len();
        let mut difference = |what: &str, line: u32, col: u32, text: &str| {
            report.difference(name, || format!("{file}:{line}:{col}: {what}: {text}"));
        };
        let mut matched = |error: &Reported| codes.ours.push((number, file.clone(), error.line, error.col, error.code));
        differences += compare(wanted, &reported, score, &mut matched, &mut difference);
    }
    score.units += 1;
    if differences == 0 {
        score.clean += 1;
    }
}

fn compare(
    wanted: Vec<Expected>,
    reported: &[Reported],
    score: &mut Score,
    matched: &mut dyn FnMut(&Reported),
    report: &mut dyn FnMut(&str, u32, u32, &str),
) -> usize {
    let mut differences = 0;
    let mut open: Vec<Option<Expected>> = wanted.into_iter().map(Some).collect();
    for error in reported {
        let best = open
            .iter()
            .enumerate()
            .filter_map(|(i, e)| e.as_ref().map(|e| (i, e)))
            .filter(|(_, e)| e.line == error.line && e.pattern.fits(&error.message))
            .min_by_key(|(_, e)| e.col.abs_diff(error.col))
            .map(|(i, e)| (i, e.col));
        match best {
            Some((i, col)) if col == error.col => {
                score.matched += 1;
                matched(error);
                open[i] = None;
            }
            Some((i, col)) => {
                differences += 1;
                report(&format!("COLUMN want {col}"), error.line, error.col, &error.message);
                open[i] = None;
            }
            None => {
                score.spurious += 1;
                differences += 1;
                report(&format!("SPURIOUS {}", error.code), error.line, error.col, &error.message);
            }
        }
    }
    for missing in open.into_iter().flatten() {
        differences += 1;
        report("MISSING", missing.line, missing.col, &missing.text);
    }
    differences
}
