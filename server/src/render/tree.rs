//! Typed trees of state, as a hub gives them, in words.

use serde_json::Value;

use crate::live::LiveValue;

/// A value as hovers and hints show it. Everything in the tree is untrusted.
pub fn live_value(tree: &Value, height: u64) -> Option<LiveValue> {
    let _ = (tree, height);
    None
}

/// A value in one line of at most `limit` characters.
pub fn line(tree: &Value, limit: usize) -> String {
    let text = match tree {
        Value::Null => "nil".to_owned(),
        Value::String(text) => format!("{text:?}"),
        // what the virtual machine says of a value: `{"type", "value", "text"}`
        Value::Object(map) if map.get("text").is_some_and(Value::is_string) => {
            map.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    };
    super::tame(&text, limit)
}

/// A value on as many lines as it has parts.
pub fn text(tree: &Value) -> String {
    let pretty = serde_json::to_string_pretty(tree).unwrap_or_default();
    pretty.lines().map(|text| format!("{}\n", super::tame(text, 300))).collect()
}

/// The sizes and integers in a package's state, by access path; of the elements of slices and maps the largest counts.
pub fn sizes(package: &str, tree: &Value, into: &mut crate::gas::Sizes) {
    let _ = (package, tree, into);
}
