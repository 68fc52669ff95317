//! Making a block: the solo validator's FinalizeBlock and Commit.

use ed25519_dalek::SigningKey;
use prost::Message;

use crate::calls::Calls;
use crate::comet::{self, BlockId, Header};
use crate::encode::Hash;
use crate::exec::Executor;
use crate::execute::{self, BLOCK_GAS, EventRecord, Receipt};
use crate::state::{Chain, View};
use crate::store::{Commit, StoreError};
use crate::tx::{Transaction, TxError, code};

/// The largest block in bytes of transactions.
pub const BLOCK_BYTES: usize = 4 << 20;
/// CometBFT's number for the format of blocks.
pub const BLOCK_PROTOCOL: u64 = 11;

/// A block as it is stored: with its commit and its receipts.
#[derive(Clone, PartialEq, Message)]
pub struct StoredBlock {
    #[prost(message, optional, tag = "1")]
    pub block: Option<comet::Block>,
    #[prost(message, optional, tag = "2")]
    pub id: Option<BlockId>,
    #[prost(message, optional, tag = "3")]
    pub commit: Option<comet::Commit>,
    #[prost(message, repeated, tag = "4")]
    pub receipts: Vec<Receipt>,
    #[prost(message, repeated, tag = "5")]
    pub events: Vec<EventRecord>,
}

impl StoredBlock {
    /// The header.
    pub fn header(&self) -> Header {
        self.block.as_ref().and_then(|block| block.header.clone()).unwrap_or_default()
    }

    /// The height.
    pub fn height(&self) -> u64 {
        self.block.as_ref().and_then(|block| block.header.as_ref()).map_or(0, |header| header.height.max(0) as u64)
    }

    /// The time in nanoseconds since 1970.
    pub fn time(&self) -> u64 {
        self.header().time.as_ref().map_or(0, comet::nanoseconds)
    }

    /// The transactions.
    pub fn transactions(&self) -> &[Vec<u8>] {
        self.block.as_ref().and_then(|block| block.data.as_ref()).map_or(&[], |data| &data.txs)
    }

    /// The hash over the receipts.
    pub fn results_hash(&self) -> Hash {
        comet::results_hash(self.receipts.iter().map(|r| (r.code, r.data.as_slice(), r.gas_wanted, r.gas_used)))
    }

    /// The packages whose state or code changed in this block, `path@vN`.
    pub fn changed_packages(&self) -> Vec<&str> {
        self.events.iter().filter(|event| event.kind == CHANGED).flat_map(|event| &event.attributes).map(|a| a.value.as_str()).collect()
    }
}

/// The kind of the block events that say which package changed.
pub const CHANGED: &str = "changed";

/// What the next block follows.
#[derive(Clone, Default)]
pub struct Last {
    /// Its height; 0 before the first.
    pub height: u64,
    /// Its time in nanoseconds since 1970.
    pub time: u64,
    /// Its id.
    pub id: BlockId,
    /// Its commit.
    pub commit: comet::Commit,
    /// The hash over its receipts.
    pub results_hash: Vec<u8>,
}

impl Last {
    /// From a stored block.
    pub fn of(block: &StoredBlock) -> Last {
        Last {
            height: block.height(),
            time: block.time(),
            id: block.id.clone().unwrap_or_default(),
            commit: block.commit.clone().unwrap_or_default(),
            results_hash: block.results_hash().to_vec(),
        }
    }
}

/// What blocks are made with.
pub struct Maker<'a> {
    /// The chain.
    pub chain: &'a std::sync::Arc<Chain>,
    /// What runs programs.
    pub executor: &'a dyn Executor,
    /// The validator's key.
    pub key: &'a SigningKey,
    /// Whether this is a development hub.
    pub dev: bool,
}

/// A transaction that wants in, and its bytes.
pub struct Candidate {
    /// Decoded, its signature checked.
    pub tx: Transaction,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a candidate.
pub enum Fate {
    /// It is in the block, at this index.
    In(usize),
    /// It cannot enter any block.
    Refused(TxError),
    /// It did not fit, or an earlier one of its signer is missing: try the next block.
    Later,
}

/// What a block will hold.
struct Filled<'c> {
    view: View,
    included: Vec<&'c Candidate>,
    receipts: Vec<Receipt>,
    fates: Vec<Fate>,
}

impl Maker<'_> {
    /// Makes, executes and stores the next block; `prepare` runs first (the genesis). Gives each candidate's fate.
    pub fn make(
        &self,
        last: &Last,
        time: u64,
        candidates: &[Candidate],
        prepare: impl Fn(&mut View) -> Result<(), StoreError>,
    ) -> Result<(StoredBlock, Vec<Fate>), StoreError> {
        let height = last.height + 1;
        let view = || {
            let mut view = View::new(self.chain.clone(), last.height, height, time);
            prepare(&mut view).map(|()| view)
        };
        // a batch that broke down is made again, call by call
        let Filled { view, included, receipts, fates } = match self.fill(candidates, view()?, true)? {
            Some(filled) => filled,
            None => self
                .fill(candidates, view()?, false)?
                .ok_or_else(|| StoreError::Engine("the calls of a block could not be made, one by one".into()))?,
        };
        let transactions: Vec<Hash> = included.iter().map(|candidate| candidate.tx.hash).collect();
        let block = self.assemble(last, height, time, included.iter().map(|c| c.bytes.clone()).collect(), &transactions);
        let id = comet::block_id(&block);
        let commit = comet::commit(self.key, &self.chain.chain_id, height as i64, id.clone(), comet::timestamp(time));
        let mut changed: Vec<String> = view.changed_packages();
        changed.extend(deployed_in(&receipts));
        changed.sort();
        changed.dedup();
        let events = changed.iter().map(|package| EventRecord::new(CHANGED, &[("package", package)])).collect();
        let stored = StoredBlock { block: Some(block), id: Some(id), commit: Some(commit), receipts, events };
        self.chain.store.commit(Commit { height, block: stored.encode_to_vec(), changes: view.into_changes(), transactions })?;
        Ok((stored, fates))
    }

    /// Executes candidates as far as there is room; none if calls made together lost their changes.
    fn fill<'c>(&self, candidates: &'c [Candidate], mut view: View, together: bool) -> Result<Option<Filled<'c>>, StoreError> {
        let mut calls = Calls::new(self.executor, together);
        let mut included: Vec<&Candidate> = Vec::new();
        let mut receipts = Vec::new();
        let mut fates = Vec::with_capacity(candidates.len());
        let (mut gas, mut bytes) = (0, 0);
        for candidate in candidates {
            if let Err(error) = execute::check_numbers(&candidate.tx, &view, true) {
                fates.push(Fate::Refused(error));
                continue;
            }
            let full = gas + candidate.tx.gas_limit > BLOCK_GAS || bytes + candidate.bytes.len() > BLOCK_BYTES;
            if full || execute::check_numbers(&candidate.tx, &view, false).is_err() {
                fates.push(Fate::Later);
                continue;
            }
            gas += candidate.tx.gas_limit;
            bytes += candidate.bytes.len();
            receipts.push(execute::execute(&candidate.tx, &mut view, &mut calls, self.dev)?);
            if calls.lost {
                return Ok(None);
            }
            fates.push(Fate::In(included.len()));
            included.push(candidate);
        }
        calls.settle(&mut view)?;
        Ok((!calls.lost).then_some(Filled { view, included, receipts, fates }))
    }

    fn assemble(&self, last: &Last, height: u64, time: u64, txs: Vec<Vec<u8>>, hashes: &[Hash]) -> comet::Block {
        let public_key = self.key.verifying_key().to_bytes();
        let validators = comet::validators_hash(&public_key).to_vec();
        let mut last_commit = last.commit.clone();
        last_commit.block_id.get_or_insert_default().part_set_header.get_or_insert_default();
        let mut last_id = last.id.clone();
        last_id.part_set_header.get_or_insert_default();
        let app_hash = if height == 1 { Vec::new() } else { self.chain.store.root().to_vec() };
        let results_hash = if height == 1 { comet::no_evidence_hash().to_vec() } else { last.results_hash.clone() };
        let header = Header {
            version: Some(comet::Version { block: BLOCK_PROTOCOL, app: self.executor.rules().protocol() }),
            chain_id: self.chain.chain_id.clone(),
            height: height as i64,
            time: Some(comet::timestamp(time)),
            last_block_id: Some(last_id),
            last_commit_hash: comet::commit_hash(&last_commit).to_vec(),
            data_hash: comet::data_hash(hashes).to_vec(),
            validators_hash: validators.clone(),
            next_validators_hash: validators,
            consensus_hash: comet::parameters_hash(BLOCK_BYTES as i64, BLOCK_GAS as i64).to_vec(),
            app_hash,
            last_results_hash: results_hash,
            evidence_hash: comet::no_evidence_hash().to_vec(),
            proposer_address: comet::validator_address(&public_key),
        };
        comet::Block {
            header: Some(header),
            data: Some(comet::Data { txs }),
            evidence: Some(comet::EvidenceList {}),
            last_commit: Some(last_commit),
        }
    }
}

fn deployed_in(receipts: &[Receipt]) -> Vec<String> {
    let deploys = receipts.iter().filter(|r| r.code == code::OK).flat_map(|r| &r.events).filter(|e| e.kind == "deploy");
    deploys.flat_map(|e| &e.attributes).filter(|a| a.key == "package").map(|a| a.value.clone()).collect()
}
