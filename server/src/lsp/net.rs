//! The thread that talks to the network for the main loop: it reaches the hub (and starts the embedded one), fetches imports,
//! reads the live values that are on the screen, and reads them again when a block comes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use amigos_hub::client::{BlockNotice, ClientError, Subscription};
use amigos_hub::exec::Executor;
use amigos_hub::vm::VmExecutor;
use amigos_ide::{LiveTarget, Offered};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::front::CancelFlag;
use super::main_loop::Event;
use crate::live::{Live, Source};
use crate::network::{self, Choice, Network};
use crate::simulate::{Remote, Simulator};
use crate::workspace::FetchedPackage;

/// How long to wait between two tries to reach a hub that is away.
const TRY_AGAIN: Duration = Duration::from_secs(3);
/// New versions of packages in the index are looked for when a block comes, but not more often than this.
const INDEX_AGES: Duration = Duration::from_secs(30);
/// A hub that says nothing is asked whether it is still there.
const ASK_AGAIN: Duration = Duration::from_secs(15);

enum Order {
    Choose(Choice),
    Fetch(Vec<String>, CancelFlag),
    ReadWanted,
    /// The height to look at from now on; none: the newest.
    LookAt(Option<u64>),
    /// The packages whose sizes are wanted.
    Sizes(Vec<String>),
    /// The packages whose live version is wanted.
    Versions(Vec<String>),
    Block(BlockNotice),
}

/// What the network thread tells the main loop.
pub enum News {
    /// An import was fetched, or can't be had for this reason.
    Fetched {
        /// As it was asked for.
        import: String,
        /// The package, or why there is none.
        outcome: Result<FetchedPackage, String>,
    },
    /// The hub was reached or lost, or a block came.
    Source,
    /// The network that was chosen was tried: it is there, or the source says why not. One for each choice.
    Tried,
    /// The version of a workspace package that is live; `None` if it is not deployed.
    Live {
        /// Its key.
        package: String,
        /// Its sources.
        version: Option<FetchedPackage>,
    },
    /// Live values are different from what was shown.
    Values,
    /// The packages that can be imported from the network, by path and major.
    Index(Arc<[Offered]>),
    /// The sizes in the state of a package, as of a height.
    Sizes {
        /// Its key.
        package: String,
        /// The height.
        height: u64,
        /// By access path.
        sizes: Vec<(Arc<str>, u64)>,
    },
}

/// The network that was reached last, and what runs local code on its state; shared with handlers that run contracts.
pub type Shared = Arc<RwLock<Option<Reached>>>;

/// Networks that commands named, by name: several can be asked at once, whichever is shown.
pub type Others = Arc<dashmap::DashMap<String, Reached>>;

/// The network of a command: reached when it is first named, and again when it was away.
///
/// Errors, in words: it cannot be reached.
pub fn reach_other(others: &Others, choice: &Choice) -> Result<Reached, String> {
    let name = choice.name().to_owned();
    let known = others.get(&name).map(|reached| reached.clone());
    if let Some(mut reached) = known
        && let Ok(status) = reached.network.client.status()
    {
        reached.network.status = status;
        return Ok(reached);
    }
    let network = Network::reach(choice).map_err(|e| e.to_string())?;
    let remote = Arc::new(Remote::new(network.client.clone(), &network.status.chain_id));
    // Nobody says which packages its blocks change: what was read at another height is read again.
    remote.missed(u64::MAX);
    let reached = Reached { simulator: Simulator::new(Arc::new(VmExecutor::new()), remote), network };
    others.insert(name, reached.clone());
    Ok(reached)
}

/// A network that is reached.
#[derive(Clone)]
pub struct Reached {
    /// The network.
    pub network: Network,
    /// Runs local code on its state.
    pub simulator: Simulator,
}

/// A handle on the network thread, which ends with the last handle.
#[derive(Clone)]
pub struct Net {
    orders: Sender<Order>,
    /// The network, if it is reached.
    pub shared: Shared,
}

impl Net {
    /// Starts the thread; what it has to say goes to `events`.
    pub fn start(events: Sender<Event>, live: Arc<Live>) -> Net {
        let (orders, queue) = unbounded();
        let shared = Shared::default();
        let wake = orders.clone();
        live.on_wanted(move || {
            let _ = wake.send(Order::ReadWanted);
        });
        let thread = Thread {
            orders: orders.clone(),
            events,
            live,
            shared: shared.clone(),
            choice: None,
            executor: Arc::new(VmExecutor::new()),
            next_try: Instant::now(),
            sized: Vec::new(),
            compared: HashMap::new(),
            subscription: None,
            index: Arc::default(),
            index_read: None,
        };
        let started = std::thread::Builder::new().name("amigos-network".into()).spawn(move || thread.run(&queue));
        if let Err(problem) = started {
            eprintln!("amigos: cannot start a thread: {problem}");
        }
        Net { orders, shared }
    }

    /// Says which network is wanted.
    pub fn choose(&self, choice: Choice) {
        let _ = self.orders.send(Order::Choose(choice));
    }

    /// Says which height is looked at; none: the newest.
    pub fn look_at(&self, height: Option<u64>) {
        let _ = self.orders.send(Order::LookAt(height));
    }

    /// Says which packages are in the workspace: the sizes in their state are read, now and after each block that changes them.
    pub fn want_sizes(&self, packages: Vec<String>) {
        let _ = self.orders.send(Order::Sizes(packages));
    }

    /// Says which packages are compared with their live version: it is read now and after each block that changes it.
    pub fn want_versions(&self, packages: Vec<String>) {
        let _ = self.orders.send(Order::Versions(packages));
    }

    /// Asks for imports; each is answered by a [`News::Fetched`], those behind a cancelling too.
    pub fn fetch(&self, imports: Vec<String>, cancel: CancelFlag) {
        let _ = self.orders.send(Order::Fetch(imports, cancel));
    }
}

struct Thread {
    orders: Sender<Order>,
    events: Sender<Event>,
    live: Arc<Live>,
    shared: Shared,
    choice: Option<Choice>,
    executor: Arc<dyn Executor>,
    next_try: Instant,
    /// The packages whose sizes are wanted.
    sized: Vec<String>,
    /// The packages whose live version is wanted, each with the content hash that was told.
    compared: HashMap<String, Option<String>>,
    subscription: Option<Subscription>,
    /// The packages that can be imported, as they were told.
    index: Arc<[Offered]>,
    /// When that was read last.
    index_read: Option<Instant>,
}

impl Thread {
    fn run(mut self, queue: &Receiver<Order>) {
        loop {
            let patience = match (&self.choice, self.network()) {
                (None, _) => Duration::from_secs(3600),
                (Some(_), None) => self.next_try.saturating_duration_since(Instant::now()),
                (Some(_), Some(_)) => ASK_AGAIN,
            };
            match queue.recv_timeout(patience) {
                Ok(Order::Choose(choice)) => self.choose(choice),
                Ok(Order::Fetch(imports, cancel)) => self.fetch(imports, &cancel),
                Ok(Order::Sizes(packages)) => {
                    let new: Vec<String> = packages.iter().filter(|package| !self.sized.contains(package)).cloned().collect();
                    self.sized = packages;
                    self.read_sizes(&new);
                }
                Ok(Order::Versions(packages)) => {
                    let new: Vec<String> = packages.iter().filter(|package| !self.compared.contains_key(*package)).cloned().collect();
                    self.compared.retain(|package, _| packages.contains(package));
                    self.compared.extend(new.iter().map(|package| (package.clone(), None)));
                    self.read_versions(&new);
                }
                Ok(Order::ReadWanted) => self.read_unread(),
                Ok(Order::LookAt(height)) => {
                    self.live.look_at(height);
                    self.read_all();
                    self.tell(News::Source);
                    self.tell(News::Values);
                }
                Ok(Order::Block(notice)) => self.block(notice),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn reached(&self) -> Option<Reached> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn network(&self) -> Option<Network> {
        self.reached().map(|reached| reached.network)
    }

    fn set_network(&self, network: Option<Network>) {
        let reached = network.map(|network| {
            let remote = Arc::new(Remote::new(network.client.clone(), &network.status.chain_id));
            Reached { simulator: Simulator::new(self.executor.clone(), remote), network }
        });
        *self.shared.write().unwrap_or_else(PoisonError::into_inner) = reached;
    }

    fn tell(&self, news: News) {
        let _ = self.events.send(Event::Network(news));
    }

    fn choose(&mut self, choice: Choice) {
        if self.choice.is_some() {
            self.compared.values_mut().for_each(|told| *told = None);
            self.live.clear();
            self.index_read = None;
        }
        self.disconnect();
        self.live.set_source(|source| source.network = choice.name().to_owned());
        self.choice = Some(choice);
        self.connect();
        self.tell(News::Tried);
    }

    fn disconnect(&mut self) {
        self.set_network(None);
        self.subscription = None;
    }

    fn connect(&mut self) {
        let Some(choice) = &self.choice else { return };
        self.next_try = Instant::now() + TRY_AGAIN;
        match Network::reach(choice) {
            Ok(network) => {
                let (name, height) = (network.name.clone(), network.status.height);
                self.live.set_source(|source| {
                    *source = Source {
                        network: name,
                        height: Some(height),
                        seen: Some(Instant::now()),
                        online: true,
                        problem: None,
                        at: source.at,
                    };
                });
                let orders = self.orders.clone();
                self.subscription = Some(network.client.subscribe(move |notice| {
                    let _ = orders.send(Order::Block(notice));
                }));
                self.set_network(Some(network));
                self.tell(News::Source);
                self.read_all();
                self.read_index();
            }
            Err(problem) => {
                self.offline(&problem);
                if self.index_read.is_none() {
                    self.read_index();
                }
            }
        }
    }

    /// Reads which packages can be imported: from the network, or while it is away what was fetched from any.
    fn read_index(&mut self) {
        self.read_unread();
        let found = match self.network() {
            Some(network) => network.index(),
            None => Ok(network::cached_index()),
        };
        self.index_read = Some(Instant::now());
        let Ok(found) = found else { return };
        if *found != *self.index {
            self.index = Arc::from(found);
            self.tell(News::Index(self.index.clone()));
        }
    }

    /// Whether a block that changed these packages is a reason to read the index again: it has a new package, or may have a new version.
    fn index_is_old(&self, changed: &[impl AsRef<str>]) -> bool {
        let known = |package: &str| {
            let (path, major) = crate::imports::split_major(package);
            self.index.iter().any(|one| &*one.path == path && Some(one.major) == major)
        };
        let aged = self.index_read.is_none_or(|read| read.elapsed() > INDEX_AGES);
        !changed.is_empty() && (aged || changed.iter().any(|package| !known(package.as_ref())))
    }

    fn offline(&mut self, problem: &ClientError) {
        let mut changed = false;
        self.live.set_source(|source| {
            changed = source.online || source.problem.as_deref() != Some(&problem.to_string());
            source.online = false;
            source.problem = Some(problem.to_string());
        });
        if changed {
            self.tell(News::Source);
        }
    }

    fn block(&mut self, notice: BlockNotice) {
        let Some(reached) = self.reached() else { return };
        match notice {
            BlockNotice::Connected => {
                reached.simulator.remote().missed(u64::MAX);
                self.look();
                if let Some(height) = self.live.source().height {
                    reached.simulator.remote().missed(height);
                }
            }
            BlockNotice::Block { height, changed, .. } => {
                reached.simulator.remote().block(height, &changed);
                self.saw(height);
                if self.index_is_old(&changed) {
                    self.read_index();
                }
                if self.live.source().at.is_some() {
                    // The past does not change.
                    return;
                }
                let wanted = self.live.wanted().into_iter().filter(|target| changed.iter().any(|package| **package == *target.package));
                self.read(wanted.collect());
                let sized: Vec<String> = self.sized.iter().filter(|package| changed.contains(package)).cloned().collect();
                self.read_sizes(&sized);
                let compared: Vec<String> = self.compared.keys().filter(|package| changed.contains(package)).cloned().collect();
                self.read_versions(&compared);
            }
            BlockNotice::Lost(_) => {
                // The embedded hub may have ended because it was idle, or been restarted: look at once, then every few seconds.
                self.disconnect();
                self.connect();
            }
        }
    }

    fn look(&mut self) {
        let Some(network) = self.network() else { return self.connect() };
        match network.client.status() {
            Ok(status) => {
                if self.saw(status.height) {
                    self.read_all();
                }
            }
            Err(problem) => {
                self.disconnect();
                self.offline(&problem);
            }
        }
    }

    /// Notes the height; true if it is a new one.
    fn saw(&mut self, height: u64) -> bool {
        let mut newer = false;
        self.live.set_source(|source| {
            newer = source.height.is_none_or(|old| old < height);
            source.height = Some(height);
            source.seen = Some(Instant::now());
            source.online = true;
            source.problem = None;
        });
        if newer {
            self.tell(News::Source);
        }
        newer
    }

    fn fetch(&mut self, imports: Vec<String>, cancel: &CancelFlag) {
        let network = self.network();
        let name = self.choice.as_ref().map_or(network::LOCAL, Choice::name).to_owned();
        for import in imports {
            if cancel.is_cancelled() {
                let reason = format!("fetching package `{import}` was cancelled: save the file to try again");
                self.tell(News::Fetched { import, outcome: Err(reason) });
                continue;
            }
            let fetched = match &network {
                Some(network) => {
                    network.fetch(&import).or_else(|problem| match network::from_cache(&import, Some(&network.status.chain_id)) {
                        Some(package) if problem.is_offline() => Ok(package),
                        _ => Err(problem),
                    })
                }
                None => network::from_cache(&import, None).ok_or_else(|| network::offline("it is not connected")),
            };
            let outcome = fetched.map_err(|problem| network::missing_reason(&import, &name, &problem));
            self.tell(News::Fetched { import, outcome });
        }
    }

    fn read_all(&mut self) {
        let targets = self.live.wanted();
        self.read(targets);
        let sized = self.sized.clone();
        self.read_sizes(&sized);
        let compared: Vec<String> = self.compared.keys().cloned().collect();
        self.read_versions(&compared);
    }

    /// Reads which version of each package is live, and its sources if they are not those that were told.
    fn read_versions(&mut self, packages: &[String]) {
        let Some(network) = self.network() else { return };
        for package in packages {
            // What somebody looks at comes first.
            self.read_unread();
            let Ok(live) = network.client.package(package) else { continue };
            let hash = live.map(|live| live.hash);
            if self.compared.get(package).is_some_and(|told| *told == hash) {
                continue;
            }
            let version = match &hash {
                Some(_) => match network.fetch_version(package, None) {
                    Ok(version) => Some(version),
                    Err(_) => continue,
                },
                None => None,
            };
            self.compared.insert(package.clone(), hash);
            self.tell(News::Live { package: package.clone(), version });
        }
    }

    /// Reads the sizes that gas bounds speak of. A package that is not deployed has none.
    fn read_sizes(&mut self, packages: &[String]) {
        let Some(network) = self.network() else { return };
        let at = self.live.source().at.unwrap_or(0);
        for package in packages {
            self.read_unread();
            let Ok((tree, height)) = network.client.state(package, "", crate::live::SIZES_DEPTH, at) else { continue };
            let mut sizes = crate::gas::Sizes::new();
            crate::render::tree::sizes(package, &tree, &mut sizes);
            let list = sizes.iter().map(|((_, path), size)| (Arc::from(path.as_str()), *size)).collect();
            if self.live.put_sizes(package, sizes) {
                self.tell(News::Sizes { package: package.clone(), height, sizes: list });
            }
        }
    }

    fn read_unread(&mut self) {
        let targets = self.live.unread();
        self.read(targets);
    }

    /// Reads values that are shown.
    fn read(&mut self, targets: Vec<LiveTarget>) {
        let Some(network) = self.network() else { return };
        let at = self.live.source().at.unwrap_or(0);
        let mut changed = false;
        for target in targets {
            let value = match network.client.state(&target.package, &target.path, crate::live::DEPTH, at) {
                Ok((tree, height)) => crate::live::read_value(&tree, height).ok_or_else(|| "the hub's answer makes no sense".to_owned()),
                Err(ClientError::Refused { message, .. }) => Err(crate::render::tame(&message, 200)),
                Err(problem) => {
                    self.disconnect();
                    self.offline(&problem);
                    return;
                }
            };
            changed |= self.live.put(target, value);
        }
        if changed {
            self.tell(News::Values);
        }
    }
}
