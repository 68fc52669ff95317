//! What order-sensitive code looks like: shared by the rules on map order and randomness.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{ExprId, ExprKind};

use crate::context::{Arena, Context};
use crate::walk::exprs_in;

/// The first call in `range` that moves coins or tokens: `amigos.Send`, or a function or method called `Transfer`, `TransferFrom`, `Pay`, `Mint` or
/// `Send` of a contract.
pub(super) fn transfer_in(cx: &Context, arena: Arena, range: TextRange) -> Option<ExprId> {
    exprs_in(arena.ast, range).find(|e| {
        let ExprKind::Call { fun, .. } = &arena.ast[*e].kind else { return false };
        if let Some((pkg, name)) = arena.qualified(*fun) {
            let contract = pkg.0.as_str().starts_with(amigos_db::resolve::HUB) || pkg == cx.package;
            return (pkg.0.as_str() == "amigos" && name.as_str() == "Send") || (contract && moves_value(name.as_str()));
        }
        match &arena.ast[*fun].kind {
            ExprKind::Selector { sel, .. } => {
                let selection = arena.facts.selections.get(fun);
                let hub = selection
                    .and_then(|s| s.method_of)
                    .and_then(|k| k.pkg)
                    .is_some_and(|p| p.0.as_str().starts_with(amigos_db::resolve::HUB));
                hub && moves_value(arena.ast[*sel].name.as_str())
            }
            _ => false,
        }
    })
}

fn moves_value(name: &str) -> bool {
    matches!(name, "Transfer" | "TransferFrom" | "Pay" | "Mint" | "Send")
}
