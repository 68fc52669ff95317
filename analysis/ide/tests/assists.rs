//! Refactorings that take something out or put it in place, and what is offered where.

mod support;

use expect_test::expect;
use support::assisted::{check_assist, check_offered};

#[test]
fn extract_variables_and_constants() {
    check_assist(
        "extract variable",
        "package a\n\nfunc f(s string) int {\n\treturn 1 + $0len(s)$0\n}\n",
        expect![[r#"
        func f(s string) int {
        	n := len(s)
        	return 1 + n
        }
    "#]],
    );
    check_assist(
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
    check_assist(
        "extract constant",
        "package a\n\nfunc f() int {\n\treturn $0 2 * 3 $0 + 1\n}\n",
        expect![[r#"
        func f() int {
        	const x = 2 * 3
        	return  x  + 1
        }
    "#]],
    );
    check_assist(
        "extract variable",
        "package a\n\nfunc f() {\n\t$0g()$0\n}\n\nfunc g() (int, int) { return 1, 2 }\n",
        expect!["not offered"],
    );
    check_assist("extract variable", "package a\n\nfunc f(n int) {\n\tfor i := 0; $0i < n$0; i++ {\n\t}\n}\n", expect!["not offered"]);
    check_assist("extract variable", "package a\n\nfunc f(n int) {\n\tif x := n; $0x > 1$0 {\n\t}\n}\n", expect!["not offered"]);
    check_assist("extract variable", "package a\n\nfunc f(n int) {\n\t$0n$0 = 1\n}\n", expect!["not offered"]);
    check_assist(
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
    check_assist(
        "extract 2",
        "package a\n\nfunc f(a, b int) int {\n\treturn $0(a + b)$0 * (a + b)\n}\n",
        expect![[r#"
        func f(a, b int) int {
        	x := (a + b)
        	return x * x
        }
    "#]],
    );
    check_assist(
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
    check_assist("extract variable", "package a\n\nfunc f() {\n\tvar x $0int$0\n\t_ = x\n}\n", expect!["not offered"]);
    check_assist("extract variable", "package a\n\nvar x = $01 + 2$0\n", expect!["not offered"]);
    check_assist("extract variable", "package a\n\nfunc f() {\n\tg($0undefined$0)\n}\n", expect!["not offered"]);
    check_assist("extract variable", "package a\n\nfunc f() int {\n\treturn $01 +$0\n}\n", expect!["not offered"]);
}

#[test]
fn extract_functions_and_methods() {
    check_assist(
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
    check_assist(
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
    check_assist(
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
    check_assist(
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
    check_assist(
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
    check_assist(
        "extract function",
        "package a\n\nfunc f(a []int) {\n\tfor _, x := range a {\n\t\t$0if x == 0 {\n\t\t\tcontinue\n\t\t}$0\n\t\tg(x)\n\t}\n}\n\nfunc g(int) {}\n",
        expect!["not offered"],
    );
    check_assist(
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
    check_assist(
        "extract function",
        "package a\n\nfunc f(a int) int {\n\t$0if a > 0 {\n\t\treturn 1\n\t}$0\n\treturn 0\n}\n",
        expect!["not offered"],
    );
    check_assist(
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
    check_assist(
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
    check_assist(
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
    check_assist("extract function", "package a\n\nfunc f() {\n\t$0defer g()$0\n}\n\nfunc g() {}\n", expect!["not offered"]);
    check_assist(
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
    check_assist("extract function", "package a\n\nfunc f() {\n\t$0if x {$0\n}\n", expect!["not offered"]);
}

#[test]
fn inline_variables_and_calls() {
    check_assist(
        "inline variable",
        "package a\n\nfunc f(a, b int) int {\n\tx$0 := a + b\n\treturn x * 2\n}\n",
        expect![[r#"
        func f(a, b int) int {
        	return (a + b) * 2
        }
    "#]],
    );
    check_assist(
        "inline variable",
        "package a\n\nfunc f(a int) int {\n\tx := a\n\treturn x$0 + x\n}\n",
        expect![[r#"
        func f(a int) int {
        	return a + a
        }
    "#]],
    );
    check_assist(
        "inline variable",
        "package a\n\nfunc f() int {\n\tx$0 := g()\n\treturn x + x\n}\n\nfunc g() int { return 1 }\n",
        expect!["not offered"],
    );
    check_assist(
        "inline variable",
        "package a\n\nfunc f() int {\n\tx$0 := g()\n\treturn x\n}\n\nfunc g() int { return 1 }\n",
        expect![[r#"
        func f() int {
        	return g()
        }

        func g() int { return 1 }
    "#]],
    );
    check_assist("inline variable", "package a\n\nfunc f() int {\n\tx$0 := 1\n\tx = 2\n\treturn x\n}\n", expect!["not offered"]);
    check_assist("inline variable", "package a\n\nfunc f(a int) int {\n\tx$0 := a\n\ta = 2\n\treturn x + a\n}\n", expect!["not offered"]);
    check_assist("inline variable", "package a\n\nfunc f() *int {\n\tx$0 := 1\n\treturn &x\n}\n", expect!["not offered"]);
    check_assist(
        "inline call",
        "package a\n\nfunc sum(a, b int) int { return a + b }\n\nfunc f(x int) int {\n\treturn 2 * sum$0(x, x-1)\n}\n",
        expect![[r#"
        func sum(a, b int) int { return a + b }

        func f(x int) int {
        	return 2 * (x + (x-1))
        }
    "#]],
    );
    check_assist(
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
    check_assist(
        "inline call",
        "package a\n\nfunc twice(a int) int { return a + a }\n\nfunc f() int {\n\treturn twice$0(g())\n}\n\nfunc g() int { return 1 }\n",
        expect!["not offered"],
    );
    check_assist(
        "inline call",
        "package a\n\nvar n int\n\nfunc get() int { return n }\n\nfunc f(n string) int {\n\treturn get$0() + len(n)\n}\n",
        expect!["not offered"],
    );
    check_assist("inline call", "package a\n\nfunc rec(a int) int { return rec$0(a) }\n", expect!["not offered"]);
    check_assist(
        "inline call",
        "package a\n\nfunc bad(a int) int { return a + }\n\nfunc f() int { return bad$0(1) }\n",
        expect!["not offered"],
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
