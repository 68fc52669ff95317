//! Broken programs beside go/types (C6): files of the standard library in which names, literals and operators were exchanged. How many have the
//! same errors: places and codes, and also messages.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use amigos_syntax::Name;
use amigos_syntax::text::LineIndex;
use amigos_syntax::token::Tok;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Files, Options, World};
use anyhow::{Context, Result, bail};

use crate::crash_suite::{PACKAGES, Random};
use crate::{Arguments, goroot};

/// File, line, column, code and message.
type Error = (String, u32, u32, String, String);

struct Mutant {
    path: &'static str,
    files: Files,
    folder: PathBuf,
}

/// Runs the suite; true if the figures are good enough.
pub fn run(args: &Arguments) -> Result<bool> {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut mutants = Vec::new();
    let base = args.out.join("mutants");
    let _ = std::fs::remove_dir_all(&base);
    while mutants.len() < args.broken / 4 {
        for path in PACKAGES {
            let Ok(mut files) = goroot::load(&args.goroot, path) else { continue };
            files.sort();
            let at = random.below(files.len());
            files[at].1 = mutate(&files[at].1, &mut random);
            let folder = base.join(mutants.len().to_string());
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("path"), path)?;
            for (name, text) in &files {
                std::fs::write(folder.join(name), text)?;
            }
            mutants.push(Mutant { path, files, folder });
        }
    }
    let theirs = oracle(args, &mutants)?;
    let root = args.goroot.clone();
    let world = World::new(Box::new(move |path| goroot::load(&root, path)));
    let (mut compared, mut places, mut messages) = (0, 0, 0);
    for mutant in &mutants {
        let Some(go) = theirs.get(&mutant.folder) else { continue };
        if go.iter().any(|e| e.3 == "syntax") {
            continue;
        }
        compared += 1;
        let ours = check(&world, mutant);
        let short = |list: &[Error]| {
            let mut short: Vec<(String, u32, u32, String)> = list.iter().map(|e| (e.0.clone(), e.1, e.2, e.3.clone())).collect();
            short.sort();
            short
        };
        if short(go) == short(&ours) {
            places += 1;
        }
        let mut sorted = (go.clone(), ours.clone());
        sorted.0.sort();
        sorted.1.sort();
        if sorted.0 == sorted.1 {
            messages += 1;
        } else if args.verbose {
            println!("{} {}", mutant.path, mutant.folder.display());
            for e in sorted.0.iter().filter(|e| !sorted.1.contains(e)) {
                println!("  go   {}:{}:{} {} {}", e.0, e.1, e.2, e.3, e.4);
            }
            for e in sorted.1.iter().filter(|e| !sorted.0.contains(e)) {
                println!("  ours {}:{}:{} {} {}", e.0, e.1, e.2, e.3, e.4);
            }
        }
    }
    let percent = |n: usize| 100.0 * n as f64 / compared.max(1) as f64;
    println!(
        "C6 {:.1} % of {compared} mutants have the same places and codes, {:.1} % the same messages",
        percent(places),
        percent(messages)
    );
    Ok(percent(places) >= 98.0)
}

fn check(world: &World, mutant: &Mutant) -> Vec<Error> {
    let checked = world.check(PkgKey(Name::new(mutant.path)), mutant.files.clone(), Options { go_minor: 27, natives: true });
    checked
        .problems
        .iter()
        .map(|p| {
            let (name, text) = &checked.package.files[p.file];
            let at = LineIndex::new(text).byte_line_col(p.range.start);
            let code = if p.code.is_empty() { "syntax" } else { p.code };
            (name.clone(), at.line + 1, at.col + 1, code.to_string(), p.message.replace(['\t', '\n'], " "))
        })
        .collect()
}

fn oracle(args: &Arguments, mutants: &[Mutant]) -> Result<HashMap<PathBuf, Vec<Error>>> {
    let program = args.out.join("errors");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/errors.go");
    let mut build = Command::new(args.goroot.join("bin/go"));
    build.env("GOROOT", &args.goroot).env("GO111MODULE", "off").env("GOFLAGS", "").env("CGO_ENABLED", "0");
    let built = build.arg("build").arg("-o").arg(&program).arg(&source).status().context("cannot run go build")?;
    if !built.success() {
        bail!("go build of `{}` failed", source.display());
    }
    let mut run = Command::new(program.canonicalize()?);
    run.env("GOROOT", &args.goroot).env("GO111MODULE", "off").env("CGO_ENABLED", "0");
    let mut child = run.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run the oracle")?;
    let list: Vec<String> = mutants.iter().map(|m| m.folder.display().to_string()).collect();
    if let Some(mut stdin) = child.stdin.take() {
        // The oracle answers while it reads: feed it from a thread of its own.
        std::thread::spawn(move || stdin.write_all(list.join("\n").as_bytes()));
    }
    let output = child.wait_with_output()?;
    let mut result: HashMap<PathBuf, Vec<Error>> = HashMap::new();
    let mut current = PathBuf::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["P", folder] => {
                current = PathBuf::from(folder);
                result.entry(current.clone()).or_default();
            }
            ["E", file, line, column, code, message] => {
                if let (Ok(line), Ok(column)) = (line.parse(), column.parse()) {
                    let error = ((*file).to_string(), line, column, (*code).to_string(), (*message).to_string());
                    result.entry(current.clone()).or_default().push(error);
                }
            }
            _ => {}
        }
    }
    Ok(result)
}

/// The text with some tokens exchanged for others of the same kind, so that it mostly parses.
fn mutate(text: &str, random: &mut Random) -> String {
    let tokens = amigos_syntax::lex::lex(text).tokens;
    let real: Vec<_> = tokens.iter().filter(|t| !t.auto && t.end > t.start).collect();
    let of = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or("");
    let operators = [Tok::Add, Tok::Sub, Tok::Lss, Tok::Eql, Tok::Shl, Tok::Rem];
    let mut out = text.to_string();
    // Package clause and imports stay.
    let start = text.rfind("\nimport ").map_or(40, |i| i + text.get(i..).and_then(|t| t.find(")\n")).unwrap_or(40));
    let candidates: Vec<_> = real
        .iter()
        .filter(|t| t.start as usize > start && (t.tok == Tok::Ident || operators.contains(&t.tok) || t.tok.is_literal()))
        .collect();
    let mut changes: Vec<(u32, u32, String)> = Vec::new();
    for _ in 0..=random.below(3) {
        let Some(target) = candidates.get(random.below(candidates.len())) else { continue };
        let replacement = if target.tok == Tok::Ident || target.tok.is_literal() {
            let other = candidates[random.below(candidates.len())];
            if operators.contains(&other.tok) {
                continue;
            }
            of(other.start, other.end).to_string()
        } else {
            operators[random.below(operators.len())].as_str().to_string()
        };
        changes.push((target.start, target.end, replacement));
    }
    changes.sort();
    changes.dedup_by_key(|c| c.0);
    for (start, end, replacement) in changes.into_iter().rev() {
        out.replace_range(start as usize..end as usize, &replacement);
    }
    out
}
