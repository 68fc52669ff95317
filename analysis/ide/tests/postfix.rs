//! Completions that write more than a name: templates behind a dot, calls with places for arguments, literals with all fields; and what matches.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, apply};

fn complete(fixture: &str) -> (Workspace, Vec<Completion>) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let mut found = workspace.analysis().completions(file, at).expect("not cancelled");
    found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
    (workspace, found)
}

/// The body of the function after taking a completion as a snippet.
fn check_taken(label: &str, fixture: &str, expect: Expect) {
    let (workspace, found) = complete(fixture);
    let (file, _) = workspace.at();
    let Some(one) = found.into_iter().find(|c| c.label == label) else { return expect.assert_eq("not offered") };
    let mut edits = one.extra;
    edits.push(TextEdit { file, range: one.range, new_text: one.snippet.unwrap_or(one.insert) });
    let text = apply(workspace.of(file).1, edits);
    let body = text.split_once("func f(").map_or(text.as_str(), |(_, rest)| rest);
    let body = body.split_once("{\n").map_or(body, |(_, rest)| rest);
    let imports = if text.contains("import (\n\t\"fmt\"") { "with fmt: " } else { "" };
    expect.assert_eq(&format!("{imports}{}", body.trim_end().trim_end_matches('}').trim_end()));
}

fn f(params: &str, body: &str) -> String {
    format!("package a\n\nfunc f({params}) {{\n\t{body}\n}}\n\nfunc g() (int, error) {{ return 1, nil }}\n")
}

#[test]
fn templates_behind_a_dot() {
    check_taken(
        "if",
        &f("ok bool", "ok.$0"),
        expect![[r#"
        	if ok {
        	$0
        }
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "not",
        &f("ok bool", "x := ok.n$0"),
        expect![[r#"
        	x := !ok$0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken("if", &f("ok bool", "x := ok.i$0"), expect!["not offered"]);
    check_taken(
        "for",
        &f("xs []string", "xs.fo$0"),
        expect![[r#"
        	for ${1:i}, ${2:v} := range xs {
        	$0
        }
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "append",
        &f("xs []string", "xs.app$0"),
        expect![[r#"
        	xs = append(xs, $0)
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "range",
        &f("m map[string]int", "m.$0"),
        expect![[r#"
        	for ${1:k}, ${2:v} := range m {
        	$0
        }
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "for",
        &f("n int", "n.$0"),
        expect![[r#"
        	for ${1:i} := range n {
        	$0
        }
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "err",
        &f("err error", "err.$0"),
        expect![[r#"
        	if err != nil {
        	${9:return}
        }
        $0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "err",
        &f("", "g().$0"),
        expect![[r#"
        	${1:v}, err := g()
        if err != nil {
        	${9:return}
        }
        $0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "wrap",
        &f("err error", "_ = err.w$0"),
        expect![[r#"
        with fmt: 	_ = fmt.Errorf("${1:what}: %w", err)$0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "nil",
        &f("p *int", "p.$0"),
        expect![[r#"
        	if p == nil {
        	$0
        }
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "type",
        &f("x any", "x.$0"),
        expect![[r#"
        	switch ${1:v} := x.(type) {
        case ${2:T}:
        	$0
        }
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "var",
        &f("s string", "len(s).$0"),
        expect![[r#"
        	${1:v} := len(s)$0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "print",
        &f("s string", "s.p$0"),
        expect![[r#"
        with fmt: 	fmt.Println(s)$0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken(
        "last",
        &f("xs []int", "return xs.$0"),
        expect![[r#"
        	return xs[len(xs)-1]$0
        }

        func g() (int, error) { return 1, nil"#]],
    );
    check_taken("for", &f("", "undefined.$0"), expect!["not offered"]);
    check_taken("for", &f("", "int.$0"), expect!["not offered"]);
}

#[test]
fn calls_and_literals_with_places_to_fill_in() {
    let with = |body: &str| {
        format!(
            "package a\n\ntype T struct {{\n\tName string\n\tn    int\n}}\n\nfunc (t T) Move(dx, dy int) {{}}\n\nfunc call(a int, b string) {{}}\n\nfunc many(a int, rest ...int) {{}}\n\nfunc take(t T) {{}}\n\nfunc takes(p *T) {{}}\n\nfunc apply(g func(a int, b string)) {{}}\n\nfunc none() {{}}\n\nfunc f(t T) {{\n\t{body}\n}}\n"
        )
    };
    check_taken("call", &with("cal$0"), expect!["	call(${1:a}, ${2:b})$0"]);
    check_taken("many", &with("man$0"), expect!["	many(${1:a}$0)"]);
    check_taken("none", &with("no$0"), expect!["	none()$0"]);
    check_taken("Move", &with("t.$0"), expect!["	t.Move(${1:dx}, ${2:dy})$0"]);
    check_taken("call", &with("cal$0(1, \"\")"), expect![[r#"	call(1, "")"#]]);
    check_taken("call", &with("apply(cal$0)"), expect!["	apply(call)"]);
    check_taken(
        "T{...}",
        &with("take($0)"),
        expect![[r#"
        	take(T{
        	Name: ${1:""},
        	n: ${2:0},
        }$0)"#]],
    );
    check_taken(
        "&T{...}",
        &with("takes($0)"),
        expect![[r#"
        	takes(&T{
        	Name: ${1:""},
        	n: ${2:0},
        }$0)"#]],
    );
    check_taken("T{...}", &with("var x int = $0"), expect!["not offered"]);
}

/// What matches the typed word, in order.
fn check_matching(names: &str, typed: &str, expect: Expect) {
    let fields: String = names.split(' ').map(|n| format!("\t{n} bool\n")).collect();
    let text = format!("package a\n\ntype T struct {{\n{fields}}}\n\nfunc f(t T) {{\n\tx := t.{typed}$0\n}}\n");
    let (_, found) = complete(&text);
    let labels: Vec<&str> = found.iter().filter(|c| c.kind == SymbolKind::Field).map(|c| c.label.as_str()).collect();
    expect.assert_eq(&labels.join(" "));
}

#[test]
fn words_match_by_their_letters() {
    check_matching("Title TitleCase subtitle Total", "Tit", expect!["TitleCase Title subtitle"]);
    check_matching("Title TitleCase subtitle Total", "tc", expect!["TitleCase"]);
    check_matching("Title TitleCase subtitle Total", "title", expect!["Title TitleCase subtitle"]);
    check_matching("Title TitleCase subtitle Total", "ttl", expect!["Total TitleCase Title subtitle"]);
    check_matching("Title TitleCase subtitle Total", "x", expect![[""]]);
    check_matching("maxGas gasMax Größe", "gas", expect!["gasMax maxGas"]);
    check_matching("maxGas gasMax Größe", "grö", expect!["Größe"]);
}
