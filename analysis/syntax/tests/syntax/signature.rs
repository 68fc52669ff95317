//! The firewall: the signature half of a declaration is equal after edits in its bodies.

use amigos_syntax::ast::DeclKind;
use amigos_syntax::{GoVersion, parse_decl};

const FUNCTIONS: &[&str] = &[
    "// F does.\nfunc F(a, b int, c ...string) (x T[int], err error) {BODY}\n",
    "func (s *S[K, V]) M[P any](p P, f func(int) (int, error)) map[K][]V {BODY}\n",
    "func init() {BODY}",
    "func g[T interface{ ~int | string; M() }](t T) struct{ a, b int `tag` } {BODY} // behind\n",
    "var handler = func(a int) string {BODY}\n",
];

const BODIES: &[&str] = &[
    "",
    "\n",
    "\n\treturn nil\n",
    "\n\tx := ",
    "\n\tx.",
    "\n\tif x {",
    "\n\tfor i := range 10 {\n\t\tgo func() { defer f() }()\n\t}\n\tvar y, z = T{1, 2}, []int{}\n",
    " foo(",
    " foo(a, b",
    "\n\tx := `raw\n` + \"a\"\n",
    "\n\tx := \"open\n",
    "\n// comment }\n/* { */\n",
    "\n\tswitch x := y.(type) {\n\tcase int, string:\n\tdefault:\n\t}\n",
    "\n\tconst (\n\t\tA = iota\n\t\tB\n\t)\n\ttype t[P any] struct{ p P }\n",
    "\n\t§ ? ö := 1\n",
];

#[test]
fn body_edits_leave_the_signature_equal() {
    for function in FUNCTIONS {
        let parse = |body: &str| parse_decl(&function.replace("BODY", body), GoVersion::LATEST);
        let first = parse(BODIES[0]);
        assert!(first.errors.is_empty(), "{:?}", first.errors);
        assert_eq!(first.bodies.len(), 1);
        for body in BODIES {
            let edited = parse(body);
            assert_eq!(edited.sig, first.sig, "{function} with {body}");
            assert_eq!(edited.kind, first.kind, "{function} with {body}");
            assert_eq!(edited.doc, first.doc);
        }
    }
}

#[test]
fn every_prefix_of_a_body_leaves_the_signature_equal() {
    let body = BODIES.iter().filter(|b| !b.contains('`')).copied().collect::<String>();
    for function in FUNCTIONS {
        let (head, _) = function.split_once("BODY").expect("has a body");
        let first = parse_decl(head, GoVersion::LATEST);
        for (end, _) in body.char_indices() {
            let edited = parse_decl(&format!("{head}{}", &body[..end]), GoVersion::LATEST);
            assert_eq!((&edited.sig, &edited.kind), (&first.sig, &first.kind));
        }
    }
}

#[test]
fn functions_in_initialisers_have_their_own_bodies() {
    let decl = parse_decl("var a, b = func() int { return 1 }, T{f: func() { g(func() {}) }}\n", GoVersion::DEFAULT);
    assert_eq!(decl.errors, []);
    assert_eq!(decl.bodies.len(), 2, "the literal inside a body lives in that body");
    assert!(decl.sig.stmts.is_empty());
    let decl = parse_decl("func f(a [len(x(func() {}))]int) { g() }\n", GoVersion::DEFAULT);
    assert!(matches!(&decl.kind, DeclKind::Func(f) if f.has_body));
    assert_eq!(decl.bodies.len(), 2, "body 0 is the function's own");
    assert_eq!(decl.bodies[0].block.stmts.len(), 1);
}
