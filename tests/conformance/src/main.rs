//! `cargo xtask conformance`: our front end beside the real Go's, on Go's own sources and on broken versions of them.
//!
//! It may never hold an expectation of its own: what is right is what the pinned Go toolchain says. Nothing of that
//! toolchain's sources is copied; they are read where they are installed. Start reading at `report.rs` (what a suite says), `syntax.rs` (the
//! parser) and `types_suite.rs` (the type checker).

mod apidiff_suite;
mod codes_suite;
mod comments;
mod constants_suite;
mod crash_suite;
mod errorcheck_suite;
mod facts_suite;
mod format_suite;
mod goroot;
mod halftyped_suite;
mod incremental_suite;
mod lab;
mod mutant_suite;
mod noise_suite;
mod oracle;
mod our_facts;
mod prefix_suite;
mod report;
mod shapes_suite;
mod speed_suite;
mod std_suite;
mod stdapi_suite;
mod syntax;
mod types_suite;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;

use report::Report;

/// Compares our front end with the real Go's.
#[derive(Parser, Clone)]
struct Arguments {
    /// The Go installation to compare with
    #[arg(long)]
    goroot: PathBuf,
    /// The `test` folder of Go's sources, for `errorcheck`
    #[arg(long)]
    go_tests: Option<PathBuf>,
    /// Where differences are written to
    #[arg(long, default_value = "target/conformance")]
    out: PathBuf,
    /// Only these suites; without, all but `speed`
    #[arg(long, value_delimiter = ',')]
    suite: Vec<String>,
    /// A part of each suite, the same one in every run
    #[arg(long)]
    sample: bool,
    /// Only units whose name contains this
    #[arg(long)]
    filter: Option<String>,
    /// Print all differences
    #[arg(long, short)]
    verbose: bool,
    /// How many broken or generated programs and constants to compare, in place of the suite's own number
    #[arg(long)]
    count: Option<usize>,
    /// What they are generated from; without, the time (in a sample 1)
    #[arg(long)]
    seed: Option<u64>,
    /// Only check the packages of the list that the suite `speed` wrote, on so many threads, and print the figures
    #[arg(long, hide = true)]
    speed_run: Option<usize>,
}

impl Arguments {
    /// The part of a list that is compared in a sample: every `n`-th.
    fn every<T: Clone>(&self, list: &[T], n: usize) -> Vec<T> {
        list.iter().step_by(if self.sample { n } else { 1 }).cloned().collect()
    }

    /// How many programs to make: all, or those of a sample.
    fn count(&self, all: usize, sample: usize) -> usize {
        self.count.unwrap_or(if self.sample { sample } else { all })
    }

    /// The seed of this run.
    fn seed(&self) -> u64 {
        let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_secs());
        self.seed.unwrap_or_else(|| if self.sample { 1 } else { now() })
    }

    /// Whether a unit of this name is to be compared.
    fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|f| name.contains(f.as_str()))
    }
}

type Suite = fn(&Arguments) -> Result<Report>;

/// The suites, in the order in which they run.
const SUITES: &[(&str, Suite)] = &[
    ("syntax", syntax::run),
    ("constants", constants_suite::run),
    ("format", format_suite::run),
    ("shapes", shapes_suite::run),
    ("types", types_suite::run),
    ("codes", codes_suite::run),
    ("std", std_suite::run),
    ("cmd", std_suite::run_commands),
    ("facts", facts_suite::run),
    ("errorcheck", errorcheck_suite::run),
    ("mutants", mutant_suite::run),
    ("crash", crash_suite::run),
    ("apidiff", apidiff_suite::run),
    ("stdapi", stdapi_suite::run),
    ("noise", noise_suite::run),
    ("prefixes", prefix_suite::run),
    ("incremental", incremental_suite::run),
    ("halftyped", halftyped_suite::run),
    ("speed", speed_suite::run),
];

fn main() -> Result<ExitCode> {
    // Checking recurses with the nesting of the source.
    let worker = std::thread::Builder::new().stack_size(512 << 20).spawn(run)?;
    worker.join().unwrap_or(Ok(ExitCode::from(101)))
}

fn run() -> Result<ExitCode> {
    let mut arguments = Arguments::parse();
    arguments.seed = Some(arguments.seed());
    let arguments = arguments;
    if let Some(threads) = arguments.speed_run {
        return speed_suite::batch(&arguments, threads);
    }
    if let Some(unknown) = arguments.suite.iter().find(|s| SUITES.iter().all(|(name, _)| name != s)) {
        let names: Vec<&str> = SUITES.iter().map(|(name, _)| *name).collect();
        bail!("there is no suite `{unknown}`: there are {}", names.join(", "));
    }
    std::fs::create_dir_all(&arguments.out).with_context(|| format!("cannot make `{}`", arguments.out.display()))?;
    let version = std::fs::read_to_string(arguments.goroot.join("VERSION")).context("there is no Go in this folder")?;
    let what = if arguments.sample { "a sample" } else { "everything" };
    println!("conformance with {}: {what}, seed {}", version.lines().next().unwrap_or_default(), arguments.seed());
    let (mut passed, mut failed) = (0, 0);
    for (name, suite) in SUITES {
        // Times say something of an optimised build only, on a machine that does nothing else.
        let by_name_only = *name == "speed";
        if !arguments.suite.iter().any(|s| s == *name) && (by_name_only || !arguments.suite.is_empty()) {
            continue;
        }
        let begin = Instant::now();
        let good = match suite(&arguments) {
            Ok(report) => report.finish(&arguments, begin.elapsed().as_secs_f64())?,
            Err(error) => {
                println!("{name:<20} FAILED {error:#}");
                false
            }
        };
        *(if good { &mut passed } else { &mut failed }) += 1;
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
