//! Text → the same text as gofmt writes it, byte for byte.
//!
//! The tree is walked and printed token by token; where a token stands in the source decides about line breaks, and comments are
//! woven in by their position. Start reading at `printer` (tokens, queued white space), then `comments` (weaving), `sheet` (the
//! output and its alignment); `decls`, `stmts`, `exprs`, `binary` and `lists` walk the tree; `imports`, `simplify`,
//! `doc_comment` and `build_lines` change more than white space. `edits` and `range` are for editors.

mod binary;
mod build_lines;
mod comments;
mod decls;
mod doc_comment;
pub mod edits;
mod exprs;
mod imports;
mod lists;
mod printer;
pub mod range;
mod sheet;
mod simplify;
mod source;
mod stmts;

use std::borrow::Cow;

use crate::ast::{DeclAst, DeclKind, GenDecl, SyntaxError};
use crate::lex::lex;
use crate::parse::{ParsedFile, parse_file};
use crate::split::split;
use crate::token::Tok;

/// How to format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Simplify code too, as `gofmt -s` does.
    pub simplify: bool,
}

/// Why a text could not be formatted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxErrors(pub Vec<SyntaxError>);

/// Formats a whole file.
///
/// # Errors
/// The file's syntax errors, if it has any; it stays as it is then.
pub fn format_file(text: &str, options: Options) -> Result<String, SyntaxErrors> {
    let text = without_carriage_returns(text);
    format_parsed(&text, parse_file(&text), options, 0)
}

/// Formats a file; if it has syntax errors, the declarations that have none.
pub fn format_what_parses(text: &str, options: Options) -> String {
    match format_file(text, options) {
        Ok(formatted) => formatted,
        Err(_) => format_declarations(text, options),
    }
}

/// Formats a file, or a list of declarations or of statements, as gofmt does with its standard input. White space around it, and the
/// indentation of the first line, stay.
///
/// # Errors
/// The syntax errors of the text read as the one of the three that comes nearest.
pub fn format_fragment(text: &str, options: Options) -> Result<String, SyntaxErrors> {
    let source = without_carriage_returns(text);
    let file = parse_file(&source);
    if !file.errors.iter().any(|e| e.message.contains("expected 'package'")) {
        return format_parsed(&source, file, options, 0);
    }
    let (leading, indent) = leading_space(text);
    let trailing = text.trim_end_matches([' ', '\t', '\n', '\r']).len();
    let adjusted = |formatted: &str| {
        let formatted = formatted.trim();
        if formatted.is_empty() {
            return text.to_owned();
        }
        format!("{leading}{}{formatted}{}", "\t".repeat(indent.max(0) as usize), &text[trailing.max(leading.len())..])
    };

    let declarations = format!("package p;{source}");
    let file = parse_file(&declarations);
    if file.errors.is_empty() {
        let formatted = format_parsed(&declarations, file, options, indent)?;
        let header = indent as usize + "package p\n".len();
        return Ok(adjusted(formatted.get(header..).unwrap_or("")));
    }
    if !file.errors.iter().any(|e| e.message.contains("expected declaration")) {
        return Err(SyntaxErrors(moved(file.errors, "package p;".len())));
    }

    let header = "package p; func _() {";
    let statements = format!("{header}{source}\n\n}}");
    let file = parse_file(&statements);
    if !file.errors.is_empty() {
        return Err(SyntaxErrors(moved(file.errors, header.len())));
    }
    // The body is one level deeper than the statements.
    let formatted = format_parsed(&statements, file, options, indent - 1)?;
    let from = 2 * (indent - 1).max(0) as usize + "package p\n\nfunc _() {".len();
    let to = formatted.len().saturating_sub("}\n".len());
    Ok(adjusted(formatted.get(from..to).unwrap_or("")))
}

/// The white space before the first line that isn't blank, and how many tabs it is indented by; blanks without tabs count as one.
fn leading_space(text: &str) -> (&str, i32) {
    let end = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let line = text[..end].rfind('\n').map_or(0, |i| i + 1);
    let tabs = text[line..end].matches('\t').count() as i32;
    let indent = if tabs == 0 && text[line..end].contains(' ') { 1 } else { tabs };
    (&text[..line], indent)
}

fn moved(errors: Vec<SyntaxError>, by: usize) -> Vec<SyntaxError> {
    let by = by as u32;
    let move_one = |mut e: SyntaxError| {
        e.range.start = e.range.start.saturating_sub(by);
        e.range.end = e.range.end.saturating_sub(by);
        e
    };
    errors.into_iter().map(move_one).collect()
}

fn format_parsed(text: &str, file: ParsedFile, options: Options, base_indent: i32) -> Result<String, SyntaxErrors> {
    let ParsedFile { tokens, comments, mut decls, errors } = file;
    if !errors.is_empty() {
        return Err(SyntaxErrors(errors));
    }
    let mut src = source::Source::new(text, &tokens, &comments);
    let imports = imports::sorted_imports(&mut src, &decls);
    let mut imports = imports;
    if options.simplify {
        let empty: Vec<bool> = decls.iter().map(|decl| is_empty_group(&src, decl)).collect();
        let mut keep = empty.iter().map(|e| !e);
        decls.retain(|_| keep.next().unwrap_or(true));
        let mut keep = empty.iter().map(|e| !e);
        imports.retain(|_| keep.next().unwrap_or(true));
        decls.iter_mut().for_each(simplify::simplify);
    }
    let Some(first) = decls.first() else { return Ok(String::new()) };
    let mut printer = printer::Printer::new(&src, first, base_indent);
    printer.file(&decls, &imports);
    printer.state.implied_semi = false;
    printer.flush(source::Pos::END, Tok::Eof);
    if printer.too_deep {
        let message = "the code is nested too deeply to be formatted".into();
        return Err(SyntaxErrors(vec![SyntaxError { range: Default::default(), message, hint: None }]));
    }
    let (go_build, plus_build) = (std::mem::take(&mut printer.go_build), std::mem::take(&mut printer.plus_build));
    let mut sheet = std::mem::take(&mut printer.state.sheet);
    build_lines::fix(&mut sheet, &go_build, &plus_build);
    Ok(sheet.aligned())
}

/// Whether a declaration is just `const ()` or the like, without a comment.
fn is_empty_group(src: &source::Source, decl: &DeclAst) -> bool {
    let DeclKind::Gen(GenDecl { specs, range }) = &decl.kind else { return false };
    specs.is_empty() && !src.has_doc(range.start) && !src.notes.iter().any(|n| range.start <= n.pos && n.end() <= range.end)
}

/// Formats the declarations of a file that have no syntax errors; the others, and what stands between, stay.
fn format_declarations(text: &str, options: Options) -> String {
    let text = without_carriage_returns(text);
    let mut out = String::with_capacity(text.len());
    for chunk in split(&text) {
        let chunk = chunk.text(&text);
        let code = chunk.trim_matches([' ', '\t', '\n']);
        match format_declaration(code, options) {
            Some(formatted) => {
                let start = chunk.len() - chunk.trim_start_matches([' ', '\t', '\n']).len();
                out.push_str(chunk[..start].trim_end_matches([' ', '\t']));
                out.push_str(formatted.trim_end());
                out.push_str(&chunk[start + code.len()..]);
            }
            None => out.push_str(chunk),
        }
    }
    out
}

/// Formats one declaration that stands by itself; `None` if it has syntax errors.
pub fn format_declaration(code: &str, options: Options) -> Option<String> {
    if let Ok(formatted) = format_file(code, options) {
        return Some(formatted);
    }
    let header = "package p\n\n";
    let formatted = format_file(&format!("{header}{code}"), options).ok()?;
    let rest = formatted.strip_prefix(header)?;
    // Comments alone are no declaration.
    (!rest.trim().is_empty()).then(|| rest.to_owned())
}

/// The text without carriage returns where they mean nothing: outside of quoted strings.
fn without_carriage_returns(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let lexed = lex(text);
    let quoted = |token: &&crate::lex::Token| {
        matches!(token.tok, Tok::String | Tok::Char) && !token.range().of(text).starts_with('`') && token.range().of(text).contains('\r')
    };
    let mut keep = lexed.tokens.iter().filter(quoted).map(|t| t.range()).peekable();
    let mut out = String::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        while keep.peek().is_some_and(|range| range.end as usize <= at) {
            keep.next();
        }
        let kept = keep.peek().is_some_and(|range| range.start as usize <= at);
        if c != '\r' || kept {
            out.push(c);
            continue;
        }
        match chars.peek() {
            // `*\r/` must not become the end of a comment.
            Some((_, '/')) if out.ends_with('*') => out.push(c),
            Some((_, '\n' | '\r')) | None => {}
            // It may be all that separates two words.
            _ => out.push(' '),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
