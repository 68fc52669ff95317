//! What gofmt does is compared by `cargo xtask conformance format`; here is what editors ask for, and what must hold without Go.

use super::edits::{apply, edits, hunks, unified_diff};
use super::range::{format_closed_block, format_new_line, format_range, indentation};
use super::*;
use crate::TextRange;

fn check(text: &str, want: &str) {
    let got = format_file(text, Options::default()).unwrap();
    assert_eq!(got, want);
    assert_eq!(format_file(&got, Options::default()).unwrap(), got, "formatted again");
    assert_eq!(apply(text, &edits(text, &got)), got, "edits");
}

#[test]
fn imports_are_sorted_and_blocks_indented() {
    check(
        "package p\nimport ( \"b\"\n\"a\" )\nfunc f( a,b int ){\nif x:=1;x>2{ return }\n}\n",
        "package p\n\nimport (\n\t\"a\"\n\t\"b\"\n)\n\nfunc f(a, b int) {\n\tif x := 1; x > 2 {\n\t\treturn\n\t}\n}\n",
    );
}

#[test]
fn columns_are_aligned() {
    check(
        "package p\ntype T struct {\na int // first\nlonger string `tag`\n}\nvar m = map[string]int{\n\"a\": 1,\n\"long key\": 2, // note\n}\n",
        "package p\n\ntype T struct {\n\ta      int    // first\n\tlonger string `tag`\n}\n\nvar m = map[string]int{\n\t\"a\":        1,\n\t\"long key\": 2, // note\n}\n",
    );
}

#[test]
fn comments_stay_where_they_are() {
    check(
        "package p\n//Doc.\n//\n//go:noinline\nfunc f() { // why\nx() /* a */\n// last\n}\n",
        "package p\n\n// Doc.\n//\n//go:noinline\nfunc f() { // why\n\tx() /* a */\n\t// last\n}\n",
    );
}

#[test]
fn carriage_returns_go_but_not_out_of_strings() {
    check("package p\r\n\r\nvar s = `a\r\nb`\r\n", "package p\n\nvar s = `a\nb`\n");
}

#[test]
fn simplification() {
    let text = "package p\n\nvar x = []T{T{1}, T{2}}\n\nvar y = map[K]*T{K{1}: &T{2}}\n\nconst ()\n\nfunc f() {\n\tfor i, _ := range s[1:len(s)] {\n\t}\n\tfor _ = range s {\n\t}\n}\n";
    let want = "package p\n\nvar x = []T{{1}, {2}}\n\nvar y = map[K]*T{{1}: {2}}\n\nfunc f() {\n\tfor i := range s[1:] {\n\t}\n\tfor range s {\n\t}\n}\n";
    assert_eq!(format_file(text, Options { simplify: true }).unwrap(), want);
}

#[test]
fn broken_files_keep_what_does_not_parse() {
    let text = "package   p\n\nfunc  a( ) { }\n\nfunc b( {\n  x :=\n}\n\n\nfunc  c( ) { }\n";
    let want = "package p\n\nfunc a() {}\n\nfunc b( {\n  x :=\n}\n\n\nfunc c() {}\n";
    assert!(format_file(text, Options::default()).is_err());
    assert_eq!(format_what_parses(text, Options::default()), want);
}

#[test]
fn fragments() {
    let format = |text: &str| format_fragment(text, Options::default()).unwrap();
    assert_eq!(format("\tx:=1\n\tif x>0{ y() }\n"), "\tx := 1\n\tif x > 0 {\n\t\ty()\n\t}\n");
    assert_eq!(format("type T struct{a,b int}\n"), "type T struct{ a, b int }\n");
    assert_eq!(format("  \n"), "  \n");
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let chain = format!("package p\n\nvar x = a{}\n", ".b()".repeat(2_000));
    let error = format_file(&chain, Options::default()).unwrap_err();
    assert!(error.0[0].message.contains("nested too deeply"));
    let sum = format!("package p\n\nvar x = a{}\n", " + b".repeat(4_000));
    assert_eq!(format_file(&sum, Options::default()).unwrap(), sum);
}

#[test]
fn edits_touch_only_what_differs() {
    let old = "package p\n\nfunc f() {\n\tx:=1\n\ty := 2\n}\n";
    let new = format_file(old, Options::default()).unwrap();
    let edits = edits(old, &new);
    assert_eq!(edits.len(), 2, "{edits:?}");
    assert!(edits.iter().all(|e| e.new_text == " " && e.range.is_empty()));
    // More than white space: by lines.
    let old = "package p\n\nimport (\n\t\"b\"\n\t\"a\"\n)\n\nvar x  = 1\n";
    let new = format_file(old, Options::default()).unwrap();
    let edits = super::edits::edits(old, &new);
    assert_eq!(apply(old, &edits), new);
    assert!(edits.len() > 1 && edits.iter().all(|e| e.range.len() < 12), "{edits:?}");
}

#[test]
fn differences_of_random_texts_add_up() {
    let mut seed = 7u32;
    let mut random = move |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % n
    };
    for _ in 0..500 {
        let mut text = || (0..random(30)).map(|_| ["a\n", "b\n", "c c\n", "é\n", "\n", "x"][random(6) as usize]).collect::<String>();
        let (old, new) = (text(), text());
        assert_eq!(apply(&old, &edits(&old, &new)), new, "{old:?} {new:?}");
        for hunk in hunks(&old, &new) {
            assert!(!hunk.old.is_empty() || !hunk.new.is_empty());
        }
    }
}

#[test]
fn unified() {
    let diff = unified_diff("f.go", "a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n");
    assert_eq!(diff, "--- f.go.orig\n+++ f.go\n@@ -1,6 +1,6 @@\n a\n b\n c\n-d\n+D\n e\n f\n");
}

#[test]
fn a_range_formats_its_statements_only() {
    let text = "package p\n\nfunc f() {\n\ta:=1\n\tb:=2\n\tc:=3\n}\n\nvar  x = 1\n";
    let at = text.find("b:=").unwrap() as u32;
    let done = |range| apply(text, &format_range(text, range, Options::default()));
    assert_eq!(done(TextRange::at(at)), text.replace("b:=2", "b := 2"));
    assert_eq!(done(TextRange::new(at, at + 8)), text.replace("b:=2", "b := 2").replace("c:=3", "c := 3"));
    assert_eq!(done(TextRange::at(text.find("x =").unwrap() as u32)), text.replace("var  x", "var x"));
    assert_eq!(done(TextRange::new(0, text.len() as u32)), format_file(text, Options::default()).unwrap());
}

#[test]
fn typing_a_closing_brace_formats_its_block() {
    let text = "package p\n\nfunc f() {\n\ta:=1\n\tif a>0 {\n\tb()\n\t\t}\n\tc:=3\n}\n";
    let at = text.find("\t\t}").unwrap() as u32 + 3;
    let got = apply(text, &format_closed_block(text, at, Options::default()));
    assert_eq!(got, "package p\n\nfunc f() {\n\ta:=1\n\tif a > 0 {\n\t\tb()\n\t}\n\tc:=3\n}\n");
}

#[test]
fn typing_a_newline_formats_the_line_before_and_indents() {
    let text = "package p\n\nfunc f() {\n\ta:=1\n\n}\n";
    let at = text.find("1\n").unwrap() as u32 + 2;
    let got = apply(text, &format_new_line(text, at, Options::default()));
    assert_eq!(got, "package p\n\nfunc f() {\n\ta := 1\n\t\n}\n");
    // In code that doesn't parse yet there is the indentation at least.
    let text = "package p\n\nfunc f() {\n\tif x {\n\n";
    let got = apply(text, &format_new_line(text, text.len() as u32 - 1, Options::default()));
    assert_eq!(got, "package p\n\nfunc f() {\n\tif x {\n\t\t\n");
}

#[test]
fn indentation_is_that_of_the_formatted_text() {
    let text = "package p\n\nimport (\n\t\"a\"\n)\n\nvar x = f(func() {\n\ta()\n}, T{\n\tb: 1,\n})\n\nfunc g() {\n\tswitch x {\n\tcase 1:\n\t\tif y {\n\t\t\tz(a,\n\t\t\t\tb)\n\t\t}\n\tdefault:\n\t\ts := `\n raw`\n\t\tu := a +\n\t\t\tb\n\t}\n\tselect {\n\tcase <-c:\n\t}\n}\n";
    assert_eq!(format_file(text, Options::default()).unwrap(), text);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let tabs = line.len() - line.trim_start_matches('\t').len();
        if !line.trim().is_empty() {
            let want = if line.starts_with(" raw") { None } else { Some(tabs) };
            assert_eq!(indentation(text, at), want, "{line:?}");
        }
        at += line.len();
    }
}

/// Programs of random tokens, mostly broken: nothing may crash, no word may be lost, and edits stay in the text.
#[test]
fn random_tokens() {
    const WORDS: &[&str] = &[
        "a",
        "b",
        "é",
        "0X1F",
        "'x'",
        "\"s\"",
        "`r\n w`",
        "func",
        "func f() {",
        "type T struct {",
        "type T interface {",
        "var",
        "const (",
        "import (",
        "if",
        "else",
        "for",
        "range",
        "switch",
        "case",
        "default:",
        "select",
        "return",
        "go",
        "defer",
        "map[",
        "chan",
        "<-",
        "[]",
        "...",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        ";",
        ":",
        ":=",
        "=",
        "+",
        "*",
        "&",
        "-",
        ".",
        "++",
        "// c",
        "//go:build x",
        "// +build y",
        "/* c */",
        "/* c\n * d */",
        "/*",
        "\r\n",
        "\n",
        "\n\n",
        "\n",
        "\t",
    ];
    let mut seed = 1u64;
    let mut random = move |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        letters.sort_unstable();
        letters
    };
    let (mut parsed, mut texts) = (0, 0);
    for _ in 0..1_500 {
        let mut text = String::from(["package p\n", "package p;", "// c\n\npackage p\n", ""][random(4)]);
        for _ in 0..random(24) {
            text.push_str(WORDS[random(WORDS.len())]);
            text.push_str(["", " ", "\n"][random(3)]);
        }
        texts += 1;
        let options = Options { simplify: random(4) == 0 };
        let formatted = format_what_parses(&text, options);
        parsed += usize::from(format_file(&text, options).is_ok());
        let _ = format_fragment(&text, options);
        // Build constraints in two forms are made to say the same, and `-s` drops types.
        if !options.simplify && !text.contains("build") {
            assert_eq!(letters(&formatted), letters(&text), "{text:?} became {formatted:?}");
        }
        assert_eq!(apply(&text, &edits(&text, &formatted)), formatted);
        let mut at = random(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let range = TextRange::new(at as u32, text.len() as u32);
        for edits in [
            format_range(&text, range, options),
            format_closed_block(&text, at as u32, options),
            format_new_line(&text, at as u32, options),
        ] {
            let mut end = 0;
            for edit in edits {
                assert!(end <= edit.range.start && edit.range.start <= edit.range.end && edit.range.end as usize <= text.len(), "{text:?}");
                assert!(text.is_char_boundary(edit.range.start as usize) && text.is_char_boundary(edit.range.end as usize));
                end = edit.range.end;
            }
        }
    }
    assert!(parsed > 25, "only {parsed} of {texts} programs parse");
}
