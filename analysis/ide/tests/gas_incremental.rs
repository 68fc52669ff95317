//! Bounds are recomputed only where something they depend on has changed: the summaries that are executed after an edit are the snapshot.

mod support;

use amigos_db::host::ExecutionLog;
use amigos_db::input::Root;
use amigos_ide::AnalysisHost;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use expect_test::{Expect, expect};
use support::Workspace;

const LIBRARY: &str = "package lib\n\n// Twice adds up.\nfunc Twice(n int) int {\n\tsum := n + n\n\treturn sum\n}\n";
const USER: &str = "package user\n\nimport \"hub.amigos.dev/test/lib\"\n\nvar total int\n\nfunc Add(n int) {\n\ttotal += lib.Twice(n)\n}\n\nfunc Both(n int) {\n\tAdd(n)\n\tAdd(n + 1)\n}\n\nfunc Other() int { return total }\n";

/// The bounds of both packages, and the queries of this crate that finding them executed.
fn bounds(workspace: &Workspace, log: &ExecutionLog) -> (String, String) {
    let analysis = workspace.host.analysis();
    let db = analysis.database();
    let mut out = String::new();
    for (key, names) in [("hub.amigos.dev/test/lib@v1", &["Twice"][..]), ("hub.amigos.dev/test/user@v1", &["Add", "Both", "Other"])] {
        let package = Root::get(db).packages(db)[&PkgKey(Name::new(key))];
        for name in names {
            let summary = amigos_gas::gas_summary(db, package, Name::new(name));
            out += &format!("{name} ≤ {}\n", summary.gas.as_ref().expect("a bound").cost);
        }
    }
    let mut executed: Vec<String> = Vec::new();
    for line in log.lock().expect("nobody panicked").drain(..) {
        let name = line.split('(').next().unwrap_or("").to_owned();
        if ["gas_summary", "callee_body", "decl_habits", "own_habits", "habits", "decl_held", "held", "method_types"]
            .contains(&name.as_str())
        {
            executed.push(name);
        }
    }
    executed.sort();
    let mut lines = String::new();
    for name in executed.iter().collect::<std::collections::BTreeSet<_>>() {
        lines += &format!("{name} ×{}\n", executed.iter().filter(|n| *n == name).count());
    }
    (out, lines)
}

/// What an edit of the library executes.
fn check_executed(from: &str, to: &str, expect: Expect) {
    let log = ExecutionLog::default();
    let (library, user) = ([("lib.go", LIBRARY)], [("user.go", USER)]);
    let mut workspace = Workspace::with_host(
        AnalysisHost::logging(log.clone()),
        &[("hub.amigos.dev/test/lib", &library), ("hub.amigos.dev/test/user", &user)],
    );
    bounds(&workspace, &log);
    assert!(LIBRARY.contains(from));
    workspace.edit("lib.go", &LIBRARY.replacen(from, to, 1));
    let (bounds, executed) = bounds(&workspace, &log);
    expect.assert_eq(&format!("{bounds}{executed}"));
}

#[test]
fn a_comment_or_a_name_of_a_variable_changes_no_summary_of_a_caller() {
    check_executed(
        "\tsum := n + n\n\treturn sum\n",
        "\t// What comes out.\n\tresult := n + n\n\treturn result\n",
        expect![[r#"
        Twice ≤ 8
        Add ≤ 837
        Both ≤ 1,073
        Other ≤ 115
        callee_body ×1
        decl_habits ×1
        gas_summary ×1
    "#]],
    );
    check_executed(
        "// Twice adds up.",
        "// Twice adds n and n.",
        expect![[r#"
        Twice ≤ 8
        Add ≤ 837
        Both ≤ 1,073
        Other ≤ 115
        callee_body ×1
        decl_habits ×1
        gas_summary ×1
    "#]],
    );
}

#[test]
fn other_code_of_the_same_cost_and_size_runs_the_callers_once() {
    check_executed(
        "n + n",
        "n + 7",
        expect![[r#"
        Twice ≤ 8
        Add ≤ 837
        Both ≤ 1,073
        Other ≤ 115
        callee_body ×1
        decl_habits ×1
        gas_summary ×3
    "#]],
    );
}

#[test]
fn dearer_code_runs_the_callers_and_nobody_else() {
    check_executed(
        "n + n",
        "n * n",
        expect![[r#"
        Twice ≤ 9
        Add ≤ 838
        Both ≤ 1,075
        Other ≤ 115
        callee_body ×1
        decl_habits ×1
        gas_summary ×3
    "#]],
    );
}
