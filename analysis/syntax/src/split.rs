//! A file → its top-level declarations, by a quick scan that knows only strings, comments and brackets: the unit of incrementality.
//! Each chunk holds one declaration with its doc comment, and whatever follows it up to the next one; together the chunks are the
//! file. What is half-typed in one chunk can't spoil another:
//!
//! * `func name`, `import` and `package` at column 0 always start a chunk, `type`, `var`, `const` and `func (` unless the brackets
//!   show that they stand inside a body (code that isn't formatted yet);
//! * a raw string or comment that was left open ends where a declaration starts inside it.

use rustc_hash::FxHashMap;

use crate::lex::Lexer;
use crate::token::Tok;
use crate::{Name, TextRange};

/// What a chunk declares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChunkKind {
    /// No declaration: only comments, or text that starts with none of the keywords.
    Other,
    /// The package clause.
    Package,
    /// `import`
    Import,
    /// `const`
    Const,
    /// `type`
    Type,
    /// `var`
    Var,
    /// A function.
    Func,
    /// A method.
    Method,
}

/// A piece of a file that holds one top-level declaration.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Chunk {
    /// What it declares, in words: `func f`, `func (T) m`, `type A B`, `import`. With `nth` it identifies the chunk in its file, and
    /// stays the same when anything but names changes.
    pub head: Box<str>,
    /// The kind of declaration.
    pub kind: ChunkKind,
    /// The names it declares, in source order; for a method, its own.
    pub names: Vec<Name>,
    /// The name of a method's receiver type.
    pub receiver: Option<Name>,
    /// How many chunks with the same head come before it in the file.
    pub nth: u32,
    /// First byte in the file; the doc comment's if there is one.
    pub start: u32,
    /// One past its last byte: where the next chunk starts.
    pub end: u32,
}

impl Chunk {
    /// Its place in the file.
    pub fn range(&self) -> TextRange {
        TextRange::new(self.start, self.end)
    }
    /// Its text.
    pub fn text<'a>(&self, file: &'a str) -> &'a str {
        self.range().of(file)
    }
}

/// Cuts a file into chunks. They cover it without gaps; an empty file has none.
pub fn split(text: &str) -> Vec<Chunk> {
    let mut pieces = Scanner::new(text).run();
    // The text before the first declaration belongs to it.
    if let Some(first) = pieces.first_mut() {
        (first.start, first.keyword) = (0, 0);
    } else if !text.is_empty() {
        pieces.push(Piece { start: 0, keyword: 0, soft: false, open: 0 });
    }
    let ends = pieces.iter().skip(1).map(|p| p.start).chain([text.len()]);
    let mut chunks: Vec<Chunk> = pieces
        .iter()
        .zip(ends)
        .map(|(piece, end)| {
            let mut chunk = describe(&text[piece.start..end], piece.keyword - piece.start);
            (chunk.start, chunk.end) = (piece.start as u32, end as u32);
            chunk
        })
        .collect();
    let mut seen: FxHashMap<&str, u32> = FxHashMap::default();
    let numbers: Vec<u32> = chunks
        .iter()
        .map(|chunk| {
            let next = seen.entry(&chunk.head).or_insert(0);
            *next += 1;
            *next - 1
        })
        .collect();
    chunks.iter_mut().zip(numbers).for_each(|(chunk, nth)| chunk.nth = nth);
    chunks
}

/// A piece of the file as the scan sees it.
struct Piece {
    start: usize,
    /// Where its keyword stands, behind the doc comment; 0 if that isn't known.
    keyword: usize,
    /// Whether it may turn out to be a part of the piece before it.
    soft: bool,
    /// How many brackets it leaves open.
    open: u32,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    pieces: Vec<Piece>,
    /// Open brackets of the current piece.
    open: u32,
    /// The last byte that is neither blank nor comment.
    last: u8,
    /// Whether only blanks and comments were seen since the start of the line, or since a `;` outside of brackets.
    at_start: bool,
    line_has_comment: bool,
    /// Where the run of comment lines before the current line starts.
    doc: Option<usize>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Scanner<'a> {
        let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Scanner {
            text,
            bytes: text.as_bytes(),
            pos,
            pieces: Vec::new(),
            open: 0,
            last: b';',
            at_start: true,
            line_has_comment: false,
            doc: None,
        }
    }

    fn run(mut self) -> Vec<Piece> {
        while let Some(&b) = self.bytes.get(self.pos) {
            match b {
                b'\n' => {
                    if self.at_start && !self.line_has_comment {
                        self.doc = None;
                    }
                    self.at_start = true;
                    self.line_has_comment = false;
                    self.pos += 1;
                }
                b' ' | b'\t' | b'\r' => self.pos += 1,
                b'/' if matches!(self.bytes.get(self.pos + 1), Some(b'/' | b'*')) => self.comment(),
                b'`' => self.raw_string(),
                b'"' | b'\'' => self.quoted(b),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => self.word(),
                b'(' | b'[' | b'{' => {
                    self.open += 1;
                    self.significant(b);
                    self.pos += 1;
                }
                b')' | b']' | b'}' => {
                    self.close();
                    self.significant(b);
                    self.pos += 1;
                }
                b';' if self.open == 0 => {
                    self.significant(b);
                    self.at_start = true;
                    self.line_has_comment = false;
                    self.pos += 1;
                }
                _ => {
                    self.significant(b);
                    self.pos += 1;
                }
            }
        }
        self.pieces
    }

    fn significant(&mut self, b: u8) {
        if self.pieces.is_empty() {
            // Text before the first declaration.
            self.pieces.push(Piece { start: 0, keyword: 0, soft: false, open: 0 });
        }
        self.last = b;
        self.at_start = false;
        self.doc = None;
    }

    /// Whether a newline behind the last significant byte ends a statement.
    fn ended(&self) -> bool {
        matches!(self.last, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 128.. | b'"' | b'\'' | b'`' | b')' | b']' | b'}' | b';')
    }

    /// A closing bracket. If the piece has none open, it is one that the piece before it left open: then they are one.
    fn close(&mut self) {
        if self.open > 0 {
            self.open -= 1;
            return;
        }
        if !self.pieces.last().is_some_and(|p| p.soft) {
            return;
        }
        // The nearest piece with an open bracket, with only soft pieces behind it.
        let mut index = self.pieces.len() - 1;
        while index > 0 && self.pieces[index].soft {
            index -= 1;
            if self.pieces[index].open > 0 {
                self.open = self.pieces[index].open - 1;
                self.pieces[index].open = 0;
                self.pieces.truncate(index + 1);
                return;
            }
        }
    }

    fn cut(&mut self, start: usize, keyword: usize, soft: bool) {
        if let Some(last) = self.pieces.last_mut() {
            last.open = self.open;
        }
        self.open = 0;
        self.pieces.push(Piece { start, keyword, soft, open: 0 });
    }

    fn word(&mut self) {
        let start = self.pos;
        while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | 128..) = self.bytes.get(self.pos) {
            self.pos += 1;
        }
        if self.at_start
            && matches!(self.pos - start, 3..=7)
            && let Some(soft) = self.declares(start)
        {
            let at = self.doc.unwrap_or(start);
            // What stands before it on its line (indentation) goes with it.
            self.cut(at, start, soft);
        }
        self.significant(self.bytes[self.pos - 1]);
    }

    /// Whether the word at `start` starts a declaration here, and whether that is doubtful.
    fn declares(&self, start: usize) -> Option<bool> {
        let keyword = &self.text[start..self.pos];
        let named_func = match keyword {
            "func" => func_is_named(self.text, self.pos),
            "import" | "package" | "type" | "var" | "const" => false,
            _ => return None,
        };
        let column0 = start == 0 || self.bytes[start - 1] == b'\n' || start == 3 && self.bytes[0] == 0xef;
        let sure = named_func || matches!(keyword, "import" | "package");
        let here = if column0 { sure || keyword != "func" || self.ended() } else { self.open == 0 && self.ended() };
        here.then_some(!sure)
    }

    fn comment(&mut self) {
        let start = self.pos;
        if self.at_start {
            self.doc.get_or_insert(start);
        }
        self.line_has_comment = true;
        if self.bytes.get(start + 1) == Some(&b'/') {
            self.pos = self.text[start..].find('\n').map_or(self.bytes.len(), |len| start + len);
            return;
        }
        let closed = self.text[start + 2..].find("*/").map(|len| start + 2 + len + 2);
        let end = closed.unwrap_or(self.bytes.len());
        self.pos = end;
        if let Some(at) = declaration_inside(self.text, start, end)
            && (closed.is_none() || self.text[at..end].contains("/*"))
        {
            self.resume_at(at);
        }
    }

    fn raw_string(&mut self) {
        let start = self.pos;
        let closed = self.text[start + 1..].find('`').map(|len| start + 1 + len + 1);
        let end = closed.unwrap_or(self.bytes.len());
        self.pos = end;
        self.significant(b'`');
        if !self.bytes[start..end].contains(&b'\n') {
            return;
        }
        let improper = closed.is_none() || {
            // What can't stand behind a string tells that this quote opens one rather than closing it.
            let behind = self.text[end..].trim_start_matches([' ', '\t']).chars().next();
            behind.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '`' | '\\' | '$' | '#' | '@' | '?'))
        };
        if improper && let Some(at) = declaration_inside(self.text, start, end) {
            self.resume_at(at);
        }
    }

    /// Goes on at `at`, the start of a line inside a string or comment that was left open.
    fn resume_at(&mut self, at: usize) {
        self.pos = at;
        self.at_start = true;
        self.line_has_comment = false;
        self.doc = None;
    }

    fn quoted(&mut self, quote: u8) {
        self.pos += 1;
        while let Some(&b) = self.bytes.get(self.pos) {
            if b == b'\n' {
                break;
            }
            self.pos += 1;
            if b == quote {
                break;
            }
            if b == b'\\' && self.bytes.get(self.pos).is_some_and(|b| *b != b'\n') {
                self.pos += 1;
            }
        }
        self.significant(quote);
    }
}

/// Whether `func` that ends at `pos` has a name: `func f`, `func (r T) m(`. Function types and literals have none.
fn func_is_named(text: &str, pos: usize) -> bool {
    let mut rest = text[pos..].trim_start_matches([' ', '\t']);
    let name_starts = |rest: &str| rest.chars().next().is_some_and(crate::lex::is_letter);
    if !rest.starts_with('(') {
        return name_starts(rest);
    }
    let mut open = 0;
    for (i, b) in rest.bytes().enumerate().take(500) {
        match b {
            b'(' => open += 1,
            b')' => open -= 1,
            b'{' | b'}' | b';' => return false,
            _ => {}
        }
        if open == 0 {
            rest = rest[i + 1..].trim_start_matches([' ', '\t']);
            let name_end = rest.find(|c| !crate::lex::is_letter(c) && !crate::lex::is_digit(c)).unwrap_or(rest.len());
            let behind = rest[name_end..].trim_start_matches([' ', '\t']).chars().next();
            return name_end > 0 && name_starts(rest) && matches!(behind, Some('(' | '['));
        }
    }
    false
}

/// The start of the first line between `start` and `end` that looks like a declaration at column 0, or of the comment lines right
/// above it.
fn declaration_inside(text: &str, start: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut doc = None;
    let mut line = start + bytes[start..end].iter().position(|b| *b == b'\n')? + 1;
    while line < end {
        let rest = &text[line..end];
        if looks_like_declaration(rest) {
            return Some(doc.unwrap_or(line));
        }
        if rest.starts_with("//") {
            doc.get_or_insert(line);
        } else {
            doc = None;
        }
        line += rest.find('\n')? + 1;
    }
    None
}

fn looks_like_declaration(line: &str) -> bool {
    let Some(keyword) = ["func", "type", "var", "const", "import"].into_iter().find(|k| line.starts_with(k)) else { return false };
    let rest = &line[keyword.len()..];
    let line = rest.lines().next().unwrap_or("");
    let mut words = line.split_ascii_whitespace();
    match keyword {
        "func" => rest.starts_with(' ') && func_is_named(rest, 0) && line.contains('('),
        "import" => rest.starts_with(" (") || rest.starts_with(" \""),
        "type" => rest.starts_with(" (") || words.nth(1).is_some() && (line.ends_with('{') || line.split_ascii_whitespace().count() == 2),
        _ => rest.starts_with(" (") || rest.starts_with(' ') && words.nth(1).is_some() && line.contains('='),
    }
}

/// Kind, names and head of a chunk whose keyword stands at `keyword`, or behind it with nothing but comments between.
fn describe(text: &str, keyword: usize) -> Chunk {
    let mut lexer = Lexer::starting_at(text, keyword);
    let mut chunk =
        Chunk { head: "".into(), kind: ChunkKind::Other, names: Vec::new(), receiver: None, nth: 0, start: 0, end: text.len() as u32 };
    let keyword = lexer.scan();
    match keyword {
        Tok::Package => {
            chunk.kind = ChunkKind::Package;
            if lexer.scan() == Tok::Ident {
                chunk.names.push(last_name(&lexer, text));
            }
            chunk.head = "package".into();
        }
        Tok::Import => {
            chunk.kind = ChunkKind::Import;
            chunk.head = "import".into();
        }
        Tok::Func => func_names(&mut lexer, text, &mut chunk),
        Tok::Const | Tok::Type | Tok::Var => {
            chunk.kind = match keyword {
                Tok::Const => ChunkKind::Const,
                Tok::Type => ChunkKind::Type,
                _ => ChunkKind::Var,
            };
            spec_names(&mut lexer, text, &mut chunk);
            let mut head = keyword.as_str().to_owned();
            for name in &chunk.names {
                head.push(' ');
                head.push_str(name);
            }
            chunk.head = head.into();
        }
        _ => {}
    }
    chunk
}

fn last_name(lexer: &Lexer, text: &str) -> Name {
    lexer.out.tokens.last().map_or(Name::new("_"), |t| Name::new(t.range().of(text)))
}

fn func_names(lexer: &mut Lexer, text: &str, chunk: &mut Chunk) {
    chunk.kind = ChunkKind::Func;
    let mut tok = lexer.scan();
    if tok == Tok::LParen {
        chunk.kind = ChunkKind::Method;
        let mut open = 1;
        let mut in_type_args = false;
        while open > 0 {
            tok = lexer.scan();
            match tok {
                Tok::LParen => open += 1,
                Tok::RParen => open -= 1,
                Tok::LBrack => in_type_args = true,
                // The receiver's name comes before its type's.
                Tok::Ident if !in_type_args => chunk.receiver = Some(last_name(lexer, text)),
                Tok::Eof | Tok::LBrace => break,
                _ => {}
            }
        }
        tok = lexer.scan();
    }
    if tok == Tok::Ident {
        chunk.names.push(last_name(lexer, text));
    }
    let name = chunk.names.first().map_or("", |n| n.as_str());
    chunk.head = match chunk.receiver {
        Some(receiver) => format!("func ({receiver}) {name}").into(),
        None => format!("func {name}").into(),
    };
}

fn spec_names(lexer: &mut Lexer, text: &str, chunk: &mut Chunk) {
    let mut tok = lexer.scan();
    let group = tok == Tok::LParen;
    if group {
        tok = lexer.scan();
    }
    loop {
        // At the start of a spec: its names.
        while tok == Tok::Ident {
            chunk.names.push(last_name(lexer, text));
            tok = lexer.scan();
            if tok != Tok::Comma || chunk.kind == ChunkKind::Type {
                break;
            }
            tok = lexer.scan();
        }
        if !group {
            return;
        }
        // To the end of the spec.
        let mut open = 0u32;
        loop {
            match tok {
                Tok::Eof => return,
                Tok::Semi if open == 0 => break,
                Tok::RParen if open == 0 => return,
                Tok::LParen | Tok::LBrack | Tok::LBrace => open += 1,
                Tok::RParen | Tok::RBrack | Tok::RBrace => open = open.saturating_sub(1),
                _ => {}
            }
            tok = lexer.scan();
        }
        tok = lexer.scan();
    }
}
