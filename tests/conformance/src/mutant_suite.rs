//! Broken programs beside go/types (C6): files of the standard library in which one name, literal, operator or word was exchanged or left
//! out. How many have the same errors: places and codes, and also messages.

use std::collections::HashMap;

use amigos_syntax::Name;
use amigos_syntax::text::LineIndex;
use amigos_syntax::token::Tok;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Files, Options, World};
use anyhow::Result;

use crate::crash_suite::Random;
use crate::report::{Report, percent};
use crate::{Arguments, goroot, oracle, std_suite};

/// File, line, column, code and message.
pub type Error = (String, u32, u32, String, String);

struct Mutant {
    path: String,
    file: usize,
    text: String,
}

/// Packages that are larger are left out: each of their mutants would take seconds.
const MAX_PACKAGE: usize = 400_000;

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let mut random = Random::new(args.seed());
    let mut packages: Vec<(String, Files)> = Vec::new();
    for path in std_suite::standard_packages(args) {
        let Ok(mut files) = goroot::load(&args.goroot, &path) else { continue };
        files.sort();
        if files.iter().map(|f| f.1.len()).sum::<usize>() <= MAX_PACKAGE {
            packages.push((path, files));
        }
    }
    let folder = args.out.join("mutants");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let mut report = Report::new("mutants", "C6");
    let (mut compared, mut places, mut messages) = (0, 0, 0);
    let root = args.goroot.clone();
    let world = World::new(Box::new(move |path| goroot::load(&root, path)));
    let wanted = args.count(3000, 300);
    let mut number = 0;
    // Some don't parse any more and don't count: more are made until there are enough.
    while compared < wanted && !packages.is_empty() && number < 4 * wanted + 100 {
        let mut mutants = Vec::new();
        let mut input = String::new();
        for _ in 0..(wanted - compared) + (wanted - compared) / 4 + 1 {
            let (path, files) = &packages[random.below(packages.len())];
            let file = random.below(files.len());
            let Some(text) = mutate(&files[file].1, &mut random) else { continue };
            let place = folder.join(format!("{number}.go"));
            std::fs::write(&place, &text)?;
            input.push_str(&format!("{number}\t{path}\t{}\t{}\n", files[file].0, place.display()));
            mutants.push((number, Mutant { path: path.clone(), file, text }));
            number += 1;
        }
        let theirs = go_errors(&oracle::Program::build(args, "errors")?.run(input)?);
        for (number, mutant) in &mutants {
            let Some(go) = theirs.get(number).filter(|go| go.iter().all(|e| e.3 != "syntax")) else { continue };
            if compared == wanted {
                break;
            }
            compared += 1;
            let Some((_, files)) = packages.iter().find(|(path, _)| *path == mutant.path) else { continue };
            let mut files = files.clone();
            files[mutant.file].1.clone_from(&mutant.text);
            let ours = check(&world, &mutant.path, files);
            let short = |list: &[Error]| {
                let mut short: Vec<_> = list.iter().map(|e| (e.0.clone(), e.1, e.2, e.3.clone())).collect();
                short.sort();
                short
            };
            let same_places = short(go) == short(&ours);
            places += usize::from(same_places);
            let mut sorted = (go.clone(), ours);
            sorted.0.sort();
            sorted.1.sort();
            if sorted.0 == sorted.1 {
                messages += 1;
                continue;
            }
            report.difference(&format!("{} {number}.go", mutant.path), || {
                let mut text = if same_places { "message".to_string() } else { "PLACES".to_string() };
                for (who, list, other) in [("go  ", &sorted.0, &sorted.1), ("ours", &sorted.1, &sorted.0)] {
                    for e in list.iter().filter(|e| !other.contains(e)) {
                        text.push_str(&format!("\n  {who} {}:{}:{} {} {}", e.0, e.1, e.2, e.3, e.4));
                    }
                }
                text
            });
        }
    }
    let (places, messages) = (percent(places, compared), percent(messages, compared));
    report.figure(format!("{places:.1} % of {compared} mutants have the same places and codes"));
    report.figure(format!("{messages:.1} % the same messages"));
    report.must(places >= 98.0 && messages >= 90.0 && (compared == wanted || args.filter.is_some()));
    Ok(report)
}

fn check(world: &World, path: &str, files: Files) -> Vec<Error> {
    let checked = world.check(PkgKey(Name::new(path)), files, Options { go_minor: 27, natives: true });
    checked
        .problems
        .iter()
        .map(|p| {
            let (name, text) = &checked.package.files[p.file];
            let at = LineIndex::new(text).byte_line_col(p.range.start);
            let code = if p.code.is_empty() { "syntax" } else { p.code };
            (name.clone(), at.line + 1, at.col + 1, code.to_string(), without_lines(&p.message.replace(['\t', '\n'], " ")))
        })
        .collect()
}

/// What the oracle says, by number.
pub fn go_errors(text: &str) -> HashMap<usize, Vec<Error>> {
    let mut result: HashMap<usize, Vec<Error>> = HashMap::new();
    let mut current = usize::MAX;
    for line in text.lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["P", number] => {
                current = number.parse().unwrap_or(usize::MAX);
                result.entry(current).or_default();
            }
            ["E", file, line, column, code, message] => {
                if let (Ok(line), Ok(column)) = (line.parse(), column.parse()) {
                    let error = ((*file).to_string(), line, column, (*code).to_string(), without_lines(message));
                    result.entry(current).or_default().push(error);
                }
            }
            _ => {}
        }
    }
    result
}

/// A message without the places that it names: ours are attached to the error, where an edit can move them.
fn without_lines(message: &str) -> String {
    let mut text = message.to_string();
    for (before, after) in [(" (declared at ", ")"), (" already declared at ", ""), (" at line ", "")] {
        if let Some(at) = text.find(before) {
            let rest = &text[at + before.len()..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || "/._-:~".contains(c))).unwrap_or(rest.len());
            let tail = rest[end..].strip_prefix(after).unwrap_or(&rest[end..]).to_string();
            let keep = if before.contains("already") { " already declared" } else { "" };
            text = format!("{}{keep}{tail}", &text[..at]);
        }
    }
    text
}

/// The text with one token exchanged for another, mostly of the same kind, or left out; `None` if nothing can be exchanged.
fn mutate(text: &str, random: &mut Random) -> Option<String> {
    const OPERATORS: [&str; 15] = ["+", "-", "*", "/", "%", "&", "<<", "&&", "||", "==", "!=", "<", ">=", "|", "&^"];
    const ASSIGNMENTS: [&str; 5] = ["=", ":=", "+=", "<<=", "|="];
    const JUMPS: [&str; 4] = ["break", "continue", "fallthrough", "return"];
    let tokens = amigos_syntax::lex::lex(text).tokens;
    let of = |t: &amigos_syntax::lex::Token| text.get(t.start as usize..t.end as usize).unwrap_or("");
    // Package clause and imports stay.
    let after = |what: &str, end: &str| text.rfind(what).map(|i| i + text.get(i + 1..).and_then(|t| t.find(end)).unwrap_or(0) + 1);
    let start = after("\nimport ", ")\n").or_else(|| after("\npackage ", "\n")).unwrap_or(0);
    let fits = |t: &&amigos_syntax::lex::Token| !t.auto && t.end > t.start && t.start as usize > start;
    let real: Vec<_> = tokens.iter().filter(fits).collect();
    let named = |t: &amigos_syntax::lex::Token| t.tok == Tok::Ident || t.tok.is_literal();
    let candidates: Vec<_> =
        real.iter().filter(|t| named(t) || [&OPERATORS[..], &ASSIGNMENTS, &JUMPS].iter().any(|l| l.contains(&of(t)))).collect();
    if candidates.is_empty() {
        return None;
    }
    let target = candidates[random.below(candidates.len())];
    let pick = |list: &[&str], random: &mut Random| list[random.below(list.len())].to_string();
    let old = of(target);
    let new = if named(target) {
        match random.below(8) {
            0 => String::new(),
            1 => pick(&["0", "nil", "1.5", "\"s\"", "true", "int", "x", "'c'"], random),
            _ => {
                let others: Vec<_> = candidates.iter().filter(|t| named(t)).collect();
                of(others[random.below(others.len())]).to_string()
            }
        }
    } else if OPERATORS.contains(&old) {
        pick(&OPERATORS, random)
    } else if ASSIGNMENTS.contains(&old) {
        pick(&ASSIGNMENTS, random)
    } else {
        pick(&JUMPS, random)
    };
    if new == old {
        return None;
    }
    Some(format!("{}{new}{}", text.get(..target.start as usize)?, text.get(target.end as usize..)?))
}
