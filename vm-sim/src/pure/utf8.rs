//! Text as Go reads it: UTF-8, and each byte that is not part of a character counts as one character, U+FFFD.

/// What stands for a byte that is not UTF-8.
pub const REPLACEMENT: u32 = 0xFFFD;

/// The largest character.
pub const MAX: u32 = 0x10_FFFF;

/// The first character of `text` and the bytes it takes: U+FFFD and 1 for a byte that is not UTF-8, U+FFFD and 0 for no text.
pub fn decode(text: &[u8]) -> (u32, usize) {
    let Some(&first) = text.first() else { return (REPLACEMENT, 0) };
    if first < 0x80 {
        return (u32::from(first), 1);
    }
    let (size, bits, low, high) = match first {
        0xC2..=0xDF => (2, first & 0x1F, 0x80, 0xBF),
        0xE0 => (3, first & 0x0F, 0xA0, 0xBF),
        0xED => (3, first & 0x0F, 0x80, 0x9F),
        0xE1..=0xEF => (3, first & 0x0F, 0x80, 0xBF),
        0xF0 => (4, first & 0x07, 0x90, 0xBF),
        0xF1..=0xF3 => (4, first & 0x07, 0x80, 0xBF),
        0xF4 => (4, first & 0x07, 0x80, 0x8F),
        _ => return (REPLACEMENT, 1),
    };
    let Some(rest) = text.get(1..size) else { return (REPLACEMENT, 1) };
    let mut c = u32::from(bits);
    for (i, &b) in rest.iter().enumerate() {
        let fits = if i == 0 { (low..=high).contains(&b) } else { b & 0xC0 == 0x80 };
        if !fits {
            return (REPLACEMENT, 1);
        }
        c = c << 6 | u32::from(b & 0x3F);
    }
    (c, size)
}

/// The characters of a text, each with the bytes it is written with.
pub fn chars(text: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (c, size) = decode(rest);
        let (written, after) = rest.split_at_checked(size)?;
        rest = after;
        (size > 0).then_some((c, written))
    })
}

/// The number of characters.
pub fn count(text: &[u8]) -> usize {
    if text.is_ascii() { text.len() } else { chars(text).count() }
}

/// Whether a number is a character that can be written.
pub fn valid(c: u32) -> bool {
    char::from_u32(c).is_some()
}

/// Appends a character; U+FFFD for what is none.
pub fn push(out: &mut Vec<u8>, c: u32) {
    let c = char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<(u32, usize)> {
        chars(text).map(|(c, written)| (c, written.len())).collect()
    }

    #[test]
    fn well_formed_text_is_read_as_rust_reads_it() {
        let text = "aß€😀\u{10FFFF}\u{FFFD}\u{0}";
        assert_eq!(all(text.as_bytes()), text.chars().map(|c| (u32::from(c), c.len_utf8())).collect::<Vec<_>>());
    }

    #[test]
    fn each_byte_that_is_no_character_counts_as_one() {
        for bad in [&b"\xff"[..], b"\x80", b"\xc0", b"\xe2\x82", b"\xed\xa0\x80", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xc1\xbf"] {
            assert_eq!(all(bad), vec![(REPLACEMENT, 1); bad.len()], "{bad:?}");
        }
        assert_eq!(all(b"\xe2\x82a"), [(REPLACEMENT, 1), (REPLACEMENT, 1), (97, 1)]);
        assert_eq!(decode(b""), (REPLACEMENT, 0));
    }
}
