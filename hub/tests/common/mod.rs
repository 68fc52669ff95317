//! A toy in the place of the virtual machine, and helpers to sign.
#![allow(dead_code)]

use std::sync::Arc;

use amigos_hub::accounts::{dev_address, dev_key};
use amigos_hub::address::Address;
use amigos_hub::exec::*;
use amigos_hub::execute::least_fee;
use amigos_hub::node::{Clock, Committed, Config, Node, numbers};
use amigos_hub::package::{Deployed, PackageSource};
use amigos_hub::proto::{self, Any, File, Pin, url};
use amigos_hub::tx::{Draft, TxError, wrap};
use serde_json::{Value, json};

/// A package is a list of `name = value` lines; its functions set, get and fail.
pub struct Toy;

fn parse(package: &str) -> Vec<(String, String)> {
    package.lines().filter_map(|line| line.split_once(" = ")).map(|(k, v)| (k.into(), v.into())).collect()
}

fn lines(package: &Deployed) -> Vec<(String, String)> {
    package.files.iter().filter(|f| f.name.ends_with(".go")).flat_map(|f| parse(&f.text)).collect()
}

impl Executor for Toy {
    fn rules(&self) -> Rules {
        Rules { compiler: 1, gas: 1, rules: 1, bytecode: 1, encoding: 1 }
    }

    fn check(&self, package: &PackageSource, _previous: Option<&Deployed>, _world: &dyn World) -> Result<Checked, Refusal> {
        let text: String = package.files.iter().map(|f| f.text.as_str()).collect();
        if text.contains("goto") {
            let finding = Finding { file: "a.go".into(), line: 1, column: 2, code: "AM0000".into(), message: "no `goto` in toys".into() };
            return Err(Refusal { findings: vec![finding] });
        }
        let imports = text.lines().filter_map(|l| l.strip_prefix("import ")).map(Into::into).collect();
        Ok(Checked { api: b"toy".to_vec(), imports, ..Checked::default() })
    }

    fn initialise(&self, package: &Deployed, before: Before<'_>, _origin: Address, _gas: u64, _world: &dyn World) -> Outcome {
        let old: Vec<String> = match before {
            Before::Version(previous) => lines(previous).into_iter().map(|(k, _)| k).collect(),
            _ => Vec::new(),
        };
        let added = lines(package).into_iter().filter(|(k, _)| !old.contains(k));
        let name = package.identity();
        let writes = added.map(|(k, v)| Write { package: name.clone(), key: k.into_bytes(), value: Some(v.into_bytes()) }).collect();
        Outcome { gas_used: 10, writes, ..Outcome::default() }
    }

    fn call(&self, call: &Call, world: &dyn World) -> Outcome {
        let (Arguments::Go(arguments) | Arguments::Json(arguments)) = &call.arguments;
        let mut outcome = Outcome { gas_used: 500, gas_by_package: vec![(call.package.clone(), 500)], ..Outcome::default() };
        match (call.target.as_str(), arguments.as_slice()) {
            ("Set", [key, value]) => {
                outcome.writes.push(Write {
                    package: call.package.clone(),
                    key: key.clone().into_bytes(),
                    value: Some(value.clone().into_bytes()),
                });
                outcome.events.push(Event {
                    name: "Set".into(),
                    package: call.package.clone(),
                    attributes: vec![("key".into(), key.clone())],
                });
            }
            ("Get", [key]) => match world.records(&call.package, &[key.as_bytes()]) {
                Ok(values) => {
                    outcome.reads.push((call.package.clone(), key.clone().into_bytes()));
                    outcome.results = values.into_iter().map(|v| v.map_or(Value::Null, |v| json!(String::from_utf8_lossy(&v)))).collect();
                }
                Err(error) => (outcome.status, outcome.message) = (Status::Broken, error),
            },
            ("Pay", [to]) => match to.parse::<Address>() {
                Ok(to) => {
                    let own = Address::of_package(&call.package);
                    outcome.balances = vec![(own, world.balance(&own).unwrap() - 1), (to, world.balance(&to).unwrap() + 1)];
                }
                Err(error) => (outcome.status, outcome.message) = (Status::Failed, error),
            },
            ("Fail", _) => (outcome.status, outcome.message) = (Status::Failed, "it failed".into()),
            ("Burn", _) => {
                outcome.gas_used = call.gas_limit;
                (outcome.status, outcome.message) = (Status::OutOfGas, "out of gas".into());
            }
            (other, _) => (outcome.status, outcome.message) = (Status::BadCall, format!("there is no `{other}`")),
        }
        outcome
    }

    fn eval(&self, package: &str, expression: &str, world: &dyn World) -> Result<Value, QueryError> {
        self.state(package, expression, 1, world)
    }

    fn render(&self, package: &str, path: &str, _world: &dyn World) -> Result<String, QueryError> {
        Ok(format!("# {package}\n{path}\n"))
    }

    fn state(&self, package: &str, path: &str, _depth: u32, world: &dyn World) -> Result<Value, QueryError> {
        let found = world.records(package, &[path.as_bytes()]).map_err(QueryError::Failed)?;
        match found.into_iter().next().flatten() {
            Some(value) => Ok(json!({"kind": "string", "value": String::from_utf8_lossy(&value)})),
            None => Err(QueryError::NotFound(format!("there is no `{path}`"))),
        }
    }
}

pub fn config() -> Config {
    Config { clock: Clock::Fixed { start: 1_700_000_000_000_000_000, step: 1_000_000_000 }, ..Config::default() }
}

pub fn node() -> Node {
    Node::start(config(), Arc::new(Toy)).unwrap()
}

pub fn sign(node: &Node, name: &str, messages: Vec<Any>, gas_limit: u64) -> Vec<u8> {
    let account = numbers(node, &dev_address(name)).unwrap().unwrap();
    draft(node, messages, gas_limit, account.number, account.sequence).sign(&dev_key(name))
}

pub fn draft(node: &Node, messages: Vec<Any>, gas_limit: u64, account_number: u64, sequence: u64) -> Draft {
    let chain_id = node.config().chain_id.clone();
    Draft { messages, memo: String::new(), sequence, account_number, chain_id, fee: least_fee(gas_limit), gas_limit }
}

pub fn run(node: &Node, name: &str, messages: Vec<Any>) -> Result<Committed, TxError> {
    node.commit(sign(node, name, messages, 1_000_000))
}

pub fn deploy(name: &str, path: &str, version: &str, text: &str, lock: Vec<Pin>) -> Any {
    let files = vec![File { name: "a.go".into(), text: text.into() }];
    let message = proto::MsgDeploy {
        sender: dev_address(name).to_string(),
        path: path.into(),
        version: version.into(),
        files,
        lock,
        library: false,
        authority: String::new(),
    };
    wrap(url::DEPLOY, &message)
}

pub fn call(name: &str, package: &str, target: &str, arguments: &[&str], value: u64) -> Any {
    let message = proto::MsgCall {
        sender: dev_address(name).to_string(),
        package: package.into(),
        target: target.into(),
        arguments: arguments.iter().map(|a| a.to_string()).collect(),
        format: 0,
        value,
    };
    wrap(url::CALL, &message)
}
