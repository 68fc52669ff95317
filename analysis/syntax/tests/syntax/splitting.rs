//! Files cut into declarations: heads, boundaries, and what an open string or brace can't do.

use amigos_syntax::split::split;
use expect_test::{Expect, expect};

/// Each chunk's head and number, and its first and last line.
fn check(text: &str, expect: Expect) {
    let chunks = split(text);
    let mut at = 0;
    let mut out = String::new();
    for chunk in &chunks {
        assert_eq!(chunk.start, at, "chunks cover the file");
        at = chunk.end;
        let lines: Vec<&str> = chunk.text(text).trim_end().lines().collect();
        let (first, last) = (lines.first().copied().unwrap_or(""), lines.last().copied().unwrap_or(""));
        let head = if chunk.head.is_empty() { "(none)" } else { &*chunk.head };
        out.push_str(&format!("{head} #{} {:?}: {first} … {last}\n", chunk.nth, chunk.kind));
    }
    assert_eq!(at as usize, text.len());
    expect.assert_eq(&out);
}

#[test]
fn heads_carry_the_declared_names() {
    check(
        "// Licence.\n\npackage p\n\nimport (\n\t\"a\"\n)\n\n// F is.\nfunc F() {\n}\nfunc (s *S[K, V]) m() {}\nfunc (T) n() {}\nfunc init() {}\nfunc init() {}\n\nvar a, b = 1, f(c, d)\nconst (\n\tX = iota // x\n\tY, Z\n)\ntype (\n\tA[P any] struct{ f int }\n\tB = int\n)\ntype L [3]int\n",
        expect![[r#"
            package #0 Package: // Licence. … package p
            import #0 Import: import ( … )
            func F #0 Func: // F is. … }
            func (S) m #0 Method: func (s *S[K, V]) m() {} … func (s *S[K, V]) m() {}
            func (T) n #0 Method: func (T) n() {} … func (T) n() {}
            func init #0 Func: func init() {} … func init() {}
            func init #1 Func: func init() {} … func init() {}
            var a b #0 Var: var a, b = 1, f(c, d) … var a, b = 1, f(c, d)
            const X Y Z #0 Const: const ( … )
            type A B #0 Type: type ( … )
            type L #0 Type: type L [3]int … type L [3]int
        "#]],
    );
}

#[test]
fn several_on_a_line_and_indented_ones() {
    check(
        "package p; import \"a\"; var x = 1; func f() {}; type T int\n  func g() {}\n\n/* doc */ func h() {}\nvar y =\nfunc() int { return 1 }()\n",
        expect![[r#"
            package #0 Package: package p; … package p;
            import #0 Import: import "a"; … import "a";
            var x #0 Var: var x = 1; … var x = 1;
            func f #0 Func: func f() {}; … func f() {};
            type T #0 Type: type T int … type T int
            func g #0 Func: func g() {} … func g() {}
            func h #0 Func: /* doc */ func h() {} … /* doc */ func h() {}
            var y #0 Var: var y = … func() int { return 1 }()
        "#]],
    );
}

#[test]
fn a_half_typed_body_keeps_to_itself() {
    check(
        "func f() {\n\tif x {\n\t\tfoo(\n\n// g is.\nfunc g() {\n}\n\ntype T struct {\n\nfunc h() {}\n",
        expect![[r#"
            func f #0 Func: func f() { … 		foo(
            func g #0 Func: // g is. … }
            type T #0 Type: type T struct { … type T struct {
            func h #0 Func: func h() {} … func h() {}
        "#]],
    );
}

#[test]
fn unformatted_bodies_stay_whole() {
    check(
        "func f() {\nvar x int\nvar y int\ntype t struct {\na int\n}\nfunc() {\n}()\n}\nfunc g() {}\n",
        expect![[r#"
            func f #0 Func: func f() { … }
            func g #0 Func: func g() {} … func g() {}
        "#]],
    );
}

#[test]
fn declarations_inside_strings_and_comments_are_text() {
    check(
        "var a = `\nfunc x() {}\n`\n\n/*\nfunc y() {}\n*/\nvar b = 'f' + \"`\"\nfunc z() {}\n",
        expect![[r#"
            var a #0 Var: var a = ` … `
            var b #0 Var: /* … var b = 'f' + "`"
            func z #0 Func: func z() {} … func z() {}
        "#]],
    );
}

#[test]
fn an_open_raw_string_ends_where_declarations_start() {
    check(
        "func f() {\n\tx := `abc\n}\n\n// g is.\nfunc g() string {\n\treturn `text`\n}\n\nfunc h() {}\n",
        expect![[r#"
            func f #0 Func: func f() { … }
            func g #0 Func: // g is. … }
            func h #0 Func: func h() {} … func h() {}
        "#]],
    );
}

#[test]
fn an_open_comment_ends_where_declarations_start() {
    check(
        "func f() {\n\t/* abc\n}\n\nfunc g() {}\n\nfunc h() { /* c */ }\n",
        expect![[r#"
            func f #0 Func: func f() { … }
            func g #0 Func: func g() {} … func g() {}
            func h #0 Func: func h() { /* c */ } … func h() { /* c */ }
        "#]],
    );
}

#[test]
fn text_without_declarations_is_one_chunk() {
    check("", expect![[r#""#]]);
    check(
        "\u{feff}package p\n",
        expect![[r#"
        package #0 Package: ﻿package p … ﻿package p
    "#]],
    );
    check(
        "// only a comment\n",
        expect![[r#"
            (none) #0 Other: // only a comment … // only a comment
        "#]],
    );
    check(
        "x := 1\nfunc f() {}\n",
        expect![[r#"
            (none) #0 Other: x := 1 … x := 1
            func f #0 Func: func f() {} … func f() {}
        "#]],
    );
}
