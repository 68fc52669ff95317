//! Calls of a block made together have the receipts, and leave the state, that they have one by one.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_hub::accounts::{dev_address, dev_key};
use amigos_hub::calls::Calls;
use amigos_hub::devnet;
use amigos_hub::execute::{Receipt, check_numbers, execute};
use amigos_hub::node::{Node, numbers};
use amigos_hub::proto::Any;
use amigos_hub::state::View;
use amigos_hub::tx::{Transaction, send_message};
use amigos_hub::vm::VmExecutor;
use common::*;

const TOKEN: &str = "hub.amigos.dev/token@v1";
const POST: &str = "hub.amigos.dev/social/post@v1";
const FORUM: &str = "hub.amigos.dev/social/forum@v1";
const COUNTER: &str = "package counter\n\nvar n int\n\nfunc Add(by int) int {\n\tn += by\n\treturn n\n}\n";

/// What writes change, namespace and key; what they leave as it was is none of them.
type State = BTreeMap<(u32, Vec<u8>), Option<Vec<u8>>>;

fn executed(node: &Node, transactions: &[Transaction], together: bool) -> (Vec<Receipt>, State) {
    let before = View::new(node.chain().clone(), node.height(), node.height() + 1, 1);
    let mut view = View::new(node.chain().clone(), node.height(), node.height() + 1, 1);
    let mut calls = Calls::new(node.executor().as_ref(), together);
    let mut receipts = Vec::new();
    for tx in transactions {
        check_numbers(tx, &view, false).unwrap();
        receipts.push(execute(tx, &mut view, &mut calls, true).unwrap());
    }
    calls.settle(&mut view).unwrap();
    assert!(!calls.lost);
    let mut state = State::new();
    for (namespace, (_, writes)) in view.into_changes().namespaces {
        for (key, value) in writes {
            if before.get(namespace, &key).unwrap() != value {
                state.insert((namespace, key), value);
            }
        }
    }
    (receipts, state)
}

#[test]
fn together_as_one_by_one() {
    let node = Node::start(config(), Arc::new(VmExecutor::new())).unwrap();
    for done in devnet::prepare(&node, &devnet::embedded()) {
        assert!(done.result.is_ok(), "{}: {:?}", done.package, done.result);
    }
    let text = |name: &str| format!("{:?}", dev_address(name).to_string());
    let transfer = |from: &str, to: &str, amount: &str| call(from, TOKEN, "Transfer", &[&text(to), amount], 0);
    let mut sequences = BTreeMap::new();
    let mut transactions = Vec::new();
    let mut add = |from: &'static str, messages: Vec<Any>, gas: u64| {
        let account = numbers(&node, &dev_address(from)).unwrap().unwrap();
        let sequence = sequences.entry(from).or_insert(account.sequence);
        let bytes = draft(&node, messages, gas, account.number, *sequence).sign(&dev_key(from));
        *sequence += 1;
        transactions.push(Transaction::decode(&bytes).unwrap());
    };
    const GAS: u64 = 1_000_000;
    for name in ["alice", "bob"] {
        add("amigos", vec![call("amigos", TOKEN, "Mint", &[&text(name), "1000"], 0)], GAS);
    }
    for round in 0..6 {
        add("alice", vec![transfer("alice", "bob", "7")], GAS);
        add("bob", vec![transfer("bob", "carol", "999999")], GAS);
        add("carol", vec![transfer("carol", "alice", "1")], 200 + 300 * round);
        add("carol", vec![call("carol", POST, "CreatePost", &[&format!("\"post {round}\"")], 0)], GAS);
        add("bob", vec![call("bob", FORUM, "Posts[0].Upvote", &[], 0)], GAS);
        add("alice", vec![call("alice", TOKEN, "Nothing", &[], 0)], GAS);
        add("alice", vec![send_message(dev_address("alice"), dev_address("carol"), 5)], GAS);
        add("bob", vec![transfer("bob", "alice", "3"), transfer("bob", "alice", "1000000")], GAS);
        add("bob", vec![transfer("bob", "alice", "3"), transfer("bob", "carol", "2")], GAS);
        if round == 2 {
            add("alice", vec![deploy("alice", "hub.amigos.dev/counter", "1.0.0", COUNTER, vec![])], GAS);
        }
        if round > 2 {
            add("alice", vec![call("alice", "hub.amigos.dev/counter@v1", "Add", &[&round.to_string()], 0)], GAS);
            add("bob", vec![call("bob", "hub.amigos.dev/counter@v1", "Add", &["10"], 9)], GAS);
        }
    }
    let (alone, state) = executed(&node, &transactions, false);
    let (together, same) = executed(&node, &transactions, true);
    for (i, (alone, together)) in alone.iter().zip(&together).enumerate() {
        assert_eq!(together, alone, "transaction {i}");
    }
    assert_eq!(same, state);
    let failed = alone.iter().filter(|receipt| receipt.code != 0).count();
    assert!(failed > 15 && failed < alone.len() / 2, "{failed} of {} failed", alone.len());
}
