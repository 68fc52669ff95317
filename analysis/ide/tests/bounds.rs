//! `//amigos:bound` in the editor: in bounds of gas, against live state, under the cursor and where one is written.

mod support;

use expect_test::{Expect, expect};
use support::rules::{all_findings, workspace};

const QUEUE: &str = "//- hub.amigos.dev/test/example/example.go
package example

//amigos:bound len(queue)<=100
var queue []int

var plain []int

func Sum() int {
	n := 0
	for _, x := range queue {
		n += x
	}
	return n
}

//amigos:bound len(plain)<=10
func First() int { return plain[0] }

//amigos:bound len(xs)<=20
//amigos:bound limit<=5
func Count(xs []int, limit int) int {
	n := 0
	for _, x := range xs {
		for i := 0; i < limit; i++ {
			n += x
		}
	}
	return n
}

//amigos:bound depth<=8
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func Fib(n int) int { return fib(n) }
";

fn check_live(sizes: &str, expect: Expect) {
    let source = format!("{QUEUE}\n//- hub.amigos.dev/test/example/sizes.txt sizes\n{sizes}\n");
    let found = all_findings(&workspace(&source)).into_iter().map(|(_, d)| d).filter(|d| d.code == "AM6009");
    expect.assert_eq(&found.map(|d| d.message + "\n").collect::<String>());
}

#[test]
fn live_state_above_a_bound_is_said() {
    check_live("queue 100\nplain 10", expect![[""]]);
    check_live(
        "queue 120\nplain 11",
        expect![[r#"
            `len(queue)` is 120 now, above its bound of 100: calls of functions that name it fail
            `len(plain)` is 11 now, above its bound of 10: calls of `First` fail
        "#]],
    );
}

#[test]
fn bounds_of_gas_count_on_it() {
    let workspace = workspace(QUEUE);
    let analysis = workspace.analysis();
    let id = workspace.ids()[0];
    let mut out = String::new();
    for name in ["Sum", "First", "Count", "Fib"] {
        let at = QUEUE.split_once('\n').map_or("", |(_, rest)| rest).find(&format!("func {name}(")).expect("it is there") + 6;
        let hover = analysis.hover(id, at as u32).expect("not cancelled").expect("a hover");
        let line = hover.table.lines().next().unwrap_or("").split("  ").filter(|c| !c.is_empty()).nth(1).unwrap_or("").to_owned();
        out += &format!("{name} {}\n", line.trim());
    }
    expect![[r#"
        Sum ≤ 2,810
        First ≤ 966
        Count ≤ 1,079
        Fib ≤ 22,627
    "#]]
    .assert_eq(&out);
}

fn hover_at(mark: &str) -> String {
    let workspace = workspace(QUEUE);
    let at = QUEUE.split_once('\n').map_or("", |(_, rest)| rest).find(mark).expect("it is there") + 4;
    let hover = workspace.analysis().hover(workspace.ids()[0], at as u32).expect("not cancelled");
    hover.map_or_else(String::new, |h| format!("{}: {}", h.signature, h.doc.split("\n\n").next().unwrap_or("")))
}

#[test]
fn a_hover_says_what_a_bound_means() {
    expect!["//amigos:bound len(queue)<=100: A call fails that begins when `len(queue)` is more than 100."]
        .assert_eq(&hover_at("//amigos:bound len(queue)"));
    expect!["//amigos:bound depth<=8: A call fails in which more than 8 calls of this function run at once."]
        .assert_eq(&hover_at("//amigos:bound depth"));
}

#[test]
fn directives_and_bounds_are_completed() {
    let labels = |source: &str| {
        let at = source.find('$').expect("a cursor");
        let workspace = workspace(&source.replace('$', ""));
        let found = workspace.analysis().completions(workspace.ids()[0], at as u32).expect("not cancelled");
        found.into_iter().map(|c| c.label).collect::<Vec<_>>().join(" ")
    };
    expect!["allow bound drop fp gas guard slice was"].assert_eq(&labels("package a\n\n//amigos:$\nfunc F() {}\n"));
    expect!["len(xs)<=100 n<=100 depth<=8"].assert_eq(&labels("package a\n\n//amigos:bound $\nfunc F(xs []int, n int, f func()) {}\n"));
    expect!["len(queue)<=100"].assert_eq(&labels("package a\n\n//amigos:bound l$\nvar queue []int\n"));
}
