//! Findings with their fixes, and what the fixes make of the file.

mod support;

use expect_test::{Expect, expect};
use support::{Workspace, apply};

/// The findings, and the file after the first fix of each that has one.
fn check_diagnostics(text: &str, expect: Expect) {
    let workspace = Workspace::fixture(text);
    let file = *workspace.ids().last().expect("a file");
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().fixes(file, amigos_ide::TextRange::new(0, u32::MAX)).expect("not cancelled");
    let mut out = String::new();
    for d in &found {
        let at = &text[d.range.start as usize..d.range.end as usize];
        let dim = if d.unnecessary { " (unnecessary)" } else { "" };
        // The words of go/types' errors are tested with the checker.
        let own = d.code == "Syntax" || d.code.starts_with("AM");
        let message = if own { format!(": {}", d.message) } else { String::new() };
        out += &format!(
            "{} {} {:?} `{}`{}{dim}\n",
            workspace.position(file, d.range.start),
            d.code,
            d.severity,
            at.replace('\n', "⏎"),
            message
        );
        for related in &d.related {
            out += &format!("  {}: {}\n", workspace.position(related.file, related.range.start), related.message);
        }
        for fix in &d.fixes {
            let edits: Vec<String> =
                fix.edits.iter().map(|e| format!("{:?} → {:?}", &text[e.range.start as usize..e.range.end as usize], e.new_text)).collect();
            out += &format!("  fix: {}: {}\n", fix.title, edits.join(", "));
        }
    }
    expect.assert_eq(&out);
}

/// The last file after the fix whose title starts so.
fn fixed(text: &str, title: &str) -> String {
    let workspace = Workspace::fixture(text);
    let file = *workspace.ids().last().expect("a file");
    let found = workspace.analysis().fixes(file, amigos_ide::TextRange::new(0, u32::MAX)).expect("not cancelled");
    let fix = found.iter().flat_map(|d| &d.fixes).find(|f| f.title.starts_with(title));
    let fix = fix.unwrap_or_else(|| panic!("no `{title}` in {found:#?}"));
    apply(workspace.of(file).1, fix.edits.clone())
}

#[test]
fn unused_imports_are_removed_with_their_line() {
    assert_eq!(
        fixed("package a\n\nimport (\n\t\"errors\"\n\t\"strings\" // for later\n)\n\nvar e = errors.New(\"\")\n", "remove"),
        "package a\n\nimport (\n\t\"errors\"\n)\n\nvar e = errors.New(\"\")\n"
    );
    assert_eq!(fixed("package a\n\nimport \"strings\"\n\nvar x int\n", "remove"), "package a\n\n\nvar x int\n");
    assert_eq!(fixed("package a\n\nimport (\n\t\"strings\"\n)\n\nvar x int\n", "remove"), "package a\n\n\nvar x int\n");
    check_diagnostics(
        "package a\n\nimport (\n\t\"errors\"\n\ts \"strings\"\n)\n\nfunc E() error { return errors.New(\"\") }\n",
        expect![[r#"
            main.go:5:2 UnusedImport Error `s` (unnecessary)
              fix: remove the import: "\ts \"strings\"\n" → ""
        "#]],
    );
}

#[test]
fn missing_imports_are_added() {
    assert_eq!(
        fixed("package a\n\nvar x = strings.Repeat(\"a\", 2)\n", "import \"strings\""),
        "package a\n\nimport (\n\t\"strings\"\n)\n\nvar x = strings.Repeat(\"a\", 2)\n"
    );
    assert_eq!(
        fixed(
            "//- hub.amigos.dev/social/forum/forum.go\npackage forum\n\nvar Posts []int\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"errors\"\n\nvar e = errors.New(\"\")\n\nfunc F() int { return len(forum.Posts) }\n",
            "import \"hub"
        ),
        "package a\n\nimport (\n\t\"errors\"\n\n\t\"hub.amigos.dev/social/forum\"\n)\n\nvar e = errors.New(\"\")\n\nfunc F() int { return len(forum.Posts) }\n"
    );
    // A lone import and the new one are a group, those of the library first; several that stand alone stay so.
    let with = |imports: &str| fixed(&format!("package a\n\n{imports}\n\nvar x = strings.Repeat(\"a\", 2)\n"), "import \"strings\"");
    let body = "\n\nvar x = strings.Repeat(\"a\", 2)\n";
    assert_eq!(with("import \"time\""), format!("package a\n\nimport (\n\t\"strings\"\n\t\"time\"\n){body}"));
    assert_eq!(with("import e \"errors\" // why"), format!("package a\n\nimport (\n\te \"errors\"\n\t\"strings\"\n) // why{body}"));
    assert_eq!(
        with("import \"hub.amigos.dev/nobody\""),
        format!("package a\n\nimport (\n\t\"strings\"\n\n\t\"hub.amigos.dev/nobody\"\n){body}")
    );
    assert_eq!(
        with("import \"errors\"\nimport \"time\""),
        format!("package a\n\nimport \"errors\"\nimport \"time\"\nimport \"strings\"{body}")
    );
    check_diagnostics(
        "package a\n\nvar x = strings.Repeat(\"a\", 2)\n",
        expect![[r#"
            main.go:3:9 UndeclaredName Error `strings`
              fix: import "strings": "" → "\n\nimport (\n\t\"strings\"\n)"
              fix: change to `string`: "strings" → "string"
        "#]],
    );
    check_diagnostics(
        "package a\n\nvar x = nothing.Repeat(\"a\", 2)\n\nvar y = strings\n",
        expect![[r#"
            main.go:3:9 UndeclaredName Error `nothing`
            main.go:5:9 UndeclaredName Error `strings`
              fix: change to `string`: "strings" → "string"
        "#]],
    );
}

#[test]
fn unused_variables() {
    check_diagnostics(
        "package a\n\nfunc F() {\n\tx := 1\n\tvar y, z int\n\t_ = z\n}\n",
        expect![[r#"
            main.go:4:2 UnusedVar Error `x` (unnecessary)
              fix: discard `x`: "x" → "_", ":=" → "="
            main.go:5:6 UnusedVar Error `y` (unnecessary)
              fix: discard `y`: "y" → "_"
        "#]],
    );
}

#[test]
fn unused_labels() {
    check_diagnostics(
        "package a\n\nfunc F() {\nouter:\n\tfor {\n\t}\n}\n",
        expect![[r#"
            main.go:4:1 UnusedLabel Error `outer` (unnecessary)
              fix: remove label `outer`: "outer:\n" → ""
        "#]],
    );
}

#[test]
fn undeclared_names_and_members() {
    check_diagnostics(
        "package a\n\nimport \"strings\"\n\nvar x = strings.Nothing\n\nvar y = unknown\n",
        expect![[r#"
            main.go:5:17 UndeclaredImportedName Error `Nothing`
            main.go:7:9 UndeclaredName Error `unknown`
        "#]],
    );
    check_diagnostics(
        "package a\n\ntype T struct{ Name string }\n\nfunc F(t T) string { return t.name }\n",
        expect![[r#"
            main.go:5:31 MissingFieldOrMethod Error `name`
              fix: change to `Name`: "name" → "Name"
              fix: declare field `T.name`: "struct{ Name string }" → "struct {\n\tName string\n\tname string\n}"
        "#]],
    );
}

#[test]
fn mismatched_types() {
    check_diagnostics(
        "package a\n\nfunc F(n int, s string) bool {\n\tvar x string = n\n\treturn n == s && x == \"\"\n}\n",
        expect![[r#"
            main.go:4:17 IncompatibleAssign Error `n`
            main.go:5:14 MismatchedTypes Error `s`
        "#]],
    );
    check_diagnostics(
        "package a\n\nfunc G(a int, b string) {}\n\nfunc F() {\n\tG(1)\n\tG(1, \"\", 2)\n\tG(\"\", 1)\n}\n",
        expect![[r#"
            main.go:6:5 WrongArgCount Error `)`
            main.go:7:11 WrongArgCount Error `2`
              fix: add parameter `x int` to `G`: "" → ", x int", "" → ", 0"
            main.go:8:4 IncompatibleAssign Error `""`
            main.go:8:8 IncompatibleAssign Error `1`
        "#]],
    );
}

#[test]
fn declared_twice() {
    check_diagnostics(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nvar x int\n\n//- hub.amigos.dev/test/a/b.go\npackage a\n\nfunc x() {}\n",
        expect![[r#"
            b.go:3:6 DuplicateDecl Error `x`
              a.go:3:5: other declaration of x
        "#]],
    );
}

#[test]
fn missing_returns_and_methods() {
    check_diagnostics(
        "package a\n\nfunc F() int {\n}\n",
        expect![[r#"
            main.go:4:1 MissingReturn Error `}`
              fix: add `return 0`: "" → "\treturn 0\n"
        "#]],
    );
    check_diagnostics(
        "package a\n\ntype I interface{ Pay(n int) }\n\ntype T struct{}\n\nvar x I = T{}\n",
        expect![[r#"
            main.go:7:11 InvalidIfaceAssign Error `T{}`
              fix: implement `I`: "" → "\n\n// Pay implements the interface.\nfunc (t T) Pay(n int) {\n\tpanic(\"not implemented\")\n}"
        "#]],
    );
}

#[test]
fn syntax_errors_in_half_typed_code() {
    check_diagnostics(
        "package a\n\nfunc F() {\n\tx := \n}\n",
        expect![[r#"
        main.go:5:1 Syntax Error `}`: expected operand, found '}' (an expression is missing after `:=`)
    "#]],
    );
    check_diagnostics(
        "package a\n\nvar s = []int{1}\n\nfunc F() {\n\ts.\n}\n",
        expect![[r#"
        main.go:7:1 Syntax Error `}`: expected selector or type assertion, found '}' (a field or method name is missing after `.`)
    "#]],
    );
    check_diagnostics(
        "package a\n\nfunc G(n int) {}\n\nfunc F() {\n\tG(1,\n}\n\nfunc H() {}\n",
        expect![[r#"
        main.go:7:1 Syntax Error `}`: expected operand, found '}' (an expression is missing after `,`)
    "#]],
    );
    check_diagnostics(
        "package a\n\nfunc F() {\n\tif true {\n\nfunc G() {}\n",
        expect![[r#"
        main.go:4:11 Syntax Error ``: expected '}', found 'EOF' (this block is not closed: `if true {`)
    "#]],
    );
    check_diagnostics(
        "package a\n\nvar s = \"open\n",
        expect![[r#"
        main.go:3:9 Syntax Error `"open`: string literal not terminated (close the string with `"` on its line; text of several lines goes between backquotes)
    "#]],
    );
    check_diagnostics(
        "package a\n\nfunc F(",
        expect![[r#"
        main.go:3:8 Syntax Error ``: expected ')', found 'EOF' (close the bracket with `)`: `func F(`)
    "#]],
    );
}

#[test]
fn rules_with_fixes_that_import() {
    check_diagnostics(
        "package a\n\nimport \"time\"\n\nfunc F() int64 { return time.Now().Unix() }\n",
        expect![[r#"
        main.go:5:25 AM1006 Error `time.Now`: `time.Now` reads the node's clock, which differs from node to node: use the block's time, `amigos.Now()`
          fix: use `amigos.Now`: "time.Now" → "amigos.Now"
    "#]],
    );
    check_diagnostics(
        "package a\n\nvar m = map[string]int{}\n\nfunc F() string {\n\tout := \"\"\n\tfor k := range m {\n\t\tout += k\n\t}\n\treturn out\n}\n",
        expect![[r#"
            main.go:7:2 AM1003 Warning `for k := range m`: the order of this range over a map shows: `out` is put together in that order; go over sorted keys
              main.go:8:3: here
              fix: go over sorted keys: "for k := range m " → "for _, k := range slices.Sorted(maps.Keys(m)) ", "" → "\n\nimport (\n\t\"maps\"\n\t\"slices\"\n)"
            main.go:8:3 AM6003 Warning `out += k`: each step copies all of `out`: gas grows with the square of `len(m)`; use a `strings.Builder`
        "#]],
    );
}

#[test]
fn refused_imports_are_said_once() {
    check_diagnostics(
        "package a\n\nimport \"os\"\n\nfunc F() { os.Exit(1) }\n",
        expect![[r#"
        main.go:3:8 AM1008 Error `"os"`: `os` reaches outside the chain, where every node would find something else: keep data in package-level variables, which persist
    "#]],
    );
    check_diagnostics(
        "package a\n\nfunc F() {\n\tgo F()\n}\n",
        expect![[r#"
        main.go:4:2 AM1001 Error `go`: `go` starts a goroutine, which runs in another order on every node: call the function directly
          fix: call it directly: "go " → ""
    "#]],
    );
}

#[test]
fn imports_that_cannot_be_resolved_yet_are_silent() {
    check_diagnostics("package a\n\nimport \"hub.amigos.dev/not/here\"\n\nfunc X() { here.X() }\n", expect![[""]]);
    check_diagnostics(
        "package a\n\nimport \"hub.amigos.dev/token@2\"\n\nfunc X() { token.X() }\n",
        expect![[r#"
            main.go:3:8 BrokenImport Error `"hub.amigos.dev/token@2"`
        "#]],
    );
}

#[test]
fn import_cycles() {
    check_diagnostics(
        "//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\nvar Y = a.X\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/test/b\"\n\nvar X = b.Y\n",
        expect![[r#"
            a.go:3:8 BrokenImport Error `"hub.amigos.dev/test/b"`
        "#]],
    );
}

#[test]
fn msg_cannot_be_assigned() {
    check_diagnostics(
        "package a\n\nfunc F() {\n\tmsg.Sender = \"x\"\n\tm := msg\n\t_ = m\n}\n",
        expect![[r#"
            main.go:4:2 UnassignableOperand Error `msg.Sender`
            main.go:5:7 InvalidPkgUse Error `msg`
        "#]],
    );
}

#[test]
fn plain_go_has_no_contract_rules() {
    check_diagnostics(
        "//- hub.amigos.dev/test/a/a.go go\npackage a\n\nfunc F() {\n\tgo F()\n\tc := make(chan int)\n\tselect {\n\tcase <-c:\n\t}\n}\n",
        expect![[""]],
    );
}

#[test]
fn tests_have_findings_of_their_own() {
    check_diagnostics(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nvar x int\n\n//- hub.amigos.dev/test/a/a_test.go\npackage a\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {\n\ty := x\n}\n",
        expect![[r#"
            a_test.go:6:2 UnusedVar Error `y` (unnecessary)
              fix: discard `y`: "y" → "_", ":=" → "="
        "#]],
    );
    check_diagnostics(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nvar x int\n\n//- hub.amigos.dev/test/a/a_test.go\npackage a_test\n\nimport \"hub.amigos.dev/test/a\"\n\nvar y = a.x\n",
        expect![[r#"
            a_test.go:5:11 UnexportedName Error `x`
        "#]],
    );
}

#[test]
fn the_first_wave_is_syntax_only() {
    let workspace = Workspace::fixture("package a\n\nfunc F() {\n\tx := )\n\tunknown()\n}\n");
    let found = workspace.analysis().syntax_diagnostics(workspace.file("main.go")).expect("not cancelled");
    assert!(found.iter().all(|d| d.code == "Syntax") && found.len() == 1, "{found:#?}");
}

#[test]
fn misspelled_names_are_put_right() {
    let fix = |text: &str| fixed(text, "change to").lines().last().unwrap_or("").to_owned();
    assert_eq!(fix("package a\n\nimport \"strings\"\n\nvar x = strings.trimspace(\"\")\n"), "var x = strings.TrimSpace(\"\")");
    assert_eq!(
        fix("package a\n\ntype T struct{ Name string }\n\nfunc F(t T) string { return t.Nmae }\n"),
        "func F(t T) string { return t.Name }"
    );
    assert_eq!(fix("package a\n\nvar counter int\n\nvar x = conter\n"), "var x = counter");
    assert_eq!(fix("package a\n\nfunc F(amount int) int { return amout }\n"), "func F(amount int) int { return amount }");
}

#[test]
fn missing_returns_are_added() {
    let head = "package a\n\ntype T struct{}\n\n";
    assert_eq!(
        fixed(&format!("{head}func F() (int, error, *T, T) {{\n}}\n"), "add `return"),
        format!("{head}func F() (int, error, *T, T) {{\n\treturn 0, nil, nil, T{{}}\n}}\n")
    );
    assert_eq!(
        fixed(&format!("{head}func F() (n int, err error) {{\n}}\n"), "add `return"),
        format!("{head}func F() (n int, err error) {{\n\treturn\n}}\n")
    );
    assert_eq!(fixed(&format!("{head}func F() string {{ }}\n"), "add `return"), format!("{head}func F() string {{ return \"\" }}\n"));
}
