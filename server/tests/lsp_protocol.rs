//! The protocol itself, against the real binary: order, versions, cancellation, panics, garbage, the end.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Client, uri};

const FILE: &str = "file:///nowhere/a.go";

#[test]
fn five_thousand_edits_and_five_hundred_requests_stay_in_order() {
    let mut client = Client::start(None, &[]);
    client.open(FILE, "");
    let mut model: Vec<u8> = Vec::new();
    let mut asked = Vec::new();
    for version in 1..=5000i64 {
        let at = (version as usize * 7919) % (model.len() + 1);
        let letter = b'a' + (version % 26) as u8;
        model.insert(at, letter);
        let place = json!({ "line": 0, "character": at });
        let change = json!({ "range": { "start": place, "end": place }, "text": (letter as char).to_string() });
        client.notify("textDocument/didChange", json!({ "textDocument": { "uri": FILE, "version": version }, "contentChanges": [change] }));
        if version % 10 == 0 {
            asked.push((client.ask("amigos/debug/version", json!({ "uri": FILE })), version));
        }
    }
    let text = client.ask("amigos/debug/text", json!({ "uri": FILE }));
    let answers: Vec<_> = asked.iter().map(|(id, version)| (version, client.answer(*id).1)).collect();
    let wrong: Vec<_> = answers.iter().filter(|(version, answer)| answer["result"] != json!(version)).collect();
    assert!(answers.len() == 500 && wrong.is_empty(), "{wrong:?}");
    // one edit out of order, or lost, and the text would differ
    assert_eq!(client.answer(text).1["result"], json!(String::from_utf8(model).unwrap()));
    client.stop();
}

#[test]
fn cancelled_requests_are_answered_at_once_and_their_work_stops() {
    let mut client = Client::start(None, &[]);
    let asked: Vec<i64> = (0..12).map(|_| client.ask("amigos/debug/sleep", json!({ "ms": 20_000 }))).collect();
    std::thread::sleep(Duration::from_millis(100));
    let sent = Instant::now();
    for id in &asked {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    for id in &asked {
        let (at, answer) = client.answer(*id);
        assert_eq!(answer["error"]["code"], -32800, "{answer}");
        assert!(at - sent < Duration::from_millis(50), "{:?}", at - sent);
    }
    // the threads are free again
    let answer = client.request("amigos/debug/sleep", json!({ "ms": 1 }));
    assert!(answer["result"].as_u64().is_some_and(|ms| ms < 5000), "{answer}");
    // cancelling what is over, unknown or nonsense does nothing
    for params in [json!({ "id": asked[0] }), json!({ "id": 777_777 }), json!({ "id": {} }), json!([]), Value::Null] {
        client.notify("$/cancelRequest", params);
    }
    client.stop();
}

#[test]
fn a_panicking_handler_is_answered_with_an_error_and_the_connection_lives() {
    let mut client = Client::start(None, &[]);
    client.open(FILE, "package a\n");
    for _ in 0..20 {
        let answer = client.request("amigos/debug/panic", Value::Null);
        assert_eq!(answer["error"]["code"], -32603, "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("amigos/debug/panic"), "{answer}");
    }
    assert_eq!(client.result("amigos/debug/version", json!({ "uri": FILE })), json!(0));
    client.stop();
}

#[test]
fn garbage_is_answered_and_the_connection_lives() {
    let mut client = Client::start(None, &[]);
    client.open(FILE, "package a\n");
    let deep = "[".repeat(50_000);
    let bodies: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\xff\xfe".to_vec(),
        br#"{"jsonrpc":"2.0"}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":[1],"method":"x"}"#.to_vec(),
        format!(r#"{{"jsonrpc":"2.0","method":"x","params":{deep}"#).into_bytes(),
    ];
    for body in &bodies {
        client.write_raw(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        client.write_raw(body);
        assert_eq!(client.answer(-1).1["error"]["code"], -32700);
    }
    client.write_raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(client.answer(-1).1["error"]["code"], -32700);
    // well-formed nonsense
    client.write_raw(b"Content-Length: 46\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":987654,\"result\":\"orphan\"}");
    for method in ["textDocument/didChange", "textDocument/didOpen", "textDocument/didClose", "workspace/didChangeConfiguration", "no/such"]
    {
        for params in [Value::Null, json!([]), json!({ "textDocument": 7 }), json!("text")] {
            client.notify(method, params);
        }
    }
    assert_eq!(client.request("no/such", Value::Null)["error"]["code"], -32601);
    assert_eq!(client.request("amigos/debug/version", json!({ "uri": 7 }))["error"]["code"], -32602);
    assert_eq!(client.request("initialize", json!({ "capabilities": {} }))["error"]["code"], -32600);
    assert_eq!(client.result("amigos/debug/version", json!({ "uri": FILE })), json!(0));
    client.stop();
}

#[test]
fn requests_before_initialize_are_refused_and_edits_before_it_ignored() {
    let mut client = Client::spawn(&[]);
    client.open(FILE, "package a\n");
    assert_eq!(client.request("textDocument/hover", json!({}))["error"]["code"], -32002);
    assert_eq!(client.request("initialize", json!({ "capabilities": 7 }))["error"]["code"], -32602);
    let answer = client.request("initialize", json!({ "capabilities": { "general": { "positionEncodings": ["utf-8", "utf-16"] } } }));
    assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-8");
    client.notify("initialized", json!({}));
    assert_eq!(client.result("amigos/debug/version", json!({ "uri": FILE })), Value::Null);
    client.stop();
}

#[test]
fn exit_ends_the_process_although_the_client_keeps_the_pipe_open() {
    let mut client = Client::start(None, &[]);
    client.request("shutdown", Value::Null);
    assert_eq!(client.request("textDocument/hover", json!({}))["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_status(Duration::from_secs(5)), Some(0));

    let mut without_shutdown = Client::start(None, &[]);
    without_shutdown.notify("exit", Value::Null);
    assert_eq!(without_shutdown.exit_status(Duration::from_secs(5)), Some(1));

    let mut closed = Client::start(None, &[]);
    closed.close_input();
    assert_eq!(closed.exit_status(Duration::from_secs(5)), Some(1));
}

#[test]
fn exit_does_not_wait_for_running_requests() {
    let mut client = Client::start(None, &[]);
    for _ in 0..10 {
        client.ask("amigos/debug/sleep", json!({ "ms": 60_000 }));
    }
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_status(Duration::from_secs(5)), Some(0));
}

#[test]
fn a_ten_megabyte_document_is_edited_as_any_other() {
    let mut client = Client::start(None, &[]);
    let line = "// 0123456789 0123456789 0123456789 0123456789 \u{1F600}\n";
    let text = format!("package a\n{}", line.repeat((10 << 20) / line.len()));
    client.open(FILE, &text);
    let place = json!({ "line": 0, "character": 9 });
    let change = json!({ "range": { "start": place, "end": place }, "text": "b" });
    client.notify("textDocument/didChange", json!({ "textDocument": { "uri": FILE, "version": 1 }, "contentChanges": [change] }));
    let seen = client.result("amigos/debug/text", json!({ "uri": FILE }));
    assert_eq!(seen.as_str().map(str::len), Some(text.len() + 1));
    assert!(seen.as_str().unwrap().starts_with("package ab\n// 01"));
    client.stop();
}

#[test]
fn a_uri_is_known_by_its_path_and_not_its_spelling() {
    let mut client = Client::start(None, &[]);
    client.open("file:///c%3A/x.go", "package a\n");
    assert_eq!(client.result("amigos/debug/version", json!({ "uri": uri("/c:/x.go".as_ref()) })), json!(0));
    client.stop();
}
