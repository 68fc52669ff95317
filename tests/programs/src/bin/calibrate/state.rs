//! Accesses to state: functions of a contract, called with none and with many, over a state in memory. What a node's disk adds is not in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Engine};
use amigos_vm::outcome::Outcome;
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use anyhow::{Result, bail};
use program_conformance::machine::contract;

use crate::measure::{Clock, Measured};

const CONTRACT: &str = include_str!("../../../gas/contract.go");
const PATH: &str = "hub.amigos.dev/prices";
/// Accounts of the state.
const ACCOUNTS: u64 = 3_000;
/// How often a thing is done in a call.
const TIMES: u64 = 1_000;

#[derive(Default)]
struct State {
    height: i64,
    records: BTreeMap<ObjKey, Bytes>,
}

impl StateSource for State {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        Ok(keys.iter().map(|k| self.records.get(k).cloned()).collect())
    }
    fn height(&self) -> i64 {
        self.height
    }
    fn at(&self, _height: i64) -> Option<Arc<dyn StateSource>> {
        None
    }
}

/// Measures them.
pub fn run(filter: &str, rounds: usize) -> Result<Vec<Measured>> {
    let engine = Engine::new(contract(PATH, CONTRACT).map_err(anyhow::Error::msg)?);
    let mut state = State::default();
    let request = |target: &str, n: u64| {
        let args = if target == "init" { vec![] } else { vec![ArgValue::Go(n.to_string())] };
        let mut request = CallRequest::new(&format!("{PATH}@v1"), target, args);
        request.gas_limit = u64::MAX / 2;
        (request.sender, request.origin) = ("alice".to_owned(), "alice".to_owned());
        request
    };
    let fetched = |outcome: Result<Outcome, Fetch>, what: &str| match outcome {
        Ok(o) if o.is_ok() => Ok(o),
        Ok(o) => bail!("{what}: {:?}", o.error),
        Err(fetch) => bail!("{what}: {fetch:?}"),
    };
    for (target, deploys) in [("init", true), ("Fill", false)] {
        let request = request(target, ACCOUNTS);
        let outcome = if deploys { engine.deploy(&request, false, &state) } else { engine.call(&request, &state) };
        for (key, bytes) in fetched(outcome, target)?.writes {
            match bytes {
                Some(bytes) => state.records.insert(key, bytes),
                None => state.records.remove(&key),
            };
        }
        state.height += 1;
    }
    let functions = CONTRACT.lines().filter_map(|l| l.strip_prefix("func ")?.split('(').next()).filter(|f| *f != "Fill");
    let mut measured = Vec::new();
    for function in functions.map(|f| (f, format!("state: {f}"))).filter(|(_, name)| name.contains(filter)) {
        let (function, name) = function;
        let mut least = [(0.0, f64::MAX); 2];
        for _ in 0..rounds.max(1) {
            for (n, least) in [TIMES, 0].into_iter().zip(&mut least) {
                let request = request(function, n);
                let clock = Clock::start();
                let outcome = engine.call(&request, &state);
                let ns = clock.ns();
                *least = (fetched(outcome, function)?.gas_used as f64, least.1.min(ns));
            }
        }
        let times = TIMES as f64;
        measured.push(Measured { name, gas: (least[0].0 - least[1].0) / times, ns: ((least[0].1 - least[1].1) / times).max(0.001) });
    }
    Ok(measured)
}
