//! Adding imports to a file.

use amigos_db::input::{Package, Root, SourceFile};
use amigos_db::query as q;
use amigos_db::resolve::{HUB, split_major};
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{Name, TextRange};

use crate::analysis::View;
use crate::data::TextEdit;
use crate::hover::base_key;

/// An import declaration of a file.
struct ImportDecl<'a> {
    /// Its range in the file.
    range: TextRange,
    /// What stands behind the keyword.
    specs: &'a str,
}

impl ImportDecl<'_> {
    fn is_group(&self) -> bool {
        self.specs.ends_with(')')
    }
}

/// The edit that adds those of `paths` that the file doesn't import yet: to its first group, as a group with its only import, behind the last of several
/// that stand alone, or behind its package clause.
pub(crate) fn missing(view: View<'_>, file: SourceFile, paths: &[&str]) -> Option<(TextRange, String)> {
    let mut wanted: Vec<&str> = paths.to_vec();
    let mut clause_end = 0;
    let mut imports: Vec<ImportDecl<'_>> = Vec::new();
    for decl in q::split_file(view.db, file) {
        let ast = q::decl_sig(view.db, *decl);
        let start = decl.start(view.db);
        match &ast.kind {
            DeclKind::Package(ident) => clause_end = start + ast.sig[*ident].range.end,
            DeclKind::Gen(found) if matches!(found.specs.first(), Some(Spec::Import(_))) => {
                for spec in &found.specs {
                    if let Spec::Import(spec) = spec {
                        wanted.retain(|p| *p != spec.path.as_str());
                    }
                }
                let text = found.range.of(decl.text(view.db));
                imports.push(ImportDecl { range: found.range.shift(start), specs: text.strip_prefix("import").unwrap_or(text).trim() });
            }
            _ => {}
        }
    }
    if wanted.is_empty() {
        return None;
    }
    wanted.sort_unstable();
    let lines = |wanted: &[&str]| wanted.iter().map(|p| format!("\t\"{p}\"\n")).collect::<String>();
    if let Some(group) = imports.iter().find(|i| i.is_group()) {
        // Before the closing bracket, which should stand on a line of its own.
        let at = group.range.end - 1;
        let before = file.text(view.db).get(..at as usize).unwrap_or("").trim_end_matches([' ', '\t']);
        let lines = lines(&wanted);
        return Some((TextRange::at(at), if before.ends_with('\n') { lines } else { format!("\n{lines}") }));
    }
    match &imports[..] {
        [] => Some((TextRange::at(clause_end), format!("\n\nimport (\n{})", lines(&wanted)))),
        [only] => {
            let (library, others): (Vec<&str>, Vec<&str>) = wanted.iter().copied().partition(|path| is_std(path));
            let own = format!("\t{}\n", only.specs);
            let own_path = only.specs.split('"').nth(1).unwrap_or_default();
            let mut groups = [lines(&library), lines(&others)];
            groups[usize::from(!is_std(own_path))] += &own;
            let groups: Vec<String> = groups.iter().filter(|g| !g.is_empty()).map(|g| sorted_lines(g)).collect();
            Some((only.range, format!("import (\n{})", groups.join("\n"))))
        }
        [.., last] => Some((TextRange::at(last.range.end), wanted.iter().map(|path| format!("\nimport \"{path}\"")).collect())),
    }
}

/// Lines of imports by their paths.
fn sorted_lines(lines: &str) -> String {
    let mut lines: Vec<&str> = lines.split_inclusive('\n').collect();
    lines.sort_by_key(|line| line.split('"').nth(1));
    lines.concat()
}

/// Whether a path is one of the standard library: its first element has no dot.
pub(crate) fn is_std(path: &str) -> bool {
    !path.split('/').next().unwrap_or(path).contains('.')
}

/// The edits of [`missing`].
pub(crate) fn edits(view: View<'_>, file: SourceFile, paths: &[&str]) -> Vec<TextEdit> {
    let Some(id) = view.file_id(file) else { return vec![] };
    missing(view, file, paths).map(|(range, new_text)| TextEdit { file: id, range, new_text }).into_iter().collect()
}

/// A package that can be imported.
pub(crate) struct Importable {
    /// What it is called: the last element of its path.
    pub name: String,
    /// What an import of it says: of a hub package the newest major goes without `@vN`.
    pub path: String,
    /// Its version; empty for the standard library.
    pub version: String,
    /// Whether its sources are here; else only the network has it.
    pub here: bool,
}

impl Importable {
    fn new(path: &str, label: String, version: &str, here: bool) -> Importable {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        Importable { name, path: label, version: version.to_owned(), here }
    }

    /// Its version in words, and that it is still to be fetched.
    pub fn detail(&self) -> String {
        if self.here { self.version.clone() } else { format!("{}, not fetched yet", self.version) }
    }
}

/// The packages whose sources are here and that `importer` can import; the standard library first, then by path.
pub(crate) fn here(view: View<'_>, importer: Package) -> Vec<Importable> {
    let db = view.db;
    let root = Root::get(db);
    let own = base_key(importer.key(db));
    let mut out = Vec::new();
    for (key, package) in root.packages(db) {
        let key = key.0.as_str();
        if key.contains(' ') || key == own {
            continue;
        }
        let (path, label) = match split_major(key) {
            Ok((path, Some(major))) => {
                let newest = root.majors(db).get(&Name::new(path)).and_then(|m| m.last()) == Some(&major);
                (path, if newest { path.to_owned() } else { key.to_owned() })
            }
            _ => (key, key.to_owned()),
        };
        out.push(Importable::new(path, label, package.version(db).as_str(), true));
    }
    out.sort_by(|a, b| {
        (a.path.starts_with(HUB), a.path.contains('@'), &a.path).cmp(&(b.path.starts_with(HUB), b.path.contains('@'), &b.path))
    });
    out
}

/// The packages that only the network has and of which `wanted` is true, by path; no more than `most`.
pub(crate) fn elsewhere(view: View<'_>, importer: Package, most: usize, wanted: impl Fn(&str) -> bool) -> Vec<Importable> {
    let db = view.db;
    let root = Root::get(db);
    let own = base_key(importer.key(db));
    let offered = &view.maps.offered;
    let mut out = Vec::new();
    for (at, one) in offered.iter().enumerate() {
        if out.len() >= most {
            break;
        }
        let key = amigos_db::resolve::package_key(&one.path, one.major);
        if !wanted(&one.path) || key.0.as_str() == own || root.packages(db).contains_key(&key) {
            continue;
        }
        // They are in order of path and major. An import without a major means what is here, if something is.
        let newest = offered.get(at + 1).is_none_or(|next| next.path != one.path);
        let plain = newest && !root.majors(db).contains_key(&Name::new(&one.path));
        let label = if plain { one.path.to_string() } else { key.0.to_string() };
        out.push(Importable::new(&one.path, label, &one.version, false));
    }
    out
}

/// The paths of packages called `name` whose sources are here, the likeliest first.
pub(crate) fn known(view: View<'_>, importer: Package, name: &str) -> Vec<String> {
    here(view, importer).into_iter().filter(|p| p.name == name).map(|p| p.path).collect()
}
