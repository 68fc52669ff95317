//! `cargo xtask bench vm`: the virtual machine beside the installed Go and, with `--peers`, beside other machines: medians of one run each, side by side. The programs
//! of all sides are in `tests/bench/programs` and `tests/peers`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process::{command, env_cargo, in_view_with, quietly};
use crate::project;
use crate::setup::{self, Tool};

/// Medians in nanoseconds, and results, by program and engine, in the order in which they came.
#[derive(Default)]
struct Table {
    programs: Vec<String>,
    engines: Vec<String>,
    cells: BTreeMap<(String, String), (f64, String)>,
}

impl Table {
    /// Takes a line `program, engine, nanoseconds, result`, with tabs between them.
    fn line(&mut self, line: &str) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [program, engine, ns, result] = parts[..] else { return };
        let Ok(ns) = ns.parse() else { return };
        for (list, name) in [(&mut self.programs, program), (&mut self.engines, engine)] {
            if !list.iter().any(|n| n == name) {
                list.push(name.to_owned());
            }
        }
        self.cells.insert((program.to_owned(), engine.to_owned()), (ns, result.to_owned()));
    }

    fn get(&self, program: &str, engine: &str) -> Option<&(f64, String)> {
        self.cells.get(&(program.to_owned(), engine.to_owned()))
    }

    /// One row a program, one column an engine; the factor is to `amigos`.
    fn show(&self) {
        print!("\n{:16}", "");
        self.engines.iter().for_each(|e| print!("{e:>28}"));
        println!();
        for program in &self.programs {
            print!("{program:16}");
            let ours = self.get(program, "amigos").map(|(ns, _)| *ns);
            for engine in &self.engines {
                match (self.get(program, engine), ours) {
                    (None, _) => print!("{:>28}", "-"),
                    (Some((ns, _)), Some(ours)) if engine != "amigos" => print!("{:>28}", format!("{} ({:.2}x)", time(*ns), ns / ours)),
                    (Some((ns, _)), _) => print!("{:>28}", time(*ns)),
                }
            }
            println!();
        }
    }

    /// Programs whose result differs between engines.
    fn different(&self) -> Vec<&String> {
        let differs = |program: &&String| {
            let compared = self.engines.iter().filter(|e| !e.contains("each on its own"));
            let mut results = compared.filter_map(|e| self.get(program, e)).map(|(_, result)| result);
            let first = results.next();
            **program != "transfer" && results.any(|r| Some(r) != first)
        };
        self.programs.iter().filter(differs).collect()
    }
}

fn time(ns: f64) -> String {
    match ns {
        ns if ns < 1e4 => format!("{ns:.0} ns"),
        ns if ns < 1e7 => format!("{:.1} us", ns / 1e3),
        ns => format!("{:.1} ms", ns / 1e6),
    }
}

/// Measures everything `rounds` times and shows the medians.
pub fn run(rounds: usize, peers: bool) -> Result<()> {
    setup::ensure_installed(&[Tool::Go])?;
    let mut table = Table::default();
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["run", "--quiet", "--release", "--package", "amigos-vm", "--features", "jit"]);
    cargo.args(["--example", "bench", "--"]);
    if !in_view_with(cargo.arg(rounds.to_string()), |line| table.line(line))? {
        bail!("the benchmark of the virtual machine did not come to its end");
    }
    go(rounds, &mut table)?;
    if peers {
        let mut cargo = command(env_cargo());
        cargo.current_dir(project::root().join("tests/peers")).args(["run", "--quiet", "--release", "--"]);
        if !in_view_with(cargo.arg(rounds.to_string()), |line| table.line(line))? {
            bail!("the benchmark of the other machines did not come to its end");
        }
    }
    table.show();
    let different = table.different();
    if !different.is_empty() {
        bail!("engines disagree about the results of {different:?}");
    }
    println!("bench vm: {} programs, {} engines, {rounds} rounds; no results differ", table.programs.len(), table.engines.len());
    Ok(())
}

/// Builds each program with the installed Go, beside a file that times it.
fn go(rounds: usize, table: &mut Table) -> Result<()> {
    let goroot = setup::goroot().context("the Go toolchain is installed, but its folder is not where it should be")?;
    let bench = project::root().join("tests/bench");
    let log = project::target_dir().join("bench-vm.log");
    let mut files: Vec<_> = fs::read_dir(bench.join("programs"))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::path);
    for file in files {
        let path = file.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = project::target_dir().join("bench-vm").join(&name);
        fs::create_dir_all(&folder)?;
        copy(&path, &folder.join("main.go"))?;
        copy(&bench.join("timing.go.txt"), &folder.join("timing.go"))?;
        fs::write(folder.join("go.mod"), "module bench\n\ngo 1.27\n")?;
        let mut build = command(goroot.join("bin/go"));
        build
            .current_dir(&folder)
            .args(["build", "-o", "program", "."])
            .env("GOROOT", &goroot)
            .env("GOFLAGS", "-mod=mod")
            .env("GOWORK", "off");
        quietly(&mut build, &log)?;
        let out = command(folder.join("program")).arg(rounds.to_string()).output()?;
        let text = String::from_utf8_lossy(&out.stdout);
        let Some((result, ns)) = text.trim().split_once(' ') else { bail!("`{name}` built with Go said `{text}`") };
        let line = format!("{name}\tgo\t{ns}\t{result}");
        println!("{line}");
        table.line(&line);
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy `{}`", from.display()))?;
    Ok(())
}
