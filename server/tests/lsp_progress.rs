//! Work that takes long is shown where the client can show it, and ends when the client cancels it.

mod support;

use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use support::home::Home;
use support::{Client, uri};

/// A node that takes connections and says nothing, until it hangs up.
struct Silent {
    url: String,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    over: Arc<AtomicBool>,
}

impl Silent {
    fn start() -> Silent {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (connections, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (held, ended) = (connections.clone(), over.clone());
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if !ended.load(Ordering::SeqCst) {
                    held.lock().unwrap().push(connection);
                }
            }
        });
        Silent { url, connections, over }
    }

    fn hang_up(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.connections.lock().unwrap().clear();
    }
}

fn session(home: &Home, network: &str, capabilities: Value) -> (Client, String) {
    let folder = home.contract("social/post");
    let environment = home.environment();
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut client = Client::spawn(&environment);
    let folders = json!([{ "uri": uri(&folder), "name": "w" }]);
    let options = json!({ "network": network });
    client.request("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }));
    client.notify("initialized", json!({}));
    let path = folder.join("post.go");
    client.open(&uri(&path), &std::fs::read_to_string(&path).unwrap());
    (client, uri(&path))
}

/// Waits for the beginning of work with this title; its token.
fn begun(client: &mut Client, title: &str) -> String {
    let found = client.notification("$/progress", |p| p["value"]["kind"] == "begin" && p["value"]["title"] == title);
    assert_eq!(found["value"]["cancellable"], true, "{found}");
    found["token"].as_str().unwrap().to_owned()
}

#[test]
fn work_that_takes_long_is_shown_and_can_be_cancelled() {
    let (home, silent) = (Home::new(), Silent::start());
    let (mut client, document) = session(&home, &silent.url, json!({ "window": { "workDoneProgress": true } }));
    let fetch = begun(&mut client, "fetching packages");
    let call = json!({ "uri": document, "function": "CreatePost", "args": ["\"x\""] });
    let id = client.ask("workspace/executeCommand", json!({ "command": "amigos.simulate", "arguments": [call] }));
    let simulation = begun(&mut client, "simulating the call");
    assert_ne!(fetch, simulation);
    client.notify("window/workDoneProgress/cancel", json!({ "token": simulation }));
    assert_eq!(client.answer(id).1["error"]["code"], -32800);
    client.notification("$/progress", |p| p["token"] == simulation.as_str() && p["value"]["kind"] == "end");
    client.notify("window/workDoneProgress/cancel", json!({ "token": fetch }));
    client.notification("$/progress", |p| p["token"] == fetch.as_str() && p["value"]["kind"] == "end");
    // Tokens that nobody gave out do no harm.
    client.notify("window/workDoneProgress/cancel", json!({ "token": "other" }));
    client.notify("window/workDoneProgress/cancel", json!({ "token": 7 }));
    silent.hang_up();
    let cancelled =
        |p: &Value| p["uri"] == document.as_str() && p["diagnostics"].to_string().contains("was cancelled: save the file to try again");
    client.notification("textDocument/publishDiagnostics", cancelled);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": document } }));
    let away = |p: &Value| p["uri"] == document.as_str() && p["diagnostics"].to_string().contains("cannot be reached now");
    client.notification("textDocument/publishDiagnostics", away);
    client.stop();
}

#[test]
fn clients_that_show_no_work_are_not_asked_to() {
    let (home, silent) = (Home::new(), Silent::start());
    let (mut client, document) = session(&home, &silent.url, json!({}));
    let call = json!({ "uri": document, "function": "CreatePost", "args": ["\"x\""] });
    let id = client.ask("workspace/executeCommand", json!({ "command": "amigos.simulate", "arguments": [call] }));
    client.request("textDocument/hover", json!({ "textDocument": { "uri": document }, "position": { "line": 0, "character": 0 } }));
    silent.hang_up();
    assert!(client.answer(id).1["error"]["message"].as_str().unwrap().contains("no network is reached"));
    assert!(!client.requests.iter().any(|request| request["method"] == "window/workDoneProgress/create"));
    assert!(!client.notifications.iter().any(|n| n["method"] == "$/progress"));
    client.stop();
}
