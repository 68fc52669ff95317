//! A small LSP client that runs the real binary over its standard input and output.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod home;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Runs the real binary in a folder, with `home` as its user's folder and nothing on its standard input.
pub fn amigos_at_home(folder: &Path, home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for name in ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, home.join(name));
    }
    command.output().expect("the binary runs")
}

/// Runs the real binary in a folder that has its user's folder within.
pub fn amigos(folder: &Path, arguments: &[&str]) -> Output {
    amigos_at_home(folder, &folder.join(".home"), arguments)
}

/// What a run wrote on its standard output.
pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// How long a test waits for an answer before it fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and what it said so far.
pub struct Client {
    pub process: Child,
    input: Option<ChildStdin>,
    messages: Receiver<(Instant, Value)>,
    next_id: i64,
    /// Answers that arrived while something else was awaited.
    pub answers: HashMap<i64, (Instant, Value)>,
    /// Notifications that nobody took yet.
    pub notifications: Vec<Value>,
    /// The methods of what the server asked.
    pub refreshed: Vec<String>,
    /// What the server asked, whole.
    pub requests: Vec<Value>,
}

impl Client {
    /// Starts the server with the debug requests enabled and without doing the handshake.
    pub fn spawn(environment: &[(&str, &str)]) -> Client {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
        command.arg("lsp").env("AMIGOS_LSP_DEBUG", "1").stdin(Stdio::piped()).stdout(Stdio::piped());
        for (name, value) in environment {
            command.env(name, value);
        }
        let mut process = command.spawn().expect("the server starts");
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send((Instant::now(), message)).is_err() {
                    break;
                }
            }
        });
        let input = process.stdin.take();
        Client {
            process,
            input,
            messages,
            next_id: 1,
            answers: HashMap::new(),
            notifications: Vec::new(),
            refreshed: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// Starts the server for one workspace folder and does the handshake. It keeps away from any network.
    pub fn start(folder: Option<&Path>, environment: &[(&str, &str)]) -> Client {
        Client::start_with(folder, environment, json!({ "live": { "enable": false } }))
    }

    /// The same with these `initializationOptions`.
    pub fn start_with(folder: Option<&Path>, environment: &[(&str, &str)], options: Value) -> Client {
        let mut client = Client::spawn(environment);
        let folders = folder.map(|f| json!([{ "uri": uri(f), "name": "w" }])).unwrap_or(Value::Null);
        let capabilities = json!({
            "workspace": { "codeLens": { "refreshSupport": true }, "inlayHint": { "refreshSupport": true } },
            "textDocument": { "publishDiagnostics": { "relatedInformation": true }, "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } },
        });
        let answer = client
            .request("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }));
        assert!(answer["result"]["capabilities"].is_object(), "{answer}");
        client.notify("initialized", json!({}));
        client
    }

    /// Writes bytes as they are.
    pub fn write_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and returns its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Waits for the answer to request `id`: the whole message, and when it came.
    pub fn answer(&mut self, id: i64) -> (Instant, Value) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.answers.remove(&id) {
                return found;
            }
            assert!(self.pump(deadline), "no answer to request {id}");
        }
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id).1
    }

    /// Sends a request and returns its result; an error fails the test.
    pub fn result(&mut self, method: &str, params: Value) -> Value {
        let answer = self.request(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits for a notification that `wanted` accepts and takes it.
    pub fn notification(&mut self, method: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.notifications.iter().position(|n| n["method"] == method && wanted(&n["params"])) {
                return self.notifications.remove(at)["params"].clone();
            }
            assert!(self.pump(deadline), "no notification `{method}`; there were: {:#?}", self.notifications);
        }
    }

    /// Waits for a request of the server and takes it: its parameters.
    pub fn asked(&mut self, method: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.requests.iter().position(|r| r["method"] == method) {
                return self.requests.remove(at)["params"].clone();
            }
            assert!(self.pump(deadline), "the server did not ask `{method}`");
        }
    }

    /// Takes one message; false when none came before `deadline` or the connection is closed.
    pub fn pump(&mut self, deadline: Instant) -> bool {
        let (at, message) = match self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
        };
        match (message.get("method").is_some(), message.get("id").cloned()) {
            (true, Some(id)) => {
                self.refreshed.push(message["method"].as_str().unwrap_or_default().to_owned());
                self.requests.push(message);
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
            }
            (true, None) => self.notifications.push(message),
            (false, Some(id)) => {
                self.answers.insert(id.as_i64().unwrap_or(-1), (at, message));
            }
            (false, None) => panic!("neither request nor answer: {message}"),
        }
        true
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "go", "version": 0, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the whole text.
    pub fn replace(&mut self, uri: &str, version: i64, text: &str) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] });
        self.notify("textDocument/didChange", params);
    }

    /// Ends the server's input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits for the process to end; its exit status.
    pub fn exit_status(&mut self, patience: Duration) -> Option<i32> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.process.try_wait() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    /// Says goodbye as an editor does.
    pub fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.exit_status(Duration::from_secs(10)), Some(0));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The `file:` URI of a path.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn read_message(input: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
