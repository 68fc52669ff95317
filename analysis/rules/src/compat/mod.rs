//! Compatibility of a version of a package with another: its exported API ([`crate::apidiff`]) and the layout of its persistent state ([`layout`]).
//! The rules AM3007 and AM3008 show it against the version that is live; `amigos check --against` shows it for any two versions; the gate of the
//! chain refuses what it finds.

pub mod layout;
pub mod migrate;
pub mod uses;

use std::collections::BTreeSet;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Package, SourceFile};
use amigos_db::query::{self as q, Decl};
use amigos_mir::mir::PackageKind;
use amigos_mir::query::package_kind;
use amigos_syntax::ast::DeclKind;
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::PackageTypes;
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::apidiff::{Change, Holes, Side, changes};
use layout::{Layout, LayoutBreak, breaking, describe, with_new_names};

/// What a new version changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// The version that it is compared with: `1.2.0`.
    pub old_version: String,
    /// The own version.
    pub new_version: String,
    /// Changes of the exported API, breaking ones first. Empty if one of the two has errors.
    pub api: Vec<Change>,
    /// What the state of the old version holds and the new one can't read.
    pub layout: Vec<LayoutBreak>,
    /// Names that would keep the state if the source said so: what is new, and the old name that stands for it.
    pub renames: Vec<Rename>,
    /// Whether one is a library and the other a contract.
    pub other_kind: bool,
    /// Whether declarations of one of the two have errors, so that nothing could be compared.
    pub unknown: bool,
}

/// `//amigos:was` that the source should have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rename {
    /// The new place: `var Tally`, `field Box.tiny`.
    pub place: String,
    /// The old name, without owner: `Count`.
    pub was: String,
    /// The messages of what it would solve.
    pub solves: Vec<LayoutBreak>,
}

/// A step of a version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Only bodies changed, as far as can be seen.
    Patch,
    /// Something was added.
    Minor,
    /// Something broke.
    Major,
}

impl Comparison {
    /// The breaking changes of the API.
    pub fn broken(&self) -> impl Iterator<Item = &Change> {
        self.api.iter().filter(|c| !c.compatible)
    }

    /// Everything of the layout that stands against the upgrade, that which a `//amigos:was` would solve included.
    pub fn broken_layout(&self) -> impl Iterator<Item = &LayoutBreak> {
        self.layout.iter().chain(self.renames.iter().flat_map(|r| &r.solves))
    }

    /// Whether the chain takes it as an upgrade within the major version.
    pub fn is_compatible(&self) -> bool {
        !self.other_kind && self.broken().next().is_none() && self.broken_layout().next().is_none()
    }

    /// The step that the version needs.
    pub fn step(&self) -> Step {
        match (self.is_compatible(), self.api.is_empty()) {
            (false, _) => Step::Major,
            (true, false) => Step::Minor,
            (true, true) => Step::Patch,
        }
    }

    /// The least version number that the change needs.
    pub fn needs(&self) -> String {
        let [major, minor, patch] = numbers(&self.old_version);
        match self.step() {
            Step::Major => format!("{}.0.0", major + 1),
            Step::Minor => format!("{major}.{}.0", minor + 1),
            Step::Patch => format!("{major}.{minor}.{}", patch + 1),
        }
    }

    /// Whether the own version number is high enough for the change.
    pub fn version_suffices(&self) -> bool {
        numbers(&self.new_version) >= numbers(&self.needs())
    }
}

/// `1.2.0` as numbers; what is missing or no number counts as 0.
pub fn numbers(version: &str) -> [u64; 3] {
    let mut parts = version.split('.').map(|p| p.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// The comparison with the version of the package that is live on the network; `None` if none is known.
pub fn against_live(db: &dyn Db, package: Package) -> Option<Arc<Comparison>> {
    Some(comparison(db, q::live_version(db, package)?, package))
}

/// What `new` changes of `old`.
#[salsa::tracked(returns(clone))]
pub fn comparison(db: &dyn Db, old: Package, new: Package) -> Arc<Comparison> {
    let (old_types, new_types) = (q::package_types(db, old), q::package_types(db, new));
    let (old_source, new_source) = (q::package_source(db, old), q::package_source(db, new));
    let (old_ctx, new_ctx) = (DbCtx::new(db, old), DbCtx::new(db, new));
    let mut out =
        Comparison { old_version: old.version(db).to_string(), new_version: new.version(db).to_string(), ..Comparison::default() };
    // Of what has errors nothing can be said: a type that isn't known differs from every other.
    if has_hard_errors(&old_types) || has_hard_errors(&new_types) {
        out.unknown = true;
        return Arc::new(out);
    }
    let old_side = Side { ctx: &old_ctx, key: old.key(db), types: &old_types, source: &old_source };
    let new_side = Side { ctx: &new_ctx, key: new.key(db), types: &new_types, source: &new_source };
    out.api = changes(old_side, new_side, Holes::Closed);
    out.api
        .retain(|change| !(change.message.ends_with("old is comparable, new is not") && is_opaque(&old_types, old.key(db), change.object)));
    for change in &mut out.api {
        change.message = change.message.replace(amigos_db::input::LIVE, "");
    }
    let (old_kind, new_kind) = (package_kind(db, old), package_kind(db, new));
    out.other_kind = old_kind != new_kind;
    if new_kind == PackageKind::Contract && !out.other_kind {
        let mut renamed = Vec::new();
        let mut dropped = BTreeSet::new();
        for decl in q::package_decls(db, new) {
            let directives = layout_directives(db, *decl);
            renamed.extend(directives.renamed.iter().cloned());
            dropped.extend(directives.dropped.iter().cloned());
        }
        let states = States {
            old: describe(old.key(db), &old_types),
            new: describe(new.key(db), &new_types),
            dropped,
            key: q::plain_key(new.key(db)),
        };
        (out.layout, out.renames) = states.breaks(renamed);
        // Messages name own types as the source does.
        let own = format!("{}.", states.key);
        for broken in out.layout.iter_mut().chain(out.renames.iter_mut().flat_map(|r| &mut r.solves)) {
            broken.was = broken.was.replace(&own, "");
            broken.is = broken.is.as_ref().map(|is| is.replace(&own, ""));
        }
    }
    Arc::new(out)
}

/// The layout of a package's state; of a library, nothing.
pub fn state_layout(db: &dyn Db, package: Package) -> Layout {
    if package_kind(db, package) != PackageKind::Contract {
        return Layout::new();
    }
    describe(package.key(db), &q::package_types(db, package))
}

/// Whether a type is a struct that others use only by pointer or interface, since it has unexported fields (language.md, section 4): they compare no
/// values of it.
fn is_opaque(types: &PackageTypes, pkg: PkgKey, name: Name) -> bool {
    let info = types.named.get(&NamedKey { pkg: Some(pkg), name, local: None });
    matches!(info.map(|i| i.underlying.kind()), Some(TyKind::Struct(fields)) if fields.iter().any(|f| !f.name.is_exported()))
}

fn has_hard_errors(types: &PackageTypes) -> bool {
    types.facts.iter().any(|f| f.errors.iter().any(|e| !e.soft))
}

/// What `//amigos:was` and `//amigos:drop` say in a declaration: a firewall between its text and the comparison.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct LayoutDirectives {
    renamed: Vec<(String, String)>,
    dropped: Vec<String>,
}

#[salsa::tracked(returns(clone))]
fn layout_directives<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Arc<LayoutDirectives> {
    let text = decl.text(db);
    if !text.contains("//amigos:") {
        return Arc::default();
    }
    Arc::new(LayoutDirectives { renamed: layout::renamed_in(text), dropped: layout::dropped(text).collect() })
}

/// Candidates are tried one by one: more than this are not worth it.
const MAX_CANDIDATES: usize = 64;

/// Two layouts.
struct States<'a> {
    old: Layout,
    new: Layout,
    dropped: BTreeSet<String>,
    key: &'a str,
}

impl States<'_> {
    fn breaks_with(&self, renamed: &[(String, String)]) -> Vec<LayoutBreak> {
        breaking(&with_new_names(&self.old, &self.new, renamed, self.key), &self.new, &self.dropped)
    }

    /// What breaks, and what would not if the source said `//amigos:was`.
    fn breaks(&self, mut renamed: Vec<(String, String)>) -> (Vec<LayoutBreak>, Vec<Rename>) {
        let mut found = self.breaks_with(&renamed);
        let mut renames = Vec::new();
        while !found.is_empty() {
            let Some((place, was)) = self.candidate(&renamed, &found) else { break };
            renamed.push((place.split_once(' ').map_or("", |(_, name)| name).to_owned(), was.clone()));
            let left = self.breaks_with(&renamed);
            let solves = found.iter().filter(|b| !left.contains(b)).cloned().collect();
            renames.push(Rename { place, was, solves });
            found = left;
        }
        (found, renames)
    }

    /// A new place and the old name that it had, if there is just one such pair of a kind that solves something and breaks nothing new.
    fn candidate(&self, renamed: &[(String, String)], found: &[LayoutBreak]) -> Option<(String, String)> {
        let old = with_new_names(&self.old, &self.new, renamed, self.key);
        let gone: Vec<&str> = found.iter().filter(|b| b.is.is_none()).map(|b| b.place.as_str()).collect();
        let added: Vec<&str> = self.new.keys().filter(|place| !old.contains_key(*place)).map(String::as_str).collect();
        if gone.len() * added.len() > MAX_CANDIDATES {
            return None;
        }
        let kind =
            |place: &str| place.split_once(' ').map(|(kind, name)| (kind.to_owned(), name.rsplit_once('.').map(|(o, _)| o.to_owned())));
        for was in &gone {
            let mut fitting = added.iter().filter(|is| kind(is) == kind(was)).filter(|is| {
                let name = is.split_once(' ').map_or("", |(_, name)| name);
                let short = was.rsplit([' ', '.']).next().unwrap_or(was);
                let mut with = renamed.to_vec();
                with.push((name.to_owned(), short.to_owned()));
                let left = self.breaks_with(&with);
                left.len() < found.len() && left.iter().all(|b| found.contains(b))
            });
            if let (Some(is), None) = (fitting.next(), fitting.next()) {
                return Some(((*is).to_owned(), was.rsplit([' ', '.']).next().unwrap_or(was).to_owned()));
            }
        }
        None
    }
}

/// The declaration of a package that declares `X`, `T.M` or `T.f` (a field: of its type); `None` if nothing does.
pub fn declares<'db>(db: &'db dyn Db, package: Package, object: Name, member: Option<Name>) -> Option<Decl<'db>> {
    let types = q::package_types(db, package);
    let own = NamedKey { pkg: Some(package.key(db)), name: object, local: None };
    let method = member.and_then(|member| types.methods.get(&(own, member)).copied());
    let index = match method {
        Some(index) => index,
        None => types.members.get(&object)?.decl,
    };
    q::package_decls(db, package).get(index.0 as usize).copied()
}

/// Where a package declares `X` or `T.M` (a field: its type), as a place in a file.
pub fn place_of(db: &dyn Db, package: Package, object: Name, member: Option<Name>) -> Option<(SourceFile, TextRange)> {
    let decl = declares(db, package, object, member)?;
    let ast = q::parse_decl(db, decl);
    let ident = match &ast.kind {
        DeclKind::Func(func) => func.name,
        _ => q::package_types(db, package).members.get(&object)?.ident,
    };
    let range = ast.sig.idents.get(ident.idx())?.range;
    Some((decl.file(db), range.shift(decl.start(db))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(entries: &[(&str, &str)]) -> Layout {
        entries.iter().map(|(name, ty)| (name.to_string(), ty.to_string())).collect()
    }

    #[test]
    fn a_rename_that_solves_something_is_found_if_it_is_the_only_one() {
        let of = |old: &[(&str, &str)], new: &[(&str, &str)]| {
            States { old: layout(old), new: layout(new), dropped: BTreeSet::new(), key: "p@v1" }.breaks(Vec::new())
        };
        let (left, renames) = of(&[("var A", "int"), ("var B", "string")], &[("var C", "int"), ("var B", "string")]);
        assert_eq!((left.len(), renames.len()), (0, 1));
        assert_eq!((renames[0].place.as_str(), renames[0].was.as_str(), renames[0].solves.len()), ("var C", "A", 1));
        // Two that could be it, and one of another type.
        assert_eq!(of(&[("var A", "int")], &[("var C", "int"), ("var D", "int")]).1, []);
        assert_eq!(of(&[("var A", "int")], &[("var C", "string")]).1, []);
        // A type, with all that mentions it, and a field in it.
        let old = [("var X", "[]p@v1.T"), ("type T", "struct"), ("field T.a", "int"), ("field T.b", "*p@v1.T")];
        let new = [("var X", "[]p@v1.U"), ("type U", "struct"), ("field U.a", "int"), ("field U.b", "*p@v1.U")];
        let (left, renames) = of(&old, &new);
        assert_eq!((left, renames.len(), renames[0].was.as_str()), (vec![], 1, "T"));
    }

    #[test]
    fn versions_say_how_big_the_step_is() {
        let mut comparison = Comparison { old_version: "1.2.3".into(), new_version: "1.2.4".into(), ..Comparison::default() };
        assert_eq!((comparison.needs().as_str(), comparison.version_suffices()), ("1.2.4", true));
        comparison.api.push(Change { compatible: true, message: "F: added".into(), object: Name::new("F"), member: None });
        assert_eq!((comparison.needs().as_str(), comparison.version_suffices()), ("1.3.0", false));
        comparison.api[0].compatible = false;
        assert_eq!((comparison.needs().as_str(), comparison.step()), ("2.0.0", Step::Major));
    }
}
