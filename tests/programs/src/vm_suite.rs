//! The `// run` programs of Go's `test/` tree.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::Arguments;
use crate::golang::Go;
use program_conformance::machine::{Workbench, alike};

/// Programs that are expected to differ, one a line: path, tab, reason.
const EXPECTED: &str = include_str!("../expected/vm.txt");
/// Gas of a program.
const GAS: u64 = 6_000_000_000;
/// The share of programs that must be alike, in percent.
const GATE: f64 = 97.0;

/// Imports that put a program outside: unsafe, cgo, reflect, os, runtime internals, file or network.
const OUTSIDE: [&str; 16] = [
    "unsafe",
    "C",
    "reflect",
    "os",
    "runtime",
    "syscall",
    "net",
    "io/ioutil",
    "io/fs",
    "path/filepath",
    "plugin",
    "embed",
    "internal",
    "log",
    "flag",
    "arena",
];

/// Runs the suite; true if it is good enough.
pub fn run(args: &Arguments, go: &Go) -> Result<bool> {
    let start = Instant::now();
    let (mut programs, mut outside) = programs(&args.go_tests)?;
    let inside = programs.len();
    programs.retain(|(name, _)| args.filter.as_ref().is_none_or(|f| name.contains(f.as_str())));
    if let Some(count) = args.count.filter(|c| *c < programs.len()) {
        let all = programs.len();
        programs = programs.into_iter().enumerate().filter(|(i, _)| i * count / all != (i + 1) * count / all).map(|(_, p)| p).collect();
    }
    let texts: Vec<&str> = programs.iter().map(|(_, t)| t.as_str()).collect();
    let theirs = go.run_all(&texts)?;
    let expected: BTreeMap<&str, &str> = EXPECTED.lines().filter_map(|l| l.split_once('\t')).collect();
    let mut bench = Workbench::new(GAS);
    let (mut same, mut of, mut report, mut surprises) = (0, 0, Vec::new(), Vec::new());
    for ((name, text), theirs) in programs.iter().zip(theirs) {
        let theirs = match theirs {
            Ok(theirs) if theirs.status >= 0 => theirs,
            // What Go itself does not build on this system, or not in a module of this version, is no test of ours.
            _ => {
                *outside.entry("not built by Go here").or_default() += 1;
                continue;
            }
        };
        of += 1;
        let began = Instant::now();
        let ours = catch_unwind(AssertUnwindSafe(|| bench.run(text))).unwrap_or_else(|_| {
            bench = Workbench::new(GAS);
            Err("the machine panicked".to_owned())
        });
        if args.verbose && began.elapsed().as_secs() >= 5 {
            println!("{name}: {} s", began.elapsed().as_secs());
        }
        let difference = match &ours {
            Ok(ours) if alike(ours, &theirs) => None,
            Ok(ours) => Some(format!("ours {ours:?}\n  theirs {theirs:?}")),
            Err(why) => Some(why.clone()),
        };
        same += usize::from(difference.is_none());
        match (difference, expected.get(name.as_str())) {
            (Some(d), reason) => {
                if reason.is_none() {
                    surprises.push(format!("{name}: differs and is not expected to"));
                }
                if args.verbose {
                    println!("{name}: {}", shorten(&d));
                }
                report.push(format!("{name}: {d}"));
            }
            (None, Some(_)) => surprises.push(format!("{name}: is alike, though expected to differ: take it off the list")),
            (None, None) => {}
        }
    }
    std::fs::write(args.out.join("vm.txt"), report.join("\n\n"))?;
    let percent = 100.0 * same as f64 / (of.max(1)) as f64;
    let left: Vec<String> = outside.iter().map(|(why, n)| format!("{n} {why}")).collect();
    println!(
        "vm: {same} of {of} programs alike ({percent:.1} %, gate {GATE} %), of {inside} inside; outside: {}; {:.0} s",
        left.join(", "),
        start.elapsed().as_secs_f64()
    );
    surprises.iter().for_each(|s| println!("  {s}"));
    Ok(surprises.is_empty() && (percent >= GATE || args.filter.is_some()))
}

/// A program: its name, and its text.
pub type Program = (String, String);

/// The programs below a folder that are tests of ours; and why others are not, with their numbers.
pub fn programs(folder: &Path) -> Result<(Vec<Program>, BTreeMap<&'static str, usize>)> {
    let mut names = Vec::new();
    collect(folder, folder, &mut names).context("cannot read Go's test folder")?;
    names.sort();
    let mut programs = Vec::new();
    let mut outside: BTreeMap<&'static str, usize> = BTreeMap::new();
    for name in names {
        let Ok(bytes) = std::fs::read(folder.join(&name)) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if !text.lines().take(40).any(|l| l.trim_end() == "// run") {
            continue;
        }
        match excluded(&text) {
            Some(why) => *outside.entry(why).or_default() += 1,
            None => programs.push((name, text)),
        }
    }
    Ok((programs, outside))
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(600).collect();
    if short.len() < text.len() {
        short.push_str(" ...");
    }
    short
}

fn collect(root: &Path, dir: &Path, out: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, out)?;
        } else if path.extension().is_some_and(|e| e == "go") {
            out.push(path.strip_prefix(root)?.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

/// Why a program is no test of ours.
fn excluded(text: &str) -> Option<&'static str> {
    if text.contains("//go:linkname") {
        return Some("with linkname");
    }
    let path_of =
        |import: &str| OUTSIDE.iter().copied().find(|o| import == *o || import.strip_prefix(*o).is_some_and(|r| r.starts_with('/')));
    imports(text).iter().find_map(|import| path_of(import)).map(|found| match found {
        "unsafe" => "unsafe",
        "C" => "cgo",
        "reflect" => "reflect",
        "runtime" | "internal" | "arena" | "plugin" | "embed" => "runtime internals",
        _ => "os, files, network",
    })
}

/// The paths that a program imports.
fn imports(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("func ") || line.starts_with("type ") || line.starts_with("var ") {
            break;
        }
        inside |= line.starts_with("import (") || line.starts_with("import(");
        if inside || line.starts_with("import ") {
            out.extend(line.split(['"', '`']).nth(1).map(str::to_owned));
        }
        inside &= !line.ends_with(')');
    }
    out
}
