//! Simulation of local code on the network's state: the hub's own executor, run here, with the sources of the workspace laid over
//! what is deployed and records fetched as they are touched.
//!
//! Records stay in a cache. One is as good at a later height as long as no block changed its package in between.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use amigos_hub::accounts::{dev_address, is_dev_name};
use amigos_hub::address::Address;
use amigos_hub::client::Client;
use amigos_hub::encode::parse_rfc3339;
use amigos_hub::exec::{Arguments, Before, Bytes, Call, Executor, Explain, Outcome, Status, World};
use amigos_hub::execute::BLOCK_GAS;
use amigos_hub::package::{Deployed, Version, content_hash, hash_text, split_identity};
use amigos_hub::proto::{File, ObjectKey, OracleReport, Pin};
use amigos_hub::query::call_shape;
use amigos_hub::state::HeldReport;
use dashmap::DashMap;
use serde_json::Value;

use crate::files::key_of_path;
use crate::imports::imports_of;
use crate::manifest::{FILE_NAME, HUB};
use crate::workspace::Workspace;

/// Gas for the initialisers of a package that is not deployed yet.
const INITIAL_GAS: u64 = 10_000_000;

/// A package of the workspace, as it would be deployed.
#[derive(Clone, Debug)]
pub struct LocalPackage {
    /// `path@vN`.
    pub identity: String,
    /// The full version.
    pub version: String,
    /// Whether it is a library.
    pub library: bool,
    /// Its files, tests left out, `amigos.toml` and `README.md` included if it has them.
    pub files: Vec<File>,
    /// The major that an import without one means, by path.
    pub pins: BTreeMap<String, u32>,
}

struct Cached<T> {
    height: u64,
    value: T,
}

/// Packages and the content hashes of their live versions.
type Index = Vec<(String, String)>;

/// What was fetched of one chain.
pub struct Remote {
    client: Client,
    chain: String,
    records: DashMap<(String, Vec<u8>), Cached<Option<Bytes>>>,
    code: DashMap<String, Cached<Option<Arc<Deployed>>>>,
    /// All packages with their content hashes, as of a height.
    index: Mutex<Option<(u64, Arc<Index>)>>,
    /// The height at which a package changed last, as far as blocks told.
    changed: DashMap<String, u64>,
    /// What was fetched below this height may be stale: blocks were missed.
    floor: AtomicU64,
}

impl Remote {
    /// Nothing is fetched yet.
    pub fn new(client: Client, chain: &str) -> Remote {
        let (records, code, changed) = (DashMap::new(), DashMap::new(), DashMap::new());
        Remote { client, chain: chain.to_owned(), records, code, index: Mutex::default(), changed, floor: AtomicU64::new(0) }
    }

    /// The hub.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The time of the block after `base`, if it is known that there is one: what a call on that state would have seen.
    pub fn time_after(&self, base: u64, newest: u64) -> Option<u64> {
        if base < newest { self.client.block_time(base + 1).ok() } else { None }
    }

    /// A block changed these packages.
    pub fn block(&self, height: u64, changed: &[String]) {
        for package in changed {
            self.changed.insert(package.clone(), height);
        }
    }

    /// Blocks up to `height` may have been missed.
    pub fn missed(&self, height: u64) {
        self.floor.store(height, Ordering::Release);
    }

    fn is_good<T>(&self, cached: &Cached<T>, package: &str, height: u64) -> bool {
        let changed = self.changed.get(package).map_or(0, |height| *height).max(self.floor.load(Ordering::Acquire));
        cached.height <= height && cached.height >= changed || cached.height == height
    }

    fn records(&self, package: &str, keys: &[&[u8]], height: u64) -> Result<Vec<Option<Bytes>>, String> {
        let mut values: Vec<Option<Option<Bytes>>> = Vec::with_capacity(keys.len());
        let mut missing: Vec<ObjectKey> = Vec::new();
        for key in keys {
            let found = self.records.get(&(package.to_owned(), key.to_vec())).filter(|cached| self.is_good(cached, package, height));
            if found.is_none() {
                missing.push(ObjectKey { package: package.to_owned(), key: key.to_vec() });
            }
            values.push(found.map(|cached| cached.value.clone()));
        }
        if missing.is_empty() {
            return Ok(values.into_iter().map(Option::unwrap_or_default).collect());
        }
        let (fetched, at) = self.client.objects(&missing, height).map_err(|e| e.to_string())?;
        let mut fetched = fetched.into_iter();
        for (key, value) in keys.iter().zip(&mut values) {
            if value.is_none() {
                let record: Option<Bytes> = fetched.next().flatten().map(Arc::from);
                self.records.insert((package.to_owned(), key.to_vec()), Cached { height: at, value: record.clone() });
                *value = Some(record);
            }
        }
        Ok(values.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// The live code of a package.
    fn package(&self, identity: &str, height: u64) -> Result<Option<Arc<Deployed>>, String> {
        if let Some(cached) = self.code.get(identity).filter(|cached| self.is_good(cached, identity, height)) {
            return Ok(cached.value.clone());
        }
        let value = match self.client.deployed(identity, height).map_err(|e| e.to_string())? {
            None => None,
            Some((summary, code)) => {
                Some(Arc::new(deployed(identity, &code.version, code.library, code.files, code.lock, summary.author)?))
            }
        };
        self.code.insert(identity.to_owned(), Cached { height, value: value.clone() });
        Ok(value)
    }

    fn pinned(&self, identity: &str, hash: &[u8], height: u64) -> Result<Option<Arc<Deployed>>, String> {
        if let Some(live) = self.package(identity, height)?.filter(|live| live.hash == hash) {
            return Ok(Some(live));
        }
        let key = format!("{identity}#{}", hash_text(hash));
        if let Some(cached) = self.code.get(&key) {
            return Ok(cached.value.clone());
        }
        let info = self.json(&format!("/pkg/{identity}/info"), height)?;
        let versions = info.get("versions").and_then(Value::as_array).cloned().unwrap_or_default();
        let wanted = hash_text(hash);
        let version = versions.iter().find(|v| v["hash"] == wanted.as_str()).and_then(|v| v["version"].as_str());
        let Some(version) = version else { return Ok(None) };
        let code = self.client.code(identity, Some(version), Some(&wanted)).map_err(|e| e.to_string())?;
        let value = Arc::new(deployed(identity, &code.version, code.library, code.files, code.lock, String::new())?);
        self.code.insert(key, Cached { height, value: Some(value.clone()) });
        Ok(Some(value))
    }

    /// All packages at a height.
    fn index(&self, height: u64) -> Result<Arc<Index>, String> {
        let mut known = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, index)) = &*known
            && *at == height
        {
            return Ok(index.clone());
        }
        let list = self.json("/packages", height)?;
        let list = list.as_array().ok_or("the hub's index of packages is not a list")?;
        let text = |package: &Value, name: &str| package[name].as_str().map(str::to_owned);
        let read = |package: &Value| Some((text(package, "package")?, text(package, "hash")?));
        let index: Option<Index> = list.iter().map(read).collect();
        let index = Arc::new(index.ok_or("the hub's index of packages is malformed")?);
        *known = Some((height, index.clone()));
        Ok(index)
    }

    fn json(&self, path: &str, height: u64) -> Result<Value, String> {
        let answer = self.client.query(path, &[], height, false).map_err(|e| e.to_string())?;
        serde_json::from_slice(&answer.value).map_err(|e| format!("the hub's answer is not JSON: {e}"))
    }
}

fn deployed(identity: &str, version: &str, library: bool, files: Vec<File>, lock: Vec<Pin>, author: String) -> Result<Deployed, String> {
    let (path, _) = split_identity(identity)?;
    let hash = content_hash(&files).to_vec();
    Ok(Deployed { path: path.to_owned(), version: version.to_owned(), library, files, lock, hash, author, ..Deployed::default() })
}

/// The earlier major version on the chain whose state the `Migrate` of a new one would be given.
fn earlier_major(identity: &str, world: &LocalWorld) -> Result<Option<String>, String> {
    let (path, Some(major)) = split_identity(identity)? else { return Ok(None) };
    let index = world.remote.index(world.base)?;
    let majors = index.iter().filter_map(|(other, _)| split_identity(other).ok()).filter(|(p, _)| *p == path).filter_map(|(_, m)| m);
    let Some(earlier) = majors.filter(|m| *m < major).max() else { return Ok(None) };
    let earlier = format!("{path}@v{earlier}");
    let contract = world.remote.package(&earlier, world.base)?.is_some_and(|p| !p.library);
    Ok((contract && !world.closed(&earlier)?).then_some(earlier))
}

/// The chain at one height with local packages laid over it.
#[derive(Clone)]
struct LocalWorld {
    remote: Arc<Remote>,
    /// The height whose state is read.
    base: u64,
    /// The height of the block that the call is in.
    height: u64,
    time: u64,
    packages: BTreeMap<String, Arc<Deployed>>,
    writes: HashMap<(String, Vec<u8>), Option<Bytes>>,
    balances: HashMap<Address, u64>,
}

impl LocalWorld {
    fn keep(&mut self, outcome: &Outcome) {
        for write in &outcome.writes {
            self.writes.insert((write.package.clone(), write.key.clone()), write.value.clone().map(Arc::from));
        }
        self.balances.extend(outcome.balances.iter().copied());
    }

    fn pay(&mut self, from: Address, to: Address, amount: u64) -> Result<(), String> {
        if amount == 0 {
            return Ok(());
        }
        let has = self.balance(&from)?;
        let left = has.checked_sub(amount).ok_or_else(|| format!("`{from}` has {has} micro-amg, not {amount}"))?;
        self.balances.insert(from, left);
        let target = self.balance(&to)?.saturating_add(amount);
        self.balances.insert(to, target);
        Ok(())
    }
}

impl World for LocalWorld {
    fn chain_id(&self) -> &str {
        &self.remote.chain
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
        let mine: Vec<Option<&Option<Bytes>>> = keys.iter().map(|key| self.writes.get(&(package.to_owned(), key.to_vec()))).collect();
        let rest: Vec<&[u8]> = keys.iter().zip(&mine).filter(|(_, mine)| mine.is_none()).map(|(key, _)| *key).collect();
        let mut fetched = if rest.is_empty() { Vec::new() } else { self.remote.records(package, &rest, self.base)? }.into_iter();
        Ok(mine.into_iter().map(|mine| mine.cloned().unwrap_or_else(|| fetched.next().flatten())).collect())
    }
    fn balance(&self, address: &Address) -> Result<u64, String> {
        if let Some(balance) = self.balances.get(address) {
            return Ok(*balance);
        }
        let account = self.remote.json(&format!("/accounts/{address}"), self.base)?;
        account["balance"].as_str().and_then(|text| text.parse().ok()).ok_or_else(|| "the hub's answer has no balance".to_owned())
    }
    fn package(&self, identity: &str) -> Result<Option<Arc<Deployed>>, String> {
        match self.packages.get(identity) {
            Some(local) => Ok(Some(local.clone())),
            None => self.remote.package(identity, self.base),
        }
    }
    fn pinned(&self, identity: &str, hash: &[u8]) -> Result<Option<Arc<Deployed>>, String> {
        match self.packages.get(identity).filter(|local| local.hash == hash) {
            Some(local) => Ok(Some(local.clone())),
            None => self.remote.pinned(identity, hash, self.base),
        }
    }
    fn identities(&self) -> Result<Vec<String>, String> {
        let mut names: Vec<String> = self.remote.index(self.base)?.iter().map(|(identity, _)| identity.clone()).collect();
        names.extend(self.packages.keys().filter(|identity| !names.contains(identity)).cloned().collect::<Vec<_>>());
        Ok(names)
    }
    fn deployments(&self) -> Result<[u8; 32], String> {
        let mut bytes = Vec::new();
        let mut add = |part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        };
        for (identity, hash) in self.remote.index(self.base)?.iter() {
            add(identity.as_bytes());
            add(hash.as_bytes());
        }
        for (identity, local) in &self.packages {
            add(identity.as_bytes());
            add(&local.hash);
            local.lock.iter().for_each(|pin| add(&[pin.path.as_bytes(), pin.version.as_bytes(), &pin.hash].concat()));
        }
        Ok(amigos_hub::encode::sha256(&bytes))
    }
    fn closed(&self, identity: &str) -> Result<bool, String> {
        // Only a later major version closes one.
        let Ok((path, Some(major))) = split_identity(identity) else { return Ok(false) };
        let later = |other: &str| matches!(split_identity(other), Ok((p, Some(m))) if p == path && m > major);
        if !self.remote.index(self.base)?.iter().any(|(other, _)| later(other)) || self.remote.package(identity, self.base)?.is_none() {
            return Ok(false);
        }
        Ok(self.remote.json(&format!("/pkg/{identity}/info"), self.base)?["closed"] == true)
    }
    fn majors(&self, path: &str) -> Result<Vec<u32>, String> {
        let remote = self.remote.client.packages().map_err(|e| e.to_string())?;
        let of_path = |identity: &str| split_identity(identity).ok().filter(|(p, _)| *p == path).and_then(|(_, major)| major);
        let mut majors: Vec<u32> = remote.iter().filter(|p| p.path == path).map(|p| p.major).collect();
        majors.extend(self.packages.keys().filter_map(|identity| of_path(identity)));
        majors.sort_unstable();
        majors.dedup();
        Ok(majors)
    }
    fn reports(&self, pair: &str) -> Result<Vec<HeldReport>, String> {
        let escaped: String =
            pair.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
        let answer = self.remote.json(&format!("/oracle/{escaped}"), self.base)?;
        let text = |report: &Value, name: &str| report[name].as_str().map(str::to_owned);
        let list = answer.as_array().ok_or("the hub's answer is not a list of reports")?;
        let read = |report: &Value| {
            let of = OracleReport { pair: pair.to_owned(), source: text(report, "source")?, value: text(report, "value")? };
            let time = text(report, "time").and_then(|time| parse_rfc3339(&time)).unwrap_or(self.time);
            Some(HeldReport { report: Some(of), height: report["height"].as_u64()?, time })
        };
        list.iter().map(|report| read(report).ok_or_else(|| "the hub's answer has a malformed report".to_owned())).collect()
    }
    fn at(&self, height: u64) -> Option<Arc<dyn World>> {
        if height == 0 || height > self.base {
            return None;
        }
        Some(Arc::new(LocalWorld { base: height, height, writes: HashMap::new(), balances: HashMap::new(), ..self.clone() }))
    }
}

/// Runs local code. Cheap to clone.
#[derive(Clone)]
pub struct Simulator {
    executor: Arc<dyn Executor>,
    remote: Arc<Remote>,
    /// Where initialised packages are kept: by what is laid over the chain, and the height.
    prepared: Arc<Mutex<Option<Prepared>>>,
}

/// What is laid over the chain (identity and content hash), the height, and the world in which its initialisers have run.
type Prepared = (Vec<(String, Vec<u8>)>, u64, LocalWorld);

impl Simulator {
    /// A simulator on the chain behind `remote`.
    pub fn new(executor: Arc<dyn Executor>, remote: Arc<Remote>) -> Simulator {
        Simulator { executor, remote, prepared: Arc::default() }
    }

    /// What was fetched.
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// A session as if in the block after `at.base`, with `local` packages laid over the chain: of those that `roots` need, each that differs from
    /// what is deployed counts as just deployed by `origin`, so its initialisers have run.
    ///
    /// Errors, in words: the network is away, an import is nowhere, an initialiser fails.
    pub fn session(&self, roots: &[&str], local: &[LocalPackage], at: Moment, origin: Address) -> Result<Session, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let time = at.time.unwrap_or(now);
        let empty = LocalWorld {
            remote: self.remote.clone(),
            base: at.base,
            height: at.base + 1,
            time,
            packages: BTreeMap::new(),
            writes: HashMap::new(),
            balances: HashMap::new(),
        };
        let changed = self.changed(roots, local, &empty)?;
        if changed.is_empty() {
            return Ok(Session { executor: self.executor.clone(), world: empty });
        }
        let key: Vec<(String, Vec<u8>)> =
            changed.iter().map(|package| (package.identity.clone(), content_hash(&package.files).to_vec())).collect();
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, base, world)) = &*prepared
            && *known == key
            && *base == at.base
        {
            return Ok(Session { executor: self.executor.clone(), world: LocalWorld { time, ..world.clone() } });
        }
        let world = self.lay(empty, &changed, origin)?;
        *prepared = Some((key, at.base, world.clone()));
        Ok(Session { executor: self.executor.clone(), world })
    }

    /// The page of a package as it is here, on the state of a moment, and which packages are not deployed as they are here.
    pub fn page(&self, package: &str, path: &str, local: &[LocalPackage], at: Moment) -> Result<(String, Vec<String>), String> {
        let session = self.session(&[package], local, at, account("alice")?)?;
        let page = self.executor.render(package, path, &session.world).map_err(|e| e.to_string())?;
        Ok((page, session.edited()))
    }

    /// The same session with `local` packages laid over it: what would they do from here?
    pub fn edited(&self, session: &Session, roots: &[&str], local: &[LocalPackage], origin: Address) -> Result<Session, String> {
        let changed = self.changed(roots, local, &session.world)?;
        let world = self.lay(session.world.clone(), &changed, origin)?;
        Ok(Session { executor: self.executor.clone(), world })
    }

    fn lay(&self, mut world: LocalWorld, changed: &[&LocalPackage], origin: Address) -> Result<LocalWorld, String> {
        for package in changed {
            let previous = self.remote.package(&package.identity, world.base)?;
            let lock = lock_of(package, &world)?;
            let laid = deployed(&package.identity, &package.version, package.library, package.files.clone(), lock, origin.to_string())?;
            let laid = Arc::new(laid);
            world.packages.insert(package.identity.clone(), laid.clone());
            let earlier = if previous.is_none() && !package.library { earlier_major(&package.identity, &world)? } else { None };
            let before = match (&previous, &earlier) {
                (Some(previous), _) => Before::Version(previous),
                (None, Some(old)) => Before::Major(old),
                (None, None) => Before::Nothing,
            };
            let outcome = amigos_hub::exec::guarded(|| self.executor.initialise(&laid, before, origin, INITIAL_GAS, &world));
            if outcome.status != Status::Done {
                return Err(format!("initialising `{}` fails: {}", package.identity, outcome.message));
            }
            world.keep(&outcome);
        }
        Ok(world)
    }

    /// The local packages that the call needs and that are not deployed as they are, imports first.
    fn changed<'l>(&self, roots: &[&str], local: &'l [LocalPackage], world: &LocalWorld) -> Result<Vec<&'l LocalPackage>, String> {
        let by_identity: BTreeMap<&str, &LocalPackage> = local.iter().map(|package| (package.identity.as_str(), package)).collect();
        let mut order: Vec<&LocalPackage> = Vec::new();
        let mut done: std::collections::BTreeSet<&str> = Default::default();
        // Depth first without recursion: a package is put in order when all that it imports is.
        let mut work: Vec<(&str, bool)> =
            roots.iter().filter_map(|root| by_identity.get_key_value(root)).map(|(key, _)| (*key, false)).collect();
        while let Some((identity, ready)) = work.pop() {
            let Some(package) = by_identity.get(identity) else { continue };
            if ready {
                let live = world.remote.package(identity, world.base)?;
                let same = live.is_some_and(|live| live.hash == content_hash(&package.files));
                if !same {
                    order.push(package);
                }
                continue;
            }
            if !done.insert(package.identity.as_str()) {
                continue;
            }
            work.push((identity, true));
            for import in hub_imports(package) {
                let wanted = identity_of(&import, package, world)?;
                if let Some((key, _)) = by_identity.get_key_value(wanted.as_str()) {
                    work.push((key, false));
                }
            }
        }
        Ok(order)
    }
}

/// The state that calls run on: the one behind a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The block.
    pub base: u64,
    /// The time of the block that the calls are in, in nanoseconds since 1970; now if not given.
    pub time: Option<u64>,
}

/// Calls one after the other on one state: what is kept of one, the next one sees.
#[derive(Clone)]
pub struct Session {
    executor: Arc<dyn Executor>,
    world: LocalWorld,
}

/// A call that ran in a session, and what it ran on.
pub struct Ran {
    /// What it did.
    pub outcome: Outcome,
    seen: LocalWorld,
}

/// A record as a call read it: its package, its key, its bytes.
pub type ReadRecord = (String, Vec<u8>, Option<Bytes>);

impl Session {
    /// The packages that are not deployed as they are here.
    pub fn edited(&self) -> Vec<String> {
        self.world.packages.keys().cloned().collect()
    }

    /// Runs a call. Nothing is kept of it unless [`Session::keep`] is told to.
    ///
    /// Errors, in words: the network is away, there is no such package, the caller has too few coins.
    pub fn call(&self, call: &Call) -> Result<Ran, String> {
        let mut world = self.world.clone();
        if !world.packages.contains_key(&call.package) && world.remote.package(&call.package, world.base)?.is_none() {
            return Err(format!("there is no package `{}` on the network or in the workspace", call.package));
        }
        world.pay(call.origin, Address::of_package(&call.package), call.value)?;
        let outcome = amigos_hub::exec::run_call(&*self.executor, call, &world);
        if outcome.status == Status::Broken {
            return Err(outcome.message);
        }
        Ok(Ran { outcome, seen: world })
    }

    /// Keeps what a call did; of one that failed nothing.
    pub fn keep(&mut self, ran: Ran) {
        if ran.outcome.status == Status::Done {
            self.world = ran.seen;
            self.world.keep(&ran.outcome);
        }
    }

    /// Takes coins from an account, as a fee does; what it does not have is not taken.
    pub fn take_fee(&mut self, from: Address, fee: u64) -> Result<(), String> {
        let left = self.world.balance(&from)?.saturating_sub(fee);
        self.world.balances.insert(from, left);
        Ok(())
    }

    /// Moves coins between accounts.
    pub fn send(&mut self, from: Address, to: Address, amount: u64) -> Result<(), String> {
        self.world.pay(from, to, amount)
    }
}

impl Ran {
    /// All that the call read, as it was.
    pub fn records(&self) -> Result<Vec<ReadRecord>, String> {
        let read = |(package, key): &(String, Vec<u8>)| {
            let value = amigos_hub::vm::record(&self.seen, package, key)?;
            Ok((package.clone(), key.clone(), value))
        };
        self.outcome.reads.iter().map(read).collect()
    }

    /// The time of the block that the call was in, in nanoseconds since 1970.
    pub fn time(&self) -> u64 {
        self.seen.time
    }

    /// The chain.
    pub fn chain(&self) -> &str {
        &self.seen.remote.chain
    }
}

fn hub_imports(package: &LocalPackage) -> Vec<String> {
    let texts = package.files.iter().filter(|file| file.name.ends_with(".go"));
    let mut imports: Vec<String> = texts.flat_map(|file| imports_of(&file.text)).filter(|path| path.starts_with(HUB)).collect();
    imports.sort();
    imports.dedup();
    imports
}

/// `path@vN` of an import: its own major, the package's pin, or the newest there is.
fn identity_of(import: &str, package: &LocalPackage, world: &LocalWorld) -> Result<String, String> {
    let (path, major) = crate::imports::split_major(import);
    let major = match major.or_else(|| package.pins.get(path).copied()) {
        Some(major) => major,
        None => *world.majors(path)?.last().ok_or_else(|| format!("there is no package `{import}`"))?,
    };
    Ok(format!("{path}@v{major}"))
}

/// A lock that pins every import to what the world has.
fn lock_of(package: &LocalPackage, world: &LocalWorld) -> Result<Vec<Pin>, String> {
    let mut lock = Vec::new();
    for import in hub_imports(package) {
        let identity = identity_of(&import, package, world)?;
        let found =
            world.package(&identity)?.ok_or_else(|| format!("there is no package `{identity}`, which `{}` imports", package.identity))?;
        found.version.parse::<Version>()?;
        lock.push(Pin { path: identity, version: found.version.clone(), hash: found.hash.clone() });
    }
    Ok(lock)
}

/// An account: an address, the name of a key in the keystore, or of a development account.
pub fn account(text: &str) -> Result<Address, String> {
    if is_dev_name(text) { Ok(dev_address(text)) } else { crate::signing::address(text)?.parse() }
}

/// The packages of a workspace as they would be deployed now. Of files that are open, `buffer` has the text.
pub fn local_packages(workspace: &Workspace, buffer: impl Fn(&str) -> Option<Arc<str>>) -> Vec<LocalPackage> {
    let mut packages = Vec::new();
    for package in workspace.folders() {
        let Some(manifest) = &package.manifest else { continue };
        let text = |name: &str, on_disk: Option<&Arc<str>>| {
            let key = key_of_path(&package.folder.join(name));
            buffer(&key).or_else(|| on_disk.cloned()).map(|text| File { name: name.to_owned(), text: text.to_string() })
        };
        let mut names: Vec<&str> = package.sources.iter().map(|source| source.name.as_str()).collect();
        names.extend(workspace.buffers_in(&package.folder));
        names.sort_unstable();
        names.dedup();
        let on_disk = |name: &str| package.sources.iter().find(|source| source.name == name)?.text.as_ref().ok();
        let sources = names.iter().filter(|name| !name.ends_with("_test.go")).filter_map(|name| text(name, on_disk(name)));
        let mut files: Vec<File> = sources.collect();
        files.extend(text(FILE_NAME, package.manifest_text.as_ref()));
        files.extend(text("README.md", package.readme.as_ref()));
        files.sort_by(|a, b| a.name.cmp(&b.name));
        packages.push(LocalPackage {
            identity: manifest.key(),
            version: manifest.version.to_string(),
            library: manifest.library,
            files,
            pins: manifest.dependencies.clone(),
        });
    }
    packages
}

/// A call of local code.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LocalCall {
    /// `path@vN`.
    pub package: String,
    /// `CreatePost`, `Posts[12].Upvote`.
    pub function: String,
    /// Go literals, or JSON texts.
    pub args: Vec<String>,
    /// Whether `args` are JSON.
    pub json_args: bool,
    /// An address, or a development account.
    pub from: String,
    /// Micro-amg sent along.
    pub value: u64,
    /// The most gas to use.
    pub gas: Option<u64>,
    /// Variables that are set before the call, by path.
    pub set: Vec<(String, String)>,
    /// Whether to keep a trace.
    pub trace: bool,
}

impl LocalCall {
    /// As a session runs it.
    ///
    /// Errors, in words: nobody is called that.
    pub fn prepared(&self) -> Result<Call, String> {
        Ok(Call {
            package: self.package.clone(),
            target: self.function.clone(),
            arguments: if self.json_args { Arguments::Json(self.args.clone()) } else { Arguments::Go(self.args.clone()) },
            origin: account(&self.from)?,
            value: self.value,
            gas_limit: self.gas.unwrap_or(BLOCK_GAS).min(BLOCK_GAS),
            overrides: self.set.clone(),
            explain: Explain { differences: true, trace: self.trace },
        })
    }
}

/// A call that ran: its shape, and what is needed to run it again.
pub struct LocalRun {
    /// The shape of `amigos call --json`; `edited` in it names the packages that are not deployed as they are here.
    pub shape: Value,
    /// What it read.
    pub ran: Ran,
}

/// Runs a call on local code.
pub fn run_local(simulator: &Simulator, call: &LocalCall, local: &[LocalPackage], at: Moment) -> Result<LocalRun, String> {
    let call = call.prepared()?;
    let session = simulator.session(&[&call.package], local, at, call.origin)?;
    let ran = session.call(&call)?;
    Ok(LocalRun { shape: shape_of(&call, &ran, &session, at.base), ran })
}

/// Runs calls in order on one state, each on what those before it left, to the first that fails. Gives their shapes.
pub fn run_scenario(simulator: &Simulator, calls: &[LocalCall], local: &[LocalPackage], at: Moment) -> Result<Vec<Value>, String> {
    let calls: Vec<Call> = calls.iter().map(LocalCall::prepared).collect::<Result<_, _>>()?;
    let Some(first) = calls.first() else { return Ok(Vec::new()) };
    let roots: Vec<&str> = calls.iter().map(|call| call.package.as_str()).collect();
    let mut session = simulator.session(&roots, local, at, first.origin)?;
    let mut shapes = Vec::new();
    for call in &calls {
        let ran = session.call(call)?;
        let failed = ran.outcome.status != Status::Done;
        shapes.push(shape_of(call, &ran, &session, at.base));
        session.keep(ran);
        if failed {
            break;
        }
    }
    Ok(shapes)
}

fn shape_of(call: &Call, ran: &Ran, session: &Session, base: u64) -> Value {
    let mut shape = call_shape(call, &ran.outcome, base);
    shape["edited"] = session.edited().into();
    shape
}
