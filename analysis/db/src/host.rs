//! The database itself, and the standard library in it.

use std::sync::{Arc, Mutex};

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;
use salsa::Durability;

use crate::Db;
use crate::input::{Library, Origin, Package, Profile, Root, SourceFile};

/// The names of executed queries, for tests of incrementality.
pub type ExecutionLog = Arc<Mutex<Vec<String>>>;

/// The salsa database. A clone is a snapshot handle for reading in another thread; a write waits until all clones are gone.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: salsa::Storage<Self>,
}

#[salsa::db]
impl salsa::Database for Database {}
#[salsa::db]
impl Db for Database {}

impl Default for Database {
    fn default() -> Database {
        Database::with_storage(salsa::Storage::new(None), contract_library())
    }
}

/// Packages by path, with the names and texts of their files.
pub type LibraryFiles = Vec<(String, Vec<(String, Arc<str>)>)>;

fn contract_library() -> (LibraryFiles, Profile, u32) {
    let files = |files: &[(&str, &str)]| files.iter().map(|(name, text)| ((*name).to_owned(), Arc::from(*text))).collect();
    (amigos_std::packages().iter().map(|p| (p.path.to_owned(), files(p.files))).collect(), Profile::Contract, 26)
}

fn logging_storage(log: ExecutionLog) -> salsa::Storage<Database> {
    let sink = move |event: salsa::Event| {
        if let salsa::EventKind::WillExecute { database_key } = event.kind
            && let Ok(mut log) = log.lock()
        {
            log.push(format!("{database_key:?}"));
        }
    };
    salsa::Storage::new(Some(Box::new(sink)))
}

impl Database {
    /// A database that writes down which queries it executes.
    pub fn logging(log: ExecutionLog) -> Database {
        Database::with_storage(logging_storage(log), contract_library())
    }

    /// A database with another standard library: that of plain Go, for comparisons. With a log it writes down which queries it executes.
    pub fn with_library(library: LibraryFiles, go_minor: u32, log: Option<ExecutionLog>) -> Database {
        Database::with_storage(log.map_or_else(|| salsa::Storage::new(None), logging_storage), (library, Profile::Go, go_minor))
    }

    fn with_storage(storage: salsa::Storage<Database>, (library, profile, go_minor): (LibraryFiles, Profile, u32)) -> Database {
        let db = Database { storage };
        let mut packages = FxHashMap::default();
        for (path, files) in library {
            let files = files
                .into_iter()
                .map(|(name, text)| SourceFile::builder(Name::new(&name), text).durability(Durability::NEVER_CHANGE).new(&db));
            let key = PkgKey(Name::new(&path));
            let package = Package::builder(key, files.collect(), Origin::Std, profile, true, Name::new(""), go_minor, vec![], vec![]);
            packages.insert(key, package.durability(Durability::NEVER_CHANGE).new(&db));
        }
        let _ = Library::builder(packages.clone()).durability(Durability::NEVER_CHANGE).new(&db);
        // The root is a singleton: it is found by `Root::get`.
        let _ = Root::builder(packages, FxHashMap::default(), FxHashMap::default(), FxHashMap::default())
            .durability(Durability::MEDIUM)
            .new(&db);
        db
    }
}
