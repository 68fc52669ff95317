//! Reading a format: numbers, and operands by number.

use super::value::{Data, Value};

/// The largest width, precision or operand number that counts.
const LARGEST: i64 = 1_000_000;

/// A format, and how far it has been read.
pub(super) struct Verbs<'f> {
    /// The format.
    pub format: &'f [u8],
    /// How far it has been read.
    pub at: usize,
    /// The next operand.
    pub next: usize,
    /// How many operands there are.
    pub count: usize,
    /// An operand was named by its number.
    pub reordered: bool,
    /// The verb at hand names no operand that is not there.
    pub good: bool,
}

impl Verbs<'_> {
    /// The next byte of the format.
    pub fn byte(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Steps over digits; none if there are none. Too large a number swallows the rest of the format.
    pub fn number(&mut self) -> Option<usize> {
        let (number, at) = digits(self.format, self.at, self.format.len());
        self.at = at;
        number
    }

    /// Steps over `[n]` and makes operand n the next; whether it stood there and was well-formed.
    pub fn index(&mut self) -> bool {
        if self.byte() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or(&[]);
        let close = if rest.len() < 3 { None } else { memchr::memchr(b']', rest) };
        let Some(close) = close else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let (number, end) = digits(rest, 1, close);
        self.at += close + 1;
        let Some(number) = number.filter(|_| end == close) else {
            self.good = false;
            return false;
        };
        match number.checked_sub(1) {
            Some(operand) if operand < self.count => self.next = operand,
            _ => self.good = false,
        }
        true
    }

    /// The next operand as a width or precision.
    pub fn star(&mut self, values: &[Option<Value>]) -> Option<i64> {
        let value = values.get(self.next)?;
        self.next += 1;
        let number = match value.as_ref()?.data {
            Data::Int(i) => i,
            Data::Uint(u) => i64::try_from(u).ok()?,
            _ => return None,
        };
        (-LARGEST..=LARGEST).contains(&number).then_some(number)
    }
}

/// The number at `from`, and where it ends; the end of the text if it is too large, or there is no text.
fn digits(text: &[u8], from: usize, end: usize) -> (Option<usize>, usize) {
    if from >= end {
        return (None, end);
    }
    let (mut number, mut at) = (None, from);
    while at < end
        && let Some(d @ b'0'..=b'9') = text.get(at)
    {
        let before = number.unwrap_or(0);
        if before > LARGEST as usize {
            return (None, end);
        }
        number = Some(before * 10 + usize::from(d - b'0'));
        at += 1;
    }
    (number, at)
}
