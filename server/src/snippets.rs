//! Code in doc comments as tests: fenced as Go, or indented and Go. Every snippet runs, in a function of its own in the package's tests; what it
//! states as its output (`// Output:`) is compared.

use std::sync::Arc;

use amigos_ide::{AnalysisHost, Change, Severity};

use crate::files::{FileKey, key_of_fetched, key_of_path};
use crate::testing::{Expected, expected_output};
use crate::workspace::{PackageFolder, Workspace};

/// Code in a doc comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snippet {
    /// What the comment is about: `CreatePost`, `Post.Publish`, the package's name.
    pub of: String,
    /// The file's name.
    pub file: String,
    /// The line of its first line, from 1.
    pub line: u32,
    /// Its text, the indentation taken off.
    pub text: String,
    /// Whether it was fenced as Go: then it must be Go, else it is only run if it is.
    pub fenced: bool,
    /// What it should print.
    pub output: Option<Expected>,
}

/// The snippets of a package, in source order.
pub fn of_package(package: &PackageFolder) -> Vec<Snippet> {
    let sources = package.sources.iter().filter(|source| !source.name.ends_with("_test.go"));
    sources.filter_map(|source| Some((source, source.text.as_ref().ok()?))).flat_map(|(source, text)| of_file(&source.name, text)).collect()
}

fn of_file(file: &str, text: &str) -> Vec<Snippet> {
    let mut found = Vec::new();
    let mut comment: Vec<(u32, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(content) = line.strip_prefix("//") {
            comment.push((index as u32 + 1, content));
            continue;
        }
        if let Some(of) = declared(line) {
            blocks(&comment, file, &of, &mut found);
        }
        comment.clear();
    }
    found
}

/// What a line at the margin declares: `CreatePost`, `Post.Publish`; of a group, its keyword.
fn declared(line: &str) -> Option<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let (keyword, rest) = line.split_once(' ')?;
    match keyword {
        "package" | "type" | "var" | "const" => {
            let name = word(rest);
            Some(if name.is_empty() { keyword.to_owned() } else { name })
        }
        "func" => match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((receiver, rest)) => {
                let ty = receiver.rsplit([' ', '*']).next().map(word).unwrap_or_default();
                Some(format!("{ty}.{}", word(rest.trim_start())))
            }
            None => Some(word(rest)),
        },
        _ => None,
    }
}

fn blocks(comment: &[(u32, &str)], file: &str, of: &str, found: &mut Vec<Snippet>) {
    let mut push = |lines: &[(u32, String)], fenced: bool| {
        let first = lines.iter().position(|(_, text)| !text.trim().is_empty());
        let (Some(first), Some(last)) = (first, lines.iter().rposition(|(_, text)| !text.trim().is_empty())) else { return };
        let lines = lines.get(first..=last).unwrap_or_default();
        let Some((line, _)) = lines.first() else { return };
        let text = lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
        let output = expected_output(&text, *line);
        found.push(Snippet { of: of.to_owned(), file: file.to_owned(), line: *line, text, fenced, output });
    };
    let mut at = 0;
    while let Some((_, content)) = comment.get(at) {
        let trimmed = content.trim();
        if let Some(language) = trimmed.strip_prefix("```") {
            let end = comment.iter().skip(at + 1).position(|(_, c)| c.trim() == "```").map_or(comment.len(), |n| at + 1 + n);
            if language.trim() == "go" {
                let inside = comment.get(at + 1..end).unwrap_or_default();
                let lines: Vec<(u32, String)> = inside.iter().map(|(n, c)| (*n, c.strip_prefix(' ').unwrap_or(c).to_owned())).collect();
                push(&lines, true);
            }
            at = end + 1;
            continue;
        }
        if let Some(indent) = indent_of(content) {
            let mut lines = Vec::new();
            while let Some((n, content)) = comment.get(at) {
                if !content.trim().is_empty() && indent_of(content).is_none() {
                    break;
                }
                lines.push((*n, content.strip_prefix(indent).unwrap_or_else(|| content.trim_start()).to_owned()));
                at += 1;
            }
            push(&lines, false);
            continue;
        }
        at += 1;
    }
}

/// The indentation of a line of code in a comment: a tab, or four blanks and more behind the one that all have.
fn indent_of(content: &str) -> Option<&str> {
    if content.trim().is_empty() {
        return None;
    }
    let plain = content.len() - content.trim_start().len();
    let indent = content.get(..plain)?;
    (indent.contains('\t') || plain >= 5).then_some(indent)
}

/// Whether a text parses as statements of Go.
pub fn is_go(text: &str) -> bool {
    let mut host = AnalysisHost::new();
    let file = Workspace::default().file(&key_of_path(std::path::Path::new("/snippet.go")));
    let body: String = text.lines().filter(|line| !line.starts_with("import ")).map(|line| format!("{line}\n")).collect();
    host.apply_change(Change {
        files: vec![(file, Some(Arc::from(format!("package p\n\nfunc f() {{\n{body}}}\n"))))],
        ..Change::default()
    });
    host.analysis().syntax_diagnostics(file).is_ok_and(|found| found.is_empty())
}

/// A snippet as a function that a test run can call, or why it can't be one.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The snippet.
    pub snippet: Snippet,
    /// The function, or the errors in it: line in the snippet's file, and message.
    pub function: Result<String, Vec<(u32, String)>>,
    /// Whether it is in the package's external tests.
    pub external: bool,
}

/// All texts of a workspace as a change of a new analyzer.
fn change_of(workspace: &mut Workspace, buffer: &dyn Fn(&str) -> Option<Arc<str>>) -> Change {
    let mut change = Change::default();
    let mut texts: Vec<(FileKey, Arc<str>)> = Vec::new();
    for folder in workspace.folders() {
        let names = folder.sources.iter().map(|source| source.name.as_str()).chain(workspace.buffers_in(&folder.folder));
        for name in names {
            let key = key_of_path(&folder.folder.join(name));
            let on_disk = || folder.sources.iter().find(|source| source.name == name)?.text.as_ref().ok().cloned();
            texts.extend(buffer(&key).or_else(on_disk).map(|text| (key, text)));
        }
    }
    for fetched in workspace.fetched_packages() {
        texts.extend(fetched.sources.iter().map(|(name, text)| (key_of_fetched(&fetched.key(), name), text.clone())));
    }
    for (key, text) in texts {
        change.files.push((workspace.file(&key), Some(text)));
    }
    change
}

/// The lines, from 1, of a further test file of a package on which it has errors.
pub fn lines_with_errors(
    workspace: &Workspace,
    buffer: &dyn Fn(&str) -> Option<Arc<str>>,
    package: &PackageFolder,
    text: &str,
) -> Vec<u32> {
    let mut workspace = workspace.clone();
    let mut change = change_of(&mut workspace, buffer);
    let path = package.folder.join(file_name(0));
    workspace.open_buffer(&path);
    let file = workspace.file(&key_of_path(&path));
    change.files.push((file, Some(Arc::from(text))));
    change.packages = Some(workspace.packages());
    let mut host = AnalysisHost::new();
    host.apply_change(change);
    let found = host.analysis().diagnostics(file).unwrap_or_default();
    let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|error| text.get(..error.range.start as usize).unwrap_or_default().matches('\n').count() as u32 + 1).collect()
}

/// Puts each snippet of a package into a function of the package's tests, in an analyzer of its own that knows `workspace`; `buffer` has the texts of
/// files that are open. A block that is only indented and is no Go is left out.
pub fn prepare(
    workspace: &Workspace,
    buffer: &dyn Fn(&str) -> Option<Arc<str>>,
    package: &PackageFolder,
    snippets: Vec<Snippet>,
) -> (AnalysisHost, Vec<Prepared>) {
    let mut workspace = workspace.clone();
    let mut change = change_of(&mut workspace, buffer);
    let mut host = AnalysisHost::new();
    let name = package_name(package);
    let path = package.manifest.as_ref().map(|manifest| manifest.path.clone()).unwrap_or_default();
    let mut open: Vec<(Snippet, bool, String, u32)> = Vec::new();
    for (number, snippet) in snippets.into_iter().enumerate() {
        let external = mentions(&snippet.text, &name);
        let (text, lead) = file_of(&snippet, number, package, &name, &path, external);
        let file = package.folder.join(file_name(number));
        workspace.open_buffer(&file);
        change.files.push((workspace.file(&key_of_path(&file)), Some(Arc::from(text.as_str()))));
        open.push((snippet, external, text, lead));
    }
    change.packages = Some(workspace.packages());
    host.apply_change(change);
    let mut prepared = Vec::new();
    for (number, (snippet, external, text, lead)) in open.into_iter().enumerate() {
        let key = key_of_path(&package.folder.join(file_name(number)));
        let Some(file) = workspace.files.id(&key) else { continue };
        let mut errors = errors_in(&host, file, &text, lead, &snippet);
        // A name that nobody uses is no mistake in a snippet that shows how to get it.
        let unused: Vec<String> =
            errors.iter().filter_map(|(_, message)| Some(message.strip_prefix("declared and not used: ")?.to_owned())).collect();
        if !unused.is_empty() && unused.len() == errors.len() {
            let uses: String = unused.iter().map(|name| format!("_ = {name}\n")).collect();
            let used = format!("{}{uses}}}\n", text.strip_suffix("}\n").unwrap_or(&text));
            host.apply_change(Change { files: vec![(file, Some(Arc::from(used.as_str())))], ..Change::default() });
            errors = errors_in(&host, file, &used, lead, &snippet);
        }
        let no_go = !errors.is_empty() && host.analysis().syntax_diagnostics(file).is_ok_and(|found| !found.is_empty());
        let function = if errors.is_empty() { Ok(function_name(number)) } else { Err(errors) };
        if function.is_err() {
            // The others run without it.
            host.apply_change(Change {
                files: vec![(file, Some(Arc::from(format!("package {}\n", clause(&name, external)))))],
                ..Change::default()
            });
        }
        if !no_go || snippet.fenced {
            prepared.push(Prepared { snippet, function, external });
        }
    }
    (host, prepared)
}

fn errors_in(host: &AnalysisHost, file: amigos_ide::FileId, text: &str, lead: u32, snippet: &Snippet) -> Vec<(u32, String)> {
    let found = host.analysis().diagnostics(file).unwrap_or_default();
    let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors
        .map(|diagnostic| {
            let before = text.get(..diagnostic.range.start as usize).unwrap_or_default();
            let line = (before.matches('\n').count() as u32).saturating_sub(lead);
            (snippet.line + line, diagnostic.message.clone())
        })
        .collect()
}

/// The file around a snippet, and how many lines it has before it.
fn file_of(snippet: &Snippet, number: usize, package: &PackageFolder, name: &str, path: &str, external: bool) -> (String, u32) {
    let mut imports: Vec<String> = Vec::new();
    let mut body = String::new();
    for line in snippet.text.lines() {
        match line.strip_prefix("import ") {
            // The line stays, so that places are right.
            Some(import) => {
                imports.push(import.to_owned());
                body.push('\n');
            }
            None => body += &format!("{line}\n"),
        }
    }
    let source = package.sources.iter().find(|source| source.name == snippet.file).and_then(|source| source.text.as_ref().ok());
    for (local, import) in source.map(|text| imports_by_name(text)).unwrap_or_default() {
        if mentions(&snippet.text, &local) && !imports.iter().any(|known| known.ends_with(&import)) {
            imports.push(import);
        }
    }
    let own = format!("\"{path}\"");
    if external && !imports.contains(&own) {
        imports.push(own);
    }
    if mentions(&snippet.text, "fmt") && !imports.iter().any(|import| import == "\"fmt\"") {
        imports.push("\"fmt\"".to_owned());
    }
    let mut head = format!("package {}\n\n", clause(name, external));
    imports.iter().for_each(|import| head += &format!("import {import}\n"));
    head += &format!("\nfunc {}() {{\n", function_name(number));
    let lead = head.matches('\n').count() as u32;
    (format!("{head}{body}}}\n"), lead)
}

fn clause(name: &str, external: bool) -> String {
    if external { format!("{name}_test") } else { name.to_owned() }
}

fn function_name(number: usize) -> String {
    format!("ExampleSnippet{}", number + 1)
}

fn file_name(number: usize) -> String {
    format!("snippet{}_doc_test.go", number + 1)
}

/// Whether a text uses a package by this name.
fn mentions(text: &str, name: &str) -> bool {
    let dotted = format!("{name}.");
    text.match_indices(&dotted)
        .any(|(at, _)| !text.get(..at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
}

/// What a file imports, by the name that it has there, each as it is written.
fn imports_by_name(text: &str) -> Vec<(String, String)> {
    let paths = crate::imports::imports_of(text);
    let last = |path: &str| {
        let (path, _) = crate::imports::split_major(path);
        path.rsplit('/').next().unwrap_or(path).to_owned()
    };
    paths.into_iter().map(|path| (last(&path), format!("\"{path}\""))).collect()
}

/// The name in the package clauses of a package's sources.
pub fn package_name(package: &PackageFolder) -> String {
    let sources = package.sources.iter().filter(|source| !source.name.ends_with("_test.go"));
    let clause =
        |text: &Arc<str>| text.lines().find_map(|line| line.strip_prefix("package ")?.split_whitespace().next().map(str::to_owned));
    sources.filter_map(|source| source.text.as_ref().ok()).find_map(clause).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_code_in_doc_comments() {
        let text = "// Package x does things:\n//\n//\tx.F(1)\n//\n//\tx.G()\n//\n// and no more.\npackage x\n\n// F is\n//\n// ```go\n// fmt.Println(1)\n// // Output: 1\n// ```\n//\n// ```\n// $ ls\n// ```\nfunc F() {}\n\n//\tfloating()\n\n// M of T.\n//\n//\tt.M()\nfunc (t *T) M() {}\n\ntype T int\n";
        let found = of_file("x.go", text);
        let shown: Vec<(&str, u32, bool, &str)> = found.iter().map(|s| (s.of.as_str(), s.line, s.fenced, s.text.as_str())).collect();
        assert_eq!(
            shown,
            [("x", 3, false, "x.F(1)\n\nx.G()"), ("F", 13, true, "fmt.Println(1)\n// Output: 1"), ("T.M", 26, false, "t.M()")]
        );
        assert_eq!(found[1].output.as_ref().map(|output| (output.text.as_str(), output.line)), Some(("1", 14)));
        assert!(mentions("x.F()", "x") && !mentions("ax.F()", "x") && !mentions("a.x.F()", "x"));
    }
}
