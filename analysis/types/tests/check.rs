//! Small programs and what the checker says of them: errors, types of declarations, order of initialisation.

use amigos_syntax::Name;
use amigos_syntax::text::LineIndex;
use amigos_types::ctx::ImportError;
use amigos_types::facts::{LocalKind, ObjRef};
use amigos_types::ty::PkgKey;
use amigos_types::typestring::type_string;
use amigos_types::world::{Checked, Options, World};
use expect_test::{Expect, expect};

/// A world with the project's standard library; `amigos` and `oracle` are predeclared as in a contract.
fn world() -> World {
    World::new(Box::new(|path| {
        let package = amigos_std::package(path).ok_or_else(|| ImportError::NotFound("not in std".into()))?;
        Ok(package.files.iter().map(|(name, text)| ((*name).to_string(), (*text).to_string())).collect())
    }))
}

fn contract_world() -> World {
    world().with_predeclared(&["amigos", "oracle", "oracles"])
}

fn check_in(world: &World, source: &str) -> Checked {
    let files = vec![("a.go".to_string(), source.to_string())];
    world.check(PkgKey(Name::new("test/p")), files, Options { go_minor: 27, natives: false })
}

fn problems(world: &World, source: &str) -> String {
    let checked = check_in(world, source);
    let lines = LineIndex::new(source);
    let line = |p: &amigos_types::world::Problem| {
        let at = lines.byte_line_col(p.range.start);
        let code = if p.code.is_empty() { "syntax" } else { p.code };
        format!("{}:{} {code}{}: {}\n", at.line + 1, at.col + 1, if p.soft { " (soft)" } else { "" }, p.message)
    };
    checked.problems.iter().map(line).collect()
}

#[track_caller]
fn check(source: &str, expected: Expect) {
    expected.assert_eq(&problems(&world(), source));
}

#[track_caller]
fn check_contract(source: &str, expected: Expect) {
    expected.assert_eq(&problems(&contract_world(), source));
}

/// Each member with its type.
#[track_caller]
fn check_members(source: &str, expected: Expect) {
    let world = world();
    let checked = check_in(&world, source);
    assert_eq!(checked.problems, [], "unexpected problems");
    let mut lines: Vec<String> = checked
        .package
        .types
        .members
        .values()
        .map(|m| format!("{}: {}\n", m.member.name, type_string(m.member.ty, &|p| p.0.to_string())))
        .collect();
    lines.sort();
    expected.assert_eq(&lines.concat());
}

#[test]
fn declarations_in_any_order() {
    check_members(
        r#"package p
var a, b = f()
func f() (C, error) { return c, nil }
const c C = C(d) + 1
const d = iota
type C T
type T int
type L struct { next *L; items []T }
type A = map[string]L
func (l *L) Len() int { if l == nil { return 0 }; return 1 + l.next.Len() }
"#,
        expect![[r#"
            A: test/p.A
            C: test/p.C
            L: test/p.L
            T: test/p.T
            a: test/p.C
            b: error
            c: test/p.C
            d: untyped int
            f: func() (test/p.C, error)
        "#]],
    );
}

#[test]
fn generic_types_and_functions() {
    check_members(
        r#"package p
type Number interface { ~int | ~float64 }
func Sum[T Number](list ...T) (s T) { for _, x := range list { s += x }; return }
type Pair[K comparable, V any] struct { Key K; Value V }
func (p Pair[K, V]) Swap() (V, K) { return p.Value, p.Key }
type List[T any] struct { head *node[T] }
type node[T any] struct { value T; next *node[T] }
func Map[T, U any](list []T, f func(T) U) []U { var out []U; for _, x := range list { out = append(out, f(x)) }; return out }
var total = Sum(1, 2, 3)
var names = Map([]int{1}, func(i int) string { return "x" })
var swapped, key = Pair[string, int]{"a", 1}.Swap()
type Vec[T any] = []T
var v Vec[Vec[int]]
"#,
        expect![[r#"
            List: test/p.List
            Map: func[T, U](list []T, f func(T) U) []U
            Number: test/p.Number
            Pair: test/p.Pair
            Sum: func[T](list ...T) (s T)
            Vec: test/p.Vec
            key: string
            names: []string
            node: test/p.node
            swapped: int
            total: int
            v: test/p.Vec[test/p.Vec[int]]
        "#]],
    );
}

#[test]
fn an_alias_used_inside_what_it_stands_for() {
    check_members(
        r#"package p
type A = struct { next *B }
type B struct { a A }
var x = B{}.a.next.a
var y A = x
"#,
        expect![[r#"
            A: test/p.A
            B: test/p.B
            x: test/p.A
            y: test/p.A
        "#]],
    );
}

#[test]
fn cycles_are_reported_at_the_first_in_the_source() {
    check(
        r#"package p
type T struct { u U }
type U struct { t T }
type A = B
type B = A
type N [len(N{})]int
var x = y
var y = f()
func f() int { return x }
const c = c
type I interface { J }
type J interface { I }
type G[P any] struct { g G[[]P] }
"#,
        expect![[r#"
            2:6 InvalidDeclCycle: invalid recursive type T
            4:6 InvalidDeclCycle: invalid recursive type A
            6:6 InvalidDeclCycle: invalid recursive type: N refers to itself
            7:5 InvalidInitCycle: initialization cycle for x
            10:7 InvalidInitCycle: initialization cycle: c refers to itself
            11:6 InvalidDeclCycle: invalid recursive type I
            13:26 InvalidDeclCycle: invalid recursive type: G[[]P] refers to itself
        "#]],
    );
}

#[test]
fn endless_instantiation() {
    check(
        r#"package p
func f[T any](n int) { if n > 0 { f[*T](n - 1) } }
func g[T any](n int) { g[T](n - 1) }
"#,
        expect![[r#"
            2:8 InvalidInstanceCycle: instantiation cycle:
        "#]],
    );
}

#[test]
fn names_that_are_not_there() {
    check(
        r#"package p
import "strings"
import str "strconv"
import "nowhere"
type S struct { Name string }
func (s *S) Set(name string) { s.Name = name }
func f(s S) {
	s.name = "x"
	S{}.Set("x")
	strings.toUpper("x")
	undefined()
	var unused int
	nowhere.Anything()
}
func f() {}
"#,
        expect![[r#"
            3:8 UnusedImport (soft): "strconv" imported as str and not used
            4:8 BrokenImport: could not import nowhere (not in std)
            8:4 MissingFieldOrMethod: s.name undefined (type S has no field or method name, but does have field Name)
            9:6 InvalidMethodExpr: cannot call pointer method Set on S
            10:10 UndeclaredImportedName: undefined: strings.toUpper (but have ToUpper)
            11:2 UndeclaredName: undefined: undefined
            12:6 UnusedVar (soft): declared and not used: unused
            15:6 DuplicateDecl: f redeclared in this block
        "#]],
    );
}

#[test]
fn constraints_say_what_is_missing() {
    check(
        r#"package p
type Stringer interface { String() string }
type Int interface { ~int | ~int64 }
type MyInt int
type P struct{}
func (p *P) String() string { return "" }
func show[T Stringer](T) {}
func add[T Int](a, b T) T { return a + b }
func eq[T comparable](a, b T) bool { return a == b }
func _() {
	show(P{})
	show(&P{})
	add(1.5, 2)
	add(MyInt(1), 2)
	eq([]int{}, nil)
	eq[any](1, 2)
	var i Int
	var _ map[[]int]string
}
"#,
        expect![[r#"
            11:2 CannotInferTypeArgs: in call to show, T (type P) does not satisfy Stringer (method String has pointer receiver)
            13:2 InvalidTypeArg (soft): float64 does not satisfy Int (float64 missing in ~int | ~int64)
            15:2 InvalidTypeArg (soft): []int does not satisfy comparable
            17:6 UnusedVar (soft): declared and not used: i
            17:8 MisplacedConstraintIface (soft): cannot use type Int outside a type constraint: interface contains type constraints
            18:12 IncomparableMapKey: invalid map key type []int
        "#]],
    );
}

#[test]
fn the_universe_of_contracts() {
    check_contract(
        r#"package p
var Owner = amigos.Address("amigos1x")
func Pay() error {
	if msg.Value == 0 { return nil }
	var n uint64 = msg.Value
	msg.Sender = Owner
	use(msg)
	return amigos.Send(msg.Sender, msg.Value)
}
func use(x any) {}
func shadow(amigos string) string { msg := amigos; return msg }
var oracle = 1
func msg() {}
"#,
        expect![[r#"
            5:6 UnusedVar (soft): declared and not used: n
            5:17 IncompatibleAssign: cannot use msg.Value (value of uint64 type amigos.Coins) as uint64 value in variable declaration
            6:2 UnassignableOperand: cannot assign to msg.Sender (msg tells of the call and is read-only)
            7:6 InvalidPkgUse: use of msg not in selector (msg is not a value: write msg.Sender, msg.Value, ...)
            12:5 DuplicateDecl: `oracle` is predeclared in contracts and cannot be redeclared at package level: choose another name
            13:6 DuplicateDecl: `msg` is predeclared in contracts and cannot be redeclared at package level: choose another name
        "#]],
    );
}

#[test]
fn function_literals_of_package_variables_are_bodies_of_their_own() {
    check(
        r#"package p
var count = 0
var next = func(step int) (n int) {
	type local struct{ n int }
	l := local{count + step}
	count = l.n
	return "x"
}
var table = map[string]func() int{
	"a": func() int { return later },
	"b": func() int { missing() },
}
var later = 1
"#,
        expect![[r#"
            7:9 IncompatibleAssign: cannot use "x" (untyped string constant) as int value in return statement
            11:20 UndeclaredName: undefined: missing
            11:30 MissingReturn: missing return
        "#]],
    );
}

#[test]
fn variables_are_initialised_after_what_they_use() {
    let source = r#"package p
var a = b + f()
var b = 2
var c, d = pair()
var e = func() int { return c }()
func f() int { return g() }
func g() int { return e }
func pair() (int, int) { return z, z }
var z = 3
var s = S{}.m()
type S struct{}
func (S) m() int { return a }
"#;
    let checked = check_in(&world(), source);
    assert_eq!(checked.problems, []);
    let objects = &checked.package.types.objects;
    let order: Vec<String> = checked
        .init_order
        .steps
        .iter()
        .map(|step| step.iter().map(|i| objects[*i as usize].name.to_string()).collect::<Vec<_>>().join(", "))
        .collect();
    expect![[r#"
        b
        z
        c, d
        e
        a
        s"#]]
    .assert_eq(&order.join("\n"));
}

#[test]
fn parameters_of_a_body_point_to_the_signature() {
    let source = "package p\ntype T struct{}\nfunc (t *T) M(a int, _ string) (err error) { f := func(b int) int { return a + b }; _ = f(a); return err }\n";
    let checked = check_in(&world(), source);
    assert_eq!(checked.problems, []);
    let (decl, _, facts) = &checked.bodies[0];
    let sig = &checked.package.source.decls[decl.0 as usize].sig;
    let params = &facts.params[&None];
    let all: Vec<String> = params
        .recv
        .iter()
        .chain(&params.params)
        .chain(&params.results)
        .map(|l| {
            let local = &facts.locals[l.0 as usize];
            let written = local.ident.map_or("-".to_string(), |i| sig[i].name.to_string());
            format!("{written}: {}{}", type_string(local.ty, &|_| String::new()), if local.captured { ", captured" } else { "" })
        })
        .collect();
    expect![[r#"
        t: *T
        a: int, captured
        _: string
        err: error"#]]
    .assert_eq(&all.join("\n"));
    assert!(facts.locals.iter().any(|l| l.name.as_str() == "b" && l.kind == LocalKind::Param && l.func_depth == 1));
    assert!(facts.uses.values().any(|u| matches!(u, ObjRef::Local(l) if *l == params.params[0])));
}
