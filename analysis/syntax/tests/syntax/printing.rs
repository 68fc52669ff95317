//! Expressions as error messages quote them.

use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::print::expr_string;
use amigos_syntax::{GoVersion, parse_decl};

#[track_caller]
fn check(source: &str, printed: &str) {
    let decl = parse_decl(&format!("var _ = {source}\n"), GoVersion::LATEST);
    assert_eq!(decl.errors, []);
    let DeclKind::Gen(decl_kind) = &decl.kind else { panic!("not a var") };
    let Spec::Var { values, .. } = &decl_kind.specs[0] else { panic!("not a var") };
    assert_eq!(expr_string(&decl.sig, values[0]), printed);
}

#[test]
fn expressions() {
    for same in [
        "x",
        "f(x, y)",
        "f(x, y...)",
        "(a + b) * c",
        "-x",
        "&x.y",
        "*p",
        "<-ch",
        "a[i]",
        "f[int, string](x)",
        "s[:]",
        "s[1:2:3]",
        "x.(T)",
        "\"a\\n\"",
        "'x'",
        "0x1p-2",
        "a &^ b",
        "!a || b && c",
    ] {
        check(same, same);
    }
    check("a  +b<<1", "a + b << 1");
    check("T{1, 2}", "T{…}");
    check("T{}", "T{}");
    check("[]int{1}", "[]int{…}");
    check("[...]int{1}", "[...]int{…}");
    check("func(a, b int) (c string) { return }", "(func(a, b int) (c string) literal)");
    check("func() {}", "(func() literal)");
}

#[test]
fn types() {
    check("struct { a,b int `t`; C; *D }(x)", "struct{a, b int; C; *D}(x)");
    check("interface { M(int) (a, b T); ~int|E }(x)", "interface{M(int) (a, b T); ~int | E}(x)");
    check("map[string][]*T(x)", "map[string][]*T(x)");
    check("(func(...int) error)(x)", "(func(...int) error)(x)");
    check("(<-chan int)(x)", "(<-chan int)(x)");
    check("chan<- chan int(x)", "chan<- chan int(x)");
}
