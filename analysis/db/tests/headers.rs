//! The signature half of a function is the same whether its body is read or not.

use amigos_syntax::ast::DeclKind;
use amigos_syntax::{GoVersion, parse_decl, parse_header, split};

/// Compares both readings; whether the header was enough.
fn check(text: &str) -> bool {
    let Some((kind, sig, bodies)) = parse_header(text) else { return false };
    let whole = parse_decl(text, GoVersion::LATEST);
    assert_eq!((&kind, &sig, bodies), (&whole.kind, &whole.sig, whole.bodies.len()), "{text}");
    assert!(whole.bounds.is_empty(), "{text}");
    true
}

#[test]
fn the_standard_library_is_read_the_same() {
    let (mut functions, mut short) = (0, 0);
    for package in amigos_std::packages() {
        for (_, text) in package.files {
            for chunk in split(text) {
                let text = chunk.text(text);
                short += usize::from(check(text));
                functions += usize::from(matches!(parse_decl(text, GoVersion::LATEST).kind, DeclKind::Func(_)));
            }
        }
    }
    assert!(functions > 500 && short * 10 > functions * 5, "{short} of {functions} by their headers");
}

#[test]
fn what_the_header_does_not_say_is_left_to_the_whole_text() {
    let refused = [
        "",
        "func",
        "var F = func() {\n}\n",
        "func F() int { return 1 }\n",
        "func F()\n{\n}\n",
        "func F(a int,\n\tb struct {\n\t\tx int\n\t}) {\n}\n",
        "func F(a [len(`{\n`)]int) {\n}\n",
        "func F(a int, b) {\n}\n",
        "/* {\n*/ func F() {\n}\n",
        "func (a, b T) {\n}\n",
        "// F has a bound.\n//amigos:bound len(a) <= 3\nfunc F(a []int) {\n}\n",
    ];
    for text in refused {
        assert!(!check(text), "{text}");
    }
}

#[test]
fn headers_are_read_the_same_whatever_follows() {
    let accepted = [
        "func F() {\n}\n",
        "func F() { // {\n\tif x {\n\t}\n}\n",
        "// F does {\nfunc F() {\n\tx := `\n",
        "func (t *T[K]) M(a, b int, rest ...string) (n int, err error) {\n\treturn\n}\n",
        "func F[K comparable, V any](\n\tm map[K]V,\n) map[K]V {\n\tfoo(\n",
        "func F(f func(x struct{ y int }) [2]int) {\n\tgo func() {}()\n}\n\nfunc G() {\n",
        "func F(a [func() int { return 1 }()]int) {\n\t_ = func() {}\n}\n",
        "func F() {\r\n\treturn\r\n}\r\n",
    ];
    for text in accepted {
        assert!(check(text), "{text}");
    }
}
