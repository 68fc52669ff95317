//! A call reads what it touches, however much there is: three objects of a state of many are three records, and their map gives a page and a part of its index for each.

mod support;

use std::collections::BTreeMap;

use support::{Chain, contract};

const PATH: &str = "hub.amigos.dev/objects";
const OBJECTS: &str = r#"
package objects

type object struct {
	Name string
	N    int
}

var All = map[int]*object{}

func Fill(from, n int) {
	for i := range n {
		All[from+i] = &object{Name: "an object", N: i}
	}
}

func Three(a, b, c int) int { return All[a].N + All[b].N + All[c].N }
"#;

/// The records that reading three of `n` objects fetches, by the letter of their kind, and the gas that it takes.
fn three_of(n: usize) -> (BTreeMap<char, usize>, u64) {
    let mut chain = Chain::new(&[contract(PATH, OBJECTS)]);
    let step = n.min(10_000);
    for from in (0..n).step_by(step) {
        let mut fill = chain.request(PATH, "Fill", &[&from.to_string(), &step.to_string()]);
        fill.gas_limit = 1 << 50;
        let out = chain.engine.call(&fill, &chain.store).expect("nothing to fetch");
        assert!(out.is_ok(), "{:?}", out.error);
        for (key, value) in out.writes {
            match value {
                Some(value) => chain.store.records.insert(key, value),
                None => chain.store.records.remove(&key),
            };
        }
    }
    let at = |part: usize| (n / 7 + part * n / 3).to_string();
    let out = chain.engine.call(&chain.request(PATH, "Three", &[&at(0), &at(1), &at(2)]), &chain.store).expect("nothing to fetch");
    assert!(out.is_ok(), "{:?}", out.error);
    let mut kinds = BTreeMap::new();
    for (key, _) in &out.read_set {
        *kinds.entry(char::from(key.key[0])).or_insert(0) += 1;
    }
    (kinds, out.gas_used)
}

#[test]
fn three_objects_of_many_are_three_loads() {
    let (few, gas) = three_of(1_000);
    // the variable and its map are objects too
    assert_eq!(few, BTreeMap::from([('s', 1), ('o', 2 + 3), ('i', 3), ('e', 3)]));
    let (many, gas_of_many) = three_of(100_000);
    assert_eq!(many, few);
    // what the numbers of objects and entries take grows with their digits
    assert!(gas_of_many.abs_diff(gas) * 20 < gas, "{gas_of_many} gas, not {gas}");
}
