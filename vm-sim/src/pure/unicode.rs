//! Classes and cases of characters in Unicode 17.0, the edition that `std/unicode` declares. The tables are this crate's own, so that an update of the compiler
//! changes nothing; `tests/programs/oracle/unicode_tables.go` wrote them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const DATA: &str = include_str!("unicode.txt");

/// Characters that map to others by addition: every `step`-th from `first` on, `count` of them.
struct Run {
    first: u32,
    count: u32,
    step: u32,
    delta: i32,
}

struct Tables {
    /// For each 256 characters the block that has their categories.
    pages: Vec<u16>,
    /// Categories of 256 characters each.
    blocks: Vec<[[u8; 2]; 256]>,
    upper: Vec<Run>,
    lower: Vec<Run>,
    title: Vec<Run>,
    fold: Vec<(u32, u32)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables =
        Tables { pages: Vec::new(), blocks: Vec::new(), upper: Vec::new(), lower: Vec::new(), title: Vec::new(), fold: Vec::new() };
    let mut section = "";
    let mut categories = Vec::new();
    for line in DATA.lines() {
        if let Some(head) = line.strip_prefix("# ") {
            section = head.split_once(':').map_or("", |(name, _)| name);
            continue;
        }
        for item in line.split(' ') {
            match section {
                "categories" => {
                    let Some((name, count)) = item.split_at_checked(2) else { continue };
                    let name = [name.as_bytes()[0], name.as_bytes()[1]];
                    categories.resize(categories.len() + count.parse::<usize>().unwrap_or(0), name);
                }
                "upper" => tables.upper.extend(run(item)),
                "lower" => tables.lower.extend(run(item)),
                "title" => tables.title.extend(run(item)),
                "fold" => tables.fold.extend(item.split_once(',').and_then(|(a, b)| Some((hex(a)?, hex(b)?)))),
                _ => {}
            }
        }
    }
    let mut known = FxHashMap::default();
    for block in categories.as_chunks().0 {
        let next = tables.blocks.len() as u16;
        let page = *known.entry(*block).or_insert(next);
        if page == next {
            tables.blocks.push(*block);
        }
        tables.pages.push(page);
    }
    tables
});

/// Lines of a section of the tables.
pub(super) fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let begins = move |line: &&str| line.strip_prefix("# ").is_some_and(|head| head.split_once(':').is_some_and(|(n, _)| n == name));
    DATA.lines().skip_while(move |line| !begins(line)).skip(1).take_while(|line| !line.starts_with('#'))
}

pub(super) fn hex(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 16).ok()
}

fn run(item: &str) -> Option<Run> {
    let mut parts = item.split(',');
    let first = hex(parts.next()?)?;
    Some(Run { first, count: parts.next()?.parse().ok()?, step: parts.next()?.parse().ok()?, delta: parts.next()?.parse().ok()? })
}

/// The general category of a character; `Cn` for what is none.
pub fn category(c: u32) -> [u8; 2] {
    let page = TABLES.pages.get((c >> 8) as usize);
    page.and_then(|p| TABLES.blocks.get(usize::from(*p))).map_or(*b"Cn", |block| block[(c & 255) as usize])
}

fn mapped(runs: &[Run], c: u32) -> u32 {
    let after = runs.partition_point(|r| r.first <= c);
    // stretches may interlock: A..a with step 2 lies between others
    for r in runs.iter().take(after).rev().take(2) {
        let from = c - r.first;
        if from.is_multiple_of(r.step) && from / r.step < r.count {
            return c.wrapping_add_signed(r.delta);
        }
    }
    c
}

/// The upper case of a character, or itself.
pub fn to_upper(c: u32) -> u32 {
    mapped(&TABLES.upper, c)
}

/// The lower case of a character, or itself.
pub fn to_lower(c: u32) -> u32 {
    mapped(&TABLES.lower, c)
}

/// The title case of a character, or itself.
pub fn to_title(c: u32) -> u32 {
    mapped(&TABLES.title, c)
}

/// The next larger character that is equal but for case; after the largest the smallest.
pub fn simple_fold(c: u32) -> u32 {
    let fold = &TABLES.fold;
    if let Ok(i) = fold.binary_search_by_key(&c, |(from, _)| *from) {
        return fold.get(i).map_or(c, |(_, to)| *to);
    }
    let lower = to_lower(c);
    if lower != c { lower } else { to_upper(c) }
}

/// Category L.
pub fn is_letter(c: u32) -> bool {
    category(c)[0] == b'L'
}

/// Category Nd.
pub fn is_digit(c: u32) -> bool {
    category(c) == *b"Nd"
}

/// Category N.
pub fn is_number(c: u32) -> bool {
    category(c)[0] == b'N'
}

/// Category Lu.
pub fn is_upper(c: u32) -> bool {
    category(c) == *b"Lu"
}

/// Category Ll.
pub fn is_lower(c: u32) -> bool {
    category(c) == *b"Ll"
}

/// Category Lt.
pub fn is_title(c: u32) -> bool {
    category(c) == *b"Lt"
}

/// Category M.
pub fn is_mark(c: u32) -> bool {
    category(c)[0] == b'M'
}

/// Category P.
pub fn is_punct(c: u32) -> bool {
    category(c)[0] == b'P'
}

/// Category S.
pub fn is_symbol(c: u32) -> bool {
    category(c)[0] == b'S'
}

/// Category Cc.
pub fn is_control(c: u32) -> bool {
    category(c) == *b"Cc"
}

/// Visible, or a space of category Zs.
pub fn is_graphic(c: u32) -> bool {
    let name = category(c);
    matches!(name[0], b'L' | b'M' | b'N' | b'P' | b'S') || name == *b"Zs"
}

/// Visible, or the ASCII space.
pub fn is_print(c: u32) -> bool {
    if (0x20..0x7F).contains(&c) {
        return true;
    }
    matches!(category(c)[0], b'L' | b'M' | b'N' | b'P' | b'S')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_cover_all_characters_and_are_sorted() {
        let tables = &*TABLES;
        assert_eq!(tables.pages.len(), 0x1100);
        assert_eq!(category(0x10_FFFF), *b"Cn");
        assert_eq!(category(0x10_FFFD), *b"Co");
        for runs in [&tables.upper, &tables.lower, &tables.title] {
            assert!(runs.is_sorted_by(|a, b| a.first < b.first));
            assert!(runs.len() > 100);
        }
        assert!(tables.fold.is_sorted());
    }

    #[test]
    fn numbers_that_are_no_characters_have_no_class_and_no_case() {
        for c in [0x11_0000, u32::MAX, 0x8000_0000] {
            assert!(!is_letter(c) && !is_print(c) && !is_graphic(c) && !is_control(c));
            assert_eq!([to_upper(c), to_lower(c), to_title(c), simple_fold(c)], [c; 4]);
        }
    }

    #[test]
    fn circles_of_case_close() {
        for c in 0..=0x10_FFFF {
            let (mut at, mut steps) = (simple_fold(c), 1);
            while at != c && steps < 6 {
                at = simple_fold(at);
                steps += 1;
            }
            assert_eq!(at, c);
        }
        assert_eq!([0x4B, 0x6B, 0x212A].map(simple_fold), [0x6B, 0x212A, 0x4B]);
    }
}
