//! Links in a file: the paths of imports lead to their packages, addresses in comments to themselves.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};

use crate::analysis::View;
use crate::data::{DocumentLink, LinkTarget};

/// The links of a file, in order.
pub(crate) fn links(view: View<'_>, file: SourceFile) -> Vec<DocumentLink> {
    let db = view.db;
    let Some(owner) = q::owner(db, file) else { return vec![] };
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        let ast = q::parse_decl(db, *decl);
        let start = decl.start(db);
        let text = decl.text(db);
        if let DeclKind::Gen(group) = &ast.kind {
            for spec in &group.specs {
                let Spec::Import(spec) = spec else { continue };
                let written = spec.path_range.of(text);
                if written.len() < 3 {
                    continue;
                }
                let Ok(key) = amigos_db::resolve::resolve(db, owner, spec.path) else { continue };
                let Some(place) = crate::definition::package_target(view, key) else { continue };
                let range = TextRange::new(spec.path_range.start + 1, spec.path_range.end - 1).shift(start);
                out.push(DocumentLink { range, target: LinkTarget::Place(place), tooltip: crate::hover::base_key(key).to_owned() });
            }
        }
        for comment in &ast.comments {
            addresses(comment.of(text), comment.start + start, &mut out);
        }
    }
    out.sort_by_key(|l| l.range);
    out
}

/// The web addresses in a comment that starts at `at`.
fn addresses(comment: &str, at: u32, out: &mut Vec<DocumentLink>) {
    let mut from = 0;
    while let Some(found) = comment[from..].find("http") {
        let start = from + found;
        let rest = &comment[start..];
        from = start + 4;
        if !rest.starts_with("http://") && !rest.starts_with("https://") {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"`'|\\^{}".contains(c)).unwrap_or(rest.len());
        let mut url = &rest[..end];
        // What ends a sentence or closes a bracket that was opened before is not part of it.
        while let Some(last) = url.chars().next_back() {
            let closing = last == ')' && url.matches(')').count() > url.matches('(').count();
            if ".,;:!?*]".contains(last) || closing {
                url = &url[..url.len() - last.len_utf8()];
            } else {
                break;
            }
        }
        if url.len() > "https://".len() {
            let range = TextRange::new(at + start as u32, at + (start + url.len()) as u32);
            out.push(DocumentLink { range, target: LinkTarget::Url(url.to_owned()), tooltip: String::new() });
        }
        from = start + end.max(4);
    }
}
