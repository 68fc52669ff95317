//! What to skip after an error, and what to say beyond Go's words.

use super::Parser;
use crate::token::Tok;

/// Keywords that only a statement starts with.
fn starts_statement(tok: Tok) -> bool {
    matches!(
        tok,
        Tok::Break
            | Tok::Const
            | Tok::Continue
            | Tok::Defer
            | Tok::Fallthrough
            | Tok::For
            | Tok::Go
            | Tok::Goto
            | Tok::If
            | Tok::Return
            | Tok::Select
            | Tok::Switch
            | Tok::Type
            | Tok::Var
    )
}

/// Tokens an operand or a type starts with.
pub(super) fn starts_operand(tok: Tok) -> bool {
    tok.is_literal()
        || matches!(
            tok,
            Tok::LParen
                | Tok::LBrack
                | Tok::Func
                | Tok::Struct
                | Tok::Map
                | Tok::Chan
                | Tok::Interface
                | Tok::Mul
                | Tok::And
                | Tok::Arrow
                | Tok::Sub
                | Tok::Add
                | Tok::Not
                | Tok::Xor
                | Tok::Tilde
        )
}

impl Parser<'_> {
    /// Whether the current token ends what is being parsed, so that a missing token must not swallow it.
    pub(super) fn at_boundary(&self) -> bool {
        matches!(self.tok, Tok::Semi | Tok::RBrace | Tok::Eof | Tok::Case | Tok::Default)
            || starts_statement(self.tok)
            || self.at == self.broken_at
    }

    /// Whether the current token may stand behind an operand that is missing.
    pub(super) fn at_operand_end(&self) -> bool {
        self.at_boundary()
            || matches!(self.tok, Tok::RParen | Tok::RBrack | Tok::Comma | Tok::Colon | Tok::LBrace | Tok::Assign | Tok::Define)
    }

    /// In a whole file: skips to a token of a set, as go/parser does. It stays where it is only ten times without progress.
    pub(super) fn advance(&mut self, to: fn(Tok) -> bool) {
        while self.tok != Tok::Eof {
            if to(self.tok) {
                if self.at == self.advanced_to.0 && self.advanced_to.1 < 10 {
                    self.advanced_to.1 += 1;
                    return;
                }
                if self.at > self.advanced_to.0 {
                    self.advanced_to = (self.at, 0);
                    return;
                }
            }
            self.next();
        }
    }

    /// Skips to where a statement may begin.
    pub(super) fn skip_to_statement(&mut self) {
        if self.whole_file { self.advance(starts_statement) } else { self.skip_statement() }
    }

    /// Skips to the end of the statement: past its newline, or up to the `}`, keyword or block that follows it.
    pub(super) fn skip_statement(&mut self) {
        let first = self.at;
        let mut open = 0u32;
        loop {
            match self.tok {
                Tok::Eof => return,
                Tok::Semi if open == 0 => return self.next(),
                Tok::RBrace if open == 0 => return,
                Tok::LBrace if open == 0 && self.block_follows() => return,
                tok if open == 0 && self.at > first && (starts_statement(tok) || matches!(tok, Tok::Case | Tok::Default)) => return,
                tok if starts_statement(tok) && self.at > first && self.after_newline() => return,
                Tok::LParen | Tok::LBrack | Tok::LBrace => open += 1,
                Tok::RParen | Tok::RBrack | Tok::RBrace => open = open.saturating_sub(1),
                _ => {}
            }
            self.next();
        }
    }

    /// Skips to the next declaration keyword.
    pub(super) fn skip_to_decl(&mut self) {
        if self.whole_file {
            return self.advance(|tok| matches!(tok, Tok::Import | Tok::Const | Tok::Type | Tok::Var));
        }
        let first = self.at;
        while self.tok != Tok::Eof
            && (self.at == first || !matches!(self.tok, Tok::Import | Tok::Const | Tok::Type | Tok::Var) && !self.at_column_zero_func())
        {
            self.next();
        }
    }

    fn at_column_zero_func(&self) -> bool {
        let start = self.pos() as usize;
        self.tok == Tok::Func && (start == 0 || self.text.as_bytes().get(start - 1) == Some(&b'\n'))
    }

    fn after_newline(&self) -> bool {
        self.newlines(self.prev_end, self.pos()) > 0
    }

    /// The width of the blanks the line at `pos` starts with.
    pub(super) fn indentation(&self, pos: u32) -> usize {
        let line = self.text[..pos as usize].rfind('\n').map_or(0, |i| i + 1);
        self.text[line..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// Where a block's `{` is missing: whether the lines of its statements follow nevertheless, as their indentation tells.
    pub(super) fn body_follows(&self, stmt_start: u32) -> bool {
        if self.whole_file {
            return true;
        }
        let first = if self.at_newline() { self.at + 1 } else { self.at };
        self.tokens.get(first).is_some_and(|t| self.indentation(t.start) > self.indentation(stmt_start))
    }

    /// Whether the `{` here is the last thing on its line.
    fn block_follows(&self) -> bool {
        self.tokens.get(self.at + 1).is_some_and(|t| self.newlines(self.token().end, t.start) > 0)
    }

    /// After an element of a list: consumes the comma and returns whether the list goes on. A missing comma is reported and, where
    /// what follows looks like more of the list, taken as written.
    pub(super) fn comma_or_end(&mut self, context: &str, closing: Tok) -> bool {
        if self.tok == Tok::Comma {
            self.next();
            return true;
        }
        if self.tok == closing {
            return false;
        }
        let newline = self.at_newline();
        let before = if newline { " before newline" } else { "" };
        self.error(self.pos(), format!("missing ','{before} in {context}"));
        if self.whole_file {
            self.next();
            return true;
        }
        if newline {
            let goes_on = self.list_goes_on(closing);
            if goes_on {
                self.next();
            }
            return goes_on;
        }
        if self.at_boundary() || matches!(self.tok, Tok::RParen | Tok::RBrack | Tok::RBrace) || self.next_line_defines() {
            return false;
        }
        if !(starts_operand(self.tok) || closing == Tok::RBrace && self.tok == Tok::LBrace) {
            self.next();
        }
        true
    }

    /// At a newline inside a list: whether the next line continues it, that is, comes to a comma or the closing bracket before it
    /// ends and before an assignment.
    fn list_goes_on(&self, closing: Tok) -> bool {
        let mut open = 0u32;
        for token in &self.tokens[self.at + 1..] {
            match token.tok {
                tok if open == 0 && tok == closing => return true,
                Tok::Comma if open == 0 => return true,
                Tok::Semi | Tok::Define | Tok::Assign | Tok::RBrace if open == 0 => return false,
                tok if open == 0 && (starts_statement(tok) || tok.is_op_assign() || matches!(tok, Tok::Inc | Tok::Dec)) => {
                    return false;
                }
                Tok::Eof => return false,
                Tok::LParen | Tok::LBrack | Tok::LBrace => open += 1,
                Tok::RParen | Tok::RBrack | Tok::RBrace => open = open.saturating_sub(1),
                _ => {}
            }
        }
        false
    }

    fn previous(&self) -> Option<(Tok, &str)> {
        let token = self.tokens[..self.at].iter().rev().find(|t| !t.auto)?;
        Some((token.tok, token.range().of(self.text)))
    }

    /// The line of the opening bracket of kind `open` that is not closed before the current token.
    fn unclosed(&self, open: Tok, close: Tok) -> Option<&str> {
        let mut depth = 0i32;
        let token = self.tokens[..self.at].iter().rev().find(|t| {
            if t.tok == close {
                depth += 1;
            } else if t.tok == open {
                depth -= 1;
            }
            depth < 0
        })?;
        self.line_upto(token.end)
    }

    /// The line that holds `end`, up to there, shortened at its start.
    fn line_upto(&self, end: u32) -> Option<&str> {
        let line = self.text[..end as usize].rsplit('\n').next()?.trim();
        let skip = line.char_indices().rev().nth(39).map_or(0, |(i, _)| i);
        Some(&line[skip..])
    }

    /// The line of the block that was probably meant to be closed: the one whose `}` is less indented than itself, or else the
    /// one that is open.
    fn unclosed_block(&self) -> Option<&str> {
        let mut open = Vec::new();
        for token in &self.tokens[..self.at] {
            match token.tok {
                Tok::LBrace => open.push(token),
                Tok::RBrace => {
                    let opening = open.pop()?;
                    if self.indentation(token.start) < self.indentation(opening.start) {
                        return self.line_upto(opening.end);
                    }
                }
                _ => {}
            }
        }
        self.line_upto(open.last()?.end)
    }

    /// A better explanation, or a remedy, for an error that Go's words explain poorly.
    pub(super) fn hint(&self, pos: u32, message: &str) -> Option<Box<str>> {
        let (before, before_text) = self.previous().unwrap_or((Tok::Eof, ""));
        let here = pos == self.pos();
        let text: String = match message {
            m if m.starts_with("expected selector or type assertion") => "a field or method name is missing after `.`".into(),
            m if m.starts_with("expected operand") => match before {
                Tok::Illegal => return None,
                Tok::LParen | Tok::Comma if self.tok == Tok::Comma => "an argument is missing".into(),
                Tok::LBrack if self.tok == Tok::RBrack => "the index is missing between `[` and `]`".into(),
                _ if self.tok.is_keyword() => {
                    format!("an expression is missing after `{before_text}` (`{}` is a keyword)", self.tok.as_str())
                }
                _ => format!("an expression is missing after `{before_text}`"),
            },
            m if m.starts_with("expected type") && here => format!("a type is missing after `{before_text}`"),
            m if m.starts_with("missing ',' before newline in argument list") => match self.unclosed(Tok::LParen, Tok::RParen) {
                Some(line) if !self.closes_ahead(Tok::RParen) => format!("close the call with `)`: `{line}`"),
                _ => "end the last argument's line with `,`, or put `)` on it".into(),
            },
            m if m.starts_with("missing ',' before newline in composite literal") => {
                "end the last element's line with `,`, or put `}` on it".into()
            }
            m if m.starts_with("missing ',' before newline in parameter list") => {
                "end the last parameter's line with `,`, or put the closing bracket on it".into()
            }
            m if m.starts_with("expected '}', found 'EOF'") => match self.unclosed_block() {
                Some(line) => format!("this block is not closed: `{line}`"),
                None => return None,
            },
            m if m.starts_with("expected ')'") => match self.unclosed(Tok::LParen, Tok::RParen) {
                Some(line) => format!("close the bracket with `)`: `{line}`"),
                None => return None,
            },
            m if m.starts_with("expected ']'") => match self.unclosed(Tok::LBrack, Tok::RBrack) {
                Some(line) => format!("close the bracket with `]`: `{line}`"),
                None => return None,
            },
            m if m.starts_with("missing import path") => "an import path is a string: `import \"fmt\"`".into(),
            m if m.starts_with("missing condition in if statement") => "write what must be true between `if` and `{`".into(),
            m if m.starts_with("expected statement, found 'else'") => {
                "`else` must stand on the line of the `}` before it: `} else {`".into()
            }
            m if m.starts_with("unexpected semicolon or newline before {") || m.starts_with("unexpected newline, expecting {") => {
                "put `{` at the end of the line before".into()
            }
            m if m.starts_with("expected for loop condition") || m.contains("boolean expression, found assignment") => {
                "compare with `==`; `=` and `:=` assign".into()
            }
            m if m.contains("found assignment") || m.contains("found simple statement") => return None,
            m if m.starts_with("expected declaration") => match self.tok {
                Tok::Ident if self.peek(1) == Tok::Define => {
                    format!("outside of functions write `var {} = ...`", self.token_text())
                }
                Tok::RBrace => "there is one `}` too many above".into(),
                Tok::Package => "a file has one package clause, its first line of code".into(),
                _ => "only `import`, `const`, `type`, `var` and `func` may stand outside of functions".into(),
            },
            m if m.starts_with("expected 'IDENT'") && self.tok.is_keyword() && here => {
                format!("`{}` is a keyword and can't be a name", self.tok.as_str())
            }
            m if m.starts_with("expected 'IDENT'") && here => format!("a name is missing after `{before_text}`"),
            m if m.starts_with("expected '(', found ") && before == Tok::Func && self.in_body && self.tok == Tok::Ident => {
                let name = self.token_text();
                format!("functions can't be declared inside functions: write `{name} := func(...) {{ ... }}`")
            }
            m if m.starts_with("expected ';'") => match (before_text, self.tok) {
                ("while" | "until" | "loop", _) => "Go has one loop: `for condition { ... }`".into(),
                ("let" | "auto" | "mut", Tok::Ident) => "declare a variable with `name := value` or `var name T`".into(),
                ("fn" | "function" | "def", Tok::Ident) => "functions start with `func`".into(),
                ("throw" | "raise", _) => "Go has no exceptions: return an `error`".into(),
                ("try", _) => "Go has no exceptions: functions return an `error`".into(),
                (_, Tok::Inc | Tok::Dec) => "`++` and `--` are statements, not expressions".into(),
                (_, Tok::Define | Tok::Assign) => "one statement can hold only one assignment".into(),
                (_, Tok::LBrace) if self.expr_level < 0 => "write `for init; condition; post {`, or `for condition {`".into(),
                ("}", Tok::LBrace) => "put a composite literal in a header between parentheses".into(),
                (_, Tok::LBrace) => "a block can't follow here".into(),
                _ => "is an operator, a comma or a newline missing here?".into(),
            },
            m if m.starts_with("expected ':', found newline") => "a `case` or `default` ends with `:`".into(),
            _ => return None,
        };
        Some(text.into())
    }

    /// Whether the bracket that is open here is closed on one of the following lines of the list.
    fn closes_ahead(&self, closing: Tok) -> bool {
        self.at_newline() && self.list_goes_on(closing)
    }
}
