//! Compiled code beside the interpreter: whatever is called, with however little gas and memory, at whatever depth, both say the same. (With the feature `jit` all other
//! tests of the machine compare them too: see `support`.)
#![cfg(feature = "jit")]

mod support;

use std::sync::Arc;

use amigos_db::Profile;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::{Engine, RunLimits};
use amigos_vm::jit::{HOT, Policy};
use amigos_vm::outcome::Outcome;
use support::{Chain, alike, contract};

const EVERYTHING: &str = include_str!("support/everything.go");

/// A call in both engines.
fn both(chain: &Chain, target: &str, args: &[&str], gas: u64) -> Outcome {
    let mut r = chain.request("hub.amigos.dev/main", target, args);
    r.gas_limit = gas;
    let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
    alike(&out, &chain.compiled.call(&r, &chain.store).expect("nothing to fetch"));
    out
}

#[test]
fn whatever_is_called() {
    let mut chain = Chain::new(&[contract("hub.amigos.dev/main", EVERYTHING)]);
    for n in 0..40 {
        chain.call("hub.amigos.dev/main", "Run", &[&(n * 17 % 211).to_string()]);
    }
    for kind in 0..10 {
        for n in ["0", "3", "-1", "200"] {
            chain.call("hub.amigos.dev/main", "Bad", &[&kind.to_string(), n]);
        }
    }
}

#[test]
fn with_however_little_gas() {
    let chain = Chain::new(&[contract("hub.amigos.dev/main", EVERYTHING)]);
    let all = both(&chain, "Run", &["23"], 1 << 40).gas_used;
    assert!(all > 1000);
    let mut gas = 0;
    while gas <= all + 50 {
        both(&chain, "Run", &["23"], gas);
        gas += 1 + gas / 97;
    }
    for gas in all - 1..=all + 1 {
        both(&chain, "Run", &["23"], gas);
    }
}

const SMALL: &str = r#"
package main

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func sieve(n int) int {
	s := make([]bool, n)
	c := 0
	for i := 2; i < n; i++ {
		if !s[i] {
			c++
			for j := 2 * i; j < n; j += i {
				s[j] = true
			}
		}
	}
	return c
}

func sums(n int) (int, float64) {
	var a [5]int
	f := 0.5
	for i := 0; i < n; i++ {
		a[i%5] += i * i
		f = f*1.5 - float64(i)/3
	}
	return a[0] + a[4], f
}

func Small(n int) (int, int, int) {
	x, f := sums(n)
	return fib(n), sieve(n * 3), x + int(f)
}

func Deep(n int) int {
	if n == 0 {
		return 0
	}
	return Deep(n-1) + 1
}

func Forever(n int) int {
	for {
		n = n*3 + 1
	}
}

func Spin() {
	for {
	}
}

func Grow(n int) int {
	var all []int
	for i := 0; i < n; i++ {
		all = append(all, i)
		all[i/2] += i
	}
	return all[n/2] + len(all)
}

func Wide(n int) string {
	s := "x"
	for i := 0; i < n; i++ {
		s += s
	}
	return s[:1]
}
"#;

/// Every gas limit there is, for something small.
#[test]
fn with_every_gas() {
    let chain = Chain::new(&[contract("hub.amigos.dev/main", SMALL)]);
    let all = both(&chain, "Small", &["6"], 1 << 40).gas_used;
    for gas in 0..=all + 1 {
        both(&chain, "Small", &["6"], gas);
    }
}

#[test]
fn hostile() {
    let chain = Chain::new(&[contract("hub.amigos.dev/main", SMALL)]);
    for n in ["0", "10", "900", "1000", "1010", "1015", "1020", "1022", "1023", "1024", "1100", "100000"] {
        both(&chain, "Deep", &[n], 1 << 30);
    }
    for gas in [0, 100, 9_999, 1_000_000, 30_000_001] {
        both(&chain, "Forever", &["1"], gas);
        both(&chain, "Spin", &[], gas);
        both(&chain, "Grow", &["1000000000"], gas);
        both(&chain, "Wide", &["60"], gas);
    }
    both(&chain, "Grow", &["5000"], 1 << 40);
    both(&chain, "Grow", &["1000000000"], 1 << 50);
}

/// Deeper than compiled frames fit on the host's stack.
#[test]
fn deeper_than_the_host() {
    let text = "package main\n\nfunc deep(n int) int {\n\tif n == 0 {\n\t\treturn 0\n\t}\n\treturn deep(n-1) + 1\n}\n\nfunc main() { println(deep(200000)) }\n";
    let program = Arc::new(support::program(&[contract("main", text)], Profile::Go));
    let key = PkgKey(Name::new("main@v1"));
    for depth in [1 << 20, 150_000] {
        let limits = RunLimits { depth, ..RunLimits::default() };
        let plain = Engine::new(program.clone()).run_main(key, limits);
        for policy in [Policy::Always, HOT, Policy::Hot(0)] {
            let compiled = Engine::new(program.clone()).compiling(policy);
            alike(&plain, &compiled.run_main(key, limits));
            alike(&plain, &compiled.run_main(key, limits));
        }
    }
}

/// Whether and when something is compiled.
#[test]
fn hot_or_not() {
    for text in [include_str!("../../tests/bench/programs/calls.go"), include_str!("../../tests/bench/programs/sieve.go")] {
        let program = Arc::new(support::program(&[contract("main", text)], Profile::Go));
        let key = PkgKey(Name::new("main@v1"));
        let plain = Engine::new(program.clone()).run_main(key, RunLimits::default());
        for policy in [Policy::Hot(0), Policy::Hot(1_000_000), HOT] {
            let compiled = Engine::new(program.clone()).compiling(policy);
            (0..3).for_each(|_| alike(&plain, &compiled.run_main(key, RunLimits::default())));
            let (entries, failed) = compiled.compiled();
            assert!(entries > 0 && failed == 0, "{entries} compiled, {failed} not");
        }
    }
}
