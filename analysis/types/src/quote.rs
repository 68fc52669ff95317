//! Go's quoted strings: reading literals and writing them (Go spec, "String literals", "Rune literals").

/// The bytes that a string literal (interpreted or raw, quotes included) means; `None` if it is malformed.
pub fn unquote(text: &str) -> Option<Vec<u8>> {
    if let Some(raw) = text.strip_prefix('`').and_then(|t| t.strip_suffix('`')) {
        return Some(raw.bytes().filter(|b| *b != b'\r').collect());
    }
    let mut rest = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (unit, tail) = unquote_unit(rest, '"')?;
        match unit {
            Unit::Byte(b) => out.push(b),
            Unit::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = tail;
    }
    Some(out)
}

/// The code point that a rune literal (quotes included) means.
pub fn unquote_rune(text: &str) -> Option<u32> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let (unit, tail) = unquote_unit(inner, '\'')?;
    if !tail.is_empty() {
        return None;
    }
    Some(match unit {
        Unit::Byte(b) => u32::from(b),
        Unit::Char(c) => u32::from(c),
    })
}

enum Unit {
    Byte(u8),
    Char(char),
}

fn unquote_unit(text: &str, quote: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote || first == '\n' {
        return None;
    }
    if first != '\\' {
        return Some((Unit::Char(first), chars.as_str()));
    }
    let escape = chars.next()?;
    let rest = chars.as_str();
    let digits = |n: usize, radix: u32| -> Option<(u32, &str)> {
        let part = rest.get(..n)?;
        if !part.bytes().all(|b| (b as char).is_digit(radix)) {
            return None;
        }
        Some((u32::from_str_radix(part, radix).ok()?, &rest[n..]))
    };
    let simple = |b: u8| Some((Unit::Char(b as char), rest));
    match escape {
        'a' => simple(7),
        'b' => simple(8),
        'f' => simple(12),
        'n' => simple(b'\n'),
        'r' => simple(b'\r'),
        't' => simple(b'\t'),
        'v' => simple(11),
        '\\' => simple(b'\\'),
        '\'' | '"' if escape == quote => simple(escape as u8),
        'x' => digits(2, 16).map(|(v, tail)| (Unit::Byte(v as u8), tail)),
        'u' => digits(4, 16).and_then(|(v, tail)| Some((Unit::Char(char::from_u32(v)?), tail))),
        'U' => digits(8, 16).and_then(|(v, tail)| Some((Unit::Char(char::from_u32(v)?), tail))),
        '0'..='7' => {
            let part = text.get(1..4)?;
            if !part.bytes().all(|b| (b'0'..=b'7').contains(&b)) {
                return None;
            }
            let v = u32::from_str_radix(part, 8).ok()?;
            Some((Unit::Byte(u8::try_from(v).ok()?), text.get(4..)?))
        }
        _ => None,
    }
}

/// The bytes as an interpreted string literal.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\x07' => out.push_str("\\a"),
                '\x08' => out.push_str("\\b"),
                '\x0c' => out.push_str("\\f"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\x0b' => out.push_str("\\v"),
                c if is_print(c) => out.push(c),
                c if c < ' ' || c == '\x7f' => out.push_str(&format!("\\x{:02x}", c as u32)),
                c if (c as u32) < 0x10000 => out.push_str(&format!("\\u{:04x}", c as u32)),
                c => out.push_str(&format!("\\U{:08x}", c as u32)),
            }
        }
        for b in chunk.invalid() {
            out.push_str(&format!("\\x{b:02x}"));
        }
    }
    out.push('"');
    out
}

/// Whether a character is printed as it is.
fn is_print(c: char) -> bool {
    if c.is_ascii() { (' '..='~').contains(&c) } else { crate::printable::is_printable(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_round_trip() {
        assert_eq!(unquote(r#""a\n\x00\377\u00e4\U0001F600\"""#), Some(b"a\n\x00\xff\xc3\xa4\xf0\x9f\x98\x80\"".to_vec()));
        assert_eq!(unquote("`a\r\nb\\`"), Some(b"a\nb\\".to_vec()));
        assert_eq!(unquote(r#""\'""#), None);
        assert_eq!(unquote(r#""\ud800""#), None);
        assert_eq!(unquote_rune(r"'\''"), Some(39));
        assert_eq!(unquote_rune("'本'"), Some(0x672c));
        assert_eq!(unquote_rune("'ab'"), None);
        assert_eq!(quote("क\u{93c}\u{3099}\u{ad}\u{e000}".as_bytes()), "\"क\u{93c}\u{3099}\\u00ad\\ue000\"");
        assert_eq!(quote(b"a\"\n\xff\x01\xc2\xa0"), r#""a\"\n\xff\x01\u00a0""#);
    }
}
