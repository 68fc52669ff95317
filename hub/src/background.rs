//! The background hub: one process on loopback that all editors and terminals of a user share.
//!
//! It holds the lock of `running.lock` in its folder while it runs, says in `address.json` where it listens and which token it
//! wants to see before it signs, and ends when nobody has asked for anything for a while. Who needs a hub and finds none that
//! answers starts one; if several do at once, the lock lets one of the hubs live and the others end at once.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::encode::hex;
use crate::exec::Executor;
use crate::node::{Config, Node};
use crate::rpc::{RpcConfig, RpcServer};

/// The file whose lock the running hub holds.
pub const LOCK_FILE: &str = "running.lock";
/// The file that says where it listens.
pub const ADDRESS_FILE: &str = "address.json";
/// How long a hub stays when nobody asks for anything.
pub const IDLE: Duration = Duration::from_secs(20 * 60);

/// Where a running hub is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Address {
    /// Its process.
    pub pid: u32,
    /// Its URL.
    pub url: String,
    /// What it wants to be shown before it signs.
    pub token: String,
}

/// How a background hub came to an end.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Another one runs already.
    RunsAlready,
    /// Nobody needed it any more.
    Idle,
}

/// Runs a background hub with its data in `folder` until it was idle for `idle`. `ready` is called once it can be reached.
///
/// Errors, in words: the folder cannot be written, or the store is damaged.
pub fn run(folder: &Path, idle: Duration, executor: Arc<dyn Executor>, ready: impl FnOnce(&Arc<Node>, &Address)) -> Result<End, String> {
    let cannot = |what: &str, error: std::io::Error| format!("cannot {what} in `{}`: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(|e| cannot("make a folder", e))?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE)).map_err(|e| cannot("write", e))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => return Ok(End::RunsAlready),
        Err(std::fs::TryLockError::Error(error)) => return Err(cannot("lock a file", error)),
    }
    let config = Config { data: Some(folder.to_path_buf()), ..Config::default() };
    let node = Arc::new(Node::start(config, executor).map_err(|e| e.to_string())?);
    let token = new_token()?;
    let server = RpcServer::start(node.clone(), &RpcConfig { token: Some(token.clone()), ..RpcConfig::default() })
        .map_err(|e| format!("cannot listen on loopback: {e}"))?;
    let address = Address { pid: std::process::id(), url: format!("http://{}", server.address()), token };
    ready(&node, &address);
    write_address(folder, &address).map_err(|e| cannot("write", e))?;
    let step = (idle / 10).clamp(Duration::from_millis(20), Duration::from_secs(5));
    while server.idle() < idle {
        std::thread::sleep(step);
    }
    // The address goes first, so that nobody comes to a hub that is about to end.
    let _ = std::fs::remove_file(folder.join(ADDRESS_FILE));
    drop(server);
    node.stop();
    drop(lock);
    Ok(End::Idle)
}

/// Where the hub of a folder says that it is. It may have been killed: ask it.
pub fn address(folder: &Path) -> Option<Address> {
    serde_json::from_str(&std::fs::read_to_string(folder.join(ADDRESS_FILE)).ok()?).ok()
}

/// Writes the address so that it is read whole or not at all, and by this user only.
fn write_address(folder: &Path, address: &Address) -> std::io::Result<()> {
    let temporary = folder.join(format!(".{ADDRESS_FILE}.{}", address.pid));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    std::io::Write::write_all(&mut file, &serde_json::to_vec(address)?)?;
    file.sync_all()?;
    std::fs::rename(&temporary, folder.join(ADDRESS_FILE))
}

fn new_token() -> Result<String, String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|e| format!("the system gives no random numbers: {e}"))?;
    Ok(hex(&bytes).to_lowercase())
}
