//! The plain Go on the language pages, beside what Go itself says to it: outputs, errors with their places, types.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use program_conformance::machine::{Problem, Workbench};
use program_conformance::page;
use program_conformance::plain::{self, Plain};

use crate::Arguments;
use crate::golang::Go;

/// Gas of a program.
const GAS: u64 = 1_000_000_000;
const ORACLE: &str = include_str!("../oracle/page.go");

/// Runs the suite; true if Go agrees with every page.
pub fn run(args: &Arguments, go: &Go) -> Result<bool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../language");
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(&folder)?.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    pages.sort();
    let mut blocks: Vec<(PathBuf, Plain)> = Vec::new();
    for path in pages {
        let text = std::fs::read_to_string(&path)?;
        for section in page::sections(&text) {
            blocks.extend(plain::blocks(&section).into_iter().map(|b| (path.clone(), b)));
        }
    }
    blocks.retain(|(_, b)| args.filter.as_ref().is_none_or(|f| b.title.contains(f.as_str())));
    let run: Vec<&(PathBuf, Plain)> = blocks.iter().filter(|(_, b)| b.output.is_some()).collect();
    let texts: Vec<&str> = run.iter().map(|(_, b)| b.text.as_str()).collect();
    let outcomes = go.run_all(&texts)?;
    let mut wrong = Vec::new();
    let mut blessed: BTreeMap<&Path, Vec<(usize, usize, String)>> = BTreeMap::new();
    for ((path, block), outcome) in run.iter().zip(outcomes) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let wanted = block.output.as_deref().unwrap_or_default();
        match outcome.map(|ran| plain::shown(&ran)) {
            Ok(got) if got == wanted => {}
            Ok(got) if args.bless => blessed.entry(path).or_default().push((block.output_line, wanted.lines().count(), got)),
            Ok(got) => wrong.push(format!("{name}:{} {}: Go prints\n{got}", block.line, block.title)),
            Err(why) => wrong.push(format!("{name}:{} {}: {why}", block.line, block.title)),
        }
    }
    let count = run.len();
    let mut rewritten = blessed;
    let mut bench = Workbench::new(GAS);
    for (path, block) in &blocks {
        if let Err(why) = plain::run(&mut bench, block) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            wrong.push(format!("{name}:{} {}: ours: {why}", block.line, block.title));
        }
    }
    let (errors, types) = ask(args, go, &blocks)?;
    let (mut wanted_errors, mut wanted_types) = (0, 0);
    for (i, (path, block)) in blocks.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        wanted_errors += plain::wanted(&block.text).len();
        let found = errors.get(&i).cloned().unwrap_or_default();
        let differences = plain::compare_errors(&block.text, &found);
        if args.bless && !differences.is_empty() {
            rewritten.entry(path).or_default().push((
                block.line,
                block.text.lines().count(),
                with_errors(&block.text, &plain::counted(&found)),
            ));
        } else {
            wrong.extend(differences.into_iter().map(|w| format!("{name}:{} {}: Go says otherwise: {w}", block.line, block.title)));
        }
        for (line, _, ty) in plain::typed(&block.text) {
            wanted_types += 1;
            let theirs = types.get(&(i, line)).map_or("nothing", String::as_str);
            if theirs != ty {
                wrong.push(format!("{name}:{} {}: in its line {line} Go finds type {theirs}", block.line, block.title));
            }
        }
    }
    for (path, changes) in rewritten {
        bless(path, changes)?;
    }
    println!(
        "pages: {count} programs with output, {wanted_errors} errors and {wanted_types} types on {} blocks; {} differ from Go",
        blocks.len(),
        wrong.len()
    );
    wrong.iter().for_each(|w| println!("  {w}"));
    Ok(wrong.is_empty())
}

/// A program with comments that want these errors.
fn with_errors(text: &str, found: &[Problem]) -> String {
    let mut out = String::new();
    for (i, line) in text.lines().enumerate() {
        let code = line.split("// error ").next().unwrap_or(line).trim_end();
        out.push_str(code);
        for p in found.iter().filter(|p| p.line == i + 1) {
            let message = p.message.split(" (declared at").next().unwrap_or(&p.message);
            let message = message.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
            out.push_str(&format!(" // error {}@{} \"{message}\"", p.code, p.column));
        }
        out.push('\n');
    }
    out
}

/// Puts texts onto a page: of each block its first line, its number of lines, and the text.
fn bless(path: &Path, mut changes: Vec<(usize, usize, String)>) -> Result<()> {
    let text = std::fs::read_to_string(path)?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    changes.sort();
    for (line, count, output) in changes.into_iter().rev() {
        lines.splice(line - 1..line - 1 + count, output.lines().map(str::to_owned));
    }
    std::fs::write(path, lines.join("\n") + "\n")?;
    Ok(())
}

type Errors = BTreeMap<usize, Vec<Problem>>;
type Types = BTreeMap<(usize, usize), String>;

/// What go/types says to the blocks.
fn ask(args: &Arguments, go: &Go, blocks: &[(PathBuf, Plain)]) -> Result<(Errors, Types)> {
    let work = std::fs::canonicalize(&args.out)?.join("pages-work");
    let _ = std::fs::remove_dir_all(&work);
    let mut list = String::new();
    for (i, (_, block)) in blocks.iter().enumerate() {
        let dir = work.join(format!("{i:04}"));
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join("main.go"), &block.text)?;
        list.push_str(&format!("{}\n", dir.display()));
    }
    let mut errors = Errors::new();
    let mut types = Types::new();
    let file = work.join("page.go");
    std::fs::write(&file, ORACLE)?;
    let said = go.run_source(&file, &list).context("cannot run the oracle of the pages")?;
    let mut at = None;
    for line in said.lines() {
        match line.split('\t').collect::<Vec<_>>()[..] {
            ["P", dir] => at = Path::new(dir).file_name().and_then(|n| n.to_string_lossy().parse::<usize>().ok()),
            ["E", line, column, code, message] => {
                let Some(at) = at else { continue };
                let problem = Problem {
                    line: line.parse().unwrap_or(0),
                    column: column.parse().unwrap_or(0),
                    code: code.to_owned(),
                    message: message.replace("\\n", "\n").replace("\\t", "\t"),
                };
                errors.entry(at).or_default().push(problem);
            }
            ["T", line, ty] => {
                let (Some(at), Ok(line)) = (at, line.parse()) else { continue };
                types.insert((at, line), ty.to_owned());
            }
            _ => {}
        }
    }
    let _ = std::fs::remove_dir_all(&work);
    Ok((errors, types))
}
