//! `amigos gas`: for every exported function the static bound, its value at live sizes, the last simulation.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::{self, Done, JsonArg, ProfileArg, Stop};
use crate::gas::{self, Sizes};
use crate::network::{self, Choice, Network};
use crate::project;

/// Options of `amigos gas`.
#[derive(clap::Args)]
pub struct Options {
    /// Packages: folders; the current one if none is given
    paths: Vec<PathBuf>,
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    /// Do not ask the network for live sizes
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    json: JsonArg,
}

/// Prints the bounds.
pub fn run(options: &Options) -> Done {
    let mut project = project::open(&cli::or_here(&options.paths), ProfileArg::Contract)?;
    let wanted = options.network.as_deref().unwrap_or_default();
    let reached = match options.offline {
        true => Err((wanted.to_owned(), network::offline("`--offline` was given"))),
        false => Choice::of(wanted, project.workspace.folders())
            .map_err(|reason| (wanted.to_owned(), network::offline(&reason)))
            .and_then(|choice| Network::reach(&choice).map_err(|problem| (choice.name().to_owned(), problem))),
    };
    network::fetch_imports_from(&mut project, reached.as_ref().map_err(|(name, problem)| (name.as_str(), problem)));
    let mut sizes = Sizes::new();
    let mut height = None;
    if let Ok(network) = &reached {
        height = Some(network.status.height);
        for package in project.workspace.keys() {
            if let Ok((tree, _)) = network.client.state(&package, "", crate::live::SIZES_DEPTH, network.status.height) {
                crate::render::tree::sizes(&package, &tree, &mut sizes);
            }
        }
    } else if let (Err((name, problem)), false) = (&reached, options.offline) {
        eprintln!("amigos: no live sizes from network `{name}`: {problem}");
    }
    let analysis = project.host.analysis();
    let mut found = Vec::new();
    for folder in &project.asked {
        let Some(manifest) = project.workspace.folder(folder).and_then(|package| package.manifest.as_ref()) else { continue };
        let functions = gas::functions(&analysis, &manifest.key()).map_err(|_| Stop::usage("the analysis was cancelled"))?;
        found.push((manifest.key(), functions));
    }
    if found.is_empty() {
        return Err(Stop::usage("there is no package with an `amigos.toml` here"));
    }
    if options.json.json {
        let all: Vec<_> =
            found.iter().flat_map(|(_, functions)| functions).map(|function| gas::to_json(function, &sizes, height)).collect();
        println!("{}", json!({ "functions": all }));
    } else {
        for (package, functions) in &found {
            print!("{}", gas::to_text(package, functions, &sizes, height));
        }
    }
    Ok(0)
}
