//! What surrounds the cursor, from the tokens in front of it: this works in half-typed code, where the syntax tree has holes.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{Ast, ExprId, ExprKind};
use amigos_syntax::lex::{Token, lex};
use amigos_syntax::token::Tok;

/// An open bracket in front of the cursor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The bracket.
    pub open: Token,
    /// Its index among the tokens.
    pub index: usize,
    /// How many commas of its own stand between it and the cursor.
    pub commas: usize,
    /// Index of the last `,` or `;` of its own, or of the bracket.
    pub last_break: usize,
    /// Index of a `:` of its own behind that.
    pub colon: Option<usize>,
}

/// The tokens in front of the word at the cursor, and the brackets that are open there. Offsets are relative to the declaration.
pub(crate) struct Cursor {
    /// The word being typed, up to the cursor; may be empty.
    pub word: TextRange,
    /// The tokens before it.
    pub tokens: Vec<Token>,
    /// The open brackets, innermost last.
    pub frames: Vec<Frame>,
    /// Whether the cursor is inside a comment or a string.
    pub in_text: bool,
}

impl Cursor {
    /// Looks at the text in front of `at`.
    pub fn new(text: &str, at: usize) -> Cursor {
        let head = &text[..at];
        let word_start =
            head.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + head[i..].chars().next().map_or(1, char::len_utf8));
        // The whole text is cut into tokens: a string that is open at the cursor ends behind it.
        let lexed = lex(text);
        let at = at as u32;
        // A line comment reaches to the end of its line: the cursor behind its last letter is still in it.
        let in_comment = lexed
            .comments
            .iter()
            .any(|c| c.range.start < at && (at < c.range.end || (at == c.range.end && c.range.of(text).starts_with("//"))));
        let in_literal = lexed.tokens.iter().any(|t| {
            let quoted = matches!(t.tok, Tok::String | Tok::Char);
            let closed = quoted && t.end > t.start + 1 && text[..t.end as usize].ends_with(['"', '`', '\'']);
            quoted && t.start < at && (at < t.end || (at == t.end && !closed))
        });
        let number = lexed.tokens.iter().any(|t| matches!(t.tok, Tok::Int | Tok::Float | Tok::Imag) && t.start < at && at <= t.end);
        let tokens: Vec<Token> = lexed
            .tokens
            .into_iter()
            // A semicolon that stands for the newline behind the cursor is none yet.
            .filter(|t| t.end <= word_start as u32 && t.tok != Tok::Eof && !(t.auto && t.start >= word_start as u32))
            .collect();
        let mut frames: Vec<Frame> = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            match token.tok {
                Tok::LParen | Tok::LBrack | Tok::LBrace => {
                    frames.push(Frame { open: *token, index, commas: 0, last_break: index, colon: None });
                }
                Tok::RParen | Tok::RBrack | Tok::RBrace => {
                    let wanted = match token.tok {
                        Tok::RParen => Tok::LParen,
                        Tok::RBrack => Tok::LBrack,
                        _ => Tok::LBrace,
                    };
                    // An unclosed bracket inside a closed one ends with it.
                    if let Some(found) = frames.iter().rposition(|f| f.open.tok == wanted) {
                        frames.truncate(found);
                    }
                }
                tok => {
                    if let Some(frame) = frames.last_mut() {
                        match tok {
                            Tok::Comma => {
                                frame.commas += 1;
                                frame.last_break = index;
                                frame.colon = None;
                            }
                            // In round brackets a line may end anywhere while it is being typed.
                            Tok::Semi if frame.open.tok == Tok::LBrace => {
                                frame.last_break = index;
                                frame.colon = None;
                            }
                            Tok::Colon => frame.colon = Some(index),
                            _ => {}
                        }
                    }
                }
            }
        }
        Cursor { word: TextRange::new(word_start as u32, at), tokens, frames, in_text: in_comment || in_literal || number }
    }

    /// The token in front of the word.
    pub fn before(&self) -> Option<Token> {
        self.tokens.last().copied()
    }

    /// Whether a statement or declaration can start at the word.
    pub fn at_start(&self) -> bool {
        match self.before().map(|t| t.tok) {
            None | Some(Tok::Semi | Tok::LBrace | Tok::RBrace) => true,
            // Behind `case x:`, `default:` and labels.
            Some(Tok::Colon) => self.frames.last().is_some_and(|f| f.open.tok == Tok::LBrace),
            _ => false,
        }
    }

    /// Whether the word stands in a switch that has no case yet: only a case can stand there.
    pub fn before_first_case(&self) -> bool {
        let Some(frame) = self.frames.last().filter(|f| f.open.tok == Tok::LBrace && f.index + 1 == self.tokens.len()) else {
            return false;
        };
        let head = &self.tokens[..frame.index];
        let from = head.iter().rposition(|t| matches!(t.tok, Tok::LBrace | Tok::RBrace)).map_or(0, |i| i + 1);
        head[from..].iter().any(|t| matches!(t.tok, Tok::Switch | Tok::Select))
    }

    /// The tokens of the innermost bracket from the last break to the word, those in inner (closed) brackets left out, with their indexes.
    pub fn statement(&self) -> Vec<(usize, Token)> {
        let from = self.frames.last().map_or(0, |f| f.index + 1);
        let mut depth = 0u32;
        let mut out = Vec::new();
        for (index, token) in self.tokens.iter().enumerate().skip(from) {
            match token.tok {
                Tok::LParen | Tok::LBrack | Tok::LBrace => depth += 1,
                Tok::RParen | Tok::RBrack | Tok::RBrace => depth = depth.saturating_sub(1),
                Tok::Semi if depth == 0 => out.clear(),
                _ if depth == 0 => out.push((index, *token)),
                _ => {}
            }
        }
        out
    }
}

/// The widest expression that ends at `end`, binary ones and those in front of an operator left out.
pub(crate) fn operand_before(ast: &Ast, end: u32) -> Option<ExprId> {
    ast.exprs
        .iter()
        .enumerate()
        .filter(|(_, e)| {
            e.range.end == end
                && e.range.start < end
                && !matches!(e.kind, ExprKind::Binary { .. } | ExprKind::KeyValue { .. } | ExprKind::Bad)
        })
        .min_by_key(|(_, e)| e.range.start)
        .map(|(i, _)| ExprId(i as u32))
}

/// The call whose `(` stands at `open`.
pub(crate) fn call_at(ast: &Ast, text: &str, open: u32) -> Option<ExprId> {
    let spaces = |from: u32, to: u32| text.get(from as usize..to as usize).is_some_and(|s| s.trim().is_empty());
    ast.exprs
        .iter()
        .position(|e| match e.kind {
            ExprKind::Call { fun, .. } => e.range.end > open && ast[fun].range.end <= open && spaces(ast[fun].range.end, open),
            _ => false,
        })
        .map(|i| ExprId(i as u32))
}

/// The composite literal whose `{` stands at `open`.
pub(crate) fn literal_at(ast: &Ast, text: &str, open: u32) -> Option<ExprId> {
    let spaces = |from: u32, to: u32| text.get(from as usize..to as usize).is_some_and(|s| s.trim().is_empty());
    ast.exprs
        .iter()
        .position(|e| match &e.kind {
            ExprKind::CompositeLit { ty: Some(ty), .. } => {
                e.range.end > open && ast[*ty].range.end <= open && spaces(ast[*ty].range.end, open)
            }
            ExprKind::CompositeLit { ty: None, .. } => e.range.start == open,
            _ => false,
        })
        .map(|i| ExprId(i as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(marked: &str) -> Cursor {
        let at = marked.find('|').unwrap();
        Cursor::new(&marked.replace('|', ""), at)
    }

    #[test]
    fn brackets_that_are_open_at_the_cursor() {
        let opens = |marked| at(marked).frames.iter().map(|f| (f.open.tok.as_str(), f.commas)).collect::<Vec<_>>();
        assert_eq!(opens("func f() { g(1, (2), h[3].|"), [("{", 0), ("(", 2)]);
        assert_eq!(opens("func f() { g(\"(\", |"), [("{", 0), ("(", 1)]);
        assert_eq!(opens("func f() { if x { g(1 } |"), [("{", 0)]);
    }

    #[test]
    fn strings_comments_and_numbers_are_no_places_for_names() {
        assert!(at("x := \"a|b\"").in_text);
        assert!(at("x := \"a|").in_text);
        assert!(at("x // a|").in_text);
        assert!(at("x /* a| */").in_text);
        assert!(at("x := 12|").in_text);
        assert!(!at("x := \"ab\"|").in_text);
        assert!(!at("x := y|").in_text);
    }

    #[test]
    fn statements_start_where_they_can() {
        for start in ["|", "func f() { |", "func f() { x()\n|", "func f() { switch x { case 1: |"] {
            assert!(at(start).at_start(), "{start}");
        }
        for inside in ["x + |", "f(|", "return |", "x.|"] {
            assert!(!at(inside).at_start(), "{inside}");
        }
    }
}
