//! unicode and strconv: classes and cases of characters.

use super::{Call, NativeFn};
use crate::pure::unicode as of;
use crate::trap::Res;

/// The next argument, a rune; one below zero is no character, like one that is too large.
fn rune(c: &mut Call) -> u32 {
    c.word() as u32
}

fn test(c: &mut Call, is: fn(u32) -> bool) -> Res<()> {
    let r = rune(c);
    c.ret_bool(is(r))
}

fn map(c: &mut Call, to: fn(u32) -> u32) -> Res<()> {
    let r = rune(c);
    c.ret(to(r) as i32 as u64)
}

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("unicode", "IsLetter", |c| test(c, of::is_letter)),
    ("unicode", "IsDigit", |c| test(c, of::is_digit)),
    ("unicode", "IsNumber", |c| test(c, of::is_number)),
    ("unicode", "IsUpper", |c| test(c, of::is_upper)),
    ("unicode", "IsLower", |c| test(c, of::is_lower)),
    ("unicode", "IsTitle", |c| test(c, of::is_title)),
    ("unicode", "IsMark", |c| test(c, of::is_mark)),
    ("unicode", "IsPunct", |c| test(c, of::is_punct)),
    ("unicode", "IsSymbol", |c| test(c, of::is_symbol)),
    ("unicode", "IsControl", |c| test(c, of::is_control)),
    ("unicode", "IsGraphic", |c| test(c, of::is_graphic)),
    ("unicode", "IsPrint", |c| test(c, of::is_print)),
    ("strconv", "IsGraphic", |c| test(c, of::is_graphic)),
    ("strconv", "IsPrint", |c| test(c, of::is_print)),
    ("unicode", "ToUpper", |c| map(c, of::to_upper)),
    ("unicode", "ToLower", |c| map(c, of::to_lower)),
    ("unicode", "ToTitle", |c| map(c, of::to_title)),
    ("unicode", "SimpleFold", |c| map(c, of::simple_fold)),
];
