//! `workspace/executeCommand`. These may wait for the network or run contracts; each drops its snapshot before it waits.

use amigos_ide::{LiveTarget, Severity};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::lsp_types::{ExecuteCommandParams, Url};

use super::super::main_loop::Event;
use super::super::snapshot::Snapshot;
use super::super::{documents, net};
use super::Failure;
use super::simulations;
use crate::gas;
use crate::live::Watched;
use crate::network::{Choice, LOCAL};
use crate::render::{grouped, tree};
use crate::simulate::{Moment, local_packages};

/// How deep `amigos.state` looks if it is not said.
const STATE_DEPTH: u32 = 4;

pub fn execute(snapshot: Snapshot, params: ExecuteCommandParams) -> Result<Value, Failure> {
    let argument = params.arguments.into_iter().next().unwrap_or(Value::Null);
    match params.command.as_str() {
        "amigos.simulate" => simulations::simulate(snapshot, read(argument)?, false),
        "amigos.trace" => simulations::simulate(snapshot, read(argument)?, true),
        "amigos.scenario" => simulations::scenario(snapshot, read(argument)?),
        "amigos.saveTest" => simulations::save_test(snapshot, read(argument)?),
        "amigos.replay" => simulations::replay(snapshot, read(argument)?),
        "amigos.watch" => watch(&snapshot, read(argument)?),
        "amigos.height" => height(&snapshot, read(argument)?),
        "amigos.state" => state(snapshot, read(argument)?),
        "amigos.render" => render(snapshot, read(argument)?),
        "amigos.runTest" => super::tests::run(snapshot, read(argument)?),
        "amigos.gas" => gas_bounds(&snapshot, read(argument)?),
        "amigos.functions" => super::project::functions(&snapshot, read(argument)?),
        "amigos.tests" => super::tests::list(&snapshot, read(argument)?),
        "amigos.deploy" => super::project::deploy(&snapshot, read(argument)?),
        "amigos.commit" => super::project::commit(&snapshot, read(argument)?),
        "amigos.network" => choose(snapshot, argument),
        other => Err(Failure::Failed(format!("there is no command `{other}`"))),
    }
}

fn read<T: DeserializeOwned>(argument: Value) -> Result<T, Failure> {
    serde_json::from_value(argument).map_err(|e| Failure::BadParameters(format!("the command's argument: {e}")))
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
pub(super) fn own_files(snapshot: &Snapshot, package: &str) -> Result<Vec<(String, Url)>, Failure> {
    let mut files = Vec::new();
    for (key, file) in snapshot.workspace.files_of(package) {
        let name = key.rsplit('/').next().unwrap_or(&key).to_owned();
        files.extend(snapshot.text(file)?.and_then(|text| text.uri()).map(|uri| (name, uri)));
    }
    Ok(files)
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
    #[serde(default)]
    network: Option<String>,
}

fn state(snapshot: Snapshot, asked: State) -> Result<Value, Failure> {
    let package = package_of(&snapshot, asked.package, asked.uri.as_ref())?;
    let network = reached_as(&snapshot, asked.network.as_deref())?.network;
    let at = height_of(&snapshot, asked.height);
    drop(snapshot);
    let path = asked.path.unwrap_or_default();
    let depth = asked.depth.unwrap_or(STATE_DEPTH).clamp(1, 64);
    let (value, height) =
        network.client.state(&package, &path, depth, at).map_err(|e| Failure::Failed(not_deployed(&network, &package, e.to_string())))?;
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
    #[serde(default)]
    height: u64,
    #[serde(default)]
    network: Option<String>,
}

fn render(snapshot: Snapshot, asked: Render) -> Result<Value, Failure> {
    let package = package_of(&snapshot, asked.package, asked.uri.as_ref())?;
    let reached = reached_as(&snapshot, asked.network.as_deref())?;
    let at = height_of(&snapshot, asked.height);
    let is_here = !snapshot.workspace.files_of(&package).is_empty();
    let runs = match refuse_errors(&snapshot, &package) {
        Ok(()) => is_here,
        Err(Failure::Failed(_)) => false,
        // not known yet: the request runs again
        Err(other) => return Err(other),
    };
    let local = runs.then(|| {
        let documents = snapshot.documents.clone();
        local_packages(&snapshot.workspace, |key| documents.get(key).map(|document| document.text.clone()))
    });
    let source = snapshot.live.source();
    let newest = source.height.filter(|_| source.network == reached.network.name).unwrap_or(reached.network.status.height);
    drop(snapshot);
    let Some(local) = local else {
        let network = &reached.network;
        let page = network.client.render(&package, &asked.path, at);
        let page = page.map_err(|e| Failure::Failed(not_deployed(network, &package, e.to_string())))?;
        return Ok(json!({ "package": package, "path": asked.path, "text": page, "edited": false }));
    };
    // What is being written is shown as it is, on the state that there is: before it is deployed, too.
    let base = if at == 0 { newest } else { at };
    let moment = Moment { base, time: reached.simulator.remote().time_after(base, newest) };
    let (page, edited) = reached.simulator.page(&package, &asked.path, &local, moment).map_err(Failure::Failed)?;
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
    if argument["probe"] == true {
        networks = probed(&snapshot, networks);
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

/// Adds to each network whether it can be reached now, its height and its chain. All are asked at once.
fn probed(snapshot: &Snapshot, networks: Vec<Value>) -> Vec<Value> {
    let others = &snapshot.others;
    let choices: Vec<Option<Choice>> = networks
        .iter()
        .map(|network| Choice::of(network["name"].as_str().unwrap_or_default(), snapshot.workspace.folders()).ok())
        .collect();
    std::thread::scope(|scope| {
        let asked: Vec<_> = choices
            .iter()
            .map(|choice| scope.spawn(move || choice.as_ref().and_then(|choice| net::reach_other(others, choice).ok())))
            .collect();
        let answers = asked.into_iter().map(|thread| thread.join().ok().flatten());
        networks
            .into_iter()
            .zip(answers)
            .map(|(mut network, reached)| {
                let status = reached.map(|reached| reached.network.status);
                network["online"] = json!(status.is_some());
                network["height"] = json!(status.as_ref().map(|status| status.height));
                network["chain"] = json!(status.as_ref().map(|status| crate::render::tame(&status.chain_id, 80)));
                network
            })
            .collect()
    })
}

#[derive(Deserialize)]
struct Watch {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    path: Option<String>,
    /// Off takes it off the list.
    #[serde(default = "yes")]
    on: bool,
}

pub(super) fn yes() -> bool {
    true
}

/// Puts a variable on the watch list or takes it off; without a path, answers the list.
fn watch(snapshot: &Snapshot, asked: Watch) -> Result<Value, Failure> {
    if let Some(path) = asked.path.filter(|path| !path.is_empty()) {
        let package = package_of(snapshot, asked.package, asked.uri.as_ref())?;
        snapshot.live.watch(&LiveTarget { package: package.as_str().into(), path }, asked.on);
        let _ = snapshot.events.send(Event::WatchListChanged);
    }
    Ok(watched_shape(&snapshot.live.watched()))
}

/// The watch list as editors get it.
pub fn watched_shape(list: &[Watched]) -> Value {
    let values: Vec<Value> = list
        .iter()
        .map(|one| {
            let value = one.value.as_ref().and_then(|value| value.as_ref().ok());
            let problem = one.value.as_ref().and_then(|value| value.as_ref().err());
            json!({
                "package": &*one.target.package, "path": one.target.path, "height": value.map(|v| v.height),
                "text": value.map(crate::live::summary), "items": value.and_then(|v| v.items), "bytes": value.and_then(|v| v.bytes),
                "parts": value.map(|v| v.parts.iter().map(|(label, text)| json!({ "label": label, "text": text })).collect::<Vec<_>>()),
                "change": one.change, "problem": problem,
            })
        })
        .collect();
    json!({ "values": values })
}

#[derive(Deserialize)]
struct Height {
    /// None or 0: the newest.
    #[serde(default)]
    height: Option<u64>,
}

/// Sets the height that hovers, hints, state and simulations look at.
fn height(snapshot: &Snapshot, asked: Height) -> Result<Value, Failure> {
    let source = snapshot.live.source();
    let wanted = asked.height.filter(|height| *height > 0);
    if let (Some(wanted), Some(newest)) = (wanted, source.height)
        && wanted > newest
    {
        return Err(Failure::Failed(format!("height {} is not here yet; the newest is {}", grouped(wanted), grouped(newest))));
    }
    let _ = snapshot.events.send(Event::LookAt(wanted));
    Ok(json!({ "at": wanted, "height": source.height }))
}

/// The height that a command means: its own, else the one that is looked at; 0 for the newest.
pub(super) fn height_of(snapshot: &Snapshot, asked: u64) -> u64 {
    if asked > 0 { asked } else { snapshot.live.source().at.unwrap_or(0) }
}

/// The network of a command: the one that it names, else the one that is shown.
pub(super) fn reached_as(snapshot: &Snapshot, wanted: Option<&str>) -> Result<net::Reached, Failure> {
    let current = snapshot.live.source().network;
    match wanted.filter(|wanted| !wanted.is_empty() && *wanted != current) {
        None => reached(&snapshot.network),
        Some(wanted) => {
            let choice = Choice::of(wanted, snapshot.workspace.folders()).map_err(Failure::Failed)?;
            net::reach_other(&snapshot.others, &choice).map_err(Failure::Failed)
        }
    }
}

fn reached(shared: &net::Shared) -> Result<net::Reached, Failure> {
    let reached = shared.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    reached.ok_or_else(|| Failure::Failed("no network is reached now: `amigos doctor` says why".to_owned()))
}
