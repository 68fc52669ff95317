//! What the printer asks about the source: lines of offsets, where tokens stand that the tree doesn't record, comment groups and
//! which of them trail a specification.

use std::cell::Cell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lex::{Comment, Token};
use crate::token::Tok;

/// A place in the source, or where the printer believes to be in it. Lines and columns count from 1; line 0 is nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Pos {
    pub offset: u32,
    pub line: u32,
    pub col: u32,
}

impl Pos {
    /// Behind everything.
    pub const END: Pos = Pos { offset: u32::MAX, line: u32::MAX, col: 0 };
}

/// Where the lines start. Lines can be merged: what stood on two then counts as one.
pub(super) struct Lines {
    starts: Vec<u32>,
    /// The line that was asked for last: its index, its start and the start of the next.
    recent: Cell<(u32, u32, u32)>,
}

impl Lines {
    fn new(text: &str) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        let starts: Vec<u32> = std::iter::once(0).chain(breaks).collect();
        let next = starts.get(1).copied().unwrap_or(u32::MAX);
        Lines { starts, recent: Cell::new((0, 0, next)) }
    }

    fn index(&self, offset: u32) -> u32 {
        let (index, start, next) = self.recent.get();
        if start <= offset && offset < next {
            return index;
        }
        let at = |i: u32| self.starts.get(i as usize).copied().unwrap_or(u32::MAX);
        let index = if next <= offset && offset < at(index + 2) {
            index + 1
        } else {
            self.starts.partition_point(|s| *s <= offset).saturating_sub(1) as u32
        };
        self.recent.set((index, at(index), at(index + 1)));
        index
    }

    /// The line of an offset, from 1.
    pub fn of(&self, offset: u32) -> u32 {
        self.index(offset) + 1
    }

    pub fn place(&self, offset: u32) -> Pos {
        let index = self.index(offset);
        Pos { offset, line: index + 1, col: offset - self.recent.get().1 + 1 }
    }

    /// The number of lines.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Where `line` (from 1) starts.
    pub fn start(&self, line: u32) -> u32 {
        self.starts.get(line as usize - 1).copied().unwrap_or(u32::MAX)
    }

    /// Makes one line of `line` and the next one.
    pub fn merge(&mut self, line: u32) {
        if (line as usize) < self.starts.len() {
            self.starts.remove(line as usize);
            let next = self.starts.get(1).copied().unwrap_or(u32::MAX);
            self.recent.set((0, 0, next));
        }
    }
}

/// A comment as it will be printed: sorting imports moves some.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note<'a> {
    pub pos: u32,
    pub text: &'a str,
}

impl Note<'_> {
    pub fn end(&self) -> u32 {
        self.pos + self.text.len() as u32
    }
    /// Whether it is a `//` comment.
    pub fn is_line(&self) -> bool {
        self.text.as_bytes().get(1) == Some(&b'/')
    }
}

/// Comments that belong together: nothing but line ends stand between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub first: u32,
    pub len: u32,
}

pub(super) struct Source<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    /// For each bracket token, the index of its partner.
    partner: Vec<u32>,
    pub lines: Lines,
    pub notes: Vec<Note<'a>>,
    pub groups: Vec<Group>,
    /// The group that stands behind the token before this one, on its line.
    trailing: FxHashMap<u32, u32>,
    /// The tokens that have a group on the lines right above them.
    documented: FxHashSet<u32>,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str, tokens: &'a [Token], comments: &[Comment]) -> Source<'a> {
        let mut source = Source {
            text,
            tokens,
            partner: partners(tokens),
            lines: Lines::new(text),
            notes: comments.iter().map(|c| Note { pos: c.range.start, text: c.range.of(text) }).collect(),
            groups: Vec::new(),
            trailing: FxHashMap::default(),
            documented: FxHashSet::default(),
        };
        let mut at = 0;
        while let Some(comment) = comments.get(at) {
            let token = comment.next_token;
            let len = comments[at..].iter().take_while(|c| c.next_token == token).count();
            source.group(at, at + len, token);
            at += len;
        }
        source
    }

    /// Makes groups of the comments `from..to`, which all stand before `token`.
    fn group(&mut self, from: usize, to: usize, token: u32) {
        let previous_line = (token as usize).checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| self.lines.of(t.start));
        let token_start = self.tokens.get(token as usize).map_or(u32::MAX, |t| t.start);
        let mut at = from;
        if self.lines.of(self.notes[from].pos) == previous_line {
            let (end, last_line) = self.take_group(at, to, 0);
            let next = self.notes[..to].get(end).map_or(token_start, |n| n.pos);
            let ends = end == to && self.tokens.get(token as usize).is_none_or(|t| matches!(t.tok, Tok::Semi | Tok::Eof));
            if ends || self.lines.of(next) != last_line {
                self.trailing.insert(token, self.groups.len() as u32 - 1);
            }
            at = end;
        }
        let mut last_line = None;
        while at < to {
            let (end, line) = self.take_group(at, to, 1);
            (at, last_line) = (end, Some(line));
        }
        if last_line.is_some_and(|line| line + 1 == self.lines.of(token_start)) {
            self.documented.insert(token);
        }
    }

    /// One group that starts with comment `first`, whose members are at most `gap` lines apart. Returns where it ends, and on which line.
    fn take_group(&mut self, first: usize, to: usize, gap: u32) -> (usize, u32) {
        let mut end = first;
        let mut line = self.lines.of(self.notes[first].pos);
        while end < to && self.lines.of(self.notes[end].pos) <= line + gap {
            let note = self.notes[end];
            line = self.lines.of(note.pos) + if note.is_line() { 0 } else { count_newlines(note.text) };
            end += 1;
        }
        self.groups.push(Group { first: first as u32, len: (end - first) as u32 });
        (end, line)
    }

    // ---- tokens

    /// The index of the first token at or behind `offset`.
    pub fn token_at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|t| t.start < offset)
    }

    pub fn tok(&self, index: usize) -> Tok {
        self.tokens.get(index).map_or(Tok::Eof, |t| t.tok)
    }

    pub fn start(&self, index: usize) -> u32 {
        self.tokens.get(index).map_or(self.text.len() as u32, |t| t.start)
    }

    /// The index of the bracket that closes (or opens) the one with this index.
    pub fn partner(&self, index: usize) -> usize {
        self.partner.get(index).map_or(index, |p| *p as usize)
    }

    /// Where the bracket at `offset` is closed.
    pub fn closing(&self, offset: u32) -> u32 {
        self.start(self.partner(self.token_at(offset)))
    }

    /// The first `tok` at or behind `offset`.
    pub fn find(&self, tok: Tok, offset: u32) -> u32 {
        let from = self.token_at(offset);
        self.tokens.get(from..).and_then(|t| t.iter().find(|t| t.tok == tok)).map_or(self.text.len() as u32, |t| t.start)
    }

    /// The comment group that trails the specification, field or method that ends at `end`.
    pub fn trailing_group(&self, end: u32) -> Option<Group> {
        if self.trailing.is_empty() {
            return None;
        }
        let next = self.token_at(end);
        let token = *self.tokens.get(next)?;
        let key = match token.tok {
            Tok::Semi if token.auto => next,
            Tok::Semi => next + 1,
            _ => return None,
        };
        self.trailing.get(&(key as u32)).and_then(|g| self.groups.get(*g as usize)).copied()
    }

    /// Whether a comment group stands right above the token at `offset`.
    pub fn has_doc(&self, offset: u32) -> bool {
        !self.documented.is_empty() && self.documented.contains(&(self.token_at(offset) as u32))
    }
}

pub(super) fn count_newlines(text: &str) -> u32 {
    text.bytes().filter(|b| *b == b'\n').count() as u32
}

fn partners(tokens: &[Token]) -> Vec<u32> {
    let mut partner: Vec<u32> = (0..tokens.len() as u32).collect();
    let mut open: Vec<u32> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::LParen | Tok::LBrack | Tok::LBrace => open.push(i as u32),
            Tok::RParen | Tok::RBrack | Tok::RBrace => {
                if let Some(o) = open.pop() {
                    partner[i] = o;
                    partner[o as usize] = i as u32;
                }
            }
            _ => {}
        }
    }
    partner
}
