//! What a bound comes to at the sizes that live state has now, and how far these can grow before a call no longer fits into a block.

use crate::cost::Cost;
use crate::poly::{Atom, Path, Root, Seg};

/// What a caller chooses (arguments, and the cost of a function it passes) is taken to be this small.
const CALLERS: u64 = 1;
/// Sizes that are looked at; nothing in state gets larger.
const LARGEST: u64 = 1 << 40;

/// A bound at live sizes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Live {
    /// The gas of a call at these sizes, rounded up, with the smallest arguments.
    pub now: u64,
    /// Whether it grows with what the caller chooses, too.
    pub by_caller: bool,
    /// What grows in state until a call costs the limit; `None` if nothing in state makes it dearer, or not that much.
    pub reached: Option<Reached>,
}

/// The size at which a limit is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    /// What grows: `Posts`.
    pub path: Path,
    /// How large it is.
    pub now: u64,
    /// How large it is when the bound reaches the limit, everything else staying as it is; at most `now` if that has happened.
    pub at: u64,
}

/// Evaluates a bound: `size` gives the live value of an atom of a package-level variable. `limit`: gas that a call can have, of a block
/// [`amigos_mir::gas::BLOCK_GAS`]. `None` if a size in state is not known.
///
/// Of several sizes that grow the one is named that reaches the limit first in proportion to what it is now; lengths of what is in a collection count only
/// where no collection does.
pub fn at_live_sizes(cost: &Cost, limit: u64, size: &dyn Fn(&Atom) -> Option<u64>) -> Option<Live> {
    let of = |atom: &Atom| if in_state(atom) { size(atom) } else { Some(CALLERS) };
    let now = cost.evaluate(&of)?;
    let by_caller = cost.mentions(&|a| !in_state(a));
    let mut grow: Vec<&Path> = Vec::new();
    for atom in cost.atoms() {
        if let Atom::Len(path) = atom
            && in_state(atom)
            && !grow.contains(&path)
        {
            grow.push(path);
        }
    }
    let whole = |p: &&Path| !p.segs.iter().any(|s| matches!(s, Seg::Elem | Seg::Key));
    if grow.iter().any(whole) {
        grow.retain(whole);
    }
    let reached = grow.into_iter().filter_map(|path| {
        let large = |n: u64| cost.evaluate(&|a: &Atom| if matches!(a, Atom::Len(p) if p == path) { Some(n) } else { of(a) });
        let now = of(&Atom::Len(path.clone()))?;
        let at = smallest(&|n| large(n).is_some_and(|gas| gas >= limit))?;
        Some(Reached { path: path.clone(), now, at })
    });
    let reached = reached.min_by_key(|r| (u128::from(r.at) * 1000 / u128::from(r.now.max(1)), r.at));
    Some(Live { now, by_caller, reached })
}

fn in_state(atom: &Atom) -> bool {
    matches!(atom.path().map(|p| p.root), Some(Root::Global(..)))
}

/// The smallest number from which on `f` holds.
fn smallest(f: &dyn Fn(u64) -> bool) -> Option<u64> {
    if !f(LARGEST) {
        return None;
    }
    let (mut low, mut high) = (0, LARGEST);
    while low < high {
        let middle = low + (high - low) / 2;
        if f(middle) { high = middle } else { low = middle + 1 }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use amigos_syntax::Name;
    use amigos_types::ty::PkgKey;

    use super::*;
    use crate::poly::Poly;

    fn global(name: &str) -> Path {
        Path { root: Root::Global(PkgKey(Name::new("hub.amigos.dev/a/b")), Name::new(name)), segs: vec![] }
    }

    #[test]
    fn a_bound_has_a_value_now_and_a_size_at_which_it_is_too_large() {
        let posts = Poly::len(global("Posts"));
        let text = Poly::len(Path { root: Root::Param(0, Name::new("text")), segs: vec![] });
        let cost = Poly::constant(7).plus(&posts.scaled(10, 1).unwrap()).unwrap().plus(&text).unwrap();
        let live = at_live_sizes(&cost.clone().into(), 41_008, &|_| Some(2_870)).unwrap();
        assert_eq!((live.now, live.by_caller), (28_708, true));
        assert_eq!(live.reached, Some(Reached { path: global("Posts"), now: 2_870, at: 4_100 }));
        assert_eq!(at_live_sizes(&cost.into(), 41_008, &|_| None), None);
        assert_eq!(at_live_sizes(&text.into(), 41_008, &|_| None).unwrap().reached, None);
    }

    #[test]
    fn of_several_sizes_the_one_that_gets_there_first_is_named() {
        let sum = Poly::len(global("Few")).plus(&Poly::len(global("Many"))).unwrap();
        let live = at_live_sizes(&sum.into(), 1_000, &|a| Some(if a.to_string() == "len(Few)" { 2 } else { 900 })).unwrap();
        assert_eq!(live.reached, Some(Reached { path: global("Many"), now: 900, at: 998 }));
    }
}
