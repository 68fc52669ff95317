//! The commands that run local code on the network's state: one call, a scenario, a call that is saved as a test, the calls of the past.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::lsp_types::*;

use super::super::documents;
use super::super::main_loop::Event;
use super::super::net::Reached;
use super::super::snapshot::Snapshot;
use super::Failure;
use super::commands::{height_of, own_files, package_of, reached_as, refuse_errors};
use crate::commands::call::parse_set;
use crate::gas;
use crate::lines;
use crate::recording::{recorded, saved_test};
use crate::render::call::{Heading, scenario_text, shown_call, text};
use crate::simulate::{LocalCall, LocalPackage, Moment, local_packages, run_local, run_scenario};
use crate::snippets::package_name;
use crate::workspace::{PackageFolder, Source};

/// A call as an editor asks for it.
#[derive(Deserialize)]
pub struct Simulate {
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
    /// Variables that are set before the call.
    #[serde(default)]
    set: Vec<Set>,
    #[serde(default)]
    network: Option<String>,
    /// Whether the client is to be asked to write a saved test; off where it writes the answer's edit itself.
    #[serde(default = "super::commands::yes")]
    apply: bool,
}

/// A variable that is set: path and Go literal, or both in one as `Count=7`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Set {
    Pair(String, String),
    Text(String),
}

impl Simulate {
    fn call(&self, package: &str, trace: bool) -> Result<LocalCall, Failure> {
        let pair = |set: &Set| match set {
            Set::Pair(path, value) => Ok((path.clone(), value.clone())),
            Set::Text(text) => parse_set(text),
        };
        Ok(LocalCall {
            package: package.to_owned(),
            function: self.function.clone(),
            args: self.args.clone(),
            json_args: self.json_args,
            from: sender(self.from.as_ref()),
            value: self.value,
            gas: self.gas,
            set: self.set.iter().map(pair).collect::<Result<_, _>>().map_err(Failure::Failed)?,
            trace,
        })
    }
}

fn sender(from: Option<&String>) -> String {
    from.cloned().unwrap_or_else(|| "alice".to_owned())
}

/// What a simulation works with, taken from a snapshot so that it can be dropped: edits wait for snapshots.
struct Bench {
    reached: Reached,
    base: u64,
    newest: u64,
    local: Vec<LocalPackage>,
}

impl Bench {
    fn of(snapshot: &Snapshot, network: Option<&str>, height: u64) -> Result<Bench, Failure> {
        let reached = reached_as(snapshot, network)?;
        let source = snapshot.live.source();
        let shown = source.network == reached.network.name;
        let newest = source.height.filter(|_| shown).unwrap_or(reached.network.status.height);
        let base = match height_of(snapshot, height) {
            0 => newest,
            height => height,
        };
        let documents = snapshot.documents.clone();
        let local = local_packages(&snapshot.workspace, |key| documents.get(key).map(|document| document.text.clone()));
        Ok(Bench { reached, base, newest, local })
    }

    /// Waits for the network.
    fn moment(&self) -> Moment {
        Moment { base: self.base, time: self.reached.simulator.remote().time_after(self.base, self.newest) }
    }
}

/// `amigos.simulate`, and with a trace `amigos.trace`.
pub fn simulate(snapshot: Snapshot, call: Simulate, trace: bool) -> Result<Value, Failure> {
    let package = package_of(&snapshot, call.package.clone(), call.uri.as_ref())?;
    let bench = Bench::of(&snapshot, call.network.as_deref(), call.height)?;
    refuse_errors(&snapshot, &package)?;
    let request = call.call(&package, trace)?;
    let bound = gas::functions(&snapshot.analysis, &package)?.into_iter().find(|function| function.name == call.function);
    let bound = bound.and_then(|function| gas::bound_of_call(&function, &snapshot.live.sizes(), &call.args));
    let (live, events) = (snapshot.live.clone(), snapshot.events.clone());
    let own = if trace { own_files(&snapshot, &package)? } else { Vec::new() };
    drop(snapshot);
    let mut outcome = run_local(&bench.reached.simulator, &request, &bench.local, bench.moment()).map_err(Failure::Failed)?.shape;
    outcome["gas"]["bound"] = json!(bound);
    if let Some(used) = outcome["gas"]["used"].as_u64() {
        live.measure(&package, &call.function, used, bench.base);
        let _ = events.send(Event::Measured(package.clone()));
    }
    if trace {
        let used = outcome["gas"]["used"].as_u64().unwrap_or(0);
        outcome["lines"] = lines::to_json(&lines::of_json(&outcome["trace"]), &package, &own);
        let steps = crate::profile::steps_of_json(&outcome["trace"]);
        outcome["speedscope"] = crate::profile::speedscope(&[(call.function.clone(), steps, used)]);
    }
    let heading =
        Heading { call: shown_call(&package, &call.function, &call.args), from: request.from, network: bench.reached.network.name };
    outcome["text"] = json!(text(&heading, &package, &outcome));
    Ok(outcome)
}

/// Calls on one state.
#[derive(Deserialize)]
pub struct Scenario {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    steps: Vec<Step>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    height: u64,
    #[serde(default)]
    network: Option<String>,
}

#[derive(Deserialize)]
struct Step {
    function: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    value: u64,
}

/// `amigos.scenario`: the calls in order, each on what those before it left; it ends at the first that fails.
pub fn scenario(snapshot: Snapshot, asked: Scenario) -> Result<Value, Failure> {
    let package = package_of(&snapshot, asked.package, asked.uri.as_ref())?;
    let bench = Bench::of(&snapshot, asked.network.as_deref(), asked.height)?;
    refuse_errors(&snapshot, &package)?;
    drop(snapshot);
    let calls: Vec<LocalCall> = asked
        .steps
        .iter()
        .map(|step| LocalCall {
            package: package.clone(),
            function: step.function.clone(),
            args: step.args.clone(),
            from: sender(step.from.as_ref().or(asked.from.as_ref())),
            value: step.value,
            ..LocalCall::default()
        })
        .collect();
    let shapes = run_scenario(&bench.reached.simulator, &calls, &bench.local, bench.moment()).map_err(Failure::Failed)?;
    let text = scenario_text(&calls, &shapes, &bench.reached.network.name);
    Ok(json!({ "package": package, "steps": shapes, "text": text }))
}

/// The package's folder with the texts of open files in it.
pub(super) fn folder_with_buffers(snapshot: &Snapshot, package: &str) -> Option<PackageFolder> {
    let of_package = |folder: &&PackageFolder| folder.manifest.as_ref().is_some_and(|manifest| manifest.key() == package);
    let mut folder = snapshot.workspace.folders().find(of_package)?.clone();
    let names: Vec<String> = snapshot.workspace.buffers_in(&folder.folder).map(str::to_owned).collect();
    for name in names {
        let Some(document) = snapshot.documents.get(&crate::files::key_of_path(&folder.folder.join(&name))) else { continue };
        match folder.sources.iter_mut().find(|source| source.name == name) {
            Some(source) => source.text = Ok(document.text.clone()),
            None => folder.sources.push(Source { name, text: Ok(document.text.clone()) }),
        }
    }
    Some(folder)
}

/// `amigos.saveTest`: simulates the call and answers the edit that writes it as a test with its slice of state; a client that can is asked to apply it.
pub fn save_test(snapshot: Snapshot, call: Simulate) -> Result<Value, Failure> {
    if call.json_args {
        return Err(Failure::Failed("a test needs its arguments as Go literals".to_owned()));
    }
    let package = package_of(&snapshot, call.package.clone(), call.uri.as_ref())?;
    let bench = Bench::of(&snapshot, call.network.as_deref(), call.height)?;
    refuse_errors(&snapshot, &package)?;
    let folder = folder_with_buffers(&snapshot, &package);
    let folder = folder.ok_or_else(|| Failure::Failed(format!("`{package}` is not in the workspace: a test needs its folder")))?;
    let client = &snapshot.negotiated.client;
    let (events, applies) = (snapshot.events.clone(), call.apply && client.applies_edits && client.creates_files);
    let encoding = snapshot.encoding();
    let (workspace, documents) = (snapshot.workspace.clone(), snapshot.documents.clone());
    drop(snapshot);
    let request = call.call(&package, false)?;
    let run = run_local(&bench.reached.simulator, &request, &bench.local, bench.moment()).map_err(Failure::Failed)?;
    let network = &bench.reached.network;
    let slice = recorded(&network.client, &network.name, &request, &run, bench.base).map_err(Failure::Failed)?;
    let buffer = |key: &str| documents.get(key).map(|document| document.text.clone());
    let saved = saved_test(&workspace, &buffer, &folder, &request, &run.shape, &slice).map_err(Failure::Failed)?;
    let name = format!("{}_simulated_test.go", package_name(&folder));
    let existing = folder.sources.iter().find(|source| source.name == name).and_then(|source| source.text.as_ref().ok());
    let existing: Option<&Arc<str>> = existing;
    let text =
        crate::savetest::file_text(&package_name(&folder), existing.map(|text| &**text), &saved.function).map_err(Failure::Failed)?;
    let edit = edit_of(&folder.folder, &name, existing.map(|text| &**text), &text, &saved.slice_file, &slice.to_text(), encoding)?;
    let _ = events.send(Event::Recorded(folder.folder.clone(), saved.slice_file.clone(), slice.to_text().into()));
    if applies {
        let _ = events.send(Event::Apply(Box::new(edit.clone()), format!("save {}", saved.name)));
    }
    let uri = Url::from_file_path(folder.folder.join(&name)).ok();
    Ok(json!({
        "test": saved.name, "uri": uri, "slice": saved.slice_file, "applied": applies, "edit": edit, "function": saved.function,
        "text": format!("{} · {} records of state · run it with `amigos test --run {}`\n", saved.name, slice.records.len(), saved.name),
    }))
}

/// The edit that writes a test and its slice.
fn edit_of(
    folder: &Path,
    name: &str,
    existing: Option<&str>,
    text: &str,
    slice_file: &str,
    slice: &str,
    encoding: super::super::positions::Encoding,
) -> Result<WorkspaceEdit, Failure> {
    let uri_of = |name: &str| {
        Url::from_file_path(folder.join(name)).map_err(|()| Failure::Failed(format!("`{}` has no URI", folder.join(name).display())))
    };
    let mut operations = Vec::new();
    let mut write = |uri: Url, create: bool, range: Range, text: &str| {
        if create {
            operations.push(DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
                uri: uri.clone(),
                options: Some(CreateFileOptions { overwrite: Some(true), ignore_if_exists: None }),
                annotation_id: None,
            })));
        }
        operations.push(DocumentChangeOperation::Edit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
            edits: vec![OneOf::Left(TextEdit { range, new_text: text.to_owned() })],
        }));
    };
    write(uri_of(slice_file)?, true, Range::default(), slice);
    let whole = existing.map(|old| {
        let lines = super::super::positions::LineTable::new(old);
        lines.range(old, 0, old.len() as u32, encoding)
    });
    write(uri_of(name)?, existing.is_none(), whole.unwrap_or_default(), text);
    Ok(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() })
}

/// What is replayed.
#[derive(Deserialize)]
pub struct Replay {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    last: Option<usize>,
    #[serde(default)]
    network: Option<String>,
}

/// `amigos.replay`: the last calls of a package on the code as it stands in the editor.
pub fn replay(snapshot: Snapshot, asked: Replay) -> Result<Value, Failure> {
    let package = package_of(&snapshot, asked.package, asked.uri.as_ref())?;
    let bench = Bench::of(&snapshot, asked.network.as_deref(), 0)?;
    refuse_errors(&snapshot, &package)?;
    let (cancel, work) = (snapshot.cancel.clone(), snapshot.work.clone());
    drop(snapshot);
    // A simulator of its own: it looks at other heights than what is shown.
    let network = bench.reached.network;
    let remote = Arc::new(crate::simulate::Remote::new(network.client.clone(), &network.status.chain_id));
    remote.missed(u64::MAX);
    let simulator = crate::simulate::Simulator::new(Arc::new(amigos_hub::vm::VmExecutor::new()), remote);
    let last = asked.last.unwrap_or(crate::replay::DEFAULT_CALLS);
    let progress = |done: usize, all: usize| {
        if let Some(work) = &work {
            work.report(done, all, "calls");
        }
        !cancel.is_cancelled()
    };
    let all = crate::replay::replay(&simulator, &package, &bench.local, last, progress).map_err(Failure::Failed)?;
    let mut shape = crate::replay::to_json(&package, &network.name, &all);
    shape["text"] = json!(crate::replay::to_text(&package, &network.name, &all));
    Ok(shape)
}

/// The key of the document that a command names.
pub(super) fn key_of(uri: &Url) -> documents::DocKey {
    documents::key_of(uri)
}
