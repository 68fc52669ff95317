//! The case of texts.

use super::{unicode, utf8};

/// strings.ToUpper.
pub fn to_upper(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() { text.to_ascii_uppercase() } else { map(text, unicode::to_upper) }
}

/// strings.ToLower.
pub fn to_lower(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() { text.to_ascii_lowercase() } else { map(text, unicode::to_lower) }
}

fn map(text: &[u8], change: fn(u32) -> u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (c, _) in utf8::chars(text) {
        utf8::push(&mut out, change(c));
    }
    out
}

/// strings.EqualFold: whether two texts are equal but for case.
pub fn equal_fold(a: &[u8], b: &[u8]) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    let (mut a, mut b) = (utf8::chars(a), utf8::chars(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some((x, _)), Some((y, _))) if same_fold(x, y) => {}
            _ => return false,
        }
    }
}

fn same_fold(a: u32, b: u32) -> bool {
    let mut at = a;
    loop {
        if at == b {
            return true;
        }
        at = unicode::simple_fold(at);
        if at == a {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_become_replacement_characters() {
        assert_eq!(to_upper(b"a\xffb\xe2\x82"), "A\u{FFFD}B\u{FFFD}\u{FFFD}".as_bytes());
        assert_eq!(to_lower("ÀİΣ".as_bytes()), "àiσ".as_bytes());
        assert_eq!(to_upper("straße ŉ".as_bytes()), "STRAßE ŉ".as_bytes());
    }

    #[test]
    fn folding_knows_more_than_two_cases() {
        assert!(equal_fold("Kelvin".as_bytes(), "\u{212A}ELVIN".as_bytes()));
        assert!(equal_fold("ΣΑΣ".as_bytes(), "σας".as_bytes()));
        assert!(equal_fold(b"\xff", "\u{FFFD}".as_bytes()));
        assert!(!equal_fold("ß".as_bytes(), b"ss"));
        assert!(!equal_fold(b"a", b"ab"));
    }
}
