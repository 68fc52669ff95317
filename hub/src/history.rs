//! Which transactions of the past had to do with a package: found in the blocks, from the last one backwards.

use serde_json::{Value, json};

use crate::block::StoredBlock;
use crate::encode::{hex, sha256};
use crate::node::Node;
use crate::state::View;
use crate::store::StoreError;
use crate::tx::{Message, Transaction};

/// Blocks that one question looks through; the answer says where to go on.
const SCAN: u64 = 20_000;
/// The most transactions in one answer.
const MOST: usize = 500;

/// The last transactions before block `before` that call `package` or run its code, newest first:
/// `{"calls":[{"height","index","hash"}],"next"}`. `next` is the `before` of the question that goes on; null at the first block.
///
/// Errors: the store fails.
pub fn calls(node: &Node, view: &View, package: &str, limit: usize, before: u64) -> Result<Value, StoreError> {
    let newest = view.base();
    let from = if before == 0 { newest } else { newest.min(before - 1) };
    let until = from.saturating_sub(SCAN);
    let mut found = Vec::new();
    let limit = limit.clamp(1, MOST);
    let mut height = from;
    while height > until && found.len() < limit {
        if let Some(block) = node.block(height)? {
            for index in (0..block.receipts.len()).rev() {
                if concerns(&block, index, package, view)? {
                    let bytes = block.transactions().get(index).map(Vec::as_slice).unwrap_or_default();
                    found.push(json!({"height": height, "index": index, "hash": hex(&sha256(bytes))}));
                }
            }
        }
        height -= 1;
    }
    // A block is given whole, so that the next question can begin before it.
    Ok(json!({"calls": found, "next": (height > 0).then_some(height + 1)}))
}

/// Whether a transaction ran code of a package, or tried to call it.
fn concerns(block: &StoredBlock, index: usize, package: &str, view: &View) -> Result<bool, StoreError> {
    let Some(receipt) = block.receipts.get(index) else { return Ok(false) };
    if receipt.gas_by_package.iter().any(|share| share.package == package) {
        return Ok(true);
    }
    let Some(Ok(tx)) = block.transactions().get(index).map(|bytes| Transaction::decode(bytes)) else { return Ok(false) };
    for message in &tx.messages {
        if let Message::Call(call) = message
            && (call.package == package || view.resolve(&call.package)?.as_deref() == Some(package))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
