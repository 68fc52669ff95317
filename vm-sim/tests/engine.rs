//! What hubs, editors and command lines ask of the engine.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use amigos_db::Profile;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{Engine, Recorded, RunLimits, TestRun};
use amigos_vm::outcome::StepKind;
use amigos_vm::persist::ORACLE;
use amigos_vm::persist::reports::{self, Report};
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use serde_json::json;
use support::{Chain, Store, contract, library, program, show};

/// A source that has each record only when it was asked for before.
struct Lazy<'s> {
    store: &'s Store,
    here: std::sync::Mutex<std::collections::BTreeSet<ObjKey>>,
}

impl StateSource for Lazy<'_> {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        let here = self.here.lock().expect("no panic");
        let missing: Vec<ObjKey> = keys.iter().filter(|k| !here.contains(k)).cloned().collect();
        drop(here);
        if missing.is_empty() { self.store.get(keys) } else { Err(Fetch::Pending(missing)) }
    }
    fn height(&self) -> i64 {
        self.store.height
    }
    fn at(&self, _: i64) -> Option<Arc<dyn StateSource>> {
        None
    }
}

const NOTES: &str = r#"
package notes

type Note struct{ Text string; Tags []string }

var Notes = map[string]*Note{}
var Log []string

func Put(key, text string) { Notes[key] = &Note{text, []string{"a", key}}; Log = append(Log, key) }
func Text(key string) string { return Notes[key].Text + Notes[key].Tags[1] }
func Take(n Note, m map[string]int, p *Note, b []byte, f float64, any any, a [2]int8) string {
	s := n.Text
	for k, v := range m { s += k; for range v { s += "." } }
	if p != nil { s += p.Tags[0] }
	return s + string(b)
}
func Slow(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s += i
	}
	return s
}
"#;

#[test]
fn what_is_pending_is_fetched_and_the_call_made_again() {
    let mut c = Chain::new(&[contract("hub.amigos.dev/notes", NOTES)]);
    for k in ["\"x\"", "\"y\""] {
        c.call("hub.amigos.dev/notes", "Put", &[k, "\"text \""]);
    }
    let r = c.request("hub.amigos.dev/notes", "Text", &["\"y\""]);
    let direct = c.engine.call(&r, &c.store).expect("nothing to fetch");
    let lazy = Lazy { store: &c.store, here: Default::default() };
    let mut rounds = 0;
    let out = loop {
        match c.engine.call(&r, &lazy) {
            Ok(out) => break out,
            Err(Fetch::Pending(keys)) => lazy.here.lock().expect("no panic").extend(keys),
            Err(Fetch::Failed(why)) => panic!("{why}"),
        }
        rounds += 1;
        assert!(rounds < 50);
    };
    assert!(rounds > 2);
    assert_eq!(show(&out), "\"text y\"");
    assert_eq!((out.gas_used, out.read_set), (direct.gas_used, direct.read_set));
}

#[test]
fn arguments() {
    let mut c = Chain::new(&[contract("hub.amigos.dev/notes", NOTES)]);
    let n = "hub.amigos.dev/notes";
    let go = [
        "notes.Note{Text: \"t\", Tags: []string{\"q\"}}",
        "map[string]int{\"k\": 2}",
        "&notes.Note{\"u\", []string{\"tag\"}}",
        "[]byte(\"bytes\")",
        "-1.5e3",
        "\"any\"",
        "[2]int8{-128, 127}",
    ];
    assert_eq!(c.show(n, "Take", &go), "\"tk..tagbytes\"");
    let mut r = c.request(n, "Take", &[]);
    r.args =
        [json!({"Text": "t"}), json!({"k": 1}), json!(null), json!("b"), json!(2), json!(true), json!([1])].map(ArgValue::Json).to_vec();
    assert_eq!(show(&c.engine.call(&r, &c.store).expect("no fetch")), "\"tk.b\"");
    for (i, bad) in [
        (0, "notes.Note{text: \"t\"}"),
        (0, "5"),
        (1, "map[string]int{\"k\": \"v\"}"),
        (3, "[]byte{256}"),
        (4, "\"x\""),
        (6, "[2]int8{1, 128}"),
        (6, "[2]int8{1, 2, 3}"),
        (0, "f()"),
        (5, "func() {}"),
    ] {
        let mut args = go.to_vec();
        args[i] = bad;
        let text = c.show(n, "Take", &args);
        assert!(text.starts_with(&format!("BadCall: argument {}", i + 1)), "{bad}: {text}");
    }
    let deep = "[]any{".repeat(200) + &"}".repeat(200);
    let mut args = go.to_vec();
    args[5] = &deep;
    assert!(c.show(n, "Take", &args).starts_with("BadCall"));
}

#[test]
fn traces() {
    let c = Chain::new(&[contract("hub.amigos.dev/notes", NOTES)]);
    let mut r = c.request("hub.amigos.dev/notes", "Slow", &["3"]);
    r.trace = true;
    let traced = c.engine.call(&r, &c.store).expect("no fetch");
    r.trace = false;
    let plain = c.engine.call(&r, &c.store).expect("no fetch");
    assert_eq!((show(&traced), traced.gas_used), (show(&plain), plain.gas_used));
    let trace = traced.trace.expect("one was asked for");
    assert_eq!(trace.steps.first().map(|s| (s.what, s.func.as_str(), s.depth)), Some((StepKind::Call, "notes.Slow", 1)));
    assert!(trace.steps.iter().any(|s| s.what == StepKind::Line && s.line == 20), "{:#?}", trace.steps);
    let by_line: u64 = trace.lines.values().map(|line| line.gas).sum();
    assert_eq!(by_line, traced.gas_used, "every unit of gas is some line's: {:#?}", trace.lines);
    assert!(trace.lines.values().any(|line| line.hits > 1), "{:#?}", trace.lines);
    assert!(trace.steps.windows(2).all(|w| w[0].gas_left >= w[1].gas_left));
}

#[test]
fn failures_have_places() {
    let c = Chain::new(&[contract(
        "hub.amigos.dev/bad",
        "package bad\n\nfunc A(i int) int { return b(i) }\n\nfunc b(i int) int {\n\tx := []int{1}\n\treturn x[i]\n}\n",
    )]);
    let out = c.query("hub.amigos.dev/bad", "A", &["3"]);
    let error = out.error.expect("it fails");
    let places: Vec<String> = error.stack.iter().map(|p| format!("{} {}:{}", p.func, p.file, p.line)).collect();
    assert_eq!(places, ["bad.b main.go:7", "bad.A main.go:3"]);
}

#[test]
fn prices() {
    let mut c = Chain::new(&[contract(
        "hub.amigos.dev/feed",
        r#"
package feed

import (
	"oracle"
	"oracles"
)

func Eth() (string, int64) {
	p := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
	return p.String(), p.Height()
}
"#,
    )]);
    let report = |source: &str, units: i64| Report { source: source.into(), units, height: 7, seconds: 0, fresh: true };
    let key = ObjKey { package: ORACLE.into(), key: b"ETH/USD".as_slice().into() };
    let failed = c.show("hub.amigos.dev/feed", "Eth", &[]);
    assert!(failed.starts_with("Panic: oracle: "), "{failed}");
    let list = [report("chainlink", 183_425_000_000), report("band", 183_500_000_000)];
    c.store.records.insert(key, reports::write(&list).into());
    assert_eq!(c.show("hub.amigos.dev/feed", "Eth", &[]), "\"1834.25\", 7");
}

#[test]
fn generic_code_acts_for_who_instantiated_it() {
    let mut c = Chain::new(&[
        library(
            "hub.amigos.dev/lib",
            "package lib\n\ntype Bumper interface{ Bump() string }\n\nfunc All[T Bumper](list []T) (out []string) {\n\tfor _, x := range list {\n\t\tout = append(out, x.Bump())\n\t}\n\treturn\n}\n",
        ),
        contract(
            "hub.amigos.dev/host",
            r#"
package host

import "hub.amigos.dev/lib"

func Run[T lib.Bumper](list []T) []string { return lib.All(list) }
func Here[T lib.Bumper](x T) string { return x.Bump() }
"#,
        ),
        contract(
            "hub.amigos.dev/guest",
            r#"
package guest

import (
	"hub.amigos.dev/host"
	"hub.amigos.dev/lib"
)

var Count int

type item struct{ n int }

func (i item) Bump() string { Count += i.n; if msg.Sender == amigos.Self() { return "self" }; return "other" }
func Direct() []string { return lib.All([]item{{1}, {2}}) }
func Hosted() string { return host.Here(item{10}) }
"#,
        ),
    ]);
    let g = "hub.amigos.dev/guest";
    assert_eq!(c.show(g, "Direct", &[]), "[]string{\"other\", \"other\"}");
    assert_eq!(c.show(g, "Hosted", &[]), "\"other\"");
    assert_eq!(c.state(g, "Count"), "13");
}

#[test]
fn tests_are_run_by_the_testing_package() {
    let text = r#"
package thing

import "testing"

var Count = 1

func TestGood(t *testing.T) { Count++; if Count != 2 { t.Fatal("not fresh") } }
func TestBad(t *testing.T) { t.Errorf("got %d", Count) }
func TestPanic(t *testing.T) { var m map[string]int; m["a"] = 1 }
func TestSkip(t *testing.T) { t.Skip("later") }
"#;
    let engine = Engine::new(Arc::new(program(&[contract("hub.amigos.dev/thing", text)], Profile::Contract)));
    let key = PkgKey(Name::new("hub.amigos.dev/thing@v1"));
    let run = |name: &str| show(&engine.run_test(key, name, RunLimits::default()));
    for _ in 0..2 {
        assert_eq!(run("TestGood"), "\"PASS\", \"\"");
    }
    assert_eq!(run("TestBad"), "\"FAIL\", \"    main.go:9: got 1\\n\"");
    assert_eq!(run("TestPanic"), "\"FAIL\", \"    main.go:10: panic: assignment to entry in nil map\\n\"");
    assert_eq!(run("TestSkip"), "\"SKIP\", \"    main.go:11: later\\n\"");
}

#[test]
fn helpers_are_left_out_of_what_tests_say() {
    let text = r#"
package thing

import "testing"

func check(t *testing.T, n int) {
	t.Helper()
	t.Errorf("got %d", n)
}

func TestTwo(t *testing.T) {
	check(t, 1)
	t.Run("sub", func(t *testing.T) { check(t, 2) })
}
"#;
    let engine = Engine::new(Arc::new(program(&[contract("hub.amigos.dev/thing", text)], Profile::Contract)));
    let out = engine.run_test(PkgKey(Name::new("hub.amigos.dev/thing@v1")), "TestTwo", RunLimits::default());
    assert_eq!(
        show(&out),
        "\"FAIL\", \"    main.go:12: got 1\\n    --- FAIL: TestTwo/sub\\n    main.go:13: got 2\\n\"",
        "what a subtest says stands in its test"
    );
}

#[test]
fn a_test_starts_from_recorded_state() {
    let text = |more: &str| {
        format!(
            "package thing\n\nimport \"testing\"\n\ntype kind int\n\nvar Count = 1\n\nvar Any any = kind(7)\n\n{more}\n\n\
             func Add() {{ Count++ }}\n\nfunc TestSame(t *testing.T) {{\n\tif k, ok := Any.(kind); !ok || k != 7 {{ t.Fatal(\"lost\") }}\n\tAdd()\n\tt.Fatal(Count, msg.Sender, amigos.Height())\n}}\n"
        )
    };
    let path = "hub.amigos.dev/thing";
    let mut chain = Chain::new(&[contract(path, &text(""))]);
    chain.call(path, "Add", &[]);
    chain.call(path, "Add", &[]);
    // an edit adds a variable with an initialiser; state stays
    let edited = text("var New = 40");
    let edited = edited.replace("t.Fatal(Count", "t.Fatal(New, Count");
    let engine = Engine::new(Arc::new(program(&[contract(path, &edited)], Profile::Contract)));
    let recorded = || Recorded {
        state: &chain.store,
        sender: "amigos1someone".to_owned(),
        value: 0,
        height: 77,
        time: (5, 0),
        chain_id: "test".to_owned(),
    };
    let run = |trace| TestRun { trace, recorded: Some(recorded()), ..TestRun::default() };
    let key = PkgKey(Name::new("hub.amigos.dev/thing@v1"));
    let out = engine.run_test_with(key, "TestSame", &run(false));
    assert_eq!(show(&out), "\"FAIL\", \"    main.go:18: 40 4 amigos1someone 77\\n\"");
    let traced = engine.run_test_with(key, "TestSame", &run(true));
    let lines = traced.trace.expect("one was asked for").lines;
    assert_eq!(lines.iter().find(|(at, _)| at.file == "main.go" && at.line == 13).map(|(_, used)| used.hits), Some(1), "{lines:#?}");
    assert!(engine.code_lines(key)["main.go"].contains(&13));
}

#[test]
fn an_engine_is_shared_among_threads() {
    let mut c = Chain::new(&[contract("hub.amigos.dev/notes", NOTES)]);
    c.call("hub.amigos.dev/notes", "Put", &["\"x\"", "\"text \""]);
    let same = AtomicBool::new(true);
    let r = c.request("hub.amigos.dev/notes", "Text", &["\"x\""]);
    let first = c.engine.call(&r, &c.store).expect("no fetch").gas_used;
    std::thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                for _ in 0..20 {
                    let out = c.engine.call(&r, &c.store).expect("no fetch");
                    if out.gas_used != first || show(&out) != "\"text x\"" {
                        same.store(false, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert!(same.load(Ordering::Relaxed));
}

#[test]
fn damaged_state_is_an_error_and_no_crash() {
    let mut c = Chain::new(&[contract("hub.amigos.dev/notes", NOTES)]);
    for k in ["\"x\"", "\"y\""] {
        c.call("hub.amigos.dev/notes", "Put", &[k, "\"text \""]);
    }
    let records: Vec<(ObjKey, Bytes)> = c.store.records.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    for (k, v) in &records {
        for cut in [0, 1, v.len() / 2, v.len().saturating_sub(1)] {
            c.store.records.insert(k.clone(), v[..cut].into());
            let _ = c.query("hub.amigos.dev/notes", "Text", &["\"y\""]);
            let _ = c.state("hub.amigos.dev/notes", "Notes");
        }
        for at in 0..v.len() {
            let mut bytes = v.to_vec();
            bytes[at] ^= 0x5a;
            c.store.records.insert(k.clone(), bytes.into());
            let _ = c.query("hub.amigos.dev/notes", "Text", &["\"y\""]);
            let _ = c.query("hub.amigos.dev/notes", "Put", &["\"z\"", "\"\""]);
        }
        c.store.records.insert(k.clone(), v.clone());
    }
    assert_eq!(show(&c.query("hub.amigos.dev/notes", "Text", &["\"y\""])), "\"text y\"");
}
