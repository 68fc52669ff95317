//! The same calls give the same results, gas, events, output and writes: in another process (with another hash seed), on an engine that is cold and on one
//! that has seen all before. And a call loads what it reads, however much state there is.

mod support;

use std::fmt::Write;
use std::process::Command;
use std::sync::atomic::Ordering;

use support::{Chain, Pkg, contract, library, show};

const SHOP: &str = "hub.amigos.dev/shop";

const TEXT: &str = r#"
package shop

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"

	"hub.amigos.dev/tools"
)

type Key struct {
	A int
	B string
}

type Item struct {
	Name  string
	Price uint64
	Tags  map[string]bool
	Next  *Item
}

type Shape interface{ Area() float64 }

type Square struct{ Side float64 }

func (s Square) Area() float64 { return s.Side * s.Side }

var Items = map[string]*Item{}
var ByKey = map[Key][]int{}
var Any = map[any]string{}
var Floats = map[float64]int{}
var Shapes []Shape
var Log []string
var Large [3000]uint64

var ErrNone = errors.New("there is none")

func Add(name string, price uint64) {
	i := &Item{Name: name, Price: price, Tags: map[string]bool{}}
	for _, w := range strings.Fields(name) {
		i.Tags[w] = true
	}
	for _, other := range Items {
		i.Next = other
	}
	Items[name] = i
	ByKey[Key{len(name), name[:1]}] = append(ByKey[Key{len(name), name[:1]}], int(price))
	Any[name] = "text"
	Any[price] = "number"
	Any[Key{1, name}] = "key"
	Floats[float64(price)/3]++
	Shapes = append(Shapes, Square{float64(price)})
	Large[price%3000] = price
	amigos.Emit("added", "name", name, "price", price, "tags", len(i.Tags))
}

func Remove(name string) error {
	if _, ok := Items[name]; !ok {
		return fmt.Errorf("remove %q: %w", name, ErrNone)
	}
	delete(Items, name)
	delete(Any, name)
	return nil
}

// Report walks over all maps: in the order of insertion.
func Report() string {
	var b strings.Builder
	for name, i := range Items {
		fmt.Fprintf(&b, "%s=%d%v;", name, i.Price, i.Tags)
	}
	for k, v := range ByKey {
		fmt.Fprint(&b, k, v)
	}
	for k, v := range Any {
		fmt.Fprintf(&b, "%v:%s ", k, v)
	}
	area := 0.0
	for _, s := range Shapes {
		area += s.Area()
	}
	text, err := json.Marshal(map[string]any{"floats": len(Floats), "area": area, "items": Items["tea"]})
	fmt.Fprintf(&b, "%s %v %p", text, err, Items)
	return b.String()
}

func Sorted() []string {
	var names []string
	for name := range Items {
		names = append(names, tools.Upper(name))
	}
	sort.Strings(names)
	Log = append(Log, strings.Join(names, ","))
	return names
}

func Sum(from, n int) (sum uint64) {
	for i := range n {
		sum += Large[(from+i)%3000]
	}
	return sum
}

func Fail(how int) (err error) {
	Log = append(Log, fmt.Sprint("fail ", how))
	defer func() {
		if how == 1 {
			err = fmt.Errorf("recovered: %v", recover())
		}
	}()
	var none *Item
	switch how {
	case 0, 1:
		none.Name = "x"
	case 2:
		panic(fmt.Sprintf("%v", Items["tea"].Tags))
	case 3:
		for {
			Log = append(Log, "more")
		}
	case 4:
		return Fail(4)
	}
	return nil
}
"#;

const TOOLS: &str = "package tools\n\nimport \"strings\"\n\nvar table = map[string]string{\"tea\": \"Tea\", \"green tea\": \"Green\"}\n\nfunc Upper(s string) string {\n\tif t, ok := table[s]; ok {\n\t\treturn t\n\t}\n\treturn strings.ToUpper(s)\n}\n";

const CALLS: &[(&str, &[&str])] = &[
    ("Add", &["\"tea\"", "3"]),
    ("Add", &["\"green tea\"", "2999"]),
    ("Add", &["\"black coffee\"", "7"]),
    ("Report", &[]),
    ("Remove", &["\"tea\""]),
    ("Remove", &["\"tea\""]),
    ("Report", &[]),
    ("Add", &["\"tea\"", "12"]),
    ("Sorted", &[]),
    ("Sum", &["2990", "25"]),
    ("Fail", &["0"]),
    ("Fail", &["1"]),
    ("Fail", &["2"]),
    ("Fail", &["3"]),
    ("Fail", &["4"]),
    ("Add", &["\"\"", "1"]),
    ("Report", &[]),
];

fn packages<'t>() -> Vec<Pkg<'t>> {
    vec![library("hub.amigos.dev/tools", TOOLS), contract(SHOP, TEXT)]
}

/// What one call did, as text.
fn told(chain: &mut Chain, target: &str, args: &[&str]) -> String {
    let mut r = chain.request(SHOP, target, args);
    r.gas_limit = 3_000_000;
    r.diff = true;
    let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
    let mut text = format!("{target} {args:?}: {} gas {} {:?}\n", show(&out), out.gas_used, out.gas_by_package);
    let _ = writeln!(text, "  {:?}\n  {:?}\n  {:?}\n  {:?}", out.events, out.writes, out.read_set, out.state_diff);
    chain.apply(&out);
    text
}

/// The corpus on a chain; the engine is new for every fifth call if `cold`.
fn corpus(cold: bool) -> String {
    let mut chain = Chain::new(&packages());
    let mut text = String::new();
    for round in 0..2 {
        for (i, (target, args)) in CALLS.iter().enumerate() {
            if cold && i % 5 == round {
                chain.replace(Chain::new(&packages()).engine);
            }
            let _ = write!(text, "{round} {}", told(&mut chain, target, args));
        }
    }
    text + &format!("{:?}", chain.store.records)
}

const CHILD: &str = "AMIGOS_DETERMINISM_CHILD";

/// What a child process does: prints the corpus.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_some() {
        println!("<<<{}>>>", corpus(false));
    }
}

#[test]
fn two_processes_with_different_hash_seeds_agree() {
    let run = || {
        let program = std::env::current_exe().expect("the test's own program");
        let out = Command::new(program).args(["--exact", "child", "--nocapture"]).env(CHILD, "1").output().expect("it starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let text = String::from_utf8(out.stdout).expect("text");
        let (_, text) = text.split_once("<<<").expect("a beginning");
        text.split_once(">>>").expect("an end").0.to_owned()
    };
    let first = run();
    assert!(first.len() > 10_000, "{first}");
    assert_eq!(first, run());
}

#[test]
fn cold_and_warm_engines_agree() {
    assert_eq!(corpus(false), corpus(true));
}

const STORE: &str = r#"
package store

type Account struct {
	Name    string
	Balance uint64
	Friend  *Account
}

var Accounts = map[uint64]*Account{}
var Rows []*Account

func Fill(from, n uint64) {
	for i := from; i < from+n; i++ {
		a := &Account{Name: "somebody", Balance: i}
		Accounts[i] = a
		Rows = append(Rows, a)
	}
}

func Three(a, b, c uint64) uint64 { return Accounts[a].Balance + Accounts[b].Balance + Accounts[c].Balance }

func Row(i int) uint64 { return Rows[i].Balance }
"#;

/// Records that a call read, and its gas, in a state of so many objects.
fn reads(objects: u64) -> (usize, u64, usize) {
    let mut chain = Chain::new(&[contract("hub.amigos.dev/store", STORE)]);
    let step = 2_000;
    for from in (0..objects).step_by(step as usize) {
        let mut r = chain.request("hub.amigos.dev/store", "Fill", &[&from.to_string(), &step.min(objects - from).to_string()]);
        r.gas_limit = 1 << 50;
        let out = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
        assert!(out.is_ok(), "{}", show(&out));
        chain.apply(&out);
        chain.store.history.clear();
    }
    let count = |target: &str, args: &[&str]| {
        // once to link what it needs
        chain.query("hub.amigos.dev/store", target, args);
        chain.store.reads.store(0, Ordering::Relaxed);
        let out = chain.query("hub.amigos.dev/store", target, args);
        assert!(out.is_ok(), "{}", show(&out));
        (chain.store.reads.load(Ordering::Relaxed), out.gas_used)
    };
    let (three, gas) = count("Three", &["1", "500", "999"]);
    let (row, _) = count("Row", &["999"]);
    (three, gas, row)
}

#[test]
fn a_call_loads_what_it_reads_however_much_there_is() {
    let (few, many) = (reads(1_000), reads(20_000));
    // the schema, the variable and the map's head; then for each account its bucket of the index, its page of entries and itself
    assert_eq!(many.0, 3 + 3 * 3);
    assert_eq!(few.0, many.0);
    assert_eq!(few.1, many.1, "gas depends on how much state there is");
    // the schema, the variable, the array's head, a run of it, and the account
    assert_eq!((few.2, many.2), (5, 5));
}
