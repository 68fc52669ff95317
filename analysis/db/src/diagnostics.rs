//! The errors of a file, with absolute ranges.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec, SyntaxError};
use amigos_types::facts::{Fix, Place, TypeError};

use crate::Db;
use crate::input::{Package, SourceFile};
use crate::query::*;

/// An error with its place in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileDiagnostic {
    /// The place.
    pub range: TextRange,
    /// go/types' name of the error; `Syntax` for syntax errors.
    pub code: &'static str,
    /// What.
    pub message: Box<str>,
    /// Whether the program is meaningful all the same.
    pub soft: bool,
    /// Places that explain it.
    pub related: Vec<(SourceFile, TextRange, Box<str>)>,
    /// Ways to put it right: title and edits in this file.
    pub fixes: Vec<Fix>,
}

/// The errors of syntax and types of a file, in source order.
#[salsa::tracked(returns(deref))]
pub fn file_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<FileDiagnostic> {
    let mut out = Vec::new();
    for decl in split_file(db, file) {
        out.extend(syntax_errors(db, *decl).iter().map(|e| syntax(e, decl.start(db))));
    }
    if let Some(package) = owner(db, file) {
        // What all declarations of the file share is asked for once.
        let types = package_types(db, package);
        let before: usize = package.files(db).iter().take_while(|f| **f != file).map(|f| split_file(db, *f).len()).sum();
        for (decl, facts) in split_file(db, file).iter().zip(types.facts.get(before..).unwrap_or_default()) {
            let start = decl.start(db);
            out.extend(facts.errors.iter().map(|e| absolute(db, package, start, e)));
            for facts in each_body(db, package, *decl) {
                out.extend(facts.errors.iter().map(|e| absolute(db, package, start, e)));
            }
        }
        for (at, error) in &unused_imports(db, package, file) {
            if let Some(decl) = package_decls(db, package).get(at.0 as usize) {
                out.push(absolute(db, package, decl.start(db), error));
            }
        }
        for (at, error) in package_errors(db, package) {
            if let Some(decl) = package_decls(db, package).get(at.0 as usize).filter(|d| d.file(db) == file) {
                out.push(absolute(db, package, decl.start(db), error));
            }
        }
    }
    out.extend(late_imports(db, file));
    out.sort_by_key(|d| (d.range.start, d.range.end));
    out
}

/// Imports behind other declarations (Go spec, "Source file organization").
fn late_imports(db: &dyn Db, file: SourceFile) -> Vec<FileDiagnostic> {
    let mut out = Vec::new();
    let mut declared = false;
    for decl in split_file(db, file) {
        match &decl_sig(db, *decl).kind {
            DeclKind::Gen(group) if matches!(group.specs.first(), Some(Spec::Import(_))) => {
                if declared {
                    let at = group.range.start;
                    let keyword = TextRange::new(at, (at + "import".len() as u32).min(group.range.end.max(at)));
                    let message = "imports must appear before other declarations".into();
                    let range = keyword.shift(decl.start(db));
                    out.push(FileDiagnostic { range, code: "Syntax", message, soft: false, related: vec![], fixes: vec![] });
                }
            }
            DeclKind::Gen(_) | DeclKind::Func(_) => declared = true,
            DeclKind::Bad | DeclKind::Package(_) => {}
        }
    }
    out
}

fn syntax(error: &SyntaxError, start: u32) -> FileDiagnostic {
    let message = match &error.hint {
        Some(hint) => format!("{} ({hint})", error.message).into(),
        None => error.message.clone(),
    };
    FileDiagnostic { range: error.range.shift(start), code: "Syntax", message, soft: false, related: vec![], fixes: vec![] }
}

/// The type errors of a declaration and its bodies.
pub fn decl_errors<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Vec<TypeError> {
    let mut errors = sig_facts(db, package, decl).errors.clone();
    errors.extend(body_facts(db, package, decl).iter().flat_map(|f| f.errors.iter().cloned()));
    errors
}

fn absolute(db: &dyn Db, package: Package, start: u32, error: &TypeError) -> FileDiagnostic {
    let place = |at: &Place| {
        let decl = package_decls(db, package).get(at.decl.0 as usize)?;
        Some((decl.file(db), at.range.shift(decl.start(db))))
    };
    FileDiagnostic {
        range: error.range.shift(start),
        code: error.code,
        message: error.message.clone(),
        soft: error.soft,
        related: error.related.iter().filter_map(|(at, text)| place(at).map(|(file, range)| (file, range, text.clone()))).collect(),
        fixes: error
            .fixes
            .iter()
            .map(|f| Fix {
                title: f.title.clone(),
                edits: f.edits.iter().map(|(range, text)| (range.shift(start), text.clone())).collect(),
            })
            .collect(),
    }
}
