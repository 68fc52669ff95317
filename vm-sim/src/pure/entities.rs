//! The named characters of HTML. `entities.txt` has a name a line, with its semicolon if it needs one, and the characters in hexadecimal.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

static NAMES: LazyLock<FxHashMap<&str, String>> = LazyLock::new(|| {
    let characters = |codes: &str| codes.split(' ').filter_map(|c| char::from_u32(u32::from_str_radix(c, 16).ok()?)).collect();
    include_str!("entities.txt").lines().filter_map(|line| line.split_once(' ')).map(|(name, codes)| (name, characters(codes))).collect()
});

/// What a name means.
pub fn entity(name: &[u8]) -> Option<&'static str> {
    NAMES.get(std::str::from_utf8(name).ok()?).map(String::as_str)
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_mean_characters() {
        assert_eq!(super::entity(b"amp"), Some("&"));
        assert_eq!(super::entity(b"eacute;"), Some("\u{e9}"));
        assert_eq!(super::entity(b"NotEqualTilde;"), Some("\u{2242}\u{338}"));
        assert_eq!(super::entity(b"nothing"), None);
        assert_eq!(super::NAMES.len(), 2231);
    }
}
