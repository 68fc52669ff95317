//! Renaming of what hangs together: methods tied by interfaces, embedded types, packages and their names in files.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, apply, errors};

/// The lines that renaming what is at `$0` changes, by file, or what stands against it. What comes out is checked again: it must have no more
/// errors than before.
fn check_rename(fixture: &str, new: &str, expect: Expect) {
    expect.assert_eq(&renamed(fixture, new));
}

fn renamed(fixture: &str, new: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let before = errors(&workspace);
    let renamed = workspace.analysis().rename(file, at, new).expect("not cancelled");
    match renamed {
        Err(why) => format!("refused: {why}\n"),
        Ok(edits) => {
            let mut out = String::new();
            for id in workspace.ids() {
                let (name, text) = (workspace.of(id).0.to_owned(), workspace.of(id).1.to_owned());
                let here: Vec<TextEdit> = edits.iter().filter(|e| e.file == id).cloned().collect();
                let after = apply(&text, here);
                out += &after
                    .lines()
                    .filter(|l| !text.lines().any(|t| t == *l))
                    .map(|l| format!("{name}: {}\n", l.trim()))
                    .collect::<String>();
                workspace.edit(&name, &after);
            }
            assert!(errors(&workspace) <= before, "renaming added errors:\n{out}");
            out
        }
    }
}

#[test]
fn a_method_seen_through_an_interface_is_the_one_that_it_embeds() {
    let nodes = "package a\n\ntype Node interface{ Pos() int }\n\ntype Spec interface {\n\tNode\n\tspec()\n}\n\ntype Decl struct{ Spec }\n\ntype Import struct{}\n\nfunc (Import) Pos() int { return 1 }\nfunc (Import) spec()    {}\n\nfunc F(s Spec, d Decl) int { return s.Pos() + d.Pos() }\n";
    let all = "main.go: type Node interface{ At() int }\nmain.go: func (Import) At() int { return 1 }\nmain.go: func F(s Spec, d Decl) int { return s.At() + d.At() }\n";
    for place in ["s.Pos()", "d.Pos()", "{ Pos()", ") Pos()"] {
        let with_cursor = place.replace("Pos", "$0Pos");
        let fixture = nodes.replacen(place, &with_cursor, 1);
        assert_eq!(renamed(&fixture, "At"), all, "{place}");
    }
}

#[test]
fn a_method_of_an_interface_without_a_name_is_the_one_that_it_embeds() {
    let nodes = "package a\n\ntype Node interface{ $0Pos() int }\n\nfunc F(x interface {\n\tNode\n\tEnd() int\n}) int {\n\treturn x.Pos() + x.End()\n}\n";
    check_rename(
        nodes,
        "At",
        expect![[r#"
            main.go: type Node interface{ At() int }
            main.go: return x.At() + x.End()
        "#]],
    );
}

#[test]
fn methods_follow_their_interfaces() {
    let shapes = "package a\n\ntype Shape interface{ Area() int }\n\ntype Square struct{}\n\nfunc (Square) Area() int { return 1 }\n\ntype Round struct{}\n\nfunc (*Round) Area() int { return 3 }\n\nfunc F(s Shape) int { return s.Area() + Square{}.Area() }\n\ntype Other struct{}\n\nfunc (Other) Area(x int) int { return x }\n";
    check_rename(
        &shapes.replace("{ Area()", "{ $0Area()"),
        "Size",
        expect![[r#"
        main.go: type Shape interface{ Size() int }
        main.go: func (Square) Size() int { return 1 }
        main.go: func (*Round) Size() int { return 3 }
        main.go: func F(s Shape) int { return s.Size() + Square{}.Size() }
    "#]],
    );
    check_rename(
        &shapes.replace("(*Round) Area", "(*Round) $0Area"),
        "Size",
        expect![[r#"
        main.go: type Shape interface{ Size() int }
        main.go: func (Square) Size() int { return 1 }
        main.go: func (*Round) Size() int { return 3 }
        main.go: func F(s Shape) int { return s.Size() + Square{}.Size() }
    "#]],
    );
    check_rename(
        &shapes.replace("s.Area()", "s.$0Area()"),
        "Size",
        expect![[r#"
        main.go: type Shape interface{ Size() int }
        main.go: func (Square) Size() int { return 1 }
        main.go: func (*Round) Size() int { return 3 }
        main.go: func F(s Shape) int { return s.Size() + Square{}.Size() }
    "#]],
    );
    check_rename(
        &shapes.replace("(Other) Area", "(Other) $0Area"),
        "Size",
        expect![[r#"
        main.go: func (Other) Size(x int) int { return x }
    "#]],
    );
    check_rename(
        &shapes.replace("{ Area()", "{ $0Area()").replace("struct{}\n\nfunc (Square)", "struct{ Size int }\n\nfunc (Square)"),
        "Size",
        expect![[r#"
        refused: `Square` has a field or method `Size` already
    "#]],
    );
    // Over packages, embedded interfaces and promoted methods.
    check_rename(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype I interface{ $0Run() }\n\ntype J interface {\n\tI\n\tStop()\n}\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\ntype base struct{}\n\nfunc (base) Run()  {}\nfunc (base) Stop() {}\n\ntype T struct{ base }\n\nvar _ a.J = T{}\n\nfunc f(t T) { t.Run() }\n",
        "Start",
        expect![[r#"
            a.go: type I interface{ Start() }
            b.go: func (base) Start()  {}
            b.go: func f(t T) { t.Start() }
        "#]],
    );
    check_rename(
        "package a\n\nimport \"fmt\"\n\ntype T int\n\nfunc (T) $0String() string { return \"\" }\n\nvar x fmt.Stringer = T(1)\n",
        "Text",
        expect![[r#"
        refused: method `String` of interface `Stringer` has to be renamed with method `String` of `T`: it is declared in `fmt`, which is not part of this workspace
    "#]],
    );
    check_rename(
        "package a\n\ntype T int\n\nfunc (T) $0Error() string { return \"\" }\n",
        "Text",
        expect![[r#"
        refused: method `Error` of interface `error` has to be renamed with method `Error` of `T`: it is part of the language
    "#]],
    );
    check_rename(
        "package a\n\ntype I interface{ $0M( }\n\ntype T int\n\nfunc (T) M() {}\n",
        "N",
        expect![[r#"
        main.go: type I interface{ N( }
        main.go: func (T) N() {}
    "#]],
    );
}

#[test]
fn embedded_fields_follow_their_types() {
    check_rename(
        "package a\n\ntype $0Base struct{ n int }\n\ntype T struct{ *Base }\n\nfunc F() int { t := T{Base: &Base{n: 1}}; return t.Base.n + t.n }\n",
        "Root",
        expect![[r#"
        main.go: type Root struct{ n int }
        main.go: type T struct{ *Root }
        main.go: func F() int { t := T{Root: &Root{n: 1}}; return t.Root.n + t.n }
    "#]],
    );
    check_rename(
        "package a\n\ntype Base struct{ n int }\n\ntype T struct{ Base }\n\nfunc F(t T) int { return t.$0Base.n }\n",
        "Root",
        expect![[r#"
        main.go: type Root struct{ n int }
        main.go: type T struct{ Root }
        main.go: func F(t T) int { return t.Root.n }
    "#]],
    );
    check_rename(
        "package a\n\ntype $0Base struct{}\n\ntype T struct {\n\tBase\n\tRoot int\n}\n",
        "Root",
        expect![[r#"
        refused: `T` has a field or method `Root` already
    "#]],
    );
    check_rename(
        "package a\n\ntype Base struct{}\n\ntype $0Alias = Base\n\ntype T struct{ Alias }\n\nvar x = T{Alias: Base{}}\n",
        "Other",
        expect![[r#"
        main.go: type Other = Base
        main.go: type T struct{ Other }
        main.go: var x = T{Other: Base{}}
    "#]],
    );
    check_rename(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype $0Base struct{}\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\ntype T struct{ a.Base }\n\nfunc f(t T) a.Base { return t.Base }\n",
        "Root",
        expect![[r#"
            a.go: type Root struct{}
            b.go: type T struct{ a.Root }
            b.go: func f(t T) a.Root { return t.Root }
        "#]],
    );
}

#[test]
fn fields_and_conflicts() {
    check_rename(
        "package a\n\ntype T struct{ $0n int }\n\nfunc (t T) f() int { return T{n: 1}.n + t.n }\n",
        "count",
        expect![[r#"
        main.go: type T struct{ count int }
        main.go: func (t T) f() int { return T{count: 1}.count + t.count }
    "#]],
    );
    check_rename(
        "package a\n\ntype T struct{ $0n int }\n\nfunc (t T) f() int { return t.n }\n",
        "f",
        expect![[r#"
        refused: `T` has a field or method `f` already
    "#]],
    );
    check_rename(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\ntype T struct{ $0N int }\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\nfunc f(t a.T) int { return t.N }\n",
        "n",
        expect![[r#"
            refused: `N` is used by `hub.amigos.dev/test/b@v1`, which could not see `n`
        "#]],
    );
}

#[test]
fn packages_and_their_names() {
    let two = "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc F() {}\n\n//- hub.amigos.dev/test/a/a_test.go\npackage a_test\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\nimport \"hub.amigos.dev/test/a\"\n\nfunc f() { a.F(); a.F() }\n\n//- hub.amigos.dev/test/c/c.go\npackage c\n\nimport x \"hub.amigos.dev/test/a\"\n\nfunc f() { x.F() }\n";
    check_rename(
        &two.replacen("package a\n", "package $0a\n", 1),
        "apple",
        expect![[r#"
        a.go: package apple
        a_test.go: package apple_test
        b.go: func f() { apple.F(); apple.F() }
    "#]],
    );
    check_rename(
        &two.replacen("{ a.F()", "{ $0a.F()", 1),
        "apple",
        expect![[r#"
        b.go: import apple "hub.amigos.dev/test/a"
        b.go: func f() { apple.F(); apple.F() }
    "#]],
    );
    check_rename(
        &two.replacen("import x", "import $0x", 1),
        "y",
        expect![[r#"
        c.go: import y "hub.amigos.dev/test/a"
        c.go: func f() { y.F() }
    "#]],
    );
    check_rename(
        &two.replacen("x.F()", "$0x.F()", 1),
        "a",
        expect![[r#"
        c.go: import "hub.amigos.dev/test/a"
        c.go: func f() { a.F() }
    "#]],
    );
    check_rename(
        &two.replacen("{ a.F()", "{ $0a.F()", 1),
        "f",
        expect![[r#"
        refused: `f` is already declared in package `b`
    "#]],
    );
    check_rename(
        &two.replacen("package a\n", "package $0a\n", 1),
        "f",
        expect![[r#"
        refused: `f` is already declared in package `b`
    "#]],
    );
    check_rename(
        "package a\n\nfunc f() { $0amigos.Height() }\n",
        "b",
        expect![[r#"
        refused: `amigos` is predeclared
    "#]],
    );
    check_rename(
        "package a\n\nimport \"strings\"\n\nfunc f(s string) string { str := s; return $0strings.ToUpper(str) }\n",
        "str",
        expect![[r#"
        refused: a local `str` would hide it in `main.go`
    "#]],
    );
    check_rename(
        "package $0a\n\nfunc f( {\n",
        "b",
        expect![[r#"
        main.go: package b
    "#]],
    );
}
