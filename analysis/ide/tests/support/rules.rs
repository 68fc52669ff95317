//! Examples of rules: fixtures with `// want CODE "part of the message"` at the end of the lines that are to be flagged.
#![allow(dead_code, reason = "each test file uses another part of it")]

use amigos_ide::{Diagnostic, FileId, TextEdit};

use super::Workspace;

/// A fixture, one of several files or the text of one.
pub fn workspace(source: &str) -> Workspace {
    if source.starts_with("//- ") { Workspace::fixture(source) } else { Workspace::single("example.go", source) }
}

/// A mark: line from 0, code, text.
pub type Want = (u32, String, String);

/// The marks of a file.
pub fn wants(source: &str) -> Vec<Want> {
    let mut out = Vec::new();
    for (line, text) in source.lines().enumerate() {
        for mark in text.split("// want ").skip(1) {
            let (code, rest) = mark.split_once(' ').expect("a code and a quoted text");
            let part = rest.split('"').nth(1).expect("a quoted text");
            out.push((line as u32, code.to_owned(), part.to_owned()));
        }
    }
    out
}

/// All findings of a workspace, by file.
pub fn all_findings(workspace: &Workspace) -> Vec<(FileId, Diagnostic)> {
    let analysis = workspace.analysis();
    let of = |id: FileId| analysis.diagnostics(id).expect("not cancelled").into_iter().map(move |d| (id, d));
    workspace.ids().into_iter().filter(|id| workspace.is_checked(*id)).flat_map(of).collect()
}

/// The line of a finding, from 0.
pub fn line_of(workspace: &Workspace, id: FileId, found: &Diagnostic) -> u32 {
    workspace.of(id).1[..found.range.start as usize].matches('\n').count() as u32
}

/// What is different between the findings of a rule and the marks.
pub fn compare(workspace: &Workspace, code: &str, label: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let findings = all_findings(workspace);
    for id in workspace.ids() {
        let (name, text) = workspace.of(id);
        let mut wanted: Vec<Want> = wants(text).into_iter().filter(|w| w.1 == code).collect();
        for (_, found) in findings.iter().filter(|(of, d)| *of == id && d.code == code) {
            let line = line_of(workspace, id, found);
            match wanted.iter().position(|(l, _, part)| *l == line && found.message.contains(part.as_str())) {
                Some(at) => drop(wanted.remove(at)),
                None => wrong.push(format!("{label}: nobody wants {name}:{}: {}", line + 1, found.message)),
            }
        }
        wrong.extend(wanted.iter().map(|(line, _, part)| format!("{label}: not found in {name}:{}: {part}", line + 1)));
    }
    wrong
}

/// The files of a workspace after the first fix of each finding of a rule.
pub fn fixed(workspace: &Workspace, code: &str) -> Vec<(FileId, String)> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for (_, found) in all_findings(workspace).iter().filter(|(_, d)| d.code == code) {
        edits.extend(found.fixes.first().iter().flat_map(|f| f.edits.clone()));
    }
    let of = |id: FileId| {
        let own: Vec<TextEdit> = edits.iter().filter(|e| e.file == id).cloned().collect();
        (id, super::apply(workspace.of(id).1, own))
    };
    workspace.ids().into_iter().map(of).collect()
}

/// A text without the marks.
pub fn unmarked(text: &str) -> String {
    text.lines().map(|l| l.split("// want").next().unwrap_or("").trim_end().to_owned() + "\n").collect()
}
