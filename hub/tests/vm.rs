//! The whole path: the embedded contracts on a development hub, called, simulated and read by the real virtual machine.

mod common;

use std::sync::{Arc, OnceLock};

use amigos_hub::accounts::dev_address;
use amigos_hub::client::{CallRequest, Client, ClientError};
use amigos_hub::devnet;
use amigos_hub::node::{Config, Node};
use amigos_hub::rpc::{RpcConfig, RpcServer};
use amigos_hub::vm::VmExecutor;
use common::*;
use serde_json::{Value, json};

const POST: &str = "hub.amigos.dev/social/post";
const FORUM: &str = "hub.amigos.dev/social/forum";
const TOKEN: &str = "hub.amigos.dev/token@v1";

/// One executor for all tests: what is compiled once need not be again.
fn executor() -> Arc<VmExecutor> {
    static EXECUTOR: OnceLock<Arc<VmExecutor>> = OnceLock::new();
    EXECUTOR.get_or_init(Arc::default).clone()
}

fn vm_node(data: Option<std::path::PathBuf>, executor: Arc<VmExecutor>) -> Node {
    let node = Node::start(Config { data, ..config() }, executor).unwrap();
    for done in devnet::prepare(&node, &devnet::embedded()) {
        assert!(done.result.is_ok(), "{}: {:?}", done.package, done.result);
    }
    node
}

struct Hub {
    _server: RpcServer,
    node: Arc<Node>,
    client: Client,
}

fn hub() -> Hub {
    let node = Arc::new(vm_node(None, executor()));
    let server = RpcServer::start(node.clone(), &RpcConfig::default()).unwrap();
    let client = Client::new(&format!("http://{}", server.address())).unwrap();
    Hub { _server: server, node, client }
}

/// A hub that tests only read.
fn shared() -> &'static Hub {
    static HUB: OnceLock<Hub> = OnceLock::new();
    HUB.get_or_init(hub)
}

fn simulate(client: &Client, package: &str, func: &str, args: &[&str]) -> Value {
    let request = CallRequest {
        package: package.into(),
        func: func.into(),
        args: args.iter().map(|a| json!(a)).collect(),
        from: Some("alice".into()),
        ..CallRequest::default()
    };
    client.simulate(&request, 0).unwrap()
}

fn send(client: &Client, from: &str, package: &str, func: &str, args: &[&str]) -> amigos_hub::client::Receipt {
    client.dev_send(from, json!([{"type": "call", "package": package, "func": func, "args": args}]), 1_000_000).unwrap()
}

#[test]
fn the_founding_program_runs() {
    let hub = hub();
    let client = &hub.client;
    let before = client.state(FORUM, "Posts", 4, 0).unwrap().0["items"].as_u64().unwrap();
    let simulated = simulate(client, POST, "CreatePost", &[r#""hello""#]);
    assert_eq!(simulated["error"], Value::Null, "{simulated}");
    let gas = simulated["gas"]["used"].as_u64().unwrap();
    assert!(gas > 0);
    let differences = simulated["state_diff"].as_array().unwrap();
    assert!(
        differences.iter().any(|d| d["package"] == "hub.amigos.dev/social/forum@v1" && d["path"].as_str().unwrap().starts_with("Posts[")),
        "{differences:?}"
    );
    let receipt = send(client, "alice", POST, "CreatePost", &[r#""hello""#]);
    assert_eq!((receipt.code, receipt.gas_used), (0, gas), "{}", receipt.log);
    let sum: u64 = receipt.gas_by_package.iter().map(|(_, gas)| gas).sum();
    assert_eq!(sum, gas);
    assert!(receipt.gas_by_package.iter().any(|(name, _)| name == "hub.amigos.dev/social/forum@v1"), "{:?}", receipt.gas_by_package);
    let changed = hub.node.last_block().changed_packages().join(" ");
    assert!(changed.contains("hub.amigos.dev/social/forum@v1"), "{changed}");
    let (posts, height) = client.state(FORUM, "Posts", 6, 0).unwrap();
    assert_eq!(posts["items"].as_u64().unwrap(), before + 1);
    assert!(posts["text"].as_str().unwrap().contains("hello"), "{posts}");
    assert_eq!(client.state(FORUM, "Posts", 6, height - 1).unwrap().0["items"].as_u64().unwrap(), before);
    let page = client.render(FORUM, "", 0).unwrap();
    assert!(page.contains("hello"), "{page}");
    let title = client.eval(FORUM, &format!("Posts[{before}].Title"), 0).unwrap().0;
    assert_eq!(title["value"], "hello");
    assert!(client.eval(FORUM, "Top(1)", 0).unwrap().0["text"].as_str().unwrap().contains("hello"));
    let vote = send(client, "bob", FORUM, &format!("Posts[{before}].Upvote"), &[]);
    assert_eq!(vote.code, 0, "{}", vote.log);
}

#[test]
fn tokens_move_or_nothing_does() {
    let hub = hub();
    let client = &hub.client;
    let bob = format!("{:?}", dev_address("bob").to_string());
    let minter = client.state(TOKEN, "", 3, 0).unwrap().0.to_string();
    assert!(minter.contains("balances"), "{minter}");
    let minted = send(client, "amigos", TOKEN, "Mint", &[&format!("{:?}", dev_address("alice").to_string()), "1000"]);
    assert_eq!(minted.code, 0, "{}", minted.log);
    let moved = send(client, "alice", TOKEN, "Transfer", &[&bob, "300"]);
    assert_eq!(moved.code, 0, "{}", moved.log);
    let balance = |who: &str| client.eval(TOKEN, &format!("BalanceOf({:?})", dev_address(who).to_string()), 0).unwrap().0["value"].clone();
    assert_eq!((balance("alice"), balance("bob")), (json!(700), json!(300)));
    let root = hub.node.chain().store.root();
    let failed = send(client, "alice", TOKEN, "Transfer", &[&bob, "701"]);
    assert_eq!(failed.code, 41, "{}", failed.log);
    assert_eq!((balance("alice"), balance("bob")), (json!(700), json!(300)));
    assert_ne!(hub.node.chain().store.root(), root, "the fee was paid");
    let wrong = send(client, "alice", TOKEN, "Transfer", &["12"]);
    assert_eq!(wrong.code, 43, "{}", wrong.log);
    let out = client.dev_send("alice", json!([{"type": "call", "package": TOKEN, "func": "Transfer", "args": [bob, "1"]}]), 200).unwrap();
    assert_eq!((out.code, out.gas_used), (11, 200), "{}", out.log);
}

#[test]
fn prices_come_from_the_fixture() {
    let hub = hub();
    let updated = send(&hub.client, "alice", "hub.amigos.dev/feeds/price", "Update", &[]);
    assert_eq!(updated.code, 0, "{}", updated.log);
    let (history, _) = hub.client.state("hub.amigos.dev/feeds/price", "History", 6, 0).unwrap();
    assert_eq!(history["items"], 1);
    assert!(history.to_string().contains("312055000000"), "the median of three: {history}");
}

#[test]
fn state_is_read_by_others_through_trees() {
    let hub = hub();
    let joined = send(&hub.client, "alice", "hub.amigos.dev/forum", "Join", &[r#""alice""#]);
    assert_eq!(joined.code, 0, "{}", joined.log);
    let deploy = json!([{"type": "deploy", "path": "hub.amigos.dev/reader", "version": "1.0.0", "files": [{"name": "reader.go", "text": concat!(
        "package reader\n\nfunc Posts(userID string) int {\n",
        "\tstate := amigos.State()\n\tforumState := state.For(\"hub.amigos.dev/forum\")\n",
        "\tuserPosts := forumState.Get(\"users\").Get(userID).Get(\"posts\")\n\treturn userPosts.Len()\n}\n",
        "\nfunc There(userID string) bool { return amigos.State().For(\"hub.amigos.dev/forum\").Get(\"users\").Get(userID).Exists() }\n")}]}]);
    let receipt = hub.client.dev_send("bob", deploy, 0).unwrap();
    assert_eq!(receipt.code, 0, "{}", receipt.log);
    assert_eq!(hub.client.eval("hub.amigos.dev/reader", r#"There("alice")"#, 0).unwrap().0["value"], true);
    assert_eq!(hub.client.eval("hub.amigos.dev/reader", r#"There("nobody")"#, 0).unwrap().0["value"], false);
    assert_eq!(hub.client.eval("hub.amigos.dev/reader", r#"Posts("alice")"#, 0).unwrap().0["value"], 0);
}

#[test]
fn errors_are_told() {
    let client = &shared().client;
    let refused = |result: Result<(Value, u64), ClientError>, text: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    };
    refused(client.state("hub.amigos.dev/nope", "", 2, 0), "there is no package");
    refused(client.state(FORUM, "Nope", 2, 0), "Nope");
    refused(client.state(FORUM, "Posts[", 2, 0), "");
    refused(client.eval(FORUM, "Nope(1)", 0), "no exported function `Nope`");
    let simulated = simulate(client, FORUM, "Nope", &[]);
    assert_eq!(simulated["status"], "bad call");
    let simulated = simulate(client, FORUM, "Remove", &["99999"]);
    assert_ne!(simulated["error"], Value::Null);
}

#[test]
fn what_if_and_traces() {
    let client = &shared().client;
    let request = json!({"package": TOKEN, "func": "Total", "args": [], "set": [["minted", "77"]], "trace": true});
    let answer = client.query("/sim", request.to_string().as_bytes(), 0, false).unwrap();
    let simulated: Value = serde_json::from_slice(&answer.value).unwrap();
    assert_eq!(simulated["results"][0]["value"], 77, "{simulated}");
    let steps = simulated["trace"]["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["file"] == "token.go" && step["what"] == "call"), "{steps:?}");
}

#[test]
fn two_runs_give_the_same_to_the_bit() {
    let play = |data: Option<std::path::PathBuf>, executor| {
        let node = vm_node(data, executor);
        for i in 0..5 {
            run(&node, "alice", vec![call("alice", POST, "CreatePost", &[&format!("\"post {i}\"")], 0)]).unwrap();
            run(&node, "bob", vec![call("bob", FORUM, &format!("Posts[{i}].Upvote"), &[], 0)]).unwrap();
        }
        (node.last_block().as_ref().clone(), node.chain().store.root())
    };
    let folder = tempfile::tempdir().unwrap();
    let first = play(None, executor());
    assert!(first.0.receipts.iter().all(|receipt| receipt.code == 0), "{:?}", first.0.receipts);
    // Another compiler, cold, and a disk below.
    assert_eq!(first, play(Some(folder.path().to_path_buf()), Arc::default()));
    // And it goes on from the disk, cold, as if nothing had been.
    let node = vm_node(Some(folder.path().to_path_buf()), Arc::default());
    assert_eq!((node.last_block().as_ref().clone(), node.chain().store.root()), first);
}

#[test]
fn state_survives_an_upgrade_or_the_upgrade_is_refused() {
    let hub = hub();
    let client = &hub.client;
    let first = "package keep\n\ntype Kind int8\n\ntype Box struct {\n\tSmall int8\n\tGone string\n\tName string\n}\n\nvar Boxes = map[string]*Box{}\nvar Count int16\nvar Last Box\n\nfunc Put(name string) {\n\tb := &Box{Small: -5, Gone: \"x\", Name: name}\n\tBoxes[name] = b\n\tLast = *b\n\tCount++\n}\n";
    let send_version = |version: &str, text: &str| {
        let message =
            json!([{"type": "deploy", "path": "hub.amigos.dev/keep", "version": version, "files": [{"name": "keep.go", "text": text}]}]);
        client.dev_send("bob", message, 0).unwrap()
    };
    let deployed = send_version("1.0.0", first);
    assert_eq!(deployed.code, 0, "{}", deployed.log);
    for name in ["a", "b"] {
        let put = send(client, "alice", "hub.amigos.dev/keep", "Put", &[&format!("{name:?}")]);
        assert_eq!(put.code, 0, "{}", put.log);
    }
    let refused = |text: String, wanted: &str| {
        let receipt = send_version("1.1.0", &text);
        assert!(receipt.code == 40 && receipt.log.contains(wanted), "{}", receipt.log);
    };
    refused(first.replace("Name string\n}", "Name int\n}").replace("Name: name", "Name: len(name)"), "`Box.Name` as `string`");
    refused(first.replace("\tGone string\n", "").replace("Gone: \"x\", ", ""), "//amigos:drop Box.Gone");
    refused(first.replace("map[string]*Box", "map[string]Box").replace("= b\n", "= *b\n"), "`Boxes` as `map[string]*");
    refused(first.replace("Count int16", "Count uint16"), "`Count`");
    let second = first
        .replace("\tSmall int8\n\tGone string\n\tName string\n", "\t//amigos:drop Box.Gone\n\tName string\n\tAdded []int\n\tSmall int\n")
        .replace("Gone: \"x\", ", "")
        .replace("var Last", "var New = 7\nvar Last");
    // The exported API may only grow: a widened exported field is a change of the API.
    refused(second.clone(), "Box.Small: changed from int8 to int");
    let hidden = |text: &str| {
        text.replace("Small", "small")
            .replace("Gone", "gone")
            .replace("hub.amigos.dev/keep", "hub.amigos.dev/kept")
            .replace("Count", "count")
    };
    let send_hidden = |version: &str, text: &str| {
        let message = json!([{"type": "deploy", "path": "hub.amigos.dev/kept", "version": version, "files": [{"name": "keep.go", "text": hidden(text)}]}]);
        client.dev_send("bob", message, 0).unwrap()
    };
    assert_eq!(send_hidden("1.0.0", first).code, 0);
    for name in ["a", "b"] {
        assert_eq!(send(client, "alice", "hub.amigos.dev/kept", "Put", &[&format!("{name:?}")]).code, 0);
    }
    let upgraded = send_hidden("1.1.0", &second.replace("count int16", "count int"));
    assert_eq!(upgraded.code, 0, "{}", upgraded.log);
    let text = |path: &str| client.state("hub.amigos.dev/kept", path, 6, 0).unwrap().0["text"].as_str().unwrap().to_string();
    assert_eq!(text("Boxes[\"a\"]"), "&Box{Name: \"a\", Added: nil, small: -5}");
    assert_eq!(text("Last"), "Box{Name: \"b\", Added: nil, small: -5}");
    assert_eq!((text("count"), text("New")), ("2".to_string(), "7".to_string()));
    assert_eq!(send(client, "alice", "hub.amigos.dev/kept", "Put", &["\"c\""]).code, 0);
    assert_eq!(text("count"), "3");
    assert_eq!(client.state("hub.amigos.dev/kept", "Boxes", 2, 0).unwrap().0["items"], 3);
    // What has another name keeps its state, if the source says so.
    let third = hidden(&second)
        .replace("var count", "var tally")
        .replace("count++", "tally++")
        .replace("\tsmall int\n", "\ttiny int\n")
        .replace("small:", "tiny:");
    let refused = send_hidden("1.2.0", &third);
    assert!(refused.code == 40 && refused.log.contains("//amigos:was count"), "{}", refused.log);
    let third = third.replace("var tally", "//amigos:was count\nvar tally").replace("\ttiny int", "\t//amigos:was small\n\ttiny int");
    let renamed = send_hidden("1.2.0", &third);
    assert_eq!(renamed.code, 0, "{}", renamed.log);
    assert_eq!((text("tally"), text("Last")), ("3".to_string(), "Box{Name: \"c\", Added: nil, tiny: -5}".to_string()));
}

const MIGRATING: &str = "package purse

import \"errors\"

type Amount uint64

type Entry struct {
	Note  string
	Total Amount
}

var Entries = map[amigos.Address]*Entry{}
var Moved = 7

// Migrate fills the state of this version from that of hub.amigos.dev/purse@v1.
func Migrate(old amigos.Tree) error {
	if !old.Get(\"Open\").Bool() {
		return errors.New(\"the old version is not open\")
	}
	for _, key := range old.Get(\"totals\").Keys() {
		Entries[amigos.Address(key)] = &Entry{Note: msg.Func, Total: Amount(old.Get(\"totals\").Get(key).Uint())}
		Moved++
	}
	return nil
}

func Add(n uint64) {
	e := Entries[msg.Sender]
	if e == nil {
		e = &Entry{}
		Entries[msg.Sender] = e
	}
	e.Total += Amount(n)
}
";

#[test]
fn a_new_major_takes_the_state_of_the_old_one_over_or_nothing_happens() {
    let hub = hub();
    let client = &hub.client;
    let (v1, v2) = ("hub.amigos.dev/purse@v1", "hub.amigos.dev/purse@v2");
    let deploy = |from: &str, path: &str, version: &str, text: &str, gas: u64| {
        let message = json!([{"type": "deploy", "path": path, "version": version, "files": [{"name": "purse.go", "text": text}]}]);
        client.dev_send(from, message, gas).unwrap()
    };
    let first = "package purse\n\nvar totals = map[amigos.Address]uint64{}\nvar Open bool\n\nfunc Add(n uint64) { totals[msg.Sender] += n }\n\nfunc SetOpen(b bool) { Open = b }\n\nfunc Get() uint64 { return totals[msg.Sender] }\n";
    assert_eq!(deploy("bob", "hub.amigos.dev/purse", "1.0.0", first, 0).code, 0);
    assert_eq!(send(client, "alice", v1, "Add", &["5"]).code, 0);
    assert_eq!(send(client, "carol", v1, "Add", &["7"]).code, 0);
    // Coins that the old version holds.
    let given = json!([{"type": "call", "package": v1, "func": "SetOpen", "args": ["false"], "value": 300}]);
    assert_eq!(client.dev_send("alice", given, 1_000_000).unwrap().code, 0);
    let state = |package: &str, path: &str| client.state(package, path, 6, 0).map(|s| s.0["text"].as_str().unwrap_or("").to_owned());

    // An error, too little gas, and somebody else: the old version stays as it is.
    let failed = deploy("bob", "hub.amigos.dev/purse", "2.0.0", MIGRATING, 0);
    assert!(failed.code == 41 && failed.log.contains("the old version is not open"), "{}", failed.log);
    assert_eq!(send(client, "alice", v1, "SetOpen", &["true"]).code, 0);
    let size = u64::try_from(MIGRATING.len()).unwrap();
    let short = deploy("bob", "hub.amigos.dev/purse", "2.0.0", MIGRATING, 50_000 + 8 * size + 3_000);
    assert_eq!(short.code, 11, "{}", short.log);
    let other = deploy("alice", "hub.amigos.dev/purse", "2.0.0", MIGRATING, 0);
    assert_eq!(other.code, 4, "{}", other.log);
    assert!(state(v2, "Moved").is_err());
    assert_eq!(send(client, "alice", v1, "Add", &["1"]).code, 0);

    let done = deploy("bob", "hub.amigos.dev/purse", "2.0.0", MIGRATING, 0);
    assert_eq!(done.code, 0, "{}", done.log);
    let alice = dev_address("alice").to_string();
    assert_eq!(state(v2, "Moved").unwrap(), "9");
    assert_eq!(state(v2, &format!("Entries[{alice:?}]")).unwrap(), "&Entry{Note: \"Migrate\", Total: 6}");
    // Its coins have moved too.
    let balance = |package: &str| client.account(&amigos_hub::address::Address::of_package(package).to_string()).unwrap().balance;
    assert_eq!((balance(v1), balance(v2)), (0, 300));
    // The new one works; the old one can be read, and is closed to writes and upgrades for good.
    assert_eq!(send(client, "alice", v2, "Add", &["4"]).code, 0);
    assert_eq!(state(v1, "Open").unwrap(), "true");
    let closed = send(client, "alice", v1, "Add", &["1"]);
    assert!(closed.code == 41 && closed.log.contains("closed to writes"), "{}", closed.log);
    let simulated = simulate(client, v1, "Add", &["1"]);
    assert!(simulated["error"].as_str().unwrap().contains("closed to writes"), "{simulated}");
    assert_eq!(simulate(client, v1, "Get", &[])["results"][0]["value"], 6);
    let upgrade = deploy("bob", "hub.amigos.dev/purse", "1.1.0", first, 0);
    assert!(upgrade.code == 40 && upgrade.log.contains("is closed"), "{}", upgrade.log);
    // Nobody calls `Migrate`: neither a transaction nor another contract; an upgrade doesn't run it again.
    let called = simulate(client, v2, "Migrate", &["amigos.Tree{}"]);
    assert!(called["error"].as_str().unwrap().contains("at no other time"), "{called}");
    let caller = "package caller\n\nimport \"hub.amigos.dev/purse@v2\"\n\nfunc Call() error { return purse.Migrate(amigos.State().For(\"hub.amigos.dev/purse@v1\")) }\n";
    let hash = client.package(v2).unwrap().unwrap().hash;
    let message = json!([{"type": "deploy", "path": "hub.amigos.dev/caller", "version": "1.0.0", "files": [{"name": "a.go", "text": caller}],
        "lock": [{"path": "hub.amigos.dev/purse", "version": "2.0.0", "hash": hash}]}]);
    let deployed = client.dev_send("alice", message, 0).unwrap();
    assert_eq!(deployed.code, 0, "{}", deployed.log);
    let called = send(client, "alice", "hub.amigos.dev/caller", "Call", &[]);
    assert!(called.code == 42 && called.log.contains("other contracts cannot call it"), "{}", called.log);
    let upgrade = deploy("bob", "hub.amigos.dev/purse", "2.0.1", &MIGRATING.replace("e.Total += Amount(n)", "e.Total += Amount(n) + 0"), 0);
    assert_eq!(upgrade.code, 0, "{}", upgrade.log);
    assert_eq!(state(v2, "Moved").unwrap(), "9");
    // A later major finds the state where it is now.
    let late = deploy(
        "bob",
        "hub.amigos.dev/purse",
        "3.0.0",
        "package purse\n\nvar X int64\n\nfunc Migrate(old amigos.Tree) error {\n\tX = old.Get(\"Moved\").Int()\n\treturn nil\n}\n\nfunc Get() int64 { return X }\n",
        0,
    );
    assert_eq!(late.code, 0, "{}", late.log);
    assert_eq!(state("hub.amigos.dev/purse@v3", "X").unwrap(), "9");
}
