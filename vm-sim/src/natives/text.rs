//! strings, bytes, and strconv's quoting.

use super::{Call, NativeFn, unicode};
use crate::interp::strings::decode_rune;
use crate::trap::Res;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("strings", "Index", index),
    ("strings", "LastIndex", last_index),
    ("strings", "IndexByte", index_byte),
    ("strings", "Count", count),
    ("strings", "EqualFold", equal_fold),
    ("strings", "ToUpper", to_upper),
    ("strings", "ToLower", to_lower),
    ("bytes", "Index", bytes_index),
    ("bytes", "LastIndex", bytes_last_index),
    ("bytes", "IndexByte", bytes_index_byte),
    ("bytes", "Count", bytes_count),
    ("strconv", "Quote", |c| quoted(c, false)),
    ("strconv", "QuoteToASCII", |c| quoted(c, true)),
    ("strconv", "QuoteRune", |c| quoted_rune(c, false)),
    ("strconv", "QuoteRuneToASCII", |c| quoted_rune(c, true)),
    ("strconv", "unquote", unquote),
];

/// Where `needle` first stands in `hay`, in linear time (two-way search of the standard library on bytes as Latin-1 would copy; so Knuth-Morris-Pratt).
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let Some(first) = needle.first() else { return Some(0) };
    if needle.len() == 1 {
        return hay.iter().position(|b| b == first);
    }
    let fail = failures(needle);
    let mut k = 0;
    for (i, b) in hay.iter().enumerate() {
        while k > 0 && needle[k] != *b {
            k = fail[k - 1];
        }
        if needle[k] == *b {
            k += 1;
        }
        if k == needle.len() {
            return Some(i + 1 - k);
        }
    }
    None
}

fn failures(needle: &[u8]) -> Vec<usize> {
    let mut fail = vec![0; needle.len()];
    let mut k = 0;
    for i in 1..needle.len() {
        while k > 0 && needle[k] != needle[i] {
            k = fail[k - 1];
        }
        if needle[k] == needle[i] {
            k += 1;
        }
        fail[i] = k;
    }
    fail
}

fn find_last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let back = |s: &[u8]| s.iter().rev().copied().collect::<Vec<u8>>();
    find(&back(hay), &back(needle)).map(|at| hay.len() - at - needle.len())
}

fn occurrences(hay: &[u8], needle: &[u8]) -> u64 {
    if needle.is_empty() {
        let (mut n, mut rest) = (0, hay);
        while !rest.is_empty() {
            n += 1;
            rest = &rest[decode_rune(rest).1.max(1) as usize..];
        }
        return n + 1;
    }
    let (mut n, mut rest) = (0, hay);
    while let Some(at) = find(rest, needle) {
        n += 1;
        rest = &rest[at + needle.len()..];
    }
    n
}

fn place(at: Option<usize>) -> u64 {
    at.map_or(u64::MAX, |n| n as u64)
}

fn index(c: &mut Call) -> Res<()> {
    let (s, sub) = (c.str(), c.str());
    c.ret(place(find(&s, &sub)))
}

fn last_index(c: &mut Call) -> Res<()> {
    let (s, sub) = (c.str(), c.str());
    c.ret(place(find_last(&s, &sub)))
}

fn index_byte(c: &mut Call) -> Res<()> {
    let (s, b) = (c.str(), c.word() as u8);
    c.ret(place(s.iter().position(|x| *x == b)))
}

fn count(c: &mut Call) -> Res<()> {
    let (s, sub) = (c.str(), c.str());
    c.ret(occurrences(&s, &sub))
}

fn bytes_index(c: &mut Call) -> Res<()> {
    let (s, sub) = (c.bytes()?, c.bytes()?);
    c.ret(place(find(&s, &sub)))
}

fn bytes_last_index(c: &mut Call) -> Res<()> {
    let (s, sub) = (c.bytes()?, c.bytes()?);
    c.ret(place(find_last(&s, &sub)))
}

fn bytes_index_byte(c: &mut Call) -> Res<()> {
    let (s, b) = (c.bytes()?, c.word() as u8);
    c.ret(place(s.iter().position(|x| *x == b)))
}

fn bytes_count(c: &mut Call) -> Res<()> {
    let (s, sub) = (c.bytes()?, c.bytes()?);
    c.ret(occurrences(&s, &sub))
}

fn map_runes(s: &[u8], f: impl Fn(char) -> char) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    let mut rest = s;
    while !rest.is_empty() {
        let (r, n) = decode_rune(rest);
        let c = f(char::from_u32(r).unwrap_or('\u{fffd}'));
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[n.max(1) as usize..];
    }
    out
}

fn to_upper(c: &mut Call) -> Res<()> {
    let s = c.str();
    let out = if s.is_ascii() { s.to_ascii_uppercase() } else { map_runes(&s, unicode::to_upper) };
    c.ret_str(&out)
}

fn to_lower(c: &mut Call) -> Res<()> {
    let s = c.str();
    let out = if s.is_ascii() { s.to_ascii_lowercase() } else { map_runes(&s, unicode::to_lower) };
    c.ret_str(&out)
}

fn equal_fold(c: &mut Call) -> Res<()> {
    let (s, t) = (c.str(), c.str());
    let (mut a, mut b) = (&s[..], &t[..]);
    let same = loop {
        if a.is_empty() || b.is_empty() {
            break a.is_empty() && b.is_empty();
        }
        let ((x, n), (y, m)) = (decode_rune(a), decode_rune(b));
        if x != y && !unicode::folds(x, y) {
            break false;
        }
        a = &a[n.max(1) as usize..];
        b = &b[m.max(1) as usize..];
    };
    c.ret_bool(same)
}

fn escape(out: &mut String, r: char, quote: char, ascii: bool) {
    match r {
        _ if r == quote || r == '\\' => {
            out.push('\\');
            out.push(r);
        }
        _ if r.is_ascii() && !r.is_ascii_control() => out.push(r),
        _ if !ascii && unicode::is_print(r) => out.push(r),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        _ if u32::from(r) < 0x20 || r == '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(r))),
        _ if u32::from(r) < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(r))),
        _ => out.push_str(&format!("\\U{:08x}", u32::from(r))),
    }
}

/// A string as a Go literal.
pub fn quote(s: &[u8], ascii: bool) -> String {
    let mut out = String::from("\"");
    let mut rest = s;
    while !rest.is_empty() {
        let (r, n) = decode_rune(rest);
        if r == 0xfffd && n == 1 {
            out.push_str(&format!("\\x{:02x}", rest[0]));
        } else {
            escape(&mut out, char::from_u32(r).unwrap_or('\u{fffd}'), '"', ascii);
        }
        rest = &rest[n.max(1) as usize..];
    }
    out.push('"');
    out
}

/// A code point as a Go literal.
pub fn quote_rune(r: char, ascii: bool) -> String {
    let mut out = String::from("'");
    escape(&mut out, r, '\'', ascii);
    out.push('\'');
    out
}

/// Whether a string can stand between backquotes.
pub fn can_backquote(s: &[u8]) -> bool {
    match std::str::from_utf8(s) {
        Ok(s) => s.chars().all(|c| c != '\u{feff}' && c != '`' && c != '\u{7f}' && (c >= ' ' || c == '\t')),
        Err(_) => false,
    }
}

fn quoted(c: &mut Call, ascii: bool) -> Res<()> {
    let s = c.str();
    c.ret_str(quote(&s, ascii).as_bytes())
}

fn quoted_rune(c: &mut Call, ascii: bool) -> Res<()> {
    let r = u32::try_from(c.word()).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    c.ret_str(quote_rune(r, ascii).as_bytes())
}

fn unquote(c: &mut Call) -> Res<()> {
    let s = c.str();
    let text = unquote_bytes(&s);
    c.ret_str(text.as_deref().unwrap_or(&[]))?;
    c.ret_bool(text.is_some())
}

/// The text of a Go string or character literal.
pub fn unquote_bytes(s: &[u8]) -> Option<Vec<u8>> {
    let (quote, rest) = s.split_first()?;
    let (last, body) = rest.split_last()?;
    if quote != last {
        return None;
    }
    match quote {
        b'`' => (!body.contains(&b'`')).then(|| body.iter().copied().filter(|b| *b != b'\r').collect()),
        b'"' | b'\'' => {
            let mut out = Vec::new();
            let mut at = 0;
            let mut runes = 0;
            while at < body.len() {
                runes += 1;
                let b = body[at];
                if b == *quote || b == b'\n' {
                    return None;
                }
                if b != b'\\' {
                    let n = decode_rune(&body[at..]).1.max(1) as usize;
                    out.extend_from_slice(&body[at..at + n]);
                    at += n;
                    continue;
                }
                at = escape_sequence(body, at + 1, *quote, &mut out)?;
            }
            (*quote == b'"' || runes == 1).then_some(out)
        }
        _ => None,
    }
}

fn escape_sequence(body: &[u8], at: usize, quote: u8, out: &mut Vec<u8>) -> Option<usize> {
    let number = |from: usize, n: usize, base: u32| {
        let text = body.get(from..from + n)?;
        text.iter().try_fold(0u32, |v, b| Some(v * base + (*b as char).to_digit(base)?))
    };
    let simple = match body.get(at)? {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' if quote == b'\'' => b'\'',
        b'"' if quote == b'"' => b'"',
        b'x' => {
            let v = number(at + 1, 2, 16)?;
            push_value(out, v, quote);
            return Some(at + 3);
        }
        b'u' | b'U' => {
            let n = if body[at] == b'u' { 4 } else { 8 };
            let c = char::from_u32(number(at + 1, n, 16)?)?;
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(at + 1 + n);
        }
        b'0'..=b'7' => {
            let v = number(at, 3, 8)?;
            if v > 255 {
                return None;
            }
            push_value(out, v, quote);
            return Some(at + 3);
        }
        _ => return None,
    };
    out.push(simple);
    Some(at + 1)
}

/// A byte in a string; in a character literal the code point of that number.
fn push_value(out: &mut Vec<u8>, v: u32, quote: u8) {
    if quote == b'\'' {
        let c = char::from_u32(v).unwrap_or('\u{fffd}');
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        out.push(v as u8);
    }
}
