//! The chain's state as typed records: accounts, packages and oracle reports in the store's own namespace, and the objects
//! of packages in theirs; read at a height, or under changes that are not committed yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use prost::Message;

use crate::accounts::Account;
use crate::address::Address;
use crate::encode::sha256;
use crate::exec::{Bytes, World};
use crate::package::{Deployed, PackageRecord, PathRecord, identity};
use crate::proto::OracleReport;
use crate::store::{Changes, Namespace, SYSTEM, SYSTEM_NAME, Store, StoreError};

/// Keys of the chain's own namespace.
pub mod key {
    use super::Address;

    /// The genesis record.
    pub const GENESIS: &[u8] = b"genesis";
    /// How many accounts there are.
    pub const ACCOUNTS: &[u8] = b"count/accounts";
    /// The hash over all deployments.
    pub const DEPLOYMENTS: &[u8] = b"deployments";
    /// How many packages there are.
    pub const PACKAGES: &[u8] = b"count/packages";

    /// An account.
    pub fn account(address: &Address) -> Vec<u8> {
        format!("account/{address}").into_bytes()
    }

    /// The majors of a path.
    pub fn path(path: &str) -> Vec<u8> {
        format!("path/{path}").into_bytes()
    }

    /// A mark that there are packages below a path.
    pub fn folder(path: &str) -> Vec<u8> {
        format!("folder/{path}").into_bytes()
    }

    /// The record of `path@vN`.
    pub fn package(identity: &str) -> Vec<u8> {
        format!("package/{identity}").into_bytes()
    }

    /// The identity of the package with a number.
    pub fn number(number: u32) -> Vec<u8> {
        format!("number/{number}").into_bytes()
    }

    /// A deployed version.
    pub fn deployed(identity: &str, version: &str) -> Vec<u8> {
        format!("deployed/{identity}/{version}").into_bytes()
    }

    /// The oracle's reports for a pair.
    pub fn reports(pair: &str) -> Vec<u8> {
        format!("oracle/{pair}").into_bytes()
    }
}

/// The oracle's reports for one pair.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Reports {
    #[prost(message, repeated, tag = "1")]
    pub reports: Vec<HeldReport>,
}

/// A report and when it came.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct HeldReport {
    #[prost(message, optional, tag = "1")]
    pub report: Option<OracleReport>,
    #[prost(uint64, tag = "2")]
    pub height: u64,
    #[prost(uint64, tag = "3")]
    pub time: u64,
}

/// What is shared by all views of one chain.
pub struct Chain {
    /// The store.
    pub store: Arc<Store>,
    /// The chain's id.
    pub chain_id: String,
    numbers: Mutex<HashMap<String, Namespace>>,
    deployed: Mutex<HashMap<(String, String, u64), Arc<Deployed>>>,
}

impl Chain {
    /// The chain kept in a store.
    pub fn new(store: Arc<Store>, chain_id: String) -> Arc<Chain> {
        Arc::new(Chain { store, chain_id, numbers: Mutex::default(), deployed: Mutex::default() })
    }
}

type Layer = BTreeMap<(Namespace, Vec<u8>), Option<Vec<u8>>>;

/// State at a height, with layers of changes above it.
pub struct View {
    chain: Arc<Chain>,
    /// The last block whose effects are committed below the layers.
    base: u64,
    /// The height of the block that calls are in.
    height: u64,
    /// Its time.
    time: u64,
    layers: Vec<Layer>,
    names: BTreeMap<Namespace, String>,
    /// Packages that are known not to be closed.
    open: Mutex<BTreeSet<String>>,
}

impl View {
    /// The state behind block `base`; calls made on it are in block `height` at `time`.
    pub fn new(chain: Arc<Chain>, base: u64, height: u64, time: u64) -> View {
        View { chain, base, height, time, layers: vec![Layer::new()], names: BTreeMap::new(), open: Mutex::default() }
    }

    /// Begins a layer that can be undone.
    pub fn begin(&mut self) {
        self.layers.push(Layer::new());
    }

    /// Makes the topmost layer part of the one below.
    pub fn keep(&mut self) {
        if self.layers.len() > 1
            && let (Some(top), Some(below)) = (self.layers.pop(), self.layers.last_mut())
        {
            below.extend(top);
        }
    }

    /// Drops the topmost layer.
    pub fn undo(&mut self) {
        if self.layers.len() > 1 {
            self.layers.pop();
        }
    }

    /// All changes, for the store.
    pub fn into_changes(self) -> Changes {
        let mut changes = Changes::default();
        for layer in self.layers {
            for ((namespace, key), value) in layer {
                let name = match namespace {
                    SYSTEM => SYSTEM_NAME,
                    _ => self.names.get(&namespace).map_or("", String::as_str),
                };
                changes.namespaces.entry(namespace).or_insert_with(|| (name.to_string(), BTreeMap::new())).1.insert(key, value);
            }
        }
        changes
    }

    /// The names of the packages whose state has changed.
    pub fn changed_packages(&self) -> Vec<String> {
        let mut names: Vec<String> = self.names.values().cloned().collect();
        names.sort();
        names
    }

    /// Reads a key.
    pub fn get(&self, namespace: Namespace, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let place = (namespace, key.to_vec());
        for layer in self.layers.iter().rev() {
            if let Some(value) = layer.get(&place) {
                return Ok(value.clone());
            }
        }
        self.chain.store.get(namespace, key, self.base)
    }

    fn put(&mut self, namespace: Namespace, key: Vec<u8>, value: Option<Vec<u8>>) {
        if let Some(layer) = self.layers.last_mut() {
            layer.insert((namespace, key), value);
        }
    }

    /// Reads a record of the chain's own namespace.
    pub fn record<M: Message + Default>(&self, key: &[u8]) -> Result<Option<M>, StoreError> {
        match self.get(SYSTEM, key)? {
            None => Ok(None),
            Some(bytes) => M::decode(bytes.as_slice())
                .map(Some)
                .map_err(|e| StoreError::Engine(format!("the record `{}` cannot be read: {e}", String::from_utf8_lossy(key)))),
        }
    }

    /// Writes a record of the chain's own namespace.
    pub fn put_record(&mut self, key: Vec<u8>, record: &impl Message) {
        let bytes = record.encode_to_vec();
        self.put(SYSTEM, key, Some(bytes));
    }

    /// An account; one that never appeared has no coins and no number yet.
    pub fn account(&self, address: &Address) -> Result<Option<Account>, StoreError> {
        self.record(&key::account(address))
    }

    /// Writes an account, giving it a number if it is new.
    pub fn put_account(&mut self, address: &Address, mut account: Account) -> Result<Account, StoreError> {
        if self.account(address)?.is_none() {
            let count = self.count(key::ACCOUNTS)?;
            account.number = count;
            self.put_count(key::ACCOUNTS, count + 1);
        }
        self.put_record(key::account(address), &account);
        Ok(account)
    }

    /// Sets the coins of an account or contract.
    pub fn set_balance(&mut self, address: &Address, balance: u64) -> Result<(), StoreError> {
        let mut account = self.account(address)?.unwrap_or_default();
        account.balance = balance;
        self.put_account(address, account).map(drop)
    }

    /// Moves coins; `false`, and nothing moves, if there are too few.
    pub fn transfer(&mut self, from: &Address, to: &Address, amount: u64) -> Result<bool, StoreError> {
        if amount == 0 || from == to {
            return Ok(amount == 0 || self.account(from)?.unwrap_or_default().balance >= amount);
        }
        let (have, has) = (self.account(from)?.unwrap_or_default().balance, self.account(to)?.unwrap_or_default().balance);
        let (Some(left), Some(sum)) = (have.checked_sub(amount), has.checked_add(amount)) else { return Ok(false) };
        self.set_balance(from, left)?;
        self.set_balance(to, sum)?;
        Ok(true)
    }

    /// A counter.
    pub fn count(&self, key: &[u8]) -> Result<u64, StoreError> {
        Ok(self.get(SYSTEM, key)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes))
    }

    /// Sets a counter.
    pub fn put_count(&mut self, key: &[u8], count: u64) {
        self.put(SYSTEM, key.to_vec(), Some(count.to_le_bytes().to_vec()));
    }

    /// The record of `path@vN`.
    pub fn package_record(&self, identity: &str) -> Result<Option<PackageRecord>, StoreError> {
        self.record(&key::package(identity))
    }

    /// Closes a package's state to writes, for good.
    pub fn close(&mut self, mut record: PackageRecord) {
        record.closed = true;
        let name = record.identity();
        self.open.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&name);
        self.put_record(key::package(&name), &record);
    }

    /// The majors of a path, ascending.
    pub fn majors_of(&self, path: &str) -> Result<Vec<u32>, StoreError> {
        Ok(self.record::<PathRecord>(&key::path(path))?.unwrap_or_default().majors)
    }

    /// `path@vN` for a path with or without a major: without, the newest.
    pub fn resolve(&self, text: &str) -> Result<Option<String>, StoreError> {
        match crate::package::split_identity(text) {
            Err(_) => Ok(None),
            Ok((path, Some(major))) => {
                let name = identity(path, major);
                Ok(self.package_record(&name)?.map(|_| name))
            }
            Ok((path, None)) => Ok(self.majors_of(path)?.last().map(|major| identity(path, *major))),
        }
    }

    /// All packages in the order of their first deployment.
    pub fn packages(&self) -> Result<Vec<PackageRecord>, StoreError> {
        let mut all = Vec::new();
        for number in 1..=self.count(key::PACKAGES)? {
            let Some(name) = self.get(SYSTEM, &key::number(number as u32))? else { continue };
            if let Some(record) = self.package_record(&String::from_utf8_lossy(&name))? {
                all.push(record);
            }
        }
        Ok(all)
    }

    /// Gives a new package its number.
    pub fn number_package(&mut self, name: &str) -> Result<Namespace, StoreError> {
        let number = self.count(key::PACKAGES)? + 1;
        self.put_count(key::PACKAGES, number);
        self.put(SYSTEM, key::number(number as u32), Some(name.as_bytes().to_vec()));
        Ok(number as Namespace)
    }

    /// Notes that something was deployed: what was before, and this, give the new hash over all deployments.
    pub fn note_deployment(&mut self, deployed: &Deployed) -> Result<(), StoreError> {
        let mut bytes = self.get(SYSTEM, key::DEPLOYMENTS)?.unwrap_or_default();
        for part in [deployed.path.as_bytes(), deployed.version.as_bytes(), &deployed.hash] {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        for pin in &deployed.lock {
            bytes.extend_from_slice(&pin.encode_length_delimited_to_vec());
        }
        self.put(SYSTEM, key::DEPLOYMENTS.to_vec(), Some(sha256(&bytes).to_vec()));
        Ok(())
    }

    /// A deployed version.
    pub fn deployed(&self, name: &str, version: &str, height: u64) -> Result<Option<Arc<Deployed>>, StoreError> {
        let place = (name.to_string(), version.to_string(), height);
        let lock = || self.chain.deployed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = lock().get(&place) {
            return Ok(Some(found.clone()));
        }
        let Some(found) = self.record::<Deployed>(&key::deployed(name, version))?.map(Arc::new) else { return Ok(None) };
        if height <= self.base {
            let mut cache = lock();
            if cache.len() > 256 {
                cache.clear();
            }
            cache.insert(place, found.clone());
        }
        Ok(Some(found))
    }

    /// The number of a package's namespace.
    pub fn namespace(&self, name: &str) -> Result<Option<Namespace>, StoreError> {
        let lock = || self.chain.numbers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(number) = lock().get(name) {
            return Ok(Some(*number));
        }
        let Some(record) = self.package_record(name)? else { return Ok(None) };
        if record.versions.first().is_some_and(|first| first.height <= self.base) {
            lock().insert(name.to_string(), record.number);
        }
        Ok(Some(record.number))
    }

    /// Writes to a package's state; `false` if there is no such package.
    pub fn write(&mut self, name: &str, key: Vec<u8>, value: Option<Vec<u8>>) -> Result<bool, StoreError> {
        let Some(namespace) = self.namespace(name)? else { return Ok(false) };
        self.names.entry(namespace).or_insert_with(|| name.to_string());
        self.put(namespace, key, value);
        Ok(true)
    }

    /// The chain.
    pub fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    /// The last block whose effects are committed.
    pub fn base(&self) -> u64 {
        self.base
    }
}

fn words(error: StoreError) -> String {
    error.to_string()
}

impl World for View {
    fn chain_id(&self) -> &str {
        &self.chain.chain_id
    }

    fn height(&self) -> u64 {
        self.height
    }

    fn committed(&self) -> u64 {
        self.base
    }

    fn time(&self) -> u64 {
        self.time
    }

    fn records(&self, package: &str, keys: &[&[u8]]) -> Result<Vec<Option<Bytes>>, String> {
        let Some(namespace) = self.namespace(package).map_err(words)? else { return Ok(vec![None; keys.len()]) };
        keys.iter().map(|key| Ok(self.get(namespace, key).map_err(words)?.map(Bytes::from))).collect()
    }

    fn balance(&self, address: &Address) -> Result<u64, String> {
        Ok(self.account(address).map_err(words)?.unwrap_or_default().balance)
    }

    fn package(&self, identity: &str) -> Result<Option<Arc<Deployed>>, String> {
        let Some(record) = self.package_record(identity).map_err(words)? else { return Ok(None) };
        let Some(live) = record.live() else { return Ok(None) };
        self.deployed(identity, &live.version, live.height).map_err(words)
    }

    fn pinned(&self, identity: &str, hash: &[u8]) -> Result<Option<Arc<Deployed>>, String> {
        let Some(record) = self.package_record(identity).map_err(words)? else { return Ok(None) };
        let Some(version) = record.versions.iter().find(|version| version.hash == hash) else { return Ok(None) };
        self.deployed(identity, &version.version, version.height).map_err(words)
    }

    fn identities(&self) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for number in 1..=self.count(key::PACKAGES).map_err(words)? {
            if let Some(name) = self.get(SYSTEM, &key::number(number as u32)).map_err(words)? {
                names.push(String::from_utf8_lossy(&name).into_owned());
            }
        }
        Ok(names)
    }

    fn deployments(&self) -> Result<[u8; 32], String> {
        let bytes = self.get(SYSTEM, key::DEPLOYMENTS).map_err(words)?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or_default())
    }

    fn closed(&self, identity: &str) -> Result<bool, String> {
        let open = || self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if open().contains(identity) {
            return Ok(false);
        }
        let closed = self.package_record(identity).map_err(words)?.is_some_and(|record| record.closed);
        if !closed {
            open().insert(identity.to_owned());
        }
        Ok(closed)
    }

    fn majors(&self, path: &str) -> Result<Vec<u32>, String> {
        self.majors_of(path).map_err(words)
    }

    fn reports(&self, pair: &str) -> Result<Vec<HeldReport>, String> {
        Ok(self.record::<Reports>(&key::reports(pair)).map_err(words)?.unwrap_or_default().reports)
    }

    fn at(&self, height: u64) -> Option<Arc<dyn World>> {
        if height > self.base {
            return None;
        }
        Some(Arc::new(View::new(self.chain.clone(), height, height, self.time)))
    }
}
