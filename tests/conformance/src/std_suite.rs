//! Go's standard library as code without errors (C4).

use std::path::{Path, PathBuf};
use std::time::Instant;

use amigos_syntax::Name;
use amigos_syntax::text::LineIndex;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};

use crate::{Arguments, goroot};

/// Checks all packages of the standard library; true if there are no errors.
pub fn run(args: &Arguments, with_bodies: bool) -> bool {
    let root = args.goroot.as_path();
    let mut packages = Vec::new();
    if args.suite.as_deref() == Some("cmd") {
        collect(&root.join("src/cmd"), &mut PathBuf::from("cmd"), &mut packages);
    } else {
        collect(&root.join("src"), &mut PathBuf::new(), &mut packages);
    }
    packages.sort();
    let own_root = root.to_owned();
    let world = World::new(Box::new(move |path| goroot::load(&own_root, path)));
    let begin = Instant::now();
    let (mut errors, mut dirty, mut count) = (0, 0, 0);
    for path in packages {
        if args.filter.as_ref().is_some_and(|f| !path.contains(f.as_str())) {
            continue;
        }
        // Package builtin is documentation: its functions have no bodies.
        if path == "builtin" {
            continue;
        }
        let Ok(files) = goroot::load(root, &path) else { continue };
        count += 1;
        let key = PkgKey(Name::new(&path));
        let options = Options { go_minor: 27, natives: true };
        let package = world.declare(key, files, options);
        let problems = if with_bodies {
            world.check_bodies(package.into()).problems
        } else {
            let mut package = package;
            package.bodies.clear();
            let checked = world.check_bodies(package.into());
            checked.problems.into_iter().filter(|p| p.code != "UnusedImport").collect()
        };
        if problems.is_empty() {
            continue;
        }
        dirty += 1;
        errors += problems.len();
        if args.verbose {
            let files = goroot::load(root, &path).map(|mut f| {
                f.sort();
                f
            });
            for problem in &problems {
                let place = files.as_ref().ok().and_then(|f| f.get(problem.file)).map(|(name, text)| {
                    let at = LineIndex::new(text).byte_line_col(problem.range.start);
                    format!("{name}:{}:{}", at.line + 1, at.col + 1)
                });
                println!("{path}/{}: {} {}", place.unwrap_or_default(), problem.code, problem.message);
            }
        }
    }
    let what = if with_bodies { "with bodies" } else { "declarations" };
    println!("C4 {what}: {errors} errors in {dirty} of {count} packages, {:.1} s", begin.elapsed().as_secs_f64());
    errors == 0
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
