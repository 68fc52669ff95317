//! Doc comments: plain text, Markdown, synopsis, examples.

use amigos_syntax::TextRange;
use amigos_syntax::doc::{comment_text, examples, synopsis, to_markdown};
use expect_test::{Expect, expect};

fn check(group: &str, expect: Expect) {
    let link = |name: &str| (name == "Linked").then(|| "https://example.org/Linked".to_owned());
    expect.assert_eq(&to_markdown(&comment_text(group), &link));
}

#[test]
fn paragraphs_and_directives() {
    check(
        "// F does *this*\n// and that_too.\n//\n//\n// Second <b>.\n//go:noinline\n//amigos:bound x<=1\n",
        expect![[r#"
            F does \*this\*
            and that\_too.

            Second \<b\>."#]],
    );
    check(
        "/* F does.\n\nMore. */",
        expect![[r#"
        F does.

        More."#]],
    );
}

#[test]
fn headings_lists_and_code() {
    check(
        "// Intro:\n//   - one\n//     more\n//   - two\n//\n// # Heading\n//\n//  1. first\n//\n//  2. second\n//\n// Code:\n//\n//\tx := f(\n//\t\t1)\n//\n//\ty()\n//\n// Old Heading\n//\n// End.",
        expect![[r#"
            Intro:

            - one more
            - two

            ### Heading

            1. first
            2. second

            Code:

            ```go
            x := f(
            	1)

            y()
            ```

            ### Old Heading

            End."#]],
    );
}

#[test]
fn links() {
    check(
        "// See [Linked], [pkg.Name], [*T.M], [text] and https://go.dev/x_y. Quotes ``a''.\n// [not a link] x[i]\n//\n// [text]: https://example.org\n",
        expect![[r#"
            See [`Linked`](https://example.org/Linked), `pkg.Name`, `*T.M`, [text](https://example.org) and <https://go.dev/x_y>. Quotes “a”.
            \[not a link\] x\[i\]"#]],
    );
}

#[test]
fn synopses() {
    assert_eq!(synopsis("F does\nthis. And that.\n"), "F does this.");
    assert_eq!(synopsis("Written by J. Doe. More\n"), "Written by J. Doe.");
    assert_eq!(synopsis(""), "");
}

#[test]
fn example_calls() {
    let text = "// Transfer sends.\n// Example: Transfer(\"bob\", 5)\n//Example:Balance()\nfunc Transfer() {}\n";
    let found = examples(text, TextRange::new(0, text.find("func").unwrap_or(0) as u32));
    let calls: Vec<&str> = found.iter().map(|e| &*e.call).collect();
    assert_eq!(calls, ["Transfer(\"bob\", 5)", "Balance()"]);
    assert!(found.iter().all(|e| e.range.of(text) == &*e.call));
}
