//! How fast the machine is: `cargo run --release --example bench -p amigos-vm`. Loops in nanoseconds a step, a token's transfers in
//! calls a second, both of processor time.

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use amigos_db::Profile;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::{Engine, RunLimits};

const TOKEN: &str = r#"
package token

import "errors"

var Balances = map[string]uint64{}

func Fill(n int) {
	for i := range n {
		Balances[name(i)] = 1000000
	}
}

func name(i int) string {
	b := make([]byte, 20)
	for j := range b {
		b[j] = byte('a' + i%26)
		i /= 26
	}
	return string(b)
}

var ErrFunds = errors.New("not enough")

func Transfer(from, to string, amount uint64) error {
	if Balances[from] < amount {
		return ErrFunds
	}
	Balances[from] -= amount
	Balances[to] += amount
	return nil
}

func Many(n int) error {
	a, b := name(1), name(2)
	for range n {
		if err := Transfer(a, b, 1); err != nil {
			return err
		}
	}
	return nil
}
"#;

const LOOPS: [(&str, &str, u64); 4] = [
    ("loop", "s := 0\n\tfor i := 0; i < 10000000; i++ { s = (s + i) ^ i }\n\tprintln(s)", 10_000_000),
    ("fib", "a, b := uint64(0), uint64(1)\n\tfor i := 0; i < 10000000; i++ { a, b = b, a+b }\n\tprintln(a)", 10_000_000),
    ("fib(30) calls", "println(fib(30))", 2_692_537),
    (
        "sieve 2^20",
        "n := 1 << 20\n\ts := make([]bool, n)\n\tc := 0\n\tfor i := 2; i < n; i++ { if !s[i] { c++; for j := 2 * i; j < n; j += i { s[j] = true } } }\n\tprintln(c)",
        2_700_000,
    ),
];

fn name(mut i: usize) -> String {
    (0..20)
        .map(|_| {
            let c = (b'a' + (i % 26) as u8) as char;
            i /= 26;
            c
        })
        .collect()
}

/// The processor time of this thread in seconds, where the system tells; else the time of day.
fn now() -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    spent.map_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64()), |ns| ns / 1e9)
}

fn main() {
    for (what, body, steps) in LOOPS {
        let text = format!(
            "package main\n\nfunc fib(n int) int {{\n\tif n < 2 {{ return n }}\n\treturn fib(n-1) + fib(n-2)\n}}\n\nfunc main() {{\n\t{body}\n}}\n"
        );
        let engine = Engine::new(Arc::new(support::program(&[support::contract("main", &text)], Profile::Go)));
        let key = PkgKey(Name::new("main@v1"));
        let run = || {
            let start = now();
            let out = engine.run_main(key, RunLimits::default());
            assert!(out.is_ok(), "{:?}", out.error);
            now() - start
        };
        let best = (0..3).map(|_| run()).fold(f64::MAX, f64::min);
        println!("{what:16} {:8.2} ns a step  {:8.1} ms", best * 1e9 / steps as f64, best * 1e3);
    }
    let mut chain = support::Chain::new(&[support::contract("hub.amigos.dev/token", TOKEN)]);
    let holders = 10_000;
    let mut r = chain.request("hub.amigos.dev/token", "Fill", &[&holders.to_string()]);
    r.gas_limit = 1 << 50;
    let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
    assert!(out.is_ok(), "{:?}", out.error);
    chain.apply(&out);
    chain.store.history.clear();
    let calls = 20_000;
    let start = now();
    let mut gas = 0;
    for i in 0..calls {
        let (from, to) = (format!("{:?}", name(i * 7 % holders)), format!("{:?}", name((i * 13 + 1) % holders)));
        let r = chain.request("hub.amigos.dev/token", "Transfer", &[&from, &to, "1"]);
        let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
        assert!(out.is_ok(), "{:?}", out.error);
        gas = out.gas_used;
        for (k, v) in out.writes {
            match v {
                Some(v) => chain.store.records.insert(k, v),
                None => chain.store.records.remove(&k),
            };
        }
    }
    let took = now() - start;
    println!("transfer         {:8.0} calls/s, each a call of its own on committed state (gas {gas})", calls as f64 / took);
    let mut r = chain.request("hub.amigos.dev/token", "Many", &["100000"]);
    r.gas_limit = 1 << 50;
    let start = now();
    let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
    assert!(out.is_ok(), "{:?}", out.error);
    println!("transfer         {:8.0} /s within one call", 100_000.0 / (now() - start));
}
