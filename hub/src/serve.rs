//! A hub as a server: node, embedded contracts and interface together. What `amigos hub` runs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::background::{self, End};
use crate::devnet::{self, Done};
use crate::exec::Executor;
use crate::node::{Clock, Config, DEV_CHAIN_ID, Node};
use crate::rpc::{RpcConfig, RpcServer};

/// What can be chosen.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; without one, everything is in memory.
    pub data: Option<PathBuf>,
    /// Where to listen; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Blocks at this interval; without one, whenever a transaction comes.
    pub block_time: Option<Duration>,
    /// What callers from other machines must show. Needed if `listen` is not loopback.
    pub token: Option<String>,
    /// Whether the embedded contracts are deployed if they are missing.
    pub contracts: bool,
    /// What the time of blocks is taken from.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            data: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 26657)),
            block_time: None,
            token: None,
            contracts: true,
            clock: Clock::System,
        }
    }
}

/// A running hub. Dropping it stops it.
pub struct Hub {
    // The server goes first when this is dropped: nobody asks a node that has stopped.
    server: RpcServer,
    node: Arc<Node>,
    deployed: Vec<Done>,
}

impl Hub {
    /// Starts a development hub.
    ///
    /// Errors, in words: the store is damaged or in use, the address is taken, or it is open to others without a token.
    pub fn start(options: &Options, executor: Arc<dyn Executor>) -> Result<Hub, String> {
        if !options.listen.ip().is_loopback() && options.token.is_none() {
            return Err(format!("`{}` can be reached from other machines: set a token, or listen on 127.0.0.1", options.listen));
        }
        let config = Config {
            data: options.data.clone(),
            chain_id: DEV_CHAIN_ID.into(),
            dev: true,
            block_time: options.block_time,
            clock: options.clock,
        };
        let node = Arc::new(Node::start(config, executor).map_err(|e| e.to_string())?);
        let deployed = if options.contracts { devnet::prepare(&node, &devnet::embedded()) } else { Vec::new() };
        let rpc = RpcConfig { listen: options.listen, token: options.token.clone() };
        let server = RpcServer::start(node.clone(), &rpc).map_err(|e| format!("cannot listen on `{}`: {e}", options.listen))?;
        Ok(Hub { server, node, deployed })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The node.
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// What became of the embedded contracts at the start.
    pub fn deployed(&self) -> &[Done] {
        &self.deployed
    }
}

/// Runs the background hub of a folder until nobody has needed it for `idle`; `log` takes what went wrong with embedded contracts.
pub fn background(folder: &Path, idle: Duration, executor: Arc<dyn Executor>, mut log: impl FnMut(String)) -> Result<End, String> {
    background::run(folder, idle, executor, |node, _| {
        for done in devnet::prepare(node, &devnet::embedded()) {
            if let Err(error) = done.result {
                log(format!("{} could not be deployed: {error}", done.package));
            }
        }
    })
}
