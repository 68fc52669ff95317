//! Go's fmt: values and a format in, text out.
//!
//! Formatting asks values for texts of their own (`Error`, `String`, `GoString`), and natives cannot call into Go. So it runs twice: [`operands`] finds out which
//! values would be asked, in order; the Go code of `std/fmt` asks them; [`render`] writes with the answers. Both take the same way through the values, which
//! therefore never depends on an answer.

mod layout;
mod print;
mod value;
mod verbs;

pub use print::{Answer, Ask, Needs, Way, operands, plain, render};
pub use value::{Data, Field, List, Methods, Reference, TypeNumber, Types, Value};

/// Which function of package fmt is meant; the numbers are those of `std/fmt/fmt.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Sprint: a space between operands when neither is a string.
    Print,
    /// Sprintln: a space between all operands and a line end.
    Println,
    /// Sprintf.
    Printf,
    /// Errorf: as Sprintf, and `%w` prints like `%v`.
    Errorf,
}

impl Mode {
    /// The mode with a number.
    pub fn from_number(n: i64) -> Option<Mode> {
        [Mode::Print, Mode::Println, Mode::Printf, Mode::Errorf].get(usize::try_from(n).ok()?).copied()
    }
}

/// Why formatting has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The text would have more bytes than allowed, or more values would be visited.
    TooLong,
    /// Values are nested too deeply.
    TooDeep,
}
