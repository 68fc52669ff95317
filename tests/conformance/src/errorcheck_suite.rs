//! Go's `// errorcheck` programs (E1): the lines on which go/types reports errors beside those on which we do. In a program with syntax
//! errors only these count, as the compiler stops there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use amigos_syntax::text::LineIndex;
use amigos_syntax::{GoVersion, Name};
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};
use anyhow::{Context, Result};

use crate::mutant_suite::go_errors;
use crate::oracle::line_col;
use crate::report::{Report, percent};
use crate::{Arguments, goroot, oracle};

/// A program, with its language version as minor number.
struct Program {
    name: String,
    place: PathBuf,
    text: String,
    go_minor: u32,
}

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let folder = args.go_tests.as_ref().context("say with `--go-tests` where the `test` folder of Go's sources is")?;
    let folder = folder.canonicalize().with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut programs: Vec<Program> = oracle::go_files(&folder).into_iter().filter_map(|place| program(&folder, place)).collect();
    programs.retain(|p| args.wants(&p.name));
    let programs: Vec<&Program> = programs.iter().step_by(if args.sample { 3 } else { 1 }).collect();
    let mut input = String::new();
    for (number, program) in programs.iter().enumerate() {
        input.push_str(&format!("{number}\t\tgo1.{}\t{}\n", program.go_minor, program.place.display()));
    }
    let theirs = go_errors(&oracle::Program::build(args, "errors")?.run(input)?);
    let root = args.goroot.clone();
    let world = World::new(Box::new(move |path| goroot::load(&root, path)));
    let mut report = Report::of_units("errorcheck", "E1");
    let (mut lines, mut same, mut exact) = (0, 0, 0);
    for (number, program) in programs.iter().enumerate() {
        let Some(go) = theirs.get(&number) else { continue };
        report.unit(&program.name);
        let broken = go.iter().any(|e| e.3 == "syntax");
        let wanted: BTreeSet<u32> = go.iter().filter(|e| !broken || e.3 == "syntax").map(|e| e.1).collect();
        let ours = check(&world, program, broken);
        let found: BTreeSet<u32> = ours.iter().map(|e| e.0).collect();
        lines += wanted.union(&found).count();
        same += wanted.intersection(&found).count();
        if wanted == found {
            exact += 1;
        } else {
            report.difference(&program.name, || {
                let missing = go.iter().filter(|e| !found.contains(&e.1)).map(|e| format!("\n  only go {}: {}", e.1, e.4));
                let spurious = ours.iter().filter(|e| !wanted.contains(&e.0)).map(|e| format!("\n  only ours {}: {}", e.0, e.1));
                missing.chain(spurious).collect()
            });
        }
    }
    report.figure(format!("{:.2} % of {lines} lines", percent(same, lines)));
    report.figure(format!("{exact} of {} programs alike", programs.len()));
    report.must(percent(same, lines) >= 98.0 && (programs.len() > 150 || args.filter.is_some()));
    Ok(report)
}

/// The program in a file, if it is one of those that the front end alone decides about.
fn program(folder: &Path, place: PathBuf) -> Option<Program> {
    let text = String::from_utf8_lossy(&std::fs::read(&place).ok()?).into_owned();
    // The line may stand below a build constraint.
    let flags = text.lines().take(12).find_map(|line| line.strip_prefix("// errorcheck").filter(|f| f.is_empty() || f.starts_with(' ')))?;
    let mut go_minor = 27;
    for flag in flags.split_whitespace() {
        match flag.strip_prefix("-lang=").and_then(GoVersion::parse) {
            Some(version) => go_minor = u32::from(version.minor),
            None if flag == "-d=panic" => {}
            None => return None,
        }
    }
    if goroot::constraint(&text).is_some_and(|c| !goroot::constraint_holds(c)) {
        return None;
    }
    let name = place.strip_prefix(folder).ok()?.display().to_string();
    Some(Program { name, place, text, go_minor })
}

/// Our errors: lines and messages.
fn check(world: &World, program: &Program, syntax_only: bool) -> Vec<(u32, Box<str>)> {
    let text = &program.text;
    let index = LineIndex::new(text);
    let version = GoVersion::new(1, u16::try_from(program.go_minor).unwrap_or(27));
    let syntax = amigos_syntax::parse::parse_file_errors(text, version);
    let mut errors: Vec<(u32, Box<str>)> = syntax.into_iter().map(|e| (line_col(text, &index, e.range.start).0, e.message)).collect();
    if syntax_only {
        return errors;
    }
    let clause =
        text.lines().find_map(|l| l.strip_prefix("package ")).unwrap_or("p").split(|c: char| !c.is_alphanumeric()).next().unwrap_or("p");
    let files = vec![("p.go".to_string(), text.clone())];
    let checked = world.check(PkgKey(Name::new(clause)), files, Options { go_minor: program.go_minor, natives: true });
    errors.extend(checked.problems.iter().map(|p| (line_col(text, &index, p.range.start).0, p.message.clone())));
    errors
}
