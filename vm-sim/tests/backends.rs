//! The two backends of the interpreter: in optimised builds a call without a trace runs as threaded code, one with a trace in the loop. (Without optimisation both run
//! in the loop, and these tests hold trivially.) Whatever is called, with however little gas, both say the same, to the unit of gas and to the line that it ended in.

mod support;

use support::{Chain, contract};

/// A bit of everything.
const PROGRAM: &str = include_str!("support/everything.go");

/// A call's outcome in every respect, from both backends.
fn both(chain: &Chain, target: &str, args: &[&str], gas: u64) -> (String, u64) {
    let mut said = Vec::new();
    for trace in [false, true] {
        let mut r = chain.request("hub.amigos.dev/main", target, args);
        (r.trace, r.gas_limit) = (trace, gas);
        let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
        let text =
            format!("{:?} {:?} {:?} {:?} {:?} {:?}", out.results, out.error, out.gas_used, out.gas_by_package, out.writes, out.read_set);
        said.push((text, out.gas_used));
    }
    assert_eq!(said[0], said[1], "{target} {args:?} with {gas} gas");
    said.swap_remove(0)
}

#[test]
fn whatever_is_called() {
    let mut chain = Chain::new(&[contract("hub.amigos.dev/main", PROGRAM)]);
    for n in 0..40 {
        let n = (n * 17 % 211).to_string();
        both(&chain, "Run", &[&n], 1 << 40);
        chain.call("hub.amigos.dev/main", "Run", &[&n]);
    }
    for kind in 0..10 {
        for n in ["0", "3", "-1", "200"] {
            both(&chain, "Bad", &[&kind.to_string(), n], 1 << 40);
        }
    }
}

#[test]
fn with_however_little_gas() {
    let chain = Chain::new(&[contract("hub.amigos.dev/main", PROGRAM)]);
    let (_, all) = both(&chain, "Run", &["23"], 1 << 40);
    assert!(all > 1000);
    let mut gas = 0;
    while gas <= all + 50 {
        both(&chain, "Run", &["23"], gas);
        gas += 1 + gas / 97;
    }
    for gas in [all - 1, all, all + 1] {
        both(&chain, "Run", &["23"], gas);
    }
}
