//! Keys of one's own, against the real binary and a hub: made, funded, used, and refused without their passphrase.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use support::amigos_at_home;

struct Hub {
    process: Child,
    url: String,
}

impl Hub {
    fn start() -> Hub {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
        let mut process = command.args(["hub", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("the hub starts");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let said = lines.map_while(Result::ok).find_map(|line| line.split_once("http://").map(|(_, a)| format!("http://{}", a.trim())));
        Hub { process, url: said.expect("the hub says where it listens") }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_key_of_ones_own_signs_deploys_and_calls() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let hub = Hub::start();
    std::fs::write(home.join("secret"), "correct horse\n").unwrap();
    std::fs::write(home.join("wrong"), "battery staple\n").unwrap();
    let said = done(&amigos_at_home(home, home, &["keys", "new", "me", "--passphrase-file", "secret"]));
    let address = said.lines().next().unwrap().strip_prefix("me · ").unwrap().to_owned();
    let listed: Value = serde_json::from_str(&done(&amigos_at_home(home, home, &["keys", "list", "--json"]))).unwrap();
    assert_eq!(listed, json!({ "keys": [{ "name": "me", "address": address }] }));

    // a development account gives it coins: a transaction as an editor hands it over
    let gift = json!({ "from": "bob", "gas": 1000, "messages": [{ "type": "send", "to": address, "amount": 50_000_000 }] });
    std::fs::write(home.join("gift.json"), gift.to_string()).unwrap();
    let asked = amigos_at_home(home, home, &["keys", "sign", "gift.json", "--network", &hub.url]);
    assert_eq!(asked.status.code(), Some(2), "without a terminal and `--yes` nothing is signed");
    let said = amigos_at_home(home, home, &["keys", "sign", "gift.json", "--network", &hub.url, "--yes"]);
    done(&said);
    assert!(String::from_utf8_lossy(&said.stderr).contains(&format!("send 50 amg to {address}")), "{said:?}");

    let register = ["call", "hub.amigos.dev/identity/ens.Register", "\"myself\"", "--network", &hub.url, "--from", "me", "--json"];
    // simulated by name, without the passphrase
    let simulated: Value = serde_json::from_str(&done(&amigos_at_home(home, home, &register))).unwrap();
    assert_eq!(simulated["error"], Value::Null, "{simulated}");
    let commit = |file: &str| amigos_at_home(home, home, &[&register[..], &["--commit", "--passphrase-file", file]].concat());
    let refused = commit("wrong");
    assert_eq!(
        (refused.status.code(), &*String::from_utf8_lossy(&refused.stderr)),
        (Some(1), "amigos: the passphrase of key `me` is another\n")
    );
    let committed: Value = serde_json::from_str(&done(&commit("secret"))).unwrap();
    assert_eq!((&committed["error"], committed["gas"]["used"].as_u64()), (&Value::Null, simulated["gas"]["used"].as_u64()), "{committed}");
    let owner = done(&amigos_at_home(
        home,
        home,
        &["call", "hub.amigos.dev/identity/ens.Lookup", "\"myself.amigos\"", "--network", &hub.url, "--json"],
    ));
    assert!(owner.contains(&address), "{owner}");

    done(&amigos_at_home(home, home, &["new", "mine"]));
    let said =
        done(&amigos_at_home(home, home, &["deploy", "mine", "--network", &hub.url, "--from", &address, "--passphrase-file", "secret"]));
    assert!(said.starts_with("deployed `hub.amigos.dev/mine@v0`") || said.starts_with("deployed `hub.amigos.dev/mine@v1`"), "{said}");

    // the secret can be taken elsewhere and is the same account there
    let secret = done(&amigos_at_home(home, home, &["keys", "export", "me", "--passphrase-file", "secret"]));
    assert_eq!(secret.trim().len(), 64);
    let nobody = amigos_at_home(home, home, &["deploy", "mine", "--network", &hub.url, "--from", "nobody"]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("there is no key `nobody`"), "{nobody:?}");
}
