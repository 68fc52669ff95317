//! Texts and characters as Go literals, and back.

use super::{unicode, utf8};

/// Which characters stand in a literal as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// All that can be printed.
    Printable,
    /// Those of ASCII that can be printed.
    Ascii,
}

/// strconv.Quote, strconv.QuoteToASCII.
pub fn quote(text: &[u8], plain: Plain) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'"');
    for (c, written) in utf8::chars(text) {
        match written {
            [byte] if *byte >= 0x80 => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
            _ => escape(&mut out, c, b'"', plain),
        }
    }
    out.push(b'"');
    out
}

/// strconv.QuoteRune, strconv.QuoteRuneToASCII; U+FFFD for what is no character.
pub fn quote_rune(c: u32, plain: Plain) -> Vec<u8> {
    let mut out = vec![b'\''];
    escape(&mut out, if utf8::valid(c) { c } else { utf8::REPLACEMENT }, b'\'', plain);
    out.push(b'\'');
    out
}

fn escape(out: &mut Vec<u8>, c: u32, quote: u8, plain: Plain) {
    if c == u32::from(quote) || c == u32::from(b'\\') {
        out.extend([b'\\', c as u8]);
        return;
    }
    if unicode::is_print(c) && (c < 0x80 || plain == Plain::Printable) {
        utf8::push(out, c);
        return;
    }
    let text = match c {
        7 => "\\a".to_owned(),
        8 => "\\b".to_owned(),
        12 => "\\f".to_owned(),
        10 => "\\n".to_owned(),
        13 => "\\r".to_owned(),
        9 => "\\t".to_owned(),
        11 => "\\v".to_owned(),
        0..=0x1F | 0x7F => format!("\\x{c:02x}"),
        0..=0xFFFF => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    };
    out.extend_from_slice(text.as_bytes());
}

/// strconv.CanBackquote: whether a text can stand between back quotes as it is.
pub fn can_backquote(text: &[u8]) -> bool {
    utf8::chars(text).all(|(c, written)| match written.len() {
        1 => c != utf8::REPLACEMENT && (c >= 0x20 || c == 9) && c != u32::from(b'`') && c != 0x7F,
        _ => c != 0xFEFF,
    })
}

/// strconv.Unquote: the text of a string or character literal; nothing if it is none.
pub fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    let (&quote, rest) = literal.split_first()?;
    let (&last, inside) = rest.split_last()?;
    if quote != last {
        return None;
    }
    match quote {
        b'`' => (!inside.contains(&b'`')).then(|| inside.iter().copied().filter(|b| *b != b'\r').collect()),
        b'"' | b'\'' => unescape(inside, quote),
        _ => None,
    }
}

fn unescape(mut text: &[u8], quote: u8) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut characters = 0;
    while let Some((&first, rest)) = text.split_first() {
        characters += 1;
        match first {
            b'\n' => return None,
            b'\\' => text = escaped(rest, quote, &mut out)?,
            _ if first == quote => return None,
            _ => {
                let (c, size) = utf8::decode(text);
                utf8::push(&mut out, c);
                text = text.get(size..)?;
            }
        }
    }
    // Go takes '' for the empty text
    (quote == b'"' || characters <= 1).then_some(out)
}

/// Reads what follows a backslash, and returns the rest.
fn escaped<'t>(text: &'t [u8], quote: u8, out: &mut Vec<u8>) -> Option<&'t [u8]> {
    let (&kind, rest) = text.split_first()?;
    let simple = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if kind == quote => kind,
        b'x' | b'u' | b'U' => {
            let n = match kind {
                b'x' => 2,
                b'u' => 4,
                _ => 8,
            };
            let (digits, rest) = rest.split_at_checked(n)?;
            let value = number(digits, 16)?;
            if kind == b'x' {
                out.push(value as u8);
            } else {
                utf8::push(out, u32::from(char::from_u32(value)?));
            }
            return Some(rest);
        }
        b'0'..=b'7' => {
            let (digits, rest) = text.split_at_checked(3)?;
            out.push(u8::try_from(number(digits, 8)?).ok()?);
            return Some(rest);
        }
        _ => return None,
    };
    out.push(simple);
    Some(rest)
}

fn number(digits: &[u8], base: u32) -> Option<u32> {
    digits.iter().try_fold(0u32, |n, d| n.checked_mul(base)?.checked_add(char::from(*d).to_digit(base)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_that_are_none() {
        for bad in [
            r#"""#,
            "",
            "'",
            "'ab'",
            r#""a"b""#,
            "\"a\nb\"",
            r#""\'""#,
            r#"'\"'"#,
            r#""\q""#,
            r#""\x1""#,
            r#""\400""#,
            r#""\ud800""#,
            "`a`b`",
            "abc",
        ] {
            assert_eq!(unquote(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(unquote(br#""\U00110000""#), None);
    }

    #[test]
    fn bytes_and_characters_are_kept_apart() {
        assert_eq!(unquote(br#""\xff\377\u00ff""#).as_deref(), Some(&b"\xff\xff\xc3\xbf"[..]));
        assert_eq!(unquote(b"\"\xff\"").as_deref(), Some("\u{FFFD}".as_bytes()));
        assert_eq!(quote(b"\xff\xc3\xbf\x7f\x00\"'", Plain::Printable), "\"\\xff\u{ff}\\x7f\\x00\\\"'\"".as_bytes());
        assert_eq!(quote_rune(0xD800, Plain::Ascii), br"'\ufffd'");
        assert_eq!(unquote(b"'\\''").as_deref(), Some(&b"'"[..]));
    }
}
