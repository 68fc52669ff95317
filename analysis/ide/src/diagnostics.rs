//! Findings: syntax first, then types.

use amigos_db::diagnostics::FileDiagnostic;
use amigos_db::input::SourceFile;
use amigos_db::{diagnostics as d, query as q};

use crate::analysis::View;
use crate::data::{Diagnostic, Fix, Related, Severity, SuppressedDiagnostic, TextEdit};

/// The syntax errors of a file.
pub(crate) fn syntax(view: View<'_>, file: SourceFile) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        for error in q::syntax_errors(view.db, *decl) {
            out.push(Diagnostic {
                range: error.range.shift(decl.start(view.db)),
                severity: Severity::Error,
                code: "Syntax".into(),
                message: with_hint(&error.message, error.hint.as_deref()),
                related: vec![],
                fixes: vec![],
                unnecessary: false,
                level: None,
            });
        }
    }
    clamp(view, file, out)
}

fn with_hint(message: &str, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{message} ({hint})"),
        None => message.to_owned(),
    }
}

/// Errors that a declaration with a syntax error has because of it.
const FOLLOWING: &[&str] =
    &["BadDecl", "InvalidConstVal", "MissingReturn", "UnusedLabel", "UnusedVar", "WrongArgCount", "WrongResultCount", "AssignmentMismatch"];

/// All findings of a file.
pub(crate) fn all(view: View<'_>, file: SourceFile) -> Vec<Diagnostic> {
    let findings = rule_findings(view, file);
    // One diagnostic for one cause: where a rule says why a name is refused, the checker's "undefined" is left out.
    let explained = |d: &FileDiagnostic| {
        matches!(d.code, "UndeclaredImportedName" | "UndeclaredName")
            && findings.iter().any(|f| f.range.start <= d.range.start && d.range.end <= f.range.end)
    };
    let errors = d::file_diagnostics(view.db, file);
    // What is said of a declaration that is being typed: the syntax error, and not what follows from the missing part.
    let any_broken = errors.iter().any(|d| d.code == "Syntax");
    let broken: Vec<amigos_syntax::TextRange> = q::split_file(view.db, file)
        .iter()
        .filter(|decl| any_broken && !q::syntax_errors(view.db, **decl).is_empty())
        .map(|decl| amigos_syntax::TextRange::new(0, decl.text(view.db).len() as u32).shift(decl.start(view.db)))
        .collect();
    let follows =
        |d: &FileDiagnostic| FOLLOWING.contains(&d.code) && broken.iter().any(|b| b.start <= d.range.start && d.range.start <= b.end);
    let errors = errors.iter().filter(|d| !explained(d) && !follows(d));
    let mut out: Vec<Diagnostic> = errors.map(|found| convert(view, file, found)).collect();
    out.extend(findings);
    out.sort_by_key(|d| d.range);
    clamp(view, file, out)
}

/// The findings that touch `at`, with all fixes there are: some cost too much to be looked for at every keystroke.
pub(crate) fn with_fixes(view: View<'_>, file: SourceFile, at: amigos_syntax::TextRange) -> Vec<Diagnostic> {
    let mut found = all(view, file);
    found.retain(|d| d.range.start <= at.end && at.start <= d.range.end);
    for diagnostic in &mut found {
        let range = diagnostic.range;
        match diagnostic.code.as_str() {
            "UndeclaredName" => {
                diagnostic.fixes.extend(crate::fixes::add_imports(view, file, range));
                diagnostic.fixes.extend(crate::fixes::similar_name(view, file, range));
                diagnostic.fixes.extend(crate::repairs::declare(view, file, range));
            }
            "InvalidIfaceAssign" | "IncompatibleAssign" => diagnostic.fixes.extend(crate::repairs::implement(view, file, range)),
            "WrongResultCount" => diagnostic.fixes.extend(crate::repairs::results(view, file, range)),
            "WrongArgCount" => diagnostic.fixes.extend(crate::repairs::add_parameter(view, file, range)),
            "NoNewVar" => diagnostic.fixes.extend(crate::repairs::assign(view, file, range)),
            "UndeclaredImportedName" | "MissingFieldOrMethod" | "MissingLitField" | "UnexportedName" => {
                diagnostic.fixes.extend(crate::fixes::similar_name(view, file, range));
                diagnostic.fixes.extend(crate::repairs::declare_member(view, file, range));
            }
            "MissingReturn" => diagnostic.fixes.extend(crate::fixes::add_return(view, file, range)),
            _ => {}
        }
    }
    found
}

/// An error at the end of a file may be reported behind it (an "EOF" has no place of its own).
fn clamp(view: View<'_>, file: SourceFile, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let text = file.text(view.db);
    let inside = |range: &mut amigos_syntax::TextRange| {
        let boundary = |at: u32| (0..=at.min(text.len() as u32)).rev().find(|i| text.is_char_boundary(*i as usize)).unwrap_or(0);
        range.start = boundary(range.start);
        range.end = boundary(range.end).max(range.start);
    };
    for diagnostic in &mut found {
        inside(&mut diagnostic.range);
    }
    found
}

/// What the rules found in a file and the source suppresses.
pub(crate) fn suppressed(view: View<'_>, file: SourceFile) -> Vec<SuppressedDiagnostic> {
    let Some(package) = q::owner(view.db, file) else { return vec![] };
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        for s in &amigos_rules::declaration_findings(view.db, package, *decl).suppressed {
            let diagnostic = of_finding(view, file, decl.start(view.db), &s.finding);
            out.push(SuppressedDiagnostic { diagnostic, false_positive: s.false_positive, reason: s.reason.clone() });
        }
    }
    out
}

fn rule_findings(view: View<'_>, file: SourceFile) -> Vec<Diagnostic> {
    let Some(package) = q::owner(view.db, file) else { return vec![] };
    let sizes = crate::gas_limit::has_sizes(view, package);
    let mut out = Vec::new();
    for decl in q::split_file(view.db, file) {
        let own = amigos_rules::declaration_findings(view.db, package, *decl);
        let more = sizes.then(|| crate::gas_limit::finding(view, package, *decl)).flatten();
        let broken = crate::bound_limit::findings(view, package, *decl);
        out.extend(own.iter().chain(&more).chain(&broken).map(|found| of_finding(view, file, decl.start(view.db), found)));
    }
    out
}

fn of_finding(view: View<'_>, file: SourceFile, start: u32, found: &amigos_rules::Finding) -> Diagnostic {
    let id = view.file_id(file);
    let related = found
        .related
        .iter()
        .filter_map(|(range, message)| Some(Related { file: id?, range: range.shift(start), message: message.clone() }));
    let fix = found.fix.as_ref().and_then(|fix| {
        let id = id?;
        let edits = fix.edits.iter().map(|(range, text)| TextEdit { file: id, range: range.shift(start), new_text: text.clone() });
        let imports = crate::imports::missing(view, file, &fix.imports).map(|(range, new_text)| TextEdit { file: id, range, new_text });
        Some(Fix { title: fix.title.clone(), edits: edits.chain(imports).collect() })
    });
    Diagnostic {
        range: found.range.shift(start),
        severity: Severity::of_level(found.severity),
        code: found.code.into(),
        message: found.message.clone(),
        related: related.collect(),
        fixes: fix.into_iter().collect(),
        unnecessary: false,
        level: Some(found.severity),
    }
}

fn convert(view: View<'_>, file: SourceFile, found: &FileDiagnostic) -> Diagnostic {
    let related = found
        .related
        .iter()
        .filter_map(|(file, range, message)| Some(Related { file: view.file_id(*file)?, range: *range, message: message.to_string() }));
    let mut fixes: Vec<Fix> = found
        .fixes
        .iter()
        .filter_map(|fix| {
            let id = view.file_id(file)?;
            let edits = fix.edits.iter().map(|(range, text)| TextEdit { file: id, range: *range, new_text: text.to_string() });
            Some(Fix { title: fix.title.to_string(), edits: edits.collect() })
        })
        .collect();
    if found.code == "UnusedImport" {
        fixes = crate::fixes::remove_import(view, file, found.range).into_iter().collect();
    }
    if fixes.is_empty() && matches!(found.code, "UnusedLabel" | "UnusedVar") {
        fixes = crate::fixes::remove_name(view, file, found.range).into_iter().collect();
    }
    Diagnostic {
        range: found.range,
        severity: Severity::Error,
        code: found.code.into(),
        message: found.message.to_string(),
        related: related.collect(),
        fixes,
        unnecessary: matches!(found.code, "UnusedVar" | "UnusedImport" | "UnusedLabel"),
        level: None,
    }
}
