//! What was found, at most one message for each part of an object.

use std::collections::BTreeMap;

use amigos_syntax::Name;
use amigos_types::ty::{PkgKey, Ty};

/// A package-level object or a method.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Object {
    /// Whether it is the new version's.
    pub new: bool,
    /// Its name; of a method, of the type that it was found in.
    pub name: Name,
    /// The method.
    pub method: Option<MethodObject>,
}

/// A method.
#[derive(Clone, Copy, Debug)]
pub(super) struct MethodObject {
    /// The package that declares it.
    pub pkg: Option<PkgKey>,
    /// The declared type (an interface too) that declares it; `None` for one of an interface without name.
    pub recv: Option<Ty>,
    /// Whether its receiver is a pointer.
    pub pointer: bool,
    /// Its name.
    pub name: Name,
}

impl MethodObject {
    fn key(&self) -> (String, &'static str) {
        (self.recv.map(|r| format!("{:?}", r.canonical())).unwrap_or_default(), self.name.as_str())
    }
}
impl PartialEq for MethodObject {
    fn eq(&self, other: &MethodObject) -> bool {
        self.recv.map(Ty::canonical) == other.recv.map(Ty::canonical) && self.name == other.name
    }
}
impl Eq for MethodObject {}
impl PartialOrd for MethodObject {
    fn partial_cmp(&self, other: &MethodObject) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for MethodObject {
    fn cmp(&self, other: &MethodObject) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl Object {
    /// A package-level object of the old version.
    pub fn old(name: Name) -> Object {
        Object { new: false, name, method: None }
    }
    /// One of the new version.
    pub fn new(name: Name) -> Object {
        Object { new: true, name, method: None }
    }
    /// What tells it from others: a method is the same wherever it is found.
    fn identity(&self) -> Object {
        let mut object = self.clone();
        if object.method.is_some() {
            object.name = Name::new("");
        }
        object
    }
}

/// Messages by object and part.
#[derive(Default)]
pub(super) struct Messages {
    all: BTreeMap<(Object, String), (Object, String)>,
}

impl Messages {
    /// Adds a message; it takes the place of an earlier one for the same part.
    pub fn add(&mut self, object: &Object, part: &str, text: String) {
        self.all.insert((object.identity(), part.to_owned()), (object.clone(), text));
    }

    /// Object, part and text of each.
    pub fn all(&self) -> impl Iterator<Item = (&Object, &str, &str)> {
        self.all.iter().map(|((_, part), (object, text))| (object, part.as_str(), text.as_str()))
    }
}
