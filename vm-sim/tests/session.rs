//! Calls of a session have the results, events, gas and state that they have on their own: the project's contracts, and one made to be difficult, called at random, some
//! with too little gas, their writes taken now and then.

mod support;

use std::collections::BTreeMap;

use amigos_vm::engine::CallRequest;
use amigos_vm::outcome::Outcome;
use amigos_vm::state::{Bytes, ObjKey, Write};
use support::{Chain, Pkg, Store, contract};

/// Numbers that look random; the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn apply(records: &mut BTreeMap<ObjKey, Bytes>, writes: &[Write]) {
    for (k, v) in writes {
        match v {
            Some(v) => records.insert(k.clone(), v.clone()),
            None => records.remove(k),
        };
    }
}

fn said(out: &Outcome) -> String {
    format!("{:?} {:?} {} {:?} {:?} {:?}", out.results, out.error, out.gas_used, out.gas_by_package, out.events, out.output)
}

/// Makes the same calls twice, each on its own and all in sessions, and compares.
fn same(mut chain: Chain, calls: u64, mut next: impl FnMut(&mut Dice, &Chain) -> CallRequest) {
    let mut other = Store { records: chain.store.records.clone(), height: chain.store.height, ..Store::default() };
    let engine = std::sync::Arc::new(chain.engine.with_program(chain.engine.program()));
    let mut session = engine.session();
    let mut dice = Dice(7);
    let mut failures = 0;
    for n in 0..calls {
        let mut r = next(&mut dice, &chain);
        if dice.roll(6) == 0 {
            r.gas_limit = dice.roll(20_000);
        }
        if dice.roll(7) == 0 {
            let whatif = session.simulate(&r, &other).expect("nothing to fetch");
            let alone = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
            assert_eq!(said(&whatif), said(&alone), "{n}: what if {r:?}");
        }
        let alone = chain.engine.call(&r, &chain.store).expect("nothing to fetch");
        let kept = session.call(&r, &other).expect("nothing to fetch");
        assert_eq!(said(&kept), said(&alone), "{n}: {r:?}");
        failures += u64::from(alone.error.is_some());
        apply(&mut chain.store.records, &alone.writes);
        apply(&mut other.records, &kept.writes);
        chain.store.height += 1;
        if dice.roll(25) == 0 {
            let writes = session.take_writes(&other).expect("nothing to fetch");
            apply(&mut other.records, &writes);
            assert_eq!(other.records, chain.store.records, "{n}: state");
        }
        other.height = chain.store.height;
    }
    let writes = session.take_writes(&other).expect("nothing to fetch");
    apply(&mut other.records, &writes);
    assert_eq!(other.records, chain.store.records, "state in the end");
    assert!(failures * 2 < calls, "{failures} of {calls} calls failed: that tests little");
}

const TOKEN: &str = include_str!("../../contracts/token/token.go");

const DIFFICULT: &str = r#"
package difficult

import (
	"errors"
	"fmt"
)

type node struct {
	Name string
	Next *node
	Kids []*node
	Tags map[string]int
	Any  any
}

type pair struct{ A, B int }

var (
	Nodes  = map[string]*node{}
	Order  []string
	Counts = map[pair]uint64{}
	Inner  = map[string]map[string]string{}
	Last   *node
	Values []pair
	Total  int
	Inside *int
	Big    []int
	Boxed  any
)

func Add(name string, n int) error {
	x := &node{Name: name, Next: Last, Tags: map[string]int{"n": n}, Any: pair{n, n}}
	if Last != nil {
		Last.Kids = append(Last.Kids, x)
	}
	Nodes[name] = x
	Last = x
	Order = append(Order, name)
	Total += n
	if n%11 == 3 {
		return errors.New("no " + name)
	}
	if n%13 == 5 {
		panic("never " + name)
	}
	amigos.Emit("Added", "name", name, "n", n)
	return nil
}

func Count(a, b int) uint64 {
	Counts[pair{a, b}]++
	return Counts[pair{a, b}] + Counts[pair{b, a}] + uint64(len(Counts))
}

func Drop(a, b int) int {
	delete(Counts, pair{a, b})
	return len(Counts)
}

func Remove(name string) bool {
	x, ok := Nodes[name]
	delete(Nodes, name)
	if ok && x.Next != nil {
		x.Next.Tags[name] = len(x.Kids)
	}
	return ok
}

func Put(a, b, c string) int {
	if Inner[a] == nil {
		Inner[a] = map[string]string{}
	}
	Inner[a][b] = c + b
	return len(Inner[a])
}

func Clear(a string) { clear(Inner[a]) }

func All() string {
	s := ""
	for k, v := range Counts {
		s += fmt.Sprint(k, v, ";")
	}
	for k := range Nodes {
		s += k
	}
	return s
}

func Walk(name string) string {
	s := ""
	for x := Nodes[name]; x != nil && len(s) < 60; x = x.Next {
		s += x.Name
		if p, ok := x.Any.(pair); ok {
			s += fmt.Sprint(p.A)
		}
		x.Tags["seen"]++
	}
	return s
}

func Point(n int) int {
	Values = append(Values, pair{n, Total})
	Inside = &Values[len(Values)/2].B
	*Inside += n
	return *Inside
}

func Grow(n int) int {
	for i := range n {
		Big = append(Big, i)
	}
	if len(Big) > 600 {
		Big = nil
	}
	return len(Big)
}

func Box(n int) any {
	old := Boxed
	switch n % 4 {
	case 0:
		Boxed = n
	case 1:
		Boxed = fmt.Sprint(n)
	case 2:
		Boxed = pair{n, n}
	default:
		Boxed = Last
	}
	if p, ok := old.(*node); ok && p != nil {
		return p.Name
	}
	return fmt.Sprint(old)
}

func Look() string {
	t := amigos.State().For("hub.amigos.dev/difficult")
	return fmt.Sprint(t.Get("Total").Int(), t.Get("Order").Len())
}

func Deep(n int) int {
	if n > 0 {
		return Deep(n-1) + 1
	}
	Total++
	return Total
}
"#;

const ROWS: &str = r#"
package rows

import (
	"errors"
	"fmt"
)

type row struct {
	Name string
	N    int
	Tags []int
	More *row
}

var (
	Rows = make([]row, 40)
	Bits = make([]bool, 3000)
	Grid [50][20]int
)

func Add(name string, n int) error {
	Rows = append(Rows, row{Name: name, N: n})
	if n%5 == 1 {
		return errors.New("no " + name)
	}
	return nil
}

func Set(name string, i, n int) (int, error) {
	r := &Rows[i%len(Rows)]
	r.Name = name
	r.N += n
	r.Tags = append(r.Tags, n)
	r.More = &row{Name: name, More: r.More}
	if n%4 == 1 {
		return 0, errors.New("not " + name)
	}
	if n%7 == 3 {
		panic("never " + name)
	}
	return r.N, nil
}

func Get(i int) string { return fmt.Sprint(Rows[i%len(Rows)].Name, Rows[i%len(Rows)].N, Rows[i%len(Rows)].Tags, len(Rows), cap(Rows)) }

func Sum(i, n int) (s int) {
	i %= len(Rows)
	for _, r := range Rows[i:min(i+n, len(Rows))] {
		s += r.N
		if r.More != nil {
			s += len(r.More.Name)
		}
	}
	return s
}

func Wipe(i, n int) int {
	i %= len(Rows)
	clear(Rows[i:min(i+n, len(Rows))])
	clear(Bits[i*40 : i*40+n])
	return n
}

func Flip(i, n int) bool {
	i = i * 37 % (len(Bits) - 40)
	for k := range n {
		Bits[i+k] = !Bits[i+k]
	}
	return Bits[i]
}

func Cell(i, j int) int {
	Grid[i%50][j%20] += i - j
	return Grid[j%50][i%20]
}
"#;

#[test]
fn large_arrays() {
    let chain = Chain::new(&[contract("hub.amigos.dev/rows", ROWS)]);
    same(chain, 1200, |dice, chain| {
        let p = "hub.amigos.dev/rows";
        let (name, i, n) = (format!("\"n{}\"", dice.roll(900)), dice.roll(70).to_string(), dice.roll(20).to_string());
        match dice.roll(12) {
            0 | 1 => chain.request(p, "Add", &[&name, &n]),
            2..5 => chain.request(p, "Set", &[&name, &i, &n]),
            5 | 6 => chain.request(p, "Get", &[&i]),
            7 => chain.request(p, "Sum", &[&i, &n]),
            8 if dice.roll(3) == 0 => chain.request(p, "Wipe", &[&i, &n]),
            8 | 9 => chain.request(p, "Cell", &[&i, &n]),
            _ => chain.request(p, "Flip", &[&i, &n]),
        }
    });
}

#[test]
fn a_token() {
    let alice = amigos_vm::identity::encode_address(&[1; 20]);
    let people: Vec<String> = (0..60u8).map(|n| amigos_vm::identity::encode_address(&[n; 20])).collect();
    let mut chain = Chain::with_sender(&[contract("hub.amigos.dev/token", TOKEN)], &alice);
    for p in &people {
        chain.call("hub.amigos.dev/token", "Mint", &[&format!("{p:?}"), "1000000"]);
    }
    same(chain, 900, |dice, chain| {
        let who = |dice: &mut Dice| people[dice.roll(people.len() as u64) as usize].clone();
        let (a, b, n) = (format!("{:?}", who(dice)), format!("{:?}", who(dice)), dice.roll(5000).to_string());
        let mut r = match dice.roll(12) {
            0 => chain.request("hub.amigos.dev/token", "Mint", &[&a, &n]),
            1 | 2 => chain.request("hub.amigos.dev/token", "Approve", &[&a, &n]),
            3 => chain.request("hub.amigos.dev/token", "TransferFrom", &[&a, &b, "1"]),
            4 => chain.request("hub.amigos.dev/token", "BalanceOf", &[&a]),
            5 => chain.request("hub.amigos.dev/token", "Transfer", &["\"nobody\"", &n]),
            6 => chain.request(
                "hub.amigos.dev/token",
                "Transfer",
                &[&format!("{:?}", amigos_vm::identity::encode_address(&[dice.roll(256) as u8; 20])), "3"],
            ),
            _ => chain.request("hub.amigos.dev/token", "Transfer", &[&a, &n]),
        };
        if dice.roll(20) != 0 {
            r.sender = who(dice);
        }
        r
    });
}

#[test]
fn a_difficult_contract() {
    let chain = Chain::new(&[contract("hub.amigos.dev/difficult", DIFFICULT)]);
    same(chain, 1500, |dice, chain| {
        let name = |dice: &mut Dice| format!("\"n{}\"", dice.roll(40));
        let (a, b, n, m) = (name(dice), name(dice), dice.roll(30).to_string(), dice.roll(6).to_string());
        let p = "hub.amigos.dev/difficult";
        match dice.roll(40) {
            0..8 => chain.request(p, "Add", &[&a, &n]),
            8..16 => chain.request(p, "Count", &[&n, &m]),
            16..19 => chain.request(p, "Drop", &[&n, &m]),
            19..22 => chain.request(p, "Remove", &[&a]),
            22..28 => chain.request(p, "Put", &[&a, &b, &a]),
            28 => chain.request(p, "Clear", &[&a]),
            29 => chain.request(p, "All", &[]),
            30..34 => chain.request(p, "Walk", &[&a]),
            34 => chain.request(p, "Point", &[&n]),
            35 => chain.request(p, "Grow", &[&n]),
            36 => chain.request(p, "Look", &[]),
            37 => chain.request(p, "Deep", &[&n]),
            _ => chain.request(p, "Box", &[&n]),
        }
    });
}

#[test]
fn the_forum_with_its_other_contracts() {
    let packages: Vec<Pkg> = vec![
        contract("hub.amigos.dev/identity/ens", include_str!("../../contracts/identity/ens/ens.go")),
        contract("hub.amigos.dev/storage/ipfs", include_str!("../../contracts/storage/ipfs/ipfs.go")),
        contract("hub.amigos.dev/social/forum", include_str!("../../contracts/social/forum/forum.go")),
        contract("hub.amigos.dev/social/post", include_str!("../../contracts/social/post/post.go")),
    ];
    let alice = amigos_vm::identity::encode_address(&[1; 20]);
    let chain = Chain::with_sender(&packages, &alice);
    same(chain, 400, |dice, chain| {
        let title = format!("\"hello {}\"", dice.roll(50));
        let mut r = match dice.roll(5) {
            0 => chain.request("hub.amigos.dev/identity/ens", "Register", &[&format!("\"name{}\"", dice.roll(30))]),
            _ => chain.request("hub.amigos.dev/social/post", "CreatePost", &[&title]),
        };
        r.sender = amigos_vm::identity::encode_address(&[dice.roll(9) as u8; 20]);
        r.origin = r.sender.clone();
        r
    });
}
