//! What the letters in `(?ims-U)` and the kind of syntax decide.

/// The kind of syntax of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// What `regexp.Compile` reads.
    Perl,
    /// What `regexp.CompilePOSIX` reads: no escapes for classes, no lazy operators, and `^` and `$` hold at every line.
    Posix,
}

/// Settings in force at a place of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags {
    /// `i`: letters match in either case.
    pub fold: bool,
    /// Not `m`: `^` and `$` hold at the ends of the text alone.
    pub one_line: bool,
    /// `s`: `.` matches a line's end.
    pub dot_newline: bool,
    /// `U`: operators are lazy, and greedy with `?`.
    pub lazy: bool,
    /// Escapes and groups as Perl has them.
    pub perl: bool,
}

impl Flags {
    pub fn of(syntax: Syntax) -> Flags {
        let perl = syntax == Syntax::Perl;
        Flags { fold: false, one_line: perl, dot_newline: false, lazy: false, perl }
    }

    /// Sets or clears what a letter stands for; `false` if it stands for nothing.
    pub fn set(&mut self, letter: u32, on: bool) -> bool {
        match char::from_u32(letter) {
            Some('i') => self.fold = on,
            Some('m') => self.one_line = !on,
            Some('s') => self.dot_newline = on,
            Some('U') => self.lazy = on,
            _ => return false,
        }
        true
    }
}
