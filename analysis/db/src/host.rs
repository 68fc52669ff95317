//! The database itself, and the standard library in it.

use std::sync::{Arc, Mutex};

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;
use salsa::Durability;

use crate::Db;
use crate::input::{Origin, Package, Profile, Root, SourceFile};

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
        Database::with_storage(salsa::Storage::new(None))
    }
}

impl Database {
    /// A database that writes down which queries it executes.
    pub fn logging(log: ExecutionLog) -> Database {
        let sink = move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind
                && let Ok(mut log) = log.lock()
            {
                log.push(format!("{database_key:?}"));
            }
        };
        Database::with_storage(salsa::Storage::new(Some(Box::new(sink))))
    }

    fn with_storage(storage: salsa::Storage<Database>) -> Database {
        let db = Database { storage };
        let mut packages = FxHashMap::default();
        for std in amigos_std::packages() {
            let files = std
                .files
                .iter()
                .map(|(name, text)| SourceFile::builder(Name::new(name), Arc::from(*text)).durability(Durability::HIGH).new(&db));
            let key = PkgKey(Name::new(std.path));
            let package = Package::builder(key, files.collect(), Origin::Std, Profile::Contract, true, Name::new(""), 26, vec![], vec![]);
            packages.insert(key, package.durability(Durability::HIGH).new(&db));
        }
        // The root is a singleton: it is found by `Root::get`.
        let _ = Root::builder(packages, FxHashMap::default(), FxHashMap::default()).durability(Durability::MEDIUM).new(&db);
        db
    }
}
