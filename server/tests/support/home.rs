//! A user's folders with a hub of their own, and an editor on a contract in them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{Client, uri};

/// Folders of a user of its own, and the hub that runs in them.
pub struct Home {
    pub root: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Home {
        Home { root: tempfile::tempdir().unwrap() }
    }

    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let folder = |name: &str| self.root.path().join(name).display().to_string();
        vec![("XDG_DATA_HOME", folder("data")), ("XDG_CACHE_HOME", folder("cache")), ("XDG_CONFIG_HOME", folder("config"))]
    }

    pub fn amigos(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
        command.current_dir(self.root.path()).args(arguments).envs(self.environment()).output().expect("the binary runs")
    }

    pub fn client(&self, folder: &Path) -> Client {
        let environment = self.environment();
        let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Client::start_with(Some(folder), &environment, json!({}))
    }

    /// A copy of one of the contracts, in a folder where its neighbours are not.
    pub fn contract(&self, name: &str) -> PathBuf {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts").join(name);
        let to = self.root.path().join("work").join(name.replace('/', "-"));
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().flatten() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        to
    }

    pub fn kill_hub(&self) {
        let file = self.root.path().join("data/amigos/hub/address.json");
        let Ok(text) = std::fs::read_to_string(file) else { return };
        let address: Value = serde_json::from_str(&text).unwrap();
        let _ = Command::new("kill").args(["-9", &address["pid"].to_string()]).status();
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.kill_hub();
    }
}

pub struct Editor {
    pub client: Client,
    pub uri: String,
    pub text: String,
}

pub fn open(home: &Home, folder: &Path, file: &str) -> Editor {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut client = home.client(folder);
    client.open(&uri(&path), &text);
    Editor { client, uri: uri(&path), text }
}

impl Editor {
    pub fn at(&self, needle: &str, offset: usize) -> Value {
        let at = self.text.find(needle).unwrap() + offset;
        let before = &self.text[..at];
        let column = before.rsplit('\n').next().unwrap_or("").encode_utf16().count();
        json!({ "textDocument": { "uri": self.uri }, "position": { "line": before.matches('\n').count(), "character": column } })
    }

    /// Asks until the answer is as wanted.
    pub fn until(&mut self, method: &str, params: &Value, wanted: impl Fn(&str) -> bool) -> String {
        let started = std::time::Instant::now();
        loop {
            let answer = self.client.request(method, params.clone());
            let text = answer["result"].to_string();
            if wanted(&text) {
                return text;
            }
            assert!(started.elapsed() < super::PATIENCE, "{method}: {answer}");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    pub fn hints(&self) -> Value {
        let end = json!({ "line": self.text.lines().count(), "character": 0 });
        json!({ "textDocument": { "uri": self.uri }, "range": { "start": { "line": 0, "character": 0 }, "end": end } })
    }

    pub fn command(&mut self, command: &str, argument: Value) -> Value {
        self.client.request("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
    }

    pub fn no_errors(&mut self) {
        let uri = self.uri.clone();
        self.client.notification("textDocument/publishDiagnostics", |p| p["uri"] == uri.as_str() && p["diagnostics"] == json!([]));
    }
}
