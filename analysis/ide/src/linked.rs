//! Names that are edited together while one of them is typed: those of a local or a label.

use amigos_db::input::SourceFile;
use amigos_syntax::TextRange;

use crate::analysis::View;
use crate::locate::spot;
use crate::references::{Meaning, meaning, occurrences};

/// The places of the local at `offset`, if nothing stands against editing them together.
pub(crate) fn linked(view: View<'_>, file: SourceFile, offset: u32) -> Vec<TextRange> {
    let Some(at) = spot(view.db, file, offset) else { return vec![] };
    let Some(ident) = at.ident() else { return vec![] };
    let name = at.ast()[ident].name;
    let Some(wanted @ Meaning::Local(..)) = meaning(&at, ident) else { return vec![] };
    if name.is_blank() {
        return vec![];
    }
    let mut out: Vec<TextRange> = occurrences(view, name, &wanted).iter().map(|o| o.range()).collect();
    out.sort();
    out.dedup();
    out
}
