//! The promise of the incremental core, as the list of executed queries: an edit in one body runs the per-declaration queries once, for that declaration,
//! whatever the size of file and workspace.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use amigos_ide::AnalysisHost;
use expect_test::{Expect, expect};
use support::Workspace;

/// A contract of about `lines` lines.
fn big_file(lines: usize) -> String {
    let mut text =
        String::from("package big\n\nimport \"strings\"\n\ntype Entry struct {\n\tName  string\n\tCount int\n}\n\nvar Entries []Entry\n");
    for i in 0..lines / 15 {
        let _ = write!(
            text,
            "\n// Add{i} adds an entry and returns how many there are.\nfunc Add{i}(name string, n int) int {{\n\tname = strings.TrimSpace(name)\n\tif n < {i} {{\n\t\treturn len(Entries)\n\t}}\n\te := Entry{{Name: name, Count: n}}\n\tfor i := range Entries {{\n\t\tif Entries[i].Name == e.Name {{\n\t\t\treturn i\n\t\t}}\n\t}}\n\tEntries = append(Entries, e)\n\treturn len(Entries)\n}}\n"
        );
    }
    text
}

fn executed(log: &amigos_db::host::ExecutionLog) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in log.lock().expect("nobody panicked").drain(..) {
        let name = line.split('(').next().unwrap_or("").to_owned();
        *counts.entry(name).or_default() += 1;
    }
    counts.iter().map(|(name, n)| format!("{name} ×{n}\n")).collect()
}

/// What an edit executes: the same in a file that an editor has open, and in one that changes on disk.
fn check_executed(packages: usize, change: impl Fn(&str) -> String, expect: Expect) {
    for open in [true, false] {
        expect.assert_eq(&executed_by(packages, &change, open));
    }
}

fn executed_by(packages: usize, change: impl Fn(&str) -> String, open: bool) -> String {
    let log = amigos_db::host::ExecutionLog::default();
    let big = big_file(3000);
    assert!(big.lines().count() >= 3000);
    let small: Vec<(String, String, String)> = (0..packages)
        .map(|i| {
            let text = format!("package p{i}\n\nimport \"hub.amigos.dev/test/big\"\n\nfunc Use{i}() int {{\n\treturn big.Add1(\"x\", {i}) + len(big.Entries)\n}}\n");
            (format!("hub.amigos.dev/test/p{i}"), format!("p{i}.go"), text)
        })
        .collect();
    let files: Vec<[(&str, &str); 1]> = small.iter().map(|(_, name, text)| [(name.as_str(), text.as_str())]).collect();
    let big_files = [("big.go", big.as_str())];
    let mut all: Vec<(&str, &[(&str, &str)])> = vec![("hub.amigos.dev/test/big", &big_files)];
    all.extend(small.iter().zip(&files).map(|((path, _, _), files)| (path.as_str(), files.as_slice())));
    let mut workspace = Workspace::with_host(AnalysisHost::logging(log.clone()), &all);
    let diagnose = |workspace: &Workspace| {
        let mut count = workspace.diagnostics("big.go").len();
        for (_, name, _) in &small {
            count += workspace.diagnostics(name).len();
        }
        count
    };
    // Each function searches a list that anyone can make longer.
    let before = diagnose(&workspace);
    assert_eq!(before, big.matches("for i := range Entries").count());
    if open {
        workspace.open("big.go");
        assert_eq!(diagnose(&workspace), before);
    }
    let _ = executed(&log);
    workspace.edit("big.go", &change(&big));
    assert_eq!(diagnose(&workspace), before);
    executed(&log)
}

/// One keystroke in the body of a function in the middle of the file.
fn keystroke(text: &str) -> String {
    let at = text.find("func Add100(").expect("the function")
        + text[text.find("func Add100(").expect("the function")..].find("if n < 100").expect("the line")
        + 10;
    format!("{}0{}", &text[..at], &text[at..])
}

#[test]
fn a_keystroke_in_one_body_of_a_long_file() {
    let expect = expect![[r#"
        check_body ×1
        decl_sig ×1
        declaration_findings ×1
        effects ×1
        file_diagnostics ×1
        local_facts ×1
        mir ×1
        parse_decl ×1
        split_file ×1
        syntax_errors ×1
    "#]];
    check_executed(0, keystroke, expect);
}

#[test]
fn the_same_with_a_hundred_packages() {
    let expect = expect![[r#"
        check_body ×1
        decl_sig ×1
        declaration_findings ×1
        effects ×1
        file_diagnostics ×1
        local_facts ×1
        mir ×1
        parse_decl ×1
        split_file ×1
        syntax_errors ×1
    "#]];
    check_executed(100, keystroke, expect);
}

#[test]
fn a_line_added_above_everything_checks_nothing_again() {
    check_executed(
        0,
        |text| text.replacen("package big\n", "package big\n\n", 1),
        expect![[r#"
            clause_go_minor ×1
            decl_sig ×1
            declaration_findings ×1
            file_diagnostics ×1
            mir ×1
            parse_decl ×1
            split_file ×1
            syntax_errors ×1
        "#]],
    );
}
