//! Inlay hints and lenses.

mod support;

use std::sync::Arc;

use amigos_ide::*;
use expect_test::{Expect, expect};
use support::{Workspace, masked};

/// The text with the hints in it: `«gas ≤ 7»`, with `!` in front of the important ones.
fn with_hints(workspace: &Workspace, name: &str) -> String {
    let file = workspace.file(name);
    let text = workspace.text(name);
    let mut out = text.to_owned();
    let mut hints =
        workspace.analysis().inlay_hints(file, TextRange::new(0, text.len() as u32), &HintChoice::EVERYTHING).expect("not cancelled");
    hints.sort_by_key(|h| std::cmp::Reverse(h.at));
    for hint in hints {
        let label = match &hint.label {
            HintLabel::Gas(text) => {
                let (head, terms) = text.split_once("≤ ").expect("a bound");
                // Which terms there are is the gas analysis' business.
                if terms.contains('·') { format!("{head}≤ P") } else { masked(text) }
            }
            HintLabel::Live(target) => format!("live {} {}", target.package, target.path),
            // Those have tests of their own.
            HintLabel::Code(..) => continue,
        };
        out.insert_str(hint.at as usize, &format!("«{}{label}»", if hint.important { "!" } else { "" }));
    }
    out
}

fn check_hints(text: &str, expect: Expect) {
    expect.assert_eq(&with_hints(&Workspace::fixture(text), "main.go"));
}

fn check_hints_at_sizes(text: &str, sizes: &[(&str, u64)], expect: Expect) {
    let mut workspace = Workspace::fixture(text);
    let facts = PackageFacts { height: 7, sizes: sizes.iter().map(|(p, n)| (Arc::from(*p), *n)).collect(), measured: vec![] };
    workspace
        .host
        .apply_change(Change { facts: vec![(Arc::from("hub.amigos.dev/test/example@v1"), Some(Arc::new(facts)))], ..Change::default() });
    expect.assert_eq(&with_hints(&workspace, "main.go"));
}

#[test]
fn live_values_of_globals() {
    check_hints(
        "package a\n\nvar Posts []int\n\nvar (\n\tcount int // how many\n\tm = map[string]int{\n\t\t\"a\": 1,\n\t}\n\t_ = 1\n\ta, b = 1, 2\n)\n",
        expect![[r#"
            package a

            var Posts []int«!live hub.amigos.dev/test/example@v1 Posts»

            var (
            	count int«!live hub.amigos.dev/test/example@v1 count» // how many
            	m = map[string]int{«!live hub.amigos.dev/test/example@v1 m»
            		"a": 1,
            	}
            	_ = 1
            	a, b = 1, 2
            )
        "#]],
    );
}

#[test]
fn libraries_tests_and_plain_go_have_none() {
    for flags in ["library", "go"] {
        let workspace = Workspace::fixture(&format!(
            "//- hub.amigos.dev/test/a/main.go {flags}\npackage a\n\nvar Posts []int\n\nfunc F() {{ Posts = nil }}\n"
        ));
        assert!(!with_hints(&workspace, "main.go").contains('«'), "{flags}");
    }
    let workspace =
        Workspace::fixture("//- hub.amigos.dev/test/a/main_test.go\npackage a\n\nvar Posts []int\n\nfunc F() { Posts = nil }\n");
    assert!(!with_hints(&workspace, "main_test.go").contains('«'));
}

#[test]
fn gas_of_functions_and_loops() {
    check_hints(
        "package a\n\nvar Posts []int\n\nfunc Sum() int {\n\tn := 0\n\tfor _, p := range Posts {\n\t\tn += p\n\t}\n\treturn n\n}\n",
        expect![[r#"
            package a

            var Posts []int«!live hub.amigos.dev/test/example@v1 Posts»

            func Sum() int {«!gas ≤ P»
            	n := 0
            	for _, p := range Posts {«≤ P»
            		n += p
            	}
            	return n
            }
        "#]],
    );
    check_hints(
        "package a\n\nfunc Repeat(n int) int {\n\tsum := 0\n\tfor i := 0; i < n; i++ {\n\t\tfor j := 0; j < n; j++ {\n\t\t\tsum += j\n\t\t}\n\t}\n\treturn sum\n}\n",
        expect![[r#"
            package a

            func Repeat(n int) int {«gas ≤ P»
            	sum := 0
            	for i := 0; i < n; i++ {«≤ P»
            		for j := 0; j < n; j++ {«≤ P»
            			sum += j
            		}
            	}
            	return sum
            }
        "#]],
    );
}

#[test]
fn gas_at_todays_sizes() {
    let text =
        "package example\n\nvar Posts []int\n\nfunc Sum() int {\n\tn := 0\n\tfor _, p := range Posts {\n\t\tn += p\n\t}\n\treturn n\n}\n";
    check_hints_at_sizes(
        text,
        &[("Posts", 2870)],
        expect![[r#"
            package example

            var Posts []int«!live hub.amigos.dev/test/example@v1 Posts»

            func Sum() int {«!gas ≤ N now (N Posts)»
            	n := 0
            	for _, p := range Posts {«≤ N»
            		n += p
            	}
            	return n
            }
        "#]],
    );
    check_hints_at_sizes(
        text,
        &[("Posts", 1_000_000)],
        expect![[r#"
            package example

            var Posts []int«!live hub.amigos.dev/test/example@v1 Posts»

            func Sum() int {«!gas ≤ N now (N Posts)»
            	n := 0
            	for _, p := range Posts {«≤ N»
            		n += p
            	}
            	return n
            }
        "#]],
    );
}

#[test]
fn no_bound_no_hint() {
    check_hints(
        "package a\n\nfunc F() {\n\tfor {\n\t}\n}\n",
        expect![[r#"
        package a

        func F() {
        	for {
        	}
        }
    "#]],
    );
}

#[test]
fn unexported_functions_matter_less_unless_asked_for() {
    check_hints(
        "package a\n\nvar xs []int\n\nfunc a() int {\n\tn := 0\n\tfor _, x := range xs {\n\t\tn += x\n\t}\n\treturn n\n}\n\n// b is watched.\n//\n//amigos:gas show\nfunc b() int { return 1 }\n",
        expect![[r#"
            package a

            var xs []int«!live hub.amigos.dev/test/example@v1 xs»

            func a() int {«gas ≤ P»
            	n := 0
            	for _, x := range xs {«≤ P»
            		n += x
            	}
            	return n
            }

            // b is watched.
            //
            //amigos:gas show
            func b() int { return 1 }«!gas ≤ N»
        "#]],
    );
}

#[test]
fn methods_and_functions_on_one_line() {
    check_hints(
        "package a\n\ntype T struct{ n int }\n\nfunc (t *T) Up() { t.n++ }\n\nfunc init() {}\n\nfunc _() {}\n",
        expect![[r#"
            package a

            type T struct{ n int }

            func (t *T) Up() { t.n++ }«gas ≤ N»

            func init() {}

            func _() {}
        "#]],
    );
}

#[test]
fn only_what_is_asked_for() {
    let workspace = Workspace::fixture("package a\n\nvar A int\n\nvar B int\n");
    let file = workspace.file("main.go");
    let found = workspace.analysis().inlay_hints(file, TextRange::new(0, 21), &HintChoice::EVERYTHING).expect("not cancelled");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn broken_declarations_have_no_gas() {
    check_hints(
        "package a\n\nfunc F() {\n\tx := \n}\n\nvar y int\n\nfunc G() int {\n\treturn 1\n}\n",
        expect![[r#"
            package a

            func F() {
            	x := 
            }

            var y int«!live hub.amigos.dev/test/example@v1 y»

            func G() int {«gas ≤ N»
            	return 1
            }
        "#]],
    );
    check_hints(
        "package a\n\nvar Posts []int\n\nfunc F(",
        expect![[r#"
        package a

        var Posts []int«!live hub.amigos.dev/test/example@v1 Posts»

        func F("#]],
    );
}

fn check_lenses(text: &str, expected: &[&str]) {
    let text = if text.starts_with("//- ") { text.to_owned() } else { format!("//- hub.amigos.dev/test/example/main.go\n{text}") };
    let workspace = Workspace::fixture(&text);
    let mut out = Vec::new();
    for file in workspace.ids() {
        for lens in workspace.analysis().code_lenses(file).expect("not cancelled") {
            let (_, text) = workspace.of(file);
            let name = &text[lens.range.start as usize..lens.range.end as usize];
            out.push(match lens.command {
                LensCommand::Simulate { function, args } => format!("{name}: simulate {function}({})", args.join(", ")),
                LensCommand::RunTest { function } => format!("{name}: test {function}"),
                LensCommand::Scenario { function, steps } => {
                    let steps: Vec<String> = steps.iter().map(|(of, args)| format!("{of}({})", args.join(", "))).collect();
                    format!("{name}: scenario of {function}: {}", steps.join(" "))
                }
                LensCommand::References | LensCommand::Implementations | LensCommand::Deploy { .. } => continue,
            });
        }
    }
    assert_eq!(out, expected);
}

#[test]
fn what_can_be_called_can_be_simulated() {
    check_lenses("package a\n\nfunc F() {}\n\nfunc g() {}\n", &["F: simulate F()"]);
    check_lenses(
        "package a\n\nfunc F(title string, n int, ok bool, xs []int, f float64) {}\n",
        &["F: simulate F(\"title\", 1, true, nil, 1.5)"],
    );
    check_lenses("package a\n\nfunc F(to amigos.Address, n amigos.Coins) {}\n", &["F: simulate F(\"to\", 1)"]);
    check_lenses("package a\n\nfunc F(prefix string, xs ...int) {}\n", &["F: simulate F(\"prefix\")"]);
}

#[test]
fn examples_give_the_arguments() {
    check_lenses(
        "package a\n\n// F does it.\n//\n// Example: F(\"x\", 2)\n// Example: F(\"y, (\", -1)\nfunc F(s string, n int) {}\n",
        &["F: scenario of F: F(\"x\", 2) F(\"y, (\", -1)", "F: simulate F(\"x\", 2)", "F: simulate F(\"y, (\", -1)"],
    );
    check_lenses("package a\n\n// Example: not a call\nfunc F() {}\n", &["F: simulate F()"]);
}

#[test]
fn what_takes_code_or_types_cannot() {
    check_lenses(
        "package a\n\ntype T struct{}\n\nfunc F(f func()) {}\n\nfunc G[T any](x T) {}\n\nfunc H(t *T) {}\n\nfunc I(x any) {}\n",
        &[],
    );
}

#[test]
fn methods_need_an_example() {
    check_lenses(
        "package a\n\ntype T struct{ n int }\n\nvar Ts []T\n\n// Up counts.\n//\n// Example: Ts[0].Up()\nfunc (t *T) Up() {}\n\nfunc (t *T) Down() {}\n",
        &["Up: simulate Ts[0].Up()"],
    );
}

#[test]
fn tests_can_be_run() {
    check_lenses(
        "//- hub.amigos.dev/test/a/a_test.go\npackage a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n\nfunc ExampleB() {}\n\nfunc Helper() {}\n",
        &["TestA: test TestA", "ExampleB: test ExampleB"],
    );
}

#[test]
fn libraries_and_plain_go_have_no_simulation() {
    check_lenses("//- hub.amigos.dev/test/a/a.go library\npackage a\n\nfunc F() {}\n", &[]);
    check_lenses("//- hub.amigos.dev/test/a/a.go go\npackage a\n\nfunc F() {}\n", &[]);
}

#[test]
fn lenses_in_broken_files() {
    check_lenses(
        "package a\n\nfunc F(\n\nfunc G(n int) {\n\tif \n}\n\nfunc H(x unknown) {}\n\nfunc () {}\n",
        &["F: simulate F()", "G: simulate G(1)"],
    );
}

/// What is counted, and what is deployed.
fn counted(text: &str) -> Vec<String> {
    let workspace = Workspace::fixture(text);
    let mut out = Vec::new();
    for file in workspace.ids() {
        for lens in workspace.analysis().code_lenses(file).expect("not cancelled") {
            let (_, text) = workspace.of(file);
            let name = &text[lens.range.start as usize..lens.range.end as usize];
            out.push(match lens.command {
                LensCommand::References => format!("{name}: references"),
                LensCommand::Implementations => format!("{name}: implementations"),
                LensCommand::Deploy { version } => format!("{name}: deploy {version}"),
                _ => continue,
            });
        }
    }
    out
}

#[test]
fn several_examples_are_a_scenario() {
    check_lenses(
        "package a\n\nvar N int\n\n// F.\n//\n// Example: F(1)\n// Example: G(\"a, b\", []int{1, 2})\nfunc F(n int) {}\n\nfunc G(s string, x []int) {}\n",
        &[
            "F: scenario of F: F(1) G(\"a, b\", []int{1, 2})",
            "F: simulate F(1)",
            "F: simulate G(\"a, b\", []int{1, 2})",
            "G: simulate G(\"s\", nil)",
        ],
    );
    // one example is no scenario, and what does not read as a call is none of it
    check_lenses("package a\n\n// Example: F(1)\n// Example: some words\nfunc F(n int) {}\n", &["F: simulate F(1)"]);
    check_lenses(
        "package a\n\n// Example: F(1)\n// Example: F(2)\nfunc F(n int {\n",
        &["F: scenario of F: F(1) F(2)", "F: simulate F(1)", "F: simulate F(2)"],
    );
    check_lenses("package a\n\n// Example: f(1)\n// Example: f(2)\nfunc f(n int) {}\n", &[]);
}

#[test]
fn lenses_that_count_and_deploy() {
    assert_eq!(
        counted("package a\n\nfunc F() {}\n\nfunc g() {}\n\ntype T int\n\nfunc (T) M() {}\n\ntype I interface{ M() }\n\ntype u struct{}\n"),
        ["a: deploy 1.0.0", "F: references", "T: references", "M: references", "I: references", "I: implementations"]
    );
    assert_eq!(counted("//- hub.amigos.dev/test/a/a.go go\npackage a\n\nfunc F() {}\n"), ["F: references"]);
    assert_eq!(counted("//- hub.amigos.dev/test/a/a.go fetched\npackage a\n"), Vec::<String>::new());
    assert_eq!(counted("//- hub.amigos.dev/test/a/a_test.go\npackage a\n\nfunc F() {}\n"), Vec::<String>::new());
    assert_eq!(counted("package a\n\nfunc F( {\n"), ["a: deploy 1.0.0", "F: references"]);
}
