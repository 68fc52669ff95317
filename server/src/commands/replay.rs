//! `amigos replay`: would the last calls of a package still succeed on the code as it is here, and at what gas?

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use amigos_hub::vm::VmExecutor;

use crate::cli::{Done, JsonArg, ProfileArg, Stop};
use crate::network::{Choice, Network};
use crate::replay::{self, Verdict};
use crate::simulate::{Remote, Simulator, local_packages};

/// Options of `amigos replay`.
#[derive(clap::Args)]
pub struct Options {
    /// The package's folder
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How many of the last calls
    #[arg(long, default_value_t = replay::DEFAULT_CALLS, value_name = "N")]
    last: usize,
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// Runs the calls again. Status 1 if one that succeeded fails now, or does something else.
pub fn run(options: &Options) -> Done {
    let mut project = crate::project::open(std::slice::from_ref(&options.path), ProfileArg::Contract)?;
    let choice = Choice::of(options.network.as_deref().unwrap_or_default(), project.workspace.folders()).map_err(Stop::usage)?;
    let network = Network::reach(&choice).map_err(|e| Stop::usage(e.to_string()))?;
    crate::network::fetch_imports_from(&mut project, Ok(&network));
    super::run::report_errors(&project)?;
    let package = match project.asked.as_slice() {
        [folder] => project.workspace.package_key_of(&folder.join("x.go").to_string_lossy()),
        _ => return Err(Stop::usage("there are several packages: name one")),
    };
    let package = package.ok_or_else(|| Stop::usage("there is no package here"))?;
    let remote = Arc::new(Remote::new(network.client.clone(), &network.status.chain_id));
    // Each call has a height of its own: what was read at another is no answer.
    remote.missed(u64::MAX);
    let simulator = Simulator::new(Arc::new(VmExecutor::new()), remote);
    let show = std::io::stderr().is_terminal();
    let all = replay::replay(&simulator, &package, &local_packages(&project.workspace, |_| None), options.last, |done, of| {
        if show && done % 10 == 0 {
            eprintln!("{done} of {of}");
        }
        true
    })
    .map_err(Stop::usage)?;
    if options.json.json {
        println!("{}", replay::to_json(&package, &network.name, &all));
    } else {
        print!("{}", replay::to_text(&package, &network.name, &all));
    }
    Ok(i32::from(all.iter().any(|one| matches!(one.verdict, Verdict::Breaks | Verdict::Differs))))
}
