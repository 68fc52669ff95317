//! Sets of characters.

use super::{Exhausted, Meter};
use crate::pure::utf8::MAX;
use crate::pure::{unicode, unicode_sets};

/// A set of characters: ranges, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    ranges: Vec<(u32, u32)>,
}

impl Class {
    pub fn of(ranges: &[(u32, u32)]) -> Class {
        Class { ranges: ranges.to_vec() }
    }

    pub fn add(&mut self, low: u32, high: u32) {
        self.ranges.push((low, high));
    }

    pub fn add_all(&mut self, other: &Class) {
        self.ranges.extend_from_slice(&other.ranges);
    }

    /// Sorts the ranges and joins those that touch.
    pub fn clean(mut self, meter: &mut Meter) -> Result<Class, Exhausted> {
        meter.spend(self.ranges.len() as u64)?;
        self.ranges.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (low, high) in self.ranges {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Ok(Class { ranges: joined })
    }

    /// All other characters. The class must be clean.
    pub fn negated(&self) -> Class {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for (low, high) in &self.ranges {
            if next < *low {
                ranges.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= MAX {
            ranges.push((next, MAX));
        }
        Class { ranges }
    }

    /// With every character all that are equal to it but for case; clean.
    pub fn folded(self, meter: &mut Meter) -> Result<Class, Exhausted> {
        let clean = self.clean(meter)?;
        let mut more = Vec::new();
        meter.spend(unicode_sets::cased().len() as u64)?;
        for c in unicode_sets::cased().iter().filter(|c| clean.has(**c)) {
            let mut other = unicode::simple_fold(*c);
            while other != *c {
                more.push((other, other));
                other = unicode::simple_fold(other);
            }
        }
        let mut all = clean;
        all.ranges.extend(more);
        all.clean(meter)
    }

    /// Whether a character belongs to it. The class must be clean.
    pub fn has(&self, c: u32) -> bool {
        let after = self.ranges.partition_point(|(low, _)| *low <= c);
        after.checked_sub(1).and_then(|i| self.ranges.get(i)).is_some_and(|(_, high)| c <= *high)
    }

    /// Its only character, if there is just one.
    pub fn single(&self) -> Option<u32> {
        match self.ranges[..] {
            [(low, high)] if low == high => Some(low),
            _ => None,
        }
    }

    /// Number of ranges.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }
}

const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
const SPACE: &[(u32, u32)] = &[(0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];

/// The class of `\d`, `\s` or `\w`, and whether a capital letter turns it round.
pub(super) fn perl(letter: u8) -> Option<(Class, bool)> {
    let ranges = match letter.to_ascii_lowercase() {
        b'd' => DIGIT,
        b's' => SPACE,
        b'w' => WORD,
        _ => return None,
    };
    Some((Class::of(ranges), letter.is_ascii_uppercase()))
}

/// The class of `[:name:]`, and whether `[:^name:]` turns it round.
pub(super) fn posix(name: &[u8]) -> Option<(Class, bool)> {
    let (name, negated) = name.strip_prefix(b"^").map_or((name, false), |n| (n, true));
    let ranges: &[(u32, u32)] = match name {
        b"alnum" => &[(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)],
        b"alpha" => &[(0x41, 0x5A), (0x61, 0x7A)],
        b"ascii" => &[(0, 0x7F)],
        b"blank" => &[(0x09, 0x09), (0x20, 0x20)],
        b"cntrl" => &[(0, 0x1F), (0x7F, 0x7F)],
        b"digit" => DIGIT,
        b"graph" => &[(0x21, 0x7E)],
        b"lower" => &[(0x61, 0x7A)],
        b"print" => &[(0x20, 0x7E)],
        b"punct" => &[(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)],
        b"space" => &[(0x09, 0x0D), (0x20, 0x20)],
        b"upper" => &[(0x41, 0x5A)],
        b"word" => WORD,
        b"xdigit" => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
        _ => return None,
    };
    Some((Class::of(ranges), negated))
}

/// The class of `\p{name}`: a category or script, in any case, with or without `_`, `-` and spaces.
pub(super) fn unicode(name: &[u8], meter: &mut Meter) -> Result<Option<Class>, Exhausted> {
    let name = unicode_sets::plain_name(name);
    let ranges = match &name[..] {
        b"any" => vec![(0, MAX)],
        b"ascii" => vec![(0, 0x7F)],
        b"assigned" => {
            let Some(none) = unicode_sets::ranges(b"cn") else { return Ok(None) };
            meter.spend(none.len() as u64)?;
            return Ok(Some(Class { ranges: none.to_vec() }.negated()));
        }
        name => match unicode_sets::ranges(name) {
            Some(ranges) => ranges.to_vec(),
            None => return Ok(None),
        },
    };
    meter.spend(ranges.len() as u64)?;
    Ok(Some(Class { ranges }))
}
