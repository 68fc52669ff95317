//! What is found by a name or from one: declarations of the workspace, the types of things, links, and the values worth showing where an execution
//! stopped. In whole files and in broken ones.

mod support;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::Workspace;

const TWO: &str = "\
//- hub.amigos.dev/test/posts/posts.go
package posts

type Post struct {
	Title string
	Votes int
}

var Posts []Post

const MaxVotes = 3

func (p *Post) Publish() {}

func NewPost(title string) Post { return Post{} }

type Store interface{ Put(Post) }

//- hub.amigos.dev/test/posts/broken.go
package posts

func Half(

var PostCount int

//- hub.amigos.dev/test/users/users.go
package users

type Poster struct{ Name string }

func posterOf(name string) Poster { return Poster{} }
";

/// The first few that are found, in their order.
fn check_symbols(queries: &[&str], expect: Expect) {
    let workspace = Workspace::fixture(TWO);
    let mut out = String::new();
    for query in queries {
        let found = workspace.analysis().workspace_symbols(query).expect("not cancelled");
        let names: Vec<String> = found.iter().take(6).map(|s| format!("{} ({:?} in {})", s.name, s.kind, s.container)).collect();
        out += &format!("{query}: {}\n", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") });
    }
    expect.assert_eq(&out);
}

#[test]
fn declarations_of_the_workspace_by_parts_of_their_names() {
    check_symbols(
        &["Post", "post", "Posts", "np", "mv", "publish", "Title", "Put", "posterof", "PostCount", "Half", "zzz"],
        expect![[r#"
        Post: Post (Struct in hub.amigos.dev/test/posts@v1), Posts (Var in hub.amigos.dev/test/posts@v1), Poster (Struct in hub.amigos.dev/test/users@v1), posterOf (Func in hub.amigos.dev/test/users@v1), PostCount (Var in hub.amigos.dev/test/posts@v1), NewPost (Func in hub.amigos.dev/test/posts@v1)
        post: Post (Struct in hub.amigos.dev/test/posts@v1), Posts (Var in hub.amigos.dev/test/posts@v1), Poster (Struct in hub.amigos.dev/test/users@v1), posterOf (Func in hub.amigos.dev/test/users@v1), PostCount (Var in hub.amigos.dev/test/posts@v1), NewPost (Func in hub.amigos.dev/test/posts@v1)
        Posts: Posts (Var in hub.amigos.dev/test/posts@v1)
        np: NewPost (Func in hub.amigos.dev/test/posts@v1)
        mv: MaxVotes (Const in hub.amigos.dev/test/posts@v1)
        publish: (*Post).Publish (Method in hub.amigos.dev/test/posts@v1)
        Title: Title (Field in Post)
        Put: Put (Method in Store), PostCount (Var in hub.amigos.dev/test/posts@v1)
        posterof: posterOf (Func in hub.amigos.dev/test/users@v1)
        PostCount: PostCount (Var in hub.amigos.dev/test/posts@v1)
        Half: Half (Func in hub.amigos.dev/test/posts@v1)
        zzz: nothing
    "#]],
    );
}

fn check_type_definition(fixtures: &[&str], expect: Expect) {
    let mut out = String::new();
    for fixture in fixtures {
        let workspace = Workspace::fixture(fixture);
        let (file, at) = workspace.at();
        let found = workspace.analysis().type_definition(file, at).expect("not cancelled");
        let place = |target: &Target| match &target.place {
            Place::File(id) => workspace.position(*id, target.focus.start),
            Place::Std(package, _) => package.to_string(),
        };
        let places: Vec<String> = found.iter().map(place).collect();
        out += &format!("{}\n", if places.is_empty() { "nothing".to_owned() } else { places.join(", ") });
    }
    expect.assert_eq(&out);
}

#[test]
fn the_types_of_things() {
    check_type_definition(
        &[
            "package a\n\ntype P struct{}\n\nfunc f(x$0 P) {}\n",
            "package a\n\ntype P struct{}\n\nvar x chan *[]P\n\nvar y = $0x\n",
            "package a\n\ntype P struct{}\n\ntype Q struct{ Field P }\n\nvar x = Q{}.Fi$0eld\n",
            "package a\n\ntype P struct{}\n\nfunc g() P { return P{} }\n\nvar x = $0g()\n",
            "package a\n\ntype P struct{}\n\nfunc (P) M() {}\n\nvar x = P{}.$0M\n",
            "package a\n\ntype L[T any] []T\n\ntype P int\n\nvar x L[P]\n\nvar y = $0x\n",
            "package a\n\ntype I interface{ M() }\n\nfunc f(i I) { i$0.M() }\n",
            "package a\n\nfunc f() { err$0 := error(nil); _ = err }\n",
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/test/b\"\n\nvar x$0 = b.New()\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n\ntype T struct{}\n\nfunc New() T { return T{} }\n",
            "package a\n\nfunc f[T any](x T) { _ = $0x }\n",
        ],
        expect![[r#"
            main.go:3:6
            main.go:3:6
            main.go:3:6
            main.go:3:6
            nothing
            main.go:3:6
            main.go:3:6
            nothing
            b.go:3:6
            nothing
        "#]],
    );
}

#[test]
fn the_types_of_things_in_broken_code() {
    check_type_definition(
        &[
            "package a\n\ntype P struct{}\n\nfunc f(p P) { p$0. }\n",
            "package a\n\ntype P struct{ x Undefined }\n\nvar v P\n\nvar w = $0v\n",
            "package a\n\nvar v Undefined\n\nvar w = $0v\n",
            "package a\n\ntype P int\n\nfunc f( {\n\nvar x P\n\nvar y = x$0\n",
            "package a\n\nvar $0\n",
        ],
        expect![[r#"
            main.go:3:6
            main.go:3:6
            nothing
            main.go:3:6
            nothing
        "#]],
    );
}

fn check_links(texts: &[&str], expect: Expect) {
    let mut out = String::new();
    for text in texts {
        let workspace = Workspace::fixture(text);
        let file = workspace.ids()[0];
        let (_, text) = workspace.of(file);
        let found = workspace.analysis().document_links(file).expect("not cancelled");
        let line = |link: &DocumentLink| {
            let to = match &link.target {
                LinkTarget::Place(target) => match &target.place {
                    Place::File(id) => workspace.position(*id, target.focus.start),
                    Place::Std(package, file) => format!("{package}/{file}"),
                },
                LinkTarget::Url(url) => url.clone(),
            };
            format!("{} → {to}", &text[link.range.start as usize..link.range.end as usize])
        };
        let all: Vec<String> = found.iter().map(line).collect();
        out += &format!("{}\n", if all.is_empty() { "nothing".to_owned() } else { all.join(", ") });
    }
    expect.assert_eq(&out);
}

#[test]
fn links_of_every_form() {
    check_links(
        &[
            "package a // https://a.b/c.\n",
            "package a\n\n// (see https://a.b/c), \"https://d.e\" and 'https://f.g'\n",
            "package a\n\n/* https://a.b\nhttps://c.d */\n",
            "package a\n\nvar x = `https://a.b`\n",
            "package a\n\n// ftp://a.b mailto:a@b.c javascript:alert(1) file:///etc/passwd\n",
            "package a\n\n// https://a.b/%20?q=[1]&r={2}#top\n",
            "package a\n\nimport _ \"strings\"\n",
            "package a\n\nimport \"hub.amigos.dev/test/none@v2\"\n",
            "package a\n\nimport \"strings\nimport \"errors\"\n",
            "package a\n\nfunc f() {\n\t// https://a.b\n\tx := \n",
        ],
        expect![[r#"
            https://a.b/c → https://a.b/c
            https://a.b/c → https://a.b/c, https://d.e → https://d.e, https://f.g → https://f.g
            https://a.b → https://a.b, https://c.d → https://c.d
            nothing
            nothing
            https://a.b/%20?q=[1]&r= → https://a.b/%20?q=[1]&r=
            strings → strings/search.go
            nothing
            errors → errors/errors.go
            https://a.b → https://a.b
        "#]],
    );
}

fn check_values(fixtures: &[&str], expect: Expect) {
    let mut out = String::new();
    for fixture in fixtures {
        let workspace = Workspace::fixture(fixture);
        let (file, at) = workspace.at();
        let whole = TextRange::new(0, workspace.of(file).1.len() as u32);
        let found = workspace.analysis().inline_values(file, whole, at).expect("not cancelled");
        let lines: Vec<String> = found
            .iter()
            .map(|v| format!("{}:{}", workspace.position(file, v.range.start).split(':').nth(1).unwrap_or(""), v.name))
            .collect();
        out += &format!("{}\n", if lines.is_empty() { "nothing".to_owned() } else { lines.join(" ") });
    }
    expect.assert_eq(&out);
}

#[test]
fn values_worth_showing() {
    check_values(
        &[
            "package a\n\nfunc f(a int) {\n\tfor i := range a {\n\t\t$0_ = i\n\t}\n}\n",
            "package a\n\nfunc f(x any) {\n\tswitch v := x.(type) {\n\tcase int:\n\t\t$0_ = v\n\t}\n}\n",
            "package a\n\nfunc f() {\n\tif x, err := g(); err != nil {\n\t\t$0_ = x\n\t}\n}\n\nfunc g() (int, error) { return 0, nil }\n",
            "package a\n\nfunc f() {\n\tx := 1\n\t{\n\t\tx := 2\n\t\t_ = x\n\t}\n\t$0_ = x\n}\n",
            "package a\n\nvar Global int\n\nfunc f() {\n\tGlobal++\n\t$0Global--\n}\n",
            "package a\n\nfunc f() {\n\tx := \n\t$0y := x\n}\n",
            "package a\n\nfunc f(n int {\n\tx := n\n\t$0_ = x\n}\n",
        ],
        expect![[r#"
            3:a 4:i 4:a
            3:x 4:v 4:x
            4:x 4:err
            4:x
            nothing
            4:x
            3:n 4:x
        "#]],
    );
}

#[test]
fn links_of_imports_and_comments() {
    check_links(
        &[
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport (\n\t\"strings\"\n\tx \"hub.amigos.dev/test/b\"\n\t_ \"hub.amigos.dev/test/none\"\n\t\"\"\n\t\"unclosed\n)\n\n//- hub.amigos.dev/test/b/b.go\npackage b\n",
            "// See https://go.dev/ref/spec#Types, and (http://x.org/a_(b)).\n// http is no address, https:// neither; <https://y.org/?a=1&b=2>\npackage a\n\n/* https://z.org\n * https://ü.org/ü. */\nvar x = \"https://in.string\"\n",
            "package a\n\nimport `strings`\nimport . \"fmt\"\n",
            "package a\n\nfunc f( {\n\t// https://a.b\n",
            "",
        ],
        expect![[r#"
            strings → strings/search.go, hub.amigos.dev/test/b → b.go:1:9
            https://go.dev/ref/spec#Types → https://go.dev/ref/spec#Types, http://x.org/a_(b) → http://x.org/a_(b), https://y.org/?a=1&b=2 → https://y.org/?a=1&b=2, https://z.org → https://z.org, https://ü.org/ü → https://ü.org/ü
            strings → strings/search.go, fmt → fmt/fmt.go
            https://a.b → https://a.b
            nothing
        "#]],
    );
}
