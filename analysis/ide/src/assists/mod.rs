//! Changes that are offered at a place though nothing is wrong there: refactorings. Each file is one of them, or a pair of opposites.

mod calls;
mod conditions;
mod docs;
mod extract_function;
mod extract_value;
mod fill;
mod guard;
mod inline;
mod lists;
mod parameters;
pub(crate) mod site;
pub(crate) mod stubs;

use amigos_db::input::SourceFile;
use amigos_syntax::TextRange;

use crate::analysis::View;
use crate::data::{Assist, AssistKind, TextEdit};
use site::Site;

/// A refactoring: looks at a place and says what it can do there.
type Offer = fn(&Site<'_>, &mut Vec<Assist>);

/// All of them, in the order of the menu.
const ALL: &[Offer] = &[
    extract_value::extract,
    extract_function::extract,
    inline::variable,
    inline::call,
    fill::fields,
    fill::cases,
    conditions::invert,
    calls::wrap_error,
    calls::handle_error,
    lists::split_or_join,
    lists::quotes,
    parameters::change,
    docs::comment,
    docs::test,
    stubs::implement_here,
    guard::add,
];

/// What can be done with `range` (empty for a cursor).
pub(crate) fn assists(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<Assist> {
    let Some(site) = Site::new(view, file, range) else { return vec![] };
    let mut out = Vec::new();
    for offer in ALL {
        view.db.unwind_if_revision_cancelled();
        offer(&site, &mut out);
    }
    out
}

/// A refactoring with edits in one or more files.
pub(crate) fn assist(kind: AssistKind, title: impl Into<String>, edits: Vec<TextEdit>) -> Assist {
    Assist { kind, title: title.into(), edits, create: None }
}
