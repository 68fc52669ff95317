//! Where persistent state comes from and what a call does to it. The VM never waits: a source that has to fetch says
//! [`Fetch::Pending`], the caller fetches and runs the call again (an execution is a pure function of code, call and state).

use std::fmt;
use std::sync::Arc;

/// The name of an object's record: the namespace (`path@vN` of the owning package) and a key within it. Keys are chosen by the VM; a
/// source treats them as opaque bytes. Equal objects have equal keys on every node.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjKey {
    /// The owning package.
    pub package: Arc<str>,
    /// The key within it, at most 64 bytes.
    pub key: Box<[u8]>,
}

impl fmt::Debug for ObjKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.package)?;
        self.key.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// The canonical bytes of a record.
pub type Bytes = Arc<[u8]>;

/// Why a source has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// The records are not here yet: fetch them and run the call again.
    Pending(Vec<ObjKey>),
    /// The source failed; the text says what and what can be done. The call's outcome is this failure and nothing else.
    Failed(Arc<str>),
}

/// A snapshot of all state at one height.
pub trait StateSource {
    /// The records of `keys`, in order; `None` where there is none.
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch>;
    /// The height of the snapshot: the last block whose effects it holds.
    fn height(&self) -> i64;
    /// The same state as it was at an earlier height, if the source still has it (`amigos.StateAt`).
    fn at(&self, height: i64) -> Option<Arc<dyn StateSource>>;
}

/// No state at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmptyState;

impl StateSource for EmptyState {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        Ok(vec![None; keys.len()])
    }
    fn height(&self) -> i64 {
        0
    }
    fn at(&self, _height: i64) -> Option<Arc<dyn StateSource>> {
        Some(Arc::new(EmptyState))
    }
}

/// A change of one record: its new bytes, or `None` to remove it.
pub type Write = (ObjKey, Option<Bytes>);
