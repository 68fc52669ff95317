//! `amigos hub`: the hub as a server, and (hidden) the background hub that editors and terminals share.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use amigos_hub::background::{End, IDLE};
use amigos_hub::node::Clock;
use amigos_hub::serve::{self, Hub};
use amigos_hub::vm::VmExecutor;

use crate::cli::{Done, Stop};

/// Nanoseconds in a second.
const NANOS: u64 = 1_000_000_000;

/// Options of `amigos hub`.
#[derive(clap::Args)]
pub struct Options {
    /// Where to keep blocks and state; without it everything is in memory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:26657")]
    listen: SocketAddr,
    /// A block at this interval, in milliseconds; without it, whenever a transaction comes
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    block_time: Option<u64>,
    /// What callers from other machines, and callers who want something signed, must show
    #[arg(long, value_name = "TEXT")]
    token: Option<String>,
    /// Block n gets the time of this second (since 1970) plus n seconds instead of the clock's, so that runs can be compared
    #[arg(long, value_name = "SECOND")]
    start_time: Option<u64>,
    /// Starts without the embedded contracts
    #[arg(long)]
    empty: bool,
    /// The shared hub of this user: ends when nobody needs it
    #[arg(long, hide = true, requires = "data")]
    background: bool,
    /// After how many seconds without a request the shared hub ends
    #[arg(long, hide = true, default_value_t = IDLE.as_secs())]
    idle: u64,
}

/// Serves until it is interrupted or, in the background, idle.
pub fn run(options: &Options) -> Done {
    let executor = Arc::new(VmExecutor::new());
    if let (true, Some(folder)) = (options.background, &options.data) {
        let end = serve::background(folder, Duration::from_secs(options.idle), executor, |text| eprintln!("amigos hub: {text}"));
        return match end {
            Ok(End::Idle | End::RunsAlready) => Ok(0),
            Err(text) => Err(Stop::usage(text)),
        };
    }
    let serve = serve::Options {
        data: options.data.clone(),
        listen: options.listen,
        block_time: options.block_time.map(Duration::from_millis),
        token: options.token.clone(),
        contracts: !options.empty,
        clock: match options.start_time {
            Some(second) => Clock::Fixed { start: second.saturating_mul(NANOS), step: NANOS },
            None => Clock::System,
        },
    };
    let hub = Hub::start(&serve, executor).map_err(Stop::usage)?;
    for done in hub.deployed() {
        if let Err(error) = &done.result {
            eprintln!("amigos hub: {} could not be deployed: {error}", done.package);
        }
    }
    let kept = serve.data.as_ref().map_or("in memory".to_owned(), |folder| format!("in `{}`", folder.display()));
    println!("amigos hub: chain `{}` at height {}, {kept}", hub.node().config().chain_id, hub.node().height());
    println!("amigos hub: listening on http://{}", hub.address());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tokio::signal::ctrl_c())?;
    Ok(0)
}
