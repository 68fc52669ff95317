//! One declaration's text → [`DeclAst`]: a recursive-descent parser that accepts what go/parser accepts, reports what it reports
//! where it does, and goes on after an error so that the statements around a half-typed one survive.
//!
//! The grammar is spread over `decl`, `types`, `expr` and `stmt`; `recovery` decides what to skip after an error and what to tell
//! beyond Go's words. This file has the token cursor, the arenas and the error list.

mod decl;
mod expr;
mod recovery;
mod stmt;
mod types;

use std::sync::Arc;

use crate::ast::*;
use crate::bound::{WrittenBound, bounds};
use crate::lex::{Comment, Token, lex};
use crate::token::Tok;
use crate::version::GoVersion;
use crate::{Name, TextRange};

/// How deep expressions, types, statements and blocks may nest. Go's limit is 100,000; ours keeps every recursion over a tree
/// within the stack of an ordinary thread.
pub const MAX_NESTING: u32 = 500;
/// How many operators, calls, selectors or indexes may follow each other on one level (`a + b + c + ...`, `a.b().c()...`): the
/// height of the left-leaning trees they make.
pub const MAX_CHAIN: u32 = 5_000;

/// Parses the text of one top-level declaration, as `split` cuts it. The language version of its package decides about nothing so
/// far: like Go's, the parser accepts what newer versions added, and the type checker says which version it needs.
pub fn parse_decl(text: &str, _version: GoVersion) -> DeclAst {
    let mut parser = Parser::new(text);
    let doc = parser.lead_comment(0);
    let kind = parser.chunk();
    let comments = parser.comments.iter().map(|c| c.range).collect();
    parser.ast.shrink();
    parser.bodies.iter_mut().for_each(|b| b.ast.shrink());
    let bounds = written_bounds(text, doc, &kind);
    DeclAst { kind, sig: Arc::new(parser.ast), bodies: Arc::new(parser.bodies), doc, comments, bounds, errors: sorted(parser.errors) }
}

/// What a bound begins with.
const BOUND: &str = "//amigos:bound";

/// The bounds in the comment above a declaration, and above the variables in it.
fn written_bounds(text: &str, doc: Option<TextRange>, kind: &DeclKind) -> Arc<[WrittenBound]> {
    if !text.contains(BOUND) {
        return Arc::default();
    }
    bound_places(doc, kind).into_iter().flat_map(|within| bounds(text, within)).filter_map(Result::ok).collect()
}

/// The comments that can hold the bounds of a declaration: its own, and those of its variables.
pub fn bound_places(doc: Option<TextRange>, kind: &DeclKind) -> Vec<TextRange> {
    let mut places: Vec<TextRange> = doc.into_iter().collect();
    if let DeclKind::Gen(group) = kind {
        let docs = group.specs.iter().filter_map(|s| if let Spec::Var { doc, .. } = s { *doc } else { None });
        places.extend(docs.filter(|d| Some(*d) != doc));
    }
    places
}

/// What others can see of a function: its kind, the arena of its signature half, and how many bodies there are; as [`parse_decl`] finds them, without
/// reading the body. `None` where only the whole text says it: of what is no function, has an error in its header or a bound in its comment, or whose
/// body does not start at the end of a line.
pub fn parse_header(text: &str) -> Option<(DeclKind, Arc<Ast>, usize)> {
    let mut parser = Parser::new(header(text).filter(|header| !header.contains(BOUND))?);
    let kind = parser.func_header()?;
    parser.ast.shrink();
    Some((kind, Arc::new(parser.ast), parser.bodies.len()))
}

/// The text up to the first line, comments aside, that ends in `{`.
fn header(text: &str) -> Option<&str> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let line = line.trim();
        if line.ends_with('{') && !line.starts_with("//") {
            return text.get(..end);
        }
    }
    None
}

/// The syntax errors of a whole file, read as go/parser reads it: without cutting it into declarations first. For conformance
/// with Go; editors want the errors of each declaration by itself, which tell better where something is missing.
pub fn parse_file_errors(text: &str, _version: GoVersion) -> Vec<SyntaxError> {
    let mut parser = Parser::new(text);
    parser.whole_file = true;
    parser.file();
    sorted(parser.errors)
}

/// A whole file, read in one go: what a formatter needs. All ranges are relative to the file's start.
#[derive(Clone, Debug, Default)]
pub struct ParsedFile {
    /// All tokens; the last one is [`Tok::Eof`].
    pub tokens: Vec<Token>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
    /// The declarations in order, the package clause being the first; `comments` and `errors` of each are empty.
    pub decls: Vec<DeclAst>,
    /// Syntax errors, in order.
    pub errors: Vec<SyntaxError>,
}

/// Parses a whole file the way go/parser reads it, without cutting it into declarations first.
pub fn parse_file(text: &str) -> ParsedFile {
    let mut parser = Parser::new(text);
    parser.whole_file = true;
    let decls = parser.file();
    ParsedFile { tokens: parser.tokens, comments: parser.comments, decls, errors: sorted(parser.errors) }
}

fn sorted(mut errors: Vec<SyntaxError>) -> Vec<SyntaxError> {
    errors.sort_by(|a, b| (a.range.start, &a.message).cmp(&(b.range.start, &b.message)));
    errors
}

struct Parser<'a> {
    text: &'a str,
    /// Whether the text is a file rather than one declaration of it: then errors are recovered from as go/parser does, and all are reported.
    whole_file: bool,
    /// Where [`Parser::advance`] stopped last, and how often it stopped there.
    advanced_to: (usize, u32),
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    /// The index of the current token, and its kind.
    at: usize,
    tok: Tok,
    /// Where the last real token ended.
    prev_end: u32,
    /// The arena that is being filled: the signature half, or a body.
    ast: Ast,
    in_body: bool,
    bodies: Vec<BodyAst>,
    errors: Vec<SyntaxError>,
    /// Negative inside the header of a control statement, where `T {` starts a block.
    expr_level: i32,
    /// Whether a right-hand side is being parsed, where `=` is taken for `==`.
    in_rhs: bool,
    depth: u32,
    chain: u32,
    /// How many `switch` and `select` statements of this function are open around the current token.
    clauses: u32,
    /// Set when the nesting got too deep: the rest is not looked at.
    stopped: bool,
    /// The token before whose line something is missing, as was reported: it starts anew.
    broken_at: usize,
    /// One past the position of the last error that was reported.
    errors_upto: u32,
    /// How many errors were reported at the current token, against loops without progress.
    errors_here: (usize, u32),
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Parser<'a> {
        let lexed = lex(text);
        let tok = lexed.tokens.first().map_or(Tok::Eof, |t| t.tok);
        Parser {
            text,
            whole_file: false,
            advanced_to: (0, 0),
            tokens: lexed.tokens,
            comments: lexed.comments,
            at: 0,
            tok,
            prev_end: 0,
            ast: Ast::default(),
            in_body: false,
            bodies: Vec::new(),
            errors: lexed.errors,
            expr_level: 0,
            in_rhs: false,
            depth: 0,
            chain: 0,
            clauses: 0,
            stopped: false,
            broken_at: usize::MAX,
            errors_upto: 0,
            errors_here: (0, 0),
        }
    }

    // ---- tokens

    fn token(&self) -> Token {
        self.tokens[self.at]
    }

    fn pos(&self) -> u32 {
        self.tokens[self.at].start
    }

    fn next(&mut self) {
        let token = self.tokens[self.at];
        if token.tok == Tok::Eof {
            return;
        }
        if !token.auto {
            self.prev_end = token.end;
        }
        self.at += 1;
        self.tok = self.tokens[self.at].tok;
    }

    /// The kind of the token `ahead` tokens further on.
    fn peek(&self, ahead: usize) -> Tok {
        self.tokens.get(self.at + ahead).map_or(Tok::Eof, |t| t.tok)
    }

    fn token_text(&self) -> &'a str {
        self.token().range().of(self.text)
    }

    /// Whether the current token is a semicolon that stands for a newline.
    fn at_newline(&self) -> bool {
        self.tok == Tok::Semi && self.token().auto
    }

    fn eat(&mut self, tok: Tok) -> bool {
        let found = self.tok == tok;
        if found {
            self.next();
        }
        found
    }

    // ---- errors

    fn error(&mut self, pos: u32, message: impl Into<Box<str>>) {
        if self.stopped || self.at == self.broken_at {
            return;
        }
        if self.errors_here.0 == self.at {
            self.errors_here.1 += 1;
        } else {
            self.errors_here = (self.at, 0);
        }
        if self.errors_here.1 > 30 {
            self.next();
        }
        // What lies before an error that was reported already, or at the same place, follows from it.
        if pos < self.errors_upto && !self.whole_file {
            return;
        }
        self.errors_upto = pos + 1;
        if self.tok == Tok::Illegal && pos == self.pos() {
            return; // the lexer has said what is wrong with it
        }
        let message = message.into();
        let hint = self.hint(pos, &message);
        // Behind a declaration's last token comes the next declaration: nothing should be reported there.
        let pos = if self.tok == Tok::Eof && pos == self.pos() && !self.whole_file { self.prev_end } else { pos };
        let end = match self.tokens.binary_search_by_key(&pos, |t| t.start) {
            Ok(i) if self.tokens[i].tok != Tok::Eof => self.tokens[i].end,
            _ => pos,
        };
        self.errors.push(SyntaxError { range: TextRange::new(pos, end), message, hint });
    }

    fn error_expected(&mut self, pos: u32, what: &str) {
        let mut message = format!("expected {what}");
        if pos == self.pos() {
            if self.at_newline() {
                message.push_str(", found newline");
            } else if self.tok.is_literal() {
                message.push_str(", found ");
                message.push_str(&self.token_text().replace('\r', ""));
            } else {
                message.push_str(&format!(", found '{}'", self.tok.as_str()));
            }
        }
        self.error(pos, message);
    }

    /// Consumes `tok`, or reports that it is missing. Returns where it stands or should.
    fn expect(&mut self, tok: Tok) -> u32 {
        let pos = self.pos();
        if self.tok == tok {
            self.next();
        } else {
            self.error_expected(pos, &format!("'{}'", tok.as_str()));
            if self.whole_file || !self.at_boundary() {
                self.next();
            }
        }
        pos
    }

    /// Like [`Parser::expect`], with better words where the comma before a newline is missing.
    fn expect_closing(&mut self, tok: Tok, context: &str) -> u32 {
        if self.tok != tok && self.at_newline() {
            let pos = self.pos();
            self.error(pos, format!("missing ',' before newline in {context}"));
            if self.whole_file || self.peek(1) == tok {
                self.next();
            } else {
                return pos;
            }
        }
        self.expect(tok)
    }

    fn expect_semi(&mut self) {
        match self.tok {
            Tok::RParen | Tok::RBrace => {}
            Tok::Semi => self.next(),
            Tok::Comma => {
                self.error_expected(self.pos(), "';'");
                self.next();
            }
            _ if self.at == self.broken_at => {}
            _ => {
                self.error_expected(self.pos(), "';'");
                self.skip_to_statement();
            }
        }
    }

    /// Reports that something is missing at the end of the line before the current token, which then starts a new statement.
    fn missing_before_newline(&mut self, what: &str) {
        self.error(self.prev_end, format!("expected {what}, found newline"));
        self.broken_at = self.at;
    }

    /// Whether the identifier here stands on a new line and is defined there (`x.⏎y := 1`, `x = ⏎y := 1`): then something was left
    /// unfinished on the line before.
    fn next_line_defines(&self) -> bool {
        !self.whole_file && self.tok == Tok::Ident && self.peek(1) == Tok::Define && self.newlines(self.prev_end, self.pos()) > 0
    }

    /// Enters a level of nesting; `false` if that is one too many: then the rest of the text is given up.
    fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            self.give_up();
            return false;
        }
        true
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Counts a link of a chain; the caller subtracts its links from `chain` at the end.
    fn link(&mut self) -> bool {
        self.chain += 1;
        if self.chain > MAX_CHAIN {
            self.give_up();
            return false;
        }
        true
    }

    fn give_up(&mut self) {
        self.error(self.pos(), "exceeded max nesting depth");
        self.stopped = true;
        self.at = self.tokens.len() - 1;
        self.tok = Tok::Eof;
    }

    // ---- nodes

    fn new_expr(&mut self, kind: ExprKind, start: u32, end: u32, op: u32) -> ExprId {
        let id = ExprId(self.ast.exprs.len() as u32);
        self.ast.exprs.push(Expr { kind, range: TextRange::new(start, end.max(start)), op });
        id
    }

    fn new_stmt(&mut self, kind: StmtKind, start: u32) -> StmtId {
        let id = StmtId(self.ast.stmts.len() as u32);
        self.ast.stmts.push(Stmt { kind, range: TextRange::new(start, self.prev_end.max(start)) });
        id
    }

    fn new_ident(&mut self, text: &str, range: TextRange) -> IdentId {
        let id = IdentId(self.ast.idents.len() as u32);
        self.ast.idents.push(Ident { name: Name::new(text), range });
        id
    }

    fn bad_expr(&mut self, start: u32) -> ExprId {
        self.new_expr(ExprKind::Bad, start, self.prev_end, start)
    }

    fn ident_expr(&mut self, ident: IdentId) -> ExprId {
        let range = self.ast[ident].range;
        self.new_expr(ExprKind::Ident(ident), range.start, range.end, range.start)
    }

    fn start_of(&self, expr: ExprId) -> u32 {
        self.ast[expr].range.start
    }

    fn end_of(&self, expr: ExprId) -> u32 {
        self.ast[expr].range.end
    }

    // ---- identifiers

    fn ident(&mut self) -> IdentId {
        if self.tok == Tok::Ident {
            let range = self.token().range();
            let id = self.new_ident(self.token_text(), range);
            self.next();
            return id;
        }
        self.missing_ident()
    }

    fn missing_ident(&mut self) -> IdentId {
        let at = self.prev_end.max(if self.at == 0 { self.pos() } else { 0 });
        self.error_expected(self.pos(), "'IDENT'");
        if self.whole_file {
            self.next();
            return self.new_ident("_", TextRange::at(at));
        }
        // A keyword in the place of a name is a name badly chosen; what may follow a name is kept.
        if self.tok.is_keyword() && self.peek(1) != Tok::LBrace && !self.at_boundary() || self.tok == Tok::Illegal {
            self.next();
        }
        self.new_ident("_", TextRange::at(at))
    }

    fn ident_list(&mut self) -> Vec<IdentId> {
        let mut list = vec![self.ident()];
        while self.eat(Tok::Comma) {
            list.push(self.ident());
        }
        list
    }

    // ---- comments

    fn newlines(&self, from: u32, to: u32) -> usize {
        self.text.get(from as usize..to as usize).map_or(0, |t| t.bytes().filter(|b| *b == b'\n').count())
    }

    /// The comment group that stands right above token `index`, on lines of its own.
    fn lead_comment(&self, index: usize) -> Option<TextRange> {
        let token = self.tokens.get(index)?;
        let upto = self.comments.partition_point(|c| c.next_token as usize <= index);
        let mut group: Option<TextRange> = None;
        let mut next_start = token.start;
        for comment in self.comments[..upto].iter().rev() {
            if comment.next_token as usize != index {
                break;
            }
            let gap = self.newlines(comment.range.end, next_start);
            if gap > 1 || group.is_none() && gap == 0 {
                break;
            }
            // A comment on the line of the token before belongs to that one.
            let line_start = self.text[..comment.range.start as usize].rfind('\n').map_or(0, |i| i + 1);
            let before = index.checked_sub(1).and_then(|i| self.tokens.get(i));
            if before.is_some_and(|t| t.end as usize > line_start || t.auto && t.start as usize >= line_start) {
                break;
            }
            group = Some(TextRange::new(comment.range.start, group.map_or(comment.range.end, |g| g.end)));
            next_start = comment.range.start;
        }
        group
    }

    /// The comment behind the last token, on its line.
    fn line_comment(&self) -> Option<TextRange> {
        let from = self.prev_end;
        let first = self.comments.partition_point(|c| c.range.start < from);
        let comment = self.comments.get(first)?;
        let between = &self.text.as_bytes()[from as usize..comment.range.start as usize];
        between.iter().all(|b| matches!(b, b' ' | b'\t' | b';')).then_some(comment.range)
    }
}
