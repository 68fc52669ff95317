//! The examples in the documentation of go/types' error codes (C7): each must yield its code.

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};
use anyhow::{Context, Result};

use crate::report::Report;
use crate::{Arguments, goroot};

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let place = args.goroot.join("src/internal/types/errors/codes.go");
    let text = std::fs::read_to_string(&place).with_context(|| format!("cannot read `{}`", place.display()))?;
    let root = args.goroot.clone();
    let world = World::new(Box::new(move |path| goroot::load(&root, path)));
    let mut report = Report::of_units("codes", "C7");
    let (mut all, mut right) = (0, 0);
    for (code, example) in examples(&text) {
        if !args.wants(&code) {
            continue;
        }
        all += 1;
        report.unit(&code);
        let source = if example.starts_with("package ") { example.clone() } else { format!("package p\n\n{example}") };
        let files = vec![("p.go".to_string(), source)];
        let checked = world.check(PkgKey(Name::new("p")), files, Options { go_minor: 27, natives: true });
        let found: Vec<&str> = checked.problems.iter().map(|p| p.code).collect();
        if found.contains(&code.as_str()) {
            right += 1;
        } else {
            report.difference(&code, || format!("found {found:?} in\n{example}\n"));
        }
    }
    report.figure(format!("{right} of {all} examples of error codes yield their code"));
    report.must(all > 100 || args.filter.is_some());
    Ok(report)
}

/// Code and text of each example.
fn examples(text: &str) -> Vec<(String, String)> {
    let mut result = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("//") {
            comment.push(rest.strip_prefix(' ').unwrap_or(rest));
            continue;
        }
        let name: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
        if !name.is_empty() && name.starts_with(char::is_uppercase) {
            let doc = comment.join("\n");
            for example in doc.split("Example:").skip(1) {
                result.push((name.clone(), example.trim().to_string()));
            }
        }
        comment.clear();
    }
    result
}
