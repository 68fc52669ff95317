//! The order in which package-level variables are initialised (Go spec, "Package initialization"), and cycles in it.

use std::collections::{BTreeSet, HashSet};

use amigos_syntax::Name;
use rustc_hash::FxHashMap;

use crate::codes;
use crate::facts::{DeclIdx, InitKind, InitObject, PackageTypes, Place, TypeError};
use crate::source::PackageSource;

/// The order of initialisation of a package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InitOrder {
    /// The variables that each initialiser sets, in order: indexes into [`PackageTypes::objects`].
    pub steps: Vec<Vec<u32>>,
    /// Cycles, with the declarations they are reported in.
    pub errors: Vec<(DeclIdx, TypeError)>,
}

/// Orders the variables of a package. `body_uses` gives what a body refers to (`package_uses` of its facts); it is asked only about function literals
/// in initialisers, and about functions that initialisers reach: no other body has a part in the order.
pub fn init_order(source: &PackageSource, types: &PackageTypes, body_uses: &dyn Fn(DeclIdx, u32) -> Vec<Name>) -> InitOrder {
    let objects = &types.objects;
    let deps = dependencies(objects, body_uses);
    let (mut preds, mut succs) = graph(objects, &deps);
    // Functions are no nodes of the order: who uses them uses what they use.
    let mut functions: Vec<usize> = (0..objects.len()).filter(|i| objects[*i].kind == InitKind::Func).collect();
    functions.sort_by_key(|f| preds[*f].len() * succs[*f].len());
    for f in functions {
        let before = std::mem::take(&mut preds[f]);
        let after = std::mem::take(&mut succs[f]);
        for p in before.iter().filter(|p| **p != f) {
            for s in after.iter().filter(|s| **s != f) {
                succs[*p].insert(*s);
                preds[*s].insert(*p);
            }
            succs[*p].remove(&f);
        }
        for s in &after {
            preds[*s].remove(&f);
        }
    }
    let mut pending: Vec<usize> = succs.iter().map(BTreeSet::len).collect();
    let key = |i: usize, pending: &[usize]| (objects[i].kind != InitKind::Const, pending[i], i);
    let mut queue: BTreeSet<(bool, usize, usize)> =
        (0..objects.len()).filter(|i| objects[*i].kind != InitKind::Func).map(|i| key(i, &pending)).collect();
    let mut order = InitOrder::default();
    let mut emitted: HashSet<u32> = HashSet::new();
    while let Some((_, waiting, i)) = queue.pop_first() {
        if waiting > 0
            && let Some(cycle) = find_path(&deps, i, i, &mut HashSet::new(), 0)
        {
            order.errors.push(cycle_error(source, objects, &cycle));
        }
        for p in preds[i].clone() {
            let old = key(p, &pending);
            if queue.remove(&old) {
                pending[p] = pending[p].saturating_sub(1);
                queue.insert(key(p, &pending));
            }
        }
        let object = &objects[i];
        if object.kind != InitKind::Var || !object.has_init {
            continue;
        }
        let all = if object.together.is_empty() { vec![i as u32] } else { object.together.clone() };
        if all.iter().any(|o| emitted.contains(o)) {
            continue;
        }
        emitted.extend(all.iter().copied());
        order.steps.push(all);
    }
    order
}

/// What each object depends on, in source order, without repetitions.
fn dependencies(objects: &[InitObject], body_uses: &dyn Fn(DeclIdx, u32) -> Vec<Name>) -> Vec<Vec<usize>> {
    let mut by_name: FxHashMap<Name, usize> = FxHashMap::default();
    for (i, object) in objects.iter().enumerate() {
        by_name.entry(object.name).or_insert(i);
    }
    let mut own: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); objects.len()];
    let mut work: Vec<usize> = (0..objects.len()).filter(|i| objects[*i].kind != InitKind::Func).collect();
    let mut reached: Vec<bool> = objects.iter().map(|o| o.kind != InitKind::Func).collect();
    while let Some(i) = work.pop() {
        let object = &objects[i];
        let mut names = object.deps.clone();
        for body in &object.bodies {
            names.extend(body_uses(object.decl, *body));
        }
        own[i] = names.iter().filter_map(|n| by_name.get(n).copied()).collect();
        work.extend(own[i].iter().copied().filter(|d| !std::mem::replace(&mut reached[*d], true)));
    }
    objects
        .iter()
        .enumerate()
        .map(|(i, object)| {
            if object.together.is_empty() {
                return own[i].iter().copied().collect();
            }
            // One initialiser: its dependencies are those of all variables it sets.
            let all: BTreeSet<usize> = object.together.iter().filter_map(|o| own.get(*o as usize)).flatten().copied().collect();
            all.into_iter().collect()
        })
        .collect()
}

type Edges = Vec<BTreeSet<usize>>;

fn graph(objects: &[InitObject], deps: &[Vec<usize>]) -> (Edges, Edges) {
    let mut preds: Edges = vec![BTreeSet::new(); objects.len()];
    let mut succs: Edges = vec![BTreeSet::new(); objects.len()];
    for (i, list) in deps.iter().enumerate() {
        for d in list {
            succs[i].insert(*d);
            preds[*d].insert(i);
        }
    }
    (preds, succs)
}

/// A path of dependencies from one object to another, last first.
fn find_path(deps: &[Vec<usize>], from: usize, to: usize, seen: &mut HashSet<usize>, depth: u32) -> Option<Vec<usize>> {
    if depth > 2000 || !seen.insert(from) {
        return None;
    }
    for d in &deps[from] {
        if *d == to {
            return Some(vec![*d]);
        }
        if let Some(mut path) = find_path(deps, *d, to, seen, depth + 1) {
            path.push(*d);
            return Some(path);
        }
    }
    None
}

fn cycle_error(source: &PackageSource, objects: &[InitObject], cycle: &[usize]) -> (DeclIdx, TypeError) {
    let place = |i: usize| {
        let object = &objects[i];
        let range = source.decls.get(object.decl.0 as usize).map_or_else(Default::default, |d| d.sig[object.ident].range);
        Place { decl: object.decl, range }
    };
    // A method is called by its own name alone.
    let name = |i: usize| objects[i].name.as_str().rsplit('.').next().unwrap_or("_").to_string();
    let first = cycle[0];
    let mut related: Vec<(Place, Box<str>)> = Vec::new();
    let message = if cycle.len() == 1 {
        format!("initialization cycle: {} refers to itself", name(first))
    } else {
        let mut at = first;
        for next in cycle.iter().rev() {
            related.push((place(at), format!("{} refers to {}", name(at), name(*next)).into()));
            at = *next;
        }
        format!("initialization cycle for {}", name(first))
    };
    let at = place(first);
    let error =
        TypeError { code: codes::InvalidInitCycle, range: at.range, message: message.into(), soft: false, related, fixes: Vec::new() };
    (at.decl, error)
}
