//! Tokens, automatic semicolons, comments, and lexical errors in go/scanner's words.

use amigos_syntax::lex::{lex, unquote_rune, unquote_string};
use expect_test::{Expect, expect};

fn check(text: &str, expect: Expect) {
    let lexed = lex(text);
    let mut out = String::new();
    for token in &lexed.tokens {
        let shown = if token.auto { "⏎" } else { token.range().of(text) };
        out.push_str(&format!("{:?}:{:?} {shown}\n", token.range(), token.tok));
    }
    for comment in &lexed.comments {
        out.push_str(&format!("comment {:?} before token {}\n", comment.range.of(text), comment.next_token));
    }
    for error in &lexed.errors {
        out.push_str(&format!("error {}: {}\n", error.range.start, error.message));
    }
    expect.assert_eq(&out);
}

#[track_caller]
fn check_errors(text: &str, errors: &[(u32, &str)]) {
    let lexed = lex(text);
    let found: Vec<(u32, &str)> = lexed.errors.iter().map(|e| (e.range.start, &*e.message)).collect();
    assert_eq!(found, errors, "{text}");
}

#[test]
fn newlines_become_semicolons() {
    check(
        "x++\nf(\n)\nreturn\n+",
        expect![[r#"
            0..1:Ident x
            1..3:Inc ++
            3..3:Semi ⏎
            4..5:Ident f
            5..6:LParen (
            7..8:RParen )
            8..8:Semi ⏎
            9..15:Return return
            15..15:Semi ⏎
            16..17:Add +
            17..17:Eof 
        "#]],
    );
}

#[test]
fn comments_are_kept_and_their_newlines_count() {
    check(
        "a /* one */ b /* two\n */ c // three\r\n",
        expect![[r#"
            0..1:Ident a
            12..13:Ident b
            20..20:Semi ⏎
            25..26:Ident c
            36..36:Semi ⏎
            37..37:Eof 
            comment "/* one */" before token 1
            comment "/* two\n */" before token 2
            comment "// three" before token 4
        "#]],
    );
}

#[test]
fn operators_are_read_greedily() {
    check(
        "a&^=b<<=c<-d...",
        expect![[r#"
            0..1:Ident a
            1..4:AndNotAssign &^=
            4..5:Ident b
            5..8:ShlAssign <<=
            8..9:Ident c
            9..11:Arrow <-
            11..12:Ident d
            12..15:Ellipsis ...
            15..15:Eof 
        "#]],
    );
}

#[test]
fn numbers() {
    for good in ["0", "0755", "0o17", "0b1_01", "0x_Fp-2", "1_000.5e+3", ".5i", "08i", "0.", "1e3", "0x1.8p1", "09.5"] {
        check_errors(good, &[]);
        assert_eq!(lex(good).tokens[0].end as usize, good.len(), "{good}");
    }
    check_errors("089", &[(1, "invalid digit '8' in octal literal")]);
    check_errors("0b12", &[(3, "invalid digit '2' in binary literal")]);
    check_errors("0x", &[(2, "hexadecimal literal has no digits")]);
    check_errors("0b1.0", &[(3, "invalid radix point in binary literal")]);
    check_errors("0x1.0", &[(5, "hexadecimal mantissa requires a 'p' exponent")]);
    check_errors("1p3", &[(1, "'p' exponent requires hexadecimal mantissa")]);
    check_errors("0b1e3", &[(3, "'e' exponent requires decimal mantissa")]);
    check_errors("1e", &[(2, "exponent has no digits")]);
    check_errors("1__0", &[(2, "'_' must separate successive digits")]);
    check_errors("1_", &[(1, "'_' must separate successive digits")]);
    check_errors("0_x1", &[(1, "'_' must separate successive digits")]);
    check_errors("1_.5", &[(1, "'_' must separate successive digits")]);
}

#[test]
fn a_number_of_more_than_ten_thousand_digits_is_refused() {
    check_errors(&"1".repeat(10_000), &[]);
    check_errors(&"1".repeat(10_001), &[(0, "excessively long constant: 1111111111... (10001 chars)")]);
}

#[test]
fn strings_and_runes() {
    check_errors("\"a\\n\\x41\\u00e4\\101\\\"\" 'x' '\\'' 'ä' `a\n\\`", &[]);
    check_errors("\"abc\nx", &[(0, "string literal not terminated")]);
    check_errors("`abc\nx", &[(0, "raw string literal not terminated")]);
    check_errors("'a", &[(0, "rune literal not terminated")]);
    check_errors("'ab'", &[(0, "illegal rune literal")]);
    check_errors("''", &[(0, "illegal rune literal")]);
    check_errors("\"\\q\"", &[(2, "unknown escape sequence")]);
    check_errors("\"\\x4g\"", &[(4, "illegal character U+0067 'g' in escape sequence")]);
    check_errors("\"\\400\"", &[(2, "escape sequence is invalid Unicode code point")]);
    check_errors("'\\ud800'", &[(2, "escape sequence is invalid Unicode code point")]);
    check_errors("\"\\", &[(2, "escape sequence not terminated"), (0, "string literal not terminated")]);
}

#[test]
fn odd_characters() {
    check_errors("\u{feff}x", &[]);
    check_errors("x\u{feff}", &[(1, "illegal byte order mark")]);
    check_errors("// \u{feff}", &[(3, "illegal byte order mark")]);
    check_errors("a ? b", &[(2, "illegal character U+003F '?'")]);
    check_errors("“a”", &[(0, "curly quotation mark '“' (use neutral '\"')"), (4, "curly quotation mark '”' (use neutral '\"')")]);
    check_errors("\"\0\"", &[(1, "illegal character NUL")]);
    check_errors("/* x", &[(0, "comment not terminated")]);
    check_errors("größe٣ Ⅷ", &[(10, "illegal character U+2167 'Ⅷ'")]);
}

#[test]
fn unquoting() {
    assert_eq!(unquote_string("\"a\\tb\\xff\\u00e4\\\"\"").as_deref(), Some(&b"a\tb\xff\xc3\xa4\""[..]));
    assert_eq!(unquote_string("`a\r\n\\n`").as_deref(), Some(&b"a\n\\n"[..]));
    assert_eq!(unquote_string("\"a"), None);
    assert_eq!(unquote_string("\"\\x+1\""), None);
    assert_eq!(unquote_rune("'\\n'"), Some(10));
    assert_eq!(unquote_rune("'ä'"), Some(0xe4));
    assert_eq!(unquote_rune("'\\377'"), Some(255));
    assert_eq!(unquote_rune("'ab'"), None);
}
