//! The gate: what the analyzer has against a package, the chain has against it.

mod common;

use std::sync::Arc;

use amigos_hub::address::Address;
use amigos_hub::compile::Compiler;
use amigos_hub::devnet;
use amigos_hub::exec::{Before, Call, Checked, Executor, Outcome, QueryError, Refusal, Rules, World};
use amigos_hub::node::Node;
use amigos_hub::package::{Deployed, PackageSource};
use amigos_hub::proto::Pin;
use amigos_hub::tx::code;
use common::*;
use serde_json::Value;

/// The real gate before the toy.
struct Gate(Compiler);

impl Executor for Gate {
    fn rules(&self) -> Rules {
        Toy.rules()
    }
    fn check(&self, package: &PackageSource, previous: Option<&Deployed>, world: &dyn World) -> Result<Checked, Refusal> {
        self.0.check(package, previous, world)
    }
    fn initialise(&self, package: &Deployed, _: Before<'_>, _: Address, _: u64, world: &dyn World) -> Outcome {
        // What was let in compiles, together with all that it imports.
        let program = self.0.program(world).unwrap();
        assert!(program.keys().iter().any(|key| key.0.as_str() == package.identity()), "`{}` does not compile", package.identity());
        Outcome::default()
    }
    fn call(&self, call: &Call, world: &dyn World) -> Outcome {
        Toy.call(call, world)
    }
    fn eval(&self, package: &str, expression: &str, world: &dyn World) -> Result<Value, QueryError> {
        Toy.eval(package, expression, world)
    }
    fn render(&self, package: &str, path: &str, world: &dyn World) -> Result<String, QueryError> {
        Toy.render(package, path, world)
    }
    fn state(&self, package: &str, path: &str, depth: u32, world: &dyn World) -> Result<Value, QueryError> {
        Toy.state(package, path, depth, world)
    }
}

fn gate_node() -> Node {
    Node::start(config(), Arc::new(Gate(Compiler::default()))).unwrap()
}

fn try_deploy(node: &Node, path: &str, version: &str, text: &str, lock: Vec<Pin>) -> Result<(), String> {
    let bytes = sign(node, "alice", vec![deploy("alice", path, version, text, lock)], 9_000_000);
    let receipt = node.commit(bytes).unwrap().receipt;
    if receipt.code == 0 {
        return Ok(());
    }
    assert!(matches!(receipt.code, code::REFUSED), "{}", receipt.log);
    Err(receipt.log)
}

#[test]
fn the_embedded_contracts_pass() {
    let node = gate_node();
    for done in devnet::prepare(&node, &devnet::embedded()) {
        assert!(matches!(done.result, Ok(Some(_))) || done.package.starts_with("the oracle"), "{}: {:?}", done.package, done.result);
    }
    assert_eq!(node.view().packages().unwrap().len(), devnet::embedded().len());
}

#[test]
fn errors_and_critical_findings_are_refused_with_their_places() {
    let node = gate_node();
    let a = "hub.amigos.dev/a";
    let refused = |text: &str, wanted: &str| {
        let log = try_deploy(&node, a, "1.0.0", text, vec![]).unwrap_err();
        assert!(log.contains(wanted), "{log}");
    };
    refused("package a\nfunc F() int { return \"x\" }\n", "a.go:2:23: ");
    refused("package a\nfunc F( {\n", "a.go:2:");
    refused("package a\nimport \"os\"\nfunc F() { os.Exit(1) }\n", "AM100");
    refused("package a\nimport \"hub.amigos.dev/nowhere\"\nvar X = nowhere.X\n", "hub.amigos.dev/nowhere");
    refused("package a\nfunc F() { go F() }\n", "AM100");
    try_deploy(&node, a, "1.0.0", "package a\nfunc F() int { return 1 }\n", vec![]).unwrap();
}

#[test]
fn the_api_may_only_grow() {
    let node = gate_node();
    let a = "hub.amigos.dev/a";
    let first =
        "package a\ntype T struct { A int; b string }\nfunc (t *T) M() {}\nconst C = 1\nvar V T\nfunc F(x int) error { return nil }\n";
    try_deploy(&node, a, "1.0.0", first, vec![]).unwrap();
    let refused = |text: &str, wanted: &[&str]| {
        let log = try_deploy(&node, a, "1.1.0", text, vec![]).unwrap_err();
        for wanted in wanted {
            assert!(log.contains(wanted), "{log}");
        }
    };
    refused("package a\nfunc F(x int) error { return nil }\n", &["a.go:1:9: C: removed", "T: removed", "V: removed", "(AM3007)"]);
    refused(&first.replace("F(x int)", "F(x string)"), &["F: changed from func(int) error to func(string) error"]);
    refused(&first.replace("func (t *T) M() {}\n", ""), &["(*T).M: removed"]);
    refused(&first.replace("const C = 1", "//amigos:allow AM3007 -- nobody uses it\nconst C = 2"), &["C: value changed from 1 to 2"]);
    let grown = first.replace("b string", "C bool; b string").replace("F(x int)", "F(renamed int)") + "func G() {}\n";
    try_deploy(&node, a, "1.1.0", &grown, vec![]).unwrap();
    try_deploy(&node, a, "2.0.0", "package a\nfunc Other() {}\n", vec![]).unwrap();
}
