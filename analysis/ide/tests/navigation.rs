//! References, renaming, signatures, colours, selections, and declarations by name.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, apply};

/// The files with every reference in brackets: `[x]` read, `[=x]` written, `[:x]` declared.
fn check_references(fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let found = workspace.analysis().references(file, at).expect("not cancelled");
    let mut out = String::new();
    for id in workspace.ids() {
        let (name, text) = workspace.of(id);
        let mut marked = text.to_owned();
        let mut here: Vec<&Reference> = found.iter().filter(|r| r.file == id).collect();
        here.sort_by_key(|r| std::cmp::Reverse(r.range.start));
        for r in here {
            marked.insert(r.range.end as usize, ']');
            marked.insert_str(
                r.range.start as usize,
                if r.declaration {
                    "[:"
                } else if r.write {
                    "[="
                } else {
                    "["
                },
            );
        }
        let lines: Vec<&str> = marked
            .lines()
            .filter(|l| ["[:", "[="].iter().any(|m| l.contains(m)) || found.iter().any(|_| l.contains('[') && l.contains(']')))
            .collect();
        let lines: Vec<&str> = lines.into_iter().filter(|l| !text.contains(l)).collect();
        if !lines.is_empty() {
            out += &format!("{name}\n{}\n", lines.join("\n"));
        }
    }
    expect.assert_eq(&out);
}

/// All files after the renaming, or what stands against it.
fn check_renamed_files(fixture: &str, new: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let out = match workspace.analysis().rename(file, at, new).expect("not cancelled") {
        Err(why) => format!("refused: {why}\n"),
        Ok(edits) => {
            let mut out = String::new();
            for id in workspace.ids() {
                let here: Vec<TextEdit> = edits.iter().filter(|e| e.file == id).cloned().collect();
                if !here.is_empty() {
                    let (name, text) = workspace.of(id);
                    out += &format!("{name}\n{}", apply(text, here));
                }
            }
            out
        }
    };
    expect.assert_eq(&out);
}

#[test]
fn references_to_locals_and_parameters() {
    check_references(
        "package a\n\nfunc F(n int) int {\n\tx := n\n\tx = x + $0n\n\tfunc() { n++ }()\n\treturn x\n}\n",
        expect![[r#"
        main.go
        func F([:n] int) int {
        	x := [n]
        	x = x + [n]
        	func() { [=n]++ }()
    "#]],
    );
    check_references(
        "package a\n\nfunc F(n int) int {\n\t$0x := n\n\tx = x + n\n\t{\n\t\tx := 2\n\t\t_ = x\n\t}\n\treturn x\n}\n",
        expect![[r#"
            main.go
            	[:x] := n
            	[=x] = [x] + n
            	return [x]
        "#]],
    );
    check_references(
        "package a\n\nfunc F(v any) {\n\tswitch $0v := v.(type) {\n\tcase int:\n\t\t_ = v\n\tdefault:\n\t\t_ = v\n\t}\n}\n",
        expect![[r#"
            main.go
            	switch [:v] := v.(type) {
            		_ = [v]
            		_ = [v]
        "#]],
    );
    check_references(
        "package a\n\nfunc F() {\n$0outer:\n\tfor {\n\t\tcontinue outer\n\t}\n}\n",
        expect![[r#"
        main.go
        [:outer]:
        		continue [outer]
    "#]],
    );
}

const FORUM: &str = "//- hub.amigos.dev/social/forum/forum.go\npackage forum\n\ntype Post struct {\n\tTitle string\n}\n\nvar Posts []Post\n\nfunc (p *Post) Publish() { Posts = append(Posts, *p) }\n\n//- hub.amigos.dev/social/forum/forum_test.go\npackage forum\n\nfunc check() int { return len(Posts) }\n\n//- hub.amigos.dev/social/forum/out_test.go\npackage forum_test\n\nimport \"hub.amigos.dev/social/forum\"\n\nfunc check() int { return len(forum.Posts) }\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/social/forum\"\n\nfunc F() string {\n\tp := forum.Post{Title: \"x\"}\n\tp.Title = \"y\"\n\tp.Publish()\n\treturn forum.Posts[0].Title\n}\n";

#[test]
fn references_over_packages_and_tests() {
    check_references(
        &FORUM.replace("var Posts", "var $0Posts"),
        expect![[r#"
        forum.go
        var [:Posts] []Post
        func (p *Post) Publish() { [=Posts] = append([Posts], *p) }
        forum_test.go
        func check() int { return len([Posts]) }
        out_test.go
        func check() int { return len(forum.[Posts]) }
        a.go
        	return forum.[Posts][0].Title
    "#]],
    );
    check_references(
        &FORUM.replace("p.Title", "p.$0Title"),
        expect![[r#"
        forum.go
        	[:Title] string
        a.go
        	p := forum.Post{[Title]: "x"}
        	p.[=Title] = "y"
        	return forum.Posts[0].[Title]
    "#]],
    );
    check_references(
        &FORUM.replace("p.Publish", "p.$0Publish"),
        expect![[r#"
        forum.go
        func (p *Post) [:Publish]() { Posts = append(Posts, *p) }
        a.go
        	p.[Publish]()
    "#]],
    );
    check_references(
        &FORUM.replace("forum.Post{", "forum.$0Post{"),
        expect![[r#"
        forum.go
        type [:Post] struct {
        var Posts [][Post]
        func (p *[Post]) Publish() { Posts = append(Posts, *p) }
        a.go
        	p := forum.[Post]{Title: "x"}
    "#]],
    );
}

#[test]
fn references_to_packages_interfaces_and_generics() {
    check_references(
        "package a\n\nimport s \"strings\"\n\nvar x = $0s.Repeat(s.ToUpper(\"x\"), 2)\n",
        expect![[r#"
        main.go
        import [:s] "strings"
        var x = [s].Repeat([s].ToUpper("x"), 2)
    "#]],
    );
    check_references(
        "package a\n\ntype I interface{ Pay() }\n\nfunc F(i I) { i.$0Pay() }\n\nfunc G(i I) { i.Pay() }\n",
        expect![[r#"
        main.go
        type I interface{ [:Pay]() }
        func F(i I) { i.[Pay]() }
        func G(i I) { i.[Pay]() }
    "#]],
    );
    check_references(
        "package a\n\ntype L[T any] struct{ items []T }\n\nfunc (l *L[T]) Add(x T) { l.$0items = append(l.items, x) }\n\nfunc F(l *L[int]) int { return len(l.items) }\n",
        expect![[r#"
            main.go
            type L[T any] struct{ [:items] []T }
            func (l *L[T]) Add(x T) { l.[=items] = append(l.[items], x) }
            func F(l *L[int]) int { return len(l.[items]) }
        "#]],
    );
    check_references(
        "package a\n\nfunc Map[$0T any](xs []T) (out []T) {\n\tvar x T\n\treturn append(out, x)\n}\n",
        expect![[r#"
        main.go
        func Map[[:T] any](xs [][T]) (out [][T]) {
        	var x [T]
    "#]],
    );
}

#[test]
fn references_in_broken_code() {
    check_references(
        "package a\n\nvar $0count int\n\nfunc F() {\n\tcount = count +\n}\n\nfunc G() {\n\tif count\n",
        expect![[r#"
        main.go
        var [:count] int
        	[=count] = [count] +
        	if [count]
    "#]],
    );
    check_references("package a\n\nvar x = $0nothing\n", expect![[""]]);
}

#[test]
fn renaming_locals() {
    check_renamed_files(
        "package a\n\nfunc F(n int) (sum int) {\n\tsum = $0n\n\treturn sum + n\n}\n",
        "amount",
        expect![[r#"
        main.go
        package a

        func F(amount int) (sum int) {
        	sum = amount
        	return sum + amount
        }
    "#]],
    );
    check_renamed_files(
        "package a\n\nfunc F(n int) {\n\tx := $0n\n\t_ = x\n}\n",
        "x",
        expect![[r#"
        refused: `x` is already used in this declaration
    "#]],
    );
    check_renamed_files(
        "package a\n\nfunc F(n int) {\n\tx := $0n\n\t_ = x\n}\n",
        "func",
        expect![[r#"
        refused: `func` is not a name in Go
    "#]],
    );
    check_renamed_files(
        "package a\n\nfunc F(n int) {\n\tx := $0n\n\t_ = x\n}\n",
        "1x",
        expect![[r#"
        refused: `1x` is not a name in Go
    "#]],
    );
}

#[test]
fn renaming_over_packages() {
    check_renamed_files(
        &FORUM.replace("var Posts", "var $0Posts"),
        "Entries",
        expect![[r#"
        forum.go
        package forum

        type Post struct {
        	Title string
        }

        var Entries []Post

        func (p *Post) Publish() { Entries = append(Entries, *p) }

        forum_test.go
        package forum

        func check() int { return len(Entries) }

        out_test.go
        package forum_test

        import "hub.amigos.dev/social/forum"

        func check() int { return len(forum.Entries) }

        a.go
        package a

        import "hub.amigos.dev/social/forum"

        func F() string {
        	p := forum.Post{Title: "x"}
        	p.Title = "y"
        	p.Publish()
        	return forum.Entries[0].Title
        }
    "#]],
    );
    check_renamed_files(
        &FORUM.replace("p.Title", "p.$0Title"),
        "Name",
        expect![[r#"
        forum.go
        package forum

        type Post struct {
        	Name string
        }

        var Posts []Post

        func (p *Post) Publish() { Posts = append(Posts, *p) }

        a.go
        package a

        import "hub.amigos.dev/social/forum"

        func F() string {
        	p := forum.Post{Name: "x"}
        	p.Name = "y"
        	p.Publish()
        	return forum.Posts[0].Name
        }
    "#]],
    );
    check_renamed_files(
        &FORUM.replace("p.Publish", "p.$0Publish"),
        "Store",
        expect![[r#"
        forum.go
        package forum

        type Post struct {
        	Title string
        }

        var Posts []Post

        func (p *Post) Store() { Posts = append(Posts, *p) }

        a.go
        package a

        import "hub.amigos.dev/social/forum"

        func F() string {
        	p := forum.Post{Title: "x"}
        	p.Title = "y"
        	p.Store()
        	return forum.Posts[0].Title
        }
    "#]],
    );
}

#[test]
fn renaming_that_would_change_meaning_is_refused() {
    check_renamed_files(
        &FORUM.replace("var Posts", "var $0Posts"),
        "posts",
        expect![[r#"
        refused: `Posts` is used by `hub.amigos.dev/social/forum@v1`, which could not see `posts`
    "#]],
    );
    check_renamed_files(
        &FORUM.replace("var Posts", "var $0Posts"),
        "Post",
        expect![[r#"
        refused: `Post` is already declared in this package
    "#]],
    );
    check_renamed_files(
        "package a\n\nvar count int\n\nfunc F(n int) int { return $0count + n }\n",
        "n",
        expect![[r#"
        refused: a local `n` would hide it in `main.go`
    "#]],
    );
    check_renamed_files(
        "package a\n\ntype T struct{ $0A, B int }\n",
        "B",
        expect![[r#"
        refused: `T` has a field or method `B` already
    "#]],
    );
    check_renamed_files(
        "package a\n\ntype T struct{}\n\nfunc (T) $0Error() string { return \"\" }\n",
        "Text",
        expect![[r#"
            refused: method `Error` of interface `error` has to be renamed with method `Error` of `T`: it is part of the language
        "#]],
    );
    check_renamed_files(
        "package a\n\ntype $0B struct{}\n\ntype T struct{ B }\n",
        "C",
        expect![[r#"
            main.go
            package a

            type C struct{}

            type T struct{ C }
        "#]],
    );
    check_renamed_files(
        "package a\n\nimport \"strings\"\n\nvar x = strings.$0Repeat(\"\", 1)\n",
        "Again",
        expect![[r#"
        refused: it is declared in `strings`, which is not part of this workspace
    "#]],
    );
    check_renamed_files(
        "package a\n\nvar x = $0len(\"\")\n",
        "size",
        expect![[r#"
        refused: `len` is predeclared
    "#]],
    );
    check_renamed_files(
        "//- hub.amigos.dev/lib/x/x.go fetched library\npackage x\n\nfunc F() {}\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/lib/x\"\n\nfunc G() { x.$0F() }\n",
        "H",
        expect![[r#"
            refused: it is declared in `hub.amigos.dev/lib/x@v1`, which is not part of this workspace
        "#]],
    );
}

#[test]
fn deployed_state_keeps_its_old_name() {
    let mut workspace = Workspace::fixture("package example\n\n// Posts has all.\nvar $0Posts []int\n");
    workspace.host.apply_change(Change {
        facts: vec![("hub.amigos.dev/test/example@v1".into(), Some(std::sync::Arc::default()))],
        ..Change::default()
    });
    let (file, at) = workspace.at();
    let edits = workspace.analysis().rename(file, at, "Entries").expect("not cancelled").expect("no conflict");
    expect![[r#"
        package example

        // Entries has all.
        //amigos:was Posts
        var Entries []int
    "#]]
    .assert_eq(&apply(workspace.of(file).1, edits));
}

fn check_signature(fixture: &str, expected: &str) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let found = workspace.analysis().signature_help(file, at).expect("not cancelled");
    let text = found.map_or("nothing".to_owned(), |h| {
        let mut label = h.label.clone();
        if let Some((start, end)) = h.params.get(h.active as usize) {
            label.insert(*end as usize, ']');
            label.insert(*start as usize, '[');
        }
        label
    });
    assert_eq!(text, expected);
}

#[test]
fn signatures_of_calls() {
    let f = |body: &str| {
        format!(
            "package a\n\nimport \"strings\"\n\n// G does.\nfunc G(n int, names ...string) (int, error) {{ return 0, nil }}\n\nfunc F() {{\n\t{body}\n}}\n\nvar _ = strings.ToUpper\n"
        )
    };
    check_signature(&f("G($0)"), "G([n int], names ...string) (int, error)");
    check_signature(&f("G(1, $0)"), "G(n int, [names ...string]) (int, error)");
    check_signature(&f("G(1, \"a,b\", \"c\", $0"), "G(n int, [names ...string]) (int, error)");
    check_signature(&f("G(len($0"), "len([v T]) int");
    check_signature(&f("G(len(\"x\"), $0"), "G(n int, [names ...string]) (int, error)");
    check_signature(&f("_ = strings.Repeat(\"x\", $0)"), "Repeat(s string, [count int]) string");
    check_signature(&f("append(nil, $0)"), "append(slice []T, [elems ...T]) []T");
    check_signature(&f("func() { $0 }()"), "nothing");
    check_signature(&f("G(1, []string{$0}...)"), "G(n int, [names ...string]) (int, error)");
    check_signature(&f("if true { G(1,\n$0"), "G(n int, [names ...string]) (int, error)");
    check_signature(&f("_ = int64($0)"), "nothing");
    check_signature(
        "package a\n\ntype T struct{}\n\nfunc (t T) M(a, b int) {}\n\nfunc F(t T, f func(x int) bool) {\n\tt.M(1, $0)\n}\n",
        "M(a int, [b int])",
    );
    check_signature("package a\n\nfunc F(f func(x int) bool) {\n\tf($0)\n}\n", "f([x int]) bool");
    check_signature(
        "package a\n\nfunc Map[T, U any](xs []T, f func(T) U) []U { return nil }\n\nfunc F() {\n\tMap([]int{}, $0)\n}\n",
        "Map(xs []T, [f func(T) U]) []U",
    );
}

#[test]
fn colours() {
    let text = "package a\n\nimport \"strings\"\n\ntype T[E any] struct{ Items []E }\n\nvar Posts []string\n\nconst Max = 3\n\nfunc (t *T[E]) Add(x E) error {\n\tn := len(t.Items)\n\tPosts = append(Posts, strings.Repeat(\"x\", n+Max))\n\t_ = msg.Sender\nouter:\n\tfor {\n\t\tbreak outer\n\t}\n\treturn nil\n}\n";
    let workspace = Workspace::fixture(text);
    let file = workspace.file("main.go");
    let found = workspace.analysis().semantic_tokens(file, TextRange::new(0, text.len() as u32)).expect("not cancelled");
    let one = |t: &SemanticToken| {
        let mut out = format!("{} {:?}", &text[t.range.start as usize..t.range.end as usize], t.kind);
        for (name, set) in
            [("declaration", t.modifiers.declaration), ("persistent", t.modifiers.persistent), ("predeclared", t.modifiers.predeclared)]
        {
            if set {
                out += &format!(" {name}");
            }
        }
        out + "\n"
    };
    expect![[r#"
        T Type declaration
        E TypeParameter declaration
        any Type predeclared
        Items Field declaration
        E TypeParameter
        Posts Variable declaration persistent
        string Type predeclared
        Max Constant declaration
        t Parameter declaration
        T Type
        E TypeParameter declaration
        Add Method declaration
        x Parameter declaration
        E TypeParameter
        error Type predeclared
        n Variable declaration
        len Function predeclared
        t Parameter
        Items Field
        Posts Variable persistent
        append Function predeclared
        Posts Variable persistent
        strings Package
        Repeat Function
        n Variable
        Max Constant
        msg Variable predeclared
        Sender Field
        outer Label declaration
        outer Label
        nil Constant predeclared
    "#]]
    .assert_eq(&found.iter().map(one).collect::<String>());
}

fn check_selections(fixture: &str, expect: Expect) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().selection_ranges(file, at).expect("not cancelled");
    expect.assert_eq(&found.iter().map(|r| format!("{:?}\n", &text[r.start as usize..r.end as usize])).collect::<String>());
}

#[test]
fn selections_grow_by_syntax() {
    check_selections(
        "package a\n\n// F does.\nfunc F(n int) int {\n\tif n > 0 {\n\t\treturn g(n+$01, 2)\n\t}\n\treturn 0\n}\n",
        expect![[r#"
        "1"
        "n+1"
        "n+1, 2"
        "g(n+1, 2)"
        "return g(n+1, 2)"
        "\n\t\treturn g(n+1, 2)\n\t"
        "{\n\t\treturn g(n+1, 2)\n\t}"
        "if n > 0 {\n\t\treturn g(n+1, 2)\n\t}"
        "\n\tif n > 0 {\n\t\treturn g(n+1, 2)\n\t}\n\treturn 0\n"
        "{\n\tif n > 0 {\n\t\treturn g(n+1, 2)\n\t}\n\treturn 0\n}"
        "func F(n int) int {\n\tif n > 0 {\n\t\treturn g(n+1, 2)\n\t}\n\treturn 0\n}"
        "// F does.\nfunc F(n int) int {\n\tif n > 0 {\n\t\treturn g(n+1, 2)\n\t}\n\treturn 0\n}"
        "package a\n\n// F does.\nfunc F(n int) int {\n\tif n > 0 {\n\t\treturn g(n+1, 2)\n\t}\n\treturn 0\n}\n"
    "#]],
    );
    check_selections(
        "package a\n\nimport (\n\t\"err$0ors\"\n)\n",
        expect![[r#"
        "errors"
        "\"errors\""
        "import (\n\t\"errors\"\n)"
        "package a\n\nimport (\n\t\"errors\"\n)\n"
    "#]],
    );
    check_selections(
        "package a\n\nfunc F() {\n\tx.$0\n",
        expect![[r#"
        "x."
        "{\n\tx."
        "func F() {\n\tx."
        "package a\n\nfunc F() {\n\tx.\n"
    "#]],
    );
}

#[test]
fn declarations_by_name() {
    let workspace = Workspace::fixture(FORUM);
    let search = |query: &str| -> Vec<String> {
        let found = workspace.analysis().workspace_symbols(query).expect("not cancelled");
        found.into_iter().map(|s| format!("{} in {} at {}", s.name, s.container, workspace.position(s.file, s.range.start))).collect()
    };
    assert_eq!(search("pub"), ["(*Post).Publish in hub.amigos.dev/social/forum@v1 at forum.go:9:16"]);
    assert_eq!(search("Post")[0], "Post in hub.amigos.dev/social/forum@v1 at forum.go:3:6");
    assert_eq!(search("title"), ["Title in Post at forum.go:4:2"]);
    assert!(search("zzz").is_empty());
}

#[test]
fn types_of_things() {
    let at = |fixture: &str| {
        let workspace = Workspace::fixture(fixture);
        let (file, at) = workspace.at();
        let found = workspace.analysis().type_definition(file, at).expect("not cancelled");
        found
            .iter()
            .map(|t| match &t.place {
                Place::File(id) => workspace.position(*id, t.focus.start),
                Place::Std(package, _) => package.to_string(),
            })
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(at("package a\n\ntype P struct{}\n\nfunc F(ps []*P) { _ = $0ps }\n"), "main.go:3:6");
    assert_eq!(at("package a\n\ntype P struct{}\n\nvar x map[string]P\n\nfunc F() { _ = $0x }\n"), "main.go:3:6");
    assert_eq!(at("package a\n\nvar x = msg.$0Sender\n"), "amigos");
    assert_eq!(at("package a\n\nfunc F(n int) { _ = $0n }\n"), "");
}
