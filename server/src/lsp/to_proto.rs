//! The analyzer's data in LSP's terms, and nothing clever.

use std::collections::HashMap;
use std::sync::Arc;

use amigos_ide as ide;
use amigos_ide::{Cancellable, FileId, Severity};
use tower_lsp::lsp_types::*;

use super::documents::uri_of;
use super::positions::LineTable;
use super::snapshot::Snapshot;
use crate::files::key_of_std;

/// The page of a rule or error on the web.
const PAGES: &str = "https://hub.amigos.dev/rules/";

pub fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

pub fn diagnostic(snapshot: &Snapshot, file: FileId, found: ide::Diagnostic) -> Cancellable<Option<Diagnostic>> {
    let Some(text) = snapshot.text(file)? else { return Ok(None) };
    let mut related = Vec::new();
    if snapshot.negotiated.client.related_information {
        for place in found.related {
            let Some(text) = snapshot.text(place.file)? else { continue };
            let Some(uri) = text.uri() else { continue };
            related
                .push(DiagnosticRelatedInformation { location: Location { uri, range: text.range(place.range) }, message: place.message });
        }
    }
    let is_rule = found.code.len() == 6 && found.code.starts_with("AM");
    let href = is_rule.then(|| Url::parse(&format!("{PAGES}{}", found.code)).ok()).flatten();
    Ok(Some(Diagnostic {
        range: text.range(found.range),
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.code)),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some("amigos".to_owned()),
        message: found.message,
        related_information: (!related.is_empty()).then_some(related),
        tags: found.unnecessary.then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: None,
    }))
}

/// The edits of a fix, by document.
pub fn workspace_edit(snapshot: &Snapshot, edits: &[ide::TextEdit]) -> Cancellable<WorkspaceEdit> {
    let mut changes: HashMap<Url, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        let Some(text) = snapshot.text(edit.file)? else { continue };
        let Some(uri) = text.uri() else { continue };
        let edit = text.edit(edit.range, edit.new_text.clone());
        changes.entry(uri).or_default().push(edit);
    }
    Ok(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

/// The location of a target; files of the standard library are virtual documents.
pub fn location(snapshot: &Snapshot, target: &ide::Target) -> Cancellable<Option<Location>> {
    match &target.place {
        ide::Place::File(file) => {
            let Some(text) = snapshot.text(*file)? else { return Ok(None) };
            Ok(text.uri().map(|uri| Location { uri, range: text.range(target.focus) }))
        }
        ide::Place::Std(package, name) => {
            let Some(text) = snapshot.analysis.std_text(package, name)? else { return Ok(None) };
            let range = LineTable::new(&text).range(&text, target.focus.start, target.focus.end, snapshot.encoding());
            Ok(uri_of(&key_of_std(package, name)).map(|uri| Location { uri, range }))
        }
    }
}

pub fn symbol_kind(kind: ide::SymbolKind) -> SymbolKind {
    use ide::SymbolKind as K;
    match kind {
        K::Package => SymbolKind::PACKAGE,
        K::Func | K::Builtin => SymbolKind::FUNCTION,
        K::Method => SymbolKind::METHOD,
        K::Var | K::Param | K::Keyword | K::Text => SymbolKind::VARIABLE,
        K::Const => SymbolKind::CONSTANT,
        K::Type => SymbolKind::CLASS,
        K::Struct => SymbolKind::STRUCT,
        K::Interface => SymbolKind::INTERFACE,
        K::Field => SymbolKind::FIELD,
    }
}

pub fn completion_kind(kind: ide::SymbolKind) -> CompletionItemKind {
    use ide::SymbolKind as K;
    match kind {
        K::Package => CompletionItemKind::MODULE,
        K::Func | K::Builtin => CompletionItemKind::FUNCTION,
        K::Method => CompletionItemKind::METHOD,
        K::Var | K::Param => CompletionItemKind::VARIABLE,
        K::Const => CompletionItemKind::CONSTANT,
        K::Type => CompletionItemKind::CLASS,
        K::Struct => CompletionItemKind::STRUCT,
        K::Interface => CompletionItemKind::INTERFACE,
        K::Field => CompletionItemKind::FIELD,
        K::Keyword => CompletionItemKind::KEYWORD,
        K::Text => CompletionItemKind::TEXT,
    }
}

/// Markdown for a hover or a documentation field; as plain text for clients that show none.
pub fn markup(takes_markdown: bool, markdown: impl Into<String>) -> MarkupContent {
    let value = markdown.into();
    match takes_markdown {
        true => MarkupContent { kind: MarkupKind::Markdown, value },
        false => MarkupContent { kind: MarkupKind::PlainText, value: plain(&value) },
    }
}

/// Markdown as it reads without its marks: fences, escapes and the targets of links go.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            out.push_str(line);
        } else {
            plain_line(line, &mut out);
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

fn plain_line(line: &str, out: &mut String) {
    let line = line.trim_end();
    let line = line.strip_suffix('\\').unwrap_or(line);
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            // `[text](target)`
            ']' if line[at..].starts_with("](") => {
                chars.by_ref().find(|(_, c)| *c == ')');
            }
            '[' if line[at..].contains("](") => {}
            '`' => {}
            '*' if line[at..].starts_with("**") => drop(chars.next()),
            c => out.push(c),
        }
    }
}

/// The text of a virtual document (`amigos://...`), if there is one.
pub fn virtual_text(snapshot: &Snapshot, key: &str) -> Cancellable<Option<Arc<str>>> {
    if let Some(rest) = key.strip_prefix("amigos://std/") {
        let Some((package, name)) = rest.rsplit_once('/') else { return Ok(None) };
        return snapshot.analysis.std_text(package, name);
    }
    match snapshot.workspace.files.id(key) {
        Some(file) => snapshot.analysis.file_text(file),
        None => Ok(None),
    }
}
