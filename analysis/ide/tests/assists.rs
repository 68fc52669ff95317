//! Refactorings: what is offered, what comes out, and that it has no more errors than what went in.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, apply};

fn errors(workspace: &Workspace) -> usize {
    let analysis = workspace.analysis();
    let all = workspace.ids().into_iter().flat_map(|id| analysis.diagnostics(id).expect("not cancelled"));
    all.filter(|d| d.severity == Severity::Error).count()
}

/// The selection between two `$0`, or the cursor at one.
fn selected(fixture: &str) -> (Workspace, FileId, TextRange) {
    let workspace = Workspace::fixture(fixture);
    let (file, start) = workspace.at();
    let (name, text) = (workspace.of(file).0.to_owned(), workspace.of(file).1.to_owned());
    let Some(end) = text.find("$0") else { return (workspace, file, TextRange::new(start, start)) };
    let mut workspace = workspace;
    workspace.edit(&name, &text.replace("$0", ""));
    (workspace, file, TextRange::new(start, end as u32))
}

/// The titles of what is offered.
fn check_offered(fixture: &str, expect: Expect) {
    let (workspace, file, range) = selected(fixture);
    let found = workspace.analysis().assists(file, range).expect("not cancelled");
    expect.assert_eq(&found.iter().map(|a| a.title.as_str()).collect::<Vec<_>>().join(" | "));
}

/// The changed lines after the refactoring whose title starts so.
fn check(title: &str, fixture: &str, expect: Expect) {
    let (mut workspace, file, range) = selected(fixture);
    let before = errors(&workspace);
    let found = workspace.analysis().assists(file, range).expect("not cancelled");
    let Some(assist) = found.iter().find(|a| a.title.starts_with(title)).cloned() else {
        return expect.assert_eq("not offered");
    };
    let mut out = String::new();
    if let Some(new) = &assist.create {
        out += &format!("{}:\n{}", new.name, new.text);
    }
    for id in workspace.ids() {
        let (name, text) = (workspace.of(id).0.to_owned(), workspace.of(id).1.to_owned());
        let here: Vec<TextEdit> = assist.edits.iter().filter(|e| e.file == id).cloned().collect();
        if here.is_empty() {
            continue;
        }
        let after = apply(&text, here);
        let body = after.split_once("\n\n").map_or("", |(_, rest)| rest);
        out += body;
        workspace.edit(&name, &after);
    }
    assert!(errors(&workspace) <= before, "{title} added errors:\n{out}\n{:#?}", workspace.analysis().diagnostics(file));
    expect.assert_eq(&out);
}

#[test]
fn extract_variables_and_constants() {
    check(
        "extract variable",
        "package a\n\nfunc f(s string) int {\n\treturn 1 + $0len(s)$0\n}\n",
        expect![[r#"
        func f(s string) int {
        	n := len(s)
        	return 1 + n
        }
    "#]],
    );
    check(
        "extract variable",
        "package a\n\ntype T struct{ Name string }\n\nfunc f(t T) string {\n\tif $0t.Name$0 == \"\" {\n\t\treturn \"x\"\n\t}\n\treturn t.Name\n}\n",
        expect![[r#"
        type T struct{ Name string }

        func f(t T) string {
        	name := t.Name
        	if name == "" {
        		return "x"
        	}
        	return t.Name
        }
    "#]],
    );
    check(
        "extract constant",
        "package a\n\nfunc f() int {\n\treturn $0 2 * 3 $0 + 1\n}\n",
        expect![[r#"
        func f() int {
        	const x = 2 * 3
        	return  x  + 1
        }
    "#]],
    );
    check("extract variable", "package a\n\nfunc f() {\n\t$0g()$0\n}\n\nfunc g() (int, int) { return 1, 2 }\n", expect!["not offered"]);
    check("extract variable", "package a\n\nfunc f(n int) {\n\tfor i := 0; $0i < n$0; i++ {\n\t}\n}\n", expect!["not offered"]);
    check("extract variable", "package a\n\nfunc f(n int) {\n\tif x := n; $0x > 1$0 {\n\t}\n}\n", expect!["not offered"]);
    check("extract variable", "package a\n\nfunc f(n int) {\n\t$0n$0 = 1\n}\n", expect!["not offered"]);
    check(
        "extract variable",
        "package a\n\nfunc f() func() int {\n\tx := 1\n\treturn func() int {\n\t\treturn $0x + 1$0\n\t}\n}\n",
        expect![[r#"
        func f() func() int {
        	x := 1
        	return func() int {
        		x2 := x + 1
        		return x2
        	}
        }
    "#]],
    );
    check(
        "extract 2",
        "package a\n\nfunc f(a, b int) int {\n\treturn $0(a + b)$0 * (a + b)\n}\n",
        expect![[r#"
        func f(a, b int) int {
        	x := (a + b)
        	return x * x
        }
    "#]],
    );
    check(
        "extract variable",
        "package a\n\nfunc f(x int) {\n\tswitch x {\n\tcase 1:\n\t\tg($0x+1$0)\n\t}\n}\n\nfunc g(int) {}\n",
        expect![[r#"
        func f(x int) {
        	switch x {
        	case 1:
        		x2 := x+1
        		g(x2)
        	}
        }

        func g(int) {}
    "#]],
    );
    check("extract variable", "package a\n\nfunc f() {\n\tvar x $0int$0\n\t_ = x\n}\n", expect!["not offered"]);
    check("extract variable", "package a\n\nvar x = $01 + 2$0\n", expect!["not offered"]);
    check("extract variable", "package a\n\nfunc f() {\n\tg($0undefined$0)\n}\n", expect!["not offered"]);
    check("extract variable", "package a\n\nfunc f() int {\n\treturn $01 +$0\n}\n", expect!["not offered"]);
}

#[test]
fn extract_functions_and_methods() {
    check(
        "extract function",
        "package a\n\nfunc f(a, b int) int {\n\t$0c := a + b\n\tc *= 2$0\n\treturn c\n}\n",
        expect![[r#"
        func f(a, b int) int {
        	c := newFunction(a, b)
        	return c
        }

        func newFunction(a int, b int) int {
        	c := a + b
        	c *= 2
        	return c
        }
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc f(a int) int {\n\tx := 1\n\t$0x += a\n\tg(x)$0\n\treturn x\n}\n\nfunc g(int) {}\n",
        expect![[r#"
        func f(a int) int {
        	x := 1
        	x = newFunction(x, a)
        	return x
        }

        func newFunction(x int, a int) int {
        	x += a
        	g(x)
        	return x
        }

        func g(int) {}
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc f(a int) int {\n\tif a > 0 {\n\t\t$0g(a)\n\t\treturn a$0\n\t}\n\treturn 0\n}\n\nfunc g(int) {}\n",
        expect![[r#"
        func f(a int) int {
        	if a > 0 {
        		return newFunction(a)
        	}
        	return 0
        }

        func newFunction(a int) int {
        	g(a)
        	return a
        }

        func g(int) {}
    "#]],
    );
    check(
        "extract method",
        "package a\n\ntype T struct{ n int }\n\nfunc (t *T) f() {\n\t$0t.n++\n\tt.n *= 2$0\n}\n",
        expect![[r#"
        type T struct{ n int }

        func (t *T) f() {
        	t.newMethod()
        }

        func (t *T) newMethod() {
        	t.n++
        	t.n *= 2
        }
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc f(a, b int) int {\n\treturn $0a*b$0 + 1\n}\n",
        expect![[r#"
        func f(a, b int) int {
        	return newFunction(a, b) + 1
        }

        func newFunction(a int, b int) int {
        	return a*b
        }
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc f(a []int) {\n\tfor _, x := range a {\n\t\t$0if x == 0 {\n\t\t\tcontinue\n\t\t}$0\n\t\tg(x)\n\t}\n}\n\nfunc g(int) {}\n",
        expect!["not offered"],
    );
    check(
        "extract function",
        "package a\n\nfunc f(a []int) int {\n\tsum := 0\n\t$0for _, x := range a {\n\t\tif x == 0 {\n\t\t\tcontinue\n\t\t}\n\t\tsum += x\n\t}$0\n\treturn sum\n}\n",
        expect![[r#"
        func f(a []int) int {
        	sum := 0
        	sum = newFunction(a, sum)
        	return sum
        }

        func newFunction(a []int, sum int) int {
        	for _, x := range a {
        		if x == 0 {
        			continue
        		}
        		sum += x
        	}
        	return sum
        }
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc f(a int) int {\n\t$0if a > 0 {\n\t\treturn 1\n\t}$0\n\treturn 0\n}\n",
        expect!["not offered"],
    );
    check(
        "extract function",
        "package a\n\nfunc f[T any](x T) T {\n\t$0y := x$0\n\treturn y\n}\n",
        expect![[r#"
        func f[T any](x T) T {
        	y := newFunction(x)
        	return y
        }

        func newFunction[T any](x T) T {
        	y := x
        	return y
        }
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc f() {\n\tx := 1\n\t$0y := 2\n\tx = y$0\n\tg(x, y)\n}\n\nfunc g(int, int) {}\n",
        expect![[r#"
        func f() {
        	x := 1
        	var y int
        	x, y = newFunction(x)
        	g(x, y)
        }

        func newFunction(x int) (int, int) {
        	y := 2
        	x = y
        	return x, y
        }

        func g(int, int) {}
    "#]],
    );
    check(
        "extract function",
        "package a\n\nfunc newFunction() {}\n\nfunc f() {\n\t$0newFunction()$0\n}\n",
        expect![[r#"
        func newFunction() {}

        func f() {
        	newFunction2()
        }

        func newFunction2() {
        	newFunction()
        }
    "#]],
    );
    check("extract function", "package a\n\nfunc f() {\n\t$0defer g()$0\n}\n\nfunc g() {}\n", expect!["not offered"]);
    check(
        "extract function",
        "package a\n\nfunc f() {\n\t$0x := undefined\n\tg(x)$0\n}\n\nfunc g(int) {}\n",
        expect![[r#"
        func f() {
        	newFunction()
        }

        func newFunction() {
        	x := undefined
        	g(x)
        }

        func g(int) {}
    "#]],
    );
    check("extract function", "package a\n\nfunc f() {\n\t$0if x {$0\n}\n", expect!["not offered"]);
}

#[test]
fn inline_variables_and_calls() {
    check(
        "inline variable",
        "package a\n\nfunc f(a, b int) int {\n\tx$0 := a + b\n\treturn x * 2\n}\n",
        expect![[r#"
        func f(a, b int) int {
        	return (a + b) * 2
        }
    "#]],
    );
    check(
        "inline variable",
        "package a\n\nfunc f(a int) int {\n\tx := a\n\treturn x$0 + x\n}\n",
        expect![[r#"
        func f(a int) int {
        	return a + a
        }
    "#]],
    );
    check(
        "inline variable",
        "package a\n\nfunc f() int {\n\tx$0 := g()\n\treturn x + x\n}\n\nfunc g() int { return 1 }\n",
        expect!["not offered"],
    );
    check(
        "inline variable",
        "package a\n\nfunc f() int {\n\tx$0 := g()\n\treturn x\n}\n\nfunc g() int { return 1 }\n",
        expect![[r#"
        func f() int {
        	return g()
        }

        func g() int { return 1 }
    "#]],
    );
    check("inline variable", "package a\n\nfunc f() int {\n\tx$0 := 1\n\tx = 2\n\treturn x\n}\n", expect!["not offered"]);
    check("inline variable", "package a\n\nfunc f(a int) int {\n\tx$0 := a\n\ta = 2\n\treturn x + a\n}\n", expect!["not offered"]);
    check("inline variable", "package a\n\nfunc f() *int {\n\tx$0 := 1\n\treturn &x\n}\n", expect!["not offered"]);
    check(
        "inline call",
        "package a\n\nfunc sum(a, b int) int { return a + b }\n\nfunc f(x int) int {\n\treturn 2 * sum$0(x, x-1)\n}\n",
        expect![[r#"
        func sum(a, b int) int { return a + b }

        func f(x int) int {
        	return 2 * (x + (x-1))
        }
    "#]],
    );
    check(
        "inline call",
        "package a\n\nvar n int\n\nfunc add(by int) {\n\tn += by\n\tif n > 9 {\n\t\tn = 0\n\t}\n}\n\nfunc f() {\n\tadd$0(2)\n}\n",
        expect![[r#"
        var n int

        func add(by int) {
        	n += by
        	if n > 9 {
        		n = 0
        	}
        }

        func f() {
        	{
        		by := 2
        		n += by
        		if n > 9 {
        			n = 0
        		}
        	}
        }
    "#]],
    );
    check(
        "inline call",
        "package a\n\nfunc twice(a int) int { return a + a }\n\nfunc f() int {\n\treturn twice$0(g())\n}\n\nfunc g() int { return 1 }\n",
        expect!["not offered"],
    );
    check(
        "inline call",
        "package a\n\nvar n int\n\nfunc get() int { return n }\n\nfunc f(n string) int {\n\treturn get$0() + len(n)\n}\n",
        expect!["not offered"],
    );
    check("inline call", "package a\n\nfunc rec(a int) int { return rec$0(a) }\n", expect!["not offered"]);
    check("inline call", "package a\n\nfunc bad(a int) int { return a + }\n\nfunc f() int { return bad$0(1) }\n", expect!["not offered"]);
}

#[test]
fn fill_structs_and_switches() {
    let t = "package a\n\ntype T struct {\n\tName  string\n\tCount int\n\tTags  []string\n\tInner *T\n\tok    bool\n}\n\n";
    check(
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
    check(
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
    check(
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
    check(
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
    check("fill", &format!("{t}var x = T{{\"\", 1, nil, nil, tr$0ue}}\n"), expect!["not offered"]);
    check("fill", "package a\n\nvar x = []int{$0}\n", expect!["not offered"]);
    check(
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
    check(
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
    check(
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
    check(
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
    check(
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
    check("add the missing", "package a\n\nfunc f(n int) {\n\tswitch $0n {\n\t}\n}\n", expect!["not offered"]);
    check("add the missing", &format!("{kinds}func f(k Kind) {{\n\tswitch $0k {{\n\tcase Green\n"), expect!["not offered"]);
}

#[test]
fn conditions_errors_and_lists() {
    let condition = |c: &str| {
        format!(
            "package a\n\nfunc f(a, b int, ok bool, x float64) {{\n\t$0if {c} {{\n\t\tg(1)\n\t}} else {{\n\t\tg(2)\n\t}}\n}}\n\nfunc g(int) {{}}\n"
        )
    };
    check(
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
    check(
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
    check("invert", "package a\n\nfunc f(ok bool) {\n\t$0if ok {\n\t} else if !ok {\n\t}\n}\n", expect!["not offered"]);
    check(
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
    check("wrap", "package a\n\nfunc f() (int, error) {\n\treturn 0, $0nil\n}\n", expect!["not offered"]);
    check(
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
    check(
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
    check(
        "handle",
        "package a\n\nfunc f() error {\n\terr := $0g()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n\nfunc g() error { return nil }\n",
        expect!["not offered"],
    );
    check(
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
    check(
        "join",
        "package a\n\nfunc f() {\n\tg($0\n\t\t1,\n\t\t2,\n\t)\n}\n\nfunc g(int, int) {}\n",
        expect![[r#"
        func f() {
        	g(1, 2)
        }

        func g(int, int) {}
    "#]],
    );
    check(
        "split",
        "package a\n\nfunc f($0a int, b string) {}\n",
        expect![[r#"
        func f(
        	a int,
        	b string,
        ) {}
    "#]],
    );
    check(
        "split",
        "package a\n\nvar x = []int{$01, 2}\n",
        expect![[r#"
        var x = []int{
        	1,
        	2,
        }
    "#]],
    );
    check("join", "package a\n\nvar x = []int{\n\t1, // one\n\t$02,\n}\n", expect!["not offered"]);
    check(
        "split",
        "package a\n\nfunc f(xs ...int) {\n\tf($0xs...)\n\tg(1, $0xs...)\n}\n\nfunc g(n int, xs ...int) {}\n",
        expect!["not offered"],
    );
    check(
        "change to a raw",
        "package a\n\nvar x = \"a\\t\\\"b\\\"$0\"\n",
        expect![[r#"
        var x = `a	"b"`
    "#]],
    );
    check(
        "change to a quoted",
        "package a\n\nvar x = `a\n\"b\"$0\\`\n",
        expect![[r#"
        var x = "a\n\"b\"\\"
    "#]],
    );
    check("change to a raw", "package a\n\nvar x = \"a`$0\"\n", expect!["not offered"]);
    check("change to a raw", "package a\n\nvar x = \"a$0\n", expect!["not offered"]);
}

#[test]
fn parameters_docs_tests_and_stubs() {
    let two = "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc F(a int, b string) int { return a }\n\nfunc g() int { return F(1, \"x\") }\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\nvar x = a.F(2, \"y\")\n";
    check(
        "remove parameter",
        &two.replace("b string", "$0b string"),
        expect![[r#"
        func F(a int) int { return a }

        func g() int { return F(1) }

        import "hub.amigos.dev/test/a"

        var x = a.F(2)
    "#]],
    );
    check("remove parameter", &two.replace("(a int", "($0a int"), expect!["not offered"]);
    check(
        "move parameter `a` to the right",
        &two.replace("(a int", "($0a int"),
        expect![[r#"
        func F(b string, a int) int { return a }

        func g() int { return F("x", 1) }

        import "hub.amigos.dev/test/a"

        var x = a.F("y", 2)
    "#]],
    );
    check(
        "move parameter `b` to the left",
        &two.replace("b string", "$0b string"),
        expect![[r#"
        func F(b string, a int) int { return a }

        func g() int { return F("x", 1) }

        import "hub.amigos.dev/test/a"

        var x = a.F("y", 2)
    "#]],
    );
    check(
        "remove parameter",
        "package a\n\nfunc f($0a int, b ...string) {}\n\nfunc g() { f(1); f(2, \"x\"); f(3, []string{}...) }\n",
        expect![[r#"
        func f(b ...string) {}

        func g() { f(); f("x"); f([]string{}...) }
    "#]],
    );
    check("remove parameter", "package a\n\nfunc f($0a int) {}\n\nvar x = f\n", expect!["not offered"]);
    check("remove parameter", "package a\n\ntype I interface{ M(int) }\n\ntype T int\n\nfunc (T) M($0a int) {}\n", expect!["not offered"]);
    check(
        "add a doc",
        "package a\n\nfunc $0F() {}\n",
        expect![[r#"
        // F 
        func F() {}
    "#]],
    );
    check("add a doc", "package a\n\n// F is.\nfunc $0F() {}\n", expect!["not offered"]);
    check(
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
    check(
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
    check(
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
    check(
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
    check(
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

#[test]
fn what_is_offered_where() {
    check_offered("package a\n\nfunc f(a int) int {\n\tx$0 := a + 1\n\treturn x\n}\n", expect!["inline variable `x`"]);
    check_offered("package a\n\nfunc f(a int) int {\n\treturn $0a + 1$0\n}\n", expect!["extract variable `x` | extract function"]);
    check_offered("$0package a\n", expect![[""]]);
    check_offered("package a\n\nfunc f( {\n\tx := $0\n", expect![[""]]);
    check_offered("package a\n\n$0func f() {\n\tg(\n}$0\n", expect!["add a doc comment | generate `TestF`"]);
    check_offered("package a\n\nfunc f() {\n\tö := \"ü$0\"\n\t_ = ö\n}\n", expect!["change to a raw string"]);
}
