//! `amigos call`: a call, simulated on the network's state or committed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use amigos_hub::vm::VmExecutor;
use amigos_ide::LensCommand;
use serde_json::{Value, json};

use crate::cli::{Done, JsonArg, Stop};
use crate::imports::split_major;
use crate::network::{Choice, Network};
use crate::recording::{recorded, saved_test};
use crate::render::call::{Heading, scenario_text, shown_call, text};
use crate::savetest;
use crate::signing::{PassphraseArg, send};
use crate::simulate::{LocalCall, LocalRun, Moment, Remote, Simulator, local_packages, run_local, run_scenario};
use crate::target::{self, Target};
use crate::workspace::{self, Workspace};

/// Options of `amigos call`.
#[derive(clap::Args)]
pub struct Options {
    /// The function: `hub.amigos.dev/social/post.CreatePost`, or a folder and `.CreatePost`
    function: String,
    /// Its arguments, as Go literals
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,
    /// Who calls: an address (simulated only), a key of `amigos keys`, or a development account
    #[arg(long, default_value = "alice")]
    from: String,
    #[command(flatten)]
    passphrase: PassphraseArg,
    /// Coins to send along: micro-amg, or as `0.5amg`
    #[arg(long, value_parser = parse_coins, default_value = "0")]
    value: u64,
    /// The most gas to use
    #[arg(long)]
    gas: Option<u64>,
    /// The height whose state it runs on; the newest if not given
    #[arg(long, conflicts_with = "commit")]
    at: Option<u64>,
    /// Set a variable before the call: `--set Count=7`
    #[arg(long, value_name = "PATH=VALUE", value_parser = parse_set, conflicts_with = "commit")]
    set: Vec<(String, String)>,
    /// Send it instead of simulating it
    #[arg(long)]
    commit: bool,
    /// The arguments are JSON
    #[arg(long)]
    json_args: bool,
    /// Write the trace of the execution to this file, as JSON
    #[arg(long, conflicts_with = "commit")]
    trace: Option<PathBuf>,
    /// Write the gas of the execution as a flame graph (speedscope.app) to this file
    #[arg(long, value_name = "FILE", conflicts_with = "commit")]
    gas_profile: Option<PathBuf>,
    /// Write a Go test of the call, and the state that it read, to this file and `testdata/` beside it; of a package given as a folder
    #[arg(long, value_name = "FILE", conflicts_with_all = ["commit", "json_args"])]
    save_test: Option<PathBuf>,
    /// Simulate all `// Example:` lines of the function's comment, one after the other on one state; of a package given as a folder
    #[arg(long, conflicts_with_all = ["commit", "save_test", "gas_profile", "trace", "set"])]
    scenario: bool,
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// Reads `Count=7`: what is set before a call, and to what.
pub fn parse_set(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`: write `--set Count=7`"))?;
    Ok((path.trim().to_owned(), value.trim().to_owned()))
}

/// Reads an amount: `1500` (micro-amg), `0.5amg`.
fn parse_coins(text: &str) -> Result<u64, String> {
    let bad = || format!("`{text}` is not an amount: write micro-amg, or as `0.5amg`");
    let Some(amg) = text.strip_suffix("amg").map(str::trim) else { return text.parse().map_err(|_| bad()) };
    let (whole, part) = amg.split_once('.').unwrap_or((amg, ""));
    if part.len() > 6 || whole.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    let whole: u64 = whole.parse().map_err(|_| bad())?;
    let part: u64 = format!("{part:0<6}").parse().map_err(|_| bad())?;
    whole.checked_mul(1_000_000).and_then(|micro| micro.checked_add(part)).ok_or_else(bad)
}

/// Calls.
pub fn run(options: &Options) -> Done {
    let target = target::parse(&options.function).map_err(Stop::usage)?;
    if target.name.is_empty() {
        return Err(Stop::usage(format!("`{0}` names no function: write `{0}.NAME`", options.function)));
    }
    let network = reach(options.network.as_deref(), &target)?;
    if options.scenario {
        return scenario(&network, options, &target);
    }
    let outcome = if options.commit { commit(&network, options, &target)? } else { simulate(&network, options, &target)? };
    if let Some(file) = &options.trace {
        let trace = outcome.get("trace").cloned().unwrap_or(Value::Null);
        std::fs::write(file, trace.to_string()).map_err(|e| Stop::usage(format!("`{}` cannot be written: {e}", file.display())))?;
    }
    if let Some(file) = &options.gas_profile {
        let used = outcome["gas"]["used"].as_u64().unwrap_or(0);
        let profile = crate::profile::speedscope(&[(target.name.clone(), crate::profile::steps_of_json(&outcome["trace"]), used)]);
        std::fs::write(file, profile.to_string()).map_err(|e| Stop::usage(format!("`{}` cannot be written: {e}", file.display())))?;
    }
    let own = outcome.get("package").and_then(Value::as_str).unwrap_or(&target.package).to_owned();
    if options.json.json {
        println!("{outcome}");
    } else if let Some(page) = page(&target.name, &outcome) {
        print!("{page}");
    } else {
        let heading =
            Heading { call: shown_call(&own, &target.name, &options.args), from: options.from.clone(), network: network.name.clone() };
        print!("{}", text(&heading, &own, &outcome));
    }
    Ok(i32::from(outcome.get("error").is_some_and(|error| !error.is_null())))
}

/// What `Render` said: a page is shown as it is, as far as a terminal should get what others wrote.
fn page(name: &str, outcome: &Value) -> Option<String> {
    let text = outcome.pointer("/results/0/value").and_then(Value::as_str).filter(|_| name == "Render")?;
    let lines = text.lines().map(|line| crate::render::tame(line, 1000));
    Some(lines.fold(String::new(), |page, line| page + &line + "\n"))
}

/// The network that a command about `target` means.
pub fn reach(wanted: Option<&str>, target: &Target) -> Result<Network, Stop> {
    let package = target.folder.as_ref().map(|folder| workspace::load(folder));
    let choice = Choice::of(wanted.unwrap_or_default(), package.iter()).map_err(Stop::usage)?;
    Network::reach(&choice).map_err(|e| Stop::usage(e.to_string()))
}

/// What a simulation works with: the sources of the package, and the network.
struct Bench {
    sources: Workspace,
    simulator: Simulator,
    at: Moment,
    package: String,
}

fn bench(network: &Network, options: &Options, target: &Target) -> Result<Bench, Stop> {
    let mut sources = Workspace::default();
    let mut package = target.package.clone();
    if let Some(folder) = &target.folder {
        let project = crate::project::open(std::slice::from_ref(folder), crate::cli::ProfileArg::Contract)?;
        super::run::report_errors(&project)?;
        sources = project.workspace;
    } else if split_major(&package).1.is_none() {
        let found = network.client.package(&package).map_err(|e| Stop::usage(e.to_string()))?;
        package = found.ok_or_else(|| Stop::failed(format!("there is no package `{package}` on network `{}`", network.name)))?.package;
    }
    let remote = Arc::new(Remote::new(network.client.clone(), &network.status.chain_id));
    let base = options.at.unwrap_or(network.status.height);
    let at = Moment { base, time: remote.time_after(base, network.status.height) };
    Ok(Bench { sources, simulator: Simulator::new(Arc::new(VmExecutor::new()), remote), at, package })
}

fn local_call(options: &Options, package: &str, function: &str, args: &[String]) -> LocalCall {
    LocalCall {
        package: package.to_owned(),
        function: function.to_owned(),
        args: args.to_vec(),
        json_args: options.json_args,
        from: options.from.clone(),
        value: options.value,
        gas: options.gas,
        set: options.set.clone(),
        trace: options.trace.is_some() || options.gas_profile.is_some(),
    }
}

/// Simulates the call on what is deployed; of a package given as a folder, on its sources as they are there.
fn simulate(network: &Network, options: &Options, target: &Target) -> Result<Value, Stop> {
    let bench = bench(network, options, target)?;
    let call = local_call(options, &bench.package, &target.name, &options.args);
    let run = run_local(&bench.simulator, &call, &local_packages(&bench.sources, |_| None), bench.at).map_err(Stop::usage)?;
    if let Some(file) = &options.save_test {
        save_test(network, &bench, &call, &run, target, file)?;
    }
    Ok(run.shape)
}

/// Writes the test and the slice of state that it runs on.
fn save_test(network: &Network, bench: &Bench, call: &LocalCall, run: &LocalRun, target: &Target, file: &Path) -> Result<(), Stop> {
    let folder = target.folder.as_ref().and_then(|folder| folder.canonicalize().ok());
    let folder = folder.ok_or_else(|| Stop::usage("a test needs its package's folder: give the package as a folder"))?;
    let name = file.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with("_test.go"));
    let name = name.ok_or_else(|| Stop::usage(format!("`{}` is no test file: its name has to end in `_test.go`", file.display())))?;
    let package = bench.sources.folder(&folder).ok_or_else(|| Stop::usage("the package's folder cannot be read"))?;
    let slice = recorded(&network.client, &network.name, call, run, bench.at.base).map_err(Stop::usage)?;
    let saved = saved_test(&bench.sources, &|_| None, package, call, &run.shape, &slice).map_err(Stop::usage)?;
    let path = folder.join(name);
    let existing = crate::workspace::read_text(&path).ok();
    let text = savetest::file_text(&crate::snippets::package_name(package), existing.as_deref(), &saved.function).map_err(Stop::usage)?;
    let slice_path = folder.join(&saved.slice_file);
    let cannot = |path: &Path, e: std::io::Error| Stop::usage(format!("`{}` cannot be written: {e}", path.display()));
    std::fs::create_dir_all(folder.join(crate::slice::FOLDER)).map_err(|e| cannot(&slice_path, e))?;
    std::fs::write(&slice_path, slice.to_text()).map_err(|e| cannot(&slice_path, e))?;
    std::fs::write(&path, text).map_err(|e| cannot(&path, e))?;
    eprintln!("saved {} in {} · amigos test --run {}", saved.name, crate::project::shown_path(&path), saved.name);
    Ok(())
}

/// Simulates the examples in a function's comment, in order, each on what those before it left.
fn scenario(network: &Network, options: &Options, target: &Target) -> Done {
    let folder = target.folder.as_ref().ok_or_else(|| Stop::usage("a scenario is read from the sources: give the package as a folder"))?;
    let project = crate::project::open(std::slice::from_ref(folder), crate::cli::ProfileArg::Contract)?;
    let mut steps = None;
    for (_, file) in project.asked_files() {
        let lenses = project.host.analysis().code_lenses(file).map_err(|_| Stop::usage("the analysis was cancelled"))?;
        let found = lenses.into_iter().find_map(|lens| match lens.command {
            LensCommand::Scenario { function, steps } if function == target.name => Some(steps),
            _ => None,
        });
        steps = steps.or(found);
    }
    let steps = steps.ok_or_else(|| {
        Stop::usage(format!("the comment of `{}` has no scenario: write several lines `// Example: F(...)`", target.name))
    })?;
    let bench = bench(network, options, target)?;
    let calls: Vec<LocalCall> = steps.iter().map(|(function, args)| local_call(options, &bench.package, function, args)).collect();
    let shapes = run_scenario(&bench.simulator, &calls, &local_packages(&bench.sources, |_| None), bench.at).map_err(Stop::usage)?;
    if options.json.json {
        println!("{}", json!({ "scenario": target.name, "steps": shapes }));
    } else {
        print!("{}", scenario_text(&calls, &shapes, &network.name));
    }
    Ok(i32::from(shapes.iter().any(|shape| !shape["error"].is_null())))
}

fn commit(network: &Network, options: &Options, target: &Target) -> Result<Value, Stop> {
    let args: Vec<Value> = options.args.iter().map(|arg| json!(arg)).collect();
    let message = json!({
        "type": "call", "package": target.package, "func": target.name, "args": args,
        "json_args": options.json_args, "value": options.value,
    });
    let receipt = send(network, &options.from, json!([message]), options.gas.unwrap_or(0), &options.passphrase)?;
    let by_package: serde_json::Map<String, Value> = receipt.gas_by_package.iter().map(|(name, gas)| (name.clone(), json!(gas))).collect();
    Ok(json!({
        "package": target.package,
        "func": target.name,
        "results": receipt.results.get(0).cloned().unwrap_or_else(|| json!([])),
        "error": (receipt.code != 0).then_some(&receipt.log),
        "code": receipt.code,
        "gas": { "used": receipt.gas_used, "wanted": receipt.gas_wanted, "bound": null, "by_package": by_package },
        "fee": receipt.fee,
        "events": contract_events(&receipt.events),
        "state_diff": [],
        "height": receipt.height,
        "hash": receipt.hash,
        "trace": null,
    }))
}

/// The events of contracts in a receipt, in the shape of a simulation's; the chain's own say nothing about the call.
fn contract_events(events: &Value) -> Value {
    let convert = |event: &Value| {
        let attributes = event.get("attributes")?.as_array()?;
        let key = |attribute: &Value| attribute.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
        let package = attributes.iter().find(|a| key(a) == "_package")?.get("value")?.clone();
        let own: Vec<Value> =
            attributes.iter().filter(|a| !key(a).starts_with('_')).map(|a| json!({ "key": a["key"], "value": a["value"] })).collect();
        Some(json!({ "name": event.get("type")?, "package": package, "attributes": own }))
    };
    events.as_array().into_iter().flatten().filter_map(convert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(parse_coins("1500"), Ok(1500));
        assert_eq!(parse_coins("0.5amg"), Ok(500_000));
        assert_eq!(parse_coins("3 amg"), Ok(3_000_000));
        for bad in ["", "amg", "-1", "0.1234567amg", "99999999999999999999amg", "1.xamg"] {
            assert!(parse_coins(bad).is_err(), "{bad}");
        }
    }
}
