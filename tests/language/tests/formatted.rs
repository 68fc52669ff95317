//! All Go of the project stands as gofmt would write it: contracts, the standard library, and the code of these pages. `amigos fmt contracts std` puts the
//! first two right.

use std::path::{Path, PathBuf};

use amigos_syntax::format::{Options, format_file, format_fragment};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// The founding program, which is kept to the letter: its imports stand in the order in which it introduces the services.
const FOUNDING: &str = "social/post/post.go";

/// The first line that differs.
fn difference(text: &str, formatted: &str) -> String {
    let (at, pair) = text.lines().zip(formatted.lines()).enumerate().find(|(_, (a, b))| a != b).unwrap_or((0, ("", "")));
    format!("line {}: {:?} should be {:?}", at + 1, pair.0, pair.1)
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn contracts_and_standard_library_are_formatted() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in ["contracts", "std"] {
        for file in files(&root().join(folder), "go") {
            count += 1;
            let text = std::fs::read_to_string(&file).expect("a file");
            match format_file(&text, Options::default()) {
                Ok(formatted) if file.ends_with(FOUNDING) => {
                    assert_eq!(sorted(&formatted), sorted(&text), "nothing but the order of imports differs")
                }
                Ok(formatted) if formatted == text => {}
                Ok(formatted) => wrong.push(format!("{}: {}", file.display(), difference(&text, &formatted))),
                Err(errors) => wrong.push(format!("{}: {:?}", file.display(), errors.0)),
            }
        }
    }
    assert!(count > 50, "only {count} files");
    assert!(wrong.is_empty(), "`amigos fmt contracts std` would change {} files:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn code_of_the_pages_is_formatted() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in files(Path::new(env!("CARGO_MANIFEST_DIR")), "md") {
        let text = std::fs::read_to_string(&page).expect("a page");
        let mut rest = text.as_str();
        while let Some(start) = rest.find("\n```go") {
            let fence = &rest[start + 1..];
            let Some((info, code)) = fence.split_once('\n') else { break };
            let Some(end) = code.find("```") else { break };
            let code = &code[..end];
            rest = &fence[info.len() + 1 + end + 3..];
            // The founding document's own lines stay as they are; what is meant not to parse can't be formatted.
            if info.contains("fragment") {
                continue;
            }
            let Ok(formatted) = format_fragment(code, Options::default()) else { continue };
            count += 1;
            if formatted != code {
                let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
                wrong.push(format!("{name}, {:?}: {}", code.lines().next().unwrap_or(""), difference(code, &formatted)));
            }
        }
    }
    assert!(count > 20, "only {count} blocks");
    assert!(wrong.is_empty(), "{} of {count} blocks:\n{}", wrong.len(), wrong.join("\n"));
}
