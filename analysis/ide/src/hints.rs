//! Inlay hints: the live value of a persistent global at its declaration.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};

use crate::analysis::View;
use crate::data::{HintLabel, InlayHint, LiveTarget};
use crate::hover::base_key;
use crate::locate::is_contract;

/// The hints in `range`.
pub(crate) fn hints(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<InlayHint> {
    let db = view.db;
    let Some(package) = q::owner(db, file).filter(|p| is_contract(db, *p)) else { return vec![] };
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        let start = decl.start(db);
        if start > range.end || start + decl.text(db).len() as u32 <= range.start {
            continue;
        }
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { continue };
        for spec in &group.specs {
            let Spec::Var { names, range: spec_range, .. } = spec else { continue };
            let [name] = names[..] else { continue };
            let name = ast.sig[name];
            if name.name.is_blank() {
                continue;
            }
            // At the end of the line on which the declaration starts, behind a `{` that opens there.
            let text = decl.text(db);
            let line_end = text[spec_range.start as usize..].find('\n').map_or(text.len() as u32, |i| spec_range.start + i as u32);
            let at = spec_range.end.min(line_end);
            out.push(InlayHint {
                at: start + at,
                label: HintLabel::Live(LiveTarget { package: base_key(package.key(db)).into(), path: name.name.to_string() }),
                tooltip: String::new(),
                important: true,
            });
        }
    }
    out.retain(|h| range.touches(h.at));
    out
}
