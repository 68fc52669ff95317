//! Code actions: fixes of findings, refactorings, and all fixes of a file at once. Edits are computed when an action is chosen, where the client can wait
//! for them.

use amigos_ide as ide;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::lsp_types::*;

use super::super::snapshot::{FileText, Snapshot};
use super::super::to_proto;
use super::Failure;

/// Applies the first fix of every finding.
const FIX_ALL: &str = "source.fixAll.amigos";

/// Writes a simulation as a test.
const SAVE_TEST: &str = "refactor.rewrite.saveTest";

/// The kinds of actions that there are, for `initialize`.
pub fn kinds() -> Vec<CodeActionKind> {
    vec![
        CodeActionKind::QUICKFIX,
        CodeActionKind::REFACTOR_EXTRACT,
        CodeActionKind::REFACTOR_INLINE,
        CodeActionKind::REFACTOR_REWRITE,
        CodeActionKind::new(FIX_ALL),
        CodeActionKind::SOURCE_ORGANIZE_IMPORTS,
    ]
}

/// What finds an action again when it is chosen.
#[derive(Serialize, Deserialize)]
struct Chosen {
    uri: Url,
    range: Range,
    title: String,
    kind: String,
}

pub fn code_action(snapshot: &Snapshot, params: CodeActionParams) -> Result<Vec<CodeAction>, Failure> {
    let uri = params.text_document.uri;
    let file = snapshot.file(&uri)?;
    let mut out = all(snapshot, &file, params.range, params.context.only.as_deref())?;
    if snapshot.negotiated.client.resolves_actions {
        for action in out.iter_mut().filter(|action| action.edit.is_some()) {
            let kind = action.kind.as_ref().map(|k| k.as_str().to_owned()).unwrap_or_default();
            let chosen = Chosen { uri: uri.clone(), range: params.range, title: action.title.clone(), kind };
            action.data = Some(json!(chosen));
            action.edit = None;
        }
    }
    Ok(out)
}

pub fn resolve(snapshot: &Snapshot, mut action: CodeAction) -> Result<CodeAction, Failure> {
    let Some(data) = action.data.take() else { return Ok(action) };
    let chosen: Chosen = serde_json::from_value(data).map_err(|e| Failure::BadParameters(format!("the action's `data`: {e}")))?;
    let file = snapshot.file(&chosen.uri)?;
    let only = (!chosen.kind.is_empty()).then(|| vec![CodeActionKind::from(chosen.kind)]);
    let found = all(snapshot, &file, chosen.range, only.as_deref())?.into_iter().find(|a| a.title == chosen.title);
    let found = found.ok_or_else(|| Failure::Failed(format!("`{}` cannot be done here any more: the text has changed", chosen.title)))?;
    action.edit = found.edit;
    Ok(action)
}

/// Whether an action of `kind` was asked for: `refactor` asks for `refactor.extract` too. What changes a whole file has to be asked for by name.
fn wanted(only: Option<&[CodeActionKind]>, kind: &str) -> bool {
    match only {
        None => !kind.starts_with("source"),
        Some(only) => only.iter().any(|o| {
            let o = o.as_str();
            o.is_empty() || kind == o || kind.strip_prefix(o).is_some_and(|rest| rest.starts_with('.'))
        }),
    }
}

fn all(snapshot: &Snapshot, file: &FileText, range: Range, only: Option<&[CodeActionKind]>) -> Result<Vec<CodeAction>, Failure> {
    let at = ide::TextRange::new(file.offset(range.start), file.offset(range.end).max(file.offset(range.start)));
    let mut out = Vec::new();
    if wanted(only, CodeActionKind::QUICKFIX.as_str()) {
        fixes(snapshot, file, at, &mut out)?;
    }
    if only.is_none_or(|_| ["refactor.extract", "refactor.inline", "refactor.rewrite"].iter().any(|k| wanted(only, k))) {
        for assist in snapshot.analysis.assists(file.file, at)? {
            let kind = match assist.kind {
                ide::AssistKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
                ide::AssistKind::Inline => CodeActionKind::REFACTOR_INLINE,
                ide::AssistKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
            };
            if !wanted(only, kind.as_str()) {
                continue;
            }
            let Some(edit) = edit_of(snapshot, &assist)? else { continue };
            out.push(CodeAction { title: assist.title, kind: Some(kind), edit: Some(edit), ..CodeAction::default() });
        }
    }
    if wanted(only, SAVE_TEST) {
        saved_tests(snapshot, file, at, &mut out)?;
    }
    if wanted(only, FIX_ALL) {
        out.extend(fix_all(snapshot, file)?);
    }
    if wanted(only, CodeActionKind::SOURCE_ORGANIZE_IMPORTS.as_str()) {
        out.extend(super::formatting::organize_imports(snapshot, file)?);
    }
    Ok(out)
}

/// Of the function under the cursor: save each of its simulations as a test. The command runs it and writes the test.
fn saved_tests(snapshot: &Snapshot, file: &FileText, at: ide::TextRange, out: &mut Vec<CodeAction>) -> Result<(), Failure> {
    for lens in snapshot.analysis.code_lenses(file.file)? {
        let ide::LensCommand::Simulate { function, args } = &lens.command else { continue };
        if lens.range.end < at.start || at.end < lens.range.start {
            continue;
        }
        let title = format!("save simulation as test: {function}({})", args.join(", "));
        let argument = json!({ "uri": file.uri(), "function": function, "args": args, "from": "alice" });
        let command = Command { title: title.clone(), command: "amigos.saveTest".to_owned(), arguments: Some(vec![argument]) };
        out.push(CodeAction { title, kind: Some(CodeActionKind::new(SAVE_TEST)), command: Some(command), ..CodeAction::default() });
    }
    Ok(())
}

fn fixes(snapshot: &Snapshot, file: &FileText, at: ide::TextRange, out: &mut Vec<CodeAction>) -> Result<(), Failure> {
    let mut found = snapshot.analysis.fixes(file.file, at)?;
    if let Some(levels) = snapshot.workspace.rule_levels_of(&file.key) {
        found = crate::levels::apply(levels, found);
    }
    for diagnostic in found {
        if diagnostic.fixes.is_empty() {
            continue;
        }
        let fixes = diagnostic.fixes.clone();
        let Some(converted) = to_proto::diagnostic(snapshot, file.file, diagnostic)? else { continue };
        for (index, fix) in fixes.into_iter().enumerate() {
            out.push(CodeAction {
                edit: Some(to_proto::workspace_edit(snapshot, &fix.edits)?),
                title: fix.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![converted.clone()]),
                is_preferred: Some(index == 0),
                ..CodeAction::default()
            });
        }
    }
    Ok(())
}

/// The first fixes of all findings of the file, those left out that would overlap with an earlier one.
fn fix_all(snapshot: &Snapshot, file: &FileText) -> Result<Option<CodeAction>, Failure> {
    let mut edits: Vec<ide::TextEdit> = Vec::new();
    for diagnostic in super::super::diagnostics::file_diagnostics(snapshot, file.file, &file.key)? {
        let Some(fix) = diagnostic.fixes.first() else { continue };
        let overlaps =
            |a: &ide::TextEdit| edits.iter().any(|b| a.file == b.file && a.range.start <= b.range.end && b.range.start <= a.range.end);
        // The same import is wanted by several.
        let new: Vec<ide::TextEdit> = fix.edits.iter().filter(|e| !edits.contains(e)).cloned().collect();
        if new.iter().any(overlaps) {
            continue;
        }
        edits.extend(new);
    }
    if edits.is_empty() {
        return Ok(None);
    }
    let edit = Some(to_proto::workspace_edit(snapshot, &edits)?);
    let kind = Some(CodeActionKind::new(FIX_ALL));
    Ok(Some(CodeAction { title: "fix all findings with a fix".to_owned(), kind, edit, ..CodeAction::default() }))
}

/// The edit of a refactoring; none if it makes a file and the client cannot.
fn edit_of(snapshot: &Snapshot, assist: &ide::Assist) -> Result<Option<WorkspaceEdit>, Failure> {
    let Some(new) = &assist.create else { return Ok(Some(to_proto::workspace_edit(snapshot, &assist.edits)?)) };
    if !snapshot.negotiated.client.creates_files {
        return Ok(None);
    }
    let Some(uri) = snapshot.text(new.beside)?.and_then(|text| text.uri()).and_then(|uri| uri.join(&new.name).ok()) else {
        return Ok(None);
    };
    let create = DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
        uri: uri.clone(),
        options: Some(CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) }),
        annotation_id: None,
    }));
    let text = DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(TextEdit { range: Range::default(), new_text: new.text.clone() })],
    });
    Ok(Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(vec![create, text])), ..WorkspaceEdit::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_asked_for_by_their_start() {
        let only = |k: &str| vec![CodeActionKind::from(k.to_owned())];
        assert!(wanted(None, "quickfix") && !wanted(None, "source.fixAll.amigos"));
        assert!(wanted(Some(&only("refactor")), "refactor.extract"));
        assert!(wanted(Some(&only("source.fixAll")), "source.fixAll.amigos"));
        assert!(!wanted(Some(&only("refactor.ex")), "refactor.extract"));
        assert!(!wanted(Some(&only("quickfix")), "refactor.extract"));
        assert!(wanted(Some(&only("")), "refactor.extract"));
    }
}
