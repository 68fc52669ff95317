//! Commands about a package as a whole: its functions with their parameters, its tests, the way to deploy it.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

use super::super::documents;
use super::super::snapshot::Snapshot;
use super::Failure;
use super::commands::package_of;

/// What the commands are about.
#[derive(Deserialize)]
pub struct About {
    #[serde(default)]
    pub(super) uri: Option<Url>,
    #[serde(default)]
    pub(super) package: Option<String>,
}

/// `amigos.functions`: what can be called from outside, with parameters and example arguments: what a form is made of.
pub fn functions(snapshot: &Snapshot, about: About) -> Result<Value, Failure> {
    let package = package_of(snapshot, about.package, about.uri.as_ref())?;
    let mut out = Vec::new();
    for (key, file) in snapshot.workspace.files_of(&package) {
        if key.ends_with("_test.go") {
            continue;
        }
        let Some(text) = snapshot.text(file)? else { continue };
        let lenses = snapshot.analysis.code_lenses(file)?;
        for function in snapshot.analysis.callable(file)? {
            let examples: Vec<&Vec<String>> = lenses
                .iter()
                .filter_map(|lens| match &lens.command {
                    amigos_ide::LensCommand::Simulate { function: f, args } if *f == function.name => Some(args),
                    _ => None,
                })
                .collect();
            let params: Vec<Value> = function.params.iter().map(|(name, ty)| json!({ "name": name, "type": ty })).collect();
            out.push(json!({
                "name": function.name, "params": params, "results": function.results, "doc": function.doc, "examples": examples,
                "uri": text.uri(), "range": text.range(function.range),
            }));
        }
    }
    Ok(json!({ "package": package, "functions": out }))
}

/// `amigos.deploy`: keys are never asked for in an editor, so what is answered is the command that a terminal runs.
pub fn deploy(snapshot: &Snapshot, about: About) -> Result<Value, Failure> {
    let package = package_of(snapshot, about.package, about.uri.as_ref())?;
    let folder = about
        .uri
        .as_ref()
        .map(documents::key_of)
        .and_then(|key| std::path::Path::new(&*key).parent().map(|p| p.display().to_string()))
        .ok_or_else(|| Failure::BadParameters("the command's argument: `uri` is needed".to_owned()))?;
    super::commands::refuse_errors(snapshot, &package)?;
    let network = snapshot.live.source().network;
    let mut command = vec!["amigos".to_owned(), "deploy".to_owned(), ".".to_owned()];
    if !network.is_empty() {
        command.extend(["--network".to_owned(), network]);
    }
    Ok(json!({ "package": package, "terminal": { "cwd": folder, "command": command } }))
}

/// A call that is to be committed.
#[derive(Deserialize)]
pub struct Commit {
    #[serde(default)]
    uri: Option<Url>,
    #[serde(default)]
    package: Option<String>,
    function: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    value: u64,
    #[serde(default)]
    gas: u64,
}

/// `amigos.commit`: the call as an unsigned transaction. The editor writes it to a file, and `amigos keys sign` in a terminal asks, signs and
/// sends.
pub fn commit(snapshot: &Snapshot, call: Commit) -> Result<Value, Failure> {
    let package = package_of(snapshot, call.package, call.uri.as_ref())?;
    let args: Vec<Value> = call.args.iter().map(|arg| json!(arg)).collect();
    let message =
        json!({ "type": "call", "package": package, "func": call.function, "args": args, "json_args": false, "value": call.value });
    let from = call.from.filter(|from| !from.is_empty()).unwrap_or_else(|| "alice".to_owned());
    let transaction = json!({ "from": from, "messages": [message], "gas": call.gas, "network": snapshot.live.source().network });
    Ok(json!({ "package": package, "transaction": transaction, "command": ["amigos", "keys", "sign"] }))
}
