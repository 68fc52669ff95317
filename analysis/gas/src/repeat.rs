//! Loops: one symbolic iteration says what each size starts at and by how much it grows, and what all iterations cost.

use std::collections::BTreeMap;

use amigos_mir::mir::*;

use crate::account::Account;
use crate::heap::{Key, State};
use crate::loops::iterations;
use crate::poly::{Atom, Poly};
use crate::summary::Part;
use crate::touch::{OF_SLICE, WHOLE, WINDOW, runs_of};
use crate::walk::{Res, Walk};

const MAX_LOOPS: u32 = 10;
/// Accesses that are charged one by one rather than as all there can be.
const FEW: u64 = 40;

/// One execution of what is repeated: the state in which it happens again, if it does, and the states in which it ends.
pub(crate) type Round = (Option<State>, BTreeMap<BlockId, State>);
/// Executes what is repeated once.
pub(crate) type Once<'f, 'a> = &'f mut dyn FnMut(&mut Walk<'a>, State) -> Res<Round>;
/// How often something is repeated, from the state before it.
pub(crate) type Times<'f, 'a> = &'f mut dyn FnMut(&mut Walk<'a>, &State) -> Option<Poly>;

impl<'a> Walk<'a> {
    pub fn looped(&mut self, index: usize, entry: State) -> Res<BTreeMap<BlockId, State>> {
        let cfg = self.frame().cfg.clone();
        let l = &cfg.loops[index];
        let home = self.frames.len() == 1;
        let outer = self.span;
        if home {
            self.span = l.head;
        }
        let Some(header) = l.header else { return Err(self.reason("uses `goto`")) };
        if self.level >= MAX_LOOPS {
            return Err(self.reason("loops are nested too deep"));
        }
        let head = l.head;
        if let Some(frame) = self.frames.last_mut() {
            frame.loops += 1;
        }
        let result = self.repeat(
            entry,
            head,
            &mut |walk, st| {
                let cfg = walk.frame().cfg.clone();
                let mut out = walk.blocks(&cfg.loops[index].blocks, header, Some(index), st)?;
                Ok((out.remove(&header), out))
            },
            &mut |walk, entry| {
                let cfg = walk.frame().cfg.clone();
                iterations(walk, &cfg.loops[index], entry)
            },
        );
        if let Some(frame) = self.frames.last_mut() {
            frame.loops -= 1;
        }
        self.span = outer;
        result
    }

    /// Something that happens again and again: `once` executes it and gives the state in which it happens again, if it does, and the states in which it ends;
    /// `times` says how often. What comes back is the states in which it has ended.
    pub fn repeat(&mut self, entry: State, head: Span, once: Once<'_, 'a>, times: Times<'_, 'a>) -> Res<BTreeMap<BlockId, State>> {
        let parts = self.parts.len();
        let mut start = entry;
        let fresh = start.acc.anew();
        let base = std::mem::replace(&mut start.acc, fresh);
        self.level += 1;
        self.dry += 1;
        self.trial += 1;
        self.hoists.push(BTreeMap::new());
        self.trips.push(None);
        let tried = self.try_loop(&start, once, times);
        self.dry -= 1;
        self.trial -= 1;
        let hoist = self.hoists.pop().unwrap_or_default();
        self.parts.truncate(parts);
        let result = tried.and_then(|tried| self.cost_loop(Before { gas: base, state: start, hoist, head, parts }, tried, once));
        self.trips.pop();
        self.level -= 1;
        result
    }

    fn try_loop(&mut self, start: &State, once: Once<'_, 'a>, times: Times<'_, 'a>) -> Res<Tried> {
        let first_symbol = self.symbols;
        let mut before: BTreeMap<Vec<u32>, Option<Poly>> = BTreeMap::new();
        start.sizes(&mut |k, s| {
            before.insert(k.to_vec(), s.clone());
        });
        let mut changed: BTreeMap<Vec<u32>, Atom> = BTreeMap::new();
        let mut shape = start.clone();
        let mut end = None;
        // What the first rounds take for the same in all iterations may not be.
        let hoists = self.hoists.clone();
        for round in 0..8 {
            self.hoists.clone_from(&hoists);
            let mut st = shape.clone();
            st.acc = start.acc.clone();
            let symbols = &changed;
            st.set_sizes(&mut |k, _| symbols.get(k).map(|a| Some(Poly::atom(a.clone()))));
            self.renumber(&mut st);
            let (back, _) = once(self, st.clone())?;
            let Some(mut back) = back else {
                return Ok(Tried { inside: start.clone(), count: Atom::Symbol(0), times: Some(Poly::constant(1)) });
            };
            back.env.retain(|l, _| start.env.contains_key(l));
            let joined = self.joined(st.clone(), back.clone());
            let stable = st.same_structure(&joined);
            let mut new = Vec::new();
            let mut now: BTreeMap<Vec<u32>, Option<Poly>> = BTreeMap::new();
            st.sizes(&mut |k, s| {
                now.insert(k.to_vec(), s.clone());
            });
            joined.sizes(&mut |k, s| {
                if !changed.contains_key(k) && now.get(k) != Some(s) {
                    new.push(k.to_vec());
                }
            });
            if stable && new.is_empty() {
                end = Some(back);
                break;
            }
            for k in new {
                let symbol = self.symbol();
                changed.insert(k, symbol);
            }
            shape = joined;
            if round == 7 {
                return Err(self.reason("what this loop does to memory is not followed"));
            }
        }
        let Some(end) = end else { return Err(self.reason("what this loop does to memory is not followed")) };
        let mut after: BTreeMap<Vec<u32>, Option<Poly>> = BTreeMap::new();
        end.sizes(&mut |k, s| {
            after.insert(k.to_vec(), s.clone());
        });
        // What each size is in the loop, from those that depend on none other on.
        let mine = |a: &Atom| matches!(a, Atom::Symbol(n) if *n > first_symbol);
        let mut deltas: BTreeMap<Vec<u32>, Change> = BTreeMap::new();
        let count = self.symbol();
        for _ in 0..4 {
            let known: BTreeMap<Atom, Option<Poly>> =
                deltas.iter().filter_map(|(k, c)| Some((changed.get(k)?.clone(), c.inside(&count)))).collect();
            let mut more = false;
            for (key, symbol) in &changed {
                if deltas.contains_key(key) {
                    continue;
                }
                let start = match before.get(key) {
                    Some(start) => start.clone(),
                    None => Some(Poly::default()),
                };
                let change = (|| {
                    let end = match after.get(key) {
                        Some(end) => end.clone(),
                        None => return Some(Change { start: start.clone(), step: Some(Poly::default()) }),
                    };
                    let Some(end) = end else { return Some(Change { start: None, step: None }) };
                    let Some(start) = start.clone() else { return Some(Change { start: None, step: None }) };
                    let Some((factor, rest)) = end.split(symbol) else { return Some(Change { start: None, step: None }) };
                    if factor.mentions(&mine) {
                        return Some(Change { start: None, step: None });
                    }
                    let rest = match rest.mentions(&mine) {
                        false => rest,
                        true => {
                            // In terms of others that are known already.
                            let waits = rest.mentions(&|a| mine(a) && !known.contains_key(a));
                            if waits {
                                return None;
                            }
                            match rest.substitute(&mut |a| known.get(a).cloned().unwrap_or_else(|| Some(Poly::atom(a.clone())))) {
                                Some(Ok(rest)) => rest,
                                _ => return Some(Change { start: None, step: None }),
                            }
                        }
                    };
                    if factor.is_zero() {
                        return Some(Change { start: start.join(&rest).ok(), step: Some(Poly::default()) });
                    }
                    if factor != Poly::constant(1) {
                        return Some(Change { start: None, step: None });
                    }
                    Some(Change { start: Some(start), step: Some(rest) })
                })();
                if let Some(change) = change {
                    deltas.insert(key.clone(), change);
                    more = true;
                }
            }
            if !more {
                break;
            }
        }
        for key in changed.keys() {
            deltas.entry(key.clone()).or_insert(Change { start: None, step: None });
        }
        // A reset to what counts iterations has no start of its own.
        let mut inside = shape;
        inside.acc = start.acc.clone();
        // The number of iterations may depend on what is bounded without it.
        let mut lasting = inside.clone();
        lasting.set_sizes(&mut |k, _| {
            deltas.get(k).map(|c| {
                if c.step.as_ref().is_some_and(Poly::is_zero) { c.start.clone().filter(|s| !s.mentions(&|a| *a == count)) } else { None }
            })
        });
        self.renumber(&mut lasting);
        once(self, lasting)?;
        let times = times(self, start).filter(|n| !n.mentions(&mine));
        let at = count;
        inside.set_sizes(&mut |k, _| deltas.get(k).map(|c| c.inside(&at)));
        Ok(Tried { inside, count: at, times })
    }

    fn cost_loop(&mut self, entry: Before, tried: Tried, once: Once<'_, 'a>) -> Res<BTreeMap<BlockId, State>> {
        let Before { gas: base, state: start, hoist, head, parts } = entry;
        let count = tried.count;
        let times = match tried.times {
            Some(n) => Some(n),
            None if self.dry > 0 => None,
            None => return Err(self.reason("the number of iterations of this loop is not known")),
        };
        let mut inside = tried.inside;
        // What is charged once for all iterations is charged before them.
        let told = self.dry == 0 && self.frames.len() == 1;
        let bare = if told { base.joined() } else { Poly::default() };
        let mut before = base;
        inside.acc = start.acc.clone();
        let level = self.level - 1;
        let few = times.as_ref().filter(|n| n.is_constant()).map(Poly::constant_part);
        if let Some(trips) = self.trips.last_mut() {
            *trips = few;
        }
        let mut windows = Vec::new();
        for (key, price) in hoist {
            let short = few.filter(|n| *n <= FEW);
            // Few accesses cost less than all there could be.
            if key.what == WHOLE && key.obj != OF_SLICE && short.is_some() {
                continue;
            }
            if key.what == WINDOW {
                // The last iteration may end half-way, behind the step.
                let Some(n) = short else { continue };
                let runs = runs_of(n + 2, u64::from(key.obj));
                let number = self.key(&key);
                inside.acc.note(number);
                windows.push(number);
                if self.trial == 0 {
                    let all = self.large(price.scaled(runs, 1))?;
                    self.large(before.once(number, &all))?;
                }
                continue;
            }
            let number = self.key(&key);
            if !inside.acc.has(number) {
                // It may be the same for loops around this one, too.
                inside.acc.note(number);
                if self.trial == 0 {
                    self.large(before.once(number, &price))?;
                }
                self.forward(level, &key, &price);
            }
        }
        self.renumber(&mut inside);
        // What never happens need not be known.
        let never = times.as_ref().is_some_and(Poly::is_zero);
        self.dry += u32::from(never);
        let executed = once(self, inside);
        self.dry -= u32::from(never);
        let (back, exits) = executed?;
        let put_in = |p: &Poly| -> Option<Poly> {
            if !p.mentions(&|a| *a == count) {
                return Some(p.clone());
            }
            let times = times.as_ref()?;
            p.substitute(&mut |a| Some(if *a == count { times.clone() } else { Poly::atom(a.clone()) })).and_then(Result::ok)
        };
        if self.trial > 0 {
            // Nothing is charged.
            let mut out = exits;
            for st in out.values_mut() {
                windows.iter().for_each(|w| st.acc.forget(*w));
                st.set_sizes(&mut |_, s| s.as_ref().filter(|p| p.mentions(&|a| *a == count)).map(&put_in));
            }
            return Ok(out);
        }
        if let (Some(back), Some(times)) = (&back, &times) {
            // Where what an iteration costs does not depend on which one it is, the dearest way costs most if all go it. Where it does, each may go another.
            let ways = back.acc.costs();
            let fixed = ways.iter().all(|w| !w.mentions(&|a| *a == count));
            let each = if fixed { ways } else { vec![back.acc.joined()] };
            let all: Result<Vec<Poly>, _> = each.iter().map(|w| w.summed(&count, times)).collect();
            let all = self.large(all)?;
            before = self.large(before.plus_one_of(&all))?;
            for gas in &back.acc.ended {
                let Some(gas) = put_in(gas) else { return Err(self.reason("its bound is too large to be of use")) };
                let ends: Result<Vec<Poly>, _> = before.ways().iter().map(|w| w.gas().plus(&gas)).collect();
                self.large(ends)?.into_iter().for_each(|gas| before.end(gas));
            }
        }
        let mut out = BTreeMap::new();
        let mut most = before.joined();
        for (to, mut st) in exits {
            st.set_sizes(&mut |_, s| s.as_ref().filter(|p| p.mentions(&|a| *a == count)).map(&put_in));
            st.acc.change(&mut |gas| match put_in(gas) {
                Some(gas) => Ok(gas),
                None if self.dry > 0 => Ok(Poly::default()),
                None => Err(self.reason("its bound is too large to be of use")),
            })?;
            st.acc = self.large(before.then(&st.acc))?;
            windows.iter().for_each(|w| st.acc.forget(*w));
            if told {
                most = self.large(most.join(&st.acc.joined()))?;
            }
            out.insert(to, st);
        }
        if told {
            for part in &mut self.parts[parts..] {
                if let Some(times) = &times
                    && let Ok(cost) = part.cost.summed(&count, times)
                {
                    part.cost = cost;
                }
            }
            self.parts.insert(parts, Part { span: head, cost: most.minus(&bare) });
        }
        Ok(out)
    }

    /// Tells loops around the current one what they can charge before their first iteration.
    fn forward(&mut self, level: u32, key: &Key, price: &Poly) {
        let of = self.key_level(key);
        if of < level
            && let Some(hoist) = self.hoists.get_mut(of as usize)
        {
            hoist.insert(key.clone(), price.clone());
        }
    }

    fn key_level(&self, key: &Key) -> u32 {
        if key.vn == 0 { 0 } else { self.level_of(key.vn) }
    }
}

/// A size that changes in a loop: where it starts, and by how much it grows in an iteration. `None`: not known.
#[derive(Clone, Debug)]
struct Change {
    start: Option<Poly>,
    step: Option<Poly>,
}

impl Change {
    /// What it is in iteration `count`.
    fn inside(&self, count: &Atom) -> Option<Poly> {
        let (start, step) = (self.start.as_ref()?, self.step.as_ref()?);
        if step.is_zero() {
            return Some(start.clone());
        }
        start.plus(&Poly::atom(count.clone()).times(step).ok()?).ok()
    }
}

/// Where a loop starts.
struct Before {
    /// The gas up to it.
    gas: Account,
    /// The state, without that.
    state: State,
    /// What is charged once for all its iterations.
    hoist: BTreeMap<Key, Poly>,
    /// Where it stands.
    head: Span,
    /// How many parts of the bound there were before it.
    parts: usize,
}

/// What trial walks of a loop found.
struct Tried {
    /// What holds at the start of each iteration, sizes in terms of `count`.
    inside: State,
    /// The number of the iteration.
    count: Atom,
    /// How many there are.
    times: Option<Poly>,
}
