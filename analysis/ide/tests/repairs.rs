//! Fixes of type errors: the changed lines after the fix, which must leave fewer errors than there were.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, apply, errors};

/// The lines that are new after the fix whose title starts so.
fn check_fix(title: &str, fixture: &str, expect: Expect) {
    let mut workspace = Workspace::fixture(fixture);
    let before = errors(&workspace);
    let analysis = workspace.analysis();
    let all = workspace.ids().into_iter().flat_map(|id| analysis.fixes(id, TextRange::new(0, u32::MAX)).expect("not cancelled"));
    let found = all.flat_map(|d| d.fixes).find(|f| f.title.starts_with(title));
    drop(analysis);
    let Some(fix) = found else { return expect.assert_eq("no such fix") };
    let mut out = format!("{}\n", fix.title);
    for id in workspace.ids() {
        let (name, text) = (workspace.of(id).0.to_owned(), workspace.of(id).1.to_owned());
        let here: Vec<TextEdit> = fix.edits.iter().filter(|e| e.file == id).cloned().collect();
        let after = apply(&text, here);
        out += &after.lines().filter(|l| !text.lines().any(|t| t == *l)).map(|l| format!("{l}\n")).collect::<String>();
        workspace.edit(&name, &after);
    }
    assert!(errors(&workspace) < before, "{out}");
    expect.assert_eq(&out);
}

#[test]
fn missing_methods() {
    let shape = "package a\n\ntype Shape interface {\n\tArea() int\n\tScale(by int) (Shape, error)\n}\n\ntype T struct{}\n\n";
    check_fix(
        "implement",
        &format!("{shape}var _ Shape = T{{}}\n"),
        expect![[r#"
        implement `Shape`
        // Area implements the interface.
        func (t T) Area() int {
        	panic("not implemented")
        // Scale implements the interface.
        func (t T) Scale(by int) (Shape, error) {
        	panic("not implemented")
    "#]],
    );
    check_fix(
        "implement",
        &format!("{shape}var _ Shape = &T{{}}\n"),
        expect![[r#"
        implement `Shape`
        // Area implements the interface.
        func (t *T) Area() int {
        	panic("not implemented")
        // Scale implements the interface.
        func (t *T) Scale(by int) (Shape, error) {
        	panic("not implemented")
    "#]],
    );
    check_fix(
        "implement",
        &format!("{shape}func (s T) Area() int {{ return 1 }}\n\nfunc f() Shape {{ return T{{}} }}\n"),
        expect![[r#"
        implement `Shape`
        // Scale implements the interface.
        func (s T) Scale(by int) (Shape, error) {
        	panic("not implemented")
    "#]],
    );
    check_fix(
        "implement",
        &format!("{shape}func f(s Shape) {{}}\n\nfunc g(t *T) {{ f(t) }}\n"),
        expect![[r#"
        implement `Shape`
        // Area implements the interface.
        func (t *T) Area() int {
        	panic("not implemented")
        // Scale implements the interface.
        func (t *T) Scale(by int) (Shape, error) {
        	panic("not implemented")
    "#]],
    );
    check_fix(
        "implement",
        &format!("{shape}func g(t T) {{\n\tvar s Shape\n\ts = t\n\t_ = s\n}}\n"),
        expect![[r#"
        implement `Shape`
        // Area implements the interface.
        func (t T) Area() int {
        	panic("not implemented")
        // Scale implements the interface.
        func (t T) Scale(by int) (Shape, error) {
        	panic("not implemented")
    "#]],
    );
    check_fix("implement", "package a\n\nvar _ error = 1\n", expect!["no such fix"]);
    check_fix(
        "implement",
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype I interface{ M(x X) }\n\ntype X int\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\ntype T struct{}\n\n//- hub.amigos.dev/test/c/c.go\npackage c\n\nimport (\n\t\"hub.amigos.dev/test/a\"\n\t\"hub.amigos.dev/test/b\"\n)\n\nvar _ a.I = b.T{}\n",
        expect![[r#"
            implement `a.I`
            import (
            	"hub.amigos.dev/test/a"
            )
            // M implements the interface.
            func (t T) M(x a.X) {
            	panic("not implemented")
            }
        "#]],
    );
}

#[test]
fn results_of_returns() {
    check_fix(
        "change to",
        "package a\n\nfunc f() (int, string, error) {\n\treturn\n}\n",
        expect![[r#"
        change to `return 0, "", nil`
        	return 0, "", nil
    "#]],
    );
    check_fix(
        "change to",
        "package a\n\nfunc f(err error) (int, error) {\n\treturn err\n}\n",
        expect![[r#"
        change to `return 0, err`
        	return 0, err
    "#]],
    );
    check_fix(
        "change to",
        "package a\n\nfunc f() (int, error) {\n\treturn 1\n}\n",
        expect![[r#"
        change to `return 1, nil`
        	return 1, nil
    "#]],
    );
    check_fix(
        "change to",
        "package a\n\nfunc f() (*int, []string, map[string]int) {\n\treturn nil\n}\n",
        expect![[r#"
        change to `return nil, nil, nil`
        	return nil, nil, nil
    "#]],
    );
    check_fix(
        "remove the values",
        "package a\n\nfunc f() {\n\treturn 1\n}\n",
        expect![[r#"
        remove the values
        	return
    "#]],
    );
    check_fix("change to", "package a\n\nfunc f() int {\n\treturn 1, 2\n}\n", expect!["no such fix"]);
    check_fix(
        "change to",
        "package a\n\nfunc f() func() (int, bool) {\n\treturn func() (int, bool) {\n\t\treturn true\n\t}\n}\n",
        expect![[r#"
        change to `return 0, true`
        		return 0, true
    "#]],
    );
}

#[test]
fn undeclared_names() {
    check_fix(
        "declare `n`",
        "package a\n\nfunc f() int {\n\tn = 1\n\treturn n\n}\n",
        expect![[r#"
        declare `n` with `:=`
        	n := 1
    "#]],
    );
    check_fix(
        "declare variable",
        "package a\n\nfunc f() int {\n\treturn count + 1\n}\n",
        expect![[r#"
        declare variable `count`
        	count := 0
    "#]],
    );
    check_fix(
        "declare parameter",
        "package a\n\nfunc f(a string) string {\n\treturn a + suffix\n}\n",
        expect![[r#"
        declare parameter `suffix`
        func f(a string, suffix string) string {
    "#]],
    );
    check_fix(
        "declare parameter",
        "package a\n\nfunc f() string {\n\treturn \"a\" + suffix\n}\n",
        expect![[r#"
        declare parameter `suffix`
        func f(suffix string) string {
    "#]],
    );
    check_fix(
        "declare function",
        "package a\n\nfunc f(a int) string {\n\treturn render(a, \"x\", 2*a)\n}\n",
        expect![[r#"
        declare function `render`
        func render(a int, s string, x int) string {
        	panic("not implemented")
    "#]],
    );
    check_fix(
        "declare function",
        "package a\n\nfunc f() error {\n\tn, err := load(1)\n\t_ = n\n\treturn err\n}\n",
        expect![[r#"
        declare function `load`
        func load(x int) (any, error) {
        	panic("not implemented")
    "#]],
    );
    check_fix(
        "declare function",
        "package a\n\nfunc f() {\n\tshow(nil)\n}\n",
        expect![[r#"
            declare function `show`
            func show(x any) {
            	panic("not implemented")
        "#]],
    );
    check_fix(
        "declare function",
        "package a\n\nfunc f(ok bool) {\n\tif check_fix(ok) {\n\t}\n}\n",
        expect![[r#"
            declare function `check_fix`
            func check_fix(ok bool) bool {
            	panic("not implemented")
        "#]],
    );
    check_fix(
        "assign with",
        "package a\n\nfunc f(a int) {\n\ta := 2\n\ta := 3\n\t_ = a\n}\n",
        expect![[r#"
        assign with `=`
        	a = 2
    "#]],
    );
    check_fix("declare", "package a\n\nfunc f() { unknown. }\n", expect!["no such fix"]);
}

#[test]
fn more_arguments_than_parameters() {
    let two = "package a\n\nfunc f(a int) int { return a }\n\nfunc g(name string) { f(1); f(2, name) }\n";
    check_fix(
        "add parameter",
        two,
        expect![[r#"
        add parameter `name string` to `f`
        func f(a int, name string) int { return a }
        func g(name string) { f(1, ""); f(2, name) }
    "#]],
    );
    check_fix(
        "add parameter",
        "package a\n\nfunc f() {}\n\nfunc g() { f(1 + 2); f() }\n",
        expect![[r#"
        add parameter `x int` to `f`
        func f(x int) {}
        func g() { f(1 + 2); f(0) }
    "#]],
    );
    check_fix("add parameter", "package a\n\nimport \"strings\"\n\nvar x = strings.ToUpper(\"a\", 1)\n", expect!["no such fix"]);
    check_fix("add parameter", "package a\n\nfunc f(xs ...int) {}\n\nfunc g() { f(1, \"a\") }\n", expect!["no such fix"]);
    check_fix(
        "add parameter",
        "package a\n\ntype T int\n\nfunc (t T) M() {}\n\nfunc g(t T) { t.M(true) }\n",
        expect![[r#"
        add parameter `x bool` to `M`
        func (t T) M(x bool) {}
    "#]],
    );
}
