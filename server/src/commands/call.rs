//! `amigos call`: a call, simulated on the network's state or committed.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::{Done, JsonArg, Stop};
use crate::network::{Choice, Network};
use crate::render::call::{Heading, text};
use crate::target::{self, Target};
use crate::workspace;

/// Options of `amigos call`.
#[derive(clap::Args)]
pub struct Options {
    /// The function: `hub.amigos.dev/social/post.CreatePost`, or a folder and `.CreatePost`
    function: String,
    /// Its arguments, as Go literals
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,
    /// Who calls: an address, or a development account
    #[arg(long, default_value = "alice")]
    from: String,
    /// Coins to send along: micro-amg, or as `0.5amg`
    #[arg(long, value_parser = parse_coins, default_value = "0")]
    value: u64,
    /// The most gas to use
    #[arg(long)]
    gas: Option<u64>,
    /// The height whose state it runs on; the newest if not given
    #[arg(long, conflicts_with = "commit")]
    at: Option<u64>,
    /// Send it instead of simulating it
    #[arg(long)]
    commit: bool,
    /// The arguments are JSON
    #[arg(long)]
    json_args: bool,
    /// Write the trace of the execution to this file, as JSON
    #[arg(long, conflicts_with = "commit")]
    trace: Option<PathBuf>,
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    #[command(flatten)]
    json: JsonArg,
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
    let mut request = super::deploy::request(&target.package, &target.name, &options.args, options.json_args).map_err(Stop::usage)?;
    request.from = Some(options.from.clone());
    request.value = options.value;
    request.gas = options.gas;
    let outcome = if options.commit {
        commit(&network, options, &target)?
    } else {
        network.client.simulate(&request, options.at.unwrap_or(0)).map_err(|e| Stop::usage(e.to_string()))?
    };
    if let Some(file) = &options.trace {
        let trace = outcome.get("trace").cloned().unwrap_or(Value::Null);
        std::fs::write(file, trace.to_string()).map_err(|e| Stop::usage(format!("`{}` cannot be written: {e}", file.display())))?;
    }
    let own = outcome.get("package").and_then(Value::as_str).unwrap_or(&target.package).to_owned();
    if options.json.json {
        println!("{outcome}");
    } else {
        let heading =
            Heading { call: shown_call(&own, &target.name, &options.args), from: options.from.clone(), network: network.name.clone() };
        print!("{}", text(&heading, &own, &outcome));
    }
    Ok(i32::from(outcome.get("error").is_some_and(|error| !error.is_null())))
}

/// `post.CreatePost("hello")`.
pub fn shown_call(package: &str, name: &str, args: &[String]) -> String {
    let (path, _) = crate::imports::split_major(package);
    format!("{}.{name}({})", path.rsplit('/').next().unwrap_or(path), args.join(", "))
}

/// The network that a command about `target` means.
pub fn reach(wanted: Option<&str>, target: &Target) -> Result<Network, Stop> {
    let package = target.folder.as_ref().map(|folder| workspace::load(folder));
    let choice = Choice::of(wanted.unwrap_or_default(), package.iter()).map_err(Stop::usage)?;
    Network::reach(&choice).map_err(|e| Stop::usage(e.to_string()))
}

fn commit(network: &Network, options: &Options, target: &Target) -> Result<Value, Stop> {
    let args: Vec<Value> = options.args.iter().map(|arg| json!(arg)).collect();
    let message = json!({
        "type": "call", "package": target.package, "func": target.name, "args": args,
        "json_args": options.json_args, "value": options.value,
    });
    let receipt =
        network.client.dev_send(&options.from, json!([message]), options.gas.unwrap_or(0)).map_err(|e| Stop::usage(e.to_string()))?;
    let by_package: serde_json::Map<String, Value> = receipt.gas_by_package.iter().map(|(name, gas)| (name.clone(), json!(gas))).collect();
    Ok(json!({
        "package": target.package,
        "func": target.name,
        "results": receipt.results.get(0).cloned().unwrap_or_else(|| json!([])),
        "error": (receipt.code != 0).then_some(&receipt.log),
        "code": receipt.code,
        "gas": { "used": receipt.gas_used, "wanted": receipt.gas_wanted, "bound": null, "by_package": by_package },
        "fee": receipt.fee,
        "events": receipt.events,
        "state_diff": [],
        "height": receipt.height,
        "hash": receipt.hash,
        "trace": null,
    }))
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
