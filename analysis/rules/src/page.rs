//! The page of a rule, made of what the rule itself says.

use std::fmt::Write;

use crate::Rule;

/// The page as Markdown.
pub fn page(rule: &Rule) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {} {}\n\n{} · severity {}\n\n{}\n", rule.code, rule.name, rule.summary, rule.severity.name(), rule.why);
    let _ = writeln!(out, "## Flagged\n\n```go\n{}\n```\n\n## Clean\n\n```go\n{}\n```\n", example(rule.flagged), example(rule.clean));
    if rule.fixed.is_some() {
        out.push_str("There is a quick fix.\n\n");
    }
    let _ = writeln!(
        out,
        "To accept it in one place: `//amigos:allow {} -- why it is right here` on the line before. `//amigos:fp {} -- why` says that the rule is mistaken.",
        rule.code, rule.code
    );
    out
}

/// The example without the marks of the tests, package clause and imports.
fn example(source: &str) -> String {
    let body = source.find("\n// ").or_else(|| source.find("\nfunc ")).map_or(source, |i| &source[i + 1..]);
    let mut lines = Vec::new();
    for line in body.lines() {
        let code = line.split_once("// want ").or_else(|| line.split_once("// ok ")).map_or(line, |(code, _)| code);
        lines.push(code.trim_end());
    }
    lines.join("\n").trim().to_owned()
}
