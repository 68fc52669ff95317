//! `workspace/executeCommand`. These may wait for the network or run contracts; each drops its snapshot before it waits.

use amigos_ide::Severity;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::lsp_types::{ExecuteCommandParams, Url};

use super::super::main_loop::Event;
use super::super::snapshot::Snapshot;
use super::super::{documents, net};
use super::Failure;
use crate::commands::call::{parse_set, shown_call};
use crate::commands::test::of_package;
use crate::files::key_of_path;
use crate::gas;
use crate::lines;
use crate::network::LOCAL;
use crate::render::call::{Heading, text};
use crate::render::{grouped, tree};
use crate::simulate::{LocalCall, local_packages, run_local};
use crate::workspace::Source;

/// How deep `amigos.state` looks if it is not said.
const STATE_DEPTH: u32 = 4;

pub fn execute(snapshot: Snapshot, params: ExecuteCommandParams) -> Result<Value, Failure> {
    let argument = params.arguments.into_iter().next().unwrap_or(Value::Null);
    match params.command.as_str() {
        "amigos.simulate" => simulate(snapshot, read(argument)?, false),
        "amigos.trace" => simulate(snapshot, read(argument)?, true),
        "amigos.state" => state(snapshot, read(argument)?),
        "amigos.render" => render(snapshot, read(argument)?),
        "amigos.runTest" => run_test(&snapshot, read(argument)?),
        "amigos.gas" => gas_bounds(&snapshot, read(argument)?),
        "amigos.functions" => super::project::functions(&snapshot, read(argument)?),
        "amigos.tests" => super::project::tests(&snapshot, read(argument)?),
        "amigos.deploy" => super::project::deploy(&snapshot, read(argument)?),
        "amigos.commit" => super::project::commit(&snapshot, read(argument)?),
        "amigos.network" => choose(snapshot, argument),
        other => Err(Failure::Failed(format!("there is no command `{other}`"))),
    }
}

fn read<T: DeserializeOwned>(argument: Value) -> Result<T, Failure> {
    serde_json::from_value(argument).map_err(|e| Failure::BadParameters(format!("the command's argument: {e}")))
}

#[derive(Deserialize)]
struct Simulate {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    function: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    json_args: bool,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    value: u64,
    #[serde(default)]
    gas: Option<u64>,
    #[serde(default)]
    height: u64,
    /// Variables that are set before the call: `Count=7`.
    #[serde(default)]
    set: Vec<String>,
}

fn simulate(snapshot: Snapshot, call: Simulate, trace: bool) -> Result<Value, Failure> {
    let package = package_of(&snapshot, call.package, call.uri.as_ref())?;
    let reached = reached(&snapshot.network)?;
    refuse_errors(&snapshot, &package)?;
    let from = call.from.unwrap_or_else(|| "alice".to_owned());
    let request = LocalCall {
        package: package.clone(),
        function: call.function.clone(),
        args: call.args.clone(),
        json_args: call.json_args,
        from: from.clone(),
        value: call.value,
        gas: call.gas,
        set: call.set.iter().map(|text| parse_set(text)).collect::<Result<_, _>>().map_err(Failure::Failed)?,
        trace,
    };
    let base = match (call.height, snapshot.live.source().height) {
        (0, Some(newest)) => newest,
        (0, None) => reached.network.status.height,
        (height, _) => height,
    };
    let documents = snapshot.documents.clone();
    let local = local_packages(&snapshot.workspace, |key| documents.get(key).map(|document| document.text.clone()));
    let bound = gas::functions(&snapshot.analysis, &package)?.into_iter().find(|function| function.name == call.function);
    let bound = bound.and_then(|function| gas::bound_of_call(&function, &snapshot.live.sizes(), &call.args));
    // Edits wait for snapshots, and from here on this waits for the network.
    let (live, events) = (snapshot.live.clone(), snapshot.events.clone());
    let own = if trace { own_files(&snapshot, &package)? } else { Vec::new() };
    drop(snapshot);
    let mut outcome = run_local(&reached.simulator, &request, &local, base).map_err(Failure::Failed)?;
    outcome["gas"]["bound"] = json!(bound);
    if trace {
        outcome["lines"] = lines::to_json(&lines::of_json(&outcome["trace"]), &package, &own);
    }
    if let Some(used) = outcome["gas"]["used"].as_u64() {
        live.measure(&package, &call.function, used, base);
        let _ = events.send(Event::Measured(package.clone()));
    }
    let heading = Heading { call: shown_call(&package, &call.function, &call.args), from, network: reached.network.name };
    outcome["text"] = json!(text(&heading, &package, &outcome));
    Ok(outcome)
}

/// Code with errors is not run: the first of them is the answer.
pub(super) fn refuse_errors(snapshot: &Snapshot, package: &str) -> Result<(), Failure> {
    for (key, file) in snapshot.workspace.files_of(package) {
        if key.ends_with("_test.go") {
            continue;
        }
        let found = snapshot.analysis.diagnostics(file)?;
        if let Some(first) = found.iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
            let line = snapshot.text(file)?.map_or(0, |text| text.position(first.range.start).line + 1);
            let name = key.rsplit('/').next().unwrap_or(&key).to_owned();
            return Err(Failure::Failed(format!("`{package}` has errors, the first at {name}:{line}: {}", first.message)));
        }
    }
    Ok(())
}

/// The files of a package, by name.
fn own_files(snapshot: &Snapshot, package: &str) -> Result<Vec<(String, Url)>, Failure> {
    let mut files = Vec::new();
    for (key, file) in snapshot.workspace.files_of(package) {
        let name = key.rsplit('/').next().unwrap_or(&key).to_owned();
        files.extend(snapshot.text(file)?.and_then(|text| text.uri()).map(|uri| (name, uri)));
    }
    Ok(files)
}

#[derive(Deserialize)]
struct RunTest {
    uri: Url,
    #[serde(default)]
    function: String,
    /// Whether to say what each line cost.
    #[serde(default)]
    lines: bool,
}

/// Runs tests as they are in the workspace; imports come from where they always come from.
fn run_test(snapshot: &Snapshot, asked: RunTest) -> Result<Value, Failure> {
    let key = documents::key_of(&asked.uri);
    let package = package_of(snapshot, None, Some(&asked.uri))?;
    let folder = std::path::Path::new(&*key).parent().and_then(|folder| snapshot.workspace.folder(folder));
    let mut folder = folder.cloned().ok_or_else(|| Failure::Failed(format!("`{}` is in no package", asked.uri)))?;
    // Buffers count as they are, also those that were never saved.
    for name in snapshot.workspace.buffers_in(&folder.folder) {
        let Some(document) = snapshot.documents.get(&key_of_path(&folder.folder.join(name))) else { continue };
        match folder.sources.iter_mut().find(|source| source.name == *name) {
            Some(source) => source.text = Ok(document.text.clone()),
            None => folder.sources.push(Source { name: name.to_owned(), text: Ok(document.text.clone()) }),
        }
    }
    let mut verdicts = of_package(&snapshot.analysis, &package, &folder, &asked.function, asked.lines).map_err(Failure::Failed)?;
    if verdicts.iter().any(|verdict| verdict.name == asked.function) {
        verdicts.retain(|verdict| verdict.name == asked.function);
    }
    let mut text = String::new();
    for verdict in &verdicts {
        text += &format!("{} {} · gas {}\n", verdict.status.to_uppercase(), verdict.name, grouped(verdict.gas));
        verdict.output.lines().for_each(|line| text += &format!("    {line}\n"));
    }
    if verdicts.is_empty() {
        text = format!("there is no test `{}`; an example needs an `// Output:` comment\n", asked.function);
    }
    let own = if asked.lines { own_files(snapshot, &package)? } else { Vec::new() };
    let tests: Vec<Value> = verdicts
        .iter()
        .map(|v| {
            let lines = lines::to_json(&v.lines, &package, &own);
            json!({ "name": v.name, "status": v.status, "gas": v.gas, "elapsed_ms": v.elapsed_ms, "output": v.output, "lines": lines })
        })
        .collect();
    Ok(json!({ "tests": tests, "text": text }))
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    depth: Option<u32>,
    #[serde(default)]
    height: u64,
}

fn state(snapshot: Snapshot, asked: State) -> Result<Value, Failure> {
    let package = package_of(&snapshot, asked.package, asked.uri.as_ref())?;
    let network = reached(&snapshot.network)?.network;
    drop(snapshot);
    let path = asked.path.unwrap_or_default();
    let depth = asked.depth.unwrap_or(STATE_DEPTH).clamp(1, 64);
    let (value, height) = network
        .client
        .state(&package, &path, depth, asked.height)
        .map_err(|e| Failure::Failed(not_deployed(&network, &package, e.to_string())))?;
    let dot = if path.is_empty() { "" } else { "." };
    let text = format!("{package}{dot}{path} · height {} · {}\n{}", grouped(height), network.name, tree::text(&value));
    Ok(json!({ "package": package, "path": path, "height": height, "state": value, "text": text }))
}

/// What to say of a package that the network refused: that it is not there yet, if that is why.
fn not_deployed(network: &crate::network::Network, package: &str, problem: String) -> String {
    match network.client.package(package) {
        Ok(None) => format!("`{package}` is not deployed on `{}` yet: `amigos deploy` does it", network.name),
        _ => problem,
    }
}

#[derive(Deserialize)]
struct Gas {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    function: Option<String>,
}

fn gas_bounds(snapshot: &Snapshot, asked: Gas) -> Result<Value, Failure> {
    let package = package_of(snapshot, asked.package, asked.uri.as_ref())?;
    let mut functions = gas::functions(&snapshot.analysis, &package)?;
    if let Some(wanted) = &asked.function {
        functions.retain(|function| function.name == *wanted);
    }
    let sizes = snapshot.live.sizes();
    let height = snapshot.live.source().height;
    let all: Vec<Value> = functions
        .iter()
        .map(|function| {
            let mut one = gas::to_json(function, &sizes, height);
            one["measured"] = json!(snapshot.live.measured_of(&package, &function.name));
            one
        })
        .collect();
    Ok(json!({ "functions": all, "text": gas::to_text(&package, &functions, &sizes, height) }))
}

#[derive(Deserialize)]
struct Render {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    path: String,
}

fn render(snapshot: Snapshot, asked: Render) -> Result<Value, Failure> {
    let package = package_of(&snapshot, asked.package, asked.uri.as_ref())?;
    let reached = reached(&snapshot.network)?;
    let is_here = !snapshot.workspace.files_of(&package).is_empty();
    let local = (is_here && refuse_errors(&snapshot, &package).is_ok()).then(|| {
        let documents = snapshot.documents.clone();
        local_packages(&snapshot.workspace, |key| documents.get(key).map(|document| document.text.clone()))
    });
    let base = snapshot.live.source().height.unwrap_or(reached.network.status.height);
    drop(snapshot);
    let Some(local) = local else {
        let network = &reached.network;
        let page = network.client.render(&package, &asked.path, 0);
        let page = page.map_err(|e| Failure::Failed(not_deployed(network, &package, e.to_string())))?;
        return Ok(json!({ "package": package, "path": asked.path, "text": page, "edited": false }));
    };
    // What is being written is shown as it is, on the state that there is: before it is deployed, too.
    let (page, edited) = reached.simulator.page(&package, &asked.path, &local, base).map_err(Failure::Failed)?;
    Ok(json!({ "package": package, "path": asked.path, "text": page, "edited": !edited.is_empty() }))
}

/// Without an argument the networks there are, with a name the one to use from now on.
fn choose(snapshot: Snapshot, argument: Value) -> Result<Value, Failure> {
    let current = snapshot.live.source().network;
    let mut networks = vec![json!({ "name": LOCAL, "rpc": "", "current": current == LOCAL || current.is_empty() })];
    for network in snapshot.workspace.folders().filter_map(|package| Some(&package.manifest.as_ref()?.network)) {
        let Some(name) = network.name.as_deref().filter(|name| *name != LOCAL) else { continue };
        if !networks.iter().any(|known| known["name"] == name) {
            networks.push(json!({ "name": name, "rpc": network.rpc, "current": current == name }));
        }
    }
    let Some(wanted) = argument.get("name").and_then(Value::as_str).or_else(|| argument.as_str()) else {
        return Ok(json!({ "networks": networks }));
    };
    let is_url = wanted.starts_with("http://");
    if !is_url && !networks.iter().any(|known| known["name"] == wanted) {
        let names: Vec<&str> = networks.iter().filter_map(|known| known["name"].as_str()).collect();
        return Err(Failure::Failed(format!("there is no network `{wanted}`: there are {}, or a URL", names.join(", "))));
    }
    let _ = snapshot.events.send(Event::ChooseNetwork(wanted.to_owned()));
    Ok(json!({ "networks": networks, "chosen": wanted }))
}

/// The package that a command is about: named, or the one of a document.
pub(super) fn package_of(snapshot: &Snapshot, package: Option<String>, uri: Option<&Url>) -> Result<String, Failure> {
    if let Some(package) = package.filter(|package| !package.is_empty()) {
        return Ok(package);
    }
    let uri = uri.ok_or_else(|| Failure::BadParameters("the command's argument: `package` or `uri` is needed".to_owned()))?;
    let found = snapshot.workspace.package_key_of(&documents::key_of(uri)).filter(|key| key.starts_with(crate::manifest::HUB));
    found.ok_or_else(|| Failure::Failed(format!("`{uri}` is in no package: its folder has no `amigos.toml`, and `amigos new` makes one")))
}

fn reached(shared: &net::Shared) -> Result<net::Reached, Failure> {
    let reached = shared.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    reached.ok_or_else(|| Failure::Failed("no network is reached now: `amigos doctor` says why".to_owned()))
}
