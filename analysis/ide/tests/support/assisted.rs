//! Refactorings: what is offered at a selection, and what comes out, with no more errors than what went in.
#![allow(dead_code, reason = "each test file uses another part of it")]

use amigos_ide::*;
use expect_test::Expect;

use super::{Workspace, apply, errors};

/// The selection between two `$0`, or the cursor at one.
pub fn selected(fixture: &str) -> (Workspace, FileId, TextRange) {
    let workspace = Workspace::fixture(fixture);
    let (file, start) = workspace.at();
    let (name, text) = (workspace.of(file).0.to_owned(), workspace.of(file).1.to_owned());
    let Some(end) = text.find("$0") else { return (workspace, file, TextRange::new(start, start)) };
    let mut workspace = workspace;
    workspace.edit(&name, &text.replace("$0", ""));
    (workspace, file, TextRange::new(start, end as u32))
}

/// The titles of what is offered.
pub fn check_offered(fixture: &str, expect: Expect) {
    let (workspace, file, range) = selected(fixture);
    let found = workspace.analysis().assists(file, range).expect("not cancelled");
    expect.assert_eq(&found.iter().map(|a| a.title.as_str()).collect::<Vec<_>>().join(" | "));
}

/// The changed lines after the refactoring whose title starts so.
pub fn check_assist(title: &str, fixture: &str, expect: Expect) {
    let (mut workspace, file, range) = selected(fixture);
    let before = errors(&workspace);
    let found = workspace.analysis().assists(file, range).expect("not cancelled");
    let Some(assist) = found.iter().find(|a| a.title.starts_with(title)).cloned() else {
        return expect.assert_eq("not offered");
    };
    let mut out = String::new();
    if let Some(new) = &assist.create {
        out += &format!("{}:\n{}", new.name, new.text);
    }
    for id in workspace.ids() {
        let (name, text) = (workspace.of(id).0.to_owned(), workspace.of(id).1.to_owned());
        let here: Vec<TextEdit> = assist.edits.iter().filter(|e| e.file == id).cloned().collect();
        if here.is_empty() {
            continue;
        }
        let after = apply(&text, here);
        let body = after.split_once("\n\n").map_or("", |(_, rest)| rest);
        out += body;
        workspace.edit(&name, &after);
    }
    assert!(errors(&workspace) <= before, "{title} added errors:\n{out}\n{:#?}", workspace.analysis().diagnostics(file));
    expect.assert_eq(&out);
}
