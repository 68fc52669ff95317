//! Speed and memory beside go/parser and go/types, in one run on one machine; and how long an editor waits for an edit (C12).

use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use amigos_db::input::{Origin, Package, Profile, Root, SourceFile};
use amigos_db::{Database, diagnostics};
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use anyhow::{Context, Result, bail};
use rustc_hash::{FxHashMap, FxHashSet};
use salsa::{Durability, Setter};

use crate::crash_suite::Random;
use crate::lab::{self, Lab, Texts};
use crate::report::Report;
use crate::{Arguments, std_suite};

/// How many packages are checked between two writes.
const WAVE: usize = 30;

/// What one process says of checking everything.
#[derive(Clone, Copy, Debug)]
struct Reading {
    seconds: f64,
    cpu: f64,
    kilobytes: f64,
    problems: usize,
}

/// Runs the suite: all ratios must hold. `--count N` measures N times and takes the fastest of each.
pub fn run(args: &Arguments) -> Result<Report> {
    if cfg!(debug_assertions) {
        bail!("this suite needs an optimised build: `cargo xtask conformance speed`");
    }
    let mut report = Report::new("speed", "C12");
    if args.filter.as_deref().is_none_or(|f| f == "batch") {
        compare(args, &mut report)?;
    }
    if args.filter.as_deref().is_none_or(|f| f == "body") {
        lab::on_server_stack(|| body_edits(args, &mut report)).context("the suite itself has crashed")?;
    }
    if args.filter.as_deref().is_none_or(|f| f == "signature") {
        lab::on_server_stack(|| signature_edits(args, &mut report)).context("the suite itself has crashed")?;
    }
    Ok(report)
}

fn says(report: &mut Report, name: &str, value: f64, limit: f64, unit: &str) {
    let verdict = if value <= limit { "" } else { ": TOO MUCH" };
    report.figure(format!("{name} {value:.2} {unit} (at most {limit:.1}){verdict}"));
    report.must(value <= limit);
}

/// The whole standard library, importees first.
fn standard_library(args: &Arguments) -> Vec<(String, Texts)> {
    let mut paths: Vec<String> = std_suite::standard_packages(&Arguments { filter: None, ..args.clone() }).into_iter().rev().collect();
    let root = args.goroot.as_path();
    let mut texts: FxHashMap<String, Texts> = FxHashMap::default();
    let mut order = Vec::new();
    let mut entered: FxHashSet<String> = FxHashSet::default();
    while let Some(path) = paths.last().cloned() {
        if order.contains(&path) || !texts.contains_key(&path) && lab::load(root, &path).map(|t| texts.insert(path.clone(), t)).is_none() {
            paths.pop();
            continue;
        }
        if !entered.insert(path.clone()) {
            paths.pop();
            order.push(path);
            continue;
        }
        paths.extend(lab::imports(&texts[&path]).into_iter().filter(|i| !entered.contains(i)));
    }
    order.into_iter().filter_map(|p| texts.remove(&p).map(|t| (p, t))).collect()
}

fn compare(args: &Arguments, report: &mut Report) -> Result<()> {
    let packages = standard_library(args);
    let list = args.out.join("speed-list.txt");
    let mut lines = String::new();
    for (path, files) in &packages {
        lines.push_str(&format!("P {path}\n"));
        let dir = ["src", "src/vendor", "src/cmd/vendor"].iter().map(|d| args.goroot.join(d).join(path)).find(|d| d.is_dir());
        let dir = dir.context("a package that was read has a folder")?;
        for (name, _) in files {
            lines.push_str(&format!("F {}\n", dir.join(name).display()));
        }
    }
    std::fs::write(&list, lines)?;
    let bytes: usize = packages.iter().flat_map(|(_, f)| f).map(|(_, t)| t.len()).sum();
    println!("C12 the standard library: {} packages, {:.1} MB", packages.len(), bytes as f64 / 1e6);
    drop(packages);
    let program = oracle(args)?;
    let go = |processors: &str| {
        let mut command = Command::new(&program);
        command.arg(&list).env("GOMAXPROCS", processors);
        reading(command)
    };
    let own = |threads: usize| {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--goroot").arg(&args.goroot).arg("--out").arg(&args.out).args(["--speed-run", &threads.to_string()]);
        reading(command)
    };
    // Alternating, so that what else the machine does hits all alike.
    let mut all: [Vec<Reading>; 4] = Default::default();
    for _ in 0..args.count(3, 1).max(1) {
        all[0].push(go("1")?);
        all[1].push(own(1)?);
        all[2].push(go("2")?);
        all[3].push(own(2)?);
    }
    let best = |readings: &[Reading]| -> Reading {
        let least = |f: fn(&Reading) -> f64| readings.iter().map(f).fold(f64::INFINITY, f64::min);
        Reading { seconds: least(|r| r.seconds), cpu: least(|r| r.cpu), kilobytes: least(|r| r.kilobytes), problems: readings[0].problems }
    };
    let [go1, own1, go2, own2] = all.map(|r| best(&r));
    for (name, r) in [("go, GOMAXPROCS=1", go1), ("go, GOMAXPROCS=2", go2), ("ours, one thread", own1), ("ours, two threads", own2)] {
        let megabytes = r.kilobytes / 1024.0;
        println!("C12 {name}: {:.2} s, {:.2} s of processor, {megabytes:.0} MB at the peak, {} errors", r.seconds, r.cpu, r.problems);
    }
    says(report, "one thread beside Go's one", own1.seconds / go1.seconds, 1.0, "×");
    says(report, "two threads beside Go's one", own2.seconds / go1.seconds, 0.6, "×");
    println!("C12 two threads beside Go with two processors: {:.2} ×", own2.seconds / go2.seconds);
    println!("C12 processor time, one thread beside Go's one: {:.2} ×", own1.cpu / go1.cpu);
    says(report, "peak memory, one thread", own1.kilobytes / go1.kilobytes, 0.7, "×");
    println!("C12 peak memory, two threads: {:.2} ×", own2.kilobytes / go2.kilobytes);
    Ok(())
}

fn oracle(args: &Arguments) -> Result<std::path::PathBuf> {
    let program = args.out.join("speed");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/speed.go");
    let mut go = Command::new(args.goroot.join("bin/go"));
    go.env("GOROOT", &args.goroot).env("GO111MODULE", "off").env("GOFLAGS", "").env("CGO_ENABLED", "0");
    let built = go.arg("build").arg("-o").arg(&program).arg(&source).status().context("cannot run go build")?;
    if !built.success() {
        bail!("go build of `{}` failed", source.display());
    }
    Ok(program.canonicalize()?)
}

fn reading(mut command: Command) -> Result<Reading> {
    let output = command.output().context("cannot start a process to measure")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let fields: Vec<f64> = text.split_whitespace().filter_map(|f| f.parse().ok()).collect();
    let [seconds, cpu, kilobytes, problems, ..] = fields[..] else {
        bail!("a measured process said `{text}` and {}", String::from_utf8_lossy(&output.stderr));
    };
    Ok(Reading { seconds, cpu, kilobytes, problems: problems as usize })
}

/// What one measured process of ours does: reads, parses and checks everything, keeps it, and prints a line as the oracle does.
pub fn batch(args: &Arguments, threads: usize) -> Result<ExitCode> {
    let list = std::fs::read_to_string(args.out.join("speed-list.txt"))?;
    let begin = Instant::now();
    let mut packages: Vec<(&str, Texts)> = Vec::new();
    for line in list.lines() {
        match line.split_once(' ') {
            Some(("P", path)) => packages.push((path, Vec::new())),
            Some((_, file)) => {
                let text = String::from_utf8_lossy(&std::fs::read(file)?).into_owned();
                let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
                if let Some(last) = packages.last_mut() {
                    last.1.push((name, text));
                }
            }
            None => {}
        }
    }
    let paths: Vec<&str> = packages.iter().map(|(path, _)| *path).collect();
    let mut lab = Lab::of_library(packages.into_iter().map(|(path, files)| (path.to_owned(), files)).collect());
    let inputs: Vec<Package> = paths.iter().filter_map(|path| lab.package(path)).collect();
    let next = AtomicUsize::new(0);
    let problems = AtomicUsize::new(0);
    // In waves, as a server works: at the beginning of each, syntax trees that nobody needs any more are dropped.
    for wave in 1..=inputs.len().div_ceil(WAVE) {
        let end = (wave * WAVE).min(inputs.len());
        std::thread::scope(|scope| -> Result<()> {
            for _ in 0..threads.max(1) {
                let db = lab.db.clone();
                let (next, problems, inputs) = (&next, &problems, &inputs[..end]);
                std::thread::Builder::new().stack_size(4 * lab::STACK_BYTES).spawn_scoped(scope, move || {
                    while let Some(package) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        for file in package.files(&db) {
                            problems.fetch_add(diagnostics::file_diagnostics(&db, *file).len(), Ordering::Relaxed);
                        }
                    }
                })?;
            }
            Ok(())
        })?;
        next.store(end, Ordering::Relaxed);
        salsa::Database::synthetic_write(&mut lab.db, Durability::LOW);
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("{seconds:.3} {:.3} {} {} {}", processor_seconds(), peak_kilobytes(), problems.into_inner(), inputs.len());
    // Giving it all back is no part of the measurement.
    std::process::exit(0)
}

fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// What this process has had of processors so far, in seconds: unlike the clock's, it says little of what else the machine does.
pub fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name: user and system time are the fields 14 and 15, in hundredths of a second.
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// Times in milliseconds, sorted.
struct Times(Vec<f64>);

impl Times {
    fn new(mut times: Vec<f64>) -> Times {
        times.sort_by(f64::total_cmp);
        Times(times)
    }

    fn at(&self, part: f64) -> f64 {
        let index = (self.0.len() as f64 * part) as usize;
        self.0.get(index.min(self.0.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.2} ms, p95 {:.2} ms, at most {:.2} ms", self.at(0.5), self.at(0.95), self.at(1.0))
    }
}

/// Runs `f` so many times; by the clock, in milliseconds.
fn timed(count: usize, mut f: impl FnMut(usize)) -> Vec<f64> {
    let once = |n| {
        let begin = Instant::now();
        f(n);
        begin.elapsed().as_secs_f64() * 1000.0
    };
    (0..count).map(once).collect()
}

/// Statements typed letter by letter into bodies of net/http's server.go, to fresh errors of that file.
fn body_edits(args: &Arguments, report: &mut Report) {
    const TYPED: &str = "if n := len(\"abc\") + 1; n > 2 { println(n, \"x\") }";
    let Some(files) = lab::load(&args.goroot, "net/http") else { return report.must(false) };
    let mut lab = Lab::with_library(&args.goroot, &lab::imports(&files));
    lab.put("net/http", &files, Durability::LOW);
    lab.publish();
    let (Some(file), Some((_, text))) = (lab.file("net/http", "server.go"), files.iter().find(|(n, _)| n == "server.go")) else {
        return report.must(false);
    };
    let before = lab::errors(&lab.db, file).len();
    let mut places: Vec<usize> = text.match_indices(" {\n\t").map(|(i, m)| i + m.len()).collect();
    places.retain(|at| text[..*at].rfind("\nfunc ").is_some_and(|f| text[f..*at].matches("\n}").count() == 0));
    let mut random = Random::new(args.seed());
    let mut all = Vec::new();
    for _ in 0..args.count(3, 1).max(1) * 4 {
        let at = places[random.below(places.len())];
        let texts: Vec<String> = (1..=TYPED.len()).map(|len| format!("{}{}\n\t{}", &text[..at], &TYPED[..len], &text[at..])).collect();
        all.extend(timed(TYPED.len(), |n| {
            lab.edit(file, &texts[n]);
            let _ = diagnostics::file_diagnostics(&lab.db, file);
        }));
    }
    lab.edit(file, text);
    report.must(lab::errors(&lab.db, file).len() == before);
    let times = Times::new(all);
    println!("C12 a letter typed in a body of net/http/server.go, {} times: {times}", times.0.len());
    says(report, "a letter in server.go to fresh errors, p50", times.at(0.5), 2.0, "ms");
    says(report, "p95", times.at(0.95), 8.0, "ms");
}

/// A library that fifty packages import, and one of its signatures edited: to fresh errors of all of them.
fn signature_edits(args: &Arguments, report: &mut Report) {
    let library = |parameter: &str| {
        let mut text = String::from("package lib\n\ntype Amount struct{ Units int64 }\n\n");
        text.push_str(&format!("// Add adds.\nfunc Add(a Amount, b {parameter}) Amount {{ return a }}\n"));
        for i in 0..60 {
            text.push_str(&format!(
                "\nfunc Helper{i}(a Amount) int64 {{\n\tif a.Units > {i} {{\n\t\treturn a.Units\n\t}}\n\treturn {i}\n}}\n"
            ));
        }
        text
    };
    let mut db = Database::default();
    let mut packages: FxHashMap<PkgKey, Package> = Root::get(&db).packages(&db).clone();
    let mut owners: FxHashMap<SourceFile, Vec<Package>> = FxHashMap::default();
    let mut files = Vec::new();
    let mut add = |db: &Database, path: &str, text: &str| {
        let file = SourceFile::new(db, Name::new("a.go"), Arc::from(text));
        let key = amigos_db::resolve::package_key(path, 1);
        let package = Package::new(db, key, vec![file], Origin::Workspace, Profile::Contract, true, Name::new("1.0.0"), 27, vec![], vec![]);
        packages.insert(key, package);
        owners.insert(file, vec![package]);
        files.push(file);
        file
    };
    let edited = add(&db, "hub.amigos.dev/test/lib", &library("Amount"));
    for p in 0..50 {
        let mut text = format!("package p{p}\n\nimport (\n\t\"strings\"\n\n\t\"hub.amigos.dev/test/lib\"\n)\n\nvar total lib.Amount\n");
        for f in 0..20 {
            text.push_str(&format!(
                "\nfunc Do{f}(name string, n int64) int64 {{\n\tname = strings.TrimSpace(name)\n\tfor i := range n {{\n\t\tif i > {f} && name != \"\" {{\n\t\t\ttotal = lib.Add(total, lib.Amount{{Units: i}})\n\t\t}}\n\t}}\n\treturn lib.Helper{f}(total) + int64(len(name))\n}}\n"
            ));
        }
        add(&db, &format!("hub.amigos.dev/test/p{p}"), &text);
    }
    let majors = packages.keys().filter_map(|k| k.0.strip_suffix("@v1").map(|p| (Name::new(p), vec![1]))).collect();
    let root = Root::get(&db);
    root.set_packages(&mut db).to(packages);
    root.set_owners(&mut db).to(owners);
    root.set_majors(&mut db).to(majors);
    let problems = |db: &Database| files.iter().map(|f| diagnostics::file_diagnostics(db, *f).len()).sum::<usize>();
    let clean = problems(&db);
    let mut broken = 0;
    let times = timed(args.count(3, 1).max(1) * 10, |n| {
        edited.set_text(&mut db).to(Arc::from(library(if n % 2 == 0 { "string" } else { "Amount" })));
        let found = problems(&db);
        broken = broken.max(found);
    });
    let times = Times::new(times);
    println!("C12 an exported signature edited that 50 packages use, {} times: {times}", times.0.len());
    report.must(clean == 0 && broken == 1000);
    says(report, "a signature that 50 packages use, p95", times.at(0.95), 100.0, "ms");
}
