use super::*;

#[test]
fn small() {
    let text = "package p\nimport ( \"b\"\n\"a\" )\nfunc f( a,b int ){\nif x:=1;x>2{ return }\n}\n";
    let want = "package p\n\nimport (\n\t\"a\"\n\t\"b\"\n)\n\nfunc f(a, b int) {\n\tif x := 1; x > 2 {\n\t\treturn\n\t}\n}\n";
    assert_eq!(format_file(text, Options::default()).unwrap(), want);
}
