//! `amigos explain`: the page of a rule or error.

use crate::cli::{Done, Stop};
use crate::render::Style;

/// Options of `amigos explain`.
#[derive(clap::Args)]
pub struct Options {
    /// `AM1003`, or the name of an error of Go such as `UndeclaredName`; all rules if not given
    code: Option<String>,
}

/// Prints the page.
pub fn run(options: &Options) -> Done {
    let Some(code) = &options.code else {
        for rule in amigos_rules::rules::ALL {
            println!("{} {:<18} {:<8} {}", rule.code, rule.name, rule.severity.name(), rule.summary);
        }
        return Ok(0);
    };
    let wanted = code.trim();
    let by_name = amigos_rules::rules::ALL.iter().copied().find(|rule| rule.name == wanted);
    if let Some(rule) = amigos_rules::rule(&wanted.to_uppercase()).or(by_name) {
        print!("{}", for_terminal(&amigos_rules::page(rule), Style::of_stdout()));
        return Ok(0);
    }
    let is_name = wanted.starts_with(|c: char| c.is_ascii_uppercase()) && wanted.chars().all(|c| c.is_ascii_alphanumeric());
    if is_name && !wanted.starts_with("AM") {
        println!("`{wanted}` is an error of Go itself, named as in its type checker.");
        println!("Its meaning, with an example: https://pkg.go.dev/internal/types/errors#{wanted}");
        return Ok(0);
    }
    Err(Stop::usage(format!("there is no rule `{wanted}`; `amigos explain` alone lists all")))
}

/// Markdown as a terminal shows it: without the fences, code indented.
fn for_terminal(page: &str, style: Style) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            out += &format!("    {line}\n");
        } else if let Some(title) = line.strip_prefix('#') {
            out += &style.bold(title.trim_start_matches('#').trim());
            out.push('\n');
        } else {
            out += line;
            out.push('\n');
        }
    }
    out
}
