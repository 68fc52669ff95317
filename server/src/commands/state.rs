//! `amigos state`: live state as Go values, with names and sizes.

use crate::cli::{Done, JsonArg, Stop};
use crate::render::{grouped, tree};
use crate::target;

/// Options of `amigos state`.
#[derive(clap::Args)]
pub struct Options {
    /// A package, or a path in its state: `hub.amigos.dev/social/forum.Posts[3]`; the package of the current folder if none is given
    #[arg(default_value = ".")]
    target: String,
    /// The height; the newest if not given
    #[arg(long)]
    at: Option<u64>,
    /// How deep to look
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    depth: u32,
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// Prints the state.
pub fn run(options: &Options) -> Done {
    let target = target::parse(&options.target).map_err(Stop::usage)?;
    let network = super::call::reach(options.network.as_deref(), &target)?;
    let (value, height) = network
        .client
        .state(&target.package, &target.name, options.depth, options.at.unwrap_or(0))
        .map_err(|e| Stop::failed(e.to_string()))?;
    if options.json.json {
        println!("{value}");
    } else {
        println!("{} · height {} · {}", options.target, grouped(height), network.name);
        print!("{}", tree::text(&value));
    }
    Ok(0)
}
