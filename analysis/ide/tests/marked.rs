//! What an editor marks without being asked: the places of a name, colours, and what a selection grows by. In whole files and in broken ones.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::Workspace;

/// The line of the cursor's file that has marks in it: `[x]` read, `[=x]` written, `[:x]` declared.
fn check_highlights(fixtures: &[&str], expect: Expect) {
    let mut out = String::new();
    for fixture in fixtures {
        let workspace = Workspace::fixture(fixture);
        let (file, at) = workspace.at();
        let (_, text) = workspace.of(file);
        let mut found = workspace.analysis().highlights(file, at).expect("not cancelled");
        assert!(found.iter().all(|one| one.file == file), "{fixture}");
        found.sort_by_key(|one| std::cmp::Reverse(one.range.start));
        let mut marked = text.to_owned();
        for one in &found {
            marked.insert(one.range.end as usize, ']');
            let before = match (one.declaration, one.write) {
                (true, _) => "[:",
                (_, true) => "[=",
                _ => "[",
            };
            marked.insert_str(one.range.start as usize, before);
        }
        let lines: Vec<&str> = marked.lines().filter(|line| line.contains('[')).map(str::trim).collect();
        out += if found.is_empty() { "nothing" } else { "" };
        out += &if found.is_empty() { String::new() } else { lines.join(" ⏎ ") };
        out.push('\n');
    }
    expect.assert_eq(&out);
}

#[test]
fn the_places_of_a_name_in_a_file() {
    check_highlights(
        &[
            "package a\n\nfunc f($0n int) int { n++; return n }\n",
            "package a\n\nfunc f() { x, y := 1, 2; x, y = y, x; _ = $0x }\n",
            "package a\n\nvar v$0 = 1\n\nfunc f() { v = v + 1; v++; v += v }\n",
            "package a\n\ntype S struct{ Field int }\n\nfunc f(s S) { s.F$0ield = 1; _ = S{Field: s.Field} }\n",
            "package a\n\ntype I interface{ M() }\n\ntype T int\n\nfunc (T) $0M() {}\n\nfunc f(i I, t T) { i.M(); t.M() }\n",
            "package a\n\nimport \"strings\"\n\nvar x, y = $0strings.ToUpper(\"a\"), strings.ToLower(\"b\")\n",
            "package a\n\nfunc f() {\nou$0ter:\n\tfor {\n\t\tcontinue outer\n\t}\n}\n",
            "package a\n\nfunc f[T any](x $0T) T { var y T; return y }\n",
            "package a\n\nconst c$0 = 1\n\nfunc f() int { c := 2; return c }\n\nvar z [c]int\n",
            "package a\n\nfunc f(x any) {\n\tswitch v$0 := x.(type) {\n\tcase int:\n\t\t_ = v\n\tcase string:\n\t\t_ = v\n\t}\n}\n",
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\nfunc $0F() {}\n\nvar _ = F\n\n//- hub.amigos.dev/test/a/b.go\npackage a\n\nfunc g() { F() }\n",
        ],
        expect![[r#"
            func f([:n] int) int { [=n]++; return [n] }
            func f() { [:x], y := 1, 2; [=x], y = y, [x]; _ = [x] }
            var [:v] = 1 ⏎ func f() { [=v] = [v] + 1; [=v]++; [=v] += [v] }
            type S struct{ [:Field] int } ⏎ func f(s S) { s.[=Field] = 1; _ = S{[Field]: s.[Field]} }
            func (T) [:M]() {} ⏎ func f(i I, t T) { i.M(); t.[M]() }
            import [:"strings"] ⏎ var x, y = [strings].ToUpper("a"), [strings].ToLower("b")
            [:outer]: ⏎ continue [outer]
            func f[[:T] any](x [T]) [T] { var y [T]; return y }
            const [:c] = 1 ⏎ var z [[c]]int
            switch [:v] := x.(type) { ⏎ _ = [v] ⏎ _ = [v]
            func [:F]() {} ⏎ var _ = [F]
        "#]],
    );
}

#[test]
fn the_places_of_a_name_in_broken_code() {
    check_highlights(
        &[
            "package a\n\nfunc f(n int) {\n\tif n$0 > {\n\tn = \n}\n",
            "package a\n\nfunc f() { x := ; x$0. }\n",
            "package a\n\nfunc f() { undefined$0(undefined) }\n",
            "package a\n\nvar x = (\n\nfunc g() { y := 1; y$0 = y }\n",
            "package a\n\nfunc f() { 1$0 + 2 }\n",
            "package a\n\n// a com$0ment about a comment\n",
            "package a\n\nvar s = \"a str$0ing\"\n",
            "$0",
        ],
        expect![[r#"
            func f([:n] int) { ⏎ if [n] > { ⏎ [=n] =
            func f() { [:x] := ; [x]. }
            nothing
            func g() { [:y] := 1; [=y] = [y] }
            nothing
            nothing
            nothing
            nothing
        "#]],
    );
}

fn check_colours(body: &str, expect: Expect) {
    let workspace = Workspace::fixture(body);
    let file = workspace.ids()[0];
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().semantic_tokens(file, TextRange::new(0, text.len() as u32)).expect("not cancelled");
    let mut last = 0;
    let mut out = Vec::new();
    for one in &found {
        assert!(one.range.start >= last, "tokens overlap or are out of order in {body}");
        last = one.range.end;
        let marks =
            [(one.modifiers.declaration, "declared"), (one.modifiers.persistent, "persistent"), (one.modifiers.predeclared, "predeclared")];
        let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, name)| format!(" {name}")).collect();
        out.push(format!("{}: {:?}{marks}", &text[one.range.start as usize..one.range.end as usize], one.kind));
    }
    expect.assert_eq(&out.join("\n"));
}

#[test]
fn colours_of_what_persists() {
    check_colours(
        "package a\n\nvar Count int\n\nfunc F() { Count++ }\n",
        expect![[r#"
        Count: Variable declared persistent
        int: Type predeclared
        F: Function declared
        Count: Variable persistent"#]],
    );
    check_colours(
        "package a\n\nconst Max = 3\n\nvar x = Max\n",
        expect![[r#"
        Max: Constant declared
        x: Variable declared persistent
        Max: Constant"#]],
    );
    check_colours(
        "package a\n\nfunc f() { Count := 1; _ = Count }\n\nvar Count = 2\n",
        expect![[r#"
        f: Function declared
        Count: Variable declared
        Count: Variable
        Count: Variable declared persistent"#]],
    );
    check_colours(
        "//- hub.amigos.dev/test/a/a_test.go\npackage a\n\nvar seen = 1\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n",
        expect!["seen: Variable declared"],
    );
}

#[test]
fn colours_of_types_members_and_labels() {
    check_colours(
        "package a\n\ntype S struct{ Name string }\n\nfunc (s *S) Rename(to string) { s.Name = to }\n",
        expect![[r#"
        S: Type declared
        Name: Field declared
        string: Type predeclared
        s: Parameter declared
        S: Type
        Rename: Method declared
        to: Parameter declared
        string: Type predeclared
        s: Parameter
        Name: Field
        to: Parameter"#]],
    );
    check_colours(
        "package a\n\ntype I interface{ M() error }\n\nfunc f(i I) error { return i.M() }\n",
        expect![[r#"
        I: Type declared
        M: Method declared
        error: Type predeclared
        f: Function declared
        i: Parameter declared
        I: Type
        error: Type predeclared
        i: Parameter
        M: Method"#]],
    );
    check_colours(
        "package a\n\nfunc f[K comparable, V any](m map[K]V) {}\n",
        expect![[r#"
        f: Function declared
        K: TypeParameter declared
        comparable: Type predeclared
        V: TypeParameter declared
        any: Type predeclared
        m: Parameter declared
        K: TypeParameter
        V: TypeParameter"#]],
    );
    check_colours(
        "package a\n\nfunc f() {\nl:\n\tfor {\n\t\tbreak l\n\t}\n}\n",
        expect![[r#"
        f: Function declared
        l: Label declared
        l: Label"#]],
    );
    check_colours(
        "package a\n\nimport str \"strings\"\n\nvar x = str.ToUpper(\"a\")\n",
        expect![[r#"
        str: Package declared
        x: Variable declared persistent
        str: Package
        ToUpper: Function"#]],
    );
    check_colours(
        "package a\n\nfunc f() { _ = msg.Sender; panic(len(\"\")) }\n",
        expect![[r#"
        f: Function declared
        msg: Variable predeclared
        Sender: Field
        panic: Function predeclared
        len: Function predeclared"#]],
    );
}

#[test]
fn colours_in_broken_code() {
    check_colours(
        "package a\n\nfunc f(n int {\n\tn = \n}\n\nfunc g(m int) int { return m }\n",
        expect![[r#"
        f: Function declared
        n: Parameter declared
        int: Type predeclared
        g: Function declared
        m: Parameter declared
        int: Type predeclared
        int: Type predeclared
        m: Parameter"#]],
    );
    check_colours("package a\n\nfunc f() { undefined.x(y.z) }\n", expect!["f: Function declared"]);
    check_colours(
        "package a\n\ntype T struct{ a int; b \n\nvar v T\n",
        expect![[r#"
        T: Type declared
        a: Field declared
        int: Type predeclared
        b: Field declared
        v: Variable declared persistent
        T: Type"#]],
    );
    check_colours("", expect![[""]]);
}

fn check_selections(fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().selection_ranges(file, at).expect("not cancelled");
    for pair in found.windows(2) {
        assert!(pair[1].start <= pair[0].start && pair[0].end <= pair[1].end && pair[0] != pair[1], "{fixture}: {pair:?}");
    }
    // the outermost are the declaration and the file, which the fixtures say themselves
    let inner = found.len().saturating_sub(2);
    expect.assert_eq(&found.iter().take(inner).map(|r| format!("{:?}\n", &text[r.start as usize..r.end as usize])).collect::<String>());
}

#[test]
fn selections_in_expressions_types_and_statements() {
    check_selections(
        "package a\n\nvar x = a.b.$0c[1](2)\n",
        expect![[r#"
        "c"
        "a.b.c"
        "a.b.c[1]"
        "a.b.c[1](2)"
        "x = a.b.c[1](2)"
    "#]],
    );
    check_selections(
        "package a\n\nvar x = T{A: 1, B: $0two}\n",
        expect![[r#"
        "two"
        "B: two"
        "T{A: 1, B: two}"
        "x = T{A: 1, B: two}"
    "#]],
    );
    check_selections(
        "package a\n\nfunc f(a, b$0 int, c string) {}\n",
        expect![[r#"
            "b"
            "a, b int"
            "a, b int, c string"
            "func f(a, b int, c string)"
        "#]],
    );
    check_selections(
        "package a\n\ntype S struct {\n\tA int\n\tB$0, C string `json:\"b\"`\n}\n",
        expect![[r#"
            "B"
            "B, C string `json:\"b\"`"
            "A int\n\tB, C string `json:\"b\"`"
            "struct {\n\tA int\n\tB, C string `json:\"b\"`\n}"
            "S struct {\n\tA int\n\tB, C string `json:\"b\"`\n}"
        "#]],
    );
    check_selections(
        "package a\n\nfunc f() {\n\tswitch x {\n\tcase 1, $02:\n\t\tg()\n\t}\n}\n",
        expect![[r#"
        "2"
        "case 1, 2:\n\t\tg()"
        "\n\tcase 1, 2:\n\t\tg()\n\t"
        "{\n\tcase 1, 2:\n\t\tg()\n\t}"
        "switch x {\n\tcase 1, 2:\n\t\tg()\n\t}"
        "\n\tswitch x {\n\tcase 1, 2:\n\t\tg()\n\t}\n"
        "{\n\tswitch x {\n\tcase 1, 2:\n\t\tg()\n\t}\n}"
    "#]],
    );
    check_selections(
        "package a\n\nfunc f() {\n\tfor i$0 := 0; i < 3; i++ {\n\t}\n}\n",
        expect![[r#"
        "i"
        "i := 0"
        "for i := 0; i < 3; i++ {\n\t}"
        "\n\tfor i := 0; i < 3; i++ {\n\t}\n"
        "{\n\tfor i := 0; i < 3; i++ {\n\t}\n}"
    "#]],
    );
    check_selections(
        "package a\n\n// one two$0 three\nvar x = 1\n",
        expect![[r#"
        "// one two three"
    "#]],
    );
    check_selections(
        "package a\n\nvar s = \"one $0two\"\n",
        expect![[r#"
        "\"one two\""
        "s = \"one two\""
    "#]],
    );
}

#[test]
fn selections_in_lists_of_parameters_and_fields() {
    check_selections(
        "package a\n\nfunc (r$0 *T) f() {}\n",
        expect![[r#"
        "r"
        "r *T"
        "func (r *T) f()"
    "#]],
    );
    check_selections(
        "package a\n\nfunc f[K comparable, V$0 any](m map[K]V) (n int, err error) {}\n",
        expect![[r#"
        "V"
        "V any"
        "K comparable, V any"
        "func f[K comparable, V any](m map[K]V) (n int, err error)"
    "#]],
    );
    check_selections(
        "package a\n\nfunc f() (n int, err$0 error) {}\n",
        expect![[r#"
        "err"
        "err error"
        "n int, err error"
        "func f() (n int, err error)"
    "#]],
    );
    check_selections(
        "package a\n\nvar g = func(a$0 int, b string) {}\n",
        expect![[r#"
        "a"
        "func(a int, b string)"
        "g = func(a int, b string)"
        "var g = func(a int, b string)"
    "#]],
    );
    check_selections(
        "package a\n\nfunc f(a int, b$0",
        expect![[r#"
        "b"
        "a int, b"
    "#]],
    );
}

#[test]
fn selections_in_broken_code() {
    check_selections(
        "package a\n\nfunc f() {\n\tif x$0 {\n",
        expect![[r#"
        "x"
        "if x {"
        "{\n\tif x {"
    "#]],
    );
    check_selections(
        "package a\n\nfunc f( {\n\tg($0\n}\n",
        expect![[r#"
            "("
            "g("
            "func f( {\n\tg("
        "#]],
    );
    check_selections(
        "package a\n\nvar x = [$0\n",
        expect![[r#"
        "[\n"
        "x = [\n"
    "#]],
    );
    check_selections("$0", expect![[""]]);
}
