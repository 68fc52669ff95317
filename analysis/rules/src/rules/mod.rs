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
mod am1010_platform_int;
mod am1011_unstable_sort;
mod am2001_missing_caller_check;
mod am2002_declared_guard;
mod am2003_caller_as_param;
mod am2004_origin_auth;
mod am2005_unprotected_init;
mod am2006_unprotected_upgrade;
mod am2007_exported_mutable_var;
mod am2008_leaked_reference;
mod am2009_leaked_slice_or_map;
mod am2010_stored_caller_slice;
mod am2011_caller_callback;
mod am2012_open_interface_trust;
mod am2013_stored_authority;
mod am2014_zero_address;
mod am2016_hard_coded_address;
mod am3001_unserialisable_global;
mod am3002_shadowed_state;
mod am3003_uninitialised_state;
mod am3004_lost_write;
mod am3005_append_lost;
mod am3006_write_after_write;
mod am3007_breaking_export;
mod am3008_breaking_state_layout;
mod am3009_import_unpinned_live;
mod am3010_state_never_used;
mod am3011_newer_import;
mod am4001_div_before_mul;
mod am4002_narrowing;
mod am4003_wrap_around;
mod am4004_unsigned_underflow;
mod am4005_negative_amount;
mod am4007_tautology;
mod am4008_strict_balance_equality;
mod am4009_xor_power;
mod am5001_write_after_call;
mod am5002_read_only_reentrancy;
mod am5003_call_in_loop;
mod am5004_unchecked_error;
mod am5005_recover_swallow;
mod am5006_unchecked_type_assert;
mod am5007_nil_deref_after_lookup;
mod am6001_unbounded_iteration;
mod am6002_quadratic_in_state;
mod am6003_string_build_quadratic;
mod am6004_gas_over_limit;
mod am6005_panic_from_input;
mod am6006_panic_in_render;
mod am6007_recursion_no_bound;
mod am6008_loop_growth;
mod am6009_bound_broken;
mod am7001_oracle_single_source;
mod am7002_oracle_no_aggregate;
mod am7003_oracle_stale;
mod am7004_oracle_no_bounds;
mod am7005_time_equality;
mod am8001_render_unsanitised;
mod am8002_bidi_control;
mod am8003_secret_on_chain;
mod am8004_render_writes;
mod effects;
mod oracle;
mod reentry;
mod returned;

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
    &am1010_platform_int::RULE,
    &am1011_unstable_sort::RULE,
    &am2001_missing_caller_check::RULE,
    &am2002_declared_guard::RULE,
    &am2003_caller_as_param::RULE,
    &am2004_origin_auth::RULE,
    &am2005_unprotected_init::RULE,
    &am2006_unprotected_upgrade::RULE,
    &am2007_exported_mutable_var::RULE,
    &am2008_leaked_reference::RULE,
    &am2009_leaked_slice_or_map::RULE,
    &am2010_stored_caller_slice::RULE,
    &am2011_caller_callback::RULE,
    &am2012_open_interface_trust::RULE,
    &am2013_stored_authority::RULE,
    &am2014_zero_address::RULE,
    &am2016_hard_coded_address::RULE,
    &am3001_unserialisable_global::RULE,
    &am3002_shadowed_state::RULE,
    &am3003_uninitialised_state::RULE,
    &am3004_lost_write::RULE,
    &am3005_append_lost::RULE,
    &am3006_write_after_write::RULE,
    &am3007_breaking_export::RULE,
    &am3008_breaking_state_layout::RULE,
    &am3009_import_unpinned_live::RULE,
    &am3010_state_never_used::RULE,
    &am3011_newer_import::RULE,
    &am4001_div_before_mul::RULE,
    &am4002_narrowing::RULE,
    &am4003_wrap_around::RULE,
    &am4004_unsigned_underflow::RULE,
    &am4005_negative_amount::RULE,
    &am4007_tautology::RULE,
    &am4008_strict_balance_equality::RULE,
    &am4009_xor_power::RULE,
    &am5001_write_after_call::RULE,
    &am5002_read_only_reentrancy::RULE,
    &am5003_call_in_loop::RULE,
    &am5004_unchecked_error::RULE,
    &am5005_recover_swallow::RULE,
    &am5006_unchecked_type_assert::RULE,
    &am5007_nil_deref_after_lookup::RULE,
    &am6001_unbounded_iteration::RULE,
    &am6002_quadratic_in_state::RULE,
    &am6003_string_build_quadratic::RULE,
    &am6004_gas_over_limit::RULE,
    &am6005_panic_from_input::RULE,
    &am6006_panic_in_render::RULE,
    &am6007_recursion_no_bound::RULE,
    &am6008_loop_growth::RULE,
    &am6009_bound_broken::RULE,
    &am7001_oracle_single_source::RULE,
    &am7002_oracle_no_aggregate::RULE,
    &am7003_oracle_stale::RULE,
    &am7004_oracle_no_bounds::RULE,
    &am7005_time_equality::RULE,
    &am8001_render_unsanitised::RULE,
    &am8002_bidi_control::RULE,
    &am8003_secret_on_chain::RULE,
    &am8004_render_writes::RULE,
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
