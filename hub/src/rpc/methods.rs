//! The methods of the JSON-RPC interface.

use std::sync::Arc;

use serde_json::{Value, json};

use super::params::Params;
use super::shapes;
use crate::accounts::{DEV_NAMES, dev_address, dev_key, is_dev_name};
use crate::address::short;
use crate::encode::{base64, hex, rfc3339};
use crate::execute::least_fee;
use crate::message;
use crate::node::{Node, numbers};
use crate::query::{self, Query};
use crate::store::StoreError;
use crate::tx::Draft;

/// An error of JSON-RPC.
#[derive(Debug)]
pub struct RpcError {
    /// The code.
    pub code: i64,
    /// What it is, by the book.
    pub message: &'static str,
    /// What it is, in words.
    pub data: String,
}

impl RpcError {
    /// The request is not JSON.
    pub fn parse(data: impl Into<String>) -> RpcError {
        RpcError { code: -32700, message: "Parse error", data: data.into() }
    }

    /// The request is not a request.
    pub fn request(data: impl Into<String>) -> RpcError {
        RpcError { code: -32600, message: "Invalid Request", data: data.into() }
    }

    /// There is no such method.
    pub fn method(name: &str) -> RpcError {
        RpcError { code: -32601, message: "Method not found", data: format!("there is no method `{}`", short(name)) }
    }

    /// The parameters do not fit.
    pub fn params(data: impl Into<String>) -> RpcError {
        RpcError { code: -32602, message: "Invalid params", data: data.into() }
    }

    /// The hub could not do it.
    pub fn internal(data: impl Into<String>) -> RpcError {
        RpcError { code: -32603, message: "Internal error", data: data.into() }
    }
}

impl From<StoreError> for RpcError {
    fn from(error: StoreError) -> RpcError {
        RpcError::internal(error.to_string())
    }
}

/// What a method may use.
pub struct Context {
    /// The node.
    pub node: Arc<Node>,
    /// Whether this caller may have things signed.
    pub may_sign: bool,
    /// Where the hub listens.
    pub listen: String,
}

/// Methods and the names of their parameters.
pub const METHODS: &[(&str, &[&str])] = &[
    ("health", &[]),
    ("status", &[]),
    ("net_info", &[]),
    ("genesis", &[]),
    ("abci_info", &[]),
    ("abci_query", &["path", "data", "height", "prove"]),
    ("block", &["height"]),
    ("header", &["height"]),
    ("block_results", &["height"]),
    ("blockchain", &["minHeight", "maxHeight"]),
    ("commit", &["height"]),
    ("validators", &["height", "page", "per_page"]),
    ("tx", &["hash", "prove"]),
    ("check_tx", &["tx"]),
    ("broadcast_tx_async", &["tx"]),
    ("broadcast_tx_sync", &["tx"]),
    ("broadcast_tx_commit", &["tx"]),
    ("amigos_accounts", &[]),
    ("amigos_devSign", &["name", "messages", "gas", "fee", "memo"]),
];

/// The names of a method's parameters.
pub fn parameter_names(method: &str) -> Option<&'static [&'static str]> {
    METHODS.iter().find(|(name, _)| *name == method).map(|(_, names)| *names)
}

/// Calls a method. May block: on the store, on code that runs, and `broadcast_tx_commit` until the block is there.
pub fn call(context: &Context, method: &str, params: &Params) -> Result<Value, RpcError> {
    let node = &context.node;
    let bad = RpcError::params;
    match method {
        "health" => Ok(json!({})),
        "status" => Ok(status(context)),
        "net_info" => Ok(json!({"listening": true, "listeners": [context.listen], "n_peers": "0", "peers": []})),
        "genesis" => Ok(genesis(node)),
        "abci_info" => {
            let last = node.last_block();
            Ok(json!({"response": {
                "data": "amigos",
                "version": env!("CARGO_PKG_VERSION"),
                "app_version": node.executor().rules().protocol().to_string(),
                "last_block_height": last.height().to_string(),
                "last_block_app_hash": base64(&node.chain().store.root()),
            }}))
        }
        "abci_query" => {
            let query = Query {
                path: params.text("path").map_err(bad)?,
                data: params.hex("data").map_err(bad)?,
                height: params.number("height").map_err(bad)?,
                prove: params.flag("prove").map_err(bad)?,
            };
            Ok(shapes::answer(&query::answer(node, &query)))
        }
        "block" => {
            let block = block_at(node, params)?;
            Ok(json!({"block_id": shapes::block_id(block.id.as_ref()), "block": shapes::block(&block)}))
        }
        "header" => Ok(json!({"header": shapes::header(&block_at(node, params)?.header())})),
        "block_results" => {
            let block = block_at(node, params)?;
            Ok(json!({
                "height": block.height().to_string(),
                "txs_results": block.receipts.iter().map(shapes::receipt).collect::<Vec<_>>(),
                "finalize_block_events": shapes::events(&block.events),
                "validator_updates": null,
                "consensus_param_updates": null,
                "app_hash": hex(&node.chain().store.root_at(block.height())?.unwrap_or_default()),
            }))
        }
        "blockchain" => blockchain(node, params),
        "commit" => {
            let block = block_at(node, params)?;
            let signed = json!({"header": shapes::header(&block.header()), "commit": shapes::commit(block.commit.as_ref())});
            Ok(json!({"signed_header": signed, "canonical": true}))
        }
        "validators" => {
            let height = block_at(node, params)?.height();
            Ok(
                json!({"block_height": height.to_string(), "validators": [shapes::validator(&node.validator())], "count": "1", "total": "1"}),
            )
        }
        "tx" => {
            let hash = params.base64("hash").map_err(bad)?;
            let hash = hash.try_into().map_err(|_| bad("a hash has 32 bytes".into()))?;
            match node.find_transaction(&hash)? {
                Some((committed, bytes)) => Ok(shapes::transaction(&committed, &bytes)),
                None => Err(RpcError::internal(format!("tx ({}) not found", hex(&hash)))),
            }
        }
        "check_tx" => Ok(match node.check(&params.base64("tx").map_err(bad)?) {
            Ok(tx) => shapes::check(0, "", tx.gas_limit),
            Err(error) => shapes::check(error.code, &error.message, 0),
        }),
        "broadcast_tx_async" | "broadcast_tx_sync" => {
            let bytes = params.base64("tx").map_err(bad)?;
            let hash = crate::encode::sha256(&bytes);
            let (code, log) = match node.submit(bytes) {
                Ok(_) => (0, String::new()),
                Err(error) => (error.code, error.message),
            };
            let codespace = if code == 0 { "" } else { "amigos" };
            Ok(json!({"code": code, "data": "", "log": log, "codespace": codespace, "hash": hex(&hash)}))
        }
        "broadcast_tx_commit" => broadcast_commit(node, params.base64("tx").map_err(bad)?),
        "amigos_accounts" => accounts(node),
        "amigos_devSign" => dev_sign(context, params),
        other => Err(RpcError::method(other)),
    }
}

fn status(context: &Context) -> Value {
    let node = &context.node;
    let last = node.last_block();
    let header = last.header();
    let key = node.validator();
    let id = hex(&crate::comet::validator_address(&key)).to_lowercase();
    let first = node.block(1).ok().flatten();
    let first_header = first.as_ref().map(|block| block.header()).unwrap_or_default();
    json!({
        "node_info": {
            "protocol_version": {"p2p": "8", "block": "11", "app": node.executor().rules().protocol().to_string()},
            "id": id,
            "listen_addr": "",
            "network": node.config().chain_id,
            "version": "0.38.0",
            "channels": "",
            "moniker": "amigos",
            "other": {"tx_index": "on", "rpc_address": format!("http://{}", context.listen), "dev": node.config().dev.to_string()},
        },
        "sync_info": {
            "latest_block_hash": hex(&last.id.clone().unwrap_or_default().hash),
            "latest_app_hash": hex(&header.app_hash),
            "latest_block_height": last.height().to_string(),
            "latest_block_time": rfc3339(last.time()),
            "earliest_block_hash": hex(&first.as_ref().and_then(|block| block.id.clone()).unwrap_or_default().hash),
            "earliest_app_hash": hex(&first_header.app_hash),
            "earliest_block_height": "1",
            "earliest_block_time": rfc3339(first.as_ref().map_or(0, |block| block.time())),
            "catching_up": false,
        },
        "validator_info": {
            "address": hex(&crate::comet::validator_address(&key)),
            "pub_key": shapes::public_key(&key),
            "voting_power": crate::comet::VALIDATOR_POWER.to_string(),
        },
    })
}

fn genesis(node: &Node) -> Value {
    let genesis = node.genesis();
    json!({"genesis": {
        "genesis_time": rfc3339(genesis.time),
        "chain_id": genesis.chain_id,
        "initial_height": "1",
        "consensus_params": {
            "block": {"max_bytes": crate::block::BLOCK_BYTES.to_string(), "max_gas": crate::execute::BLOCK_GAS.to_string()},
            "validator": {"pub_key_types": ["ed25519"]},
        },
        "validators": [{
            "address": hex(&crate::comet::validator_address(&node.validator())),
            "pub_key": shapes::public_key(&node.validator()),
            "power": crate::comet::VALIDATOR_POWER.to_string(),
            "name": "amigos",
        }],
        "app_hash": "",
        "app_state": {"dev": genesis.dev},
    }})
}

fn block_at(node: &Node, params: &Params) -> Result<Arc<crate::block::StoredBlock>, RpcError> {
    let height = params.number("height").map_err(RpcError::params)?;
    if height == 0 {
        return Ok(node.last_block());
    }
    let last = node.height();
    node.block(height)?
        .ok_or_else(|| RpcError::internal(format!("height {height} must be less than or equal to the current blockchain height {last}")))
}

fn blockchain(node: &Node, params: &Params) -> Result<Value, RpcError> {
    let last = node.height();
    let (low, high) = (params.number("minHeight").map_err(RpcError::params)?, params.number("maxHeight").map_err(RpcError::params)?);
    let high = if high == 0 { last } else { high.min(last) };
    let low = low.max(1).max(high.saturating_sub(19));
    if low > high {
        return Err(RpcError::params(format!("`minHeight` {low} is above `maxHeight` {high}")));
    }
    let mut metas = Vec::new();
    for height in (low..=high).rev() {
        if let Some(block) = node.block(height)? {
            metas.push(shapes::block_meta(&block));
        }
    }
    Ok(json!({"last_height": last.to_string(), "block_metas": metas}))
}

fn broadcast_commit(node: &Node, bytes: Vec<u8>) -> Result<Value, RpcError> {
    let hash = crate::encode::sha256(&bytes);
    let nothing = || shapes::check(0, "", 0);
    let (check, result, height) = match node.submit(bytes) {
        Err(error) => (shapes::check(error.code, &error.message, 0), nothing(), 0),
        Ok((_, receiver)) => match receiver.recv() {
            Ok(Ok(committed)) => (nothing(), shapes::receipt(&committed.receipt), committed.height),
            Ok(Err(error)) => (shapes::check(error.code, &error.message, 0), nothing(), 0),
            Err(_) => return Err(RpcError::internal("the hub is stopping")),
        },
    };
    Ok(json!({"check_tx": check, "tx_result": result, "hash": hex(&hash), "height": height.to_string()}))
}

fn accounts(node: &Node) -> Result<Value, RpcError> {
    if !node.config().dev {
        return Ok(json!({"accounts": []}));
    }
    let mut all = Vec::new();
    for name in DEV_NAMES {
        let address = dev_address(name);
        let account = numbers(node, &address)?.unwrap_or_default();
        all.push(json!({
            "name": name,
            "address": address.to_string(),
            "number": account.number.to_string(),
            "sequence": account.sequence.to_string(),
            "balance": account.balance.to_string(),
        }));
    }
    Ok(json!({"accounts": all}))
}

/// Signs for a named account of a development hub: `{"tx": base64, "hash": hex}`.
fn dev_sign(context: &Context, params: &Params) -> Result<Value, RpcError> {
    let node = &context.node;
    if !node.config().dev {
        return Err(RpcError::request(
            "this is not a development hub: it signs for nobody; keys are unlocked by `amigos keys` or a wallet",
        ));
    }
    if !context.may_sign {
        return Err(RpcError::request("signing for development accounts needs this hub's token, and is not for web pages"));
    }
    let name = params.text("name").map_err(RpcError::params)?;
    if !is_dev_name(&name) {
        return Err(RpcError::params(format!("there is no account `{}`; there are {}", short(&name), DEV_NAMES.join(", "))));
    }
    let from = dev_address(&name);
    let messages = message::from_json(params.json("messages").map_err(RpcError::params)?, from).map_err(RpcError::params)?;
    let gas_limit = match params.number("gas").map_err(RpcError::params)? {
        0 => crate::execute::BLOCK_GAS,
        gas => gas,
    };
    let fee = params.number("fee").map_err(RpcError::params)?.max(least_fee(gas_limit));
    let account = numbers(node, &from)?.unwrap_or_default();
    let draft = Draft {
        messages,
        memo: params.text("memo").map_err(RpcError::params)?,
        sequence: account.sequence,
        account_number: account.number,
        chain_id: node.config().chain_id.clone(),
        fee,
        gas_limit,
    };
    let bytes = draft.sign(&dev_key(&name));
    Ok(
        json!({"tx": base64(&bytes), "hash": hex(&crate::encode::sha256(&bytes)), "address": from.to_string(), "sequence": account.sequence.to_string()}),
    )
}
