//! What is offered while typing.

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

/// All members, or the first few of a long list.
fn check_completion(fixture: &str, first: usize, expect: Expect) {
    let (_, found) = complete(fixture);
    let one = |c: &Completion| {
        let what = format!("{:?}", c.kind).to_lowercase();
        format!("{} ({what}) {}", c.label, c.detail.replace('\n', " ")).trim_end().to_owned() + "\n"
    };
    expect.assert_eq(&found.iter().take(first).map(one).collect::<String>());
}

fn labels(fixture: &str) -> Vec<String> {
    complete(fixture).1.into_iter().map(|c| c.label).collect()
}

/// The text after taking a completion.
fn take(fixture: &str, label: &str) -> String {
    let (workspace, found) = complete(fixture);
    let (file, _) = workspace.at();
    let one = found.into_iter().find(|c| c.label == label).unwrap_or_else(|| panic!("no {label}"));
    let mut edits = one.extra;
    edits.push(TextEdit { file, range: one.range, new_text: one.insert });
    apply(workspace.of(file).1, edits)
}

const FORUM: &str = r#"//- hub.amigos.dev/social/forum/forum.go
package forum

// Post is a contribution.
type Post struct {
	Title string // what it is called
	Votes int
	hidden bool
}

// Posts has all posts.
var Posts []Post

// NewPost makes a post.
func NewPost(title string) *Post { return nil }

// Publish stores it.
func (p *Post) Publish() error { return nil }

func (p *Post) secret() {}

func helper() {}

//- hub.amigos.dev/test/a/a.go
package a

import "hub.amigos.dev/social/forum"

"#;

fn with_forum(text: &str) -> String {
    format!("{FORUM}{text}")
}

#[test]
fn members_of_a_package() {
    check_completion(
        &with_forum("func F() {\n\tforum.$0\n}\n"),
        99,
        expect![[r#"
            NewPost (func) func(title string) *forum.Post
            Posts (var) []forum.Post
            Post (type)
        "#]],
    );
    check_completion(
        &with_forum("func F() {\n\tx := forum.New$0\n\t_ = x\n}\n"),
        99,
        expect![[r#"
            NewPost (func) func(title string) *forum.Post
        "#]],
    );
}

#[test]
fn fields_and_methods_of_another_package_are_the_exported_ones() {
    check_completion(
        &with_forum("func F(p *forum.Post) {\n\tp.$0\n}\n"),
        99,
        expect![[r#"
            Publish (method) func() error
            Title (field) string
            Votes (field) int
            nil (text) if it is nil
            notnil (text) if it is not nil
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            var (text) a variable with it
        "#]],
    );
}

#[test]
fn members_of_what_a_call_returns() {
    check_completion(
        &with_forum("func F() {\n\tforum.NewPost(\"x\").$0\n\treturn\n}\n"),
        99,
        expect![[r#"
            Publish (method) func() error
            Title (field) string
            Votes (field) int
            defer (text) call it at the end
            nil (text) if it is nil
            notnil (text) if it is not nil
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            var (text) a variable with it
        "#]],
    );
    check_completion(
        &with_forum("func F() {\n\t_ = forum.Posts[0].$0\n}\n"),
        99,
        expect![[r#"
        Publish (method) func() error
        Title (field) string
        Votes (field) int
    "#]],
    );
}

#[test]
fn members_in_broken_code() {
    check_completion(
        &with_forum("func F(p *forum.Post) {\n\tif p.$0\n}\n"),
        99,
        expect![[r#"
        Publish (method) func() error
        Title (field) string
        Votes (field) int
    "#]],
    );
    check_completion(
        &with_forum("func F(p *forum.Post) {\n\tif p.Ti$0 == \"\" {\n"),
        99,
        expect![[r#"
            Title (field) string
        "#]],
    );
    check_completion(
        &with_forum("func F(p *forum.Post) {\n\tfor _, q := range forum.Posts {\n\t\tq.$0\n\t\tp.Votes++\n"),
        99,
        expect![[r#"
            Votes (field) int
            Publish (method) func() error
            Title (field) string
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            var (text) a variable with it
        "#]],
    );
    check_completion(
        &with_forum("func G(n int, s string) {}\n\nfunc F(p *forum.Post) {\n\tG(1, p.$0\n}\n"),
        99,
        expect![[r#"
        Title (field) string
        Publish (method) func() error
        Votes (field) int
    "#]],
    );
    check_completion(
        &with_forum("func F(p *forum.Post) {\n\tp.Title = p.$0\n\tp.Votes = 1\n}\n"),
        99,
        expect![[r#"
            Title (field) string
            Votes (field) int
            Publish (method) func() error
        "#]],
    );
}

#[test]
fn members_of_msg_and_amigos() {
    check_completion(
        "package a\n\nvar who = msg.$0\n",
        99,
        expect![[r#"
        Func (field) string
        Origin (field) amigos.Address
        Sender (field) amigos.Address
        Value (field) amigos.Coins
    "#]],
    );
    assert!(labels("package a\n\nfunc F() {\n\tamigos.$0\n}\n").contains(&"Height".to_owned()));
    check_completion(
        "package a\n\nfunc F() int64 {\n\treturn amigos.$0\n}\n",
        3,
        expect![[r#"
            Height (func) func() int64
            Amg (const) amigos.Coins
            Assert (func) func(cond bool, text string)
        "#]],
    );
}

#[test]
fn members_through_embedding_interfaces_and_generics() {
    check_completion(
        "package a\n\ntype Base struct{ ID int }\n\nfunc (b *Base) Save() {}\n\ntype Post struct {\n\t*Base\n\tTitle string\n}\n\nfunc F(p Post) {\n\tp.$0\n}\n",
        99,
        expect![[r#"
            Base (field) *Base
            Title (field) string
            Save (method) func()
            ID (field) int
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            var (text) a variable with it
        "#]],
    );
    check_completion(
        "package a\n\ntype Named interface{ Name() string }\n\ntype Both interface {\n\tNamed\n\tError() string\n}\n\nfunc F(b Both) {\n\tb.$0\n}\n",
        99,
        expect![[r#"
            Error (method) func() string
            Name (method) func() string
            nil (text) if it is nil
            notnil (text) if it is not nil
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            type (text) by its type
            var (text) a variable with it
        "#]],
    );
    check_completion(
        "package a\n\ntype List[T any] struct{ Items []T }\n\nfunc (l *List[T]) Add(x T) {}\n\nfunc F(l *List[string]) {\n\tl.$0\n}\n",
        99,
        expect![[r#"
            Add (method) func(x string)
            Items (field) []string
            nil (text) if it is nil
            notnil (text) if it is not nil
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            var (text) a variable with it
        "#]],
    );
    check_completion(
        "package a\n\nfunc F(err error) {\n\terr.$0\n}\n",
        99,
        expect![[r#"
            Error (method) func() string
            err (text) leave on an error
            print (text) fmt.Println
            return (text) return it
            switch (text) by its value
            type (text) by its type
            var (text) a variable with it
            wrap (text) an error with a word before it
        "#]],
    );
}

#[test]
fn what_a_result_needs_comes_first() {
    check_completion(
        "package a\n\nvar total int\nvar name string\n\nfunc helper() string { return \"\" }\n\nfunc F(n int, s string) (string, error) {\n\treturn $0\n}\n",
        6,
        expect![[r#"
            s (param) string
            name (var) string
            n (param) int
            max (builtin)
            min (builtin)
            total (var) int
        "#]],
    );
    check_completion(
        "package a\n\nfunc fail() error { return nil }\n\nfunc F(n int, s string, err error) (string, error) {\n\treturn s, $0\n}\n",
        4,
        expect![[r#"
            err (param) error
            nil (const)
            s (param) string
            n (param) int
        "#]],
    );
}

#[test]
fn what_a_parameter_needs_comes_first() {
    check_completion(
        "package a\n\ntype Post struct{}\n\nfunc store(id int, p *Post) {}\n\nfunc F(title string, post *Post, n int) {\n\tstore(n, $0\n}\n",
        3,
        expect![[r#"
            post (param) *Post
            store (func) func(id int, p *Post)
            n (param) int
        "#]],
    );
    check_completion(
        "package a\n\nimport \"strings\"\n\nfunc F(n int, s string) {\n\tstrings.Repeat(s, $0)\n}\n",
        3,
        expect![[r#"
            n (param) int
            s (param) string
            strings (package) strings
        "#]],
    );
    check_completion(
        "package a\n\nfunc sum(xs ...int) int { return 0 }\n\nfunc F(s string, n int) {\n\tsum(1, 2, $0)\n}\n",
        2,
        expect![[r#"
            n (param) int
            sum (func) func(xs ...int) int
        "#]],
    );
}

#[test]
fn what_an_assignment_or_comparison_needs_comes_first() {
    check_completion(
        "package a\n\nvar total int64\n\nfunc F(s string, n int64) {\n\ttotal = $0\n}\n",
        2,
        expect![[r#"
        n (param) int64
        total (var) int64
    "#]],
    );
    check_completion(
        "package a\n\nvar owner = msg.Sender\n\nfunc F(s string, to amigos.Address) {\n\tif to == $0 {\n\t}\n}\n",
        3,
        expect![[r#"
            owner (var) amigos.Address
            to (param) amigos.Address
            s (param) string
        "#]],
    );
    check_completion(
        "package a\n\ntype Kind int\n\nconst (\n\tFirst Kind = iota\n\tSecond\n)\n\nfunc F(k Kind, n int) {\n\tswitch k {\n\tcase $0\n\t}\n}\n",
        3,
        expect![[r#"
            Second (const) Kind
            First (const) Kind
            n (param) int
        "#]],
    );
}

#[test]
fn fields_of_a_struct_literal() {
    let text = |inner: &str| with_forum(&format!("func F(s string) {{\n\t_ = forum.Post{{{inner}}}\n}}\n"));
    check_completion(
        &text("$0"),
        3,
        expect![[r#"
            s (param) string
            Title (field) string
            Votes (field) int
        "#]],
    );
    check_completion(
        &text("Title: \"x\", $0"),
        2,
        expect![[r#"
            Votes (field) int
            s (param) string
        "#]],
    );
    check_completion(
        &text("Title: $0"),
        2,
        expect![[r#"
            s (param) string
            forum (package) hub.amigos.dev/social/forum
        "#]],
    );
    check_completion(
        "package a\n\ntype P struct {\n\tA, b int\n}\n\nvar ps = []*P{\n\t{$0\n}\n",
        2,
        expect![[r#"
        A (field) int
        b (field) int
    "#]],
    );
    expect![[r#"
        forum.Post{Votes: }
        }
    "#]]
    .assert_eq(take(&text("$0"), "Votes").split("_ = ").nth(1).expect("the line"));
}

#[test]
fn locals_shadow_and_end_with_their_blocks() {
    check_completion(
        "package a\n\nvar x = \"\"\n\nfunc F(p int) (sum int) {\n\tx := 1\n\tif p > 0 {\n\t\tinner := 2\n\t\t_ = inner\n\t}\n\t$0\n\tlater := 3\n\t_ = later\n\treturn x\n}\n",
        4,
        expect![[r#"
            p (param) int
            x (var) int
            sum (var) int
            int (type)
        "#]],
    );
}

#[test]
fn types_only_where_only_types_can_stand() {
    let found = labels("package a\n\nvar total int\n\ntype Post struct{}\n\nfunc F(p *$0) {}\n");
    assert!(
        found.contains(&"Post".to_owned()) && found.contains(&"amigos".to_owned()) && found.contains(&"string".to_owned()),
        "{found:?}"
    );
    assert!(
        !found.contains(&"total".to_owned()) && !found.contains(&"len".to_owned()) && !found.contains(&"return".to_owned()),
        "{found:?}"
    );
    check_completion(
        "package a\n\ntype Post struct {\n\tAuthor $0\n}\n",
        2,
        expect![[r#"
            Post (type)
            any (type)
        "#]],
    );
    check_completion(
        "package a\n\nfunc Map[Elem any](xs []E$0) {}\n",
        1,
        expect![[r#"
        Elem (type) Elem
    "#]],
    );
}

#[test]
fn keywords_where_they_can_stand() {
    check_completion(
        "package a\n\nf$0\n",
        99,
        expect![[r#"
            func (keyword)
        "#]],
    );
    let at = |body: &str| labels(&format!("package a\n\nfunc F(x int) {{\n{body}\n}}\n"));
    assert!(at("\t$0").contains(&"return".to_owned()));
    assert!(!at("\ty := $0").contains(&"return".to_owned()));
    assert!(at("\tfor y := $0").contains(&"range".to_owned()));
    assert!(at("\tif x > 1 {\n\t} $0").contains(&"else".to_owned()));
    assert!(at("\tswitch x {\n\t$0\n\t}").contains(&"case".to_owned()));
    assert!(!at("\t$0").contains(&"case".to_owned()));
    assert!(!at("\t$0").contains(&"go".to_owned()));
    assert_eq!(at("outer:\n\tfor {\n\t\tbreak $0\n\t}"), ["outer"]);
    assert!(at("\tvar $0").is_empty());
}

#[test]
fn not_in_strings_comments_and_numbers() {
    for text in ["\t_ = \"a$0b\"", "\t// a$0", "\t_ = 12$0", "\t_ = \"un$0"] {
        assert!(labels(&format!("package a\n\nfunc F() {{\n{text}\n}}\n")).is_empty(), "{text}");
    }
}

#[test]
fn paths_in_imports() {
    let packages = |line: &str| {
        format!(
            "//- hub.amigos.dev/token/token.go\npackage token\n\n//- hub.amigos.dev/token@v2/token2.go\npackage token\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport {line}\n"
        )
    };
    check_completion(
        &packages("\"hub.$0\""),
        3,
        expect![[r#"
        hub.amigos.dev/token (package) 2.0.0
        hub.amigos.dev/token@v1 (package) 1.0.0
        amigos (package)
    "#]],
    );
    check_completion(
        &packages("\"hub.amigos.dev/to$0"),
        2,
        expect![[r#"
        hub.amigos.dev/token (package) 2.0.0
        hub.amigos.dev/token@v1 (package) 1.0.0
    "#]],
    );
    assert_eq!(take(&packages("\"hub.$0\""), "hub.amigos.dev/token@v1").lines().last(), Some("import \"hub.amigos.dev/token@v1\""));
    assert!(labels("package a\n\nimport (\n\t\"$0\n)\n").contains(&"strings".to_owned()));
}

#[test]
fn packages_that_are_not_imported_yet() {
    expect![[r#"
        package a

        import (
        	"strings"
        )

        func F() {
        	_ = strings
        }
    "#]]
    .assert_eq(&take("package a\n\nfunc F() {\n\t_ = stri$0\n}\n", "strings"));
    expect![[r#"
        package a

        import (
        	"errors"
        	"strings"
        )

        var e = errors.New("")

        func F() {
        	_ = strings.Repeat
        }
    "#]]
    .assert_eq(&take(
        "package a\n\nimport (\n\t\"errors\"\n)\n\nvar e = errors.New(\"\")\n\nfunc F() {\n\t_ = strings.Repe$0\n}\n",
        "Repeat",
    ));
    let forum = FORUM.replace("import \"hub.amigos.dev/social/forum\"\n", "");
    let text = take(&format!("{forum}func F() {{\n\tforum.$0\n}}\n"), "NewPost");
    assert!(text.contains("import (\n\t\"hub.amigos.dev/social/forum\"\n)"), "{text}");
}

#[test]
fn packages_that_only_the_network_has() {
    let offered = |packages: &[(&str, u32, &str)]| -> std::sync::Arc<[Offered]> {
        packages.iter().map(|(path, major, version)| Offered { path: (*path).into(), major: *major, version: (*version).into() }).collect()
    };
    let index = offered(&[
        ("hub.amigos.dev/far/token", 1, "1.4.0"),
        ("hub.amigos.dev/far/token", 2, "2.0.1"),
        ("hub.amigos.dev/near/token", 1, "1.0.0"),
        ("hub.amigos.dev/social/forum", 1, "1.0.0"),
        ("hub.amigos.dev/social/forum", 2, "2.0.0"),
    ]);
    let found = |fixture: &str| {
        let mut workspace = Workspace::fixture(fixture);
        workspace.host.apply_change(Change { offered: Some(index.clone()), ..Change::default() });
        let (file, at) = workspace.at();
        let mut found = workspace.analysis().completions(file, at).expect("not cancelled");
        found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
        (workspace, found)
    };
    let list = |fixture: &str, of: &str| -> String {
        let one = |c: &Completion| {
            let import = c.extra.iter().map(|e| e.new_text.trim().to_owned()).collect::<String>();
            format!("{} · {} {import}\n", c.label, c.detail)
        };
        found(fixture).1.iter().filter(|c| c.label.contains(of)).map(one).collect()
    };
    // In an import: what is here with its version, what is not yet as such; the newest major without it unless another is here.
    let forum = "//- hub.amigos.dev/social/forum/forum.go\npackage forum\n\n//- hub.amigos.dev/test/a/a.go\n";
    expect![[r#"
        hub.amigos.dev/far/token · 2.0.1, not fetched yet 
        hub.amigos.dev/far/token@v1 · 1.4.0, not fetched yet 
        hub.amigos.dev/near/token · 1.0.0, not fetched yet 
        hub.amigos.dev/social/forum · 1.0.0 
        hub.amigos.dev/social/forum@v2 · 2.0.0, not fetched yet 
    "#]]
    .assert_eq(&list(&format!("{forum}package a\n\nimport \"hub.$0\"\n"), "hub."));
    // As a name: with the edit that imports it, one for each path.
    expect![[r#"
        token · hub.amigos.dev/far/token 2.0.1, not fetched yet import (
        	"hub.amigos.dev/far/token"
        )
        token · hub.amigos.dev/far/token@v1 1.4.0, not fetched yet import (
        	"hub.amigos.dev/far/token@v1"
        )
        token · hub.amigos.dev/near/token 1.0.0, not fetched yet import (
        	"hub.amigos.dev/near/token"
        )
    "#]]
    .assert_eq(&list("package a\n\nfunc F() {\n\ttok$0\n}\n", "token"));
    // Not where the name means something already.
    assert_eq!(list("package a\n\nfunc F(token int) {\n\ttok$0\n}\n", "token"), "token · int \n");
    // As a fix of a name that is not declared; organising imports does not guess.
    let (workspace, _) = found("package a\n\nfunc F() {\n\ttoken.Mint()$0\n}\n");
    let (file, _) = workspace.at();
    let titles: Vec<String> = workspace
        .analysis()
        .fixes(file, TextRange::new(0, 60))
        .unwrap()
        .into_iter()
        .flat_map(|d| d.fixes)
        .map(|f| f.title)
        .filter(|t| t.starts_with("import"))
        .collect();
    assert_eq!(
        titles,
        [
            "import \"hub.amigos.dev/far/token@v1\" (1.4.0, not fetched yet)",
            "import \"hub.amigos.dev/far/token\" (2.0.1, not fetched yet)",
            "import \"hub.amigos.dev/near/token\" (1.0.0, not fetched yet)"
        ]
    );
    assert!(workspace.analysis().organize_imports(file).unwrap().is_empty());
}

#[test]
fn documentation_comes_along() {
    let (_, found) = complete(&with_forum("func F() {\n\tforum.$0\n}\n"));
    let docs: Vec<(&str, &str)> = found.iter().map(|c| (c.label.as_str(), c.doc.as_str())).collect();
    assert!(docs.contains(&("NewPost", "NewPost makes a post.")), "{docs:?}");
}

#[test]
fn codes_of_rules_in_suppressions() {
    let found = labels("package a\n\nfunc F() {\n\t//amigos:allow AM$0\n}\n");
    assert!(found.contains(&"AM1003".to_owned()), "{found:?}");
    assert!(labels("package a\n\nfunc F() {\n\t//amigos:allow AM1003 -- be$0\n}\n").is_empty());
}

#[test]
fn in_tests_the_package_is_known() {
    let found = labels(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nvar hidden int\n\n//- hub.amigos.dev/test/a/a_test.go\npackage a\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {\n\t$0\n}\n",
    );
    assert!(found.contains(&"hidden".to_owned()) && found.contains(&"t".to_owned()), "{found:?}");
    let found = labels(
        "//- hub.amigos.dev/test/a/a.go\npackage a\n\nvar hidden int\n\nvar Shown int\n\n//- hub.amigos.dev/test/a/x_test.go\npackage a_test\n\nimport (\n\t\"hub.amigos.dev/test/a\"\n\t\"testing\"\n)\n\nfunc TestX(t *testing.T) {\n\ta.$0\n}\n",
    );
    assert_eq!(found, ["Shown"]);
}

/// The first names that are offered at `$0`.
fn first(fixture: &str, count: usize) -> Vec<String> {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let mut found = workspace.analysis().completions(file, at).expect("not cancelled");
    found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
    found.into_iter().take(count).map(|c| c.label).collect()
}

#[test]
fn what_function_literals_declare() {
    let parameters = "package a\n\nfunc F() func(rune) bool {\n\treturn func(given rune) bool {\n\t\tlocal := 1\n\t\tif $0 > 3 {\n\t\t\treturn local > 0\n\t\t}\n\t\treturn false\n\t}\n}\n";
    let found = first(parameters, 100);
    assert!(found.iter().any(|l| l == "given") && found.iter().any(|l| l == "local"), "{found:?}");
    let argument = "package a\n\nfunc each(f func(x int), n int) {}\n\nfunc F() {\n\teach(func(given int) {\n\t\tprintln($0)\n\t}, 3)\n}\n";
    assert!(first(argument, 5).iter().any(|l| l == "given"), "{:?}", first(argument, 5));
    let behind = "package a\n\nfunc F() {\n\tf := func(given int) {}\n\tf($0)\n}\n";
    assert!(!first(behind, 100).iter().any(|l| l == "given"));
}

#[test]
fn cases_of_a_switch_are_named_once() {
    let types = "package a\n\ntype Shape interface{ Area() int }\ntype Box struct{}\ntype Dot struct{}\n\nfunc (Box) Area() int { return 1 }\nfunc (Dot) Area() int { return 0 }\n\nfunc F(s Shape) {\n\tswitch s.(type) {\n\tcase Box:\n\tcase $0:\n\t}\n}\n";
    assert_eq!(first(types, 1), ["Dot"]);
    let values = "package a\n\ntype Kind int\n\nconst (\n\tA Kind = iota\n\tB\n\tC\n)\n\nfunc F(k Kind) {\n\tswitch k {\n\tcase A, B:\n\tcase $0:\n\t}\n}\n";
    assert_eq!(first(values, 1), ["C"]);
}

#[test]
fn conversions_and_builtins_by_their_arguments() {
    assert_eq!(first("package a\n\nfunc put(s string) {}\n\nfunc F(r rune) {\n\tput($0(r))\n}\n", 1), ["string"]);
    assert_eq!(first("package a\n\nfunc two(a, b int) int { return 0 }\n\nfunc F(xs []int) {\n\tn := $0(xs)\n\t_ = n\n}\n", 1), ["len"]);
    assert_eq!(first("package a\n\nfunc F() (int, error) {\n\treturn 1, $0\n}\n", 1), ["nil"]);
}
