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
use amigos_hub::exec::{Arguments, Bytes, Call, Executor, Explain, Outcome, Status, World};
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
        let exists = self.client.package(identity).map_err(|e| e.to_string())?;
        let value = match exists {
            None => None,
            Some(summary) => {
                let code = self.client.code(identity, None, Some(&summary.hash)).map_err(|e| e.to_string())?;
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

    /// Runs a call as if it were in the block after `base`, with `local` packages laid over the chain: each that differs from what is
    /// deployed counts as just deployed, so its initialisers have run. Says also which these are.
    ///
    /// Errors, in words: the network is away, an import is nowhere, an initialiser fails.
    pub fn run(&self, call: &Call, local: &[LocalPackage], base: u64) -> Result<(Outcome, Vec<String>), String> {
        let mut world = self.world(call, local, base)?;
        if !world.packages.contains_key(&call.package) && self.remote.package(&call.package, base)?.is_none() {
            return Err(format!("there is no package `{}` on the network or in the workspace", call.package));
        }
        if call.value > 0 {
            let to = Address::of_package(&call.package);
            let has = world.balance(&call.origin)?;
            let left = has.checked_sub(call.value).ok_or_else(|| format!("`{}` has {has} micro-amg, not {}", call.origin, call.value))?;
            let target = world.balance(&to)?.saturating_add(call.value);
            world.balances.insert(call.origin, left);
            world.balances.insert(to, target);
        }
        let outcome = amigos_hub::exec::guarded(|| self.executor.call(call, &world));
        if outcome.status == Status::Broken {
            return Err(outcome.message);
        }
        Ok((outcome, world.packages.into_keys().collect()))
    }

    /// The page of a package as it is here, on the state at `base`, and which packages are not deployed as they are here.
    pub fn page(&self, package: &str, path: &str, local: &[LocalPackage], base: u64) -> Result<(String, Vec<String>), String> {
        let call = Call {
            package: package.to_owned(),
            target: "Render".to_owned(),
            arguments: Arguments::Json(Vec::new()),
            origin: account("alice")?,
            value: 0,
            gas_limit: BLOCK_GAS,
            overrides: Vec::new(),
            explain: Explain { differences: false, trace: false },
        };
        let world = self.world(&call, local, base)?;
        let page = self.executor.render(package, path, &world).map_err(|e| e.to_string())?;
        Ok((page, world.packages.into_keys().collect()))
    }

    fn world(&self, call: &Call, local: &[LocalPackage], base: u64) -> Result<LocalWorld, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let empty = LocalWorld {
            remote: self.remote.clone(),
            base,
            height: base + 1,
            time: now,
            packages: BTreeMap::new(),
            writes: HashMap::new(),
            balances: HashMap::new(),
        };
        let changed = self.changed(&call.package, local, &empty)?;
        if changed.is_empty() {
            return Ok(empty);
        }
        let key: Vec<(String, Vec<u8>)> =
            changed.iter().map(|package| (package.identity.clone(), content_hash(&package.files).to_vec())).collect();
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, at, world)) = &*prepared
            && *known == key
            && *at == base
        {
            return Ok(LocalWorld { time: now, ..world.clone() });
        }
        let mut world = empty;
        for package in changed {
            let previous = self.remote.package(&package.identity, base)?;
            let lock = lock_of(package, &world)?;
            let laid =
                deployed(&package.identity, &package.version, package.library, package.files.clone(), lock, call.origin.to_string())?;
            let laid = Arc::new(laid);
            world.packages.insert(package.identity.clone(), laid.clone());
            let outcome =
                amigos_hub::exec::guarded(|| self.executor.initialise(&laid, previous.as_deref(), call.origin, INITIAL_GAS, &world));
            if outcome.status != Status::Done {
                return Err(format!("initialising `{}` fails: {}", package.identity, outcome.message));
            }
            world.keep(&outcome);
        }
        *prepared = Some((key, base, world.clone()));
        Ok(world)
    }

    /// The local packages that the call needs and that are not deployed as they are, imports first.
    fn changed<'l>(&self, root: &str, local: &'l [LocalPackage], world: &LocalWorld) -> Result<Vec<&'l LocalPackage>, String> {
        let by_identity: BTreeMap<&str, &LocalPackage> = local.iter().map(|package| (package.identity.as_str(), package)).collect();
        let mut order: Vec<&LocalPackage> = Vec::new();
        let mut done: std::collections::BTreeSet<&str> = Default::default();
        // Depth first without recursion: a package is put in order when all that it imports is.
        let mut work: Vec<(&str, bool)> = by_identity.get_key_value(root).map(|(key, _)| (*key, false)).into_iter().collect();
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

/// Runs a call and gives the shape of `amigos call --json`; `edited` in it names the packages that are not deployed as they are here.
pub fn run_local(simulator: &Simulator, call: &LocalCall, local: &[LocalPackage], base: u64) -> Result<Value, String> {
    let arguments = if call.json_args { Arguments::Json(call.args.clone()) } else { Arguments::Go(call.args.clone()) };
    let call = Call {
        package: call.package.clone(),
        target: call.function.clone(),
        arguments,
        origin: account(&call.from)?,
        value: call.value,
        gas_limit: call.gas.unwrap_or(BLOCK_GAS).min(BLOCK_GAS),
        overrides: call.set.clone(),
        explain: Explain { differences: true, trace: call.trace },
    };
    let (outcome, edited) = simulator.run(&call, local, base)?;
    let mut shape = call_shape(&call, &outcome, base);
    shape["edited"] = edited.into();
    Ok(shape)
}
