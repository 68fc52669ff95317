//! What editors ask: diagnostics, hover, completion, navigation, hints, lenses; plain data in and out, in editor terms.
//!
//! It may never know LSP, URIs, the disk, the network or a clock: texts, packages and what the network said come in as a
//! [`Change`], answers go out as the data of [`data`].
//!
//! Start reading at [`data`] (what goes in and comes out), then [`analysis`] (who takes and who answers), then `locate` (offset → identifier → what it
//! means), on which hover, definition and completion stand.

pub mod analysis;
mod assists;
mod bound_limit;
mod callable;
mod completion;
mod control_flow;
mod cursor;
pub mod data;
mod definition;
mod diagnostics;
mod directives;
mod doc_links;
mod expected;
mod fixes;
mod gas;
mod gas_limit;
mod hierarchy;
mod hints;
mod hints_code;
mod hover;
mod implementation;
mod imports;
mod inline_values;
mod lenses;
mod linked;
mod links;
mod locate;
mod organize;
mod postfix;
mod ranking;
mod references;
mod relations;
mod rename;
mod rename_comments;
mod rename_family;
mod rename_package;
mod repairs;
mod selection;
mod signature_help;
mod snippets;
mod symbol_search;
mod symbols;
mod text_completion;
mod tokens;

pub use amigos_syntax::TextRange;
pub use analysis::{Analysis, AnalysisHost, Cancellable, Cancelled};
pub use data::*;
