//! `cargo xtask bench gas`: how the prices of the gas table relate to the time that things take on this machine.
//!
//! Each entry is a loop in Go, of an instruction or a native, with usual and with the worst arguments, or a function of a contract that touches state. A loop's time and gas less those of
//! the same loop without the thing give nanoseconds for each gas; prices are proportional where that is the same for all. Start reading at [`measure`].

mod entries;
mod measure;
mod state;

use std::process::ExitCode;

use clap::Parser;

use measure::Measured;

/// Measures instructions, natives and accesses to state, and compares the time with the price.
#[derive(Parser)]
struct Arguments {
    /// How often each thing is measured; the least time counts
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Only entries whose name contains this
    #[arg(long, default_value = "")]
    filter: String,
}

/// The share of entries, in percent, that must be within a factor of two of proportional.
const GATE: f64 = 95.0;
/// No entry may take more time for its gas than so many times the median.
const WORST: f64 = 4.0;

fn main() -> anyhow::Result<ExitCode> {
    // Checking recurses with the nesting of the source.
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(run)?;
    worker.join().unwrap_or(Ok(ExitCode::from(101)))
}

fn run() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut all: Vec<Measured> = Vec::new();
    all.extend(measure::instructions(&arguments.filter, arguments.rounds)?);
    let (natives, missing) = measure::natives(&arguments.filter, arguments.rounds)?;
    all.extend(natives);
    all.extend(state::run(&arguments.filter, arguments.rounds)?);
    let mut ratios: Vec<f64> = all.iter().map(|m| m.ns / m.gas).collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied().unwrap_or(1.0);
    all.sort_by(|a, b| (b.ns / b.gas).total_cmp(&(a.ns / a.gas)));
    println!("{:>9} {:>11} {:>8} {:>7}  entry", "gas", "ns", "ns/gas", "ratio");
    for m in &all {
        println!("{:>9.1} {:>11.1} {:>8.3} {:>7.2}  {}", m.gas, m.ns, m.ns / m.gas, m.ns / m.gas / median, m.name);
    }
    let within = |low: f64, high: f64| all.iter().filter(|m| (low..=high).contains(&(m.ns / m.gas / median))).count();
    let share = 100.0 * within(0.5, 2.0) as f64 / all.len().max(1) as f64;
    let fair = 100.0 * within(0.0, 2.0) as f64 / all.len().max(1) as f64;
    let under = all.iter().filter(|m| m.ns / m.gas / median > WORST).count();
    println!(
        "gas: {} entries, median {median:.3} ns for each gas; within a factor of 2 {share:.1} % (goal {GATE} %), not underpriced by more than 2 {fair:.1} %, \
         underpriced by more than {WORST} {under}; natives without an entry: {}",
        all.len(),
        if missing.is_empty() { "none".to_owned() } else { missing.join(", ") }
    );
    Ok(if under == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
