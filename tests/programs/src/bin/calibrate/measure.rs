//! Loops of instructions and natives, run and timed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use amigos_mir::query::OwnedProgram;
use amigos_vm::engine::Engine;
use anyhow::{Result, bail};
use program_conformance::machine::Workbench;

use crate::entries::{self, Entry};

const INSTRUCTIONS: &str = include_str!("../../../gas/instructions.go");
const HELPERS: &str = include_str!("../../../gas/helpers.go");
/// Gas of one run of a loop, about: it takes a millisecond or two, so that some of the rounds are not interrupted.
const RUN: f64 = 1_500_000.0;
/// Iterations with which a loop's gas is found.
const TRIAL: u64 = 8;
/// How often the body stands in the loop, where it is an instruction.
const TIMES: usize = 8;

/// What was found: of one entry, done once.
pub struct Measured {
    /// Its name.
    pub name: String,
    /// Gas.
    pub gas: f64,
    /// Nanoseconds.
    pub ns: f64,
}

/// Measures instructions.
pub fn instructions(filter: &str, rounds: usize) -> Result<Vec<Measured>> {
    let entries = entries::instructions()?;
    let functions: String = entries.iter().enumerate().map(|(i, e)| e.functions(i, TIMES)).collect();
    let mut bench = Workbench::new(u64::MAX / 2);
    let numbered = entries.iter().enumerate().filter(|(_, e)| e.name.contains(filter));
    numbered
        .map(|(i, e)| {
            let text = |call: &str, n: u64| format!("{INSTRUCTIONS}\n{functions}\nfunc main() {{ {call}{i}({n}) }}\n");
            one(&mut bench, e, rounds, TIMES, text)
        })
        .collect()
}

/// Measures natives; and says which ones have no entry.
pub fn natives(filter: &str, rounds: usize) -> Result<(Vec<Measured>, Vec<String>)> {
    let entries = entries::natives()?;
    let packages: BTreeSet<&str> = entries.iter().map(|e| e.package).collect();
    let mut files = Vec::new();
    for package in &packages {
        let functions = entries.iter().enumerate().filter(|(_, e)| e.package == *package).map(|(i, e)| e.functions(i, 1));
        let name = package.rsplit('/').next().unwrap_or(package);
        let more = if *package == "math/big" { "func calInt(n int) *Int { return new(Int).SetBytes([]byte(calNumber(n))) }\n" } else { "" };
        let text = format!("package {name}\n\n{HELPERS}\n{more}\n{}", functions.collect::<String>());
        files.push((*package, "calibrate.go", text));
    }
    let mut bench = Workbench::with_library(u64::MAX / 2, &files)?;
    let mut measured = Vec::new();
    for (i, e) in entries.iter().enumerate().filter(|(_, e)| e.name.contains(filter)) {
        let text = |call: &str, n: u64| format!("package main\n\nimport p \"{}\"\n\nfunc main() {{ p.{call}{i}({n}) }}\n", e.package);
        measured.push(one(&mut bench, e, rounds, 1, text)?);
    }
    let known: BTreeSet<(&str, &str)> = entries.iter().map(|e| (e.package, e.native)).collect();
    let missing = amigos_std::natives().iter().filter(|n| !known.contains(&(n.package, n.full_name().as_str())));
    Ok((measured, missing.map(|n| format!("{}.{}", n.package, n.full_name())).collect()))
}

fn one(bench: &mut Workbench, entry: &Entry, rounds: usize, times: usize, text: impl Fn(&str, u64) -> String) -> Result<Measured> {
    let mut compiled = |call: &str, n: u64| -> Result<Arc<OwnedProgram>> {
        bench
            .compile(&text(call, n))
            .map_err(|why| anyhow::anyhow!("{}: {why}\n{}", entry.name, text(call, n).lines().last().unwrap_or_default()))
    };
    let programs = [compiled("CalLoop", TRIAL)?, compiled("CalLoop", 2 * TRIAL)?, compiled("CalLoop", 0)?];
    let gas: Vec<f64> = programs.into_iter().map(|p| Ok(run(bench, entry, &Engine::new(p))?.0)).collect::<Result<_>>()?;
    let each = ((gas[1] - gas[0]) / TRIAL as f64).max(1.0);
    let n = ((RUN / each) as u64).max(TRIAL);
    let mut compiled = |call: &str| -> Result<Engine> {
        Ok(Engine::new(bench.compile(&text(call, n)).map_err(|why| anyhow::anyhow!("{}: {why}", entry.name))?))
    };
    let engines = [compiled("CalLoop")?, compiled("CalNone")?];
    let mut least = [(0.0, f64::MAX); 2];
    for _ in 0..rounds.max(1) {
        for (engine, least) in engines.iter().zip(&mut least) {
            let (gas, ns) = run(bench, entry, engine)?;
            *least = (gas, least.1.min(ns));
        }
    }
    let count = (n as usize * times) as f64;
    Ok(Measured { name: entry.name.clone(), gas: (least[0].0 - least[1].0) / count, ns: ((least[0].1 - least[1].1) / count).max(0.001) })
}

/// Measures time: by the clock, but where that is long enough to be interrupted the processor time of this thread, where the system tells.
pub struct Clock {
    begin: Instant,
    spent: Option<f64>,
}

impl Clock {
    /// Begins now.
    pub fn start() -> Clock {
        Clock { spent: spent(), begin: Instant::now() }
    }

    /// Nanoseconds since then.
    pub fn ns(&self) -> f64 {
        const LONG: f64 = 8e6;
        let wall = self.begin.elapsed().as_nanos() as f64;
        match (self.spent, spent()) {
            (Some(before), Some(now)) if wall > LONG => now - before,
            _ => wall,
        }
    }
}

/// The processor time of this thread in nanoseconds, if the system tells.
fn spent() -> Option<f64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

fn run(bench: &Workbench, entry: &Entry, engine: &Engine) -> Result<(f64, f64)> {
    let clock = Clock::start();
    let outcome = bench.outcome(engine, u64::MAX / 2);
    let ns = clock.ns();
    if let Some(error) = outcome.error {
        bail!("{}: {error}", entry.name);
    }
    Ok((outcome.gas_used as f64, ns))
}
