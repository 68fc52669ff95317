//! The commands about tests: which there are, and running them, with the lines they ran.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::lsp_types::{Position, Range, Url};

use super::super::main_loop::Event;
use super::super::snapshot::Snapshot;
use super::Failure;
use super::commands::{own_files, package_of};
use super::project::About;
use super::simulations::{folder_with_buffers, key_of};
use crate::files::key_of_path;
use crate::lines;
use crate::render::grouped;
use crate::run_tests::{Options, Verdict, coverage, of_package, snippets_of};

/// `amigos.tests`: the tests of a package with their places, snippets of doc comments among them.
pub fn list(snapshot: &Snapshot, about: About) -> Result<Value, Failure> {
    let package = package_of(snapshot, about.package, about.uri.as_ref())?;
    let mut out = Vec::new();
    for (key, file) in snapshot.workspace.files_of(&package) {
        if !key.ends_with("_test.go") {
            continue;
        }
        let Some(text) = snapshot.text(file)? else { continue };
        for lens in snapshot.analysis.code_lenses(file)? {
            if let amigos_ide::LensCommand::RunTest { function } = &lens.command {
                out.push(json!({ "name": function, "kind": "test", "uri": text.uri(), "range": text.range(lens.range) }));
            }
        }
    }
    let folder = folder_with_buffers(snapshot, &package);
    for snippet in
        folder.iter().flat_map(crate::snippets::of_package).filter(|snippet| snippet.fenced || crate::snippets::is_go(&snippet.text))
    {
        let uri = folder.as_ref().and_then(|folder| Url::from_file_path(folder.folder.join(&snippet.file)).ok());
        let line = snippet.line.saturating_sub(1);
        let range = Range { start: Position::new(line, 0), end: Position::new(line + snippet.text.lines().count() as u32, 0) };
        let name = crate::run_tests::snippet_name(&snippet);
        out.push(json!({ "name": name, "kind": "snippet", "uri": uri, "range": range }));
    }
    Ok(json!({ "package": package, "tests": out }))
}

/// What is run.
#[derive(Deserialize)]
pub struct RunTest {
    uri: Url,
    /// The test, or a part of the names of several; empty for all.
    #[serde(default)]
    function: String,
    /// Whether to say which lines were run.
    #[serde(default)]
    cover: bool,
    /// Whether to say of each test what each line cost.
    #[serde(default)]
    lines: bool,
}

/// `amigos.runTest`: runs tests as they are in the workspace; imports come from where they always come from. Failures become diagnostics of the lines
/// where they are.
pub fn run(snapshot: Snapshot, asked: RunTest) -> Result<Value, Failure> {
    let package = package_of(&snapshot, None, Some(&asked.uri))?;
    let folder =
        folder_with_buffers(&snapshot, &package).ok_or_else(|| Failure::Failed(format!("`{}` is in no package", key_of(&asked.uri))))?;
    let options = Options { filter: asked.function.clone(), trace: asked.cover || asked.lines };
    let mut verdicts = of_package(&snapshot.analysis, &package, &folder, &options).map_err(failed)?;
    let buffer = |key: &str| snapshot.documents.get(key).map(|document| document.text.clone());
    verdicts.extend(snippets_of(&snapshot.workspace, &buffer, &package, &folder, &options).map_err(failed)?);
    if verdicts.iter().any(|verdict| verdict.name == asked.function) {
        verdicts.retain(|verdict| verdict.name == asked.function);
    }
    let file_of = |name: &str| {
        let source = folder.sources.iter().find(|source| source.name == name)?;
        Some((key_of_path(&folder.folder.join(name)), source.text.as_ref().ok()?.clone()))
    };
    let touched = snapshot.results.put(&verdicts, file_of);
    let own = if asked.lines { own_files(&snapshot, &package)? } else { Vec::new() };
    let tests: Vec<Value> = verdicts
        .iter()
        .map(|verdict| {
            let mut one = shape(verdict, &folder.folder);
            one["lines"] = lines::to_json(&verdict.lines, &package, &own);
            one
        })
        .collect();
    let mut answer = json!({ "tests": tests });
    answer["text"] = json!(text(&asked.function, &verdicts));
    if asked.cover {
        let mut covered = coverage(&snapshot.analysis, &package, &verdicts).map_err(failed)?.to_json();
        for file in covered["files"].as_array_mut().into_iter().flatten() {
            let uri = file["file"].as_str().and_then(|name| Url::from_file_path(folder.folder.join(name)).ok());
            file["uri"] = json!(uri);
        }
        answer["coverage"] = covered;
    }
    if !touched.is_empty() {
        let _ = snapshot.events.send(Event::Tested(touched));
    }
    Ok(answer)
}

/// What an edit overtook runs again.
fn failed(problem: String) -> Failure {
    if problem == crate::program::OVERTAKEN { Failure::Superseded } else { Failure::Failed(problem) }
}

fn shape(verdict: &Verdict, folder: &std::path::Path) -> Value {
    let mut shape = verdict.to_json();
    for failure in shape["failures"].as_array_mut().into_iter().flatten() {
        let uri = failure["file"].as_str().and_then(|name| Url::from_file_path(folder.join(name)).ok());
        failure["uri"] = json!(uri);
    }
    shape
}

fn text(asked: &str, verdicts: &[Verdict]) -> String {
    if verdicts.is_empty() {
        return format!("there is no test `{asked}`; an example needs an `// Output:` comment\n");
    }
    let mut text = String::new();
    for verdict in verdicts {
        text += &format!("{} {} · gas {}\n", verdict.status.to_uppercase(), verdict.name, grouped(verdict.gas));
        verdict.output.lines().for_each(|line| text += &format!("    {line}\n"));
    }
    text
}
