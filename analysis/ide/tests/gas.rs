//! Static bounds of small functions, as the editor shows them.

mod support;

use amigos_db::input::Root;
use amigos_db::resolve::package_key;
use amigos_syntax::Name;
use expect_test::{Expect, expect};
use support::{Workspace, contracts};

fn bounds(source: &str) -> String {
    let workspace = Workspace::single("example.go", source);
    let errors = workspace.diagnostics("example.go");
    assert!(errors.iter().all(|d| d.severity != amigos_ide::Severity::Error), "{errors:#?}");
    let analysis = workspace.host.analysis();
    let db = analysis.database();
    let package = Root::get(db).packages(db)[&package_key("hub.amigos.dev/test/example", 1)];
    let types = amigos_db::query::package_types(db, package);
    let mut names: Vec<Name> = types
        .members
        .values()
        .filter(|m| matches!(m.member.kind, amigos_types::ctx::MemberKind::Func) && m.member.name.is_exported())
        .map(|m| m.member.name)
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| match &amigos_gas::gas_summary(db, package, *name).gas {
            Ok(bound) => format!("{name} ≤ {}\n", bound.cost),
            Err(reason) => format!("{name}: {}\n", reason.text),
        })
        .collect()
}

fn check_bounds(source: &str, expect: Expect) {
    expect.assert_eq(&bounds(&format!("package example\n\n{source}")));
}

#[test]
fn straight_code_is_a_constant() {
    check_bounds(
        "func Add(a, b int) int { return a + b }\n\nfunc Max(a, b int) int {\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n}\n",
        expect![[r#"
            Add ≤ 7
            Max ≤ 9
        "#]],
    );
}

#[test]
fn loops_over_sizes_are_polynomials() {
    check_bounds(
        "var Posts []string\n\nfunc Sum(xs []int) int {\n\ts := 0\n\tfor _, x := range xs {\n\t\ts += x\n\t}\n\treturn s\n}\n\nfunc Matrix(a, b []int) int {\n\tn := 0\n\tfor range a {\n\t\tfor j := 0; j < len(b); j++ {\n\t\t\tn++\n\t\t}\n\t}\n\treturn n\n}\n\nfunc Count() int {\n\tn := 0\n\tfor range Posts {\n\t\tn++\n\t}\n\treturn n\n}\n\nfunc Down(n int) int {\n\ts := 0\n\tfor i := n; i > 0; i-- {\n\t\ts += i\n\t}\n\treturn s\n}\n",
        expect![[r#"
            Count ≤ 124 + 7·len(Posts)
            Down ≤ 11 + 8·n
            Matrix ≤ 14 + 10·len(a) + 9·len(a)·len(b)
            Sum ≤ 13 + 11·len(xs)
        "#]],
    );
}

#[test]
fn growing_values_are_followed() {
    check_bounds(
        "func Grow(n int) []int {\n\tvar xs []int\n\tfor i := 0; i < n; i++ {\n\t\txs = append(xs, i)\n\t}\n\tfor range xs {\n\t\tn++\n\t}\n\treturn xs\n}\n\nfunc Join(xs []string) string {\n\tout := \"\"\n\tfor _, x := range xs {\n\t\tout += x\n\t}\n\treturn out\n}\n",
        expect![[r#"
            Grow ≤ 52 + 31.75·n
            Join ≤ 14 + 21.82·len(xs) + 0.1·len(xs)^2·len(xs[]) + 0.19·len(xs)·len(xs[])
        "#]],
    );
}

#[test]
fn what_has_no_bound_says_why() {
    check_bounds(
        "type Teller interface{ Transfer(n int) }\n\nfunc Pay(t Teller) { t.Transfer(1) }\n\nfunc Fact(n int) int {\n\tif n < 2 {\n\t\treturn 1\n\t}\n\treturn n * Fact(n-1)\n}\n\nfunc Collatz(n int) int {\n\tsteps := 0\n\tfor n != 1 {\n\t\tif n%2 == 0 {\n\t\t\tn /= 2\n\t\t} else {\n\t\t\tn = 3*n + 1\n\t\t}\n\t\tsteps++\n\t}\n\treturn steps\n}\n\nfunc Call(f func()) { f() }\n\nfunc Indirect(n int) int { return Collatz(n) }\n",
        expect![[r#"
            Call ≤ 16 + cost(f)
            Collatz: the number of iterations of this loop is not known
            Fact ≤ 51 + 17·n
            Indirect: the number of iterations of this loop is not known
            Pay: calls `Teller.Transfer` through an interface: 0 implementations
        "#]],
    );
}

#[test]
fn a_variable_that_the_body_changes_bounds_no_loop() {
    check_bounds(
        "func Jump(n int) int {\n\ts := 0\n\tfor i := 0; i < n; i++ {\n\t\ti--\n\t\ts++\n\t}\n\treturn s\n}\n\nfunc Move(n int) int {\n\ts := 0\n\tfor i := 0; i < n; i++ {\n\t\tn++\n\t\ts++\n\t}\n\treturn s\n}\n",
        expect![[r#"
            Jump: the number of iterations of this loop is not known
            Move: the number of iterations of this loop is not known
        "#]],
    );
}

#[test]
fn most_of_the_contracts_have_bounds_or_reasons() {
    let (host, _) = contracts();
    let analysis = host.analysis();
    let db = analysis.database();
    let mut out = String::new();
    let mut keys: Vec<_> =
        Root::get(db).packages(db).iter().filter(|(k, _)| k.0.starts_with("hub.amigos.dev") && !k.0.contains(' ')).collect();
    keys.sort_by_key(|(k, _)| **k);
    for (key, package) in keys {
        let types = amigos_db::query::package_types(db, *package);
        let mut names: Vec<Name> = types
            .members
            .values()
            .filter(|m| matches!(m.member.kind, amigos_types::ctx::MemberKind::Func))
            .map(|m| m.member.name)
            .collect();
        names.extend(types.methods.keys().map(|(of, name)| Name::new(&format!("{}.{name}", of.name))));
        names.retain(|n| n.rsplit('.').next().is_some_and(|n| n.chars().next().is_some_and(char::is_uppercase)));
        names.sort();
        for name in names {
            match &amigos_gas::gas_summary(db, *package, name).gas {
                Ok(bound) => out.push_str(&format!("{} {name} ≤ {}\n", key.0, bound.cost)),
                Err(reason) => out.push_str(&format!("{} {name}: {}\n", key.0, reason.text)),
            }
        }
    }
    expect_test::expect_file!["./gas_of_contracts.txt"].assert_eq(&out);
}
