//! The variables whose values are worth showing where an execution stopped.

use amigos_db::input::SourceFile;
use amigos_syntax::TextRange;
use amigos_syntax::ast::IdentId;
use amigos_types::facts::{LocalKind, ObjRef};

use crate::analysis::View;
use crate::data::InlineValue;
use crate::locate::spot;
use crate::references::arenas;

/// The variables that the function around `stopped` names in `range` up to there and that are in scope there, each once a line, in order.
pub(crate) fn inline_values(view: View<'_>, file: SourceFile, range: TextRange, stopped: u32) -> Vec<InlineValue> {
    let Some(here) = spot(view.db, file, stopped) else { return vec![] };
    let text = file.text(view.db);
    let mut out: Vec<InlineValue> = Vec::new();
    for arena in arenas(view.db, here.package, here.decl) {
        for (i, ident) in arena.ast().idents.iter().enumerate() {
            let place = ident.range.shift(arena.start);
            // The line on which the execution stands has not run.
            if ident.range.is_empty()
                || ident.name.is_blank()
                || place.start < range.start
                || place.end > range.end
                || place.start > stopped
            {
                continue;
            }
            let id = IdentId(i as u32);
            let Some(ObjRef::Local(local)) = arena.facts.uses.get(&id).or_else(|| arena.facts.defs.get(&id)) else { continue };
            let Some(local) = arena.facts.locals.get(local.0 as usize) else { continue };
            let variable = matches!(local.kind, LocalKind::Var | LocalKind::Param | LocalKind::Result);
            let in_signature = arena.body.is_none();
            if variable && (in_signature || local.scope.touches(here.offset)) {
                out.push(InlineValue { range: place, name: ident.name.to_string() });
            }
        }
    }
    out.sort_by_key(|v| v.range);
    let line = |at: u32| text.get(..at as usize).map_or(0, |t| t.rfind('\n').map_or(0, |i| i + 1));
    let mut seen: Vec<(usize, String)> = Vec::new();
    out.retain(|v| {
        let key = (line(v.range.start), v.name.clone());
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
    out
}
