//! The gas up to where the analysis stands: for each way that calls can have taken, what it cost and what it has paid for already.

use std::rc::Rc;

use crate::cost::nearest;
use crate::poly::{Poly, TooLarge};

/// Ways that are told apart within a function; more than at its end, as some turn out to be no dearer than others.
const MAX_WAYS: usize = 6;
/// What it is taken to cost when a way no longer knows that it has paid for something.
const FORGOTTEN: u64 = 120;

/// The number of something that is charged once.
pub(crate) type Once = u32;

/// A way.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Way {
    /// The gas that is constant, in the parts of a gas that polynomials count.
    fixed: u64,
    /// The rest of it, without a constant.
    varying: Rc<Poly>,
    /// What was paid for, sorted.
    seen: Rc<Vec<Once>>,
}

impl Way {
    fn new(gas: &Poly, seen: Rc<Vec<Once>>) -> Result<Way, TooLarge> {
        let mut way = Way { seen, ..Way::default() };
        way.add(gas)?;
        Ok(way)
    }
    /// The gas.
    pub fn gas(&self) -> Poly {
        self.varying.with_constant(self.fixed).unwrap_or_else(|_| Poly::constant(u64::MAX))
    }
    fn add(&mut self, gas: &Poly) -> Result<(), TooLarge> {
        let constant = Poly::add_varying(&mut self.varying, gas)?;
        self.fixed = self.fixed.checked_add(constant).ok_or(TooLarge)?;
        Ok(())
    }
    fn has(&self, what: Once) -> bool {
        self.seen.binary_search(&what).is_ok()
    }
    fn note(&mut self, what: Once) {
        if let Err(at) = self.seen.binary_search(&what) {
            Rc::make_mut(&mut self.seen).insert(at, what);
        }
    }
    /// Whether the other is never dearer, whatever comes.
    fn covers(&self, other: &Way) -> bool {
        let paid = |what| other.has(what);
        (Rc::ptr_eq(&self.seen, &other.seen) || self.seen.len() <= other.seen.len() && self.seen.iter().all(|w| paid(*w)))
            && self.fixed >= other.fixed
            && (Rc::ptr_eq(&self.varying, &other.varying) || self.varying.covers(&other.varying))
    }
}

fn common(a: &Rc<Vec<Once>>, b: &Rc<Vec<Once>>) -> Rc<Vec<Once>> {
    if Rc::ptr_eq(a, b) || a == b { a.clone() } else { Rc::new(a.iter().copied().filter(|w| b.binary_search(w).is_ok()).collect()) }
}

/// What was charged.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The ways here; never none.
    ways: Vec<Way>,
    /// What calls cost that ended in a panic before.
    pub ended: Vec<Poly>,
}

impl Default for Account {
    fn default() -> Account {
        Account { ways: vec![Way::default()], ended: Vec::new() }
    }
}

impl Account {
    /// Nothing charged yet, of what all ways of this one have paid for.
    pub fn anew(&self) -> Account {
        let seen = self.ways[1..].iter().fold(self.ways[0].seen.clone(), |a, b| common(&a, &b.seen));
        Account { ways: vec![Way { seen, ..Way::default() }], ended: Vec::new() }
    }
    /// The ways.
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }
    /// Charges all ways.
    pub fn pay(&mut self, gas: &Poly) -> Result<(), TooLarge> {
        for way in &mut self.ways {
            way.add(gas)?;
        }
        Ok(())
    }
    /// Charges the ways that have not paid for something yet.
    pub fn once(&mut self, what: Once, gas: &Poly) -> Result<(), TooLarge> {
        for way in self.ways.iter_mut().filter(|w| !w.has(what)) {
            way.add(gas)?;
            way.note(what);
        }
        Ok(())
    }
    /// Whether all ways have paid for something.
    pub fn has(&self, what: Once) -> bool {
        self.ways.iter().all(|w| w.has(what))
    }
    /// Notes that something is paid for otherwise.
    pub fn note(&mut self, what: Once) {
        self.ways.iter_mut().for_each(|w| w.note(what));
    }
    /// Forgets that something was paid for.
    pub fn forget(&mut self, what: Once) {
        for way in &mut self.ways {
            if let Ok(at) = way.seen.binary_search(&what) {
                Rc::make_mut(&mut way.seen).remove(at);
            }
        }
    }
    /// The dearest of all ways, term by term, ended ones apart.
    pub fn joined(&self) -> Poly {
        let mut all = self.ways[0].gas();
        for way in &self.ways[1..] {
            all = all.join(&way.gas()).unwrap_or_else(|_| Poly::constant(u64::MAX));
        }
        all
    }
    /// Either of two.
    pub fn or(mut self, other: Account) -> Account {
        if let ([mine], [theirs]) = (&mut self.ways[..], &other.ways[..])
            && mine.fixed == theirs.fixed
            && mine.varying == theirs.varying
        {
            // In trials nothing costs anything.
            mine.seen = common(&mine.seen, &theirs.seen);
            other.ended.into_iter().for_each(|gas| self.end(gas));
            return self;
        }
        for way in other.ways {
            self.take(way);
        }
        for gas in other.ended {
            self.end(gas);
        }
        self.few();
        self
    }
    /// One more way.
    fn take(&mut self, way: Way) {
        if !self.ways.iter().any(|w| w.covers(&way)) {
            self.ways.retain(|w| !way.covers(w));
            self.ways.push(way);
        }
    }
    /// A call that ends here.
    pub fn end(&mut self, gas: Poly) {
        if !self.ended.iter().any(|g| g.covers(&gas)) {
            self.ended.retain(|g| !gas.covers(g));
            self.ended.push(gas);
        }
        while self.ended.len() > MAX_WAYS
            && let Some((a, b, together)) = nearest(&self.ended, &|_, _| 0)
        {
            self.ended.remove(b);
            self.ended.remove(a);
            self.ended.push(together);
        }
    }
    /// All ways here have ended.
    pub fn end_all(&mut self) -> Vec<Poly> {
        let mut out = Account { ways: Vec::new(), ended: std::mem::take(&mut self.ended) };
        for way in &self.ways {
            out.end(way.gas());
        }
        out.ended
    }
    /// Puts ways together until there are few enough.
    fn few(&mut self) {
        let forgotten = |a: &Way, b: &Way| {
            let lost = a.seen.iter().filter(|w| !b.has(**w)).count() + b.seen.iter().filter(|w| !a.has(**w)).count();
            lost as u64 * FORGOTTEN
        };
        while self.ways.len() > MAX_WAYS {
            let gas: Vec<Poly> = self.ways.iter().map(Way::gas).collect();
            let more = |a: usize, b: usize| forgotten(&self.ways[a], &self.ways[b]);
            let Some((a, b, gas)) = nearest(&gas, &more) else { break };
            let (b, a) = (self.ways.remove(b), self.ways.remove(a));
            let seen = common(&a.seen, &b.seen);
            // What is as large as that is refused when it is added to.
            let way = Way::new(&gas, seen.clone()).unwrap_or(Way { fixed: u64::MAX, seen, ..Way::default() });
            self.ways.retain(|w| !way.covers(w));
            self.ways.push(way);
        }
    }
    /// Every way goes on in one of several: each says what it charges, and for what.
    pub fn fork(&mut self, into: &[Vec<(Option<Once>, Poly)>]) -> Result<(), TooLarge> {
        let ways = std::mem::take(&mut self.ways);
        for way in ways {
            for charges in into {
                let mut way = way.clone();
                for (what, gas) in charges {
                    if what.is_some_and(|w| way.has(w)) {
                        continue;
                    }
                    way.add(gas)?;
                    what.iter().for_each(|w| way.note(*w));
                }
                self.take(way);
            }
        }
        self.few();
        Ok(())
    }
    /// What is charged after this: each way of this one with each of `then`, which was looked at as if nothing but what all have paid for had been.
    pub fn then(&self, then: &Account) -> Result<Account, TooLarge> {
        let mut out = Account { ways: Vec::new(), ended: self.ended.clone() };
        for before in &self.ways {
            for after in &then.ways {
                let mut seen = (*before.seen).clone();
                seen.extend(after.seen.iter().copied().filter(|w| !before.has(*w)));
                seen.sort_unstable();
                let mut way = Way { seen: Rc::new(seen), ..before.clone() };
                way.add(&after.varying)?;
                way.fixed = way.fixed.checked_add(after.fixed).ok_or(TooLarge)?;
                out.take(way);
            }
            for gas in &then.ended {
                out.end(before.gas().plus(gas)?);
            }
            if out.ways.len() > 3 * MAX_WAYS {
                out.few();
            }
        }
        out.few();
        Ok(out)
    }
    /// Changes the gas of each way, ended ones too.
    pub fn change<E>(&mut self, f: &mut dyn FnMut(&Poly) -> Result<Poly, E>) -> Result<(), E> {
        for way in &mut self.ways {
            let gas = f(&way.gas())?;
            *way = Way::new(&gas, way.seen.clone()).unwrap_or(Way { fixed: u64::MAX, ..way.clone() });
        }
        for gas in &mut self.ended {
            *gas = f(gas)?;
        }
        Ok(())
    }
    /// Only what matters of ways that are repeated: their gas.
    pub fn costs(&self) -> Vec<Poly> {
        crate::cost::Cost::largest(self.ways.iter().map(Way::gas)).ways().to_vec()
    }
    /// One of several costs on top, on every way.
    pub fn plus_one_of(&self, costs: &[Poly]) -> Result<Account, TooLarge> {
        let seen: Rc<Vec<Once>> = Rc::default();
        let ways: Result<Vec<Way>, TooLarge> = costs.iter().map(|gas| Way::new(gas, seen.clone())).collect();
        let then = Account { ways: ways?, ended: Vec::new() };
        if then.ways.is_empty() { Ok(self.clone()) } else { self.then(&then) }
    }
    /// Only the ways for which `f` gives a cost, with that; `None` if there are none.
    pub fn only<E>(&self, f: &mut dyn FnMut(&Poly) -> Result<Option<Poly>, E>) -> Result<Option<Account>, E> {
        let mut ways = Vec::new();
        for way in &self.ways {
            if let Some(gas) = f(&way.gas())? {
                ways.push(Way::new(&gas, way.seen.clone()).unwrap_or(Way { fixed: u64::MAX, ..way.clone() }));
            }
        }
        Ok((!ways.is_empty()).then(|| Account { ways, ended: self.ended.clone() }))
    }
}
