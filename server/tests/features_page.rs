//! `docs/features.md` names tests that exist, and every request that the server answers.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The texts in backquotes of a cell.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_test_that_the_page_names_exists() {
    let page = read("docs/features.md");
    let vscode = ["contracts", "language", "views", "chain", "extension"];
    let vscode = vscode.map(|name| read(&format!("tests/editors/vscode/cases/{name}.mjs"))).concat();
    let nvim = ["session", "features", "chain"].map(|name| read(&format!("tests/editors/nvim/{name}.lua"))).concat();
    // Further tables below are about other things.
    let table = page.split("\n## ").next().unwrap_or(&page);
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|l| l.starts_with("| ") && !l.starts_with("| feature"))
        .map(|l| l.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() > 20, "the table is there");
    for row in &rows {
        let [feature, _, analyzer, wire, in_vscode, in_nvim] = row[..] else { panic!("a row has six cells: {row:?}") };
        for (cell, folder) in [(analyzer, "analysis/ide/tests"), (wire, "server/tests")] {
            for test in quoted(cell) {
                let (file, function) = test.split_once("::").unwrap_or((test, ""));
                let text = read(&format!("{folder}/{file}"));
                assert!(function.is_empty() || text.contains(&format!("fn {function}(")), "{feature}: no test `{test}` in {folder}");
            }
        }
        for (cell, editor, cases, call) in [(in_vscode, "VS Code", &vscode, "check(\""), (in_nvim, "Neovim", &nvim, "t.case('")] {
            assert_ne!(cell, "-", "{feature}: no case in {editor}");
            for case in cell.split("; ").filter(|_| !cell.starts_with("does not apply: ")) {
                assert!(cases.contains(&format!("{call}{case}")), "{feature}: {editor} has no case `{case}`");
            }
        }
    }
}

#[test]
fn every_request_is_on_the_page() {
    let page = read("docs/features.md");
    let routes = read("server/src/lsp/handlers/mod.rs");
    for line in routes.lines().filter(|l| l.contains("route!(") && l.contains("=>")) {
        let Some(method) = line.split('"').nth(1) else { continue };
        assert!(method.starts_with("amigos/debug/") || page.contains(&format!("`{method}`")), "`{method}` has no row in docs/features.md");
    }
}
