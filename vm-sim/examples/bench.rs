//! How fast the machine is: `cargo run --release --example bench -p amigos-vm -- [ROUNDS [PART]]`. Runs the programs of `tests/bench/programs` and calls of contracts, and
//! prints for each, tab-separated: program, engine, median in nanoseconds of processor time, result. `cargo xtask bench vm` shows it beside others.

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use amigos_db::Profile;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Engine, RunLimits};
use amigos_vm::identity::encode_address;
use amigos_vm::outcome::Outcome;
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use rustc_hash::FxHashMap;
use serde_json::json;
use support::{Chain, contract};

macro_rules! programs {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../tests/bench/programs/", $name, ".go")))),*]
    };
}

const PROGRAMS: [(&str, &str); 9] = programs!("loop" "fib" "calls" "sieve" "sorting" "mapping" "building" "hashing" "coding");

const TOKEN: &str = include_str!("../../contracts/token/token.go");
const TOKEN_PATH: &str = "hub.amigos.dev/token";
/// Addresses that have the token.
const HOLDERS: usize = 10_000;

/// A state of many objects, three of which a call reads.
const OBJECTS: &str = r#"
package objects

type object struct {
	Name string
	N    int
}

var All = map[int]*object{}

func Fill(from, n int) {
	for i := range n {
		All[from+i] = &object{Name: "an object", N: i}
	}
}

func Three(a, b, c int) int { return All[a].N + All[b].N + All[c].N }
"#;

/// The processor time of this thread in nanoseconds, where the system tells; else the time of day.
fn now() -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    spent.unwrap_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_nanos() as f64))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn report(program: &str, engine: &str, ns: f64, result: impl std::fmt::Display) {
    println!("{program}\t{engine}\t{ns:.1}\t{result}");
}

fn fine(out: &Outcome) {
    assert!(out.is_ok(), "{:?}", out.error);
}

fn main() {
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5);
    let part = std::env::args().nth(2).unwrap_or_default();
    for (name, text) in PROGRAMS.iter().filter(|(name, _)| name.contains(&part)) {
        let engine = Engine::new(Arc::new(support::program(&[contract("main", text)], Profile::Go)));
        measured(name, "amigos", &engine, rounds);
        #[cfg(feature = "jit")]
        measured(name, "amigos, compiled", &engine.compiling(amigos_vm::jit::HOT), rounds);
    }
    if "transfer".contains(&part) {
        transfers(rounds);
    }
    if "createpost".contains(&part) {
        posts(rounds);
    }
    for n in [1_000, 1_000_000].into_iter().filter(|_| "three".contains(&part)) {
        three(n, rounds);
    }
}

/// Runs a program once to warm up (and to compile what is hot), and then `rounds` times.
fn measured(name: &str, engine_name: &str, engine: &Engine, rounds: usize) {
    let key = PkgKey(Name::new("main@v1"));
    let (mut result, mut gas) = (String::new(), 0);
    let mut times = Vec::new();
    for round in 0..=rounds {
        let start = now();
        let out = engine.run_main(key, RunLimits::default());
        if round > 0 {
            times.push(now() - start);
            assert_eq!(out.gas_used, gas);
        }
        fine(&out);
        (result, gas) = (out.output.trim().to_owned(), out.gas_used);
    }
    report(name, engine_name, median(times), result);
}

fn address(i: usize) -> String {
    let mut bytes = [0u8; 20];
    bytes[..8].copy_from_slice(&(i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    bytes[8..16].copy_from_slice(&(i as u64).to_le_bytes());
    encode_address(&bytes)
}

/// Applies an outcome without keeping old heights.
fn apply(chain: &mut Chain, writes: Vec<amigos_vm::state::Write>) {
    for (k, v) in writes {
        match v {
            Some(v) => chain.store.records.insert(k, v),
            None => chain.store.records.remove(&k),
        };
    }
}

/// Transfers of `contracts/token` among many holders, each with its sender's number and fee, and its event; on their own, and as a block's.
fn transfers(rounds: usize) {
    let mut chain = Chain::with_sender(&[contract(TOKEN_PATH, TOKEN)], &address(0));
    chain.store.history.clear();
    let people: Vec<String> = (0..HOLDERS).map(address).collect();
    let mint = |chain: &Chain, to: &str| {
        let mut r = chain.request(TOKEN_PATH, "Mint", &[]);
        r.args = vec![ArgValue::Json(json!(to)), ArgValue::Json(json!("1000000000"))];
        r
    };
    let writes = {
        let mut session = chain.engine.session();
        for p in &people {
            fine(&session.call(&mint(&chain, p), &chain.store).expect("nothing to fetch"));
        }
        session.take_writes(&chain.store).expect("nothing to fetch")
    };
    apply(&mut chain, writes);
    let requests: Vec<CallRequest> = (0..20_000)
        .map(|i| {
            let mut r = chain.request(TOKEN_PATH, "Transfer", &[]);
            r.sender = people[i * 7 % HOLDERS].clone();
            r.origin = r.sender.clone();
            r.args = vec![ArgValue::Json(json!(people[(i * 13 + 5) % HOLDERS])), ArgValue::Json(json!("1"))];
            r
        })
        .collect();
    let mut accounts: std::collections::HashMap<String, (u64, u64)> = people.iter().map(|p| (p.clone(), (0, 1 << 40))).collect();
    let mut pay = |r: &CallRequest| {
        let account = accounts.get_mut(&r.sender).expect("an account");
        account.0 += 1;
        account.1 -= 100;
    };
    let mut times = Vec::new();
    let mut gas = 0;
    for _ in 0..rounds {
        let start = now();
        for r in requests.iter().take(2_000) {
            pay(r);
            let out = chain.engine.call(r, &chain.store).expect("nothing to fetch");
            fine(&out);
            gas = out.gas_used;
            apply(&mut chain, out.writes);
        }
        times.push((now() - start) / 2_000.0);
    }
    report("transfer", "amigos, each on its own", median(times), gas);
    let mut times = Vec::new();
    for round in 0..=rounds {
        let mut session = chain.engine.session();
        let start = now();
        let mut events = 0;
        for r in &requests {
            pay(r);
            let out = session.call(r, &chain.store).expect("nothing to fetch");
            events += out.events.len();
            gas = out.gas_used;
        }
        assert_eq!(events, requests.len());
        let writes = session.take_writes(&chain.store).expect("nothing to fetch");
        if round > 0 {
            times.push((now() - start) / requests.len() as f64);
        }
        drop(session);
        apply(&mut chain, writes);
    }
    report("transfer", "amigos", median(times), gas);
}

/// `post.CreatePost("hello")` through its contracts, simulated on state that is in memory.
fn posts(rounds: usize) {
    let packages = [
        contract("hub.amigos.dev/identity/ens", include_str!("../../contracts/identity/ens/ens.go")),
        contract("hub.amigos.dev/storage/ipfs", include_str!("../../contracts/storage/ipfs/ipfs.go")),
        contract("hub.amigos.dev/social/forum", include_str!("../../contracts/social/forum/forum.go")),
        contract("hub.amigos.dev/social/post", include_str!("../../contracts/social/post/post.go")),
    ];
    let mut chain = Chain::with_sender(&packages, &address(1));
    for i in 0..100 {
        fine(&chain.call("hub.amigos.dev/social/post", "CreatePost", &[&format!("\"post {i}\"")]));
    }
    let mut r = chain.request("hub.amigos.dev/social/post", "CreatePost", &[]);
    r.args = vec![ArgValue::Json(json!("hello"))];
    let (mut alone, mut warm) = (Vec::new(), Vec::new());
    let mut session = chain.engine.session();
    let mut gas = 0;
    // the clock ticks slowly: each measurement is of many calls
    for _ in 0..=rounds {
        let start = now();
        for _ in 0..500 {
            fine(&chain.engine.call(&r, &chain.store).expect("nothing to fetch"));
        }
        alone.push((now() - start) / 500.0);
        let start = now();
        for _ in 0..2_000 {
            let out = session.simulate(&r, &chain.store).expect("nothing to fetch");
            fine(&out);
            gas = out.gas_used;
        }
        warm.push((now() - start) / 2_000.0);
    }
    report("createpost", "amigos, each on its own", median(alone), gas);
    report("createpost", "amigos, simulated warm", median(warm), gas);
}

/// Records by key, found among many as soon as among few.
#[derive(Default)]
struct Flat(FxHashMap<ObjKey, Bytes>);

impl StateSource for Flat {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        Ok(keys.iter().map(|k| self.0.get(k).cloned()).collect())
    }
    fn height(&self) -> i64 {
        0
    }
    fn at(&self, _height: i64) -> Option<Arc<dyn StateSource>> {
        None
    }
}

/// A call that reads three objects of a state with `n`.
fn three(n: usize, rounds: usize) {
    let chain = Chain::new(&[contract("hub.amigos.dev/objects", OBJECTS)]);
    // by another thread, so that what millions of allocations leave of its heap is not what the calls get their memory from
    let fill = || {
        let mut store = Flat(chain.store.records.clone().into_iter().collect());
        let step = n.min(10_000);
        for from in (0..n).step_by(step) {
            let mut r = chain.request("hub.amigos.dev/objects", "Fill", &[&from.to_string(), &step.to_string()]);
            r.gas_limit = 1 << 50;
            let out = chain.engine.call(&r, &store).expect("nothing to fetch");
            fine(&out);
            for (key, value) in out.writes {
                match value {
                    Some(value) => store.0.insert(key, value),
                    None => store.0.remove(&key),
                };
            }
        }
        store
    };
    let store = std::thread::scope(|scope| scope.spawn(fill).join().expect("it is filled"));
    let mut times = Vec::new();
    for round in 0..=rounds {
        let start = now();
        for call in 0..2_000 {
            // the same objects again and again: how far the records are is the store's business
            let at = |k: usize| (call % 8 * 7919 + k * n / 3) % n;
            let r = chain.request("hub.amigos.dev/objects", "Three", &[&at(0).to_string(), &at(1).to_string(), &at(2).to_string()]);
            let out = chain.engine.call(&r, &store).expect("nothing to fetch");
            fine(&out);
            // objects have numbers above those of variables; the map itself is one
            let object = |key: &[u8]| key.first() == Some(&b'o') && key.get(1..9).is_some_and(|k| k > &(1u64 << 20).to_be_bytes()[..]);
            let read = out.read_set.iter().filter(|(k, _)| object(&k.key)).count() - 1;
            assert_eq!(read, 3, "objects read of {n}");
        }
        if round > 0 {
            times.push((now() - start) / 2_000.0);
        }
    }
    report(&format!("three of {n}"), "amigos", median(times), "3 objects read");
}
