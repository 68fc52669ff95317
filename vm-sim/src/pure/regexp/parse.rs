//! From the text of an expression to its tree. What is read, what is refused and with which words follows package regexp/syntax of Go 1.27.

use std::sync::Arc;

use super::class::{self, Class};
use super::flags::Flags;
pub use super::flags::Syntax;
use super::{Failure, Meter};
use crate::pure::utf8;

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The words of Go's error code.
    pub code: &'static str,
    /// The part that is wrong.
    pub part: Vec<u8>,
}

const INVALID_RANGE: &str = "invalid character class range";
const INVALID_ESCAPE: &str = "invalid escape sequence";
const INVALID_NAME: &str = "invalid named capture";
const INVALID_PERL: &str = "invalid or unsupported Perl syntax";
const INVALID_REPEAT_OP: &str = "invalid nested repetition operator";
const INVALID_REPEAT: &str = "invalid repeat count";
const INVALID_UTF8: &str = "invalid UTF-8";
const MISSING_BRACKET: &str = "missing closing ]";
const MISSING_PAREN: &str = "missing closing )";
const MISSING_OPERAND: &str = "missing argument to repetition operator";
const TRAILING_BACKSLASH: &str = "trailing backslash at end of expression";
const UNEXPECTED_PAREN: &str = "unexpected )";
const TOO_DEEP: &str = "expression nests too deeply";
const TOO_LARGE: &str = "expression too large";

/// The largest count of `{n,m}`, and of counts within counts multiplied.
const MAX_REPEAT: u32 = 1000;
/// How deep an expression may be nested.
const MAX_HEIGHT: u32 = 1000;
/// Instructions that a program may have: fewer than Go allows, for every validator holds them.
const MAX_SIZE: u64 = 1 << 16;

/// What holds between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assertion {
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Empty,
    Character(u32),
    Class(Arc<Class>),
    Any,
    AnyNotNewline,
    Assertion(Assertion),
    Group(u32, Box<Tree>),
    Repeat { sub: Box<Tree>, min: u32, max: Option<u32>, lazy: bool },
    Sequence(Vec<Tree>),
    Choice(Vec<Tree>),
}

/// An expression with what limits need.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub node: Node,
    /// Nodes on the longest way down.
    height: u32,
    /// Instructions of its program, at most.
    pub size: u64,
    /// The largest product of counts on a way down.
    repeats: u64,
}

impl Tree {
    fn leaf(node: Node) -> Tree {
        Tree { node, height: 1, size: 1, repeats: 1 }
    }

    fn group(number: u32, sub: Tree) -> Tree {
        Tree { height: sub.height + 1, size: sub.size + 2, repeats: sub.repeats, node: Node::Group(number, Box::new(sub)) }
    }

    fn repeat(sub: Tree, min: u32, max: Option<u32>, lazy: bool) -> Tree {
        let size = match max {
            None if min == 0 => sub.size + 2,
            None => 1 + u64::from(min) * sub.size,
            Some(max) => u64::from(max) * sub.size + u64::from(max - min),
        };
        let repeats = match max {
            Some(0) => 1,
            _ => u64::from(max.unwrap_or(min).max(1)) * sub.repeats,
        };
        Tree { height: sub.height + 1, size: size.max(1), repeats, node: Node::Repeat { sub: Box::new(sub), min, max, lazy } }
    }

    fn of(mut list: Vec<Tree>, between: u64, make: fn(Vec<Tree>) -> Node) -> Tree {
        match list.len() {
            0 => Tree::leaf(Node::Empty),
            1 => list.swap_remove(0),
            n => {
                let height = 1 + list.iter().map(|t| t.height).max().unwrap_or(0);
                let size = list.iter().map(|t| t.size).sum::<u64>() + between * (n as u64 - 1);
                let repeats = list.iter().map(|t| t.repeats).max().unwrap_or(1);
                Tree { height, size, repeats, node: make(list) }
            }
        }
    }
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub tree: Tree,
    /// Names of the groups, the first one's first; empty without a name.
    pub groups: Vec<String>,
}

/// An open parenthesis, or the whole expression.
struct Open {
    /// The settings to return to.
    flags: Flags,
    /// The number of the group, if it is one.
    group: Option<u32>,
    choices: Vec<Tree>,
    sequence: Vec<Tree>,
}

impl Open {
    fn end_choice(&mut self) {
        let sequence = std::mem::take(&mut self.sequence);
        self.choices.push(Tree::of(sequence, 0, Node::Sequence));
    }

    fn close(mut self) -> Tree {
        self.end_choice();
        Tree::of(self.choices, 1, Node::Choice)
    }
}

struct Parser<'t, 'm> {
    text: &'t [u8],
    at: usize,
    flags: Flags,
    open: Vec<Open>,
    groups: Vec<String>,
    meter: &'m mut Meter,
}

type Parse<T> = Result<T, Failure>;

fn refuse<T>(code: &'static str, part: &[u8]) -> Parse<T> {
    Err(Failure::Refused(Refused { code, part: part.to_vec() }))
}

/// Parses an expression.
pub(super) fn parse(text: &[u8], syntax: Syntax, meter: &mut Meter) -> Parse<Parsed> {
    let flags = Flags::of(syntax);
    let whole = Open { flags, group: None, choices: Vec::new(), sequence: Vec::new() };
    let mut p = Parser { text, at: 0, flags, open: vec![whole], groups: Vec::new(), meter };
    // where an operator stands that the next one would be stacked on
    let mut last_operator = None;
    while let Some(byte) = p.peek(0) {
        p.meter.spend(2)?;
        let start = p.at;
        let mut operator = None;
        match byte {
            b'(' if p.flags.perl && p.peek(1) == Some(b'?') => p.special_group()?,
            b'(' => {
                p.at += 1;
                p.capture(String::new())?;
            }
            b'|' => {
                p.at += 1;
                if let Some(open) = p.open.last_mut() {
                    open.end_choice();
                }
            }
            b')' => {
                p.at += 1;
                p.close()?;
            }
            b'^' | b'$' | b'.' => {
                p.at += 1;
                let node = match byte {
                    b'^' if p.flags.one_line => Node::Assertion(Assertion::BeginText),
                    b'^' => Node::Assertion(Assertion::BeginLine),
                    b'$' if p.flags.one_line => Node::Assertion(Assertion::EndText),
                    b'$' => Node::Assertion(Assertion::EndLine),
                    _ if p.flags.dot_newline => Node::Any,
                    _ => Node::AnyNotNewline,
                };
                p.push(Tree::leaf(node))?;
            }
            b'[' => p.class()?,
            b'*' | b'+' | b'?' => {
                p.at += 1;
                let (min, max) = match byte {
                    b'*' => (0, None),
                    b'+' => (1, None),
                    _ => (0, Some(1)),
                };
                p.repeat(start, min, max, last_operator)?;
                operator = Some(start);
            }
            b'{' => match p.counts() {
                None => {
                    p.at += 1;
                    p.character(u32::from(b'{'))?;
                }
                Some((min, max)) => {
                    if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || min > max) {
                        return refuse(INVALID_REPEAT, &text[start..p.at]);
                    }
                    p.repeat(start, min, max, last_operator)?;
                    operator = Some(start);
                }
            },
            b'\\' => p.backslash()?,
            _ => {
                let c = p.next()?;
                p.character(c)?;
            }
        }
        last_operator = operator;
    }
    let Parser { mut open, groups, .. } = p;
    match (open.pop(), open.is_empty()) {
        (Some(whole), true) => Ok(Parsed { tree: limited(whole.close(), text)?, groups }),
        _ => refuse(MISSING_PAREN, text),
    }
}

/// Refuses what is too large or too deep.
fn limited(tree: Tree, text: &[u8]) -> Parse<Tree> {
    if tree.size > MAX_SIZE {
        return refuse(TOO_LARGE, text);
    }
    if tree.height > MAX_HEIGHT {
        return refuse(TOO_DEEP, text);
    }
    Ok(tree)
}

/// The character at the start of `text` and the bytes it takes; U+FFFD and 0 at its end.
fn character(text: &[u8]) -> Parse<(u32, usize)> {
    match utf8::decode(text) {
        (utf8::REPLACEMENT, 1) => refuse(INVALID_UTF8, text),
        found => Ok(found),
    }
}

/// Refuses text that is not UTF-8.
fn valid(mut text: &[u8]) -> Parse<()> {
    while !text.is_empty() {
        let (_, size) = character(text)?;
        text = &text[size..];
    }
    Ok(())
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, what)
}

impl<'t> Parser<'t, '_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'t [u8] {
        &self.text[self.at.min(self.text.len())..]
    }

    /// What has been read from `start` on.
    fn since(&self, start: usize) -> &'t [u8] {
        &self.text[start..self.at]
    }

    /// Reads a character.
    fn next(&mut self) -> Parse<u32> {
        let (c, size) = character(self.rest())?;
        self.at += size;
        Ok(c)
    }

    fn push(&mut self, tree: Tree) -> Parse<()> {
        let tree = limited(tree, self.text)?;
        if let Some(open) = self.open.last_mut() {
            open.sequence.push(tree);
        }
        Ok(())
    }

    fn push_class(&mut self, class: Class) -> Parse<()> {
        let class = class.clean(self.meter)?;
        self.push(Tree::leaf(match class.single() {
            Some(c) => Node::Character(c),
            None => Node::Class(Arc::new(class)),
        }))
    }

    /// A character stands for itself, and for its other cases where case does not matter.
    fn character(&mut self, c: u32) -> Parse<()> {
        if !self.flags.fold || crate::pure::unicode::simple_fold(c) == c {
            return self.push(Tree::leaf(Node::Character(c)));
        }
        let mut class = Class::default();
        self.add_cases(&mut class, c);
        self.push_class(class)
    }

    /// Adds a character in all its cases.
    fn add_cases(&self, class: &mut Class, c: u32) {
        class.add(c, c);
        let mut other = crate::pure::unicode::simple_fold(c);
        while other != c {
            class.add(other, other);
            other = crate::pure::unicode::simple_fold(other);
        }
    }

    fn begin(&mut self, group: Option<u32>) {
        self.open.push(Open { flags: self.flags, group, choices: Vec::new(), sequence: Vec::new() });
    }

    /// Opens a group that is remembered.
    fn capture(&mut self, name: String) -> Parse<()> {
        self.groups.push(name);
        self.begin(Some(self.groups.len() as u32));
        Ok(())
    }

    fn close(&mut self) -> Parse<()> {
        if self.open.len() < 2 {
            return refuse(UNEXPECTED_PAREN, self.text);
        }
        let Some(open) = self.open.pop() else { return Ok(()) };
        self.flags = open.flags;
        let group = open.group;
        let tree = limited(open.close(), self.text)?;
        self.push(match group {
            Some(number) => Tree::group(number, tree),
            None => tree,
        })
    }

    /// An operator behind what it repeats; it has been read up to a `?`. `start` is where it stands, `last` where one stands that it would be stacked on.
    fn repeat(&mut self, start: usize, min: u32, max: Option<u32>, last: Option<usize>) -> Parse<()> {
        let mut lazy = self.flags.lazy;
        if self.flags.perl {
            if self.peek(0) == Some(b'?') {
                self.at += 1;
                lazy = !lazy;
            }
            if let Some(last) = last {
                return refuse(INVALID_REPEAT_OP, self.since(last));
            }
        }
        let Some(sub) = self.open.last_mut().and_then(|o| o.sequence.pop()) else { return refuse(MISSING_OPERAND, self.since(start)) };
        let tree = Tree::repeat(sub, min, max, lazy);
        if (min >= 2 || max.is_some_and(|max| max >= 2)) && tree.repeats > u64::from(MAX_REPEAT) {
            return refuse(INVALID_REPEAT, self.since(start));
        }
        self.push(tree)
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; `None` if it is none and `{` a character. A number that is far too large comes as [`u32::MAX`].
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let (min, mut at) = self.number(self.at + 1)?;
        let mut max = Some(min);
        if self.text.get(at) == Some(&b',') {
            at += 1;
            max = None;
            if self.text.get(at) != Some(&b'}') {
                let (n, after) = self.number(at)?;
                (max, at) = (Some(n), after);
            }
        }
        if self.text.get(at) != Some(&b'}') {
            return None;
        }
        self.at = at + 1;
        Some((min, max))
    }

    /// A number without leading zeros, and where it ends.
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let digits = self.text.get(at..)?.iter().take_while(|b| b.is_ascii_digit()).count();
        let text = self.text.get(at..at + digits)?;
        if digits == 0 || digits > 1 && text[0] == b'0' {
            return None;
        }
        let n = std::str::from_utf8(text).ok()?.parse().unwrap_or(u32::MAX);
        Some((n, at + digits))
    }

    /// What begins with `(?`: a group with a name, settings, or both settings and a group.
    fn special_group(&mut self) -> Parse<()> {
        let all = self.rest();
        let name_at = if all.starts_with(b"(?P<") && all.len() > 4 {
            Some(4)
        } else if all.starts_with(b"(?<") && all.len() > 3 {
            Some(3)
        } else {
            None
        };
        if let Some(from) = name_at {
            let Some(end) = find(all, b">") else {
                valid(all)?;
                return refuse(INVALID_NAME, all);
            };
            let name = &all[from..end];
            valid(name)?;
            if name.is_empty() || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
                return refuse(INVALID_NAME, &all[..=end]);
            }
            self.at += end + 1;
            return self.capture(String::from_utf8_lossy(name).into_owned());
        }
        let start = self.at;
        self.at += 2;
        let (mut flags, mut on, mut any) = (self.flags, true, false);
        while !self.rest().is_empty() {
            let c = self.next()?;
            match char::from_u32(c) {
                Some('-') if on => (on, any) = (false, false),
                Some(':' | ')') if on || any => {
                    if c == u32::from(b':') {
                        self.begin(None);
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ if flags.set(c, on) => any = true,
                _ => break,
            }
        }
        refuse(INVALID_PERL, self.since(start))
    }

    fn backslash(&mut self) -> Parse<()> {
        if self.flags.perl {
            let assertion = match self.peek(1) {
                Some(b'A') => Some(Assertion::BeginText),
                Some(b'z') => Some(Assertion::EndText),
                Some(b'b') => Some(Assertion::WordBoundary),
                Some(b'B') => Some(Assertion::NoWordBoundary),
                Some(b'C') => return refuse(INVALID_ESCAPE, &self.rest()[..2]),
                Some(b'Q') => return self.quoted(),
                _ => None,
            };
            if let Some(assertion) = assertion {
                self.at += 2;
                return self.push(Tree::leaf(Node::Assertion(assertion)));
            }
        }
        let mut class = Class::default();
        if self.class_escape(&mut class)? {
            return self.push_class(class);
        }
        let c = self.escape()?;
        self.character(c)
    }

    /// `\Q...\E`: all of it stands for itself.
    fn quoted(&mut self) -> Parse<()> {
        self.at += 2;
        let end = find(self.rest(), b"\\E").map_or(self.text.len(), |n| self.at + n);
        while self.at < end {
            self.meter.spend(2)?;
            let (c, size) = character(&self.text[self.at..end])?;
            self.at += size;
            self.character(c)?;
        }
        self.at = (end + 2).min(self.text.len());
        Ok(())
    }

    /// An escape for a class, such as `\d` or `\pL`, if there is one.
    fn class_escape(&mut self, class: &mut Class) -> Parse<bool> {
        if !self.flags.perl || self.peek(0) != Some(b'\\') {
            return Ok(false);
        }
        match self.peek(1) {
            Some(b'p' | b'P') => self.unicode_class(class).map(|()| true),
            Some(letter) => match class::perl(letter) {
                Some((set, negated)) => {
                    self.at += 2;
                    self.add_set(class, set, negated).map(|()| true)
                }
                None => Ok(false),
            },
            None => Ok(false),
        }
    }

    /// Adds a named set or all but it, in all cases where case does not matter.
    fn add_set(&mut self, class: &mut Class, set: Class, negated: bool) -> Parse<()> {
        let set = if self.flags.fold { set.folded(self.meter)? } else { set.clean(self.meter)? };
        if negated {
            class.add_all(&set.negated());
        } else {
            class.add_all(&set);
        }
        Ok(())
    }

    fn unicode_class(&mut self, class: &mut Class) -> Parse<()> {
        let start = self.at;
        let mut negated = self.peek(1) == Some(b'P');
        self.at += 2;
        let c = self.next()?;
        let mut name = &self.text[start + 2..self.at];
        if c == u32::from(b'{') {
            let Some(end) = find(self.rest(), b"}") else {
                valid(&self.text[start..])?;
                return refuse(INVALID_RANGE, &self.text[start..]);
            };
            name = &self.rest()[..end];
            self.at += end + 1;
            valid(name)?;
        }
        if let Some(rest) = name.strip_prefix(b"^") {
            negated = !negated;
            name = rest;
        }
        match class::unicode(name, self.meter)? {
            Some(set) => self.add_set(class, set, negated),
            None => refuse(INVALID_RANGE, self.since(start)),
        }
    }

    /// An escape for one character.
    fn escape(&mut self) -> Parse<u32> {
        let start = self.at;
        self.at += 1;
        if self.rest().is_empty() {
            return refuse(TRAILING_BACKSLASH, b"");
        }
        let c = self.next()?;
        let octal = |b: Option<u8>| b.filter(|b| (b'0'..=b'7').contains(b)).map(|b| u32::from(b - b'0'));
        let value = match char::from_u32(c) {
            // one digit that is not 0 would refer to a group
            Some('1'..='7') if octal(self.peek(0)).is_none() => None,
            Some('0'..='7') => {
                let mut value = c - 0x30;
                for _ in 0..2 {
                    let Some(digit) = octal(self.peek(0)) else { break };
                    value = value * 8 + digit;
                    self.at += 1;
                }
                Some(value)
            }
            Some('x') => self.hexadecimal()?,
            Some('a') => Some(0x07),
            Some('f') => Some(0x0C),
            Some('n') => Some(0x0A),
            Some('r') => Some(0x0D),
            Some('t') => Some(0x09),
            Some('v') => Some(0x0B),
            Some(c) if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
            _ => None,
        };
        value.map_or_else(|| refuse(INVALID_ESCAPE, self.since(start)), Ok)
    }

    /// What follows `\x`: two digits, or any number of them in braces.
    fn hexadecimal(&mut self) -> Parse<Option<u32>> {
        let digit = |c: u32| char::from_u32(c).and_then(|c| c.to_digit(16));
        if self.rest().is_empty() {
            return Ok(None);
        }
        let c = self.next()?;
        if c != u32::from(b'{') {
            let second = self.next()?;
            return Ok(digit(c).zip(digit(second)).map(|(high, low)| high * 16 + low));
        }
        let mut value = None;
        while !self.rest().is_empty() {
            let c = self.next()?;
            if c == u32::from(b'}') {
                return Ok(value);
            }
            match digit(c).map(|d| value.unwrap_or(0) * 16 + d) {
                Some(v) if v <= utf8::MAX => value = Some(v),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// `[...]`.
    fn class(&mut self) -> Parse<()> {
        let start = self.at;
        self.at += 1;
        let mut class = Class::default();
        let negated = self.peek(0) == Some(b'^');
        if negated {
            self.at += 1;
            if !self.flags.perl {
                class.add(0x0A, 0x0A);
            }
        }
        let mut first = true;
        while first || self.peek(0) != Some(b']') {
            self.meter.spend(2)?;
            if self.peek(0) == Some(b'-') && !self.flags.perl && !first && self.peek(1) != Some(b']') {
                let (_, size) = utf8::decode(&self.text[self.at + 1..]);
                return refuse(INVALID_RANGE, &self.text[self.at..self.at + 1 + size]);
            }
            first = false;
            if self.named_set(&mut class)? || self.class_escape(&mut class)? {
                continue;
            }
            let from = self.at;
            let low = self.class_character(start)?;
            let mut high = low;
            if self.peek(0) == Some(b'-') && self.peek(1).is_some_and(|b| b != b']') {
                self.at += 1;
                high = self.class_character(start)?;
                if high < low {
                    return refuse(INVALID_RANGE, self.since(from));
                }
            }
            class.add(low, high);
            if self.flags.fold {
                if low == high {
                    self.add_cases(&mut class, low);
                } else {
                    class.add_all(&Class::of(&[(low, high)]).folded(self.meter)?);
                }
            }
        }
        self.at += 1;
        let class = class.clean(self.meter)?;
        self.push_class(if negated { class.negated() } else { class })
    }

    fn class_character(&mut self, start: usize) -> Parse<u32> {
        match self.peek(0) {
            None => refuse(MISSING_BRACKET, &self.text[start..]),
            Some(b'\\') => self.escape(),
            Some(_) => self.next(),
        }
    }

    /// `[:name:]`, if there is one.
    fn named_set(&mut self, class: &mut Class) -> Parse<bool> {
        let Some(inner) = self.rest().strip_prefix(b"[:") else { return Ok(false) };
        let Some(end) = find(inner, b":]") else { return Ok(false) };
        let whole = &self.rest()[..end + 4];
        let Some((set, negated)) = class::posix(&inner[..end]) else { return refuse(INVALID_RANGE, whole) };
        self.at += whole.len();
        self.add_set(class, set, negated).map(|()| true)
    }
}
