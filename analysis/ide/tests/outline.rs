//! Outlines and folding.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::Workspace;

fn outline(symbols: &[DocumentSymbol], text: &str, depth: usize, out: &mut String) {
    for symbol in symbols {
        let full = &text[symbol.full.start as usize..symbol.full.end as usize];
        let focus = &text[symbol.focus.start as usize..symbol.focus.end as usize];
        assert!(symbol.full.start <= symbol.focus.start && symbol.focus.end <= symbol.full.end, "{symbol:?}");
        let kind = format!("{:?}", symbol.kind).to_lowercase();
        let line = format!("{}{} ({kind}) {}", "  ".repeat(depth), symbol.name, symbol.detail);
        *out += &format!("{} | `{focus}` of {} bytes\n", line.trim_end(), full.len());
        outline(&symbol.children, text, depth + 1, out);
    }
}

fn check_outline(text: &str, expect: Expect) {
    let workspace = Workspace::fixture(text);
    let file = workspace.file("main.go");
    let mut out = String::new();
    outline(&workspace.analysis().document_symbols(file).expect("not cancelled"), text, 0, &mut out);
    expect.assert_eq(&out);
}

/// What is folded, as the text between marks.
fn check_folds(text: &str, expect: Expect) {
    let workspace = Workspace::fixture(text);
    let file = workspace.file("main.go");
    let mut found = workspace.analysis().folding_ranges(file).expect("not cancelled");
    found.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    let one = |fold: &Fold| format!("{:?} {:?}\n", fold.kind, &text[fold.range.start as usize..fold.range.end as usize]);
    expect.assert_eq(&found.iter().map(one).collect::<String>());
}

#[test]
fn functions_and_methods() {
    check_outline(
        "package a\n\nfunc F(a int, b string) (int, error) {\n\treturn 0, nil\n}\n\ntype T struct{}\n\nfunc (t *T) M() {}\n\nfunc (t T) N(x int) int { return x }\n",
        expect![[r#"
            F (func) (a int, b string) (int, error) | `F` of 55 bytes
            T (struct) struct | `T` of 10 bytes
            (*T).M (method) () | `M` of 18 bytes
            (T).N (method) (x int) int | `N` of 36 bytes
        "#]],
    );
}

#[test]
fn groups_of_constants_and_variables() {
    check_outline(
        "package a\n\nconst (\n\tA = iota\n\tB, C = 1, 2\n)\n\nvar x, y int\n\nvar (\n\tz = \"\"\n\tm map[string]int\n)\n",
        expect![[r#"
            A (const) | `A` of 8 bytes
            B (const) | `B` of 11 bytes
            C (const) | `C` of 11 bytes
            x (var) int | `x` of 8 bytes
            y (var) int | `y` of 8 bytes
            z (var) | `z` of 6 bytes
            m (var) map[string]int | `m` of 16 bytes
        "#]],
    );
}

#[test]
fn structs_with_their_fields() {
    check_outline(
        "package a\n\nimport \"time\"\n\ntype Post struct {\n\t*Base\n\ttime.Time\n\tA, B int // two\n\tF func(x int) error `tag:\"x\"`\n}\n\ntype Base struct{}\n",
        expect![[r#"
            Post (struct) struct | `Post` of 81 bytes
              Base (field) embedded | `*Base` of 5 bytes
              Time (field) embedded | `time.Time` of 9 bytes
              A (field) int | `A` of 8 bytes
              B (field) int | `B` of 5 bytes
              F (field) func(x int) error | `F` of 19 bytes
            Base (struct) struct | `Base` of 13 bytes
        "#]],
    );
}

#[test]
fn interfaces_with_their_methods() {
    check_outline(
        "package a\n\ntype I interface {\n\terror\n\tPay(n int) error\n\tName() string\n}\n\ntype Number interface{ ~int | ~string }\n",
        expect![[r#"
            I (interface) interface | `I` of 55 bytes
              error (interface) embedded | `error` of 5 bytes
              Pay (method) (n int) error | `Pay` of 16 bytes
              Name (method) () string | `Name` of 13 bytes
            Number (interface) interface | `Number` of 34 bytes
              ~int | ~string (interface) embedded | `~int | ~string` of 14 bytes
        "#]],
    );
}

#[test]
fn other_types() {
    check_outline(
        "package a\n\ntype (\n\tID int\n\tList[T any] []T\n\tFn func()\n\tAlias = ID\n)\n",
        expect![[r#"
        ID (type) int | `ID` of 6 bytes
        List (type) []T | `List` of 15 bytes
        Fn (type) func() | `Fn` of 9 bytes
        Alias (type) ID | `Alias` of 10 bytes
    "#]],
    );
}

#[test]
fn generic_functions_and_receivers() {
    check_outline(
        "package a\n\nfunc Map[T, U any](xs []T, f func(T) U) []U { return nil }\n\ntype L[T any] struct{}\n\nfunc (l *L[T]) Add(x T) {}\n",
        expect![[r#"
            Map (func) [T, U any](xs []T, f func(T) U) []U | `Map` of 58 bytes
            L (struct) struct | `L` of 17 bytes
            (*L[T]).Add (method) (x T) | `Add` of 26 bytes
        "#]],
    );
}

#[test]
fn blank_and_repeated_names() {
    check_outline(
        "package a\n\nvar _ = 1\n\nfunc init() {}\n\nfunc init() {}\n\nfunc _() {}\n",
        expect![[r#"
        _ (var) | `_` of 5 bytes
        init (func) () | `init` of 14 bytes
        init (func) () | `init` of 14 bytes
        _ (func) () | `_` of 11 bytes
    "#]],
    );
}

#[test]
fn a_type_inside_a_function_is_not_shown() {
    check_outline(
        "package a\n\nfunc F() {\n\ttype local struct{ x int }\n\tvar y local\n\t_ = y\n}\n",
        expect![[r#"
        F (func) () | `F` of 60 bytes
    "#]],
    );
}

#[test]
fn outline_of_broken_files() {
    check_outline(
        "package a\n\nfunc F(\n\nfunc G() {\n\tif x {\n\nfunc H() {}\n",
        expect![[r#"
        F (func) ( | `F` of 7 bytes
        G (func) () | `G` of 18 bytes
        H (func) () | `H` of 11 bytes
    "#]],
    );
    check_outline(
        "package a\n\ntype T struct {\n\tA int\n\tB \n\nvar x = \n\nfunc (t *T) \n",
        expect![[r#"
        T (struct) struct | `T` of 20 bytes
          A (field) int | `A` of 5 bytes
          B (field) embedded | `B` of 1 bytes
        x (var) | `x` of 17 bytes
    "#]],
    );
    check_outline("", expect![[""]]);
    check_outline("not go at all", expect![[""]]);
    check_outline(
        "func F() {}\n",
        expect![[r#"
        F (func) () | `F` of 11 bytes
    "#]],
    );
}

#[test]
fn folding_of_bodies_and_blocks() {
    check_folds(
        "package a\n\nfunc F(x int) {\n\tif x > 0 {\n\t\tx++\n\t} else {\n\t\tx--\n\t}\n\tfor {\n\t}\n}\n",
        expect![[r#"
        Code "\n\tif x > 0 {\n\t\tx++\n\t} else {\n\t\tx--\n\t}\n\tfor {\n\t}\n"
        Code "\n\t\tx++\n\t"
        Code "\n\t\tx--\n\t"
        Code "\n\t"
    "#]],
    );
    check_folds("package a\n\nfunc F() { return }\n", expect![[""]]);
    check_folds(
        "package a\n\nvar f = func() {\n\t_ = 1\n}\n",
        expect![[r#"
        Code "\n\t_ = 1\n"
    "#]],
    );
}

#[test]
fn folding_of_switches() {
    check_folds(
        "package a\n\nfunc F(x int) {\n\tswitch x {\n\tcase 1:\n\t\tx++\n\tdefault:\n\t\tx--\n\t\tx--\n\t}\n}\n",
        expect![[r#"
            Code "\n\tswitch x {\n\tcase 1:\n\t\tx++\n\tdefault:\n\t\tx--\n\t\tx--\n\t}\n"
            Code "\n\tcase 1:\n\t\tx++\n\tdefault:\n\t\tx--\n\t\tx--\n\t"
            Code "\n\t\tx++"
            Code "\n\t\tx--\n\t\tx--"
        "#]],
    );
}

#[test]
fn folding_of_imports_groups_types_and_literals() {
    check_folds(
        "package a\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n)\n\nconst (\n\tA = 1\n\tB = 2\n)\n",
        expect![[r#"
        Imports "\n\t\"errors\"\n\t\"fmt\"\n"
        Code "\n\tA = 1\n\tB = 2\n"
    "#]],
    );
    check_folds(
        "package a\n\ntype T struct {\n\tA int\n}\n\ntype I interface {\n\tM()\n}\n",
        expect![[r#"
        Code "\n\tA int\n"
        Code "\n\tM()\n"
    "#]],
    );
    check_folds(
        "package a\n\nvar xs = []int{\n\t1,\n\t2,\n}\n\nfunc F() {\n\tg(\n\t\t1,\n\t\t2,\n\t)\n}\n",
        expect![[r#"
            Code "\n\t1,\n\t2,\n"
            Code "\n\tg(\n\t\t1,\n\t\t2,\n\t)\n"
            Code "\n\t\t1,\n\t\t2,\n\t"
        "#]],
    );
}

#[test]
fn folding_of_comments() {
    check_folds(
        "package a\n\n// One\n// two\n// three.\nfunc F() {}\n\n// alone\n\n// another\n",
        expect![[r#"
        Comment "// One\n// two\n// three."
    "#]],
    );
    check_folds(
        "package a\n\n/*\nA long\ncomment.\n*/\nvar x int\n",
        expect![[r#"
        Comment "/*\nA long\ncomment.\n*/"
    "#]],
    );
}

#[test]
fn folding_in_broken_files() {
    check_folds(
        "package a\n\nfunc F() {\n\tif x {\n\t\ty(\n\nfunc G() {\n\t_ = 1\n}\n",
        expect![[r#"
            Code "\n\tif x {\n\t\ty("
            Code "\n\t\ty("
            Code "\n\t_ = 1\n"
        "#]],
    );
    check_folds(
        "package a\n\nimport (\n\t\"errors\"\n\nfunc G() {\n\t_ = 1\n}\n",
        expect![[r#"
        Code "\n\t_ = 1\n"
    "#]],
    );
    check_folds("", expect![[""]]);
}
