//! One background hub for all, however many want one at once.

mod common;

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use amigos_hub::background::{self, End};
use amigos_hub::client::{Client, Limits};
use amigos_hub::devnet::{self, Package};
use common::*;
use serde_json::json;

#[test]
fn of_many_hubs_one_lives_until_it_is_idle() {
    let folder = tempfile::tempdir().unwrap();
    let start = Arc::new(Barrier::new(5));
    let hubs: Vec<_> = (0..5)
        .map(|_| {
            let (folder, start) = (folder.path().to_path_buf(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                background::run(&folder, Duration::from_millis(1500), Arc::new(Toy), |_, _| {}).unwrap()
            })
        })
        .collect();
    let deadline = Instant::now() + Duration::from_secs(10);
    let address = loop {
        if let Some(address) = background::address(folder.path()) {
            break address;
        }
        assert!(Instant::now() < deadline, "no hub came up");
        std::thread::sleep(Duration::from_millis(5));
    };
    let client = Client::with(&address.url, Some(address.token.clone()), None, Limits::default()).unwrap();
    assert_eq!(client.dev_send("alice", json!([{"type": "send", "to": "bob", "amount": 5}]), 1000).unwrap().code, 0);
    assert!(Client::new(&address.url).unwrap().dev_sign("alice", json!([]), 1000).is_err(), "without the token nothing is signed");
    let ends: Vec<End> = hubs.into_iter().map(|hub| hub.join().unwrap()).collect();
    assert_eq!(ends.iter().filter(|end| **end == End::Idle).count(), 1);
    assert_eq!(background::address(folder.path()), None);
    assert!(client.status().unwrap_err().is_offline());

    // The next one goes on where this one ended.
    let (path, url) = (folder.path().to_path_buf(), std::sync::mpsc::channel());
    let next = std::thread::spawn(move || {
        background::run(&path, Duration::from_millis(300), Arc::new(Toy), |_, a| url.0.send(a.url.clone()).unwrap())
    });
    let client = Client::new(&url.1.recv().unwrap()).unwrap();
    assert_eq!(client.account("alice").unwrap().sequence, 1);
    assert_eq!(next.join().unwrap(), Ok(End::Idle));
}

#[test]
fn what_a_new_hub_starts_with() {
    let node = node();
    let a: &[(&str, &str)] = &[("amigos.toml", "path = \"hub.amigos.dev/a\"\nversion = \"1.2.0\""), ("a.go", "x = 1"), ("a_test.go", "no")];
    let b: &[(&str, &str)] = &[
        ("amigos.toml", "path = \"hub.amigos.dev/b\"\nversion = \"2.0.0\"\n[dependencies]\n\"hub.amigos.dev/a\" = \"1.2.0\""),
        ("b.go", "import hub.amigos.dev/a"),
    ];
    let broken: &[(&str, &str)] = &[("amigos.toml", "path = ")];
    let packages = [Package { files: a }, Package { files: b }, Package { files: broken }];
    let done = devnet::prepare(&node, &packages);
    assert_eq!((done[0].package.as_str(), done[0].result.as_ref().unwrap()), ("hub.amigos.dev/a@v1", &Some(2)));
    assert_eq!((done[1].package.as_str(), done[1].result.as_ref().unwrap()), ("hub.amigos.dev/b@v2", &Some(3)));
    assert!(done[2].result.as_ref().unwrap_err().contains("cannot be read"));
    let height = node.height();
    assert!(devnet::prepare(&node, &packages[..2]).iter().all(|done| matches!(done.result, Ok(None))));
    assert_eq!(node.height(), height);
    let held = amigos_hub::exec::World::reports(&node.view(), "ETH/USD").unwrap();
    assert_eq!(held.len(), 3);
}
