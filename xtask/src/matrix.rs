//! `cargo xtask matrix`: the columns of `docs/features.md` about the editors, from what the last runs in them left.
//!
//! A cell holds the names of the cases that passed. A row that does not apply to an editor says `does not apply: ` and why; nothing else may stand there
//! without a case that ran.

use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::project;

/// How a cell begins that has no case.
const NOT_HERE: &str = "does not apply: ";

#[derive(Args, Default)]
pub struct Options {
    /// Rewrite the page instead of comparing it
    #[arg(long)]
    pub write: bool,
    /// Fail also while a row has no case in an editor and does not say why
    #[arg(long)]
    pub complete: bool,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let path = project::root().join("docs/features.md");
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let (made, problems) = generated(&page, &ran()?)?;
    for problem in &problems {
        println!("{problem}");
    }
    if options.write {
        fs::write(&path, &made)?;
    } else if made != page {
        println!("docs/features.md is not what the editors' runs say: `cargo xtask matrix --write` rewrites it");
    }
    let well = (problems.is_empty() || !options.complete) && (options.write || made == page);
    println!("matrix: {} rows, {} without a passing case", rows(&page).count(), problems.len());
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// For each editor and each row the names of the cases that passed, in the order in which they ran.
type Ran = BTreeMap<(String, String), Vec<String>>;

fn ran() -> Result<Ran> {
    let mut all = Ran::new();
    for out in ["vscode", "nvim", "nvim-features", "nvim-chain"] {
        let file = project::target_dir().join("editors").join(out).join("cases.json");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read `{}`: run `cargo xtask test --only nvim --only vscode` first", file.display()))?;
        let run: Value = serde_json::from_str(&text).with_context(|| format!("`{}`", file.display()))?;
        let editor = run["editor"].as_str().unwrap_or_default();
        for case in run["cases"].as_array().into_iter().flatten().filter(|case| case["ok"] == true) {
            for row in case["rows"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let name = case["name"].as_str().unwrap_or_default().to_owned();
                all.entry((editor.to_owned(), row.to_owned())).or_default().push(name);
            }
        }
    }
    Ok(all)
}

/// The rows of the first table, as cells.
fn rows(page: &str) -> impl Iterator<Item = Vec<&str>> {
    let table = page.split("\n## ").next().unwrap_or(page);
    table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| feature")).map(cells)
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split(" | ").map(str::trim).collect()
}

/// The page with the editors' columns as the runs say, and the rows that have nothing.
fn generated(page: &str, ran: &Ran) -> Result<(String, Vec<String>)> {
    let mut problems = Vec::new();
    let mut out = String::new();
    let mut in_table = true;
    let mut known = Vec::new();
    for line in page.lines() {
        in_table &= !line.starts_with("## ");
        if !in_table || !line.starts_with("| ") || line.starts_with("| feature") {
            out += line;
            out.push('\n');
            continue;
        }
        let [feature, request, analyzer, wire, in_vscode, in_nvim] = cells(line)[..] else { bail!("a row has six cells: {line}") };
        known.push(feature.to_owned());
        let mut cell = |editor: &str, now: &str| match ran.get(&(editor.to_owned(), feature.to_owned())) {
            Some(names) => names.join("; "),
            None if now.starts_with(NOT_HERE) => now.to_owned(),
            None => {
                problems.push(format!("{feature}: no case passed in {editor}"));
                "-".to_owned()
            }
        };
        let (in_vscode, in_nvim) = (cell("VS Code", in_vscode), cell("Neovim", in_nvim));
        out += &format!("| {feature} | {request} | {analyzer} | {wire} | {in_vscode} | {in_nvim} |\n");
    }
    for (editor, row) in ran.keys().filter(|(_, row)| !known.contains(row)) {
        problems.push(format!("{editor} has a case for `{row}`, which is no row of the page"));
    }
    Ok((out, problems))
}

#[cfg(test)]
mod tests {
    use super::{Ran, generated};

    #[test]
    fn a_cell_is_what_ran() {
        let page = "| feature | r | a | w | VS Code | Neovim |\n|---|---|---|---|---|---|\n| hover | `h` | - | - | - | old |\n| tasks | - | - | - | old | does not apply: none |\n\n## more\n| x |\n";
        let ran: Ran = [("VS Code", "hover", "it hovers"), ("VS Code", "tasks", "a task"), ("Neovim", "hover", "K")]
            .into_iter()
            .map(|(editor, row, case)| ((editor.to_owned(), row.to_owned()), vec![case.to_owned()]))
            .collect();
        let (made, problems) = generated(page, &ran).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        assert!(made.contains("| hover | `h` | - | - | it hovers | K |\n"), "{made}");
        assert!(made.contains("| tasks | - | - | - | a task | does not apply: none |\n"), "{made}");
        let (made, problems) = generated(page, &Ran::new()).unwrap();
        assert_eq!(problems, ["hover: no case passed in VS Code", "hover: no case passed in Neovim", "tasks: no case passed in VS Code"]);
        assert!(made.contains("| tasks | - | - | - | - | does not apply: none |\n"), "{made}");
    }
}
