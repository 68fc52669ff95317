//! JSON in CometBFT's shapes: 64-bit numbers as strings, hashes in upper-case hex, bytes in base64.

use serde_json::{Value, json};

use crate::block::StoredBlock;
use crate::comet::{self, BlockId, Commit, CommitSig, Header};
use crate::encode::{base64, hex, rfc3339, sha256};
use crate::execute::{EventRecord, Receipt};
use crate::node::Committed;
use crate::query::Answer;

/// A `BlockID`.
pub fn block_id(id: Option<&BlockId>) -> Value {
    let id = id.cloned().unwrap_or_default();
    let parts = id.part_set_header.unwrap_or_default();
    json!({"hash": hex(&id.hash), "parts": {"total": parts.total, "hash": hex(&parts.hash)}})
}

/// A header.
pub fn header(header: &Header) -> Value {
    let version = header.version.unwrap_or_default();
    json!({
        "version": {"block": version.block.to_string(), "app": version.app.to_string()},
        "chain_id": header.chain_id,
        "height": header.height.to_string(),
        "time": rfc3339(header.time.as_ref().map_or(0, comet::nanoseconds)),
        "last_block_id": block_id(header.last_block_id.as_ref()),
        "last_commit_hash": hex(&header.last_commit_hash),
        "data_hash": hex(&header.data_hash),
        "validators_hash": hex(&header.validators_hash),
        "next_validators_hash": hex(&header.next_validators_hash),
        "consensus_hash": hex(&header.consensus_hash),
        "app_hash": hex(&header.app_hash),
        "last_results_hash": hex(&header.last_results_hash),
        "evidence_hash": hex(&header.evidence_hash),
        "proposer_address": hex(&header.proposer_address),
    })
}

fn commit_sig(signature: &CommitSig) -> Value {
    json!({
        "block_id_flag": signature.block_id_flag,
        "validator_address": hex(&signature.validator_address),
        "timestamp": rfc3339(signature.timestamp.as_ref().map_or(0, comet::nanoseconds)),
        "signature": base64(&signature.signature),
    })
}

/// A commit.
pub fn commit(commit: Option<&Commit>) -> Value {
    let commit = commit.cloned().unwrap_or_default();
    json!({
        "height": commit.height.to_string(),
        "round": commit.round,
        "block_id": block_id(commit.block_id.as_ref()),
        "signatures": commit.signatures.iter().map(commit_sig).collect::<Vec<_>>(),
    })
}

/// A block.
pub fn block(stored: &StoredBlock) -> Value {
    let inner = stored.block.clone().unwrap_or_default();
    json!({
        "header": header(&stored.header()),
        "data": {"txs": stored.transactions().iter().map(|tx| base64(tx)).collect::<Vec<_>>()},
        "evidence": {"evidence": []},
        "last_commit": commit(inner.last_commit.as_ref()),
    })
}

/// A block's line in `blockchain`.
pub fn block_meta(stored: &StoredBlock) -> Value {
    let size = prost::Message::encoded_len(&stored.block.clone().unwrap_or_default());
    json!({
        "block_id": block_id(stored.id.as_ref()),
        "block_size": size.to_string(),
        "header": header(&stored.header()),
        "num_txs": stored.transactions().len().to_string(),
    })
}

/// Events.
pub fn events(events: &[EventRecord]) -> Value {
    events
        .iter()
        .map(|event| {
            let attributes: Vec<Value> = event.attributes.iter().map(|a| json!({"key": a.key, "value": a.value, "index": true})).collect();
            json!({"type": event.kind, "attributes": attributes})
        })
        .collect()
}

/// An `ExecTxResult`. `info` has, as JSON, the fee and the split of gas by package.
pub fn receipt(receipt: &Receipt) -> Value {
    let by_package: serde_json::Map<String, Value> =
        receipt.gas_by_package.iter().map(|share| (share.package.clone(), json!(share.gas))).collect();
    json!({
        "code": receipt.code,
        "data": if receipt.data.is_empty() { Value::Null } else { json!(base64(&receipt.data)) },
        "log": receipt.log,
        "info": json!({"fee": receipt.fee, "gas_by_package": by_package}).to_string(),
        "gas_wanted": receipt.gas_wanted.to_string(),
        "gas_used": receipt.gas_used.to_string(),
        "events": events(&receipt.events),
        "codespace": if receipt.code == 0 { "" } else { "amigos" },
    })
}

/// The result of `tx`.
pub fn transaction(committed: &Committed, bytes: &[u8]) -> Value {
    json!({
        "hash": hex(&committed.hash),
        "height": committed.height.to_string(),
        "index": committed.index,
        "tx_result": receipt(&committed.receipt),
        "tx": base64(bytes),
    })
}

/// The result of a check: `CheckTx`.
pub fn check(code: u32, log: &str, gas_wanted: u64) -> Value {
    json!({
        "code": code,
        "data": null,
        "log": log,
        "info": "",
        "gas_wanted": gas_wanted.to_string(),
        "gas_used": "0",
        "events": [],
        "codespace": if code == 0 { "" } else { "amigos" },
    })
}

/// The result of `abci_query`.
pub fn answer(answer: &Answer) -> Value {
    let operations: Vec<Value> =
        answer.proof.iter().map(|op| json!({"type": op.kind, "key": base64(&op.key), "data": base64(&op.data)})).collect();
    let bytes = |bytes: &[u8]| if bytes.is_empty() { Value::Null } else { json!(base64(bytes)) };
    json!({"response": {
        "code": answer.code,
        "log": answer.log,
        "info": answer.info,
        "index": "0",
        "key": bytes(&answer.key),
        "value": bytes(&answer.value),
        "proofOps": if operations.is_empty() { Value::Null } else { json!({"ops": operations}) },
        "height": answer.height.to_string(),
        "codespace": if answer.code == 0 { "" } else { "amigos" },
    }})
}

/// A public key.
pub fn public_key(key: &[u8; 32]) -> Value {
    json!({"type": "tendermint/PubKeyEd25519", "value": base64(key)})
}

/// The one validator.
pub fn validator(key: &[u8; 32]) -> Value {
    json!({
        "address": hex(&comet::validator_address(key)),
        "pub_key": public_key(key),
        "voting_power": comet::VALIDATOR_POWER.to_string(),
        "proposer_priority": "0",
    })
}

/// The flat events of a block or transaction, which subscriptions select by: `type.key` and its values.
pub fn flat_events(kind: &str, height: u64, records: &[EventRecord]) -> serde_json::Map<String, Value> {
    let mut flat = serde_json::Map::new();
    let mut add = |key: String, value: &str| {
        if let Some(values) = flat.entry(key).or_insert_with(|| json!([])).as_array_mut() {
            values.push(json!(value));
        }
    };
    add("tm.event".into(), kind);
    add(if kind == "Tx" { "tx.height".into() } else { "block.height".into() }, &height.to_string());
    for event in records {
        for attribute in &event.attributes {
            add(format!("{}.{}", event.kind, attribute.key), &attribute.value);
        }
    }
    flat
}

/// A message to subscribers.
pub struct Notice {
    /// By `type.key`.
    pub events: serde_json::Map<String, Value>,
    /// The data.
    pub data: Value,
}

/// The messages that a block gives rise to; of each kind only if `wanted`.
pub fn notices(stored: &StoredBlock, wanted: &dyn Fn(&str) -> bool) -> Vec<Notice> {
    let height = stored.height();
    let mut notices = Vec::new();
    let mut add = |kind: &'static str, events, value: &dyn Fn() -> Value| {
        notices.push(Notice { events, data: json!({"type": format!("tendermint/event/{kind}"), "value": value()}) });
    };
    if wanted("NewBlock") {
        add("NewBlock", flat_events("NewBlock", height, &stored.events), &|| {
            json!({
                "block": block(stored),
                "block_id": block_id(stored.id.as_ref()),
                "result_finalize_block": {"events": events(&stored.events), "tx_results": stored.receipts.iter().map(receipt).collect::<Vec<_>>()},
            })
        });
    }
    if wanted("NewBlockHeader") {
        add(
            "NewBlockHeader",
            flat_events("NewBlockHeader", height, &stored.events),
            &|| json!({"header": header(&stored.header()), "num_txs": stored.transactions().len().to_string()}),
        );
    }
    if wanted("Tx") {
        for (index, (receipt_record, bytes)) in stored.receipts.iter().zip(stored.transactions()).enumerate() {
            let mut events = flat_events("Tx", height, &receipt_record.events);
            events.insert("tx.hash".into(), json!([hex(&sha256(bytes))]));
            add(
                "Tx",
                events,
                &|| json!({"TxResult": {"height": height.to_string(), "index": index, "tx": base64(bytes), "result": receipt(receipt_record)}}),
            );
        }
    }
    notices
}
