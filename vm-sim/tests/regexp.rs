//! Regular expressions in contracts: what they cost does not depend on what ran before, they persist, and hostile ones end out of gas soon.

mod support;

use std::time::{Duration, Instant};

use support::{Chain, contract, show};

const SOURCE: &str = r#"package names

import (
	"regexp"
	"strings"
)

var word = regexp.MustCompile(`(?i)^[a-z]\w*$`)

var Allowed *regexp.Regexp

func Allow(expr string) { Allowed = regexp.MustCompile(expr) }

func Check(s string) bool { return word.MatchString(s) }

func CheckAllowed(s string) bool { return Allowed.MatchString(s) }

func Count(expr, s string, times int) int {
	return len(regexp.MustCompile(expr).FindAllString(strings.Repeat(s, times), -1))
}
"#;

#[test]
fn the_same_call_costs_the_same_whatever_ran_before() {
    let mut chain = Chain::new(&[contract("hub.amigos.dev/names", SOURCE)]);
    chain.deploy("hub.amigos.dev/names", false);
    let first = chain.call("hub.amigos.dev/names", "Check", &["\"Ab_1\""]);
    let again = chain.call("hub.amigos.dev/names", "Check", &["\"Ab_1\""]);
    assert_eq!((show(&first), first.gas_used), (show(&again), again.gas_used));
    assert_eq!(show(&first), "true");
    // another thread has compiled nothing yet
    let cold = std::thread::scope(|s| s.spawn(|| chain.query("hub.amigos.dev/names", "Check", &["\"Ab_1\""]).gas_used).join());
    assert_eq!(cold.ok(), Some(first.gas_used));
    assert_eq!(chain.show("hub.amigos.dev/names", "Check", &["\"1a\""]), "false");
}

#[test]
fn expressions_persist() {
    let mut chain = Chain::new(&[contract("hub.amigos.dev/names", SOURCE)]);
    chain.deploy("hub.amigos.dev/names", false);
    chain.call("hub.amigos.dev/names", "Allow", &["\"^a+$\""]);
    assert_eq!(chain.show("hub.amigos.dev/names", "CheckAllowed", &["\"aaa\""]), "true");
    assert_eq!(chain.show("hub.amigos.dev/names", "CheckAllowed", &["\"aab\""]), "false");
}

#[test]
fn bombs_end_out_of_gas_or_in_time() {
    let mut chain = Chain::new(&[contract("hub.amigos.dev/names", SOURCE)]);
    chain.deploy("hub.amigos.dev/names", false);
    let nested = "(x+x+)+y";
    for (expression, text, times) in [
        (nested, "x", "20000"),
        ("(a|b|ab)*c", "ab", "100000"),
        ("((a{0,10}){0,10}){0,10}b", "a", "20000"),
        ("(?:(?:(?:a?){9}){9}){9}", "a", "20000"),
        ("(.*)(.*)(.*)(.*)(.*)[0-9]", "x", "50000"),
        (r"(?i)[^\\x00-\\x40]{900}", "é", "3000"),
    ] {
        let begin = Instant::now();
        let out = chain.query("hub.amigos.dev/names", "Count", &[&format!("\"{expression}\""), &format!("\"{text}\""), times]);
        assert!(out.error.is_none() || show(&out).starts_with("OutOfGas"), "{expression}: {}", show(&out));
        // far more than the block's gas may take, so that a slow machine passes; what grows without bound does not
        assert!(begin.elapsed() < Duration::from_secs(60), "{expression}");
    }
}
