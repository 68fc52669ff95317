//! The variables whose values are worth showing where an execution stopped.

use amigos_db::input::SourceFile;
use amigos_syntax::TextRange;
use amigos_syntax::ast::IdentId;
use amigos_types::facts::{Local, LocalId, LocalKind, ObjRef};

use crate::analysis::View;
use crate::data::InlineValue;
use crate::locate::spot;
use crate::references::arenas;

/// The variables that the function around `stopped` names in `range` up to there and that are in scope there, each once a line, in order.
pub(crate) fn inline_values(view: View<'_>, file: SourceFile, range: TextRange, stopped: u32) -> Vec<InlineValue> {
    let Some(here) = spot(view.db, file, stopped) else { return vec![] };
    let text = file.text(view.db);
    let in_scope = |local: &Local| local.scope.touches(here.offset);
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
            let named = match arena.facts.uses.get(&id).or_else(|| arena.facts.defs.get(&id)) {
                Some(ObjRef::Local(local)) => Some(*local),
                Some(_) => None,
                // The name in `switch v := x.(type)`: the variable of the clause that the execution is in.
                None => arena.bound_locals(id).find(|l| arena.facts.locals.get(l.0 as usize).is_some_and(in_scope)),
            };
            let Some(named) = named else { continue };
            let Some(local) = arena.facts.locals.get(named.0 as usize) else { continue };
            let variable = matches!(local.kind, LocalKind::Var | LocalKind::Param | LocalKind::Result);
            let in_signature = arena.body.is_none();
            // What another of its name hides cannot be asked for.
            let hides = |(i, other): (usize, &Local)| {
                let in_body = here.facts.declared_here(LocalId(i as u32)).is_some();
                in_body && other.name == ident.name && other.scope.start > local.scope.start && in_scope(other)
            };
            if variable && (in_signature || in_scope(local)) && !here.facts.locals.iter().enumerate().any(hides) {
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
