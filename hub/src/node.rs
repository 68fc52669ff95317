//! The node: takes transactions, makes blocks on demand or at an interval, answers for any height.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use prost::Message as _;

use crate::accounts::{self, Account};
use crate::address::Address;
use crate::block::{Candidate, Fate, Last, Maker, StoredBlock};
use crate::encode::{Hash, hex, sha256};
use crate::exec::Executor;
use crate::execute::{self, Receipt};
use crate::state::{Chain, View, key};
use crate::store::{Store, StoreError};
use crate::tx::{Transaction, TxError, code};

/// The chain id of development hubs.
pub const DEV_CHAIN_ID: &str = "amigos-dev";
const QUEUE: usize = 8192;
const WAITING_AT_MOST: Duration = Duration::from_secs(5);

/// Where block times come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Block h is at `start + h · step`, in nanoseconds: blocks are then the same on every run.
    Fixed {
        /// Nanoseconds since 1970.
        start: u64,
        /// Nanoseconds.
        step: u64,
    },
}

/// How to run a node.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder; without one, everything is in memory.
    pub data: Option<PathBuf>,
    /// The chain's id.
    pub chain_id: String,
    /// Named accounts, oracle fixtures, signing on request.
    pub dev: bool,
    /// Blocks at this interval; without one, whenever a transaction comes.
    pub block_time: Option<Duration>,
    /// The clock.
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Config {
        Config { data: None, chain_id: DEV_CHAIN_ID.into(), dev: true, block_time: None, clock: Clock::System }
    }
}

/// The first record of a chain.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Genesis {
    #[prost(string, tag = "1")]
    pub chain_id: String,
    #[prost(uint64, tag = "2")]
    pub time: u64,
    #[prost(bool, tag = "3")]
    pub dev: bool,
    #[prost(bytes = "vec", tag = "4")]
    pub validator: Vec<u8>,
}

/// A transaction's place and receipt.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The block.
    pub height: u64,
    /// The place in it.
    pub index: u32,
    /// The transaction's hash.
    pub hash: Hash,
    /// What became of it.
    pub receipt: Receipt,
}

type Reply = Sender<Result<Committed, TxError>>;

struct Job {
    candidate: Candidate,
    reply: Reply,
    since: Instant,
}

/// A running node. Dropping it ends its thread and writes the checkpoint.
pub struct Node {
    shared: Arc<Shared>,
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    config: Config,
    chain: Arc<Chain>,
    executor: Arc<dyn Executor>,
    key: SigningKey,
    genesis: Genesis,
    last: RwLock<Arc<StoredBlock>>,
    blocks: tokio::sync::broadcast::Sender<Arc<StoredBlock>>,
}

impl Node {
    /// Opens the store, makes the first block if there is none, and starts the thread that makes blocks.
    ///
    /// Errors: the store cannot be opened, or belongs to another chain.
    pub fn start(config: Config, executor: Arc<dyn Executor>) -> Result<Node, StoreError> {
        let store = match &config.data {
            None => Store::in_memory()?,
            Some(folder) => Store::open(folder)?,
        };
        let key = validator_key(&config)?;
        let chain = Chain::new(Arc::new(store), config.chain_id.clone());
        let (last, genesis) = match chain.store.height() {
            0 => begin(&config, &chain, executor.as_ref(), &key)?,
            height => resume(&config, &chain, height)?,
        };
        let (blocks, _) = tokio::sync::broadcast::channel(256);
        let shared = Arc::new(Shared { config, chain, executor, key, genesis, last: RwLock::new(Arc::new(last)), blocks });
        let (sender, receiver) = sync_channel(QUEUE);
        let producer = shared.clone();
        let thread = std::thread::Builder::new()
            .name("amigos-blocks".into())
            .spawn(move || produce(&producer, &receiver))
            .map_err(|e| StoreError::Engine(format!("cannot start the thread that makes blocks: {e}")))?;
        Ok(Node { shared, queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    /// How it was started.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// The chain's first record.
    pub fn genesis(&self) -> &Genesis {
        &self.shared.genesis
    }

    /// What runs programs.
    pub fn executor(&self) -> &Arc<dyn Executor> {
        &self.shared.executor
    }

    /// The chain.
    pub fn chain(&self) -> &Arc<Chain> {
        &self.shared.chain
    }

    /// The validator's public key.
    pub fn validator(&self) -> [u8; 32] {
        self.shared.key.verifying_key().to_bytes()
    }

    /// The last block.
    pub fn last_block(&self) -> Arc<StoredBlock> {
        self.shared.last.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The height of the last block.
    pub fn height(&self) -> u64 {
        self.last_block().height()
    }

    /// The block of a height.
    pub fn block(&self, height: u64) -> Result<Option<Arc<StoredBlock>>, StoreError> {
        let last = self.last_block();
        if last.height() == height {
            return Ok(Some(last));
        }
        read_block(&self.shared.chain, height).map(|block| block.map(Arc::new))
    }

    /// New blocks, from now on. Who is slow loses blocks and is told so.
    pub fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Arc<StoredBlock>> {
        self.shared.blocks.subscribe()
    }

    /// The state as of now, for calls that would be in the next block.
    pub fn view(&self) -> View {
        let last = self.last_block();
        let time = next_time(&self.shared.config, &Last { height: last.height(), time: last.time(), ..Last::default() });
        View::new(self.shared.chain.clone(), last.height(), last.height() + 1, time)
    }

    /// The state behind block `height` (0: the last), for calls as if in that block; `None` above the last.
    pub fn view_at(&self, height: u64) -> Result<Option<View>, StoreError> {
        let last = self.last_block().height();
        let height = if height == 0 { last } else { height };
        let Some(block) = self.block(height)? else { return Ok(None) };
        Ok(Some(View::new(self.shared.chain.clone(), height, height, block.time())))
    }

    /// Checks a transaction as it would be on entry.
    pub fn check(&self, bytes: &[u8]) -> Result<Transaction, TxError> {
        let tx = Transaction::decode(bytes)?;
        let view = self.view();
        execute::check_numbers(&tx, &view, true)?;
        let account = view.account(&tx.signer).map_err(|e| TxError::new(code::INTERNAL, e.to_string()))?.unwrap_or_default();
        tx.verify(&self.shared.config.chain_id, account.number)?;
        Ok(tx)
    }

    /// Checks a transaction and queues it; the receiver tells what became of it.
    #[allow(clippy::type_complexity)]
    pub fn submit(&self, bytes: Vec<u8>) -> Result<(Hash, Receiver<Result<Committed, TxError>>), TxError> {
        let tx = self.check(&bytes)?;
        let hash = tx.hash;
        let (reply, receiver) = channel();
        let job = Job { candidate: Candidate { tx, bytes }, reply, since: Instant::now() };
        let queue = self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let stopped = || TxError::new(code::BUSY, "the hub is stopping");
        match queue.as_ref().ok_or_else(stopped)?.try_send(job) {
            Ok(()) => Ok((hash, receiver)),
            Err(TrySendError::Full(_)) => Err(TxError::new(code::BUSY, format!("{QUEUE} transactions are waiting; try again in a moment"))),
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
        }
    }

    /// Submits a transaction and waits until it is in a block.
    pub fn commit(&self, bytes: Vec<u8>) -> Result<Committed, TxError> {
        let (_, receiver) = self.submit(bytes)?;
        receiver.recv().map_err(|_| TxError::new(code::BUSY, "the hub is stopping"))?
    }

    /// The place and receipt of a transaction.
    pub fn find_transaction(&self, hash: &Hash) -> Result<Option<(Committed, Vec<u8>)>, StoreError> {
        let Some((height, index)) = self.shared.chain.store.find_transaction(hash)? else { return Ok(None) };
        let Some(block) = self.block(height)? else { return Ok(None) };
        let (Some(receipt), Some(bytes)) = (block.receipts.get(index as usize), block.transactions().get(index as usize)) else {
            return Ok(None);
        };
        Ok(Some((Committed { height, index, hash: *hash, receipt: receipt.clone() }, bytes.clone())))
    }

    /// Ends the thread that makes blocks, after the transactions that it has, and writes the checkpoint.
    pub fn stop(&self) {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
        let _ = self.shared.chain.store.flush();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
    }
}

fn read_block(chain: &Chain, height: u64) -> Result<Option<StoredBlock>, StoreError> {
    match chain.store.block(height)? {
        None => Ok(None),
        Some(bytes) => {
            StoredBlock::decode(bytes.as_slice()).map(Some).map_err(|e| StoreError::Engine(format!("block {height} cannot be read: {e}")))
        }
    }
}

/// Makes the first block, with the genesis accounts.
fn begin(config: &Config, chain: &Arc<Chain>, executor: &dyn Executor, key: &SigningKey) -> Result<(StoredBlock, Genesis), StoreError> {
    let time = next_time(config, &Last::default());
    let genesis = Genesis { chain_id: config.chain_id.clone(), time, dev: config.dev, validator: key.verifying_key().to_bytes().to_vec() };
    let maker = Maker { chain, executor, key, dev: config.dev };
    let (block, _) = maker.make(&Last::default(), time, &[], |view| {
        view.put_record(key::GENESIS.to_vec(), &genesis);
        if config.dev {
            for name in accounts::DEV_NAMES {
                view.put_account(&accounts::dev_address(name), Account { number: 0, sequence: 0, balance: accounts::DEV_BALANCE })?;
            }
        }
        view.put_account(&execute::fee_pool(), Account::default())?;
        Ok(())
    })?;
    Ok((block, genesis))
}

/// Takes up a chain where it was left.
fn resume(config: &Config, chain: &Arc<Chain>, height: u64) -> Result<(StoredBlock, Genesis), StoreError> {
    let view = View::new(chain.clone(), height, height, 0);
    let genesis: Genesis = view.record(key::GENESIS)?.ok_or_else(|| StoreError::Engine("the chain has no genesis record".into()))?;
    if genesis.chain_id != config.chain_id || genesis.dev != config.dev {
        let describe = |chain_id: &str, dev: bool| format!("{} chain `{chain_id}`", if dev { "the development" } else { "the" });
        return Err(StoreError::Foreign {
            path: config.data.clone().unwrap_or_default(),
            expected: describe(&config.chain_id, config.dev),
            found: describe(&genesis.chain_id, genesis.dev),
        });
    }
    let block = read_block(chain, height)?.ok_or_else(|| StoreError::Engine(format!("block {height} is missing")))?;
    Ok((block, genesis))
}

/// A development hub's key follows from the chain id; another's lies in the data folder.
fn validator_key(config: &Config) -> Result<SigningKey, StoreError> {
    let folder = match &config.data {
        Some(folder) if !config.dev => folder,
        _ => return Ok(SigningKey::from_bytes(&sha256(format!("amigos development validator {}", config.chain_id).as_bytes()))),
    };
    let path = folder.join("validator.key");
    let io = |doing| {
        let path = path.clone();
        move |source| StoreError::Io { path, doing, source }
    };
    if path.exists() {
        let text = std::fs::read_to_string(&path).map_err(io("read"))?;
        let bytes = crate::encode::unhex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        return bytes.map(|bytes| SigningKey::from_bytes(&bytes)).ok_or_else(|| StoreError::Corrupt {
            path: path.clone(),
            offset: None,
            what: "it does not hold 64 hex digits".into(),
            remedy: "restore it from a backup".into(),
        });
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| StoreError::Engine(format!("the system gives no random numbers: {e}")))?;
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(io("write"))?;
    std::io::Write::write_all(&mut file, hex(&secret).as_bytes()).and_then(|()| file.sync_all()).map_err(io("write"))?;
    Ok(SigningKey::from_bytes(&secret))
}

/// Block times grow by at least a millisecond.
fn next_time(config: &Config, last: &Last) -> u64 {
    match config.clock {
        Clock::Fixed { start, step } => start + (last.height + 1) * step,
        Clock::System => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
            now.max(last.time + 1_000_000)
        }
    }
}

fn produce(shared: &Shared, queue: &Receiver<Job>) {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    let mut next = shared.config.block_time.map(|interval| Instant::now() + interval);
    loop {
        let wait = match next {
            Some(next) => next.saturating_duration_since(Instant::now()),
            None if waiting.is_empty() => Duration::from_secs(3600),
            // Somebody waits for an earlier transaction of the same signer, or for room.
            None => Duration::from_millis(20),
        };
        let mut ended = false;
        let mut fresh = false;
        match queue.recv_timeout(wait) {
            Ok(job) => {
                fresh = true;
                waiting.push_back(job);
                while let Ok(job) = queue.try_recv() {
                    waiting.push_back(job);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => ended = true,
        }
        match (next, shared.config.block_time) {
            (Some(at), Some(interval)) => {
                if Instant::now() < at && !ended {
                    continue;
                }
                next = Some(Instant::now() + interval);
            }
            _ => {
                if waiting.is_empty() && !ended {
                    continue;
                }
            }
        }
        if ended && waiting.is_empty() {
            return;
        }
        let idle = shared.config.block_time.is_none() && !fresh;
        if !make_block(shared, &mut waiting, idle) || ended {
            for job in waiting.drain(..) {
                let _ = job.reply.send(Err(TxError::new(code::BUSY, "the hub stops before this transaction could enter a block")));
            }
        }
        if ended {
            return;
        }
    }
}

/// Makes one block of what waits; `false` if the store failed. With `skip_empty`, no block is made of nothing.
fn make_block(shared: &Shared, waiting: &mut VecDeque<Job>, skip_empty: bool) -> bool {
    let last = {
        let block = shared.last.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Last::of(&block)
    };
    let time = next_time(&shared.config, &last);
    let ready = |job: &Job| {
        let view = View::new(shared.chain.clone(), last.height, last.height + 1, time);
        execute::check_numbers(&job.candidate.tx, &view, false).is_ok()
    };
    // A block in which nothing could be would only grow the chain.
    let nothing = shared.config.block_time.is_none() && !waiting.iter().any(ready);
    if nothing && (skip_empty || !waiting.is_empty()) {
        settle_without_block(shared, waiting, &last, time);
        return true;
    }
    let (candidates, replies): (Vec<Candidate>, Vec<(Reply, Instant)>) =
        waiting.drain(..).map(|job| (job.candidate, (job.reply, job.since))).unzip();
    let maker = Maker { chain: &shared.chain, executor: shared.executor.as_ref(), key: &shared.key, dev: shared.config.dev };
    let made = maker.make(&last, time, &candidates, |_| Ok(()));
    match made {
        Err(error) => {
            for (reply, _) in replies {
                let _ = reply.send(Err(TxError::new(code::INTERNAL, error.to_string())));
            }
            false
        }
        Ok((block, fates)) => {
            let block = Arc::new(block);
            *shared.last.write().unwrap_or_else(std::sync::PoisonError::into_inner) = block.clone();
            // No subscriber is no failure.
            let _ = shared.blocks.send(block.clone());
            for ((candidate, (reply, since)), fate) in candidates.into_iter().zip(replies).zip(fates) {
                match fate {
                    Fate::In(index) => {
                        if let Some(receipt) = block.receipts.get(index) {
                            let committed = Committed {
                                height: block.height(),
                                index: index as u32,
                                hash: candidate.tx.hash,
                                receipt: receipt.clone(),
                            };
                            let _ = reply.send(Ok(committed));
                        }
                    }
                    Fate::Refused(error) => {
                        let _ = reply.send(Err(error));
                    }
                    Fate::Later => waiting.push_back(Job { candidate, reply, since }),
                }
            }
            let height = block.height();
            expire(waiting, &View::new(shared.chain.clone(), height, height + 1, time));
            true
        }
    }
}

/// Answers those that can never enter a block, without making one.
fn settle_without_block(shared: &Shared, waiting: &mut VecDeque<Job>, last: &Last, time: u64) {
    let view = View::new(shared.chain.clone(), last.height, last.height + 1, time);
    waiting.retain(|job| match execute::check_numbers(&job.candidate.tx, &view, true) {
        Ok(()) => true,
        Err(error) => {
            let _ = job.reply.send(Err(error));
            false
        }
    });
    expire(waiting, &view);
}

/// Answers those that have waited long for an earlier transaction of their signer.
fn expire(waiting: &mut VecDeque<Job>, view: &View) {
    waiting.retain(|job| {
        let wait = job.since.elapsed() < WAITING_AT_MOST || execute::check_numbers(&job.candidate.tx, view, false).is_ok();
        if !wait {
            let tx = &job.candidate.tx;
            let text = format!("the transaction has sequence number {}, and an earlier one of `{}` did not come", tx.sequence, tx.signer);
            let _ = job.reply.send(Err(TxError::new(code::SEQUENCE, text)));
        }
        wait
    });
}

/// The account number and next sequence number of an address, as of the last block.
pub fn numbers(node: &Node, address: &Address) -> Result<Option<Account>, StoreError> {
    node.view().account(address)
}
