//! The examples in the documentation of go/types' error codes (C7): each must yield its code.

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};

use crate::{Arguments, goroot};

/// Runs the suite; true if every example yields its code.
pub fn run(args: &Arguments) -> bool {
    let root = args.goroot.clone();
    let Ok(text) = std::fs::read_to_string(root.join("src/internal/types/errors/codes.go")) else { return false };
    let own_root = root.clone();
    let world = World::new(Box::new(move |path| goroot::load(&own_root, path)));
    let (mut all, mut right) = (0, 0);
    for (code, example) in examples(&text) {
        if args.filter.as_ref().is_some_and(|f| !code.contains(f.as_str())) {
            continue;
        }
        all += 1;
        let source = if example.starts_with("package ") { example.clone() } else { format!("package p\n\n{example}") };
        let files = vec![("p.go".to_string(), source)];
        let checked = world.check(PkgKey(Name::new("p")), files, Options { go_minor: 27, natives: true });
        let found: Vec<&str> = checked.problems.iter().map(|p| p.code).collect();
        if found.contains(&code.as_str()) {
            right += 1;
        } else if args.verbose {
            println!("{code}: found {found:?} in\n{example}\n");
        }
    }
    println!("C7 {right} of {all} examples of error codes yield their code");
    right == all
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
