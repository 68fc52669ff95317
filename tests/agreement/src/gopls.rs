//! A client of gopls: requests with their answers, in bytes as columns.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A running gopls.
pub struct Gopls {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: i64,
}

impl Gopls {
    /// Starts it in a folder, with the `go` command of `go`'s folder first on the path.
    pub fn start(gopls: &Path, go: &Path, folder: &Path) -> Result<Gopls> {
        let path = format!("{}:{}", go.parent().unwrap_or(Path::new("")).display(), std::env::var("PATH").unwrap_or_default());
        let mut process = Command::new(gopls)
            .current_dir(folder)
            .env("PATH", path)
            .env("GOFLAGS", "-mod=mod")
            .env("GOTOOLCHAIN", "local")
            .env("CGO_ENABLED", "0")
            .env_remove("GOROOT")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("`{}` cannot be run", gopls.display()))?;
        let input = process.stdin.take().context("no input")?;
        let output = BufReader::new(process.stdout.take().context("no output")?);
        let mut client = Gopls { process, input, output, next_id: 1 };
        let uri = uri_of(folder);
        let options = json!({ "completionBudget": "0s", "analyses": {}, "staticcheck": false });
        let answered = client.request(
            "initialize",
            json!({
                "processId": null, "rootUri": uri, "workspaceFolders": [{ "uri": uri, "name": "corpus" }],
                "initializationOptions": options,
                "capabilities": {
                    "general": { "positionEncodings": ["utf-8"] },
                    "workspace": { "configuration": false },
                    "textDocument": { "completion": { "completionItem": { "snippetSupport": true } }, "hover": { "contentFormat": ["markdown"] } },
                },
            }),
        )?;
        if let Err(problem) = answered {
            bail!("gopls: {problem}");
        }
        client.notify("initialized", json!({}))?;
        Ok(client)
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()?;
        Ok(())
    }

    pub fn notify(&mut self, method: &str, params: Value) -> Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// The result of a request; what the server asks meanwhile is answered with nothing. An error is a text.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Result<Value, String>> {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.read()?;
            match (message.get("method").is_some(), message.get("id")) {
                (true, Some(asked)) => {
                    let answer = json!({ "jsonrpc": "2.0", "id": asked, "result": null });
                    self.send(&answer)?;
                }
                (false, Some(answered)) if answered == id => {
                    return Ok(match message.get("error") {
                        Some(error) => Err(error["message"].as_str().unwrap_or("an error").to_owned()),
                        None => Ok(message["result"].clone()),
                    });
                }
                _ => {}
            }
        }
    }

    fn read(&mut self) -> Result<Value> {
        let mut length = 0usize;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                bail!("gopls ended");
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse()?;
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }
}

impl Drop for Gopls {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The URI of a path without special letters.
pub fn uri_of(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The LSP position of an offset, columns in bytes.
pub fn position(text: &str, offset: u32) -> Value {
    let before = &text[..offset as usize];
    let line = before.matches('\n').count();
    json!({ "line": line, "character": before.len() - before.rfind('\n').map_or(0, |i| i + 1) })
}

/// The offset of an LSP position.
pub fn offset(text: &str, position: &Value) -> u32 {
    let line = position["line"].as_u64().unwrap_or(0) as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    (start + position["character"].as_u64().unwrap_or(0) as usize) as u32
}
