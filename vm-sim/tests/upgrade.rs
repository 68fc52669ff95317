//! Upgrades: the state stays and is read by the new version's types.

mod support;

use std::sync::Arc;

use amigos_db::Profile;
use amigos_vm::engine::Engine;
use support::{Chain, contract, program, show};

const P: &str = "hub.amigos.dev/shop";

const OLD: &str = r#"
package shop

type Item struct {
	Name  string
	Price int32
	Stock uint8
}

var Items = []Item{{"tea", 3, 200}}
var ByName = map[string]*Item{"tea": {"tea", 3, 7}}
var Counts = []int16{1, -2}
var Owner = "first"
var Price *int32
var Boxed any

func init() { Price = &Items[0].Price; Boxed = Item{"box", 1, 1} }
"#;

const NEW: &str = r#"
package shop

type Tag struct{ Text string }

type Item struct {
	Stock uint16
	Tags  []Tag
	Name  string
	Price int64
}

var Added = compute()
var Owner = "second"
var Boxed any
var Counts = []int64{9}
var ByName = map[string]*Item{}
var Price *int64
var Items = []Item{}
var inits int

func compute() int { return len(Owner) + 1 }
func init() { inits++ }

func Sell(i int, n uint16) { Items[i].Stock += n; Items[i].Tags = append(Items[i].Tags, Tag{"sold"}) }
func Read() (string, uint16, int64, int, int64) {
	i := ByName["tea"]
	return i.Name, i.Stock, *Price, Added, Counts[1]
}
func Raise() int64 { *Price *= 10_000_000_000; Counts[0] = 1 << 40; return Items[0].Price }
func Box() (string, int64) { b := Boxed.(Item); return b.Name, b.Price }
"#;

const DROPPED: &str = r#"
package shop

type Item struct {
	Stock uint16
	Name  string
}

var Items = []Item{}
func Touch() { Items[0].Name += "!" }
"#;

const BACK: &str = r#"
package shop

type Item struct {
	Stock uint16
	Name  string
	Price int64
}

var Items = []Item{}
var Owner = "again"
"#;

fn upgrade(c: &mut Chain, text: &str) {
    c.replace(Engine::new(Arc::new(program(&[contract(P, text)], Profile::Contract))));
    let out = c.deploy(P, true);
    assert!(out.is_ok(), "{}", show(&out));
}

#[test]
fn added_reordered_widened_dropped() {
    let mut c = Chain::new(&[contract(P, OLD)]);
    assert_eq!(c.state(P, "Items"), "[]Item{Item{Name: \"tea\", Price: 3, Stock: 200}}");
    upgrade(&mut c, NEW);
    assert_eq!(c.state(P, "Items"), "[]Item{Item{Stock: 200, Tags: nil, Name: \"tea\", Price: 3}}");
    // initialisers of added variables ran, of old ones not, nor did init
    assert_eq!((c.state(P, "Owner"), c.state(P, "inits")), ("\"first\"".to_owned(), "0".to_owned()));
    assert_eq!(c.show(P, "Read", &[]), "\"tea\", 7, 3, 6, -2");
    assert_eq!(c.show(P, "Sell", &["0", "100"]), "");
    assert_eq!(c.state(P, "Items[0]"), "Item{Stock: 300, Tags: []Tag{Tag{Text: \"sold\"}}, Name: \"tea\", Price: 3}");
    // the pointer into the old array still points to its field
    assert_eq!(c.show(P, "Raise", &[]), "30000000000");
    assert_eq!(c.state(P, "Counts"), "[]int64{1099511627776, -2}");
    assert_eq!(c.show(P, "Box", &[]), "\"box\", 1");
    // what is dropped never comes back
    upgrade(&mut c, DROPPED);
    assert_eq!(c.state(P, "Items"), "[]Item{Item{Stock: 300, Name: \"tea\"}}");
    assert_eq!(c.show(P, "Touch", &[]), "");
    upgrade(&mut c, BACK);
    assert_eq!(c.state(P, "Items"), "[]Item{Item{Stock: 300, Name: \"tea!\", Price: 0}}");
    assert_eq!(c.state(P, "Owner"), "\"again\"");
}

const RENAMED: &str = r#"
package shop

type Goods struct {
	Units  uint16
	Label  string
	Price  int64
}

type Kinds []*Goods

var Wares = []Goods{{9, "fresh", 9}}
var Named = map[string]*Goods{}
var Counts = []int64{9}
var Holder string
var Price *int64
var Boxed any
var Later Kinds

func Read() (string, uint16, int64, string) {
	i := Named["tea"]
	return i.Label, i.Units, *Price, Wares[0].Label
}
func Box() (string, int64) { b := Boxed.(Goods); return b.Label, b.Price }
func Add() { Later = append(Later, Named["tea"]); Boxed = Later }
"#;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(new, old)| (new.to_string(), old.to_string())).collect()
}

fn upgrade_with(c: &mut Chain, text: &str, renames: &[(&str, &str)]) {
    c.replace(Engine::new(Arc::new(program(&[contract(P, text)], Profile::Contract))));
    let mut r = c.request(P, "init", &[]);
    r.renames = pairs(renames);
    let out = c.engine.deploy(&r, true, &c.store).expect("nothing to fetch");
    assert!(out.is_ok(), "{}", show(&out));
    c.apply(&out);
}

#[test]
fn renamed_variables_types_and_fields() {
    let mut c = Chain::new(&[contract(P, OLD)]);
    let renames = [
        ("Wares", "Items"),
        ("Named", "ByName"),
        ("Holder", "Owner"),
        ("Goods", "Item"),
        ("Goods.Units", "Stock"),
        ("Goods.Label", "Name"),
    ];
    upgrade_with(&mut c, RENAMED, &renames);
    // the initialisers of renamed variables don't run
    assert_eq!(c.state(P, "Wares"), "[]Goods{Goods{Units: 200, Label: \"tea\", Price: 3}}");
    assert_eq!(c.state(P, "Holder"), "\"first\"");
    assert_eq!(c.show(P, "Read", &[]), "\"tea\", 7, 3, \"tea\"");
    // a type that an interface value names
    assert_eq!(c.show(P, "Box", &[]), "\"box\", 1");
    assert_eq!(c.show(P, "Add", &[]), "");
    assert_eq!(c.state(P, "Boxed"), "Kinds{&Goods{Units: 7, Label: \"tea\", Price: 3}}");
    // and once more: names that records know from the very beginning lead to the last ones
    let again = RENAMED.replace("Goods", "Stuff").replace("Kinds", "Sorts").replace("Label", "Title");
    upgrade_with(&mut c, &again, &[("Stuff", "Goods"), ("Sorts", "Kinds"), ("Stuff.Title", "Label")]);
    assert_eq!(c.show(P, "Read", &[]), "\"tea\", 7, 3, \"tea\"");
    assert_eq!(c.state(P, "Boxed"), "Sorts{&Stuff{Units: 7, Title: \"tea\", Price: 3}}");
    assert_eq!(c.show(P, "Add", &[]), "");
    // what was said once may go on standing in the source
    upgrade_with(&mut c, &again, &[("Stuff", "Goods"), ("Stuff.Title", "Label"), ("Holder", "Owner")]);
    assert_eq!(c.state(P, "Wares"), "[]Stuff{Stuff{Units: 200, Title: \"tea\", Price: 3}}");
    assert_eq!(c.state(P, "Holder"), "\"first\"");
    // a name that older records use for a type cannot be given to another one
    c.replace(Engine::new(Arc::new(program(&[contract(P, &format!("{again}\ntype Item struct{{ X int }}\n"))], Profile::Contract))));
    let refused = show(&c.deploy(P, true));
    assert!(refused.contains("the state knows `Stuff` as `Item` too"), "{refused}");
}
