//! `amigos test`: `Test*`, `Example*` with `// Output:`, and the snippets of doc comments, in the virtual machine, each in fresh state or on the
//! slice of state that was recorded for it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::{self, Done, JsonArg, ProfileArg, Stop};
use crate::profile;
use crate::project::{self, shown_path};
use crate::render::{Style, grouped, plural};
use crate::run_tests::{Coverage, Options as RunOptions, Verdict, coverage, of_package, snippets_of};

/// Options of `amigos test`.
#[derive(clap::Args)]
pub struct Options {
    /// Packages: folders; the current one if none is given
    paths: Vec<PathBuf>,
    /// Only tests whose name contains this
    #[arg(long)]
    run: Option<String>,
    /// Say which lines were run, how often, and at what gas
    #[arg(long)]
    cover: bool,
    /// Write the gas of each test as a flame graph (speedscope.app) to this file
    #[arg(long, value_name = "FILE")]
    gas_profile: Option<PathBuf>,
    #[command(flatten)]
    json: JsonArg,
}

/// Runs the tests.
pub fn run(options: &Options) -> Done {
    let mut project = project::open(&cli::or_here(&options.paths), ProfileArg::Contract)?;
    crate::network::fetch_imports(&mut project, "");
    super::run::report_errors(&project)?;
    let analysis = project.host.analysis();
    let style = Style::of_stdout();
    let how = RunOptions { filter: options.run.clone().unwrap_or_default(), trace: options.cover || options.gas_profile.is_some() };
    let mut all: Vec<(String, Verdict)> = Vec::new();
    let mut covered: Vec<Coverage> = Vec::new();
    for folder in &project.asked {
        let Some(package) = project.workspace.folder(folder) else { continue };
        let Some(identity) = project.workspace.package_key_of(&folder.join("x.go").to_string_lossy()) else { continue };
        let mut verdicts = of_package(&analysis, &identity, package, &how).map_err(Stop::failed)?;
        verdicts.extend(snippets_of(&project.workspace, &|_| None, &identity, package, &how).map_err(Stop::failed)?);
        let coverage = options.cover.then(|| coverage(&analysis, &identity, &verdicts)).transpose().map_err(Stop::failed)?;
        if !options.json.json {
            print_package(&shown_path(folder), &verdicts, style);
            coverage.iter().for_each(|coverage| print!("{}", coverage.text()));
        }
        covered.extend(coverage);
        all.extend(verdicts.into_iter().map(|verdict| (identity.clone(), verdict)));
    }
    if let Some(file) = &options.gas_profile {
        let executions: Vec<(String, Vec<profile::Step>, u64)> = all
            .iter()
            .filter_map(|(_, verdict)| Some((verdict.name.clone(), profile::steps_of(verdict.trace.as_ref()?), verdict.gas)))
            .collect();
        let text = profile::speedscope(&executions).to_string();
        std::fs::write(file, text).map_err(|e| Stop::usage(format!("`{}` cannot be written: {e}", file.display())))?;
    }
    if options.json.json {
        let tests: Vec<Value> = all
            .iter()
            .map(|(package, verdict)| {
                let mut one = verdict.to_json();
                one["package"] = json!(package);
                one
            })
            .collect();
        let mut out = json!({ "tests": tests });
        if options.cover {
            out["coverage"] = covered.iter().map(Coverage::to_json).collect();
        }
        println!("{out}");
    }
    Ok(i32::from(all.iter().any(|(_, verdict)| verdict.status == "fail")))
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
