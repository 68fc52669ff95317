//! The thread that talks to the network for the main loop: it reaches the hub (and starts the embedded one), fetches imports,
//! reads the live values that are on the screen, and reads them again when a block comes.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::main_loop::Event;
use crate::live::{Live, Source};
use crate::network::{self, Choice, Network};
use crate::rpc::{Problem, Rpc};
use crate::workspace::FetchedPackage;

/// How long to wait between two tries to reach a hub that is away.
const TRY_AGAIN: Duration = Duration::from_secs(3);
/// A hub that says nothing is asked whether it is still there.
const ASK_AGAIN: Duration = Duration::from_secs(15);
/// Larger messages of a subscription end it, in bytes.
const MESSAGE_LIMIT: usize = 16 << 20;

enum Order {
    Choose(Choice),
    Fetch(Vec<String>),
    ReadWanted,
    Head(u64),
    Lost,
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
    /// Live values are different from what was shown.
    Values,
}

/// The network that was reached last; shared with handlers that run contracts.
pub type Shared = Arc<RwLock<Option<Network>>>;

/// A handle on the network thread, which ends with the last handle.
#[derive(Clone)]
pub struct Net {
    orders: Sender<Order>,
    /// The network, if it is reached.
    pub shared: Shared,
}

impl Net {
    /// Starts the thread. Subscriptions run on `runtime`.
    pub fn start(events: Sender<Event>, live: Arc<Live>, runtime: tokio::runtime::Handle) -> Net {
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
            runtime,
            shared: shared.clone(),
            choice: None,
            next_try: Instant::now(),
            subscription: None,
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

    /// Asks for imports; each is answered by a [`News::Fetched`].
    pub fn fetch(&self, imports: Vec<String>) {
        let _ = self.orders.send(Order::Fetch(imports));
    }
}

struct Thread {
    orders: Sender<Order>,
    events: Sender<Event>,
    live: Arc<Live>,
    runtime: tokio::runtime::Handle,
    shared: Shared,
    choice: Option<Choice>,
    next_try: Instant,
    subscription: Option<tokio::task::JoinHandle<()>>,
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
                Ok(Order::Fetch(imports)) => self.fetch(imports),
                Ok(Order::ReadWanted) => self.read_wanted(false),
                Ok(Order::Head(height)) => self.saw(height),
                Ok(Order::Lost) => self.lost(),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn network(&self) -> Option<Network> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_network(&self, network: Option<Network>) {
        *self.shared.write().unwrap_or_else(PoisonError::into_inner) = network;
    }

    fn tell(&self, news: News) {
        let _ = self.events.send(Event::Network(news));
    }

    fn choose(&mut self, choice: Choice) {
        if self.choice.as_ref() == Some(&choice) {
            return;
        }
        if self.choice.is_some() {
            self.live.clear();
        }
        self.disconnect();
        self.live.set_source(|source| source.network = choice.name().to_owned());
        self.choice = Some(choice);
        self.connect();
    }

    fn disconnect(&mut self) {
        self.set_network(None);
        if let Some(task) = self.subscription.take() {
            task.abort();
        }
    }

    fn connect(&mut self) {
        let Some(choice) = &self.choice else { return };
        self.next_try = Instant::now() + TRY_AGAIN;
        match Network::reach(choice) {
            Ok(network) => {
                let (name, height) = (network.name.clone(), network.head.height);
                self.live.set_source(|source| {
                    *source = Source { network: name, height: Some(height), seen: Some(Instant::now()), online: true, problem: None };
                });
                self.subscription = Some(self.runtime.spawn(subscribe(network.rpc.clone(), self.orders.clone())));
                self.set_network(Some(network));
                self.tell(News::Source);
                self.read_wanted(true);
            }
            Err(problem) => self.offline(&problem),
        }
    }

    fn offline(&mut self, problem: &Problem) {
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

    fn lost(&mut self) {
        if self.network().is_none() {
            return;
        }
        self.disconnect();
        // The embedded hub may have ended because it was idle, or been restarted: look at once, then every few seconds.
        self.connect();
    }

    fn look(&mut self) {
        let Some(network) = self.network() else { return self.connect() };
        match network.newest() {
            Ok(head) => self.saw(head.height),
            Err(problem) => {
                self.disconnect();
                self.offline(&problem);
            }
        }
    }

    fn saw(&mut self, height: u64) {
        let mut newer = false;
        self.live.set_source(|source| {
            newer = source.height.is_none_or(|old| old < height);
            source.height = Some(height);
            source.seen = Some(Instant::now());
            source.online = true;
        });
        if newer {
            self.tell(News::Source);
            self.read_wanted(true);
        }
    }

    fn fetch(&mut self, imports: Vec<String>) {
        let network = self.network();
        let name = self.choice.as_ref().map_or(network::LOCAL, Choice::name).to_owned();
        for import in imports {
            let fetched = match &network {
                Some(network) => network.fetch(&import).or_else(|problem| match network::from_cache(&import, Some(&network.head.chain)) {
                    Some(package) if problem.is_offline() => Ok(package),
                    _ => Err(problem),
                }),
                None => network::from_cache(&import, None).ok_or_else(|| Problem::Away("it is not connected".to_owned())),
            };
            let outcome = fetched.map_err(|problem| network::missing_reason(&import, &name, &problem));
            self.tell(News::Fetched { import, outcome });
        }
    }

    /// Reads values that are shown: all, or those that were never read.
    fn read_wanted(&mut self, all: bool) {
        let Some(network) = self.network() else { return };
        let targets = if all { self.live.wanted() } else { self.live.unread() };
        let mut changed = false;
        for target in targets {
            let value = match network.state(&target.package, &target.path, crate::live::DEPTH, 0) {
                Ok((tree, height)) => crate::live::read_value(&tree, height).ok_or_else(|| "the hub's answer makes no sense".to_owned()),
                Err(Problem::Refused { message, .. }) => Err(crate::render::tame(&message, 200)),
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

/// Waits for new blocks; ends when the connection does, and says so.
async fn subscribe(rpc: Rpc, orders: Sender<Order>) {
    let _ = listen(&rpc, &orders).await;
    let _ = orders.send(Order::Lost);
}

async fn listen(rpc: &Rpc, orders: &Sender<Order>) -> Option<()> {
    let url = rpc.url().replacen("http", "ws", 1) + "/websocket";
    let mut request = url.into_client_request().ok()?;
    if let Some(token) = rpc.token() {
        request.headers_mut().insert("Authorization", format!("Bearer {token}").parse().ok()?);
    }
    let config = WebSocketConfig::default().max_message_size(Some(MESSAGE_LIMIT));
    let (mut socket, _) = tokio_tungstenite::connect_async_with_config(request, Some(config), true).await.ok()?;
    let query = json!({ "jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": { "query": "tm.event='NewBlockHeader'" } });
    socket.send(Message::text(query.to_string())).await.ok()?;
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message.ok()?
            && let Ok(value) = serde_json::from_str::<Value>(&text)
            && let Some(height) = value.pointer("/result/data/value/header/height").and_then(Value::as_str)
            && let Ok(height) = height.parse()
        {
            orders.send(Order::Head(height)).ok()?;
        }
    }
    Some(())
}
