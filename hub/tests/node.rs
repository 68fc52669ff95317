//! Transactions, deployments and blocks, with a toy in the place of the virtual machine.

mod common;

use amigos_hub::accounts::{DEV_BALANCE, dev_address, dev_key};
use amigos_hub::address::Address;
use amigos_hub::comet;
use amigos_hub::exec::World;
use amigos_hub::execute::fee_pool;
use amigos_hub::node::{Config, Node, numbers};
use amigos_hub::package::content_hash;
use amigos_hub::proto::{self, File, Pin, url};
use amigos_hub::tx::{code, send_message, wrap};
use common::*;
use std::sync::Arc;

const A: &str = "hub.amigos.dev/a";

fn balance(node: &Node, address: &Address) -> u64 {
    node.view().balance(address).unwrap()
}

fn value(node: &Node, package: &str, key: &str, height: u64) -> Option<String> {
    let view = node.view_at(height).unwrap().unwrap();
    view.records(package, &[key.as_bytes()]).unwrap().remove(0).map(|v| String::from_utf8_lossy(&v).into_owned())
}

fn pin(path: &str, version: &str, text: &str) -> Pin {
    let hash = content_hash(&[File { name: "a.go".into(), text: text.into() }]);
    Pin { path: path.into(), version: version.into(), hash: hash.to_vec() }
}

#[test]
fn coins_move_and_fees_are_paid() {
    let node = node();
    let (alice, bob) = (dev_address("alice"), dev_address("bob"));
    let done = run(&node, "alice", vec![send_message(alice, bob, 500)]).unwrap();
    assert_eq!((done.receipt.code, done.receipt.gas_used, done.receipt.fee), (0, 1000, 1000));
    assert_eq!(balance(&node, &bob), DEV_BALANCE + 500);
    assert_eq!(balance(&node, &alice), DEV_BALANCE - 500 - 1000);
    assert_eq!(balance(&node, &fee_pool()), 1000);
    let total: u64 = amigos_hub::accounts::DEV_NAMES.iter().map(|n| balance(&node, &dev_address(n))).sum();
    assert_eq!(total + balance(&node, &fee_pool()), 9 * DEV_BALANCE);
    let (found, bytes) = node.find_transaction(&done.hash).unwrap().unwrap();
    assert_eq!((found.height, found.index), (2, 0));
    assert_eq!(amigos_hub::encode::sha256(&bytes), done.hash);
}

#[test]
fn a_failed_transaction_leaves_its_fee_and_nothing_else() {
    let node = node();
    let (alice, bob) = (dev_address("alice"), dev_address("bob"));
    run(&node, "alice", vec![deploy("alice", A, "1.0.0", "x = 1", vec![])]).unwrap();
    let before = balance(&node, &bob);
    let messages = vec![send_message(bob, alice, 7), call("bob", A, "Set", &["x", "2"], 9), call("bob", A, "Fail", &[], 0)];
    let done = run(&node, "bob", messages).unwrap();
    assert_eq!((done.receipt.code, done.receipt.log.as_str()), (code::FAILED, "it failed"));
    assert_eq!(done.receipt.gas_used, 1000 + 500 + 500);
    assert!(done.receipt.events.iter().all(|e| e.kind == "tx"));
    assert_eq!(balance(&node, &bob), before - 1000);
    assert_eq!(value(&node, "hub.amigos.dev/a@v1", "x", 0).as_deref(), Some("1"));
    assert_eq!(numbers(&node, &bob).unwrap().unwrap().sequence, 1);
    // The author of `a` has half of the fee, the pool the rest: the fee paid for 2000 gas, of which `a` did 1000.
    assert_eq!(done.receipt.gas_by_package[0].gas, 1000);

    let done = run(&node, "bob", vec![call("bob", A, "Burn", &[], 0)]).unwrap();
    assert_eq!((done.receipt.code, done.receipt.gas_used), (code::OUT_OF_GAS, 1_000_000));
}

#[test]
fn what_is_refused_never_enters_a_block() {
    let node = node();
    let alice = dev_address("alice");
    let send = || vec![send_message(alice, dev_address("bob"), 1)];
    let fresh = numbers(&node, &alice).unwrap().unwrap();
    let sign = |change: &dyn Fn(&mut amigos_hub::tx::Draft)| {
        let mut draft = draft(&node, send(), 1000, fresh.number, fresh.sequence);
        change(&mut draft);
        draft.sign(&dev_key("alice"))
    };
    let refused = |bytes: Vec<u8>| node.commit(bytes).unwrap_err().code;
    assert_eq!(refused(sign(&|d| d.fee = 99)), code::INSUFFICIENT_FEE);
    assert_eq!(refused(sign(&|d| d.gas_limit = 0)), code::OUT_OF_GAS);
    assert_eq!(refused(sign(&|d| d.gas_limit = u64::MAX)), code::OUT_OF_GAS);
    assert_eq!(refused(sign(&|d| d.fee = DEV_BALANCE + 1)), code::INSUFFICIENT_FUNDS);
    assert_eq!(refused(sign(&|d| d.chain_id = "other".into())), code::UNAUTHORIZED);
    assert_eq!(refused(sign(&|d| d.account_number += 1)), code::UNAUTHORIZED);
    assert_eq!(refused(b"rubbish".to_vec()), code::MALFORMED);
    assert_eq!(node.height(), 1);
    let good = sign(&|_| {});
    node.commit(good.clone()).unwrap();
    assert_eq!(refused(good), code::SEQUENCE);
    assert_eq!(node.height(), 2);
}

#[test]
fn transactions_may_come_in_any_order() {
    let node = node();
    let alice = dev_address("alice");
    let account = numbers(&node, &alice).unwrap().unwrap();
    let mut receivers = Vec::new();
    for sequence in [3, 1, 0, 2] {
        let draft = draft(&node, vec![send_message(alice, dev_address("bob"), 1)], 1000, account.number, sequence);
        receivers.push(node.submit(draft.sign(&dev_key("alice"))).unwrap().1);
    }
    for receiver in receivers {
        assert_eq!(receiver.recv().unwrap().unwrap().receipt.code, 0);
    }
    assert_eq!(numbers(&node, &alice).unwrap().unwrap().sequence, 4);
}

#[test]
fn packages_are_deployed_called_and_upgraded() {
    let node = node();
    let text = "x = 1\ny = 2";
    let done = run(&node, "alice", vec![deploy("alice", A, "1.0.0", text, vec![])]).unwrap();
    assert_eq!(done.receipt.code, 0, "{}", done.receipt.log);
    let block = node.block(done.height).unwrap().unwrap();
    assert_eq!(block.changed_packages(), ["hub.amigos.dev/a@v1"]);
    run(&node, "bob", vec![call("bob", A, "Set", &["x", "5"], 0)]).unwrap();
    let done = run(&node, "bob", vec![call("bob", "hub.amigos.dev/a@v1", "Get", &["x"], 0)]).unwrap();
    assert_eq!(String::from_utf8_lossy(&done.receipt.data), r#"[["5"]]"#);
    assert!(node.block(done.height).unwrap().unwrap().changed_packages().is_empty());

    let failed = |name: &str, message, wanted: u32, text: &str| {
        let done = run(&node, name, vec![message]).unwrap();
        assert_eq!(done.receipt.code, wanted, "{}", done.receipt.log);
        assert!(done.receipt.log.contains(text), "{}", done.receipt.log);
    };
    failed("bob", deploy("bob", A, "1.1.0", text, vec![]), code::UNAUTHORIZED, "only `amigos1");
    failed("bob", deploy("bob", A, "2.0.0", text, vec![]), code::UNAUTHORIZED, "may not deploy");
    failed("alice", deploy("alice", A, "1.0.0", text, vec![]), code::REFUSED, "does not come after");
    failed("alice", deploy("alice", "hub.amigos.dev/a/b", "1.0.0", text, vec![]), code::REFUSED, "no package below");
    failed("alice", deploy("alice", "hub.amigos.dev/c", "1.0.0", "goto", vec![]), code::REFUSED, "a.go:1:2: no `goto` in toys (AM0000)");
    failed("alice", deploy("alice", "github.com/c", "1.0.0", "", vec![]), code::REFUSED, "does not begin with");
    failed("alice", call("alice", "hub.amigos.dev/nope", "Set", &[], 0), code::BAD_CALL, "there is no package");
    failed("alice", call("alice", A, "Nope", &[], 0), code::BAD_CALL, "there is no `Nope`");

    run(&node, "alice", vec![deploy("alice", A, "1.1.0", "x = 9\nz = 3", vec![])]).unwrap();
    let of = |key| value(&node, "hub.amigos.dev/a@v1", key, 0);
    assert_eq!((of("x").as_deref(), of("y").as_deref(), of("z").as_deref()), (Some("5"), Some("2"), Some("3")));
    assert_eq!(value(&node, "hub.amigos.dev/a@v1", "x", 2).as_deref(), Some("1"));

    run(&node, "alice", vec![deploy("alice", A, "2.0.0", "x = 20", vec![])]).unwrap();
    let view = node.view();
    assert_eq!(view.majors(A).unwrap(), [1, 2]);
    assert_eq!(view.resolve(A).unwrap().as_deref(), Some("hub.amigos.dev/a@v2"));
    assert_eq!(view.packages().unwrap().len(), 2);
    assert_eq!(view.package("hub.amigos.dev/a@v1").unwrap().unwrap().version, "1.1.0");

    let give_up = proto::MsgSetAuthority {
        sender: dev_address("alice").to_string(),
        package: "hub.amigos.dev/a@v1".into(),
        authority: String::new(),
    };
    run(&node, "alice", vec![wrap(url::SET_AUTHORITY, &give_up)]).unwrap();
    failed("alice", deploy("alice", A, "1.2.0", text, vec![]), code::UNAUTHORIZED, "nobody may any more");
}

#[test]
fn imports_need_a_line_in_the_lock() {
    let node = node();
    let b = "hub.amigos.dev/b";
    run(&node, "alice", vec![deploy("alice", A, "1.0.0", "x = 1", vec![])]).unwrap();
    let failed = |message, text: &str| {
        let done = run(&node, "alice", vec![message]).unwrap();
        assert!(done.receipt.code == code::REFUSED && done.receipt.log.contains(text), "{}", done.receipt.log);
    };
    let text = "import hub.amigos.dev/a\nq = 1";
    failed(deploy("alice", b, "1.0.0", text, vec![]), "has no line in the lock");
    failed(deploy("alice", b, "1.0.0", text, vec![pin(A, "1.0.0", "x = 2")]), "content hash");
    failed(deploy("alice", b, "1.0.0", text, vec![pin(A, "1.0.1", "x = 1")]), "the newest is 1.0.0");
    failed(deploy("alice", b, "1.0.0", text, vec![pin("hub.amigos.dev/q", "1.0.0", "x = 1")]), "not deployed");
    let done = run(&node, "alice", vec![deploy("alice", b, "1.0.0", text, vec![pin(A, "1.0.0", "x = 1")])]).unwrap();
    assert_eq!(done.receipt.code, 0, "{}", done.receipt.log);
    let back = "import hub.amigos.dev/b\nx = 1";
    failed(deploy("alice", A, "1.1.0", back, vec![pin(b, "1.0.0", text)]), "would import itself");
}

#[test]
fn coins_of_contracts() {
    let node = node();
    run(&node, "alice", vec![deploy("alice", A, "1.0.0", "x = 1", vec![])]).unwrap();
    let own = Address::of_package("hub.amigos.dev/a@v1");
    run(&node, "bob", vec![call("bob", A, "Set", &["x", "2"], 40)]).unwrap();
    assert_eq!(balance(&node, &own), 40);
    let nobody = Address::of_module("nobody");
    run(&node, "bob", vec![call("bob", A, "Pay", &[&nobody.to_string()], 0)]).unwrap();
    assert_eq!((balance(&node, &own), balance(&node, &nobody)), (39, 1));
}

#[test]
fn oracle_reports_are_kept_by_source() {
    let node = node();
    let report = |source: &str, value: &str| proto::OracleReport { pair: "ETH/USD".into(), source: source.into(), value: value.into() };
    let message = |reports| wrap(url::ORACLE_FIXTURE, &proto::MsgOracleFixture { sender: dev_address("alice").to_string(), reports });
    run(&node, "alice", vec![message(vec![report("uma", "3000.5"), report("band", "3001")])]).unwrap();
    run(&node, "alice", vec![message(vec![report("uma", "3002")])]).unwrap();
    let held = node.view().reports("ETH/USD").unwrap();
    let shape: Vec<_> =
        held.iter().map(|h| (h.report.as_ref().unwrap().source.as_str(), h.report.as_ref().unwrap().value.as_str(), h.height)).collect();
    assert_eq!(shape, [("band", "3001", 2), ("uma", "3002", 3)]);
    assert_eq!(run(&node, "alice", vec![message(vec![report("uma", "1e9")])]).unwrap().receipt.code, code::MALFORMED);
}

#[test]
fn blocks_follow_each_other_and_results_are_the_same_on_every_run() {
    let play = |data: Option<std::path::PathBuf>| {
        let node = Node::start(Config { data, ..config() }, Arc::new(Toy)).unwrap();
        run(&node, "alice", vec![deploy("alice", A, "1.0.0", "x = 1", vec![])]).unwrap();
        for i in 0..20 {
            run(&node, "bob", vec![call("bob", A, "Set", &["x", &i.to_string()], 1)]).unwrap();
        }
        let mut last = None;
        for height in 1..=node.height() {
            let block = node.block(height).unwrap().unwrap();
            let header = block.header();
            assert_eq!(header.height as u64, height);
            if let Some((id, results)) = last {
                assert_eq!(header.last_block_id, Some(id));
                assert_eq!(header.app_hash, node.chain().store.root_at(height - 1).unwrap().unwrap());
                assert_eq!(header.last_results_hash, results);
            }
            let id = block.id.clone().unwrap();
            assert_eq!(id.hash, comet::header_hash(&header));
            last = Some((id, block.results_hash().to_vec()));
        }
        (node.last_block().as_ref().clone(), node.chain().store.root())
    };
    let folder = tempfile::tempdir().unwrap();
    let first = play(None);
    assert_eq!(first, play(Some(folder.path().to_path_buf())));
    let node = Node::start(Config { data: Some(folder.path().to_path_buf()), ..config() }, Arc::new(Toy)).unwrap();
    assert_eq!((node.last_block().as_ref().clone(), node.chain().store.root()), first);
    drop(node);
    let other = Config { data: Some(folder.path().to_path_buf()), chain_id: "else".into(), ..config() };
    let error = Node::start(other, Arc::new(Toy)).err().unwrap().to_string();
    assert!(error.contains("`else`") && error.contains("`amigos-dev`"), "{error}");
}

#[test]
fn blocks_at_an_interval() {
    let node = Node::start(Config { block_time: Some(std::time::Duration::from_millis(10)), ..config() }, Arc::new(Toy)).unwrap();
    let mut blocks = node.subscribe();
    let first = blocks.blocking_recv().unwrap().height();
    assert_eq!(blocks.blocking_recv().unwrap().height(), first + 1);
    run(&node, "alice", vec![send_message(dev_address("alice"), dev_address("bob"), 1)]).unwrap();
}
