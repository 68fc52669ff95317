//! Go's standard library and its commands as code without errors (C4).

use std::path::{Path, PathBuf};

use amigos_syntax::Name;
use amigos_syntax::text::LineIndex;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};
use anyhow::Result;

use crate::report::Report;
use crate::{Arguments, goroot};

/// The paths of the standard library's packages, those that it vendors included.
pub fn standard_packages(args: &Arguments) -> Vec<String> {
    let mut packages = Vec::new();
    for folder in ["src", "src/vendor"] {
        collect(&args.goroot.join(folder), &mut PathBuf::new(), &mut packages);
    }
    packages.sort();
    // Package builtin is documentation: its functions have no bodies.
    packages.retain(|path| args.wants(path) && path != "builtin");
    packages
}

/// Runs the suite on the standard library.
pub fn run(args: &Arguments) -> Result<Report> {
    check(args, "std", &standard_packages(args))
}

/// Runs the suite on Go's commands.
pub fn run_commands(args: &Arguments) -> Result<Report> {
    let mut packages = Vec::new();
    for (folder, path) in [("src/cmd", "cmd"), ("src/cmd/vendor", "")] {
        collect(&args.goroot.join(folder), &mut PathBuf::from(path), &mut packages);
    }
    packages.sort();
    packages.retain(|path| args.wants(path));
    let packages = args.every(&packages, 5);
    check(args, "cmd", &packages)
}

fn check(args: &Arguments, suite: &'static str, packages: &[String]) -> Result<Report> {
    let own_root = args.goroot.clone();
    let world = World::new(Box::new(move |path| goroot::load(&own_root, path)));
    let mut report = Report::of_units(suite, "C4");
    let (mut errors, mut count) = (0, 0);
    for path in packages {
        let Ok(files) = goroot::load(&args.goroot, path) else { continue };
        count += 1;
        report.unit(path);
        let checked = world.check(PkgKey(Name::new(path)), files, Options { go_minor: 27, natives: true });
        errors += checked.problems.len();
        for problem in &checked.problems {
            let (name, text) = &checked.package.files[problem.file];
            let at = LineIndex::new(text).byte_line_col(problem.range.start);
            report.difference(path, || format!("{name}:{}:{}: {} {}", at.line + 1, at.col + 1, problem.code, problem.message));
        }
    }
    report.figure(format!("{errors} errors in {count} packages"));
    report.must(errors == 0);
    Ok(report)
}

fn collect(dir: &Path, relative: &mut PathBuf, packages: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut has_go = false;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if matches!(name.as_str(), "testdata" | "cmd" | "vendor") || name.starts_with(['_', '.']) {
                continue;
            }
            relative.push(&name);
            collect(&entry.path(), relative, packages);
            relative.pop();
        } else if name.ends_with(".go") && !name.ends_with("_test.go") {
            has_go = true;
        }
    }
    if has_go && !relative.as_os_str().is_empty() {
        packages.push(relative.to_string_lossy().into_owned());
    }
}
