//! What a hover shows.

mod support;

use std::sync::Arc;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, masked};

fn render(found: &Option<Hover>) -> String {
    let Some(hover) = found else { return "nothing\n".to_owned() };
    let mut out = hover.signature.clone();
    if let Some(note) = &hover.note {
        out += &format!("\n-- {note}");
    }
    if let Some(live) = &hover.live {
        out += &format!("\n-- live {} {}", live.package, live.path);
    }
    if !hover.doc.is_empty() {
        out += &format!("\n\n{}", hover.doc);
    }
    if !hover.table.is_empty() {
        out += &format!("\n\n{}", hover.table.lines().map(row).collect::<Vec<_>>().join("\n"));
    }
    out + "\n"
}

/// A line of the table without what belongs to the gas analysis and not to the hover: numbers, terms, reasons.
fn row(line: &str) -> String {
    if !line.starts_with("gas") && !line.starts_with(' ') {
        return line.to_owned();
    }
    if let Some((head, _)) = line.split_once("no bound: ") {
        return format!("{head}no bound: ...");
    }
    let indent = line.len() - line.trim_start().len();
    let cells = line.trim_start().split("  ").filter(|c| !c.is_empty()).map(|cell| {
        let cell = cell.trim();
        let (head, tail) = cell.split_once(" at today").map_or((cell, String::new()), |(h, t)| (h, format!(" at today{t}")));
        match head.split_once("≤ ").or_else(|| head.split_once(": ").filter(|(h, _)| matches!(*h, "largest term" | "then"))) {
            Some((word, terms)) if terms.contains('·') => format!("{word} ≤ P{tail}"),
            _ if cell.starts_with("line ") => cell.to_owned(),
            _ => masked(cell),
        }
    });
    format!("{}{}", " ".repeat(indent), cells.collect::<Vec<_>>().join("  "))
}

fn hover_at(fixture: &str) -> (Workspace, Option<Hover>) {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let found = workspace.analysis().hover(file, at).expect("not cancelled");
    (workspace, found)
}

fn check_hover(fixture: &str, expect: Expect) {
    expect.assert_eq(&render(&hover_at(fixture).1));
}

#[test]
fn a_persistent_global() {
    check_hover(
        "package example\n\n// Count is how many there are.\nvar $0Count int\n",
        expect![[r#"
            var Count int
            -- persistent · owned by test/example
            -- live hub.amigos.dev/test/example@v1 Count

            Count is how many there are.
        "#]],
    );
}

#[test]
fn a_global_of_another_package() {
    check_hover(
        r#"
//- hub.amigos.dev/social/forum/forum.go
package forum

// Post is a contribution.
type Post struct {
	Title string // what it is called
	votes int
}

// Posts has all posts.
var Posts []Post

// Publish stores it.
func (p *Post) Publish() error { return nil }

func (p Post) secret() {}

//- hub.amigos.dev/social/post/post.go
package post

import "hub.amigos.dev/social/forum"

func N() int { return len(forum.$0Posts) }
"#
        .trim_start(),
        expect![[r#"
            var forum.Posts []forum.Post
            -- persistent · owned by social/forum
            -- live hub.amigos.dev/social/forum@v1 Posts

            Posts has all posts.
        "#]],
    );
}

#[test]
fn a_type_with_its_exported_methods() {
    check_hover(
        r#"
//- hub.amigos.dev/social/forum/forum.go
package forum

// Post is a contribution.
type Post struct {
	Title string // what it is called
	votes int
}

// Publish stores it.
func (p *Post) Publish() error { return nil }

func (p Post) secret() {}

//- hub.amigos.dev/social/post/post.go
package post

import "hub.amigos.dev/social/forum"

func New() *forum.$0Post { return nil }
"#
        .trim_start(),
        expect![[r#"
            type Post struct {
            	Title string // what it is called
            	votes int
            }

            func (p *Post) Publish() error

            Post is a contribution.
        "#]],
    );
}

#[test]
fn a_field_through_an_embedded_struct() {
    check_hover(
        "package example\n\ntype Base struct {\n\t// ID tells them apart.\n\tID int\n}\n\ntype Post struct {\n\t*Base\n\tTitle string\n}\n\nfunc F(p Post) int { return p.$0ID }\n",
        expect![[r#"
            field ID int

            ID tells them apart.
        "#]],
    );
}

#[test]
fn a_key_of_a_struct_literal() {
    check_hover(
        "package example\n\ntype P struct{ Title string } // a post\n\nvar first = P{$0Title: \"x\"}\n",
        expect![[r#"
        field Title string
    "#]],
    );
}

#[test]
fn a_method_through_an_interface() {
    check_hover(
        "package example\n\n// A Teller moves coins.\ntype Teller interface {\n\t// Pay pays.\n\tPay(to string, n int) error\n}\n\nfunc F(t Teller) { _ = t.$0Pay(\"x\", 1) }\n",
        expect![[r#"
            func (Teller) Pay(to string, n int) error
            -- interface method

            Pay pays.
        "#]],
    );
}

#[test]
fn a_function_with_gas_and_effects() {
    check_hover(
        "package example\n\nvar Names []string\nvar Count int\nvar owner = msg.Sender\n\n// Add adds.\nfunc $0Add(name string) int {\n\tif msg.Sender != owner {\n\t\treturn 0\n\t}\n\tfor _, n := range Names {\n\t\tif n == name {\n\t\t\treturn Count\n\t\t}\n\t}\n\tNames = append(Names, name)\n\tamigos.Emit(\"Added\", \"name\", name)\n\treturn len(Names)\n}\n",
        expect![[r#"
            func Add(name string) int

            Add adds.

            gas   ≤ P  bound
                    largest term ≤ P  line 12, `for _, n := range Names`
                    then ≤ P  line 18, `amigos.Emit("Added", "name", name)`
            effects writes `Names` · reads `Count`, `owner` · emits `Added`
            caller  only `owner`
        "#]],
    );
}

#[test]
fn live_and_measured_gas() {
    let source = "package example\n\nvar Names []string\n\nfunc $0Count() int {\n\tn := 0\n\tfor i := range Names {\n\t\tn += i\n\t}\n\treturn n\n}\n";
    let mut workspace = Workspace::fixture(source);
    let facts = PackageFacts { height: 1_204_331, sizes: vec![(Arc::from("Names"), 2870)], measured: vec![(Arc::from("Count"), 12_431)] };
    workspace
        .host
        .apply_change(Change { facts: vec![(Arc::from("hub.amigos.dev/test/example@v1"), Some(Arc::new(facts)))], ..Change::default() });
    let (file, at) = workspace.at();
    let found = workspace.analysis().hover(file, at).expect("not cancelled");
    expect![[r#"
        func Count() int

        gas   ≤ P  bound
                ≤ N at today's sizes  live · N % of a block
                reaches the block gas limit at N `Names`, there are N
                largest term ≤ P  line 7, `for i := range Names`
                N for the last simulation  measured at N
        effects reads `Names`
    "#]]
    .assert_eq(&render(&found));
}

#[test]
fn a_function_without_a_bound_says_why() {
    check_hover(
        "package example\n\ntype Teller interface{ Pay(n int) error }\n\nvar teller Teller\n\nfunc $0F() {\n\tfor teller.Pay(1) == nil {\n\t}\n}\n",
        expect![[r#"
            func F()

            gas     no bound: ...
            effects reads `teller` · calls `Teller.Pay`
        "#]],
    );
}

#[test]
fn effects_follow_pointers_and_calls() {
    check_hover(
        "package example\n\ntype Post struct{ Votes int }\n\nvar Posts []*Post\nvar byID = map[int]*Post{}\n\nfunc find(id int) *Post { return byID[id] }\n\nfunc (p *Post) up() { p.Votes++ }\n\nfunc $0Vote(id int) {\n\tfind(id).up()\n}\n",
        expect![[r#"
            func Vote(id int)

            gas  ≤ N  bound
            effects writes `byID`
            caller  anyone; `msg.Sender` is an account or a package
        "#]],
    );
}

#[test]
fn locals_parameters_and_results() {
    check_hover(
        "package example\n\nfunc F(amount int) (sum int) {\n\tsum = $0amount\n\treturn\n}\n",
        expect![[r#"
        var amount int
    "#]],
    );
    check_hover(
        "package example\n\nfunc F(amount int) (sum int) {\n\t$0sum = amount\n\treturn\n}\n",
        expect![[r#"
        var sum int
    "#]],
    );
    check_hover(
        "package example\n\nfunc F($0amount int) (sum int) {\n\tsum = amount\n\treturn\n}\n",
        expect![[r#"
        var amount int
    "#]],
    );
    check_hover(
        "package example\n\ntype T struct{}\n\nfunc ($0t *T) F() {}\n",
        expect![[r#"
        var t *T
    "#]],
    );
    check_hover(
        "package example\n\nfunc F() {\n\tx := 1\n\t{\n\t\tx := \"inner\"\n\t\t_ = $0x\n\t}\n\t_ = x\n}\n",
        expect![[r#"
        var x string
    "#]],
    );
    check_hover(
        "package example\n\nfunc F() {\n\tconst limit = 10 << 2\n\t_ = $0limit\n}\n",
        expect![[r#"
            const limit untyped int = 40
        "#]],
    );
    check_hover(
        "package example\n\nfunc F(x any) {\n\tswitch v := x.(type) {\n\tcase int:\n\t\t_ = $0v\n\t}\n}\n",
        expect![[r#"
        var v int
    "#]],
    );
}

#[test]
fn a_label() {
    check_hover(
        "package example\n\nfunc F() {\nouter:\n\tfor {\n\t\tbreak $0outer\n\t}\n}\n",
        expect![[r#"
        label outer
    "#]],
    );
}

#[test]
fn constants_with_their_values() {
    check_hover(
        "package example\n\n// What can be.\nconst (\n\tA = iota\n\tB // the second\n)\n\nvar x = $0B\n",
        expect![[r#"
            const B untyped int = 1

            the second
        "#]],
    );
    check_hover(
        "package example\n\nimport \"math\"\n\nvar x int64 = math.$0MaxInt64\n",
        expect![[r#"
            const math.MaxInt64 untyped int = 9223372036854775807
        "#]],
    );
}

#[test]
fn msg_and_amigos_and_predeclared() {
    check_hover(
        "package example\n\nvar x = msg.$0Sender\n",
        expect![[r#"
            msg.Sender amigos.Address
            -- read-only

            Sender is who called this contract: the contract nearest below it on the
            stack, or else the account that signed. Check rights against it.
        "#]],
    );
    check_hover(
        "package example\n\nvar x = $0msg.Sender\n",
        expect![[r#"
        msg
        -- the call at hand

        call describes `msg`, the call at hand. msg is not a value: it cannot be
        assigned, passed or stored, only its fields can be read. What must outlive the
        call is stored field by field.
    "#]],
    );
    check_hover(
        "package example\n\nfunc F() int64 { return amigos.$0Height() }\n",
        expect![[r#"
            func amigos.Height() int64

            Height returns the number of the block that the call is in.

            gas  ≤ N  bound
        "#]],
    );
    check_hover(
        "package example\n\nfunc F() int { return $0len(\"x\") }\n",
        expect![[r#"
        func len(v T) int
        -- predeclared
    "#]],
    );
    check_hover(
        "package example\n\nfunc F() $0error { return nil }\n",
        expect![[r#"
        type error interface { Error() string }
        -- predeclared
    "#]],
    );
}

#[test]
fn an_import_and_its_use() {
    let packages = |text: &str| {
        format!(
            "//- hub.amigos.dev/token@v2/token.go\n// Package token is a token.\npackage token\n\nfunc Total() int {{ return 0 }}\n\n//- hub.amigos.dev/test/a/a.go\n{text}"
        )
    };
    check_hover(
        &packages("package a\n\nimport \"hub.amigos.dev/$0token@v2\"\n\nvar x = token.Total()\n"),
        expect![[r#"
        package token // hub.amigos.dev/token@v2
        -- 2.0.0 · contract

        Package token is a token.
    "#]],
    );
    check_hover(
        &packages("package a\n\nimport \"hub.amigos.dev/token@v2\"\n\nvar x = $0token.Total()\n"),
        expect![[r#"
        package token // hub.amigos.dev/token@v2
        -- 2.0.0 · contract

        Package token is a token.
    "#]],
    );
    check_hover(
        "package a\n\nimport \"strings\"\n\nvar x = strings.$0TrimSpace(\"\")\n",
        expect![[r#"
            func strings.TrimSpace(s string) string

            TrimSpace returns s without white space at either end.

            Example: TrimSpace("  hello ")

            gas   ≤ P  bound
                    largest term ≤ P  line 162, `TrimFunc(s, unicode.IsSpace)`
        "#]],
    );
}

#[test]
fn generics() {
    check_hover(
        "package example\n\nfunc Map[T, U any](xs []T, f func(T) U) []U { return nil }\n\nvar x = $0Map([]int{1}, func(i int) string { return \"\" })\n",
        expect![[r#"
            func Map(xs []int, f func(int) string) []string

            gas  ≤ N  bound
            effects none
        "#]],
    );
    check_hover(
        "package example\n\ntype List[T any] struct{ items []T }\n\nfunc (l *List[T]) Add(x T) {}\n\nfunc F(l *List[int]) { l.$0Add(1) }\n",
        expect![[r#"
            func (l *List[int]) Add(x int)

            gas  ≤ N  bound
            effects none
        "#]],
    );
    check_hover(
        "package example\n\ntype List[T any] struct{ Items []T }\n\nfunc F(l *List[int]) { _ = l.$0Items }\n",
        expect![[r#"
        field Items []int
    "#]],
    );
    check_hover(
        "package example\n\nfunc Map[T any](xs []$0T) {}\n",
        expect![[r#"
            type T any
        "#]],
    );
}

#[test]
fn tests_see_the_package_and_external_tests_import_it() {
    let packages = |inner: &str, outer: &str| {
        format!(
            "//- hub.amigos.dev/test/a/a.go\npackage a\n\n// Sum adds.\nfunc Sum(a, b int) int {{ return a + b }}\n\nvar hidden int\n\n//- hub.amigos.dev/test/a/in_test.go\npackage a\n\nimport \"testing\"\n\nfunc TestIn(t *testing.T) {{ {inner} }}\n\n//- hub.amigos.dev/test/a/out_test.go\npackage a_test\n\nimport (\n\t\"testing\"\n\n\t\"hub.amigos.dev/test/a\"\n)\n\nfunc TestOut(t *testing.T) {{ {outer} }}\n"
        )
    };
    check_hover(
        &packages("_ = $0hidden", "_ = a.Sum(1, 2)"),
        expect![[r#"
        var hidden int
        -- persistent · owned by test/a
        -- live hub.amigos.dev/test/a@v1 hidden
    "#]],
    );
    check_hover(
        &packages("_ = Sum(1, 2)", "_ = a.$0Sum(1, 2)"),
        expect![[r#"
            func Sum(a, b int) int

            Sum adds.

            gas  ≤ N  bound
            effects none
        "#]],
    );
}

#[test]
fn broken_code() {
    check_hover(
        "package example\n\nvar Posts []int\n\nfunc F() {\n\tfor _, p := range $0Posts {\n",
        expect![[r#"
        var Posts []int
        -- persistent · owned by test/example
        -- live hub.amigos.dev/test/example@v1 Posts
    "#]],
    );
    check_hover(
        "package example\n\ntype T struct{ Name string }\n\nfunc F(t T) {\n\tif t.$0Name == \n}\n",
        expect![[r#"
        field Name string
    "#]],
    );
    check_hover(
        "package example\n\nfunc G(x int) int { return x }\n\nfunc F() {\n\t$0G(1,\n}\n",
        expect![[r#"
            func G(x int) int

            gas  ≤ N  bound
            effects none
        "#]],
    );
    check_hover(
        "package example\n\nfunc F() {\n\t$0unknown()\n}\n",
        expect![[r#"
        nothing
    "#]],
    );
    check_hover(
        "package example\n\nfunc F() { $0 }\n",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn docs_from_the_network_are_text() {
    check_hover(
        "//- hub.amigos.dev/evil/lib/lib.go fetched\npackage lib\n\n// F is <img src=x onerror=alert(1)> [click](command:workbench.action.quit) ![x](http://e/x.png).\n//\n// [here]: command://run\n//\n// See [here].\n//\n//\tcode\n//\t```\n//\t<b>out</b>\nfunc F() {}\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/evil/lib\"\n\nfunc G() { lib.$0F() }\n",
        expect![[r#"
            func lib.F()

            F is \<img src=x onerror=alert(1)\> `click`(command:workbench.action.quit) !`x`(<http://e/x.png>).

            `here`: command://run

            See `here`.

            ````go
            code
            ```
            <b>out</b>
            ````

            gas  ≤ N  bound
            effects none
        "#]],
    );
}
