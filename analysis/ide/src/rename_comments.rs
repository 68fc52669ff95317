//! The names that comments hold: those in the doc comment of what is renamed, and those in links (`[Name]`, `[pkg.Type.Method]`) to it.

use amigos_db::input::{Package, SourceFile};
use amigos_db::query as q;
use amigos_syntax::ast::{AssignOp, Ast, DeclKind, ExprKind, IdentId, InterfaceElem, Spec, StmtKind};
use amigos_syntax::lex::lex;
use amigos_syntax::{Name, TextRange};

use crate::analysis::View;
use crate::data::TextEdit;
use crate::locate::package;
use crate::references::{Occurrence, Thing, base, candidates, is_own};

/// The edits in the doc comments of the declarations among `found`.
pub(crate) fn in_docs(view: View<'_>, found: &[Occurrence<'_>], old: Name, new: Name) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    for occurrence in found.iter().filter(|o| o.declares()) {
        let Some(file) = view.file_id(occurrence.file()) else { continue };
        // What is said behind a declaration is not said of its name.
        let before = occurrence.spot.ast()[occurrence.ident].range.start;
        let Some(doc) = doc_of(occurrence).filter(|doc| doc.end <= before) else { continue };
        let text = occurrence.spot.decl.text(view.db);
        let words = words(doc.of(text), old.as_str());
        edits.extend(words.into_iter().map(|at| {
            let start = occurrence.spot.start + doc.start + at;
            TextEdit { file, range: TextRange::new(start, start + old.len() as u32), new_text: new.to_string() }
        }));
    }
    edits
}

/// The doc comment of the declaration of a name, relative to the top-level declaration it stands in.
fn doc_of(occurrence: &Occurrence<'_>) -> Option<TextRange> {
    let spot = &occurrence.spot;
    let decl = spot.decl_ast();
    let ident = occurrence.ident;
    if spot.body.is_none() {
        match &decl.kind {
            DeclKind::Func(func) if func.name == ident => return decl.doc,
            DeclKind::Func(_) => return None,
            DeclKind::Gen(group) => {
                for spec in &group.specs {
                    let (names, doc) = match spec {
                        Spec::Const { names, doc, .. } | Spec::Var { names, doc, .. } => (names.as_slice(), *doc),
                        Spec::Type { name, doc, .. } => (std::slice::from_ref(name), *doc),
                        Spec::Import(_) => continue,
                    };
                    if names.contains(&ident) {
                        // Behind the names stands the comment of the line.
                        let start = decl.sig[ident].range.start;
                        return doc.filter(|doc| doc.end <= start).or(decl.doc);
                    }
                }
            }
            _ => {}
        }
    }
    let ast = spot.ast();
    doc_of_part(ast, ident).or_else(|| {
        let defines = ast.stmts.iter().any(|s| match &s.kind {
            StmtKind::Assign { lhs, op: AssignOp::Define, .. } => {
                lhs.iter().any(|e| matches!(ast[*e].kind, ExprKind::Ident(i) if i == ident))
            }
            StmtKind::TypeSwitch { bind, .. } => *bind == Some(ident),
            StmtKind::Decl(_) => s.range.touches(ast[ident].range.start),
            _ => false,
        });
        if defines { comment_above(spot.decl.text(spot.db), ast[ident].range.start) } else { None }
    })
}

/// The doc comment of a field or of an interface's method.
fn doc_of_part(ast: &Ast, ident: IdentId) -> Option<TextRange> {
    ast.exprs.iter().find_map(|e| match &e.kind {
        ExprKind::StructType { fields } => fields.iter().find(|f| f.names.contains(&ident)).and_then(|f| f.doc),
        ExprKind::InterfaceType { elems } => elems.iter().find_map(|elem| match elem {
            InterfaceElem::Method { name, doc, .. } if *name == ident => *doc,
            _ => None,
        }),
        _ => None,
    })
}

/// The comments that end on the line above an offset, as one range.
fn comment_above(text: &str, at: u32) -> Option<TextRange> {
    let line_start = |at: u32| text.get(..at as usize).and_then(|t| t.rfind('\n')).map_or(0, |i| i as u32 + 1);
    let mut wanted = line_start(at);
    let mut out: Option<TextRange> = None;
    for comment in lex(text).comments.iter().rev().filter(|c| c.range.end < at) {
        // It ends on the line above: between its end and the line that was reached is one newline.
        let between = text.get(comment.range.end as usize..wanted as usize)?;
        if between != "\n" && between != "\r\n" {
            break;
        }
        out = Some(out.map_or(comment.range, |o: TextRange| o.cover(comment.range)));
        // Behind code it is the comment of that line, and nothing above belongs to it.
        let start = line_start(comment.range.start);
        if !text.get(start as usize..comment.range.start as usize)?.trim().is_empty() {
            break;
        }
        wanted = start;
    }
    out
}

/// Where a word stands by itself in a comment, lines that are directives left out.
fn words(comment: &str, word: &str) -> Vec<u32> {
    let mut out = Vec::new();
    let mut start = 0;
    let part = |c: char| c.is_alphanumeric() || c == '_';
    for line in comment.split_inclusive('\n') {
        if !is_directive(line.trim_start()) {
            for (at, _) in line.match_indices(word) {
                let before = line[..at].chars().next_back().is_some_and(part);
                let after = line[at + word.len()..].chars().next().is_some_and(part);
                if !before && !after {
                    out.push((start + at) as u32);
                }
            }
        }
        start += line.len();
    }
    out
}

/// `//go:generate`, `//amigos:was`, `//line`: read by tools.
fn is_directive(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("//") else { return false };
    if rest.starts_with("line ") {
        return true;
    }
    let Some((tool, word)) = rest.split_once(':') else { return false };
    let plain = |s: &str| s.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    plain(tool) && tool.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) && plain(word)
}

/// The edits in links to an exported member of a package or to a method of one of its types.
pub(crate) fn in_links(view: View<'_>, thing: &Thing, old: Name, new: Name) -> Vec<TextEdit> {
    let db = view.db;
    let (home, owner) = match thing {
        Thing::Member { pkg, .. } => (*pkg, None),
        Thing::Method { of, .. } if of.name.is_exported() => match of.pkg {
            Some(pkg) => (pkg, Some(of.name)),
            None => return vec![],
        },
        _ => return vec![],
    };
    if !old.is_exported() {
        return vec![];
    }
    let Some(natural) = package(db, home).map(|p| q::package_name(db, p)) else { return vec![] };
    let mut edits = Vec::new();
    for file in candidates(view, thing, old) {
        let Some(here) = q::owner(db, file).filter(|p| is_own(db, p.key(db))) else { continue };
        let inside = crate::hover::base_key(here.key(db)) == home.0.as_str();
        if !inside && !q::package_imports(db, here).iter().any(|key| base(*key) == home) {
            continue;
        }
        let qualifier = if inside { None } else { Some(import_name(view, here, file, home).unwrap_or(natural)) };
        let mut wanted: Vec<&str> = Vec::new();
        wanted.extend(qualifier.as_ref().map(|q| q.as_str()));
        wanted.extend(owner.as_ref().map(|o| o.as_str()));
        // Behind a type a method or field may follow.
        edits.extend(links(view, file, &wanted, old, new, owner.is_none()));
    }
    edits
}

/// The edits in links through a package's name, in the file that knows it by that name.
pub(crate) fn in_links_of_file(view: View<'_>, file: SourceFile, old: Name, new: Name) -> Vec<TextEdit> {
    links(view, file, &[], old, new, true)
}

/// The name that a file gives to a package.
fn import_name(view: View<'_>, owner: Package, file: SourceFile, of: amigos_types::ty::PkgKey) -> Option<Name> {
    let db = view.db;
    q::split_file(db, file).iter().find_map(|decl| {
        let ast = q::parse_decl(db, *decl);
        let DeclKind::Gen(group) = &ast.kind else { return None };
        group.specs.iter().find_map(|spec| match spec {
            Spec::Import(spec) if amigos_db::resolve::resolve(db, owner, spec.path).is_ok_and(|key| base(key) == of) => {
                spec.name.map(|name| ast.sig[name].name)
            }
            _ => None,
        })
    })
}

/// The links `[*in.front.old]` of a file's comments, with more behind it if `open`.
fn links(view: View<'_>, file: SourceFile, in_front: &[&str], old: Name, new: Name, open: bool) -> Vec<TextEdit> {
    let Some(id) = view.file_id(file) else { return vec![] };
    let text = file.text(view.db);
    if !text.contains('[') || !text.contains(old.as_str()) {
        return vec![];
    }
    let mut out = Vec::new();
    for comment in &lex(text).comments {
        let body = comment.range.of(text);
        for (at, _) in body.match_indices('[') {
            let start = at + 1 + usize::from(body[at + 1..].starts_with('*'));
            let Some(link) = body.get(start..).and_then(|rest| rest.split_once(']')).map(|(link, _)| link) else { continue };
            let parts: Vec<&str> = link.split('.').collect();
            let place = in_front.len();
            let fits = parts.len() > place
                && parts[..place] == *in_front
                && parts[place] == old.as_str()
                && (parts.len() == place + 1 || open)
                && parts.iter().all(|p| amigos_syntax::lex::is_identifier(p));
            if fits {
                let offset: usize = parts[..place].iter().map(|p| p.len() + 1).sum();
                let from = comment.range.start + (start + offset) as u32;
                out.push(TextEdit { file: id, range: TextRange::new(from, from + old.len() as u32), new_text: new.to_string() });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_by_themselves_and_not_in_directives() {
        assert_eq!(words("// Post posts a Post, not a Poster\n//go:embed Post\n// Post.\n", "Post"), [3, 16, 54]);
        assert_eq!(words("// x_Post Post2", "Post"), [] as [u32; 0]);
    }

    #[test]
    fn directives_are_for_tools() {
        assert!(is_directive("//go:noinline") && is_directive("//amigos:was X") && is_directive("//line a.go:1"));
        assert!(!is_directive("// go: on") && !is_directive("//Note: this") && !is_directive("//see: this"));
    }

    #[test]
    fn comments_on_the_lines_above() {
        let above = |marked: &str| {
            let at = marked.find('|').unwrap();
            let text = marked.replace('|', "");
            comment_above(&text, at as u32).map(|r| r.of(&text).to_owned())
        };
        assert_eq!(above("x()\n// a\n// b\n|y := 1").as_deref(), Some("// a\n// b"));
        assert_eq!(above("x() // a\n|y := 1").as_deref(), Some("// a"));
        assert_eq!(above("// a\n\n|y := 1"), None);
    }
}
