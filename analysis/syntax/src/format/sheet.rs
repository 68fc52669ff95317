//! What the printer writes: text, and between its pieces the stops that alignment works on; and the alignment itself (columns of
//! cells that are as wide as their widest member, as text/tabwriter defines them).

/// What separates pieces of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// A tab, of indentation or before a comment: its column is never dropped.
    Tab,
    /// The end of a cell.
    Cell,
    /// The end of a line.
    Line,
    /// The end of a line and of all columns.
    Section,
}

impl Stop {
    pub fn ends_line(self) -> bool {
        matches!(self, Stop::Line | Stop::Section)
    }
}

/// Text with stops.
#[derive(Default, Debug)]
pub(super) struct Sheet {
    pub text: String,
    /// The stops in order; each with the length of the text before it.
    pub stops: Vec<(u32, Stop)>,
}

/// A place in a [`Sheet`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Mark {
    pub text: u32,
    pub stop: u32,
}

impl Sheet {
    pub fn clear(&mut self) {
        self.text.clear();
        self.stops.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.stops.is_empty()
    }

    pub fn stop(&mut self, stop: Stop) {
        self.stops.push((self.text.len() as u32, stop));
    }

    /// The end.
    pub fn mark(&self) -> Mark {
        Mark { text: self.text.len() as u32, stop: self.stops.len() as u32 }
    }

    /// The length of what was written if that is one line, each cell's end counting as one.
    pub fn line_length(&self) -> Option<usize> {
        if self.text.contains('\n') || self.stops.iter().any(|(_, s)| s.ends_line()) {
            return None;
        }
        let trimmed = self.text.trim_end_matches([' ', '\t']).len();
        Some(trimmed + self.stops.iter().filter(|(at, _)| (*at as usize) < trimmed).count())
    }

    /// The text with all columns aligned, without blanks at line ends.
    pub fn aligned(&self) -> String {
        let mut out = Aligner { sheet: self, out: String::with_capacity(self.text.len() * 5 / 4), ..Aligner::empty(self) };
        out.run();
        out.out
    }
}

/// Columns of indentation are this wide.
const TAB_WIDTH: u32 = 8;

struct PlacedCell {
    start: u32,
    end: u32,
    /// In characters.
    width: u32,
    /// Of its column with padding; set when the column is complete.
    column: u32,
    indent: bool,
}

/// A column while its lines are being read.
struct Column {
    width: u32,
    /// Whether all its cells are empty and none is indentation.
    droppable: bool,
    first_line: usize,
}

struct Aligner<'a> {
    sheet: &'a Sheet,
    out: String,
    cells: Vec<PlacedCell>,
    /// Where each line's cells start.
    lines: Vec<usize>,
    columns: Vec<Column>,
}

impl<'a> Aligner<'a> {
    fn empty(sheet: &'a Sheet) -> Aligner<'a> {
        Aligner { sheet, out: String::new(), cells: Vec::new(), lines: Vec::new(), columns: Vec::new() }
    }

    fn run(&mut self) {
        let mut start = 0;
        self.lines.push(0);
        for &(at, stop) in &self.sheet.stops {
            self.cell(start, at, stop == Stop::Tab);
            start = at;
            if stop.ends_line() {
                // A line of one cell ends all columns, and so does a section.
                let alone = self.lines.last().is_some_and(|first| self.cells.len() - first == 1);
                if stop == Stop::Section || alone {
                    self.flush(true);
                } else {
                    self.lines.push(self.cells.len());
                }
            }
        }
        let end = self.sheet.text.len() as u32;
        self.cell(start, end, false);
        self.flush(false);
    }

    fn cell(&mut self, start: u32, end: u32, indent: bool) {
        let text = &self.sheet.text[start as usize..end as usize];
        let width = if text.is_ascii() { text.len() } else { text.chars().count() } as u32;
        self.cells.push(PlacedCell { start, end, width, column: 0, indent });
    }

    /// Writes the lines read so far; `newline`: whether the last one is complete.
    fn flush(&mut self, newline: bool) {
        if self.is_plain_line() {
            for _ in 1..self.cells.len() {
                self.out.push('\t');
            }
            if let Some(last) = self.cells.last() {
                self.out.push_str(&self.sheet.text[last.start as usize..last.end as usize]);
            }
        } else {
            self.measure();
            for line in 0..self.lines.len() {
                self.line(line);
                if line + 1 < self.lines.len() {
                    self.newline();
                }
            }
        }
        if newline {
            self.newline();
        }
        self.cells.clear();
        self.lines.clear();
        self.lines.push(0);
        self.columns.clear();
    }

    /// Whether there is one line, of indentation and text.
    fn is_plain_line(&self) -> bool {
        self.lines.len() == 1 && self.cells.split_last().is_some_and(|(_, before)| before.iter().all(|c| c.indent && c.start == c.end))
    }

    fn cells_of(&self, line: usize) -> std::ops::Range<usize> {
        self.lines[line]..self.lines.get(line + 1).copied().unwrap_or(self.cells.len())
    }

    /// Gives each cell but the last of its line the width of its column: the run of lines around it that have such a cell.
    fn measure(&mut self) {
        for line in 0..self.lines.len() {
            let cells = self.cells_of(line);
            let own = cells.len().saturating_sub(1);
            while self.columns.len() > own {
                self.close_column(line);
            }
            for (c, i) in cells.take(own).enumerate() {
                let cell = &self.cells[i];
                let (width, droppable) = (cell.width + 1, cell.width == 0 && !cell.indent);
                match self.columns.get_mut(c) {
                    Some(column) => {
                        column.width = column.width.max(width);
                        column.droppable &= droppable;
                    }
                    None => self.columns.push(Column { width, droppable, first_line: line }),
                }
            }
        }
        while !self.columns.is_empty() {
            self.close_column(self.lines.len());
        }
    }

    fn close_column(&mut self, end: usize) {
        let Some(column) = self.columns.pop() else { return };
        let index = self.columns.len();
        let width = if column.droppable { 0 } else { column.width };
        for line in column.first_line..end {
            let first = self.lines[line];
            self.cells[first + index].column = width;
        }
    }

    fn line(&mut self, line: usize) {
        let cells = self.cells_of(line);
        let last = cells.end.saturating_sub(1);
        let mut leading = true;
        for i in cells {
            let cell = &self.cells[i];
            leading &= cell.start == cell.end;
            self.out.push_str(&self.sheet.text[cell.start as usize..cell.end as usize]);
            if i == last {
                break;
            }
            if leading {
                let tabs = cell.column.div_ceil(TAB_WIDTH);
                self.out.extend(std::iter::repeat_n('\t', tabs as usize));
            } else {
                self.out.extend(std::iter::repeat_n(' ', cell.column.saturating_sub(cell.width) as usize));
            }
        }
    }

    fn newline(&mut self) {
        let trimmed = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(trimmed);
        self.out.push('\n');
    }
}
