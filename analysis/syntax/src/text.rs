//! Byte ranges and the conversion of offsets to lines and columns.

/// A half-open range of bytes. Inside a declaration it is relative to the declaration's start.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range `start..end`.
    pub const fn new(start: u32, end: u32) -> TextRange {
        TextRange { start, end }
    }
    /// The empty range at `at`.
    pub const fn at(at: u32) -> TextRange {
        TextRange { start: at, end: at }
    }
    /// The same range, moved by `by` bytes to the right.
    pub const fn shift(self, by: u32) -> TextRange {
        TextRange { start: self.start + by, end: self.end + by }
    }
    /// The smallest range that holds both.
    pub fn cover(self, other: TextRange) -> TextRange {
        TextRange { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
    /// Whether `offset` lies in the range, its end included (a cursor just behind a word is in it).
    pub const fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }
    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }
    /// Whether the range is empty.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
    /// The text of the range; as much of it as there is (what is missing at the end of a file is reported just behind it).
    pub fn of(self, text: &str) -> &str {
        let end = (self.end as usize).min(text.len());
        text.get((self.start as usize).min(end)..end).unwrap_or("")
    }
}

impl std::fmt::Debug for TextRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// Where each line of a text starts; converts byte offsets to lines and UTF-16 columns and back. Lines count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Box<[u32]>,
    /// Whether all text is ASCII, so that a column in bytes is a column in UTF-16 units.
    ascii: bool,
}

/// A place as editors count: line and column from 0, the column in UTF-16 code units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct LineCol {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub col: u32,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> LineIndex {
        let starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1)).collect();
        LineIndex { starts, ascii: text.is_ascii() }
    }

    /// The number of lines (a text that ends in a newline has an empty last line).
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The byte offset at which `line` starts, if there is such a line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(line as usize).copied()
    }

    /// Line and byte column of `offset`, both from 0.
    pub fn byte_line_col(&self, offset: u32) -> LineCol {
        let line = self.starts.partition_point(|s| *s <= offset) - 1;
        LineCol { line: line as u32, col: offset - self.starts[line] }
    }

    /// Line and UTF-16 column of `offset` in `text`, which must be the text that was indexed.
    pub fn line_col(&self, text: &str, offset: u32) -> LineCol {
        let at = self.byte_line_col(offset.min(text.len() as u32));
        if self.ascii {
            return at;
        }
        let start = self.starts[at.line as usize] as usize;
        let mut end = start + at.col as usize;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        LineCol { line: at.line, col: text[start..end].chars().map(|c| c.len_utf16() as u32).sum() }
    }

    /// The byte offset of a UTF-16 position in `text`; columns past the end of a line mean its end, lines past the end the end of
    /// the text.
    pub fn offset(&self, text: &str, at: LineCol) -> u32 {
        let Some(start) = self.line_start(at.line) else { return text.len() as u32 };
        let end = self.line_start(at.line + 1).unwrap_or(text.len() as u32);
        let line = text[start as usize..end as usize].trim_end_matches(['\n', '\r']);
        if self.ascii {
            return start + at.col.min(line.len() as u32);
        }
        let mut col = 0;
        for (i, c) in line.char_indices() {
            if col >= at.col {
                return start + i as u32;
            }
            col += c.len_utf16() as u32;
        }
        start + line.len() as u32
    }
}
