//! Editors count lines and columns, the analyzer counts bytes: the conversion, in the encoding agreed with the client.

use tower_lsp::lsp_types::{Position, Range};

/// The unit of a column, agreed with the client at `initialize`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, LSP's default.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// Units that `text` takes.
    fn len(self, text: &str) -> u32 {
        match self {
            Encoding::Utf8 => text.len() as u32,
            Encoding::Utf16 => text.chars().map(|c| c.len_utf16() as u32).sum(),
            Encoding::Utf32 => text.chars().count() as u32,
        }
    }

    fn char_len(self, c: char) -> u32 {
        match self {
            Encoding::Utf8 => c.len_utf8() as u32,
            Encoding::Utf16 => c.len_utf16() as u32,
            Encoding::Utf32 => 1,
        }
    }
}

/// Where each line of a text starts. Lines end as LSP says: `\n`, `\r\n`, or a lone `\r`.
#[derive(Clone, Debug)]
pub struct LineTable {
    starts: Box<[u32]>,
    ascii: bool,
}

impl LineTable {
    /// The table of `text`.
    pub fn new(text: &str) -> LineTable {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(at as u32 + 1);
            }
        }
        LineTable { starts: starts.into_boxed_slice(), ascii: text.is_ascii() }
    }

    /// The position of byte `offset` of `text`, which must be the text of this table. An offset inside a character means its start.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= end).saturating_sub(1);
        let start = self.starts.get(line).map_or(0, |s| *s as usize);
        let column = if self.ascii { end.saturating_sub(start) as u32 } else { encoding.len(text.get(start..end).unwrap_or_default()) };
        Position { line: line as u32, character: column }
    }

    /// The range of bytes `start..end` of `text`.
    pub fn range(&self, text: &str, start: u32, end: u32, encoding: Encoding) -> Range {
        Range { start: self.position(text, start, encoding), end: self.position(text, end.max(start), encoding) }
    }

    /// The byte offset of `at` in `text`. Columns past the end of a line mean its end, lines past the end the end of the text.
    pub fn offset(&self, text: &str, at: Position, encoding: Encoding) -> u32 {
        let Some(start) = self.starts.get(at.line as usize) else { return text.len() as u32 };
        let end = self.starts.get(at.line as usize + 1).map_or(text.len(), |next| *next as usize);
        let line = text.get(*start as usize..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        if self.ascii || encoding == Encoding::Utf8 {
            let mut column = (at.character as usize).min(line.len());
            while !line.is_char_boundary(column) {
                column -= 1;
            }
            return *start + column as u32;
        }
        let mut column = 0;
        for (index, c) in line.char_indices() {
            column += encoding.char_len(c);
            if column > at.character {
                return *start + index as u32;
            }
        }
        *start + line.len() as u32
    }

    /// The byte offsets of `range` in `text`, in order.
    #[cfg(test)]
    pub fn offsets(&self, text: &str, range: Range, encoding: Encoding) -> (u32, u32) {
        let (a, b) = (self.offset(text, range.start, encoding), self.offset(text, range.end, encoding));
        (a.min(b), a.max(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\u{e9}\u{1F600}z\r\nx\ry\n";

    #[test]
    fn positions_and_offsets_are_inverse_in_every_encoding() {
        let table = LineTable::new(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (offset, c) in TEXT.char_indices().filter(|(_, c)| *c != '\n' && *c != '\r') {
                let at = table.position(TEXT, offset as u32, encoding);
                assert_eq!(table.offset(TEXT, at, encoding), offset as u32, "{c:?} {encoding:?}");
            }
        }
        let z = TEXT.find('z').unwrap() as u32;
        assert_eq!(table.position(TEXT, z, Encoding::Utf8).character, 7);
        assert_eq!(table.position(TEXT, z, Encoding::Utf16).character, 4);
        assert_eq!(table.position(TEXT, z, Encoding::Utf32).character, 3);
        assert_eq!(table.position(TEXT, TEXT.find('y').unwrap() as u32, Encoding::Utf16), Position::new(2, 0));
    }

    #[test]
    fn places_outside_are_clamped() {
        let table = LineTable::new(TEXT);
        let end = TEXT.len() as u32;
        assert_eq!(table.offset(TEXT, Position::new(99, 0), Encoding::Utf16), end);
        assert_eq!(table.offset(TEXT, Position::new(0, 99), Encoding::Utf16), 8);
        // the middle of a surrogate pair is the pair's start
        assert_eq!(table.offset(TEXT, Position::new(0, 3), Encoding::Utf16), 3);
        assert_eq!(table.position(TEXT, end + 9, Encoding::Utf16), Position::new(3, 0));
        assert_eq!(LineTable::new("").offset("", Position::new(0, 5), Encoding::Utf16), 0);
    }
}
