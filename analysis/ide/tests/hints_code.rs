//! Hints about the code itself, kind by kind.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::Workspace;

/// The text with the hints of one kind in `‹›`, those in `«»` that are important.
fn check_code_hints(kind: HintKind, fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let file = workspace.ids()[0];
    let (_, text) = workspace.of(file);
    let mut found =
        workspace.analysis().inlay_hints(file, TextRange::new(0, text.len() as u32), &HintChoice::EVERYTHING).expect("not cancelled");
    found.retain(|h| matches!(h.label, HintLabel::Code(k, _) if k == kind));
    let mut marked = text.to_owned();
    for hint in found.iter().rev() {
        let HintLabel::Code(_, label) = &hint.label else { continue };
        marked.insert_str(hint.at as usize, &if hint.important { format!("«{label}»") } else { format!("‹{label}›") });
    }
    let lines: Vec<&str> = marked.lines().filter(|l| l.contains(['‹', '«'])).map(str::trim).collect();
    expect.assert_eq(&lines.join("\n"));
}

#[test]
fn names_of_parameters() {
    let with = |body: &str| {
        format!(
            "package a\n\nfunc pay(to string, amount int, now bool) {{}}\n\nfunc all(first int, rest ...string) {{}}\n\nfunc one(n int) {{}}\n\nfunc F(to string, p *int) {{\n\t{body}\n}}\n"
        )
    };
    let kind = HintKind::ParameterNames;
    check_code_hints(kind, &with("pay(\"x\", 1, true)"), expect![[r#"pay(‹to:›"x", «amount:»1, «now:»true)"#]]);
    check_code_hints(kind, &with("pay(to, *p, len(to) > 0)"), expect!["pay(to, ‹amount:›*p, ‹now:›len(to) > 0)"]);
    check_code_hints(kind, &with("all(1, to, \"y\")"), expect![[r#"all(«first:»1, ‹rest...:›to, "y")"#]]);
    check_code_hints(kind, &with("one(1)"), expect!["one(‹n:›1)"]);
    check_code_hints(kind, &with("_ = int64(1) + int64(len(to))"), expect![[""]]);
    check_code_hints(kind, &with("func(x int, y bool) {}(1, false)"), expect!["func(x int, y bool) {}(‹x:›1, ‹y:›false)"]);
    check_code_hints(kind, &with("pay(\"x\", 1,"), expect![[r#"pay(‹to:›"x", «amount:»1,"#]]);
    check_code_hints(kind, &with("undefined(1, 2)"), expect![[""]]);
}

#[test]
fn types_that_are_not_written() {
    let body =
        |body: &str| format!("package a\n\nfunc g() (int, error) {{ return 1, nil }}\n\nfunc F(m map[string][]int) {{\n\t{body}\n}}\n");
    check_code_hints(
        HintKind::VariableTypes,
        &body("n, err := g()\n\t_, x := 1, \"a\""),
        expect![[r#"
        n‹int›, err‹error› := g()
        _, x‹string› := 1, "a""#]],
    );
    check_code_hints(HintKind::VariableTypes, &body("x := undefined"), expect![[""]]);
    check_code_hints(
        HintKind::VariableTypes,
        &body("if v, ok := m[\"\"]; ok { _ = v }"),
        expect![[r#"if v‹[]int›, ok‹bool› := m[""]; ok { _ = v }"#]],
    );
    check_code_hints(
        HintKind::RangeTypes,
        &body("for k, v := range m { _, _ = k, v }"),
        expect!["for k‹string›, v‹[]int› := range m { _, _ = k, v }"],
    );
    check_code_hints(HintKind::RangeTypes, &body("for i := range 3 { _ = i }"), expect!["for i‹int› := range 3 { _ = i }"]);
    check_code_hints(HintKind::RangeTypes, &body("for _, v := range m[\"\"] {"), expect![[r#"for _, v‹int› := range m[""] {"#]]);
    check_code_hints(
        HintKind::TypeArguments,
        "package a\n\nfunc id[T any](x T) T { return x }\n\nvar a = id(1)\n\nvar b = id[string](\"\")\n",
        expect!["var a = id‹[int]›(1)"],
    );
    let t = "package a\n\ntype P struct {\n\tX, Y int\n}\n\n";
    check_code_hints(
        HintKind::LiteralTypes,
        &format!("{t}var ps = []P{{{{1, 2}}, {{X: 1}}}}\n\nvar qs = map[string]*P{{\"a\": {{}}}}\n"),
        expect![[r#"
        var ps = []P{‹P›{1, 2}, ‹P›{X: 1}}
        var qs = map[string]*P{"a": ‹&P›{}}"#]],
    );
    check_code_hints(
        HintKind::LiteralFields,
        &format!("{t}var p = P{{1, 2}}\n\nvar q = P{{X: 1}}\n\nvar n = []int{{1}}\n"),
        expect!["var p = P{«X:»1, «Y:»2}"],
    );
}

#[test]
fn constants_errors_and_braces() {
    check_code_hints(
        HintKind::ConstantValues,
        "package a\n\nconst (\n\tA = iota * 10\n\tB\n\t_\n\tC, D = \"x\", 1 << 4\n)\n\nconst E = A + B\n\nfunc f() { const g = E * 2; _ = g }\n",
        expect![[r#"
        A = iota * 10‹= 0›
        B‹= 10›
        const E = A + B‹= 10›
        func f() { const g = E * 2‹= 20›; _ = g }"#]],
    );
    check_code_hints(
        HintKind::ConstantValues,
        "package a\n\nconst A = undefined\n\nconst B = \"abc\" + \"d\"\n",
        expect![[r#"const B = "abc" + "d"‹= "abcd"›"#]],
    );
    check_code_hints(
        HintKind::IgnoredErrors,
        "package a\n\nfunc e() error { return nil }\n\nfunc two() (int, error) { return 1, nil }\n\nfunc F() {\n\te()\n\ttwo()\n\t_ = e()\n\tdefer e()\n}\n",
        expect![[r#"
        e()«// ignored error»
        two()«// ignored error»"#]],
    );
    let long: String = (0..25).map(|i| format!("\t\t_ = {i}\n")).collect();
    check_code_hints(
        HintKind::ClosingBraces,
        &format!("package a\n\nfunc Long(n int) {{\n\tfor i := range n {{\n{long}\t}}\n}}\n\nfunc short() {{\n}}\n"),
        expect![[r#"
        }«for i := range n»
        }«func Long»"#]],
    );
    check_code_hints(
        HintKind::ClosingBraces,
        &format!("package a\n\nfunc Long(n int) {{\n\tif n > 1 {{\n{long}\t}} else {{\n\t}}\n"),
        expect![[""]],
    );
}
