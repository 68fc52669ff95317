//! Arguments from outside: what is read, how it prints, and what is refused with which words.

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_types::ctx::{ImportError, Member, MemberKind, NamedInfo, TyCtx};
use amigos_types::ty::{Basic, FieldTy, NamedKey, PkgKey, Ty, TyKind, TypeParamKey};
use amigos_vm::args::{from_json, parse_literal};
use amigos_vm::value::Printer;

/// A package `forum` with `type Post struct { Title string; Votes int; Tags []string }`.
struct Forum;

fn home() -> PkgKey {
    PkgKey(Name::new("hub.amigos.dev/forum@v1"))
}

fn post() -> Ty {
    Ty::named(NamedKey { pkg: Some(home()), name: Name::new("Post"), local: None }, [])
}

fn basic(b: Basic) -> Ty {
    Ty::basic(b)
}

impl TyCtx for Forum {
    fn resolve_import(&self, _: PkgKey, _: Name) -> Result<PkgKey, ImportError> {
        Err(ImportError::Unknown)
    }
    fn package_name(&self, _: PkgKey) -> Option<Name> {
        Some(Name::new("forum"))
    }
    fn member(&self, _: PkgKey, name: Name) -> Option<Arc<Member>> {
        (name.as_str() == "Post").then(|| Arc::new(Member { name, kind: MemberKind::Type { alias: false }, ty: post() }))
    }
    fn member_names(&self, _: PkgKey) -> Arc<[Name]> {
        Arc::from([])
    }
    fn named(&self, key: NamedKey) -> Option<Arc<NamedInfo>> {
        let field = |name: &str, ty| FieldTy { name: Name::new(name), pkg: Some(home()), ty, embedded: false, tag: Name::new("") };
        let fields =
            [field("Title", basic(Basic::String)), field("Votes", basic(Basic::Int)), field("Tags", Ty::slice(basic(Basic::String)))];
        (key.name.as_str() == "Post").then(|| {
            Arc::new(NamedInfo { tparams: Box::default(), underlying: Ty::new(TyKind::Struct(Box::new(fields))), methods: Box::default() })
        })
    }
    fn bound(&self, _: TypeParamKey) -> Option<Ty> {
        None
    }
    fn predeclared_packages(&self) -> &[(Name, PkgKey)] {
        &[]
    }
}

#[track_caller]
fn reads(text: &str, ty: Ty, printed: &str) {
    let value = parse_literal(text, ty, &Forum, home(), &[]).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(Printer::whole(&Forum, Some(home())).go(&value), printed);
}

#[track_caller]
fn refuses(text: &str, ty: Ty, message: &str) {
    let error = parse_literal(text, ty, &Forum, home(), &[]).expect_err(text);
    assert_eq!(error.message, message);
}

#[test]
fn literals_are_read() {
    reads("\"a\\tb\\\"c\"", basic(Basic::String), "\"a\\tb\\\"c\"");
    reads("`raw \\n`", basic(Basic::String), "\"raw \\\\n\"");
    reads("-42", basic(Basic::Int), "-42");
    reads("0x_ff", basic(Basic::Uint8), "255");
    reads("'x'", basic(Basic::Int32), "120");
    reads("-9223372036854775808", basic(Basic::Int64), "-9223372036854775808");
    reads("18446744073709551615", basic(Basic::Uint64), "18446744073709551615");
    reads("2", basic(Basic::Float64), "2.0");
    reads("true", basic(Basic::Bool), "true");
    reads("nil", Ty::slice(basic(Basic::Int)), "nil");
}

#[test]
fn composite_values_are_read_with_and_without_their_types() {
    reads("Post{Title: \"x\", Votes: 3}", post(), "Post{Title: \"x\", Votes: 3, Tags: nil}");
    reads("forum.Post{\"x\", 1, []string{\"a\"}}", post(), "Post{Title: \"x\", Votes: 1, Tags: []string{\"a\"}}");
    reads("&Post{}", Ty::pointer(post()), "&Post{Title: \"\", Votes: 0, Tags: nil}");
    reads(
        "[]Post{{Title: \"a\"}, {Votes: 2}}",
        Ty::slice(post()),
        "[]Post{{Title: \"a\", Votes: 0, Tags: nil}, {Title: \"\", Votes: 2, Tags: nil}}",
    );
    let map = Ty::new(TyKind::Map { key: basic(Basic::String), value: basic(Basic::Int) });
    reads("map[string]int{\"a\": 1}", map, "map[string]int{\"a\": 1}");
    reads("[2]int{1: 5}", Ty::new(TyKind::Array { len: 2, elem: basic(Basic::Int) }), "[2]int{0, 5}");
    reads("\"x\"", Ty::empty_interface(), "\"x\"");
}

#[test]
fn what_is_no_value_is_refused_with_the_remedy() {
    refuses("256", basic(Basic::Uint8), "`256` does not fit into `uint8`");
    refuses("-1", basic(Basic::Uint), "`-1` does not fit into `uint`");
    refuses("\"x\"", basic(Basic::Int), "a value of type `int` is wanted here");
    refuses("x", basic(Basic::Int), "`x` is no literal: arguments are values such as `\"text\"`, `42` or `Post{Title: \"x\"}`");
    refuses("Post{Nope: 1}", post(), "`Post` has no field `Nope`");
    refuses("[]int{1}", Ty::slice(basic(Basic::String)), "a `[]int` is given, a `[]string` is wanted");
    refuses(
        "func() {}",
        Ty::new(TyKind::Signature(Default::default())),
        "a function can't be an argument of a call from outside: arguments are data",
    );
    refuses(
        "map[string]int{\"a\": 1, \"a\": 2}",
        Ty::new(TyKind::Map { key: basic(Basic::String), value: basic(Basic::Int) }),
        "this key stands in the map already",
    );
    assert!(parse_literal("1 +", basic(Basic::Int), &Forum, home(), &[]).is_err());
    assert!(parse_literal("1; var x = 2", basic(Basic::Int), &Forum, home(), &[]).is_err());
    assert!(parse_literal("", basic(Basic::Int), &Forum, home(), &[]).is_err());
    assert!(parse_literal(&"[".repeat(100_000), basic(Basic::Int), &Forum, home(), &[]).is_err());
}

#[test]
fn json_goes_there_and_back() {
    let text = "Post{Title: \"é\\n\", Votes: -7, Tags: []string{\"a\", \"b\"}}";
    let value = parse_literal(text, post(), &Forum, home(), &[]).unwrap();
    let json = Printer::whole(&Forum, Some(home())).json(&value);
    assert_eq!(json.to_string(), r#"{"Tags":["a","b"],"Title":"é\n","Votes":-7}"#);
    assert_eq!(from_json(&json, post(), &Forum, home()).unwrap(), value);
    let error = from_json(&serde_json::json!({"Votes": 1.5}), post(), &Forum, home()).unwrap_err();
    assert_eq!(error.message, "`1.5` does not fit: a value of type `int` is wanted");
}

#[test]
fn text_that_would_mislead_is_escaped() {
    let value = parse_literal("\"a\u{202e}b\"", basic(Basic::String), &Forum, home(), &[]).unwrap();
    assert_eq!(Printer::whole(&Forum, None).go(&value), "\"a\\u202eb\"");
}
