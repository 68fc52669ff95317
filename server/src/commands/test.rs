//! `amigos test`: `Test*` and `Example*` with `// Output:`, in the virtual machine, each in fresh state.

use std::path::PathBuf;
use std::time::Instant;

use amigos_ide::Analysis;
use amigos_vm::engine::{Engine, RunLimits, TestRun};
use amigos_vm::value::GuestKind;
use serde_json::{Value, json};

use crate::cli::{self, Done, JsonArg, ProfileArg, Stop};
use crate::lines::{self, Costs};
use crate::program::{self, Variant};
use crate::project::{self, shown_path};
use crate::render::{Style, grouped, plural};
use crate::testing::{Case, cases_of};
use crate::workspace::PackageFolder;

/// Gas of one test: a hundred blocks.
const TEST_GAS: u64 = 1_000_000_000;

/// Options of `amigos test`.
#[derive(clap::Args)]
pub struct Options {
    /// Packages: folders; the current one if none is given
    paths: Vec<PathBuf>,
    /// Only tests whose name contains this
    #[arg(long)]
    run: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// What became of a test.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// `TestX`, `ExampleX`.
    pub name: String,
    /// `pass`, `fail` or `skip`.
    pub status: &'static str,
    /// Gas used.
    pub gas: u64,
    /// Milliseconds.
    pub elapsed_ms: u64,
    /// What it said, or why it failed.
    pub output: String,
    /// What each line of the package cost, where that was asked for.
    pub lines: Costs,
}

/// Runs the tests.
pub fn run(options: &Options) -> Done {
    let mut project = project::open(&cli::or_here(&options.paths), ProfileArg::Contract)?;
    crate::network::fetch_imports(&mut project, "");
    super::run::report_errors(&project)?;
    let analysis = project.host.analysis();
    let style = Style::of_stdout();
    let mut all: Vec<(String, Verdict)> = Vec::new();
    for folder in &project.asked {
        let Some(package) = project.workspace.folder(folder) else { continue };
        let Some(identity) = project.workspace.package_key_of(&folder.join("x.go").to_string_lossy()) else { continue };
        let verdicts =
            of_package(&analysis, &identity, package, options.run.as_deref().unwrap_or_default(), false).map_err(Stop::failed)?;
        if !options.json.json {
            print_package(&shown_path(folder), &verdicts, style);
        }
        all.extend(verdicts.into_iter().map(|verdict| (identity.clone(), verdict)));
    }
    if options.json.json {
        let tests: Vec<Value> = all
            .iter()
            .map(|(package, v)| json!({ "package": package, "name": v.name, "status": v.status, "gas": v.gas, "elapsed_ms": v.elapsed_ms, "output": v.output }))
            .collect();
        println!("{}", json!({ "tests": tests }));
    }
    Ok(i32::from(all.iter().any(|(_, verdict)| verdict.status == "fail")))
}

/// Runs the tests of one package whose names contain `filter`; with `lines` also says what each line cost, which takes longer.
pub fn of_package(analysis: &Analysis, identity: &str, package: &PackageFolder, filter: &str, lines: bool) -> Result<Vec<Verdict>, String> {
    let mut verdicts = Vec::new();
    for variant in [Variant::Tests, Variant::ExternalTests] {
        let cases: Vec<Case> =
            cases_of(package, variant == Variant::ExternalTests).into_iter().filter(|case| case.name.contains(filter)).collect();
        if cases.is_empty() {
            continue;
        }
        let key = program::key(identity, variant);
        let engine = program::engine(analysis, key)?;
        verdicts.extend(cases.iter().map(|case| one(&engine, key, case, lines)));
    }
    Ok(verdicts)
}

fn one(engine: &Engine, package: amigos_types::ty::PkgKey, case: &Case, lines: bool) -> Verdict {
    let started = Instant::now();
    let outcome = engine.run_test_with(
        package,
        &case.name,
        &TestRun { limits: RunLimits { gas: TEST_GAS, ..RunLimits::default() }, trace: lines, ..TestRun::default() },
    );
    let elapsed_ms = started.elapsed().as_millis() as u64;
    let text = |at: usize| match outcome.results.get(at).map(|value| &value.kind) {
        Some(GuestKind::String(text)) => Some(text.clone()),
        _ => None,
    };
    let (status, output) = match (&outcome.error, &case.output) {
        (Some(error), _) => ("fail", format!("{}{error}\n", outcome.output)),
        (None, Some(expected)) if expected.fits(&outcome.output) => ("pass", String::new()),
        (None, Some(expected)) => ("fail", format!("got:\n{}\nwant:\n{}\n", outcome.output.trim(), expected.text)),
        (None, None) => {
            let status = match text(0).as_deref() {
                Some("PASS") | None => "pass",
                Some("SKIP") => "skip",
                Some(_) => "fail",
            };
            (status, outcome.output.clone() + &text(1).unwrap_or_default())
        }
    };
    let lines =
        outcome.trace.as_ref().map(|trace| lines::of_trace(trace, package.0.as_str(), engine.code_lines(package))).unwrap_or_default();
    Verdict { name: case.name.clone(), status, gas: outcome.gas_used, elapsed_ms, output, lines }
}

fn print_package(place: &str, verdicts: &[Verdict], style: Style) {
    if verdicts.is_empty() {
        println!("{place}: no tests");
        return;
    }
    let count = |status: &str| verdicts.iter().filter(|verdict| verdict.status == status).count() as u64;
    for verdict in verdicts.iter().filter(|verdict| verdict.status == "fail") {
        println!("{} {} · gas {}", style.level("error", "FAIL"), verdict.name, grouped(verdict.gas));
        for line in verdict.output.lines() {
            println!("    {line}");
        }
    }
    let skipped = if count("skip") > 0 { format!(", {} skipped", count("skip")) } else { String::new() };
    let elapsed: u64 = verdicts.iter().map(|verdict| verdict.elapsed_ms).sum();
    println!("{place}: {} passed, {} failed{skipped} · {} ms", plural(count("pass"), "test"), count("fail"), grouped(elapsed));
}
