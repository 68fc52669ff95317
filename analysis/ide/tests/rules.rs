//! The examples of every rule: what is flagged, what isn't, and what the fixes make of it.

mod support;

use amigos_ide::{Severity, TextEdit};
use support::Workspace;

/// The `// want CODE "part of the message"` marks of a file: line from 0, code, text.
fn wants(source: &str) -> Vec<(u32, String, String)> {
    let mut out = Vec::new();
    for (line, text) in source.lines().enumerate() {
        for mark in text.split("// want ").skip(1) {
            let (code, rest) = mark.split_once(' ').expect("a code and a quoted text");
            let part = rest.split('"').nth(1).expect("a quoted text");
            out.push((line as u32, code.to_owned(), part.to_owned()));
        }
    }
    out
}

fn findings(workspace: &Workspace, code: &str) -> Vec<amigos_ide::Diagnostic> {
    workspace.diagnostics("example.go").into_iter().filter(|d| d.code == code).collect()
}

fn apply(source: &str, mut edits: Vec<TextEdit>) -> String {
    edits.sort_by_key(|e| std::cmp::Reverse((e.range.start, e.range.end)));
    edits.dedup();
    let mut out = source.to_owned();
    for edit in edits {
        out.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.new_text);
    }
    out
}

#[test]
fn flagged_examples_are_flagged_where_they_say() {
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let workspace = Workspace::single("example.go", rule.flagged);
        let mut wanted = wants(rule.flagged);
        assert!(!wanted.is_empty(), "{} has no example", rule.code);
        for found in findings(&workspace, rule.code) {
            let line = rule.flagged[..found.range.start as usize].matches('\n').count() as u32;
            match wanted.iter().position(|(l, c, part)| *l == line && c == rule.code && found.message.contains(part.as_str())) {
                Some(at) => drop(wanted.remove(at)),
                None => wrong.push(format!("{}: nobody wants line {}: {}", rule.code, line + 1, found.message)),
            }
        }
        wrong.extend(wanted.iter().map(|(line, _, part)| format!("{}: not found in line {}: {part}", rule.code, line + 1)));
        let errors = workspace.diagnostics("example.go").into_iter().filter(|d| !d.code.starts_with("AM") && rule.code > "AM1008");
        wrong.extend(errors.map(|d| format!("{}: the example has an error: {}", rule.code, d.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn clean_examples_are_clean() {
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let workspace = Workspace::single("example.go", rule.clean);
        for found in workspace.diagnostics("example.go") {
            let line = rule.clean[..found.range.start as usize].matches('\n').count() + 1;
            wrong.push(format!("{}: line {line}: {} {}", rule.code, found.code, found.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_give_what_the_rule_promises() {
    for rule in amigos_rules::rules::ALL {
        let workspace = Workspace::single("example.go", rule.flagged);
        let found = findings(&workspace, rule.code);
        let edits: Vec<TextEdit> = found.iter().flat_map(|d| d.fixes.first()).flat_map(|f| f.edits.clone()).collect();
        let Some(fixed) = rule.fixed else {
            assert!(edits.is_empty(), "{} has fixes and shows none", rule.code);
            continue;
        };
        let code = |text: &str| text.lines().map(|l| l.split("// want").next().unwrap_or("").trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(code(&apply(rule.flagged, edits)), code(fixed), "{}", rule.code);
        let after = Workspace::single("example.go", fixed);
        // What has no mechanical fix is still found, where it was.
        for found in findings(&after, rule.code) {
            let line = fixed[..found.range.start as usize].matches('\n').count() as u32;
            assert!(found.fixes.is_empty() && wants(fixed).iter().any(|w| w.0 == line), "{} is still found after its fix", rule.code);
        }
    }
}

#[test]
fn a_suppression_needs_a_reason_from_high_up() {
    let source = |comment: &str| {
        format!(
            "package example\n\nvar m = map[string]int{{}}\n\nfunc F() string {{\n\tout := \"\"\n\t{comment}\n\tfor k := range m {{\n\t\tout += k\n\t}}\n\treturn out\n}}\n"
        )
    };
    let check = |comment: &str| {
        findings(&Workspace::single("example.go", &source(comment)), "AM1003").into_iter().map(|d| d.message).collect::<Vec<_>>()
    };
    assert_eq!(check("// nothing").len(), 1);
    assert!(check("//amigos:allow AM1003 -- the text is for people").is_empty());
    assert!(check("//amigos:fp AM1003 -- entries are inserted sorted").is_empty());
    let unreasoned = check("//amigos:allow AM1003");
    assert!(unreasoned.len() == 1 && unreasoned[0].contains("needs a reason"), "{unreasoned:?}");
    assert_eq!(check("//amigos:allow AM1001 -- another rule").len(), 1);
}

#[test]
fn one_cause_has_one_diagnostic() {
    let source = "package example\n\nimport \"time\"\n\nvar t = time.Now()\n";
    let found = Workspace::single("example.go", source).diagnostics("example.go");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code.as_str(), found[0].severity), ("AM1006", Severity::Error));
}

#[test]
fn every_rule_has_a_page() {
    for rule in amigos_rules::rules::ALL {
        let page = amigos_rules::page(rule);
        for part in [rule.code, rule.name, rule.severity.name(), "## Flagged", "## Clean"] {
            assert!(page.contains(part), "{}: {part}", rule.code);
        }
        assert!(!page.contains("// want"), "{}", rule.code);
    }
}

/// `UPDATE_EXPECT=1` rewrites it.
#[test]
fn the_page_of_the_rules_is_up_to_date() {
    expect_test::expect_file!["../../../docs/rules.md"].assert_eq(&amigos_rules::all_pages());
}

#[test]
fn every_rule_has_a_page_of_its_own() {
    for rule in amigos_rules::rules::ALL {
        let page = amigos_rules::page(rule);
        for part in [rule.code, rule.name, rule.severity.name(), "## Flagged", "## Clean", "```go\n"] {
            assert!(page.contains(part), "{}: no {part}", rule.code);
        }
        assert!(!page.contains("// want"), "{}", rule.code);
        assert!(
            !rule.summary.is_empty() && !rule.why.is_empty() && rule.summary.chars().next().is_some_and(char::is_lowercase),
            "{}",
            rule.code
        );
    }
}
