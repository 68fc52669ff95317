//! Typed trees of state, as a hub gives them, in words.

use serde_json::Value;

use crate::live::LiveValue;

/// A value as hovers and hints show it. Everything in the tree is untrusted.
pub fn live_value(tree: &Value, height: u64) -> Option<LiveValue> {
    let _ = (tree, height);
    None
}
