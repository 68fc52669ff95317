//! Refactorings that write the same in another way, or what is missing.

mod support;

use expect_test::expect;
use support::assisted::{check_assist, selected};

#[test]
fn fill_structs_and_switches() {
    let t = "package a\n\ntype T struct {\n\tName  string\n\tCount int\n\tTags  []string\n\tInner *T\n\tok    bool\n}\n\n";
    check_assist(
        "fill",
        &format!("{t}var x = T{{$0}}\n"),
        expect![[r#"
        type T struct {
        	Name  string
        	Count int
        	Tags  []string
        	Inner *T
        	ok    bool
        }

        var x = T{
        	Name: "",
        	Count: 0,
        	Tags: nil,
        	Inner: nil,
        	ok: false,
        }
    "#]],
    );
    check_assist(
        "fill",
        &format!("{t}func f() T {{\n\treturn T{{Name: \"x\"$0}}\n}}\n"),
        expect![[r#"
        type T struct {
        	Name  string
        	Count int
        	Tags  []string
        	Inner *T
        	ok    bool
        }

        func f() T {
        	return T{
        		Name: "x",
        		Count: 0,
        		Tags: nil,
        		Inner: nil,
        		ok: false,
        	}
        }
    "#]],
    );
    check_assist(
        "fill",
        &format!("{t}func f() T {{\n\treturn T{{\n\t\tName: \"x\",$0\n\t}}\n}}\n"),
        expect![[r#"
        type T struct {
        	Name  string
        	Count int
        	Tags  []string
        	Inner *T
        	ok    bool
        }

        func f() T {
        	return T{
        		Name: "x",
        		Count: 0,
        		Tags: nil,
        		Inner: nil,
        		ok: false,
        	}
        }
    "#]],
    );
    check_assist(
        "fill",
        &format!("{t}var x = []*T{{{{$0}}}}\n"),
        expect![[r#"
        type T struct {
        	Name  string
        	Count int
        	Tags  []string
        	Inner *T
        	ok    bool
        }

        var x = []*T{{
        	Name: "",
        	Count: 0,
        	Tags: nil,
        	Inner: nil,
        	ok: false,
        }}
    "#]],
    );
    check_assist("fill", &format!("{t}var x = T{{\"\", 1, nil, nil, tr$0ue}}\n"), expect!["not offered"]);
    check_assist("fill", "package a\n\nvar x = []int{$0}\n", expect!["not offered"]);
    check_assist(
        "fill",
        "//- hub.amigos.dev/test/b/b.go\npackage b\n\ntype T struct{ A, b int }\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/test/b\"\n\nvar x = b.T{$0}\n",
        expect![[r#"
        import "hub.amigos.dev/test/b"

        var x = b.T{
        	A: 0,
        }
    "#]],
    );
    let kinds = "package a\n\ntype Kind int\n\nconst (\n\tRed Kind = iota\n\tGreen\n\tBlue\n)\n\n";
    check_assist(
        "add the missing",
        &format!("{kinds}func f(k Kind) {{\n\tswitch $0k {{\n\tcase Green:\n\t}}\n}}\n"),
        expect![[r#"
        type Kind int

        const (
        	Red Kind = iota
        	Green
        	Blue
        )

        func f(k Kind) {
        	switch k {
        	case Green:
        	case Red:
        	case Blue:
        	default:
        		panic("unexpected value")
        	}
        }
    "#]],
    );
    check_assist(
        "add the missing",
        &format!("{kinds}func f(k Kind) {{\n\tswitch $0k {{\n\tcase Green:\n\tdefault:\n\t}}\n}}\n"),
        expect![[r#"
        type Kind int

        const (
        	Red Kind = iota
        	Green
        	Blue
        )

        func f(k Kind) {
        	switch k {
        	case Green:
        	case Red:
        	case Blue:
        	default:
        	}
        }
    "#]],
    );
    check_assist(
        "add the missing",
        &format!("{kinds}func f(k Kind) {{\n\tswitch $0k {{}}\n}}\n"),
        expect![[r#"
        type Kind int

        const (
        	Red Kind = iota
        	Green
        	Blue
        )

        func f(k Kind) {
        	switch k {
        	case Red:
        	case Green:
        	case Blue:
        	default:
        		panic("unexpected value")
        	}
        }
    "#]],
    );
    check_assist(
        "add the missing",
        "package a\n\ntype I interface{ M() }\n\ntype A int\n\nfunc (A) M() {}\n\ntype B struct{}\n\nfunc (*B) M() {}\n\nfunc f(i I) {\n\tswitch $0i.(type) {\n\tcase A:\n\t}\n}\n",
        expect![[r#"
        type I interface{ M() }

        type A int

        func (A) M() {}

        type B struct{}

        func (*B) M() {}

        func f(i I) {
        	switch i.(type) {
        	case A:
        	case *B:
        	}
        }
    "#]],
    );
    check_assist("add the missing", "package a\n\nfunc f(n int) {\n\tswitch $0n {\n\t}\n}\n", expect!["not offered"]);
    check_assist("add the missing", &format!("{kinds}func f(k Kind) {{\n\tswitch $0k {{\n\tcase Green\n"), expect!["not offered"]);
}

#[test]
fn conditions_errors_and_lists() {
    let condition = |c: &str| {
        format!(
            "package a\n\nfunc f(a, b int, ok bool, x float64) {{\n\t$0if {c} {{\n\t\tg(1)\n\t}} else {{\n\t\tg(2)\n\t}}\n}}\n\nfunc g(int) {{}}\n"
        )
    };
    check_assist(
        "invert",
        &condition("a == b"),
        expect![[r#"
        func f(a, b int, ok bool, x float64) {
        	if a != b {
        		g(2)
        	} else {
        		g(1)
        	}
        }

        func g(int) {}
    "#]],
    );
    for (c, want) in [
        ("ok", expect!["!ok"]),
        ("!ok", expect!["ok"]),
        ("!(a < b)", expect!["a < b"]),
        ("a < b && ok", expect!["a >= b || !ok"]),
        ("a < b || ok && a == 1", expect!["a >= b && (!ok || a != 1)"]),
        ("x < 1", expect!["!(x < 1)"]),
        ("(ok)", expect!["!(ok)"]),
        ("a >= b", expect!["a < b"]),
    ] {
        let (workspace, file, range) = selected(&condition(c));
        let found = workspace.analysis().assists(file, range).expect("not cancelled");
        let assist = found.iter().find(|a| a.title == "invert `if`").expect("offered");
        want.assert_eq(assist.edits[0].new_text.as_str());
    }
    check_assist(
        "invert",
        "package a\n\nfunc f(ok bool) {\n\t$0if ok {\n\t\tg(1)\n\t\tg(2)\n\t}\n}\n\nfunc g(int) {}\n",
        expect![[r#"
        func f(ok bool) {
        	if !ok {
        		return
        	}
        	g(1)
        	g(2)
        }

        func g(int) {}
    "#]],
    );
    check_assist("invert", "package a\n\nfunc f(ok bool) {\n\t$0if ok {\n\t} else if !ok {\n\t}\n}\n", expect!["not offered"]);
    check_assist(
        "wrap",
        "package a\n\nfunc CreatePost() error {\n\terr := g()\n\treturn $0err\n}\n\nfunc g() error { return nil }\n",
        expect![[r#"
        import (
        	"fmt"
        )

        func CreatePost() error {
        	err := g()
        	return fmt.Errorf("create post: %w", err)
        }

        func g() error { return nil }
    "#]],
    );
    check_assist("wrap", "package a\n\nfunc f() (int, error) {\n\treturn 0, $0nil\n}\n", expect!["not offered"]);
    check_assist(
        "handle",
        "package a\n\nfunc f() (int, error) {\n\t$0g()\n\treturn 1, nil\n}\n\nfunc g() error { return nil }\n",
        expect![[r#"
        func f() (int, error) {
        	if err := g(); err != nil {
        		return 0, err
        	}
        	return 1, nil
        }

        func g() error { return nil }
    "#]],
    );
    check_assist(
        "handle",
        "package a\n\nfunc f() {\n\tn, err := $0g()\n\t_ = n\n}\n\nfunc g() (int, error) { return 1, nil }\n",
        expect![[r#"
        func f() {
        	n, err := g()
        	if err != nil {
        		panic(err)
        	}
        	_ = n
        }

        func g() (int, error) { return 1, nil }
    "#]],
    );
    check_assist(
        "handle",
        "package a\n\nfunc f() error {\n\terr := $0g()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n\nfunc g() error { return nil }\n",
        expect!["not offered"],
    );
    check_assist(
        "split",
        "package a\n\nfunc f() {\n\tg($01, h(2, 3), \"x\")\n}\n\nfunc g(int, int, string) {}\n\nfunc h(a, b int) int { return a }\n",
        expect![[r#"
        func f() {
        	g(
        		1,
        		h(2, 3),
        		"x",
        	)
        }

        func g(int, int, string) {}

        func h(a, b int) int { return a }
    "#]],
    );
    check_assist(
        "join",
        "package a\n\nfunc f() {\n\tg($0\n\t\t1,\n\t\t2,\n\t)\n}\n\nfunc g(int, int) {}\n",
        expect![[r#"
        func f() {
        	g(1, 2)
        }

        func g(int, int) {}
    "#]],
    );
    check_assist(
        "split",
        "package a\n\nfunc f($0a int, b string) {}\n",
        expect![[r#"
        func f(
        	a int,
        	b string,
        ) {}
    "#]],
    );
    check_assist(
        "split",
        "package a\n\nvar x = []int{$01, 2}\n",
        expect![[r#"
        var x = []int{
        	1,
        	2,
        }
    "#]],
    );
    check_assist("join", "package a\n\nvar x = []int{\n\t1, // one\n\t$02,\n}\n", expect!["not offered"]);
    check_assist(
        "split",
        "package a\n\nfunc f(xs ...int) {\n\tf($0xs...)\n\tg(1, $0xs...)\n}\n\nfunc g(n int, xs ...int) {}\n",
        expect!["not offered"],
    );
    check_assist(
        "change to a raw",
        "package a\n\nvar x = \"a\\t\\\"b\\\"$0\"\n",
        expect![[r#"
        var x = `a	"b"`
    "#]],
    );
    check_assist(
        "change to a quoted",
        "package a\n\nvar x = `a\n\"b\"$0\\`\n",
        expect![[r#"
        var x = "a\n\"b\"\\"
    "#]],
    );
    check_assist("change to a raw", "package a\n\nvar x = \"a`$0\"\n", expect!["not offered"]);
    check_assist("change to a raw", "package a\n\nvar x = \"a$0\n", expect!["not offered"]);
}

#[test]
fn parameters_docs_tests_and_stubs() {
    let two = "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc F(a int, b string) int { return a }\n\nfunc g() int { return F(1, \"x\") }\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\nvar x = a.F(2, \"y\")\n";
    check_assist(
        "remove parameter",
        &two.replace("b string", "$0b string"),
        expect![[r#"
        func F(a int) int { return a }

        func g() int { return F(1) }

        import "hub.amigos.dev/test/a"

        var x = a.F(2)
    "#]],
    );
    check_assist("remove parameter", &two.replace("(a int", "($0a int"), expect!["not offered"]);
    check_assist(
        "move parameter `a` to the right",
        &two.replace("(a int", "($0a int"),
        expect![[r#"
        func F(b string, a int) int { return a }

        func g() int { return F("x", 1) }

        import "hub.amigos.dev/test/a"

        var x = a.F("y", 2)
    "#]],
    );
    check_assist(
        "move parameter `b` to the left",
        &two.replace("b string", "$0b string"),
        expect![[r#"
        func F(b string, a int) int { return a }

        func g() int { return F("x", 1) }

        import "hub.amigos.dev/test/a"

        var x = a.F("y", 2)
    "#]],
    );
    check_assist(
        "remove parameter",
        "package a\n\nfunc f($0a int, b ...string) {}\n\nfunc g() { f(1); f(2, \"x\"); f(3, []string{}...) }\n",
        expect![[r#"
        func f(b ...string) {}

        func g() { f(); f("x"); f([]string{}...) }
    "#]],
    );
    check_assist("remove parameter", "package a\n\nfunc f($0a int) {}\n\nvar x = f\n", expect!["not offered"]);
    check_assist(
        "remove parameter",
        "package a\n\ntype I interface{ M(int) }\n\ntype T int\n\nfunc (T) M($0a int) {}\n",
        expect!["not offered"],
    );
    check_assist(
        "add a doc",
        "package a\n\nfunc $0F() {}\n",
        expect![[r#"
        // F 
        func F() {}
    "#]],
    );
    check_assist("add a doc", "package a\n\n// F is.\nfunc $0F() {}\n", expect!["not offered"]);
    check_assist(
        "generate",
        "package a\n\nfunc $0Sum(a, b int) int { return a + b }\n",
        expect![[r#"
        main_test.go:
        package a

        import "testing"

        func TestSum(t *testing.T) {
        	got, want := Sum(0, 0), int(0)
        	if got != want {
        		t.Errorf("Sum() = %v, want %v", got, want)
        	}
        }
    "#]],
    );
    check_assist(
        "generate",
        "package a\n\nfunc $0load(name string) (int, error) { return 0, nil }\n",
        expect![[r#"
        main_test.go:
        package a

        import "testing"

        func TestLoad(t *testing.T) {
        	got, err := load("")
        	if err != nil {
        		t.Fatal(err)
        	}
        	t.Log(got)
        }
    "#]],
    );
    check_assist(
        "generate",
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc $0F() error { return nil }\n\n//- hub.amigos.dev/test/a/a_test.go\npackage a\n\nimport \"testing\"\n\nfunc TestG(t *testing.T) {}\n",
        expect![[r#"
        import "testing"

        func TestG(t *testing.T) {}

        func TestF(t *testing.T) {
        	if err := F(); err != nil {
        		t.Fatal(err)
        	}
        }
    "#]],
    );
    check_assist(
        "implement",
        "package a\n\ntype I interface {\n\tM(x int) (string, error)\n\tN()\n}\n\ntype $0T struct{}\n\nfunc (t *T) N() {}\n",
        expect![[r#"
        type I interface {
        	M(x int) (string, error)
        	N()
        }

        type T struct{}

        // M implements the interface.
        func (t *T) M(x int) (string, error) {
        	panic("not implemented")
        }

        func (t *T) N() {}
    "#]],
    );
    check_assist(
        "implement",
        "package a\n\ntype I interface{ M() }\n\ntype $0T struct\n",
        expect![[r#"
        type I interface{ M() }

        type T struct

        // M implements the interface.
        func (t T) M() {
        	panic("not implemented")
        }
    "#]],
    );
}
