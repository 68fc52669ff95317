//! Persistent objects: records in the namespace of the package that owns them, read when they are first touched and written when a call commits.
//!
//! Keys of a namespace: `s` the schema; `n` the next object number; `o` + number an object (globals have the numbers up to [`FIRST_OBJECT`]);
//! `c` + number + index a run of a large array's elements; `e` + number + page the entries of a map, `i` + number + bucket its index.

pub mod commit;
pub mod decode;
pub mod encode;
pub mod load;
pub mod map;
pub mod names;
pub mod reports;
pub mod schema;
pub mod settle;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::image::{Image, PkgIdx};
use crate::state::{Bytes, ObjKey, StateSource};
use crate::trap::Res;

/// Objects have numbers from here on, globals below.
pub const FIRST_OBJECT: u64 = 1 << 20;
/// Bytes of elements beyond which an array is stored in runs.
pub const RUN_BYTES: u32 = 2048;
/// Entries in a page of a map.
pub const PAGE: u32 = 32;
/// Places per bucket of a map's index.
pub const BUCKET: u32 = 24;

/// The namespace of coins: key = address, value = micro-amg as 8 bytes, little-endian.
pub const BANK: &str = "bank";
/// The namespace of oracle reports.
pub const ORACLE: &str = "oracle";

/// Where records come from.
#[derive(Clone)]
pub enum Source<'s> {
    /// The call's source.
    Borrowed(&'s dyn StateSource),
    /// The same at an earlier height.
    Owned(Arc<dyn StateSource>),
    /// None: there is no state.
    None,
}

impl Source<'_> {
    fn inner(&self) -> &dyn StateSource {
        match self {
            Source::Borrowed(s) => *s,
            Source::Owned(s) => &**s,
            Source::None => &crate::state::EmptyState,
        }
    }

    /// See [`StateSource::get`].
    pub fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, crate::state::Fetch> {
        self.inner().get(keys)
    }

    /// See [`StateSource::height`].
    pub fn height(&self) -> i64 {
        self.inner().height()
    }

    /// See [`StateSource::at`].
    pub fn at(&self, height: i64) -> Option<Arc<dyn StateSource>> {
        self.inner().at(height)
    }
}

/// What a call has seen of state.
pub struct State<'s> {
    /// Where records come from.
    pub source: Source<'s>,
    /// Records read so far.
    pub records: BTreeMap<ObjKey, Option<Bytes>>,
    /// Objects by owner and number.
    pub by_oid: FxHashMap<(PkgIdx, u64), u32>,
    /// Schemas by package.
    pub schemas: FxHashMap<PkgIdx, Arc<schema::Schema>>,
    /// Large arrays: elements in a run, and the runs read so far.
    pub runs: FxHashMap<u32, Runs>,
    /// Frozen objects by package and place in the walk over its globals.
    pub frozen: Option<FrozenNames>,
}

/// A large array.
#[derive(Clone, Debug)]
pub struct Runs {
    /// Elements in a run.
    pub elems: u32,
    /// Slots (or packed bytes) in a run.
    pub slots: u32,
    /// The runs that this call has read.
    pub loaded: std::collections::BTreeSet<u32>,
    /// The gas of reading each that is in memory: those, and what earlier calls of the session have read.
    pub resident: std::collections::BTreeMap<u32, u64>,
}

/// Names of libraries' frozen objects.
#[derive(Clone, Debug, Default)]
pub struct FrozenNames {
    /// By handle.
    pub name: FxHashMap<u32, (PkgIdx, u32)>,
    /// By name.
    pub handle: FxHashMap<(PkgIdx, u32), u32>,
}

impl<'s> State<'s> {
    /// Nothing read yet.
    pub fn new(source: Source<'s>) -> State<'s> {
        State {
            source,
            records: BTreeMap::new(),
            by_oid: FxHashMap::default(),
            schemas: FxHashMap::default(),
            runs: FxHashMap::default(),
            frozen: None,
        }
    }

    /// A record.
    pub fn get(&mut self, key: &ObjKey) -> Res<Option<Bytes>> {
        if let Some(known) = self.records.get(key) {
            return Ok(known.clone());
        }
        let found = self.source.get(std::slice::from_ref(key))?.into_iter().next().flatten();
        self.records.insert(key.clone(), found.clone());
        Ok(found)
    }
}

/// A key in a package's namespace.
pub fn key(image: &Image, pkg: PkgIdx, kind: u8, oid: u64, part: Option<u32>) -> ObjKey {
    let mut bytes = vec![kind];
    bytes.extend_from_slice(&oid.to_be_bytes());
    if let Some(part) = part {
        bytes.extend_from_slice(&part.to_be_bytes());
    }
    let package = match image.pkgs.get(usize::from(pkg)) {
        Some(p) => p.namespace.clone(),
        None => Arc::from(""),
    };
    ObjKey { package, key: bytes.into() }
}

/// The key of a package's one record of a kind.
pub fn single(package: &str, kind: u8) -> ObjKey {
    ObjKey { package: package.into(), key: Box::new([kind]) }
}

/// Appends an unsigned number, seven bits a byte, low ones first.
pub fn put_uint(out: &mut Vec<u8>, mut v: u64) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}

/// Bytes that [`put_uint`] appends.
pub const fn uint_len(v: u64) -> usize {
    (64 - (v | 1).leading_zeros() as usize).div_ceil(7)
}

/// Appends text with its length.
pub fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put_uint(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// Reads a record from front to back.
#[derive(Clone, Debug)]
pub struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    /// At the start.
    pub fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader { rest: bytes }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// A byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Some bytes.
    pub fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }

    /// An unsigned number.
    pub fn uint(&mut self) -> Option<u64> {
        let mut v = 0u64;
        for shift in (0..64).step_by(7) {
            let b = self.byte()?;
            v |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Some(v);
            }
        }
        None
    }

    /// An unsigned number of 32 bits.
    pub fn uint32(&mut self) -> Option<u32> {
        self.uint().and_then(|v| u32::try_from(v).ok())
    }

    /// Bytes with their length.
    pub fn text(&mut self) -> Option<&'b [u8]> {
        let n = self.uint()?;
        self.take(usize::try_from(n).ok()?)
    }

    /// Text with its length.
    pub fn str(&mut self) -> Option<&'b str> {
        std::str::from_utf8(self.text()?).ok()
    }
}
