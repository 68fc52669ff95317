//! The client against hubs that are down, slow, or lie.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use amigos_hub::client::{BlockNotice, Client, ClientError, Limits};
use serde_json::{Value, json};

/// A server that answers each request with what `answer` makes of its id, then closes.
fn liar(answer: impl Fn(u64) -> Vec<u8> + Send + 'static) -> Client {
    liar_within(Duration::from_secs(20), answer)
}

fn liar_within(patience: Duration, answer: impl Fn(u64) -> Vec<u8> + Send + 'static) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            let id = loop {
                let Ok(n) = stream.read(&mut buffer) else { break None };
                if n == 0 {
                    break None;
                }
                request.extend_from_slice(&buffer[..n]);
                let text = String::from_utf8_lossy(&request);
                if let Some((_, body)) = text.split_once("\r\n\r\n")
                    && let Ok(value) = serde_json::from_str::<Value>(body)
                {
                    break value["id"].as_u64();
                }
            };
            let Some(id) = id else { continue };
            let _ = stream.write_all(&answer(id));
        }
    });
    let limits = Limits { response: 1 << 20, connect: Duration::from_secs(5), answer: patience };
    Client::with(&url, None, None, limits).unwrap()
}

fn respond(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn result(id: u64, result: Value) -> Vec<u8> {
    respond(&json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string())
}

fn query(id: u64, value: Value) -> Vec<u8> {
    let value = amigos_hub::encode::base64(value.to_string().as_bytes());
    result(id, json!({"response": {"code": 0, "log": "", "info": "", "key": null, "value": value, "proofOps": null, "height": "5"}}))
}

fn malformed(result: Result<impl std::fmt::Debug, ClientError>, text: &str) {
    match result {
        Err(ClientError::Malformed { what }) => assert!(what.contains(text), "{what}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn down_slow_and_no_hub_at_all() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = Client::new(&format!("http://{free}")).unwrap().status().unwrap_err();
    assert!(matches!(&error, ClientError::Down { .. }) && error.is_offline());
    assert!(error.to_string().contains("amigos hub"), "{error}");

    let start = Instant::now();
    let slow = liar_within(Duration::from_millis(700), |_| {
        std::thread::sleep(Duration::from_secs(5));
        Vec::new()
    });
    assert!(matches!(slow.status(), Err(ClientError::Slow { .. })));
    assert!(start.elapsed() < Duration::from_secs(4));

    for wrong in ["", "127.0.0.1:1", "https://hub.amigos.dev", "http://", "http://a/b", "ftp://a"] {
        assert!(matches!(Client::new(wrong), Err(ClientError::Down { .. })), "{wrong}");
    }
    malformed(liar(|_| b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()).status(), "");
}

#[test]
fn too_much() {
    let big = liar(|_| {
        let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n".to_vec();
        answer.resize(100 << 20, b'x');
        answer
    });
    assert_eq!(big.status(), Err(ClientError::TooBig { limit: 1 << 20 }));
    // Without a stated length, and dripping: the limit is on what comes.
    let chunked = liar(|_| {
        let mut answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for _ in 0..40 {
            answer.extend_from_slice(b"10000\r\n");
            answer.resize(answer.len() + 0x10000, b' ');
            answer.extend_from_slice(b"\r\n");
        }
        answer
    });
    assert_eq!(chunked.status(), Err(ClientError::TooBig { limit: 1 << 20 }));
    malformed(liar(|_| respond(&"[".repeat(100_000))).status(), "not JSON");
}

#[test]
fn wrong_types_and_wrong_answers() {
    malformed(liar(|_| respond("hello")).status(), "not JSON");
    malformed(liar(|_| respond("[]")).status(), "another question");
    malformed(liar(|_| respond(r#"{"jsonrpc":"2.0","id":77,"result":{}}"#)).status(), "another question");
    malformed(liar(|id| respond(&json!({"id": id}).to_string())).status(), "`result` is missing");
    malformed(liar(|id| result(id, json!({"node_info": 5}))).status(), "`node_info.network` is missing");
    let status = json!({"node_info": {"network": "a", "other": {}}, "sync_info": {"latest_block_height": "many"}});
    malformed(liar(move |id| result(id, status.clone())).status(), "not a number");
    malformed(liar(|id| query(id, json!("x"))).packages(), "not a list");
    malformed(liar(|id| query(id, json!([{"path": "hub.amigos.dev/a"}]))).packages(), "`hash` is missing");
    malformed(liar(|id| query(id, json!({}))).account("alice"), "`address` is missing");
    malformed(liar(|id| query(id, json!({}))).state("a", "x", 1, 4), "about height 5, not 4");
    let refused = liar(|id| respond(&json!({"id": id, "error": {"code": -32603, "message": "Internal error", "data": "no"}}).to_string()));
    assert_eq!(refused.status(), Err(ClientError::Refused { code: -32603, message: "no".into() }));
}

#[test]
fn code_that_is_not_what_its_hash_says() {
    let code = |hash: &str, name: &str| {
        json!({"package": "hub.amigos.dev/a@v1", "version": "1.0.0", "library": false, "hash": hash, "lock": [],
               "files": [{"name": name, "text": "package a"}]})
    };
    let zero = format!("sha256:{}", "0".repeat(64));
    let lie = code(&zero, "a.go");
    let error = liar(move |id| query(id, lie.clone())).code("hub.amigos.dev/a", None, None).unwrap_err();
    let ClientError::WrongHash { expected, got, .. } = &error else { panic!("{error}") };
    assert_eq!(expected, &zero);
    // The lock decides, also if the hub is consistent with itself.
    let honest = code(got, "a.go");
    let client = liar(move |id| query(id, honest.clone()));
    assert!(client.code("hub.amigos.dev/a", None, None).is_ok());
    assert!(matches!(client.code("hub.amigos.dev/a", None, Some(&zero)), Err(ClientError::WrongHash { .. })));
    for name in ["../a.go", "/etc/passwd", "a\\b.go", ".ssh", ""] {
        let lie = code(&zero, name);
        malformed(liar(move |id| query(id, lie.clone())).code("hub.amigos.dev/a", None, None), "not the name of a file");
    }
}

#[test]
fn a_subscription_outlives_a_hub_that_takes_none() {
    let client = liar_within(Duration::from_millis(700), |_| Vec::new());
    let (sender, receiver) = std::sync::mpsc::channel();
    let subscription = client.subscribe(move |notice| {
        let _ = sender.send(notice);
    });
    assert!(matches!(receiver.recv_timeout(Duration::from_secs(5)), Ok(BlockNotice::Lost(ClientError::Down { .. }))));
    let start = Instant::now();
    drop(subscription);
    assert!(start.elapsed() < Duration::from_secs(2));
}
