//! Text → tokens, exactly as Go does it: automatic semicolons, all forms of literals, comments kept aside, lexical errors in
//! go/scanner's words at its positions.

use crate::TextRange;
use crate::ast::SyntaxError;
use crate::token::Tok;
use crate::unicode;

/// Number literals longer than this many bytes are errors (go/types does the same).
pub const MAX_NUMBER_LEN: usize = 10_000;

const BOM: char = '\u{feff}';

/// A token. Its text is `range().of(source)`; an automatic semicolon has an empty range where the newline stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub tok: Tok,
    /// Whether this is a semicolon that stands for a newline (or the end of the text).
    pub auto: bool,
}

impl Token {
    /// Where it stands.
    pub const fn range(self) -> TextRange {
        TextRange::new(self.start, self.end)
    }
}

/// A comment, with its delimiters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Where it stands, without the newline behind a `//` comment.
    pub range: TextRange,
    /// The index of the first token behind it.
    pub next_token: u32,
}

/// A text cut into tokens.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lexed {
    /// The tokens; the last one is [`Tok::Eof`].
    pub tokens: Vec<Token>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// Lexical errors, in order of discovery.
    pub errors: Vec<SyntaxError>,
}

/// Cuts `text` into tokens.
pub fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer::new(text);
    lexer.out.tokens.reserve(text.len() / 4 + 2);
    while lexer.scan() != Tok::Eof {}
    lexer.out
}

/// A lexer that stops when it is told to: for the heads of declarations.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    insert_semi: bool,
    /// Where a semicolon is due because a `/* */` comment contained a newline.
    newline_in_comment: Option<usize>,
    pub(crate) out: Lexed,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Lexer<'a> {
        let pos = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        Lexer { text, bytes: text.as_bytes(), pos, insert_semi: false, newline_in_comment: None, out: Lexed::default() }
    }

    /// A lexer of what stands behind `pos`, which is the start of a token or of a blank or comment between tokens.
    pub(crate) fn starting_at(text: &'a str, pos: usize) -> Lexer<'a> {
        let lexer = Lexer::new(text);
        Lexer { pos: pos.max(lexer.pos), ..lexer }
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.pos).copied().unwrap_or(0)
    }

    fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    fn error(&mut self, start: usize, end: usize, message: impl Into<Box<str>>, hint: Option<&str>) {
        let range = TextRange::new(start as u32, end.max(start) as u32);
        self.out.errors.push(SyntaxError { range, message: message.into(), hint: hint.map(Into::into) });
    }

    fn push(&mut self, tok: Tok, start: usize, auto: bool) -> Tok {
        let end = if auto { start } else { self.pos };
        self.out.tokens.push(Token { start: start as u32, end: end as u32, tok, auto });
        tok
    }

    /// Reads the next token (comments before it go to `out.comments`), appends it to `out.tokens` and returns its kind.
    pub(crate) fn scan(&mut self) -> Tok {
        loop {
            if let Some(at) = self.newline_in_comment.take() {
                return self.push(Tok::Semi, at, true);
            }
            while let Some(b) = self.bytes.get(self.pos) {
                match b {
                    b' ' | b'\t' | b'\r' => self.pos += 1,
                    b'\n' if !self.insert_semi => self.pos += 1,
                    _ => break,
                }
            }
            let start = self.pos;
            let Some(&b) = self.bytes.get(start) else {
                if self.insert_semi {
                    self.insert_semi = false;
                    return self.push(Tok::Semi, start, true);
                }
                return self.push(Tok::Eof, start, false);
            };
            if b == b'/' && matches!(self.peek_at(1), b'/' | b'*') {
                self.comment();
                continue;
            }
            if b == b'\n' {
                self.pos += 1;
                self.insert_semi = false;
                return self.push(Tok::Semi, start, true);
            }
            let tok = self.token(b);
            if tok == Tok::Illegal {
                // The need for a semicolon is kept across a character that is none of Go's.
            } else {
                self.insert_semi = tok.ends_statement();
            }
            return self.push(tok, start, false);
        }
    }

    fn comment(&mut self) {
        let start = self.pos;
        let mut newline = None;
        if self.peek_at(1) == b'/' {
            let line = &self.bytes[start..];
            let len = line.iter().position(|b| *b == b'\n').unwrap_or(line.len());
            self.pos = start + len;
            let end = if self.bytes[self.pos - 1] == b'\r' { self.pos - 1 } else { self.pos };
            self.check_odd_characters(start, end);
            self.keep_comment(start, end);
        } else {
            let body = start + 2;
            let found = self.text[body..].find("*/");
            self.pos = found.map_or(self.bytes.len(), |len| body + len + 2);
            newline = self.bytes[start..self.pos].iter().position(|b| *b == b'\n').map(|len| start + len);
            self.check_odd_characters(start, self.pos);
            if found.is_none() {
                self.error(start, start + 2, "comment not terminated", Some("close the comment with `*/`"));
            }
            self.keep_comment(start, self.pos);
        }
        if let Some(at) = newline.filter(|_| self.insert_semi) {
            self.newline_in_comment = Some(at);
            self.insert_semi = false;
        }
    }

    fn keep_comment(&mut self, start: usize, end: usize) {
        // A semicolon that is due because of a newline inside the comment comes behind it.
        let next_token = self.out.tokens.len() as u32;
        self.out.comments.push(Comment { range: TextRange::new(start as u32, end as u32), next_token });
    }

    /// NUL bytes and byte order marks are errors even in comments and strings.
    fn check_odd_characters(&mut self, start: usize, end: usize) {
        if !self.bytes[start..end].iter().any(|b| matches!(b, 0 | 0xef)) {
            return;
        }
        let text = self.text;
        for (i, c) in text[start..end].char_indices() {
            match c {
                '\0' => self.error(start + i, start + i + 1, "illegal character NUL", None),
                BOM => self.error(start + i, start + i + 3, "illegal byte order mark", None),
                _ => {}
            }
        }
    }

    fn token(&mut self, b: u8) -> Tok {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.identifier(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek_at(1).is_ascii_digit() => self.number(),
            b'"' => self.string(),
            b'\'' => self.rune(),
            b'`' => self.raw_string(),
            _ => self.operator(b),
        }
    }

    fn identifier(&mut self) -> Tok {
        let start = self.pos;
        loop {
            match self.bytes.get(self.pos) {
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9') => self.pos += 1,
                Some(128..) => match self.char_at(self.pos) {
                    Some(c) if is_letter(c) || is_digit(c) => self.pos += c.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
        Tok::keyword_or_ident(&self.text[start..self.pos])
    }

    fn operator(&mut self, b: u8) -> Tok {
        let three = (self.peek_at(1), self.peek_at(2));
        let (tok, len) = match (b, three) {
            (b':', (b'=', _)) => (Tok::Define, 2),
            (b':', _) => (Tok::Colon, 1),
            (b'.', (b'.', b'.')) => (Tok::Ellipsis, 3),
            (b'.', _) => (Tok::Period, 1),
            (b',', _) => (Tok::Comma, 1),
            (b';', _) => (Tok::Semi, 1),
            (b'(', _) => (Tok::LParen, 1),
            (b')', _) => (Tok::RParen, 1),
            (b'[', _) => (Tok::LBrack, 1),
            (b']', _) => (Tok::RBrack, 1),
            (b'{', _) => (Tok::LBrace, 1),
            (b'}', _) => (Tok::RBrace, 1),
            (b'+', (b'=', _)) => (Tok::AddAssign, 2),
            (b'+', (b'+', _)) => (Tok::Inc, 2),
            (b'+', _) => (Tok::Add, 1),
            (b'-', (b'=', _)) => (Tok::SubAssign, 2),
            (b'-', (b'-', _)) => (Tok::Dec, 2),
            (b'-', _) => (Tok::Sub, 1),
            (b'*', (b'=', _)) => (Tok::MulAssign, 2),
            (b'*', _) => (Tok::Mul, 1),
            (b'/', (b'=', _)) => (Tok::QuoAssign, 2),
            (b'/', _) => (Tok::Quo, 1),
            (b'%', (b'=', _)) => (Tok::RemAssign, 2),
            (b'%', _) => (Tok::Rem, 1),
            (b'^', (b'=', _)) => (Tok::XorAssign, 2),
            (b'^', _) => (Tok::Xor, 1),
            (b'<', (b'-', _)) => (Tok::Arrow, 2),
            (b'<', (b'<', b'=')) => (Tok::ShlAssign, 3),
            (b'<', (b'<', _)) => (Tok::Shl, 2),
            (b'<', (b'=', _)) => (Tok::Leq, 2),
            (b'<', _) => (Tok::Lss, 1),
            (b'>', (b'>', b'=')) => (Tok::ShrAssign, 3),
            (b'>', (b'>', _)) => (Tok::Shr, 2),
            (b'>', (b'=', _)) => (Tok::Geq, 2),
            (b'>', _) => (Tok::Gtr, 1),
            (b'=', (b'=', _)) => (Tok::Eql, 2),
            (b'=', _) => (Tok::Assign, 1),
            (b'!', (b'=', _)) => (Tok::Neq, 2),
            (b'!', _) => (Tok::Not, 1),
            (b'&', (b'^', b'=')) => (Tok::AndNotAssign, 3),
            (b'&', (b'^', _)) => (Tok::AndNot, 2),
            (b'&', (b'=', _)) => (Tok::AndAssign, 2),
            (b'&', (b'&', _)) => (Tok::LAnd, 2),
            (b'&', _) => (Tok::And, 1),
            (b'|', (b'=', _)) => (Tok::OrAssign, 2),
            (b'|', (b'|', _)) => (Tok::LOr, 2),
            (b'|', _) => (Tok::Or, 1),
            (b'~', _) => (Tok::Tilde, 1),
            _ => return self.odd_character(),
        };
        self.pos += len;
        tok
    }

    fn odd_character(&mut self) -> Tok {
        let start = self.pos;
        let Some(c) = self.char_at(start) else {
            self.pos += 1;
            return Tok::Illegal;
        };
        if is_letter(c) {
            return self.identifier();
        }
        self.pos += c.len_utf8();
        let end = self.pos;
        match c {
            BOM => self.error(start, end, "illegal byte order mark", None),
            '\u{201c}' | '\u{201d}' => self.error(start, end, format!("curly quotation mark '{c}' (use neutral '\"')"), None),
            '\0' => {
                self.error(start, end, "illegal character NUL", None);
                self.error(start, end, "illegal character U+0000", None);
            }
            '?' => self.error(
                start,
                end,
                "illegal character U+003F '?'",
                Some("Go has no `?` operator: use `if`/`else`, and `if err != nil` for errors"),
            ),
            _ => self.error(start, end, format!("illegal character {}", go_unicode(c)), None),
        }
        Tok::Illegal
    }

    // ---- numbers

    /// Digits and `_` of `base`; returns bit 0 for a digit seen, bit 1 for a `_`.
    fn digits(&mut self, base: u32, invalid: &mut Option<usize>) -> u8 {
        let mut seen = 0;
        loop {
            let b = self.peek();
            if b == b'_' {
                seen |= 2;
            } else if b.is_ascii_digit() {
                if u32::from(b - b'0') >= base && invalid.is_none() {
                    *invalid = Some(self.pos);
                }
                seen |= 1;
            } else if base == 16 && b.is_ascii_hexdigit() {
                seen |= 1;
            } else {
                return seen;
            }
            self.pos += 1;
        }
    }

    fn number(&mut self) -> Tok {
        let start = self.pos;
        let (mut base, mut prefix, mut seen) = (10, 0u8, 0);
        let mut invalid = None;
        let mut tok = Tok::Int;
        if self.peek() != b'.' {
            if self.peek() == b'0' {
                self.pos += 1;
                match self.peek().to_ascii_lowercase() {
                    b'x' => (base, prefix) = (16, b'x'),
                    b'o' => (base, prefix) = (8, b'o'),
                    b'b' => (base, prefix) = (2, b'b'),
                    _ => (base, prefix, seen) = (8, b'0', 1),
                }
                if prefix != b'0' {
                    self.pos += 1;
                }
            }
            seen |= self.digits(base, &mut invalid);
        }
        let name = match prefix {
            b'x' => "hexadecimal literal",
            b'o' | b'0' => "octal literal",
            b'b' => "binary literal",
            _ => "decimal literal",
        };
        if self.peek() == b'.' {
            tok = Tok::Float;
            if prefix == b'o' || prefix == b'b' {
                self.error(self.pos, self.pos + 1, format!("invalid radix point in {name}"), None);
            }
            self.pos += 1;
            seen |= self.digits(base, &mut invalid);
        }
        if seen & 1 == 0 {
            self.error(self.pos, self.pos, format!("{name} has no digits"), None);
        }
        let exponent = self.peek().to_ascii_lowercase();
        if exponent == b'e' || exponent == b'p' {
            let written = char::from(self.peek());
            if exponent == b'e' && prefix != 0 && prefix != b'0' {
                self.error(self.pos, self.pos + 1, format!("'{written}' exponent requires decimal mantissa"), None);
            } else if exponent == b'p' && prefix != b'x' {
                self.error(self.pos, self.pos + 1, format!("'{written}' exponent requires hexadecimal mantissa"), None);
            }
            self.pos += 1;
            tok = Tok::Float;
            if matches!(self.peek(), b'+' | b'-') {
                self.pos += 1;
            }
            let digits = self.digits(10, &mut Some(0));
            seen |= digits;
            if digits & 1 == 0 {
                self.error(self.pos, self.pos, "exponent has no digits", None);
            }
        } else if prefix == b'x' && tok == Tok::Float {
            self.error(self.pos, self.pos, "hexadecimal mantissa requires a 'p' exponent", None);
        }
        if self.peek() == b'i' {
            tok = Tok::Imag;
            self.pos += 1;
        }
        let literal = &self.text[start..self.pos];
        if let Some(at) = invalid.filter(|_| tok == Tok::Int) {
            let digit = char::from(self.bytes[at]);
            self.error(at, at + 1, format!("invalid digit '{digit}' in {name}"), None);
        }
        if seen & 2 != 0
            && let Some(at) = invalid_separator(literal.as_bytes())
        {
            self.error(start + at, start + at + 1, "'_' must separate successive digits", None);
        }
        if literal.len() > MAX_NUMBER_LEN {
            let message = format!("excessively long constant: {}... ({} chars)", &literal[..10], literal.len());
            self.error(start, self.pos, message, None);
        }
        tok
    }

    // ---- strings and runes

    fn string(&mut self) -> Tok {
        let start = self.pos;
        self.pos += 1;
        loop {
            match self.bytes.get(self.pos) {
                None | Some(b'\n') => {
                    let hint = "close the string with `\"` on its line; text of several lines goes between backquotes";
                    self.error(start, self.pos, "string literal not terminated", Some(hint));
                    break;
                }
                Some(b'"') => {
                    self.pos += 1;
                    break;
                }
                Some(b'\\') => {
                    self.pos += 1;
                    self.escape(b'"');
                }
                Some(_) => self.pos += 1,
            }
        }
        self.check_odd_characters(start, self.pos);
        Tok::String
    }

    fn raw_string(&mut self) -> Tok {
        let start = self.pos;
        match self.text[start + 1..].find('`') {
            Some(len) => self.pos = start + 1 + len + 1,
            None => {
                self.pos = self.bytes.len();
                self.error(start, start + 1, "raw string literal not terminated", Some("close the string with a backquote"));
            }
        }
        self.check_odd_characters(start, self.pos);
        Tok::String
    }

    fn rune(&mut self) -> Tok {
        let start = self.pos;
        self.pos += 1;
        let (mut valid, mut count) = (true, 0);
        loop {
            match self.char_at(self.pos) {
                None | Some('\n') => {
                    if valid {
                        let hint = "a rune is one character between `'`; strings stand between `\"`";
                        self.error(start, self.pos, "rune literal not terminated", Some(hint));
                        valid = false;
                    }
                    break;
                }
                Some('\'') => {
                    self.pos += 1;
                    break;
                }
                Some('\\') => {
                    self.pos += 1;
                    count += 1;
                    valid &= self.escape(b'\'');
                }
                Some(c) => {
                    self.pos += c.len_utf8();
                    count += 1;
                }
            }
        }
        if valid && count != 1 {
            let hint = "a rune is one character between `'`; strings stand between `\"`";
            self.error(start, self.pos, "illegal rune literal", Some(hint));
        }
        self.check_odd_characters(start, self.pos);
        Tok::Char
    }

    /// The escape behind a backslash; returns whether it is valid.
    fn escape(&mut self, quote: u8) -> bool {
        let start = self.pos;
        let (count, base, max) = match self.bytes.get(self.pos) {
            Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\') => {
                self.pos += 1;
                return true;
            }
            Some(b) if *b == quote => {
                self.pos += 1;
                return true;
            }
            Some(b'0'..=b'7') => (3, 8, 255),
            Some(b'x') => (2, 16, 255),
            Some(b'u') => (4, 16, 0x10_ffff),
            Some(b'U') => (8, 16, 0x10_ffff),
            None => {
                self.error(start, start, "escape sequence not terminated", None);
                return false;
            }
            Some(_) => {
                self.error(start, start + 1, "unknown escape sequence", Some("write `\\\\` for a backslash, or use a raw string"));
                return false;
            }
        };
        if base == 16 {
            self.pos += 1;
        }
        let mut value: u32 = 0;
        for _ in 0..count {
            let digit = char::from(self.peek()).to_digit(base).filter(|_| !self.at_end());
            let Some(digit) = digit else {
                match self.char_at(self.pos) {
                    None => self.error(self.pos, self.pos, "escape sequence not terminated", None),
                    Some(c) => {
                        let message = format!("illegal character {} in escape sequence", go_unicode(c));
                        self.error(self.pos, self.pos + c.len_utf8(), message, None);
                    }
                }
                return false;
            };
            value = value.wrapping_mul(base).wrapping_add(digit);
            self.pos += 1;
        }
        if value > max || (0xd800..0xe000).contains(&value) {
            self.error(start, self.pos, "escape sequence is invalid Unicode code point", None);
            return false;
        }
        true
    }
}

/// The index of the first `_` that does not separate two digits.
fn invalid_separator(literal: &[u8]) -> Option<usize> {
    let prefix = if literal.first() == Some(&b'0') { literal.get(1).map_or(0, u8::to_ascii_lowercase) } else { 0 };
    let prefixed = matches!(prefix, b'x' | b'o' | b'b');
    // What the byte before was: a digit, an underscore, or something else.
    let mut before = if prefixed { b'0' } else { b'.' };
    for (i, &b) in literal.iter().enumerate().skip(if prefixed { 2 } else { 0 }) {
        if b == b'_' {
            if before != b'0' {
                return Some(i);
            }
            before = b'_';
        } else if b.is_ascii_digit() || prefix == b'x' && b.is_ascii_hexdigit() {
            before = b'0';
        } else {
            if before == b'_' {
                return Some(i - 1);
            }
            before = b'.';
        }
    }
    (before == b'_').then(|| literal.len() - 1)
}

/// A character as Go's `%#U` shows it.
fn go_unicode(c: char) -> String {
    let code = u32::from(c);
    if c.is_control() || c.is_whitespace() && c != ' ' { format!("U+{code:04X}") } else { format!("U+{code:04X} '{c}'") }
}

/// Whether `c` may start an identifier: a letter or `_`.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic() || c == '_';
    }
    unicode::is_letter(c)
}

/// Whether `c` is a decimal digit of any script.
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    unicode::is_digit(c)
}

/// Whether `text` is an identifier (and no keyword).
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_letter) && chars.all(|c| is_letter(c) || is_digit(c)) && Tok::keyword_or_ident(text) == Tok::Ident
}

/// The bytes that a string literal (interpreted or raw) stands for; `None` if it is malformed.
pub fn unquote_string(literal: &str) -> Option<Vec<u8>> {
    if let Some(raw) = literal.strip_prefix('`') {
        return Some(raw.strip_suffix('`')?.bytes().filter(|b| *b != b'\r').collect());
    }
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        match c {
            '\\' => {
                let (value, len) = unescape(rest, b'"')?;
                match value {
                    Unescaped::Byte(b) => out.push(b),
                    Unescaped::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                rest = &rest[len..];
            }
            '"' | '\n' => return None,
            _ => {
                out.extend_from_slice(&rest.as_bytes()[..c.len_utf8()]);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Some(out)
}

/// The value of a rune literal; `None` if it is malformed.
pub fn unquote_rune(literal: &str) -> Option<u32> {
    let inner = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    let c = inner.chars().next()?;
    if c == '\\' {
        let (value, len) = unescape(inner, b'\'')?;
        return (len == inner.len()).then_some(match value {
            Unescaped::Byte(b) => u32::from(b),
            Unescaped::Char(c) => u32::from(c),
        });
    }
    (c.len_utf8() == inner.len() && c != '\'' && c != '\n').then_some(u32::from(c))
}

enum Unescaped {
    Byte(u8),
    Char(char),
}

/// The escape at the start of `text`, and how long it is.
fn unescape(text: &str, quote: u8) -> Option<(Unescaped, usize)> {
    let kind = *text.as_bytes().get(1)?;
    let simple = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        _ if kind == quote => quote,
        b'0'..=b'7' => return Some((Unescaped::Byte(u8::try_from(number(text.get(1..4)?, 8)?).ok()?), 4)),
        b'x' => return Some((Unescaped::Byte(u8::try_from(number(text.get(2..4)?, 16)?).ok()?), 4)),
        b'u' => return Some((Unescaped::Char(char::from_u32(number(text.get(2..6)?, 16)?)?), 6)),
        b'U' => return Some((Unescaped::Char(char::from_u32(number(text.get(2..10)?, 16)?)?), 10)),
        _ => return None,
    };
    Some((Unescaped::Byte(simple), 2))
}

/// The digits of an escape; unlike `from_str_radix` alone, without a sign.
fn number(digits: &str, base: u32) -> Option<u32> {
    if digits.chars().all(|c| c.is_digit(base)) { u32::from_str_radix(digits, base).ok() } else { None }
}
