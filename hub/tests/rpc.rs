//! The interface over real sockets, and the client against it.

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use amigos_hub::accounts::dev_address;
use amigos_hub::client::{BlockNotice, CallRequest, Client, ClientError, Limits};
use amigos_hub::encode::{base64, unbase64, unhex};
use amigos_hub::node::{Config, Node};
use amigos_hub::proto::ObjectKey;
use amigos_hub::rpc::{MAX_REQUEST, RpcConfig, RpcServer};
use amigos_hub::tx::send_message;
use common::*;
use ics23::HostFunctionsManager;
use serde_json::{Value, json};

const A: &str = "hub.amigos.dev/social/a";

struct Hub {
    server: RpcServer,
    node: Arc<Node>,
    client: Client,
}

fn hub() -> Hub {
    hub_with(config(), None)
}

fn hub_with(config: Config, token: Option<String>) -> Hub {
    let node = Arc::new(Node::start(config, Arc::new(Toy)).unwrap());
    let server = RpcServer::start(node.clone(), &RpcConfig { token, ..RpcConfig::default() }).unwrap();
    let client = Client::new(&format!("http://{}", server.address())).unwrap();
    Hub { server, node, client }
}

fn http(address: SocketAddr, request: &str) -> (String, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_string(), serde_json::from_str(body).unwrap_or(json!(body)))
}

fn get(address: SocketAddr, path: &str) -> Value {
    http(address, &format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).1
}

fn post(address: SocketAddr, body: &str, headers: &str) -> (String, Value) {
    http(address, &format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()))
}

#[test]
fn shapes_are_those_of_cometbft() {
    let hub = hub();
    let address = hub.server.address();
    run(&hub.node, "alice", vec![send_message(dev_address("alice"), dev_address("bob"), 1)]).unwrap();
    let status = get(address, "/status");
    assert_eq!(status["jsonrpc"], "2.0");
    let result = &status["result"];
    assert_eq!(result["node_info"]["network"], "amigos-dev");
    assert_eq!(result["sync_info"]["latest_block_height"], "2");
    assert_eq!(result["sync_info"]["latest_block_time"], "2023-11-14T22:13:22.000000000Z");
    assert_eq!(result["sync_info"]["catching_up"], false);
    assert_eq!(result["validator_info"]["pub_key"]["type"], "tendermint/PubKeyEd25519");

    let block = get(address, "/block?height=2")["result"].clone();
    let header = &block["block"]["header"];
    assert_eq!(header["height"], "2");
    assert_eq!(header["version"], json!({"block": "11", "app": "1001001001001"}));
    assert_eq!(header["app_hash"].as_str().unwrap().len(), 64);
    let tx = unbase64(block["block"]["data"]["txs"][0].as_str().unwrap()).unwrap();
    assert_eq!(block["block"]["last_commit"]["height"], "1");
    assert_eq!(block["block_id"]["parts"]["total"], 1);
    assert_eq!(get(address, "/block")["result"], block);
    let commit = &get(address, "/commit?height=1")["result"]["signed_header"];
    assert_eq!(commit["commit"], block["block"]["last_commit"]);
    assert_eq!(get(address, "/validators")["result"]["total"], "1");
    let chain = get(address, "/blockchain?minHeight=1&maxHeight=2")["result"].clone();
    assert_eq!((chain["last_height"].as_str(), chain["block_metas"].as_array().unwrap().len()), (Some("2"), 2));
    let results = get(address, "/block_results?height=2")["result"].clone();
    assert_eq!(results["txs_results"][0]["code"], 0);
    assert_eq!(results["txs_results"][0]["gas_used"], "1000");
    assert_eq!(results["txs_results"][0]["events"][1]["type"], "transfer");
    assert_eq!(get(address, "/abci_info")["result"]["response"]["last_block_height"], "2");
    assert_eq!(get(address, "/health")["result"], json!({}));

    let hash = amigos_hub::encode::hex(&amigos_hub::encode::sha256(&tx));
    let found = get(address, &format!("/tx?hash=0x{hash}"))["result"].clone();
    assert_eq!((found["hash"].as_str(), found["height"].as_str(), found["tx"].as_str()), (Some(&*hash), Some("2"), Some(&*base64(&tx))));
    let error = get(address, "/block?height=9")["error"].clone();
    assert_eq!(error["data"], "height 9 must be less than or equal to the current blockchain height 2");
    assert_eq!(get(address, "/nonsense")["error"]["code"], -32601);
    assert_eq!(get(address, "/block?hight=9")["error"]["code"], -32602);
    let query = get(address, "/abci_query?path=%22/accounts/alice%22")["result"]["response"].clone();
    assert_eq!(query["code"], 0);
    assert_eq!(query["height"], "2");
    assert!(get(address, "/").as_str().unwrap().contains("/broadcast_tx_commit?tx=_"));
}

#[test]
fn json_rpc_by_the_book() {
    let hub = hub();
    let address = hub.server.address();
    let ask = |body: &str| post(address, body, "").1;
    assert_eq!(ask(r#"{"jsonrpc":"2.0","id":"x","method":"health"}"#), json!({"jsonrpc": "2.0", "id": "x", "result": {}}));
    assert_eq!(ask("{")["error"]["code"], -32700);
    assert_eq!(ask("5")["error"]["code"], -32600);
    assert_eq!(ask(r#"{"id":1}"#)["error"]["code"], -32600);
    assert_eq!(ask(r#"{"id":1,"method":"nope"}"#)["error"]["code"], -32601);
    assert_eq!(ask(r#"{"id":1,"method":"block","params":["1","2"]}"#)["error"]["code"], -32602);
    assert_eq!(ask(r#"{"id":1,"method":"block","params":["1"]}"#)["result"]["block"]["header"]["height"], "1");
    assert_eq!(ask(r#"{"id":1,"method":"block","params":{"height":1}}"#)["id"], 1);
    assert_eq!(ask(r#"{"id":1,"method":"subscribe","params":{"query":"tm.event='NewBlock'"}}"#)["error"]["code"], -32600);
    let batch = ask(r#"[{"id":1,"method":"health"},{"method":"health"},{"id":2,"method":"nope"}]"#);
    assert_eq!(batch.as_array().unwrap().len(), 2);
    assert_eq!(batch[1]["error"]["code"], -32601);
    assert_eq!(ask("[]")["error"]["code"], -32600);
    assert_eq!(ask(&format!("[{}1]", "1,".repeat(40)))["error"]["code"], -32600);
    assert!(post(address, r#"{"method":"health"}"#, "").0.contains("204"));
    let deep = format!(r#"{{"id":1,"method":"x","params":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert_eq!(ask(&deep)["error"]["code"], -32700);
    let (head, _) =
        http(address, &format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", MAX_REQUEST + 1));
    assert!(head.contains("413"), "{head}");
    assert_eq!(hub.client.status().unwrap().height, 1);
}

#[test]
fn a_package_from_deployment_to_proof() {
    let hub = hub();
    let client = &hub.client;
    assert_eq!(client.packages().unwrap(), []);
    assert_eq!(client.package(A).unwrap(), None);
    let deploy = json!([{"type": "deploy", "path": A, "version": "1.0.0", "files": [{"name": "a.go", "text": "x = 1"}]}]);
    let receipt = client.dev_send("alice", deploy, 0).unwrap();
    assert_eq!((receipt.code, receipt.height), (0, 2), "{}", receipt.log);
    let summary = client.package(A).unwrap().unwrap();
    assert_eq!((summary.package.as_str(), summary.version.as_str(), summary.height), ("hub.amigos.dev/social/a@v1", "1.0.0", 2));
    assert_eq!(client.packages().unwrap(), std::slice::from_ref(&summary));
    let code = client.code(A, None, Some(&summary.hash)).unwrap();
    assert_eq!((code.files[0].text.as_str(), code.hash.as_str()), ("x = 1", summary.hash.as_str()));
    assert_eq!(client.code(A, Some("1.0.0"), None).unwrap(), code);
    let wrong = format!("sha256:{}", "0".repeat(64));
    assert!(matches!(client.code(A, None, Some(&wrong)), Err(ClientError::WrongHash { .. })));
    assert!(matches!(client.code(A, Some("1.0.1"), None), Err(ClientError::Refused { code: 60, .. })));

    let call = json!([{"type": "call", "package": A, "func": "Set", "args": ["x", "2"], "value": 3}]);
    let receipt = client.dev_send("bob", call, 100_000).unwrap();
    assert_eq!((receipt.code, receipt.gas_used, receipt.fee), (0, 500, 100), "{}", receipt.log);
    assert_eq!(receipt.gas_by_package, [("hub.amigos.dev/social/a@v1".to_string(), 500)]);
    assert_eq!(receipt.events[1]["attributes"][1], json!({"key": "_package", "value": "hub.amigos.dev/social/a@v1", "index": true}));
    assert_eq!(client.account("bob").unwrap().sequence, 1);
    assert_eq!(client.account(&summary.address).unwrap().balance, 3);
    assert!(!client.account("amigos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5hsh6a").is_ok_and(|account| account.exists));

    assert_eq!(client.state(A, "x", 3, 0).unwrap(), (json!({"kind": "string", "value": "2"}), 3));
    assert_eq!(client.state(A, "x", 3, 2).unwrap(), (json!({"kind": "string", "value": "1"}), 2));
    assert!(matches!(client.state(A, "y", 3, 0), Err(ClientError::Refused { code: 60, .. })));
    assert!(matches!(client.state(A, "x", 3, 99), Err(ClientError::Refused { .. })));
    assert_eq!(client.eval(A, "x", 0).unwrap().0["value"], "2");
    assert_eq!(client.render(A, "posts/1?a=b", 0).unwrap(), "# hub.amigos.dev/social/a@v1\nposts/1?a=b\n");

    let request = |func: &str, args: Value| CallRequest {
        package: A.into(),
        func: func.into(),
        args: args.as_array().unwrap().clone(),
        ..CallRequest::default()
    };
    let simulated = client.simulate(&request("Get", json!(["x"])), 0).unwrap();
    assert_eq!(simulated["results"], json!(["2"]));
    assert_eq!(simulated["gas"]["used"], 500);
    assert_eq!((simulated["height"].as_u64(), simulated["error"].clone()), (Some(3), Value::Null));
    assert_eq!(client.simulate(&request("Get", json!(["x"])), 2).unwrap()["results"], json!(["1"]));
    assert_eq!(client.simulate(&request("Fail", json!([])), 0).unwrap()["error"], "it failed");
    assert_eq!(hub.node.height(), 3, "a simulation makes no block");
    let reads = client.query("/sim", br#"{"package":"hub.amigos.dev/social/a","func":"Get","args":["x"]}"#, 0, false).unwrap().info;
    assert_eq!(reads, r#"[["hub.amigos.dev/social/a@v1","eA=="]]"#);
    let estimate = client.query("/gas/estimate", br#"{"package":"hub.amigos.dev/social/a","func":"Get","args":["x"]}"#, 0, false).unwrap();
    assert_eq!(estimate.value, br#"{"fee":100,"limit":1625,"used":500}"#);

    let key = |key: &str| ObjectKey { package: "hub.amigos.dev/social/a@v1".into(), key: key.as_bytes().to_vec() };
    assert_eq!(client.objects(&[key("x"), key("q")], 2).unwrap(), (vec![Some(b"1".to_vec()), None], 2));

    // header → app hash → package root → value.
    let answer = client.query("/store/hub.amigos.dev/social/a@v1/key", b"x", 2, true).unwrap();
    let header = client.call("header", json!({"height": "3"})).unwrap();
    let app_hash = unhex(header["header"]["app_hash"].as_str().unwrap()).unwrap();
    let [leaf, root] = answer.proof.as_slice() else { panic!("{:?}", answer.proof) };
    let spec = jmt::ics23_spec();
    let decode = |bytes: &[u8]| <ics23::CommitmentProof as prost::Message>::decode(bytes).unwrap();
    let Some(ics23::commitment_proof::Proof::Exist(exist)) = decode(&root.2).proof else { panic!() };
    assert!(ics23::verify_membership::<HostFunctionsManager>(&decode(&root.2), &spec, &app_hash, &root.1, &exist.value));
    assert!(ics23::verify_membership::<HostFunctionsManager>(&decode(&leaf.2), &spec, &exist.value, b"x", &answer.value));
    assert_eq!(answer.value, b"1");
}

#[test]
fn blocks_are_told_with_what_changed() {
    let hub = hub();
    let (sender, receiver) = mpsc::channel();
    let subscription = hub.client.subscribe(move |notice| {
        let _ = sender.send(notice);
    });
    let next = || receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(next(), BlockNotice::Connected);
    run(&hub.node, "alice", vec![deploy("alice", A, "1.0.0", "x = 1", vec![])]).unwrap();
    let BlockNotice::Block { height: 2, time, changed } = next() else { panic!() };
    assert_eq!((time.as_str(), changed), ("2023-11-14T22:13:22.000000000Z", vec!["hub.amigos.dev/social/a@v1".to_string()]));
    run(&hub.node, "alice", vec![send_message(dev_address("alice"), dev_address("bob"), 1)]).unwrap();
    assert!(matches!(next(), BlockNotice::Block { height: 3, changed, .. } if changed.is_empty()));
    assert_eq!(hub.server.idle(), Duration::ZERO);
    let node = hub.node.clone();
    drop(hub.server);
    assert!(matches!(next(), BlockNotice::Lost(ClientError::Down { .. })));
    drop(subscription);
    assert_eq!(node.height(), 3);
}

#[test]
fn subscriptions_over_a_raw_socket() {
    use tokio_tungstenite::tungstenite::{Message, connect};
    let hub = hub();
    let (mut socket, _) = connect(format!("ws://{}/websocket", hub.server.address())).unwrap();
    let mut ask = |text: &str| {
        socket.send(Message::text(text)).unwrap();
        loop {
            if let Message::Text(text) = socket.read().unwrap() {
                return serde_json::from_str::<Value>(&text).unwrap();
            }
        }
    };
    assert_eq!(ask("nonsense")["error"]["code"], -32700);
    assert_eq!(ask(r#"{"id":1,"method":"status"}"#)["result"]["node_info"]["network"], "amigos-dev");
    assert_eq!(ask(r#"{"id":2,"method":"subscribe","params":{"query":"tm.event='Vote'"}}"#)["error"]["code"], -32602);
    assert_eq!(ask(r#"{"id":3,"method":"subscribe","params":{"query":"tm.event='Tx' AND transfer.amount='7uamg'"}}"#)["result"], json!({}));
    assert_eq!(
        ask(r#"{"id":3,"method":"subscribe","params":{"query":"tm.event='Tx' AND transfer.amount='7uamg'"}}"#)["error"]["data"],
        "already subscribed"
    );
    assert_eq!(ask(r#"{"id":4,"method":"subscribe","params":["tm.event='NewBlock'"]}"#)["result"], json!({}));
    assert_eq!(ask(r#"{"id":5,"method":"unsubscribe","params":["tm.event='NewBlockHeader'"]}"#)["error"]["data"], "subscription not found");
    for amount in [6, 7] {
        run(&hub.node, "alice", vec![send_message(dev_address("alice"), dev_address("bob"), amount)]).unwrap();
    }
    let mut seen = Vec::new();
    while seen.len() < 3 {
        if let Message::Text(text) = socket.read().unwrap() {
            let value: Value = serde_json::from_str(&text).unwrap();
            seen.push((value["id"].as_i64().unwrap(), value["result"]["data"]["type"].as_str().unwrap().to_string()));
        }
    }
    let block = || (4, "tendermint/event/NewBlock".to_string());
    assert_eq!(seen, [block(), block(), (3, "tendermint/event/Tx".to_string())]);
}

#[test]
fn signing_needs_the_token_and_a_development_hub() {
    let hub = hub_with(config(), Some("secret".into()));
    let address = hub.server.address();
    let sign = r#"{"id":1,"method":"amigos_devSign","params":{"name":"alice","messages":[{"type":"send","to":"bob","amount":1}]}}"#;
    let refused = |answer: (String, Value)| assert_eq!(answer.1["error"]["code"], -32600, "{}", answer.1);
    refused(post(address, sign, ""));
    refused(post(address, sign, "authorization: Bearer wrong\r\n"));
    assert!(post(address, sign, "authorization: Bearer secret\r\n").1["result"]["tx"].is_string());
    let with = Client::with(hub.client.url(), Some("secret".into()), None, Limits::default()).unwrap();
    assert_eq!(with.dev_send("alice", json!([{"type": "send", "to": "bob", "amount": 1}]), 1000).unwrap().code, 0);

    let open = hub_with(config(), None);
    assert!(post(open.server.address(), sign, "").1["result"]["tx"].is_string());
    refused(post(open.server.address(), sign, "origin: https://evil.example\r\n"));

    let folder = tempfile::tempdir().unwrap();
    let real = Config { dev: false, chain_id: "amigos-1".into(), data: Some(folder.path().into()), ..config() };
    let hub = hub_with(real, None);
    let error = hub.client.dev_sign("alice", json!([]), 0).unwrap_err().to_string();
    assert!(error.contains("not a development hub"), "{error}");
}

#[test]
fn another_chain_is_noticed() {
    let hub = hub();
    let client = Client::with(hub.client.url(), None, Some("amigos-1".into()), Limits::default()).unwrap();
    let expected = ClientError::WrongChain { expected: "amigos-1".into(), got: "amigos-dev".into() };
    assert_eq!(client.status(), Err(expected));
}
