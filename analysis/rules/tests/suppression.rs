//! Every rule can be told to accept what it found.

mod support;

use std::collections::BTreeSet;

use support::Program;

#[test]
fn what_is_allowed_is_not_reported() {
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let flagged = Program::new(rule.flagged).findings();
        let lines: BTreeSet<(String, usize)> =
            flagged.into_iter().filter(|(_, _, f)| f.code == rule.code).map(|(file, line, _)| (file, line)).collect();
        let mut text = String::new();
        let (mut file, mut line) = ("example.go".to_owned(), 0);
        for code in rule.flagged.lines() {
            match code.strip_prefix("//- ") {
                Some(head) => {
                    let path = head.split_whitespace().next().unwrap_or("");
                    file = path.rsplit('/').next().unwrap_or("").to_owned();
                    line = 0;
                }
                None => line += 1,
            }
            if lines.contains(&(file.clone(), line)) && line > 0 {
                text.push_str(&format!("//amigos:allow {} -- it is meant so\n", rule.code));
            }
            text.push_str(code);
            text.push('\n');
        }
        let allowed = Program::new(&text).findings().into_iter().filter(|(_, _, f)| f.code == rule.code);
        wrong.extend(allowed.map(|(file, line, f)| format!("{} {file}:{line}: {}", f.code, f.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
