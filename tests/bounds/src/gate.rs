//! The runs, what they say of tightness, and the mutants.

use std::collections::BTreeMap;

use amigos_gas::Poly;

use crate::inputs::Random;
use crate::sizes::Sizes;
use crate::world::{Package, World};

/// A run that cost more than its bound.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Package and function.
    pub function: String,
    /// The bound and its value.
    pub bound: String,
    /// Its value.
    pub allowed: u64,
    /// What was charged.
    pub gas: u64,
    /// The arguments.
    pub args: String,
}

/// What was found of one function.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// The class: of the corpus the package's name.
    pub class: String,
    /// Package and function.
    pub name: String,
    /// Runs.
    pub runs: u64,
    /// Bound divided by gas, per mille, of each run (of the first ten thousand).
    pub ratios: Vec<u64>,
    /// Terms of its bound, and how many of the mutants that lack a half of one, the whole of one, or one gas of one are caught.
    pub mutants: [(u64, u64); 3],
}

/// What the gate found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Runs.
    pub runs: u64,
    /// Runs above their bound.
    pub violations: u64,
    /// The first ones.
    pub examples: Vec<Violation>,
    /// By function.
    pub functions: Vec<Measured>,
    /// Functions without bound: package and function, and the reason.
    pub unbounded: Vec<(String, String, bool)>,
    /// Exported functions and methods of the contracts: bounded, all.
    pub contracts: (u64, u64),
    /// Functions of the corpus: bounded, all.
    pub corpus: (u64, u64),
    /// Bounds whose value could not be said.
    pub unknown: u64,
}

/// How many runs share a state.
const STATES: u64 = 24;

/// Runs every bounded function `runs` times. `only`: functions whose name has this part.
pub fn run(world: &World, runs: u64, only: &str) -> Report {
    let mut report = Report::default();
    for package in &world.packages {
        for (name, bound) in &package.exported {
            let count = if package.corpus { &mut report.corpus } else { &mut report.contracts };
            count.1 += 1;
            match bound {
                Ok(_) => count.0 += 1,
                Err(reason) => report.unbounded.push((format!("{}.{name}", package.key.0), reason.clone(), package.corpus)),
            }
        }
        package_runs(world, package, runs, only, &mut report);
    }
    report
}

fn package_runs(world: &World, package: &Package, runs: u64, only: &str, report: &mut Report) {
    let mut found: BTreeMap<&str, Function> = BTreeMap::new();
    for callable in &package.callables {
        let full = format!("{}.{}", package.key.0, callable.name);
        if let Some(Ok(bound)) = package.bounds.get(&callable.name)
            && full.contains(only)
        {
            found.insert(&callable.name, Function::new(package, full, bound));
        }
    }
    if found.is_empty() {
        return;
    }
    let states = STATES.min(runs.max(1));
    for round in 0..states {
        let mut random = Random::new(round * 7919 + package.key.0.len() as u64);
        let largest = [3, 8, 20, 40, 60][(round % 5) as usize];
        let state = world.state(package, &mut random, [0, 12, 60, 150, 300, 600][(round % 6) as usize], largest);
        let values = world.values(&state);
        for callable in &package.callables {
            let Some(function) = found.get_mut(callable.name.as_str()) else { continue };
            let share = runs / states + u64::from(round < runs % states);
            for _ in 0..share {
                let Some((outcome, args)) = world.call(package, callable, &state, &mut random, largest) else { break };
                if outcome.error.as_ref().is_some_and(|e| e.kind == amigos_vm::outcome::ErrorKind::BadCall) {
                    continue;
                }
                report.runs += 1;
                let sizes = Sizes { states: &values, args: &args };
                let Some(allowed) = function.bound.evaluate(&|a| sizes.of(a)) else {
                    report.unknown += 1;
                    continue;
                };
                let gas = outcome.gas_used;
                function.mutate(&sizes, allowed, gas);
                function.measured.runs += 1;
                if function.measured.ratios.len() < 10_000 {
                    function.measured.ratios.push(allowed.saturating_mul(1000) / gas.max(1));
                }
                if gas > allowed {
                    report.violations += 1;
                    if report.examples.len() < 60 && !report.examples.iter().any(|e| e.function == function.measured.name) {
                        report.examples.push(Violation {
                            function: function.measured.name.clone(),
                            bound: function.bound.to_string(),
                            allowed,
                            gas,
                            args: serde_json::Value::Array(args).to_string().chars().take(200).collect(),
                        });
                    }
                }
            }
        }
    }
    for function in found.into_values().filter(|f| f.measured.runs > 0) {
        report.functions.push(function.done());
    }
}

struct Function<'a> {
    bound: &'a Poly,
    measured: Measured,
    /// For each term: caught without half of it, without all of it, with one gas less.
    caught: Vec<[bool; 3]>,
}

impl<'a> Function<'a> {
    fn new(package: &Package, name: String, bound: &'a Poly) -> Function<'a> {
        let class = if package.corpus { package.name.clone() } else { "contracts".to_owned() };
        let caught = bound.terms().map(|_| [false; 3]).collect();
        Function { bound, measured: Measured { class, name, ..Measured::default() }, caught }
    }

    /// Which mutants of the bound this run catches.
    fn mutate(&mut self, sizes: &Sizes, allowed: u64, gas: u64) {
        for ((term, value), caught) in self.bound.term_values(&|a| sizes.of(a)).into_iter().zip(&mut self.caught) {
            caught[0] |= gas > allowed.saturating_sub(value / 2);
            caught[1] |= gas > allowed.saturating_sub(value);
            caught[2] |= gas > allowed.saturating_sub(term);
        }
    }

    fn done(mut self) -> Measured {
        for (i, count) in self.measured.mutants.iter_mut().enumerate() {
            *count = (self.caught.iter().filter(|c| c[i]).count() as u64, self.caught.len() as u64);
        }
        self.measured.ratios.sort_unstable();
        self.measured
    }
}

fn percent((part, all): (u64, u64)) -> f64 {
    part as f64 * 100.0 / all.max(1) as f64
}

fn median(sorted: &[u64], at: usize) -> f64 {
    sorted.get(sorted.len() * at / 100).or(sorted.last()).map_or(0.0, |r| *r as f64 / 1000.0)
}

impl Report {
    /// The median of the functions' median ratios, for those of which `f` holds.
    pub fn tightness(&self, f: &dyn Fn(&Measured) -> bool) -> f64 {
        let mut medians: Vec<u64> =
            self.functions.iter().filter(|m| f(m)).filter_map(|m| m.ratios.get(m.ratios.len() / 2).copied()).collect();
        medians.sort_unstable();
        median(&medians, 50)
    }

    /// The mutants of one kind that were caught, and all.
    pub fn mutants(&self, kind: usize) -> (u64, u64) {
        self.functions.iter().fold((0, 0), |(a, b), m| (a + m.mutants[kind].0, b + m.mutants[kind].1))
    }

    /// The report in words; `detail`: a line for each function.
    pub fn text(&self, detail: bool) -> String {
        let mut out = String::new();
        if detail {
            for m in &self.functions {
                out += &format!(
                    "{:9} {:60} {:6} runs  p50 {:7.2}  p95 {:7.2}  caught {:?}\n",
                    m.class,
                    m.name,
                    m.runs,
                    median(&m.ratios, 50),
                    median(&m.ratios, 95),
                    m.mutants
                );
            }
        }
        for (name, reason, _) in &self.unbounded {
            out += &format!("no bound: {name}: {reason}\n");
        }
        for v in &self.examples {
            out += &format!("VIOLATION {}: {} gas, bound {} = {}; arguments {}\n", v.function, v.gas, v.allowed, v.bound, v.args);
        }
        let mut classes: Vec<&str> = self.functions.iter().map(|m| m.class.as_str()).collect();
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            let of: Vec<&Measured> = self.functions.iter().filter(|m| m.class == class).collect();
            out += &format!("{class:10} {:4} functions  median bound/measured {:.2}\n", of.len(), self.tightness(&|m| m.class == class));
        }
        out += &format!(
            "bounds: {} runs of {} functions, {} violations; bounded: contracts {}/{} ({:.1} %), corpus {}/{} ({:.1} %); median bound/measured {:.2} \
             (straight and linear {:.2}); mutants caught: without a term {:.1} %, with half of it {:.1} %, with one gas less {:.1} %; {} not evaluated\n",
            self.runs,
            self.functions.len(),
            self.violations,
            self.contracts.0,
            self.contracts.1,
            percent(self.contracts),
            self.corpus.0,
            self.corpus.1,
            percent(self.corpus),
            self.tightness(&|_| true),
            self.tightness(&|m| matches!(m.class.as_str(), "straight" | "linear")),
            percent(self.mutants(1)),
            percent(self.mutants(0)),
            percent(self.mutants(2)),
            self.unknown,
        );
        out
    }
}
