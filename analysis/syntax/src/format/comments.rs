//! Weaving comments into the white space before a token: which of the queued line breaks and indents come before the comment and
//! which behind it, and how the lines of a `/* */` comment are indented.

use std::borrow::Cow;

use super::build_lines;
use super::doc_comment::format_doc;
use super::printer::{Gap, Printer};
use super::source::{Note, Pos};
use crate::token::Tok;

/// The comment that was written last.
#[derive(Clone, Copy)]
struct Written {
    is_line: bool,
    line: u32,
}

impl Written {
    fn new(note: Note, line: u32) -> Written {
        Written { is_line: note.is_line(), line }
    }
}

impl<'a> Printer<'a> {
    /// Writes the comments before `next`, the place of `tok`, and the queued gaps around them. Says whether a newline was written
    /// behind the last one, and whether a section's end was dropped.
    pub fn weave_comments(&mut self, next: Pos, tok: Tok) -> (bool, bool) {
        let mut last: Option<Written> = None;
        while self.comment_before(next.offset) {
            let src = self.src;
            let Some(group) = src.groups.get(self.state.next_group.index as usize) else { break };
            let notes = &src.notes[group.first as usize..(group.first + group.len) as usize];
            let final_note = notes[notes.len() - 1];
            let is_doc = tok != Tok::Ident
                && self.state.last_tok != Tok::Import
                && src.lines.place(notes[0].pos).col == 1
                && src.lines.place(final_note.end() + 1) == next;
            let rewritten = if is_doc { format_doc(notes) } else { None };
            match rewritten {
                Some(texts) if texts.is_empty() => {
                    self.before_comment(src.lines.place(notes[0].pos), next, last, tok);
                    self.state.pos = next;
                    self.state.last = next;
                    self.next_group();
                    return self.after_comment(false);
                }
                Some(texts) => {
                    let pos = src.lines.place(notes[0].pos);
                    for text in &texts {
                        self.before_comment(pos, next, last, tok);
                        self.comment(pos, text);
                        last = Some(Written { is_line: text.starts_with("//"), line: pos.line });
                    }
                }
                None => {
                    for note in notes {
                        let pos = src.lines.place(note.pos);
                        self.before_comment(pos, next, last, tok);
                        self.comment(pos, note.text);
                        last = Some(Written::new(*note, pos.line));
                    }
                }
            }
            if is_doc {
                last = Some(Written::new(final_note, src.lines.of(final_note.pos)));
                self.state.pos = src.lines.place(final_note.end());
                self.state.last = self.state.pos;
            }
            self.next_group();
        }
        let Some(last) = last else { return self.after_comment(false) };
        let mut needs_newline = false;
        let same_line = !last.is_line && last.line == next.line;
        let closes_at_once = |close, open| tok != close || self.state.prev_open == open;
        if !self.state.no_extra_blank
            && same_line
            && tok != Tok::Comma
            && closes_at_once(Tok::RParen, Tok::LParen)
            && closes_at_once(Tok::RBrack, Tok::LBrack)
        {
            // Something separates the comment from the token: the line's end if one is queued, outside of composite literals.
            let breaks = self.state.gaps.iter().any(|g| g.breaks_line());
            if breaks && !self.state.no_extra_break && self.state.level == 0 {
                needs_newline = true;
            } else {
                self.write_space(Gap::Blank, 1);
            }
        }
        needs_newline |= last.is_line || tok == Tok::Eof || tok == Tok::RBrace && !self.state.no_extra_break;
        self.after_comment(needs_newline)
    }

    /// The white space before a comment at `pos`; `next` is where the token behind it stands, `previous` the comment before it.
    fn before_comment(&mut self, pos: Pos, next: Pos, previous: Option<Written>, tok: Tok) {
        if self.state.sheet.is_empty() {
            return;
        }
        if pos.line == self.state.last.line && previous.is_none_or(|p| !p.is_line) {
            self.space_on_line(pos, next, previous.is_none());
        } else {
            self.space_on_own_line(pos, next, previous, tok);
        }
    }

    /// Between a comment and what stands before it on its line.
    fn space_on_line(&mut self, pos: Pos, next: Pos, first: bool) {
        let mut separated = false;
        if first {
            let mut count = 0;
            for i in 0..self.state.gaps.len() {
                match self.state.gaps[i] {
                    Gap::Blank => self.state.gaps[i] = Gap::None,
                    Gap::Cell => separated = true,
                    Gap::In => {}
                    _ => {
                        count = i;
                        break;
                    }
                }
            }
            self.write_gaps(count);
        }
        if !separated {
            if pos.line == next.line {
                self.write_space(Gap::Blank, 1);
            } else {
                self.write_tab();
            }
        }
    }

    /// Before a comment that starts a line.
    fn space_on_own_line(&mut self, pos: Pos, next: Pos, previous: Option<Written>, tok: Tok) {
        let mut dropped = false;
        let mut count = 0;
        for i in 0..self.state.gaps.len() {
            match self.state.gaps[i] {
                Gap::Blank | Gap::Cell => {
                    self.state.gaps[i] = Gap::None;
                    continue;
                }
                Gap::In => continue,
                Gap::Out => {
                    // All but the last belong to constructs that are over. The last one is a block's end, and the comment belongs to
                    // the block, unless it is aligned with what follows.
                    if self.state.gaps.get(i + 1) == Some(&Gap::Out) || tok != Tok::RBrace && pos.col == next.col {
                        continue;
                    }
                }
                Gap::Newline | Gap::Section => {
                    self.state.gaps[i] = Gap::None;
                    dropped = previous.is_none();
                }
                Gap::None => {}
            }
            count = i;
            break;
        }
        self.write_gaps(count);
        let mut newlines = if pos.line > 0 && self.state.last.line > 0 { pos.line.saturating_sub(self.state.last.line) } else { 0 };
        if self.state.indent == 0 && dropped {
            newlines += 1;
        }
        if newlines == 0 && previous.is_some_and(|p| p.is_line) {
            newlines = 1;
        }
        if newlines > 0 {
            self.write_space(Gap::Section, newlines.min(2));
        }
    }

    /// Writes the remaining gaps behind a comment, with one line break if that is needed and none otherwise.
    fn after_comment(&mut self, needs_newline: bool) -> (bool, bool) {
        let (mut needed, mut wrote, mut dropped) = (needs_newline, false, false);
        for gap in &mut self.state.gaps {
            match gap {
                Gap::Blank | Gap::Cell => *gap = Gap::None,
                Gap::Newline | Gap::Section if needed => {
                    needed = false;
                    wrote = true;
                }
                Gap::Newline | Gap::Section => {
                    dropped |= *gap == Gap::Section;
                    *gap = Gap::None;
                }
                _ => {}
            }
        }
        self.write_gaps(self.state.gaps.len());
        if needed {
            self.write_space(Gap::Newline, 1);
            wrote = true;
        }
        (wrote, dropped)
    }

    fn comment(&mut self, pos: Pos, text: &str) {
        // `//line` directives count only in the first column.
        let unindented = text.starts_with("//line ") && pos.col == 1;
        let indent = self.state.indent;
        if unindented {
            self.state.indent = 0;
        }
        if text.starts_with("//") {
            if build_lines::is_go_build(text) {
                self.go_build.push(self.state.sheet.mark());
            } else if build_lines::is_plus_build(text) {
                self.plus_build.push(self.state.sheet.mark());
            }
            self.write_text(pos, text.trim_end());
        } else {
            self.block_comment(pos, text);
        }
        if unindented {
            self.state.indent = indent;
        }
    }

    fn block_comment(&mut self, pos: Pos, text: &str) {
        let mut lines: Vec<Cow<str>> = text.split('\n').map(Cow::Borrowed).collect();
        if pos.col == 1 && self.state.indent > 0 {
            // It will be indented: then its lines are taken to be so already, that it looks the same the next time.
            for line in &mut lines[1..] {
                *line = Cow::Owned(format!("   {line}"));
            }
        }
        strip_common_prefix(&mut lines);
        let mut pos = pos;
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                self.write_space(Gap::Section, 1);
                pos = self.state.pos;
            }
            if !line.is_empty() {
                self.write_text(pos, line.trim_end());
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| b <= b' ')
}

/// The length of the longest common start of blanks and stars.
fn common_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y && (*x <= b' ' || *x == b'*')).count()
}

/// Takes from all lines of a `/* */` comment but the first what they have in common as indentation.
fn strip_common_prefix(lines: &mut [Cow<str>]) {
    let count = lines.len();
    if count <= 1 {
        return;
    }
    // Of the inner lines that aren't blank; if there are none, of the last.
    let mut prefix: Option<String> = None;
    for line in &mut lines[1..count - 1] {
        if is_blank(line) {
            *line = Cow::Borrowed("");
            continue;
        }
        let prefix = prefix.get_or_insert_with(|| line.to_string());
        let len = common_prefix(prefix, line);
        prefix.truncate(len);
    }
    let mut prefix = prefix.unwrap_or_else(|| lines[count - 1][..common_prefix(&lines[count - 1], &lines[count - 1])].to_owned());

    let mut stars = false;
    if let Some(star) = prefix.find('*') {
        // A column of stars stays aligned.
        prefix.truncate(star);
        if prefix.ends_with(' ') {
            prefix.pop();
        }
        stars = true;
    } else {
        let first = &lines[0];
        let blanks: &str = &first[2..];
        if is_blank(blanks) {
            // No text on the first line: up to three blanks or a tab are indentation of the text below `/*`.
            let trimmed = prefix.trim_end_matches(' ').len().max(prefix.len().saturating_sub(3));
            if trimmed < prefix.len() {
                prefix.truncate(trimmed);
            } else if prefix.ends_with('\t') {
                prefix.pop();
            }
        } else {
            // The text on the first line is taken to be in line with the rest, `/*` counting as two blanks.
            let white = blanks.bytes().take_while(|b| *b <= b' ').count();
            let white = &blanks[..white];
            let suffix = if white.starts_with('\t') { white.to_owned() } else { format!("  {white}") };
            if prefix.ends_with(&suffix) {
                prefix.truncate(prefix.len() - suffix.len());
            }
        }
    }

    let last = &mut lines[count - 1];
    let before = last.find("*/").map_or(&last[..], |at| &last[..at]);
    if is_blank(before) {
        let closing = if stars { " */" } else { "*/" };
        *last = Cow::Owned(format!("{prefix}{closing}"));
    } else {
        let len = common_prefix(&prefix, last);
        prefix.truncate(len);
    }
    for line in &mut lines[1..] {
        if !line.is_empty() {
            *line = Cow::Owned(line.get(prefix.len()..).unwrap_or("").to_owned());
        }
    }
}
