//! The state store: an append-only block log, and behind it a checkpoint of versioned state that the log can always rebuild.
//!
//! A block is durable when its record is in the log (one `fsync`); the checkpoint follows every few blocks and at close.
//! The record carries the block's writes, so that opening replays them without executing anything.

mod error;
mod kv;
mod log;
mod tree;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, RwLock};

use prost::Message;

pub use error::StoreError;
use kv::{Batch, Checkpoint};
use log::{BlockLog, Place};
pub use tree::{EMPTY_ROOT, Namespace};
use tree::{ROOTS, TreeView, root_prefix};

/// A checkpoint is written after this many blocks or bytes of entries.
const CHECKPOINT_BLOCKS: u64 = 256;
const CHECKPOINT_BYTES: usize = 16 << 20;
const FORMAT: &[u8] = b"1";

/// The chain's own namespace: accounts, packages, oracle reports.
pub const SYSTEM: Namespace = 0;
/// The name of the chain's own namespace in the tree of roots.
pub const SYSTEM_NAME: &str = "amigos";

/// The writes of one namespace in a block: `None` deletes.
pub type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What a block changes.
#[derive(Default, Clone)]
pub struct Changes {
    /// By namespace: its name in the tree of roots, and its writes.
    pub namespaces: BTreeMap<Namespace, (String, Writes)>,
}

/// A block to be stored.
pub struct Commit {
    /// Its height; one more than the last.
    pub height: u64,
    /// The encoded block with its results.
    pub block: Vec<u8>,
    /// Its writes.
    pub changes: Changes,
    /// Hashes of its transactions, in order.
    pub transactions: Vec<[u8; 32]>,
}

#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(bytes = "vec", tag = "1")]
    block: Vec<u8>,
    #[prost(message, repeated, tag = "2")]
    namespaces: Vec<NamespaceWrites>,
    #[prost(bytes = "vec", repeated, tag = "3")]
    transactions: Vec<Vec<u8>>,
    #[prost(bytes = "vec", tag = "4")]
    root: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct NamespaceWrites {
    #[prost(uint32, tag = "1")]
    namespace: u32,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(message, repeated, tag = "3")]
    writes: Vec<WriteRecord>,
}

#[derive(Clone, PartialEq, Message)]
struct WriteRecord {
    #[prost(bytes = "vec", tag = "1")]
    key: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "2")]
    value: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    version: u64,
    root: [u8; 32],
}

/// A proof that a namespace holds a value (or nothing) under a key, at a height.
pub struct Proof {
    /// The proof in the namespace's tree.
    pub value: ics23::CommitmentProof,
    /// The namespace's root, which is the value that the second proof is about.
    pub namespace_root: [u8; 32],
    /// The proof in the tree of roots, whose root is the next header's `app_hash`.
    pub root: ics23::CommitmentProof,
}

/// The state store.
pub struct Store {
    folder: Option<PathBuf>,
    checkpoint: Checkpoint,
    log: BlockLog,
    head: RwLock<Head>,
    /// Held by the one who commits.
    commit: Mutex<Flushed>,
    _lock: Option<File>,
}

#[derive(Default)]
struct Head {
    height: u64,
    root: [u8; 32],
    versions: HashMap<Namespace, Version>,
}

struct Flushed {
    height: u64,
}

impl Store {
    /// A store in memory.
    pub fn in_memory() -> Result<Store, StoreError> {
        let head = Head { root: EMPTY_ROOT, ..Head::default() };
        Ok(Store {
            folder: None,
            checkpoint: Checkpoint::in_memory()?,
            log: BlockLog::in_memory(),
            head: RwLock::new(head),
            commit: Mutex::new(Flushed { height: 0 }),
            _lock: None,
        })
    }

    /// Opens or makes the store in a folder, replaying what the checkpoint does not have yet.
    ///
    /// Errors: the folder is used by another hub, or a file in it is damaged or foreign.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let io = |doing| {
            let path = folder.to_path_buf();
            move |source| StoreError::Io { path, doing, source }
        };
        std::fs::create_dir_all(folder).map_err(io("make the folder"))?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(io("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(StoreError::Locked { path: folder.to_path_buf() }),
            Err(std::fs::TryLockError::Error(source)) => return Err(io("lock")(source)),
        }
        let checkpoint = Checkpoint::open(folder)?;
        if let Some(format) = checkpoint.get(b"m/format")?.filter(|format| format != FORMAT) {
            return Err(StoreError::Foreign {
                path: folder.join("state.redb"),
                expected: "store format 1".into(),
                found: format!("format `{}`", String::from_utf8_lossy(&format)),
            });
        }
        let (applied, from) = match checkpoint.get(b"m/applied")? {
            None => (0, 0),
            Some(bytes) => decode_pair(&bytes).ok_or_else(|| StoreError::Engine("the checkpoint's height is malformed".into()))?,
        };
        let mut head = Head { height: applied, root: EMPTY_ROOT, versions: HashMap::new() };
        if let Some((_, bytes)) = checkpoint.newest(&root_prefix(ROOTS), applied)? {
            head.root = decode_version(&bytes)?.root;
        }
        let mut store = Store {
            folder: Some(folder.to_path_buf()),
            checkpoint,
            log: BlockLog::in_memory(),
            head: RwLock::new(head),
            commit: Mutex::new(Flushed { height: applied }),
            _lock: Some(lock),
        };
        let log = BlockLog::open(folder, from, &mut |found| store.replay(found))?;
        store.log = log;
        store.flush()?;
        Ok(store)
    }

    fn replay(&self, found: log::Found) -> Result<(), StoreError> {
        let damaged = |what: String| StoreError::Corrupt {
            path: self.folder.clone().unwrap_or_default().join("blocks.log"),
            offset: Some(found.place.offset),
            what,
            remedy: "restore the folder from a backup, or start afresh in another folder with `--data`".into(),
        };
        let expected = self.height() + 1;
        if found.height != expected {
            return Err(damaged(format!("block {} stands where block {expected} should", found.height)));
        }
        let record = Record::decode(found.payload.as_slice()).map_err(|e| damaged(format!("block {expected} cannot be read: {e}")))?;
        let mut changes = Changes::default();
        for namespace in record.namespaces {
            let writes = namespace.writes.into_iter().map(|write| (write.key, write.value)).collect();
            changes.namespaces.insert(namespace.namespace, (namespace.name, writes));
        }
        let transactions: Vec<[u8; 32]> = record.transactions.iter().filter_map(|hash| hash.as_slice().try_into().ok()).collect();
        let (mut batch, update) = self.apply(expected, changes)?;
        if update.root.as_slice() != record.root {
            return Err(damaged(format!("the writes of block {expected} do not give the root that it states")));
        }
        index(&mut batch, expected, found.place, &transactions);
        self.publish(batch, update);
        let mut flushed = self.commit.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.checkpoint.waiting() > CHECKPOINT_BYTES {
            self.write_checkpoint(&mut flushed, found.place.offset + log_record_length(found.place))?;
        }
        Ok(())
    }

    /// The height of the last block.
    pub fn height(&self) -> u64 {
        self.read_head().height
    }

    /// The root of the state behind the last block.
    pub fn root(&self) -> [u8; 32] {
        self.read_head().root
    }

    /// The root of the state behind a block; `None` above the last.
    pub fn root_at(&self, height: u64) -> Result<Option<[u8; 32]>, StoreError> {
        if height > self.height() {
            return Ok(None);
        }
        Ok(Some(self.version_at(ROOTS, height)?.map_or(EMPTY_ROOT, |version| version.root)))
    }

    /// The root of a namespace behind a block; `None` if it did not exist.
    pub fn namespace_root(&self, namespace: Namespace, height: u64) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(self.version_at(namespace, height)?.map(|version| version.root))
    }

    /// The value of a key as it was behind block `height`.
    pub fn get(&self, namespace: Namespace, key: &[u8], height: u64) -> Result<Option<Vec<u8>>, StoreError> {
        match self.version_at(namespace, height)? {
            None => Ok(None),
            Some(version) => TreeView::new(&self.checkpoint, namespace).get(version.version, key),
        }
    }

    /// A proof for a key; `None` where the tree is empty, since nothing can be proved then.
    pub fn prove(&self, namespace: Namespace, name: &str, key: &[u8], height: u64) -> Result<Option<Proof>, StoreError> {
        let (Some(version), Some(roots)) = (self.version_at(namespace, height)?, self.version_at(ROOTS, height)?) else {
            return Ok(None);
        };
        if version.root == EMPTY_ROOT {
            return Ok(None);
        }
        let (_, value) = TreeView::new(&self.checkpoint, namespace).prove(version.version, key)?;
        let (_, root) = TreeView::new(&self.checkpoint, ROOTS).prove(roots.version, name.as_bytes())?;
        Ok(Some(Proof { value, namespace_root: version.root, root }))
    }

    /// The encoded block of a height.
    pub fn block(&self, height: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(bytes) = self.checkpoint.get(&block_key(height))? else { return Ok(None) };
        let (offset, len) = decode_pair(&bytes).ok_or_else(|| StoreError::Engine("a block's place is malformed".into()))?;
        let payload = self.log.read(Place { offset, len: len as u32 })?;
        Ok(Some(Record::decode(payload.as_slice()).map_err(error::engine)?.block))
    }

    /// Height and index of a transaction.
    pub fn find_transaction(&self, hash: &[u8; 32]) -> Result<Option<(u64, u32)>, StoreError> {
        let found = self.checkpoint.get(&transaction_key(hash))?;
        Ok(found.and_then(|bytes| decode_pair(&bytes)).map(|(height, index)| (height, index as u32)))
    }

    /// Stores a block: when this returns, it is on the disk. Gives the new root.
    ///
    /// Errors: the height does not follow, or the disk fails; the block is not stored then.
    pub fn commit(&self, commit: Commit) -> Result<[u8; 32], StoreError> {
        let mut flushed = self.commit.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let expected = self.height() + 1;
        if commit.height != expected {
            return Err(StoreError::Engine(format!("block {} cannot follow block {}", commit.height, expected - 1)));
        }
        let mut record = Record {
            block: commit.block,
            namespaces: Vec::new(),
            transactions: commit.transactions.iter().map(|hash| hash.to_vec()).collect(),
            root: Vec::new(),
        };
        for (namespace, (name, writes)) in &commit.changes.namespaces {
            let writes = writes.iter().map(|(key, value)| WriteRecord { key: key.clone(), value: value.clone() }).collect();
            record.namespaces.push(NamespaceWrites { namespace: *namespace, name: name.clone(), writes });
        }
        let (mut batch, update) = self.apply(commit.height, commit.changes)?;
        record.root = update.root.to_vec();
        let place = self.log.append(commit.height, record.encode_to_vec())?;
        index(&mut batch, commit.height, place, &commit.transactions);
        let root = update.root;
        self.publish(batch, update);
        if self.folder.is_some() && (self.checkpoint.waiting() > CHECKPOINT_BYTES || commit.height - flushed.height >= CHECKPOINT_BLOCKS) {
            let end = self.log.end();
            self.write_checkpoint(&mut flushed, end)?;
        }
        Ok(root)
    }

    /// Writes the checkpoint now.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut flushed = self.commit.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.folder.is_some() && flushed.height < self.height() {
            let end = self.log.end();
            self.write_checkpoint(&mut flushed, end)?;
        }
        Ok(())
    }

    fn write_checkpoint(&self, flushed: &mut Flushed, log_end: u64) -> Result<(), StoreError> {
        let height = self.height();
        let mut meta = Batch::new();
        meta.insert(b"m/applied".to_vec(), encode_pair(height, log_end));
        meta.insert(b"m/format".to_vec(), FORMAT.to_vec());
        self.checkpoint.add(meta);
        self.checkpoint.flush()?;
        flushed.height = height;
        Ok(())
    }

    /// Computes trees and entries of a block without storing them.
    fn apply(&self, height: u64, changes: Changes) -> Result<(Batch, HeadUpdate), StoreError> {
        let mut batch = Batch::new();
        let mut roots: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
        let mut versions = Vec::new();
        for (namespace, (name, writes)) in changes.namespaces {
            if writes.is_empty() {
                continue;
            }
            let version = self.version_at(namespace, height)?.map_or(0, |version| version.version + 1);
            let (root, entries) = TreeView::new(&self.checkpoint, namespace).put(version, writes)?;
            batch.extend(entries);
            let version = Version { version, root };
            batch.insert(root_key(namespace, height), encode_version(version));
            versions.push((namespace, version));
            roots.push((name.into_bytes(), Some(root.to_vec())));
        }
        let mut root = self.root();
        if !roots.is_empty() {
            let version = self.version_at(ROOTS, height)?.map_or(0, |version| version.version + 1);
            let (new_root, entries) = TreeView::new(&self.checkpoint, ROOTS).put(version, roots)?;
            batch.extend(entries);
            root = new_root;
            let version = Version { version, root };
            batch.insert(root_key(ROOTS, height), encode_version(version));
            versions.push((ROOTS, version));
        }
        Ok((batch, HeadUpdate { height, root, versions }))
    }

    fn publish(&self, batch: Batch, update: HeadUpdate) {
        self.checkpoint.add(batch);
        let mut head = self.head.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        head.height = update.height;
        head.root = update.root;
        head.versions.extend(update.versions);
    }

    fn version_at(&self, namespace: Namespace, height: u64) -> Result<Option<Version>, StoreError> {
        {
            let head = self.read_head();
            if height >= head.height
                && let Some(version) = head.versions.get(&namespace)
            {
                return Ok(Some(*version));
            }
        }
        match self.checkpoint.newest(&root_prefix(namespace), height)? {
            None => Ok(None),
            Some((_, bytes)) => decode_version(&bytes).map(Some),
        }
    }

    fn read_head(&self) -> std::sync::RwLockReadGuard<'_, Head> {
        self.head.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The log has everything already; a failure here costs only time at the next start.
        let _ = self.flush();
    }
}

struct HeadUpdate {
    height: u64,
    root: [u8; 32],
    versions: Vec<(Namespace, Version)>,
}

fn log_record_length(place: Place) -> u64 {
    log::HEADER_LENGTH + u64::from(place.len)
}

fn index(batch: &mut Batch, height: u64, place: Place, transactions: &[[u8; 32]]) {
    batch.insert(block_key(height), encode_pair(place.offset, u64::from(place.len)));
    for (index, hash) in transactions.iter().enumerate() {
        batch.insert(transaction_key(hash), encode_pair(height, index as u64));
    }
}

fn block_key(height: u64) -> Vec<u8> {
    [&b"b"[..], &height.to_be_bytes()].concat()
}

fn transaction_key(hash: &[u8; 32]) -> Vec<u8> {
    [&b"t"[..], hash].concat()
}

fn root_key(namespace: Namespace, height: u64) -> Vec<u8> {
    [&root_prefix(namespace)[..], &height.to_be_bytes()].concat()
}

fn encode_pair(a: u64, b: u64) -> Vec<u8> {
    [a.to_be_bytes(), b.to_be_bytes()].concat()
}

fn decode_pair(bytes: &[u8]) -> Option<(u64, u64)> {
    let (a, b) = bytes.split_at_checked(8)?;
    Some((u64::from_be_bytes(a.try_into().ok()?), u64::from_be_bytes(b.try_into().ok()?)))
}

fn encode_version(version: Version) -> Vec<u8> {
    [&version.version.to_be_bytes()[..], &version.root].concat()
}

fn decode_version(bytes: &[u8]) -> Result<Version, StoreError> {
    let decode = || {
        let (version, root) = bytes.split_at_checked(8)?;
        Some(Version { version: u64::from_be_bytes(version.try_into().ok()?), root: root.try_into().ok()? })
    };
    decode().ok_or_else(|| StoreError::Engine("a root entry is malformed".into()))
}

#[cfg(test)]
mod tests;
