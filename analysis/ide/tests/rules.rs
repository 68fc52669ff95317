//! The examples of every rule: what is flagged, what isn't, and what the fixes make of it.

mod support;

use amigos_ide::Severity;
use support::Workspace;
use support::rules::{all_findings, compare, fixed, line_of, unmarked, wants, workspace};

fn findings(workspace: &Workspace, code: &str) -> Vec<amigos_ide::Diagnostic> {
    all_findings(workspace).into_iter().map(|(_, d)| d).filter(|d| d.code == code).collect()
}

#[test]
fn flagged_examples_are_flagged_where_they_say() {
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let workspace = workspace(rule.flagged);
        assert!(!wants(rule.flagged).is_empty(), "{} has no example", rule.code);
        wrong.extend(compare(&workspace, rule.code, rule.code));
        let errors = all_findings(&workspace).into_iter().filter(|(_, d)| !d.code.starts_with("AM") && rule.code > "AM1008");
        wrong.extend(errors.map(|(_, d)| format!("{}: the example has an error: {}", rule.code, d.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn clean_examples_are_clean() {
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let workspace = workspace(rule.clean);
        for (id, found) in all_findings(&workspace) {
            // An excerpt seldom both reads and writes all of its state.
            if found.code == "AM3010" && rule.code != "AM3010" {
                continue;
            }
            wrong.push(format!("{}: line {}: {} {}", rule.code, line_of(&workspace, id, &found) + 1, found.code, found.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_give_what_the_rule_promises() {
    for rule in amigos_rules::rules::ALL {
        let flagged = workspace(rule.flagged);
        let Some(promised) = rule.fixed else {
            assert!(findings(&flagged, rule.code).iter().all(|d| d.fixes.is_empty()), "{} has fixes and shows none", rule.code);
            continue;
        };
        let after = workspace(promised);
        for ((_, text), id) in fixed(&flagged, rule.code).iter().zip(after.ids()) {
            assert_eq!(unmarked(text), unmarked(after.of(id).1), "{}", rule.code);
        }
        // What has no mechanical fix is still found, where it was.
        for (id, found) in all_findings(&after).into_iter().filter(|(_, d)| d.code == rule.code) {
            let line = line_of(&after, id, &found);
            assert!(
                found.fixes.is_empty() && wants(after.of(id).1).iter().any(|w| w.0 == line),
                "{} is still found after its fix",
                rule.code
            );
        }
    }
}

#[test]
fn fixed_code_is_formatted_and_has_no_errors() {
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let Some(promised) = rule.fixed else { continue };
        let after = workspace(promised);
        for id in after.ids() {
            let text = after.of(id).1;
            match amigos_syntax::format::format_file(text, amigos_syntax::format::Options::default()) {
                // The marks of what has no mechanical fix are not lined up.
                Ok(formatted) if unmarked(formatted.trim_end()) != unmarked(text.trim_end()) => {
                    wrong.push(format!("{}: not formatted", rule.code))
                }
                Ok(_) => {}
                Err(_) => wrong.push(format!("{}: syntax errors", rule.code)),
            }
        }
        let errors = all_findings(&after).into_iter().filter(|(_, d)| !d.code.starts_with("AM"));
        wrong.extend(errors.map(|(_, d)| format!("{}: {}", rule.code, d.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
