//! The embedded hub: one background process on loopback that all editors and terminals of a user share. A file in the data
//! folder says where it listens; the first process that needs it starts it, and it ends when nobody needs it any more.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use amigos_hub::background::Address;
use amigos_hub::client::{Client, ClientError, Limits};

use crate::cache;
use crate::network::offline;

/// How long a hub may take to start, the deployment of the first contracts included.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// The data folder of the embedded hub.
pub fn folder() -> Option<PathBuf> {
    Some(cache::folders()?.data_dir().join("hub"))
}

/// Where the embedded hub is; starts it if it does not run.
pub fn address() -> Result<Address, ClientError> {
    let folder = folder().ok_or_else(|| offline("this system has no folder for data; set HOME"))?;
    if let Some(address) = running(&folder) {
        return Ok(address);
    }
    let away = |what: &str, error: std::io::Error| offline(&format!("{what} `{}`: {error}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(|e| away("cannot make", e))?;
    // Several processes may come here at once: one starts the hub, the others wait for it.
    let starting = File::create(folder.join("starting.lock")).map_err(|e| away("cannot write in", e))?;
    starting.lock().map_err(|e| away("cannot lock in", e))?;
    if let Some(address) = running(&folder) {
        return Ok(address);
    }
    let log_start = std::fs::metadata(log_file(&folder)).map_or(0, |log| log.len());
    let mut hub = start(&folder).map_err(|e| offline(&format!("the local hub cannot be started: {e}")))?;
    let deadline = Instant::now() + START_PATIENCE;
    while Instant::now() < deadline {
        if let Some(address) = running(&folder) {
            // Reaped when it ends before us; it outlives us otherwise.
            std::thread::spawn(move || {
                let _ = hub.wait();
            });
            return Ok(address);
        }
        if let Ok(Some(status)) = hub.try_wait()
            && !status.success()
        {
            return Err(offline(&format!("the local hub cannot be started: {}", said_since(&folder, log_start))));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(offline(&format!(
        "the local hub did not start within {} s; its log is `{}`",
        START_PATIENCE.as_secs(),
        log_file(&folder).display()
    )))
}

/// The hub of `folder`, if it runs and answers.
pub fn running(folder: &Path) -> Option<Address> {
    let address = amigos_hub::background::address(folder)?;
    let client = Client::with(&address.url, Some(address.token.clone()), None, Limits::default()).ok()?;
    client.status().ok()?;
    Some(address)
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("hub.log")
}

/// What a hub that ended at once has said.
fn said_since(folder: &Path, start: u64) -> String {
    let log = std::fs::read(log_file(folder)).unwrap_or_default();
    let said = String::from_utf8_lossy(log.get(start as usize..).unwrap_or_default()).trim().to_owned();
    let said = said.strip_prefix("amigos: ").map(str::to_owned).unwrap_or(said);
    if said.is_empty() { format!("it ended at once; its log is `{}`", log_file(folder).display()) } else { said }
}

fn start(folder: &Path) -> std::io::Result<std::process::Child> {
    let log = File::options().create(true).append(true).open(log_file(folder))?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["hub", "--background", "--data"]).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    // A process group of its own: a Ctrl-C in the terminal of the first user does not end it for the others.
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    command.spawn()
}
