//! Files by number: the analyzer knows [`FileId`]s, everything else knows paths and URIs.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use amigos_ide::FileId;

/// What a file is known by: a decoded absolute path, or a URI (`amigos://hub.amigos.dev/token@v2/token.go`) for what is not on disk.
pub type FileKey = Arc<str>;

/// The key of a path on disk.
pub fn key_of_path(path: &Path) -> FileKey {
    Arc::from(path.to_string_lossy().as_ref())
}

/// The key of a fetched source.
pub fn key_of_fetched(package: &str, name: &str) -> FileKey {
    Arc::from(format!("amigos://{package}/{name}"))
}

/// The key of a source of the standard library.
pub fn key_of_std(package: &str, name: &str) -> FileKey {
    Arc::from(format!("amigos://std/{package}/{name}"))
}

/// Keys and numbers, one to one. Numbers are never used again.
#[derive(Clone, Default, Debug)]
pub struct FileTable {
    ids: HashMap<FileKey, FileId>,
    keys: Vec<FileKey>,
}

impl FileTable {
    /// The number of `key`; a new one if it has none.
    pub fn intern(&mut self, key: &FileKey) -> FileId {
        if let Some(id) = self.ids.get(key) {
            return *id;
        }
        let id = FileId(self.keys.len() as u32);
        self.keys.push(key.clone());
        self.ids.insert(key.clone(), id);
        id
    }

    /// The number of `key`, if it has one.
    pub fn id(&self, key: &str) -> Option<FileId> {
        self.ids.get(key).copied()
    }

    /// The key of `id`.
    pub fn key(&self, id: FileId) -> Option<&FileKey> {
        self.keys.get(id.0 as usize)
    }
}
