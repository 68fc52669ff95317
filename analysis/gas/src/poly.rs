//! Polynomials with non-negative integer coefficients over non-negative sizes. Sum, product and coefficient-wise maximum of upper bounds are upper
//! bounds; they print well, and equal ones are equal.

use std::collections::BTreeMap;
use std::fmt;

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

/// What an access path starts from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Root {
    /// A package-level variable: its size can be read from live state.
    Global(PkgKey, Name),
    /// A parameter, the receiver being number 0 of a method, with its name.
    Param(u32, Name),
}

/// A step of an access path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Seg {
    /// A field.
    Field(Name),
    /// Any element of a slice, array or map: the largest counts.
    Elem,
}

/// Where a size is found: `Posts`, `Posts[].Replies`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Path {
    /// The start.
    pub root: Root,
    /// The way.
    pub segs: Vec<Seg>,
}

impl Path {
    /// A path of one step more.
    pub fn then(&self, seg: Seg) -> Path {
        let mut segs = self.segs.clone();
        segs.push(seg);
        Path { root: self.root, segs }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root {
            Root::Global(_, name) | Root::Param(_, name) => f.write_str(name.as_str())?,
        }
        self.segs.iter().try_for_each(|s| match s {
            Seg::Field(name) => write!(f, ".{name}"),
            Seg::Elem => f.write_str("[]"),
        })
    }
}

/// A size that is not known before a call.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Atom {
    /// The length of a string, slice or map.
    Len(Path),
    /// An integer, negative ones counting as zero.
    Value(Path),
    /// What a deep visit of a value meets: one for each value in it, one for each byte of a string in it.
    Walk(Path),
    /// The value that a variable has at the start of an iteration: only while a loop is looked at.
    Symbol(u32),
}

impl Atom {
    /// The path, if it has one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Atom::Len(path) | Atom::Value(path) | Atom::Walk(path) => Some(path),
            Atom::Symbol(_) => None,
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Atom::Len(path) => write!(f, "len({path})"),
            Atom::Value(path) => write!(f, "{path}"),
            Atom::Walk(path) => write!(f, "parts({path})"),
            Atom::Symbol(n) => write!(f, "${n}"),
        }
    }
}

/// A product of atoms, sorted.
pub type Monomial = Vec<Atom>;

/// Terms beyond which a bound helps nobody.
const MAX_TERMS: usize = 48;
/// Factors beyond which a bound helps nobody.
const MAX_DEGREE: usize = 6;

/// A polynomial. A coefficient is never zero.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Poly {
    terms: BTreeMap<Monomial, u64>,
}

/// The polynomial got too large to be of use, or a coefficient overflowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLarge;

impl Poly {
    /// A constant.
    pub fn constant(value: u64) -> Poly {
        let mut terms = BTreeMap::new();
        if value != 0 {
            terms.insert(vec![], value);
        }
        Poly { terms }
    }
    /// One atom.
    pub fn atom(atom: Atom) -> Poly {
        Poly { terms: BTreeMap::from([(vec![atom], 1)]) }
    }
    /// The length of what is at a path.
    pub fn len(path: Path) -> Poly {
        Poly::atom(Atom::Len(path))
    }
    /// The terms, constants first.
    pub fn terms(&self) -> impl Iterator<Item = (&Monomial, u64)> {
        self.terms.iter().map(|(m, c)| (m, *c))
    }
    /// The constant part.
    pub fn constant_part(&self) -> u64 {
        self.terms.get(&vec![]).copied().unwrap_or(0)
    }
    /// Whether it is a constant.
    pub fn is_constant(&self) -> bool {
        self.terms.keys().all(Vec::is_empty)
    }
    /// The highest number of factors.
    pub fn degree(&self) -> usize {
        self.terms.keys().map(Vec::len).max().unwrap_or(0)
    }
    /// Whether an atom occurs for which `f` holds.
    pub fn mentions(&self, f: &dyn Fn(&Atom) -> bool) -> bool {
        self.terms.keys().flatten().any(f)
    }
    fn check(self) -> Result<Poly, TooLarge> {
        if self.terms.len() > MAX_TERMS || self.degree() > MAX_DEGREE { Err(TooLarge) } else { Ok(self) }
    }
    /// `self + other`
    pub fn plus(&self, other: &Poly) -> Result<Poly, TooLarge> {
        let mut terms = self.terms.clone();
        for (m, c) in &other.terms {
            let sum = terms.entry(m.clone()).or_insert(0);
            *sum = sum.checked_add(*c).ok_or(TooLarge)?;
        }
        Poly { terms }.check()
    }
    /// `self · other`
    pub fn times(&self, other: &Poly) -> Result<Poly, TooLarge> {
        let mut out = Poly::default();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let mut m = a.clone();
                m.extend_from_slice(b);
                m.sort();
                let c = x.checked_mul(*y).ok_or(TooLarge)?;
                let sum = out.terms.entry(m).or_insert(0);
                *sum = sum.checked_add(c).ok_or(TooLarge)?;
            }
            if out.terms.len() > 4 * MAX_TERMS {
                return Err(TooLarge);
            }
        }
        out.check()
    }
    /// The coefficient-wise maximum: at least as large as either.
    pub fn join(&self, other: &Poly) -> Result<Poly, TooLarge> {
        let mut terms = self.terms.clone();
        for (m, c) in &other.terms {
            let max = terms.entry(m.clone()).or_insert(0);
            *max = (*max).max(*c);
        }
        Poly { terms }.check()
    }
    /// An upper bound of `ceil(self × num / den)`.
    pub fn scaled(&self, num: u64, den: u64) -> Result<Poly, TooLarge> {
        let mut terms = BTreeMap::new();
        for (m, c) in &self.terms {
            let scaled = (u128::from(*c) * u128::from(num)).div_ceil(u128::from(den.max(1)));
            terms.insert(m.clone(), u64::try_from(scaled).map_err(|_| TooLarge)?);
        }
        terms.retain(|_, c| *c != 0);
        Poly { terms }.check()
    }
    /// The part of the form `atom · x` of degree one in `atom`, and the rest; `None` if `atom` occurs otherwise.
    pub fn split(&self, atom: &Atom) -> Option<(Poly, Poly)> {
        let (mut with, mut rest) = (Poly::default(), Poly::default());
        for (m, c) in &self.terms {
            match m.iter().filter(|a| *a == atom).count() {
                0 => {
                    rest.terms.insert(m.clone(), *c);
                }
                1 => {
                    let factor = m.iter().filter(|a| *a != atom).cloned().collect();
                    with.terms.insert(factor, *c);
                }
                _ => return None,
            }
        }
        Some((with, rest))
    }
    /// Replaces atoms; where `f` has nothing to say, the size is not known.
    pub fn substitute(&self, f: &mut dyn FnMut(&Atom) -> Option<Poly>) -> Option<Result<Poly, TooLarge>> {
        let mut out = Poly::default();
        for (m, c) in &self.terms {
            let mut product = Poly::constant(*c);
            for atom in m {
                product = match product.times(&f(atom)?) {
                    Ok(product) => product,
                    Err(e) => return Some(Err(e)),
                };
            }
            out = match out.plus(&product) {
                Ok(out) => out,
                Err(e) => return Some(Err(e)),
            };
        }
        Some(Ok(out))
    }
    /// Its value, if the value of every atom is known; saturates.
    pub fn evaluate(&self, f: &dyn Fn(&Atom) -> Option<u64>) -> Option<u64> {
        let mut sum = 0u64;
        for (m, c) in &self.terms {
            let mut product = *c;
            for atom in m {
                product = product.saturating_mul(f(atom)?);
            }
            sum = sum.saturating_add(product);
        }
        Some(sum)
    }
}

impl fmt::Display for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        for (i, (m, c)) in self.terms.iter().enumerate() {
            if i > 0 {
                f.write_str(" + ")?;
            }
            if m.is_empty() {
                write!(f, "{}", grouped(*c))?;
                continue;
            }
            if *c != 1 {
                write!(f, "{}·", grouped(*c))?;
            }
            let mut at = 0;
            while at < m.len() {
                let power = m[at..].iter().take_while(|a| **a == m[at]).count();
                let dot = if at > 0 { "·" } else { "" };
                match power {
                    1 => write!(f, "{dot}{}", m[at])?,
                    n => write!(f, "{dot}{}^{n}", m[at])?,
                }
                at += power;
            }
        }
        Ok(())
    }
}

/// `1204331` → `1,204,331`
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn len(name: &str) -> Poly {
        Poly::len(Path { root: Root::Param(0, Name::new(name)), segs: vec![] })
    }

    #[test]
    fn sums_products_and_joins_print() {
        let p = Poly::constant(1240).plus(&len("x").scaled(310, 1).unwrap()).unwrap();
        assert_eq!(p.to_string(), "1,240 + 310·len(x)");
        assert_eq!(p.times(&len("x")).unwrap().to_string(), "1,240·len(x) + 310·len(x)^2");
        let q = Poly::constant(2000).plus(&len("y")).unwrap();
        assert_eq!(p.join(&q).unwrap().to_string(), "2,000 + 310·len(x) + len(y)");
    }

    #[test]
    fn overflow_is_an_error_and_not_a_wrong_bound() {
        assert_eq!(Poly::constant(u64::MAX).plus(&Poly::constant(1)), Err(TooLarge));
        assert_eq!(Poly::constant(u64::MAX).times(&Poly::constant(2)), Err(TooLarge));
    }

    #[test]
    fn evaluation_needs_every_size() {
        let p = Poly::constant(7).plus(&len("x").scaled(10, 1).unwrap()).unwrap();
        assert_eq!(p.evaluate(&|_| Some(3)), Some(37));
        assert_eq!(p.evaluate(&|_| None), None);
    }
}
