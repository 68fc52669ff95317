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

/// All rules on one page: a table, then the page of each.
pub fn all_pages() -> String {
    let mut out = String::from(
        "# Rules\n\nWhat is reported beyond the errors of the language, in contracts. Written from `analysis/rules` by a test; do not edit.\n\n\
         `//amigos:allow CODE -- reason` on the line before, on the same line or in the doc comment of a declaration accepts a finding; from high up the \
         reason is required. `//amigos:fp CODE -- reason` says that the rule is mistaken.\n\n\
         | code | name | severity | what |\n|---|---|---|---|\n",
    );
    for rule in crate::rules::ALL {
        let fix = if rule.fixed.is_some() { " (quick fix)" } else { "" };
        let anchor = format!("{} {}", rule.code, rule.name).to_lowercase().replace(' ', "-");
        let _ = writeln!(out, "| [{}](#{anchor}) | {} | {} | {}{fix} |", rule.code, rule.name, rule.severity.name(), rule.summary);
    }
    for rule in crate::rules::ALL {
        // One level deeper than a page of its own.
        let mut code = false;
        out.push('\n');
        for line in page(rule).lines() {
            code ^= line.starts_with("```");
            let heading = !code && line.starts_with('#');
            let _ = writeln!(out, "{}{line}", if heading { "#" } else { "" });
        }
    }
    out
}

/// The example without the marks of the tests, package clauses and imports. Of one with several files, each with its name.
fn example(source: &str) -> String {
    if !source.starts_with("//- ") {
        let start = source.find("\n// ").or_else(|| source.find("\nfunc ")).map_or(0, |i| i + 1);
        return without_marks(&source[start..]);
    }
    let mut parts = Vec::new();
    for part in source.split("//- ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let mut words = head.split_whitespace();
        let path = words.next().unwrap_or_default();
        let what = if words.next() == Some("live") { "the version that is live" } else { path };
        parts.push(format!("// {what}\n\n{}", without_marks(body)));
    }
    parts.join("\n\n")
}

fn without_marks(body: &str) -> String {
    let mut lines = Vec::new();
    for line in body.lines() {
        let code = line.split_once("// want ").or_else(|| line.split_once("// ok ")).map_or(line, |(code, _)| code);
        lines.push(code.trim_end());
    }
    lines.join("\n").trim().to_owned()
}
