//! The printer's core. Tokens are written one by one; white space between them is queued and written only when the next token
//! comes, because comments that stand between the two in the source are woven into it. The printer believes to be at a source
//! position all the time: line breaks of the source are found by comparing it with where the next token stands.

use rustc_hash::FxHashMap;

use super::sheet::{Mark, Sheet, Stop};
use super::source::{Pos, Source};
use crate::ast::{Ast, DeclAst, ExprId, StmtId};
use crate::token::Tok;

/// White space that waits for the next token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gap {
    /// Nothing; takes the place of a gap that was dropped.
    None,
    Blank,
    /// The end of an aligned cell.
    Cell,
    Newline,
    /// A newline that ends all alignment.
    Section,
    /// One level of indentation more.
    In,
    /// One level less.
    Out,
}

impl Gap {
    pub fn breaks_line(self) -> bool {
        matches!(self, Gap::Newline | Gap::Section)
    }
}

/// At most one empty line is kept.
const MAX_NEWLINES: u32 = 2;
/// When so many gaps are queued, they are written without waiting for the token.
const MAX_GAPS: usize = 16;
/// How deep expressions may nest: a bound on recursion.
pub(super) const MAX_DEPTH: u32 = 1_200;

/// A node whose size was measured.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sized {
    Expr(u32, ExprId),
    Stmt(u32, StmtId),
}

/// What the comment to come is.
#[derive(Clone, Copy)]
pub(super) struct NextGroup {
    /// Its index; the number of groups if there is none.
    pub index: u32,
    /// Where it starts.
    pub offset: u32,
    /// Whether writing it ends a line.
    pub newline: bool,
}

/// Everything about the output; measuring a node starts with a new one.
pub(super) struct State {
    pub sheet: Sheet,
    pub indent: i32,
    /// How many composite literals are open.
    pub level: u32,
    pub no_extra_blank: bool,
    pub no_extra_break: bool,
    /// A line break inside a literal has made alignment of the rest of the line senseless.
    stop_alignment: bool,
    /// Whether a line break here would end the statement.
    pub implied_semi: bool,
    /// The last thing printed, `Illegal` for white space.
    pub last_tok: Tok,
    /// The last thing printed if it was `(` or `[`.
    pub prev_open: Tok,
    pub gaps: Vec<Gap>,
    pub pos: Pos,
    pub last: Pos,
    pub out_line: u32,
    pub out_col: u32,
    /// Lines of the output at which list elements start: one slot a list that is being printed.
    line_slots: Vec<u32>,
    pending_slot: Option<usize>,
    pub next_group: NextGroup,
    /// When measuring: the length that is too long.
    limit: Option<usize>,
    pub overflow: bool,
}

impl State {
    fn new(limit: Option<usize>) -> State {
        State {
            sheet: Sheet::default(),
            indent: 0,
            level: 0,
            no_extra_blank: false,
            no_extra_break: false,
            stop_alignment: false,
            implied_semi: false,
            last_tok: Tok::Illegal,
            prev_open: Tok::Illegal,
            gaps: Vec::with_capacity(MAX_GAPS),
            pos: Pos { offset: 0, line: 1, col: 1 },
            last: Pos::default(),
            out_line: 1,
            out_col: 1,
            line_slots: Vec::new(),
            pending_slot: None,
            next_group: NextGroup { index: u32::MAX, offset: u32::MAX, newline: false },
            limit,
            overflow: false,
        }
    }

    fn restart(&mut self, limit: usize) {
        let (mut sheet, mut gaps, mut line_slots) =
            (std::mem::take(&mut self.sheet), std::mem::take(&mut self.gaps), std::mem::take(&mut self.line_slots));
        sheet.clear();
        gaps.clear();
        line_slots.clear();
        *self = State { sheet, gaps, line_slots, ..State::new(Some(limit)) };
    }
}

pub(super) struct Printer<'a> {
    pub src: &'a Source<'a>,
    pub decl: &'a DeclAst,
    /// The arena that ids belong to, and its number.
    pub ast: &'a Ast,
    pub arena: u32,
    /// The number of the first arena of the current declaration.
    pub first_arena: u32,
    pub state: State,
    /// Indentation that everything gets.
    pub base_indent: i32,
    sizes: FxHashMap<Sized, u32>,
    /// States that were used for measuring.
    spare: Vec<State>,
    pub go_build: Vec<Mark>,
    pub plus_build: Vec<Mark>,
    pub depth: u32,
    /// Set when the nesting was too deep: the output is of no use.
    pub too_deep: bool,
}

impl<'a> Printer<'a> {
    pub fn new(src: &'a Source<'a>, decl: &'a DeclAst, base_indent: i32) -> Printer<'a> {
        let mut state = State::new(None);
        state.sheet.text.reserve(src.text.len() + src.text.len() / 8);
        state.sheet.stops.reserve(src.text.len() / 8);
        let mut printer = Printer {
            src,
            decl,
            ast: &decl.sig,
            arena: 0,
            first_arena: 0,
            state,
            base_indent,
            sizes: FxHashMap::default(),
            spare: Vec::new(),
            go_build: Vec::new(),
            plus_build: Vec::new(),
            depth: 0,
            too_deep: false,
        };
        printer.seek_group(0);
        printer
    }

    /// Goes on with another declaration.
    pub fn enter_decl(&mut self, decl: &'a DeclAst) {
        self.first_arena += 1 + self.decl.bodies.len() as u32;
        self.arena = self.first_arena;
        self.decl = decl;
        self.ast = &decl.sig;
    }

    // ---- source

    pub fn line_of(&self, offset: u32) -> u32 {
        self.src.lines.of(offset)
    }

    /// Makes the comment group with this index the next one.
    pub fn seek_group(&mut self, index: u32) {
        let src = self.src;
        self.state.next_group = match src.groups.get(index as usize) {
            Some(group) => {
                let notes = &src.notes[group.first as usize..(group.first + group.len) as usize];
                let line = src.lines.of(notes[0].pos);
                let newline = notes.iter().any(|n| n.is_line() || n.text.contains('\n') || src.lines.of(n.pos) != line);
                NextGroup { index, offset: notes[0].pos, newline }
            }
            None => NextGroup { index, offset: u32::MAX, newline: false },
        };
    }

    pub fn next_group(&mut self) {
        self.seek_group(self.state.next_group.index + 1);
    }

    /// Whether a comment comes before `offset` that may be written here.
    pub fn comment_before(&self, offset: u32) -> bool {
        self.state.next_group.offset < offset && (!self.state.implied_semi || !self.state.next_group.newline)
    }

    // ---- lines of the output

    /// Opens a slot for the output line at which the current element of a list starts.
    pub fn open_slot(&mut self) -> usize {
        self.state.line_slots.push(0);
        self.state.line_slots.len() - 1
    }

    pub fn close_slot(&mut self) {
        self.state.line_slots.pop();
        self.state.pending_slot = None;
    }

    /// Stores the output line of the next token in `slot`.
    pub fn record_line(&mut self, slot: usize) {
        self.state.pending_slot = Some(slot);
    }

    pub fn add_to_slot(&mut self, slot: usize, by: u32) {
        if let Some(line) = self.state.line_slots.get_mut(slot) {
            *line += by;
        }
    }

    /// Whether the output has gone to another line since the one stored in `slot`.
    pub fn left_line(&self, slot: usize) -> bool {
        self.state.out_line > self.state.line_slots.get(slot).copied().unwrap_or(0)
    }

    // ---- white space

    fn note_open(&mut self) {
        match self.state.last_tok {
            Tok::Illegal => {}
            tok @ (Tok::LParen | Tok::LBrack) => self.state.prev_open = tok,
            _ => self.state.prev_open = Tok::Illegal,
        }
    }

    pub fn gap(&mut self, gap: Gap) {
        self.note_open();
        if gap == Gap::None {
            return;
        }
        if self.state.gaps.len() == MAX_GAPS {
            self.write_gaps(MAX_GAPS);
        }
        self.state.gaps.push(gap);
        if gap.breaks_line() {
            self.state.implied_semi = false;
        }
        self.state.last_tok = Tok::Illegal;
    }

    pub fn blank(&mut self) {
        self.gap(Gap::Blank);
    }

    pub fn indent(&mut self) {
        self.gap(Gap::In);
    }

    pub fn outdent(&mut self) {
        self.gap(Gap::Out);
    }

    /// Queues the line breaks up to `line`, at least `min`, after the gap `before`. `section`: whether alignment ends. Returns how
    /// many; a section counts twice.
    pub fn line_break(&mut self, line: u32, min: u32, before: Gap, section: bool) -> u32 {
        let wanted = line.saturating_sub(self.state.pos.line).min(MAX_NEWLINES).max(min);
        if wanted == 0 {
            return 0;
        }
        self.gap(before);
        let mut left = wanted;
        let mut count = wanted;
        if section {
            self.gap(Gap::Section);
            left -= 1;
            count += 1;
        }
        for _ in 0..left {
            self.gap(Gap::Newline);
        }
        count
    }

    pub fn toggle_extra_break(&mut self) {
        self.note_open();
        self.state.no_extra_break ^= true;
    }

    pub fn toggle_extra_blank(&mut self) {
        self.note_open();
        self.state.no_extra_blank ^= true;
    }

    /// Writes the first `count` gaps.
    pub fn write_gaps(&mut self, count: usize) {
        let mut i = 0;
        while i < count {
            match self.state.gaps[i] {
                Gap::None => {}
                Gap::In => self.state.indent += 1,
                Gap::Out => self.state.indent = (self.state.indent - 1).max(0),
                gap @ (Gap::Newline | Gap::Section) => {
                    if i + 1 < count && self.state.gaps[i + 1] == Gap::Out {
                        // Less indentation counts for this line already (labels), and a label's length must not widen the columns
                        // above it.
                        self.state.gaps[i] = Gap::Out;
                        self.state.gaps[i + 1] = Gap::Section;
                        continue;
                    }
                    self.write_space(gap, 1);
                }
                gap => self.write_space(gap, 1),
            }
            i += 1;
        }
        self.state.gaps.drain(..count);
    }

    /// Writes white space now.
    pub fn write_space(&mut self, gap: Gap, count: u32) {
        let mut gap = gap;
        if self.state.stop_alignment {
            match gap {
                Gap::Cell => gap = Gap::Blank,
                Gap::Newline | Gap::Section => {
                    gap = Gap::Section;
                    self.state.stop_alignment = false;
                }
                _ => {}
            }
        }
        if self.state.out_col == 1 {
            self.write_indent();
        }
        for _ in 0..count {
            match gap {
                Gap::Cell => self.state.sheet.stop(Stop::Cell),
                Gap::Newline => self.state.sheet.stop(Stop::Line),
                Gap::Section => self.state.sheet.stop(Stop::Section),
                _ => self.state.sheet.text.push(' '),
            }
        }
        let state = &mut self.state;
        state.pos.offset = state.pos.offset.saturating_add(count);
        if gap.breaks_line() {
            state.pos.line = state.pos.line.saturating_add(count);
            state.pos.col = 1;
            state.out_line += count;
            state.out_col = 1;
            if state.limit.is_some() {
                state.overflow = true;
            }
        } else {
            state.pos.col += count;
            state.out_col += count;
        }
    }

    /// A tab that belongs to no indentation: the separator before a trailing comment.
    pub fn write_tab(&mut self) {
        if self.state.stop_alignment {
            return self.write_space(Gap::Blank, 1);
        }
        if self.state.out_col == 1 {
            self.write_indent();
        }
        self.state.sheet.stop(Stop::Tab);
        let state = &mut self.state;
        state.pos.offset = state.pos.offset.saturating_add(1);
        state.pos.col += 1;
        state.out_col += 1;
    }

    fn write_indent(&mut self) {
        let count = (self.base_indent + self.state.indent).max(0) as u32;
        for _ in 0..count {
            self.state.sheet.stop(Stop::Tab);
        }
        let state = &mut self.state;
        state.pos.offset = state.pos.offset.saturating_add(count);
        state.pos.col += count;
        state.out_col += count;
    }

    /// Writes text now; it stands at `pos` in the source, if that is somewhere.
    pub fn write_text(&mut self, pos: Pos, text: &str) {
        if self.state.out_col == 1 {
            self.write_indent();
        }
        let state = &mut self.state;
        if pos.line > 0 {
            state.pos = pos;
        }
        state.sheet.text.push_str(text);
        let len = text.len() as u32;
        state.pos.offset = state.pos.offset.saturating_add(len);
        match text.rfind('\n') {
            Some(at) => {
                let lines = super::source::count_newlines(text);
                state.stop_alignment = true;
                state.pos.line = state.pos.line.saturating_add(lines);
                state.out_line += lines;
                state.pos.col = len - at as u32;
                state.out_col = len - at as u32;
                state.overflow |= state.limit.is_some();
            }
            None => {
                state.pos.col += len;
                state.out_col += len;
            }
        }
        if let Some(limit) = state.limit {
            state.overflow |= state.sheet.text.len() > limit;
        }
        state.last = state.pos;
    }

    // ---- tokens

    /// Says where the next token stands.
    pub fn at(&mut self, offset: u32) {
        self.state.pos = self.src.lines.place(offset);
    }

    /// Prints an operator or a keyword.
    pub fn tok(&mut self, tok: Tok) {
        self.note_open();
        let text = tok.as_str();
        if may_combine(self.state.last_tok, text.as_bytes()[0]) {
            self.state.gaps.clear();
            self.state.gaps.push(Gap::Blank);
        }
        let implied = matches!(
            tok,
            Tok::Break | Tok::Continue | Tok::Fallthrough | Tok::Return | Tok::Inc | Tok::Dec | Tok::RParen | Tok::RBrack | Tok::RBrace
        );
        self.state.last_tok = tok;
        self.put(text, implied);
    }

    /// Prints an operator or a keyword that stands at `offset`.
    pub fn tok_at(&mut self, tok: Tok, offset: u32) {
        self.at(offset);
        self.tok(tok);
    }

    /// Prints an identifier (`Tok::Ident`) or a literal.
    pub fn word(&mut self, tok: Tok, text: &str) {
        self.note_open();
        self.state.last_tok = tok;
        self.put(text, true);
    }

    fn put(&mut self, text: &str, implied_semi: bool) {
        let mut implied_semi = implied_semi;
        let next = self.state.pos;
        let (wrote_newline, dropped_section) = self.flush(next, self.state.last_tok);
        if !self.state.implied_semi {
            // Line breaks of the source that comments have left over.
            let mut count = next.line.saturating_sub(self.state.pos.line).min(MAX_NEWLINES);
            if wrote_newline && count == MAX_NEWLINES {
                count -= 1;
            }
            if count > 0 {
                self.write_space(if dropped_section { Gap::Section } else { Gap::Newline }, count);
                implied_semi = false;
            }
        }
        if let Some(slot) = self.state.pending_slot.take() {
            self.state.line_slots[slot] = self.state.out_line;
        }
        self.write_text(next, text);
        self.state.implied_semi = implied_semi;
    }

    /// Writes comments and gaps before `next`, the place of `tok`. Says whether a newline was written behind a comment, and whether a
    /// section's end was dropped.
    pub fn flush(&mut self, next: Pos, tok: Tok) -> (bool, bool) {
        if self.comment_before(next.offset) {
            self.weave_comments(next, tok)
        } else {
            self.write_gaps(self.state.gaps.len());
            (false, false)
        }
    }

    // ---- measuring

    /// The length of what `print` prints if that fits in `limit` and on one line, or `limit + 1`. Comments don't count.
    pub fn measure(&mut self, key: Option<Sized>, limit: usize, print: impl FnOnce(&mut Self)) -> usize {
        if let Some(size) = key.and_then(|key| self.sizes.get(&key)) {
            return *size as usize;
        }
        let mut fresh = self.spare.pop().unwrap_or_else(|| State::new(None));
        fresh.restart(limit);
        let own = std::mem::replace(&mut self.state, fresh);
        let depth = self.depth;
        print(self);
        self.depth = depth;
        self.state.implied_semi = false;
        self.flush(Pos::END, Tok::Eof);
        let measured = std::mem::replace(&mut self.state, own);
        let size = match measured.sheet.line_length() {
            Some(len) if !measured.overflow && len <= limit => len,
            _ => limit + 1,
        };
        self.spare.push(measured);
        if let Some(key) = key {
            self.sizes.insert(key, size as u32);
        }
        size
    }

    /// Whether a node is being measured, rather than printed.
    pub fn measuring(&self) -> bool {
        self.state.limit.is_some()
    }
}

/// Whether a token and what follows would be read as another token if they stood together.
fn may_combine(previous: Tok, next: u8) -> bool {
    match previous {
        Tok::Int => next == b'.',
        Tok::Add => next == b'+',
        Tok::Sub => next == b'-',
        Tok::Quo => next == b'*',
        Tok::Lss => matches!(next, b'-' | b'<'),
        Tok::And => matches!(next, b'&' | b'^'),
        _ => false,
    }
}
