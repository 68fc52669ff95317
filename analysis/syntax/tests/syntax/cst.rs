//! The concrete syntax tree: folds, selections, and incremental trees that equal fresh ones.

use amigos_syntax::cst::Cst;
use expect_test::{Expect, expect};

fn check_folds(text: &str, expect: Expect) {
    let cst = Cst::parse(text).expect("the grammar loads");
    let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
    let folds = cst.folds(text);
    let out: String = folds.iter().map(|f| format!("{:?} {}-{}\n", f.kind, line(f.range.start), line(f.range.end))).collect();
    expect.assert_eq(&out);
}

#[test]
fn folding() {
    check_folds(
        "// a\n// b\npackage p\n\nimport (\n\t\"a\"\n)\n\nconst (\n\tA = 1\n)\n\ntype T struct {\n\ta int\n}\n\nfunc f(\n\ta int,\n) {\n\tswitch x {\n\tcase 1:\n\t\tfoo(\n\t\t\t1,\n\t\t)\n\t}\n\tx := T{\n\t\ta: 1,\n\t}\n\tif x { y() }\n}\n",
        expect![[r#"
            Comment 1-2
            Imports 5-7
            Code 9-11
            Code 13-15
            Code 17-19
            Code 19-30
            Code 20-25
            Code 21-25
            Code 22-24
            Code 26-28
        "#]],
    );
}

#[test]
fn selecting() {
    let text = "package p\n\nfunc f() {\n\tfoo(bar.baz + 1, \"some text\")\n}\n";
    let cst = Cst::parse(text).expect("the grammar loads");
    let show = |at: &str| {
        let offset = text.find(at).expect("is there") as u32;
        cst.selection_ranges(text, offset).iter().map(|r| format!("{}\n", r.of(text).replace('\n', "⏎"))).collect::<String>()
    };
    expect![[r#"
        baz
        bar.baz
        bar.baz + 1
        (bar.baz + 1, "some text")
        foo(bar.baz + 1, "some text")
        foo(bar.baz + 1, "some text")⏎
        {⏎	foo(bar.baz + 1, "some text")⏎}
        func f() {⏎	foo(bar.baz + 1, "some text")⏎}
        package p⏎⏎func f() {⏎	foo(bar.baz + 1, "some text")⏎}⏎
    "#]]
    .assert_eq(&show("az + 1"));
    expect![[r#"
        some
        some text
        "some text"
        (bar.baz + 1, "some text")
        foo(bar.baz + 1, "some text")
        foo(bar.baz + 1, "some text")⏎
        {⏎	foo(bar.baz + 1, "some text")⏎}
        func f() {⏎	foo(bar.baz + 1, "some text")⏎}
        package p⏎⏎func f() {⏎	foo(bar.baz + 1, "some text")⏎}⏎
    "#]]
    .assert_eq(&show("me text"));
}

#[test]
fn incremental_trees_equal_fresh_ones() {
    let mut text = include_str!("samples/statements.go.txt").to_owned();
    let mut cst = Cst::parse(&text).expect("the grammar loads");
    let mut seed = 7u32;
    for _ in 0..150 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut at = seed as usize % text.len();
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let mut new = text.clone();
        match seed >> 28 {
            0..=5 => new.insert(at, ['(', '}', 'x', '\n', '"', 'ä'][(seed >> 8) as usize % 6]),
            6..=9 => new.insert_str(at, "foo(1)\n"),
            _ => {
                new.remove(at);
            }
        }
        cst = cst.update(&text, &new).expect("parses");
        text = new;
        let fresh = Cst::parse(&text).expect("parses");
        assert_eq!(cst.tree().root_node().to_sexp(), fresh.tree().root_node().to_sexp());
        cst.selection_ranges(&text, at as u32);
    }
}
