//! A hub killed at any moment loses no block that it acknowledged, and tears none.

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use amigos_hub::encode::hex;
use amigos_hub::node::{Config, Node};
use common::*;

const FOLDER: &str = "AMIGOS_TEST_KILL_FOLDER";
const A: &str = "hub.amigos.dev/a";

/// What the killed process does: only when the other test starts it.
#[test]
fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let node = Node::start(Config { data: Some(folder.into()), ..config() }, Arc::new(Toy)).unwrap();
    if node.height() == 1 {
        run(&node, "alice", vec![deploy("alice", A, "1.0.0", "x = 0", vec![])]).unwrap();
    }
    for i in 0u64.. {
        let long = "v".repeat((i as usize * 977) % 30_000);
        let done = run(&node, "bob", vec![call("bob", A, "Set", &["x", &format!("{i}{long}")], 0)]).unwrap();
        assert_eq!(done.receipt.code, 0, "{}", done.receipt.log);
        println!("\nacknowledged {} {}", done.height, hex(&done.hash));
    }
}

#[test]
fn twenty_kills() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = (0u64, String::new());
    let mut torn = 0;
    for round in 0..20u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["writer", "--exact", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = 3 + round * 7 % 40;
        let mut seen = 0;
        let acknowledged = |line: String, last: &mut (u64, String)| {
            if let Some((height, hash)) = line.strip_prefix("acknowledged ").and_then(|rest| rest.split_once(' ')) {
                *last = (height.parse().unwrap(), hash.to_string());
                return true;
            }
            false
        };
        while seen < wanted {
            let line = lines.next().expect("the writer ended by itself").unwrap();
            seen += u64::from(acknowledged(line, &mut last));
        }
        std::thread::sleep(std::time::Duration::from_micros(round * 397 % 3000));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            acknowledged(line, &mut last);
        }
        let node = Node::start(Config { data: Some(folder.path().to_path_buf()), ..config() }, Arc::new(Toy)).unwrap();
        assert!(node.height() >= last.0, "round {round}: block {} was acknowledged, but the hub is at {}", last.0, node.height());
        let hash = amigos_hub::encode::unhex(&last.1).unwrap().try_into().unwrap();
        assert_eq!(node.find_transaction(&hash).unwrap().unwrap().0.height, last.0);
        for height in 1..=node.height() {
            let block = node.block(height).unwrap().unwrap();
            assert_eq!(block.height(), height);
            assert!(block.receipts.iter().all(|receipt| receipt.code == 0));
            if height > 1 {
                assert_eq!(block.header().app_hash, node.chain().store.root_at(height - 1).unwrap().unwrap());
            }
        }
        torn += std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().contains("torn"))
            .count();
        drop(node);
    }
    println!("{} blocks, {torn} torn tails cut", last.0);
}
