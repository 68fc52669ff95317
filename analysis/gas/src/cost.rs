//! Gas as the larger of several polynomials: calls go different ways, and what one costs says nothing of another. Of ways one of which is never dearer than
//! another only the dearer is kept.

use std::fmt;

use crate::poly::{Atom, Monomial, Poly};

/// Ways that are told apart at most; others are put together term by term.
pub const MAX_WAYS: usize = 6;
/// The size that everything is taken to have where the dearer of two ways is asked for.
const TYPICAL: u64 = 100;
/// The sizes at which two ways are compared that may be as good as one.
const SIZES: [u64; 6] = [0, 4, 20, 100, 1_000, 10_000];
/// Ways are put together where that costs no more than this part of the dearer one at any of these sizes: one in four. What is gained by telling them apart is
/// less than the reader of the bound loses.
const NEAR: u64 = 4;

/// A bound: the largest of one or several polynomials, the dearest at typical sizes first. None is at least as large as another term by term.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cost {
    ways: Vec<Poly>,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost { ways: vec![Poly::default()] }
    }
}

impl From<Poly> for Cost {
    fn from(way: Poly) -> Cost {
        Cost { ways: vec![way] }
    }
}

impl Cost {
    /// The largest of several; nothing if there are none.
    pub fn largest(ways: impl IntoIterator<Item = Poly>) -> Cost {
        let mut kept: Vec<Poly> = Vec::new();
        for way in ways {
            if !kept.iter().any(|k| k.covers(&way)) {
                kept.retain(|k| !way.covers(k));
                kept.push(way);
            }
        }
        while let Some((a, b, together)) = near(&kept).or_else(|| (kept.len() > MAX_WAYS).then(|| nearest(&kept, &|_, _| 0))?) {
            kept.remove(b);
            kept.remove(a);
            kept.retain(|k| !together.covers(k));
            kept.push(together);
        }
        if kept.is_empty() {
            return Cost::default();
        }
        kept.sort_by_cached_key(|p| (std::cmp::Reverse(typical(p)), p.to_string()));
        Cost { ways: kept }
    }
    /// The polynomials, the dearest at typical sizes first.
    pub fn ways(&self) -> &[Poly] {
        &self.ways
    }
    /// Its value if the value of every atom is known: that of the dearest way. Saturates.
    pub fn evaluate(&self, f: &dyn Fn(&Atom) -> Option<u64>) -> Option<u64> {
        let values: Option<Vec<u64>> = self.ways.iter().map(|w| w.evaluate(f)).collect();
        values?.into_iter().max()
    }
    /// Whether it is a constant.
    pub fn is_constant(&self) -> bool {
        self.ways.iter().all(Poly::is_constant)
    }
    /// The largest constant part, rounded up: of a constant its value.
    pub fn constant_part(&self) -> u64 {
        self.ways.iter().map(Poly::constant_part).max().unwrap_or(0)
    }
    /// Whether an atom occurs for which `f` holds.
    pub fn mentions(&self, f: &dyn Fn(&Atom) -> bool) -> bool {
        self.ways.iter().any(|w| w.mentions(f))
    }
    /// All atoms that occur, each as often as it does.
    pub fn atoms(&self) -> impl Iterator<Item = &Atom> {
        self.ways.iter().flat_map(Poly::terms).flat_map(|(m, _): (&Monomial, u64)| m)
    }
    /// The same with other values for atoms; unchanged if that gets too large.
    pub fn put_in(&self, f: &mut dyn FnMut(&Atom) -> Poly) -> Cost {
        let ways: Option<Vec<Poly>> = self.ways.iter().map(|w| w.substitute(&mut |a| Some(f(a)))?.ok()).collect();
        ways.map_or_else(|| self.clone(), Cost::largest)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ways[..] {
            [one] => write!(f, "{one}"),
            ways => {
                for (i, way) in ways.iter().enumerate() {
                    write!(f, "{}{way}", if i == 0 { "max(" } else { ", " })?;
                }
                f.write_str(")")
            }
        }
    }
}

/// The value where everything has the same size.
fn at_size(p: &Poly, size: u64) -> u64 {
    p.joined_value(p, size)
}

fn typical(p: &Poly) -> u64 {
    at_size(p, TYPICAL)
}

fn together(a: &Poly, b: &Poly) -> Poly {
    a.join(b).unwrap_or_else(|_| Poly::constant(u64::MAX))
}

/// Two of several that are as good as one, and both together.
fn near(ways: &[Poly]) -> Option<(usize, usize, Poly)> {
    let mut pairs = (0..ways.len()).flat_map(|a| (a + 1..ways.len()).map(move |b| (a, b)));
    let is_near = |a: &Poly, b: &Poly| {
        SIZES.iter().all(|size| {
            let dearer = at_size(a, *size).max(at_size(b, *size));
            a.joined_value(b, *size).saturating_sub(dearer) <= dearer / NEAR
        })
    };
    let (a, b) = pairs.find(|(a, b)| is_near(&ways[*a], &ways[*b]))?;
    Some((a, b, together(&ways[a], &ways[b])))
}

/// The two of several that cost least put together, and both together; `None` if there are no two. `more` is what putting two of them together costs beside.
pub(crate) fn nearest(ways: &[Poly], more: &dyn Fn(usize, usize) -> u64) -> Option<(usize, usize, Poly)> {
    let values: Vec<u64> = ways.iter().map(typical).collect();
    let pairs = (0..ways.len()).flat_map(|a| (a + 1..ways.len()).map(move |b| (a, b)));
    let loss = |(a, b): &(usize, usize)| {
        let both = ways[*a].joined_value(&ways[*b], TYPICAL);
        both.saturating_sub(values[*a].max(values[*b])).saturating_add(more(*a, *b))
    };
    let (a, b) = pairs.min_by_key(loss)?;
    Some((a, b, together(&ways[a], &ways[b])))
}

#[cfg(test)]
mod tests {
    use amigos_syntax::Name;

    use super::*;
    use crate::poly::{Path, Root};

    fn len(name: &str, times: u64) -> Poly {
        Poly::len(Path { root: Root::Param(0, Name::new(name)), segs: vec![] }).scaled(times, 1).unwrap()
    }

    #[test]
    fn the_larger_of_two_is_kept_where_neither_covers_the_other() {
        let a = Poly::constant(5_000).plus(&len("x", 3)).unwrap();
        let b = Poly::constant(100).plus(&len("x", 90)).unwrap();
        let cost = Cost::largest([a.clone(), b, Poly::constant(90)]);
        assert_eq!(cost.to_string(), "max(100 + 90·len(x), 5,000 + 3·len(x))");
        assert_eq!([0, 56, 57, 1000].map(|n| cost.evaluate(&|_| Some(n)).unwrap()), [5_000, 5_168, 5_230, 90_100]);
        assert_eq!(Cost::largest([a.clone(), a.clone()]), Cost::from(a));
        assert_eq!(Cost::largest([]), Cost::from(Poly::default()));
    }

    #[test]
    fn no_more_ways_are_kept_than_there_is_room_for_and_none_gets_cheaper() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let ways: Vec<Poly> = names.iter().map(|n| len(n, 9)).collect();
        let cost = Cost::largest(ways.clone());
        assert_eq!(cost.ways().len(), MAX_WAYS);
        for way in ways {
            assert!(cost.ways().iter().any(|w| w.covers(&way)), "{way} in {cost}");
        }
    }
}
