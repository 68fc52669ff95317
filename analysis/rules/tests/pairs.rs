//! More examples of the rules than their pages show, several packages among them: `pairs/CODE.txt`, each with cases under lines `=== flagged: what` and
//! `=== clean: what`. What is flagged says so by `// want CODE "part of the message"` on its line; what is clean has nothing of that rule.

mod support;

use support::Program;

/// A case of `pairs/CODE.txt`.
struct Case {
    code: String,
    flagged: bool,
    what: String,
    text: String,
}

fn cases() -> Vec<Case> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pairs");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("the folder").flatten().map(|e| e.path()).collect();
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let code = file.file_stem().and_then(|s| s.to_str()).expect("a name").to_uppercase();
        let text = std::fs::read_to_string(&file).expect("a text");
        for part in text.split("=== ").skip(1) {
            let (head, text) = part.split_once('\n').expect("a line");
            let (kind, what) = head.split_once(": ").expect("`flagged: what` or `clean: what`");
            assert!(matches!(kind, "flagged" | "clean"), "{code}: {kind}");
            out.push(Case { code: code.clone(), flagged: kind == "flagged", what: what.to_owned(), text: text.to_owned() });
        }
    }
    out
}

#[test]
fn pairs_are_as_they_say() {
    let mut wrong = Vec::new();
    for case in cases().into_iter().filter(|case| case.code != BY_SIZES) {
        let program = Program::new(&case.text);
        let name = format!("{} {}", case.code, case.what);
        // What the profile refuses is undefined too: these rules say why.
        let errors = if case.code.as_str() > "AM1008" || !case.flagged { program.errors() } else { Vec::new() };
        wrong.extend(errors.into_iter().map(|e| format!("{name}: {e}")));
        let mut wanted = wants(&case.text);
        if case.flagged == wanted.is_empty() {
            wrong.push(format!("{name}: marks and heading don't agree"));
        }
        for (file, line, found) in program.findings() {
            if found.code != case.code {
                continue;
            }
            match wanted.iter().position(|w| w.0 == file && w.1 == line && found.message.contains(&w.2)) {
                Some(at) => drop(wanted.remove(at)),
                None => wrong.push(format!("{name}: nobody wants {file}:{line}: {}", found.message)),
            }
        }
        wrong.extend(wanted.into_iter().map(|(file, line, part)| format!("{name}: not found: {file}:{line}: {part}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rule that needs live sizes, which are not known here: its pairs are run by `analysis/ide/tests/gas_limit.rs`.
const BY_SIZES: &str = "AM6004";

/// Rules whose pairs can't be over several packages, with the reason.
const OF_ONE_PACKAGE: &[(&str, &str)] = &[("AM1008", "the import itself is refused, whoever else is imported")];

#[test]
fn every_rule_has_three_pairs_and_one_over_several_packages() {
    let cases = cases();
    let mut wrong = Vec::new();
    for rule in amigos_rules::rules::ALL {
        let of: Vec<&Case> = cases.iter().filter(|c| c.code == rule.code).collect();
        let count = |flagged: bool| of.iter().filter(|c| c.flagged == flagged).count();
        if count(true) < 3 || count(false) < 3 {
            wrong.push(format!("{}: {} flagged and {} clean", rule.code, count(true), count(false)));
        }
        let crosses = |flagged: bool| of.iter().any(|c| c.flagged == flagged && packages(&c.text) > 1);
        let may_stay = OF_ONE_PACKAGE.iter().any(|(code, _)| *code == rule.code);
        let both_cross = crosses(true) && crosses(false);
        if !may_stay && !both_cross {
            wrong.push(format!("{}: no pair over several packages", rule.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unknown = cases.iter().find(|c| amigos_rules::rule(&c.code).is_none());
    assert!(unknown.is_none(), "pairs of a rule that isn't there: {}", unknown.map_or("", |c| &c.code));
}

/// How many packages a case has; a version that is live is one of its own, sizes are none.
fn packages(text: &str) -> usize {
    let heads = text.lines().filter_map(|l| l.strip_prefix("//- "));
    let of = |head: &str| {
        let (path, flags) = head.split_once(' ').unwrap_or((head, ""));
        (path.rsplit_once('/').map_or("", |p| p.0).to_owned(), flags.contains("live"))
    };
    heads.filter(|head| !head.ends_with(" sizes")).map(of).collect::<std::collections::BTreeSet<_>>().len()
}

/// The marks of a case: file, line from 1, part of the message.
fn wants(text: &str) -> Vec<(String, usize, String)> {
    let mut out = Vec::new();
    let (mut file, mut line) = ("example.go".to_owned(), 0);
    for text in text.lines() {
        if let Some(head) = text.strip_prefix("//- ") {
            let path = head.split_whitespace().next().unwrap_or("");
            file = path.rsplit('/').next().unwrap_or("").to_owned();
            line = 0;
            continue;
        }
        line += 1;
        if let Some((_, mark)) = text.split_once("// want ") {
            out.push((file.clone(), line, mark.split('"').nth(1).unwrap_or("").to_owned()));
        }
    }
    out
}
