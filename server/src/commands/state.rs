//! `amigos state`: live state as Go values, with names and sizes, what changed since the last look, and `--watch`.

use std::sync::mpsc;

use amigos_hub::client::BlockNotice;
use serde_json::{Value, json};

use crate::cli::{Done, JsonArg, Stop};
use crate::looked::Looked;
use crate::network::Network;
use crate::render::{grouped, tree};
use crate::target::{self, Target};

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
    /// Stay, and say what changes with each block; with `--json` one document a line
    #[arg(long, conflicts_with = "at")]
    watch: bool,
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
    let (value, height) = read(&network, options, &target).map_err(Stop::failed)?;
    let looked = Looked::open(&network.status.chain_id, &format!("{}.{}", target.package, target.name));
    let before = looked.as_ref().and_then(Looked::last).filter(|(at, _)| *at < height && options.at.is_none());
    let changes = before.as_ref().map(|(at, before)| (*at, tree::changes(before, &value))).filter(|(_, changes)| !changes.is_empty());
    if options.json.json {
        if options.watch {
            println!("{}", json!({ "height": height, "state": value, "changes": [] }));
        } else {
            println!("{value}");
        }
    } else {
        println!("{} · height {} · {}", options.target, grouped(height), network.name);
        print!("{}", tree::text(&value));
        if let Some((at, changes)) = &changes {
            println!("changed since you last looked, at height {}:", grouped(*at));
            changes.iter().for_each(|(path, what)| println!("  {path}  {what}"));
        }
    }
    if let (Some(looked), None) = (&looked, options.at) {
        looked.keep(height, &value);
    }
    if options.watch { watch(&network, options, &target, value, looked.as_ref()) } else { Ok(0) }
}

fn read(network: &Network, options: &Options, target: &Target) -> Result<(Value, u64), String> {
    let read = network.client.state(&target.package, &target.name, options.depth, options.at.unwrap_or(0));
    read.map_err(|e| e.to_string())
}

/// Says what changes, until it is ended. A hub that goes away is waited for.
fn watch(network: &Network, options: &Options, target: &Target, mut known: Value, looked: Option<&Looked>) -> Done {
    let (sender, notices) = mpsc::channel();
    let _subscription = network.client.subscribe(move |notice| {
        let _ = sender.send(notice);
    });
    let mut away = false;
    while let Ok(notice) = notices.recv() {
        match notice {
            BlockNotice::Block { changed, .. } if !changed.iter().any(|package| concerns(package, &target.package)) => continue,
            BlockNotice::Lost(problem) => {
                if !std::mem::replace(&mut away, true) {
                    eprintln!("amigos: {problem}; waiting for it");
                }
                continue;
            }
            _ => {}
        }
        let Ok((value, height)) = read(network, options, target) else { continue };
        away = false;
        let changes = tree::changes(&known, &value);
        if changes.is_empty() {
            continue;
        }
        if options.json.json {
            let list: Vec<Value> = changes.iter().map(|(path, what)| json!({ "path": path, "what": what })).collect();
            println!("{}", json!({ "height": height, "state": value, "changes": list }));
        } else {
            println!("height {}", grouped(height));
            changes.iter().for_each(|(path, what)| println!("  {path}  {what}"));
        }
        if let Some(looked) = looked {
            looked.keep(height, &value);
        }
        known = value;
    }
    Ok(0)
}

/// Whether `path@vN` is the package that was asked for, with or without its major.
fn concerns(identity: &str, asked: &str) -> bool {
    identity == asked || identity.split_once("@v").is_some_and(|(path, _)| path == asked)
}
