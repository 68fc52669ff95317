//! Who acts, who owns, and what is undone (language.md, sections 3 and 4): each rule with an attempt to break it.

mod support;

use amigos_vm::engine::Mode;
use amigos_vm::identity::package_address;
use amigos_vm::persist::BANK;
use amigos_vm::state::ObjKey;
use support::{Chain, contract, library, show};

const BANKER: &str = r#"
package banker

import "errors"

type Account struct {
	Owner string
	Coins int
	log   []string
}

type Watcher interface{ Saw(n int) string }

var Accounts = map[string]*Account{}
var All []*Account
var Slice = []int{1, 2, 3}
var Fixed [3]int
var Total int
var Watch Watcher
var Hook func() string
var Free *Account

func Open(owner string) *Account {
	a := &Account{Owner: owner}
	Accounts[owner] = a
	All = append(All, a)
	return a
}
func NewAccount(owner string) *Account { return &Account{Owner: owner} }
func Keep(a *Account) { Free = a }
func (a *Account) Put(n int) int { a.Coins += n; Total += n; return a.Coins }
func (a *Account) Peek() int { return a.Coins }
func Get(owner string) *Account { return Accounts[owner] }
func Numbers() []int { return Slice }
func Array() *[3]int { return &Fixed }
func Table() map[string]*Account { return Accounts }
func TotalPtr() *int { return &Total }
func Who() (string, string, string) { return string(msg.Sender), string(msg.Origin), string(amigos.Self()) }
func Try(n int) error {
	Total += n
	amigos.Emit("Tried", "n", n)
	if n > 10 {
		return errors.New("too much")
	}
	if n < 0 {
		panic("negative")
	}
	return nil
}
func Back(f func() string) string { return f() }
func BackIface(w Watcher) string { return w.Saw(5) }
func SetWatch(w Watcher) { Watch = w }
func SetHook(f func() string) { Hook = f }
func RunHook() string { return Hook() }
func RunWatch() string { return Watch.Saw(1) }
func Apply(f func(int)) { f(7) }
func Render(path string) string { return "total " + path }
func Scratch(p *int) { *p = 42 }
"#;

const USER: &str = r#"
package user

import (
	"fmt"
	"hub.amigos.dev/banker"
	"hub.amigos.dev/lib"
)

var Mine *banker.Account
var Name string
var Local = []int{1}
var Count int

func Setup() { banker.Open("u"); Name = "me" }
func UseMethod() int { return banker.Get("u").Put(5) }
func WriteField() { banker.Get("u").Coins = 1000 }
func WriteSlice() { banker.Numbers()[0] = 9 }
func AppendInPlace() { s := banker.Numbers(); _ = append(s[:1], 77) }
func CopyInto() { copy(banker.Numbers(), []int{9, 9}) }
func ClearSlice() { clear(banker.Numbers()) }
func WriteArray() { banker.Array()[1] = 3 }
func WriteMap() { banker.Table()["evil"] = nil }
func DeleteMap() { delete(banker.Table(), "u") }
func DeleteNothing() { delete(banker.Table(), "nobody") }
func ClearMap() { clear(banker.Table()) }
func WritePtr() { *banker.TotalPtr() = 1 }
func ReadAll() (int, int, int) { return banker.Get("u").Coins, banker.Numbers()[1], len(banker.Table()) }
func WriteFree() int { a := banker.NewAccount("x"); a.Coins = 5; return a.Coins }
func StoreForeign() { Mine = banker.Get("u") }
func StoreFree() { a := banker.NewAccount("mine"); Mine = a; a.Coins = 3 }
func MineCoins() int { return Mine.Coins }
func GiveAway() { a := banker.NewAccount("gift"); banker.Keep(a); a.Coins = 1 }
func GiveOwned() { banker.Keep(Mine) }
func Whoami() (string, string, string) { return banker.Who() }
func ViaLib() (string, string, string) { return lib.Call(banker.Who) }
func LibSelf() string { return lib.Self() }
func LibWrite() int { lib.Bump(&Count); return Count }
func LibForeign() { lib.Bump(banker.TotalPtr()) }
func LibGlobal() { lib.Table["x"] = 1 }
func LibGlobalVar() { lib.Counter() }

func TryOK() string { return fmt.Sprint(banker.Try(1), banker.TotalPtr() != nil) }
func TryErr() (string, int) { Count++; err := banker.Try(20); return fmt.Sprint(err), Count }
func TryPanic() (s string) {
	defer func() { s = fmt.Sprint("recovered ", recover()) }()
	Count++
	banker.Try(-1)
	return "not reached"
}

type watcher struct{ n *int }

func (w watcher) Saw(n int) string { Count += n; return fmt.Sprint("saw ", n, " ", msg.Sender == banker0(), " ", amigos.Self() == self()) }
func self() amigos.Address { return amigos.Self() }
func banker0() amigos.Address { return Bank }

var Bank amigos.Address

func SetBank(s string) { Bank = amigos.Address(s) }
func Callback() string { return banker.Back(func() string { Count++; return fmt.Sprint(Count, " ", msg.Sender == Bank) }) }
func CallbackIface() string { return banker.BackIface(watcher{}) }
func StoreWatch() { banker.SetWatch(watcher{}) }
func StoreHook() { banker.SetHook(hook) }
func hook() string { Count += 100; return fmt.Sprint("hook ", Count, " ", msg.Sender == Bank) }
func Reenter() string { return banker.Back(reenter) }
func reenter() string { Count++; return "in" }
func Steal() { p := banker.TotalPtr(); banker.Apply(func(n int) { *p = n }) }
func StealMethod() int { f := banker.Get("u").Put; return f(3) }
func SetFree() int { x := 0; banker.Scratch(&x); return x }
func SetOwned() { banker.Scratch(&Count) }
func Foreign() string { return banker.RunHook() }
func DeepFail() string {
	defer func() { recover() }()
	banker.Try(2)
	panic("all of it")
}
func Render(path string) string {
	if path == "write" { Count++ }
	if path == "send" { amigos.Send(msg.Sender, 1) }
	if path == "emit" { amigos.Emit("x") }
	if path == "nested" { banker.Try(1) }
	if path == "other" { return banker.Render("x") }
	x := 0
	x++
	return fmt.Sprint(path, x, msg.Sender == "", amigos.Self() == "", Count)
}
func CallRender() string { return Render("self") + banker.Render("b") }
func Loop(n int) int { if n == 0 { return 0 }; return 1 + Loop(n-1) }
func RecoverDepth() (s string) { defer func() { recover(); s = "recovered" }(); Loop(5000); return "" }
func Eat() { var all [][]int; for { all = append(all, make([]int, 1<<16)) } }
func Spin() (s string) { defer func() { recover(); s = "recovered" }(); for {} }
"#;

const LIB: &str = r#"
package lib

var Table = map[string]int{"a": 1}
var count int

func Call(f func() (string, string, string)) (string, string, string) { return f() }
func Self() string { return string(amigos.Self()) }
func Bump(p *int) { *p++ }
func Counter() int { count++; return count }
"#;

const OTHER: &str = r#"
package other

import (
	"hub.amigos.dev/banker"
	"hub.amigos.dev/user"
)

func Hop() (string, string, string) { return user.Whoami() }
func RunStored() string { return banker.RunHook() }
func Mid() string { return user.Reenter() }
func UseUser() string { return banker.Back(user.Reenter) }
"#;

const B: &str = "hub.amigos.dev/banker";
const U: &str = "hub.amigos.dev/user";

fn chain() -> Chain {
    let mut c =
        Chain::new(&[library("hub.amigos.dev/lib", LIB), contract(B, BANKER), contract(U, USER), contract("hub.amigos.dev/other", OTHER)]);
    assert_eq!(c.show(U, "Setup", &[]), "");
    let bank = format!("{:?}", package_address("hub.amigos.dev/banker@v1"));
    assert_eq!(c.show(U, "SetBank", &[&bank]), "");
    c
}

#[test]
fn only_the_owner_writes() {
    let mut c = chain();
    assert_eq!(c.show(U, "UseMethod", &[]), "5");
    let refused = "Panic: write to an object that `hub.amigos.dev/banker@v1` owns; `hub.amigos.dev/user@v1` may not change it: call a function of its owner";
    for f in [
        "WriteField",
        "WriteSlice",
        "AppendInPlace",
        "CopyInto",
        "ClearSlice",
        "WriteArray",
        "WriteMap",
        "DeleteMap",
        "DeleteNothing",
        "ClearMap",
        "WritePtr",
        "LibForeign",
        "Steal",
        "GiveAway",
    ] {
        assert_eq!(c.show(U, f, &[]), refused, "{f}");
    }
    assert_eq!(c.show(U, "ReadAll", &[]), "5, 2, 1");
    assert_eq!(c.show(U, "WriteFree", &[]), "5");
    assert_eq!(c.show(U, "SetFree", &[]), "42");
    assert_eq!(
        c.show(U, "SetOwned", &[]),
        "Panic: write to an object that `hub.amigos.dev/user@v1` owns; `hub.amigos.dev/banker@v1` may not change it: call a function of its owner"
    );
}

#[test]
fn state_refers_to_nothing_of_others() {
    let mut c = chain();
    assert_eq!(
        c.show(U, "StoreForeign", &[]),
        "Panic: an object that `hub.amigos.dev/banker@v1` owns cannot be stored in the state of `hub.amigos.dev/user@v1`: store a copy or a key"
    );
    assert_eq!(c.show(U, "StoreFree", &[]), "");
    assert_eq!(c.show(U, "MineCoins", &[]), "3");
    assert_eq!(
        c.show(U, "GiveOwned", &[]),
        "Panic: an object that `hub.amigos.dev/user@v1` owns cannot be stored in the state of `hub.amigos.dev/banker@v1`: store a copy or a key"
    );
}

#[test]
fn senders() {
    let mut c = chain();
    let user = package_address("hub.amigos.dev/user@v1");
    let banker = package_address("hub.amigos.dev/banker@v1");
    let expected = format!("{user:?}, \"alice\", {banker:?}");
    assert_eq!(c.show(B, "Who", &[]), format!("\"alice\", \"alice\", {banker:?}"));
    assert_eq!(c.show(U, "Whoami", &[]), expected);
    // a library acts for its caller
    assert_eq!(c.show(U, "ViaLib", &[]), expected);
    assert_eq!(c.show(U, "LibSelf", &[]), format!("{user:?}"));
    assert_eq!(c.show(U, "LibWrite", &[]), "1");
    // the nearest other contract
    assert_eq!(c.show("hub.amigos.dev/other", "Hop", &[]), expected);
}

#[test]
fn libraries_are_frozen() {
    let mut c = chain();
    for f in ["LibGlobal", "LibGlobalVar"] {
        assert_eq!(
            c.show(U, f, &[]),
            "Panic: write to a library's variable, or to what it reaches: it is frozen after its initialisation; `hub.amigos.dev/user@v1` may not change it",
            "{f}"
        );
    }
    assert_eq!(c.show("hub.amigos.dev/lib", "Self", &[]), "BadCall: `hub.amigos.dev/lib@v1` is a library; only contracts can be called");
}

#[test]
fn calls_into_contracts_are_sub_transactions() {
    let mut c = chain();
    let out = c.call(U, "TryOK", &[]);
    assert_eq!((show(&out), out.events.len()), ("\"<nil> true\"".to_owned(), 1));
    assert_eq!(c.state(B, "Total"), "1");
    // an error result undoes what the callee did, and only that
    let out = c.call(U, "TryErr", &[]);
    assert_eq!((show(&out), out.events.len()), ("\"too much\", 1".to_owned(), 0));
    assert_eq!((c.state(B, "Total"), c.state(U, "Count")), ("1".to_owned(), "1".to_owned()));
    // a panic that the caller recovers too
    let out = c.call(U, "TryPanic", &[]);
    assert_eq!((show(&out), out.events.len()), ("\"recovered negative\"".to_owned(), 0));
    assert_eq!((c.state(B, "Total"), c.state(U, "Count")), ("1".to_owned(), "2".to_owned()));
    // what a callee did in its own call stays if the caller itself goes on
    let out = c.call(U, "DeepFail", &[]);
    assert_eq!((show(&out), out.events.len()), ("\"\"".to_owned(), 1));
    assert_eq!(c.state(B, "Total"), "3");
}

#[test]
fn values_act_for_their_maker() {
    let mut c = chain();
    // a closure of user, run by banker: acts for user, and sees banker as sender
    assert_eq!(c.show(U, "Callback", &[]), "\"1 true\"");
    assert_eq!(c.show(U, "CallbackIface", &[]), "\"saw 5 true true\"");
    assert_eq!(c.state(U, "Count"), "6");
    // stored values remember it
    assert_eq!(c.show(U, "StoreHook", &[]), "");
    assert_eq!(c.show(U, "StoreWatch", &[]), "");
    assert_eq!(c.show(B, "RunHook", &[]), "\"hook 106 true\"");
    assert_eq!(c.show(B, "RunWatch", &[]), "\"saw 1 true true\"");
    assert_eq!(c.show("hub.amigos.dev/other", "RunStored", &[]), "\"hook 207 true\"");
    // user comes back to itself by its own value
    assert_eq!(c.show(U, "Foreign", &[]), "\"hook 307 true\"");
    assert_eq!(c.show(U, "Reenter", &[]), "\"in\"");
    assert_eq!(c.show("hub.amigos.dev/other", "Mid", &[]), "\"in\"");
    // a bound method of another contract's object, made by user: the contract's code acts for the contract
    assert_eq!(c.show(U, "StealMethod", &[]), "3");
}

#[test]
fn nobody_is_entered_again() {
    let mut c = chain();
    // other makes a value of a function of user that calls banker, which is running
    assert_eq!(
        c.show("hub.amigos.dev/other", "UseUser", &[]),
        "Panic: `hub.amigos.dev/banker@v1` is running already and cannot be entered again from `hub.amigos.dev/user@v1`; only function and interface values that it made itself can come back to it"
    );
}

#[test]
fn render_acts_for_nobody() {
    let mut c = chain();
    assert_eq!(show(&c.query(U, "Render", &["\"x\""])), "\"x1 true true 0\"");
    assert_eq!(c.show(U, "Render", &["\"x\""]), "BadCall: `Render` is for pages: query it; a transaction cannot call it");
    assert_eq!(show(&c.query(U, "Render", &["\"other\""])), "\"total x\"");
    assert_eq!(
        show(&c.query(U, "Render", &["\"write\""])),
        "Panic: write to an object that `hub.amigos.dev/user@v1` owns; `nobody (a Render is running)` may not change it: call a function of its owner"
    );
    assert_eq!(show(&c.query(U, "Render", &["\"send\""])), "Panic: amigos: Send where nobody acts: a Render reads, it does not pay");
    assert_eq!(show(&c.query(U, "Render", &["\"emit\""])), "Panic: amigos: Emit where nobody acts: a Render reads, it has no events");
    assert!(show(&c.query(U, "Render", &["\"nested\""])).starts_with("Panic: write to an object that `hub.amigos.dev/banker@v1` owns"));
    assert_eq!(c.show(U, "CallRender", &[]), "\"self1 true true 0total b\"");
}

#[test]
fn exhaustion_ends_the_call() {
    let mut c = chain();
    assert_eq!(c.show(U, "Loop", &["1000"]), "1000");
    assert_eq!(c.show(U, "Loop", &["1024"]), "Depth: more than 1024 frames");
    assert_eq!(c.show(U, "RecoverDepth", &[]), "Depth: more than 1024 frames");
    assert_eq!(c.show(U, "Spin", &[]), "OutOfGas: out of gas");
    let mut r = c.request(U, "Eat", &[]);
    r.gas_limit = 1 << 40;
    assert_eq!(show(&c.engine.call(&r, &c.store).expect("no fetch")), "Memory: more than 64 MiB of memory");
}

const PAY: &str = r#"
package pay

import "errors"

func Pay(to string, n int) string {
	if err := amigos.Send(amigos.Address(to), amigos.Coins(n)); err != nil {
		return err.Error()
	}
	return "sent"
}
func PayAndFail(to string, n int) error { amigos.Send(amigos.Address(to), amigos.Coins(n)); return errors.New("no") }
func Have() int { return int(amigos.Balance(amigos.Self())) }
func Got() int { return int(msg.Value) }
"#;

const PAYER: &str = r#"
package payer

import "hub.amigos.dev/pay"

func Both(to string) (int, string) { pay.PayAndFail(to, 5); return pay.Have(), pay.Pay(to, 1) }
"#;

#[test]
fn coins() {
    let mut c = Chain::new(&[contract("hub.amigos.dev/pay", PAY), contract("hub.amigos.dev/payer", PAYER)]);
    let pay = package_address("hub.amigos.dev/pay@v1");
    let to = package_address("x");
    let key = |a: &str| ObjKey { package: BANK.into(), key: a.as_bytes().into() };
    c.store.records.insert(key(&pay), 100u64.to_le_bytes().as_slice().into());
    let arg = format!("{to:?}");
    assert_eq!(c.show("hub.amigos.dev/pay", "Have", &[]), "100");
    assert_eq!(c.show("hub.amigos.dev/pay", "Pay", &[&arg, "30"]), "\"sent\"");
    assert_eq!(c.show("hub.amigos.dev/pay", "Pay", &[&arg, "71"]), "\"amigos: not enough coins\"");
    assert_eq!(c.show("hub.amigos.dev/pay", "Pay", &["\"nope\"", "1"]), "\"amigos: not an address\"");
    assert_eq!(c.show("hub.amigos.dev/pay", "Have", &[]), "70");
    assert_eq!(c.show("hub.amigos.dev/payer", "Both", &[&arg]), "70, \"sent\"");
    assert_eq!(c.store.records.get(&key(&to)).map(|b| b.to_vec()), Some(31u64.to_le_bytes().to_vec()));
    assert_eq!(c.store.records.get(&key(&pay)).map(|b| b.to_vec()), Some(69u64.to_le_bytes().to_vec()));
    let mut r = c.request("hub.amigos.dev/pay", "Got", &[]);
    r.value = 12;
    assert_eq!(show(&c.engine.call(&r, &c.store).expect("no fetch")), "12");
}

const READER: &str = r#"
package reader

import "hub.amigos.dev/banker"

func Read(name string) (string, int64, int, bool, bool) {
	banker.Try(5)
	s := amigos.State().For("hub.amigos.dev/banker")
	u := s.Get("Accounts").Get(name)
	return u.Get("Owner").String(), s.Get("Total").Int(), s.Get("Slice").Len(), u.Get("nope").Exists(), u.Exists()
}
func Keys() ([]string, []string, string) {
	s := amigos.State().For("hub.amigos.dev/banker")
	return s.Get("Accounts").Keys(), s.Get("Slice").Keys(), s.Get("Slice").Get(1).String()
}
func Kind(path string) string { return amigos.State().For("hub.amigos.dev/banker@v1").Get(path).Kind() }
func Old(h int64) int64 { return amigos.StateAt(h).For("hub.amigos.dev/banker").Get("Total").Int() }
func Wrong() string { return amigos.State().For("hub.amigos.dev/banker").Get("Total").Address().Short() }
"#;

#[test]
fn trees_show_committed_state() {
    let mut c = Chain::new(&[contract(B, BANKER), contract("hub.amigos.dev/reader", READER)]);
    c.call(B, "Open", &["\"u\""]);
    c.call(B, "Try", &["7"]);
    let r = "hub.amigos.dev/reader";
    assert_eq!(c.show(r, "Read", &["\"u\""]), "\"u\", 7, 3, false, true");
    assert_eq!(c.show(r, "Read", &["\"none\""]), "\"\", 12, 3, false, false");
    assert_eq!(c.show(r, "Keys", &[]), "[]string{\"u\"}, []string{\"0\", \"1\", \"2\"}, \"2\"");
    for (path, kind) in [("Total", "int"), ("Accounts", "map"), ("Slice", "slice"), ("Watch", "nil"), ("Nope", ""), ("Fixed", "array")] {
        assert_eq!(c.show(r, "Kind", &[&format!("{path:?}")]), format!("{kind:?}"), "{path}");
    }
    assert_eq!(c.show(r, "Old", &["3"]), "Panic: amigos: StateAt is for queries and tests: a node need not keep old state");
    assert_eq!(show(&c.query(r, "Old", &["4"])), "7");
    assert_eq!(show(&c.query(r, "Old", &["3"])), "0");
    assert_eq!(c.show(r, "Wrong", &[]), "Panic: amigos: state at `hub.amigos.dev/banker.Total` is a int, not an address");
    let out = c.call(r, "Keys", &[]);
    assert!(out.read_set.iter().any(|(k, _)| &*k.package == "hub.amigos.dev/banker@v1"));
    assert_eq!(c.request(r, "Keys", &[]).mode, Mode::Transaction);
}
