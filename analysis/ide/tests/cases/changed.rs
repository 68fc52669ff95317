//! What features make of a text: renaming, fixes, refactorings, completions that are taken. What comes out is checked again.

use amigos_ide::*;

use crate::support::{Workspace, apply};

fn errors(workspace: &Workspace) -> Vec<String> {
    let analysis = workspace.analysis();
    let all = workspace.ids().into_iter().flat_map(|id| analysis.diagnostics(id).expect("not cancelled"));
    all.filter(|d| d.severity == Severity::Error).map(|d| d.message).collect()
}

/// The files after edits: the changed lines with what is around them, `-` and `+` in front.
fn changed(workspace: &mut Workspace, edits: &[TextEdit]) -> String {
    let mut out = String::new();
    let several = workspace.ids().into_iter().filter(|id| edits.iter().any(|e| e.file == *id)).count() > 1;
    for id in workspace.ids() {
        let (name, text) = (workspace.of(id).0.to_owned(), workspace.of(id).1.to_owned());
        let here: Vec<TextEdit> = edits.iter().filter(|e| e.file == id).cloned().collect();
        if here.is_empty() {
            continue;
        }
        let after = apply(&text, here);
        if several {
            out += &format!("{name}\n");
        }
        out += &difference(&text, &after);
        workspace.edit(&name, &after);
    }
    out
}

/// The lines that go and come.
fn difference(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    // The longest common subsequence; the texts are short.
    let mut common = vec![vec![0u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            out += &format!("-{}\n", old[i]);
            i += 1;
        } else {
            out += &format!("+{}\n", new[j]);
            j += 1;
        }
    }
    out
}

/// What came with the change that should not have.
fn new_errors(workspace: &Workspace, before: &[String]) -> String {
    let after = errors(workspace);
    if after.len() <= before.len() {
        return String::new();
    }
    after.iter().filter(|m| !before.contains(m)).map(|m| format!("new error: {m}\n")).collect()
}

/// The lines that renaming changes, or what stands against it.
pub fn check_rename(fixture: &str, new_name: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let before = errors(&workspace);
    let prepared = workspace.analysis().prepare_rename(file, at).expect("not cancelled");
    let renamed = workspace.analysis().rename(file, at, new_name).expect("not cancelled");
    match renamed {
        Err(why) => format!("refused: {why}\n"),
        Ok(edits) => {
            let prepared = if let Err(why) = prepared { format!("though: {why}\n") } else { String::new() };
            let out = changed(&mut workspace, &edits);
            format!("{prepared}{out}{}", new_errors(&workspace, &before))
        }
    }
}

/// The lines that change when a completion is taken, with its places to fill in.
pub fn check_taken(fixture: &str, label: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let found = workspace.analysis().completions(file, at).expect("not cancelled");
    let mut found: Vec<Completion> = found.into_iter().filter(|c| c.label == label).collect();
    found.sort_by(|a, b| a.sort.cmp(&b.sort));
    let Some(one) = found.into_iter().next() else { return "not offered\n".to_owned() };
    let mut edits = one.extra;
    edits.push(TextEdit { file, range: one.range, new_text: one.snippet.unwrap_or(one.insert) });
    changed(&mut workspace, &edits)
}

/// The lines that organising imports changes.
pub fn check_organized(fixture: &str, _: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let file = *workspace.ids().first().expect("a file");
    let before = errors(&workspace);
    let edits = workspace.analysis().organize_imports(file).expect("not cancelled");
    let edits: Vec<TextEdit> = edits.into_iter().map(|e| TextEdit { file, range: e.range, new_text: e.new_text }).collect();
    let out = changed(&mut workspace, &edits);
    let out = if out.is_empty() { "in order\n".to_owned() } else { out };
    out + &new_errors(&workspace, &before)
}

/// The title of the fix that starts so, and the lines that it changes; it has to leave fewer errors.
pub fn check_fix(fixture: &str, title: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let before = errors(&workspace);
    let analysis = workspace.analysis();
    let all = workspace.ids().into_iter().flat_map(|id| analysis.fixes(id, TextRange::new(0, u32::MAX)).expect("not cancelled"));
    let fixes: Vec<Fix> = all.flat_map(|d| d.fixes).collect();
    drop(analysis);
    let Some(fix) = fixes.iter().find(|f| f.title.starts_with(title)) else {
        let titles: Vec<&str> = fixes.iter().map(|f| f.title.as_str()).collect();
        return format!("no such fix, but: {}\n", if titles.is_empty() { "none".to_owned() } else { titles.join(" | ") });
    };
    let out = format!("{}\n{}", fix.title, changed(&mut workspace, &fix.edits));
    let after = errors(&workspace);
    if after.len() < before.len() { out } else { format!("{out}errors now: {}\n", after.join(" | ")) }
}

/// The lines that the refactoring changes whose title starts so, between two `$0` or at one; no errors may come.
pub fn check_assist(fixture: &str, title: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let (file, start) = workspace.at();
    let (name, text) = (workspace.of(file).0.to_owned(), workspace.of(file).1.to_owned());
    let end = text.find("$0").map_or(start, |end| end as u32);
    workspace.edit(&name, &text.replace("$0", ""));
    let before = errors(&workspace);
    let found = workspace.analysis().assists(file, TextRange::new(start, end)).expect("not cancelled");
    let Some(assist) = found.iter().find(|a| a.title.starts_with(title)) else {
        let titles: Vec<&str> = found.iter().map(|a| a.title.as_str()).collect();
        return format!("not offered, but: {}\n", if titles.is_empty() { "nothing".to_owned() } else { titles.join(" | ") });
    };
    let mut out = format!("{}\n", assist.title);
    if let Some(new) = &assist.create {
        out += &format!("{}:\n{}", new.name, new.text);
    }
    out += &changed(&mut workspace, &assist.edits);
    out + &new_errors(&workspace, &before)
}

/// What a rule finds, the title of its first fix, and the lines that it changes; no errors may come, and the finding has to go.
pub fn check_rule_fix(fixture: &str, code: &str) -> String {
    let mut workspace = Workspace::fixture(fixture);
    let before = errors(&workspace);
    let found = |workspace: &Workspace| -> Vec<Diagnostic> {
        let analysis = workspace.analysis();
        let all = workspace.ids().into_iter().flat_map(|id| analysis.diagnostics(id).expect("not cancelled"));
        all.filter(|d| d.code == code).collect()
    };
    let findings = found(&workspace);
    let Some(first) = findings.first() else { return "nothing is found\n".to_owned() };
    let Some(fix) = first.fixes.first() else { return format!("{}\nno fix\n", first.message) };
    let out = format!("{}\n{}\n{}", first.message, fix.title, changed(&mut workspace, &fix.edits));
    let left = if found(&workspace).len() < findings.len() { "" } else { "it is found all the same\n" };
    out + left + &new_errors(&workspace, &before)
}
