//! The oracle's types: shared by the rules on prices.

use amigos_mir::mir::FuncKey;

/// Whether a function is one of these methods of `oracle.Price`.
pub(super) fn is_price_method(func: &FuncKey, methods: &[&str]) -> bool {
    func.pkg.0.as_str() == "oracle" && func.name.strip_prefix("Price.").is_some_and(|m| methods.contains(&m))
}
