//! Memory as the analysis sees it: objects that were made since the start, and what has been written over the state that was there.

use std::collections::BTreeMap;
use std::rc::Rc;

use amigos_mir::mir::{GlobalKey, LocalId};
use amigos_types::ty::Ty;

use crate::account::Account;
use crate::poly::Poly;
use crate::value::{Changes, ObjId, Value};

/// An object.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Obj {
    /// A variable's value; any element of an array, any value of a map.
    pub content: Value,
    /// Of a short array of which each element is known, these.
    pub elems: Option<Rc<Vec<Value>>>,
    /// Of a map any key.
    pub key: Value,
    /// Of a map, the entries there can be; of an array that `make` made, its elements.
    pub len: Option<Poly>,
    /// What it costs when it becomes owned.
    pub adopt: Option<Poly>,
    /// The number of its pointer.
    pub vn: u32,
    /// Whether there may be several of it.
    pub many: bool,
}

/// Variables that may be the same one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// A field of a type.
    Field(Ty, u32),
    /// Elements of slices and arrays.
    Elem(Ty),
    /// Values of maps.
    MapValue(Ty),
    /// Keys of maps.
    MapKey(Ty),
    /// What pointers to a type that is no struct point to.
    Variable(Ty),
}

/// What has been charged once and is not charged again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key {
    pub what: u8,
    pub path: Option<crate::poly::Path>,
    pub vn: u32,
    pub obj: u32,
}

/// Where the analysis stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// Registers of the running body; of boxed ones a pointer to the variable.
    pub env: BTreeMap<LocalId, Rc<Value>>,
    /// Objects.
    pub objs: BTreeMap<ObjId, Rc<Obj>>,
    /// Values of package variables that were written.
    pub globals: Vec<(GlobalKey, Value)>,
    /// What may have been written over variables of a class.
    pub overlay: Vec<(Class, Value)>,
    /// How many entries may have been added to maps of a type that were there.
    pub added: Vec<(Ty, Option<Poly>)>,
    /// Whether code ran that may have written anything.
    pub havoc: bool,
    /// The gas since the start of the function or iteration.
    pub acc: Account,
    /// At a return, the results.
    pub results: Vec<Value>,
}

fn join_list<K: Copy + PartialEq, V: Clone>(a: &mut Vec<(K, V)>, b: &[(K, V)], join: impl Fn(&V, &V) -> V) {
    for (k, v) in b {
        match a.iter_mut().find(|(x, _)| x == k) {
            Some((_, old)) => *old = join(old, v),
            None => a.push((*k, v.clone())),
        }
    }
}

impl State {
    /// Either of two. Variables written on one way only keep what they had at the start on the other: `start` gives that.
    pub fn join(mut self, other: State, start: &dyn Fn(GlobalKey) -> Value) -> State {
        let mut env = BTreeMap::new();
        for (local, value) in std::mem::take(&mut self.env) {
            if let Some(b) = other.env.get(&local) {
                env.insert(local, if Rc::ptr_eq(&value, b) { value } else { Rc::new(value.join(b)) });
            }
        }
        self.env = env;
        for (id, obj) in other.objs {
            match self.objs.get_mut(&id) {
                None => {
                    self.objs.insert(id, obj);
                }
                Some(mine) if Rc::ptr_eq(mine, &obj) => {}
                Some(mine) => {
                    let elems = match (&mine.elems, &obj.elems) {
                        (Some(a), Some(b)) if a.len() == b.len() => Some(Rc::new(a.iter().zip(b.iter()).map(|(x, y)| x.join(y)).collect())),
                        _ => None,
                    };
                    let size = |a: &Option<Poly>, b: &Option<Poly>| a.as_ref().zip(b.as_ref()).and_then(|(a, b)| a.join(b).ok());
                    *mine = Rc::new(Obj {
                        content: mine.content.join(&obj.content),
                        elems,
                        key: mine.key.join(&obj.key),
                        len: size(&mine.len, &obj.len),
                        adopt: size(&mine.adopt, &obj.adopt),
                        vn: if mine.vn == obj.vn { mine.vn } else { 0 },
                        many: mine.many | obj.many,
                    });
                }
            }
        }
        for (g, _) in other.globals.iter().filter(|(g, _)| !self.globals.iter().any(|(x, _)| x == g)).cloned().collect::<Vec<_>>() {
            self.globals.push((g, start(g)));
        }
        for (g, value) in &mut self.globals {
            let theirs = other.globals.iter().find(|(x, _)| x == g).map(|(_, v)| v.clone());
            *value = value.join(&theirs.unwrap_or_else(|| start(*g)));
        }
        join_list(&mut self.overlay, &other.overlay, |a, b| a.join(b));
        join_list(&mut self.added, &other.added, |a, b| a.as_ref().zip(b.as_ref()).and_then(|(a, b)| a.join(b).ok()));
        self.havoc |= other.havoc;
        self.acc = self.acc.or(other.acc);
        if self.results.is_empty() {
            self.results = other.results;
        } else if !other.results.is_empty() {
            self.results = self.results.iter().zip(&other.results).map(|(a, b)| a.join(b)).collect();
        }
        self
    }

    /// Visits all sizes in it.
    pub fn sizes(&self, f: &mut dyn FnMut(&[u32], &Option<Poly>)) {
        let mut key = Vec::new();
        let mut value = |head: [u32; 2], v: &Value, f: &mut dyn FnMut(&[u32], &Option<Poly>)| {
            key.clear();
            key.extend(head);
            v.sizes(&mut key, f);
        };
        for (l, v) in &self.env {
            value([0, l.0], v, f);
        }
        for (id, o) in &self.objs {
            value([1, *id], &o.content, f);
            value([2, *id], &o.key, f);
            f(&[3, *id], &o.len);
            f(&[4, *id], &o.adopt);
            for (i, e) in o.elems.iter().flat_map(|e| e.iter()).enumerate() {
                value([100 + i as u32, *id], e, f);
            }
        }
        for (i, (_, v)) in self.globals.iter().enumerate() {
            value([5, i as u32], v, f);
        }
        for (i, (_, v)) in self.overlay.iter().enumerate() {
            value([6, i as u32], v, f);
        }
        for (i, (_, n)) in self.added.iter().enumerate() {
            f(&[7, i as u32], n);
        }
        for (i, v) in self.results.iter().enumerate() {
            value([8, i as u32], v, f);
        }
    }

    /// Changes sizes in it.
    pub fn set_sizes(&mut self, f: Changes) {
        let mut key = Vec::new();
        fn changes(head: [u32; 2], v: &Value, f: Changes) -> bool {
            let mut any = false;
            let mut key = head.to_vec();
            v.sizes(&mut key, &mut |k, s| any |= f(k, s).is_some());
            any
        }
        let mut value = |head: [u32; 2], v: &mut Value, f: Changes| {
            key.clear();
            key.extend(head);
            v.set_sizes(&mut key, f);
        };
        for (l, v) in &mut self.env {
            if changes([0, l.0], v, f) {
                value([0, l.0], Rc::make_mut(v), f);
            }
        }
        for (id, o) in &mut self.objs {
            let o = Rc::make_mut(o);
            value([1, *id], &mut o.content, f);
            value([2, *id], &mut o.key, f);
            for (n, size) in [(3, &mut o.len), (4, &mut o.adopt)] {
                if let Some(new) = f(&[n, *id], size) {
                    *size = new;
                }
            }
            if let Some(elems) = &mut o.elems {
                for (i, e) in Rc::make_mut(elems).iter_mut().enumerate() {
                    value([100 + i as u32, *id], e, f);
                }
            }
        }
        for (i, (_, v)) in self.globals.iter_mut().enumerate() {
            value([5, i as u32], v, f);
        }
        for (i, (_, v)) in self.overlay.iter_mut().enumerate() {
            value([6, i as u32], v, f);
        }
        for (i, (_, n)) in self.added.iter_mut().enumerate() {
            if let Some(new) = f(&[7, i as u32], n) {
                *n = new;
            }
        }
        for (i, v) in self.results.iter_mut().enumerate() {
            value([8, i as u32], v, f);
        }
    }

    /// Whether two are the same but for sizes (of registers, those of `self`).
    pub fn same_structure(&self, other: &State) -> bool {
        self.env.iter().all(|(l, v)| other.env.get(l).is_none_or(|w| Rc::ptr_eq(v, w) || v.same_structure(w)))
            && self.objs.len() == other.objs.len()
            && self.objs.iter().all(|(id, o)| {
                other.objs.get(id).is_some_and(|p| {
                    Rc::ptr_eq(o, p)
                        || o.content.same_structure(&p.content)
                            && o.key.same_structure(&p.key)
                            && o.many == p.many
                            && o.elems.as_ref().map(|e| e.len()) == p.elems.as_ref().map(|e| e.len())
                            && o.elems
                                .iter()
                                .flat_map(|e| e.iter())
                                .zip(p.elems.iter().flat_map(|e| e.iter()))
                                .all(|(a, b)| a.same_structure(b))
                })
            })
            && self.globals.len() == other.globals.len()
            && self.globals.iter().zip(&other.globals).all(|(a, b)| a.0 == b.0 && a.1.same_structure(&b.1))
            && self.overlay.len() == other.overlay.len()
            && self.overlay.iter().zip(&other.overlay).all(|(a, b)| a.0 == b.0 && a.1.same_structure(&b.1))
            && self.added.len() == other.added.len()
            && self.havoc == other.havoc
    }

    /// Whether something else than register `except` leads to an object.
    pub fn reachable(&self, id: ObjId, except: LocalId) -> bool {
        self.env.iter().any(|(l, v)| *l != except && v.reaches(id))
            || self
                .objs
                .values()
                .any(|o| o.content.reaches(id) || o.key.reaches(id) || o.elems.iter().flat_map(|e| e.iter()).any(|e| e.reaches(id)))
            || self.globals.iter().any(|(_, v)| v.reaches(id))
            || self.overlay.iter().any(|(_, v)| v.reaches(id))
    }
}
