//! Random edits through the database: after each, errors and facts equal those of a check from scratch, and no more was computed than the
//! edit asked for (C10).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use amigos_db::host::ExecutionLog;
use amigos_db::query as q;
use amigos_syntax::lex::lex;
use amigos_syntax::token::Tok;
use anyhow::{Context, Result};
use salsa::Durability;

use crate::Arguments;
use crate::crash_suite::Random;
use crate::lab::{self, Lab, Texts, Watchdog};
use crate::report::Report;

/// Packages that are edited, with importers of theirs that are compared too, and how many of a hundred edits they get.
const GROUPS: [(&str, &[&str], usize); 14] = [
    ("errors", &["io", "io/fs"], 10),
    ("sort", &["container/heap", "text/tabwriter"], 8),
    ("container/list", &["container/heap"], 8),
    ("strings", &["path", "net/url"], 11),
    ("strconv", &["encoding/hex"], 8),
    ("slices", &["maps", "sort"], 8),
    ("net/url", &["path"], 8),
    ("text/template/parse", &["text/template"], 8),
    ("go/constant", &["go/token"], 8),
    ("encoding/csv", &["bufio"], 8),
    ("iter", &["maps", "slices"], 6),
    ("unique", &["net/netip"], 6),
    ("go/types", &[], 2),
    ("net/http", &["net/http/httptest"], 1),
];
/// Package databases are made anew after so many edits: replaced inputs stay in them.
const FRESH_EVERY: usize = 60;
const LIMIT: Duration = Duration::from_secs(60);

/// Runs the suite: nothing may differ. `--count N` makes N edits.
pub fn run(args: &Arguments) -> Result<Report> {
    lab::on_server_stack(|| edits(args)).context("the suite itself has crashed")?
}

#[derive(Default)]
struct Tally {
    edits: usize,
    different: usize,
    body_edits: usize,
    too_much: usize,
    kinds: BTreeMap<&'static str, usize>,
}

fn edits(args: &Arguments) -> Result<Report> {
    let total = args.count(2000, 60);
    let mut random = Random::new(args.seed());
    let mut report = Report::new("incremental", "C10");
    let mut tally = Tally::default();
    let begin = Instant::now();
    let watchdog = Watchdog::new(LIMIT);
    for (path, importers, share) in GROUPS {
        if !args.wants(path) {
            continue;
        }
        let count = (total * share).div_ceil(100);
        group(args, path, importers, count, &mut random, &mut tally, &watchdog, &mut report).with_context(|| format!("reading {path}"))?;
        if args.verbose {
            println!("{path}: {count} edits, {:.0} s so far", begin.elapsed().as_secs_f64());
        }
    }
    if args.verbose {
        let kinds: Vec<String> = tally.kinds.iter().map(|(k, n)| format!("{k} {n}")).collect();
        println!("edits: {}", kinds.join(", "));
    }
    report.figure(format!("{} of {} edits gave other errors or facts than a check from scratch", tally.different, tally.edits));
    report.figure(format!("{} of {} edits inside of bodies computed more than these bodies", tally.too_much, tally.body_edits));
    report.must(tally.different == 0 && tally.too_much == 0);
    Ok(report)
}

/// A database with the group's packages in it, what they import, and what edits make them import.
fn laboratory(args: &Arguments, log: Option<ExecutionLog>, group: &[(&str, Texts)]) -> Lab {
    let mut lab = Lab::new(log);
    for (path, files) in group {
        lab.put(path, files, Durability::LOW);
    }
    let needed: Vec<String> = group.iter().flat_map(|(_, files)| lab::imports(files)).collect();
    lab.load(&args.goroot, &needed.iter().map(String::as_str).chain(["errors", "sort", "unicode", "unsafe"]).collect::<Vec<_>>());
    lab
}

#[allow(clippy::too_many_arguments, reason = "one loop's body")]
fn group(
    args: &Arguments,
    path: &str,
    importers: &[&str],
    count: usize,
    random: &mut Random,
    tally: &mut Tally,
    watchdog: &Watchdog,
    report: &mut Report,
) -> Option<()> {
    let mut packages: Vec<(&str, Texts)> = Vec::new();
    for name in std::iter::once(&path).chain(importers) {
        let files = lab::load(&args.goroot, name)?;
        packages.push((name, files));
    }
    let original = packages[0].1.clone();
    let log = ExecutionLog::default();
    let mut own = laboratory(args, Some(log.clone()), &packages);
    let mut scratch = laboratory(args, None, &packages);
    check_all(&own, &packages);
    let mut history: Vec<(usize, String)> = Vec::new();
    for n in 0..count {
        if n % FRESH_EVERY == FRESH_EVERY - 1 {
            scratch = laboratory(args, None, &packages);
        }
        let which = random.below(packages[0].1.len());
        let (at, kind, text) = next_text(&packages[0].1, &original, which, &mut history, random);
        let (name, before) = packages[0].1[at].clone();
        packages[0].1[at].1.clone_from(&text);
        let what = || format!("edit {n} of {path}/{name} ({kind})");
        let problems = watchdog.watch(what, || {
            let mut problems = Vec::new();
            if let Some(problem) = counted(&mut own, &log, &packages, at, &text, tally) {
                tally.too_much += 1;
                problems.push(problem);
            }
            for (name, files) in &packages {
                scratch.put(name, files, Durability::LOW);
            }
            scratch.publish();
            for (name, _) in &packages {
                let (Some(a), Some(b)) = (own.package(name), scratch.package(name)) else { continue };
                if let Some(difference) = lab::difference(&own.db, a, &scratch.db, b) {
                    tally.different += 1;
                    problems.push(format!("{name}: {difference}"));
                    break;
                }
            }
            problems
        });
        tally.edits += 1;
        *tally.kinds.entry(kind).or_default() += 1;
        for problem in &problems {
            report.difference(&what(), || problem.clone());
        }
        if !problems.is_empty() {
            let file = |side: &str| args.out.join(format!("incremental-{}-{n}-{side}-{name}", path.replace('/', "-")));
            let _ = std::fs::write(file("before"), before);
            let _ = std::fs::write(file("after"), text);
        }
    }
    Some(())
}

fn check_all(lab: &Lab, packages: &[(&str, Texts)]) {
    for (name, _) in packages {
        let Some(package) = lab.package(name) else { continue };
        for file in package.files(&lab.db) {
            let _ = lab::errors(&lab.db, *file);
        }
        // What the comparison asks for as well.
        for decl in q::package_decls(&lab.db, package) {
            let _ = q::body_facts(&lab.db, package, *decl);
        }
    }
}

/// Makes the edit and checks everything; says what was computed beyond the bodies that the edit touched, if it moved no signature.
fn counted(lab: &mut Lab, log: &ExecutionLog, packages: &[(&str, Texts)], at: usize, text: &str, tally: &mut Tally) -> Option<String> {
    let (path, name) = (packages[0].0, &packages[0].1[at].0);
    let package = lab.package(path)?;
    let file = lab.file(path, name)?;
    let signatures = lab::signatures(&lab.db, package);
    let before = lab::decl_texts(&lab.db, package);
    let taken = |log: &ExecutionLog| log.lock().map(|mut l| std::mem::take(&mut *l)).unwrap_or_default();
    let _ = taken(log);
    lab.edit(file, text);
    check_all(lab, packages);
    let executed = taken(log);
    let after = lab::decl_texts(&lab.db, package);
    if before.len() != after.len() || before.keys().ne(after.keys()) || signatures != lab::signatures(&lab.db, package) {
        return None;
    }
    tally.body_edits += 1;
    let changed: usize = q::package_decls(&lab.db, package)
        .iter()
        .filter(|d| {
            let key = (d.file(&lab.db).name(&lab.db).to_string(), d.head(&lab.db).to_string(), d.nth(&lab.db));
            before.get(&key) != after.get(&key)
        })
        .map(|d| q::decl_body(&lab.db, *d).len())
        .sum();
    let times = |query: &str| executed.iter().filter(|e| e.starts_with(query) && e.as_bytes().get(query.len()) == Some(&b'(')).count();
    let (bodies, packages_checked, split) = (times("check_body"), times("package_types"), times("split_file"));
    (bodies > changed || packages_checked > 0 || split > 1).then(|| {
        let beyond = executed.iter().filter(|e| e.starts_with("check_body(") || e.starts_with("package_types("));
        let some: Vec<&str> = beyond.map(String::as_str).take(5).collect();
        format!("{bodies} bodies checked of {changed} changed; {packages_checked} packages; {split} files split: {}", some.join(", "))
    })
}

/// The next text of a file: which file, what was done, the text.
fn next_text(
    files: &Texts,
    original: &Texts,
    which: usize,
    history: &mut Vec<(usize, String)>,
    random: &mut Random,
) -> (usize, &'static str, String) {
    // Undo now and then, and back to the original before it has become unrecognisable.
    if random.below(4) == 0
        && let Some((at, text)) = history.pop()
    {
        return (at, "undo", text);
    }
    if let Some(at) = (0..files.len()).find(|i| files[*i].1 != original[*i].1)
        && (history.len() > 6 || random.below(8) == 0)
    {
        history.retain(|(i, _)| *i != at);
        return (at, "original again", original[at].1.clone());
    }
    let text = &files[which].1;
    history.push((which, text.clone()));
    let (kind, new) = edit(text, random);
    (which, kind, new)
}

/// What people have typed half.
pub const SNIPPETS: [&str; 20] = [
    "if x {",
    "x := bar(",
    "switch x {",
    "x.",
    "for i := ",
    "go func() {",
    "x = T{",
    "return ",
    "defer ",
    "case",
    "for _, v := range ",
    "if err != nil",
    "x[",
    "var y ",
    "func(",
    "x, y :=",
    "x = &",
    "if x := f(); ",
    "select {",
    "fmt.Println(\"",
];

/// A text with one thing done to it.
fn edit(text: &str, random: &mut Random) -> (&'static str, String) {
    let tokens = lex(text).tokens;
    let real: Vec<(Tok, usize, usize)> =
        tokens.iter().filter(|t| !t.auto && t.end > t.start).map(|t| (t.tok, t.start as usize, t.end as usize)).collect();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    if real.is_empty() || lines.is_empty() {
        return ("token insert", format!("{text}package p\n"));
    }
    let (_, start, end) = real[random.below(real.len())];
    let (_, start2, end2) = real[random.below(real.len())];
    let line = random.below(lines.len());
    let snippet = format!("\t{}\n", SNIPPETS[random.below(SNIPPETS.len())]);
    let with_lines = |f: &mut dyn FnMut(&mut Vec<String>)| {
        let mut lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
        f(&mut lines);
        lines.concat()
    };
    match random.below(12) {
        0 => ("token delete", format!("{}{}", &text[..start], &text[end..])),
        1 => ("token insert", format!("{}{} {}", &text[..start], &text[start2..end2], &text[start..])),
        2 => ("token replace", format!("{}{}{}", &text[..start], &text[start2..end2], &text[end..])),
        3 => {
            // One more letter or digit, or one less: what typing is made of.
            let longer = random.below(2) == 0 || end - start < 2;
            let new = if longer { format!("{}1{}", &text[..end], &text[end..]) } else { text.to_owned() };
            let cut = (start + 1..end).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(end);
            ("character", if longer { new } else { format!("{}{}", &text[..cut], &text[end..]) })
        }
        4 => ("line delete", with_lines(&mut |l| drop(l.remove(line)))),
        5 => ("line double", with_lines(&mut |l| l.insert(line, l[line].clone()))),
        6 => {
            let to = random.below(lines.len());
            (
                "line move",
                with_lines(&mut |l| {
                    let moved = l.remove(line);
                    l.insert(to.min(l.len()), moved);
                }),
            )
        }
        7 | 8 => ("half typed", with_lines(&mut |l| l.insert(line, snippet.clone()))),
        9 => ("rename", rename(text, &real, random)),
        10 => ("comment", with_lines(&mut |l| l.insert(line, "// a note\n".to_owned()))),
        _ => ("import", imports_edit(text, random)),
    }
}

/// A declared name gets another one, where it is declared or everywhere in the file.
fn rename(text: &str, real: &[(Tok, usize, usize)], random: &mut Random) -> String {
    let declared: Vec<usize> = (1..real.len())
        .filter(|i| real[*i].0 == Tok::Ident && matches!(real[i - 1].0, Tok::Func | Tok::Type | Tok::Var | Tok::Const))
        .collect();
    let Some(at) = declared.get(random.below(declared.len())).copied() else { return format!("{text}\nvar added int\n") };
    let (_, start, end) = real[at];
    let name = &text[start..end];
    if random.below(2) == 0 {
        return format!("{}{name}X{}", &text[..start], &text[end..]);
    }
    let mut out = String::new();
    let mut done = 0;
    for (_, start, end) in real.iter().filter(|(tok, start, end)| *tok == Tok::Ident && &text[*start..*end] == name) {
        out.push_str(&text[done..*start]);
        out.push_str(name);
        out.push('X');
        done = *end;
    }
    out.push_str(&text[done..]);
    out
}

fn imports_edit(text: &str, random: &mut Random) -> String {
    let clause_end = text.find("\npackage ").map_or(0, |i| i + 1);
    let after = text[clause_end..].find('\n').map_or(text.len(), |i| clause_end + i + 1);
    let insert = |what: &str| format!("{}{what}{}", &text[..after], &text[after..]);
    let quoted: Vec<usize> = text.match_indices("\t\"").map(|(i, _)| i).filter(|i| *i < after + 800).collect();
    match random.below(5) {
        0 => insert("import \"sort\"\n"),
        1 => insert("import . \"errors\"\n"),
        2 => insert("import \"no/such/package\"\n"),
        3 => text.replacen("import (", "import (\n\tother \"unicode\"", 1),
        _ => match quoted.get(random.below(quoted.len())) {
            Some(at) => format!("{}\t_{}", &text[..*at], &text[*at..]),
            None => insert("import _ \"unsafe\"\n"),
        },
    }
}
