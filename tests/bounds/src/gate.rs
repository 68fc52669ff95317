//! The runs, what they say of tightness, and the mutants.

use std::collections::BTreeSet;

use amigos_gas::{Cost, Root};
use amigos_vm::engine::Callable;
use amigos_vm::outcome::Outcome;
use amigos_vm::value::GuestValue;

use crate::inputs::{Input, Random};
use crate::sizes::Sizes;
use crate::world::{Memory, Package, WRAPPERS, World, texts_in};

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
    /// The smallest of all ratios, searched ones included.
    pub least: u64,
    /// Its bound, and the terms of it that can be left out, be halved, or be one gas lower per unit without any run showing it.
    pub bound: String,
    pub survivors: [String; 3],
    /// Terms of its bound, and how many of the mutants that lack a half of one, the whole of one, or one gas of one are caught.
    pub mutants: [(u64, u64); 3],
    /// How many of them are caught in states that calls lead to.
    pub by_calls: [u64; 3],
}

/// What the gate found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Runs.
    pub runs: u64,
    /// Runs above their bound.
    pub violations: u64,
    /// Runs above their bound by no more than what passing over deleted entries of maps can cost, which bounds do not count.
    pub passed_over: u64,
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
    /// Functions of the standard library that have a wrapper of their own: bounded, all.
    pub library: (u64, u64),
    /// The natives that functions come to which were run.
    pub natives: BTreeSet<String>,
    /// Bounds whose value could not be said.
    pub unknown: u64,
}

/// States of a package in a run of the whole gate.
const STATES: u64 = 56;
/// Calls that cost more are made only now and then.
const DEAR: u64 = 1_000_000;

/// Runs every bounded function `runs` times. `only`: functions whose name has this part.
pub fn run(world: &World, runs: u64, only: &str) -> Report {
    let mut report = Report::default();
    for package in &world.packages {
        for (name, bound) in &package.exported {
            let count = match (package.corpus, package.name == WRAPPERS) {
                (_, true) => &mut report.library,
                (true, _) => &mut report.corpus,
                _ => &mut report.contracts,
            };
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
    let mut found: Vec<(&Callable, Function)> = Vec::new();
    for callable in &package.callables {
        let full = format!("{}.{}", package.key.0, callable.name);
        if let Some(Ok(bound)) = package.bounds.get(&callable.name)
            && full.contains(only)
        {
            let wild = package.takes_any_number(&callable.name);
            found.push((callable, Function::new(package, full, bound, wild)));
        }
    }
    if found.is_empty() {
        return;
    }
    let states = STATES.min(runs.max(1));
    for round in 0..states {
        let mut random = Random::new(round * 7919 + package.key.0.len() as u64);
        let largest = [3, 8, 20, 40, 60, 120, 250][(round % 7) as usize];
        let calls = [0, 12, 60, 150, 400, 1_000, 2_000][(round % 7) as usize];
        // A sample has to do with less.
        let calls = if runs < 1_000 { calls.min(240) } else { calls };
        // Of four states calls lead to two, something is full in one of these; two are filled as their types allow.
        let filled = round % 4 > 1 && !package.library;
        let mut owner = None;
        let mut of_sender = |(state, who)| {
            owner = Some(who);
            state
        };
        let state = match round % 4 {
            0 => world.state(package, &mut random, calls, largest),
            1 => world.full_state(package, &mut random, calls, largest, round / 4),
            // In every second one all parts are of one size.
            2 => of_sender(world.filled_state(package, &mut random, -(round as i64 / 4 % 2))),
            _ => of_sender(world.filled_state(package, &mut random, round as i64 / 4 + 1)),
        };
        let values = world.values(&state);
        let known = texts_in(&values, package.key.0.as_str());
        let share = runs / states + u64::from(round < runs % states);
        for (callable, function) in &mut found {
            function.new_state();
            function.filled = filled;
            // A part of the runs go on from one another: what grows gets to where there is no more room.
            let series = if function.writes { share / 4 } else { 0 };
            for _ in series..share {
                let Some((mut input, mut chosen)) = function.input(world, callable, &mut random, largest) else { break };
                // What is there can be named.
                if random.below(3) == 0 && !known.is_empty() {
                    input.name(&mut random, &known);
                    chosen = false;
                }
                input.sender = owner.filter(|_| random.below(2) == 0).unwrap_or(input.sender);
                if function.run(world, package, callable, (&state, &values), input, chosen, &mut random, report).is_none() {
                    break;
                }
            }
            if series > 0 {
                let Some((input, _)) = function.input(world, callable, &mut random, largest) else { continue };
                function.series(world, package, callable, state.clone(), input, series, &mut random, largest, report);
            }
        }
    }
    for (callable, function) in found {
        if function.measured.runs > 0 {
            report.natives.extend(package.natives.get(&callable.name).into_iter().flatten().cloned());
            report.functions.push(function.done());
        }
    }
}

/// A bound that is lower than the function's, and how near a run came to showing that it is too low.
struct Mutant {
    /// Which term of which way is lower, and by what: half of it, all of it, one gas of its coefficient.
    way: usize,
    term: usize,
    kind: usize,
    caught: bool,
    /// Whether a run in a state that calls lead to caught it.
    by_calls: bool,
    /// The smallest difference between such a bound and the gas of a run in this state, and that run.
    nearest: Option<(i128, Input)>,
}

/// A function whose runs are searched for those that cost most.
struct Function<'a> {
    bound: &'a Cost,
    measured: Measured,
    mutants: Vec<Mutant>,
    /// The run with the least slack in this state.
    dearest: Option<(u64, Input)>,
    /// What to try next.
    next: Option<Input>,
    wild: bool,
    /// Whether a run has changed the state.
    writes: bool,
    /// Whether the state is one that was filled.
    filled: bool,
}

/// What came of a run.
enum Ran {
    /// It did well.
    Well(Box<Outcome>),
    /// It failed, or was not made.
    Not,
}

impl<'a> Function<'a> {
    fn new(package: &Package, name: String, bound: &'a Cost, wild: bool) -> Function<'a> {
        let class = if package.corpus { package.name.clone() } else { "contracts".to_owned() };
        let terms = bound.ways().iter().enumerate().flat_map(|(way, p)| (0..p.terms().count()).map(move |term| (way, term)));
        let mutants =
            terms.flat_map(|(way, term)| (0..3).map(move |kind| Mutant { way, term, kind, caught: false, by_calls: false, nearest: None }));
        let measured = Measured { class, name, least: u64::MAX, bound: bound.to_string(), ..Measured::default() };
        Function { bound, measured, mutants: mutants.collect(), dearest: None, next: None, wild, writes: false, filled: false }
    }

    /// In another state nothing is known of how near a run comes: the inputs are tried again.
    fn new_state(&mut self) {
        for mutant in &mut self.mutants {
            if let Some((near, _)) = &mut mutant.nearest {
                *near = i128::MAX;
            }
        }
        if let Some((ratio, _)) = &mut self.dearest {
            *ratio = u64::MAX;
        }
    }

    /// What to call it with: something new (and whether it is), or what came near to the bound, changed a little.
    fn input(&mut self, world: &World, callable: &Callable, random: &mut Random, largest: u64) -> Option<(Input, bool)> {
        if let Some(input) = self.next.take() {
            return Some((input, true));
        }
        let open: Vec<&Mutant> = self.mutants.iter().filter(|m| !m.caught && m.nearest.is_some()).collect();
        let near = match random.below(3) {
            0 => None,
            1 => open.get(random.below(open.len() as u64) as usize).and_then(|m| m.nearest.as_ref()).map(|(_, input)| input),
            _ => self.dearest.as_ref().map(|(_, input)| input),
        };
        let Some(near) = near else { return world.input(callable, random, largest, self.wild).map(|input| (input, true)) };
        let mut input = near.clone();
        for _ in 0..random.below(3) {
            input.change(random, &callable.params, largest, self.wild);
        }
        Some((input, false))
    }

    /// Runs it once; what came of it. `None` if it cannot be run.
    #[expect(clippy::too_many_arguments)]
    fn run(
        &mut self,
        world: &World,
        package: &Package,
        callable: &Callable,
        (state, values): (&Memory, &[(String, GuestValue)]),
        input: Input,
        chosen: bool,
        random: &mut Random,
        report: &mut Report,
    ) -> Option<Ran> {
        let sizes = Sizes { states: values, args: &input.args };
        let Some(allowed) = self.bound.evaluate(&|a| sizes.of(a)) else {
            report.unknown += 1;
            return Some(Ran::Not);
        };
        if allowed > DEAR && self.measured.runs > 20 && random.below(40) > 0 {
            // The same with small arguments.
            self.next = Some(world.input(callable, random, 3, self.wild)?);
            return Some(Ran::Not);
        }
        let outcome = world.call(package, &callable.name, state, &input)?;
        if outcome.error.as_ref().is_some_and(|e| e.kind == amigos_vm::outcome::ErrorKind::BadCall) {
            return Some(Ran::Not);
        }
        report.runs += 1;
        let gas = outcome.gas_used;
        self.measured.runs += 1;
        self.writes |= !outcome.writes.is_empty();
        // What was searched for says nothing of what is usual.
        if chosen && !self.filled && self.measured.ratios.len() < 10_000 {
            self.measured.ratios.push(allowed.saturating_mul(1000) / gas.max(1));
        }
        self.mutate(&sizes, allowed, gas, &input);
        // What is assumed of a state: nothing was deleted from its maps.
        if gas > allowed && gas <= allowed + state.deleted() {
            report.passed_over += 1;
        } else if gas > allowed {
            report.violations += 1;
            if report.examples.len() < 60 && !report.examples.iter().any(|e| e.function == self.measured.name) {
                report.examples.push(Violation {
                    function: self.measured.name.clone(),
                    bound: self.bound.to_string(),
                    allowed,
                    gas,
                    args: serde_json::Value::Array(input.args).to_string().chars().take(200).collect(),
                });
            }
        }
        Some(if outcome.is_ok() { Ran::Well(Box::new(outcome)) } else { Ran::Not })
    }

    /// Runs it again and again, each time in the state that the last run left.
    #[expect(clippy::too_many_arguments)]
    fn series(
        &mut self,
        world: &World,
        package: &Package,
        callable: &Callable,
        mut state: Memory,
        mut input: Input,
        runs: u64,
        random: &mut Random,
        largest: u64,
        report: &mut Report,
    ) {
        if random.below(2) == 0 {
            input.widen(random, largest, self.wild);
        }
        let named: BTreeSet<&str> = self
            .bound
            .atoms()
            .filter_map(|a| match a.path()?.root {
                Root::Global(pkg, _) => Some(pkg.0.as_str()),
                Root::Param(..) => None,
            })
            .collect();
        let vary = random.below(3) == 0;
        for _ in 0..runs {
            let values = world.values_of(&state, &|key| named.contains(key.0.as_str()));
            match self.run(world, package, callable, (&state, &values), input.clone(), false, random, report) {
                Some(Ran::Well(outcome)) => state.commit(&outcome),
                Some(Ran::Not) => input.change(random, &callable.params, largest, self.wild),
                None => return,
            }
            if vary {
                input.change(random, &callable.params, largest, self.wild);
            }
        }
        // Those inputs were for other states.
        self.new_state();
    }

    /// Which mutants of the bound this run catches.
    fn mutate(&mut self, sizes: &Sizes, allowed: u64, gas: u64, input: &Input) {
        let ratio = allowed.saturating_mul(1000) / gas.max(1);
        self.measured.least = self.measured.least.min(ratio);
        if self.dearest.as_ref().is_none_or(|(old, _)| ratio < *old) {
            self.dearest = Some((ratio, input.clone()));
        }
        let filled = self.filled;
        let settled = |m: &Mutant| m.caught && (m.by_calls || filled);
        if self.mutants.iter().all(settled) {
            return;
        }
        let size = |a: &amigos_gas::Atom| sizes.of(a);
        let ways: Vec<(u64, Vec<(u64, u64)>)> =
            self.bound.ways().iter().map(|p| (p.evaluate(&size).unwrap_or(u64::MAX), p.term_values(&size))).collect();
        for mutant in self.mutants.iter_mut().filter(|m| !settled(m)) {
            let Some((whole, (one, value))) = ways.get(mutant.way).and_then(|(v, terms)| Some((v, terms.get(mutant.term)?))) else {
                continue;
            };
            let lower = [value / 2, *value, *one][mutant.kind];
            if lower == 0 {
                continue;
            }
            // The other ways stay as they are.
            let others = ways.iter().enumerate().filter(|(at, _)| *at != mutant.way).map(|(_, (v, _))| *v).max().unwrap_or(0);
            let over = i128::from(whole.saturating_sub(lower).max(others)) - i128::from(gas);
            mutant.caught |= over < 0;
            mutant.by_calls |= over < 0 && !filled;
            if mutant.nearest.as_ref().is_none_or(|(near, _)| over < *near) {
                mutant.nearest = Some((over, input.clone()));
            }
        }
    }

    fn done(mut self) -> Measured {
        for (i, count) in self.measured.mutants.iter_mut().enumerate() {
            let of = || self.mutants.iter().filter(|m| m.kind == i);
            *count = (of().filter(|m| m.caught).count() as u64, of().count() as u64);
            self.measured.by_calls[i] = of().filter(|m| m.by_calls).count() as u64;
            let terms: Vec<String> =
                of().filter(|m| !m.caught).map(|m| self.bound.ways().get(m.way).map(|p| p.term_text(m.term)).unwrap_or_default()).collect();
            self.measured.survivors[i] = terms.join(", ");
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
        self.functions.iter().filter(|m| m.class != WRAPPERS).fold((0, 0), |(a, b), m| (a + m.mutants[kind].0, b + m.mutants[kind].1))
    }

    /// The mutants of one kind that were caught in states that calls lead to, in per cent.
    fn caught_by_calls(&self, kind: usize) -> f64 {
        let of = self.functions.iter().filter(|m| m.class != WRAPPERS);
        percent(of.fold((0, 0), |(a, b), m| (a + m.by_calls[kind], b + m.mutants[kind].1)))
    }

    /// The report in words; `detail`: a line for each function.
    pub fn text(&self, detail: bool) -> String {
        let mut out = String::new();
        if detail {
            for m in &self.functions {
                out += &format!(
                    "{:9} {:60} {:6} runs  p50 {:7.2}  p95 {:7.2}  least {:5.2}  caught {:?}\n    ≤ {}\n",
                    m.class,
                    m.name,
                    m.runs,
                    median(&m.ratios, 50),
                    median(&m.ratios, 95),
                    m.least as f64 / 1000.0,
                    m.mutants,
                    m.bound,
                );
                for (what, of) in ["half of", "all of", "one gas of"].iter().zip(&m.survivors).filter(|(_, of)| !of.is_empty()) {
                    out += &format!("    not caught without {what}: {of}\n");
                }
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
            let caught = |kind: usize| percent(of.iter().fold((0, 0), |(a, b), m| (a + m.mutants[kind].0, b + m.mutants[kind].1)));
            out += &format!(
                "{class:10} {:4} functions  median bound/measured {:.2}  mutants caught: without a term {:.0} %, with half of it {:.0} %, with one gas less {:.0} %\n",
                of.len(),
                self.tightness(&|m| m.class == class),
                caught(1),
                caught(0),
                caught(2),
            );
        }
        let priced = amigos_std::natives();
        let missing: Vec<String> =
            priced.iter().map(|n| format!("{}.{}", n.package, n.full_name())).filter(|n| !self.natives.contains(n)).collect();
        out += &format!(
            "library: {}/{} functions with plain parameters bounded; {} of {} natives are met by runs; not met: {}\n",
            self.library.0,
            self.library.1,
            priced.len() - missing.len(),
            priced.len(),
            missing.join(", ")
        );
        out += &format!(
            "bounds: {} runs of {} functions, {} violations ({} more passed over deleted entries of maps); bounded: contracts {}/{} ({:.1} %), corpus {}/{} ({:.1} %); median bound/measured {:.2} \
             (straight and linear {:.2}); mutants caught: without a term {:.1} %, with half of it {:.1} %, with one gas less {:.1} % (in states that calls lead to {:.1}, {:.1}, {:.1} %); \
             {} not evaluated\n",
            self.runs,
            self.functions.len(),
            self.violations,
            self.passed_over,
            self.contracts.0,
            self.contracts.1,
            percent(self.contracts),
            self.corpus.0,
            self.corpus.1,
            percent(self.corpus),
            self.tightness(&|m| m.class != WRAPPERS),
            self.tightness(&|m| matches!(m.class.as_str(), "straight" | "linear")),
            percent(self.mutants(1)),
            percent(self.mutants(0)),
            percent(self.mutants(2)),
            self.caught_by_calls(1),
            self.caught_by_calls(0),
            self.caught_by_calls(2),
            self.unknown,
        );
        out
    }
}
