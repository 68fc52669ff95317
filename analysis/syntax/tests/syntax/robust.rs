//! Nothing that can be typed makes the parser panic, overflow or hang.

use std::time::{Duration, Instant};

use amigos_syntax::split::split;
use amigos_syntax::{GoVersion, TextRange, file, parse, parse_decl};

const SAMPLES: &[&str] =
    &[include_str!("samples/generic.go.txt"), include_str!("samples/statements.go.txt"), include_str!("samples/odd.go.txt")];

fn parse_all(text: &str) -> usize {
    let chunks = split(text);
    file::file_head(text, &chunks);
    file::file_errors(text, &chunks).len()
        + parse::parse_file_errors(text, GoVersion::LATEST).len()
        + chunks.iter().map(|c| parse_decl(c.text(text), GoVersion::LATEST).errors.len()).sum::<usize>()
}

#[test]
fn samples_are_valid() {
    for sample in SAMPLES {
        assert_eq!(parse::parse_file_errors(sample, GoVersion::LATEST), []);
        assert_eq!(parse_all(sample), 0);
    }
}

#[test]
fn every_prefix_of_the_samples() {
    let start = Instant::now();
    for sample in SAMPLES {
        for (end, _) in sample.char_indices() {
            parse_all(&sample[..end]);
        }
    }
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn every_missing_and_doubled_character_of_the_samples() {
    for sample in SAMPLES {
        for (at, c) in sample.char_indices().filter(|(_, c)| !c.is_alphanumeric() && *c != ' ') {
            parse_all(&format!("{}{}", &sample[..at], &sample[at + c.len_utf8()..]));
            parse_all(&format!("{}{c}{}", &sample[..at], &sample[at..]));
        }
    }
}

#[test]
fn deep_nesting_is_an_error_not_an_overflow() {
    for (open, close) in [
        ("(", ")"),
        ("[]", ""),
        ("{", "}"),
        ("f(", ")"),
        ("- ", ""),
        ("if x {", "}"),
        ("func() {", "}()"),
        ("*", ""),
        ("<-", ""),
        ("x[", "]"),
        ("T{", "}"),
    ] {
        let text = format!("func f() {{\n\tx = {}1{}\n}}\n", open.repeat(100_000), close.repeat(100_000));
        let decl = parse_decl(&text, GoVersion::LATEST);
        assert!(decl.errors.iter().any(|e| &*e.message == "exceeded max nesting depth" || open == "{" || open == "if x {"), "{open}");
    }
    let types = format!("type T {}int\n", "func(".repeat(50_000));
    assert!(!parse_decl(&types, GoVersion::LATEST).errors.is_empty());
    let structs = format!("type T {}\n", "struct { a ".repeat(50_000));
    assert!(!parse_decl(&structs, GoVersion::LATEST).errors.is_empty());
    // Found by fuzzing: what is given up is at its end, where every element of an interface was a bad type, for ever.
    let interfaces = format!("type T {}\n", "interface { ".repeat(50_000));
    assert!(!parse_decl(&interfaces, GoVersion::LATEST).errors.is_empty());
    let elses = format!("func f() {{\n{}}}\n", "if x { } else ".repeat(50_000));
    assert!(!parse_decl(&elses, GoVersion::LATEST).errors.is_empty());
}

/// Found by fuzzing: what is missing at the end of a file stands just behind it, and was printed as a hint.
#[test]
fn a_range_behind_the_end_has_what_text_there_is() {
    assert_eq!(TextRange::new(2, 9).of("abcd"), "cd");
    assert_eq!(TextRange::new(7, 9).of("abcd"), "");
}

#[test]
fn long_chains_are_allowed_and_bounded() {
    let sum = |n: usize| format!("var x = 1{}\n", " + 1".repeat(n));
    assert_eq!(parse_decl(&sum(4_000), GoVersion::LATEST).errors, []);
    assert!(!parse_decl(&sum(100_000), GoVersion::LATEST).errors.is_empty());
    let calls = format!("var x = f{}\n", "()".repeat(100_000));
    assert!(!parse_decl(&calls, GoVersion::LATEST).errors.is_empty());
    let union = format!("type T[P A{}] int\n", " | B".repeat(100_000));
    assert!(!parse_decl(&union, GoVersion::LATEST).errors.is_empty());
}

#[test]
fn many_errors_take_linear_time() {
    let start = Instant::now();
    for piece in ["x := `\n", "foo(\n", ")\n", "case\n", "if {\n", "func\n", "x.\n", "/*\n", "}\n", "type T[\n", "\"\n"] {
        parse_all(&format!("package p\nfunc f() {{\n{}\n}}\n", piece.repeat(2_000)));
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
