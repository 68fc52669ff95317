//! How long rules and bounds take beyond type checking: for an edited function of a long file, and for all of `contracts/` from nothing.
//! `cargo run --release -p amigos-ide --example bounds`, a part of `cargo xtask bench`.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use amigos_db::Database;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_ide::*;
use amigos_syntax::Name;
use amigos_types::facts::InitKind;
use amigos_types::ty::PkgKey;

const SAMPLES: usize = 200;

/// The allocator that the server has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A contract of about `lines` lines, in which function `edited` adds `by`.
fn long_file(lines: usize, edited: usize, by: usize) -> String {
    let mut text =
        String::from("package big\n\nimport \"strings\"\n\ntype Entry struct {\n\tName  string\n\tCount int\n}\n\nvar Entries []Entry\n");
    for i in 0..lines / 15 {
        let n = if i == edited { by } else { i };
        let _ = write!(
            text,
            "\n// Add{i} adds an entry and returns how many there are.\nfunc Add{i}(name string, n int) int {{\n\tname = strings.TrimSpace(name)\n\tif n < {n} {{\n\t\treturn len(Entries)\n\t}}\n\te := Entry{{Name: name, Count: n}}\n\tfor i := range Entries {{\n\t\tif Entries[i].Name == e.Name {{\n\t\t\treturn i\n\t\t}}\n\t}}\n\tEntries = append(Entries, e)\n\treturn len(Entries)\n}}\n"
        );
    }
    text
}

fn input(path: &str, version: &str, library: bool, files: Vec<(Arc<str>, FileId)>) -> PackageInput {
    PackageInput {
        path: Arc::from(path),
        version: Arc::from(version),
        major: version.split('.').next().and_then(|m| m.parse().ok()).unwrap_or(1),
        origin: Origin::Workspace,
        profile: Profile::Contract,
        library,
        go_minor: 26,
        files,
        pins: vec![],
        missing: vec![],
    }
}

fn package(db: &Database, key: &str) -> Option<Package> {
    Root::get(db).packages(db).get(&PkgKey(Name::new(key))).copied()
}

/// Checks the types of all declarations of a package; how many bodies there are.
fn check(db: &Database, package: Package) -> usize {
    q::package_decls(db, package).iter().map(|decl| q::body_facts(db, package, *decl).len()).sum()
}

/// The bounds of all functions of a package; how many there are.
fn bounds(db: &Database, package: Package) -> usize {
    let types = q::package_types(db, package);
    let functions = types.objects.iter().filter(|o| o.kind == InitKind::Func).map(|o| o.name);
    functions.map(|name| usize::from(amigos_gas::gas_summary(db, package, name).gas.is_ok())).sum()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn edits() -> Cancellable<()> {
    let mut host = AnalysisHost::new();
    let file = FileId(0);
    let text = long_file(3000, usize::MAX, 0);
    println!("a file of {} lines, {} functions", text.lines().count(), text.matches("\nfunc ").count());
    let packages = Some(vec![input("hub.amigos.dev/test/big", "1.0.0", false, vec![(Arc::from("big.go"), file)])]);
    host.apply_change(Change { files: vec![(file, Some(Arc::from(text)))], packages, ..Change::default() });
    let key = "hub.amigos.dev/test/big@v1";
    host.analysis().diagnostics(file)?;
    host.analysis().computing(|db| package(db, key).map(|p| bounds(db, p)))?;
    let mut times = Vec::new();
    for sample in 0..SAMPLES {
        let edited = sample * 7 % 200;
        let text = long_file(3000, edited, 1000 + sample);
        host.apply_change(Change { files: vec![(file, Some(Arc::from(text)))], ..Change::default() });
        let analysis = host.analysis();
        analysis.computing(|db| package(db, key).map(|p| check(db, p)))?;
        let start = Instant::now();
        analysis.diagnostics(file)?;
        let rules = start.elapsed();
        analysis.computing(|db| package(db, key).map(|p| amigos_gas::gas_summary(db, p, Name::new(&format!("Add{edited}")))))?;
        times.push([start.elapsed(), rules, start.elapsed() - rules]);
    }
    let at = |which: usize, part: usize| {
        let mut sorted: Vec<Duration> = times.iter().map(|t| t[which]).collect();
        sorted.sort_unstable();
        milliseconds(sorted[sorted.len() * part / 100])
    };
    println!(
        "rules and bounds of an edited function beyond type checking: p50 {:.2} ms, p95 {:.2} ms (p50 of 2 ms wanted); p50 of rules {:.2} ms, of its bound {:.2} ms",
        at(0, 50),
        at(0, 95),
        at(1, 50),
        at(2, 50)
    );
    Ok(())
}

fn contracts() -> Cancellable<()> {
    let mut host = AnalysisHost::new();
    let mut change = Change::default();
    let mut inputs = Vec::new();
    for contract in amigos_contracts::all() {
        let manifest = contract.files.iter().find(|(n, _)| *n == "amigos.toml").map_or("", |(_, t)| *t);
        let setting = |key: &str| {
            let line = manifest.lines().find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('=')).unwrap_or("");
            line.trim().trim_matches('"').to_owned()
        };
        let mut files = Vec::new();
        for (name, text) in contract.files.iter().filter(|(n, _)| n.ends_with(".go")) {
            let id = FileId(change.files.len() as u32);
            change.files.push((id, Some(Arc::from(*text))));
            files.push((Arc::from(*name), id));
        }
        files.sort();
        inputs.push(input(&setting("path"), &setting("version"), setting("library") == "true", files));
    }
    let files: Vec<FileId> = change.files.iter().map(|(id, _)| *id).collect();
    change.packages = Some(inputs);
    let start = Instant::now();
    host.apply_change(change);
    let analysis = host.analysis();
    let packages = analysis.computing(|db| Root::get(db).packages(db).values().copied().collect::<Vec<_>>())?;
    let ours = |db: &Database, p: &Package| p.key(db).0.as_str().starts_with("hub.amigos.dev/");
    analysis.computing(|db| packages.iter().filter(|p| ours(db, p)).map(|p| check(db, *p)).sum::<usize>())?;
    let types = start.elapsed();
    for file in &files {
        analysis.diagnostics(*file)?;
    }
    let rules = start.elapsed();
    let bounded = analysis.computing(|db| packages.iter().filter(|p| ours(db, p)).map(|p| bounds(db, *p)).sum::<usize>())?;
    let all = start.elapsed();
    println!(
        "all of contracts/ from nothing: types {:.0} ms, rules {:.0} ms, bounds of {bounded} functions {:.0} ms: {:.0} ms (1,000 ms wanted)",
        milliseconds(types),
        milliseconds(rules - types),
        milliseconds(all - rules),
        milliseconds(all)
    );
    Ok(())
}

fn main() {
    if edits().and_then(|()| contracts()).is_err() {
        println!("cancelled");
    }
}
