//! strings, bytes, and strconv's quoting.

use super::{Call, NativeFn};
use crate::pure::quote::{Plain, quote, quote_rune, unquote};
use crate::pure::{casing, entities, search};
use crate::trap::Res;
use amigos_types::ty::{Basic, Ty};

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("strings", "Index", |c| find(c, search::index)),
    ("strings", "LastIndex", |c| find(c, search::last_index)),
    ("strings", "IndexByte", |c| {
        let (s, b) = ([c.word(), c.word()], c.word() as u8);
        let found = search::index_byte(c.m.mem.str(s[0], s[1]), b);
        c.ret(place(found))
    }),
    ("strings", "Count", |c| {
        let (s, what) = (c.str(), c.str());
        c.ret(search::count(&s, &what) as u64)
    }),
    ("strings", "places", |c| {
        let (s, what, n) = ([c.word(), c.word()], [c.word(), c.word()], c.int());
        let found = search::places(c.m.mem.str(s[0], s[1]), c.m.mem.str(what[0], what[1]), limit(n));
        ints(c, &found)
    }),
    ("bytes", "places", |c| {
        let (s, what, n) = (c.bytes()?, c.bytes()?, c.int());
        ints(c, &search::places(&s, &what, limit(n)))
    }),
    ("strings", "EqualFold", |c| {
        let (s, t) = (c.str(), c.str());
        c.ret_bool(casing::equal_fold(&s, &t))
    }),
    ("strings", "ToUpper", |c| change(c, casing::to_upper)),
    ("strings", "ToLower", |c| change(c, casing::to_lower)),
    ("bytes", "Index", |c| find_bytes(c, search::index)),
    ("bytes", "LastIndex", |c| find_bytes(c, search::last_index)),
    ("bytes", "IndexByte", |c| {
        let (s, b) = (c.bytes()?, c.word() as u8);
        c.ret(place(search::index_byte(&s, b)))
    }),
    ("bytes", "Count", |c| {
        let (s, what) = (c.bytes()?, c.bytes()?);
        c.ret(search::count(&s, &what) as u64)
    }),
    ("html", "named", |c| {
        let name = c.str();
        c.ret_str(entities::entity(&name).unwrap_or("").as_bytes())
    }),
    ("strconv", "Quote", |c| change(c, |s| quote(s, Plain::Printable))),
    ("strconv", "QuoteToASCII", |c| change(c, |s| quote(s, Plain::Ascii))),
    ("strconv", "QuoteRune", |c| rune_literal(c, Plain::Printable)),
    ("strconv", "QuoteRuneToASCII", |c| rune_literal(c, Plain::Ascii)),
    ("strconv", "unquote", |c| {
        let text = unquote(&c.str());
        c.ret_str(text.as_deref().unwrap_or(&[]))?;
        c.ret_bool(text.is_some())
    }),
];

/// A place as Go has it: -1 is none.
fn place(at: Option<usize>) -> u64 {
    at.map_or(u64::MAX, |n| n as u64)
}

/// A limit as Go has it: below zero is none.
fn limit(n: i64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Puts the next result, a `[]int`.
fn ints(c: &mut Call, list: &[usize]) -> Res<()> {
    let words: Vec<u64> = list.iter().map(|n| *n as u64).collect();
    if words.is_empty() {
        return c.ret_words(&[0, 0, 0]);
    }
    let int = c.image.types.find(Ty::basic(Basic::Int)).unwrap_or(0);
    let slice = c.m.make_words(int, &words)?;
    c.ret_words(&slice)
}

type Find = fn(&[u8], &[u8]) -> Option<usize>;

fn find(c: &mut Call, find: Find) -> Res<()> {
    let (s, what) = ([c.word(), c.word()], [c.word(), c.word()]);
    let found = find(c.m.mem.str(s[0], s[1]), c.m.mem.str(what[0], what[1]));
    c.ret(place(found))
}

fn find_bytes(c: &mut Call, find: Find) -> Res<()> {
    let (s, what) = (c.bytes()?, c.bytes()?);
    c.ret(place(find(&s, &what)))
}

fn change(c: &mut Call, change: fn(&[u8]) -> Vec<u8>) -> Res<()> {
    let text = change(&c.str());
    c.ret_str(&text)
}

fn rune_literal(c: &mut Call, plain: Plain) -> Res<()> {
    let text = quote_rune(c.word() as u32, plain);
    c.ret_str(&text)
}
