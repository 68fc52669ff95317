//! Persistent state: what a call stores another finds again, reading and writing only what it touches.

mod support;

use support::{Chain, contract, show};

const FORUM: &str = r#"
package forum

import "errors"

type Post struct {
	Title  string
	Author string
	Votes  int
	Replies []*Post
	parent *Post
}

var Posts []Post
var Index = map[string]*Post{}
var Count int
var Grid [3][2]int
var Last *Post
var First *int
var Any any
var Handler func(int) int
var ErrEmpty = errors.New("empty title")

func double(x int) int { return 2 * x }
func triple(x int) int { return 3 * x }

func init() {
	Handler = double
	Grid[1][1] = 7
}

func Add(title string) (int, error) {
	if title == "" {
		return 0, ErrEmpty
	}
	Posts = append(Posts, Post{Title: title, Author: string(msg.Sender)})
	Count++
	p := &Post{Title: "boxed " + title}
	Index[title] = p
	Last = p
	First = &Posts[0].Votes
	return len(Posts), nil
}

func (p *Post) Upvote() int { p.Votes++; return p.Votes }
func Vote(title string) int { return Index[title].Upvote() }
func VoteFirst() int { *First += 10; return Posts[0].Votes }
func Reply(i int, text string) {
	p := Index[Posts[i].Title]
	r := &Post{Title: text, parent: p}
	p.Replies = append(p.Replies, r)
	Any = r
}
func Parent() string { return Any.(*Post).parent.Title }
func SetAny(n int) { Any = struct{ A, B int }{n, n + 1} }
func Remove(title string) { delete(Index, title) }
func Titles() (out []string) {
	for t := range Index {
		out = append(out, t)
	}
	return
}
func Call(x int) int { return Handler(x) }
func Switch() { Handler = triple }
func Bad() { x := 1; Handler = func(y int) int { return x + y } }
func BadMethod() { Handler = adder(3).add }
type adder int
func (a adder) add(x int) int { return int(a) + x }
func Fail() error { Count = 99; Posts[0].Title = "broken"; return errors.New("no") }
func Panic() { Count = 99; panic("oh") }
func SameError(title string) bool { _, err := Add(title); return err == ErrEmpty }
func GridAt(i, j int) int { return Grid[i][j] }
"#;

fn forum() -> Chain {
    Chain::new(&[contract("hub.amigos.dev/forum", FORUM)])
}

#[test]
fn what_is_stored_is_found_again() {
    let mut c = forum();
    assert_eq!(c.show("hub.amigos.dev/forum", "Add", &["\"one\""]), "1, nil");
    assert_eq!(c.show("hub.amigos.dev/forum", "Add", &["\"two\""]), "2, nil");
    assert_eq!(
        c.state("hub.amigos.dev/forum", "Posts"),
        "[]Post{Post{Title: \"one\", Author: \"alice\", Votes: 0, Replies: nil, parent: nil}, Post{Title: \"two\", Author: \"alice\", Votes: 0, Replies: nil, parent: nil}}"
    );
    assert_eq!(c.state("hub.amigos.dev/forum", "Posts[1].Title"), "\"two\"");
    assert_eq!(c.state("hub.amigos.dev/forum", "Index[\"one\"].Title"), "\"boxed one\"");
    assert_eq!(c.state("hub.amigos.dev/forum", "Index[\"none\"]"), "nothing");
    assert_eq!(c.state("hub.amigos.dev/forum", "Posts[7]"), "nothing");
    assert_eq!(c.state("hub.amigos.dev/forum", "Grid"), "[3][2]int{[2]int{0, 0}, [2]int{0, 7}, [2]int{0, 0}}");
    assert_eq!(c.show("hub.amigos.dev/forum", "Vote", &["\"one\""]), "1");
    assert_eq!(c.show("hub.amigos.dev/forum", "Vote", &["\"one\""]), "2");
    // two variables that share an object share it after the call too
    assert_eq!(c.show("hub.amigos.dev/forum", "Vote", &["\"two\""]), "1");
    assert_eq!(c.state("hub.amigos.dev/forum", "Last.Votes"), "1");
    // an interior pointer: appending moved the slice, and First points into the newest array
    assert_eq!(c.show("hub.amigos.dev/forum", "VoteFirst", &[]), "10");
    assert_eq!(c.state("hub.amigos.dev/forum", "Posts[0].Votes"), "10");
    // methods by path
    assert_eq!(c.show("hub.amigos.dev/forum", "Posts[1].Upvote", &[]), "1");
    assert_eq!(c.show("hub.amigos.dev/forum", "Posts[1].Upvote", &[]), "2");
    assert_eq!(c.show("hub.amigos.dev/forum", "Posts[9].Upvote", &[]), "BadCall: there is nothing at `Posts[9].Upvote`");
    // cycles, interfaces, functions
    assert_eq!(c.show("hub.amigos.dev/forum", "Reply", &["0", "\"re\""]), "");
    assert_eq!(c.show("hub.amigos.dev/forum", "Parent", &[]), "\"boxed one\"");
    assert_eq!(c.show("hub.amigos.dev/forum", "SetAny", &["4"]), "");
    assert_eq!(c.state("hub.amigos.dev/forum", "Any"), "{A: 4, B: 5}");
    assert_eq!(c.show("hub.amigos.dev/forum", "Call", &["5"]), "10");
    c.call("hub.amigos.dev/forum", "Switch", &[]);
    assert_eq!(c.show("hub.amigos.dev/forum", "Call", &["5"]), "15");
    assert_eq!(c.state("hub.amigos.dev/forum", "Handler"), "forum.triple");
    // errors made by a library's constructor in a global keep their identity
    assert_eq!(c.show("hub.amigos.dev/forum", "SameError", &["\"\""]), "true");
    // maps keep their order
    c.call("hub.amigos.dev/forum", "Add", &["\"three\""]);
    c.call("hub.amigos.dev/forum", "Remove", &["\"one\""]);
    c.call("hub.amigos.dev/forum", "Add", &["\"one\""]);
    assert_eq!(c.show("hub.amigos.dev/forum", "Titles", &[]), "[]string{\"two\", \"three\", \"one\"}");
    assert_eq!(c.show("hub.amigos.dev/forum", "GridAt", &["1", "1"]), "7");
}

#[test]
fn a_failed_call_leaves_nothing() {
    let mut c = forum();
    c.call("hub.amigos.dev/forum", "Add", &["\"one\""]);
    let before = c.store.records.clone();
    assert_eq!(c.show("hub.amigos.dev/forum", "Fail", &[]), "ErrorResult: no");
    assert_eq!(c.show("hub.amigos.dev/forum", "Panic", &[]), "Panic: oh");
    assert_eq!(c.show("hub.amigos.dev/forum", "Add", &["\"\""]), "ErrorResult: empty title");
    assert_eq!(c.show("hub.amigos.dev/forum", "Bad", &[]), "Panic: a closure (`forum.Bad.func1`) cannot be stored: store a named function");
    let text = c.show("hub.amigos.dev/forum", "BadMethod", &[]);
    assert!(text.starts_with("Panic: a method value (`forum.adder.add` bound to its receiver) cannot be stored"), "{text}");
    assert_eq!(c.store.records, before);
    let mut r = c.request("hub.amigos.dev/forum", "Add", &["\"two\""]);
    r.gas_limit = 300;
    let out = c.engine.call(&r, &c.store).expect("no fetch");
    assert_eq!(show(&out), "OutOfGas: out of gas");
    assert_eq!(out.gas_used, 300);
    assert!(out.writes.is_empty() && out.events.is_empty());
}

#[test]
fn bad_calls_say_what_is_wrong() {
    let mut c = forum();
    let f = "hub.amigos.dev/forum";
    assert_eq!(
        c.show(f, "double", &["1"]),
        "BadCall: `double` is not exported: only exported functions and methods can be called from outside"
    );
    assert_eq!(c.show(f, "Nope", &[]), "BadCall: `hub.amigos.dev/forum@v1` has no exported function `Nope`");
    assert_eq!(c.show(f, "Add", &[]), "BadCall: `forum.Add` takes 1 arguments (string), not 0");
    assert_eq!(c.show(f, "Add", &["5"]), "BadCall: argument 1 of `forum.Add`: `5` where a `string` is wanted");
    assert!(c.show(f, "Vote", &["nope("]).starts_with("BadCall: argument 1"));
    assert_eq!(c.show(f, "Posts[", &[]), "BadCall: `Posts[` is not a path: a `]` is missing; write it as `Posts[12].Title`");
}

#[test]
fn gas_and_writes_are_the_same_cold_and_warm() {
    let run = || {
        let mut c = forum();
        let mut log = Vec::new();
        for t in ["\"a\"", "\"b\"", "\"c\""] {
            let out = c.call("hub.amigos.dev/forum", "Add", &[t]);
            log.push((out.gas_used, out.writes.clone(), out.gas_by_package.clone()));
        }
        let out = c.call("hub.amigos.dev/forum", "Vote", &["\"b\""]);
        log.push((out.gas_used, out.writes, out.gas_by_package));
        // the same call again on the same engine: nothing is remembered that it could tell
        let r = c.request("hub.amigos.dev/forum", "Vote", &["\"b\""]);
        let (x, y) = (c.engine.call(&r, &c.store).expect("no fetch"), c.engine.call(&r, &c.store).expect("no fetch"));
        assert_eq!((x.gas_used, &x.writes, &x.read_set), (y.gas_used, &y.writes, &y.read_set));
        assert_eq!(x.gas_by_package.iter().map(|(_, gas)| gas).sum::<u64>(), x.gas_used);
        log
    };
    assert_eq!(run(), run());
}

#[test]
fn large_state_is_read_in_parts() {
    let mut c = Chain::new(&[contract(
        "hub.amigos.dev/big",
        r#"
package big

type Row struct {
	ID   int
	Name string
}

var Rows []Row
var ByName = map[string]int{}
var Blob []byte

func Fill(n int) {
	for i := range n {
		Rows = append(Rows, Row{i, name(i)})
		ByName[name(i)] = i
		Blob = append(Blob, byte(i))
	}
}
func name(i int) string { s := ""; for i > 0 || s == "" { s = string(rune('a'+i%26)) + s; i /= 26 }; return s }
func At(i int) string { return Rows[i].Name }
func Of(s string) int { return ByName[s] }
func Rename(i int, s string) { Rows[i].Name = s }
func Set(s string, v int) { ByName[s] = v }
func Drop(s string) { delete(ByName, s) }
func Sum() (n int) { for _, v := range ByName { n += v }; return }
func Len() (int, int, int) { return len(Rows), len(ByName), len(Blob) }
func Byte(i int) byte { return Blob[i] }
"#,
    )]);
    let p = "hub.amigos.dev/big";
    let r = {
        let mut r = c.request(p, "Fill", &["2000"]);
        r.gas_limit = 1 << 40;
        r
    };
    let out = c.engine.call(&r, &c.store).expect("no fetch");
    assert_eq!(show(&out), "");
    c.apply(&out);
    assert_eq!(c.show(p, "Len", &[]), "2000, 2000, 2000");
    assert_eq!(c.show(p, "At", &["1999"]), "\"cyx\"");
    let out = c.call(p, "At", &["1234"]);
    assert!(out.read_set.len() <= 5, "{}", out.read_set.len());
    let out = c.call(p, "Of", &["\"cyx\""]);
    assert_eq!(show(&out), "1999");
    assert!(out.read_set.len() <= 6, "{}", out.read_set.len());
    let out = c.call(p, "Rename", &["1000", "\"x\""]);
    assert!(out.writes.len() <= 2, "{:?}", out.writes.len());
    assert_eq!(c.show(p, "At", &["1000"]), "\"x\"");
    let out = c.call(p, "Set", &["\"new\"", "5"]);
    assert!(out.writes.len() <= 5, "{}", out.writes.len());
    assert_eq!(c.show(p, "Of", &["\"new\""]), "5");
    let out = c.call(p, "Drop", &["\"cyx\""]);
    assert!(out.writes.len() <= 5, "{}", out.writes.len());
    assert_eq!(c.show(p, "Of", &["\"cyx\""]), "0");
    assert_eq!(c.show(p, "Sum", &[]), (1999 * 1000 - 1999 + 5).to_string());
    assert_eq!(c.show(p, "Len", &[]), "2000, 2000, 2000");
    assert_eq!(c.show(p, "Byte", &["1500"]), (1500 % 256).to_string());
    // every key is found one by one
    for i in [0, 1, 25, 26, 27, 700, 701, 702, 1998] {
        let name = {
            let (mut i, mut s) = (i, String::new());
            while i > 0 || s.is_empty() {
                s.insert(0, (b'a' + (i % 26) as u8) as char);
                i /= 26;
            }
            s
        };
        assert_eq!(c.show(p, "Of", &[&format!("{name:?}")]), i.to_string(), "{name}");
    }
}

#[test]
fn differences_are_told() {
    let mut c = forum();
    c.call("hub.amigos.dev/forum", "Add", &["\"one\""]);
    let mut r = c.request("hub.amigos.dev/forum", "Add", &["\"two\""]);
    r.diff = true;
    let out = c.engine.call(&r, &c.store).expect("no fetch");
    let lines: Vec<String> = out
        .state_diff
        .iter()
        .map(|d| {
            let text = |v: &Option<amigos_vm::value::GuestValue>| v.as_ref().map_or("-".to_owned(), |v| v.go());
            format!("{}: {} -> {}", d.path, text(&d.before), text(&d.after))
        })
        .collect();
    let expected = expect_test::expect![[r#"
        Posts[1]: - -> Post{Title: "two", Author: "alice", Votes: 0, Replies: nil, parent: nil}
        Index["two"]: - -> &Post{Title: "boxed two", Author: "", Votes: 0, Replies: nil, parent: nil}
        Count: 1 -> 2
        Last: &Post{Title: "boxed one", Author: "", Votes: 0, Replies: nil, parent: nil} -> &Post{Title: "boxed two", Author: "", Votes: 0, Replies: nil, parent: nil}"#]];
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn what_if() {
    let mut c = forum();
    c.call("hub.amigos.dev/forum", "Add", &["\"one\""]);
    let mut r = c.request("hub.amigos.dev/forum", "Posts[0].Upvote", &[]);
    r.overrides = vec![("Posts[0].Votes".to_owned(), amigos_vm::args::ArgValue::Go("41".to_owned()))];
    assert_eq!(show(&c.engine.call(&r, &c.store).expect("no fetch")), "42");
}

#[test]
fn frozen_objects_of_libraries_can_be_referred_to() {
    let mut c = Chain::new(&[
        support::library(
            "hub.amigos.dev/lib",
            r#"
package lib

import "errors"

type Kind struct {
	Name string
	Next *Kind
}

var ErrFull = errors.New("full")
var Small = &Kind{"small", Large}
var Large = &Kind{Name: "large"}
"#,
        ),
        contract(
            "hub.amigos.dev/keeper",
            r#"
package keeper

import (
	"errors"
	"hub.amigos.dev/lib"
)

var Why error
var Kind *lib.Kind
var Own error

func Keep() { Why = lib.ErrFull; Kind = lib.Small; Own = errors.New("own") }
func Same() (bool, bool, bool, string) { return Why == lib.ErrFull, Kind == lib.Small, Kind.Next == lib.Large, Own.Error() + Kind.Next.Name }
func Break() { Kind.Name = "broken" }
"#,
        ),
    ]);
    let k = "hub.amigos.dev/keeper";
    assert_eq!(c.show(k, "Keep", &[]), "");
    assert_eq!(c.show(k, "Same", &[]), "true, true, true, \"ownlarge\"");
    assert!(c.show(k, "Break", &[]).starts_with("Panic: write to a library's variable"));
}

#[test]
fn work_is_paid_for_where_data_is_hostile() {
    let mut c = Chain::new(&[contract(
        "hub.amigos.dev/evil",
        r#"
package evil

type node struct {
	next any
	n    int
}

var Kept any
var M = map[int]int{}

func chain(n int) any {
	var x any
	for i := range n {
		x = node{x, i}
	}
	return x
}
func Compare(n int) bool { return chain(n) == chain(n) }
func Key(n int) int { m := map[any]int{chain(n): 1}; return len(m) }
func Store(n int) { Kept = chain(n) }
func Fill(n int) { for i := range n { M[i] = i } }
func Drop() { for k := range M { delete(M, k) } }
func Walk(n int) (c int) { for range n { for range M { c++ } }; return }
func Free(n int) int {
	m := map[int]bool{}
	for i := range n {
		m[i] = true
	}
	for i := range n {
		delete(m, i)
	}
	c := 0
	for range n {
		for range m {
			c++
		}
	}
	return c
}
"#,
    )]);
    let e = "hub.amigos.dev/evil";
    assert_eq!(c.show(e, "Compare", &["100"]), "true");
    for f in ["Compare", "Key"] {
        assert_eq!(c.show(e, f, &["20000"]), "Panic: runtime error: interface values nest too deeply to be compared", "{f}");
    }
    assert_eq!(c.show(e, "Store", &["20000"]), "Panic: a value whose interfaces nest too deeply cannot be stored");
    assert_eq!(c.show(e, "Store", &["100"]), "");
    assert!(c.state(e, "Kept").starts_with("node{next: node{"));
    assert_eq!(c.show(e, "Fill", &["1000"]), "");
    assert_eq!(c.show(e, "Drop", &[]), "");
    // passing over what is deleted costs gas too, in memory and in state
    let one = c.call(e, "Walk", &["1"]).gas_used;
    let ten = c.call(e, "Walk", &["11"]).gas_used;
    assert!(ten - one > 10 * 300, "{one} {ten}");
    assert_eq!(c.show(e, "Free", &["10000"]), "0");
}
