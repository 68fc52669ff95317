//! unicode: properties of code points.

use super::{Call, NativeFn};
use crate::trap::Res;
use unicode_general_category::{GeneralCategory as G, get_general_category};

fn test(c: &mut Call, f: fn(char) -> bool) -> Res<()> {
    let r = u32::try_from(c.word()).ok().and_then(char::from_u32);
    c.ret_bool(r.is_some_and(f))
}

fn map(c: &mut Call, f: fn(char) -> char) -> Res<()> {
    let word = c.word();
    let r = u32::try_from(word).ok().and_then(char::from_u32);
    c.ret(r.map_or(word, |r| u64::from(u32::from(f(r)))))
}

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("unicode", "IsLetter", |c| test(c, is_letter)),
    ("unicode", "IsDigit", |c| test(c, |r| get_general_category(r) == G::DecimalNumber)),
    ("unicode", "IsNumber", |c| test(c, is_number)),
    ("unicode", "IsUpper", |c| test(c, |r| get_general_category(r) == G::UppercaseLetter)),
    ("unicode", "IsLower", |c| test(c, |r| get_general_category(r) == G::LowercaseLetter)),
    ("unicode", "IsTitle", |c| test(c, |r| get_general_category(r) == G::TitlecaseLetter)),
    ("unicode", "IsMark", |c| test(c, is_mark)),
    ("unicode", "IsPunct", |c| test(c, is_punct)),
    ("unicode", "IsSymbol", |c| test(c, is_symbol)),
    ("unicode", "IsControl", |c| test(c, |r| get_general_category(r) == G::Control)),
    ("unicode", "IsGraphic", |c| test(c, is_graphic)),
    ("unicode", "IsPrint", |c| test(c, is_print)),
    ("strconv", "IsGraphic", |c| test(c, is_graphic)),
    ("strconv", "IsPrint", |c| test(c, is_print)),
    ("unicode", "ToUpper", |c| map(c, to_upper)),
    ("unicode", "ToLower", |c| map(c, to_lower)),
    ("unicode", "ToTitle", |c| map(c, to_title)),
    ("unicode", "SimpleFold", |c| map(c, simple_fold)),
];

fn is_letter(r: char) -> bool {
    matches!(get_general_category(r), G::UppercaseLetter | G::LowercaseLetter | G::TitlecaseLetter | G::ModifierLetter | G::OtherLetter)
}

fn is_number(r: char) -> bool {
    matches!(get_general_category(r), G::DecimalNumber | G::LetterNumber | G::OtherNumber)
}

fn is_mark(r: char) -> bool {
    matches!(get_general_category(r), G::NonspacingMark | G::SpacingMark | G::EnclosingMark)
}

fn is_punct(r: char) -> bool {
    matches!(
        get_general_category(r),
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
    )
}

fn is_symbol(r: char) -> bool {
    matches!(get_general_category(r), G::MathSymbol | G::CurrencySymbol | G::ModifierSymbol | G::OtherSymbol)
}

/// Visible, or the ASCII space.
pub fn is_print(r: char) -> bool {
    r == ' ' || is_letter(r) || is_mark(r) || is_number(r) || is_punct(r) || is_symbol(r)
}

/// Visible, or any space.
pub fn is_graphic(r: char) -> bool {
    is_print(r) || get_general_category(r) == G::SpaceSeparator
}

/// A mapping to one code point; characters that map to several stay.
fn single(mut mapped: impl ExactSizeIterator<Item = char>, r: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(c), None) => c,
        _ => r,
    }
}

/// Upper case.
pub fn to_upper(r: char) -> char {
    single(r.to_uppercase(), r)
}

/// Lower case.
pub fn to_lower(r: char) -> char {
    if r == '\u{130}' {
        return 'i';
    }
    single(r.to_lowercase(), r)
}

fn to_title(r: char) -> char {
    match r {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian letters have capitals but no title case of their own
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => r,
        _ => to_upper(r),
    }
}

/// Characters that are the same when case is ignored, besides pairs of upper and lower case.
const ORBITS: &[&[char]] = &[
    &['K', 'k', '\u{212a}'],
    &['S', 's', '\u{17f}'],
    &['\u{c5}', '\u{e5}', '\u{212b}'],
    &['\u{b5}', '\u{39c}', '\u{3bc}'],
    &['\u{1c4}', '\u{1c5}', '\u{1c6}'],
    &['\u{1c7}', '\u{1c8}', '\u{1c9}'],
    &['\u{1ca}', '\u{1cb}', '\u{1cc}'],
    &['\u{1f1}', '\u{1f2}', '\u{1f3}'],
    &['\u{345}', '\u{399}', '\u{3b9}', '\u{1fbe}'],
    &['\u{392}', '\u{3b2}', '\u{3d0}'],
    &['\u{395}', '\u{3b5}', '\u{3f5}'],
    &['\u{398}', '\u{3b8}', '\u{3d1}', '\u{3f4}'],
    &['\u{39a}', '\u{3ba}', '\u{3f0}'],
    &['\u{3a0}', '\u{3c0}', '\u{3d6}'],
    &['\u{3a1}', '\u{3c1}', '\u{3f1}'],
    &['\u{3a3}', '\u{3c2}', '\u{3c3}'],
    &['\u{3a6}', '\u{3c6}', '\u{3d5}'],
    &['\u{3a9}', '\u{3c9}', '\u{2126}'],
    &['\u{1e60}', '\u{1e61}', '\u{1e9b}'],
    &['\u{df}', '\u{1e9e}'],
    &['\u{412}', '\u{432}', '\u{1c80}'],
    &['\u{414}', '\u{434}', '\u{1c81}'],
    &['\u{41e}', '\u{43e}', '\u{1c82}'],
    &['\u{421}', '\u{441}', '\u{1c83}'],
    &['\u{422}', '\u{442}', '\u{1c84}', '\u{1c85}'],
    &['\u{42a}', '\u{44a}', '\u{1c86}'],
    &['\u{462}', '\u{463}', '\u{1c87}'],
    &['\u{1c88}', '\u{a64a}', '\u{a64b}'],
];

/// The next larger character that is the same when case is ignored, or the smallest.
fn simple_fold(r: char) -> char {
    if let Some(orbit) = ORBITS.iter().find(|o| o.contains(&r)) {
        return orbit.iter().copied().find(|c| *c > r).unwrap_or(orbit[0]);
    }
    if matches!(r, '\u{130}' | '\u{131}') {
        return r;
    }
    let (lower, upper) = (to_lower(r), to_upper(r));
    if lower != r { lower } else { upper }
}

/// Whether two code points are the same when case is ignored.
pub fn folds(a: u32, b: u32) -> bool {
    let (Some(a), Some(b)) = (char::from_u32(a), char::from_u32(b)) else { return false };
    let mut c = simple_fold(a);
    for _ in 0..4 {
        if c == b {
            return true;
        }
        if c == a {
            return false;
        }
        c = simple_fold(c);
    }
    false
}
