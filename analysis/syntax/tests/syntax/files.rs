//! Facts of a file: package, imports, constraints, directives.

use amigos_syntax::file::file_head;
use amigos_syntax::split::split;
use expect_test::expect;

#[test]
fn heads_of_files() {
    let text = "//go:build go1.21 && !linux\n\n// Package p is.\npackage p\n\nimport \"fmt\"\n\nimport (\n\tstr \"strings\"\n\t. \"hub.amigos.dev/token@v2\"\n\t_ `x`\n)\n\n//amigos:was Old\nvar a int //amigos:allow AM1 -- reason\n";
    let chunks = split(text);
    let head = file_head(text, &chunks);
    let mut out = String::new();
    let package = head.package.expect("has a package clause");
    out.push_str(&format!("package {} at {:?}\n", package.name, package.range.of(chunks[package.chunk as usize].text(text))));
    for import in &head.imports {
        let chunk = chunks[import.chunk as usize].text(text);
        out.push_str(&format!("import {:?} {} {:?} {:?}\n", import.name, import.path, import.path_range.of(chunk), import.range.of(chunk)));
    }
    for constraint in &head.constraints {
        out.push_str(&format!("build {} needs {:?}\n", constraint.expr, constraint.version.map(|v| v.to_string())));
    }
    for directive in &head.directives {
        out.push_str(&format!("{} | {} | {}\n", directive.name, directive.args, directive.range.of(text)));
    }
    expect![[r#"
        package p at "p"
        import None fmt "\"fmt\"" "\"fmt\""
        import Some("str") strings "\"strings\"" "str \"strings\""
        import Some(".") hub.amigos.dev/token@v2 "\"hub.amigos.dev/token@v2\"" ". \"hub.amigos.dev/token@v2\""
        import Some("_") x "`x`" "_ `x`"
        build go1.21 && !linux needs Some("go1.21")
        was | Old | //amigos:was Old
        allow | AM1 -- reason | //amigos:allow AM1 -- reason
    "#]]
    .assert_eq(&out);
}

#[test]
fn versions_in_build_constraints() {
    for (line, version) in [
        ("go1.21", Some("go1.21")),
        ("linux && go1.22 && go1.20", Some("go1.22")),
        ("go1.21 || go1.18", Some("go1.18")),
        ("go1.21 || linux", None),
        ("!go1.21", None),
        ("!(!go1.21 || linux)", Some("go1.21")),
        ("(linux", None),
        ("go1.21 x", None),
    ] {
        let text = format!("//go:build {line}\n\npackage p\n");
        let head = file_head(&text, &split(&text));
        assert_eq!(head.constraints[0].version.map(|v| v.to_string()).as_deref(), version, "{line}");
    }
}
