//! AM6004: bounds at live sizes against the gas of a block.

mod support;

use support::rules::{all_findings, compare, workspace};

const LIST: &str = "//- hub.amigos.dev/test/example/example.go
package example

var users []int64

func First() int64 { return users[0] }

func Reset() {
	for i := range users {
		users[i] = 0
	}
}

func Render(path string) string {
	for i := range users {
		path += string(rune(i))
	}
	return path
}
";

fn check_findings(source: &str, sizes: &str) -> Vec<String> {
    let source = format!("{source}\n//- hub.amigos.dev/test/example/sizes.txt sizes\n{sizes}\n");
    let found = all_findings(&workspace(&source)).into_iter().map(|(_, d)| d).filter(|d| d.code == "AM6004");
    found.map(|d| format!("{} {}", d.level.map_or("", |l| l.name()), d.message.split(" may take").next().unwrap_or(""))).collect()
}

#[test]
fn a_call_that_no_longer_fits_is_high_and_one_that_soon_will_not_medium() {
    assert_eq!(check_findings(LIST, "users 1000000"), ["high a call of `Reset`"]);
    assert_eq!(check_findings(LIST, "users 10"), Vec::<String>::new());
    let near = (0..12)
        .map(|n| 4_000 << n)
        .find(|n| !check_findings(LIST, &format!("users {n}")).is_empty())
        .expect("a size that is near the limit");
    assert_eq!(check_findings(LIST, &format!("users {near}")).len(), 1);
    // Between half of the limit and the limit it is a matter of time.
    let levels: Vec<String> = (0..8).flat_map(|n| check_findings(LIST, &format!("users {}", near / 2 + n * near / 8))).collect();
    assert!(levels.iter().any(|l| l.starts_with("medium")), "{levels:?}");
}

#[test]
fn nothing_is_said_without_sizes_or_where_it_is_accepted() {
    let source = LIST.to_owned();
    let plain = all_findings(&workspace(&source));
    assert!(plain.iter().all(|(_, d)| d.code != "AM6004"));
    let accepted =
        LIST.replace("func Reset", "// Reset is for tests.\n//\n//amigos:allow AM6004 -- called on short lists only\nfunc Reset");
    assert_eq!(check_findings(&accepted, "users 1000000"), Vec::<String>::new());
    let unreasoned = LIST.replace("func Reset", "//amigos:allow AM6004\nfunc Reset");
    assert_eq!(check_findings(&unreasoned, "users 1000000").len(), 1);
}

#[test]
fn a_list_of_another_package_counts_where_it_is_gone_over() {
    let source = "//- hub.amigos.dev/test/book/book.go
package book

var Pages []int64

func Sum() (n int64) {
	for _, p := range Pages {
		n += p
	}
	return n
}

//- hub.amigos.dev/test/example/example.go
package example

import \"hub.amigos.dev/test/book\"

var last int64

func Update() { last = book.Sum() }

func Last() int64 { return last }

//- hub.amigos.dev/test/book/sizes.txt sizes
Pages 1000000
";
    assert_eq!(check_findings(source, "last 1"), ["high a call of `Sum`", "high a call of `Update`"]);
    assert_eq!(check_findings(&source.replace("1000000", "10"), "last 1"), Vec::<String>::new());
}

#[test]
fn pairs_are_as_they_say() {
    let text = include_str!("../../rules/pairs/am6004.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in text.split("=== ").skip(1) {
        let (head, source) = case.split_once('\n').expect("a line");
        assert_eq!(head.starts_with("flagged: "), source.contains("// want "), "{head}");
        wrong.extend(compare(&workspace(source), "AM6004", head));
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 6);
}
