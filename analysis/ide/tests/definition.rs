//! Where things are declared.

mod support;

use amigos_ide::*;
use support::Workspace;

/// Where `$0` leads: file, line and column, the name that is focused, and the first line of the declaration.
fn check_definition(fixture: &str, expected: &[&str]) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let analysis = workspace.analysis();
    let found = analysis.definition(file, at).expect("not cancelled");
    let one = |target: &Target| match &target.place {
        Place::File(id) => {
            let (_, text) = workspace.of(*id);
            let line = text[target.full.start as usize..target.full.end as usize].lines().next().unwrap_or("").to_owned();
            assert!(target.full.start <= target.focus.start && target.focus.end <= target.full.end, "{target:?}");
            format!(
                "{} `{}` in `{line}`",
                workspace.position(*id, target.focus.start),
                &text[target.focus.start as usize..target.focus.end as usize]
            )
        }
        Place::Std(package, name) => {
            let text = analysis.std_text(package, name).expect("not cancelled").expect("a file of std");
            format!("{package}/{name} `{}`", &text[target.focus.start as usize..target.focus.end as usize])
        }
    };
    assert_eq!(found.iter().map(one).collect::<Vec<_>>(), expected);
}

#[test]
fn locals_parameters_results_and_receivers() {
    check_definition("package a\n\nfunc F(n int) (sum int) {\n\tsum = $0n\n\treturn\n}\n", &["main.go:3:8 `n` in `n`"]);
    check_definition("package a\n\nfunc F(n int) (sum int) {\n\t$0sum = n\n\treturn\n}\n", &["main.go:3:16 `sum` in `sum`"]);
    check_definition("package a\n\ntype T struct{ x int }\n\nfunc (t *T) F() int { return $0t.x }\n", &["main.go:5:7 `t` in `t`"]);
    check_definition("package a\n\nfunc F() {\n\tx := 1\n\t_ = $0x\n}\n", &["main.go:4:2 `x` in `x`"]);
    check_definition("package a\n\nfunc F($0n int) { _ = n }\n", &["main.go:3:8 `n` in `n`"]);
}

#[test]
fn shadowing() {
    check_definition(
        "package a\n\nvar x = 1\n\nfunc F() {\n\tx := \"\"\n\t{\n\t\tx := 1.5\n\t\t_ = x\n\t}\n\t_ = $0x\n}\n",
        &["main.go:6:2 `x` in `x`"],
    );
    check_definition("package a\n\nvar x = 1\n\nfunc F() {\n\t_ = $0x\n\tx := \"\"\n\t_ = x\n}\n", &["main.go:3:5 `x` in `x = 1`"]);
    check_definition(
        "package a\n\nfunc F() {\n\tx := 1\n\tf := func(x string) string { return $0x }\n\t_, _ = x, f\n}\n",
        &["main.go:5:12 `x` in `x`"],
    );
}

#[test]
fn loops_switches_and_closures() {
    check_definition("package a\n\nfunc F(xs []int) {\n\tfor i, x := range xs {\n\t\t_, _ = i, $0x\n\t}\n}\n", &["main.go:4:9 `x` in `x`"]);
    check_definition(
        "package a\n\nfunc F(x any) {\n\tswitch v := x.(type) {\n\tcase int:\n\t\t_ = $0v\n\tcase string:\n\t\t_ = v\n\t}\n}\n",
        &["main.go:4:9 `v` in `v`"],
    );
    check_definition(
        "package a\n\nfunc F() func() int {\n\tn := 0\n\treturn func() int { $0n++; return n }\n}\n",
        &["main.go:4:2 `n` in `n`"],
    );
}

#[test]
fn labels() {
    check_definition(
        "package a\n\nfunc F() {\nouter:\n\tfor {\n\t\tfor {\n\t\t\tcontinue $0outer\n\t\t}\n\t}\n}\n",
        &["main.go:4:1 `outer` in `outer`"],
    );
}

#[test]
fn members_of_the_package_in_other_files() {
    check_definition(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc F() { $0helper() }\n//- hub.amigos.dev/test/a/b.go\npackage a\n\nfunc helper() {}\n",
        &["b.go:3:6 `helper` in `func helper()`"],
    );
    check_definition("package a\n\nconst (\n\tA = iota\n\tB\n)\n\nvar x = $0B\n", &["main.go:5:2 `B` in `B`"]);
    check_definition("package a\n\nvar a, b = 1, 2\n\nvar x = $0b\n", &["main.go:3:8 `b` in `a, b = 1, 2`"]);
    check_definition("package a\n\ntype T struct{}\n\nvar x $0T\n", &["main.go:3:6 `T` in `T struct{}`"]);
}

const FORUM: &str = "//- hub.amigos.dev/social/forum/forum.go\n// Package forum.\npackage forum\n\ntype Post struct {\n\tTitle string\n\tmeta\n}\n\ntype meta struct{ Votes int }\n\nfunc (p *Post) Publish() error { return nil }\n\nfunc (m *meta) Up() {}\n\nvar Posts []Post\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/social/forum\"\n\n";

fn forum(text: &str, expected: &[&str]) {
    check_definition(&format!("{FORUM}{text}"), expected);
}

#[test]
fn another_package() {
    forum("func F() { _ = forum.$0Posts }\n", &["forum.go:15:5 `Posts` in `Posts []Post`"]);
    forum("func F() { _ = $0forum.Posts }\n", &["a.go:3:8 `\"hub.amigos.dev/social/forum\"` in `\"hub.amigos.dev/social/forum\"`"]);
    forum("func F(p *forum.Post) { _ = p.$0Publish() }\n", &["forum.go:11:16 `Publish` in `func (p *Post) Publish() error`"]);
    forum("func F(p *forum.Post) { p.$0Up() }\n", &["forum.go:13:16 `Up` in `func (m *meta) Up()`"]);
    forum("func F(p *forum.Post) { p.$0Votes++ }\n", &["forum.go:9:19 `Votes` in `Votes int`"]);
    forum("func F() { _ = forum.Post{$0Title: \"\"} }\n", &["forum.go:5:2 `Title` in `Title string`"]);
    check_definition(&FORUM.replace("social/forum\"\n", "social/$0forum\"\n"), &["forum.go:2:9 `forum` in `forum`"]);
}

#[test]
fn the_right_major() {
    let packages = |import: &str| {
        format!(
            "//- hub.amigos.dev/token/one.go\npackage token\n\nfunc Total() int {{ return 1 }}\n\n//- hub.amigos.dev/token@v2/two.go\npackage token\n\nfunc Total() int {{ return 2 }}\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport {import}\n\nvar x = token.$0Total()\n"
        )
    };
    check_definition(&packages("\"hub.amigos.dev/token@v1\""), &["one.go:3:6 `Total` in `func Total() int`"]);
    check_definition(&packages("\"hub.amigos.dev/token@v2\""), &["two.go:3:6 `Total` in `func Total() int`"]);
    check_definition(&packages("\"hub.amigos.dev/token\""), &["two.go:3:6 `Total` in `func Total() int`"]);
}

#[test]
fn fetched_packages() {
    check_definition(
        "//- hub.amigos.dev/lib/x/x.go fetched library\npackage x\n\nfunc F() {}\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport y \"hub.amigos.dev/lib/x\"\n\nfunc G() { y.$0F() }\n",
        &["x.go:3:6 `F` in `func F()`"],
    );
}

#[test]
fn the_standard_library_and_the_universe() {
    check_definition("package a\n\nimport \"strings\"\n\nvar x = strings.$0Repeat(\"\", 1)\n", &["strings/change.go `Repeat`"]);
    check_definition("package a\n\nvar x = msg.$0Sender\n", &["amigos/msg.go `Sender`"]);
    check_definition("package a\n\nfunc F() { amigos.$0Emit(\"x\") }\n", &["amigos/amigos.go `Emit`"]);
    check_definition("package a\n\nfunc F(to amigos.$0Address) {}\n", &["amigos/types.go `Address`"]);
    check_definition("package a\n\nvar x = $0len(\"\")\n", &[]);
}

#[test]
fn interfaces() {
    check_definition(
        "package a\n\ntype Teller interface {\n\tPay(n int) error\n}\n\nfunc F(t Teller) { t.$0Pay(1) }\n",
        &["main.go:4:2 `Pay` in `Pay(n int) error`"],
    );
    check_definition(
        "package a\n\ntype Base interface{ Pay() }\n\ntype Teller interface {\n\tBase\n}\n\nfunc F(t Teller) { t.$0Pay() }\n",
        &["main.go:3:22 `Pay` in `Pay()`"],
    );
}

#[test]
fn generics() {
    check_definition(
        "package a\n\nfunc Map[T any](xs []T) {}\n\nfunc F() { $0Map([]int{}) }\n",
        &["main.go:3:6 `Map` in `func Map[T any](xs []T)`"],
    );
    check_definition(
        "package a\n\ntype L[T any] struct{ items []T }\n\nfunc (l *L[T]) Add(x T) { l.$0items = nil }\n",
        &["main.go:3:23 `items` in `items []T`"],
    );
    check_definition(
        "package a\n\ntype L[T any] struct{ Items []T }\n\nfunc (l *L[T]) Add(x T) {}\n\nfunc F(l *L[int]) { l.$0Add(1) }\n",
        &["main.go:5:16 `Add` in `func (l *L[T]) Add(x T)`"],
    );
    check_definition("package a\n\nfunc Map[T any](xs []$0T) {}\n", &["main.go:3:10 `T` in `T`"]);
    check_definition("package a\n\nfunc Map[T any](xs []T) { var x $0T; _ = x }\n", &["main.go:3:10 `T` in `T`"]);
}

#[test]
fn embedded_fields_and_local_types() {
    check_definition("package a\n\ntype B struct{}\n\ntype T struct{ *B }\n\nfunc F(t T) { _ = t.$0B }\n", &["main.go:5:17 `B` in `*B`"]);
    check_definition(
        "package a\n\nfunc F() {\n\ttype point struct{ x int }\n\tvar p $0point\n\t_ = p\n}\n",
        &["main.go:4:7 `point` in `point`"],
    );
}

#[test]
fn declarations_lead_to_themselves() {
    check_definition("package a\n\nfunc $0F() {}\n", &["main.go:3:6 `F` in `func F()`"]);
    check_definition("package a\n\ntype T struct{ $0x int }\n", &["main.go:3:16 `x` in `x int`"]);
    check_definition("package a\n\ntype T struct{}\n\nfunc (t T) $0M() {}\n", &["main.go:5:12 `M` in `func (t T) M()`"]);
    check_definition("package a\n\ntype I interface{ $0M() }\n", &["main.go:3:19 `M` in `M()`"]);
}

#[test]
fn in_broken_code() {
    check_definition("package a\n\nfunc G(n int) {}\n\nfunc F() {\n\t$0G(\n}\n", &["main.go:3:6 `G` in `func G(n int)`"]);
    check_definition("package a\n\nvar Posts []int\n\nfunc F() {\n\tif len($0Posts\n", &["main.go:3:5 `Posts` in `Posts []int`"]);
    check_definition(
        "package a\n\ntype T struct{ Name string }\n\nfunc F(t T) {\n\tt.$0Name.\n}\n",
        &["main.go:3:16 `Name` in `Name string`"],
    );
    check_definition("package a\n\nfunc F() { $0nothing() }\n", &[]);
}

#[test]
fn tests() {
    let packages = |inner: &str, outer: &str| {
        format!(
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc Sum() {{}}\n\n//- hub.amigos.dev/test/a/in_test.go\npackage a\n\nfunc helper() {{}}\n\nfunc in() {{ {inner} }}\n\n//- hub.amigos.dev/test/a/out_test.go\npackage a_test\n\nimport \"hub.amigos.dev/test/a\"\n\nfunc out() {{ {outer} }}\n"
        )
    };
    check_definition(&packages("$0Sum()", ""), &["a.go:3:6 `Sum` in `func Sum()`"]);
    check_definition(&packages("$0helper()", ""), &["in_test.go:3:6 `helper` in `func helper()`"]);
    check_definition(&packages("", "a.$0Sum()"), &["a.go:3:6 `Sum` in `func Sum()`"]);
}
