//! The contract standard library beside Go's: each program in `tests/programs/stdlib/` is run by both, and every line that it
//! prints is a case. The programs make their cases themselves, from tables and from a small generator with a fixed seed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use amigos_db::host::LibraryFiles;
use amigos_db::input::{Origin, Package, Profile, Root, SourceFile};
use amigos_db::{Database, Db};
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::{Engine, RunLimits};
use anyhow::{Result, bail};
use salsa::Setter;

use crate::Arguments;
use crate::golang::Go;

/// How many cases a package must have.
const ENOUGH: usize = 200;
/// The minor of Go's version that the library is read with.
const GO: u32 = 26;

pub fn run(arguments: &Arguments, go: &Go) -> Result<bool> {
    let mut programs = tables()?;
    if let Some(filter) = &arguments.filter {
        programs.retain(|(title, _)| title.contains(filter.as_str()));
    }
    let by_go = go.run_all(&programs.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>())?;
    let (mut same, mut of, mut good) = (0, 0, true);
    for ((title, text), want) in programs.iter().zip(by_go) {
        let want = match want {
            Ok(ran) if ran.status == 0 => ran.output,
            Ok(ran) => bail!("{title} panics with Go: {}", ran.panic.unwrap_or_default()),
            Err(why) => bail!("{title}: {why}"),
        };
        let got = by_us(arguments, text);
        let (want, got): (Vec<&str>, Vec<&str>) = (want.lines().collect(), got.lines().collect());
        let mut differences = String::new();
        let mut alike = 0;
        for i in 0..want.len().max(got.len()) {
            let (w, g) = (want.get(i).copied().unwrap_or("(nothing)"), got.get(i).copied().unwrap_or("(nothing)"));
            if w == g {
                alike += 1;
            } else {
                differences += &format!("line {}\n  go   {w}\n  ours {g}\n", i + 1);
            }
        }
        let enough = want.len() >= ENOUGH;
        if alike < want.len() || got.len() > want.len() || !enough {
            good = false;
            let more = if enough { "" } else { "  too few cases" };
            println!("  stdlib {title:<28} {alike:>6} of {:>6} alike{more}", want.len());
            let file = arguments.out.join(format!("stdlib-{}.txt", title.replace('/', "-")));
            std::fs::write(&file, &differences)?;
            println!("    differences: {}", file.display());
            if arguments.verbose {
                print!("{}", differences.chars().take(6000).collect::<String>());
            }
        } else if arguments.verbose {
            println!("  stdlib {title:<28} {alike:>6} of {:>6} alike", want.len());
        }
        same += alike;
        of += want.len();
    }
    println!("stdlib: {same} of {of} cases as in Go, {} packages", programs.len());
    Ok(good)
}

/// The programs: name and text.
pub fn tables() -> Result<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    let read = |path: PathBuf| Ok((name(&folder, &path), std::fs::read_to_string(&path)?));
    go_files(&folder).into_iter().map(read).collect()
}

fn go_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(go_files(&path));
        } else if path.extension().is_some_and(|e| e == "go") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn name(folder: &Path, program: &Path) -> String {
    program.strip_prefix(folder).unwrap_or(program).with_extension("").to_string_lossy().replace('\\', "/")
}

/// What it prints here; what went wrong is a line at the end.
fn by_us(arguments: &Arguments, text: &str) -> String {
    let mut db = match &arguments.library {
        Some(folder) => Database::with_library(library(folder), GO, None),
        None => Database::default(),
    };
    let key = PkgKey(Name::new("main@v1"));
    let file = SourceFile::new(&db, Name::new("main.go"), Arc::from(text));
    let package = Package::new(&db, key, vec![file], Origin::Workspace, Profile::Go, false, Name::new("1.0.0"), 26, vec![], vec![]);
    let root = Root::get(&db);
    let (mut packages, mut owners) = (root.packages(&db).clone(), root.owners(&db).clone());
    for package in packages.values() {
        owners.extend(package.files(&db).iter().map(|file| (*file, vec![*package])));
    }
    packages.insert(key, package);
    owners.insert(file, vec![package]);
    root.set_packages(&mut db).to(packages);
    root.set_owners(&mut db).to(owners);
    let mut problems = String::new();
    for std in amigos_std::packages() {
        let Some(package) = root.packages(&db).get(&PkgKey(Name::new(std.path))).copied() else { continue };
        if text.contains(&format!("\"{}\"", std.path)) {
            problems += &complaints(&db, package);
        }
    }
    problems += &complaints(&db, package);
    if !problems.is_empty() {
        return problems;
    }
    let program = match OwnedProgram::collect(&db, &[key]) {
        Ok(program) => program,
        Err(broken) => return format!("cannot be compiled: {broken:?}\n"),
    };
    let out = Engine::new(Arc::new(program)).run_main(key, RunLimits { gas: 1 << 50, memory: 4 << 30, ..RunLimits::default() });
    match out.error {
        Some(e) => format!("{}{:?}: {}\n", out.output, e.kind, e.text),
        None => out.output,
    }
}

fn complaints(db: &dyn Db, package: Package) -> String {
    let mut text = String::new();
    for file in package.files(db) {
        for d in amigos_db::diagnostics::file_diagnostics(db, *file).iter().filter(|d| !d.soft) {
            let before = file.text(db).get(..d.range.start as usize).unwrap_or("").lines().count();
            text += &format!("{}/{}:{before}: {}\n", package.key(db).0, file.name(db), d.message);
        }
    }
    text
}

/// The standard library as its text stands in a folder.
fn library(folder: &Path) -> LibraryFiles {
    let files = |path: &str| {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join(path)).into_iter().flatten().flatten().map(|e| e.path()).collect();
        files.retain(|p| p.extension().is_some_and(|e| e == "go"));
        files.sort();
        let read = |p: &PathBuf| Some((p.file_name()?.to_string_lossy().into_owned(), Arc::from(std::fs::read_to_string(p).ok()?)));
        files.iter().filter_map(read).collect()
    };
    amigos_std::packages().iter().map(|p| (p.path.to_owned(), files(p.path))).collect()
}
