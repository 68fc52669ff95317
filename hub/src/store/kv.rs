//! The checkpoint: a sorted map of bytes in redb, with what came after the last checkpoint in memory in front of it.
//!
//! Entries are never changed once written (keys carry a version), except those under the `meta` tag; so a reader needs no
//! snapshot: it reads "the newest entry not above version v" while blocks are added.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::RwLock;

use redb::{Database, ReadableDatabase, TableDefinition};

use super::error::{StoreError, engine};

const TABLE: TableDefinition<&[u8], &[u8]> = TableDefinition::new("amigos");

/// Entries to be added.
pub type Batch = BTreeMap<Vec<u8>, Vec<u8>>;

/// The map.
pub struct Checkpoint {
    database: Database,
    recent: RwLock<Recent>,
}

#[derive(Default)]
struct Recent {
    entries: Batch,
    bytes: usize,
}

impl Checkpoint {
    /// A map in memory.
    pub fn in_memory() -> Result<Checkpoint, StoreError> {
        let database = Database::builder().create_with_backend(redb::backends::InMemoryBackend::new()).map_err(engine)?;
        Checkpoint::with(database)
    }

    /// Opens or makes `state.redb` in `folder`.
    ///
    /// Errors: the file is damaged; since it can be rebuilt from the block log, the remedy is to move it away.
    pub fn open(folder: &Path) -> Result<Checkpoint, StoreError> {
        let path = folder.join("state.redb");
        let damaged = |what: String| StoreError::Corrupt {
            path: path.clone(),
            offset: None,
            what,
            remedy: "move it away and start again: it is rebuilt from `blocks.log`".into(),
        };
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let database = Database::builder()
                .set_cache_size(64 << 20)
                .create(&path)
                .map_err(|e| (matches!(e, redb::DatabaseError::DatabaseAlreadyOpen), e.to_string()))?;
            Checkpoint::with(database).map_err(|e| (false, e.to_string()))
        }));
        match opened {
            Ok(Ok(checkpoint)) => Ok(checkpoint),
            Ok(Err((true, _))) => Err(StoreError::Locked { path: folder.to_path_buf() }),
            Ok(Err((false, what))) => Err(damaged(what)),
            Err(_) => Err(damaged("its pages are not in order".into())),
        }
    }

    fn with(database: Database) -> Result<Checkpoint, StoreError> {
        let transaction = database.begin_write().map_err(engine)?;
        transaction.open_table(TABLE).map_err(engine)?;
        transaction.commit().map_err(engine)?;
        Ok(Checkpoint { database, recent: RwLock::default() })
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(value) = self.read().entries.get(key) {
            return Ok(Some(value.clone()));
        }
        let transaction = self.database.begin_read().map_err(engine)?;
        let table = transaction.open_table(TABLE).map_err(engine)?;
        Ok(table.get(key).map_err(engine)?.map(|guard| guard.value().to_vec()))
    }

    /// The entry with the greatest key that starts with `prefix` and is not above `prefix` followed by `version`.
    pub fn newest(&self, prefix: &[u8], version: u64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let low = [prefix, &[0; 8]].concat();
        let high = [prefix, &version.to_be_bytes()].concat();
        let split = |key: &[u8], value: &[u8]| {
            let version = key.get(prefix.len()..).and_then(|tail| <[u8; 8]>::try_from(tail).ok())?;
            Some((u64::from_be_bytes(version), value.to_vec()))
        };
        if let Some((key, value)) = self.read().entries.range(low.clone()..=high.clone()).next_back() {
            return Ok(split(key, value));
        }
        let transaction = self.database.begin_read().map_err(engine)?;
        let table = transaction.open_table(TABLE).map_err(engine)?;
        let mut range = table.range(low.as_slice()..=high.as_slice()).map_err(engine)?;
        match range.next_back() {
            None => Ok(None),
            Some(entry) => {
                let (key, value) = entry.map_err(engine)?;
                Ok(split(key.value(), value.value()))
            }
        }
    }

    /// Adds entries, in memory for now.
    pub fn add(&self, batch: Batch) {
        let mut recent = self.recent.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        recent.bytes += batch.iter().map(|(k, v)| k.len() + v.len() + 64).sum::<usize>();
        recent.entries.extend(batch);
    }

    /// How many bytes wait in memory.
    pub fn waiting(&self) -> usize {
        self.read().bytes
    }

    /// Writes all that waits to the disk in one durable transaction.
    pub fn flush(&self) -> Result<(), StoreError> {
        let transaction = self.database.begin_write().map_err(engine)?;
        {
            // Only the committing thread adds entries, so none are added between here and the clearing below.
            let recent = self.read();
            let mut table = transaction.open_table(TABLE).map_err(engine)?;
            for (key, value) in &recent.entries {
                table.insert(key.as_slice(), value.as_slice()).map_err(engine)?;
            }
        }
        transaction.commit().map_err(engine)?;
        *self.recent.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Recent::default();
        Ok(())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Recent> {
        self.recent.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
