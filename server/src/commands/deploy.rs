//! `amigos deploy`: checks, prices and deploys or upgrades a package.

use std::path::PathBuf;

use amigos_ide::Severity;
use serde_json::{Value, json};

use crate::cli::{Done, JsonArg, ProfileArg, Stop};
use crate::locking;
use crate::manifest::{FILE_NAME, Manifest};
use crate::network::{Choice, Network};
use crate::project::{self, Project};
use crate::render::{amg, grouped};
use crate::signing::{PassphraseArg, send};
use crate::workspace::PackageFolder;

/// Options of `amigos deploy`.
#[derive(clap::Args)]
pub struct Options {
    /// The package's folder; the current one if none is given
    path: Option<PathBuf>,
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    /// The account that deploys: a key of `amigos keys`, or a name of a development hub
    #[arg(long, default_value = "alice")]
    from: String,
    #[command(flatten)]
    passphrase: PassphraseArg,
    #[command(flatten)]
    json: JsonArg,
}

/// Deploys.
pub fn run(options: &Options) -> Done {
    let path = options.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let mut project = project::open(std::slice::from_ref(&path), ProfileArg::Contract)?;
    // A package may have others in folders below it: the one that was named is meant.
    let named = path.canonicalize().ok();
    if let Some(own) = project.asked.iter().find(|folder| named.is_some() && folder.canonicalize().ok() == named).cloned() {
        project.asked = vec![own];
    }
    let [folder] = project.asked.as_slice() else {
        return Err(Stop::usage(format!("`{}` holds several packages: name one", path.display())));
    };
    let folder = folder.clone();
    let choice = Choice::of(options.network.as_deref().unwrap_or_default(), project.workspace.folders()).map_err(Stop::usage)?;
    let network = Network::reach(&choice).map_err(|e| Stop::usage(e.to_string()))?;
    crate::network::fetch_imports_from(&mut project, Ok(&network));
    refuse_errors(&project)?;
    let package = project.workspace.folder(&folder).cloned().ok_or_else(|| Stop::usage("the package is gone"))?;
    let manifest = package
        .manifest
        .clone()
        .ok_or_else(|| Stop::usage(format!("`{}` has no `{FILE_NAME}`: `amigos new` shows one", path.display())))?;
    let lock = locking::updated(&network.client, &network.status.chain_id, &manifest, &package).map_err(Stop::failed)?;
    lock.write(&folder).map_err(|e| Stop::usage(format!("`amigos.lock` cannot be written: {e}")))?;
    let message = message(&manifest, &package, &lock);
    let before = network.client.package(&manifest.key()).map_err(|e| Stop::usage(e.to_string()))?;
    let receipt = send(&network, &options.from, json!([message]), 0, &options.passphrase)?;
    if options.json.json {
        let by_package: serde_json::Map<String, Value> =
            receipt.gas_by_package.iter().map(|(name, gas)| (name.clone(), json!(gas))).collect();
        let gas = json!({ "wanted": receipt.gas_wanted, "used": receipt.gas_used, "by_package": by_package });
        let error = (receipt.code != 0).then_some(&receipt.log);
        println!(
            "{}",
            json!({ "package": manifest.key(), "version": manifest.version.to_string(), "network": network.name, "hash": receipt.hash,
                    "height": receipt.height, "code": receipt.code, "error": error, "gas": gas, "fee": receipt.fee, "events": receipt.events })
        );
    }
    if receipt.code != 0 {
        return Err(Stop::failed(if options.json.json { String::new() } else { receipt.log }));
    }
    if !options.json.json {
        let verb = match before {
            Some(before) => format!("upgraded `{}` from {} to {}", manifest.key(), before.version, manifest.version),
            None => format!("deployed `{}` {}", manifest.key(), manifest.version),
        };
        println!(
            "{verb} · {} · height {} · gas {} · fee {}",
            network.name,
            grouped(receipt.height),
            grouped(receipt.gas_used),
            amg(receipt.fee)
        );
    }
    Ok(0)
}

/// A package with errors is not sent: the chain would refuse it too, for a fee.
fn refuse_errors(project: &Project) -> Result<(), Stop> {
    let analysis = project.host.analysis();
    let mut errors = project.problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>();
    for (path, id) in project.asked_files() {
        let found = analysis.diagnostics(id).map_err(|_| Stop::usage("the analysis was cancelled"))?;
        let shown = project::shown_path(&path);
        errors.extend(found.into_iter().filter(|d| d.severity == Severity::Error).map(|d| format!("{shown}: {}", d.message)));
    }
    match errors.first() {
        None => Ok(()),
        Some(first) => Err(Stop::failed(format!("the package has {} errors, the first: {first}; `amigos check` shows all", errors.len()))),
    }
}

/// The message that deploys a package: its Go files without tests, its manifest, its README.
fn message(manifest: &Manifest, package: &PackageFolder, lock: &crate::lockfile::Lock) -> Value {
    let mut files: Vec<Value> = package
        .sources
        .iter()
        .filter(|source| !source.name.ends_with("_test.go"))
        .filter_map(|source| Some(json!({ "name": source.name, "text": &**source.text.as_ref().ok()? })))
        .collect();
    if let Some(text) = &package.manifest_text {
        files.push(json!({ "name": FILE_NAME, "text": &**text }));
    }
    if let Some(text) = &package.readme {
        files.push(json!({ "name": "README.md", "text": &**text }));
    }
    let pins: Vec<Value> = lock
        .packages
        .iter()
        .map(|(path, locked)| json!({ "path": path, "version": locked.version.to_string(), "hash": locked.hash }))
        .collect();
    json!({
        "type": "deploy",
        "path": manifest.path,
        "version": manifest.version.to_string(),
        "library": manifest.library,
        "files": files,
        "lock": pins,
    })
}
