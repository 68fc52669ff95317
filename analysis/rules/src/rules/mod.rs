//! The rules, one file each, in the order of their codes.

mod am1001_goroutine;
mod am1002_channel_select;
mod am1003_map_order;
mod am1004_map_order_transfer;
mod am1005_float_arith;
mod am1006_wall_clock;
mod am1007_weak_random;
mod am1008_banned_import;
mod am1009_pointer_identity;
mod effects;

use crate::Rule;

/// All rules.
pub const ALL: &[&Rule] = &[
    &am1001_goroutine::RULE,
    &am1002_channel_select::RULE,
    &am1003_map_order::RULE,
    &am1004_map_order_transfer::RULE,
    &am1005_float_arith::RULE,
    &am1006_wall_clock::RULE,
    &am1007_weak_random::RULE,
    &am1008_banned_import::RULE,
    &am1009_pointer_identity::RULE,
];

/// The source of an example file of a rule.
macro_rules! example {
    ($file:literal) => {
        include_str!(concat!("../../examples/", $file))
    };
}
pub(crate) use example;

/// What is said of something that the profile refuses.
pub(crate) fn refusal_text(what: &str, refusal: &amigos_std::Refusal) -> String {
    let mut text = format!("`{what}` {}", refusal.reason);
    if !refusal.advice.is_empty() {
        text.push_str(": ");
        text.push_str(refusal.advice);
    }
    text
}
