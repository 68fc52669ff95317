//! Fixes that need more than the declaration they are about: imports.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};

use crate::analysis::View;
use crate::data::{Fix, TextEdit};

/// The removal of the import at `range`: its line, or the whole declaration if it imports nothing else.
pub(crate) fn remove_import(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let db = view.db;
    let id = view.file_id(file)?;
    let decl = crate::locate::decl_at(db, file, range.start)?;
    let ast = q::parse_decl(db, decl);
    let DeclKind::Gen(group) = &ast.kind else { return None };
    let spec = group.specs.iter().find_map(|s| match s {
        Spec::Import(spec) if spec.range.shift(decl.start(db)).touches(range.start) => Some(spec),
        _ => None,
    })?;
    let text = file.text(db);
    let what = if group.specs.len() == 1 { group.range } else { spec.range }.shift(decl.start(db));
    let removed = whole_lines(text, what);
    Some(Fix { title: "remove the import".to_owned(), edits: vec![TextEdit { file: id, range: removed, new_text: String::new() }] })
}

/// The removal of a name that nothing uses: `name:` in front of a statement, `name :=` in a type switch.
pub(crate) fn remove_name(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let id = view.file_id(file)?;
    let text = file.text(view.db);
    let name = text.get(range.start as usize..range.end as usize)?;
    let rest = text.get(range.end as usize..)?;
    let behind = rest.trim_start_matches([' ', '\t']);
    let (removed, what) = match behind.strip_prefix(":=") {
        Some(value) if value.split('\n').next()?.contains(".(type)") => {
            (TextRange::new(range.start, (text.len() - value.trim_start().len()) as u32), format!("`{name}`"))
        }
        Some(_) => return None,
        None => {
            let end = text.len() - behind.strip_prefix(':')?.len();
            (whole_lines(text, TextRange::new(range.start, end as u32)), format!("label `{name}`"))
        }
    };
    Some(Fix { title: format!("remove {what}"), edits: vec![TextEdit { file: id, range: removed, new_text: String::new() }] })
}

/// The range with the lines it stands on, if nothing else does (a comment behind it goes too).
fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let (start, end) = (range.start as usize, range.end as usize);
    let (Some(before), Some(behind)) = (text.get(..start), text.get(end..)) else { return range };
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let rest = behind.split('\n').next().unwrap_or("");
    let alone = before[line_start..].trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with("//"));
    if !alone {
        return range;
    }
    let line_end = (end + rest.len() + 1).min(text.len());
    TextRange::new(line_start as u32, line_end as u32)
}

/// An undeclared name in front of a dot that is the name of a known package: imports of it.
pub(crate) fn add_imports(view: View<'_>, file: SourceFile, range: TextRange) -> Vec<Fix> {
    /// More choices than this help nobody.
    const MAX: usize = 4;
    let db = view.db;
    let text = file.text(db);
    let Some(package) = q::owner(db, file) else { return vec![] };
    let Some(name) = text.get(range.start as usize..range.end as usize) else { return vec![] };
    if !text[range.end as usize..].trim_start().starts_with('.') {
        return vec![];
    }
    let mut packages = crate::imports::here(view, package);
    packages.retain(|p| p.name == name);
    packages.extend(crate::imports::elsewhere(view, package, MAX, |path| path.rsplit('/').next() == Some(name)));
    let one = |package: crate::imports::Importable| {
        let edits = crate::imports::edits(view, file, &[&package.path]);
        let more = if package.here { String::new() } else { format!(" ({})", package.detail()) };
        (!edits.is_empty()).then(|| Fix { title: format!("import \"{}\"{more}", package.path), edits })
    };
    packages.into_iter().take(MAX).filter_map(one).collect()
}

/// A name that does not exist where one nearly like it does: the same in another case, or one letter away.
pub(crate) fn similar_name(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let db = view.db;
    let id = view.file_id(file)?;
    let written = file.text(db).get(range.start as usize..range.end as usize)?;
    // What could be written there: with the cursor at the end of the name.
    let candidates = crate::completion::candidates(view, file, range.end, false);
    let best = candidates
        .iter()
        .filter(|c| c.extra.is_empty() && c.range == range && c.kind != crate::data::SymbolKind::Keyword)
        .filter_map(|c| Some((distance(written, &c.label)?, &c.sort, &c.label)))
        .min()?;
    let edits = vec![TextEdit { file: id, range, new_text: best.2.clone() }];
    Some(Fix { title: format!("change to `{}`", best.2), edits })
}

/// How far apart two names are: 0 if they differ in case only, 1 for one letter more, less or other, or two exchanged; `None` beyond.
fn distance(a: &str, b: &str) -> Option<u32> {
    if a == b {
        return None;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.to_lowercase().chars().collect());
    if a == b {
        return Some(0);
    }
    // In short names one letter is too much.
    if a.len().min(b.len()) < 3 || a.len().abs_diff(b.len()) > 1 {
        return None;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[start..], &b[start..]);
    let one = match x.len().cmp(&y.len()) {
        std::cmp::Ordering::Greater => x[1..] == *y,
        std::cmp::Ordering::Less => *x == y[1..],
        std::cmp::Ordering::Equal => x[1..] == y[1..] || (x.len() > 1 && x[0] == y[1] && x[1] == y[0] && x[2..] == y[2..]),
    };
    one.then_some(1)
}

/// A `return` with zero values in front of the closing brace at `range`.
pub(crate) fn add_return(view: View<'_>, file: SourceFile, range: TextRange) -> Option<Fix> {
    let db = view.db;
    let id = view.file_id(file)?;
    let spot = crate::locate::spot(db, file, range.start)?;
    let results = &crate::expected::enclosing(&spot)?.results;
    let ctx = spot.types();
    let types = amigos_mir::typequery::TypeView { ctx: &ctx, facts: Some(&spot.facts) };
    let named = results.iter().all(|r| spot.facts.locals.get(r.0 as usize).is_some_and(|l| !l.name.is_blank()));
    let values: Option<Vec<String>> = results.iter().map(|r| zero_value(&spot, types, spot.facts.locals.get(r.0 as usize)?.ty)).collect();
    let values = if named { String::new() } else { format!(" {}", values?.join(", ")) };
    let text = file.text(db);
    let line_start = text.get(..range.start as usize)?.rfind('\n').map_or(0, |i| i + 1);
    let before = &text[line_start..range.start as usize];
    // On a line of its own if the brace has one.
    let new_text = if before.trim().is_empty() {
        format!("\treturn{values}\n{before}")
    } else {
        format!("{}return{values} ", if before.ends_with(' ') { "" } else { " " })
    };
    Some(Fix { title: format!("add `return{values}`"), edits: vec![TextEdit { file: id, range: TextRange::at(range.start), new_text }] })
}

pub(crate) fn zero_value(
    spot: &crate::locate::Spot<'_>,
    types: amigos_mir::typequery::TypeView<'_>,
    ty: amigos_types::ty::Ty,
) -> Option<String> {
    use amigos_types::ty::{Basic, TyKind};
    if ty.is_invalid() || types.under(ty).is_invalid() {
        return None;
    }
    Some(match types.under(ty).kind() {
        TyKind::Basic(Basic::Bool) => "false".to_owned(),
        TyKind::Basic(Basic::String) => "\"\"".to_owned(),
        TyKind::Basic(_) => "0".to_owned(),
        TyKind::Struct(_) | TyKind::Array { .. } => format!("{}{{}}", spot.type_text(ty)),
        TyKind::TypeParam(_) => format!("*new({})", spot.type_text(ty)),
        _ => "nil".to_owned(),
    })
}
