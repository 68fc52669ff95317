//! All fixes of all rules, over the examples and the pairs: what they make checks clean and is formatted.

mod support;

use std::path::Path;

use amigos_syntax::format::{Options, format_file};
use support::Workspace;
use support::rules::{all_findings, fixed, unmarked, workspace};

/// The flagged examples and pairs: code, name, text.
fn flagged() -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for rule in amigos_rules::rules::ALL {
        out.push((rule.code.to_owned(), format!("{} example", rule.code), rule.flagged.to_owned()));
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/pairs").join(format!("{}.txt", rule.code.to_lowercase()));
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        for part in text.split("=== flagged: ").skip(1) {
            let (what, rest) = part.split_once('\n').expect("a line");
            let body = rest.split("=== clean: ").next().unwrap_or(rest);
            out.push((rule.code.to_owned(), format!("{} {what}", rule.code), body.to_owned()));
        }
    }
    out
}

#[test]
fn what_a_fix_makes_checks_clean_and_formats_to_itself() {
    let mut wrong = Vec::new();
    let mut fixes = 0;
    for (code, name, text) in flagged() {
        let before = workspace(&text);
        let with_fix = all_findings(&before).into_iter().filter(|(_, d)| d.code == code && !d.fixes.is_empty()).count();
        if with_fix == 0 {
            continue;
        }
        fixes += with_fix;
        // The same packages with the texts after the fixes.
        let after = replaced(&text, &before, &fixed(&before, &code));
        let workspace = workspace(&after);
        for (id, found) in all_findings(&workspace) {
            let of_rule = found.code == code && !found.fixes.is_empty();
            // Packages that the profile refuses stay undefined where a rule has no fix for another place.
            if of_rule || !found.code.starts_with("AM") && found.code != "Suppression" && code.as_str() > "AM1008" {
                wrong.push(format!("{name}: {}: {} {}", workspace.of(id).0, found.code, found.message));
            }
        }
        for id in workspace.ids() {
            let (file, text) = workspace.of(id);
            let (plain, was) = (unmarked(text), before.ids().iter().map(|id| before.of(*id)).find(|f| f.0 == file).map(|f| unmarked(f.1)));
            let formatted = |text: &str| format_file(text, Options::default()).ok().as_deref() == Some(text);
            // A fixture that was not formatted before is no fix's fault.
            if was.as_deref().is_some_and(formatted) && !formatted(&plain) {
                wrong.push(format!("{name}: {file} is not formatted after the fix:\n{plain}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(fixes >= 40, "only {fixes} fixes were tried");
}

/// The fixture with the texts of its files replaced.
fn replaced(fixture: &str, before: &Workspace, texts: &[(amigos_ide::FileId, String)]) -> String {
    if !fixture.starts_with("//- ") {
        return texts.first().map_or_else(String::new, |t| t.1.clone());
    }
    let mut out = String::new();
    for part in fixture.split("//- ").skip(1) {
        let (head, body) = part.split_once('\n').expect("a head");
        let name = head.split_whitespace().next().and_then(|p| p.rsplit('/').next()).unwrap_or("");
        let new = texts.iter().find(|(id, _)| before.of(*id).0 == name).map_or(body, |(_, text)| text);
        out += &format!("//- {head}\n{new}");
    }
    out
}
