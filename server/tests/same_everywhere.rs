//! Same call, same state: result, gas, events and state root are alike on two hubs (two processes with hash seeds of their own), from cold and from warm caches,
//! from the hub, the command line and the lens.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::Client;

struct Hub {
    process: Child,
    address: String,
}

impl Hub {
    fn start() -> Hub {
        let mut process = Command::new(env!("CARGO_BIN_EXE_amigos"))
            .args(["hub", "--listen", "127.0.0.1:0", "--start-time", "1700000000"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the hub starts");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let said = lines.map_while(Result::ok).find_map(|l| l.split_once("http://").map(|(_, a)| a.trim().to_owned()));
        Hub { process, address: said.expect("the hub says where it listens") }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The root of the state at the newest height, and that height.
    fn root(&self) -> (String, String) {
        let mut socket = TcpStream::connect(&self.address).expect("the hub listens");
        write!(socket, "GET /status HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n").expect("sent");
        let mut text = String::new();
        socket.read_to_string(&mut text).expect("an answer");
        let body: Value = serde_json::from_str(text.split("\r\n\r\n").nth(1).expect("a body")).expect("JSON");
        let sync = &body["result"]["sync_info"];
        let field = |name: &str| sync[name].as_str().expect("a text").to_owned();
        (field("latest_app_hash"), field("latest_block_height"))
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn call(folder: &Path, hub: &Hub, arguments: &[&str]) -> Value {
    let home = folder.join(".home");
    let output = Command::new(env!("CARGO_BIN_EXE_amigos"))
        .current_dir(folder)
        .arg("call")
        .args(arguments)
        .args(["--network", &hub.url(), "--json"])
        .envs(["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"].map(|n| (n, home.join(n))))
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// What must be the same: results, error, gas with its split, events and what changed.
fn essence(answer: &Value) -> Value {
    json!({
        "results": answer["results"],
        "error": answer["error"],
        "used": answer["gas"]["used"],
        "by_package": answer["gas"]["by_package"],
        "events": answer["events"],
        "state_diff": answer["state_diff"],
    })
}

/// Simulates from the lens.
fn simulate(client: &mut Client, argument: &Value) -> Value {
    client.result("workspace/executeCommand", json!({ "command": "amigos.simulate", "arguments": [argument] }))
}

const CREATE: [&str; 2] = ["hub.amigos.dev/social/post.CreatePost", "\"hello\""];

#[test]
fn a_call_gives_the_same_from_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let contracts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    let post = folder.path().join("post");
    std::fs::create_dir(&post).expect("a folder");
    for name in ["amigos.toml", "post.go"] {
        std::fs::copy(contracts.join("social/post").join(name), post.join(name)).expect("copied");
    }
    let (a, b) = (Hub::start(), Hub::start());
    let mut roots = Vec::new();
    for hub in [&a, &b] {
        for committed in [
            &["hub.amigos.dev/forum.Join", "\"ann\"", "--commit"][..],
            &["hub.amigos.dev/identity/ens.Register", "\"ann\"", "--commit"][..],
            &[CREATE[0], "\"first\"", "--commit"][..],
        ] {
            let done = call(folder.path(), hub, committed);
            assert_eq!(done["error"], Value::Null, "{done}");
        }
        roots.push(hub.root());
    }
    assert_eq!(roots[0], roots[1], "the same calls lead to the same state on two hubs");

    // Cold: a process each; the hub's second answer is from warm caches.
    let first = essence(&call(folder.path(), &a, &CREATE));
    assert!(first["used"].as_u64().is_some_and(|g| g > 1000), "{first}");
    assert_eq!(first["results"][0]["value"], Value::Null);
    assert!(first["state_diff"].as_array().is_some_and(|d| !d.is_empty()), "{first}");
    assert_eq!(essence(&call(folder.path(), &a, &CREATE)), first, "warm");
    assert_eq!(essence(&call(folder.path(), &b, &CREATE)), first, "another hub");

    // The lens: the server of the editor, over the local text of the same contract.
    let mut client = Client::start_with(Some(folder.path()), &[], json!({ "network": a.url() }));
    let uri = support::uri(&post.join("post.go"));
    client.open(&uri, &std::fs::read_to_string(post.join("post.go")).expect("the contract"));
    let argument = json!({ "uri": uri, "function": "CreatePost", "args": ["\"hello\""], "from": "alice" });
    for temperature in ["cold", "warm"] {
        let answer = simulate(&mut client, &argument);
        assert_eq!(essence(&answer), first, "from the lens, {temperature}");
        assert!(answer["text"].as_str().is_some_and(|t| t.contains("CreatePost(\"hello\")")), "{answer}");
    }
    client.stop();

    // Committed, it costs what it was said to cost, and does the same.
    let committed =
        [call(folder.path(), &a, &[CREATE[0], CREATE[1], "--commit"]), call(folder.path(), &b, &[CREATE[0], CREATE[1], "--commit"])];
    for done in &committed {
        assert_eq!(
            (&done["gas"]["used"], &done["gas"]["by_package"], &done["results"]),
            (&first["used"], &first["by_package"], &first["results"])
        );
    }
    assert_eq!(a.root(), b.root());
}
