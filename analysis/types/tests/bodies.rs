//! Function bodies: errors of expressions and statements, and the facts that later stages read.

use amigos_syntax::Name;
use amigos_syntax::ast::ExprKind;
use amigos_syntax::text::LineIndex;
use amigos_types::ctx::ImportError;
use amigos_types::facts::{Facts, LocalKind, SelectionKind};
use amigos_types::ty::{PkgKey, Ty};
use amigos_types::typestring::type_string;
use amigos_types::world::{Checked, Options, World};
use expect_test::{Expect, expect};

fn check_source(source: &str) -> Checked {
    let world = World::new(Box::new(|path| {
        let package = amigos_std::package(path).ok_or_else(|| ImportError::NotFound("not in std".into()))?;
        Ok(package.files.iter().map(|(name, text)| ((*name).to_string(), (*text).to_string())).collect())
    }));
    let world = world.with_predeclared(&["amigos", "oracle", "oracles"]);
    let files = vec![("a.go".to_string(), source.to_string())];
    world.check(PkgKey(Name::new("p")), files, Options { go_minor: 27, natives: false })
}

#[track_caller]
fn check(source: &str, expected: Expect) {
    let source = format!("package p\n{source}");
    let lines = LineIndex::new(&source);
    let text: String = check_source(&source)
        .problems
        .iter()
        .map(|p| {
            let at = lines.byte_line_col(p.range.start);
            format!("{}:{} {}: {}\n", at.line, at.col + 1, p.code, p.message)
        })
        .collect();
    expected.assert_eq(&text);
}

fn ty_text(ty: Ty) -> String {
    type_string(ty, &|p| p.0.to_string())
}

/// What is recorded of the body of the last function.
#[track_caller]
fn check_facts(source: &str, show: impl Fn(&Checked, &str, &Facts) -> String, expected: Expect) {
    let source = format!("package p\n{source}");
    let checked = check_source(&source);
    assert_eq!(checked.problems, [], "unexpected problems");
    let (_, _, facts) = checked.bodies.last().expect("a body");
    expected.assert_eq(&show(&checked, &source, facts));
}

/// Expressions with their types, those of the kinds that say most.
fn types(checked: &Checked, source: &str, facts: &Facts) -> String {
    let (decl, index, _) = checked.bodies.last().expect("a body");
    let ast = &checked.package.bodies[decl.0 as usize][*index as usize].ast;
    let (_, start) = checked.package.starts[decl.0 as usize];
    let mut lines = Vec::new();
    for (i, expr) in ast.exprs.iter().enumerate() {
        let tv = &facts.types[i];
        if matches!(expr.kind, ExprKind::BasicLit { .. } | ExprKind::Binary { .. } | ExprKind::Call { .. } | ExprKind::Unary { .. }) {
            let value = tv.value.as_ref().map(|v| format!(" = {v}")).unwrap_or_default();
            lines.push((expr.range, format!("{}: {:?} {}{value}\n", expr.range.shift(start).of(source), tv.mode, ty_text(tv.ty))));
        }
    }
    lines.sort_by_key(|(range, _)| *range);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn locals(_: &Checked, _: &str, facts: &Facts) -> String {
    let mut text = String::new();
    for local in facts.locals.iter().filter(|l| matches!(l.kind, LocalKind::Var | LocalKind::Param | LocalKind::Result)) {
        let flags: Vec<&str> = [(local.captured, "captured"), (local.address_taken, "address")]
            .into_iter()
            .filter_map(|(is, name)| is.then_some(name))
            .collect();
        text += &format!("{} {} depth {} {}\n", local.name, ty_text(local.ty), local.func_depth, flags.join(" ")).replace(" \n", "\n");
    }
    text
}

fn selections(checked: &Checked, source: &str, facts: &Facts) -> String {
    let (decl, index, _) = checked.bodies.last().expect("a body");
    let ast = &checked.package.bodies[decl.0 as usize][*index as usize].ast;
    let (_, start) = checked.package.starts[decl.0 as usize];
    let mut list: Vec<_> = facts.selections.iter().collect();
    list.sort_by_key(|(e, _)| ast[**e].range);
    list.iter()
        .map(|(e, s)| {
            let of = s.method_of.map(|k| format!(" of {}", k.name)).unwrap_or_default();
            let pointer = if s.pointer_recv { " *" } else { "" };
            let indirect = if s.indirect { " indirect" } else { "" };
            format!("{}: {:?}{of}{pointer} {:?}{indirect} {}\n", ast[**e].range.shift(start).of(source), s.kind, s.index, ty_text(s.ty))
        })
        .collect()
}

#[test]
fn untyped_operands_get_their_final_types() {
    check_facts(
        "func f(s uint, x float64, a any) {
	var i int8 = 1 << 3
	var j int64 = 1 << s
	x = 2 * x + 1
	_ = x > 1 == true
	a = 'c'
	_ = a == 1.5
	_ = i
	_ = j
}",
        types,
        expect![[r#"
            1: Const untyped int = 1
            1 << 3: Const int8 = 8
            3: Const untyped int = 3
            1: Const int64 = 1
            1 << s: Value int64
            2: Const float64 = 2
            2 * x: Value float64
            2 * x + 1: Value float64
            1: Const float64 = 1
            x > 1: Value bool
            x > 1 == true: Value bool
            1: Const float64 = 1
            'c': Const rune = 99
            a == 1.5: Value bool
            1.5: Const float64 = 1.5
        "#]],
    );
}

#[test]
fn variables_that_outlive_their_block_are_known() {
    check_facts(
        "type T struct{ n int; a [4]int }
func (t *T) inc() { t.n++ }
func f(p, q int) (r int) {
	var boxed, sliced, called T
	plain := 0
	use(&boxed.n)
	_ = sliced.a[1:]
	called.inc()
	func(in int) {
		r = p + in
		deep := func() { plain++ }
		deep()
	}(q)
	return
}
func use(*int) {}
func g(p, q int) (r int) {
	var boxed, sliced, called T
	plain := 0
	use(&boxed.n)
	_ = sliced.a[1:]
	called.inc()
	func(in int) {
		r = p + in
		deep := func() { plain++ }
		deep()
	}(q)
	return
}",
        locals,
        expect![[r#"
            p int depth 0 captured
            q int depth 0
            r int depth 0 captured
            boxed p.T depth 0 address
            sliced p.T depth 0 address
            called p.T depth 0 address
            plain int depth 0 captured
            in int depth 1
            deep func() depth 1
        "#]],
    );
}

#[test]
fn selections_have_their_paths() {
    check_facts(
        "type A struct{ x int }
func (A) val() {}
func (*A) ptr() {}
type B struct{ n int; *A }
type I interface{ val() }
func f(b B, i I, bp *B) {
	_ = b.x
	b.ptr()
	b.val()
	i.val()
	_ = bp.n
	_ = (*A).ptr
	_ = I.val
	g := b.val
	g()
}",
        selections,
        expect![[r#"
            b.x: Field [1, 0] indirect int
            b.ptr: Method of A * [1, 1] indirect func()
            b.val: Method of A [1, 0] indirect func()
            i.val: InterfaceMethod [0] func()
            bp.n: Field [0] indirect int
            (*A).ptr: MethodExpr of A * [1] indirect func(*p.A)
            I.val: MethodExpr [0] func(p.I)
            b.val: Method of A [1, 0] indirect func()
        "#]],
    );
}

#[test]
fn inference() {
    check_facts(
        "func apply[S ~[]E, E, R any](s S, f func(E) R) []R { return nil }
func id[T any](x T) T { return x }
type list []string
func f(l list, n int32) {
	_ = apply(l, func(s string) int { return len(s) })
	_ = apply(l, id)
	_ = id(1.5)
	_ = id(n << 2)
	var g func(string) string = id
	_ = g
}",
        types,
        expect![[r#"
            apply(l, func(s string) int { return len(s) }): Value []int
            len(s): Value int
            apply(l, id): Value []string
            id(1.5): Value float64
            1.5: Const float64 = 1.5
            id(n << 2): Value int32
            n << 2: Value int32
            2: Const untyped int = 2
        "#]],
    );
    check(
        "func pair[T any](a, b T) {}
func key[M ~map[K]V, K comparable, V any](m M) {}
func f(x int, s string) {
	pair(x, s)
	pair(1, 2.5)
	pair(1, \"a\")
	key(x)
	pair[int, int](1, 2)
	pair(nil, nil)
}",
        expect![[r#"
            4:10 CannotInferTypeArgs: in call to pair, type string of s does not match inferred type int for T
            6:10 CannotInferTypeArgs: in call to pair, mismatched types untyped int and untyped string (cannot infer T)
            7:2 CannotInferTypeArgs: in call to key, M (type int) does not satisfy ~map[K]V
            8:12 WrongTypeArgCount: got 2 type arguments but want 1
            9:2 CannotInferTypeArgs: in call to pair, cannot infer T
        "#]],
    );
}

#[test]
fn statements() {
    check(
        "func f(x any, n int, c chan int) int {
	switch n {
	case 1, 2, 1:
	case \"a\":
		fallthrough
	}
	switch y := x.(type) {
	case int, int:
	case error:
		fallthrough
	}
	switch z := x.(type) {
	}
	for i, j, := range 10 {
	}
	for i, j := range n {
	}
	for range x {
	}
	if n {
	}
	n := n
	n++
	x++
	defer recover()
	defer int(3)
	go len(\"a\")
	break
L:
	for {
		continue M
	}
	n
	len(\"a\")
	f
}",
        expect![[r#"
            3:13 DuplicateCase: duplicate case 1 (constant of type int) in expression switch
            4:7 InvalidConstVal: cannot convert "a" (untyped string constant) to type int
            5:3 MisplacedFallthrough: cannot fallthrough final case in switch
            7:9 UnusedVar: y declared and not used
            8:12 DuplicateCase: duplicate case int in type switch
            10:3 MisplacedFallthrough: cannot fallthrough in type switch
            12:9 UnusedVar: z declared and not used
            14:6 UnusedVar: declared and not used: i
            14:12 : expected operand, found ':='
            16:6 UnusedVar: declared and not used: i
            16:9 InvalidIterVar: range over n (variable of type int) permits only one iteration variable
            18:12 InvalidRangeExpr: cannot range over x (variable of interface type any)
            20:5 InvalidCond: non-boolean condition in if statement
            22:4 NoNewVar: no new variables on left side of :=
            24:2 NonNumericIncDec: invalid operation: x++ (non-numeric type any)
            26:8 InvalidDefer: defer requires function call, not conversion int(3) (constant 3 of type int)
            27:5 UnusedResults: go discards result of len("a") (constant 1 of type int)
            28:2 MisplacedBreak: break not in for, switch, or select statement
            29:1 UnusedLabel: label L declared and not used
            31:12 MisplacedLabel: invalid continue label M
            33:2 UnusedExpr: n (variable of type int) is not used
            34:2 UnusedExpr: len("a") (constant 1 of type int) is not used
            35:2 UnusedExpr: f (value of type func(x any, n int, c chan int) int) is not used
            36:1 MissingReturn: missing return
        "#]],
    );
}

#[test]
fn constants() {
    check(
        "const big = 1 << 100
const small = big >> 98
var a [small]int
var b int = big
var c uint8 = 256
var d = 1 / 0
var e int = 1.5
var g float32 = 1e40
var h = \"abc\"[5]
var i = [...]int{5: 1, 2, 5: 3}
var j = len(i)
const k = len(i) + len(\"xy\")
var l [k - 8]int = [0]int{}
const m = -1 << 3 % 5
const n uint = -1
var o = ^uint8(1) + 254",
        expect![[r#"
            4:13 NumericOverflow: cannot use big (untyped int constant 1267650600228229401496703205376) as int value in variable declaration (overflows)
            5:15 NumericOverflow: cannot use 256 (untyped int constant) as uint8 value in variable declaration (overflows)
            6:13 DivByZero: invalid operation: division by zero
            7:13 TruncatedFloat: cannot use 1.5 (untyped float constant) as int value in variable declaration (truncated)
            8:17 NumericOverflow: cannot use 1e40 (untyped float constant 1e+40) as float32 value in variable declaration (overflows)
            9:15 InvalidIndex: invalid argument: index 5 out of bounds [0:3]
            10:27 DuplicateLitKey: duplicate index 5 in array or slice literal
            13:20 IncompatibleAssign: cannot use [0]int{} (value of type [0]int) as [1]int value in variable declaration
            15:16 NumericOverflow: cannot use -1 (untyped int constant) as uint value in constant declaration (overflows)
            16:9 NumericOverflow: ^uint8(1) + 254 (constant 508 of type uint8) overflows uint8
        "#]],
    );
}

#[test]
fn what_a_call_returns_and_takes() {
    check(
        "func two() (int, string) { return 1, \"a\" }
func none() {}
func many(a int, b ...string) {}
func f() (x int, err error) {
	a, b, c := two()
	a, b := two()
	var d int = two()
	_ = none()
	many()
	many(1, 2)
	many(1, \"a\", \"b\")
	many(1, []string{}...)
	many(1, \"a\", []string{}...)
	many(two())
	f(1)
	return 1
	return two()
	return
	_, _ = d, c
	_ = b
}
func g() int { for {} }
func h() int { if true { return 1 } }",
        expect![[r#"
            5:2 UnusedVar: declared and not used: a
            5:13 WrongAssignCount: assignment mismatch: 3 variables but two returns 2 values
            6:7 NoNewVar: no new variables on left side of :=
            7:14 TooManyValues: multiple-value two() (value of type (int, string)) in single-value context
            8:6 TooManyValues: none() (no value) used as value
            9:7 WrongArgCount: not enough arguments in call to many
            	have ()
            	want (int, ...string)
            10:10 IncompatibleAssign: cannot use 2 (untyped int constant) as string value in argument to many
            13:15 WrongArgCount: too many arguments in call to many
            	have (number, string, []string...)
            	want (int, ...string)
            15:4 WrongArgCount: too many arguments in call to f
            	have (number)
            	want ()
            16:9 WrongResultCount: not enough return values
            	have (number)
            	want (int, error)
            17:9 InvalidIfaceAssign: cannot use 2nd function result (value of type string) as error value in return statement: string does not implement error (missing method Error)
            21:1 MissingReturn: missing return
            23:37 MissingReturn: missing return
        "#]],
    );
}

#[test]
fn a_variable_with_a_parameters_name() {
    let source = "package p\nfunc f(first, second, third int) { var third string }";
    let checked = check_source(source);
    let (_, _, facts) = checked.bodies.last().expect("a body");
    let error = facts.errors.first().expect("an error");
    assert_eq!(&*error.message, "third redeclared in this block");
    let (place, why) = error.related.first().expect("a related place");
    let (_, start) = checked.package.starts[place.decl.0 as usize];
    assert_eq!((place.range.shift(start).of(source), &**why), ("third", "other declaration of third"));
    assert_eq!(place.range.shift(start).start as usize, source.find("third").expect("the parameter"));
}

#[test]
fn msg_is_no_variable() {
    check(
        "func f() {
	var a amigos.Address = msg.Sender
	msg.Sender = a
	_ = &msg.Value
	_ = msg
	_ = msg.Gas
	var n int = msg.Func
	_ = n
}",
        expect![[r#"
            3:2 UnassignableOperand: cannot assign to msg.Sender (msg tells of the call and is read-only)
            4:7 UnaddressableOperand: invalid operation: cannot take address of msg.Value (value of uint64 type amigos.Coins)
            5:6 InvalidPkgUse: use of msg not in selector (msg is not a value: write msg.Sender, msg.Value, ...)
            6:10 UndeclaredImportedName: undefined: msg.Gas (msg has Sender, Origin, Value and Func)
            7:14 IncompatibleAssign: cannot use msg.Func (value of type string) as int value in variable declaration
        "#]],
    );
}

#[test]
fn fixes_for_unused_variables() {
    let source = "package p
func f(s []int) {
	a := 1
	b, c := 1, 2
	_ = c
	for i := range s {
	}
	for i, v := range s {
		_ = i
	}
	var d int
}";
    let checked = check_source(source);
    let mut fixed = source.to_owned();
    let (decl, _, facts) = checked.bodies.last().expect("a body");
    let (_, start) = checked.package.starts[decl.0 as usize];
    let mut edits: Vec<_> = facts.errors.iter().flat_map(|e| e.fixes.iter().flat_map(|f| f.edits.clone())).collect();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(*range));
    for (range, text) in edits {
        let range = range.shift(start);
        fixed.replace_range(range.start as usize..range.end as usize, &text);
    }
    assert_eq!(check_source(&fixed).problems, []);
    expect![[r#"
        package p
        func f(s []int) {
        	_ = 1
        	_, c := 1, 2
        	_ = c
        	for range s {
        	}
        	for i := range s {
        		_ = i
        	}
        	var _ int
        }"#]]
    .assert_eq(&fixed);
}

#[test]
fn a_selection_of_a_promoted_method_through_an_interface() {
    check_facts(
        "type I interface{ m() int }
type S struct{ I }
func f(s S) { s.m() }",
        |_, _, facts| facts.selections.values().map(|s| format!("{:?} {:?}", s.kind == SelectionKind::InterfaceMethod, s.index)).collect(),
        expect!["true [0, 0]"],
    );
}
