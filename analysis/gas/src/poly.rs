//! Polynomials with non-negative coefficients over non-negative sizes. Sum, product and coefficient-wise maximum of upper bounds are upper
//! bounds; they print well, and equal ones are equal.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

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
    /// Any element of a slice or array, any value of a map: the largest counts.
    Elem,
    /// Any key of a map.
    Key,
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
            Seg::Key => f.write_str("[key]"),
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
    /// How far an integer is below zero.
    Neg(Path),
    /// What a deep visit of a value meets: one for each value in it, one for each byte of a string in it.
    Walk(Path),
    /// The gas of a call of the function at a path.
    Cost(Path),
    /// A number that is fixed only while a loop is looked at.
    Symbol(u32),
}

impl Atom {
    /// The path, if it has one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Atom::Len(path) | Atom::Value(path) | Atom::Neg(path) | Atom::Walk(path) | Atom::Cost(path) => Some(path),
            Atom::Symbol(_) => None,
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Atom::Len(path) => write!(f, "len({path})"),
            Atom::Value(path) => write!(f, "{path}"),
            Atom::Neg(path) => write!(f, "-{path}"),
            Atom::Walk(path) => write!(f, "parts({path})"),
            Atom::Cost(path) => write!(f, "cost({path})"),
            Atom::Symbol(n) => write!(f, "${n}"),
        }
    }
}

/// A product of atoms, sorted.
pub type Monomial = Vec<Atom>;

/// Terms beyond which a bound helps nobody.
const MAX_TERMS: usize = 64;
/// Factors beyond which a bound helps nobody.
const MAX_DEGREE: usize = 7;

/// Coefficients are counted in this part of a unit of gas: prices per byte are small fractions.
const UNIT: u64 = 1024;

/// A polynomial. A coefficient is never zero.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Poly {
    /// Sorted by monomial.
    terms: Vec<(Monomial, u64)>,
}

/// The polynomial got too large to be of use, or a coefficient overflowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLarge;

impl Poly {
    /// A constant.
    pub fn constant(value: u64) -> Poly {
        // What large does not fit is as good as infinite: products of it are refused.
        Poly { terms: if value == 0 { vec![] } else { vec![(vec![], value.saturating_mul(UNIT))] } }
    }
    /// A constant that is no whole number, rounded up to the next part of a gas that is counted.
    pub fn fraction(num: u64, den: u64) -> Poly {
        let value = (u128::from(num) * u128::from(UNIT)).div_ceil(u128::from(den.max(1)));
        let value = u64::try_from(value).unwrap_or(u64::MAX);
        Poly { terms: if value == 0 { vec![] } else { vec![(vec![], value)] } }
    }
    /// One atom.
    pub fn atom(atom: Atom) -> Poly {
        Poly { terms: vec![(vec![atom], UNIT)] }
    }
    /// The length of what is at a path.
    pub fn len(path: Path) -> Poly {
        Poly::atom(Atom::Len(path))
    }
    /// The terms, constants first, with their coefficients rounded up.
    pub fn terms(&self) -> impl Iterator<Item = (&Monomial, u64)> {
        self.terms.iter().map(|(m, c)| (m, c.div_ceil(UNIT)))
    }
    /// The terms, constants first, with their coefficients.
    pub fn exact_terms(&self) -> impl Iterator<Item = (&Monomial, f64)> {
        self.terms.iter().map(|(m, c)| (m, *c as f64 / UNIT as f64))
    }
    /// The constant part, rounded up.
    pub fn constant_part(&self) -> u64 {
        self.terms.first().filter(|(m, _)| m.is_empty()).map_or(0, |(_, c)| c.div_ceil(UNIT))
    }
    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }
    /// Whether it is a constant.
    pub fn is_constant(&self) -> bool {
        self.terms.iter().all(|(m, _)| m.is_empty())
    }
    /// The highest number of factors.
    pub fn degree(&self) -> usize {
        self.terms.iter().map(|(m, _)| m.len()).max().unwrap_or(0)
    }
    /// Whether an atom occurs for which `f` holds.
    pub fn mentions(&self, f: &dyn Fn(&Atom) -> bool) -> bool {
        self.terms.iter().flat_map(|(m, _)| m).any(f)
    }
    fn check(self) -> Result<Poly, TooLarge> {
        if self.terms.len() > MAX_TERMS || self.degree() > MAX_DEGREE { Err(TooLarge) } else { Ok(self) }
    }
    /// Both, equal monomials put together by `f`.
    fn merged(&self, other: &Poly, f: impl Fn(u64, u64) -> Option<u64>) -> Result<Poly, TooLarge> {
        Poly::merge(&self.terms, &other.terms, f)
    }
    fn merge(a: &[(Monomial, u64)], b: &[(Monomial, u64)], f: impl Fn(u64, u64) -> Option<u64>) -> Result<Poly, TooLarge> {
        let mut terms = Vec::with_capacity(a.len() + b.len());
        let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
        loop {
            let order = match (a.peek(), b.peek()) {
                (Some((x, _)), Some((y, _))) => x.cmp(y),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => break,
            };
            match order {
                std::cmp::Ordering::Less => terms.extend(a.next().cloned()),
                std::cmp::Ordering::Greater => terms.extend(b.next().cloned()),
                std::cmp::Ordering::Equal => {
                    if let (Some((m, x)), Some((_, y))) = (a.next(), b.next()) {
                        terms.push((m.clone(), f(*x, *y).ok_or(TooLarge)?));
                    }
                }
            }
        }
        Poly { terms }.check()
    }
    /// The constant part in the parts of a gas that are counted, and the other terms.
    fn apart(&self) -> (u64, &[(Monomial, u64)]) {
        match &self.terms[..] {
            [(m, c), rest @ ..] if m.is_empty() => (*c, rest),
            all => (0, all),
        }
    }
    /// Adds what of `other` is no constant to it; what remains to be added, in the parts of a gas that are counted.
    pub(crate) fn add_varying(self: &mut Rc<Poly>, other: &Poly) -> Result<u64, TooLarge> {
        let (constant, rest) = other.apart();
        if !rest.is_empty() {
            *self = Rc::new(Poly::merge(&self.terms, rest, u64::checked_add)?);
        }
        Ok(constant)
    }
    /// The same with a constant on top, in the parts of a gas that are counted.
    pub(crate) fn with_constant(&self, constant: u64) -> Result<Poly, TooLarge> {
        if constant == 0 { Ok(self.clone()) } else { self.plus(&Poly { terms: vec![(vec![], constant)] }) }
    }
    /// The value of the larger of two term by term, where everything has size `size`.
    pub(crate) fn joined_value(&self, other: &Poly, size: u64) -> u64 {
        let value = |(m, c): &(Monomial, u64)| m.iter().fold(u128::from(*c), |n, _| n.saturating_mul(u128::from(size)));
        let mut sum = 0u128;
        let mut theirs = other.terms.iter().peekable();
        for mine in &self.terms {
            while let Some(other) = theirs.next_if(|o| o.0 < mine.0) {
                sum = sum.saturating_add(value(other));
            }
            let same = theirs.next_if(|o| o.0 == mine.0);
            sum = sum.saturating_add(value(mine).max(same.map_or(0, value)));
        }
        sum = theirs.fold(sum, |sum, t| sum.saturating_add(value(t)));
        u64::try_from(sum / u128::from(UNIT)).unwrap_or(u64::MAX)
    }
    /// Whether no term of `other` has a larger coefficient there than here: it is never larger.
    pub fn covers(&self, other: &Poly) -> bool {
        let mut mine = self.terms.iter();
        other.terms.iter().all(|(m, c)| mine.by_ref().find(|(n, _)| n >= m).is_some_and(|(n, d)| n == m && d >= c))
    }
    /// `self + other`
    pub fn plus(&self, other: &Poly) -> Result<Poly, TooLarge> {
        self.merged(other, u64::checked_add)
    }
    /// `self · other`
    pub fn times(&self, other: &Poly) -> Result<Poly, TooLarge> {
        let mut out: BTreeMap<Monomial, u64> = BTreeMap::new();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let mut m = a.clone();
                m.extend_from_slice(b);
                m.sort();
                let c = (u128::from(*x) * u128::from(*y)).div_ceil(u128::from(UNIT));
                let c = u64::try_from(c).map_err(|_| TooLarge)?;
                let sum = out.entry(m).or_insert(0);
                *sum = sum.checked_add(c).ok_or(TooLarge)?;
            }
            if out.len() > 4 * MAX_TERMS {
                return Err(TooLarge);
            }
        }
        Poly { terms: out.into_iter().collect() }.check()
    }
    /// The coefficient-wise maximum: at least as large as either.
    pub fn join(&self, other: &Poly) -> Result<Poly, TooLarge> {
        self.merged(other, |a, b| Some(a.max(b)))
    }
    /// An upper bound of `self × num / den`. What is rounded up after a division costs up to one more.
    pub fn scaled(&self, num: u64, den: u64) -> Result<Poly, TooLarge> {
        let mut terms = Vec::with_capacity(self.terms.len());
        for (m, c) in self.terms.iter().filter(|_| num != 0) {
            let scaled = (u128::from(*c) * u128::from(num)).div_ceil(u128::from(den.max(1)));
            terms.push((m.clone(), u64::try_from(scaled).map_err(|_| TooLarge)?));
        }
        Poly { terms }.check()
    }
    /// `self - n`, but not below zero: taken from the constant part only.
    pub fn less(&self, n: u64) -> Poly {
        let mut terms = self.terms.clone();
        if let Some((m, c)) = terms.first_mut()
            && m.is_empty()
        {
            *c = c.saturating_sub(n.saturating_mul(UNIT));
        }
        terms.retain(|(_, c)| *c != 0);
        Poly { terms }
    }
    /// `self - other` where that is a sum of terms; terms of which `other` has more are left out.
    pub fn minus(&self, other: &Poly) -> Poly {
        let less = |m: &Monomial| other.terms.iter().find(|(n, _)| n == m).map_or(0, |(_, c)| *c);
        Poly { terms: self.terms.iter().map(|(m, c)| (m.clone(), c.saturating_sub(less(m)))).filter(|(_, c)| *c > 0).collect() }
    }
    /// The part of the form `atom · x` of degree one in `atom`, and the rest; `None` if `atom` occurs otherwise.
    pub fn split(&self, atom: &Atom) -> Option<(Poly, Poly)> {
        let (mut with, mut rest) = (BTreeMap::new(), Vec::new());
        for (m, c) in &self.terms {
            match m.iter().filter(|a| *a == atom).count() {
                0 => rest.push((m.clone(), *c)),
                1 => {
                    let factor: Monomial = m.iter().filter(|a| *a != atom).cloned().collect();
                    with.insert(factor, *c);
                }
                _ => return None,
            }
        }
        Some((Poly { terms: with.into_iter().collect() }, Poly { terms: rest }))
    }
    /// The sum of `self` over `k` from 0 to below `n`, for `self` as a polynomial in the atom `k`: at most `∫ x^j` for each power.
    pub fn summed(&self, k: &Atom, n: &Poly) -> Result<Poly, TooLarge> {
        let mut out = Poly::default();
        for (m, c) in &self.terms {
            let power = m.iter().filter(|a| *a == k).count();
            let rest: Monomial = m.iter().filter(|a| *a != k).cloned().collect();
            let mut term = Poly { terms: vec![(rest, *c)] };
            for _ in 0..=power {
                term = term.times(n)?;
            }
            out = out.plus(&term.scaled(1, power as u64 + 1)?)?;
        }
        Ok(out)
    }
    /// Replaces atoms; where `f` has nothing to say, the size is not known.
    pub fn substitute(&self, f: &mut dyn FnMut(&Atom) -> Option<Poly>) -> Option<Result<Poly, TooLarge>> {
        let mut out = Poly::default();
        for (m, c) in &self.terms {
            let mut product = Poly { terms: vec![(vec![], *c)] };
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
    /// Its value if the value of every atom is known, rounded down: gas comes in whole units, so that what is no more than a fraction is no more than the
    /// whole number below it. Saturates.
    pub fn evaluate(&self, f: &dyn Fn(&Atom) -> Option<u64>) -> Option<u64> {
        let mut sum = 0u128;
        for (m, c) in &self.terms {
            sum = sum.saturating_add(value_of(m, f)?.saturating_mul(u128::from(*c)));
        }
        Some(u64::try_from(sum / u128::from(UNIT)).unwrap_or(u64::MAX))
    }
    /// One term as text, by its number.
    pub fn term_text(&self, at: usize) -> String {
        Poly { terms: self.terms.get(at).cloned().into_iter().collect() }.to_string()
    }
    /// For each term the value of its monomial (at most its coefficient's share if that is below one) and of the term; zeros where an atom is not known.
    pub fn term_values(&self, f: &dyn Fn(&Atom) -> Option<u64>) -> Vec<(u64, u64)> {
        let value = |(m, c): &(Monomial, u64)| {
            let v = value_of(m, f).unwrap_or(0);
            let all = v.saturating_mul(u128::from(*c)) / u128::from(UNIT);
            let clamp = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
            (clamp(v.min(all)), clamp(all))
        };
        self.terms.iter().map(value).collect()
    }
}

fn value_of(m: &Monomial, f: &dyn Fn(&Atom) -> Option<u64>) -> Option<u128> {
    m.iter().try_fold(1u128, |product, atom| Some(product.saturating_mul(u128::from(f(atom)?))))
}

/// A coefficient: whole ones grouped, others with two decimals, rounded up.
fn coefficient(c: u64) -> String {
    if c.is_multiple_of(UNIT) {
        return grouped(c / UNIT);
    }
    let hundredths = (u128::from(c) * 100).div_ceil(u128::from(UNIT));
    let whole = grouped(u64::try_from(hundredths / 100).unwrap_or(u64::MAX));
    match hundredths % 100 {
        0 => whole,
        n if n % 10 == 0 => format!("{whole}.{}", n / 10),
        n => format!("{whole}.{n:02}"),
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
                // Below one gas nothing is charged.
                write!(f, "{}", grouped(c.div_ceil(UNIT)))?;
                continue;
            }
            if *c != UNIT {
                write!(f, "{}·", coefficient(*c))?;
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
