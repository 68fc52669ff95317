//! Files that are moved or made: their package clause says the package of the folder they come to. Folders that are moved are in `moved_folders`.

use std::collections::HashMap;
use std::path::Path;

use amigos_syntax::ast::DeclKind;
use amigos_syntax::{GoVersion, TextRange, parse_decl, split};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Url, WorkspaceEdit,
};

use super::super::snapshot::Snapshot;
use super::Failure;
use crate::workspace::Workspace;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Renamed {
    old_uri: Url,
    new_uri: Url,
}

#[derive(Deserialize)]
pub struct Renames {
    files: Vec<Renamed>,
}

/// `workspace/willRenameFiles`: the edits to make before Go files go to other folders, and folders elsewhere.
pub fn will_rename(snapshot: &Snapshot, params: Renames) -> Result<Option<WorkspaceEdit>, Failure> {
    let mut changes: HashMap<Url, Vec<TextEdit>> = HashMap::new();
    for file in params.files {
        let (Ok(from), Ok(to)) = (file.old_uri.to_file_path(), file.new_uri.to_file_path()) else { continue };
        if from != to && snapshot.workspace.folders().any(|package| package.folder.starts_with(&from)) {
            super::moved_folders::add_edits(snapshot, &from, &to, &mut changes)?;
            continue;
        }
        let is_go = |path: &Path| path.extension().is_some_and(|e| e == "go");
        if !is_go(&from) || !is_go(&to) || from.parent() == to.parent() {
            continue;
        }
        let Some(wanted) = to.parent().and_then(|folder| package_name(&snapshot.workspace, folder)) else { continue };
        let Ok(text) = snapshot.file(&file.old_uri) else { continue };
        let Some((range, name)) = clause(&text.text) else { continue };
        let external = name.ends_with("_test") && to.to_string_lossy().ends_with("_test.go");
        let new_text = if external { format!("{wanted}_test") } else { wanted };
        if name != new_text {
            changes.entry(file.old_uri).or_default().push(TextEdit { range: text.range(range), new_text });
        }
    }
    Ok((!changes.is_empty()).then(|| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
}

/// The edit that gives an empty new file its package clause: of a version of it, if the client knows versions in edits.
pub fn first_clause(workspace: &Workspace, text: &str, uri: &Url, version: Option<i32>) -> Option<WorkspaceEdit> {
    let path = uri.to_file_path().ok()?;
    if !text.trim().is_empty() || path.extension().is_none_or(|e| e != "go") {
        return None;
    }
    let name = package_name(workspace, path.parent()?)?;
    let edit = TextEdit { range: Default::default(), new_text: format!("package {name}\n") };
    if let Some(version) = version {
        let text_document = OptionalVersionedTextDocumentIdentifier { uri: uri.clone(), version: Some(version) };
        let edits = vec![TextDocumentEdit { text_document, edits: vec![OneOf::Left(edit)] }];
        return Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(edits)), ..WorkspaceEdit::default() });
    }
    Some(WorkspaceEdit { changes: Some(HashMap::from([(uri.clone(), vec![edit])])), ..WorkspaceEdit::default() })
}

/// The name of a folder's package: what its files say, else the last element of its path in the manifest, else the folder's name.
fn package_name(workspace: &Workspace, folder: &Path) -> Option<String> {
    let known = workspace.folder(folder);
    let said = known.into_iter().flat_map(|package| &package.sources).find_map(|source| {
        let (_, name) = clause(source.text.as_ref().ok()?)?;
        let external = source.name.ends_with("_test.go") && name.ends_with("_test");
        Some(if external { name.trim_end_matches("_test").to_owned() } else { name })
    });
    let of_manifest = || Some(known?.manifest.as_ref()?.path.rsplit('/').next()?.to_owned());
    let of_folder = || Some(folder.file_name()?.to_string_lossy().into_owned());
    identifier(&said.or_else(of_manifest).or_else(of_folder)?)
}

/// The name that an element of a path makes: it may have letters that a name may not.
pub(super) fn identifier(element: &str) -> Option<String> {
    let name: String = element.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    amigos_syntax::lex::is_identifier(&name).then_some(name)
}

/// The name in a file's package clause, and its place.
pub(super) fn clause(text: &str) -> Option<(TextRange, String)> {
    split::split(text).into_iter().find_map(|chunk| {
        let decl = parse_decl(chunk.text(text), GoVersion::DEFAULT);
        let DeclKind::Package(ident) = decl.kind else { return None };
        let ident = decl.sig[ident];
        (!ident.range.is_empty()).then(|| (ident.range.shift(chunk.start), ident.name.to_string()))
    })
}

/// The documents that `workspace/didCreateFiles` names.
pub fn created(params: &Value) -> Vec<Url> {
    let files = params.get("files").and_then(Value::as_array).into_iter().flatten();
    files.filter_map(|file| Url::parse(file.get("uri")?.as_str()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_found_behind_comments_and_in_broken_files() {
        let of = |text: &str| clause(text).map(|(range, name)| (range.start, name));
        assert_eq!(of("// A comment.\npackage a\n"), Some((22, "a".to_owned())));
        assert_eq!(of("package b; func {"), Some((8, "b".to_owned())));
        assert_eq!(of("func f() {}"), None);
        assert_eq!(of("package "), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn new_files_are_of_their_folders_package() {
        let workspace = Workspace::default();
        let new = |path: &str, text: &str| {
            let uri = Url::parse(path).unwrap();
            first_clause(&workspace, text, &uri, None).and_then(|e| Some(e.changes?.remove(&uri)?.remove(0).new_text))
        };
        assert_eq!(new("file:///x/forum/a.go", "").as_deref(), Some("package forum\n"));
        assert_eq!(new("file:///x/my-forum/a.go", "\n").as_deref(), Some("package myforum\n"));
        assert_eq!(new("file:///x/forum/a.go", "package a"), None);
        assert_eq!(new("file:///x/forum/a.txt", ""), None);
        assert_eq!(new("file:///x/2/a.go", ""), None);
    }
}
