//! Sets of characters by name, as `\p{name}` in regular expressions has them: categories and scripts.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::unicode::{category, hex, section, simple_fold};
use super::utf8::MAX;

/// Ranges of characters, both ends included, in order.
type Ranges = Vec<(u32, u32)>;

static SETS: LazyLock<FxHashMap<Vec<u8>, Ranges>> = LazyLock::new(|| {
    let mut sets = FxHashMap::default();
    for line in section("scripts") {
        let mut parts = line.split(',');
        let name = plain_name(parts.next().unwrap_or_default().as_bytes());
        let range = |text: &str| text.split_once('-').and_then(|(low, high)| Some((hex(low)?, hex(high)?)));
        sets.insert(name, parts.filter_map(range).collect());
    }
    let mut from = 0;
    while from <= MAX {
        let name = category(from);
        let end = (from..=MAX).take_while(|c| category(*c) == name).count() as u32 + from;
        let mut names = vec![plain_name(&name[..1]), plain_name(&name)];
        if matches!(&name, b"Lu" | b"Ll" | b"Lt") {
            names.push(b"lc".to_vec());
        }
        for name in names {
            let ranges: &mut Ranges = sets.entry(name).or_default();
            match ranges.last_mut() {
                Some(last) if last.1 + 1 == from => last.1 = end - 1,
                _ => ranges.push((from, end - 1)),
            }
        }
        from = end;
    }
    for (alias, name) in section("aliases").filter_map(|line| line.split_once(',')) {
        if let Some(ranges) = sets.get(&plain_name(name.as_bytes())).cloned() {
            sets.entry(plain_name(alias.as_bytes())).or_insert(ranges);
        }
    }
    sets
});

static CASED: LazyLock<Vec<u32>> = LazyLock::new(|| (0..=MAX).filter(|c| simple_fold(*c) != *c).collect());

/// A name as sets are looked up by: small letters, without `_`, `-` and spaces.
pub fn plain_name(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|b| !b"_- ".contains(b)).map(u8::to_ascii_lowercase).collect()
}

/// The characters of a category or script, by its plain name.
pub fn ranges(name: &[u8]) -> Option<&'static [(u32, u32)]> {
    SETS.get(name).map(Vec::as_slice)
}

/// All characters that have another case, in order.
pub fn cased() -> &'static [u32] {
    &CASED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_found_by_every_name_that_go_knows() {
        for name in ["L", "Lu", "lu", "LC", "Greek", "old_north-arabian", "Uppercase_Letter", "punct", "Cs", "C"] {
            assert!(ranges(&plain_name(name.as_bytes())).is_some_and(|r| r.is_sorted() && !r.is_empty()), "{name}");
        }
        assert_eq!(ranges(b"grek"), None);
        assert!(cased().is_sorted() && cased().contains(&0x212A));
        let all: u32 = SETS.iter().filter(|(n, _)| n.len() == 1).flat_map(|(_, r)| r).map(|(low, high)| high - low + 1).sum();
        assert_eq!(all, MAX + 1, "each character has one category");
    }
}
