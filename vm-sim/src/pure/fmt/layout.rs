//! One value's text with the flags, width and precision of its verb.

use std::ops::ControlFlow;

use crate::pure::quote::{self, Plain};
use crate::pure::{float, unicode, utf8};

/// What stands between `%` and the letter.
#[derive(Clone, Copy, Default, Debug)]
pub struct Flags {
    /// `+`
    pub plus: bool,
    /// `-`
    pub minus: bool,
    /// `#`
    pub sharp: bool,
    /// A space.
    pub space: bool,
    /// `0`
    pub zero: bool,
    /// `%+v`
    pub plus_v: bool,
    /// `%#v`
    pub sharp_v: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// The precision.
    pub precision: Option<usize>,
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// The text so far. Of what only asks which methods to call, nothing is kept.
pub struct Output {
    /// The flags of the verb at hand.
    pub flags: Flags,
    text: Vec<u8>,
    /// The most bytes that it may have; nothing is kept if there is none.
    limit: Option<usize>,
    /// It has become too long, or making it would take too long: nothing more is written.
    pub full: bool,
}

impl Output {
    /// No text yet.
    pub fn new(limit: Option<usize>) -> Output {
        Output { flags: Flags::default(), text: Vec::new(), limit, full: false }
    }

    /// The text.
    pub fn finish(self) -> Vec<u8> {
        self.text
    }

    /// Breaks if `more` bytes are too many.
    fn room(&mut self, more: usize) -> ControlFlow<()> {
        let Some(limit) = self.limit else { return ControlFlow::Break(()) };
        if self.full || self.text.len().saturating_add(more) > limit {
            self.full = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Whether texts matter: they are kept, and not too long yet.
    fn writes(&self) -> bool {
        self.limit.is_some() && !self.full
    }

    /// Appends bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        if self.room(bytes.len()).is_continue() {
            self.text.extend_from_slice(bytes);
        }
    }

    /// Appends a character.
    pub fn write_char(&mut self, c: u32) {
        let mut bytes = Vec::with_capacity(4);
        utf8::push(&mut bytes, c);
        self.write(&bytes);
    }

    fn repeat(&mut self, byte: u8, n: usize) {
        if self.room(n).is_continue() {
            self.text.resize(self.text.len() + n, byte);
        }
    }

    fn padding(&mut self, n: usize) {
        self.repeat(if self.flags.zero && !self.flags.minus { b'0' } else { b' ' }, n);
    }

    /// Appends bytes with the padding that the width asks for.
    pub fn pad(&mut self, bytes: &[u8]) {
        let missing = self.flags.width.filter(|_| self.writes()).map_or(0, |w| w.saturating_sub(utf8::count(bytes)));
        if !self.flags.minus {
            self.padding(missing);
        }
        self.write(bytes);
        if self.flags.minus {
            self.padding(missing);
        }
    }

    /// Appends bytes, padded with spaces even if the flag `0` is there.
    fn pad_with_spaces(&mut self, bytes: &[u8]) {
        let zero = std::mem::take(&mut self.flags.zero);
        self.pad(bytes);
        self.flags.zero = zero;
    }

    /// An integer of `base` 2, 8, 10 or 16; `octal_prefix` for `%O`.
    pub fn integer(&mut self, magnitude: u64, negative: bool, base: u64, upper: bool, octal_prefix: bool) {
        if !self.writes() {
            return;
        }
        let flags = self.flags;
        let signed = negative || flags.plus || flags.space;
        let least = match flags.precision {
            Some(0) if magnitude == 0 => {
                let zero = std::mem::take(&mut self.flags.zero);
                self.padding(flags.width.unwrap_or(0));
                self.flags.zero = zero;
                return;
            }
            Some(precision) => precision,
            None if flags.zero && !flags.minus => flags.width.map_or(0, |w| w.saturating_sub(usize::from(signed))),
            None => 0,
        };
        if self.room(least.max(flags.width.unwrap_or(0))).is_break() {
            return;
        }
        let digits = if upper { UPPER } else { LOWER };
        // from the last digit to the sign
        let mut text = Vec::new();
        let mut rest = magnitude;
        loop {
            text.push(digits[(rest % base) as usize]);
            rest /= base;
            if rest == 0 {
                break;
            }
        }
        if text.len() < least {
            text.resize(least, b'0');
        }
        if flags.sharp {
            match base {
                2 => text.extend(b"b0"),
                8 if text.last() != Some(&b'0') => text.push(b'0'),
                16 => text.extend([if upper { b'X' } else { b'x' }, b'0']),
                _ => {}
            }
        }
        if octal_prefix {
            text.extend(b"o0");
        }
        if signed {
            text.push(if negative {
                b'-'
            } else if flags.plus {
                b'+'
            } else {
                b' '
            });
        }
        text.reverse();
        self.pad_with_spaces(&text);
    }

    /// `%U`
    pub fn unicode(&mut self, c: u64) {
        if !self.writes() {
            return;
        }
        let least = self.flags.precision.unwrap_or(0).max(4);
        if self.room(least).is_break() {
            return;
        }
        let mut text = format!("U+{c:0least$X}", least = least.min(20)).into_bytes();
        if least > 20 {
            let zeros = vec![b'0'; least - 20];
            text.splice(2..2, zeros);
        }
        if let Ok(c) = u32::try_from(c)
            && self.flags.sharp
            && unicode::is_print(c)
        {
            text.extend(b" '");
            utf8::push(&mut text, c);
            text.push(b'\'');
        }
        self.pad_with_spaces(&text);
    }

    /// `%c`
    pub fn character(&mut self, c: u64) {
        let mut text = Vec::new();
        utf8::push(&mut text, rune(c));
        self.pad(&text);
    }

    /// `%q` of an integer.
    pub fn quoted_character(&mut self, c: u64) {
        if self.writes() {
            let plain = if self.flags.plus { Plain::Ascii } else { Plain::Printable };
            let text = quote::quote_rune(rune(c), plain);
            self.pad(&text);
        }
    }

    fn truncated<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(precision) = self.flags.precision else { return text };
        let end: usize = utf8::chars(text).take(precision).map(|(_, written)| written.len()).sum();
        text.get(..end).unwrap_or(text)
    }

    /// `%s`
    pub fn string(&mut self, text: &[u8]) {
        if !self.writes() {
            return;
        }
        self.pad(self.truncated(text));
    }

    /// `%q`
    pub fn quoted(&mut self, text: &[u8]) {
        if !self.writes() {
            return;
        }
        let text = self.truncated(text);
        let literal = if self.flags.sharp && quote::can_backquote(text) {
            [b"`", text, b"`"].concat()
        } else {
            quote::quote(text, if self.flags.plus { Plain::Ascii } else { Plain::Printable })
        };
        self.pad(&literal);
    }

    /// `%x` and `%X` of bytes.
    pub fn hexadecimal(&mut self, bytes: &[u8], upper: bool) {
        if !self.writes() {
            return;
        }
        let flags = self.flags;
        let bytes = flags.precision.and_then(|p| bytes.get(..p)).unwrap_or(bytes);
        let width = flags.width.unwrap_or(0);
        if bytes.is_empty() {
            return self.padding(width);
        }
        let digits = if upper { UPPER } else { LOWER };
        let prefix: &[u8] = match (flags.sharp, upper) {
            (false, _) => b"",
            (true, false) => b"0x",
            (true, true) => b"0X",
        };
        let mut text = Vec::with_capacity(2 * bytes.len() + 2);
        for (i, b) in bytes.iter().enumerate() {
            if i > 0 && flags.space {
                text.push(b' ');
            }
            if i == 0 || flags.space {
                text.extend_from_slice(prefix);
            }
            text.extend([digits[usize::from(b >> 4)], digits[usize::from(b & 15)]]);
        }
        self.pad(&text);
    }

    /// A float in one of strconv's forms; `precision` holds where the verb has none of its own.
    pub fn float(&mut self, f: f64, bits: u8, verb: u8, precision: i64) {
        if !self.writes() {
            return;
        }
        let flags = self.flags;
        let precision = flags.precision.map_or(precision, |p| p as i64);
        if self.room(usize::try_from(precision).unwrap_or(0)).is_break() {
            return;
        }
        let mut text = float::format(f, verb, precision, bits);
        let sign = match text.first() {
            Some(b'-') => {
                text.remove(0);
                b'-'
            }
            Some(b'+') => {
                text.remove(0);
                b'+'
            }
            _ => b'+',
        };
        // a plus is written if it was asked for, or is a space
        let shown = match sign {
            b'+' if flags.plus => Some(b'+'),
            b'+' if flags.space => Some(b' '),
            b'+' => None,
            minus => Some(minus),
        };
        if f.is_nan() || f.is_infinite() {
            // an infinity always has a sign
            text.splice(0..0, shown.or(f.is_infinite().then_some(b'+')));
            return self.pad_with_spaces(&text);
        }
        if flags.sharp && verb != b'b' {
            keep_zeros(&mut text, verb, precision);
        }
        if let Some(sign) = shown {
            if flags.zero && !flags.minus && flags.width.is_some_and(|w| w > text.len() + 1) {
                self.write(&[sign]);
                self.padding(flags.width.unwrap_or(0) - text.len() - 1);
                return self.write(&text);
            }
            text.insert(0, sign);
        }
        self.pad(&text);
    }
}

/// A character by its number; U+FFFD for what is too large, or none.
fn rune(c: u64) -> u32 {
    u32::try_from(c).unwrap_or(utf8::REPLACEMENT)
}

/// What the flag `#` does to a float: a decimal point always, and for `%g` the zeros that its precision counts.
fn keep_zeros(text: &mut Vec<u8>, verb: u8, precision: i64) {
    let mut missing = match verb {
        b'g' | b'G' | b'x' if precision < 0 => 6,
        b'g' | b'G' | b'x' => precision,
        _ => 0,
    };
    let letters: &[u8] = if matches!(verb, b'x' | b'X') { b"pP" } else { b"eE" };
    let end = text.iter().position(|b| letters.contains(b)).unwrap_or(text.len());
    let tail = text.split_off(end);
    let significant = text.iter().skip_while(|b| matches!(b, b'0' | b'.')).filter(|b| **b != b'.').count();
    missing -= significant as i64;
    if !text.contains(&b'.') {
        if text == b"0" {
            missing -= 1;
        }
        text.push(b'.');
    }
    text.resize(text.len() + usize::try_from(missing).unwrap_or(0), b'0');
    text.extend(tail);
}
