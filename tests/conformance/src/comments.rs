//! Comments that say which errors are expected: `/* ERROR "..." */`, `// ERRORx "..."`.

use amigos_syntax::text::LineIndex;
use regex::Regex;

/// What an error's message must look like.
#[derive(Debug)]
pub enum Pattern {
    /// It contains this text.
    Text(String),
    /// It matches this expression.
    Regex(Box<Regex>),
}

impl Pattern {
    /// Whether a message fits.
    pub fn fits(&self, message: &str) -> bool {
        match self {
            Pattern::Text(text) => message.contains(text),
            Pattern::Regex(regex) => regex.is_match(message),
        }
    }
}

/// An expected error, at the token before its comment.
#[derive(Debug)]
pub struct Expected {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub col: u32,
    /// What it says.
    pub pattern: Pattern,
    /// The comment, for messages.
    pub text: String,
}

/// The expected errors of a file.
pub fn expected(text: &str) -> Vec<Expected> {
    let lexed = amigos_syntax::lex::lex(text);
    let index = LineIndex::new(text);
    let mut result = Vec::new();
    for comment in &lexed.comments {
        let raw = comment.range.of(text);
        let inner = raw.strip_prefix("//").or_else(|| raw.strip_prefix("/*").and_then(|r| r.strip_suffix("*/"))).unwrap_or("");
        let (quoted, is_regex) = match (inner.strip_prefix(" ERROR "), inner.strip_prefix(" ERRORx ")) {
            (Some(rest), _) => (rest, false),
            (_, Some(rest)) => (rest, true),
            _ => continue,
        };
        let before = lexed.tokens.get(..comment.next_token as usize).unwrap_or_default();
        let Some(token) = before.iter().rev().find(|t| !t.auto) else { continue };
        let Some(bytes) = amigos_types::quote::unquote(quoted.trim()) else { continue };
        let wanted = String::from_utf8_lossy(&bytes).into_owned();
        let pattern = if is_regex {
            match Regex::new(&escape_braces(&wanted)) {
                Ok(regex) => Pattern::Regex(Box::new(regex)),
                Err(_) => continue,
            }
        } else {
            Pattern::Text(wanted)
        };
        let at = index.byte_line_col(token.start);
        result.push(Expected { line: at.line + 1, col: at.col + 1, pattern, text: inner.trim().to_string() });
    }
    result
}

/// Go's expressions allow a `{` that starts no repetition; Rust's don't.
fn escape_braces(pattern: &str) -> String {
    let mut out = String::new();
    let mut escaped = false;
    for (i, c) in pattern.char_indices() {
        let repetition = || {
            let rest = &pattern[i + 1..];
            rest.find('}').is_some_and(|end| end > 0 && rest[..end].chars().all(|d| d.is_ascii_digit() || d == ','))
        };
        let closes = c == '}' && !out.ends_with(|d: char| d.is_ascii_digit() || d == ',');
        if !escaped && (c == '{' && !repetition() || closes) {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}
