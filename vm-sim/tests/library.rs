//! Programs that use the standard library widely, against what they print with Go.

mod support;

use expect_test::expect_file;
use support::run;

#[test]
fn formatting() {
    expect_file!["library/formatting.txt"].assert_eq(&run(include_str!("library/formatting.go")));
}

#[test]
fn texts() {
    expect_file!["library/texts.txt"].assert_eq(&run(include_str!("library/texts.go")));
}

#[test]
fn decimals() {
    expect_file!["library/decimals.txt"].assert_eq(&run(include_str!("library/decimals.go")));
}

#[test]
fn numbers() {
    expect_file!["library/numbers.txt"].assert_eq(&run(include_str!("library/numbers.go")));
}

#[test]
fn references_are_numbered_as_they_are_met() {
    let program = r#"package main

import "fmt"

type point struct{ X, Y int }

func main() {
	a, b := 1, 2
	p, s, m := &point{1, 2}, []int{1}, map[string]int{}
	fmt.Println(&b, &a, &b, p)
	fmt.Printf("%p %p %p %v %#v\n", p, s, m, []*point{p, nil}, &a)
	fmt.Printf("%p %d\n", &p.Y, &a)
}
"#;
    assert_eq!(run(program), "0x1 0x2 0x1 &{1 2}\n0x3 0x4 0x5 [0x3 <nil>] (*int)(0x2)\n0x7 2\n");
}

#[test]
fn values_that_are_nested_too_deeply_are_refused() {
    let program = r#"package main

import "fmt"

func try(v any) {
	defer func() { fmt.Println("recovered:", recover()) }()
	fmt.Println(len(fmt.Sprint(v)))
}

func nested(n int) (v any) {
	for range n {
		v = []any{v}
	}
	return v
}

func main() {
	circle := []any{nil}
	circle[0] = circle
	try(nested(60))
	try(nested(70))
	try(circle)
}
"#;
    let refused = "recovered: fmt: the value is nested too deeply to be printed\n";
    assert_eq!(run(program), format!("125\nrecovered: <nil>\n{refused}{refused}"));
}
