//! Interned identifiers: comparing two names compares two pointers.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::OnceLock;

use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

/// An interned string (identifier, package path, field name). Equality and hashing look at the address; ordering looks at the
/// text, so that sorted output never depends on the order of interning.
#[derive(Clone, Copy)]
pub struct Name(&'static &'static str);

fn table() -> &'static DashMap<&'static str, Name, FxBuildHasher> {
    static TABLE: OnceLock<DashMap<&'static str, Name, FxBuildHasher>> = OnceLock::new();
    TABLE.get_or_init(|| DashMap::with_hasher(FxBuildHasher))
}

impl Name {
    /// Interns `text`. Interned text lives as long as the process.
    pub fn new(text: &str) -> Name {
        if let Some(found) = table().get(text) {
            return *found;
        }
        let leaked: &'static str = Box::leak(text.to_owned().into_boxed_str());
        // Another thread may have been faster: the table keeps the first.
        *table().entry(leaked).or_insert_with(|| Name(Box::leak(Box::new(leaked))))
    }

    /// The text of the name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether this is the blank identifier `_`.
    pub fn is_blank(self) -> bool {
        *self.0 == "_"
    }

    /// Whether the name is exported: its first character is an upper-case letter (Go spec, "Exported identifiers").
    pub fn is_exported(self) -> bool {
        self.0.chars().next().is_some_and(char::is_uppercase)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
impl Eq for Name {}
impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (std::ptr::from_ref(self.0) as usize).hash(state);
    }
}
impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Name {
    fn cmp(&self, other: &Name) -> std::cmp::Ordering {
        self.0.cmp(other.0)
    }
}
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name::new(text)
    }
}
impl std::ops::Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        self.0
    }
}

/// A hash of `text` that is the same in every process (FxHash of the bytes); for tables, never for content addresses.
pub fn stable_hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}
