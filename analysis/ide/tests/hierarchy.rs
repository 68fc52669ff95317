//! Implementations, declarations, hierarchies of calls and types, names edited together.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::Workspace;

fn place(workspace: &Workspace, target: &Target) -> String {
    match &target.place {
        Place::File(id) => {
            let (_, text) = workspace.of(*id);
            let name = &text[target.focus.start as usize..target.focus.end as usize];
            format!("{} {name}", workspace.position(*id, target.focus.start))
        }
        Place::Std(package, file) => format!("{package}/{file}"),
    }
}

fn places(workspace: &Workspace, found: &[Target]) -> String {
    if found.is_empty() {
        return "nothing".to_owned();
    }
    found.iter().map(|t| place(workspace, t)).collect::<Vec<_>>().join(", ")
}

/// A line for each fixture: what implements, or is implemented by, what is at `$0`.
fn check_implementation(fixtures: &[&str], expect: Expect) {
    let line = |text: &&str| {
        let workspace = Workspace::fixture(text);
        let (file, at) = workspace.at();
        places(&workspace, &workspace.analysis().implementation(file, at).expect("not cancelled")) + "\n"
    };
    expect.assert_eq(&fixtures.iter().map(line).collect::<String>());
}

const SHAPES: &str = "package a

type Shape interface {
	Area() int
	Named
}

type Named interface{ Name() string }

type Square struct{ side int }

func (s Square) Area() int    { return s.side * s.side }
func (s Square) Name() string { return \"square\" }

type Circle struct{ r int }

func (c *Circle) Area() int    { return 3 * c.r * c.r }
func (c *Circle) Name() string { return \"circle\" }

type Tagged struct {
	Square
	tag string
}

type Half struct{}

func (Half) Area(int) int { return 0 }
func (Half) Name() string { return \"half\" }

type Any interface{}
";

fn shapes(at: &str) -> String {
    let marked = at.replace("$0", "");
    assert_eq!(SHAPES.matches(&marked).count(), 1, "{marked}");
    SHAPES.replace(&marked, at)
}

#[test]
fn implementations_of_types_and_methods() {
    let of = ["type $0Shape", "type Nam$0ed", "type $0Square", "type $0Circle", "type $0Tagged", "type $0Half", "type $0Any"];
    let of: Vec<String> = of.iter().map(|at| shapes(at)).collect();
    check_implementation(
        &of.iter().map(String::as_str).collect::<Vec<_>>(),
        expect![[r#"
            main.go:15:6 Circle, main.go:10:6 Square, main.go:20:6 Tagged
            main.go:15:6 Circle, main.go:25:6 Half, main.go:10:6 Square, main.go:20:6 Tagged
            main.go:8:6 Named, main.go:3:6 Shape
            main.go:8:6 Named, main.go:3:6 Shape
            main.go:8:6 Named, main.go:3:6 Shape
            main.go:8:6 Named
            nothing
        "#]],
    );
    let of = ["	$0Area() int", "{ Na$0me() string }", "(s Square) $0Area()", "(c *Circle) $0Name()", "(Half) $0Area(int)"];
    let of: Vec<String> = of.iter().map(|at| shapes(at)).collect();
    check_implementation(
        &of.iter().map(String::as_str).collect::<Vec<_>>(),
        expect![[r#"
            main.go:17:18 Area, main.go:12:17 Area
            main.go:18:18 Name, main.go:28:13 Name, main.go:13:17 Name
            main.go:4:2 Area
            main.go:8:23 Name
            nothing
        "#]],
    );
}

#[test]
fn implementations_over_packages_generics_and_errors() {
    check_implementation(
        &[
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype $0Runner interface{ Run() }\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\ntype T struct{}\n\nfunc (T) Run() {}\n",
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype Runner interface{ run() }\n\ntype $0Runner2 interface{ run() }\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\ntype T struct{}\n\nfunc (T) run() {}\n",
            "package a\n\ntype I[T any] interface{ $0Get() T }\n\ntype S struct{}\n\nfunc (S) Get() int { return 0 }\n",
            "package a\n\ntype $0E struct{}\n\nfunc (E) Error() string { return \"\" }\n",
            "package a\n\ntype I interface{ M() }\n\nfunc F(i $0I) {}\n\ntype T int\n\nfunc (T) M() {}\n",
            "package a\n\ntype I interface{ M() }\n\nfunc F(i I) { i.$0M() }\n\ntype T int\n\nfunc (T) M() {}\n",
            "package a\n\ntype $0I interface{ M() }\n\ntype T struct\n\nfunc (T) M() {\n",
            "package a\n\ntype $0I interface{ M(x Undefined) }\n\ntype T int\n\nfunc (T) M(x Undefined) {}\n",
            "package a\n\nvar $0x int\n",
            "package a\n\nfunc $0f() {}\n",
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype $0I interface{ M() }\n\n//- hub.amigos.dev/test/a/a_test.go\npackage a\n\ntype fake struct{}\n\nfunc (fake) M() {}\n",
        ],
        expect![[r#"
            b.go:3:6 T
            nothing
            nothing
            nothing
            main.go:7:6 T
            main.go:9:10 M
            main.go:5:6 T
            main.go:5:6 T
            nothing
            nothing
            a_test.go:3:6 fake
        "#]],
    );
}

fn check_declaration(fixtures: &[&str], expect: Expect) {
    let line = |text: &&str| {
        let workspace = Workspace::fixture(text);
        let (file, at) = workspace.at();
        places(&workspace, &workspace.analysis().declaration(file, at).expect("not cancelled")) + "\n"
    };
    expect.assert_eq(&fixtures.iter().map(line).collect::<String>());
}

#[test]
fn declarations_are_promises() {
    check_declaration(
        &[
            "package a\n\ntype I interface{ M() }\n\ntype T int\n\nfunc (T) $0M() {}\n",
            "package a\n\ntype I interface{ M() }\n\ntype T int\n\nfunc (T) M() {}\n\nfunc f(t T) { t.$0M() }\n",
            "package a\n\ntype T int\n\nfunc (T) $0M() {}\n",
            "package a\n\nimport \"strings\"\n\nvar x = $0strings.ToUpper(\"a\")\n",
            "package a\n\nimport str \"strings\"\n\nvar x = $0str.ToUpper(\"a\")\n",
            "package a\n\nfunc f(n int) int { return $0n }\n",
            "package a\n\nvar x = y$0\n\nvar y = 1\n",
            "package a\n\nfunc f() { undefined$0() }\n",
            "package a\n\ntype I interface{ M() }\n\nfunc f(i I) { i.$0M() }\n",
            "package a\n\ntype S struct{ f int }\n\nfunc g(s S) int { return s.$0f }\n",
            "package a\n\nfunc f() {\n\tx := 1\n\tx$0 = \n}\n",
            "package a\n\nfunc f() { $0msg.Sender }\n",
        ],
        expect![[r#"
            main.go:3:19 M
            main.go:3:19 M
            main.go:5:10 M
            main.go:3:8 "strings"
            main.go:3:8 str
            main.go:3:8 n
            main.go:5:5 y
            nothing
            main.go:3:19 M
            main.go:3:16 f
            main.go:4:2 x
            amigos/msg.go
        "#]],
    );
}

fn item(workspace: &Workspace, item: &HierarchyItem) -> String {
    format!("{:?} {} ({}) at {}", item.kind, item.name, item.detail, place(workspace, &item.target))
}

/// What is prepared at `$0`, then who calls it and what it calls, with the lines of the calls.
fn check_calls(fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let analysis = workspace.analysis();
    let mut out = String::new();
    for found in analysis.prepare_calls(file, at).expect("not cancelled") {
        out += &format!("{}\n", item(&workspace, &found));
        let Place::File(home) = found.target.place else { continue };
        for call in analysis.incoming_calls(home, found.target.focus.start).expect("not cancelled") {
            let Place::File(from) = call.item.target.place else { panic!("calls come from files") };
            let at: Vec<String> = call.ranges.iter().map(|r| workspace.position(from, r.start)).collect();
            out += &format!("  from {} at {}\n", call.item.name, at.join(", "));
        }
        for call in analysis.outgoing_calls(home, found.target.focus.start).expect("not cancelled") {
            let at: Vec<String> = call.ranges.iter().map(|r| workspace.position(home, r.start)).collect();
            out += &format!("  to {} at {}\n", call.item.name, at.join(", "));
        }
    }
    expect.assert_eq(&out);
}

#[test]
fn hierarchy_of_calls() {
    check_calls(
        "package a\n\nfunc $0f() { g(); g() }\n\nfunc g() {}\n\nfunc h() { f() }\n\nvar x = func() int { f(); return 1 }()\n",
        expect![[r#"
        Func f (hub.amigos.dev/test/example@v1) at main.go:3:6 f
          from h at main.go:7:12
          from x at main.go:9:22
          to g at main.go:3:12, main.go:3:17
    "#]],
    );
    check_calls(
        "package a\n\nfunc f() { $0g() }\n\nfunc g() {}\n",
        expect![[r#"
        Func g (hub.amigos.dev/test/example@v1) at main.go:5:6 g
          from f at main.go:3:12
    "#]],
    );
    check_calls(
        "package a\n\ntype T int\n\nfunc (t *T) $0M() { t.N() }\n\nfunc (t T) N() {}\n\nfunc f() { var t T; t.M(); T(1).N() }\n",
        expect![[r#"
        Method T.M (hub.amigos.dev/test/example@v1) at main.go:5:13 M
          from f at main.go:9:23
          to T.N at main.go:5:21
    "#]],
    );
    check_calls(
        "package a\n\ntype I interface{ $0M() }\n\nfunc f(i I) { i.M() }\n",
        expect![[r#"
        Method I.M (hub.amigos.dev/test/example@v1) at main.go:3:19 M
          from f at main.go:5:17
    "#]],
    );
    check_calls(
        "package a\n\nfunc f[T any](x T) { f[T](x) }\n\nfunc g() { $0f(1); f[string](\"\") }\n",
        expect![[r#"
        Func f (hub.amigos.dev/test/example@v1) at main.go:3:6 f
          from f at main.go:3:22
          from g at main.go:5:12, main.go:5:18
          to f at main.go:3:22
    "#]],
    );
    check_calls(
        "package a\n\nfunc f() {\n\tx := 1\n\t$0x++\n\tg()\n}\n\nfunc g() { f() }\n",
        expect![[r#"
        Func f (hub.amigos.dev/test/example@v1) at main.go:3:6 f
          from g at main.go:9:12
          to g at main.go:6:2
    "#]],
    );
    check_calls(
        "package a\n\nimport \"strings\"\n\nfunc $0f() string { return strings.ToUpper(\"a\") }\n",
        expect![[r#"
        Func f (hub.amigos.dev/test/example@v1) at main.go:5:6 f
          to ToUpper at main.go:5:34
    "#]],
    );
    check_calls(
        "package a\n\nfunc $0f() { defer func() { f() }(); go f() }\n",
        expect![[r#"
        Func f (hub.amigos.dev/test/example@v1) at main.go:3:6 f
          from f at main.go:3:27, main.go:3:39
          to f at main.go:3:27, main.go:3:39
    "#]],
    );
    check_calls(
        "package a\n\nfunc $0f( { g( }\n\nfunc g() { f( }\n",
        expect![[r#"
        Func f (hub.amigos.dev/test/example@v1) at main.go:3:6 f
          from g at main.go:5:12
    "#]],
    );
    check_calls(
        "package a\n\nvar $0x = f()\n\nfunc f() int { return 1 }\n",
        expect![[r#"
        Var x (hub.amigos.dev/test/example@v1) at main.go:3:5 x
          to f at main.go:3:9
    "#]],
    );
    check_calls("package a\n\ntype $0T int\n", expect![[""]]);
    check_calls(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc $0F() {}\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\nfunc g() { a.F() }\n\nvar f = a.F\n",
        expect![[r#"
            Func F (hub.amigos.dev/test/a@v1) at a.go:3:6 F
              from g at b.go:5:14
              from f at b.go:7:11
        "#]],
    );
}

fn check_type_hierarchy(fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let analysis = workspace.analysis();
    let mut out = String::new();
    for found in analysis.prepare_types(file, at).expect("not cancelled") {
        out += &format!("{}\n", item(&workspace, &found));
        let Place::File(home) = found.target.place else { continue };
        let focus = found.target.focus.start;
        for above in analysis.supertypes(home, focus).expect("not cancelled") {
            out += &format!("  above {}\n", item(&workspace, &above));
        }
        for below in analysis.subtypes(home, focus).expect("not cancelled") {
            out += &format!("  below {}\n", item(&workspace, &below));
        }
    }
    expect.assert_eq(&out);
}

#[test]
fn hierarchy_of_types() {
    for (at, want) in [
        (
            "type $0Shape",
            expect![[r#"
            Interface Shape (hub.amigos.dev/test/example@v1) at main.go:3:6 Shape
              above Interface Named (hub.amigos.dev/test/example@v1) at main.go:8:6 Named
              below Struct Circle (hub.amigos.dev/test/example@v1) at main.go:15:6 Circle
              below Struct Square (hub.amigos.dev/test/example@v1) at main.go:10:6 Square
              below Struct Tagged (hub.amigos.dev/test/example@v1) at main.go:20:6 Tagged
        "#]],
        ),
        (
            "type $0Named",
            expect![[r#"
                Interface Named (hub.amigos.dev/test/example@v1) at main.go:8:6 Named
                  below Struct Circle (hub.amigos.dev/test/example@v1) at main.go:15:6 Circle
                  below Struct Half (hub.amigos.dev/test/example@v1) at main.go:25:6 Half
                  below Interface Shape (hub.amigos.dev/test/example@v1) at main.go:3:6 Shape
                  below Struct Square (hub.amigos.dev/test/example@v1) at main.go:10:6 Square
                  below Struct Tagged (hub.amigos.dev/test/example@v1) at main.go:20:6 Tagged
            "#]],
        ),
        (
            "type $0Square",
            expect![[r#"
            Struct Square (hub.amigos.dev/test/example@v1) at main.go:10:6 Square
              above Interface Named (hub.amigos.dev/test/example@v1) at main.go:8:6 Named
              above Interface Shape (hub.amigos.dev/test/example@v1) at main.go:3:6 Shape
        "#]],
        ),
        (
            "type $0Half",
            expect![[r#"
            Struct Half (hub.amigos.dev/test/example@v1) at main.go:25:6 Half
              above Interface Named (hub.amigos.dev/test/example@v1) at main.go:8:6 Named
        "#]],
        ),
        (
            "type $0Any",
            expect![[r#"
            Interface Any (hub.amigos.dev/test/example@v1) at main.go:30:6 Any
        "#]],
        ),
        (
            "(s $0Square) Area()",
            expect![[r#"
            Struct Square (hub.amigos.dev/test/example@v1) at main.go:10:6 Square
              above Interface Named (hub.amigos.dev/test/example@v1) at main.go:8:6 Named
              above Interface Shape (hub.amigos.dev/test/example@v1) at main.go:3:6 Shape
        "#]],
        ),
    ] {
        check_type_hierarchy(&shapes(at), want);
    }
    check_type_hierarchy(
        "package a\n\ntype $0T = U\n\ntype U int\n",
        expect![[r#"
        Type U (hub.amigos.dev/test/example@v1) at main.go:5:6 U
    "#]],
    );
    check_type_hierarchy("package a\n\nvar x $0int\n", expect![[""]]);
    check_type_hierarchy("package a\n\nfunc $0f() {}\n", expect![[""]]);
    check_type_hierarchy(
        "package a\n\ntype $0I interface { M( }\n\ntype T int\n\nfunc (T) M() {}\n",
        expect![[r#"
        Interface I (hub.amigos.dev/test/example@v1) at main.go:3:6 I
          below Type T (hub.amigos.dev/test/example@v1) at main.go:5:6 T
    "#]],
    );
    check_type_hierarchy(
        "package a\n\ntype I[T any] interface{ Get() T }\n\ntype $0S struct{}\n\nfunc (S) Get() int { return 0 }\n",
        expect![[r#"
        Struct S (hub.amigos.dev/test/example@v1) at main.go:5:6 S
    "#]],
    );
    check_type_hierarchy(
        "package a\n\ntype $0E struct{}\n\nfunc (*E) Error() string { return \"\" }\n\ntype Err interface{ Error() string }\n",
        expect![[r#"
        Struct E (hub.amigos.dev/test/example@v1) at main.go:3:6 E
          above Interface Err (hub.amigos.dev/test/example@v1) at main.go:7:6 Err
    "#]],
    );
}

fn check_linked(fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let found = workspace.analysis().linked_ranges(file, at).expect("not cancelled");
    let at: Vec<String> = found.iter().map(|r| workspace.position(file, r.start)).collect();
    expect.assert_eq(&at.join(" "));
}

#[test]
fn names_edited_together() {
    check_linked("package a\n\nfunc f($0n int) int { return n + n }\n", expect!["main.go:3:8 main.go:3:28 main.go:3:32"]);
    check_linked("package a\n\nfunc f(n int) int { return n + $0n }\n", expect!["main.go:3:8 main.go:3:28 main.go:3:32"]);
    check_linked("package a\n\nfunc f() { x := 1; { x := 2; _ = $0x }; _ = x }\n", expect!["main.go:3:22 main.go:3:34"]);
    check_linked("package a\n\nfunc f() {\nl$0:\n\tfor { break l }\n}\n", expect!["main.go:4:1 main.go:5:14"]);
    check_linked(
        "package a\n\nfunc f() { switch $0v := any(1).(type) { case int: _ = v; case string: _ = v } }\n",
        expect!["main.go:3:19 main.go:3:54 main.go:3:74"],
    );
    check_linked("package a\n\nfunc f() (err$0 error) { err = nil; return err }\n", expect!["main.go:3:11 main.go:3:24 main.go:3:42"]);
    check_linked(
        "package a\n\nfunc f[T$0 any](x T) T { var y T; return y }\n",
        expect!["main.go:3:8 main.go:3:17 main.go:3:20 main.go:3:30"],
    );
    check_linked("package a\n\nfunc f() { g := func(a$0 int) int { return a }; _ = g }\n", expect!["main.go:3:22 main.go:3:42"]);
    check_linked("package a\n\nvar x$0 = 1\n\nfunc f() int { return x }\n", expect![[""]]);
    check_linked("package a\n\nfunc f() { _$0 = 1 }\n", expect![[""]]);
    check_linked("package a\n\nfunc f() { x := 1; x$0 = ; x + \n", expect!["main.go:3:12 main.go:3:20 main.go:3:26"]);
    check_linked("package a\n\nfunc f() { 1$0 }\n", expect![[""]]);
}
