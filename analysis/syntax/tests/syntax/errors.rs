//! Syntax errors in go/parser's words at its columns, with our hints.

use amigos_syntax::split::split;
use amigos_syntax::text::LineIndex;
use amigos_syntax::{GoVersion, file, parse_decl};
use expect_test::{Expect, expect};

/// `line:column: message (hint)` of each error of a file, lines and byte columns from 1.
fn check_file(text: &str, version: GoVersion, expect: Expect) {
    let chunks = split(text);
    let mut errors = file::file_errors(text, &chunks);
    for chunk in &chunks {
        for mut error in parse_decl(chunk.text(text), version).errors {
            error.range = error.range.shift(chunk.start);
            errors.push(error);
        }
    }
    errors.sort_by_key(|e| e.range.start);
    let index = LineIndex::new(text);
    let mut out = String::new();
    for error in errors {
        let at = index.byte_line_col(error.range.start);
        out.push_str(&format!("{}:{}: {}\n", at.line + 1, at.col + 1, error.message));
        if let Some(hint) = error.hint {
            out.push_str(&format!("    {hint}\n"));
        }
    }
    expect.assert_eq(&out);
}

/// The same for statements in a function; line 1 is their first.
fn check(body: &str, expect: Expect) {
    let text = format!("func f() {{\n{body}\n}}\n");
    let index = LineIndex::new(&text);
    let mut out = String::new();
    for error in parse_decl(&text, GoVersion::DEFAULT).errors {
        let at = index.byte_line_col(error.range.start);
        out.push_str(&format!("{}:{}: {}\n", at.line, at.col + 1, error.message));
        if let Some(hint) = error.hint {
            out.push_str(&format!("    {hint}\n"));
        }
    }
    expect.assert_eq(&out);
}

#[test]
fn unfinished_selector() {
    check(
        "x.\n",
        expect![[r#"
        3:1: expected selector or type assertion, found '}'
            a field or method name is missing after `.`
    "#]],
    );
    check(
        "x.\ny := 1",
        expect![[r#"
            1:3: expected selector or type assertion, found newline
                a field or method name is missing after `.`
        "#]],
    );
    check(
        "if x. {\n}",
        expect![[r#"
        1:7: expected selector or type assertion, found '{'
            a field or method name is missing after `.`
    "#]],
    );
}

#[test]
fn unfinished_assignment() {
    check(
        "x := ",
        expect![[r#"
        2:1: expected operand, found '}'
            an expression is missing after `:=`
    "#]],
    );
    check(
        "x = \ny := 1",
        expect![[r#"
            1:4: expected operand, found newline
                an expression is missing after `=`
        "#]],
    );
    check(
        "x := a +\n",
        expect![[r#"
        3:1: expected operand, found '}'
            an expression is missing after `+`
    "#]],
    );
}

#[test]
fn unclosed_call() {
    check(
        "foo(a, b\ny := 2",
        expect![[r#"
        1:9: missing ',' before newline in argument list
            close the call with `)`: `foo(`
    "#]],
    );
    check(
        "foo(\n\ta,\n\tb\n)",
        expect![[r#"
        3:3: missing ',' before newline in argument list
            end the last argument's line with `,`, or put `)` on it
    "#]],
    );
    check(
        "foo(a b)",
        expect![[r#"
        1:7: missing ',' in argument list
    "#]],
    );
    check(
        "foo(",
        expect![[r#"
        2:1: expected operand, found '}'
            an expression is missing after `(`
    "#]],
    );
}

#[test]
fn unclosed_index_and_literal() {
    check(
        "x[1\ny := 2",
        expect![[r#"
        1:4: expected ']', found newline
            close the bracket with `]`: `x[`
    "#]],
    );
    check(
        "x[]",
        expect![[r#"
        1:3: expected operand, found ']'
            the index is missing between `[` and `]`
    "#]],
    );
    check(
        "x := T{\n\ta: 1\n}",
        expect![[r#"
        2:6: missing ',' before newline in composite literal
            end the last element's line with `,`, or put `}` on it
    "#]],
    );
    check(
        "x := []int{1, 2\ny := 2",
        expect![[r#"
        1:16: missing ',' before newline in composite literal
            end the last element's line with `,`, or put `}` on it
    "#]],
    );
    check(
        "x[::]",
        expect![[r#"
        1:3: middle index required in 3-index slice
        1:4: final index required in 3-index slice
    "#]],
    );
}

#[test]
fn unclosed_block() {
    check(
        "if x {\n\tfoo()",
        expect![[r#"
            3:2: expected '}', found 'EOF'
                this block is not closed: `func f() {`
        "#]],
    );
}

#[test]
fn unclosed_string() {
    check(
        "x := \"abc\ny := 1",
        expect![[r#"
        1:6: string literal not terminated
            close the string with `"` on its line; text of several lines goes between backquotes
    "#]],
    );
    check(
        "x := 'abc'",
        expect![[r#"
        1:6: illegal rune literal
            a rune is one character between `'`; strings stand between `"`
    "#]],
    );
}

#[test]
fn headers() {
    check(
        "if {\n}",
        expect![[r#"
        1:4: missing condition in if statement
            write what must be true between `if` and `{`
    "#]],
    );
    check(
        "if x\n{\n}",
        expect![[r#"
        1:5: unexpected newline, expecting { after if clause
            put `{` at the end of the line before
    "#]],
    );
    check(
        "if x\ny()",
        expect![[r#"
            1:5: expected '{', found newline
        "#]],
    );
    check(
        "if x = 1 {\n}",
        expect![[r#"
        1:4: expected boolean expression, found assignment (missing parentheses around composite literal?)
            compare with `==`; `=` and `:=` assign
    "#]],
    );
    check(
        "if x := 1; {\n}",
        expect![[r#"
        1:10: missing condition in if statement
            write what must be true between `if` and `{`
    "#]],
    );
    check(
        "for i := 0; i < 10 {\n}",
        expect![[r#"
            1:20: expected ';', found '{'
                write `for init; condition; post {`, or `for condition {`
        "#]],
    );
    check(
        "for a, b, c := range x {\n}",
        expect![[r#"
        1:11: expected at most 2 expressions
    "#]],
    );
    check(
        "switch x {\ncase 1\n\tfoo()\n}",
        expect![[r#"
        2:7: expected ':', found newline
            a `case` or `default` ends with `:`
    "#]],
    );
    check(
        "while x {\n}",
        expect![[r#"
        1:7: expected ';', found x
            Go has one loop: `for condition { ... }`
    "#]],
    );
    check(
        "if v := (T{}); v == T{} {\n}",
        expect![[r#"
            1:25: expected ';', found '{'
                put a composite literal in a header between parentheses
        "#]],
    );
}

#[test]
fn misplaced() {
    check(
        "if x {\n}\nelse {\n}",
        expect![[r#"
        3:1: expected statement, found 'else'
            `else` must stand on the line of the `}` before it: `} else {`
    "#]],
    );
    check(
        "func g() {\n}",
        expect![[r#"
            1:6: expected '(', found g
                functions can't be declared inside functions: write `g := func(...) { ... }`
        "#]],
    );
    check(
        "x := y++",
        expect![[r#"
        1:7: expected ';', found '++'
            `++` and `--` are statements, not expressions
    "#]],
    );
    check(
        "x := a ? b : c",
        expect![[r#"
            1:8: illegal character U+003F '?'
                Go has no `?` operator: use `if`/`else`, and `if err != nil` for errors
        "#]],
    );
    check(
        "var type = 1",
        expect![[r#"
        1:5: expected 'IDENT', found 'type'
            `type` is a keyword and can't be a name
    "#]],
    );
    check(
        "defer f",
        expect![[r#"
        1:8: expression in defer must be function call
    "#]],
    );
    check(
        "defer (f())",
        expect![[r#"
        1:7: expression in defer must not be parenthesized
    "#]],
    );
    check(
        "f() := 1:",
        expect![[r#"
        1:9: expected ';', found ':'
            is an operator, a comma or a newline missing here?
    "#]],
    );
    check(
        "let x = 1",
        expect![[r#"
        1:5: expected ';', found x
            declare a variable with `name := value` or `var name T`
    "#]],
    );
}

#[test]
fn declarations() {
    check_file(
        "package p\nfunc f()\n{\n}\n",
        GoVersion::DEFAULT,
        expect![[r#"
        3:1: unexpected semicolon or newline before {
            put `{` at the end of the line before
    "#]],
    );
    check_file(
        "package p\nx := 1\n",
        GoVersion::DEFAULT,
        expect![[r#"
        2:1: expected declaration, found x
            outside of functions write `var x = ...`
    "#]],
    );
    check_file(
        "package p\nfunc f() {\n}\n}\n",
        GoVersion::DEFAULT,
        expect![[r#"
        4:1: expected declaration, found '}'
            there is one `}` too many above
    "#]],
    );
    check_file(
        "package p\nvar x int\nimport \"a\"\n",
        GoVersion::DEFAULT,
        expect![[r#"
        3:1: imports must appear before other declarations
            move the import up, behind the package clause
    "#]],
    );
    check_file(
        "func f() {}\n",
        GoVersion::DEFAULT,
        expect![[r#"
        1:1: expected 'package', found 'func'
            a file starts with `package` and the name of its package
    "#]],
    );
    check_file(
        "// nothing\n",
        GoVersion::DEFAULT,
        expect![[r#"
        2:1: expected 'package', found 'EOF'
            a file starts with `package` and the name of its package
    "#]],
    );
    check_file(
        "package p\nfunc f(a int, string) {}\nfunc g(a, b) (c int, d)\n",
        GoVersion::DEFAULT,
        expect![[r#"
        2:21: missing parameter type
        3:23: missing parameter type
    "#]],
    );
    check_file(
        "package p\nfunc f(a ...int, b int) ...int\n",
        GoVersion::DEFAULT,
        expect![[r#"
        2:10: can only use ... with final parameter
        2:25: expected ';', found '...'
            is an operator, a comma or a newline missing here?
    "#]],
    );
    check_file(
        "package p\ntype T[] struct{}\ntype U[P] struct{}\ntype V[P *C, Q] int\n",
        GoVersion::DEFAULT,
        expect![[r#"
        4:15: missing type constraint
    "#]],
    );
    check_file(
        "package p\nimport x\nimport 1\nvar x\ntype T\n",
        GoVersion::DEFAULT,
        expect![[r#"
            2:9: missing import path
                an import path is a string: `import "fmt"`
            3:8: import path must be a string
            4:6: expected type, found newline
                a type is missing after `x`
            5:7: expected type, found newline
                a type is missing after `T`
        "#]],
    );
    check_file(
        "package p\ntype T struct {\n\t(A)\n\t*(B)\n\ta int b\n}\n",
        GoVersion::DEFAULT,
        expect![[r#"
        3:2: cannot parenthesize embedded type
        4:3: cannot parenthesize embedded type
        5:8: expected ';', found b
            is an operator, a comma or a newline missing here?
    "#]],
    );
    check_file(
        "package p\ntype I interface {\n\tm[T any]()\n\tint |\n}\n",
        GoVersion::DEFAULT,
        expect![[r#"
        3:3: interface method must have no type parameters
        5:1: expected ~ term or type, found '}'
    "#]],
    );
}

#[test]
fn methods_with_type_parameters_came_with_go_1_27() {
    let text = "package p\nfunc (t T) m[P any](p P) {}\n";
    // Which version a program needs is the type checker's business.
    check_file(text, GoVersion::new(1, 26), expect![""]);
    check_file(text, GoVersion::new(1, 27), expect![""]);
}
