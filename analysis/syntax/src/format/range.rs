//! Formatting a part of a file: the statements or declarations that a range touches, and what is being typed.

use super::edits::{Edit, edits};
use super::{Options, format_what_parses};
use crate::ast::*;
use crate::lex::{Token, lex};
use crate::token::Tok;
use crate::{GoVersion, TextRange, parse_decl, split};

/// The edits that format the whole statements or declarations that `range` touches.
pub fn format_range(text: &str, range: TextRange, options: Options) -> Vec<Edit> {
    let whole = whole_of(text, range);
    let mut edits = edits(text, &format_what_parses(text, options));
    edits.retain(|e| whole.start <= e.range.start && e.range.end <= whole.end);
    edits
}

/// The range of the whole statements of one block that `range` touches, or of the declarations, with the white space before them.
fn whole_of(text: &str, range: TextRange) -> TextRange {
    let chunks = split(text);
    let touched: Vec<_> = chunks.iter().filter(|c| c.start <= range.end && range.start < c.end).collect();
    let inside = match touched[..] {
        [] => return range,
        [chunk] => statements_of(chunk.text(text), chunk.start, range),
        _ => None,
    };
    let found = inside.unwrap_or_else(|| touched.iter().fold(touched[0].range(), |all, c| all.cover(c.range())));
    let before = &text[..found.start as usize];
    TextRange::new(before.trim_end_matches([' ', '\t', '\n', '\r']).len() as u32, found.end)
}

/// Within one declaration: the statements of the innermost block around `range` that it touches.
fn statements_of(text: &str, start: u32, range: TextRange) -> Option<TextRange> {
    let decl = parse_decl(text, GoVersion::LATEST);
    let at = |r: TextRange| r.shift(start);
    let mut best: Option<(u32, TextRange)> = None;
    for body in decl.bodies.iter() {
        let mut consider = |block: &Block, outer: TextRange| {
            let outer = at(outer);
            if !(outer.start < range.start.max(1) && range.end < outer.end) {
                return;
            }
            let touched = block.stmts.iter().map(|s| at(body.ast[*s].range)).filter(|s| s.start <= range.end && range.start <= s.end);
            let Some(all) = touched.reduce(TextRange::cover) else { return };
            if best.is_none_or(|(len, _)| outer.len() < len) {
                best = Some((outer.len(), all));
            }
        };
        consider(&body.block, body.block.range);
        for stmt in &body.ast.stmts {
            match &stmt.kind {
                StmtKind::Block(block) => consider(block, block.range),
                StmtKind::If { then, .. } => consider(then, then.range),
                StmtKind::For { body, .. } | StmtKind::Range { body, .. } => consider(body, body.range),
                StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => {
                    cases.iter().for_each(|c| consider(&c.body, c.range))
                }
                StmtKind::Select { clauses, .. } => clauses.iter().for_each(|c| consider(&c.body, c.range)),
                _ => {}
            }
        }
        for expr in &body.ast.exprs {
            if let ExprKind::FuncLit { body: LitBody::Here(block), .. } = &expr.kind {
                consider(block, block.range);
            }
        }
    }
    best.map(|(_, range)| range)
}

/// The edits after `}` was typed right before `offset`: the statement or declaration that it ends.
pub fn format_closed_block(text: &str, offset: u32, options: Options) -> Vec<Edit> {
    let tokens = lex(text).tokens;
    let Some(close) = tokens.iter().position(|t| t.tok == Tok::RBrace && t.end == offset) else { return Vec::new() };
    let Some(open) = opening(&tokens[..close]) else { return Vec::new() };
    // From the line of the `{` on: that is where its statement's header ends.
    let line = text[..open.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let range = TextRange::new(line as u32, offset);
    let mut edits = format_range(text, range, options);
    edits.retain(|e| e.range.start >= range.start.saturating_sub(1) && e.range.end <= range.end);
    edits
}

/// The bracket that is open at the end of `tokens`.
fn opening(tokens: &[Token]) -> Option<Token> {
    let mut closed = 0u32;
    for token in tokens.iter().rev() {
        match token.tok {
            Tok::RParen | Tok::RBrack | Tok::RBrace => closed += 1,
            Tok::LParen | Tok::LBrack | Tok::LBrace if closed == 0 => return Some(*token),
            Tok::LParen | Tok::LBrack | Tok::LBrace => closed -= 1,
            _ => {}
        }
    }
    None
}

/// The edits after a line was broken before `offset`: the statement on the line before, and the indentation of the new line.
pub fn format_new_line(text: &str, offset: u32, options: Options) -> Vec<Edit> {
    let Some(line) = text.get(..offset as usize).and_then(|t| t.rfind('\n')).map(|i| i + 1) else { return Vec::new() };
    let before = text[..line - 1].rfind('\n').map_or(0, |i| i + 1);
    // Blank lines are left alone: they are what is being written.
    let mut edits = if text[before..line].trim().is_empty() {
        Vec::new()
    } else {
        let range = TextRange::new(before as u32, line as u32 - 1);
        let mut edits = format_range(text, range, options);
        // Nothing on other lines, and no line break.
        edits.retain(|e| before as u32 <= e.range.start && e.range.end < line as u32 && !e.new_text.contains('\n'));
        edits
    };
    let rest = &text[line..];
    let white = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if let Some(depth) = indentation(text, line)
        && rest[..white] != *"\t".repeat(depth)
    {
        edits.push(Edit { range: TextRange::new(line as u32, (line + white) as u32), new_text: "\t".repeat(depth) });
    }
    edits
}

/// A bracket that is open.
struct Open {
    /// How far its line is indented.
    indent: usize,
    /// Whether it is the `{` of a `switch` or `select`, and if so whether a `case` has been seen.
    cases: Option<bool>,
    is_brace: bool,
}

/// What indentation depends on, at a place in a file.
#[derive(Default)]
struct Brackets {
    open: Vec<Open>,
    /// Whether the next `{` holds cases.
    branching: bool,
    last: Option<Tok>,
    /// How far the current line is indented.
    indent: usize,
}

impl Brackets {
    /// How far a line that starts with `first` is indented.
    fn indent_of(&self, first: Tok) -> usize {
        let Some(inner) = self.open.last() else { return usize::from(self.goes_on(first)) };
        if matches!(first, Tok::RParen | Tok::RBrack | Tok::RBrace) {
            return inner.indent;
        }
        // `case` stands below `switch`, what follows it one deeper.
        let label = matches!(first, Tok::Case | Tok::Default);
        let inside = match inner.cases {
            Some(seen) if label || !seen => inner.indent,
            _ => inner.indent + 1,
        };
        inside + usize::from(inner.is_brace && self.goes_on(first))
    }

    /// Whether the last token leaves a statement unfinished.
    fn goes_on(&self, first: Tok) -> bool {
        let unfinished = |t: Tok| t.precedence() > 0 || t.is_op_assign() || matches!(t, Tok::Assign | Tok::Define | Tok::Period);
        first != Tok::RBrace && self.last.is_some_and(unfinished)
    }

    fn take(&mut self, token: &Token, starts_line: bool) {
        if starts_line && !token.auto {
            self.indent = self.indent_of(token.tok);
        }
        match token.tok {
            Tok::Switch | Tok::Select => self.branching = true,
            Tok::LParen | Tok::LBrack | Tok::LBrace => {
                let is_brace = token.tok == Tok::LBrace;
                let cases = (is_brace && std::mem::take(&mut self.branching)).then_some(false);
                self.open.push(Open { indent: self.indent, cases, is_brace });
            }
            Tok::RParen | Tok::RBrack | Tok::RBrace => {
                self.open.pop();
            }
            Tok::Case | Tok::Default => {
                if let Some(Open { cases: Some(seen), .. }) = self.open.last_mut() {
                    *seen = true;
                }
            }
            _ => {}
        }
        self.last = Some(token.tok);
    }
}

/// How many tabs the line that starts at `line` gets, judging from what stands before it and its first token; `None` inside of
/// comments and strings.
pub fn indentation(text: &str, line: usize) -> Option<usize> {
    let lexed = lex(text);
    let at = line as u32;
    let inside = |range: TextRange| range.start < at && at < range.end;
    if lexed.comments.iter().any(|c| inside(c.range)) || lexed.tokens.iter().any(|t| inside(t.range())) {
        return None;
    }
    let mut brackets = Brackets::default();
    let mut end = 0;
    for token in lexed.tokens.iter().take_while(|t| t.start < at && t.tok != Tok::Eof) {
        let starts_line = end == 0 || text[end..token.start as usize].contains('\n');
        brackets.take(token, starts_line);
        // The newline that an automatic semicolon stands for is still to come.
        end = token.end as usize;
    }
    let line_end = text[line..].find('\n').map_or(text.len(), |i| line + i);
    let first = lexed.tokens.iter().find(|t| t.start >= at && !t.auto).filter(|t| (t.start as usize) < line_end);
    Some(brackets.indent_of(first.map_or(Tok::Semi, |t| t.tok)))
}
