//! Request handlers: each takes a snapshot and parameters and returns a result. Which thread it runs on says its class.

pub mod actions;
mod commands;
mod debug;
pub mod formatting;
mod hierarchy;
mod inline_values;
mod language;
pub mod manifest;
pub mod moved;
mod moved_folders;
pub mod navigation;
mod project;
mod pulled;
mod shown;
mod simulations;
mod tests;
pub mod tokens;

pub use commands::watched_shape;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::pool::Class;
use super::snapshot::Snapshot;

/// Why a handler has no result.
#[derive(Debug)]
pub enum Failure {
    /// An edit overtook the computation.
    Superseded,
    /// The parameters are not what the method takes.
    BadParameters(String),
    /// The request can't be fulfilled; the text says what and what to do.
    Failed(String),
}

/// A handler without its types.
pub type Run = fn(Snapshot, Value) -> Result<Value, Failure>;

/// A handler and the class of threads it runs on.
pub struct Route {
    /// The threads.
    pub class: Class,
    /// The handler.
    pub run: Run,
}

macro_rules! route {
    ($class:ident, $handler:path) => {
        Some(Route {
            class: Class::$class,
            run: |snapshot, params| typed(snapshot, params, |snapshot, params| $handler(&snapshot, params)),
        })
    };
}

/// For handlers whose answers are long: they write them as JSON at once.
macro_rules! json_route {
    ($class:ident, $handler:path) => {
        Some(Route { class: Class::$class, run: |snapshot, params| $handler(&snapshot, read(params)?) })
    };
}

/// For handlers that wait: they take the snapshot to drop it before, since edits wait for snapshots.
macro_rules! waiting_route {
    ($class:ident, $handler:path) => {
        Some(Route { class: Class::$class, run: |snapshot, params| typed(snapshot, params, $handler) })
    };
}

/// The handler of `method`, if the server has one.
pub fn route(method: &str) -> Option<Route> {
    match method {
        _ if method.starts_with("amigos/debug/") && super::debug_enabled() => match method {
            "amigos/debug/version" => route!(Typing, debug::version),
            "amigos/debug/text" => route!(Typing, debug::text),
            "amigos/debug/panic" => route!(Reading, debug::panic),
            "amigos/debug/sleep" => waiting_route!(Background, debug::sleep),
            _ => None,
        },
        "textDocument/hover" => waiting_route!(Typing, shown::hover),
        "textDocument/completion" => route!(Typing, language::completion),
        "textDocument/definition" => route!(Typing, language::definition),
        "textDocument/typeDefinition" => route!(Typing, navigation::type_definition),
        "textDocument/signatureHelp" => route!(Typing, navigation::signature_help),
        "textDocument/documentHighlight" => route!(Typing, navigation::document_highlight),
        "textDocument/references" => route!(Reading, navigation::references),
        "textDocument/prepareRename" => route!(Reading, navigation::prepare_rename),
        "textDocument/rename" => route!(Reading, navigation::rename),
        "textDocument/semanticTokens/full" => route!(Reading, tokens::full),
        "textDocument/semanticTokens/full/delta" => route!(Reading, tokens::delta),
        "textDocument/semanticTokens/range" => route!(Reading, tokens::range),
        "textDocument/implementation" => route!(Reading, hierarchy::implementation),
        "textDocument/declaration" => route!(Reading, hierarchy::declaration),
        "textDocument/prepareCallHierarchy" => route!(Reading, hierarchy::prepare_calls),
        "callHierarchy/incomingCalls" => route!(Reading, hierarchy::incoming_calls),
        "callHierarchy/outgoingCalls" => route!(Reading, hierarchy::outgoing_calls),
        "textDocument/prepareTypeHierarchy" => route!(Reading, hierarchy::prepare_types),
        "typeHierarchy/supertypes" => route!(Reading, hierarchy::supertypes),
        "typeHierarchy/subtypes" => route!(Reading, hierarchy::subtypes),
        "textDocument/documentLink" => route!(Reading, hierarchy::document_link),
        "textDocument/linkedEditingRange" => route!(Typing, hierarchy::linked_editing),
        "textDocument/selectionRange" => route!(Reading, navigation::selection_range),
        "textDocument/formatting" => route!(Reading, formatting::formatting),
        "textDocument/rangeFormatting" => route!(Reading, formatting::range_formatting),
        "textDocument/onTypeFormatting" => route!(Typing, formatting::on_type_formatting),
        "workspace/symbol" => route!(Reading, navigation::workspace_symbol),
        "textDocument/documentSymbol" => route!(Reading, language::document_symbol),
        "textDocument/foldingRange" => route!(Reading, language::folding_range),
        "textDocument/codeAction" => route!(Reading, actions::code_action),
        "codeAction/resolve" => route!(Reading, actions::resolve),
        "textDocument/inlayHint" => route!(Reading, shown::inlay_hint),
        "textDocument/codeLens" => json_route!(Reading, shown::code_lens),
        "codeLens/resolve" => route!(Reading, shown::resolve_lens),
        "completionItem/resolve" => route!(Typing, language::resolve_completion),
        "inlayHint/resolve" => route!(Reading, shown::resolve_hint),
        "textDocument/diagnostic" => route!(Reading, pulled::of_document),
        "workspace/diagnostic" => route!(Background, pulled::of_workspace),
        "textDocument/inlineValue" => route!(Reading, inline_values::inline_value),
        "workspace/willRenameFiles" => route!(Reading, moved::will_rename),
        "workspace/executeCommand" => waiting_route!(Slow, commands::execute),
        "amigos/virtualDocument" => route!(Reading, language::virtual_document),
        _ => None,
    }
}

impl From<amigos_ide::Cancelled> for Failure {
    fn from(_: amigos_ide::Cancelled) -> Failure {
        Failure::Superseded
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, Failure> {
    serde_json::from_value(params).map_err(|e| Failure::BadParameters(e.to_string()))
}

fn typed<P: DeserializeOwned, R: Serialize>(
    snapshot: Snapshot,
    params: Value,
    handler: fn(Snapshot, P) -> Result<R, Failure>,
) -> Result<Value, Failure> {
    let result = handler(snapshot, read(params)?)?;
    serde_json::to_value(result).map_err(|e| Failure::Failed(format!("the answer cannot be written as JSON: {e}")))
}
