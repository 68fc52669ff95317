//! Build constraints: all `//go:build` and `// +build` lines of a file stand together at its top, and say the same.

use super::sheet::{Mark, Sheet, Stop};

/// Whether a comment is a `//go:build` line.
pub(super) fn is_go_build(line: &str) -> bool {
    go_build_text(line).is_some()
}

/// Whether a comment is a `// +build` line.
pub(super) fn is_plus_build(line: &str) -> bool {
    plus_build_text(line).is_some()
}

/// What follows a keyword that a blank or the end must follow.
fn behind<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = text.trim().strip_prefix(keyword)?;
    let trimmed = rest.trim();
    (rest.is_empty() || trimmed.len() < rest.len()).then_some(trimmed)
}

fn go_build_text(line: &str) -> Option<&str> {
    if line.starts_with("//go:build") { behind(line, "//go:build") } else { None }
}

fn plus_build_text(line: &str) -> Option<&str> {
    behind(line.strip_prefix("//")?, "+build")
}

/// Moves the constraints, whose places were noted while printing, to where they belong.
pub(super) fn fix(sheet: &mut Sheet, go_build: &[Mark], plus_build: &[Mark]) {
    if go_build.is_empty() && plus_build.is_empty() {
        return;
    }
    let mut insert = latest_place(sheet);
    if let Some(first) = go_build.first().filter(|m| **m < insert).or_else(|| plus_build.first().filter(|m| **m < insert)) {
        insert = *first;
    }
    let constraint = match go_build {
        [] => plus_build.iter().map(|m| Expr::of_plus_build(comment_at(sheet, *m))).reduce(|x, y| Some(and(x?, y?))).flatten(),
        [one] => Expr::of_go_build(comment_at(sheet, *one)),
        _ => None,
    };
    let mut out = Sheet::default();
    copy(sheet, Mark::default(), insert, &mut out);
    match constraint {
        // Nothing says what is true: the lines are only brought together.
        None => {
            for mark in go_build.iter().chain(plus_build) {
                copy(sheet, *mark, line_end(sheet, *mark), &mut out);
            }
        }
        Some(constraint) => {
            out.text.push_str("//go:build ");
            constraint.write(&mut out.text);
            out.stop(Stop::Line);
            if !plus_build.is_empty() {
                let lines = plus_build_lines(constraint);
                for line in lines.unwrap_or_else(|| vec!["// +build error: expression too complex for // +build lines".to_owned()]) {
                    out.text.push_str(&line);
                    out.stop(Stop::Line);
                }
            }
        }
    }
    out.stop(Stop::Line);
    let mut deleted: Vec<Mark> = go_build.iter().chain(plus_build).copied().collect();
    deleted.sort_unstable();
    let mut rest = Sheet::default();
    let mut from = insert;
    for mark in deleted {
        if mark >= from {
            append_lines(sheet, from, mark, &mut rest);
            from = line_end(sheet, mark);
        }
    }
    append_lines(sheet, from, sheet.mark(), &mut rest);
    if ends_with_blank_line(&rest) {
        rest.stops.pop();
    }
    copy(&rest, Mark::default(), rest.mark(), &mut out);
    *sheet = out;
}

/// Behind the last blank line before something that is no `//` comment.
fn latest_place(sheet: &Sheet) -> Mark {
    let mut at = Mark::default();
    let mut insert = at;
    loop {
        let mut blank = true;
        loop {
            match sheet.stops.get(at.stop as usize) {
                Some((text, Stop::Tab | Stop::Cell)) if *text == at.text => at.stop += 1,
                _ if sheet.text[at.text as usize..].starts_with(' ') && next_stop(sheet, at) > at.text => at.text += 1,
                _ => break,
            }
        }
        if sheet.text[at.text as usize..].starts_with("//") && next_stop(sheet, at) > at.text {
            blank = false;
            at = line_stop(sheet, at);
        }
        match sheet.stops.get(at.stop as usize) {
            Some((text, stop)) if *text == at.text && stop.ends_line() => at.stop += 1,
            _ => return insert,
        }
        if blank {
            insert = at;
        }
    }
}

fn next_stop(sheet: &Sheet, at: Mark) -> u32 {
    sheet.stops.get(at.stop as usize).map_or(u32::MAX, |(text, _)| *text)
}

/// Where the line of `from` ends, before its newline.
fn line_stop(sheet: &Sheet, from: Mark) -> Mark {
    let stops = sheet.stops.iter().enumerate().skip(from.stop as usize);
    let end = stops.into_iter().find(|(_, (_, stop))| stop.ends_line());
    end.map_or(sheet.mark(), |(i, (text, _))| Mark { text: *text, stop: i as u32 })
}

/// Where the line after that of `from` starts.
fn line_end(sheet: &Sheet, from: Mark) -> Mark {
    let end = line_stop(sheet, from);
    if (end.stop as usize) < sheet.stops.len() { Mark { stop: end.stop + 1, ..end } } else { end }
}

fn comment_at(sheet: &Sheet, from: Mark) -> &str {
    let end = sheet.stops.get(from.stop as usize).map_or(sheet.text.len(), |(text, _)| *text as usize);
    &sheet.text[from.text as usize..end]
}

fn copy(sheet: &Sheet, from: Mark, to: Mark, out: &mut Sheet) {
    let base = out.text.len() as u32;
    out.text.push_str(&sheet.text[from.text as usize..to.text as usize]);
    let stops = &sheet.stops[from.stop as usize..to.stop as usize];
    out.stops.extend(stops.iter().map(|(text, stop)| (text - from.text + base, *stop)));
}

/// Copies whole lines, without doubling blank lines.
fn append_lines(sheet: &Sheet, from: Mark, to: Mark, out: &mut Sheet) {
    let mut from = from;
    let starts_blank = from < to && sheet.stops.get(from.stop as usize).is_some_and(|(text, stop)| *text == from.text && stop.ends_line());
    if starts_blank && (out.is_empty() || ends_with_blank_line(out)) {
        from.stop += 1;
    }
    copy(sheet, from, to, out);
}

fn ends_with_blank_line(sheet: &Sheet) -> bool {
    let end = sheet.text.len() as u32;
    matches!(sheet.stops[..], [.., (a, x), (b, y)] if a == end && b == end && x.ends_line() && y.ends_line())
}

// ---- expressions

/// A build constraint.
#[derive(Clone, PartialEq, Eq)]
enum Expr {
    Tag(String),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
}

fn and(x: Expr, y: Expr) -> Expr {
    Expr::And(Box::new(x), Box::new(y))
}

fn or(x: Expr, y: Expr) -> Expr {
    Expr::Or(Box::new(x), Box::new(y))
}

/// How many operands a constraint may have.
const MAX_OPERANDS: usize = 1_000;
/// The same for the old form.
const MAX_OLD_OPERATORS: usize = 100;

impl Expr {
    fn of_go_build(line: &str) -> Option<Expr> {
        let mut parser = Parser { rest: go_build_text(line)?, operands: 0 };
        let x = parser.or()?;
        parser.skip_blanks();
        parser.rest.is_empty().then_some(x)
    }

    fn of_plus_build(line: &str) -> Option<Expr> {
        let mut operators = 0;
        let mut any: Option<Expr> = None;
        for clause in plus_build_text(line)?.split_whitespace() {
            let mut all: Option<Expr> = None;
            for literal in clause.split(',') {
                let literal = plus_literal(literal);
                operators += usize::from(all.is_some());
                all = Some(match all {
                    Some(x) => and(x, literal),
                    None => literal,
                });
            }
            operators += usize::from(any.is_some());
            any = match (any, all) {
                (Some(x), Some(y)) => Some(or(x, y)),
                (x, y) => x.or(y),
            };
            if operators > MAX_OLD_OPERATORS {
                return None;
            }
        }
        Some(any.unwrap_or_else(|| Expr::Tag("ignore".to_owned())))
    }

    fn write(&self, out: &mut String) {
        let operand = |x: &Expr, out: &mut String, parens: bool| {
            if parens {
                out.push('(');
            }
            x.write(out);
            if parens {
                out.push(')');
            }
        };
        match self {
            Expr::Tag(tag) => out.push_str(tag),
            Expr::Not(x) => {
                out.push('!');
                operand(x, out, matches!(**x, Expr::And(..) | Expr::Or(..)));
            }
            Expr::And(x, y) => {
                operand(x, out, matches!(**x, Expr::Or(..)));
                out.push_str(" && ");
                operand(y, out, matches!(**y, Expr::Or(..)));
            }
            Expr::Or(x, y) => {
                operand(x, out, matches!(**x, Expr::And(..)));
                out.push_str(" || ");
                operand(y, out, matches!(**y, Expr::And(..)));
            }
        }
    }

    /// The same (or its negation) with `!` only before tags.
    fn push_not(self, negate: bool) -> Expr {
        match self {
            Expr::Not(x) => x.push_not(!negate),
            tag @ Expr::Tag(_) => {
                if negate {
                    Expr::Not(Box::new(tag))
                } else {
                    tag
                }
            }
            Expr::And(x, y) => {
                let (x, y) = (x.push_not(negate), y.push_not(negate));
                if negate { or(x, y) } else { and(x, y) }
            }
            Expr::Or(x, y) => {
                let (x, y) = (x.push_not(negate), y.push_not(negate));
                if negate { and(x, y) } else { or(x, y) }
            }
        }
    }

    fn conjuncts<'a>(&'a self, out: &mut Vec<&'a Expr>) {
        match self {
            Expr::And(x, y) => {
                x.conjuncts(out);
                y.conjuncts(out);
            }
            x => out.push(x),
        }
    }

    fn alternatives<'a>(&'a self, out: &mut Vec<&'a Expr>) {
        match self {
            Expr::Or(x, y) => {
                x.alternatives(out);
                y.alternatives(out);
            }
            x => out.push(x),
        }
    }
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

fn plus_literal(literal: &str) -> Expr {
    let tag = |text: &str| {
        let valid = !text.is_empty() && text.chars().all(is_tag_char);
        Expr::Tag(if valid { text } else { "ignore" }.to_owned())
    };
    match literal.strip_prefix('!') {
        _ if literal == "!" || literal.starts_with("!!") => Expr::Tag("ignore".to_owned()),
        Some(rest) => Expr::Not(Box::new(tag(rest))),
        None => tag(literal),
    }
}

/// The `// +build` lines that say what a constraint says: alternatives stand on one line, lines are all required.
fn plus_build_lines(constraint: Expr) -> Option<Vec<String>> {
    let constraint = constraint.push_not(false);
    let mut required = Vec::new();
    constraint.conjuncts(&mut required);
    let mut lines: Vec<Vec<Vec<&Expr>>> = Vec::new();
    for any in required {
        let mut alternatives = Vec::new();
        any.alternatives(&mut alternatives);
        let mut line = Vec::new();
        for alternative in alternatives {
            let mut literals = Vec::new();
            alternative.conjuncts(&mut literals);
            if literals.iter().any(|l| matches!(l, Expr::And(..) | Expr::Or(..))) {
                return None;
            }
            line.push(literals);
        }
        lines.push(line);
    }
    if lines.iter().all(|line| line.len() <= 1) {
        lines = vec![vec![lines.into_iter().flatten().flatten().collect()]];
    }
    let text = |literals: &Vec<&Expr>| {
        let mut out = String::new();
        for (i, literal) in literals.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            literal.write(&mut out);
        }
        out
    };
    Some(lines.iter().map(|line| format!("// +build {}", line.iter().map(text).collect::<Vec<_>>().join(" "))).collect())
}

struct Parser<'a> {
    rest: &'a str,
    operands: usize,
}

impl Parser<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn eat(&mut self, text: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> Option<Expr> {
        let mut x = self.and()?;
        while self.eat("||") {
            x = or(x, self.and()?);
        }
        Some(x)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut x = self.not()?;
        while self.eat("&&") {
            x = and(x, self.not()?);
        }
        Some(x)
    }

    fn not(&mut self) -> Option<Expr> {
        self.operands += 1;
        if self.operands > MAX_OPERANDS {
            return None;
        }
        if self.eat("!") {
            return if self.eat("!") { None } else { Some(Expr::Not(Box::new(self.atom()?))) };
        }
        self.atom()
    }

    fn atom(&mut self) -> Option<Expr> {
        if self.eat("(") {
            let x = self.or()?;
            return self.eat(")").then_some(x);
        }
        let end = self.rest.find(|c| !is_tag_char(c)).unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!tag.is_empty()).then(|| Expr::Tag(tag.to_owned()))
    }
}
