//! Organising imports: what goes, what comes, and where it stands.

mod support;

use amigos_syntax::format::edits::apply;
use expect_test::{Expect, expect};
use support::Workspace;

const OTHERS: &[(&str, &[(&str, &str)])] = &[
    ("hub.amigos.dev/test/token", &[("token.go", "package token\n\nfunc Mint() {}\n")]),
    ("hub.amigos.dev/test/forum", &[("forum.go", "package forum\n\nfunc Post() {}\n")]),
    ("hub.amigos.dev/one/shop", &[("one.go", "package shop\n\nfunc Buy() {}\n")]),
    ("hub.amigos.dev/two/shop", &[("two.go", "package shop\n\nfunc Buy() {}\n")]),
];

/// The file after organising its imports, up to its first function.
fn check_organized(text: &str, expect: Expect) {
    let files = [("a.go", text)];
    let mut packages = OTHERS.to_vec();
    packages.push(("hub.amigos.dev/test/example", &files));
    let workspace = Workspace::new(&packages);
    let edits = workspace.host.analysis().organize_imports(workspace.file("a.go")).expect("not cancelled");
    let after = apply(text, &edits);
    expect.assert_eq(after.split("func ").next().unwrap_or(""));
    // What comes after the imports stays.
    let body = |text: &str| text.find("func ").map(|i| text[i..].to_owned());
    assert_eq!(body(&after), body(text));
}

#[test]
fn unused_ones_go() {
    check_organized(
        "package p\n\nimport (\n\t\"errors\"\n\t\"strings\" // why\n)\n\nfunc f() { _ = errors.New(\"\") }\n",
        expect![[r#"
            package p

            import (
            	"errors"
            )

        "#]],
    );
}

#[test]
fn an_empty_declaration_goes_with_its_last_import() {
    check_organized(
        "package p\n\nimport \"strings\"\n\nfunc f() {}\n",
        expect![[r#"
        package p

    "#]],
    );
    check_organized(
        "package p\n\nimport (\n\t\"errors\"\n\t\"strings\"\n)\n\nfunc f() {}\n",
        expect![[r#"
        package p

    "#]],
    );
}

#[test]
fn missing_ones_come_where_there_are_none() {
    check_organized(
        "package p\n\nfunc f() { _ = strings.ToUpper(\"\") }\n",
        expect![[r#"
        package p

        import "strings"

    "#]],
    );
}

#[test]
fn one_becomes_a_group() {
    check_organized(
        "package p\n\nimport \"strings\"\n\nfunc f() { _ = strings.ToUpper(errors.New(\"\").Error()) }\n",
        expect![[r#"
        package p

        import (
        	"errors"
        	"strings"
        )

    "#]],
    );
    check_organized(
        "package p\n\nimport \"hub.amigos.dev/test/token\"\n\nfunc f() { token.Mint(); _ = errors.New(\"\") }\n",
        expect![[r#"
        package p

        import (
        	"errors"

        	"hub.amigos.dev/test/token"
        )

    "#]],
    );
}

#[test]
fn each_goes_to_its_group() {
    check_organized(
        "package p\n\nimport (\n\t\"strings\"\n\n\t\"hub.amigos.dev/test/token\"\n)\n\nfunc f() { forum.Post(); token.Mint(); _ = strings.ToUpper(errors.New(\"\").Error()) }\n",
        expect![[r#"
            package p

            import (
            	"errors"
            	"strings"

            	"hub.amigos.dev/test/forum"
            	"hub.amigos.dev/test/token"
            )

        "#]],
    );
}

#[test]
fn the_standard_library_stands_first() {
    check_organized(
        "package p\n\nimport (\n\t\"hub.amigos.dev/test/token\"\n)\n\nfunc f() { token.Mint(); _ = errors.New(\"\") }\n",
        expect![[r#"
            package p

            import (
            	"errors"

            	"hub.amigos.dev/test/token"
            )

        "#]],
    );
}

#[test]
fn groups_of_the_author_stay_and_are_sorted() {
    check_organized(
        "package p\n\nimport (\n\t\"strings\"\n\t\"errors\"\n\n\t\"sort\"\n)\n\nfunc f() { sort.Ints(nil); _ = strings.ToUpper(errors.New(\"\").Error()) }\n",
        expect![[r#"
            package p

            import (
            	"errors"
            	"strings"

            	"sort"
            )

        "#]],
    );
}

#[test]
fn what_could_mean_several_packages_is_left_to_the_author() {
    check_organized(
        "package p\n\nfunc f() { shop.Buy() }\n",
        expect![[r#"
        package p

    "#]],
    );
}

#[test]
fn a_local_name_is_no_package() {
    check_organized(
        "package p\n\nfunc f() { var errors struct{ New int }; _ = errors.New }\n",
        expect![[r#"
        package p

    "#]],
    );
}

#[test]
fn renamed_and_blank_imports() {
    check_organized(
        "package p\n\nimport (\n\t_ \"hub.amigos.dev/test/token\"\n\tx \"strings\"\n\ty \"errors\"\n)\n\nfunc f() { _ = x.ToUpper(\"\") }\n",
        expect![[r#"
            package p

            import (
            	_ "hub.amigos.dev/test/token"
            	x "strings"
            )

        "#]],
    );
}

#[test]
fn broken_imports_stay() {
    check_organized(
        "package p\n\nimport (\n\t\"strings\n)\n\nfunc f() { errors.New(\"\") }\n",
        expect![[r#"
        package p

        import (
        	"strings
        )

    "#]],
    );
}

#[test]
fn broken_bodies_do_not_matter() {
    check_organized(
        "package p\n\nimport \"sort\"\n\nfunc f() { x := strings.ToUpper(\"\"); x. }\n",
        expect![[r#"
        package p

        import "strings"

    "#]],
    );
}

#[test]
fn what_is_in_order_has_no_edits() {
    let workspace = Workspace::single("a.go", "package p\n\nimport \"errors\"\n\nvar x  = errors.New(\"\")\n");
    let edits = workspace.host.analysis().organize_imports(workspace.file("a.go")).expect("not cancelled");
    assert_eq!(edits, vec![]);
}
