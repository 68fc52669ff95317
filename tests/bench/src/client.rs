//! A language client over a child process's pipes, and the clock beside it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

/// How long any single answer may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(600);

/// The protocol's code of an answer that a change has made worthless.
const CONTENT_MODIFIED: i64 = -32801;

/// A language server that is measured.
#[derive(Clone)]
pub enum Server {
    /// The `amigos` binary.
    Ours(PathBuf),
    /// gopls, and the `go` command that it uses.
    Gopls {
        /// The `gopls` command.
        gopls: PathBuf,
        /// The `go` command.
        go: PathBuf,
    },
}

impl Server {
    /// Whether it is `amigos`.
    pub fn is_ours(&self) -> bool {
        matches!(self, Server::Ours(_))
    }

    /// Starts it for the folder `root`, with caches and a hub of its own in `home`, and initialises it.
    pub fn start(&self, root: &Path, home: &Path) -> Result<Client> {
        self.start_with(root, home, json!({}))
    }

    /// The same with settings of ours.
    pub fn start_with(&self, root: &Path, home: &Path, settings: Value) -> Result<Client> {
        match self {
            Server::Ours(server) => {
                let mut command = Command::new(server);
                // The requests that only measure: one that sleeps until it is cancelled.
                command.arg("lsp").env("AMIGOS_LSP_DEBUG", "1");
                Client::launch(command, server, root, home, settings)
            }
            Server::Gopls { gopls, go } => {
                let mut command = Command::new(gopls);
                let path = format!("{}:{}", go.parent().unwrap_or(Path::new("")).display(), std::env::var("PATH").unwrap_or_default());
                command
                    .env("PATH", path)
                    .env("GOTOOLCHAIN", "local")
                    .env("CGO_ENABLED", "0")
                    .env("GOFLAGS", "-mod=mod")
                    .env_remove("GOROOT");
                // The hints that ours shows by default are off there.
                let settings = json!({ "hints": { "constantValues": true, "rangeVariableTypes": true }, "semanticTokens": true });
                Client::launch(command, gopls, root, home, settings)
            }
        }
    }
}

/// A running server and what it has said that nobody has asked for yet.
pub struct Client {
    child: Child,
    input: ChildStdin,
    messages: Receiver<(Instant, Value)>,
    next_id: u64,
    version: i64,
}

impl Client {
    fn launch(mut command: Command, server: &Path, root: &Path, home: &Path, settings: Value) -> Result<Client> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        crate::own_home(&mut command, home);
        let mut child = command.spawn().with_context(|| format!("cannot start `{}`", server.display()))?;
        let input = child.stdin.take().context("the server has no standard input")?;
        let output = child.stdout.take().context("the server has no standard output")?;
        let (send, messages) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(output);
            while let Some(body) = read_message(&mut reader) {
                // What reading it as JSON takes is the client's time, and no server's.
                let at = Instant::now();
                let Ok(message) = serde_json::from_slice(&body) else { break };
                if send.send((at, message)).is_err() {
                    break;
                }
            }
        });
        let mut client = Client { child, input, messages, next_id: 0, version: 0 };
        let uri = uri_of(root);
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-8"] },
            "textDocument": { "publishDiagnostics": { "versionSupport": true } },
        });
        let folders = json!([{ "uri": uri, "name": "bench" }]);
        client.request(
            "initialize",
            json!({
                "processId": null, "rootUri": uri, "workspaceFolders": folders, "capabilities": capabilities, "initializationOptions": settings,
            }),
        )?;
        client.notify("initialized", json!({}))?;
        Ok(client)
    }

    /// The server's process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn notify(&mut self, method: &str, params: Value) -> Result<()> {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Sends a request; gives its result and how long it took. One that something overtook is sent again, as editors do.
    pub fn request(&mut self, method: &str, params: Value) -> Result<(Value, Duration)> {
        let start = Instant::now();
        loop {
            self.next_id += 1;
            let id = self.next_id;
            self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
            let (end, answer) = self.wait(|message| message["id"] == id && message.get("method").is_none())?;
            match answer.get("error") {
                None => return Ok((answer["result"].clone(), end - start)),
                Some(error) if error["code"] == CONTENT_MODIFIED => {}
                Some(error) => bail!("`{method}` was answered with an error: {error}"),
            }
        }
    }

    /// Sends a request that no server knows; the time to the refusal: what a message there and back takes at least.
    pub fn round_trip(&mut self) -> Result<Duration> {
        let start = Instant::now();
        self.next_id += 1;
        let id = self.next_id;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": "bench/nothing", "params": {} }))?;
        let (end, _) = self.wait(|message| message["id"] == id && message.get("method").is_none())?;
        Ok(end - start)
    }

    /// Opens a document.
    pub fn open(&mut self, file: &Path, text: &str) -> Result<()> {
        self.version += 1;
        let item = json!({ "uri": uri_of(file), "languageId": "go", "version": self.version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }))
    }

    /// Replaces `characters` characters of a line; gives the time until the diagnostics of that version satisfy `wanted`.
    pub fn edit(
        &mut self,
        file: &Path,
        line: usize,
        characters: (usize, usize),
        text: &str,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Duration> {
        let start = Instant::now();
        self.change(file, line, characters, text)?;
        let version = self.version;
        let end = self.diagnostics(file, |at, errors| at == Some(version) && wanted(errors))?;
        Ok(end - start)
    }

    /// Replaces characters of a line and does not wait.
    pub fn change(&mut self, file: &Path, line: usize, characters: (usize, usize), text: &str) -> Result<()> {
        self.version += 1;
        let range = json!({ "start": { "line": line, "character": characters.0 }, "end": { "line": line, "character": characters.1 } });
        let document = json!({ "uri": uri_of(file), "version": self.version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": text }] }))
    }

    /// Sends a request that takes long and cancels it; the time from the cancelling to the answer.
    pub fn cancel(&mut self, method: &str, params: Value) -> Result<Duration> {
        self.next_id += 1;
        let id = self.next_id;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        // It should be running by then.
        std::thread::sleep(Duration::from_millis(5));
        let start = Instant::now();
        self.notify("$/cancelRequest", json!({ "id": id }))?;
        let (end, answer) = self.wait(|message| message["id"] == id && message.get("method").is_none())?;
        anyhow::ensure!(answer["error"]["code"] == -32800, "a cancelled request was answered with {answer}");
        Ok(end - start)
    }

    /// Waits for a notification that is `wanted`.
    pub fn notification(&mut self, method: &str, wanted: impl Fn(&Value) -> bool) -> Result<()> {
        self.wait(|message| message["method"] == method && wanted(&message["params"])).map(drop)
    }

    /// Waits for diagnostics of a file whose version and number of errors satisfy `wanted`; says when they came.
    pub fn diagnostics(&mut self, file: &Path, wanted: impl Fn(Option<i64>, usize) -> bool) -> Result<Instant> {
        let uri = uri_of(file);
        let (end, _) = self.wait(|message| {
            let params = &message["params"];
            let errors = params["diagnostics"].as_array().map_or(0, |list| list.iter().filter(|one| one["severity"] == 1).count());
            message["method"] == "textDocument/publishDiagnostics" && params["uri"] == uri && wanted(params["version"].as_i64(), errors)
        })?;
        Ok(end)
    }

    /// Resident memory of the server in MiB, where the system says it.
    pub fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().split(' ').next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
    }

    /// Ends the server as the protocol says.
    pub fn stop(mut self) -> Result<()> {
        self.request("shutdown", Value::Null)?;
        self.notify("exit", Value::Null)?;
        self.child.wait()?;
        Ok(())
    }

    fn write(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()?;
        Ok(())
    }

    /// The next message that is `wanted`; requests of the server are answered with null meanwhile, the rest is dropped.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<(Instant, Value)> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (at, message) = self.messages.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => anyhow!("no answer in {} s", PATIENCE.as_secs()),
                RecvTimeoutError::Disconnected => anyhow!("the server ended"),
            })?;
            if wanted(&message) {
                return Ok((at, message));
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                self.write(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }))?;
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // a run that failed leaves no process behind; one that has ended is not there any more
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A path as a `file:` URI.
pub fn uri_of(path: &Path) -> String {
    let mut uri = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// The body of the next message.
fn read_message(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(text) = line.strip_prefix("Content-Length:") {
            length = text.trim().parse().ok();
        }
    }
    let mut body = vec![0; length?];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}
