//! What survives around a half-typed statement.

use amigos_syntax::ast::{Ast, Block, StmtKind};
use amigos_syntax::{GoVersion, parse_decl};
use expect_test::{Expect, expect};

fn dump(ast: &Ast, block: &Block, text: &str, indent: usize, out: &mut String) {
    for id in &block.stmts {
        let stmt = &ast[*id];
        let shown = stmt.range.of(text).lines().next().unwrap_or("");
        let kind = format!("{:?}", stmt.kind);
        let name = kind.split([' ', '(', '{']).next().unwrap_or("");
        out.push_str(&format!("{}{name}: {shown}\n", "  ".repeat(indent)));
        match &stmt.kind {
            StmtKind::Block(block) | StmtKind::For { body: block, .. } | StmtKind::Range { body: block, .. } => {
                dump(ast, block, text, indent + 1, out);
            }
            StmtKind::If { then, .. } => dump(ast, then, text, indent + 1, out),
            StmtKind::Switch { cases, .. } => cases.iter().for_each(|c| dump(ast, &c.body, text, indent + 1, out)),
            _ => {}
        }
    }
}

fn check(body: &str, expect: Expect) {
    let text = format!("func f() {{\n\tbefore()\n{body}\n\tafter()\n\tz := 1\n}}\n");
    let decl = parse_decl(&text, GoVersion::DEFAULT);
    let mut out = String::new();
    for body in decl.bodies.iter() {
        dump(&body.ast, &body.block, &text, 0, &mut out);
    }
    out.push_str(&format!("{} errors\n", decl.errors.len()));
    expect.assert_eq(&out);
}

#[test]
fn expressions() {
    check(
        "\tx := ",
        expect![[r#"
        Expr: before()
        Assign: x := 
        Assign: z := 1
        0 errors
    "#]],
    );
    check(
        "\tx.",
        expect![[r#"
        Expr: before()
        Expr: x.
        Assign: z := 1
        0 errors
    "#]],
    );
    check(
        "\tfoo(a, ",
        expect![[r#"
        Expr: before()
        Expr: foo(a, 
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tfoo(a",
        expect![[r#"
        Expr: before()
        Expr: foo(a
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\ty := foo(bar(1, 2)",
        expect![[r#"
        Expr: before()
        Assign: y := foo(bar(1, 2)
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tx[",
        expect![[r#"
        Expr: before()
        Expr: x[
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tx := T{a: 1,",
        expect![[r#"
        Expr: before()
        Assign: x := T{a: 1,
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tx := \"abc",
        expect![[r#"
        Expr: before()
        Assign: x := "abc
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\ta b c",
        expect![[r#"
        Expr: before()
        Expr: a
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tvar x",
        expect![[r#"
        Expr: before()
        Decl: var x
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tvar x = ",
        expect![[r#"
        Expr: before()
        Decl: var x = 
        Assign: z := 1
        0 errors
    "#]],
    );
}

#[test]
fn headers() {
    check(
        "\tif x",
        expect![[r#"
            Expr: before()
            If: if x
            Expr: after()
            Assign: z := 1
            1 errors
        "#]],
    );
    check(
        "\tif x {",
        expect![[r#"
        Expr: before()
        If: if x {
          Expr: after()
          Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tif x := y(); ",
        expect![[r#"
            Expr: before()
            If: if x := y(); 
            Assign: z := 1
            1 errors
        "#]],
    );
    check(
        "\tfor i := range",
        expect![[r#"
            Expr: before()
            Range: for i := range
            Assign: z := 1
            1 errors
        "#]],
    );
    check(
        "\tfor ",
        expect![[r#"
            Expr: before()
            For: for 
            Assign: z := 1
            1 errors
        "#]],
    );
    check(
        "\tfor i := 0; i < 10 {\n\t\tinside()\n\t}",
        expect![[r#"
        Expr: before()
        For: for i := 0; i < 10 {
          Expr: inside()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tswitch x {",
        expect![[r#"
            Expr: before()
            Switch: switch x {
              Expr: after()
              Assign: z := 1
            2 errors
        "#]],
    );
    check(
        "\tswitch x {\n\tcase 1\n\t\tinside()\n\tcase 2:\n\t\tinside2()\n\t}",
        expect![[r#"
        Expr: before()
        Switch: switch x {
          Expr: inside()
          Expr: inside2()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\twhile x {\n\t\tinside()\n\t}",
        expect![[r#"
        Expr: before()
        Expr: while
        Block: {
          Expr: inside()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tif x {\n\t}\n\telse {\n\t\tinside()\n\t}",
        expect![[r#"
        Expr: before()
        If: if x {
        Bad: else
        Block: {
          Expr: inside()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tfunc g() {\n\t\tinside()\n\t}",
        expect![[r#"
            Expr: before()
            Expr: func g() {
            Expr: after()
            Assign: z := 1
            1 errors
        "#]],
    );
    check(
        "\treturn x y",
        expect![[r#"
        Expr: before()
        Return: return x
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
}

#[test]
fn braces() {
    check(
        "\t}",
        expect![[r#"
        Expr: before()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tif x {\n\t\ta()\n\t}\n\t}",
        expect![[r#"
        Expr: before()
        If: if x {
          Expr: a()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tcase 1:\n\t\ta()",
        expect![[r#"
        Expr: before()
        Expr: a()
        Expr: after()
        Assign: z := 1
        1 errors
    "#]],
    );
    check(
        "\tdefer func() {",
        expect![[r#"
            Expr: before()
            Defer: defer func() {
            2 errors
        "#]],
    );
}
