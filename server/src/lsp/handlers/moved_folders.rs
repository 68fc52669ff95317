//! Folders that are moved: a package whose path ends as its folder's does goes by its new place from then on, in its manifest, in the manifests that name
//! it, and in all that import it; and if it is called like its folder it is called like the new one. What is deployed keeps its path: there it is an
//! identity with state behind it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{GoVersion, TextRange, parse_decl, split};
use tower_lsp::lsp_types::{TextEdit, Url};

use super::super::positions::LineTable;
use super::super::snapshot::{FileText, Snapshot};
use super::Failure;
use super::moved::{clause, identifier};
use crate::files::key_of_path;
use crate::imports::split_major;
use crate::manifest::{FILE_NAME, check_path, places_of};
use crate::workspace::{PackageFolder, Workspace};

/// Adds the edits to make before the folder `from` becomes `to`.
pub fn add_edits(snapshot: &Snapshot, from: &Path, to: &Path, changes: &mut HashMap<Url, Vec<TextEdit>>) -> Result<(), Failure> {
    for package in snapshot.workspace.folders() {
        let Ok(below) = package.folder.strip_prefix(from) else { continue };
        let target = if below.as_os_str().is_empty() { to.to_owned() } else { to.join(below) };
        let path = package.manifest.as_ref().map(|manifest| manifest.path.as_str());
        let new_path = path.and_then(|path| Some((path, moved_path(&snapshot.workspace, package, path, &target)?)));
        if let Some((old, new)) = &new_path {
            rewrite_manifests(snapshot, old, new, changes);
            rewrite_imports(snapshot, package, old, new, changes)?;
        }
        let names = match (&new_path, path) {
            (Some((old, new)), _) => Some((last(old), last(new))),
            // Of a package with a path its folder's name says nothing.
            (None, Some(_)) => None,
            (None, None) => package.folder.file_name().and_then(|n| n.to_str()).zip(target.file_name().and_then(|n| n.to_str())),
        };
        if let Some((old, new)) = names {
            rename_package(snapshot, package, old, new, changes)?;
        }
    }
    Ok(())
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path of a package whose folder goes to `target`, if it is another.
fn moved_path(workspace: &Workspace, package: &PackageFolder, path: &str, target: &Path) -> Option<String> {
    let manifest = package.manifest.as_ref()?;
    let new = path_after(path, &package.folder, target)?;
    let taken = workspace.has_package(&new, None) || workspace.is_live(&manifest.key());
    (!taken && check_path(&new).is_ok()).then_some(new)
}

/// `path` with the elements that the two folders do not share replaced, if it ends with those of `from`.
fn path_after(path: &str, from: &Path, to: &Path) -> Option<String> {
    let elements = |folder: &Path| folder.components().map(|c| c.as_os_str().to_str().map(str::to_owned)).collect::<Option<Vec<String>>>();
    let (from, to) = (elements(from)?, elements(to)?);
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let (old, new) = (from.get(shared..)?.join("/"), to.get(shared..)?.join("/"));
    let before = path.strip_suffix(old.as_str())?.strip_suffix('/')?;
    (!old.is_empty() && !new.is_empty()).then(|| format!("{before}/{new}"))
}

/// Gives the manifests that name the path the new one.
fn rewrite_manifests(snapshot: &Snapshot, old: &str, new: &str, changes: &mut HashMap<Url, Vec<TextEdit>>) {
    for package in snapshot.workspace.folders() {
        let path = package.folder.join(FILE_NAME);
        let open = snapshot.documents.get(&key_of_path(&path));
        let Some(text) = open.map(|document| &document.text).or(package.manifest_text.as_ref()) else { continue };
        let Some(uri) = open.map(|document| document.uri.clone()).or_else(|| Url::from_file_path(&path).ok()) else { continue };
        let lines = LineTable::new(text);
        for Range { start, end } in places_of(text, old) {
            let range = lines.range(text, start as u32, end as u32, snapshot.encoding());
            changes.entry(uri.clone()).or_default().push(TextEdit { range, new_text: new.to_owned() });
        }
    }
}

/// Gives all imports of the package its new path.
fn rewrite_imports(
    snapshot: &Snapshot,
    package: &PackageFolder,
    old: &str,
    new: &str,
    changes: &mut HashMap<Url, Vec<TextEdit>>,
) -> Result<(), Failure> {
    let major = package.manifest.as_ref().map(|manifest| manifest.version.major);
    for importer in snapshot.workspace.folders() {
        for text in texts_of(snapshot, importer)? {
            let Some(uri) = text.uri() else { continue };
            for (range, import) in imports(&text.text) {
                let (path, asked) = split_major(&import);
                if path == old && (asked.is_none() || asked == major) {
                    let suffix = asked.map(|major| format!("@v{major}")).unwrap_or_default();
                    let edit = TextEdit { range: text.range(range), new_text: format!("{new}{suffix}") };
                    changes.entry(uri.clone()).or_default().push(edit);
                }
            }
        }
    }
    Ok(())
}

/// Gives the package the name of its new folder, here and where it is imported, if it has that of its old one; not if that would clash.
fn rename_package(
    snapshot: &Snapshot,
    package: &PackageFolder,
    old: &str,
    new: &str,
    changes: &mut HashMap<Url, Vec<TextEdit>>,
) -> Result<(), Failure> {
    let (Some(old), Some(new)) = (identifier(old), identifier(new)) else { return Ok(()) };
    if old == new {
        return Ok(());
    }
    for text in texts_of(snapshot, package)? {
        let Some((range, _)) = clause(&text.text).filter(|(_, name)| *name == old) else { continue };
        let Ok(edits) = snapshot.analysis.rename(text.file, range.start, &new)? else { return Ok(()) };
        for edit in edits {
            let Some(text) = snapshot.text(edit.file)? else { continue };
            let Some(uri) = text.uri() else { continue };
            changes.entry(uri).or_default().push(TextEdit { range: text.range(edit.range), new_text: edit.new_text });
        }
        return Ok(());
    }
    Ok(())
}

/// The Go files of a folder, buffers included.
fn texts_of(snapshot: &Snapshot, package: &PackageFolder) -> Result<Vec<FileText>, Failure> {
    let sources = package.sources.iter().map(|source| source.name.as_str());
    let mut names: Vec<&str> = sources.chain(snapshot.workspace.buffers_in(&package.folder)).collect();
    names.sort_unstable();
    names.dedup();
    let mut texts = Vec::new();
    for name in names {
        if let Some(file) = snapshot.workspace.files.id(&key_of_path(&package.folder.join(name))) {
            texts.extend(snapshot.text(file)?);
        }
    }
    Ok(texts)
}

/// The paths that a file imports, with their places between the quotes.
fn imports(text: &str) -> Vec<(TextRange, String)> {
    let mut found = Vec::new();
    for chunk in split::split(text) {
        let decl = parse_decl(chunk.text(text), GoVersion::DEFAULT);
        let DeclKind::Gen(group) = &decl.kind else { continue };
        for spec in &group.specs {
            let Spec::Import(spec) = spec else { continue };
            let (start, end) = (spec.path_range.start + 1, spec.path_range.end.saturating_sub(1));
            if start < end {
                found.push((TextRange::new(start, end).shift(chunk.start), spec.path.to_string()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_follows_its_folder_where_both_end_alike() {
        let after = |path: &str, from: &str, to: &str| path_after(path, Path::new(from), Path::new(to));
        let forum = "hub.amigos.dev/social/forum";
        assert_eq!(after(forum, "/w/social/forum", "/w/social/board").as_deref(), Some("hub.amigos.dev/social/board"));
        assert_eq!(after(forum, "/w/social/forum", "/w/apps/forum").as_deref(), Some("hub.amigos.dev/apps/forum"));
        assert_eq!(after(forum, "/w/forum", "/w/talk/forum").as_deref(), Some("hub.amigos.dev/social/talk/forum"));
        assert_eq!(after(forum, "/w/forum", "/w/board").as_deref(), Some("hub.amigos.dev/social/board"));
        assert_eq!(after(forum, "/w/other", "/w/board"), None);
        assert_eq!(after(forum, "/w/my-forum", "/w/board"), None);
        assert_eq!(after(forum, "/w/forum", "/w/forum/inner"), None);
    }
}
